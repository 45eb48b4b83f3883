#!/usr/bin/env python3
"""Kill a destruction at every step: either nothing or everything has happened, and the next command says which.

    dispose.py points [FIRST STEP]     kill at point FIRST, FIRST + STEP, ...; then let the next command find what is there
    dispose.py twice STEP              kill, then kill the next command too, then let a third one find it

Works in the current folder; the archive is $GONGKAI_ARCHIVE.  Looks for the destroyed words itself, in every byte of the archive:
inflated, as UTF-8 and as the UTF-16 of the text store.  Exit status 77: this build has no fault points.
"""
import glob
import gzip
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys

ARCHIVE = os.environ["GONGKAI_ARCHIVE"]
WORDS = {"k-2010-000001": "独此一词甲乙丙", "k-2010-000003": "独此一词丁戊己", "k-2010-000005": "独此一词庚辛壬"}
KEPT = {"k-2010-000002": "留存之词一", "k-2010-000004": "留存之词二", "k-2010-000006": "留存之词三"}
NOTHING, EVERYTHING = "什么也没有销毁", "现已补完：3 件已销毁"
problems = 0


def run(*args, fault=None, limit=None):
    env = dict(os.environ)
    if fault:
        env["GONGKAI_FAULT"] = fault
    if limit:
        env["GONGKAI_SEGMENT_LIMIT"] = limit
    return subprocess.run(["gongkai", *args], capture_output=True, env=env, stdin=subprocess.DEVNULL)


def good(*args, **more):
    r = run(*args, **more)
    if r.returncode != 0:
        sys.exit("cannot prepare: %s: %s" % (args, (r.stdout + r.stderr).decode()))
    return r


def wrong(where, what):
    global problems
    problems += 1
    print("%s: %s" % (where, what))


def template():
    good("init", "--org", "甲", "--code", "k")
    with open(os.path.join(ARCHIVE, "gongkai.conf"), "a", encoding="utf-8") as f:
        f.write('fonds = "Z1"\nschedule "1" { rule "公示" { retention = "D10" } }\n')
    with open("docs.jsonl", "w", encoding="utf-8") as f:
        for i in range(1, 7):
            id_ = "k-2010-%06d" % i
            word = WORDS.get(id_) or KEPT[id_]
            f.write(json.dumps({"id": "s%d" % i, "title": "第%d件" % i, "category": "公示", "formed_date": "2010-03-0%d" % i,
                                "text": word + "。" + "".join(chr(0x4e00 + (i * 37 + k * k) % 20000) for k in range(300))}, ensure_ascii=False) + "\n")
    # Segments of two or three documents, so that three of them are concerned, the last one too.
    good("ingest", "--jsonl", "docs.jsonl", limit="2500")
    good("retention", "set", "--all", "--effective", "2011-01-10", "--yes")
    good("appraise", "--destroy", "--report", "鉴1", "--reason", "无保存价值", "--approved-by", "张三", "--archivist", "李四", "--yes", *WORDS)
    good("dispose", "--register", "register.csv")
    line = good("checkpoint", "--line").stdout.decode().strip()
    shutil.move(ARCHIVE, "template")
    fresh()
    if run("retention", "set", "--all", "--reason", "x", "--keep", "Y", "--yes", fault="kill:1").returncode >= 0:
        print("no fault points in this build")
        sys.exit(77)
    return line, hashlib.sha256(open("register.csv", "rb").read()).hexdigest()[:8]


def fresh():
    shutil.rmtree(ARCHIVE, ignore_errors=True)
    shutil.copytree("template", ARCHIVE, symlinks=True)


def dispose(digest, fault=None):
    return run("dispose", "--list", "register.csv", "--approved-by", "张三", "--second", "李四", "--execute", "--digest", digest, fault=fault)


def bytes_with(word):
    """Every file of the archive in which the word stands, however it is written."""
    found = []
    for name in glob.glob(os.path.join(ARCHIVE, "**"), recursive=True):
        if not os.path.isfile(name) or os.path.islink(name):
            continue
        data = open(name, "rb").read()
        if ".warc.gz" in name:
            try:
                data = gzip.GzipFile(fileobj=io.BytesIO(data)).read()
            except (OSError, EOFError):
                found.append(name + " (no gzip)")
                continue
        if word.encode() in data or word.encode("utf-16-le") in data:
            found.append(os.path.relpath(name, ARCHIVE))
    return found


def state(where):
    """"all", "none", or what is half: read back, and looked for."""
    there = [id_ for id_, word in WORDS.items() if word in run("show", "--text", id_).stdout.decode()]
    stands = {id_: [f for f in bytes_with(word) if not f.startswith("index")] for id_, word in WORDS.items()}
    if len(there) == 3 and all(stands.values()):
        return "none"
    if not there and not any(stands.values()):
        for id_, word in WORDS.items():
            if bytes_with(word):
                wrong(where, "%s is destroyed and still in %s" % (id_, bytes_with(word)))
        return "all"
    wrong(where, "half: %s can be read, %s stand in segments" % (there, {k: v for k, v in stands.items() if v}))
    return "half"


def sound(where, line):
    for args in (("verify", "--no-report", "--against", line), ("doctor",)):
        r = run(*args)
        if r.returncode != 0:
            wrong(where, "%s: %d: %s" % (args[0], r.returncode, (r.stdout + r.stderr).decode()[-400:]))
    for id_, word in KEPT.items():
        if word not in run("show", "--text", id_).stdout.decode():
            wrong(where, "%s, which was to stay, cannot be read" % id_)
    if os.path.exists(os.path.join(ARCHIVE, "destroy.pending")) or glob.glob(os.path.join(ARCHIVE, "warc", "*.new")):
        wrong(where, "traces are left")


def after(where, line, digest, tally):
    """The next command says which, and it is true."""
    pending = os.path.exists(os.path.join(ARCHIVE, "destroy.pending"))
    r = run("hold", "add", "--case", "甲案", "--reason", "审计", "--yes", "k-2010-000002")
    said = r.stderr.decode()
    if r.returncode != 0:
        wrong(where, "the next command: %d: %s" % (r.returncode, said[-300:]))
    which = state(where)
    if pending and (NOTHING in said) == (EVERYTHING in said):
        wrong(where, "the next command does not say which: %s" % said)
    if (NOTHING in said and which != "none") or (EVERYTHING in said and which != "all"):
        wrong(where, "it is %s, and the next command says: %s" % (which, said))
    tally[which] = tally.get(which, 0) + 1
    sound(where, line)
    if which == "none":
        r = dispose(digest)
        if r.returncode != 0 or state(where) != "all":
            wrong(where, "cannot be done afterwards: %d: %s" % (r.returncode, r.stderr.decode()[-300:]))
        sound(where + " and done", line)
    if json.loads(run("search", "--json", "独此一词").stdout)["total"] != 0:
        wrong(where, "search still finds it")


def points(line, digest, first, step):
    reached, tally = 0, {}
    for n in range(first, 100000, step):
        fresh()
        r = dispose(digest, fault="kill:%d" % n)
        if r.returncode == 0:
            break
        if r.returncode != -signal.SIGKILL:
            wrong("kill:%d" % n, "exit status %d: %s" % (r.returncode, r.stderr.decode()[-300:]))
        reached += 1
        after("kill:%d" % n, line, digest, tally)
    print("%d points, nothing had happened at %d, everything at %d, %d wrong" % (reached, tally.get("none", 0), tally.get("all", 0), problems))
    if tally.get("none", 0) == 0 or tally.get("all", 0) == 0:
        wrong("points", "one of the two never came")


def twice(line, digest, step):
    reached, tally = 0, {}
    for n in range(1, 100000, step):
        fresh()
        if dispose(digest, fault="kill:%d" % n).returncode == 0:
            break
        if not os.path.exists(os.path.join(ARCHIVE, "destroy.pending")):
            continue
        shutil.rmtree("between", ignore_errors=True)
        shutil.copytree(ARCHIVE, "between", symlinks=True)
        for m in range(1 + n % step, 100000, step):
            shutil.rmtree(ARCHIVE)
            shutil.copytree("between", ARCHIVE, symlinks=True)
            if run("hold", "add", "--case", "乙案", "--reason", "审计", "--yes", "k-2010-000004", fault="kill:%d" % m).returncode == 0:
                break
            reached += 1
            after("kill:%d then kill:%d" % (n, m), line, digest, tally)
    print("%d pairs, nothing had happened at %d, everything at %d, %d wrong" % (reached, tally.get("none", 0), tally.get("all", 0), problems))


if __name__ == "__main__":
    checkpoint_line, register_digest = template()
    if sys.argv[1] == "points":
        points(checkpoint_line, register_digest, int(sys.argv[2]) if len(sys.argv) > 2 else 1, int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    else:
        twice(checkpoint_line, register_digest, int(sys.argv[2]))
    sys.exit(1 if problems else 0)
