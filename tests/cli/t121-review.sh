#!/bin/bash
test_description='nothing goes out before its review: what is found holds a document back, gates are passed on the same bytes, by two persons'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null || { echo "Bail out! no archive"; exit 1; }
# put ID TITLE TEXT: the same ID again is a new text of the same document
put() { printf '{"id": "%s", "title": "%s", "text": "%s"}\n' "$1" "$2" "$3" >one.jsonl && gongkai ingest --jsonl one.jsonl; }
# id_of TITLE: of a document that waits
id_of() { gongkai review list --json | python3 -c 'import json, sys; print([json.loads(x)["id"] for x in sys.stdin if json.loads(x)["title"] == sys.argv[1]][0])' "$1"; }
kept() { stat -c %s "$GONGKAI_ARCHIVE"/warc/*; }
gates() { sed -i "s/^gates = .*/gates = $1/" "$GONGKAI_ARCHIVE/gongkai.conf"; }
access() { gongkai review list --json >l || true; python3 -c 'import json, sys; print(*[[json.loads(x)[k] for k in ("id", "access", "passed", "next")] for x in open("l")])'; }

test_expect_success 'with no gates: what must not be published is taken in and not shown, the rest is' '
	put list 困难群众名单 "张三，34052419800101001X，13800001234。" 2>err && grep "1 件没有公开，其中 1 件" err && put road 修路通知 大井村的路三月修。 2>err && test_must_be_empty err &&
	test_must_fail_with 1 gongkai search 困难群众 && test_must_fail_with 1 gongkai search 张三 && gongkai search 大井村 && id=$(id_of 困难群众名单) &&
	gongkai review list >out && grep "$id .*不得公开 1 处，请核对 1 处：P1 P3" out && ! grep -r 34052419800101001X "$GONGKAI_ARCHIVE/index" &&
	gongkai log "$id" --json >out && ! grep 34052419800101001X out && gongkai doctor && gongkai verify && echo "$id" >list.id
'

test_expect_success 'it goes out only with a reason, and comes back by undo' '
	id=$(cat list.id) && test_must_fail_with 2 gongkai review sign "$id" --yes 2>err && grep -e "--reason" err && test_must_fail_with 1 gongkai search 困难群众 &&
	gongkai review sign "$id" --yes --reason 本人同意 --by 李四 >out && event=$(grep -o "e-[0-9]*" out | head -n 1) && gongkai search 困难群众 && test_must_fail_with 1 gongkai review list &&
	gongkai log "$id" | grep "公布 .*本人同意" && gongkai undo "$event" --yes --reason 误 && test_must_fail_with 1 gongkai search 困难群众 && gongkai review list | grep "$id" && gongkai verify && gongkai doctor
'

test_expect_success 'a new text of a public document with such things is refused, costs itself, and leaves nothing in the archive' '
	before=$(kept) && test_must_fail_with 3 put road 修路通知 "联系李四 13900001234，34052419800101001X。" 2>err && grep "已公开.*P1" err && grep "gongkai check" err && test "$before" = "$(kept)" &&
	test_must_fail_with 1 gongkai search 联系李四 && gongkai search 大井村 && gongkai verify
'

test_expect_success 'nor does amend or correct bring one in; redact masks what waits, and the masked text needs no reason' '
	printf "联系李四 13900001234，34052419800101001X。\n" >new.txt && gongkai search --json 大井村 >out && road=$(json out "d[\"hits\"][0][\"id\"]") &&
	test_must_fail_with 3 gongkai correct "$road" --text new.txt --reason 误 --yes 2>err && grep P1 err && test_must_fail_with 3 gongkai amend "$road" --text new.txt --by-text 某令 --yes 2>err && grep P1 err &&
	test_must_fail_with 1 gongkai search 联系李四 && id=$(cat list.id) && gongkai redact "$id" -o masked.txt 2>err && grep "遮盖了 2 个号码" err && grep "34\*\*\*.*138\*\*\*\*1234" masked.txt && ! grep 34052419800101001X masked.txt &&
	test "$(stat -c %a masked.txt)" = 600 && gongkai redact "$id" 2>/dev/null | cmp - masked.txt && gongkai correct "$id" --text masked.txt --reason 遮盖个人信息 --yes && gongkai review sign "$id" --yes && gongkai search 困难群众 &&
	gongkai show "$id" --text | grep "138\*\*\*\*1234" && ! grep -r 34052419800101001X "$GONGKAI_ARCHIVE/index" && test_must_fail_with 1 gongkai review list && gongkai verify
'

test_expect_success 'gates: each in its order, on the bytes that were reviewed, by more than one person' '
	gates "{\"法规处初审\", \"保密委密审\", \"领导审签\"}" && put water 水价通知 水价不变。 2>err && grep "1 件待审查" err && test_must_fail_with 1 gongkai search 水价不变 && id=$(id_of 水价通知) && echo "$id" >water.id &&
	test_must_fail_with 3 gongkai review sign "$id" --yes 2>err && grep "0 / 3" err && test_must_fail_with 3 gongkai review pass "$id" --gate G2 --yes 2>err && grep "G1" err &&
	gongkai review pass "$id" --yes --by 甲 --reason 同意 && gongkai review pass "$id" --yes --by 甲 && gongkai review pass "$id" --yes --by 甲 && test_must_fail_with 1 gongkai search 水价不变 &&
	test_must_fail_with 3 gongkai review sign "$id" --yes --by 甲 2>err && grep "一人" err && gongkai review sign "$id" --yes --by 乙 && gongkai search 水价不变 && test "$(gongkai log "$id" | grep -c "审查通过")" = 3
'

test_expect_success 'a return and a new text begin the review anew; a refusal has its ground and can be reviewed again' '
	put lamp 灯杆通知 换灯杆。 && id=$(id_of 灯杆通知) && gongkai review pass "$id" --yes --by 甲 && access | grep "$id., .under_review., 1, .保密委密审" &&
	test_must_fail_with 2 gongkai review return "$id" --yes && gongkai review return "$id" --yes --reason 缺附件 &&
	access | grep "$id., .draft., 0" && test_must_fail_with 3 gongkai review pass "$id" --yes && gongkai review submit "$id" --yes && gongkai review pass "$id" --yes --by 甲 && gongkai review pass "$id" --yes --by 甲 && access | grep "$id., .under_review., 2" &&
	put lamp 灯杆通知 换灯杆二十根。 && access | grep "$id., .under_review., 0, .法规处初审" && test_must_fail_with 1 gongkai search 换灯杆 &&
	test_must_fail_with 2 gongkai review refuse "$id" --yes && gongkai review refuse "$id" --yes --ground 内部事务信息 && test_must_fail_with 3 gongkai review pass "$id" --yes && gongkai review release "$id" --yes --reason 期满复核 &&
	access | grep "$id., .under_review., 0" && gongkai verify && gongkai doctor
'

test_expect_success 'a new text of a public document waits too: it is refused with what to do' '
	id=$(cat water.id) && test_must_fail_with 3 put water 水价通知 水价上调。 2>err && grep "withdraw $id" err && gongkai search 水价不变 &&
	gongkai withdraw "$id" --class 内容有误 --reason 改价 --yes && put water 水价通知 水价上调。 && test_must_fail_with 1 gongkai search 水价上调
'

test_expect_success 'an index that is built again shows what it showed' '
	gongkai search --json --size 50 "" >want && gongkai index rebuild && gongkai search --json --size 50 "" >got && test "$(json want "[h[\"id\"] for h in d[\"hits\"]]")" = "$(json got "[h[\"id\"] for h in d[\"hits\"]]")" && gongkai doctor
'

test_done
