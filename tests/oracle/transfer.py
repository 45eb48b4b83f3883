#!/usr/bin/env python3
"""Does a package say of its documents what lies in it?  Written from the description in indexer/transfer.h and DA/T 46's list of elements, not from the code.

Usage: transfer.py FOLDER
Prints a line a document (id, reference code, title, digest of the content) and ends with 0, or says every fault and ends with 1.
"""
import csv
import hashlib
import json
import os
import sys
import xml.etree.ElementTree as ET

root = sys.argv[1]
faults = []


def path(*names):
    return os.path.join(root, *names)


def sha256(name):
    with open(path(name), "rb") as f:
        return "sha256:" + hashlib.sha256(f.read()).hexdigest()


def want(ok, text):
    if not ok:
        faults.append(text)


def table(name):
    with open(path("data", name), encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


handover = json.load(open(path("data", "handover.json"), encoding="utf-8"))
items = handover["items"]
catalogue, disclosure, opening, secrecy = (table(n) for n in ("catalogue.csv", "disclosure.csv", "opening.csv", "secrecy.csv"))
for rows in (catalogue, disclosure, opening, secrecy):
    want([r["编号"] for r in rows] == [i["id"] for i in items], "a table has other documents")
    want([r["档号"] for r in rows] == [i["refcode"] for i in items], "a table has other codes")
want([r["序号"] for r in catalogue] == [str(n + 1) for n in range(len(items))], "序号")
seen = {"data/catalogue.csv", "data/disclosure.csv", "data/opening.csv", "data/secrecy.csv", "data/handover.json"}
for item, row in zip(items, catalogue):
    names = {f["name"]: f for f in item["files"]}
    seen |= set(names)
    for name, f in names.items():
        want(sha256(name) == f["digest"] and os.path.getsize(path(name)) == f["bytes"], "%s is not as listed" % name)
        want(name.startswith(item["dir"] + "/"), "%s is not below %s" % (name, item["dir"]))
    want(row["数字摘要"] == item["digest"] and item["digest"] in [f["digest"] for f in item["files"]], "%s: digest" % item["id"])
    events = [json.loads(line) for line in open(path(item["dir"], "events.jsonl"), encoding="utf-8")]
    want(events and all(e["id"] == item["id"] for e in events), "%s: events" % item["id"])
    tree = ET.parse(path(item["dir"], "metadata.xml"))
    by = {}
    for e in tree.iter():
        if "编号" in e.attrib:
            by.setdefault(e.attrib["编号"], []).append(e)
    text = lambda m: (by[m][0].text or "").strip() if m in by else None
    want(by["M8"][0].attrib["值"] == item["refcode"], "%s: M8" % item["id"])
    want(text("M22") == item["title"] == row["题名"] and text("M7") == item["id"], "%s: M22, M7" % item["id"])
    want(text("M33") == row["日期"] and text("M12") == row["保管期限"] and text("M9") == handover["fonds"], "%s: M33, M12, M9" % item["id"])
    want((text("M31") or "") == row["文件编号"] and text("M32") == row["责任者"], "%s: M31, M32" % item["id"])
    order = [int(k[1:]) for k in by]
    want(order == sorted(order), "%s: elements out of order %s" % (item["id"], order))
    files = {e.find("计算机文件名").text: e for e in tree.iter("电子属性")}
    want(set(files) == {os.path.basename(n) for n in names} - {"metadata.xml"}, "%s: files in the metadata %s" % (item["id"], sorted(files)))
    for name, e in files.items():
        f = names[item["dir"] + "/" + name]
        want("sha256:" + e.find("数字摘要").text == f["digest"] and int(e.find("计算机文件大小").text) == f["bytes"], "%s: electronic attributes" % name)
    want(len(list(tree.iter("业务实体"))) == len(events), "%s: business entities" % item["id"])
    print(item["id"], item["refcode"], item["title"], item["digest"])
there = {os.path.relpath(os.path.join(folder, n), root) for folder, _, names in os.walk(path("data")) for n in names}
want(there == seen, "files without an entry, or the other way round: %s" % sorted(there ^ seen))
report = [line.split("\t") for line in open(path("four-property.tsv"), encoding="utf-8").read().splitlines()]
want([r[0] for r in report[1:]] == ["真实性"] * 5 + ["完整性"] * 4 + ["可用性"] * 4 + ["安全性"] * 5, "properties")
want(all(r[3] in ("PASS", "FAIL", "N/A") and len(r) == 5 for r in report[1:]), "results")
for text in faults:
    print(text)
sys.exit(1 if faults else 0)
