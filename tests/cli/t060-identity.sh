#!/bin/bash
test_description='identity (design.md 5): duplicates, versions, ids; and a rebuilt index that answers the same'
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

# ingest_one FILE-OR-OPTIONS...: the result word and the id of the only document
ingest_one() { gongkai ingest --json "$@" >.one && python3 -c '
import json
d = [x for x in map(json.loads, open(".one", encoding="utf-8")) if "id" in x]
print(*(x["result"] + " " + x["id"] for x in d), sep="\n")'; }
line() { printf '%s\n' "$1" >l.jsonl; ingest_one --jsonl l.jsonl; }
count() { gongkai index stats --json >.st && json .st 'd["documents"]'; }
records() { python3 "$SRC/tests/warc-read.py" "$GONGKAI_ARCHIVE"/warc/*.warc.gz >.rec && grep -c "^$1 " .rec; }

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null
printf '标题：甲文件\n发布日期：2021-03-05\n\n甲文件的正文。\n' >"$TEST_DIR/a.txt"
cp "$TEST_DIR/a.txt" "$TEST_DIR/b.txt"

claim 'the first ingest gives qsz-2021-000001' '
	ingest_one a.txt >out && echo "new qsz-2021-000001" | test_cmp - out
'

claim 'the same file again is a duplicate and adds no payload' '
	n=$(records resource) && ingest_one a.txt >out && echo "duplicate qsz-2021-000001" | test_cmp - out &&
	test "$(records resource)" = "$n" && test "$(count)" = 1
'

claim 'the same bytes under another name: duplicate, and the further source is noted' '
	before=$(records revisit; :) && n=$(records resource) && ingest_one b.txt >out && echo "duplicate qsz-2021-000001" | test_cmp - out &&
	test "$(records resource)" = "$n" && test "$(records revisit)" = $((before + 1)) &&
	gongkai show qsz-2021-000001 --events >ev && grep b.txt ev && test_line_count 2 ev &&
	gongkai show --json qsz-2021-000001 >out && test "$(json out "d[\"versions\"]")" = 1
'

claim 'noted once only' '
	size=$(stat -c %s "$GONGKAI_ARCHIVE/warc/000001.warc.gz") && ingest_one b.txt && ingest_one a.txt &&
	test "$(stat -c %s "$GONGKAI_ARCHIVE/warc/000001.warc.gz")" = "$size"
'

claim 'a duplicate within one call' '
	mkdir both && printf "标题：乙文件\n发布日期：2021-03-05\n\n乙。\n" >both/1.txt && cp both/1.txt both/2.txt &&
	ingest_one both >out && printf "new qsz-2021-000002\nduplicate qsz-2021-000002\n" | test_cmp - out
'

claim 'the same source id with other bytes is a new version of the same record' '
	line "{\"id\":\"S1\",\"title\":\"丙\",\"published_at\":\"2021-01-01\",\"text\":\"丙的旧文。\"}" >out && grep "^new " out && id=$(sed "s/new //" out) &&
	line "{\"id\":\"S1\",\"title\":\"丙\",\"published_at\":\"2021-01-01\",\"text\":\"丙的新文。\"}" >out && echo "version $id" | test_cmp - out &&
	gongkai search 丙的新文 && test_must_fail_with 1 gongkai search "\"丙的旧文\"" &&
	gongkai show --json $id >out && test "$(json out "d[\"versions\"]")" = 2 && gongkai show $id --text | grep 新文 &&
	gongkai show $id --events >ev && test_line_count 2 ev
'

claim 'the same source address with other bytes is a new version' '
	line "{\"source_url\":\"http://a.example/1.html\",\"title\":\"丁\",\"published_at\":\"2021-01-01\",\"text\":\"丁一。\"}" >out && id=$(sed "s/new //" out) &&
	line "{\"source_url\":\"http://a.example/1.html\",\"title\":\"丁改名\",\"published_at\":\"2022-01-01\",\"text\":\"丁二。\"}" >out && echo "version $id" | test_cmp - out &&
	gongkai search --json "\"丁二\"" >out && test "$(json out "d[\"hits\"][0][\"id\"]")" = "$id" && test "$(json out "d[\"hits\"][0][\"title\"]")" = 丁改名
'

claim 'the same issuer and number in another spelling with other bytes is a new version' '
	line "{\"title\":\"戊\",\"issuer\":\"甲局\",\"docno\":\"甲发〔2021〕7号\",\"published_at\":\"2021-01-01\",\"text\":\"戊一。\"}" >out && id=$(sed "s/new //" out) &&
	line "{\"title\":\"戊\",\"issuer\":[\"甲局\"],\"docno\":\"甲发[2021]第07号\",\"published_at\":\"2021-01-01\",\"text\":\"戊二。\"}" >out && echo "version $id" | test_cmp - out
'

claim 'the same number of another issuer, or the same title alone, is a new record' '
	line "{\"title\":\"戊\",\"issuer\":\"乙局\",\"docno\":\"甲发〔2021〕7号\",\"published_at\":\"2021-01-01\",\"text\":\"戊三。\"}" >out && grep "^new " out &&
	line "{\"title\":\"戊\",\"published_at\":\"2021-01-01\",\"text\":\"戊四。\"}" >out && grep "^new " out
'

claim 'bytes that an earlier version had add no payload' '
	n=$(records resource) && id=$(gongkai search --json 丙的新文 >o && json o "d[\"hits\"][0][\"id\"]") &&
	line "{\"id\":\"S1\",\"title\":\"丙\",\"published_at\":\"2021-01-01\",\"text\":\"丙的旧文。\"}" >out && grep " $id" out &&
	test "$(records resource)" = "$n" && gongkai verify
'

claim 'a new version keeps the id even if its year is another' '
	line "{\"id\":\"Y1\",\"title\":\"己\",\"formed_date\":\"2019-05-05\",\"text\":\"己一。\"}" >out && grep "^new qsz-2019-000001" out &&
	line "{\"id\":\"Y1\",\"title\":\"己\",\"formed_date\":\"2020-05-05\",\"text\":\"己二。\"}" >out && grep "^version qsz-2019-000001" out &&
	gongkai search --json 年:2020 >out && test "$(json out "d[\"total\"]")" = 1 && test_must_fail_with 1 gongkai search 年:2019
'

claim 'ids count up by year and are never given twice, also after a rebuild' '
	for i in 1 2 3; do
		line "{\"title\":\"序$i\",\"formed_date\":\"2018-05-05\",\"text\":\"第$i件。\"}" && rm -rf "$GONGKAI_ARCHIVE/index" || return 1
	done >out && gongkai index rebuild && printf "new qsz-2018-00000%d\n" 1 2 3 | test_cmp - out &&
	gongkai search --json --size 100 "" >out && json out "\"\\n\".join(h[\"id\"] for h in d[\"hits\"])" >ids && sort ids | uniq -d >twice && test_must_be_empty twice
'

claim 'verify is clean and the second reader agrees' '
	gongkai verify && gongkai doctor && records metadata
'

# Everything that makes a state of its own, then: the view can be thrown away.
rebuilt()
{
	python3 "$SRC/tests/oracle/same.py" 60 >before && test_line_count 60 before &&
	rm -rf "$GONGKAI_ARCHIVE/index" && gongkai index rebuild && python3 "$SRC/tests/oracle/same.py" 60 >after && cmp before after && gongkai doctor
}

claim 'after a rebuild 60 queries are answered byte for byte as before: sample data' '
	export GONGKAI_ARCHIVE=$TEST_DIR/sample && gongkai init --org 云溪县青石镇人民政府 --code qsz && gongkai ingest "$SRC/data/sample" && rebuilt
'

claim 'and after new versions and duplicates' '
	mkdir changed && cp "$SRC"/data/sample/政策法规/*.html changed && sed -i "s/<\/p>/另有一句新话。<\/p>/" changed/青石府发2019*.html changed/青石府发2020*.html &&
	gongkai ingest changed "$SRC/data/sample/公示公告" && gongkai search 另有一句新话 && rebuilt
'

claim 'an index that lags behind reads on: the archive alone is copied back' '
	cp -r "$GONGKAI_ARCHIVE/index" old-index && printf "标题：后来的\n发布日期：2021-03-05\n\n后来的正文。\n" >later.txt && gongkai ingest later.txt &&
	rm -rf "$GONGKAI_ARCHIVE/index" && cp -r old-index "$GONGKAI_ARCHIVE/index" &&
	printf "标题：更后来的\n发布日期：2021-03-05\n\n更后来的正文。\n" >later2.txt && gongkai ingest later2.txt &&
	gongkai search "\"更后来的正文\"" && gongkai search --json "\"后来的正文\"" >out && test "$(json out "d[\"total\"]")" = 2 && rebuilt
'

test_done
