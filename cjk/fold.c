/*
 * Folding: every text goes through here once, before it is cut or searched.
 *
 * The table (fold-table.h, made by make-fold-table.py) answers per code point.
 * Across code points only one thing happens: a mark typed after its letter
 * melts into it where one character exists for both (e + U+0301, か + U+3099).
 * Marks in another order than Unicode's canonical one, and Hangul typed as
 * single jamo, stay apart.
 */
#include "cjk/cjk.h"

#include "base/fault.h"
#include "cjk/fold-table.h"
#include "cjk/table.h"

#include <stdlib.h>
#include <string.h>

struct folding {
	char *text;
	uint32_t *at;		/* NULL if nobody wants the map */
	size_t n, cap;		/* text has room for cap bytes and a NUL, at for cap + 1 */
};

static void *
more_memory(void *p, size_t n)
{
	return gk_fault("memory") ? NULL : realloc(p, n);
}

static bool
grow(struct folding *f, size_t cap, bool want_map)
{
	char *text = more_memory(f->text, cap + 1);

	if (text == NULL)
		return false;
	f->text = text;
	if (want_map) {
		uint32_t *at = more_memory(f->at, (cap + 1) * sizeof *at);

		if (at == NULL)
			return false;
		f->at = at;
	}
	f->cap = cap;
	return true;
}

/* Adds k bytes that came from `origin`, and sees to it that `rest` more will fit. */
static bool
put(struct folding *f, const char *p, size_t k, size_t origin, size_t rest)
{
	if (f->cap - f->n < k + rest && !grow(f, f->n + k + rest + f->n / 4, f->at != NULL))
		return false;
	memcpy(f->text + f->n, p, k);
	if (f->at != NULL)
		for (size_t i = 0; i < k; i++)
			f->at[f->n + i] = (uint32_t)origin;
	f->n += k;
	return true;
}

/* The one character for base and mark, 0 if there is none. */
static uint32_t
composed(uint32_t base, uint32_t mark)
{
	uint32_t key = mark << 16 | base;
	size_t low = 0, high = GK_FOLD_PAIRS;

	if (base > 0xFFFF || mark > 0xFFFF)
		return 0;
	while (low < high) {
		size_t mid = (low + high) / 2;

		if (pair_key[mid] < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low < GK_FOLD_PAIRS && pair_key[low] == key ? pair_to[low] : 0;
}

/* Tries to melt the mark into the last character written. */
static bool
melt(struct folding *f, uint32_t mark)
{
	size_t at = f->n, k;
	uint32_t base;
	char bytes[4];

	if (at == 0)
		return false;
	do
		at--;
	while (at > 0 && ((unsigned char)f->text[at] & 0xC0) == 0x80);
	gk_utf8_decode(f->text + at, f->n - at, &base);
	base = composed(base, mark);
	/* Base and mark have 3 bytes or more together, and no composed character has more than 3:
	 * the room that put() and the caller keep is enough. */
	if (base == 0)
		return false;
	k = gk_utf8_encode(base, bytes);
	memcpy(f->text + at, bytes, k);
	for (size_t i = 1; f->at != NULL && i < k; i++)
		f->at[at + i] = f->at[at];
	f->n = at + k;
	return true;
}

/* Whatever the table does not leave as it is.  p[0..len) is the character as it stood. */
static bool
put_changed(struct folding *f, uint32_t cp, unsigned info, const char *p, size_t len, size_t origin, size_t rest)
{
	unsigned value;
	uint32_t first;
	char bytes[4];

	if (info & GK_CHANGES) {
		value = gk_cjk_fold_block[(unsigned)gk_cjk_fold_index[cp >> 6] << 6 | (cp & 63)];
		if (!(info & GK_LONG))
			return put(f, bytes, gk_utf8_encode(value, bytes), origin, rest);
		p = (const char *)long_text + long_at[value];
		len = long_at[value + 1] - long_at[value];
		if (len == 0)
			return true;
		gk_utf8_decode(p, len, &first);
		if (gk_cjk_info(first) & GK_COMPOSES) {
			size_t skip = gk_utf8_decode(p, len, &first);

			if (!put(f, p, 0, origin, len + rest))
				return false;
			if (melt(f, first)) {
				p += skip;
				len -= skip;
			}
		}
		return put(f, p, len, origin, rest);
	}
	return melt(f, cp) || put(f, p, len, origin, rest);
}

/* The three bytes at p, if they are a character from U+1000 to U+CFFF: in its bytes there is no overlong form and no surrogate to look for. Four can be read. */
static inline bool
three_bytes(const char *p, uint32_t *cp)
{
	const uint32_t c = gk_cjk_three(p);

	*cp = (c >> 4 & 0xF000) | (c >> 2 & 0x0FC0) | (c & 0x3F);
	return c - 0xE18080 <= 0xECBFBF - 0xE18080 && (c & 0xC0C0) == 0x8080;
}

/* Characters of three bytes that stay as they are, from text[i] on.  There is room for n - i more bytes; returns where they end. */
static size_t
copy_unchanged(struct folding *f, const char *text, size_t i, size_t n)
{
	const size_t from = i;
	uint32_t cp;

	while (n - i >= 4 && three_bytes(text + i, &cp) && (gk_cjk_info(cp) & (GK_CHANGES | GK_COMPOSES)) == 0)
		i += 3;
	if (i == from)
		return i;
	memcpy(f->text + f->n, text + from, i - from);
	if (f->at != NULL) {
		uint32_t *at = f->at + f->n;

		for (size_t k = from; k < i; k += 3, at += 3)
			at[0] = at[1] = at[2] = (uint32_t)k;
	}
	f->n += i - from;
	return i;
}

/* Likewise of ASCII, which is never longer than a number or a word: its letters become small. */
static size_t
copy_ascii(struct folding *f, const char *text, size_t i, size_t n)
{
	const size_t from = i;
	char *to = f->text + f->n;

	for (; i < n && (unsigned char)text[i] < 0x80; i++) {
		const char c = text[i];

		*to++ = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c == '\0' ? ' ' : c;
	}
	if (f->at != NULL)
		for (size_t k = from; k < i; k++)
			f->at[f->n + k - from] = (uint32_t)k;
	f->n += i - from;
	return i;
}

/* The one byte that the character becomes, 0 if it becomes something else: ， and １ are frequent. */
static char
ascii_form(uint32_t cp, unsigned info)
{
	unsigned value = 0;

	if ((info & (GK_CHANGES | GK_LONG)) == GK_CHANGES)
		value = gk_cjk_fold_block[(unsigned)gk_cjk_fold_index[cp >> 6] << 6 | (cp & 63)];
	return value < 0x80 ? (char)value : '\0';
}

static bool
fold_into(struct folding *f, const char *text, size_t n)
{
	size_t i = 0;

	/* At the top of the loop: there is room for n - i more bytes. */
	while ((i = copy_unchanged(f, text, i, n)) < n) {
		uint32_t cp;
		size_t len, k;
		char *to;

		if ((unsigned char)text[i] < 0x80 && (i = copy_ascii(f, text, i, n)) == n)
			break;
		len = k = gk_cjk_decode(text + i, n - i, &cp);
		to = f->text + f->n;
		if (len == 1) {
			*to = cp == GK_UTF8_BAD || cp == 0 ? ' ' : (char)cp;
		} else if (cp >= GK_TABLE_LIMIT) {
			/* Tags and variation selectors go, like their kin below. */
			if (cp >> 12 != 0xE0)
				memcpy(to, text + i, 4);
			else
				goto next;
		} else {
			unsigned info = gk_cjk_info(cp);
			char ascii = ascii_form(cp, info);

			if (ascii != '\0') {
				*to = ascii;
				k = 1;
			} else if (info & (GK_CHANGES | GK_COMPOSES)) {
				if (!put_changed(f, cp, info, text + i, len, i, n - i - len))
					return false;
				goto next;
			} else {
				memcpy(to, text + i, len);
			}
		}
		if (f->at != NULL)
			for (size_t j = 0; j < k; j++)
				f->at[f->n + j] = (uint32_t)i;
		f->n += k;
next:
		i += len;
	}
	return true;
}

bool
gk_fold(const char *text, size_t n, bool want_map, struct gk_folded *out)
{
	struct folding f = { NULL, NULL, 0, 0 };

	*out = (struct gk_folded){ NULL, 0, NULL };
	if (n > UINT32_MAX || !grow(&f, n, want_map) || !fold_into(&f, text, n)) {
		free(f.text);
		free(f.at);
		return false;
	}
	f.text[f.n] = '\0';
	if (f.at != NULL)
		f.at[f.n] = (uint32_t)n;
	*out = (struct gk_folded){ f.text, f.n, f.at };
	return true;
}

void
gk_folded_free(struct gk_folded *f)
{
	free(f->text);
	free(f->at);
	*f = (struct gk_folded){ NULL, 0, NULL };
}

bool
gk_fold_changes(const char *p, size_t n)
{
	for (size_t i = 0; i < n;) {
		uint32_t cp;
		size_t len = gk_cjk_decode(p + i, n - i, &cp);

		if (cp != GK_UTF8_BAD && (gk_cjk_info(cp) & GK_SPELLING))
			return true;
		i += len;
	}
	return false;
}
