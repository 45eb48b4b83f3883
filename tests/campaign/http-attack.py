#!/usr/bin/env python3
"""gongkai-searchd among people who mean it ill (safety.md 6, 10), and among many who do not.

    KILLERS   questions made to cost much (default 200)          PAYLOADS  words that would be script (default 100)
    SECONDS   of each part with a clock (default 3)               CLIENTS   readers of the load part (default 64), each with a pause of PAUSE ms (default 100)
    SLOW      connections of slowhttptest, 4 kinds (default 0: not in the short form; 1000 in the long one)
    ARCHIVE   an archive to read instead of the sample

make http-attack SECONDS=300 SLOW=1000 is the long form.  In it, and only there, clocks are judged: the p99 of honest readers during an attack is at most three
times that without, and memory is flat over the load.  Attackers have the address 127.0.0.1, readers others; limits are those of a server that faces readers itself
(32 connections and 10 requests a second of one address).  LAX=1 takes these two away: then the slow part has to fail, and has been seen to.
"""
import html.parser
import http.client
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

import campaign
from campaign import GONGKAI, number, program

sys.path.insert(0, os.path.join(campaign.SOURCE, "tests", "http"))
os.environ.setdefault("GONGKAI_SEARCHD", program("gongkai-searchd"))
os.environ.setdefault("GONGKAI_ARCHIVE", "none")
import exposition  # noqa: E402
import guard  # noqa: E402

KILLERS, PAYLOADS, SECONDS, CLIENTS, PAUSE, SLOW = number("KILLERS", 200), number("PAYLOADS", 100), number("SECONDS", 3), number("CLIENTS", 64), number("PAUSE", 100), number("SLOW", 0)
LONG = SECONDS >= 30
c = campaign.Campaign("http-attack", shim=False)
archive = os.environ.get("ARCHIVE") or c.path("archive")
if not os.environ.get("ARCHIVE"):
    for args in (("init", "--org", "云溪县青石镇人民政府", "--code", "qsz"), ("ingest", "-q", os.path.join(campaign.SOURCE, "data", "sample"))):
        subprocess.run([GONGKAI, *args], env=campaign.environment(archive), capture_output=True)


class Server:
    def __init__(self, *more):
        self.p = subprocess.Popen([program("gongkai-searchd"), "--archive", archive, "--listen", "127.0.0.1:0", *more], env=campaign.environment(archive), stdout=subprocess.PIPE, stderr=open(c.path("log"), "a"), text=True)
        self.port = int(re.match(r"http://127.0.0.1:(\d+)/", self.p.stdout.readline()).group(1))

    def connect(self, timeout=15, address="127.0.0.1"):
        return socket.create_connection(("127.0.0.1", self.port), timeout, (address, 0))

    def get(self, target, address="127.0.0.1"):
        k = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(address, 0))
        try:
            k.request("GET", urllib.parse.quote(target, safe="/?&=%+()*:"))
            r = k.getresponse()
            return r.status, r.read()
        finally:
            k.close()

    def metrics(self):
        for _ in range(50):  # an attacker's connections of a moment ago may still count for this address
            try:
                status, text = self.get("/metrics", "127.0.0.250")
                if status == 200:
                    return {k: v for k, v in exposition.parse(text.decode())[0].items()}
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.2)
        raise SystemExit("Bail out! no metrics")

    def value(self, name):
        return self.metrics().get((name, ()), 0)

    def sockets(self):
        worker = open("/proc/%d/task/%d/children" % (self.p.pid, self.p.pid)).read().split()[0]
        return len(os.listdir("/proc/%s/fd" % worker))

    def end(self):
        self.p.terminate()
        return self.p.wait(30)


def percentile(times, p):
    return sorted(times)[min(len(times) - 1, int(len(times) * p / 100))] * 1e3 if times else float("nan")


# ---- questions that cost ----

def killers(n, rng):
    common = "的年第一月人民政府关于通知办法管理实施规定"
    kinds = [
        lambda: common * 20, lambda: " ".join(rng.choice(common) for _ in range(rng.randint(1, 40))), lambda: "(" * rng.randint(1, 500) + "年" + ")" * rng.randint(0, 500),
        lambda: " OR ".join(rng.choice(common) + rng.choice(common) for _ in range(rng.randint(2, 60))), lambda: "-" + " -".join(common), lambda: "\"" + "".join(rng.choice(common) for _ in range(rng.randint(2, 200))) + "\"",
        lambda: " ".join("\"%s\"" % (rng.choice(common) + rng.choice(common)) for _ in range(rng.randint(2, 12))), lambda: rng.choice(common) + "*" * rng.randint(1, 50), lambda: "*" + rng.choice(common), lambda: "a" * rng.randint(1, 1100),
        lambda: "".join(chr(rng.randint(0x4E00, 0x9FA5)) for _ in range(rng.randint(1, 300))), lambda: "NOT " * rng.randint(1, 100) + "年", lambda: "题名:" * rng.randint(1, 60) + "年", lambda: "年 " * rng.randint(1, 300),
        lambda: "〔%d〕" % rng.randint(1900, 2100) * rng.randint(1, 60), lambda: "\"" * rng.randint(1, 300), lambda: "我想问一下" + "关于".join(rng.choice(common) for _ in range(80)) + "应该找谁", lambda: "ＡＢＣ" * 60 + "\u202e" * 20, lambda: "anquanshengchan" * 30,
    ]
    more = ["", "&explain=1", "&page=100&size=100", "&page=99999999999", "&size=100&facets=1", "&sort=old", "&literal=1", "&as_of=2020-01-01", "&known_at=2020-01-01", "&year=1900..2100", "&year=2021" * 60, "&cat=" + "x" * 300, "&org=%s" % ("年" * 100), "&fold=0&size=100"]
    for i in range(n):
        yield rng.choice(["/search.json", "/search", "/search.csv", "/search.atom", "/suggest"]), kinds[i % len(kinds)](), rng.choice(more)


def killer_part(s):
    wrong, slowest, statuses = 0, 0.0, {}
    for path, q, more in killers(KILLERS, c.rng):
        target = path + "?q=" + urllib.parse.quote(q) + urllib.parse.quote(more, safe="&=.")
        began = time.monotonic()
        try:
            status = s.get(target)[0]
        except (OSError, http.client.HTTPException) as e:
            status = str(e)
        took = time.monotonic() - began
        slowest = max(slowest, took)
        statuses[status] = statuses.get(status, 0) + 1
        if status not in (200, 302, 400, 414, 503) or took > 10:
            wrong += 1
            c.violation("%s: %s after %.1f s" % (target[:200], status, took))
    c.figure(wrong == 0, "%d questions that cost: %s, the slowest %.0f ms" % (KILLERS, ", ".join("%s of %s" % (n, k) for k, n in sorted(statuses.items(), key=str)), slowest * 1e3))


def malformed_part(s):
    wrong = 0
    for name, data, want in guard.MALFORMED:
        status, _, _, ended = guard.raw(s, data)
        if status not in want or not (ended or status == 200):
            wrong += 1
            c.violation("%s: %s, the connection %s" % (name, status, "ended" if ended else "stays"))
    c.figure(wrong == 0 and len(guard.MALFORMED) >= 40, "%d malformed requests, %d not refused as they must be" % (len(guard.MALFORMED), wrong))
    rng, mean = c.rng, b"GET /search?q=%E5%AE%89 HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    for _ in range(300):
        data = bytearray(mean)
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(data))
            data[at:at + rng.randint(0, 3)] = bytes(rng.choice((rng.randrange(256), 13, 10, 0, 32, 58)) for _ in range(rng.randint(0, 3)))
        with s.connect() as k:
            try:
                k.sendall(bytes(data))
                k.shutdown(socket.SHUT_WR)
                guard.read_answer(k)
            except OSError:
                pass
    c.figure(s.get("/healthz")[0] == 200, "300 mutated requests, and it answers")


# ---- script ----

class Shape(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.shape = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.shape.append((tag, tuple(sorted(a for a, _ in attrs))))


def payloads(n, rng):
    stems = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'onmouseover='alert(1)", "<svg/onload=alert(1)>", "javascript:alert(1)", "</title><script>x</script>", "<!--", "]]>", "&lt;script&gt;", "\"autofocus onfocus=alert(1) x=\"", "<iframe src=//x>",
             "＜script＞", "<style>*{}</style>", "{{7*7}}", "${7*7}", "</textarea><b>", "\u2028<x>", "<a href=javascript:x>", "<%00script>", "'-alert(1)-'"]
    for i in range(n):
        yield stems[i % len(stems)] + "".join(rng.choice("<>\"'&;/= x安") for _ in range(rng.randint(0, 12)))


# the badge of what has expired draws it (web/frame.c)
HOURGLASS = ("svg", ("focusable", "height", "viewbox", "width"))


def payload_part(s):
    wrong = 0
    plain = {p: Shape(s.get(p + urllib.parse.quote("zqzqzq"))[1].decode()).shape for p in ("/search?facets=0&q=", "/search?facets=0&q=zqzqzq&cat=")}
    for word in payloads(PAYLOADS, c.rng):
        for path, shape in plain.items():
            status, body = s.get(path + urllib.parse.quote(word, safe=""))
            new = set(Shape(body.decode()).shape) - set(shape)
            # a page may say more in its own elements (a notice, a hint); it may not have elements or attributes that pages never have
            bad = [x for x in new if x != HOURGLASS and x[0] in ("script", "svg", "iframe", "img", "style", "object", "textarea") or x == ("b", ()) or any(a.startswith("on") or a == "autofocus" for a in x[1])]
            if status not in (200, 400) or bad or b"<script>" in body:
                wrong += 1
                c.violation("%s%r: %s %s" % (path, word, status, bad))
    c.figure(wrong == 0, "%d words that would be script, in two places: %d made an element" % (PAYLOADS, wrong))


# ---- connections ----

def pipeline_part(s):
    one = b"GET /search.json?facets=0&size=1&q=%d HTTP/1.1\r\nHost: localhost\r\n\r\n"
    n, got = 100, b""
    with s.connect(30) as k:
        k.sendall(b"".join(one % i for i in range(n)) + b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        while True:
            more = k.recv(65536)
            if not more:
                break
            got += more
    asked = re.findall(rb'"query":\{"q":"(\d+)"', got)
    c.figure(got.count(b"HTTP/1.1 200") == n + 1 and asked == [b"%d" % i for i in range(n)], "%d requests at once on one connection are answered in their order" % n)


def open_many(s, n, address):
    held = []
    for _ in range(n):
        try:
            held.append(s.connect(5, address))
        except OSError:
            break
    return held


def still_open(held):
    alive = 0
    for k in held:
        k.setblocking(False)
        try:
            alive += k.recv(1) != b""
        except BlockingIOError:
            alive += 1
        except OSError:
            pass
    return alive


def many_part(s):
    before = s.value("process_open_fds")
    held = open_many(s, 200, "127.0.0.1")
    time.sleep(0.5)
    alive = still_open(held)
    c.figure(alive <= 33, "200 connections of one address: %d stay open (limit 32)" % alive)
    more = [k for i in range(30) for k in open_many(s, 25, "127.0.2.%d" % (i + 1))]
    time.sleep(0.5)
    taken = s.sockets()
    c.figure(taken <= 512 + before, "750 of thirty addresses more: the worker has %d descriptors (limit 512 connections; the others wait in the socket)" % taken)
    time.sleep(11)
    left = still_open(held) + still_open(more)
    for k in held + more:
        k.close()
    time.sleep(1)
    after = s.value("process_open_fds")
    c.figure(left == 0 and after <= before + 4, "of those who send nothing %d are there after 11 s; %d descriptors before, %d after" % (left, before, after))


# ---- honest readers ----

PAGES = ["/", "/search?q=安全生产", "/search.json?q=通知&size=20", "/browse", "/suggest?q=关于", "/d/ID", "/d/ID.json", "/d/ID/text", "/search.atom?q=公告", "/search?q=防汛&status=in_force", "/static/style.css", "/stats", "/c/政策法规", "/d/ID/history", "/search?q=安全生產", "/search.json?as_of=2020-01-01"]


class Readers:
    """n readers with addresses of their own, each with a connection that stays open and a pause between pages."""

    def __init__(self, s, n, pause, ids):
        self.s, self.pause, self.ids, self.stop, self.times, self.errors, self.lock = s, pause, ids, threading.Event(), [], {}, threading.Lock()
        self.threads = [threading.Thread(target=self.read, args=(i,), daemon=True) for i in range(n)]
        for t in self.threads:
            t.start()

    def read(self, i):
        rng, times, errors, k = random.Random(c.seed + i), [], {}, None
        time.sleep(rng.random() * min(2.0, SECONDS / 2))
        while not self.stop.is_set():
            if k is None:
                k = http.client.HTTPConnection("127.0.0.1", self.s.port, timeout=30, source_address=("127.0.1.%d" % (i + 1), 0))
            target = rng.choice(PAGES).replace("ID", rng.choice(self.ids))
            began = time.perf_counter()
            try:
                k.request("GET", urllib.parse.quote(target, safe="/?&=%"))
                r = k.getresponse()
                r.read()
                status = r.status
            except (OSError, http.client.HTTPException) as e:
                status = type(e).__name__ + " " + str(e)
                k.close()
                k = None
            times.append(time.perf_counter() - began)
            if status not in (200, 302):
                errors[status] = errors.get(status, 0) + 1
            self.stop.wait(self.pause * (0.5 + rng.random()))
        with self.lock:
            self.times += times
            for e, n in errors.items():
                self.errors[e] = self.errors.get(e, 0) + n

    def end(self):
        self.stop.set()
        for t in self.threads:
            t.join()
        return self


def slow_part(s, ids):
    def honest(seconds):
        r = Readers(s, 8, 0.25, ids)
        time.sleep(seconds)
        return r.end()

    base = honest(max(SECONDS // 10, 10))
    c.note("honest readers alone: %d pages, p50 %.1f ms, p99 %.1f ms" % (len(base.times), percentile(base.times, 50), percentile(base.times, 99)))
    kinds = {"headers": ["-H", "-i", "3"], "bodies": ["-B", "-i", "3", "-s", "8192"], "ranges": ["-R"], "reading": ["-X", "-w", "1", "-y", "20", "-n", "3", "-z", "5", "-k", "3"]}
    for name, options in kinds.items():
        seconds = max(SECONDS // 10, 10)
        attack = subprocess.Popen(["slowhttptest", "-c", str(SLOW), "-r", "200", "-l", str(seconds + 6), "-p", "3", "-x", "24", "-u", "http://127.0.0.1:%d/search?q=%%E9%%80%%9A%%E7%%9F%%A5" % s.port, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(3)
        during = honest(seconds)
        attack.terminate()
        attack.wait()
        ratio = percentile(during.times, 99) / percentile(base.times, 99)
        c.figure(during.errors == {} and (ratio <= 3 or not LONG), "slowhttptest, %d connections, slow %s: honest readers %d pages, %s errors, p50 %.1f ms, p99 %.1f ms, %.2f times that without" % (
            SLOW, name, len(during.times), during.errors or 0, percentile(during.times, 50), percentile(during.times, 99), ratio))


def load_part(s, ids):
    r, rss, began = Readers(s, CLIENTS, PAUSE / 1e3, ids), [], time.monotonic()
    while time.monotonic() - began < SECONDS:
        time.sleep(min(1.0, SECONDS / 4))
        rss.append(s.value("process_resident_memory_bytes") / 2**20)
    took = time.monotonic() - began
    r.end()
    c.figure(r.errors == {}, "%d clients over mixed pages for %.0f s: %d pages (%.0f a second), %s errors, p50 %.1f ms, p99 %.1f ms" % (
        CLIENTS, took, len(r.times), len(r.times) / took, r.errors or 0, percentile(r.times, 50), percentile(r.times, 99)))
    rest = rss[len(rss) // 10:]
    first, last = sum(rest[:len(rest) // 3]) / max(1, len(rest) // 3), sum(rest[-(len(rest) // 3):]) / max(1, len(rest) // 3)
    c.figure(not LONG or last <= first * 1.1, "memory of the worker: %.1f MiB at first, %.1f in the last third, %.1f at most" % (first, last, max(rss)))


s = Server("--per-address", "32", "--rate", "0")
malformed_part(s)
killer_part(s)
payload_part(s)
pipeline_part(s)
many_part(s)
c.figure(s.value("gongkai_worker_deaths_total") == 0, "no worker died, %.0f MiB" % (s.value("process_resident_memory_bytes") / 2**20))
c.figure(s.end() == 0, "it ends in order")

s = Server("--per-address", "0", "--rate", "0") if os.environ.get("LAX") else Server("--per-address", "32", "--rate", "10")
ids = re.findall(r'"id":"([^"]+)"', s.get("/search.json?size=50&facets=0", "127.0.0.99")[1].decode())
if SLOW and shutil.which("slowhttptest"):
    slow_part(s, ids)
else:
    c.skip("slow clients", "SLOW is 0" if not SLOW else "slowhttptest is not installed")
s.end()
s = Server("--per-address", "32", "--rate", "0")
load_part(s, ids)
c.figure(s.value("gongkai_worker_deaths_total") == 0 and s.value("process_resident_memory_bytes") < 512 * 2**20, "no worker died, memory below 512 MiB (L19)")
s.end()
c.done()
