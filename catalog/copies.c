/* Finding documents that are one text. */
#include "catalog/copies.h"

#include "catalog/place.h"

#include <stdlib.h>
#include <string.h>

enum { ROW = 32, LOOKS_MAX = 64, READS_MAX = 16, ROWS_COMMON = 2 };

/* --- what is kept of a body -------------------------------------------------------------------- */

static uint32_t
mixed(uint64_t h, uint64_t by)
{
	h = (h ^ h >> 29) * by;
	return (uint32_t)(h >> 32);
}

void
gk_likeness_of(const uint16_t *body, size_t n, unsigned char out[GK_LIKENESS_WIDTH])
{
	static const uint64_t by[GK_LEAST_ROWS] = { 0xD6E8FEB86659FD93u, 0xA0761D6478BD642Fu, 0xE7037ED1A0B428DBu, 0x8EBC6AF09C88C6E3u };
	const uint64_t base = 0x9E3779B97F4A7C15u;
	uint64_t whole = 14695981039346656037u, row = 0, leaving = 1;
	uint32_t least[GK_LEAST_ROWS];
	uint16_t ring[ROW] = { 0 };
	size_t k = 0;

	memset(least, 0xFF, sizeof least);
	for (int i = 0; i < ROW; i++)
		leaving *= base;
	for (size_t i = 0; i < n; i++) {
		uint16_t u = body[i];

		if (u == ' ')
			continue;
		whole = (whole ^ u) * 1099511628211u;
		/* The row slides: what leaves it is taken out again. */
		row = row * base + u - ring[k % ROW] * leaving;
		ring[k % ROW] = u;
		if (++k < ROW)
			continue;
		for (int r = 0; r < GK_LEAST_ROWS; r++) {
			uint32_t h = mixed(row, by[r]);

			least[r] = h < least[r] ? h : least[r];
		}
	}
	memset(out, 0, GK_LIKENESS_WIDTH);
	if (k < GK_COPY_LEAST_UNITS)
		return;
	/* 0 means none. */
	gk_put_be(out, whole == 0 ? 1 : whole, 8);
	for (int r = 0; r < GK_LEAST_ROWS; r++)
		gk_put_be(out + 8 + r * 4, least[r] == 0 ? 1 : least[r], 4);
}

/* --- the texts decide ----------------------------------------------------------------------------- */

struct bare { uint16_t *p; size_t n, room; };	/* letters of a body */

struct grouping {
	struct gk_textstore *text;
	const unsigned char *likeness;
	const uint64_t *text_at;
	const uint32_t *units;
	uint32_t last;
	uint32_t *root;			/* of each document's group, by steps; the lowest number is the end */
	uint32_t *table, *next;		/* hash table of documents, and chains of those with one key */
	size_t mask;
	struct bare a, b;
	struct gk_units room;
	uint32_t a_of;			/* whose text a holds */
	unsigned char *equal;		/* it is equal to a lower one, which stands for it */
	struct gk_err *err;
};

/* The body without spaces; false if it cannot be had: then it is nobody's copy. */
static bool
strip(struct grouping *g, uint32_t d, struct bare *out)
{
	struct gk_text t;
	const uint16_t *body;
	size_t n;

	if (gk_textstore_get(g->text, g->text_at[d], d, &t, NULL) != GK_OK || !gk_body_units(&t.body, &g->room, SIZE_MAX, &body, &n))
		return false;
	if (n > out->room) {
		uint16_t *grown = realloc(out->p, n * sizeof *grown);

		if (grown == NULL)
			return false;
		out->p = grown;
		out->room = n;
	}
	out->n = 0;
	for (size_t i = 0; i < n; i++)
		if (body[i] != ' ')
			out->p[out->n++] = body[i];
	return true;
}

static bool
stands_in(const struct bare *part, const struct bare *whole)
{
	const char *at = (const char *)whole->p, *end = (const char *)(whole->p + whole->n);

	while ((at = memmem(at, (size_t)(end - at), part->p, part->n * sizeof *part->p)) != NULL) {
		if ((size_t)(at - (const char *)whole->p) % sizeof *whole->p == 0)
			return true;
		at++;
	}
	return false;
}

/* Is one of them the other, with at most a tenth around it? */
static bool
one_text(struct grouping *g, uint32_t d, uint32_t e)
{
	const struct bare *shorter, *longer;

	if (g->a_of != d) {
		g->a_of = 0;
		if (!strip(g, d, &g->a))
			return false;
		g->a_of = d;
	}
	if (!strip(g, e, &g->b))
		return false;
	shorter = g->a.n < g->b.n ? &g->a : &g->b;
	longer = g->a.n < g->b.n ? &g->b : &g->a;
	return shorter->n >= GK_COPY_LEAST_UNITS && shorter->n * 10 >= longer->n * 9 && stands_in(shorter, longer);
}

static uint32_t
root_of(struct grouping *g, uint32_t d)
{
	while (g->root[d] != d) {
		g->root[d] = g->root[g->root[d]];
		d = g->root[d];
	}
	return d;
}

static void
unite(struct grouping *g, uint32_t d, uint32_t e)
{
	d = root_of(g, d);
	e = root_of(g, e);
	if (d < e)
		g->root[e] = d;
	else
		g->root[d] = e;
}

/* --- candidates -------------------------------------------------------------------------------------- */

static uint64_t
key_of(const struct grouping *g, uint32_t d, size_t at, size_t width)
{
	return gk_get_be(g->likeness + (size_t)d * GK_LIKENESS_WIDTH + at, width);
}

static size_t
slot_of(const struct grouping *g, uint64_t key)
{
	return (size_t)((key * 0x9E3779B97F4A7C15u) >> 20) & g->mask;
}

/* Equal in all letters: the first of them stands for all from here on. */
static void
find_equal(struct grouping *g)
{
	for (uint32_t d = 1; d <= g->last; d++) {
		uint64_t key = key_of(g, d, 0, 8);
		size_t at = slot_of(g, key);

		if (g->units[d] == 0 || key == 0)
			continue;
		for (; g->table[at] != 0; at = (at + 1) & g->mask)
			if (key_of(g, g->table[at], 0, 8) == key && one_text(g, d, g->table[at])) {
				unite(g, d, g->table[at]);
				g->equal[d] = 1;
				break;
			}
		if (g->table[at] == 0)
			g->table[at] = d;
	}
}

/* Have they enough least rows in common, of which this is the first, and nearly one length? */
static bool
alike(const struct grouping *g, uint32_t d, uint32_t e, int which)
{
	uint32_t x = g->units[d], y = g->units[e];
	int common = 0;

	for (int r = 0; r < GK_LEAST_ROWS; r++) {
		bool same = key_of(g, d, 8 + (size_t)r * 4, 4) == key_of(g, e, 8 + (size_t)r * 4, 4);

		/* They met already. */
		if (same && r < which)
			return false;
		common += same;
	}
	return common >= ROWS_COMMON && (uint64_t)(x < y ? x : y) * 10 >= (uint64_t)(x < y ? y : x) * 8;
}

/* Forms of one kind share their rows by the thousand: of them a few are looked at, and still fewer read. */
static void
compare_with_chain(struct grouping *g, uint32_t d, uint32_t head, int which)
{
	int looks = 0, reads = 0;

	for (uint32_t e = head; e != 0 && looks < LOOKS_MAX && reads < READS_MAX; e = g->next[e], looks++) {
		if (!alike(g, d, e, which) || root_of(g, d) == root_of(g, e))
			continue;
		reads++;
		if (one_text(g, d, e))
			unite(g, d, e);
	}
}

static void
find_contained(struct grouping *g, int which)
{
	size_t place = 8 + (size_t)which * 4;

	memset(g->table, 0, (g->mask + 1) * sizeof *g->table);
	for (uint32_t d = 1; d <= g->last; d++) {
		uint64_t key = key_of(g, d, place, 4);
		size_t at = slot_of(g, key);

		if (g->units[d] == 0 || key == 0 || g->equal[d])
			continue;
		while (g->table[at] != 0 && key_of(g, g->table[at], place, 4) != key)
			at = (at + 1) & g->mask;
		compare_with_chain(g, d, g->table[at], which);
		g->next[d] = g->table[at];
		g->table[at] = d;
	}
}

/* Roots become the answer: 0 for who is alone. */
static bool
finish(struct grouping *g)
{
	bool any = false;

	for (uint32_t d = 1; d <= g->last; d++)
		g->next[d] = 0;
	for (uint32_t d = 1; d <= g->last; d++)
		g->next[root_of(g, d)]++;
	for (uint32_t d = g->last; d > 0; d--) {
		uint32_t root = root_of(g, d);

		g->table[d] = g->next[root] > 1 ? root : 0;
		any |= g->next[root] > 1;
	}
	return any;
}

enum gk_status
gk_copies_find(struct gk_textstore *text, const unsigned char *likeness, const uint64_t *text_at, const uint32_t *units, uint32_t last, uint32_t **copy, struct gk_err *err)
{
	struct grouping g = { .text = text, .likeness = likeness, .text_at = text_at, .units = units, .last = last, .mask = 1023, .err = err };
	size_t n = (size_t)last + 1;

	while (g.mask < 2 * n)
		g.mask = g.mask * 2 + 1;
	*copy = NULL;
	g.root = malloc(n * sizeof *g.root);
	g.next = calloc(n, sizeof *g.next);
	g.table = calloc(g.mask + 1, sizeof *g.table);
	g.equal = calloc(n, 1);
	if (g.root == NULL || g.next == NULL || g.table == NULL || g.equal == NULL) {
		free(g.equal);
		free(g.root);
		free(g.next);
		free(g.table);
		return gk_nomem(err);
	}
	for (uint32_t d = 0; d < n; d++)
		g.root[d] = d;
	find_equal(&g);
	for (int which = 0; which < GK_LEAST_ROWS; which++)
		find_contained(&g, which);
	if (finish(&g)) {
		uint32_t *fit = realloc(g.table, n * sizeof *fit);

		*copy = fit != NULL ? fit : g.table;
		(*copy)[0] = 0;
	} else {
		free(g.table);
	}
	free(g.root);
	free(g.next);
	free(g.equal);
	free(g.a.p);
	free(g.b.p);
	free(g.room.p);
	return GK_OK;
}
