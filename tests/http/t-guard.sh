#!/bin/sh
# The raw-socket table against the server with invented answers.
# To try another binary: GONGKAI_SEARCHD=... GONGKAI_ARCHIVE=... tests/http/guard.py
command -v python3 >/dev/null || { echo '1..0 # SKIP no python3'; exit 0; }
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
GONGKAI_FAKE=1 GONGKAI_SEARCHD="$top_builddir/tests/http/fake-searchd" GONGKAI_ARCHIVE="$dir" \
	python3 "$top_srcdir/tests/http/guard.py"
