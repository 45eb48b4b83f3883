#!/usr/bin/env python3
"""Is a folder a complete and valid bag?  Written from RFC 8493 alone, with the standard library.

Usage: bag.py FOLDER
Prints one line and ends with 0 if it is valid, else says every fault and ends with 1.
"""
import hashlib
import os
import re
import sys

root = os.fsencode(sys.argv[1])
faults = []


def fault(text):
    faults.append(text)


def content(name):
    with open(os.path.join(root, name), "rb") as f:
        return f.read()


def decoded(name):
    """A path in a manifest: only LF, CR and the percent sign itself are escaped (2.1.3)."""
    return re.sub(b"%(0A|0D|25)", lambda m: bytes([int(m.group(1), 16)]), name, flags=re.I)


def manifest(name):
    """{path: digest}; every path once, below the bag, no way out of it."""
    out = {}
    text = content(name)
    if text and not text.endswith(b"\n"):
        fault("%s: the last line has no end" % name.decode())
    for line in text.splitlines():
        m = re.fullmatch(rb"([0-9A-Fa-f]+)[ \t]+\*?(.+)", line)
        if not m:
            fault("%s: no manifest line: %r" % (name.decode(), line))
            continue
        path = decoded(m.group(2))
        if path.startswith((b"/", b"~")) or b".." in path.split(b"/") or b"\\" in path:
            fault("%s: a path that leaves the bag: %r" % (name.decode(), path))
        if path in out:
            fault("%s: listed twice: %r" % (name.decode(), path))
        out[path] = m.group(1).decode().lower()
    return out


def check(name, paths):
    """Every path of the manifest is there with its digest; the manifest lists exactly `paths`."""
    algorithm = name.decode().rsplit("-", 1)[1][:-4]
    if algorithm not in hashlib.algorithms_available:
        fault("%s: unknown algorithm" % name.decode())
        return
    listed = manifest(name)
    for path in sorted(set(listed) - paths):
        fault("%s: listed and not there, or not to be listed: %r" % (name.decode(), path))
    for path in sorted(paths - set(listed)):
        fault("%s: there and not listed: %r" % (name.decode(), path))
    for path in sorted(paths & set(listed)):
        if hashlib.new(algorithm, content(path)).hexdigest() != listed[path]:
            fault("%s: another digest: %r" % (name.decode(), path))


def tags(name):
    """[(label, value)] of a tag file, folds joined."""
    out = []
    for line in content(name).decode("utf-8").splitlines():
        if line[:1] in (" ", "\t") and out:
            out[-1] = (out[-1][0], out[-1][1] + " " + line.strip())
        elif ":" in line:
            label, value = line.split(":", 1)
            out.append((label.strip(), value.strip()))
        else:
            fault("%s: no tag: %r" % (name.decode(), line))
    return out


files = set()
for folder, names, found in os.walk(root):
    for name in names + found:
        path = os.path.join(folder, name)
        if os.path.islink(path) or (name in found and not os.path.isfile(path)):
            fault("neither folder nor file: %r" % path)
    files |= {os.path.relpath(os.path.join(folder, name), root) for name in found}
payload = {p for p in files if p.startswith(b"data/")}
manifests = {p for p in files if re.fullmatch(rb"manifest-[a-z0-9]+\.txt", p)}
tagmanifests = {p for p in files if re.fullmatch(rb"tagmanifest-[a-z0-9]+\.txt", p)}

if not os.path.isdir(os.path.join(root, b"data")):
    fault("no data/")
if content(b"bagit.txt") != b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n":
    fault("bagit.txt is not the declaration of version 1.0")
if not manifests:
    fault("no payload manifest")
for name in manifests:
    check(name, payload)
for name in tagmanifests:
    check(name, files - payload - tagmanifests)
if b"bag-info.txt" in files:
    info = tags(b"bag-info.txt")
    oxum = [value for label, value in info if label.lower() == "payload-oxum"]
    octets = sum(os.path.getsize(os.path.join(root, p)) for p in payload)
    if len(oxum) > 1 or (oxum and oxum[0] != "%d.%d" % (octets, len(payload))):
        fault("Payload-Oxum %s, but there are %d.%d" % (oxum, octets, len(payload)))
for text in faults:
    print(text)
if not faults:
    print("valid: %d files, %s" % (len(payload), " ".join(sorted(p.decode() for p in manifests | tagmanifests))))
sys.exit(1 if faults else 0)
