/*
 * Whole lists at once: what the commands abolish --list and clean-up import, the page of the desk and its API share.
 *
 *   rows (record/listing.h) ──▶ the record of each (resolve.h) ──▶ what each would do, what is not clear, what contradicts
 *        ──▶ decided by a person ──▶ append, in batches
 */
#ifndef GK_LISTS_H
#define GK_LISTS_H

#include "indexer/acting.h"
#include "indexer/resolve.h"
#include "record/listing.h"

/* What becomes of a row. */
enum lists_outcome {
	LISTS_TO_DO, LISTS_UNMATCHED, LISTS_UNCLEAR, LISTS_CONTRADICTS, LISTS_TWICE, LISTS_REFUSED, LISTS_NOTHING, LISTS_BEFORE,
	LISTS_SKIPPED,			/* a person left it out */
	LISTS_OUTCOMES
};
extern const char *const lists_outcome_code[LISTS_OUTCOMES];

struct lists_row {
	struct gk_listed listed;
	struct resolved r;
	enum lists_outcome outcome;
	const char *type;		/* of the event; NULL: none */
	uint32_t docid;
	bool unlisted;			/* of a closed list: it stands in no list */
	char title[RESOLVE_TITLE_BYTES], id[64], docno[160];
	struct gk_err err;		/* LISTS_REFUSED: why */
	char event[32];			/* once registered, or of the one that was registered before */
};

/* Borrowed strings, each may be NULL. */
struct lists_ask {
	bool cleanup;			/* all fates; else only what ends */
	bool closed;			/* whatever stands in no list is abolished */
	const char *by_doc, *by_text, *effective, *reason, *lapse;
	const char *actor;
	const char *const *issuer;	/* closed: only of these bodies */
	size_t n_issuers;
};

struct lists {
	struct lists_ask ask;
	struct store store;		/* opened and closed by whoever owns the struct */
	struct acting_cause cause;
	uint32_t by_docid;
	struct gk_date lapse;
	struct gk_arena arena;
	struct gk_listing list;		/* set before lists_plan; its text is the caller's */
	struct lists_row *row;
	size_t n, room;
	size_t count[LISTS_OUTCOMES];
};

void lists_init(struct lists *x);
void lists_free(struct lists *x);
enum gk_status lists_cause(struct lists *x, struct gk_err *err);
enum gk_status lists_plan(struct lists *x, struct gk_err *err);
/* A person says which record a row means, or leaves it out; lists_count then. */
enum gk_status lists_choose(struct lists *x, size_t i, const char *ref, struct gk_err *err);
void lists_skip(struct lists_row *row);
void lists_count(struct lists *x);
/* Rows that a person must still decide. */
size_t lists_undecided(const struct lists *x);
/* {"result","fate","verdict","line"|"unlisted","name","docno","type","id","title","event","message","why","near":[{"id","title","number","distance"}…]} */
json_t *lists_row_json(const struct lists_row *row);
/* All rows that are LISTS_TO_DO; committed when it returns. */
enum gk_status lists_register(struct lists *x, struct gk_err *err);

/* abolish --list FILE: what cmd-act.c hands over to cmd-lists.c. */
struct app;
int abolish_list(struct app *app, int argc, char **argv);

#endif
