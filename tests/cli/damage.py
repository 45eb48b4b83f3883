#!/usr/bin/env python3
"""Damages an archive in exactly one way: one fixture for each rule of `gongkai verify`.

    damage.py ARCHIVE RULE      V01 ... V17, or one of the words at the end of this file
    damage.py ARCHIVE list      its records, one JSON object a line
    damage.py ARCHIVE close     begin a new segment, as the writer does when one is full
    damage.py ARCHIVE flip SEED one bit of a closed segment; says which

Prints "SEGMENT OFFSET" of what it did.  Written from doc/gongkai-archive.5 alone: reading and writing of members here
share nothing with the program under test.
"""
import hashlib
import itertools
import json
import os
import random
import re
import struct
import sys
import zlib

MAGIC = b"\x1f\x8b\x08\x04\0\0\0\0\0\x03\x0c\0GK\x08\0"


def path(archive, segment):
    return os.path.join(archive, "warc", "%06d.warc.gz" % segment)


def segments(archive):
    return sorted(int(n[:6]) for n in os.listdir(os.path.join(archive, "warc")) if re.fullmatch(r"\d{6}\.warc\.gz", n))


def read(archive, segment):
    with open(path(archive, segment), "rb") as f:
        return bytearray(f.read())


def write(archive, segment, data):
    with open(path(archive, segment), "wb") as f:
        f.write(data)


class Record:
    """One member; text is all of the record."""

    def __init__(self, segment, offset, data):
        self.segment, self.offset = segment, offset
        assert data[offset:offset + 16] == MAGIC, "no member at %d" % offset
        self.length, self.distance = struct.unpack_from("<II", data, offset + 16)
        self.text = zlib.decompress(bytes(data[offset:offset + self.length]), 31)
        self.head, rest = self.text.split(b"\r\n\r\n", 1)
        self.block = rest[:-4]
        self.fields = dict(line.split(": ", 1) for line in self.head.decode().split("\r\n")[1:])

    @property
    def type(self):
        return self.fields["WARC-Type"]

    @property
    def event(self):
        return json.loads(self.block) if self.fields.get("Content-Type", "").startswith("application/vnd.gongkai.event") else None


def records(archive, segment):
    data, at, out = read(archive, segment), 0, []
    while at < len(data):
        out.append(Record(segment, at, data))
        at += out[-1].length
    return out


def deflated(text, level):
    z = zlib.compressobj(level, zlib.DEFLATED, -15)
    return z.compress(text) + z.flush()


def padded(body, n):
    """The same deflate stream in just n bytes: empty fixed blocks (ten bits: 0, 01, 0000000) go before it.  None if that cannot be."""
    bits = int.from_bytes(body, "little")
    for blocks in range(max(0, 8 * (n - len(body) - 1) // 10), 8 * (n - len(body) + 1) // 10 + 1):
        empty = sum(2 << 10 * i for i in range(blocks))
        whole = empty | bits << 10 * blocks
        if whole.bit_length() > 8 * n:
            continue
        out = whole.to_bytes(n, "little")
        d = zlib.decompressobj(-15)
        d.decompress(out)
        if d.eof and not d.unused_data:
            return out
    return None


def member(text, distance=0, level=6, length=None):
    """length: the member has just that, or is None."""
    body = deflated(text, level)
    if length is not None:
        body = padded(body, length - 32)
        if body is None:
            return None
    tail = struct.pack("<II", zlib.crc32(text), len(text) & 0xFFFFFFFF)
    return MAGIC + struct.pack("<II", 24 + len(body) + 8, distance) + body + tail


def with_block(head, block):
    """The record with another block of the same length and digests that are right."""
    new = hashlib.sha256(block).hexdigest().encode()
    head = re.sub(rb"(WARC-(?:Block|Payload)-Digest: sha256:)[0-9a-f]{64}", rb"\g<1>" + new, head)
    return head + b"\r\n\r\n" + block + b"\r\n\r\n"


class NoneFits(SystemExit):
    """Nothing to put into the place of this record compresses to just its length: zlib is not what the writer packed with."""


def replace_one(archive, recs, candidates):
    """As replace(), of the first of the records where it can be done; candidates(rec) are its own."""
    for few in (300, None):
        for rec in recs:
            try:
                return replace(archive, rec, itertools.islice(candidates(rec), few))
            except NoneFits:
                pass
    raise NoneFits("no candidate fits any record")


def replace(archive, rec, candidates, levels=(6, 9, 5, 4, 7, 8, 3)):
    """Put the first candidate there that fits into the length of what was there.  A date that is easier to compress makes room."""
    data = read(archive, rec.segment)
    for text in (t for c in candidates for t in dated(c)):
        for level in levels:
            m = member(text, rec.distance, level, rec.length)
            if m is not None:
                data[rec.offset:rec.offset + rec.length] = m
                write(archive, rec.segment, data)
                return rec
    raise NoneFits("no candidate fits")


def dated(text):
    """The record, and the same with other dates (no digest covers them), some easy to compress and some not."""
    r = random.Random(1)
    yield text
    for few in (1, 1, 2, 3, 5, 10, 10):
        some = r.sample("0123456789", few)
        yield re.sub(rb"(WARC-Date: \d\d\d\d-)[\d:.TZ-]+", lambda m: m.group(1) + re.sub("x", lambda _: r.choice(some), "0x-0xT0x:0x:xx.xxxZ").encode(), text, count=1)


def other_hex(text, pattern):
    """The text with one to three digits of the first hex behind pattern changed, in many ways."""
    at = text.index(pattern) + len(pattern)
    r = random.Random(1)
    for _ in range(20000):
        t = bytearray(text)
        for _ in range(r.randint(1, 3)):
            i = at + r.randrange(64)
            t[i] = r.choice(b"0123456789abcdef")
        if bytes(t) != text:
            yield bytes(t)


def all_in_last(archive, kind):
    return [r for r in records(archive, segments(archive)[-1]) if r.type == kind]


def in_last(archive, kind):
    """The first record of this kind in the last segment, not the very last one."""
    return all_in_last(archive, kind)[0]


def events_of(archive):
    return [r for r in records(archive, segments(archive)[-1]) if r.event]


def event_of(archive):
    return events_of(archive)[0]


def append(archive, *members):
    last = segments(archive)[-1]
    size = os.path.getsize(path(archive, last))
    with open(path(archive, last), "ab") as f:
        for m in members:
            f.write(m)
    return "%d %d" % (last, size)


def place(rec):
    return "%d %d" % (rec.segment, rec.offset)


def poke(archive, rec, at, change):
    data = read(archive, rec.segment)
    data[rec.offset + at] = change(data[rec.offset + at])
    write(archive, rec.segment, data)
    return place(rec)


# --- one for each rule ---

def v01(a):
    rec = in_last(a, "resource")
    return poke(a, rec, rec.length - 6, lambda b: b ^ 0x10)


def v02(a):
    return place(replace_one(a, all_in_last(a, "resource"), lambda rec: other_hex(rec.text, b"WARC-Block-Digest: sha256:")))


def v03(a):
    return place(replace_one(a, all_in_last(a, "resource"), lambda rec: other_hex(rec.text, b"WARC-Payload-Digest: sha256:")))


def v04(a):
    return place(replace_one(a, all_in_last(a, "resource"), lambda rec: (
        rec.text.replace(b"WARC-Date", b"WARC-" + bytes(w, "ascii"), 1)
        for w in (x + y + z + u for x in "DXYZtaeRA" for y in "aoDpRW" for z in "tagre" for u in "eCWARc") if w != "Date")))


def v05(a):
    rec = in_last(a, "resource")
    return poke(a, rec, 16, lambda b: b ^ 1)


def v06(a):
    os.unlink(path(a, 2))
    return "2 0"


def v07(a):
    last = segments(a)[-1]
    rec = records(a, last)[0]
    head = rec.head
    replace(a, rec, (with_block(head, b) for b in other_hex(rec.block, b"previous-segment-digest: sha256:")))
    return "%d 0" % (last - 1)


def v08(a):
    return append(a, b"these bytes belong to no record, however long one looks at them")


def v08_inside(a):
    return place(replace_one(a, all_in_last(a, "resource"), lambda rec: (
        rec.text[:-2] + bytes([x, y]) for x in range(33, 127) for y in range(33, 127))))


def v09(a):
    r = random.Random(1)

    def mangled(rec):
        for _ in range(20000):
            b = bytearray(rec.block)
            b[b.index(b'"gongkai"') + r.randrange(1, 8)] = r.choice(b"abcdefghijklmnopqrst")
            if bytes(b) != rec.block:
                yield with_block(rec.head, bytes(b))
    return place(replace_one(a, events_of(a), mangled))


def v10(a):
    r = random.Random(1)

    def elsewhere(rec):
        at = rec.block.index(b'"loc":[') + 7
        at = rec.block.index(b",", at) + 1
        n = rec.block.index(b",", at) - at
        for _ in range(20000):
            to = str(r.randrange(10 ** (n - 1), 10 ** n)).encode()
            if to != rec.block[at:at + n]:
                yield with_block(rec.head, rec.block[:at] + to + rec.block[at + n:])
    return place(replace_one(a, [r for r in events_of(a) if b'"loc":[' in r.block], elsewhere))


def v11(a):
    def another_digest(rec):
        at = rec.block.index(b'"digest":"sha256:', rec.block.index(b'"text":{'))
        return (with_block(rec.head, rec.block[:at] + b) for b in other_hex(rec.block[at:], b'"digest":"sha256:'))
    return place(replace_one(a, [r for r in events_of(a) if b'"text":{' in r.block], another_digest))


def v12(a):
    block = b"nobody speaks of me"
    d = hashlib.sha256(block).hexdigest()
    head = ("WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:11111111-2222-4333-8444-555555555555>\r\n"
            "WARC-Date: 2026-01-01T00:00:00.000Z\r\nWARC-Block-Digest: sha256:%s\r\nWARC-Payload-Digest: sha256:%s\r\n"
            "Content-Type: text/plain\r\nContent-Length: %d" % (d, d, len(block)))
    return append(a, member(head.encode() + b"\r\n\r\n" + block + b"\r\n\r\n"))


def v13(a):
    return append(a, member(event_of(a).text))


def v14(a):
    return append(a, member(event_of(a).text)[:100])


def v15(a):
    return poke(a, in_last(a, "resource"), 4, lambda b: b ^ 0x40)


def v15_distance(a):
    rec = [r for r in records(a, segments(a)[-1]) if r.distance > 0][0]
    return poke(a, rec, 21, lambda b: b ^ 0x20)


def v16(a):
    rec = records(a, segments(a)[-1])[-1]
    os.truncate(path(a, rec.segment), rec.offset)
    return place(rec)


def v17(a):
    rec = records(a, segments(a)[-1])[0]
    name = rec.fields["WARC-Filename"].encode()
    return place(replace(a, rec, (rec.text.replace(b"WARC-Filename: " + name, b"WARC-Filename: %06d.warc.gz" % n, 1) for n in range(4, 999999))))


# --- others ---

def close(a):
    last = segments(a)[-1]
    block = ("software: gongkai/0.1.0\r\nformat: WARC File Format 1.1\r\n"
             "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
             "gongkai-format: 1\r\ngongkai-previous-segment-digest: sha256:%s\r\n" % hashlib.sha256(read(a, last)).hexdigest()).encode()
    head = ("WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-%012d>\r\n"
            "WARC-Date: 2026-03-17T08:45:29.613Z\r\nWARC-Filename: %06d.warc.gz\r\nWARC-Block-Digest: sha256:%s\r\n"
            "Content-Type: application/warc-fields\r\nContent-Length: %d" % (last + 1, last + 1, hashlib.sha256(block).hexdigest(), len(block)))
    write(a, last + 1, member(head.encode() + b"\r\n\r\n" + block + b"\r\n\r\n"))
    return "%d 0" % (last + 1)


def early(a):
    """The head of a record cannot be read: only its event can say which document it was."""
    return poke(a, in_last(a, "resource"), 40, lambda b: b ^ 0x10)


def magic(a):
    """The first byte of a member: the records behind it are found all the same."""
    return poke(a, in_last(a, "resource"), 0, lambda b: b ^ 0x10)


def header_page(a):
    """All of a gzip header: nobody can tell where the next record begins."""
    rec = in_last(a, "resource")
    data = read(a, rec.segment)
    data[rec.offset:rec.offset + 24] = bytes(24)
    write(a, rec.segment, data)
    return place(rec)


def cut_closed(a):
    rec = records(a, 1)[-1]
    os.truncate(path(a, 1), rec.offset + rec.length // 2)
    return place(rec)


def cut_border(a):
    """A closed segment without its last record: only the next segment knows."""
    rec = records(a, 1)[-1]
    os.truncate(path(a, 1), rec.offset)
    return "1 0"


def swap(a):
    one, two = read(a, 1), read(a, 2)
    write(a, 1, two)
    write(a, 2, one)
    return "1 0"


def twice(a):
    """A whole segment stands there twice, under the next number, and its warcinfo is right."""
    last = segments(a)[-1]
    data = read(a, 2)
    first = records(a, 2)[0].length
    close(a)
    own = read(a, last + 1)
    write(a, last + 1, own + data[first:])
    return "%d %d" % (last + 1, len(own))


def big(a):
    """A sound record larger than the buffers."""
    block = random.Random(1).randbytes(3 * 1024 * 1024 + 17)
    d = hashlib.sha256(block).hexdigest()
    head = ("WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:11111111-2222-4333-8444-666666666666>\r\n"
            "WARC-Date: 2026-01-01T00:00:00.000Z\r\nWARC-Block-Digest: sha256:%s\r\nWARC-Payload-Digest: sha256:%s\r\n"
            "Content-Type: application/octet-stream\r\nContent-Length: %d" % (d, d, len(block)))
    return append(a, member(head.encode() + b"\r\n\r\n" + block + b"\r\n\r\n", level=0))


def big_bad(a):
    at = big(a)
    rec = records(a, segments(a)[-1])[-1]
    replace(a, rec, other_hex(rec.text, b"WARC-Block-Digest: sha256:"), (0,))
    return at


def big_long(a):
    """More behind a large block than should be there."""
    at = big(a)
    rec = records(a, segments(a)[-1])[-1]
    replace(a, rec, [rec.text[:-2] + b"XY"], (0,))
    return at


def flip(a, seed):
    r = random.Random(int(seed))
    segment = r.choice(segments(a)[:-1])
    data = read(a, segment)
    at, bit = r.randrange(len(data)), r.randrange(8)
    data[at] ^= 1 << bit
    write(a, segment, data)
    return "%d %d" % (segment, at)


def listing(a):
    for s in segments(a):
        for r in records(a, s):
            print(json.dumps({"segment": s, "offset": r.offset, "length": r.length, "type": r.type, "record": r.fields["WARC-Record-ID"].strip("<>"),
                              "uri": r.fields.get("WARC-Target-URI", "")}))
    return ""


what, how = sys.argv[1], sys.argv[2].lower()
done = {"list": listing}.get(how) or globals().get(how)
if done is None:
    sys.exit("no such damage: " + how)
print(done(what, *sys.argv[3:]))
