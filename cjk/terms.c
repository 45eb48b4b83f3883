/*
 * Cutting folded text into terms.
 *
 * The cursor stands before a character.  A CJK character gives itself, then a
 * pair with its neighbour of the same script, then perhaps a numeral synonym
 * that begins there; a run of other letters and digits gives one word.  What is
 * still to come at one place is kept in `state`; no term needs looking back
 * further than one character.
 */
#include "cjk/cjk.h"

#include "base/numeral.h"
#include "cjk/table.h"

#include <string.h>

enum { PAIR_WAITS = 1, NUMERAL_WAITS = 2 };	/* c->state */
enum {
	WORD_TERM = 60,		/* bytes of a word's term; the longest Chinese numeral needs 45 */
	NUMERAL_LOOK = 64,	/* bytes looked at for a numeral, so that a row of digits costs no square */
	YEAR_LOOK = 15,		/* five digits of three bytes: the fifth must not be there */
	YEAR_BYTES = 12,
};

static bool
begins(const struct gk_terms *c, size_t at, const char *s)
{
	size_t k = strlen(s);

	return c->n - at >= k && memcmp(c->text + at, s, k) == 0;
}

/* 第 20 条 is printed with blanks as often as without. */
static size_t
skip_blank(const struct gk_terms *c, size_t at)
{
	return at < c->n && c->text[at] == ' ' ? at + 1 : at;
}

/* 1 to 8 ASCII digits; the length, 0 if none or more. */
static size_t
digits(const char *p, size_t n, uint32_t *value)
{
	size_t k = 0;

	*value = 0;
	while (k < n && k < 9 && p[k] >= '0' && p[k] <= '9')
		*value = *value * 10 + (uint32_t)(p[k++] - '0');
	return k < 9 ? k : 0;
}

static void
numeral(struct gk_terms *c, size_t start, size_t end, const char *before, uint32_t value, const char *unit)
{
	char digit[10], *p = c->numeral;
	size_t n = 0, k = strlen(before);

	memcpy(p, before, k);
	p += k;
	do
		digit[n++] = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	while (n > 0)
		*p++ = digit[--n];
	memcpy(p, unit, 3);
	c->pending_start = start;
	c->pending_end = end;
	c->pending_n = (size_t)(p + 3 - c->numeral);
	c->state |= NUMERAL_WAITS;
}

/* 第 numeral 条|章|… at `start`. */
static void
look_for_ordinal(struct gk_terms *c, size_t start)
{
	static const char units[][4] = { "条", "章", "节", "款", "项", "号", "届", "次", "期", "批", "编" };
	size_t at, left, k;
	uint32_t value;

	if (!begins(c, start, "第"))
		return;
	at = skip_blank(c, start + 3);
	left = c->n - at < NUMERAL_LOOK ? c->n - at : NUMERAL_LOOK;
	k = digits(c->text + at, left, &value);
	if (k == 0)
		k = gk_numeral_scan(c->text + at, left, &value);
	if (k == 0)
		return;
	at = skip_blank(c, at + k);
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (begins(c, at, units[i])) {
			numeral(c, start, at + 3, "第", value, units[i]);
			return;
		}
}

/* 二〇二一年, if no digit stands before it. */
static void
look_for_han_year(struct gk_terms *c, size_t start)
{
	size_t left = c->n - start;
	uint32_t value, before;

	if (left < YEAR_BYTES + 3 || !begins(c, start + YEAR_BYTES, "年"))
		return;
	if (start >= 3 && gk_numeral_scan(c->text + start - 3, 3, &before) == 3)
		return;
	if (gk_numeral_scan(c->text + start, YEAR_LOOK, &value) == YEAR_BYTES && value >= 1000 && value < 3000)
		numeral(c, start, start + YEAR_BYTES + 3, "", value, "年");
}

static void
look_for_year(struct gk_terms *c, size_t start, size_t end)
{
	size_t at = skip_blank(c, end);
	uint32_t value;

	if (end - start == 4 && digits(c->text + start, 4, &value) == 4 && value >= 1000 && value < 3000
	    && begins(c, at, "年"))
		numeral(c, start, at + 3, "", value, "年");
}

/* The end of the run of letters and digits that begins at `at`; *cut where its term ends. */
static size_t
word_end(const struct gk_terms *c, size_t at, size_t *cut)
{
	size_t start = at;

	*cut = at;
	while (at < c->n) {
		uint32_t cp;
		size_t len = gk_cjk_decode(c->text + at, c->n - at, &cp);

		if (cp == GK_UTF8_BAD || gk_cjk_class(cp) != GK_WORD)
			break;
		at += len;
		if (at - start <= WORD_TERM)
			*cut = at;
	}
	return at;
}

void
gk_terms_start(struct gk_terms *c, const char *folded, size_t n)
{
	*c = (struct gk_terms){ .text = folded, .n = n };
}

static void
waiting(struct gk_terms *c, struct gk_term *out)
{
	if (c->state & PAIR_WAITS) {
		c->state &= ~(unsigned)PAIR_WAITS;
		*out = (struct gk_term){ c->text + c->run_start, c->run_end - c->run_start,
					 c->run_start, c->run_end, GK_TERM_PAIR };
	} else {
		c->state &= ~(unsigned)NUMERAL_WAITS;
		*out = (struct gk_term){ c->numeral, c->pending_n, c->pending_start, c->pending_end, GK_TERM_NUMERAL };
	}
}

/* Decoding the neighbour now and again when its turn comes is quicker than keeping it (measured). */
static void
look_for_pair(struct gk_terms *c, size_t start, unsigned class)
{
	uint32_t cp;
	size_t len;

	if (c->at >= c->n)
		return;
	len = gk_cjk_decode(c->text + c->at, c->n - c->at, &cp);
	if (cp != GK_UTF8_BAD && gk_cjk_class(cp) == class) {
		c->run_start = start;
		c->run_end = c->at + len;
		c->state |= PAIR_WAITS;
	}
}

bool
gk_terms_next(struct gk_terms *c, struct gk_term *out)
{
	if (c->state != 0) {
		waiting(c, out);
		return true;
	}
	while (c->at < c->n) {
		size_t start = c->at;
		uint32_t cp;
		size_t len = gk_cjk_decode(c->text + start, c->n - start, &cp);
		unsigned class = cp == GK_UTF8_BAD ? GK_SEPARATOR : gk_cjk_class(cp);

		if (class == GK_WORD) {
			size_t cut;

			c->at = word_end(c, start, &cut);
			*out = (struct gk_term){ c->text + start, cut - start, start, c->at, GK_TERM_WORD };
			look_for_year(c, start, c->at);
			return true;
		}
		c->at += len;
		if (class == GK_SEPARATOR)
			continue;
		*out = (struct gk_term){ c->text + start, len, start, c->at, GK_TERM_CHAR };
		look_for_pair(c, start, class);
		if (cp == 0x7B2C)	/* 第 */
			look_for_ordinal(c, start);
		else if (cp == 0x4E00 || cp == 0x4E8C)	/* 一 二 */
			look_for_han_year(c, start);
		return true;
	}
	return false;
}

/* Over what is no letter, digit or mark. */
static void
skip_separators(struct gk_terms *c)
{
	while (c->at < c->n) {
		uint32_t cp;
		size_t len = gk_cjk_decode(c->text + c->at, c->n - c->at, &cp);

		if (cp != GK_UTF8_BAD && gk_cjk_class(cp) != GK_SEPARATOR)
			break;
		c->at += len;
	}
}

bool
gk_terms_next_wide(struct gk_terms *c, struct gk_term *out)
{
	while (gk_terms_next(c, out))
		if (out->kind != GK_TERM_CHAR || !(c->state & PAIR_WAITS))
			return true;
	return false;
}

/*
 * Bytes of the common Han characters at p; only the last of them may begin a numeral.  Common ones are Han, so that each two
 * are a pair without a look at the table.
 */
static size_t
run_of_common(const char *p, size_t n)
{
	static const uint32_t first = 0xE4B880, last = 0xE9BFBF;	/* U+4E00, U+9FFF */
	size_t k = 0;

	for (; n - k >= 4; k += 3) {
		const uint32_t c = gk_cjk_three(p + k);

		if (c - first > last - first || (c & 0xC0C0) != 0x8080)
			break;
		/* 第 一 二 */
		if (c == 0xE7ACAC || (c <= 0xE4BA8C && (c == 0xE4B880 || c == 0xE4BA8C)))
			return k + 3;
	}
	return k;
}

bool
gk_terms_next_run(struct gk_terms *c, struct gk_term *out)
{
	size_t n = 0;

	if (c->state == 0 && (n = run_of_common(c->text + c->at, c->n - c->at)) == 0) {
		skip_separators(c);
		n = run_of_common(c->text + c->at, c->n - c->at);
	}
	if (n < 6)
		return gk_terms_next_wide(c, out);
	*out = (struct gk_term){ c->text + c->at, n, c->at, c->at + n, GK_TERM_RUN };
	c->at += n - 3;
	return true;
}
