#!/bin/bash
test_description='kill the program at steps of a destruction: either nothing or everything has happened, and the next command says which'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

# Every 13th point here, from another one each day of the year; all of them: tests/oracle/dispose.py points 1 1.
first=$((10#$(date +%j) % 13 + 1))
test_kill()
{
	GONGKAI_ARCHIVE=$PWD/archive python3 "$SRC/tests/oracle/dispose.py" "$@" >said 2>&1
	case $? in
	0) cat said ;;
	77) echo skipped >skipped ;;
	*) cat said; return 1 ;;
	esac
}
cd "$TEST_DIR" && GONGKAI_ARCHIVE=$TEST_DIR/probe python3 "$SRC/tests/oracle/dispose.py" points 1 100000 >"$TEST_DIR/probe.out" 2>&1
[ $? = 77 ] && test_skip_all 'this build has no fault points'
rm -rf "$TEST_DIR/template" "$TEST_DIR/probe"

test_expect_success "killed at every 13th step from step $first on" '
	mkdir one && cd one && test_kill points $first 13
'

test_expect_success 'killed, and the command that finds it killed too' '
	mkdir two && cd two && test_kill twice 41
'
test_done
