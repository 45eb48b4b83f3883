#!/bin/bash
test_description='ingest: folders that did not change are not read again; --watch takes files in as they are complete'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

gongkai init --org 云溪县人民政府 --code yx >/dev/null || { echo "Bail out! no archive"; exit 1; }
# wait_for COMMAND…: until it succeeds, at most 20 s
wait_for() { for _ in $(seq 100); do "$@" >/dev/null 2>&1 && return 0; sleep 0.2; done; return 1; }
# reads COMMAND…: how often it opens a file of in/ to read it
reads() { ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" strace -f -qq -e trace=openat -o trace "$@" >/dev/null && grep -c '"in/[^"]*\.txt".*O_RDONLY' trace; }

test_expect_success 'what was taken is told without reading it; --json names its record' '
	mkdir in && for i in 1 2 3; do printf "关于事项%d的通知\n正文%d。\n" $i $i >in/$i.txt && touch -d "2021-03-05 10:00" in/$i.txt; done && sleep 2.1 &&
	gongkai ingest in | grep "收入 3 件" && sleep 2.1 && gongkai ingest in | grep "收入 0 件，重复 3 件" &&
	grep -c " in/[123].txt$" "$GONGKAI_ARCHIVE/index/taken" >n && test "$(cat n)" = 3 && gongkai ingest --json in >out &&
	test "$(grep -c "\"result\":\"duplicate\",\"id\":\"yx-" out)" = 3
'
test_expect_success_if strace -- 'and really without reading it; --reread reads' '
	test "$(reads gongkai ingest in || :)" = 0 && test "$(reads gongkai ingest --reread in)" -ge 3
'
test_expect_success 'a changed file is read, also one of the same size and time; one that is away stays in the archive' '
	printf "关于事项9的通知\n正文9。\n" >in/1.txt && touch -d "2021-03-05 10:00" in/1.txt && rm in/2.txt && gongkai ingest in | grep "收入 1 件，重复 1 件" &&
	gongkai search --json "" >all && test "$(json all "d[\"total\"]")" = 4
'
test_expect_success 'the list of what was taken may be torn, wrong or away: files are read again, none is taken twice' '
	printf "1 2 3 4" >>"$GONGKAI_ARCHIVE/index/taken" && gongkai ingest in | grep "收入 0 件，重复 2 件" && sleep 2.1 && touch in/3.txt && gongkai ingest in | grep "收入 0 件，重复 2 件" &&
	echo x >"$GONGKAI_ARCHIVE/index/taken" && gongkai ingest in | grep "收入 0 件，重复 2 件" && rm "$GONGKAI_ARCHIVE/index/taken" && gongkai ingest in | grep "收入 0 件，重复 2 件"
'
test_expect_success 'a list of another archive takes nothing for granted' '
	gongkai ingest in && cp "$GONGKAI_ARCHIVE/index/taken" . && gongkai init --org 云溪县人民政府 --code yx --archive other >/dev/null && mkdir -p other/index && cp taken other/index/ &&
	gongkai ingest --archive other in | grep "收入 2 件"
'
test_expect_success 'the order is that of the names, whatever the number of threads' '
	mkdir many && for i in $(seq 10 49); do printf "关于事项%d的通知\n正文%d。\n" $i $i >many/$i.txt; done && printf "" >many/30b.txt &&
	for n in 1 2 7; do gongkai init --org 云溪县人民政府 --code yx --archive a$n >/dev/null && { GONGKAI_THREADS=$n gongkai ingest --archive a$n --json many || :; } | sed "s/\"seconds\".*//" >out$n; done &&
	test "$(wc -l <out1)" = 42 && cmp out1 out2 && cmp out1 out7
'
test_expect_success '--watch takes what is there and what comes, when it is complete, and ends with 0 at SIGTERM' '
	mkdir w && printf "关于旧事的通知\n旧。\n" >w/old.txt && { gongkai ingest --watch --quiet w >log 2>&1 & } && pid=$! && wait_for grep -q "收入 1 件" log &&
	{ { printf "关于慢事的通知\n慢"; sleep 2.5; printf "事完。\n"; } >w/slow.txt & } && sleep 2 && ! gongkai search "\"关于慢事的通知\"" && wait_for gongkai search "\"慢事完\"" &&
	mkdir w/sub && printf "关于新夹的通知\n新夹。\n" >w/sub/a.txt && wait_for gongkai search "\"关于新夹的通知\"" && rm w/sub/a.txt && sleep 1 && gongkai search "\"关于新夹的通知\"" &&
	kill $pid && wait $pid
'
test_expect_success '--poll looks without events; both want folders' '
	mkdir p && { gongkai ingest --watch --poll 1 p >log 2>&1 & } && pid=$! && sleep 0.5 && printf "关于网盘的通知\n网盘。\n" >p/a.txt && wait_for gongkai search "\"关于网盘的通知\"" && kill $pid && wait $pid &&
	test_must_fail_with 2 gongkai ingest --watch && test_must_fail_with 2 gongkai ingest --poll 5 p && test_must_fail_with 2 gongkai ingest --watch --poll 0 p
'
test_done
