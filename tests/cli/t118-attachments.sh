#!/bin/bash
test_description='attachments linked from a page: records of their own, that say whose they are, and are found under it'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

mkdir -p "$TEST_DIR/in/2021/files" "$TEST_DIR/in/common" && cd "$TEST_DIR/in"
python3 -B - "$SRC" <<'END'
import sys
sys.path.insert(0, sys.argv[1] + "/tests/office")
import make
open("2021/files/附件1.docx", "wb").write(make.docx_of(["补助标准表", "每户补助八百元，独特之词甲。"]))
open("2021/files/table 2.xlsx", "wb").write(make.xlsx([("名册", "", [["村名", "独特之词乙"], ["东村", "12"]])]))
open("common/logo.txt", "w").write("页脚的说明，独特之词丙。\n")
open("2021/other.txt", "w").write("没有链接的文件，独特之词丁。\n")
body = "各村民委员会：现将补助标准印发给你们，请认真组织实施，并按时报送名册。" * 4
open("2021/通知.html", "w").write("""<html><head><meta charset=utf-8><title>关于补助的通知</title></head><body>
<div class="nav"><ul><li><a href="../common/logo.txt">下载专区</a></li><li><a href="/">首页</a></li><li><a href="/x">新闻</a></li></ul></div>
<div id="content"><h1>关于补助的通知</h1><p>%s</p>
<p>附件：1.<a href="files/%%E9%%99%%84%%E4%%BB%%B61.docx?v=3">补助标准表</a> 2.<a href="./files/../files/table%%202.xlsx">名册</a> 3.<a href="http://other.example/2021/other.txt">外站</a>
4.<a href="files/missing.pdf">缺</a> 5.<a href="../../../../etc/hostname.txt">外</a></p></div></body></html>""" % body)
END
cd "$TEST_DIR"
id() { gongkai search --literal --json "$1" | python3 -c 'import json, sys; print(json.load(sys.stdin)["hits"][0]["id"])'; }

test_expect_success 'a folder with a page and its attachments: each side names the other; links of menus, other sites and nowhere name nothing' '
	gongkai init --org 甲镇 --code v >/dev/null && gongkai ingest in >out 2>err && grep "登记 4 条" err && page=$(id 现将补助标准印发) && a=$(id 独特之词甲) && b=$(id 独特之词乙) && echo "$page $a $b" >ids && gongkai similar --json $page >p && gongkai similar --json $a >ja && python3 - $(cat ids) <<-"END"
	import json, sys
	page, a, b = sys.argv[1:]
	p, ja = json.load(open("p")), json.load(open("ja"))
	assert sorted(x["id"] for x in p["attachments"]) == sorted([a, b]) and p["attachment_of"] == [], p
	assert [x["id"] for x in ja["attachment_of"]] == [page] and ja["attachments"] == [], ja
	END
	for w in 独特之词丙 独特之词丁; do gongkai similar --json $(id $w) | python3 -c "
import json, sys
assert json.load(sys.stdin)[\"attachment_of\"] == []" || return 1; done
'

test_expect_success 'found under the page: in the hit, on its page and on the page of the parent; codes are shown to nobody' '
	read page a b <ids && gongkai search --literal --json 独特之词甲 | python3 -c "
import json, sys
h = json.load(sys.stdin)[\"hits\"][0]
assert [x[\"id\"] for x in h[\"attachment_of\"]] == [\"$page\"], h" && test_server_start_command gongkai-searchd --listen 127.0.0.1:0 && curl -fsS "$SERVER/search?q=%E7%8B%AC%E7%89%B9%E4%B9%8B%E8%AF%8D%E7%94%B2&jump=0" >s.html && grep "所附于.*/d/$page" s.html &&
	curl -fsS "$SERVER/d/$a" >a.html && grep "所附于" a.html && grep "/d/$page" a.html && curl -fsS "$SERVER/d/$page" >p.html && grep "/d/$a" p.html && grep "/d/$b" p.html && ! grep "attachment_of:" a.html p.html s.html
'

test_expect_success 'the same folder again registers nothing; a page that comes later finds what is in; a withdrawn attachment is not shown' '
	gongkai ingest in >out 2>err && ! grep 登记 err && gongkai ingest --reread in >out 2>err && ! grep "附件已互相" err && printf "<html><meta charset=utf-8><title>后来的通告</title><body><h1>后来的通告</h1><p>见<a href=\"other.txt\">附件</a>，特此通告，请各村遵照执行。</p></body></html>" >in/2021/后来.html &&
	gongkai ingest in >out 2>err && grep "登记 2 条" err && gongkai similar --json $(id 独特之词丁) | python3 -c "
import json, sys
assert [x[\"title\"] for x in json.load(sys.stdin)[\"attachment_of\"]] == [\"后来的通告\"]" && read page a b <ids && gongkai withdraw $a --class 个人隐私 --reason 试 --yes >/dev/null && curl -fsS "$SERVER/d/$page" >p.html && ! grep "/d/$a" p.html && gongkai verify --no-report | grep "坏 0" && gongkai index rebuild >/dev/null 2>&1 && gongkai similar --json $page | python3 -c "
import json, sys
assert len(json.load(sys.stdin)[\"attachments\"]) >= 1"
'
test_expect_success 'one run after the other: the page first, its attachments later, from another folder and by another path; each is linked once' '
	export GONGKAI_ARCHIVE=$PWD/l && gongkai init --org 甲镇 --code l >/dev/null && mkdir -p late/f && printf "<html><meta charset=utf-8><title>先收的通知</title><body><h1>先收的通知</h1><p>请见<a href=\"f/one.txt\">附件一</a>和<a href=\"f/two.txt\">附件二</a>，各村遵照执行。</p></body></html>" >late/p.html &&
	gongkai ingest late >out 2>err && ! grep 登记 err && printf "后收的附件，独特之词己。\n" >late/f/one.txt && gongkai ingest late/f >out 2>err && grep "登记 2 条" err && gongkai ingest late/f late >out 2>err && ! grep "附件已互相" err && printf "更晚的附件，独特之词庚。\n" >late/f/two.txt && (cd / && gongkai ingest --archive "$GONGKAI_ARCHIVE" "$TEST_DIR/late/f/two.txt") >out 2>err && grep "登记 2 条" err &&
	page=$(id 各村遵照执行) && for w in 独特之词己 独特之词庚; do gongkai similar --json $(id $w) | python3 -c "
import json, sys
assert [x[\"id\"] for x in json.load(sys.stdin)[\"attachment_of\"]] == [\"$page\"]" || return 1; done && gongkai similar --json $page | python3 -c "
import json, sys
assert len(json.load(sys.stdin)[\"attachments\"]) == 2" && test ! -s l/index/links
'
test_expect_success 'what waits is a cache: of another archive it is not believed, deleted it costs what it knew, nonsense in it nothing' '
	export GONGKAI_ARCHIVE=$PWD/m && gongkai init --org 甲镇 --code m >/dev/null && mkdir -p wait/f && sed "s/先收/别处/; s/two/three/" late/p.html >wait/p.html && gongkai ingest wait >out 2>err && test -s m/index/links && cp m/index/links links &&
	export GONGKAI_ARCHIVE=$PWD/n && gongkai init --org 甲镇 --code m >/dev/null && printf "另一个档案里的文件。\n" >other.txt && gongkai ingest other.txt >/dev/null && cp links n/index/links && printf "附件三，独特之词辛。\n" >wait/f/three.txt && gongkai ingest wait/f >out 2>err && ! grep 登记 err &&
	export GONGKAI_ARCHIVE=$PWD/m && { echo "{"; echo "{\"at\": 1}"; echo "[]"; cat links; printf "{\"at\":"; } >m/index/links && gongkai ingest wait/f >out 2>err && grep "登记 2 条" err && rm m/index/links && printf "附件一，独特之词壬。\n" >wait/f/one.txt && gongkai ingest wait/f >out 2>err && ! grep 登记 err && gongkai ingest --reread wait >out 2>err && gongkai similar --json $(id 独特之词壬) | grep -q attachment_of
'
test_expect_success 'watched: an attachment that is complete after its page is linked all the same' '
	export GONGKAI_ARCHIVE=$PWD/w && gongkai init --org 甲镇 --code w >/dev/null && mkdir -p box/f && { gongkai ingest --watch --poll 1 box >wout 2>werr & } && pid=$! &&
	printf "<html><meta charset=utf-8><title>先到的通知</title><body><h1>先到的通知</h1><p>请见<a href=\"f/a.txt\">附件</a>，各村遵照执行，不得延误。</p></body></html>" >box/p.html && tries=0 &&
	until gongkai search --literal 不得延误 >/dev/null 2>&1 || test $tries -ge 100; do tries=$((tries + 1)); sleep 0.2; done && printf "后到的附件，独特之词戊。\n" >box/f/a.txt &&
	until gongkai search --literal --json 独特之词戊 2>/dev/null | grep -q attachment_of || test $tries -ge 200; do tries=$((tries + 1)); sleep 0.2; done; kill $pid; wait $pid 2>/dev/null; gongkai search --literal --json 独特之词戊 | grep "先到的通知"
'
test_done
