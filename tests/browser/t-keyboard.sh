#!/bin/sh
# A walk by keys alone in chromium, through the site and through a task of the desk.
. "$top_srcdir/tests/browser/lib-both.sh"
node "$top_srcdir/tests/browser/keyboard.mjs"
