#!/bin/bash
test_description='data/sample: all of it is taken in, and what data/README.md says of it is true'
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
files=$(find "$SRC/data/sample" -type f | wc -l)

claim 'everything is in, nothing failed, the duplicate is a duplicate' '
	gongkai ingest --json "$SRC/data/sample" >out 2>err && tail -1 out >sum &&
	test "$(json sum "d[\"failed\"]")" = 0 && test "$(json sum "d[\"duplicates\"]")" = 1 && test "$(json sum "d[\"versions\"]")" = 0 &&
	test "$(json sum "d[\"new\"]")" = $((files - 1)) && grep "\"duplicate\"" out | grep 低保申请办事指南
'

claim 'a second time all of it is a duplicate' '
	gongkai ingest --json "$SRC/data/sample" >out && tail -1 out >sum && test "$(json sum "d[\"duplicates\"]")" = "$files" &&
	gongkai index stats --json >st && test "$(json st "d[\"documents\"]")" = $((files - 1)) && gongkai verify && gongkai doctor
'

claim 'GB18030 with rare characters' '
	for c in 㙍 䶮 镕; do
		gongkai search --json $c >out && id=$(json out "d[\"hits\"][0][\"id\"]") && gongkai show $id --text >text; gongkai show $id >>text; grep $c text ||
			{ echo "at: $c"; return 1; }
	done &&
	gongkai search --json 㙍 >out && test "$(json out "d[\"total\"]")" -ge 1 &&
	gongkai search --json "文号:青石府发〔2015〕6号" >out && test "$(json out "d[\"hits\"][0][\"number\"]")" != null &&
	test "$(json out "d[\"hits\"][0][\"title\"]")" = 青石镇安全生产管理办法
'

status_of() { gongkai search --json "$1" >.so && json .so 'd["hits"][0]["number"] + " " + d["hits"][0]["status"]["code"]'; }

claim 'the statuses that data/README.md names' '
	status_of 青石府发〔2015〕6号 | grep " abolished" && status_of 青石府发〔2019〕2号 | grep " abolished" && status_of 青石府发〔2023〕9号 | grep " in_force" &&
	status_of 青石府发〔2026〕8号 | grep " not_yet_effective" &&
	status_of 青石府发〔2016〕3号 | grep " expired" && status_of 云政办发〔2020〕18号 | grep " expired" && status_of 青石府发〔2024〕11号 | grep " expired" &&
	status_of 青石府发〔2015〕14号 | grep " abolished" && status_of 青石府发〔2018〕15号 | grep " revoked"
'

claim 'every document number of the sample finds its document first, in any brackets' '
	gongkai search --json --size 100 "" >out && json out "\"\\n\".join(h[\"id\"] + \"\\t\" + h[\"number\"] for h in d[\"hits\"] if h[\"number\"])" >numbers &&
	test "$(wc -l <numbers)" -gt 20 &&
	python3 - numbers <<-\EOF
	import json, subprocess, sys, unicodedata
	bad = 0
	for line in open(sys.argv[1], encoding="utf-8"):
	    id, number = line.rstrip("\n").split("\t")
	    for q in {number, unicodedata.normalize("NFKC", number), "文号:\x22" + number + "\x22"}:
	        d = json.loads(subprocess.run(["gongkai", "search", "--json", "--", q], stdout=subprocess.PIPE).stdout)
	        first = [h["id"] for h in d.get("hits", [])[:1]]
	        if first != [id]:
	            print(q, "wanted", id, "got", first)
	            bad += 1
	sys.exit(bad > 0)
	EOF
'

claim 'the traditional report is found in simplified characters and the other way round' '
	gongkai search --json 2019年政府信息公开工作年度报告 >out && json out "[h[\"title\"] for h in d[\"hits\"]]" | grep 年度報告 &&
	gongkai search --json 政府信息公開 >out && test "$(json out "d[\"notices\"][0][\"code\"]")" = folded
'

claim 'the seven columns are the facet, and their counts are the folders, the duplicate aside' '
	gongkai search --json "" >out && json out "sorted(v[\"value\"] for v in d[\"facets\"][\"category\"])" >got &&
	python3 -c "import json, os, sys; print(json.dumps(sorted(os.listdir(sys.argv[1])), ensure_ascii=False))" "$SRC/data/sample" >want && test_cmp want got &&
	test "$(json out "sum(v[\"count\"] for v in d[\"facets\"][\"category\"])")" = $((files - 1))
'

test_done
