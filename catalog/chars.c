/*
 * Single characters as terms of the ranking: they have no posting lists
 * (index-design.md 0.2), so those of a candidate are counted in its mapped text.
 */
#include "catalog/internal.h"
#include "catalog/parameters.h"

#include <stdlib.h>

bool
gk_is_cjk_unit(uint16_t u)
{
	return u >= 0x2E80 && (u < 0xD800 || (u >= 0xF900 && u < 0xFB00));
}

double
gk_char_idf(const struct gk_columns *col, uint16_t u)
{
	return gk_idf(col->sampled, col->char_docs[u]);
}

bool
gk_chars_begin(struct gk_chars *c)
{
	*c = (struct gk_chars){ .index = calloc(GK_CHARS, 1) };
	return c->index != NULL;
}

void
gk_chars_end(struct gk_chars *c)
{
	free(c->index);
}

void
gk_chars_add(struct gk_chars *c, const struct gk_columns *col, uint16_t u, double share)
{
	if (!gk_is_cjk_unit(u))
		return;
	if (c->index[u] == 0) {
		if (c->n == GK_CHARS_MOST)
			return;
		c->weight[c->n] = 0;
		c->index[u] = (unsigned char)++c->n;
	}
	c->weight[c->index[u] - 1] += share * gk_char_idf(col, u);
}

double
gk_chars_weigh(const struct gk_chars *c, const struct gk_columns *col, const struct gk_text *t)
{
	uint32_t count[GK_CHARS_MOST + 1] = { 0 };
	double norm = gk_bm25_norm((double)(t->title_n + t->body_n), col->average_units), sum = 0;

	for (size_t i = 0; i < t->title_n; i++)
		count[c->index[t->title[i]]]++;
	for (size_t i = 0; i < t->body_n; i++)
		count[c->index[t->body[i]]]++;
	for (size_t i = 0; i < c->n; i++)
		sum += c->weight[i] * (GK_BM25_K1 + 1) * count[i + 1] / (count[i + 1] + norm);
	return sum;
}
