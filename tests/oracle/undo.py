#!/usr/bin/env python3
"""Undo of any event: show, report and search are what they were before it, byte for byte; the log alone tells (experience.md 11.11).

Usage: undo.py [N]     in an empty folder, with gongkai in PATH and GONGKAI_ARCHIVE naming what is not there yet

N random events (40; also DOCS, SEED, THOROUGH=1: more answers are compared) are registered on a few documents, some of them on one another's results, and undone in the
opposite order.  One in four is undone, then its undoing, then that again.  Kinds: acts of validity, access and retention,
corrections, newer copies of the text.
"""
import json
import os
import random
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import agree  # noqa: E402
import histories  # noqa: E402

KEEPING = ["file", "file", "hold_on", "hold_off", "reclassify", "open", "transfer"]


def plain(text):
    """Without what may differ: how long it took, and when something was last registered (the log's business)."""
    return re.sub(r'"(took_ms|updated)": ?("[^"]*"|[0-9.e-]+)|[0-9.]+ 毫秒', "", text)


def answers(id_, thorough):
    """What a person sees of this document and of the whole."""
    out = {"show": agree.gongkai("show", id_), "show --json": agree.gongkai("show", "--json", "--as-of", "2020-02-29", id_),
           "search": agree.gongkai("search", "--json", "--status", "any", "--as-of", "2020-06-30", "--size", "100", "共同的词", ok=(0, 1)),
           "report --lists": agree.gongkai("report", "annual", "2020", "--lists"), "report --json": agree.gongkai("report", "annual", "--json", "2019")}
    if thorough:
        out.update({"show --text": agree.gongkai("show", "--text", id_), "retention explain": agree.gongkai("retention", "explain", id_, ok=(0, 1))})
        out.update({"report " + year: agree.gongkai("report", "annual", year, "--lists") for year in ("2018", "2021", "2022")})
    return {k: plain(v) for k, v in out.items()}


def event(r, id_):
    """Something that may be registered on this document; None for a newer copy of it."""
    kind = r.random()
    if kind < 0.06:
        return None
    if kind < 0.2:
        e = {"type": r.choice(KEEPING), "id": id_, "act": {}}
        while True:     # later() draws a kind of its own, and completes it
            made = histories.later(r, "r", 1)
            if made["type"] == e["type"]:
                return {k: v for k, v in dict(made, id=id_).items() if k in ("type", "id", "effective_date", "act", "meta")}
    return agree.attempts(r, [id_], {}, 1)[0]


def register(r, id_, n):
    """The number of the event that was registered, None if it would have changed nothing."""
    e = event(r, id_)
    if e is None:
        shown = json.loads(agree.gongkai("show", "--json", id_))
        copy = {"title": shown["title"], "docno": shown["number"], "issuer": shown["org"], "text": "共同的词，第%d稿。" % n, "norm_level": "norm_doc",
                "effective_date": r.choice(histories.DAYS)}
        if not (shown["number"] and shown["org"]):
            return None
        agree.gongkai("ingest", "--quiet", "--jsonl", "-", feed=agree.lines([copy]))
        last = json.loads(agree.gongkai("log", "--json", id_).splitlines()[-1])
        return last["event"] if last["type"] == "import_public" else None
    said = json.loads(agree.gongkai("events", "import", "--json", "-", ok=(0, 3), feed=agree.lines([e])))
    return said.get("event")


def undo(event_):
    return json.loads(agree.gongkai("undo", "--json", "--yes", "--reason", "登记有误", event_))["event"]


def main(argv):
    count, r = int(argv[0]) if argv else 40, random.Random(agree.number("SEED", 20261126))
    agree.gongkai("init", "--org", agree.OWN, "--code", "yx")
    docs = [agree.document(r, n, "2022-01-01") for n in range(agree.number("DOCS", 60))]
    agree.gongkai("ingest", "--quiet", "--jsonl", "-", feed=agree.lines(docs))
    ids = sorted(agree.events_of_archive())
    stack, done, wrong, kinds, thorough = [], 0, 0, {}, agree.number("THOROUGH", 0) > 0
    while done < count:
        # A few documents at a time, so that acts meet.
        some, deep = r.sample(ids, 3), r.choice([1, 2, 4, 8])
        for _ in range(3 * deep):
            id_ = r.choice(some)
            before = answers(id_, thorough)
            number = register(r, id_, done + len(stack))
            if number is not None:
                stack.append((id_, number, before))
            if len(stack) == deep:
                break
        while stack:
            id_, number, before = stack.pop()
            kind = next(json.loads(x)["type"] for x in agree.gongkai("log", "--json", id_).splitlines() if json.loads(x)["event"] == number)
            with_it = answers(id_, thorough) if r.random() < 0.25 else None
            undoing = undo(number)
            got = [(before, answers(id_, thorough), "undone")]
            if with_it is not None:
                again = undo(undoing)
                got.append((with_it, answers(id_, thorough), "its undoing undone"))
                undo(again)
                got.append((before, answers(id_, thorough), "undone once more"))
            for want, now, what in got:
                for name, text in want.items():
                    if now[name] != text:
                        wrong += 1
                        if wrong <= 10:
                            print("%s %s of %s, %s: %s differs\n  was  %s\n  is   %s" % (kind, number, id_, what, name, *apart(text, now[name])))
            kinds[kind] = kinds.get(kind, 0) + 1
            done += 1
    agree.gongkai("verify", "--quiet")
    print("%d events undone, %d differences; %s" % (done, wrong, ", ".join("%s %d" % k for k in sorted(kinds.items()))))
    return 1 if wrong else 0


def apart(a, b):
    """The two where they part."""
    at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    return a[max(0, at - 60):at + 100], b[max(0, at - 60):at + 100]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
