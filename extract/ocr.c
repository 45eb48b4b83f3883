/*
 * Images, and PDFs that hold nothing but images of pages: tesseract reads them where it is installed (tools.c), page by page.  The text
 * is marked as read by a machine (source "ocr"), with the mean of its confidence; without tesseract the file is refused, and the hint says
 * what to install.
 *
 *   tesseract … tsv:  level page block paragraph line word left top width height confidence text      level 5 is a word
 */
#include "extract/inside.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 12, PAGES_MAX = 10 };

struct ocr {
	struct gk_flow flow;
	struct gk_buf text;		/* of the line at hand */
	struct gk_lines out;
	double left, right, height;
	double sum;
	size_t words;
	long line;			/* of the word before: block, paragraph and line as one number; -1: none */
	unsigned page;
	bool failed;
};

static void
end_line(struct ocr *o)
{
	if (o->line >= 0 && o->text.n > 0 && !gk_flow_add(&o->flow, o->page, o->left, o->right, o->height, o->text.p, o->text.n))
		o->failed = true;
	gk_buf_reset(&o->text);
	gk_lines_start(&o->out, &o->text);
	o->line = -1;
}

static void
put_word(struct ocr *o, const char *const *cells, const size_t *n)
{
	long line = (atol(cells[2]) * 1000 + atol(cells[3])) * 1000 + atol(cells[4]);
	double left = atof(cells[6]), height = atof(cells[9]);
	const char *text = cells[11];
	size_t len = gk_trim(&text, n[11]);
	double confidence = atof(cells[10]);

	if (len == 0 || confidence < 0)
		return;
	if (line != o->line) {
		end_line(o);
		o->left = left;
		o->height = height;
	}
	gk_lines_gap(&o->out, GK_GAP_WRAP);
	gk_lines_put(&o->out, text, len, false);
	o->right = left + atof(cells[8]);
	o->height = height > o->height ? height : o->height;
	o->line = line;
	o->sum += confidence;
	o->words++;
}

static void
put_table(struct ocr *o, const char *s, size_t n)
{
	for (size_t at = 0; at < n;) {
		const char *nl = memchr(s + at, '\n', n - at), *cells[COLUMNS];
		size_t len = (nl == NULL ? n : (size_t)(nl - s)) - at, lens[COLUMNS], k = 0, from = at;

		for (size_t i = at; i <= at + len && k < COLUMNS; i++)
			if (i == at + len || (s[i] == '\t' && k + 1 < COLUMNS)) {
				cells[k] = s + from;
				lens[k++] = i - from;
				from = i + 1;
			}
		if (k == COLUMNS && lens[0] == 1 && cells[0][0] == '5')
			put_word(o, cells, lens);
		at += len + 1;
	}
	end_line(o);
}

static enum gk_tool_end
read_image(struct ocr *o, const char *p, size_t n)
{
	struct gk_buf table;
	enum gk_tool_end end;

	o->page++;
	gk_buf_init(&table, GK_TEXT_MAX);
	end = gk_tool_run(GK_TOOL_TESSERACT, p, n, &table);
	if (end == GK_TOOL_DONE && table.n > 0)
		put_table(o, table.p, table.n);
	gk_buf_free(&table);
	return end;
}

static void
start(struct ocr *o)
{
	*o = (struct ocr){ .line = -1 };
	gk_flow_start(&o->flow);
	gk_buf_init(&o->text, GK_TEXT_MAX);
	gk_lines_start(&o->out, &o->text);
}

static enum gk_status
finish(struct ocr *o, enum gk_tool_end end, struct gk_extracted *x, struct gk_err *err)
{
	if (!o->failed)
		gk_flow_write(&o->flow, &x->text);
	gk_flow_end(&o->flow);
	gk_buf_free(&o->text);
	if (o->failed)
		return gk_nomem(err);
	/* A page that failed costs what is on it. */
	if (end != GK_TOOL_DONE && x->text.n == 0)
		return gk_tool_refuse(end, "tesseract", x, err);
	snprintf(x->source, sizeof x->source, "ocr");
	if (o->words > 0)
		gk_note(x, "read from an image by tesseract, mean confidence %.0f of 100", o->sum / (double)o->words);
	gk_heading(x);
	return GK_OK;
}

enum gk_status
gk_image(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct ocr o;
	enum gk_tool_end end;

	start(&o);
	end = read_image(&o, p, n);
	return finish(&o, end, x, err);
}

/* The length of the PGM image at p (P5, width, height, 255, bytes), 0 if there is none. */
static size_t
pgm(const char *p, size_t n)
{
	unsigned long long v[3] = { 0 };
	size_t at = 2;

	if (n < 8 || memcmp(p, "P5", 2) != 0)
		return 0;
	for (unsigned i = 0; i < 3; i++) {
		while (at < n && isspace((unsigned char)p[at]))
			at++;
		while (at < n && isdigit((unsigned char)p[at]) && v[i] < 1000000)
			v[i] = v[i] * 10 + (unsigned)(p[at++] - '0');
	}
	at++;
	return v[0] > 0 && v[1] > 0 && at < n && v[0] * v[1] <= n - at ? at + (size_t)(v[0] * v[1]) : 0;
}

enum gk_status
gk_scan(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct ocr o;
	struct gk_buf pages;
	size_t at = 0, len, count = 0;
	enum gk_tool_end end;

	start(&o);
	gk_buf_init(&pages, GK_TEXT_MAX);
	end = gk_tool_run(GK_TOOL_PDFTOPPM, p, n, &pages);
	while (end == GK_TOOL_DONE && count < PAGES_MAX && (len = pgm(pages.p + at, pages.n - at)) > 0) {
		end = read_image(&o, pages.p + at, len);
		at += len;
		count++;
	}
	gk_buf_free(&pages);
	if (count == PAGES_MAX)
		gk_note(x, "a scan: only the first %d pages were read", PAGES_MAX);
	return finish(&o, end, x, err);
}
