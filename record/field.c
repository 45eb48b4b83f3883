/*
 * The dictionary of document metadata, and how a stated value becomes a stored one.
 *
 * What the archive itself knows is not here: the id and the time of recording are the
 * event's, bytes and digests its content's, validity is computed (record/validity.h), the review
 * is a chain of events.
 */
#include "record/field.h"

#include "base/buf.h"
#include "base/date.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define LISTED(...) (const char *const[]){ __VA_ARGS__, NULL }
#define NO_ALIASES LISTED(NULL)

/* The 15 kinds of official paper (domain.md 10.2) and those that other items have; they are their own codes. */
static const char *const genres[] = {
	"决议", "决议", "决定", "决定", "命令", "命令", "命令", "令", "命令", "命令(令)", "命令", "命令（令）", "公报", "公报", "公告", "公告",
	"通告", "通告", "意见", "意见", "通知", "通知", "通报", "通报", "报告", "报告", "请示", "请示", "批复", "批复", "议案", "议案", "函", "函",
	"纪要", "纪要", "纪要", "会议纪要", "规划", "规划", "方案", "方案", "预案", "预案", "办法", "办法", "规定", "规定", "细则", "细则",
	"条例", "条例", "目录清单", "目录清单", "名单公示", "名单公示", "年度报告", "年度报告", "预决算", "预决算", "统计公报", "统计公报",
	"处罚决定", "处罚决定", "许可决定", "许可决定", "办事指南", "办事指南", "政策解读", "政策解读", "新闻发布", "新闻发布",
	"预警信息", "预警信息", "招标采购", "招标采购", "人事任免", "人事任免", "其他", "其他", NULL,
};

/* domain.md 4.1.  规章 alone does not tell whose: see norm_level(). */
static const char *const norm_levels[] = {
	"law", "法律", "law", "宪法", "admin_reg", "行政法规", "local_reg", "地方性法规", "local_reg", "自治条例", "local_reg", "单行条例",
	"local_reg", "自治条例和单行条例", "local_reg", "经济特区法规", "dept_rule", "部门规章", "dept_rule", "国务院部门规章",
	"local_rule", "地方政府规章", "local_rule", "政府规章", "norm_doc", "行政规范性文件", "norm_doc", "规范性文件", "norm_doc", "红头文件",
	"policy_doc", "政策文件", "policy_doc", "政策性文件", "policy_doc", "其他政策文件", "judicial", "司法解释", "party", "党内法规",
	"party", "党政联合文件", "other", "其他", "other", "案例", NULL,
};

static const char *const art20_items[] = {
	"20.1", "行政法规、规章和规范性文件", "20.2", "机关职能", "20.3", "国民经济和社会发展规划", "20.4", "统计信息", "20.5", "行政许可",
	"20.6", "行政处罚", "20.6", "行政强制", "20.7", "财政预算、决算", "20.8", "行政事业性收费", "20.9", "政府集中采购", "20.10", "重大建设项目",
	"20.11", "民生政策措施", "20.12", "突发公共事件", "20.13", "监督检查", "20.14", "公务员招考", "20.15", "其他信息",
	"21.c1", "市政建设", "21.c2", "公共服务", "21.c3", "公益事业", "21.c4", "土地征收（市县）", "21.c5", "房屋征收（市县）", "21.c6", "治安管理",
	"21.c7", "社会救助（市县）", "21.t1", "贯彻落实农业农村政策", "21.t2", "农田水利工程建设运营", "21.t3", "农村土地承包经营权流转",
	"21.t4", "宅基地使用情况审核", "21.t5", "土地征收（乡镇）", "21.t6", "房屋征收（乡镇）", "21.t7", "筹资筹劳", "21.t8", "社会救助（乡镇）", NULL,
};

static const char *const accesses[] = {
	"draft", "草稿", "under_review", "审查中", "rejected", "审查未通过", "public", "已公开", "public", "公开",
	"withdrawn", "已撤下", "withdrawn", "已下线", "sealed", "封存", NULL,
};

static const char *const modes[] = {
	"proactive", "主动公开", "proactive", "此件公开发布", "proactive", "此件主动公开", "on_request", "依申请公开",
	"on_request", "此件依申请公开", "none", "不予公开", "none", "不公开", "none", "此件不公开", "none", "此件不予公开", NULL,
};

static const char *const grounds[] = {
	"state_secret", "属于国家秘密", "law_forbids", "其他法律行政法规禁止公开", "three_safety", "危及“三安全一稳定”",
	"third_party", "保护第三方合法权益", "internal_affairs", "属于三类内部事务信息", "process_info", "属于四类过程性信息",
	"enforcement_file", "属于行政执法案卷", "admin_query", "属于行政查询事项", NULL,
};

static const char *const channels[] = {
	"website", "网站", "website", "政府网站", "gazette", "政府公报", "gazette", "公报", "press", "新闻发布会", "newspaper", "报刊", "newspaper", "报纸",
	"radio_tv", "广播电视", "bulletin_board", "公告栏", "bulletin_board", "公开栏", "hall", "政务服务大厅", "library", "公共图书馆",
	"library", "图书馆", "archive", "国家档案馆", "archive", "档案馆", NULL,
};

static const char *const urgencies[] = { "none", "无", "none", "平件", "特急", "特急", "加急", "加急", NULL };
static const char *const secrecies[] = { "none", "无", "none", "公开", "秘密", "秘密", "机密", "机密", "绝密", "绝密", NULL };
static const char *const retentions[] = {
	"Y", "永久", "D30", "定期30年", "D30", "30年", "D10", "定期10年", "D10", "10年", "CQ", "长期", "DQ", "短期", "N", "不归档", NULL,
};

/*
 * Labels are domain.md 9's, but for the publisher: on pages 发布机构 names the
 * issuer (domain.md 6.2), and one label cannot find two fields.
 */
static const struct gk_field fields[] = {
	{ "index_no", "索引号", "Index number", GK_FT_STRING, LISTED("信息索引号", "信息索引"), NULL },
	{ "theme", "主题分类", "Theme", GK_FT_LIST, LISTED("分类", "信息分类", "主题导航", "组配分类", "ColumnType", "栏目类别"), NULL },
	{ "issuer", "发文机关", "Issued by", GK_FT_LIST,
	  LISTED("org", "author_org", "发文机构", "发布机构", "制发机关", "制定机关", "发文单位", "制发单位"), NULL },
	{ "formed_date", "成文日期", "Date made", GK_FT_DATE, LISTED("made", "生成日期", "发文日期", "产生日期", "成文时间", "生成时间"), NULL },
	{ "title", "标题", "Title", GK_FT_STRING, LISTED("ArticleTitle", "名称", "信息名称", "文件名称", "题名"), NULL },
	{ "alt_title", "并列/副题名", "Other title", GK_FT_STRING, LISTED("short", "alternative", "副题名", "并列题名", "副标题"), NULL },
	{ "docno", "发文字号", "Document number", GK_FT_STRING, LISTED("number", "no", "文号", "发文文号", "发布文号"), NULL },
	{ "reg_no", "规范性文件统一编号", "Registration number", GK_FT_STRING, LISTED("统一编号", "统一登记号", "规范性文件编号"), NULL },
	{ "published_at", "发布日期", "Published", GK_FT_DATETIME,
	  LISTED("pub_date", "published", "date_published", "PubDate", "firstpublishedtime", "公开日期", "发布时间", "公开时间", "颁布时间", "颁布日期"), NULL },
	{ "effective_date", "施行日期", "In force from", GK_FT_DATE,
	  LISTED("valid_from", "effective", "生效日期", "实施日期", "生效时间", "施行时间", "实施时间"), NULL },
	{ "expiry_date", "有效期至", "Valid until", GK_FT_DATE, LISTED("valid_to", "expires", "失效日期"), NULL },
	{ "asserted_status", "来源站标注时效", "Status as labelled by the source", GK_FT_STRING,
	  LISTED("validity", "status", "有效性", "时效性", "时效", "公文时效", "效力状态"), NULL },
	{ "abolished_date", "废止日期", "Abolished on", GK_FT_DATE, LISTED("abolished_on", "废止时间"), NULL },
	{ "abolished_by", "废止依据", "Abolished by", GK_FT_LIST, NO_ALIASES, NULL },
	{ "genre", "公文种类", "Kind of paper", GK_FT_ENUM, LISTED("体裁", "文种", "公文体裁", "体裁分类"), genres },
	{ "norm_level", "文件效力级别", "Level", GK_FT_ENUM, LISTED("level", "效力级别", "效力位阶", "文件类型"), norm_levels },
	{ "column", "栏目", "Column", GK_FT_LIST, LISTED("category", "ColumnName", "栏目名称", "所属栏目"), NULL },
	{ "art20_item", "条例第二十条项目", "Item of article 20", GK_FT_ENUM, NO_ALIASES, art20_items },
	{ "keywords", "关键词", "Keywords", GK_FT_LIST, LISTED("主题词"), NULL },
	{ "abstract", "内容概述", "Abstract", GK_FT_TEXT, LISTED("Description", "summary", "摘要", "概述", "内容概要"), NULL },
	{ "publisher", "发布单位", "Published by", GK_FT_STRING, LISTED("SiteName", "网站名称", "公开机构"), NULL },
	{ "content_source", "来源", "Source", GK_FT_STRING, LISTED("ContentSource", "信息来源", "文章来源"), NULL },
	{ "source_url", "原网址", "Address of origin", GK_FT_STRING, LISTED("url", "网址", "原文链接"), NULL },
	{ "site_id", "网站标识码", "Site code", GK_FT_STRING, LISTED("SiteIDCode", "政府网站标识码"), NULL },
	{ "adopted_date", "通过日期", "Adopted", GK_FT_DATE, LISTED("通过时间"), NULL },
	{ "issued_date", "印发日期", "Date of issue", GK_FT_DATE, LISTED("印发时间"), NULL },
	{ "promulgated_date", "公布日期", "Promulgated", GK_FT_DATE, LISTED("公布时间"), NULL },
	{ "access", "公开状态", "Access", GK_FT_ENUM, NO_ALIASES, accesses },
	{ "disclosure_mode", "公开方式", "Disclosure", GK_FT_ENUM, LISTED("公开属性", "公开类别", "附注"), modes },
	{ "disclosure_mark", "公开标注", "Disclosure mark", GK_FT_STRING, NO_ALIASES, NULL },
	{ "ground", "不予公开理由", "Ground of non-disclosure", GK_FT_ENUM, NO_ALIASES, grounds },
	{ "channel", "公开渠道", "Channels", GK_FT_LIST, LISTED("公开形式"), channels },
	{ "addressee", "主送机关", "To", GK_FT_LIST, LISTED("主送"), NULL },
	{ "cc", "抄送机关", "Copies to", GK_FT_LIST, LISTED("抄送"), NULL },
	{ "urgency", "紧急程度", "Urgency", GK_FT_ENUM, LISTED("缓急程度"), urgencies },
	{ "secrecy", "密级", "Secrecy", GK_FT_ENUM, NO_ALIASES, secrecies },
	{ "language", "语种", "Language", GK_FT_STRING, LISTED("lang"), NULL },
	{ "pages", "页数", "Pages", GK_FT_INT, NO_ALIASES, NULL },
	{ "attachments", "附件", "Attachments", GK_FT_LIST, NO_ALIASES, NULL },
	{ "relations", "关系", "Relations", GK_FT_LIST, NO_ALIASES, NULL },
	{ "fonds", "全宗号", "Fonds", GK_FT_STRING, NO_ALIASES, NULL },
	{ "file_year", "年度", "File year", GK_FT_INT, LISTED("归档年度"), NULL },
	{ "filed_date", "归档日期", "Filed", GK_FT_DATE, LISTED("归档时间"), NULL },
	{ "retention", "保管期限", "Retention", GK_FT_ENUM, NO_ALIASES, retentions },
	{ "office", "机构或问题", "Office or matter", GK_FT_STRING, NO_ALIASES, NULL },
	{ "refcode", "档号", "Reference code", GK_FT_STRING, NO_ALIASES, NULL },
	{ "captured_at", "采集时间", "Captured", GK_FT_DATETIME, NO_ALIASES, NULL },
};

enum { N_FIELDS = sizeof fields / sizeof *fields, NAME_MAX_BYTES = 96 };

const struct gk_field *
gk_fields(size_t *n)
{
	*n = N_FIELDS;
	return fields;
}

static bool
is_space(uint32_t cp)
{
	return cp <= ' ' || cp == 0x7F || (cp >= 0x80 && cp <= 0xA0) || cp == 0x3000 || cp == 0xFEFF || (cp >= 0x2000 && cp <= 0x200F)
		|| cp == 0x2028 || cp == 0x2029 || cp == 0x205F;
}

/* p without any white space, to be compared with names; false if it is too long for one. */
static bool
squeeze(const char *p, size_t n, char to[NAME_MAX_BYTES])
{
	size_t used = 0;

	for (size_t at = 0, len; at < n; at += len) {
		uint32_t cp;

		len = gk_utf8_decode(p + at, n - at, &cp);
		if (is_space(cp))
			continue;
		if (used + len >= NAME_MAX_BYTES)
			return false;
		memcpy(to + used, p + at, len);
		used += len;
	}
	to[used] = '\0';
	return used > 0;
}

static void
drop_colon(char *s)
{
	static const char wide[] = "：";
	size_t n = strlen(s);

	if (n > 1 && s[n - 1] == ':')
		s[n - 1] = '\0';
	else if (n >= sizeof wide && memcmp(s + n - sizeof wide + 1, wide, sizeof wide) == 0)
		s[n - sizeof wide + 1] = '\0';
}

const struct gk_field *
gk_field_find(const char *name, size_t n)
{
	char key[NAME_MAX_BYTES];

	if (!squeeze(name, n, key))
		return NULL;
	drop_colon(key);
	for (const struct gk_field *f = fields; f < fields + N_FIELDS; f++) {
		if (strcasecmp(key, f->key) == 0 || strcmp(key, f->label) == 0)
			return f;
		for (const char *const *alias = f->aliases; *alias != NULL; alias++)
			if (strcasecmp(key, *alias) == 0)
				return f;
	}
	return NULL;
}

/* ---- values ---- */

struct span { const char *p; size_t n; };

static struct span
trim(struct span s)
{
	size_t keep = 0;

	for (uint32_t cp; s.n > 0; ) {
		size_t len = gk_utf8_decode(s.p, s.n, &cp);

		if (!is_space(cp))
			break;
		s.p += len;
		s.n -= len;
	}
	for (size_t at = 0; at < s.n; ) {
		uint32_t cp;

		at += gk_utf8_decode(s.p + at, s.n - at, &cp);
		if (!is_space(cp))
			keep = at;
	}
	s.n = keep;
	return s;
}

/* How much of a value a message shows. */
static int
shown(struct span s)
{
	return (int)gk_utf8_cut(s.p, s.n < 60 ? s.n : 60);
}

static enum gk_status
refuse_date(struct gk_err *err, const struct gk_field *f, struct span v, const char *why, const char *why_en)
{
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "不能采用%s%.0s '%.*s'：%s%.0s", "cannot take %.0s%s '%.*s': %.0s%s",
		f->label, f->key, shown(v), v.p, why, why_en);
	gk_hint(err, "日期写作 2021-03-05、2021年3月5日，或只写 2021、2021-03", "write dates as 2021-03-05 or 2021年3月5日, or only 2021, 2021-03");
	return GK_REFUSED;
}

static enum gk_status
set_new(json_t *meta, const struct gk_field *f, json_t *value, struct gk_err *err)
{
	return value == NULL || json_object_set_new(meta, f->key, value) < 0 ? gk_nomem(err) : GK_OK;
}

/* L35.  A partial date is in range if some day of it is. */
static bool
in_range(const struct gk_field *f, struct gk_date d)
{
	bool legal = strcmp(f->key, "effective_date") == 0 || strcmp(f->key, "expiry_date") == 0;

	return gk_date_first_day(d) <= gk_date_first_day(gk_date_today()) + (legal ? 3653 : 366);
}

static enum gk_status
check_date(const struct gk_field *f, struct span v, bool parsed, struct gk_date d, struct gk_err *err)
{
	if (!parsed)
		return refuse_date(err, f, v, "不是日历上的日期", "it is no date of the calendar");
	if (!in_range(f, d))
		return refuse_date(err, f, v, "日期太晚，恐有笔误", "it lies too far in the future to be right");
	return GK_OK;
}

static enum gk_status
set_date(json_t *meta, const struct gk_field *f, struct span v, struct gk_err *err)
{
	struct gk_date d = GK_NO_DATE;
	char iso[12];
	enum gk_status st = check_date(f, v, gk_date_parse(v.p, v.n, &d), d, err);

	if (st != GK_OK)
		return st;
	gk_date_format(d, iso);
	return set_new(meta, f, json_string(iso), err);
}

/* Where in v a time of day begins, or v.n: what stands behind the date and T or spaces. */
static size_t
find_time(struct span v)
{
	for (size_t at = 0; at < v.n; at++) {
		struct gk_time t;
		bool edge = at > 0 && ((unsigned char)v.p[at - 1] >= 0x80 || v.p[at - 1] == 'T' || v.p[at - 1] <= ' ');

		if (edge && gk_time_scan(v.p + at, v.n - at, &t) == v.n - at)
			return at;
	}
	return v.n;
}

/* Times are kept at +08:00, where every office lives; a stated zone is converted, so the day may change. */
static enum gk_status
set_datetime(json_t *meta, const struct gk_field *f, struct span v, struct gk_err *err)
{
	struct gk_date d = GK_NO_DATE;
	struct gk_time t = { .zone = GK_NO_ZONE };
	size_t at = find_time(v);
	char iso[12], full[48];
	enum gk_status st = check_date(f, v, gk_date_parse(v.p, v.n, &d), d, err);

	if (st != GK_OK)
		return st;
	if (at == v.n || d.day == 0 || gk_time_scan(v.p + at, v.n - at, &t) == 0) {
		gk_date_format(d, iso);
		return set_new(meta, f, json_string(iso), err);
	}
	if (t.zone != GK_NO_ZONE && t.zone != 8 * 60) {
		int64_t minute = (int64_t)gk_date_first_day(d) * 1440 + t.hour * 60 + t.minute + 8 * 60 - t.zone;

		if (minute < 0)
			return refuse_date(err, f, v, "早于 1900 年", "it lies before 1900");
		d = gk_date_of_day((uint32_t)(minute / 1440));
		t.hour = (uint8_t)(minute % 1440 / 60);
		t.minute = (uint8_t)(minute % 60);
	}
	gk_date_format(d, iso);
	snprintf(full, sizeof full, "%sT%02u:%02u:%02u+08:00", iso, t.hour % 24u, t.minute % 60u, t.second % 60u);
	return set_new(meta, f, json_string(full), err);
}

static enum gk_status
set_int(json_t *meta, const struct gk_field *f, struct span v, struct gk_err *err)
{
	static const char *const units[] = { "年", "页" };
	json_int_t value = 0;
	size_t at = 0;

	for (; at < v.n && at < 9 && v.p[at] >= '0' && v.p[at] <= '9'; at++)
		value = value * 10 + (v.p[at] - '0');
	for (size_t i = 0; at > 0 && i < 2; i++)
		if (v.n - at == 3 && memcmp(v.p + at, units[i], 3) == 0)
			at = v.n;
	if (at == 0 || at != v.n)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "不能采用%s%.0s '%.*s'：不是整数", "cannot take %.0s%s '%.*s': it is no whole number",
			       f->label, f->key, shown(v), v.p);
	return set_new(meta, f, json_integer(value), err);
}

/* The code of a value named by code or by word; NULL if it is none of them. */
static const char *
code_of(const struct gk_field *f, struct span v)
{
	static const char open[] = "（", close[] = "）";
	char word[NAME_MAX_BYTES];

	if (v.n > 6 && memcmp(v.p, open, 3) == 0 && memcmp(v.p + v.n - 3, close, 3) == 0)
		v = (struct span){ v.p + 3, v.n - 6 };	/* （此件公开发布） */
	if (!squeeze(v.p, v.n, word))
		return NULL;
	for (const char *const *pair = f->values; *pair != NULL; pair += 2)
		if (strcasecmp(word, pair[0]) == 0 || strcmp(word, pair[1]) == 0)
			return pair[0];
	return NULL;
}

/*
 * 规章 is a ministry's or a local government's: its issuer tells, if known already; a
 * ministry's otherwise. A wording that no list has (工作文件) is "other", but a wrong
 * code (norm-doc) is somebody's slip and NULL.
 */
static const char *
norm_level(const json_t *meta, const struct gk_field *f, struct span v)
{
	static const char government[] = "人民政府";
	const char *code = code_of(f, v), *issuer = gk_meta_get(meta, "issuer");
	size_t n = strlen(issuer);

	if (code != NULL)
		return code;
	if (v.n == strlen("规章") && memcmp(v.p, "规章", v.n) == 0)
		return n >= sizeof government && strcmp(issuer + n - sizeof government + 1, government) == 0 ? "local_rule" : "dept_rule";
	return (unsigned char)v.p[0] >= 0x80 ? "other" : NULL;
}

static enum gk_status
refuse_value(struct gk_err *err, const struct gk_field *f, struct span v)
{
	struct gk_buf known;

	gk_buf_init(&known, 256);
	for (const char *const *pair = f->values; *pair != NULL; pair += 2)
		if (pair == f->values || strcmp(pair[0], pair[-2]) != 0)
			gk_buf_printf(&known, "%s%s", pair == f->values ? "" : " ", pair[0]);
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "不能采用%s%.0s '%.*s'：不在取值表中", "cannot take %.0s%s '%.*s': it is not in the list of values",
		f->label, f->key, shown(v), v.p);
	gk_hint(err, "可用的值：%s%s", "known values: %s%s", known.p == NULL ? "" : known.p, known.failed ? " …" : "");
	gk_buf_free(&known);
	return GK_REFUSED;
}

static enum gk_status
set_enum(json_t *meta, const struct gk_field *f, struct span v, struct gk_err *err)
{
	const char *code = f->values == norm_levels ? norm_level(meta, f, v) : code_of(f, v);

	return code == NULL ? refuse_value(err, f, v) : set_new(meta, f, json_string(code), err);
}

/* One line: runs of white space and control characters become one blank. */
static json_t *
one_line(struct span v)
{
	struct gk_buf b;
	bool gap = false;
	json_t *s;

	gk_buf_init(&b, GK_FIELD_MAX);
	for (size_t at = 0, len; at < v.n; at += len) {
		uint32_t cp;

		len = gk_utf8_decode(v.p + at, v.n - at, &cp);
		if (is_space(cp)) {
			gap = b.n > 0;
			continue;
		}
		if (gap)
			gk_buf_putc(&b, ' ');
		gk_buf_add(&b, v.p + at, len);
		gap = false;
	}
	s = b.failed ? NULL : json_stringn(b.p, b.n);
	gk_buf_free(&b);
	return s;
}

/* 、 never separates: it is part of names (财政、金融、审计). */
static bool
separates(const struct gk_field *f, uint32_t cp)
{
	bool issuer = strcmp(f->key, "issuer") == 0;
	bool sentences = strcmp(f->key, "abolished_by") == 0 || strcmp(f->key, "attachments") == 0 || strcmp(f->key, "relations") == 0;

	if (cp == ';' || cp == 0xFF1B || cp == '\n' || (issuer && is_space(cp)))
		return true;
	return !sentences && (cp == ',' || cp == 0xFF0C);
}

/* 国 务 院 is one office set wide, not three. */
static bool
set_wide(struct span v)
{
	size_t pieces = 0;

	for (size_t at = 0, len; at < v.n; ) {
		uint32_t cp;

		len = gk_utf8_decode(v.p + at, v.n - at, &cp);
		at += len;
		if (is_space(cp))
			continue;
		if (cp < 0x80 || (at < v.n && (gk_utf8_decode(v.p + at, v.n - at, &cp), !is_space(cp))))
			return false;
		pieces++;
	}
	return pieces > 1;
}

static bool
has(const json_t *list, const json_t *item)
{
	size_t i;
	json_t *old;

	json_array_foreach((json_t *)list, i, old)
		if (json_equal(old, item))
			return true;
	return false;
}

static enum gk_status
add_item(json_t *list, const struct gk_field *f, struct span v, struct gk_err *err)
{
	const char *code;
	json_t *item;

	v = trim(v);
	if (v.n == 0)
		return GK_OK;
	code = f->values == NULL ? NULL : code_of(f, v);
	if (f->values != NULL && code == NULL)
		return refuse_value(err, f, v);
	item = code != NULL ? json_string(code) : one_line(v);
	if (item != NULL && has(list, item)) {
		json_decref(item);
		return GK_OK;
	}
	return item == NULL || json_array_append_new(list, item) < 0 ? gk_nomem(err) : GK_OK;
}

static enum gk_status
too_long(struct gk_err *err, const struct gk_field *f, size_t n)
{
	return gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "%s%.0s过长（field_too_long）：%zu 字节，上限 %d", "%.0s%s is too long (field_too_long): %zu bytes, at most %d",
		       f->label, f->key, n, GK_FIELD_MAX);
}

static enum gk_status
add_to_list(json_t *meta, const struct gk_field *f, struct span v, struct gk_err *err)
{
	const json_t *old = json_object_get(meta, f->key);
	json_t *list = json_is_array(old) ? json_copy((json_t *)old) : json_array();
	enum gk_status st = list == NULL ? gk_nomem(err) : GK_OK;
	char wide[NAME_MAX_BYTES];
	size_t from = 0, bytes = 0, i;
	json_t *item;

	if (strcmp(f->key, "issuer") == 0 && set_wide(v) && squeeze(v.p, v.n, wide))
		v = (struct span){ wide, strlen(wide) };
	for (size_t at = 0, len; st == GK_OK && at < v.n; at += len) {
		uint32_t cp;

		len = gk_utf8_decode(v.p + at, v.n - at, &cp);
		if (separates(f, cp)) {
			st = add_item(list, f, (struct span){ v.p + from, at - from }, err);
			from = at + len;
		}
	}
	if (st == GK_OK)
		st = add_item(list, f, (struct span){ v.p + from, v.n - from }, err);
	json_array_foreach(list, i, item)
		bytes += json_string_length(item);
	if (st == GK_OK && bytes > GK_FIELD_MAX)
		st = too_long(err, f, bytes);
	if (st == GK_OK && json_array_size(list) > 0)
		return set_new(meta, f, list, err);
	json_decref(list);
	return st;
}

enum gk_status
gk_meta_set(json_t *meta, const struct gk_field *f, const char *value, size_t n, struct gk_err *err)
{
	struct span v = trim((struct span){ value, n });

	if (v.n == 0)
		return GK_OK;
	if (v.n > GK_FIELD_MAX)
		return too_long(err, f, v.n);
	if (gk_utf8_check(v.p, v.n) != v.n || memchr(v.p, '\0', v.n) != NULL)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "不能采用%s%.0s：不是 UTF-8 文字", "cannot take %.0s%s: it is no UTF-8 text", f->label, f->key);
	switch (f->type) {
	case GK_FT_DATE:
		return set_date(meta, f, v, err);
	case GK_FT_DATETIME:
		return set_datetime(meta, f, v, err);
	case GK_FT_INT:
		return set_int(meta, f, v, err);
	case GK_FT_ENUM:
		return set_enum(meta, f, v, err);
	case GK_FT_LIST:
		return add_to_list(meta, f, v, err);
	case GK_FT_TEXT:
		return set_new(meta, f, json_stringn(v.p, v.n), err);
	case GK_FT_STRING:
		break;
	}
	return set_new(meta, f, one_line(v), err);
}

const char *
gk_meta_get(const json_t *meta, const char *key)
{
	const json_t *v = json_object_get(meta, key);
	const char *s;

	if (json_is_array(v))
		v = json_array_get(v, 0);
	s = json_string_value(v);
	return s == NULL ? "" : s;
}
