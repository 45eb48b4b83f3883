#!/usr/bin/env python3
"""Interrupted ingests: what was acknowledged is there, and the next command needs no help.

Usage: crash.py kill ROUNDS SEED       kill -9 of `gongkai ingest` at random instants
       crash.py points LIMIT           GONGKAI_FAULT=kill:N for N = 1, 2 ... of an ingest of five documents
       crash.py recovery LIMIT         the same, where the one before was cut in a record and the index is gone
       crash.py faults NAME...         GONGKAI_FAULT=NAME:N, the same; a NAME that begins with + means during recovery

All in ./crash; needs an empty current folder.  Faults need a build with --enable-faults
(exit status 77 if there are no fault points).
"""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

BATCH = 150
ARCHIVE = os.path.abspath("crash")
os.environ["GONGKAI_ARCHIVE"] = ARCHIVE
problems = 0


def wrong(where, text):
    global problems
    problems += 1
    print("%s: %s" % (where, text), flush=True)


def run(*args, fault=None):
    env = dict(os.environ, GONGKAI_FAULT=fault) if fault else os.environ
    return subprocess.run(["gongkai", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, check=False, timeout=120)


def acknowledged(stdout, words=("new", "version")):
    """{id: source id} of whole JSON lines that say a document is in."""
    found = {}
    for line in stdout.decode("utf-8", "replace").split("\n")[:-1]:
        d = json.loads(line)
        if d.get("result") in words:
            found[d["id"]] = d["source_id"]
    return found


def clean(where, known, again, lost=False):
    """The state after a crash: search, then ingest again, then everything that was ever said is true.
    lost: the index was gone before, so search may say so until the next ingest."""
    r = run("search", "--json", "--size", "1", "文件")
    if r.returncode not in ((0, 1, 4) if lost else (0, 1)):
        wrong(where, "search: exit status %d: %s" % (r.returncode, (r.stdout + r.stderr).decode()[-300:]))
    r = run("doctor")
    if r.returncode and not lost:
        wrong(where, "doctor: " + r.stdout.decode())
    r = run("ingest", "--json", "--wait", "0", "--jsonl", again)
    if r.returncode:
        wrong(where, "the next ingest: exit status %d: %s" % (r.returncode, (r.stdout + r.stderr).decode()[-300:]))
    # What was in already, unsaid, is a duplicate now.
    for id_, source in acknowledged(r.stdout, ("new", "version", "duplicate")).items():
        if known.get(id_, source) != source:
            wrong(where, "%s was given to %s and now to %s" % (id_, known[id_], source))
        known[id_] = source
    r = run("verify", "--json")
    if r.returncode or not json.loads(r.stdout)["clean"]:
        wrong(where, "verify: %s" % (r.stdout + r.stderr).decode()[-300:])
    r = run("doctor")
    if r.returncode:
        wrong(where, "doctor at the end: " + r.stdout.decode())


def all_there(where, known):
    for id_, source in known.items():
        r = run("show", "--json", id_)
        if r.returncode or json.loads(r.stdout)["source_id"] != source:
            wrong(where, "%s (%s) was acknowledged and is not there: %s" % (id_, source, (r.stdout + r.stderr).decode()[:200]))


def write_lines(path, first, n, length):
    with open(path, "w", encoding="utf-8") as f:
        for i in range(first, first + n):
            f.write(json.dumps({"id": "k%d" % i, "title": "第%d号文件" % i, "published_at": "2021-03-05",
                                "text": "文件%d的正文。" % i + "".join(chr(0x4e00 + (i * 37 + k * k) % 20000) for k in range(length))}, ensure_ascii=False) + "\n")


def kill_rounds(rounds, seed):
    rng, known, first = random.Random(seed), {}, 0
    assert run("init", "--org", "甲", "--code", "k").returncode == 0
    write_lines("some.jsonl", 10 ** 6, 1, 10)
    killed = 0
    # How long a whole one takes here, so that the instants fall into it on any machine.
    write_lines("batch.jsonl", first, BATCH, 200)
    began = time.monotonic()
    known.update(acknowledged(run("ingest", "--json", "--jsonl", "batch.jsonl").stdout))
    span = time.monotonic() - began
    for n in range(rounds):
        first += BATCH
        write_lines("batch.jsonl", first, BATCH, 200)
        with open("said", "wb") as said:
            p = subprocess.Popen(["gongkai", "ingest", "--json", "--jsonl", "batch.jsonl"], stdout=said, stderr=subprocess.DEVNULL)
            time.sleep(rng.uniform(0, span))
            p.kill()
            killed += p.wait() == -signal.SIGKILL
        said = acknowledged(open("said", "rb").read())
        where = "round %d (%d acknowledged)" % (n, len(said))
        for id_, source in said.items():
            if known.get(id_, source) != source:
                wrong(where, "%s was given twice" % id_)
        known.update(said)
        all_there(where, dict(sorted(said.items())[-25:]))
        clean(where, known, "some.jsonl" if n % 2 else "batch.jsonl")
        r = run("search", "--json", "--no-facets", "标题:号文件")
        stats = json.loads(run("index", "stats", "--json").stdout)
        if json.loads(r.stdout)["total"] != stats["documents"] or stats["documents"] < len(known):
            wrong(where, "%d documents are known, the index has %d" % (len(known), stats["documents"]))
    all_there("at the end", dict(rng.sample(sorted(known.items()), min(100, len(known)))))
    print("%d rounds, %d killed, %d documents, %d wrong" % (rounds, killed, len(known), problems))


def fresh(template):
    shutil.rmtree(ARCHIVE, ignore_errors=True)
    shutil.copytree(template, ARCHIVE, symlinks=True)


def template():
    assert run("init", "--org", "甲", "--code", "k").returncode == 0
    write_lines("one.jsonl", 100, 1, 20)
    write_lines("five.jsonl", 0, 5, 50)
    known = acknowledged(run("ingest", "--json", "--jsonl", "one.jsonl").stdout)
    assert len(known) == 1
    shutil.move(ARCHIVE, "template")
    if not has_faults():
        print("no fault points in this build")
        sys.exit(77)
    return known


def has_faults():
    fresh("template")
    return run("ingest", "--jsonl", "five.jsonl", fault="kill:1").returncode < 0


def interrupt():
    """What a power cut may leave: half a record at the end, and an index that is of no use."""
    segment = os.path.join(ARCHIVE, "warc", "000001.warc.gz")
    with open(segment, "r+b") as f:
        data = f.read()
        f.write(data[:150])
    shutil.rmtree(os.path.join(ARCHIVE, "index"))


def points(limit, recovery=False):
    first = template()
    reached = 0
    for n in range(1, limit + 1):
        fresh("template")
        if recovery:
            interrupt()
        r = run("ingest", "--json", "--jsonl", "five.jsonl", fault="kill:%d" % n)
        if r.returncode == 0:
            break
        reached = n
        where = "kill:%d" % n
        if r.returncode != -signal.SIGKILL:
            wrong(where, "exit status %d: %s" % (r.returncode, r.stderr.decode()[-300:]))
        known = dict(first)
        known.update(acknowledged(r.stdout))
        if not recovery:
            all_there(where, known)
        clean(where, known, "five.jsonl", recovery)
        all_there(where, known)
        if len(known) != 6:
            wrong(where, "%d documents instead of 6: %s" % (len(known), known))
    print("%d points, %d wrong" % (reached, problems))
    if reached < 5:
        wrong("points", "hardly any were reached")


def faults(names):
    first = template()
    for name in names:
        reached, passed = 0, 0
        recovery, point = name.startswith("+"), name.lstrip("+")
        # A point that is passed over is not always the last: the end is three in a row that change nothing.
        for n in range(1, 60):
            fresh("template")
            if recovery:
                interrupt()
            where = "%s:%d" % (name, n)
            r = run("ingest", "--json", "--jsonl", "five.jsonl", fault="%s:%d" % (point, n))
            known = dict(first)
            known.update(acknowledged(r.stdout))
            if r.returncode == 0:
                if len(known) != 6:
                    wrong(where, "exit status 0, %d documents" % len(known))
                all_there(where, known)
                passed += 1
                if passed == 3:
                    break
                continue
            reached, passed = reached + 1, 0
            if r.returncode not in (6, 7):
                wrong(where, "exit status %d: %s" % (r.returncode, (r.stdout + r.stderr).decode()[-300:]))
            if not r.stderr.strip() and b'"error"' not in r.stdout:
                wrong(where, "exit status %d without a message" % r.returncode)
            if not recovery:
                all_there(where, known)
            clean(where, known, "five.jsonl", recovery)
            all_there(where, known)
        print("%s: %d failed, %d wrong so far" % (name, reached, problems))


if __name__ == "__main__":
    if sys.argv[1] == "kill":
        kill_rounds(int(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1] in ("points", "recovery"):
        points(int(sys.argv[2]), sys.argv[1] == "recovery")
    else:
        faults(sys.argv[2:])
    sys.exit(1 if problems else 0)
