/* Canonical JSON, read once from left to right. */
#include "record/glance.h"

#include "base/utf8.h"
#include "record/event.h"

#include <string.h>

enum { DEEPEST = 32, DIGITS = 18, WORD = 96 };

struct at { const char *p, *end; };

typedef bool (*member)(void *arg, struct gk_seen_text key, struct at *a);

static bool
next_is(struct at *a, char c)
{
	if (a->p == a->end || *a->p != c)
		return false;
	a->p++;
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Not strchr(): it finds the NUL too. */
static bool
one_of(const char *set, char c)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* Behind a backslash.  \u00.. alone: the canonical form writes so what has no shorter name, and nothing else. */
static bool
escape(struct at *a)
{
	static const char hex[] = "0123456789ABCDEFabcdef";

	if (a->end - a->p < 6)
		return false;
	if (*a->p != 'u')
		return one_of("\"\\/bfnrt", *a->p++);
	if (a->p[1] != '0' || a->p[2] != '0' || !one_of(hex, a->p[3]) || !one_of(hex, a->p[4]) || (a->p[3] == '0' && a->p[4] == '0'))
		return false;
	a->p += 5;
	return true;
}

/* Eight bytes at a time as long as none of them is a quotation mark, a backslash or a control: each test leaves a high bit. */
static const char *
plain_part(const char *p, const char *end)
{
	const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;

	while (end - p >= 8) {
		uint64_t w, quote, slash;

		memcpy(&w, p, sizeof w);
		quote = w ^ ones * '"';
		slash = w ^ ones * '\\';
		if ((((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((w - ones * 0x20) & ~w)) & high)
			break;
		p += 8;
	}
	return p;
}

/* out, if wanted, is the string as it stands there: then it must have no escapes. */
static bool
string(struct at *a, struct gk_seen_text *out)
{
	static const bool stops[256] = { [0 ... 0x1F] = true, ['"'] = true, ['\\'] = true };
	const char *begin = a->p + 1;

	if (!next_is(a, '"'))
		return false;
	for (;;) {
		a->p = plain_part(a->p, a->end);
		while (a->p < a->end && !stops[(unsigned char)*a->p])
			a->p++;
		if (a->p == a->end || (*a->p == '\\' && out != NULL))
			return false;
		if (*a->p == '"')
			break;
		if (*a->p++ != '\\' || !escape(a))
			return false;
	}
	if (out != NULL)
		*out = (struct gk_seen_text){ begin, (size_t)(a->p - begin) };
	a->p++;
	return true;
}

/* An integer of few digits, not below zero. */
static bool
count(struct at *a, uint64_t *out)
{
	const char *begin = a->p;

	*out = 0;
	while (a->p < a->end && is_digit(*a->p) && a->p - begin <= DIGITS)
		*out = *out * 10 + (uint64_t)(*a->p++ - '0');
	return a->p > begin && a->p - begin <= DIGITS && (*begin != '0' || a->p == begin + 1);
}

static bool value(struct at *a, unsigned depth);

/* Keys rise strictly, so none stands there twice. */
static bool
object(struct at *a, unsigned depth, member each, void *arg)
{
	struct gk_seen_text last = { NULL, 0 }, key;

	if (depth == 0 || !next_is(a, '{'))
		return false;
	if (next_is(a, '}'))
		return true;
	do {
		size_t least;
		int order;

		if (!string(a, &key) || !next_is(a, ':'))
			return false;
		least = key.n < last.n ? key.n : last.n;
		order = last.p == NULL ? 1 : memcmp(key.p, last.p, least);
		if (order < 0 || (order == 0 && key.n <= last.n))
			return false;
		last = key;
		if (each != NULL ? !each(arg, key, a) : !value(a, depth - 1))
			return false;
	} while (next_is(a, ','));
	return next_is(a, '}');
}

static bool
literal(struct at *a, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(a->end - a->p) < n || memcmp(a->p, word, n) != 0)
		return false;
	a->p += n;
	return true;
}

/* Of few digits and without exponent: nothing that could be too large for anybody.  (A confidence of 0.98 is written with 17 digits.) */
static bool
number(struct at *a)
{
	uint64_t n;
	bool minus = next_is(a, '-');

	if (!count(a, &n))
		return false;
	if (next_is(a, '.')) {
		const char *begin = a->p;

		while (a->p < a->end && is_digit(*a->p))
			a->p++;
		return a->p > begin && a->p - begin <= 2 * DIGITS && (a->p == a->end || !one_of("eE", *a->p));
	}
	return !(minus && n == 0) && (a->p == a->end || !one_of("eE", *a->p));
}

static bool
value(struct at *a, unsigned depth)
{
	if (a->p == a->end || depth == 0)
		return false;
	switch (*a->p) {
	case '"': return string(a, NULL);
	case '{': return object(a, depth, NULL, NULL);
	case 't': return literal(a, "true");
	case 'f': return literal(a, "false");
	case 'n': return literal(a, "null");
	case '[':
		a->p++;
		if (next_is(a, ']'))
			return true;
		do
			if (!value(a, depth - 1))
				return false;
		while (next_is(a, ','));
		return next_is(a, ']');
	default: return number(a);
	}
}

static bool
is(struct gk_seen_text key, const char *name)
{
	return key.n == strlen(name) && memcmp(key.p, name, key.n) == 0;
}

static bool
place(struct at *a, uint64_t loc[3])
{
	return next_is(a, '[') && count(a, &loc[0]) && next_is(a, ',') && count(a, &loc[1]) && next_is(a, ',') && count(a, &loc[2]) && next_is(a, ']');
}

static bool
in_reference(void *arg, struct gk_seen_text key, struct at *a)
{
	struct gk_glance_ref *ref = arg;

	return is(key, "record") ? string(a, &ref->record) : is(key, "digest") ? string(a, &ref->digest) : is(key, "loc") ? place(a, ref->loc)
		: value(a, DEEPEST);
}

static bool
in_content(void *arg, struct gk_seen_text key, struct at *a)
{
	struct gk_glance *g = arg;
	struct gk_glance_ref *ref = is(key, "original") ? &g->original : is(key, "text") ? &g->text : NULL;

	if (ref != NULL) {
		ref->there = true;
		return object(a, DEEPEST, in_reference, ref);
	}
	return is(key, "digest") ? string(a, &g->digest) : value(a, DEEPEST);
}

struct top {
	struct gk_glance *g;
	unsigned found;			/* of the keys that must be there */
};

/* One of the four keys that every event has. */
static bool
word(struct top *top, struct gk_seen_text key, struct at *a, struct gk_seen_text *out)
{
	char name[16], text[WORD];

	if (!string(a, out) || out->n >= sizeof text)
		return false;
	memcpy(name, key.p, key.n);
	name[key.n] = '\0';
	memcpy(text, out->p, out->n);
	text[out->n] = '\0';
	top->found++;
	return gk_event_word_good(name, text);
}

static bool
in_event(void *arg, struct gk_seen_text key, struct at *a)
{
	struct top *top = arg;
	struct gk_glance *g = top->g;
	struct gk_seen_text text;
	struct gk_date day;
	uint64_t format;

	if (is(key, "event"))
		return word(top, key, a, &g->event);
	if (is(key, "id"))
		return word(top, key, a, &g->id);
	if (is(key, "type"))
		return word(top, key, a, &g->type);
	if (is(key, "recorded_at"))
		return word(top, key, a, &text);
	if (is(key, "gongkai")) {
		top->found++;
		return count(a, &format) && format == GK_EVENT_FORMAT;
	}
	if (is(key, "effective_date"))
		return string(a, &text) && gk_date_parse(text.p, text.n, &day);
	if (is(key, "content"))
		return object(a, DEEPEST, in_content, g);
	if (is(key, "meta") || is(key, "source") || is(key, "act"))
		return object(a, DEEPEST, NULL, NULL);
	g->version = g->version || is(key, "version");
	return value(a, DEEPEST);
}

bool
gk_event_glance(const char *p, size_t n, struct gk_glance *out)
{
	struct gk_glance g = { .version = false };
	struct top top = { &g, 0 };
	struct at a = { p, p + n };

	if (n == 0 || n > GK_EVENT_MAX || gk_utf8_check(p, n) != n || !object(&a, DEEPEST, in_event, &top) || a.p != a.end || top.found != 5)
		return false;
	*out = g;
	return true;
}
