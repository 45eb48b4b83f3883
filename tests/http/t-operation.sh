#!/bin/sh
# Metrics, log, readiness: operation.py against the true programs and an archive of data/sample.
command -v python3 >/dev/null || { echo '1..0 # SKIP no python3'; exit 0; }
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
PATH=$(cd "$top_builddir" && pwd):$PATH LC_ALL=C.UTF-8
GONGKAI_SEARCHD=$(cd "$top_builddir" && pwd)/gongkai-searchd GONGKAI_DESK=$(cd "$top_builddir" && pwd)/gongkai-desk GONGKAI_EXTRACT=$(cd "$top_builddir" && pwd)/gongkai-extract GONGKAI_ARCHIVE=$dir/archive
export PATH LC_ALL GONGKAI_SEARCHD GONGKAI_DESK GONGKAI_EXTRACT GONGKAI_ARCHIVE
python3 "$top_srcdir/tests/http/operation.py" "$top_srcdir/data/sample"
