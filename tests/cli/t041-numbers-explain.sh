#!/bin/bash
test_description='numbers in every spelling and in part, formats, dates typed alone; what a search says of itself'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

claim()
{
	test_expect_success "$1" "body()
{
$2
}
body"
}

# found QUERY SOURCE-ID...: just these, whatever their order
found()
{
	local q=$1

	shift
	gongkai search --json --size 100 -- "$q" >found.json
	json found.json "\" \".join(sorted(h[\"source_id\"] for h in d[\"hits\"]))" >found
	test "$(cat found)" = "$(printf '%s\n' "$@" | sort | paste -sd' ')" || { echo "$q finds: $(cat found)"; return 1; }
}

# exits STATUS COMMAND…
exits() { local want=$1; shift; "$@" >out 2>err; local got=$?; [ $got = "$want" ] || { echo "status $got, not $want: $*"; cat out err; return 1; }; }

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null
python3 - >"$TEST_DIR/c.jsonl" <<'EOF'
import json
docs = [
    {"id": "g47", "title": "政府网站发展指引", "docno": "国办发〔2017〕47号", "index_no": "000014349/2017-00110", "published_at": "2017-06-08", "text": "为促进政府网站健康有序发展，制定本指引。"},
    {"id": "g3", "title": "政务公开工作要点", "docno": "国办发〔2018〕3号", "published_at": "2018-03-01", "text": "各地要做好政务公开。"},
    {"id": "q47", "title": "镇内网格管理办法", "docno": "青石府发〔2019〕47号", "published_at": "2019-03-09", "text": "网格员每周巡查。按国办发〔2017〕47号办理。", "reg_no": "QSFS-2019-5"},
    {"id": "order", "title": "政府信息公开条例", "docno": "国务院令第711号", "published_at": "2019-04-03", "text": "条例正文一段。"},
    {"id": "march", "title": "三月工作通报", "published_at": "2021-03-20", "text": "本月巡查完毕。"},
    {"id": "april", "title": "四月工作通报", "published_at": "2021-04-20", "text": "三月的巡查已经在2021年3月完成。"},
    {"id": "twin1", "title": "甲办法", "docno": "青石府发〔2020〕1号", "published_at": "2020-01-01", "issuer": "甲局", "text": "甲。"},
    {"id": "twin2", "title": "乙办法", "docno": "青石府发〔2020〕1号", "published_at": "2020-01-02", "issuer": "乙局", "text": "乙。"},
]
for d in docs:
    print(json.dumps(d, ensure_ascii=False))
EOF
gongkai ingest --jsonl "$TEST_DIR/c.jsonl" >/dev/null
printf '<html><head><title>防火须知</title></head><body><p>防火须知正文，人人有责。</p></body></html>' >"$TEST_DIR/w.html"
printf '防火守则\n\n守则正文，人人有责。\n' >"$TEST_DIR/t.txt"
gongkai ingest "$TEST_DIR/w.html" "$TEST_DIR/t.txt" >/dev/null

claim 'a number in every spelling finds its document and what cites it' '
	for q in 国办发〔2017〕47号 "国办发[2017]47号" "国办发（2017）47" "国办发 2017 47" "国办发【2017】047号" "文号:国办发[2017]47" "国办发２０１７年第47号"; do
		found "$q" g47 q47 || return 1
	done &&
	for q in 国务院令第711号 "国务院令 第七百一十一号" 中华人民共和国国务院令第711号; do found "$q" order || return 1; done &&
	found QSFS-2019-5 q47 && found "qsfs—2019—5" q47 && found "统一编号:QSFS-2019-5" q47
'

claim 'an index number finds its document, with any dash and stroke; by its field nothing else' '
	found 000014349/2017-00110 g47 && found "000014349／2017—00110" g47 && found 索引号:000014349/2017-00110 g47 && found 索引号:000014349/2017-0011
'

claim 'a part of a number: the code, the code and a year, the sequence alone' '
	found 国办发 g47 g3 q47 && found "国办发 2018" g3 && found 47号文 g47 q47 && found "47号文 网格" q47 && found 四十七号文件 g47 q47 && found "\"国办发\"" q47
'

claim 'a month typed alone asks for its documents and for the words' '
	found 2021年3月 march april && found 2021-04 april && found "\"2021年3月\"" april
'

claim 'formats by name, ending and type; as a field they can be denied' '
	gongkai search --json 格式:网页 >out && test "$(json out "\" \".join(h[\"title\"] for h in d[\"hits\"])")" = 防火须知 &&
	gongkai search --json "人人有责 type:txt" >out && test "$(json out "\" \".join(h[\"title\"] for h in d[\"hits\"])")" = 防火守则 &&
	gongkai search --json -- "人人有责 -type:html" >out && test "$(json out "d[\"total\"]")" = 1
'

claim 'a query that is only the number of one document says which; of several, or more than a number, it does not' '
	jump() { gongkai search --json -- "$1" >out; json out "(d[\"jump\"] or {}).get(\"title\")"; } &&
	test "$(jump "国办发 2017 47")" = 政府网站发展指引 && test "$(jump 国务院令第711号)" = 政府信息公开条例 && test "$(jump 000014349/2017-00110)" = 政府网站发展指引 &&
	test "$(jump 青石府发〔2020〕1号)" = null && test "$(jump "国办发〔2017〕47号 网站")" = null && test "$(jump 国办发〔2099〕1号)" = null && test "$(jump 网站)" = null
'

claim 'on the page such a query leads to the document, and /no/NUMBER does' '
	test_server_start_command gongkai serve --listen 127.0.0.1:0 &&
	where() { curl -sS -o .http -w "%{http_code} %{redirect_url}" -G "$SERVER$1" "${@:2}" | sed "s,$SERVER,,"; } &&
	gongkai search --json 国办发〔2017〕47号 >out && id=$(json out "d[\"jump\"][\"id\"]") &&
	test "$(where /search --data-urlencode q=国办发[2017]47号)" = "302 /d/$id" && test "$(where /search --data-urlencode q=国办发[2017]47号 -d lang=en)" = "302 /d/$id?lang=en" &&
	test "$(where /search --data-urlencode q=国办发[2017]47号 -d jump=0)" = "200 " && test "$(where /search --data-urlencode q=国办发[2017]47号 -d explain=1)" = "200 " &&
	where /search --data-urlencode q=巡查 -d explain=1 && grep -q "<caption>得分</caption>" .http && grep -q "理解为：含“巡查”" .http &&
	test "$(where /search.json --data-urlencode q=国办发[2017]47号)" = "200 " && grep -q "\"jump\":{\"id\":\"$id\"" .http &&
	test "$(where /no/%E5%9B%BD%E5%8A%9E%E5%8F%91%E3%80%942017%E3%80%9547%E5%8F%B7)" = "302 /d/$id" && test "$(where /no/000014349/2017-00110)" = "302 /d/$id" &&
	where /no/%E9%9D%92%E7%9F%B3%E5%BA%9C%E5%8F%91%E3%80%942020%E3%80%951%E5%8F%B7 | grep -q "^302 /search?q=" && test "$(where /no/)" = "404 "
'

claim 'explain tells what was understood, the level of each run, the weight of each term, and the parts of a score add up' '
	gongkai explain "政府网站 -演练" >out && grep "理解为：（含“政府网站”，并且排除含“演练”）" out && grep "“政府网站”：原样，1 件" out && grep "排除“演练”" out && grep "网站  1 件" out && grep 词 out &&
	gongkai explain --json 巡查 >out && python3 -c "
import json, sys
d = json.load(open(sys.argv[1], encoding=\"utf-8\"))
assert [r[\"level\"] for r in d[\"explain\"][\"runs\"]] == [\"phrase\"] and d[\"explain\"][\"runs\"][0][\"documents\"] == d[\"total\"] == 3, d[\"explain\"]
assert d[\"explain\"][\"documents\"] == 10 and d[\"explain\"][\"terms\"][0][\"term\"] == \"巡查\" and d[\"explain\"][\"terms\"][0][\"documents\"] == 3
for h in d[\"hits\"]:
    e = h[\"explain\"]
    total = sum(v for k, v in e.items() if k != \"factor\") * e[\"factor\"]
    assert abs(total - h[\"score\"]) < 0.01 * (1 + abs(h[\"score\"])), (h[\"score\"], e)" out
'

claim 'explain of one document; of one that does not match, or is not there' '
	gongkai search --json 巡查 >out && id=$(json out "d[\"hits\"][2][\"id\"]") && gongkai explain 巡查 "$id" >one && grep -A1 得分 one | grep "$id" && test "$(grep -c "时效与日期" one)" = 1 &&
	test "$(json out "d[\"hits\"][2][\"score\"]")" = "$(gongkai explain --json 巡查 "$id" >one; json one "d[\"hits\"][0][\"score\"]")" &&
	exits 1 gongkai explain 政府网站 "$id" && grep "$id 不在结果里" out && exits 1 gongkai explain 政府网站 qsz-2099-000001
'

test_done
