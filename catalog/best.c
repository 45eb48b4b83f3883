/*
 * The best of many hits: as many again as are wanted are gathered, then the better half is parted from the rest, whose best then bounds
 * what is still worth gathering.
 */
#include "catalog/internal.h"

/* What a hit stands by before all else; the more the better. */
static double
key(const struct gk_best *b, struct gk_hit hit)
{
	const uint32_t date = b->col->date[hit.docid];

	switch (b->sort) {
	case GK_SORT_NEWEST:
		return date;
	case GK_SORT_OLDEST:
		/* Without a date: last, whichever way the dates run. */
		return date == 0 ? -INFINITY : -(double)date;
	case GK_SORT_NUMBER:
		return -(double)b->place[hit.docid];
	default:
		return hit.score;
	}
}

/* Does a stand before b?  A total order: no two documents are equal. */
static bool
before(const struct gk_best *b, const struct gk_hit *x, const struct gk_hit *y)
{
	uint32_t dx, dy;

	if (x->score != y->score)
		return x->score > y->score;
	dx = b->col->date[x->docid];
	dy = b->col->date[y->docid];
	return dx != dy ? dx > dy : x->docid < y->docid;
}

static void
swap(struct gk_hit *x, struct gk_hit *y)
{
	struct gk_hit hit = *x;

	*x = *y;
	*y = hit;
}

/* Parts [low .. high) by one of them, which is drawn: no order of the hits is a bad one.  Returns where it stands then. */
static size_t
part(struct gk_best *b, size_t low, size_t high)
{
	size_t to = low;

	b->draw = b->draw * 6364136223846793005u + 1442695040888963407u;
	swap(&b->hit[low + (size_t)(b->draw >> 33) % (high - low)], &b->hit[high - 1]);
	for (size_t i = low; i + 1 < high; i++)
		if (before(b, &b->hit[i], &b->hit[high - 1]))
			swap(&b->hit[i], &b->hit[to++]);
	swap(&b->hit[to], &b->hit[high - 1]);
	return to;
}

/* The best that are wanted come to the front, the worst of them last, and the others go. */
static void
keep_wanted(struct gk_best *b)
{
	size_t low = 0, high = b->n;

	/* The one at want - 1 is in [low .. high). */
	while (high - low > 1) {
		size_t at = part(b, low, high);

		if (at + 1 == b->want)
			break;
		if (at >= b->want)
			high = at;
		else
			low = at + 1;
	}
	b->n = b->want;
	b->full = true;
}

size_t
gk_best_room(size_t want, uint32_t docs)
{
	return (want <= docs / 2 ? want * 2 : (size_t)docs) + 1;
}

void
gk_best_offer(struct gk_best *b, struct gk_hit hit)
{
	hit.score = key(b, hit);
	if (b->want == 0 || (b->full && !before(b, &hit, &b->hit[b->want - 1])))
		return;
	b->hit[b->n++] = hit;
	if (b->n == b->want * 2)
		keep_wanted(b);
}

double
gk_best_least(const struct gk_best *b)
{
	return b->full ? b->hit[b->want - 1].score : -INFINITY;
}

static void
sift_down(struct gk_best *b, size_t n, size_t at)
{
	for (;;) {
		size_t child = at * 2 + 1;

		if (child >= n)
			return;
		if (child + 1 < n && before(b, &b->hit[child], &b->hit[child + 1]))
			child++;
		if (!before(b, &b->hit[at], &b->hit[child]))
			return;
		swap(&b->hit[at], &b->hit[child]);
		at = child;
	}
}

void
gk_best_order(struct gk_best *b)
{
	if (b->n > b->want)
		keep_wanted(b);
	b->full = false;
	for (size_t i = b->n / 2 + 1; i-- > 0;)
		sift_down(b, b->n, i);
	for (size_t n = b->n; n > 1;) {
		swap(&b->hit[0], &b->hit[--n]);
		sift_down(b, n, 0);
	}
}
