/* What the files of answer*.c share; not for others. */
#ifndef GK_ANSWER_INTERNAL_H
#define GK_ANSWER_INTERNAL_H

#include "archive/warc.h"
#include "catalog/catalog.h"
#include "record/config.h"
#include "record/access.h"
#include "record/field.h"
#include "record/history.h"
#include "record/article.h"
#include "record/record.h"
#include "record/text.h"
#include "web/answer.h"

struct gk_site {
	char *dir;
	struct gk_config config;
	struct gk_archive *archive;
	struct gk_catalog *catalog;
	uint64_t generation;
	bool staff;			/* may see what is not public */
	const char *known_at;		/* of the question at work: a UTC time, NULL for now */
	char instant[GK_INSTANT];	/* room for it */
	struct site_known *known;	/* answer-known.c: the last one that was asked for */
};

/* --- answer-record.c: one record from the archive, every byte of it checked ---------- */

struct site_record {
	struct gk_event *events;
	size_t n;
	struct gk_record record;
};
enum gk_status site_record_read(struct gk_site *s, uint32_t docid, struct site_record *out, struct gk_err *err);
void site_record_free(struct site_record *r);
/* Docid of an id that whoever asks may know of; GK_END of all others, and for the public nothing is read that tells which of them there are. */
enum gk_status site_find_id(struct gk_site *s, const char *id, uint32_t *docid, struct gk_err *err);
/* NOT_FOUND if there is no such id. */
enum gk_status site_record_find(struct gk_site *s, const char *id, struct site_record *out, struct gk_err *err);
/* The block of the record's text or original; an empty one if there is no text. */
enum gk_status site_block(struct gk_site *s, const struct gk_record *r, const char *which, struct gk_warc_rec *out, struct gk_err *err);
/* {"code","label","label_en","sign","since","by","as_of","badge","badge_en"} */
/* {"id","title","number","url"} of what did it, id null where it is known in words only; null if nothing is said. */
json_t *site_by(struct gk_site *s, const struct gk_status_of *st);
json_t *site_status(struct gk_site *s, const struct site_record *r, struct gk_date as_of);
/* May everybody see it: GK_A_PUBLIC, and not destroyed.  *gone (may be NULL): it was public once, and is no more. */
bool site_public(const struct site_record *r, bool *gone);
/* When something was last registered of it, as far as the question knows: a UTC instant. */
const char *site_updated(struct gk_site *s, const struct site_record *r);
/* The part of a hit that does not depend on the question. */
json_t *site_hit(struct gk_site *s, const struct site_record *r, struct gk_date as_of);
json_t *json_date(struct gk_date d);
/* A string that is not empty, else null. */
json_t *json_text(const char *s);

/* --- answer-passages.c ------------------------------------------------------------------------ */

/* Sets title_marks, snippet and passages of a hit. */
enum gk_status site_add_passages(struct gk_site *s, struct site_record *r, uint32_t docid, struct gk_date day, const struct gk_results *found, json_t *hit, struct gk_err *err);

/* --- answer-marks.c -------------------------------------------------------------------------- */

/* The page with what was found marked in its text, at the place that begins at this code point: "/d/ID?mark=…#m812". */
json_t *site_marks_url(const char *page, const struct gk_needle *needles, size_t n, size_t at);

/* --- answer-related.c ------------------------------------------------------------------------ */

/* {"id","url","title","number","org","date","status":{"code","label","label_en","sign","ended"}}; NULL if it may not be seen. */
json_t *site_brief(struct gk_site *s, const struct site_record *r);
/* The same at the end of a list, if there is anything to see. */
enum gk_status site_append_brief(struct gk_site *s, uint32_t docid, json_t *list, struct gk_err *err);

/* The records that `relations` names with this prefix ("attachment_of:", "has_attachment:"; indexer/attach.h), as site_brief has them. */
enum gk_status site_relations(struct gk_site *s, const struct site_record *r, const char *prefix, json_t *list, struct gk_err *err);

/* --- answer-instead.c ------------------------------------------------------------------------ */

/* Of a document that has ended on that day the one in force instead, as site_brief has it; NULL if it has not ended or none is known. */
enum gk_status site_instead(struct gk_site *s, uint32_t docid, struct gk_date day, json_t **out, struct gk_err *err);

/* --- answer-text.c: texts and articles ------------------------------------------------------- */

/* The address of a text: by its first day; the first text has none, so by its last. */
void site_text_url(const char *id, const struct gk_text_of *t, char out[96]);
/* All texts of the record as a document lists them; *shown is that of the day, and what r->record.content is from then on. */
json_t *site_texts(struct gk_site *s, struct site_record *r, struct gk_date day, struct gk_text_of *shown);
/* What became of the articles of a text up to a day; event is borrowed from the record. */
struct site_acts { const struct gk_event **event; size_t n; };
enum gk_status site_acts_of(struct gk_site *s, const struct site_record *r, const struct gk_text_of *text, struct gk_date day, struct site_acts *out, struct gk_err *err);
void site_acts_free(struct site_acts *a);
/* {"type":"abolished"|"amended","label","label_en","since","by","event","whole"}, or null if it is as it was. */
json_t *site_article_notice(struct gk_site *s, const struct site_acts *acts, const struct gk_article *a);
/* [{"label","anchor","number","sub","offset","length" (code points of the text),"chapter","notice"}…] */
enum gk_status site_articles(struct gk_site *s, const struct site_record *r, const struct gk_text_of *text, struct gk_date day, const char *body, size_t n, json_t **out, struct gk_err *err);

/* --- answer-explain.c: explain=1 ------------------------------------------------------------- */

/* {"words","level","documents","runs":[…],"terms":[…]} */
json_t *site_explain(const struct gk_query *q, const struct gk_results *found);
/* The parts of a hit's score: their sum times the factor; null if it was not looked at so closely (past the best 300, or not by relevance). */
json_t *site_explain_hit(const struct gk_explained *e, uint32_t docid);

/* --- answer-known.c: the catalog as known at an earlier time -------------------------------- */

/*
 * Reads a known_at parameter (NULL or "": now) into *instant and, for a search, makes the state of that time; both belong to
 * the site and hold until the next call.
 */
enum gk_status site_known_at(struct gk_site *s, const char *param, const char **instant, struct gk_err *err);
enum gk_status site_known_state(struct gk_site *s, const char *instant, const struct gk_known **out, struct gk_err *err);
void site_known_free(struct site_known *k);

/* --- answer-changes.c --------------------------------------------------------------------- */

/* Adds a notice for each run that was searched otherwise than typed, and for each that might have been meant otherwise. */
void site_note_changes(const char *q, const struct gk_results *found, const struct gk_param *params, size_t n, json_t *notices);

/* --- answer-missing.c --------------------------------------------------------------------- */

/* Where something is missing: a notice, and "complete": false in the answer.  False when memory ends. */
bool site_note_missing(const struct gk_missing *m, json_t *answer, json_t *notices);

/* --- answer-url.c ------------------------------------------------------------------------- */

/* path?a=b&c=d of the parameters, percent-encoded; names in `without` (NULL-terminated) left out, then one more added (add may be NULL). */
json_t *url_of(const char *path, const struct gk_param *p, size_t n, const char *const *without, const char *add, const char *value);
/* The same with one more pair, without those of the name whose value it makes idle. */
typedef bool url_gives_up(const void *arg, const char *there, const char *chosen);
json_t *url_choose(const char *path, const struct gk_param *p, size_t n, const char *name, const char *value, url_gives_up *gives_up, const void *arg);
/* The same without one pair name=value. */
json_t *url_minus(const char *path, const struct gk_param *p, size_t n, const char *name, const char *value);

#endif
