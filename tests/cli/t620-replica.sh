#!/bin/bash
test_description='a replica takes over what its source has acknowledged, nothing else, and gives the same answers'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

cd "$TEST_DIR" || exit 1
source=$GONGKAI_ARCHIVE
replica=$TEST_DIR/副本
follow() { gongkai --archive "$replica" replicate "$@"; }
at_replica() { gongkai --archive "$replica" "$@"; }
same() { python3 "$SRC/tests/oracle/shards.py" "$@"; }
# more FROM TO: so many documents
more() { for i in $(seq "$1" "$2"); do echo "{\"id\":\"m$i\",\"title\":\"关于第${i}次防汛演练的通知\",\"published_at\":\"2024-05-0$((i % 9 + 1))\",\"text\":\"第${i}次演练，各村落实防汛责任。\"}"; done >more.jsonl; }
# destroy ID: as the law wants it done
destroy()
{
	cat >>"$source/gongkai.conf" <<-"END"
	fonds = "Z109"
	schedule "2016-1" { approval = "云档发〔2016〕3号"  rule "公示公告" { retention = "D10" text = "1.3" } }
	END
	gongkai retention set --all --yes -q >/dev/null 2>&1
	gongkai appraise --destroy --report "鉴〔2026〕1号" --reason 无保存价值 --approved-by 张三 --archivist 李四 "$1" --yes -q && gongkai dispose --register r.csv &&
	gongkai dispose --list r.csv --approved-by 张三 --second 李四 --execute --digest "$(sha256sum r.csv | cut -c1-8)"
}
# alike: every byte of the segments
alike() { (cd "$source/warc" && sha256sum ./*.gz) >a.sums && (cd "$replica/warc" && sha256sum -c --quiet "$TEST_DIR/a.sums"); }

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null && gongkai ingest -q "$SRC/data/sample" >/dev/null || { echo "Bail out! no archive"; exit 1; }
test_server_start && there=$SERVER

test_expect_success 'from nothing: one command, then it is an archive like the other, with the same answers' '
	follow "$source" >out && cat out && grep "现有 67 件" out && alike && at_replica verify && at_replica doctor && test_server_start --archive "$replica" && here=$SERVER && same --random 33 "$there" "$here"
'

test_expect_success 'it catches up: new documents, new versions, acts, configuration; the server that runs there serves them' '
	more 1 20 && gongkai ingest -q --jsonl more.jsonl && sed "s/责任/责任，另有补充/" more.jsonl | head -5 >again.jsonl && gongkai ingest -q --jsonl again.jsonl &&
	gongkai abolish -q --yes "$(gongkai search --json --sort old --size 1 -- 防汛演练 | python3 -c "import json,sys; print(json.load(sys.stdin)[\"hits\"][0][\"id\"])")" --by-text "《清理决定》" --effective 2022-01-01 --reason 清理;
	printf "抗旱\t旱灾\n" >"$source/synonyms.tsv" && follow --json "$source" >out && test "$(json out "d[\"documents\"]")" = 87 && alike && cmp "$source/synonyms.tsv" "$replica/synonyms.tsv" && same --random 33 "$there" "$here" &&
	follow --json "$source" >out && test "$(json out "d[\"bytes\"]")" = 0
'

test_expect_success 'it does so by itself, every second; the source may be away for a while' '
	gongkai --archive "$replica" replicate --every 1 "$source" >log 2>err & loop=$! && test_server_pids+=("$loop") && more 30 40 && gongkai ingest -q --jsonl more.jsonl && for i in $(seq 100); do grep "现有 98 件" log && break; sleep 0.1; done; grep "现有 98 件" log &&
	mv "$source" away && sleep 2 && mv away "$source" && cat err && test -s err && more 50 55 && gongkai ingest -q --jsonl more.jsonl && for i in $(seq 100); do grep "现有 104 件" log && break; sleep 0.1; done; grep "现有 104 件" log && kill "$loop" && same --random 22 "$there" "$here"
'

test_expect_success 'what was not acknowledged is not taken: half a record behind the last acknowledged one' '
	cp "$source/warc/000001.warc.gz" kept && head -c 700 kept >>"$source/warc/000001.warc.gz" && follow --json "$source" >out && test "$(json out "d[\"bytes\"]")" = 0 && test "$(stat -c %s "$replica/warc/000001.warc.gz")" = "$(stat -c %s kept)" && cp kept "$source/warc/000001.warc.gz" && follow "$source" >out
'

test_expect_success 'a record that does not arrive as it was written: status 4, nothing of it stays; whole again afterwards' '
	size=$(stat -c %s "$source/warc/000001.warc.gz") && more 60 62 && gongkai ingest -q --jsonl more.jsonl && cp -p "$source/warc/000001.warc.gz" good && was=$(stat -c %s "$replica/warc/000001.warc.gz") &&
	printf "\377\377\377" | dd of="$source/warc/000001.warc.gz" bs=1 seek=$((size + 400)) conv=notrunc 2>/dev/null && test_must_fail_with 4 follow "$source" 2>err; cat err && test "$(stat -c %s "$replica/warc/000001.warc.gz")" = "$was" &&
	cp -p good "$source/warc/000001.warc.gz" && follow "$source" >out && alike && same --random 11 "$there" "$here"
'

test_expect_success 'an archive that is not its source, one with records of its own, and itself are refused; nothing changes' '
	gongkai --archive other init --org 另一镇 --code oth >/dev/null && more 1 3 && gongkai --archive other ingest -q --jsonl more.jsonl && cp -a "$replica" before && { follow other 2>err; test $? != 0; } && cat err && diff -r before/warc "$replica/warc" && { gongkai replicate "$source" 2>err; test $? != 0; } && cat err && grep "就是它自己" err &&
	cp -a "$replica" own && sed "s/m/o/" more.jsonl >o.jsonl && gongkai --archive own ingest -q --jsonl o.jsonl && more 70 71 && gongkai ingest -q --jsonl more.jsonl && { gongkai --archive own replicate "$source" 2>err; test $? != 0; } && cat err && grep "不能作它的副本\|不是.*副本" err && follow "$source" >out && test ! -e "$replica/keys/checkpoint.key"
'

( GONGKAI_FAULT=kill:1 gongkai index compact ) >/dev/null 2>&1
if [ $? = 137 ]; then
	test_expect_success 'in several segments, and killed at any point: the next step goes on' '
		export GONGKAI_SEGMENT_LIMIT=20000 && for k in 1 2 3 4 5; do more ${k}00 ${k}60 && gongkai ingest -q --jsonl more.jsonl || return 1; done && test "$(ls "$source/warc/"*.gz | wc -l)" -ge 3 && for n in 1 2 3 4 5 6 7 8 9 10 12 15 20 25 30; do
			( GONGKAI_FAULT=kill:$n follow "$source" ) >/dev/null 2>&1
		done; follow "$source" >out && cat out && alike && at_replica verify && same --random 22 "$there" "$here" && rm -rf fresh && gongkai --archive fresh replicate "$source" >out && gongkai --archive fresh verify >out
	'

	test_expect_success 'a destruction there is one here: the segment is copied anew, and no index keeps a word of it' '
		printf "标题：关于秘而不宣的通知\n发布日期：2001-03-05\n\n独一无二魑魅魍魉的正文。\n" >gone.txt && gongkai ingest -q --category 公示公告 gone.txt && more 800 860 && gongkai ingest -q --jsonl more.jsonl && follow "$source" >out && id=$(gongkai search --json 魑魅魍魉 | python3 -c "import json,sys; print(json.load(sys.stdin)[\"hits\"][0][\"id\"])") &&
		at_replica search 魑魅魍魉 && destroy "$id" && test_must_fail_with 1 gongkai search 魑魅魍魉 && follow "$source" >out 2>err && cat out err && grep "重写了" err && alike && test_must_fail_with 1 at_replica search 魑魅魍魉 && at_replica verify && ! grep -r 魑魅 "$replica/index" && same --random 11 "$there" "$here"
	'
else
	test_skip 'several segments, kills and a destruction' 'built without --enable-faults'
fi

test_done
