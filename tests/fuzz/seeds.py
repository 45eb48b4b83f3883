#!/usr/bin/env python3
"""Seeds for a target of tests/fuzz: seeds.py TARGET DIR.  Small files of tests/office/make.py; nothing for targets that need none."""
import io
import os
import sys
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "office"))
import make  # noqa: E402
import papers  # noqa: E402

LINES = ["云溪县人民政府文件", "云政发〔2021〕3号", "关于防汛的通知", "各乡镇：", "姓名\t电话\t身份证号", "张三\t13800001234\t11010519491231002X", "请落实。", "2021年3月5日"]
MEMBERS = [  # of tests/fuzz/fz_office.c
    (make.docx_of(LINES, pairs=[("PubDate", "2021-03-05")], notes=["注"]), ["word/document.xml", "word/footnotes.xml", "docProps/core.xml", "docProps/custom.xml"]),
    (make.xlsx([("名册", "", [["姓名", "天"], ["张三", ("date", 44260)]])]), ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"]),
    (make.pptx([(LINES, "讲稿", False)]), ["ppt/presentation.xml", "ppt/slides/slide1.xml", "ppt/_rels/presentation.xml.rels", "docProps/core.xml"]),
    (make.odt_of(LINES, title="题名"), ["content.xml", "meta.xml", "styles.xml", "mimetype"]),
    (make.ofd(make.laid_out(LINES), frame="版头", custom_data=[("PubDate", "2021-03-05")]), ["OFD.xml", "Doc_0/Document.xml", "Doc_0/Pages/Page_0/Content.xml", "Doc_0/Tpls/T.xml"]),
]


def office():
    for i, (data, names) in enumerate(MEMBERS):
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            members = {n: z.read(n) for n in z.namelist()}
        yield bytes([i]) + b"\0".join(members.get(n, b"<a/>") for n in names)


def seeds(target):
    text = "\n".join(LINES).encode()
    if target == "fz_office":
        return list(office())
    if target == "fz_zip":
        return [MEMBERS[0][0], make.gbk_zip([("附件一.txt", text)]), make.zipped([("a/b.html", "<p>正文。</p>"), ("c.zip", make.zipped([("d.txt", text)]))])]
    if target == "fz_office97":
        return [make.doc("关于防汛的通知\r各乡镇：\r"), make.xls([("名册", "", [["姓名", "天"], ["张三", ("date", 44260)], [0.5, -3]]), ("底稿", "hidden", [["藏着的"]])])]
    if target == "fz_rtf":
        return [make.rtf_of(LINES)]
    if target == "fz_mail":
        return [b"From: a@b.cn\r\nSubject: =?gb2312?B?udjT2g==?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=gb18030\r\n"
                b"Content-Transfer-Encoding: base64\r\n\r\nudjT2g==\r\n--x\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename*=UTF-8''a.html\r\n\r\n<p>a</p>\r\n--x--\r\n"]
    if target == "fz_csv":
        return ['姓名,电话\n张三,"138 0000\n1234"\n'.encode(), b"a;b;c\n1;2;3\n"]
    if target == "fz_gate":
        return [text, "机密★10年\n机 密\n此件不公开\n银行账号：6222021234567890128\n护照 E12345678\n".encode()]
    if target == "fz_paper":
        m = papers.Maker(5)
        return ["\n".join(m.paper()[0]).encode() for _ in range(30)]
    if target == "fz_reply":
        return ['{"type":"text/plain","charset":"utf-8","source":"text","text_bytes":4,"meta":{"title":"甲"},"notes":["a"],"parts":[{"name":"a","start":0,"end":3}]}\n甲\n'.encode(),
                '{"error":{"reason":"bomb","type":"a/b","message":"甲","message_en":"a","hint":"","hint_en":""}}\n'.encode()]
    return []


if __name__ == "__main__":
    for i, seed in enumerate(seeds(sys.argv[1])):
        with open(os.path.join(sys.argv[2], "seed-%02d" % i), "wb") as f:
            f.write(seed)
