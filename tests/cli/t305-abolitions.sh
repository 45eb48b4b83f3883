#!/bin/bash
test_description='abolitions that texts declare are found and resolved by number (domain.md 4.5b)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

corpus=${GONGKAI_CORPUS:-$SRC/../shared/corpus}

cat >"$TEST_DIR/c.jsonl" <<EOF
{"id":"old","title":"云溪县河道管理办法","docno":"云府发〔2015〕3号","issuer":"云溪县人民政府","norm_level":"norm_doc","published_at":"2015-06-01","effective_date":"2015-06-01","text":"第一条 河道归水利局管。"}
{"id":"cut","title":"云溪县水利管理办法","docno":"云府发〔2021〕1号","issuer":"云溪县人民政府","published_at":"2021-01-01","text":"第一条 在第二条后增加一条，作为第三条：“水库由乡镇管护，引文到此没有收尾。\n第二条 水渠由村组管护。\n第三条 本办法自2021年2月1日起施行。《云溪县河道管理办法》（云府发〔2015〕3号）同时废止。\n云溪县人民政府"}
{"id":"wording","title":"关于修改《云溪县堤防管理办法》的决定","docno":"云府发〔2022〕2号","issuer":"云溪县人民政府","published_at":"2022-01-01","text":"一、将第九条修改为：“本办法自2016年2月1日起施行。\n“《云溪县河道管理办法》（云府发〔2015〕3号）同时废止。”\n二、本决定自公布之日起施行。"}
EOF

gongkai init --org 云溪县人民政府 --code yx >/dev/null
gongkai ingest --quiet --jsonl "$TEST_DIR/c.jsonl" >"$TEST_DIR/said" 2>&1 || { cat "$TEST_DIR/said"; echo "Bail out! the corpus is not in"; exit 1; }
# found DOC: what it abolishes, as "number target"
found() { gongkai propose-abolitions --all --json -n >p && python3 -c '
import json, sys
for line in open("p", encoding="utf-8"):
    a = json.loads(line)
    if a["doc"] == sys.argv[1]:
        print(*(p["verdict"] + " " + " ".join(t["source_id"] for t in p["targets"]) for p in a["abolishes"]))' "$1"; }

test_expect_success 'a quotation that is never closed does not swallow the rest of the text' '
	test "$(found cut)" = "number old"
'

test_expect_success 'the new wording of another text abolishes nothing' '
	test "$(found wording)" = ""
'

# The long form: SCALE=100000.
if [ -r "$corpus/scale.py" ]; then
	test_expect_success "${SCALE:-800} made documents: all that are abolished are found by number, nothing else" '
		export GONGKAI_ARCHIVE=$TEST_DIR/scale &&
		python3 "$corpus/scale.py" --docs ${SCALE:-800} --out s.jsonl --events truth.jsonl && python3 -c "
import json
for line in open(\"s.jsonl\", encoding=\"utf-8\"):
    d = json.loads(line)
    for key in (\"status\", \"abolished_by\", \"abolished_on\", \"abolishes\"):
        del d[key]
    print(json.dumps(d, ensure_ascii=False))" >blind.jsonl &&
		gongkai init --org 云溪县 --code yx >/dev/null && gongkai ingest --quiet --jsonl blind.jsonl >/dev/null &&
		gongkai propose-abolitions --all --json -n | python3 -B "$SRC/tests/oracle/abolitions.py" truth.jsonl s.jsonl
	'
else
	test_skip 'made documents: all that are abolished are found by number' "no corpus at $corpus"
fi

test_done
