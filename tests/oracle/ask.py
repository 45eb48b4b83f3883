#!/usr/bin/env python3
"""Runs a table of queries through `gongkai search --json` and compares.

Usage: ask.py [OPTION of gongkai search]... < TABLE

A line of the table is QUERY TAB CHECK..., with an optional third column of further
options; lines that begin with # and empty lines are skipped.  Checks, separated by spaces:

    ids:a,b      the hits are these source ids, in any order (ids: alone: none)
    order:a,b    these, in this order
    first:a      the best hit
    total:N      so many
    level:WORD   the level of the ladder that was reached
    notice:CODE  this code (or a code that contains it) is among the notices
    quiet        there are no notices
    exit:N       the exit status (0 if hits are expected, 1 if none, unless said)
    says:WORD    WORD is in the error message, and nothing is on stdout but it

Prints what is wrong; exit status 1 if anything is.
"""
import json
import shlex
import subprocess
import sys


def ask(query, options):
    run = subprocess.run(["gongkai", "search", "--json", "--size", "100", *options, "--", query],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    try:
        answer = json.loads(run.stdout)
    except ValueError:
        answer = {}
    return run.returncode, answer, run.stderr.decode("utf-8", "replace")


def wrong(check, status, answer, stderr):
    """None if the check holds, else what was there instead."""
    word, _, value = check.partition(":")
    hits = [h["source_id"] or h["id"] for h in answer.get("hits", [])]
    if word == "ids":
        want = sorted(v for v in value.split(",") if v)
        return None if sorted(hits) == want and answer.get("total") == len(want) else "hits %s of %s" % (",".join(hits), answer.get("total"))
    if word == "order":
        return None if hits == value.split(",") else "hits " + ",".join(hits)
    if word == "first":
        return None if hits[:1] == [value] else "hits " + ",".join(hits)
    if word == "total":
        return None if answer.get("total") == int(value) else "total %s" % answer.get("total")
    if word == "level":
        level = answer.get("query", {}).get("level")
        return None if level == value else "level %s" % level
    notices = [n["code"] for n in answer.get("notices", [])]
    if word == "notice":
        return None if any(value in n for n in notices) else "notices %s" % notices
    if word == "quiet":
        return None if not notices else "notices %s" % notices
    if word == "exit":
        return None if status == int(value) else "exit status %d" % status
    if word == "says":
        text = json.dumps(answer.get("error"), ensure_ascii=False) + stderr
        return None if value in text else "it said: " + text
    raise SystemExit("unknown check '%s'" % check)


def main():
    bad = rows = 0
    for line in sys.stdin:
        if not line.strip() or line.startswith("#"):
            continue
        query, checks, *more = line.rstrip("\n").split("\t")
        options = sys.argv[1:] + (shlex.split(more[0]) if more else [])
        status, answer, stderr = ask(query, options)
        checks = checks.split()
        if not any(c.startswith("exit:") for c in checks):
            checks.append("exit:0" if answer.get("total") else "exit:1")
        rows += 1
        for check in checks:
            found = wrong(check, status, answer, stderr)
            if found is not None:
                print("[%s] %s: wanted %s, got %s" % (query, " ".join(options), check, found))
                bad += 1
    print("%d queries, %d wrong" % (rows, bad))
    sys.exit(1 if bad or not rows else 0)


main()
