/* Pinyin and likeness, all from pinyin-table.h (made by make-pinyin-table.py). */
#include "cjk/pinyin.h"

#include "cjk/pinyin-table.h"
#include "cjk/table.h"

#include <string.h>

/* --- the table ------------------------------------------------------------------------- */

size_t
gk_pinyin_readings(uint32_t character, const uint16_t **out)
{
	unsigned row = character > 0xFFFF ? 0 : reading_block[(unsigned)reading_index[character >> 6] << 6 | (character & 63)];

	*out = reading + reading_at[row];
	return reading_at[row + 1] - reading_at[row];
}

const char *
gk_pinyin_syllable(unsigned syllable)
{
	return syllable_text[syllable];
}

size_t
gk_pinyin_syllables(void)
{
	return SYLLABLES;
}

size_t
gk_pinyin_characters(unsigned syllable, const uint16_t **out)
{
	*out = homophone + homophone_at[syllable];
	return homophone_at[syllable + 1] - homophone_at[syllable];
}

size_t
gk_pinyin_look_alikes(uint32_t character, const uint16_t **out)
{
	size_t low = 0, high = ALIKE_CHARACTERS;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (alike_character[mid] < character)
			low = mid + 1;
		else
			high = mid;
	}
	*out = alike;
	if (low == ALIKE_CHARACTERS || alike_character[low] != character)
		return 0;
	*out = alike + alike_at[low];
	return alike_at[low + 1] - alike_at[low];
}

/* --- sounds ---------------------------------------------------------------------------- */

/* The syllable as those say it who do not tell zh from z, nor ing from in. */
static void
blunt(const char *syllable, char out[8])
{
	size_t n = 0;

	for (size_t i = 0; syllable[i] != '\0'; i++) {
		bool after_zcs = i == 1 && syllable[i] == 'h' && strchr("zcs", syllable[0]) != NULL;
		bool last_g = i > 1 && syllable[i] == 'g' && syllable[i + 1] == '\0' && strchr("aei", syllable[i - 2]) != NULL;

		if (!after_zcs && !last_g)
			out[n++] = i == 0 && syllable[i] == 'n' ? 'l' : syllable[i];
	}
	out[n] = '\0';
}

enum gk_sound
gk_pinyin_compare(uint32_t a, uint32_t b)
{
	const uint16_t *x, *y;
	size_t n = gk_pinyin_readings(a, &x), k = gk_pinyin_readings(b, &y);
	enum gk_sound best = GK_SOUND_OTHER;
	char one[8], other[8];

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < k; j++) {
			if (x[i] == y[j])
				return GK_SOUND_SAME;
			blunt(syllable_text[x[i]], one);
			blunt(syllable_text[y[j]], other);
			if (strcmp(one, other) == 0)
				best = GK_SOUND_NEAR;
		}
	return best;
}

/* --- letters as syllables ---------------------------------------------------------------- */

/* The number of the syllable p[0..n), -1 if it is none; those without a vowel (嗯 ng) cut nothing. */
static int
find_syllable(const char *p, size_t n)
{
	size_t low = 0, high = SYLLABLES;
	bool vowel = false;

	for (size_t i = 0; i < n; i++)
		vowel = vowel || memchr("aeiouv", p[i], 6) != NULL;
	while (vowel && low < high) {
		size_t mid = (low + high) / 2;
		int c = strncmp(syllable_text[mid], p, n);

		if (c == 0 && syllable_text[mid][n] == '\0')
			return (int)mid;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return -1;
}

enum { SYLLABLE_LONGEST = 6 };

/* Where a split from letter i on can still come to the end: fewest[i] syllables, 0 if it cannot. */
struct split_walk {
	const char *p;
	size_t n, fewest[GK_PINYIN_LETTERS + 2];
	struct gk_pinyin_split *out, now;
	size_t found;
};

static void
count_fewest(struct split_walk *w)
{
	w->fewest[w->n] = 1;	/* one too many all along, so that 0 means none */
	for (size_t i = w->n; i-- > 0;) {
		w->fewest[i] = w->p[i] == '\'' ? w->fewest[i + 1] : 0;
		for (size_t k = 1; k <= SYLLABLE_LONGEST && i + k <= w->n; k++) {
			size_t rest = w->fewest[i + k];

			if (rest != 0 && (w->fewest[i] == 0 || rest + 1 < w->fewest[i]) && find_syllable(w->p + i, k) >= 0)
				w->fewest[i] = rest + 1;
		}
	}
}

/* Every way from letter i on with exactly `left` syllables.  No deeper than there are letters. */
static void
walk_splits(struct split_walk *w, size_t i, size_t left)
{
	while (i < w->n && w->p[i] == '\'')
		i++;
	if (i == w->n && left == 0)
		w->out[w->found++] = w->now;
	if (i == w->n || left == 0)
		return;
	for (size_t k = SYLLABLE_LONGEST; k > 0 && w->found < GK_PINYIN_SPLITS; k--) {
		int s = i + k <= w->n && w->fewest[i + k] != 0 && w->fewest[i + k] - 1 <= left - 1 ? find_syllable(w->p + i, k) : -1;

		if (s < 0)
			continue;
		w->now.syllable[w->now.n++] = (uint16_t)s;
		walk_splits(w, i + k, left - 1);
		w->now.n--;
	}
}

size_t
gk_pinyin_split(const char *p, size_t n, struct gk_pinyin_split out[GK_PINYIN_SPLITS])
{
	struct split_walk w = { .p = p, .n = n, .out = out };

	if (n == 0 || n > GK_PINYIN_LETTERS)
		return 0;
	count_fewest(&w);
	if (w.fewest[0] <= 1)
		return 0;
	/* A way may have two or three syllables more than the shortest (xian, xi an); more are no way to read. */
	for (size_t count = w.fewest[0] - 1; count <= w.fewest[0] + 1 && w.found < GK_PINYIN_SPLITS; count++)
		walk_splits(&w, 0, count);
	return w.found;
}

/* --- letters against a text ---------------------------------------------------------------- */

/* Bit i of a set: the first i letters are used up. */
struct fitting {
	const char *letters;
	size_t k;
	bool begun, done;	/* done: the letters ended inside the text, which they may */
};

static uint64_t
step(struct fitting *f, uint64_t set, const char *spelling, size_t n)
{
	uint64_t next = 0;

	for (size_t i = 0; i < f->k; i++) {
		size_t rest = f->k - i, m = n < rest ? n : rest;

		if (!(set >> i & 1) || memcmp(f->letters + i, spelling, m) != 0)
			continue;
		if (m == n)
			next |= 1ull << (i + n);
		else if (f->begun)
			f->done = true;
	}
	return next;
}

static uint64_t
step_character(struct fitting *f, uint64_t set, const char *p, size_t len, uint32_t cp, bool initials)
{
	const uint16_t *syllable;
	size_t n;
	uint64_t next = 0;

	switch (gk_cjk_class(cp)) {
	case GK_SEPARATOR:
		return set;
	case GK_HAN:
		n = gk_pinyin_readings(cp, &syllable);
		for (size_t i = 0; i < n; i++)
			next |= step(f, set, syllable_text[syllable[i]], initials ? 1 : strlen(syllable_text[syllable[i]]));
		return next;
	default:
		return step(f, set, p, len);
	}
}

static bool
fits(const char *folded, size_t n, const char *letters, size_t k, bool begun, bool initials)
{
	struct fitting f = { letters, k, begun, false };
	uint64_t set = 1;

	for (size_t i = 0; i < n && set != 0 && !f.done; ) {
		uint32_t cp;
		size_t len = gk_cjk_decode(folded + i, n - i, &cp);

		if (begun && set >> k & 1)
			return true;
		set = step_character(&f, set, folded + i, len, cp, initials);
		i += len;
	}
	return f.done || set >> k & 1;
}

enum gk_pinyin_fit
gk_pinyin_fits(const char *folded, size_t n, const char *letters, size_t k, bool begun)
{
	if (k == 0 || k >= GK_PINYIN_LETTERS)
		return GK_PINYIN_NO;
	if (fits(folded, n, letters, k, begun, false))
		return GK_PINYIN_WHOLE;
	return fits(folded, n, letters, k, begun, true) ? GK_PINYIN_INITIALS : GK_PINYIN_NO;
}
