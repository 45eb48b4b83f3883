/* The archive and its index as one thing to write to. */
#include "indexer/store.h"

#include "base/io.h"
#include "catalog/schema.h"
#include "catalog/ship.h"
#include "indexer/disposal.h"
#include "indexer/feeder.h"
#include "indexer/newtext.h"
#include "indexer/sample.h"
#include "record/history.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SAMPLE_LEAST = 1024 };

/* --- places and locations are the same three numbers ------------------------------------------ */

static struct gk_place
place_of(struct gk_loc l)
{
	return (struct gk_place){ .segment = l.segment, .length = l.length, .offset = l.offset };
}

static struct gk_loc
loc_of(struct gk_place p)
{
	return (struct gk_loc){ .segment = p.segment, .length = p.length, .offset = p.offset };
}

static bool
loc_of_json(const json_t *json, struct gk_loc *out)
{
	if (json_array_size(json) != 3)
		return false;
	out->segment = (uint32_t)json_integer_value(json_array_get(json, 0));
	out->offset = (uint64_t)json_integer_value(json_array_get(json, 1));
	out->length = (uint32_t)json_integer_value(json_array_get(json, 2));
	return out->segment > 0;
}

/* --- reading events back --------------------------------------------------------------------------- */

static enum gk_status
read_event(struct gk_archive *a, struct gk_loc loc, struct gk_event *out, struct gk_err *err)
{
	struct gk_warc_rec rec = { .type = GK_WARC_OTHER };
	enum gk_status st = gk_archive_read(a, loc, &rec, err);

	if (st != GK_OK)
		return st;
	st = gk_event_parse(rec.block.p == NULL ? "" : rec.block.p, rec.block.n, out, err);
	gk_warc_rec_free(&rec);
	return st;
}

void
store_history_free(struct store_history *h)
{
	for (size_t i = 0; i < h->n; i++)
		gk_event_free(&h->events[i]);
	free(h->events);
	free(h->places);
	*h = (struct store_history){ NULL, NULL, 0 };
}

static enum gk_status
read_history(struct gk_archive *a, struct gk_place *places, size_t n, struct store_history *out, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	/* Room for the event that is about to come. */
	*out = (struct store_history){ calloc(n + 1, sizeof *out->events), places, 0 };
	if (out->events == NULL)
		st = gk_nomem(err);
	for (size_t i = 0; st == GK_OK && i < n; i++) {
		st = read_event(a, loc_of(places[i]), &out->events[i], err);
		if (st == GK_OK)
			out->n++;
	}
	if (st != GK_OK)
		store_history_free(out);
	return st;
}

enum gk_status
store_history(struct store *s, uint32_t docid, struct store_history *out, struct gk_err *err)
{
	struct gk_place *places;
	size_t n;
	enum gk_status st = gk_catalog_places(s->seen, docid, &places, &n, err);

	return st == GK_OK ? read_history(s->archive, places, n, out, err) : st;
}

/* --- to the index ------------------------------------------------------------------------------------- */

static enum gk_status
text_of(struct gk_archive *a, const struct gk_record *r, struct gk_warc_rec *rec, struct gk_err *err)
{
	struct gk_loc loc;

	memset(rec, 0, sizeof *rec);
	if (!loc_of_json(json_object_get(json_object_get(r->content, "text"), "loc"), &loc))
		return GK_OK;
	return gk_archive_read(a, loc, rec, err);
}

/* What the index has of the record now: it is taken off the counts of documents when the record is put anew. */
static enum gk_status
prepare_former(struct feed *item, struct gk_archive *a, struct gk_err *err)
{
	struct gk_warc_rec rec = { .type = GK_WARC_OTHER };
	const char *title, *text;
	struct gk_buf whole;
	size_t own;
	enum gk_status st = item->has_former ? GK_OK : gk_prepare_init(&item->former, err);

	if (st != GK_OK)
		return st;
	item->has_former = true;
	st = gk_record_fold(item->events, item->n_former, &item->former_record, err);
	if (st != GK_OK)
		return st;
	/* A text that is damaged now costs the counts of its words, not the record. */
	st = text_of(a, &item->former_record, &rec, err);
	text = st == GK_OK && rec.block.p != NULL ? rec.block.p : "";
	title = gk_meta_get(item->former_record.meta, "title");
	if (st == GK_OK || st == GK_REFUSED) {
		size_t n = *text == '\0' ? 0 : rec.block.n;

		st = whole_text(a, item->events, item->n_former, NULL, text, n, &whole, &own, err);
		if (st == GK_OK)
			st = gk_prepare(&item->former, title, strlen(title), whole.n > 0 ? whole.p : text, whole.n > 0 ? whole.n : n, own, err);
		gk_buf_free(&whole);
	}
	gk_warc_rec_free(&rec);
	return st;
}

/*
 * All of a record's events, the newest last, and a text: that which came with event `which`, or the newest (NULL).  The index knows the first
 * n_former of them.  Events and places go over to the feeder.
 */
static enum gk_status
feed(struct feeder *f, struct gk_archive *a, uint32_t docid, struct store_history *h, size_t n_former, bool state_only, const struct gk_event *which,
     const char *text, size_t text_n, struct gk_err *err)
{
	struct feed *item = feeder_take(f, text_n, err);
	struct gk_buf whole;
	enum gk_status st;

	if (item == NULL) {
		store_history_free(h);
		return GK_DEAD;
	}
	item->docid = docid;
	item->events = h->events;
	item->places = h->places;
	item->n = h->n;
	*h = (struct store_history){ NULL, NULL, 0 };
	item->state_only = state_only;
	item->n_former = n_former;
	st = gk_record_fold(item->events, item->n, &item->record, err);
	if (st == GK_OK && !state_only) {
		st = whole_text(a, item->events, item->n, which, text, text_n, &whole, &item->own, err);
		if (st == GK_OK && whole.n > 0) {
			gk_buf_free(&item->text);
			item->text = whole;
		} else {
			gk_buf_free(&whole);
			if (st == GK_OK && !gk_buf_add(&item->text, text, text_n))
				st = gk_nomem(err);
		}
	}
	if (st == GK_OK && !state_only && n_former > 0)
		st = prepare_former(item, a, err);
	if (st == GK_OK)
		feeder_put(f, item);
	else
		feeder_return(f, item);
	return st;
}

/* --- catching up ------------------------------------------------------------------------------------------ */

struct catch_up {
	struct gk_archive *archive;
	struct feeder *feeder;
	uint32_t records, events;
	/* The record whose events are being read: those that follow each other are put at once, as they were when they came. */
	struct store_history open;
	uint32_t docid;
	size_t n_former, room;
};

/* A newer copy of a record is imported too, and says which version it is. */
static bool
begins_record(const struct gk_event *e)
{
	return (strcmp(e->type, "import_public") == 0 || strcmp(e->type, "publish") == 0) && json_object_get(e->json, "version") == NULL;
}

static enum gk_status
put_open(struct catch_up *u, struct gk_err *err)
{
	struct store_history *h = &u->open;
	struct gk_warc_rec text = { .type = GK_WARC_OTHER };
	struct gk_record record;
	bool state_only = u->n_former > 0;
	uint32_t fresh = (uint32_t)(h->n - u->n_former);
	enum gk_status st;

	if (h->n == 0)
		return GK_OK;
	for (size_t n = u->n_former + 1; state_only && n <= h->n; n++)
		state_only = gk_put_state_suffices(h->events, n);
	st = gk_record_fold(h->events, h->n, &record, err);
	if (st == GK_OK) {
		st = state_only ? GK_OK : text_of(u->archive, &record, &text, err);
		/* A document whose text is damaged is still one: found by its title, and its number is not given to another. */
		if (st == GK_REFUSED)
			st = GK_OK;
		gk_record_free(&record);
	}
	if (st == GK_OK)
		st = feed(u->feeder, u->archive, u->docid, h, u->n_former, state_only, NULL, text.block.p == NULL ? "" : text.block.p, text.block.n, err);
	gk_warc_rec_free(&text);
	store_history_free(h);
	if (st == GK_OK)
		u->events += fresh;
	return st;
}

/*
 * What the index has of the record so far.  It is looked up in the writer, which sees what is not committed
 * yet: so the feeder must stand still.  A first event needs no look: ids are never reused.
 */
static enum gk_status
begin(struct catch_up *u, const struct gk_event *event, struct gk_err *err)
{
	struct gk_place *places = NULL;
	size_t n = 0;
	enum gk_status st = begins_record(event) ? GK_END : feeder_idle(u->feeder, err);

	if (st == GK_OK)
		st = gk_put_find_id(feeder_writer(u->feeder), event->id, &u->docid, err);
	if (st == GK_OK)
		st = gk_put_places(feeder_writer(u->feeder), u->docid, &places, &n, err);
	else if (st == GK_END) {
		u->docid = ++u->records;
		st = GK_OK;
	}
	if (st == GK_OK)
		st = read_history(u->archive, places, n, &u->open, err);
	u->n_former = u->room = n;
	return st;
}

/* Behind the open record's other events. *event goes over. */
static enum gk_status
add_event(struct catch_up *u, struct gk_event *event, struct gk_place place, struct gk_err *err)
{
	struct store_history *h = &u->open;

	if (h->n == u->room || h->places == NULL) {
		size_t room = u->room * 2 + 1;
		struct gk_event *events = realloc(h->events, room * sizeof *events);
		struct gk_place *places = events == NULL ? NULL : realloc(h->places, room * sizeof *places);

		if (events != NULL)
			h->events = events;
		if (places == NULL)
			return gk_nomem(err);
		h->places = places;
		u->room = room;
	}
	h->events[h->n] = *event;
	h->places[h->n++] = place;
	memset(event, 0, sizeof *event);
	return GK_OK;
}

/* One event from the archive. */
static enum gk_status
read_on(struct catch_up *u, const struct gk_warc_rec *rec, struct gk_err *err)
{
	struct gk_event event;
	enum gk_status st = gk_event_parse(rec->block.p == NULL ? "" : rec->block.p, rec->block.n, &event, err);

	/* Passing over what only a newer program can read would make an index with holes. */
	if (st == GK_REFUSED && err != NULL && err->cause == GK_CAUSE_NEWER)
		return GK_DEAD;
	if (st != GK_OK)
		return st;
	if (u->open.n == 0 || strcmp(u->open.events[0].id, event.id) != 0) {
		st = put_open(u, err);
		if (st == GK_OK)
			st = begin(u, &event, err);
	}
	if (st == GK_OK)
		st = add_event(u, &event, place_of(rec->loc), err);
	if (st != GK_OK) {
		gk_event_free(&event);
		store_history_free(&u->open);
	}
	return st;
}

bool
store_is_event(const struct gk_warc_rec *rec)
{
	return rec->type == GK_WARC_METADATA && strncmp(rec->content_type, STORE_EVENT_TYPE, strlen(STORE_EVENT_TYPE)) == 0;
}

/*
 * From the index's mark to the end of the archive.  A damaged record costs itself: its document is missing from
 * the index, verify names it.
 */
static enum gk_status
catch_up(struct catch_up *u, struct gk_loc from, struct gk_loc *end, struct gk_err *err)
{
	struct gk_scan *scan;
	struct gk_warc_rec rec;
	enum gk_status st = gk_scan_open(u->archive, from, &scan, err);

	if (st != GK_OK)
		return st;
	*end = from;
	for (;;) {
		st = gk_scan_next(scan, &rec, end, err);
		if (st == GK_REFUSED)
			continue;
		if (st != GK_OK)
			break;
		if (store_is_event(&rec))
			st = read_on(u, &rec, err);
		gk_warc_rec_free(&rec);
		if (st == GK_DEAD)
			break;
	}
	gk_scan_close(scan);
	if (st == GK_END)
		st = put_open(u, err);
	store_history_free(&u->open);
	return st;
}

/* --- opening ------------------------------------------------------------------------------------------------ */

static enum gk_status
open_generation(struct store *s, const char *name, struct gk_err *err)
{
	struct gk_put_writer *w;
	enum gk_status st = gk_put_open(s->index_dir, name, &w, err);

	if (st != GK_OK)
		return st;
	s->records = gk_put_records(w);
	s->events = gk_put_events(w);
	/* As long as nothing is in it, it may still be divided in any way. */
	if (s->records == 0 && s->shard > 0)
		st = gk_put_divide(w, s->shard, err);
	if (st == GK_OK)
		st = feeder_start(w, &s->feeder, err);
	if (st != GK_OK)
		gk_put_close(w);
	return st;
}

static enum gk_status
read_from_mark(struct store *s, struct gk_err *err)
{
	struct gk_loc from = loc_of(gk_put_mark(feeder_writer(s->feeder)));
	struct catch_up u = { .archive = s->archive, .feeder = s->feeder, .records = s->records };
	enum gk_status st = catch_up(&u, from, &s->end, err);

	if (st != GK_OK)
		return st;
	if (u.events > 0 || from.segment == 0) {
		st = feeder_commit(s->feeder, place_of(s->end), err);
		s->caught_up = u.events;
		s->records = gk_put_records(feeder_writer(s->feeder));
		s->events = gk_put_events(feeder_writer(s->feeder));
	}
	return st;
}

/* What the new generation writes its texts by.  Of hardly any text there is nothing to learn. */
static enum gk_status
learn_symbols(struct store *s, const char *name, struct gk_err *err)
{
	uint16_t *units;
	size_t n;
	enum gk_status st = sample_archive(s->archive, &units, &n, err);

	if (st != GK_OK)
		return st;
	if (n >= SAMPLE_LEAST)
		st = gk_put_learn(s->index_dir, name, units, n, err);
	free(units);
	return st;
}

/* The committed generation `from` without gaps, in place and open. */
static enum gk_status
use_compacted(struct store *s, const char *from, struct gk_err *err)
{
	char name[GK_GENERATION];
	enum gk_status st;

	feeder_stop(s->feeder);
	s->feeder = NULL;
	/* Of a large batch, in the heaps of its threads: a compaction has its own use for as much. */
	malloc_trim(0);
	st = gk_generation_compact(s->index_dir, from, s->records, name, err);
	if (st == GK_OK)
		st = gk_generation_use(s->index_dir, name, err);
	return st == GK_OK ? open_generation(s, name, err) : st;
}

/* What is read whole for once may turn out to be damaged.  It costs time, not a person; and nobody is answered from it meanwhile. */
static enum gk_status
replace_damaged(struct store *s, const char *name, struct gk_err *err)
{
	enum gk_status st;

	feeder_stop(s->feeder);
	s->feeder = NULL;
	st = gk_generation_set_aside(s->index_dir, name, err);
	if (st == GK_OK)
		st = store_rebuild(s, NULL, err);
	s->rebuilt = st == GK_OK;
	return st;
}

enum gk_status
store_compact(struct store *s, struct gk_err *err)
{
	char name[GK_GENERATION];
	struct gk_err why = GK_ERR_INIT;
	enum gk_status st = gk_generation_current(s->index_dir, name, err);

	if (st == GK_OK && (st = use_compacted(s, name, &why)) != GK_OK) {
		if (why.cause == GK_CAUSE_DAMAGED)
			st = replace_damaged(s, name, err);
		else if (err != NULL)
			*err = why;
	}
	return st == GK_OK && s->seen != NULL ? gk_catalog_refresh(s->seen, NULL, err) : st;
}

enum gk_status
store_divide(struct store *s, uint32_t documents, struct gk_err *err)
{
	enum gk_status st;

	s->shard = documents;
	st = store_rebuild(s, NULL, err);
	return st == GK_OK ? gk_catalog_refresh(s->seen, NULL, err) : st;
}

enum gk_status
store_export_shards(struct store *s, const char *to, size_t parts, struct gk_err *err)
{
	char name[GK_GENERATION];
	enum gk_status st = gk_generation_current(s->index_dir, name, err);

	feeder_stop(s->feeder);
	s->feeder = NULL;
	if (st == GK_OK)
		st = gk_ship_export(s->index_dir, name, to, parts, err);
	return st == GK_OK ? open_generation(s, name, err) : st;
}

enum gk_status
store_use_servers(struct store *s, const char *const *servers, size_t n, struct gk_err *err)
{
	char name[GK_GENERATION], fresh[GK_GENERATION];
	enum gk_status st = gk_generation_current(s->index_dir, name, err);

	feeder_stop(s->feeder);
	s->feeder = NULL;
	if (st == GK_OK)
		st = gk_ship_use(s->index_dir, name, servers, n, fresh, err);
	if (st == GK_OK)
		st = gk_generation_use(s->index_dir, fresh, err);
	if (st == GK_OK)
		st = open_generation(s, fresh, err);
	return st == GK_OK ? gk_catalog_refresh(s->seen, NULL, err) : st;
}

/* B-trees of so many new records have more gaps than it costs to close them. */
enum { COMPACT_LEAST = 5000, COMPACT_SHARE = 2 };

enum gk_status
store_compact_if_grown(struct store *s, struct gk_err *err)
{
	char name[GK_GENERATION];
	uint32_t at;
	enum gk_status st = gk_generation_current(s->index_dir, name, err);

	if (st != GK_OK)
		return st;
	at = gk_generation_compacted(s->index_dir, name);
	return s->records - at < COMPACT_LEAST || s->records - at < at / COMPACT_SHARE ? GK_OK : store_compact(s, err);
}

/* The names of the folders above a generation, whoever made them. */
static enum gk_status
sync_index_dirs(struct store *s, struct gk_err *err)
{
	char *parent = gk_path(s->dir, "index");
	enum gk_status st = parent == NULL ? gk_nomem(err) : gk_sync_dir(s->dir, err);

	if (st == GK_OK)
		st = gk_sync_dir(parent, err);
	free(parent);
	return st;
}

enum gk_status
store_rebuild(struct store *s, uint32_t *documents, struct gk_err *err)
{
	char name[GK_GENERATION];
	enum gk_status st;

	feeder_stop(s->feeder);
	s->feeder = NULL;
	st = gk_make_dir(s->index_dir, 0755, err);
	if (st == GK_OK)
		st = sync_index_dirs(s, err);
	if (st == GK_OK)
		st = gk_generation_new(s->index_dir, name, err);
	if (st == GK_OK)
		st = learn_symbols(s, name, err);
	if (st == GK_OK)
		st = open_generation(s, name, err);
	if (st == GK_OK)
		st = read_from_mark(s, err);
	if (st == GK_OK)
		st = use_compacted(s, name, err);
	if (st == GK_OK && documents != NULL)
		*documents = s->records;
	s->caught_up = 0;
	return st;
}

static bool
of_another_version(const struct store *s, const char *name)
{
	char *path = gk_path(s->index_dir, name);
	bool so = path != NULL && gk_generation_foreign(path);

	free(path);
	return so;
}

/* An index that is not there or does not open costs time, not a person. */
static enum gk_status
open_index(struct store *s, struct gk_err *err)
{
	char name[GK_GENERATION];
	enum gk_status st = gk_generation_current(s->index_dir, name, err);

	if (st == GK_OK) {
		st = open_generation(s, name, err);
		if (st == GK_OK)
			st = read_from_mark(s, err);
		/* Files that are missing are damage too; what the disk or the user forbids is not ours to mend. */
		if (st == GK_OK || (err != NULL && err->cause != GK_CAUSE_DAMAGED && err->cause != GK_CAUSE_NO_ACCESS))
			return st;
		feeder_stop(s->feeder);
		s->feeder = NULL;
		/* What an older or newer program made is whole: readers go on with it until ours is there. */
		if (!of_another_version(s, name))
			st = gk_generation_set_aside(s->index_dir, name, err);
		else
			st = GK_OK;
		if (st != GK_OK)
			return st;
	} else if (st != GK_END && err != NULL && err->cause != GK_CAUSE_DAMAGED) {
		return st;
	}
	s->rebuilt = true;
	return store_rebuild(s, NULL, err);
}

static enum gk_status
make_index_dirs(struct store *s, struct gk_err *err)
{
	char *parent = gk_path(s->dir, "index");
	enum gk_status st = parent == NULL ? gk_nomem(err) : gk_make_dir(parent, 0755, err);

	free(parent);
	return st == GK_OK ? gk_make_dir(s->index_dir, 0755, err) : st;
}

/* The end that the index knows of spares reading a whole segment again. */
static struct gk_loc
known_good(const struct store *s)
{
	struct gk_catalog *c;
	struct gk_place mark = { 0, 0, 0 };

	if (gk_catalog_open(s->index_dir, &c, NULL) == GK_OK) {
		if (gk_catalog_mark(c, &mark, NULL) != GK_OK)
			mark = (struct gk_place){ 0, 0, 0 };
		gk_catalog_close(c);
	}
	return loc_of(mark);
}

static enum gk_status
open_store(const char *dir, int wait_s, bool anew, struct store *s, struct gk_err *err)
{
	const struct gk_loc nothing_known = { .segment = 0 };
	char *conf = gk_path(dir, "gongkai.conf");
	enum gk_status st = GK_OK;

	memset(s, 0, sizeof *s);
	s->dir = strdup(dir);
	s->index_dir = gk_path(dir, "index/public");
	if (conf == NULL || s->dir == NULL || s->index_dir == NULL)
		st = gk_nomem(err);
	/* First of all: is it an archive, and one that we can read? */
	if (st == GK_OK)
		st = gk_archive_open(dir, &s->archive, err);
	if (st == GK_OK)
		st = gk_config_read(conf, &s->config, err);
	s->shard = st == GK_OK ? (uint32_t)s->config.shard_documents : 0;
	if (st == GK_OK)
		st = gk_append_open(dir, wait_s >= 0 ? wait_s : (int)s->config.wait, anew ? nothing_known : known_good(s), &s->append, &s->torn_bytes, err);
	if (st == GK_OK)
		st = make_index_dirs(s, err);
	if (st == GK_OK)
		st = anew ? store_rebuild(s, NULL, err) : open_index(s, err);
	s->rebuilt = s->rebuilt || anew;
	if (st == GK_OK)
		st = gk_catalog_open(s->index_dir, &s->seen, err);
	if (st == GK_OK) {
		enum disposal_found found;

		st = disposal_recover(s, &found, &s->disposed, err);
		s->disposal = found;
	}
	free(conf);
	if (st != GK_OK)
		store_close(s);
	return st;
}

enum gk_status
store_open(const char *dir, int wait_s, struct store *s, struct gk_err *err)
{
	return open_store(dir, wait_s, false, s, err);
}

enum gk_status
store_open_anew(const char *dir, int wait_s, struct store *s, struct gk_err *err)
{
	return open_store(dir, wait_s, true, s, err);
}

void
store_close(struct store *s)
{
	feeder_stop(s->feeder);
	gk_catalog_close(s->seen);
	gk_append_close(s->append);
	gk_archive_close(s->archive);
	gk_config_free(&s->config);
	free(s->touched);
	free(s->dir);
	free(s->index_dir);
	memset(s, 0, sizeof *s);
}

enum gk_status
store_index_size(struct store *s, bool *large, struct gk_err *err)
{
	uint64_t text, index, fair;

	gk_catalog_sizes(s->seen, &text, &index);
	fair = text + (uint64_t)s->events * STORE_INDEX_EVENT;
	*large = index > STORE_INDEX_SMALL && index / STORE_INDEX_WARN > fair;
	if (!*large || index / STORE_INDEX_STOP <= fair)
		return GK_OK;
	gk_fail(err, GK_DEAD, GK_CAUSE_NO_SPACE, "索引有 %.0f MB，而正文只有 %.0f MB（index_too_large）：不再收入", "the index has %.0f MB for %.0f MB of text (index_too_large): nothing more is taken in",
		(double)index / 1e6, (double)text / 1e6);
	gk_hint(err, "重建索引：gongkai index rebuild；仍然这样就是程序有错，请报告", "build it anew: gongkai index rebuild; if it is so again, that is a fault of the program: please report it");
	return GK_DEAD;
}

enum gk_status
store_text(struct store *s, const struct gk_record *r, struct gk_warc_rec *out, struct gk_err *err)
{
	return text_of(s->archive, r, out, err);
}

enum gk_status
store_last_number(struct store *s, int year, unsigned *last, struct gk_err *err)
{
	/* The writer is busy in its own thread; it is asked only for a year's first document of a batch. */
	enum gk_status st = feeder_idle(s->feeder, err);

	return st == GK_OK ? gk_put_last_number(feeder_writer(s->feeder), year, last, err) : st;
}

/* --- adding ------------------------------------------------------------------------------------------------------ */

bool
store_touched(const struct store *s, uint32_t docid)
{
	for (size_t i = 0; i < s->n_touched; i++)
		if (s->touched[i] == docid)
			return true;
	return false;
}

static enum gk_status
touch(struct store *s, uint32_t docid, struct gk_err *err)
{
	if (s->n_touched == s->room_touched) {
		size_t room = s->room_touched == 0 ? 64 : s->room_touched * 2;
		uint32_t *grown = realloc(s->touched, room * sizeof *grown);

		if (grown == NULL)
			return gk_nomem(err);
		s->touched = grown;
		s->room_touched = room;
	}
	s->touched[s->n_touched++] = docid;
	return GK_OK;
}

void
store_date(json_t *event, const struct store_history *former)
{
	const char *newest = gk_history_newest(former->events, former->n), *now = json_string_value(json_object_get(event, "recorded_at"));

	if (now != NULL && gk_instant_order(now, newest) < 0)
		json_object_set_new(event, "recorded_at", json_string(newest));
}

/* With fault points a test need not make thousands. */
static size_t
events_max(bool copy)
{
#ifdef GK_FAULTS
	const char *limit = getenv("GONGKAI_EVENTS_LIMIT");

	if (limit != NULL && strtoul(limit, NULL, 10) > 0)
		return strtoul(limit, NULL, 10) + (copy ? 0 : 2);
#endif
	return copy ? STORE_COPIES_MAX : GK_PLACES_MAX;
}

enum gk_status
store_has_room(const struct store_history *h, bool copy, size_t more, struct gk_err *err)
{
	size_t max = events_max(copy);

	if (h == NULL || h->n + more <= max)
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "'%s' 已有 %zu 条登记（record_full），上限 %zu", "'%s' has %zu events (record_full), at most %zu", h->events[0].id, h->n, max);
	if (copy)
		gk_hint(err, "同一来源不要反复收入", "do not ingest the same source over and over");
	else
		gk_hint(err, "另收一份新件，在新件上登记", "take it in as a new document, and register there");
	return GK_REFUSED;
}

/* The event into the archive and behind its record's former ones, which go over to *out. */
static enum gk_status
append_event(struct store *s, json_t *json, const char *concurrent_to, struct store_history *former, struct store_history *out, struct gk_err *err)
{
	struct gk_event event;
	struct gk_put put = { .type = GK_WARC_METADATA, .content_type = STORE_EVENT_TYPE, .concurrent_to = concurrent_to };
	struct gk_loc loc;
	size_t n = former == NULL ? 0 : former->n;
	struct gk_event *events;
	struct gk_place *places;
	char *bytes = NULL, uri[96];
	enum gk_status st;

	if (former != NULL)
		store_date(json, former);
	st = gk_event_of(json, &event, err);

	if (st != GK_OK)
		return st;
	snprintf(uri, sizeof uri, STORE_URI "%s", event.id);
	put.target_uri = uri;
	events = calloc(n + 1, sizeof *events);
	places = calloc(n + 1, sizeof *places);
	if (events == NULL || places == NULL)
		st = gk_nomem(err);
	else if ((bytes = gk_event_dump(&event, &put.n, err)) == NULL)
		st = GK_REFUSED;
	put.block = bytes;
	if (st == GK_OK)
		st = gk_append_record(s->append, &put, &loc, err);
	free(bytes);
	if (st != GK_OK) {
		gk_event_free(&event);
		free(events);
		free(places);
		return st;
	}
	if (n > 0) {
		memcpy(events, former->events, n * sizeof *events);
		memcpy(places, former->places, n * sizeof *places);
		free(former->events);
		free(former->places);
		*former = (struct store_history){ NULL, NULL, 0 };
	}
	events[n] = event;
	places[n] = place_of(loc);
	s->events++;
	*out = (struct store_history){ events, places, n + 1 };
	return GK_OK;
}

enum gk_status
store_event(struct store *s, json_t *json, const char *concurrent_to, uint32_t docid, struct store_history *former,
	    const char *text, size_t text_n, struct gk_err *err)
{
	return store_event_also(s, json, NULL, concurrent_to, docid, former, text, text_n, err);
}

enum gk_status
store_event_also(struct store *s, json_t *json, json_t *also, const char *concurrent_to, uint32_t docid, struct store_history *former,
		 const char *text, size_t text_n, struct gk_err *err)
{
	struct store_history h;
	const struct gk_event *which;
	size_t n_former = former == NULL ? 0 : former->n;
	enum gk_status st = store_has_room(former, false, also == NULL ? 1 : 2, err);

	if (st == GK_OK && former != NULL)
		st = touch(s, docid, err);
	if (st != GK_OK) {
		json_decref(json);
		json_decref(also);
		return st;
	}
	st = append_event(s, json, concurrent_to, former, &h, err);
	if (st != GK_OK) {
		json_decref(also);
		return st;
	}
	if (also != NULL) {
		struct store_history first = h;

		st = append_event(s, also, NULL, &first, &h, err);
		if (st != GK_OK) {
			store_history_free(&first);
			return st;
		}
	}
	if (docid > s->records)
		s->records = docid;
	/* The text belongs to the event that came with bytes; of a further source it is the newest that was there. */
	which = &h.events[also != NULL ? h.n - 2 : h.n - 1];
	if (json_object_get(which->json, "content") == NULL)
		which = NULL;
	return feed(s->feeder, s->archive, docid, &h, n_former, false, which, text, text_n, err);
}

enum gk_status
store_act(struct store *s, json_t *json, uint32_t docid, struct store_history *former, struct gk_err *err)
{
	struct store_history h;
	struct gk_warc_rec text = { .type = GK_WARC_OTHER };
	struct gk_record record;
	size_t n_former = former->n;
	bool state_only;
	enum gk_status st = store_has_room(former, false, 1, err);

	if (st == GK_OK)
		st = touch(s, docid, err);
	if (st != GK_OK) {
		json_decref(json);
		return st;
	}
	st = append_event(s, json, NULL, former, &h, err);
	if (st != GK_OK)
		return st;
	state_only = gk_put_state_suffices(h.events, h.n);
	if (!state_only && (st = gk_record_fold(h.events, h.n, &record, err)) == GK_OK) {
		st = text_of(s->archive, &record, &text, err);
		/* As in catching up: a damaged text costs its words, not the act. */
		st = st == GK_REFUSED ? GK_OK : st;
		gk_record_free(&record);
	}
	if (st == GK_OK)
		st = feed(s->feeder, s->archive, docid, &h, n_former, state_only, NULL, text.block.p == NULL ? "" : text.block.p, text.block.n, err);
	gk_warc_rec_free(&text);
	store_history_free(&h);
	return st;
}

enum gk_status
store_commit(struct store *s, struct gk_err *err)
{
	enum gk_status st = gk_append_sync(s->append, &s->end, err);

	if (st == GK_OK)
		st = feeder_commit(s->feeder, place_of(s->end), err);
	if (st == GK_OK)
		s->n_touched = s->n_committing = 0;
	return st == GK_OK ? gk_catalog_refresh(s->seen, NULL, err) : st;
}

enum gk_status
store_commit_begin(struct store *s, struct gk_err *err)
{
	enum gk_status st = gk_append_sync(s->append, &s->end, err);

	s->n_committing = s->n_touched;
	return st == GK_OK ? feeder_commit_later(s->feeder, place_of(s->end), err) : st;
}

enum gk_status
store_committed(struct store *s, bool wait, struct gk_err *err)
{
	enum gk_status st = feeder_committed(s->feeder, wait, err);

	if (st != GK_OK)
		return st;
	if (s->n_committing > 0)
		memmove(s->touched, s->touched + s->n_committing, (s->n_touched - s->n_committing) * sizeof *s->touched);
	s->n_touched -= s->n_committing;
	s->n_committing = 0;
	return gk_catalog_refresh(s->seen, NULL, err);
}
