/*
 * Lines as they stand on pages, back into paragraphs: OFD and PDF know of places only.
 *
 *   |      关于……的通知        |   not joined: the next one is indented
 *   |    第一条 为了规范……，明 |   reaches the right edge, and the next begins at the left one: joined
 *   |确……，制定本规定。        |   does not reach it: the paragraph ends
 *   |          - 1 -            |   the number of the page: left out
 *
 * Edges are those of the whole document: a page with three lines on it has none of its own.
 */
#include "extract/inside.h"

#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct gk_flow_line {
	double left, right, unit;	/* unit: the width of one Han character */
	size_t at, n;			/* in text */
	unsigned page;
	bool first, last;		/* of its page */
};

void
gk_flow_start(struct gk_flow *f)
{
	*f = (struct gk_flow){ .l = NULL };
	gk_buf_init(&f->text, GK_TEXT_MAX);
}

void
gk_flow_end(struct gk_flow *f)
{
	free(f->l);
	gk_buf_free(&f->text);
	*f = (struct gk_flow){ .l = NULL };
}

bool
gk_flow_add(struct gk_flow *f, unsigned page, double left, double right, double unit, const char *s, size_t n)
{
	if (f->n == f->cap) {
		size_t cap = f->cap == 0 ? 256 : f->cap * 2;
		struct gk_flow_line *l = realloc(f->l, cap * sizeof *l);

		if (l == NULL)
			return false;
		f->l = l;
		f->cap = cap;
	}
	f->l[f->n] = (struct gk_flow_line){ left, right, unit > 0 ? unit : 1, f->text.n, n, page, f->n == 0 || f->l[f->n - 1].page != page, true };
	if (f->n > 0 && f->l[f->n - 1].page == page)
		f->l[f->n - 1].last = false;
	f->n++;
	return gk_buf_add(&f->text, s, n);
}

/* - 1 -, — 12 —, 第 3 页 共 5 页, 3/5, or the bare number of this page. */
static bool
is_page_number(const struct gk_flow *f, const struct gk_flow_line *l)
{
	static const char *const marks[] = { "—", "–", "－", "―", "─", "·", "第", "页", "共" };
	const char *s = f->text.p + l->at;
	unsigned long number = 0;
	size_t digits = 0, marked = 0;

	if (!l->first && !l->last)
		return false;
	for (size_t at = 0; at < l->n;) {
		size_t k = 0;

		for (size_t i = 0; i < sizeof marks / sizeof *marks && k == 0; i++)
			if (l->n - at >= strlen(marks[i]) && memcmp(s + at, marks[i], strlen(marks[i])) == 0)
				k = strlen(marks[i]);
		if (k > 0 || s[at] == '-' || s[at] == '/' || s[at] == '~') {
			marked++;
			at += k > 0 ? k : 1;
		} else if (l->n - at >= 3 && memcmp(s + at, "\xEF\xBC", 2) == 0 && (unsigned char)s[at + 2] >= 0x90 && (unsigned char)s[at + 2] <= 0x99) {
			/* Digits of full width. */
			if (digits++ < 6 && marked < 2)
				number = number * 10 + (unsigned char)s[at + 2] - 0x90;
			at += 3;
		} else if (isdigit((unsigned char)s[at])) {
			if (digits++ < 6 && marked < 2)
				number = number * 10 + (unsigned long)(s[at] - '0');
			at++;
		} else if (s[at] == ' ' || s[at] == '\t') {
			at++;
		} else {
			return false;
		}
	}
	return digits > 0 && digits <= 8 && (marked > 0 ? digits <= 8 && l->n < 40 : number == l->page);
}

static bool
has_columns(const char *s, size_t n)
{
	return memchr(s, '\t', n) != NULL;
}

/* The edge that at least three lines share within a character, the outermost of such; else the outermost of all. */
static double
edge(const struct gk_flow *f, bool right)
{
	double best = 0, any = 0;
	bool found = false, seen = false;

	for (size_t i = 0; i < f->n; i++) {
		double e = right ? f->l[i].right : -f->l[i].left;
		size_t near = 0;

		/* Rows of tables have edges of their own. */
		if (has_columns(f->text.p + f->l[i].at, f->l[i].n))
			continue;
		if (!seen || e > any)
			any = e;
		seen = true;
		if (found && e <= best)
			continue;
		/* Neighbours are enough to tell, and keep this from costing the square of a long document. */
		for (size_t k = i > 200 ? i - 200 : 0; k < f->n && k < i + 200 && near < 3; k++)
			near += (right ? f->l[k].right : -f->l[k].left) > e - f->l[i].unit && (right ? f->l[k].right : -f->l[k].left) <= e + 0.01;
		if (near >= 3) {
			best = e;
			found = true;
		}
	}
	return right ? (found ? best : any) : -(found ? best : any);
}

/* Does the paragraph of `a` go on in `b`? */
static bool
goes_on(const struct gk_flow *f, const struct gk_flow_line *a, const struct gk_flow_line *b, double left, double right)
{
	const char *s = f->text.p + a->at;

	/* A short line that happens to be the longest is no full one. */
	if (a->right - a->left < 10 * a->unit || a->right < right - 2.5 * a->unit || b->left > left + 0.7 * b->unit)
		return false;
	if (a->unit > b->unit * 1.3 || b->unit > a->unit * 1.3)
		return false;
	return !has_columns(s, a->n) && !has_columns(f->text.p + b->at, b->n);
}

void
gk_flow_write(struct gk_flow *f, struct gk_buf *to)
{
	const struct gk_flow_line *before = NULL;
	double left, right;
	struct gk_lines out;

	gk_lines_start(&out, to);
	left = edge(f, false);
	right = edge(f, true);
	for (size_t i = 0; i < f->n; i++) {
		const struct gk_flow_line *l = &f->l[i];

		if (is_page_number(f, l))
			continue;
		if (before != NULL)
			gk_lines_gap(&out, goes_on(f, before, l, left, right) ? GK_GAP_WRAP : GK_GAP_LINE);
		gk_lines_put(&out, f->text.p + l->at, l->n, true);
		before = l;
	}
	gk_lines_end(&out);
}
