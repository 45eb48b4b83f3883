#!/usr/bin/env python3
"""Texts into every format and back: what is extracted equals the source once white space is dropped; of PDF 99.9 characters in 100.

Usage: roundtrip.py N FILE...   gongkai must be in the PATH.  FILE: .jsonl.gz with "text", or a text; N documents of each are taken, evenly.
Prints a line for each format: documents, characters, how many documents are equal.
"""
import bz2
import difflib
import gzip
import html
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import make  # noqa: E402


def squeeze(s):
    return re.sub(r"[\s\u3000]+", "", s)


def lines_of(text):
    """What every format can hold: no characters that are no text, no marks that are taken out on purpose."""
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\u00ad\ufffd\ue000-\uf8ff]", "", text)
    return [line.strip() for line in text.split("\n") if line.strip()]


def page(lines, charset):
    return ("<!DOCTYPE html><html><head><meta charset=%s><title>t</title></head><body>%s</body></html>" % (charset, "".join("<p>%s</p>" % html.escape(line) for line in lines)))


def encoded(lines, declared, codec):
    try:
        return page(lines, declared).encode(codec)
    except UnicodeEncodeError:
        return None


def variants():
    """Simplified to traditional by Unihan, the first of several: for Big5, which holds few simplified characters."""
    found = {}
    for path in ("/usr/share/unicode/Unihan_Variants.txt", "/usr/share/unicode/Unihan_Variants.txt.bz2"):
        if os.path.exists(path):
            with (bz2.open if path.endswith("bz2") else open)(path, "rt", encoding="utf-8") as f:
                for line in f:
                    part = line.split()
                    if len(part) > 2 and part[1] == "kTraditionalVariant" and part[0] != part[2]:
                        found[int(part[0][2:], 16)] = chr(int(part[2][2:], 16))
    return found


VARIANTS = variants()


def traditional(lines):
    if not VARIANTS:
        return None
    out = [re.sub(r"[^\x20-\x7e]", lambda m: m.group() if can(m.group()) else "", line.translate(VARIANTS)) for line in lines]
    return [line for line in out if line]


def can(c):
    try:
        return len(c.encode("big5")) == 2
    except UnicodeEncodeError:
        return False


def pdf(lines):
    # The font of this writer has the characters of GB1 only.
    try:
        "".join(lines).encode("gbk")
    except UnicodeEncodeError:
        return None
    return make.pdf(make.laid_out(lines), encoding="UniGB-UTF16-H")


FORMATS = {
    "html, UTF-8": lambda l: encoded(l, "utf-8", "utf-8"),
    "html, GB18030": lambda l: encoded(l, "gb18030", "gb18030"),
    "html, GBK called gb2312": lambda l: encoded(l, "gb2312", "gbk"),
    "html, Big5": lambda l: traditional(l) and (encoded(traditional(l), "big5", "big5"), traditional(l)),
    "text, GB18030": lambda l: "\n".join(l).encode("gb18030"),
    "docx": lambda l: make.docx_of(l),
    "odt": lambda l: make.odt_of(l),
    "ofd": lambda l: make.ofd(make.laid_out(l)),
    "pdf": pdf,
    "rtf": lambda l: make.rtf_of(l),
    "xlsx": lambda l: make.xlsx([("Sheet1", "", [[line] for line in l])]),
    "xls": lambda l: make.xls([("Sheet1", "", [[line] for line in l])], cut=8000) if sum(len(x) for x in l) < 100000 else None,
    "doc": lambda l: make.doc("\r".join(l) + "\r"),
}


def documents(n, path):
    if path.endswith(".gz"):
        with gzip.open(path, "rt", encoding="utf-8") as f:
            all_ = [json.loads(line)["text"] for line in f]
    else:
        # Of texts with labels at their head, which become metadata, and with marks of Markdown: the sentences.
        with open(path, encoding="utf-8", errors="replace") as f:
            all_ = ["".join(line for line in f if "。" in line and line[0] not in "#-*|>")]
    step = max(1, len(all_) // n)
    return [lines_of(t) for t in all_[::step][:n]]


def main():
    docs = [d for path in sys.argv[2:] for d in documents(int(sys.argv[1]), path)]
    docs = [d for d in docs if d]
    bad = False
    if not docs:
        sys.exit("no documents")
    for name, write in FORMATS.items():
        with tempfile.TemporaryDirectory() as d:
            wanted = {}
            for i, lines in enumerate(docs):
                data = write(lines)
                # A writer that changes the text says what it wrote.
                data, lines = data if isinstance(data, tuple) else (data, lines)
                if data is not None:
                    with open(os.path.join(d, "%04d" % i), "wb") as f:
                        f.write(data)
                    wanted["%04d" % i] = squeeze("".join(lines))
            answers = {}
            run = subprocess.run(["gongkai", "extract", "--json"] + sorted(wanted), cwd=d, stdout=subprocess.PIPE, stderr=subprocess.PIPE) if wanted else None
            for line in run.stdout.decode("utf-8").splitlines() if run else []:
                one = json.loads(line)
                answers[one["file"]] = one
        equal = right = total = 0
        worst = ""
        for key, want in wanted.items():
            got = squeeze(answers.get(key, {}).get("text", ""))
            total += len(want)
            if got == want:
                equal += 1
                right += len(want)
                continue
            same = sum(m.size for m in difflib.SequenceMatcher(None, want, got, autojunk=False).get_matching_blocks()) if len(want) < 6000 else sum(a == b for a, b in zip(want, got))
            right += min(same, len(want)) - max(0, len(got) - len(want))
            if not worst:
                at = next((i for i, (a, b) in enumerate(zip(want, got)) if a != b), min(len(want), len(got)))
                worst = "; first difference in %s at %d: %r, want %r%s" % (key, at, got[at:at + 12], want[at:at + 12], "" if "reason" not in answers.get(key, {}) else " (%s)" % answers[key]["reason"])
        share = right / total if total else 1
        fine = equal == len(wanted) or (name == "pdf" and share >= 0.999)
        bad |= not fine
        print("%-24s %4d documents, %8d characters: %4d equal, %.4f %% of the characters%s" % (name, len(wanted), total, equal, 100 * share, worst))
        sys.stdout.flush()
    sys.exit(1 if bad else 0)


main()
