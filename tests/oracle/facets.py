#!/usr/bin/env python3
"""Facets of a running server against counting in the documents themselves, over random states of query and filters.

Usage: facets.py make N SEED              N documents as JSON Lines on standard output
       facets.py walk SERVER FILE STATES SEED

A state is a query with filters; from each a random walk chooses or gives up one value of a facet.  In every state
- the total is the number of documents that pass query and filters, counted here;
- the count beside a value is the number that pass everything but the filters of its own facet and have the value;
- following its address gives the total that it promises (after), which is the count where nothing of the facet is chosen;
- the values below one stand behind it, and are among its documents;
- pages of seven join to the list of a hundred, in the same order.
"""
import http.client
import json
import random
import sys
import urllib.parse

CATEGORIES = ["政策法规", "政策法规/规范性文件", "政策法规/规范性文件/通知", "政策法规/解读", "公示公告/招标", "公示公告/任免", "应急"]
ISSUERS = ["云溪县人民政府", "云溪县教育局", "云溪县青石镇人民政府", "云溪县青石镇农业办", "白河县人民政府", "省档案局"]
THEMES = ["综合政务/政务公开", "综合政务\\应急管理", "综合政务", "民政、扶贫、救灾/社会福利", "国土资源、能源>土地"]
WORDS = ["防汛", "养犬", "招标", "预算", "巡查"]
FACETS = {"category": "cat", "year": "year", "year_range": "year", "org": "org", "theme": "theme", "status": "status", "format": "type"}


def make(n, seed):
    r = random.Random(seed)
    for i in range(n):
        d = {"id": "f%d" % i, "title": "关于%s的通知%d" % (r.choice(WORDS), i), "text": "本件讲%s和%s，第%d件。" % (r.choice(WORDS), r.choice(WORDS), i)}
        if r.random() < 0.95:
            d["column"] = r.choice(CATEGORIES)
        if r.random() < 0.8:
            d["theme"] = r.choice(THEMES)
        if r.random() < 0.95:
            d["issuer"] = r.choice(ISSUERS)
        if r.random() < 0.95:
            d["published_at"] = "%d-%02d-%02d" % (r.randint(2003, 2022), r.randint(1, 12), r.randint(1, 28))
        if r.random() < 0.5:
            d.update(norm_level="norm_doc", effective_date=d.get("published_at", "2010-01-01"))
            if r.random() < 0.4:
                d["expiry_date"] = "2021-06-30" if d["effective_date"] < "2021" else "2031-01-01"
        print(json.dumps(d, ensure_ascii=False))


def status_of(d):
    if "norm_level" not in d:
        return "not_applicable"
    return "expired" if d.get("expiry_date", "9") < "2025" else "in_force"


def above(issuer):
    """All that an issuer stands below, itself included."""
    found = [issuer]
    for other in ISSUERS:
        if other.endswith("人民政府") and other != issuer and issuer.startswith(other[:-4]):
            found.append(other)
    return found


def has(d, facet, value):
    if facet == "cat":
        own = d.get("column", "")
        return own == value or (value.endswith("/") and (own + "/").startswith(value))
    if facet == "theme":
        own = d.get("theme", "").replace("\\", "/").replace(">", "/")
        return own == value or (value.endswith("/") and (own + "/").startswith(value))
    if facet == "org":
        own = d.get("issuer", "")
        return own == value or (value.endswith("/") and own != "" and value[:-1] in above(own))
    if facet == "year":
        year = int(d.get("published_at", "0000")[:4])
        low, _, high = value.partition("..")
        return year > 0 and int(low) <= year <= int(high or low)
    if facet == "status":
        return status_of(d) == value
    return facet == "type" and value == d["format"]


def matches(d, q):
    return all(w in d["title"] or w in d["text"] for w in q.split())


def passes(d, state, without=None):
    chosen = {}
    for name, value in state:
        if name not in ("q", without):
            chosen.setdefault(name, []).append(value)
    q = dict(p for p in state if p[0] == "q").get("q", "")
    return matches(d, q) and all(any(has(d, n, v) for v in values) for n, values in chosen.items() if n != "sort")


class Server:
    def __init__(self, address):
        self.c = http.client.HTTPConnection(urllib.parse.urlsplit(address).netloc)
        self.asked = 0

    def ask(self, state, **more):
        self.c.request("GET", "/search.json?" + urllib.parse.urlencode(list(state) + list(more.items())))
        r = self.c.getresponse()
        body = r.read()
        assert r.status == 200, (r.status, state, body)
        self.asked += 1
        return json.loads(body)


def check_state(server, docs, state, r):
    answer = server.ask(state)
    moves, follow, checked = [], [], 0
    where = urllib.parse.unquote(urllib.parse.urlencode(state))
    assert answer["total"] == sum(passes(d, state) for d in docs), "%s: total %d" % (where, answer["total"])
    for facet, param in FACETS.items():
        values = answer["facets"][facet]
        any_chosen = any(name == param for name, _ in state)
        rest = [d for d in docs if passes(d, state, param)]
        listed = [v["value"] for v in values]
        assert len(set(listed)) == len(listed), "%s: %s twice" % (where, facet)
        for i, v in enumerate(values):
            want = sum(has(d, param, v["value"]) for d in rest)
            assert v["count"] == want, "%s: %s %s has %d, not %d" % (where, facet, v["value"], v["count"], want)
            assert v["selected"] == ((param, v["value"]) in state), "%s: %s %s selected" % (where, facet, v["value"])
            assert any_chosen or v["after"] == v["count"], "%s: %s %s: after %d, count %d" % (where, facet, v["value"], v["after"], v["count"])
            if v.get("depth", 0) > 0:
                parent = next(values[k] for k in range(i - 1, -1, -1) if values[k]["depth"] == v["depth"] - 1)
                assert parent["value"].endswith("/") and parent["count"] >= v["count"], "%s: %s below %s" % (where, v["value"], parent["value"])
            moves.append(v)
            checked += 1
            # Where others of the facet are chosen, what follows is no mere count.
            if any_chosen:
                follow.append(v)
        # What is not listed has nothing.
        missing = {("%s" % d["published_at"][:4]) for d in rest if "published_at" in d} - set(listed) if facet == "year" else set()
        assert not missing, "%s: years %s are not listed" % (where, missing)
    for v in r.sample(follow, min(8, len(follow))) + r.sample(moves, min(3, len(moves))):
        there = urllib.parse.parse_qsl(urllib.parse.urlsplit(v["url"]).query, keep_blank_values=True)
        total = server.ask(there, facets="0", size="1")["total"]
        assert total == v["after"], "%s: following %s gives %d, not %d" % (where, v["value"], total, v["after"])
    ids = [h["id"] for h in server.ask(state, size="100", facets="0")["hits"]]
    joined = []
    for page in range(1, 6):
        joined += [h["id"] for h in server.ask(state, size="7", page=str(page), facets="0")["hits"]]
    assert joined == ids[:35], "%s: pages do not join" % where
    return moves, checked


def walk(address, path, states, seed):
    r, server = random.Random(seed), Server(address)
    docs = [json.loads(line) for line in open(path, encoding="utf-8")]
    formats = {v["value"] for v in server.ask([])["facets"]["format"]}
    assert len(formats) == 1, formats
    for d in docs:
        d["format"] = next(iter(formats))
    state, counted = [], 0
    for n in range(states):
        moves, checked = check_state(server, docs, state, r)
        counted += checked
        if not moves or len(state) > 5 or r.random() < 0.15:
            state = [("q", " ".join(r.sample(WORDS, r.randint(0, 2))))]
            if r.random() < 0.3:
                state.append(("sort", r.choice(["new", "old", "no"])))
            state = [p for p in state if p[1] != ""]
        else:
            state = urllib.parse.parse_qsl(urllib.parse.urlsplit(r.choice(moves)["url"]).query)
        if r.random() < 0.3:
            # As a form sends it: more of the same facet, and what overlaps.
            param = r.choice(["cat", "year", "org", "theme", "status"])
            value = {"cat": r.choice(CATEGORIES + ["政策法规/", "政策法规/规范性文件/", "公示公告/"]), "org": r.choice(ISSUERS + ["云溪县人民政府/", "云溪县青石镇人民政府/"]),
                     "theme": r.choice(["综合政务", "综合政务/", "国土资源、能源/土地", "无此主题"]), "year": r.choice(["2010", "2015..2019", "2008..2016", "1999"]), "status": r.choice(["in_force", "expired"])}[param]
            if (param, value) not in state:
                state.append((param, value))
    print("%d states, %d counts, %d questions" % (states, counted, server.asked))


if sys.argv[1] == "make":
    make(int(sys.argv[2]), int(sys.argv[3]))
else:
    walk(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
