#!/usr/bin/env python3
"""The text of a day, a second time (record/text.h): written from the words of the header, not from record/text.c.

  texts.py make COUNT SEED    random histories, one {"events","as_of","known_at"} a line
  texts.py answer             reads them, says for each the digest of the text of that day and known at that time, "-" for none
"""
import datetime
import json
import random
import sys

UTC8 = datetime.timedelta(hours=8)


def instant(s):
    return datetime.datetime.fromisoformat(s.replace("Z", "+00:00"))


def first(d):
    """The first day that a date, perhaps partial, can mean."""
    parts = [int(x) for x in d.split("-")]
    return datetime.date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)


def last(d):
    parts = [int(x) for x in d.split("-")]
    if len(parts) == 3:
        return datetime.date(*parts)
    y, m = (parts[0], 12) if len(parts) == 1 else parts
    nxt = datetime.date(y + (m == 12), m % 12 + 1, 1)
    return nxt - datetime.timedelta(days=1)


def counting(events, known_at):
    """Indices of the events that count: known then, and struck out by no later annulment that itself counts."""
    alive = {i for i, e in enumerate(events) if known_at is None or instant(e["recorded_at"]) <= instant(known_at)}
    for a in sorted(alive, reverse=True):
        if a in alive and a > 0 and events[a]["type"] == "annul_event":
            target = events[a].get("act", {}).get("target", "")
            alive -= {i for i in alive if 0 < i < a and events[i]["event"] == target}
    return alive


def law_day(e):
    if "effective_date" in e:
        return first(e["effective_date"])
    return (instant(e["recorded_at"]) + UTC8).date()


def texts(events, known_at):
    """[{day, digest, began, names}] by days; the first has no day."""
    counted = [i for i in sorted(counting(events, known_at)) if "content" in events[i]]
    head, rest = counted[:1], counted[1:]
    rest.sort(key=lambda i: (instant(events[i]["recorded_at"]), i))
    known = []

    def start(e, day):
        one = {"day": day, "digest": e["content"]["digest"], "began": e, "names": {e["event"]}}
        if day is None or not known:
            known.append(one)
            return
        same = [k for k, t in enumerate(known) if t["day"] == day]
        if same:
            known[same[0]] = one
        else:
            known.append(one)
            known.sort(key=lambda t: (t["day"] is not None, t["day"] or datetime.date.min))

    def fix(t, e):
        t["digest"] = e["content"]["digest"]
        t["names"] = {t["began"]["event"], e["event"]}

    for i in head + rest:
        e = events[i]
        if not known:
            start(e, None)
        elif e["type"] == "replace_redacted":
            known.clear()
            start(e, None)
        elif e["type"] == "amend_text":
            start(e, law_day(e))
        elif e["type"] in ("publish", "import_public") and "effective_date" in e:
            stated = [(first(t["began"]["effective_date"]), t) for t in known if "effective_date" in t["began"]]
            mine = first(e["effective_date"])
            equal = [t for d, t in stated if d == mine]
            if equal:
                fix(equal[-1], e)
            elif stated and mine > max(d for d, _ in stated):
                start(e, mine)
            else:
                fix(known[-1], e)
        else:
            which = e.get("act", {}).get("corrects", "")
            named = [t for t in known if which and which in t["names"]]
            fix(named[0] if named else known[-1], e)
    return known


def answer(q):
    known = texts(q["events"], q["known_at"])
    if not known:
        return "-"
    day = last(q["as_of"])
    return [t for t in known if t["day"] is None or t["day"] <= day][-1]["digest"]


def make(count, seed):
    r = random.Random(seed)

    def some_date():
        kind = r.random()
        y, m, d = r.randint(2018, 2024), r.randint(1, 12), r.choice((1, 2, 15, 28))
        return "%04d" % y if kind < 0.08 else "%04d-%02d" % (y, m) if kind < 0.2 else "%04d-%02d-%02d" % (y, m, d)

    for _ in range(count):
        events, n = [], r.randint(1, 9)
        for i in range(n):
            kind = "import_public" if i == 0 else r.choice(("import_public", "amend_text", "amend_text", "correct_text", "correct_metadata", "annul_event",
                                                             "seen_again", "replace_redacted" if r.random() < 0.2 else "amend_text"))
            at = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(hours=r.randint(0, 24 * 400) if r.random() < 0.5 else 24 * 40 * i + r.randint(0, 30))
            e = {"gongkai": 1, "event": "e-%d" % (i + 1), "id": "yx-2020-000001", "type": kind, "recorded_at": at.strftime("%Y-%m-%dT%H:%M:%SZ")}
            if kind != "annul_event" and r.random() < 0.7:
                e["effective_date"] = some_date()
            if kind == "annul_event":
                e["act"] = {"target": "e-%d" % r.randint(1, i)}
            elif kind == "correct_text" and r.random() < 0.7:
                e["act"] = {"corrects": "e-%d" % r.randint(1, i)}
            if kind not in ("annul_event", "correct_metadata", "seen_again") and (i == 0 or kind != "amend_text" or r.random() < 0.9):
                e["content"] = {"digest": "d%d" % r.randint(0, 9)}
            events.append(e)
        known_at = None if r.random() < 0.6 else r.choice(events)["recorded_at"]
        # At the borders of what happened, where mistakes are.
        near = first(r.choice(events).get("effective_date", "2021-03-04")) + datetime.timedelta(days=r.choice((-1, 0, 1, 40)))
        as_of = near.isoformat() if r.random() < 0.8 else some_date()
        yield {"events": events, "as_of": as_of, "known_at": known_at}


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        for q in make(int(sys.argv[2]), int(sys.argv[3])):
            print(json.dumps(q))
    elif sys.argv[1:] == ["answer"]:
        for line in sys.stdin:
            print(answer(json.loads(line)))
    else:
        sys.exit(__doc__)
