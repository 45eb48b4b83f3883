#!/bin/bash
test_description='acts on a document: preview, confirmation, effect, undo (domain.md 4.6, experience.md 5)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

cat >"$TEST_DIR/c.jsonl" <<EOF
{"id":"old","title":"安全生产管理办法","docno":"甲发〔2015〕3号","issuer":"甲局","norm_level":"norm_doc","formed_date":"2015-05-20","published_at":"2015-06-01","effective_date":"2015-06-01","text":"第一条 共同的词。\n第七条 罚款。"}
{"id":"new","title":"关于废止部分文件的通知","docno":"甲发〔2021〕7号","issuer":"甲局","norm_level":"norm_doc","formed_date":"2021-11-05","published_at":"2021-11-06","effective_date":"2021-12-01","text":"共同的词，废止。"}
{"id":"twin1","title":"同名的规定","norm_level":"norm_doc","published_at":"2016-01-01","effective_date":"2016-02-01","text":"共同的词，一。"}
{"id":"twin2","title":"同名的规定","norm_level":"norm_doc","published_at":"2017-01-01","effective_date":"2017-02-01","text":"共同的词，二。"}
{"id":"term","title":"有期限的办法","docno":"甲发〔2018〕1号","issuer":"甲局","norm_level":"norm_doc","formed_date":"2018-01-01","published_at":"2018-01-01","effective_date":"2018-02-01","expiry_date":"2019-01-31","text":"共同的词，期限。"}
{"id":"plain","title":"天气","published_at":"2021-03-05","text":"共同的词，天气预报。"}
EOF
gongkai init --org 甲局 --code v >/dev/null
gongkai ingest --jsonl "$TEST_DIR/c.jsonl" >"$TEST_DIR/said" 2>&1 || { cat "$TEST_DIR/said"; echo "Bail out! the corpus is not in"; exit 1; }
OLD=v-2015-000001 NEW=v-2021-000001 TERM_DOC=v-2018-000001
code() { gongkai show --json "$1" ${2:+--as-of $2} >.s && json .s 'd["status"]["code"]'; }
events() { gongkai show --events "$1" | wc -l; }
# exits STATUS COMMAND…
exits() { local want=$1; shift; "$@" >out 2>err; local got=$?; [ $got = "$want" ] || { echo "status $got, not $want: $*"; cat out err; return 1; }; }

# test_http STATUS PATH: asks the server; the body is in .http
test_http() { test "$(curl -sS -o .http -w '%{http_code}' "$SERVER$2")" = "$1" || { echo "$2 is not $1"; cat .http; return 1; }; }

test_expect_success 'a dry run shows badge, table and changes nothing' '
	before=$(events $OLD) && exits 0 gongkai abolish $OLD --by-doc $NEW -n && cat >want <<-END &&
	将登记：废止 $OLD 安全生产管理办法（甲发〔2015〕3号）
	  自 2021-12-01 起
	  现为：现行有效 · 自2015-06-01起
	  变为：已废止 · 自2021-12-01起 · 依据《关于废止部分文件的通知》(甲发〔2021〕7号)
	  2021 年年报表二（规范性文件）：本年废止 +1，现行有效 -1
	  2022 至 $(TZ=UTC-8 date +%Y) 年年报表二（规范性文件）：现行有效 -1
	END
	diff want out && test "$(events $OLD)" = "$before" && test "$(code $OLD)" = in_force
'

test_expect_success 'without a confirmation nothing is registered' '
	before=$(events $OLD) && exits 2 gongkai abolish $OLD --by-doc $NEW </dev/null && grep -- --yes err &&
	test "$(events $OLD)" = "$before"
'

test_expect_success 'the abolition begins with the document that says so, is told with its number, and is safe' '
	exits 0 gongkai abolish "甲发[2015]3号" --by-doc "《关于废止部分文件的通知》" --reason 被取代 --yes &&
	grep "已登记 e-000007：废止 $OLD。撤销：gongkai undo e-000007" out &&
	test "$(code $OLD)" = abolished && test "$(code $OLD 2021-11-30)" = in_force && test "$(code $OLD 2021-12-01)" = abolished &&
	gongkai search --json "is:废止" >s && test "$(json s "d[\"hits\"][0][\"id\"]")" = $OLD && test "$(json s "d[\"total\"]")" = 1
'

test_expect_success 'what is abolished is not abolished again, and says by what it is' '
	before=$(events $OLD) && exits 3 gongkai abolish $OLD --by-text 县令 --yes && grep "甲发〔2021〕7号" err && test "$(events $OLD)" = "$before"
'

test_expect_success 'undo is another event; the badge is as before, the log keeps both' '
	exits 0 gongkai undo e-000007 --reason 登错 --yes && test "$(code $OLD)" = in_force && test "$(events $OLD)" = 3 &&
	exits 3 gongkai undo e-000007 --reason 再撤 --yes && grep 已经撤销 err &&
	exits 0 gongkai undo e-000008 --reason 没登错 --yes && test "$(code $OLD)" = abolished &&
	exits 0 gongkai undo e-000009 --reason 还是错 --yes && test "$(code $OLD)" = in_force
'

test_expect_success 'an event on which a later one rests is not undone' '
	exits 0 gongkai abolish $OLD --by-doc $NEW --yes --json && e=$(json out "d[\"event\"]") &&
	exits 0 gongkai reinstate $OLD --by-text 县令 --effective 2022-06-01 --yes --json && r=$(json out "d[\"event\"]") &&
	exits 3 gongkai undo $e --reason x --yes && grep "$r" err &&
	exits 0 gongkai undo $r --reason x --yes && exits 0 gongkai undo $e --reason x --yes && test "$(code $OLD)" = in_force
'

test_expect_success 'the first event is not undone; an event that is not there is not found' '
	exits 3 gongkai undo e-000001 --reason x --yes && grep withdraw err && exits 1 gongkai undo e-009999 --reason x --yes && exits 1 gongkai undo unsinn --reason x --yes
'

test_expect_success 'two documents of one title are asked for, not guessed' '
	exits 3 gongkai abolish 同名的规定 --by-doc $NEW --yes && grep "v-2016-000001 v-2017-000001" err && exits 1 gongkai abolish 没有的规定 --by-doc $NEW --yes &&
	for c in show status log; do exits 3 gongkai $c 同名的规定 && grep "v-2016-000001 v-2017-000001" err && exits 1 gongkai $c 没有的规定 && exits 0 gongkai $c "甲发[2015]3号" && grep $OLD out || return 1; done
'

test_expect_success 'what is missing is named' '
	exits 2 gongkai abolish $OLD --yes && grep 依据文件 err && exits 2 gongkai undo e-000002 --yes && grep 理由 err &&
	exits 2 gongkai withdraw $OLD --class 无聊 --yes && grep 类别 err && exits 2 gongkai renew $OLD --yes && grep 有效期 err &&
	exits 2 gongkai abolish $OLD --by-doc $NEW --effective 2021-13-01 --yes && grep 2021-13-01 err && exits 2 gongkai abolish && exits 1 gongkai abolish $OLD --by-doc 没有 --yes
'

test_expect_success 'expiry is a clock, a late renewal needs its flag' '
	test "$(code $TERM_DOC)" = expired && exits 3 gongkai renew $TERM_DOC --until 2034-12-31 --effective 2019-03-01 --yes &&
	exits 0 gongkai renew $TERM_DOC --until 2034-12-31 --effective 2019-03-01 --late --yes && test "$(code $TERM_DOC)" = in_force &&
	test "$(code $TERM_DOC 2019-02-15)" = expired
'

test_expect_success 'suspension and resumption, partly abolished, confirmed' '
	exits 0 gongkai suspend $OLD --effective 2020-01-01 --until 2020-12-31 --yes && test "$(code $OLD 2020-06-01)" = suspended && test "$(code $OLD)" = in_force &&
	exits 0 gongkai abolish $OLD --by-doc $NEW --part 第七条 --yes && test "$(code $OLD)" = partly_in_force &&
	exits 0 gongkai confirm $OLD --effective 2023-01-01 --yes && test "$(code $OLD)" = in_force
'

test_expect_success 'an annulled document is so from the beginning' '
	exits 0 gongkai revoke v-2016-000001 --by-text 县政府决定 --effective 2022-05-05 --yes && test "$(code v-2016-000001 2017-01-01)" = revoked
'

test_expect_success 'a document without legal effect cannot be suspended' '
	exits 3 gongkai suspend v-2021-000002 --yes && test "$(code v-2021-000002)" = not_applicable
'

test_expect_success 'a bad one of several costs itself' '
	exits 3 gongkai abolish v-2017-000001 v-2099-000001 v-2016-000001 --by-doc $NEW --yes && grep "v-2017-000001" out && test "$(code v-2017-000001)" = abolished
'

test_expect_success 'a withdrawn document is gone at once, from every list and count, and comes back with all its words' '
	gongkai search --json 天气预报 >s && test "$(json s "d[\"total\"]")" = 1 && exits 0 gongkai withdraw v-2021-000002 --class 个人隐私 --yes &&
	gongkai search --json 天气预报 >s; test "$(json s "d[\"total\"]")" = 0 && gongkai search --json "" >s && ! grep -q v-2021-000002 s &&
	exits 3 gongkai withdraw v-2021-000002 --class 个人隐私 --yes && exits 0 gongkai show v-2021-000002 &&
	test_server_start_command gongkai serve --listen 127.0.0.1:0 && test_http 410 /d/v-2021-000002.json && grep gone .http && test_http 410 /d/v-2021-000002/text && test_http 404 /d/v-2021-000999.json &&
	exits 0 gongkai seal v-2016-000001 --reason 令 --yes && test_http 404 /d/v-2016-000001.json &&
	exits 0 gongkai restore v-2021-000002 --reason 已处理 --yes && gongkai search --json 天气预报 >s && test "$(json s "d[\"total\"]")" = 1
'

test_expect_success 'corrections: a field, a bad value, the same value, taking it away' '
	exits 0 gongkai correct v-2021-000002 题名=天气预报 --yes && gongkai search --json 标题:天气预报 >s && test "$(json s "d[\"total\"]")" = 1 &&
	exits 3 gongkai correct v-2021-000002 题名=天气预报 --yes && exits 2 gongkai correct v-2021-000002 施行日期=明天 --yes &&
	exits 2 gongkai correct v-2021-000002 没有=1 --yes && exits 2 gongkai correct v-2021-000002 --yes && exits 0 gongkai expire $OLD --on 2030-12-31 --yes &&
	gongkai show $OLD | grep 2030-12-31 && exits 0 gongkai correct $OLD 有效期至= --yes && ! gongkai show $OLD | grep 2030-12-31
'

# at_terminal ANSWER COMMAND…: the command in a terminal of its own, where somebody types the answer
at_terminal() { python3 -c '
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
os.write(fd, (sys.argv[1] + "\n").encode())
said = b""
try:
    while piece := os.read(fd, 4096):
        said += piece
except OSError:
    pass
sys.stdout.buffer.write(said)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))' "$@"; }

test_expect_success 'at a terminal it asks; only a whole yes is one, for one document and for a list' '
	gongkai ingest -q --jsonl - <<-"END" >/dev/null 2>&1 &&
	{"id":"ask","title":"问一问管理办法","docno":"甲发〔2022〕9号","issuer":"甲局","norm_level":"norm_doc","published_at":"2022-05-12","effective_date":"2022-06-01","text":"问。"}
	END
	gongkai log >before && for no in 否 n 不是 是不是 yikes ""; do at_terminal "$no" gongkai correct v-2021-000002 题名=问过的 >out; grep "是/否" out || return 1; done &&
	echo 问一问管理办法 >list && for no in 是不是 yikes; do at_terminal "$no" gongkai abolish --list list --by-text 某令 >out; grep "是/否" out || return 1; done &&
	gongkai log >after && cmp before after &&
	at_terminal 是 gongkai correct v-2021-000002 题名=问过的 >out && gongkai show v-2021-000002 | grep 问过的
'

test_expect_success 'a rebuilt index gives the same answers' '
	answers() { for q in "" 共同的词 is:废止 is:有效; do gongkai search --json "$q" --as-of 2020-06-01 | sed "s/\"took_ms\":[0-9.]*//"; done; }
	answers >grown && gongkai index rebuild >/dev/null && answers >rebuilt && cmp grown rebuilt && gongkai verify >/dev/null
'

test_done
