/*
 * Word 97 to 2003, and WPS Writer, which writes the same (MS-DOC): the text is in pieces, which a table lists in their order.
 *
 *   WordDocument: FIB (where is what) … bytes of the pieces;  0Table or 1Table: Clx, the list of pieces; the list of character formats
 *
 * Behind each other: body, footnotes, headers, comments, endnotes, text boxes.  What tracked changes deleted is known by its format.
 */
#include "extract/inside.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { RANGES_MAX = 100000 };

struct range {
	uint32_t from, to;	/* bytes of the main stream */
};

struct doc {
	struct gk_buf main, table;
	struct range *deleted;
	size_t n_deleted, cap;
	struct gk_buf text;	/* all characters, UTF-8 with the marks of the format still in it */
	size_t ends[8];		/* where body, footnotes, headers, macros, comments, endnotes, boxes and boxes of headers end, in characters, then in text */
};

/* Pair i of FibRgFcLcb: a place in the table stream. False if there is none. */
static bool
place(const struct doc *d, unsigned i, const char **p, size_t *n)
{
	size_t at = 32, from;

	/* Two arrays, each behind its length, stand before. */
	for (size_t size = 2; size <= 4; size += 2) {
		if (at + 2 > d->main.n)
			return false;
		at += 2 + size * (size_t)gk_u16(d->main.p + at);
	}
	if (at + 2 > d->main.n || gk_u16(d->main.p + at) <= i || at + 10 + 8 * (size_t)i > d->main.n)
		return false;
	from = gk_u32(d->main.p + at + 2 + 8 * i);
	*n = gk_u32(d->main.p + at + 6 + 8 * i);
	*p = d->table.p + from;
	return *n > 0 && from < d->table.n && *n <= d->table.n - from;
}

/* --- deletions --------------------------------------------------------------------------------------------------- */

/* Do these formats of a run say that it was deleted? */
static bool
says_deleted(const char *p, size_t n)
{
	static const unsigned char sizes[] = { 1, 1, 2, 4, 2, 2, 0, 3 };

	for (size_t at = 0; at + 3 <= n;) {
		unsigned code = gk_u16(p + at), kind = code >> 13;
		size_t size = kind == 6 ? 1 + (size_t)(unsigned char)p[at + 2] : sizes[kind];

		if (code == 0x0800)
			return (unsigned char)p[at + 2] == 1;
		at += 2 + size;
	}
	return false;
}

/* One page of 512 bytes of formats: crun + 1 places, then for each run where its formats stand. */
static bool
read_formats(struct doc *d, const char *page)
{
	unsigned runs = (unsigned char)page[511];

	for (unsigned i = 0; i < runs && 4 * (runs + 1) + runs <= 511; i++) {
		size_t at = 2 * (size_t)(unsigned char)page[4 * (runs + 1) + i], n;

		if (at == 0 || at >= 511)
			continue;
		n = (unsigned char)page[at];
		if (at + 1 + n > 511 || !says_deleted(page + at + 1, n))
			continue;
		if (d->n_deleted == d->cap) {
			size_t cap = d->cap == 0 ? 64 : d->cap * 2;
			struct range *r = cap > RANGES_MAX ? NULL : realloc(d->deleted, cap * sizeof *r);

			if (r == NULL)
				return cap > RANGES_MAX;
			d->deleted = r;
			d->cap = cap;
		}
		d->deleted[d->n_deleted++] = (struct range){ gk_u32(page + 4 * i), gk_u32(page + 4 * i + 4) };
	}
	return true;
}

static bool
read_deletions(struct doc *d)
{
	const char *p;
	size_t n, count;

	if (!place(d, 12, &p, &n) || n < 4)
		return true;
	count = (n - 4) / 8;
	for (size_t i = 0; i < count; i++) {
		size_t at = 512 * (size_t)(gk_u32(p + 4 * (count + 1) + 4 * i) & 0x3FFFFF);

		if (at + 512 <= d->main.n && !read_formats(d, d->main.p + at))
			return false;
	}
	return true;
}

static bool
is_deleted(const struct doc *d, size_t at)
{
	for (size_t i = 0; i < d->n_deleted; i++)
		if (at >= d->deleted[i].from && at < d->deleted[i].to)
			return true;
	return false;
}

/* --- pieces ------------------------------------------------------------------------------------------------------------ */

static void
put_unit(struct doc *d, uint32_t unit, uint32_t *high)
{
	char utf8[4];
	uint32_t c = unit;

	if (unit >= 0xD800 && unit < 0xDC00) {
		*high = unit;
		return;
	}
	if (unit >= 0xDC00 && unit < 0xE000)
		c = *high == 0 ? 0xFFFD : 0x10000 + ((*high - 0xD800) << 10) + (unit - 0xDC00);
	*high = 0;
	gk_buf_add(&d->text, utf8, gk_utf8_encode(c == 0 ? ' ' : c, utf8));
}

/* Bytes of one are windows-1252 between 0x80 and 0x9F. */
static uint32_t
western(unsigned char c)
{
	static const uint16_t map[32] = { 0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F, 0x90,
		0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178 };

	return c >= 0x80 && c < 0xA0 ? map[c - 0x80] : c;
}

/* *seen counts characters of the file, deleted ones too. */
static void
put_piece(struct doc *d, uint32_t fc, size_t chars, size_t *seen)
{
	bool narrow = (fc & 0x40000000) != 0;
	size_t at = narrow ? (fc & 0x3FFFFFFF) / 2 : fc & 0x3FFFFFFF, step = narrow ? 1 : 2;
	uint32_t high = 0;

	for (size_t i = 0; i < chars && at + step <= d->main.n; i++, at += step, ++*seen) {
		for (size_t k = 0; k < 8; k++)
			if (*seen == d->ends[k])
				d->ends[k] = SIZE_MAX - d->text.n;
		if (d->n_deleted == 0 || !is_deleted(d, at))
			put_unit(d, narrow ? western((unsigned char)d->main.p[at]) : gk_u16(d->main.p + at), &high);
	}
}

static bool
read_pieces(struct doc *d)
{
	const char *p;
	size_t n, at = 0, count, seen = 0;

	if (!place(d, 33, &p, &n))
		return false;
	while (at + 3 <= n && p[at] == 1)
		at += 3 + gk_u16(p + at + 1);
	if (at + 5 > n || p[at] != 2 || gk_u32(p + at + 1) < 16)
		return false;
	count = (gk_u32(p + at + 1) - 4) / 12;
	at += 5;
	if (count > (n - at) / 12)
		return false;
	for (size_t i = 0; i < count; i++) {
		uint32_t from = gk_u32(p + at + 4 * i), to = gk_u32(p + at + 4 * i + 4);

		if (to < from || to - from > GK_TEXT_MAX)
			return false;
		put_piece(d, gk_u32(p + at + 4 * (count + 1) + 8 * i + 2), to - from, &seen);
	}
	return !d->text.failed;
}

/* --- lines -------------------------------------------------------------------------------------------------------------- */

/* A mark of the format that stands for something, GK_GAP_NONE if for nothing. */
static enum gk_gap
gap_of(uint32_t c)
{
	return c == 0x0D || c == 0x0C || c == 0x0E ? GK_GAP_LINE : c == 0x0B ? GK_GAP_BR : c == 0x09 ? GK_GAP_SPACE : GK_GAP_NONE;
}

/*
 * Cells end with 7, and so does a row: two of them are the end of a row.  13 begins a field: its instructions up to 14 are no text, its result up to 15 is.
 */
static void
put_lines(struct gk_lines *out, const char *s, size_t n)
{
	unsigned fields = 0, instructions = 0;
	uint32_t before = 0;

	for (size_t at = 0; at < n;) {
		uint32_t c;
		size_t len = gk_utf8_decode(s + at, n - at, &c);
		enum gk_gap gap = gap_of(c);

		if (c == 0x13) {
			fields++;
			instructions = fields;
		} else if (c == 0x14) {
			instructions = instructions > 0 ? instructions - 1 : 0;
		} else if (c == 0x15) {
			instructions = instructions == fields && instructions > 0 ? instructions - 1 : instructions;
			fields -= fields > 0;
		} else if (instructions > 0) {
			;
		} else if (c == 7) {
			out->gap = before == 7 ? GK_GAP_NONE : out->gap;
			gk_lines_gap(out, before == 7 ? GK_GAP_LINE : GK_GAP_CELL);
		} else if (gap != GK_GAP_NONE) {
			gk_lines_gap(out, gap);
		} else if (c == 0x1E) {
			gk_lines_put(out, "-", 1, false);
		} else if (c >= 0x20) {
			gk_lines_put(out, s + at, len, false);
		}
		before = c == 7 && before == 7 ? 0 : c;
		at += len;
	}
}

static void
put_story(struct gk_lines *out, const struct doc *d, unsigned i)
{
	size_t from = i == 0 ? 0 : d->ends[i - 1], to = d->ends[i];

	if (to > from && to <= d->text.n && (i == 0 || i != 2 || gk_han_count(d->text.p + from, to - from) >= 2)) {
		gk_lines_gap(out, GK_GAP_LINE);
		put_lines(out, d->text.p + from, to - from);
	}
}

static enum gk_status
read_doc(struct doc *d, const struct gk_ole *o, struct gk_extracted *x, struct gk_err *err)
{
	static const unsigned order[] = { 0, 6, 1, 5, 2, 7 };
	struct gk_lines out;
	size_t sum = 0;
	unsigned flags;

	if (!gk_ole_stream(o, "WordDocument", &d->main) || d->main.n < 1024 || gk_u16(d->main.p) != 0xA5EC || gk_u16(d->main.p + 2) < 193)
		return gk_refuse_damaged(x, err);
	flags = gk_u16(d->main.p + 10);
	if ((flags & 0x0100) != 0)
		return gk_refuse(x, "encrypted", err, "文件加了密码", "it is protected by a password");
	if (!gk_ole_stream(o, (flags & 0x0200) != 0 ? "1Table" : "0Table", &d->table))
		return gk_refuse_damaged(x, err);
	for (unsigned i = 0; i < 8; i++) {
		sum += gk_u32(d->main.p + 0x4C + 4 * i);
		d->ends[i] = sum;
	}
	if (!read_deletions(d))
		return gk_nomem(err);
	if (!read_pieces(d))
		return gk_refuse_damaged(x, err);
	for (unsigned i = 0; i < 8; i++)
		d->ends[i] = d->ends[i] > SIZE_MAX / 2 ? SIZE_MAX - d->ends[i] : d->text.n;
	if (d->n_deleted > 0)
		gk_note(x, "%zu deletions of tracked changes left out", d->n_deleted);
	gk_lines_start(&out, &x->text);
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		put_story(&out, d, order[i]);
	gk_lines_end(&out);
	return GK_OK;
}

enum gk_status
gk_doc(const struct gk_ole *o, struct gk_extracted *x, struct gk_err *err)
{
	struct doc d = { .deleted = NULL };
	enum gk_status st;

	gk_buf_init(&d.text, GK_TEXT_MAX);
	gk_buf_init(&d.main, 0);
	gk_buf_init(&d.table, 0);
	st = read_doc(&d, o, x, err);
	free(d.deleted);
	gk_buf_free(&d.text);
	gk_buf_free(&d.main);
	gk_buf_free(&d.table);
	if (st == GK_OK) {
		gk_ole_props(o, x);
		gk_choose_title(x);
	}
	return st;
}

/* --- PowerPoint 97 (MS-PPT) -------------------------------------------------------------------------------------------------- */

/* Records, containers among them; the text of a slide is in atoms of UTF-16 or of its low bytes. */
static void
put_slides(struct gk_lines *out, const struct gk_buf *b)
{
	for (size_t at = 0; at + 8 <= b->n;) {
		uint32_t kind = gk_u16(b->p + at) & 0xF, type = gk_u16(b->p + at + 2), n = gk_u32(b->p + at + 4);
		struct gk_buf text;

		if (n > b->n - at - 8)
			n = (uint32_t)(b->n - at - 8);
		gk_buf_init(&text, GK_TEXT_MAX);
		if (type == 4000 || type == 4008)
			gk_convert(type == 4000 ? "UTF-16LE" : "WINDOWS-1252", b->p + at + 8, type == 4000 ? n & ~1u : n, &text);
		for (size_t i = 0; i < text.n; i++)
			text.p[i] = text.p[i] == '\r' || text.p[i] == '\v' ? '\n' : text.p[i];
		if (text.n > 0) {
			gk_lines_gap(out, GK_GAP_LINE);
			gk_lines_put(out, text.p, text.n, true);
		}
		gk_buf_free(&text);
		at += kind == 0xF ? 8 : 8 + (size_t)n;
	}
}

enum gk_status
gk_ppt(const struct gk_ole *o, struct gk_extracted *x, struct gk_err *err)
{
	struct gk_buf b;
	struct gk_lines out;

	if (!gk_ole_stream(o, "PowerPoint Document", &b)) {
		gk_buf_free(&b);
		return gk_refuse_damaged(x, err);
	}
	gk_lines_start(&out, &x->text);
	put_slides(&out, &b);
	gk_lines_end(&out);
	gk_buf_free(&b);
	gk_ole_props(o, x);
	gk_choose_title(x);
	return GK_OK;
}
