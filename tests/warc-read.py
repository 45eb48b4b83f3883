#!/usr/bin/env python3
"""Lists the records of gongkai segments: type, id, length, sha256 of the block.

A second reader, written from doc/gongkai-archive.5 alone with the standard
library, so that the archive is not only readable by the program that wrote it.
Usage: warc-read.py SEGMENT...
"""
import gzip
import hashlib
import io
import json
import struct
import sys


def members(data):
    """Each gzip member, found by the length in its "GK" extra field."""
    at = 0
    while at < len(data):
        if data[at:at + 4] != b"\x1f\x8b\x08\x04" or data[at + 12:at + 16] != b"GK\x08\x00":
            raise SystemExit("no gongkai member at %d" % at)
        length, distance = struct.unpack_from("<II", data, at + 16)
        if distance > at:
            raise SystemExit("bad distance at %d" % at)
        yield gzip.GzipFile(fileobj=io.BytesIO(data[at:at + length])).read()
        at += length


def record(text):
    """(fields, block) of one record; names in lower case."""
    head, rest = text.split(b"\r\n\r\n", 1)
    version, *lines = head.decode("utf-8").split("\r\n")
    fields = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
    size = int(fields["content-length"])
    if version != "WARC/1.1" or rest[size:] != b"\r\n\r\n":
        raise SystemExit("not one WARC/1.1 record in this member")
    return fields, rest[:size]


def follow(digest, segment, orders):
    """The digest that a segment was closed with becomes what the orders have made of it."""
    for order in orders:
        for part in order["segments"]:
            if part["segment"] == segment and part["old"] == digest:
                digest = part["new"]
    return digest


files = []
for path in sys.argv[1:]:
    with open(path, "rb") as f:
        data = f.read()
    files.append((path, data, [record(text) for text in members(data)]))

# A tombstone is as good as the order that names it; orders may stand in a later segment.
orders = [json.loads(block) for _, _, records in files for fields, block in records
          if fields.get("content-type") == "application/vnd.gongkai.destruction+json"]
destroyed = {one[0] for order in orders for part in order["segments"] for one in part["records"]}

before = None
for path, data, records in files:
    for number, (fields, block) in enumerate(records):
        digest = hashlib.sha256(block).hexdigest()
        id_ = fields["warc-record-id"].strip("<>")
        if "gongkai-destroyed" in fields and id_ in destroyed and not block:
            digest = fields["warc-block-digest"][7:]
        if fields["warc-block-digest"] != "sha256:" + digest:
            raise SystemExit("digest does not match: " + fields["warc-record-id"])
        if number == 0:
            info = dict(line.split(": ", 1) for line in block.decode().split("\r\n") if line)
            if fields["warc-type"] != "warcinfo" or info["gongkai-format"] != "1":
                raise SystemExit("no warcinfo: " + path)
            stated = info.get("gongkai-previous-segment-digest")
            segment = int(fields["warc-filename"][:6])
            if (stated and follow(stated, segment - 1, orders)) != before:
                raise SystemExit("the digest of the segment before is wrong: " + path)
        print(fields["warc-type"], id_, len(block), digest)
    before = "sha256:" + hashlib.sha256(data).hexdigest()
