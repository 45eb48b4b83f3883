#!/usr/bin/env python3
"""One invented town, 2012 to 2026 (the recipe of the specification, 13), its yearly reports, and an independent count of every cell.

    town.py make        in an empty folder, GONGKAI_ARCHIVE naming what is not there yet; SHIM: tests/campaign/shim.so, so that every year is recorded in its year
    town.py reports     the reports of 2019 to 2025: every cell's value and list against the count; prints one line a year
    town.py known       the report of 2021 as known on 2022-01-20 against the count of then, and the differences that the present one names
    town.py links       every number of the HTML of 2021, followed, lists what the JSON says

The count: documents from `gongkai export --format jsonl` (made, first published), states from tests/oracle/folds.py over the events in the
segments, applications from the CSV that the town's clerk kept (tests/oracle/applications.py).  Nothing is taken from the report.
"""
import csv
import datetime
import html.parser
import json
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import agree  # noqa: E402
import applications  # noqa: E402
import folds  # noqa: E402

OWN, COUNTY = "青石县云溪镇人民政府", "青石县人民政府"
COLUMNS = [("公示公告", 40), ("气象信息", 30), ("党务政务", 14), ("办事流程", 6), ("重点项目", 6), ("机构职能", 3)]
YEARS = range(2012, 2027)
TOTAL_2021 = 176
FIGURES = {y: {"license": 40 + y % 7, "penalty": y % 5, "coercion": y % 2, "fee": "%d.%d" % (y % 3, y % 10)} for y in YEARS}


def run(args, at=None, text=None, status=(0,)):
    env = dict(os.environ)
    if at is not None and os.environ.get("SHIM"):
        env.update(LD_PRELOAD=os.environ["SHIM"], SHIM_PROGRAM="gongkai", SHIM_CLOCK="@%d" % datetime.datetime.fromisoformat(at + "T04:00:00+00:00").timestamp())
    p = subprocess.run(["gongkai"] + args, input=text, capture_output=True, text=True, env=env)
    if p.returncode not in status:
        raise SystemExit("gongkai %s: %d\n%s%s" % (" ".join(args), p.returncode, p.stdout[-2000:], p.stderr[-2000:]))
    return p.stdout


def documents(rng):
    """The town's 60 normative documents, 20 of the county that it reprinted, and all the rest: {year: [document]}."""
    by_year = {y: [] for y in YEARS}
    serial = {}

    def add(year, issuer, **k):
        n = serial[issuer, year] = serial.get((issuer, year), 0) + 1
        d = {"id": "%s-%d-%d" % ("y" if issuer == OWN else "q", year, n), "issuer": issuer, "column": k.pop("column", "政策法规"), "source": "甲", **k}
        by_year[year].append(d)
        return d

    norms = []
    for i in range(60):
        y = 2012 + i % 14
        day = "%d-%02d-%02d" % (y, 1 + i % 11, 1 + i % 27)
        effective = "2027-0%d-01" % (1 + i % 6) if i in (13, 27, 41) else day
        extra = {"expiry_date": "%d-12-31" % (2019 + i % 5)} if i in (4, 18, 32, 46) else {}
        mark = "（暂行）" if i in (7, 8) else ""
        norms.append(add(y, OWN, title="云溪镇第%d号事务管理办法%s" % (i, mark), docno="云府发〔%d〕%d号" % (y, i + 1), norm_level="norm_doc", formed_date=day, published_at=day, effective_date=effective, text="第一条 第%d号。\n第二条 自公布之日起施行。" % i, **extra))
    for i in range(20):
        y = 2013 + i % 12
        day = "%d-03-%02d" % (y, 1 + i)
        add(y, COUNTY, title="青石县第%d号规定" % i, docno="青府规〔%d〕%d号" % (y, i + 1), norm_level="norm_doc", formed_date=day, published_at="%d-04-%02d" % (y, 1 + i), effective_date=day, text="县里第%d号。" % i)
    for y in YEARS:
        while len(by_year[y]) < (TOTAL_2021 if y == 2021 else 110 + (y * 7) % 40):
            c = rng.choices([c for c, _ in COLUMNS], [w for _, w in COLUMNS])[0]
            day = "%d-%02d-%02d" % (y, rng.randint(1, 11), rng.randint(1, 28))
            add(y, OWN, title="%s第%d条" % (c, len(by_year[y])), column=c, published_at=day, text="%s，%s，第%d条。" % (c, day, rng.randrange(10 ** 9)))
    return by_year, norms


def acts(norms):
    """(year in which it is recorded, event): abolished by clause 10, by a clean-up list 5, lapsed 2, revoked 1, suspended and resumed, reinstated, in part 6."""
    out = []
    late = []
    living = [n for i, n in enumerate(norms) if i not in (4, 18, 32, 46, 13, 27, 41)]

    def act(n, kind, day, **k):
        e = {"type": kind, "doc": n["docno"], "effective_date": day, **({"act": k} if k else {})}
        out.append((int(day[:4]), e))
        return e

    for i, n in enumerate(living[:10]):
        act(n, "abolish", "%d-06-15" % max(2018 + i % 7, int(n["formed_date"][:4]) + 1), by_text="《关于废止部分文件的通知》")
    for n in living[10:15]:
        act(n, "abolish", "%d-09-30" % max(2023, int(n["formed_date"][:4]) + 1), by_text="2023年清理目录")
    for i, n in enumerate(living[15:17]):
        act(n, "lapse", "2022-0%d-01" % (3 + i), by_text="清理结果")
    act(living[17], "revoke", "2024-05-05", by_text="青石县人民政府")
    act(living[18], "suspend", "%d-02-01" % max(2020, int(living[18]["formed_date"][:4]) + 1), by_text="通知")
    act(living[18], "resume", "%d-10-01" % max(2020, int(living[18]["formed_date"][:4]) + 1), by_text="通知")
    act(living[19], "abolish", "%d-05-01" % max(2021, int(living[19]["formed_date"][:4])), by_text="误废")
    act(living[19], "reinstate", "%d-05-01" % (max(2021, int(living[19]["formed_date"][:4])) + 2), by_text="恢复")
    for n in living[20:26]:
        act(n, "abolish_articles", "%d-08-01" % max(2019, int(n["formed_date"][:4]) + 1), articles=["第一条"], by_text="决定")
    # Three that were registered in March 2022 with effect in 2021.
    old = [n for n in living[26:] if n["formed_date"] < "2020"][:3]
    late.append({"type": "abolish", "doc": old[0]["docno"], "effective_date": "2021-07-01", "act": {"by_text": "补登"}})
    late.append({"type": "abolish", "doc": old[1]["docno"], "effective_date": "2021-11-30", "act": {"by_text": "补登"}})
    late.append({"type": "lapse", "doc": old[2]["docno"], "effective_date": "2021-12-01", "act": {"by_text": "补登"}})
    return out, late


def until(row, day):
    """What the clerk knew of an application on that day."""
    r = dict(row)
    for k in ("clarify_sent", "clarified", "third_party_from", "third_party_to", "answered_date"):
        if r[k] > day:
            r[k] = ""
    if not r["answered_date"]:
        r["outcome"] = r["review"] = r["litigation"] = ""
    return r


def write_rows(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as f:
        w = csv.DictWriter(f, fieldnames=list(rows[0]))
        w.writeheader()
        w.writerows(rows)


def make():
    rng = random.Random(2012)
    by_year, norms = documents(rng)
    events, late = acts(norms)
    run(["init", "--org", OWN, "--code", "yx"])
    applications.make("all.csv", 150, 5)
    apps = [{**r, "applicant": "", "contact": "", "review": "", "litigation": ""} if i % 3 else {**r, "applicant": ""} for i, r in enumerate(applications.rows_of("all.csv"))]
    # Reviews that were decided in a later year are recorded with the answer: what is known then must not be later than then.
    for r in apps:
        for k in ("review", "litigation"):
            if r[k] and max(r[k].split(":")[-1], r[k].split(":")[-2] if r[k].count(":") > 1 else "")[:4] > (r["answered_date"] or "9999")[:4]:
                r[k] = ""
    write_rows("clerk.csv", apps)
    for y in YEARS:
        day = "%d-11-%s" % (y, "20" if y == 2026 else "28")
        with open("in.jsonl", "w", encoding="utf-8") as f:
            f.writelines(json.dumps({k: v for k, v in d.items() if k != "source"}, ensure_ascii=False) + "\n" for d in by_year[y])
        run(["ingest", "--jsonl", "in.jsonl"], at=day)
        todo = [e for when, e in events if when == y]
        last = "%d-12-31" % y if y < 2026 else "2026-11-19"
        if todo:
            run(["events", "import", "-"], at=last, text="".join(json.dumps({**{k: v for k, v in e.items() if k != "doc"}, "id": e["doc"]}, ensure_ascii=False) + "\n" for e in todo))
        if y == 2022:
            run(["events", "import", "-"], at="2022-03-10", text="".join(json.dumps({**{k: v for k, v in e.items() if k != "doc"}, "id": e["doc"]}, ensure_ascii=False) + "\n" for e in late))
        new = [until(r, last) for r in apps if r["received_date"][:4] == str(y)]
        if new:
            write_rows("new.csv", new)
            run(["apply", "import", "new.csv"], at=last)
        for r in apps:
            if int(r["received_date"][:4]) < y and r["answered_date"][:4] == str(y):
                run(["apply", "answer", r["app_no"], "--on", r["answered_date"], "--outcome", r["outcome"]], at=last)
                for k in ("review", "litigation"):
                    part = r[k].split(":") if r[k] else []
                    group = part.pop(0) if k == "litigation" and part else "reconsider"
                    if part:
                        run(["apply", "review", r["app_no"], "--kind", group, "--on", part[1]], at=last)
                        if part[0] != "pending":
                            run(["apply", "review-result", r["app_no"], "--case", group, "--result", part[0], "--on", part[2]], at=last)
        if y <= 2025:
            run(["report", "figures", str(y)] + ["%s=%s" % kv for kv in FIGURES[y].items()], at=last)
    print("%d documents, %d applications, %d acts" % (sum(map(len, by_year.values())), len(apps), len(events) + len(late)))


def count(year, known_at=None, clerk="clerk.csv"):
    """{cell: [ids]} and the published."""
    exported = [json.loads(line) for line in open("export.jsonl", encoding="utf-8")]
    events = {e[0]["source"]["id"]: e for e in agree.events_of_archive().values()}
    cells = {"T2.%s.%s" % (r, c): [] for r in ("rule", "norm") for c in ("issued", "abolished", "inforce")}
    published = []
    for d in exported:
        first = d["published_at"][:4]
        if known_at and events[d["id"]][0]["recorded_at"] > known_at:
            continue
        if first == str(year):
            published.append(events[d["id"]][0]["id"])
        issuer = d.get("issuer")
        if (issuer[0] if isinstance(issuer, list) else issuer) != OWN or d.get("norm_level") != "norm_doc":
            continue
        if d["formed_date"][:4] == str(year):
            cells["T2.norm.issued"].append(events[d["id"]][0]["id"])
        of = folds.yearly(events[d["id"]], year, known_at)
        for key, column in (("ended", "abolished"), ("inforce", "inforce")):
            if of[key]:
                cells["T2.norm." + column].append(events[d["id"]][0]["id"])
    cells.update(applications.tables(clerk, year))
    return cells, published


def report(year, *more):
    return json.loads(run(["report", "annual", str(year), "--json", *more]))


def differences(r, cells, published):
    bad = []
    for name, ids in cells.items():
        c = r["cells"][name]
        if c["value"] != len(ids) or sorted(c["ids"]) != sorted(ids):
            bad.append((name, c["value"], len(ids), sorted(set(c["ids"]) ^ set(ids))[:5]))
    if sorted(r["published"]["ids"]) != sorted(published):
        bad.append(("published", r["published"]["value"], len(published)))
    return bad


def reports():
    bad = 0
    for year in range(2019, 2026):
        r = report(year)
        cells, published = count(year)
        wrong = differences(r, cells, published)
        for k, v in FIGURES[year].items():
            c = r["cells"]["T2.%s.%s" % (k, "amount" if k == "fee" else "decisions")]["value"]
            if float(c) != float(v):
                wrong.append((k, c, v))
        failed = [i["id"] for i in r["checks"]["identities"] if i["failed"]]
        explained = all(i["holds"] or i["residual"] == sum(i["explained_by"].values()) for i in r["identities"])
        if failed not in ([], ["A6"]) or not explained:
            wrong.append(("identities", failed))
        one = r["cells"]
        print("%d: %d cells, wrong %d; published %d, norms %s/%s/%s, applications %d+%d=%d+%d, identities failing %s" % (
            year, len(one), len(wrong), r["published"]["value"], *(one["T2.norm." + c]["value"] for c in ("issued", "abolished", "inforce")),
            *(one["T3.%s.c7" % x]["value"] for x in ("r1", "r2", "r3.7", "r4")), failed or "none"))
        for w in wrong:
            print("   ", w)
        bad += len(wrong)
    return bad


def known():
    """As it was, and what the present one says of it."""
    then, now = report(2021, "--known-at", "2022-01-20"), report(2021, "--against", "2022-01-20")
    apps = [until(r, "2022-01-20") for r in applications.rows_of("clerk.csv") if r["received_date"] <= "2021-12-31"]
    write_rows("then.csv", apps)
    wrong = differences(then, *count(2021, "2022-01-20T15:59:59.999Z", "then.csv"))
    for w in wrong:
        print("   ", w)
    late = [e["id"] for ev in agree.events_of_archive().values() for e in ev if e["recorded_at"].startswith("2022-03-10") and e["type"] in ("abolish", "lapse")]
    named = {c["cell"]: (c["was"], c["is"], sorted(c["added"]), sorted(c["removed"])) for c in now["changed"]}
    # Annulled in 2024, void from the beginning: the present report does not have it in force in 2021 either.
    void = [e["id"] for ev in agree.events_of_archive().values() for e in ev if e["type"] == "revoke"]
    same = {name: now["cells"][name]["value"] == c["value"] for name, c in then["cells"].items()}
    changed = [name for name, v in same.items() if not v]
    print("2021 as known on 2022-01-20: wrong %d; since then changed: %s" % (len(wrong), {k: v[:2] for k, v in named.items()}))
    good = (not wrong and len(late) == 3 and set(changed) == {"T2.norm.abolished", "T2.norm.inforce"} == set(named) and named["T2.norm.abolished"][2] == sorted(late)
            and named["T2.norm.inforce"][3] == sorted(late + void) and named["T2.norm.abolished"][1] - named["T2.norm.abolished"][0] == 3)
    return 0 if good else 1


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.cell = self.of = None
        self.links, self.lists, self.values = {}, {}, {}

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag in ("td", "th"):
            self.cell = a.get("id")
            if self.cell:
                self.values[self.cell] = ""
        elif tag == "a" and self.cell and a.get("href", "").startswith("#"):
            self.links[self.cell] = a["href"][1:]
        elif tag == "section":
            self.of = a.get("id")
            self.lists[self.of] = []
        elif tag == "li" and self.of and "data-id" in a:
            self.lists[self.of].append(a["data-id"])

    def handle_endtag(self, tag):
        if tag == "td":
            self.cell = None

    def handle_data(self, data):
        if self.cell:
            self.values[self.cell] += data


def links():
    r, page = report(2021), Page()
    page.feed(run(["report", "annual", "2021", "--format", "html"]))
    wrong = 0
    for i, (name, c) in enumerate(r["cells"].items()):
        listed = page.lists.get(page.links.get(name), [])
        followed = json.loads(run(c["query"].split()[1:] + ["--json"]))["ids"] if i % int(os.environ.get("EVERY", 1)) == 0 else c["ids"]
        if page.values[name] != str(c["value"]) or listed != c["ids"] or followed != c["ids"] or (c["of"] != "figures" and len(listed) != c["value"]):
            wrong += 1
            print("   ", name, c["value"], page.values.get(name), len(listed), len(followed))
    print("links: %d cells, %d wrong" % (len(r["cells"]), wrong))
    return wrong


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make()
        run(["export", "--format", "jsonl", "export.jsonl"])
    else:
        sys.exit(1 if {"reports": reports, "known": known, "links": links}[sys.argv[1]]() else 0)
