#!/usr/bin/env python3
"""What the passages of one hit cost, by the length of the document, in instructions as callgrind counts them.

Usage: passages.py GONGKAI [KIB...]      the program, which the build tree has; lengths in KiB, 2 to 2000 if none are given

For each length an archive with one text of articles, the word near its end; one line: length, instructions of the hit (record, text,
passages, articles), of its record alone, how many passages.  With the ratio to the first length.
"""
import json
import os
import random
import re
import subprocess
import sys
import tempfile

PARTS = ("site_record_read", "site_block", "gk_catalog_passages", "gk_origin_text", "gk_snippet_at", "gk_snippet", "gk_articles")
HAN = "政府信息公开工作条例规定办法通知管理安全监督检查责任制度建立健全落实保障服务群众部门机关单位人民社会发展经济教育医疗卫生环境保护资源规划"


def text(size):
    r, lines, n = random.Random(1), ["关于测试的办法"], 0
    while n < size:
        lines.append("第%d条　%s，%s。" % (len(lines), "".join(r.choice(HAN) for _ in range(60)), "".join(r.choice(HAN) for _ in range(20))))
        n += len(lines[-1].encode()) + 1
    for share in (0.3, 0.6, 0.9):
        lines[1 + int(share * (len(lines) - 1))] += "抗旱保苗专项资金按规定使用。"
    return "\n".join(lines) + "\n"


def measure(gongkai, size):
    with tempfile.TemporaryDirectory() as d:
        env = dict(os.environ, GONGKAI_ARCHIVE=d + "/a")
        with open(d + "/t.txt", "w", encoding="utf-8") as f:
            f.write(text(size))
        for args in (["init", "--org", "测试机关", "--code", "cs"], ["ingest", d + "/t.txt"]):
            subprocess.run([gongkai, *args], env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        out = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=" + d + "/cg", gongkai, "search", "--json", "抗旱保苗"], env=env, check=True,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        table = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", "--auto=no", d + "/cg"], check=True, stdout=subprocess.PIPE).stdout.decode()
    cost = dict.fromkeys(PARTS, 0)
    for line in table.splitlines():
        m = re.match(r"\s*([\d,]+) .*:(\w+)", line)
        if m and m.group(2) in cost:
            cost[m.group(2)] = max(cost[m.group(2)], int(m.group(1).replace(",", "")))
    return sum(cost.values()), cost["site_record_read"], len(json.loads(out)["hits"][0].get("passages", [1]))


first = None
for kib in [int(a) for a in sys.argv[2:]] or [2, 20, 30, 40, 200, 2000]:
    all_, record, passages = measure(sys.argv[1], kib * 1024)
    first = first or all_
    print("%5d KiB  %10d instructions, %d of them the record  %d passages  x %.1f" % (kib, all_, record, passages, all_ / first), flush=True)
