#!/usr/bin/env python3
"""The true files of ../shared/corpus/formats: phrases, forbidden text, titles, dates, refusals; a table format x encoding x result.

Usage: samples.py FOLDER        gongkai must be in the PATH; exit status 1 if one is not as expected.jsonl says
"""
import json
import os
import re
import subprocess
import sys

FORBIDDEN = ("此处脚本文字不得入库", "注释文字不得入库")


def squeeze(s):
    return re.sub(r"\s+", "", s)


def result(want, got, folder):
    """(word, what is wrong)"""
    wrong = []
    if want["file"].startswith("broken-") and want["file"] != "broken-mixed-encodings.html":
        if "reason" not in got:
            wrong.append("was read")
        elif not got["error"].get("message"):
            wrong.append("no reason")
        return "refused: " + got.get("reason", "no"), wrong
    if "reason" in got:
        return "refused: " + got["reason"], [got["error"]["message_en"]]
    text = squeeze(got["text"])
    wrong += ["missing " + p for p in want["phrases"] if squeeze(p) not in text]
    wrong += ["forbidden " + f for f in FORBIDDEN if f in text]
    if want["title"] and got["title"] != want["title"]:
        wrong.append("title " + got["title"])
    said = "%d characters" % len(text)
    if want["pub_date"]:
        if want["pub_date"] in json.dumps(got["meta"], ensure_ascii=False):
            said += ", date"
        elif want["file"].endswith(".pdf"):
            # These two state their date nowhere, not in their properties either (pdfinfo -custom).
            said += ", no date in the file"
        else:
            wrong.append("date %s" % want["pub_date"])
    return said, wrong


def main():
    folder = sys.argv[1]
    wants = [json.loads(line) for line in open(os.path.join(folder, "expected.jsonl"), encoding="utf-8")]
    run = subprocess.run(["gongkai", "extract", "--json"] + [w["file"] for w in wants], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    answers = {}
    for line in run.stdout.decode("utf-8").splitlines():
        one = json.loads(line)
        answers[one["file"]] = one
    failed = run.returncode != 3
    print("%-32s %-9s %-14s %s" % ("file", "format", "encoding", "result"))
    for want in wants:
        got = answers.get(want["file"])
        said, wrong = ("no answer", ["no answer"]) if got is None else result(want, got, folder)
        print("%-32s %-9s %-14s %s%s" % (want["file"], (got or {}).get("source", "-"), (got or {}).get("encoding", "-"), said, "".join("; WRONG: " + w for w in wrong)))
        failed |= bool(wrong)
    sys.exit(1 if failed else 0)


main()
