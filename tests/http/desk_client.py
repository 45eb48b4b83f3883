"""The desk as a browser without script sees it: pages, their forms, cookies.  Nothing but the standard library."""
import atexit, base64, hmac, html.parser, http.client, json, os, re, struct, subprocess, urllib.parse, uuid


class Form:
    def __init__(self, attrs):
        self.action, self.method = attrs.get("action", ""), attrs.get("method", "get").lower()
        self.fields, self.buttons, self.choices, self.enctype = [], [], {}, attrs.get("enctype", "")


class Page(html.parser.HTMLParser):
    """Forms, links, text, and the multiset of elements with their attribute names."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.html, self.forms, self.links, self.text, self.shape, self._form, self._area, self._select = text, [], [], [], [], None, None, None
        self.feed(text)
        self.text = " ".join("".join(self.text).split())

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        self.shape.append(tag + " " + " ".join(sorted(a)))
        if tag == "form":
            self._form = Form(a)
            self.forms.append(self._form)
        elif tag == "a" and "href" in a:
            self.links.append(a["href"])
        elif self._form is None:
            return
        elif tag == "input" and a.get("name"):
            kind = a.get("type", "text")
            if kind in ("radio", "checkbox"):
                self._form.choices.setdefault(a["name"], []).append(a.get("value", "on"))
                if "checked" in a:
                    self._form.fields.append((a["name"], a.get("value", "on")))
            else:
                self._form.fields.append((a["name"], a.get("value", "")))
        elif tag == "button":
            self._form.buttons.append((a.get("name"), a.get("value", "")))
        elif tag == "textarea":
            self._area = [a["name"], ""]
        elif tag == "select":
            self._select = [a["name"], None]
        elif tag == "option" and self._select is not None:
            self._form.choices.setdefault(self._select[0], []).append(a.get("value", ""))
            if self._select[1] is None or "selected" in a:
                self._select[1] = a.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._area:
            self._form.fields.append(tuple(self._area))
            self._area = None
        elif tag == "select" and self._select:
            self._form.fields.append((self._select[0], self._select[1] or ""))
            self._select = None

    def handle_data(self, data):
        if self._area:
            self._area[1] += data
        self.text.append(data) if isinstance(self.text, list) else None

    def form(self, action, containing=None):
        for f in self.forms:
            if f.action == action and (containing is None or any(n == containing for n, _ in f.fields + f.buttons) or containing in f.choices):
                return f
        raise AssertionError(f"no form to {action} in: {self.text[:400]}")


def code_of(secret, hash, step):
    """RFC 6238, from its words."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hash).digest()
    at = digest[-1] & 15
    return "%06d" % ((struct.unpack(">I", digest[at:at + 4])[0] & 0x7FFFFFFF) % 1000000)


class Server:
    def __init__(self, archive, lang=None):
        args = [os.environ["GONGKAI_DESK"], "--archive", archive, "--listen", "127.0.0.1:0"] + (["--lang", lang] if lang else [])
        self.log = open(archive + ".desk.log", "w")
        self.process = subprocess.Popen(args, stdout=subprocess.PIPE, stderr=self.log, text=True)
        atexit.register(self.process.kill)
        line = self.process.stdout.readline()
        m = re.match(r"http://([^/]+)/staff/", line)
        if not m:
            raise SystemExit("Bail out! the desk did not start: " + line + open(archive + ".desk.log").read())
        self.host = m.group(1)

    def stop(self):
        self.process.terminate()
        return self.process.wait(20)


class Browser:
    def __init__(self, server):
        self.server, self.cookie, self.origin = server, None, "http://" + server.host

    def raw(self, method, path, body=None, headers=None):
        c = http.client.HTTPConnection(self.server.host, timeout=120)
        h = dict(headers or {})
        if self.cookie:
            h["Cookie"] = self.cookie
        if method == "POST" and self.origin and "Origin" not in h:
            h["Origin"] = self.origin
        c.request(method, path, body.encode() if isinstance(body, str) else body, {k: v for k, v in h.items() if v is not None})
        r = c.getresponse()
        data = r.read()
        cookie = r.getheader("Set-Cookie")
        if cookie:
            self.set_cookie, value = cookie, cookie.split(";")[0]
            self.cookie = value if not value.endswith("=") else None
        c.close()
        return r, data

    def open(self, path):
        r, data = self.raw("GET", urllib.parse.quote(path, safe="/?&=%#:@+"))
        return self.follow(r, data)

    def follow(self, r, data):
        self.status = r.status
        if r.status == 303:
            return self.open(r.getheader("Location"))
        self.headers = r.headers
        return Page(data.decode())

    def send(self, form, button=None, file=None, **fields):
        """The form with its own values, some of them changed; a value may be a list; a button (name, value) is pressed."""
        data = [(n, v) for n, v in form.fields if n not in fields]
        for n, v in fields.items():
            data += [(n, x) for x in (v if isinstance(v, list) else [v])]
        if button:
            assert button in form.buttons, f"no button {button} in {form.buttons}"
            data.append(button)
        if form.method == "get":
            return self.open(form.action + "?" + urllib.parse.urlencode(data))
        if form.enctype.startswith("multipart"):
            mark = uuid.uuid4().hex
            body = b"".join(f'--{mark}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in data if n != "file")
            body += f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{file[0]}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode() + file[1] + f"\r\n--{mark}--\r\n".encode()
            r, out = self.raw("POST", form.action, body, {"Content-Type": "multipart/form-data; boundary=" + mark})
        else:
            r, out = self.raw("POST", form.action, urllib.parse.urlencode(data), {"Content-Type": "application/x-www-form-urlencoded"})
        return self.follow(r, out)

    def login(self, name, password, code=""):
        page = self.open("/staff/login")
        return self.send(page.form("/staff/login"), name=name, password=password, code=code)


class Program:
    """A program with a key, talking JSON."""

    def __init__(self, server, key):
        self.server, self.key = server, key

    def call(self, method, path, o=None, idempotency=None):
        c = http.client.HTTPConnection(self.server.host, timeout=120)
        h = {"Authorization": "Bearer " + self.key}
        if o is not None:
            h["Content-Type"] = "application/json"
        if idempotency:
            h["Idempotency-Key"] = idempotency
        c.request(method, urllib.parse.quote(path, safe="/?&=%"), json.dumps(o) if o is not None else None, h)
        r = c.getresponse()
        data = r.read()
        c.close()
        return r.status, json.loads(data)
