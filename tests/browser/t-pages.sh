#!/bin/sh
# The pages in chromium, where playwright-core and axe-core are installed (NODE_MODULES says where).
command -v node >/dev/null || { echo '1..0 # SKIP no node'; exit 0; }
dir=$(mktemp -d) || exit 99
trap 'kill "$pid" 2>/dev/null; rm -rf "$dir"' EXIT
mkdir "$dir/archive"
"$top_builddir/tests/http/fake-searchd" --archive "$dir/archive" --listen 127.0.0.1:0 >"$dir/out" 2>"$dir/err" &
pid=$!
while [ ! -s "$dir/out" ] && kill -0 "$pid" 2>/dev/null; do
	sleep 0.5
done
GONGKAI_URL=$(cat "$dir/out") node "$top_srcdir/tests/browser/pages.mjs"
