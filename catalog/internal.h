/* What the reading half of catalog/ shares among its own files; not for others. */
#ifndef GK_CATALOG_INTERNAL_H
#define GK_CATALOG_INTERNAL_H

#include "catalog/catalog.h"
#include "catalog/schema.h"
#include "catalog/textstore.h"
#include "xapianc/xapianc.h"

/* --- columns.c: the value slots as arrays, one set per commit and process --- */

enum { GK_CHARS = 65536 };

/* Periods before those of the status column, oldest first. */
struct gk_past { uint32_t docid, n, period[GK_PERIODS_MAX - GK_STATUS_PERIODS]; };

struct gk_columns {
	uint32_t last, docs;		/* highest docid, how many documents there are to find */
	uint16_t *year, *category;	/* all arrays are [0 .. last]; index 0 is unused */
	uint32_t *issuer, *date;
	uint32_t (*status)[GK_STATUS_PERIODS];
	struct gk_past *past;		/* by docid: the few that have more periods than fit there */
	size_t n_past;
	uint32_t (*known)[2];		/* seconds: first and last event recorded */
	uint64_t *text;			/* offset in the text store */
	uint32_t *units;		/* of title and body; 0 marks a number without a document */
	uint16_t *title_units;
	double average_units, average_title;
	/* How many of the sampled documents have a BMP character: the weight of
	 * single characters, which have no posting lists (index-design.md 0.2). */
	uint32_t *char_docs, sampled;
};

/* Shared: returns the set for this commit if some handle has it already. */
enum gk_status gk_columns_get(struct xc_db *db, struct gk_textstore *text, const char *dir, const char *generation, uint64_t revision,
			      const struct gk_columns **out, struct gk_err *err);
void gk_columns_drop(const struct gk_columns *c);
/* Validity on a day, as known now (known NULL) or then. */
enum gk_validity gk_columns_status(const struct gk_columns *c, const struct gk_known *known, uint32_t docid, uint32_t day);
/* Was the record there when that was known? */
bool gk_columns_existed(const struct gk_columns *c, const struct gk_known *known, uint32_t docid);

/* --- catalog.c ------------------------------------------------------------------ */

struct gk_catalog {
	char *dir;
	char generation[16];
	struct xc_db *db;
	struct gk_textstore *text;
	const struct gk_columns *col;
	uint64_t revision;
	char **categories, **issuers;	/* names, number - 1 */
	size_t n_categories, n_issuers;
};

/*
 * A writer that commits twice while we read takes the blocks away from under us (GK_RETRY).  Then all is asked again, for three seconds
 * at the least: on a busy machine a fast writer overtakes a reader many times in a row.
 */
struct gk_tries { unsigned n; long long since; };
/* Start from { 0 }; true as long as it is worth trying, the first time always. */
bool gk_try_again(struct gk_tries *t);
/* GK_DEAD, BUSY. */
enum gk_status gk_too_fast(struct gk_err *err);

/* Run `body` again after a reopen while a writer overtakes us. */
#define GK_RETRYING(c, st, err, body)					\
	do {								\
		struct gk_tries tries_ = { 0 };				\
		(st) = GK_RETRY;					\
		while ((st) == GK_RETRY && gk_try_again(&tries_)) {	\
			(st) = (body);					\
			if ((st) != GK_RETRY)				\
				break;					\
			(st) = gk_catalog_refresh((c), NULL, (err));	\
			if ((st) == GK_OK)				\
				(st) = GK_RETRY;			\
		}							\
		if ((st) == GK_RETRY)					\
			(st) = gk_too_fast(err);			\
	} while (0)

/* --- match.c: which documents --------------------------------------------------- */

/* A set of documents: set[docid] is 1 or 0, [0 .. last]. */
typedef unsigned char gk_set;

/* Documents in which the text stands as it is (with the numeral's other spellings unless `exact`). */
enum gk_status gk_match_phrase(struct gk_catalog *c, const char *folded, size_t n, bool title_only, bool exact, gk_set *set, struct gk_err *err);
/* Takes out of the set the documents in which the text does not stand as it was typed, unfolded. */
enum gk_status gk_match_typed(struct gk_catalog *c, const char *typed, size_t n, bool title_only, gk_set *set, struct gk_err *err);
/* Documents that have all pairs and words of the text, anywhere. */
enum gk_status gk_match_all(struct gk_catalog *c, const char *folded, size_t n, bool title_only, gk_set *set, struct gk_err *err);
/* Adds the documents that have the term. */
enum gk_status gk_match_term(struct gk_catalog *c, const char *term, size_t n, gk_set *set, struct gk_err *err);
/* Documents of a number: their own, or named in the text. */
enum gk_status gk_match_docno(struct gk_catalog *c, const struct gk_node *node, gk_set *set, struct gk_err *err);
/* Spellings of a number in running text, folded: out[0..n). */
enum { GK_DOCNO_SPELLINGS = 2, GK_SPELLING = 256 };
size_t gk_docno_spellings(const struct gk_docno *no, char out[GK_DOCNO_SPELLINGS][GK_SPELLING]);

/* --- rank.c: in which order ---------------------------------------------------------- */

struct gk_rank_term { const char *p; size_t n; uint32_t df; double idf; unsigned count; };
/* The different pairs and words of the positive text of a query, rarest first. */
struct gk_rank_terms {
	struct gk_rank_term item[2 * GK_QUERY_TERMS];
	size_t n;
	double known;			/* sum of idf of those that the archive has */
	const char *text;		/* what they were cut from, folded, parts apart by spaces; in the arena */
	size_t text_n;
	struct gk_arena arena;
};
enum gk_status gk_rank_collect(struct gk_catalog *c, const struct gk_query *q, const bool *positive, bool question, struct gk_rank_terms *out, struct gk_err *err);

struct gk_rank_request {
	const struct gk_query *query;
	const bool *positive;		/* [node] */
	const struct gk_rank_terms *terms;
	uint32_t as_of_day;
	const struct gk_known *known;
	enum gk_sort sort;
	size_t want;			/* best so many, in order */
	bool characters;		/* weigh single characters too: where the words do not stand as typed */
};
/* The best `want` of the set, in order; hits has room. */
enum gk_status gk_rank(struct gk_catalog *c, const struct gk_rank_request *r, const gk_set *set, struct gk_hit *hits, size_t *n, struct gk_err *err);
/* Takes out of the set what has less than `share` of the known weight, and all but the best `most`. */
enum gk_status gk_rank_cut(struct gk_catalog *c, const struct gk_rank_terms *terms, double share, size_t most, gk_set *set, struct gk_err *err);

#endif
