#!/usr/bin/env python3
"""gongkai-searchd under what systemd does: a socket handed over, readiness told, a watchdog fed, SIGHUP.

Usage: service.py ARCHIVE        gongkai-searchd must be in the PATH.  Prints "ok - …" for each claim; ends with 1 at the first that fails.
"""
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

archive = sys.argv[1]
conf = os.path.join(archive, "gongkai.conf")


def claim(good, what, *more):
    print(("ok - " if good else "not ok - ") + what, *more, flush=True)
    if not good:
        server.kill()
        sys.exit(1)


def get(path):
    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open("http://127.0.0.1:%d%s" % (port, path), timeout=10).read().decode()


listening = socket.socket()
listening.bind(("127.0.0.1", 0))
listening.listen(16)
port = listening.getsockname()[1]
with tempfile.TemporaryDirectory() as folder:
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    told.bind(os.path.join(folder, "notify"))
    told.settimeout(20)
    said = []

    def hear(word):
        while True:
            text = told.recv(4096).decode()
            said.append((time.monotonic(), text))
            if word in text.split("\n"):
                return text

    def start(env, log):
        os.dup2(listening.fileno(), 3, inheritable=True)
        return subprocess.Popen(["sh", "-c", "LISTEN_PID=$$; export LISTEN_PID; exec gongkai-searchd --archive \"$0\" --listen 127.0.0.1:1", archive], pass_fds=(3,),
                                env=dict(os.environ, **env), stderr=log, stdout=subprocess.DEVNULL)

    log = open(os.path.join(folder, "log"), "w+")
    # A connection that waits before anybody answers is what socket activation is for.
    early = socket.create_connection(("127.0.0.1", port))
    early.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    server = start({"LISTEN_FDS": "1", "NOTIFY_SOCKET": os.path.join(folder, "notify"), "WATCHDOG_USEC": "400000"}, log)
    hear("READY=1")
    claim("200" in early.recv(100).decode(), "a connection made before the start is answered after it")
    before = len(said)
    for _ in range(4):
        hear("WATCHDOG=1")
    gaps = [b[0] - a[0] for a, b in zip(said[before:], said[before + 1:])]
    claim(0.1 < sorted(gaps)[1] < 0.4, "the watchdog hears of it twice in its time")

    # Requests go on while the configuration is read again.
    broken, stop = [], threading.Event()

    def readers():
        while not stop.is_set():
            try:
                get("/healthz")
                time.sleep(0.02)  # each connection keeps its port for a minute
            except OSError as e:
                broken.append("%s %s" % (e, e.read() if hasattr(e, "read") else ""))
                return

    thread = threading.Thread(target=readers, daemon=True)
    thread.start()
    text = open(conf, encoding="utf-8").read()
    name = re.search(r'(?m)^\s*organisation\s*=\s*"([^"]+)"', text).group(1)
    claim(name in get("/"), "the page names the organisation")
    open(conf, "w", encoding="utf-8").write(text.replace(name, "青石镇改名办公室"))
    server.send_signal(signal.SIGHUP)
    hear("RELOADING=1")
    hear("READY=1")
    claim("青石镇改名办公室" in get("/"), "SIGHUP takes over the configuration")
    open(conf, "w", encoding="utf-8").write(text + "\nno_such_key = {{{\n")
    server.send_signal(signal.SIGHUP)
    hear("RELOADING=1")
    failed = [w for w in hear("READY=1").split("\n") if w.startswith("STATUS=")]
    claim(failed and "failed" in failed[0] and "青石镇改名办公室" in get("/"), "a wrong one is not taken over, and the service goes on")
    log.seek(0)
    claim('"event":"reload-failed"' in log.read(), "and the journal says so")
    stop.set()
    thread.join()
    claim(not broken, "no request was lost meanwhile", *broken[:1])
    open(conf, "w", encoding="utf-8").write(text)

    server.send_signal(signal.SIGTERM)
    hear("STOPPING=1")
    claim(server.wait(20) == 0, "it says that it stops, and ends with 0")

    # Not ours, or none: refused, or as if there were none.
    listening.close()
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server = start({"LISTEN_FDS": "1"}, log)
    claim(server.wait(20) == 2, "a socket that does not listen is refused with 2")
    listening = socket.socket()
    listening.bind(("0.0.0.0", 0))
    listening.listen(1)
    server = start({"LISTEN_FDS": "1"}, log)
    claim(server.wait(20) == 2, "so is one that is open to everybody")
