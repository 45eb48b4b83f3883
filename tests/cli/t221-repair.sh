#!/bin/bash
test_description='repair --from COPY: takes only segments that prove themselves, changes nothing else'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

damage() { python3 "$SRC/tests/cli/damage.py" "$@"; }
page() { printf '<!DOCTYPE html><html><head><meta charset=utf-8><title>%s</title><meta name="PubDate" content="%s-03-05"></head><body><h1>%s</h1><p>%s</p></body></html>\n' "$1" "$2" "$1" "$3"; }

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
copy=$TEST_DIR/copy

fresh() { chmod -R u+w "$GONGKAI_ARCHIVE" 2>/dev/null; rm -rf "$GONGKAI_ARCHIVE" "$copy" && cp -a "$whole" "$GONGKAI_ARCHIVE" && cp -a "$whole" "$copy"; }
same() { for n in 1 2 3; do cmp "$whole/warc/00000$n.warc.gz" "$GONGKAI_ARCHIVE/warc/00000$n.warc.gz" || return 1; done; }
# all files but those that a repair may touch
others() { (cd "$GONGKAI_ARCHIVE" && find . -type f ! -name 'damaged-*' ! -path ./lock ! -path './verify/*' ! -path "./warc/00000[$1].warc.gz" | sort | xargs sha256sum); }

# The body of a claim is a function: it may return.
claim()
{
	test_expect_success "$1" "body()
{
$2
}
body"
}

claim 'a sound archive needs nothing, and nothing is touched' '
	fresh && others 0 >before && gongkai repair --from "$copy" >out && grep 没有要修 out && others 0 >after && test_cmp before after &&
	test_cmp "$whole/lock" "$GONGKAI_ARCHIVE/lock" && ! ls "$GONGKAI_ARCHIVE/warc" | grep damaged
'

claim 'every fixture that changes bytes is repaired; the damaged file stays, all else is as it was' '
	for d in V01 V02 V03 V04 V05 V06 V07 V08_inside V09 V10 V11 V15 V15_distance V16 V17 early magic header_page cut_closed cut_border swap; do
		fresh && at=$(damage "$GONGKAI_ARCHIVE" $d) && (cd "$GONGKAI_ARCHIVE/warc" && sha256sum *.gz | cut -c1-64 | sort) >damaged &&
		others 123 >before && { gongkai repair --from "$copy" >out 2>err; got=$?; } && cat out err &&
		others 123 >after && test_cmp before after || { echo "at: $d"; return 1; }
		case $d in
		V07) test $got = 4 && grep "未修  段 000002" out || { echo "at: $d"; return 1; }; continue ;;	# a forged word about a sound segment
		V09 | V10 | V11) test $got = 0 && grep 没有要修 out || { echo "at: $d"; return 1; }; continue ;;
		esac
		test $got = 0 && same && gongkai verify || { echo "at: $d"; return 1; }
		for f in "$GONGKAI_ARCHIVE"/warc/damaged-*; do
			[ ! -e "$f" ] || grep "$(sha256sum <"$f" | cut -c1-64)" damaged || { echo "at: $d: $f"; return 1; }
		done
		[ $d = V06 ] || ls "$GONGKAI_ARCHIVE/warc" | grep "^damaged-00000[123]-2.*Z" || { echo "at: $d"; return 1; }
	done
'

claim 'a repair leaves the seal: damage of what was acknowledged is never taken for a torn tail after it' '
	fresh && damage "$GONGKAI_ARCHIVE" cut_closed && gongkai repair --from "$copy" && same && test_cmp "$whole/lock" "$GONGKAI_ARCHIVE/lock" &&
	rm -r "$GONGKAI_ARCHIVE/index" && f="$GONGKAI_ARCHIVE/warc/000003.warc.gz" && printf "\377\377\377" | dd of="$f" bs=1 seek=$(($(stat -c %s "$f") - 60)) conv=notrunc 2>/dev/null &&
	{ gongkai ingest -q in-7.html || :; } && test -z "$(ls "$GONGKAI_ARCHIVE/warc/torn")" && test_must_fail_with 4 gongkai verify
'

claim 'a copy that is damaged in the same segment is refused, byte by byte' '
	fresh && damage "$GONGKAI_ARCHIVE" cut_border && damage "$copy" cut_closed && others 0 >before &&
	test_must_fail_with 4 gongkai repair --from "$copy" >out && grep "未修  段 000001" out && others 0 >after && test_cmp before after &&
	fresh && damage "$GONGKAI_ARCHIVE" V01 && damage "$copy" V02 && others 0 >before &&
	test_must_fail_with 4 gongkai repair --from "$copy" --json >out && test "$(json out "[f[\"segment\"] for f in d[\"failed\"]]")" = "[3]" && others 0 >after && test_cmp before after
'

claim 'a copy with damage elsewhere serves' '
	fresh && damage "$GONGKAI_ARCHIVE" cut_closed && damage "$copy" V01 && gongkai repair --from "$copy" && same
'

claim 'two damaged segments: the last one first, it vouches for the one before' '
	fresh && damage "$GONGKAI_ARCHIVE" V06 && rm "$GONGKAI_ARCHIVE/warc/000003.warc.gz" && gongkai repair --from "$copy" --json >out &&
	test "$(json out "[(r[\"segment\"], r[\"proof\"]) for r in d[\"repaired\"]]")" = "[[3, \"records\"], [2, \"records\"]]" && same && gongkai verify
'

claim 'an older copy: what came later in the last segment is kept behind it' '
	fresh && gongkai ingest -q in-7.html && cp "$GONGKAI_ARCHIVE/warc/000003.warc.gz" want && damage "$GONGKAI_ARCHIVE" V01 &&
	gongkai repair --from "$copy" >out && cat out && grep "我们自己的" out && cmp want "$GONGKAI_ARCHIVE/warc/000003.warc.gz" && gongkai verify && gongkai search 第7号公告
'

claim 'an older copy, and damage among what came later: nothing is taken' '
	fresh && gongkai ingest -q in-7.html && damage "$GONGKAI_ARCHIVE" V01 && size=$(stat -c %s "$GONGKAI_ARCHIVE/warc/000003.warc.gz") &&
	printf "\\377" | dd of="$GONGKAI_ARCHIVE/warc/000003.warc.gz" bs=1 seek=$((size - 6)) conv=notrunc 2>/dev/null && others 0 >before &&
	test_must_fail_with 4 gongkai repair --from "$copy" && others 0 >after && test_cmp before after
'

claim 'a copy that went another way since is refused' '
	fresh && gongkai --archive "$copy" ingest -q in-7.html && gongkai ingest -q in-7.html && damage "$GONGKAI_ARCHIVE" V01 && others 0 >before &&
	test_must_fail_with 4 gongkai repair --from "$copy" >out && grep 未修 out && others 0 >after && test_cmp before after
'

claim 'segments lost at the end come back if ours ends where they began; not if the two went different ways' '
	fresh && damage "$copy" close && cp "$copy/warc/000004.warc.gz" want && gongkai repair --from "$copy" && cmp want "$GONGKAI_ARCHIVE/warc/000004.warc.gz" && gongkai verify &&
	fresh && damage "$copy" close && gongkai ingest -q in-7.html && gongkai repair --from "$copy" >out && grep 没有要修 out && test ! -e "$GONGKAI_ARCHIVE/warc/000004.warc.gz"
'

claim 'a dry run says the same and changes nothing' '
	fresh && damage "$GONGKAI_ARCHIVE" V06 && rm "$GONGKAI_ARCHIVE/warc/000003.warc.gz" && others 0 >before && gongkai repair -n --from "$copy" >out && cat out &&
	test "$(grep -c 可换 out)" = 2 && others 0 >after && test_cmp before after
'

claim 'a writer at work is waited for, then it is status 5 with its number' '
	fresh && damage "$GONGKAI_ARCHIVE" V01 && : >hold &&
	{ (flock 9; echo "4711 2026-01-01T00:00:00.000Z" >&9; while [ -e hold ]; do sleep 0.1; done) 9<>"$GONGKAI_ARCHIVE/lock" & } &&
	for i in $(seq 300); do grep -q 4711 "$GONGKAI_ARCHIVE/lock" && break; sleep 0.1; done &&
	{ test_must_fail_with 5 gongkai repair --wait 0 --from "$copy" 2>err; got=$?; } && rm hold && wait && test $got = 0 && grep 4711 err && gongkai repair --from "$copy" && same
'

claim 'the archive itself is no copy of itself; no archive, or no --from, is usage' '
	fresh && test_must_fail_with 2 gongkai repair --from "$GONGKAI_ARCHIVE/." 2>err && grep 自己 err &&
	test_must_fail_with 2 gongkai repair --from "$TEST_DIR/nowhere" 2>err && grep nowhere err && test_must_fail_with 2 gongkai repair 2>err && grep -e --from err &&
	test_must_fail_with 2 gongkai repair extra --from "$copy"
'

claim 'killed at any point, or refused by the device, a segment is the old one or the new one, and the next repair does it' '
	fresh && damage "$GONGKAI_ARCHIVE" cut_closed && cp "$GONGKAI_ARCHIVE/warc/000001.warc.gz" old &&
	for what in kill read write fsync rename link; do
		for n in 1 2 7; do
			fresh && damage "$GONGKAI_ARCHIVE" cut_closed >/dev/null && { GONGKAI_FAULT=$what:$n gongkai repair --from "$copy" >out 2>&1; got=$?; } &&
			{ cmp -s old "$GONGKAI_ARCHIVE/warc/000001.warc.gz" || cmp "$whole/warc/000001.warc.gz" "$GONGKAI_ARCHIVE/warc/000001.warc.gz"; } || { echo "at: $what:$n ($got)"; cat out; return 1; }
			gongkai repair --from "$copy" >out 2>&1 && same && gongkai ingest in-7.html >out 2>&1 && gongkai verify -q --no-report >out 2>&1 &&
			! ls "$GONGKAI_ARCHIVE/warc" | grep "gz\\." || { echo "at: $what:$n again ($got)"; cat out; return 1; }
		done
	done
'

test_done
