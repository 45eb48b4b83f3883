#include "indexer/attach.h"

#include "base/io.h"
#include "indexer/act.h"
#include "indexer/json.h"
#include "record/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 4096, RELATIONS_MAX = 200, WAITING_MAX = 1000 };

struct attach {
	json_t *ids;		/* path: id */
	json_t *pages;		/* [{"path","id","links"}…] */
};

struct attach *
attach_new(void)
{
	struct attach *a = calloc(1, sizeof *a);

	if (a == NULL)
		return NULL;
	a->ids = json_object();
	a->pages = json_array();
	return a;
}

void
attach_free(struct attach *a)
{
	if (a == NULL)
		return;
	json_decref(a->ids);
	json_decref(a->pages);
	free(a);
}

void
attach_took(struct attach *a, const char *path, const char *id, const json_t *links)
{
	/* A name that is no UTF-8 cannot be in a link that is. */
	json_object_set_new(a->ids, path, json_string(id));
	if (json_array_size(links) > 0)
		json_array_append_new(a->pages, json_pack("{s:s, s:s, s:O}", "path", path, "id", id, "links", links));
}

/* --- where a link leads ---------------------------------------------------------------------------------------------- */

static int
hex(char c)
{
	const char *at = c == '\0' ? NULL : strchr("0123456789abcdef", c >= 'A' && c <= 'F' ? c + 32 : c);
	static const char digits[] = "0123456789abcdef";

	return at == NULL ? -1 : (int)(strchr(digits, *at) - digits);
}

/* ../a/./b without what it undoes; false if it would leave the first folder. */
static bool
tidy(char *path)
{
	char *to = path, *from = path;
	size_t depth = 0;
	bool absolute = *path == '/';

	if (absolute)
		to = ++from;
	while (*from != '\0') {
		size_t n = strcspn(from, "/");
		bool more = from[n] == '/';

		if (n == 2 && from[0] == '.' && from[1] == '.') {
			if (depth == 0)
				return false;
			depth--;
			to--;
			while (to > path && to[-1] != '/')
				to--;
		} else if (n > 0 && !(n == 1 && from[0] == '.')) {
			memmove(to, from, n);
			to += n;
			if (more)
				*to++ = '/';
			depth++;
		}
		from += n + more;
	}
	*to = '\0';
	return depth > 0;
}

/* files/%E9%99%84.pdf?v=2 of in/2021/a.html is in/2021/files/附.pdf; false for an address of another place. */
static bool
resolve(const char *page, const char *link, char out[PATH_BYTES])
{
	const char *slash = strrchr(page, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - page) + 1, end = strcspn(link, "?#");

	if (*link == '/' || *link == '\\' || end == 0 || n + end >= PATH_BYTES || strcspn(link, ":") < strcspn(link, "/?#"))
		return false;
	memcpy(out, page, n);
	for (size_t i = 0; i < end; i++) {
		int high = link[i] == '%' && i + 2 < end + 1 ? hex(link[i + 1]) : -1, low = high >= 0 ? hex(link[i + 2]) : -1;

		if (low >= 0 && high * 16 + low != 0) {
			out[n++] = (char)(high * 16 + low);
			i += 2;
		} else {
			out[n++] = link[i] == '\\' ? '/' : link[i];
		}
	}
	out[n] = '\0';
	return tidy(out);
}

/* --- registering -------------------------------------------------------------------------------------------------------- */

/* meta for an event that adds the relation; NULL: it is there, or there are too many. */
static json_t *
relation_added(struct store *s, uint32_t docid, const char *relation)
{
	struct store_history h;
	struct gk_record r;
	json_t *list, *one, *out = NULL;
	size_t i;
	bool there = false;

	if (act_read(s, docid, &h, &r, NULL) != GK_OK)
		return NULL;
	list = json_deep_copy(json_object_get(r.meta, "relations"));
	if (!json_is_array(list)) {
		json_decref(list);
		list = json_array();
	}
	json_array_foreach(list, i, one)
		there = there || strcmp(json_string_value(one), relation) == 0;
	if (!there && json_array_size(list) < RELATIONS_MAX) {
		json_array_append_new(list, json_string(relation));
		out = json_pack("{s:O}", "relations", list);
	}
	json_decref(list);
	gk_record_free(&r);
	store_history_free(&h);
	return out;
}

static enum gk_status
relate(struct store *s, const char *actor, const char *id, const char *kind, const char *other, size_t *n, struct gk_err *err)
{
	char relation[96], now[32], number[32];
	struct act_plan plan;
	uint32_t docid;
	json_t *meta, *json;
	enum gk_status st = act_find(s, id, &docid, err);

	if (st == GK_OK && store_touched(s, docid))
		st = store_commit(s, err);
	if (st != GK_OK)
		return st;
	snprintf(relation, sizeof relation, "%s:%s", kind, other);
	meta = relation_added(s, docid, relation);
	if (meta == NULL)
		return GK_OK;
	gk_now_utc(now);
	json = gk_act_json(id, "correct_metadata", GK_NO_DATE, now, actor, json_pack("{s:s}", "reason", strcmp(kind, "attachment_of") == 0 ? "网页链接的附件" : "链接的附件已收入"), meta);
	if (json == NULL)
		return gk_nomem(err);
	st = act_plan(s, docid, json, &plan, err);
	if (st != GK_OK)
		return st;
	st = act_append(s, &plan, number, err);
	act_plan_free(&plan);
	*n += st == GK_OK;
	return st;
}

/* A link that led somewhere is done with; the others wait, for a folder that is watched may get the file later. */
static enum gk_status
one_page(struct attach *a, json_t *page, struct store *s, const char *actor, attach_known *known, void *arg, size_t *n, struct gk_err *err)
{
	json_t *links = json_copy(json_object_get(page, "links")), *waiting = json_array(), *link;
	enum gk_status st = GK_OK;
	size_t i;

	json_array_foreach(links, i, link) {
		char path[PATH_BYTES], id[64];
		const char *of_run;

		if (!resolve(json_str(page, "path"), json_string_value(link), path))
			continue;
		of_run = json_string_value(json_object_get(a->ids, path));
		if (of_run == NULL && !known(arg, path, id)) {
			json_array_append(waiting, link);
			continue;
		}
		if (of_run != NULL)
			snprintf(id, sizeof id, "%s", of_run);
		if (strcmp(id, json_str(page, "id")) == 0)
			continue;
		st = relate(s, actor, id, "attachment_of", json_str(page, "id"), n, err);
		if (st == GK_OK)
			st = relate(s, actor, json_str(page, "id"), "has_attachment", id, n, err);
		/* One that cannot be registered (withdrawn, destroyed meanwhile) costs itself. */
		if (st == GK_REFUSED)
			st = GK_OK;
		if (st != GK_OK)
			break;
	}
	json_object_set_new(page, "links", waiting);
	json_decref(links);
	return st;
}

/* Of the pages, those that still wait for a file, the last so many of them. */
static void
trim(struct attach *a)
{
	for (size_t i = json_array_size(a->pages); i > 0; i--)
		if (json_array_size(json_object_get(json_array_get(a->pages, i - 1), "links")) == 0)
			json_array_remove(a->pages, i - 1);
	while (json_array_size(a->pages) > WAITING_MAX)
		json_array_remove(a->pages, 0);
	json_object_clear(a->ids);
}

enum gk_status
attach_register(struct attach *a, struct store *s, const char *actor, attach_known *known, void *arg, size_t *n, struct gk_err *err)
{
	json_t *page;
	enum gk_status st = GK_OK;
	size_t i;

	*n = 0;
	json_array_foreach(a->pages, i, page)
		if ((st = one_page(a, page, s, actor, known, arg, n, err)) != GK_OK)
			return st;
	trim(a);
	return *n > 0 ? store_commit(s, err) : GK_OK;
}
