#!/bin/bash
test_description='gongkai catalogue: the four columns of Art. 12 for every public document, once; late documents by the calendar; coverage'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

python3 - >"$TEST_DIR/c.jsonl" <<'END'
import json, random
rng = random.Random(12)
for i in range(120):
    y, m, d = 2019 + i % 6, 1 + i % 12, 1 + i % 28
    pm, pd = (m, d) if i % 3 == 0 else (min(12, m + 1), rng.randint(1, 28))
    print(json.dumps({"id": "d%d" % i, "title": "=第%d号,\"通知\"" % i, "column": ["公示公告", "政策法规", "气象信息"][i % 3], "index_no": "IX-%d" % i if i % 2 else "", "formed_date": "%d-%02d-%02d" % (y, m, d),
                      "published_at": "%d-%02d-%02d" % (y, pm, pd), "text": "第%d号的正文。" % i}, ensure_ascii=False))
END
gongkai init --org 云溪镇人民政府 --code c >/dev/null && gongkai ingest --jsonl "$TEST_DIR/c.jsonl" >/dev/null 2>&1

test_expect_success 'CSV, XLSX, HTML and JSON hold the same rows: every public document once, with its four columns' '
	gongkai catalogue --json >j && gongkai catalogue --format csv >c.csv && gongkai catalogue --format xlsx --output c.xlsx && gongkai catalogue --format html >c.html && python3 - <<-"END"
	import csv, html, json, re, xml.etree.ElementTree as E, zipfile
	source = {d["id"]: d for d in map(json.loads, open("c.jsonl"))}
	rows = json.load(open("j"))["rows"]
	assert len(rows) == len({r["id"] for r in rows}) == 120
	want = sorted((d["title"], d["formed_date"], d["column"], d["text"]) for d in source.values())
	assert sorted((r["title"], r["formed"], r["category"], r["abstract"]) for r in rows) == want
	assert all(r["index"].startswith("IX-") or r["index"] == r["id"] for r in rows) and sum(r["index"].startswith("IX-") for r in rows) == 60
	keys = [(r["category"], r["formed"]) for r in rows]
	assert all(a[0] < b[0] or a[0] == b[0] and a[1] >= b[1] for a, b in zip(keys, keys[1:]))
	table = list(csv.reader(open("c.csv", encoding="utf-8-sig", newline="")))
	assert table[0][:4] == ["索引", "名称", "内容概述", "生成日期"] and [r[1].lstrip(chr(39)) for r in table[1:]] == [r["title"] for r in rows] and all(r[1].startswith(chr(39)) for r in table[1:])
	z = zipfile.ZipFile("c.xlsx")
	assert z.testzip() is None
	n = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
	sheet = [[t.text or "" for t in r.iter(n + "t")] for r in E.fromstring(z.read("xl/worksheets/sheet1.xml")).iter(n + "row")]
	assert sheet[0] == table[0] and [r[1] for r in sheet[1:]] == [r["title"] for r in rows]
	page = open("c.html").read()
	cells = [html.unescape(x) for x in re.findall("<td>(.*?)</td>", page)]
	assert cells[1::8] == [r["title"] for r in rows] and page.count("<h2>") == 3 and page.count("<h3>") == len({(r["category"], r["year"]) for r in rows})
	END
'

test_expect_success 'a year, a category; what is withdrawn is not in it' '
	gongkai catalogue --year 2021 --category 气象信息 --json >j && python3 -c "
import json
rows = json.load(open(\"j\"))[\"rows\"]
assert rows and all(r[\"year\"] == \"2021\" and r[\"category\"] == \"气象信息\" for r in rows)
print(rows[0][\"id\"])" >id && n=$(gongkai catalogue | tail -1) && gongkai withdraw $(cat id) --class 个人隐私 --reason 试 --yes >/dev/null && test "$n" = "共 120 件" && test "$(gongkai catalogue | tail -1)" = "共 119 件" && gongkai restore $(cat id) --reason 试 --yes >/dev/null
'

test_expect_success 'late: exactly those that a list of working days says' '
	gongkai catalogue --late --json >j && python3 - <<-END
	import datetime, json, sys
	sys.path.insert(0, "$SRC/tests/oracle")
	import applications
	day = datetime.date.fromisoformat
	want = {}
	for d in map(json.loads, open("c.jsonl")):
	    due = applications.after(day(d["formed_date"]), 20)
	    if day(d["published_at"]) > due:
	        want[d["title"]] = due.isoformat()
	got = {r["title"]: r["deadline"] for r in json.load(open("j"))["rows"]}
	assert got == want and 5 < len(want) < 115, (len(got), len(want), set(got) ^ set(want))
	END
'

test_expect_success 'coverage: empty items and categories, idle ones by their threshold, dates in disorder' '
	echo "{\"id\":\"x\",\"title\":\"早于成文\",\"column\":\"公示公告\",\"formed_date\":\"2024-12-20\",\"published_at\":\"2024-12-10\",\"text\":\"字\"}" >x.jsonl && gongkai ingest --jsonl x.jsonl >/dev/null 2>&1 && gongkai catalogue --coverage --on 2025-01-20 --json >j &&
	python3 -c "
import json
o = json.load(open(\"j\"))
assert \"20.7\" in [i[\"item\"] for i in o[\"empty_items\"]] and not any(i[\"item\"].startswith(\"21.\") for i in o[\"empty_items\"]), o[\"empty_items\"]
assert \"机构职能\" in o[\"empty_categories\"] and len(o[\"published_before_made\"]) == 1 + sum(d[\"published_at\"] < d[\"formed_date\"] for d in map(json.loads, open(\"c.jsonl\"))) and o[\"items\"][\"20.1\"][\"count\"] == 40
idle = {i[\"category\"]: i[\"limit\"] for i in o[\"idle\"]}
assert idle.get(\"气象信息\") == 14 and \"公示公告\" not in idle, idle" && gongkai catalogue --coverage --on 2026-06-01 | grep "公示公告 已" && test_must_fail_with 2 gongkai catalogue --format doc 2>err
'
test_done
