#!/usr/bin/env python3
"""Seeds for a target of tests/fuzz: seeds.py TARGET DIR.  Small files of tests/office/make.py; nothing for targets that need none."""
import gzip
import io
import os
import struct
import sys
import tarfile
import zipfile
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "office"))
import make  # noqa: E402
import papers  # noqa: E402

LINES = ["云溪县人民政府文件", "云政发〔2021〕3号", "关于防汛的通知", "各乡镇：", "姓名\t电话\t身份证号", "张三\t13800001234\t11010519491231002X", "请落实。", "2021年3月5日"]
PAGE = "<html><head><meta charset=gb2312><title>通知</title></head><body><h1>关于防汛的通知</h1><p>各乡镇：</p></body></html>".encode("gb18030")
RECORD = (b"WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\nWARC-Date: 2021-03-05T00:00:00Z\r\n"
          b"WARC-Target-URI: http://a.example/a.html\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n")
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


def tarred(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as t:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
    return out.getvalue()


def seeds(target):
    text = "\n".join(LINES).encode()
    if target == "fz_office":
        return list(office())
    if target == "fz_zip":
        return [MEMBERS[0][0], make.gbk_zip([("附件一.txt", text)]), make.zipped([("a/b.html", "<p>正文。</p>"), ("c.zip", make.zipped([("d.txt", text)]))]),
                make.zipped([("a/b.xml", "<a/>"), ("../c.xml", "<a/>"), ("a/../../d/./e.xml", "<a/>"), ("/f", "g")]), tarred([("甲.txt", text), ("a/b.zip", MEMBERS[0][0])])]
    if target == "fz_office97":
        return [make.doc("关于防汛的通知\r各乡镇：\r"), make.xls([("名册", "", [["姓名", "天"], ["张三", ("date", 44260)], [0.5, -3]]), ("底稿", "hidden", [["藏着的"]])]), make.xls([("空", "", [["", ""]])])]
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
    if target == "fz_html":
        m = papers.Maker(6)
        marked = "---\ntitle: 甲\n---\n# 关于防汛的通知\n\n| 姓名 | 电话 |\n|---|---|\n| 张三 | 1 |\n\n- 一\n- [二](a.pdf)\n"
        return [m.page()[0] for _ in range(20)] + [PAGE, text, text.decode().encode("gb18030"), text.decode().encode("utf-16"), text.decode().encode("big5", "ignore"), marked.encode(),
                b"{\\rtf1 a}", make.zipped([("a.txt", "甲".encode())]), MEMBERS[0][0], MEMBERS[4][0], make.doc("甲\r"), "a,b\n1,2\n".encode()]
    if target == "fz_query":
        return [q.encode() for q in ("安全生产 年:2015..2021", "\"信息公开年度报告\" -演练", "标题:预算 OR (消防 NOT 演练)", "文号:大妈府发〔2021〕7号", "国办发[2017]47", "is:有效 date:2021-03-01..2021-06-30", "第二十条 低保怎么办")]
    if target == "fz_docno":
        return [q.encode() for q in ("国办发〔2017〕47号", "（2018）366号", "国务院令第711号", "主席令第七十三号", "市人民政府第20号令", "国办发明电〔2021〕11号", "HFGS—2017—9", "财政部公告2021年第3号", "法（研）发［一九八五］49号")]
    if target == "fz_date":
        return [q.encode() for q in ("2021-3-5", "2021.03.05", "20210305", "2021年03月05日 15:34", "二〇二一年三月五日", "二OO八年元月廿三日", "二零零七年十二月卅一日", "2019年6月")]
    if target == "fz_cjk":
        long = "关于进一步加强安全生产工作的通知。各乡镇人民政府，县直各单位：" * 12
        return [bytes([len(q.encode())]) + (q + t).encode() for q, t in (("zhengfu", "政府信息公开"), ("xi'an", "西安"), ("zfxxgk", "政府信息公开"), ("fangan", "方案"), ("安全生产", long),
                ("第20条", "按照第二十条，第二十章；己已巳 末未 長行重"), ("2021", "12021 2021 二〇二一年"), ("ABc", "ＡＢｃ 1,234 政府資訊公開𠮷 abc"))]
    if target == "fz_clause":
        return ["本办法自2021年3月1日起施行，有效期5年。《关于甲的通知》（云政发〔2001〕1号）同时废止。".encode(), "第三条、第五条废止，其余继续有效；《乙办法》中关于丙的规定停止执行。".encode()]
    if target == "fz_warc":
        record = RECORD % (len(PAGE), PAGE)
        return [b"\0" + gzip.compress(record), b"\1" + record, b"\2" + record[:record.index(b"\r\n\r\n") + 4]]
    if target == "fz_capture":
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gb2312\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE)
        captured = RECORD.replace(b"resource", b"response").replace(b"text/html", b"application/http;msgtype=response") % (len(answer), answer)
        def coded(coding, body):
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gb2312\r\nContent-Encoding: %s\r\n\r\n%s" % (coding, body)
            return b"\1" + RECORD.replace(b"resource", b"response").replace(b"text/html", b"application/http;msgtype=response") % (len(head), head)
        bare = zlib.compress(PAGE)[2:-4]
        return [coded(b"gzip", gzip.compress(PAGE)), coded(b"x-gzip", gzip.compress(PAGE[:60]) + gzip.compress(PAGE[60:]) + b"more"), coded(b"deflate", zlib.compress(PAGE)),
                coded(b"deflate", bare), coded(b"deflate", PAGE), coded(b"gzip", PAGE), coded(b"gzip", gzip.compress(PAGE)[:-9]), coded(b"br", PAGE), coded(b"gzip", gzip.compress(bytes(1 << 21))),
                b"\1" + RECORD % (len(PAGE), PAGE) + captured, b"\0" + captured, b"\0" + gzip.compress(captured) + gzip.compress(RECORD % (len(PAGE), PAGE))]
    if target == "fz_http":
        packed = gzip.compress(PAGE)
        return [b"\0/search?q=%E5%AE%89%E5%85%A8+a&year=2021&is=%e5%ba%9f%e6%ad%a2", b"\0/d/dzmm-2021-000123.json", b"\1title=%E7%94%B2&text=a%0D%0Ab&x=", b"\2W/\"1f-2\", \"3\"",
                b"\3HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(packed), packed),
                b"\3HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n4;a=b\r\nabcd\r\n0\r\nX: y\r\n\r\n"]
    if target == "fz_event":
        return ['\0{"gongkai":1,"event":"e-000001","id":"dzmm-2021-000123","type":"import_public","effective_date":"2021-05-01","recorded_at":"2026-11-23T15:49:07.123Z","actor":"zhang",'
                '"meta":{"title":"甲","docno":{"raw":"云政发〔2021〕3号"}},"source":{"kind":"file","name":"a"},"act":{"by":"dmz-2021-000007","articles":["第三条"]}}'.encode(),
                '\1{"name":"关于防汛的通知","text":"各乡镇：","id":7,"issuer":"云溪县人民政府","成文日期":"2021年3月5日"}\n\n{"title":"乙","text":"","x":[1,{}]}\r\n'.encode(),
                b"\1" + gzip.compress('{"title":"丙","text":"丁"}\n'.encode())]
    if target == "fz_note":
        key = b"gongkai/dzmm+dd7cfe3c+AU6zS4oP4jBc0lHHJP3B0yXg1qkIbXQF0lzVv1+I0IsS"
        signed = "gongkai/dzmm\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— gongkai/dzmm %s\n" % ("Az3g" + "A" * 86 + "=")
        return [b"\0" + signed.encode(), b"\1" + key, b"\1PRIVATE+KEY+" + key, b"\2" + signed.encode(), "\2— witness.example/w1 jWbPPwAAAABkGFDL\n".encode()]
    if target == "fz_index":
        return [b"\0abc" + bytes([3, 4, 2, 4, 5, 2, 9, 1, 2]), b"\1abc" + bytes([2, 0]) + bytes(range(64)) * 2 + bytes([1, 65, 0, 0x12, 66, 0]), b"\2\0\0\0" + bytes([40, 20, 1, 0, 0, 0, 0, 0])]
    if target == "fz_grams":
        abcd = bytes([60, 200, 0, 1, 2, 3, 4] + [0] * 6)
        table = struct.pack("<8HI8HI", 0x4E01, 0x4E02, 0x4E03, *[0] * 5, 0, 0x4E02, 0x4E03, 0x4E04, *[0] * 5, 2)
        return [b"\1" + abcd + bytes([3, 7, 2, 200, 2, 130, 1, 1, 9]), b"\1" + bytes([16, 255, 0, 1, 1, 1, 2, 1, 2, 1, 2, 0, 0]) + bytes([2, 1, 1] * 21),
                b"\0" + abcd[:2] + b"\2" + bytes([1, 2, 3] + [0] * 7) + table + bytes([5, 6, 7]), b"\17" + abcd]
    if target == "fz_conf":
        return ["organisation = \"云溪镇人民政府\"\ncode = \"yxz\"\ncategory \"政策法规\" { article20 = \"20.1\" }\nschedule \"2026-1\" { approval = \"云档发〔2026〕3号\" from = \"2026-01-01\" rule \"公示公告\" "
                "{ retention = \"D10\" text = \"1.3\" } }\nvalidity_policy \"云溪镇人民政府\" { adopted = \"云府发〔2024〕1号\" general = 5 }\nguide { office = \"办公室\" places = { \"县档案馆\" } }\n"
                "gates = { \"初审\", \"保密\" }\nwait = 10\nlevel = \"town\"\nfonds = \"Z109\"\npropose = false\n".encode()]
    if target == "fz_listing":
        rows = "附件2：废止的文件目录（共2件）\n序号\t文件名称\t文号\t日期\n1\t关于甲的通知\t云政发〔2001〕1号\t2001-01-05\n一、城市甲管理条例（1983年12月17日云溪市人民政府发布）\n"
        report = "2021年政府信息公开工作年度报告\n二、主动公开政府信息情况\n规章\t1\t0\t3\n行政规范性文件\t 2\t1\t１２\n行政许可\t1,234\n"
        return [bytes([form]) + rows.encode() for form in range(3)] + [b"\3" + report.encode()]
    return []


if __name__ == "__main__":
    for i, seed in enumerate(seeds(sys.argv[1])):
        with open(os.path.join(sys.argv[2], "seed-%02d" % i), "wb") as f:
            f.write(seed)
