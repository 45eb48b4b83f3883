/*
 * The metadata box of a document page (domain.md 6.2), whatever it is built of:
 *
 *   cells    索 引 号： | 000014348/2020-35147 | 发布机构： | 邯郸市教育局     a row of a table
 *   inline   索引号：000014348/2020-35147　发布机构：邯郸市教育局            spans, list items, paragraphs
 *   apart    索引号 / 000014348/2020-35147                                     two lines: dt and dd, div and div
 *   heads    索引号 | 发布机构 / 000014348/2020-35147 | 邯郸市教育局           a row of labels and one row of values below it
 *
 * Words like 名称 and 来源 stand in ordinary text too.  So pairs are collected first and then
 * believed in groups: neighbouring lines with several different labels are a box,
 * a lone pair only if its label is one that nobody uses otherwise.
 */
#include "extract/inside.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

struct pair {
	size_t line, last_line;		/* the label's line and the value's */
	const struct gk_label *label;
	const char *value;
	size_t n;
	bool weak;			/* no colon and no table: believed only in a larger group */
};

struct pairs {
	struct pair *p;
	size_t n, cap;
	bool failed;
};

/* Longer cells are paragraphs of a text; and a page of a million short pairs is no page. */
enum { CELL_MAX = 6000, PAIRS_MAX = 4000, CELLS_MAX = 64 };

static void
add_pair(struct pairs *ps, struct pair pair)
{
	struct pair *p;

	pair.n = gk_trim(&pair.value, pair.n);
	if (ps->n == PAIRS_MAX || ps->failed)
		return;
	if (ps->n == ps->cap) {
		size_t cap = ps->cap == 0 ? 32 : ps->cap * 2;

		p = realloc(ps->p, cap * sizeof *p);
		if (p == NULL) {
			ps->failed = true;
			return;
		}
		ps->p = p;
		ps->cap = cap;
	}
	ps->p[ps->n++] = pair;
}

/* A label and nothing else. */
static const struct gk_label *
whole_label(const char *s, size_t n, bool *colon)
{
	size_t used;
	const struct gk_label *l;

	n = gk_trim(&s, n);
	l = n == 0 ? NULL : gk_label_at(s, n, &used, colon);
	return l != NULL && used == n ? l : NULL;
}

static bool
is_boundary(const char *s, size_t at)
{
	return at == 0 || s[at - 1] == ' ' || s[at - 1] == GK_EDGE || (at >= 3 && memcmp(s + at - 3, "　", 3) == 0) ||
	       (at >= 3 && (memcmp(s + at - 3, "】", 3) == 0 || memcmp(s + at - 3, "；", 3) == 0));
}

/* An element of its own that begins 备 注： or 点击量：, a label that is not in our list: two to eight Han and a colon. It ends the value before it like any other. */
static bool
strange_label(const char *s, size_t n)
{
	size_t han = 0;

	for (size_t at = 0; at < n && han <= 8;) {
		uint32_t c;
		size_t len = gk_utf8_decode(s + at, n - at, &c);

		if (c == 0xFF1A || c == ':')
			return han >= 2;
		if (c >= 0x4E00 && c <= 0x9FFF)
			han++;
		else if (c != ' ' && c != 0xA0 && c != 0x3000)
			return false;
		at += len;
	}
	return false;
}

/* 来源：市府办　发布时间：2020-08-02　浏览次数：12 */
static void
read_inline(struct pairs *ps, size_t line, const char *s, size_t n)
{
	const struct gk_label *open = NULL;
	size_t value = 0, used;
	bool colon, weak = false;

	for (size_t at = 0; at < n;) {
		/* Continuation bytes and ASCII letters never begin a label. */
		const struct gk_label *l = (unsigned char)s[at] >= 0xC0 || s[at] == '[' ? is_boundary(s, at) ? gk_label_at(s + at, n - at, &used, &colon) : NULL : NULL;

		if (l == NULL || (!colon && !(at == 0 && used < n && s[used] == GK_EDGE))) {
			if (open != NULL && at > value && s[at - 1] == GK_EDGE && strange_label(s + at, n - at)) {
				add_pair(ps, (struct pair){ line, line, open, s + value, at - value, weak });
				open = NULL;
			}
			at++;
			continue;
		}
		if (open != NULL)
			add_pair(ps, (struct pair){ line, line, open, s + value, at - value, weak });
		open = l;
		weak = !colon;
		at += used;
		value = at;
	}
	if (open != NULL)
		add_pair(ps, (struct pair){ line, line, open, s + value, n - value, weak });
}

struct cell {
	const char *s;
	size_t n;
	const struct gk_label *label;	/* if it is a label and nothing else */
	bool colon;
};

static size_t
split_cells(const struct gk_box_line *l, struct cell *cells)
{
	size_t count = 0;

	for (size_t at = 0; at <= l->n && count < CELLS_MAX; count++) {
		const char *tab = memchr(l->s + at, '\t', l->n - at);
		size_t n = (tab == NULL ? l->n : (size_t)(tab - l->s)) - at;

		cells[count] = (struct cell){ .s = l->s + at };
		cells[count].n = gk_trim(&cells[count].s, n);
		cells[count].label = whole_label(cells[count].s, cells[count].n, &cells[count].colon);
		at += n + 1;
	}
	return count;
}

static bool
all_labels(const struct cell *cells, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (cells[k].label == NULL)
			return false;
	return n >= 2;
}

static bool
no_labels(const struct cell *cells, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (cells[k].label != NULL)
			return false;
	return true;
}

enum { HEADS_MIN = 4 };

/* Is the row before the last one, or the row after the next one, of labels as well? */
static bool
further_heads(const struct gk_box_line *lines, size_t count, size_t i)
{
	struct cell cells[CELLS_MAX];

	return (i >= 2 && all_labels(cells, split_cells(&lines[i - 2], cells))) || (i + 2 < count && all_labels(cells, split_cells(&lines[i + 2], cells)));
}

/* Row i is of labels, the next one of as many values, and no further one: that would be a list of documents. */
static bool
collect_heads(const struct gk_box_line *lines, size_t count, size_t i, const struct cell *heads, size_t n, struct pairs *ps)
{
	struct cell values[CELLS_MAX], further[CELLS_MAX];

	/* Three labels over one row are more often a list of one document. */
	if (i + 1 >= count || (n < HEADS_MIN && !further_heads(lines, count, i)) || !all_labels(heads, n) || split_cells(&lines[i + 1], values) != n || !no_labels(values, n))
		return false;
	if (i + 2 < count && split_cells(&lines[i + 2], further) == n && no_labels(further, n))
		return false;
	for (size_t k = 0; k < n; k++)
		add_pair(ps, (struct pair){ i, i + 1, heads[k].label, values[k].s, values[k].n, false });
	return true;
}

static bool
begins_pair(const struct cell *c)
{
	size_t used;
	bool colon = false;

	return c->n > 0 && gk_label_at(c->s, c->n, &used, &colon) != NULL && colon;
}

static void
collect(const struct gk_box_line *lines, size_t count, struct pairs *ps)
{
	struct cell cells[CELLS_MAX];
	const struct gk_label *above = NULL;	/* the line before was this label and nothing else */
	bool above_colon = false;

	for (size_t i = 0; i < count; i++) {
		const struct gk_label *left = NULL;
		bool colon = false;
		size_t n = split_cells(&lines[i], cells);

		/* An empty value at the end of the box: what follows is the document. */
		if (above != NULL && n == 1 && cells[0].label == NULL && cells[0].n <= CELL_MAX && lines[i].main == lines[i - 1].main)
			add_pair(ps, (struct pair){ i - 1, i, above, cells[0].s, cells[0].n, !above_colon });
		above = NULL;
		if (collect_heads(lines, count, i, cells, n, ps)) {
			i++;
			continue;
		}
		for (size_t k = 0; k < n; k++) {
			/* 文号： | 体裁：意见 are two cells of one pair each, the first without a value. */
			if (left != NULL && colon && cells[k].label == NULL && begins_pair(&cells[k]))
				left = NULL;
			if (left != NULL && cells[k].label == NULL) {
				add_pair(ps, (struct pair){ i, i, left, cells[k].s, cells[k].n, false });
				left = NULL;
			} else if (cells[k].label != NULL) {
				/* Label after label (索引号 | 名称 | 发布日期) is an empty value, or the head of a list of documents. */
				left = cells[k].label;
				colon = cells[k].colon;
			} else if (cells[k].n <= CELL_MAX) {
				read_inline(ps, i, cells[k].s, cells[k].n);
			}
		}
		if (n == 1) {
			above = left;
			above_colon = colon;
		}
	}
}

/* How many different labels a group has, and of what sort. */
struct weight {
	size_t labels, telling, stops, weak;
};

static struct weight
weigh(const struct pair *p, size_t n)
{
	struct weight w = { 0 };

	for (size_t i = 0; i < n; i++) {
		bool before = false;

		for (size_t k = 0; k < i && !before; k++)
			before = p[k].label == p[i].label;
		if (before)
			continue;
		if (p[i].label->stop) {
			w.stops++;
			continue;
		}
		w.labels++;
		w.telling += !p[i].label->common;
		w.weak += p[i].weak;
	}
	return w;
}

/* A box inside the main content stands at its top; forms to fill in stand further down. */
enum { TOP_OF_MAIN = 40, LONE_PAIR_LINES = 200, GROUP_MAX = 64 };

static bool
believed(const struct weight *w, const struct pair *first, const struct gk_box_line *lines, size_t main_line)
{
	if (w->weak > 0 && w->labels < 3)
		return false;
	if (lines[first->line].main)
		return main_line < TOP_OF_MAIN && w->labels >= 3 && w->telling >= 2;
	if (w->labels + w->stops >= 2)
		return w->telling + w->stops >= 1;
	return w->telling == 1 && first->line < LONE_PAIR_LINES;
}

static bool
take_group(struct gk_box_line *lines, const struct pair *p, size_t n, size_t main_line, struct gk_extracted *x)
{
	struct weight w = weigh(p, n);
	bool surely = w.labels >= 3 || w.labels + w.stops >= 3;
	size_t beside = 0, apart = 0;

	if (!believed(&w, p, lines, main_line))
		return true;
	for (size_t i = 0; i < n; i++)
		*(p[i].line == p[i].last_line ? &beside : &apart) += !p[i].label->stop;
	for (size_t i = 0; i < n; i++) {
		const struct gk_label *l = p[i].label;

		/* Where values stand beside their labels, a label with nothing beside it is empty: the next line is the title, not its value. */
		if (beside >= apart && p[i].line != p[i].last_line)
			continue;
		for (size_t k = p[i].line; k <= p[i].last_line; k++)
			lines[k].box |= surely;
		if (!l->stop && !gk_is_no_value(p[i].value, p[i].n) && !gk_meta_add(x, l->name, strlen(l->name), p[i].value, p[i].n))
			return false;
	}
	return true;
}

bool
gk_box_read(struct gk_box_line *lines, size_t count, struct gk_extracted *x)
{
	struct pairs ps = { NULL, 0, 0, false };
	size_t start = 0, main_line = 0, seen = 0;
	bool done = true;

	collect(lines, count, &ps);
	while (start < ps.n && done) {
		size_t end = start + 1;

		while (end < ps.n && end - start < GROUP_MAX && ps.p[end].line <= ps.p[end - 1].last_line + 2 &&
		       lines[ps.p[end].line].main == lines[ps.p[start].line].main)
			end++;
		for (; seen < ps.p[start].line; seen++)
			main_line += lines[seen].main;
		done = take_group(lines, ps.p + start, end - start, main_line, x);
		start = end;
	}
	free(ps.p);
	return done && !ps.failed;
}
