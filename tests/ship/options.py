#!/usr/bin/env python3
"""Every `gongkai …` in the text of documents is a command that there is, with options that it has.

Usage: options.py DOCUMENT…        gongkai must be in the PATH
"""
import re
import subprocess
import sys

run = lambda *a: subprocess.run(["gongkai", *a, "--help", "--lang", "en"], capture_output=True, text=True).stdout
commands = re.findall(r"^  ([a-z][a-z-]*(?: [a-z][a-z-]*)?)  ", run(), re.M)
options, faults, seen = {}, [], 0
for name in sys.argv[1:]:
    text = open(name, encoding="utf-8").read()
    for said in re.findall(r"`(?:runuser -u gongkai -- )?gongkai ([a-z][^`]*)`", text) + re.findall(r"^\$ gongkai ([a-z].*)$", text, re.M):
        said = re.split(r"[|;#>]| && ", said)[0]
        words = [w for w in re.sub(r"--archive \S+ ", "", said).split() if not w.startswith("-")]
        command = next((c for c in (" ".join(words[:2]), words[0]) if c in commands), None)
        seen += 1
        if command is None:
            if not any(c.startswith(words[0] + " ") for c in commands):
                faults.append("%s: no command in 'gongkai %s'" % (name, said))
            continue
        if command not in options:
            options[command] = run(*command.split())
        for option in re.findall(r"(?<=\s)--[a-z][a-z-]*", said):
            if not re.search(r"(?<![\w-])%s(?![\w-])" % re.escape(option), options[command]):
                faults.append("%s: 'gongkai %s' has no %s" % (name, command, option))
print("\n".join(faults) or "%d commands in %d documents" % (seen, len(sys.argv) - 1))
sys.exit(1 if faults or seen == 0 else 0)
