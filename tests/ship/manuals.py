#!/usr/bin/env python3
"""The Chinese manual pages tell of the same things as the English ones and as the programs.

Usage: manuals.py FOLDER        (doc; the programs must be in the PATH)
Options: those of --help in both languages are those of both pages, for the daemons.  Names: every option, address, field, file, code and
limit (whatever is spelt in ASCII with a mark in it, or in a literal block) of one page is in the other.  What is only prose does not count.
"""
import re
import subprocess
import sys

faults = []
# Words with a hyphen or a stroke that are English and no name; places of the English text alone.
PROSE = set("""hand-over read-only four-property e-mail clean-up e.g i.e full-width equal-digest""".split())


def plain(path):
    text = open(path, encoding="utf-8").read()
    text = re.sub(r'^(?:\.\\"|\'\\").*$', "", text, flags=re.M)
    text = re.sub(r"\\f[BIRP]", "", text).replace("\\-", "-").replace("\\e", "\\").replace("\\(dq", '"').replace("\\&", "").replace("\\ ", " ")
    text = re.sub(r"^\.(?:TH|Dd|Dt|Os|mso).*$", "", text, flags=re.M)
    text = re.sub(r"^\.TS$.*?^\.TE$", lambda m: m.group(0).replace("@", " "), text, flags=re.M | re.S)
    text = re.sub(r"^\.(?:BI|IB|BR|RB|IR|RI) (.*)$", lambda m: alternating(m.group(1)), text, flags=re.M)
    return re.sub(r"^\.[A-Z][A-Za-z]? ?", "", text, flags=re.M)


def alternating(words):
    """Of .BI and the like the words are one."""
    return "".join(w.strip('"') for w in re.findall(r'"[^"]*"|\S+', words))


def names(path):
    """ASCII runs with a letter and a mark in them, or two digits; without punctuation at their ends."""
    found = set()
    for run in re.findall(r"[A-Za-z0-9_./:@+=?&{}*-]+", plain(path)):
        run = run.strip(".,:;?&+={}*@").rstrip("/-")
        run = re.sub(r"^--?", "--", run) if run.startswith("--") else run
        if re.search(r"[A-Za-z]", run) and re.search(r"[_/.=@:]|--|[A-Za-z]-[A-Za-z]|[A-Za-z][0-9]", run) and not re.fullmatch(r"[A-Za-z]+[.:/]?", run):
            found.add(run)
    return found - PROSE


def options(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*[a-z]", re.sub(r"\\f[A-Z]", "", text).replace("\\-", "-"))) - {"--help", "--usage", "--version"}


doc = sys.argv[1]
for program in ("gongkai-searchd", "gongkai-desk"):
    told = {lang: options(subprocess.run([program, "--help", "--lang", lang], stdout=subprocess.PIPE, check=True).stdout.decode("utf-8")) for lang in ("zh", "en")}
    if told["zh"] != told["en"] or not told["en"]:
        faults.append("%s: --help differs between the languages" % program)
    for page in ("%s/%s.8", "%s/zh_CN/%s.8"):
        page = page % (doc, program)
        text = open(page, encoding="utf-8").read().replace("\\-", "-")
        section = re.search(r"^\.SH (?:OPTIONS|选项)\n(.*?)^\.SH ", text, re.M | re.S).group(1)
        there = options(section)
        faults += ["%s: %s is in --help, not in the page" % (page, o) for o in sorted(told["en"] - there)]
        faults += ["%s: %s is in the page, not in --help" % (page, o) for o in sorted(there - told["en"])]
seen = 0
for page in ("gongkai-query.7", "gongkai-searchd.8", "gongkai-desk.8", "gongkai-archive.5", "gongkai-transfer.5"):
    en, zh = names("%s/%s" % (doc, page)), names("%s/zh_CN/%s" % (doc, page))
    faults += ["%s: %s is in the English page alone" % (page, n) for n in sorted(en - zh)]
    faults += ["%s: %s is in the Chinese page alone" % (page, n) for n in sorted(zh - en)]
    seen += len(en & zh)
print("\n".join(faults) or "%d names in both" % seen)
sys.exit(1 if faults or seen < 200 else 0)
