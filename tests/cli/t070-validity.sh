#!/bin/bash
test_description='status of documents: badge, filter and facet agree on every day (experience.md 3, domain.md 4)'
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

# Today is counted as in China.
today() { TZ=UTC-8 date -d "$1" +%F; }
cat >"$TEST_DIR/c.jsonl" <<EOF
{"id":"plain","title":"普通公示","published_at":"2021-03-05","text":"共同的词。"}
{"id":"unknown","title":"没有施行日期的办法","norm_level":"norm_doc","published_at":"2021-03-05","text":"共同的词。"}
{"id":"force","title":"有效的办法","norm_level":"norm_doc","published_at":"2021-03-05","effective_date":"2021-05-01","text":"共同的词。"}
{"id":"future","title":"未来的办法","norm_level":"norm_doc","published_at":"2021-03-05","effective_date":"$(today '+30 days')","text":"共同的词。"}
{"id":"tomorrow","title":"明天的办法","norm_level":"norm_doc","published_at":"2021-03-05","effective_date":"$(today tomorrow)","text":"共同的词。"}
{"id":"begins","title":"今天开始的办法","norm_level":"norm_doc","published_at":"2021-03-05","effective_date":"$(today now)","text":"共同的词。"}
{"id":"ends","title":"今天到期的办法","norm_level":"norm_doc","published_at":"2021-03-05","effective_date":"2021-05-01","expiry_date":"$(today now)","text":"共同的词。"}
{"id":"ended","title":"昨天到期的办法","norm_level":"norm_doc","published_at":"2021-03-05","effective_date":"2021-05-01","expiry_date":"$(today yesterday)","text":"共同的词。"}
{"id":"term","title":"有期限的办法","norm_level":"norm_doc","published_at":"2016-05-05","effective_date":"2016-06-01","expiry_date":"2021-05-31","text":"共同的词。"}
{"id":"old","title":"旧办法","docno":"甲发〔2015〕3号","issuer":"甲局","norm_level":"norm_doc","published_at":"2015-06-01","effective_date":"2015-06-01","abolished_by":"甲发〔2021〕7号","abolished_date":"2021-12-01","text":"共同的词。"}
{"id":"by","title":"关于废止部分文件的通知","docno":"甲发〔2021〕7号","issuer":"甲局","norm_level":"norm_doc","published_at":"2021-11-05","effective_date":"2021-12-01","text":"共同的词。"}
{"id":"absent","title":"被馆外文件废止的办法","docno":"甲发〔2014〕1号","issuer":"甲局","norm_level":"norm_doc","published_at":"2014-06-01","effective_date":"2014-07-01","abolished_by":"《某某目录》（甲发〔2019〕99号）","abolished_date":"2019-01-01","text":"共同的词。"}
EOF
gongkai init --org 甲 --code v >/dev/null
gongkai ingest --jsonl "$TEST_DIR/c.jsonl" >"$TEST_DIR/said" 2>&1 || { cat "$TEST_DIR/said"; echo "Bail out! the corpus is not in"; exit 1; }

table()
{
	cat >"$TEST_DIR/table.tsv"
	claim "$1" 'python3 "$SRC/tests/oracle/ask.py" <"$TEST_DIR/table.tsv"'
}

table 'today' <<'EOF'
共同的词	total:12
is:not_applicable	ids:plain
is:待核	ids:unknown
is:in_force	ids:force,begins,ends,by
is:尚未生效	ids:future,tomorrow
is:失效	ids:ended,term
is:expired	ids:ended,term
is:废止	ids:old,absent
共同的词 -is:废止 -is:失效	ids:plain,unknown,force,future,tomorrow,begins,ends,by
EOF

table 'the expiry date is inclusive, the effective date is the first day' <<EOF
is:in_force	ids:term,old	--as-of 2021-04-30
is:in_force	ids:term,old,force,ends,ended	--as-of 2021-05-31
is:in_force	ids:old,force,ends,ended	--as-of 2021-06-01
is:expired	ids:term	--as-of 2021-06-01
is:expired	ids:	--as-of 2021-05-31
is:尚未生效	ids:old,term,absent,force,future,tomorrow,begins,ends,ended,by	--as-of 2013-05-31
is:in_force	ids:old,absent	--as-of 2016-05-31
is:in_force	ids:old,term,absent	--as-of 2016-06-01
is:废止	ids:absent	--as-of 2021-11-30
is:废止	ids:absent,old	--as-of 2021-12-01
is:in_force	ids:absent	--as-of 2014-07-01
is:in_force	ids:force,begins,by,tomorrow	--as-of $(today tomorrow)
is:expired	ids:ended,term,ends	--as-of $(today tomorrow)
EOF

badge() { gongkai show --json "$(gongkai search --json "$1" >.b && json .b 'd["hits"][0]["id"]')" $2 >.s && json .s 'd["status"]["badge"]'; }

claim 'the badge is complete: label, since when, by which document' '
	test "$(badge 标题:旧办法)" = "已废止 · 自2021-12-01起 · 依据《关于废止部分文件的通知》(甲发〔2021〕7号)" &&
	badge 标题:有效的办法 | grep "^现行有效 · 自2021-05-01起" && badge 标题:没有施行日期的办法 | grep 时效待核 &&
	badge 标题:未来的办法 | grep "^尚未生效" && badge 标题:有期限的办法 | grep "^有效期届满失效" &&
	badge 标题:被馆外文件废止的办法 | grep "已废止 · 自2019-01-01起.*甲发〔2019〕99号" && test -z "$(badge 标题:普通公示)"
'

claim 'status.by is the document that ended this one' '
	gongkai search --json 标题:旧办法 >out && gongkai search --json 标题:关于废止部分文件 >by &&
	test "$(json out "d[\"hits\"][0][\"status\"][\"by\"][\"id\"]")" = "$(json by "d[\"hits\"][0][\"id\"]")" &&
	test "$(json out "d[\"hits\"][0][\"status\"][\"by\"][\"number\"]")" = 甲发〔2021〕7号
'

claim 'the hit for people names status and badge, show the history' '
	gongkai search 标题:旧办法 >out && grep 已废止 out && grep "自2021-12-01起" out &&
	gongkai show "$(json out 1 2>/dev/null || grep -oE "v-[0-9]{4}-[0-9]{6}" out | head -1)" >s && grep "2021-12-01.*废止" s && grep "2015-06-01" s
'

claim '--as-of changes badge and label of show too' '
	id=$(gongkai search --json 标题:旧办法 >o && json o "d[\"hits\"][0][\"id\"]") &&
	gongkai show --json --as-of 2018-07-01 "$id" >out && test "$(json out "d[\"status\"][\"code\"]")" = in_force &&
	test "$(json out "d[\"status\"][\"as_of\"]")" = 2018-07-01 &&
	gongkai show --json --as-of 2015-05-01 "$id" >out && test "$(json out "d[\"status\"][\"code\"]")" = not_yet_effective
'

claim 'filter, facet, hit and show agree for every document on twenty days' '
	python3 - "$(today now)" <<-\EOF
	import collections, json, subprocess, sys
	def run(*a):
	    return json.loads(subprocess.run(["gongkai", *a], stdout=subprocess.PIPE).stdout)
	days = """2013-12-31 2014-07-01 2015-05-31 2015-06-01 2016-05-31 2016-06-01 2018-12-31 2019-01-01 2021-03-05 2021-04-30
	2021-05-01 2021-05-31 2021-06-01 2021-11-30 2021-12-01 2024-02-29 2026-01-01 2027-06-01 2030-01-01""".split() + [sys.argv[1]]
	for day in days:
	    a = run("search", "--json", "--size", "100", "--status", "any", "--as-of", day, "共同的词")
	    by_hit = collections.defaultdict(set)
	    for h in a["hits"]:
	        by_hit[h["status"]["code"]].add(h["id"])
	        s = run("show", "--json", "--as-of", day, h["id"])["status"]
	        assert s == h["status"], (day, h["id"], s, h["status"])
	    facet = {v["value"]: v["count"] for v in a["facets"]["status"]}
	    assert facet == {c: len(i) for c, i in by_hit.items()}, (day, facet, by_hit)
	    for code, ids in by_hit.items():
	        for got in (run("search", "--json", "--size", "100", "--as-of", day, "共同的词 is:" + code),
	                    run("search", "--json", "--size", "100", "--as-of", day, "--status", code, "共同的词")):
	            assert {h["id"] for h in got["hits"]} == ids, (day, code)
	EOF
'

claim 'all labels of experience.md 3 are words of the filter' '
	for w in 现行有效 尚未生效 部分有效 暂停执行 已被修改 有效期届满失效 失效 宣布失效 已废止 废止 已撤销 撤销 时效待核 待核 有效 \
	    in_force not_yet_effective partly_in_force suspended amended expired lapsed abolished revoked unknown not_applicable; do
		gongkai search --json "is:$w" >out; test "$(json out "len(d[\"notices\"])")" = 0 || { echo "at: $w"; return 1; }
	done
'

test_done
