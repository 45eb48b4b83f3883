#!/bin/bash
test_description='coming and going: WARC in; WARC, BagIt, JSON Lines and CSV out; a copy made while a writer runs'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

payloads() { python3 "$SRC/tests/oracle/warc_payloads.py" "$@"; }
bag() { python3 "$SRC/tests/oracle/bag.py" "$@"; }

cd "$TEST_DIR" || exit 1

# total WORDS...: how many documents match
total() { gongkai search --json "$@" >.total || :; json .total 'd["total"]'; }

# A hundred pages in four encodings, with a box of metadata, below an index page that links to all; beside them a
# picture, a broken link and an empty page.  Generated: no page of anybody.
python3 - site <<'EOP'
import os, sys
root = sys.argv[1]
os.makedirs(root + "/zcfg/图片")
parts = ["防汛", "养犬", "宅基地", "低保", "秸秆", "供水", "道路", "学校", "医保", "林地"]
links = []
for i in range(100):
    word, code = parts[i % 10], ["utf-8", "gb18030", "utf-8", "gbk"][i % 4]
    title = "关于做好%s工作的第%d号通知" % (word, i + 1)
    page = ('<!DOCTYPE html><html><head><meta charset="%s"><title>%s_云溪县人民政府</title>\n'
            '<meta name="ArticleTitle" content="%s"><meta name="PubDate" content="20%02d-03-%02d 09:30">\n'
            '<meta name="ColumnName" content="%s"></head>\n<body><h1>%s</h1>\n<p>第%d页的正文：各村要把%s抓紧抓实，逐户登记。</p>\n'
            '<p>%s</p></body></html>\n') % (code, title, title, 10 + i % 14, 1 + i % 28, ["政策法规", "公示公告"][i % 2], title, i + 1, word,
                                            "落实责任，加强检查。" * (i * 7 % 50))
    name = ["t%03d.html" % i, "通知%03d.html" % i][i % 5 == 0]
    open(root + "/zcfg/" + name, "wb").write(page.encode(code))
    links.append('<li><a href="zcfg/%s">%s</a></li>' % (name, title))
open(root + "/zcfg/图片/a.png", "wb").write(b"\x89PNG\r\n\x1a\n" + bytes(200))
open(root + "/empty.html", "wb").close()
open(root + "/healthz", "w").write("ok")
open(root + "/index.html", "w", encoding="utf-8").write(
    '<html><head><meta charset="utf-8"><title>目录页</title></head><body><ul>%s</ul><img src="zcfg/图片/a.png">'
    '<a href="gone.html">没有了</a><a href="empty.html">空的</a></body></html>' % "\n".join(links))
EOP

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null

# ---- coming ----

test_expect_success_if wget -- 'a site of 100 pages, recorded by wget, is taken in; every payload is the same to the byte' '
	test_server_start_command python3 -u -m http.server 0 --bind 127.0.0.1 --directory site &&
	{ wget -q -r -np --warc-file=site "$SERVER/" -P mirror || test $? = 8; } && { test_server_stop || :; } &&
	payloads site.warc.gz | grep -v "^$(sha256sum </dev/null | cut -d " " -f 1)" | sort >want && test "$(grep -c /zcfg/ want)" = 100 &&
	find site -name "*.html" -size +0 -exec sha256sum {} + | cut -d " " -f 1 | sort >files && cut -d " " -f 1 want | sort -u >found && test_cmp files found &&
	gongkai import site.warc.gz >out 2>err && cat out && test_must_be_empty err &&
	grep "收入 101 件" out && grep "状态不是 2xx 2" out && grep "不是网页或文本 1" out && grep "没有内容 1" out &&
	gongkai search --json --size 100 --cat 政策法规 "" >a && gongkai search --json --size 100 --cat 公示公告 "" >b &&
	test "$(json a "d[\"total\"]")" = 50 && test "$(json b "d[\"total\"]")" = 50 && : >got &&
	for id in $(json a "\" \".join(h[\"id\"] for h in d[\"hits\"])") $(json b "\" \".join(h[\"id\"] for h in d[\"hits\"])"); do
		gongkai show --json $id >one && gongkai show --original $id >bytes &&
		echo "$(sha256sum <bytes | cut -d " " -f 1) $(json one "[f[\"value\"] for f in d[\"fields\"] if f[\"key\"] == \"source_url\"][0]")" >>got || return 1
	done && sort got >got.sorted && grep /zcfg/ want >pages && test_cmp pages got.sorted
'

test_expect_success_if wget -- 'imported pages are found by their words, with address, time of capture and kind of source' '
	test "$(total "\"第37页的正文\"")" = 1 && id=$(json .total "d[\"hits\"][0][\"id\"]") && gongkai show --events $id >ev && test_line_count 1 ev &&
	test "$(json ev "d[\"source\"][\"kind\"]")" = warc && grep -q "^http://127.0.0.1:[0-9]*/zcfg/t036.html$" <<-EOF &&
	$(json ev "d[\"meta\"][\"source_url\"]")
	EOF
	test "$(json ev "d[\"meta\"][\"source_url\"] == d[\"source\"][\"name\"]")" = true &&
	date -u -d "$(json ev "d[\"meta\"][\"captured_at\"]")" +%s >at && test $(($(date +%s) - $(cat at))) -lt 3600 &&
	json ev "d[\"source\"][\"fields\"][\"WARC-Record-ID\"]" | grep -q "^urn:uuid:" &&
	test "$(total 标题:关于做好养犬工作的第2号通知)" = 1 && test "$(total 年:2012 防汛)" -ge 1
'

test_expect_success_if wget -- 'the same file again stores nothing; the archive verifies' '
	gongkai import --json site.warc.gz >out && test "$(tail -1 out >last; json last "[d[\"new\"], d[\"versions\"], d[\"duplicates\"], d[\"failed\"]]")" = "[0, 0, 101, 0]" &&
	test "$(json last "d[\"passed\"]")" = "{\"empty\": 1, \"not_http\": 2, \"status\": 2, \"type\": 1}" &&
	gongkai verify && gongkai search --json "" >out && test "$(json out "d[\"total\"]")" = 101
'

test_expect_success_if wget -- 'the same WARC plain, and as one gzip member: the same documents' '
	zcat site.warc.gz >plain.warc && gzip -c plain.warc >single.warc.gz &&
	for f in plain.warc single.warc.gz; do
		rm -rf other && gongkai --archive other init --org 甲 --code qsz && gongkai --archive other import $f >out 2>&1 && grep "收入 101 件" out &&
		gongkai --archive other export --format jsonl - >other.jsonl && gongkai export --format jsonl - >own.jsonl && test_cmp own.jsonl other.jsonl || return 1
	done
'

# One record for each way to be odd, made by hand.
python3 - <<'EOP'
import gzip, hashlib, base64, zlib
def rec(kind, uri, block, extra="", ctype="application/http;msgtype=response", version="WARC/1.1", length=None, digest=True):
    global n
    n += 1
    d = base64.b32encode(hashlib.sha1(block).digest()).decode()
    head = "%s\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-%012d>\r\nWARC-Date: 2021-06-01T08:00:00Z\r\nWARC-Target-URI: %s\r\n%s%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (
        version, kind, n, uri, extra, "WARC-Block-Digest: sha1:%s\r\n" % d if digest else "", ctype, len(block) if length is None else length)
    return head.encode("utf-8", "surrogateescape") + block + b"\r\n\r\n"
n = 0
def page(word): return ("<html><head><meta charset=utf-8><title>%s标题</title></head><body><p>%s的正文，甲乙丙丁。</p></body></html>" % (word, word)).encode()
def http(body, fields="Content-Type: text/html", status="200 OK", version="HTTP/1.1"): return ("%s %s\r\n%s\r\n\r\n" % (version, status, fields)).encode() + body
def chunked(b, size=17): return b"".join(b"%x;x=y\r\n" % len(b[i:i + size]) + b[i:i + size] + b"\r\n" for i in range(0, len(b), size)) + b"0\r\nTrailer: a\r\n\r\n"
raw = zlib.compressobj(9, zlib.DEFLATED, -15)
u = "http://www.yunxi.example/%s"
good = [
    rec("response", u % "chunked", http(chunked(page("分块")), "Content-Type: text/html\r\nTransfer-Encoding: chunked")),
    rec("response", u % "gzip", http(gzip.compress(page("压缩")), "content-type: TEXT/HTML; charset=utf-8\r\ncontent-encoding: gzip")),
    rec("response", u % "both", http(chunked(gzip.compress(page("又分又压"))), "Content-Type: text/html\r\nContent-Encoding: x-gzip\r\nTransfer-Encoding: chunked")),
    rec("response", u % "zlib", http(zlib.compress(page("缩法二")), "Content-Type: text/html\r\nContent-Encoding: deflate")),
    rec("response", u % "raw", http(raw.compress(page("缩法三")) + raw.flush(), "Content-Type: text/html\r\nContent-Encoding: deflate")),
    rec("response", u % "continue", b"HTTP/1.1 100 Continue\r\n\r\n" + http(page("先等后答"))),
    rec("response", "<%s>" % (u % "bracket"), http(page("尖括号")), version="WARC/1.0"),
    rec("response", u % "%E9%80%9A%E7%9F%A5.html?a=1", http(b"<html><body><p>\xe6\xb2\xa1\xe6\x9c\x89\xe9\xa2\x98\xe5\x90\x8d\xe7\x9a\x84\xe9\xa1\xb5\xe9\x9d\xa2</p></body></html>")),
    rec("response", u % "text", http("标题：纯文本标题\n发布日期：2021-03-05\n\n纯文本的正文。\n".encode(), "Content-Type: text/plain")),
    rec("resource", u % "resource", page("资源"), ctype="text/html"),
]
odd = [
    rec("response", u % "notchunked", http(page("没分块"), "Content-Type: text/html\r\nTransfer-Encoding: chunked")),
    rec("response", u % "notgzip", http(page("没压缩"), "Content-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: 999999")),
    rec("response", u % "longer", http(page("长了"), "Content-Type: text/html\r\nContent-Length: 20")),
    rec("response", u % "trailing", http(gzip.compress(page("带尾巴")) + b"tail", "Content-Type: text/html\r\nContent-Encoding: gzip")),
    rec("response", u % "lf", b"HTTP/1.0 200 OK\nContent-Type: text/html\n\n" + page("只有换行")),
    rec("response", (u % "bytes-") + "\udcb9\udcab.html", http(page("怪网址"))),
]
passed = [
    rec("request", u % "request", b"GET / HTTP/1.1\r\n\r\n", ctype="application/http;msgtype=request"),
    rec("response", u % "moved", http(page("搬走"), "Content-Type: text/html\r\nLocation: /", "301 Moved")),
    rec("response", u % "piece", http(page("一段"), status="206 Partial Content")),
    rec("response", u % "pdf", http(b"%PDF-1.4", "Content-Type: application/pdf")),
    rec("response", u % "untyped", http(page("没有类型"), "Server: x")),
    rec("response", u % "nothing", http(b"")),
    rec("response", "dns:www.yunxi.example", b"20210601 www.yunxi.example. 1 IN A 1.2.3.4", ctype="text/dns"),
    rec("resource", "metadata://gnu.org/software/wget/warc/wget.log", b"log", ctype="text/plain"),
    rec("response", u % "cut", http(page("截断")), extra="WARC-Truncated: length\r\n"),
    rec("response", u % "segment", http(page("分段")), extra="WARC-Segment-Number: 1\r\n"),
    rec("revisit", u % "again", b"", extra="WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest\r\n"),
    rec("surprise", u % "unknown", b"?", ctype="text/plain"),
]
bad = [
    rec("response", u % "short", http(page("不足"), "Content-Type: text/html\r\nContent-Length: 99999")),
    rec("response", u % "shortchunk", http(chunked(page("块不足"))[:-30], "Content-Type: text/html\r\nTransfer-Encoding: chunked")),
    rec("response", u % "badgzip", http(gzip.compress(page("坏压缩"))[:-20], "Content-Type: text/html\r\nContent-Encoding: gzip")),
    rec("response", u % "brotli", http(b"\x0b\x02\x80abc", "Content-Type: text/html\r\nContent-Encoding: br")),
    rec("response", u % "bomb", http(gzip.compress(bytes(3 << 20)), "Content-Type: text/html\r\nContent-Encoding: gzip")),
    rec("response", u % "nohttp", b"SMTP ready\r\n\r\n"),
    rec("response", u % "picture", http(b"\x89PNG\r\n\x1a\n" + bytes(300))),
]
def member(b): return gzip.compress(b, mtime=0)
info = rec("warcinfo", "x", b"software: by hand\r\n", ctype="application/warc-fields", digest=False)
open("good.warc.gz", "wb").write(b"".join(map(member, [info] + good)))
open("odd.warc.gz", "wb").write(b"".join(map(member, [info] + odd)))
open("passed.warc.gz", "wb").write(b"".join(map(member, [info] + passed)))
open("bad.warc.gz", "wb").write(b"".join(map(member, [info] + bad + good[:1])))
# Damage: each file has one bad record among good ones.
a, b, c = (rec("response", u % w, http(page(w))) for w in ("one", "two", "three"))
long_line = rec("response", u % "line", http(page("l")), extra="X-Long: %s\r\n" % ("a" * 9000))
long_head = rec("response", u % "head", http(page("h")), extra="".join("X-%d: %s\r\n" % (i, "a" * 7000) for i in range(11)))
wrong = bytearray(b); wrong[-20] ^= 1
flipped = bytearray(member(b)); flipped[len(flipped) // 2] ^= 0x40
hidden = rec("resource", u % "hidden", page("暗藏"), ctype="text/html")
outer = rec("response", u % "outer", http(b"x" * 10 + member(hidden) + hidden, "Content-Type: text/html"))
for name, data in {
    "line.warc.gz": member(a) + member(long_line) + member(c), "head.warc.gz": member(a) + member(long_head) + member(c),
    "digest.warc.gz": member(a) + member(bytes(wrong)) + member(c), "digest.warc": a + bytes(wrong) + c,
    "flip.warc.gz": member(a) + bytes(flipped) + member(c), "torn.warc.gz": (member(a) + member(b))[:-30], "torn.warc": (a + b)[:-30],
    "plainline.warc": a + long_line + c, "none.warc": b"", "html.warc": page("x"), "noend.warc": a[:-4] + b[:-4] + c[:-4],
    "hidden.warc.gz": member(a) + bytes(flipped[:40]) + member(outer)[60:] + member(c),
}.items():
    open(name, "wb").write(data)
EOP

# fresh_import FILE...: into a new archive; status in $got
fresh_import()
{
	rm -rf other && gongkai --archive other init --org 甲 --code jia >/dev/null && got=0 && { gongkai --archive other import "$@" >out 2>err || got=$?; }
	cat out err
}

test_expect_success 'chunked, gzip, deflate with and without its header, interim answers, WARC 1.0 and resources' '
	fresh_import good.warc.gz && test $got = 0 && grep "收入 10 件" out && test_must_be_empty err &&
	payloads good.warc.gz | wc -l >n && test "$(cat n)" -ge 8 &&
	for w in 分块 压缩 又分又压 缩法二 缩法三 先等后答 尖括号 资源 纯文本; do
		gongkai --archive other search --json "\"${w}的正文\"" >one && test "$(json one "d[\"total\"]")" = 1 && test "$(json one "d[\"hits\"][0][\"title\"]")" = ${w}标题 || { echo at $w; return 1; }
	done &&
	gongkai --archive other search --json 没有题名的页面 >one && test "$(json one "d[\"hits\"][0][\"title\"]")" = 通知
'

test_expect_success 'what is odd is taken, each with a warning that has a name and an address' '
	fresh_import odd.warc.gz && test $got = 0 && grep "收入 6 件" out && grep "警告 5" out &&
	for w in not_chunked:notchunked not_encoded:notgzip longer:longer trailing:trailing bare_lf:lf; do
		grep "（${w%:*}）  http://www.yunxi.example/${w#*:} " err || { echo at $w; return 1; }
	done && test_line_count 5 err &&
	for w in 没分块 没压缩 长了 带尾巴 只有换行 怪网址; do
		gongkai --archive other search "\"${w}的正文\"" >/dev/null || { echo at $w; return 1; }
	done &&
	gongkai --archive other search --json 怪网址 >one && gongkai --archive other show --json $(json one "d[\"hits\"][0][\"id\"]") | grep -q "bytes-%B9%AB.html"
'

test_expect_success 'what is no document is passed over and counted by reason; it costs no status' '
	rm -rf other && gongkai --archive other init --org 甲 --code jia && gongkai --archive other import --json passed.warc.gz >out 2>err && tail -1 out >last &&
	test "$(json last "d[\"passed\"]")" = "{\"empty\": 1, \"no_type\": 1, \"not_http\": 2, \"revisit\": 1, \"segmented\": 1, \"status\": 2, \"truncated\": 1, \"type\": 1}" &&
	test "$(json last "[d[\"new\"], d[\"failed\"], d[\"warnings\"], d[\"other_records\"]]")" = "[0, 0, 0, 3]" && test "$(grep -c "\"result\":\"passed\"" out)" = 10
'

test_expect_success 'what is broken costs itself, is named, and makes status 3' '
	fresh_import bad.warc.gz && test $got = 3 && grep "收入 1 件，失败 7 件" out &&
	grep "/short  .*short_body" err && grep "/shortchunk .*short_body" err && grep "/badgzip .*short_body" err && grep "/brotli .*unknown_encoding" err &&
	grep "/bomb .*bomb" err && grep "/nohttp .*HTTP" err && grep "/picture " err && test_line_count 7 err
'

test_expect_success 'a damaged record costs itself where the next can be told, with its offset; L33 is 64 KiB and 8 KiB' '
	second=$(python3 -c "
import zlib
d = open(\"line.warc.gz\", \"rb\").read(); z = zlib.decompressobj(31); z.decompress(d); print(len(d) - len(z.unused_data))") &&
	for f in line:8\ KiB head:64\ KiB digest:WARC-Block-Digest; do
		fresh_import ${f%%:*}.warc.gz && test $got = 3 && grep "收入 2 件，失败 1 件" out && grep "偏移 $second .*${f#*:}" err || { echo at $f; return 1; }
	done &&
	fresh_import digest.warc && test $got = 3 && grep "收入 2 件，失败 1 件" out && grep WARC-Block-Digest err
'

test_expect_success 'where nobody can tell the next record, it stops and says so; what came before is in' '
	for f in flip.warc.gz torn.warc.gz torn.warc plainline.warc; do
		fresh_import $f && test $got = 3 && grep "收入 1 件，失败 1 件" out && grep "偏移 [1-9][0-9]* 处.*其后的记录无法再读" err || { echo at $f; return 1; }
	done &&
	fresh_import none.warc && test $got = 3 && grep "没有记录" err && fresh_import html.warc && test $got = 3 && grep "WARC/ " err
'

test_expect_success 'it never looks for a record inside damaged data' '
	fresh_import hidden.warc.gz && test $got = 3 && test_must_fail_with 1 gongkai --archive other search 暗藏
'

test_expect_success 'missing ends of line are a warning; a missing file, a folder and no file at all are usage' '
	fresh_import noend.warc && test $got = 0 && grep "收入 3 件" out && test "$(grep -c loose_end err)" = 3 &&
	test_must_fail_with 2 gongkai import no-such.warc.gz && test_must_fail_with 2 gongkai import site && test_must_fail_with 2 gongkai import &&
	test_must_fail_with 2 gongkai --json import no-such.warc.gz >out && test "$(json out "d[\"error\"][\"code\"]")" = bad_param
'

# ---- going ----

gongkai --archive full init --org 云溪县青石镇人民政府 --code qsz >/dev/null
gongkai --archive full ingest "$SRC/data/sample" >/dev/null 2>&1
printf '标题：第一版\n文号：青石府发〔2021〕9号\n发文机关：云溪县青石镇人民政府\n发布日期：2021-03-05\n\n第一版的正文。\n' >v.txt && gongkai --archive full ingest v.txt >/dev/null
sed -i 's/第一版的正文/第二版的正文/' v.txt && gongkai --archive full ingest v.txt >/dev/null

test_expect_success 'warc: valid WARC 1.1, a member a record, every original, text and event of every version' '
	gongkai --archive full export --format warc full.warc.gz && payloads --all full.warc.gz >list && head -1 list | grep "^warcinfo " &&
	python3 "$SRC/tests/warc-read.py" full/warc/*.warc.gz | grep "^resource\|^conversion\|^metadata" | sort >want &&
	awk "\$1 != \"warcinfo\" { gsub(/[<>]/, \"\", \$2); print \$1, \$2, \$4, \$5 }" list | sort >got && test_cmp want got &&
	gzip -t full.warc.gz && test -z "$(find . -name "*.partial-*")"
'

test_expect_success 'a WARC export is imported elsewhere with metadata, text and source ids, and known again at home' '
	rm -rf other && gongkai --archive other init --org 甲 --code qsz && gongkai --archive other import full.warc.gz >out && cat out &&
	gongkai --archive full export --format jsonl --force a.jsonl && gongkai --archive other export --format jsonl --force b.jsonl &&
	python3 -c "
import json
def read(f): return sorted(({k: v for k, v in json.loads(l).items() if k != \"id\"} for l in open(f, encoding=\"utf-8\")), key=lambda d: json.dumps(d, sort_keys=True))
a, b = read(\"a.jsonl\"), read(\"b.jsonl\")
assert len(a) > 60 and a == b, [(x, y) for x, y in zip(a, b) if x != y][:1]" &&
	gongkai --archive full import --json full.warc.gz >out && tail -1 out >last && test "$(json last "[d[\"new\"], d[\"versions\"], d[\"failed\"]]")" = "[0, 0, 0]" &&
	test "$(json last "d[\"duplicates\"]")" -gt 60 && gongkai --archive other verify
'

test_expect_success_if wget -- 'wget, import, export: the payloads are the same to the byte at the other end' '
	gongkai export --format warc again.warc.gz && payloads site.warc.gz | cut -d " " -f 1 | grep -v "^$(sha256sum </dev/null | cut -d " " -f 1)" | sort >want && payloads again.warc.gz | cut -d " " -f 1 | sort >got && test_cmp want got
'

test_expect_success 'an altered text in a WARC export is refused, whatever its header says' '
	python3 - <<-\EOF &&
	import gzip, hashlib, re, zlib
	data, out = open("full.warc.gz", "rb").read(), b""
	while data:
	    z = zlib.decompressobj(31)
	    text = z.decompress(data)
	    data = z.unused_data
	    head, block = text.split(b"\r\n\r\n", 1)
	    block = block[:-4]
	    if b"WARC-Type: conversion" in head:
	        block = block.replace("的".encode(), "地".encode())
	        d = hashlib.sha256(block).hexdigest().encode()
	        head = re.sub(b"sha256:[0-9a-f]{64}", b"sha256:" + d, head)
	    out += gzip.compress(head + b"\r\n\r\n" + block + b"\r\n\r\n")
	open("forged.warc.gz", "wb").write(out)
	EOF
	fresh_import forged.warc.gz && test $got = 3 && grep "互不相符" err
'

test_expect_success 'bag: complete and valid by RFC 8493, and holds every original' '
	gongkai --archive full export --format bag 移交包 && bag 移交包 && ls 移交包 >names && for f in bagit.txt bag-info.txt manifest-sha256.txt manifest-sha512.txt tagmanifest-sha256.txt tagmanifest-sha512.txt data; do grep -x $f names || return 1; done &&
	payloads full.warc.gz | cut -d " " -f 1 | sort >want && find 移交包/data -name "v*-original.*" -exec sha256sum {} + | cut -d " " -f 1 | sort >got && test_cmp want got &&
	grep "^Source-Organization: 云溪县青石镇人民政府$" 移交包/bag-info.txt && find 移交包 -name v2-original.txt | grep . &&
	gongkai --archive full export --format csv list.csv && test_cmp list.csv 移交包/data/catalogue.csv &&
	(cd 移交包 && sha256sum -c --quiet manifest-sha256.txt && sha512sum -c --quiet manifest-sha512.txt && sha256sum -c --quiet tagmanifest-sha256.txt && sha512sum -c --quiet tagmanifest-sha512.txt)
'

test_expect_success 'the checker of bags sees a changed, a missing and an added file, and a changed tag' '
	one=$(cd 移交包 && find data -name "v1-original.html" | sort | head -1) && cp -a 移交包 b1 && printf x >>"b1/$one" && test_must_fail_with 1 bag b1 &&
	cp -a 移交包 b2 && rm "b2/$one" && test_must_fail_with 1 bag b2 && cp -a 移交包 b3 && echo x >b3/data/more && test_must_fail_with 1 bag b3 &&
	cp -a 移交包 b4 && echo "X: y" >>b4/bag-info.txt && test_must_fail_with 1 bag b4
'

test_expect_success 'jsonl: taken back by ingest --jsonl, and the second export is the first to the byte' '
	gongkai --archive full export --format jsonl --force a.jsonl && rm -rf other && gongkai --archive other init --org 甲 --code jia && gongkai --archive other ingest --jsonl a.jsonl >out &&
	gongkai --archive other export --format jsonl --force b.jsonl && test_cmp a.jsonl b.jsonl && test "$(wc -l <a.jsonl)" -gt 60 &&
	gongkai --archive other search --json 秸秆 >x && gongkai --archive full search --json 秸秆 >y && test "$(json x "d[\"total\"]")" = "$(json y "d[\"total\"]")"
'

test_expect_success 'jsonl: fields that no dictionary knows, values it refused, odd text and ids of the source come back' '
	python3 - <<-\EOF &&
	import json
	docs = [
	    {"id": "S-1", "title": "甲", "text": "一\n\t二\u2028三\"\\", "unknown": {"a": [1, None, True]}, "issuer": ["甲局", "乙局"], "pages": 7, "docno": "青石府发〔2021〕3号"},
	    {"id": 4711, "title": "乙", "text": "", "source_fields": "own"}, {"title": "丙 没有编号", "text": "𠮷㙍", "fields": 3},
	]
	open("in.jsonl", "w", encoding="utf-8").write("".join(json.dumps(d, ensure_ascii=False) + "\n" for d in docs))
	EOF
	printf "<html><head><meta charset=utf-8><title>丁</title><meta name=PubDate content=2099-13-77><meta name=title content=别的></head><body><p>丁的正文。</p></body></html>" >d.html &&
	rm -rf o1 o2 && gongkai --archive o1 init --org 甲 --code jia && gongkai --archive o1 ingest --jsonl in.jsonl && gongkai --archive o1 ingest d.html &&
	gongkai --archive o1 export --format jsonl 1.jsonl && gongkai --archive o2 init --org 甲 --code yi && gongkai --archive o2 ingest --jsonl 1.jsonl && gongkai --archive o2 export --format jsonl 2.jsonl &&
	test_cmp 1.jsonl 2.jsonl && python3 -c "
import json
a = [json.loads(l) for l in open(\"1.jsonl\", encoding=\"utf-8\")]
assert len(a) == 4 and a[0][\"id\"] == \"S-1\" and a[0][\"unknown\"] == {\"a\": [1, None, True]} and a[0][\"issuer\"] == [\"甲局\", \"乙局\"] and a[0][\"text\"] == \"一\n\t二\u2028三\\\"\\\\\", a[0]
assert a[1][\"text\"] == \"\" and a[2][\"text\"] == \"𠮷㙍\" and \"2099-13-77\" in str(a[3]), a"
'

test_expect_success 'csv: the columns of the catalogue, RFC 4180, a BOM only if asked for' '
	gongkai --archive full export --format csv --force list.csv && gongkai --archive full export --format csv --bom bom.csv && python3 - <<-\EOF
	import csv, io
	data, bom = open("list.csv", "rb").read(), open("bom.csv", "rb").read()
	assert bom == b"\xef\xbb\xbf" + data and b"\r\n" in data
	rows = list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))
	assert list(rows[0]) == ["索引号", "名称", "内容概述", "生成日期", "id", "发文字号", "发文机关", "发布日期", "有效性"], list(rows[0])
	assert len(rows) > 60 and all(r["名称"] and r["内容概述"] and None not in r for r in rows)
	assert len({r["id"] for r in rows}) == len(rows) and any(r["有效性"] == "已废止" for r in rows) and any(r["生成日期"] for r in rows)
	EOF
'

test_expect_success 'csv: no cell of 40 is a formula (safety.md 6), and numbers stay numbers' '
	python3 - <<-\EOF &&
	import json
	bad = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|x", "＝1", "＋1", "－1", "＠a", "=\"a\"", "-", "+", "@", "=", "-a", "+a", "-1-", "+1.2.3", "-1,5", "=HYPERLINK(\"http://a\")", "--1", "-.", "=甲", "-甲", "－12", "@甲", "+甲,乙", "=1;2", "-1e5", "+0x1"]
	good = ["-1", "+1", "-12.5", "+.5", "-0", "1=1", "甲=1", "a@b", "甲-乙", "（=1）"]
	lines = [{"id": "x%d" % i, "title": "题%d" % i, "abstract": s, "docno": s, "index_no": s, "text": "t%d" % i} for i, s in enumerate(bad + good)]
	open("f.jsonl", "w").write("".join(json.dumps(l) + "\n" for l in lines))
	json.dump([bad, good], open("cells.json", "w"))
	EOF
	rm -rf f && gongkai --archive f init --org 甲 --code jia && gongkai --archive f ingest --jsonl f.jsonl && gongkai --archive f export --format csv f.csv && python3 - <<-\EOF
	import csv, json
	bad, good = json.load(open("cells.json"))
	rows = list(csv.DictReader(open("f.csv", encoding="utf-8", newline="")))
	assert len(rows) == len(bad + good)
	for row, s in zip(rows, bad + good):
	    for key in ("内容概述", "索引号", "发文字号"):
	        assert row[key] == ("\x27" + s if s in bad else s), (key, s, row[key])
	EOF
'

test_expect_success 'a query and the filters of search choose; the same documents as search finds' '
	for o in "--query 秸秆" "--cat 政策法规" "--year 2019..2021" "--status 已废止" "--year 2022 --cat 公示公告" "--from 2020-01-01 --to 2021-12-31" "--query is:有效"; do
		gongkai --archive full export --format csv --force $o chosen.csv && gongkai --archive full search --json --size 100 ${o/--query/--} >found &&
		python3 -c "
import csv, json
want = sorted(h[\"id\"] for h in json.load(open(\"found\", encoding=\"utf-8\"))[\"hits\"])
got = [r[\"id\"] for r in csv.DictReader(open(\"chosen.csv\", encoding=\"utf-8\", newline=\"\"))]
assert want and sorted(got) == want, (want, got)" || { echo "at $o"; return 1; }
	done
'

test_expect_success 'an output that exists is not touched without --force, and never a folder that is no bag' '
	echo mine >there && test_must_fail_with 2 gongkai --archive full export --format csv there 2>err && grep -- --force err && test "$(cat there)" = mine &&
	gongkai --archive full export --format csv --force there && test "$(head -c 9 there)" = 索引号 &&
	test_must_fail_with 2 gongkai --archive full export --format bag 移交包 && gongkai --archive full export --format bag --force --year 2021 移交包/ && bag 移交包 &&
	mkdir mine && echo x >mine/x && test_must_fail_with 2 gongkai --archive full export --format bag --force mine && test -f mine/x &&
	test_must_fail_with 2 gongkai --archive full export --format csv --force mine && test -z "$(find . -name "*.partial-*")"
'

test_expect_success 'exit statuses: nothing found, usage, no space, no archive' '
	test_must_fail_with 1 gongkai --archive full export --format csv --query 龘龘靐靐 none.csv && test_must_fail_with 1 test -e none.csv &&
	test_must_fail_with 2 gongkai --archive full export none.csv && test_must_fail_with 2 gongkai --archive full export --format csv && test_must_fail_with 2 gongkai --archive full export --format xls x &&
	test_must_fail_with 2 gongkai --archive full export --format csv --year abc x && test_must_fail_with 2 gongkai --archive full export --format csv --status abc x &&
	test_must_fail_with 2 gongkai --archive full export --format bag - && test_must_fail_with 2 gongkai --archive nowhere export --format csv x &&
	for f in csv jsonl warc bag; do
		(ulimit -f 8 && test_must_fail_with 6 gongkai --archive full export --format $f big) || { echo at $f; return 1; }
	done && test -z "$(find . -name "big*")" &&
	gongkai --archive full export --format csv --json j.csv >out && test "$(json out "[d[\"result\"], d[\"documents\"] > 60, d[\"failed\"]]")" = "[\"done\", true, 0]" &&
	gongkai --archive full export --format csv - | test_cmp j.csv -
'

test_expect_success 'a damaged document is named and costs itself; the status is 4' '
	cp -a full hurt && python3 - <<-\EOF &&
	import json, subprocess
	d = json.loads(subprocess.run(["gongkai", "--archive", "hurt", "search", "--json", "\"第二版的正文\""], capture_output=True).stdout)["hits"][0]["id"]
	e = [e for e in map(json.loads, subprocess.run(["gongkai", "--archive", "hurt", "show", "--events", d], capture_output=True).stdout.splitlines()) if "content" in e][-1]
	segment, offset, length = e["content"]["text"]["loc"]
	with open("hurt/warc/%06d.warc.gz" % segment, "r+b") as f:
	    f.seek(offset + length // 2)
	    c = f.read(1)
	    f.seek(-1, 1)
	    f.write(bytes([c[0] ^ 0x40]))
	EOF
	gongkai --archive full export --format jsonl --force a.jsonl && test_must_fail_with 4 gongkai --archive hurt export --format jsonl h.jsonl 2>err && grep "失败" err &&
	test $(($(wc -l <a.jsonl) - $(wc -l <h.jsonl))) = 1 && test_must_fail_with 4 gongkai --archive hurt export --format bag hb && bag hb
'

# ---- a copy while a writer runs ----

grep '^    ' "$SRC/doc/backup.md" | sed 's/^    //' >commands

# lines FROM TO: as many documents, a line each
lines()
{
	python3 -c "
import json, sys, time
for i in range($1, $2):
    print(json.dumps({\"id\": \"n%d\" % i, \"title\": \"第%d件\" % i, \"text\": \"第%d件的正文，逐户登记。\" % i}, ensure_ascii=False), flush=i % 50 == 0)
    if i % 50 == 0 and $1 > 0: time.sleep(0.02)"
}

# A batch is 5,000 documents; what the writer reads ahead is less than 4,000 lines.
test_expect_success 'the three commands of doc/backup.md, run while a writer is at work: the copy is clean, complete and opens' '
	test_line_count 3 commands && rm -rf w && gongkai --archive w init --org 甲 --code jia && mkfifo feed || return 1
	gongkai --archive w ingest --json --jsonl - <feed >acks 2>werr &
	writer=$! && exec 7>feed && test_when_finished "exec 7>&-; kill $writer 2>/dev/null || :" &&
	lines 0 9000 >&7 && for i in $(seq 600); do test "$(wc -l <acks)" -ge 5000 && break; sleep 0.1; done && test "$(wc -l <acks)" -ge 5000 || return 1
	lines 9000 14000 >&7 &
	feeder=$! && test_must_fail_with 5 gongkai --archive w --wait 0 ingest v.txt &&
	(export GONGKAI_ARCHIVE="$PWD/w" COPY="$PWD/copy" && . ./commands) >cout 2>&1 && cat cout && kill -0 $writer &&
	wait $feeder && exec 7>&- && wait $writer &&
	gongkai --archive copy verify --json >v && test "$(json v "d[\"clean\"]")" = true && test "$(json v "d[\"documents\"]")" -ge 5000 &&
	gongkai --archive copy search --json "\"第4321件的正文\"" >s && test "$(json s "d[\"total\"]")" = 1 &&
	gongkai --archive copy export --format jsonl copy.jsonl && gongkai --archive w export --format jsonl whole.jsonl && test_line_count 14000 whole.jsonl &&
	head -n "$(wc -l <copy.jsonl)" whole.jsonl | cmp - copy.jsonl
'

test_expect_success 'the first command again brings the copy up to date; the copy takes in documents itself' '
	(export GONGKAI_ARCHIVE="$PWD/w" COPY="$PWD/copy" && . ./commands) && gongkai --archive copy export --format jsonl --force copy.jsonl && cmp whole.jsonl copy.jsonl &&
	cmp w/warc/000001.warc.gz copy/warc/000001.warc.gz && gongkai --archive copy ingest v.txt && gongkai --archive copy verify
'

test_done
