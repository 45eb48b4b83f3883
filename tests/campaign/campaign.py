"""What the campaigns share: a scratch folder, documents, running gongkai under the shim, and the audit.

A campaign is a script that prints TAP, one line per figure, and ends with 0 only if all figures are reached.
It takes its numbers from variables of the environment (make passes them on: make crash-check KILLS=5000 SEED=7):

    SEED     chooses everything that is chosen; printed first, so that a run can be repeated
    KEEP=1   keeps the scratch folder of the first violation and says where it is
    SCRATCH  where to work (default: /dev/shm if there is room, for speed; the results do not depend on it)

The audit is told what was acknowledged and what was tried.  It believes neither the index nor gongkai's own
reader: it reads the segments with the few lines below, written from doc/gongkai-archive.5.
"""
import gzip
import hashlib
import io
import json
import os
import random
import re
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.abspath(os.environ.get("top_builddir", "."))
SOURCE = os.path.abspath(os.environ.get("top_srcdir", os.path.join(HERE, "..", "..")))


def number(name, default):
    return int(os.environ.get(name) or default)


def program(name):
    for folder in (TOP, os.path.join(TOP, "indexer"), os.path.join(TOP, "searchd"), os.path.join(TOP, "extract")):
        path = os.path.join(folder, name)
        if os.access(path, os.X_OK):
            return path
    print("Bail out! no %s in '%s': run from a build tree, or set top_builddir" % (name, TOP))
    sys.exit(1)


GONGKAI = program("gongkai")
_binary = open(GONGKAI, "rb").read()
SANITIZED = b"__asan_init" in _binary
FAULTS = b"GONGKAI_FAULT" in _binary
del _binary
SHIM = os.path.join(TOP, "tests", "campaign", "shim.so")


def build_shim():
    """make builds it before; by hand it is built here."""
    global SHIM
    source = os.path.join(HERE, "shim.c")
    if os.path.exists(SHIM) and os.path.getmtime(SHIM) >= os.path.getmtime(source):
        return
    folder = tempfile.mkdtemp(prefix="gongkai-shim.")
    SHIM = os.path.join(folder, "shim.so")
    subprocess.run(["cc", "-std=gnu17", "-O1", "-g", "-fPIC", "-shared", "-o", SHIM, source, "-ldl"], check=True)


class Campaign:
    """The TAP of one campaign."""

    def __init__(self, name, shim=True):
        self.name = name
        self.count = self.failed = self.violations = 0
        self.told = set()
        self.kept = None
        self.started = time.monotonic()
        seed = os.environ.get("SEED")
        self.seed = int(seed) if seed else random.SystemRandom().randrange(1 << 31)
        self.rng = random.Random(self.seed)
        if SANITIZED and not os.environ.get("UNDER_SANITIZER"):
            # a campaign is for programs as they are installed; under a sanitizer it takes ten times as long (UNDER_SANITIZER=1 all the same)
            print("1..0 # SKIP not under a sanitizer")
            sys.exit(0)
        print("# %s: SEED=%d" % (name, self.seed), flush=True)
        if shim:
            build_shim()
        base = os.environ.get("SCRATCH")
        if not base:
            # A disk that really flushes costs nothing but time here: what a flush means is the shim's business.
            room = os.statvfs("/dev/shm") if os.path.isdir("/dev/shm") else None
            base = "/dev/shm" if room and room.f_bavail * room.f_frsize > 2 << 30 and os.access("/dev/shm", os.W_OK) else None
        self.scratch = tempfile.mkdtemp(prefix="gongkai 战役-%s." % name, dir=base)

    def figure(self, ok, text):
        self.count += 1
        self.failed += not ok
        print("%s %d - %s: %s" % ("ok" if ok else "not ok", self.count, self.name, text), flush=True)

    def skip(self, text, why):
        self.count += 1
        print("ok %d - %s: %s # SKIP %s" % (self.count, self.name, text, why), flush=True)

    def skip_all(self, why):
        print("1..0 # SKIP %s" % why)
        shutil.rmtree(self.scratch, ignore_errors=True)
        sys.exit(0)

    def violation(self, text, archive=None):
        """Says what went wrong and how to come there again; of those that differ in numbers only, the first (SHOW=n kinds)."""
        self.violations += 1
        kind = re.sub(r"[0-9]+|gongkai 战役-[^/]*", "#", str(text))[-160:]
        if kind in self.told or len(self.told) >= number("SHOW", 12):
            return
        self.told.add(kind)
        print("# violation: %s" % str(text).replace("\n", "\n#   "), flush=True)
        if archive and os.environ.get("KEEP") and not self.kept:
            self.kept = tempfile.mkdtemp(prefix="gongkai-kept-%s." % self.name)
            shutil.copytree(archive, os.path.join(self.kept, "archive"), symlinks=True)
            print("# kept: %s" % self.kept)

    def note(self, text):
        print("# %s" % text, flush=True)

    def path(self, *names):
        return os.path.join(self.scratch, *names)

    def fresh(self, name):
        path = self.path(name)
        shutil.rmtree(path, ignore_errors=True)
        return path

    def done(self):
        print("1..%d" % self.count)
        print("# %s: %.0f seconds, SEED=%d" % (self.name, time.monotonic() - self.started, self.seed))
        shutil.rmtree(self.scratch, ignore_errors=True)
        sys.exit(1 if self.failed or self.count == 0 else 0)


# --- running ---------------------------------------------------------------------------------------------

def environment(archive, shim=None, more=None):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("SHIM_", "GONGKAI_", "GK_", "MAKE"))}
    env.update(GONGKAI_ARCHIVE=archive, GONGKAI_EXTRACT=program("gongkai-extract"), LC_ALL="C.UTF-8", TZ="UTC", LOGNAME="campaign")
    if shim is not None:
        env.update(LD_PRELOAD=SHIM, SHIM_PROGRAM="gongkai", SHIM_UNDER=archive)
        env.update({"SHIM_" + k: str(v) for k, v in shim.items()})
        if SANITIZED:
            env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    env.update(more or {})
    return env


# No core files of those that are meant to die.  Set here once and inherited: with a preexec_fn Python would fork itself
# for each command, instead of vfork, and that costs as much as the command.
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(archive, *args, shim=None, more=None, timeout=60, lang="en"):
    """One command; the result has .returncode (negative: a signal), .stdout, .stderr as text."""
    done = subprocess.run([GONGKAI, *args, "--lang", lang], env=environment(archive, shim, more), stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=timeout)
    done.stdout_bytes = done.stdout
    done.stdout = done.stdout.decode("utf-8", "replace")
    done.stderr = done.stderr.decode("utf-8", "replace")
    return done


def lines(text):
    """Whole lines of JSON; one without its end was never told."""
    return [json.loads(line) for line in text.split("\n")[:-1] if line.startswith("{")]


def init(archive):
    done = run(archive, "init", "--org", "云溪县青石镇人民政府", "--code", "qsz")
    if done.returncode != 0:
        raise SystemExit("Bail out! init failed: " + done.stderr)


# --- documents -------------------------------------------------------------------------------------------

def document(number, size=1, version=0):
    """The same number gives the same document. Statuses are of all kinds, words are unique."""
    text = "青石镇第%d号通知的正文，共同的词，暗号是zq%dv%d完。" % (number, number, version)
    text += "".join("第%d段：关于防汛抗旱和宅基地审批事项%d的说明。" % (i, number * 7 + i) for i in range(size * (1 + number % 5)))
    doc = {"id": "s%d" % number, "title": "关于第%d号事项的通知" % number, "text": text, "published_at": "2021-03-%02d" % (1 + number % 28),
           "docno": "青府发〔20%02d〕%d号" % (10 + number // 500 % 90, number % 500 + 1), "issuer": "青石镇人民政府"}
    if number % 3 == 1:
        doc.update(norm_level="norm_doc", effective_date="2021-05-01")
    if number % 3 == 2:
        doc.update(norm_level="norm_doc", effective_date="2021-05-01", expiry_date="2023-12-31")
    return doc


def write_batch(path, docs):
    with open(path, "w", encoding="utf-8") as f:
        for doc in docs:
            f.write(json.dumps(doc, ensure_ascii=False) + "\n")
    return path


# --- the archive, read by somebody else -------------------------------------------------------------------

class Damage(Exception):
    pass


def members(data):
    """(offset, length, record text) of each member; Damage("…") at the first that is not whole."""
    at = 0
    while at < len(data):
        if data[at:at + 4] != b"\x1f\x8b\x08\x04" or data[at + 12:at + 16] != b"GK\x08\x00" or at + 24 > len(data):
            raise Damage("no member at %d" % at)
        length, = struct.unpack_from("<I", data, at + 16)
        if length < 24 or at + length > len(data):
            raise Damage("cut short at %d" % at)
        try:
            text = gzip.GzipFile(fileobj=io.BytesIO(data[at:at + length])).read()
        except (OSError, EOFError, ValueError) as e:
            raise Damage("at %d: %s" % (at, e))
        except Exception as e:   # zlib.error
            raise Damage("at %d: %s" % (at, e))
        yield at, length, text
        at += length


def record(text):
    head, _, rest = text.partition(b"\r\n\r\n")
    fields = {}
    for line in head.decode("utf-8").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        fields[name.lower()] = value.strip()
    size = int(fields["content-length"])
    block = rest[:size]
    if rest[size:] != b"\r\n\r\n" or fields["warc-block-digest"] != "sha256:" + hashlib.sha256(block).hexdigest():
        raise Damage("digest does not match: " + fields.get("warc-record-id", "?"))
    return fields, block


class Truth:
    """All that an archive says, read without gongkai."""

    def __init__(self, archive):
        self.warc = os.path.join(archive, "warc")
        self.records = {}            # (segment, offset) -> (length, fields, block)
        self.events = []
        self.problems = []
        names = sorted(n for n in os.listdir(self.warc) if re.fullmatch(r"\d{6}\.warc\.gz", n))
        if [int(n[:6]) for n in names] != list(range(1, len(names) + 1)):
            self.problems.append("segments are not 1 to n: %s" % names)
        before = None
        for name in names:
            data = open(os.path.join(self.warc, name), "rb").read()
            segment, first = int(name[:6]), True
            try:
                for at, length, text in members(data):
                    fields, block = record(text)
                    self.records[segment, at] = (length, fields, block)
                    if first:
                        info = dict(l.split(": ", 1) for l in block.decode().split("\r\n") if ": " in l)
                        if fields["warc-type"] != "warcinfo" or info.get("gongkai-previous-segment-digest") != before:
                            self.problems.append("%s: warcinfo or the digest of the segment before is wrong" % name)
                        first = False
                    elif fields.get("content-type", "").startswith("application/vnd.gongkai.event+json"):
                        self.events.append(((segment, at), json.loads(block)))
            except Damage as e:
                self.problems.append("%s: %s" % (name, e))
            if first:
                self.problems.append("%s: no warcinfo" % name)
            before = "sha256:" + hashlib.sha256(data).hexdigest()
        self.segments = len(names)
        used = {at for at, (l, f, b) in self.records.items() if f["warc-type"] in ("warcinfo", "metadata", "revisit")}
        for at, event in self.events:
            if event["type"] in ("import_public", "publish"):
                missing = [k for k in ("id", "event", "meta", "source", "recorded_at", "actor", "content") if not event.get(k)]
                missing += [k for k in ("original", "text", "digest", "bytes") if k not in event.get("content", {})]
                if missing:
                    self.problems.append("half a document: event %s of %s lacks %s" % (event.get("event"), event.get("id"), " ".join(missing)))
            for which in ("original", "text"):
                ref = event.get("content", {}).get(which)
                if ref is None or "loc" not in ref:
                    continue
                segment, offset, length = ref["loc"]
                have = self.records.get((segment, offset))
                used.add((segment, offset))
                want = ref.get("digest") if which == "text" else event["content"].get("digest")
                if have is None or have[0] != length:
                    self.problems.append("half a document: %s of %s is not at %s" % (which, event["id"], ref["loc"]))
                elif have[1]["warc-payload-digest"] != want:
                    self.problems.append("half a document: %s of %s has another digest" % (which, event["id"]))
        self.orphans = len(self.records) - len(used)   # bytes that no document claims: waste, not a lie

    def by_source(self):
        """source id -> [(record id, text)] of the imports."""
        out = {}
        for _, event in self.events:
            if event["type"] in ("import_public", "publish"):
                loc = event.get("content", {}).get("text", {}).get("loc", [0, 0])
                block = self.records.get((loc[0], loc[1]), (0, 0, b""))[2]
                source = event.get("source", {})
                out.setdefault(source.get("id") or source.get("name"), []).append((event.get("id"), block.decode("utf-8", "replace")))
        return out


def torn_files(archive):
    folder = os.path.join(archive, "warc", "torn")
    if not os.path.isdir(folder):
        return {}
    return {n: open(os.path.join(folder, n), "rb").read() for n in os.listdir(folder)}


def segments(archive):
    warc = os.path.join(archive, "warc")
    return {n: open(os.path.join(warc, n), "rb").read() for n in os.listdir(warc) if n.endswith(".warc.gz")}


def kept(before, archive):
    """No byte that stood in a segment may be gone: it is still there, or lies in torn/."""
    after, torn, out = segments(archive), torn_files(archive), []
    for name, old in before.items():
        new = after.get(name, b"")
        if new.startswith(old):
            continue
        fits = False
        for t, data in torn.items():
            m = re.fullmatch(name[:6] + r"-(\d+)(-\d+)?", t)
            if m and new[:int(m[1])] == old[:int(m[1])] and old[int(m[1]):] == data:
                fits = True
        if not fits:
            out.append("%s was cut or changed and torn/ does not have the rest (%s)" % (name, sorted(torn)))
    return out


def audit(archive, batch, docs, told, before=None, more=None, ingest=None):
    """
    The next command, as a person would give it: the same one again.  Then everything is looked at.
    told: source id -> record id, of what was acknowledged.  docs: source id -> document, of all that was ever tried.
    Returns the list of what is wrong, and the truth.
    """
    wrong = []
    again = run(archive, *(ingest or ("ingest", "--json", "--jsonl", batch)), more=more)
    if again.returncode != 0:
        return ["the same command again: exit status %d: %s" % (again.returncode, again.stderr.strip()[-400:])], None
    answers = lines(again.stdout)
    for one in answers:
        source = one.get("source_id") or one.get("file")
        if one.get("result") == "done":
            if one["failed"]:
                wrong.append("%d documents were refused the second time" % one["failed"])
        elif source in told:
            if one["id"] != told[source]:
                wrong.append("%s was acknowledged as %s and is now %s" % (source, told[source], one["id"]))
            if one["result"] == "new":
                wrong.append("lost: %s was acknowledged as %s and had to be taken in again" % (source, told[source]))
        told.setdefault(source, one.get("id"))
    told.pop(None, None)
    if before is not None:
        wrong += kept(before, archive)
    truth = Truth(archive)
    wrong += truth.problems
    have = truth.by_source()
    for source, doc in docs.items():
        texts = [t for _, t in have.get(source, [])]
        if source in told and doc["text"] not in texts:
            wrong.append("lost: %s (%s) is not in the archive, or with another text" % (source, told[source]))
    ids = [e["id"] for _, e in truth.events if e["type"] in ("import_public", "publish") and "version" not in e]
    if len(set(ids)) != len(ids):
        wrong.append("an id was given twice: %s" % sorted(i for i in set(ids) if ids.count(i) > 1)[:4])
    numbers = [e["event"] for _, e in truth.events]
    if len(set(numbers)) != len(numbers):
        wrong.append("an event number was given twice: %s" % sorted(i for i in set(numbers) if numbers.count(i) > 1)[:4])
    if [e["event"] for _, e in truth.events] != sorted(numbers):
        wrong.append("event numbers do not rise")
    for source, entries in have.items():
        if len({i for i, _ in entries}) != 1:
            wrong.append("%s stands under more than one id: %s" % (source, entries))
    wrong += audit_index(archive, set(ids), more)
    return wrong, truth


def audit_index(archive, ids, more=None):
    """verify is content, and the index has just these documents."""
    wrong = []
    done = run(archive, "verify", "--json", more=more)
    report = (lines(done.stdout) or [{}])[-1]
    if done.returncode != 0 or report.get("clean") is not True:
        wrong.append("verify: exit status %d: %s" % (done.returncode, (done.stdout + done.stderr).strip()[-300:]))
    elif report.get("indexed") != len(ids):
        wrong.append("the index has %s documents, the archive %d" % (report.get("indexed"), len(ids)))
    elif report.get("torn") is not None:
        wrong.append("the archive still ends in a torn record after the next command")
    found, page = set(), 1
    while True:
        done = run(archive, "search", "--json", "共同的词", "--size", "100", "--page", str(page), more=more)
        if done.returncode == 1 and not ids:
            return wrong
        if done.returncode != 0:
            wrong.append("search: exit status %d: %s" % (done.returncode, done.stderr.strip()[-300:]))
            return wrong
        answer = json.loads(done.stdout)
        found |= {h["id"] for h in answer["hits"]}
        if page * 100 >= answer["total"]:
            break
        page += 1
    if found != ids:
        wrong.append("search finds %d documents, the archive has %d; missing %s, too many %s" %
                     (len(found), len(ids), sorted(ids - found)[:4], sorted(found - ids)[:4]))
    return wrong


def acknowledged(text):
    return {(one.get("source_id") or one.get("file")): one["id"] for one in lines(text) if one.get("result") in ("new", "version", "duplicate")}


# --- segments made by hand ----------------------------------------------------------------------------------

def member(text, distance=0, length=None, extra=True):
    """A gzip member like ours; length overrules what the extra field says, extra=False leaves it out."""
    import zlib
    z = zlib.compressobj(6, zlib.DEFLATED, -15)
    body = z.compress(text) + z.flush() + struct.pack("<II", zlib.crc32(text), len(text) & 0xFFFFFFFF)
    if not extra:
        return b"\x1f\x8b\x08\x00\0\0\0\0\0\x03" + body
    whole = 24 + len(body)
    return (b"\x1f\x8b\x08\x04\0\0\0\0\0\x03\x0c\0GK\x08\0" + struct.pack("<II", whole if length is None else length, distance)) + body


def warc_text(kind, block, **fields):
    """A record's bytes; a field given as None is left out, a list is written twice."""
    import uuid
    digest = "sha256:" + hashlib.sha256(block).hexdigest()
    have = {"WARC-Type": kind, "WARC-Record-ID": "<urn:uuid:%s>" % uuid.uuid4(), "WARC-Date": "2026-11-23T15:49:07.123Z"}
    if kind != "warcinfo":
        have["WARC-Target-URI"] = "urn:gongkai:foreign"
    have["WARC-Block-Digest"] = digest
    if kind != "warcinfo":
        have["WARC-Payload-Digest"] = digest
    have.update({"Content-Type": "text/plain", "Content-Length": str(len(block))})
    version = fields.pop("version", "WARC/1.1")
    have.update({k.replace("_", "-"): v for k, v in fields.items()})
    head = version + "\r\n"
    for name, value in have.items():
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                head += "%s: %s\r\n" % (name, one)
    return head.encode() + b"\r\n" + block + b"\r\n\r\n"


def info_block(before=None, form=1):
    text = "software: gongkai/0.1.0\r\nformat: WARC File Format 1.1\r\ngongkai-format: %d\r\n" % form
    return (text + ("gongkai-previous-segment-digest: sha256:%s\r\n" % before if before else "")).encode()


def close_segment(archive, body=b""):
    """Begins the next segment, as the writer does at 1 GiB: so the one before is closed."""
    warc = os.path.join(archive, "warc")
    last = sorted(n for n in os.listdir(warc) if n.endswith(".warc.gz"))[-1]
    digest = hashlib.sha256(open(os.path.join(warc, last), "rb").read()).hexdigest()
    name = "%06d.warc.gz" % (int(last[:6]) + 1)
    info = member(warc_text("warcinfo", info_block(digest), WARC_Filename=name, Content_Type="application/warc-fields"))
    open(os.path.join(warc, name), "wb").write(info + body)
    return name
