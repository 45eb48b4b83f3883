#include "indexer/attach.h"

#include "base/io.h"
#include "indexer/act.h"
#include "indexer/json.h"
#include "record/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, RELATIONS_MAX = 200, FILE_BYTES = 64 << 20 };

struct attach {
	char *file, here[PATH_BYTES];	/* here: the folder that paths begin in, "" if it is not known */
	json_t *ids;		/* place: id */
	json_t *pages;		/* place: {"at","id","digest","links"}, of this run with "path" as it was given; in the order in which they came */
	bool changed;
};

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

/* --- what waits --------------------------------------------------------------------------------------------------------- */

/* A path as it was given, from the root of the file system; false if it is no place that a file can have. */
static bool
place_of(const struct attach *a, const char *path, char out[PATH_BYTES])
{
	int n = snprintf(out, PATH_BYTES, "%s%s%s", *path == '/' ? "" : a->here, *path == '/' ? "" : "/", path);

	return n > 0 && n < PATH_BYTES && tidy(out);
}

static void
add_page(struct attach *a, json_t *page)
{
	const char *at = json_str(page, "at");

	/* A newer one of the same place comes behind those that waited longer. */
	json_object_del(a->pages, at);
	json_object_set_new(a->pages, at, page);
}

static bool
is_page(const json_t *page)
{
	const json_t *links = json_object_get(page, "links"), *link;
	size_t i;

	json_array_foreach(links, i, link)
		if (!json_is_string(link))
			return false;
	return json_is_array(links) && *json_str(page, "at") == '/' && *json_str(page, "id") != '\0' && *json_str(page, "digest") != '\0';
}

static void
read_waiting(struct attach *a)
{
	struct gk_buf b;

	if (gk_read_file(a->file, FILE_BYTES, &b, NULL) != GK_OK)
		return;
	for (size_t at = 0; at < b.n;) {
		const char *nl = memchr(b.p + at, '\n', b.n - at);
		json_t *page = nl == NULL ? NULL : json_loadb(b.p + at, (size_t)(nl - b.p) - at, 0, NULL);

		if (nl == NULL)
			break;
		if (is_page(page))
			add_page(a, json_incref(page));
		json_decref(page);
		at = (size_t)(nl - b.p) + 1;
	}
	gk_buf_free(&b);
}

/* Failures only cost the memory of what waited. */
static void
keep_waiting(struct attach *a)
{
	struct gk_buf b;
	const char *key;
	json_t *page;

	if (!a->changed)
		return;
	gk_buf_init(&b, FILE_BYTES);
	json_object_foreach(a->pages, key, page) {
		char *line;

		json_object_del(page, "path");
		line = json_dumps(page, JSON_COMPACT);
		if (line != NULL && gk_buf_puts(&b, line))
			gk_buf_putc(&b, '\n');
		free(line);
	}
	if (!b.failed)
		gk_replace_file(a->file, 0600, b.p == NULL ? "" : b.p, b.n, NULL);
	gk_buf_free(&b);
	a->changed = false;
}

struct attach *
attach_open(const char *archive)
{
	struct attach *a = calloc(1, sizeof *a);

	if (a == NULL)
		return NULL;
	a->file = gk_path(archive, "index/links");
	a->ids = json_object();
	a->pages = json_object();
	if (a->file == NULL || a->ids == NULL || a->pages == NULL) {
		attach_close(a);
		return NULL;
	}
	if (getcwd(a->here, sizeof a->here) == NULL)
		a->here[0] = '\0';
	read_waiting(a);
	return a;
}

void
attach_close(struct attach *a)
{
	if (a == NULL)
		return;
	json_decref(a->ids);
	json_decref(a->pages);
	free(a->file);
	free(a);
}

void
attach_took(struct attach *a, const char *path, const char *id, const char *digest, const json_t *links)
{
	char at[PATH_BYTES];
	json_t *page;

	if (!place_of(a, path, at))
		return;
	/* A name that is no UTF-8 cannot be in a link that is. */
	json_object_set_new(a->ids, at, json_string(id));
	if (json_array_size(links) == 0) {
		a->changed |= json_object_del(a->pages, at) == 0;
		return;
	}
	page = json_pack("{s:s, s:s, s:s, s:s, s:O}", "path", path, "at", at, "id", id, "digest", digest, "links", links);
	if (page != NULL)
		add_page(a, page);
	a->changed = true;
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

/* The record of the file that a page links to; false: it is not here yet. */
static bool
linked(const struct attach *a, const json_t *page, const char *link, attach_known *known, void *arg, char id[64])
{
	char path[PATH_BYTES];
	const char *of_run = resolve(json_str(page, "at"), link, path) ? json_string_value(json_object_get(a->ids, path)) : NULL;

	if (of_run != NULL)
		snprintf(id, 64, "%s", of_run);
	/* Of a page that waits, what came in former runs was asked then. */
	return of_run != NULL || (*json_str(page, "path") != '\0' && resolve(json_str(page, "path"), link, path) && known(arg, path, NULL, id));
}

/* Could the link lead anywhere? */
static bool
may_come(const json_t *page, const char *link)
{
	char path[PATH_BYTES];

	return resolve(json_str(page, "at"), link, path);
}

/* A link that led somewhere is done with; the others wait: the file may come later. */
static enum gk_status
one_page(struct attach *a, json_t *page, struct store *s, const char *actor, attach_known *known, void *arg, size_t *n, struct gk_err *err)
{
	json_t *links = json_copy(json_object_get(page, "links")), *waiting = json_array(), *link;
	enum gk_status st = GK_OK;
	size_t i;

	json_array_foreach(links, i, link) {
		char id[64];

		if (!linked(a, page, json_string_value(link), known, arg, id)) {
			if (may_come(page, json_string_value(link)))
				json_array_append(waiting, link);
			continue;
		}
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
	a->changed |= json_array_size(waiting) < json_array_size(links);
	json_object_set_new(page, "links", waiting);
	json_decref(links);
	return st;
}

/* Of the pages, those that still wait for a file, the last so many of them. */
static void
trim(struct attach *a)
{
	const char *key;
	json_t *page;
	void *next;
	size_t waiting = 0, drop;

	json_object_foreach_safe(a->pages, next, key, page)
		if (json_array_size(json_object_get(page, "links")) == 0)
			json_object_del(a->pages, key);
	waiting = json_object_size(a->pages);
	drop = waiting > ATTACH_WAITING_MAX ? waiting - ATTACH_WAITING_MAX : 0;
	json_object_foreach_safe(a->pages, next, key, page)
		if (drop > 0) {
			json_object_del(a->pages, key);
			drop--;
		}
	json_object_clear(a->ids);
}

enum gk_status
attach_register(struct attach *a, struct store *s, const char *actor, attach_known *known, void *arg, size_t *n, struct gk_err *err)
{
	json_t *page;
	const char *key;
	enum gk_status st = GK_OK;

	*n = 0;
	/* Nothing came: nothing that waits can have got it. */
	if (json_object_size(a->ids) == 0)
		return GK_OK;
	json_object_foreach(a->pages, key, page) {
		char id[64];

		/* A line of the cache that is of another archive, or of a later state of this one. */
		if (*json_str(page, "path") == '\0' && !(known(arg, NULL, json_str(page, "digest"), id) && strcmp(id, json_str(page, "id")) == 0))
			continue;
		if ((st = one_page(a, page, s, actor, known, arg, n, err)) != GK_OK)
			return st;
	}
	if (*n > 0)
		st = store_commit(s, err);
	if (st == GK_OK) {
		trim(a);
		keep_waiting(a);
	}
	return st;
}
