/*
 * ODT, ODS, ODP (ISO/IEC 26300): content.xml as events.  Paragraphs are lines, cells have tabs between them, repeated cells
 * and rows are written as often as they show something.  Not in the text: what tracked changes deleted, annotations.
 * Footnotes and text boxes stand behind the text they are anchored in.
 */
#include "extract/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HIDDEN_MAX = 256, REPEAT_MAX = 1000, SPACES_MAX = 100 };

struct odf {
	struct gk_extracted *x;
	struct gk_lines body, notes, boxes, *out;
	struct gk_buf notes_text, boxes_text, cell;
	struct gk_lines cell_lines;
	unsigned in_note, in_box, cells, tables, text;	/* text: inside of p or h */
	struct gk_sheet sheet;
	bool is_sheet;			/* ODS: tables are sheets */
	size_t column;
	unsigned long cell_repeat, row_repeat;
	size_t row_start;
	unsigned sheets;
	char *hidden[HIDDEN_MAX];	/* styles of hidden tables */
	size_t n_hidden;
};

static bool
is_part(const char *name)
{
	return strcmp(name, "content.xml") == 0 || strcmp(name, "meta.xml") == 0 || strcmp(name, "styles.xml") == 0;
}

static unsigned long
number(const struct gk_xml *in, const char *name, unsigned long otherwise)
{
	const char *s = gk_xml_attr(in, name);

	return s == NULL ? otherwise : strtoul(s, NULL, 10);
}

static void
put(struct odf *o, const char *s, size_t n)
{
	gk_lines_put(o->is_sheet && o->cells > 0 ? &o->cell_lines : o->out, s, n, false);
}

static void
gap(struct odf *o, enum gk_gap g)
{
	gk_lines_gap(o->is_sheet && o->cells > 0 ? &o->cell_lines : o->out, g);
}

/* --- tables ------------------------------------------------------------------------------------------- */

static bool
is_hidden(const struct odf *o, const char *style)
{
	for (size_t i = 0; style != NULL && i < o->n_hidden; i++)
		if (strcmp(o->hidden[i], style) == 0)
			return true;
	return false;
}

static void
open_table(struct odf *o, const struct gk_xml *in)
{
	const char *name = gk_xml_attr(in, "name");
	bool hidden = is_hidden(o, gk_xml_attr(in, "style-name"));

	o->tables++;
	if (!o->is_sheet) {
		gap(o, o->cells > 0 ? GK_GAP_SPACE : GK_GAP_LINE);
		return;
	}
	/* One visible sheet needs no name; that there are more is known at the second. */
	if (name != NULL && (o->sheets++ > 0 || hidden))
		gk_sheet_name(o->x, name, hidden);
}

static void
open_row(struct odf *o, const struct gk_xml *in)
{
	o->column = 0;
	o->row_start = o->x->text.n;
	o->row_repeat = number(in, "number-rows-repeated", 1);
	if (!o->is_sheet)
		gap(o, o->cells > 0 ? GK_GAP_SPACE : GK_GAP_LINE);
}

static void
open_cell(struct odf *o, const struct gk_xml *in)
{
	o->cell_repeat = number(in, "number-columns-repeated", 1);
	if (o->is_sheet) {
		gk_buf_reset(&o->cell);
		gk_lines_start(&o->cell_lines, &o->cell);
	} else if (o->column > 0 || o->cells > 0) {
		gap(o, o->cells > 0 ? GK_GAP_SPACE : GK_GAP_CELL);
	}
	o->cells++;
}

static void
close_cell(struct odf *o)
{
	o->cells -= o->cells > 0;
	if (!o->is_sheet) {
		o->out->gap = GK_GAP_NONE;
		o->column++;
		return;
	}
	for (unsigned long i = 0; o->cell.n > 0 && i < (o->cell_repeat < REPEAT_MAX ? o->cell_repeat : REPEAT_MAX); i++)
		gk_sheet_cell(&o->sheet, o->column + i, o->cell.p, o->cell.n);
	if (o->cell_repeat < 16384)
		o->column += o->cell_repeat;
}

static void
close_row(struct odf *o)
{
	size_t n;
	char *row;

	if (!o->is_sheet) {
		o->out->gap = GK_GAP_NONE;
		gap(o, o->cells > 0 ? GK_GAP_SPACE : GK_GAP_LINE);
		return;
	}
	gk_sheet_row(&o->sheet);
	n = o->x->text.n - o->row_start;
	row = n == 0 || o->row_repeat < 2 ? NULL : strndup(o->x->text.p + o->row_start, n);
	for (unsigned long i = 1; row != NULL && i < (o->row_repeat < REPEAT_MAX ? o->row_repeat : REPEAT_MAX); i++)
		gk_buf_add(&o->x->text, row, n);
	free(row);
}

/* --- elements --------------------------------------------------------------------------------------------- */

static bool
is_skipped(const struct gk_xml *in)
{
	static const char *const names[] = { "tracked-changes", "annotation", "annotation-end", "scripts", "font-face-decls", "forms", "note-citation", "bibliography-mark",
		"sequence-decls", "variable-decls", "user-field-decls", "content-validations", "database-ranges", "named-expressions", "ruby-text", "page-number", "page-count",
		"desc", "title", "tracked-change" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (gk_xml_is(in, names[i]))
			return true;
	return false;
}

static void
start_side(struct odf *o)
{
	o->out = o->in_note > 0 ? &o->notes : o->in_box > 0 ? &o->boxes : &o->body;
	gk_lines_gap(o->out, o->out == &o->body ? GK_GAP_NONE : GK_GAP_LINE);
}

static void
end_text(struct odf *o)
{
	o->text -= o->text > 0;
	gap(o, o->cells > 0 ? GK_GAP_WRAP : GK_GAP_LINE);
	if (o->text > 0 || o->in_box > 0 || o->in_note > 0 || o->cells > 0 || o->boxes_text.n == 0)
		return;
	gk_lines_end(&o->boxes);
	gk_lines_put(&o->body, o->boxes_text.p, o->boxes_text.n, true);
	gk_lines_gap(&o->body, GK_GAP_LINE);
	gk_buf_reset(&o->boxes_text);
	gk_lines_start(&o->boxes, &o->boxes_text);
}

static void
open_element(struct odf *o, const struct gk_xml *in)
{
	static const char spaces[] = " ";

	if (gk_xml_is(in, "p") || gk_xml_is(in, "h")) {
		o->text++;
	} else if (gk_xml_is(in, "table")) {
		open_table(o, in);
	} else if (gk_xml_is(in, "table-row")) {
		open_row(o, in);
	} else if (gk_xml_is(in, "table-cell") || gk_xml_is(in, "covered-table-cell")) {
		open_cell(o, in);
	} else if (gk_xml_is(in, "note")) {
		o->in_note++;
		start_side(o);
	} else if (gk_xml_is(in, "text-box")) {
		o->in_box++;
		start_side(o);
	} else if (gk_xml_is(in, "s") || gk_xml_is(in, "tab")) {
		put(o, spaces, 1);
	} else if (gk_xml_is(in, "line-break")) {
		gap(o, o->cells > 0 ? GK_GAP_SPACE : GK_GAP_BR);
	}
}

static void
close_element(struct odf *o, const struct gk_xml *in)
{
	if (gk_xml_is(in, "p") || gk_xml_is(in, "h")) {
		end_text(o);
	} else if (gk_xml_is(in, "table-cell") || gk_xml_is(in, "covered-table-cell")) {
		close_cell(o);
	} else if (gk_xml_is(in, "table-row")) {
		close_row(o);
	} else if (gk_xml_is(in, "table")) {
		o->tables -= o->tables > 0;
	} else if (gk_xml_is(in, "note")) {
		o->in_note -= o->in_note > 0;
		start_side(o);
	} else if (gk_xml_is(in, "text-box")) {
		o->in_box -= o->in_box > 0;
		start_side(o);
	} else if (gk_xml_is(in, "page")) {
		gap(o, GK_GAP_LINE);
	}
}

/* A style of tables says table:display="false": its tables are hidden sheets. */
static void
see_style(struct odf *o, const struct gk_xml *in, char **style)
{
	const char *name, *display;

	if (gk_xml_is(in, "style")) {
		name = gk_xml_attr(in, "name");
		free(*style);
		*style = name == NULL ? NULL : strdup(name);
	} else if (gk_xml_is(in, "table-properties")) {
		display = gk_xml_attr(in, "display");
		if (display != NULL && strcmp(display, "false") == 0 && *style != NULL && o->n_hidden < HIDDEN_MAX) {
			o->hidden[o->n_hidden++] = *style;
			*style = NULL;
		}
	}
}

/* `inside`: only text within such an element counts, "" for all. */
static bool
read_content(struct odf *o, const struct gk_buf *part)
{
	struct gk_xml in;
	char *style = NULL;
	enum gk_xml_event ev = GK_XML_BAD;

	if (gk_xml_open(&in, part->p, part->n))
		while ((ev = gk_xml_next(&in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE) {
			if (ev == GK_XML_OPEN && is_skipped(&in)) {
				if ((ev = gk_xml_skip(&in)) != GK_XML_CLOSE)
					break;
			} else if (ev == GK_XML_OPEN) {
				see_style(o, &in, &style);
				open_element(o, &in);
			} else if (ev == GK_XML_CLOSE) {
				close_element(o, &in);
			} else if (o->text > 0) {
				put(o, in.text, strlen(in.text));
			}
		}
	gk_xml_close(&in);
	free(style);
	return ev == GK_XML_END;
}

static void
read_meta(const struct gk_buf *part, struct gk_extracted *x)
{
	struct gk_xml in;
	struct gk_buf value;
	enum gk_xml_event ev;

	gk_buf_init(&value, 65536);
	if (gk_xml_open(&in, part->p, part->n))
		while ((ev = gk_xml_next(&in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE) {
			char name[GK_META_KEY_MAX + 1];
			const char *own = ev == GK_XML_OPEN ? gk_xml_attr(&in, "name") : NULL;
			bool user = own != NULL && gk_xml_is(&in, "user-defined");

			if (ev != GK_XML_OPEN || gk_xml_is(&in, "document-meta") || gk_xml_is(&in, "meta"))
				continue;
			snprintf(name, sizeof name, "%s", user ? own : in.name);
			if (!gk_xml_text(&in, &value))
				break;
			if (user)
				gk_meta_add(x, name, strlen(name), value.p, value.n);
			else if (strncmp(name, "editing-", 8) != 0 && strcmp(name, "language") != 0 && strcmp(name, "document-statistic") != 0)
				gk_prop(x, name, value.p, value.n);
		}
	gk_xml_close(&in);
	gk_buf_free(&value);
}

/* Headers and footers of pages: master-page in styles.xml. Each once, and only if there are words in it. */
static void
read_headers(struct odf *o, const struct gk_buf *part)
{
	struct gk_xml in;
	struct gk_buf value;
	enum gk_xml_event ev;
	bool masters = false;

	gk_buf_init(&value, 65536);
	if (gk_xml_open(&in, part->p, part->n))
		while ((ev = gk_xml_next(&in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE) {
			if (ev == GK_XML_TEXT)
				continue;
			if (gk_xml_is(&in, "master-styles"))
				masters = ev == GK_XML_OPEN;
			if (!masters || ev != GK_XML_OPEN || !(gk_xml_is(&in, "header") || gk_xml_is(&in, "footer")))
				continue;
			if (!gk_xml_text(&in, &value))
				break;
			if (gk_han_count(value.p, value.n) >= 2) {
				gk_lines_gap(&o->body, GK_GAP_LINE);
				gk_lines_put(&o->body, value.p, value.n, false);
			}
		}
	gk_xml_close(&in);
	gk_buf_free(&value);
}

enum gk_status
gk_odf(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct odf o = { .x = x, .is_sheet = strstr(x->type, "spreadsheet") != NULL };
	const struct gk_buf *content, *meta, *styles;
	struct gk_pack pack;
	enum gk_status st = gk_pack_open(&pack, p, n, is_part, x, err);

	if (st != GK_OK)
		return st;
	gk_buf_init(&o.notes_text, GK_TEXT_MAX);
	gk_buf_init(&o.boxes_text, GK_TEXT_MAX);
	gk_buf_init(&o.cell, 1024 * 1024);
	gk_lines_start(&o.body, &x->text);
	gk_lines_start(&o.notes, &o.notes_text);
	gk_lines_start(&o.boxes, &o.boxes_text);
	gk_sheet_start(&o.sheet, &x->text);
	o.out = &o.body;
	content = gk_pack_find(&pack, "content.xml");
	meta = gk_pack_find(&pack, "meta.xml");
	styles = gk_pack_find(&pack, "styles.xml");
	if (content == NULL)
		st = gk_refuse_damaged(x, err);
	else if (!read_content(&o, content))
		st = gk_refuse_xml(x, err);
	if (st == GK_OK) {
		gk_lines_gap(&o.body, GK_GAP_LINE);
		if (o.boxes_text.n > 0)
			gk_lines_put(&o.body, o.boxes_text.p, o.boxes_text.n, true);
		gk_lines_gap(&o.body, GK_GAP_LINE);
		if (o.notes_text.n > 0)
			gk_lines_put(&o.body, o.notes_text.p, o.notes_text.n, true);
		if (styles != NULL && !o.is_sheet)
			read_headers(&o, styles);
		gk_lines_end(&o.body);
		if (meta != NULL)
			read_meta(meta, x);
		if (!o.is_sheet)
			gk_choose_title(x);
	}
	for (size_t i = 0; i < o.n_hidden; i++)
		free(o.hidden[i]);
	gk_buf_free(&o.notes_text);
	gk_buf_free(&o.boxes_text);
	gk_buf_free(&o.cell);
	gk_pack_close(&pack);
	return st;
}
