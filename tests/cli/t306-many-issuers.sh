#!/bin/bash
test_description='of many issuers the 100 commonest are listed, and those that were asked for; the rest is counted (gongkai-searchd(8))'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

python3 -c '
import json
for i in range(150):
    for k in range(2 if i in (7, 140) else 1):
        print(json.dumps({"id": "s%d-%d" % (i, k), "title": "通知", "issuer": "第%03d乡人民政府" % i, "published_at": "2021-03-01", "text": "共同的词，第%d件之%d。" % (i, k)}, ensure_ascii=False))
' >"$TEST_DIR/c.jsonl"
gongkai init --org 云溪县 --code yx >/dev/null
gongkai ingest --quiet --jsonl "$TEST_DIR/c.jsonl" >"$TEST_DIR/said" 2>&1 || { cat "$TEST_DIR/said"; echo "Bail out! the corpus is not in"; exit 1; }

test_expect_success 'the list ends at a hundred, the commonest first, and says what it leaves out' '
	gongkai search --json 共同的词 >s && test "$(json s "d[\"total\"]")" = 152 && test "$(json s "len(d[\"facets\"][\"org\"])")" = 100 &&
	test "$(json s "d[\"facets_left_out\"][\"org\"]")" = 50 && test "$(json s "d[\"facets_left_out\"][\"category\"]")" = 0 &&
	test "$(json s "[(o[\"value\"], o[\"count\"]) for o in d[\"facets\"][\"org\"]][:2]")" = "[[\"第007乡人民政府\", 2], [\"第140乡人民政府\", 2]]"
'

test_expect_success 'what was chosen is in it, however rare; its count and the counts of the others stay' '
	gongkai search --json --org 第149乡人民政府 共同的词 >s && test "$(json s "d[\"total\"]")" = 1 && test "$(json s "len(d[\"facets\"][\"org\"])")" = 101 &&
	test "$(json s "[(o[\"value\"], o[\"count\"]) for o in d[\"facets\"][\"org\"] if o[\"selected\"]]")" = "[[\"第149乡人民政府\", 1]]" &&
	test "$(json s "d[\"facets_left_out\"][\"org\"]")" = 49
'

# A page is shorter still; what it names and what it leaves out are all of them together.
test_expect_success 'the page lists fewer, and says how many it leaves out' '
	test_server_start && curl -fsS "$SERVER/search?q=%E5%85%B1%E5%90%8C%E7%9A%84%E8%AF%8D" >page &&
	python3 -c "
import re
page = open(\"page\", encoding=\"utf-8\").read()
listed = len(set(re.findall(r\"name=.org. value=.(第[0-9]{3}乡人民政府)\", page)))
left = int(re.search(\"另有 ([0-9]+) 个未列出\", page)[1])
assert 10 <= listed < 100 and listed + left == 150, (listed, left)
"
'

test_done
