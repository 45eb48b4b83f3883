/*
 * OFD (GB/T 33190-2016): pages in the order of Document.xml, on each the text objects with their places.
 *
 *   OFD.xml ─ DocBody ─ DocInfo (what it says of itself), DocRoot ─▶ Document.xml ─ Pages ─▶ Content.xml ─ Layer ─ TextObject ─ TextCode
 *                                                                    └ Attachments ─▶ files inside, read like files of their own
 *
 * A TextCode is placed by Boundary, CTM, X and Y; from character to character by DeltaX and DeltaY ("g 3 5.5" is three times 5.5).
 * Runs on one height are one line; lines become paragraphs in flow.c.  Writers without the namespace of the standard are real:
 * only local names count.
 */
#include "extract/inside.h"

#include "base/utf8.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PAGES_MAX = 20000, DELTAS_MAX = 100000, TEMPLATES_MAX = 64, RUNS_MAX = 1000000, BODIES_MAX = 16 };

struct run {
	double x, y, right, size;
	size_t at, n;			/* in text */
};

struct template {
	char id[24], *loc;
	bool used;
};

struct ofd {
	struct gk_extracted *x;
	struct gk_pack pack;
	struct gk_flow flow;
	struct gk_buf text;		/* of the page at hand */
	struct run *runs;
	size_t n_runs, cap;
	struct template templates[TEMPLATES_MAX];
	size_t n_templates;
	unsigned page;
	bool failed;
};

static bool
is_part(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && strcasecmp(name + n - 4, ".xml") == 0;
}

/* --- numbers --------------------------------------------------------------------------------------------- */

static size_t
numbers(const char *s, double *out, size_t max)
{
	size_t n = 0;
	char *end;

	while (s != NULL && n < max) {
		double v = strtod(s, &end);

		if (end == s)
			break;
		out[n++] = isfinite(v) ? v : 0;
		s = end;
		while (isspace((unsigned char)*s) || *s == ',')
			s++;
	}
	return n;
}

/* "1.5 g 3 2.25 1": 1.5 2.25 2.25 2.25 1. */
struct deltas {
	const char *s;
	double value;
	unsigned long left;
	bool ended;
};

static double
next_delta(struct deltas *d, double otherwise)
{
	char *end;

	if (d->left > 0) {
		d->left--;
		return d->value;
	}
	if (d->s == NULL || d->ended)
		return otherwise;
	while (isspace((unsigned char)*d->s) || *d->s == ',')
		d->s++;
	if (*d->s == 'g') {
		d->left = strtoul(d->s + 1, &end, 10);
		d->value = strtod(end, &end);
		if (d->left == 0 || d->left > DELTAS_MAX || !isfinite(d->value)) {
			d->left = 0;
			d->ended = true;
			return otherwise;
		}
		d->s = end;
		d->left--;
		return d->value;
	}
	d->value = strtod(d->s, &end);
	d->ended = end == d->s || !isfinite(d->value);
	d->s = end;
	return d->ended ? otherwise : d->value;
}

/* --- text objects ------------------------------------------------------------------------------------------ */

struct object {
	double box[4], ctm[6], size, hscale;
	double x, y;			/* of the last TextCode: one that states none begins there */
};

static bool
is_wide(uint32_t c)
{
	return c >= 0x1100;
}

static void
open_run(struct ofd *o, const struct object *t, double x, double y)
{
	double px = t->box[0] + t->ctm[0] * x + t->ctm[2] * y + t->ctm[4], py = t->box[1] + t->ctm[1] * x + t->ctm[3] * y + t->ctm[5];
	double scale = sqrt(fabs(t->ctm[0] * t->ctm[3] - t->ctm[1] * t->ctm[2]));

	if (o->n_runs == o->cap) {
		size_t cap = o->cap == 0 ? 256 : o->cap * 2;
		struct run *r = cap > RUNS_MAX ? NULL : realloc(o->runs, cap * sizeof *r);

		if (r == NULL) {
			o->failed = true;
			return;
		}
		o->runs = r;
		o->cap = cap;
	}
	o->runs[o->n_runs++] = (struct run){ px, py, px, t->size * (scale > 0.001 ? scale : 1), o->text.n, 0 };
}

static void
put_code(struct ofd *o, struct object *t, const char *s, const char *delta_x, const char *delta_y)
{
	struct deltas dx = { .s = delta_x }, dy = { .s = delta_y };
	double x = t->x, y = t->y, wide = 0;
	uint32_t before = 0;
	size_t n = strlen(s);

	open_run(o, t, x, y);
	for (size_t at = 0; at < n && !o->failed;) {
		struct run *r;
		uint32_t c;
		size_t len = gk_utf8_decode(s + at, n - at, &c);

		if (before != 0) {
			double stepped = next_delta(&dx, wide), down = next_delta(&dy, 0);

			x += stepped;
			y += down;
			/* DeltaY sets vertical text too: then every character has one, and stays in the run. */
			if (fabs(down) > t->size * 0.5 && fabs(stepped) > t->size * 0.5)
				open_run(o, t, x, y);
			else if (stepped - wide > t->size * (c < 0x80 && before < 0x80 ? 0.45 : 1.5))
				gk_buf_putc(&o->text, ' ');
		}
		if (o->failed)
			return;
		gk_buf_add(&o->text, s + at, len);
		wide = t->size * t->hscale * (is_wide(c) ? 1 : 0.5);
		r = &o->runs[o->n_runs - 1];
		r->right = t->box[0] + t->ctm[0] * (x + wide) + t->ctm[2] * y + t->ctm[4];
		before = c;
		r->n = o->text.n - r->at;
		at += len;
	}
}

static bool
read_object(struct ofd *o, struct gk_xml *in)
{
	struct object t = { .box = { 0 }, .ctm = { 1, 0, 0, 1, 0, 0 }, .size = 3, .hscale = 1 };
	const char *size = gk_xml_attr(in, "Size"), *hscale = gk_xml_attr(in, "HScale");
	struct gk_buf code;
	unsigned depth = 1;
	enum gk_xml_event ev;

	numbers(gk_xml_attr(in, "Boundary"), t.box, 4);
	if (numbers(gk_xml_attr(in, "CTM"), t.ctm, 6) < 6)
		memcpy(t.ctm, (double[]){ 1, 0, 0, 1, 0, 0 }, sizeof t.ctm);
	if (size != NULL && strtod(size, NULL) > 0.01)
		t.size = strtod(size, NULL);
	if (hscale != NULL && strtod(hscale, NULL) > 0.01)
		t.hscale = strtod(hscale, NULL);
	gk_buf_init(&code, 1024 * 1024);
	while (depth > 0 && ((ev = gk_xml_next(in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE)) {
		if (ev == GK_XML_CLOSE)
			depth--;
		else if (ev == GK_XML_OPEN && gk_xml_is(in, "TextCode")) {
			char *dx = gk_xml_attr(in, "DeltaX") == NULL ? NULL : strdup(gk_xml_attr(in, "DeltaX"));
			char *dy = gk_xml_attr(in, "DeltaY") == NULL ? NULL : strdup(gk_xml_attr(in, "DeltaY"));

			numbers(gk_xml_attr(in, "X"), &t.x, 1);
			numbers(gk_xml_attr(in, "Y"), &t.y, 1);
			if (gk_xml_text(in, &code))
				put_code(o, &t, code.p, dx, dy);
			else
				o->failed = true;
			free(dx);
			free(dy);
		} else if (ev == GK_XML_OPEN)
			depth++;
		if (o->failed)
			break;
	}
	gk_buf_free(&code);
	return depth == 0 && !o->failed;
}

/* --- from runs to lines ---------------------------------------------------------------------------------------- */

static int
by_place(const void *a, const void *b)
{
	const struct run *p = a, *q = b;
	double near = 0.4 * (p->size < q->size ? p->size : q->size);

	if (fabs(p->y - q->y) > near)
		return p->y < q->y ? -1 : 1;
	return p->x < q->x ? -1 : p->x > q->x ? 1 : p->at < q->at ? -1 : p->at > q->at;
}

/*
 * The order of the file is the order of reading, unless it goes up the page again at a place where there was text already: then the
 * writer had another order, and the place decides.  Up to the right of everything is the next column.
 */
static bool
is_in_order(const struct ofd *o)
{
	double right = -1e9, bottom = -1e9;

	for (size_t i = 0; i < o->n_runs; i++) {
		const struct run *r = &o->runs[i];

		if (r->y < bottom - 1.5 * r->size && r->x < right - 0.5 * r->size)
			return false;
		if (r->y < bottom - 1.5 * r->size)
			bottom = r->y;
		right = r->right > right ? r->right : right;
		bottom = r->y > bottom ? r->y : bottom;
	}
	return true;
}

static void
end_line(struct ofd *o, const struct gk_buf *line, double left, double right, double size)
{
	if (line->n > 0 && !gk_flow_add(&o->flow, o->page, left, right, size, line->p, line->n))
		o->failed = true;
}

static void
end_page(struct ofd *o)
{
	struct gk_buf line;
	double left = 0, right = 0, y = 0, size = 0;

	if (!is_in_order(o))
		qsort(o->runs, o->n_runs, sizeof *o->runs, by_place);
	gk_buf_init(&line, GK_TEXT_MAX);
	for (size_t i = 0; i < o->n_runs; i++) {
		const struct run *r = &o->runs[i];
		bool same = line.n > 0 && fabs(r->y - y) < 0.5 * (r->size < size ? r->size : size) && r->x > right - r->size;

		if (r->n == 0)
			continue;
		if (!same) {
			end_line(o, &line, left, right, size);
			gk_buf_reset(&line);
			left = r->x;
			size = r->size;
			y = r->y;
		} else if (r->x - right > 1.5 * r->size) {
			gk_buf_putc(&line, '\t');
		} else if (r->x - right > 0.5 * r->size) {
			gk_buf_putc(&line, ' ');
		}
		gk_buf_add(&line, o->text.p + r->at, r->n);
		right = r->right;
	}
	end_line(o, &line, left, right, size);
	gk_buf_free(&line);
	o->n_runs = 0;
	gk_buf_reset(&o->text);
}

/* --- pages -------------------------------------------------------------------------------------------------------- */

static bool read_page(struct ofd *o, const char *name, bool top);

static bool
read_template(struct ofd *o, const char *id)
{
	for (size_t i = 0; id != NULL && i < o->n_templates; i++) {
		struct template *t = &o->templates[i];

		/* The frame of every page is read with the first. */
		if (strcmp(t->id, id) != 0 || t->used)
			continue;
		t->used = true;
		return read_page(o, t->loc, false);
	}
	return true;
}

static bool
read_page(struct ofd *o, const char *name, bool top)
{
	const struct gk_buf *part = gk_pack_find(&o->pack, name);
	struct gk_xml in;
	enum gk_xml_event ev = GK_XML_BAD;
	bool done = true;

	if (part == NULL) {
		gk_note(o->x, "page %u is missing: %s", o->page, name);
		return true;
	}
	if (gk_xml_open(&in, part->p, part->n))
		while (done && ((ev = gk_xml_next(&in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE)) {
			if (ev != GK_XML_OPEN)
				continue;
			if (gk_xml_is(&in, "TextObject"))
				done = read_object(o, &in);
			else if (top && gk_xml_is(&in, "Template"))
				done = read_template(o, gk_xml_attr(&in, "TemplateID"));
		}
	gk_xml_close(&in);
	return done && ev == GK_XML_END;
}

/* --- documents ----------------------------------------------------------------------------------------------------- */

static bool
read_attachments(struct ofd *o, const char *name, struct gk_buf *value, char ***files, size_t *n)
{
	const struct gk_buf *part = gk_pack_find(&o->pack, name);
	struct gk_xml in;
	enum gk_xml_event ev = GK_XML_END;

	if (part == NULL)
		return true;
	if (gk_xml_open(&in, part->p, part->n))
		while ((ev = gk_xml_next(&in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE) {
			char **more;
			const char *title = ev == GK_XML_OPEN && gk_xml_is(&in, "Attachment") ? gk_xml_attr(&in, "Name") : NULL;

			if (title != NULL)
				gk_meta_add(o->x, "attachments", strlen("attachments"), title, strlen(title));
			if (ev != GK_XML_OPEN || !gk_xml_is(&in, "FileLoc") || *n >= GK_PARTS_MAX)
				continue;
			if (!gk_xml_text(&in, value))
				break;
			more = realloc(*files, (*n + 1) * sizeof *more);
			if (more == NULL)
				break;
			*files = more;
			more[*n] = gk_pack_resolve(name, value->p);
			*n += more[*n] != NULL;
		}
	gk_xml_close(&in);
	return ev == GK_XML_END;
}

struct todo {
	char **files;
	size_t n;
};

static void
see_template(struct ofd *o, const struct gk_xml *in, const char *document)
{
	const char *id = gk_xml_attr(in, "ID"), *loc = gk_xml_attr(in, "BaseLoc");

	if (id == NULL || loc == NULL || o->n_templates == TEMPLATES_MAX)
		return;
	snprintf(o->templates[o->n_templates].id, sizeof o->templates[0].id, "%s", id);
	o->templates[o->n_templates].loc = gk_pack_resolve(document, loc);
	o->templates[o->n_templates].used = false;
	o->n_templates += o->templates[o->n_templates].loc != NULL;
}

static bool
read_document(struct ofd *o, const char *name, struct gk_buf *value, struct todo *todo)
{
	const struct gk_buf *part = gk_pack_find(&o->pack, name);
	struct gk_xml in;
	enum gk_xml_event ev = GK_XML_BAD;
	bool done = true;

	if (part == NULL) {
		gk_note(o->x, "a document is missing: %s", name);
		return true;
	}
	if (gk_xml_open(&in, part->p, part->n))
		while (done && ((ev = gk_xml_next(&in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE)) {
			const char *loc = ev == GK_XML_OPEN ? gk_xml_attr(&in, "BaseLoc") : NULL;
			char *member = NULL;

			if (ev != GK_XML_OPEN)
				continue;
			if (gk_xml_is(&in, "TemplatePage")) {
				see_template(o, &in, name);
			} else if (loc != NULL && gk_xml_is(&in, "Page") && o->page < PAGES_MAX) {
				o->page++;
				member = gk_pack_resolve(name, loc);
				done = member != NULL && read_page(o, member, true);
				end_page(o);
			} else if (gk_xml_is(&in, "Attachments") && gk_xml_text(&in, value)) {
				member = gk_pack_resolve(name, value->p);
				done = member != NULL && read_attachments(o, member, value, &todo->files, &todo->n);
			}
			free(member);
		}
	gk_xml_close(&in);
	for (size_t i = 0; i < o->n_templates; i++)
		free(o->templates[i].loc);
	o->n_templates = 0;
	return done && !o->failed && ev == GK_XML_END;
}

/* Of OFD.xml: what the file says of itself, and the roots of its documents. */
static bool
read_root(struct ofd *o, const struct gk_buf *part, struct gk_buf *value, char **roots, size_t *n)
{
	struct gk_xml in;
	enum gk_xml_event ev = GK_XML_BAD;
	bool info = false;

	if (gk_xml_open(&in, part->p, part->n))
		while ((ev = gk_xml_next(&in)) == GK_XML_OPEN || ev == GK_XML_TEXT || ev == GK_XML_CLOSE) {
			char name[GK_META_KEY_MAX + 1];
			bool custom = ev == GK_XML_OPEN && gk_xml_is(&in, "CustomData");

			if (ev == GK_XML_TEXT)
				continue;
			if (gk_xml_is(&in, "DocInfo"))
				info = ev == GK_XML_OPEN;
			if (ev != GK_XML_OPEN || gk_xml_is(&in, "DocInfo") || gk_xml_is(&in, "CustomDatas") || gk_xml_is(&in, "Keywords") ||
			    !(info || gk_xml_is(&in, "DocRoot")))
				continue;
			snprintf(name, sizeof name, "%s", custom && gk_xml_attr(&in, "Name") != NULL ? gk_xml_attr(&in, "Name") : in.name);
			if (!gk_xml_text(&in, value))
				break;
			if (strcmp(name, "DocRoot") == 0 && *n < BODIES_MAX)
				roots[(*n)++] = strdup(value->p);
			else if (custom)
				gk_meta_add(o->x, name, strlen(name), value->p, value->n);
			else if (strcmp(name, "DocID") != 0 && strcmp(name, "Creator") != 0 && strcmp(name, "CreatorVersion") != 0 && strcmp(name, "DocUsage") != 0 && strcmp(name, "Cover") != 0)
				gk_prop(o->x, name, value->p, value->n);
		}
	gk_xml_close(&in);
	return ev == GK_XML_END;
}

/* --- attachments ----------------------------------------------------------------------------------------------------- */

struct wanted {
	struct gk_extracted *x;
	const struct todo *todo;
};

static enum gk_status
attachment(void *arg, const char *name, struct gk_buf *bytes, struct gk_err *err)
{
	struct wanted *w = arg;

	for (size_t i = 0; i < w->todo->n; i++)
		if (strcasecmp(w->todo->files[i], name) == 0)
			return bytes == NULL ? GK_OK : gk_part(w->x, name, bytes->p == NULL ? "" : bytes->p, bytes->n, err);
	return bytes == NULL ? GK_END : GK_OK;
}

enum gk_status
gk_ofd(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct ofd o = { .x = x };
	const struct gk_buf *root;
	char *roots[BODIES_MAX] = { NULL };
	struct todo todo = { NULL, 0 };
	struct gk_buf value;
	size_t bodies = 0;
	bool done = true;
	enum gk_status st = gk_pack_open(&o.pack, p, n, is_part, x, err);

	if (st != GK_OK)
		return st;
	gk_flow_start(&o.flow);
	gk_buf_init(&o.text, GK_TEXT_MAX);
	gk_buf_init(&value, 1024 * 1024);
	root = gk_pack_find(&o.pack, "OFD.xml");
	done = root != NULL && read_root(&o, root, &value, roots, &bodies);
	for (size_t i = 0; i < bodies && done; i++)
		done = roots[i] != NULL && read_document(&o, roots[i][0] == '/' ? roots[i] + 1 : roots[i], &value, &todo);
	if (root == NULL)
		st = gk_refuse_damaged(x, err);
	else if (!done)
		st = gk_refuse_xml(x, err);
	if (st == GK_OK) {
		gk_flow_write(&o.flow, &x->text);
		gk_choose_title(x);
		if (todo.n > 0)
			gk_read_marks(x);
		if (todo.n > 0)
			st = gk_pack_walk(p, n, GK_PACK_ZIP, x, attachment, &(struct wanted){ x, &todo }, err);
	}
	for (size_t i = 0; i < bodies; i++)
		free(roots[i]);
	for (size_t i = 0; i < todo.n; i++)
		free(todo.files[i]);
	free(todo.files);
	free(o.runs);
	gk_buf_free(&o.text);
	gk_buf_free(&value);
	gk_flow_end(&o.flow);
	gk_pack_close(&o.pack);
	return st;
}
