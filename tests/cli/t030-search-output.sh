#!/bin/bash
test_description='what search prints: text for people, JSON, paging, orders, marks'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

# The body of a claim is a function: it may return.
claim()
{
	test_expect_success "$1" "body()
{
$2
}
body"
}

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null
python3 - >"$TEST_DIR/c.jsonl" <<'EOF'
import json
for i in range(25):
    print(json.dumps({"id": "p%02d" % i, "title": "防汛工作通知（%d）" % i, "column": "公示公告", "published_at": "20%02d-03-05" % (i // 5 + 10),
                      "text": "𠮷家坝水库防汛值守安排，第%d批。值班电话不变。" % i}, ensure_ascii=False))
print(json.dumps({"id": "long", "title": "长文", "published_at": "2020-01-01",
                  "text": "开头一段没有关键词。" * 400 + "这里说到抗旱保苗。" + "结尾一段也没有。" * 400}, ensure_ascii=False))
print(json.dumps({"id": "astral", "title": "𠮷𠮷抗旱保苗", "published_at": "2020-01-01", "text": "𠮷𡈽𠮷抗旱保苗，ＡＢＣ抗旱保苗。"}, ensure_ascii=False))
EOF
gongkai ingest --jsonl "$TEST_DIR/c.jsonl" >/dev/null

claim 'the page for people has count, status, id, title, date, column, marks and the next command' '
	gongkai search 防汛工作 >out && head -1 out | grep "找到 25 件" && grep qsz-20 out && grep 公示公告 out && grep 【防汛工作】 out &&
	grep "第 1 页，共 3 页" out && grep -e "--page 2" out
'

claim 'the printed next command is the same search: it can be typed as it stands' '
	gongkai search 防汛 工作 --sort old --size 4 >out && next=$(grep -oE "gongkai search .*--page 2.*" out) &&
	eval "$next --json" >got && gongkai search 防汛 工作 --sort old --size 4 --page 2 --json >want &&
	json got "[h[\"id\"] for h in d[\"hits\"]]" >a && json want "[h[\"id\"] for h in d[\"hits\"]]" >b && test_cmp b a &&
	gongkai search "\"防汛工作\" OR 值守安排" --size 4 >out && next=$(grep -oE "gongkai search .*--page 2.*" out) &&
	eval "$next --json" >got && test "$(json got "d[\"query\"][\"q\"]")" = "\"防汛工作\" OR 值守安排"
'

claim 'pages join to the whole, without overlap; behind the last there is nothing, and no error' '
	for p in 1 2 3 4; do
		gongkai search 防汛 --size 10 --page $p --json --no-facets || test $p = 4 || return 1
	done >pages &&
	python3 -c "
import json, sys
a = [json.loads(l) for l in open(sys.argv[1], encoding=\"utf-8\")]
ids = [h[\"id\"] for d in a for h in d[\"hits\"]]
assert [len(d[\"hits\"]) for d in a] == [10, 10, 5, 0] and len(set(ids)) == 25, [len(d[\"hits\"]) for d in a]
assert all(d[\"total\"] == 25 for d in a)" pages
'

claim 'sort new and old are by date of publication, ties always the same way' '
	gongkai search 防汛 --sort new --size 100 --json >new && gongkai search 防汛 --sort old --size 100 --json >old &&
	python3 -c "
import json, sys
new, old = ([h[\"dates\"][\"published\"] for h in json.load(open(f, encoding=\"utf-8\"))[\"hits\"]] for f in sys.argv[1:])
assert len(new) == 25 and new == sorted(new, reverse=True) and old == sorted(old), (new, old)" new old &&
	gongkai search 防汛 --sort new --size 100 --json >again && json new "[h[\"id\"] for h in d[\"hits\"]]" >a &&
	json again "[h[\"id\"] for h in d[\"hits\"]]" >b && test_cmp a b
'

claim 'snippets and marks agree with the text, also behind characters outside the BMP' '
	python3 "$SRC/tests/oracle/marks.py" 抗旱保苗 抗旱保苗 "\"抗旱保苗\"" &&
	python3 "$SRC/tests/oracle/marks.py" 防汛值守 防汛值守 "防汛值守 is:not_applicable" &&
	python3 "$SRC/tests/oracle/marks.py" abc ABC && python3 "$SRC/tests/oracle/marks.py" 𠮷 𠮷
'

claim 'a snippet comes from where the words are, offsets counted in code points' '
	gongkai search --json 抗旱保苗 >out && python3 -c "
import json, sys
h = [h for h in json.load(open(sys.argv[1], encoding=\"utf-8\"))[\"hits\"] if h[\"source_id\"] == \"long\"][0]
assert \"抗旱保苗\" in h[\"snippet\"][\"text\"] and 3900 <= h[\"snippet\"][\"offset\"] <= 4010, h[\"snippet\"]" out
'

claim 'of a long text three passages, each with its article; the page and the terminal show them' '
	python3 - >long.jsonl <<-EOF &&
	import json
	text = "\\n".join("第%d条　本条讲的是第%d类事项，由主管部门负责，具体办法另行规定。%s" % (i, i, "涉及梯田蓄水。" if i % 400 == 7 else "") for i in range(1, 1601))
	print(json.dumps({"id": "code", "title": "长法典", "text": text, "published_at": "2021-01-01"}, ensure_ascii=False))
	print(json.dumps({"id": "short", "title": "短办法", "text": text[:900], "published_at": "2021-01-02"}, ensure_ascii=False))
	EOF
	gongkai ingest --jsonl long.jsonl >/dev/null && gongkai search --json 梯田蓄水 >out && python3 -c "
import json, sys
code, short = sorted(json.load(open(sys.argv[1], encoding=\"utf-8\"))[\"hits\"], key=lambda h: h[\"source_id\"])
assert [p[\"article\"][\"label\"] for p in code[\"passages\"]] == [\"第七条\", \"第四百零七条\", \"第八百零七条\"], code[\"passages\"]
assert code[\"passages\"][1][\"article\"][\"url\"] == code[\"url\"] + \"#a407\", code[\"passages\"]
assert len(short[\"passages\"]) == 1 and short[\"passages\"][0][\"article\"][\"label\"] == \"第七条\", short" out &&
	python3 "$SRC/tests/oracle/marks.py" 梯田蓄水 梯田蓄水 &&
	gongkai search 梯田蓄水 >out && test "$(grep -c 【梯田蓄水】 out)" = 4
'

claim 'each passage leads to its place: the document marks every place of the word, and that one is among them' '
	gongkai search --json 梯田蓄水 >out && test_server_start_command gongkai serve --listen 127.0.0.1:0 && python3 - "$SERVER" out <<-EOF &&
	import json, re, sys, urllib.request
	server, d = sys.argv[1].rstrip("/"), json.load(open(sys.argv[2], encoding="utf-8"))
	get = lambda path: urllib.request.urlopen(server + path, timeout=60).read().decode()
	seen = 0
	for hit in d["hits"]:
	    for p in hit["passages"]:
	        path, place = p["url"].split("#")
	        assert place == "m%d" % (p["offset"] + p["marks"][0][0]), p
	        assert "<mark id=\"%s\">梯田蓄水</mark>" % place in get(path), p["url"]
	        doc = json.loads(get(path.replace("?", ".json?")))
	        want = [[m.start(), m.end()] for m in re.finditer("梯田蓄水", doc["text"])]
	        assert doc["marks"] == {"words": ["梯田蓄水"], "places": want, "total": len(want)}, doc["marks"]
	        seen += 1
	assert seen == 4
	assert "marks" not in json.loads(get(hit["url"] + ".json")) and "<mark" not in get(hit["url"] + "?mark=")
	two = json.loads(get(hit["url"] + ".json?mark=%E4%B8%BB%E7%AE%A1&mark=%E4%BA%8B%E9%A0%85"))
	assert all(two["text"][a:b] in ("主管", "事项") for a, b in two["marks"]["places"]) and two["marks"]["total"] == two["text"].count("主管") + two["text"].count("事项"), two["marks"]
	EOF
	test_server_stop
'

claim 'the object has the names of experience.md 6' '
	gongkai search --json 防汛 年:2012 >out && python3 -c "
import json, sys
d = json.load(open(sys.argv[1], encoding=\"utf-8\"))
assert set(\"query notices total page size took_ms hits facets links\".split()) <= set(d), list(d)
assert set(\"id url title title_marks number org category dates status snippet score type bytes text_source\".split()) <= set(d[\"hits\"][0])
assert set(\"code label since by as_of\".split()) <= set(d[\"hits\"][0][\"status\"])
for f, values in d[\"facets\"].items():
    for v in values:
        assert set(\"value count selected url\".split()) <= set(v), (f, v)
assert d[\"total\"] == 5 and d[\"query\"][\"q\"] == \"防汛 年:2012\", d[\"query\"]" out
'

claim 'notes go to stderr, data to stdout' '
	gongkai search --json "“防汛工作" >out 2>err && json out "d[\"total\"]" && gongkai search "“防汛工作" >out 2>err && test -s err && test_absent 引号 out
'

claim '--quiet leaves the hits and no notes; a pipe gets no escape codes' '
	gongkai search --quiet "“防汛工作" >out 2>err && grep qsz- out && test_must_be_empty err &&
	! grep "$(printf "\033")" out
'

claim 'limits of a page: L17 is refused with its word' '
	test_must_fail_with 2 gongkai search --size 101 防汛 2>err && test -s err &&
	test_must_fail_with 2 gongkai search --size 100 --page 102 防汛 2>err && grep page_too_deep err
'

claim 'control characters of a document do not reach the terminal' '
	printf "{\"title\":\"逃逸\\\\u001b[31m标题\",\"docno\":\"甲\\\\u001b[1m\",\"text\":\"逃逸正文\\\\u001b]0;x\\\\u0007\\\\u009b2J之后。\"}\n" >esc.jsonl && grep u001b esc.jsonl &&
	{ gongkai ingest --jsonl esc.jsonl || test $? = 3; } && { gongkai search 逃逸 >out 2>&1; gongkai search 之后 >>out 2>&1; : ; } &&
	! LC_ALL=C grep "$(printf "[\001-\010\033\177]")" out && ! LC_ALL=C grep "$(printf "\302\233")" out
'

claim 'output that cannot be written is an error, not a success' '
	for c in "search 防汛" "search --json 防汛" "index stats" "verify" "doctor --json"; do
		got=0; gongkai $c >/dev/full 2>err || got=$?
		test $got = 6 -o $got = 7 || { echo "at: $c: exit status $got"; return 1; }
	done
'

test_done
