/*
 * Excel 5 to 2003, and WPS Spreadsheets, which writes the same (MS-XLS): records, each of a type, a length and bytes.
 *
 *   globals: BOUNDSHEET (where each sheet begins, is it hidden), SST (all strings), XF and FORMAT (which numbers are days)
 *   a sheet: cells by type, in the order of rows
 *
 * A string of SST may go on in the next CONTINUE record, which then begins with a byte that says how wide its characters are.
 */
#include "extract/inside.h"

#include "base/utf8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EOF_ = 0x0A, FORMULA = 0x06, DATEMODE = 0x22, FILEPASS = 0x2F, CONTINUE = 0x3C, CODEPAGE = 0x42, BOUNDSHEET = 0x85, MULRK = 0xBD, RSTRING = 0xD6, XF = 0xE0,
	SST = 0xFC, LABELSST = 0xFD, NUMBER = 0x203, LABEL = 0x204, BOOLERR = 0x205, STRING = 0x207, RK = 0x27E, FORMAT = 0x41E, BOF = 0x809 };

enum { XFS_MAX = 65536, CODES_MAX = 1024, SHEETS_MAX = 1024 };

static double
f64(const char *p)
{
	uint64_t bits = (uint64_t)gk_u32(p + 4) << 32 | gk_u32(p);
	double v;

	memcpy(&v, &bits, sizeof v);
	return v;
}

struct xls {
	struct gk_extracted *x;
	struct gk_buf book;
	struct gk_strings strings;
	bool old;			/* Excel 5: strings in a code page */
	unsigned codepage;
	uint16_t formats[CODES_MAX];	/* numbers of formats that show days */
	bool day[CODES_MAX];
	size_t n_formats;
	uint16_t *xfs;
	size_t n_xfs;
	bool from_1904, encrypted, failed;
	struct { uint32_t at; bool hidden; char *name; } sheets[SHEETS_MAX];
	size_t n_sheets;
	struct gk_sheet out;
	uint32_t row;
	bool any_row;
	uint32_t waiting;		/* column of a formula whose string is still to come */
	bool waits;
};

struct record {
	unsigned type;
	const char *p;
	size_t n, at;			/* at: of the next record */
};

static bool
record_at(const struct xls *b, size_t at, struct record *r)
{
	if (at + 4 > b->book.n)
		return false;
	r->type = gk_u16(b->book.p + at);
	r->n = gk_u16(b->book.p + at + 2);
	r->p = b->book.p + at + 4;
	if (r->n > b->book.n - at - 4)
		r->n = b->book.n - at - 4;
	r->at = at + 4 + r->n;
	return true;
}

/* --- strings ----------------------------------------------------------------------------------------------------- */

/* Characters of one width, as UTF-8. */
static void
put_chars(struct gk_buf *out, const char *p, size_t chars, bool wide)
{
	for (size_t i = 0; i < chars; i++) {
		uint32_t c = wide ? gk_u16(p + 2 * i) : (unsigned char)p[i];
		char utf8[4];

		if (wide && c >= 0xD800 && c < 0xDC00 && i + 1 < chars && (gk_u16(p + 2 * i + 2) & 0xFC00) == 0xDC00)
			c = 0x10000 + ((c - 0xD800) << 10) + (gk_u16(p + 2 * ++i) - 0xDC00);
		gk_buf_add(out, utf8, gk_utf8_encode(c == 0 || (c >= 0xD800 && c < 0xE000) ? ' ' : c, utf8));
	}
}

/* A string of one record: its length (1 or 2 bytes), in BIFF8 a byte of flags, its characters. */
static void
put_string(const struct xls *b, struct gk_buf *out, const char *p, size_t n, unsigned width)
{
	size_t chars = n < width ? 0 : width == 1 ? (unsigned char)*p : gk_u16(p), at = width;
	bool wide;

	if (n < width)
		return;
	if (b->old) {
		gk_convert(gk_codepage(b->codepage), p + at, chars < n - at ? chars : n - at, out);
		return;
	}
	if (n <= at)
		return;
	wide = p[at] & 1;
	at += 1 + ((p[at] & 8) != 0 ? 2 : 0) + ((p[at] & 4) != 0 ? 4 : 0);
	if (at >= n)
		return;
	put_chars(out, p + at, chars < (n - at) / (wide ? 2 : 1) ? chars : (n - at) / (wide ? 2 : 1), wide);
}

/* A reader over SST and the CONTINUE records behind it. */
struct spread {
	const struct xls *b;
	struct record r;
	size_t at;
	bool ended;
};

static bool
more(struct spread *s)
{
	struct record next;

	if (s->at < s->r.n)
		return true;
	if (s->ended || !record_at(s->b, s->r.at, &next) || next.type != CONTINUE) {
		s->ended = true;
		return false;
	}
	s->r = next;
	s->at = 0;
	return s->r.n > 0;
}

static bool
take(struct spread *s, unsigned char *to, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!more(s))
			return false;
		if (to != NULL)
			to[i] = (unsigned char)s->r.p[s->at];
		s->at++;
	}
	return true;
}

static bool
read_characters(struct spread *s, struct gk_buf *out, size_t chars, bool wide)
{
	while (chars > 0) {
		size_t room, part;

		if (s->at >= s->r.n) {
			if (!more(s))
				return false;
			wide = s->r.p[s->at++] & 1;
		}
		room = (s->r.n - s->at) / (wide ? 2 : 1);
		part = chars < room ? chars : room;
		if (part == 0)
			return false;
		put_chars(out, s->r.p + s->at, part, wide);
		s->at += part * (wide ? 2 : 1);
		chars -= part;
	}
	return true;
}

static void
read_sst(struct xls *b, const struct record *r)
{
	struct spread s = { b, *r, 8, false };
	unsigned char head[3], counts[4];
	uint32_t total = r->n < 8 ? 0 : gk_u32(r->p + 4);

	for (uint32_t i = 0; i < total && !s.ended; i++) {
		size_t runs = 0, extra = 0;

		if (!take(&s, head, 3))
			break;
		if ((head[2] & 8) != 0 && take(&s, counts, 2))
			runs = counts[0] | (size_t)counts[1] << 8;
		if ((head[2] & 4) != 0 && take(&s, counts, 4))
			extra = counts[0] | (size_t)counts[1] << 8 | (size_t)counts[2] << 16 | (size_t)counts[3] << 24;
		if (!read_characters(&s, &b->strings.text, head[0] | (size_t)head[1] << 8, head[2] & 1) || !gk_strings_end(&b->strings) || !take(&s, NULL, 4 * runs) || extra > b->book.n ||
		    !take(&s, NULL, extra))
			break;
	}
	b->failed |= b->strings.text.failed;
}

/* --- globals -------------------------------------------------------------------------------------------------------- */

static void
add_sheet(struct xls *b, const struct record *r)
{
	struct gk_buf name;
	size_t n;

	/* The sixth byte is its kind: 0 is a sheet, others are charts and macros. */
	if (r->n < 8 || r->p[5] != 0 || b->n_sheets == SHEETS_MAX)
		return;
	gk_buf_init(&name, 4096);
	put_string(b, &name, r->p + 6, r->n - 6, 1);
	b->sheets[b->n_sheets].at = gk_u32(r->p);
	b->sheets[b->n_sheets].hidden = (r->p[4] & 3) != 0;
	b->sheets[b->n_sheets].name = gk_buf_take(&name, &n);
	b->n_sheets++;
	gk_buf_free(&name);
}

static void
add_format(struct xls *b, const struct record *r)
{
	struct gk_buf code;

	if (r->n < 4 || b->n_formats == CODES_MAX)
		return;
	gk_buf_init(&code, 65536);
	put_string(b, &code, r->p + 2, r->n - 2, b->old ? 1 : 2);
	gk_buf_puts(&code, "");
	b->formats[b->n_formats] = (uint16_t)gk_u16(r->p);
	b->day[b->n_formats++] = code.p != NULL && gk_sheet_is_day_code(code.p);
	gk_buf_free(&code);
}

static void
add_xf(struct xls *b, const struct record *r)
{
	if (b->xfs == NULL)
		b->xfs = calloc(XFS_MAX, sizeof *b->xfs);
	b->failed |= b->xfs == NULL;
	if (b->xfs != NULL && r->n >= 4 && b->n_xfs < XFS_MAX)
		b->xfs[b->n_xfs++] = (uint16_t)gk_u16(r->p + 2);
}

/* Up to the first end. */
static void
read_globals(struct xls *b)
{
	struct record r;

	for (size_t at = 0; record_at(b, at, &r) && r.type != EOF_; at = r.at)
		switch (r.type) {
		case BOF:
			b->old = r.n >= 2 && gk_u16(r.p) < 0x600;
			break;
		case CODEPAGE:
			b->codepage = r.n >= 2 ? gk_u16(r.p) : b->codepage;
			break;
		case FILEPASS:
			b->encrypted = true;
			return;
		case DATEMODE:
			b->from_1904 = r.n >= 2 && gk_u16(r.p) == 1;
			break;
		case BOUNDSHEET:
			add_sheet(b, &r);
			break;
		case FORMAT:
			add_format(b, &r);
			break;
		case XF:
			add_xf(b, &r);
			break;
		case SST:
			read_sst(b, &r);
			break;
		}
}

/* --- cells ------------------------------------------------------------------------------------------------------------- */

static bool
is_day(const struct xls *b, unsigned xf)
{
	unsigned format = xf < b->n_xfs ? b->xfs[xf] : 0;

	for (size_t i = 0; i < b->n_formats; i++)
		if (b->formats[i] == format)
			return b->day[i];
	return gk_sheet_is_day_format(format);
}

/* A new row ends the line of the one before. */
static void
go_to(struct xls *b, uint32_t row)
{
	if (b->any_row && row != b->row)
		gk_sheet_row(&b->out);
	b->row = row;
	b->any_row = true;
}

static void
put_number(struct xls *b, uint32_t column, unsigned xf, double v)
{
	char word[32];
	size_t n = is_day(b, xf) ? gk_sheet_day(v, b->from_1904, word) : 0;

	if (!isfinite(v))
		return;
	if (n == 0)
		n = gk_sheet_number(v, word);
	gk_sheet_cell(&b->out, column, word, n);
}

static double
rk(uint32_t v)
{
	uint64_t bits = (uint64_t)(v & 0xFFFFFFFCu) << 32;
	double d;

	if ((v & 2) != 0)
		d = (double)((int32_t)v >> 2);
	else
		memcpy(&d, &bits, sizeof d);
	return (v & 1) != 0 ? d / 100 : d;
}

static void
put_text(struct xls *b, uint32_t column, const char *p, size_t n)
{
	struct gk_buf text;

	gk_buf_init(&text, 1024 * 1024);
	put_string(b, &text, p, n, 2);
	if (text.n > 0)
		gk_sheet_cell(&b->out, column, text.p, text.n);
	gk_buf_free(&text);
}

/* Results that are no numbers have FFFF at their end: 0 is a string, which follows, 1 a truth. */
static void
put_formula(struct xls *b, const struct record *r, uint32_t column, unsigned xf)
{
	if (r->n < 14)
		return;
	if (gk_u16(r->p + 12) != 0xFFFF) {
		put_number(b, column, xf, f64(r->p + 6));
	} else if (r->p[6] == 0) {
		b->waits = true;
		b->waiting = column;
	} else if (r->p[6] == 1) {
		gk_sheet_cell(&b->out, column, r->p[8] ? "TRUE" : "FALSE", r->p[8] ? 4 : 5);
	}
}

static void
put_cell(struct xls *b, const struct record *r)
{
	uint32_t column = gk_u16(r->p + 2);
	unsigned xf = gk_u16(r->p + 4);

	go_to(b, gk_u16(r->p));
	switch (r->type) {
	case LABELSST:
		if (r->n >= 10)
			gk_strings_cell(&b->out, column, &b->strings, gk_u32(r->p + 6));
		break;
	case LABEL:
	case RSTRING:
		put_text(b, column, r->p + 6, r->n - 6);
		break;
	case NUMBER:
		if (r->n >= 14)
			put_number(b, column, xf, f64(r->p + 6));
		break;
	case RK:
		if (r->n >= 10)
			put_number(b, column, xf, rk(gk_u32(r->p + 6)));
		break;
	case MULRK:
		for (size_t at = 4; at + 6 <= r->n - 2; at += 6)
			put_number(b, column++, gk_u16(r->p + at), rk(gk_u32(r->p + at + 2)));
		break;
	case BOOLERR:
		if (r->n >= 8 && r->p[7] == 0)
			gk_sheet_cell(&b->out, column, r->p[6] ? "TRUE" : "FALSE", r->p[6] ? 4 : 5);
		break;
	case FORMULA:
		put_formula(b, r, column, xf);
		break;
	}
}

/* From its BOF to its end; charts inside have a beginning and an end of their own. */
static void
read_sheet(struct xls *b, size_t at)
{
	struct record r;
	unsigned depth = 0;

	b->any_row = b->waits = false;
	gk_sheet_start(&b->out, &b->x->text);
	for (; record_at(b, at, &r); at = r.at) {
		if (r.type == BOF)
			depth++;
		else if (r.type == EOF_ && --depth == 0)
			break;
		if (depth != 1)
			continue;
		if (r.type == STRING && b->waits) {
			put_text(b, b->waiting, r.p, r.n);
			b->waits = false;
		} else if (r.n >= 6) {
			put_cell(b, &r);
		}
	}
	gk_sheet_row(&b->out);
}

enum gk_status
gk_xls(const struct gk_ole *o, struct gk_extracted *x, struct gk_err *err)
{
	struct xls *b = calloc(1, sizeof *b);
	enum gk_status st = GK_OK;

	if (b == NULL)
		return gk_nomem(err);
	b->x = x;
	b->codepage = 936;
	gk_buf_init(&b->strings.text, GK_UNPACKED_MAX);
	if (!gk_ole_stream(o, gk_ole_has(o, "Workbook") ? "Workbook" : "Book", &b->book))
		st = gk_refuse_damaged(x, err);
	else
		read_globals(b);
	if (st == GK_OK && b->encrypted)
		st = gk_refuse(x, "encrypted", err, "文件加了密码", "it is protected by a password");
	for (size_t i = 0; i < b->n_sheets && st == GK_OK; i++) {
		if (b->sheets[i].name != NULL && (b->n_sheets > 1 || b->sheets[i].hidden))
			gk_sheet_name(x, b->sheets[i].name, b->sheets[i].hidden);
		read_sheet(b, b->sheets[i].at);
	}
	if (st == GK_OK && b->failed)
		st = gk_nomem(err);
	if (st == GK_OK)
		gk_ole_props(o, x);
	for (size_t i = 0; i < b->n_sheets; i++)
		free(b->sheets[i].name);
	free(b->xfs);
	gk_strings_free(&b->strings);
	gk_buf_free(&b->book);
	free(b);
	return st;
}

/* --- which of them -------------------------------------------------------------------------------------------------------- */

enum gk_status
gk_office97(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	static const struct {
		const char *stream, *type, *source;
		enum gk_status (*read)(const struct gk_ole *o, struct gk_extracted *x, struct gk_err *err);
	} kinds[] = {
		{ "WordDocument", "application/msword", "doc", gk_doc }, { "Workbook", "application/vnd.ms-excel", "xls", gk_xls }, { "Book", "application/vnd.ms-excel", "xls", gk_xls },
		{ "PowerPoint Document", "application/vnd.ms-powerpoint", "ppt", gk_ppt },
	};
	struct gk_ole o;
	bool open = gk_ole_open(&o, p, n);
	enum gk_status st = open ? GK_END : gk_refuse_damaged(x, err);

	snprintf(x->type, sizeof x->type, "application/x-ole-storage");
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds && st == GK_END; i++)
		if (gk_ole_has(&o, kinds[i].stream)) {
			snprintf(x->type, sizeof x->type, "%s", kinds[i].type);
			snprintf(x->source, sizeof x->source, "%s", kinds[i].source);
			st = kinds[i].read(&o, x, err);
		}
	if (st == GK_END && (gk_ole_has(&o, "EncryptedPackage") || gk_ole_has(&o, "EncryptionInfo")))
		st = gk_refuse(x, "encrypted", err, "文件加了密码", "it is protected by a password");
	if (st == GK_END) {
		st = gk_refuse(x, "type", err, "不是 Word、Excel 或 PowerPoint 97 格式", "it is no file of Word, Excel or PowerPoint 97");
		gk_hint(err, "用 WPS 或 Word 另存为 DOCX 再收；原件照常存档", "save it as DOCX in WPS or Word; the original is archived all the same");
	}
	gk_ole_close(&o);
	return st;
}
