#!/usr/bin/env python3
"""What who runs the daemons relies on: /metrics counts what was asked, in the format of Prometheus and for this machine alone; the log is one JSON
object a line with nothing of a question in it; the desk tells systemd that it is ready and lives.  TAP.

GONGKAI_SEARCHD, GONGKAI_DESK: the programs; GONGKAI_ARCHIVE is made here, from $1 (data/sample)."""
import ctypes
import http.client, json, os, re, signal, socket, subprocess, sys, tempfile, threading, time, urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import exposition
from desk_client import Browser

archive, sample = os.environ["GONGKAI_ARCHIVE"], sys.argv[1]
count = failed = 0


def ok(good, name, detail=""):
    global count, failed
    count += 1
    failed += not good
    print(("ok " if good else "not ok ") + f"{count} - {name}", flush=True)
    if not good and detail != "":
        print("# " + str(detail)[:1500].replace("\n", "\n# "), flush=True)


def gongkai(*args, stdin=None, fine=(0,)):
    r = subprocess.run(["gongkai", *args], input=stdin, capture_output=True, text=True)
    assert r.returncode in fine, (args, r.returncode, r.stderr)


class Daemon:
    def __init__(self, program, *more, **env):
        self.log = tempfile.TemporaryFile("w+")
        self.p = subprocess.Popen([os.environ[program], "--archive", archive, "--listen", "127.0.0.1:0", *more], stdout=subprocess.PIPE, stderr=self.log, text=True, env=dict(os.environ, **env))
        m = re.match(r"http://([^/]+)/", self.p.stdout.readline())
        if not m:
            self.log.seek(0)
            sys.exit("Bail out! " + program + " did not start: " + self.log.read())
        self.host = m.group(1)

    def ask(self, target, headers=None, method="GET"):
        c = http.client.HTTPConnection(self.host, timeout=60)
        c.request(method, urllib.parse.quote(target, safe="/?&=%"), headers=headers or {})
        r = c.getresponse()
        body = r.read()
        c.close()
        return r.status, body.decode(), r.headers

    def metrics(self):
        status, text, headers = self.ask("/metrics")
        assert status == 200, (status, text)
        return exposition.parse(text)[0]

    def lines(self):
        self.log.flush()
        with open(f"/proc/self/fd/{self.log.fileno()}") as f:
            return [x for x in f.read().split("\n") if x]

    def end(self):
        self.p.send_signal(signal.SIGTERM)
        return self.p.wait(20)


def answers(values, **want):
    return sum(v for (name, labels), v in values.items() if name == "gongkai_http_answers_total" and all(dict(labels)[k] == w for k, w in want.items()))


def value(values, name, **labels):
    return values.get((name, tuple(labels.items())), 0)


gongkai("init", "--org", "云溪县青石镇人民政府", "--code", "qsz")
gongkai("ingest", "-q", sample, fine=(0, 3))

# ---- gongkai-searchd: the format, and the counts ----

searchd = Daemon("GONGKAI_SEARCHD", "--log-requests")
status, text, headers = searchd.ask("/metrics")
ok(status == 200 and headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8" and headers["Cache-Control"] == "no-store", "/metrics is text of version 0.0.4, kept by nobody", headers.as_string())
try:
    values, types = exposition.parse(text)
    ok(len(types) >= 20 and types["gongkai_http_answer_seconds"] == "histogram", "and in the format, family by family", types)
except ValueError as e:
    ok(False, "and in the format, family by family", e)
    sys.exit(1)
for broken in ("a 1", "# HELP a b\n# TYPE a gauge\na{b=\"c} 1\n", "# HELP a_total b\n# TYPE a_total counter\na_total -1\n", "# HELP a b\n# TYPE a gauge\na 1\na 1\n", "# HELP a b\n# TYPE a counter\na 1\n"):
    try:
        exposition.parse(broken)
        ok(False, "the parser refuses what is not", broken)
    except ValueError:
        pass

before = searchd.metrics()
asked = [("/search.json?q=安全", 7, "/search.json", 200), ("/search?q=zqxjkvwy", 3, "/search", 200), ("/d/qsz-2021-000001", 5, "/d/{id}", 200), ("/d/no-such-one.json", 4, "/d/{id}.json", 404),
         ("/search.json?size=1000", 2, "/search.json", 400), ("/nothing/here", 6, "none", 404), ("/healthz", 9, "/healthz", 200), ("/static/style.css", 2, "/static", 200)]
for target, n, _, want in asked:
    for _ in range(n):
        got = searchd.ask(target)[0]
        assert got == want, (target, got)
posts = [searchd.ask("/search", method="POST")[0] for _ in range(3)]
after = searchd.metrics()
for target, n, route, status in asked:
    more = answers(after, route=route, status=str(status)) - answers(before, route=route, status=str(status))
    ok(more == n, f"{n} times {target} are {n} of {route} with {status}", more)
ok(posts == [405] * 3 and answers(after, status="405") - answers(before, status="405") == 3, "requests that are turned away are counted")
total = sum(n for _, n, _, _ in asked) + 3 + 1
ok(value(after, "gongkai_http_answer_seconds_count") - value(before, "gongkai_http_answer_seconds_count") == total, "the times are of all of them, and of the scrape before")
ok(value(after, "gongkai_searches_empty_total") - value(before, "gongkai_searches_empty_total") == 3, "searches without a hit")
levels = sum(v for (name, _), v in after.items() if name == "gongkai_searches_total") - sum(v for (name, _), v in before.items() if name == "gongkai_searches_total")
ok(levels == 10 and value(after, "gongkai_searches_total", level="phrase") - value(before, "gongkai_searches_total", level="phrase") >= 7, "searches by the level of the ladder", levels)
documents = json.loads(searchd.ask("/healthz")[1])["documents"]
ok(value(after, "gongkai_documents") == documents > 20 and value(after, "gongkai_index_up") == 1 and value(after, "gongkai_index_behind_bytes") == 0, "documents, and an index that has read the whole archive", after)
ok(1e6 < value(after, "process_resident_memory_bytes") < 1e9 and value(after, "process_open_fds") > 5 and abs(value(after, "gongkai_start_time_seconds") - time.time()) < 300, "memory, descriptors, start")

# L16, L19
status, text, _ = searchd.ask("/search.json?" + "&".join("cat=x%d" % i for i in range(65)))
ok(status == 400 and "too_many_filters" in text and searchd.ask("/search.json?" + "&".join("cat=x%d" % i for i in range(64)))[0] == 200, "65 values of a filter are refused, 64 are not", text[:300])
worker = open(f"/proc/{searchd.p.pid}/task/{searchd.p.pid}/children").read().split()[0]
limits = {line[:26].strip(): line[26:].split()[1] for line in open(f"/proc/{worker}/limits").read().split("\n")[1:] if line}
sanitized = b"__asan_init" in open(os.environ["GONGKAI_SEARCHD"], "rb").read() or b"__tsan_init" in open(os.environ["GONGKAI_SEARCHD"], "rb").read()
ok(sanitized or (limits["Max data size"], limits["Max stack size"], limits["Max core file size"]) == (str(2048 << 20), str(8 << 20), "0"), "the worker has 2 GiB of data, 8 MiB of stack and leaves no core", limits)

# Many at once: none is lost between threads.
before = searchd.metrics()


def many():
    for _ in range(50):
        searchd.ask("/static/style.css")


threads = [threading.Thread(target=many) for _ in range(8)]
[t.start() for t in threads]
[t.join() for t in threads]
ok(answers(searchd.metrics(), route="/static") - answers(before, route="/static") == 400, "400 from eight readers at once are 400")

# ---- for this machine alone ----

refused = [searchd.ask("/metrics", h) for h in ({"X-Forwarded-For": "203.0.113.7"}, {"Forwarded": "for=203.0.113.7"}, {"X-Real-IP": "203.0.113.7"}, {"Via": "1.1 proxy"}, {"Host": "gongkai.example.gov.cn"}, {"Host": "127.0.0.1.example.org"})]
plain = searchd.ask("/metrics-of-nothing")
ok([r[0] for r in refused] == [404] * 6, "what came through a proxy or under another name finds nothing there", [r[0] for r in refused])
strip = lambda t: re.sub(r"r-[0-9a-f]{8}|/metrics(-of-nothing)?", "", t)
ok(all(strip(r[1]) == strip(plain[1]) for r in refused), "in the words of any address that is not there", [x for x in zip(strip(refused[0][1]).split(">"), strip(plain[1]).split(">")) if x[0] != x[1]])
ok("/metrics" not in searchd.ask("/api/openapi.json")[1], "and the description of the interface does not name it")

# ---- a worker dies, the configuration is read again: the counts go on ----

before = searchd.metrics()
children = open(f"/proc/{searchd.p.pid}/task/{searchd.p.pid}/children").read().split()
os.kill(int(children[0]), signal.SIGKILL)
deadline = time.time() + 30
while time.time() < deadline:
    try:
        after = searchd.metrics()
        if value(after, "gongkai_worker_deaths_total") == 1:
            break
    except (OSError, http.client.HTTPException):
        pass
    time.sleep(0.1)
ok(value(after, "gongkai_worker_deaths_total") == 1 and answers(after) > answers(before) > 450, "a worker that dies takes no count with it", answers(after))
searchd.p.send_signal(signal.SIGHUP)
deadline = time.time() + 30
while time.time() < deadline and not any('"reloaded"' in x for x in searchd.lines()):
    time.sleep(0.1)
reloaded = searchd.metrics()
ok(value(reloaded, "gongkai_reloads_total") == 1 and answers(reloaded) > answers(after), "nor does a reload")

# An archive that grew without the index, a verification, a checkpoint.
gongkai("verify")
gongkai("checkpoint")
values = searchd.metrics()
ok(abs(value(values, "gongkai_verify_time_seconds") - time.time()) < 300 and abs(value(values, "gongkai_checkpoint_time_seconds") - time.time()) < 300, "when the archive was last verified, and its last checkpoint")

# ---- the log ----

searchd.ask("/search?q=隐秘词语甲乙丙")
searchd.ask("/d/" + "x" * 7000)
searchd.ask("/no/大妈府发〔2021〕7号")
with socket.create_connection(searchd.host.split(":")) as s:
    s.sendall(b"GET /a\xc2\x9b31m\x01\"{}\\ HTTP/1.1\r\nHost: x\r\n\r\n")
    s.recv(4096)
searchd.end()
lines = searchd.lines()
form = re.compile(r"<[0-7]>\{.*\}")
ok(all(form.fullmatch(x) and len(x.encode()) <= 4096 for x in lines), "every line is a priority and one object, 4 KiB at most", next((x for x in lines if not form.fullmatch(x)), ""))
objects = [json.loads(x[3:]) for x in lines]
requests = [o for o in objects if o["event"] == "request"]
ok(all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", o["time"]) for o in objects), "each with its time")
ok(all(set(o) == {"time", "event", "request", "method", "path", "route", "status", "bytes", "us", "ended"} for o in requests), "a request has the same fields each time")
ok(sum(o["route"] == "/search.json" and o["status"] == 200 for o in requests) == 8 and sum(o["status"] == 405 for o in requests) == 3, "n requests are n lines")
ok({"worker-died", "worker-restarted", "reloaded"} <= {o["event"] for o in objects}, "a worker's death and a reload are lines too", {o["event"] for o in objects})
ok(not any(w in x for x in lines for w in ("隐秘词语甲乙丙", urllib.parse.quote("隐秘词语"), "zqxjkvwy", "203.0.113.7")), "no question and no reader's address stands in it")
ok(all(c.isprintable() for x in lines for c in x), "nothing in it moves a cursor")

# ---- the desk ----

gongkai("user", "add", "zhang", "--role", "editor", stdin="blue horse nine stairs\n")
with tempfile.TemporaryDirectory() as folder:
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    told.bind(os.path.join(folder, "notify"))
    told.settimeout(30)
    desk = Daemon("GONGKAI_DESK", "--log-requests", NOTIFY_SOCKET=os.path.join(folder, "notify"), WATCHDOG_USEC="400000")
    ok(told.recv(4096) == b"READY=1", "the desk tells systemd when it answers")
    times = []
    for _ in range(4):
        ok(told.recv(4096) == b"WATCHDOG=1", "and that it lives")
        times.append(time.monotonic())
    gaps = sorted(b - a for a, b in zip(times, times[1:]))
    ok(0.1 < gaps[1] < 0.4, "twice in the time of its watchdog", gaps)

    b = Browser(desk)
    b.login("zhang", "not the right password")
    b.login("zhang\u202e\u009b31m", "not the right password")
    b.login("zhang", "blue horse nine stairs")
    b.open("/staff/find?q=隐秘词语甲乙丙")
    values = desk.metrics()
    ok((value(values, "gongkai_logins_total"), value(values, "gongkai_logins_refused_total"), value(values, "gongkai_sessions")) == (1, 2, 1), "logins, refused ones, sessions", values)
    landlock = ctypes.CDLL(None, use_errno=True).syscall(444, None, 0, 1) >= 1
    ok(value(values, "gongkai_sandbox_degraded") == (0 if landlock else 1), "is extraction held by Landlock too", values)
    ok(answers(values, route="/staff/login") == 6 and answers(values, route="/staff/find", status="200") == 1, "answers of the desk by address", values)
    ok(desk.ask("/metrics", {"X-Forwarded-For": "203.0.113.7"})[0] == 303, "through a proxy it leads to the login, like any address")
    ok(not any(name.startswith("gongkai_searches") for name, _ in values), "and has nothing that it does not count")
    while True:
        try:
            told.settimeout(0.01)
            told.recv(4096)
        except OSError:
            break
    told.settimeout(30)
    desk.p.send_signal(signal.SIGTERM)
    said = told.recv(4096)
    while said == b"WATCHDOG=1":
        said = told.recv(4096)
    ok(said == b"STOPPING=1" and desk.p.wait(20) == 0, "it says that it stops, and ends with 0", said)
lines = desk.lines()
ok(all(form.fullmatch(x) for x in lines), "its log has the same form", next((x for x in lines if not form.fullmatch(x)), ""))
objects = [json.loads(x[3:]) for x in lines]
logins = [(o["result"], o["address"]) for o in objects if o["event"] == "login"]
ok(sorted(logins) == [("ok", "127.0.0.1"), ("refused", "127.0.0.1"), ("refused", "127.0.0.1")], "every login with its result and address", logins)
ok(not any(w in x for x in lines for w in ("blue horse", "not the right", "隐秘词语", urllib.parse.quote("隐秘词语"), "\x1b", "\u202e", "gongkai=")), "no password, no question, no cookie in it")
print(f"1..{count}")
sys.exit(failed > 0)
