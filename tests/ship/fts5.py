#!/usr/bin/env python3
"""Runs of characters asked of SQLite's FTS5 with our tokenizer, against a plain search in the folded text.

Usage: fts5.py EXTENSION LIBRARY FOLDER COUNT SEED        sqlite3 must be in the PATH
"""
import ctypes
import os
import random
import subprocess
import sys
import unicodedata

extension, library, folder, count, seed = sys.argv[1:6]
lib = ctypes.CDLL(library)
lib.gongkai_cjk_fold.restype = ctypes.c_char_p
lib.gongkai_cjk_fold.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p]


def fold(text):
    b = text.encode()
    return lib.gongkai_cjk_fold(b, len(b), None).decode()


def quoted(s):
    return "'" + s.replace("'", "''") + "'"


texts = []
for base, _, names in sorted(os.walk(folder)):
    for name in sorted(names):
        try:
            texts.append(open(os.path.join(base, name), encoding="utf-8").read().replace("\0", " "))
        except UnicodeDecodeError:
            pass
assert len(texts) > 20, len(texts)
folded = [fold(t) for t in texts]
rng = random.Random(int(seed))
han = lambda c: unicodedata.name(c, "").startswith("CJK UNIFIED")
runs = ["安全生產", "政府信息公开", "㐀", "不在任何一件裡的詞"]
while len(runs) < int(count):
    t, k = rng.choice(texts), rng.randint(1, 6)
    at = rng.randrange(max(1, len(t) - k))
    if len(t[at:at + k]) == k and all(map(han, t[at:at + k])):
        runs.append(t[at:at + k])
script = [".load " + extension, "CREATE VIRTUAL TABLE doc USING fts5(body, tokenize = 'gongkai');"]
script += ["INSERT INTO doc(rowid, body) VALUES (%d, %s);" % (i, quoted(t)) for i, t in enumerate(texts)]
script += ["SELECT coalesce(group_concat(rowid, ' '), '') FROM (SELECT rowid FROM doc WHERE doc MATCH %s ORDER BY rowid);" % quoted('"%s"' % r) for r in runs]
out = subprocess.run(["sqlite3", ":memory:"], input="\n".join(script), capture_output=True, text=True)
if out.returncode != 0 or out.stderr:
    sys.exit("sqlite3: %s" % out.stderr[:500])
lines = out.stdout.split("\n")
found = 0
for run, line in zip(runs, lines):
    got, wanted = [int(x) for x in line.split()], [i for i, t in enumerate(folded) if fold(run) in t]
    if got != wanted:
        sys.exit("%s: SQLite finds %s, the text stands in %s" % (run, got, wanted))
    found += len(got)
print("%d runs, %d hits, seed %s" % (len(runs), found, seed))
sys.exit(0 if len(lines) > len(runs) - 1 and found > len(runs) // 2 else 1)
