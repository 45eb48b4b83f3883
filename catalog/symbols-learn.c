/*
 * Learning a table of symbols from a sample, as FSST does (symbols.h): in rounds.  Each writes the sample by the table of the round before,
 * counts how often each symbol and each pair of neighbours came, and keeps of all those strings the ones that save most.  So a string of
 * eight units is there after three rounds, and later ones throw out what longer strings made needless.  (Byte pair encoding, Gage 1994,
 * grows the same way, a pair at a time; a round here is thousands of them.)
 *
 * Pairs are counted by sorting, so that memory is a few times the sample, and no order depends on chance.
 */
#include "catalog/symbols.h"

#include "base/digest.h"

#include <stdlib.h>
#include <string.h>

enum {
	ROUNDS = 5,
	LEAST = 3,		/* what came less often in the sample is chance */
};

struct string { struct gk_symbol s; uint32_t n, count; };

struct learner {
	const uint16_t *sample;
	size_t n;
	uint16_t *code;			/* of the sample: room for 2 * n */
	uint32_t *pair, *spare;		/* likewise */
	uint32_t *tally;		/* [GK_CODES + 1] */
	struct string *string;		/* candidates, then what was chosen of them, in rising order */
	size_t strings, room;
};

static bool
add_string(struct learner *l, const struct string *s)
{
	if (l->strings == l->room) {
		size_t room = l->room == 0 ? 1 << 16 : l->room * 2;
		struct string *grown = realloc(l->string, room * sizeof *grown);

		if (grown == NULL)
			return false;
		l->string = grown;
		l->room = room;
	}
	l->string[l->strings++] = *s;
	return true;
}

/* --- counting ------------------------------------------------------------------------------------- */

static bool
count_units(struct learner *l)
{
	bool ok = true;

	memset(l->tally, 0, GK_CODES * sizeof *l->tally);
	for (size_t i = 0; i < l->n; i++)
		l->tally[l->sample[i]]++;
	for (size_t u = 0; ok && u < GK_CODES; u++)
		if (l->tally[u] > 0)
			ok = add_string(l, &(struct string){ .s.unit[0] = (uint16_t)u, .n = 1, .count = l->tally[u] });
	return ok;
}

static bool
count_symbols(struct learner *l, const struct gk_symbols *s, size_t codes)
{
	bool ok = true;

	memset(l->tally, 0, GK_CODES * sizeof *l->tally);
	for (size_t i = 0; i < codes; i++)
		l->tally[l->code[i]]++;
	for (uint32_t c = 0; ok && c < s->count; c++)
		if (s->length[c] == 1 || l->tally[c] >= LEAST)
			ok = add_string(l, &(struct string){ s->symbol[c], s->length[c], l->tally[c] });
	return ok;
}

/* By their lower 16 bits, then by their upper ones. */
static void
sort_pairs(struct learner *l, size_t n)
{
	uint32_t *from = l->pair, *to = l->spare;

	for (int shift = 0; shift < 32; shift += 16) {
		uint32_t *swap = from;

		memset(l->tally, 0, (GK_CODES + 1) * sizeof *l->tally);
		for (size_t i = 0; i < n; i++)
			l->tally[(from[i] >> shift & 0xFFFF) + 1]++;
		for (size_t v = 0; v < GK_CODES; v++)
			l->tally[v + 1] += l->tally[v];
		for (size_t i = 0; i < n; i++)
			to[l->tally[from[i] >> shift & 0xFFFF]++] = from[i];
		from = to;
		to = swap;
	}
}

static bool
count_pairs(struct learner *l, const struct gk_symbols *s, size_t codes)
{
	size_t pairs = 0, end;
	bool ok = true;

	for (size_t i = 0; i + 1 < codes; i++) {
		size_t a = s->length[l->code[i]], b = s->length[l->code[i + 1]];

		if (a > 0 && b > 0 && a + b <= GK_SYMBOL_UNITS)
			l->pair[pairs++] = (uint32_t)l->code[i] << 16 | l->code[i + 1];
	}
	sort_pairs(l, pairs);
	for (size_t i = 0; ok && i < pairs; i = end) {
		uint32_t a = l->pair[i] >> 16, b = l->pair[i] & 0xFFFF;
		struct string both = { s->symbol[a], (uint32_t)s->length[a] + s->length[b], 0 };

		for (end = i + 1; end < pairs && l->pair[end] == l->pair[i]; end++)
			;
		both.count = (uint32_t)(end - i);
		memcpy(both.s.unit + s->length[a], s->symbol[b].unit, s->length[b] * sizeof *both.s.unit);
		if (both.count >= LEAST)
			ok = add_string(l, &both);
	}
	return ok;
}

/* --- choosing --------------------------------------------------------------------------------------- */

static int
by_text(const void *a, const void *b)
{
	const struct string *x = a, *y = b;

	for (size_t i = 0; i < x->n && i < y->n; i++)
		if (x->s.unit[i] != y->s.unit[i])
			return x->s.unit[i] < y->s.unit[i] ? -1 : 1;
	return (x->n > y->n) - (x->n < y->n);
}

/* Codes that it spares.  Single units come first: without them each would cost two. */
static uint64_t
saving(const struct string *s)
{
	return s->n == 1 ? (uint64_t)1 << 40 | s->count : (uint64_t)s->count * (s->n - 1);
}

static int
by_saving(const void *a, const void *b)
{
	uint64_t x = saving(a), y = saving(b);

	return x != y ? (x > y ? -1 : 1) : by_text(a, b);
}

static void
choose(struct learner *l)
{
	size_t kept = 0;

	if (l->strings == 0)
		return;		/* of no text */
	/* One string may have come of several pairs. */
	qsort(l->string, l->strings, sizeof *l->string, by_text);
	for (size_t i = 0; i < l->strings; i++)
		if (kept > 0 && by_text(&l->string[kept - 1], &l->string[i]) == 0)
			l->string[kept - 1].count += l->string[i].count;
		else
			l->string[kept++] = l->string[i];
	l->strings = kept;
	if (kept <= GK_SYMBOLS_MOST)
		return;
	qsort(l->string, kept, sizeof *l->string, by_saving);
	l->strings = GK_SYMBOLS_MOST;
	qsort(l->string, l->strings, sizeof *l->string, by_text);
}

/* --- the whole ----------------------------------------------------------------------------------------- */

static bool
write_table(const struct learner *l, struct gk_buf *file)
{
	uint32_t head[2] = { (uint32_t)l->strings, 0 };

	gk_buf_reset(file);
	gk_buf_puts(file, "GKSYMB01");
	gk_buf_add(file, head, sizeof head);
	for (size_t i = 0; i < l->strings; i++) {
		const struct string *s = &l->string[i];
		size_t shared = 0;

		/* At least one unit stands for itself, as each differs from the one before. */
		while (i > 0 && shared + 1 < s->n && shared < s[-1].n && s->s.unit[shared] == s[-1].s.unit[shared])
			shared++;
		gk_buf_putc(file, (char)(shared << 4 | s->n));
		gk_buf_add(file, s->s.unit + shared, (s->n - shared) * sizeof *s->s.unit);
	}
	if (file->failed)
		return false;
	head[1] = gk_crc32(0, file->p + 16, file->n - 16);
	memcpy(file->p + 12, &head[1], sizeof head[1]);
	return true;
}

static bool
one_round(struct learner *l, struct gk_buf *file)
{
	struct gk_symbols *s;
	struct gk_encoder *e;
	size_t codes;
	bool ok;

	if (!write_table(l, file) || gk_symbols_read(file->p, file->n, "", &s, NULL) != GK_OK)
		return false;
	e = gk_encoder_new(s);
	ok = e != NULL;
	if (ok) {
		codes = gk_encode(e, l->sample, l->n, l->code);
		l->strings = 0;
		ok = count_symbols(l, s, codes) && count_pairs(l, s, codes);
	}
	if (ok)
		choose(l);
	gk_encoder_free(e);
	gk_symbols_close(s);
	return ok;
}

bool
gk_symbols_learn(const uint16_t *sample, size_t n, struct gk_buf *file)
{
	struct learner l = { .sample = sample, .n = n };
	bool ok;

	l.code = malloc((2 * n + 1) * sizeof *l.code);
	l.pair = malloc((2 * n + 1) * sizeof *l.pair);
	l.spare = malloc((2 * n + 1) * sizeof *l.spare);
	l.tally = malloc((GK_CODES + 1) * sizeof *l.tally);
	ok = l.code != NULL && l.pair != NULL && l.spare != NULL && l.tally != NULL && count_units(&l);
	if (ok)
		choose(&l);
	for (int round = 0; ok && round < ROUNDS; round++)
		ok = one_round(&l, file);
	ok = ok && write_table(&l, file);
	free(l.code);
	free(l.pair);
	free(l.spare);
	free(l.tally);
	free(l.string);
	return ok;
}
