#!/usr/bin/env python3
"""An office's months in minutes: documents come in, are amended, abolished, withdrawn, restored, undone, by commands and at the desk, the index is compacted and built
again, checkpoints and verifications are made, while readers read and both daemons are watched.

    MINUTES  how long (default 0.4)     READERS  (default 8)     PATIENT=1  503 is no error, but counted: for machines that have other work

make soak MINUTES=30 is the long form.  After the first tenth no record is new, but each gets events all the time, and an answer about a record reads all of its events; so
memory may grow with them, and what grows with time alone is a leak.  The two are told apart by processes started anew when the writing is done: they and the
old ones then do the same work for another quarter of the time, over the same archive, and what the old ones use more of their heap (heap.c) has leaked.  What the
system says of them is told too, and how much of that the allocator keeps.  Descriptors are flat, the index has a size for each event.  Readers must never see an error; at the end everything acknowledged is there.
"""
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

import campaign
from campaign import GONGKAI, number, program

sys.path.insert(0, os.path.join(campaign.SOURCE, "tests", "http"))
import exposition  # noqa: E402

MINUTES, READERS = float(os.environ.get("MINUTES") or 0.4), number("READERS", 8)
LONG, RECORDS = MINUTES >= 10, 400
c = campaign.Campaign("soak", shim=False)
archive = c.path("archive")
end = threading.Event()
done = {}                       # what was done, and how often
said = {}                       # id -> the newest word that an acknowledged text of it has


def run(*args, stdin=None, fine=(0,)):
    r = subprocess.run([GONGKAI, *args], env=campaign.environment(archive), input=stdin, capture_output=True, text=True)
    if r.returncode not in fine:
        c.violation("gongkai %s: %d %s" % (" ".join(args), r.returncode, r.stderr[-500:]))
    return r.stdout


heaps = c.path("heaps")
os.mkdir(heaps)
own = tempfile.TemporaryDirectory(prefix="gongkai-heap.")     # LD_PRELOAD takes no name with a space
HEAP = os.path.join(own.name, "heap.so")
subprocess.run(["cc", "-O1", "-fPIC", "-shared", "-o", HEAP, os.path.join(campaign.HERE, "heap.c"), "-lpthread"], check=True)


def watched_environment():
    return {**campaign.environment(archive), "LD_PRELOAD": HEAP, "HEAP_TO": heaps}


class Watcher:
    """gongkai ingest --watch over a folder whose files are written anew all the time: each is a new version of its record."""
    name = "gongkai ingest --watch"

    def __init__(self, anew=False):
        self.written, self.folder = {}, c.path("watched")
        if not anew:
            os.mkdir(self.folder)
            for i in range(20):
                self.write(i, 0)
        self.p = subprocess.Popen([GONGKAI, "ingest", "--watch", "-q", self.folder], env=watched_environment(), stdout=subprocess.DEVNULL, stderr=open(c.path("watch.log"), "a"))

    def write(self, i, version):
        word = "z%dv%dx" % (i, version)
        with open(os.path.join(self.folder, ".part"), "w", encoding="utf-8") as f:
            f.write("关于第%d件事项的通知\n%s由村民委员会负责。\n" % (i, word))
        os.rename(f.name, os.path.join(self.folder, "%02d.txt" % i))
        self.written[i] = word

    def finish(self):
        self.p.terminate()
        return self.p.wait(60)


class Daemon:
    def __init__(self, name):
        self.name = name
        self.p = subprocess.Popen([program(name), "--archive", archive, "--listen", "127.0.0.1:0"], env=watched_environment(), stdout=subprocess.PIPE, stderr=open(c.path(name + ".log"), "w"), text=True)
        self.host = re.match(r"http://([^/]+)/", self.p.stdout.readline()).group(1)
        self.seen = []

    def ask(self, method, target, o=None, key=None):
        k = http.client.HTTPConnection(self.host, timeout=60)
        try:
            k.request(method, urllib.parse.quote(target, safe="/?&=%"), json.dumps(o) if o is not None else None, {**({"Authorization": "Bearer " + key} if key else {}), **({"Content-Type": "application/json"} if o is not None else {})})
            r = k.getresponse()
            return r.status, r.read().decode()
        finally:
            k.close()

    def look(self):
        v = exposition.parse(self.ask("GET", "/metrics")[1])[0]
        if self.seen and ("gongkai_index_up", ()) not in v and self.name == "gongkai-searchd":
            return v    # busy: the page without the index
        self.seen.append((time.monotonic(), v[("process_resident_memory_bytes", ())] / 2**20, v[("process_open_fds", ())], v.get(("gongkai_index_bytes", ()), 0), v.get(("gongkai_events", ()), 1), v.get(("gongkai_worker_deaths_total", ()), 0)))
        return v

    def finish(self):
        self.p.terminate()
        return self.p.wait(60)


def heap_of(pid):
    """In MiB, as it last told."""
    try:
        with open(os.path.join(heaps, str(pid))) as f:
            return int(f.read()) / 2**20
    except (OSError, ValueError):
        return 0.0


def processes(pid):
    """It and its children: of each, anonymous memory in MiB, its heap in use, and descriptors."""
    pids, out = [pid], []
    for p in pids:
        try:
            for task in os.listdir("/proc/%d/task" % p):
                with open("/proc/%d/task/%s/children" % (p, task)) as f:
                    pids += [int(x) for x in f.read().split()]
            with open("/proc/%d/status" % p) as f:
                v = dict(line.split(":", 1) for line in f)
            out.append((int(v["RssAnon"].split()[0]) / 1024, heap_of(p), len(os.listdir("/proc/%d/fd" % p))))
        except (OSError, KeyError):
            pass    # it has ended meanwhile, or is about to
    return out


def document(i, version):
    word = "w%dv%dx" % (i, version)
    return {"id": "s%d" % i, "title": "清溪镇第%d号管理办法" % i, "number": "清溪府发〔20%02d〕%d号" % (10 + i % 13, i + 1), "issuer": "清溪镇人民政府", "published_at": "20%02d-03-%02d" % (10 + i % 13, i % 28 + 1), "effective": "20%02d-04-01" % (10 + i % 13),
            "norm_level": "norm_doc", "column": "政策法规", "text": "第一条 为了加强管理，制定本办法。\n第二条 %s由村民委员会负责，安全生产和防汛抗旱按第%d号规定执行。\n第三条 本办法自公布之日起施行。" % (word, version)}, word


def ingest(rows):
    path = c.path("rows.jsonl")
    with open(path, "w", encoding="utf-8") as f:
        f.writelines(json.dumps(d, ensure_ascii=False) + "\n" for d, _ in rows)
    run("ingest", "-q", "--jsonl", path, fine=(0, 3))
    for d, word in rows:
        said[d["id"]] = word


def count(what):
    done[what] = done.get(what, 0) + 1


def at_desk(desk, key, id_):
    status, body = desk.ask("POST", "/staff/api/events", {"type": "abolish", "ref": id_, "by_text": "试行令", "effective": "2024-12-01", "reason": "试"}, key)
    if status != 201:
        return c.violation("the desk: %d %s" % (status, body[:300]))
    event = json.loads(body)["event"]
    status, body = desk.ask("POST", "/staff/api/undo", {"event": event if isinstance(event, str) else event["event"], "reason": "误"}, key)
    if status != 201:
        c.violation("undo at the desk: %d %s" % (status, body[:300]))
    count("acts at the desk, undone")


def write(desk, key, ids, watcher):
    """One thing after the other; nothing of it makes a new record."""
    rng, rounds = c.rng, 0
    version = {i: 0 for i in range(RECORDS)}
    while not end.is_set():
        rounds += 1
        some = rng.sample(range(RECORDS), 8)
        for i in some[:4]:
            version[i] += rng.random() < 0.3
        ingest([document(i, version[i]) for i in some])
        count("ingests of 8 documents")
        if rounds % 3 == 0:
            watcher.write(rng.randrange(20), rounds)
            count("files written anew")
        id_ = rng.choice(ids)
        for what in rng.sample(("abolish", "withdraw", "desk", "amend"), 2):
            if what == "desk":
                at_desk(desk, key, id_)
                continue
            if what == "abolish":
                out = run("abolish", id_, "--by-text", "试行令", "--effective", "2024-12-01", "--reason", "试", "--yes")
            elif what == "withdraw":
                out = run("withdraw", id_, "--class", "内容有误", "--reason", "试", "--yes")
            else:
                out = run("amend", id_, "--by-text", "修改令", "--effective", "2024-06-01", "--reason", "试", "--yes", fine=(0, 2))
            event = re.search(r"e-\d+", out)
            if event:
                run("undo", event.group(), "--yes", "--reason", "误")
                count(what + ", undone")
        if rounds % 15 == 0:
            run("checkpoint", "-q")
            run("verify", "-q", "--sample", "0.2", fine=(0, 2))
            count("checkpoints and verifications")
        if rounds % 25 == 0:
            run("index", "compact", "-q")
            count("compactions")
        if rounds % 60 == 0:
            run("index", "rebuild", "-q")
            count("rebuilds")
        end.wait(0.1)


PAGES = ["/", "/search?q=安全生产", "/search.json?q=防汛抗旱&size=20", "/browse", "/suggest?q=清溪", "/d/ID", "/d/ID.json", "/d/ID/text", "/search.atom?q=管理办法", "/search?q=管理&status=in_force", "/stats", "/d/ID/history", "/d/ID/similar.json", "/search.json?as_of=2020-01-01", "/sitemap-1.xml", "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc"]


def read(daemons, ids, seed, out, end):
    rng, k, n = campaign.random.Random(seed), None, 0
    while not end.is_set():
        if n % 40 == 0 and k is not None:
            k.close()
            k = None
        if k is None:
            k = http.client.HTTPConnection(daemons[n // 40 % len(daemons)].host, timeout=60)
        target = rng.choice(PAGES).replace("ID", rng.choice(ids))
        try:
            k.request("GET", urllib.parse.quote(target, safe="/?&=%"))
            r = k.getresponse()
            body = r.read()
            # who is withdrawn at this moment is gone, and comes back
            if r.status == 503 and os.environ.get("PATIENT"):
                count("answers 503")
            elif r.status not in (200, 302) and not (r.status in (404, 410) and target.startswith("/d/")):
                c.violation("%s: %d %s" % (target, r.status, body[:300]))
            elif target.startswith("/search.json?q") and json.loads(body)["total"] < RECORDS * 0.9:
                c.violation("%s found %d" % (target, json.loads(body)["total"]))
        except (OSError, http.client.HTTPException) as e:
            c.violation("%s: %r" % (target, e))
            k.close()
            k = None
        n += 1
        end.wait(0.05 * rng.random() * 2)
    out.append(n)


def slope(points):
    """By least squares, of a second."""
    n, mx, my = len(points), sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    d = sum((x - mx) ** 2 for x, _ in points)
    return sum((x - mx) * (y - my) for x, y in points) / d if n > 1 and d else 0.0


def judge(d):
    rest = d.seen[len(d.seen) // 10:]
    hours = (rest[-1][0] - rest[0][0]) / 3600
    third = max(1, len(rest) // 3)
    mean = lambda part, i: sum(x[i] for x in part) / len(part)
    first, last = rest[:third], rest[-third:]
    c.note("%s: memory of the process that answers %.1f MiB in the first third, %.1f in the last, %.1f at most; slope %+.2f MiB an hour over %.2f h" % (d.name, mean(first, 1), mean(last, 1), max(x[1] for x in rest), slope([(x[0], x[1]) for x in rest]) * 3600, hours))
    if rest[-1][3]:
        per = [x[3] / x[4] for x in (rest[0], rest[-1])]
        c.figure(not LONG or per[1] <= per[0] * 1.1, "index: %.0f bytes an event at first, %.0f at the end (%.1f MiB, %d events)" % (per[0], per[1], rest[-1][3] / 2**20, rest[-1][4]))
    c.figure(all(x[5] == 0 for x in d.seen), "%s: no worker died" % d.name)


def watch_processes(seconds, these, samples, events):
    """Of each of these, every two seconds: anonymous memory and descriptors of it and its worker."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        time.sleep(2 if LONG else 0.5)
        for d in these:
            if isinstance(d, Daemon):
                v = d.look()
                events[0] = v.get(("gongkai_events", ()), events[0])
            now = processes(d.p.pid)[:2 if d.name == "gongkai-searchd" else 1]    # other children are extractors
            if now:
                samples.setdefault(d, []).append((time.monotonic(), sum(x[0] for x in now), max(x[2] for x in now), events[0], sum(x[1] for x in now)))


def judge_leak(old, new, samples):
    """After both have done the same work for a while."""
    mean = lambda rows, i: sum(x[i] for x in rows) / len(rows)
    late = samples[new][len(samples[new]) // 2:]
    needs, same_time = mean(late, 1), [x for x in samples[old] if x[0] >= late[0][0]]
    same_time = same_time or samples[old][-len(late):]
    rows = samples[old]
    rows = rows[len(rows) // 10:]
    # medians: an act that is at work holds some MiB for a moment
    median = lambda rows, i: sorted(x[i] for x in rows)[len(rows) // 2]
    heap = median(same_time, 4), median(late, 4)
    c.figure(not LONG or heap[0] <= heap[1] + 1, "%s: uses %.2f MiB of its heap, one started anew over the same archive %.2f: %+.2f MiB in %.2f h are not of the archive; %.2f in its first third, %.2f in its last, with %d events between"
             % (old.name, *heap, heap[0] - heap[1], (rows[-1][0] - rows[0][0]) / 3600, median(rows[:max(1, len(rows) // 3)], 4), median(rows[-max(1, len(rows) // 3):], 4), rows[-1][3] - rows[0][3]))
    c.note("%s: memory of its own as the system sees it %.1f MiB at the end, one started anew %.1f; %.1f after the first tenth, at most %.1f" % (old.name, mean(same_time, 1), needs, rows[0][1], max(x[1] for x in rows)))
    third = max(1, len(rows) // 3)
    # Likewise of descriptors: a command that the desk runs has dozens of them.  The short form's first third may lie before the first compaction,
    # after which an index has a part more, open in each handle.
    c.figure(median(rows[-third:], 2) <= median(rows[:third], 2) + (3 if LONG else 12), "%s: descriptors %d in the first third, %d in the last, %d at most" % (old.name, median(rows[:third], 2), median(rows[-third:], 2), max(x[2] for x in rows)))


run("init", "--org", "云溪县清溪镇人民政府", "--code", "qx")
for at in range(0, RECORDS, 100):
    ingest([document(i, 0) for i in range(at, at + 100)])
run("user", "add", "soak", "--role", "editor", stdin="blue horse nine stairs\n")
key = re.search(r"gk_\S+", run("user", "key", "soak")).group()
searchd, desk, watcher = Daemon("gongkai-searchd"), Daemon("gongkai-desk"), Watcher()
ids = [h["id"] for p in range(1, 5) for h in json.loads(searchd.ask("GET", "/search.json?facets=0&fold=0&size=100&page=%d&q=管理办法" % p)[1])["hits"]]
c.figure(len(ids) == RECORDS, "%d documents to begin with" % len(ids))
read_n, samples, events = [], {}, [0]
threads = [threading.Thread(target=write, args=(desk, key, ids, watcher))] + [threading.Thread(target=read, args=([searchd], ids, c.seed + i, read_n, end)) for i in range(READERS)]
[t.start() for t in threads]
began = time.monotonic()
watch_processes(MINUTES * 60, (searchd, desk, watcher), samples, events)
end.set()
[t.join() for t in threads]
c.note("in %.0f s: %s; %d pages read" % (time.monotonic() - began, ", ".join("%d %s" % (n, w) for w, n in sorted(done.items())), sum(read_n)))
c.figure(c.violations == 0, "%d answers to readers and %d things done: %d wrong" % (sum(read_n), sum(done.values()), c.violations))
judge(searchd)
judge(desk)

# The same work for those that did it all the time and for those that begin now.
anew = Daemon("gongkai-searchd"), Daemon("gongkai-desk")
done_at_rest = threading.Event()
threads = [threading.Thread(target=read, args=([searchd, anew[0]], ids, c.seed + 100 + i, read_n, done_at_rest)) for i in range(READERS)]


def act_at_both():
    n = 0
    while not done_at_rest.is_set():
        at_desk((desk, anew[1])[n % 2], key, ids[(n // 2) % len(ids)])
        watcher.write(n % 20, 1000000 + n)
        n += 1
        if n % 60 == 20:
            run("index", "compact", "-q")
        if n == 40:
            run("index", "rebuild", "-q")
        done_at_rest.wait(1)


threads.append(threading.Thread(target=act_at_both))
c.figure(watcher.finish() == 0, "the watcher ends in order")
old_watcher, watcher = watcher, Watcher(anew=True)
watcher.written = old_watcher.written
[t.start() for t in threads]
watch_processes(MINUTES * 60 / 4, (searchd, desk, *anew, watcher), samples, events)
done_at_rest.set()
[t.join() for t in threads]
judge_leak(searchd, anew[0], samples)
judge_leak(desk, anew[1], samples)
judge_leak(old_watcher, watcher, samples)
c.figure(anew[0].finish() == 0 and anew[1].finish() == 0, "those that began late end in order")
values = searchd.look()
c.figure(values[("gongkai_index_behind_bytes", ())] == 0, "the index has read the whole archive")
lost = [i for i, word in said.items() if json.loads(searchd.ask("GET", "/search.json?facets=0&q=" + word)[1])["total"] != 1]
c.figure(not lost, "%d newest texts, each found by its word: %d not" % (len(said), len(lost)))
patience = time.monotonic() + 30
while time.monotonic() < patience and any(json.loads(searchd.ask("GET", "/search.json?facets=0&q=" + word)[1])["total"] != 1 for word in watcher.written.values()):
    time.sleep(1)
lost = [i for i, word in watcher.written.items() if json.loads(searchd.ask("GET", "/search.json?facets=0&q=" + word)[1])["total"] != 1]
c.figure(not lost, "%d files of the watched folder, each found by its newest word: %d not" % (len(watcher.written), len(lost)))
run("verify", "-q")
c.figure(searchd.finish() == 0 and desk.finish() == 0 and watcher.finish() == 0 and c.violations == 0, "verify finds nothing, both daemons end in order")
c.done()
