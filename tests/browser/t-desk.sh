#!/bin/sh
# The pages of the desk in chromium, where playwright-core and axe-core are installed (NODE_MODULES says where).
command -v node >/dev/null || { echo '1..0 # SKIP no node'; exit 0; }
dir=$(mktemp -d) || exit 99
trap 'kill "$pid" 2>/dev/null; rm -rf "$dir"' EXIT
top=$(cd "$top_builddir" && pwd)
PATH=$top:$PATH LC_ALL=C.UTF-8 GONGKAI_EXTRACT=$top/gongkai-extract GONGKAI_ARCHIVE=$dir/archive
export PATH LC_ALL GONGKAI_EXTRACT GONGKAI_ARCHIVE
gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null
gongkai ingest -q "$top_srcdir/data/sample" >/dev/null 2>&1
for k in 1 2 3; do
	printf '{"id":"w%s","title":"白岭第%s号管理办法","docno":"白岭府发〔2016〕%s号","issuer":"云溪县青石镇人民政府","norm_level":"norm_doc","column":"政策法规","formed_date":"2016-03-01","text":"第%s件。"}\n' $k $k $k $k
done >"$dir/open.jsonl"
gongkai ingest -q --jsonl "$dir/open.jsonl" >/dev/null 2>&1
PASSWORDS='{"zhang": "blue horse nine stairs", "li": "green river six windows", "wang": "white paper two lanterns"}'
export PASSWORDS
echo 'blue horse nine stairs' | gongkai user add -q zhang --role editor
echo 'green river six windows' | gongkai user add -q li --role reviewer
echo 'white paper two lanterns' | gongkai user add -q wang --role archivist
sed -i 's/^gates = .*/gates = { "法规处初审", "职能处室业务关", "保密委密审", "领导审签" }/' "$GONGKAI_ARCHIVE/gongkai.conf"
gongkai-desk --listen 127.0.0.1:0 >"$dir/out" 2>"$dir/err" &
pid=$!
while [ ! -s "$dir/out" ] && kill -0 "$pid" 2>/dev/null; do
	sleep 0.5
done
GONGKAI_URL=$(cat "$dir/out") node "$top_srcdir/tests/browser/desk.mjs"
