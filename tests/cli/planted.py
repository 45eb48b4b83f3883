#!/usr/bin/env python3
"""Notices with planted markings, numbers and tables, and what is to be found in them.

usage: planted.py make DIR N SEED     N files in DIR and DIR/truth.json
       planted.py judge DIR OUT       OUT: the lines of gongkai check --json DIR/*.txt; prints recall and precision, fails where a rule misses its goal

All people and numbers are invented by a generator; the check characters are made here, by another road than the program's.
"""
import json
import os
import random
import sys

NAMES = "张伟 王芳 李小明 刘洋 陈静 杨帆 赵磊 黄丽 周强 吴敏 欧阳雪 司马文".split()
PLACES = "青石镇大井村三组 青石镇河坝村二社 白水街道东门小区5号楼2单元301室".split()
BODY = ["为进一步加强安全生产工作，现将有关事项通知如下。", "各村（社区）、镇属各单位应当依法公开政府信息，但涉及国家秘密、商业秘密、个人隐私的除外。",
        "机密级计算机的管理，按照国家有关规定执行。", "本办法自2021年5月1日起施行，有效期五年。", "统一社会信用代码91510000MA6XXXXX0K，项目编号2021051900123456789。",
        "咨询电话：0830-1234567，受理时间为工作日9:00至17:00。", "全镇共有残疾人120人，低保户35户。", "编印内部资料性出版物，应当依法取得准印证。",
        "预算金额1250000.00元，合同编号CG2021-0305-118。", "公示期为2021年3月5日至2021年3月12日。"]


def check_character(seventeen):
    """ISO 7064 MOD 11-2 by its recurrence, not by weights."""
    p = 0
    for c in seventeen:
        p = (p + int(c)) * 2 % 11
    return "0123456789X"[(12 - p) % 11]


def citizen(r):
    d = "%s%04d%04d%02d%02d%03d" % (r.choice(["11", "34", "51", "44"]), r.randrange(10000), r.randrange(1930, 2020), r.randrange(1, 13), r.randrange(1, 29), r.randrange(1000))
    return d + check_character(d)


def wrong_citizen(r):
    d = citizen(r)
    return d[:17] + r.choice([c for c in "0123456789" if c != d[17]])


def card(r):
    d = [int(c) for c in "62" + "".join(str(r.randrange(10)) for _ in range(16))]
    s = sum(x if i % 2 else (x * 2 if x < 5 else x * 2 - 9) for i, x in enumerate(reversed(d)))
    return "".join(map(str, d)) + str(-s % 10)


def phone(r):
    return "1%d%09d" % (r.randrange(3, 10), r.randrange(10 ** 9))


def wide(s):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in s)


def plant(r, kind):
    """(line, place, rule or None): place head or body."""
    who = r.choice(NAMES)
    if kind == "S1":
        level, star, term = r.choice(["绝密", "机密", "秘密"]), r.choice("★☆*"), r.choice(["", "10年", "长期", "6个月"])
        mark = level + star + term
        return r.choice([mark, " ".join(mark), wide(mark), "　　" + mark]), "head", "S1"
    if kind == "S2":
        return r.choice(["秘密", "机　密", "绝密 30年"]), "head", "S2"
    if kind == "S5":
        return r.choice(["（此件不公开）", "此件依申请公开", "（此 件 不 予 公 开）"]), "body", "S5"
    if kind == "P1":
        d = citizen(r)
        return r.choice(["%s，身份证号%s。", "%s\t男\t%s\t青石镇", "%s（%s）"]) % (who, r.choice([d, d.lower(), wide(d), d[:6] + " " + d[6:14] + " " + d[14:]])), "body", "P1"
    if kind == "wrong":
        return "%s，编号%s。" % (who, wrong_citizen(r)), "body", None
    if kind == "masked":
        d = citizen(r)
        return "%s，%s************%s。" % (who, d[:3], d[-3:]), "body", None
    if kind == "P3":
        return "%s %s" % (who, phone(r)), "body", "P3"
    if kind == "office":
        return "联系人：%s，联系电话：%s" % (who, phone(r)), "body", None
    if kind == "P4":
        return "%s，开户银行账号：%s" % (who, card(r)), "body", "P4"
    if kind == "table":
        rows = ["序号\t户主姓名\t身份证号码\t手机\t家庭住址\t银行账号"]
        rows += ["%d\t%s\t%s\t%s\t%s\t%s" % (i + 1, r.choice(NAMES), citizen(r), phone(r), r.choice(PLACES), card(r)) for i in range(r.randrange(2, 6))]
        return "\n".join(rows), "body", "P1"
    return r.choice(BODY), "body", None


def make(folder, n, seed):
    r, truth = random.Random(seed), {}
    os.makedirs(folder, exist_ok=True)
    kinds = ["S1", "S2", "S5", "P1", "P3", "P4", "table", "wrong", "masked", "office", "none", "none"]
    for i in range(n):
        kind = kinds[i % len(kinds)]
        line, place, rule = plant(r, kind)
        body = [r.choice(BODY) for _ in range(r.randrange(3, 12))]
        head = ["青石镇人民政府文件", "青石府发〔2021〕%d号" % (i + 1), "关于开展%d号工作的通知" % i]
        if place == "head":
            head.insert(r.randrange(0, 2), line)
        else:
            body.insert(r.randrange(0, len(body) + 1), line)
        name = "p%04d.txt" % i
        with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
            f.write("\n".join(head + [""] + body) + "\n")
        truth[name] = dict(kind=kind, rule=rule)
    with open(os.path.join(folder, "truth.json"), "w", encoding="utf-8") as f:
        json.dump(truth, f)


def judge(folder, out):
    with open(os.path.join(folder, "truth.json"), encoding="utf-8") as f:
        truth = json.load(f)
    with open(out, encoding="utf-8") as f:
        said = {os.path.basename(d["file"]): d for d in map(json.loads, f)}
    found, wanted, blocks, right, bad = {}, {}, 0, 0, []
    for name, t in truth.items():
        rules = {x["rule"] for x in said[name]["findings"] if x["severity"] == "block"}
        if t["rule"]:
            wanted[t["rule"]] = wanted.get(t["rule"], 0) + 1
            found[t["rule"]] = found.get(t["rule"], 0) + (t["rule"] in rules)
            if t["rule"] not in rules:
                bad.append("%s (%s): %s not found" % (name, t["kind"], t["rule"]))
        allowed = {t["rule"]} if t["kind"] != "table" else {"P1", "P3", "P4"}
        for x in rules:
            blocks += 1
            right += x in allowed
            if x not in allowed:
                bad.append("%s (%s): %s is none" % (name, t["kind"], x))
    print(" ".join("%s %d/%d" % (k, found[k], wanted[k]) for k in sorted(wanted)), "precision %d/%d" % (right, blocks))
    for b in bad[:20]:
        print(b)
    recall = all(found[k] == wanted[k] for k in ("S1", "S2", "S5", "P1"))
    sys.exit(0 if recall and right >= 0.99 * blocks and all(found[k] >= 0.95 * wanted[k] for k in wanted) else 1)


if __name__ == "__main__":
    if len(sys.argv) == 5 and sys.argv[1] == "make":
        make(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    elif len(sys.argv) == 4 and sys.argv[1] == "judge":
        judge(sys.argv[2], sys.argv[3])
    else:
        sys.exit(__doc__)
