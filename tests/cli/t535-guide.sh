#!/bin/bash
test_description='the guide of Art. 12 para. 2: all it must say, on the site, as a file, as data; what is not configured is named everywhere'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

printf '{"id":"a","title":"甲办法","column":"政策法规","published_at":"2021-05-12","text":"甲。"}\n{"id":"b","title":"乙","column":"防汛专栏","published_at":"2021-06-12","text":"乙。"}\n' >"$TEST_DIR/c.jsonl"
gongkai init --org 云溪镇人民政府 --code v >/dev/null && gongkai ingest --jsonl "$TEST_DIR/c.jsonl" >/dev/null 2>&1
conf=$GONGKAI_ARCHIVE/gongkai.conf

test_expect_success 'a new archive: each value that is missing is named, by the command, doctor and the page' '
	gongkai guide >out 2>err && gongkai guide --json >j 2>/dev/null && python3 -c "
import json
g = json.load(open(\"j\"))
assert [m[\"key\"] for m in g[\"missing\"]] == [\"apply_address\"] + [\"guide|\" + k for k in \"office address hours phone fax contact\".split()], g[\"missing\"]
assert all(o[\"value\"] is None for o in g[\"office\"])" && for w in 工作机构 办公地址 办公时间 联系电话 传真号码 互联网联系方式 受理地址; do grep "指南缺：.*$w" err || return 1; done &&
	gongkai doctor | grep "! .*公开指南.*办公地址.*传真号码" && test_server_start_command gongkai-searchd --listen 127.0.0.1:0 && curl -fsS "$SERVER/guide" >p.html && grep "尚未填写.*办公时间" p.html && grep "href=\"/guide\"" p.html
'

test_expect_success 'configured: every value is in the page, the file and the data; nothing is missing; values are text, never markup' '
	python3 - "$conf" <<-"END" &&
	import re, sys
	p = sys.argv[1]
	s = open(p).read()
	for k, v in {"office": "党政综合办公室<b>", "address": "云溪镇中街 1 号", "hours": "工作日 9:00-12:00，14:30-17:30", "phone": "0999-1234567", "fax": "0999-7654321", "contact": "xxgk@example.gov.cn"}.items():
	    s, n = re.subn(r"(?m)^  %s = \"\"$" % k, "  %s = \"%s\"" % (k, v), s)
	    assert n == 1, k
	s = s.replace("places = {}", "places = { \"县档案馆：文化路 3 号\", \"县图书馆\" }").replace("apply_address = \"\"", "apply_address = \"云溪镇中街 1 号 201 室\"").replace("public_url = \"\"", "public_url = \"https://a.example/xxgk\"")
	open(p, "w").write(s)
	END
	gongkai doctor | grep "✓ 公开指南" && gongkai guide >out 2>err && ! test -s err && gongkai guide --format html -o g.html && gongkai guide --json >j &&
	python3 - <<-"END"
	import html, json
	g = json.load(open("j"))
	page, text = html.unescape(open("g.html").read()), open("out").read()
	assert g["missing"] == [] and [s["id"] for s in g["sections"]] == ["classes", "arrangement", "public", "apply", "office", "remedy"]
	for v in [o["value"] for o in g["office"]] + g["places"] + [g["apply_address"]]:
	    assert v in page and v in text, v
	raw = open("g.html").read()
	assert "<b>" not in raw and "href=\"https://a.example/xxgk/search?cat=" in raw and "<script" not in raw
	c = {x["value"]: x for x in g["categories"]}
	assert c["政策法规"]["count"] == 1 and [i["item"] for i in c["政策法规"]["items"]] == ["20.1"] and [i["item"] for i in c["公示公告"]["items"]] == ["20.11", "20.13", "20.14"]
	assert c["气象信息"]["count"] == 0 and c["防汛专栏"]["items"] == [] and c["防汛专栏"]["count"] == 1, c
	END
'

test_expect_success 'the server shows it, in both languages, and describes it; a wrong format is refused' '
	test_server_stop >/dev/null 2>&1; test_server_start_command gongkai-searchd --listen 127.0.0.1:0 && curl -fsS "$SERVER/guide.json" >w && sed "s|\"/xxgk/search|\"/search|g" w >w2 && gongkai guide --json | cmp w2 - && curl -fsS "$SERVER/guide" >p.html && grep 0999-7654321 p.html && ! grep "办公室<b>" p.html && ! grep 尚未填写 p.html &&
	curl -fsS "$SERVER/guide?lang=en" | grep "The office for disclosure" && curl -fsS "$SERVER/api/openapi.json" | grep -q "/guide.json" && curl -fsS "$SERVER/" | grep "/guide" && test_must_fail_with 2 gongkai guide --format pdf 2>err && test_must_fail_with 2 gongkai guide -o x 2>err
'

test_expect_success 'a key that is not one is said with its line and the nearest' '
	sed -i "s/^  phone = /  phone_no = /" "$conf" && test_must_fail_with 2 gongkai guide 2>err && grep "phone" err
'
test_done
