#!/usr/bin/env python3
"""Snippets and marks of `gongkai search --json` against the text itself.

Usage: marks.py RUN QUERY...    RUN is a run of characters that every hit has as it stands

For every hit: the snippet is a slice of `gongkai show ID --text`, at the offset
that it states; marks are ascending [start,end) in code points, do not overlap, and
what they mark is RUN; the title marks likewise.  At least one mark in all.
"""
import json
import subprocess
import sys
import unicodedata


def run(*args):
    return subprocess.run(["gongkai", *args], stdout=subprocess.PIPE, check=True).stdout


def fold(s):
    return unicodedata.normalize("NFKC", s).lower()


def check(text, marks, word, where):
    end = 0
    for a, b in marks:
        assert 0 <= a < b <= len(text), "%s: mark %s outside" % (where, (a, b))
        assert a >= end, "%s: marks overlap: %s" % (where, marks)
        # Runs that touch may share one mark.
        assert fold(text[a:b]) == fold(word) * ((b - a) // len(word)), "%s: marked '%s', not '%s'" % (where, text[a:b], word)
        end = b


word, count, marked = sys.argv[1], 0, 0
for query in sys.argv[2:]:
    for hit in json.loads(run("search", "--json", "--size", "100", "--", query))["hits"]:
        text = run("show", hit["id"], "--text").decode()
        s = hit["snippet"]
        assert s["text"] in text, "%s: the snippet is no slice of the text: %r" % (hit["id"], s["text"])
        assert text[s["offset"]:s["offset"] + len(s["text"])] == s["text"], "%s: offset %d" % (hit["id"], s["offset"])
        assert len(s["text"]) <= 300, "%s: %d characters (L20)" % (hit["id"], len(s["text"]))
        check(s["text"], s["marks"], word, hit["id"] + " snippet")
        check(hit["title"], hit["title_marks"], word, hit["id"] + " title")
        marked += len(s["marks"]) + len(hit["title_marks"])
        count += 1
assert count and marked, "no hits or no marks: nothing was tested"
print("%d hits, %d marks" % (count, marked))
