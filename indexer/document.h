/*
 * Documents on their way in, whatever brings them: a file, a line of JSON, a page out of a WARC file.
 * One extraction, one reading of metadata, one way of batching and acknowledging for all of them.
 *
 *   taking_open ──▶ taking_bytes (extract in a child, describe) or taking_add (text is known) … ──▶ taking_finish
 *
 * A bad document costs itself: it is named, counted, and the rest goes on (exit 3).  After a failure of the
 * archive itself `dead` is set; later calls do nothing and taking_finish tells it.
 */
#ifndef GK_DOCUMENT_H
#define GK_DOCUMENT_H

#include "indexer/cmd.h"
#include "indexer/describe.h"
#include "indexer/intake.h"

struct taking {
	struct app *app;
	const char *category;		/* for documents that state none; NULL: leave them so */
	const char *name_key;		/* what a name is called in JSON: "file", "uri" */
	struct store store;
	struct intake *intake;
	char *extractor;
	size_t added, versions, duplicates, failed, done;
	size_t batch_documents, batch_bytes;
	bool quick;			/* thousands come in a second: batches grow to 20,000 of them */
	bool overlaps;			/* a batch is committed while the next is taken */
	json_t *acknowledge;		/* lines for --json, after the next commit */
	json_t *committing;		/* and those of a batch that is being committed; NULL: none is */
	void (*committed)(void *arg);	/* called after each commit, NULL: nobody. What it keeps must be of no batch that comes while one is committed */
	void *committed_arg;
	struct progress progress;
	char last_id[64];		/* the record of the document that was taken last; "" if it was not */
	struct gk_err fatal;
	bool dead;
};

/*
 * Opens the archive for writing; notes what a crash had left to do.  After a failure (already in t->fatal) only
 * taking_finish may be called.
 */
enum gk_status taking_open(struct taking *t, struct app *app, const char *name_key);
/* One more was looked at: for the progress line. */
void taking_progress(struct taking *t, const char *now);
/* Tell that this one was not taken, and why. line 0: it has none. */
void taking_failed(struct taking *t, const char *name, size_t line, const struct gk_err *err);
/* Nothing more can be taken. */
void taking_die(struct taking *t, const struct gk_err *err);

/*
 * Take a document whose text is still to be found: doc has kind, name, digest, original, original_n, and source_id or
 * notes if there are any; fd reads the same bytes.  meta may hold what is known already, which counts before what the bytes
 * state.  hint is the title if nothing else states one, without its folder and extension.
 */
void taking_bytes(struct taking *t, struct intake_doc *doc, int fd, json_t *meta, json_t *fields, const char *hint);
/* The same, after the extraction: what it gave, which stays the caller's. */
struct gk_reply;
void taking_extracted(struct taking *t, struct intake_doc *doc, enum gk_status st, const struct gk_reply *reply, const struct gk_err *why, json_t *meta, json_t *fields, const char *hint);
/* The bytes are those of this record, and were taken from here before. */
void taking_known(struct taking *t, const char *name, const char *id);
/* Take a document that is complete; meta is doc's, not const: a missing category is set in it. */
void taking_add(struct taking *t, const struct intake_doc *doc, json_t *meta);
/* What can be found out of it before, by any thread, for doc->look; free it and what is in it. NULL: memory ended, and taking_add finds it out. */
struct intake_look *taking_look(const struct taking *t, const struct intake_doc *doc, json_t *meta);

/* Commit what was taken so far and acknowledge it. */
void taking_commit(struct taking *t);
/*
 * Commit, tell the sum, close.  more (stolen, may be NULL) is merged into the JSON sum; words (may be "") stand before
 * the time it took.  Returns the exit status.
 */
int taking_finish(struct taking *t, json_t *more, const char *words);

#endif
