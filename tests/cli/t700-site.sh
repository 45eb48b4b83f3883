#!/bin/bash
test_description='the public site from outside: addresses, links, twins, feeds, harvesting, a prefix'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

site="$top_srcdir/tests/oracle/site.py"

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null && gongkai ingest "$top_srcdir/data/sample" >"$TEST_DIR/ingest.log" 2>&1

test_expect_success 'every address that OpenAPI names answers with its type; its parameters are known, others are refused' '
	gongkai checkpoint >/dev/null && gongkai report annual 2021 --publish >/dev/null && test_server_start_command gongkai-searchd --listen 127.0.0.1:0 && "$site" openapi "$SERVER"
'
test_expect_success 'along every link of every page: 200, and the type of its kind' '"$site" crawl "$SERVER"'
test_expect_success 'pages and JSON of 200 random questions agree in totals, order, badges and marks' '"$site" states "$SERVER" 200 "${SEED:-7}"'
test_expect_success 'every theme leads to what it counts, and browsing names them' '"$site" themes "$SERVER"'
test_expect_success 'by document number: code, year, sequence; what has none comes last' '
	for k in 9 10 11; do echo "{\"id\":\"o$k\",\"title\":\"排序$k\",\"docno\":\"青石府通〔2017〕$k号\",\"text\":\"排序第$k件。\"}"; done >order.jsonl && gongkai ingest --jsonl order.jsonl >/dev/null 2>&1 && "$site" numbers "$SERVER" &&
	gongkai search --sort no --json 排序 >out && test "$(json out "\" \".join(h[\"number\"] for h in d[\"hits\"])")" = "青石府通〔2017〕9号 青石府通〔2017〕10号 青石府通〔2017〕11号"
'
test_expect_success 'the sitemap lists every public document, feeds are whole' '"$site" sitemap "$SERVER" && "$site" atom "$SERVER"'
test_expect_success 'OAI-PMH: six verbs, error codes, sets, dates' '"$site" oai "$SERVER"'

test_expect_success 'what was withdrawn stays deleted for harvesters and is nowhere else; who did it is not told' '
	gongkai withdraw qsz-2021-000003 --class 个人隐私 --reason 隐秘缘由 --by 经办甲乙丙 --yes >/dev/null && gongkai abolish qsz-2021-000001 --by-text 试 --effective 2024-12-01 --by 经办甲乙丙 --reason 内部缘由 --yes >/dev/null &&
	gongkai checkpoint >/dev/null && "$site" oai "$SERVER" qsz-2021-000003 && "$site" sitemap "$SERVER" && "$site" silent "$SERVER" 经办甲乙丙 隐秘缘由
'

test_expect_success 'a proof from the site holds without it, and tells of the file alone' '
	curl -fsS "$SERVER/d/qsz-2021-000001/proof.json" >p.json && curl -fsS "$SERVER/d/qsz-2021-000001/original" >o && gongkai --archive /nonexistent check-proof p.json --original o --key "$(cat "$GONGKAI_ARCHIVE/keys/checkpoint.pub")" >out &&
	grep 给公众的证明 out && test_absent event p.json && test_absent actor p.json && test_absent "$SRC" p.json && printf x >>o && ! gongkai --archive /nonexistent check-proof p.json --original o &&
	sed "s/qsz-2021-000001/qsz-2021-000002/" p.json >q.json && ! gongkai --archive /nonexistent check-proof q.json && sed "s/\"public\":true,//" p.json >q.json && ! gongkai --archive /nonexistent check-proof q.json &&
	sed "s/\"index\":[0-9]*/\"index\":0/" p.json >q.json && ! gongkai --archive /nonexistent check-proof q.json
'

test_expect_success 'many parts: a harvester gets each of 250 documents once' '
	python3 -c "
import json
for i in range(250): print(json.dumps({\"id\": \"n%d\" % i, \"title\": \"第%d号通知\" % i, \"published_at\": \"2023-01-02\", \"column\": \"气象信息\", \"text\": \"内容%d\" % i}, ensure_ascii=False))" >more.jsonl &&
	gongkai ingest --jsonl more.jsonl >/dev/null 2>&1 && "$site" oai "$SERVER" qsz-2021-000003 >parts && grep -E "[3-9] parts" parts && "$site" sitemap "$SERVER"
'

test_expect_success 'below another site: pages, objects, redirections and feeds carry the prefix' '
	test_server_stop && sed -i "s|^public_url = .*|public_url = \"https://www.example.gov.cn/xxgk/\"|" "$GONGKAI_ARCHIVE/gongkai.conf" && test_server_start_command gongkai-searchd --listen 127.0.0.1:0 && "$site" prefix "$SERVER" /xxgk
'
test_done
