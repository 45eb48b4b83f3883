/*
 * One document from bytes to archive records, event and index: what ingest does with a file or a line, whichever
 * way it came.
 *
 *   same bytes again                  nothing stored but a revisit record, if the source is another
 *   same place (url, source's id), or same issuer and number, other bytes
 *                                     a new version of the same record
 *   anything else                     a new record with a new id
 *
 * What must not be published as it is (gate/finding.h) waits for a review, and so does every new record where gates are configured; a page that
 * was captured from a site (kind "warc") was published already and is only remarked on.  A new version that would go out unreviewed is refused.
 */
#ifndef GK_INTAKE_H
#define GK_INTAKE_H

#include "indexer/screen.h"

enum intake_result { INTAKE_NEW, INTAKE_VERSION, INTAKE_DUPLICATE };

struct intake_doc {
	/* Where it came from. */
	const char *kind;		/* "file", "jsonl" or "warc" */
	const char *name;		/* path as given */
	size_t line;			/* of a JSONL file; 0 for a file */
	const char *source_id;		/* the source's own id, or NULL */
	char digest[65];		/* sha256 hex of the bytes as they came */
	json_t *fields;			/* what the dictionary does not know; may be NULL. Borrowed */
	/* What it is. */
	json_t *meta;			/* dictionary fields, title among them. Borrowed */
	const void *original;
	size_t original_n;
	const char *type;		/* MIME type of the original */
	const char *text;		/* UTF-8; may be the original itself (then it is stored once) */
	size_t text_n;
	const char *text_source;	/* "html" "text" "markdown" "jsonl" */
	const char *tool;		/* what made the text, with its version */
	json_t *notes;			/* array or NULL. Borrowed */
	json_t *inferred;		/* what of meta the source did not state, with its place in the text (record/paper.h), or NULL. Borrowed */
	const struct intake_look *look;	/* what was found out of it before, or NULL. Borrowed */
};

/*
 * What a text says by itself, whatever the archive has: what in it must not be published, and what it proposes.  Any thread may look, at any time
 * before the document is taken; the store is asked for its configuration only.
 */
struct intake_look {
	enum gk_status st;
	struct gk_err err;
	json_t *findings;		/* NULL: none */
	enum screen_holds holds;
	json_t *act;			/* NULL: it proposes nothing */
	struct gk_date effective;
};
void intake_look(const struct store *s, const struct intake_doc *doc, struct intake_look *out);
void intake_look_free(struct intake_look *l);

/*
 * Original and text into the archive, for the event that will describe them: *content is its "content", original_id the record that the event
 * goes along with.
 */
enum gk_status intake_bytes(struct store *s, const struct intake_doc *doc, const char *id, char original_id[GK_WARC_ID], json_t **content, struct gk_err *err);
/* The "source" of that event; NULL when memory ends. */
json_t *intake_source(const struct intake_doc *doc);

struct intake;

/* GK_DEAD (NO_SPACE) if the index is too large to go on (L36). */
enum gk_status intake_open(struct store *s, const char *actor, struct intake **out, struct gk_err *err);
void intake_close(struct intake *in);
/*
 * GK_REFUSED costs this document only.  id is that of the record (of the former one for a duplicate).  It is safe only after the next intake_commit.
 */
enum gk_status intake_add(struct intake *in, const struct intake_doc *doc, enum intake_result *result, char id[64], struct gk_err *err);
/* Are these bytes (sha256 hex) those of a record, also of one of this batch?  GK_END: no.  Its id, unless id is NULL. */
enum gk_status intake_known(struct intake *in, const char *digest, char id[64], struct gk_err *err);
/*
 * The last record of which a newer copy stated a later effective date than the one before it, and how many there were: a copy cannot say
 * whether the document was amended or the date was wrong (record/text.h takes it for the former, record/validity.h for the latter).
 */
size_t intake_later_dates(const struct intake *in, const char **id);
/* New records that wait for a review, because gates are configured or something in them must not be published; *id: the last, *blocked: how many for the latter. */
size_t intake_held(const struct intake *in, const char **id, size_t *blocked);
enum gk_status intake_commit(struct intake *in, struct gk_err *err);
/* The same while the next batch is taken (store_commit_begin); one at a time. */
enum gk_status intake_commit_begin(struct intake *in, struct gk_err *err);
enum gk_status intake_committed(struct intake *in, bool wait, struct gk_err *err);

#endif
