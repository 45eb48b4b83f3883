/*
 * Phrases by how they are read: anquan and aq give 安全.  Lists by the first syllable, and by the initials of the first two
 * characters, in every reading; within a list each phrase is asked (gk_pinyin_fits).
 */
#include "base/utf8.h"
#include "catalog/titles-inside.h"
#include "cjk/pinyin.h"

#include <stdlib.h>
#include <string.h>

enum { LETTERS = 26, PAIRS = LETTERS * LETTERS };

/* The initials of a character as a set of letters. */
static uint32_t
initials(uint16_t u)
{
	const uint16_t *syllable;
	size_t n = gk_pinyin_readings(u, &syllable);
	uint32_t set = u >= 'a' && u <= 'z' ? 1u << (u - 'a') : 0;

	for (size_t i = 0; i < n; i++)
		set |= 1u << (gk_pinyin_syllable(syllable[i])[0] - 'a');
	return set;
}

/* Counts phrase i into the lists (item NULL) or puts it there; first[list + 1] moves. */
static void
enter(const struct gk_titles *t, uint32_t i, uint32_t *syllable_first, uint32_t *pair_first, uint32_t *syllables, uint32_t *pairs)
{
	struct gk_phrase p = gk_titles_phrase(t, i);
	const uint16_t *syllable;
	size_t n = gk_pinyin_readings(p.p[0], &syllable);
	uint32_t a = initials(p.p[0]), b = initials(p.p[1]);

	for (size_t k = 0; k < n; k++) {
		uint32_t at = syllable_first[syllable[k] + 1]++;

		if (syllables != NULL)
			syllables[at] = i;
	}
	/* Most characters have one initial: few bits are set. */
	for (; n > 0 && a != 0; a &= a - 1)
		for (uint32_t rest = b; rest != 0; rest &= rest - 1) {
			uint32_t at = pair_first[__builtin_ctz(a) * LETTERS + __builtin_ctz(rest) + 1]++;

			if (pairs != NULL)
				pairs[at] = i;
		}
}

/* Counts become beginnings, each one list further up, so that filling moves them into place. */
static uint32_t
add_up(uint32_t *first, size_t lists)
{
	uint32_t sum = 0;

	for (size_t i = 1; i <= lists; i++) {
		uint32_t n = first[i];

		first[i] = sum;
		sum += n;
	}
	return sum;
}

enum gk_status
gk_titles_make_spelled(struct gk_titles *t, struct gk_err *err)
{
	size_t lists = gk_pinyin_syllables();

	t->syllable_first = calloc(lists + 1, sizeof *t->syllable_first);
	t->pair_first = calloc(PAIRS + 1, sizeof *t->pair_first);
	if (t->syllable_first == NULL || t->pair_first == NULL)
		return gk_nomem(err);
	for (uint32_t i = 0; i < t->n_phrases; i++)
		enter(t, i, t->syllable_first, t->pair_first, NULL, NULL);
	t->n_spelled = add_up(t->syllable_first, lists);
	t->by_syllable = malloc((t->n_spelled + 1) * sizeof *t->by_syllable);
	t->by_pair = malloc(((size_t)add_up(t->pair_first, PAIRS) + 1) * sizeof *t->by_pair);
	if (t->by_syllable == NULL || t->by_pair == NULL)
		return gk_nomem(err);
	for (uint32_t i = 0; i < t->n_phrases; i++)
		enter(t, i, t->syllable_first, t->pair_first, t->by_syllable, t->by_pair);
	return GK_OK;
}

/* --- asking ------------------------------------------------------------------------------------- */

struct spelled { enum gk_pinyin_fit fit; uint32_t uses, phrase; };

struct search {
	const struct gk_titles *t;
	const char *letters;
	size_t k, n, max;
	struct spelled *best;
};

static bool
before(const struct spelled *a, const struct spelled *b)
{
	if (a->fit != b->fit)
		return a->fit == GK_PINYIN_WHOLE;
	return a->uses != b->uses ? a->uses > b->uses : a->phrase < b->phrase;
}

static void
offer(struct search *s, uint32_t phrase)
{
	struct gk_phrase p = gk_titles_phrase(s->t, phrase);
	struct spelled one = { GK_PINYIN_WHOLE, p.uses, phrase };
	char text[GK_PHRASE_TEXT];
	size_t k = s->n;

	/* Nothing that would not be kept is spelled out. */
	if (s->n == s->max && !before(&one, &s->best[s->n - 1]))
		return;
	for (size_t i = 0; i < s->n; i++)
		if (s->best[i].phrase == phrase)
			return;
	one.fit = gk_pinyin_fits(text, gk_phrase_text(&p, text), s->letters, s->k, true);
	if (one.fit == GK_PINYIN_NO || (s->n == s->max && !before(&one, &s->best[s->n - 1])))
		return;
	if (s->n == s->max)
		k--;
	else
		s->n++;
	for (; k > 0 && before(&one, &s->best[k - 1]); k--)
		s->best[k] = s->best[k - 1];
	s->best[k] = one;
}

size_t
gk_titles_spelled(const struct gk_titles *t, const char *letters, size_t k, struct gk_phrase *out, size_t max)
{
	struct search s = { t, letters, k, 0, max, malloc((max + 1) * sizeof *s.best) };
	size_t pair;

	if (s.best == NULL || k < 2 || k >= GK_PINYIN_LETTERS || max == 0) {
		free(s.best);
		return 0;
	}
	for (unsigned i = 0; i < gk_pinyin_syllables(); i++) {
		const char *syllable = gk_pinyin_syllable(i);
		size_t n = strlen(syllable);

		if (memcmp(letters, syllable, n < k ? n : k) == 0)
			for (uint32_t at = t->syllable_first[i]; at < t->syllable_first[i + 1]; at++)
				offer(&s, t->by_syllable[at]);
	}
	pair = (size_t)(letters[0] - 'a') * LETTERS + (size_t)(letters[1] - 'a');
	for (uint32_t at = t->pair_first[pair]; at < t->pair_first[pair + 1]; at++)
		offer(&s, t->by_pair[at]);
	for (size_t i = 0; i < s.n; i++)
		out[i] = gk_titles_phrase(t, s.best[i].phrase);
	free(s.best);
	return s.n;
}
