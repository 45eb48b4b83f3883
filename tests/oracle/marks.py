#!/usr/bin/env python3
"""Snippets and marks of `gongkai search --json` against the text itself.

Usage: marks.py RUN QUERY...    RUN is a run of characters that every hit has as it stands

For every hit: the snippet is a slice of `gongkai show ID --text`, at the offset
that it states; marks are ascending [start,end) in code points, do not overlap, and
what they mark is RUN; the title marks likewise.  At least one mark in all.  Of the passages
the first is the snippet, the others are slices too that do not meet, and the article that is
named is the last whose heading stands before the mark.
"""
import json
import re
import subprocess
import sys
import unicodedata


def run(*args):
    return subprocess.run(["gongkai", *args], stdout=subprocess.PIPE, check=True).stdout


def fold(s):
    return unicodedata.normalize("NFKC", s).lower()


def number(label):
    """第四百零七条 and 第407条 are 407."""
    digits, total, last = label[1:label.index("条")], 0, 0
    if digits.isdigit():
        return int(digits)
    for c in digits:
        if c in "千百十":
            total += (last or 1) * {"千": 1000, "百": 100, "十": 10}[c]
            last = 0
        else:
            last = "零一二三四五六七八九".index(c)
    return total + last


def check(text, marks, word, where):
    end = 0
    for a, b in marks:
        assert 0 <= a < b <= len(text), "%s: mark %s outside" % (where, (a, b))
        assert a >= end, "%s: marks overlap: %s" % (where, marks)
        # Runs that touch may share one mark.
        assert fold(text[a:b]) == fold(word) * ((b - a) // len(word)), "%s: marked '%s', not '%s'" % (where, text[a:b], word)
        end = b


word, count, marked, articles = sys.argv[1], 0, 0, 0
for query in sys.argv[2:]:
    for hit in json.loads(run("search", "--json", "--size", "100", "--", query))["hits"]:
        text = run("show", hit["id"], "--text").decode()
        s = hit["snippet"]
        assert s["text"] in text, "%s: the snippet is no slice of the text: %r" % (hit["id"], s["text"])
        assert text[s["offset"]:s["offset"] + len(s["text"])] == s["text"], "%s: offset %d" % (hit["id"], s["offset"])
        assert len(s["text"]) <= 300, "%s: %d characters (L20)" % (hit["id"], len(s["text"]))
        check(s["text"], s["marks"], word, hit["id"] + " snippet")
        assert [s["text"], s["marks"], s["offset"]] == [hit["passages"][0][k] for k in ("text", "marks", "offset")], "%s: the first passage is not the snippet" % hit["id"]
        ends = []
        for p in hit["passages"]:
            where = "%s passage at %d" % (hit["id"], p["offset"])
            assert text[p["offset"]:p["offset"] + len(p["text"])] == p["text"], where + ": no slice"
            assert all(p["offset"] + len(p["text"]) <= a or p["offset"] >= b for a, b in ends), where + ": meets another"
            ends.append((p["offset"], p["offset"] + len(p["text"])))
            check(p["text"], p["marks"], word, where)
            if p["article"]:
                first = p["offset"] + (p["marks"][0][0] if p["marks"] else 0)
                headings = re.findall(r"(?m)^\s*(第(?:[0-9]+|[零一二三四五六七八九十百千]+)条)", text[:first + len(word)])
                assert headings and number(headings[-1]) == number(p["article"]["label"]), "%s: in %s, not %s" % (where, headings[-1:], p["article"]["label"])
                articles += 1
        check(hit["title"], hit["title_marks"], word, hit["id"] + " title")
        marked += len(s["marks"]) + len(hit["title_marks"])
        count += 1
assert count and marked, "no hits or no marks: nothing was tested"
print("%d hits, %d marks, %d articles" % (count, marked, articles))
