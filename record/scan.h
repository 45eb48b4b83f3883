/*
 * Inside of record/ only: reading running text by hand, for clause.c and listing.c.  Places are bytes of the text; nothing reads
 * past its end.
 */
#ifndef GK_SCAN_H
#define GK_SCAN_H

#include "base/arena.h"
#include "base/numeral.h"
#include "record/clause.h"

#include <string.h>

/* How titles are joined. */
static const char *const joints[] = { "、", "，", ",", "以及", "和", "及", "与", "；", ";", "并" };

/*
 * What a rule is called.  A document ends by 废止; by the other verbs end permits, penalties and contracts too, so what is
 * subject to these must be called a rule or carry a number.
 */
static const char *const kinds[] = {
	"法", "条例", "规定", "办法", "细则", "规则", "决定", "决议", "命令", "令", "通知", "通告", "公告", "通报", "意见", "方案", "规程", "章程", "制度", "标准", "规范", "准则",
	"守则", "批复", "复函", "函", "解释", "解答", "答复", "纪要", "纲要", "规划", "计划", "目录", "名录", "清单", "措施", "要点", "指南", "指引", "程序", "须知", "布告", "报告",
	"请示", "说明", "安排", "政策", "补充", "修正案", "总则", "通则", "定额", "问题", "事项", "典", "试行", "暂行", "草案", "指示", "电报", "通函", "公约", "规章", "工作",
};

static const struct { const char *open, *close; } brackets[] = { { "（", "）" }, { "(", ")" }, { "〔", "〕" }, { "［", "］" }, { "[", "]" } };

enum { BRACKET_MAX = 600 };	/* bytes of a bracket */

struct text { const char *p; size_t n; };

static inline size_t
step_of(unsigned char lead)
{
	return lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
}

static inline bool
at(struct text t, size_t i, const char *word)
{
	size_t n = strlen(word);

	return t.p != NULL && i + n <= t.n && memcmp(t.p + i, word, n) == 0;
}

static inline size_t
space_at(struct text t, size_t i)
{
	if (i < t.n && (t.p[i] == ' ' || t.p[i] == '\t' || t.p[i] == '\n' || t.p[i] == '\r'))
		return 1;
	return at(t, i, "\xE3\x80\x80") || at(t, i, "\xE2\x80\x82") || at(t, i, "\xE2\x80\x83") ? 3 : at(t, i, "\xC2\xA0") ? 2 : 0;
}

static inline size_t
skip_space(struct text t, size_t i)
{
	for (size_t n; (n = space_at(t, i)) > 0; i += n)
		;
	return i;
}

/* One of the words at i: its length, 0 if none. */
static inline size_t
any_at(struct text t, size_t i, const char *const *words, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (at(t, i, words[k]))
			return strlen(words[k]);
	return 0;
}

static inline bool
holds(struct text t, size_t from, size_t to, const char *word)
{
	return to > from && memmem(t.p + from, to - from, word, strlen(word)) != NULL;
}

static inline bool
holds_any(struct text t, size_t from, size_t to, const char *const *words, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (holds(t, from, to, words[k]))
			return true;
	return false;
}
#define ANY(words) words, sizeof (words) / sizeof *(words)

/* Does a sign of this bracket stand at i?  Full and half width are mixed wherever people type: （甲发〔2001〕1号). Its length, 0 if none does. */
static inline size_t
bracket_sign(struct text t, size_t i, const char *sign)
{
	if (at(t, i, sign))
		return strlen(sign);
	if (strcmp(sign, "（") == 0 || strcmp(sign, "(") == 0)
		return at(t, i, "（") ? strlen("（") : at(t, i, "(");
	if (strcmp(sign, "）") == 0 || strcmp(sign, ")") == 0)
		return at(t, i, "）") ? strlen("）") : at(t, i, ")");
	return 0;
}

/* A bracket that opens at i: where it ends (behind its close), 0 if none does within reach. */
static inline size_t
bracket_end(struct text t, size_t i)
{
	for (size_t k = 0; k < sizeof brackets / sizeof *brackets; k++) {
		size_t depth = 1, j, n;

		if (!at(t, i, brackets[k].open))
			continue;
		for (j = i + strlen(brackets[k].open); j < t.n && j - i < BRACKET_MAX; j++) {
			if (bracket_sign(t, j, brackets[k].open) > 0)
				depth++;
			else if ((n = bracket_sign(t, j, brackets[k].close)) > 0 && --depth == 0)
				return j + n;
		}
	}
	return 0;
}

static inline size_t
bracket_open(struct text t, size_t i)
{
	for (size_t k = 0; k < sizeof brackets / sizeof *brackets; k++)
		if (at(t, i, brackets[k].open))
			return strlen(brackets[k].open);
	return 0;
}

/* How long the sign is that closes before `end`. */
static inline size_t
bracket_close(struct text t, size_t end)
{
	return (unsigned char)t.p[end - 1] < 0x80 ? 1 : strlen("）");
}

/* Where the bracket opens that ends at `to`; `to` if none does. */
static inline size_t
last_bracket(struct text t, size_t from, size_t to)
{
	for (size_t i = to; i > from; i--)
		if (bracket_end(t, i - 1) == to)
			return i - 1;
	return to;
}

static inline struct gk_span
span(struct text t, size_t from, size_t to)
{
	return (struct gk_span){ t.p + from, to - from };
}

static inline bool
ends_with(struct text t, size_t from, size_t to, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(words[i]);

		if (to >= from + len && memcmp(t.p + to - len, words[i], len) == 0)
			return true;
	}
	return false;
}

static inline bool
ends_as_kind(struct text t, size_t from, size_t to)
{
	return ends_with(t, from, to, ANY(kinds));
}

static inline bool
looks_like_number(struct gk_span s)
{
	struct text t = { s.p, s.n };

	return holds(t, 0, s.n, "号") || holds(t, 0, s.n, "令") || holds(t, 0, s.n, "〔");
}

/* 第三条, 第三条第二款, 第三条至第五条: where it ends, 0 if there is none at i. */
static inline size_t
articles_at(struct text t, size_t i)
{
	static const char *const units[] = { "条", "款", "项", "章", "节", "部分" };
	size_t end = 0;

	while (at(t, i, "第")) {
		uint32_t v;
		size_t n, j = i + 3;

		for (n = 0; j + n < t.n && t.p[j + n] >= '0' && t.p[j + n] <= '9'; n++)
			;
		if (n == 0)
			n = gk_numeral_scan(t.p + j, t.n - j, &v);
		if (n == 0 || any_at(t, j + n, ANY(units)) == 0)
			break;
		i = end = j + n + any_at(t, j + n, ANY(units));
		if (at(t, i, "之"))
			i += 3 + gk_numeral_scan(t.p + i + 3, t.n - i - 3, &v);
		end = i;
		for (size_t joint; (joint = any_at(t, i, ANY(joints))) > 0 || at(t, i, "至"); )
			i += joint > 0 ? joint : 3;
	}
	return end;
}

/* 第二十条, 一、, （三）, 1.: what a paragraph begins with. */
static inline size_t
behind_label(struct text t, size_t i, size_t to)
{
	static const char *const marks[] = { "、", "．", ".", "）", ")" };
	uint32_t v;
	size_t j = skip_space(t, i), n;

	if (at(t, j, "第")) {
		n = articles_at(t, j);
		return n > 0 && n <= to ? skip_space(t, n) : j;
	}
	n = bracket_open(t, j);
	for (size_t k = j + n, digits = 0; k < to; k += digits) {
		for (digits = 0; k + digits < to && t.p[k + digits] >= '0' && t.p[k + digits] <= '9'; digits++)
			;
		if (digits == 0)
			digits = gk_numeral_scan(t.p + k, to - k, &v);
		if (digits == 0)
			return j;
		n = any_at(t, k + digits, ANY(marks));
		return n > 0 && k + digits + n <= to ? skip_space(t, k + digits + n) : j;
	}
	return j;
}

/* A name as it is kept: a line broken inside of it is none of it. */
static inline struct gk_span
clean_name(struct gk_arena *a, struct gk_span name)
{
	char *copy;
	size_t n = 0;

	if (name.n == 0 || memchr(name.p, '\n', name.n) == NULL)
		return name;
	copy = gk_arena_alloc(a, name.n + 1);
	if (copy == NULL)
		return name;
	for (size_t i = 0; i < name.n; ) {
		struct text t = { name.p, name.n };
		size_t gap = space_at(t, i);

		if (gap > 0) {
			size_t end = skip_space(t, i);

			if (memchr(name.p + i, '\n', end - i) == NULL)
				copy[n++] = ' ';
			i = end;
			continue;
		}
		copy[n++] = name.p[i++];
	}
	return (struct gk_span){ copy, n };
}

#endif
