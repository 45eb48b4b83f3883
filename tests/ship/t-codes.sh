#!/bin/bash
test_description='every code of an error and of a remark on a question: seen here or in a test that names it, with its exit or HTTP status'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null && printf '标题：安全\n发布日期：2021-03-05\n\n安全生产。\n' >"$TEST_DIR/a.txt" && gongkai ingest "$TEST_DIR/a.txt" >/dev/null || { echo "Bail out! no archive"; exit 1; }
seen="$TEST_DIR/seen"

# code STATUS CODE COMMAND…: what the command says in JSON, on either stream
code()
{
	local want=$1 word=$2 got
	shift 2
	"$@" >out 2>err
	got=$?
	head -c 2000 out err
	test $got = "$want" && grep -q "\"code\": *\"$word\"" out err && echo "$word" >>"$seen"
}
# http STATUS CODE TARGET: perhaps with an option of curl behind it
http() { test "$(curl -sg -o out -w '%{http_code}' $SERVER$3)" = "$1" && head -c 2000 out && echo && grep -q "\"code\": *\"$2\"" out && echo "$2" >>"$seen"; }

test_expect_success 'a question with a slip is answered, and the slip is named' '
	code 0 quote_closed gongkai --json search "\"安全" && code 0 bracket_ignored gongkai --json search "(安全" && code 0 operator_ignored gongkai --json search "安全 OR" &&
	code 0 field_ignored gongkai --json search "year:abc 安全" && code 0 spaces_joined gongkai --json search "安 全 生 产"
'
test_expect_success 'what cannot be done is refused with its code' '
	code 2 bad_param gongkai --json search --size x 安全 && code 2 bad_date gongkai --json search --as-of 2021-13-01 安全 && code 2 bad_query gongkai --json search "$(printf "%3000s" | tr " " a)" &&
	code 2 no_access gongkai --json --archive "$TEST_DIR/nowhere" search 安全 && code 1 not_found gongkai --json show nothing && head -c 9000 /dev/urandom >r.bin && code 3 bad_data gongkai --json import r.bin
'
test_expect_success 'so does the server, with its HTTP status' '
	gongkai ingest a.txt >/dev/null && printf "标题：撤回的\n发布日期：2021-03-06\n\n旧事。\n" >b.txt && gongkai ingest b.txt >/dev/null && gongkai withdraw qsz-2021-000002 --class 内容有误 --reason 试 --yes >/dev/null &&
	test_server_start_command gongkai-searchd --listen 127.0.0.1:0 && http 400 unknown_param "/search.json?q=a&nothing=1" && http 400 bad_param "/search.json?q=a&size=x" && http 404 not_found /d/qsz-1999-000001.json &&
	http 410 gone /d/qsz-2021-000002.json && http 200 walk "/search.json?q=%E5%AE%89%E5%85%A8&cursor=*"
'
test_expect_success 'an index out of proportion leaves no space for more' '
	for g in "$GONGKAI_ARCHIVE"/index/public/g*/; do truncate -s 240M "$g/junk"; done && printf "标题：又一件\n\n又一件。\n" >c.txt && code 6 no_space gongkai --json ingest c.txt
'

if grep -q GONGKAI_FAULT "$(command -v gongkai)"; then
	test_expect_success 'a disk that fails is said to be one' '
		rm -f "$GONGKAI_ARCHIVE"/index/public/g*/junk && GONGKAI_FAULT=fdatasync:1 code 7 device gongkai --json ingest c.txt
	'
else
	echo device >>"$seen"
	test_skip 'a disk that fails is said to be one' 'built without --enable-faults'
fi

# Made where each stands: a row of the table of errors, with its cause, or a remark.  A unit test may ask for the cause: too_large and newer_format.
codes()
{
	sed -n '/^gk_answer_error/,/^}/p' "$SRC/web/answer.c" | grep -oE 'GK_CAUSE_[A-Z_]+, "[a-z_]+"' | tr -d ',"'
	grep -ohE 'GK_SLIP_[A-Z]+, "[a-z_]+"|notice\(q, "[a-z_]+"' "$SRC/web/answer-search.c" | grep -oE '[a-z_]+"$' | tr -d '"'
	sed -n '/^enum gk_cause {/,/^}/p' "$SRC/base/status.h" | grep -oE 'HTTP [0-9]+ [a-z_]+' | grep -oE '[a-z_]+$'
}
# A word that may be prose must stand in quotes.
named() { case $1 in *_*) set -- "$1" "\\b$1\\b" ;; *) set -- "$1" "[\"']$1[\\\\]?[\"']" ;; esac; grep -rqE "$2" "$SRC/tests" --include='t*.sh' --include='*.py' --include='t-*.c' --exclude=t-codes.sh; }
test_expect_success 'there is no code that no test has seen' '
	codes | sort -u >all && test "$(wc -l <all)" -ge 20 && while read -r c made; do
		grep -qx "${made:-$c}" "$seen" || named "${made:-$c}" || { test -n "$made" && grep -rqw "$c" "$SRC/tests/unit" --include="t-*.c"; } || echo "${made:-$c}"
	done <all >missing && test_must_be_empty missing
'
test_done
