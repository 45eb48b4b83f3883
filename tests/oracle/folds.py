#!/usr/bin/env python3
"""The folds over a document's events, a second time: slow, plain, from the text of the rules alone.

validity(events, as_of, known_at)             domain.md 4.6 (V1-V18), record/validity.h
access(events, known_at)                      domain.md 8.1, 8.3 (X1-X11), record/access.h
retention(events, as_of, known_at)            domain.md 7.4 (R1-R11), record/retention.h
yearly(events, year, known_at)                domain.md 3.2, record/yearly.h

events: a list of JSON objects as record/event.h describes them, in the order of the archive.
as_of: a date, full or partial.  known_at: a UTC instant, or None for everything.

What the text leaves open, and how it is read here.  Numbered, so that it can be compared.

 C1  E: an annulment that is itself annulled (by one that counts) strikes nothing.  An annulment reaches only events that
     stand before it in the archive, and never the first one.
 C2  A document that is not known at known_at is unknown.
 C0  The first event is the first, whatever its clock said: it is the record.  "Recorded" orders the others.
 C3  Metadata: publish, import_public and correct_metadata say how the document always was: their "meta" is merged in the order
     (recorded_at, place in the archive), whatever effective_date such an event has.  null takes a field away.
 C4  The document's effective date is meta.effective_date; if nobody ever stated that, the effective_date of the first event.
     Partial dates: what begins does so on the first day that the date can mean, what ends (expiry, until) on the last; as_of is its last day.
 C5  Axis (V1): norm_level of the binding levels (policy_doc is "optional": alone it gives none), or effective, expiry,
     abolition or a source's label stated (record/record.h).
 C6  No effective date: unknown on every day, until an act or clock says otherwise.
 C7  An act without effective_date counts from the office's day (UTC+8) on which it was recorded.
 C8  Rank in one day: take_effect; amend_*, renew; confirm_valid, reinstate, assert_status, a source's label; suspend, resume and the
     end of a suspension; abolish, abolish_articles, lapse, conditional_lapse, expiry; replace.  In a rank what the metadata and the
     clocks say comes first, then recorded_at, then place in the archive.  So a reinstatement of the same day as an abolition loses, and a
     renewal that begins on the day after the old term is in time.
 C9  A new term that is over before the act's own day is none.  The expiry clock fires once: who is confirmed or reinstated after a stated
     term is in force until a new term ends.
 C10 Expiry (V8) also ends what is unknown.  What expires before it takes effect is expired from the day on which it takes effect.
 C11 meta.abolished_date abolishes on that day; meta.abolished_by without a date on the office's day it was recorded.
 C12 amend_text whose text is the record's own (act.by absent or itself, or content) leaves it in force: dead articles are gone.  If the new text
     is another record, this one holds the old text: amended, and a term stated is the new text's.  Both work on whatever has not ended, also suspended or not yet effective.
 C13 abolish_articles marks what is in force, suspended or not yet effective; it is seen as partly_in_force while the document
     is in force.  "remaining": 0 abolishes these.
 C14 abolish and replace work on everything but abolished (and revoked), so also on expired, lapsed, unknown, not_applicable.
 C15 lapse works on what has not ended.
 C16 conditional_lapse: on lapse_date, as C15, once.  Saved by a replace or amend_text whose day is not before the list's, and
     which either counts from before lapse_date or was recorded (office's day) before it.  No lapse_date: nothing.
 C17 renew: a new expiry_date greater than the last stated.  Works on what has not ended, also suspended; with "late" also on
     expired, and is then in_force from its day, whole.
 C18 confirm_valid makes in force, unknown, partly and suspended in_force, whole and without suspension, as V12 has it.
     Not what is not yet effective, not what has ended.
 C19 suspend works on what is in force (also in part) and while suspended sets a new last day; "until" is the last day; one before
     the act's own day is not understood: without end.
 C20 reinstate: in_force, whole, not suspended; the old expiry date holds if it is not yet past, a new one replaces it.
 C21 assert_status works on unknown and on what only was asserted.  meta.asserted_status, from the office's day on which it was recorded,
     too; and if it says that the document has ended, also on what only dates made not yet effective or in force: "a wrong
     现行有效 is worse than none" (domain.md 12.18).  What is asserted counts as unknown for every act (renew apart: it stays asserted).
     Words not understood change nothing.
 C22 revoke in E: revoked on every day, also of what has no axis; only an annulment takes it back.
 C23 An event of a type that is not named here (take_effect and expire are clocks) changes nothing.

 A1  One clock (record/access.h): what is recorded by known_at counts, in the order (recorded_at, place); no effective_date.
 A2  The guards (four gates on one digest, a cause) are the writer's.  Before the first event, and if that is not publish or import_public: draft.
     Otherwise public, or what meta.access says.  Nothing leaves sealed.

 R1  Days as C7, order (day, recorded_at, place); clocks before, between and after.
 R2  Terms count from 1 January after the year of formed_date, else published_at; without either no clock runs.
 R3  appraise_keep, cancel_destroy, reclassify: a stated last day takes the place of the code's term until the next of the three.
 R4  holds add up by case: the same case twice is one hold.  A hold_off without that case is nothing.
 R5  "Another code": one that differs.  A term that cannot be computed (no date) is not over.

 Y1  What only a source's label says is not counted (V18, column C).
 Y2  A revocation counts in the year of its day (C7); of several, that registered first.
 Y3  Neither formed nor published: issued in no year, but by every year.
 Y4  What had ended before it was issued (a date in disorder) ends in the year in which it is issued.
"""
import datetime
import fractions
import functools
import json
import re
import sys

BINDING = {"law", "admin_reg", "local_reg", "dept_rule", "local_rule", "norm_doc", "judicial", "party"}
WORDS = {
    "有效": "in_force", "生效中": "in_force", "全文有效": "in_force", "继续有效": "in_force", "现行有效": "in_force",
    "未生效": "not_yet_effective", "尚未生效": "not_yet_effective",
    "条款失效": "partly_in_force", "部分废止": "partly_in_force", "部分失效": "partly_in_force", "部分有效": "partly_in_force",
    "暂停执行": "suspended", "停止执行": "suspended", "已修改": "amended", "已被修改": "amended",
    "失效": "expired", "已失效": "expired", "有效期届满失效": "expired", "宣布失效": "lapsed", "废止": "abolished", "已废止": "abolished",
    "撤销": "revoked", "已撤销": "revoked",
}
CODES = {"not_yet_effective", "in_force", "partly_in_force", "suspended", "amended", "expired", "lapsed", "abolished", "revoked"}
ENDED = {"amended", "expired", "lapsed", "abolished", "revoked"}
BEGINS = {"publish", "import_public"}
NEVER = 10**9


# dates and instants


def parts(text):
    return [int(p) for p in text[:10].split("-")]


def first_day(text):
    """The first day that a full or partial date can mean, as a number; None if there is no date."""
    if not text:
        return None
    p = parts(text) + [1, 1]
    return datetime.date(p[0], p[1], p[2]).toordinal()


def last_day(text):
    if not text:
        return None
    p = parts(text)
    if len(p) == 3:
        return datetime.date(*p).toordinal()
    y, m = (p[0] + 1, 1) if len(p) == 1 or p[1] == 12 else (p[0], p[1] + 1)
    return datetime.date(y, m, 1).toordinal() - 1


def iso(day):
    return day and datetime.date.fromordinal(day).isoformat()


@functools.lru_cache(maxsize=100000)
def instant(text):
    m = re.fullmatch(r"(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)(\.\d+)?Z", text)
    y, mo, d, h, mi, s = (int(x) for x in m.groups()[:6])
    seconds = datetime.date(y, mo, d).toordinal() * 86400 + h * 3600 + mi * 60 + s
    return seconds + fractions.Fraction("0" + m.group(7) if m.group(7) else 0)


def office_day(event):
    return int(instant(event["recorded_at"]) + 8 * 3600) // 86400


def act(event, key):
    return event.get("act", {}).get(key)


# which events count


def counting(events, known_at):
    """E, as (place, event): recorded by known_at and not annulled by one that counts."""
    limit = None if known_at is None else instant(known_at)
    known = [limit is None or instant(e["recorded_at"]) <= limit for e in events]

    def counts(i):
        """An annulment is always behind its target: this ends."""
        return known[i] and not any(
            i > 0 and events[j]["type"] == "annul_event" and act(events[j], "target") == events[i]["event"] and counts(j)
            for j in range(i + 1, len(events)))

    return [(i, e) for i, e in enumerate(events) if counts(i)]


def when(event):
    """The day from which an act counts."""
    day = first_day(event.get("effective_date"))
    return office_day(event) if day is None else day


def in_order_of_record(counted):
    return sorted(counted, key=lambda p: (p[0] > 0, p[0] and instant(p[1]["recorded_at"]), p[0]))


def metadata(counted):
    """The metadata that counts, and for each field the event that said so."""
    meta, said = {}, {}
    for _, e in in_order_of_record(counted):
        if e["type"] in BEGINS or e["type"] == "correct_metadata":
            for key, value in (e.get("meta") or {}).items():
                meta[key], said[key] = value, e
    return {k: v for k, v in meta.items() if v not in (None, "", [])}, said


# validity

RANK = {"amend_text": 1, "renew": 1, "confirm_valid": 2, "reinstate": 2, "assert_status": 2, "label": 2, "suspend": 3, "resume": 3,
        "abolish": 4, "abolish_articles": 4, "lapse": 4, "conditional_lapse": 4, "replace": 5}


class Document:
    """What is true of a document at the end of one day."""

    def __init__(self, core, starts, expiry):
        self.core = core            # a code; in part and suspended are apart, below it
        self.asserted = False
        self.by_dates = core == "not_yet_effective"
        self.partly = False
        self.suspended = None       # last day of it
        self.starts, self.expiry = starts, expiry
        self.term = expiry or 0     # the newest ever stated

    def code(self):
        if self.core != "in_force":
            return self.core
        return "suspended" if self.suspended is not None else "partly_in_force" if self.partly else "in_force"

    def become(self, core, asserted=False):
        self.core, self.asserted, self.partly, self.suspended, self.by_dates = core, asserted, False, None, False

    def ended(self):
        return self.core in ENDED

    def open(self):
        return not self.ended() or self.asserted

    def live(self, day, asserted=False):
        """In force by somebody's word: a term that is past no longer binds."""
        self.become("in_force", asserted)
        if self.expiry is not None and self.expiry + 1 < day:
            self.expiry = None

    def clocks(self, day, rank):
        if rank == 0 and self.core == "not_yet_effective" and day == self.starts:
            self.core, self.by_dates, self.asserted = "in_force", True, False
            if self.expiry is not None and self.expiry < day:
                self.expiry = day - 1
        if rank == 3 and self.suspended is not None and day > self.suspended:
            self.suspended, self.asserted, self.by_dates = None, False, False
        if rank == 4 and self.expiry is not None and day > self.expiry and self.core in ("in_force", "unknown"):
            self.become("expired")
            self.expiry = None

    def new_term(self, event, day):
        last = last_day((event.get("meta") or {}).get("expiry_date"))
        if last is not None and last >= day:
            self.expiry = self.term = last

    def do_assert_status(self, event, day):
        word = act(event, "status")
        code = word if word in CODES else WORDS.get(word)
        if not code or not (self.core == "unknown" or self.asserted):
            return
        if code in ("in_force", "partly_in_force", "suspended"):
            self.live(day, asserted=True)
        else:
            self.become(code, asserted=True)
        self.partly = code == "partly_in_force"
        self.suspended = NEVER if code == "suspended" else None

    def do_label(self, event, day):
        word = act(event, "status")
        if self.by_dates and (word if word in CODES else WORDS.get(word)) in ENDED:
            self.core = "unknown"
        self.do_assert_status(event, day)

    def do_amend_text(self, event, day):
        if not self.open() or self.core == "not_applicable":
            return
        if act(event, "by") in (None, "", event["id"]) or "content" in event:
            self.new_term(event, day)
            self.partly = self.by_dates = False
            if self.core == "in_force":
                self.asserted = False
        else:
            self.become("amended")

    def do_confirm_valid(self, event, day):
        if self.core in ("in_force", "unknown") or self.asserted:
            self.live(day)
            self.new_term(event, day)

    def do_renew(self, event, day):
        new = last_day((event.get("meta") or {}).get("expiry_date"))
        if new is None or new <= self.term or new < day:
            return
        if self.core == "expired" and act(event, "late"):
            self.become("in_force")
        elif self.core == "expired" or not self.open():
            return
        self.by_dates = False
        self.new_term(event, day)

    def do_reinstate(self, event, day):
        if self.core in ("abolished", "lapsed", "expired"):
            self.live(day)
            self.new_term(event, day)

    def do_resume(self, _event, _day):
        if self.suspended is not None:
            self.suspended, self.asserted, self.by_dates = None, False, False

    def do_suspend(self, event, day):
        until = last_day(act(event, "until"))
        if self.core == "in_force":
            self.suspended = NEVER if until is None or until < day else until
            self.asserted = self.by_dates = False

    def do_abolish_articles(self, event, _day):
        if self.core not in ("in_force", "not_yet_effective") or (self.core == "not_yet_effective" and self.asserted):
            return
        self.partly, self.asserted, self.by_dates = True, False, False
        if act(event, "remaining") == 0:
            self.become("abolished")

    def do_abolish(self, _event, _day):
        self.become("abolished")

    do_replace = do_abolish

    def do_lapse(self, _event, _day):
        if self.open():
            self.become("lapsed")

    do_conditional_lapse = do_lapse


def has_axis(meta, starts):
    return meta.get("norm_level") in BINDING or starts is not None or any(
        meta.get(k) for k in ("expiry_date", "abolished_by", "abolished_date", "asserted_status"))


def timers(counted):
    """(day, place, event) of each conditional lapse that nothing saved."""
    for i, e in counted:
        limit = first_day(act(e, "lapse_date")) if e["type"] == "conditional_lapse" else None
        if limit is not None and not any(s["type"] in ("replace", "amend_text") and when(s) >= when(e)
                                         and (when(s) < limit or office_day(s) < limit) for _, s in counted):
            yield limit, i, e


def acts_of(counted, meta, said):
    """(day, rank, not of the metadata, instant, place, kind, event), sorted: what is to be applied."""
    acts = []
    for i, e in counted:
        if i > 0 and e["type"] in RANK and e["type"] not in ("conditional_lapse", "label"):
            acts.append((when(e), RANK[e["type"]], 1, instant(e["recorded_at"]), i, e["type"], e))
    for day, i, e in timers(counted):
        acts.append((day, RANK["lapse"], 1, instant(e["recorded_at"]), i, "conditional_lapse", e))
    if "abolished_date" in meta:
        acts.append((first_day(meta["abolished_date"]), RANK["abolish"], 0, 0, 0, "abolish", {}))
    elif "abolished_by" in meta:
        acts.append((office_day(said["abolished_by"]), RANK["abolish"], 0, 0, 0, "abolish", {}))
    if "asserted_status" in meta:
        acts.append((office_day(said["asserted_status"]), RANK["label"], 0, 0, 0, "label", {"act": {"status": meta["asserted_status"]}}))
    return sorted(acts, key=lambda a: a[:5])


def days_of_change(acts, starts, meta):
    """Every day on which anything can be different from the day before."""
    days = {a[0] for a in acts} | {starts, last_day(meta.get("expiry_date"))}
    for a in acts:
        days |= {last_day((a[6].get("meta") or {}).get("expiry_date")), last_day(act(a[6], "until"))}
    return sorted({d + n for d in days if d is not None for n in (0, 1)})


def states_on(events, days, known_at=None, every_day=False):
    """For each of these days, in rising order: (code, by a source's label only)"""
    counted, ends = counting(events, known_at), [last_day(d) for d in days]
    if not counted or counted[0][0] != 0:
        return [("unknown", False)] * len(ends)
    if any(e["type"] == "revoke" for _, e in counted):
        return [("revoked", False)] * len(ends)
    meta, said = metadata(counted)
    starts = first_day(meta.get("effective_date"))
    if "effective_date" not in said:
        starts = first_day(events[0].get("effective_date"))
    core = "not_yet_effective" if starts is not None else "unknown" if has_axis(meta, starts) else "not_applicable"
    acts, out = acts_of(counted, meta, said), []
    d = Document(core, starts, last_day(meta.get("expiry_date")))
    changes = days_of_change(acts, starts, meta)
    if every_day and changes:
        changes = list(range(changes[0], ends[-1] + 1))
    for day in changes:
        while len(out) < len(ends) and ends[len(out)] < day:
            out.append((d.code(), d.asserted))
        for rank in range(6 if len(out) < len(ends) else 0):
            d.clocks(day, rank)
            for a in acts:
                if a[:2] == (day, rank):
                    getattr(d, "do_" + a[5])(a[6], day)
    return out + [(d.code(), d.asserted)] * (len(ends) - len(out))


def state_on(events, as_of, known_at=None, every_day=False):
    return states_on(events, [as_of], known_at, every_day)[0]


def validity(events, as_of, known_at=None, every_day=False):
    return state_on(events, as_of, known_at, every_day)[0]


# access

STEPS = {"submit": ({"draft"}, "under_review"), "gate_return": ({"under_review"}, "draft"), "refuse": ({"under_review"}, "rejected"),
         "release": ({"rejected"}, "under_review"), "publish": ({"under_review"}, "public"), "withdraw": ({"public"}, "withdrawn"),
         "restore": ({"withdrawn"}, "public"), "replace_redacted": ({"withdrawn"}, "public"),
         "seal": ({"draft", "under_review", "rejected", "public", "withdrawn"}, "sealed")}
ACCESSES = {"draft", "under_review", "rejected", "public", "withdrawn", "sealed"}


def access(events, known_at=None):
    state, counted = "draft", counting(events, known_at)
    for i, e in in_order_of_record(counted if counted and counted[0][0] == 0 else []):
        if i == 0 and e["type"] in BEGINS:
            stated = (e.get("meta") or {}).get("access")
            state = stated if stated in ACCESSES else "public"
        elif e["type"] in STEPS and state in STEPS[e["type"]][0]:
            state = STEPS[e["type"]][1]
    return state


# retention

TERMS = {"D30": 30, "D10": 10, "CQ": 50, "DQ": 15}
FILED_AS = set(TERMS) | {"Y"}
NEEDS = {"file": "retention refcode", "appraise_keep": "report", "appraise_destroy": "report reason approved_by archivist",
         "destroy": "supervisors register method", "cancel_destroy": "reason", "transfer": "to receipt", "hold_on": "case reason",
         "hold_off": "case", "open": "review", "reclassify": "retention reason"}


def years_after(day, years):
    d = datetime.date.fromordinal(day)
    if (d.month, d.day) == (2, 29):
        return datetime.date(d.year + years, 2, 28).toordinal() + 1
    return d.replace(year=d.year + years).toordinal()


class Kept:
    def __init__(self, meta):
        stated = meta.get("formed_date") or meta.get("published_at")
        self.year = parts(stated)[0] if stated else None
        self.date = last_day(stated)
        self.state, self.code, self.until, self.stopped = "unfiled", None, None, False
        self.transfer_years, self.holds, self.open = 20, set(), False

    def term_end(self):
        if self.until is not None:
            return self.until
        if self.code in TERMS and self.year:
            return datetime.date(self.year + TERMS[self.code], 12, 31).toordinal()
        return None

    def transfer_due(self):
        return self.date and years_after(self.date, self.transfer_years)

    def clocks(self, day):
        if self.state not in ("filed", "extended"):
            return
        possible = []
        if self.transfer_due() and self.code in ("Y", "D30"):
            possible.append((self.transfer_due(), 0, "due_transfer"))
        if self.term_end() is not None and not self.holds and not self.stopped and self.code != "Y":
            possible.append((self.term_end() + 1, 1, "due_appraisal"))
        possible = [p for p in possible if p[0] <= day]
        if possible:
            self.state = min(possible)[2]

    def new_term(self, e):
        """The code and last day that an act states; the old code without a statement."""
        return act(e, "retention") or self.code, last_day(act(e, "until"))

    def over(self, code, until, day):
        probe = Kept({})
        probe.year, probe.code, probe.until = self.year, code, until
        return probe.term_end() is not None and probe.term_end() < day

    def apply(self, kind, e, day):
        if any(not act(e, key) for key in NEEDS[kind].split()) or self.state == "destroyed":
            return
        if act(e, "retention") and act(e, "retention") not in FILED_AS:
            return
        getattr(self, "do_" + kind)(e, day)

    def do_file(self, e, _day):
        if self.state == "unfiled":
            self.state, self.code = "filed", act(e, "retention")
            self.transfer_years = act(e, "transfer_years") or self.transfer_years

    def do_appraise_keep(self, e, day):
        code, until = self.new_term(e)
        stated = act(e, "retention") or until is not None
        if self.state == "due_appraisal" and stated and not self.over(code, until, day):
            self.state, self.code, self.until, self.stopped = "extended", code, until, False

    def do_appraise_destroy(self, _e, _day):
        if self.state == "due_appraisal" and not self.holds and self.code != "Y":
            self.state = "approved_destroy"

    def do_destroy(self, e, _day):
        if self.state == "approved_destroy" and not self.holds and len(set(act(e, "supervisors"))) >= 2:
            self.state = "destroyed"

    def do_cancel_destroy(self, e, day):
        if self.state == "approved_destroy":
            code, until = self.new_term(e)
            self.state, self.code, self.until, self.stopped = "extended", code, until, self.over(code, until, day)

    def do_transfer(self, _e, _day):
        if self.state in ("filed", "extended", "due_transfer"):
            self.state = "transferred"

    def do_hold_on(self, e, _day):
        self.holds.add(act(e, "case"))

    def do_hold_off(self, e, _day):
        self.holds.discard(act(e, "case"))

    def do_open(self, e, day):
        if act(e, "reason") or (self.date and day >= years_after(self.date, 25)):
            self.open = True

    def do_reclassify(self, e, _day):
        code, until = self.new_term(e)
        if self.state in ("filed", "extended", "due_transfer") and code != self.code:
            self.state = "filed" if self.state == "due_transfer" else self.state
            self.code, self.until, self.stopped = code, until, False


def retention(events, as_of, known_at=None):
    counted = counting(events, known_at)
    k = Kept(metadata(counted)[0])
    acts = sorted(((when(e), instant(e["recorded_at"]), i, e) for i, e in counted if e["type"] in NEEDS), key=lambda t: t[:3])
    end = last_day(as_of)
    days = {a[0] for a in acts} | {end}
    days |= {d + 1 for a in acts for d in [last_day(act(a[3], "until"))] if d}
    if k.year:
        days |= {datetime.date(k.year + n + 1, 1, 1).toordinal() for n in TERMS.values()}
        days |= {years_after(k.date, n) for n in {20} | {act(a[3], "transfer_years") or 20 for a in acts}}
    for day in sorted(d for d in days if d <= end):
        k.clocks(day)
        for a in acts:
            if a[0] == day:
                k.apply(a[3]["type"], a[3], day)
                k.clocks(day)
    return {"state": k.state, "hold": bool(k.holds), "open": k.open, "code": k.code if k.state != "unfiled" else None,
            "term_end": iso(k.term_end()) if k.state != "unfiled" else None}


# the yearly table

ROWS = {"dept_rule": "rule", "local_rule": "rule", "norm_doc": "norm"}


def yearly(events, year, known_at=None):
    counted = counting(events, known_at)
    nothing = {"row": None, "issued": 0, "ended": 0, "inforce": 0, "cause": None}
    if not counted or counted[0][0] != 0 or not any(e["type"] in BEGINS for _, e in counted):
        return nothing
    meta, _ = metadata(counted)
    row = ROWS.get(meta.get("norm_level"))
    if row is None:
        return nothing
    made = meta.get("formed_date") or meta.get("published_at")
    made = parts(made)[0] if made else None

    def last_of(y):
        code, asserted = state_on(events, "%04d-12-31" % y, known_at)
        return None if asserted else code

    before, after = last_of(year - 1), last_of(year)
    ends = ("abolished", "expired", "lapsed", "revoked")
    by_then = made is None or made <= year
    ended = by_then and after in ends and (before not in ends or made == year)
    revoked = [when(e) for _, e in counted if e["type"] == "revoke"]
    if revoked:
        ended = datetime.date.fromordinal(revoked[0]).year == year
    living = after in ("in_force", "partly_in_force", "suspended", "not_yet_effective")
    return {"row": row, "issued": int(made == year), "ended": int(ended), "cause": after if ended else None,
            "inforce": int(living and by_then)}


# as a filter


def main(argv):
    """folds.py AXIS < histories: the answers, one a line.  --every-day AXIS walks through each single day."""
    axis, every_day = argv[-1], argv[0] == "--every-day"
    for line in sys.stdin:
        h = json.loads(line)
        events, as_of, known_at = h["events"], h["as_of"], h["known_at"]
        if axis == "v":
            print(validity(events, as_of, known_at, every_day))
        elif axis == "a":
            print(access(events, known_at))
        elif axis == "r":
            s = retention(events, as_of, known_at)
            print(s["state"], s["code"] or "-", s["term_end"] or "-", "hold" if s["hold"] else "-", "open" if s["open"] else "-")
        else:
            s = yearly(events, parts(as_of)[0], known_at)
            print(s["row"] or "-", s["issued"], s["ended"], s["inforce"], s["cause"] or "-")


if __name__ == "__main__":
    main(sys.argv[1:])
