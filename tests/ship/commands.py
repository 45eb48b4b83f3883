#!/usr/bin/env python3
"""Runs the commands of a document, in their order, in one shell: the lines behind "$ " in its fenced blocks, or with --indented its
indented blocks.

Usage: commands.py [--indented] DOCUMENT        "y" is answered to whoever asks
A command that serves is ended once it has printed its address and that was answered.  Prints each with its exit status; ends with 1 if one
is not 0, or if there are none.
"""
import re
import subprocess
import sys

indented = sys.argv[1] == "--indented"
text = open(sys.argv[-1], encoding="utf-8").read()
commands = []
if indented:
    commands = [line[4:] for line in text.split("\n") if re.match(r"    \S", line)]
else:
    for block in re.findall(r"^```[a-z]*\n(.*?)^```", text, re.M | re.S):
        commands += [line[2:] for line in block.split("\n") if line.startswith("$ ")]
script = ["say() { printf '%s\\t%s\\n' \"$1\" \"$2\" >&3; }",
          "serving() { \"$@\" >address & local p=$! i; for i in $(seq 100); do grep -q http:// address && break; sleep 0.1; done;"
          " curl -fsS -o /dev/null \"$(grep -o 'http://[^ ]*' address)\"; local s=$?; kill $p; wait $p; return $s; }"]
for c in commands:
    run = "serving " + c.split("#")[0] + " --listen 127.0.0.1:0" if re.match(r"gongkai serve\b", c) else c
    quoted = "'" + c.replace("'", "'\\''") + "'"
    if re.match(r"gongkai (abolish|amend)\b", c) and "--yes" not in c and "--dry-run" not in c:  # asks, and only a person at a terminal
        run = "script -qec %s /dev/null" % quoted
    if re.match(r"(export|cd|mkdir)\b", c):  # changes the shell itself
        script.append("%s\nsay $? %s" % (run, quoted))
    else:
        script.append("{ %s\n} <<<y\nsay $? %s" % (run, quoted))
shell = subprocess.run(["bash", "-c", "exec 3>&1 >&2\n" + "\n".join(script)], stdout=subprocess.PIPE, text=True)
done = [line.split("\t", 1) for line in shell.stdout.splitlines()]
for status, command in done:
    print(status, command)
sys.exit(0 if commands and len(done) == len(commands) and all(s == "0" for s, _ in done) else 1)
