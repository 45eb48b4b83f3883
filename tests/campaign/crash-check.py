#!/usr/bin/env python3
"""make crash-check: kill -9 at random instants (safety.md 3.2, 10).

    KILLS=n   how many (50 in `make check`, 5,000 before a release)

Each kill hits one of: ingest of JSON Lines, ingest of files (with its child processes), abolish, undo, index rebuild, and, in a
tree with fault points, ingest that closes segments all the time.  Then the same command is given again and all is looked at.

Seen to go red: KILLS=60, with intake_commit() taken out of commit() in document.c ("lost"); with store_commit() taken out of
register_all() in cmd-act.c ("lost: abolish").  A kill seldom leaves half a record:
for that see crash-points.
"""
import os
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import campaign as c

KILLS = c.number("KILLS", 40)
ROUND = 20        # a new archive after so many kills: old ones make the audit slow, not better


def page(number):
    doc = c.document(number)
    return ("<!DOCTYPE html><html><head><meta charset=utf-8><title>%s</title></head><body><h1>%s</h1><p>%s</p></body></html>"
            % (doc["title"], doc["title"], doc["text"]))


def modes():
    out = ["ingest", "ingest", "files", "rebuild", "abolish", "undo"]
    return out + (["closing", "closing"] if c.FAULTS else [])


def killed(camp, archive, args, more, spread):
    """
    Runs until a random instant, or until something is acknowledged and a moment longer: else few kills would come
    after a promise.  Returns (what was said, whether the kill came in time, how long it ran).
    """
    started = time.monotonic()
    p = subprocess.Popen([c.GONGKAI, *args], env=c.environment(archive, more=more), stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    said = b""
    if camp.rng.random() < 0.4:
        said = p.stdout.readline()
        time.sleep(camp.rng.choice((0, 0, 0.0005, 0.002)))
    else:
        try:
            p.wait(camp.rng.random() * spread)
        except subprocess.TimeoutExpired:
            pass
    try:
        os.killpg(p.pid, signal.SIGKILL)     # the whole group: as the kernel does when memory ends
    except ProcessLookupError:
        pass
    said += p.stdout.read()
    p.wait()
    return said.decode("utf-8", "replace"), p.returncode == -signal.SIGKILL, time.monotonic() - started


ACTS = {"abolish": "abolish", "undo": "annul_event"}


def registered(archive, act):
    """What was abolished (ids), or undone (event numbers) -> how many events say so; and id -> number of its abolition."""
    times, number = {}, {}
    for _, event in c.Truth(archive).events:
        if event["type"] == "abolish":
            number[event["id"]] = event["event"]
        if event["type"] == ACTS[act]:
            key = event["id"] if act == "abolish" else event["act"]["target"]
            times[key] = times.get(key, 0) + 1
    return times, number


def audit_act(archive, act, args, ids, said):
    """The same command again: what was registered before the kill is refused the second time, and nothing is there twice."""
    wrong = []
    told = [one["id"] for one in c.lines(said) if "event" in one]
    again = c.run(archive, *args)
    if again.returncode not in (0, 3):
        wrong.append("the same command again: exit status %d: %s" % (again.returncode, again.stderr.strip()[-300:]))
    new = [one["id"] for one in c.lines(again.stdout) if "event" in one]
    wrong += ["lost: %s of %s was acknowledged and could be registered again" % (act, i) for i in told if i in new]
    times, number = registered(archive, act)
    for i in ids:
        n = times.get(i if act == "abolish" else number.get(i), 0)
        if n != 1:
            wrong.append("half: %s of %s is registered %d times" % (act, i, n))
    for i in ids[:3]:
        shown = c.run(archive, "show", "--json", i)
        code = c.lines(shown.stdout)[0]["status"]["code"] if shown.returncode == 0 else "?"
        if (code == "abolished") != (act == "abolish") or code == "?":
            wrong.append("lost: after %s %s is shown as %s: %s" % (act, i, code, (shown.stdout + shown.stderr)[-200:]))
    return wrong


def main():
    camp = c.Campaign("crash-check", shim=False)
    spread = {}
    kills = {m: 0 for m in modes()}
    tries = closed = half = lost = manual = other = torn = orphans = number = acknowledged = 0
    archive = camp.path("archive")
    docs, told, over, undone = {}, {}, set(), set()       # over: abolished; undone: abolished no longer

    while sum(kills.values()) < KILLS and tries < 20 * KILLS + 100:
        if tries % ROUND == 0:
            shutil.rmtree(archive, ignore_errors=True)
            c.init(archive)
            docs, told, over, undone = {}, {}, set(), set()
        tries += 1
        mode = camp.rng.choice(modes())
        free = sorted({told[s] for s in told if s and s.startswith("s")} - over)
        if (mode == "abolish" and not free) or (mode == "undo" and not over - undone):
            mode = "ingest"
        act = mode in ACTS
        more = {"GONGKAI_SEGMENT_LIMIT": str(camp.rng.randrange(400, 20000))} if mode == "closing" else None
        n = camp.rng.choice((1, 5, 20, 100))
        if act:
            ids = free if mode == "abolish" else sorted(over - undone)
            ids = camp.rng.sample(ids, min(n, len(ids)))
            _, numbers = registered(archive, mode)
            args = ("abolish", *ids, "--by-text", "县令") if mode == "abolish" else ("undo", *(numbers[i] for i in ids), "--reason", "登错")
            args, fresh, path = (*args, "--yes", "--json"), {}, c.write_batch(camp.path("batch.jsonl"), [c.document(0)])
        elif mode == "files":
            n = min(n, 20)
            folder = camp.fresh("in")
            os.mkdir(folder)
            fresh = {}
            for k in range(number, number + n):
                path = os.path.join(folder, "%d.html" % k)
                open(path, "w").write(page(k))
                fresh[path] = c.document(k)
            args = ("ingest", "--json", folder)
        else:
            # Some are newer versions of what stands in the same batch: such a batch has commits within.
            batch = [c.document(k) for k in range(number, number + n)]
            fresh = {d["id"]: d for d in batch}
            if n >= 20:
                for k in camp.rng.sample(range(number, number + n), 2):
                    batch.append(c.document(k, version=1))
            path = c.write_batch(camp.path("batch.jsonl"), batch)
            args = ("ingest", "--json", "--jsonl", path)
        number += 0 if act else n
        first = ("index", "rebuild", "--json") if mode == "rebuild" else args
        if mode == "rebuild":
            said, hit, took = killed(camp, archive, first, more, spread.get((mode, n), 0.05))
        else:
            docs.update(fresh)
            said, hit, took = killed(camp, archive, first, more, spread.get((mode, n), 0.05))
            told.update({} if act else c.acknowledged(said))
        acknowledged += sum("event" in one for one in c.lines(said)) if act else len(c.acknowledged(said))
        # The range follows the machine: somewhat longer than the command takes when it is left alone.
        key = mode, n
        spread[key] = spread.get(key, 0.05) * 1.02 if hit else 0.5 * spread.get(key, 0.05) + 0.5 * 1.15 * took
        kills[mode] += hit
        before = c.segments(archive)
        docs.update(fresh)
        wrong = []
        if act:
            wrong = audit_act(archive, mode, args, ids, said)
            (over if mode == "abolish" else undone).update(ids)
            docs.setdefault("s0", c.document(0))
        if mode == "files":
            # Files are known by their path; titles and texts come through the extractor.
            more_wrong, truth = c.audit(archive, None, {}, told, before, more, ingest=args)
        else:
            more_wrong, truth = c.audit(archive, path, {s: d for s, d in docs.items() if s.startswith("s")}, told, before, more)
        wrong += more_wrong
        torn += len(c.torn_files(archive))
        if truth is not None:
            orphans += truth.orphans
            closed += truth.segments - 1
        for w in wrong:
            lost += w.startswith("lost")
            half += w.startswith("half")
            manual += w.startswith(("the same command", "verify", "search"))
            other += not w.startswith(("lost", "half", "the same command", "verify", "search"))
        if wrong:
            camp.violation("try %d, %s of %d documents, limit %s: %s" % (tries, mode, n, more, "; ".join(wrong[:4])), archive)
            shutil.rmtree(archive, ignore_errors=True)
            c.init(archive)
            docs, told, over, undone = {}, {}, set(), set()

    camp.note("%d tries, of which hit: %s; torn tails kept %d, records without a document %d, segments closed %d" %
              (tries, ", ".join("%s %d" % k for k in kills.items()), torn, orphans, closed))
    camp.figure(sum(kills.values()) >= KILLS, "%d kills wanted, %d made" % (KILLS, sum(kills.values())))
    camp.figure(acknowledged > 0 and lost == 0, "acknowledged before the kill and lost: %d of %d" % (lost, acknowledged))
    camp.figure(half == 0, "half documents: %d" % half)
    camp.figure(manual == 0, "commands after a kill that needed a person: %d" % manual)
    camp.figure(other == 0, "other faults (ids, order, torn bytes kept, index): %d" % other)
    if not c.FAULTS:
        camp.skip("closing of segments", "needs --enable-faults (a segment is closed at 1 GiB)")
    else:
        camp.figure(closed > 0, "segments closed under fire: %d" % closed)
    camp.done()


main()
