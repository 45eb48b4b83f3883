/*
 * Single characters as terms of the ranking: they have no posting lists
 * (index-design.md 0.2), so those of a candidate are counted in its mapped text.
 */
#include "catalog/internal.h"
#include "catalog/parameters.h"

#include <stdlib.h>
#include <string.h>

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
	*c = (struct gk_chars){ .index = calloc(GK_CHARS, 1), .marked = malloc(GK_CODES) };
	return c->index != NULL && c->marked != NULL;
}

void
gk_chars_end(struct gk_chars *c)
{
	free(c->index);
	free(c->marked);
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
		c->unit[c->n] = u;
		c->symbols = NULL;
		c->index[u] = (unsigned char)++c->n;
	}
	c->weight[c->index[u] - 1] += share * gk_char_idf(col, u);
}

static void
mark(struct gk_chars *c, struct gk_symbols *s)
{
	c->symbols = s;
	memset(c->marked, 0, GK_CODES);
	for (size_t i = 0; i < c->n; i++) {
		size_t n;
		const uint16_t *holding = gk_symbols_holding(s, c->unit[i], &n);

		for (size_t k = 0; k < n; k++)
			c->marked[holding[k]] = 1;
		/* A unit that no symbol is stands there in two halves. */
		c->marked[GK_LOWER_HALF | (c->unit[i] & 0xFF)] = 1;
	}
}

static void
count_in_body(struct gk_chars *c, const struct gk_body *b, uint32_t count[GK_CHARS_MOST + 1])
{
	if (b->symbols == NULL) {
		for (size_t i = 0; i < b->n; i++)
			count[c->index[b->p[i]]]++;
		return;
	}
	if (c->symbols != b->symbols)
		mark(c, b->symbols);
	for (size_t i = 0; i < b->n; i++) {
		uint16_t code = b->p[i];

		if (!c->marked[code])
			continue;
		if (code >= GK_LOWER_HALF)
			count[c->index[i == 0 ? 0 : (b->p[i - 1] & 0xFF) << 8 | (code & 0xFF)]]++;
		for (size_t k = 0; code < GK_LOWER_HALF && k < b->symbols->length[code]; k++)
			count[c->index[b->symbols->symbol[code].unit[k]]]++;
	}
}

double
gk_chars_weigh(struct gk_chars *c, const struct gk_columns *col, const struct gk_text *t)
{
	uint32_t count[GK_CHARS_MOST + 1] = { 0 };
	double norm = gk_bm25_norm((double)(t->title_n + t->body.units), col->average_units), sum = 0;

	for (size_t i = 0; i < t->title_n; i++)
		count[c->index[t->title[i]]]++;
	count_in_body(c, &t->body, count);
	for (size_t i = 0; i < c->n; i++)
		sum += c->weight[i] * (GK_BM25_K1 + 1) * count[i + 1] / (count[i + 1] + norm);
	return sum;
}
