/*
 * XLSX (ISO/IEC 29500, SpreadsheetML): the sheets in the order of the workbook, hidden ones marked, a row a line.
 * A value is what the cell shows as far as that can be known without its fonts: shared and inline strings, results of formulas,
 * numbers that are formatted as dates as dates.
 */
#include "extract/inside.h"

#include "base/date.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FORMATS_MAX = 65536 };

struct book {
	struct gk_extracted *x;
	struct gk_pack pack;
	struct gk_strings strings;	/* the shared ones */
	uint8_t *dated;			/* by cell format: the number is a day */
	size_t n_dated;
	bool from_1904;
	struct gk_buf value;
};

static bool
is_part(const char *name)
{
	size_t n = strlen(name);

	return (strncasecmp(name, "xl/", 3) == 0 || strncasecmp(name, "docProps/", 9) == 0) && (strcasecmp(name + n - 4, ".xml") == 0 || strcasecmp(name + n - 5, ".rels") == 0) &&
	       strncasecmp(name, "xl/theme", 8) != 0 && strncasecmp(name, "xl/draw", 7) != 0 && strncasecmp(name, "xl/calcChain", 12) != 0;
}

/* --- days ------------------------------------------------------------------------------------------ */

bool
gk_sheet_is_day_format(unsigned id)
{
	return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) || id == 57 || id == 58;
}

/* yyyy"年"m"月"d"日": a y or a d outside of quotes and brackets. */
bool
gk_sheet_is_day_code(const char *code)
{
	bool quoted = false, bracket = false, year = false, day = false;

	for (; *code != '\0'; code++) {
		if (*code == '\\' && code[1] != '\0')
			code++;
		else if (*code == '"')
			quoted = !quoted;
		else if (*code == '[' || *code == ']')
			bracket = *code == '[';
		else if (!quoted && !bracket) {
			year |= tolower((unsigned char)*code) == 'y';
			day |= tolower((unsigned char)*code) == 'd';
		}
	}
	return year || day;
}

size_t
gk_sheet_day(double days, bool from_1904, char out[32])
{
	long d, z, era, doe, yoe, doy, mp, y, m, day;

	if (!(days >= 1 && days < 2958466))
		return 0;
	d = (long)floor(days) + (from_1904 ? 1462 : 0);
	/* Day 60 of this calendar is the 29th of February 1900, which never was. 1899-12-30 is day 0, in days since 0000-03-01 (Howard Hinnant's algorithm). */
	z = d + (d < 60 ? 1 : 0) - 25569 + 719468;
	era = z / 146097;
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	day = doy - (153 * mp + 2) / 5 + 1;
	m = mp < 10 ? mp + 3 : mp - 9;
	y = yoe + era * 400 + (m <= 2);
	return (size_t)snprintf(out, 32, "%04ld-%02ld-%02ld", y, m, day);
}

size_t
gk_sheet_number(double v, char out[32])
{
	if (v == floor(v) && fabs(v) < 1e15)
		return (size_t)snprintf(out, 32, "%.0f", v);
	return (size_t)snprintf(out, 32, "%.15g", v);
}

/* --- what cells refer to ------------------------------------------------------------------------------ */

/* <si><t>…</t></si> or <si><r><t>…; what <rPh> holds is how it is pronounced. */
static bool
read_strings(struct book *b, const struct gk_buf *part)
{
	struct gk_xml in;
	enum gk_xml_event ev = GK_XML_BAD;

	if (gk_xml_open(&in, part->p, part->n))
		while ((ev = gk_xml_next(&in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE) {
			if (ev == GK_XML_OPEN && gk_xml_is(&in, "rPh")) {
				gk_xml_skip(&in);
			} else if (ev == GK_XML_OPEN && gk_xml_is(&in, "t")) {
				while (gk_xml_next(&in) == GK_XML_TEXT)
					gk_buf_puts(&b->strings.text, in.text);
			} else if (ev == GK_XML_CLOSE && gk_xml_is(&in, "si") && !gk_strings_end(&b->strings)) {
				break;
			}
		}
	gk_xml_close(&in);
	return ev == GK_XML_END && !b->strings.text.failed;
}

struct code {
	unsigned id;
	bool day;
};

static bool
is_day(const struct code *codes, size_t n, unsigned id)
{
	for (size_t i = 0; i < n; i++)
		if (codes[i].id == id)
			return codes[i].day;
	return gk_sheet_is_day_format(id);
}

/* numFmts come before cellXfs, in which format i is described. */
static bool
read_styles(struct book *b, const struct gk_buf *part)
{
	struct code codes[512];
	size_t n = 0;
	struct gk_xml in;
	enum gk_xml_event ev = GK_XML_BAD;
	bool formats = false;

	b->dated = calloc(FORMATS_MAX, 1);
	if (b->dated != NULL && gk_xml_open(&in, part->p, part->n)) {
		while ((ev = gk_xml_next(&in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE) {
			const char *id = ev == GK_XML_OPEN ? gk_xml_attr(&in, "numFmtId") : NULL;

			if (ev == GK_XML_TEXT)
				continue;
			if (gk_xml_is(&in, "cellXfs"))
				formats = ev == GK_XML_OPEN;
			else if (id != NULL && gk_xml_is(&in, "numFmt") && n < sizeof codes / sizeof *codes)
				codes[n++] = (struct code){ (unsigned)strtoul(id, NULL, 10), gk_sheet_is_day_code(gk_xml_attr(&in, "formatCode") == NULL ? "" : gk_xml_attr(&in, "formatCode")) };
			else if (ev == GK_XML_OPEN && formats && gk_xml_is(&in, "xf") && b->n_dated < FORMATS_MAX)
				b->dated[b->n_dated++] = id != NULL && is_day(codes, n, (unsigned)strtoul(id, NULL, 10));
		}
		gk_xml_close(&in);
	}
	return ev == GK_XML_END;
}

/* --- a sheet ------------------------------------------------------------------------------------------- */

/* The column of "BC12", from 0; SIZE_MAX if it has none. */
static size_t
column_of(const char *ref)
{
	size_t column = 0;

	if (ref == NULL || !isupper((unsigned char)*ref))
		return SIZE_MAX;
	for (; isupper((unsigned char)*ref); ref++) {
		column = column * 26 + (size_t)(*ref - 'A') + 1;
		if (column > 16384)
			return SIZE_MAX;
	}
	return column - 1;
}

static void
put_cell(struct book *b, struct gk_sheet *sheet, size_t column, const char *type, unsigned long format)
{
	const char *v = b->value.p == NULL ? "" : b->value.p;
	char word[32];
	char *end;
	double number;
	size_t n;

	if (strcmp(type, "s") == 0) {
		unsigned long i = strtoul(v, &end, 10);

		if (end != v)
			gk_strings_cell(sheet, column, &b->strings, i);
	} else if (strcmp(type, "b") == 0) {
		gk_sheet_cell(sheet, column, *v == '1' ? "TRUE" : "FALSE", *v == '1' ? 4 : 5);
	} else if (strcmp(type, "n") != 0 || *v == '\0') {
		gk_sheet_cell(sheet, column, v, strlen(v));
	} else {
		number = strtod(v, &end);
		n = end == v ? 0 : format < b->n_dated && b->dated[format] ? gk_sheet_day(number, b->from_1904, word) : 0;
		if (n == 0 && end != v)
			n = gk_sheet_number(number, word);
		gk_sheet_cell(sheet, column, n > 0 ? word : v, n > 0 ? n : strlen(v));
	}
}

/* <c r="B2" s="1" t="s"><f>…</f><v>3</v></c>, or <is> with text inside. */
static bool
read_cell(struct book *b, struct gk_xml *in, struct gk_sheet *sheet, size_t *column)
{
	const char *ref = gk_xml_attr(in, "r"), *t = gk_xml_attr(in, "t"), *s = gk_xml_attr(in, "s");
	unsigned long format = s == NULL ? 0 : strtoul(s, NULL, 10);
	size_t said = column_of(ref);
	char type[16];
	enum gk_xml_event ev;

	snprintf(type, sizeof type, "%s", t == NULL ? "n" : t);
	if (said != SIZE_MAX)
		*column = said;
	gk_buf_reset(&b->value);
	while ((ev = gk_xml_next(in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE) {
		if (ev == GK_XML_CLOSE && gk_xml_is(in, "c"))
			break;
		if (ev == GK_XML_OPEN && (gk_xml_is(in, "f") || gk_xml_is(in, "rPh") || gk_xml_is(in, "extLst"))) {
			if (gk_xml_skip(in) != GK_XML_CLOSE)
				return false;
		} else if (ev == GK_XML_TEXT) {
			gk_buf_puts(&b->value, in->text);
		}
	}
	put_cell(b, sheet, (*column)++, type, format);
	return ev == GK_XML_CLOSE && !b->value.failed;
}

static bool
read_sheet(struct book *b, const struct gk_buf *part)
{
	struct gk_xml in;
	struct gk_sheet sheet;
	size_t column = 0;
	enum gk_xml_event ev = GK_XML_BAD;

	gk_sheet_start(&sheet, &b->x->text);
	if (gk_xml_open(&in, part->p, part->n))
		while ((ev = gk_xml_next(&in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE) {
			if (ev == GK_XML_OPEN && gk_xml_is(&in, "row")) {
				gk_sheet_row(&sheet);
				column = 0;
			} else if (ev == GK_XML_OPEN && gk_xml_is(&in, "c")) {
				if (!read_cell(b, &in, &sheet, &column)) {
					ev = GK_XML_BAD;
					break;
				}
			} else if (ev == GK_XML_OPEN && (gk_xml_is(&in, "headerFooter") || gk_xml_is(&in, "dataValidations") || gk_xml_is(&in, "extLst"))) {
				gk_xml_skip(&in);
			}
		}
	gk_sheet_row(&sheet);
	gk_xml_close(&in);
	return ev == GK_XML_END;
}

/* --- the workbook ----------------------------------------------------------------------------------------- */

enum { SHEETS_MAX = 1024 };

struct listed {
	char *name, *member;
	bool hidden;
};

static bool
list_sheets(struct book *b, const struct gk_buf *part, struct listed *sheets, size_t *n)
{
	static const char book[] = "xl/workbook.xml";
	struct gk_xml in;
	enum gk_xml_event ev = GK_XML_BAD;

	if (gk_xml_open(&in, part->p, part->n))
		while ((ev = gk_xml_next(&in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE) {
			const char *from_1904 = ev == GK_XML_OPEN && gk_xml_is(&in, "workbookPr") ? gk_xml_attr(&in, "date1904") : NULL;
			const char *id = ev == GK_XML_OPEN && gk_xml_is(&in, "sheet") ? gk_xml_attr_ns(&in, "id") : NULL, *state, *name;

			b->from_1904 |= from_1904 != NULL && (strcmp(from_1904, "1") == 0 || strcmp(from_1904, "true") == 0);
			if (id == NULL || *n == SHEETS_MAX)
				continue;
			state = gk_xml_attr(&in, "state");
			name = gk_xml_attr(&in, "name");
			sheets[*n].hidden = state != NULL && strcasecmp(state, "visible") != 0;
			sheets[*n].name = strdup(name == NULL ? "" : name);
			sheets[*n].member = gk_ooxml_target(&b->pack, book, id);
			(*n)++;
		}
	gk_xml_close(&in);
	return ev == GK_XML_END;
}

static enum gk_status
read_sheets(struct book *b, const struct gk_buf *part, struct gk_err *err)
{
	struct listed *sheets = calloc(SHEETS_MAX, sizeof *sheets);
	size_t n = 0;
	bool done = sheets != NULL && list_sheets(b, part, sheets, &n);

	for (size_t i = 0; i < n && done; i++) {
		const struct gk_buf *sheet = sheets[i].member == NULL ? NULL : gk_pack_find(&b->pack, sheets[i].member);

		/* One visible sheet needs no name: it is the document. */
		if (sheet != NULL && sheets[i].name != NULL && (n > 1 || sheets[i].hidden))
			gk_sheet_name(b->x, sheets[i].name, sheets[i].hidden);
		done = sheet == NULL || read_sheet(b, sheet);
	}
	for (size_t i = 0; i < n; i++) {
		free(sheets[i].name);
		free(sheets[i].member);
	}
	if (sheets == NULL)
		return gk_nomem(err);
	free(sheets);
	return done ? GK_OK : gk_refuse_xml(b->x, err);
}

enum gk_status
gk_xlsx(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct book b = { .x = x };
	const struct gk_buf *workbook, *strings, *styles;
	enum gk_status st = gk_pack_open(&b.pack, p, n, is_part, x, err);

	if (st != GK_OK)
		return st;
	gk_buf_init(&b.strings.text, GK_UNPACKED_MAX);
	gk_buf_init(&b.value, 1024 * 1024);
	workbook = gk_pack_find(&b.pack, "xl/workbook.xml");
	strings = gk_pack_find(&b.pack, "xl/sharedStrings.xml");
	styles = gk_pack_find(&b.pack, "xl/styles.xml");
	if (workbook == NULL)
		st = gk_refuse_damaged(x, err);
	else if ((strings != NULL && !read_strings(&b, strings)) || (styles != NULL && !read_styles(&b, styles)))
		st = gk_refuse_xml(x, err);
	else
		st = read_sheets(&b, workbook, err);
	if (st == GK_OK)
		gk_ooxml_props(&b.pack, x);
	free(b.dated);
	gk_strings_free(&b.strings);
	gk_buf_free(&b.value);
	gk_pack_close(&b.pack);
	return st;
}
