#!/bin/bash
test_description='serve answers what search answers; doctor says what is wrong and what to do'
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

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null && gongkai ingest "$SRC/data/sample" >/dev/null || { echo "Bail out! the sample is not in"; exit 1; }

command -v curl >/dev/null || test_skip_all 'not installed: curl'

get() { curl -sS -o "$1" -w '%{http_code}' --get "$SERVER$2" "${@:3}"; }

claim 'gongkai serve prints its address and answers the same object as search --json' '
	test_server_start_command gongkai serve --listen 127.0.0.1:0 &&
	for q in 安全生产 "宅基地 审批" "文号:青石府发[2021]7号" "安全生產" "\"高温预警\""; do
		test "$(get web /search.json --data-urlencode "q=$q")" = 200 && { gongkai search --json "$q" >cli || test $? = 1; } &&
		python3 - web cli <<-\EOF || return 1
		import json, sys
		a, b = (json.load(open(f, encoding="utf-8")) for f in sys.argv[1:])
		for d in (a, b):
		    d.pop("took_ms")
		assert a == b, [(k, a.get(k), b.get(k)) for k in set(a) | set(b) if a.get(k) != b.get(k)]
		EOF
	done
'

claim 'a document that comes in later is found without a restart' '
	printf "标题：开门之后\n发布日期：2021-03-05\n\n开门之后的正文。\n" >late.txt && gongkai ingest late.txt &&
	for i in $(seq 100); do
		get web /search.json --data-urlencode "q=\"开门之后的正文\"" >/dev/null && test "$(json web "d[\"total\"]")" = 1 && break; sleep 0.1
	done && test "$(json web "d[\"total\"]")" = 1
'

claim 'it ends on SIGTERM with 0 and leaves nothing behind' '
	test_server_stop TERM
'

claim 'an address that is taken, or is none: named, and not 0' '
	test_must_fail_with 2 gongkai serve --listen 999.1.1.1:80 2>err && grep 999.1.1.1 err &&
	test_must_fail_with 2 gongkai serve --listen 127.0.0.1:99999 2>err && grep 99999 err &&
	test_must_fail_with 2 gongkai --archive "$TEST_DIR/none" serve --listen 127.0.0.1:0 2>err && grep none err
'

claim 'doctor of a healthy archive: all good, 0' '
	gongkai doctor >out && ! grep "✗" out && gongkai doctor --json >out && test "$(json out "d[\"good\"]")" = true
'

claim 'doctor without an extractor program: said, with what to do' '
	{ got=0; GONGKAI_EXTRACT=$TEST_DIR/nothing gongkai doctor >out || got=$?; } && grep -E "(✗|!).*extract" out && grep "→" out
'

claim 'doctor of no archive is a finding with a next step' '
	{ got=0; gongkai --archive "$TEST_DIR/none" doctor >out 2>&1 || got=$?; } && test $got = 1 -o $got = 2 && grep "gongkai init" out
'

claim 'doctor sees an index that lags behind' '
	cp -r "$GONGKAI_ARCHIVE" lag && cp -r lag/index keep && gongkai --archive "$TEST_DIR/lag" ingest "$SRC/README.md" && rm -rf lag/index && mv keep lag/index &&
	{ got=0; gongkai --archive "$TEST_DIR/lag" doctor >out || got=$?; } && grep "68.*69" out && grep "→" out
'

test_done
