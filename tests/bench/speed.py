#!/usr/bin/env python3
"""gongkai beside other search engines: the same documents, the same questions, in one run, in turn.

usage: speed.py [--docs N | --jsonl FILE] [--work DIR] [--only index|query] [--engines A,B,...]
                [--questions N] [--rounds N] [--clients 1,2,8,32]

  --docs 10000        so many documents of ../shared/corpus/scale.py, with days of force (as-of.py make); or speed/corpus.py without it
  --jsonl FILE        these documents instead
  --work DIR          where documents, indexes and questions are put and kept: what is there already is not made again
  --engines           of: gongkai searchd lucene groonga fts5 xapian ngram (all that are installed)
  --questions 100     so many of each class
  --rounds 3          each round asks every question of every engine with each number of clients, engines in turn

gongkai is the catalog in the process of the clients, as the others are; searchd is the whole server over HTTP.
All give the best ten and the exact total (of "question": the best ten by any pair of characters).  No engine keeps
results.  A question's time is its best of the rounds, with one client, and so is the number of questions a second:
what a busy machine adds is never less than nothing.  `wrong` counts totals that differ from those of speed/scan.c,
which looks at every character of every document; no question has a character that gongkai folds.

Peers, where installed (Debian): liblucene8-java and a JDK, libgroonga-dev, libsqlite3-dev, libxapian-dev.  Omega: peers.py.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "speed"))
import draw  # noqa: E402
import engines  # noqa: E402
import report  # noqa: E402

MEDIAN = "350"		# characters: notices of 1.9 kB on average
SCALE = os.environ.get("GONGKAI_CORPUS", os.path.join(HERE, "..", "..", "..", "shared", "corpus"))


def options(argv):
    o = {"docs": "10000", "jsonl": "", "work": "", "only": "", "engines": "", "questions": "100", "rounds": "3", "clients": "1,2,8,32"}
    it = iter(argv)
    for a in it:
        if a[2:] not in o or not a.startswith("--"):
            sys.exit(__doc__)
        o[a[2:]] = next(it, "")
    return o


def make_documents(o, out):
    if o["jsonl"]:
        os.symlink(os.path.abspath(o["jsonl"]), out)
        return
    maker = os.path.join(SCALE, "scale.py")
    if not os.path.exists(maker):
        maker = os.path.join(HERE, "speed", "corpus.py")
    made = subprocess.Popen([sys.executable, maker, "--docs", o["docs"], "--median", MEDIAN], stdout=subprocess.PIPE)
    subprocess.run([sys.executable, os.path.join(HERE, "as-of.py"), "make", out + ".all"], stdin=made.stdout, check=True)
    if made.wait() != 0:
        sys.exit("%s failed" % maker)
    draw.distinct(out + ".all", out + ".new")
    os.remove(out + ".all")
    os.rename(out + ".new", out)


def prepare(o, work):
    """Documents in both forms and questions with their totals; returns what is known of the corpus."""
    path = {k: os.path.join(work, k) for k in ("docs.jsonl", "docs.tsv", "questions.tsv", "corpus.json")}
    if not os.path.exists(path["docs.jsonl"]):
        make_documents(o, path["docs.jsonl"])
    if not os.path.exists(path["corpus.json"]):
        n, raw = draw.documents(path["docs.jsonl"], path["docs.tsv"])
        with open(path["corpus.json"], "w", encoding="utf-8") as f:
            json.dump(dict(documents=n, raw=raw), f)
    with open(path["corpus.json"], encoding="utf-8") as f:
        corpus = json.load(f)
    drawn = path["questions.tsv"] + ".drawn"
    draw.questions(path["docs.tsv"], drawn, int(o["questions"]))
    with open(path["questions.tsv"], "w", encoding="utf-8") as f:
        subprocess.run([os.path.join(engines.BUILD, "tests", "bench", "speed", "scan"), path["docs.tsv"], drawn], stdout=f, check=True)
    with open(path["questions.tsv"], encoding="utf-8") as f:
        corpus["questions"] = [(row[0], int(row[1]), " ".join(row[2:4]).strip()) for row in (line.rstrip("\n").split("\t") for line in f)]
    return corpus


def index(engine, work):
    """What making its index cost, measured once and kept beside it."""
    kept = os.path.join(work, engine.name + ".json")
    if not os.path.exists(kept):
        figures = engine.index()
        with open(kept, "w", encoding="utf-8") as f:
            json.dump(figures, f)
    with open(kept, encoding="utf-8") as f:
        return json.load(f)


def ask(chosen, corpus, clients, rounds):
    """answers[engine][clients] = rounds of (wall, cpu, client's cpu, times, totals)."""
    n, answers = len(corpus["questions"]), {e.name: {c: [] for c in clients} for e in chosen}
    for e in chosen:
        e.start()
        # What each client has of its own is warm too.
        for _ in range(e.warm):
            e.run(1, n)
            e.run(max(clients), n)
    for _ in range(rounds):
        for c in clients:
            for e in chosen:
                answers[e.name][c].append(e.run(c, n))
    return answers


def main(argv):
    o = options(argv)
    programs = ["tests/bench/speed/" + p for p in ("scan", "http", "catalog")]
    # Within make check they are built already.
    if "MAKELEVEL" not in os.environ and subprocess.run(["make", "-s", "-C", engines.BUILD, *programs], check=False).returncode != 0:
        sys.exit("start it in a build tree of gongkai, or set top_builddir")
    work = o["work"] or tempfile.mkdtemp(prefix="gongkai-speed.")
    bin_dir = os.path.join(work, "bin")
    os.makedirs(bin_dir, exist_ok=True)
    chosen = []
    try:
        for e in (kind(work) for kind in engines.ALL if not o["engines"] or kind.name in o["engines"].split(",")):
            try:
                e.build(bin_dir)
                chosen.append(e)
            except engines.Missing as why:
                print("left out: %s (%s)" % (e.name, why))
        corpus = prepare(o, work)
        print("%d documents, %.1f MB of title and text in UTF-8" % (corpus["documents"], corpus["raw"] / 1e6), flush=True)
        if o["only"] != "query":
            report.indexing({e.name: index(e, work) for e in chosen if e.index}, corpus)
        if o["only"] == "index":
            return 0
        return report.asking(ask(chosen, corpus, [int(c) for c in o["clients"].split(",")], int(o["rounds"])), corpus)
    finally:
        for e in chosen:
            e.stop()
        if not o["work"]:
            shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
