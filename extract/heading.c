/*
 * The title of a text without markup.  Letters of offices have lines before it: the issuer's red head (…文件), the number,
 * 特急, what a page's frame left over.  So among the first lines the first is looked for that ends as titles end
 * (…的通知, …办法（试行）); it may go over several lines.  If none does, the first line that is none of the former.
 */
#include "extract/inside.h"

#include "base/utf8.h"

#include <ctype.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

enum { LINES = 16, TITLE_MAX = 600, PART_MAX = 150 };

static const char *const genres[] = { "通知", "决定", "公告", "通告", "意见", "批复", "复函", "的函", "报告", "请示", "办法", "规定", "条例", "细则", "方案", "规划",
	"纪要", "目录", "清单", "标准", "规则", "章程", "预案", "解读", "决议", "通报", "公示", "公报", "议案", "令", "法", "计划", "总结", "要点", "制度", "指南", "说明", "解释",
	"答复", "规范", "纲要", "建议", "措施", "名单", "职责", "简介", "须知", "实施方案", "决算", "预算", "讲话", "协议", "合同", "倡议书", "通知书", "决定书", "表" };
static const char *const brackets_open[] = { "（", "(" };
static const char *const brackets_close[] = { "）", ")" };

static bool
ends_with(const char *s, size_t n, const char *end)
{
	size_t k = strlen(end);

	return n >= k && memcmp(s + n - k, end, k) == 0;
}

/* （试行） and its like at the end. */
static size_t
without_bracket(const char *s, size_t n)
{
	for (size_t b = 0; b < COUNT(brackets_close); b++) {
		if (!ends_with(s, n, brackets_close[b]))
			continue;
		for (size_t at = n; at > 0 && n - at < 60; at--)
			for (size_t o = 0; o < COUNT(brackets_open); o++) {
				size_t k = strlen(brackets_open[o]);

				if (n - at + k <= n && at >= k && memcmp(s + at - k, brackets_open[o], k) == 0)
					return at - k;
			}
	}
	return n;
}

static bool
ends_as_title(const char *s, size_t n)
{
	n = without_bracket(s, n);
	for (size_t i = 0; i < COUNT(genres); i++)
		if (ends_with(s, n, genres[i]))
			return true;
	return false;
}

static const char *const offices[] = { "政府", "办公室", "办公厅", "委员会", "局", "厅", "党委", "县委", "市委", "区委", "部", "署", "院", "国务院", "指挥部", "中心", "所", "组" };

/* Without its blanks: 青 石 镇 人 民 政 府 文 件. 0 if it is longer than any name of an office. */
static size_t
tighten(const char *s, size_t n, char out[PART_MAX + 1])
{
	size_t used = 0;

	for (size_t i = 0; i < n; ) {
		uint32_t c;
		size_t len = gk_utf8_decode(s + i, n - i, &c);

		if (c > ' ' && c != 0xA0 && c != 0x3000) {
			if (used + len > PART_MAX)
				return 0;
			memcpy(out + used, s + i, len);
			used += len;
		}
		i += len;
	}
	return used;
}

/* Does the line name offices and nothing else?  No title ends so but one that goes on: 某市人民政府 | 关于…. */
static bool
is_offices(const char *s, size_t n)
{
	char name[PART_MAX + 1];
	size_t k = tighten(s, n, name);

	if (k < 9 || memmem(name, k, "关于", 6) != NULL || memmem(name, k, "《", 3) != NULL)
		return false;
	for (size_t i = 0; i < COUNT(offices); i++)
		if (ends_with(name, k, offices[i]))
			return true;
	return false;
}

/* 青政发〔2020〕3号, also with other brackets, alone or with 签发人：… behind it. */
static bool
is_number(const char *s, size_t n)
{
	char narrow[150];
	const char *no;
	size_t used = 0;

	if (n > sizeof narrow)
		return false;
	for (size_t i = 0; i < n; ) {
		/* ０ to ９ are EF BC 90 to EF BC 99. */
		bool wide = n - i >= 3 && memcmp(s + i, "\xEF\xBC", 2) == 0 && (unsigned char)s[i + 2] >= 0x90 && (unsigned char)s[i + 2] <= 0x99;

		narrow[used++] = wide ? (char)('0' + ((unsigned char)s[i + 2] - 0x90)) : s[i];
		i += wide ? 3 : 1;
	}
	s = narrow;
	n = used;
	no = memmem(s, n, "号", 3);
	if (no == NULL)
		return false;
	for (const char *p = s; p + 4 < no; p++)
		if ((p[0] == '1' || p[0] == '2') && isdigit((unsigned char)p[1]) && isdigit((unsigned char)p[2]) && isdigit((unsigned char)p[3]) &&
		    !isdigit((unsigned char)p[4]) && (n < 60 || no < s + 60))
			return memmem(s, n, "。", 3) == NULL;
	return memmem(s, (size_t)(no - s), "第", 3) != NULL && n < 45;
}

/* No.000123, №000123: which copy of a paper with a marking it is (份号). */
static bool
is_copy_number(const char *s, size_t n)
{
	static const char *const signs[] = { "No", "NO", "no", "№" };
	size_t at = 0;

	for (size_t i = 0; i < COUNT(signs) && at == 0; i++)
		if (n > strlen(signs[i]) && memcmp(s, signs[i], strlen(signs[i])) == 0)
			at = strlen(signs[i]);
	if (at == 0)
		return false;
	at += s[at] == '.' || s[at] == ':';
	for (size_t i = at; i < n; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return n >= at + 3 && n <= at + 8;
}

static bool
is_before_title(const char *s, size_t n)
{
	static const char *const starts[] = { "特急", "加急", "急件", "平急", "签发人", "主动公开", "公开方式", "（此件", "秘密", "机密", "附件", "首页", "当前位置", "您当前", "索引号", "发布时间", "来源" };

	char head[PART_MAX + 1];
	size_t k = tighten(s, n, head);

	if (n == 0 || is_number(s, n) || is_copy_number(head, k) || ends_with(s, n, "文件") || ends_with(head, k, "文件"))
		return true;
	/* 特　急 as well. */
	for (size_t i = 0; i < COUNT(starts); i++)
		if (k >= strlen(starts[i]) && memcmp(head, starts[i], strlen(starts[i])) == 0)
			return true;
	/* （2009年8月29日 … 通过）, 2009年8月29日 …施行, - 1 - */
	if (isdigit((unsigned char)*s) || *s == '-' || ((memcmp(s, "（", n < 3 ? n : 3) == 0 || *s == '(') && n > 3))
		return true;
	return false;
}

struct line {
	const char *s;
	size_t n;
};

static size_t
first_lines(const struct gk_extracted *x, struct line *lines)
{
	size_t count = 0;

	for (size_t at = 0; count < LINES && at < x->text.n;) {
		const char *nl = memchr(x->text.p + at, '\n', x->text.n - at);
		size_t n = (nl == NULL ? x->text.n : (size_t)(nl - x->text.p)) - at;

		lines[count] = (struct line){ x->text.p + at, n };
		lines[count].n = gk_trim(&lines[count].s, n);
		count += lines[count].n > 0;
		at += n + 1;
	}
	return count;
}

/* A line of a paragraph, not of a heading. */
static bool
is_prose(const struct line *l)
{
	return l->n > TITLE_MAX || memmem(l->s, l->n, "。", 3) != NULL || ends_with(l->s, l->n, "：") || ends_with(l->s, l->n, "；") || ends_with(l->s, l->n, "，") ||
	       memchr(l->s, '\t', l->n) != NULL;
}

/* The lines from..to as one title. */
static void
set_joined(struct gk_extracted *x, const struct line *lines, size_t from, size_t to)
{
	struct gk_buf all;
	struct gk_lines out;

	gk_buf_init(&all, GK_META_VALUE_MAX);
	gk_lines_start(&out, &all);
	for (size_t i = from; i <= to; i++) {
		gk_lines_gap(&out, GK_GAP_WRAP);
		gk_lines_put(&out, lines[i].s, lines[i].n, false);
	}
	if (!all.failed && all.n > 0)
		gk_set_title(x, all.p, all.n);
	gk_buf_free(&all);
}

static bool
starts_with(const struct line *l, const char *word)
{
	size_t k = strlen(word);

	return l->n >= k && memcmp(l->s, word, k) == 0;
}

/* Is there a 》 without its 《 in the lines from first to last? */
static bool
closes_more(const struct line *first, const struct line *last)
{
	int open = 0;

	for (const char *p = first->s, *end = last->s + last->n; p + 3 <= end; p++)
		if (memcmp(p, "《", 3) == 0)
			open++;
		else if (memcmp(p, "》", 3) == 0 && --open < 0)
			return true;
	return false;
}

/* 某市人民政府 | 关于印发《……》 | 的通知: the line where the title that ends in line i began; first: none before it. */
static size_t
beginning(const struct line *lines, size_t first, size_t i)
{
	size_t from = i, about;

	for (size_t k = 1; k <= 2 && from == i && i >= first + k && !starts_with(&lines[i], "关于"); k++)
		if (lines[i - k].n <= TITLE_MAX && memmem(lines[i - k].s, lines[i - k].n, "关于", 6) != NULL)
			from = i - k;
	/* 国务院办公厅关于转发《国务院办公厅 | 关于…的意见》的通知 */
	while (from > first && closes_more(&lines[from], &lines[i]))
		from--;
	about = from;
	/* 财政局 | 、教育局关于…; but not the head of a letter, whose title begins with the same name. */
	while (from > first && (starts_with(&lines[from], "、") || starts_with(&lines[from], "关于") || from < about || memmem(lines[about].s, lines[about].n, "关于", 6) != NULL) &&
	       is_offices(lines[from - 1].s, lines[from - 1].n) && memmem(lines[about].s, lines[about].n, lines[from - 1].s, lines[from - 1].n) == NULL)
		from--;
	return from;
}

/* …管理办法》 | 的通知: a title that ends in line i but goes on. */
static size_t
ending(const struct line *lines, size_t n, size_t i)
{
	return i + 1 < n && starts_with(&lines[i + 1], "的") && !is_prose(&lines[i + 1]) && ends_as_title(lines[i + 1].s, lines[i + 1].n) ? i + 1 : i;
}

/* 财政部令 | 第20号: what gave the order, not what it orders. */
static bool
is_order(const struct line *lines, size_t n, size_t i)
{
	static const char *const kinds[] = { "令", "公告", "通告" };
	char head[PART_MAX + 1];
	size_t k = tighten(lines[i].s, lines[i].n, head);

	if (k == 0 || i + 1 >= n || lines[i + 1].n > 60 || memmem(lines[i + 1].s, lines[i + 1].n, "号", 3) == NULL)
		return false;
	for (size_t j = 0; j < COUNT(kinds); j++)
		if (ends_with(head, k, kinds[j]))
			return is_offices(head, k - strlen(kinds[j])) && (is_number(lines[i + 1].s, lines[i + 1].n) || memmem(lines[i + 1].s, lines[i + 1].n, "第", 3) != NULL);
	return false;
}

bool
gk_heading_is_plain(const char *s, size_t n)
{
	char head[PART_MAX + 1];

	return !is_before_title(s, n) && !is_offices(s, n) && memmem(s, n, "关于", 6) == NULL && !ends_as_title(s, n) && !ends_as_title(head, tighten(s, n, head));
}

bool
gk_heading_ends_as_title(const char *s, size_t n)
{
	return ends_as_title(s, n);
}

static void
read_heading(struct gk_extracted *x, bool surely)
{
	struct line lines[LINES];
	size_t n, first = LINES, after = 0, from;

	if (json_object_get(x->meta, "title") != NULL)
		return;
	n = first_lines(x, lines);
	for (size_t i = 0; i < n && (is_number(lines[i].s, lines[i].n) || !is_prose(&lines[i])); i++) {
		if (is_before_title(lines[i].s, lines[i].n) || is_order(lines, n, i)) {
			after = i + 1;
			continue;
		}
		first = first == LINES ? i : first;
		if (!ends_as_title(lines[i].s, lines[i].n))
			continue;
		from = beginning(lines, after > first ? after : first, i);
		if (surely && after == 0 && memmem(lines[from].s, (size_t)(lines[i].s + lines[i].n - lines[from].s), "关于", 6) == NULL)
			continue;
		set_joined(x, lines, from, ending(lines, n, i));
		return;
	}
	if (first < LINES && !surely)
		set_joined(x, lines, first, first);
}

void
gk_heading(struct gk_extracted *x)
{
	read_heading(x, false);
}

void
gk_heading_surely(struct gk_extracted *x)
{
	read_heading(x, true);
}
