/*
 * Choosing where to cut: the needles' places in the canon and the stretch that holds most of their weight.
 * The canon is searched at the speed of memory; nothing here looks at the text itself.
 */
#include "cjk/places.h"

#include "base/fault.h"

#include <stdlib.h>
#include <string.h>

enum {
	HITS = 65536,		/* kept for choosing */
	WORK = 16 * 1024 * 1024,	/* units looked at, of all needles together (safety.md L20) */
	APART = 2 * GK_SNIPPET_MOST,	/* units between two passages, so that they never meet */
};

static void *
memory(size_t n)
{
	return gk_fault("memory") ? NULL : malloc(n > 0 ? n : 1);
}

bool
gk_wanteds_make(const struct gk_needle *needles, size_t count, struct gk_wanteds *out)
{
	size_t room = 0;
	uint16_t *to;

	for (size_t i = 0; i < count; i++)
		room += needles[i].n;
	*out = (struct gk_wanteds){ memory(count * sizeof *out->item), 0, memory(room * sizeof *out->units) };
	if (out->item == NULL || out->units == NULL) {
		gk_wanteds_free(out);
		return false;
	}
	to = out->units;
	for (size_t i = 0; i < count; i++) {
		double weight = needles[i].weight;
		size_t k = gk_canon(needles[i].p, needles[i].n, to);

		if (k == 0)
			continue;
		/* Sums of weights are compared: one infinity or NaN would spoil them all. */
		out->item[out->n++] = (struct gk_wanted){ to, k, weight > 0 ? weight < 1e9 ? weight : 1e9 : 0 };
		to += k;
	}
	return true;
}

void
gk_wanteds_free(struct gk_wanteds *w)
{
	free(w->item);
	free(w->units);
	*w = (struct gk_wanteds){ NULL, 0, NULL };
}

static int
by_start(const void *a, const void *b)
{
	const struct gk_hit_at *x = a, *y = b;

	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return x->needle < y->needle ? -1 : x->needle > y->needle;
}

struct gk_hit_at *
gk_hits_find(const uint16_t *canon, size_t n, const struct gk_wanteds *w, size_t *count)
{
	size_t most = w->n == 0 ? 0 : HITS / w->n + 1, found = 0, cap = 256, reach = w->n == 0 ? 0 : WORK / w->n;
	struct gk_hit_at *hits = memory(cap * sizeof *hits);

	if (n > reach)
		n = reach;
	for (size_t i = 0; hits != NULL && i < w->n; i++) {
		const struct gk_wanted *k = &w->item[i];
		size_t u = 0;

		for (size_t j = 0; j < most; j++, u++) {
			u = gk_canon_find(canon, n, k->p, k->n, u);
			if (u == (size_t)-1)
				break;
			if (found == cap) {
				struct gk_hit_at *more = gk_fault("memory") ? NULL : realloc(hits, 2 * cap * sizeof *hits);

				if (more == NULL) {
					free(hits);
					return NULL;
				}
				hits = more;
				cap *= 2;
			}
			hits[found++] = (struct gk_hit_at){ u, k->n, u, u + k->n, i };
		}
	}
	if (hits != NULL)
		qsort(hits, found, sizeof *hits, by_start);
	*count = found;
	return hits;
}

double
gk_hits_best(const struct gk_hit_at *hits, size_t count, const struct gk_wanteds *w, size_t most, unsigned *seen, size_t *best_left, size_t *best_right)
{
	double weight = 0, best = -1;
	size_t left = 0, best_hits = 0;

	*best_left = *best_right = 0;
	for (size_t right = 0; right < count; right++) {
		if (seen[hits[right].needle]++ == 0)
			weight += w->item[hits[right].needle].weight;
		for (; left < right && hits[right].to - hits[left].from > most; left++)
			if (--seen[hits[left].needle] == 0)
				weight -= w->item[hits[left].needle].weight;
		/* Adding and subtracting leaves crumbs, which must not decide. */
		if (weight > best + 1e-9 * (1 + best)
		    || (weight > best - 1e-9 * (1 + best) && right - left + 1 > best_hits)) {
			best = weight;
			best_hits = right - left + 1;
			*best_left = left;
			*best_right = right;
		}
	}
	for (; left < count; left++)
		seen[hits[left].needle] = 0;
	return best;
}

/* Leaves out the hits that touch [from, to). Returns how many stay. */
static size_t
gk_hits_without(struct gk_hit_at *hits, size_t count, size_t from, size_t to)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (hits[i].to <= from || hits[i].from >= to)
			hits[kept++] = hits[i];
	return kept;
}

bool
gk_places(const uint16_t *canon, size_t n, const struct gk_needle *needles, size_t count, struct gk_places *out)
{
	struct gk_wanteds w;
	struct gk_hit_at *hits = NULL;
	unsigned *seen = NULL;
	size_t found = 0, left, right;
	double best = 0, weight;
	bool ok;

	*out = (struct gk_places){ .n = 0 };
	if (!gk_wanteds_make(needles, count, &w))
		return false;
	hits = gk_hits_find(canon, n, &w, &found);
	seen = gk_fault("memory") ? NULL : calloc(w.n + 1, sizeof *seen);
	ok = hits != NULL && seen != NULL;
	for (size_t i = 0; ok && i < found; i++)
		out->needles += seen[hits[i].needle]++ == 0;
	if (ok)
		memset(seen, 0, (w.n + 1) * sizeof *seen);
	while (ok && found > 0 && out->n < GK_PASSAGES) {
		struct gk_place_at *p = &out->at[out->n];

		weight = gk_hits_best(hits, found, &w, GK_SNIPPET_MOST, seen, &left, &right);
		/* A place with less than half of what the best one has tells a reader nothing more. */
		if (out->n > 0 && weight * 2 < best)
			break;
		best = out->n == 0 ? weight : best;
		*p = (struct gk_place_at){ hits[left].unit, hits[left].unit };
		for (size_t i = left; i <= right; i++)
			if (hits[i].to > p->end)
				p->end = hits[i].to;
		out->n++;
		found = gk_hits_without(hits, found, p->start > APART ? p->start - APART : 0, p->end + APART);
	}
	free(hits);
	free(seen);
	gk_wanteds_free(&w);
	return ok;
}
