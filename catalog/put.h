/*
 * Writing the catalog.  One writer per archive (the archive's lock sees to it);
 * all of a batch becomes visible in one commit, together with the mark that
 * says up to which archive record it has read (design.md 4).
 *
 *   gk_put_open(dir, generation, &w, &err)
 *   gk_put_record(w, &doc, &err)     for each record that is new or changed
 *   gk_put_commit(w, mark, &err)     now readers see it
 */
#ifndef GK_PUT_H
#define GK_PUT_H

#include "base/status.h"
#include "catalog/place.h"
#include "catalog/prepare.h"
#include "record/field.h"
#include "record/record.h"

struct gk_put_writer;
struct xc_doc;

/*
 * dir is ARCHIVE/index/public.  gk_generation_current names the folder that
 * readers use ("g000001"), GK_END if there is none.  A new generation is made
 * beside it, filled, and put in its place by gk_generation_use (one rename); the former one is then removed.
 */
enum { GK_GENERATION = 16 };
enum gk_status gk_generation_current(const char *dir, char out[GK_GENERATION], struct gk_err *err);
/* Is what stands in this folder whole, and only of another version of the program? */
bool gk_generation_foreign(const char *path);
enum gk_status gk_generation_new(const char *dir, char out[GK_GENERATION], struct gk_err *err);
enum gk_status gk_generation_use(const char *dir, const char *generation, struct gk_err *err);
/*
 * A copy of a generation, written anew without gaps, beside it: *out, for gk_generation_use.  Nobody may have it open for writing.  On
 * failure nothing is left of the copy.  records is kept with it: how many there were when
 * a generation was compacted, 0 if it never was.
 */
enum gk_status gk_generation_compact(const char *dir, const char *from, uint32_t records, char out[GK_GENERATION], struct gk_err *err);
uint32_t gk_generation_compacted(const char *dir, const char *generation);
/* Move a generation that does not open to ARCHIVE/index/public/damaged-<name>, for whoever wants to look. */
enum gk_status gk_generation_set_aside(const char *dir, const char *generation, struct gk_err *err);

/* Before a new generation is opened: learns from canon units of the archive (GK_SYMBOLS_SAMPLE are enough) how to write its texts short (textstore.h). */
enum gk_status gk_put_learn(const char *dir, const char *generation, const uint16_t *sample, size_t n, struct gk_err *err);

/* GK_DEAD with DAMAGED (does not open, or another version: rebuild), BUSY, NO_SPACE … */
enum gk_status gk_put_open(const char *dir, const char *generation, struct gk_put_writer **out, struct gk_err *err);
/* Of a generation without records: how many a shard is to hold before the next one is begun (catalog/glass.h); 0: it is not divided. */
enum gk_status gk_put_divide(struct gk_put_writer *w, uint32_t records, struct gk_err *err);
void gk_put_close(struct gk_put_writer *w);	/* what was not committed is dropped */

/* Up to where the archive has been read; {0,0,0} at the beginning. */
struct gk_place gk_put_mark(const struct gk_put_writer *w);
/* Records and events so far. */
uint32_t gk_put_records(const struct gk_put_writer *w);
uint32_t gk_put_events(const struct gk_put_writer *w);
/* The last number in the row that an id of this year has (gk_id_apart: not those); 0 if there is none. */
enum gk_status gk_put_last_number(struct gk_put_writer *w, int year, unsigned *last, struct gk_err *err);
/* Docid of a record, uncommitted ones included; GK_END if there is none. */
enum gk_status gk_put_find(struct gk_put_writer *w, const char *prefix, const char *value, uint32_t *docid, struct gk_err *err);
/* The same by its id, whoever may know of it. */
enum gk_status gk_put_find_id(struct gk_put_writer *w, const char *id, uint32_t *docid, struct gk_err *err);
/* Places of the record's events, oldest first; *places is yours. */
enum gk_status gk_put_places(struct gk_put_writer *w, uint32_t docid, struct gk_place **places, size_t *n, struct gk_err *err);

struct gk_put_doc {
	uint32_t docid;			/* gk_put_records() + 1 for a new record, else its number */
	const struct gk_record *record;
	const struct gk_event *events;	/* all of the record, oldest first */
	const struct gk_place *places;	/* of the events */
	size_t n_events;
	/* What gk_prepare made of title and text; flags of the record are added to it here, and to former. */
	struct gk_prepared *prepared;
	bool composed;			/* gk_put_compose was here; else gk_put_record does it */
	/*
	 * What the index has of the record already: the events it knows, folded, and prepared from title and text.  The words it had are
	 * taken off the counts of documents.  NULL of a new record.
	 */
	const struct gk_put_doc *former;
};
/* The part of the work that needs no writer: flags are added to prepared.  Several threads may compose, each its own. */
enum gk_status gk_put_compose(const struct gk_put_doc *doc, struct gk_err *err);
/* How texts are written (gk_prepare_encode), as long as the writer is open; NULL: that is not known yet.  What is not encoded, gk_put_record encodes. */
const struct gk_encoder *gk_put_encoder(const struct gk_put_writer *w);
enum gk_status gk_put_record(struct gk_put_writer *w, const struct gk_put_doc *doc, struct gk_err *err);
/*
 * The same for a record that is there, when its newest event is an act on its validity: only slots and places change, prepared is
 * not looked at.  gk_put_state_suffices tells whether that is so; events are all of the record, the newest last.
 */
bool gk_put_state_suffices(const struct gk_event *events, size_t n);
enum gk_status gk_put_state(struct gk_put_writer *w, const struct gk_put_doc *doc, struct gk_err *err);
/* Count an event that has been read (its number may be higher than all before). */
void gk_put_saw_event(struct gk_put_writer *w, const struct gk_event *e);
/* Text store, then Xapian with the mark, then the folder. */
enum gk_status gk_put_commit(struct gk_put_writer *w, struct gk_place mark, struct gk_err *err);

/* The keys under which a source is known again: sha256 hex of url, or of "id:" + the source's own id. */
bool gk_source_key(const json_t *meta, const json_t *source, char out[65]);
/* Likewise of the lead issuer with the key of its number. */
bool gk_number_key(const char *issuer, const char *docno_key, char out[65]);

#endif
