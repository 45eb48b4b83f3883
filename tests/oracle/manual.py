#!/usr/bin/env python3
"""Do the manual page, the README and --help tell of the same commands and options?

Usage: manual.py MANUAL README        gongkai must be in the PATH
Every command has a section ".SS gongkai COMMAND …" that names each of its options, or they stand in GLOBAL OPTIONS or REGISTERING; a section
names no option that its command does not have; the README's table names every command.  Prints what is not so, and ends with 1.
"""
import re
import subprocess
import sys
import unicodedata

faults = []


def words_of(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*[a-z]", text))


def without_wget(text):
    """An option of another program is none of ours."""
    return "\n".join(line for line in text.splitlines() if "wget" not in line)


def help_of(*words):
    out = subprocess.run(["gongkai", *words, "--help", "--lang", "en"], capture_output=True, text=True)
    if out.returncode != 0:
        faults.append("gongkai %s --help ends with %d" % (" ".join(words), out.returncode))
    return out.stdout


page = open(sys.argv[1], encoding="utf-8").read().replace("\\-", "-").replace("\\fR", "").replace("\\fP", "")
sections, heads, here = [], {}, None
for line in page.splitlines():
    if line.startswith(".SH "):
        name = line[4:].strip('"')
        heads[name] = ""
        here = None
    elif line.startswith(".SS gongkai "):
        here = [line[len(".SS gongkai "):], ""]
        sections.append(here)
    if here is not None:
        here[1] += line + "\n"
    elif heads:
        heads[name] += line + "\n"
shared = words_of(heads["GLOBAL OPTIONS"])
registering = words_of(heads["REGISTERING"])

listing = help_of().splitlines()
commands = [m.group(1) for m in (re.match(r"  ((?:[a-z-]+ )?[a-z-]+)  +\S", line) for line in listing) if m]
if len(commands) < 40:
    faults.append("gongkai --help lists only %d commands" % len(commands))
for language in ("zh", "en"):
    for line in subprocess.run(["gongkai", "--help", "--lang", language], capture_output=True, text=True).stdout.splitlines():
        if sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) > 80:
            faults.append("gongkai --help: wider than 80 columns: %s" % line)
readme = open(sys.argv[2], encoding="utf-8").read()
told = set(re.findall(r"[a-z][a-z-]+", " ".join(re.findall(r"^\|.*\|$", readme, re.M))))

for command in commands:
    text = help_of(*command.split())
    if command == "abolish":
        text += help_of("abolish", "--list", "x")
    usage = words_of(without_wget(text)) - {"--help", "--usage"}
    own = [s for s in sections if s[0] == command or s[0].startswith(command + " ")]
    own = [s for s in own if not any(len(c) > len(command) and (s[0] + " ").startswith(c + " ") for c in commands)]
    if not own:
        faults.append("%s: no section in the manual" % command)
        continue
    named = set()
    for head, body in own:
        named |= words_of(without_wget(body))
    for option in sorted(usage - shared - registering - named):
        faults.append("%s: %s is in --help, not in the manual" % (command, option))
    for option in sorted(named - usage - shared):
        faults.append("%s: %s is in the manual, not in --help" % (command, option))
    missing = shared - usage - {"--help"}
    if missing:
        faults.append("%s: lacks the shared %s" % (command, " ".join(sorted(missing))))
    if not set(command.split()) <= told:
        faults.append("%s: not in a table of the README" % command)
for head, _ in sections:
    if not any((head + " ").startswith(c + " ") for c in commands):
        faults.append("the manual tells of 'gongkai %s', which is no command" % head)
for text in faults:
    print(text)
if not faults:
    print("%d commands, %d sections" % (len(commands), len(sections)))
sys.exit(1 if faults else 0)
