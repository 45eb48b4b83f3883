#!/usr/bin/env python3
"""make oom-check: the Nth allocation is refused, in C and in C++ (safety.md 3.2, 10).

    ALLOCATIONS=n   for each command, of N = 1, 2, 3 … the first n (200 shared by the commands in `make check`; 0: all)
    STEP=n          only every nth of the rest (default 1)

The command must end by itself with a status of its own (70, or another if it could go on), never by a signal,
never with 0 and something left out; what was acknowledged is there afterwards.

Seen to go red: without json_set_alloc_funcs() in main.c (events that lack their content, documents left out), and without
std::set_terminate() in write.cc (signal 6).
"""
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import campaign as c

ALLOCATIONS = c.number("ALLOCATIONS", 200)
STEP = c.number("STEP", 1)
# Libraries that end the program when they get no memory: the lexer of libconfuse 3.3 while it reads gongkai.conf, and fts_open()
# of glibc.  Nothing is open then.
NOT_OURS = ("libconfuse", "fts_")


def main():
    camp = c.Campaign("oom-check")
    if c.SANITIZED:
        camp.skip_all("the sanitizer has its own malloc")
    base, new = [c.document(k) for k in range(12)], [c.document(k) for k in range(12, 17)] + [c.document(4, version=1)]
    docs = {d["id"]: d for d in base + new}
    template, archive, report = camp.path("template"), camp.path("archive"), camp.path("report")
    c.init(template)
    told_base = c.acknowledged(c.run(template, "ingest", "--json", "--jsonl", c.write_batch(camp.path("base.jsonl"), base)).stdout)
    batch = c.write_batch(camp.path("batch.jsonl"), new)
    page = camp.path("page.html")
    open(page, "w").write("<html><head><meta charset=utf-8><title>一页</title></head><body><p>共同的词，一页的正文。</p></body></html>")
    commands = {"ingest": ("ingest", "--json", "--jsonl", batch), "ingest a page": ("ingest", "--json", page),
                "rebuild": ("index", "rebuild", "--json"), "verify": ("verify", "--json"),
                "search": ("search", "--json", "共同的词"), "show": ("show", "--json", told_base["s1"]),
                "text": ("show", "--text", told_base["s1"])}
    share = ALLOCATIONS // len(commands) if ALLOCATIONS else 0

    def fresh():
        shutil.rmtree(archive, ignore_errors=True)
        shutil.copytree(template, archive, symlinks=True)

    runs = signals = zero = after = others = 0
    seen, places = {}, {}
    for name, args in commands.items():
        fresh()
        if os.path.exists(report):
            os.unlink(report)
        plain = c.run(archive, *args, shim={"REPORT": report})
        total = int(open(report).read().split("mallocs ")[1].split()[0])
        camp.note("%s: %d allocations" % (name, total))
        # The first few are made in getpwuid() of glibc, which ends a program that has no memory for it.
        points = range(9, total + 1, STEP)
        if share and share < len(points):
            points = sorted(camp.rng.sample(points, share))
        for n in points:
            writes = name in ("ingest", "ingest a page", "rebuild")
            if writes:
                fresh()
            for on in (0, 1):
                if os.path.exists(report):
                    os.unlink(report)
                done = c.run(archive, *args, shim={"MALLOC": n, "MALLOC_ON": on, "REPORT": report})
                if not os.path.exists(report) or "fired" not in open(report, errors="replace").read():
                    continue
                runs += 1
                what = "%s, allocation %d%s" % (name, n, " and all after it" if on else "")
                seen[done.returncode] = seen.get(done.returncode, 0) + 1
                who = open(report, errors="replace").read().split("\n")[0].split(" ", 3)[3]
                if done.returncode < 0 and (done.stderr.startswith("Unexpected error.") or any(w in who for w in NOT_OURS)):
                    others += 1
                elif done.returncode < 0:
                    signals += 1
                    places.setdefault(name, []).append(n)
                    camp.violation("%s: signal %d: %s" % (what, -done.returncode, done.stderr.strip()[-200:]))
                elif done.returncode == 0 and not same(name, done, plain, new):
                    zero += 1
                    camp.violation("%s: exit status 0, but not all is there: %s" % (what, (done.stdout + done.stderr).strip()[:200]))
                if writes:
                    told = dict(told_base)
                    if name != "rebuild":
                        told.update(c.acknowledged(done.stdout))
                    wrong, _ = c.audit(archive, batch, docs, {k: v for k, v in told.items() if k in docs}, c.segments(archive))
                    wrong = [w for w in wrong if page not in w]
                    if wrong:
                        after += 1
                        camp.violation("%s; then %s" % (what, "; ".join(wrong[:4])), archive)
                    fresh()
    camp.note("exit statuses: %s" % ", ".join("%d: %d" % s for s in sorted(seen.items())))
    for name, where in places.items():
        camp.note("signals in %s at allocations %s" % (name, where[:20]))
    if others:
        camp.note("ended inside a library that cannot be helped (%s): %d" % (", ".join(NOT_OURS), others))
    camp.figure(runs > 0, "allocations refused: %d" % runs)
    camp.figure(signals == 0, "ended by a signal: %d" % signals)
    camp.figure(zero == 0, "exit status 0 although something was left out: %d" % zero)
    camp.figure(after == 0, "afterwards lost, half, wrong or in need of a person: %d" % after)
    camp.done()


def same(name, done, plain, new):
    import re

    def strip(text):
        return re.sub(r'"(took_ms|seconds)":[-0-9.e+]+', "", text)
    if name == "verify":
        # Of the archive it must say the same; that its report cannot be kept or the index does not open is a note.
        a, b = ((c.lines(d.stdout) or [{}])[-1] for d in (done, plain))
        return all(a.get(k) == b.get(k) for k in ("clean", "records", "documents", "events", "bytes", "bad"))
    if name == "ingest":
        return len(c.acknowledged(done.stdout)) == len({d["id"] for d in new})
    return strip(done.stdout) == strip(plain.stdout)


main()
