/*
 * Snippets and marks.
 *
 *   text      …。生产经营单位应当建立健全安全生產责任制，保证安全生产投入。…
 *   needle    安全生产
 *   passage     生产经营单位应当建立健全[安全生產]责任制，保证[安全生产]投入。
 *
 * Needles are looked for in the canon of the folded text, so that what the
 * search found is what gets marked; each unit of the canon leads back through
 * the fold map to the characters of the original.  Everything the caller gets
 * is an offset into that original: the passage is a slice, never a rewriting.
 */
#include "cjk/cjk.h"

#include "base/fault.h"
#include "cjk/places.h"
#include "cjk/table.h"

#include <stdlib.h>
#include <string.h>

enum {
	LOOK = 256 * 1024,	/* bytes of the text (safety.md L20) */
	LEAST = 60, MOST = GK_SNIPPET_MOST,	/* characters of a passage */
	LEAD = 20,		/* characters before the first hit when no sentence begins near enough */
};

static void *
memory(size_t n)
{
	return gk_fault("memory") ? NULL : malloc(n > 0 ? n : 1);
}

/* --- the text and the needles, ready to be compared ------------------------ */

struct view {
	const char *text;
	size_t n;
	struct gk_folded folded;
	uint16_t *unit;		/* the canon */
	uint32_t *at;		/* where in folded the character of each unit begins */
	size_t units;
	struct gk_wanteds wanted;
};

static void
view_free(struct view *v)
{
	gk_folded_free(&v->folded);
	free(v->unit);
	free(v->at);
	gk_wanteds_free(&v->wanted);
}

static bool
view_make(struct view *v, const char *text, size_t n, const struct gk_needle *needles, size_t count)
{
	*v = (struct view){ .text = text, .n = n };
	if (gk_fold(text, n, true, &v->folded) && gk_wanteds_make(needles, count, &v->wanted)) {
		v->unit = memory(v->folded.n * sizeof *v->unit);
		v->at = memory(v->folded.n * sizeof *v->at);
		if (v->unit != NULL && v->at != NULL) {
			v->units = gk_canon_map(v->folded.text, v->folded.n, v->unit, v->at);
			return true;
		}
	}
	view_free(v);
	return false;
}

/* Where in the original the character of a unit begins. */
static size_t
origin(const struct view *v, size_t unit)
{
	return v->folded.at[v->at[unit]];
}

/* Where in the original the character of a unit ends.  One character may have folded to several
 * bytes and characters (㎡ to m2): the end is where the next one's begin. */
static size_t
origin_end(const struct view *v, size_t unit)
{
	size_t i = v->at[unit];
	uint32_t from = v->folded.at[i];

	while (i < v->folded.n && v->folded.at[i] == from)
		i++;
	return v->folded.at[i];
}

/* --- marks ------------------------------------------------------------------ */

/* The first unit whose character begins at or after `offset` of the original. */
static size_t
unit_from(const struct view *v, size_t offset)
{
	size_t low = 0, high = v->units;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (origin(v, mid) < offset)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* What whole needles cover of [from, to): a byte for each byte, and one more that is 0; what overlaps or touches becomes one.  NULL when memory ends. */
static unsigned char *
cover_of(const struct view *v, size_t from, size_t to)
{
	size_t first = unit_from(v, from), n = unit_from(v, to);
	unsigned char *cover = gk_fault("memory") ? NULL : calloc(to - from + 1, 1);

	if (cover == NULL)
		return NULL;
	/* Two units more: whether a needle ends at a word's border is seen from what follows it. */
	n = v->units - n < 2 ? v->units : n + 2;
	for (size_t i = 0; i < v->wanted.n; i++) {
		const struct gk_wanted *k = &v->wanted.item[i];

		for (size_t u = first; (u = gk_canon_find(v->unit, n, k->p, k->n, u)) != (size_t)-1; u++) {
			size_t start = origin(v, u), end = origin_end(v, u + k->n - 1);

			if (start >= from && end <= to)
				memset(cover + (start - from), 1, end - start);
		}
	}
	return cover;
}

/* The next run of covered bytes at or after *at, which is moved behind it; false if there is none. */
static bool
next_cover(const unsigned char *cover, size_t n, size_t *at, struct gk_mark *out)
{
	const unsigned char *p = *at < n ? memchr(cover + *at, 1, n - *at) : NULL;

	if (p == NULL)
		return false;
	out->start = *at = (size_t)(p - cover);
	while (cover[*at])	/* the byte after the last is 0 */
		++*at;
	out->end = *at;
	return true;
}

/* Marks all whole needles inside [out->start, out->end). */
static bool
mark(const struct view *v, struct gk_snippet *out)
{
	unsigned char *cover = cover_of(v, out->start, out->end);
	struct gk_mark one;

	if (cover == NULL)
		return false;
	for (size_t at = 0; out->marks < GK_SNIPPET_MARKS && next_cover(cover, out->end - out->start, &at, &one); ) {
		out->mark[out->marks].start = out->start + one.start;
		out->mark[out->marks++].end = out->start + one.end;
	}
	free(cover);
	return true;
}

/* --- choosing where ----------------------------------------------------------- */

/* The hits with what they measure in characters.  NULL when memory ends. */
static struct gk_hit_at *
find_hits(const struct view *v, size_t *count)
{
	struct gk_hit_at *hits = gk_hits_find(v->unit, v->units, &v->wanted, count);
	size_t byte = 0, character = 0;

	for (size_t i = 0; hits != NULL && i < *count; i++) {
		size_t start = origin(v, hits[i].unit), end = origin_end(v, hits[i].unit + hits[i].units - 1);
		size_t length = gk_utf8_count(v->text + start, end - start);

		character += gk_utf8_count(v->text + byte, start - byte);
		byte = start;
		hits[i].from = character;
		/* A hit longer than any passage still says where to look. */
		hits[i].to = character + (length < MOST ? length : MOST);
	}
	return hits;
}

/* --- cutting ------------------------------------------------------------------- */

static size_t
next_char(const char *text, size_t n, size_t at, uint32_t *cp)
{
	return at + gk_utf8_decode(text + at, n - at, cp);
}

/* The character that ends at `at` > 0, as decoding from the front would see it: a lead byte is
 * never inside another character, so what decodes to exactly here is it. */
static size_t
prev_char(const char *text, size_t at, uint32_t *cp)
{
	for (size_t len = 2; len <= 4 && len <= at; len++)
		if (gk_utf8_decode(text + at - len, len, cp) == len)
			return at - len;
	gk_utf8_decode(text + at - 1, 1, cp);
	return at - 1;
}

/* 。！？； and the end of a line. */
static bool
stops(uint32_t cp)
{
	return cp == 0x3002 || cp == 0xFF01 || cp == 0xFF1F || cp == 0xFF1B || cp == '\n';
}

/* ，、： and a blank: the second choice. */
static bool
pauses(uint32_t cp)
{
	return cp == 0xFF0C || cp == 0x3001 || cp == 0xFF1A || cp == 0x3000;
}

static bool
blank(uint32_t cp)
{
	return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0xA0 || cp == 0x3000 || cp == 0xFEFF || cp == 0x200B;
}

static size_t
skip_blanks(const char *text, size_t at, size_t end)
{
	while (at < end) {
		uint32_t cp;
		size_t next = next_char(text, end, at, &cp);

		if (!blank(cp))
			break;
		at = next;
	}
	return at;
}

static size_t
drop_blanks(const char *text, size_t start, size_t end)
{
	while (end > start) {
		uint32_t cp;
		size_t before = prev_char(text, end, &cp);

		if (!blank(cp))
			break;
		end = before;
	}
	return end;
}

/* The start of the sentence that `at` is in, at most `room` characters back; if that is further,
 * a place after a pause, or just LEAD characters. */
static size_t
sentence_start(const char *text, size_t at, size_t room)
{
	size_t lead = at, pause = (size_t)-1;

	for (size_t steps = 0; at > 0 && steps < room; steps++) {
		uint32_t cp;
		size_t before = prev_char(text, at, &cp);

		if (stops(cp))
			return at;
		if (steps < LEAD) {
			if (pauses(cp))
				pause = at;
			lead = before;
		}
		at = before;
	}
	return at == 0 ? 0 : pause != (size_t)-1 ? pause : lead;
}

/* Where the passage that begins at start and must reach `must` ends: behind the first stop that
 * leaves it `least` characters, or at MOST.  Blanks at its end are the caller's to drop. */
static size_t
sentence_end(const char *text, size_t n, size_t start, size_t must, size_t least)
{
	size_t at = start;

	for (size_t count = 0; at < n && count < MOST; count++) {
		uint32_t cp;
		size_t next = next_char(text, n, at, &cp);

		if (stops(cp) && count + 1 >= least && next >= must)
			return next;
		at = next;
	}
	return at;
}

/* The passage around the core [from, to), which is at most MOST characters. */
static void
frame(const char *text, size_t n, size_t from, size_t to, struct gk_snippet *out)
{
	size_t room = MOST - gk_utf8_count(text + from, to - from);
	size_t start = skip_blanks(text, sentence_start(text, from, room), from);
	size_t end = sentence_end(text, n, start, to, LEAST);
	size_t length = gk_utf8_count(text + start, end - start);

	/* The text is over too soon: sentences before the core make up for it. */
	while (length < LEAST && start > 0) {
		size_t at = start, added = 0, fits = start;
		uint32_t cp;

		do {
			at = prev_char(text, at, &cp);
			added++;
			if (length + added == LEAST)
				fits = at;
		} while (at > 0 && length + added < MOST && (prev_char(text, at, &cp), !stops(cp)));
		if (at > 0 && length + added == MOST)
			at = fits;
		length = gk_utf8_count(text + at, end - at);
		start = at;
	}
	out->start = skip_blanks(text, start, from);
	out->end = drop_blanks(text, to, end);
}

/* The hits of the best window, from the first to the end of the last. */
static void
core(const struct view *v, const struct gk_hit_at *hits, size_t count, unsigned *seen, size_t *from, size_t *to)
{
	size_t left, right;

	gk_hits_best(hits, count, &v->wanted, MOST, seen, &left, &right);
	*from = *to = origin(v, hits[left].unit);
	for (size_t i = left; i <= right; i++) {
		size_t end = origin_end(v, hits[i].unit + hits[i].units - 1);

		if (end > *to)
			*to = end;
	}
	if (gk_utf8_count(v->text + *from, *to - *from) > MOST) {
		uint32_t cp;

		*to = *from;
		for (size_t i = 0; i < MOST; i++)
			*to = next_char(v->text, v->n, *to, &cp);
	}
}

static size_t
in_units(struct gk_hit_at *hits, size_t count, size_t first, size_t last)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (hits[i].unit >= first && hits[i].unit + hits[i].units <= last)
			hits[kept++] = hits[i];
	return kept;
}

/* Only hits within [first, last) of the canon count for the choice, if there are any. */
static bool
cut(const char *text, size_t n, const struct gk_needle *needles, size_t count, size_t first, size_t last, struct gk_snippet *out)
{
	struct gk_snippet s = { .start = 0 };
	struct view v;
	struct gk_hit_at *hits;
	unsigned *seen;
	size_t found = 0, from, to;
	bool ok = false;

	if (n > LOOK)
		n = gk_utf8_cut(text, LOOK);
	if (!view_make(&v, text, n, needles, count))
		return false;
	hits = find_hits(&v, &found);
	seen = gk_fault("memory") ? NULL : calloc(v.wanted.n + 1, sizeof *seen);
	if (hits == NULL || seen == NULL)
		goto out;
	found = in_units(hits, found, first, last);
	if (found > 0) {
		core(&v, hits, found, seen, &from, &to);
		frame(text, n, from, to, &s);
	} else {
		s.start = skip_blanks(text, 0, n);
		s.end = drop_blanks(text, s.start, sentence_end(text, n, s.start, s.start, 1));
	}
	ok = mark(&v, &s);
	if (ok)
		*out = s;
out:
	free(hits);
	free(seen);
	view_free(&v);
	return ok;
}

bool
gk_snippet(const char *text, size_t n, const struct gk_needle *needles, size_t count, struct gk_snippet *out)
{
	return cut(text, n, needles, count, 0, (size_t)-1, out);
}

bool
gk_snippet_at(const char *text, size_t n, const struct gk_needle *needles, size_t count, struct gk_place_at place, struct gk_snippet *out)
{
	return cut(text, n, needles, count, place.start, place.end, out);
}

bool
gk_marks(const char *text, size_t n, const struct gk_needle *needles, size_t count, struct gk_snippet *out)
{
	struct gk_snippet s = { .start = 0, .end = n };
	struct view v;
	bool ok;

	if (!view_make(&v, text, n, needles, count))
		return false;
	ok = mark(&v, &s);
	if (ok)
		*out = s;
	view_free(&v);
	return ok;
}

struct gk_mark *
gk_marks_all(const char *text, size_t n, const struct gk_needle *needles, size_t count, size_t most, size_t *marks, size_t *all)
{
	struct view v;
	struct gk_mark *out, one;
	unsigned char *cover;

	*marks = *all = 0;
	if (!view_make(&v, text, n, needles, count))
		return NULL;
	cover = cover_of(&v, 0, n);
	view_free(&v);
	out = cover != NULL ? memory(most * sizeof *out) : NULL;
	for (size_t at = 0; out != NULL && next_cover(cover, n, &at, &one); ++*all)
		if (*marks < most)
			out[(*marks)++] = one;
	free(cover);
	return out;
}
