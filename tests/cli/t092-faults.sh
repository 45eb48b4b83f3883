#!/bin/bash
test_description='every point where the world can refuse: fail there, and go on (a build with --enable-faults)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

mkdir "$TEST_DIR/probe" && cd "$TEST_DIR/probe" && python3 "$SRC/tests/oracle/crash.py" points 1 >/dev/null 2>&1
if [ $? = 77 ]; then
	test_skip_all 'built without --enable-faults'
fi

# With a plus: during recovery, where a tail is cut off and the index is built anew.
for name in write fdatasync fsync ftruncate read open statvfs index-commit index-put +write +fdatasync +fsync +rename +ftruncate +mkdir; do
	test_expect_success "GONGKAI_FAULT=$name:N: exit status 6 or 7, a clean archive, and the next ingest works" '
		mkdir "f-$name" && cd "f-$name" && python3 "$SRC/tests/oracle/crash.py" faults "$name"
	'
done

test_done
