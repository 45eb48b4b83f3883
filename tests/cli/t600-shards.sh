#!/bin/bash
test_description='an index in shards answers as one: every question, while it is written to, and after a crash'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

cd "$TEST_DIR" || exit 1
index=$GONGKAI_ARCHIVE/index/public
gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null && gongkai ingest -q "$SRC/data/sample" >/dev/null || { echo "Bail out! no archive"; exit 1; }
cp -a "$GONGKAI_ARCHIVE" whole
test_server_start --archive "$TEST_DIR/whole" && whole=$SERVER
shards() { gongkai index stats --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["index"]["shards"])'; }
same() { python3 "$SRC/tests/oracle/shards.py" "$@"; }

for n in 2 4 7; do
	test_expect_success "$n shards: every answer is that of one index, and a running server goes over to them" "
		{ test $n != 2 || test_server_start && sharded=\$SERVER; } && gongkai index shard --parts $n >out && cat out && grep '分为 $n 片' out && test \"\$(shards)\" = $n && same --random 44 \"\$whole\" \"\$sharded\"
	"
done

test_expect_success 'stats tell of them, with --json too; documents 0 makes them one again, with the same answers' '
	gongkai index stats --json >out && test "$(json out "d[\"index\"][\"shards\"]")" = 7 && gongkai index shard --documents 0 >out && test "$(shards)" = 1 && same --random 11 "$whole" "$sharded"
'

test_expect_success 'how they are to be made must be said, and what they are made of is configured' '
	test_must_fail_with 2 gongkai index shard 2>err && grep -e --parts err && test_must_fail_with 2 gongkai index shard --parts 2 --documents 9 2>err && test_must_fail_with 2 gongkai index shard --parts 65 2>err &&
	sed -i "s/^shard_documents = 0/shard_documents = 12/" "$GONGKAI_ARCHIVE/gongkai.conf" && test_must_fail_with 2 gongkai index rebuild 2>err && grep "shard_documents" err &&
	sed -i "s/^shard_documents = .*/shard_documents = 0/" "$GONGKAI_ARCHIVE/gongkai.conf"
'

# more FROM TO: documents that are new
more() { for i in $(seq "$1" "$2"); do echo "{\"id\":\"m$i\",\"title\":\"关于第${i}次防汛演练的通知\",\"published_at\":\"2024-05-0$((i % 9 + 1))\",\"text\":\"第${i}次演练，各村落实防汛责任，安全生产不放松。\"}"; done >more.jsonl; }
# again: the other archive is a copy of this one, and its index, in one, is built anew from it
again() { cp -a "$GONGKAI_ARCHIVE/warc/." whole/warc/ && gongkai --archive "$TEST_DIR/whole" index rebuild >/dev/null && test "$(GONGKAI_ARCHIVE=$TEST_DIR/whole shards)" = 1; }

test_expect_success 'what comes afterwards goes into the last shard, and into new ones when that is full; acts and new versions of what stands in any shard count' '
	gongkai index shard --documents 20 >out && was=$(shards) && more 1 55 && gongkai ingest -q --jsonl more.jsonl && test "$(shards)" = $((was + 3)) &&
	first=$(gongkai search --json --sort old --size 1 -- 通知 is:有效 | python3 -c "import json,sys; print(json.load(sys.stdin)[\"hits\"][0][\"id\"])") &&
	gongkai abolish -q --yes "$first" --by-text "《清理决定》" --effective 2022-01-01 --reason 清理 && sed "s/不放松/不松懈，另有补充/" more.jsonl | head -30 >again.jsonl && gongkai ingest -q --jsonl again.jsonl && again &&
	same --random 44 "$whole" "$sharded"
'

test_expect_success 'compacting keeps them, full ones are only copied' '
	was=$(shards) && gongkai index compact && gongkai index compact && test "$(shards)" = "$was" && same --random 22 "$whole" "$sharded" && gongkai doctor >out; cat out && ! grep "✗" out
'

test_expect_success 'a shard that is damaged is found and named by doctor; the next writer builds the index again from the archive' '
	victim=$(find "$index/current/" -name "glass-*" | sort -V | head -n 1) && : >"$victim/postlist.glass" && { gongkai doctor >out || test $? = 1; } && cat out && grep "✗" out | grep "$(basename "$victim")" &&
	more 56 57 && gongkai ingest -q --jsonl more.jsonl && again && same --random 22 "$whole" "$sharded" && { gongkai doctor >out; ! grep "✗.*索引" out; }
'

# killed TRIES COMMAND: kill -9 at every fault point, then the index must be whole
( GONGKAI_FAULT=kill:1 gongkai index compact ) >/dev/null 2>&1
if [ $? = 137 ]; then
	test_expect_success 'kill -9 at fault points of dividing it, and of an ingest that begins shards: the answers are there before and after' '
		gongkai index shard --documents 20 >/dev/null && for n in 1 2 3 5 8 13 21 34 55 89; do
			( GONGKAI_FAULT=kill:$n gongkai index shard --documents $((10 + n)) ) >/dev/null 2>&1; same --random 3 "$whole" "$sharded" >out || { cat out; return 1; }
		done && more 60 130 && for n in 2 4 9 16 25 36 49 64 81; do
			( GONGKAI_FAULT=kill:$n gongkai ingest -q --jsonl more.jsonl ) >/dev/null 2>&1
		done; gongkai ingest -q --jsonl more.jsonl >out && gongkai verify >out && again && same --random 33 "$whole" "$sharded"
	'
else
	test_skip 'kill -9 at fault points' 'built without --enable-faults'
fi

corpus=${GONGKAI_CORPUS:-$SRC/../shared/corpus}
if [ -n "$GONGKAI_LONG" ] && [ -f "$corpus/laws.jsonl.gz" ]; then
	test_expect_success 'the judged queries of the real corpus, in 4 shards as in one' '
		test_server_stop_all; export GONGKAI_ARCHIVE=$TEST_DIR/laws && gongkai init --org 司法 --code laws >/dev/null && zcat "$corpus/laws.jsonl.gz" | gongkai ingest -q --jsonl - >/dev/null &&
		cp -a laws laws4 && GONGKAI_ARCHIVE=$TEST_DIR/laws4 gongkai index shard --parts 4 && test_server_start && whole=$SERVER && GONGKAI_ARCHIVE=$TEST_DIR/laws4 test_server_start && same --queries "$corpus/known/queries.dev.tsv" "$whole" "$SERVER"
	'
else
	test_skip 'the judged queries of the real corpus' 'only with GONGKAI_LONG=1 and ../shared/corpus'
fi

test_done
