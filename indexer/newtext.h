/*
 * A file that is to be a text of a record that is there: `amend --text FILE`, `correct --text FILE`.  Read and extracted before anything is
 * written; its bytes go into the archive with the event that says what they are (record/text.h).
 *
 *   new_text_read ──▶ new_text_content (the digest, for the check and the preview) ──▶ act_append stores both
 */
#ifndef GK_INDEXER_NEWTEXT_H
#define GK_INDEXER_NEWTEXT_H

#include "extract/client.h"
#include "indexer/intake.h"

struct new_text {
	struct intake_doc doc;		/* meta is that of the record, not what the file states */
	char *name;
	struct gk_buf original;
	struct gk_reply reply;
};

/* GK_REFUSED: it cannot be read, or there is no text in it. Free it in any case. */
enum gk_status new_text_read(const struct store *s, const char *path, struct new_text *out, struct gk_err *err);
void new_text_free(struct new_text *t);
/* {"type","bytes","digest"}: what an event says of its bytes before they have a place.  NULL when memory ends. */
json_t *new_text_content(const struct new_text *t);

/*
 * What the index keeps of a record: its newest text, and behind it the lines of its other texts that stand in none before, newest first.
 * So what was struck out is found, and what stayed is counted once.
 * given, n bytes at text: those of `which`, or of the newest if which is NULL; they may be in no archive yet.  Others are read; one that is
 * damaged costs its lines only.  *out is empty, and text is all there is, if the record has but one text.
 * *own says how many bytes at its beginning are the newest text; 0 if that could not be read.
 */
enum gk_status whole_text(struct gk_archive *a, const struct gk_event *events, size_t n, const struct gk_event *which, const char *text, size_t text_n, struct gk_buf *out,
			  size_t *own, struct gk_err *err);

/* The stored text that an event's "content" tells of; an empty block if it has none, destroyed content included. */
enum gk_status stored_text(struct gk_archive *a, const json_t *content, struct gk_warc_rec *out, struct gk_err *err);

#endif
