#!/bin/bash
test_description='two clocks: valid on a day, as known at a time; status, log, events import, report, feeds (domain.md 1.4, 3.2, 4.6, 12)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

cat >"$TEST_DIR/c.jsonl" <<EOF
{"id":"a","title":"甲办法","docno":"甲发〔2016〕1号","issuer":"甲局","norm_level":"norm_doc","formed_date":"2016-05-10","published_at":"2016-05-12","effective_date":"2016-06-01","text":"共同的词，甲。"}
{"id":"b","title":"乙办法","docno":"甲发〔2019〕9号","issuer":"甲局","norm_level":"norm_doc","formed_date":"2019-12-20","published_at":"2019-12-21","effective_date":"2020-02-01","text":"共同的词，乙。"}
{"id":"c","title":"丙规定","issuer":"乙局","norm_level":"norm_doc","formed_date":"2018-01-01","published_at":"2018-01-01","effective_date":"2018-01-01","text":"共同的词，丙。"}
{"id":"w","title":"天气","published_at":"2020-03-05","text":"共同的词，天气。"}
EOF
gongkai init --org 甲局 --code v >/dev/null
gongkai ingest --jsonl "$TEST_DIR/c.jsonl" >"$TEST_DIR/said" 2>&1 || { cat "$TEST_DIR/said"; echo "Bail out! the corpus is not in"; exit 1; }
A=v-2016-000001 B=v-2019-000001 C=v-2018-000001 W=v-2020-000001
gongkai abolish $A --by-doc $B --yes >/dev/null
# The instant at which event N of a record was recorded.
instant() { gongkai log --json "$1" | python3 -c 'import json,sys; print([json.loads(l)["recorded_at"] for l in sys.stdin][int(sys.argv[1])])' "$2"; }
code() { gongkai status --json "$@" >.s && json .s 'd["status"]["code"]'; }
ids() { gongkai search --json "$@" >.i && json .i '" ".join(sorted(h["id"] for h in d["hits"]))'; }
BEFORE=$(instant $W 0) AFTER=$(instant $A 1)

test_expect_success 'as known before the abolition was registered, the document was in force' '
	test "$(code $A)" = abolished && test "$(code $A --known-at $BEFORE)" = in_force && test "$(code $A --known-at $AFTER)" = abolished &&
	test "$(code $A --known-at $BEFORE --as-of 2016-05-20)" = not_yet_effective && test "$(code $A --as-of 2020-01-31)" = in_force
'

test_expect_success 'search, facet and filter say what they said then' '
	test "$(ids is:废止)" = $A && test "$(ids is:废止 --known-at $BEFORE)" = "" && test "$(ids is:废止 --known-at $AFTER)" = $A &&
	test "$(ids is:有效 --known-at $BEFORE)" = "$A $C $B" && gongkai search --json --known-at $BEFORE 共同的词 >s &&
	test "$(json s "{f[\"value\"]: f[\"count\"] for f in d[\"facets\"][\"status\"]}[\"in_force\"]")" = 3 && test "$(json s "d[\"query\"][\"known_at\"]")" = $BEFORE
'

test_expect_success 'before anything was known there was nothing' '
	test "$(ids 共同的词 --known-at 2001-01-01)" = "" && test "$(ids "" --known-at 2001-01-01)" = "" && test "$(ids -天气 --known-at 2001-01-01)" = "" &&
	{ gongkai show $A --known-at 2001-01-01; test $? = 1; } && { gongkai status $A --known-at 2001; test $? = 2; }
'

test_expect_success 'a day as known_at is the whole day of the office' '
	today=$(TZ=UTC-8 date +%F) && test "$(code $A --known-at $today)" = abolished && test "$(code $A --known-at "$(TZ=UTC-8 date -d "1 day" +%F)")" = abolished &&
	{ gongkai status $A --known-at "$(TZ=UTC-8 date -d "2 days ago" +%F)"; test $? = 1; }
'

test_expect_success 'whoever names a day gets what was in force on it, and is told so' '
	test "$(ids 共同的词 --as-of 2016-07-01)" = $A && grep in_force_only .i && test "$(ids 共同的词 --as-of 2016-07-01 --status any)" = "$A $C $B $W" &&
	test "$(ids 共同的词 --as-of 2019-01-01)" = "$A $C" && test "$(ids 共同的词 --as-of 2020-02-01)" = "$C $B" && test "$(ids 共同的词 is:废止 --as-of 2020-02-01)" = $A
'

test_expect_success 'a metadata correction is not known before it was made' '
	gongkai correct $W 题名=天气预报 --yes >/dev/null && gongkai show --json $W >s && test "$(json s "d[\"title\"]")" = 天气预报 &&
	gongkai show --json $W --known-at $(instant $W 0) >s && test "$(json s "d[\"title\"]")" = 天气
'

test_expect_success 'the log tells everything, what was undone included' '
	gongkai undo $(gongkai log --json $A | tail -1 | python3 -c "import json,sys; print(json.loads(sys.stdin.read())[\"event\"])") --reason 登错 --yes >/dev/null &&
	gongkai log $A >log && cat log && test "$(wc -l <log)" = 3 && grep "废止.*自 2020-02-01.*（已撤销）" log && grep "更正登记.*理由：登错" log &&
	gongkai log >all && test "$(wc -l <all)" = 7 && gongkai log --since 2001-01-01 >all && test "$(wc -l <all)" = 7 && gongkai log --since 2099-01-01 >all && test ! -s all
'

test_expect_success 'the log has the time of the office, its JSON the instant' '
	gongkai log $A | sed "s/^e-[0-9]*  \(.\{16\}\)  .*/\1/" >times && gongkai log --json $A | python3 -c "import json,sys; [print(json.loads(l)[\"recorded_at\"]) for l in sys.stdin]" >instants &&
	while read -r t; do TZ=UTC-8 date -d "$t" "+%F %H:%M"; done <instants >want && test_cmp want times && grep "Z$" instants &&
	gongkai status $A --known-at 2026-01-01T09:00:00+08:00 >out 2>&1; gongkai status $A --known-at $AFTER >out && grep "按 $(TZ=UTC-8 date -d "$AFTER" "+%F %T") 所知" out
'

test_expect_success 'many acts by one file: a bad line costs itself' '
	cat >e.jsonl <<-END &&
	{"type":"abolish","id":"$A","effective_date":"2020-02-01","act":{"by":"$B","reason":"一"}}
	{"type":"abolish","id":"$A","effective_date":"2021-02-01","act":{"by":"$B"}}
	{"type":"abolish","id":"v-2099-000001","act":{"by":"$B"}}
	unsinn
	{"type":"explode","id":"$A"}
	{"type":"import_public","id":"$A"}
	{"type":"suspend","id":"甲发〔2019〕9号","effective_date":"2021-01-01","act":{"until":"2021-06-30"}}
	END
	{ gongkai events import --json e.jsonl >out; test $? = 3; } && cat out && test "$(grep -c "\"event\"" out)" = 2 && test "$(grep -c "\"error\"" out)" = 5 &&
	test "$(code $A)" = abolished && test "$(code $B --as-of 2021-03-01)" = suspended && test "$(code $B)" = in_force && gongkai verify >/dev/null
'

test_expect_success 'an act says nothing of the document but its term; a correction is checked as gongkai correct checks it' '
	cat >e.jsonl <<-END &&
	{"type":"suspend","id":"$C","effective_date":"2021-01-01","meta":{"title":"别的题名"}}
	{"type":"confirm_valid","id":"$C","effective_date":"2021-01-01","meta":{"expiry_date":"明天"}}
	{"type":"correct_metadata","id":"$C","meta":{"effective_date":"2018-13-01"}}
	{"type":"correct_metadata","id":"$C","meta":{"没有的字段":"1"}}
	{"type":"correct_metadata","id":"$C","meta":{"issuer":"丙局"}}
	{"type":"correct_metadata","id":"$C","meta":{"pages":"五"}}
	{"type":"correct_metadata","id":"$C","meta":{"norm_level":"规范性文件"}}
	END
	gongkai show --json $C >before && { gongkai events import e.jsonl >out 2>err; test $? = 3; } && cat err && grep "登记 0 条，失败 7 条" out &&
	grep "e.jsonl:1 .*suspend.*title" err && grep "e.jsonl:5 .*issuer" err && gongkai show --json $C >after && cmp before after &&
	echo "{\"type\":\"correct_metadata\",\"id\":\"$C\",\"meta\":{\"issuer\":[\"丙局\"],\"pages\":5}}" | gongkai events import - && gongkai show $C | grep 丙局 &&
	gongkai undo $(gongkai log --json $C | tail -1 | python3 -c "import json,sys; print(json.loads(sys.stdin.read())[\"event\"])") --reason 试 --yes >/dev/null
'

test_expect_success 'table 2 of the year, its documents, its identity, and the table as it was' '
	cat >want <<-END &&
	甲局 2020 年政府信息公开工作年度报告 表二
	  规章              本年制发 0  本年废止 0  现行有效 0
	  行政规范性文件    本年制发 0  本年废止 1  现行有效 1
	    abolished 1
	    废止： $A
	    有效： $B
	  本年主动公开政府信息 1 条
	  另有其他机关制发的 1 件，不计入
	END
	gongkai report annual 2020 --lists >out && diff want out && gongkai report annual --json 2019 >r && test "$(json r "d[\"table2\"][\"norm\"][\"issued\"][\"value\"]")" = 1 &&
	test "$(json r "d[\"table2\"][\"norm\"][\"inforce\"][\"value\"]")" = 2 && test "$(json r "all(i[\"holds\"] for i in d[\"identities\"])")" = true &&
	gongkai report annual --json 2020 --known-at $BEFORE >r && test "$(json r "d[\"table2\"][\"norm\"][\"abolished\"][\"value\"]")" = 0 &&
	test "$(json r "d[\"table2\"][\"norm\"][\"inforce\"][\"value\"]")" = 2 && { gongkai report annual 12; test $? = 2; }
'

test_expect_success 'feeds and tables of every query, well formed, with the status' '
	test_server_start_command gongkai serve --listen 127.0.0.1:0 && curl -fsS "$SERVER/search.atom?q=%E5%85%B1%E5%90%8C%E7%9A%84%E8%AF%8D" >f.xml && python3 - <<-END &&
	import xml.etree.ElementTree as E
	a = "{http://www.w3.org/2005/Atom}"
	f = E.parse("f.xml").getroot()
	assert f.tag == a + "feed" and f.find(a + "updated").text.endswith("Z")
	states = {e.find(a + "id").text: [c.get("term") for c in e.findall(a + "category") if c.get("scheme")] for e in f.findall(a + "entry")}
	assert states["urn:gongkai:$A"] == ["abolished"] and len(states) == 4, states
	END
	curl -fsS "$SERVER/search.atom?status=abolished" | grep -c "<entry>" && curl -fsS "$SERVER/search.csv?status=abolished" >t.csv &&
	python3 -c "
import csv
rows = list(csv.DictReader(open(\"t.csv\", encoding=\"utf-8-sig\", newline=\"\")))
assert [r[\"编号\"] for r in rows] == [\"$A\"] and rows[0][\"时效\"] == \"已废止\", rows
	" && test "$(curl -sS -o .b -w "%{http_code}" "$SERVER/search.atom?unsinn=1")" = 400 &&
	test "$(curl -sS "$SERVER/d/$A.json?known_at=$BEFORE" | python3 -c "import json,sys; print(json.load(sys.stdin)[\"status\"][\"code\"])")" = in_force &&
	test "$(curl -sS -o .b -w "%{http_code}" "$SERVER/d/$A.json?known_at=unsinn")" = 400 && grep "\"param\": *\"known_at\"" .b
'

# A running server takes over an act without loading all anew; a command begins afresh. Both must say the same at every step, of any day.
same_as_a_command()
{
	local q

	for q in "$@" "as_of=2016-05-20" "as_of=2020-01-31" "as_of=2020-06-01" "known_at=$BEFORE" "status=in_force" "status=abolished" "status=suspended"; do
		curl -fsS "$SERVER/search.json?$q&fold=0" >served || return 1
		gongkai search --json --no-fold \
			$(case $q in as_of=*) echo --as-of "${q#*=}" ;; known_at=*) echo --known-at "${q#*=}" ;; status=*) echo --status "${q#*=}" ;; esac) "" >told || test $? = 1 || return 1
		python3 - served told <<-END || { echo "at $q"; return 1; }
			import json, sys
			a, b = (json.load(open(f, encoding="utf-8")) for f in sys.argv[1:])
			pick = lambda d: (d["total"], sorted((h["id"], h["status"]["code"]) for h in d["hits"]), [(f["value"], f["count"], f["after"]) for f in d["facets"]["status"]])
			assert pick(a) == pick(b), (pick(a), pick(b))
			END
	done
}
claim_step() { "$@" >/dev/null && same_as_a_command; }

test_expect_success 'a server that runs says of every act what a new command says' '
	same_as_a_command && claim_step gongkai suspend $C --effective 2020-01-01 --until 2020-12-31 --yes &&
	claim_step gongkai abolish $C --by-doc $B --yes && claim_step gongkai undo "$(gongkai log --json $C | tail -1 | python3 -c "import json,sys; print(json.loads(sys.stdin.readline())[\"event\"])")" --reason 登错 --yes &&
	printf "标题：后来的\n\n共同的词，后来的。\n" >late.txt && claim_step gongkai ingest late.txt &&
	claim_step gongkai abolish $C --by-doc $B --yes && claim_step gongkai withdraw $W --class 个人隐私 --reason 含个人信息 --yes
'

test_done
