#!/usr/bin/env python3
"""make full-disk: the file system is full, then grown (safety.md 3.4, 10).  Root, or user namespaces.

    SIZES="8 16 32"   MiB; without it (in `make check`) 8 MiB and each kind of case once or twice, chosen by SEED

On a tmpfs of each size:
  refused    ingest sees before it writes that there is too little: exit status 6, which file system, need, free
  full       a file system that says it has room and has none (quotas, snapshots, other writers): the shim makes
             statvfs lie, so that ingest, index rebuild and init run into ENOSPC somewhere in the middle
  grown      the same command again succeeds, nothing acknowledged is lost, searching went on all the time

Seen to go red: "archive ends at a whole record", with ftruncate taken out of cut_back() in warc-append.c.
"""
import json
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import campaign as c

SHORT = not os.environ.get("SIZES")
SIZES = [int(s) for s in (os.environ.get("SIZES") or "8").split()]


def chosen(rng, cases):
    """Of each command two cases, of ingest four: a shorter look at the same things."""
    out, left = [], {}
    for case in rng.sample(cases, len(cases)):
        name = case[2][0]
        left.setdefault(name, 4 if name == "ingest" else 2)
        left[name] -= 1
        if left[name] >= 0:
            out.append(case)
    return out


def mount(*args):
    return subprocess.run(["mount", *args], capture_output=True).returncode == 0


def inside():
    """Again in a name space of our own, where mounts are ours and go with us."""
    if os.environ.get("FULL_DISK_INSIDE"):
        return True
    os.environ["FULL_DISK_INSIDE"] = "1"
    wish = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    if shutil.which("unshare") and subprocess.run([*wish, "true"], capture_output=True).returncode == 0:
        os.execvp("unshare", [*wish, sys.executable, os.path.abspath(__file__)])
    return False


def said_right(done, disk):
    text = done.stderr
    return done.returncode == 6 and re.search(r"\d+ bytes needed", text) and re.search(r"\d+ free", text) and disk in text


def fill(path, leave):
    """All but `leave` bytes."""
    free = os.statvfs(os.path.dirname(path))
    n = free.f_bavail * free.f_frsize - leave
    with open(path, "wb") as f:
        while n > 0:
            n -= f.write(bytes(min(n, 1 << 20)))


def whole(archive):
    """The archive ends at a whole record, as found, before any recovery."""
    return [p for p in c.Truth(archive).problems]


def main():
    if not inside():
        print("1..0 # SKIP needs root or user name spaces (unshare -rm)")
        return
    camp = c.Campaign("full-disk")
    disk = camp.path("disk")
    os.mkdir(disk)
    if not mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", disk):
        camp.skip_all("cannot mount a tmpfs")
    subprocess.run(["umount", disk])
    for size in SIZES:
        runs = status = words = torn = mute = after = 0
        archive = os.path.join(disk, "archive")
        base = [c.document(k) for k in range(20)]
        docs = {d["id"]: d for d in base}
        mount("-t", "tmpfs", "-o", "size=1g", "tmpfs", disk)
        c.init(archive)
        told = c.acknowledged(c.run(archive, "ingest", "--json", "--jsonl", c.write_batch(camp.path("base.jsonl"), base)).stdout)
        kept = camp.path("kept")
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(archive, kept, symlinks=True)
        number = 20
        big = [c.document(k, size=3000) for k in range(number, number + 5 * size)]       # far more than fits
        path = c.write_batch(camp.path("big.jsonl"), big)
        # Pages whose bytes do not compress and have little text: these fill the archive, the others the index.
        pages = camp.path("pages-%d" % size)
        os.mkdir(pages)
        for k in range(size):
            with open(os.path.join(pages, "%d.html" % k), "w") as f:
                f.write("<html><head><meta charset=utf-8><title>第%d页</title></head><body><p>共同的词，第%d页。</p><!-- %s --></body></html>" %
                        (k, k, camp.rng.randbytes(1 << 20).hex()))
        for d in big:
            docs[d["id"]] = d

        def begin(leave=None):
            subprocess.run(["umount", disk])
            mount("-t", "tmpfs", "-o", "size=%dm" % size, "tmpfs", disk)
            shutil.copytree(kept, archive, symlinks=True)
            if leave is not None:
                fill(os.path.join(disk, "filler"), leave)

        def grow():
            if os.path.exists(os.path.join(disk, "filler")):
                os.unlink(os.path.join(disk, "filler"))
            return mount("-o", "remount,size=1g", disk)

        def search_goes_on(what):
            done = c.run(archive, "search", "--json", "共同的词")
            if done.returncode != 0 or json.loads(done.stdout)["total"] < len(base):
                camp.violation("%d MiB, %s: search on the full disk: %d %s" % (size, what, done.returncode, done.stderr[-200:]))
                return 1
            return 0

        cases = [("refused", None, ("ingest", "--json", "--jsonl", path), {})]
        leaves = [0, 4096, 65536, 300000, (size << 20) // 2, None]
        cases += [("full", leave, ("ingest", "--json", "--jsonl", path), {"SPACE": 1}) for leave in leaves]
        cases += [("full", leave, ("ingest", "--json", pages), {"SPACE": 1}) for leave in (65536, 700000, (size << 20) // 2)]
        cases += [("full", leave, ("index", "rebuild", "--json"), {"SPACE": 1}) for leave in (0, 4096, 20000, 60000)]
        cases += [("full", leave, ("ingest", "--json", pages), {"SPACE": 1}) for leave in (65536, 700000, (size << 20) // 2)]
        cases += [("full", leave, ("index", "rebuild", "--json"), {}) for leave in (0, 30000)]
        # One act, one signature: small, and refused all the same when there is no room for the index to follow.
        act = ("abolish", told["s1"], "--by-text", "县令", "--yes", "--json")
        cases += [("refused", None, act, {}), ("full", 0, act, {"SPACE": 1}), ("full", 4096, act, {"SPACE": 1}), ("full", 16384, act, {"SPACE": 1})]
        cases += [("full", 0, ("checkpoint",), {"SPACE": 1}), ("full", 0, ("checkpoint",), {})]
        for kind, leave, args, shim in chosen(camp.rng, cases) if SHORT else cases:
            begin(leave)
            runs += 1
            what = "%s, %s with %s bytes left" % (kind, args[0] if args[0] != "index" else "index rebuild", leave)
            before = c.segments(archive)
            done = c.run(archive, *args, shim=shim)
            if kind == "refused" and c.segments(archive) != before:
                after += 1
                camp.violation("%d MiB, %s: something was written" % (size, what))
            if done.returncode == 0 and kind == "full" and leave:
                runs -= 1               # it fitted
            elif done.returncode != 6:
                status += 1
                camp.violation("%d MiB, %s: exit status %d instead of 6: %s" % (size, what, done.returncode, done.stderr.strip()[-300:]))
            elif not said_right(done, disk):
                words += 1
                camp.violation("%d MiB, %s: need, free or the file system is not said: %s" % (size, what, done.stderr.strip()[-300:]))
            now = dict(told)
            now.update(c.acknowledged(done.stdout) if args[0] != "abolish" else {})
            problems = whole(archive)
            if problems:
                torn += 1
                camp.violation("%d MiB, %s: the archive does not end at a whole record: %s" % (size, what, problems[:2]))
            mute += search_goes_on(what)
            if not grow():
                raise SystemExit("Bail out! cannot grow the tmpfs")
            again = c.run(archive, *args)
            now.update(c.acknowledged(again.stdout) if args[0] != "abolish" else {})
            # An act that reached the archive before the index ran out of room counts: the second time it is refused as done.
            if again.returncode != 0 and not (args[0] == "abolish" and again.returncode == 3 and "县令" in again.stderr + again.stdout):
                after += 1
                camp.violation("%d MiB, %s: grown, the same command: %d %s" % (size, what, again.returncode, again.stderr.strip()[-300:]))
                continue
            wrong, _ = c.audit(archive, camp.path("base.jsonl"), {s: d for s, d in docs.items() if s in now},
                               {s: i for s, i in now.items() if s in docs})
            if wrong:
                after += 1
                camp.violation("%d MiB, %s: afterwards %s" % (size, what, "; ".join(wrong[:3])), archive)

        # init: an archive that cannot be made, and can be afterwards.
        for leave in (0, 4096, 12288, 20480, 32768):
            begin()
            shutil.rmtree(archive)
            fill(os.path.join(disk, "filler"), leave)
            runs += 1
            what = "init with %d bytes left" % leave
            done = c.run(archive, "init", "--org", "云溪县青石镇人民政府", "--code", "qsz", shim={"SPACE": 1})
            if done.returncode not in (0, 6):
                status += 1
                camp.violation("%d MiB, %s: exit status %d: %s" % (size, what, done.returncode, done.stderr.strip()[-200:]))
            elif done.returncode == 6 and not said_right(done, disk):
                words += 1
                camp.violation("%d MiB, %s: need, free or the file system is not said: %s" % (size, what, done.stderr.strip()[-300:]))
            grow()
            again = c.run(archive, "init", "--org", "云溪县青石镇人民政府", "--code", "qsz")
            took = c.run(archive, "ingest", "--json", "--jsonl", camp.path("base.jsonl"))
            if (done.returncode != 0 and again.returncode not in (0, 2)) or took.returncode != 0:
                after += 1
                camp.violation("%d MiB, %s: grown, init says %d %s, ingest %d %s" % (size, what, again.returncode, again.stderr.strip()[-200:], took.returncode, took.stderr.strip()[-200:]))
        subprocess.run(["umount", disk])
        camp.figure(status == 0, "%d MiB: %d commands on a full disk: exit status other than 6: %d" % (size, runs, status))
        camp.figure(words == 0, "%d MiB: file system, need and free not said: %d" % (size, words))
        camp.figure(torn == 0, "%d MiB: archive not at a whole record: %d" % (size, torn))
        camp.figure(mute == 0, "%d MiB: search did not go on: %d" % (size, mute))
        camp.figure(after == 0, "%d MiB: grown, the same command did not succeed, or something was lost: %d" % (size, after))
    camp.done()


main()
