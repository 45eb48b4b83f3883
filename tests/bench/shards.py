#!/usr/bin/env python3
"""One index beside the same index in shards, here and on servers of their own: answers, questions a second, p95, and what a dead shard costs.

usage: shards.py --archive DIR --queries FILE [--local 2,4] [--remote 1,2,4,8] [--rounds N] [--clients 1,8] [--questions N] [--forms N] [--work DIR]

Copies of the archive (its segments are linked, not copied) get an index each; every copy has a gongkai-searchd, and every remote shard an xapian-tcpsrv,
all on this machine.  First every question of FILE (the last column) is asked of all of them in --forms ways (tests/oracle/shards.py), and all answers are compared, timings aside.  Then each round asks
N of them of each in turn, with each number of clients; printed are the best round of each and its ratio to one index in the same run.  No
answer is kept by anybody.  Wanted: gongkai and gongkai-searchd in $top_builddir or PATH, Debian's xapian-tools.
"""
import argparse
import concurrent.futures
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port):
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("nobody listens on port %d" % port)


def gongkai(archive, *args):
    started = time.time()
    subprocess.run(["gongkai", "--archive", archive, *args], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.time() - started


def bytes_of(folder):
    return sum(os.path.getsize(os.path.join(d, f)) for d, _, files in os.walk(folder) for f in files if not os.path.islink(os.path.join(d, f)))


class Configuration:
    def __init__(self, name, work, archive):
        self.name, self.folder, self.processes, self.shards = name, os.path.join(work, name), [], []
        shutil.copytree(archive, self.folder, symlinks=True, copy_function=lambda a, b: os.link(a, b) if a.endswith(".warc.gz") else shutil.copy2(a, b))

    def run(self, *argv):
        p = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.processes.append(p)
        return p

    def make_local(self, n):
        return gongkai(self.folder, "index", "shard", "--parts", str(n))

    def serve_shard(self, i, port=None):
        port = port or free_port()
        process = self.run("xapian-tcpsrv", "--quiet", "--interface", "127.0.0.1", "--port", str(port), os.path.join(self.folder, "export", str(i)))
        wait_for(port)
        return process, port

    def make_remote(self, n):
        spent = gongkai(self.folder, "index", "shard", "--export", os.path.join(self.folder, "export"), "--parts", str(n))
        self.shards = [self.serve_shard(i + 1) for i in range(n)]
        return spent + gongkai(self.folder, "index", "shard", *[a for _, port in self.shards for a in ("--remote", "127.0.0.1:%d" % port)])

    def serve(self):
        self.port = free_port()
        self.run("gongkai-searchd", "--archive", self.folder, "--listen", "127.0.0.1:%d" % self.port)
        wait_for(self.port)

    def url(self):
        return "http://127.0.0.1:%d" % self.port

    def index_bytes(self):
        return bytes_of(os.path.realpath(os.path.join(self.folder, "index", "public", "current")))

    def stop(self):
        for p in self.processes:
            try:
                os.killpg(p.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            p.wait()


def ask_all(port, targets):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    spent = []
    for t in targets:
        started = time.perf_counter()
        c.request("GET", t)
        c.getresponse().read()
        spent.append(time.perf_counter() - started)
    return spent


def measure(port, targets, clients):
    started = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        spent = sorted(x for part in pool.map(lambda k: ask_all(port, targets[k::clients]), range(clients)) for x in part)
    return len(spent) / (time.perf_counter() - started), spent[len(spent) // 2] * 1000, spent[int(len(spent) * 0.95)] * 1000


def dead_shard(c, target):
    """A shard is killed and comes back: the slowest answer meanwhile, whether all said what is missing, and how long until all is whole."""
    process, port = c.shards[0]
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    slowest, said = 0, True
    for _ in range(10):
        http_ = http.client.HTTPConnection("127.0.0.1", c.port, timeout=60)
        started = time.perf_counter()
        http_.request("GET", target)
        answer = json.loads(http_.getresponse().read())
        slowest = max(slowest, time.perf_counter() - started)
        said = said and answer.get("complete") is False and "shard_missing" in [n["code"] for n in answer["notices"]]
    c.serve_shard(1, port)
    back = time.perf_counter()
    while time.perf_counter() - back < 30:
        http_ = http.client.HTTPConnection("127.0.0.1", c.port, timeout=60)
        http_.request("GET", target)
        if "complete" not in json.loads(http_.getresponse().read()):
            break
        time.sleep(0.05)
    return slowest, said, time.perf_counter() - back


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--archive", required=True)
    parser.add_argument("--queries", required=True)
    parser.add_argument("--local", default="2,4")
    parser.add_argument("--remote", default="1,2,4,8")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", default="1,8")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--forms", type=int, default=99)
    parser.add_argument("--work")
    args = parser.parse_args()
    os.environ["PATH"] = os.environ.get("top_builddir", ".") + ":" + os.environ["PATH"]
    for tool in ("gongkai", "gongkai-searchd", "xapian-tcpsrv"):
        if not shutil.which(tool):
            print("skipped: no", tool)
            return 77
    with open(args.queries, encoding="utf-8") as f:
        queries = [line.rstrip("\n").split("\t")[-1] for line in f if line.strip()]
    work = tempfile.mkdtemp(prefix="gongkai-shards.", dir=args.work)
    all_, status = [], 0
    try:
        one = Configuration("one", work, args.archive)
        all_.append(one)
        for n in [int(x) for x in args.local.split(",") if x]:
            all_.append(Configuration("local-%d" % n, work, args.archive))
            print("%-12s made in %.1f s" % (all_[-1].name, all_[-1].make_local(n)), flush=True)
        for n in [int(x) for x in args.remote.split(",") if x]:
            c = Configuration("remote-%d" % n, work, args.archive)
            all_.append(c)
            print("%-12s made in %.1f s" % (c.name, c.make_remote(n)), flush=True)
        for c in all_:
            c.serve()
            shards = bytes_of(os.path.join(c.folder, "export")) if c.shards else 0
            print("%-12s index %.1f MB here%s" % (c.name, c.index_bytes() / 1e6, ", %.1f MB on servers" % (shards / 1e6) if shards else ""), flush=True)
        status = subprocess.run([sys.executable, os.path.join(HERE, "..", "oracle", "shards.py"), "--queries", args.queries, "--forms", str(args.forms), *[c.url() for c in all_]], check=False).returncode
        targets = ["/search.json?" + urllib.parse.urlencode({"q": q}) for q in queries[:args.questions]]
        best = {}
        for _ in range(args.rounds):
            for clients in [int(x) for x in args.clients.split(",")]:
                for c in all_:
                    got = measure(c.port, targets, clients)
                    was = best.get((c.name, clients), (0, 1e9, 1e9))
                    best[c.name, clients] = (max(was[0], got[0]), min(was[1], got[1]), min(was[2], got[2]))
        print("%-12s %8s %10s %8s %8s %10s %10s" % ("", "clients", "q/s", "p50 ms", "p95 ms", "q/s : one", "p95 : one"))
        for (name, clients), (qps, p50, p95) in sorted(best.items(), key=lambda x: x[0][1]):
            print("%-12s %8d %10.1f %8.2f %8.2f %10.2f %10.2f" % (name, clients, qps, p50, p95, qps / best["one", clients][0], p95 / best["one", clients][2]))
        for c in all_:
            if c.shards:
                print("%-12s a shard killed: slowest answer %.0f ms, every one said so: %s; whole again %.1f s after its return" %
                      ((c.name,) + tuple(x * 1000 if i == 0 else x for i, x in enumerate(dead_shard(c, targets[0])))), flush=True)
    finally:
        for c in all_:
            c.stop()
        shutil.rmtree(work, ignore_errors=True)
    return status


sys.exit(main())
