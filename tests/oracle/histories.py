#!/usr/bin/env python3
"""Random histories of one document, made to collide: few days, partial dates, missing dates, annulments of annulments,
things recorded late and out of order.

Usage: histories.py COUNT [SEED] [AXIS]      AXIS: v validity (default), a access, r retention, y the yearly table
Prints one line for each: {"events": […], "as_of": …, "known_at": … or null}.  The same seed, the same lines.
"""
import json
import random
import sys

DAYS = ["2016-02-29", "2018-12-31", "2019-01-01", "2019-12-31", "2020-01-01", "2020-02-28", "2020-02-29", "2020-03-01", "2020-06-30",
        "2020-07-01", "2020-12-31", "2021-01-01"]
PARTIAL = ["2019", "2020", "2020-02", "2020-06", "2020-12", "2021-01"]
LABELS = ["有效", "废止", "已失效", "宣布失效", "已修改", "部分失效", "尚未生效", "撤销", "in_force", "lapsed", "suspended", "暂停执行", "良好", "unknown"]
LEVELS = ["norm_doc"] * 8 + ["law", "dept_rule", "policy_doc", "other", "other"]
VALIDITY = ("amend_text amend_articles abolish_articles abolish_articles abolish abolish replace renew renew renew lapse conditional_lapse "
            "conditional_lapse confirm_valid confirm_valid suspend suspend resume resume revoke reinstate reinstate annul_event annul_event "
            "annul_event correct_metadata correct_metadata assert_status assert_status expire import_public withdraw take_effect").split()
ACCESS = ("submit submit gate_pass gate_pass gate_pass gate_pass gate_pass gate_pass gate_return refer refuse publish publish withdraw "
          "withdraw restore replace_redacted seal release import_public annul_event abolish").split()
RETENTION = ("file file file appraise_keep appraise_keep appraise_destroy appraise_destroy appraise_destroy destroy destroy cancel_destroy "
             "transfer hold_on hold_on hold_off hold_off open reclassify annul_event correct_metadata withdraw").split()


COMPLETE = {"file": {"refcode": "Z109"}, "appraise_keep": {"report": "鉴1"},
            "appraise_destroy": {"report": "鉴1", "reason": "期满", "approved_by": "王五", "archivist": "赵六"},
            "destroy": {"register": "sha256:00", "method": "化浆"}, "cancel_destroy": {"reason": "仍有用"},
            "transfer": {"to": "档案馆", "receipt": "收1"}, "hold_on": {"reason": "复议"}, "open": {"review": "开1"}, "reclassify": {"reason": "改划"}}


def day(r, none=0.0, partial=0.1):
    x = r.random()
    if x < none:
        return None
    return r.choice(PARTIAL if x < none + partial else DAYS)


def recorded(r):
    """At the edges of an office's day (16:00 UTC) and of a second."""
    return r.choice(DAYS) + r.choice(["T00:00:00Z", "T04:00:00Z", "T04:00:00.5Z", "T04:00:00.50Z", "T15:59:59.999Z", "T16:00:00Z", "T23:59:59Z"])


def put(where, key, value):
    if value is not None:
        where[key] = value


def first(r, axis):
    e = {"type": r.choice(["import_public", "import_public", "publish"]), "meta": {"title": "关于某事的通知", "norm_level": r.choice(LEVELS)},
         "recorded_at": "2015-01-01T04:00:00Z" if r.random() < 0.9 else recorded(r)}
    if axis in "vy":
        put(e["meta"], "effective_date", day(r, none=0.3))
        put(e["meta"], "expiry_date", day(r, none=0.5))
        if r.random() < 0.06:
            e["meta"]["asserted_status"] = r.choice(LABELS)
        if r.random() < 0.05:
            e["meta"]["abolished_date"] = day(r)
        if r.random() < 0.3:
            put(e, "effective_date", e["meta"].get("effective_date"))
    if axis == "y":
        put(e["meta"], "formed_date", day(r, none=0.2))
        put(e["meta"], "published_at", r.choice([None, "2019-05-01", "2020-12-31T23:30:00+08:00"]))
    if axis == "r":
        put(e["meta"], "formed_date", r.choice(["2000-02-29", "2000-12-31", "2001-01-01", "2009-12-31", "2010-01-01", "2010", "2010-02", None,
                                                  "1990-02-28", "1995-06"]))
    return e


def later(r, axis, place):
    kind = r.choice({"v": VALIDITY, "y": VALIDITY, "a": ACCESS, "r": RETENTION}[axis])
    e, meta, act = {"type": kind, "recorded_at": recorded(r)}, {}, {}
    put(e, "effective_date", day(r, none=0.12))
    if kind in ("renew", "amend_text", "confirm_valid", "reinstate") and r.random() < (0.9 if kind == "renew" else 0.3):
        meta["expiry_date"] = day(r)
    if kind == "renew" and r.random() < 0.5:
        act["late"] = r.random() < 0.8
    if kind == "abolish_articles" and r.random() < 0.8:
        act["remaining"] = r.choice([0, 0, 1, 5])
    if kind == "suspend" and r.random() < 0.5:
        act["until"] = day(r)
    if kind == "conditional_lapse" and r.random() < 0.95:
        act["lapse_date"] = day(r)
    if kind == "amend_text" and r.random() < 0.3:
        act["by"] = r.choice(["dzmm-2020-000001", "dzmm-2021-000002"])
    if kind == "amend_text" and r.random() < 0.15:
        e["content"] = {}
    if kind == "assert_status":
        act["status"] = r.choice(LABELS)
    if kind == "annul_event":
        act["target"] = "e-%06d" % r.randint(1, place + 1)
    if kind in ("correct_metadata", "import_public") and axis in "vy":
        key = r.choice(["effective_date", "expiry_date", "norm_level", "title", "asserted_status"])
        meta[key] = {"effective_date": day(r), "expiry_date": day(r), "norm_level": r.choice(LEVELS), "title": "更正",
                     "asserted_status": r.choice(LABELS)}[key]
        if r.random() < 0.1:
            meta[key] = None
    if kind == "correct_metadata" and axis == "r":
        meta["formed_date"] = r.choice(["2000-02-29", "2010-01-01", "2009"])
    if kind == "gate_pass":
        act["gate"] = "G%d" % r.choice([1, 2, 3, 4])
    if axis == "a" and kind in ("gate_pass", "publish", "restore", "replace_redacted") and r.random() < 0.9:
        act["digest"] = r.choice(["sha256:aa", "sha256:aa", "sha256:aa", "sha256:bb"])
    if axis == "r":
        act.update(COMPLETE.get(kind, {}))
        if kind in ("file", "appraise_keep", "reclassify", "cancel_destroy") and r.random() < 0.8:
            act["retention"] = r.choice(["Y", "D30", "D10", "D10", "D10", "DQ", "CQ", "N"])
        if kind in ("appraise_keep", "cancel_destroy", "reclassify") and r.random() < 0.3:
            act["until"] = r.choice(["2019-12-31", "2020", "2022-01-01", "2031-12", "2040-06-30"])
        if kind == "file" and r.random() < 0.5:
            act["transfer_years"] = r.choice([10, 20])
        if kind == "destroy":
            act["supervisors"] = r.choice([["张三", "李四"], ["张三", "李四"], ["张三"], ["张三", "张三"]])
        if kind == "open" and r.random() < 0.3:
            act["reason"] = "提前"
        if kind in ("hold_on", "hold_off"):
            act["case"] = r.choice(["甲", "乙"])
        if act and r.random() < 0.05:
            act.pop(r.choice(sorted(act)))
    put(e, "meta", meta or None)
    put(e, "act", act or None)
    return e


def history(r, axis):
    events = [first(r, axis)]
    if axis == "a" and r.random() < 0.6:
        events[0]["meta"]["access"] = r.choice(["draft", "draft", "under_review", "rejected", "public", "withdrawn", "sealed"])
    if axis == "r" and r.random() < 0.85:
        events.append({"type": "file", "effective_date": r.choice(["2011-01-01", "2012-03-01"]), "recorded_at": "2015-01-02T04:00:00Z",
                       "act": {"retention": r.choice(["Y", "D30", "D10", "D10", "D10", "DQ"]), "refcode": "Z109",
                               "transfer_years": r.choice([10, 20])}})
    for _ in range(r.choice([0, 1, 2, 3, 4, 5, 6, 8, 10])):
        events.append(later(r, axis, len(events) + 1))
    if r.random() < 0.7:
        events[1:] = sorted(events[1:], key=lambda e: e["recorded_at"])
    for i, e in enumerate(events):
        e.update({"gongkai": 1, "event": "e-%06d" % (i + 1), "id": "dzmm-2020-000001", "actor": "zhang"})
    far = ["2001-01-01", "2011-01-01", "2020-02-29", "2021-01-01", "2022-01-01", "2031-12-31", "2035-01-01", "2041-01-01"]
    as_of = r.choice(far) if axis == "r" and r.random() < 0.7 else r.choice(DAYS) if r.random() < 0.9 else r.choice(
        ["1990-01-01", "2015-06-01", "2020-05-05", "2030-01-01"])
    return {"events": events, "as_of": as_of, "known_at": None if r.random() < 0.4 else recorded(r)}


def main(argv):
    count, seed, axis = int(argv[0]), int(argv[1]) if len(argv) > 1 else 20260711, argv[2] if len(argv) > 2 else "v"
    r = random.Random(seed)
    for _ in range(count):
        print(json.dumps(history(r, axis), ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
