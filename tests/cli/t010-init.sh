#!/bin/bash
test_description='init, usage, help, languages, and the exit statuses that need no documents'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

# The body of a claim is a function: it may return.
claim()
{
	test_expect_success "$1" "body()
{
$2
}
body"
}

claim 'a command without an archive says what to do and ends with 2' '
	for words in "ingest ." "search 安全" "show qsz-2021-000001" "verify" "index rebuild" "index stats"; do
		test_must_fail_with 2 gongkai $words >out 2>err || return 1
		test_must_be_empty out &&
		grep -F "$GONGKAI_ARCHIVE" err && grep "gongkai init" err || { echo "at: $words" ; return 1; }
	done
'

claim 'init makes the folder of design.md 3 and names the next command' '
	gongkai init --org 云溪县青石镇人民政府 --code qsz >out &&
	grep -F "$GONGKAI_ARCHIVE" out && grep qsz out && grep "gongkai ingest" out &&
	test -f "$GONGKAI_ARCHIVE/gongkai.conf" && test -f "$GONGKAI_ARCHIVE/warc/000001.warc.gz" &&
	test -d "$GONGKAI_ARCHIVE/index/public" && test -f "$GONGKAI_ARCHIVE/lock" &&
	grep -F "\"qsz\"" "$GONGKAI_ARCHIVE/gongkai.conf" && grep 云溪县青石镇人民政府 "$GONGKAI_ARCHIVE/gongkai.conf"
'

claim 'the first record is a warcinfo that any gzip reads' '
	zcat "$GONGKAI_ARCHIVE/warc/000001.warc.gz" >out &&
	head -1 out | tr -d "\r" | grep -x WARC/1.1 && grep -a "gongkai-format: 1" out
'

claim 'init a second time is refused and changes nothing' '
	sha256sum "$GONGKAI_ARCHIVE"/warc/*.gz "$GONGKAI_ARCHIVE/gongkai.conf" >before &&
	test_must_fail_with 2 gongkai init --org 别的 --code qsz 2>err &&
	grep -F "$GONGKAI_ARCHIVE" err && sha256sum --quiet -c before
'

claim 'a code is 1 to 16 letters and digits; an office has a name' '
	for code in "" a-b 中 "a b" abcdefghijklmnopq ../x a/b; do
		test_must_fail_with 2 gongkai --archive "$TEST_DIR/no" init --org 甲 --code "$code" 2>err &&
		test -s err && test ! -e no || { echo "at: $code"; return 1; }
	done &&
	test_must_fail_with 2 gongkai --archive "$TEST_DIR/no" init --code abc &&
	test_must_fail_with 2 gongkai --archive "$TEST_DIR/no" init --org "" --code abc &&
	test_must_fail_with 2 gongkai --archive "$TEST_DIR/no" init --org 甲 &&
	test ! -e no &&
	gongkai --archive "$TEST_DIR/one" init --org 甲 --code a &&
	gongkai --archive "$TEST_DIR/sixteen" init --org 甲 --code abcdefgh12345678
'

claim 'an office name with quotes, backslashes and rare characters is read back as it was' '
	name="甲\"乙\\丙㙍𠮷\${HOME}" &&
	gongkai --archive "$TEST_DIR/odd" init --org "$name" --code odd &&
	gongkai --archive "$TEST_DIR/odd" doctor >out && grep -F "$name" out
'

claim 'init touches no file that was in the folder before' '
	mkdir -p full/warc && echo x >full/mine && echo y >full/warc/000001.warc.gz &&
	gongkai --archive "$TEST_DIR/full" init --org 甲 --code abc;
	test "$(cat full/mine)" = x && test "$(cat full/warc/000001.warc.gz)" = y
'

claim 'a parent folder that is no folder: which and why, and no half archive' '
	: >file &&
	got=0 && { gongkai --archive "$TEST_DIR/file/sub" init --org 甲 --code abc 2>err || got=$?; } &&
	test "$got" -ge 2 && test "$got" -le 7 && grep "file" err && test ! -s file
'

claim 'init --json prints one object' '
	gongkai --archive "$TEST_DIR/j" init --org 甲 --code abc --json >out &&
	test "$(json out "d[\"code\"]")" = abc
'

claim 'an unknown command, option or argument is usage: status 2 and nothing on stdout' '
	for words in "frobnicate" "search --frobnicate 安全" "ingest" "show" "search --size nought 安全" \
	    "search --page 0 安全" "search --sort up 安全" "search --as-of 2021-13-01 安全" "index" "index frobnicate" \
	    "verify extra" "show qsz-2021-000001 --lang fr" "init" "search --size 0 安全" "search --from 昨天 安全" \
	    "search --batch nofile"; do
		test_must_fail_with 2 gongkai $words >out 2>err || { echo "at: $words"; cat err; return 1; }
		test -s err && test_must_be_empty out || { echo "at: $words"; return 1; }
	done
'

claim 'a bad date names the parameter and shows how to write it' '
	test_must_fail_with 2 gongkai search --as-of 2021-13-01 安全 2>err &&
	grep 2021-13-01 err && grep "2021-12-01\|2021-03-05\|年" err &&
	test_must_fail_with 2 gongkai search --json --as-of 2021-13-01 安全 >out &&
	test "$(json out "d[\"error\"][\"code\"]")" = bad_date
'

claim 'help of every command is on stdout, ends with 0 and needs no archive' '
	for c in init ingest search show verify serve doctor "index rebuild" "index stats"; do
		gongkai --archive "$TEST_DIR/none" $c --help >out 2>err && test -s out && grep -e --archive out >/dev/null ||
			{ echo "at: $c"; cat err; return 1; }
	done &&
	gongkai --help >out && grep ingest out && gongkai --version >out && grep "gongkai [0-9]" out
'

claim 'no line of help is wider than 80 columns, a Han character being two' '
	for c in "" init ingest search show verify serve doctor; do
		gongkai $c --help
	done >out &&
	python3 -c "
import sys, unicodedata
wide = [l for l in open(sys.argv[1], encoding=\"utf-8\").read().split(\"\n\")
        if sum(2 if unicodedata.east_asian_width(c) in \"WF\" else 1 for c in l) > 80]
sys.exit(\"too wide: \" + \"\n\".join(wide) if wide else 0)" out
'

claim 'index without a word says which words there are' '
	test_must_fail_with 2 gongkai index 2>err && grep rebuild err && grep stats err &&
	gongkai index --help >out && grep rebuild out
'

claim 'nothing found is 1, in an empty archive too' '
	test_must_fail_with 1 gongkai search 安全 >out &&
	test_must_fail_with 1 gongkai search --json 安全 >out && test "$(json out "d[\"total\"]")" = 0 &&
	test_must_fail_with 1 gongkai show qsz-2021-000001 2>err && grep qsz-2021-000001 err &&
	gongkai verify && gongkai doctor && gongkai index rebuild && gongkai index stats --json >out &&
	test "$(json out "d[\"documents\"]")" = 0
'

claim 'an empty folder gives no documents and no error' '
	mkdir empty && gongkai ingest empty && gongkai verify
'

claim 'messages are Chinese unless asked otherwise' '
	test_must_fail_with 1 gongkai show qsz-2021-000001 2>zh && grep -P "\p{Han}" zh &&
	test_must_fail_with 1 gongkai --lang en show qsz-2021-000001 2>en && ! grep -P "\p{Han}" en && grep -i "no " en &&
	test_must_fail_with 1 env GONGKAI_LANG=en gongkai show qsz-2021-000001 2>en2 && test_cmp en en2
'

claim 'a broken configuration names file and line' '
	cp -r "$GONGKAI_ARCHIVE" broken && echo "retentoin = 3" >>broken/gongkai.conf &&
	n=$(wc -l <broken/gongkai.conf) &&
	{ got=0; gongkai --archive "$TEST_DIR/broken" doctor >out 2>&1 || got=$?; } && test "$got" != 0 &&
	grep retentoin out && grep "$n" out &&
	test_must_fail_with 2 gongkai --archive "$TEST_DIR/broken" search 安全 2>err && grep retentoin err
'

test_done
