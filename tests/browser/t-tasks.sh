#!/bin/sh
# The ten tasks of doc/tasks.md in chromium, every action counted.
. "$top_srcdir/tests/browser/lib-both.sh"
node "$top_srcdir/tests/browser/tasks.mjs"
