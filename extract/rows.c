/*
 * A file as lines and rows, for who reads tables and not texts (gongkai-extract --rows):
 *
 *   一、总体情况                                a paragraph
 *   <tab>行政许可<tab>12<tab><tab>              a row of a table: a tab before each cell, empty ones too
 *   <tab>U+E000<tab>1.属于国家秘密<tab>0        U+E000: a place that a merged cell above or to the left covers
 *   规章      3    5   74                        a line of plain text, as it stands: its columns may be blanks or tabs
 *
 * The meta tags are in "meta", and there <title> is html:title.  A table that holds another is the frame of a page: only the innermost are read as tables.  The tree is walked without recursion.
 */
#include "extract/inside.h"

#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define COVERED "\xEE\x80\x80"		/* U+E000 */

enum { COLUMNS = 256, SHEET_COLUMNS = 10, COLSPAN_MAX = 64, ROWSPAN_MAX = 500, CELL_MAX = 64 * 1024, METAS = 400 };

struct rows {
	struct gk_extracted *x;
	struct gk_lines out, in_cell;
	struct gk_buf cell, row;
	unsigned char *outer;		/* of each table: holds another one */
	size_t tables, tables_cap;
	size_t table;			/* 1 + the innermost one we are in, if it is no frame; else 0 */
	unsigned covered[COLUMNS];	/* rows to come that a cell of this column covers */
	unsigned column, metas, in_head;
	bool in_row, cell_open, failed;
};

static bool
is_element(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && strcasecmp((const char *)node->name, name) == 0;
}

static const char *
attribute_of(const xmlNode *node, const char *name)
{
	for (const xmlAttr *a = node->properties; a != NULL; a = a->next)
		if (strcasecmp((const char *)a->name, name) == 0 && a->children != NULL && a->children->content != NULL)
			return (const char *)a->children->content;
	return "";
}

static unsigned
span_of(const xmlNode *node, const char *name, unsigned max)
{
	long v = strtol(attribute_of(node, name), NULL, 10);

	return v < 1 ? 1 : v > (long)max ? max : (unsigned)v;
}

/* In the order of the tree, down and up again: enter() says whether the children are to be seen. */
static void
walk_tree(xmlNode *root, struct rows *r, bool (*enter)(struct rows *, xmlNode *), void (*leave)(struct rows *, xmlNode *))
{
	xmlNode *node = root;

	while (node != NULL && !r->failed) {
		bool down = enter(r, node);

		if (down && node->children != NULL) {
			node = node->children;
			continue;
		}
		if (down)
			leave(r, node);
		while (node->next == NULL) {
			node = node->parent;
			if (node == NULL || node->type != XML_ELEMENT_NODE)
				return;
			leave(r, node);
			if (node == root)
				return;
		}
		node = node->next;
	}
}

/* --- first walk: which tables are frames ---------------------------------------------------------------------------- */

/* libxml2 leaves _private to its users: 1 + the number of the table; while a table is open, r->table is the innermost. */
static bool
see_table(struct rows *r, xmlNode *node)
{
	if (node->type != XML_ELEMENT_NODE)
		return false;
	if (!is_element(node, "table"))
		return true;
	if (r->tables == r->tables_cap) {
		size_t cap = r->tables_cap == 0 ? 64 : r->tables_cap * 2;
		unsigned char *p = realloc(r->outer, cap);

		if (p == NULL) {
			r->failed = true;
			return false;
		}
		r->outer = p;
		r->tables_cap = cap;
	}
	if (r->table > 0)
		r->outer[r->table - 1] = 1;
	r->outer[r->tables++] = 0;
	node->_private = (void *)(uintptr_t)r->tables;
	r->table = r->tables;
	return true;
}

static size_t
table_around(const xmlNode *node)
{
	for (node = node->parent; node != NULL; node = node->parent)
		if (is_element(node, "table"))
			return (size_t)(uintptr_t)node->_private;
	return 0;
}

static void
past_table(struct rows *r, xmlNode *node)
{
	if (is_element(node, "table"))
		r->table = table_around(node);
}

/* --- second walk: lines and rows --------------------------------------------------------------------------------------- */

static void
put_slot(struct rows *r, const char *s, size_t n)
{
	gk_buf_putc(&r->row, '\t');
	gk_buf_add(&r->row, s, n);
	r->column++;
}

/* What cells of former rows cover, from here. */
static void
put_covered(struct rows *r)
{
	while (r->column < COLUMNS && r->covered[r->column] > 0) {
		r->covered[r->column]--;
		put_slot(r, COVERED, strlen(COVERED));
	}
}

static void
begin_row(struct rows *r)
{
	gk_lines_end(&r->out);
	gk_buf_reset(&r->row);
	r->column = 0;
	r->in_row = true;
}

static void
end_cell(struct rows *r, const xmlNode *node)
{
	unsigned wide = span_of(node, "colspan", COLSPAN_MAX), high = span_of(node, "rowspan", ROWSPAN_MAX), first = r->column;

	r->cell_open = false;
	put_slot(r, r->cell.p == NULL ? "" : r->cell.p, r->cell.n);
	while (--wide > 0 && r->column < COLUMNS)
		put_slot(r, COVERED, strlen(COVERED));
	for (unsigned c = first; c < r->column && c < COLUMNS; c++)
		r->covered[c] = high - 1;
}

static void
end_row(struct rows *r)
{
	put_covered(r);
	r->in_row = false;
	if (r->row.n == 0)
		return;
	gk_buf_add(&r->x->text, r->row.p, r->row.n);
	gk_buf_putc(&r->x->text, '\n');
}

static void
put_words(struct rows *r, const char *s)
{
	size_t n = s == NULL ? 0 : strlen(s);

	if (r->in_head > 0)
		return;
	for (size_t at = 0; at < n;) {
		const char *mark = memmem(s + at, n - at, COVERED, strlen(COVERED));
		size_t to = mark == NULL ? n : (size_t)(mark - s);

		/* A cell too long to be a number or a label keeps its beginning. */
		gk_lines_put(r->cell_open ? &r->in_cell : &r->out, s + at, to - at, false);
		at = mark == NULL ? n : to + strlen(COVERED);
	}
}

static bool
is_unseen(const xmlNode *node)
{
	static const char *const names[] = { "script", "style", "noscript", "template", "iframe", "object", "svg", "select", "button", "textarea" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (is_element(node, names[i]))
			return true;
	return false;
}

static bool
is_line(const xmlNode *node)
{
	static const char *const names[] = { "p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "caption", "section", "article", "center",
		"ul", "ol", "dl", "dt", "dd", "title", "hr", "pre", "blockquote", "tr", "td", "th", "body", "header", "footer", "main" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (is_element(node, names[i]))
			return true;
	return false;
}

/* In a cell a new paragraph is a wrap: 属于国家 / 秘密 is one label. */
static void
gap(struct rows *r, const xmlNode *node)
{
	if (is_line(node))
		gk_lines_gap(r->cell_open ? &r->in_cell : &r->out, r->cell_open ? GK_GAP_WRAP : GK_GAP_LINE);
}

static bool
enter(struct rows *r, xmlNode *node)
{
	if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
		put_words(r, (const char *)node->content);
		return false;
	}
	if (node->type != XML_ELEMENT_NODE || is_unseen(node))
		return false;
	r->in_head += is_element(node, "head");
	if (is_element(node, "meta") && r->metas++ < METAS) {
		const char *name = attribute_of(node, "name"), *content = attribute_of(node, "content");

		if (*name != '\0' && !gk_meta_add(r->x, name, strlen(name), content, strlen(content)))
			r->failed = true;
	}
	if (r->in_head > 0 && is_element(node, "title") && node->children != NULL && node->children->content != NULL &&
	    !gk_meta_add(r->x, "html:title", strlen("html:title"), (const char *)node->children->content, strlen((const char *)node->children->content)))
		r->failed = true;
	if (is_element(node, "table")) {
		size_t number = (size_t)(uintptr_t)node->_private;

		r->table = number > 0 && !r->outer[number - 1] ? number : 0;
		memset(r->covered, 0, sizeof r->covered);
	}
	gap(r, node);
	if (r->table > 0 && is_element(node, "tr"))
		begin_row(r);
	if (r->in_row && !r->cell_open && (is_element(node, "td") || is_element(node, "th"))) {
		put_covered(r);
		gk_buf_reset(&r->cell);
		gk_lines_start(&r->in_cell, &r->cell);
		r->cell_open = true;
	}
	return true;
}

static void
leave(struct rows *r, xmlNode *node)
{
	r->in_head -= is_element(node, "head");
	if (r->cell_open && (is_element(node, "td") || is_element(node, "th")))
		end_cell(r, node);
	if (r->in_row && is_element(node, "tr"))
		end_row(r);
	if (is_element(node, "table"))
		r->table = 0;
	gap(r, node);
}

static bool
rows_of_page(const char *s, size_t n, struct gk_extracted *x)
{
	struct rows r = { .x = x };
	bool whole = true, memory;
	xmlDoc *doc = gk_html_parse(s, n, &whole, &memory);

	if (!whole)
		gk_note(x, "the page was not read to its end");
	gk_buf_init(&r.cell, CELL_MAX);
	gk_buf_init(&r.row, 4 * 1024 * 1024);
	gk_lines_start(&r.out, &x->text);
	if (doc != NULL) {
		walk_tree(xmlDocGetRootElement(doc), &r, see_table, past_table);
		r.table = 0;
		if (!r.failed)
			walk_tree(xmlDocGetRootElement(doc), &r, enter, leave);
	}
	gk_lines_end(&r.out);
	gk_buf_free(&r.cell);
	gk_buf_free(&r.row);
	free(r.outer);
	xmlFreeDoc(doc);
	return memory && !r.failed;
}

/* --- plain text ------------------------------------------------------------------------------------------------------ */

/* | a | b | of Markdown is a row; |---|---| is nothing. */
static bool
put_piped(struct gk_extracted *x, const char *s, size_t n)
{
	n = gk_trim(&s, n);
	if (n < 3 || s[0] != '|')
		return false;
	if (strspn(s, "|-: \t") >= n)
		return true;
	for (size_t at = 1; at < n;) {
		const char *bar = memchr(s + at, '|', n - at), *cell = s + at;
		size_t to = bar == NULL ? n : (size_t)(bar - s), len = gk_trim(&cell, to - at);

		gk_buf_putc(&x->text, '\t');
		gk_buf_add(&x->text, cell, len);
		at = to + 1;
	}
	gk_buf_putc(&x->text, '\n');
	return true;
}

/* │ 规章 │ 3 │: bars between columns are tabs, where a line has two of them. False: it has not. */
static bool
put_barred(struct gk_extracted *x, const char *line, size_t n)
{
	static const char *const bars[] = { "│", "┃", "║", "｜" };
	size_t found = 0;

	for (size_t at = 0; at + 3 <= n && found < 2; at++)
		for (size_t b = 0; b < sizeof bars / sizeof *bars; b++)
			found += memcmp(line + at, bars[b], 3) == 0;
	if (found < 2)
		return false;
	for (size_t at = 0; at < n;) {
		bool is = false;

		for (size_t b = 0; b < sizeof bars / sizeof *bars && at + 3 <= n; b++)
			is = is || memcmp(line + at, bars[b], 3) == 0;
		gk_buf_add(&x->text, is ? "\t" : line + at, 1);
		at += is ? 3 : 1;
	}
	gk_buf_putc(&x->text, '\n');
	return true;
}

static void
rows_of_text(const char *s, size_t n, bool markdown, struct gk_extracted *x)
{
	for (size_t at = 0; at < n;) {
		const char *nl = memchr(s + at, '\n', n - at), *line = s + at;
		size_t len = (nl == NULL ? n : (size_t)(nl - s)) - at;

		at += len + 1;
		if ((markdown && put_piped(x, line, len)) || put_barred(x, line, len))
			continue;
		for (; markdown && len > 0 && line[0] == '#'; line++)
			len--;
		for (const char *mark; (mark = memmem(line, len, COVERED, strlen(COVERED))) != NULL;) {
			gk_buf_add(&x->text, line, (size_t)(mark - line));
			len -= (size_t)(mark - line) + strlen(COVERED);
			line = mark + strlen(COVERED);
		}
		gk_buf_add(&x->text, line, len);
		gk_buf_putc(&x->text, '\n');
	}
}

/* --- DOCX and ODT ------------------------------------------------------------------------------------------------------ */

/* A table in a cell is text of that cell. */
struct office {
	struct rows r;
	unsigned tables;		/* open ones */
	unsigned wide;			/* columns of the open cell */
	bool covers;			/* the cell goes on one above: <w:vMerge/> */
};

static bool
is_body(const char *name)
{
	return strcasecmp(name, "word/document.xml") == 0 || strcasecmp(name, "content.xml") == 0 || strncasecmp(name, "docProps/", 9) == 0;
}

static unsigned
number_attr(const struct gk_xml *in, const char *name, unsigned max)
{
	const char *s = gk_xml_attr(in, name);
	long v = s == NULL ? 1 : strtol(s, NULL, 10);

	return v < 1 ? 1 : v > (long)max ? max : (unsigned)v;
}

static void
open_office_cell(struct office *o, unsigned wide)
{
	gk_buf_reset(&o->r.cell);
	gk_lines_start(&o->r.in_cell, &o->r.cell);
	o->r.cell_open = true;
	o->covers = false;
	o->wide = wide;
}

static void
close_office_cell(struct office *o)
{
	o->r.cell_open = false;
	put_slot(&o->r, o->covers ? COVERED : o->r.cell.p == NULL ? "" : o->r.cell.p, o->covers ? strlen(COVERED) : o->r.cell.n);
	while (--o->wide > 0 && o->r.column < COLUMNS)
		put_slot(&o->r, COVERED, strlen(COVERED));
}

static void
open_office(struct office *o, const struct gk_xml *in)
{
	struct rows *r = &o->r;

	if (gk_xml_is(in, "tbl") || gk_xml_is(in, "table")) {
		o->tables += !in->empty;
	} else if (o->tables != 1) {
		return;
	} else if (gk_xml_is(in, "tr") || gk_xml_is(in, "table-row")) {
		begin_row(r);
	} else if (!r->in_row) {
		return;
	} else if (gk_xml_is(in, "tc")) {
		open_office_cell(o, 1);
	} else if (gk_xml_is(in, "gridSpan")) {
		o->wide = number_attr(in, "val", COLSPAN_MAX);
	} else if (gk_xml_is(in, "vMerge")) {
		const char *how = gk_xml_attr(in, "val");

		o->covers = how == NULL || strcmp(how, "restart") != 0;
	} else if (gk_xml_is(in, "covered-table-cell") || (gk_xml_is(in, "table-cell") && in->empty)) {
		bool covered = gk_xml_is(in, "covered-table-cell");

		for (unsigned n = number_attr(in, "number-columns-repeated", COLSPAN_MAX); n > 0 && r->column < COLUMNS; n--)
			put_slot(r, covered ? COVERED : "", covered ? strlen(COVERED) : 0);
	} else if (gk_xml_is(in, "table-cell")) {
		open_office_cell(o, 1);
	}
}

static void
close_office(struct office *o, const struct gk_xml *in)
{
	struct rows *r = &o->r;

	if (gk_xml_is(in, "p") || gk_xml_is(in, "h"))
		gk_lines_gap(r->cell_open ? &r->in_cell : &r->out, r->cell_open ? GK_GAP_WRAP : GK_GAP_LINE);
	if (gk_xml_is(in, "tbl") || gk_xml_is(in, "table"))
		o->tables -= o->tables > 0;
	else if (o->tables == 1 && r->cell_open && (gk_xml_is(in, "tc") || gk_xml_is(in, "table-cell")))
		close_office_cell(o);
	else if (o->tables == 1 && r->in_row && (gk_xml_is(in, "tr") || gk_xml_is(in, "table-row")))
		end_row(r);
}

static bool
read_office(struct office *o, const struct gk_buf *part)
{
	static const char *const skipped[] = { "del", "moveFrom", "Fallback", "instrText", "delText", "tracked-changes", "annotation" };
	struct gk_xml in;
	enum gk_xml_event ev = GK_XML_BAD;
	bool good = gk_xml_open(&in, part->p, part->n);

	while (good && (ev = gk_xml_next(&in)) != GK_XML_END) {
		bool skip = false;

		for (size_t i = 0; ev == GK_XML_OPEN && i < sizeof skipped / sizeof *skipped; i++)
			skip |= gk_xml_is(&in, skipped[i]);
		if (skip)
			good = gk_xml_skip(&in) == GK_XML_CLOSE;
		else if (ev == GK_XML_OPEN && (gk_xml_is(&in, "tab") || gk_xml_is(&in, "s")))
			put_words(&o->r, " ");
		else if (ev == GK_XML_OPEN)
			open_office(o, &in);
		else if (ev == GK_XML_CLOSE)
			close_office(o, &in);
		else if (ev == GK_XML_TEXT)
			put_words(&o->r, in.text);
		else
			good = false;
	}
	gk_xml_close(&in);
	return good;
}

static enum gk_status
rows_of_office(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct gk_pack pack;
	struct office o = { .r = { .x = x } };
	const struct gk_buf *body;
	enum gk_status st = gk_pack_open(&pack, p, n, is_body, x, err);

	if (st != GK_OK)
		return st;
	gk_buf_init(&o.r.cell, CELL_MAX);
	gk_buf_init(&o.r.row, 4 * 1024 * 1024);
	gk_lines_start(&o.r.out, &x->text);
	body = gk_pack_find(&pack, "word/document.xml");
	if (body == NULL)
		body = gk_pack_find(&pack, "content.xml");
	if (body == NULL)
		st = gk_refuse_damaged(x, err);
	else if (!read_office(&o, body))
		st = gk_refuse_xml(x, err);
	gk_lines_end(&o.r.out);
	gk_buf_free(&o.r.cell);
	gk_buf_free(&o.r.row);
	gk_pack_close(&pack);
	return st;
}

/* --- the whole ---------------------------------------------------------------------------------------------------------- */

static enum gk_status
refuse(struct gk_extracted *x, struct gk_err *err)
{
	snprintf(x->reason, sizeof x->reason, "type");
	return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "文件类型是 '%s'：不能从中读表格", "its type is '%s': no tables can be read from it", x->type);
}

/* Every line of a sheet begins with a tab, and has the cells that the tables of a report need: the ends of rows were left out. */
static enum gk_status
rows_of_sheet(enum gk_status (*read)(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err), const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct gk_buf text;
	enum gk_status st = read(p, n, x, err);

	if (st != GK_OK)
		return st;
	text = x->text;
	gk_buf_init(&x->text, GK_TEXT_MAX);
	for (size_t at = 0; at < text.n;) {
		const char *nl = memchr(text.p + at, '\n', text.n - at);
		size_t len = (nl == NULL ? text.n : (size_t)(nl - text.p)) - at, cells = 1;

		for (size_t i = 0; i < len; i++)
			cells += text.p[at + i] == '\t';
		if (cells > 1)
			gk_buf_putc(&x->text, '\t');
		gk_buf_add(&x->text, text.p + at, len);
		for (; cells > 1 && cells < SHEET_COLUMNS; cells++)
			gk_buf_putc(&x->text, '\t');
		gk_buf_putc(&x->text, '\n');
		at += len + 1;
	}
	gk_buf_free(&text);
	return GK_OK;
}

static enum gk_status
read_characters(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct gk_buf clean;
	enum gk_status st = gk_decode(p, n, x, &clean, err);
	enum gk_kind kind;

	if (st != GK_OK)
		return st;
	kind = gk_sniff_text(clean.p, clean.n, p, n, x->type);
	snprintf(x->source, sizeof x->source, "%s", kind == GK_KIND_HTML ? "html" : "text");
	if (kind == GK_KIND_HTML)
		st = rows_of_page(clean.p, clean.n, x) ? GK_OK : gk_nomem(err);
	else if (kind == GK_KIND_MARKDOWN || kind == GK_KIND_TEXT)
		rows_of_text(clean.p, clean.n, kind == GK_KIND_MARKDOWN || memmem(clean.p, clean.n, "\n|", 2) != NULL, x);
	else if (kind == GK_KIND_CSV)
		st = rows_of_sheet(gk_csv, clean.p, clean.n, x, err);
	else
		st = refuse(x, err);
	gk_buf_free(&clean);
	return st;
}

/* Lines as pdftotext lays them out: which column a number belongs to is where it stands. */
static enum gk_status
rows_of_pdf(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct gk_buf text;
	enum gk_status st;

	gk_buf_init(&text, GK_TEXT_MAX);
	st = gk_pdf_lines(p, n, &text, x, err);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\f')
			text.p[i] = '\n';
	if (st == GK_OK && text.n > 0)
		rows_of_text(text.p, text.n, false, x);
	gk_buf_free(&text);
	return st;
}

/* Sheets and old documents, whose text has a tab between the cells of a row already. */
static enum gk_status
rows_of_kind(enum gk_kind kind, const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	static const struct {
		enum gk_kind kind;
		const char *source;
		enum gk_status (*read)(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err);
	} readers[] = { { GK_KIND_DOCX, "docx", rows_of_office }, { GK_KIND_ODF, "odf", rows_of_office }, { GK_KIND_PDF, "pdf", rows_of_pdf }, { GK_KIND_XLSX, "xlsx", gk_xlsx },
		{ GK_KIND_OLE, "", gk_office97 }, { GK_KIND_RTF, "rtf", gk_rtf } };

	for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
		if (readers[i].kind == kind) {
			snprintf(x->source, sizeof x->source, "%s", readers[i].source);
			snprintf(x->charset, sizeof x->charset, "utf-8");
			return kind == GK_KIND_DOCX || kind == GK_KIND_ODF || kind == GK_KIND_PDF ? readers[i].read(p, n, x, err) : rows_of_sheet(readers[i].read, p, n, x, err);
		}
	return refuse(x, err);
}

enum gk_status
gk_extract_rows(const void *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	enum gk_kind kind;
	enum gk_status st;

	*x = (struct gk_extracted){ .type = "application/x-empty", .meta = json_object(), .notes = json_array(), .parts = json_array(), .budget = { .file = n } };
	gk_buf_init(&x->text, GK_TEXT_MAX);
	if (x->meta == NULL || x->notes == NULL || x->parts == NULL)
		return gk_nomem(err);
	if (n == 0) {
		snprintf(x->reason, sizeof x->reason, "empty");
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "文件是空的", "the file is empty");
	}
	kind = gk_sniff_bytes(p, n, x->type);
	st = kind == GK_KIND_UNDECIDED ? read_characters(p, n, x, err) : rows_of_kind(kind, p, n, x, err);
	if (st != GK_OK || !x->text.failed)
		return st;
	if (x->text.n <= x->text.max / 4)
		return gk_nomem(err);
	snprintf(x->reason, sizeof x->reason, "output");
	return gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "表格超过上限 %d 字节", "its tables are larger than the limit of %d bytes", GK_TEXT_MAX);
}
