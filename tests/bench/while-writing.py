#!/usr/bin/env python3
"""What readers notice of writing: eight clients of searchd while documents come in without a pause, beside the same clients when nothing does.

usage: while-writing.py WORK [--seconds 60] [--base 5000] [--batch 200]

WORK is what speed.py --work left: its docs.jsonl and questions.tsv are taken.  The first --base documents are ingested, then
quiet and written quarters of --seconds in turn; in the written ones one `gongkai ingest` of --batch documents follows the other.
Exit status 1 if p95 while writing is more than twice the quiet one, or if any client saw an error; goals of ten minutes want --seconds 600.
"""
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "speed"))
import engines  # noqa: E402
from report import quantile  # noqa: E402

CLIENTS = 8


def gongkai(archive, *args):
    subprocess.run([os.path.join(engines.BUILD, "gongkai"), "--quiet", "--archive", archive, *args], check=True, stdout=subprocess.DEVNULL)


class Writer(threading.Thread):
    """One ingest after the other until it is told to end."""

    def __init__(self, archive, lines, batch, path):
        super().__init__()
        self.archive, self.lines, self.batch, self.path = archive, lines, batch, path
        self.end, self.batches = threading.Event(), 0

    def run(self):
        while not self.end.is_set():
            part = list(itertools.islice(self.lines, self.batch))
            if not part:
                break
            with open(self.path, "w", encoding="utf-8") as f:
                f.writelines(part)
            gongkai(self.archive, "ingest", "--jsonl", self.path)
            self.batches += 1


def ask(server, n, until, times):
    """Rounds of all questions until then; returns how many answers were errors."""
    errors = 0
    while time.monotonic() < until:
        _, _, _, took, totals = server.run(CLIENTS, n)
        times += took
        errors += sum(t < 0 for t in totals)
    return errors


def measure(server, lines, n, seconds, batch, path):
    times, errors, batches = {"quiet": [], "writing": []}, 0, 0
    server.run(CLIENTS, n)
    for _ in range(2):
        for state in ("quiet", "writing"):
            writer = Writer(server.archive, lines, batch, path)
            if state == "writing":
                writer.start()
            errors += ask(server, n, time.monotonic() + seconds / 4, times[state])
            writer.end.set()
            if state == "writing":
                writer.join()
                batches += writer.batches
    return times, errors, batches


def main(argv):
    o = {"seconds": "60", "base": "5000", "batch": "200"}
    o.update(zip((a.lstrip("-") for a in argv[1::2]), argv[2::2]))
    if not argv or len(o) > 3:
        sys.exit(__doc__)
    work = tempfile.mkdtemp(prefix="gongkai-while-writing.")
    server = engines.Server(work)
    try:
        shutil.copy(os.path.join(argv[0], "questions.tsv"), work)
        with open(os.path.join(argv[0], "docs.jsonl"), encoding="utf-8") as lines, open(os.path.join(work, "questions.tsv"), encoding="utf-8") as q:
            n, part = sum(1 for _ in q), os.path.join(work, "part.jsonl")
            with open(part, "w", encoding="utf-8") as f:
                f.writelines(itertools.islice(lines, int(o["base"])))
            gongkai(server.archive, "init", "--org", "x", "--code", "x")
            gongkai(server.archive, "ingest", "--jsonl", part)
            server.start()
            times, errors, batches = measure(server, lines, n, float(o["seconds"]), int(o["batch"]), part)
    finally:
        server.stop()
        shutil.rmtree(work, ignore_errors=True)
    p = {state: {q: quantile(t, q) / 1e3 for q in (.5, .95)} for state, t in times.items()}
    for state, t in times.items():
        print("%-8s %6d answers to %d clients: p50 %.2f ms, p95 %.2f ms" % (state, len(t), CLIENTS, p[state][.5], p[state][.95]))
    ratio = p["writing"][.95] / p["quiet"][.95]
    print("%d batches of %s documents came in; %d errors; p95 while writing / quiet %.2f: %s" % (batches, o["batch"], errors, ratio, "met" if ratio <= 2 else "missed by %.2f x" % (ratio / 2)))
    return 1 if errors or ratio > 2 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
