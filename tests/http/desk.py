#!/usr/bin/env python3
"""The desk by forms, script off, and its JSON twins: every task of experience.md 8 and 9, the refusals of safety.md 8, conflicts, the same request again,
and hostile words in every field.  TAP.  GONGKAI_DESK: the program; GONGKAI_ARCHIVE is made here, from $1 (data/sample)."""
import csv, glob, hashlib, io, json, os, re, socket, subprocess, sys, tempfile, time, traceback, urllib.parse, zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk_client import Browser, Page, Program, Server, code_of

archive, sample = os.environ["GONGKAI_ARCHIVE"], sys.argv[1]
passwords = {"zhang": "blue horse nine stairs", "li": "green river six windows", "wang": "white paper two lanterns", "zhao": "brown table ten feathers", "chen": "silent lamp four boats"}
roles = {"zhang": ["editor"], "li": ["reviewer"], "wang": ["archivist"], "zhao": ["admin"], "chen": ["reader"]}
count = failed = 0


def broken(*what):
    """A fault of this program is said among the results, where one looks for them."""
    print("# " + "".join(traceback.format_exception(*what)).replace("\n", "\n# "), flush=True)


sys.excepthook = broken


def ok(good, name, detail=""):
    global count, failed
    count += 1
    failed += not good
    print(("ok " if good else "not ok ") + f"{count} - {name}", flush=True)
    if not good and detail:
        print("# " + str(detail)[:1500].replace("\n", "\n# "), flush=True)


def gongkai(*args, stdin=None, fine=(0,)):
    r = subprocess.run(["gongkai", *args], input=stdin, capture_output=True, text=True)
    assert r.returncode in fine, (args, r.returncode, r.stderr)
    return r.stdout


def damage(where, how):
    r = subprocess.run(["python3", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli", "damage.py"), where, how], capture_output=True, text=True)
    assert r.returncode == 0, (how, r.stderr)


def hits(query):
    return json.loads(gongkai("--json", "search", query, "--size", "100", fine=(0, 1)))["hits"]


def log(*args):
    return [json.loads(x) for x in gongkai("--json", "log", *args).splitlines()]


def put(*rows):
    with open(archive + ".jsonl", "w") as f:
        for row in rows:
            f.write(json.dumps(row, ensure_ascii=False) + "\n")
    gongkai("ingest", "--jsonl", archive + ".jsonl", fine=(0, 3))


def norm(i, title, no, **more):
    return {"id": i, "title": title, "number": no, "issuer": "青石镇人民政府", "made": "2015-03-01", "published": "2015-03-02", "effective": "2015-04-01", "norm_level": "norm_doc",
            "text": f"{title}\n第一条 为了{title[:6]}，制定本办法。\n第二条 本办法自2015年4月1日起施行。\n第三条 村民委员会负责。", **more}


def prepare():
    gongkai("init", "--org", "云溪县青石镇人民政府", "--code", "qsz")
    conf = open(archive + "/gongkai.conf").read()
    open(archive + "/gongkai.conf", "w").write(conf.replace('public_url = ""', 'public_url = "https://xxgk.qsz.example/"'))
    gongkai("ingest", "-q", sample, fine=(0, 3))
    names = ["宅基地管理办法", "秸秆综合利用办法", "河道采砂管理办法", "农贸市场管理办法", "农村公路养护办法", "饮用水水源保护办法", "烟花爆竹燃放管理办法", "殡葬管理办法", "林木采伐管理办法", "畜禽养殖管理办法",
             "村规民约备案办法", "消防水源管理办法", "临时救助实施办法", "土地流转备案办法", "小额工程招标办法", "印章管理办法", "档案查阅办法", "公益岗位管理办法", "村务监督办法", "集体资产管理办法"]
    put(*[norm(f"n{i}", "清溪" + name, f"清溪府发〔2015〕{i + 1}号") for i, name in enumerate(names)],
        norm("by", "关于废止部分文件的通知", "清溪府发〔2021〕7号", made="2021-11-20", published="2021-11-21", effective="2021-12-01", text="现将一批文件予以废止，自2021年12月1日起施行。"))
    for name, password in passwords.items():
        gongkai("user", "add", name, *[x for r in roles[name] for x in ("--role", r)], stdin=password + "\n")


prepare()
server = Server(archive)
people = {}
for name in passwords:
    people[name] = Browser(server)
    people[name].login(name, passwords[name])
zhang, li, wang, zhao, chen = (people[n] for n in ("zhang", "li", "wang", "zhao", "chen"))
ids = {r["title"]: r["id"] for r in hits("清溪")}

# ---- login, roles, forgery ----

stranger = Browser(server)
p = stranger.open("/staff/")
ok(stranger.status == 200 and "登录工作台" in p.text and stranger.cookie is None, "without a login every address leads to the login page")
for path in ("/staff/archive", "/staff/nothing", "/staff/d/qsz-2025-000004"):
    r, _ = stranger.raw("GET", path)
    ok(r.status == 303 and r.getheader("Location") == "/staff/login", f"a stranger is sent away from {path}, whether it is there or not")
r, data = stranger.raw("GET", "/staff/api/today")
ok(r.status == 401 and json.loads(data)["error"]["code"] == "login", "the API answers a stranger 401")
cookie = zhang.set_cookie
ok(re.fullmatch(r"__Host-gongkai=[0-9a-f]{64}; Path=/; Secure; HttpOnly; SameSite=Strict", cookie) is not None, "the cookie is __Host-, Secure, HttpOnly, SameSite=Strict", cookie)
for planted, name in (("x" + zhang.cookie, ""), ("a=b; x" + zhang.cookie + "; " + wang.cookie, "wang"), ("a=" + zhang.cookie, ""), (zhang.cookie + "; a=b", "zhang")):
    r, data = stranger.raw("GET", "/staff/again", None, {"Cookie": planted})
    ok((r.status == 303) if not name else (r.status == 200 and f"{name}，角色" in data.decode()), "only a cookie of the whole name counts, for a neighbour may set any other", (planted[:24], r.status))
two = [Browser(server) for _ in range(2)]
bad = [b.login(n, "not the right password") for b, n in zip(two, ("zhang", "nobody-has-this"))]
ok([b.status for b in two] == [422, 422] and bad[0].text.replace("zhang", "") == bad[1].text.replace("nobody-has-this", "") and not any(b.cookie for b in two),
   "a wrong password and a name that nobody has get the same answer, and no cookie")
for _ in range(4):
    two[1].login("nobody-has-this", "x" * 20)
# The first wait is a second, which a busy machine may take to ask again; each failure doubles it.
for _ in range(8):
    r, _ = two[1].raw("POST", "/staff/login", "name=nobody-has-this&password=" + "x" * 20, {"Content-Type": "application/x-www-form-urlencoded"})
    if r.status == 429:
        break
ok(r.status == 429 and int(r.getheader("Retry-After")) >= 1, "after five failures a name waits", r.status)
r, _ = chen.raw("GET", "/staff/today")
ok(r.getheader("Cache-Control") == "no-store" and "frame-ancestors 'none'" in r.getheader("Content-Security-Policy") and r.getheader("X-Content-Type-Options") == "nosniff" and
   r.getheader("Referrer-Policy") == "same-origin" and r.getheader("Access-Control-Allow-Origin") is None and r.getheader("Server") is None, "headers of every page: no store, policy, nosniff, no CORS, no server", r.getheaders())
act = {"type": "abolish", "ref": ids["清溪印章管理办法"], "by_text": "某文", "confirm": "1"}
form = zhang.open("/staff/events").form("/staff/events", "type")
body = "&".join(f"{k}={v}" for k, v in act.items())
kinds = {"Content-Type": "application/x-www-form-urlencoded"}
token = dict(form.fields)["csrf"]
before = gongkai("log")
statuses = [zhang.raw("POST", "/staff/events", body, kinds)[0].status, zhang.raw("POST", "/staff/events", body + "&csrf=" + "0" * 64, kinds)[0].status,
            zhang.raw("POST", "/staff/events", body + "&csrf=" + token, {**kinds, "Origin": "http://evil.example"})[0].status,
            zhang.raw("POST", "/staff/events", body + "&csrf=" + token, {**kinds, "Origin": "null"})[0].status]
zhang.origin = None
statuses.append(zhang.raw("POST", "/staff/events", body + "&csrf=" + token, kinds)[0].status)
zhang.origin = "http://" + server.host
ok(statuses == [403] * 5 and gongkai("log") == before, "no token, a wrong one, another origin, none: each is refused and nothing is registered", statuses)
r, _ = li.raw("POST", "/staff/events", body + "&csrf=" + token, kinds)
ok(r.status == 403, "the token of another session is refused", r.status)
r, _ = zhang.raw("GET", "/staff/logout")
ok(r.status == 405 and zhang.open("/staff/").text.count("zhang") == 1, "a link logs nobody out", r.status)
for who, path in ((chen, "/staff/events"), (wang, "/staff/lists"), (zhang, "/staff/archive/dispose"), (chen, "/staff/documents")):
    who.open(path)
    ok(who.status == 403, f"{path} is not for this role")
ok(chen.open("/staff/archive") and chen.status == 200 and "开始核验" not in chen.open("/staff/archive").text, "a reader sees the archivist's page, without what he may not do")
for bad in ("POST /staff/events HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "POST /staff/events HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "POST /staff/login HTTP/1.1\r\nHost: h\r\n\r\n", "GET /staff/ HTTP/1.1\r\nHost: h\r\nCookie: a=b\r\nCookie: c=d\r\n\r\n"):
    s = socket.create_connection(server.host.split(":"), 5)
    s.sendall(bad.encode())
    answer = s.recv(100)
    s.close()
    ok(answer[9:12] in (b"400", b"411"), "refused: " + bad.split("\r\n")[2][:40], answer[:60])
r, _ = zhang.raw("POST", "/staff/events", "a" * 300000, kinds)
ok(r.status == 413, "a form of more than 256 KiB is refused", r.status)

# ---- tables ----

def table(who, path):
    r, data = who.raw("GET", path)
    assert r.status == 200 and r.getheader("Content-Type") == "text/csv; charset=utf-8" and r.getheader("Content-Disposition").startswith("attachment"), (path, r.status, data[:300])
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


rows, twin = table(wang, "/staff/archive.csv?list=keep"), json.loads(wang.raw("GET", "/staff/api/archive")[1])["keep"]
ok("年度" in rows[0] and "件数" in rows[0] and [r[rows[0].index("件数")] for r in rows[1:]] == [str(k["count"]) for k in twin], "the archivist's table, as the page has it", rows[:3])
rows = table(wang, "/staff/archive/list.csv?list=records&year=2015")
ok(len(rows) > 20 and {"编号", "题名"} <= set(rows[0]) and any("清溪印章管理办法" in r for r in rows), "the records behind a figure", rows[:3])
ok(table(chen, "/staff/find.csv?q=" + urllib.parse.quote("清溪印章管理办法"))[1][0] == ids["清溪印章管理办法"], "what was found")
r, data = wang.raw("GET", "/staff/archive.csv?list=nothing")
ok(r.status == 400 and "没有可导出的表" in data.decode(), "a list that is not there is refused in words", r.status)
ok(stranger.raw("GET", "/staff/archive.csv?list=keep")[0].status == 401, "a stranger has no table")

# ---- the second factor ----

# A password counts as just given for five minutes.
zhao.login("zhao", passwords["zhao"])
r, _ = zhao.raw("GET", "/staff/lists")
p = zhao.open("/staff/again")
ok(r.status == 403 and "设好之前只能查阅" in p.text, "an admin without a second factor looks on, and is told", (r.status, p.text[:400]))
p = zhao.send(p.form("/staff/factor"), button=("op", "begin"))
uri = next(u for u in p.links if u.startswith("otpauth://totp/"))
secret, algorithm = re.search(r"secret=([A-Z2-7]{32})", uri).group(1), re.search(r"algorithm=(\w+)", uri).group(1).lower()
ok(secret in p.text.replace(" ", "") and "digits=6&period=30" in uri and urllib.parse.unquote(uri).startswith("otpauth://totp/云溪县青石镇人民政府:zhao?"), "the secret is shown, to be typed and as a link", uri)
ok('"factor"' not in open(archive + "/users").read(), "and is not in force before a code shows that it arrived")
step = int(time.time()) // 30
wrong = "%06d" % ((int(code_of(secret, algorithm, step)) + 1) % 1000000)
f = p.form("/staff/factor", "code")
p = zhao.send(f, code=wrong)
ok(zhao.status in (400, 422) and "动态码不对" in p.text and '"factor"' not in open(archive + "/users").read(), "a wrong code sets nothing", (zhao.status, p.text[:300]))
p = zhao.send(f, code=code_of(secret, algorithm, int(time.time()) // 30))
r, _ = zhao.raw("GET", "/staff/lists")
ok("已设" in p.text and r.status == 200, "the right one does, and the session is an admin's", (p.text[:300], r.status))
one, two = Browser(server), Browser(server)
said = [one.login("zhao", passwords["zhao"]).text, one.login("zhao", passwords["zhao"], wrong).text, one.login("zhao", "not the right password", code_of(secret, algorithm, int(time.time()) // 30)).text]
ok(one.cookie is None and said[0] == said[1] == said[2] and "用户名、密码或动态码不对" in said[0], "without the code, with a wrong one, with a wrong password: one answer", said)
code = code_of(secret, algorithm, int(time.time()) // 30)
one.login("zhao", passwords["zhao"], code[:3] + " " + code[3:])
two.login("zhao", passwords["zhao"], code)
ok(one.cookie is not None and two.cookie is None, "the code lets in, once", (one.status, two.status))
# Five minutes ahead: two steps ahead is the next one, which counts, where the half minute turns on the way.  The edges are those of t-users.
two.login("zhao", passwords["zhao"], code_of(secret, algorithm, int(time.time()) // 30 + 10))
ok(two.cookie is None, "a code from the future does not")
uri = gongkai("user", "factor", "zhang").strip()
ok(re.search(r"secret=[A-Z2-7]{32}", uri) is not None and Browser(server).login("zhang", passwords["zhang"]).text.count("动态码不对") == 1 and zhang.open("/staff/") and "登录工作台" in zhang.open("/staff/").text,
   "the administrator gives one: the password alone is not enough any more, and open sessions end", uri)
gongkai("user", "factor", "zhang", "--remove")
zhang.login("zhang", passwords["zhang"])
ok("zhang" in zhang.open("/staff/").text, "and takes it away for a lost phone")

# ---- today, an abolition, undo ----

p = zhang.open("/staff/")
ok(all(w in p.text for w in ("待核时效", "将生效", "将到期", "近 30 天新收")), "today's page has its lists")
target = ids["清溪宅基地管理办法"]
p = zhang.send(zhang.open("/staff/events").form("/staff/events", "type"), ref="清溪府发[2015]1号", by="清溪府发〔2021〕7号", reason="被新办法代替")
ok("变为" in p.text and "已废止 · 自2021-12-01起 · 依据《关于废止部分文件的通知》(清溪府发〔2021〕7号)" in p.text and "年报数字的变化" in p.text and "/search.atom?status=abolished" in p.text,
   "an abolition is shown first: badge, figures of the reports, feeds", p.text[:800])
ok([e for e in log(target) if e["type"] == "abolish"] == [], "and is not registered yet")
p = zhang.send(p.form("/staff/events", "confirm"))
event = re.search(r"已登记 (e-\d+)", p.text)
done = [e for e in log(target) if e["type"] == "abolish"]
ok(event and [(e["event"], e["actor"]) for e in done] == [(event.group(1), "zhang")], "the button registers it, with the name of the person", p.text[:400])
before = gongkai("--json", "show", target)
p = zhang.open("/staff/d/" + target)
ok("https://xxgk.qsz.example/d/" + target in p.links, "a document's page leads to the one that the public sees", p.links)
undo = next(u for u in p.links if u.startswith("/staff/undo?event=" + event.group(1)))
p = zhang.send(zhang.open(undo).form("/staff/undo"), reason="登错了")
ok("已登记" in p.text and "时效待核" not in p.text and [e["type"] for e in log(target)][-1] == "annul_event", "undo is another event, with its preview before", p.text[:300])
ok('"code":"in_force"' in gongkai("--json", "show", target), "and the document is in force again")
p = zhang.send(zhang.open("/staff/events").form("/staff/events", "type"), ref="清溪宅基地管理办发", by_text="某文")
ok(zhang.status in (404, 422) and "清溪宅基地管理办法" in p.text and "没有编号、文号或题名" in p.text, "a title with a slip: what was wrong, and close ones", p.text[:300])
p = zhang.send(zhang.open("/staff/events").form("/staff/events", "type"), ref=target, by_text="某文", effective="2021-13-01")
ok(zhang.status == 400 and "2021-13-01" in p.text, "a date that is none is named", zhang.status)

# ---- several at once: what is to be checked ----

put(*[{"id": f"w{i}", "title": f"白岭第{i}号管理办法", "number": f"白岭府发〔2016〕{i}号", "issuer": "青石镇人民政府", "made": "2016-03-01", "norm_level": "norm_doc", "text": f"第{i}件。"} for i in range(1, 7)])
white = {h["title"][3]: h["id"] for h in hits("白岭")}
p = zhang.open("/staff/unchecked")
f = p.form("/staff/batch", "ids")
ok(set(white.values()) <= set(f.choices["ids"]) and not [v for n, v in f.fields if n == "ids"], "what is to be checked stands in a list to be ticked, nothing ticked", f.choices)
ok(set(white.values()) <= {v for n, v in zhang.open("/staff/unchecked?all=1").form("/staff/batch", "ids").fields if n == "ids"}, "or all of it")
zhang.send(f, button=("type", "abolish"))
ok(zhang.status == 400, "none ticked: said so", zhang.status)
before = gongkai("log")
p = zhang.send(f, button=("type", "abolish"), ids=[white["1"], white["2"], white["3"]])
ok(zhang.status == 200 and "选中 3 件。写明依据" in p.text and gongkai("log") == before, "an abolition asks for its ground first", p.text[:300])
# Another one is quicker with the second, and somebody withdraws the ground that the first has seen.
p = zhang.send(p.form("/staff/batch", "by_text"), by="清溪府发〔2021〕7号")
ok(zhang.status == 200 and p.html.count("已废止 · 自2021-12-01起") == 3 and "将登记“废止”" in p.text and "年报数字的变化" in p.text and gongkai("log") == before,
   "then shows what becomes of each, and the figures of all together; nothing is registered yet", p.text[:600])
gongkai("abolish", "-q", white["2"], "--by-text", "县府令第3号", "--effective", "2020-05-01", "--by", "other", "--yes")
f = p.form("/staff/batch", "confirm")
p = zhang.send(f)
logs = {k: log(white[k]) for k in "123"}
mine = {k: [e["event"] for e in logs[k] if e["type"] == "abolish" and e["actor"] == "zhang"] for k in "123"}
ok(zhang.status == 201 and "已登记 2 件" in p.text and "1 件不能登记" in p.text and "在你看过之后又有登记" in p.text and [len(mine[k]) for k in "123"] == [1, 0, 1],
   "each gets an event of its own; the one that somebody changed meanwhile is refused, and costs only itself", p.text[:600])
ok(all("/staff/undo?event=" + mine[k][0] in p.links for k in "13"), "each with its own way back", p.links)
before = gongkai("log")
p = zhang.send(f)
ok("已登记 2 件" in p.text and gongkai("log") == before, "the button once more is the same request", p.text[:300])
f = zhang.open("/staff/unchecked").form("/staff/batch", "ids")
ok(white["1"] not in f.choices["ids"] and white["4"] in f.choices["ids"], "what was decided leaves the list")
p = zhang.send(f, button=("type", "confirm_valid"), ids=[white["4"], white["5"], "qsz-1999-000009"])
ok(zhang.status == 200 and p.html.count("现行有效") >= 2 and "没有编号、文号或题名为" in p.text and "选中的 2 件将登记" in p.text, "what is not there stands beside its line in the preview", p.text[:500])
p = zhang.send(p.form("/staff/batch", "confirm"))
ok(zhang.status == 201 and "已登记 2 件" in p.text and json.loads(gongkai("--json", "show", white["5"]))["status"]["code"] == "in_force", "and the two are in force", p.text[:300])
r, _ = chen.raw("POST", "/staff/batch", "type=abolish&ids=" + white["6"] + "&confirm=1", kinds)
ok(r.status == 403 and 'type="checkbox"' not in chen.open("/staff/unchecked").html and "白岭第6号" in chen.open("/staff/unchecked").text, "who only reads sees the list and ticks nothing", r.status)
r, _ = wang.raw("POST", "/staff/batch", "type=abolish&ids=" + white["6"] + "&confirm=1&csrf=" + dict(wang.open("/staff/archive").forms[0].fields)["csrf"], kinds)
ok(r.status == 403 and [e["type"] for e in log(white["6"])] == [e["type"] for e in log(white["6"]) if e["type"] != "abolish"], "an act that the role may not register is refused for all", r.status)

# ---- a table of acts, a row each ----

put(*[{"id": f"t{i}", "title": f"乌石第{i}号管理办法", "number": f"乌石府发〔2017〕{i}号", "issuer": "青石镇人民政府", "made": "2017-03-01", "published": "2017-03-02", "effective": "2017-04-01", "norm_level": "norm_doc", "text": f"第{i}件。"} for i in range(1, 7)])
black = {h["title"][3]: h["id"] for h in hits("乌石")}
form = zhang.open("/staff/table").form("/staff/table", "table")
before = gongkai("log")
sheet = "文件名称\t事项\t依据\t日期\t备注\n乌石第1号管理办法\t废止\t县府令第5号\t2026-10-01\t清理\n乌石府发〔2017〕2号\t继续有效\t\t\t\n乌石第3号管理办发\t废止\t县府令第5号\t\t\n" \
    "乌石第4号管理办法\t烧掉\t某文\t\t\n乌石府发〔2017〕1号\t废止\t某文\t\t\n乌石第5号管理办法\t\t\t2026-10-02\t\n\n\t废止\t某文\t\t\n乌石第6号管理办法\t废止\t某文\t2026-13-01\t"
p = zhang.send(form, table=sheet, type="宣布失效", by_text="县府发〔2026〕7号")
ok(zhang.status == 200 and "将登记 3 行" in p.text and "5 行不能登记" in p.text and gongkai("log") == before, "a table: what becomes of each row is shown first, and nothing is registered", p.text[:900])
ok("已废止 · 自2026-10-01起" in p.text and "宣布失效" in p.text and "乌石第3号管理办法" in p.text and "不知道“烧掉”是什么事项" in p.text and "在第 2 行已有" in p.text and "没有写是哪一件" in p.text and "2026-13-01" in p.text,
   "with the reason beside each row that cannot be done, and close documents", p.text[:1500])
gongkai("abolish", "-q", black["5"], "--by-text", "县府令第3号", "--effective", "2020-05-01", "--by", "other", "--yes")
f = p.form("/staff/table", "confirm")
p = zhang.send(f)
types = {k: [(e["type"], e["actor"]) for e in log(black[k])][-1] for k in "12345"}
ok(zhang.status == 201 and "已登记 2 行" in p.text and "在你看过之后又有登记" in p.text and types["1"] == ("abolish", "zhang") and types["2"] == ("confirm_valid", "zhang") and types["5"] == ("abolish", "other"),
   "each row has an event of its own; what somebody else did meanwhile costs that row alone", (p.text[:600], types))
e = log(black["1"])[-1]
ok("县府令第5号" in json.dumps(e, ensure_ascii=False) and "/staff/undo?event=" + e["event"] in p.links, "by what its own cell says, with its own way back", e)
before = gongkai("log")
p = zhang.send(f)
ok("已登记 2 行" in p.text and gongkai("log") == before, "the button once more is the same request", p.text[:300])
p = zhang.send(zhang.open("/staff/table").form("/staff/table", "table"), table='"乌石第4号管理办法",废止,"县府令, 第""6""号",2026-10-03')
ok(zhang.status == 200 and "将登记 1 行" in p.text and '县府令, 第"6"号' in p.text, "CSV without a heading: document, act, ground, day", p.text[:600])
zhang.send(zhang.open("/staff/table").form("/staff/table", "table"), table="文件\t事项\n")
ok(zhang.status == 400, "a heading alone is no table", zhang.status)
r, _ = chen.raw("GET", "/staff/table")
ok(r.status == 403, "who only reads has no such page", r.status)

# ---- proposals ----

p = zhang.open("/staff/proposals")
n = len([f for f in p.forms if f.action == "/staff/proposals"])
ok(n > 5 and "blockquote class" in " ".join(p.shape), "proposals stand with their sentences", n)
f = next(f for f in p.forms if f.action == "/staff/proposals" and ("target" in dict(f.fields)))
number = dict(f.fields)["proposal"]
p = zhang.send(f, button=("decision", "accept"))
ok(zhang.status == 200 and "变为" in p.text, "adopting one shows what it would do", p.text[:300])
p = zhang.send(p.form("/staff/proposals", "confirm"))
ok("已登记" in p.text and number not in zhang.open("/staff/proposals").html, "then it is registered and leaves the list", p.text[:300])
f = next(f for f in zhang.open("/staff/proposals").forms if f.action == "/staff/proposals")
number = dict(f.fields)["proposal"]
p = zhang.send(f, button=("decision", "reject"))
ok(zhang.status == 200 and f'value="{number}"' not in p.html, "what is not so leaves the list", zhang.status)

# ---- a whole list: twenty lines, three errors ----

lines = [f"清溪府发〔2015〕{i}号" for i in range(2, 19)] + ["清溪村务监督办发", "清溪府发〔2015〕99号", "清溪集体资产管理办怯"]
form = zhang.open("/staff/lists").form("/staff/lists", "list")
p = zhang.send(form, list="\n".join(lines), by="清溪府发〔2021〕7号")
ok("将登记 17" in p.text and "还有 3 行待你决定" in p.text and "清溪村务监督办法" in p.text, "a pasted list: 17 lines match, 3 are asked about, with close ones", p.text[:600])
f = p.form("/staff/lists", "row18")
before = gongkai("log")
zhang.send(f, confirm="1")
ok(zhang.status == 422 and gongkai("log") == before, "nothing is registered while a line is undecided", zhang.status)
p = zhang.send(f, button=("confirm", "rest"), row18=ids["清溪宅基地管理办法"], row20="no-such-document")
ok(zhang.status == 422 and gongkai("log") == before and "还有 1 行没有定" in p.text and "no-such-document" in p.text and "清溪府发〔2015〕18号" in p.text, "what was chosen and cannot be is not left out with the rest", (zhang.status, p.text[:300]))
ok("✓" in p.text and "现行有效" in p.text, "beside a close document stands what it is today", p.text[:900])
p = zhang.send(f, row18=ids["清溪村务监督办法"], row19="skip", row20=ids["清溪集体资产管理办法"])
ok("将登记 19" in p.text and "待你决定" not in p.text, "the choices are taken", p.text[:500])
p = zhang.send(p.form("/staff/lists"), button=("confirm", "1"))
ok("已登记 19 条" in p.text, "then all are registered together", p.text[:300])
ok(json.loads(gongkai("--json", "search", "is:已废止 清溪", "--size", "1"))["total"] == 19, "nineteen documents are abolished")

# ---- review, upload ----

conf = open(archive + "/gongkai.conf").read()
open(archive + "/gongkai.conf", "w").write(re.sub(r"(?m)^#?\s*gates = .*$", 'gates = { "法规处初审", "职能处室业务关", "保密委密审", "领导审签" }', conf, count=1))
assert "领导审签" in open(archive + "/gongkai.conf").read()
paper = ("青石镇人民政府文件\n青石府发〔2026〕31号\n\n青石镇集体建房管理办法\n\n各村民委员会：\n第一条 为了规范集体建房，制定本办法。联系人张三，13800001234。\n"
         "第二条 本办法自2026年1月1日起施行，《青石镇农贸市场临时管理办法》（青石府发〔2012〕5号）同时废止。\n\n青石镇人民政府\n2025年12月5日\n").encode()
p = zhang.send(zhang.open("/staff/documents").form("/staff/documents"), file=("办法.txt", paper))
guessed = dict(p.form("/staff/documents/confirm").fields)
ok(guessed["docno"] == "青石府发〔2026〕31号" and guessed["formed_date"] == "2025-12-05" and guessed["effective_date"] == "2026-01-01" and "2025年12月5日" in p.text and "同时废止" in p.text and "请核对" in p.text, "an upload is read: guesses beside the sentence, findings, what it abolishes", p.text[:900])
p = zhang.send(p.form("/staff/documents/confirm"), title="青石镇集体建房管理办法（试行）")
uploaded = re.search(r"已收入 (qsz-[0-9-]+)", p.text)
ok(uploaded is not None, "confirmed with a corrected title, it is taken in", p.text[:400])
new = uploaded.group(1) if uploaded else "none"
ok(new not in [h["id"] for h in hits("集体建房")], "and is not public before its review")
p = zhang.send(zhang.open("/staff/documents").form("/staff/documents"), file=("坏.pdf", b"%PDF-1.4\nnothing"))
ok(zhang.status in (400, 413, 422) and 'role="alert"' in p.html, "a file that cannot be read is refused in words", zhang.status)
# L4: 200 MiB with its form, to the byte; a byte more is refused before any of it is sent, and who may not upload is refused as early.
form = zhang.open("/staff/documents").form("/staff/documents")


def large(n):
    """A form with a file of Word, a picture of n bytes in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>')
        z.writestr("word/document.xml", '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>青石镇大件通知</w:t></w:r></w:p><w:p><w:r><w:t>正文甲乙丙丁。</w:t></w:r></w:p></w:body></w:document>')
        z.writestr("word/media/image1.bin", b"x" * n)
    return b"".join(f'--mark\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{v}\r\n'.encode() for name, v in form.fields if name != "file") \
        + b'--mark\r\nContent-Disposition: form-data; name="file"; filename="big.docx"\r\nContent-Type: application/octet-stream\r\n\r\n' + out.getvalue() + b"\r\n--mark--\r\n"


LIMIT = 200 * 1024 * 1024


def announced(who, n):
    """What the desk says to a body of n bytes of which only the length has been told."""
    s = socket.create_connection(server.host.split(":"), 30)
    s.sendall(("POST %s HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nCookie: %s\r\nContent-Type: multipart/form-data; boundary=mark\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n" % (form.action, server.host, server.host, who.cookie, n)).encode())
    answer = s.recv(100)
    s.close()
    return answer[9:12]


ok((announced(zhang, LIMIT), announced(zhang, LIMIT + 1)) == (b"100", b"413"), "an upload of 200 MiB is asked for, of a byte more refused", (announced(zhang, LIMIT), announced(zhang, LIMIT + 1)))
ok((announced(chen, 256 * 1024), announced(chen, 256 * 1024 + 1), announced(chen, LIMIT)) == (b"100", b"413", b"413"), "who may not upload gets no more than a form is allowed")
big = large(LIMIT - len(large(0)))
assert len(big) == LIMIT
r, out = zhang.raw("POST", form.action, big, {"Content-Type": "multipart/form-data; boundary=mark"})
p = zhang.follow(r, out)
ok("青石镇大件通知" in p.html and "/staff/documents/confirm" in p.html, "200 MiB are taken and read", (zhang.status, p.text[:600]))
del big
p = li.open("/staff/review")
ok(new in p.html and "法规处初审" in p.text, "it waits for its first gate", p.text[:300])
for gate in ("法规处初审", "职能处室业务关", "保密委密审"):
    p = li.send(li.open("/staff/review/" + new).form("/staff/review/" + new), button=("act", "pass"), reason="同意")
ok("已登记" in p.text and "P3" in p.text and "138****1234" in p.text, "three gates are passed; the finding stands there masked", p.text[:600])
p = li.send(li.open("/staff/review/" + new).form("/staff/review/" + new), button=("act", "pass"))
p = li.send(li.open("/staff/review/" + new).form("/staff/review/" + new), button=("act", "sign"), reason="核过")
ok(li.status == 422 and "都由一人完成" in p.text, "one person cannot pass all gates and sign", p.text[:400])
p = zhao.send(zhao.open("/staff/review/" + new).form("/staff/review/" + new), button=("act", "sign"), reason="核过，办公电话")
ok("已登记" in p.text and "青石镇集体建房管理办法（试行）" in [h["title"] for h in hits("集体建房")], "a second one signs, and it is public", p.text[:500])
put({"id": "w", "title": "退回一件", "text": "这一件要退回。"})
back = next(r["id"] for r in json.loads(zhang.raw("GET", "/staff/api/review")[1])["review"] if r["title"] == "退回一件")
p = li.send(li.open("/staff/review/" + back).form("/staff/review/" + back), button=("act", "return"))
ok(li.status in (400, 422), "to return it without an opinion is refused", li.status)
p = li.send(li.open("/staff/review/" + back).form("/staff/review/" + back), button=("act", "return"), reason="缺附件")
ok("已登记" in p.text, "with one it is returned", p.text[:300])

# ---- withdrawing: the password once more ----

public = ids["清溪宅基地管理办法"]
li.login("li", passwords["li"])		# the first one may be longer ago than five minutes
form = li.open("/staff/events").form("/staff/events", "type")
p = li.send(form, type="withdraw", ref=public, **{"class": "error"})
ok("公开状态：已公开 → 已下线" in p.text, "a withdrawal is shown first", p.text[:300])
p = li.send(p.form("/staff/events", "confirm"))
ok("已登记" in p.text and public not in [h["id"] for h in hits("清溪宅基地")], "soon after the login it is done, and gone from the public at once", p.text[:300])
ok(not any("xxgk.qsz.example" in u for u in li.open("/staff/d/" + public).links), "and its page leads to no public one any more")

gongkai("seal", ids["清溪印章管理办法"], "--reason", "上级要求", "--yes")
seen = [(b.open("/staff/d/" + ids["清溪印章管理办法"]).text.count("清溪印章管理办法"), "清溪印章管理办法" in b.open("/staff/find?q=" + ids["清溪印章管理办法"]).text) for b in (zhang, chen, li)]
ok(seen[0] == seen[1] == (0, False) and seen[2][0] > 0 and seen[2][1] and "清溪印章" not in zhang.open("/staff/").text, "what is sealed is not there for who has no such role", seen)

# ---- keeping ----

p = wang.open("/staff/archive")
ok("按年度和期限" in p.text and "未归档" in p.text and "还没有核验过" in p.text, "the archivist's page has terms, years and the last verification")
gongkai("verify", "-q")
ok(len(glob.glob(archive + "/verify/verify-*.json")) == 1 and "全部一致" in wang.open("/staff/archive").text, "the first report of a day is found, which has no number behind its date", wang.open("/staff/archive").text[:600])
link = next(u for u in p.links if u.startswith("/staff/archive/list?") and "year=2015" in u)
n = int(re.search(r"(\d+) 件", wang.open(link).text).group(1))
row = next(r for r in json.loads(wang.raw("GET", "/staff/api/archive")[1])["keep"] if r["year"] == 2015)
ok(n == row["count"], "a figure and the list behind it agree", (n, row))
held = ids["清溪档案查阅办法"]
form = wang.open("/staff/archive/holds").form("/staff/archive/holds", "reason")
p = wang.send(form, case="复议2026-3", reason="行政复议", ids=held + "\n清溪府发〔2015〕19号")
p = wang.send(p.form("/staff/archive/holds", "confirm"))
ok("已登记 2 条" in p.text and gongkai("hold", "list").count("复议2026-3") == 2, "a hold is put on two documents", p.text[:300])
f = next(f for f in wang.open("/staff/archive/holds").forms if dict(f.fields).get("ids") == held)
p = wang.send(wang.send(f).form("/staff/archive/holds", "confirm"))
ok(gongkai("hold", "list").count("复议2026-3") == 1, "and released on one, the other stays")
conf = open(archive + "/gongkai.conf").read()
open(archive + "/gongkai.conf", "w").write(re.sub(r"gates = \{.*?\}", "gates = {}", conf) + '\nfonds = "Z109"\nlevel = "town"\n')
old = [{"id": f"old{i}", "title": f"会议通知{i}", "number": f"青会〔2010〕{i}号", "issuer": "青石镇人民政府", "made": "2010-03-01", "published": "2010-03-02", "text": f"开会的通知{i}。"} for i in (1, 2)]
put(*old)
due = [h["id"] for h in hits("会议通知") if h["title"].startswith("会议通知")]
gongkai("retention", "set", *due, "--keep", "D10", "--effective", "2010-12-31", "--yes")
p = wang.open("/staff/archive/list?due=1")
ok(all(d in p.html for d in due), "what is due is listed", p.text[:400])
f = p.form("/staff/archive/appraise")
p = wang.send(f, ids=due, verdict="destroy", report="鉴2026-1", reason="无保存价值", approved_by="王主任", archivist="wang")
ok(p.text.count("到期待鉴定 → ") == 2 and "登记" in p.text, "an appraisal is shown first", p.text[:300])
p = wang.send(p.form("/staff/archive/appraise", "confirm"))
ok("已登记 2 条" in p.text, "and registered", p.text[:400])
wang.login("wang", passwords["wang"])	# as above
p = wang.open("/staff/archive/dispose")
ok("会议通知1" in p.text and "会议通知2" in p.text, "what is approved stands in the register", p.text[:300])
r, register = wang.raw("GET", "/staff/archive/register.csv")
digest = hashlib.sha256(register).hexdigest()
ok(r.status == 200 and r.getheader("Content-Disposition").startswith("attachment"), "the register is a file to print")
f = p.form("/staff/archive/dispose")
before = gongkai("log")
statuses = []
for change in ({"digest": "00000000"}, {"second": "wang", "second_password": passwords["wang"]}, {"second_password": "wrong password here"}, {"second": "zhang", "second_password": passwords["zhang"]}):
    wang.send(f, **{**{"digest": digest[:8], "second": "zhao", "second_password": passwords["zhao"]}, **change})
    statuses.append(wang.status)
ok(all(s in (400, 403, 422) for s in statuses) and gongkai("log") == before, "another digest, the same person twice, a wrong password, a person who may not: nothing is destroyed", statuses)
wang.send(f, digest=digest[:8], second="zhao", second_password=passwords["zhao"])
ok(wang.status == 422 and not any(e["type"] == "destroy" for e in log()), "the second person's code is wanted too", wang.status)
p = wang.send(f, digest=digest[:8], second="zhao", second_password=passwords["zhao"], second_code=code_of(secret, algorithm, int(time.time()) // 30 + 1))
ok("已销毁 2 件" in p.text and "zhao" in p.text and gongkai("verify", "-q") is not None, "two persons and the digest: it is done, with a certificate", p.text[:500])
ok("开会的通知1" not in gongkai("show", due[0], "--text", fine=(0, 1, 3)), "the content is gone, the record stays")
p = wang.send(wang.open("/staff/archive").form("/staff/archive/jobs", "budget"))
for _ in range(100):
    p = wang.open("/staff/archive/jobs")
    if "正在进行" not in p.text:
        break
    time.sleep(0.3)
ok("✓ 完成" in p.text and "全部一致" in wang.open("/staff/archive").text, "a verification is started, ends, and is remembered", p.text[:500])
p = wang.open("/staff/archive")
reports = [x for x in p.links if x.startswith("/staff/archive/verified/")]
kept = max(glob.glob(archive + "/verify/verify-*.json"), key=os.path.getmtime)
on_disk = [x for x in (kept, kept[:-4] + "note") if os.path.exists(x)]
got = [wang.raw("GET", x) for x in reports]
ok([d for _, d in got] == [open(x, "rb").read() for x in on_disk] and
   all(r.status == 200 and r.getheader("Content-Disposition") == f'attachment; filename="{x.rsplit("/", 1)[1]}"' for x, (r, _) in zip(reports, got)), "its report, and its signature if there is one, are taken away as they are", (reports, on_disk, [r.status for r, _ in got]))
ok("90 天核过全部字节的 100%" in p.text and json.loads(wang.raw("GET", "/staff/api/archive")[1])["verified_share"]["percent"] == 100, "how much was read in 90 days is said", p.text[:600])
rows = json.loads(wang.raw("GET", "/staff/api/archive")[1])["keep"]
today = time.strftime("%Y-%m-%d", time.gmtime())
ok(len(rows) > 3 and all(r["verified"] == today and "reach" not in r for r in rows) and p.text.count(today) >= len(rows) and "上次核验" in p.text, "beside each term and year stands when all of it was last verified", rows[:2])
put({"id": "late", "title": "核验之后收到的通报", "published": "1998-05-06", "text": "后来的。"})
rows = {r["year"]: r["verified"] for r in json.loads(wang.raw("GET", "/staff/api/archive")[1])["keep"]}
ok(rows.pop(1998) is None and set(rows.values()) == {today} and "没有核过" in wang.open("/staff/archive").text, "what came since was never verified, and says so", rows)
p = chen.open("/staff/archive/verified")
ok("不一致 0 处" in p.text and "repair" not in p.text, "a verification without a failure says that", p.text[:300])
statuses = [wang.raw("GET", "/staff/archive/verified/" + x)[0].status for x in ("state", "state.json", "verify-1999-01-01", "..%2fusers", "verify-.note", "verify-%00")]
ok(all(s in (400, 404) for s in statuses) and Browser(server).raw("GET", reports[0])[0].status in (303, 401), "nothing else is there by that way", statuses)
found = [r["code"] for r in json.loads(wang.raw("GET", "/staff/api/find?q=" + urllib.parse.quote("青石镇 办法"))[1])["records"]]
living = [x in ("in_force", "partly_in_force") for x in found]
ok(living == sorted(living, reverse=True) and True in living, "what is in force comes first in a list of the desk", found)
f = next(f for f in wang.open("/staff/archive").forms if dict(f.fields).get("kind") == "checkpoint")
wang.send(f)
f = next(f for f in wang.open("/staff/archive").forms if dict(f.fields).get("kind") == "transfer")
gongkai("retention", "set", ids["清溪档案查阅办法"], "--keep", "Y", "--effective", "2015-12-31", "--yes")
wang.send(f, year="2015", to="云溪县档案馆")
for _ in range(100):
    p = wang.open("/staff/archive/jobs")
    if "正在进行" not in p.text:
        break
    time.sleep(0.3)
ok(p.text.count("✓ 完成") == 3 and glob.glob(archive + "/outgoing/2015-*"), "a checkpoint is signed and a year is packed for the archives", p.text[:900])
# ---- packages ----

f = next(f for f in wang.open("/staff/archive").forms if dict(f.fields).get("kind") == "deliver")
wang.send(f, since="yesterday", point="县图书馆")
ok(wang.status == 400 and len(glob.glob(archive + "/outgoing/*")) == 1, "a delivery since no day is refused")
wang.send(f, since="2000-01-01", point="县图书馆")
for _ in range(200):
    p = wang.open("/staff/archive/jobs")
    if "正在进行" not in p.text:
        break
    time.sleep(0.3)
p = wang.open("/staff/archive/packages")
links = sorted(x for x in p.links if x.startswith("/staff/archive/packages/"))
ok(len(links) == 2 and "移交包" in p.text and "送交包" in p.text, "the packages that were made are listed", p.text[:700])
for link in links:
    name = link.rsplit("/", 1)[1]
    r, data = wang.raw("GET", link)
    h = {k.lower(): v for k, v in r.getheaders()}
    ok(r.status == 200 and h["content-type"] == "application/x-tar" and h["content-disposition"] == f'attachment; filename="{name}.tar"' and h["x-content-type-options"] == "nosniff" and
       h["content-security-policy"].startswith("sandbox") and h["cache-control"] == "no-store" and int(h["content-length"]) == len(data), "a package comes as an attachment that no browser shows", h)
    folder = tempfile.mkdtemp(dir=os.path.dirname(archive))
    subprocess.run(["tar", "-x", "-C", folder], input=data, check=True)
    got = subprocess.run(["diff", "-r", os.path.join(folder, name), os.path.join(archive, "outgoing", name)], capture_output=True, text=True)
    ok(got.returncode == 0 and os.listdir(folder) == [name], "another reader of tar finds the same files, byte by byte, in one folder", got.stdout[:300])
    check = ["deliver", "--check", os.path.join(folder, name)] if name.startswith("deliver") else ["transfer", "check", os.path.join(folder, name)]
    ok(subprocess.run(["gongkai", *check], capture_output=True).returncode in (0, 1) and (not name.startswith("deliver") or gongkai(*check) is not None), "what came out of it is checked as the receiver does")
taken = [json.loads(x) for x in open(archive + "/desk.jsonl")]
ok([(e["type"], e["package"], e["actor"], e["digest"]) for e in taken] == [("package_taken", x.rsplit("/", 1)[1], "wang", "sha256:" + hashlib.sha256(open(f"{archive}/outgoing/{x.rsplit('/', 1)[1]}/tagmanifest-sha256.txt", "rb").read()).hexdigest()) for x in links]
   and os.stat(archive + "/desk.jsonl").st_mode & 0o777 == 0o600, "who took which is in the ledger, with its digest", taken)
ok("wang" in wang.open("/staff/archive/packages").text and len(table(wang, "/staff/archive/packages.csv")) == 3, "and the page and the table say so")
r, data = wang.raw("GET", links[0] + ".json")
ok(r.status == 200 and json.loads(data)["package"]["files"] > 3 and len(open(archive + "/desk.jsonl").readlines()) == 2, "its JSON says what is in it, and takes nothing", data[:200])
statuses = [b.raw("GET", links[0])[0].status for b in (zhang, li, chen, Browser(server))] + [wang.raw("GET", "/staff/archive/packages/" + x)[0].status for x in ("nothing", "..", "%2e%2e%2fusers", "2015-x%00y")]
ok(statuses[:4] == [403, 403, 403, 303] and all(s in (400, 404) for s in statuses[4:]), "nobody else gets one, and no other name leads anywhere", statuses)
inside = os.path.join(archive, "outgoing", links[0].rsplit("/", 1)[1], "data", "more")
os.symlink("/etc/passwd", inside)
r, data = wang.raw("GET", links[0])
ok(r.status == 422 and b"root:" not in data, "a package with a way out of it is not packed", r.status)
os.unlink(inside)

# ---- saved views ----

q = "清溪 办法"
p = zhang.open("/staff/find?q=" + q)
here = [x for x in p.links if x.startswith("/staff/d/")]
p = zhang.send(p.form("/staff/views", "view"), view="清溪现行")
ok(zhang.status == 200 and "清溪现行" in p.text and "zhang" in p.text, "a search is saved under a name, by a form", p.text[:300])
way = next(x for x in li.open("/staff/").links if x.startswith("/staff/find?"))
ok([x for x in li.open(urllib.parse.unquote(way)).links if x.startswith("/staff/d/")] == here and here, "another person finds it on the page of the day, and it shows the same documents")
f = wang.open("/staff/archive/list?due=1&code=D10").form("/staff/views", "view")
ok(dict(f.fields)["url"] == "/staff/archive/list?code=D10&due=1" and "清溪现行" in wang.send(f, view='<b onclick="x">十年</b>').text, "a list of records too, whatever the name is made of")
p = li.open("/staff/views")
ok("b onclick" not in p.shape and p.text.count('<b onclick="x">十年</b>') >= 1, "a name is text")
before = open(archive + "/desk.jsonl").read()
f = li.open("/staff/views").form("/staff/views", "url")
p = li.send(f, view="清溪现行", url="/staff/review")
ok(li.status == 409 and "zhang" in p.text and "清溪现行" in p.text, "a name that is taken is refused, and says by whom", p.text[:300])
for url in ("https://evil.example/", "//evil.example/", "/staff/logout", "/staff/d/" + next(iter(ids.values())), "/staff/find?q=x#y", "/staff/find?q=\"><script>", "/staff/findx", "javascript:alert(1)", "/staff/find?" + "a" * 2000, "/staff/archive/dispose"):
    li.send(f, view="坏", url=url)
    ok(li.status == 400, "no view: " + url[:40], li.status)
for name in (" ", "x" * 121, "a\tb"):
    li.send(f, view=name, url="/staff/review")
    ok(li.status == 400, "no name: " + repr(name[:10]), li.status)
r, _ = chen.raw("POST", "/staff/views", urllib.parse.urlencode({"view": "x", "url": "/staff/review", "csrf": dict(chen.open("/staff/again").forms[0].fields)["csrf"]}), kinds)
ok(r.status == 403 and "清溪现行" in chen.open("/staff/views").text and not any(x.action == "/staff/views" for x in chen.open("/staff/views").forms), "a reader sees them and saves none", r.status)
ok(not any(x.action == "/staff/views" and ("view", "清溪现行") in x.fields for x in li.open("/staff/views").forms), "who did not save it is not offered to remove it")
f = next(x for x in zhang.open("/staff/views").forms if ("view", "清溪现行") in x.fields)
r, _ = li.raw("POST", "/staff/views", urllib.parse.urlencode({"view": "清溪现行", "act": "remove", "csrf": dict(li.open("/staff/again").forms[0].fields)["csrf"]}), kinds)
ok(r.status == 403 and open(archive + "/desk.jsonl").read() == before, "nor can he, and nothing of all this was written", r.status)
p = zhang.send(f, button=("act", "remove"))
ok("清溪现行" not in p.text and zhang.status == 200, "who saved it removes it", p.text[:300])
lines = open(archive + "/desk.jsonl", "rb").read().splitlines()
said = [json.loads(x) for x in lines]
ok([(e["type"], e["actor"]) for e in said[2:]] == [("view_saved", "zhang"), ("view_saved", "wang"), ("view_removed", "zhang")] and
   all(e["prev"] == (hashlib.sha256(lines[i - 1]).hexdigest() if i else "0" * 64) for i, e in enumerate(said)), "who saved and removed what stays in the ledger, each line with the digest of the one before", said)

p = wang.open("/staff/report?year=2021")
ok("表二" in p.text and wang.status == 200 and "没有登记" not in p.text, "the yearly table is shown")
p, en = wang.open("/staff/report?year=1951"), wang.open("/staff/report?year=1951&lang=en")
ok("没有登记 1951 年的任何事" in p.text and "表二" in p.text and "Nothing was recorded for 1951" in en.text, "a year of which nothing was recorded says so, beside its zeros", p.text[:600])

# ---- the JSON twins ----

key = gongkai("user", "key", "zhang").strip()
api = Program(server, key)
status, o = api.call("GET", "/staff/api/today")
ok(status == 200 and o["records"] > 20 and "due" in o, "a program with a key reads the day", status)
status, o = api.call("POST", "/staff/api/views", {"view": "程序", "url": "/staff/review", "dry_run": 1})
ok(status == 200 and o["view"]["url"] == "/staff/review" and all(v["name"] != "程序" for v in api.call("GET", "/staff/api/views")[1]["views"]), "a view tried by a program is not saved", (status, o))
first = api.call("POST", "/staff/api/views", {"view": "程序", "url": "/staff/review"}, "view-1")
again = api.call("POST", "/staff/api/views", {"view": "程序", "url": "/staff/review"}, "view-1")
ok(first == again and first[0] == 201 and api.call("POST", "/staff/api/views", {"view": "程序", "url": "/staff/review"})[0] == 200 and
   [(v["name"], v["actor"]) for v in api.call("GET", "/staff/api/views")[1]["views"] if v["name"] == "程序"] == [("程序", "zhang")], "then it is, once", (first, again))
status, o = api.call("POST", "/staff/api/views", {"view": "程序", "url": "/staff/proposals"})
ok(status == 409 and o["error"]["code"] == "conflict", "another address under that name is a conflict", (status, o))
ok(api.call("POST", "/staff/api/views", {"view": "程序", "act": "remove"})[0] == 201 and api.call("POST", "/staff/api/views", {"view": "程序", "act": "remove"})[0] == 404, "and it is removed, once")
ok(api.call("GET", "/staff/api/archive/packages")[0] == 403, "packages are for archivists, of programs too")
put(norm("x1", "白石饮水管理办法", "白石府发〔2015〕1号"), norm("x2", "白石护林管理办法", "白石府发〔2015〕2号"), norm("x3", "白石养路管理办法", "白石府发〔2015〕3号"))
xs = {r["title"]: r["id"] for r in hits("白石")}
one = xs["白石饮水管理办法"]
ask = {"type": "abolish", "ref": one, "by_text": "县府令第3号", "effective": "2022-01-01", "dry_run": 1}
status, o = api.call("POST", "/staff/api/events", ask)
base = o["base"]
ok(status == 200 and o["preview"]["after"]["code"] == "abolished" and "event" not in o and len(log(one)) == 1, "dry_run says what would happen and does nothing", o)
del ask["dry_run"]
status, o = api.call("POST", "/staff/api/events", {**ask, "base": base}, "k-1")
first = o.get("event")
ok(status == 201 and first and log(one)[-1]["event"] == first, "201: it is in the archive", o)
status, o = api.call("POST", "/staff/api/events", {**ask, "base": base}, "k-1")
ok(status == 201 and o["event"] == first and len(log(one)) == 2, "the same key again: the same answer, once registered", o)
status, o = api.call("POST", "/staff/api/events", {"type": "reinstate", "ref": one, "by_text": "某文", "base": base})
c = o.get("conflict", {})
ok(status == 409 and o["error"]["code"] == "conflict" and c["seen"]["code"] == "in_force" and c["now"]["code"] == "abolished" and [e["event"] for e in c["since"]] == [first],
   "who has not seen the newest event gets 409 with both versions and what lies between", o)
status, o = api.call("POST", "/staff/api/events", {**ask})
ok(status == 422 and o["error"]["code"] == "refused", "what is abolished is not abolished again", o)
status, o = api.call("POST", "/staff/api/events", {"type": "withdraw", "ref": one, "class": "error"})
ok(status == 403, "a key has the roles of its user and no more", o)
status, o = api.call("POST", "/staff/api/undo", {"event": first, "reason": "误"})
ok(status == 201 and json.loads(gongkai("--json", "show", one))["status"]["code"] == "in_force", "undo by API", o)
status, o = api.call("POST", "/staff/api/lists", {"list": "白石府发〔2015〕2号\n白石养路管理办发", "by_text": "县府令第3号", "dry_run": 1})
ok(status == 200 and o["undecided"] == 1 and o["to_do"] == 1 and o["rows"][1]["near"], "a list by API: matched and asked about", o)
status, o = api.call("POST", "/staff/api/lists", {"list": "白石府发〔2015〕2号\n白石养路管理办发", "by_text": "县府令第3号"})
ok(status == 422 and o["undecided"] == 1, "and refused while a line is undecided", o)
status, o = api.call("POST", "/staff/api/lists", {"list": "白石府发〔2015〕2号\n白石养路管理办发", "by_text": "县府令第3号", "decisions": {"2": xs["白石养路管理办法"]}})
ok(status == 201 and o["registered"] == 2, "with decisions it is registered", o)
server.stop()
server = Server(archive)
api = Program(server, key)
status, o = api.call("POST", "/staff/api/events", {**ask, "base": base}, "k-1")
ok(status == 201 and o["event"] == first and [e["type"] for e in log(one)].count("abolish") == 1, "after a restart the key is still known", o)
for path in ("today", "proposals", "review", "archive", "archive/list", "archive/holds", "archive/jobs", "find?q=白石", "d/" + one, "review/" + one, "report?year=2021", "lists", "table", "events", "documents"):
    status, o = api.call("GET", "/staff/api/" + path)
    ok(status == 200 and isinstance(o, dict), "the twin of " + path, (status, o))
for b in people.values():
    b.server, b.origin = server, "http://" + server.host
zhang.open("/staff/")
ok(zhang.status == 200 and zhang.cookie and "登录工作台" in zhang.open("/staff/").text, "a restart ends all sessions")
gongkai("user", "remove", "chen")
chen = Browser(server)
chen.login("chen", passwords["chen"])
ok(chen.status == 422, "who is removed cannot log in")
zhang.cookie = None
zhang.login("zhang", passwords["zhang"])
gongkai("user", "passwd", "zhang", stdin="another set of good words\n")
ok("登录工作台" in zhang.open("/staff/").text, "another password ends the sessions of the former one")
zhang.cookie = None
zhang.login("zhang", "another set of good words")

# ---- hostile words ----

core = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<iframe src=//e></iframe>", "<b id=x>", "<a href='javascript:alert(1)'>x</a>", "<style>*{display:none}</style>",
        "<object data=//e></object>", "onmouseover=alert(1)", "&lt;script&gt;&#60;script>"]
before = ["", '"', "'", '">', "'>", "</title>", "</textarea>", "<!--", "]]>", "\u202e\u2066"]
attacks = [b + c for b in before for c in core]
put(*[norm(f"q{i}", f"{a}无害{i}", f"乙发〔2016〕{i + 1}号{a}", column=a) for i, a in enumerate(attacks)])
found = [r["id"] for r in json.loads(gongkai("--json", "search", "无害", "--size", "100"))["hits"]]
for i, a in enumerate(attacks[:10]):
    gongkai("--by", a, "suspend", found[i], "--yes", "--effective", "2022-01-01", "--until", "2022-02-01", "--reason", a) if i < 3 else None


def grown(p):
    """Elements and attributes that no page of ours has."""
    names = ("script", "img", "svg", "b id", "i", "iframe", "object", "style")
    return [s for s in p.shape if s.startswith(tuple(n + " " for n in names)) and s != "b " or any(w.startswith("on") for w in s.split(" ")[1:])]


bad = []
for i in found:
    for path in ("/staff/d/", "/staff/review/") if found.index(i) < 20 else ("/staff/d/",):
        bad += [(path + i, x) for x in grown(zhang.open(path + i))]
ok(len(found) == 100 and not bad, "a hundred payloads in title, number, category, actor and reason: no page has a new element or handler", (len(found), bad[:3]))
bad = []
for k in range(0, 100, 10):
    a = " ".join(attacks[k:k + 10])
    form = zhang.open("/staff/events").form("/staff/events", "type")
    bad += grown(zhang.send(form, ref=a[:300], by_text=a[:300], reason=a, articles=a))
    bad += grown(zhang.send(form, ref=xs["白石饮水管理办法"], by_text=a, reason=a, type="suspend", effective="2022-01-01", until="2022-02-01"))
    bad += grown(zhang.send(zhang.open("/staff/lists").form("/staff/lists", "list"), list=a + "\n白石" + a, by_text=a))
    bad += grown(zhang.send(zhang.open("/staff/documents").form("/staff/documents"), file=(attacks[k + 2].replace('"', "'") + ".txt", attacks[k + 1].encode() + b"\nabc\n")))
    for path in ("/staff/find?q=", "/staff/lists?list=", "/staff/undo?event=", "/staff/report?year=", "/staff/archive/list?code=", "/staff/events?ref=", "/staff/d/"):
        r, data = zhang.raw("GET", path + urllib.parse.quote(attacks[k + 3].replace("/", "")))
        bad += grown(Page(data.decode())) if r.status != 303 else []
ok(not bad, "nor in a reference, a ground, a reason, a pasted list, a file name, a query", bad[:5])
status, o = api.call("POST", "/staff/api/events", {"type": "suspend", "ref": one, "by_text": "x\u0000y"})
ok(status == 400, "a control character in a field is refused", o)
nested = "[" * 100 + "]" * 100
r, data = zhang.raw("POST", "/staff/api/events", '{"fields":' + nested + "}", {"Content-Type": "application/json", "Authorization": "Bearer " + key})
ok(r.status == 400, "JSON of a hundred levels is refused", r.status)

# ---- a copy with one damaged block: what verification finds stands on a page ----

copy = archive + ".copy"
subprocess.run(["cp", "-a", archive, copy], check=True)
damage(copy, "V02")
gongkai("--archive", copy, "verify", "-q", fine=(1, 4))
bad_one = Server(copy)
keeper = Browser(bad_one)
keeper.login("wang", passwords["wang"])
p = keeper.open("/staff/archive")
ok("发现不一致" in p.text and "/staff/archive/verified" in p.links, "the archivist's page says that there are failures, and leads to them", p.text[:400])
p = keeper.open("/staff/archive/verified")
r, data = keeper.raw("GET", "/staff/api/archive/verified")
finding = json.loads(data)["findings"][0]
ok(finding["code"] == "V02" and finding["meaning"] in p.text and finding["message"] in p.text and "gongkai repair" in p.text and f"段 {finding['segment']:06d} 位置 {finding['offset']}" in p.text,
   "each with what is wrong, where, and what to do", (finding, p.text[:500]))
ok(finding["message"] in table(keeper, "/staff/archive/verified.csv")[1][-1] or any(finding["code"] in row for row in table(keeper, "/staff/archive/verified.csv")), "and as a table")
bad_one.stop()

ok(server.stop() == 0, "it ends in order")
ok(gongkai("verify", "-q", "--no-report", fine=(0,)) is not None and gongkai("doctor", fine=(0, 1)), "the archive is clean")
print(f"1..{count}")
sys.exit(failed > 0)
