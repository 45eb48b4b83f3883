# Sourced by tests that need both: the site and the desk over the sample, five users, a list of twenty to abolish, a document before its last gate.
# SITE and DESK are their addresses, PASSWORDS what the users log in with; all ends with the shell that sourced it.
command -v node >/dev/null || { echo '1..0 # SKIP no node'; exit 0; }
dir=$(mktemp -d) || exit 99
trap 'kill $pids 2>/dev/null; rm -rf "$dir"' EXIT
top=$(cd "$top_builddir" && pwd)
PATH=$top:$PATH LC_ALL=C.UTF-8 GONGKAI_EXTRACT=$top/gongkai-extract GONGKAI_ARCHIVE=$dir/archive
export PATH LC_ALL GONGKAI_EXTRACT GONGKAI_ARCHIVE
gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null
gongkai ingest -q "$top_srcdir/data/sample" >/dev/null 2>&1
for k in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20; do
	printf '{"id":"x%s","title":"青石镇第%s号临时管控通告","docno":"青石府通〔2023〕1%s号","issuer":"云溪县青石镇人民政府","norm_level":"norm_doc","column":"政策法规","formed_date":"2023-03-01","published_at":"2023-03-02","effective_date":"2023-03-02","text":"第%s号管控事项。"}\n' $k $k $k $k
done >"$dir/more.jsonl"
gongkai ingest -q --jsonl "$dir/more.jsonl" >/dev/null 2>&1
PASSWORDS='{"zhang": "blue horse nine stairs", "li": "green river six windows", "wang": "white paper two lanterns", "zhao": "yellow field three bridges"}'
export PASSWORDS
echo 'blue horse nine stairs' | gongkai user add -q zhang --role editor
echo 'green river six windows' | gongkai user add -q li --role reviewer
echo 'yellow field three bridges' | gongkai user add -q zhao --role reviewer
echo 'white paper two lanterns' | gongkai user add -q wang --role archivist
sed -i 's/^gates = .*/gates = { "初审", "业务关", "保密审查" }/' "$GONGKAI_ARCHIVE/gongkai.conf"
printf '{"id":"r1","title":"青石镇集体建房管理办法","docno":"青石府发〔2026〕31号","issuer":"云溪县青石镇人民政府","norm_level":"norm_doc","column":"政策法规","formed_date":"2026-11-01","published_at":"2026-11-02","effective_date":"2026-12-01","text":"第一条 为了规范集体建房，制定本办法。"}\n' >"$dir/new.jsonl"
gongkai ingest -q --jsonl "$dir/new.jsonl" >/dev/null 2>&1
new=$(gongkai review list --json | grep -o 'qsz-2026-[0-9]*' | head -n 1)
for k in 1 2 3; do gongkai review pass -q "$new" --by li --yes >/dev/null 2>&1; done
gongkai abolish -q 青石镇集贸市场管理规定 --by-text 县府令第3号 --effective 2026-10-01 --yes >/dev/null 2>&1
gongkai-searchd --listen 127.0.0.1:0 >"$dir/site" 2>"$dir/err" &
pids=$!
gongkai-desk --listen 127.0.0.1:0 >"$dir/desk" 2>>"$dir/err" &
pids="$pids $!"
# shellcheck disable=SC2086
while { [ ! -s "$dir/site" ] || [ ! -s "$dir/desk" ]; } && kill -0 $pids 2>/dev/null; do
	sleep 0.5
done
SITE=$(cat "$dir/site") DESK=$(cat "$dir/desk") WORK=$dir
export SITE DESK WORK
