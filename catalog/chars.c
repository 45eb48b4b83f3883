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
	*c = (struct gk_chars){ .index = calloc(GK_CHARS, 1), .marked = malloc(GK_CODES / 8), .held = malloc(GK_CODES * sizeof *c->held),
				.hold = malloc(GK_CODES * sizeof *c->hold) };
	return c->index != NULL && c->marked != NULL && c->held != NULL && c->hold != NULL;
}

void
gk_chars_end(struct gk_chars *c)
{
	free(c->index);
	free(c->marked);
	free(c->held);
	free(c->hold);
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

enum { CHUNK = 64, BITS = 64, HALVES = 1 };	/* HALVES: the entry of what is half a unit, and must be looked at with its other half */

static void
hold(struct gk_chars *c, uint16_t code, size_t which)
{
	if (c->held[code] == 0) {
		c->held[code] = (uint16_t)c->holds;
		c->hold[c->holds++] = 0;
		c->marked[code / BITS] |= (uint64_t)1 << code % BITS;
	}
	c->hold[c->held[code]] = c->hold[c->held[code]] << 8 | (which + 1);
}

static void
mark(struct gk_chars *c, struct gk_symbols *s)
{
	c->symbols = s;
	c->holds = HALVES + 1;
	memset(c->marked, 0, GK_CODES / BITS * sizeof *c->marked);
	memset(c->held, 0, GK_CODES * sizeof *c->held);
	for (size_t i = 0; i < c->n; i++) {
		size_t n;
		const uint16_t *holding = gk_symbols_holding(s, c->unit[i], &n), half = GK_LOWER_HALF | (c->unit[i] & 0xFF);

		/* One that holds a unit twice is listed twice. */
		for (size_t k = 0; k < n; k++)
			hold(c, holding[k], i);
		/* A unit that no symbol is stands there in two halves. */
		c->held[half] = HALVES;
		c->marked[half / BITS] |= (uint64_t)1 << half % BITS;
	}
}

static void
count_in_body(struct gk_chars *c, const struct gk_body *b, uint32_t count[GK_CHARS_MOST + 1])
{
	uint32_t at[CHUNK];

	if (b->symbols == NULL) {
		for (size_t i = 0; i < b->n; i++)
			count[c->index[b->p[i]]]++;
		return;
	}
	if (c->symbols != b->symbols)
		mark(c, b->symbols);
	/* Which codes are marked nobody can guess: they are gathered first, without a branch. */
	for (size_t from = 0; from < b->n; from += CHUNK) {
		size_t end = b->n - from < CHUNK ? b->n : from + CHUNK, n = 0;

		for (size_t i = from; i < end; i++) {
			at[n] = (uint32_t)i;
			n += c->marked[b->p[i] / BITS] >> b->p[i] % BITS & 1;
		}
		for (size_t k = 0; k < n; k++) {
			size_t i = at[k], held = c->held[b->p[i]];
			uint64_t which = held != HALVES ? c->hold[held] : i == 0 ? 0 : c->index[(b->p[i - 1] & 0xFF) << 8 | (b->p[i] & 0xFF)];

			for (; which != 0; which >>= 8)
				count[which & 0xFF]++;
		}
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
