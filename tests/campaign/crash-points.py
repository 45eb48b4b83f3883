#!/usr/bin/env python3
"""make crash-points: every file operation of a batch, each once (safety.md 3.2, 3.4, 3.7, 10).

    POINTS=n   at most so many operations of each scenario, chosen by SEED (0: every one, with each kind)
    PAIRS=n    so many pairs of a point and a point of the recovery after it (0: every pair)
    without either, in `make check`: 12 operations of each scenario, with one kind of failure each, and 6 pairs
    KINDS=…    of kill torn enospc eio (all)
    ONLY=…     scenarios with this in their name

The operations are those that change something: create, write, fsync, fdatasync, rename, unlink, ftruncate, mkdir,
symlink, by the program and by libxapian alike (tests/campaign/shim.c).  kill ends the program before the operation;
torn writes its first half, or some sectors, and then ends it; enospc and eio fail it once.

Seen to go red: POINTS=0 KINDS=torn, with move_tail() left out of recover() in warc-append.c; POINTS=0 KINDS=eio, with the answer
of fdatasync ignored in gk_append_sync(); POINTS=0 KINDS=kill, without begun() in cmd-init.c ("init").
"""
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import campaign as c

SHORT = not os.environ.get("POINTS") and not os.environ.get("PAIRS")
POINTS = c.number("POINTS", 12 if SHORT else 0)
PAIRS = c.number("PAIRS", 6 if SHORT else 40)
KINDS = (os.environ.get("KINDS") or "kill torn enospc eio").split()
WANT = {"enospc": 6, "eio": 7}

# Operations whose failure is no failure of the command: the lock's text is for people, and what is swept away
# has been replaced already.
# What Xapian compacts into is a draft, that nothing depends on: a copy of it is written with all care (catalog/compact.c).
HARMLESS = (("write", "/lock"), ("ftruncate", "/lock"), *(("fdatasync", "/draft/" + f) for f in ("postlist.glass", "docdata.glass", "termlist.glass", "iamglass")))


class Scenario:
    def __init__(self, camp, name, args, docs, batch, template, limit=None):
        self.camp, self.name, self.args, self.docs, self.batch, self.template = camp, name, args, docs, batch, template
        self.more = limit if isinstance(limit, dict) else DENSE if limit == "dense" else {"GONGKAI_SEGMENT_LIMIT": str(limit)} if limit else None
        self.archive = camp.path("archive")
        self.report = camp.path("report")

    def fresh(self, template=None):
        shutil.rmtree(self.archive, ignore_errors=True)
        shutil.copytree(template or self.template, self.archive, symlinks=True)

    def run(self, **shim):
        if os.path.exists(self.report):
            os.unlink(self.report)
        done = c.run(self.archive, *self.args, shim=dict(shim, REPORT=self.report), more=self.more)
        said = open(self.report).read().split("\n") if os.path.exists(self.report) else []
        fired = [l.split(" ", 3) for l in said if l.startswith("fired")]
        total = [int(l.split()[1]) for l in said if l.startswith("total")]
        return done, (fired[0] if fired else None), (total[0] if total else None)


def choose(camp, n, most):
    points = list(range(1, n + 1))
    return points if most == 0 or most >= n else sorted(camp.rng.sample(points, most))


def kinds_of(camp):
    return [camp.rng.choice(KINDS)] if SHORT else KINDS


DENSE = {"GONGKAI_DENSE_FROM": "10"}


def sharded_dense(camp, template):
    path = camp.path("sharded dense")
    shutil.copytree(template, path, symlinks=True)
    c.run(path, "index", "shard", "--documents", "37", more=DENSE)
    return path


def with_dense(camp, template):
    """Two of them, some documents behind, and some of the first that came anew.  None of these is told of: what is tried on it is the batch."""
    path = camp.path("dense")
    shutil.copytree(template, path, symlinks=True)
    for docs in ([c.document(k) for k in range(100, 115)], [c.document(k) for k in range(115, 135)], [c.document(k) for k in range(135, 139)] + [c.document(102, version=2)]):
        done = c.run(path, "ingest", "--jsonl", c.write_batch(camp.path("more.jsonl"), docs), more=DENSE)
        if done.returncode != 0:
            raise SystemExit("Bail out! " + done.stderr)
    return path


def main():
    camp = c.Campaign("crash-points")
    base, batch_docs = [c.document(k) for k in range(30)], [c.document(k) for k in range(30, 48)] + [c.document(k, version=1) for k in (3, 31)]
    template = camp.path("template")
    c.init(template)
    done = c.run(template, "ingest", "--json", "--jsonl", c.write_batch(camp.path("base.jsonl"), base))
    told_base = c.acknowledged(done.stdout)
    docs = {d["id"]: d for d in base + batch_docs}
    docs["s3"] = c.document(3, version=1)
    batch = c.write_batch(camp.path("batch.jsonl"), batch_docs)
    ingest = ("ingest", "--json", "--jsonl", batch)
    sharded = camp.path("sharded")
    shutil.copytree(template, sharded, symlinks=True)
    c.run(sharded, "index", "shard", "--documents", "7")
    scenarios = [Scenario(camp, "ingest", ingest, docs, batch, template), Scenario(camp, "rebuild", ("index", "rebuild", "--json"), docs, batch, template),
                 Scenario(camp, "ingest that begins shards", ingest, docs, batch, sharded),
                 Scenario(camp, "index in shards", ("index", "shard", "--json", "--documents", "7"), docs, batch, template)]
    if c.FAULTS:
        scenarios.insert(1, Scenario(camp, "ingest that closes segments", ingest, docs, batch, template, 9000))
        # Batches that become parts of their own (catalog/dense.h), and what a compaction makes of them.
        # One batch is committed while the next is taken (store_commit_begin), of which one closes a segment and some make a part.
        scenarios.insert(2, Scenario(camp, "batches that overlap", ingest, docs, batch, template, {"GONGKAI_BATCH": "4"}))
        scenarios.insert(3, Scenario(camp, "dense batches that overlap", ingest, docs, batch, template, {"GONGKAI_BATCH": "3", "GONGKAI_DENSE_FROM": "2", "GONGKAI_SEGMENT_LIMIT": "9000"}))
        scenarios.insert(4, Scenario(camp, "ingest that makes a dense part", ingest, docs, batch, template, "dense"))
        scenarios.insert(5, Scenario(camp, "dense parts in shards", ingest, docs, batch, sharded_dense(camp, template), "dense"))
        scenarios.insert(6, Scenario(camp, "compaction of dense parts", ("index", "compact", "--json"), docs, batch, with_dense(camp, template), "dense"))
    scenarios = [s for s in scenarios if os.environ.get("ONLY", "") in s.name]
    figures = {"runs": 0, "pairs": 0}
    wrong_by = {k: 0 for k in KINDS + ["pair", "status", "signal", "words"]}
    statuses = {}

    def judge(s, kind, what, told, before):
        wrong, _ = c.audit(s.archive, batch, docs, told, before, s.more)
        if wrong:
            wrong_by[kind] += 1
            camp.violation("%s, %s at %s: %s" % (s.name, kind, what, "; ".join(wrong[:4])), s.archive)
        return not wrong

    for s in scenarios:
        s.fresh()
        done, _, total = s.run()
        if done.returncode != 0:
            raise SystemExit("Bail out! %s without a fault: %s" % (s.name, done.stderr))
        camp.note("%s: %d operations" % (s.name, total))
        states = []
        for point in choose(camp, total, POINTS):
            for kind in kinds_of(camp):
                s.fresh()
                do = kind
                if kind == "torn" and camp.rng.random() < 0.5:
                    do = "torn:%d" % (512 * camp.rng.randrange(0, 17))
                done, fired, _ = s.run(AT=point, DO=do)
                if fired is None:
                    continue        # the writer of the index works beside us: the number of operations varies a little
                figures["runs"] += 1
                what = "operation %d (%s %s)" % (point, fired[2], os.path.relpath(fired[3], s.archive))
                told = dict(told_base)
                told.update(c.acknowledged(done.stdout))
                if kind in WANT:
                    harmless = any(fired[2] == k and fired[3].endswith(p) for k, p in HARMLESS)
                    statuses[done.returncode] = statuses.get(done.returncode, 0) + 1
                    if done.returncode < 0:
                        wrong_by["signal"] += 1
                        camp.violation("%s, %s at %s: signal %d" % (s.name, kind, what, -done.returncode))
                    elif done.returncode != (0 if harmless else WANT[kind]):
                        wrong_by["status"] += 1
                        camp.violation("%s, %s at %s: exit status %d instead of %d: %s" %
                                       (s.name, kind, what, done.returncode, 0 if harmless else WANT[kind], done.stderr.strip()[-250:]))
                    elif kind == "enospc" and not harmless and not ("needed" in done.stderr and "free" in done.stderr):
                        wrong_by["words"] += 1
                        camp.violation("%s, %s at %s: does not say what is needed and free: %s" % (s.name, kind, what, done.stderr.strip()[-250:]))
                before = c.segments(s.archive)
                if kind in ("kill", "torn"):
                    states.append((point, do))
                judge(s, kind, what, told, before)

        # The same again during the recovery that follows: end at `point`, begin again, end at the recovery's m-th.
        pairs, every = [], PAIRS == 0
        share = -(-PAIRS // len(scenarios))
        crashed = camp.path("crashed")
        if not every and states:
            states = [camp.rng.choice(states) for _ in range(share)]
        for point, do in states:
            s.fresh()
            done, fired, _ = s.run(AT=point, DO=do)
            told = dict(told_base)
            told.update(c.acknowledged(done.stdout))
            shutil.rmtree(crashed, ignore_errors=True)
            shutil.copytree(s.archive, crashed, symlinks=True)
            second, m = Scenario(camp, s.name, ingest, docs, batch, crashed), 0
            second.more = s.more
            if not every:
                _, _, total = second.run()
                m = camp.rng.randrange(total or 1)
            while True:
                m += 1
                second.fresh()
                again = camp.rng.choice(("kill", "torn"))
                done, fired2, _ = second.run(AT=m, DO=again)
                if fired2 is None:
                    break
                figures["pairs"] += 1
                both = dict(told)
                both.update(c.acknowledged(done.stdout))
                judge_pair = "%s %d, then %s at recovery's %d (%s %s)" % (do, point, again, m, fired2[2], os.path.relpath(fired2[3], s.archive))
                wrong, _ = c.audit(s.archive, batch, docs, both, c.segments(s.archive), s.more)
                if wrong:
                    wrong_by["pair"] += 1
                    camp.violation("%s, %s: %s" % (s.name, judge_pair, "; ".join(wrong[:4])), s.archive)
                if not every:
                    break

    # init: nothing was acknowledged; said again it makes an archive, or says that there is one, and that one works.
    again_args = ("init", "--json", "--org", "云溪县青石镇人民政府", "--code", "qsz")
    s = Scenario(camp, "init", again_args, {}, batch, template)
    shutil.rmtree(s.archive, ignore_errors=True)
    _, _, total = s.run()
    camp.note("init: %d operations" % total)
    inits = stuck = 0
    for point in choose(camp, total, POINTS):
        for kind in kinds_of(camp):
            shutil.rmtree(s.archive, ignore_errors=True)
            done, fired, _ = s.run(AT=point, DO=kind)
            if fired is None:
                continue
            inits += 1
            again = c.run(s.archive, *again_args)
            wrong = [] if again.returncode in (0, 2) else ["init again: exit status %d: %s" % (again.returncode, again.stderr.strip()[-200:])]
            if os.path.isdir(os.path.join(s.archive, "warc")):
                wrong += c.audit(s.archive, batch, {d["id"]: d for d in batch_docs if d["id"] not in ("s3", "s31")}, {})[0]
            if wrong:
                stuck += 1
                camp.violation("init, %s at operation %d (%s %s): %s" % (kind, point, fired[2], os.path.relpath(fired[3], s.archive), "; ".join(wrong[:3])), s.archive)

    camp.note("exit statuses of failed operations: %s" % ", ".join("%d: %d times" % k for k in sorted(statuses.items())))
    camp.figure(figures["runs"] > 0, "operations tried: %d" % figures["runs"])
    for kind in KINDS:
        camp.figure(wrong_by[kind] == 0, "%s: lost, half, wrong or in need of a person: %d" % (kind, wrong_by[kind]))
    if set(KINDS) & set(WANT):
        camp.figure(wrong_by["signal"] == 0, "ended by a signal: %d" % wrong_by["signal"])
        camp.figure(wrong_by["status"] == 0, "exit status other than 6 (no space) or 7 (device): %d" % wrong_by["status"])
        camp.figure(wrong_by["words"] == 0, "no space, but need and free not said: %d" % wrong_by["words"])
    camp.figure(wrong_by["pair"] == 0, "%d pairs of a crash and a crash of the recovery: wrong %d" % (figures["pairs"], wrong_by["pair"]))
    camp.figure(stuck == 0, "init interrupted %d times; init and ingest after it do not work: %d" % (inits, stuck))
    if not c.FAULTS:
        camp.skip("closing of segments", "needs --enable-faults (a segment is closed at 1 GiB)")
    camp.done()


main()
