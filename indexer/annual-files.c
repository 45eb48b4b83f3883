/*
 * The yearly report as files: HTML that stands alone, DOCX (ISO/IEC 29500) with the merged cells of the form, CSV.  All three walk
 * the same tables (annual.c); markup is written by web/page.c, which escapes every value.
 */
#include "indexer/annual.h"
#include "indexer/cmd.h"
#include "indexer/zipfile.h"

#include "base/csv.h"
#include "record/annualform.h"
#include "web/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX_BYTES = 64 * 1024 * 1024, GRID_MAX = 24 };

static const char style[] =
	"body{font-family:FangSong,仿宋,STFangsong,serif;max-width:60rem;margin:2rem auto;padding:0 1rem;line-height:1.8;color:#111;background:#fff}"
	"h1{text-align:center;font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}table{border-collapse:collapse;width:100%;font-size:.9rem;line-height:1.4}"
	"th,td{border:1px solid #333;padding:.3em;text-align:center;font-weight:normal;text-wrap:balance}p{text-indent:2em;margin:.5em 0}a{color:#0b4f8a}"
	".w{overflow-x:auto}.n{text-indent:0;font-size:.85rem;color:#444}li{margin:.2em 0}@media print{body{margin:0;max-width:none}a{color:#000;text-decoration:none}}";

static void
title(const json_t *r, char out[512])
{
	char body[300];

	snprintf(body, sizeof body, "%s", json_str(r, "organisation"));
	for (char *s = body; *s != '\0'; s++)
		if (*s == '\n')
			*s = ' ';
	snprintf(out, 512, "%s%lld年政府信息公开工作年度报告", body, (long long)json_integer_value(json_object_get(r, "year")));
}

/* --- HTML -------------------------------------------------------------------------------------------------------- */

static bool
has_list(const json_t *r, const char *cell)
{
	return cell != NULL && json_array_size(json_object_get(json_object_get(json_object_get(r, "cells"), cell), "ids")) > 0;
}

static void
html_cell(struct page *p, const json_t *r, const json_t *cell, bool plain)
{
	const char *name = json_string_value(json_object_get(cell, "cell"));
	json_int_t c = json_integer_value(json_object_get(cell, "c")), rows = json_integer_value(json_object_get(cell, "r"));
	char wide[8], high[8], to[96];

	snprintf(wide, sizeof wide, "%d", (int)c);
	snprintf(high, sizeof high, "%d", (int)rows);
	page_open(p, json_is_true(json_object_get(cell, "h")) ? "th" : "td", "colspan", c > 1 ? wide : NULL, "rowspan", rows > 1 ? high : NULL, "id", name == NULL || plain ? NULL : name, NULL);
	if (!plain && has_list(r, name)) {
		snprintf(to, sizeof to, "#list-%s", name);
		page_open(p, "a", "href", to, "title", json_str(json_object_get(json_object_get(r, "cells"), name), "query"), NULL);
		page_text(p, json_str(cell, "t"));
		page_close(p);
	} else {
		page_text(p, json_str(cell, "t"));
	}
	page_close(p);
}

static void
html_table(struct page *p, const json_t *r, size_t which, bool plain)
{
	const json_t *table = json_array_get(json_object_get(r, "tables"), which), *row, *cell;
	size_t i, k;

	page_open(p, "div", "class", "w", NULL);
	page_open(p, "table", NULL);
	json_array_foreach(table, i, row) {
		page_open(p, "tr", NULL);
		json_array_foreach(row, k, cell)
			html_cell(p, r, cell, plain);
		page_close(p);
	}
	page_close(p);
	page_close(p);
}

static void
html_list(struct page *p, const json_t *r, const char *name, const json_t *cell, const char *public_url)
{
	const json_t *ids = json_object_get(cell, "ids"), *id;
	char anchor[96];
	size_t i;

	snprintf(anchor, sizeof anchor, "list-%s", name);
	page_open(p, "section", "id", anchor, NULL);
	page_open(p, "h3", NULL);
	page_printf(p, "%s（%zu）", name, json_array_size(ids));
	page_close(p);
	page_open(p, "ol", "data-cell", name, NULL);
	json_array_foreach(ids, i, id) {
		const json_t *doc = json_object_get(json_object_get(r, "titles"), json_string_value(id));
		char url[512];

		page_open(p, "li", "data-id", json_string_value(id), NULL);
		if (doc != NULL) {
			snprintf(url, sizeof url, "%s/d/%s", public_url, json_string_value(id));
			page_open(p, "a", "href", url, NULL);
			page_text(p, json_str(doc, "title"));
			page_close(p);
			page_printf(p, " %s %s", json_str(doc, "number"), json_string_value(id));
		} else {
			page_text(p, json_string_value(id));
		}
		page_close(p);
	}
	page_close(p);
	page_open(p, "p", "class", "n", NULL);
	page_text(p, json_str(cell, "query"));
	page_close(p);
	page_close(p);
}

static void
html_checks(struct page *p, const json_t *r)
{
	const json_t *one, *checks = json_object_get(r, "checks");
	size_t i;

	page_element(p, "h2", NULL, "勾稽关系核对");
	page_open(p, "ul", NULL);
	json_array_foreach(json_object_get(checks, "identities"), i, one) {
		json_int_t checked = json_integer_value(json_object_get(one, "checked")), failed = json_integer_value(json_object_get(one, "failed"));

		page_open(p, "li", NULL);
		page_printf(p, "%s %s：%s（%lld/%lld）", json_str(one, "id"), checked == 0 ? "未核对" : failed == 0 ? "通过" : "不通过", json_str(one, "what"), (long long)(checked - failed), (long long)checked);
		page_close(p);
	}
	json_array_foreach(json_object_get(checks, "findings"), i, one) {
		page_open(p, "li", NULL);
		page_printf(p, "%s %s", json_str(one, "id"), json_str(one, "message"));
		page_close(p);
	}
	page_close(p);
}

enum gk_status
annual_html(const json_t *r, const char *public_url, bool plain, struct gk_buf *out, struct gk_err *err)
{
	struct page *p = page_new();
	const json_t *one, *line, *cell;
	char name[512];
	const char *key;
	size_t i, k;
	bool done;

	if (p == NULL)
		return gk_nomem(err);
	title(r, name);
	page_open(p, "html", "lang", "zh-Hans", NULL);
	page_open(p, "head", NULL);
	page_void(p, "meta", "charset", "utf-8", NULL);
	page_void(p, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1", NULL);
	page_element(p, "title", NULL, name);
	page_element(p, "style", NULL, style);
	page_close(p);
	page_open(p, "body", NULL);
	page_element(p, "h1", NULL, name);
	json_array_foreach(json_object_get(r, "sections"), i, one) {
		page_element(p, "h2", NULL, json_str(one, "heading"));
		json_array_foreach(json_object_get(one, "text"), k, line)
			page_element(p, "p", NULL, json_string_value(line));
		if (i >= 1 && i <= 3)
			html_table(p, r, i - 1, plain);
	}
	if (!plain) {
		html_checks(p, r);
		page_element(p, "h2", NULL, "各数后面的文件和申请");
		json_object_foreach(json_object_get(r, "cells"), key, cell)
			if (has_list(r, key))
				html_list(p, r, key, cell, public_url);
	}
	page_close(p);
	page_close(p);
	done = page_finish(p, out);
	page_free(p);
	return done ? GK_OK : gk_nomem(err);
}

/* --- DOCX ------------------------------------------------------------------------------------------------------------ */

static const char content_types[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
	"<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>"
	"<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>"
	"<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/></Types>";
static const char rels[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
	"<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
static const char document_rels[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
	"<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/></Relationships>";
static const char styles_xml[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">"
	"<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"仿宋\"/><w:sz w:val=\"32\"/><w:szCs w:val=\"32\"/><w:lang w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault></w:docDefaults>"
	"<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>"
	"<w:style w:type=\"paragraph\" w:styleId=\"Title\"><w:name w:val=\"Title\"/><w:pPr><w:jc w:val=\"center\"/><w:spacing w:after=\"300\"/></w:pPr><w:rPr><w:rFonts w:eastAsia=\"方正小标宋简体\"/><w:sz w:val=\"44\"/><w:szCs w:val=\"44\"/></w:rPr></w:style>"
	"<w:style w:type=\"paragraph\" w:styleId=\"Heading1\"><w:name w:val=\"heading 1\"/><w:pPr><w:keepNext/><w:spacing w:before=\"240\" w:after=\"120\"/><w:ind w:firstLine=\"640\"/><w:outlineLvl w:val=\"0\"/></w:pPr><w:rPr><w:rFonts w:eastAsia=\"黑体\"/><w:sz w:val=\"32\"/><w:szCs w:val=\"32\"/></w:rPr></w:style>"
	"<w:style w:type=\"paragraph\" w:styleId=\"Cell\"><w:name w:val=\"Cell\"/><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:rPr><w:rFonts w:eastAsia=\"宋体\"/><w:sz w:val=\"18\"/><w:szCs w:val=\"18\"/></w:rPr></w:style></w:styles>";

static void
docx_paragraph(struct page *p, const char *style_id, const char *text, bool indent, bool keep)
{
	page_open(p, "w:p", NULL);
	page_open(p, "w:pPr", NULL);
	if (style_id != NULL)
		page_void(p, "w:pStyle", "w:val", style_id, NULL);
	if (keep)
		page_void(p, "w:keepNext", NULL);
	if (indent)
		page_void(p, "w:ind", "w:firstLine", "640", NULL);
	page_close(p);
	page_open(p, "w:r", NULL);
	page_open(p, "w:t", "xml:space", "preserve", NULL);
	page_text(p, text);
	page_close(p);
	page_close(p);
	page_close(p);
}

/* Of 表三 the third column holds the labels; else all are alike. In twentieths of a point, of 8900. */
static unsigned
width_of(unsigned columns, unsigned c)
{
	static const unsigned wide[] = { 700, 900, 3100 };

	if (columns != 10)
		return 8900 / (columns == 0 ? 1 : columns);
	return c < 3 ? wide[c] : 600;
}

static void
docx_cell(struct page *p, const char *text, unsigned columns, unsigned at, int wide, const char *merge, bool keep)
{
	unsigned points = 0;
	char n[16], w[16];

	for (int i = 0; i < wide; i++)
		points += width_of(columns, at + (unsigned)i);
	snprintf(n, sizeof n, "%d", wide);
	snprintf(w, sizeof w, "%u", points);
	page_open(p, "w:tc", NULL);
	page_open(p, "w:tcPr", NULL);
	page_void(p, "w:tcW", "w:w", w, "w:type", "dxa", NULL);
	if (wide > 1)
		page_void(p, "w:gridSpan", "w:val", n, NULL);
	if (merge != NULL)
		page_void(p, "w:vMerge", "w:val", merge, NULL);
	page_void(p, "w:vAlign", "w:val", "center", NULL);
	page_close(p);
	docx_paragraph(p, "Cell", text, false, keep);
	page_close(p);
}

static unsigned
columns_of(const json_t *table)
{
	const json_t *cell;
	unsigned n = 0;
	size_t i;

	json_array_foreach(json_array_get(table, 0), i, cell)
		n += (unsigned)json_integer_value(json_object_get(cell, "c"));
	return n;
}

/* Nothing but headings: it stands again at the top of the next page, if a table has to be divided. */
static bool
is_head(const json_t *row)
{
	const json_t *cell;
	size_t i;

	json_array_foreach(row, i, cell)
		if (!json_is_true(json_object_get(cell, "h")))
			return false;
	return true;
}

/* Cells in the places that are not covered; a place below a tall cell gets a cell that goes on. */
static void
docx_table(struct page *p, const json_t *table)
{
	static const char *const borders[] = { "w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV" };
	struct { int rows, wide; } covers[GRID_MAX] = { { 0, 0 } };
	unsigned columns = columns_of(table);
	const json_t *row;
	char width[16];
	size_t i;
	bool head = true;

	page_open(p, "w:tbl", NULL);
	page_open(p, "w:tblPr", NULL);
	page_void(p, "w:tblW", "w:w", "8900", "w:type", "dxa", NULL);
	page_void(p, "w:jc", "w:val", "center", NULL);
	page_open(p, "w:tblBorders", NULL);
	for (i = 0; i < sizeof borders / sizeof *borders; i++)
		page_void(p, borders[i], "w:val", "single", "w:sz", "4", "w:space", "0", "w:color", "000000", NULL);
	page_close(p);
	page_void(p, "w:tblLayout", "w:type", "fixed", NULL);
	page_close(p);
	page_open(p, "w:tblGrid", NULL);
	for (unsigned c = 0; c < columns; c++) {
		snprintf(width, sizeof width, "%u", width_of(columns, c));
		page_void(p, "w:gridCol", "w:w", width, NULL);
	}
	page_close(p);
	json_array_foreach(table, i, row) {
		size_t next = 0;
		bool keep = i + 1 < json_array_size(table);	/* a table stays on one page where it can */

		head = head && keep && is_head(row);
		page_open(p, "w:tr", NULL);
		page_open(p, "w:trPr", NULL);
		page_void(p, "w:cantSplit", NULL);
		if (head)
			page_void(p, "w:tblHeader", NULL);
		page_close(p);
		for (unsigned c = 0; c < columns && c < GRID_MAX;) {
			const json_t *cell;
			int wide, high;

			if (covers[c].rows > 0) {
				covers[c].rows--;
				docx_cell(p, "", columns, c, covers[c].wide, "continue", keep);
				c += (unsigned)covers[c].wide;
				continue;
			}
			cell = json_array_get(row, next++);
			wide = cell == NULL ? 1 : (int)json_integer_value(json_object_get(cell, "c"));
			high = cell == NULL ? 1 : (int)json_integer_value(json_object_get(cell, "r"));
			docx_cell(p, cell == NULL ? "" : json_str(cell, "t"), columns, c, wide, high > 1 ? "restart" : NULL, keep);
			if (high > 1) {
				covers[c].rows = high - 1;
				covers[c].wide = wide;
			}
			c += (unsigned)wide;
		}
		page_close(p);
	}
	page_close(p);
	docx_paragraph(p, NULL, "", false, false);
}

static void
docx_body(struct page *p, const json_t *r)
{
	const json_t *one, *line;
	char name[512];
	size_t i, k;

	title(r, name);
	page_open(p, "w:document", "xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main", NULL);
	page_open(p, "w:body", NULL);
	docx_paragraph(p, "Title", name, false, false);
	json_array_foreach(json_object_get(r, "sections"), i, one) {
		docx_paragraph(p, "Heading1", json_str(one, "heading"), false, false);
		json_array_foreach(json_object_get(one, "text"), k, line)
			docx_paragraph(p, NULL, json_string_value(line), true, false);
		if (i >= 1 && i <= 3)
			docx_table(p, json_array_get(json_object_get(r, "tables"), i - 1));
	}
	page_open(p, "w:sectPr", NULL);
	page_void(p, "w:pgSz", "w:w", "11906", "w:h", "16838", NULL);
	page_void(p, "w:pgMar", "w:top", "2098", "w:right", "1474", "w:bottom", "1984", "w:left", "1588", "w:header", "851", "w:footer", "992", "w:gutter", "0", NULL);
	page_close(p);
	page_close(p);
	page_close(p);
}

enum gk_status
annual_docx(const json_t *r, struct gk_buf *out, struct gk_err *err)
{
	struct page *p = page_new_xml();
	struct gk_buf body;
	struct zipfile z;
	bool done;

	if (p == NULL)
		return gk_nomem(err);
	gk_buf_init(&body, FILE_MAX_BYTES);
	docx_body(p, r);
	done = page_finish(p, &body);
	page_free(p);
	zip_start(&z, out);
	zip_add(&z, "[Content_Types].xml", content_types, sizeof content_types - 1);
	zip_add(&z, "_rels/.rels", rels, sizeof rels - 1);
	zip_add(&z, "word/document.xml", body.p == NULL ? "" : body.p, body.n);
	zip_add(&z, "word/_rels/document.xml.rels", document_rels, sizeof document_rels - 1);
	zip_add(&z, "word/styles.xml", styles_xml, sizeof styles_xml - 1);
	done = zip_end(&z) && done;
	gk_buf_free(&body);
	return done ? GK_OK : gk_nomem(err);
}

/* --- CSV ------------------------------------------------------------------------------------------------------------- */

enum gk_status
annual_csv(const json_t *r, struct gk_buf *out, struct gk_err *err)
{
	static const char *const heads[] = { "单元格", "数", "由什么构成", "查询" };
	json_t *cell;
	const char *name;

	gk_buf_puts(out, "\xEF\xBB\xBF");
	for (size_t i = 0; i < 4; i++)
		gk_csv_cell(out, heads[i], i == 3);
	json_object_foreach(json_object_get(r, "cells"), name, cell) {
		const json_t *v = json_object_get(cell, "value");
		char text[32];

		snprintf(text, sizeof text, "%lld", (long long)json_integer_value(v));
		gk_csv_cell(out, name, false);
		gk_csv_cell(out, json_is_string(v) ? json_string_value(v) : text, false);
		gk_csv_cell(out, json_str(cell, "of"), false);
		gk_csv_cell(out, json_str(cell, "query"), true);
	}
	return out->failed ? gk_nomem(err) : GK_OK;
}
