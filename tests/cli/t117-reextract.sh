#!/bin/bash
test_description='gongkai reextract: texts by the present extractor, only where they differ; originals and former texts stay'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

real=${GONGKAI_EXTRACT:-$(dirname "$(command -v gongkai)")/gongkai-extract}
# An extractor of old: it read one word wrongly.
printf '#!/bin/sh\n"%s" "$@" | sed s/防汛/防讯/g\n' "$real" >"$TEST_DIR/old" && chmod +x "$TEST_DIR/old"
mkdir -p "$TEST_DIR/in" && cd "$TEST_DIR/in"
printf '<html><meta charset=utf-8><title>甲通知</title><body><h1>关于甲事项的通知</h1><p>各村：做好防汛值守。</p></body></html>' >甲.html
printf '<html><meta charset=utf-8><title>乙通知</title><body><h1>关于植树的通知</h1><p>各村：做好植树。</p></body></html>' >乙.html
printf '关于物资的通告\n\n防汛物资由镇里统一采购。\n' >丙.txt
cd "$TEST_DIR"
printf '{"id":"j","title":"防汛简报","text":"防汛简报，正文。"}\n' >j.jsonl
count() { gongkai search --literal --json "$1" | python3 -c 'import json, sys; print(json.load(sys.stdin)["total"])'; }

test_expect_success 'an older extractor read a word wrongly; reextract finds exactly the texts that differ, and says so without doing it' '
	gongkai init --org 甲镇 --code v >/dev/null && GONGKAI_EXTRACT=$PWD/old gongkai ingest in >/dev/null 2>&1 && gongkai ingest --jsonl j.jsonl >/dev/null 2>&1 && test "$(count 防讯)" = 2 && test "$(count 防汛)" = 1 &&
	before=$(ls -l "$GONGKAI_ARCHIVE"/warc | cksum) && gongkai reextract --all --dry-run >out && grep "重新提取 3 份：2 份有变化，1 份相同，失败 0 份" out && test "$(grep -c 会变 out)" = 2 && test "$before" = "$(ls -l "$GONGKAI_ARCHIVE"/warc | cksum)"
'

test_expect_success 'then it does: found by the right word, shown, the log has both; done again it changes nothing' '
	gongkai reextract --all --json >out && python3 -c "
import json
o = [json.loads(l) for l in open(\"out\")]
assert [x[\"result\"] for x in o] == [\"reextracted\"] * 2 + [\"done\"] and o[-1][\"changed\"] == 2 and o[-1][\"same\"] == 1 and o[-1][\"texts\"] == 3, o
print(o[0][\"id\"])" >id && cp out out2 && test "$(count 防讯)" = 0 && test "$(count 防汛)" = 3 && gongkai show --text $(cat id) | grep 防汛 && gongkai log $(cat id) | grep "重新提取文字" && gongkai log $(cat id) --json >l &&
	gongkai reextract --all >out && grep "0 份有变化，3 份相同" out && gongkai index rebuild >/dev/null 2>&1 && test "$(count 防讯)" = 0 && test "$(count 防汛)" = 3
'

test_expect_success 'the original is stored once, the former text is still there, verify finds nothing; no correction is shown to the public; undo gives the former text back' '
	python3 - "$GONGKAI_ARCHIVE" >kinds <<-"END" &&
	import glob, gzip, sys
	data = b"".join(gzip.open(f).read() for f in sorted(glob.glob(sys.argv[1] + "/warc/*.warc.gz")))
	print(data.count(b"WARC-Type: resource"), data.count("防讯".encode()) > 0)
	END
	grep "^4 True" kinds && gongkai verify --no-report | grep "坏 0" && gongkai show --json $(cat id) >d && python3 -c "
import json
d = json.load(open(\"d\"))
assert not any(t[\"corrected\"] for t in d[\"texts\"]) and len(d[\"texts\"]) <= 1, d[\"texts\"]" &&
	e=$(head -1 out2 | grep -o "e-[0-9]*") && gongkai undo $e --reason 试 --yes >/dev/null && test "$(count 防讯)" = 1 && gongkai reextract $(cat id) >o && grep "1 份有变化" o && test "$(count 防讯)" = 0
'

test_expect_success 'an export to WARC has every record once; a delivery of it answers' '
	gongkai export --format warc e.warc.gz >/dev/null 2>&1; python3 -c "
import gzip, re
ids = re.findall(rb\"WARC-Record-ID: (\S+)\", gzip.open(\"e.warc.gz\").read())
assert len(ids) == len(set(ids)) > 6, (len(ids), len(set(ids)))" && gongkai deliver --since 2020-01-01 bag >/dev/null && gongkai deliver --check bag && GONGKAI_ARCHIVE=$PWD/bag/data/archive gongkai verify --no-report | grep "坏 0" && test "$(GONGKAI_ARCHIVE=$PWD/bag/data/archive gongkai search --literal --json 防汛 | python3 -c "import json, sys; print(json.load(sys.stdin)[\"total\"])")" = 3
'

test_expect_success 'what must not be published does not get out by a better extractor; by version, by remarks; nonsense is refused' '
	printf "#!/bin/sh\n\"%s\" \"\$@\" | sed s/11010519491231002X/110105194912310020/\n" "'"$real"'" >old && mkdir in2 && printf "关于补助的公示\n\n张某某 11010519491231002X 补助一百元。\n" >in2/丁.txt && GONGKAI_EXTRACT=$PWD/old gongkai ingest in2 --json >i 2>/dev/null;
	id=$(python3 -c "import json; print(json.loads(open(\"i\").readline())[\"id\"])") && test "$(count 补助)" = 1 && test_must_fail_with 3 gongkai reextract $id >o 2>err && grep 失败 err && ! grep 11010519491231002X o err && gongkai show --text $id | grep 110105194912310020 &&
	gongkai reextract --older-than 0.0.1 >o && grep "重新提取 0 份" o && gongkai reextract --failed >o && grep "重新提取 0 份" o && test_must_fail_with 2 gongkai reextract 2>err && test_must_fail_with 2 gongkai reextract --older-than x 2>err && test_must_fail_with 3 gongkai reextract v-2026-009999 2>err
'
test_done
