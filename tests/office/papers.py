#!/usr/bin/env python3
"""Red-head papers and pages with metadata boxes, made at random with known truth; what gongkai extract says of them.

Usage: papers.py [--seed N] [--papers N] [--pages N] [--keep DIR] [--least 0.99]        gongkai must be in the PATH

Written from the rules of papers (GB/T 9704) and of government pages, not from the code that reads them: every bracket, every zero,
every label with its blanks, every shape of box.  Prints each miss, a line for each field, and ends with 1 if less than that share is right.
"""
import argparse
import html
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import unicodedata

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import make  # noqa: E402

PLACES = ["云溪县", "青石镇", "大妈镇", "白河市", "临江市", "西和县", "东平县", "南山区", "玉山县", "河东街道", "金沙乡", "三江侗族自治县", "岭南省", "湖西省", "兴安盟", "阿坝藏族羌族自治州"]
OFFICES = ["人民政府", "人民政府办公室", "人民政府办公厅", "财政局", "教育局", "民政局", "自然资源和规划局", "人力资源和社会保障局", "住房和城乡建设局", "发展和改革委员会",
           "市场监督管理局", "卫生健康委员会", "医疗保障局", "农业农村局", "应急管理局", "水务局", "公安局", "司法局", "税务局", "文化广电旅游体育局", "生态环境局", "审计局"]
STATE = ["国务院", "国务院办公厅", "财政部", "教育部", "民政部", "国家发展和改革委员会", "国家税务总局", "中国银行保险监督管理委员会", "住房和城乡建设部", "海关总署", "国家市场监督管理总局"]
CODES = {"国务院": "国发", "国务院办公厅": "国办发", "财政部": "财建", "教育部": "教基", "民政部": "民发", "国家发展和改革委员会": "发改价格", "国家税务总局": "税总发",
         "中国银行保险监督管理委员会": "银保监发", "住房和城乡建设部": "建房", "海关总署": "署法发", "国家市场监督管理总局": "国市监注"}
FORMS = ["发", "函", "办发", "办函", "字", "规", "任", "电", "办字", "通", "纪要"]
TOPICS = ["农村危房改造", "禁止露天焚烧秸秆", "城乡居民最低生活保障", "高龄津贴发放", "义务教育阶段招生", "防汛抗旱", "政府信息公开", "小型水利工程管护", "财政、金融、审计监督", "食品安全监管",
          "2021年重点工作", "“十四五”规划编制", "加强新形势下档案管理", "推进“互联网＋政务服务”", "临时救助", "建设用地审批", "森林草原防灭火", "公共租赁住房分配", "法治政府建设",
          "进一步优化营商环境", "国有土地上房屋征收与补偿", "冬春季节呼吸道传染病防控", "村级公益事业一事一议", "行政执法监督", "第七次全国人口普查"]
GENRES = ["通知", "意见", "决定", "公告", "通告", "批复", "函", "通报", "报告"]
RULES = ["实施办法", "管理办法", "管理规定", "实施细则", "工作方案", "应急预案", "若干措施", "实施方案", "暂行办法", "管理办法（试行）"]
PEOPLE = ["张三", "李 四", "王建国", "欧阳文", "赵 敏", "阿依古丽"]
SENTENCES = ["为进一步规范相关工作，根据有关法律法规，结合本地实际，制定本措施。", "各有关单位要提高认识，加强领导，明确责任，把各项任务落到实处。", "有关情况请于2018年6月30日前书面报送，联系电话0000-1234567。",
             "依据《中华人民共和国政府信息公开条例》（国务院令第711号）和国办发〔2017〕47号文件精神，现就有关事项明确如下。", "自2016年1月1日起形成的资料，由承办单位统一保管。",
             "一、总体要求。坚持以人民为中心，统筹安排，分步实施。", "二、主要任务。建立台账，定期检查，发现问题及时整改。", "三、保障措施。落实经费，强化督查，严肃纪律。", "（一）明确分工。按照属地管理的原则开展工作。",
             "请认真贯彻执行。", "以上意见，妥否，请批示。", "《关于印发〈某项工作方案〉的通知》（某政发〔2012〕8号）同时废止。", "特此通知。"]
HAN = "〇一二三四五六七八九"
ZEROS = "〇○◯OＯ零Ο0０"
SITES = ["云溪县人民政府", "青石镇政务公开网", "白河市人民政府门户网站"]


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def one(self, items):
        return self.r.choice(items)

    def chance(self, p):
        return self.r.random() < p

    # --- values --------------------------------------------------------------------------------------------

    def issuer(self):
        return self.one(STATE) if self.chance(0.2) else self.one(PLACES) + self.one(OFFICES)

    def issuers(self):
        first = self.issuer()
        if self.chance(0.85):
            return [first]
        place = first[:3] if first[:3] in PLACES else self.one(PLACES)
        more = [place + o for o in self.r.sample(OFFICES[3:], self.one([1, 1, 2])) if place + o != first]
        return [first] + more

    def code(self, issuer):
        if issuer in CODES:
            return CODES[issuer]
        place = next((p for p in PLACES if issuer.startswith(p)), "云溪县")
        short = place[:self.one([1, 2])]
        what = {"人民政府": "政", "人民政府办公室": "政办", "人民政府办公厅": "政办"}.get(issuer[len(place):], issuer[len(place)] if len(issuer) > len(place) else "政")
        code = short + what + self.one(FORMS)
        return code[0] + "（研）" + code[1:] if self.chance(0.02) else code

    def number(self, issuer):
        """(as written, key)"""
        kind = self.r.random()
        seq = self.one([self.r.randint(1, 9), self.r.randint(10, 99), self.r.randint(100, 2500)])
        year = self.r.randint(1998, 2025)
        if kind < 0.06:
            n = self.one([str(seq), han_number(seq)]) if seq < 100 else str(seq)
            text = self.one(["%s令第%s号", "%s令\u3000第%s号", "%s令（第%s号）", "%s令第 %s 号"]) % (issuer, n)
            return text, "%s令||%d" % (issuer, seq)
        if kind < 0.10:
            return self.one(["%s公告%d年第%d号", "%s公告 %d年第%d号"]) % (issuer, year, seq), "%s公告|%d|%d" % (issuer, year, seq)
        code = self.code(issuer)
        if kind < 0.13:
            code = code[:2] + "发明电"
        left, right = self.one(["〔〕", "〔〕", "〔〕", "［］", "[]", "（）", "()", "【】", "〖〗", "﹝﹞", "<>"])
        y = str(year)
        if self.chance(0.08):
            y = wide(y)
        s = str(seq)
        if self.chance(0.05):
            s = "0" * self.one([1, 2]) + s if len(s) < 3 else s
        if self.chance(0.05):
            s = wide(s)
        if self.chance(0.06):
            s = "第" + s
        parts = [code, left, y, right, s, "号"]
        gap = "" if self.chance(0.8) else self.one([" ", "\u3000", "\u00a0"])
        text = gap.join(parts) if self.chance(0.5) else code + left + y + right + gap + s + gap + "号" if gap else "".join(parts)
        return text, "%s|%d|%d" % (unicodedata.normalize("NFKC", code), year, seq)

    def day(self, first=1998):
        year = self.r.randint(first, 2025)
        return year, self.r.randint(1, 12), self.r.randint(1, 28)

    def written(self, d, time=False):
        y, m, t = d
        kind = self.r.random()
        if kind < 0.25:
            text = "%d年%d月%d日" % d
        elif kind < 0.35:
            text = "%d年%02d月%02d日" % d
        elif kind < 0.40:
            text = self.one(["%d 年 %d 月 %d 日", "%d年 %d月 %d日"]) % d
        elif kind < 0.45:
            text = wide("%d年%d月%d日" % d)
        elif kind < 0.50 and not time:
            return han_day(d, self.one(ZEROS))
        elif kind < 0.55 and not time:
            return han_day(d, "〇").replace("一月", "元月") if m == 1 else han_day(d, "○")
        elif kind < 0.75:
            text = "%04d-%02d-%02d" % d
        elif kind < 0.80:
            text = "%d-%d-%d" % d
        elif kind < 0.87:
            text = "%04d/%02d/%02d" % d
        elif kind < 0.94:
            text = "%04d.%02d.%02d" % d
        else:
            text = "%04d%02d%02d" % d
        if time and self.chance(0.5):
            text += " " + self.one(["%02d:%02d", "%02d:%02d:00"]) % (self.r.randint(0, 23), self.r.randint(0, 59))
        return text

    def signed(self, d):
        """A date as a paper carries it."""
        if d[0] < 2012 or self.chance(0.2):
            text = han_day(d, self.one(ZEROS))
            if d[1] == 1 and self.chance(0.3):
                text = text.replace("年一月", "年元月")
            return text
        return self.one(["%d年%d月%d日", "%d年%d月%d日", "%d 年 %d 月 %d 日", "%d年%02d月%02d日", "%d年%d月%d日 "]) % d if self.chance(0.9) else wide("%d年%d月%d日" % d)

    def title(self, issuers):
        topic = self.one(TOPICS)
        who = "" if self.chance(0.35) else (issuers[0] if len(issuers) == 1 else self.one([" ", "、", "\u3000"]).join(issuers))
        kind = self.r.random()
        if kind < 0.45:
            return who + "关于" + topic + self.one(["工作", "有关事项", "问题", ""]) + "的" + self.one(GENRES)
        if kind < 0.70:
            place = self.one(PLACES)
            return who + "关于印发" + self.one(["《%s%s%s》", "《%s%s%s》", "%s%s%s"]) % (place, topic, self.one(RULES)) + "的通知"
        if kind < 0.78:
            return who + "关于转发《国务院办公厅关于%s的%s》的通知" % (topic, self.one(["通知", "意见"]))
        if kind < 0.86:
            return who + "关于同意%s设立%s的批复" % (self.one(PLACES), topic + "试点")
        if kind < 0.93:
            return self.one(PLACES) + topic + self.one(RULES)
        return who + "关于" + topic + "的" + self.one(GENRES) + self.one(["（试行）", "（暂行）"])

    def spread(self, text, p):
        """Blanks between the characters of a label or a heading."""
        if not self.chance(p):
            return text
        gap = self.one([" ", "\u3000", "\u3000\u3000", "\u00a0", "\u00a0\u00a0"])
        return gap.join(text)

    def body(self):
        return [self.one(SENTENCES) for _ in range(self.r.randint(3, 8))]

    # --- red-head papers -----------------------------------------------------------------------------------------------

    def paper(self):
        """(lines, truth)"""
        issuers = self.issuers()
        raw, key = self.number(issuers[0])
        if "令|" in key:
            issuers = issuers[:1]
        title = self.title(issuers)
        formed = self.day()
        truth = {"docno": key, "issuer": issuers, "title": title, "formed_date": "%04d-%02d-%02d" % formed}
        order = key.split("|")[0].endswith("令") and "||" in key
        notice = "公告|" in key
        lines = []
        if self.chance(0.08):
            lines.append(self.one(["特急", "加急"]))
        shape = self.r.random()
        if order or notice:
            word = "令" if order else "公告"
            at = raw.index(word) + len(word)
            lines += [self.spread(raw[:at], 0.4), raw[at:].strip(" \u3000")]
        elif shape < 0.55:
            lines += self.red_head(issuers, "文件")
            lines.append(self.numbered(raw))
        elif shape < 0.72:      # a letter: no 文件
            lines += self.red_head(issuers, "")
            lines.append(raw)
        elif shape < 0.88:      # as pages show papers: the number below the title
            pass
        else:
            lines.append(raw)
        lines += self.broken(title, issuers)
        if not (order or notice) and 0.72 <= shape < 0.88:
            lines.append(self.one(["%s", "（%s）", "%s"]) % raw)
        addressee = None
        if not (order or notice) and self.chance(0.85):
            addressee = self.one(["各乡镇人民政府，县政府各部门：", "各村民委员会，镇属各部门：", "%s：" % self.issuer(), "各市、州、县人民政府，省政府各厅委办、各直属机构：", "县各有关单位："])
            lines.append(addressee)
        lines += self.body()
        if self.chance(0.3):
            lines += ["附件：1.%s" % (self.one(TOPICS) + "任务分解表"), "2.%s名单" % self.one(TOPICS)]
        lines += self.signature(issuers, formed, order)
        tail = self.r.random()
        if tail < 0.4:
            lines.append(self.one(["（此件公开发布）", "（此件主动公开）", "(此件公开发布)"]))
        if self.chance(0.3):
            lines += ["附件1", self.one(TOPICS) + "任务分解表", "责任单位于2017年5月1日前完成。"]
        if self.chance(0.5):
            later = "%d年%d月%d日" % (formed[0], formed[1], formed[2] if formed[2] == 28 else formed[2] + 1)
            lines.append(self.one(["抄送：县委各部门，县人大常委会办公室，县政协办公室。", "抄送：%s。" % self.issuer()]))
            lines.append(issuers[0] + self.one(["办公室", ""]) + self.one(["\u3000\u3000", "    ", "\t"]) + later + "印发")
            truth["issued_date"] = "%04d-%02d-%02d" % (formed[0], formed[1], formed[2] if formed[2] == 28 else formed[2] + 1)
        return lines, truth

    def red_head(self, issuers, word):
        if len(issuers) == 1:
            return [self.spread(issuers[0] + word, 0.3)]
        if word == "":
            return list(issuers)
        if self.chance(0.5):
            return issuers[:-1] + [issuers[-1] + word]
        return issuers + [word] if self.chance(0.5) else [self.one([" ", "\u3000"]).join(issuers) + word]

    def numbered(self, raw):
        return raw + self.one(["\u3000\u3000", "        ", "\t"]) + self.one(["签发人：", "签发人: "]) + self.one(PEOPLE) if self.chance(0.15) else raw

    def broken(self, title, issuers):
        """A title over several lines, broken where words end."""
        cuts = [m.end() for m in re.finditer("|".join(map(re.escape, sorted(issuers, key=len, reverse=True))) + "|关于印发|的(?=通知|意见|决定|公告|批复)", title) if m.end() < len(title)]
        if len(title) < 18 or not cuts or self.chance(0.6):
            return [title]
        at = self.one(cuts)
        if title[:at].endswith("的"):
            at -= 1
        return [title[:at].strip(" 、\u3000") if title[at - 1:at] in " \u3000" else title[:at], title[at:].lstrip(" \u3000")]

    def signature(self, issuers, formed, order):
        date = self.signed(formed)
        if order:
            return [self.one(["市长\u3000", "县长  ", "部\u3000长 "]) + self.one(PEOPLE), date]
        if len(issuers) == 1 and self.chance(0.1):
            return [issuers[0] + self.one(["\u3000\u3000", "\t", "    "]) + date]
        if len(issuers) > 1 and self.chance(0.3):
            return [self.one(["\u3000\u3000", "\t", "  "]).join(issuers), date]
        return [self.spread(i, 0.1) for i in issuers] + [date]

    def paper_file(self, lines):
        """(ending, bytes)"""
        kind = self.one(["docx", "docx", "txt", "txt", "gbk", "html", "odt", "rtf"])
        if kind == "docx":
            return "docx", make.docx_of(lines)
        if kind == "odt":
            return "odt", make.odt_of(lines)
        if kind == "rtf":
            return "rtf", make.rtf_of(lines)
        if kind == "html":
            name = self.one(["zoom", "TRS_Editor", "content"])
            page = '<html><head><meta charset="utf-8"><title>%s</title></head><body><div class="nav"><a href="/">首页</a> <a href="/a">政务公开</a></div><div class="%s">%s</div><div class="footer">主办：%s</div></body></html>' % (
                self.one(SITES), name, "".join("<p%s>%s</p>" % (self.one(["", ' align="center"', ' style="text-indent:2em"']), html.escape(line).replace("\t", "&emsp;")) for line in lines), self.one(SITES))
            return "html", page.encode()
        sep = self.one(["\n", "\r\n", "\n\n"])
        indent = self.one(["", "\u3000\u3000", "    "])
        text = "".join((" " * self.r.randint(0, 30) if indent and self.chance(0.3) else indent) + line + sep for line in lines)
        if kind == "gbk":
            return "txt", text.encode("gb18030")
        return "txt", text.encode()

    # --- pages with a metadata box --------------------------------------------------------------------------------------------

    LABELS = {
        "index_no": ["索引号", "信息索引号"],
        "theme": ["主题分类", "分类", "信息分类", "主题导航", "组配分类"],
        "issuer": ["发文机关", "发文机构", "发布机构", "制发机关", "发文单位"],
        "docno": ["发文字号", "文号", "发文文号", "发布文号"],
        "title": ["标题", "名称", "信息名称", "文件名称"],
        "formed_date": ["成文日期", "生成日期", "发文日期", "产生日期"],
        "published_at": ["发布日期", "公开日期", "发布时间", "颁布时间"],
        "effective_date": ["生效日期", "施行日期"],
        "abolished_date": ["废止日期", "废止时间"],
        "asserted_status": ["有效性", "时效性", "时效", "公文时效", "效力状态"],
        "abstract": ["内容概述"],
        "keywords": ["主题词", "关键词"],
        "genre": ["体裁", "公文种类", "文种"],
    }

    def index_no(self):
        return self.one(["000014349/2017-00110", "0142768-8/2022-00185", "11441300007187648G/2017-00096", "11341702486344515H/202110-00013", "01527918X-2020-153077", "TCXXGK-2020-011721",
                         "035210000/2025-00016", "532300-0206-01-20210305-00012", "11370322004222241N/2021-5135380", "006939748／2004-00170"])

    def box_values(self):
        """([(field, value)], truth)"""
        issuers = self.issuers()
        raw, key = self.number(issuers[0])
        title = self.title(issuers)
        formed = self.day()
        published = self.day(formed[0])
        published = max(published, formed)
        status = self.one(["有效", "现行有效", "已失效", "失效", "废止", "已废止", "部分有效", "已修改", "有效期内", "尚未生效"])
        values = {"index_no": self.index_no(), "theme": self.one(["综合政务\\政务公开", "财政、金融、审计/财政", "民政、扶贫、救灾", "综合政务-文秘工作"]),
                  "issuer": self.one([" ", "，", "；", "\u3000"]).join(issuers), "docno": raw, "title": title, "formed_date": self.written(formed), "published_at": self.written(published, True),
                  "asserted_status": status, "abstract": self.one(["关于%s的有关规定" % self.one(TOPICS), ""]), "keywords": self.one(["财政 资金", "通知", "教育；招生", ""]),
                  "genre": self.one(["通知", "意见", "其他", "命令（令）"])}
        truth = {"docno": key, "issuer": issuers, "title": title, "formed_date": iso(formed), "published_at": iso(published), "asserted_status": status, "index_no": values["index_no"]}
        if self.chance(0.5):
            d = self.day(formed[0])
            values["effective_date"], truth["effective_date"] = self.written(d), iso(d)
        if status in ("废止", "已废止") and self.chance(0.6):
            d = self.day(formed[0])
            values["abolished_date"], truth["abolished_date"] = self.written(d), iso(d)
        need = {"docno", "issuer", "title", "formed_date"}
        for field in list(values):
            if field not in need and self.chance(0.25):
                del values[field]
                truth.pop(field, None)
            elif self.chance(0.06) and field != "title":
                values[field] = self.one(["", "无", "-", "—", "/", "暂无", "\u00a0"])
                truth[field] = None
                if field == "issuer":       # the title may tell
                    del truth[field]
        order = list(values)
        if self.chance(0.4):
            self.r.shuffle(order)
        else:
            order.sort(key=list(self.LABELS).index)
        return [(f, values[f]) for f in order], truth

    def label(self, field, colon):
        text = self.spread(self.one(self.LABELS[field]), 0.35)
        if colon:
            text += self.one(["：", "：", ":", " ：", "： ", "\u00a0:", "：\u00a0"])
        return escape(text)

    def box(self, pairs):
        shape = self.one(["td", "td", "td2", "th", "th2", "dl", "li", "li-strong", "li-bare", "p", "div2", "span-line", "same-cell", "bracket", "bracket-line", "nested", "b-td", "heads"])
        colon = self.chance(0.6)
        cells = [(self.label(f, colon), escape(v)) for f, v in pairs]
        with_colon = [(self.label(f, True), escape(v)) for f, v in pairs]
        two = [cells[i:i + 2] for i in range(0, len(cells), 2)]
        ws = self.one(["", "\n", "\n\t\t"])
        if shape in ("td", "b-td"):
            form = "<tr><td>%s</td><td>%s</td></tr>" if shape == "td" else "<tr><td><b>%s</b></td><td><span>%s</span></td></tr>"
            return "<table class='xxgk'>" + ws.join(form % c for c in cells) + "</table>"
        if shape in ("td2", "nested"):
            rows = ws.join("<tr>%s</tr>" % "".join("<td class='l'>%s</td>%s<td>%s</td>" % (k, ws, v) for k, v in row) for row in two)
            return "<table>%s</table>" % rows if shape == "td2" else "<table><tr><td><table>%s</table></td></tr></table>" % rows
        if shape == "th":
            return "<table>" + ws.join("<tr><th>%s</th><td>%s</td></tr>" % c for c in cells) + "</table>"
        if shape == "th2":
            return "<table><tbody>" + ws.join("<tr>%s</tr>" % "".join("<th>%s</th><td>%s</td>" % c for c in row) for row in two) + "</tbody></table>"
        if shape == "heads" and all(re.sub(r"&\w+;|\s", "", v) for _, v in cells):
            half = (len(cells) + 1) // 2
            return "<table>" + "".join("<tr>%s</tr><tr>%s</tr>" % ("".join("<th>%s</th>" % k for k, _ in part), "".join("<td>%s</td>" % v for _, v in part)) for part in (cells[:half], cells[half:])) + "</table>"
        if shape == "dl":
            return "<dl>" + ws.join("<dt>%s</dt><dd>%s</dd>" % c for c in cells) + "</dl>"
        if shape == "li":
            return "<ul class='box'>" + ws.join("<li><span>%s</span>%s<span>%s</span></li>" % (k, ws, v) for k, v in with_colon) + "</ul>"
        if shape == "li-strong":
            return "<ul>" + ws.join("<li><strong>%s</strong>%s</li>" % c for c in with_colon) + "</ul>"
        if shape == "li-bare":
            return "<ul>" + ws.join("<li>%s%s</li>" % c for c in with_colon) + "</ul>"
        if shape == "p":
            return ws.join("<p>%s%s</p>" % c for c in with_colon)
        if shape == "div2":
            return "<div class='info'>" + ws.join("<div><div class='k'>%s</div><div class='v'>%s</div></div>" % c for c in with_colon) + "</div>"
        if shape == "span-line":
            return "<div class='infobar'>" + "<br>".join("&nbsp;&nbsp;".join("<span>%s%s</span>" % c for c in with_colon[i:i + 2]) for i in range(0, len(cells), 2)) + "</div>"
        if shape == "same-cell":
            return "<table>" + ws.join("<tr>%s</tr>" % "".join("<td><b>%s</b>%s</td>" % c for c in with_colon[i:i + 2]) for i in range(0, len(cells), 2)) + "</table>"
        if shape in ("bracket", "bracket-line"):
            left, right = self.one(["【】", "[]", "［］"])
            marked = [(left + self.label(f, False) + right, escape(v)) for f, v in pairs]
            if shape == "bracket":
                return "<ul>" + ws.join("<li>%s%s</li>" % c for c in marked) + "</ul>"
            return "<p>" + "<br/>".join("%s %s" % c for c in marked) + "</p>"
        return "<table>" + ws.join("<tr><td>%s</td><td colspan='3'>%s</td></tr>" % c for c in cells) + "</table>"

    def page(self):
        pairs, truth = self.box_values()
        box = self.box(pairs)
        title = truth["title"]
        status = truth.get("asserted_status")
        mark = self.one(["【%s】", "[%s]", "（%s）"]) % status if status in ("已失效", "已废止") and self.chance(0.3) else ""
        metas = ""
        if self.chance(0.5):
            metas += '<meta name="ArticleTitle" content="%s">' % html.escape(title)
        if self.chance(0.5):
            metas += '<meta name="SiteName" content="%s"><meta name="ColumnName" content="政策文件"><meta name="ContentSource" content="本站">' % self.one(SITES)
        if truth.get("published_at") and self.chance(0.3):
            metas += '<meta name="PubDate" content="%s 09:30">' % truth["published_at"]
        charset, codec = self.one([("utf-8", "utf-8"), ("utf-8", "utf-8"), ("gb18030", "gb18030"), ("gb2312", "gb18030")])
        content = "".join("<p>%s</p>" % html.escape(s) for s in self.body() + self.body())
        heading = "<h1>%s</h1>" % html.escape(mark + title) if self.chance(0.8) or mark else ""
        bar = "<div class='bar'>来源：%s&nbsp;&nbsp;浏览次数：12 【字体：大 中 小】</div>" % self.one(SITES) if self.chance(0.3) else ""
        main = "<div %s>%s</div>" % (self.one(["id='zoom'", "class='TRS_Editor'", "class='article-content'", "class='content'"]), content)
        inner = self.one([box + heading + bar + main, heading + bar + box + main, heading + box + main])
        page = ("<!DOCTYPE html>\n<html><head><meta charset=\"%s\"><title>%s_%s</title>%s</head><body><div class='nav'><a href='/'>首页</a> <a href='/x'>政务公开</a> <a href='/y'>办事服务</a> <a href='/z'>互动交流</a></div>"
                "<div class='location'>当前位置：<a href='/'>首页</a> &gt; <a href='/x'>信息公开</a></div><div class='wrap'>%s</div>"
                "<div class='related'><h3>相关文件</h3><ul><li><a href='/1'>关于%s的通知</a> 2011-01-01</li><li><a href='/2'>关于%s的意见</a> 2012-02-02</li></ul></div>"
                "<div class='footer'>主办：%s  网站标识码：1304000009</div></body></html>" % (charset, html.escape(title), self.one(SITES), metas, inner, self.one(TOPICS), self.one(TOPICS), self.one(SITES)))
        return page.encode(codec, "xmlcharrefreplace"), truth


def escape(text):
    return html.escape(text).replace("\u00a0", "&nbsp;")


def wide(text):
    return "".join(chr(ord(c) + 0xFEE0) if "0" <= c <= "9" else c for c in text)


def han_number(n):
    if n < 10:
        return HAN[n]
    tens, ones = divmod(n, 10)
    return ("" if tens == 1 else HAN[tens]) + "十" + (HAN[ones] if ones else "")


def han_day(d, zero):
    return "".join(zero if c == "0" else HAN[int(c)] for c in str(d[0])) + "年" + han_number(d[1]) + "月" + han_number(d[2]) + "日"


def iso(d):
    return "%04d-%02d-%02d" % d


# --- comparing ---------------------------------------------------------------------------------------------------------------

def number_key(text):
    """An independent reading of a number: code, year, sequence."""
    s = re.sub(r"[\s\u3000\u00a0]", "", unicodedata.normalize("NFKC", text or ""))
    m = re.match(r"^(.+?)令\(?第?([0-9]+|[一二三四五六七八九十]+)号\)?$", s)
    if m:
        n = m.group(2)
        return "%s令||%d" % (m.group(1), int(n) if n.isdigit() else from_han(n))
    m = re.match(r"^(.+?公告)([0-9]{4})年第([0-9]+)号$", s)
    if m:
        return "%s|%s|%d" % (m.group(1), m.group(2), int(m.group(3)))
    m = re.match(r"^(.+?)[〔\[(【〖<﹝]([0-9]{4})[〕\])】〗>﹞]第?([0-9]+)号$", s)
    return "%s|%s|%d" % (m.group(1), m.group(2), int(m.group(3))) if m else s


def from_han(n):
    left, ten, right = n.partition("十")
    return HAN.index(n) if not ten else (HAN.index(left) if left else 1) * 10 + (HAN.index(right) if right else 0)


def tight(text):
    return re.sub(r"[\s\u3000\u00a0]", "", text or "")


def says(field, meta):
    value = meta.get(field)
    if field == "docno":
        return None if value is None else number_key(value)
    if field in ("formed_date", "published_at", "effective_date", "abolished_date", "issued_date"):
        return None if value is None else value[:10]
    return value


def right(field, got, want):
    if field == "title":
        return tight(got) == tight(want)
    if field == "index_no" and got and want:
        return tight(unicodedata.normalize("NFKC", got)) == tight(unicodedata.normalize("NFKC", want))
    if field in ("published_at",) and got and want:
        return got[:10] == want
    return got == want


def stands_there(field, e, text):
    """Evidence is the place of what was found, in bytes, and its line."""
    place = text[e["at"]:e["at"] + e["bytes"]]
    words = tight(place.decode())
    if text[:e["at"]].count(b"\n") + 1 != e["line"] or not words:
        return False
    if field in ("docno", "addressee", "cc", "urgency"):
        return words == tight(e["found"])
    if field == "issuer":
        return all(words.find(name) >= 0 for name in e["found"])
    return field not in ("formed_date", "issued_date") or words.endswith("日")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--papers", type=int, default=200)
    p.add_argument("--pages", type=int, default=200)
    p.add_argument("--keep")
    p.add_argument("--least", type=float, default=0.99)
    a = p.parse_args()
    m = Maker(a.seed)
    files, truths = {}, {}
    for i in range(a.papers):
        lines, truth = m.paper()
        ending, data = m.paper_file(lines)
        name = "paper-%03d.%s" % (i, ending)
        files[name], truths[name] = data, truth
    for i in range(a.pages):
        data, truth = m.page()
        name = "page-%03d.html" % i
        files[name], truths[name] = data, truth
    with tempfile.TemporaryDirectory() as d:
        d = a.keep or d
        os.makedirs(d, exist_ok=True)
        for name, data in files.items():
            with open(os.path.join(d, name), "wb") as f:
                f.write(data)
        run = subprocess.run(["gongkai", "extract", "--json", *files], cwd=d, stdout=subprocess.PIPE)
    metas, places, misplaced = {}, 0, 0
    for line in run.stdout.decode().splitlines():
        one = json.loads(line)
        metas[one["file"]] = one.get("meta") or {}
        for field, e in (one.get("evidence") or {}).items():
            if "at" in e:
                places += 1
                if not stands_there(field, e, one["text"].encode()):
                    misplaced += 1
                    print("misplaced: %s %s: %r" % (one["file"], field, e))
    counts = {}
    for name, truth in truths.items():
        kind = name.split("-")[0]
        for field, want in truth.items():
            got = says(field, metas.get(name, {}))
            good = right(field, got, want)
            n = counts.setdefault((kind, field), [0, 0])
            n[0] += good
            n[1] += 1
            if not good:
                print("miss: %s %s: %r, want %r" % (name, field, got, want))
    bad = 0
    for (kind, field), (good, all_) in counts.items():
        print("%s %s: %d of %d" % (kind, field, good, all_))
        bad += good < a.least * all_
    total = [sum(c[i] for c in counts.values()) for i in (0, 1)]
    print("seed %d: %d of %d values right (%.2f %%)" % (a.seed, total[0], total[1], 100 * total[0] / total[1]))
    print("%d values with their place in the text, %d of them do not stand there" % (places, misplaced))
    return 1 if bad or misplaced or not places or total[0] < a.least * total[1] or not total[1] else 0


if __name__ == "__main__":
    sys.exit(main())
