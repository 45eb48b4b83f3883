#!/usr/bin/env python3
"""gongkai ingest --watch over files that are written slowly, renamed, replaced and deleted, while it is killed and started again.

    FILES    how many (default 120)         KILLS   kill -9 of the watcher (default 4)        POLL   seconds, 0: inotify (default)

make watch-check FILES=1000 KILLS=20 is the long form.  Every text says at its head which it is and at its end that it is whole.  Then:
no text that stood complete in the folder is missing, none is there twice, none is there in part, and what was acknowledged stays when its file
is deleted.
"""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import campaign

FILES, KILLS, POLL, SEED = campaign.number("FILES", 120), campaign.number("KILLS", 4), campaign.number("POLL", 0), campaign.number("SEED", 1)
SETTLE = POLL * 2 if POLL else 1.0
END = "全文完"


class Writer:
    """Writes in a folder as people and programs do; knows which texts it wrote and which stand there at the end."""

    def __init__(self, folder, rng):
        self.folder, self.rng = folder, rng
        self.written, self.final = set(), {}

    def pieces(self, token):
        body = ["通知%s\n" % token] + ["第%d条 %s的规定，由办事机构负责。\n" % (i, token) for i in range(self.rng.randint(2, 6))] + ["%s%s\n" % (token, END)]
        return [p.encode() for p in body]

    def slowly(self, path, token):
        """In pieces, the file open all the time; sometimes closed and opened again in between."""
        again = self.rng.random() < 0.2
        f = open(path, "wb")
        for piece in self.pieces(token):
            f.write(piece)
            f.flush()
            time.sleep(self.rng.choice([0, 0.02, 0.1, 0.4]))
            if again:
                f.close()
                f = open(path, "ab")
        f.close()

    def one(self, i):
        name = os.path.join(self.folder, self.rng.choice(["", "甲", "乙"]), "%04d.txt" % i)
        os.makedirs(os.path.dirname(name), exist_ok=True)
        token = "W%04dA" % i
        kind = self.rng.random()
        if kind < 0.35:
            self.slowly(name, token)
        elif kind < 0.6:
            part = os.path.join(os.path.dirname(name), ".%04d.part" % i)
            self.slowly(part, token)
            os.rename(part, name)
        else:
            with open(name, "wb") as f:
                f.write(b"".join(self.pieces(token)))
        self.written.add(token)
        return name, token

    def change(self, i, name, token):
        """What happens to it later: the text that stays, if any."""
        kind = self.rng.random()
        if kind < 0.15:
            os.unlink(name)
            return
        if kind < 0.30:
            moved = name.replace(".txt", "-moved.txt")
            os.rename(name, moved)
            name = moved
        elif kind < 0.50:
            token = "W%04dB" % i
            part = name + ".tmp~"
            with open(os.path.join(self.folder, "..", os.path.basename(part)), "wb") as f:
                f.write(b"".join(self.pieces(token)))
            os.rename(f.name, name)
            self.written.add(token)
        elif kind < 0.60:
            token = "W%04dB" % i
            self.slowly(name, token)
            self.written.add(token)
        self.final[name] = token

    def run(self, numbers):
        names = []
        for i in numbers:
            names.append((i,) + self.one(i))
            if len(names) > 8 and self.rng.random() < 0.6:
                self.change(*names.pop(self.rng.randrange(len(names))))
            time.sleep(self.rng.choice([0, 0, 0.01, 0.05]))
        for item in names:
            self.change(*item)


class Watcher:
    def __init__(self, archive, folder):
        self.archive, self.folder, self.acknowledged, self.process, self.reader = archive, folder, [], None, None

    def start(self):
        more = ["--poll", str(POLL)] if POLL else []
        self.process = subprocess.Popen([campaign.GONGKAI, "ingest", "--watch", "--json", "--quiet", "--archive", self.archive, *more, self.folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.reader = threading.Thread(target=self.read, args=(self.process.stdout,))
        self.reader.start()

    def read(self, pipe):
        for line in pipe:
            try:
                self.acknowledged.append(json.loads(line))
            except ValueError:
                pass        # torn by the kill

    def end(self, sig):
        self.process.send_signal(sig)
        code = self.process.wait()
        self.reader.join()
        return code


def texts(archive):
    """Title line and whole text of every document, by the records themselves."""
    out = subprocess.run([campaign.GONGKAI, "export", "--format", "jsonl", "--archive", archive, "-"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
    return [json.loads(line) for line in out.decode().splitlines()]


def main():
    print("# seed %d, %d files, %d kills, %s" % (SEED, FILES, KILLS, "poll %d s" % POLL if POLL else "inotify"))
    rng = random.Random(SEED)
    top = tempfile.mkdtemp(prefix="gongkai-watch.")
    folder, archive = os.path.join(top, "in"), os.path.join(top, "archive")
    os.mkdir(folder)
    subprocess.run([campaign.GONGKAI, "init", "--org", "云溪县人民政府", "--code", "yx", "--archive", archive], stdout=subprocess.DEVNULL, check=True)
    watcher = Watcher(archive, folder)
    watcher.start()
    share = [list(range(k, FILES, 4)) for k in range(4)]
    writers = [Writer(folder, random.Random(SEED * 10 + k)) for k in range(4)]
    threads = [threading.Thread(target=w.run, args=(s,)) for w, s in zip(writers, share)]
    for t in threads:
        t.start()
    kills = 0
    while kills < KILLS:
        time.sleep(rng.uniform(0.2, 2.5))
        watcher.end(signal.SIGKILL)
        kills += 1
        time.sleep(rng.choice([0, 0, 0.5]))
        watcher.start()
    for t in threads:
        t.join()
    # Until nothing comes any more.
    last, quiet = -1, time.time()
    deadline = time.time() + 120
    while time.time() - quiet < 4 * SETTLE + 3 and time.time() < deadline:
        time.sleep(0.3)
        if len(watcher.acknowledged) != last:
            last, quiet = len(watcher.acknowledged), time.time()
    ended = watcher.end(signal.SIGTERM)
    docs = texts(archive)
    have = {}
    partial = []
    for d in docs:
        text = d["text"]
        token = text.split("\n", 1)[0].replace("通知", "")
        have.setdefault(token, []).append(d.get("id"))
        if not text.rstrip("\n").endswith(token + END):
            partial.append(token)
    final = {token for w in writers for token in w.final.values()}
    written = {token for w in writers for token in w.written}
    missing = sorted(final - set(have))
    twice = sorted(t for t, ids in have.items() if len(ids) > 1)
    unknown = sorted(set(have) - written)
    new = [a["id"] for a in watcher.acknowledged if a.get("result") in ("new", "version")]
    gone = sorted(set(new) - {d.get("id") for d in docs})
    verify = subprocess.run([campaign.GONGKAI, "verify", "--archive", archive], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    points = [
        ("of %d texts that stood there at the end none is missing" % len(final), missing),
        ("of %d texts in the archive none is there twice" % len(have), twice),
        ("none is there in part", partial),
        ("none is there that was not written", unknown),
        ("of %d acknowledged records all are there" % len(set(new)), gone),
        ("verify is clean after %d kills" % kills, [] if verify.returncode == 0 else [verify.stdout.decode()[-300:]]),
        ("SIGTERM ends it with 0", [] if ended == 0 else [ended]),
    ]
    print("1..%d" % len(points))
    for i, (what, bad) in enumerate(points, 1):
        print("%s %d - %s" % ("not ok" if bad else "ok", i, what))
        if bad:
            print("# %d: %r" % (len(bad), bad[:10]))
    if os.environ.get("KEEP"):
        print("# kept in %s" % top)
    else:
        shutil.rmtree(top)
    return 1 if any(bad for _, bad in points) else 0


if __name__ == "__main__":
    sys.exit(main())
