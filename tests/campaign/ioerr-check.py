#!/usr/bin/env python3
"""make ioerr-check: the Nth operation of each kind fails, once or from then on (safety.md 3.4, 3.7, 10).

    RUNS=n   how many, chosen by SEED (150 in `make check`; 0: every N of every kind with every error)

Beyond crash-points this fails what only looks (open, read, mmap, statvfs), with other errors too, and goes on failing.
The command must not say that all is well when it is not, and must not die by a signal; afterwards nothing is lost.
No space is exit status 6, EIO is 7; for EMFILE and ENOMEM any status but 0 will do.

Seen to go red: RUNS=0, with the answer of gk_write_all() in gk_replace_file() not looked at; and before guard.hh looked for the
system's word in Xapian's sentences (exit status 4 for a full disk).
"""
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import campaign as c

RUNS = c.number("RUNS", 80)
ERRORS = {
    "open": ("eio", "emfile", "enomem"), "create": ("enospc", "eio", "emfile"), "write": ("enospc", "eio", "edquot"),
    "read": ("eio",), "mmap": ("enomem",), "fsync": ("eio",), "fdatasync": ("eio",), "rename": ("enospc", "eio"),
    "ftruncate": ("enospc", "eio"), "mkdir": ("enospc", "eio"), "symlink": ("enospc", "eio"), "statvfs": ("eio",),
}
WANT = {"enospc": (6,), "edquot": (6,), "eio": (7,)}
MOST = 400
# What Xapian compacts into is a draft, that nothing depends on: a copy of it is written with all care (catalog/compact.c).
HARMLESS = (("write", "/lock"), ("ftruncate", "/lock"), *(("fdatasync", "/draft/" + f) for f in ("postlist.glass", "docdata.glass", "termlist.glass", "iamglass")))


def main():
    camp = c.Campaign("ioerr-check")
    base, new = [c.document(k) for k in range(30)], [c.document(k) for k in range(30, 49)] + [c.document(4, version=1)]
    docs = {d["id"]: d for d in base + new}
    template, archive, report = camp.path("template"), camp.path("archive"), camp.path("report")
    c.init(template)
    told_base = c.acknowledged(c.run(template, "ingest", "--json", "--jsonl", c.write_batch(camp.path("base.jsonl"), base)).stdout)
    batch = c.write_batch(camp.path("batch.jsonl"), new)
    commands = {"ingest": ("ingest", "--json", "--jsonl", batch), "rebuild": ("index", "rebuild", "--json"),
                "verify": ("verify", "--json"), "search": ("search", "--json", "共同的词"), "show": ("show", "--json", told_base["s1"])}

    def fresh():
        shutil.rmtree(archive, ignore_errors=True)
        shutil.copytree(template, archive, symlinks=True)

    truth = {}
    cases = []
    for name, args in commands.items():
        for kind, errors in ERRORS.items():
            fresh()
            if os.path.exists(report):
                os.unlink(report)
            done = c.run(archive, *args, shim={"KINDS": kind, "REPORT": report})
            truth[name] = done.stdout
            if done.returncode != 0:
                raise SystemExit("Bail out! %s without a fault: %s" % (name, done.stderr))
            total = int(open(report).read().split("total ")[1].split()[0])
            cases += [(name, kind, n, e, on) for n in range(1, min(total, MOST) + 1) for e in errors for on in (0, 1)]
    camp.note("%d cases" % len(cases))
    if RUNS and RUNS < len(cases):
        # The same share of each kind: there are more reads than all others together.
        by_kind = {}
        for case in cases:
            by_kind.setdefault(case[:2], []).append(case)
        cases, groups = [], list(by_kind.values())
        while len(cases) < RUNS and groups:
            for g in list(groups):
                cases.append(g.pop(camp.rng.randrange(len(g))))
                if not g:
                    groups.remove(g)
        cases = cases[:RUNS]

    runs = zero = signals = statuses = after = lies = 0
    seen = {}
    for name, kind, n, e, on in cases:
        fresh()
        if os.path.exists(report):
            os.unlink(report)
        done = c.run(archive, *commands[name], shim={"KINDS": kind, "AT": n, "DO": e, "ON": on, "REPORT": report})
        said = open(report).read().split("\n") if os.path.exists(report) else []
        fired = [l.split(" ", 3) for l in said if l.startswith("fired")]
        if not fired:
            continue
        runs += 1
        path = os.path.relpath(fired[0][3], archive)
        what = "%s: %s %d (%s) fails with %s%s" % (name, kind, n, path, e, " and all after it" if on else "")
        seen[done.returncode] = seen.get(done.returncode, 0) + 1
        harmless = any(kind == k and ("/" + path).endswith(p) for k, p in HARMLESS)
        if done.returncode < 0:
            signals += 1
            camp.violation("%s: signal %d: %s" % (what, -done.returncode, done.stderr.strip()[-300:]), archive)
        elif done.returncode == 0 and not harmless:
            # A failed look may cost nothing but a detour; what is answered must then be what is always answered.
            # verify speaks of the archive; that the index does not open, or its report cannot be kept, is a note of it.
            if name in ("search", "show", "verify") and (strip(done.stdout) == strip(truth[name]) or
                                                         name == "verify" and "note:" in done.stderr and '"clean":true' in done.stdout):
                seen["0, same answer"] = seen.get("0, same answer", 0) + 1
            elif name in ("ingest", "rebuild") and kind in ("open", "read", "mmap", "statvfs") and all_in(done, new, name):
                seen["0, all done by a detour"] = seen.get("0, all done by a detour", 0) + 1
            else:
                zero += 1
                camp.violation("%s: exit status 0: %s" % (what, done.stderr.strip()[-200:]), archive)
        elif kind == "open" and path.endswith("docdata.glass") and done.returncode == 4:
            # To Xapian a table that does not open is one that is not there; the catalog then refuses the document.
            seen["4, for a table that Xapian may miss"] = seen.get("4, for a table that Xapian may miss", 0) + 1
        elif done.returncode != 0 and e in WANT and done.returncode not in WANT[e]:
            statuses += 1
            camp.violation("%s: exit status %d instead of %d: %s" % (what, done.returncode, WANT[e][0], (done.stderr or done.stdout).strip()[-200:]))
        if name in ("search", "show") and done.returncode == 0 and strip(done.stdout) != strip(truth[name]):
            lies += 1
        if name in ("ingest", "rebuild"):
            told = dict(told_base)
            if name == "ingest":
                told.update(c.acknowledged(done.stdout))
            wrong, _ = c.audit(archive, batch, docs, told, c.segments(archive))
            if wrong:
                after += 1
                camp.violation("%s; then %s" % (what, "; ".join(wrong[:4])), archive)
    camp.note("exit statuses: %s" % ", ".join("%s: %d" % s for s in sorted(seen.items(), key=str)))
    camp.figure(runs > 0, "failed operations: %d" % runs)
    camp.figure(signals == 0, "ended by a signal: %d" % signals)
    camp.figure(zero == 0, "exit status 0 although something was not done: %d" % zero)
    camp.figure(lies == 0, "an answer other than without the fault: %d" % lies)
    camp.figure(statuses == 0, "another exit status than 6 (no space) or 7 (device): %d" % statuses)
    camp.figure(after == 0, "afterwards lost, half, wrong or in need of a person: %d" % after)
    camp.done()


def strip(text):
    """Without times."""
    import re
    return re.sub(r'"(took_ms|seconds)":[-0-9.e+]+', "", text)


def all_in(done, new, name):
    return name == "rebuild" or len(c.acknowledged(done.stdout)) == len({d["id"] for d in new})


main()
