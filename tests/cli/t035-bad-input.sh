#!/bin/bash
test_description='bad input costs only itself: what, which, why, what next, the exit status, and the rest is in'
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

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null
n=0

# good DIR: a document that must be in whatever stands beside it; $word finds it and only it
good()
{
	n=$((n + 1)) word="旁证第${n}号词"
	mkdir -p "$1"
	printf '标题：旁证%d\n发布日期：2021-03-05\n\n%s。\n' "$n" "$word" >"$1/旁证.txt"
}
found() { gongkai search --json "\"$word\"" >.f && test "$(json .f 'd["total"]')" = 1; }

# one_bad DIR NAME: ingest of DIR ends with 3, names the file with a reason and what next, has the good one
one_bad()
{
	test_must_fail_with 3 timeout 60 gongkai ingest "$1" >out 2>err && grep -F "$2" err && test_line_count 1 err && grep "失败 1 件" out &&
	found && gongkai verify
}

claim 'a path that does not exist: 2, named, and the others are in' '
	good d1 && { got=0; gongkai ingest d1 nowhere/at/all >out 2>err || got=$?; } && test "$got" = 2 -o "$got" = 3 && grep nowhere/at/all err &&
	{ found || { gongkai ingest d1 && found; }; }
'

claim 'an empty file' '
	good d2 && : >d2/空.txt && one_bad d2 空.txt
'

claim 'a file of nothing but blanks' '
	good d3 && printf " \n\t\n　\n" >d3/白.txt && one_bad d3 白.txt
'

claim 'a binary file' '
	good d4 && head -c 20000 /dev/urandom >d4/乱.bin && one_bad d4 乱.bin && grep -E "；|，" err
'

claim 'a kind that is not read yet is named as such' '
	good d5 && printf "%%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%%%EOF\n" >d5/扫描.pdf && one_bad d5 扫描.pdf &&
	grep -i pdf err
'

claim '2 GiB of holes: refused by its size without being read (L23)' '
	good d6 && truncate -s 2G d6/大.txt && one_bad d6 大.txt && grep file_too_large err && grep "512\|536870912" err
'

claim 'broken UTF-8: the byte is named' '
	good d7 && { printf "标题：坏字节\n发布日期：2021-03-05\n\n前面都是好的汉字，"; printf "\201\060"; printf "后面也是好的汉字。\n"; } >d7/坏.txt &&
	{ got=0; gongkai ingest d7 >out 2>err || got=$?; } && found &&
	if test $got = 3; then grep 坏.txt err; else test $got = 0; fi
'

claim 'a text cut in the middle of a character is not taken for something else' '
	good d8 && python3 -c "
import sys
sys.stdout.buffer.write((\"标题：断尾\n发布日期：2021-03-05\n\n\" + \"政府信息公开工作条例正文内容\" * 50).encode()[:-1])" >d8/断.txt &&
	{ got=0; gongkai ingest d8 >out 2>err || got=$?; } && found && if test $got = 3; then grep 断.txt err; else gongkai search 标题:断尾; fi
'

if command -v setpriv >/dev/null && [ "$(id -u)" = 0 ] && setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null; then
	claim 'a file without permission: 3 and which; a folder without permission too' '
		good d9 && echo secret >d9/锁.txt && mkdir d9/锁夹 && echo x >d9/锁夹/x.txt && chmod 000 d9/锁.txt d9/锁夹 &&
		export GONGKAI_ARCHIVE=$TEST_DIR/nobody &&
		mkdir nobody && chmod 755 "$TEST_DIR" && chown 65534:65534 nobody &&
		as="setpriv --reuid 65534 --regid 65534 --clear-groups" &&
		# The build tree may be closed to others: nobody gets programs of its own.
		mkdir programs && cp "$(command -v gongkai)" "$GONGKAI_EXTRACT" programs/ && chmod 755 programs programs/* &&
		PATH=$TEST_DIR/programs:$PATH GONGKAI_EXTRACT=$TEST_DIR/programs/gongkai-extract &&
		$as gongkai init --org 甲 --code n && { got=0; $as gongkai ingest d9 >out 2>err || got=$?; } &&
		test $got = 3 && grep 锁.txt err && grep 锁夹 err && found
	'
	claim 'an archive that may not be written: said before anything is done; searching goes on' '
		export GONGKAI_ARCHIVE=$TEST_DIR/nobody && chown -R root:root nobody &&
		{ got=0; $as gongkai ingest d1 >out 2>err || got=$?; } && test $got -ge 2 && test $got -le 7 && grep nobody err && grep 提示 err &&
		$as gongkai search "$word" && $as gongkai search --json "$word" >out && test "$(json out "d[\"total\"]")" = 1
	'
	export GONGKAI_ARCHIVE=$TEST_DIR/archive
else
	test_skip 'a file without permission' 'needs root and setpriv'
	test_skip 'an archive that may not be written' 'needs root and setpriv'
fi

claim 'lines of JSON Lines: each bad one by its number and reason, the others are in' '
	cat >j.jsonl <<-\EOF &&
	{"id":"k1","title":"好一","published_at":"2021-03-05","text":"行内好一。"}
	not json at all
	{"id":"k2","text":"没有标题的一行。"}
	{"id":"k3","title":"没有正文"}
	{"id":"k4","title":"日期不对","published_at":"2021-02-30","text":"日期不对的一行。"}
	{"id":"k5","title":"日期非日期","formed_date":"不久以前","text":"日期非日期的一行。"}
	[1,2,3]
	{"id":"k6","title":"截断的","text":"截
	{"id":"k7","title":{"a":1},"text":"标题是表。"}
	{"id":"k8","title":"正文是表","text":["a"]}
	{"id":"k9","title":"","text":"空标题。"}

	{"id":"k10","title":"好二","published_at":"2021-03-05","text":"行内好二。"}
	EOF
	printf "{\"id\":\"k11\",\"title\":\"坏\\xff\",\"text\":\"坏字节。\"}\n{\"id\":\"k12\",\"title\":\"好三\",\"text\":\"行内好三。\"}" >>j.jsonl &&
	test_must_fail_with 3 gongkai ingest --jsonl j.jsonl >out 2>err && grep "收入 3 件" out && grep "失败 11 件" out && test_line_count 11 err &&
	for i in 2 3 4 5 6 7 8 9 10 11 14; do grep "第 $i 行" err || return 1; done &&
	grep "第 5 行.*2021-02-30" err && grep "第 6 行.*不久以前" err && grep "第 3 行.*title" err && grep "第 4 行.*text" err &&
	for w in 好一 好二 好三; do gongkai search "\"行内$w\"" || return 1; done
'

claim 'the same as JSON: failed lines carry the error object, with line and file' '
	test_must_fail_with 3 gongkai ingest --json --jsonl j.jsonl >out 2>err &&
	python3 -c "
import json, sys
lines = [json.loads(l) for l in open(sys.argv[1], encoding=\"utf-8\")]
failed = [d for d in lines if d.get(\"result\") == \"failed\"]
assert len(failed) == 11 and len([d for d in lines if d.get(\"result\") == \"duplicate\"]) == 3, lines
for d in failed:
    e = d[\"error\"]
    assert d[\"line\"] and d[\"file\"] and e[\"message\"] and e[\"message_en\"] and e[\"hint\"], d
    assert e[\"code\"] != \"internal\", \"a bad line is no internal error: \" + str(d)" out
'

claim 'a JSON Lines file that is missing, or is cut in its gzip' '
	test_must_fail_with 2 gongkai ingest --jsonl nofile.jsonl 2>err && grep nofile.jsonl err && grep 提示 err &&
	python3 -c "
import json
for i in range(2000): print(json.dumps({\"title\": \"压缩%d\" % i, \"text\": \"压缩件第%d件，%d。\" % (i, i * 7919)}, ensure_ascii=False))" | gzip >z.gz && head -c 9000 z.gz >cut.gz &&
	{ got=0; gongkai ingest --jsonl cut.gz >out 2>err || got=$?; } && test "$got" -ge 2 && test "$got" -le 7 && grep cut.gz err && gongkai verify && gongkai doctor
'

claim 'a deeply nested line and a line of a million brackets crash nothing' '
	python3 -c "
print(\"{\\\"title\\\":\\\"深\\\",\\\"text\\\":\\\"深层。\\\",\\\"x\\\":\" + \"[\" * 100000 + \"]\" * 100000 + \"}\")
print(\"[\" * 1000000)
print(\"{\\\"title\\\":\\\"浅\\\",\\\"text\\\":\\\"浅层之后。\\\"}\")" >deep.jsonl &&
	test_must_fail_with 3 gongkai ingest --jsonl deep.jsonl && gongkai search \"浅层之后\"
'

claim 'values too long are refused with the word of L30, dates out of L35 with bad_date' '
	python3 -c "
import json
print(json.dumps({\"id\": \"L\", \"title\": \"长\" * 3000, \"text\": \"太长的标题。\"}, ensure_ascii=False))
print(json.dumps({\"id\": \"M\", \"title\": \"早\", \"published_at\": \"1899-12-31\", \"text\": \"太早。\"}, ensure_ascii=False))
print(json.dumps({\"id\": \"N\", \"title\": \"晚\", \"published_at\": \"2100-01-01\", \"text\": \"太晚。\"}, ensure_ascii=False))
print(json.dumps({\"id\": \"O\", \"title\": \"正\", \"published_at\": \"1900-01-01\", \"text\": \"正好的日期。\"}, ensure_ascii=False))" >l.jsonl &&
	test_must_fail_with 3 gongkai ingest --jsonl l.jsonl >out 2>err && grep "第 1 行.*field_too_long" err && grep "第 2 行.*1899" err && grep "第 3 行.*2100" err &&
	gongkai search \"正好的日期\"
'

claim 'a page that never ends, nested tags, scripts without end' '
	good d10 && python3 -c "
print(\"<div>\" * 60000 + \"嵌套很深的页\" + \"</div>\" * 10)" >d10/深.html && python3 -c "
print(\"<title>没有结尾</title><script>\" + \"x\" * 1000000)" >d10/尾.html &&
	{ got=0; timeout 60 gongkai ingest d10 >out 2>err || got=$?; } && test "$got" = 0 -o "$got" = 3 && found && gongkai verify
'

claim 'a broken extractor program fails documents, not the archive' '
	good d11 && GONGKAI_EXTRACT=/bin/false && { got=0; timeout 60 gongkai ingest d11 >out 2>err || got=$?; } && test "$got" -ge 2 && test "$got" -le 8 && test -s err &&
	GONGKAI_EXTRACT=$TEST_DIR/nothing && { got=0; timeout 60 gongkai ingest d11 >out 2>err || got=$?; } && test "$got" -ge 2 && test "$got" -le 8 && test -s err &&
	GONGKAI_EXTRACT=$test_build/gongkai-extract && gongkai verify && gongkai ingest d11 && found
'

claim 'after all that: clean' '
	gongkai verify && gongkai doctor && python3 "$SRC/tests/warc-read.py" "$GONGKAI_ARCHIVE"/warc/*.warc.gz >/dev/null
'

test_done
