#!/bin/bash
test_description='no space: exit status 6, which file system, needed and free; nothing lost, searching goes on (safety.md 3.4)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

mount_at=
free_disk()
{
	local status=$?

	cd /
	[ -z "$mount_at" ] || umount "$mount_at" 2>/dev/null || umount -l "$mount_at"
	(exit "$status")
	test_at_exit
}
disk()
{
	mkdir -p "$TEST_DIR/$1" && mount -t tmpfs -o size="$2" tmpfs "$TEST_DIR/$1" 2>/dev/null && mount_at=$TEST_DIR/$1
}
disk small 8m || test_skip_all 'needs root and mount'
trap free_disk EXIT

export GONGKAI_ARCHIVE=$mount_at/archive
printf '标题：满盘之前\n发布日期：2021-03-05\n\n满盘之前的正文。\n' >"$TEST_DIR/a.txt"

full_message() { grep -F "$mount_at" err && grep -E "[0-9]" err && grep 提示 err && grep -E "(需|要)" err && grep -E "(余|剩|可用|空闲|只有)" err; }

test_expect_success 'the reserve of 64 MiB: on a disk of 8 MiB nothing is even begun' '
	{ got=0; gongkai init --org 甲 --code abc 2>err || got=$?; } && test $got = 0 -o $got = 6 &&
	if test $got = 0; then
		sha256sum "$GONGKAI_ARCHIVE"/warc/*.gz >before &&
		test_must_fail_with 6 gongkai ingest a.txt 2>err && full_message && sha256sum --quiet -c before && gongkai verify
	fi
'

test_expect_success 'with space the same command can be repeated' '
	mount -o remount,size=200m "$mount_at" && { test -d "$GONGKAI_ARCHIVE" || gongkai init --org 甲 --code abc; } && gongkai ingest a.txt && gongkai search 满盘之前
'

test_expect_success 'filled up: 6 with need and free, what is in stays and is found' '
	python3 -c "
import json
for i in range(60): print(json.dumps({\"id\": \"s%d\" % i, \"title\": \"大件%d\" % i, \"text\": \"第%d大件的正文。\" % i + \"长文\" * 1000}, ensure_ascii=False))" >big.jsonl &&
	head -c $((150 << 20)) /dev/zero >"$mount_at/filler" &&
	test_must_fail_with 6 gongkai ingest --json --jsonl big.jsonl >out 2>err && { test -s err && full_message || { cp out err; full_message; }; } &&
	gongkai search 满盘之前 && gongkai verify &&
	grep -o "\"result\":\"new\",\"id\":\"[^\"]*\"" out | cut -d\" -f8 | while read id; do gongkai show "$id" >/dev/null || exit 1; done
'

test_expect_success 'the JSON error is an object with a message and a hint' '
	test_must_fail_with 6 gongkai ingest --json --jsonl big.jsonl >out 2>err && cat out err | grep -h "^{" | tail -1 >e && test -n "$(json e "d[\"error\"][\"hint\"]")"
'

test_expect_success 'an index rebuild without space fails with 6 and the old index goes on' '
	head -c $((100 << 20)) /dev/zero >"$mount_at/filler2" 2>/dev/null; : ; df "$mount_at";
	{ got=0; gongkai index rebuild 2>err || got=$?; } && test $got = 6 -o $got = 0 && gongkai search 满盘之前
'

test_expect_success 'doctor says that the disk is nearly full' '
	{ got=0; gongkai doctor >out || got=$?; } && grep -E "✗|!" out
'

test_expect_success 'space again: all of it goes in' '
	rm -f "$mount_at"/filler* && gongkai ingest --json --jsonl big.jsonl >out && test "$(grep -c "\"result\":\"new\"" out)" -ge 1 &&
	gongkai search --json --size 100 大件 >out && test "$(json out "d[\"total\"]")" = 60 && gongkai verify && gongkai doctor
'

test_done
