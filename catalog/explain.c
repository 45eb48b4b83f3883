/* How an answer was come to: what the ladder reached for each run, the terms and their weight. */
#include "catalog/internal.h"
#include "catalog/parameters.h"

#include <string.h>

struct gk_explained *
gk_explain_begin(const struct gk_ladder *l, size_t want, struct gk_arena *memory)
{
	struct gk_explained *e = gk_arena_alloc(memory, sizeof *e);

	if (e == NULL)
		return NULL;
	*e = (struct gk_explained){ .documents = l->ask.c->col->docs };
	e->run = gk_arena_alloc(memory, (l->ask.r->query->n + 1) * sizeof *e->run);
	e->score = gk_arena_alloc(memory, (want + GK_FINE_HITS) * sizeof *e->score);
	return e->run == NULL || e->score == NULL ? NULL : e;
}

static uint32_t
count(const struct gk_ladder *l, const gk_set *set)
{
	uint32_t n = 0;

	for (uint32_t d = 1; set != NULL && d <= l->ask.c->col->last; d++)
		n += set[d];
	return n;
}

static bool
add_run(const struct gk_ladder *l, size_t i, struct gk_arena *memory, struct gk_explained *out)
{
	const struct gk_node *node = &l->ask.r->query->node[i];
	const struct gk_leaf *leaf = &l->leaf[i];
	struct gk_explained_run *run = &out->run[out->runs++];
	bool ok;

	*run = (struct gk_explained_run){ .text = gk_arena_copy(memory, node->text, node->n), .negative = !leaf->positive, .level = leaf->level,
					  .documents = count(l, leaf->set) };
	ok = run->text != NULL;
	for (size_t k = 0; ok && k < leaf->texts && k < sizeof run->searched / sizeof *run->searched; k++) {
		run->searched[k] = gk_arena_copy(memory, leaf->text[k].p, leaf->text[k].n);
		ok = run->searched[k] != NULL;
		run->n_searched += ok;
	}
	return ok;
}

enum gk_status
gk_explain(const struct gk_ladder *l, const struct gk_rank_terms *terms, struct gk_arena *memory, struct gk_explained *out)
{
	const struct gk_query *q = l->ask.r->query;
	bool ok = true;

	out->term = gk_arena_alloc(memory, (terms->n + 1) * sizeof *out->term);
	if (out->term == NULL)
		return gk_nomem(l->ask.err);
	for (size_t i = 0; ok && i < q->n; i++)
		if (q->node[i].kind <= GK_N_DOCNO && l->leaf[i].set != NULL)
			ok = add_run(l, i, memory, out);
	for (size_t i = 0; ok && i < terms->n; i++) {
		const struct gk_rank_term *t = &terms->item[i];

		out->term[i] = (struct gk_explained_term){ gk_arena_copy(memory, t->p, t->n), t->df, t->df > 0 ? t->idf : 0, t->count };
		ok = out->term[i].term != NULL;
		out->terms += ok;
	}
	return ok ? GK_OK : gk_nomem(l->ask.err);
}
