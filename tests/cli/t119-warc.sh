#!/bin/bash
test_description='a capture of a site (WARC) is read like a bundle: pages and files under their addresses, with their codings off'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

python3 -B - "$SRC" "$TEST_DIR" <<'END'
import gzip, os, sys
sys.path.insert(0, sys.argv[1] + "/tests/office")
import make
os.chdir(sys.argv[2])
def record(kind, uri, content, block, version="1.1"):
    head = "WARC/%s\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:uuid:1>\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (version, kind, ("WARC-Target-URI: %s\r\n" % uri) if uri else "", content, len(block))
    return head.encode() + block + b"\r\n\r\n"
def http(body, type_, status="200 OK", more=""):
    return ("HTTP/1.1 %s\r\nContent-Type: %s\r\n%sContent-Length: %d\r\n\r\n" % (status, type_, more, len(body))).encode() + body
H = "application/http; msgtype=response"
page = lambda t, c="utf-8": ("<html><head><meta charset=%s><title>%s</title></head><body><h1>%s</h1><p>%s的正文，各村遵照执行。</p></body></html>" % (c, t, t, t))
chunks = page("分块的通知").encode()
chunked = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(b"%x\r\n%s\r\n" % (len(chunks[i:i + 50]), chunks[i:i + 50]) for i in range(0, len(chunks), 50)) + b"0\r\n\r\n"
packed = gzip.compress(page("压缩的通知").encode())
records = [record("warcinfo", "", "application/warc-fields", b"software: x\r\n"), record("request", "http://a.example/1", "application/http; msgtype=request", b"GET /1 HTTP/1.1\r\n\r\n"),
           record("response", "http://a.example/1", H, http(page("朱镕基喆的通知", "gb18030").encode("gb18030"), "text/html; charset=gb2312")),
           record("response", "<http://a.example/2>", H, chunked, "1.0"), record("response", "http://a.example/3", H, http(packed, "text/html", more="Content-Encoding: gzip\r\n")),
           record("response", "http://a.example/404", H, http(page("没有这一页").encode(), "text/html", "404 Not Found")), record("response", "http://a.example/x.css", H, http("p{content:\"样式里的字\"}".encode(), "text/css")),
           record("resource", "file:///表.docx", "application/octet-stream", make.docx_of(["资源记录里的文件"])), record("metadata", "http://a.example/1", "text/plain", "元数据里的字".encode()),
           record("response", "http://a.example/cut", H, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n<p>short")]
open("a.warc", "wb").write(b"".join(records))
open("a.warc.gz", "wb").write(b"".join(gzip.compress(r) for r in records))
open("whole.warc.gz", "wb").write(gzip.compress(b"".join(records)))
open("cut.warc.gz", "wb").write(open("a.warc.gz", "rb").read()[:-300])
open("cut.warc", "wb").write(b"".join(records)[:-30])
open("bomb.warc.gz", "wb").write(gzip.compress(record("resource", "http://a.example/b", "text/plain", b"0" * (300 << 20)), 1))
open("inner.warc", "wb").write(record("response", "http://a.example/z", H, http(gzip.compress(b"0" * (100 << 20)), "text/plain", more="Content-Encoding: gzip\r\n")))
open("empty.warc", "wb").write(records[0])
open("noise.warc", "wb").write(b"WARC/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n" + os.urandom(500))
END

test_expect_success 'plain, a member for each record, one member for all: the same text; codings and charsets off; other records and furniture passed over' '
	for f in a.warc a.warc.gz whole.warc.gz; do gongkai extract --json $f >$f.json || return 1; done && python3 - <<-"END"
	import json
	got = [json.load(open(f + ".json")) for f in ("a.warc", "a.warc.gz", "whole.warc.gz")]
	assert got[0]["text"] == got[1]["text"] == got[2]["text"]
	t, names = got[0]["text"], [p["name"] for p in got[0]["parts"]]
	for w in ("朱镕基喆的通知的正文", "分块的通知的正文", "压缩的通知的正文", "资源记录里的文件"):
	    assert w in t, w
	for w in ("没有这一页", "样式里的字", "元数据里的字", "GET /1"):
	    assert w not in t, w
	assert names == ["http://a.example/1", "http://a.example/2", "http://a.example/3", "file:///表.docx"], names
	assert got[0]["type"] == "application/warc" and any("a.example/cut" in n for n in got[0]["notes"]), got[0]["notes"]
	END
'

test_expect_success 'cut short: what is whole is read, and it is said; bombs, a capture of nothing and noise are refused' '
	for f in cut.warc cut.warc.gz; do gongkai extract --json $f >o && grep "朱镕基喆的通知的正文" o && grep "cut short" o || return 1; done &&
	for f in bomb.warc.gz inner.warc empty.warc noise.warc; do test_must_fail_with 3 gongkai extract --json $f >o 2>err || { echo $f; return 1; }; done && { gongkai extract --json bomb.warc.gz 2>/dev/null; gongkai extract --json inner.warc 2>/dev/null; } | python3 -c "
import json, sys
assert [json.loads(l)[\"reason\"] for l in sys.stdin] == [\"bomb\", \"no_text\"]"
'

test_expect_success 'in an archive it is one document, found by what its pages say' '
	gongkai init --org 甲 --code v >/dev/null && gongkai ingest a.warc.gz >/dev/null 2>&1 && gongkai search --literal 分块的通知 >out && gongkai search --literal 资源记录里的文件 >out
'
test_done
