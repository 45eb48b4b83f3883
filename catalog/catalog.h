/*
 * The searchable view of an archive, for reading.  It finds and ranks; what is
 * true of a document is read from the archive (design.md 2).
 *
 *   gk_catalog_open(dir, &c, &err)            dir is ARCHIVE/index/public
 *   gk_catalog_refresh(c, &generation, &err)  before each question
 *   gk_search(c, &request, &results, &err)
 *
 * A handle belongs to one thread; the columns behind it are shared by all
 * handles of the process that look at the same commit.
 */
#ifndef GK_CATALOG_H
#define GK_CATALOG_H

#include "base/date.h"
#include "base/status.h"
#include "catalog/origin.h"
#include "catalog/place.h"
#include "catalog/query.h"
#include "cjk/cjk.h"
#include "record/validity.h"

struct gk_catalog;

enum gk_status gk_catalog_open(const char *dir, struct gk_catalog **out, struct gk_err *err);
void gk_catalog_close(struct gk_catalog *c);
/* The pages of the texts go back to the system, which keeps them as long as it has room: they are mapped again as they are read. */
void gk_catalog_rest(struct gk_catalog *c);
/*
 * Shards on other machines (catalog/away.h) may be out of reach.  Without this call that is an error of what needs them; with it gk_search
 * and gk_similar answer from the others and say what is missing: for people, not for whoever decides something by an answer.
 */
void gk_catalog_tolerate(struct gk_catalog *c);
/*
 * What the last gk_search or gk_similar could not look at, because shards did not answer: documents, and the stretches of numbers they stand in.  Then
 * a total, and every count, is only "at least so many".
 */
enum { GK_MISSING_MAX = 64 };
struct gk_missing { uint32_t documents; struct { uint32_t first, last; } range[GK_MISSING_MAX]; size_t n; };
void gk_catalog_missing(const struct gk_catalog *c, struct gk_missing *out);
/* Shards that stand on other machines; of each its documents and where it is.  GK_DEAD if it does not answer. */
size_t gk_catalog_away(const struct gk_catalog *c);
/* How many of them are known not to answer; asks nobody. */
size_t gk_catalog_away_down(const struct gk_catalog *c);
struct gk_away_shown { uint32_t first, last; const char *where; };
enum gk_status gk_catalog_away_check(struct gk_catalog *c, size_t i, struct gk_away_shown *out, struct gk_err *err);
/*
 * A handle reads of the index what it needs.  The first question needs what stands there of all documents: who serves many loads it
 * before it says that it is ready.
 */
enum gk_status gk_catalog_load(struct gk_catalog *c, struct gk_err *err);
/* *generation changes with every commit and every rebuild. */
enum gk_status gk_catalog_refresh(struct gk_catalog *c, uint64_t *generation, struct gk_err *err);

/* --- one record --------------------------------------------------------------- */

/* Docid of an id; GK_END if there is none. */
enum gk_status gk_catalog_find(struct gk_catalog *c, const char *id, uint32_t *docid, struct gk_err *err);
/* The same for the public: an id of what was never public is not there, and looked for in the same steps as one that was never given (safety.md 7). */
enum gk_status gk_catalog_find_public(struct gk_catalog *c, const char *id, uint32_t *docid, struct gk_err *err);
/* The first record that has a term with one of the prefixes of schema.h (digest, place, own number); GK_END if there is none. */
enum gk_status gk_catalog_find_by(struct gk_catalog *c, const char *prefix, const char *value, uint32_t *docid, struct gk_err *err);
/* All of them, at most max (>= 1), in the order of their coming; *n says how many. GK_END if there is none. */
enum gk_status gk_catalog_list_by(struct gk_catalog *c, const char *prefix, const char *value, uint32_t *docids, size_t max, size_t *n, struct gk_err *err);
/*
 * The values that stand under a prefix (numbers, titles' keys), in byte order, until each returns false.  After a commit in the midst of
 * it the walk begins again, so each must not mind a value twice.
 */
typedef bool gk_value_fn(void *arg, const char *value, size_t n);
enum gk_status gk_catalog_each(struct gk_catalog *c, const char *prefix, gk_value_fn *each, void *arg, struct gk_err *err);
/* Up to where the archive has been read; {0,0,0} at the beginning. */
enum gk_status gk_catalog_mark(struct gk_catalog *c, struct gk_place *out, struct gk_err *err);
/* Places of its events in the archive, oldest first; yours to free(). */
enum gk_status gk_catalog_places(struct gk_catalog *c, uint32_t docid, struct gk_place **out, size_t *n, struct gk_err *err);

/*
 * The records that were there at that second and have, or may have, an event recorded after it: ids of the
 * catalog by rising number, yours to free().
 */
enum gk_status gk_catalog_changed_since(struct gk_catalog *c, uint32_t seconds, uint32_t **docids, size_t *n, struct gk_err *err);

/* The highest number of a record. */
uint32_t gk_catalog_last(const struct gk_catalog *c);
/* False only if the catalog has loaded what says that nothing was recorded of it after that second. */
bool gk_catalog_changed_after(const struct gk_catalog *c, uint32_t docid, uint32_t seconds);

/* --- searching ------------------------------------------------------------------- */

enum gk_sort { GK_SORT_RELEVANCE, GK_SORT_NEWEST, GK_SORT_OLDEST, GK_SORT_NUMBER, GK_SORTS };
extern const char *const gk_sort_code[GK_SORTS];	/* "rel" "new" "old" "no" */
/* How far the words had to be loosened (experience.md 4); the loosest run decides. */
enum gk_level { GK_LEVEL_NONE, GK_LEVEL_PHRASE, GK_LEVEL_SYNONYM, GK_LEVEL_CORRECTED, GK_LEVEL_NEAR, GK_LEVEL_ALL, GK_LEVEL_SOME };
extern const char *const gk_level_code[];	/* "none" "phrase" "synonym" "corrected" "near" "all" "some" */

/* Filters: between facets AND, within one OR.  n = 0: no filter. */
struct gk_filters {
	const char *const *category;	/* whole names; X/ is X and all below it (catalog/tree.h) */
	size_t n_category;
	const char *const *issuer;
	size_t n_issuer;
	const char *const *theme;
	size_t n_theme;
	struct { int from, to; } year[64];
	size_t n_year;
	unsigned status;		/* bits 1 << gk_validity; 0: any */
	bool status_implied;		/* nobody chose it: choosing one takes it away */
	unsigned format;		/* bits 1 << gk_format; 0: any */
	struct gk_date from, to;	/* published (else formed) date; GK_NO_DATE: open */
};

/*
 * The state of the catalog "as known at" an earlier instant.  What was recorded later is left out; a record to which events were
 * added since has its periods here, read from those events by the caller, because the catalog holds today's only.
 * gk_catalog_changed_since names these records.  Items by rising docid; periods as in record/validity.h, day << 4 | code.
 */
struct gk_known_item { uint32_t docid, first, n; };	/* period[first .. first + n); n = 0: it was not there yet */
struct gk_known {
	uint32_t seconds;		/* since 1970, UTC */
	const struct gk_known_item *item;
	size_t n;
	const uint32_t *period;
};

struct gk_request {
	const struct gk_query *query;
	struct gk_filters filters;
	struct gk_date as_of;		/* the day whose validity counts, for status filter, facet and weight; of a partial date the last */
	const struct gk_known *known;	/* NULL: all that is known now */
	enum gk_sort sort;
	size_t offset, size;
	bool facets;
	bool fold;			/* documents that are one text (copies.h) are one hit; offset and size count hits. Not with fill or known */
	size_t some_max;		/* most documents of level `some`: 50 on a page (0 means that) */
	bool fill;			/* go on behind the last hit with looser ones, for batch runs; the total stays */
	bool explain;			/* say how it was come to: gk_results.explained */
	uint32_t only;			/* not 0: of the hits only this one is wanted; total and facets stay */
	/*
	 * Every hit, by rising number, those behind `after` but for the first `offset`, without scores and folding: who goes on from the last one meets each exactly once,
	 * whatever is added meanwhile, because new documents come last and a rebuild gives the same numbers.
	 */
	bool walk;
	uint32_t after;
};

struct gk_hit { uint32_t docid; double score; };

/* What a score is made of: (words + characters + likeness + number + same_title + year) * factor. */
struct gk_score {
	uint32_t docid;
	double words;			/* BM25 of pairs and words, in text and title; at level some all that question.c adds up */
	double characters;		/* of single characters, where the words do not stand as typed */
	double likeness;		/* the query looks like the title */
	double same_title;		/* it is the title */
	double number;			/* it is the document's number, or stands in the text */
	double year;			/* a year that was typed is the document's */
	double factor;			/* validity and date */
};

/* How an answer was come to. */
struct gk_explained {
	uint32_t documents;		/* in the catalog */
	struct gk_explained_run {	/* each text of the query */
		const char *text;	/* as typed */
		bool negative;		/* its absence was asked for */
		enum gk_level level;
		const char *searched[8];	/* folded */
		size_t n_searched;
		uint32_t documents;	/* that have it at that level */
	} *run;
	size_t runs;
	struct gk_explained_term { const char *term; uint32_t documents; double idf; unsigned times; } *term;	/* rarest first */
	size_t terms;
	struct gk_score *score;		/* of the best hits, in no order */
	size_t scores;
};

/*
 * A value of a facet: how many documents have it, whatever is chosen in the same facet; and the total that follows when it is chosen, or
 * given up if it is selected.  Who chooses one gives up what is above and below it: 2019 for 2015..2019, 政策法规/通知 for 政策法规/.
 */
struct gk_facet {
	const char *value;		/* of names and ranges */
	int number;			/* of years and codes; first year of a range */
	uint32_t count;
	bool selected;
	uint32_t after;
	unsigned depth;			/* of names: how many values it stands below; values below one follow it */
	bool own;			/* of names: X itself, which stands below X/ */
};
/* Of names the commonest and those that were chosen; a province has thousands of issuers, and nobody reads a list of them. */
enum { GK_FACET_NAMES_MAX = 100 };
struct gk_facet_list { struct gk_facet *item; size_t n, left_out; };

/* What kind of slip a correction mends: another character (of the same sound, nearly that, like it to the eye, any), neighbours swapped, one
 * too few or too many; or letters were read as pinyin. */
enum gk_mend {
	GK_MEND_NONE, GK_MEND_SOUND, GK_MEND_NEAR_SOUND, GK_MEND_LOOK, GK_MEND_CHARACTER, GK_MEND_SWAP, GK_MEND_MISSING, GK_MEND_EXTRA, GK_MEND_PINYIN,
};
extern const char *const gk_mend_code[];	/* "none" "sound" "near_sound" "look" "character" "swap" "missing" "extra" "pinyin" */

/* A run that was searched otherwise than it was typed (levels synonym and corrected); of level some a word and what was looked for beside it. */
struct gk_change {
	enum gk_level level;
	const char *from;		/* as typed */
	const char *to;			/* as searched, folded */
	bool offered;			/* only offered: it was not run */
	enum gk_mend mend;		/* of a correction */
	const char *wrong, *right;	/* the character that was replaced or left out, the one that was put in; NULL if none */
};

enum { GK_SAME_TEXT_LISTED = 5 };
struct gk_same_text { uint32_t docid[GK_SAME_TEXT_LISTED]; size_t n; uint32_t total; };

struct gk_results {
	uint32_t total;			/* documents, exact */
	uint32_t shown;			/* hits on all pages together, exact: the same, or less where reprints are folded */
	enum gk_level level;
	struct gk_change *changes;	/* every one is to be said */
	size_t n_changes;
	struct gk_hit *hits;
	struct gk_same_text *same;	/* [hit]: the other documents of the result with its text; NULL unless folded */
	size_t n;
	bool more;			/* of a walk: hits behind the last one */
	struct gk_facet_list category, theme, year, year_range, status, issuer, format;
	uint32_t unfiltered;		/* matches without any filter of the request; counted only with facets, which want all of them looked at */
	/* What to mark: folded runs that stand in the hits (level phrase), or their pieces. */
	struct gk_needle *needles;
	size_t n_needles;
	struct gk_explained *explained;	/* NULL unless asked for */
	void *memory;			/* owns all of it */
};

/* Does choosing the one value of a facet give up the other? */
bool gk_category_related(const struct gk_catalog *c, const char *a, const char *b);
bool gk_issuer_related(const struct gk_catalog *c, const char *a, const char *b);
bool gk_theme_related(const struct gk_catalog *c, const char *a, const char *b);

/* GK_RETRY never leaves: the index is reopened and the question repeated, for three seconds at the least. */
enum gk_status gk_search(struct gk_catalog *c, const struct gk_request *r, struct gk_results *out, struct gk_err *err);
void gk_results_free(struct gk_results *r);

/* --- passages -------------------------------------------------------------------- */

/*
 * Where the needles stand in the newest text of a record, in time that hardly depends on its length.  place[i] is in units of the canon of
 * window[i]: what gk_snippet_at wants.  Without a hit there is one window, the beginning.
 */
struct gk_passages {
	struct gk_window window[GK_PASSAGES];
	struct gk_place_at place[GK_PASSAGES];
	size_t n;
	size_t needles;			/* how many of them stand in the text */
	struct gk_origin origin;	/* borrowed until the next call with this catalog */
};
/* GK_END if nothing is kept of the text: look at it whole. */
enum gk_status gk_catalog_passages(struct gk_catalog *c, uint32_t docid, const struct gk_needle *needles, size_t count, struct gk_passages *out, struct gk_err *err);

/* Every record, newest first: what the home page lists and counts. The same as gk_search with an empty query. */

/* --- totals ------------------------------------------------------------------------ */

/* shards: parts that the index stands in; anew and patched: records that changed since they first came (catalog/layers.h); a rebuild brings both to 0. */
struct gk_totals { uint32_t records, last, events, terms, anew, patched, shards; uint64_t text_bytes, index_bytes, revision; struct gk_place mark; char version[16], generation[16]; };
/* Bytes of the texts as the index keeps them, and of the whole index: sizes of files, nothing is read. */
void gk_catalog_sizes(struct gk_catalog *c, uint64_t *text, uint64_t *index);
/*
 * Are the parts of the index that are never written to again as they were written (catalog/seal.h)?  Reads all of them.  GK_DEAD, DAMAGED if not; GK_END if another index
 * has come in the place of this one meanwhile.
 */
enum gk_status gk_catalog_whole(struct gk_catalog *c, struct gk_err *err);
/* terms: count them too, which walks the whole term list. */
enum gk_status gk_catalog_totals(struct gk_catalog *c, bool terms, struct gk_totals *out, struct gk_err *err);

#endif
