/*
 * An archive open for writing, with its index brought up to it.  Opening does
 * whatever a crash left to do: the torn tail is moved away, the index reads on from its mark, an
 * index that does not open is set aside and built again.  No repair by a person (safety.md 3.2).
 *
 *   store_open ──▶ lock ──▶ tail ──▶ index (catch up) ──▶ store_add … store_commit ──▶ acknowledge
 *
 * The caller reads, compresses and appends; other threads cut text into terms and write the index
 * (indexer/feeder.h).  Nothing is visible before store_commit.
 */
#ifndef GK_STORE_H
#define GK_STORE_H

#include "archive/append.h"
#include "catalog/catalog.h"
#include "catalog/put.h"
#include "record/config.h"
#include "record/event.h"

/* Content type of the archive records that hold events, and what their target URIs begin with. */
#define STORE_EVENT_TYPE "application/vnd.gongkai.event+json"
#define STORE_URI "urn:gongkai:"

struct store {
	char *dir, *index_dir;
	struct gk_config config;
	struct gk_append *append;
	struct gk_archive *archive;
	struct gk_catalog *seen;	/* the committed state, for looking up */
	struct feeder *feeder;
	uint32_t shard;			/* documents of a shard of the index that is built anew; 0: it is not divided. As configured, until somebody says otherwise */
	uint32_t records, events;	/* so far, uncommitted ones included */
	struct gk_loc end;		/* behind the last synced record */
	uint32_t *touched;		/* docids that the batch has added to, in no order; before them those of one that is being committed */
	size_t n_touched, room_touched, n_committing;
	/* What opening found to do: for a note to the person at the desk. */
	uint64_t torn_bytes;
	uint32_t caught_up;		/* events that the index had not read */
	bool rebuilt;			/* the index did not open and was built again */
	int disposal;			/* enum disposal_found: a destruction had been interrupted */
	size_t disposed;		/* documents of one that was completed now */
};

enum gk_status store_open(const char *dir, int wait_s, struct store *out, struct gk_err *err);
/* The same with a new index, whatever the present one is or says of the archive. */
enum gk_status store_open_anew(const char *dir, int wait_s, struct store *out, struct gk_err *err);
/* What opening found to do, said on stderr in one place for all commands. */
struct app;
void store_notes(const struct app *app, const struct store *s);
/*
 * L36: an index that has grown out of all proportion to its texts fills the disk before anybody looks.  GK_DEAD (NO_SPACE) from STORE_INDEX_STOP times
 * on, *large from STORE_INDEX_WARN times on; an event counts as STORE_INDEX_EVENT bytes of text, for a title alone has terms and slots too, and a
 * small index is never too large.
 */
enum { STORE_INDEX_WARN = 6, STORE_INDEX_STOP = 20, STORE_INDEX_EVENT = 512, STORE_INDEX_SMALL = 64 << 20 };
enum gk_status store_index_size(struct store *s, bool *large, struct gk_err *err);
/* What was not committed is dropped. */
void store_close(struct store *s);

/*
 * Append an event (its records stand in the archive already) and hand it to the index.
 * json is stolen.  For a new record former is NULL; else all its former events with their
 * places.  text is the document's text (borrowed until return).
 */
struct store_history { struct gk_event *events; struct gk_place *places; size_t n; };
/*
 * L32.  Each page and each act reads all events of its record, and the index holds the place of each.  What comes in is refused first, so that a record that is full
 * can still be abolished, withdrawn and set right; then acts are refused too (GK_REFUSED, LIMIT), for one that the index has no room for would be forgotten by it.
 */
enum { STORE_COPIES_MAX = 4000 };
enum gk_status store_has_room(const struct store_history *h, bool copy, size_t more, struct gk_err *err);
/*
 * Date an event, not yet checked, that is to stand behind these: a clock that was set back must not put it before what it follows, or it
 * would lose against it.  What is appended is dated so in any case.
 */
void store_date(json_t *event, const struct store_history *former);
enum gk_status store_event(struct store *s, json_t *json, const char *concurrent_to, uint32_t docid, struct store_history *former,
			   const char *text, size_t text_n, struct gk_err *err);
/* The same, and behind it a second event of the record, also (NULL: none; stolen), which needs no text either. */
enum gk_status store_event_also(struct store *s, json_t *json, json_t *also, const char *concurrent_to, uint32_t docid, struct store_history *former,
				const char *text, size_t text_n, struct gk_err *err);
/*
 * Append an event that brings no new text (an act, a correction, an annulment) to a record that is there.  json is
 * stolen, former goes over.  What the index needs anew, all of it or only the state, is found here.
 */
enum gk_status store_act(struct store *s, json_t *json, uint32_t docid, struct store_history *former, struct gk_err *err);
/* Has this batch, not yet committed, added to the record?  Then store_history does not know all of it: commit first. */
bool store_touched(const struct store *s, uint32_t docid);
/* Read all events of a committed record; free with store_history_free. */
enum gk_status store_history(struct store *s, uint32_t docid, struct store_history *out, struct gk_err *err);
/* The text of a record's newest version; an empty block if there is none. */
enum gk_status store_text(struct store *s, const struct gk_record *r, struct gk_warc_rec *out, struct gk_err *err);
/* The last number that a committed id of this year has. */
enum gk_status store_last_number(struct store *s, int year, unsigned *last, struct gk_err *err);
void store_history_free(struct store_history *h);

/* Archive flushed and read back, index committed with its mark: only then tell anyone. */
enum gk_status store_commit(struct store *s, struct gk_err *err);
/*
 * The same in two steps: the archive is flushed and read back at once, and the index committed while the next batch is taken; store_committed says whether
 * it is (GK_END: not yet, unless wait), and only then tell anyone.  One at a time, and what looks for committed records finds them behind it only.
 */
enum gk_status store_commit_begin(struct store *s, struct gk_err *err);
enum gk_status store_committed(struct store *s, bool wait, struct gk_err *err);

/* Is the archive's record an event? */
bool store_is_event(const struct gk_warc_rec *rec);

/* Build a new generation of the index from the whole archive and put it in place. *documents may be NULL. */
enum gk_status store_rebuild(struct store *s, uint32_t *documents, struct gk_err *err);
/* Write the committed index anew without gaps, beside the present one, and put it in place; or only if it has grown much since that was done. On failure the present
 * one is what readers go on with; the store can only be closed then. */
enum gk_status store_compact(struct store *s, struct gk_err *err);
/* Build it anew in shards of so many documents (0: in one); answers stay as they are. On failure as with store_compact. */
enum gk_status store_divide(struct store *s, uint32_t documents, struct gk_err *err);
/* The words of the committed index as `parts` shards for other machines, in a folder; and the index as one that leaves them to servers of these (catalog/ship.h). */
enum gk_status store_export_shards(struct store *s, const char *to, size_t parts, struct gk_err *err);
enum gk_status store_use_servers(struct store *s, const char *const *servers, size_t n, struct gk_err *err);
enum gk_status store_compact_if_grown(struct store *s, struct gk_err *err);

#endif
