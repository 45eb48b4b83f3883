#!/bin/bash
test_description='suggest: what is offered while one types, by command and by server, and what is not'
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

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null && gongkai ingest "$SRC/data/sample" >/dev/null || { echo "Bail out! the sample is not in"; exit 1; }

# What is offered is read off from the titles and numbers that search lists: no other way of finding is asked.
gongkai search --json --size 100 >"$TEST_DIR/all.json"

claim 'every suggestion is a title, a number or a piece of titles of public documents; at most ten' '
	for t in 安 安全 关于 青石 2021 青石府发 "青石府发〔20" 办法 管理 宅基地 "青石 通知" 县; do
		gongkai suggest --json "$t" >got || return 1
		python3 - "$t" all.json got <<-\EOF || return 1
		import json, sys
		typed, every, got = sys.argv[1], json.load(open(sys.argv[2]))["hits"], json.load(open(sys.argv[3]))
		titles, numbers = {h["title"]: h for h in every}, {h["number"] for h in every if h["number"]}
		bare = lambda s: "".join(c for c in s if c.isalnum())
		assert 0 < len(got) <= 10
		for g in got:
		    if g["kind"] == "phrase":
		        assert g["text"].startswith(typed) and 2 <= len(g["text"]) <= 12, g
		        assert g["count"] == len({t for t in titles if g["text"] in t.replace("鎮", "镇")}) >= 2, g
		    elif g["kind"] == "number":
		        assert g["text"] in numbers and bare(g["text"]).startswith(bare(typed)), g
		    else:
		        assert all(bare(w) in bare(g["text"]) for w in typed.split()) and titles[g["text"]]["id"] == g["id"] and g["url"] == "/d/" + g["id"], g
		        assert (g["status"] or {"code": "not_applicable"})["code"] == titles[g["text"]]["status"]["code"], g
		ended = [bool(g["status"] and g["status"]["ended"]) for g in got if g["kind"] == "title"]
		assert ended == sorted(ended), got
		EOF
	done
'

claim 'people see the kind, the id and what has ended; in English too' '
	gongkai suggest 安全生产 >out && grep -E "^题名  青石镇安全生产监督管理办法  qsz-[0-9-]+  ✗ 已废止$" out &&
	gongkai --lang en suggest 安全生产 >out && grep -E "^title .*Abolished$" out && gongkai suggest "青石府发[2021]7" | grep -E "^文号  青石府发〔2021〕7号  qsz-2021-[0-9]+  青石镇农村宅基地审批管理办法$"
'

claim 'pinyin and its initials give words' '
	for t in anquanshengchan anquansheng aqsc; do gongkai suggest "$t" | grep "^词语  安全生产  " || return 1; done
'

claim 'nothing to offer: 1, an empty list, and it is said' '
	test_must_fail_with 1 gongkai suggest 龘靐 >out 2>err && test_must_be_empty out && grep 龘靐 err && test_must_fail_with 1 gongkai suggest --json 龘靐 >out && test "$(cat out)" = "[]" &&
	test_must_fail_with 2 gongkai suggest 2>err && grep "gongkai suggest 安全" err && test_must_fail_with 2 gongkai suggest "$(printf "安%.0s" $(seq 400))" 2>err && grep 1024 err
'

command -v curl >/dev/null || test_skip_all 'not installed: curl'
test_server_start || { echo 'Bail out! no server'; exit 1; }
get() { curl -sS -o "$1" -D head -w '%{http_code}' --get "$SERVER$2" "${@:3}"; }

# The first question may come before the titles are in order.
settled() { for _ in $(seq 100); do get web /suggest --data-urlencode "q=$1" >/dev/null && grep -qi '^etag' head && return 0; sleep 0.05; done; return 1; }

claim 'the server offers the same' '
	settled 安 &&
	for t in 安 安全 "青石府发〔20" 管理 "青石 通知" 龘靐 ""; do
		test "$(get web /suggest --data-urlencode "q=$t")" = 200 && grep -i "^content-type: application/json" head &&
		{ test -z "$t" && echo "[]" || gongkai suggest --json "$t"; } >cli; test_cmp cli web || return 1
	done
'

claim 'a browser gets the form of OpenSearch' '
	test "$(get web /suggest --data-urlencode "q=安全生产" -d format=opensearch)" = 200 && gongkai suggest --json 安全生产 >cli && python3 - web cli <<-\EOF
	import json, sys
	(typed, texts, about, urls), own = (json.load(open(f)) for f in sys.argv[1:])
	assert typed == "安全生产" and texts == [g["text"] for g in own] and [u[-len(g["url"]):] for u, g in zip(urls, own)] == [g["url"] for g in own]
	assert len(texts) == len(about) == len(urls) and "已废止" in about, about
	EOF
'

claim 'the description for a browser names the search and the suggestions' '
	test "$(get web /opensearch.xml)" = 200 && grep -i "^content-type: application/opensearchdescription" head && python3 - <<-\EOF
	import xml.etree.ElementTree as E
	t, ns = E.parse("web").getroot(), "{http://a9.com/-/spec/opensearch/1.1/}"
	assert t.tag == ns + "OpenSearchDescription" and 0 < len(t.find(ns + "ShortName").text) <= 16
	urls = {u.get("type"): u.get("template") for u in t.findall(ns + "Url")}
	assert urls["text/html"].endswith("/search?q={searchTerms}") and urls["application/x-suggestions+json"].endswith("/suggest?q={searchTerms}&format=opensearch"), urls
	EOF
'

claim 'what it does not know it says, with what it does' '
	test "$(get web /suggest -d q=a -d nonsense=1)" = 400 && test "$(json web "d[\"error\"][\"code\"]+d[\"error\"][\"param\"]")" = unknown_paramnonsense &&
	test "$(get web /suggest -d q=a -d format=xml)" = 400 && test "$(json web "d[\"error\"][\"param\"]")" = format && grep opensearch web &&
	test "$(get web /suggest)" = 200 && test "$(cat web)" = "[]"
'

claim 'what is withdrawn is offered no more, at once; what comes in is, without a restart' '
	id=$(gongkai suggest --json 文明养犬集中 | python3 -c "import json, sys; print(json.load(sys.stdin)[0][\"id\"])") && settled 文明养犬集中 && grep "$id" web &&
	gongkai withdraw "$id" --class 个人隐私 --reason 试 --yes >/dev/null && get web /suggest --data-urlencode "q=文明养犬集中" >/dev/null && ! grep "$id" web &&
	test_must_fail_with 1 gongkai suggest --json 文明养犬集中 >out && printf "标题：文明养鸽公约\n发布日期：2021-03-05\n\n养鸽。\n" >late.txt && gongkai ingest late.txt &&
	for _ in $(seq 100); do get web /suggest --data-urlencode "q=文明养鸽" >/dev/null; grep -q 文明养鸽公约 web && break; sleep 0.1; done && grep 文明养鸽公约 web && test_server_stop
'
test_done
