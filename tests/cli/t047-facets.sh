#!/bin/bash
test_description='facets: trees of categories and issuers, ranges of years, formats; every count against counting, every click against its promise (GONGKAI_LONG=1: 1,000 states)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

claim()
{
	test_expect_success "$1" "body()
{
$2
}
body"
}

python3 "$SRC/tests/oracle/facets.py" make 300 7 >"$TEST_DIR/f.jsonl"
gongkai init --org 云溪县人民政府 --code yx >/dev/null
gongkai ingest --jsonl "$TEST_DIR/f.jsonl" >/dev/null
SEED=${GONGKAI_SEED:-$(date +%s)}
STATES=100
test -z "${GONGKAI_LONG-}" || STATES=1000

claim 'categories are a tree: what stands below comes behind, a stroke at the end asks for all of it' '
	gongkai search --json >all && python3 - all "$TEST_DIR/f.jsonl" <<-EOF &&
	import json, sys
	d, docs = json.load(open(sys.argv[1])), [json.loads(l) for l in open(sys.argv[2])]
	below = sum(x.get("column", "").startswith("政策法规") for x in docs)
	top = [v for v in d["facets"]["category"] if v["depth"] == 0]
	assert {v["value"] for v in top} == {"政策法规/", "公示公告/", "应急"}, top
	assert [v["count"] for v in top if v["value"] == "政策法规/"] == [below] and [v["label"] for v in top if v["value"] == "政策法规/"] == ["政策法规"]
	own = [v for v in d["facets"]["category"] if v["value"] == "政策法规"]
	assert own[0]["depth"] == 1 and own[0]["label"] == "政策法规（本级）" and own[0]["count"] == sum(x.get("column") == "政策法规" for x in docs), own
	assert [(v["label"], v["depth"]) for v in d["facets"]["category"] if v["value"].endswith("通知")] == [("通知", 2)]
	EOF
	test "$(gongkai search --json --cat 政策法规/ >out; json out "d[\"total\"]")" -gt "$(gongkai search --json --cat 政策法规 >out; json out "d[\"total\"]")"
'

claim 'issuers are a tree by their names; years are offered by fives too; formats are counted' '
	gongkai search --json >all && json all "[(v[\"value\"], v[\"depth\"]) for v in d[\"facets\"][\"org\"]]" >got && grep "\"云溪县人民政府/\", 0" got && grep "\"云溪县青石镇人民政府/\", 1" got && grep "\"云溪县教育局\", 1" got && grep "\"云溪县青石镇农业办\", 2" got &&
	grep "\"省档案局\", 0" got && json all "[v[\"value\"] for v in d[\"facets\"][\"year_range\"]]" | grep "2015..2019" && json all "[v[\"label\"] for v in d[\"facets\"][\"format\"]]" &&
	test "$(gongkai search --json --type txt >few; json few "d[\"total\"]")" = 300 && gongkai search --json 年:2015..2016 >few && test "$(json few "d[\"facets\"][\"year_range\"]")" = "[]"
'

claim "in $STATES random states every count is counted, every click keeps its promise, and pages join (seed $SEED)" '
	test_server_start_command gongkai serve --listen 127.0.0.1:0 && python3 "$SRC/tests/oracle/facets.py" walk "$SERVER" "$TEST_DIR/f.jsonl" '$STATES' '$SEED'
'

claim 'on the page the values are boxes of the same form, with bars for years; a chosen range is not carried twice' '
	curl -sS "$SERVER/search?year=2015..2019" >.page && grep -q "name=\"year\" value=\"2015..2019\" checked" .page && ! grep -q "type=\"hidden\" name=\"year\"" .page &&
	grep -q "value=\"政策法规/\"" .page && grep -q "<svg width=\"60\"" .page && curl -sS -o .page -w "%{http_code}" "$SERVER/search.json?type=%E7%AC%94%E8%AE%B0" | grep 400 && grep -q "\"param\":\"type\"" .page
'

claim 'living is in force and partly in force, wherever a status may stand; the links say both, and taking one back leaves the other' '
	gongkai search --json --status in_force --size 1 >one && gongkai abolish -q "$(json one "d[\"hits\"][0][\"id\"]")" --part 第一条 --by-text 县府令第3号 --effective 2020-01-01 --yes >/dev/null &&
	gongkai search --json --status living >two && gongkai search --json --status in_force --status partly_in_force >both && gongkai search --json >all && python3 - two both all <<-EOF
	import json, sys, urllib.parse
	two, both, all = (json.load(open(f)) for f in sys.argv[1:])
	counts = {v["value"]: v["count"] for v in all["facets"]["status"]}
	assert two["total"] == both["total"] == counts["in_force"] + counts["partly_in_force"] and counts["partly_in_force"] > 0, (two["total"], counts)
	assert [h["id"] for h in two["hits"]] == [h["id"] for h in both["hits"]]
	chosen = {v["value"]: v for v in two["facets"]["status"]}
	assert {v["value"] for v in chosen.values() if v["selected"]} == {"in_force", "partly_in_force"}
	left = urllib.parse.parse_qs(urllib.parse.urlsplit(chosen["in_force"]["url"]).query)
	assert left["status"] == ["partly_in_force"], chosen["in_force"]
	assert {v: chosen[v]["count"] for v in chosen} == counts and len(counts) > 2, (chosen, counts)
	EOF
'

test_done
