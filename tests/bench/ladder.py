#!/usr/bin/env python3
"""What each level of the ladder costs, beside the plain AND of the same pairs of characters.

Usage: ladder.py ARCHIVE JSONL [N] [SEED]     ARCHIVE was made from JSONL (objects with title and text)

Makes N queries for each way of typing from the texts: phrases of 4 to 8 characters, phrases with an everyday
word of data/synonyms in them, phrases with one character replaced, two pieces of one sentence, two pieces of one
document, questions put together of four pieces of different documents.  They are asked in one process, each
followed by its pairs as separate words (安全 全生 生产; loosened too where no document has them all), and grouped by
the level that answered.  Milliseconds
are the program's own; the ratio is what counts on a busy machine.
"""
import collections
import json
import os
import random
import re
import subprocess
import sys
import tempfile

HAN = re.compile("[\u4e00-\u9fff]{12,}")


def pieces(path, rng, want):
    texts = []
    with open(path, encoding="utf-8") as f:
        for line in f:
            if rng.random() < 0.02:
                texts.append(json.loads(line)["text"])
            if len(texts) >= want:
                break
    return [t for t in texts if len(HAN.findall(t)) >= 2]


def cut(run, rng, least, most):
    n = min(len(run), rng.randint(least, most))
    at = rng.randrange(len(run) - n + 1)
    return run[at:at + n]


def make(texts, n, rng, synonyms):
    letters = "".join(texts[:50])
    letters = re.sub("[^\u4e00-\u9fff]", "", letters)
    for _ in range(n):
        runs = HAN.findall(rng.choice(texts))
        phrase = cut(rng.choice(runs), rng, 4, 8)
        yield phrase
        everyday, official = rng.choice(synonyms)
        for t in rng.sample(texts, min(len(texts), 40)):
            at = t.find(official)
            if at >= 0:
                yield everyday + re.sub("[^\u4e00-\u9fff].*", "", t[at + len(official):at + len(official) + 4], flags=re.S)
                break
        at = rng.randrange(1, len(phrase) - 1)
        yield phrase[:at] + rng.choice(letters) + phrase[at + 1:]
        run = rng.choice(runs)
        yield run[:4] + "，" + run[-4:]
        a, b = rng.sample(runs, 2)
        yield cut(a, rng, 3, 5) + "，" + cut(b, rng, 3, 5)
        yield "".join(cut(rng.choice(HAN.findall(rng.choice(texts))), rng, 3, 6) for _ in range(4))


def pairs(query):
    return " ".join(dict.fromkeys(query[i:i + 2] for i in range(len(query) - 1) if "，" not in query[i:i + 2]))


def quantile(values, q):
    return sorted(values)[min(len(values) - 1, int(q * len(values)))]


def main():
    archive, path = sys.argv[1], sys.argv[2]
    n, rng = int(sys.argv[3]) if len(sys.argv) > 3 else 200, random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 5)
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data", "synonyms")
    synonyms = []
    for name in sorted(os.listdir(here)):
        with open(os.path.join(here, name), encoding="utf-8") as f:
            for line in f:
                a = line.rstrip("\n").split("\t")
                if len(a) == 3 and a[1] == "=":
                    synonyms.append((a[0], a[2].split(" ")[0]))
    queries = list(make(pieces(path, rng, 2000), n, rng, synonyms))
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as f:
        for i, q in enumerate(queries):
            f.write("%d\t%s\n%d+\t%s\n" % (i, q, i, pairs(q)))
        f.flush()
        out = subprocess.run(["gongkai", "--archive", archive, "--quiet", "search", "--batch", f.name, "--json", "--no-facets"], stdout=subprocess.PIPE, check=False).stdout
    took = {}
    for line in out.splitlines():
        a = json.loads(line)
        took[a["qid"]] = (a["query"]["level"], a["took_ms"])
    levels = collections.defaultdict(list)
    for i in range(len(queries)):
        if str(i) in took and "%d+" % i in took:
            levels[took[str(i)][0]].append((took[str(i)][1], took["%d+" % i][1]))
    print("level      queries   p50 ms   p95 ms   AND p50   AND p95   ratio p50")
    for level in ("phrase", "synonym", "corrected", "near", "all", "some", "none"):
        t = levels[level]
        if t:
            a, b = [x for x, _ in t], [y for _, y in t]
            print("%-10s %7d %8.1f %8.1f %9.1f %9.1f %11.2f" % (level, len(t), quantile(a, .5), quantile(a, .95), quantile(b, .5), quantile(b, .95), quantile(a, .5) / max(quantile(b, .5), .01)))


main()
