/*
 * The text as phrases see it: UTF-16, because two bytes a character is the
 * least that needs no decoding, and the search runs over it at the speed of memory.
 *
 *   《关于废止2021年度a类文件的通知》（试行）
 *   关于废止2021年度a类文件的通知 试行
 */
#include "cjk/cjk.h"

#include "cjk/table.h"

#include <string.h>

#define NOWHERE ((size_t)-1)

size_t
gk_canon_map(const char *folded, size_t n, uint16_t *out, uint32_t *at)
{
	size_t k = 0, gap = NOWHERE;

	for (size_t i = 0, len; i < n; i += len) {
		uint32_t cp;

		/* No common character is a separator. */
		for (; gap == NOWHERE && n - i >= 3 && gk_cjk_is_common(folded + i, &cp); i += 3) {
			if (at != NULL)
				at[k] = (uint32_t)i;
			out[k++] = (uint16_t)cp;
		}
		if (i == n)
			break;
		len = gk_cjk_decode(folded + i, n - i, &cp);
		if (cp == GK_UTF8_BAD || gk_cjk_class(cp) == GK_SEPARATOR) {
			if (gap == NOWHERE)
				gap = i;
			continue;
		}
		if (gap != NOWHERE && k > 0) {
			if (at != NULL)
				at[k] = (uint32_t)gap;
			out[k++] = ' ';
		}
		gap = NOWHERE;
		if (at != NULL)
			at[k] = (uint32_t)i;
		if (cp < 0x10000) {
			out[k++] = (uint16_t)cp;
			continue;
		}
		if (at != NULL)
			at[k + 1] = (uint32_t)i;
		out[k++] = (uint16_t)(0xD7C0 + (cp >> 10));
		out[k++] = (uint16_t)(0xDC00 | (cp & 0x3FF));
	}
	return k;
}

size_t
gk_canon(const char *folded, size_t n, uint16_t *out)
{
	return gk_canon_map(folded, n, out, NULL);
}

bool
gk_canon_in_word(uint16_t unit)
{
	return gk_cjk_class(unit) == GK_WORD;
}

size_t
gk_canon_points(const char *text, const struct gk_folded *f, size_t every, struct gk_point *out)
{
	size_t k = 0, points = 0, next = 0, chars = 0, counted = 0, last = NOWHERE;
	bool gap = false;

	for (size_t i = 0, len; i < f->n; i += len) {
		uint32_t cp;
		size_t from;

		for (; !gap && f->n - i >= 3 && f->at[i] < next && gk_cjk_is_common(f->text + i, &cp); i += 3, k++)
			last = f->at[i];
		if (i == f->n)
			break;
		from = f->at[i];
		len = gk_cjk_decode(f->text + i, f->n - i, &cp);
		if (cp == GK_UTF8_BAD || gk_cjk_class(cp) == GK_SEPARATOR) {
			gap = true;
			continue;
		}
		k += gap && k > 0;
		gap = false;
		/* Not in the midst of what one character became (㎡: m2). */
		if (from >= next && from != last) {
			chars += gk_utf8_count(text + counted, from - counted);
			counted = from;
			out[points++] = (struct gk_point){ (uint32_t)from, (uint32_t)k, (uint32_t)chars };
			next = from + every;
		}
		last = from;
		k += cp < 0x10000 ? 1 : 2;
	}
	return points;
}

static bool
is_high(uint16_t u)
{
	return (u & 0xFC00) == 0xD800;
}

static bool
is_low(uint16_t u)
{
	return (u & 0xFC00) == 0xDC00;
}

static bool
pair_is_word(uint16_t high, uint16_t low)
{
	return gk_cjk_class((((uint32_t)high & 0x3FF) << 10 | (low & 0x3FF)) + 0x10000) == GK_WORD;
}

/* Is the character that begins at unit i (ends before unit i) part of a word? */
static bool
word_from(const uint16_t *text, size_t n, size_t i)
{
	if (is_high(text[i]) && i + 1 < n && is_low(text[i + 1]))
		return pair_is_word(text[i], text[i + 1]);
	return gk_cjk_class(text[i]) == GK_WORD;
}

static bool
word_before(const uint16_t *text, size_t i)
{
	if (is_low(text[i - 1]) && i >= 2 && is_high(text[i - 2]))
		return pair_is_word(text[i - 2], text[i - 1]);
	return gk_cjk_class(text[i - 1]) == GK_WORD;
}

static bool
stands_at(const uint16_t *text, const uint16_t *needle, size_t k, size_t i)
{
	return text[i] == needle[0] && text[i + k - 1] == needle[k - 1]
		&& memcmp(text + i, needle, k * sizeof *needle) == 0;
}

/* Where needle stands, at or after i, whatever is around it.  k >= 1. */
static size_t
find(const uint16_t *text, size_t n, const uint16_t *needle, size_t k, size_t i)
{
	enum { STRIDE = 32 };
	const uint16_t first = needle[0], last = needle[k - 1];

	/* A stride in which no place has both the first and the last unit is left in a few vector
	 * instructions: the loop has a fixed count and no branch so that the compiler makes them. */
	while (n - i >= k - 1 + STRIDE) {
		const uint16_t *head = text + i, *tail = text + i + k - 1;
		uint16_t hit = 0;

		for (size_t j = 0; j < STRIDE; j++)
			hit |= (uint16_t)((head[j] == first) & (tail[j] == last));
		if (hit != 0)
			for (size_t j = 0; j < STRIDE; j++)
				if (stands_at(text, needle, k, i + j))
					return i + j;
		i += STRIDE;
	}
	for (; n - i >= k; i++)
		if (stands_at(text, needle, k, i))
			return i;
	return NOWHERE;
}

bool
gk_canon_stands(const uint16_t *text, size_t n, const uint16_t *needle, size_t k, size_t at)
{
	if (k == 0 || at > n || n - at < k || !stands_at(text, needle, k, at))
		return false;
	return (at == 0 || !word_from(needle, k, 0) || !word_before(text, at))
		&& (at + k == n || !word_before(needle, k) || !word_from(text, n, at + k));
}

size_t
gk_canon_find(const uint16_t *text, size_t n, const uint16_t *needle, size_t k, size_t from)
{
	bool word_first, word_last;

	if (k == 0 || from > n || n - from < k)
		return NOWHERE;
	word_first = word_from(needle, k, 0);
	word_last = word_before(needle, k);
	for (size_t i = from; n - i >= k; i++) {
		i = find(text, n, needle, k, i);
		if (i == NOWHERE)
			break;
		if ((!word_first || i == 0 || !word_before(text, i))
		    && (!word_last || i + k == n || !word_from(text, n, i + k)))
			return i;
	}
	return NOWHERE;
}
