#!/usr/bin/env python3
"""The payloads of a WARC file, read without gongkai: standard library only.

Usage: warc_payloads.py [--all] FILE...
Prints "sha256 URI" for each record that holds a document: a response with status 2xx and type
text/html, text/plain or text/markdown, its codings taken off, or a resource of those types; of http(s) and urn:gongkai:
addresses only.  --all prints "type id date length sha256 URI" of every record instead, and checks
what a WARC 1.1 file must have: a warcinfo first, the mandatory fields, digests, one record a gzip member.
"""
import base64
import gzip
import hashlib
import io
import sys
import zlib


def members(data):
    """The gzip members one by one; a plain file is a single piece."""
    if data[:2] != b"\x1f\x8b":
        yield data
        return
    while data:
        z = zlib.decompressobj(31)
        yield z.decompress(data) + z.flush()
        data = z.unused_data


def records(text):
    f = io.BytesIO(text)
    while True:
        line = f.readline()
        if not line:
            return
        if not line.strip():
            continue
        version = line.strip().decode()
        fields = []
        for line in iter(f.readline, b"\r\n"):
            name, value = line.decode("utf-8", "surrogateescape").split(":", 1)
            fields.append((name.lower(), value.strip()))
        head = dict(fields)
        names = [name for name, _ in fields if name != "warc-concurrent-to"]
        if len(names) != len(set(names)):
            raise SystemExit("a field stands twice: %s" % fields)
        block = f.read(int(head["content-length"]))
        if f.read(4) != b"\r\n\r\n":
            raise SystemExit("no end behind %s" % head["warc-record-id"])
        yield version, head, block


def dechunk(body):
    out, f = b"", io.BytesIO(body)
    while True:
        size = int(f.readline().split(b";")[0], 16)
        if size == 0:
            return out
        out += f.read(size)
        f.readline()


def payload(block):
    head, body = block.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    status = int(lines[0].split()[1])
    fields = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in lines[1:])}
    if fields.get("transfer-encoding", "").lower() == "chunked":
        body = dechunk(body)
    coding = fields.get("content-encoding", "").lower()
    if coding == "gzip":
        body = gzip.decompress(body)
    elif coding == "deflate":
        body = zlib.decompress(body, 15 if body[:1] == b"x" else -15)
    return status, fields.get("content-type", ""), body


def same_digest(stated, block):
    algorithm, value = stated.split(":", 1)
    h = hashlib.new(algorithm, block)
    return value.lower() == h.hexdigest() or value == base64.b32encode(h.digest()).decode()


def wanted(kind):
    return kind.split(";")[0].strip().lower() in ("text/html", "text/plain", "text/markdown")


everything = sys.argv[1] == "--all"
for path in sys.argv[2 if everything else 1:]:
    with open(path, "rb") as f:
        data = f.read()
    first = True
    for member in members(data):
        found = list(records(member))
        if everything and data[:2] == b"\x1f\x8b" and len(found) != 1:
            raise SystemExit("%d records in a member" % len(found))
        for version, head, block in found:
            kind, uri = head["warc-type"], head.get("warc-target-uri", "-").strip("<>")
            if everything:
                for name in ("warc-record-id", "warc-date", "content-length", "warc-type"):
                    if not head.get(name):
                        raise SystemExit("no %s" % name)
                if first != (kind == "warcinfo"):
                    raise SystemExit("a warcinfo is wanted first, and only there")
                if version not in ("WARC/1.0", "WARC/1.1"):
                    raise SystemExit("version %s" % version)
                if "warc-block-digest" in head and not same_digest(head["warc-block-digest"], block):
                    raise SystemExit("digest of %s" % head["warc-record-id"])
                print(kind, head["warc-record-id"], head["warc-date"], len(block), hashlib.sha256(block).hexdigest(), uri)
            elif uri.startswith(("http://", "https://", "urn:gongkai:")):
                if kind == "response":
                    status, content, body = payload(block)
                    if 200 <= status < 300 and wanted(content):
                        print(hashlib.sha256(body).hexdigest(), uri)
                elif kind == "resource" and wanted(head.get("content-type", "")):
                    print(hashlib.sha256(block).hexdigest(), uri)
            first = False
