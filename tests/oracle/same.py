#!/usr/bin/env python3
"""Answers of `gongkai search --json` for queries taken from the archive, without what may differ.

Usage: same.py N [SEED] > ANSWERS      run it before and after, then compare the files

The queries are runs of Han characters of titles and texts, single characters, numbers,
filters and orders; which ones depends on the documents and the seed only.
"""
import json
import random
import re
import subprocess
import sys


def run(*args):
    done = subprocess.run(["gongkai", *args], stdout=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit("gongkai %s: exit status %d" % (" ".join(args), done.returncode))
    return done.stdout


def queries(n, rng):
    hits, page = [], 1
    while True:
        got = json.loads(run("search", "--json", "--sort", "new", "--size", "100", "--page", str(page), "--", ""))["hits"]
        hits += got
        if len(got) < 100:
            break
        page += 1
    hits.sort(key=lambda h: h["id"])
    texts = [h["title"] + "\n" + run("show", h["id"], "--text").decode() for h in rng.sample(hits, min(25, len(hits)))]
    runs = [r for t in texts for r in re.findall("[\u4e00-\u9fff]{2,}", t)]
    for i in range(n):
        r = rng.choice(runs)
        k = rng.randint(2, 6)
        at = rng.randint(0, max(0, len(r) - k))
        word = r[at:at + k]
        yield (word, '"%s"' % word, word[0], word + " " + rng.choice(runs)[:4], word + " is:有效",
               rng.choice(hits)["number"] or word, r[:30], word + " OR " + rng.choice(runs)[:2])[i % 8], ("rel", "new", "old")[i % 3]


rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 20261123)
for query, sort in queries(int(sys.argv[1]), rng):
    answer = json.loads(run("search", "--json", "--sort", sort, "--size", "20", "--", query))
    answer.pop("took_ms", None)
    print(json.dumps(answer, ensure_ascii=False))
