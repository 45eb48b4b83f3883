/*
 * Text into codes, from left to right the longest symbol each time.  The symbols are a trie in a hash table: an entry leads from
 * a node by a unit to a node.  The node at the end of symbol c is c + 1; nodes that are only on the way to one have higher numbers.
 *
 * The table is larger than a core's cache, and to learn that there is no way on costs as much as to find one: so whoever leads to a node says
 * whether any way leads on from it.
 */
#include "catalog/symbols.h"

#include <stdlib.h>
#include <string.h>

enum { ON_THE_WAY = GK_CODES, GOES_ON = 1 << 23, NODE = GOES_ON - 1 };

struct gk_encoder {
	uint32_t *first;	/* [GK_CODES]: from the root by a unit: node, and GOES_ON; 0 none */
	uint64_t *entry;	/* node << 40 | unit << 24 | GOES_ON | next; 0 empty */
	size_t mask;
	uint32_t nodes;
};

static size_t
slot_of(const struct gk_encoder *e, uint64_t key)
{
	return (size_t)(key * 0x9E3779B97F4A7C15u >> 40) & e->mask;
}

/* With GOES_ON; 0 if there is no way on. */
static inline uint32_t
next_node(const struct gk_encoder *e, uint32_t node, uint16_t unit)
{
	uint64_t key = (uint64_t)node << 16 | unit;

	for (size_t at = slot_of(e, key); e->entry[at] != 0; at = (at + 1) & e->mask)
		if (e->entry[at] >> 24 == key)
			return e->entry[at] & 0xFFFFFF;
	return 0;
}

/* The entry for the way from a node by a unit, or the empty one where it belongs. */
static uint64_t *
entry_of(const struct gk_encoder *e, uint32_t node, uint16_t unit)
{
	uint64_t key = (uint64_t)node << 16 | unit;
	size_t at = slot_of(e, key);

	while (e->entry[at] != 0 && e->entry[at] >> 24 != key)
		at = (at + 1) & e->mask;
	return &e->entry[at];
}

/* Symbols come in rising order: of two that begin alike the shorter is there before the longer goes through its end. */
static void
add_symbol(struct gk_encoder *e, const struct gk_symbols *s, uint32_t code)
{
	const uint16_t *unit = s->symbol[code].unit;
	size_t n = s->length[code];
	uint32_t node;

	if (e->first[unit[0]] == 0)
		e->first[unit[0]] = n == 1 ? code + 1 : ++e->nodes;
	if (n > 1)
		e->first[unit[0]] |= GOES_ON;
	node = e->first[unit[0]] & NODE;
	for (size_t i = 1; i < n; i++) {
		uint64_t *way = entry_of(e, node, unit[i]);

		if (*way == 0)
			*way = ((uint64_t)node << 16 | unit[i]) << 24 | (i + 1 == n ? code + 1 : ++e->nodes);
		if (i + 1 < n)
			*way |= GOES_ON;
		node = *way & NODE;
	}
}

/* Of the trie, without its root: each symbol has as many of its own as it does not share with the one before. */
static size_t
count_nodes(const struct gk_symbols *s)
{
	size_t n = 0;

	for (uint32_t i = 0; i < s->count; i++) {
		size_t shared = 0;

		while (i > 0 && shared < s->length[i - 1] && s->symbol[i].unit[shared] == s->symbol[i - 1].unit[shared])
			shared++;
		n += s->length[i] - shared;
	}
	return n;
}

struct gk_encoder *
gk_encoder_new(const struct gk_symbols *s)
{
	struct gk_encoder *e = calloc(1, sizeof *e);
	size_t nodes = count_nodes(s);

	if (e == NULL)
		return NULL;
	e->mask = 1023;
	e->nodes = ON_THE_WAY;
	while (e->mask < nodes + nodes / 2)
		e->mask = e->mask * 2 + 1;
	e->first = calloc(GK_CODES, sizeof *e->first);
	e->entry = calloc(e->mask + 1, sizeof *e->entry);
	if (e->first == NULL || e->entry == NULL) {
		gk_encoder_free(e);
		return NULL;
	}
	for (uint32_t i = 0; i < s->count; i++)
		add_symbol(e, s, i);
	return e;
}

void
gk_encoder_free(struct gk_encoder *e)
{
	if (e == NULL)
		return;
	free(e->first);
	free(e->entry);
	free(e);
}

size_t
gk_encode(const struct gk_encoder *e, const uint16_t *units, size_t n, uint16_t *out)
{
	size_t k = 0;

	for (size_t i = 0; i < n;) {
		uint32_t node = e->first[units[i]], symbol = 0;
		size_t end = i + 1, j = end;

		while (node != 0) {
			if ((node & NODE) <= GK_SYMBOLS_MOST) {
				symbol = node & NODE;
				end = j;
			}
			if ((node & GOES_ON) == 0 || j == n)
				break;
			node = next_node(e, node & NODE, units[j++]);
		}
		if (symbol != 0) {
			out[k++] = (uint16_t)(symbol - 1);
		} else {
			out[k++] = (uint16_t)(GK_UPPER_HALF | units[i] >> 8);
			out[k++] = (uint16_t)(GK_LOWER_HALF | (units[i] & 0xFF));
		}
		i = end;
	}
	return k;
}
