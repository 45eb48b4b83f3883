#!/bin/bash
test_description='undo of any event brings show, report and search back, the log apart (experience.md 11.11)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

# The long form: UNDO=1000 (also DOCS, SEED).
test_expect_success "${UNDO:-20} random events, on one another's results, are undone without a trace but in the log" '
	python3 -B "$SRC/tests/oracle/undo.py" ${UNDO:-20}
'

test_done
