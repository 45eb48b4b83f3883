#!/usr/bin/env python3
"""make powercut-replay: what the disk may hold after a power cut, built from a record of what was written (safety.md 3.3, 10).

    STATES=n   how many states (400 in `make check`; 10,000 before a release)
    LAX=fsync-folder, LAX=fsync-file   the program's flushes of that kind do nothing: it must then fail

The program runs under the shim, which records each create, write, flush, rename, in order, and each acknowledgement.
At random instants of that record the disk is built as it may be found after a power cut, without root and stricter
than any file system: what was flushed is there; of the rest

    all      everything: the cut came just now
    synced   nothing
    random   any sectors of 512 bytes of any write, in any order, holes read as zeros; in each folder the first few of
             the names made, renamed and removed since its own flush

A flush of a file says nothing about its name; only a flush of its folder does.  On every second state readers are asked
first (they may refuse, they must not lie; of a cut behind the command's end they must find all), then the same command is given again and all is looked at.

Seen to go red: LAX=fsync-folder; LAX=fsync-file; STATES=600, with gk_sync_dir() taken out of xc_writer_commit() in write.cc alone; with it taken out of gk_layers_commit() in layers-write.c;
without begun() in cmd-init.c ("init").
"""
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import campaign as c

STATES = c.number("STATES", 100)
LAX = os.environ.get("LAX")
OVERLAP = {"GONGKAI_BATCH": "4"}
SECTOR = 512


class File:
    """durable: what a flush made safe.  pending: [(offset, bytes) or ("cut", n)] since then."""

    def __init__(self, durable=b""):
        self.durable, self.now, self.pending = bytes(durable), bytearray(durable), []

    def write(self, offset, data):
        if offset > len(self.now):
            self.now += bytes(offset - len(self.now))
        self.now[offset:offset + len(data)] = data
        self.pending.append((offset, data))

    def cut(self, n):
        if n < len(self.now):
            del self.now[n:]
        else:
            self.now += bytes(n - len(self.now))
        self.pending.append(("cut", n))

    def flush(self):
        self.durable, self.pending = bytes(self.now), []

    def found(self, how, rng, p):
        if how == "all" or not self.pending:
            return bytes(self.now)
        if how == "synced":
            return self.durable
        out = bytearray(self.durable)
        for what in self.pending:
            if what[0] == "cut":
                if rng.random() < p:
                    out = out[:what[1]] + bytes(max(0, what[1] - len(out)))
                continue
            offset, data = what
            for at in range(0, len(data), SECTOR):
                if rng.random() >= p:
                    continue
                piece, to = data[at:at + SECTOR], offset + at
                if to > len(out):
                    out += bytes(to - len(out))
                out[to:to + len(piece)] = piece
            # The size may be on the disk before the bytes are.
            if offset + len(data) > len(out) and rng.random() < p:
                out += bytes(offset + len(data) - len(out))
        return bytes(out)


class Folder:
    def __init__(self):
        self.durable, self.now, self.pending = {}, {}, []

    def do(self, *op):
        self.pending.append(op)
        self.act(self.now, op)

    @staticmethod
    def act(names, op):
        if op[0] == "put":
            names[op[1]] = op[2]
        elif op[0] == "del":
            names.pop(op[1], None)
        elif op[1] in names:
            names[op[2]] = names.pop(op[1])

    def flush(self):
        self.durable, self.pending = dict(self.now), []

    def found(self, how, rng):
        if how == "all" or not self.pending:
            return self.now
        names = dict(self.durable)
        for op in self.pending[:0 if how == "synced" else rng.randrange(len(self.pending) + 1)]:
            self.act(names, op)
        return names


class Disk:
    """The tree below one folder, now and as a flush left it."""

    def __init__(self, top):
        self.top, self.root, self.fds = top, self.load(top), {}

    def load(self, path):
        folder = Folder()
        for name in os.listdir(path):
            sub = os.path.join(path, name)
            if os.path.islink(sub):
                folder.now[name] = os.readlink(sub)
            elif os.path.isdir(sub):
                folder.now[name] = self.load(sub)
            else:
                folder.now[name] = File(open(sub, "rb").read())
        folder.flush()
        return folder

    def find(self, path):
        """(folder, name); symbolic links on the way are followed."""
        folder, parts = self.root, [p for p in os.path.relpath(path, self.top).split("/") if p != "."]
        for i, part in enumerate(parts[:-1]):
            to = folder.now[part]
            if isinstance(to, str):
                return self.find(os.path.normpath(os.path.join(self.top, *parts[:i], to, *parts[i + 1:])))
            folder = to
        return folder, parts[-1] if parts else None

    def at(self, path):
        folder, name = self.find(path)
        if name is None:
            return folder
        to = folder.now[name]
        return self.at(os.path.normpath(os.path.join(os.path.dirname(path), to))) if isinstance(to, str) else to

    def apply(self, kind, fd, a, path, data):
        if kind in ("create", "trunc"):
            folder, name = self.find(path)
            if kind == "create":
                folder.do("put", name, File())
            else:
                folder.now[name].cut(0)
            self.fds[fd] = folder.now[name]
        elif kind == "open":
            path = os.path.normpath(path)
            # The folder above is not ours to lose.
            self.fds[fd] = self.at(path) if (path + "/").startswith(self.top + "/") else Folder()
        elif kind == "close":
            self.fds.pop(fd, None)
        elif kind == "write":
            self.fds[fd].write(a, data)
        elif kind == "ftruncate":
            self.fds[fd].cut(a)
        elif kind in ("fsync", "fdatasync"):
            self.fds[fd].flush()
        elif kind == "mkdir":
            folder, name = self.find(path)
            folder.do("put", name, Folder())
        elif kind == "unlink":
            folder, name = self.find(path)
            folder.do("del", name)
        elif kind == "symlink":
            target, path = path.split("\t")
            folder, name = self.find(path)
            folder.do("put", name, target)
        elif kind == "rename":
            old, new = path.split("\t")
            folder, name = self.find(old)
            other, new = self.find(new)
            if folder is not other:
                raise SystemExit("Bail out! a rename between folders: the model does not know it")
            folder.do("move", name, new)

    def build(self, to, how, rng):
        p = rng.choice((0.1, 0.5, 0.9, rng.random()))
        self.build_folder(self.root, to, how, rng, p)

    def build_folder(self, folder, to, how, rng, p):
        os.mkdir(to)
        for name, what in folder.found(how, rng).items():
            path = os.path.join(to, name)
            if isinstance(what, str):
                os.symlink(what, path)
            elif isinstance(what, Folder):
                self.build_folder(what, path, how, rng, p)
            else:
                with open(path, "wb") as f:
                    f.write(what.found(how, rng, p))


def differs(folder, path):
    """The first name below path that the model has otherwise than the disk; None if there is none."""
    if set(folder.now) != set(os.listdir(path)):
        return path
    for name, what in folder.now.items():
        at = os.path.join(path, name)
        if isinstance(what, Folder):
            sub = differs(what, at)
            if sub:
                return sub
        elif (os.readlink(at) if os.path.islink(at) else open(at, "rb").read()) != (what if isinstance(what, str) else bytes(what.now)):
            return at
    return None


def read_log(path):
    """[(kind, fd, a, path, data)]; "told" has in a how many bytes of stdout were out."""
    out, at = [], 0
    log = open(path, "rb").read() if os.path.exists(path) else b""
    while at < len(log):
        end = log.index(b"\n", at)
        kind, fd, a, b, name = log[at:end].split(b" ", 4)
        at, data = end + 1, b""
        if kind == b"write":
            data = log[at:at + int(b)]
            at += int(b)
        out.append((kind.decode(), int(fd), int(a), name.decode(), data))
    return out


def readers_lie(archive, ever, told, number, rng):
    """Before anything is mended: what readers say is right, or nothing."""
    wrong = []
    done = c.run(archive, "search", "--json", "共同的词", "--size", "100")
    if done.returncode < 0:
        wrong.append("search before the recovery: signal %d" % -done.returncode)
    if done.returncode == 0:
        titles = {c.document(k)["title"] for k in range(number)}      # of all that was ever tried
        for hit in json.loads(done.stdout)["hits"]:
            if hit["title"] not in titles:
                wrong.append("search before the recovery shows '%s'" % hit["title"])
    if told:
        source = rng.choice(sorted(told))
        done = c.run(archive, "show", "--text", told[source])
        if done.returncode < 0:
            wrong.append("show before the recovery: signal %d" % -done.returncode)
        if done.returncode == 0 and done.stdout not in ever[source]:
            wrong.append("show before the recovery: %s has another text" % source)
    return wrong


def readers_refuse(archive, told, number):
    """Behind the end of a command all is flushed, and readers need nobody who mends anything: all that was acknowledged is found."""
    done = c.run(archive, "search", "--json", "共同的词")
    if done.returncode not in (0, 1) or (told and done.returncode == 1):
        return ["search after the command's end: exit status %d: %s" % (done.returncode, done.stderr.strip()[-300:])]
    total = json.loads(done.stdout)["total"] if done.stdout.startswith("{") else 0
    # Of a batch that was torn some may be there.
    return [] if len(set(told.values())) <= total <= number else ["search after the command's end finds %d documents, %d were acknowledged" % (total, len(set(told.values())))]


def main():
    camp = c.Campaign("powercut-replay")
    live, found = camp.path("live"), camp.path("archive")
    ever = {}
    sure, told, number = {}, {}, 0        # sure: what was acknowledged, in its newest version
    plan = [("init", 0, None)] + [("ingest", n, None) for n in (1, 5, 20)] + [("torn", 20, None), ("ingest", 5, None), ("rebuild", 0, None), ("ingest", 100, None), ("ingest", 1, None)]
    if c.FAULTS:
        plan += [("ingest", 20, 6000), ("ingest", 5, 400), ("torn", 20, 3000), ("ingest", 5, None)]
        # Batches that become dense parts (catalog/dense.h), beside each other, half of one, and compacted.
        plan += [("ingest", 20, "dense"), ("ingest", 12, "dense"), ("torn", 20, "dense"), ("ingest", 12, "dense"), ("ingest", 3, "dense"), ("compact", 0, "dense"), ("ingest", 12, "dense")]
        # Batches of which one is committed while the next is taken.
        plan += [("ingest", 20, OVERLAP), ("torn", 20, OVERLAP), ("ingest", 12, {**OVERLAP, "GONGKAI_DENSE_FROM": "2"})]
    per = [max(1, STATES // len(plan))] * len(plan)
    os.mkdir(live)
    disk = Disk(live)
    c_lost = c_half = c_lies = c_other = states = 0
    log = camp.path("log")
    hows = {"all": 0, "synced": 0, "random": 0}
    for (kind, n, limit), share in zip(plan, per):
        more = limit if isinstance(limit, dict) else {"GONGKAI_DENSE_FROM": "10"} if limit == "dense" else {"GONGKAI_SEGMENT_LIMIT": str(limit)} if limit else None
        batch = [c.document(k) for k in range(number, number + n)]
        if number > 3 and n >= 5:
            batch.append(c.document(number - 1, version=number))
        number += n
        trying = {d["id"]: d for d in batch}
        for d in batch:
            ever.setdefault(d["id"], []).append(d["text"])      # a version that was never acknowledged may be there all the same
        path = c.write_batch(camp.path("batch.jsonl"), batch or [c.document(0)])
        args = {"init": ("init", "--org", "云溪县青石镇人民政府", "--code", "qsz"), "rebuild": ("index", "rebuild", "--json"), "compact": ("index", "compact", "--json")}.get(kind, ("ingest", "--json", "--jsonl", path))
        if os.path.exists(log):
            os.unlink(log)
        shim = {"LOG": log}
        if LAX:
            shim["LAX"] = LAX
        if kind == "torn":
            shim.update(AT=camp.rng.randrange(8, 40), DO="torn")
        # To a file: then the shim can tell how far it has come.
        with open(camp.path("stdout"), "wb+") as out:
            done = subprocess.run([c.GONGKAI, *args], env=c.environment(live, shim, more), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE)
            out.seek(0)
            said = out.read()
        if done.returncode != 0 and kind != "torn":
            raise SystemExit("Bail out! %s: %s" % (kind, done.stderr.decode()))
        ops = read_log(log)
        cuts = {len(ops): 1}
        for _ in range(share - 1):
            cut = camp.rng.randrange(len(ops) + 1)
            cuts[cut] = cuts.get(cut, 0) + 1
        heard = 0
        for i in range(len(ops) + 1):
            now = dict(told)
            if kind in ("ingest", "torn"):
                now.update(c.acknowledged(said[:heard].decode()))
            for _ in range(cuts.get(i, 0)):
                how = camp.rng.choices(("all", "synced", "random"), (1, 1, 6))[0] if i < len(ops) else "synced"
                hows[how] += 1
                states += 1
                shutil.rmtree(found, ignore_errors=True)
                disk.build(found, how, camp.rng)
                what = "%s of %d (limit %s), state '%s' before operation %d of %d (%s)" % (kind, n, limit, how, i + 1, len(ops), " ".join(map(str, ops[i][:4])) if i < len(ops) else "end")
                wrong = []
                if kind == "init":
                    # Nobody was told that there is an archive: saying init again makes one, or says that it is there.
                    again = c.run(found, "init", "--org", "云溪县青石镇人民政府", "--code", "qsz")
                    if again.returncode not in (0, 2):
                        wrong.append("init again: exit status %d: %s" % (again.returncode, again.stderr.strip()[-200:]))
                elif i == len(ops) and kind != "torn":
                    wrong = readers_refuse(found, now, number)
                elif states % 2:
                    wrong = readers_lie(found, ever, now, number, camp.rng)
                c_lies += bool(wrong)
                before = c.segments(found) if os.path.isdir(os.path.join(found, "warc")) else {}
                more_wrong, _ = c.audit(found, path, {**sure, **trying} if kind != "init" else {"s0": c.document(0)}, dict(now), before, more)
                wrong += more_wrong
                c_lost += any(w.startswith("lost") for w in more_wrong)
                c_half += any(w.startswith("half") for w in more_wrong)
                c_other += any(not w.startswith(("lost", "half")) for w in more_wrong)
                if wrong:
                    camp.violation("%s: %s" % (what, "; ".join(wrong[:4])), found)
            if i < len(ops):
                op = ops[i]
                if op[0] == "told":
                    heard = op[2]
                else:
                    disk.apply(*op)
        disk.fds.clear()
        if kind == "ingest":
            told.update(c.acknowledged(said.decode()))
        elif kind == "torn":
            told.update(c.acknowledged(said[:heard].decode()))
        sure.update({s: d for s, d in trying.items() if s in c.acknowledged(said[:heard].decode())})
        if differs(disk.root, live):
            raise SystemExit("Bail out! after %s of %d the model does not follow the disk: %s" % (kind, n, differs(disk.root, live)))
    camp.note("states: %s" % ", ".join("%s %d" % h for h in hows.items()))
    camp.figure(states >= STATES * 9 // 10, "states built: %d" % states)
    camp.figure(c_lost == 0, "states with something acknowledged lost: %d" % c_lost)
    camp.figure(c_half == 0, "states with half a document: %d" % c_half)
    camp.figure(c_lies == 0, "states in which a reader lied or crashed: %d" % c_lies)
    camp.figure(c_other == 0, "states that needed a person, or otherwise wrong: %d" % c_other)
    if not c.FAULTS:
        camp.skip("closing of segments", "needs --enable-faults (a segment is closed at 1 GiB)")
    camp.done()


main()
