#!/usr/bin/env python3
"""Yearly reports in the forms that are met in life, some with planted errors, and what must be found in each.

    annual_reports.py make DIR          writes DIR/NN-name.EXT, DIR/manifest.json; data invented, the same at every run
    annual_reports.py compare DIR       runs `gongkai report check --json` on each and compares; ends with 0 if all is as expected

What is expected is counted here, from the numbers of the model, by the identities as the regulation's form prints them:
nothing is taken from the program.  Independent of record/annualform.c: the labels are written out again.
"""
import io
import json
import os
import random
import subprocess
import sys
import zipfile

COLS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
R3 = [("r3.1", "", "（一）予以公开"), ("r3.2", "", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）")]
R3 += [("r3.3.%d" % (i + 1), "（三）不予公开", "%d.%s" % (i + 1, t)) for i, t in enumerate(
    ["属于国家秘密", "其他法律行政法规禁止公开", "危及“三安全一稳定”", "保护第三方合法权益", "属于三类内部事务信息", "属于四类过程性信息", "属于行政执法案卷", "属于行政查询事项"])]
R3 += [("r3.4.%d" % (i + 1), "（四）无法提供", "%d.%s" % (i + 1, t)) for i, t in enumerate(["本机关不掌握相关政府信息", "没有现成信息需要另行制作", "补正后申请内容仍不明确"])]
R3 += [("r3.5.%d" % (i + 1), "（五）不予处理", "%d.%s" % (i + 1, t)) for i, t in enumerate(
    ["信访举报投诉类申请", "重复申请", "要求提供公开出版物", "无正当理由大量反复申请", "要求行政机关确认或重新出具已获取信息"])]
NEW6 = [("r3.6.%d" % (i + 1), "（六）其他处理", "%d.%s" % (i + 1, t)) for i, t in enumerate(
    ["申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "其他"])]
OLD6 = [("r3.6", "", "（六）其他处理")]
HEADS = ["总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况", "存在的主要问题及改进情况", "其他需要报告的事项"]
NUM = "一二三四五六"
GROUPS = ["reconsider", "suit_direct", "suit_after"]
DASHES = ("—", "/", "－", "-", "\\", "——")     # nothing, as people write it
T4C = ["upheld", "corrected", "other", "pending", "total"]


class Report:
    def __init__(self, rng, year=2021, form=2021, before=None):
        self.year, self.form, self.org = year, form, "青石县云溪镇人民政府"
        self.results = R3 + (NEW6 if form == 2021 else OLD6)
        self.t3 = {}
        for rid, _, _ in self.results:
            self.t3[rid] = [rng.choice([0, 0, 0, 1, 2, 5, 12]) for _ in range(6)]
        self.t3["r3.7"] = [sum(self.t3[r][c] for r, _, _ in self.results) for c in range(6)]
        self.t3["r2"] = list(before.t3["r4"][:6]) if before else [rng.randint(0, 4) for _ in range(6)]
        self.t3["r4"] = [rng.randint(0, 3) for _ in range(6)]
        self.t3["r1"] = [self.t3["r3.7"][c] + self.t3["r4"][c] - self.t3["r2"][c] for c in range(6)]
        for c in range(6):
            if self.t3["r1"][c] < 0:
                self.t3["r4"][c] -= self.t3["r1"][c]
                self.t3["r1"][c] = 0
        for r in self.t3.values():
            r.append(sum(r))
        self.t4 = []
        for _ in range(3):
            g = [rng.randint(0, 9) for _ in range(4)]
            self.t4 += g + [sum(g)]
        inforce = before.t2["norm"][2] if before else 20 + rng.randint(0, 20)
        issued, over = rng.randint(1, 9), rng.randint(0, 5)
        self.t2 = {"rule": [0, 0, 0], "norm": [issued, over, inforce + issued - over], "license": rng.randint(10, 1300), "penalty": rng.randint(0, 90),
                   "coercion": rng.randint(0, 9), "fee": "20.3"}
        self.old2 = {"license": [31, "+2", self.t2["license"]], "service": [8, 0, 410], "penalty": [55, "-1", self.t2["penalty"]], "coercion": [12, 0, self.t2["coercion"]], "fee": [4, 0], "purchase": [12, "356.72"]}
        self.published = "%d-01-20" % (year + 1)
        self.says_new = None            # number in the prose, None: the right one
        self.heads = ["%s、%s" % (NUM[i], h) for i, h in enumerate(HEADS)]
        self.blank = set()              # cells (row, column) that are left empty where they are 0
        self.text = {}                  # (row, column) -> written instead
        self.six = "本年度未收取信息处理费。"

    def rows3(self):
        out = [("r1", "", "一、本年新收政府信息公开申请数量"), ("r2", "", "二、上年结转政府信息公开申请数量")]
        return out + self.results + [("r3.7", "", "（七）总计"), ("r4", "", "四、结转下年度继续办理")]

    def cell(self, row, c):
        if (row, c) in self.text:
            return self.text[row, c]
        if (row, c) in self.blank:
            return ""
        return str(self.t3[row][c])

    # --- what must be found: the identities, counted from the numbers as they stand --------------------------------
    def value(self, row, c):
        t = self.cell(row, c).replace(",", "")
        try:
            return float(t) if "." in t else int(t)
        except ValueError:
            return None

    def expected(self, before=None, children=()):
        v = {r: [self.value(r, c) for c in range(7)] for r, _, _ in self.rows3()}
        z = lambda x: x or 0
        eff = {r: row[:6] + [row[6] if row[6] is not None else sum(map(z, row[:6]))] for r, row in v.items()}
        found = set()
        for c in range(7):
            name = "c%d" % (c + 1)
            if z(eff["r1"][c]) + z(eff["r2"][c]) != z(eff["r3.7"][c]) + z(eff["r4"][c]):
                found.add(("A1", "T3.r1." + name))
            if z(eff["r3.7"][c]) != sum(z(eff[r][c]) for r, _, _ in self.results):
                found.add(("A2", "T3.r3.7." + name))
            if before and z(eff["r2"][c]) != before.t3["r4"][c]:
                found.add(("A4", "T3.r2." + name))
        for r, row in v.items():
            if None not in row and sum(row[:6]) != row[6]:
                found.add(("A3", "T3.%s.c1" % r))
            for c in range(7):
                t = self.cell(r, c)
                if t and not t.replace(",", "").isdigit() and t not in DASHES:
                    found.add(("A7", "T3.%s.c%d" % (r, c + 1)))
        for g in range(3):
            p = self.t4[g * 5:g * 5 + 5]
            if sum(p[:4]) != p[4]:
                found.add(("A5", "T4.%s.upheld" % GROUPS[g]))
        if before and self.form == 2021 and before.form == 2021:
            n = self.t2["norm"]
            if n[2] != before.t2["norm"][2] + n[0] - n[1]:
                found.add(("A6", "T2.norm.issued"))
        if self.says_new is not None and self.says_new != self.value("r1", 6):
            found.add(("A8", "T3.r1.c7"))
        if len([h for h in self.heads if h]) < 6:
            found.add(("A9", ""))
        if self.published > "%d-03-31" % (self.year + 1):
            found.add(("A10", ""))
        for i, r in enumerate(r for r, _, _ in self.rows3()) if children else ():
            for c in range(7):
                if sum(k.t3[r][c] for k in children) != self.t3[r][c]:
                    found.add(("A11", "T3.%s.c%d" % (r, c + 1)))
        for i in range(15) if children else ():
            if sum(k.t4[i] for k in children) != self.t4[i]:
                found.add(("A11", "T4.%s.%s" % (GROUPS[i // 5], T4C[i % 5])))
        return found

    def cells(self):
        """Every cell of tables three and four, and those of table two that both forms have."""
        out = {"T3.%s.c%d" % (rid, c + 1): self.value(rid, c) for rid, _, _ in self.rows3() for c in range(7)}
        out.update({"T4.%s.%s" % (GROUPS[i // 5], T4C[i % 5]): n for i, n in enumerate(self.t4)})
        out.update({"T2.%s.decisions" % k: self.t2[k] for k in ("license", "penalty", "coercion")})
        if self.form == 2021:
            out.update({"T2.norm.%s" % k: n for k, n in zip(("issued", "abolished", "inforce"), self.t2["norm"])})
        return out

    def prose(self):
        new = self.says_new if self.says_new is not None else self.t3["r1"][6]
        return ["　　%d年，我镇认真贯彻落实《中华人民共和国政府信息公开条例》，主动公开政府信息176条，制发规范性文件%d件。" % (self.year, self.t2["norm"][0] if self.form == 2021 else 3),
                "　　全年收到政府信息公开申请%d件，均按期答复，其中网上申请2件。" % new]


def wide(s):
    return "".join(chr(ord(ch) + 0xFEE0) if "0" <= ch <= "9" else ch for ch in s)


# --- the forms ------------------------------------------------------------------------------------------------------
def t2_html(r, td):
    if r.form == 2019:
        o = "<tr>%s%s%s%s</tr>" % tuple(td(x) for x in ("信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"))
        for k, l in (("rule", "规章"), ("norm", "规范性文件")):
            o += "<tr>" + "".join(td(str(x)) for x in [l] + r.t2[k]) + "</tr>"
        o += "<tr>" + "".join(td(x) for x in ("信息内容", "上一年项目数量", "本年增/减", "处理决定数量")) + "</tr>"
        for k, l in (("license", "行政许可"), ("service", "其他对外管理服务事项"), ("penalty", "行政处罚"), ("coercion", "行政强制"), ("fee", "行政事业性收费")):
            o += "<tr>" + "".join(td(str(x)) for x in [l] + r.old2[k]) + "</tr>"
        return o + "<tr>" + "".join(td(x) for x in ("信息内容", "采购项目数量", "采购总金额")) + "</tr><tr>" + "".join(td(str(x)) for x in ["政府集中采购"] + r.old2["purchase"]) + "</tr>"
    o = '<tr><td colspan="4">第二十条第（一）项</td></tr><tr>' + "".join(td(x) for x in ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")) + "</tr>"
    for k, l in (("rule", "规章"), ("norm", "行政规范性文件")):
        o += "<tr>" + "".join(td(str(x)) for x in [l] + r.t2[k]) + "</tr>"
    for item, rows in (("五", [("license", "行政许可")]), ("六", [("penalty", "行政处罚"), ("coercion", "行政强制")])):
        o += '<tr><td colspan="4">第二十条第（%s）项</td></tr><tr>%s<td colspan="3">本年处理决定数量</td></tr>' % (item, td("信息内容"))
        for k, l in rows:
            o += '<tr>%s<td colspan="3">%s</td></tr>' % (td(l), r.t2[k])
    return o + '<tr><td colspan="4">第二十条第（八）项</td></tr><tr>%s<td colspan="3">本年收费金额（单位：万元）</td></tr><tr>%s<td colspan="3">%s</td></tr>' % (td("信息内容"), td("行政事业性收费"), r.t2["fee"])


def t3_html(r, td, ragged=()):
    o = '<tr><td colspan="3" rowspan="3">（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）</td><td colspan="7">申请人情况</td></tr>'
    o += '<tr><td rowspan="2">自然人</td><td colspan="5">法人或其他组织</td><td rowspan="2">总计</td></tr><tr>' + "".join(td(x) for x in ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]) + "</tr>"
    groups, first3 = {}, True
    for _, g, _ in r.results:
        groups[g] = groups.get(g, 0) + 1
    done = set()
    for rid, g, label in r.rows3():
        cells = [r.cell(rid, c) for c in range(7)] + (["0"] if rid in ragged else [])
        o += "<tr>"
        if rid in ("r1", "r2", "r4"):
            o += '<td colspan="3">%s</td>' % label
        else:
            if first3:
                o += '<td rowspan="%d">三、本年度办理结果</td>' % (len(r.results) + 1)
                first3 = False
            if g and g not in done:
                o += '<td rowspan="%d">%s</td>' % (groups[g], g)
                done.add(g)
            o += td(label) if g else '<td colspan="2">%s</td>' % label
        o += "".join(td(c) for c in cells) + "</tr>"
    return o


def t4_html(r, td, no_reconsider=False):
    o = '<tr><td colspan="5">行政复议</td><td colspan="10">行政诉讼</td></tr><tr>' + "".join('<td rowspan="2">%s</td>' % x for x in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计"))
    o += '<td colspan="5">未经复议直接起诉</td><td colspan="5">复议后起诉</td></tr><tr>' + "".join(td(x) for x in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * 2) + "</tr>"
    return o + "<tr>" + "".join(td("" if no_reconsider and i < 5 else str(x)) for i, x in enumerate(r.t4)) + "</tr>"


def html(r, td=None, frame=False, charset="utf-8", ragged=(), no_reconsider=False, head_tag="h2"):
    td = td or (lambda x: "<td>%s</td>" % x)
    body = "<h1>%s%d年政府信息公开工作年度报告</h1>" % (r.org, r.year)
    parts = ["".join("<p>%s</p>" % p for p in r.prose()), "<table>%s</table>" % t2_html(r, td), "<table>%s</table>" % t3_html(r, td, ragged),
             "<table>%s</table>" % t4_html(r, td, no_reconsider), "<p>　　公开的及时性有待提高。</p>", "<p>　　%s</p>" % r.six]
    for h, p in zip(r.heads, parts):
        body += ("<%s>%s</%s>" % (head_tag, h, head_tag) if h else "") + p
    if frame:
        body = '<table width="1000"><tr><td>首页 &gt; 公开</td></tr><tr><td><table><tr><td valign=top>%s</td></tr></table></td></tr></table>' % body
    return ('<!DOCTYPE html><html><head><meta charset="%s"><meta name="PubDate" content="%s 09:30"><title>%s%d年政府信息公开工作年度报告_公开</title></head><body>%s</body></html>'
            % (charset, r.published, r.org, r.year, body))


def text_rows(r):
    """[cells] for each row of the three tables, and strings for the rest."""
    out = ["%s%d年政府信息公开工作年度报告" % (r.org, r.year), "发布日期：" + r.published]
    if r.form == 2019:
        t2 = [["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"]] + [[l] + [str(x) for x in r.t2[k]] for k, l in (("rule", "规章"), ("norm", "规范性文件"))]
        t2 += [["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"]] + [[l] + [str(x) for x in r.old2[k]] for k, l in (
            ("license", "行政许可"), ("service", "其他对外管理服务事项"), ("penalty", "行政处罚"), ("coercion", "行政强制"), ("fee", "行政事业性收费"), ("purchase", "政府集中采购"))]
    t2 = t2 if r.form == 2019 else [["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]] + [[l] + [str(x) for x in r.t2[k]] for k, l in (("rule", "规章"), ("norm", "行政规范性文件"))]
    t2 += [] if r.form == 2019 else [["信息内容", "本年处理决定数量"]] + [[l, str(r.t2[k])] for k, l in (("license", "行政许可"), ("penalty", "行政处罚"), ("coercion", "行政强制"))] + [["信息内容", "本年收费金额（单位：万元）"], ["行政事业性收费", r.t2["fee"]]]
    t3 = [["申请人情况"], ["", "自然人"] + COLS[1:] + ["总计"]] + [[l] + [r.cell(rid, c) for c in range(7)] for rid, _, l in r.rows3()]
    t4 = [["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3, [str(x) for x in r.t4]]
    for h, part in zip(r.heads, (r.prose(), t2, t3, t4, ["　　公开的及时性有待提高。"], ["　　" + r.six])):
        out += ([h] if h else []) + list(part)
    return out


def tabs(r):
    return "\n".join("\t".join(x) if isinstance(x, list) else x for x in text_rows(r)) + "\n"


def vertical(r):
    return "\n".join("\n".join(x) if isinstance(x, list) else x for x in text_rows(r)) + "\n"


def markdown(r):
    return "\n".join("| " + " | ".join(x) + " |" if isinstance(x, list) else ("# " + x if x in r.heads else x) for x in text_rows(r)) + "\n"


def width(s):
    return sum(2 if ord(c) > 0x1100 else 1 for c in s)


def put(line, text, middle):
    start = max(middle - width(text) // 2, width(line) + 1)
    return line + " " * (start - width(line)) + text


def columns(r, wrap=14, page=True):
    """As pdftotext -layout has it: columns by blanks, labels broken over lines with the numbers at the middle line."""
    out, n, where = [], 0, None
    for x in text_rows(r):
        n += 1
        if x in r.heads:
            where = NUM.index(x[0]) if x[0] in NUM else where
        if not isinstance(x, list):
            out.append(x)
        elif where == 3:
            line = ""
            for i, c in enumerate(x):
                line = put(line, c if len(x[0]) < 3 else c[:2], 4 + i * 8)
            out.append(line)
        else:
            label, numbers = x[0], x[1:]
            pieces = [label[i:i + wrap] for i in range(0, len(label), wrap)] or [""]
            for i, p in enumerate(pieces):
                line = "    " + p
                if i == len(pieces) // 2:
                    for k, c in enumerate(numbers):
                        if c:
                            line = put(line, c, 48 + 10 * k)
                out.append(line)
        if page and n % 17 == 0:
            out += ["", "                                   %d" % (n // 17), "\f"]
    return "\n".join(out) + "\n"


def esc(s):
    return s.replace("&", "&amp;").replace("<", "&lt;")


def docx(r):
    """Office Open XML with the merges of the form: gridSpan, vMerge; a tracked deletion that is no part of the text."""
    p = lambda s: "<w:p><w:pPr><w:jc w:val='center'/></w:pPr>" + "".join("<w:r><w:t xml:space='preserve'>%s</w:t></w:r>" % esc(x) for x in (s[:3], s[3:])) + "<w:del><w:r><w:delText>9</w:delText></w:r></w:del></w:p>"
    tc = lambda s, span=1, merge="": "<w:tc><w:tcPr>%s%s</w:tcPr>%s</w:tc>" % ("<w:gridSpan w:val='%d'/>" % span if span > 1 else "", merge, p(s))
    row = lambda *cells: "<w:tr>" + "".join(cells) + "</w:tr>"
    keep, cont = "<w:vMerge w:val='restart'/>", "<w:vMerge/>"
    body = p("%s%d年政府信息公开工作年度报告" % (r.org, r.year)) + p("发布日期：" + r.published)
    seen, parts = set(), text_rows(r)[2:]
    tables = []
    for x in parts:
        if not isinstance(x, list):
            if tables:
                body += "<w:tbl>" + "".join(tables) + "</w:tbl>"
                tables = []
            body += p(x)
        elif len(x) == 8:
            rid, g, label = next((k for k in r.rows3() if k[2] == x[0]), ("", "", x[0]))
            if rid in ("r1", "r2", "r4", ""):
                tables.append(row(tc(label, 3), *map(tc, x[1:])))
            else:
                first = tc("三、本年度办理结果", merge=cont if "三" in seen else keep)
                seen.add("三")
                second = [tc(g, merge=cont if g in seen else keep), tc(label)] if g else [tc(label, 2)]
                seen.add(g)
                tables.append(row(first, *second, *map(tc, x[1:])))
        else:
            tables.append(row(*map(tc, x)))
    if tables:
        body += "<w:tbl>" + "".join(tables) + "</w:tbl>"
    doc = '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>' % body
    types = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name, data in (("[Content_Types].xml", types), ("word/document.xml", doc)):
            z.writestr(zipfile.ZipInfo(name, (2021, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


def odt(r):
    p = lambda s: "<text:p>%s</text:p>" % esc(s)
    body, table = "", ""
    for x in text_rows(r):
        if isinstance(x, list):
            table += "<table:table-row>"
            for i, c in enumerate(x):
                wide = i == 0 and len(x) == 8
                table += "<table:table-cell%s>%s</table:table-cell>" % (' table:number-columns-spanned="3"' if wide else "", p(c)) if c else "<table:table-cell/>"
                table += '<table:covered-table-cell table:number-columns-repeated="2"/>' if wide and c else ""
            table += "</table:table-row>"
        else:
            body += ("<table:table>%s</table:table>" % table if table else "") + p(x)
            table = ""
    ns = " ".join('xmlns:%s="urn:oasis:names:tc:opendocument:xmlns:%s:1.0"' % (k, k) for k in ("office", "text", "table"))
    doc = '<?xml version="1.0"?><office:document-content %s><office:body><office:text>%s</office:text></office:body></office:document-content>' % (ns, body)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name, data in (("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", doc)):
            z.writestr(zipfile.ZipInfo(name, (2021, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


# --- more of life: the same report as people lay it out ----------------------------------------------------------------
def split_tables(r):
    """Table three in three tables, as pages were cut; the later ones without a head."""
    page = html(r)
    for label in ("1.本机关不掌握", "（七）总计"):
        i = page.index(label)
        i = page.rindex("<tr>", 0, i)
        page = page[:i] + "</table><p>&nbsp;</p><table>" + page[i:]
    return page


def one_table(r):
    """All three tables in a single one, headings as rows of it."""
    td = lambda x: "<td>%s</td>" % x
    rows = "".join('<tr><td colspan="15"><b>%s</b></td></tr>%s' % (h, t) for h, t in zip(r.heads[1:4], (t2_html(r, td), t3_html(r, td), t4_html(r, td))))
    return ('<html><head><meta charset="utf-8"><title>%s%d年政府信息公开工作年度报告</title></head><body><p>%s</p>%s<table>%s</table><p>%s</p><p>　　有待提高。</p><p>%s</p><p>%s</p><p>发布日期：%s</p></body></html>'
            % (r.org, r.year, r.heads[0], "".join("<p>%s</p>" % p for p in r.prose()), rows, r.heads[4], r.heads[5], r.six, r.published))


def office_td(x):
    """A cell as two word processors left it: paragraphs in paragraphs, blanks of several kinds, a number cut by its tags."""
    inner = "<span style='font:仿宋'><span lang=EN-US>%s</span></span>" % x if not x.isdigit() else "".join("<span lang=EN-US><b>%s</b></span>" % c for c in x)
    return "<td width=64 valign=top style='border:1px'><p align=center><span>&nbsp;</span>%s<span>\u3000</span></p><p>&nbsp;</p><!--[if !supportMisalignedColumns]--></td>" % inner


def marks(r):
    """Nothing is written as a dash, a slash; thousands with commas; a unit behind the number."""
    for i, (rid, _, _) in enumerate(r.results):
        for c in range(6):
            if r.t3[rid][c] == 0:
                r.text[rid, c] = ("—", "/", "－", "-", "\\", "——")[(i + c) % 6]
    return r


def wordy(page):
    """Labels as they are typed: other brackets, other dots, blanks, 合计 for 总计."""
    for a, b in (("（一）予以公开", "(一) 予以公开"), ("（二）部分公开", "(二)部分公开"), ("1.属于国家秘密", "1、属于国家秘密"), ("2.其他法律行政法规", "2．其他法律、行政法规"), ("3.危及“三安全一稳定”", '3．危及"三安全一稳定"'),
                 ("4.保护第三方", "4 .保护第三方"), ("（四）无法提供", "( 四 )无法<br>提供"), ("（七）总计", "（七）合计"), ("1.信访举报投诉类申请", "①信访、举报、投诉类申请"), ("一、本年新收", "一 、本年新收"), ("二、上年结转", "二．上年结转"),
                 ("四、结转下年度", "四.结转下年度"), ("三、本年度办理结果", "三、本<br>年<br>度<br>办<br>理<br>结<br>果")):
        assert a in page, a
        page = page.replace(a, b)
    return page


def result_row(page):
    """三、本年度办理结果 as a row of its own, with nothing behind it, instead of a tall cell."""
    import re
    return re.sub(r'<tr><td rowspan="\d+">三、本年度办理结果</td><td colspan="2">', '<tr><td colspan="3">三、本年度办理结果</td>' + "<td></td>" * 7 + '</tr><tr><td colspan="3">', page).replace('<td colspan="2">', '<td colspan="3">')


def flat_head(page):
    """One row of heads instead of three, no merged cells in it."""
    i, j = page.index('<tr><td colspan="3" rowspan="3">'), page.index("一、本年新收")
    j = page.rindex("<tr>", i, j)
    return page[:i] + "<thead><tr><th colspan=3>办理情况</th>" + "".join("<th>%s</th>" % x for x in COLS + ["总计"]) + "</tr></thead>" + page[j:]


def groups_down(r):
    """Table four with its groups one below the other."""
    rows = "<tr><td></td>" + "".join("<td>%s</td>" % x for x in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")) + "</tr>"
    for i, g in enumerate(("行政复议", "行政诉讼：未经复议直接起诉", "行政诉讼：复议后起诉")):
        rows += "<tr><td>%s</td>%s</tr>" % (g, "".join("<td>%d</td>" % x for x in r.t4[i * 5:i * 5 + 5]))
    page = html(r)
    i = page.index('<table><tr><td colspan="5">行政复议')
    return page[:i] + "<table>" + rows + page[page.index("</table>", i):]


def spacers(page):
    """Empty rows and columns that only hold a border."""
    return page.replace("</tr>", "<td style='display:none'></td></tr><tr style='height:0'></tr>").replace("<table>", "<table><colgroup><col span=10></colgroup><tbody>").replace("</table>", "</tbody></table>")


def padded(r):
    """Rows of a sheet as wide as the widest, the way spreadsheet programs write them."""
    rows = [x if isinstance(x, list) else [x] for x in text_rows(r)]
    out = []
    for x in rows:
        if len(x) == 8:         # the labels of table three stand in three columns
            rid, g, label = next((k for k in r.rows3() if k[2] == x[0]), ("", "", x[0]))
            x = ([label, "", ""] if rid in ("r1", "r2", "r4", "") else ["三、本年度办理结果" if rid == "r3.1" else "", g if label.startswith("1.") else "", label] if g else ["三、本年度办理结果" if rid == "r3.1" else "", label, ""]) + x[1:]
        out.append(x + [""] * (15 - len(x)))
    return out


def xlsx(r):
    cells = lambda n, row: "".join('<c r="%s%d"%s' % (chr(65 + i), n, "><v>%s</v></c>" % v if v.isdigit() else ' t="inlineStr"><is><t>%s</t></is></c>' % esc(v)) for i, v in enumerate(row) if v)
    sheet = "".join('<row r="%d">%s</row>' % (n, cells(n, row)) for n, row in enumerate(padded(r), 1))
    ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
    parts = (("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'),
             ("xl/workbook.xml", '<workbook %s xmlns:r="%s"><sheets><sheet name="年报" sheetId="1" r:id="r1"/></sheets></workbook>' % (ns, rel)),
             ("xl/_rels/workbook.xml.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="%s/worksheet" Target="worksheets/sheet1.xml"/></Relationships>' % rel),
             ("xl/worksheets/sheet1.xml", "<worksheet %s><sheetData>%s</sheetData></worksheet>" % (ns, sheet)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name, data in parts:
            z.writestr(zipfile.ZipInfo(name, (2021, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


def rtf(r):
    u = lambda s: "".join(c if ord(c) < 128 and c not in "\\{}" else "\\u%d?" % (ord(c) - 65536 if ord(c) > 32767 else ord(c)) for c in s)
    out = "{\\rtf1\\ansi\\uc1 "
    for x in text_rows(r):
        out += "\\trowd%s %s\\row\n" % ("".join("\\cellx%d" % (1000 * (i + 1)) for i in range(len(x))), "".join("\\pard\\intbl %s\\cell" % u(c) for c in x)) if isinstance(x, list) else "\\pard %s\\par\n" % u(x)
    return (out + "}").encode("ascii")


def paged(text):
    """A header and a footer in the middle of tables, as every page had them."""
    out = []
    for i, line in enumerate(text.split("\n"), 1):
        out.append(line)
        if i % 23 == 0:
            out += ["", "                              第 %d 页 共 9 页" % (i // 23), "\f云溪镇人民政府                    政府信息公开工作年度报告                    — %d —" % (i // 23), ""]
    return "\n".join(out)


def single_blanks(r, wrap=16):
    """A PDF copied by hand: one blank between columns, long labels over lines, the numbers behind the last piece."""
    out = []
    for x in text_rows(r):
        if not isinstance(x, list):
            out.append(x)
            continue
        label, numbers = x[0], [c for c in x[1:] if c]
        pieces = [label[i:i + wrap] for i in range(0, len(label), wrap)] or [""]
        out += pieces[:-1] + [" ".join([pieces[-1]] + numbers).strip()]
    return "\n".join(out) + "\n"


def make(folder):
    os.makedirs(folder, exist_ok=True)
    rng = random.Random(711)
    manifest = []

    def save(name, r, data, before=None, encoding="utf-8", planted=False, children=()):
        file = "%02d-%s" % (len(manifest) + 1, name)
        with open(os.path.join(folder, file), "wb") as f:
            f.write(data if isinstance(data, bytes) else data.encode(encoding))
        entry = {"file": file, "planted": planted, "form": str(r.form), "year": r.year, "expected": sorted(r.expected(before, children)), "c7": r.value("r1", 6), "cells": r.cells() if name != "ragged.html" else {}}
        for key, what in (("previous", [before] if before else []), ("child", children)):
            for i, k in enumerate(what):
                with open(os.path.join(folder, "%s-%s%d.html" % (file, key, i)), "w") as f:
                    f.write(html(k))
                entry.setdefault(key, []).append("%s-%s%d.html" % (file, key, i))
        manifest.append(entry)
        assert planted == bool(entry["expected"]), entry
        return file

    R = lambda **k: Report(rng, **k)
    # twenty without an error
    r = R(); save("plain.html", r, html(r))
    r = R(); save("gb18030.html", r, html(r, charset="gb2312"), encoding="gb18030")
    r = R(form=2019, year=2019); save("form2019.html", r, html(r))
    r = R(); save("frame-tables.html", r, html(r, frame=True, head_tag="div"))
    r = R(); save("word.html", r, html(r, td=lambda x: '<td style="border:1px"><p class=MsoNormal><span lang=EN-US><o:p></o:p>%s</span></p></td>' % wide(x)))
    r = R(); r.blank = {(k, c) for k, _, _ in r.results for c in range(6) if r.t3[k][c] == 0}; save("blanks.html", r, html(r))
    r = R(); r.blank = {(k, 6) for k, _, _ in r.results}; save("no-row-totals.html", r, html(r))
    r = R()
    for k, _, _ in r.results:
        r.t3[k] = [0] * 7
    r.t3["r3.1"] = [3, 0, 0, 0, 0, 0, 3]
    r.t3["r3.7"] = [3, 0, 0, 0, 0, 0, 3]
    r.t3["r1"], r.t3["r2"], r.t3["r4"] = [3, 0, 0, 0, 0, 0, 3], [0] * 7, [0] * 7
    save("ragged.html", r, html(r, ragged=[k for k, _, _ in r.results] + ["r4"], no_reconsider=True))
    r = R(); save("tabs.txt", r, tabs(r))
    r = R(); r.blank = {(k, c) for k, _, _ in r.results for c in range(7) if r.t3[k][c] == 0}; save("tabs-blanks.txt", r, tabs(r))
    r = R(); save("copied.txt", r, vertical(r))
    r = R(); save("markdown.md", r, markdown(r))
    r = R(); save("pdf.txt", r, columns(r))
    r = R(form=2019, year=2020); save("pdf2019.txt", r, columns(r, wrap=10))
    r = R(); r.blank = {(k, c) for k, _, _ in r.results[2:9] for c in range(6) if r.t3[k][c] == 0}; save("pdf-blanks.txt", r, columns(r, wrap=60, page=False))
    r = R(); r.heads = [h.split("、", 1)[1] for h in r.heads]; save("headings-numbered-by-style.html", r, html(r))
    r = R(); r.heads[0] = "一、政府信息公开总体情况"; r.heads[3] = "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况"
    save("contents.html", r, html(r).replace("<h2>一、", "<p>目录</p>" + "".join("<p>%s……%d</p>" % (h, i + 1) for i, h in enumerate(r.heads)) + "<h2>一、", 1))
    b = R(year=2020); r = R(before=b); save("with-former.html", r, html(r, td=lambda x: "<td>&nbsp;%s&nbsp;</td>" % x), before=b)
    r = R(); r.blank = {(k, c) for k, _, _ in r.results for c in range(6) if r.t3[k][c] == 0}; save("word.docx", r, docx(r))
    r = R(); save("office.odt", r, odt(r))
    # fourteen with planted errors
    r = R(); r.t3["r4"][1] += 1; r.t3["r4"][6] += 1; save("a1.html", r, html(r), planted=True)
    r = R(); r.t3["r3.3.4"][0] += 2; r.t3["r3.3.4"][6] += 2; save("a2.txt", r, columns(r), planted=True)
    r = R(); r.t3["r3.2"][6] += 1; save("a3.txt", r, tabs(r), planted=True)
    r = R(form=2019, year=2019); r.t3["r3.6"][2] += 4; save("a2a3-2019.html", r, html(r), planted=True)
    b = R(year=2020); r = R(before=b); r.t3["r2"][0] += 1; r.t3["r2"][6] += 1; save("a4.html", r, html(r), before=b, planted=True)
    r = R(); r.t4[9] += 1; save("a5.html", r, html(r), planted=True)
    r = R(); r.t4[14] -= 1; save("a5.txt", r, columns(r), planted=True)
    b = R(year=2020); r = R(before=b); r.t2["norm"][2] += 1; save("a6.html", r, html(r), before=b, planted=True)
    r = R(); r.text["r3.5.1", 3] = "-1"; r.text["r3.4.2", 0] = "1.5"; save("a7.html", r, html(r), planted=True)
    r = R(); r.says_new = r.t3["r1"][6] + 10; r.heads[4] = ""; save("a8a9.html", r, html(r), planted=True)
    r = R(); r.published = "2022-04-11"; r.t3["r1"][3] += 1; save("a1a3a10.txt", r, vertical(r), planted=True)
    r = R(); r.t3["r3.4.1"][1] += 3; save("a2a3.docx", r, docx(r), planted=True)
    r = R(); r.t4[2] += 1; save("a5.odt", r, odt(r), planted=True)
    kids = [R(), R()]; r = R()
    for k in r.t3:
        r.t3[k] = [kids[0].t3[k][c] + kids[1].t3[k][c] for c in range(7)]
    r.t4 = [kids[0].t4[i] + kids[1].t4[i] for i in range(15)]
    r.t4[0] += 1; r.t4[4] += 1
    save("a11.html", r, html(r), planted=True, children=kids)
    # laid out as people do it
    r = R(); save("split.html", r, split_tables(r))
    r = R(); save("one-table.html", r, one_table(r))
    r = R(); save("office-cells.html", r, html(r, td=office_td))
    r = marks(R()); save("marks.html", r, html(r))
    r = marks(R()); save("marks.txt", r, tabs(r))
    r = R(); save("wordy.html", r, wordy(html(r)))
    r = R(); save("result-row.html", r, result_row(html(r)))
    r = R(); save("flat-head.html", r, flat_head(html(r)))
    r = R(); save("groups-down.html", r, groups_down(r))
    r = R(); save("spacers.html", r, spacers(html(r)))
    r = R(); save("single-blanks.txt", r, single_blanks(r))
    r = R(); save("pdf-narrow.txt", r, columns(r, wrap=6))
    r = R()
    for c, k in ((0, 1200), (1, 30000)):
        for rid in ("r1", "r3.1", "r3.7"):
            r.t3[rid][c] += k; r.t3[rid][6] += k
    for rid in r.t3:
        for c in range(7):
            r.text[rid, c] = "{:,}".format(r.t3[rid][c])
    save("thousands.html", r, html(r))
    save("thousands-wide.txt", r, tabs(r).replace(",", "，"))
    r = R(); save("bars.txt", r, tabs(r).replace("\t", " │ "))
    r = R(); save("fee-words.html", r, html(r).replace(">20.3<", ">20.3（万元）<"))
    r = R(); save("pages.txt", r, paged(columns(r, page=False)))
    r = R(); save("units.html", r, html(r, td=lambda x: "<td>%s%s</td>" % (x, " 件" if x.isdigit() else "")))
    r = R(); save("zero-width.html", r, html(r, td=lambda x: "<td>\u200b%s\u200b\ufeff</td>" % "\u2060".join(x)))
    r = R(); save("th.html", r, html(r, td=lambda x: "<th scope=col>%s</th>" % x).replace("<td", "<th").replace("</td>", "</th>"))
    r = R(); save("upper.htm", r, html(r).replace("<td", "<TD NOWRAP").replace("</td>", "").replace("</tr>", "").replace("</p>", ""))
    r = R(); save("crlf-full.txt", r, wide(tabs(r)).replace("\n", "\r\n\r\n"), encoding="utf-16")
    r = R(); save("commas.csv", r, "\r\n".join(",".join('"%s"' % c for c in x) for x in padded(r)), encoding="gb18030")
    r = R(); save("sheet.xlsx", r, xlsx(r))
    r = R(); save("old.rtf", r, rtf(r))
    r = R(); r.t3["r3.5.2"][1] += 2; save("a2a3.xlsx", r, xlsx(r), planted=True)
    # the same layouts with planted errors
    r = R(); r.t3["r3.3.7"][4] += 5; save("a2a3-split.html", r, split_tables(r), planted=True)
    r = R(); r.t3["r2"][5] += 2; r.t3["r2"][6] += 2; save("a1-wordy.html", r, wordy(html(r)), planted=True)
    r = R(); r.t4[7] += 3; save("a5-down.html", r, groups_down(r), planted=True)
    r = R(); r.t3["r3.6.3"][0] += 1; save("a2a3-blanks.txt", r, single_blanks(r), planted=True)
    with open(os.path.join(folder, "manifest.json"), "w") as f:
        json.dump(manifest, f, ensure_ascii=False, indent=1)


def compare(folder):
    bad = 0
    with open(os.path.join(folder, "manifest.json")) as f:
        manifest = json.load(f)
    for m in manifest:
        args = ["gongkai", "report", "check", "--json", os.path.join(folder, m["file"])]
        for p in m.get("previous", []):
            args += ["--previous", os.path.join(folder, p)]
        for c in m.get("child", []):
            args += ["--child", os.path.join(folder, c)]
        p = subprocess.run(args, capture_output=True)
        try:
            got = json.loads(p.stdout)
        except ValueError:
            print(m["file"], "no answer:", p.returncode, p.stderr.decode()[:300])
            bad += 1
            continue
        said = sorted((f["id"], (f["cells"] or [""])[0]) for f in got["findings"] if f["severity"] != "info")
        errors = any(f["severity"] == "error" for f in got["findings"])
        others = [k for k, n in m["cells"].items() if (None if got["cells"].get(k) is None else float(got["cells"][k])) != n]
        wrong = [k for k, ok in (("findings", said == sorted(map(tuple, m["expected"]))), ("tables", all(got["tables"].values())), ("form", got["form"] == m["form"]), ("year", got["year"] == m["year"]),
                                 ("cell", got["cells"].get("T3.r1.c7") == m["c7"]), ("cells " + " ".join(others[:6]), not others), ("status", p.returncode == int(errors))) if not ok]
        if wrong:
            bad += 1
            print(m["file"], "wrong:", wrong, "\n  got     ", said, "\n  expected", m["expected"], "\n ", got["tables"], got["form"], got["year"], "notes", [n["message_en"] for n in got["notes"]][:6])
    print("%d reports, %d with planted errors, %d wrong" % (len(manifest), sum(m["planted"] for m in manifest), bad))
    return bad


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2])
    else:
        sys.exit(1 if compare(sys.argv[2]) else 0)
