#!/bin/sh
# 有效性 twice: the C fold and an independent one in Python must answer 5,000 random histories alike.
: "${top_srcdir:=.}" "${top_builddir:=.}"
echo 1..1
if ! command -v python3 >/dev/null 2>&1; then
	echo 'ok 1 - both folds agree # SKIP no python3'
	exit 0
fi
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
"$top_builddir/tests/unit/validity-histories" 5000 "${SEED:-20260711}" >"$dir/histories" &&
sed 's/.*"code":"\([a-z_]*\)"}$/\1/' "$dir/histories" >"$dir/ours" &&
python3 "$top_srcdir/tests/validity-oracle.py" <"$dir/histories" >"$dir/theirs" &&
test "$(wc -l <"$dir/theirs")" -eq 5000 &&
cmp -s "$dir/ours" "$dir/theirs" && echo 'ok 1 - both folds agree' && exit 0
echo 'not ok 1 - both folds agree'
paste "$dir/ours" "$dir/theirs" "$dir/histories" 2>/dev/null | awk -F '\t' '$1 != $2 && n++ < 3 { print "# ours " $1 ", the oracle " $2 ": " $3 }'
