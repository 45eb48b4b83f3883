/*
 * Files inside of a file: members of a bundle (zip, tar, 7z), attachments of OFD and of mail.  Each is read like a file of its
 * own, one level deeper (L25: three), and its text stands behind a line with its name.
 *
 * A member that cannot be read costs itself: it is listed with the reason.  A bomb inside is a bomb.
 */
#include "extract/inside.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

static bool
list(struct gk_extracted *x, const char *name, const struct gk_extracted *m, size_t start, const char *reason)
{
	json_t *one = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "name", name, "type", m->type, "charset", reason == NULL ? m->charset : "", "source", reason == NULL ? m->source : "",
				"start", (json_int_t)start, "end", (json_int_t)(reason == NULL ? x->text.n : start));

	if (one != NULL && reason != NULL)
		json_object_set_new(one, "reason", json_string(reason));
	if (one != NULL && reason == NULL && gk_meta_first(m, "title") != NULL)
		json_object_set_new(one, "title", json_string(gk_meta_first(m, "title")));
	return one != NULL && json_array_append_new(x->parts, one) == 0;
}

/* Lists of the members of a member, their places moved to where its text stands now. */
static bool
list_inner(struct gk_extracted *x, const char *name, const struct gk_extracted *m, size_t start)
{
	json_t *inner;
	size_t i;

	json_array_foreach(m->parts, i, inner) {
		char path[GK_META_KEY_MAX * 2];
		json_t *one = json_deep_copy(inner);

		snprintf(path, sizeof path, "%s/%s", name, json_string_value(json_object_get(inner, "name")));
		path[gk_utf8_cut(path, strlen(path))] = '\0';
		if (one == NULL || json_array_size(x->parts) >= GK_PARTS_MAX) {
			json_decref(one);
			return one != NULL;
		}
		json_object_set_new(one, "name", json_string(path));
		json_object_set_new(one, "start", json_integer(json_integer_value(json_object_get(inner, "start")) + (json_int_t)start));
		json_object_set_new(one, "end", json_integer(json_integer_value(json_object_get(inner, "end")) + (json_int_t)start));
		json_array_append_new(x->parts, one);
	}
	return true;
}

enum gk_status
gk_part(struct gk_extracted *x, const char *name, const char *p, size_t n, struct gk_err *err)
{
	char shown[GK_META_KEY_MAX];
	struct gk_extracted m = { .budget = x->budget };
	struct gk_err why = GK_ERR_INIT;
	struct gk_lines out;
	size_t start;
	enum gk_status st;

	if (json_array_size(x->parts) >= GK_PARTS_MAX) {
		gk_note(x, "only the first %d files inside are read", GK_PARTS_MAX);
		return GK_OK;
	}
	snprintf(shown, sizeof shown, "%s", name);
	shown[gk_utf8_cut(shown, strlen(shown))] = '\0';
	m.budget.depth++;
	st = m.budget.depth > GK_DEPTH_MAX ? gk_refuse(&m, "bomb", &why, "容器嵌套超过 3 层 (L25)", "containers nested deeper than 3 (L25)") : gk_extract_inside(p, n, &m, &why);
	x->budget.entries = m.budget.entries;
	x->budget.unpacked = m.budget.unpacked;
	if (st == GK_REFUSED && strcmp(m.reason, "bomb") != 0) {
		gk_note(x, "not read: %s (%s, %s)", shown, m.type, m.reason);
		return list(x, shown, &m, x->text.n, m.reason) ? GK_OK : gk_nomem(err);
	}
	if (st != GK_OK) {
		snprintf(x->reason, sizeof x->reason, "%s", m.reason);
		if (err != NULL)
			*err = why;
		return st;
	}
	gk_lines_start(&out, &x->text);
	gk_lines_put(&out, "附件：", strlen("附件："), false);
	gk_lines_put(&out, shown, strlen(shown), false);
	gk_lines_end(&out);
	start = x->text.n;
	gk_buf_add(&x->text, m.text.p, m.text.n);
	if (!list(x, shown, &m, start, NULL) || !list_inner(x, shown, &m, start))
		st = gk_nomem(err);
	gk_extracted_free(&m);
	return st;
}

static enum gk_status
member(void *arg, const char *name, struct gk_buf *bytes, struct gk_err *err)
{
	struct gk_extracted *x = arg;
	const char *last = strrchr(name, '/');

	last = last == NULL ? name : last + 1;
	/* What systems leave in bundles: ._x of a Mac, Thumbs.db. */
	if (bytes == NULL)
		return *last == '\0' || *last == '.' || strncmp(name, "__MACOSX/", 9) == 0 || strcmp(last, "Thumbs.db") == 0 ? GK_END : GK_OK;
	return gk_part(x, name, bytes->p == NULL ? "" : bytes->p, bytes->n, err);
}

enum gk_status
gk_bundle(const char *p, size_t n, enum gk_packing packing, struct gk_extracted *x, struct gk_err *err)
{
	return gk_pack_walk(p, n, packing, x, member, x, err);
}
