/*
 * PDF, by pdftotext (poppler): a process of its own below the broker (tools.c).  -htmlmeta gives its properties and its text in one
 * run; -layout keeps columns apart and shows where paragraphs are indented.
 *
 *   <title>…</title> <meta name="Author" content="…"/> … <pre> lines, a form feed between pages, &amp; &lt; &gt; </pre>
 */
#include "extract/inside.h"

#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* --- references ----------------------------------------------------------------------------------------- */

static size_t
reference(const char *s, size_t n, char *out)
{
	static const struct { const char *name; char is; } names[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&apos;", '\'' } };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (n >= strlen(names[i].name) && memcmp(s, names[i].name, strlen(names[i].name)) == 0) {
			*out = names[i].is;
			return strlen(names[i].name);
		}
	return 0;
}

/* In place. */
static void
resolve(struct gk_buf *b)
{
	size_t to = 0, k;

	for (size_t at = 0; at < b->n;) {
		if (b->p[at] == '&' && (k = reference(b->p + at, b->n - at, &b->p[to])) > 0) {
			at += k;
			to++;
		} else {
			b->p[to++] = b->p[at++];
		}
	}
	b->n = to;
}

/* --- properties --------------------------------------------------------------------------------------------- */

static void
put_prop(struct gk_extracted *x, const char *name, const char *s, size_t n)
{
	struct gk_buf value;

	gk_buf_init(&value, 65536);
	if (gk_buf_add(&value, s, n)) {
		resolve(&value);
		gk_prop(x, name, value.p, value.n);
	}
	gk_buf_free(&value);
}

static void
read_props(const char *head, size_t n, struct gk_extracted *x)
{
	static const char title[] = "<title>", meta[] = "<meta name=\"", content[] = "\" content=\"";
	const char *end = head + n, *p = memmem(head, n, title, sizeof title - 1), *stop;

	if (p != NULL && (stop = memmem(p, (size_t)(end - p), "</title>", 8)) != NULL)
		put_prop(x, "title", p + sizeof title - 1, (size_t)(stop - p) - sizeof title + 1);
	for (p = head; (p = memmem(p, (size_t)(end - p), meta, sizeof meta - 1)) != NULL;) {
		const char *name = p + sizeof meta - 1, *value = memmem(name, (size_t)(end - name), content, sizeof content - 1);
		char key[32];

		if (value == NULL || value - name >= (int)sizeof key)
			break;
		memcpy(key, name, (size_t)(value - name));
		key[value - name] = '\0';
		value += sizeof content - 1;
		stop = memmem(value, (size_t)(end - value), "\"/>", 3);
		if (stop == NULL)
			break;
		/* "Creator" is the program that wrote the text, "Author" whoever did. */
		put_prop(x, strcmp(key, "Creator") == 0 ? "generator" : key, value, (size_t)(stop - value));
		p = stop;
	}
}

/* --- lines ----------------------------------------------------------------------------------------------------- */

static double
width_of(uint32_t c)
{
	return c < 0x1100 ? 1 : 2;
}

/* Between a Han character and a letter or digit typesetters leave a gap that is no blank: 2020 年. */
static bool
is_typeset_gap(uint32_t before, uint32_t after)
{
	bool han_before = before >= 0x2E80, han_after = after >= 0x2E80;

	return han_before != han_after && (han_before ? after : before) < 0x80 && isalnum((int)(han_before ? after : before));
}

/* One line: blanks at its start are its place, two or more inside part columns. */
static bool
put_line(struct gk_flow *flow, unsigned page, const char *s, size_t n)
{
	struct gk_buf line;
	double left = 0, column = 0;
	uint32_t before = 0;
	size_t blanks = 0;
	bool done = true;

	gk_buf_init(&line, GK_TEXT_MAX);
	for (size_t at = 0; at < n;) {
		uint32_t c;
		size_t len = gk_utf8_decode(s + at, n - at, &c);

		column += width_of(c);
		if (c == ' ' || c == 0x3000) {
			blanks += c == ' ' ? 1 : 2;
		} else {
			if (line.n == 0)
				left = column - width_of(c);
			else if (blanks > 1)
				gk_buf_putc(&line, '\t');
			else if (blanks == 1 && !is_typeset_gap(before, c))
				gk_buf_putc(&line, ' ');
			gk_buf_add(&line, s + at, len);
			blanks = 0;
			before = c;
		}
		at += len;
	}
	if (line.n > 0)
		done = !line.failed && gk_flow_add(flow, page, left, column - (double)blanks, 2, line.p, line.n);
	gk_buf_free(&line);
	return done;
}

static bool
put_pages(const char *s, size_t n, struct gk_extracted *x)
{
	struct gk_flow flow;
	unsigned page = 1;
	bool done = true;

	gk_flow_start(&flow);
	for (size_t at = 0; at < n && done;) {
		size_t len = 0;

		while (at + len < n && s[at + len] != '\n' && s[at + len] != '\f')
			len++;
		done = put_line(&flow, page, s + at, len);
		page += at + len < n && s[at + len] == '\f';
		at += len + 1;
	}
	if (done)
		gk_flow_write(&flow, &x->text);
	gk_flow_end(&flow);
	return done;
}

enum gk_status
gk_pdf_lines(const char *p, size_t n, struct gk_buf *text, struct gk_extracted *x, struct gk_err *err)
{
	static const char pre[] = "<pre>\n", end[] = "</pre>";
	struct gk_buf out;
	const char *from, *to;
	enum gk_tool_end ended;
	enum gk_status st = GK_OK;

	gk_buf_init(&out, GK_TEXT_MAX);
	ended = gk_tool_run(GK_TOOL_PDFTOTEXT, p, n, &out);
	if (ended != GK_TOOL_DONE) {
		gk_buf_free(&out);
		return gk_tool_refuse(ended, "pdftotext", x, err);
	}
	from = out.n == 0 ? NULL : memmem(out.p, out.n, pre, sizeof pre - 1);
	to = from == NULL ? NULL : memrchr(from, '<', out.n - (size_t)(from - out.p));
	while (to != NULL && to > from && strncmp(to, end, sizeof end - 1) != 0)
		to = memrchr(from, '<', (size_t)(to - from));
	if (from == NULL || to == NULL || to <= from) {
		st = gk_refuse_damaged(x, err);
	} else {
		read_props(out.p, (size_t)(from - out.p), x);
		from += sizeof pre - 1;
		if (to > from && gk_buf_add(text, from, (size_t)(to - from)))
			resolve(text);
	}
	gk_buf_free(&out);
	return st;
}

enum gk_status
gk_pdf(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct gk_buf text;
	enum gk_status st;

	gk_buf_init(&text, GK_TEXT_MAX);
	st = gk_pdf_lines(p, n, &text, x, err);
	if (st == GK_OK && text.n > 0 && !put_pages(text.p, text.n, x))
		st = gk_nomem(err);
	gk_buf_free(&text);
	if (st != GK_OK)
		return st;
	/* Pages without a letter on them are images of pages, mostly: if somebody can read those. */
	if (x->text.n == 0 && gk_tool_ready(GK_TOOL_TESSERACT) && gk_tool_ready(GK_TOOL_PDFTOPPM))
		st = gk_scan(p, n, x, err);
	gk_choose_title(x);
	return st;
}
