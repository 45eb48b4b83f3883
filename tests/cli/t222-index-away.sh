#!/bin/bash
test_description='an index that cannot be read: readers are told to wait, never something wrong; it comes back by itself'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

cd "$TEST_DIR" || exit 1
printf '标题：关于防汛工作的通知\n发布日期：2021-03-05\n\n防汛工作的正文。\n' >one.txt
printf '标题：关于抗旱工作的通知\n发布日期：2021-03-06\n\n抗旱工作的正文。\n' >two.txt
gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null && gongkai ingest -q one.txt >/dev/null || { echo "Bail out! no archive"; exit 1; }
id=qsz-2021-000001
pages="/ /search?q=%E9%98%B2%E6%B1%9B /search.json?q=%E9%98%B2%E6%B1%9B /d/$id /d/$id.json /d/$id/text /healthz"

# answers STATUS: every page says so
answers()
{
	local path got
	for path in $pages; do
		got=$(curl -sS -D head -o body -w '%{http_code}' "$SERVER$path") && [ "$got" = "$1" ] || { echo "$path: $got, not $1"; cat body; return 1; }
		[ "$1" != 503 ] || { grep -i '^retry-after: [0-9]' head && test_absent "$GONGKAI_ARCHIVE" body; } || return 1
	done
}

break_index() { : >"$GONGKAI_ARCHIVE/index/public/$(readlink "$GONGKAI_ARCHIVE/index/public/current")/changes/iamglass"; }

test_expect_success 'the index breaks under a running server: 503 with Retry-After everywhere, and no path of ours in it' '
	test_server_start && answers 200 && break_index && answers 503 &&
	curl -sS "$SERVER/search.json?q=x" >out && test "$(json out "d[\"error\"][\"code\"]")" = busy && grep -F "\"event\":\"index-unusable\"" "$SERVER_LOG"
'

test_expect_success 'the next command that writes builds it again, and the same server answers' '
	gongkai ingest two.txt && answers 200 && curl -sS "$SERVER/search.json?q=%E5%B7%A5%E4%BD%9C" >out && test "$(json out "d[\"total\"]")" = 2 && test_server_stop
'

test_expect_success 'a server started on a broken index, or on none, waits too' '
	for how in break none; do
		if [ $how = break ]; then break_index; else rm -rf "$GONGKAI_ARCHIVE/index"; fi
		gongkai-searchd --listen 127.0.0.1:0 >log 2>&1 </dev/null & pid=$! && test_server_pids+=("$pid")
		for i in $(seq 300); do grep -q "^http:" log && break; sleep 0.1; done
		SERVER=$(sed -n "s,^\(http://[^/]*\)/.*,\1,p" log) && answers 503 && grep "index" log && gongkai index rebuild && answers 200 || return 1
		kill "$pid" && wait "$pid"
	done
'

test_expect_success 'where there is no archive at all the server does not start' '
	got=0; timeout 30 gongkai-searchd --archive "$TEST_DIR/nowhere" --listen 127.0.0.1:0 2>err || got=$?; test $got != 0 && test $got != 124 && grep nowhere err
'

test_done
