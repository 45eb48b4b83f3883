#!/bin/bash
test_description='units of systemd: what they expose (safety.md 9), and that they start what is there'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

# The dot of a score would be a comma elsewhere.
exposure() { systemd-analyze security --offline=yes "$SRC/doc/systemd/$1" | sed -n 's/.*Overall exposure level for [^:]*: \([0-9.]*\) .*/\1/p'; }

test_expect_success_if systemd-analyze -- 'exposure of the public service is at most 1.5, of the others 2.0' '
	for unit in "$SRC"/doc/systemd/*.service; do
		unit=$(basename "$unit") most=2.0; test $unit != gongkai-searchd.service || most=1.5
		score=$(exposure $unit) && test -n "$score" && echo "$unit $score" && awk "BEGIN { exit !($score <= $most) }" || return 1
	done
'

test_expect_success_if systemd-analyze -- 'a unit with less is seen' '
	grep -v -e "^Protect" -e "^Capability" -e "^SystemCall" -e "^Private" "$SRC/doc/systemd/gongkai-searchd.service" >gongkai-bare.service &&
	score=$(systemd-analyze security --offline=yes ./gongkai-bare.service | sed -n "s/.*bare.service: \([0-9.]*\) .*/\1/p") && awk "BEGIN { exit !($score > 1.5) }"
'

test_expect_success 'every command and option in a unit is one that the program has' '
	init="gongkai init --org 云溪县青石镇人民政府 --code qsz" && $init >/dev/null && gongkai ingest "$SRC/data/sample/公示公告" >/dev/null &&
	for unit in verify daily checkpoint; do
		command=$(sed -n "s/^ExecStart=.usr.bin.//p" "$SRC/doc/systemd/gongkai-$unit.service") && well=$(sed -n "s/^SuccessExitStatus=//p" "$SRC/doc/systemd/gongkai-$unit.service") &&
		{ got=0; $command >out 2>&1 || got=$?; cat out; test $got = 0 || test "$got" = "$well"; } || return 1
	done && ls "$GONGKAI_ARCHIVE/checkpoints" | grep . && ls "$GONGKAI_ARCHIVE/verify" | grep .
'

test_expect_success 'samples for nginx and Caddy lead to the port that the socket has' '
	port=$(sed -n "s/^ListenStream=//p" "$SRC/doc/systemd/gongkai-searchd.socket") && grep -F "proxy_pass http://$port;" "$SRC/doc/examples/nginx.conf" && grep -F "reverse_proxy $port" "$SRC/doc/examples/Caddyfile"
'

test_done
