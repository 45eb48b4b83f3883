#!/usr/bin/env python3
"""Counts of quoted phrases and facets, compared with counting in the plain texts.

Usage: phrase.py RUNS [SEED]

Samples runs of 2 to 9 Han characters from the documents of the archive.  For each, the
total of "RUN" must be the number of documents whose title or text contains it after
folding (NFKC, lower case, traditional to simplified as the program says it does, one
character at a time), every facet must count exactly those documents, and selecting a
value of a facet must leave as many as the facet said.
"""
import collections
import json
import random
import re
import subprocess
import sys
import tempfile
import unicodedata

OPTION = {"category": "--cat", "year": "--year", "status": "--status", "org": "--org"}
HAN = "[\u3400-\u4dbf\u4e00-\u9fff]"


def run(*args):
    done = subprocess.run(["gongkai", *args], stdout=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit("gongkai %s: exit status %d" % (" ".join(args)[:200], done.returncode))
    return done.stdout


def batch(queries, *options):
    """The answers to many queries, in their order."""
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as f:
        for i, q in enumerate(queries):
            f.write("%d\t%s\n" % (i, q))
        f.flush()
        answers = {}
        for line in run("search", "--batch", f.name, "--size", "1", "--json", *options).splitlines():
            a = json.loads(line)
            answers[int(a["qid"])] = a
    if len(answers) != len(queries):
        raise SystemExit("%d queries, %d answers" % (len(queries), len(answers)))
    return [answers[i] for i in range(len(queries))]


def documents():
    hits, page = [], 1
    while True:
        got = json.loads(run("search", "--json", "--sort", "old", "--no-facets", "--no-fold", "--size", "100", "--page", str(page), "--", ""))["hits"]
        hits += got
        if len(got) < 100:
            return hits
        page += 1


def simplified(texts):
    """What the program says it folds each character to."""
    chars = sorted({c for t in texts for c in t if re.match(HAN, c)})
    table = {}
    for c, a in zip(chars, batch(chars, "--no-facets")):
        for n in a["notices"]:
            if n["code"] == "folded":
                table[ord(c)] = n["to"]
    return table


def facets_of(found):
    """Counts by value, from the documents themselves."""
    want = {f: collections.Counter() for f in OPTION}
    for h in found:
        year = (h["dates"]["made"] or h["dates"]["published"] or "")[:4]
        for f, v in (("category", h["category"]), ("year", year), ("status", h["status"]["code"]), ("org", h["org"])):
            if v:
                want[f][v] += 1
    return {f: dict(c) for f, c in want.items()}


def main():
    n, rng = int(sys.argv[1]), random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 11)
    docs = documents()
    raw = [h["title"] + "\n" + run("show", h["id"], "--text").decode() for h in docs]
    nfkc = [unicodedata.normalize("NFKC", t).lower() for t in raw]
    table = simplified(nfkc)
    texts = [t.translate(table) for t in nfkc]
    whole = [r for t in raw for r in re.findall(HAN + "{2,}", t)]
    runs = set()
    while len(runs) < n:
        r = rng.choice(whole)
        k = min(len(r), rng.randint(2, 9))
        at = rng.randint(0, len(r) - k)
        piece = r[at:at + k]
        if piece == unicodedata.normalize("NFKC", piece).translate(table):
            runs.add(piece)
    runs, bad, select = sorted(runs), 0, []
    for piece, a in zip(runs, batch(['"%s"' % r for r in runs])):
        found = [h for h, t in zip(docs, texts) if piece in t]
        if a["total"] != len(found):
            print('"%s": total %d, but %d documents contain it, e.g. %s' % (piece, a["total"], len(found), [h["id"] for h in found[:5]]))
            bad += 1
        want = facets_of(found)
        for f in OPTION:
            # What stands above others (云溪县人民政府/) is counted by facets.py; that choosing it gives as many is seen below.
            got = {v["value"]: v["count"] for v in a["facets"].get(f, []) if not v["value"].endswith("/")}
            # A long facet may be cut to its largest values; what is stated must be right.
            if any(want[f].get(v) != c for v, c in got.items()) or (len(got) < min(10, len(want[f]))):
                print('"%s": facet %s says %s, counted %s' % (piece, f, got, want[f]))
                bad += 1
        select += [(piece, f, v["value"], v["count"]) for f in OPTION for v in a["facets"].get(f, [])]
    select = rng.sample(select, min(len(select), 2 * n))
    for f, option in OPTION.items():
        for value in sorted({v for _, g, v, _ in select if g == f}):
            mine = [(p, c) for p, g, v, c in select if (g, v) == (f, value)]
            for (p, count), a in zip(mine, batch(['"%s"' % p for p, _ in mine], "--no-facets", option, value)):
                if a["total"] != count:
                    print('"%s" %s %s: the facet said %d, selecting gives %d' % (p, option, value, count, a["total"]))
                    bad += 1
    print("%d documents, %d runs, %d facet values, %d wrong" % (len(docs), len(runs), len(select), bad))
    sys.exit(1 if bad or not select else 0)


main()
