#!/bin/bash
test_description='slips of the input method are corrected from the words of the archive, and said; what is meant as typed is left alone'
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

# what QUERY: level, what was searched, how it was mended, how many were found; or what is offered
what()
{
	gongkai search "$@" --json --no-facets >answer
	python3 - <<'EOF'
import json
a = json.load(open("answer", encoding="utf-8"))
said = [(n["code"], n.get("to"), n.get("mend"), n.get("wrong"), n.get("right")) for n in a["notices"] if n["code"] in ("corrected", "pinyin")]
offers = [c["text"] for n in a["notices"] if n["code"] == "offered" for c in n["choices"]]
print(a["query"]["level"], *(" ".join(str(x) for x in s[1:]) for s in said), *(["offered", *offers] if offers else []), a["total"])
EOF
}

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null
python3 - >"$TEST_DIR/c.jsonl" <<'EOF'
import json
def doc(i, title, text):
    print(json.dumps({"id": i, "title": title, "published_at": "2020-03-05", "text": text}, ensure_ascii=False))
for i in range(12):
    doc("open%d" % i, "政府信息公开年度报告（%d）" % i, "本镇全年主动公开政府信息，受理政府信息公开申请若干件。")
for i in range(6):
    doc("levy%d" % i, "国有土地上房屋征收与补偿（%d）" % i, "房屋征收部门负责本行政区域的房屋征收与补偿。")
for i in range(30):
    doc("tax%d" % i, "税收通知（%d）" % i, "税收征管，依法纳税。房屋登记。")
for i, rest in enumerate(["管理办法", "责任书", "的通知", "检查表", "须知"]):
    doc("fire%d" % i, "消防安全" + rest, "防火。")
    doc("flood%d" % i, ["县", "镇", "村", "市", "区"][i] + "防汛" + rest, "防汛。")
    doc("letter%d" % i, "信访" + rest if i < 3 else "下发" + rest, "来信。")
doc("fine", "罚款", "处五万元以下的罚款。")
doc("twice", "两份", "统一管理和统一规划都要落实；统筹协调。")
for i in range(4):
    doc("a%d" % i, "甲%d" % i, "加强监督检查。")
    doc("b%d" % i, "乙%d" % i, "加强监督抽查。")
EOF
gongkai ingest --jsonl "$TEST_DIR/c.jsonl" >/dev/null

claim 'a homophone, another character, swapped neighbours, one too few and one too many' '
	test "$(what 政府信息工开)" = "corrected 政府信息公开 sound 工 公 12" &&
	test "$(what 政府信工公开)" = "corrected 政府信息公开 character 工 息 12" &&
	test "$(what 政府息信公开)" = "corrected 政府信息公开 swap None None 12" &&
	test "$(what 政府信公开)" = "corrected 政府信息公开 missing None 息 12" &&
	test "$(what 政府府信息公开)" = "corrected 政府信息公开 extra 府 None 12" &&
	test "$(what 征府信息公开)" = "corrected 政府信息公开 sound 征 政 12" &&
	test "$(what 政府信息公幵)" = "corrected 政府信息公开 character 幵 开 12"
'

claim 'a part between other characters is corrected, if the whole then stands somewhere' '
	test "$(what "政府信息工开年度报告（3）")" = "corrected 政府信息公开年度报告(3) sound 工 公 1" &&
	what "政府信息工开年度报告（99）" >got && ! grep -e corrected -e offered got
'

claim 'traditional characters and full width are read first' '
	test "$(what 政府信息工開)" = "corrected 政府信息公开 sound 工 公 12"
'

claim 'the notice says what was searched and how, in both languages, and undoes it' '
	gongkai search 政府信息工开 2>&1 | grep -F "没有“政府信息工开”。以下是“政府信息公开”的结果（工→公，同音）。只按原文查：--literal" &&
	gongkai search --lang en 政府信息工开 2>&1 | grep -F "(工→公, same sound)" &&
	test "$(what 政府信息工开 --literal)" = "none 0" &&
	test "$(gongkai search 政府信息工开 --json >answer && json answer "[n[\"undo\"] for n in d[\"notices\"]][0]")" = "/search?q=%E6%94%BF%E5%BA%9C%E4%BF%A1%E6%81%AF%E5%B7%A5%E5%BC%80&literal=1"
'

claim 'each run of a query is corrected for itself' '
	test "$(what "政府信息工开 年度报告")" = "corrected 政府信息公开 sound 工 公 12"
'

claim 'of two that are as good none is run: both are offered, each with its address' '
	test "$(what 监督拿查)" = "some offered 监督检查 监督抽查 8" &&
	gongkai search 监督拿查 2>&1 | grep -F "是不是要找：监督检查、监督抽查" &&
	gongkai search 监督拿查 --json >answer && json answer "d[\"notices\"][0][\"choices\"][1][\"url\"]" | grep -F "/search?q=%E7%9B%91%E7%9D%A3%E6%8A%BD%E6%9F%A5"
'

claim 'words that stand side by side nowhere are no slip' '
	what 房屋税收 >got && ! grep corrected got && what 税收房屋 >got && ! grep corrected got
'

claim 'a number is not another number, nor a quoted phrase another phrase; what is there is left alone' '
	what 三万元以下的罚款 >got && ! grep -e corrected -e offered got &&
	what "\"政府信息工开\"" >got && ! grep -e corrected -e offered got &&
	test "$(what 政府信息公开)" = "phrase 12" && test "$(what 统一规划)" = "phrase 1"
'

claim 'letters that stand nowhere are read as pinyin of what titles speak of, whole or as initials, and that is said' '
	test "$(what xiaofanganquan)" = "corrected 消防安全 pinyin None None 5" && test "$(what xfaq)" = "corrected 消防安全 pinyin None None 5" &&
	test "$(what ＸＦＡＱ)" = "corrected 消防安全 pinyin None None 5" && test "$(what "xfaq 须知")" = "corrected 消防安全 pinyin None None 1" &&
	gongkai search xfaq 2>&1 | grep -F "没有“xfaq”。以下是“消防安全”的结果（拼音）。只按原文查：--literal" &&
	gongkai search xfaq --json >answer && test "$(json answer "d[\"notices\"][0][\"code\"]")" = pinyin &&
	test "$(what xfaq --literal)" = "none 0" && test "$(what "\"xfaq\"")" = "none 0"
'

claim 'three syllables or more are looked for in the texts, if no title speaks of it' '
	test "$(what jianduchoucha)" = "corrected 监督抽查 pinyin None None 4" && test "$(what choucha)" = "none 0" &&
	test "$(what jianduchouchang)" = "none 0"
'

claim 'letters that can be two things, or are too few, are only offered; those that spell nothing find nothing' '
	test "$(what xinfang)" = "corrected 信访 pinyin None None 3" && test "$(what fx)" = "none offered 防汛 0" &&
	test "$(what guoyou)" = "none offered 国有土地上房屋征收与补偿 0" && test "$(what budget)" = "none 0" && test "$(what xfaqx)" = "none 0"
'

claim 'a whole title with one slip is mended too, and of a long question nothing is touched' '
	test "$(what 国有土地上房屋整收与补偿)" = "corrected 国有土地上房屋征收与补偿 sound 整 征 6" &&
	test "$(what 房屋征收部门负责本行证区域的房屋征收与补偿)" = "corrected 房屋征收部门负责本行政区域的房屋征收与补偿 sound 证 政 6" &&
	what 房屋登记以后应该到哪里去申请公开补偿的信息 >got && ! grep -e corrected -e offered got
'

claim 'what is too short, too long or not Chinese is not guessed at' '
	for q in 工开 房屋征收部门负责本行政区域的房屋征收与补偿房屋征收部门负责本行证区域的房屋征收与补偿 zhengfux 2019年; do
		what "$q" >got && ! grep -e corrected -e offered got || { echo "$q"; cat got; return 1; }
	done
'

corpus=$SRC/../shared/corpus/laws.jsonl.gz
if [ -f "$corpus" ] && [ -n "$(ls /usr/share/unicode/Unihan_Readings.txt* 2>/dev/null)" ]; then
	zcat "$corpus" | awk 'NR % 5 == 0' >"$TEST_DIR/part.jsonl"
	export GONGKAI_ARCHIVE=$TEST_DIR/laws
	gongkai init --org 甲 --code laws >/dev/null && gongkai ingest --jsonl "$TEST_DIR/part.jsonl" >/dev/null
	claim 'of 200 generated slips of each kind as many are mended as promised, and of 400 right questions hardly one is touched' '
		python3 "$SRC/tests/bench/corrections.py" --gongkai "$(command -v gongkai)" --archive "$GONGKAI_ARCHIVE" --corpus "$TEST_DIR/part.jsonl" --slips 200 --seed 5 >figures &&
		cat figures && python3 - <<-EOF
			rows = {}
			for line in open("figures", encoding="utf-8"):
			    cell = line.rstrip("\n").split("\t")
			    rows[cell[0]] = {k: float(v) for k, v in (c.split(" ") for c in cell[2:7])}
			assert rows["sound"]["run"] >= 0.96, rows
			assert rows["sound"]["run"] + rows["sound"]["first"] >= 0.98, rows
			assert rows["random"]["run"] + rows["random"]["first"] >= 0.80, rows
			assert rows["correct"]["touched"] == 0, rows
			assert rows["apart"]["touched"] <= 0.02, rows
		EOF
	'
else
	test_skip 'slips in the real corpus' 'no ../shared/corpus or no Unihan tables here'
fi

test_done
