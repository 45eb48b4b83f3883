/*
 * What a walk over all records gives, for the page of the day and the archivist's tables: made once and kept until the archive has grown or the day has changed.
 *
 *   { "on", "records", "new": [record…] newest first, "new_today": n, "unchecked": [record + "suggested": proposal…], "no_number": [record…],
 *     "review": [of keeping_review_json, + "number"…], "proposals": [of proposal_json…], "due": { lists of indexer/due.h },
 *     "keep": [ { "code", "label", "label_en", "year", "count", "bytes", "due", "held", "reach": { segment: up to which byte its events stand there } }… ], "holds": [of keeping_held…], "damaged": n }
 *   record: { "id", "title", "number", "org", "date", "status": code, "badge", "badge_en", "access", "event": its newest }
 */
#include "desk/desk.h"

#include "base/io.h"
#include "indexer/act.h"
#include "indexer/due.h"
#include "indexer/proposals.h"
#include "indexer/resolve.h"
#include "record/field.h"
#include "record/history.h"
#include "record/review.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NEW_DAYS = 30, SHOWN = 200, DUE_DAYS = 60 };

struct walk {
	struct store *store;
	struct due due;
	struct keeping_holds holds;
	json_t *all, *fresh, *unchecked, *no_number, *review, *keep;
	uint32_t today;
	size_t records, damaged, today_new;
};

static json_t *
record_json(const struct store_history *h, const struct gk_record *r)
{
	struct gk_status_of v = gk_validity_at(h->events, h->n, gk_date_today(), NULL);
	char badge_zh[1024], badge_en[1024], date[12];

	gk_validity_badge(&v, GK_ZH, badge_zh, sizeof badge_zh);
	gk_validity_badge(&v, GK_EN, badge_en, sizeof badge_en);
	gk_date_format(gk_event_day(&h->events[0]), date);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", r->id, "title", gk_meta_get(r->meta, "title"), "number", gk_meta_get(r->meta, "docno"), "org",
			 gk_meta_get(r->meta, "issuer"), "date", date, "status", gk_validity_names[v.code].code, "badge", badge_zh, "badge_en", badge_en, "access",
			 gk_access_names[gk_access_at(h->events, h->n, NULL).code].code, "event", h->events[h->n - 1].event);
}

static void
push(json_t *list, json_t *one)
{
	if (json_array_size(list) < SHOWN)
		json_array_append(list, one);
}

/* One cell of the table by term and year. */
static json_t *
keep_row(struct walk *w, const char *code, int year)
{
	json_t *row;
	size_t i;

	json_array_foreach(w->keep, i, row)
		if (num(row, "year") == year && strcmp(str(row, "code"), code) == 0)
			return row;
	row = json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:{}}", "code", code, "year", year, "count", 0, "bytes", 0, "due", 0, "held", 0, "reach");
	json_array_append_new(w->keep, row);
	return row;
}

static void
raise(json_t *row, const char *key, json_int_t by)
{
	json_object_set_new(row, key, json_integer(num(row, key) + by));
}

/* How far a segment must have been read for this record, too, to be verified. */
static void
reach(json_t *row, const struct store_history *h)
{
	json_t *all = json_object_get(row, "reach");
	char segment[16];

	for (size_t i = 0; i < h->n; i++) {
		json_int_t end = (json_int_t)(h->places[i].offset + h->places[i].length);

		snprintf(segment, sizeof segment, "%u", h->places[i].segment);
		if (num(all, segment) < end)
			json_object_set_new(all, segment, json_integer(end));
	}
}

static void
count_kept(struct walk *w, const struct store_history *h, const struct gk_record *r)
{
	struct gk_retention_of k = gk_retention_at(h->events, h->n, GK_NO_DATE, NULL);
	const char *code = k.state == GK_R_UNFILED ? "" : gk_keep_names[k.keep].code;
	json_t *row = keep_row(w, code != NULL ? code : "", gk_record_year(r));

	raise(row, "count", 1);
	raise(row, "bytes", num(r->content, "bytes"));
	raise(row, "due", k.state == GK_R_DUE_APPRAISAL || k.state == GK_R_DUE_TRANSFER || k.state == GK_R_APPROVED_DESTROY);
	raise(row, "held", k.n_holds > 0);
	reach(row, h);
}

static void
look_at_review(struct walk *w, const struct store_history *h, const struct gk_record *r)
{
	struct gk_access_of a = gk_access_at(h->events, h->n, NULL);
	struct gk_review v;
	json_t *one;

	if (a.code != GK_A_UNDER_REVIEW && a.code != GK_A_DRAFT)
		return;
	gk_review_of(h->events, h->n, &v);
	one = keeping_review_json(w->store, r, &a, &v);
	json_object_set_new(one, "number", json_string(gk_meta_get(r->meta, "docno")));
	push(w->review, one);
	json_decref(one);
}

static enum gk_status
look_at(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err)
{
	struct walk *w = arg;
	struct gk_date day = gk_event_day(&h->events[0]);
	json_t *one;

	if (gk_retention_destroyed(h->events, h->n))
		return GK_OK;
	w->records++;
	count_kept(w, h, r);
	/* These lists are one for all who log in; what is sealed is not for all of them. */
	if (gk_access_at(h->events, h->n, NULL).code == GK_A_SEALED)
		return GK_OK;
	one = record_json(h, r);
	if (gk_date_first_day(day) + NEW_DAYS >= w->today) {
		json_array_insert(w->fresh, 0, one);
		json_array_remove(w->fresh, SHOWN);
		w->today_new += gk_date_first_day(day) == w->today;
	}
	if (strcmp(str(one, "status"), "unknown") == 0)
		push(w->unchecked, one);
	if (strcmp(gk_meta_get(r->meta, "norm_level"), "norm_doc") == 0 && *gk_meta_get(r->meta, "docno") == '\0' && *gk_meta_get(r->meta, "reg_no") == '\0')
		push(w->no_number, one);
	json_decref(one);
	look_at_review(w, h, r);
	keeping_held(&w->holds, docid, h, r, err);
	return due_one(&w->due, docid, h, r, err);
}

static void
damaged(void *arg, const struct gk_err *err)
{
	struct walk *w = arg;

	(void)err;
	w->damaged++;
}

/* ---- proposals ---- */

static enum gk_status
add_proposals(struct store *s, uint32_t docid, json_t *list, struct gk_err *err)
{
	struct proposer p;
	enum gk_status st = proposer_read(s, docid, &p, err);

	if (st == GK_END || st == GK_REFUSED)
		return GK_OK;
	for (size_t i = 0; st == GK_OK && i < proposer_count(&p) && json_array_size(list) < SHOWN; i++) {
		struct resolved r;
		json_t *one;

		if (p.decided[i])
			continue;
		/* Close ones are looked for when the proposal is on a screen: that takes longer than all else here. */
		st = proposal_resolve(s, &p, i, false, &r, err);
		if (st != GK_OK)
			break;
		one = proposal_json(&p, i, &r);
		if (strcmp(str(one, "state"), "pending") == 0)
			json_array_append(list, one);
		json_decref(one);
	}
	proposer_free(&p);
	return st;
}

static enum gk_status
all_proposals(struct store *s, json_t *list, struct gk_err *err)
{
	uint32_t *docids = NULL;
	size_t n = 0;
	enum gk_status st = proposers(s, &docids, &n, err);

	for (size_t i = n; st == GK_OK && i > 0; i--)
		st = add_proposals(s, docids[i - 1], list, err);
	free(docids);
	return st;
}

/* Beside each unchecked document, what some other text says of it. */
static void
suggest(json_t *unchecked, const json_t *list)
{
	json_t *record;
	const json_t *one, *target;
	size_t i, k, m;

	json_array_foreach(unchecked, i, record)
		json_array_foreach(list, k, one)
			json_array_foreach(json_object_get(one, "targets"), m, target)
				if (strcmp(str(target, "id"), str(record, "id")) == 0)
					json_object_set(record, "suggested", (json_t *)one);
}

/* ---- making it ---- */

static int
by_year(const void *x, const void *y)
{
	const json_t *a = *(json_t *const *)x, *b = *(json_t *const *)y;

	return num(a, "year") != num(b, "year") ? (num(a, "year") < num(b, "year") ? 1 : -1) : strcmp(str(a, "code"), str(b, "code"));
}

static json_t *
sorted(json_t *list)
{
	size_t n = json_array_size(list);
	json_t **row = calloc(n + 1, sizeof *row), *out = json_array();

	for (size_t i = 0; row != NULL && i < n; i++)
		row[i] = json_array_get(list, i);
	if (row != NULL)
		qsort(row, n, sizeof *row, by_year);
	for (size_t i = 0; row != NULL && i < n; i++)
		json_array_append(out, row[i]);
	free(row);
	return out;
}

static json_t *
due_json(struct due *d)
{
	static const char *const keys[] = { "takes_effect", "expires", "lapses", "by_policy", "appraise", "transfer", "late" };
	json_t *out = json_object();

	due_end(d);
	for (size_t i = 0; due_list(d, i) != NULL; i++)
		json_object_set(out, keys[i], *due_list(d, i));
	return out;
}

static enum gk_status
make(struct call *c, json_t **out)
{
	struct store s;
	struct walk w = { .store = &s, .fresh = json_array(), .unchecked = json_array(), .no_number = json_array(), .review = json_array(), .keep = json_array(),
			  .holds = { .list = json_array() } };
	json_t *proposals = json_array();
	char day[12];
	enum gk_status st = due_days(&w.due, NULL, NULL, DUE_DAYS, &c->err);

	w.today = gk_date_first_day(gk_date_today());
	if (st == GK_OK && (st = call_read(c, &s)) == GK_OK) {
		st = due_begin(&w.due, &s, c->desk->archive, &c->err);
		if (st == GK_OK)
			st = keeping_walk(&s, look_at, damaged, &w, &c->err);
		if (st == GK_OK)
			st = all_proposals(&s, proposals, &c->err);
		suggest(w.unchecked, proposals);
		gk_date_format(gk_date_today(), day);
		if (st == GK_OK)
			*out = json_pack("{s:s, s:i, s:O, s:i, s:O, s:O, s:O, s:O, s:o, s:o, s:O, s:i}", "on", day, "records", (int)w.records, "new", w.fresh, "new_today", (int)w.today_new,
					 "unchecked", w.unchecked, "no_number", w.no_number, "review", w.review, "proposals", proposals, "due", due_json(&w.due), "keep", sorted(w.keep),
					 "holds", w.holds.list, "damaged", (int)w.damaged);
		due_free(&w.due);
		store_close(&s);
	}
	json_decref(w.fresh);
	json_decref(w.unchecked);
	json_decref(w.no_number);
	json_decref(w.review);
	json_decref(w.keep);
	json_decref(w.holds.list);
	json_decref(proposals);
	return st == GK_OK && *out == NULL ? gk_nomem(&c->err) : st;
}

/* The archive is only appended to: its bytes and the day say whether anything can have changed. */
static void
stamp_of(const char *archive, char out[64])
{
	char *dir = gk_path(archive, "warc"), day[12];
	DIR *d = dir != NULL ? opendir(dir) : NULL;
	unsigned long long bytes = 0, files = 0;
	const struct dirent *e;
	struct stat info;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (fstatat(dirfd(d), e->d_name, &info, 0) == 0 && S_ISREG(info.st_mode)) {
			bytes += (unsigned long long)info.st_size;
			files++;
		}
	if (d != NULL)
		closedir(d);
	free(dir);
	gk_date_format(gk_date_today(), day);
	snprintf(out, 64, "%s %llu %llu", day, files, bytes);
}

enum gk_status
overview(struct call *c, json_t **out)
{
	struct desk *d = c->desk;
	enum gk_status st = GK_OK;
	json_t *fresh = NULL;
	char stamp[64];

	pthread_mutex_lock(&d->overview_lock);
	stamp_of(d->archive, stamp);
	if (d->overview == NULL || strcmp(stamp, d->stamp) != 0) {
		st = make(c, &fresh);
		if (st == GK_OK) {
			json_decref(d->overview);
			d->overview = fresh;
			memcpy(d->stamp, stamp, sizeof stamp);
		}
	}
	/* A copy: counts of references are not for several threads. */
	*out = st == GK_OK ? json_deep_copy(d->overview) : NULL;
	pthread_mutex_unlock(&d->overview_lock);
	return st;
}

enum gk_status
overview_part(struct call *c, const char *name)
{
	json_t *all = NULL;
	enum gk_status st = overview(c, &all);

	if (st == GK_OK)
		c->out = json_pack("{s:O}", name, json_object_get(all, name));
	json_decref(all);
	return st;
}
