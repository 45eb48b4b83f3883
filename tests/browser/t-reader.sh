#!/bin/sh
# What is in force alone, and from a hit to its place in the document, in chromium: with the script and without it.
. "$top_srcdir/tests/browser/lib-both.sh"
node "$top_srcdir/tests/browser/reader.mjs"
