#!/usr/bin/env python3
"""Strange queries: random strings of everything the syntax knows, and queries that are all of one thing, at the limits and beyond.

Usage: strange.py N SEED random.tsv killers.tsv       N random strings; lines of qid TAB query, for `gongkai search --batch`
"""
import random
import sys

HAN = "安全生产养狗登记低保公告关于办法通知年度报告政府信息公开条例的了是一二三第条〔〕号國產龘𠮷ア安"
BITS = ["OR", "AND", "NOT", "-", "(", ")", "（", "）", '"', "“", "”", "标题:", "文号:", "年:", "is:", "状态:", "日期:", "机关：", "类别:", "2021",
        "2019..2021", "..", "2021年3月", "〔2021〕3号", "[2021] 3", "zfxxgk", "zhengfu", "anquan", "a", "ＡＢＣ", "１２", "，", "。", "　", " ", "*", "?",
        "~", "第二十条", "国务院令第711号", "47号文", "怎么办", "%00", "'", "\\", "<script>", "&amp;", "\u200b", "\ufeff", "é", "🙂"]


def one(r):
    return "".join(r.choice(HAN) if r.random() < 0.6 else r.choice(BITS) for _ in range(r.randint(1, 40)))


def killers():
    for n in (1, 8, 9, 50, 300):
        yield from ("(" * n + "安" + ")" * n, "NOT " * n + "安全", "-" * n + "安", " OR ".join(["安全"] * n), '"安全" ' * n, "标题:" * n + "安",
                    "安 " * n, "年:1..9 " * n)
    for text, counts in (("安", (12, 13, 64, 65, 340, 341, 342, 1000)), ("a", (12, 60, 61, 240, 1024, 1025)), ("zhuang", (1, 2, 5, 50)),
                         ("zfxxgk", (1, 3, 20)), ("shi", (1, 4, 12, 100)), ("xian", (1, 8, 60)), ("一是", range(1, 60, 3)),
                         ("养狗低保人社局", range(1, 30, 2)), ("安全，全生，生产，养狗", range(1, 30, 2)), ("怎么办吗呢请问", range(1, 40, 2)),
                         ("2021", range(1, 40, 3))):
        for n in counts:
            yield text * n
    for a in (1, 3, 6):
        for b in (1, 3, 6):
            yield "的" * a + "了" * b
    for seq in range(0, 99999, 9000):
        yield "〔2021〕%d号" % seq * 9
    for field in ("标题", "文号", "机关", "类别", "索引号", "统一编号", "格式", "状态", "日期", "年"):
        yield "%s:%s" % (field, "〔" * 200)
        yield ("%s:安全 " % field) * 12
    for text in ("1..2..3..4..5 " * 9, "日期:0000-00-00..9999-99-99", "日期:99999999999999999999", "年:-1", "年:..", "19000229..21000230 安全", "2021年13月45日"):
        yield text
    for mark in ("\u0301", "\u200d", "\u202e", "\ufe0f", "\u20dd", "\U000e0041", "\U0001f468\u200d\U0001f469", "\u3099", "\u2ff0"):
        yield ("安" + mark) * 60
    for n in (3, 30):
        yield "(安 OR 全 " * n + "生产" + ")" * n
        yield "(-(" * n + "安全" + "))" * n
        yield '"安全 OR (生产" ' * n


def write(path, queries):
    with open(path, "w", encoding="utf-8") as f:
        for i, q in enumerate(queries):
            f.write("%d\t%s\n" % (i, q))


def main():
    r = random.Random(int(sys.argv[2]))
    write(sys.argv[3], (one(r) for _ in range(int(sys.argv[1]))))
    write(sys.argv[4], killers())


main()
