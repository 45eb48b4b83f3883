#!/bin/bash
test_description='a page of results reads from the archive what it shows, each record once, and nothing else'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

# reads FILE: offset and length of what was read of segments, but for the warcinfo at their beginning
reads() { sed -nE 's/.*pread64\([0-9]+<[^>]*\.warc\.gz>, .*, ([0-9]+), ([0-9]+)\) += ([0-9]+)$/\2 \3/p' "$1" | grep -v '^0 '; }
# allowed ID...: offset and length of the records of these documents
allowed()
{
	for id; do
		gongkai show --events "$id" | python3 -c '
import json, sys
for line in sys.stdin:
    c = json.loads(line).get("content", {})
    for k in ("original", "text"):
        if k in c and "loc" in c[k]:
            print(c[k]["loc"][1], c[k]["loc"][2])'
	done
}

cd "$TEST_DIR" || exit 1
gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null
for i in $(seq 1 40); do
	echo "{\"id\":\"d$i\",\"title\":\"第${i}号通知\",\"published_at\":\"2021-03-05\",\"text\":\"防汛工作的第${i}号通知正文，各村落实责任。\"}"
done >in.jsonl
gongkai ingest --quiet --jsonl in.jsonl >/dev/null

# Leaks cannot be looked for under ptrace.
traced() { ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" strace -f -y -s 8 -e trace=pread64 -o trace "$@"; }
strace_works() { command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; }

if ! strace_works; then
	test_skip 'what is read' 'no strace, or it may not trace'
else
	test_expect_success 'ten hits of forty: no more than an event and a text for each, none twice, all of them of hits' '
		traced gongkai search --json --size 10 防汛 >out && test "$(json out "[d[\"total\"], len(d[\"hits\"])]")" = "[40, 10]" && reads trace >read && cat read &&
		test "$(wc -l <read)" -le 20 && test "$(wc -l <read)" -ge 10 && sort read | uniq -d >twice && test_must_be_empty twice &&
		allowed $(json out "\" \".join(h[\"id\"] for h in d[\"hits\"])") | sort >texts && test "$(sort -u texts | wc -l)" = 10 && sort read | comm -12 - <(sort -u texts) >shown && test "$(wc -l <shown)" = 10
	'

	test_expect_success 'one hit reads a tenth of it' '
		traced gongkai search --json --size 1 防汛 >out && reads trace >read && test "$(wc -l <read)" -le 2
	'

	test_expect_success 'a document is its event and its text, each in one reading of exactly its length' '
		traced gongkai show --original qsz-2021-000007 >out && reads trace >read && cat read && test "$(wc -l <read)" -le 2 && allowed qsz-2021-000007 >want && sort -u want >one && comm -12 <(sort read) one | test_cmp one -
	'
fi

test_done
