#!/bin/bash
test_description='gongkai-searchd as a service of systemd: socket, readiness, watchdog, reload (experience.md 10)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null && gongkai ingest "$SRC/data/sample/公示公告" >/dev/null || { echo "Bail out! the sample is not in"; exit 1; }

test_expect_success 'socket activation, readiness, watchdog and reload' '
	python3 "$SRC/tests/ship/service.py" "$GONGKAI_ARCHIVE" >out; s=$?; cat out; test $s = 0 && test_absent "not ok" out && test_line_count 10 out
'

test_done
