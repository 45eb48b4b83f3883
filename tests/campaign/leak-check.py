#!/usr/bin/env python3
"""Nothing unpublished leaks (safety.md 7): not by words, numbers, facets, feeds, suggestions, counts, headers, the log, nor in the bytes of the public index.

    HIDDEN   documents that wait for their review (default 500)     ASKED    of their words, how many are asked for everywhere (default 12)
    TIMING   requests each for ids that are hidden and ids that are not there, in each of ROUNDS (default 9) rounds, one after the other in turns; the p50 of
             both must lie within 5 %, as the middle of the rounds has it.  Beside it stands the same for two lots of ids that are not there: how much such a
             measurement is off by itself.  0: not looked at (default), because a speed says little on a busy machine
    PUBLISH=1  publishes one of the hidden documents first: the campaign must then fail (it has been seen to)

Two archives are served: with the same public documents, and one of them with the hidden ones beside.  Every address that asks nothing is asked of both
and must say the same, but for times and the marks of a commit.  Every address that takes words is asked for a hidden word and for one that is nowhere, and must
say the same but for the word itself.  Then documents are withdrawn and sealed, acts registered, an application and users made, and no answer may have what
was said of them, or a place on the disk.

The hidden documents come between the public ones: the ids of these must be the same in both archives (record/event.h, GK_ID_LOTS).
Known, and not looked at: events are numbered in one row, and a checkpoint and the proofs (/d/ID/proof.json) say how many records the archive has.
"""
import http.client
import json
import os
import re
import subprocess
import time
import urllib.parse

import campaign
from campaign import GONGKAI, number, program

HIDDEN, ASKED, TIMING, ROUNDS = number("HIDDEN", 500), number("ASKED", 12), number("TIMING", 0), number("ROUNDS", 9)
# Characters that no public document has; a word is three of them, and each pair of neighbours is of one word alone.
RARE = "魑魅魍魉饕餮貔貅麒麟鳏鳐鳑鳒鳓鳔鳕鳖鳗鳘鳙鳜鳝鳞鳟鳠鳡鳢鹂鹃鹄鹅鹆鹇鹈鹉鹊鹋鹌鹎鹏鹑鹕鹗鹘鹚鹛鹜鹞鹣鹤鹦鹧鹨鹩鹪鹫鹬鹭鹯鹰鹱鹲"

c = campaign.Campaign("leak-check", shim=False)


def run(archive, *args, stdin=None, fine=(0, 3)):
    r = subprocess.run([GONGKAI, *args], env=campaign.environment(archive), input=stdin, capture_output=True, text=True)
    if r.returncode not in fine:
        raise SystemExit("Bail out! gongkai %s: %d %s" % (" ".join(args), r.returncode, r.stderr))
    return r.stdout


class Server:
    def __init__(self, archive, log):
        self.log = log
        self.p = subprocess.Popen([program("gongkai-searchd"), "--archive", archive, "--listen", "127.0.0.1:0", "--log-requests"], env=campaign.environment(archive),
                                  stdout=subprocess.PIPE, stderr=open(log, "w"), text=True)
        self.host = re.match(r"http://([^/]+)/", self.p.stdout.readline()).group(1)
        self.c = http.client.HTTPConnection(self.host, timeout=60)
        self.asked = 0

    def ask(self, path, method="GET"):
        """(status, headers without those of the moment, body)"""
        self.asked += 1
        for again in (True, False):
            try:
                self.c.request(method, urllib.parse.quote(path, safe="/?&=%+~*:@,"))
                r = self.c.getresponse()
                body = r.read().decode("utf-8", "replace")
                return r.status, {k.lower(): v for k, v in r.getheaders() if k.lower() not in ("date", "etag")}, body
            except (http.client.HTTPException, OSError):
                self.c.close()
                if not again:
                    raise

    def end(self):
        self.p.terminate()
        return self.p.wait(20)


MOMENT = [(re.compile(p), w) for p, w in ((r"r-[0-9a-f]{8}", "r-"), (r'"took_ms":[0-9.e-]+', '"took_ms":0'), (r'"generation":\d+', '"generation":0'),
          (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?", "TIME"), (r"[\d.]+ ?(ms|毫秒)", "0 ms"), (r"\be-\d{6}\b", "e-0"), (r"127\.0\.0\.1:\d+", "HOST"))]


def plain(answer, *words):
    """Without what differs from one moment to the next, and without the words that were asked for."""
    status, headers, text = answer
    text = json.dumps(headers, sort_keys=True) + text
    for w in words:
        for form in (w, urllib.parse.quote(w)):
            text = text.replace(form, "WORD")
    for pattern, instead in MOMENT:
        text = pattern.sub(instead, text)
    return status, re.sub(r'"content-length": "\d+"', "", text)


def pairs():
    """Words: no pair of neighbours comes twice."""
    used = set()
    for a in RARE:
        for b in RARE:
            for d in RARE:
                if len({a, b, d}) == 3 and (a + b) not in used and (b + d) not in used:
                    used.update((a + b, b + d))
                    yield a + b + d
                    break


words = pairs()
absent = [next(words) for _ in range(4)]
seen_word = "鸀鸁鸂"            # of a public document: what the checks would find
hidden = [next(words) for _ in range(HIDDEN)]


def document(i, word, hide):
    return {"id": "%s%d" % ("h" if hide else "p", i), "title": "关于%s事项的通知" % word if hide or i == 0 else "第%d号公告" % i, "number": "%s府发〔2022〕%d号" % (word if hide or i == 0 else "清溪", i + 1),
            "issuer": "%s管理局" % word if hide or i == 0 else "清溪镇人民政府", "column": "%s栏" % word if hide or i == 0 else "公示公告", "published_at": "20%02d-%02d-%02d" % (15 + i % 8, i % 12 + 1, i % 28 + 1),
            "text": "关于%s的规定，由办事机构负责，第%d条。%s" % (word if hide or i == 0 else "道路", i, "zq%05dx" % i if hide else "")}


def fill(archive, hide):
    run(archive, "init", "--org", "云溪县青石镇人民政府", "--code", "qsz")
    run(archive, "ingest", "-q", os.path.join(campaign.SOURCE, "data", "sample"))
    folder = archive + ".from"
    os.mkdir(folder)
    for half in (0, 40):
        with open(folder + "/public%d.jsonl" % half, "w", encoding="utf-8") as f:
            f.writelines(json.dumps(document(i, seen_word, False), ensure_ascii=False) + "\n" for i in range(half, half + 40))
    run(archive, "ingest", "-q", "--jsonl", folder + "/public0.jsonl")
    if hide:
        conf = os.path.join(archive, "gongkai.conf")
        text = open(conf, encoding="utf-8").read()
        open(conf, "w", encoding="utf-8").write(re.sub(r"(?m)^gates = .*", 'gates = { "业务关", "保密审查" }', text))
        with open(folder + "/hidden.jsonl", "w", encoding="utf-8") as f:
            f.writelines(json.dumps(document(i, w, True), ensure_ascii=False) + "\n" for i, w in enumerate(hidden))
        run(archive, "ingest", "-q", "--jsonl", folder + "/hidden.jsonl")
        open(conf, "w", encoding="utf-8").write(text)
    run(archive, "ingest", "-q", "--jsonl", folder + "/public40.jsonl")
    run(archive, "checkpoint", "-q")


bare, full = c.path("bare"), c.path("full")
fill(bare, False)
fill(full, True)
waiting = [json.loads(x) for x in run(full, "review", "list", "--json").splitlines()]
c.figure(len(waiting) == HIDDEN, "%d documents wait for their review" % len(waiting))
if os.environ.get("PUBLISH"):
    run(full, "review", "sign", waiting[ASKED // 2]["id"], "--yes", "--reason", "试")

# ---- in the bytes of the public index ----

found, known = set(), False
for folder, _, files in os.walk(os.path.join(full, "index", "public")):
    for name in files:
        bytes_ = open(os.path.join(folder, name), "rb").read()
        known |= seen_word[:2].encode() in bytes_
        found.update(w for w in hidden if w[:2].encode() in bytes_ or w[1:].encode() in bytes_)
c.figure(known, "a pair of characters of a public document is in the bytes of the index")
c.figure(not found, "of %d hidden words %d stand in them" % (HIDDEN, len(found)))

# ---- every address that asks nothing: both archives say the same ----

a, b = Server(bare, c.path("bare.log")), Server(full, c.path("full.log"))
ids = [h["id"] for page in (1, 2) for h in json.loads(a.ask("/search.json?sort=old&size=100&fold=0&page=%d" % page)[2])["hits"]]
addresses = ["/", "/index.json", "/browse", "/search", "/search.json", "/search.json?explain=1&q=通知", "/search?q=通知&explain=1", "/search?q=通知&ui=large", "/search.json?sort=new&size=100", "/search.json?as_of=2019-06-01", "/search.json?known_at=2020-01-01",
             "/search.json?org=清溪镇人民政府", "/search.json?q=第*号", "/search.json?year=2015..2022&facets=1", "/search.atom", "/search.atom?status=abolished", "/search.csv", "/search.jsonl?size=100", "/c/公示公告", "/org/清溪镇人民政府",
             "/y/2021", "/stats", "/stats.json", "/report/2021.json", "/report/2021", "/sitemap.xml", "/sitemap-1.xml", "/sitemap-2.xml", "/help", "/about", "/accessibility", "/opensearch.xml", "/api/openapi.json", "/healthz",
             "/oai?verb=Identify", "/oai?verb=ListSets", "/oai?verb=ListRecords&metadataPrefix=oai_dc", "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc", "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set=公示公告", "/nothing", "/d/../../etc/passwd"]
addresses += ["/suggest?q=" + q for q in ("", "关", "关于", "通", "第", "qsz", "〔2022〕", "zq", "tongzhi", "guanyu")]
parts = (".json", "", "/text", "/original", "/print", "/history", "/history.json", "/diff", "/diff.json", "/similar.json", "@2021-06-01", "@2021-06-01.json", "?known_at=2030-01-01")
addresses += ["/d/%s%s" % (i, part) for i in ids for part in parts]
total_b = json.loads(b.ask("/healthz")[2])["documents"]
differ = [p for p in addresses if plain(a.ask(p)) != plain(b.ask(p))]
for p in differ[:3]:
    x, y = plain(a.ask(p)), plain(b.ask(p))
    at = next((i for i, (m, n) in enumerate(zip(x[1], y[1])) if m != n), 0)
    c.violation("%s: %d %s | %d %s" % (p, x[0], x[1][max(0, at - 60):at + 80], y[0], y[1][max(0, at - 60):at + 80]))
c.figure(not differ, "%d addresses of the archive with %d hidden documents and of the one without: %d differ" % (len(addresses), HIDDEN, len(differ)))

# ---- the same for what is hidden as for what is not there ----

wrong = 0
numbers = [w["id"] for w in waiting[:ASKED]]
taken = {w["id"] for w in waiting}


def not_there(i):
    """An id of the same form as hidden ones have, that none has."""
    return next(n for n in (re.sub(r"-\d{6}$", "-%06d" % (500000 + (i * 7919 + k * 104729) % 500000), numbers[i % len(numbers)]) for k in range(1000)) if n not in taken)


nowhere = [not_there(i) for i in range(len(numbers))]
for n, o in zip(numbers, nowhere):
    for path in ["/d/ID" + part for part in parts + ("/proof.json", "/diff?from=2020-01-01&to=2021-01-01")] + ["/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:127.0.0.1:ID", "/search.json?id=ID&q=通知"]:
        x, y = plain(b.ask(path.replace("ID", n)), n), plain(b.ask(path.replace("ID", o)), o)
        if x != y:
            wrong += 1
            c.violation("%s says of %s %r and of %s %r" % (path, n, x, o, y))
c.figure(wrong == 0, "%d ids of hidden documents, %d addresses each: %d answer otherwise than for an id that is not there" % (len(numbers), len(parts) + 4, wrong))
hits = [n for n in [w["id"] for w in waiting] if n in [h["id"] for h in json.loads(b.ask("/search.json?facets=0&size=100&q=" + n)[2])["hits"]]]
c.figure(not hits, "%d ids, each asked for as a question: %d found" % (len(waiting), len(hits)))

QUESTIONS = ["/search.json?q=W", "/search?q=W", "/search.json?q=\"W\"", "/search.json?q=题名:W", "/search.json?q=文号:W府发〔2022〕7号", "/search.json?q=W&literal=1", "/search.json?q=W*", "/search.json?q=通知 W", "/search.json?q=-W",
             "/search.atom?q=W", "/search.csv?q=W", "/search.jsonl?q=W", "/suggest?q=W", "/suggest?q=关于W", "/suggest?q=W&format=opensearch", "/search.json?cat=W栏", "/search.json?org=W管理局", "/search?cat=W栏", "/search.json?q=我想问关于W事项的规定应该找谁"]
IN_PATH = ["/no/W府发〔2022〕7号", "/no/W府发〔2022〕7号.json", "/c/W栏", "/org/W管理局"]


def ask_everywhere(server, word, other, questions):
    """How many of them say something else than for a word that is nowhere."""
    wrong = 0
    for q in questions:
        x, y = plain(server.ask(q.replace("W", word)), word), plain(server.ask(q.replace("W", other)), other)
        if x != y:
            wrong += 1
            at = next((i for i, (m, n) in enumerate(zip(x[1], y[1])) if m != n), 0)
            c.violation("%s says of %s %d, of %s %d: %r | %r" % (q, word, x[0], other, y[0], x[1][max(0, at - 90):at + 90], y[1][max(0, at - 90):at + 90]))
    return wrong


control = sum(plain(b.ask(q.replace("W", seen_word)), seen_word) != plain(b.ask(q.replace("W", absent[0])), absent[0]) for q in QUESTIONS)
c.figure(control >= 15, "a word of a public document is told from one that is nowhere by %d of %d questions" % (control, len(QUESTIONS)))
step = max(1, HIDDEN // ASKED)
asked = hidden[::step][:ASKED]
if os.environ.get("PUBLISH"):
    asked += [hidden[ASKED // 2]]
wrong = sum(ask_everywhere(b, w, absent[0], QUESTIONS) for w in asked) + sum(ask_everywhere(b, "zq%05dx" % i, "zq99999y", QUESTIONS[:6]) for i in range(0, HIDDEN, step))
c.figure(wrong == 0, "%d hidden words, %d questions each: %d answer otherwise than for a word that is nowhere" % (len(asked), len(QUESTIONS), wrong))
explained = json.dumps([json.loads(b.ask("/search.json?explain=1&facets=0&q=" + w)[2])["explain"] for w in asked])
counts = set(re.findall(r'"documents": (\d+)', explained))
c.figure("0" in counts and counts <= {"0", str(total_b)}, "explanations count 0 of %d documents for each of their terms: %s" % (total_b, sorted(counts)))
hits = [w for w in hidden if json.loads(b.ask("/search.json?facets=0&q=" + w)[2])["total"] != 0]
c.figure(not hits, "%d hidden words, each asked for: %d found" % (HIDDEN, len(hits)))


def log_has(server, *secrets):
    text = open(server.log, encoding="utf-8").read()
    return [s for s in secrets if s in text or urllib.parse.quote(s) in text or urllib.parse.quote(s).lower() in text]


c.figure(log_has(b, *hidden, *absent) == [], "no word that was asked for stands in the log")
wrong = sum(ask_everywhere(b, w, absent[0], IN_PATH) for w in asked)
c.figure(wrong == 0, "nor is one told from another in a path")

def middle(values):
    return sorted(values)[len(values) // 2]


def compare(one, other):
    """How far the p50 of the one lies from that of the other, in each round."""
    ratios, p50 = [], ([], [])
    for r in range(ROUNDS):
        times = ([], [])
        for i in range(TIMING):
            # Who comes first changes, so that what the one leaves in a cache helps both alike.
            for k in ((0, 1), (1, 0))[(i + r) % 2]:
                path = "/d/%s.json" % (one, other)[k][i % len(one)]
                began = time.perf_counter()
                b.ask(path)
                times[k].append(time.perf_counter() - began)
        for k in (0, 1):
            p50[k].append(middle(times[k]) * 1e6)
        ratios.append(p50[0][-1] / p50[1][-1])
    return middle(ratios), min(ratios), max(ratios), middle(p50[0]), middle(p50[1])


if TIMING:
    again = [not_there(1000 + i) for i in range(len(numbers))]
    for path in ["/d/%s.json" % n for n in numbers + nowhere + again] * 3:
        b.ask(path)
    ratio, least, most, us, us_other = compare(numbers, nowhere)
    off = compare(again, nowhere)
    c.figure(abs(ratio - 1) <= 0.05, "%d rounds of %d requests each: ids that are hidden %.3f of the time of ids that are not there (%.3f to %.3f; p50 %.0f and %.0f us); others that are not there %.3f (%.3f to %.3f)"
             % ((ROUNDS, TIMING, ratio, least, most, us, us_other) + off[:3]))

# ---- what was public and is no more; who did it and why; applicants, users, places on the disk ----

actor, reason, note, applicant, subject, user = (next(words) for _ in range(6))
victims = [i for i in ids if i.startswith("qsz-20")][-6:]
titles = {i: json.loads(b.ask("/d/%s.json" % i)[2]) for i in victims}
for i in victims[:2]:
    run(full, "withdraw", i, "--class", "个人隐私", "--reason", reason, "--by", actor, "--yes")
for i in victims[2:4]:
    run(full, "seal", i, "--reason", reason, "--by", actor, "--yes")
run(full, "abolish", victims[4], "--by-text", "试行令", "--effective", "2024-12-01", "--by", actor, "--reason", reason, "--yes")
run(full, "hold", "add", victims[5], "--reason", reason, "--by", actor, "--yes", fine=(0, 1, 2, 3))
run(full, "apply", "add", "--applicant=-", "--subject", subject, "--class", "自然人", "--by", actor, stdin=applicant + " 13900001234\n", fine=(0,))
run(full, "user", "add", "u" + actor[:1].encode().hex(), "--role", "editor", stdin="blue horse nine stairs\n")
run(full, "checkpoint", "-q")
SECRET = [actor, reason, applicant, subject, "u" + actor[:1].encode().hex(), "argon2", full, c.scratch, os.path.basename(c.scratch), "13900001234", "warc.gz", campaign.SOURCE] + [
    t for i in victims[:4] for t in (titles[i]["title"], titles[i]["number"]) if t]
shared = [t for t in SECRET if any(t in json.dumps(o, ensure_ascii=False) for o in (json.loads(b.ask("/d/%s.json" % i)[2]) for i in ids if i not in victims[:4]))]
SECRET = [t for t in SECRET if t not in shared]
leaks = 0
for p in addresses + ["/d/%s/proof.json" % i for i in ids]:
    status, headers, body = b.ask(p)
    for t in SECRET:
        if t in body or json.dumps(t)[1:-1] in body or any(t in v for v in headers.values()):
            leaks += 1
            c.violation("%s (%d) has %r" % (p, status, t))
c.figure(leaks == 0, "%d addresses after withdrawing, sealing, acts, an application, a user: %d have one of %d things that were said of them" % (len(addresses) + len(ids), leaks, len(SECRET)))
gone = [b.ask("/d/%s%s" % (i, part))[0] for i in victims[:4] for part in (".json", "", "/text", "/original", "/print", "@2021-06-01.json")]
c.figure(all(s in (404, 410) for s in gone), "what was withdrawn or sealed is given by no address: %s" % sorted(set(gone)))
wrong = sum(ask_everywhere(b, w, absent[1], QUESTIONS) for w in (actor, reason, applicant, subject))
c.figure(wrong == 0, "and none of these words is told from one that is nowhere")
c.figure(log_has(b, actor, reason, applicant, full) == [], "nor does the log have them, or a place on the disk")
c.figure(b.p.poll() is None and a.end() == 0 and b.end() == 0, "%d answers, no server ended" % (a.asked + b.asked))
c.done()
