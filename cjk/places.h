/*
 * Inside of cjk/ only: where the needles of a question stand in a canon, and which stretch of it
 * holds most of them.  A stretch is measured in whatever the caller counts in: units or characters.
 */
#ifndef GK_CJK_PLACES_H
#define GK_CJK_PLACES_H

#include "cjk/cjk.h"

struct gk_wanted { const uint16_t *p; size_t n; double weight; };

struct gk_wanteds {
	struct gk_wanted *item;
	size_t n;
	uint16_t *units;	/* what the items point into */
};

/* The canon of the needles; those of separators only are left out.  False only when memory ends. */
bool gk_wanteds_make(const struct gk_needle *needles, size_t count, struct gk_wanteds *out);
void gk_wanteds_free(struct gk_wanteds *w);

struct gk_hit_at {
	size_t unit, units;	/* of the canon */
	size_t from, to;	/* the same as it is measured; gk_hits_find sets them to units */
	size_t needle;
};

/*
 * All places where needles stand in canon[0..n), by their beginning; of each needle the same number at most, so that one that stands everywhere
 * does not hide the others.  The list is yours to free().  NULL only when memory ends.
 */
struct gk_hit_at *gk_hits_find(const uint16_t *canon, size_t n, const struct gk_wanteds *w, size_t *count);

/*
 * The hits [*left, *right] of the stretch of at most `most` with the greatest weight of different needles, then the most hits, then the first.
 * seen has a zero for each needle, and has them again afterwards.  count >= 1.  Returns the weight.
 */
double gk_hits_best(const struct gk_hit_at *hits, size_t count, const struct gk_wanteds *w, size_t most, unsigned *seen, size_t *left, size_t *right);

#endif
