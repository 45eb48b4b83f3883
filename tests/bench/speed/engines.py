"""What is measured: how each engine is built, what makes its index, and the process that answers."""
import glob
import os
import re
import shutil
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(os.path.dirname(HERE), "peers")
BUILD = os.path.abspath(os.environ.get("top_builddir", "."))
C = ["-O2", "-D_GNU_SOURCE"]


class Missing(Exception):
    """An engine that is not on this machine, and what it wants."""


def measured(argv):
    """Wall and processor seconds and the largest memory of a process and its children."""
    begin = time.perf_counter()
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, argv)
    return dict(wall=time.perf_counter() - begin, cpu=usage.ru_utime + usage.ru_stime, rss=usage.ru_maxrss * 1024)


def on_disk(path):
    """Bytes that the files take, holes not counted."""
    return sum(os.stat(os.path.join(d, f)).st_blocks * 512 for d, _, files in os.walk(path) for f in files)


def processor(pid):
    """Seconds of processor that a process and those it started have used."""
    total = 0.0
    for path in [pid] + subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], stdout=subprocess.PIPE, check=False).stdout.split():
        try:
            with open("/proc/%d/stat" % int(path)) as f:
                total += sum(map(int, f.read().rpartition(")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")
        except FileNotFoundError:
            pass
    return total


class Engine:
    warm = 2	# rounds before anything counts

    def __init__(self, work):
        self.dir = os.path.join(work, self.name)
        self.docs, self.questions = os.path.join(work, "docs.tsv"), os.path.join(work, "questions.tsv")
        self.process = None

    def build(self, bin_dir):
        raise NotImplementedError

    def index(self):
        shutil.rmtree(self.dir, ignore_errors=True)
        os.makedirs(self.dir)
        figures = measured(self.command + ["index", self.dir, self.docs])
        self.compact()
        figures["index"] = on_disk(self.dir)
        return figures

    def compact(self):
        pass

    def start(self):
        self.process = subprocess.Popen(self.command + ["serve", self.target(), self.questions], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def target(self):
        return self.dir

    def cpu(self):
        return 0.0

    def run(self, clients, n):
        """Seconds of the whole round, of processor, microseconds of each question, totals."""
        before = self.cpu()
        self.process.stdin.write("run %d\n" % clients)
        self.process.stdin.flush()
        head = self.process.stdout.readline().split()
        if len(head) != 2:
            raise RuntimeError("%s ended" % self.name)
        rows = [self.process.stdout.readline().split() for _ in range(n)]
        client = int(head[1]) / 1e6
        return int(head[0]) / 1e6, client + self.cpu() - before, client, [float(r[0]) for r in rows], [int(r[1]) for r in rows]

    def stop(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait()


class Library(Engine):
    """gongkai's catalog in the process of the clients."""
    name = "gongkai"

    def __init__(self, work):
        super().__init__(work)
        self.archive, self.jsonl = os.path.join(work, "archive"), os.path.join(work, "docs.jsonl")
        self.command = [os.path.join(BUILD, "tests", "bench", "speed", "catalog")]

    def build(self, bin_dir):
        pass

    def index(self):
        shutil.rmtree(self.archive, ignore_errors=True)
        gongkai = [os.path.join(BUILD, "gongkai"), "--quiet", "--archive", self.archive]
        figures = measured(gongkai + ["init", "--org", "x", "--code", "x"])
        for k, v in measured(gongkai + ["ingest", "--jsonl", self.jsonl]).items():
            figures[k] = max(figures[k], v) if k == "rss" else figures[k] + v
        figures["index"], figures["archive"] = (on_disk(os.path.join(self.archive, d)) for d in ("index", "warc"))
        return figures

    def target(self):
        return os.path.join(self.archive, "index", "public")


class Server(Library):
    """gongkai-searchd over HTTP, with snippets and JSON and all."""
    name = "searchd"
    index = None

    def start(self):
        self.command = [os.path.join(BUILD, "tests", "bench", "speed", "http")]
        self.server = subprocess.Popen([os.path.join(BUILD, "gongkai-searchd"), "--archive", self.archive, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = re.search(r"127\.0\.0\.1:\d+", self.server.stdout.readline()).group(0)
        super().start()

    def target(self):
        return self.address

    def cpu(self):
        return processor(self.server.pid)

    def stop(self):
        super().stop()
        if hasattr(self, "server"):
            self.server.terminate()
            self.server.wait()


class Compiled(Engine):
    """A peer in C or C++ with the loop of load.c."""
    source, package, defines = "", "", []

    def build(self, bin_dir):
        if not shutil.which("pkg-config") or subprocess.run(["pkg-config", "--exists", self.package], check=False).returncode != 0:
            raise Missing("pkg-config knows no %s" % self.package)
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", self.package], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
        load, out = os.path.join(bin_dir, "load.o"), os.path.join(bin_dir, self.name)
        subprocess.run(["cc", *C, "-std=gnu17", "-c", "-o", load, os.path.join(HERE, "load.c")], check=True)
        compiler = ["c++", "-std=c++17"] if self.source.endswith("cc") else ["cc", "-std=gnu17"]
        subprocess.run([*compiler, *C, *self.defines, "-o", out, os.path.join(PEERS, self.source), load, *flags, "-lpthread"], check=True)
        self.command = [out]


class Groonga(Compiled):
    name, source, package = "groonga", "groonga.c", "groonga"

    def index(self):
        figures = super().index()
        # The text is kept in a column of its own: the ninth object that was made.
        figures["archive"] = sum(os.stat(p).st_blocks * 512 for p in glob.glob(os.path.join(glob.escape(self.dir), "groonga.db.0000108*")))
        figures["index"] -= figures["archive"]
        return figures


class Fts5(Compiled):
    name, source, package = "fts5", "fts5.c", "sqlite3"


class XapianPairs(Compiled):
    name, source, package, defines = "xapian", "xapian.cc", "xapian-core", ["-DOWN_NGRAMS=0"]

    def compact(self):
        """Not part of the time; its size is that of the table of figures everybody quotes."""
        if shutil.which("xapian-compact"):
            db = os.path.join(self.dir, "xapian")
            subprocess.run(["xapian-compact", db, db + ".new"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            shutil.rmtree(db)
            os.rename(db + ".new", db)


class XapianGrams(XapianPairs):
    name, defines = "ngram", ["-DOWN_NGRAMS=1"]


class Lucene(Engine):
    name, warm = "lucene", 8

    def build(self, bin_dir):
        jars = [j for part in ("core", "analyzers-common", "facet") for j in sorted(glob.glob("/usr/share/java/lucene-%s-*.jar" % part))[-1:]]
        if len(jars) < 3 or not shutil.which("javac"):
            raise Missing("a JDK and liblucene8-java are wanted")
        subprocess.run(["javac", "-cp", ":".join(jars), "-d", bin_dir, os.path.join(PEERS, "Lucene.java")], check=True)
        self.command = ["java", "-Xmx2g", "-cp", ":".join(jars + [bin_dir]), "Lucene"]


ALL = [Library, Server, Lucene, Groonga, Fts5, XapianPairs, XapianGrams]
