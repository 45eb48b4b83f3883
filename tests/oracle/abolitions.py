#!/usr/bin/env python3
"""The abolitions that `gongkai propose-abolitions --all --json` finds, against the truth of ../shared/corpus/scale.py --events.

Usage: abolitions.py EVENTS.jsonl DOCS.jsonl < PROPOSALS      EVENTS: {"doc": …, "abolishes": [{"id": …, "docno": …}]} a line

Two of these documents in a thousand have issuer and number of another one by chance: here they are two versions of one record
(design.md 5), and what names either is left out.

Documents are known by the id of their source.  Found: a whole abolition that names this number; resolved: by its number, to this one
document alone.  Wrong: a proposal that is not in EVENTS, or resolved to another document;
sentences of real laws from which the documents are made may abolish what is not there, and stay unresolved.
"""
import json
import sys


def twins(path):
    """Ids of documents that share issuer and number with another."""
    ids = {}
    for line in open(path, encoding="utf-8"):
        d = json.loads(line)
        if d["docno"]:
            ids.setdefault((d["issuer"], d["docno"]), []).append(d["id"])
    return {i for same in ids.values() if len(same) > 1 for i in same}


def main(argv):
    left_out = twins(argv[1])
    truth = {(e["doc"], a["id"]): a["docno"] for line in open(argv[0], encoding="utf-8") for e in [json.loads(line)] for a in e["abolishes"]
             if not {e["doc"], a["id"]} & left_out}
    by_number = {(doc, number): target for (doc, target), number in truth.items()}
    found, resolved, wrong, unresolved = set(), set(), [], 0
    for line in sys.stdin:
        answer = json.loads(line)
        for p in answer["abolishes"] if answer["doc"] not in left_out else ():
            said = (answer["doc"], p["docno"])
            targets = [t["source_id"] for t in p["targets"]]
            if set(targets) & left_out:
                continue
            if said not in by_number and not targets:
                unresolved += 1
                continue
            if said not in by_number or p["scope"] != "whole":
                wrong.append((said, p["verdict"], targets))
                continue
            found.add((said[0], by_number[said]))
            if p["verdict"] == "number" and targets == [by_number[said]]:
                resolved.add((said[0], by_number[said]))
            elif targets:
                wrong.append((said, p["verdict"], targets))
    for w in wrong[:10]:
        print("wrong:", w)
    for m in sorted(set(truth) - resolved)[:10]:
        print("not resolved:" if m in found else "not found:", m, truth[m])
    print("%d found, %d resolved by number, %d wrong of %d; %d clauses of the texts they are made of, unresolved" % (
        len(found), len(resolved), len(wrong), len(truth), unresolved))
    return 0 if len(resolved) == len(truth) and not wrong else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
