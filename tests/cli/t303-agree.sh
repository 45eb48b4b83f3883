#!/bin/bash
test_description='one answer everywhere: badge, filter, facet, report, feed, API and command line against the folds of another author'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

# The long form: DOCS=5000 EVENTS=20000 DATES=20 KNOWN=5 SHOWS=2000 (also SEED).  See the head of tests/oracle/agree.py.
# A sanitizer must be the first library that is loaded: under it everything is registered today.
shim=$test_build/tests/campaign/shim.so
if [ -f "$shim" ] && LD_PRELOAD=$shim SHIM_PROGRAM=gongkai gongkai --version >/dev/null 2>&1; then
	export SHIM=$shim
fi
docs=${DOCS:-150} events=${EVENTS:-600} dates=${DATES:-5} known=${KNOWN:-2}

test_expect_success "$docs documents and $events events on $dates days, as known at $known times: one answer everywhere" '
	DOCS=$docs EVENTS=$events DATES=$dates KNOWN=$known SHOWS=${SHOWS:-20} python3 -B "$SRC/tests/oracle/agree.py"
'

test_done
