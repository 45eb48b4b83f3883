#!/bin/bash
test_description='shards on other machines (xapian-tcpsrv): the answers of one index; one dies, hangs, is another one, and comes back'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

command -v xapian-tcpsrv >/dev/null || test_skip_all 'no xapian-tcpsrv (package xapian-tools)'
cd "$TEST_DIR" || exit 1
index=$GONGKAI_ARCHIVE/index/public
# As an installed server would be found: on ports that are free now.
ports=($(python3 -c '
import socket
s = [socket.socket() for _ in range(9)]
for x in s:
    x.bind(("127.0.0.1", 0))
print(*[x.getsockname()[1] for x in s])'))
declare -A server
# serve N FOLDER [OPTION...]: shard N
serve()
{
	local n=$1 folder=$2
	shift 2
	setsid xapian-tcpsrv --quiet --interface 127.0.0.1 --port "${ports[n]}" "$@" "$folder" >/dev/null 2>&1 &
	server[$n]=$!
	test_server_pids+=("$!")
	for _ in $(seq 100); do (: <"/dev/tcp/127.0.0.1/${ports[n]}") 2>/dev/null && return 0; sleep 0.05; done
	return 1
}
# signal NAME N: the server and what it has forked for each connection
signal() { kill -"$1" -- "-${server[$2]}"; }
# down N: killed, as a machine that loses its power
down() { signal KILL "$1"; wait "${server[$1]}" 2>/dev/null; test_forget_server "${server[$1]}"; }
remote() { local i; for i in $(seq 1 "$1"); do printf -- '--remote 127.0.0.1:%s ' "${ports[i]}"; done; }
same() { python3 "$SRC/tests/oracle/shards.py" "$@"; }
# asked [PATH]: the answer into out, its milliseconds into ms
asked() { local t; t=$(curl -sS -o out -D head -w '%{time_total}' "$front${1-/search.json?q=%E9%80%9A%E7%9F%A5&size=50}") && ms=$(python3 -c "print(int($t * 1000))") && echo "$ms ms"; }
# until_whole: it is noticed that all answer again
until_whole() { for _ in $(seq 60); do asked && test "$(json out 'd.get("complete", True)')" = true && return 0; sleep 0.2; done; return 1; }

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null && gongkai ingest -q "$SRC/data/sample" >/dev/null || { echo "Bail out! no archive"; exit 1; }
cp -a "$GONGKAI_ARCHIVE" whole
test_server_start --archive "$TEST_DIR/whole" && whole=$SERVER
test_server_start && front=$SERVER
again() { cp -a "$GONGKAI_ARCHIVE/warc/." whole/warc/ && gongkai --archive "$TEST_DIR/whole" index rebuild >/dev/null; }

for n in 1 2 4 8; do
	test_expect_success "$n shards on servers: every answer is that of one index; the server went over to them while it ran" "
		gongkai index rebuild && gongkai index shard --export ex$n --parts $n && for i in \$(seq 1 $n); do serve \$i ex$n/\$i || return 1; done &&
		gongkai index shard $(remote $n) && test \"\$(wc -l <\"$index/current/away\")\" = $n && same --random 22 \"\$whole\" \"\$front\" && gongkai doctor >said; cat said; test \"\$(grep -c '✓ 分片' said)\" = $n &&
		{ test $n = 8 || for i in \$(seq 1 $n); do down \$i; done; }
	"
done

test_expect_success 'what was exported of another state, or is not all, is refused, and the index stays' '
	at=$(readlink "$index/current") && cp -a "$GONGKAI_ARCHIVE" other && export_of() { gongkai --archive "$TEST_DIR/other" "$@"; } && export_of index rebuild && echo "{\"id\":\"x\",\"title\":\"又一件\",\"text\":\"又一件的正文\"}" >x.jsonl &&
	cp -a other/index/public other-index && test_must_fail_with 3 gongkai --archive "$TEST_DIR/other" index shard --remote "127.0.0.1:${ports[1]}" --remote "127.0.0.1:${ports[3]}" 2>err && cat err && grep "第 10 号" err; test -s err &&
	gongkai --archive "$TEST_DIR/other" ingest -q --jsonl x.jsonl && { export_of index shard $(remote 8) 2>err; test $? != 0; } && cat err && test "$(readlink "$index/current")" = "$at" && { gongkai index shard --export ex9 --parts 2 2>err; test $? != 0; } && grep "index rebuild" err
'

test_expect_success 'a server is killed: answers in less than a second, with a notice, total at the least; the page says so; nothing keeps them; lists for machines are refused' '
	asked && all=$(json out "d[\"total\"]") && test "$(json out "d.get(\"complete\", True)")" = true && grep -i "^etag" head && down 3 && for i in 1 2 3; do
		asked && test "$ms" -lt 1000 && test "$(json out "d[\"complete\"]")" = false && test "$(json out "[n[\"code\"] for n in d[\"notices\"]]")" = "[\"shard_missing\"]" && ! grep -i "^etag" head && grep -i "no-store" head || return 1
	done && json out "d[\"notices\"]" && part=$(json out "d[\"total\"]") && test "$part" -lt "$all" && test "$(json out "len(d[\"hits\"])")" = "$part" &&
	asked "/search?q=%E9%80%9A%E7%9F%A5" && grep "没有应答" out && grep "至少" out && asked "/search?q=%E9%80%9A%E7%9F%A5&lang=en" && grep "do not answer" out && asked "/search.csv?q=%E9%80%9A%E7%9F%A5" && grep " 503 " head &&
	asked "/healthz" && test "$(json out "d[\"shards\"]")" = "{\"away\": 8, \"down\": 1}" && { gongkai doctor >said; test $? = 1; } && grep "✗ 分片 19–27" said
'

test_expect_success 'what is there is what is there: the hits are those of one index without the documents that are missing, scores included' '
	asked && curl -sS "$whole/search.json?q=%E9%80%9A%E7%9F%A5&size=100" >one && python3 - <<-"END"
	import json
	d, w = json.load(open("out")), json.load(open("one"))
	lost = [(h["id"], h["score"]) for h in w["hits"] if (h["id"], h["score"]) not in [(g["id"], g["score"]) for g in d["hits"]]]
	assert 0 < len(lost) <= d["notices"][0]["documents"], lost
	assert [(h["id"], h["score"]) for h in w["hits"] if (h["id"], h["score"]) not in lost] == [(g["id"], g["score"]) for g in d["hits"]]
	assert d["total"] == w["total"] - len(lost)
	END
'

test_expect_success 'without the shard nothing is found wrongly: a word that must not be there, a filter alone, a document by its number' '
	curl -sS "$front/search.json?q=-%E9%80%9A%E7%9F%A5&size=100" >out && curl -sS "$whole/search.json?q=-%E9%80%9A%E7%9F%A5&size=100" >one && python3 - <<-"END" &&
	import json
	d, w = json.load(open("out")), json.load(open("one"))
	assert {h["id"] for h in d["hits"]} < {h["id"] for h in w["hits"]}, d
	END
	for q in "" "year=2021" "sort=new"; do curl -sS "$front/search.json?$q" >out && curl -sS "$whole/search.json?$q" >one && test "$(json out "d[\"total\"]")" = "$(json one "d[\"total\"]")" && test "$(json out "d.get(\"complete\")")" = null || return 1; done &&
	for id in $(curl -sS "$whole/search.json?size=100" | python3 -c "import json,sys; print(*[h[\"id\"] for h in json.load(sys.stdin)[\"hits\"]])"); do test "$(curl -sS -o /dev/null -w "%{http_code}" "$front/d/$id")" = 200 || return 1; done
'

test_expect_success 'whoever decides something by an answer gets none: export says which shard' '
	test_must_fail_with 7 gongkai export --format csv --query 通知 - 2>err >out; cat err; grep "19–27" err && gongkai search 通知 >out 2>err && grep 没有应答 err && grep 至少 out
'

test_expect_success 'it comes back, and all is whole again without a restart' '
	serve 3 ex8/3 && until_whole && same --random 22 "$whole" "$front"
'

test_expect_success 'a server that hangs costs one question less than a second, and the others nothing' '
	signal STOP 5 && asked && test "$ms" -lt 1000 && test "$(json out "d[\"complete\"]")" = false && for i in 1 2 3; do asked && test "$ms" -lt 300 || return 1; done && signal CONT 5 && until_whole
'

test_expect_success 'three that hang at once cost no more' '
	for i in 2 5 7; do signal STOP $i; done && asked && test "$ms" -lt 1000 && test "$(json out "len(d[\"notices\"][0][\"ranges\"])")" = 3 && asked && test "$ms" -lt 300 && for i in 2 5 7; do signal CONT $i; done && until_whole
'

test_expect_success 'another shard at the same address is not taken for it' '
	down 2 && asked && serve 2 ex8/7 && sleep 2 && asked && test "$(json out "d[\"complete\"]")" = false && { gongkai doctor >said; grep "✗ 分片 10–18" said; } && down 2 && serve 2 ex8/2 && until_whole
'

test_expect_success 'a server closes what it thinks is idle: nobody notices' '
	down 1 && serve 1 ex8/1 --idle-timeout 1000 && until_whole && sleep 2.5 && asked && test "$(json out "d.get(\"complete\", True)")" = true
'

test_expect_success 'all of them are down: an answer in less than a second that has nothing and says so; documents are there' '
	for i in $(seq 1 8); do down $i; done && asked && test "$ms" -lt 1000 && json out "[d[\"total\"], d[\"complete\"], d[\"notices\"]]"; test "$(json out "[d[\"total\"], d[\"complete\"], d[\"notices\"][0][\"documents\"] > 50]")" = "[0, false, true]" && for i in $(seq 1 8); do serve $i ex8/$i; done && until_whole
'

test_expect_success 'ingest, acts and new versions go on: what comes stands here, what changed counts at once, with a server down too' '
	for i in $(seq 1 9); do echo "{\"id\":\"m$i\",\"title\":\"关于第${i}次防汛演练的通知\",\"published_at\":\"2024-05-0$i\",\"text\":\"第${i}次演练，各村落实防汛责任。\"}"; done >more.jsonl && gongkai ingest -q --jsonl more.jsonl &&
	first=$(gongkai search --json --sort old --size 1 -- 通知 is:有效 | python3 -c "import json,sys; print(json.load(sys.stdin)[\"hits\"][0][\"id\"])") && gongkai abolish -q --yes "$first" --by-text "《清理决定》" --effective 2022-01-01 --reason 清理 &&
	sed "s/责任/责任，另有补充/" more.jsonl >again.jsonl && down 4 && gongkai ingest -q --jsonl again.jsonl && gongkai ingest "$SRC/data/sample" >out && cat out && grep "重复 68" out && serve 4 ex8/4 && until_whole && again && same --random 33 "$whole" "$front"
'

test_expect_success 'two copies of a shard: one may die' '
	gongkai index rebuild && gongkai index shard --export two --parts 2 && for i in $(seq 1 8); do down $i; done && serve 1 two/1 && serve 2 two/2 && serve 3 two/1 &&
	gongkai index shard --remote "127.0.0.1:${ports[2]}" --remote "127.0.0.1:${ports[1]},127.0.0.1:${ports[3]}" && same --random 11 "$whole" "$front" && down 1 && asked && test "$ms" -lt 1000 && test "$(json out "d.get(\"complete\", True)")" = true && same --random 11 "$whole" "$front" && gongkai index compact &&
	same --random 11 "$whole" "$front"
'

( GONGKAI_FAULT=kill:1 gongkai index compact ) >/dev/null 2>&1
if [ $? = 137 ]; then
	test_expect_success 'kill -9 at fault points of going over to servers, and of writing shards: before or after, never between' '
		gongkai index rebuild && for n in 1 3 6 10 15 21; do ( GONGKAI_FAULT=kill:$n gongkai index shard --export cut --parts 2 ) >/dev/null 2>&1; rm -rf cut; done && gongkai index shard --export three --parts 2 && down 2 && down 3 && serve 1 three/1 && serve 2 three/2 &&
		for n in 1 2 4 7 11 16 22 29 37; do
			( GONGKAI_FAULT=kill:$n gongkai index shard $(remote 2) ) >/dev/null 2>&1; same --random 3 "$whole" "$front" || return 1; test ! -e "$index/current/away" || break
		done; gongkai index rebuild && gongkai index shard $(remote 2) && same --random 11 "$whole" "$front" && serve 3 three/1
	'
else
	test_skip 'kill -9 at fault points' 'built without --enable-faults'
fi

test_expect_success 'a rebuild brings all home' '
	gongkai index rebuild && test ! -e "$index/current/away" && for i in 1 2 3; do down $i; done && same --random 11 "$whole" "$front"
'

test_expect_success 'from an index in shards here, with records that changed since: exported and gone over to, the answers stay, and so after a compaction' '
	gongkai index shard --documents 20 >out && sed "s/责任/责任，再次补充/" more.jsonl >third.jsonl && gongkai ingest -q --jsonl third.jsonl && id=$(gongkai search --json --sort old --size 1 -- 通知 is:有效 | python3 -c "import json,sys; print(json.load(sys.stdin)[\"hits\"][0][\"id\"])") &&
	gongkai abolish -q --yes "$id" --by-text "《清理决定》" --effective 2023-05-06 --reason 清理 && gongkai index shard --export four --parts 3 && for i in 1 2 3; do serve $i four/$i || return 1; done && gongkai index shard $(remote 3) && again && same --random 33 "$whole" "$front" && gongkai index compact &&
	same --random 11 "$whole" "$front" && sed "s/第/再第/; s/\"id\":\"m/\"id\":\"n/" more.jsonl >n.jsonl && gongkai ingest -q --jsonl n.jsonl && again && same --random 11 "$whole" "$front"
'

test_done
