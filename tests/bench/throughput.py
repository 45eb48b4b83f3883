#!/usr/bin/env python3
"""Files a second into the archive, beside recollindex and omindex over the same folder, in one run; and how much of each format they found.

Usage: throughput.py [FILES [ROUNDS]]        (2000, 2) in a build tree; needs recollindex and omindex, xapian-delve, and ../shared/corpus

A mixed folder is made of laws by tests/office/make.py: pages, texts, DOCX, ODT, XLSX, RTF, PDF.  Each text has a word of its own at its head, in
its middle and at its end; which of them stand among the terms of an index says how complete the text is.  Of the rounds of each the fastest counts, and
beside it the least processor time of a round (user and system, of all processes): where others use the machine too, that is what can be compared.
"""
import gzip
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.abspath(os.environ.get("top_srcdir", os.path.join(HERE, "..", "..")))
BUILD = os.path.abspath(os.environ.get("top_builddir", "."))
sys.path.insert(0, os.path.join(SOURCE, "tests", "office"))
import make  # noqa: E402


def page(lines):
    return ('<html><head><meta charset="utf-8"><title>%s</title></head><body><h1>%s</h1><div id="zoom">%s</div></body></html>' % (
        lines[0], lines[0], "".join("<p>%s</p>" % line for line in lines[1:]))).encode()


FORMATS = {"html": page, "txt": lambda lines: "\n".join(lines).encode("utf-8"), "docx": make.docx_of, "odt": make.odt_of, "rtf": make.rtf_of,
           "xlsx": lambda lines: make.xlsx([("表", "", [[line] for line in lines])]), "pdf": lambda lines: make.pdf(make.laid_out(lines))}


def folder(top, count):
    laws = [json.loads(line) for line in gzip.open(os.path.join(SOURCE, "..", "shared", "corpus", "laws.jsonl.gz"), "rt", encoding="utf-8")]
    for i in range(count):
        law = laws[i % len(laws)]
        kind = list(FORMATS)[i % len(FORMATS)]
        # No blanks: a cell or a line of a page would lose them; markup is none of these files' business.
        body = [re.sub(r"[\s<>&\u3000]+", "", line)[:400] for line in law["text"].split("\n")]
        body = [line for line in body if line][:40]
        lines = ["%s zqx%da" % (law["title"], i)] + body[:len(body) // 2] + ["zqx%db" % i] + body[len(body) // 2:] + ["zqx%dc" % i]
        where = os.path.join(top, "%02d" % (i % 40))
        os.makedirs(where, exist_ok=True)
        with open(os.path.join(where, "%05d.%s" % (i, kind)), "wb") as f:
            f.write(FORMATS[kind](lines))


def words_of(db):
    out = subprocess.run(["xapian-delve", "-1", "-a", db], stdout=subprocess.PIPE).stdout.decode("utf-8", "replace")
    return set(re.findall(r"^zqx(\d+[abc])$", out, re.M))


def timed(command, **env):
    def spent():
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    start, before = time.time(), spent()
    subprocess.run(command, env=dict(os.environ, **env), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return time.time() - start, spent() - before


def ours(top, files):
    archive = os.path.join(top, "archive")
    gongkai = os.path.join(BUILD, "gongkai")
    subprocess.run([gongkai, "init", "--archive", archive, "--org", "云溪县人民政府", "--code", "yx"], stdout=subprocess.DEVNULL, check=True)
    took = timed([gongkai, "ingest", "--archive", archive, "--quiet", files])
    out = subprocess.run([gongkai, "export", "--format", "jsonl", "--archive", archive, "-"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
    return took, set(re.findall(r"zqx(\d+[abc])", out))


def recoll(top, files):
    conf = os.path.join(top, "recoll")
    os.mkdir(conf)
    with open(os.path.join(conf, "recoll.conf"), "w") as f:
        f.write("topdirs = %s\nidxflushmb = 100\n" % files)
    took = timed(["recollindex", "-c", conf])
    return took, words_of(os.path.join(conf, "xapiandb"))


def omega(top, files):
    took = timed(["omindex", "--db", os.path.join(top, "omega"), "--url", "/", files], XAPIAN_CJK_NGRAM="1")
    return took, words_of(os.path.join(top, "omega"))


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    missing = [p for p in ("recollindex", "omindex", "xapian-delve") if shutil.which(p) is None]
    if missing:
        print("needs %s" % ", ".join(missing))
        return 1
    with tempfile.TemporaryDirectory(prefix="gongkai-throughput.") as top:
        files = os.path.join(top, "files")
        folder(files, count)
        best, least, found = {}, {}, {}
        for turn in range(rounds):
            for name, run in (("gongkai", ours), ("recollindex", recoll), ("omindex", omega)):
                work = os.path.join(top, "%s%d" % (name, turn))
                os.mkdir(work)
                (took, cpu), found[name] = run(work, files)
                best[name] = min(best.get(name, took), took)
                least[name] = min(least.get(name, cpu), cpu)
                shutil.rmtree(work)
    for name, took in best.items():
        print("%-12s %7.1f s  %6.1f documents/s  %7.1f s of processors" % (name, took, count / took, least[name]))
    for what, times in (("time", best), ("processor time", least)):
        print("ratio to the better of the two, %s: %.2f" % (what, min(times["recollindex"], times["omindex"]) / times["gongkai"]))
    kinds = list(FORMATS)
    for k, kind in enumerate(kinds):
        numbers = [i for i in range(count) if i % len(kinds) == k]
        print("%-5s words found of %d: %s" % (kind, 3 * len(numbers), ", ".join("%s %d" % (name, sum("%d%s" % (i, c) in f for i in numbers for c in "abc")) for name, f in found.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
