#!/usr/bin/env python3
"""make powercut-disk: power cuts of real file systems (safety.md 1, 3.3, 10).  Root only.

    CUTS=n          for each file system (24 in `make check`; 500 before a release), shared by the sizes of batch
    SYSTEMS="…"     of ext4 xfs btrfs (ext4 xfs, those whose mkfs is here)
    BATCHES="1 5 100"
    LAX=fsync-folder, LAX=fsync-file   the program's flushes of that kind do nothing: it must then fail

The archive lies in an image on a loop device.  While batch after batch goes in, the image is copied at a random instant:
that is what the device had been given by then, and nothing that was only in memory.  The copy is mounted (the journal is
replayed), readers are asked, the same command is given again, and all is looked at.

The copy must be of one instant.  Where the images can lie on xfs or btrfs it is a reflink, at any moment, also in the
middle of a flush.  Elsewhere the writer is stopped between two file operations (shim) and the image copied twice, until
both copies are the same.

Commits of the index alone (commits.c) are cut too.  Between two commits of gongkai itself lies a flush of the archive, and
that carries the rename of the index along on these file systems: there two guards must fall before anything is lost.

Seen to go red: LAX=fsync-folder (index alone: not readable), LAX=fsync-file,fsync-folder (lost).
"""
import fcntl
import filecmp
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import campaign as c

CUTS = c.number("CUTS", 6)
SYSTEMS = (os.environ.get("SYSTEMS") or "ext4 xfs").split()
BATCHES = [int(n) for n in (os.environ.get("BATCHES") or "1 5 100").split()]
LAX = os.environ.get("LAX")
FICLONE = 0x40049409
SIZE = {"ext4": 96, "xfs": 320, "btrfs": 256}      # MiB, sparse
MKFS = {"ext4": ["-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0"], "xfs": ["-q", "-f"], "btrfs": ["-q", "-f"]}
# A second mount of the same file system is refused by its uuid.
MOUNT = {"ext4": "loop", "xfs": "loop,nouuid", "btrfs": "loop"}


def tool(name):
    return shutil.which(name) or shutil.which(name, path="/sbin:/usr/sbin:" + os.environ.get("MKFS_PATH", ""))


def inside():
    """Again in a name space of our own: mounts and loop devices go with us."""
    if not os.environ.get("POWERCUT_INSIDE") and shutil.which("unshare"):
        os.environ["POWERCUT_INSIDE"] = "1"
        if subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:     # in a chroot
            print("1..0 # SKIP needs a name space for mounts")
            sys.exit(0)
        os.execvp("unshare", ["unshare", "-m", sys.executable, os.path.abspath(__file__)])


def sh(*args):
    done = subprocess.run(args, capture_output=True)
    return done.returncode == 0, done.stderr.decode("utf-8", "replace").strip()


def image(path, system):
    with open(path, "wb") as f:
        f.truncate(SIZE[system] << 20)
    return sh(tool("mkfs." + system), *MKFS[system], path)


def clone(image_path, copy):
    with open(image_path, "rb") as a, open(copy, "wb") as b:
        fcntl.ioctl(b.fileno(), FICLONE, a.fileno())


class Writer(threading.Thread):
    """Batch after batch, until told to stop; what is acknowledged is in self.told the moment it is read."""

    def __init__(self, camp, archive, size, reflink):
        super().__init__()
        self.camp, self.archive, self.size, self.reflink = camp, archive, size, reflink
        self.told, self.number, self.end, self.failed = {}, 0, False, None
        self.batch = None
        self.stopped = threading.Event()
        self.go = threading.Event()
        self.seconds = 0.05

    def run(self):
        round_ = 0
        while not self.end:
            docs = [c.document(k) for k in range(self.number, self.number + self.size)]
            round_ += 1
            path = c.write_batch(self.camp.path("batch-%d.jsonl" % round_), docs)
            self.number += self.size
            self.batch = path
            shim = {"SPACE": 1}
            if LAX:
                shim["LAX"] = LAX
            if not self.reflink:
                shim.update(AT=self.camp.rng.randrange(1, 90), DO="stop")
            began = time.monotonic()
            p = subprocess.Popen([c.GONGKAI, "ingest", "--json", "--jsonl", path], env=c.environment(self.archive, shim),
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            if not self.reflink:
                self.wait_stopped(p)
            for line in p.stdout:
                if line.endswith(b"\n"):
                    self.told.update(c.acknowledged(line.decode()))
            why = p.stderr.read().decode()
            p.wait()
            self.seconds = time.monotonic() - began
            if p.returncode != 0:
                self.failed = "exit status %d: %s" % (p.returncode, why.strip()[-300:])
                return

    def wait_stopped(self, p):
        """Hands over while the writer stands still; what it has said by now is read first."""
        while p.poll() is None:
            state = open("/proc/%d/stat" % p.pid).read().rsplit(")", 1)[1].split()[0]
            if state == "T":
                os.set_blocking(p.stdout.fileno(), False)
                said = p.stdout.read() or b""
                os.set_blocking(p.stdout.fileno(), True)
                self.told.update(c.acknowledged(said.decode()))
                self.stopped.set()
                self.go.wait()
                self.go.clear()
                p.send_signal(signal.SIGCONT)
                return
            time.sleep(0.001)


class Commits(threading.Thread):
    """The index alone, commit after commit (commits.c); self.last is the last number acknowledged."""

    def __init__(self, camp, folder, size, reflink):
        super().__init__()
        shim = {"PROGRAM": "commits"}
        if LAX:
            shim["LAX"] = LAX
        if not reflink:
            shim.update(AT=camp.rng.randrange(100, 1500), DO="stop")
        self.last, self.reflink = 0, reflink
        self.p = subprocess.Popen([commits(), folder, str(size)], env=c.environment(folder, shim), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)

    def run(self):
        for line in self.p.stdout:
            if line.endswith(b"\n"):
                self.last = int(line)

    def stand_still(self):
        """In place of a reflink: until the shim has stopped it, and all it said is read."""
        while open("/proc/%d/stat" % self.p.pid).read().rsplit(")", 1)[1].split()[0] != "T":
            time.sleep(0.001)
        time.sleep(0.02)

    def stop(self):
        self.p.kill()
        self.p.wait()
        self.join()


def commits():
    return os.path.join(c.TOP, "tests", "campaign", "commits")


def ask(archive, told, rng):
    """Readers, before anything is mended."""
    wrong = []
    for args in (("search", "--json", "共同的词"), ("search", "--json", "青石镇 is:in_force")):
        done = c.run(archive, *args)
        if done.returncode < 0:
            wrong.append("search before the recovery: signal %d" % -done.returncode)
        elif done.returncode == 0:
            for hit in json.loads(done.stdout)["hits"]:
                if hit["title"] != c.document(int(hit["source_id"][1:]))["title"]:
                    wrong.append("search before the recovery shows %s" % hit)
    for source in rng.sample(sorted(told), min(2, len(told))):
        done = c.run(archive, "show", "--text", told[source])
        if done.returncode < 0 or (done.returncode == 0 and done.stdout != c.document(int(source[1:]))["text"]):
            wrong.append("show before the recovery: %s: status %d, another text" % (source, done.returncode))
    return wrong


def main():
    if os.geteuid() != 0:
        print("1..0 # SKIP root only (loop devices and mounts)")
        return
    inside()
    camp = c.Campaign("powercut-disk")
    there = [s for s in SYSTEMS if tool("mkfs." + s)]
    for s in SYSTEMS:
        if s not in there:
            camp.skip(s, "no mkfs.%s (MKFS_PATH names a folder to look in)" % s)
    host, live, cut = camp.path("host"), camp.path("live"), camp.path("cut")
    for d in (host, live, cut):
        os.mkdir(d)
    reflink = False
    for s in ("xfs", "btrfs"):
        if not reflink and tool("mkfs." + s):
            SIZE["host"], SIZE[s], keep = 0, 2048, SIZE[s]
            ok, _ = image(camp.path("host.img"), s)
            SIZE[s] = keep
            if ok and sh("mount", "-o", "loop", camp.path("host.img"), host)[0]:
                try:
                    open(os.path.join(host, "a"), "wb").write(bytes(8192))
                    clone(os.path.join(host, "a"), os.path.join(host, "b"))
                    reflink = True
                except OSError:
                    sh("umount", host)
    camp.note("copies: %s" % ("reflinks, at any instant" if reflink else "between two file operations, the writer stopped"))
    try:
        for system in there:
            one(camp, system, host, live, cut, reflink)
            if os.access(commits(), os.X_OK):
                index_alone(camp, system, host, live, cut, reflink)
            else:
                camp.skip("%s: commits of the index alone" % system, "tests/campaign/commits is not built")
    finally:
        for d in (cut, live, host):
            sh("umount", d)
    camp.done()


def snapshot(img, copy, reflink):
    if reflink:
        clone(img, copy)
        return
    while True:
        sh("cp", "--sparse=always", img, copy)
        sh("cp", "--sparse=always", img, copy + "2")
        if filecmp.cmp(copy, copy + "2", shallow=False):
            return


def index_alone(camp, system, host, live, cut, reflink):
    """Commits with nothing between them: here the folder's flush is the only guard (safety.md 1)."""
    img, copy = os.path.join(host, "live.img"), os.path.join(host, "cut.img")
    cuts = unreadable = lost = 0
    for size in BATCHES:
        left = max(1, CUTS // len(BATCHES))
        while left > 0:
            ok, why = image(img, system)
            if not ok or not sh("mount", "-o", "loop", img, live)[0]:
                return
            w = Commits(camp, os.path.join(live, "glass"), size, reflink)
            w.start()
            began = time.monotonic()
            while w.last == 0 and time.monotonic() - began < 20:
                time.sleep(0.005)
            for _ in range(min(left, 10 if reflink else 1)):
                left -= 1
                cuts += 1
                if reflink:
                    time.sleep(0.01 + 0.2 * camp.rng.random())
                else:
                    w.stand_still()
                told = w.last
                snapshot(img, copy, reflink)
                if not sh("mount", "-o", MOUNT[system], copy, cut)[0]:
                    unreadable += 1
                    continue
                done = subprocess.run([commits(), "--check", os.path.join(cut, "glass")], capture_output=True, timeout=120)
                sh("umount", cut)
                what = "%s, index alone, commits of %d, %d acknowledged" % (system, size, told)
                if done.returncode != 0:
                    unreadable += 1
                    camp.violation("%s: it cannot be read: %d %s" % (what, done.returncode, done.stderr.decode().strip()[-200:]))
                elif int(done.stdout) < told:
                    lost += 1
                    camp.violation("%s: it has %s" % (what, done.stdout.decode().strip()))
                if w.p.poll() is not None or w.last > 6000:
                    break
            w.stop()
            sh("umount", live)
    camp.figure(unreadable == 0, "%s: commits of the index alone, %d cuts: not readable %d" % (system, cuts, unreadable))
    camp.figure(lost == 0, "%s: commits of the index alone: acknowledged and lost %d" % (system, lost))


def one(camp, system, host, live, cut, reflink):
    img, copy = os.path.join(host, "live.img"), os.path.join(host, "cut.img")
    cuts = lost = half = lies = other = rebuilt = mounts = told_all = torn = 0
    for size in BATCHES:
        left = max(1, CUTS // len(BATCHES))
        while left > 0:
            ok, why = image(img, system)
            if ok:
                ok, why = sh("mount", "-o", "loop", img, live)
            if not ok:
                camp.skip(system, "cannot be made or mounted here: " + why[-120:].replace("\n", " "))
                return
            archive = os.path.join(live, "archive")
            c.run(archive, "init", "--org", "云溪县青石镇人民政府", "--code", "qsz", shim={"SPACE": 1})
            sh("sync", "-f", live)
            w = Writer(camp, archive, size, reflink)
            w.start()
            for _ in range(min(left, 12)):
                left -= 1
                if reflink:
                    time.sleep(w.seconds * camp.rng.random() * 1.5 + 0.002)
                    told, batch, tried = dict(w.told), w.batch, w.number
                    snapshot(img, copy, reflink)
                else:
                    w.stopped.wait(20)
                    w.stopped.clear()
                    told, batch, tried = dict(w.told), w.batch, w.number
                    snapshot(img, copy, reflink)
                    w.go.set()
                cuts += 1
                told_all += len(told)
                what = "%s, batches of %d, %d acknowledged" % (system, size, len(told))
                ok, why = sh("mount", "-o", MOUNT[system], copy, cut)
                if not ok:
                    mounts += 1
                    camp.violation("%s: the copy cannot be mounted: %s" % (what, why))
                    continue
                found = os.path.join(cut, "archive")
                wrong = ask(found, told, camp.rng)
                lies += bool(wrong)
                before = c.segments(found) if os.path.isdir(os.path.join(found, "warc")) else {}
                # Under the shim only for its lie about the room on so small a file system.
                c_run = c.run
                c.run = lambda a, *args, **kw: c_run(a, *args, **dict(kw, shim={"SPACE": 1}))
                bad, _ = c.audit(found, batch, {s: c.document(int(s[1:])) for s in told}, dict(told), before)
                c.run = c_run
                torn += len(c.torn_files(found))
                rebuilt += any(n.startswith("damaged-") for n in os.listdir(os.path.join(found, "index", "public"))) if os.path.isdir(os.path.join(found, "index", "public")) else 0
                lost += any(b.startswith("lost") for b in bad)
                half += any(b.startswith("half") for b in bad)
                other += any(not b.startswith(("lost", "half")) for b in bad)
                if wrong or bad:
                    camp.violation("%s: %s" % (what, "; ".join((wrong + bad)[:4])), found)
                sh("umount", cut)
                if w.failed or w.number > 2000:
                    break
            w.end = True
            while w.is_alive():
                w.go.set()
                w.join(0.05)
            if w.failed:
                camp.violation("%s: the writer itself: %s" % (system, w.failed))
                other += 1
            sh("umount", live)
    camp.figure(cuts > 0 and mounts == 0, "%s: %d cuts, batches of %s, on average %d acknowledged; not to be mounted %d" %
                (system, cuts, " ".join(map(str, BATCHES)), told_all // max(1, cuts), mounts))
    camp.figure(lost == 0, "%s: cuts with something acknowledged lost: %d" % (system, lost))
    camp.figure(half == 0, "%s: cuts with half a document: %d" % (system, half))
    camp.figure(lies == 0, "%s: cuts after which a reader lied or crashed: %d" % (system, lies))
    camp.figure(other == 0, "%s: cuts that needed a person, or otherwise wrong: %d (index built again by itself %d, torn tails kept %d)" % (system, other, rebuilt, torn))


main()
