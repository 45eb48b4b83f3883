#!/usr/bin/env python3
"""One answer everywhere: badge, filter, facet, report, feed, API and command line say of every document, on every day and as known at
every time, what tests/oracle/folds.py says of its events.

Usage: agree.py      in an empty folder, with gongkai and gongkai-searchd in PATH and GONGKAI_ARCHIVE naming what is not there yet

    DOCS, EVENTS    documents, and acts registered on them (150, 600)
    DATES, KNOWN    days asked for, and times of knowledge; the last of these is now (5, 2)
    SEED            the same seed, the same documents and attempts
    SHOWS           documents of which `gongkai show` is asked, one process each (40)
    PAGES           of the pages and JSON of single documents one in so many (1: all)
    SHIM            tests/campaign/shim.so: registers in the years of the acts; without it everything is registered today

The archive grows as one does: documents come in, acts are registered by `gongkai events import`, some documents come again as new
versions.  What is refused because it would change nothing is no event.  The events are then read from the segments, by Python.
"""
import datetime
import glob
import gzip
import json
import os
import random
import re
import socket
import subprocess
import sys
import urllib.parse
import xml.etree.ElementTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import folds  # noqa: E402
import histories  # noqa: E402

OWN, OTHER = "云溪县人民政府", "青石镇人民政府"
CODES = ("not_applicable", "unknown", "not_yet_effective", "in_force", "partly_in_force", "suspended", "amended", "expired", "lapsed",
         "abolished", "revoked")
LABELS = dict(zip(CODES, ("不涉及时效", "时效待核", "尚未生效", "现行有效", "部分有效", "暂停执行", "已被修改（旧文本）", "有效期届满失效", "宣布失效",
                          "已废止", "已撤销（自始无效）")))
OFFERED = ("amend_text amend_articles abolish_articles abolish_articles abolish replace renew renew renew lapse conditional_lapse "
           "conditional_lapse confirm_valid confirm_valid suspend suspend suspend resume revoke reinstate reinstate reinstate annul_event "
           "annul_event annul_event correct_metadata correct_metadata assert_status assert_status withdraw restore seal").split()
RARE = {"revoke": 0.4, "seal": 0.15, "withdraw": 0.3}
SPARE_DAYS = ["2017-06-01", "2021-12-31", "2022-12-31", "2015-06-01", "2020-05-05", "2016-12-31", "2030-01-01", "2021-06-30", "2020-08-15",
              "2019-06-01", "2019-02-10", "2018-06-30"]
# When the rounds of registering are, one after another; once the clock was set back.
TIMES = ["2019-01-01T03:00:00", "2019-07-15T15:59:40", "2020-02-29T06:00:00", "2020-06-30T15:59:40", "2020-12-31T15:59:40", "2020-12-31T15:10:00",
         "2021-05-01T08:00:00"]


def number(name, otherwise):
    return int(os.environ.get(name) or otherwise)


class Differences:
    def __init__(self):
        self.n, self.asked, self.said, self.lines = 0, {}, {}, []

    def same(self, surface, what, got, want):
        self.asked[surface] = self.asked.get(surface, 0) + 1
        if got == want:
            return
        self.n += 1
        self.said[surface] = self.said.get(surface, 0) + 1
        if self.said[surface] <= 5:
            self.lines.append("%s, %s: %s, the oracle %s" % (surface, what, got, want))
            print(self.lines[-1])


def gongkai(*args, clock=None, ok=(0,), feed=None):
    env = dict(os.environ)
    if clock is not None and os.environ.get("SHIM"):
        env.update(LD_PRELOAD=os.environ["SHIM"], SHIM_PROGRAM="gongkai", SHIM_CLOCK="%d" % clock)
    done = subprocess.run(["gongkai", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, input=feed, env=env, check=False)
    if done.returncode not in ok:
        sys.exit("gongkai %s: exit status %d\n%s" % (" ".join(args)[:200], done.returncode, done.stderr.decode()[-2000:]))
    return done.stdout.decode()


def lines(objects):
    return "".join(json.dumps(o, ensure_ascii=False) + "\n" for o in objects).encode()


# the archive


def document(r, n, time, text=""):
    meta = histories.first(r, "y")["meta"]
    line = {"id": "s%d" % n, "title": "关于第%d件事的通知" % n, "docno": "云府发〔%d〕%d号" % (r.randint(2015, 2021), n + 1),
            "issuer": r.choice([OWN] * 6 + [OTHER]), "text": "第一条 共同的词，第%d件。%s" % (n, text)}
    line.update({k: v for k, v in meta.items() if k != "title" and v is not None})
    for key in ("formed_date", "published_at", "abolished_date"):     # refused if far in the future
        if line.get(key, "") > time[:10]:
            line[key] = time[:10]
    return line


def completed(r, e):
    """What the writer asks of an act over what the fold reads (record/act.c)."""
    act = dict(e.get("act") or {})
    if e["type"] in ("amend_articles", "abolish_articles"):
        act["articles"] = ["第七条"]
    if e["type"] in ("withdraw", "restore", "seal", "annul_event"):
        act["reason"] = "登记有误"
    if e["type"] == "withdraw":
        act["class"] = "error"
    if "by" not in act:
        act["by_text"] = r.choice(["《关于废止部分文件的决定》", "云溪县人民政府决定"])
    return {k: v for k, v in dict(e, act=act).items() if k in ("type", "id", "effective_date", "act", "meta")}


def attempts(r, ids, known_events, n):
    out = []
    while len(out) < n:
        id_ = r.choice(ids)
        e = histories.later(r, "v", 1)
        e["type"] = r.choice(OFFERED)
        if r.random() > RARE.get(e["type"], 1):
            continue
        # later() drew for a type of its own: draw until it drew for this one, so that its act and meta belong to it.
        while e["type"] not in ("withdraw", "restore", "seal"):
            made = histories.later(r, "v", 1)
            if made["type"] == e["type"]:
                e = made
                break
        if e["type"] == "annul_event":
            if len(known_events.get(id_, ())) < 2:
                continue
            e["act"] = {"target": r.choice(known_events[id_][1:])}
        out.append(completed(r, dict(e, id=id_)))
    return out


def offset(text):
    """What turns the clock to this time, in seconds from now."""
    then = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)
    return int((then - datetime.datetime.now(datetime.timezone.utc)).total_seconds())


def grow(r, docs, events):
    """Fills the archive; returns the number of acts registered."""
    gongkai("init", "--org", OWN, "--code", "yx", clock=offset(TIMES[0]))
    ids, by_id, done, made = [], {}, 0, 0
    for step, time in enumerate(TIMES):
        part = [document(r, n, time) for n in range(made, docs * (step + 1) // len(TIMES))]
        made += len(part)
        again = [document(r, r.randrange(made - len(part)), time, "又一次。") for _ in range(docs // 100)] if step > 0 else []
        for a in again:     # a newer copy of the same source
            a.pop("docno")
        gongkai("ingest", "--quiet", "--jsonl", "-", clock=offset(time), ok=(0, 3), feed=lines(part + again))
        by_id = events_of_archive()
        ids = sorted(by_id)
        numbers = {i: [e["event"] for e in by_id[i]] for i in ids}
        target = events * (step + 1) // len(TIMES)
        for _ in range(12):
            if done >= target:
                break
            batch = lines(attempts(r, ids, numbers, min(3 * (target - done) // 2 + 8, 4000)))
            said = gongkai("events", "import", "--json", "-", clock=offset(time), ok=(0, 3), feed=batch)
            for line in said.splitlines():
                answer = json.loads(line)
                if "event" in answer:
                    done += 1
                    numbers[answer["id"]].append(answer["event"])
    return done


def events_of_archive():
    """{id: its events in the order of the archive}, from the bytes of the segments."""
    out = {}
    for path in sorted(glob.glob(os.path.join(os.environ["GONGKAI_ARCHIVE"], "warc", "*.warc.gz"))):
        with gzip.open(path) as f:
            while True:
                head = []
                for line in f:
                    if line == b"\r\n":
                        break
                    head.append(line)
                if not head:
                    break
                fields = dict(h.decode().rstrip("\r\n").split(": ", 1) for h in head[1:])
                block = f.read(int(fields["Content-Length"]))
                f.read(4)
                if fields.get("Content-Type") == "application/vnd.gongkai.event+json":
                    e = json.loads(block)
                    out.setdefault(e["id"], []).append(e)
    return out


# asking the server


class Server:
    DEPTH = 32

    def __init__(self):
        self.process = subprocess.Popen(["gongkai-searchd", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        address = self.process.stdout.readline().decode().strip()
        self.port = int(re.search(r":(\d+)/", address).group(1))

    def connect(self):
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def send(self, path):
        self.socket.sendall(("GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % path).encode())

    def receive(self):
        status = int(self.file.readline().split()[1])
        length = 0
        for line in self.file:
            if line == b"\r\n":
                break
            name, value = line.split(b":", 1)
            if name.lower() == b"content-length":
                length = int(value)
        return status, self.file.read(length)

    def all(self, paths):
        """The answers to many, in order; so many of them are always under way.  A connection of their own: one that idles is closed."""
        paths, sent = list(paths), 0
        self.connect()
        for i in range(len(paths)):
            while sent < len(paths) and sent < i + self.DEPTH:
                self.send(paths[sent])
                sent += 1
            yield self.receive()
        self.socket.close()

    def end(self):
        self.process.terminate()
        self.process.wait()


def path_of(base, **params):
    return base + "?" + urllib.parse.urlencode([(k, v) for k, v in params.items() if v is not None])


BADGE = re.compile(r'<span class="badge" data-kind="[a-z]*">(?:<span class="sign" aria-hidden="true">(?:[^<]*|<svg [^>]*>.*?</svg>)</span> )?([^<]*)</span>')
CODE_OF = {label: code for code, label in LABELS.items()}


def badge(html):
    found = BADGE.search(html)
    return CODE_OF.get(found.group(1), found.group(1)) if found else "not_applicable"


def pages(server, base, total, **params):
    """Every page of an answer; one more than the oracle expects, which has to be empty."""
    size = 100
    for status, body in server.all(path_of(base, size=size, page=p + 1, **params) for p in range(total // size + 1)):
        if status != 200:
            sys.exit("%s %s: %d %s" % (base, params, status, body[:500]))
        yield body


def ask_filter(server, d, where, truth, day, known):
    """The filter and the status of each hit, as JSON."""
    for code in CODES:
        want = sorted(i for i, c in truth.items() if c == code)
        hits = [h for body in pages(server, "/search.json", len(want), status=code, as_of=day, known_at=known, facets=0, sort="new")
                for h in json.loads(body)["hits"]]
        d.same("filter", "%s %s" % (where, code), compared([h["id"] for h in hits], want), "")
        for h in hits:
            d.same("API, a hit", "%s %s" % (where, h["id"]), h["status"]["code"], truth.get(h["id"]))


def compared(got, want):
    """"" if these are the same ids, each once; else what is the matter."""
    if sorted(got) == want:
        return ""
    return "%d and not %d; too many: %s; missing: %s; twice: %d" % (len(got), len(want), sorted(set(got) - set(want))[:5],
                                                              sorted(set(want) - set(got))[:5], len(got) - len(set(got)))


def ask_facets(server, d, where, truth, day, known):
    for q, chosen in (("", truth), ("共同的词", truth)):
        body = json.loads(next(pages(server, "/search.json", 0, q=q, status="any", as_of=day, known_at=known)))
        want = {c: list(chosen.values()).count(c) for c in set(chosen.values())}
        d.same("facet", where, {f["value"]: f["count"] for f in body["facets"]["status"]}, want)
        d.same("total", where, body["total"], len(chosen))


def ask_feed(server, d, where, truth, day, known):
    atom = "{http://www.w3.org/2005/Atom}"
    for code in CODES:
        want, got = sorted(i for i, c in truth.items() if c == code), []
        for body in pages(server, "/search.atom", len(want), q="is:" + code, as_of=day, known_at=known, sort="old"):
            for entry in xml.etree.ElementTree.fromstring(body).findall(atom + "entry"):
                id_ = entry.find(atom + "id").text[len("urn:gongkai:"):]
                got.append(id_)
                said = [c.get("term") for c in entry.findall(atom + "category") if c.get("scheme") == "urn:gongkai:validity"]
                d.same("feed, an entry", "%s %s" % (where, id_), said, [truth.get(id_)])
        d.same("feed", "%s is:%s" % (where, code), compared(got, want), "")


def ask_list(server, d, where, truth, day, known):
    """The badges of a page of hits."""
    got = {}
    for body in pages(server, "/search", len(truth), status="any", as_of=day, known_at=known, sort="new"):
        for hit in body.decode().split('<article class="hit">')[1:]:
            got[re.search(r'href="/d/([^"?]*)', hit).group(1)] = badge(hit.split("</article>")[0])
    d.same("badge, of the hits", where, compared(list(got), sorted(truth)), "")
    for id_, code in got.items():
        d.same("badge, of a hit", "%s %s" % (where, id_), code, truth.get(id_))


def ask_documents(server, d, where, truth, ids, day, known):
    """Page and JSON of each document."""
    asked = [path_of("/d/%s%s" % (i, twin), as_of=day, known_at=known) for i in ids for twin in ("", ".json")]
    for n, (status, body) in enumerate(server.all(asked)):
        id_, twin = ids[n // 2], n % 2
        if status == 200:
            got = json.loads(body)["status"]["code"] if twin else badge(body.decode().split("</article>")[0].split("<h1")[0])
        else:
            got = None if status in (404, 410) else "HTTP status %d" % status
        d.same("API, a document" if twin else "badge, a document's page", "%s %s" % (where, id_), got, truth.get(id_))


# asking the command line


def options(day, known):
    return ["--as-of", day] + (["--known-at", known] if known else [])


def ask_search(d, where, truth, day, known):
    got = {}
    for page in range(len(truth) // 100 + 1):
        said = gongkai("search", "--json", "--status", "any", "--no-facets", "--size", "100", "--page", str(page + 1), *options(day, known), "",
                       ok=(0, 1))
        got.update({h["id"]: h["status"]["code"] for h in json.loads(said)["hits"]})
    d.same("CLI, search", where, compared(list(got), sorted(truth)), "")
    for id_, code in got.items():
        d.same("CLI, a hit", "%s %s" % (where, id_), code, truth.get(id_))


def ask_status(d, where, all_of_them, day, known):
    """Staff sees what is not public too: everything that was known."""
    ids = sorted(all_of_them)
    for at in range(0, len(ids), 900):
        for line in gongkai("status", "--json", *options(day, known), *ids[at:at + 900]).splitlines():
            said = json.loads(line)
            d.same("CLI, status", "%s %s" % (where, said["id"]), said["status"]["code"], all_of_them[said["id"]])


def ask_show(d, r, truth_at, combinations, shows):
    for _ in range(shows):
        day, known = r.choice(combinations)
        truth = truth_at[day, known]
        if not truth:
            continue
        id_ = r.choice(sorted(truth))
        said = json.loads(gongkai("show", "--json", id_, *options(day, known)))
        d.same("CLI, show", "%s %s %s" % (id_, day, known), said["status"]["code"], truth[id_])


def ask_report(d, by_id, years, known):
    for year in years:
        for issuer in (OWN, OTHER):
            want = {row: {"issued": [], "abolished": [], "inforce": [], "cause": {}} for row in ("rule", "norm")}
            for id_, events in by_id.items():
                if not known_events(events, known):
                    continue
                y = folds.yearly(events, year, instant_of(known))
                if y["row"] is None or folds.metadata(folds.counting(events, instant_of(known)))[0]["issuer"][0] != issuer:
                    continue
                row = want[y["row"]]
                for cell, key in (("issued", "issued"), ("abolished", "ended"), ("inforce", "inforce")):
                    row[cell] += [id_] * y[key]
                if y["ended"]:
                    row["cause"][y["cause"]] = row["cause"].get(y["cause"], 0) + 1
            said = json.loads(gongkai("report", "annual", "--json", str(year), "--issuer", issuer, *(["--known-at", known] if known else [])))
            for row, cells in want.items():
                where = "%s %d as known at %s, %s" % (issuer, year, known, row)
                for cell in ("issued", "abolished", "inforce"):
                    d.same("report", where + " " + cell, compared(said["table2"][row][cell]["ids"], sorted(cells[cell])), "")
                    d.same("report, the number", where + " " + cell, said["table2"][row][cell]["value"], len(cells[cell]))
                d.same("report, by cause", where, said["table2"][row]["abolished_by_cause"], cells["cause"])


# the whole


def instant_of(known):
    """A day of knowledge is the whole day of the office, UTC+8."""
    return known if known is None or "T" in known else known + "T15:59:59.999999Z"


def known_events(events, known):
    return known is None or folds.instant(events[0]["recorded_at"]) <= folds.instant(instant_of(known))


def times_of_knowledge(r, by_id, n):
    """One in each stretch of the archive's life, on an instant at which something was registered; one is a day; the last is now."""
    stamps = sorted({e["recorded_at"] for events in by_id.values() for e in events})
    out = [stamps[len(stamps) * (2 * k + 1) // (2 * n)] for k in range(n - 1)]
    if n > 2:
        out[r.randrange(n - 1)] = r.choice(stamps)[:10]
    return out + [None]


def main():
    r = random.Random(number("SEED", 20261126))
    docs, events = number("DOCS", 150), number("EVENTS", 600)
    done = grow(r, docs, events)
    by_id = events_of_archive()
    days = r.sample(histories.DAYS, min(number("DATES", 5), len(histories.DAYS)))
    days = sorted(days + SPARE_DAYS[:number("DATES", 5) - len(days)])
    knowns = times_of_knowledge(r, by_id, number("KNOWN", 2))
    print("%d documents, %d events besides; on %s; as known at %s" % (len(by_id), sum(map(len, by_id.values())) - len(by_id), " ".join(days), knowns),
          flush=True)
    if len(by_id) != docs or done < events:
        sys.exit("only %d documents and %d acts came to be" % (len(by_id), done))
    d, server = Differences(), Server()
    public = {i for i, e in by_id.items() if folds.access(e) == "public"}
    truth_at, every = {}, max(1, number("PAGES", 1))
    try:
        for known in knowns:
            there = {i: [c for c, _ in folds.states_on(e, days, instant_of(known))] for i, e in by_id.items() if known_events(e, known)}
            for n, day in enumerate(days):
                where = "on %s as known at %s" % (day, known)
                of_all = {i: codes[n] for i, codes in there.items()}
                truth = truth_at[day, known] = {i: c for i, c in of_all.items() if i in public}
                for ask in (ask_filter, ask_facets, ask_feed, ask_list):
                    ask(server, d, where, truth, day, known)
                ids = sorted(i for i in by_id if every == 1 or r.randrange(every) == 0)
                ask_documents(server, d, where, truth, ids, day, known)
                if docs > 1000:
                    print("%s: %d questions, %d differences" % (where, sum(d.asked.values()), d.n), flush=True)
                ask_search(d, where, truth, day, known)
                ask_status(d, where, of_all, day, known)
            ask_report(d, by_id, sorted({int(x[:4]) for x in days}), known)
            print("as known at %s: %s, %d differences" % (known, {c: list(of_all.values()).count(c) for c in CODES}, d.n), flush=True)
        ask_show(d, r, truth_at, sorted(truth_at, key=str), number("SHOWS", 40))
    finally:
        server.end()
    for id_ in sorted({i for line in d.lines for i in by_id if i in line})[:3]:
        print(id_, "public" if id_ in public else "not public")
        for e in by_id[id_]:
            print("   ", json.dumps({k: v for k, v in e.items() if k not in ("source", "content", "gongkai", "actor", "id")}, ensure_ascii=False))
    print("%d questions, %d differences: %s" % (sum(d.asked.values()), d.n, ", ".join("%s %d/%d" % (k, d.said.get(k, 0), v) for k, v in d.asked.items())))
    return 1 if d.n else 0


if __name__ == "__main__":
    sys.exit(main())
