/* The best of many hits, in a heap whose top is the worst that is kept. */
#include "catalog/internal.h"

/* Does a stand before b?  A total order: no two documents are equal. */
static bool
before(const struct gk_best *b, const struct gk_hit *x, const struct gk_hit *y)
{
	uint32_t dx, dy;

	if (b->sort == GK_SORT_RELEVANCE && x->score != y->score)
		return x->score > y->score;
	if (b->sort == GK_SORT_NUMBER && b->place[x->docid] != b->place[y->docid])
		return b->place[x->docid] < b->place[y->docid];
	dx = b->col->date[x->docid];
	dy = b->col->date[y->docid];
	if (dx != dy)
		/* Without a date: last, whichever way the dates run. */
		return b->sort == GK_SORT_OLDEST ? dx != 0 && (dy == 0 || dx < dy) : dx > dy;
	return x->docid < y->docid;
}

static void
sift_down(struct gk_best *b, size_t at)
{
	for (;;) {
		size_t child = at * 2 + 1;
		struct gk_hit swap;

		if (child >= b->n)
			return;
		if (child + 1 < b->n && before(b, &b->heap[child], &b->heap[child + 1]))
			child++;
		if (!before(b, &b->heap[at], &b->heap[child]))
			return;
		swap = b->heap[at];
		b->heap[at] = b->heap[child];
		b->heap[child] = swap;
		at = child;
	}
}

void
gk_best_offer(struct gk_best *b, struct gk_hit hit)
{
	if (b->want == 0)
		return;
	if (b->n < b->want) {
		size_t at = b->n++;

		b->heap[at] = hit;
		while (at > 0 && before(b, &b->heap[(at - 1) / 2], &b->heap[at])) {
			struct gk_hit swap = b->heap[at];

			b->heap[at] = b->heap[(at - 1) / 2];
			b->heap[(at - 1) / 2] = swap;
			at = (at - 1) / 2;
		}
	} else if (before(b, &hit, &b->heap[0])) {
		b->heap[0] = hit;
		sift_down(b, 0);
	}
}

void
gk_best_order(struct gk_best *b)
{
	size_t all = b->n;

	while (b->n > 1) {
		struct gk_hit worst = b->heap[0];

		b->heap[0] = b->heap[b->n - 1];
		b->heap[--b->n] = worst;
		sift_down(b, 0);
	}
	b->n = all;
}

void
gk_best_order_again(struct gk_best *b)
{
	for (size_t i = b->n / 2 + 1; i-- > 0;)
		sift_down(b, i);
	gk_best_order(b);
}
