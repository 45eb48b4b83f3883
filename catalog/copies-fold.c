/*
 * One text, one result (domain.md 12.15): of the documents of a result that are the same text (copies.h) the one that
 * stands first is shown, and the others with it.
 */
#include "catalog/internal.h"

#include <stdlib.h>
#include <string.h>

/* Documents of the set behind the first one of their text, wherever they stand. */
static uint32_t
count_repeated(const struct gk_columns *col, const uint32_t *copy, const gk_set *set, unsigned char *seen)
{
	uint32_t n = 0;

	GK_SET_EACH(d, set, col->last) {
		uint32_t root = copy[d];

		if (root == 0)
			continue;
		n += seen[root];
		seen[root] = 1;
	}
	return n;
}

enum gk_status
gk_fold_begin(struct gk_catalog *c, const gk_set *set, struct gk_fold *f, struct gk_err *err)
{
	const struct gk_columns *col = c->col;
	enum gk_status st;

	*f = (struct gk_fold){ .seen = NULL };
	st = gk_columns_copies(col, c->db, c->text, &f->copy, err);
	if (st != GK_OK || f->copy == NULL)
		return st;
	f->seen = calloc((size_t)col->last + 1, 1);
	if (f->seen == NULL)
		return gk_nomem(err);
	f->repeated = count_repeated(col, f->copy, set, f->seen);
	return GK_OK;
}

size_t
gk_fold_hits(const struct gk_columns *col, struct gk_fold *f, struct gk_hit *hits, size_t n)
{
	size_t kept = 0;

	if (f->repeated == 0)
		return n;
	memset(f->seen, 0, (size_t)col->last + 1);
	for (size_t i = 0; i < n; i++) {
		uint32_t root = f->copy[hits[i].docid];

		if (root != 0 && f->seen[root])
			continue;
		f->seen[root] = 1;
		hits[kept++] = hits[i];
	}
	return kept;
}

enum gk_status
gk_fold_list(const struct gk_columns *col, const struct gk_fold *f, const gk_set *set, const struct gk_hit *hits, size_t n, struct gk_arena *memory,
	     struct gk_same_text **out, struct gk_err *err)
{
	struct gk_same_text *list = gk_arena_alloc(memory, (n + 1) * sizeof *list);

	if (list == NULL)
		return gk_nomem(err);
	*out = list;
	if (f->repeated == 0)
		return GK_OK;
	GK_SET_EACH(d, set, col->last) {
		if (f->copy[d] == 0)
			continue;
		for (size_t i = 0; i < n; i++) {
			struct gk_same_text *s = &list[i];

			if (f->copy[hits[i].docid] != f->copy[d] || hits[i].docid == d)
				continue;
			if (s->total++ < GK_SAME_TEXT_LISTED)
				s->docid[s->n++] = d;
		}
	}
	return GK_OK;
}

void
gk_fold_end(struct gk_fold *f)
{
	free(f->seen);
}
