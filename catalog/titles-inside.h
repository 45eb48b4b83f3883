/* What titles.c and phrases.c share; not for others. */
#ifndef GK_TITLES_INSIDE_H
#define GK_TITLES_INSIDE_H

#include "catalog/titles.h"

/* Suffixes are in order of so many units; those that agree in all of them in order of their places. */
enum { GK_TITLES_DEPTH = 13 };

struct phrase_at { uint32_t first, places, uses, n; };	/* suffix[first .. first + places) begin with it */

struct gk_titles {
	uint16_t *units;		/* each title followed by a 0 */
	size_t n_units;
	uint32_t *start;		/* where a title begins; start[n_titles] = n_units */
	size_t n_titles, left_out;
	uint32_t behind;		/* the first title that is behind all others; n_titles if none is */
	uint32_t *block;		/* [unit / 32]: the title that has this unit */
	unsigned char *first;		/* one bit a unit: a title begins here */
	uint32_t *suffix;		/* places where something can begin, in order */
	size_t n_suffixes;
	uint32_t *doc_first;		/* [title .. + 1]: its documents in docid[] and at[] */
	uint32_t *docid;
	uint64_t *at;
	size_t n_docs;
	struct phrase_at *phrase;	/* by first, then n */
	size_t n_phrases;
	uint32_t *syllable_first, *by_syllable;	/* by_syllable[syllable_first[s] .. [s + 1]): phrases whose first character is read so */
	uint32_t *pair_first, *by_pair;		/* likewise by the initials of the first two, a * 26 + b */
	size_t n_spelled;
};

uint32_t gk_titles_at(const struct gk_titles *t, uint32_t place);
/* suffix[*lo .. *hi) agree with typed in its first GK_TITLES_DEPTH units. */
void gk_titles_range(const struct gk_titles *t, const uint16_t *typed, size_t n, size_t *lo, size_t *hi);
enum gk_status gk_titles_make_phrases(struct gk_titles *t, struct gk_err *err);
enum gk_status gk_titles_make_spelled(struct gk_titles *t, struct gk_err *err);

#endif
