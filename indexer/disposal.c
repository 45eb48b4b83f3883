/* Destruction of documents: order, events, segments, index. */
#include "indexer/disposal.h"

#include "archive/destroy.h"
#include "base/io.h"
#include "record/act.h"
#include "record/retention.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- what goes --------------------------------------------------------------------------------------------- */

struct victims { struct gk_victim *v; size_t n, room; };

static bool
add_victim(struct victims *all, const json_t *place)
{
	const json_t *loc = json_object_get(place, "loc");
	const char *id = json_string_value(json_object_get(place, "record"));
	struct gk_victim v = { .loc = { .segment = (uint32_t)json_integer_value(json_array_get(loc, 0)), .offset = (uint64_t)json_integer_value(json_array_get(loc, 1)),
					.length = (uint32_t)json_integer_value(json_array_get(loc, 2)) } };

	if (id == NULL || v.loc.segment == 0)
		return true;
	for (size_t i = all->n; i-- > 0 && all->n - i < 64; )
		if (all->v[i].loc.segment == v.loc.segment && all->v[i].loc.offset == v.loc.offset)
			return true;	/* text that is its own original */
	if (all->n == all->room) {
		size_t room = all->room == 0 ? 64 : 2 * all->room;
		struct gk_victim *grown = realloc(all->v, room * sizeof *grown);

		if (grown == NULL)
			return false;
		all->v = grown;
		all->room = room;
	}
	snprintf(v.id, sizeof v.id, "%s", id);
	all->v[all->n++] = v;
	return true;
}

/* Original and text of every version. */
static enum gk_status
victims_of(struct disposal_document *doc, struct victims *all, struct gk_err *err)
{
	size_t before = all->n;

	for (size_t i = 0; i < doc->history.n; i++) {
		const json_t *content = json_object_get(doc->history.events[i].json, "content");

		if (!add_victim(all, json_object_get(content, "original")) || !add_victim(all, json_object_get(content, "text")))
			return gk_nomem(err);
	}
	doc->payloads = all->n - before;
	return GK_OK;
}

/* --- the order and its events ----------------------------------------------------------------------------------- */

static enum gk_status
destroy_event(struct store *s, uint32_t docid, struct store_history *h, json_t *act, const char *actor, const char *order, struct gk_err *err)
{
	char number[32], now[32];
	json_t *json;

	gk_now_utc(now);
	snprintf(number, sizeof number, "e-%06u", s->events + 1);
	json_object_set_new(act, "destruction", json_string(order));
	json = gk_act_json(h->events[0].id, "destroy", GK_NO_DATE, now, actor, act, NULL);
	if (json == NULL)
		return gk_nomem(err);
	json_object_set_new(json, "event", json_string(number));
	return store_act(s, json, docid, h, err);
}

static json_t *
documents_json(struct disposal_document *docs, size_t n)
{
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++) {
		json_object_set_new(docs[i].act, "records", json_integer((json_int_t)docs[i].payloads));
		json_array_append_new(out, json_pack("{s:s, s:O}", "id", docs[i].history.events[0].id, "act", docs[i].act));
	}
	return out;
}

/* --- afterwards --------------------------------------------------------------------------------------------------- */

static bool
has_event(const struct store_history *h, const char *order)
{
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->events[i].type, "destroy") == 0) {
			const char *by = json_string_value(json_object_get(json_object_get(h->events[i].json, "act"), "destruction"));

			if (by != NULL && strcmp(by, order) == 0)
				return true;
		}
	return false;
}

/* The order is one record and its events are many: a crash between them left some out. */
static enum gk_status
missing_events(struct store *s, const json_t *order, const char *order_id, struct gk_err *err)
{
	const char *actor = json_string_value(json_object_get(order, "actor"));
	const json_t *doc;
	size_t i;
	bool any = false;
	enum gk_status st = GK_OK;

	json_array_foreach(json_object_get(order, "documents"), i, doc) {
		const char *id = json_string_value(json_object_get(doc, "id"));
		struct store_history h;
		uint32_t docid;

		st = id == NULL ? GK_END : gk_catalog_find(s->seen, id, &docid, err);
		if (st == GK_END)
			continue;
		if (st == GK_OK)
			st = store_history(s, docid, &h, err);
		if (st != GK_OK)
			return st;
		if (!has_event(&h, order_id)) {
			st = destroy_event(s, docid, &h, json_deep_copy(json_object_get(doc, "act")), actor == NULL ? "?" : actor, order_id, err);
			any = true;
		}
		store_history_free(&h);
		if (st != GK_OK)
			return st;
	}
	return any ? store_commit(s, err) : GK_OK;
}

/* Generations that were set aside as damaged hold the words too. */
static enum gk_status
remove_damaged(struct store *s, struct gk_err *err)
{
	DIR *d = opendir(s->index_dir);
	struct dirent *e;
	enum gk_status st = GK_OK;

	while (st == GK_OK && d != NULL && (e = readdir(d)) != NULL) {
		char *path = strncmp(e->d_name, "damaged-", 8) == 0 ? gk_path(s->index_dir, e->d_name) : NULL;

		if (path != NULL)
			st = gk_remove_tree(path, err);
		free(path);
	}
	if (d != NULL)
		closedir(d);
	return st;
}

static enum gk_status
torn_tails(struct store *s, const json_t *order, unsigned *removed, unsigned *unread, struct gk_err *err)
{
	char (*digests)[GK_WARC_DIGEST] = NULL;
	size_t n = 0, room = 0, i, k;
	const json_t *part, *one;
	enum gk_status st = GK_OK;

	json_array_foreach(json_object_get(order, "segments"), i, part)
		room += json_array_size(json_object_get(part, "records"));
	digests = calloc(room + 1, sizeof *digests);
	if (digests == NULL)
		return gk_nomem(err);
	json_array_foreach(json_object_get(order, "segments"), i, part)
		json_array_foreach(json_object_get(part, "records"), k, one) {
			struct gk_loc loc = { .segment = (uint32_t)json_integer_value(json_object_get(part, "segment")), .offset = (uint64_t)json_integer_value(json_array_get(one, 1)),
					      .length = (uint32_t)json_integer_value(json_array_get(one, 2)) };
			struct gk_warc_rec rec;

			/* The tombstone still has the digest. */
			if (st != GK_OK || gk_archive_read(s->archive, loc, &rec, NULL) != GK_OK)
				continue;
			snprintf(digests[n++], GK_WARC_DIGEST, "%s", rec.block_digest);
			gk_warc_rec_free(&rec);
		}
	st = gk_destroy_torn(s->dir, digests, n, removed, unread, err);
	free(digests);
	return st;
}

static enum gk_status
finish(struct store *s, const json_t *order, struct gk_loc at, const char *order_id, unsigned *removed, unsigned *unread, struct gk_err *err)
{
	enum gk_status st = missing_events(s, order, order_id, err);

	if (st == GK_OK)
		st = gk_destroy_carry_out(s->archive, s->dir, order, at, err);
	if (st == GK_OK)
		st = torn_tails(s, order, removed, unread, err);
	if (st == GK_OK)
		st = remove_damaged(s, err);
	/* Glass keeps the bytes of deleted words, and the text store only grows: a new generation holds nothing of them. */
	if (st == GK_OK)
		st = store_rebuild(s, NULL, err);
	if (st == GK_OK)
		st = gk_destroy_done(s->dir, err);
	return st == GK_OK ? gk_catalog_refresh(s->seen, NULL, err) : st;
}

/* --- the whole -------------------------------------------------------------------------------------------------------- */

static enum gk_status
order_and_events(struct store *s, struct disposal_document *docs, size_t n, const char *actor, struct gk_destruction *d, struct gk_put *put, struct gk_loc *at, struct gk_err *err)
{
	enum gk_status st = gk_destroy_order(s->append, d, put, at, err);

	for (size_t i = 0; st == GK_OK && i < n; i++) {
		json_t *act = json_deep_copy(docs[i].act);

		st = act == NULL ? gk_nomem(err) : destroy_event(s, docs[i].docid, &docs[i].history, act, actor, put->id, err);
	}
	return st == GK_OK ? store_commit(s, err) : st;
}

enum gk_status
disposal_run(struct store *s, struct disposal_document *docs, size_t n, const char *actor, json_t *words, unsigned *removed, unsigned *unread, struct gk_err *err)
{
	struct victims all = { NULL, 0, 0 };
	struct gk_destruction *d = NULL;
	struct gk_put put = { .type = GK_WARC_METADATA };
	struct gk_loc at;
	enum gk_status st = GK_OK;

	*removed = *unread = 0;
	for (size_t i = 0; st == GK_OK && i < n; i++)
		st = victims_of(&docs[i], &all, err);
	if (st == GK_OK) {
		json_object_set_new(words, "actor", json_string(actor));
		json_object_set_new(words, "documents", documents_json(docs, n));
		st = gk_destroy_prepare(s->append, s->archive, s->dir, all.v, all.n, words, &d, err);
	}
	if (st == GK_OK)
		st = order_and_events(s, docs, n, actor, d, &put, &at, err);
	if (st == GK_OK)
		st = finish(s, words, at, put.id, removed, unread, err);
	gk_destroy_free(d);
	json_decref(words);
	free(all.v);
	return st;
}

/* --- after an interruption ------------------------------------------------------------------------------------------------ */

bool
disposal_pending(const char *dir)
{
	char *path = gk_path(dir, "destroy.pending");
	bool there = path != NULL && access(path, F_OK) == 0;

	free(path);
	return there;
}

static enum gk_status
id_at(struct store *s, struct gk_loc at, char id[GK_WARC_ID], struct gk_err *err)
{
	struct gk_warc_rec rec;
	enum gk_status st = gk_archive_read(s->archive, at, &rec, err);

	if (st == GK_OK) {
		memcpy(id, rec.id, GK_WARC_ID);
		gk_warc_rec_free(&rec);
	}
	return st;
}

enum gk_status
disposal_recover(struct store *s, enum disposal_found *found, size_t *n, struct gk_err *err)
{
	json_t *order = NULL;
	struct gk_loc at;
	char id[GK_WARC_ID];
	unsigned removed, unread;
	enum gk_status st = disposal_pending(s->dir) ? gk_destroy_pending(s->archive, s->dir, &order, &at, err) : GK_END;

	*found = DISPOSAL_NONE;
	*n = 0;
	if (st != GK_OK)
		return st == GK_END ? GK_OK : st;
	if (order == NULL) {
		*found = DISPOSAL_NOTHING_HAPPENED;
		return gk_destroy_drop(s->dir, err);
	}
	*n = json_array_size(json_object_get(order, "documents"));
	*found = DISPOSAL_COMPLETED;
	st = id_at(s, at, id, err);
	if (st == GK_OK)
		st = finish(s, order, at, id, &removed, &unread, err);
	json_decref(order);
	return st;
}
