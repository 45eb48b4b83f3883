#!/usr/bin/env python3
"""A second implementation of the clocks and outcomes of applications (Regulation, articles 30 to 34), to compare with.

    applications.py make FILE.csv N [SEED]        N random histories, 2015 to 2026; data invented
    applications.py compare FILE.csv LIST.jsonl   what `gongkai apply list --json` says of each; ends with 0 if all is equal
    applications.py tables FILE.csv YEAR          tables 3 and 4 of that year, as {"T3.r1.c1": n, ...}

Days are looked up in the calendars themselves (data/workdays), counted by listing the working days one by one.
"""
import csv
import datetime
import glob
import json
import os
import random
import sys

DAY = datetime.timedelta(days=1)
HERE = os.path.dirname(os.path.abspath(__file__))
special = {}
for path in glob.glob(os.path.join(HERE, "../../data/workdays/*.tsv")):
    for line in open(path, encoding="utf-8"):
        if line.strip() and not line.startswith("#"):
            day, kind = line.split("\t")[:2]
            special[datetime.date.fromisoformat(day)] = kind.strip() == "makeup"

CLASSES = ["person", "company", "research", "charity", "legal", "other"]
OUTCOMES = [("granted", "r3.1"), ("partly_granted", "r3.2"), ("state_secret", "r3.3.1"), ("law_forbids", "r3.3.2"), ("three_safety", "r3.3.3"), ("third_party", "r3.3.4"), ("internal_affairs", "r3.3.5"),
            ("process_info", "r3.3.6"), ("enforcement_file", "r3.3.7"), ("admin_query", "r3.3.8"), ("not_held", "r3.4.1"), ("to_be_made", "r3.4.2"), ("unclear", "r3.4.3"), ("petition", "r3.5.1"),
            ("repeated", "r3.5.2"), ("publication", "r3.5.3"), ("excessive", "r3.5.4"), ("reconfirm", "r3.5.5"), ("not_completed", "r3.6.1"), ("fee_unpaid", "r3.6.2"), ("other", "r3.6.3")]
ROWS = dict(OUTCOMES)


def working(d):
    return special.get(d, d.weekday() < 5)


def after(d, n):
    """The nth working day after d."""
    while n:
        d += DAY
        n -= working(d)
    return d


def due(row):
    get = lambda k: datetime.date.fromisoformat(row[k]) if row[k] else None
    start = get("received_date")
    if row["clarify_sent"]:
        start = get("clarified")
        if start is None:
            return None
    skipped = set()
    if row["third_party_from"]:
        first, last = get("third_party_from"), after(get("third_party_from"), 15)
        if row["third_party_to"]:
            last = min(last, get("third_party_to"))
        while first < last:
            first += DAY
            skipped.add(first)
    counted, d = [], start
    while len(counted) < (40 if row["extended"] == "1" else 20):
        d += DAY
        if working(d) and d not in skipped:
            counted.append(d)
    return counted[-1]


def make(path, n, seed):
    rng = random.Random(seed)
    with open(path, "w", newline="", encoding="utf-8") as f:
        w = csv.writer(f)
        w.writerow("app_no,received_date,received_rule,applicant_class,applicant,contact,subject,docno_asked,clarify_sent,clarified,third_party_from,third_party_to,extended,answered_date,outcome,review,litigation".split(","))
        last = datetime.date(2026, 11, 1)
        for i in range(n):
            got = datetime.date(2015, 1, 1) + DAY * rng.randrange((last - datetime.date(2015, 1, 1)).days - 200)
            r = dict(sent="", done="", tf="", tt="", ext="", ans="", out="", rev="", suit="")
            d = got
            if rng.random() < .25:
                d += DAY * rng.randint(1, 14)
                r["sent"] = d
                if rng.random() < .8:
                    d += DAY * rng.randint(0, 40)
                    r["done"] = d
            waits = bool(r["sent"] and not r["done"])
            if rng.random() < .2 and not waits:
                d += DAY * rng.randint(0, 9)
                r["tf"] = d
                if rng.random() < .7:
                    d += DAY * rng.randint(1, 45)
                    r["tt"] = d
            if rng.random() < .2 and not waits:
                r["ext"] = "1"
            if rng.random() < .9:
                d = max(d, got) + DAY * rng.randint(0, 60)
                r["ans"] = d
                r["out"] = rng.choice(OUTCOMES)[0] if not waits else "not_completed"
                if rng.random() < .15:
                    filed = d + DAY * rng.randint(5, 60)
                    r["rev"] = "pending:%s" % filed if rng.random() < .2 else "%s:%s:%s" % (rng.choice(["upheld", "corrected", "other"]), filed, min(last, filed + DAY * rng.randint(30, 90)))
                if rng.random() < .1:
                    filed = d + DAY * rng.randint(5, 90)
                    kind = rng.choice(["suit_direct", "suit_after"])
                    r["suit"] = kind + (":pending:%s" % filed if rng.random() < .3 else ":%s:%s:%s" % (rng.choice(["upheld", "corrected", "other"]), filed, min(last, filed + DAY * rng.randint(30, 200))))
            w.writerow(["S%04d" % i, got, rng.choice(["in_person", "post", "ordinary_mail", "online"]), rng.choice(CLASSES), "王小%d" % i, "1380000%04d" % i, "第%d号事项，\"引号\"" % i, "", r["sent"], r["done"], r["tf"],
                        r["tt"], r["ext"], r["ans"], r["out"], r["rev"], r["suit"]])


def rows_of(path):
    return list(csv.DictReader(open(path, encoding="utf-8", newline="")))


def compare(path, said):
    said = {a["app"]: a for a in map(json.loads, open(said, encoding="utf-8"))}
    bad = 0
    rows = rows_of(path)
    for r in rows:
        a = said.get(r["app_no"])
        day = due(r)
        want = {"due": day and day.isoformat(), "outcome": r["outcome"] or None, "row": ROWS.get(r["outcome"]), "answered": r["answered_date"] or None,
                "late": bool(day and r["answered_date"] and r["answered_date"] > day.isoformat()) if r["answered_date"] else None,
                "clarify_late": bool(r["clarify_sent"]) and datetime.date.fromisoformat(r["clarify_sent"]) > after(datetime.date.fromisoformat(r["received_date"]), 7)}
        for k, v in want.items():
            if a is None or (v is not None or k != "late") and a[k] != v:
                bad += 1
                print(r["app_no"], k, "want", v, "said", a and a[k], r)
    print("%d histories, %d differ" % (len(rows), bad))
    return bad


def tables(path, year):
    """{cell: [applications]}; a review is the application and its kind."""
    t = {"T3.%s.c%d" % (r, c): [] for r in ["r1", "r2", "r3.7", "r4"] + [o[1] for o in OUTCOMES] for c in range(1, 8)}
    t.update({"T4.%s.%s" % (g, c): [] for g in ("reconsider", "suit_direct", "suit_after") for c in ("upheld", "corrected", "other", "pending", "total")})
    for r in rows_of(path):
        got, answered = int(r["received_date"][:4]), int(r["answered_date"][:4]) if r["answered_date"] else 9999
        rows = (["r1"] if got == year else []) + (["r2"] if got < year <= answered else []) + ([ROWS[r["outcome"]], "r3.7"] if answered == year else []) + (["r4"] if got <= year < answered else [])
        for row in rows:
            for c in (CLASSES.index(r["applicant_class"]) + 1, 7):
                t["T3.%s.c%d" % (row, c)].append(r["app_no"])
        for text, group in ((r["review"], "reconsider"), (r["litigation"], None)):
            part = text.split(":") if text else []
            if part and group is None:
                group, part = part[0], part[1:]
            if not part or int(part[1][:4]) > year:
                continue
            decided = int(part[2][:4]) if len(part) > 2 else 9999
            if decided >= year:
                for c in ("pending" if decided > year else part[0], "total"):
                    t["T4.%s.%s" % (group, c)].append("%s %s" % (r["app_no"], group))
    return t


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else 33)
    elif sys.argv[1] == "compare":
        sys.exit(1 if compare(sys.argv[2], sys.argv[3]) else 0)
    else:
        print(json.dumps({k: len(v) for k, v in tables(sys.argv[2], int(sys.argv[3])).items()}))
