#!/bin/bash
test_description='verify: each rule has a code and a fixture; samples, ranges, ages, budgets; the report'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

damage() { python3 "$SRC/tests/cli/damage.py" "$@"; }
page() { printf '<!DOCTYPE html><html><head><meta charset=utf-8><title>%s</title><meta name="PubDate" content="%s-03-05"></head><body><h1>%s</h1><p>%s</p></body></html>\n' "$1" "$2" "$1" "$3"; }

# Three segments with two documents each; the index has read all of it.
cd "$TEST_DIR" || exit 1
whole=$TEST_DIR/whole
GONGKAI_ARCHIVE=$whole
gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null
for n in 1 2 3 4 5 6 7; do
	page "第$n号公告" $((2013 + n)) "第$n号公告的正文：安全生产，人人有责。" >in-$n.html
done
for n in 1 2 3 4 5 6; do
	gongkai ingest -q in-$n.html >/dev/null
	[ $n = 2 ] || [ $n = 4 ] && damage "$whole" close >/dev/null
done
GONGKAI_ARCHIVE=$TEST_DIR/archive

fresh() { rm -rf "$GONGKAI_ARCHIVE" && cp -a "$whole" "$GONGKAI_ARCHIVE"; }

# codes FILE: the codes of the findings, each once
codes() { json "$1" '" ".join(sorted(set(f["code"] for f in d["findings"])))'; }
infos() { json "$1" '" ".join(sorted(set(f["code"] for f in d["info"])))'; }

# The body of a claim is a function: it may return.
claim()
{
	test_expect_success "$1" "body()
{
$2
}
body"
}

claim 'the archive that is damaged below is clean' '
	fresh && gongkai verify --json >out && test "$(codes out)" = "" && test "$(infos out)" = "" &&
	test "$(json out "[d[\"clean\"], d[\"complete\"], d[\"bad\"], d[\"documents\"], d[\"events\"], d[\"segments\"], d[\"records\"], d[\"indexed\"]]")" = "[true, true, 0, 6, 6, 3, 21, 6]" &&
	python3 "$SRC/tests/warc-read.py" "$GONGKAI_ARCHIVE"/warc/*.gz >list && test_line_count 21 list
'

# rule NAME STATUS CODES INFOS: damage so, and find exactly that, at that place
rule()
{
	claim "$1 is found: status $2, ${3:-nothing bad}${4:+, of note: $4}" '
		fresh && at=$(damage "$GONGKAI_ARCHIVE" '"$1"') && echo "at $at" &&
		{ got=0; gongkai verify --json >out 2>err || got=$?; } && cat out err && test $got = '"$2"' && test "$(codes out)" = "'"$3"'" && test "$(infos out)" = "'"$4"'" &&
		test "$(json out "d[\"clean\"]")" = $([ -n "'"$3"'" ] && echo false || echo true) &&
		json out "\"\\n\".join(\"%d %d\" % (f[\"segment\"], f[\"offset\"]) for f in d[\"findings\"] + d[\"info\"])" >places && grep -x "$at" places &&
		json out "all(f[\"message\"] and f[\"message_en\"] and f[\"rule\"] for f in d[\"findings\"])" | grep true
	'
}

rule V01 4 V01 ''
rule V02 4 V02 ''
rule V03 4 V03 ''
rule V04 4 'V04 V10' ''
rule V05 4 V05 ''
rule V06 4 V06 ''
rule V07 4 V07 ''
rule V08 4 V08 ''
rule V08_inside 4 V08 ''
rule V09 4 V09 V12
rule V10 4 V10 V12
rule V11 4 V11 ''
rule V12 0 '' V12
rule V13 4 V13 ''
rule V14 0 '' V14
rule V15 4 V15 ''
rule V15_distance 4 V15 ''
rule V16 4 V16 V12
rule V17 4 V17 ''
# One damage that breaks more than one rule.
rule early 4 'V01 V10' ''
rule magic 4 'V10 V15' ''
rule header_page 4 V08 ''
rule cut_closed 4 'V05 V07' V12
rule cut_border 4 V07 V12
rule swap 4 'V07 V10 V13 V17' V12
rule twice 4 V13 ''
rule big_bad 4 V02 ''
rule big_long 4 V08 ''

claim 'a record larger than any buffer is sound, and its digest is checked' '
	fresh && damage "$GONGKAI_ARCHIVE" big && gongkai verify --json >out && test "$(codes out)$(infos out)" = "" && test "$(json out "d[\"records\"]")" = 22
'

claim 'a finding is told in a line with place, document, code and cause; in English too; the id also where only the event knows it' '
	fresh && at=$(damage "$GONGKAI_ARCHIVE" V01) && test_must_fail_with 4 gongkai verify >out && cat out &&
	grep "坏  段 000003 位置 ${at#* }  qsz-2018-000001  V01 record-crc：" out && grep "核验 6 件（20 条记录" out &&
	test_must_fail_with 4 gongkai verify --lang en >out && grep "bad  segment 000003 offset ${at#* }  qsz-2018-000001  V01 record-crc: " out &&
	fresh && damage "$GONGKAI_ARCHIVE" early && test_must_fail_with 4 gongkai verify >out && grep "qsz-2018-000001  V10" out
'

# flip_in_member FILE OFFSET LENGTH I: 1 if the member still holds the same (a bit that fills up the last byte of a deflate stream
# belongs to nothing; in a closed segment the digest of the segment covers it all the same)
flip_in_member()
{
	python3 -c '
import sys, zlib
name, at, n, i = sys.argv[1], *map(int, sys.argv[2:])
data = bytearray(open(name, "rb").read())
was = zlib.decompress(data[at:at + n], 31)
data[at + i] ^= 0x10
open(name, "wb").write(data)
try:
    sys.exit(zlib.decompress(data[at:at + n], 31) == was)
except zlib.error:
    sys.exit(0)' "$@"
}

claim 'whatever byte of an original is damaged, its document is named' '
	loc=$(fresh; gongkai show qsz-2018-000001 --events >ev; json ev "d[\"content\"][\"original\"][\"loc\"]") && at=$(json <(echo "$loc") "d[1]") && n=$(json <(echo "$loc") "d[2]") &&
	for i in $(seq 24 31 $((n - 1))); do
		fresh && { got=0; flip_in_member "$GONGKAI_ARCHIVE/warc/000003.warc.gz" $at $n $i || got=$?; } && test $got -le 1 || return 1
		if [ $got = 1 ]; then continue; fi
		test_must_fail_with 4 gongkai verify --no-report >out && grep "000003 位置.* qsz-2018-000001 " out || { echo "at: $i of $n"; cat out; return 1; }
	done
'

claim 'every flipped bit of a closed segment is found' '
	seed=${GONGKAI_SEED:-$RANDOM} && echo "seed $seed" &&
	for i in $(seq 20); do
		fresh && at=$(damage "$GONGKAI_ARCHIVE" flip $((seed * 1000 + i))) && { got=0; gongkai verify --no-report --json >out || got=$?; } &&
		test $got = 4 && json out "any(f[\"segment\"] == ${at% *} for f in d[\"findings\"])" | grep -q true || { echo "at: $at, seed $((seed * 1000 + i))"; cat out; return 1; }
	done
'

claim 'a sample is chosen by its seed alone, and the seed is told; 100% is all' '
	fresh && gongkai verify --sample 40% --seed 7 --json >a && gongkai verify --sample 40% --seed 7 --json >b && gongkai verify --sample 40% --seed 8 --json >c &&
	test "$(json a "d[\"records\"], d[\"skipped\"], d[\"bytes\"]")" = "$(json b "d[\"records\"], d[\"skipped\"], d[\"bytes\"]")" &&
	test "$(json a "d[\"bytes\"]")" != "$(json c "d[\"bytes\"]")" && test "$(json a "d[\"records\"] + d[\"skipped\"]")" = 21 &&
	gongkai verify --sample 5% >out && grep -- "--sample 5% --seed [0-9]" out &&
	gongkai verify --sample 100 --json >out && test "$(json out "d[\"records\"], d[\"part\"]")" = "[21, null]"
'

claim 'of many samples some meet a damaged record, none blames a sound one' '
	fresh && at=$(damage "$GONGKAI_ARCHIVE" V02) && met=0 &&
	for i in $(seq 20); do
		got=0; gongkai verify --no-report --sample 30% --seed $i --json >out || got=$?
		test $got = 0 && continue
		met=$((met + 1)) && test $got = 4 && test "$(json out "[(f[\"segment\"], f[\"offset\"]) for f in d[\"findings\"]]")" = "[[${at% *}, ${at#* }]]" || { cat out; return 1; }
	done && echo "met $met" && test $met -gt 1 && test $met -lt 15
'

claim '--range by years of ids and by segments; ids alone' '
	fresh && gongkai verify --range 2015..2016 --json >out && test "$(json out "d[\"documents\"], d[\"records\"]")" = "[2, 6]" &&
	gongkai verify --range 2019 --json >out && test "$(json out "d[\"documents\"]")" = 1 &&
	gongkai verify --range 2..3 --json >out && test "$(json out "d[\"documents\"], d[\"segments\"]")" = "[4, 2]" &&
	gongkai verify --range segments:2 --json >out && test "$(json out "d[\"documents\"], d[\"segments\"]")" = "[2, 1]" &&
	gongkai verify qsz-2018-000001 --json >out && test "$(json out "d[\"documents\"], d[\"records\"]")" = "[1, 3]" &&
	damage "$GONGKAI_ARCHIVE" V01 && gongkai verify --range 2014..2017 && gongkai verify --range 1..2 && gongkai verify qsz-2019-000001 &&
	test_must_fail_with 4 gongkai verify --range 2018 && test_must_fail_with 4 gongkai verify --range 3 && test_must_fail_with 4 gongkai verify qsz-2018-000001
'

claim '--older leaves out what was found good lately, and never what was found bad or has grown' '
	fresh && rm -rf "$GONGKAI_ARCHIVE/verify" && gongkai verify --older 90d --json >out && test "$(json out "d[\"segments\"]")" = 3 &&
	gongkai verify --older 90d --json >out && test "$(json out "d[\"segments\"]")" = 0 && gongkai verify --older 0s --json >out && test "$(json out "d[\"segments\"]")" = 3 &&
	gongkai ingest -q in-1.html in-7.html; gongkai verify --older 90d --json >out; test "$(json out "d[\"segments\"]")" = 1 &&
	damage "$GONGKAI_ARCHIVE" cut_border && test_must_fail_with 4 gongkai verify --older 90d && test_must_fail_with 4 gongkai verify --older 90d &&
	echo nonsense >"$GONGKAI_ARCHIVE/verify/state.json" && test_must_fail_with 4 gongkai verify --older 90d --json >out && test "$(json out "d[\"segments\"]")" = 3
'

# in_parts: one record at a time, until all is read
in_parts()
{
	local left=60 more=
	while [ $((left -= 1)) -gt 0 ]; do
		gongkai verify $more --budget 0.000001s --no-report --json >out 2>err
		grep -q "\"complete\":true" out && return 0
		more=--resume
	done
	return 1
}

claim 'stopped by a budget after every record and resumed, it finds the same as in one go' '
	for d in "" V06 V07 V11 V15_distance V16 cut_border; do
		fresh && { [ -z "$d" ] || damage "$GONGKAI_ARCHIVE" $d; } && { gongkai verify --no-report --json >want; in_parts; } &&
		for f in want out; do
			json $f "[d[k] for k in (\"records\", \"events\", \"documents\", \"bytes\", \"packed\", \"bad\", \"clean\", \"segments\", \"end\")] + [sorted((k, v) for k, v in d[\"rules\"].items() if k != \"V12\")]" >$f.sum
		done && test_cmp want.sum out.sum || { echo "at: $d"; return 1; }
	done
'

claim 'a budget stops at a record, says how to go on; a whole pass leaves nothing to resume' '
	fresh && gongkai verify --budget 0.000001s >out 2>err && grep -- --resume err && test "$(json "$GONGKAI_ARCHIVE/verify/state.json" "d[\"resume\"][\"from\"][0]")" = 1 &&
	gongkai verify --budget 10min --resume --json >out 2>err && grep 接着 err && test "$(json out "d[\"parts\"], d[\"documents\"], d[\"complete\"]")" = "[2, 6, true]" &&
	test "$(json "$GONGKAI_ARCHIVE/verify/state.json" "d.get(\"resume\")")" = null && gongkai verify --resume 2>err && grep 从头 err
'

claim 'a segment that lost what was read before is found when going on' '
	fresh && rm -rf "$GONGKAI_ARCHIVE/index" && gongkai verify --range 3 --budget 0.000001s && gongkai verify --resume --budget 0.000001s && truncate -s 100 "$GONGKAI_ARCHIVE/warc/000003.warc.gz" &&
	test_must_fail_with 4 gongkai verify --resume --json >out && test "$(codes out)" = V16
'

claim 'the report names tool, time and totals; a second one of the day has another name; --no-report writes none' '
	fresh && rm -rf "$GONGKAI_ARCHIVE/verify" && gongkai --by 张三 verify >out && gongkai verify >out2 && day=$(date -u +%F) &&
	grep "verify-$day.json（未签名）" out && grep "verify-$day-2.json" out2 && f=$GONGKAI_ARCHIVE/verify/verify-$day.json &&
	test "$(json "$f" "d[\"tool\"][:8], d[\"by\"], d[\"documents\"], d[\"bad\"], d[\"clean\"], d[\"complete\"], d[\"ended_at\"][:10]")" = "[\"gongkai/\", \"张三\", 6, 0, true, true, \"$day\"]" &&
	gongkai verify --no-report && test "$(ls "$GONGKAI_ARCHIVE/verify" | wc -l)" = 3
'

claim 'an archive nobody can write to is verified all the same' '
	fresh && rm -rf "$GONGKAI_ARCHIVE/verify" && : >"$GONGKAI_ARCHIVE/verify" && gongkai verify >out 2>err && grep "核验 6 件" out && grep 没有写下 err
'

claim 'a bad age, share, range, time or id is usage' '
	fresh && for words in "--sample 0" "--sample 101%" "--sample x" "--older 90" "--older 3m" "--budget 0s" "--budget x" "--range 5..3" "--range 0" "--range 3..2015" "--range a" "--seed x" "extra"; do
		test_must_fail_with 2 gongkai verify $words >out 2>err && test_must_be_empty out && test -s err || { echo "at: $words"; return 1; }
	done
'

if gongkai checkpoint --help >/dev/null 2>&1; then
claim 'with a key the report is signed: the note names it and its digest' '
	fresh && gongkai checkpoint && gongkai verify >out && grep "（已签名）" out && name=$(grep -o "verify-[0-9-]*.json" out) && note=$GONGKAI_ARCHIVE/verify/${name%.json}.note &&
	test "$(sed -n 2p "$note")" = "$name" && test "$(sed -n 3p "$note")" = "sha256:$(sha256sum <"$GONGKAI_ARCHIVE/verify/$name" | cut -c1-64)" && sed -n 5p "$note" | grep "^— "
'

claim '--against a checkpoint: V19 if a record is gone since' '
	fresh && gongkai checkpoint && note=$(ls "$GONGKAI_ARCHIVE"/checkpoints/*.note) && gongkai verify --against "$note" && gongkai ingest -q in-7.html && gongkai verify --against "$note" &&
	fresh && gongkai checkpoint && cp "$GONGKAI_ARCHIVE"/checkpoints/*.note kept.note && damage "$GONGKAI_ARCHIVE" V16 && rm -rf "$GONGKAI_ARCHIVE/index" &&
	test_must_fail_with 4 gongkai verify --against kept.note --json >out && test "$(codes out)" = V19
'
fi

# Built with fault points, the device can refuse.
if (GONGKAI_ARCHIVE=$whole GONGKAI_FAULT=kill:1 gongkai verify --no-report; exit $?) >/dev/null 2>&1; then
	test_skip 'what the device cannot read is V18, and status 7' 'built without fault points'
else
claim 'what the device cannot read is V18, and status 7; the rest is read' '
	met=0 && for n in $(seq 1 12); do
		fresh && { GONGKAI_FAULT=read:$n gongkai verify --no-report --json >out 2>err; got=$?; } && cat out err
		case $got in
		0 | 2 | 4) ;;
		7) if json out "\"error\" in d" | grep -q false; then test "$(json out "d[\"clean\"]")" = false && codes out | grep V18 && met=$((met + 1)) || return 1; fi ;;
		*) echo "at: $n: $got"; return 1 ;;
		esac
	done && echo "met $met" && test $met -gt 1
'
fi

test_done
