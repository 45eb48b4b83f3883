#!/bin/sh
# The folds twice: record/ and tests/oracle/folds.py, another language and another author, must say the same of the table of vectors
# and of random histories with random as_of and known_at (GONGKAI_LONG=1: of 100,000; SEED says which).
: "${top_srcdir:=.}" "${top_builddir:=.}"
oracle=$top_srcdir/tests/oracle
ask=$top_builddir/tests/unit/folds-ask
count=3000
test -n "$GONGKAI_LONG" && count=100000
axes='v a y'
echo 1..9
if ! command -v python3 >/dev/null 2>&1; then
	for i in 1 2 3 4 5 6 7 8 9; do echo "ok $i - # SKIP no python3"; done
	exit 0
fi
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0

# result CLAIM STATUS LOG
result()
{
	n=$((n + 1))
	if test "$2" -eq 0; then echo "ok $n - $1"; else echo "not ok $n - $1"; fi
	sed 's/^/# /' "$3" | head -20
}

python3 "$oracle/vectors.py" >"$dir/log" 2>&1
result 'the oracle agrees with every vector of the table' $? "$dir/log"
for axis in v a; do
	python3 "$oracle/vectors.py" --lines $axis >"$dir/lines" && "$ask" $axis <"$dir/lines" >"$dir/ours" &&
	python3 "$oracle/vectors.py" --check $axis <"$dir/ours" >"$dir/log" 2>&1
	result "record/ agrees with every vector of axis $axis" $? "$dir/log"
done

# differ AXIS: the histories in $dir/lines of which the two say different things
differ()
{
	"$ask" "$1" <"$dir/lines" >"$dir/ours" && python3 "$oracle/folds.py" "$1" <"$dir/lines" >"$dir/theirs" || return 1
	test "$(wc -l <"$dir/ours")" -eq "$2" || return 1
	paste "$dir/ours" "$dir/theirs" "$dir/lines" | awk -F '\t' '$1 != $2 { if (n++ < 3) print "ours " $1 ", the oracle " $2 ": " $3 } END { exit n > 0 }'
}

for axis in $axes; do
	python3 "$oracle/histories.py" $count "${SEED:-20261125}" $axis >"$dir/lines" && differ $axis $count >"$dir/log" 2>&1
	result "both say the same of $count random histories, axis $axis" $? "$dir/log"
done
"$top_builddir/tests/unit/validity-histories" $count "${SEED:-20260711}" >"$dir/lines" && differ v $count >"$dir/log" 2>&1
result "and of $count made another way" $? "$dir/log"
head -300 "$dir/lines" >"$dir/some"
python3 "$oracle/folds.py" v <"$dir/some" >"$dir/quick" && python3 "$oracle/folds.py" --every-day v <"$dir/some" >"$dir/slow" && cmp "$dir/quick" "$dir/slow" >"$dir/log" 2>&1
result 'the oracle walked through every single day says the same' $? "$dir/log"
# Texts by days: an oracle of their own.
python3 "$oracle/texts.py" make $count "${SEED:-20261126}" >"$dir/lines" && "$ask" t <"$dir/lines" >"$dir/ours" && python3 "$oracle/texts.py" answer <"$dir/lines" >"$dir/theirs" &&
	test "$(sort -u "$dir/ours" | wc -l)" -gt 5 &&
	paste "$dir/ours" "$dir/theirs" "$dir/lines" | awk -F '\t' '$1 != $2 { if (n++ < 3) print "ours " $1 ", the oracle " $2 ": " $3 } END { exit n > 0 || NR == 0 }' >"$dir/log" 2>&1
result "both say the same text of the day, of $count random histories" $? "$dir/log"
