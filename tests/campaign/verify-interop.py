#!/usr/bin/env python3
"""make verify-interop: our segments in the hands of others, and damaged ones in ours (safety.md 10).

Ours through others: gzip -t, zcat, a strict reader of WARC 1.1 (below, from the standard), and, where they are installed,
bsdtar, warcio, jwarc and JWAT.  Damaged ones through ours: one segment for each rule of gongkai-archive(5); verify must
refuse it (exit status 4) and name it, nothing of it may be shown as good, and all other records stay readable.
Good ones of other writers through ours: old versions, folded fields, no extra field.

Seen to go red: with the check for fields that stand twice taken out of warc-head.c ("a field twice").
"""
import gzip
import hashlib
import io
import os
import re
import shutil
import struct
import subprocess
import sys
import tarfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import campaign as c

DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
NEEDED = ("warc-record-id", "content-length", "warc-date", "warc-type")
TYPES = ("warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation")


def strict(path):
    """What ISO 28500:2017 forbids and this file does; and how many records it has."""
    wrong, ids, n = [], set(), 0
    data = open(path, "rb").read()
    plain = gzip.GzipFile(fileobj=io.BytesIO(data)).read()     # all members as one stream, as any gunzip sees it
    at = 0
    while at < len(plain):
        end = plain.find(b"\r\n\r\n", at)
        if not plain.startswith(b"WARC/1.1\r\n", at) or end < 0:
            return wrong + ["no record at %d of the inflated text" % at], n
        fields = {}
        for line in plain[at:end].split(b"\r\n")[1:]:
            name, colon, value = line.decode("utf-8").partition(":")
            if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
                wrong.append("bad field line %r" % line)
            name = name.lower()
            if name in fields and name != "warc-concurrent-to":
                wrong.append("%s twice" % name)
            fields[name] = value.strip(" \t")
        for name in NEEDED:
            if name not in fields:
                wrong.append("%s is missing" % name)
        size = int(fields["content-length"])
        block = plain[end + 4:end + 4 + size]
        if len(block) != size or plain[end + 4 + size:end + 8 + size] != b"\r\n\r\n":
            return wrong + ["length of the record at %d" % at], n
        if not re.fullmatch(r"<[a-z][a-z0-9+.-]*:[^<> ]+>", fields["warc-record-id"]) or fields["warc-record-id"] in ids:
            wrong.append("record id %s is bad or stands twice" % fields["warc-record-id"])
        ids.add(fields["warc-record-id"])
        if not DATE.fullmatch(fields["warc-date"]):
            wrong.append("date %s" % fields["warc-date"])
        if fields["warc-type"] not in TYPES:
            wrong.append("type %s" % fields["warc-type"])
        if fields["warc-type"] in ("response", "resource", "request", "revisit", "conversion") and "warc-target-uri" not in fields:
            wrong.append("%s without WARC-Target-URI" % fields["warc-type"])
        if fields["warc-type"] == "revisit" and ("warc-profile" not in fields or "warc-payload-digest" not in fields):
            wrong.append("revisit without profile or digest")
        if fields["warc-type"] == "conversion" and "warc-refers-to" not in fields:
            wrong.append("conversion without WARC-Refers-To")
        if size and "content-type" not in fields:
            wrong.append("%s without Content-Type" % fields["warc-type"])
        if "warc-filename" in fields and fields["warc-type"] != "warcinfo":
            wrong.append("WARC-Filename outside warcinfo")
        digest = fields.get("warc-block-digest", "")
        if digest.startswith("sha256:") and digest[7:] != hashlib.sha256(block).hexdigest():
            wrong.append("block digest of %s" % fields["warc-record-id"])
        n += 1
        at = end + 8 + size
    return wrong, n


def by_others(camp, archive, total):
    warc = os.path.join(archive, "warc")
    paths = [os.path.join(warc, n) for n in sorted(os.listdir(warc)) if n.endswith(".warc.gz")]
    bad = [p for p in paths if subprocess.run(["gzip", "-t", p], capture_output=True).returncode != 0]
    camp.figure(not bad, "gzip -t: %d segments, refused %d" % (len(paths), len(bad)))
    n = sum(subprocess.run(["zcat", p], capture_output=True).stdout.count(b"WARC/1.1\r\nWARC-Type: ") for p in paths)
    camp.figure(n == total, "zcat: %d records seen, %d there" % (n, total))
    wrong, n = [], 0
    for p in paths:
        w, m = strict(p)
        wrong += w
        n += m
    for w in wrong:
        camp.violation(w)
    camp.figure(not wrong and n == total, "strict WARC 1.1 reader: %d records, errors %d" % (n, len(wrong)))
    for name, command in (("warcio", ["warcio", "check", "-v"]), ("jwarc", ["jwarc", "validate"]), ("jwattools", ["jwattools", "test"])):
        if shutil.which(name) is None:
            camp.skip("%s on %d segments" % (name, len(paths)), "%s is not installed" % name)
            continue
        done = [subprocess.run([*command, p], capture_output=True) for p in paths]
        failed = [d for d in done if d.returncode != 0]
        for d in failed:
            camp.violation("%s: %r" % (name, (d.stdout + d.stderr)[-300:]))
        camp.figure(not failed, "%s: %d segments, errors %d" % (name, len(paths), len(failed)))


def for_libarchive(plain):
    """
    What libarchive 3.6 (Debian 12's bsdtar) cannot read of WARC 1.1 is three tokens in the heads, and nothing else:

        WARC/1.1                     it knows versions up to 1.0          "Unrecognized archive format"
        …:07.123Z                    a WARC 1.0 date has no fraction      "Bad record time"
        urn:gongkai:ID               it lists http, https and file        passed over without a word

    Only these are changed, in heads only, found by Content-Length as any reader of WARC does; no byte of a block.
    """
    out, at = bytearray(), 0
    while at < len(plain):
        end = plain.index(b"\r\n\r\n", at)
        head = plain[at:end]
        size = int(re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)[1])
        head = re.sub(rb"^WARC/1\.1\r", b"WARC/1.0\r", head)
        head = re.sub(rb"(\r\nWARC-Date: [-0-9T:]{19})\.\d+Z", rb"\1Z", head)
        head = re.sub(rb"(\r\nWARC-Target-URI: )urn:gongkai:", rb"\1http://gongkai.invalid/", head)
        out += head + plain[end:end + 8 + size]
        at = end + 8 + size
    return bytes(out)


def by_bsdtar(camp, truth, paths):
    """Each original is listed under its id, in order, newer versions too, and comes out byte for byte."""
    if shutil.which("bsdtar") is None:
        camp.skip("bsdtar reads the originals", "bsdtar is not installed")
        return
    as_it_is = subprocess.run(["bsdtar", "-tf", paths[0]], capture_output=True)
    camp.note("bsdtar -tf of a segment as it is: exit status %d %s" % (as_it_is.returncode, as_it_is.stderr.decode().strip()))
    wrong, n = [], 0
    for path in paths:
        segment = int(os.path.basename(path)[:6])
        want = [(f["warc-target-uri"].split(":")[2], b) for (s, o), (l, f, b) in sorted(truth.records.items())
                if s == segment and f["warc-type"] == "resource" and f["warc-target-uri"].startswith("urn:gongkai:")]
        plain = camp.path("plain.warc")
        with open(plain, "wb") as f:
            f.write(for_libarchive(gzip.GzipFile(filename=path).read()))
        listed = subprocess.run(["bsdtar", "-tf", plain], capture_output=True)
        names = [os.path.basename(name) for name in listed.stdout.decode().split()]
        if listed.returncode != 0 or names != [i for i, _ in want]:
            wrong.append("%s: lists %s, not %s: %s" % (path, names[:3], [i for i, _ in want][:3], listed.stderr.decode()[-200:]))
        # Not with -xO: that adds the four bytes which end a record, beyond the size that it lists.  As a tar it keeps to the size.
        done = subprocess.run(["bsdtar", "-cf", "-", "--format=pax", "@" + plain], capture_output=True)
        read = []
        if done.returncode == 0:
            tar = tarfile.open(fileobj=io.BytesIO(done.stdout))
            read = [(os.path.basename(m.name), tar.extractfile(m).read()) for m in tar]
        if read != want:
            wrong.append("%s: %d entries with other bytes: %s" % (path, sum(a != b for a, b in zip(read, want)) or abs(len(read) - len(want)), done.stderr.decode()[-200:]))
        n += len(want)
    for w in wrong:
        camp.violation(w)
    camp.figure(n > 0 and not wrong, "bsdtar, three tokens of the heads in the words of WARC 1.0: %d originals listed and read, errors %d" % (n, len(wrong)))


def damaged_segments(before, name):
    """rule -> bytes of a segment that breaks it; the record hurt holds the word DAMAGED."""
    info = lambda form=1, prev=before: c.member(c.warc_text("warcinfo", c.info_block(prev, form), WARC_Filename=name, Content_Type="application/warc-fields"))
    good = lambda word=b"whole": c.member(c.warc_text("resource", b"a good record: " + word))
    hurt = lambda **f: c.member(c.warc_text("resource", b"DAMAGED", **f))
    plain = hurt()

    def changed(at, to, data=plain):
        return data[:at] + to + data[at + len(to):]

    second = c.warc_text("resource", b"DAMAGED")
    out = {
        "a wrong CRC": changed(len(plain) - 8, b"\0\0\0\0"),
        "a wrong size": changed(len(plain) - 4, struct.pack("<I", 5)),
        "deflate data that are none": changed(30, b"\xff" * 8),
        "two records in a member": c.member(second + second),
        "bytes behind the record in a member": c.member(second + b"more"),
        "no end of the record": c.member(second[:-4]),
        "a length that is too small": c.member(second, length=len(plain) - 3),
        "a length that is too large": c.member(second, length=len(plain) + 5),
        "a field twice": hurt(WARC_Target_URI=["urn:a", "urn:b"]),
        "a digest twice": hurt(WARC_Block_Digest=["sha256:" + hashlib.sha256(b"DAMAGED").hexdigest()] * 2),
        "no WARC-Type": hurt(WARC_Type=None),
        "no WARC-Record-ID": hurt(WARC_Record_ID=None),
        "no WARC-Date": hurt(WARC_Date=None),
        "no Content-Length": hurt(Content_Length=None),
        "Content-Length is no number": hurt(Content_Length="7x"),
        "Content-Length too large": hurt(Content_Length="9"),
        "Content-Length negative": hurt(Content_Length="-7"),
        "another block digest": hurt(WARC_Block_Digest="sha256:" + hashlib.sha256(b"other").hexdigest()),
        "no version": hurt(version="HTTP/1.1"),
        "a header of more than 64 KiB": hurt(X_Long=["y" * 8000] * 9),
        "a line of more than 8 KiB": hurt(X_Long="y" * 9000),
        "zeros between records": bytes(512),
        "text between records": b"this is not gzip, and was never written here\n",
        "an event that is no JSON": c.member(c.warc_text("metadata", b"{\"gongkai\": DAMAGED", Content_Type="application/vnd.gongkai.event+json")),
        "an event without its records": c.member(c.warc_text("metadata", (
            '{"actor":"a","content":{"bytes":7,"digest":"sha256:%s","original":{"loc":[1,5,7],"record":"urn:uuid:0"},"text":{"bytes":7,"digest":"sha256:%s",'
            '"loc":[1,5,7],"record":"urn:uuid:0","source":"text","tool":"t"},"type":"text/plain"},"event":"e-000900","gongkai":1,"id":"qsz-2021-000900",'
            '"meta":{"title":"DAMAGED"},"recorded_at":"2026-11-23T00:00:00.000Z","source":{"digest":"sha256:%s","kind":"file","name":"x"},"type":"import_public"}'
            % ((hashlib.sha256(b"x").hexdigest(),) * 3)).encode(), Content_Type="application/vnd.gongkai.event+json")),
    }
    out = {rule: info() + good(b"before") + bad + good(b"behind") for rule, bad in out.items()}
    out["the digest of the segment before is wrong"] = info(prev="0" * 64) + good()
    out["no digest of the segment before"] = info(prev=None) + good()
    out["the name of another segment"] = c.member(c.warc_text("warcinfo", c.info_block(before), WARC_Filename="000009.warc.gz",
                                                              Content_Type="application/warc-fields")) + good()
    out["a newer format"] = info(form=99) + good()
    out["no warcinfo"] = good() + good()
    out["cut in the middle of a record"] = (info() + good() + plain)[:-9]
    return out


def others_segments(before):
    old = lambda **f: c.warc_text("resource", b"of another writer", **f)
    folded = old().replace(b"WARC-Target-URI: urn:gongkai:foreign", b"WARC-Target-URI:\r\n urn:gongkai:foreign")
    return {
        "WARC 1.0, no extra field": c.member(old(version="WARC/1.0"), extra=False),
        "WARC 0.18": c.member(old(version="WARC/0.18"), extra=False),
        "folded fields": c.member(folded, extra=False),
        "names in any case": c.member(old().replace(b"WARC-Type", b"warc-TYPE"), extra=False),
        "SHA-1 digest in base 32": c.member(old(WARC_Block_Digest="sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"), extra=False),
        "a digest of another length": c.member(old(WARC_Block_Digest="sha256:" + "0" * 60), extra=False),
        "without digest": c.member(old(WARC_Block_Digest=None), extra=False),
        "two WARC-Concurrent-To": c.member(old(WARC_Concurrent_To=["<urn:uuid:1>", "<urn:uuid:2>"]), extra=False),
        "a type that nobody knows": c.member(c.warc_text("gongkai-tomorrow", b"x"), extra=False),
    }


def main():
    camp = c.Campaign("verify-interop", shim=False)
    archive = camp.path("archive")
    c.init(archive)
    told = {}
    for k in (0, 20, 40):
        docs = [c.document(n, size=2) for n in range(k, k + 20)] + ([c.document(5, version=k)] if k else [])
        done = c.run(archive, "ingest", "--json", "--jsonl", c.write_batch(camp.path("b.jsonl"), docs))
        told.update(c.acknowledged(done.stdout))
        if k < 40:
            c.close_segment(archive)
    page = camp.path("page.html")
    open(page, "w").write("<html><head><meta charset=utf-8><title>一页</title></head><body><p>共同的词。</p></body></html>")
    shutil.copy(page, camp.path("again.html"))
    for p in (page, camp.path("again.html")):     # a conversion, and a revisit
        c.run(archive, "ingest", p)
    truth = c.Truth(archive)
    for p in truth.problems:
        camp.violation(p)
    camp.figure(not truth.problems and truth.segments == 3, "the reader of this campaign: %d records, %d events, errors %d" %
                (len(truth.records), len(truth.events), len(truth.problems)))
    by_others(camp, archive, len(truth.records))
    warc = os.path.join(archive, "warc")
    by_bsdtar(camp, truth, [os.path.join(warc, n) for n in sorted(os.listdir(warc)) if n.endswith(".warc.gz")])

    warc = os.path.join(archive, "warc")
    last = "%06d.warc.gz" % (truth.segments + 1)
    before = hashlib.sha256(open(os.path.join(warc, "%06d.warc.gz" % truth.segments), "rb").read()).hexdigest()
    some = sorted(told.values())[::9]

    def with_segment(data, closed=True):
        copy = camp.fresh("copy")
        shutil.copytree(archive, copy, symlinks=True)
        open(os.path.join(copy, "warc", last), "wb").write(data)
        if closed:
            c.close_segment(copy)
        return copy

    missed = unnamed = lost = shown = 0
    rules = damaged_segments(before, last)
    for rule, data in rules.items():
        copy = with_segment(data)
        done = c.run(copy, "verify", "--json")
        if done.returncode != 4:
            missed += 1
            camp.violation("verify takes a segment with %s: exit status %d %s" % (rule, done.returncode, (done.stdout + done.stderr)[-200:]))
        elif last[:6] not in done.stdout + done.stderr and "qsz-2021-000900" not in done.stdout and '"segment":%d,' % (truth.segments + 1) not in done.stdout and '"segment":%d,' % (truth.segments + 2) not in done.stdout:
            unnamed += 1
            camp.violation("verify does not name the segment with %s: %s" % (rule, done.stdout[-300:]))
        if rule != "a newer format":      # that one may refuse all
            lost += sum(c.run(copy, "show", "--text", i).returncode != 0 for i in some)
        again = c.run(copy, "search", "--json", "DAMAGED")
        shown += "DAMAGED" in again.stdout.replace('"q":"DAMAGED"', "").replace("q=DAMAGED", "").replace('"parsed":"DAMAGED"', "") and again.returncode == 0
    camp.figure(missed == 0, "damaged segments, one for each rule: %d of %d not found by verify" % (missed, len(rules)))
    camp.figure(unnamed == 0, "found, but the segment not named: %d" % unnamed)
    camp.figure(lost == 0, "other documents that could no longer be read: %d" % lost)
    camp.figure(shown == 0, "damaged records shown by search: %d" % shown)
    refused = 0
    others = others_segments(before)
    info = c.member(c.warc_text("warcinfo", c.info_block(before), WARC_Filename=last, Content_Type="application/warc-fields"))
    for rule, data in others.items():
        copy = with_segment(info + data)
        done = c.run(copy, "verify", "--json")
        if done.returncode != 0:
            refused += 1
            camp.violation("verify refuses a record of another writer (%s): exit status %d %s" % (rule, done.returncode, (done.stdout + done.stderr)[-300:]))
    camp.figure(refused == 0, "sound records of other writers: %d of %d refused" % (refused, len(others)))
    camp.done()


main()
