#!/bin/bash
test_description='limits of doc/limits.md that no other test looks at: L14, L27, L32, L36; and the page itself'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null || { echo "Bail out! no archive"; exit 1; }

test_expect_success 'L14: there are no wildcards: a star is passed over, and finds no other word' '
	printf "标题：关于防汛的通知\n发布日期：2021-03-05\n\nfloodgates abc。\n" >a.txt && gongkai ingest -q a.txt >/dev/null && gongkai search floodgates &&
	test_must_fail_with 1 gongkai search --json "floodg*" >out && test_must_fail_with 1 gongkai search --json "*gates"
'

test_expect_success 'L27: four million characters are searchable, what stands behind them is not; the text is kept whole' '
	python3 -c "print(\"标题：很长的汇编\n发布日期：2021-03-06\n\n开头标志甲乙。\n\" + \"字句\" * 2000100 + \"\n末尾标志丙丁。\")" >long.txt && gongkai ingest -q long.txt >/dev/null &&
	gongkai search "\"开头标志甲乙\"" && test_must_fail_with 1 gongkai search --json "\"末尾标志丙丁\"" >out && gongkai show qsz-2021-000002 --text | tail -c 60 | grep 末尾标志丙丁
'

# What is about 80 and 240 MB beside a text that the index keeps as 8.
junk() { for g in "$GONGKAI_ARCHIVE"/index/public/g*/; do rm -f "$g/junk" && test "$1" = 0 || truncate -s "$1" "$g/junk"; done; }
test_expect_success 'L36: an index out of proportion to its texts is warned of, then nothing more is taken in; acts and searches go on' '
	printf "标题：关于甲事的通知\n\n甲事。\n" >one.txt && printf "标题：关于乙事的通知\n\n乙事。\n" >two.txt && printf "标题：关于丙事的通知\n\n丙事。\n" >three.txt &&
	junk 80M && gongkai ingest one.txt 2>err && grep "警告：索引的大小已是正文的 6 倍" err &&
	junk 240M && test_must_fail_with 6 gongkai ingest two.txt 2>err && grep index_too_large err && grep "gongkai index rebuild" err && ! grep 所在文件系统空间不足 err &&
	gongkai search "\"甲事\"" && test_must_fail_with 1 gongkai search "\"乙事\"" && gongkai withdraw qsz-2021-000001 --class 内容有误 --reason 试 --yes &&
	gongkai index rebuild && gongkai ingest two.txt 2>err && ! grep 警告 err && gongkai search "\"乙事\"" && gongkai verify
'
# A build with fault points lets the limit be small.
limited() { if grep -q GONGKAI_EVENTS_LIMIT "$(command -v gongkai)"; then test_expect_success "$@"; else test_skip "$1" "built without --enable-faults"; fi; }
limited 'L32: a record that is full takes no more copies, then no more acts, and the rest of the batch goes on' '
	export GONGKAI_EVENTS_LIMIT=3 && for i in 1 2 3; do echo "{\"id\": \"s1\", \"title\": \"青石镇路灯管理办法\", \"published_at\": \"2020-01-02\", \"effective\": \"2020-02-01\", \"norm_level\": \"norm_doc\", \"text\": \"第${i}稿\"}" >v.jsonl && gongkai ingest -q --jsonl v.jsonl >/dev/null || return 1; done &&
	printf "%s\n" "{\"id\": \"s1\", \"title\": \"青石镇路灯管理办法\", \"text\": \"第四稿\"}" "{\"id\": \"s2\", \"title\": \"青石镇井盖管理办法\", \"text\": \"井盖\"}" >v.jsonl &&
	test_must_fail_with 3 gongkai ingest --jsonl v.jsonl 2>err >out && cat err out && grep -q record_full err && gongkai search "\"青石镇井盖管理办法\"" && gongkai show qsz-2020-000001 --text | grep 第3稿 &&
	gongkai abolish qsz-2020-000001 --by-text 镇令 --effective 2024-01-01 --reason 试 --yes >out && gongkai undo "$(grep -o "e-[0-9]*" out | head -1)" --reason 误 --yes &&
	test_must_fail_with 3 gongkai abolish qsz-2020-000001 --by-text 镇令 --effective 2024-01-01 --reason 试 --yes 2>err && grep -q record_full err && unset GONGKAI_EVENTS_LIMIT &&
	gongkai show qsz-2020-000001 --json >j && test "$(json j "d[\"status\"][\"code\"]")" = in_force && gongkai verify
'

test_expect_success 'every number from 1 to 38 has its row, and every test that a row names is there' '
	test "$(grep -c "^| L[0-9]* |" "$SRC/doc/limits.md")" = 38 && seq -f "L%.0f" 38 >want && sed -n "s/^| \(L[0-9]*\) |.*/\1/p" "$SRC/doc/limits.md" >have && test_cmp want have &&
	grep -oE "tests/[a-z]+/[a-zA-Z0-9_-]+\.(sh|py|c)" "$SRC/doc/limits.md" | sort -u | while read -r f; do test -f "$SRC/$f" || { echo "no $f"; return 1; }; done
'
test_done
