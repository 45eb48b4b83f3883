#!/usr/bin/env python3
"""有效性, a second time: slow, and written from domain.md 4.6 rather than from record/validity.c.

Reads JSON lines {"events": [...], "as_of": "2020-02-01", "known_at": "…Z" or null},
prints the validity code of each.  It walks over every day on which anything can happen
and asks, rank by rank, what happens.  Standard library only.
"""
import calendar
import datetime
import json
import sys

LIVE = {"in_force", "partly_in_force"}
OVER = {"amended", "expired", "lapsed", "abolished", "revoked"}
BINDING = {"law", "admin_reg", "local_reg", "dept_rule", "local_rule", "norm_doc", "judicial", "party"}
WORDS = {"有效": "in_force", "废止": "abolished", "失效": "expired", "已修改": "amended",
         "部分有效": "partly_in_force", "尚未生效": "not_yet_effective"}
ACTS = {  # type: rank within the day
    "amend_text": 1, "renew": 1, "confirm_valid": 2, "reinstate": 2, "assert_status": 2,
    "suspend": 3, "resume": 3, "abolish": 4, "abolish_articles": 4, "lapse": 4,
    "conditional_lapse": 4, "replace": 5,
}


def first_and_last(text):
    """The first and the last day (ordinals) that a date can mean; None if there is none."""
    if not text:
        return None
    part = [int(x) for x in text.split("-")]
    year = part[0]
    month = part[1] if len(part) > 1 else None
    if len(part) == 3:
        day = datetime.date(*part).toordinal()
        return day, day
    low = datetime.date(year, month or 1, 1)
    high_month = month or 12
    high = datetime.date(year, high_month, calendar.monthrange(year, high_month)[1])
    return low.toordinal(), high.toordinal()


def instant(text):
    """Sortable, with the fraction padded."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    return whole, fraction.ljust(12, "0")


def office_day(event):
    """The day at UTC+8 on which the event was recorded."""
    moment = datetime.datetime.strptime(event["recorded_at"][:19], "%Y-%m-%dT%H:%M:%S")
    return (moment + datetime.timedelta(hours=8)).date().toordinal()


def legal_day(event):
    """The day from which the event counts."""
    stated = first_and_last(event.get("effective_date"))
    return stated[0] if stated else office_day(event)


class Document:
    """One history, seen with what was known at one moment."""

    def __init__(self, events, known_at):
        known = [known_at is None or instant(e["recorded_at"]) <= instant(known_at) for e in events]
        memo = {}

        def stands(i):
            if i not in memo:
                memo[i] = known[i] and (i == 0 or not any(
                    events[j]["type"] == "annul_event" and events[j].get("act", {}).get("target") == events[i]["event"]
                    and stands(j) for j in range(i + 1, len(events))))
            return memo[i]

        self.first_known = bool(events) and stands(0)
        self.events = [(i, e) for i, e in enumerate(events) if stands(i)]

    def base(self, key):
        """The value of a metadata field that holds from the beginning, and who stated it."""
        for i, e in reversed(self.events):
            if i == 0 or e["type"] in ("publish", "import_public", "correct_metadata"):
                if key in e.get("meta", {}):
                    value = e["meta"][key]
                    if isinstance(value, list):
                        value = value[0] if value else ""
                    return (value, e) if value else (None, None)
        return None, None

    def validity(self, as_of):
        if not self.first_known:
            return "unknown"
        if any(e["type"] == "revoke" for _, e in self.events):
            return "revoked"
        return Walk(self).until(as_of)


class Walk:
    """The state, day by day."""

    def __init__(self, document):
        self.d = document
        level = document.base("norm_level")[0]
        stated = {k: document.base(k) for k in
                  ("effective_date", "expiry_date", "abolished_by", "abolished_date", "asserted_status")}
        effective = stated["effective_date"][0] or document.events[0][1].get("effective_date")
        said = [k for k in stated if stated[k][0]]
        self.soft = False      # only a label says so
        self.clocked = False   # only the clock of taking effect led here
        self.expires = None
        self.term = 0
        self.resumes = None
        self.before = None
        self.agenda = {}       # day: [(rank, base first, instant, index, action)]
        if effective:
            self.code = "not_yet_effective"
            self.clocked = True
            self.plan(first_and_last(effective)[0], 0, None, self.take_effect)
        else:
            self.code = "unknown" if level in BINDING or said else "not_applicable"
        if stated["expiry_date"][0]:
            self.term = first_and_last(stated["expiry_date"][0])[1]
            self.expires = self.term + 1
        if stated["abolished_date"][0]:
            self.plan(first_and_last(stated["abolished_date"][0])[0], 4, None, self.end("abolished"))
        elif stated["abolished_by"][0]:
            self.plan(office_day(stated["abolished_by"][1]), 4, None, self.end("abolished"))
        if stated["asserted_status"][0]:
            word = stated["asserted_status"][0]
            self.plan(office_day(stated["asserted_status"][1]), 2, None, lambda: self.label(word))
        for i, e in document.events:
            if i == 0 or e["type"] not in ACTS:
                continue
            if e["type"] == "conditional_lapse":
                day = first_and_last(e.get("act", {}).get("lapse_date"))
                if day:
                    self.plan(day[0], 4, (i, e), None)
            else:
                self.plan(legal_day(e), ACTS[e["type"]], (i, e), None)

    def plan(self, day, rank, event, action):
        key = (rank, 0, ("", ""), 0) if event is None else (rank, 1, instant(event[1]["recorded_at"]), event[0])
        self.agenda.setdefault(day, []).append((key, event and event[1], action))

    def become(self, code, soft=False, clocked=False):
        if code != "suspended":
            self.resumes = None
        self.code, self.soft, self.clocked = code, soft, clocked

    def until(self, as_of):
        while True:
            waiting = [d for d in self.agenda]
            waiting += [x for x in (self.expires, self.resumes) if x is not None]
            if not waiting or min(waiting) > as_of:
                return self.code
            self.live_through(min(waiting))

    def live_through(self, day):
        acts = sorted(self.agenda.pop(day, []), key=lambda a: a[0])
        for rank in range(6):
            if rank == 3 and self.resumes == day:
                self.become(self.before)
            if rank == 4 and self.expires == day:
                self.expires = None
                if self.code in LIVE | {"suspended", "unknown"}:
                    self.become("expired")
            for key, event, action in acts:
                if key[0] == rank:
                    if event is None:
                        action()
                    else:
                        self.act(day, event)

    # what the base says

    def take_effect(self):
        if self.code == "not_yet_effective":
            self.become("in_force", clocked=True)

    def end(self, code):
        def action():
            if self.code not in ("abolished", "revoked") or self.soft:
                self.become(code)
        return action

    def label(self, word):
        code = WORDS.get(word)
        if code is None or (self.code in OVER and not self.soft):
            return
        if self.code == "unknown" or self.soft or (self.clocked and code in OVER):
            self.become(code, soft=True)

    # acts

    def act(self, day, event):
        more = event.get("act", {})
        end = first_and_last(event.get("meta", {}).get("expiry_date"))
        unknown = self.code == "unknown" or self.soft
        live = self.code in LIVE
        kind = event["type"]
        to = None
        if kind == "amend_text":
            other = more.get("by") and more["by"] != event["id"] and "content" not in event
            to = ("amended" if other else "in_force") if live else None
        elif kind == "abolish_articles":
            to = ("abolished" if more.get("remaining") == 0 else "partly_in_force") if live else None
        elif kind in ("abolish", "replace"):
            to = "abolished" if self.code not in ("abolished", "revoked") or self.soft else None
        elif kind == "lapse":
            to = "lapsed" if self.code not in OVER or self.soft else None
        elif kind == "conditional_lapse":
            to = "lapsed" if live and not self.rescued(day, event) else None
        elif kind == "confirm_valid":
            to = "in_force" if live or self.code == "suspended" or unknown else None
        elif kind == "reinstate":
            to = "in_force" if self.code in ("abolished", "lapsed", "expired") else None
        elif kind == "resume":
            to = self.before if self.code == "suspended" and self.before else None
        elif kind == "suspend" and live:
            self.before = self.code
            until = first_and_last(more.get("until"))
            self.become("suspended")
            self.resumes = until[1] + 1 if until and until[1] >= day else None
            self.new_term(day, end)
            return
        elif kind == "renew":
            if not end or end[1] <= self.term or end[1] < day:
                return
            if self.code == "expired" and not more.get("late"):
                return
            if self.code in OVER - {"expired"} and not self.soft:
                return
            self.new_term(day, end)
            if self.code == "expired":
                self.become("in_force")
            else:
                self.clocked = False
            return
        elif kind == "assert_status":
            code = WORDS.get(more.get("status"))
            if code and unknown:
                self.new_term(day, end)
                self.become(code, soft=True)
            return
        if to:
            self.new_term(day, end)
            self.become(to)

    def new_term(self, day, end):
        if end and end[1] >= day:
            self.term = end[1]
            self.expires = end[1] + 1

    def rescued(self, day, listing):
        for _, e in self.d.events:
            if e["type"] in ("amend_text", "replace") and legal_day(e) >= legal_day(listing):
                if legal_day(e) < day or office_day(e) < day:
                    return True
        return False


def main():
    for line in sys.stdin:
        case = json.loads(line)
        print(Document(case["events"], case["known_at"]).validity(first_and_last(case["as_of"])[1]))


if __name__ == "__main__":
    main()
