#!/usr/bin/env python3
"""Documents for speed.py where ../shared/corpus/scale.py is missing: words of data/synonyms in sentences, frequent and rare by Zipf's law.

usage: corpus.py --docs N [--median CHARACTERS]     JSON Lines on standard output, the same for the same N
"""
import bisect
import datetime
import glob
import itertools
import json
import math
import os
import random
import re
import sys

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "data", "synonyms")
CATEGORIES = ["政策法规", "公示公告", "党务政务", "重点项目", "办事流程"]
PLACES = "青石白云东湖南山西河北桥长安永宁"


def words():
    found = set()
    for path in glob.glob(os.path.join(DATA, "*.tsv")):
        with open(path, encoding="utf-8") as f:
            found.update(re.findall("[\u4e00-\u9fff]{2,6}", f.read()))
    out = sorted(found)
    random.Random(1).shuffle(out)
    return out


class Maker:
    def __init__(self, n, median):
        self.n, self.median, self.words = n, median, words()
        self.weights = list(itertools.accumulate(1 / (i + 1) for i in range(len(self.words))))

    def word(self, r):
        return self.words[bisect.bisect_left(self.weights, r.random() * self.weights[-1])]

    def sentence(self, r):
        return "".join(self.word(r) + ("，" if r.random() < 0.15 else "") for _ in range(r.randint(4, 14))).rstrip("，") + "。"

    def make(self, i):
        r = random.Random(i)
        date = datetime.date(2008, 5, 1) + datetime.timedelta(i * 5840 // self.n)
        issuer = "".join(r.sample(PLACES, 2)) + r.choice("市县区") + "人民政府"
        category = r.choice(CATEGORIES)
        text, want = [], math.exp(math.log(self.median) + r.gauss(0, 1))
        while sum(map(len, text)) < want:
            text.append("".join(self.sentence(r) for _ in range(r.randint(1, 4))))
        return dict(id="SYN-%08d" % i, title="%s关于%s%s的通知" % (issuer, self.word(r), self.word(r)), category=category, issuer=issuer,
                    docno="%s政发〔%d〕%d号" % (issuer[0], date.year, i) if category == CATEGORIES[0] else "", pub_date=date.isoformat(), year=date.year,
                    abolished_on=None, text="\n".join(text))


def main(argv):
    o = dict(zip(argv[::2], argv[1::2]))
    if "--docs" not in o:
        sys.exit(__doc__)
    maker = Maker(int(o["--docs"]), float(o.get("--median", "350")))
    for i in range(maker.n):
        print(json.dumps(maker.make(i), ensure_ascii=False))


main(sys.argv[1:])
