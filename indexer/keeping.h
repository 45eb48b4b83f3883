/*
 * What the commands about keeping share: going through all records, and registering one act each on some of them.
 *
 *   keeping_open (reading only, no lock) ──▶ keeping_each ──▶ keeping_close
 *   store_open ──▶ keeping_find (by reference, or all of a category and year) ──▶ keeping_register
 */
#ifndef GK_KEEPING_H
#define GK_KEEPING_H

#include "indexer/act.h"
#include "record/access.h"
#include "record/retention.h"
#include "record/review.h"

struct app;

enum { KEEPING_MAX = 10000 };	/* documents of one command */

enum gk_status keeping_open(struct app *app, struct store *out, struct gk_err *err);
void keeping_close(struct store *s);

/* Every record in the order of the archive.  A record that is damaged is told and passed over.  each returns GK_END to stop. */
typedef enum gk_status keeping_fn(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err);
/* The same without a terminal: damaged (not NULL) is told of each record that is. */
typedef void keeping_damaged_fn(void *arg, const struct gk_err *err);
enum gk_status keeping_walk(struct store *s, keeping_fn *each, keeping_damaged_fn *damaged, void *arg, struct gk_err *err);
enum gk_status keeping_each(struct app *app, struct store *s, keeping_fn *each, void *arg, struct gk_err *err);

/* A command's choice of documents: references, or all with this category and year, or all. */
struct keeping_choice {
	const char *ref[1000];
	size_t n_refs;
	const char *category;
	int year;
	bool all;
};
/* Take an argument; false if there are too many. */
bool keeping_take(struct keeping_choice *c, const char *ref);
/* The docids, yours to free(). A reference that is not found is told and counted in *failed. */
enum gk_status keeping_find(struct app *app, struct store *s, const struct keeping_choice *c, uint32_t **docids, size_t *n, size_t *failed, struct gk_err *err);

/* One act to be registered.  act and meta (may be NULL) are owned. */
struct keeping_act {
	uint32_t docid;
	const char *type;
	struct gk_date effective;
	json_t *act, *meta;
};
/*
 * Check, show, ask (unless yes or app->dry_run), append, commit, acknowledge; the acts are freed.  Returns the exit status: 0, 1 (not
 * confirmed), 2, 3 (some were refused).  failed: how many had failed before.
 */
int keeping_register(struct app *app, struct store *s, struct keeping_act *acts, size_t n, size_t failed, bool yes, struct gk_err *err);

/* The retention of a record as JSON: state, code, dates, holds, rule, and the chain of events behind it. */
json_t *keeping_json(const struct store_history *h, const struct gk_retention_of *r);
/* A keeping_fn that collects holds, arg being this: of one case, or of all (name NULL). */
struct keeping_holds {
	const char *name;
	uint32_t *docids;		/* room for KEEPING_MAX, or NULL; n of them */
	size_t n;
	json_t *list;			/* [{"case","id","title","reason","since","event","actor"}…], or NULL */
};
enum gk_status keeping_held(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err);
/* How far a record's review has come: {"id","title","access","referred","passed","gates","next","findings":{"block","warn","rules"}}. */
json_t *keeping_review_json(const struct store *s, const struct gk_record *r, const struct gk_access_of *a, const struct gk_review *v);
/* A string key of an event's act if value is not NULL and not empty. */
void keeping_set(json_t *act, const char *key, const char *value);
/* Read a date option; GK_NO_DATE for NULL. */
enum gk_status keeping_date(const char *name, const char *s, struct gk_date *out, struct gk_err *err);
/* The reference code that the record was filed (or transferred) under; "" if none. Borrowed. */
const char *keeping_refcode(const struct gk_retention_of *r);

#endif
