#!/bin/bash
test_description='gongkai apply: clocks of articles 30 to 34, outcomes, and names that are nowhere but sealed'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

oracle() { python3 "$SRC/tests/oracle/applications.py" "$@"; }

test_expect_success 'five hundred random histories: deadlines and outcomes as a second implementation has them' '
	gongkai init --org 青石县云溪镇人民政府 --code yx >/dev/null && oracle make h.csv 500 && gongkai apply import h.csv >out && grep "登记申请 500 件，失败 0 件" out &&
	gongkai apply list --json >list && test_line_count 500 list && oracle compare h.csv list >out; cat out; grep "^500 histories, 0 differ$" out
'

test_expect_success 'a deadline that is a day off is seen' '
	python3 -c "
import json
a = [json.loads(l) for l in open(\"list\")]
a[0][\"due\"], a[0][\"clarify_late\"] = \"2001-01-01\", a[0][\"clarify_late\"]
open(\"off\", \"w\").writelines(json.dumps(x) + chr(10) for x in a)" && test_must_fail_with 1 oracle compare h.csv off
'

test_expect_success 'the worked example of holidays; one extension; a third party stops the clock; completion starts it anew' '
	gongkai apply add --no 甲1 --on 2021-09-26 --class 自然人 --subject 宅基地审批 >out && grep "甲1  应于 2021-10-28 前" out &&
	gongkai apply extend 甲1 --on 2021-10-20 --approved-by 王镇长 >out && grep "应于 2021-11-25 前" out && test_must_fail_with 2 gongkai apply extend 甲1 --on 2021-10-21 2>err && grep "只能延长一次" err &&
	gongkai apply answer 甲1 --on 2021-11-01 --outcome 属于国家秘密 >out && grep "1.属于国家秘密" out && test_must_fail_with 2 gongkai apply answer 甲1 --on 2021-11-02 --outcome granted 2>err &&
	gongkai apply add --on 2022-03-01 >out && grep "^A-2022-0001  应于 2022-03-29" out && gongkai apply third-party A-2022-0001 --on 2022-03-02 && gongkai apply third-answer A-2022-0001 --on 2022-03-09 --verdict agree >out && grep "应于 2022-04-06" out &&
	gongkai apply add --on 2022-03-01 && gongkai apply clarify A-2022-0002 --on 2022-03-03 --until 2022-03-20 >out && grep "等待补正" out && gongkai apply clarified A-2022-0002 --on 2022-03-10 >out && grep "应于 2022-04-08" out
'

test_expect_success 'what does not fit is refused: unknown number, day before receipt, unknown outcome; nothing is recorded' '
	wc -l <"$GONGKAI_ARCHIVE/applications/ledger.jsonl" >before &&
	test_must_fail_with 1 gongkai apply answer 乙 --outcome granted 2>err && test_must_fail_with 2 gongkai apply answer A-2022-0001 --on 2020-01-01 --outcome granted 2>err && grep 早于 err &&
	test_must_fail_with 2 gongkai apply answer A-2022-0001 --outcome 不知道 2>err && gongkai apply answer A-2022-0001 --outcome granted --dry-run 2>/dev/null; wc -l <"$GONGKAI_ARCHIVE/applications/ledger.jsonl" | diff before -
'

test_expect_success 'a wrong entry is corrected by another one; the log keeps both' '
	gongkai apply answer A-2022-0002 --on 2022-04-01 --outcome granted && gongkai apply show A-2022-0002 --json >json &&
	seq=$(python3 -c "import json; print(json.load(open(\"json\"))[\"events\"][-1][\"seq\"])") && gongkai apply annul $seq --reason 录错 && gongkai apply show A-2022-0002 --json >json &&
	python3 -c "
import json
a = json.load(open(\"json\"))
assert a[\"state\"] == \"open\" and [e[\"type\"] for e in a[\"events\"]][-2:] == [\"answer\", \"annul\"], a"
'

test_expect_success 'the name is sealed: in no file of the archive, no list, no JSON; shown on demand; removed for good' '
	printf "李四四\t13912345678\n" | gongkai apply add --no N1 --class 自然人 --applicant - --subject 预算 >out && ! grep -r 李四四 "$GONGKAI_ARCHIVE" && ! grep -r 13912345678 "$GONGKAI_ARCHIVE" && ! grep 李四四 out &&
	gongkai apply show N1 --json >json && ! grep 李四四 json && ! grep -r 王小1 "$GONGKAI_ARCHIVE" && gongkai apply show N1 --name >out && grep "李四四" out &&
	test "$(stat -c %a "$GONGKAI_ARCHIVE/keys/applicants.key" "$GONGKAI_ARCHIVE/applications/ledger.jsonl" | sort -u)" = 600 &&
	mv "$GONGKAI_ARCHIVE/keys/applicants.key" away && test_must_fail_with 1 gongkai apply show N1 --name 2>err && grep "不在这台机器上" err && printf "赵五\n" | gongkai apply add --no N2 --applicant - &&
	GONGKAI_APPLICANT_KEY=$PWD/away gongkai apply show N2 --name >out && grep 赵五 out && gongkai apply forget N2 --reason 申请人要求 &&
	GONGKAI_APPLICANT_KEY=$PWD/away test_must_fail_with 1 gongkai apply show N2 --name 2>err && grep 已经删除 err && mv away "$GONGKAI_ARCHIVE/keys/applicants.key" &&
	test_must_fail_with 2 gongkai apply add --applicant 张三 2>err && grep 命令行 err
'

test_expect_success 'a changed, missing or added line is found; a torn one is cut off' '
	L=$GONGKAI_ARCHIVE/applications/ledger.jsonl && cp "$L" good && sed -i "3s/online/postal/; 3s/post\"/past\"/; 3s/in_person/in_parson/; 3s/ordinary/ordinery/" "$L" && test_must_fail_with 4 gongkai apply list 2>err && grep "第 3 行被改动" err &&
	sed 5d good >"$L" && test_must_fail_with 4 gongkai apply list 2>err && cp good "$L" && printf "{\"torn" >>"$L" && gongkai apply list >out && gongkai apply add --no T1 && ! grep torn "$L" && gongkai apply show T1
'

test_expect_success 'what is due; fees by pages and by count' '
	gongkai apply add --no D1 --on 2024-05-06 --subject 快到期 && gongkai apply due --on 2024-05-25 >out && grep "D1 .*应于 2024-05-31" out && gongkai apply due --on 2024-07-01 >out && grep "D1 .*已逾期" out &&
	gongkai apply fee D1 --pages 30 | grep "处理费 0 元" && gongkai apply fee D1 --pages 150 | grep "处理费 1700 元" && gongkai apply fee D1 --pages 201 | grep "处理费 2740 元" &&
	gongkai apply fee D1 --nth 10 | grep " 0 元" && gongkai apply fee D1 --nth 30 | grep " 100 元" && gongkai apply fee D1 --nth 31 | grep " 200 元" && gongkai apply fee D1 --nth 41 | grep " 300 元"
'

test_expect_success 'bad rows of a table cost themselves; the good ones are in' '
	printf "申请编号,收到日期,申请人类别,办理结果,答复日期\nX1,2023-01-05,自然人,予以公开,2023-01-09\nX2,2023-13-05,自然人,,\nX1,2023-01-05,自然人,,\nX3,2023-01-05,火星人,,\n" >c.csv &&
	test_must_fail_with 3 gongkai apply import c.csv >out 2>err && grep "登记申请 1 件，失败 3 件" out && grep "第 3 行" err && grep "第 5 行" err
'

test_expect_success 'the same table as a spreadsheet, and as a CSV in GB18030, gives the same ledger' '
	cat >xlsx.py <<-"END" &&
	import csv, datetime, html, sys, zipfile
	N = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	def column(i):
	    return (chr(64 + i // 26) if i >= 26 else "") + chr(65 + i % 26)
	def cell(ref, v, shared):
	    try:
	        d = datetime.date.fromisoformat(v)
	        return "<c r=\"%s\" s=\"1\"><v>%d</v></c>" % (ref, (d - datetime.date(1899, 12, 30)).days)
	    except ValueError:
	        return "<c r=\"%s\" t=\"s\"><v>%d</v></c>" % (ref, shared.setdefault(v, len(shared))) if v else ""
	def book(path, sheets):
	    shared, z = {}, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
	    parts = ["".join("<row r=\"%d\">%s</row>" % (r, "".join(cell(column(i) + str(r), v, shared) for i, v in enumerate(row))) for r, row in enumerate(rows, 1)) for _, _, rows in sheets]
	    z.writestr("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>")
	    z.writestr("xl/workbook.xml", "<workbook xmlns=\"%s\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>%s</sheets></workbook>" % (N, "".join("<sheet name=\"%s\" sheetId=\"%d\" r:id=\"r%d\"%s/>" % (n, i, i, " state=\"hidden\"" if h else "") for i, (n, h, _) in enumerate(sheets, 1))))
	    z.writestr("xl/_rels/workbook.xml.rels", "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">%s</Relationships>" % "".join("<Relationship Id=\"r%d\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet%d.xml\"/>" % (i, i) for i in range(1, len(sheets) + 1)))
	    z.writestr("xl/styles.xml", "<styleSheet xmlns=\"%s\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>" % N)
	    for i, p in enumerate(parts, 1):
	        z.writestr("xl/worksheets/sheet%d.xml" % i, "<worksheet xmlns=\"%s\"><sheetData>%s</sheetData></worksheet>" % (N, p))
	    z.writestr("xl/sharedStrings.xml", "<sst xmlns=\"%s\">%s</sst>" % (N, "".join("<si><t>%s</t></si>" % html.escape(s) for s in shared)))
	    z.close()
	rows = list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8-sig")))
	head, body = rows[0], [r for r in rows[1:] if r]
	book(sys.argv[2], [("上半年", False, [["依申请公开台账", "", "不属于哪一列"], head] + body[:300]), ("下半年", False, [head] + body[300:]), ("草稿", True, [head, ["秘0001" if h in ("app_no", "申请编号") else v for h, v in zip(head, body[0])]])])
	open(sys.argv[3], "w", encoding="gb18030", newline="").writelines(",".join("\"%s\"" % v.replace("\"", "\"\"") for v in r) + "\r\n" for r in rows)
	END
	python3 xlsx.py h.csv h.xlsx h.gbk.csv && for f in h.csv h.xlsx h.gbk.csv; do
		(export GONGKAI_ARCHIVE=$PWD/a-$f && gongkai init --org 甲 --code v >/dev/null && gongkai apply import $f >out-$f 2>err-$f && gongkai apply list --json >list-$f && ! grep -r 王小1 "$GONGKAI_ARCHIVE" &&
			python3 -c "
import json, sys
for l in open(sys.argv[1]):
    e = json.loads(l)
    for k in (\"prev\", \"recorded_at\", \"person\", \"applicant\"):
        e.pop(k, None)
    print(json.dumps(e, sort_keys=True, ensure_ascii=False))" "$GONGKAI_ARCHIVE/applications/ledger.jsonl" >led-$f) || return 1; done &&
	grep "登记申请 500 件，失败 0 件" out-h.xlsx && grep "隐藏的工作表不登记：草稿" err-h.xlsx && cmp list-h.csv list-h.xlsx && cmp list-h.csv list-h.gbk.csv && cmp led-h.csv led-h.xlsx && cmp led-h.csv led-h.gbk.csv && test "$(wc -l <led-h.csv)" -gt 900
'

test_expect_success 'what is no table of applications is refused: a page, a broken spreadsheet, one without a head, none' '
	printf "%%PDF-1.4 nothing" >no.pdf && head -c 400 h.xlsx >cut.xlsx && python3 -c "
import zipfile
a, b = zipfile.ZipFile(\"h.xlsx\"), zipfile.ZipFile(\"nohead.xlsx\", \"w\")
for n in a.namelist():
    b.writestr(n, a.read(n).replace(b\"app_no\", b\"appno\").replace(\"申请编号\".encode(), \"申请号\".encode()))
b.close()" && wc -l <"$GONGKAI_ARCHIVE/applications/ledger.jsonl" >before &&
	for f in no.pdf cut.xlsx nohead.xlsx; do test_must_fail_with 3 gongkai apply import $f 2>err || { echo $f; return 1; }; done && grep "没有表头" err && test_must_fail_with 2 gongkai apply import nowhere.xlsx 2>err && wc -l <"$GONGKAI_ARCHIVE/applications/ledger.jsonl" | cmp before -
'

test_expect_success 'verify: one changed byte anywhere in the ledger is found, the last line and the head too; a chain made anew is found by what a checkpoint signed' '
	L=$GONGKAI_ARCHIVE/applications/ledger.jsonl && gongkai checkpoint >note 2>err && grep "台账一并签名：申请" err && ! grep -i -e ledger -e applic note && gongkai checkpoint 2>err >/dev/null && ! grep 台账 err &&
	gongkai apply add --no 后来 --on 2024-03-01 >/dev/null && gongkai verify --no-report --json >j && python3 -c "
import json
assert json.load(open(\"j\"))[\"ledgers\"][\"applications\"] == sum(1 for l in open(\"$L\"))" && cp "$L" good && cp "$L.head" good.head && python3 - "$L" <<-"END" &&
	import random, subprocess, sys
	p, rng = sys.argv[1], random.Random(9)
	def verify():
	    r = subprocess.run(["gongkai", "verify", "--no-report"], capture_output=True, text=True)
	    return r.returncode, r.stdout + r.stderr
	assert verify()[0] == 0
	for path in (p, p + ".head"):
	    good = open(path, "rb").read()
	    last = good.rstrip(b"\n").rfind(b"\n") + 1
	    for at in [0, len(good) - 2, last + 5] + [rng.randrange(len(good)) for _ in range(9)]:
	        b = bytearray(good)
	        b[at] ^= 1 << rng.randrange(7)
	        open(path, "wb").write(b)
	        code, said = verify()
	        assert code == 4 and "V22 ledger" in said, (path, at, code, said)
	    open(path, "wb").write(good)
	assert verify()[0] == 0
	END
	printf "" >"$L.head" && test_must_fail_with 4 gongkai verify --no-report >out && cp good.head "$L.head" && python3 - "$L" <<-"END" &&
	import hashlib, json, sys
	p, prev, out = sys.argv[1], "0" * 64, []
	for l in open(p):
	    e = json.loads(l)
	    if e.get("subject"):
	        e["subject"] = "改过"
	    e["prev"] = prev
	    s = json.dumps(e, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
	    prev = hashlib.sha256(s.encode()).hexdigest()
	    out.append(s + "\n")
	open(p, "w").writelines(out)
	open(p + ".head", "w").write("%d %s\n" % (len(out), prev))
	END
	gongkai apply list >/dev/null && test_must_fail_with 4 gongkai verify --no-report >out && grep "与签过名的" out && test_must_fail_with 4 gongkai checkpoint 2>err && cp good "$L" && cp good.head "$L.head" && gongkai verify --no-report >/dev/null && gongkai checkpoint 2>err >/dev/null && grep 台账 err
'

test_expect_success 'search, verify and doctor of the archive show nothing of it but its length' '
	gongkai verify >out 2>&1 && grep "台账完好" out && ! gongkai search 宅基地审批 >out 2>&1; ! grep 甲1 out
'
test_done
