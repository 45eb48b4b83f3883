/*
 * DOCX and PPTX (ISO/IEC 29500), read as events: paragraphs are lines, cells of a table have a tab between them.
 *
 * Not in the text: deletions and moves of tracked changes, instructions of fields, the second copy that
 * mc:Fallback holds, comments.  Text boxes stand behind the paragraph they are anchored in, footnotes and endnotes
 * behind the text, headers and footers of pages at the very end, each once.
 */
#include "extract/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NEST_MAX = 256 };

struct word {
	struct gk_extracted *x;
	struct gk_lines body, boxes, *out;
	struct gk_buf boxes_text;
	unsigned paragraphs, cells, tables, in_box;
	bool new_row;			/* the next cell begins a row */
	size_t comments;
};

/* --- what both have --------------------------------------------------------------------------- */

static bool
is_part(const char *name)
{
	size_t n = strlen(name);
	const char *last = strrchr(name, '/');

	last = last == NULL ? name : last + 1;
	return n > 4 && (strcasecmp(name + n - 4, ".xml") == 0 || strcasecmp(name + n - 5, ".rels") == 0) && strncasecmp(last, "theme", 5) != 0 &&
	       strcasecmp(last, "fontTable.xml") != 0 && strcasecmp(last, "webSettings.xml") != 0;
}

static void
simple_props(const struct gk_buf *part, struct gk_extracted *x)
{
	struct gk_xml in;
	struct gk_buf value;
	enum gk_xml_event ev;
	bool root = true;

	gk_buf_init(&value, 65536);
	if (gk_xml_open(&in, part->p, part->n))
		while ((ev = gk_xml_next(&in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE) {
			char name[64];

			if (ev != GK_XML_OPEN)
				continue;
			if (root) {
				root = false;
				continue;
			}
			snprintf(name, sizeof name, "%s", in.name);
			if (!gk_xml_text(&in, &value))
				break;
			if (strcasecmp(name, "revision") != 0 && strcasecmp(name, "language") != 0)
				gk_prop(x, name, value.p, value.n);
		}
	gk_xml_close(&in);
	gk_buf_free(&value);
}

static void
custom_props(const struct gk_buf *part, struct gk_extracted *x)
{
	struct gk_xml in;
	struct gk_buf value;
	enum gk_xml_event ev;

	gk_buf_init(&value, 65536);
	if (gk_xml_open(&in, part->p, part->n))
		while ((ev = gk_xml_next(&in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE) {
			char name[GK_META_KEY_MAX + 1];
			const char *said = ev == GK_XML_OPEN && gk_xml_is(&in, "property") ? gk_xml_attr(&in, "name") : NULL;

			if (said == NULL)
				continue;
			snprintf(name, sizeof name, "%s", said);
			if (!gk_xml_text(&in, &value))
				break;
			gk_meta_add(x, name, strlen(name), value.p, value.n);
		}
	gk_xml_close(&in);
	gk_buf_free(&value);
}

void
gk_ooxml_props(const struct gk_pack *pack, struct gk_extracted *x)
{
	const struct gk_buf *core = gk_pack_find(pack, "docProps/core.xml"), *app = gk_pack_find(pack, "docProps/app.xml"),
			    *custom = gk_pack_find(pack, "docProps/custom.xml");
	static const char company[] = "<Company>";
	const char *from = app == NULL || app->n == 0 ? NULL : memmem(app->p, app->n, company, sizeof company - 1), *to;

	if (custom != NULL)
		custom_props(custom, x);
	if (core != NULL)
		simple_props(core, x);
	if (from != NULL && (to = memchr(from + sizeof company - 1, '<', app->n - (size_t)(from - app->p) - sizeof company + 1)) != NULL)
		gk_prop(x, "company", from + sizeof company - 1, (size_t)(to - from) - sizeof company + 1);
}

char *
gk_ooxml_target(const struct gk_pack *pack, const char *member, const char *id)
{
	const char *slash = strrchr(member, '/');
	int folder = slash == NULL ? 0 : (int)(slash - member) + 1;
	const struct gk_buf *rels;
	struct gk_xml in;
	enum gk_xml_event ev;
	char *name = NULL, *target = NULL;

	if (asprintf(&name, "%.*s_rels/%s.rels", folder, member, member + folder) < 0)
		return NULL;
	rels = gk_pack_find(pack, name);
	free(name);
	if (rels == NULL)
		return NULL;
	if (gk_xml_open(&in, rels->p, rels->n))
		while (target == NULL && ((ev = gk_xml_next(&in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE)) {
			const char *this = ev == GK_XML_OPEN ? gk_xml_attr(&in, "Id") : NULL, *to = ev == GK_XML_OPEN ? gk_xml_attr(&in, "Target") : NULL;

			if (this != NULL && to != NULL && strcmp(this, id) == 0)
				target = gk_pack_resolve(member, to);
		}
	gk_xml_close(&in);
	return target;
}

/* --- Word ------------------------------------------------------------------------------------ */

/* Elements whose content is no text of the document as it stands. */
static bool
is_skipped(const struct gk_xml *in)
{
	static const char *const names[] = { "del", "moveFrom", "Fallback", "instrText", "delText", "delInstrText", "pPr", "tblPr", "trPr", "tcPr", "sectPr",
		"rPrChange", "tblGrid", "posOffset", "docPartObj", "docPartGallery" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (gk_xml_is(in, names[i]))
			return true;
	return false;
}

static void
end_paragraph(struct word *w)
{
	if (w->paragraphs > 0)
		w->paragraphs--;
	/* Several paragraphs in one cell are one cell. */
	gk_lines_gap(w->out, w->cells > 0 ? GK_GAP_WRAP : GK_GAP_LINE);
	if (w->paragraphs > 0 || w->in_box > 0 || w->boxes_text.n == 0 || w->cells > 0)
		return;
	gk_lines_end(&w->boxes);
	gk_lines_put(&w->body, w->boxes_text.p, w->boxes_text.n, true);
	gk_lines_gap(&w->body, GK_GAP_LINE);
	gk_buf_reset(&w->boxes_text);
	gk_lines_start(&w->boxes, &w->boxes_text);
}

/* What an element that holds no text of its own stands for. */
static void
put_mark(struct word *w, const struct gk_xml *in)
{
	if (gk_xml_is(in, "tab") || gk_xml_is(in, "ptab"))
		gk_lines_gap(w->out, GK_GAP_SPACE);
	else if (gk_xml_is(in, "br") || gk_xml_is(in, "cr"))
		gk_lines_gap(w->out, w->cells > 0 ? GK_GAP_SPACE : GK_GAP_BR);
	else if (gk_xml_is(in, "noBreakHyphen"))
		gk_lines_put(w->out, "-", 1, false);
}

static void
open_word(struct word *w, struct gk_xml *in)
{
	if (gk_xml_is(in, "p")) {
		w->paragraphs++;
	} else if (gk_xml_is(in, "tbl")) {
		w->tables++;
		if (w->cells == 0)
			gk_lines_gap(w->out, GK_GAP_LINE);
	} else if (gk_xml_is(in, "tr")) {
		w->new_row = true;
		gk_lines_gap(w->out, w->cells > 0 ? GK_GAP_SPACE : GK_GAP_LINE);
	} else if (gk_xml_is(in, "tc")) {
		if (!w->new_row)
			gk_lines_gap(w->out, w->cells > 0 ? GK_GAP_SPACE : GK_GAP_CELL);
		w->new_row = false;
		w->cells++;
	} else if (gk_xml_is(in, "txbxContent")) {
		w->in_box++;
		w->out = &w->boxes;
		gk_lines_gap(w->out, GK_GAP_LINE);
	} else if (gk_xml_is(in, "commentReference")) {
		w->comments++;
	} else {
		put_mark(w, in);
	}
}

static void
close_word(struct word *w, const struct gk_xml *in)
{
	if (gk_xml_is(in, "p")) {
		end_paragraph(w);
	} else if (gk_xml_is(in, "tc")) {
		w->cells -= w->cells > 0;
		/* What is owed by its last paragraph is the cell's end. */
		w->out->gap = GK_GAP_NONE;
	} else if (gk_xml_is(in, "tr")) {
		gk_lines_gap(w->out, w->cells > 0 ? GK_GAP_SPACE : GK_GAP_LINE);
	} else if (gk_xml_is(in, "txbxContent") && w->in_box > 0 && --w->in_box == 0) {
		w->out = &w->body;
	}
}

/* Events of one part until its end. False: it is no XML that we read. */
static bool
read_word(struct word *w, struct gk_xml *in)
{
	for (;;) {
		enum gk_xml_event ev = gk_xml_next(in);

		if (ev == GK_XML_END)
			return true;
		if (ev == GK_XML_BAD)
			return false;
		if (ev == GK_XML_OPEN && is_skipped(in)) {
			if (gk_xml_skip(in) != GK_XML_CLOSE)
				return false;
		} else if (ev == GK_XML_OPEN && gk_xml_is(in, "t")) {
			while ((ev = gk_xml_next(in)) == GK_XML_TEXT)
				gk_lines_put(w->out, in->text, strlen(in->text), false);
			if (ev != GK_XML_CLOSE)
				return false;
		} else if (ev == GK_XML_OPEN) {
			open_word(w, in);
		} else if (ev == GK_XML_CLOSE) {
			close_word(w, in);
		}
	}
}

static bool
read_part(struct word *w, const struct gk_buf *part)
{
	struct gk_xml in;
	bool done = gk_xml_open(&in, part->p, part->n) && read_word(w, &in);

	gk_xml_close(&in);
	return done;
}

/* Notes have their text in paragraphs; the lines that part them from the page are notes too, with a type and no text. */
static bool
read_side(struct word *w, const struct gk_pack *pack, const char *prefix, bool only_words)
{
	for (size_t i = 0; i < pack->n; i++) {
		struct gk_buf text;
		struct word side = { .x = w->x };
		bool done;

		if (strncasecmp(pack->m[i].name, prefix, strlen(prefix)) != 0)
			continue;
		gk_buf_init(&text, GK_TEXT_MAX);
		gk_buf_init(&side.boxes_text, GK_TEXT_MAX);
		gk_lines_start(&side.body, &text);
		gk_lines_start(&side.boxes, &side.boxes_text);
		side.out = &side.body;
		done = read_part(&side, &pack->m[i].bytes);
		/* A header of nothing but a page's number says nothing; one that was there already neither. */
		if (text.n > 0 && (!only_words || (gk_han_count(text.p, text.n) >= 2 && memmem(w->x->text.p == NULL ? "" : w->x->text.p, w->x->text.n, text.p, text.n) == NULL))) {
			gk_lines_gap(&w->body, GK_GAP_LINE);
			gk_lines_put(&w->body, text.p, text.n, true);
		}
		gk_buf_free(&text);
		gk_buf_free(&side.boxes_text);
		if (!done)
			return false;
	}
	return true;
}

enum gk_status
gk_docx(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct gk_pack pack;
	struct word w = { .x = x };
	const struct gk_buf *body;
	enum gk_status st = gk_pack_open(&pack, p, n, is_part, x, err);

	if (st != GK_OK)
		return st;
	gk_buf_init(&w.boxes_text, GK_TEXT_MAX);
	gk_lines_start(&w.body, &x->text);
	gk_lines_start(&w.boxes, &w.boxes_text);
	w.out = &w.body;
	body = gk_pack_find(&pack, "word/document.xml");
	if (body == NULL) {
		st = gk_refuse_damaged(x, err);
	} else if (!read_part(&w, body) || !read_side(&w, &pack, "word/footnotes", false) || !read_side(&w, &pack, "word/endnotes", false) ||
		   !read_side(&w, &pack, "word/header", true) || !read_side(&w, &pack, "word/footer", true)) {
		st = gk_refuse_xml(x, err);
	}
	gk_lines_end(&w.body);
	if (st == GK_OK) {
		if (w.comments > 0)
			gk_note(x, "%zu comments are not part of the text", w.comments);
		gk_ooxml_props(&pack, x);
		gk_choose_title(x);
	}
	gk_buf_free(&w.boxes_text);
	gk_pack_close(&pack);
	return st;
}

/* --- PowerPoint ------------------------------------------------------------------------------------ */

static bool
read_slide(struct gk_lines *out, const struct gk_buf *part, bool *hidden)
{
	struct gk_xml in;
	enum gk_xml_event ev = GK_XML_BAD;
	unsigned cells = 0;

	*hidden = false;
	if (gk_xml_open(&in, part->p, part->n))
		while ((ev = gk_xml_next(&in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE) {
			if (ev == GK_XML_OPEN && gk_xml_is(&in, "sld")) {
				const char *show = gk_xml_attr(&in, "show");

				*hidden = show != NULL && (strcmp(show, "0") == 0 || strcmp(show, "false") == 0);
			} else if (ev == GK_XML_OPEN && gk_xml_is(&in, "t")) {
				while (gk_xml_next(&in) == GK_XML_TEXT)
					gk_lines_put(out, in.text, strlen(in.text), false);
			} else if (ev == GK_XML_OPEN && gk_xml_is(&in, "br")) {
				gk_lines_gap(out, cells > 0 ? GK_GAP_SPACE : GK_GAP_BR);
			} else if (ev == GK_XML_OPEN && gk_xml_is(&in, "fld")) {
				/* Numbers of slides and dates of printing. */
				gk_xml_skip(&in);
			} else if (ev == GK_XML_OPEN && gk_xml_is(&in, "tc")) {
				cells++;
			} else if (ev == GK_XML_CLOSE && gk_xml_is(&in, "tc")) {
				cells -= cells > 0;
				out->gap = GK_GAP_NONE;
				gk_lines_gap(out, GK_GAP_CELL);
			} else if (ev == GK_XML_CLOSE && gk_xml_is(&in, "tr")) {
				out->gap = GK_GAP_NONE;
				gk_lines_gap(out, GK_GAP_LINE);
			} else if (ev == GK_XML_CLOSE && gk_xml_is(&in, "p")) {
				gk_lines_gap(out, cells > 0 ? GK_GAP_WRAP : GK_GAP_LINE);
			}
		}
	gk_xml_close(&in);
	return ev == GK_XML_END;
}

/* One slide and its notes; a hidden one is said to be so. */
static bool
put_slide(struct gk_lines *out, const struct gk_pack *pack, const char *name, size_t number, struct gk_extracted *x)
{
	const struct gk_buf *part = gk_pack_find(pack, name), *rels;
	char rels_name[160];
	struct gk_xml in;
	enum gk_xml_event ev;
	bool hidden = false, done = true;

	if (part == NULL)
		return true;
	if (!read_slide(out, part, &hidden))
		return false;
	gk_lines_gap(out, GK_GAP_LINE);
	if (hidden)
		gk_note(x, "slide %zu is hidden", number);
	snprintf(rels_name, sizeof rels_name, "ppt/slides/_rels/%s.rels", strrchr(name, '/') == NULL ? name : strrchr(name, '/') + 1);
	rels = gk_pack_find(pack, rels_name);
	if (rels == NULL)
		return true;
	if (gk_xml_open(&in, rels->p, rels->n))
		while (done && ((ev = gk_xml_next(&in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE)) {
			const char *to = ev == GK_XML_OPEN ? gk_xml_attr(&in, "Target") : NULL;
			char *notes = to != NULL && strstr(to, "notesSlide") != NULL ? gk_pack_resolve(name, to) : NULL;

			part = notes == NULL ? NULL : gk_pack_find(pack, notes);
			free(notes);
			if (part != NULL)
				done = read_slide(out, part, &hidden);
			gk_lines_gap(out, GK_GAP_LINE);
		}
	gk_xml_close(&in);
	return done;
}

enum gk_status
gk_pptx(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	static const char show[] = "ppt/presentation.xml";
	const struct gk_buf *list;
	struct gk_pack pack;
	struct gk_xml in;
	struct gk_lines out;
	enum gk_xml_event ev = GK_XML_BAD;
	size_t number = 0;
	bool done = true;
	enum gk_status st = gk_pack_open(&pack, p, n, is_part, x, err);

	if (st != GK_OK)
		return st;
	gk_lines_start(&out, &x->text);
	list = gk_pack_find(&pack, show);
	if (list != NULL && gk_xml_open(&in, list->p, list->n)) {
		while (done && ((ev = gk_xml_next(&in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE)) {
			const char *id = ev == GK_XML_OPEN && gk_xml_is(&in, "sldId") ? gk_xml_attr_ns(&in, "id") : NULL;
			char *slide = id == NULL ? NULL : gk_ooxml_target(&pack, show, id);

			done = slide == NULL || put_slide(&out, &pack, slide, ++number, x);
			free(slide);
		}
		gk_xml_close(&in);
	}
	gk_lines_end(&out);
	if (list == NULL)
		st = gk_refuse_damaged(x, err);
	else if (!done || ev != GK_XML_END)
		st = gk_refuse_xml(x, err);
	if (st == GK_OK) {
		gk_ooxml_props(&pack, x);
		gk_choose_title(x);
	}
	gk_pack_close(&pack);
	return st;
}
