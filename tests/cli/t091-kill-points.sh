#!/bin/bash
test_description='kill -9 at every fault point of an ingest once, then go on (a build with --enable-faults)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

mkdir "$TEST_DIR/probe" && cd "$TEST_DIR/probe" && python3 "$SRC/tests/oracle/crash.py" points 1 >/dev/null 2>&1
if [ $? = 77 ]; then
	test_skip_all 'built without --enable-faults'
fi

test_expect_success 'GONGKAI_FAULT=kill:N for each N of an ingest of five documents (at most 120)' '
	mkdir k && cd k && python3 "$SRC/tests/oracle/crash.py" points 120
'

test_expect_success 'the same during recovery: half a record at the end and no index' '
	mkdir r && cd r && python3 "$SRC/tests/oracle/crash.py" recovery 120
'

test_done
