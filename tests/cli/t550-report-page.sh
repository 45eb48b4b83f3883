#!/bin/bash
test_description='/report/YEAR and /stats: the public sees the numbers that were published, and no more'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

cat >"$TEST_DIR/c.jsonl" <<END
{"id":"a","title":"甲办法","docno":"甲发〔2021〕1号","issuer":"甲局","norm_level":"norm_doc","column":"政策法规","formed_date":"2021-05-10","published_at":"2021-05-12","effective_date":"2021-06-01","text":"甲。"}
{"id":"b","title":"乙办法","docno":"甲发〔2021〕2号","issuer":"甲局","norm_level":"norm_doc","column":"政策法规","formed_date":"2021-06-10","published_at":"2021-06-12","effective_date":"2021-07-01","text":"乙。"}
{"id":"w","title":"<script>天气","column":"气象信息","published_at":"2021-03-05","text":"天气。"}
END
gongkai init --org 甲局 --code v >/dev/null && gongkai ingest --jsonl "$TEST_DIR/c.jsonl" >/dev/null 2>&1 && gongkai apply add --no 甲乙丙丁 --on 2021-03-01 --subject 隐秘 >/dev/null

test_expect_success 'before a report is published there is none; then its numbers stand, whatever is recorded later' '
	test_server_start_command gongkai-searchd --listen 127.0.0.1:0 && test "$(curl -sS -o e -w "%{http_code}" "$SERVER/report/2021")" = 404 && gongkai report annual 2021 --publish >/dev/null &&
	curl -fsS "$SERVER/report/2021.json" >r.json && gongkai abolish v-2021-000001 --by-text 试 --effective 2021-12-01 --yes >/dev/null && curl -fsS "$SERVER/report/2021.json" | cmp r.json - && gongkai report annual 2021 --json >now.json && python3 -c "
import json
r, now = json.load(open(\"r.json\")), json.load(open(\"now.json\"))
c = r[\"cells\"]
assert r[\"published\"] == 3 and c[\"T2.norm.issued\"] == c[\"T2.norm.inforce\"] == 2 and c[\"T3.r1.c7\"] == c[\"T3.r4.c1\"] == 1 and len(c) == 200, c
assert now[\"cells\"][\"T2.norm.abolished\"][\"value\"] == 1 and c[\"T2.norm.abolished\"] == 0" &&
	gongkai report annual 2021 --publish >/dev/null && curl -fsS "$SERVER/report/2021.json" >again && ! cmp -s r.json again
'

test_expect_success 'the page has the tables of the form; nothing of applications but their number' '
	curl -fsS "$SERVER/report/2021" >p.html && curl -fsS "$SERVER/report/2021?lang=en" >en.html && gongkai report check --json p.html >c.json; python3 - <<-"END"
	import json
	d, r = json.load(open("c.json")), json.load(open("again"))
	assert all(d["tables"].values()) and {k: float(v) for k, v in d["cells"].items()} == {k: float(v) for k, v in r["cells"].items()}, d["notes"]
	assert not any(f["severity"] == "error" for f in d["findings"]), d["findings"]
	END
	! grep -e 隐秘 -e 甲乙丙丁 p.html again && grep "annual report 2021" en.html
'

test_expect_success 'statistics by year, category and status, with the reports that there are; odd addresses are not found' '
	curl -fsS "$SERVER/stats.json" >s.json && curl -fsS "$SERVER/stats" >s.html && grep "/report/2021" s.html && grep "<svg" s.html && ! grep "<script>天气" s.html && python3 -c "
import json
s = json.load(open(\"s.json\"))
assert s[\"total\"] == 3 and {c[\"value\"]: c[\"count\"] for c in s[\"categories\"]} == {\"政策法规\": 2, \"气象信息\": 1} and s[\"reports\"] == [2021], s" &&
	for u in /report/21 /report/20211 /report/2021x /report/..%2fkeys /report/2019.json /report/; do test "$(curl -sS -o e -w "%{http_code}" "$SERVER$u")" = 404 || { test "$(curl -sS -o e -w "%{http_code}" "$SERVER$u")" = 400 || { echo "$u"; return 1; }; }; done
'
test_done
