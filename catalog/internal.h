/* What the reading half of catalog/ shares among its own files; not for others. */
#ifndef GK_CATALOG_INTERNAL_H
#define GK_CATALOG_INTERNAL_H

#include "catalog/body.h"
#include "catalog/catalog.h"
#include "catalog/correct.h"
#include "catalog/grams.h"
#include "catalog/layers.h"
#include "catalog/parameters.h"
#include "catalog/schema.h"
#include "catalog/states.h"
#include "catalog/textstore.h"
#include "catalog/tree.h"
#include "cjk/thesaurus.h"

#include <math.h>
#include <string.h>

/* --- columns.c: the value slots as arrays, one set per commit and process --- */

enum { GK_CHARS = 65536 };

/* Periods before those of the status column, oldest first. */
struct gk_past { uint32_t docid, n, period[GK_PERIODS_MAX - GK_STATUS_PERIODS]; };

struct gk_columns {
	uint32_t last, docs;		/* highest docid, how many documents there are to find */
	uint16_t *year, *category, *theme;	/* all arrays are [0 .. last]; index 0 is unused */
	uint32_t *issuer, *date;
	uint32_t issuer_most;		/* the highest number of one: if the archive knows it, it knows all */
	uint32_t (*status)[GK_STATUS_PERIODS];
	struct gk_past *past;		/* by docid: the few that have more periods than fit there */
	size_t n_past;
	uint8_t *format;		/* gk_format */
	uint32_t (*known)[2];		/* seconds: first and last event recorded */
	uint64_t *text;			/* offset in the text store */
	uint32_t *units;		/* of title and body; 0 marks a number without a document */
	float *text_norm, *title_norm;	/* gk_bm25_norm of title and body, and of the title */
	double average_units, average_title;
	/* How many of the sampled documents have a BMP character: the weight of
	 * single characters, which have no posting lists (index-design.md 0.2). */
	uint32_t *char_docs, sampled;
};

/* Shared: returns the set for this commit if some handle has it already. */
enum gk_status gk_columns_get(struct gk_index *db, struct gk_textstore *text, const char *dir, const char *generation, uint64_t revision,
			      const struct gk_columns **out, struct gk_err *err);
void gk_columns_drop(const struct gk_columns *c);
/* One more user of the same set; returns c. */
const struct gk_columns *gk_columns_hold(const struct gk_columns *c);
/*
 * Reprints (copies.h): (*copy)[docid] is the lowest document with the same text, 0 where no other has it; *copy is NULL if there are none at all.
 * They are looked for at the first call for a set, and belong to it: texts are read for it, which an act on a document need not wait for.
 */
enum gk_status gk_columns_copies(const struct gk_columns *c, struct gk_index *db, struct gk_textstore *text, const uint32_t **copy, struct gk_err *err);
/*
 * Places of the documents in the order of their numbers, by code, year, sequence: (*place)[docid] from 1, UINT32_MAX without a number.  codes: the
 * dictionary.  Made at the first call for a set; it belongs to it.
 */
enum gk_status gk_columns_numbers(const struct gk_columns *c, struct gk_index *db, char **codes, size_t n_codes, const uint32_t **place, struct gk_err *err);
/* The work of it, numbers.c. */
enum gk_status gk_places_of_numbers(struct gk_index *db, char **codes, size_t n_codes, uint32_t last, uint32_t **place, struct gk_err *err);
/* Validity on a day, as known now (known NULL) or then. */
enum gk_validity gk_columns_status(const struct gk_columns *c, const struct gk_known *known, uint32_t docid, uint32_t day);
/* The states of a day, as known now; drop them while the columns are held.  NULL when memory ends. */
struct gk_states *gk_columns_states(const struct gk_columns *c, uint32_t day);
/* Was the record there when that was known? */
bool gk_columns_existed(const struct gk_columns *c, const struct gk_known *known, uint32_t docid);

/* --- catalog.c ------------------------------------------------------------------ */

struct gk_catalog {
	char *dir;
	bool tolerant;			/* answer without the shards that do not */
	char generation[16], foreign[16];	/* foreign: a later one, of another version of the program; "": none */
	struct gk_index *db;
	struct gk_textstore *text;
	struct gk_grams *grams;		/* NULL: there are none, or nobody has asked yet */
	bool asked_grams;
	struct gk_units units;		/* room for one body at a time, of whoever looks at it */
	const struct gk_columns *col;	/* NULL until gk_catalog_columns() */
	bool loaded;			/* revision and names are those of a commit */
	uint64_t revision;
	char **categories, **issuers, **themes, **codes;	/* names, number - 1 */
	size_t n_categories, n_issuers, n_themes, n_codes;
	struct gk_tree category_tree, issuer_tree, theme_tree;	/* of these names, once gk_catalog_trees() was called */
	struct gk_thesaurus *thesaurus;	/* NULL until a query had to be loosened */
};

/* Makes col be there, for whoever looks into it: at the beginning, inside GK_RETRYING.  A handle that had columns has those of every later commit. */
enum gk_status gk_catalog_columns(struct gk_catalog *c, struct gk_err *err);

/* The table of long grams of this generation; NULL if there is none that is sound: then texts are looked at. */
const struct gk_grams *gk_catalog_grams(struct gk_catalog *c);

/* Makes the trees of names be there: for filters and facets.  Who registers an act opens an index and wants none, however many issuers there are. */
enum gk_status gk_catalog_trees(struct gk_catalog *c, struct gk_err *err);

/* The thesaurus of this archive, read at the first call; owned by the handle. */
enum gk_status gk_catalog_thesaurus(struct gk_catalog *c, const struct gk_thesaurus **out, struct gk_err *err);

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

/* A set of documents: set[docid] is 1 or 0, nothing else, [0 .. last]. */
typedef unsigned char gk_set;

/* The first document of the set that is `from` or behind it; last + 1 if there is none. Most sets are sparse: what is empty is passed by the stretch. */
static inline uint32_t
gk_set_next(const gk_set *set, uint32_t from, uint32_t last)
{
	enum { STRETCH = 32 };
	size_t d = from;

	while (d <= last && set[d] == 0) {
		uint64_t w[STRETCH / 8] = { 1 };

		while (d + STRETCH <= last && (memcpy(w, set + d, STRETCH), w[0] | w[1] | w[2] | w[3]) == 0)
			d += STRETCH;
		for (size_t end = d + STRETCH; d < end && d <= last && set[d] == 0; d++)
			;
	}
	return (uint32_t)d;
}

/* The last document of the set that is `from` or before it; 0 if there is none. */
static inline uint32_t
gk_set_back(const gk_set *set, uint32_t from)
{
	uint32_t d = from;

	while (d > 0 && set[d] == 0) {
		uint64_t w = 1;

		while (d > sizeof w && (memcpy(&w, set + d + 1 - sizeof w, sizeof w), w) == 0)
			d -= sizeof w;
		for (uint32_t end = d > sizeof w ? d - sizeof w : 0; d > end && set[d] == 0; d--)
			;
	}
	return d;
}

/* A walk through a set, eight documents at a time. */
struct gk_set_walk { const gk_set *set; uint64_t members; size_t at, end; };	/* members of [at - 8 .. at): a byte each, the lowest the first */

static inline bool
gk_set_step(struct gk_set_walk *w, uint32_t *d)
{
	enum { STEP = sizeof w->members, STRETCH = 4 * STEP };

	while (w->members == 0) {
		uint64_t ahead[STRETCH / STEP];

		while (w->at + STRETCH <= w->end && (memcpy(ahead, w->set + w->at, STRETCH), ahead[0] | ahead[1] | ahead[2] | ahead[3]) == 0)
			w->at += STRETCH;
		if (w->at >= w->end)
			return false;
		memcpy(&w->members, w->set + w->at, w->end - w->at < STEP ? w->end - w->at : STEP);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		w->members = __builtin_bswap64(w->members);
#endif
		w->at += STEP;
	}
	*d = (uint32_t)(w->at - STEP) + (uint32_t)__builtin_ctzll(w->members) / 8;
	w->members &= w->members - 1;
	return true;
}

/* Every document d of the set, by rising number; it may be taken out on the way. */
#define GK_SET_EACH(d, within, last)												\
	for (struct gk_set_walk d##_walk = { .set = (within), .at = 1, .end = (size_t)(last) + 1 }; d##_walk.set != NULL; d##_walk.set = NULL)	\
		for (uint32_t d; gk_set_step(&d##_walk, &d);)

static inline uint32_t
gk_set_count(const gk_set *set, size_t size)
{
	uint64_t n = 0, w;
	size_t d = 0;

	for (; d + sizeof w <= size; d += sizeof w) {
		memcpy(&w, set + d, sizeof w);
		n += w * 0x0101010101010101 >> 56;	/* the sum of its bytes */
	}
	for (; d < size; d++)
		n += set[d];
	return (uint32_t)n;
}

/* What is in both stays, or what is in one of them comes in. */
static inline void
gk_set_join(gk_set *set, const gk_set *other, size_t size, bool both)
{
	uint64_t a, b;
	size_t d = 0;

	for (; d + sizeof a <= size; d += sizeof a) {
		memcpy(&a, set + d, sizeof a);
		memcpy(&b, other + d, sizeof b);
		a = both ? a & b : a | b;
		memcpy(set + d, &a, sizeof a);
	}
	for (; d < size; d++)
		set[d] = both ? set[d] & other[d] : set[d] | other[d];
}

/* Where to look: what is in the set, and passes the filter; NULL: everything. */
struct gk_filter;
struct gk_within { const gk_set *set; const struct gk_filter *filter; };

/*
 * Documents in which the text stands as it is (with the numeral's other spellings unless `exact`).  Who wants only those `within` bounds gets all of them, and of
 * the others at the most some: the set is empty only if the text stands nowhere.  within NULL: all are wanted.
 */
enum gk_status gk_match_phrase(struct gk_catalog *c, const char *folded, size_t n, bool title_only, bool exact, const struct gk_within *within, gk_set *set,
			       struct gk_err *err);
/* There are no more than so many of them; UINT32_MAX: any number. */
enum gk_status gk_match_most(struct gk_catalog *c, const char *folded, size_t n, bool title_only, bool exact, uint32_t *most, struct gk_err *err);
/* Takes out of the set the documents in which the text does not stand as it was typed, unfolded. */
enum gk_status gk_match_typed(struct gk_catalog *c, const char *typed, size_t n, bool title_only, gk_set *set, struct gk_err *err);
/* Documents that have all pairs and words of the text within a window of twice its length, in the title or in the body. */
enum gk_status gk_match_near(struct gk_catalog *c, const char *folded, size_t n, bool title_only, gk_set *set, struct gk_err *err);
/* Adds the documents in whose title the characters of the text (four or more) stand in their order, with others between them. */
enum gk_status gk_match_abbreviated(struct gk_catalog *c, const char *folded, size_t n, gk_set *set, struct gk_err *err);
/* Documents that have all pairs and words of the text, anywhere. */
enum gk_status gk_match_all(struct gk_catalog *c, const char *folded, size_t n, bool title_only, gk_set *set, struct gk_err *err);
/* Adds the documents that have the term. */
enum gk_status gk_match_term(struct gk_catalog *c, const char *term, size_t n, gk_set *set, struct gk_err *err);
/* Documents of a number: their own, or named in the text. */
enum gk_status gk_match_docno(struct gk_catalog *c, const struct gk_node *node, gk_set *set, struct gk_err *err);
/* Adds the documents that have the text as their index number. */
enum gk_status gk_match_indexno(struct gk_catalog *c, const char *text, size_t n, gk_set *set, struct gk_err *err);
/* Spellings of a number in running text, folded: out[0..n). */
enum { GK_DOCNO_SPELLINGS = 2, GK_SPELLING = 256 };
size_t gk_docno_spellings(const struct gk_docno *no, char out[GK_DOCNO_SPELLINGS][GK_SPELLING]);

/* --- copies-fold.c: reprints as one result --------------------------------------------------- */

struct gk_fold { const uint32_t *copy; unsigned char *seen; uint32_t repeated; };	/* repeated: documents of the set that are not the first of their text */
enum gk_status gk_fold_begin(struct gk_catalog *c, const gk_set *set, struct gk_fold *f, struct gk_err *err);
/* Of hits in order the first of each text; how many are left. */
size_t gk_fold_hits(const struct gk_columns *col, struct gk_fold *f, struct gk_hit *hits, size_t n);
/* For each of the hits that are shown the others of the set with the same text, by rising number. */
enum gk_status gk_fold_list(const struct gk_columns *col, const struct gk_fold *f, const gk_set *set, const struct gk_hit *hits, size_t n, struct gk_arena *memory,
			    struct gk_same_text **out, struct gk_err *err);
void gk_fold_end(struct gk_fold *f);

/* A node that asks for text, not a filter or an operator. */
static inline bool
gk_is_text(enum gk_node_kind k)
{
	return k <= GK_N_DOCNO;
}

/* --- ladder.c: from the query's tree to a set ------------------------------------------ */

struct gk_asked {		/* one question, as every step of it needs it */
	struct gk_catalog *c;
	const struct gk_request *r;
	struct gk_err *err;
	uint32_t day;		/* whose validity counts */
	size_t size;		/* bytes of a set */
	struct gk_states *states;	/* of that day; NULL: each is worked out */
};

/* Validity on the day of the question, as known when it says. */
static inline enum gk_validity
gk_asked_status(const struct gk_asked *s, uint32_t docid)
{
	uint8_t state = s->states == NULL ? 0 : atomic_load_explicit(&s->states->state[docid], memory_order_relaxed);

	if (state == 0) {
		state = (uint8_t)(gk_columns_status(s->c->col, s->r->known, docid, s->day) + 1);
		if (s->states != NULL)
			atomic_store_explicit(&s->states->state[docid], state, memory_order_relaxed);
	}
	return (enum gk_validity)(state - 1);
}

enum { GK_LEAF_TEXTS = 8 };
struct gk_leaf_text { const char *p; size_t n; };

struct gk_leaf {		/* a text node of the query */
	gk_set *set;		/* at the level it has reached */
	enum gk_level level;
	bool positive;		/* asks for something, not for its absence */
	bool narrowed;		/* only what other runs have as well was looked for */
	struct gk_leaf_text text[GK_LEAF_TEXTS];	/* what is looked for, folded: what was typed, or what stands for it */
	size_t texts;
	struct gk_corrections *mended;	/* of a run that stands nowhere; NULL if there are none */
};

/* A word of the question and another that was looked for as well. */
struct gk_related { struct gk_leaf_text word, other; };
enum { GK_RELATED = 32 };

struct gk_ladder {
	struct gk_asked ask;
	struct gk_leaf leaf[GK_QUERY_NODES];
	const struct gk_filter *filter;	/* of the request */
	struct gk_within within;	/* while climbing, where a document must have all runs: what has those so far, and passes the filters */
	gk_set *so_far;			/* of it; NULL before the first */
	bool filtered;			/* was climbed within the filter */
	gk_set *any;		/* level `some`: one set for all runs */
	float *answer;		/* level `some`: how well each document of the set answers, [docid]; else NULL */
	struct gk_related related[GK_RELATED];
	size_t n_related;
	struct gk_arena texts;	/* of the leaves, where they are not the query's own */
};

struct gk_rank_terms;
/* Start from { .ask = … }.  The set is yours; *terms is filled for the ranking. */
enum gk_status gk_ladder_climb(struct gk_ladder *s, gk_set **out, enum gk_level *level, struct gk_rank_terms *terms);
/* The last level alone: at most `most` documents with at least `share` of the known weight. */
enum gk_status gk_ladder_some(struct gk_ladder *s, size_t most, double share, gk_set **out, struct gk_rank_terms *all);
/* Is there any run that may be loosened? */
bool gk_ladder_can_loosen(const struct gk_ladder *s);
void gk_ladder_free(struct gk_ladder *s);

/* --- synonym.c --------------------------------------------------------------------------- */

/* The run with other words of the same meaning in it; at most GK_LEAF_TEXTS, 0 if the thesaurus has none. False when memory ends. */
bool gk_synonym_texts(const struct gk_thesaurus *t, const char *run, size_t n, struct gk_arena *memory, struct gk_leaf_text out[GK_LEAF_TEXTS], size_t *count);

/* --- facets.c --------------------------------------------------------------------------- */

/* The filters of a request, made ready; what is asked must outlive it.  End it in any case. */
enum gk_status gk_filter_begin(const struct gk_asked *s, struct gk_filter **out);
void gk_filter_end(struct gk_filter *w);
/* Is there any? */
bool gk_filter_narrows(const struct gk_filter *w);
bool gk_filter_passes(const struct gk_filter *w, uint32_t docid);
/* Takes out of the set what the filters leave out; fills total, unfiltered and the facets. */
enum gk_status gk_narrow(const struct gk_asked *s, const struct gk_filter *w, gk_set *set, struct gk_results *out);

/* --- the formulas of BM25, with k1 and b of parameters.h ----------------------------------- */

static inline double
gk_idf(double docs, double df)
{
	return log(1 + (docs - df + 0.5) / (df + 0.5));
}

static inline double
gk_bm25_norm(double length, double average)
{
	return GK_BM25_K1 * (1 - GK_BM25_B + GK_BM25_B * length / average);
}

/* --- chars.c: single characters ------------------------------------------------------------ */

enum { GK_CHARS_MOST = 255 };
struct gk_chars {
	double weight[GK_CHARS_MOST];	/* [index - 1]: share of the idf, for each time it was added */
	uint16_t unit[GK_CHARS_MOST];
	size_t n;
	unsigned char *index;		/* [GK_CHARS]: 0 if not asked for */
	struct gk_symbols *symbols;	/* of which those that hold one of them are marked; NULL: none are yet */
	uint64_t *marked;		/* a bit for each code */
	uint16_t *held;			/* [GK_CODES]: of a marked one the number in hold */
	uint64_t *hold;			/* which characters a code holds: a byte each, its index, for each time it is there */
	size_t holds;
};
bool gk_chars_begin(struct gk_chars *c);
void gk_chars_end(struct gk_chars *c);
/* What is no CJK unit, or one too many, is left out. */
void gk_chars_add(struct gk_chars *c, const struct gk_columns *col, uint16_t u, double share);
/* BM25 of them in title and body. */
double gk_chars_weigh(struct gk_chars *c, const struct gk_columns *col, const struct gk_text *t);
/* Does the unit have a column of its own in char_docs that means something: Han, kana, Hangul? */
bool gk_is_cjk_unit(uint16_t u);
double gk_char_idf(const struct gk_columns *col, uint16_t u);

/* --- likeness.c: titles, 0 to 1; canon units ----------------------------------------------- */

double gk_likeness(const uint16_t *query, size_t k, const uint16_t *title, size_t n);
/* What was typed as a name, and how much each of its characters tells. */
enum { GK_NAME_UNITS = 128 };	/* the rest is not looked at */
struct gk_name { const uint16_t *p; size_t n; double weight[GK_NAME_UNITS], whole; };
void gk_name_begin(struct gk_name *name, const struct gk_columns *col, const uint16_t *p, size_t n);
double gk_abbreviation(const struct gk_columns *col, const struct gk_name *name, const uint16_t *title, size_t n);

/* --- best.c -------------------------------------------------------------------------------- */

struct gk_best {
	const uint32_t *place;		/* of gk_columns_numbers, for GK_SORT_NUMBER */
	struct gk_hit *hit;		/* gk_best_room() of them */
	size_t n, want;
	const struct gk_columns *col;
	enum gk_sort sort;
	bool full;			/* the first `want` are better than all that went */
	uint64_t draw;
};
/* Of so many documents at the most. */
size_t gk_best_room(size_t want, uint32_t docs);
/* The score is that by which they are sorted, but for relevance. */
void gk_best_offer(struct gk_best *b, struct gk_hit hit);
/* What scores less is not wanted any more. */
double gk_best_least(const struct gk_best *b);
/* The wanted, best first; again, when their scores were changed.  Nothing may be offered after it. */
void gk_best_order(struct gk_best *b);

/* --- rank.c: in which order ---------------------------------------------------------- */

struct gk_rank_term {
	const char *p;
	size_t n;
	uint32_t df;
	double idf;
	unsigned count;
	bool about;			/* of a question: what it is about, not what it asks with */
};
/* The different pairs and words of the positive text of a query, rarest first. */
struct gk_rank_terms {
	struct gk_rank_term item[2 * GK_QUERY_TERMS];
	size_t n;
	double known;			/* sum of idf of those that the archive has */
	const char *text;		/* what they were cut from, folded, parts apart by spaces; in the arena */
	size_t text_n;
	struct gk_arena arena;
};
/* question: without the words that a question asks with. */
enum gk_status gk_rank_collect(const struct gk_ladder *l, bool question, struct gk_rank_terms *out);
/* One more, if it is not there yet; false when memory ends.  Then weigh them: df and idf of each, rarest first. */
bool gk_rank_add_term(struct gk_rank_terms *t, const char *p, size_t n);
enum gk_status gk_rank_weigh_terms(const struct gk_ladder *l, struct gk_rank_terms *t);
/* Adds for the documents of the set to score[docid] BM25 of the terms, in text and title. */
enum gk_status gk_rank_add_terms(struct gk_catalog *c, const struct gk_rank_terms *terms, const gk_set *set, float *score, struct gk_err *err);

struct gk_rank_request {
	const struct gk_ladder *ladder;
	const struct gk_rank_terms *terms;
	enum gk_sort sort;
	size_t want;			/* best so many, in order */
	bool characters;		/* weigh single characters too: where the words do not stand as typed */
	struct gk_explained *explained;	/* NULL, or where the parts of the scores go: room for `want` and GK_FINE_HITS more */
};
/* The best `want` of the set, in order; hits has room. */
enum gk_status gk_rank(struct gk_catalog *c, const struct gk_rank_request *r, gk_set *set, struct gk_hit *hits, size_t *n, struct gk_err *err);

/* --- sums.c: which documents have most of a question ------------------------------------------ */

/* BM25 of what was typed, and of related words for less; of these the part; the idf of what was typed and stands in the text. */
struct gk_sum { uint32_t docid; double score; float related, share; };
/*
 * The best `most` of the documents within (NULL: all) in which so much of the weight (idf) of what the question is about and of related words stands: a
 * question is rarely answered by a document that has none but its commonest words, and the lists of those are the longest.
 */
struct gk_sums_request {
	const struct gk_rank_terms *typed, *related;
	const gk_set *within;
	double least;
	size_t most;
};
/* Best first; out has room for `most`. */
enum gk_status gk_sums(struct gk_catalog *c, const struct gk_sums_request *r, struct gk_sum *out, size_t *n, struct gk_err *err);

/* --- question.c: the order of answers to a question --------------------------------------- */

enum { GK_RELATED_CHARS = 256 };

/* Words of the thesaurus that are related to those typed: their pairs, and their single characters, each once. */
struct gk_others {
	struct gk_rank_terms pairs;
	uint16_t unit[GK_RELATED_CHARS];
	size_t units;
};
/* Also fills l->related. */
enum gk_status gk_question_others(struct gk_ladder *l, struct gk_others *out);

struct gk_question {
	const struct gk_rank_terms *typed;	/* all of it */
	const struct gk_rank_terms *about;	/* without the words that a question asks with */
	const struct gk_others *others;
	bool whole;				/* every document may answer: the set is empty, and is filled */
};
/* Leaves in the set the `most` best that have at least the share `least` of the known weight; fills l->answer. */
enum gk_status gk_question_rank(struct gk_ladder *l, const struct gk_question *q, size_t most, double least, gk_set *set);

/* --- explain.c: how it was come to ---------------------------------------------------------- */

/* Makes room, so that the ranking can leave its parts there. NULL if memory ends. */
struct gk_explained *gk_explain_begin(const struct gk_ladder *l, size_t want, struct gk_arena *memory);
/* What the ladder reached, and the terms. */
enum gk_status gk_explain(const struct gk_ladder *l, const struct gk_rank_terms *terms, struct gk_arena *memory, struct gk_explained *out);

#endif
