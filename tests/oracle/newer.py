#!/usr/bin/env python3
"""Raises gongkai-format in the first record of a segment to 2, as a later gongkai would write it.

Usage: newer.py SEGMENT     (format: doc/gongkai-archive.5)
"""
import gzip
import hashlib
import re
import struct
import sys
import zlib

path = sys.argv[1]
data = open(path, "rb").read()
length = struct.unpack_from("<I", data, 16)[0]
head, block = gzip.decompress(data[:length]).split(b"\r\n\r\n", 1)
block = block[:-4].replace(b"gongkai-format: 1", b"gongkai-format: 2")
assert b"gongkai-format: 2" in block
head = re.sub(rb"(?i)(WARC-Block-Digest: sha256:)[0-9a-f]{64}", lambda m: m.group(1) + hashlib.sha256(block).hexdigest().encode(), head)
record = head + b"\r\n\r\n" + block + b"\r\n\r\n"
deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
body = deflate.compress(record) + deflate.flush()
member = data[:16] + struct.pack("<II", 24 + len(body) + 8, 0) + body + struct.pack("<II", zlib.crc32(record), len(record))
# Later members state a distance to an offset; what it means moves with them only if the length stays.
open(path, "wb").write(member + data[length:])
