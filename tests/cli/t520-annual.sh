#!/bin/bash
test_description='gongkai report annual: a town of fifteen years, every cell against an independent count, every list followed, the report as it was'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

town() { python3 "$SRC/tests/oracle/town.py" "$@"; }
shim=$test_build/tests/campaign/shim.so
if [ -f "$shim" ] && LD_PRELOAD=$shim SHIM_PROGRAM=gongkai gongkai --version >/dev/null 2>&1; then
	export SHIM=$shim
fi

test_expect_success 'the reports of 2019 to 2025: all cells as counted; 176 published in 2021; A6 fails only by what came back or was annulled' '
	town make && town reports >out; cat out; test "$(grep -c "200 cells, wrong 0" out)" = 7 && grep "^2021: .*published 176," out && test "$(grep -c "failing none" out)" = 5 &&
	gongkai report annual 2023 >r && grep "A6 不平（norm）.*差 1： in_force +1" r && gongkai report annual 2024 >r && grep "A6 不平（norm）.*差 1： revoked +1" r
'

if [ -n "$SHIM" ]; then
	test_expect_success 'as known on 2022-01-20 the report is what it was; the present one names the three that came later' 'town known'
fi

test_expect_success 'every number of the page, followed, lists what it counts' 'EVERY=10 town links && gongkai report annual 2021 --cell T2.norm.issued >l && test_line_count 4 l && test_must_fail_with 1 gongkai report annual 2021 --cell T9.x 2>err'

test_expect_success 'HTML and DOCX are read back by report check without an error, cell by cell; DOCX has the merges of the form' '
	gongkai report annual 2021 --format html --output a.html && gongkai report annual 2021 --format docx --output a.docx && gongkai report annual 2021 --format html --plain --output p.html && gongkai report annual 2021 --json >r.json &&
	! grep -q "href=" p.html && ! grep -q S00 p.html && gongkai report annual 2021 --format csv >a.csv && for f in a.html p.html a.docx; do gongkai report check --json $f >$f.json || return 1; done && python3 - <<-"END"
	import csv, json, re, zipfile
	r = json.load(open("r.json"))
	want = {k: float(c["value"]) for k, c in r["cells"].items()}
	for f in ("a.html", "p.html", "a.docx"):
	    d = json.load(open(f + ".json"))
	    assert {k: float(v) for k, v in d["cells"].items()} == want and d["errors"] == d["warnings"] == 0 and not d["notes"], (f, d["notes"], d["findings"])
	rows = list(csv.reader(open("a.csv", encoding="utf-8-sig", newline="")))
	assert {x[0]: float(x[1]) for x in rows[1:]} == want
	x = zipfile.ZipFile("a.docx").read("word/document.xml").decode()
	tables = re.findall(r"<w:tbl>.*?</w:tbl>", x, re.S)
	def grid(t):
	    return [[(int((re.search(r"gridSpan w:val=.(\d+)", c) or [0, 1])[1]), (re.search(r"vMerge w:val=.(\w+)", c) or [0, ""])[1]) for c in re.findall(r"<w:tc>.*?</w:tc>", row, re.S)] for row in re.findall(r"<w:tr>.*?</w:tr>", t, re.S)]
	g2, g3, g4 = map(grid, tables)
	assert [sum(w for w, _ in row) for row in g3] == [10] * len(g3) and len(g3) == 28 and [sum(w for w, _ in row) for row in g4] == [15] * 4 and all(sum(w for w, _ in row) == 4 for row in g2)
	assert g3[0] == [(3, "restart"), (7, "")] and g3[1] == [(3, "continue"), (1, "restart"), (5, ""), (1, "restart")] and g3[2] == [(3, "continue"), (1, "continue")] + [(1, "")] * 5 + [(1, "continue")]
	assert g3[3][0] == (3, "") and g3[5][:2] == [(1, "restart"), (2, "")] and g3[7][:3] == [(1, "continue"), (1, "restart"), (1, "")] and g4[0] == [(5, ""), (10, "")]
	END
'

test_expect_success_if soffice -- 'LibreOffice opens the DOCX and makes a PDF of it without loss' '
	HOME=$PWD timeout 120 soffice --headless --convert-to pdf a.docx >/dev/null 2>&1 && pdftotext -layout a.pdf a.txt && gongkai report check --json a.txt >t.json && python3 -c "
import json
a, b = json.load(open(\"t.json\")), json.load(open(\"a.docx.json\"))
assert a[\"cells\"] == b[\"cells\"] and a[\"errors\"] == 0, a[\"findings\"]"
'

test_expect_success_if soffice -- '--format pdf is that PDF, made in one step: read back by report check with the same cells' '
	mkdir -p tmp && TMPDIR=$PWD/tmp gongkai report annual 2021 --format pdf --output b.pdf && head -c 5 b.pdf | grep -q "%PDF-" && gongkai report check --json b.pdf >t.json && python3 -c "
import json
a, b = json.load(open(\"t.json\")), json.load(open(\"a.docx.json\"))
assert a[\"cells\"] == b[\"cells\"] and a[\"errors\"] == 0, a[\"findings\"]" && test -z "$(ls tmp)"
'

test_expect_success 'without LibreOffice, or when it makes nothing: said with what to install, nothing is written or left behind' '
	mkdir -p tmp && export TMPDIR=$PWD/tmp && GONGKAI_SOFFICE=$PWD/none test_must_fail_with 2 gongkai report annual 2021 --format pdf --output c.pdf 2>err && grep "没有 LibreOffice" err && grep "libreoffice-writer" err &&
	GONGKAI_SOFFICE=/bin/true test_must_fail_with 3 gongkai report annual 2021 --format pdf --output c.pdf 2>err && grep "docx" err && printf "#!/bin/sh\nfor f; do :; done; echo rubbish >\"\${f%%.docx}.pdf\"\n" >fake && chmod +x fake &&
	GONGKAI_SOFFICE=$PWD/fake test_must_fail_with 3 gongkai report annual 2021 --format pdf --output c.pdf 2>err && grep "不是 PDF" err && test ! -e c.pdf && test -z "$(ls tmp)"
'

test_expect_success 'several bodies are added up, and their sum is checked (A11)' '
	gongkai report annual 2021 --issuer 青石县云溪镇人民政府 --issuer 青石县人民政府 --json >both && gongkai report annual 2021 --issuer 青石县人民政府 --json >county && python3 -c "
import json
b, c, t = (json.load(open(f)) for f in (\"both\", \"county\", \"r.json\"))
k = \"T2.norm.inforce\"
assert b[\"cells\"][k][\"value\"] == c[\"cells\"][k][\"value\"] + t[\"cells\"][k][\"value\"] > t[\"cells\"][k][\"value\"] > 0
a11 = [i for i in b[\"checks\"][\"identities\"] if i[\"id\"] == \"A11\"][0]
assert a11[\"checked\"] > 100, a11"
'

test_expect_success 'figures from a table; the last one counts; nonsense is refused' '
	printf "年份,行,数\n2021,行政许可,77\n2021,fee,1.25\n" >f.csv && gongkai report figures 2021 --import f.csv && gongkai report annual 2021 --cell T2.license.decisions --json | grep "\"value\": *77" &&
	gongkai report annual 2021 --cell T2.fee.amount --json | grep "\"1.25\"" && test_must_fail_with 2 gongkai report figures 2021 license=many 2>err && test_must_fail_with 2 gongkai report figures 2021 2>err
'
test_done
