/*
 * Finding articles: first every line that may be a heading, then the longest run of them that counts upwards.  One wrong line (第一百条
 * at the beginning of a line that somebody broke) is then an outlier that costs nothing, where a rule "the next must be greater" would lose
 * all that follows it.
 */
#include "record/article.h"

#include "base/numeral.h"
#include "record/scan.h"

#include <stdio.h>
#include <stdlib.h>

enum { HEAD_MAX = 64, LINE_MAX_OF_CHAPTER = 150, QUOTE_MAX = 60000 };

struct candidate {
	struct gk_article a;
	bool weak;		/* no blank behind it: only where it fills a gap, or if there are none with */
	bool taken;
	size_t line;		/* where its line begins */
};

/* --- numbers ------------------------------------------------------------------------------------------ */

/* One digit, ASCII or full width: its length, 0 if none. */
static size_t
digit_at(struct text t, size_t i, unsigned *digit)
{
	if (i < t.n && t.p[i] >= '0' && t.p[i] <= '9') {
		*digit = (unsigned)(t.p[i] - '0');
		return 1;
	}
	if (i + 3 <= t.n && memcmp(t.p + i, "\xEF\xBC", 2) == 0 && (unsigned char)t.p[i + 2] >= 0x90 && (unsigned char)t.p[i + 2] <= 0x99) {
		*digit = (unsigned char)t.p[i + 2] - 0x90u;
		return 3;
	}
	return 0;
}

/* A numeral of any kind that may have blanks in it, as justified lines do: its length, 0 if none. */
static size_t
number_at(struct text t, size_t i, uint32_t *value)
{
	char squeezed[HEAD_MAX];
	size_t from = i, n = 0, used, places[HEAD_MAX + 1];
	unsigned digit;
	uint64_t v = 0;

	while (i < t.n && (used = digit_at(t, i, &digit)) > 0 && v < 100000) {
		v = v * 10 + digit;
		i += used;
	}
	if (i > from) {
		*value = (uint32_t)v;
		return v > 0 && v < 100000 ? i - from : 0;
	}
	for (size_t j = from; j < t.n && n + 4 < sizeof squeezed && t.p[j] != '\n'; ) {
		size_t blank = space_at(t, j), step = step_of((unsigned char)t.p[j]);

		if (blank > 0) {
			j += blank;
			continue;
		}
		if (j + step > t.n || at(t, j, "条") || at(t, j, "章") || at(t, j, "第") || at(t, j, "之"))
			break;
		for (size_t k = 0; k < step; k++)
			places[n + k] = j + step;
		memcpy(squeezed + n, t.p + j, step);
		n += step;
		j += step;
	}
	used = gk_numeral_scan(squeezed, n, value);
	return used == 0 || *value == 0 || *value >= 100000 ? 0 : places[used - 1] - from;
}

static size_t
blanks_in_line(struct text t, size_t i)
{
	size_t n = 0, k;

	while (i + n < t.n && t.p[i + n] != '\n' && (k = space_at(t, i + n)) > 0)
		n += k;
	return n;
}

/* 第N<what>: its length, 0 if it is none. */
static size_t
ordinal_at(struct text t, size_t i, const char *what, uint32_t *value)
{
	size_t from = i, n;

	if (!at(t, i, "第"))
		return 0;
	i += strlen("第");
	i += blanks_in_line(t, i);
	n = number_at(t, i, value);
	if (n == 0)
		return 0;
	i += n;
	i += blanks_in_line(t, i);
	return at(t, i, what) ? i + strlen(what) - from : 0;
}

/* 第N条[之M] */
static size_t
article_at(struct text t, size_t i, uint32_t *number, uint32_t *sub)
{
	size_t n = ordinal_at(t, i, "条", number), k;

	*sub = 0;
	if (n == 0 || !at(t, i + n, "之"))
		return n;
	k = number_at(t, i + n + strlen("之"), sub);
	if (k == 0)
		*sub = 0;
	return k == 0 ? n : n + strlen("之") + k;
}

/* --- what surrounds a heading --------------------------------------------------------------------------- */

/* 第十条 第二款, 第十条 规定的, 第十条 修改为: the sentence speaks of an article instead of being one. */
static bool
speaks_of_it(struct text t, size_t i, bool blank)
{
	static const char *const ever[] = { "规定的", "的规定", "修改为", "改为", "改作", "之规定", "修订为", "调整为", "、", "，", ",", "；", "。", "）", ")", "”", "》" };
	static const char *const close[] = { "的", "规定", "所", "至", "和", "或", "及", "与", "中", "之", "第", "删去", "删除", "作为", "增加", "已", "关于", "有关", "以及", "并", "是", "：", ":" };
	uint32_t v;

	return ordinal_at(t, i, "款", &v) > 0 || ordinal_at(t, i, "项", &v) > 0 || any_at(t, i, ANY(ever)) > 0 || (!blank && any_at(t, i, ANY(close)) > 0);
}

/* Quotations are passed over. Where the next closing mark stands is remembered, so that a text of opening ones costs no more. */
static const char *const quotes[][2] = { { "“", "”" }, { "「", "」" }, { "『", "』" } };
enum { QUOTES = sizeof quotes / sizeof *quotes };
struct quoting { size_t next[QUOTES]; bool known[QUOTES]; };

/* A quotation that opens at i: where it ends; 0 if it opens none or never ends, as a stray mark does. */
static size_t
quote_end(struct text t, size_t i, struct quoting *q)
{
	/* All marks begin with one of these bytes, few characters of a text do. */
	if (t.p[i] != '\xE2' && t.p[i] != '\xE3')
		return 0;
	for (size_t k = 0; k < QUOTES; k++) {
		if (!at(t, i, quotes[k][0]))
			continue;
		if (!q->known[k] || q->next[k] < i) {
			const char *close = memmem(t.p + i, t.n - i, quotes[k][1], strlen(quotes[k][1]));

			q->next[k] = close == NULL ? SIZE_MAX : (size_t)(close - t.p);
			q->known[k] = true;
		}
		return q->next[k] == SIZE_MAX || q->next[k] - i > QUOTE_MAX ? 0 : q->next[k] + strlen(quotes[k][1]);
	}
	return 0;
}

/* 第一章 总则, 第二编 …, 附件, 附则 is none: a line that no article contains. */
static bool
is_heading(struct text t, size_t i, size_t line_end, bool *chapter)
{
	static const char *const words[] = { "的", "规定", "所", "、", "至", "和", "第", "中" };
	static const char *const attached[] = { "附件", "附表", "附录", "附图", "附：", "附:" };
	size_t n = 0;
	uint32_t v;

	*chapter = false;
	if (line_end - i > LINE_MAX_OF_CHAPTER || holds(t, i, line_end, "。"))
		return false;
	if ((n = ordinal_at(t, i, "章", &v)) > 0 || (n = ordinal_at(t, i, "编", &v)) > 0 || (n = ordinal_at(t, i, "分编", &v)) > 0)
		*chapter = true;
	else if ((n = ordinal_at(t, i, "节", &v)) == 0)
		return any_at(t, i, ANY(attached)) > 0;
	return i + n == line_end || space_at(t, i + n) > 0 || (line_end - i <= 90 && any_at(t, i + n, ANY(words)) == 0 && !holds(t, i, line_end, "，"));
}

/* Does the line before (its end, without blanks) stop in the midst of a sentence that goes on with 第N条? */
static bool
goes_on(struct text t, size_t line_end)
{
	static const char *const leads[] = { "依照", "按照", "根据", "依据", "违反", "适用", "本法", "本条例", "本规定", "本办法", "本细则", "本规则", "本章程", "、", "，", ",", "和", "或者", "或",
		"及", "以及", "与", "至", "到", "有", "除", "见", "条例》", "办法》", "规定》", "法》", "细则》", "将", "对", "在", "的" };
	size_t end = line_end, from = line_end, n;
	uint32_t v;
	bool chapter;

	while (from > 0 && t.p[from - 1] != '\n')
		from--;
	from += blanks_in_line(t, from);
	if (from < end && is_heading(t, from, end, &chapter))
		return false;
	/* 九、法律适用 */
	n = number_at(t, from, &v);
	if (n > 0 && at(t, from + n, "、") && end - from <= 60)
		return false;
	while (end > 0 && (t.p[end - 1] == ' ' || t.p[end - 1] == '\r' || t.p[end - 1] == '\t'))
		end--;
	for (size_t k = 0; k < sizeof leads / sizeof *leads; k++) {
		n = strlen(leads[k]);
		if (end >= n && memcmp(t.p + end - n, leads[k], n) == 0)
			/* 关于印发《…办法》 alone in its line is a title. */
			return strcmp(leads[k] + n - 3, "》") != 0 || end > 120;
	}
	return false;
}

/* --- all lines that may be one ---------------------------------------------------------------------------- */

struct found {
	struct candidate *c;
	size_t n, room;
	struct { size_t line, from, n; bool chapter; } *heading;
	size_t n_headings, room_headings;
};

static void *
room_for(void *p, size_t n, size_t *room, size_t size)
{
	void *more;

	if (n < *room)
		return p;
	more = realloc(p, (*room * 2 + 64) * size);
	if (more != NULL)
		*room = *room * 2 + 64;
	return more;
}

static bool
look_at_line(struct text t, size_t line, size_t line_end, size_t before, struct found *f)
{
	size_t i = line + blanks_in_line(t, line), n, blank, end = line_end;
	uint32_t number, sub;
	bool chapter;
	void *more;

	while (end > i && (t.p[end - 1] == ' ' || t.p[end - 1] == '\r' || t.p[end - 1] == '\t'))
		end--;
	if (is_heading(t, i, end, &chapter)) {
		more = room_for(f->heading, f->n_headings, &f->room_headings, sizeof *f->heading);
		if (more == NULL)
			return false;
		f->heading = more;
		f->heading[f->n_headings].line = line;
		f->heading[f->n_headings].from = i;
		f->heading[f->n_headings].chapter = chapter;
		f->heading[f->n_headings++].n = end - i;
		return true;
	}
	n = article_at(t, i, &number, &sub);
	if (n == 0 || f->n > GK_ARTICLES_MAX)
		return true;
	blank = blanks_in_line(t, i + n);
	/* 第五条 alone in its line has its text in the next; 第五条【目的】 and 第五条（目的） need no blank. */
	if (blank == 0 && (i + n == end || at(t, i + n, "【") || at(t, i + n, "（") || at(t, i + n, "［")))
		blank = 1;
	if (speaks_of_it(t, i + n + blanks_in_line(t, i + n), blank > 0) || goes_on(t, before))
		return true;
	more = room_for(f->c, f->n, &f->room, sizeof *f->c);
	if (more == NULL)
		return false;
	f->c = more;
	f->c[f->n++] = (struct candidate){ .a = { .number = number, .sub = sub, .start = i, .body = i + n + blanks_in_line(t, i + n), .end = t.n }, .weak = blank == 0, .line = line };
	return true;
}

static bool
look(struct text t, struct found *f)
{
	size_t line = 0, before = 0, quoted = 0;	/* everything before `quoted` is within marks, or was looked through */
	struct quoting q = { .known = { false } };

	while (line < t.n) {
		const char *nl = memchr(t.p + line, '\n', t.n - line);
		size_t end = nl == NULL ? t.n : (size_t)(nl - t.p);

		if (line >= quoted && !look_at_line(t, line, end, before, f))
			return false;
		for (size_t i = line > quoted ? line : quoted; i < end; ) {
			size_t behind = quote_end(t, i, &q);

			i = behind > 0 ? behind : i + step_of((unsigned char)t.p[i]);
			quoted = behind > 0 ? behind : quoted;
		}
		if (blanks_in_line(t, line) < end - line)
			before = end;
		line = end + 1;
	}
	return true;
}

/* --- which of them count ------------------------------------------------------------------------------------- */

static int
order_of(const struct gk_article *a, const struct gk_article *b)
{
	return a->number != b->number ? (a->number < b->number ? -1 : 1) : a->sub < b->sub ? -1 : a->sub > b->sub;
}

/* The longest rising run of c[from..to) by patience; of equal ones the earlier line, of equally long runs the one with small numbers. */
static bool
longest(struct candidate *c, size_t from, size_t to, bool weak)
{
	size_t n = to - from, piles = 0, *top = malloc((2 * n + 1) * sizeof *top), *under = top == NULL ? NULL : top + n;

	if (top == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t low = 0, high = piles;

		if (c[from + i].weak && !weak)
			continue;
		while (low < high) {
			size_t mid = (low + high) / 2;

			if (order_of(&c[from + top[mid]].a, &c[from + i].a) < 0)
				low = mid + 1;
			else
				high = mid;
		}
		if (low < piles && order_of(&c[from + top[low]].a, &c[from + i].a) == 0)
			continue;
		under[i] = low > 0 ? top[low - 1] : SIZE_MAX;
		top[low] = i;
		piles += low == piles;
	}
	for (size_t i = piles > 0 ? top[piles - 1] : SIZE_MAX; i != SIZE_MAX; i = under[i])
		c[from + i].taken = true;
	free(top);
	return true;
}

/* A heading without a blank is believed where it is the very one that is missing. */
static void
fill_gaps(struct candidate *c, size_t from, size_t to)
{
	const struct candidate *last = NULL;

	for (size_t i = from; i < to; i++) {
		const struct candidate *next = NULL;

		if (c[i].taken) {
			last = &c[i];
			continue;
		}
		for (size_t k = i + 1; k < to && next == NULL; k++)
			next = c[k].taken ? &c[k] : NULL;
		if ((last == NULL ? c[i].a.number == 1 : c[i].a.number == last->a.number + 1) && c[i].a.sub == 0 && (next == NULL || order_of(&c[i].a, &next->a) < 0)) {
			c[i].taken = true;
			last = &c[i];
		}
	}
}

/* One part.  A run that does not begin at 第一条 is one only if it counts on: a single 第六条 in a line of its own is quoted from elsewhere. */
static bool
choose(struct candidate *c, size_t from, size_t to)
{
	size_t strong = 0, taken = 0;
	bool counts_on = false;
	const struct candidate *last = NULL;

	for (size_t i = from; i < to; i++)
		strong += !c[i].weak;
	if (!longest(c, from, to, strong < 2))
		return false;
	if (strong >= 2)
		fill_gaps(c, from, to);
	for (size_t i = from; i < to; i++) {
		if (!c[i].taken)
			continue;
		counts_on = counts_on || c[i].a.number == 1 || (last != NULL && c[i].a.number == last->a.number + 1);
		last = &c[i];
		taken++;
	}
	for (size_t i = from; i < to && (!counts_on || (taken == 1 && c[from].weak)); i++)
		c[i].taken = false;
	return true;
}

/* 第一条 with 第二条 behind it, when counting was further on: another part. */
static bool
begins_part(const struct candidate *c, size_t n, size_t i, size_t from)
{
	size_t k = i + 1;

	if (c[i].a.number != 1 || c[i].a.sub != 0 || i == from)
		return false;
	while (k < n && c[k].a.number == 1 && c[k].a.sub > 0)
		k++;
	return k < n && c[k].a.number == 2 && c[k].weak == c[i].weak;
}

static bool
choose_all(struct candidate *c, size_t n)
{
	size_t from = 0;
	unsigned part = 0;

	for (size_t i = 0; i <= n; i++) {
		bool any = false;

		if (i < n && !begins_part(c, n, i, from))
			continue;
		if (!choose(c, from, i))
			return false;
		for (size_t k = from; k < i; k++) {
			c[k].a.part = part;
			any = any || c[k].taken;
		}
		part += any;
		from = i;
	}
	return true;
}

/* --- the whole ------------------------------------------------------------------------------------------------- */

static void
settle(struct gk_article *a, const size_t *line, size_t n, const struct found *f)
{
	size_t h = 0;

	for (size_t i = 0; i < n; i++) {
		size_t next = i + 1 < n ? line[i + 1] : a[i].end;

		if (i > 0 && a[i].part == a[i - 1].part) {
			a[i].chapter = a[i - 1].chapter;
			a[i].chapter_n = a[i - 1].chapter_n;
		}
		for (; h < f->n_headings && f->heading[h].line < a[i].start; h++)
			if (f->heading[h].chapter) {
				a[i].chapter = f->heading[h].from;
				a[i].chapter_n = f->heading[h].n;
			}
		a[i].end = next;
		if (h < f->n_headings && f->heading[h].line < next)
			a[i].end = f->heading[h].line;
		if (a[i].body > a[i].end)
			a[i].body = a[i].end;
	}
}

enum gk_status
gk_articles(const char *text, size_t n, struct gk_article **out, size_t *count, struct gk_err *err)
{
	struct text t = { text, n };
	struct found f = { .c = NULL };
	size_t *line = NULL, k = 0;
	struct gk_article *a = NULL;
	/* Two in five of an office's papers have no such sign anywhere. */
	bool ok = n == 0 || memmem(text, n, "第", strlen("第")) == NULL || (look(t, &f) && (f.n == 0 || f.n > GK_ARTICLES_MAX || choose_all(f.c, f.n)));

	*out = NULL;
	*count = 0;
	for (size_t i = 0; ok && i < f.n && f.n <= GK_ARTICLES_MAX; i++)
		k += f.c[i].taken;
	if (ok && k > 0) {
		a = malloc(k * sizeof *a);
		line = malloc(k * sizeof *line);
		ok = a != NULL && line != NULL;
		k = 0;
		for (size_t i = 0; ok && i < f.n; i++)
			if (f.c[i].taken) {
				line[k] = f.c[i].line;
				a[k++] = f.c[i].a;
			}
	}
	if (ok && k > 0) {
		settle(a, line, k, &f);
		*out = a;
		*count = k;
		a = NULL;
	}
	free(a);
	free(line);
	free(f.c);
	free(f.heading);
	return ok ? GK_OK : gk_nomem(err);
}

/* --- names -------------------------------------------------------------------------------------------------------- */

void
gk_article_label(uint32_t number, uint32_t sub, char out[GK_ARTICLE_LABEL])
{
	char digits[64], more[64];

	gk_numeral_format(number, digits);
	if (sub > 0) {
		gk_numeral_format(sub, more);
		snprintf(out, GK_ARTICLE_LABEL, "第%.40s条之%.40s", digits, more);
	} else {
		snprintf(out, GK_ARTICLE_LABEL, "第%.40s条", digits);
	}
}

void
gk_article_anchor(const struct gk_article *a, char out[GK_ARTICLE_ANCHOR])
{
	char part[16] = "", sub[16] = "";

	if (a->part > 0)
		snprintf(part, sizeof part, "p%u-", a->part + 1);
	if (a->sub > 0)
		snprintf(sub, sizeof sub, "-%u", a->sub);
	snprintf(out, GK_ARTICLE_ANCHOR, "%sa%u%s", part, a->number, sub);
}

/* 第七条之一, or the bare number. */
static size_t
named_at(struct text t, size_t i, uint32_t *number, uint32_t *sub)
{
	size_t n = article_at(t, i, number, sub), k;

	if (n > 0)
		return n;
	*sub = 0;
	n = number_at(t, i, number);
	if (n == 0)
		return 0;
	/* 七条, 7条之一 */
	if (at(t, i + n, "条"))
		n += strlen("条");
	if (at(t, i + n, "之") && (k = number_at(t, i + n + strlen("之"), sub)) > 0)
		n += strlen("之") + k;
	return n;
}

bool
gk_article_ref_parse(const char *p, size_t n, struct gk_article_ref *out)
{
	static const char *const until[] = { "至", "到", "—", "－", "-", "~", "～" };
	struct text t = { p, n };
	size_t i = blanks_in_line(t, 0), k, j;
	uint32_t v;

	k = named_at(t, i, &out->number, &out->sub);
	if (k == 0)
		return false;
	i += k;
	out->last = out->number;
	out->last_sub = out->sub;
	k = any_at(t, i, ANY(until));
	if (k > 0) {
		i += k;
		k = named_at(t, i, &out->last, &out->last_sub);
		if (k == 0 || out->last < out->number)
			return false;
		i += k;
	}
	while (n > i && (p[n - 1] == ' ' || p[n - 1] == '\t' || p[n - 1] == '\n'))
		n--;
	out->rest = n - i;
	for (j = i; j < n; j += k) {
		k = any_at(t, j, (const char *const[]){ "、", "和", "及", "至", "前段", "后段" }, 6);
		if (k > 0)
			continue;
		k = ordinal_at(t, j, "款", &v);
		k = k > 0 ? k : ordinal_at(t, j, "项", &v);
		k = k > 0 ? k : ordinal_at(t, j, "目", &v);
		/* 第（三）项 */
		if (k == 0 && at(t, j, "第") && bracket_end(t, j + strlen("第")) > 0 && at(t, bracket_end(t, j + strlen("第")), "项"))
			k = bracket_end(t, j + strlen("第")) + strlen("项") - j;
		if (k == 0)
			return false;
	}
	return true;
}

bool
gk_article_ref_has(const struct gk_article_ref *r, const struct gk_article *a)
{
	const struct gk_article first = { .number = r->number, .sub = r->sub }, last = { .number = r->last, .sub = r->last_sub };

	return a->part == 0 && order_of(&first, a) <= 0 && order_of(a, &last) <= 0;
}
