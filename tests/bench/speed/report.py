"""The tables: figures of each engine, ratios to gongkai, goals."""
import draw

OURS = ("gongkai", "searchd")


def quantile(values, q):
    return sorted(values)[min(len(values) - 1, int(q * len(values)))]


def mean(values):
    return sum(values) / len(values)


def goal(name, value, least):
    """A ratio that shall be at least so much."""
    if value is not None:
        print("  %-84s %6.2f  %s" % (name, value, "met" if value >= least else "missed by %.2f x" % (least / value)))


# ---- index ----

def indexing(figures, corpus):
    n, raw = corpus["documents"], corpus["raw"]
    print("\nIndexing (gongkai: init and ingest --jsonl with archive and fdatasync; others: from the same text, already in lines)")
    print("%-9s %8s %8s %9s %7s %8s %8s %8s %9s %9s" % ("", "wall s", "cpu s", "docs/s", "MB/s", "RSS MB", "index MB", "text MB", "index/raw", "text/raw"))
    for name, f in figures.items():
        print("%-9s %8.1f %8.1f %9.0f %7.1f %8.0f %8.1f %8.1f %9.2f %9.2f" % (name, f["wall"], f["cpu"], n / f["wall"], raw / 1e6 / f["wall"], f["rss"] / 1e6, f["index"] / 1e6,
              f.get("archive", 0) / 1e6, f["index"] / raw, f.get("archive", 0) / raw))
    if "gongkai" not in figures:
        return
    ours = figures["gongkai"]
    for key in ("wall", "cpu"):
        print("theirs / ours, %s: %s" % (key, "  ".join("%s %.2f" % (k, f[key] / ours[key]) for k, f in figures.items() if k != "gongkai")))
    print("Goals of indexing")
    if "groonga" in figures:
        goal("documents/s, ours / Groonga's load >= 1.0", figures["groonga"]["wall"] / ours["wall"], 1.0)
    if "ngram" in figures:
        goal("documents/s, ours / Xapian's own n-grams >= 5", figures["ngram"]["wall"] / ours["wall"], 5.0)
    goal("0.9 x raw text / index >= 1.0", 0.9 * raw / ours["index"], 1.0)


# ---- ask ----

class Table:
    """Times of one engine: best of the rounds for each question."""

    def __init__(self, rounds, corpus):
        kinds = [q[0] for q in corpus["questions"]]
        self.best = {c: [min(times) for times in zip(*(r[3] for r in of))] for c, of in rounds.items()}
        self.rate = {c: max(len(kinds) / r[0] for r in of) for c, of in rounds.items()}
        self.cpu = {c: min(r[1] / len(kinds) for r in of) for c, of in rounds.items()}
        self.client = {c: min(r[2] / r[1] for r in of) if of[0][1] else 0 for c, of in rounds.items()}
        self.one = min(rounds)
        self.of = {k: [t for t, kind in zip(self.best[self.one], kinds) if kind == k] for k in draw.CLASSES if k in kinds}
        self.of["all"] = self.best[self.one]
        self.wrong, self.examples = self.compare(rounds[self.one][-1][4], corpus)

    @staticmethod
    def compare(totals, corpus):
        wrong, examples = {}, []
        for (kind, expected, text), total in zip(corpus["questions"], totals):
            bad = expected >= 0 and total != expected
            wrong[kind] = wrong.get(kind, 0) + bad
            if bad and len(examples) < 6:
                examples.append("%s: %s has %d, not %d" % (kind, text, expected, total))
        return wrong, examples


def asking(answers, corpus):
    tables = {name: Table(rounds, corpus) for name, rounds in answers.items()}
    by_class(tables)
    clients(tables)
    ratios(tables)
    wrong(tables)
    goals(tables)
    return 1 if any(sum(tables[n].wrong.values()) for n in OURS if n in tables) else 0


def by_class(tables):
    print("\nOne client, ms: p50 / p95 / p99 (mean)")
    for kind in next(iter(tables.values())).of:
        for name, t in tables.items():
            ms = [x / 1e3 for x in t.of[kind]]
            print("%-9s %-9s %9.3f %9.3f %9.3f   (%.3f)" % (kind, name, quantile(ms, .5), quantile(ms, .95), quantile(ms, .99), mean(ms)))


def clients(tables):
    counts = list(next(iter(tables.values())).best)
    print("\nQuestions a second with so many clients, and p95 in ms; processor ms a question; share of the processor that is the client's own")
    print("%-9s %s %s" % ("", " ".join("%18d" % c for c in counts), "%9s" % "cpu ms"))
    for name, t in tables.items():
        share = "   client %.0f %%" % (100 * t.client[max(counts)]) if name == "searchd" else ""
        print("%-9s %s %9.3f%s" % (name, " ".join("%9.0f %8.2f" % (t.rate[c], quantile(t.best[c], .95) / 1e3) for c in counts), 1e3 * t.cpu[min(counts)], share))


def ratios(tables):
    for mine in (m for m in OURS if m in tables):
        others = [n for n in tables if n not in OURS]
        print("\nTheirs / %s: p50, p95, mean (above 1: %s is faster)" % (mine, mine))
        print("%-9s %s" % ("", " ".join("%20s" % n for n in others)))
        for kind, times in tables[mine].of.items():
            print("%-9s %s" % (kind, " ".join("%6.2f %6.2f %6.2f" % (quantile(tables[n].of[kind], .5) / quantile(times, .5), quantile(tables[n].of[kind], .95) / quantile(times, .95),
                  mean(tables[n].of[kind]) / mean(times)) for n in others)))
        for c in tables[mine].rate:
            print("%-9s %s" % ("%d at once" % c, " ".join("%20.2f" % (tables[mine].rate[c] / tables[n].rate[c]) for n in others)))


def wrong(tables):
    print("\nWrong totals, of those that can be checked")
    for name, t in tables.items():
        print("%-9s %s" % (name, " ".join("%s %d" % item for item in t.wrong.items() if item[1]) or "none"))
        for example in t.examples:
            print("          " + example)


def goals(tables):
    for mine in (m for m in OURS if m in tables):
        ours, many = tables[mine], 8 if 8 in tables[mine].rate else max(tables[mine].rate)
        print("\nGoals of asking, %s" % mine)
        for peer, least in (("lucene", 1.0), ("xapian", 4.0)):
            if peer in tables:
                goal("questions/s with %d clients, ours / %s's >= %.1f" % (many, peer, least), ours.rate[many] / tables[peer].rate[many], least)
        if "lucene" in tables:
            for c in (ours.one, many):
                goal("p95 with %d clients, lucene's / ours >= 1.0" % c, quantile(tables["lucene"].best[c], .95) / quantile(ours.best[c], .95), 1.0)
        for kind in ours.of if "groonga" in tables else []:
            goal("%s: mean time, groonga's / ours >= 1.0" % kind, mean(tables["groonga"].of[kind]) / mean(ours.of[kind]), 1.0)
