#!/usr/bin/env python3
"""Asks two or more servers the same and compares all that they say, timings aside.

Usage: shards.py [--queries FILE] [--random N] [--forms N] URL URL...

Each query (lines of FILE, the last column where there are tabs; and N made of the first server's own titles: pieces, slips of one
character, questions, numbers, phrases, negations) is asked by words, as a phrase, by date, as of a day, filtered by status and year, on a
later page, and as a start of something to suggest; of its first hit the page and what is similar to it.  --forms N: only the first N of these.  Prints what differs; exit status 1 if anything does.
"""
import argparse
import http.client
import json
import random
import re
import sys
import time
import urllib.parse

SHOWN = 5


def first_difference(a, b, at=""):
    if isinstance(a, dict) and isinstance(b, dict):
        pairs = [(k, a.get(k), b.get(k)) for k in sorted(set(a) | set(b))]
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        pairs = list(zip(range(len(a)), a, b))
    else:
        return "%s: %.200s, not %.200s" % (at, json.dumps(b, ensure_ascii=False), json.dumps(a, ensure_ascii=False))
    return next(first_difference(x, y, "%s/%s" % (at, k)) for k, x, y in pairs if x != y)


class Server:
    def __init__(self, url):
        self.url = url
        self.http = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=60)

    def get(self, path, **params):
        target = path + ("?" + urllib.parse.urlencode(params) if params else "")
        self.http.request("GET", target)
        reply = self.http.getresponse()
        body = reply.read()
        try:
            answer = json.loads(body)
        except ValueError:
            raise SystemExit("%s%s: %d %r" % (self.url, target, reply.status, body[:200])) from None
        if isinstance(answer, dict):
            answer.pop("took_ms", None)
        return target, reply.status, answer


def made(server, n):
    """Queries of the archive's own words."""
    rng = random.Random(20261127)
    hits = server.get("/search.json", q="", sort="new", size="100")[2]["hits"]
    titles = sorted(h["title"] for h in hits)
    numbers = sorted(h["number"] for h in hits if h["number"])
    runs = [r for t in titles for r in re.findall("[\u4e00-\u9fff]{2,}", t)]
    every = "".join(titles)
    for i in range(n):
        r = rng.choice(runs)
        at = rng.randrange(len(r))
        piece = r[at:at + rng.randint(2, 6)] or r
        slip = list(piece)
        slip[rng.randrange(len(slip))] = rng.choice(every)
        yield (piece, piece[0], "".join(slip), r, piece + " -" + rng.choice(runs)[:2], rng.choice(titles), piece + "怎么办理",
               rng.choice(numbers) if numbers else piece, "题名:" + piece, piece + " OR " + rng.choice(runs)[:3], piece + " is:有效")[i % 11]


def forms(q):
    search = "/search.json"
    yield search, {"q": q}
    yield search, {"q": q, "explain": "1", "size": "20"}
    yield search, {"q": '"%s"' % q.replace('"', ""), "sort": "new"}
    yield search, {"q": q, "sort": "old", "page": "2"}
    yield search, {"q": q, "as_of": "2019-07-01", "status": "in_force"}
    yield search, {"q": q, "year": "2015..2021", "size": "50"}
    yield search, {"q": q, "literal": "1", "facets": "0"}
    yield "/suggest", {"q": q[:4]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--queries")
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--forms", type=int, default=99)
    parser.add_argument("urls", nargs="+")
    args = parser.parse_args()
    servers = [Server(u) for u in args.urls]
    queries = []
    if args.queries:
        with open(args.queries, encoding="utf-8") as f:
            queries += [line.rstrip("\n").split("\t")[-1] for line in f if line.strip()]
    queries += made(servers[0], args.random)
    asked = hits = wrong = 0

    def same(path, params):
        nonlocal asked, wrong
        answers = [s.get(path, **params) for s in servers]
        asked += 1
        # What is suggested after a commit is put in order in the background.
        until = time.time() + 5
        while path == "/suggest" and any(a[1:] != answers[0][1:] for a in answers) and time.time() < until:
            time.sleep(0.1)
            answers = [s.get(path, **params) for s in servers]
        for s, (target, status, answer) in zip(servers[1:], answers[1:]):
            if (status, answer) != answers[0][1:]:
                wrong += 1
                if wrong <= SHOWN:
                    print("%s%s: %s" % (s.url, urllib.parse.unquote(target), first_difference(answers[0][1:], (status, answer))))
        return answers[0][2]

    for q in queries:
        for path, params in list(forms(q))[:args.forms]:
            answer = same(path, params)
            hits += len(answer["hits"]) if isinstance(answer, dict) and "hits" in answer else 0
        if args.forms < 99:
            continue
        first = same("/search.json", {"q": q, "size": "1"}).get("hits", [])
        if first:
            same(first[0]["url"] + ".json", {})
            same(first[0]["url"] + "/similar.json", {})
    print("%d questions about %d queries, %d hits, %d servers: %d differ" % (asked, len(queries), hits, len(servers), wrong))
    # A comparison of nothing with nothing says nothing.
    return 1 if wrong or hits == 0 else 0


sys.exit(main())
