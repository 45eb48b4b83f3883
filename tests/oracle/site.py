#!/usr/bin/env python3
"""The public site, looked at from outside: site.py CHECK SERVER [ARGUMENT…]

    openapi            every address of /api/openapi.json answers with its type; its parameters are known, others are not
    crawl              from the home page along every link: 200, the type that its kind has
    states N SEED      of N random questions HTML and JSON agree in totals, order, badges and marks
    sitemap            what it lists is what a search for everything finds
    atom               each feed has what RFC 4287 asks for
    oai GONE…          six verbs, their errors, harvesting in parts; GONE are deleted for ever
    prefix BASE        below another site: pages, objects and headers say so
    silent WORD…       no public answer has one of the words
"""
import html.parser
import json
import random
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ET

check, server, arguments = sys.argv[1], sys.argv[2].rstrip("/"), sys.argv[3:]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *a, **k):
        return None


opener = urllib.request.build_opener(NoRedirect)


def get(path):
    """(status, type, body, headers)"""
    url = server + urllib.parse.quote(path, safe="/?&=%@~:,.+-_#")
    try:
        with opener.open(url, timeout=60) as r:
            return r.status, r.headers.get_content_type(), r.read(), r.headers
    except urllib.error.HTTPError as e:
        return e.code, e.headers.get_content_type(), e.read(), e.headers


def page(path):
    status, kind, body, _ = get(path)
    assert status == 200, (path, status, body[:300])
    return body.decode()


def ask(path):
    status, kind, body, _ = get(path)
    assert status == 200 and kind == "application/json", (path, status, kind, body[:300])
    return json.loads(body)


def everything():
    ids, path = [], "/search.json?sort=old&size=100&fold=0&status=any"
    n = 1
    while True:
        a = ask(path + "&page=%d" % n)
        ids += [h["id"] for h in a["hits"]]
        n += 1
        if not a["links"]["next"]:
            return ids


class Reader(html.parser.HTMLParser):
    """Links, and of each hit its title, badge and marks."""

    def __init__(self, text):
        super().__init__()
        self.links, self.hits, self.count, self.stack, self.text = [], [], None, [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        for name in ("href", "src", "action"):
            if name in a:
                self.links.append((tag, name, a[name], a.get("rel")))
        if tag in ("meta", "link", "input", "br", "rect", "img"):
            return
        self.stack.append((tag, a.get("class") or ""))
        if tag == "article" and "hit" in (a.get("class") or "").split():
            self.hits.append({"title": "", "badge": "", "marks": [], "href": None})
        if self.hits and tag == "a" and self.within("h2") and self.hits[-1]["href"] is None:
            self.hits[-1]["href"] = a.get("href")

    def within(self, tag, class_=None):
        return any(t == tag and (class_ is None or class_ in c.split()) for t, c in self.stack)

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self.within("p", "count") and self.count is None and re.search(r"\d", data):
            self.count = int(re.sub(r"\D", "", re.search(r"[\d,]+", data).group()))
        if not self.hits or not self.within("article"):
            return
        hit = self.hits[-1]
        if self.within("h2"):
            if self.within("mark"):
                hit["marks"].append(data)
            hit["title"] += data
        elif self.within("span", "badge") and not self.within("span", "sign"):
            hit["badge"] += data


# ---------------------------------------------------------------------------------------------------------------

def openapi():
    api = ask("/api/openapi.json")
    assert api["openapi"].startswith("3.1") and len(api["paths"]) > 30
    one = ask("/search.json?size=1&status=in_force&q=")["hits"][0]
    report = ask("/stats.json")["reports"]
    fill = {"id": one["id"], "date": "2024-01-01", "year": str(report[0]) if report else "2021", "number": one["number"] or "1", "cat": one["category"], "org": one["org"], "theme": ask("/search.json?status=any")["facets"]["theme"][0]["value"],
            "years": one["dates"]["published"][:4], "page": "1"}
    two_texts = next((h["id"] for h in ask("/search.json?size=100&status=any")["hits"] if len(ask(h["url"] + ".json")["texts"]) > 1), None)
    tried = 0
    for pattern, methods in api["paths"].items():
        get_ = methods["get"]
        named = [p["name"] for p in get_["parameters"] if p["in"] == "path"]
        assert named == re.findall(r"\{(\w+)\}", pattern), pattern
        values = dict(fill)
        if "/diff" in pattern:
            if two_texts is None:
                continue
            values["id"] = two_texts
        if "/report/" in pattern and not report:
            continue
        path = re.sub(r"\{(\w+)\}", lambda m: values[m.group(1)], pattern)
        if pattern == "/oai":
            path += "?verb=Identify"
        status, kind, body, headers = get(path)
        kinds = list(get_["responses"]["200"]["content"])
        assert status == 200 or (status == 302 and "302" in get_["responses"]), (pattern, status, body[:200])
        if status == 200 and kinds != ["*/*"]:
            assert kinds == [kind], (pattern, kinds, kind)
        if "application/json" in kinds and pattern != "/oai":
            for name in [p["name"] for p in get_["parameters"] if p["in"] == "query"]:
                status, _, body, _ = get(path + "?%s=x" % name)
                assert b"unknown_param" not in body, (pattern, name)
            status, _, body, _ = get(path + "?no_such=1")
            assert status == 400 and json.loads(body)["error"]["code"] == "unknown_param", (pattern, status, body[:200])
        tried += 1
    for path in ("/nothing", "/d/", "/c", "/sitemap-x.xml", "/d/%s/prints" % fill["id"], "/api/openapi"):
        assert get(path)[0] == 404, path
    print(tried, "addresses")


KINDS = {".atom": "application/atom+xml", ".csv": "text/csv", ".jsonl": "application/x-ndjson", ".json": "application/json", ".xml": None, "/text": "text/plain",
         "/original": None, ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def crawl():
    todo, seen, n = ["/", "/search?q=%E7%9A%84", "/help", "/browse"], set(), 0
    kinds = {}
    while todo and n < 1500:
        path = todo.pop(0)
        bare = path.split("#")[0]
        if bare in seen:
            continue
        seen.add(bare)
        status, kind, body, headers = get(bare)
        n += 1
        assert status == 200 or status == 302, (bare, status, body[:200])
        if status == 302:
            todo.append(urllib.parse.urlsplit(headers["Location"])._replace(scheme="", netloc="").geturl())
            continue
        stem = bare.split("?")[0]
        want = next((k for end, k in KINDS.items() if stem.endswith(end)), "text/html" if "." not in stem.rsplit("/", 1)[-1] and stem != "/oai" and stem != "/suggest" else None)
        assert want is None or want == kind, (bare, want, kind)
        kinds[kind] = kinds.get(kind, 0) + 1
        if kind == "text/html":
            for tag, name, href, rel in Reader(body.decode()).links:
                if href.startswith("http"):
                    continue
                assert href.startswith("/") or href.startswith("#"), (bare, href)
                # Forms and views of the same questions would never end.
                if name != "action" and not href.startswith("#") and len(todo) < 4000 and href.count("=") < 5:
                    todo.append(href)
    assert n > 100 and len(kinds) > 6, (n, kinds)
    print(n, "addresses", kinds)


def numbers():
    """The order by document number, read from the numbers as they are printed; without one: last."""
    hits = ask("/search.json?sort=no&size=100&fold=0&status=any&facets=0")["hits"]
    keys = []
    for h in hits:
        m = re.fullmatch(r"(\D+)[〔\[](\d{4})[〕\]]第?(\d+)号", (h["number"] or "").replace(" ", ""))
        keys.append((m.group(1).encode(), int(m.group(2)), int(m.group(3))) if m else None)
    known = [k for k in keys if k]
    assert len(known) > 10 and known == sorted(known), known
    without = [not h["number"] for h in hits]
    assert without == sorted(without) and without[-1], "what has no number stands last"
    # By their digits 10 would stand before 9.
    assert any(a[:2] == b[:2] and len(str(a[2])) < len(str(b[2])) for a, b in zip(known, known[1:])), known
    print(len(known), "numbers in order")


def themes():
    """Every theme of the sample leads to what it counts, by its own address and below its root."""
    values = ask("/search.json?status=any")["facets"]["theme"]
    assert len(values) > 5 and any(v["depth"] > 0 for v in values), values
    for v in values:
        found = ask("/search.json?" + urllib.parse.urlencode({"theme": v["value"], "status": "any"}))
        assert found["total"] == v["count"] == v["after"], (v, found["total"])
        r = Reader(page("/t/" + urllib.parse.quote(v["value"]) + "?status=any&jump=0"))
        assert r.count == v["count"], (v, r.count)
    browse = page("/browse")
    assert browse.count("theme=") >= len(values) and "主题分类" in browse and "文件格式" in browse
    print(len(values), "themes")


def states():
    n, rng = int(arguments[0]), random.Random(int(arguments[1]))
    facets = ask("/search.json?status=any")["facets"]
    words = ["", "低保", "通知", "安全 生产", "办法", "宅基地", "救助 申请", "\"管理办法\"", "补贴 -农机", "镇", "高温", "不存在的词语", "危房怎么办", "年度报告"]
    for _ in range(n):
        params = [("q", rng.choice(words))]
        for name, key in (("cat", "category"), ("year", "year"), ("status", "status"), ("org", "org"), ("theme", "theme")):
            if rng.random() < 0.25:
                params.append((name, rng.choice(facets[key])["value"]))
        if rng.random() < 0.3:
            params.append(("sort", rng.choice(["rel", "new", "old", "no"])))
        if rng.random() < 0.2:
            params.append(("as_of", rng.choice(["2019-06-01", "2022-12-31", "2016"])))
        if rng.random() < 0.2:
            params.append(("page", "2"))
        if rng.random() < 0.2:
            params.append(("size", rng.choice(["3", "25"])))
        query = urllib.parse.urlencode(params)
        a, r = ask("/search.json?jump=0&" + query), Reader(page("/search?jump=0&" + query))
        assert (r.count or 0) == a["total"] or a["total"] == 0, (query, r.count, a["total"])
        assert len(r.hits) == len(a["hits"]), (query, len(r.hits), len(a["hits"]))
        for shown, hit in zip(r.hits, a["hits"]):
            title = hit["title"]
            assert shown["title"].strip() == title.strip() and urllib.parse.unquote(shown["href"]).startswith(hit["url"]), (query, shown, title)
            assert shown["marks"] == [title[s:e] for s, e in hit["title_marks"]], (query, shown["marks"], hit["title_marks"])
            label = "" if hit["status"]["code"] == "not_applicable" else hit["status"]["label"]
            assert shown["badge"].strip() == label, (query, shown["badge"], label)
    print(n, "states")


def sitemap():
    ns = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    index = ET.fromstring(get("/sitemap.xml")[2])
    assert index.tag == "{%s}sitemapindex" % ns["s"]
    listed = []
    for loc in index.findall("s:sitemap/s:loc", ns):
        part = ET.fromstring(get(urllib.parse.urlsplit(loc.text).path)[2])
        assert part.tag == "{%s}urlset" % ns["s"] and 0 < len(part) <= 50000
        for url in part.findall("s:url", ns):
            where = url.find("s:loc", ns).text
            if "/d/" in where:
                listed.append(where.rsplit("/", 1)[1])
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", url.find("s:lastmod", ns).text)
    assert sorted(listed) == sorted(everything()), (len(listed), len(everything()))
    print(len(listed), "documents")


def atom():
    a = "{http://www.w3.org/2005/Atom}"
    for path in ("/search.atom?sort=new", "/search.atom?status=abolished", "/search.atom?q=%E4%BD%8E%E4%BF%9D", "/search.atom?q=zzzz"):
        status, kind, body, _ = get(path)
        feed = ET.fromstring(body)
        assert kind == "application/atom+xml" and feed.tag == a + "feed"
        for f in [feed] + feed.findall(a + "entry"):
            for name in ("id", "title", "updated"):
                assert len(f.findall(a + name)) == 1 and f.find(a + name).text, (path, name)
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", f.find(a + "updated").text)
        assert feed.find(a + "author/" + a + "name").text and any(l.get("rel") == "self" for l in feed.findall(a + "link"))
        ids = [e.find(a + "id").text for e in feed.findall(a + "entry")]
        assert len(ids) == len(set(ids)) and all(e.find(a + "link") is not None for e in feed.findall(a + "entry"))
        twin = ask(path.replace(".atom", ".json") + "&fold=0")
        assert [i.rsplit(":", 1)[1] for i in ids] == [h["id"] for h in twin["hits"]]
    print("feeds")


O = "{http://www.openarchives.org/OAI/2.0/}"


def oai_ask(query):
    status, kind, body, _ = get("/oai?" + query)
    assert status == 200 and kind == "text/xml", (query, status, kind, body[:200])
    root = ET.fromstring(body)
    assert root.tag == O + "OAI-PMH" and [c.tag for c in root][:2] == [O + "responseDate", O + "request"] and len(root) == 3, query
    return root


def oai_error(query, code):
    found = [e.get("code") for e in oai_ask(query).findall(O + "error")]
    assert found == [code], (query, found, code)


def oai_list(verb, query):
    """All headers, and in how many parts they came."""
    root, headers, parts = oai_ask("verb=%s&%s" % (verb, query)), [], 1
    while True:
        assert root.find(O + "error") is None, ET.tostring(root)[:500]
        headers += list(root.iter(O + "header"))
        token = root.find("%s%s/%sresumptionToken" % (O, verb, O))
        if token is None or not token.text:
            return headers, parts
        root, parts = oai_ask("verb=%s&resumptionToken=%s" % (verb, urllib.parse.quote(token.text, safe=""))), parts + 1


def oai():
    gone = set(arguments)
    who = oai_ask("verb=Identify").find(O + "Identify")
    assert [c.tag.replace(O, "") for c in who] == ["repositoryName", "baseURL", "protocolVersion", "adminEmail", "earliestDatestamp", "deletedRecord", "granularity"]
    assert who.find(O + "deletedRecord").text == "persistent"
    assert oai_ask("verb=ListMetadataFormats").find(O + "ListMetadataFormats/" + O + "metadataFormat/" + O + "metadataPrefix").text == "oai_dc"
    sets = {s.find(O + "setName").text: s.find(O + "setSpec").text for s in oai_ask("verb=ListSets").iter(O + "set")}
    headers, parts = oai_list("ListIdentifiers", "metadataPrefix=oai_dc")
    state = {h.find(O + "identifier").text: h.get("status") for h in headers}
    assert len(state) == len(headers)
    live, dead = ({i.rsplit(":", 1)[1] for i, s in state.items() if (s == "deleted") == d} for d in (False, True))
    assert live == set(everything()) and dead == gone, (sorted(dead), sorted(gone), sorted(live ^ set(everything())))
    records, _ = oai_list("ListRecords", "metadataPrefix=oai_dc")
    assert [h.find(O + "identifier").text for h in records] == [h.find(O + "identifier").text for h in headers]
    stamps = sorted(h.find(O + "datestamp").text for h in headers)
    assert stamps[0] >= who.find(O + "earliestDatestamp").text or dead
    middle = stamps[len(stamps) // 2]
    late, _ = oai_list("ListIdentifiers", "metadataPrefix=oai_dc&from=" + middle)
    early, _ = oai_list("ListIdentifiers", "metadataPrefix=oai_dc&until=" + middle)
    assert len(late) == sum(s >= middle for s in stamps) and len(early) == sum(s <= middle for s in stamps)
    for name, spec in sets.items():
        assert re.fullmatch(r"[A-Za-z0-9\-_.!~*'()]+", spec)
        of_set = {h.find(O + "identifier").text.rsplit(":", 1)[1] for h in oai_list("ListIdentifiers", "metadataPrefix=oai_dc&set=" + spec)[0] if h.get("status") != "deleted"}
        n = ask("/search.json?status=any&size=1&fold=0&cat=" + urllib.parse.quote(name))["total"]
        assert len(of_set) == n, (name, len(of_set), n)
    one = next(i for i, s in state.items() if s is None)
    record = oai_ask("verb=GetRecord&metadataPrefix=oai_dc&identifier=" + one)
    title = record.find(".//{http://purl.org/dc/elements/1.1/}title").text
    assert title == ask("/d/%s.json" % one.rsplit(":", 1)[1])["title"]
    for i, s in state.items():
        if s == "deleted":
            record = oai_ask("verb=GetRecord&metadataPrefix=oai_dc&identifier=" + i)
            assert record.find(".//" + O + "header").get("status") == "deleted" and record.find(".//" + O + "metadata") is None
    for query, code in (("", "badVerb"), ("verb=Nothing", "badVerb"), ("verb=Identify&verb=Identify", "badVerb"), ("verb=Identify&set=x", "badArgument"), ("verb=GetRecord&identifier=" + one, "badArgument"),
                        ("verb=ListRecords", "badArgument"), ("verb=ListRecords&metadataPrefix=oai_dc&from=2021-13-01", "badArgument"),
                        ("verb=ListRecords&metadataPrefix=oai_dc&from=2021-01-01&until=2021-01-01T00:00:00Z", "badArgument"),
                        ("verb=ListRecords&metadataPrefix=oai_dc&from=2022-01-01&until=2021-01-01", "badArgument"), ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
                        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:x:no-such-1", "idDoesNotExist"), ("verb=GetRecord&metadataPrefix=oai_dc&identifier=x", "idDoesNotExist"),
                        ("verb=ListRecords&metadataPrefix=oai_dc&until=1999-01-01", "noRecordsMatch"), ("verb=ListRecords&metadataPrefix=oai_dc&set=none", "noRecordsMatch"),
                        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"), ("verb=ListRecords&resumptionToken=2~zz-2020-000001~0~oai_dc~~~", "badResumptionToken"),
                        ("verb=ListRecords&resumptionToken=1~1~0~oai_dc~~~&from=2021-01-01", "badArgument")):
        oai_error(query, code)
    print(len(live), "records,", len(dead), "deleted,", parts, "parts")


def prefix():
    base = arguments[0]
    for path in ("/", base + "/", "/search?q=%E9%80%9A%E7%9F%A5", base + "/browse"):
        for tag, name, href, rel in Reader(page(path)).links:
            assert href.startswith("#") or href.startswith("http") or href.startswith(base + "/"), (path, href)
    a = ask(base + "/search.json?q=%E9%80%9A%E7%9F%A5&size=2")
    assert all(h["url"].startswith(base + "/d/") for h in a["hits"]) and all(v is None or v.startswith(base + "/") for v in a["links"].values()), a["links"]
    assert get(base + "/search.json?size=2")[3]["Link"].startswith("<" + base + "/")
    hit = next(h for h in ask("/search.json?size=50&status=any")["hits"] if h["number"])
    status, _, _, headers = get(base + "/no/" + hit["number"])
    assert status == 302 and headers["Location"].startswith(base + "/"), headers["Location"]
    assert get(hit["url"])[0] == 200 and get(base + base + "/")[0] == 404 and get(base + "x/")[0] == 404
    feed = get("/search.atom")[2].decode()
    assert "https://" in feed and base + "/d/" in feed and base + base not in feed
    print("below", base)


def silent():
    one = arguments
    paths = ["/", "/index.json", "/search?status=any", "/search.json?status=any&size=100", "/search.atom?status=any", "/search.csv?status=any", "/oai?verb=ListRecords&metadataPrefix=oai_dc", "/sitemap-1.xml", "/stats"]
    for i in everything():
        paths += ["/d/%s%s" % (i, end) for end in ("", ".json", "/history", "/history.json", "/print", "/proof.json", "/similar.json")]
    for path in paths:
        status, _, body, headers = get(path)
        for word in one:
            assert word.encode() not in body and word not in str(headers), (path, word)
    print(len(paths), "answers")


{"openapi": openapi, "crawl": crawl, "states": states, "numbers": numbers, "themes": themes, "sitemap": sitemap, "atom": atom, "oai": oai, "prefix": prefix, "silent": silent}[check]()
