#!/bin/bash
# A document with several texts: which one a day has, on the command line, on the page, in the index, and after a rebuild.
test_description='历史版本：每一天的文本'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

exits() { local want=$1 got=0; shift; "$@" >out 2>err </dev/null || got=$?; test $got = $want || { echo "exit $got, not $want: $*"; cat out err; return 1; }; }
json() { python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$@"; }
D=v-2015-000001

test_http()
{
	local got
	got=$(curl -s -o .http -w '%{http_code}' "$SERVER$2") && test "$got" = "$1" || { echo "$got, not $1: $2"; head -c 600 .http; return 1; }
}

# What a search says, but for the time it took.
found()
{
	local q
	for q in 每年一百元 每年五十元 登记费 禁止携犬 束犬绳 不收登记费 养犬; do
		gongkai search --json $q | python3 -c 'import json,sys; d=json.load(sys.stdin); d.pop("took_ms"); print(json.dumps(d,ensure_ascii=False,sort_keys=True))' || return 1
	done
}

make_texts()
{
cat >old.txt <<'EOF'
云溪县养犬管理办法
第一章 总则
第一条 为了规范养犬行为，制定本办法。
第二条 养犬登记费每年一百元。
第三条 禁止携犬进入公园。
第二章 附则
第四条 本办法自2015年6月1日起施行。
EOF
sed -e 's/每年一百元/每年五十元/' -e '/第三条/s/.*/第三条 携犬进入公园应当束犬链。/' old.txt >new.txt
sed 's/束犬链/束犬链、戴嘴套/' new.txt >third.txt
}

test_expect_success 'a document comes in' '
	make_texts && exits 0 gongkai init --org 云溪县 --code v &&
	python3 -c "
import json
t=open(\"old.txt\").read()
print(json.dumps(dict(id=\"y1\",title=\"云溪县养犬管理办法\",docno=\"云府发〔2015〕3号\",issuer=\"云溪县人民政府\",norm_level=\"norm_doc\",formed_date=\"2015-05-20\",published_at=\"2015-05-21\",effective_date=\"2015-06-01\",column=\"政策法规\",text=t),ensure_ascii=False))
print(json.dumps(dict(id=\"y2\",title=\"关于修改养犬管理办法的决定\",docno=\"云府发〔2018〕4号\",issuer=\"云溪县人民政府\",norm_level=\"norm_doc\",formed_date=\"2018-03-01\",published_at=\"2018-03-01\",effective_date=\"2018-03-09\",column=\"政策法规\",text=\"决定修改。\"),ensure_ascii=False))" >in.jsonl &&
	exits 0 gongkai ingest --jsonl in.jsonl
'

test_expect_success 'what would be done is told first, nothing is stored' '
	exits 0 gongkai amend $D --text new.txt --by-doc v-2018-000001 --articles 二,3 -n && grep -q "修改（新文本）" out && exits 0 gongkai show $D --text && cmp out old.txt
'

test_expect_success 'an amendment brings a new text from its day on' '
	exits 0 gongkai amend $D --text new.txt --by-doc v-2018-000001 --articles 二,3 --yes &&
	gongkai show $D@2018-03-08 --text >a && cmp a old.txt && gongkai show $D@2018-03-09 --text >a && cmp a new.txt && gongkai show $D --text >a && cmp a new.txt &&
	gongkai show $D@2018-03-08 --original >a && cmp a old.txt && gongkai show $D@2018-03-09 --original >a && cmp a new.txt
'

test_expect_success 'the page of a day tells its status and its text, the list all of them' '
	gongkai show $D@2015-05-25 >out && grep -q "◷ 尚未生效" out && gongkai show $D@2016-01-01 >out && grep -q "✓ 现行有效" out && grep -q "[*] 最初        2018-03-08" out && grep -q "  2018-03-09  至今" out && grep -q v-2018-000001 out &&
	grep "2018-03-09 .*修改（新文本）  第二条、第三条" out && gongkai show --json $D@2016-01-01 >j && test "$(json j "[t[\"shown\"] for t in d[\"texts\"]]")" = "[True, False]" &&
	test "$(json j "d[\"texts\"][0][\"url\"]")" = /d/$D@2018-03-08 && test "$(json j "d[\"texts\"][1][\"current\"]")" = True
'

test_expect_success 'the same bytes again, a file that is not there, no text, are refused' '
	exits 3 gongkai amend $D --text new.txt --by-doc v-2018-000001 --yes && grep -q 逐字节相同 err && exits 2 gongkai amend $D --text nowhere.txt --yes &&
	: >empty.txt && ! gongkai amend $D --text empty.txt --yes 2>err && exits 2 gongkai correct $D --text old.txt --yes && grep -q 理由 err &&
	exits 2 gongkai amend $D v-2018-000001 --text old.txt --yes && exits 2 gongkai amend $D --articles 关于收费 --by-doc v-2018-000001 --yes && grep -q 关于收费 err
'

test_expect_success 'what was not known then is not told then' '
	exits 0 gongkai show $D --known-at 2099-01-01 && gongkai show --json $D >j && T=$(json j "d[\"recorded_at\"]") && gongkai show --json --known-at $T $D >j && test "$(json j "len(d[\"texts\"])")" = 1
'

test_expect_success 'a correction takes the place of the bytes for all days of that text' '
	sed s/束犬链/束犬绳/ new.txt >fixed.txt && exits 0 gongkai correct $D --text fixed.txt --reason 录入错误 --yes && gongkai show $D --text >a && cmp a fixed.txt &&
	gongkai show $D@2018-03-09 --text >a && cmp a fixed.txt && gongkai show $D@2017-01-01 --text >a && cmp a old.txt &&
	sed s/规范养犬/规范饲养犬只/ old.txt >oldfixed.txt && exits 0 gongkai correct $D --text oldfixed.txt --effective 2016-01-01 --reason 录入错误 --yes &&
	gongkai show $D@2017-01-01 --text >a && cmp a oldfixed.txt && gongkai show $D --text >a && cmp a fixed.txt && gongkai show $D | grep -q 更正过
'

test_expect_success 'a text of the future is not the text of today' '
	F=$(python3 -c "import datetime; print(datetime.date.today() + datetime.timedelta(days=400))") && exits 0 gongkai amend $D --text third.txt --by-text 县令 --effective $F --yes --json &&
	E=$(json out "d[\"event\"]") && gongkai show $D --text >a && cmp a fixed.txt && gongkai show $D@$F --text >a && cmp a third.txt && gongkai show $D@$F | grep -q "[*] $F"
'

test_expect_success 'undone, it was never there' '
	exits 0 gongkai undo $E --reason 误登 --yes && gongkai show $D@$F --text >a && cmp a fixed.txt
'

test_expect_success 'on the web: the page of a day, its bytes, its twin' '
	test_server_start_command gongkai serve --listen 127.0.0.1:0 &&
	test_http 200 /d/$D@2016-01-01 && grep -q "历史版本" .http && grep -q "已被修改（旧文本）：这是最初至 2018-03-08 的文本" .http && grep -q 每年一百元 .http && ! grep -q 每年五十元 .http && grep -q "/d/$D@2018-03-09" .http &&
	test_http 200 /d/$D && grep -q 每年五十元 .http && ! grep -q "这是最初" .http && grep -q "id=\"texts\"" .http &&
	test_http 200 /d/$D@2016-01-01/text && cmp .http oldfixed.txt && test_http 200 /d/$D@2018-03-09/original && cmp .http fixed.txt && test_http 200 /d/$D/text && cmp .http fixed.txt &&
	test_http 200 /d/$D@2016-01-01.json && test "$(json .http "d[\"links\"][\"self\"]")" = /d/$D@2016-01-01.json && test "$(json .http "d[\"links\"][\"text\"]")" = /d/$D@2016-01-01/text && test_http 400 /d/$D@2016-13-01/text && test_http 400 /d/$D@2016-13-01.json &&
	test_http 200 /d/v-2018-000001 && ! grep -q "id=\"texts\"" .http
'

test_expect_success 'what only an old text has is found, said to be old, and leads to it' '
	gongkai search --json 每年一百元 >j && test "$(json j "d[\"total\"]")" = 1 && test "$(json j "d[\"hits\"][0][\"snippet\"][\"version\"][\"url\"]")" = /d/$D@2018-03-08 &&
	json j "d[\"hits\"][0][\"snippet\"][\"text\"]" | grep -q 一百元 && gongkai search 每年一百元 | grep -q "历史版本：最初 至 2018-03-08" &&
	gongkai search --json 每年五十元 >j && test "$(json j "\"version\" in d[\"hits\"][0][\"snippet\"]")" = False &&
	gongkai search --json 每年五十元 --as-of 2016-01-01 >j && test "$(json j "d[\"hits\"][0][\"snippet\"][\"version\"][\"from\"]")" = 2018-03-09 &&
	gongkai search --json 每年一百元 --as-of 2016-01-01 >j && test "$(json j "\"version\" in d[\"hits\"][0][\"snippet\"]")" = False &&
	gongkai search --json "登记费 一百元" >j && test "$(json j "d[\"hits\"][0][\"snippet\"][\"version\"][\"until\"]")" = 2018-03-08 &&
	gongkai search --json --literal 束犬链 >j; test "$(json j "d[\"total\"]")" = 0 && test_http 200 "/search?q=%E4%B8%80%E7%99%BE%E5%85%83" && grep -q "历史版本</a>：最初 至 2018-03-08 的文本" .http
'

test_expect_success 'articles have addresses; of a dead one the page, the passage and the twin say so' '
	exits 0 gongkai abolish $D --articles 三 --by-text 县政府决定 --effective 2020-01-01 --yes && exits 0 gongkai amend $D --part 第二条第一款 --by-doc v-2018-000001 --effective 2021-01-01 --yes &&
	test_http 200 /d/$D && grep -q "<p id=\"a1\">第一条" .http && grep -q "<p class=\"dead\" id=\"a3\"><s>第三条" .http && grep -q "第三条：<strong>本条已废止</strong> · 自2020-01-01起 · 依据<span>县政府决定" .http &&
	grep -q "<p id=\"a2\">第二条" .http && grep -q "本条第一款已被修改" .http && test_http 200 /d/$D@2019-12-31 && ! grep -q 本条 .http && grep -q "id=\"a3\"" .http &&
	test_http 200 /d/$D.json && test "$(json .http "\" \".join(a[\"anchor\"] for a in d[\"articles\"])")" = "a1 a2 a3 a4" &&
	test "$(json .http "d[\"articles\"][2][\"notice\"][\"type\"]")" = abolished && test "$(json .http "d[\"articles\"][3][\"chapter\"]")" = "第二章 附则" &&
	test "$(json .http "[d[\"text\"][a[\"offset\"]:][:3] for a in d[\"articles\"]][3]")" = 第四条 &&
	gongkai search --json 束犬绳 >j && test "$(json j "d[\"hits\"][0][\"snippet\"][\"article\"][\"url\"]")" = "/d/$D#a3" && gongkai search 束犬绳 | grep -q "第三条：本条已废止 · 自2020-01-01起" &&
	gongkai search --json 束犬绳 --as-of 2019-01-01 >j && test "$(json j "\"article\" in d[\"hits\"][0][\"snippet\"]")" = False &&
	gongkai search --json 规范养犬行为 >j && test "$(json j "\"article\" in d[\"hits\"][0][\"snippet\"]")" = False && test_http 200 "/search?q=%E6%9D%9F%E7%8A%AC%E7%BB%B3" && grep -q "#a3\">第三条</a>：<strong>本条已废止" .http
'

test_expect_success 'diff tells what changed, article by article, however the days are given' '
	cat >want <<-END &&
	--- $D@2018-03-08  云溪县养犬管理办法（最初 至 2018-03-08 的文本）
	+++ $D@2018-03-09  云溪县养犬管理办法（2018-03-09 至 今 的文本）
	修改 3 条，未变 1 条

	== 第一条  修改
	第一条 为了规范[-饲-]养犬[-只-]行为，制定本办法。

	== 第二条  修改
	第二条 养犬登记费每年[-一百-]{+五十+}元。

	== 第三条  修改
	第三条 [-禁止-]携犬进入公园{+应当束犬绳+}。
	END
	exits 0 gongkai diff $D && diff -u want out &&
	for q in "$D 2018-03-08 2018-03-09" "$D@2018-03-08 $D@2018-03-09" "$D@2018-03-08 2018-03-09" "$D 2018-03-08" "$D@2018-03-08"; do exits 0 gongkai diff $q && cmp want out || return 1; done &&
	exits 0 gongkai diff $D 2016-01-01 2017-01-01 && grep -q 两个文本相同 out && exits 2 gongkai diff && exits 2 gongkai diff $D 2018-13-01 2018-01-01 && exits 1 gongkai diff v-2018-000001 && exits 0 gongkai diff v-2018-000001 $D
'

test_expect_success 'the pieces of the twin are both texts' '
	exits 0 gongkai diff $D --json && python3 -c "
import json
d=json.load(open(\"out\"))[\"difference\"]
old=open(\"oldfixed.txt\").read(); new=open(\"fixed.txt\").read()
for b in d[\"blocks\"]:
    if b[\"kind\"] == \"same\": continue
    was=\"\".join(p[\"text\"] for p in b[\"pieces\"] if p[\"op\"] != \"added\"); now=\"\".join(p[\"text\"] for p in b[\"pieces\"] if p[\"op\"] != \"removed\")
    assert was in old and now in new, b
    old=old.replace(was, now, 1)
assert old == new
" && test_http 200 "/d/$D/diff" && grep -q "每年<del><span class=\"vh\">删：</span>一百</del><ins>" .http && test_http 200 "/d/$D/diff.json?from=2018-03-08&to=2018-03-09" && test "$(json .http "d[\"difference\"][\"changed\"]")" = 3 &&
	test_http 404 /d/v-2018-000001/diff && test_http 400 "/d/$D/diff.json?from=2018-13-01" && grep -q "\"param\":\"from\"" .http && test_http 400 "/d/$D/diff.json?von=1" && test_http 404 /d/v-2099-000001/diff.json &&
	test_http 404 "/d/$D@2018-01-01/diff"
'

test_expect_success 'a new text has taken in what was amended before' '
	sed "s/^第二条.*/第二条 养犬不收登记费。/; s/^第三条.*/第三条 （删去）/" new.txt >later.txt && exits 0 gongkai amend $D --text later.txt --by-text 县政府决定 --effective 2022-01-01 --yes &&
	test_http 200 /d/$D && ! grep -q 本条 .http && test_http 200 /d/$D@2021-06-01 && grep -q 本条已废止 .http && test_http 200 /d/$D@2018-03-09 && ! grep -q 本条 .http
'

test_expect_success 'what is not public has no text of any day' '
	exits 0 gongkai withdraw $D --class 内容有误 --yes && test_http 410 /d/$D@2016-01-01 && test_http 410 /d/$D@2016-01-01/text && test_http 410 /d/$D/diff.json && ! grep -q 养犬登记费 .http &&
	gongkai search --json 每年一百元 >j; test "$(json j "d[\"total\"]")" = 0 && exits 0 gongkai restore $D --reason 已核 --yes && gongkai search --json 每年一百元 >j && test "$(json j "d[\"total\"]")" = 1
'

test_expect_success 'an export brings the texts of all days to another archive, once' '
	exits 0 gongkai export --format warc --query 养犬 e.warc.gz && exits 0 gongkai --archive other init --org 别处 --code w && exits 0 gongkai --archive other import e.warc.gz &&
	for day in 2016-01-01 2018-03-09 2021-12-31 2022-01-01; do gongkai show $D@$day --text >a && gongkai --archive other show w-2015-000001@$day --text >b && cmp a b || return 1; done &&
	exits 0 gongkai --archive other import e.warc.gz --json && grep -q "\"versions\": *0" out && exits 0 gongkai --archive other verify &&
	gongkai --archive other show --json w-2015-000001 >j && test "$(json j "len(d[\"texts\"])")" = 3
'

test_expect_success 'when the last article goes, so does the whole; an article that is not there is asked about' '
	cat >k.txt <<-END &&
	青石镇摊位管理规定
	第一条 摊位由镇人民政府管理。
	第二条 摊位费每月十元。
	第三条 自2019年1月1日起施行。
	END
	python3 -c "
import json
print(json.dumps(dict(id=\"k1\",title=\"青石镇摊位管理规定\",norm_level=\"norm_doc\",formed_date=\"2018-12-01\",published_at=\"2018-12-02\",effective_date=\"2019-01-01\",text=open(\"k.txt\").read()),ensure_ascii=False))" >k.jsonl &&
	exits 0 gongkai ingest --jsonl k.jsonl && K=v-2018-000002 && exits 0 gongkai abolish $K --part 第二条 --by-text 县令 --effective 2020-01-01 --yes --json && test "$(json out "d[\"after\"][\"code\"]")" = partly_in_force &&
	exits 0 gongkai abolish $K --part 第九条 --by-text 县令 --effective 2020-02-01 --yes --json && grep -q "没有“第九条”" err && exits 0 gongkai undo "$(json out "d[\"event\"]")" --reason 误 --yes &&
	exits 0 gongkai abolish $K --articles 1,3 --by-text 县令 --effective 2021-01-01 --yes && gongkai show --json $K >j && test "$(json j "d[\"status\"][\"code\"]")" = abolished &&
	gongkai show --json $K@2020-06-01 >j && test "$(json j "d[\"status\"][\"code\"]")" = partly_in_force
'

test_expect_success 'a guide without legal effect has texts too, and lines of two texts are no phrase' '
	printf "办事指南\n丙丁戊己庚\n" >g1.txt && printf "办事指南\n甲乙辛壬\n" >g2.txt && exits 0 gongkai ingest g1.txt && gongkai search --json 丙丁戊 >j && G=$(json j "d[\"hits\"][0][\"id\"]") &&
	exits 0 gongkai amend $G --text g2.txt --by-text 窗口 --effective 2024-01-01 --yes && gongkai show $G@2023-12-31 --text >a && cmp a g1.txt && gongkai show $G --text >a && cmp a g2.txt &&
	for q in 丙丁戊己 甲乙辛壬; do gongkai search --json --literal $q >j && test "$(json j "d[\"total\"]")" = 1 || return 1; done &&
	for q in 壬丙 辛壬丙丁; do gongkai search --json --literal $q >j; test "$(json j "d[\"total\"]")" = 0 || return 1; done
'

test_expect_success 'a newer copy with a later date is a text of its own, and is asked about' '
	sed "s/2019-01-01/2023-01-01/; s/每月十元/每月二十元/" k.jsonl >k2.jsonl && exits 0 gongkai ingest --jsonl k2.jsonl && grep -q "施行日期比原来的晚（如 $K）" err &&
	gongkai show $K@2020-01-01 --text | grep -q 每月十元 && gongkai show $K@2023-01-01 --text | grep -q 每月二十元 &&
	sed "s/二十元/三十元/" k2.jsonl >k3.jsonl && exits 0 gongkai ingest --jsonl k3.jsonl && ! grep -q 施行日期 err && gongkai show $K@2023-01-01 --text | grep -q 每月三十元 && gongkai show $K@2020-01-01 --text | grep -q 每月十元
'

test_expect_success 'verify has nothing to say, a rebuilt index gives the same' '
	exits 0 gongkai verify && gongkai show --json $D >j1 && gongkai show --json $D@2016-01-01 >j2 && found >f1 && exits 0 gongkai index rebuild && found >f2 && cmp f1 f2 && grep -q 2018-03-08 f1 && gongkai show --json $D >j3 && cmp j1 j3 && gongkai show --json $D@2016-01-01 >j3 && cmp j2 j3
'

test_done
