#!/usr/bin/env python3
"""Red-head papers and pages with boxes that are unusual and yet right, made at random with known truth; what gongkai extract says of them.

Usage: unusual.py [--seed N] [--papers N] [--pages N] [--keep DIR] [--least 0.97]        gongkai must be in the PATH

A second set beside papers.py, written from the rules alone (GB/T 9704 and its forms of letters, orders and minutes; the guideline for government sites), without
that one's lists and without the code that reads them.  It goes where offices differ: brackets, zeros, blanks within labels, the order of things, boxes of
tables with four and six columns, of definition lists, of spans, of paragraphs; old forms (主题词, 抄报, days in Han).  Prints each miss, and ends
with 1 if less than that share is right.
"""
import argparse
import html
import json
import os
import random
import subprocess
import sys
import tempfile
import unicodedata

PLACES = ["石泉县", "清河市", "白鹿乡", "东湖新区", "阿勒泰地区", "黔南布依族苗族自治州", "临江街道", "玉带镇", "雁门省", "海东市平川区", "都安瑶族自治县", "乌兰旗"]
BODIES = [("人民政府", "政"), ("人民政府办公室", "政办"), ("水利局", "水"), ("农业农村局", "农"), ("教育和体育局", "教体"), ("行政审批服务局", "审"), ("应急管理局", "应急"), ("退役军人事务局", "退役军人"), ("林业和草原局", "林草"),
          ("人民防空办公室", "人防"), ("统计局", "统"), ("交通运输局", "交")]
SUBJECTS = ["开展秋季造林工作", "加强校车安全管理", "做好低温雨雪天气应对", "公布行政许可事项清单（2022年版）", "印发“一站式”服务规程", "调整县级河长名单", "推行告知承诺制", "进一步做好12345热线工作", "规范电梯维护保养", "落实“双减”要求",
            "表彰2020年度先进集体", "停征部分涉企收费", "划定禁养区、限养区", "同意设立白鹿工业园", "成立防灾减灾救灾委员会"]
GENRES = ["通知", "通报", "意见", "批复", "函", "决定", "公告", "通告"]
BRACKETS = ["〔〕", "［］", "[]", "（）", "()", "【】", "〖〗", "﹝﹞", "<>"]
ZEROS = "〇○◯OＯ零"
DIGITS = " 一二三四五六七八九"
BODY = ["为深入贯彻上级部署，结合我地实际，现将有关事项通知如下。", "一、提高认识。各单位要把这项工作摆上重要位置。", "二、明确分工，压实责任，按月调度。", "三、加强检查，对工作不力的予以通报。", "联系人：赵先生，电话：0999-7654321。",
        "前期已按《某某条例》和上级2019年文件要求完成摸底。", "请认真组织实施，并于2022年12月31日前报送情况。"]


def han(n):
    if n <= 10:
        return "十" if n == 10 else DIGITS[n]
    tens, ones = divmod(n, 10)
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


class Set:
    def __init__(self, seed):
        self.r = random.Random("unusual %d" % seed)

    def pick(self, items):
        return self.r.choice(items)

    def maybe(self, p):
        return self.r.random() < p

    def apart(self, text):
        """A short label drawn apart, as typists do: 索 引 号, 标　　题."""
        blank = self.pick([" ", "　", "\u00a0", "  ", "　　"])
        return blank.join(text) if self.maybe(0.4) and len(text) <= 4 else text

    def office(self):
        place, (name, code) = self.pick(PLACES), self.pick(BODIES)
        return place + name, place[0] + code

    def day(self):
        return self.r.randrange(2001, 2025), self.r.randrange(1, 13), self.r.randrange(1, 29)

    def in_han(self, d):
        zero = self.pick(ZEROS)
        year = "".join(zero if c == "0" else DIGITS[int(c)] for c in str(d[0]))
        month = "元" if d[1] == 1 and self.maybe(0.4) else han(d[1])
        date = han(d[2])
        if 20 < d[2] < 30 and self.maybe(0.3):
            date = "廿" + DIGITS[d[2] - 20]
        return "%s年%s月%s日" % (year, month, date)

    def in_digits(self, d):
        form = self.pick(["%d年%d月%d日", "%d年%02d月%02d日", "%d 年 %d 月 %d 日", "wide"])
        if form == "wide":
            return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in "%d年%d月%d日" % d)
        return form % d

    def number(self, code, year):
        form = self.pick(["发", "函", "办发", "规", "字", "通"])
        seq = self.r.randrange(1, 400)
        left, right = self.pick(BRACKETS) if self.maybe(0.8) else "〔〕"
        raw = "%s%s%s%d%s%s%d号" % (code, form, left, year, right, "第" if self.maybe(0.15) else "", seq)
        if self.maybe(0.15):
            raw = raw.replace(str(year), " %d " % year)
        if self.maybe(0.1):
            raw = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in raw)
        return raw, "%s%s|%d|%d" % (code, form, year, seq)

    # --- papers --------------------------------------------------------------------------------------------------------

    def paper(self):
        name, code = self.office()
        d = self.day()
        raw, key = self.number(code, d[0])
        subject, genre = self.pick(SUBJECTS), self.pick(GENRES)
        title = "%s关于%s的%s" % (name if self.maybe(0.6) else "", subject, genre)
        to = self.pick(["各乡镇人民政府，县直各部门", "各街道办事处、各有关单位", "县教育局", "各村（居）民委员会，驻镇各单位", "市水利局"])
        truth = {"docno": key, "title": title, "issuer": name, "formed_date": "%d-%02d-%02d" % d}
        lines = []
        if self.maybe(0.3):
            lines.append(self.pick(["%06d" % self.r.randrange(10 ** 6), "No.%06d" % self.r.randrange(10 ** 6)]))
        if self.maybe(0.25):
            word = self.pick(["特急", "加急"])
            lines.append(word if self.maybe(0.5) else word[0] + self.pick([" ", "　　"]) + word[1])
            truth["urgency"] = word
        letter = self.maybe(0.25)
        head = name if letter else name + "文件"
        lines.append(self.pick([" ", "　"]).join(head) if self.maybe(0.3) else head)
        if self.maybe(0.2) and not letter:
            lines.append(raw + self.pick(["　　　　", "          "]) + "签发人：" + self.pick(["周全", "吴 越"]))
        else:
            lines.append(self.pick(["", "", "　　　　　　"]) + raw)
        if self.maybe(0.3):
            lines.append("─" * 20)
        if self.maybe(0.25):
            cut = title.find("关于") if title.startswith(name) else title.rfind("的" + genre)
            lines += [title[:cut], title[cut:]] if 2 < cut < len(title) - 1 else [title]
        else:
            lines.append(title)
        if genre not in ("公告", "通告", "决定"):
            lines.append(to + self.pick(["：", ":"]))
            truth["addressee"] = to
        lines += ["　　" + self.pick(BODY) for _ in range(self.r.randrange(2, 5))]
        if self.maybe(0.3):
            lines += ["　　附件：1．分工表", "　　　　　2．汇总表"]
        written = self.in_han(d) if d[0] < 2012 or self.maybe(0.15) else self.in_digits(d)
        pad = self.pick(["　" * 14, " " * 30, ""])
        lines += [pad + name, pad + written]
        if self.maybe(0.5):
            mark, value = self.pick([("（此件公开发布）", "此件公开发布"), ("(此件公开发布)", "此件公开发布"), ("（此件主动公开）", "此件主动公开"), ("（此件依申请公开）", "此件依申请公开")])
            lines.append("　　" + mark)
            truth["disclosure_mark"] = value
        if d[0] < 2012 and self.maybe(0.5):
            lines.append("主题词：" + "　".join(self.pick([["水利", "工程", "通知"], ["教育", "安全", "意见"]])))
        if self.maybe(0.5):
            lines.append(self.pick(["抄送：", "抄　送：", "抄送:"]) + "县委办公室，县人大常委会办公室。")
            truth["cc"] = "县委办公室，县人大常委会办公室"
            late = d[:2] + (min(28, d[2] + 2),)
            lines.append(name.replace("人民政府", "人民政府办公室") if name.endswith("人民政府") else name + "办公室")
            lines[-1] += self.pick(["　　", "    ", "　　　　　"]) + (self.in_han(late) if d[0] < 2012 else "%d年%d月%d日" % late) + self.pick(["印发", " 印发", "印"])
            truth["issued_date"] = "%d-%02d-%02d" % late
        return "\n".join(lines) + "\n", truth

    # --- pages ---------------------------------------------------------------------------------------------------------

    LABELS = {"index_no": ["索引号", "信息索引号"], "theme": ["主题分类", "信息分类", "主题导航", "组配分类"], "issuer": ["发文机关", "发文机构", "发布机构", "制发机关", "发文单位"],
              "docno": ["发文字号", "文号", "发文文号", "发布文号"], "title": ["标题", "名称", "信息名称", "文件名称"], "formed_date": ["成文日期", "生成日期", "发文日期", "产生日期"],
              "published_at": ["发布日期", "公开日期", "发布时间", "颁布时间"], "effective_date": ["生效日期", "施行日期"], "asserted_status": ["有效性", "时效性", "公文时效", "效力状态"],
              "abstract": ["内容概述"], "keywords": ["关键词", "主题词"], "genre": ["体裁", "公文种类", "文种"]}

    def shown_day(self, d):
        return self.pick(["%d-%02d-%02d", "%d-%d-%d", "%d.%02d.%02d", "%d/%d/%d", "%d年%d月%d日", "%d%02d%02d", "%d年%02d月%02d日 15:34"]) % d

    def index_number(self, year):
        org = self.pick(["000014349", "0142768-8", "11441300007187648G", "01527918X", "TCXXGK", "035210000"])
        return org + self.pick(["/", "/", "-", "／"]) + "%d" % year + self.pick(["-", "-", "—", "－"]) + "%05d" % self.r.randrange(10 ** 5)

    def page(self):
        name, code = self.office()
        d, e = self.day(), self.day()
        raw, key = self.number(code, d[0])
        title = "%s关于%s的%s" % (self.pick([name, ""]), self.pick(SUBJECTS), self.pick(GENRES))
        theme = self.pick(["综合政务\\政务公开", "综合政务-文秘工作", "综合政务/档案/档案管理", "财政、金融、审计", "农业、林业、水利"])
        values = {"index_no": self.index_number(d[0]), "theme": theme, "issuer": name, "docno": raw, "title": title, "formed_date": self.in_han(d) if self.maybe(0.2) else self.shown_day(d),
                  "published_at": self.shown_day(e), "asserted_status": self.pick(["有效", "现行有效", "已废止", "失效"]), "keywords": "造林；绿化", "genre": self.pick(GENRES), "abstract": "就有关工作作出安排。"}
        if self.maybe(0.4):
            values["effective_date"] = self.shown_day(e)
        truth = dict(values, docno=key, formed_date="%d-%02d-%02d" % d, published_at="%d-%02d-%02d" % e)
        if "effective_date" in values:
            truth["effective_date"] = "%d-%02d-%02d" % e
        fields = [f for f in values if f in ("title", "issuer", "docno") or self.maybe(0.75)]
        truth = {f: truth[f] for f in fields}
        self.r.shuffle(fields)
        pairs = []
        for f in fields:
            label = self.apart(self.pick(self.LABELS[f]))
            pairs.append((label + self.pick(["：", ":", "", " ：", "："]), values[f]))
        # Only a cell of its own says without a colon that it is a label.
        shape = self.pick(["table2", "table4", "table6", "dl", "spans", "paragraphs", "list", "th"])
        if shape in ("spans", "paragraphs"):
            pairs = [(k.rstrip("： :") + "：", v) for k, v in pairs]
        if self.maybe(0.2):
            pairs.insert(self.r.randrange(len(pairs)), (self.apart("备注") + "：", ""))
        box = getattr(self, shape)(pairs)
        content = "".join("<p>%s</p>" % html.escape(s) for s in self.r.sample(BODY, 4))
        head = "<title>%s_%s</title>" % (html.escape(title), self.pick(["石泉县人民政府", "政务公开"])) if self.maybe(0.7) else "<title>信息公开</title>"
        order = [box, "<h1>%s</h1>" % html.escape(title) if self.maybe(0.6) else '<div class="tit">%s</div>' % html.escape(title)]
        if self.maybe(0.3):
            order.reverse()
        return ("<!DOCTYPE html><html><head><meta charset=%s>%s</head><body><div class=nav><a href=/>首页</a> <a href=/x>政务公开</a></div>%s<div id=content>%s</div><div class=foot>主办：石泉县人民政府</div></body></html>"
                % (self.charset, head, "".join(order), content)), truth

    charset = "utf-8"

    def cells(self, pairs, a, b):
        return ["<%s>%s</%s><%s>%s</%s>" % (a, html.escape(k), a, b, html.escape(v), b) for k, v in pairs]

    def rows(self, pairs, wide, a="td"):
        cells = self.cells(pairs, a, "td")
        return "<table>%s</table>" % "".join("<tr>%s</tr>" % "".join(cells[i:i + wide]) for i in range(0, len(cells), wide))

    def table2(self, pairs):
        return self.rows(pairs, 1)

    def table4(self, pairs):
        return self.rows(pairs, 2)

    def table6(self, pairs):
        return self.rows(pairs, 3)

    def th(self, pairs):
        return self.rows(pairs, 2, "th")

    def dl(self, pairs):
        return "<dl>%s</dl>" % "".join(self.cells(pairs, "dt", "dd"))

    def list(self, pairs):
        return "<ul class=xx>%s</ul>" % "".join("<li><b>%s</b><span>%s</span></li>" % (html.escape(k), html.escape(v)) for k, v in pairs)

    def spans(self, pairs):
        return "<div class=info>%s</div>" % "".join("<span>%s%s</span>" % (html.escape(k), html.escape(v)) for k, v in pairs)

    def paragraphs(self, pairs):
        return "<div class=info>%s</div>" % "".join("<p><strong>%s</strong>%s</p>" % (html.escape(k), html.escape(v)) for k, v in pairs)


def plain(text):
    return "".join(unicodedata.normalize("NFKC", text or "").split())


def number_key(text):
    t = plain(text)
    for pair in BRACKETS:
        for c in pair:
            t = t.replace(unicodedata.normalize("NFKC", c), "|").replace(c, "|")
    return t.replace("第", "").rstrip("号")


def got(field, meta):
    v = meta.get(field)
    if field in ("addressee", "cc"):
        # A list; what parted it is not kept.
        return plain("|".join(v if isinstance(v, list) else [v or ""]))
    v = v[0] if isinstance(v, list) and v else v
    v = v or ""
    if field == "docno":
        return number_key(v)
    if field in ("formed_date", "published_at", "effective_date", "issued_date"):
        return v[:10]
    if field == "theme":
        return plain(";".join(meta.get("theme")) if isinstance(meta.get("theme"), list) else v)
    if field == "keywords":
        return plain(";".join(meta.get("keywords")) if isinstance(meta.get("keywords"), list) else v)
    if field == "index_no":
        return plain(v).replace("—", "-").replace("－", "-")
    return plain(v)


def wanted(field, want):
    if field in ("docno", "formed_date", "published_at", "effective_date", "issued_date"):
        return want
    if field in ("addressee", "cc"):
        return plain("|".join(want.split("，")))
    return plain(want).replace("—", "-") if field == "index_no" else plain(want)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--papers", type=int, default=200)
    p.add_argument("--pages", type=int, default=200)
    p.add_argument("--keep")
    p.add_argument("--least", type=float, default=0.97)
    a = p.parse_args()
    s = Set(a.seed)
    files, truths = {}, {}
    for i in range(a.papers):
        text, truths["paper-%03d.txt" % i] = s.paper()
        files["paper-%03d.txt" % i] = text.encode(s.pick(["utf-8", "utf-8", "utf-8-sig"]))
    for i in range(a.pages):
        text, truths["page-%03d.html" % i] = s.page()
        files["page-%03d.html" % i] = text.encode()
    with tempfile.TemporaryDirectory() as d:
        d = a.keep or d
        os.makedirs(d, exist_ok=True)
        for name, data in files.items():
            with open(os.path.join(d, name), "wb") as f:
                f.write(data)
        run = subprocess.run(["gongkai", "extract", "--json", *files], cwd=d, stdout=subprocess.PIPE)
    metas = {}
    for line in run.stdout.decode().splitlines():
        one = json.loads(line)
        metas[one["file"]] = one.get("meta") or {}
    counts = {}
    for name, truth in truths.items():
        for field, want in truth.items():
            right = got(field, metas.get(name, {})) == wanted(field, want)
            n = counts.setdefault((name.split("-")[0], field), [0, 0])
            n[0] += right
            n[1] += 1
            if not right:
                print("miss: %s %s: %r, want %r" % (name, field, metas.get(name, {}).get(field), want))
    for (kind, field), (right, all_) in counts.items():
        print("%s %s: %d of %d" % (kind, field, right, all_))
    right, all_ = (sum(c[i] for c in counts.values()) for i in (0, 1))
    print("seed %d: %d of %d values right (%.2f %%)" % (a.seed, right, all_, 100 * right / all_))
    return 1 if right < a.least * all_ or not all_ else 0


if __name__ == "__main__":
    sys.exit(main())
