#!/usr/bin/env python3
"""gongkai beside omindex, quest and Omega on the laws, in one run, interleaved.

usage: peers.py [--runs N] [--queries N] [--only ingest|query]

Prints one line a figure: name, unit, minimum / median of the runs, ratio to the
peer.  Times are of whole processes (ingest, quest) or of whole requests (searchd,
Omega as a CGI program started for each request, as a web server does).  Wanted: python3, the
programs of $top_builddir or PATH, Debian's xapian-omega and xapian-tools, ../shared/corpus.
"""
import gzip, http.client, json, os, random, re, resource, shutil, socket, statistics, subprocess, sys, tempfile, time, urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
CORPUS = os.environ.get("GONGKAI_CORPUS", os.path.join(TOP, "..", "shared", "corpus"))
OMEGA = "/usr/lib/cgi-bin/omega/omega"


def timed(argv, **kw):
    """Wall and CPU seconds of a whole process."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **kw)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def size_of(path):
    return sum(os.path.getsize(os.path.join(d, f)) for d, _, files in os.walk(path) for f in files if not os.path.islink(os.path.join(d, f)))


def show(name, value, note=""):
    print("%-44s %s%s" % (name, value, "   " + note if note else ""), flush=True)


def spread(xs, scale=1.0, digits=2):
    return "min %.*f  median %.*f" % (digits, min(xs) * scale, digits, statistics.median(xs) * scale)


def main():
    opts = dict(runs=3, queries=200, only="")
    args = iter(sys.argv[1:])
    for a in args:
        if a.lstrip("-") not in opts:
            sys.exit(__doc__)
        opts[a.lstrip("-")] = next(args)
    runs, n_queries = int(opts["runs"]), int(opts["queries"])
    os.environ["PATH"] = os.environ.get("top_builddir", TOP) + ":" + os.environ["PATH"]
    laws = os.path.join(CORPUS, "laws.jsonl.gz")
    if not os.path.exists(laws):
        print("skipped: no corpus at", CORPUS)
        return 77
    for tool in ("gongkai", "omindex", "quest"):
        if not shutil.which(tool):
            print("skipped: no", tool)
            return 77
    work = tempfile.mkdtemp(prefix="gongkai-peers.")
    try:
        return bench(work, laws, runs, n_queries, opts["only"])
    finally:
        shutil.rmtree(work, ignore_errors=True)


def bench(work, laws, runs, n_queries, only):
    texts, raw = [], 0
    os.mkdir(os.path.join(work, "txt"))
    with gzip.open(laws, "rt", encoding="utf-8") as f:
        for line in f:
            o = json.loads(line)
            text = o["title"] + "\n" + o["text"]
            texts.append(text)
            raw += len(text.encode())
            with open(os.path.join(work, "txt", o["id"] + ".txt"), "w", encoding="utf-8") as out:
                out.write(text)
    plain = os.path.join(work, "laws.jsonl")
    with gzip.open(laws, "rb") as f, open(plain, "wb") as out:
        shutil.copyfileobj(f, out)
    grams = dict(os.environ, XAPIAN_CJK_NGRAM="1")
    ours, theirs, ours_cpu, theirs_cpu = [], [], [], []
    arch, db = os.path.join(work, "archive"), os.path.join(work, "omega")
    rounds = runs if only != "query" else 1
    for _ in range(rounds):
        shutil.rmtree(arch, ignore_errors=True)
        shutil.rmtree(db, ignore_errors=True)
        subprocess.run(["gongkai", "--archive", arch, "init", "--org", "x", "--code", "x"], check=True, stdout=subprocess.DEVNULL)
        wall, cpu = timed(["gongkai", "--archive", arch, "ingest", "--jsonl", plain])
        ours.append(wall), ours_cpu.append(cpu)
        wall, cpu = timed(["omindex", "--db", db, "--url", "/", os.path.join(work, "txt")], env=grams)
        theirs.append(wall), theirs_cpu.append(cpu)
    n = len(texts)
    show("documents / raw text MB", "%d / %.1f" % (n, raw / 1e6))
    show("ingest gongkai s", spread(ours), "%.0f documents/s, %.1f MB/s at the median" % (n / statistics.median(ours), raw / 1e6 / statistics.median(ours)))
    show("ingest omindex (n-grams) s", spread(theirs))
    show("ingest: omindex / gongkai, wall", "%.2f" % (statistics.median(theirs) / statistics.median(ours)), "pairs: " + " ".join("%.2f" % (t / o) for t, o in zip(theirs, ours)))
    show("ingest: omindex / gongkai, CPU", "%.2f" % (statistics.median(theirs_cpu) / statistics.median(ours_cpu)))
    show("index / raw text", "%.2f" % (size_of(os.path.join(arch, "index")) / raw), "omega %.2f" % (size_of(db) / raw))
    show("archive / raw text", "%.3f" % (size_of(os.path.join(arch, "warc")) / raw))
    if only == "ingest":
        return 0

    # Phrases that stand in the texts, 4 to 8 characters, a fixed seed.
    rnd = random.Random(20211201)
    phrases = []
    while len(phrases) < n_queries:
        run = rnd.choice(re.findall("[\u4e00-\u9fff]{4,}", rnd.choice(texts)) or ["法律规定"])
        k = min(len(run), rnd.randint(4, 8))
        at = rnd.randint(0, len(run) - k)
        phrases.append(run[at:at + k])
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = subprocess.Popen(["gongkai-searchd", "--archive", arch, "--listen", "127.0.0.1:%d" % port], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        server.stdout.readline()
        http_times, quest_times, omega_times, wrong = [], [], [], 0
        conn = http.client.HTTPConnection("127.0.0.1", port)
        omega_env = omega_setup(work, db, grams)
        for p in phrases:
            start = time.perf_counter()
            conn.request("GET", "/search.json?" + urllib.parse.urlencode({"q": '"%s"' % p}))
            body = conn.getresponse().read()
            http_times.append(time.perf_counter() - start)
            wrong += json.loads(body)["total"] != sum(p in t for t in texts)
            quest_times.append(timed(["quest", "--db=" + db, "-m10", '"%s"' % p], env=grams)[0])
            if omega_env:
                env = dict(omega_env, QUERY_STRING=urllib.parse.urlencode({"P": '"%s"' % p, "DB": "omega"}))
                omega_times.append(timed([OMEGA], env=env)[0])
    finally:
        server.terminate()
        server.wait()

    def q(xs, share):
        return sorted(xs)[min(len(xs) - 1, int(len(xs) * share))] * 1e3
    show("phrase, searchd over HTTP ms", "p50 %.2f  p95 %.2f" % (q(http_times, .5), q(http_times, .95)), "%d queries, %d totals differ from grep" % (len(phrases), wrong))
    show("phrase, quest ms", "p50 %.2f  p95 %.2f" % (q(quest_times, .5), q(quest_times, .95)), "p50 ratio %.1f" % (q(quest_times, .5) / q(http_times, .5)))
    if omega_times:
        show("phrase, Omega CGI ms", "p50 %.2f  p95 %.2f" % (q(omega_times, .5), q(omega_times, .95)), "p50 ratio %.1f" % (q(omega_times, .5) / q(http_times, .5)))
    return 0 if wrong == 0 else 1


def omega_setup(work, db, env):
    """Omega reads its configuration from a file named in the environment."""
    if not os.path.exists(OMEGA):
        return None
    conf = os.path.join(work, "omega.conf")
    for name in ("templates", "log", "cdb"):
        os.makedirs(os.path.join(work, name), exist_ok=True)
    for src in ("/var/lib/xapian-omega/templates", "/usr/share/xapian-omega/templates"):
        if os.path.isdir(src):
            shutil.copytree(src, os.path.join(work, "templates"), dirs_exist_ok=True)
    with open(conf, "w") as f:
        f.write("database_dir %s\ntemplate_dir %s/templates\nlog_dir %s/log\ncdb_dir %s/cdb\n" % (work, work, work, work))
    return dict(env, OMEGA_CONFIG_FILE=conf, REQUEST_METHOD="GET")


if __name__ == "__main__":
    sys.exit(main())
