/*
 * The beginning of a number, as people type it, and the keys in the index that begin so.
 *
 *   typed            code     year  number    keys looked for
 *   国办             国办                     国办…
 *   国办发[20        国办发   20              国办发|20…  国办发||20…
 *   国办发〔2017〕   国办发   2017            国办发|2017|…
 *   国办发 2017 4    国办发   2017  4         国办发|2017|4…
 *   国务院令第7      国务院令 7               国务院令|7…  国务院令||7…
 *   国办发〔2017〕4号  国办发 2017  4         国办发|2017|4
 */
#include "catalog/suggest-number.h"

#include "base/utf8.h"
#include "catalog/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CODE_MAX = 64, DIGITS_MAX = 5, WALK_MAX = 20000 };

struct beginning {
	char code[CODE_MAX];
	size_t characters;		/* of the code */
	char number[2][DIGITS_MAX + 2];	/* rows of digits */
	size_t rows;
	bool closed;			/* something follows the last row */
};

static bool
is_han(uint32_t cp)
{
	return (cp >= 0x3400 && cp <= 0x9FFF) || cp >= 0x20000;
}

/* 第 年 号 stand between the parts of a number and belong to none. */
static bool
is_joint(uint32_t cp)
{
	return cp == 0x7B2C || cp == 0x5E74 || cp == 0x53F7;
}

static bool
take_digit(struct beginning *b, char digit)
{
	size_t have;

	if (b->rows == 0 || b->closed)
		b->rows++;
	b->closed = false;
	if (b->rows > 2)
		return false;
	have = strlen(b->number[b->rows - 1]);
	b->number[b->rows - 1][have] = digit;
	return have < DIGITS_MAX;
}

/* False if it cannot be the beginning of a number. */
static bool
take_apart(const char *p, size_t n, struct beginning *b)
{
	size_t used = 0, len;
	bool open = false;

	*b = (struct beginning){ .rows = 0 };
	for (size_t at = 0; at < n; at += len) {
		uint32_t cp;
		bool letter;

		len = gk_utf8_decode(p + at, n - at, &cp);
		letter = (is_han(cp) && !is_joint(cp)) || (cp >= 'a' && cp <= 'z');
		if (cp == GK_UTF8_BAD || used + len >= sizeof b->code)
			return false;
		if (cp >= '0' && cp <= '9') {
			if (!take_digit(b, (char)cp))
				return false;
		} else if (b->rows > 0) {
			/* Behind digits nothing but what parts them. */
			if (letter)
				return false;
			b->closed = true;
		} else if (letter || (cp == '(' && used > 0) || (cp == ')' && open)) {
			open = cp == '(' || (open && cp != ')');
			b->characters += letter;
			used += gk_utf8_encode(cp >= 'a' && cp <= 'z' ? cp - 'a' + 'A' : cp, b->code + used);
		}
	}
	/* 国办发(2017: the bracket was the year's. */
	if (used > 0 && b->code[used - 1] == '(')
		used--;
	b->code[used] = '\0';
	return b->characters >= 2;
}

struct walk {
	struct gk_number_found *out;
	size_t n, max, seen;
	bool rising;		/* by number; else falling */
	size_t whole;		/* not 0: the key has just so many bytes, 3号 is not 31号 */
	const char *code;
	size_t skip;
};

/* Is a shown before b? */
static bool
before(const struct walk *w, const struct gk_number_found *a, const struct gk_number_found *b)
{
	size_t code = strlen(w->code);
	bool x = a->key[code] == '|', y = b->key[code] == '|';

	if (x != y)
		return x;		/* 国办发 before 国办发明电 */
	if (a->year != b->year)
		return a->year > b->year;
	if (a->seq != b->seq)
		return (a->seq < b->seq) == w->rising;
	return strcmp(a->key, b->key) < 0;
}

static bool
one_key(void *arg, const char *term, size_t n, uint32_t docs)
{
	struct walk *w = arg;
	struct gk_number_found one = { .docs = docs };
	const char *bar;
	size_t k = w->n;

	if (n <= w->skip || n - w->skip >= sizeof one.key || (w->whole > 0 && n - w->skip != w->whole))
		return ++w->seen < WALK_MAX;
	memcpy(one.key, term + w->skip, n - w->skip);
	bar = strchr(one.key, '|');
	if (bar == NULL || strchr(bar + 1, '|') == NULL)
		return true;
	one.year = atoi(bar + 1);
	one.seq = (unsigned)strtoul(strchr(bar + 1, '|') + 1, NULL, 10);
	if (w->n < w->max)
		w->n++;
	else if (w->n == 0 || !before(w, &one, &w->out[--k]))
		return ++w->seen < WALK_MAX;
	for (; k > 0 && before(w, &one, &w->out[k - 1]); k--)
		w->out[k] = w->out[k - 1];
	w->out[k] = one;
	return ++w->seen < WALK_MAX;
}

static enum gk_status
walk(struct gk_catalog *c, struct walk *w, const char *key, struct gk_err *err)
{
	char prefix[sizeof GK_X_DOCNO + GK_DOCNO_KEY];
	int n = snprintf(prefix, sizeof prefix, GK_X_DOCNO "%s", key);

	return gk_index_terms(c->db, prefix, (size_t)n, one_key, w, err);
}

enum gk_status
gk_suggest_numbers(struct gk_catalog *c, const char *folded, size_t n, struct gk_number_found *out, size_t max, size_t few, size_t *got, struct gk_err *err)
{
	struct beginning b;
	struct walk w = { .out = out, .max = max, .skip = sizeof GK_X_DOCNO - 1 };
	char key[GK_DOCNO_KEY];
	enum gk_status st;

	*got = 0;
	if (!take_apart(folded, n, &b))
		return GK_OK;
	w.code = b.code;
	w.rising = b.rows == 2;
	if (b.rows == 0) {
		w.max = few < max ? few : max;
		st = walk(c, &w, b.code, err);
	} else if (b.rows == 2) {
		snprintf(key, sizeof key, "%s|%s|%s", b.code, b.number[0], b.number[1]);
		w.whole = b.closed ? strlen(key) : 0;
		st = walk(c, &w, key, err);
	} else {
		snprintf(key, sizeof key, "%s|%s%s", b.code, b.number[0], b.closed ? "|" : "");
		st = walk(c, &w, key, err);
		snprintf(key, sizeof key, "%s||%s", b.code, b.number[0]);
		w.rising = true;
		w.whole = b.closed ? strlen(key) : 0;
		if (st == GK_OK)
			st = walk(c, &w, key, err);
	}
	*got = w.n;
	return st;
}
