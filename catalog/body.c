/* Needles in a body, and its units. */
#include "catalog/body.h"

#include "cjk/cjk.h"

#include <stdlib.h>
#include <string.h>

#define NOWHERE ((size_t)-1)

enum {
	STRIDE = 8,
	MARGIN = 2,		/* units on each side by which it is seen whether a word goes on there: a character */
	SLACK = 5 * GK_SYMBOL_UNITS,	/* of the room around a needle: what the codes at both ends have too much */
};

bool
gk_body_units(const struct gk_body *b, struct gk_units *room, size_t most, const uint16_t **units, size_t *n)
{
	*n = most < b->units ? most : b->units;
	*units = b->p;
	if (b->symbols == NULL)
		return true;
	if (room->room < *n + GK_SYMBOL_UNITS) {
		uint16_t *grown = realloc(room->p, (*n + GK_SYMBOL_UNITS) * 2 * sizeof *grown);

		if (grown == NULL)
			return false;
		room->p = grown;
		room->room = (*n + GK_SYMBOL_UNITS) * 2;
	}
	*n = gk_symbols_decode(b->symbols, b->p, b->n, room->p, *n);
	*units = room->p;
	return true;
}

/* --- preparing -------------------------------------------------------------------------------------- */

bool
gk_finder_begin(struct gk_finder *f, const uint16_t *const *needle, const size_t *n, size_t count)
{
	size_t longest = 0;

	*f = (struct gk_finder){ .n = 0 };
	for (size_t i = 0; i < count && f->n < GK_FINDER_NEEDLES; i++) {
		if (n[i] == 0)
			continue;
		f->needle[f->n].p = needle[i];
		f->needle[f->n++].n = n[i];
		longest = n[i] > longest ? n[i] : longest;
	}
	f->marked = malloc(GK_CODES);
	f->around = malloc((longest + SLACK) * sizeof *f->around);
	return f->marked != NULL && f->around != NULL;
}

void
gk_finder_end(struct gk_finder *f)
{
	free(f->marked);
	free(f->around);
	*f = (struct gk_finder){ .n = 0 };
}

/* The unit that the fewest symbols hold. */
static size_t
anchor_of(struct gk_symbols *s, const uint16_t *needle, size_t k)
{
	size_t best = 0, fewest = NOWHERE;

	for (size_t i = 0; i < k; i++) {
		size_t n;

		gk_symbols_holding(s, needle[i], &n);
		if (n < fewest) {
			fewest = n;
			best = i;
		}
	}
	return best;
}

/* May the string stand so that its unit `at` lies over the anchor?  As far as it reaches over the needle it must agree. */
static bool
agrees(const uint16_t *string, size_t length, size_t at, const uint16_t *needle, size_t k, size_t anchor)
{
	size_t left = at < anchor ? at : anchor, right = length - at < k - anchor ? length - at : k - anchor;

	return memcmp(string + at - left, needle + anchor - left, (left + right) * sizeof *string) == 0;
}

static void
mark(struct gk_finder *f, size_t which)
{
	const struct gk_symbols *s = f->symbols;
	const uint16_t *needle = f->needle[which].p, *holding;
	size_t k = f->needle[which].n, anchor = anchor_of(f->symbols, needle, k), n;
	unsigned char bit = (unsigned char)(1u << which);

	f->needle[which].anchor = anchor;
	holding = gk_symbols_holding(f->symbols, needle[anchor], &n);
	for (size_t i = 0; i < n; i++) {
		uint16_t c = holding[i];

		for (size_t at = 0; at < s->length[c]; at++)
			if (s->symbol[c].unit[at] == needle[anchor] && agrees(s->symbol[c].unit, s->length[c], at, needle, k, anchor))
				f->marked[c] |= bit;
	}
	/* A unit that the table lacks stands in the text by its two halves. */
	f->marked[GK_LOWER_HALF | (needle[anchor] & 0xFF)] |= bit;
}

static void
prepare(struct gk_finder *f, struct gk_symbols *s)
{
	f->symbols = s;
	memset(f->marked, 0, GK_CODES);
	for (size_t i = 0; i < f->n; i++)
		mark(f, i);
}

/* --- looking ----------------------------------------------------------------------------------------- */

/* The next code at or after i that is marked with one of the bits, or n. */
static size_t
next_marked(const unsigned char *marked, unsigned bits, const uint16_t *code, size_t n, size_t i)
{
	for (; n - i >= STRIDE; i += STRIDE) {
		const uint16_t *c = code + i;

		if (((marked[c[0]] | marked[c[1]] | marked[c[2]] | marked[c[3]] | marked[c[4]] | marked[c[5]] | marked[c[6]] | marked[c[7]]) & bits) != 0)
			break;
	}
	while (i < n && (marked[code[i]] & bits) == 0)
		i++;
	return i;
}

struct span { size_t from, end, units; };	/* codes, and the units before one of them */

/* Where to decode from and to, so that `before` units stand before code i and `after` behind it, or all there are. */
static struct span
span_around(const struct gk_body *b, size_t i, size_t before, size_t after)
{
	struct span s = { i, i + 1, 0 };
	size_t behind = 0;

	/* The lower half of a unit counts as one, the upper as none: what is cut at neither side is the pair. */
	while (s.from > 0 && (s.units < before || b->p[s.from] >= GK_LOWER_HALF)) {
		s.from--;
		s.units += b->symbols->length[b->p[s.from]];
	}
	while (s.end < b->n && behind < after) {
		behind += b->symbols->length[b->p[s.end]];
		s.end++;
	}
	return s;
}

/* Does the needle stand over the marked code i?  *start is where, in units from the code's own first. */
static bool
stands_over(const struct gk_finder *f, const struct gk_body *b, size_t which, size_t i, ptrdiff_t *start)
{
	const uint16_t *needle = f->needle[which].p;
	size_t k = f->needle[which].n, anchor = f->needle[which].anchor;
	struct span s = span_around(b, i, anchor + MARGIN, k - anchor + MARGIN);
	size_t own = b->symbols->length[b->p[i]];
	size_t n = gk_symbols_decode(b->symbols, b->p + s.from, s.end - s.from, f->around, k + SLACK - GK_SYMBOL_UNITS);

	for (size_t at = s.units; at < s.units + own; at++)
		if (at >= anchor && at < n && f->around[at] == needle[anchor] && gk_canon_stands(f->around, n, needle, k, at - anchor)) {
			*start = (ptrdiff_t)at - (ptrdiff_t)anchor - (ptrdiff_t)s.units;
			return true;
		}
	return false;
}

/* The code over the anchor of the first place of one of the needles that the bits name, or NOWHERE. */
static size_t
find_code(const struct gk_finder *f, const struct gk_body *b, unsigned bits, ptrdiff_t *start)
{
	for (size_t i = next_marked(f->marked, bits, b->p, b->n, 0); i < b->n; i = next_marked(f->marked, bits, b->p, b->n, i + 1))
		for (size_t which = 0; which < f->n; which++)
			if ((f->marked[b->p[i]] & bits & 1u << which) != 0 && stands_over(f, b, which, i, start))
				return i;
	return NOWHERE;
}

bool
gk_finder_stands(struct gk_finder *f, const struct gk_body *b)
{
	ptrdiff_t start;
	bool found = false;

	if (b->symbols == NULL) {
		for (size_t i = 0; !found && i < f->n; i++)
			found = gk_canon_find(b->p, b->n, f->needle[i].p, f->needle[i].n, 0) != NOWHERE;
		return found;
	}
	if (f->symbols != b->symbols)
		prepare(f, b->symbols);
	return find_code(f, b, (1u << GK_FINDER_NEEDLES) - 1, &start) != NOWHERE;
}

static size_t
first_of(struct gk_finder *f, const struct gk_body *b, size_t which)
{
	ptrdiff_t start;
	size_t i;

	if (b->symbols == NULL)
		return gk_canon_find(b->p, b->n, f->needle[which].p, f->needle[which].n, 0);
	if (f->symbols != b->symbols)
		prepare(f, b->symbols);
	i = find_code(f, b, 1u << which, &start);
	return i == NOWHERE ? NOWHERE : (size_t)((ptrdiff_t)gk_symbols_units(b->symbols, b->p, i) + start);
}

size_t
gk_finder_first(struct gk_finder *f, const struct gk_body *b)
{
	size_t first = NOWHERE;

	for (size_t i = 0; i < f->n; i++) {
		size_t at = first_of(f, b, i);

		first = at < first ? at : first;
	}
	return first;
}
