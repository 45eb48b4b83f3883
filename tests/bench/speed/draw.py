"""The documents as lines for the engines, and questions drawn from them by a fixed seed: see load.h for both forms."""
import json
import os
import random
import re

HAN = re.compile("[\u4e00-\u9fff]+")
# gongkai reads traditional characters as simplified ones, the oracle does not: no question has one, so that both look for the same.
# GB 2312 has none but these.
NOT_FOLDED = re.compile("[^乾藉著瞭於徵後裡麼]+")
DAY = 20190601
CLASSES = ["word", "phrase", "and", "question", "filter", "as-of", "newest", "facets", "page 100"]


def day(text):
    return int(text.replace("-", "")) if text else 0


def distinct(source, out):
    """Without documents that have issuer and number of an earlier one: gongkai keeps those as new versions, the others beside it."""
    seen = set()
    with open(source, encoding="utf-8") as f, open(out, "w", encoding="utf-8") as to:
        for line in f:
            d = json.loads(line)
            key = (d["issuer"], d["docno"])
            if not d["docno"] or key not in seen:
                to.write(line)
            seen.add(key)


def documents(source, out):
    """JSON Lines to tab-separated lines; returns documents and bytes of title and text."""
    n = raw = 0
    with open(source, encoding="utf-8") as f, open(out, "w", encoding="utf-8", newline="\n") as to:
        for line in f:
            d = json.loads(line)
            text = d["title"] + "\n" + d["text"]
            raw += len(text.encode()) - 1
            first = day(d.get("effective_date"))
            ends = [day(d[k]) - less for k, less in (("expiry_date", 0), ("abolished_date", 1)) if d.get(k)]
            text = re.sub("[\t\r\x1e]", " ", text).replace("\n", "\x1e")
            to.write("\t".join([d["id"], d["category"], str(d["year"]), str(day(d["pub_date"])), str(first), str(min(ends, default=99999999)), text]) + "\n")
            n += 1
    return n, raw


def sample(path, want, rng):
    """Texts of random documents, found by random places in the file; of a small file all."""
    size, out = os.path.getsize(path), {}
    with open(path, "rb") as f:
        for _ in range(want * 4):
            f.seek(rng.randrange(size))
            f.readline()
            at, line = f.tell(), f.readline()
            if line:
                out[at] = line.decode().rstrip("\n").split("\t")
            if len(out) == want:
                break
    return [out[at] for at in sorted(out)]


def plain(text):
    """GB 2312 and not folded."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return NOT_FOLDED.fullmatch(text) is not None


class Draw:
    def __init__(self, path, seed=20211201):
        self.rng = random.Random(seed)
        self.docs = [d for d in sample(path, 2000, self.rng) if any(len(r) >= 12 for r in HAN.findall(d[6]))]
        self.seen = set()

    def cut(self, least, most, doc=None):
        """Characters that stand together somewhere: as frequent as they are in the texts, so mostly frequent ones."""
        while True:
            run = self.rng.choice(HAN.findall((doc or self.rng.choice(self.docs))[6]))
            n = self.rng.randint(least, most)
            at = self.rng.randrange(max(1, len(run) - n + 1))
            if len(run) >= n and plain(run[at:at + n]):
                return run[at:at + n]

    def spread(self):
        """Two characters, of all that occur each as likely as another, so mostly rare ones."""
        if not hasattr(self, "pairs"):
            self.pairs = sorted({r[i:i + 2] for d in self.docs for r in HAN.findall(d[6]) for i in range(len(r) - 1)})
        while True:
            pair = self.rng.choice(self.pairs)
            if plain(pair):
                return pair

    def common(self):
        """Pairs of characters that are in a sixth of all documents at least."""
        if not hasattr(self, "often"):
            count = {}
            for d in self.docs:
                for pair in {r[i:i + 2] for r in HAN.findall(d[6]) for i in range(len(r) - 1)}:
                    count[pair] = count.get(pair, 0) + 1
            self.often = sorted(p for p, n in count.items() if n * 6 >= len(self.docs) and plain(p))
        return self.rng.choice(self.often)

    def question(self):
        """What somebody would ask about a document: two of its pieces in other order, and words of asking."""
        doc = self.rng.choice(self.docs)
        ask = self.rng.choice(["怎么处理", "由谁负责", "有什么规定", "需要哪些材料", "是否需要批准", "应当如何办理"])
        return self.cut(5, 10, doc) + "的" + self.cut(4, 9, doc) + ask

    def one(self, kind):
        q = dict(word=["", ""], flags="", year=0, category="", as_of=0, offset=0)
        if kind == "word":
            q["word"][0] = self.cut(2, 2) if self.rng.random() < 0.5 else self.spread()
        elif kind == "phrase":
            q["word"][0] = self.cut(4, 8)
        elif kind == "and":
            doc = self.rng.choice(self.docs)
            q["word"] = [self.cut(2, 4, doc), self.cut(2, 4, doc)]
        elif kind == "question":
            q["word"][0], q["flags"] = self.question(), "r"
        elif kind == "page 100":
            q["word"][0], q["offset"] = self.common(), 990
        else:
            doc = self.rng.choice(self.docs)
            q["word"][0] = self.cut(2, 4, doc)
            if kind == "filter":
                q["category"], q["year"] = doc[1], int(doc[2])
            elif kind == "as-of":
                q["as_of"] = DAY + 10000 * self.rng.randint(-4, 4)
            else:
                q["flags"] = kind[0]
        return q

    def questions(self, each):
        for kind in CLASSES:
            for _ in range(each * 20):
                q = self.one(kind)
                key = (kind, tuple(q["word"]), q["as_of"])
                if key not in self.seen:
                    self.seen.add(key)
                    yield "\t".join([kind, "", *q["word"], q["flags"], str(q["year"]), q["category"], str(q["as_of"]), str(q["offset"])])
                if sum(k[0] == kind for k in self.seen) == each:
                    break


def questions(docs, out, each):
    with open(out, "w", encoding="utf-8") as f:
        for line in Draw(docs).questions(each):
            f.write(line + "\n")
