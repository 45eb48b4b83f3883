#!/usr/bin/env python3
"""make clock-check: the clock is wrong, jumps, or ticks in another zone (safety.md 10).

Whatever the clock says: everything goes in, nothing is lost, ids and event numbers stay unique and rise, verify is content,
and dates of documents, being calendar dates, do not move with TZ.

Seen to go red: with localtime_r in the place of gmtime_r in gk_now_utc() ("recorded_at moves with TZ").
"""
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import campaign as c

CLOCKS = {
    "1970-01-01": {"CLOCK": "@1"}, "1970-01-01 00:00:00 exactly": {"CLOCK": "@1000"}, "1999-12-31 23:59:59": {"CLOCK": "@946684799"},
    "2038-02-01": {"CLOCK": "@2148595200"}, "2106-02-08": {"CLOCK": "@4294967300"}, "leap day 2028-02-29": {"CLOCK": "@1835395200"},
    "31 December of a leap year": {"CLOCK": "@1861919940"}, "DST in spring": {"CLOCK": "@1774749590"}, "DST in autumn": {"CLOCK": "@1792889990"},
    "an hour back": {"CLOCK": "-3600"}, "a year ahead": {"CLOCK": "31536000"}, "back by an hour again and again": {"CLOCK_BACK": "3600"},
}
ZONES = ["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati"] + ["UTC%+d" % h for h in (-14, -12, -8, -1, 1, 5, 11, 12)]


def days(text):
    """Every answer without what is bound to change."""
    return re.sub(r'"(took_ms|seconds)":[-0-9.e+]+', "", text)


def main():
    camp = c.Campaign("clock-check")
    archive = camp.path("archive")
    c.init(archive)
    docs, told, number, wrongs = {}, {}, 0, 0
    for name, shim in CLOCKS.items():
        for command in ("ingest", "rebuild"):
            batch = [c.document(k) for k in range(number, number + 5)]
            if number:
                batch.append(c.document(number - 1, version=number))
            # To a clock of 1970 a paper of 2021 lies in the future, and is refused (L35): such papers have no dates here.
            early = shim.get("CLOCK", "").startswith("@") and int(shim["CLOCK"][1:]) < 1600000000
            for d in batch if early else []:
                for key in ("published_at", "effective_date", "expiry_date"):
                    d.pop(key, None)
            path = c.write_batch(camp.path("b.jsonl"), batch)
            if command == "rebuild":
                done = c.run(archive, "index", "rebuild", "--json", shim=shim)
            else:
                docs.update({d["id"]: d for d in batch})
                number += 5
                done = c.run(archive, "ingest", "--json", "--jsonl", path, shim=shim)
                told.update(c.acknowledged(done.stdout))
            wrong = [] if done.returncode == 0 else ["%s: exit status %d: %s" % (command, done.returncode, done.stderr.strip()[-300:])]
            if not wrong and command == "ingest":
                wrong, _ = c.audit(archive, path, docs, told)
            if wrong:
                wrongs += 1
                camp.violation("%s: %s" % (name, "; ".join(wrong[:3])), archive)
    camp.figure(wrongs == 0, "%d clocks, ingest and rebuild: wrong %d" % (len(CLOCKS), wrongs))

    some = sorted(set(told.values()))[:12]
    commands = [("show", "--json", i, "--as-of", d) for i in some for d in ("2021-04-30", "2021-05-01", "2023-12-31", "2024-01-01")]
    commands += [("search", "--json", "共同的词 is:in_force", "--as-of", d) for d in ("2020-02-29", "2024-02-29", "2021-05-01")]
    commands += [("search", "--json", "共同的词", "--from", "2021-03-05", "--to", "2021-03-05")]
    first = None
    moved = 0
    for zone in ZONES:
        out = [days(c.run(archive, *args, more={"TZ": zone}).stdout) for args in commands]
        if first is None:
            first = out
        for args, a, b in zip(commands, first, out):
            if a != b:
                moved += 1
                camp.violation("TZ=%s: %s answers otherwise than with TZ=%s" % (zone, " ".join(args), ZONES[0]))
    camp.figure(moved == 0, "%d zones, %d questions: answers that move with TZ: %d" % (len(ZONES), len(commands), moved))

    # Events are UTC, whatever the zone of the machine; and they are not older than the moment before the command.
    wrong = 0
    for zone in ZONES:
        batch = [c.document(number)]
        number += 1
        done = c.run(archive, "ingest", "--json", "--jsonl", c.write_batch(camp.path("b.jsonl"), batch), shim={"CLOCK": "@1774749590"}, more={"TZ": zone})
        told.update(c.acknowledged(done.stdout))
        events = c.Truth(archive).events
        if not events[-1][1]["recorded_at"].startswith("2026-03-29T01:59:5"):
            wrong += 1
            camp.violation("TZ=%s: recorded_at is %s at 2026-03-29T01:59:50Z" % (zone, events[-1][1]["recorded_at"]))
    camp.figure(wrong == 0, "%d zones: recorded_at moves with TZ: %d" % (len(ZONES), wrong))

    # "Today" is counted as in China: a document that begins today is in force from 16:00 UTC of the day before.
    batch = [dict(c.document(number), id="leap", norm_level="norm_doc", effective_date="2028-02-29", expiry_date="2028-02-29")]
    done = c.run(archive, "ingest", "--json", "--jsonl", c.write_batch(camp.path("b.jsonl"), batch), shim={"CLOCK": "@1835395200"})
    leap = c.acknowledged(done.stdout).get("leap", "?")
    wrong = 0
    for at, want in ((1835366399, "not_yet"), (1835366400, "in_force"), (1835452799, "in_force"), (1835452800, "expired")):
        for zone in ("UTC", "UTC-12", "UTC+12"):
            code = "?"
            done = c.run(archive, "show", "--json", leap, shim={"CLOCK": "=%d" % at}, more={"TZ": zone})
            if done.returncode == 0:
                code = json.loads(done.stdout)["status"]["code"]
            if code != want and not (want == "not_yet" and code not in ("in_force", "expired", "?")):
                wrong += 1
                camp.violation("at %d, TZ=%s the document of the leap day is %s, not %s %s" % (at, zone, code, want, done.stderr[-200:]))
    camp.figure(wrong == 0, "leap day, to the second, in three zones: wrong %d" % wrong)
    camp.done()


main()
