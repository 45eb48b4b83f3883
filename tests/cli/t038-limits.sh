#!/bin/bash
test_description='limits of doc/limits.md that no other test looks at: L14, L27; and the page itself'
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

test_expect_success 'every number from 1 to 38 has its row, and every test that a row names is there' '
	test "$(grep -c "^| L[0-9]* |" "$SRC/doc/limits.md")" = 38 && seq -f "L%.0f" 38 >want && sed -n "s/^| \(L[0-9]*\) |.*/\1/p" "$SRC/doc/limits.md" >have && test_cmp want have &&
	grep -oE "tests/[a-z]+/[a-zA-Z0-9_-]+\.(sh|py|c)" "$SRC/doc/limits.md" | sort -u | while read -r f; do test -f "$SRC/$f" || { echo "no $f"; return 1; }; done
'
test_done
