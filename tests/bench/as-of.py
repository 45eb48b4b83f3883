#!/usr/bin/env python3
"""What it costs to ask for a day: queries restricted to what was in force on 2019-06-01, beside the same queries restricted to a year,
and to so many years that about as many documents remain: ranking costs by the document.

Usage: as-of.py make FILE.jsonl          documents of ../shared/corpus/scale.py on standard input: those with a number come into force, every
                                         second for five years, and those that were abolished are
       as-of.py ask ARCHIVE [QUERIES]    300 queries of two to six characters from titles, the questions in turn over one connection

Prints p50 and p95 of both in milliseconds, of the whole answer and of the processor time that the server spent on it, and their
ratios: on a busy machine the second is the one to believe.  The goal is a ratio of 1.3 at most.
"""
import datetime
import glob
import http.client
import json
import random
import re
import subprocess
import sys
import time
import urllib.parse

DAY, YEAR = "2019-06-01", "2019"
IN_FORCE = "in force on " + DAY


def make(out):
    for n, line in enumerate(sys.stdin):
        d = json.loads(line)
        if d["docno"]:
            begins = datetime.date.fromisoformat(d["pub_date"])
            d.update(norm_level="norm_doc", effective_date=d["pub_date"])
            if n % 2:
                d["expiry_date"] = (begins.replace(year=begins.year + 5, day=min(begins.day, 28)) - datetime.timedelta(1)).isoformat()
            if d["abolished_on"]:
                d["abolished_date"] = d["abolished_on"]
        out.write(json.dumps(d, ensure_ascii=False) + "\n")


def titles(connection, r, n):
    """Words from the titles of some pages of everything."""
    out = []
    for page in range(1, 11):
        hits = get(connection, page=page * 9, size=100, sort="old", facets=0)[0]["hits"]
        out += [run for h in hits for run in re.findall("[\u4e00-\u9fff]{6,}", h["title"])]
    words = []
    for _ in range(n):
        run, length = r.choice(out), r.randint(2, 6)
        at = r.randint(0, len(run) - length)
        words.append(run[at:at + length])
    return words


def get(connection, **params):
    begin = time.perf_counter()
    connection.request("GET", "/search.json?" + urllib.parse.urlencode(params))
    answer = connection.getresponse()
    body = answer.read()
    spent = (time.perf_counter() - begin) * 1000
    if answer.status != 200:
        sys.exit("%s: %d %s" % (params, answer.status, body[:300]))
    return json.loads(body), spent


def processor(pid):
    """Milliseconds that the threads of the server have run."""
    total = 0
    for path in glob.glob("/proc/%d/task/*/schedstat" % pid):
        with open(path) as f:
            total += int(f.read().split()[0])
    return total / 1e6


def as_many(connection):
    """The years up to 2019 that have together about as many documents as were in force on the day."""
    want, n = get(connection, as_of=DAY)[0]["total"], 0
    for first in range(int(YEAR), 1949, -1):
        n += get(connection, year=first)[0]["total"]
        if n >= want:
            break
    print("%d documents were in force on %s, %d are of %d..%s" % (want, DAY, n, first, YEAR))
    return "%d..%s" % (first, YEAR)


def quantile(values, q):
    values = sorted(values)
    return values[min(len(values) - 1, int(q * len(values)))]


def ask(archive, n):
    server = subprocess.Popen(["gongkai-searchd", "--archive", archive, "--single-process", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        port = int(re.search(r":(\d+)/", server.stdout.readline().decode()).group(1))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        years = as_many(connection)
        questions = {IN_FORCE: {"as_of": DAY}, "of " + YEAR: {"year": YEAR}, "of " + years: {"year": years}}
        spent = {name: ([], []) for name in questions}
        totals = {name: [] for name in questions}
        words = titles(connection, random.Random(1), n)
        for word in words[:20]:
            get(connection, q=word)
        for i, word in enumerate(words):
            # Which of them finds the pages of the index warm is turned round each time.
            for name in sorted(questions, reverse=i % 2 == 1):
                before = processor(server.pid)
                answer, whole = get(connection, q=word, **questions[name])
                spent[name][0].append(whole)
                spent[name][1].append(processor(server.pid) - before)
                totals[name].append(answer["total"])
    finally:
        server.terminate()
        server.wait()
    figures = {}
    for name, lists in spent.items():
        for what, values in zip(("the answer", "processor"), lists):
            for q in (0.5, 0.95):
                figures[name, what, q] = quantile(values, q)
        print("%-24s %d queries, %.0f documents found in the middle: answer p50 %.2f ms p95 %.2f ms; processor p50 %.2f p95 %.2f" % (
            name, n, quantile(totals[name], 0.5), *(figures[name, w, q] for w in ("the answer", "processor") for q in (0.5, 0.95))))
    for name in questions:
        for what in ("the answer", "processor") if name != IN_FORCE else ():
            print("ratio to %-14s %-10s p50 %.2f p95 %.2f" % (name + ",", what, *(figures[IN_FORCE, what, q] / figures[name, what, q] for q in (0.5, 0.95))))


def main(argv):
    if argv[:1] == ["make"]:
        with open(argv[1], "w", encoding="utf-8") as out:
            make(out)
    elif argv[:1] == ["ask"]:
        ask(argv[1], int(argv[2]) if len(argv) > 2 else 300)
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
