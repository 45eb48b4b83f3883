#!/usr/bin/env python3
"""What gongkai extract says of office files that were made for it.

Usage: check.py PART        gongkai must be in the PATH; parts are the functions below
Prints what is wrong, and ends with 1 if anything is.
"""
import base64
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import make  # noqa: E402

faults = []


def extract(files):
    """{name: bytes} to {name: the answer}; whatever happens to one, each has an answer."""
    with tempfile.TemporaryDirectory() as d:
        for name, data in files.items():
            with open(os.path.join(d, name), "wb") as f:
                f.write(data)
        run = subprocess.run(["gongkai", "extract", "--json", *files], cwd=d, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out = {}
    for line in run.stdout.decode("utf-8").splitlines():
        one = json.loads(line)
        out[one["file"]] = one
    want = 3 if any("reason" in one for one in out.values()) else 0
    if run.returncode != want:
        faults.append("exit status %d, want %d: %s" % (run.returncode, want, run.stderr.decode("utf-8", "replace")[-300:]))
    for name in files:
        if name not in out:
            faults.append("no answer about " + name)
    return out


def is_(name, got, want):
    if got != want:
        faults.append("%s: %r, want %r" % (name, got, want))


def text(answers, name, want, **more):
    one = answers.get(name, {})
    if "reason" in one:
        faults.append("%s: refused (%s): %s" % (name, one["reason"], one["error"]["message_en"]))
        return
    is_(name + " text", one.get("text"), want)
    for key, value in more.items():
        is_("%s %s" % (name, key), one.get(key), value)


def refused(answers, name, reason):
    one = answers.get(name, {})
    if one.get("reason") != reason:
        faults.append("%s: %s, want to be refused with %s" % (name, one.get("reason", "read"), reason))
    elif not (one["error"].get("message") and one["error"].get("message_en")):
        faults.append("%s: refused without a word" % name)


def word():
    p, run, table, docx = make.para, make.run, make.table, make.docx
    box = "<w:txbxContent>%s</w:txbxContent>" % p("框里的字")
    with_box = "<w:p>%s<w:r><mc:AlternateContent><mc:Choice>%s</mc:Choice><mc:Fallback>%s</mc:Fallback></mc:AlternateContent></w:r>%s</w:p>" % (run("段的前半"), box, box, run("与后半。"))
    tracked = "<w:p>%s<w:del>%s</w:del><w:ins>%s</w:ins><w:moveFrom>%s</w:moveFrom></w:p>" % (
        run("罚款"), run("一百元").replace("w:t", "w:delText"), run("二百元"), run("移走的"))
    field = "<w:p>%s<w:r><w:instrText>PAGEREF _x</w:instrText></w:r><w:r><w:t>第3页</w:t><w:br/><w:t>换行</w:t><w:tab/><w:t>制表</w:t><w:noBreakHyphen/><w:t>字</w:t></w:r></w:p>" % run("域：")
    body = p("关于印发《朱镕基 喆 㐀 𠮷 办法》的通知") + with_box + tracked + field + table([["甲", "", "丙\n第二段"], ["丁", "戊", "己"]]) + p("末段。")
    a = extract({
        "a.docx": docx(body, title="去年的标题", pairs=[("PubDate", "2021-03-05"), ("发文字号", "青政〔2021〕3号")], notes=["脚注的字。"], header="青石镇人民政府", footer="- 1 -"),
        "utf16.docx": make.zipped([("[Content_Types].xml", make.TYPES), ("word/document.xml", ('<?xml version="1.0" encoding="UTF-16"?><w:document %s><w:body>%s</w:body></w:document>' % (make.W, p("双字节的字"))).encode("utf-16"))]),
        "gbk.docx": make.zipped([("[Content_Types].xml", make.TYPES), ("word/document.xml", ('<?xml version="1.0" encoding="gb2312"?><w:document %s><w:body>%s</w:body></w:document>' % (make.W, p("这是国标码的正文，关于安全生产工作。"))).encode("gbk"))]),
        "named.html": docx(p("扩展名是网页的公文")),
        "no-body.docx": make.zipped([("[Content_Types].xml", make.TYPES), ("word/document.xml", make.XML + "<w:document %s><w:body/></w:document>" % make.W)]),
        "own.docx": docx(p("没有标题模样的第一行") + p("正文。"), title="没有标题模样的第一行"),
    })
    text(a, "a.docx", "关于印发《朱镕基 喆 㐀 𠮷 办法》的通知\n段的前半与后半。\n框里的字\n罚款二百元\n域：第3页\n换行 制表-字\n甲\t丙第二段\n丁\t戊\t己\n末段。\n脚注的字。\n青石镇人民政府\n",
         title="关于印发《朱镕基 喆 㐀 𠮷 办法》的通知", encoding="utf-8", source="docx", type="application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    is_("published", a["a.docx"]["meta"].get("published_at", "")[:10], "2021-03-05")
    is_("docno", a["a.docx"]["meta"].get("docno"), "青政〔2021〕3号")
    is_("evidence", a["a.docx"]["evidence"].get("docno"), {"from": "发文字号", "found": "青政〔2021〕3号"})
    text(a, "utf16.docx", "双字节的字\n")
    text(a, "gbk.docx", "这是国标码的正文，关于安全生产工作。\n")
    text(a, "named.html", "扩展名是网页的公文\n", source="docx")
    text(a, "own.docx", "没有标题模样的第一行\n正文。\n", title="没有标题模样的第一行")
    refused(a, "no-body.docx", "no_text")


def sheets():
    a = extract({
        "one.xlsx": make.xlsx([("Sheet1", "", [["序号", "名称", None, "日期"], [1, "甲\n办法", None, ("date", 44260)], [0.1, 1234567890123, None, ("date", 60)], [], [None, None, "丙列"]])]),
        "two.xlsx": make.xlsx([("名册", "", [["公开"]]), ("底稿", "hidden", [["藏着的"]]), ("深藏", "veryHidden", [["更深"]])], shared=False),
        "far.xlsx": make.zipped([("[Content_Types].xml", make.TYPES), ("xl/workbook.xml", make.XML + '<workbook %s><sheets><sheet name="a" r:id="r1"/></sheets></workbook>' % make.R),
                                 ("xl/_rels/workbook.xml.rels", make.rels([("r1", "worksheet", "/xl/worksheets/s.xml")])),
                                 ("xl/worksheets/s.xml", make.XML + '<worksheet><sheetData><row r="1048576"><c r="XFD1048576" t="str"><v>天涯</v></c></row></sheetData></worksheet>')]),
        "a.ods": make.ods([("甲", False, [["序号", "名称"], ["1", None, "空格后"]]), ("乙", True, [["藏着的"]])]),
        "repeat.ods": make.odf("spreadsheet", '<table:table table:name="甲"><table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="2"><text:p>同</text:p></table:table-cell></table:table-row></table:table>'),
    })
    text(a, "one.xlsx", "序号\t名称\t\t日期\n1\t甲办法\t\t2021-03-05\n0.1\t1234567890123\t\t1900-02-28\n\t\t丙列\n", source="xlsx", title="one")
    text(a, "two.xlsx", "工作表：名册\n公开\n工作表：底稿（隐藏）\n藏着的\n工作表：深藏（隐藏）\n更深\n")
    is_("hidden sheets are noted", a["two.xlsx"]["notes"], ["hidden sheet: 底稿", "hidden sheet: 深藏"])
    is_("far cell", a["far.xlsx"]["text"].strip(), "天涯")
    text(a, "a.ods", "序号\t名称\n1\t\t空格后\n工作表：乙（隐藏）\n藏着的\n", source="odf")
    text(a, "repeat.ods", "同\t同\n" * 3)


def slides():
    a = extract({"a.pptx": make.pptx([(["关于安全生产的报告", "第一张"], "讲稿", False), (["第二张"], "", True), (["第三张"], "", False)])})
    text(a, "a.pptx", "关于安全生产的报告\n第一张\n讲稿\n第二张\n第三张\n", title="关于安全生产的报告", source="pptx")
    is_("hidden slide is noted", a["a.pptx"]["notes"], ["slide 2 is hidden"])


def odf():
    body = ('<text:tracked-changes><text:changed-region><text:deletion><text:p>删去的</text:p></text:deletion></text:changed-region></text:tracked-changes>'
            '<text:h>关于防汛工作的通知</text:h><text:p>甲<text:s text:c="3"/>乙<text:tab/>丙<text:line-break/>丁<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>脚注的字</text:p></text:note-body></text:note>戊'
            '<office:annotation><text:p>批注的字</text:p></office:annotation></text:p><text:p><draw:frame><draw:text-box><text:p>框里的字</text:p></draw:text-box></draw:frame>框外的字</text:p>'
            '<table:table><table:table-row><table:table-cell><text:p>一</text:p><text:p>二</text:p></table:table-cell><table:table-cell><text:p>三</text:p></table:table-cell></table:table-row></table:table><text:p>末段。</text:p>')
    a = extract({"a.odt": make.odf("text", body, user=[("PubDate", "2020-06-16"), ("ArticleTitle", "防汛通知")])})
    text(a, "a.odt", "关于防汛工作的通知\n甲 乙 丙\n丁戊\n框外的字\n框里的字\n一二\t三\n末段。\n脚注的字\n", title="防汛通知", source="odf", type="application/vnd.oasis.opendocument.text")
    is_("published", a["a.odt"]["meta"].get("published_at", "")[:10], "2020-06-16")


def ofd():
    lines = ["青石镇人民政府文件", "青政〔2021〕3号", "关于加强安全生产工作的通知", "各村民委员会：", "为了加强安全生产工作，" * 9 + "现将有关事项通知如下。", "一、提高认识，" * 20, "第二段 ABC 2021年。"]
    plain = "\n".join(lines) + "\n"
    pages = make.laid_out(lines, rows=7)
    columns = [[(20, 20 + 8 * i, 5, "左栏%d行" % i) for i in range(4)] + [(110, 20 + 8 * i, 5, "右栏%d行" % i) for i in range(4)]]
    a = extract({
        "a.ofd": make.ofd(pages, title="往年的题名", custom_data=[("PubDate", "2021-03-05")]),
        "shuffled.ofd": make.ofd(pages, shuffle=True),
        "columns.ofd": make.ofd(columns),
        "attached.ofd": make.ofd([[(20, 20, 5, "带附件的文件")]], attachments=[("名单.docx", make.docx_of(["附件里的名单"])), ("图.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64)], frame="每页的版头"),
        "ctm.ofd": make.zipped([(n, d) for n, d in [("OFD.xml", "<OFD><DocBody><DocInfo/><DocRoot>D.xml</DocRoot></DocBody></OFD>"), ("D.xml", '<Document><Pages><Page ID="1" BaseLoc="P.xml"/></Pages></Document>'),
                                ("P.xml", '<Page><Content><Layer><TextObject Boundary="20 20 100 10" CTM="0.5 0 0 0.5 0 0" Size="10"><TextCode X="0" Y="10" DeltaX="10 10 50">缩放间隔</TextCode>'
                                 '</TextObject><TextObject Boundary="20 40 100 10" Size="5"><TextCode X="0" Y="5" DeltaX="0 0" DeltaY="5 5">竖排字</TextCode></TextObject></Layer></Content></Page>')]]),
    })
    text(a, "a.ofd", plain, title="关于加强安全生产工作的通知", source="ofd", type="application/ofd")
    is_("published", a["a.ofd"]["meta"].get("published_at", "")[:10], "2021-03-05")
    text(a, "shuffled.ofd", plain)
    text(a, "columns.ofd", "左栏0行\n左栏1行\n左栏2行\n左栏3行\n右栏0行\n右栏1行\n右栏2行\n右栏3行\n")
    text(a, "attached.ofd", "每页的版头\n带附件的文件\n附件：Doc_0/Attachs/名单.docx\n附件里的名单\n")
    is_("attachments", a["attached.ofd"]["meta"].get("attachments"), ["名单.docx", "图.png"])
    parts = {p["name"]: p for p in a["attached.ofd"]["parts"]}
    part = parts.get("Doc_0/Attachs/名单.docx", {})
    is_("the part's text", a["attached.ofd"]["text"].encode("utf-8")[part.get("start", 0):part.get("end", 0)].decode("utf-8"), "附件里的名单\n")
    # No image, or nothing here that reads one.
    is_("the image is listed with a reason", parts.get("Doc_0/Attachs/图.png", {}).get("reason") in ("damaged", "no_tool"), True)
    text(a, "ctm.ofd", "缩放间 隔\n竖排字\n")


def bundles():
    inner = make.docx_of(["关于秸秆禁烧的通告", "包里的公文。"])
    page = "<html><head><meta charset=gbk></head><body><p>包里的网页，国标码的正文</p></body></html>".encode("gbk")
    deep = make.docx_of(["底层"])
    nested = deep
    for i in range(4):
        nested = make.zipped([("层%d.zip" % i, nested)])
        if i == 1:
            two = nested
    import io
    import tarfile
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w:gz") as t:
        for n, d in (("甲.docx", inner), ("乙.html", page)):
            info = tarfile.TarInfo(n)
            info.size = len(d)
            t.addfile(info, io.BytesIO(d))
    a = extract({
        "gbk.zip": make.gbk_zip([("附件一.docx", inner), ("附件二.html", page), ("数据.bin", os.urandom(300) + b"\0")]),
        "utf8.zip": make.zipped([("通知/一.docx", inner), ("__MACOSX/._一.docx", b"x"), ("Thumbs.db", b"x")]),
        "b.tar.gz": tar.getvalue(),
        "two.zip": two,
        "four.zip": nested,
        "stored.zip": make.zipped([("一.docx", inner)], stored=("一.docx",)),
        "empty.zip": make.zipped([]),
    })
    both = "附件：%s\n关于秸秆禁烧的通告\n包里的公文。\n附件：%s\n包里的网页，国标码的正文\n"
    text(a, "gbk.zip", both % ("附件一.docx", "附件二.html"), source="bundle", type="application/zip")
    is_("charset of the member", [p.get("charset") for p in a["gbk.zip"]["parts"]], ["utf-8", "gb18030", ""])
    text(a, "utf8.zip", "附件：通知/一.docx\n关于秸秆禁烧的通告\n包里的公文。\n")
    text(a, "b.tar.gz", both % ("甲.docx", "乙.html"))
    text(a, "two.zip", "附件：层1.zip\n附件：层0.zip\n底层\n") if False else is_("two levels", "底层" in a["two.zip"].get("text", ""), True)
    refused(a, "four.zip", "bomb")
    text(a, "stored.zip", "附件：一.docx\n关于秸秆禁烧的通告\n包里的公文。\n")
    refused(a, "empty.zip", "no_text")


def pdf():
    lines = ["青石镇人民政府文件", "青政〔2021〕3号", "关于加强安全生产工作的通知", "各村民委员会：", "为了加强安全生产工作，" * 9 + "现将有关事项通知如下。", "一、提高认识，" * 20, "第二段，编号AB12，1998年5月6日。"]
    plain = "\n".join(lines) + "\n"
    pages = make.laid_out(lines, rows=7)
    noise = os.urandom(3000).replace(b"endobj", b"")
    a = extract({
        "a.pdf": make.pdf(pages, title="往年的题名", author="办公室"),
        "gbk.pdf": make.pdf(pages, encoding="GBKp-EUC-H"),
        "columns.pdf": make.pdf([[(20, 20 + 8 * i, 5, "序号%d" % i) for i in range(3)] + [(90, 20 + 8 * i, 5, "名称%d" % i) for i in range(3)]]),
        "in.zip": make.zipped([("附件.pdf", make.pdf([[(20, 20, 5, "包里的公文")]]))]),
        "empty.pdf": make.pdf([[]]),
        "noise.pdf": b"%PDF-1.4\n" + noise,
        "cut.pdf": make.pdf(pages)[:400],
    })
    text(a, "a.pdf", plain, title="关于加强安全生产工作的通知", source="pdf", type="application/pdf")
    is_("author", a["a.pdf"]["fields"].get("作者", a["a.pdf"]["meta"].get("author")), "办公室")
    text(a, "gbk.pdf", plain)
    text(a, "columns.pdf", "序号0\t名称0\n序号1\t名称1\n序号2\t名称2\n")
    text(a, "in.zip", "附件：附件.pdf\n包里的公文\n")
    refused(a, "empty.pdf", "no_text")
    refused(a, "noise.pdf", "damaged")
    if a["cut.pdf"].get("reason") not in ("damaged", "no_text"):
        faults.append("cut.pdf: %s" % a["cut.pdf"].get("reason", "read"))


def rtf():
    _, u = make.rtf("")
    body = ("\\pard\\f1 " + u("关于印发《朱镕基 喆 㐀 𠮷 办法》的通知") + "\\par{\\f1 \\'b9\\'fa\\'b1\\'ea\\b\\'c2\\'eb}\\line " + u("换行") + "\\tab " + u("制表") + "\\par "
            "{\\deleted " + u("删去的") + "}" + u("留下的") + "{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt " + u("链接") + "}}{\\footnote " + u("脚注的字") + "\\par}{\\*\\unknown " + u("不知道的") + "}\\par "
            "\\trowd\\intbl " + u("甲") + "\\par " + u("二段") + "\\cell " + u("乙") + "\\cell\\row\\pard {\\pict 0102ff}\\bin4 }{}x" + u("末段") + "\\emdash\\par")
    data, _ = make.rtf(body, title="去年的标题", props=[("PubDate", "2021-03-05")])
    deep = b"{\\rtf1 " + b"{" * 5000 + b"deep" + b"}" * 5000 + b"\\par end}"
    a = extract({"a.rtf": data, "deep.rtf": deep, "lines.rtf": make.rtf_of(["第一行", "第二行", "镕𠮷"])})
    text(a, "a.rtf", "关于印发《朱镕基 喆 㐀 𠮷 办法》的通知\n国标码\n换行 制表\n留下的链接\n甲二段\t乙\n末段—\n脚注的字\n", title="关于印发《朱镕基 喆 㐀 𠮷 办法》的通知", source="rtf", type="text/rtf")
    is_("published", a["a.rtf"]["meta"].get("published_at", "")[:10], "2021-03-05")
    text(a, "deep.rtf", "deep\nend\n")
    text(a, "lines.rtf", "第一行\n第二行\n镕𠮷\n")


def office97():
    body = "关于防汛工作的通知\r甲\x07乙\x07\x07丙\x07丁\x07\x07一二三四五六\r\x13 PAGE \x14域的结果\x15\x0b换行\x1e𠮷镕\r"
    start = body.index("三")
    far = bytearray(make.doc(body, deleted=[(start, start + 2)]))
    at = far.index(b"\xec\xa5") + 32
    far[at:at + 2] = b"\xff\xff"      # a length that leads behind the end of the stream
    far = bytes(far)
    a = extract({
        "a.doc": make.doc(body, footnotes="脚注的字\r", deleted=[(start, start + 2)], narrow="Latin \x93text\x94\r".encode("latin-1").decode("cp1252")),
        "locked.doc": make.doc(body, flags=0x0100),
        "a.xls": make.xls([("名册", "", [["序号", "名称很长的一个办法，长得要放进两条记录里去才行", None, "日期"], [1, "甲", None, ("date", 44260)], [0.5, -3, "𠮷镕"]]), ("底稿", "hidden", [["藏着的"]])]),
        "b.et": make.xls([("一", "", [["只有一张表"]])], cut=8000),
        "empty.xls": make.xls([("一", "", [["", 7, ""]])], cut=8000),
        "none.doc": make.cfb([("Other", b"x")]),
        "locked.docx": make.cfb([("EncryptedPackage", b"x"), ("EncryptionInfo", b"x")]),
        "cut.doc": make.doc(body)[:1500],
        "far.doc": far,
    })
    text(a, "a.doc", "Latin “text”\n关于防汛工作的通知\n甲\t乙\n丙\t丁\n一二五六\n域的结果\n换行-𠮷镕\n脚注的字\n", source="doc", type="application/msword")
    is_("deletions are noted", a["a.doc"]["notes"], ["1 deletions of tracked changes left out"])
    refused(a, "locked.doc", "encrypted")
    text(a, "a.xls", "工作表：名册\n序号\t名称很长的一个办法，长得要放进两条记录里去才行\t\t日期\n1\t甲\t\t2021-03-05\n0.5\t-3\t𠮷镕\n工作表：底稿（隐藏）\n藏着的\n", source="xls", type="application/vnd.ms-excel")
    text(a, "b.et", "只有一张表\n", source="xls")
    text(a, "empty.xls", "\t7\n", source="xls")
    refused(a, "none.doc", "type")
    refused(a, "locked.docx", "encrypted")
    refused(a, "cut.doc", "damaged")
    is_("a length beyond the end is no crash", a["far.doc"].get("reason") in (None, "damaged"), True)


def csv():
    a = extract({
        "a.csv": '\ufeff序号,"名称",备注\r\n1,"含逗号,引号""和\n换行的",\r\n2,,末\r\n'.encode("utf-8"),
        "blanks.csv": "名称,编号\nabcdefgh,    x\nabcdefgh,  y\n".encode(),
        "gbk.csv": "序号,文件名称,清理结果\n1,社会保险费征缴暂行条例,继续有效\n".encode("gb18030"),
        "prose.txt": "第一条 为了规范管理,制定本办法。\n第二条 本办法自2021年1月1日起施行。\n".encode("utf-8"),
    })
    text(a, "a.csv", '序号\t名称\t备注\n1\t含逗号,引号"和换行的\n2\t\t末\n', type="text/csv", source="csv", encoding="utf-8")
    text(a, "blanks.csv", "名称\t编号\nabcdefgh\tx\nabcdefgh\ty\n")
    text(a, "gbk.csv", "序号\t文件名称\t清理结果\n1\t社会保险费征缴暂行条例\t继续有效\n", encoding="gb18030", title="gbk")
    is_("prose is no table", a["prose.txt"]["type"], "text/plain")


def mail():
    page = "<html><head><meta charset=gb2312></head><body><p>信里的网页</p></body></html>".encode("gbk")
    plain = "各村：请报送名单。".encode("gbk")
    names = make.docx_of(["附件里的名单"])
    both = make.mail("里层的", [("text/plain; charset=gb2312", None, plain, "quoted-printable"), ("text/html; charset=gb2312", None, page, "base64")], kind="alternative")
    a = extract({
        "a.eml": make.mail("关于报送名单的通知", [("text/plain; charset=gb2312", None, plain, "base64"), ("application/octet-stream", "名单.docx", names, "base64")]),
        "b.eml": both,
        "raw.eml": make.mail("关于报送名单的通知", [("text/plain; charset=gbk", None, plain, "8bit")]),
        "cut.eml": make.mail("关于报送名单的通知", [("text/plain; charset=gb2312", None, plain, "base64"), ("application/octet-stream", "名单.docx", names, "base64")])[:900],
        "bomb.eml": b"MIME-Version: 1.0\r\n" + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(3000)),
    })
    text(a, "a.eml", "各村：请报送名单。\n附件：名单.docx\n附件里的名单\n", title="关于报送名单的通知", type="message/rfc822", source="mail")
    is_("attachments", a["a.eml"]["meta"].get("attachments"), ["名单.docx"])
    text(a, "b.eml", "信里的网页\n")
    text(a, "raw.eml", "各村：请报送名单。\n")
    is_("what is there of a mail cut short", a["cut.eml"].get("text", "").startswith("各村：请报送名单。\n"), True)
    refused(a, "bomb.eml", "no_text")


def ocr():
    """Pages drawn by poppler; what is read of them need not be perfect."""
    lines = ["关于加强安全生产工作的通知", "各村民委员会要高度重视安全生产工作", "认真落实各项措施"]
    with tempfile.TemporaryDirectory() as d:
        with open(os.path.join(d, "a.pdf"), "wb") as f:
            f.write(make.pdf([[(20, 20 + 14 * i, 7, line) for i, line in enumerate(lines)]]))
        subprocess.run(["pdftoppm", "-r", "150", "-gray", "a.pdf", "a"], cwd=d, check=True)
        subprocess.run(["pdftoppm", "-r", "150", "-png", "a.pdf", "a"], cwd=d, check=True)
        png, pgm = open(os.path.join(d, "a-1.png"), "rb").read(), open(os.path.join(d, "a-1.pgm"), "rb").read()
    _, size, _, dots = pgm.split(b"\n", 3)
    w, h = size.split()
    picture = zlib.compress(dots)
    scan = make.pdf([[]])
    scan = scan.replace(b"/Resources << /Font << /F1 3 0 R >> >>", b"/Resources << /XObject << /I 99 0 R >> >>").replace(b"<< /Length 6 >>\nstream\nBT\nET\n", b"<< /Length 31 >>\nstream\nq 595 0 0 842 0 0 cm /I Do Q    \n")
    scan = scan[:scan.index(b"xref")] + b"99 0 obj\n<< /Type /XObject /Subtype /Image /Width %s /Height %s /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode /Length %d >>\nstream\n" % (w, h, len(picture)) + \
        picture + b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n"
    a = extract({"a.png": png, "scan.pdf": scan, "noise.png": b"\x89PNG\r\n\x1a\n" + os.urandom(500)})
    for name in ("a.png", "scan.pdf"):
        got = a[name].get("text", a[name].get("reason", ""))
        if a[name].get("source") != "ocr" or sum(line in got for line in lines) < 2 or not any("mean confidence" in n for n in a[name].get("notes", [])):
            faults.append("%s: %r from %s" % (name, got, a[name].get("source")))
    if a["noise.png"].get("reason") not in ("damaged", "no_text"):
        faults.append("noise.png: %s" % a["noise.png"].get("reason"))


def encodings():
    """The characters of names that encodings lose, from every encoding that has them and out of every container."""
    rare = "朱镕基 喆 㐀 𠮷"
    lines = ["关于%s同志任职的通知" % rare, "各单位：经研究决定，%s同志任职，请遵照执行。" % rare]
    words = "\n".join(lines) + "\n"
    page = "<html><head>%s<title>关于任职的通知</title></head><body><h1>关于任职的通知</h1><p>经研究决定，%s同志任职，请遵照执行。</p></body></html>"
    head = b"From: a@b.cn\r\nMIME-Version: 1.0\r\nSubject: "
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w:gz") as t:
        member = tarfile.TarInfo("朱.txt")
        member.size = len(words.encode("utf-16"))
        t.addfile(member, io.BytesIO(words.encode("utf-16")))
    files = {"%s.txt" % e: words.encode(e) for e in ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32")}
    files.update({
        "be-mark.txt": b"\xfe\xff" + words.encode("utf-16-be"),
        "gb2312.html": (page % ("<meta charset=gb2312>", rare)).encode("gb18030"), "not-utf8.html": (page % ("<meta charset=utf-8>", rare)).encode("gb18030"),
        "not-gbk.html": (page % ("<meta charset=gbk>", rare)).encode(), "utf16.html": (page % ("<meta charset=utf-16>", rare)).encode("utf-16"), "none.html": (page % ("", rare)).encode("gb18030"),
        "numbers.html": (page % ("<meta charset=gb2312>", "".join("&#%d;" % ord(c) for c in rare))).encode("gb2312"),
        "hex.html": (page % ("<meta charset=gb2312>", "".join("&#x%X;" % ord(c) for c in rare))).encode("gb2312"),
        "a.docx": make.docx_of(lines), "a.odt": make.odt_of(lines), "a.rtf": make.rtf_of(lines), "a.doc": make.doc(words.replace("\n", "\r")), "a.ofd": make.ofd(make.laid_out(lines)),
        "a.pptx": make.pptx([(lines, "", False)]), "a.xlsx": make.xlsx([("名册", "", [["姓名", rare]])]), "a.xls": make.xls([("名册", "", [["姓名", rare]])]),
        "a.csv": ("姓名,职务\n%s,局长\n" % rare).encode("gb18030"),
        "b.eml": head + b"=?gb18030?B?" + base64.b64encode(rare.encode("gb18030")) + b"?=\r\nContent-Type: text/plain; charset=gb18030\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(words.encode("gb18030")) + b"\r\n",
        "q.eml": head + b"x\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=E6=AD=A3\r\n--q\r\n"
                 b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename*=UTF-8''%E6%9C%B1.txt\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(words.encode("gb18030")) + b"\r\n--q--\r\n",
        "a.zip": make.gbk_zip([("朱镕基.txt", words.encode("gb18030"))]), "a.tar.gz": tar.getvalue(),
    })
    for name, one in extract(files).items():
        got = one.get("text", "")
        if rare not in got and not all(c in got for c in rare.split()):
            faults.append("%s (%s): %r" % (name, one.get("encoding"), got[:60] or one.get("reason")))


def main():
    parts = {k: v for k, v in globals().items() if callable(v) and k in ("word", "sheets", "slides", "odf", "ofd", "bundles", "pdf", "rtf", "office97", "csv", "mail", "encodings", "ocr")}
    for name in sys.argv[1:]:
        parts[name]()
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


main()
