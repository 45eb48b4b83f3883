#!/bin/bash
test_description='limits L9 to L13 of a query: the last allowed value works, the next is refused with its word'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

# The body of a claim is a function: it may return.
claim()
{
	test_expect_success "$1" "body()
{
$2
}
body"
}

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null &&
printf '标题：安全\n发布日期：2021-03-05\n\n安全生产。\n' >"$TEST_DIR/a.txt" && gongkai ingest "$TEST_DIR/a.txt" >/dev/null

rep() { python3 -c 'import sys; sys.stdout.write(sys.argv[1] * int(sys.argv[2]))' "$1" "$2"; }

# refused WORD QUERY: exit status 2, WORD and a hint for people and in JSON, nothing on stdout but that
refused()
{
	test_must_fail_with 2 gongkai search -- "$2" >out 2>err && grep "$1" err && grep 提示 err && test_must_be_empty out &&
	test_must_fail_with 2 gongkai search --json -- "$2" >out && test "$(json out 'd["error"]["code"]')" = bad_query && grep "$1" out
}
taken()
{
	local got=0
	gongkai search -- "$1" >out 2>err || got=$?
	[ "$got" -le 1 ] || { cat err >&2; return 1; }
}

claim 'L9: 1,024 bytes' '
	taken "$(rep "a " 30)$(rep b 964)" && refused query_too_long "$(rep "a " 30)$(rep b 965)" && refused query_too_long "$(rep 安 5000)"
'

claim 'L10: no broken UTF-8 and no control characters but tab' '
	taken "$(printf "安全\t生产")" &&
	for q in "\001安全" "安\nbreak" "\037" "\177" "\377安" "\300\200" "\355\240\200" "安\345\256" "\364\220\200\200"; do
		refused bad_text "$(printf "$q")" || { echo "at: $q"; return 1; }
	done
'

claim 'L11: 32 words' '
	taken "$(seq -s " " 32)" && refused query_too_complex "$(seq -s " " 33)" && refused query_too_complex "$(rep "安 OR " 32)全"
'

claim 'L11: 128 pairs of characters' '
	run=$(python3 -c "print(\"\".join(chr(0x4e00 + i) for i in range(0, 129)))") &&
	taken "$run" && refused query_too_complex "$run$(rep 安 1)"
'

claim 'L12: 4 phrases, 64 characters in one' '
	taken "$(rep "\"安全\" " 4)" && refused query_too_complex "$(rep "\"安全\" " 5)" &&
	taken "\"$(rep 安 64)\"" && refused query_too_complex "\"$(rep 安 65)\""
'

claim 'L13: brackets 8 deep; thousands crash nothing' '
	taken "$(rep "(" 8)安全$(rep ")" 8)" && refused too_deep "$(rep "(" 9)安全$(rep ")" 9)" &&
	refused too_deep "$(rep "(" 1000)" &&
	for c in ")" "-" "\"" " OR" "：" "("; do
		got=0; gongkai search -- "$(rep "$c" 200)" >out 2>err || got=$?
		test "$got" -le 2 || { echo "at: $c"; return 1; }
	done
'

claim 'L14, L15: no wildcards and no regular expressions: they are text, or refused' '
	for q in "*" "安*" "?" "安全.*" "/安/" "^安" "[安]"; do
		got=0; gongkai search "$q" >out 2>err || got=$?
		test "$got" -le 2 || { echo "at: $q"; return 1; }
	done
'

claim 'any bytes as a query give 0, 1 or 2, never a signal' '
	python3 -c "
import random, subprocess, sys
rng = random.Random(7)
parts = [\"安全\", \"生\", \" \", \"(\", \")\", \"\\\"\", \"“\", \"”\", \" OR \", \" NOT \", \"-\", \"标题:\", \"年:2021..\", \"文号:\", \"〔2021〕\", \"is:\", \"：\", \"..\", \"𠮷\", \"A1\", \"第二十条\", \"日期:\", \"\t\", \"３号\"]
for i in range(150):
    q = \"\".join(rng.choice(parts) for _ in range(rng.randint(1, 14)))
    r = subprocess.run([\"gongkai\", \"search\", \"--json\", \"--\", q], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if r.returncode not in (0, 1, 2):
        sys.exit(\"%r: exit status %d: %s\" % (q, r.returncode, r.stderr.decode()))
"
'

test_done
