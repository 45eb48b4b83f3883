#!/usr/bin/env python3
"""make history-check: one archive lives through a random history; after each step its index says what one built anew says, and what a count says.

    STEPS=n    steps of the history (5 in `make check`)
    LARGEST=n  documents of the largest batch (40; from 1,000 on the batches are of the sizes around a thousand too, and dense parts are those of life)
    ASKED=n    questions of each comparison (6; their forms are those of tests/oracle/shards.py)
    COUNTED=n  questions that are counted (40)

A step is a batch of new documents and new versions mixed, acts on some, a withdrawal or a restoration, a destruction, a compaction, a division into shards, a
rebuild; one in three is ended by kill -9 at one of its file operations, and finished by the next command.  A gongkai-searchd reads all the while, and a thread asks it:
every answer is 200, and counts what stood there before the step, after it, or something between.

After each step three are compared:
    the server that has read all the while
    an index built anew from a copy of the archive, in one, without dense parts behind each other: every answer, but for the time it took
    a count in Python over the texts of the segments and tests/oracle/folds.py over the events: phrases, both of two, one without the other, one of the two,
    of titles, in force on a day; by cursor every hit once

Seen to go red: SEED=2 STEPS=8, with PATCHED in the place of ANEW in settle() of catalog/layers.c.
"""
import json
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "oracle")]
import campaign as c  # noqa: E402
import folds  # noqa: E402

STEPS, LARGEST, ASKED, COUNTED = c.number("STEPS", 5), c.number("LARGEST", 40), c.number("ASKED", 6), c.number("COUNTED", 40)
SMALL = LARGEST < 1000
MORE = {"GONGKAI_DENSE_FROM": "10", "GONGKAI_GRAMS_LEAST": "5"} if SMALL else {}
SIZES = [1, 2, 9, 10, 11, 25, LARGEST] if SMALL else [1, 40, 300, 999, 1000, 1001, 1500, LARGEST]
# None of them is folded to another.
LETTERS = "山水田林路桥村镇民生安全教育医疗卫防汛抗旱资金项目管理检查通报会议培训考试公示招标采购工程质量环境保护土地房屋税收价格市场监督食品药品"
DAYS = ("2019-06-30", "2020-07-01", "2021-01-01", "2024-02-29")


def words(rng, n):
    return "".join(rng.choice(LETTERS) for _ in range(n))


def document(rng, number, version=0):
    """Lines of random characters; some of nothing but a title, some with a term of one document alone."""
    k = rng.choice((0, 1, 2, 3, 3, 4, 12))
    lines = [words(rng, rng.randint(1, 30)) + "。" for _ in range(k)] + ["共同之词，第%d号第%d版" % (number, version)] * (k > 0)
    doc = {"id": "h%d" % number, "title": "关于%s的第%d号通知" % (words(rng, rng.randint(2, 6)) if version == 0 else "修订", number), "text": "\n".join(lines) or "共同之词",
           "issuer": "%s局" % LETTERS[number % 5], "published_at": "20%02d-%02d-%02d" % (15 + number % 9, 1 + number % 12, 1 + number % 28),
           "formed_date": "20%02d-01-02" % (10 + number % 9), "category": ("公示公告", "政策法规")[number % 2]}
    if number % 3 == 0:
        doc.update(norm_level="norm_doc", effective_date="2020-0%d-01" % (1 + number % 9))
        if number % 2:
            doc["expiry_date"] = "2022-12-31"
    if number % 4 == 0:
        doc["docno"] = "%s发〔20%02d〕%d号" % (LETTERS[number % 7], 15 + number % 9, number + 1)
    return doc


class Server:
    def __init__(self, archive, log):
        self.process = subprocess.Popen([c.program("gongkai-searchd"), "--listen", "127.0.0.1:0"], env=c.environment(archive, more=MORE), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=log)
        found = re.search(r"http://([^/\s]+)/", self.process.stdout.readline().decode())
        if not found:
            raise SystemExit("Bail out! gongkai-searchd does not start")
        self.url = "http://" + found[1]
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def get(self, path, **params):
        """A busy machine stops a question that takes long, and says so (503): it is asked again."""
        for _ in range(20):
            try:
                with self.opener.open(self.url + path + "?" + urllib.parse.urlencode(params), timeout=60) as r:
                    return r.status, json.loads(r.read())
            except urllib.error.HTTPError as e:
                said = e.code, e.read().decode("utf-8", "replace")
                if said[0] != 503 or '"timeout"' not in said[1]:
                    break
            time.sleep(0.5)
        return said

    def total(self, q, **params):
        status, answer = self.get("/search.json", q=q, size="1", facets="0", literal="1", **params)
        return answer["total"] if status == 200 else "status %d: %s" % (status, answer)

    def end(self):
        self.process.terminate()
        self.process.wait()


class Reader(threading.Thread):
    """Asks while somebody writes."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.stop, self.seen, self.bad = server, threading.Event(), [], []

    def run(self):
        while not self.stop.is_set():
            try:
                t = self.server.total('"共同之词"')
            except Exception as e:   # what it is, is told
                t = repr(e)
            (self.seen if isinstance(t, int) else self.bad).append(t)
            time.sleep(0.02)


class Records:
    """What the segments say: the events of each record, its title and the lines of its newest copy."""

    def __init__(self, archive):
        self.events, self.lines, self.title = {}, {}, {}
        warc, blocks, events = os.path.join(archive, "warc"), {}, []
        for name in sorted(n for n in os.listdir(warc) if re.fullmatch(r"\d{6}\.warc\.gz", n)):
            # What was destroyed has another digest than it says, so nothing is compared here: verify does.
            for at, _, text in c.members(open(os.path.join(warc, name), "rb").read()):
                head, _, rest = text.partition(b"\r\n\r\n")
                fields = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head.decode().split("\r\n")[1:])}
                block = blocks[int(name[:6]), at] = rest[:int(fields["content-length"])]
                if fields.get("content-type", "").startswith("application/vnd.gongkai.event+json"):
                    events.append(json.loads(block))
        for e in events:
            self.events.setdefault(e["id"], []).append(e)
            if e["type"] in ("import_public", "publish"):
                ref = e["content"]["text"].get("loc", [0, 0])
                self.lines[e["id"]] = blocks.get((ref[0], ref[1]), b"").decode("utf-8", "replace").split("\n")
                self.title[e["id"]] = e["meta"]["title"]
        self.shown = {i for i, es in self.events.items() if folds.access(es) == "public" and not any(e["type"] == "destroy" for e in es)}

    def having(self, phrase, title_only=False):
        return {i for i in self.shown if phrase in self.title[i] or (not title_only and any(phrase in line for line in self.lines[i]))}

    def in_force(self, day):
        return {i for i in self.shown if folds.validity(self.events[i], day) == "in_force"}


def phrase(rng, records):
    ids = sorted(records.shown)
    if not ids or rng.random() < 0.1:
        return words(rng, rng.randint(1, 3))
    i = rng.choice(ids)
    runs = [r for text in [records.title[i]] + records.lines[i] for r in re.findall("[\u4e00-\u9fff]+", text)]
    run = rng.choice(runs)
    at = rng.randrange(len(run))
    return run[at:at + rng.randint(1, 5)]


def count(camp, server, records):
    """Questions whose totals are counted; how many were wrong."""
    wrong, days = 0, {day: records.in_force(day) for day in DAYS}
    for i in range(COUNTED):
        a, b = phrase(camp.rng, records), phrase(camp.rng, records)
        have_a, have_b = records.having(a), records.having(b)
        day = camp.rng.choice(DAYS)
        q, more, want = (('"%s"' % a, {}, have_a), ('"%s" "%s"' % (a, b), {}, have_a & have_b), ('"%s" -"%s"' % (a, b), {}, have_a - have_b),
                         ('"%s" OR "%s"' % (a, b), {}, have_a | have_b), ("题名:%s" % a, {}, records.having(a, True)),
                         ('"%s"' % a, {"as_of": day, "status": "in_force"}, have_a & days[day]), ("", {}, records.shown))[i % 7]
        got = server.total(q, **more)
        if got != len(want):
            wrong += 1
            camp.violation("%s %s: total %s, counted %d" % (q, more, got, len(want)))
    walked, path = [], {"q": '"共同之词"', "size": "37", "cursor": "*"}
    while path:
        status, answer = server.get("/search.json", **path)
        if status != 200:
            camp.violation("cursor: status %d: %s" % (status, answer))
            return wrong + 1
        walked += [h["id"] for h in answer["hits"]]
        path = dict(path, cursor=answer["cursor"]) if answer["cursor"] else None
    if sorted(walked) != sorted(records.having("共同之词")):
        wrong += 1
        camp.violation("by cursor %d hits, %d different, counted %d" % (len(walked), len(set(walked)), len(records.having("共同之词"))))
    return wrong


def ids_of(records, rng, n, test):
    some = sorted(i for i in records.events if test(i))
    return rng.sample(some, min(n, len(some)))


def main():
    camp = c.Campaign("history-check")
    if SMALL and not c.FAULTS:
        camp.skip_all("dense parts of a few records need --enable-faults")
    rng, archive, copy = camp.rng, camp.path("archive"), camp.path("copy")
    log = open(camp.path("log"), "wb")
    c.init(archive)
    with open(os.path.join(archive, "gongkai.conf"), "a", encoding="utf-8") as f:
        f.write('fonds = "Z1"\nschedule "1" { rule "公示公告" { retention = "D10" }  rule "政策法规" { retention = "Y" } }\n')
    first = [document(rng, n) for n in range(20)]
    if c.run(archive, "ingest", "--jsonl", c.write_batch(camp.path("b.jsonl"), first), more=MORE).returncode != 0:
        raise SystemExit("Bail out! ingest")
    number, live = 20, Server(archive, log)
    figures = dict.fromkeys(("steps", "killed", "differ", "counted", "reader", "left", "failed", "asked"), 0)

    def gongkai(*args, kill=False, ok=(0,)):
        """The command, killed somewhere or not, and then once more until it has ended well."""
        if kill:
            at = rng.choice((1, 3, 10, 30, 60, 100, 200)) + rng.randrange(10)
            figures["killed"] += c.run(archive, *args, shim={"AT": at, "DO": "kill"}, more=MORE, timeout=600).returncode == -9
        done = c.run(archive, *args, more=MORE, timeout=600)
        if done.returncode not in ok:
            figures["failed"] += 1
            camp.violation("%s: exit status %d: %s" % (" ".join(args)[:200], done.returncode, done.stderr[-400:]), archive)
        return done

    def batch():
        nonlocal number
        n = rng.choice(SIZES)
        docs = [document(rng, number + i) for i in range(n)]
        docs += [document(rng, rng.randrange(number + n), version=rng.randint(1, 9)) for _ in range(rng.choice((0, 0, 1, n // 20, n // 3)))]
        if rng.random() < 0.5:
            rng.shuffle(docs)
        number += n
        return "ingest", "--jsonl", c.write_batch(camp.path("b.jsonl"), docs)

    def acts(records):
        lines = []
        for i in ids_of(records, rng, rng.choice((1, 3, LARGEST // 8)), lambda i: i in records.shown):
            e = {"type": rng.choice(("abolish", "suspend", "confirm_valid", "lapse")), "id": i, "effective_date": rng.choice(DAYS), "act": {"by_text": "《决定》", "reason": "清理"}}
            lines.append(e)
        c.write_batch(camp.path("acts.jsonl"), lines)
        return "events", "import", camp.path("acts.jsonl")

    def destroy(records):
        """Up to two documents that everybody could read and whose term is over, by register."""
        victims = ids_of(records, rng, 2, lambda i: i in records.shown and records.events[i][0]["meta"]["column"] == ["公示公告"] and records.events[i][0]["meta"]["formed_date"] < "2015")
        if not victims:
            return
        register = camp.path("register.csv")
        if os.path.exists(register):
            os.unlink(register)
        c.run(archive, "retention", "set", "--all", "--yes", "-q", more=MORE)
        steps = [("appraise", "--destroy", "--report", "鉴1", "--reason", "期满", "--approved-by", "张三", "--archivist", "李四", *victims, "--yes", "-q"), ("dispose", "--register", register)]
        for args in steps:
            if c.run(archive, *args, more=MORE).returncode != 0:
                return
        text = open(register, encoding="utf-8-sig").read()
        if "张三,李四,,,,," not in text:
            return
        open(register, "w", encoding="utf-8").write(text.replace("张三,李四,,,,,", "张三,李四,王五、赵六,粉碎,,档案室,"))
        import hashlib
        digest = hashlib.sha256(open(register, "rb").read()).hexdigest()[:8]
        gongkai("dispose", "--list", register, "--approved-by", "张三", "--second", "李四", "--execute", "--digest", digest, ok=(0, 1, 3))
        figures["destroyed"] = figures.get("destroyed", 0) + len(victims)

    def step(kind, records, kill):
        if kind == "batch":
            gongkai(*batch(), kill=kill)
        elif kind == "acts":
            gongkai(*acts(records), kill=kill, ok=(0, 1, 3))
        elif kind == "withdraw":
            for i in ids_of(records, rng, 2, lambda i: i in records.shown):
                gongkai("withdraw", i, "--class", "error", "--reason", "有误", "--yes", "-q", ok=(0, 1, 2, 3))
        elif kind == "restore":
            for i in ids_of(records, rng, 1, lambda i: folds.access(records.events[i]) == "withdrawn"):
                gongkai("restore", i, "--reason", "更正", "--yes", "-q", ok=(0, 1, 2, 3))
        elif kind == "destroy":
            destroy(records)
        elif kind == "compact":
            gongkai("index", "compact", kill=kill)
        elif kind == "shard":
            gongkai("index", "shard", "--documents", str(rng.choice((0, 7, 37, 64) if SMALL else (0, 500, 1500, 4000))), kill=kill)
        elif kind == "rebuild":
            gongkai("index", "rebuild", kill=kill)

    records = Records(archive)
    for n in range(STEPS):
        kind = "batch" if n in (0, 1, 3) else rng.choice(("batch",) * 8 + ("acts", "acts", "withdraw", "withdraw", "restore", "destroy", "compact", "compact", "shard", "rebuild"))
        before = len(records.having("共同之词"))
        reader = Reader(live)
        reader.start()
        step(kind, records, rng.random() < 0.34)
        time.sleep(0.1)
        reader.stop.set()
        reader.join()
        figures["steps"] += 1
        records = Records(archive)
        after = len(records.having("共同之词"))
        low, high = min(before, after), max(before, after)
        # New versions, and a command that was killed and said again, are all that goes up and down on the way.
        outside = [t for t in reader.seen if not low - 2 <= t <= high + 2]
        if reader.bad or outside:
            figures["reader"] += 1
            camp.violation("%s: while it ran a reader got %s, and totals %s where %d to %d are right" % (kind, reader.bad[:2], outside[:4], low, high), archive)
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(archive, copy, symlinks=True, ignore=shutil.ignore_patterns("index"))
        anew = c.run(copy, "index", "rebuild", timeout=600, more={"GONGKAI_DENSE_FROM": "0"} if c.FAULTS else None)
        if anew.returncode != 0:
            raise SystemExit("Bail out! rebuild of a copy: " + anew.stderr)
        done = c.run(archive, "verify", "--json", "--no-report", more=MORE)
        if done.returncode != 0:
            figures["failed"] += 1
            camp.violation("%s: verify: exit status %d: %s" % (kind, done.returncode, (done.stdout + done.stderr)[-300:]), archive)
        wrong = count(camp, live, records)
        figures["counted"] += wrong
        if records.shown:
            other = Server(copy, log)
            asked = subprocess.run([sys.executable, "-B", os.path.join(HERE, "..", "oracle", "shards.py"), "--random", str(ASKED), other.url, live.url], capture_output=True)
            figures["asked"] += int((re.match(rb"(?:.*\n)*?(\d+) questions", asked.stdout) or [0, 0])[1])
            if asked.returncode != 0:
                figures["differ"] += 1
                camp.violation("after step %d, %s: %s" % (n, kind, (asked.stdout + asked.stderr).decode()[:1500]), archive)
            other.end()
        if wrong and os.environ.get("KEEP"):
            camp.violation("after step %d, %s: %d counted otherwise" % (n, kind, wrong), archive)
        if STEPS > 10:
            camp.note("step %d, %s: %d records, %d shown" % (n, kind, len(records.events), len(records.shown)))
    live.end()
    camp.figure(figures["steps"] == STEPS and figures["failed"] == 0, "%d steps, %d killed, %d records, %d destroyed: commands that failed and faults that verify found: %d" %
                (figures["steps"], figures["killed"], len(records.events), figures.get("destroyed", 0), figures["failed"]))
    camp.figure(figures["differ"] == 0 and figures["asked"] > 0, "%d questions to the living index and to one built anew: steps after which they differ: %d" % (figures["asked"], figures["differ"]))
    camp.figure(figures["counted"] == 0, "totals that a count over the texts of the segments has otherwise: %d" % figures["counted"])
    camp.figure(figures["reader"] == 0, "steps during which a reader got no answer, or a total of no state: %d" % figures["reader"])
    camp.done()


main()
