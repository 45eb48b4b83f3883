#!/usr/bin/env python3
"""The hand-made table of vectors.tsv: what was in force, public, due on a day, and why.

Usage: vectors.py              check folds.py against the table
       vectors.py --lines v    print the histories of one axis as lines for the C folds:
                               {"events": […], "as_of": … or null, "known_at": … or null}
       vectors.py --check v    read the answers to these, one a line (first word), and compare
"""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import folds  # noqa: E402

TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "vectors.tsv")
IN_META = {"x": "expiry_date", "f": "formed_date", "eff": "effective_date", "level": "norm_level", "abolished_date": "abolished_date",
           "published_at": "published_at", "asserted_status": "asserted_status", "access": "access", "title": "title"}
IN_ACT = {"left": "remaining", "lapse": "lapse_date", "code": "retention"}
BEGINNINGS = {"doc": "norm_doc", "notice": "other"}
COMPLETE = {"file": {"refcode": "Z109-WS·2015-D10-BGS-0001"}, "appraise_keep": {"report": "鉴1"},
            "appraise_destroy": {"report": "鉴1", "reason": "期满", "approved_by": "王五", "archivist": "赵六"},
            "destroy": {"register": "sha256:00", "method": "化浆", "place": "库房"}, "cancel_destroy": {"reason": "仍有用"},
            "transfer": {"to": "大竹县档案馆", "receipt": "收1"}, "hold_on": {"reason": "复议"}, "open": {"review": "开1"},
            "reclassify": {"reason": "改划"}}


def moment(text):
    return text if "T" in text else text + "T04:00:00Z"


def event_of(text, place):
    """One event in the notation that the head of the table explains."""
    kind, *words = text.split()
    meta, act, date, recorded, own = {}, dict(COMPLETE.get(kind, {})), None, None, None
    for w in words:
        key, _, value = w.partition("=")
        value = None if value == "null" else value
        if w.startswith("@"):
            recorded = moment(w[1:])
        elif w == "late":
            act["late"] = True
        elif "=" not in w:
            date = None if w == "-" else w
        elif key == "ev":
            own = value
        elif key == "of":
            act["target"] = "e-%06d" % int(value)
        elif key in IN_META:
            meta[IN_META[key]] = value
        elif key == "sup":
            act["supervisors"] = value.split(",")
        elif value is None:
            act.pop(IN_ACT.get(key, key), None)
        else:
            act[IN_ACT.get(key, key)] = int(value) if key in ("left", "transfer_years") else value
    e = {"gongkai": 1, "event": "e-%06d" % place, "id": "dzmm-2020-000001", "actor": "zhang"}
    if kind in BEGINNINGS:
        meta.setdefault("norm_level", BEGINNINGS[kind])
        if date:
            meta["effective_date"] = date
        date, kind, recorded = own, "import_public", recorded or "2000-01-01T04:00:00Z"
    e["type"] = "correct_metadata" if kind == "set" else kind
    if date:
        e["effective_date"] = date
    if e["type"] in folds.BEGINS:
        meta.setdefault("title", "关于某事的通知")
    if meta:
        e["meta"] = meta
    if act:
        e["act"] = act
    e["recorded_at"] = recorded or moment("-".join((date.split("-") + ["01", "01"])[:3]))
    return e


def rows(axis=None):
    above = None
    with open(TABLE, encoding="utf-8") as f:
        for line in f:
            if line.startswith("#"):
                continue
            ax, claim, text, as_of, known_at, expected = line.rstrip("\n").split("\t")
            above = text = above if text == "^" else text
            events = [event_of(t, i + 1) for i, t in enumerate(text.split(" ; "))]
            if axis in (None, ax):
                yield ax, claim, events, None if as_of == "-" else as_of, None if known_at == "now" else moment(known_at), expected


def answer(axis, events, as_of, known_at):
    if axis == "v":
        return folds.validity(events, as_of, known_at)
    if axis == "a":
        return folds.access(events, known_at)
    return folds.retention(events, as_of, known_at)["state"]


def compare(table, answers):
    wrong = total = 0
    for (axis, claim, events, as_of, known_at, expected), got in zip(table, answers):
        total += 1
        if got != expected:
            wrong += 1
            print("# %s | %s: expected %s, got %s\n#   %s" % (axis, claim, expected, got, json.dumps(events, ensure_ascii=False)))
    print("# %d vectors, %d wrong" % (total, wrong))
    return wrong != 0 or total < len(table)


def main(argv):
    table = list(rows(argv[1] if argv else None))
    if not argv:
        return compare(table, [answer(*r[:1], *r[2:5]) for r in table]) or len(table) < 200
    if argv[0] == "--check":
        return compare(table, [line.split()[0] for line in sys.stdin])
    for _, _, events, as_of, known_at, _ in table:
        print(json.dumps({"events": events, "as_of": as_of, "known_at": known_at}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
