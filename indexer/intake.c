/* Identity of documents (design.md 5), and their records. */
#include "indexer/intake.h"

#include "base/digest.h"
#include "base/io.h"
#include "base/utf8.h"
#include "catalog/schema.h"
#include "record/access.h"
#include "record/act.h"
#include "record/docno.h"
#include "record/field.h"
#include "record/proposal.h"
#include "record/retention.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY = 72 };

/* Keys of what is in the batch but not yet in the index: prefix and sha256. */
struct fresh {
	char key[KEY];
	char id[64];
};

/* Open addressing. */
struct batch { struct fresh *fresh; size_t slots, used; };

struct intake {
	struct store *store;
	char *actor;
	struct batch batch, committing;	/* what is in the batch, and in one that is being committed */
	/* Numbers given, by year. */
	struct { int year; unsigned last; } sequence[256];
	size_t n_sequence;
	size_t later_dates, held, blocked;
	char later_id[64], held_id[64];
};

/* --- what is new in this batch ---------------------------------------------------------------------------- */

static size_t
slot_of(const struct batch *b, const char *key)
{
	uint64_t h = 1469598103934665603u;

	for (const char *p = key; *p != '\0'; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	h ^= h >> 29;
	for (size_t at = h & (b->slots - 1);; at = (at + 1) & (b->slots - 1))
		if (b->fresh[at].key[0] == '\0' || strcmp(b->fresh[at].key, key) == 0)
			return at;
}

static enum gk_status
remember(struct intake *in, const char *key, const char *id, struct gk_err *err)
{
	struct batch *b = &in->batch;
	size_t at;

	if (b->used * 2 >= b->slots) {
		struct fresh *old = b->fresh;
		size_t n = b->slots;

		b->fresh = calloc(n * 2, sizeof *b->fresh);
		if (b->fresh == NULL) {
			b->fresh = old;
			return gk_nomem(err);
		}
		b->slots = n * 2;
		for (size_t i = 0; i < n; i++)
			if (old[i].key[0] != '\0')
				b->fresh[slot_of(b, old[i].key)] = old[i];
		free(old);
	}
	at = slot_of(b, key);
	if (b->fresh[at].key[0] == '\0')
		b->used++;
	snprintf(b->fresh[at].key, sizeof b->fresh[at].key, "%s", key);
	snprintf(b->fresh[at].id, sizeof b->fresh[at].id, "%s", id);
	return GK_OK;
}

static const char *
remembered(const struct batch *b, const char *key)
{
	const struct fresh *f = b->used == 0 ? NULL : &b->fresh[slot_of(b, key)];

	return f != NULL && f->key[0] != '\0' ? f->id : NULL;
}

/* Also in one that is being committed: nobody can look it up yet. */
static const char *
in_batch(const struct intake *in, const char *key)
{
	const char *id = remembered(&in->batch, key);

	return id != NULL ? id : remembered(&in->committing, key);
}

static void
empty(struct batch *b)
{
	if (b->used > 0)
		memset(b->fresh, 0, b->slots * sizeof *b->fresh);
	b->used = 0;
}

static bool
make_batch(struct batch *b)
{
	b->slots = 4096;
	b->fresh = calloc(b->slots, sizeof *b->fresh);
	return b->fresh != NULL;
}

enum gk_status
intake_open(struct store *s, const char *actor, struct intake **out, struct gk_err *err)
{
	struct intake *in;
	bool large;
	enum gk_status st = store_index_size(s, &large, err);

	if (st != GK_OK)
		return st;
	in = calloc(1, sizeof *in);
	if (in == NULL)
		return gk_nomem(err);
	in->store = s;
	in->actor = strdup(actor);
	if (in->actor == NULL || !make_batch(&in->batch) || !make_batch(&in->committing)) {
		intake_close(in);
		return gk_nomem(err);
	}
	*out = in;
	return GK_OK;
}

void
intake_close(struct intake *in)
{
	if (in == NULL)
		return;
	free(in->actor);
	free(in->batch.fresh);
	free(in->committing.fresh);
	free(in);
}

enum gk_status
intake_commit(struct intake *in, struct gk_err *err)
{
	enum gk_status st = store_commit(in->store, err);

	if (st == GK_OK) {
		empty(&in->batch);
		empty(&in->committing);
		in->n_sequence = 0;
	}
	return st;
}

/* What numbers were given is not asked of the index again: nobody else gives any. */
enum gk_status
intake_commit_begin(struct intake *in, struct gk_err *err)
{
	const struct batch free_one = in->committing;
	enum gk_status st = store_commit_begin(in->store, err);

	if (st == GK_OK) {
		in->committing = in->batch;
		in->batch = free_one;
	}
	return st;
}

enum gk_status
intake_committed(struct intake *in, bool wait, struct gk_err *err)
{
	enum gk_status st = store_committed(in->store, wait, err);

	if (st == GK_OK)
		empty(&in->committing);
	return st;
}

/* --- identity --------------------------------------------------------------------------------------------- */

struct keys {
	char digest[KEY], place[KEY], number[KEY];	/* prefix and sha256; "" if there is none */
};

static void
keys_of(const struct intake_doc *doc, struct keys *k)
{
	json_t *source = json_object();
	const char *docno = gk_meta_get(doc->meta, "docno"), *issuer = gk_meta_get(doc->meta, "issuer");
	char hex[65];
	struct gk_docno no;

	memset(k, 0, sizeof *k);
	snprintf(k->digest, sizeof k->digest, GK_X_DIGEST "%.64s", doc->digest);
	if (doc->source_id != NULL)
		json_object_set_new(source, "id", json_string(doc->source_id));
	if (gk_source_key(doc->meta, source, hex))
		snprintf(k->place, sizeof k->place, GK_X_URL "%.64s", hex);
	json_decref(source);
	if (*docno != '\0' && *issuer != '\0' && gk_docno_parse(docno, strlen(docno), &no) && gk_number_key(issuer, no.key, hex))
		snprintf(k->number, sizeof k->number, GK_X_NUMBER "%.64s", hex);
}

/* The record that has the key, committed or in this batch. */
static enum gk_status
owner(struct intake *in, const char *key, bool *fresh, uint32_t *docid, const char **fresh_id, struct gk_err *err)
{
	*fresh = false;
	if (key[0] == '\0')
		return GK_END;
	*fresh_id = in_batch(in, key);
	if (*fresh_id != NULL) {
		*fresh = true;
		return GK_OK;
	}
	return gk_catalog_find_by(in->store->seen, "", key, docid, err);
}

enum gk_status
intake_known(struct intake *in, const char *digest, char id[64], struct gk_err *err)
{
	char key[KEY];
	const char *fresh_id = NULL;
	bool fresh;
	uint32_t docid;
	struct store_history h;
	enum gk_status st;

	snprintf(key, sizeof key, GK_X_DIGEST "%.64s", digest);
	st = owner(in, key, &fresh, &docid, &fresh_id, err);
	if (st != GK_OK || id == NULL)
		return st;
	if (fresh) {
		snprintf(id, 64, "%s", fresh_id);
		return GK_OK;
	}
	st = store_history(in->store, docid, &h, err);
	if (st == GK_OK) {
		snprintf(id, 64, "%s", h.events[0].id);
		store_history_free(&h);
	}
	return st;
}

static unsigned
next_in_row(unsigned last)
{
	return gk_id_apart(last + 1) ? GK_ID_LOTS_END : last + 1;
}

/* A number that nobody can guess, of what nobody is to know of (record/event.h). */
static enum gk_status
draw_number(struct intake *in, int year, unsigned *number, struct gk_err *err)
{
	enum { TRIES = 1000 };

	for (int i = 0; i < TRIES; i++) {
		char id[64], key[KEY];
		const char *fresh_id;
		bool fresh;
		uint32_t docid;
		enum gk_status st;

		*number = GK_ID_LOTS + randombytes_uniform(GK_ID_LOTS_END - GK_ID_LOTS);
		gk_id_make(in->store->config.code, year, *number, id);
		snprintf(key, sizeof key, GK_X_HIDDEN "%.60s", id);
		st = owner(in, key, &fresh, &docid, &fresh_id, err);
		if (st == GK_END)
			st = gk_catalog_find(in->store->seen, id, &docid, err);
		if (st == GK_END)
			return remember(in, key, id, err);
		if (st != GK_OK)
			return st;
	}
	return gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "%d 年没有空着的编号给不公开的文件", "there is no free number left in %d for a document that is not public", year);
}

static enum gk_status
next_number(struct intake *in, int year, unsigned *number, struct gk_err *err)
{
	size_t i;
	unsigned last;
	enum gk_status st;

	for (i = 0; i < in->n_sequence; i++)
		if (in->sequence[i].year == year) {
			*number = in->sequence[i].last = next_in_row(in->sequence[i].last);
			return GK_OK;
		}
	/* An id is never given twice: if the index cannot tell the last one, no id is given. */
	st = store_last_number(in->store, year, &last, err);
	if (st != GK_OK)
		return st;
	if (i == sizeof in->sequence / sizeof *in->sequence)
		i = in->n_sequence = 0;
	in->sequence[i].year = year;
	*number = in->sequence[i].last = next_in_row(last);
	in->n_sequence = i + 1;
	return GK_OK;
}

/* --- records and events ------------------------------------------------------------------------------------- */

static json_t *
place_json(const struct gk_put *put, struct gk_loc loc)
{
	return json_pack("{s:s, s:[I, I, I]}", "record", put->id, "loc", (json_int_t)loc.segment, (json_int_t)loc.offset, (json_int_t)loc.length);
}

json_t *
intake_source(const struct intake_doc *doc)
{
	/* L31: a name is text, whatever bytes the file system had. */
	char digest[80], name[1024];
	json_t *out;

	gk_utf8_clean(doc->name == NULL ? "" : doc->name, name, sizeof name);
	out = json_pack("{s:s, s:s, s:s*}", "kind", doc->kind, "name", name, "id", doc->source_id);

	snprintf(digest, sizeof digest, "sha256:%s", doc->digest);
	if (out != NULL && doc->line > 0)
		json_object_set_new(out, "line", json_integer((json_int_t)doc->line));
	json_object_set_new(out, "digest", json_string(digest));
	if (doc->fields != NULL && json_object_size(doc->fields) > 0)
		json_object_set(out, "fields", doc->fields);
	return out;
}

enum gk_status
intake_bytes(struct store *s, const struct intake_doc *doc, const char *id, char original_id[GK_WARC_ID], json_t **content, struct gk_err *err)
{
	char uri[96];
	struct gk_put original = { .type = GK_WARC_RESOURCE, .target_uri = uri, .content_type = doc->type, .block = doc->original, .n = doc->original_n };
	struct gk_put text = { .type = GK_WARC_CONVERSION, .target_uri = uri, .content_type = "text/plain; charset=utf-8", .block = doc->text, .n = doc->text_n };
	struct gk_loc loc, text_loc;
	bool same = doc->text_n == doc->original_n && (doc->text == doc->original || memcmp(doc->text, doc->original, doc->text_n) == 0);
	json_t *place, *text_place;
	enum gk_status st;

	snprintf(uri, sizeof uri, STORE_URI "%s", id);
	st = gk_append_record(s->append, &original, &loc, err);
	if (st != GK_OK)
		return st;
	memcpy(original_id, original.id, GK_WARC_ID);
	/* What was text already is not stored twice. */
	if (!same) {
		text.refers_to = original.id;
		st = gk_append_record(s->append, &text, &text_loc, err);
		if (st != GK_OK)
			return st;
	}
	place = place_json(&original, loc);
	text_place = same ? json_deep_copy(place) : place_json(&text, text_loc);
	json_object_set_new(text_place, "digest", json_string(same ? original.digest : text.digest));
	json_object_set_new(text_place, "bytes", json_integer((json_int_t)doc->text_n));
	json_object_set_new(text_place, "source", json_string(doc->text_source));
	json_object_set_new(text_place, "tool", json_string(doc->tool));
	*content = json_pack("{s:s, s:I, s:s, s:o, s:o}", "type", doc->type, "bytes", (json_int_t)doc->original_n, "digest", original.digest, "original", place, "text", text_place);
	if (*content == NULL)
		return gk_nomem(err);
	if (doc->notes != NULL && json_array_size(doc->notes) > 0)
		json_object_set(*content, "notes", doc->notes);
	if (doc->inferred != NULL && json_object_size(doc->inferred) > 0)
		json_object_set(*content, "inferred", doc->inferred);
	return GK_OK;
}

static json_t *
event_json(struct intake *in, const char *id, const char *type, const struct intake_doc *doc, json_t *content)
{
	char number[32], now[32];
	json_t *out;

	snprintf(number, sizeof number, "e-%06u", in->store->events + 1);
	gk_now_utc(now);
	out = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:O, s:o}", "gongkai", GK_EVENT_FORMAT, "event", number, "id", id, "type", type, "recorded_at", now,
			"actor", in->actor, "meta", doc->meta, "source", intake_source(doc));
	if (out != NULL && content != NULL)
		json_object_set_new(out, "content", content);
	else if (out == NULL)
		json_decref(content);
	if (out != NULL && json_object_get(doc->meta, "effective_date") != NULL)
		json_object_set(out, "effective_date", json_object_get(doc->meta, "effective_date"));
	return out;
}

/*
 * What the text proposes, as the event behind the one that brings it; *out is NULL if it proposes nothing, or nothing but what
 * the copy before it did.  former: of a record that is there.
 */
static enum gk_status
proposals_json(struct intake *in, const char *id, const struct intake_look *look, const struct store_history *former, json_t **out, struct gk_err *err)
{
	char now[32], number[32];

	*out = NULL;
	if (look->act == NULL)
		return GK_OK;
	for (size_t i = former == NULL ? 0 : former->n; i-- > 0; )
		if (strcmp(former->events[i].type, "propose") == 0) {
			if (json_equal(json_object_get(look->act, "proposals"), json_object_get(json_object_get(former->events[i].json, "act"), "proposals")))
				return GK_OK;
			break;
		}
	gk_now_utc(now);
	*out = gk_act_json(id, "propose", look->effective, now, in->actor, json_incref(look->act), NULL);
	if (*out == NULL)
		return gk_nomem(err);
	snprintf(number, sizeof number, "e-%06u", in->store->events + 2);
	json_object_set_new(*out, "event", json_string(number));
	return GK_OK;
}

static int
year_of(const json_t *meta)
{
	static const char *const keys[] = { "formed_date", "published_at" };
	struct gk_date d;

	for (size_t i = 0; i < 2; i++) {
		const char *s = gk_meta_get(meta, keys[i]);

		if (*s != '\0' && gk_date_parse(s, strlen(s), &d))
			return d.year;
	}
	return gk_date_today().year;
}

static enum gk_status
remember_all(struct intake *in, const struct keys *k, const char *id, struct gk_err *err)
{
	enum gk_status st = remember(in, k->digest, id, err);

	if (st == GK_OK && k->place[0] != '\0')
		st = remember(in, k->place, id, err);
	if (st == GK_OK && k->number[0] != '\0')
		st = remember(in, k->number, id, err);
	return st;
}

/* --- what must not go out ----------------------------------------------------------------------------------------- */

/* A source may have said already that it does not show it. */
static void
hold_back(struct intake *in, const char *id, json_t *event, enum screen_holds holds)
{
	json_t *meta;

	if (*gk_meta_get(json_object_get(event, "meta"), "access") != '\0')
		return;
	meta = json_copy(json_object_get(event, "meta"));	/* the caller's own stays as it is */
	json_object_set_new(meta, "access", json_string(gk_access_names[GK_A_UNDER_REVIEW].code));
	json_object_set_new(event, "meta", meta);
	in->held++;
	in->blocked += holds == SCREEN_BLOCKED;
	snprintf(in->held_id, sizeof in->held_id, "%s", id);
}

/* Will everybody see it at once?  hold_back leaves what the document itself says. */
static bool
is_free(const json_t *meta, enum screen_holds holds)
{
	const char *stated = gk_meta_get(meta, "access");

	return *stated == '\0' ? holds == SCREEN_FREE : strcmp(stated, gk_access_names[GK_A_PUBLIC].code) == 0;
}

void
intake_look(const struct store *s, const struct intake_doc *doc, struct intake_look *out)
{
	*out = (struct intake_look){ .err = GK_ERR_INIT };
	out->st = screen_text(s, doc->text, doc->text_n, doc->meta, doc->fields, strcmp(doc->kind, "warc") == 0, &out->findings, &out->holds, &out->err);
	if (out->st != GK_OK || !s->config.propose)
		return;
	out->st = gk_propose(doc->text, doc->text_n, doc->meta, &out->act, &out->effective, &out->err);
	if (out->st == GK_END)
		out->st = GK_OK;
}

void
intake_look_free(struct intake_look *l)
{
	if (l == NULL)
		return;
	json_decref(l->findings);
	json_decref(l->act);
	l->findings = l->act = NULL;
}

/* What was found out of it before, or is now; own is to be freed. */
static enum gk_status
look_at(const struct intake *in, const struct intake_doc *doc, struct intake_look *own, const struct intake_look **look, struct gk_err *err)
{
	*look = doc->look;
	own->findings = own->act = NULL;
	if (doc->look == NULL) {
		intake_look(in->store, doc, own);
		*look = own;
	}
	if ((*look)->st != GK_OK && err != NULL)
		*err = (*look)->err;
	return (*look)->st;
}

static enum gk_status
first_events(struct intake *in, const struct intake_doc *doc, const struct intake_look *look, const char *id, json_t *content, json_t **event, json_t **also, struct gk_err *err)
{
	enum gk_status st;

	*event = event_json(in, id, "import_public", doc, content);
	if (*event == NULL)
		return gk_nomem(err);
	if (look->findings != NULL)
		json_object_set(*event, "findings", look->findings);
	if (look->holds != SCREEN_FREE)
		hold_back(in, id, *event, look->holds);
	st = proposals_json(in, id, look, NULL, also, err);
	if (st != GK_OK)
		json_decref(*event);
	return st;
}

static enum gk_status
add_new(struct intake *in, const struct intake_doc *doc, const struct keys *k, char id[64], struct gk_err *err)
{
	int year = year_of(doc->meta);
	char original[GK_WARC_ID];
	json_t *content, *event, *also = NULL;
	unsigned number;
	struct intake_look own;
	const struct intake_look *look;
	enum gk_status st = look_at(in, doc, &own, &look, err);

	if (st == GK_OK)
		st = is_free(doc->meta, look->holds) ? next_number(in, year, &number, err) : draw_number(in, year, &number, err);
	if (st == GK_OK) {
		gk_id_make(in->store->config.code, year, number, id);
		st = intake_bytes(in->store, doc, id, original, &content, err);
	}
	if (st == GK_OK)
		st = first_events(in, doc, look, id, content, &event, &also, err);
	if (st == GK_OK)
		st = store_event_also(in->store, event, also, original, in->store->records + 1, NULL, doc->text, doc->text_n, err);
	intake_look_free(&own);
	return st == GK_OK ? remember_all(in, k, id, err) : st;
}

/* It does not come back by being found again somewhere. */
static enum gk_status
was_destroyed(const struct store_history *h, struct gk_err *err)
{
	gk_fail(err, GK_REFUSED, GK_CAUSE_GONE, "'%s' 已依规销毁，不再收入", "'%s' was destroyed under authority and is not taken in again", h->events[0].id);
	gk_hint(err, "gongkai retention explain %s 说明依据", "gongkai retention explain %s tells by whom and why", h->events[0].id);
	return GK_REFUSED;
}

size_t
intake_later_dates(const struct intake *in, const char **id)
{
	*id = in->later_id;
	return in->later_dates;
}

size_t
intake_held(const struct intake *in, const char **id, size_t *blocked)
{
	*id = in->held_id;
	*blocked = in->blocked;
	return in->held;
}

static void
note_later_date(struct intake *in, const struct store_history *h, const struct intake_doc *doc)
{
	const char *s = gk_meta_get(doc->meta, "effective_date");
	struct gk_record r;
	struct gk_date d;

	if (!gk_date_parse(s, strlen(s), &d) || gk_record_fold(h->events, h->n, &r, NULL) != GK_OK)
		return;
	if (r.effective.year != 0 && gk_date_first_day(d) > gk_date_first_day(r.effective)) {
		in->later_dates++;
		snprintf(in->later_id, sizeof in->later_id, "%s", r.id);
	}
	gk_record_free(&r);
}

static enum gk_status
version_event(struct intake *in, const struct intake_doc *doc, const struct intake_look *look, const struct store_history *h, json_t *content, json_t **event, json_t **also,
	      struct gk_err *err)
{
	json_int_t version = 1;
	enum gk_status st;

	for (size_t i = 0; i < h->n; i++)
		version += json_object_get(h->events[i].json, "content") != NULL;
	*event = event_json(in, h->events[0].id, "import_public", doc, content);
	if (*event == NULL)
		return gk_nomem(err);
	json_object_set_new(*event, "version", json_integer(version));
	if (look->findings != NULL)
		json_object_set(*event, "findings", look->findings);
	st = proposals_json(in, h->events[0].id, look, h, also, err);
	if (st != GK_OK)
		json_decref(*event);
	return st;
}

/* Other bytes of a record that is there. */
static enum gk_status
add_version(struct intake *in, const struct intake_doc *doc, const struct keys *k, uint32_t docid, char id[64], struct gk_err *err)
{
	struct store_history h;
	char original[GK_WARC_ID];
	json_t *content, *event, *also = NULL;
	struct intake_look own = { .findings = NULL };
	const struct intake_look *look;
	enum gk_status st = store_history(in->store, docid, &h, err);

	if (st != GK_OK)
		return st;
	snprintf(id, 64, "%s", h.events[0].id);
	st = gk_retention_destroyed(h.events, h.n) ? was_destroyed(&h, err) : store_has_room(&h, true, 1, err);
	if (st == GK_OK)
		st = look_at(in, doc, &own, &look, err);
	if (st == GK_OK)
		st = screen_new_text(h.events, h.n, look->findings, look->holds, err);
	if (st == GK_OK)
		st = intake_bytes(in->store, doc, id, original, &content, err);
	if (st == GK_OK) {
		note_later_date(in, &h, doc);
		st = version_event(in, doc, look, &h, content, &event, &also, err);
	}
	if (st == GK_OK)
		st = store_event_also(in->store, event, also, original, docid, &h, doc->text, doc->text_n, err);
	intake_look_free(&own);
	store_history_free(&h);
	return st == GK_OK ? remember_all(in, k, id, err) : st;
}

static bool
same_source(const struct store_history *h, const struct intake_doc *doc)
{
	char clean[1024];

	gk_utf8_clean(doc->name == NULL ? "" : doc->name, clean, sizeof clean);
	for (size_t i = 0; i < h->n; i++) {
		const json_t *source = json_object_get(h->events[i].json, "source");
		const char *name = json_string_value(json_object_get(source, "name"));

		if (name != NULL && strcmp(name, clean) == 0)
			return true;
	}
	return false;
}

/* The same bytes: no payload again, only a note of the further source. */
static enum gk_status
add_source(struct intake *in, const struct intake_doc *doc, uint32_t docid, char id[64], struct gk_err *err)
{
	struct store_history h;
	char digest[80], uri[96];
	const json_t *content;
	struct gk_put put = { .type = GK_WARC_REVISIT, .target_uri = uri, .payload_digest = digest };
	struct gk_loc loc;
	json_t *event;
	struct gk_warc_rec text = { .type = GK_WARC_OTHER };
	struct gk_record record;
	enum gk_status st = store_history(in->store, docid, &h, err);

	if (st != GK_OK)
		return st;
	snprintf(id, 64, "%s", h.events[0].id);
	if (gk_retention_destroyed(h.events, h.n)) {
		st = was_destroyed(&h, err);
		store_history_free(&h);
		return st;
	}
	if (same_source(&h, doc)) {
		store_history_free(&h);
		return GK_OK;
	}
	st = store_has_room(&h, true, 1, err);
	if (st == GK_OK)
		st = gk_record_fold(h.events, h.n, &record, err);
	if (st != GK_OK) {
		store_history_free(&h);
		return st;
	}
	content = record.content;
	snprintf(digest, sizeof digest, "%s", json_string_value(json_object_get(content, "digest")));
	snprintf(uri, sizeof uri, STORE_URI "%s", id);
	put.refers_to = json_string_value(json_object_get(json_object_get(content, "original"), "record"));
	st = gk_append_record(in->store->append, &put, &loc, err);
	if (st == GK_OK)
		st = store_text(in->store, &record, &text, err);
	gk_record_free(&record);
	if (st == GK_OK) {
		event = event_json(in, id, "seen_again", doc, NULL);
		/* The further source states nothing new about the document. */
		json_object_del(event, "meta");
		json_object_del(event, "effective_date");
		st = store_event(in->store, event, put.id, docid, &h, text.block.p == NULL ? "" : text.block.p, text.block.n, err);
		gk_warc_rec_free(&text);
	}
	store_history_free(&h);
	return st;
}

enum gk_status
intake_add(struct intake *in, const struct intake_doc *doc, enum intake_result *result, char id[64], struct gk_err *err)
{
	struct keys k;
	uint32_t docid = 0;
	bool fresh = false;
	const char *fresh_id = NULL;
	char touched[KEY];
	enum gk_status st;

	keys_of(doc, &k);
	*result = INTAKE_DUPLICATE;
	st = owner(in, k.digest, &fresh, &docid, &fresh_id, err);
	if (st == GK_END) {
		*result = INTAKE_VERSION;
		st = owner(in, k.place, &fresh, &docid, &fresh_id, err);
	}
	if (st == GK_END)
		st = owner(in, k.number, &fresh, &docid, &fresh_id, err);
	if (st == GK_END) {
		*result = INTAKE_NEW;
		return add_new(in, doc, &k, id, err);
	}
	if (st != GK_OK)
		return st;
	/* Its first half is still on the way: let it arrive, then it is a record like any other. */
	if (fresh) {
		char known[64];

		snprintf(known, sizeof known, "%s", fresh_id);
		st = intake_commit(in, err);
		if (st == GK_OK)
			st = gk_catalog_find(in->store->seen, known, &docid, err);
		if (st != GK_OK)
			return st == GK_END ? gk_fail(err, GK_DEAD, GK_CAUSE_BUG, "刚登记的 '%s' 不在索引里", "'%s' was just added and is not in the index", known) : st;
	}
	/*
	 * A record's history is read as it was committed.  If this batch has added to it already, under whatever
	 * key, that must be committed first: else the index would forget it.
	 */
	snprintf(touched, sizeof touched, "#%u", docid);
	if (in_batch(in, touched) != NULL && (st = intake_commit(in, err)) != GK_OK)
		return st;
	st = *result == INTAKE_DUPLICATE ? add_source(in, doc, docid, id, err) : add_version(in, doc, &k, docid, id, err);
	return st == GK_OK ? remember(in, touched, id, err) : st;
}
