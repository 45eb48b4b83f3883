#!/bin/bash
test_description='what is not public has a number that tells nothing, and nothing is read for who asks for it'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null || { echo "Bail out! no archive"; exit 1; }
# put TITLE [ACCESS]
put() { printf '{"id": "%s", "title": "%s", "text": "关于%s的事项。", "published_at": "2022-03-04"%s}\n' "$1" "$1" "$1" "${2:+, \"access\": \"$2\"}" >one.jsonl && gongkai ingest -q --jsonl one.jsonl; }
gates() { sed -i "s/^gates = .*/gates = $1/" "$GONGKAI_ARCHIVE/gongkai.conf"; }
waiting() { gongkai review list --json | python3 -c 'import json, sys; print(*[json.loads(x)["id"] for x in sys.stdin])'; }
public() { gongkai search --json --size 50 "" | python3 -c 'import json, sys; print(*sorted(h["id"] for h in json.load(sys.stdin)["hits"]))'; }
ask() { curl -sg "$SERVER$1" -o "$2" -w '%{http_code}\n'; }
# What both say, but for the id itself and the number of the request.
same_answer() { for part in .json "" /text /original /history.json /proof.json /similar.json @2022-01-01.json; do
	test "$(ask "/d/$1$part" a)" = 404 && test "$(ask "/d/$2$part" b)" = 404 && sed "s/$1/ID/g; s/r-[0-9a-f]*/r-/g" a >a.plain && sed "s/$2/ID/g; s/r-[0-9a-f]*/r-/g" b >b.plain && cmp a.plain b.plain || return 1
done; }

test_expect_success 'public documents are numbered in a row, whatever comes in hidden between them' '
	put 甲事公告 && gates "{\"业务关\", \"保密审查\"}" && put 乙事公告 && put 丙事公告 && gates "{}" && put 丁事公告 && put 戊事公告 under_review && put 己事公告 &&
	test "$(public)" = "qsz-2022-000001 qsz-2022-000002 qsz-2022-000003" && test "$(waiting | wc -w)" = 3 && for id in $(waiting); do
		number=${id##*-} && test "${#number}" = 6 && test "$number" -ge 500000 || return 1
	done && gongkai verify && gongkai doctor
'

test_expect_success 'a number that was drawn stays with its document when that is published, and the row goes on' '
	id=$(gongkai review list --json | python3 -c "import json, sys; print([json.loads(x)[\"id\"] for x in sys.stdin if json.loads(x)[\"title\"] == \"戊事公告\"][0])") &&
	gongkai review sign "$id" --yes --reason 试 && public | grep -w "$id" && put 庚事公告 && public | grep -w qsz-2022-000004 && gongkai index rebuild && put 辛事公告 && public | grep -w qsz-2022-000005 &&
	gongkai show "$id" --json >/dev/null && gongkai withdraw "$id" --class 内容有误 --reason 试 --yes && test_server_start && test "$(ask "/d/$id.json" a)" = 410 && test_server_stop
'

test_expect_success 'a hidden id is answered like one that was never given, and nothing of it is read: not even where its record is damaged' '
	id=$(waiting | cut -d" " -f1) && other=qsz-2022-499998 && test_server_start && same_answer "$id" "$other" && test_server_stop &&
	cp -r "$GONGKAI_ARCHIVE" whole && place=$(python3 "$SRC/tests/cli/damage.py" "$GONGKAI_ARCHIVE" list | grep "\"type\": \"metadata\".*$id" | head -n 1 | grep -oE "\"(segment|offset|length)\": [0-9]+" | grep -oE "[0-9]+$" | xargs) && test -n "$place" &&
	python3 - "$GONGKAI_ARCHIVE" $place <<-END &&
	import sys
	path = "%s/warc/%06d.warc.gz" % (sys.argv[1], int(sys.argv[2]))
	with open(path, "r+b") as f:
	    f.seek(int(sys.argv[3]) + int(sys.argv[4]) // 2)
	    b = f.read(1)
	    f.seek(-1, 1)
	    f.write(bytes([b[0] ^ 0x55]))
	END
	test_must_fail_with 4 gongkai show "$id" && test_server_start && same_answer "$id" "$other" && test_server_stop && rm -rf "$GONGKAI_ARCHIVE" && mv whole "$GONGKAI_ARCHIVE"
'

test_expect_success 'what did something to another document is named as the act named it, without a way to what is hidden or withdrawn' '
	hidden=$(waiting | cut -d" " -f1) && by() { ask "/d/qsz-2022-$1.json" a >/dev/null && json a "(d[\"status\"][\"by\"][\"id\"], d[\"status\"][\"by\"][\"url\"])"; } &&
	gongkai abolish qsz-2022-000001 --by-doc "$hidden" --effective 2023-01-01 --reason 试 --yes && gongkai abolish qsz-2022-000002 --by-doc qsz-2022-000004 --effective 2023-01-01 --reason 试 --yes &&
	test_server_start && test "$(by 000002)" = "[\"qsz-2022-000004\", \"/d/qsz-2022-000004\"]" && test "$(by 000001)" = "[null, null]" && test_server_stop &&
	gongkai withdraw qsz-2022-000004 --class 内容有误 --reason 试 --yes && test_server_start && test "$(by 000002)" = "[null, null]" && ask /d/qsz-2022-000002 a && ! grep /d/qsz-2022-000004 a && test_server_stop
'

test_done
