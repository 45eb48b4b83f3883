/*
 * Which documents: posting lists are joined rarest first, then the canon of
 * each candidate is looked at, so that a total is exact (index-design.md 0.1, 6).
 */
#include "base/numeral.h"
#include "base/utf8.h"
#include "catalog/internal.h"
#include "catalog/prepare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BATCH = 512,
	MAX_TERMS = GK_QUERY_TERMS * 2,
	VARIANTS = 3,
	IDLE = 16,
};

struct term {
	const char *p;
	size_t n;
	uint32_t df;
	struct gk_postings *list;
	bool numeral;		/* of which a look at the texts is no proof: 一二〇二一年 has no 2021年, but the characters */
	bool idle;		/* hardly takes anything away that a look at the texts would not */
};

struct terms {
	struct term item[MAX_TERMS];
	size_t n;
	struct gk_buf keep;		/* terms with a prefix, and numerals */
	size_t letters;			/* characters and words seen */
	size_t pairs, words;		/* terms among them; words of those */
	const char *lone;		/* the only character, if there is but one */
	size_t lone_n;
};

static int
rarest_first(const void *a, const void *b)
{
	const struct term *x = a, *y = b;
	size_t n = x->n < y->n ? x->n : y->n;
	int c;

	if (x->df != y->df)
		return x->df < y->df ? -1 : 1;
	c = memcmp(x->p, y->p, n);
	return c != 0 ? c : (x->n > y->n) - (x->n < y->n);
}

static bool
add_term(struct terms *t, const char *prefix, const char *p, size_t n, bool numeral)
{
	size_t k = strlen(prefix);
	char *copy;

	if (t->n == MAX_TERMS)
		return true;	/* fewer terms only mean more candidates */
	copy = gk_buf_room(&t->keep, k + n);
	if (copy == NULL)
		return false;
	memcpy(copy, prefix, k);
	memcpy(copy + k, p, n);
	t->keep.n += k + n;
	for (size_t i = 0; i < t->n; i++)
		if (t->item[i].n == k + n && memcmp(t->item[i].p, copy, k + n) == 0)
			return true;
	t->item[t->n++] = (struct term){ .p = copy, .n = k + n, .numeral = numeral };
	return true;
}

/*
 * The terms that every document with this text has.  With `loose` numerals,
 * the numeral's own term stands for whatever pairs touch it.
 */
static bool
collect(struct terms *t, const char *folded, size_t n, bool title_only, bool loose_numerals)
{
	const char *prefix = title_only ? GK_X_TITLE : GK_X_TEXT;
	struct { size_t start, end; } numeral[16];
	size_t numerals = 0;
	struct gk_terms c;
	struct gk_term term;
	bool ok = true;

	*t = (struct terms){ .n = 0 };
	/* Bounded so that copies never move: 240 bytes a term at most. */
	gk_buf_init(&t->keep, MAX_TERMS * (GK_TERM_MAX + 4));
	if (gk_buf_room(&t->keep, t->keep.max) == NULL)
		return false;
	gk_terms_start(&c, folded, n);
	while (loose_numerals && gk_terms_next(&c, &term))
		if (term.kind == GK_TERM_NUMERAL && numerals < sizeof numeral / sizeof *numeral) {
			numeral[numerals].start = term.start;
			numeral[numerals++].end = term.end;
		}
	gk_terms_start(&c, folded, n);
	while (ok && gk_terms_next(&c, &term)) {
		bool touched = false;

		if (term.kind == GK_TERM_NUMERAL) {
			if (loose_numerals && !title_only)
				ok = add_term(t, prefix, term.p, term.n, true);
			continue;
		}
		if (term.kind == GK_TERM_CHAR) {
			if (t->letters++ == 0) {
				t->lone = term.p;
				t->lone_n = term.n;
			}
			continue;
		}
		t->letters += term.kind == GK_TERM_WORD;
		t->words += term.kind == GK_TERM_WORD;
		t->pairs++;
		for (size_t i = 0; i < numerals; i++)
			touched |= term.start < numeral[i].end && term.end > numeral[i].start;
		if (!touched)
			ok = add_term(t, prefix, term.p, term.n, false);
	}
	return ok;
}

static void
close_lists(struct terms *t)
{
	for (size_t i = 0; i < t->n; i++)
		gk_postings_close(t->item[i].list);
	gk_buf_free(&t->keep);
}

/* GK_END if one of the terms is in no document. */
static enum gk_status
open_lists(struct gk_catalog *c, struct terms *t, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < t->n; i++) {
		st = gk_index_term_freq(c->db, t->item[i].p, t->item[i].n, &t->item[i].df, err);
		if (st == GK_OK && t->item[i].df == 0)
			st = GK_END;
	}
	if (st != GK_OK)
		return st;
	qsort(t->item, t->n, sizeof *t->item, rarest_first);
	for (size_t i = 0; st == GK_OK && i < t->n; i++)
		st = gk_postings_open(c->db, t->item[i].p, t->item[i].n, &t->item[i].list, err);
	return st;
}

static bool
is_within(const struct gk_within *w, uint32_t doc)
{
	return w == NULL || ((w->set == NULL || w->set[doc]) && (w->filter == NULL || gk_filter_passes(w->filter, doc)));
}

/*
 * Of docs, rising from call to call, those that every other list has.  Where a look at each is the proof (`proven`), a list need not be asked again that
 * took next to nothing away: to ask it costs a sixteenth of a look.
 */
static enum gk_status
keep_those_in_all(struct terms *t, bool proven, uint32_t *docs, size_t *n, struct gk_err *err)
{
	uint32_t wdfs[BATCH];
	enum gk_status st = GK_OK;

	for (size_t i = 1; st == GK_OK && *n > 0 && i < t->n; i++) {
		struct term *x = &t->item[i];
		size_t kept = 0;

		if (proven && x->idle && !x->numeral)
			continue;
		st = gk_postings_among(x->list, docs, *n, wdfs, err);
		for (size_t k = 0; st == GK_OK && k < *n; k++) {
			docs[kept] = docs[k];
			kept += wdfs[k] != GK_HAS_NOT;
		}
		x->idle = *n >= BATCH / 4 && *n - kept < *n / IDLE;
		*n = kept;
	}
	return st;
}

/* --- looking at the text -------------------------------------------------------------- */

struct needles {
	uint16_t *units[VARIANTS];
	size_t n[VARIANTS], count;
	struct gk_finder finder;
	bool title_only;
};

static bool
add_needle(struct needles *s, const char *folded, size_t n)
{
	uint16_t *units = calloc(n + 1, sizeof *units);
	size_t k;

	if (units == NULL)
		return false;
	k = gk_canon(folded, n, units);
	for (size_t i = 0; i < s->count; i++)
		if (s->n[i] == k && memcmp(s->units[i], units, k * sizeof *units) == 0)
			k = 0;
	if (k == 0 || s->count == VARIANTS) {
		free(units);
		return true;
	}
	s->units[s->count] = units;
	s->n[s->count++] = k;
	return true;
}

static void
free_needles(struct needles *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->units[i]);
	gk_finder_end(&s->finder);
}

/* The text with every numeral written the other way: 第二十条 as 第20条 (chinese: the reverse). */
static bool
respell(const char *folded, size_t n, bool chinese, struct gk_buf *out)
{
	struct gk_terms c;
	struct gk_term t;
	size_t from = 0;

	gk_buf_reset(out);
	gk_terms_start(&c, folded, n);
	while (gk_terms_next(&c, &t)) {
		char word[64];
		size_t digits = 0, first, k;
		uint32_t value = 0;

		if (t.kind != GK_TERM_NUMERAL || t.start < from)
			continue;
		gk_buf_add(out, folded + from, t.start - from);
		from = t.end;
		if (!chinese) {
			gk_buf_add(out, t.p, t.n);
			continue;
		}
		for (first = 0; first < t.n && (t.p[first] < '0' || t.p[first] > '9'); first++)
			;
		for (; first + digits < t.n && t.p[first + digits] >= '0' && t.p[first + digits] <= '9'; digits++)
			value = value * 10 + (uint32_t)(t.p[first + digits] - '0');
		gk_buf_add(out, t.p, first);
		/* 二〇二一年 counts digit by digit, 第二十条 by place. */
		if (first == 0) {
			static const char *const digit[] = { "〇", "一", "二", "三", "四", "五", "六", "七", "八", "九" };

			for (k = 0; k < digits; k++)
				gk_buf_puts(out, digit[t.p[k] - '0']);
		} else {
			k = gk_numeral_format(value, word);
			gk_buf_add(out, word, k);
		}
		gk_buf_add(out, t.p + first + digits, t.n - first - digits);
	}
	return gk_buf_add(out, folded + from, n - from);
}

static bool
make_needles(struct needles *s, const char *folded, size_t n, bool title_only, bool exact)
{
	struct gk_buf other;
	bool ok;

	*s = (struct needles){ .title_only = title_only };
	ok = add_needle(s, folded, n);
	gk_buf_init(&other, n * 4 + 256);
	for (int chinese = 0; ok && !exact && chinese < 2; chinese++)
		ok = respell(folded, n, chinese != 0, &other) && add_needle(s, other.p, other.n);
	gk_buf_free(&other);
	return ok && gk_finder_begin(&s->finder, (const uint16_t *const *)s->units, s->n, s->count);
}

/* What is asked of the text of a document that has all the terms; GK_DEAD only when memory ends. */
typedef enum gk_status check_fn(struct gk_catalog *c, const struct gk_text *t, void *arg, bool *found, struct gk_err *err);

static enum gk_status
stands_in(struct gk_catalog *c, const struct gk_text *t, void *arg, bool *found, struct gk_err *err)
{
	struct needles *s = arg;

	(void)c, (void)err;
	/* Nearly all that have it have it in the body. */
	*found = !s->title_only && gk_finder_stands(&s->finder, &t->body);
	for (size_t i = 0; !*found && i < s->count; i++)
		*found = gk_canon_find(t->title, t->title_n, s->units[i], s->n[i], 0) != (size_t)-1;
	return GK_OK;
}

static enum gk_status
look_at(struct gk_catalog *c, uint32_t doc, check_fn *check, void *arg, bool *found, struct gk_err *err)
{
	struct gk_text t;

	*found = false;
	if (c->col->units[doc] == 0)
		return GK_OK;
	if (gk_textstore_get(c->text, c->col->text[doc], doc, &t, err) != GK_OK)
		return GK_DEAD;
	return check(c, &t, arg, found, err);
}

/* --- close together ------------------------------------------------------------------------- */

enum { NEAR_PAIRS = 256, NEAR_TIMES = 2 };

/* Neighbouring characters of the canon of what was typed, each once: 2 to 4 units. */
struct near {
	struct { uint16_t unit[4]; unsigned n; } pair[NEAR_PAIRS];
	size_t pairs, window;
	unsigned char begins[GK_CHARS / 8];	/* a bit for each unit that begins a pair */
	bool title_only;
};

static size_t
units_at(const uint16_t *text, size_t n, size_t at)
{
	return at >= n ? 0 : text[at] >= 0xD800 && text[at] < 0xDC00 && at + 1 < n ? 2 : 1;
}

static bool
make_near(struct near *s, const char *folded, size_t n, bool title_only)
{
	uint16_t *units = calloc(n + 1, sizeof *units);
	size_t k;

	*s = (struct near){ .title_only = title_only };
	if (units == NULL)
		return false;
	k = gk_canon(folded, n, units);
	s->window = k * NEAR_TIMES;
	for (size_t i = 0; i < k && s->pairs < NEAR_PAIRS; i += units_at(units, k, i)) {
		size_t first = units_at(units, k, i), second = units_at(units, k, i + first), both = first + second;
		bool skip = second == 0 || units[i] == ' ' || units[i + first] == ' ';

		for (size_t j = 0; !skip && j < s->pairs; j++)
			skip = s->pair[j].n == both && memcmp(s->pair[j].unit, units + i, both * sizeof *units) == 0;
		if (skip)
			continue;
		memcpy(s->pair[s->pairs].unit, units + i, both * sizeof *units);
		s->pair[s->pairs++].n = (unsigned)both;
		s->begins[units[i] / 8] |= (unsigned char)(1u << units[i] % 8);
	}
	free(units);
	return true;
}

/* Is there a window of the text that has every pair? */
static bool
near_in(const struct near *s, const uint16_t *text, size_t n)
{
	size_t last[NEAR_PAIRS] = { 0 }, end = 0;	/* 1 + where each was seen last */

	for (size_t i = 0; i + 1 < n; i++) {
		bool all = true, any = false;

		if (!(s->begins[text[i] / 8] >> text[i] % 8 & 1))
			continue;
		for (size_t k = 0; k < s->pairs; k++)
			if (i + s->pair[k].n <= n && memcmp(s->pair[k].unit, text + i, s->pair[k].n * sizeof *text) == 0) {
				last[k] = i + 1;
				end = i + s->pair[k].n > end ? i + s->pair[k].n : end;
				any = true;
			}
		for (size_t k = 0; any && all && k < s->pairs; k++)
			all = last[k] != 0 && end - (last[k] - 1) <= s->window;
		if (any && all)
			return true;
	}
	return s->pairs == 0;
}

static enum gk_status
stands_near(struct gk_catalog *c, const struct gk_text *t, void *arg, bool *found, struct gk_err *err)
{
	const struct near *s = arg;
	const uint16_t *body;
	size_t n;

	*found = near_in(s, t->title, t->title_n);
	if (*found || s->title_only)
		return GK_OK;
	if (!gk_body_units(&t->body, &c->units, SIZE_MAX, &body, &n))
		return gk_nomem(err);
	*found = near_in(s, body, n);
	return GK_OK;
}

/* --- joining ------------------------------------------------------------------------------ */

/* What is looked for, and where: outside of `within` (NULL: everywhere) only until one document is found, which shows that it stands somewhere. */
struct search {
	struct terms *terms;
	check_fn *check;
	void *arg;
	const struct gk_within *within;
	gk_set *set;
	bool found;
	/* Of documents whose text stands before it nobody need look: it is in them, but for the exceptions. */
	uint64_t certain;
	const unsigned char *except;
};

/* The documents that all other lists have, and that matter, stay, in order. */
static enum gk_status
keep_common(const struct gk_catalog *c, const struct search *s, uint32_t *docs, size_t *n, struct gk_err *err)
{
	const struct gk_within *w = s->found ? s->within : NULL;
	const gk_set *set = w == NULL ? NULL : w->set;
	size_t kept = 0;
	enum gk_status st;

	/* A posting beyond the columns belongs to a later commit. */
	for (size_t i = 0; i < *n; i++)
		if (docs[i] <= c->col->last && (set == NULL || set[docs[i]]))
			docs[kept++] = docs[i];
	*n = kept;
	st = keep_those_in_all(s->terms, s->check == stands_in && s->certain == 0, docs, n, err);
	if (st != GK_OK || w == NULL || w->filter == NULL)
		return st;
	kept = 0;
	for (size_t i = 0; i < *n; i++)
		if (gk_filter_passes(w->filter, docs[i]))
			docs[kept++] = docs[i];
	*n = kept;
	return GK_OK;
}

/* Takes what is certain out of docs; how many are left to be looked at. */
static size_t
settle(const struct gk_catalog *c, struct search *s, uint32_t *docs, size_t n)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++) {
		const uint32_t d = docs[i];

		if (c->col->text[d] >= s->certain)
			docs[left++] = d;
		else if (c->col->units[d] != 0 && !s->except[d] && (!s->found || is_within(s->within, d)))
			s->set[d] = s->found = true;
	}
	return left;
}

/* Texts lie far apart: each is asked of the memory while those before it are being read. */
static enum gk_status
look_at_all(struct gk_catalog *c, struct search *s, const uint32_t *docs, size_t n, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	for (size_t i = 0; i < n && i < GK_TEXTS_AHEAD; i++)
		gk_textstore_expect(c->text, c->col->text[docs[i]]);
	for (size_t i = 0; st == GK_OK && i < n; i++) {
		bool found;

		if (i + GK_TEXTS_AHEAD < n)
			gk_textstore_expect(c->text, c->col->text[docs[i + GK_TEXTS_AHEAD]]);
		if (s->found && !is_within(s->within, docs[i]))
			continue;
		st = look_at(c, docs[i], s->check, s->arg, &found, err);
		if (st == GK_OK && found)
			s->set[docs[i]] = s->found = true;
	}
	return st;
}

/* Every document of the rarest list that all others have and whose text passes the check, if there is one. */
static enum gk_status
join(struct gk_catalog *c, struct search *s, struct gk_err *err)
{
	uint32_t docs[BATCH];
	size_t got;
	enum gk_status st = GK_OK;

	while (st == GK_OK && (st = gk_postings_next(s->terms->item[0].list, docs, NULL, BATCH, &got, err)) == GK_OK) {
		st = keep_common(c, s, docs, &got, err);
		if (st == GK_OK && s->certain > 0)
			got = settle(c, s, docs, got);
		if (st == GK_OK && s->check != NULL)
			st = look_at_all(c, s, docs, got, err);
		else if (st == GK_OK)
			for (size_t i = 0; i < got; i++)
				s->set[docs[i]] = s->found = true;
	}
	return st == GK_END ? GK_OK : st;
}

enum gk_status
gk_match_term(struct gk_catalog *c, const char *term, size_t n, gk_set *set, struct gk_err *err)
{
	struct gk_postings *list;
	uint32_t docs[BATCH];
	size_t got;
	enum gk_status st = gk_postings_open(c->db, term, n, &list, err);

	if (st == GK_END)
		return GK_OK;
	while (st == GK_OK && (st = gk_postings_next(list, docs, NULL, BATCH, &got, err)) == GK_OK)
		for (size_t i = 0; i < got; i++)
			if (docs[i] <= c->col->last)
				set[docs[i]] = 1;
	gk_postings_close(list);
	return st == GK_END ? GK_OK : st;
}

struct prefix_walk { struct gk_buf terms; };

static bool
remember_term(void *arg, const char *term, size_t n, uint32_t df)
{
	struct prefix_walk *w = arg;
	unsigned char len = (unsigned char)n;

	(void)df;
	return gk_buf_add(&w->terms, &len, 1) && gk_buf_add(&w->terms, term, n);
}

/* One character: every term that begins with it (schema.h, GK_X_TEXT). */
static enum gk_status
match_character(struct gk_catalog *c, const char *p, size_t n, bool title_only, gk_set *set, struct gk_err *err)
{
	struct prefix_walk w;
	char prefix[8] = "";
	size_t k = title_only ? 1 : 0;
	enum gk_status st;

	memcpy(prefix, GK_X_TITLE, k);
	memcpy(prefix + k, p, n);
	gk_buf_init(&w.terms, 64 * 1024 * 1024);
	st = gk_index_terms(c->db, prefix, k + n, remember_term, &w, err);
	for (size_t at = 0; st == GK_OK && at < w.terms.n; at += 1 + (unsigned char)w.terms.p[at])
		st = gk_match_term(c, w.terms.p + at + 1, (unsigned char)w.terms.p[at], set, err);
	gk_buf_free(&w.terms);
	return st;
}

static bool
pair_is_proof(const struct terms *t, size_t n)
{
	/* One pair, or one word that was not cut, is the text itself. */
	return t->n == 1 && t->pairs == 1 && t->letters == 2 - t->words && n < 60;
}

/* Fewer documents are looked at sooner than the table of long grams. */
enum { GRAMS_FROM = 32 };

/* Are the terms the pairs of the needle, each of them and nothing else?  A numeral stands for other spellings; what stands apart has no pair between. */
static bool
are_pairs(const struct terms *t, const uint16_t *needle, size_t n)
{
	for (size_t at = 0; at < t->n; at++)
		if (t->item[at].numeral)
			return false;
	for (size_t i = 0; i + 1 < n; i++) {
		char pair[8];
		size_t k = gk_utf8_encode(needle[i], pair), at = 0;

		k += gk_utf8_encode(needle[i + 1], pair + k);
		while (at < t->n && (t->item[at].n != k || memcmp(t->item[at].p, pair, k) != 0))
			at++;
		if (at == t->n)
			return false;
	}
	return t->words == 0 && t->n < n;
}

/* Which documents have the needle, known without looking at each; *except is yours to free. */
static enum gk_status
ask_grams(struct gk_catalog *c, const struct terms *t, const struct needles *s, struct search *to, unsigned char **except, struct gk_err *err)
{
	const struct gk_grams *g;
	enum gk_status st;

	if (s->title_only || s->count != 1 || s->n[0] < GK_GRAM_LEAST || s->n[0] > GK_GRAM_MOST || t->n == 0 || t->item[0].df < GRAMS_FROM ||
	    !are_pairs(t, s->units[0], s->n[0]) || (g = gk_catalog_grams(c)) == NULL)
		return GK_OK;
	st = gk_grams_tell(g, s->units[0], s->n[0], c->col->last, except, &to->certain, err);
	to->except = *except;
	return st;
}

enum gk_status
gk_match_phrase(struct gk_catalog *c, const char *folded, size_t n, bool title_only, bool exact, const struct gk_within *within, gk_set *set, struct gk_err *err)
{
	struct terms t;
	struct needles s = { .count = 0 };
	unsigned char *except = NULL;
	enum gk_status st = GK_OK;

	if (!collect(&t, folded, n, title_only, !exact) || !make_needles(&s, folded, n, title_only, exact)) {
		st = gk_nomem(err);
	} else if (t.letters == 1 && t.pairs == 0) {
		st = match_character(c, t.lone, t.lone_n, title_only, set, err);
	} else if (t.letters > 0) {
		/* Single characters apart from each other have no list to begin with: look at all. */
		if (t.n == 0 && !add_term(&t, GK_X_ALL, "", 0, false))
			st = gk_nomem(err);
		if (st == GK_OK)
			st = open_lists(c, &t, err);
		if (st == GK_OK) {
			struct search look = { .terms = &t, .check = s.count == 1 && pair_is_proof(&t, n) ? NULL : stands_in, .arg = &s, .within = within, .set = set };

			if (look.check != NULL)
				st = ask_grams(c, &t, &s, &look, &except, err);
			if (st == GK_OK)
				st = join(c, &look, err);
		}
	}
	free(except);
	close_lists(&t);
	free_needles(&s);
	return st == GK_END ? GK_OK : st;
}

enum gk_status
gk_match_most(struct gk_catalog *c, const char *folded, size_t n, bool title_only, bool exact, uint32_t *most, struct gk_err *err)
{
	struct terms t;
	enum gk_status st = GK_OK;

	*most = UINT32_MAX;
	if (!collect(&t, folded, n, title_only, !exact))
		st = gk_nomem(err);
	for (size_t i = 0; st == GK_OK && i < t.n; i++) {
		uint32_t df;

		st = gk_index_term_freq(c->db, t.item[i].p, t.item[i].n, &df, err);
		*most = st == GK_OK && df < *most ? df : *most;
	}
	close_lists(&t);
	return st;
}

enum gk_status
gk_match_typed(struct gk_catalog *c, const char *typed, size_t n, bool title_only, gk_set *set, struct gk_err *err)
{
	struct gk_buf needle;
	struct gk_finder finder = { .n = 0 };
	const uint16_t *units;
	size_t k;
	enum gk_status st = GK_OK;

	gk_buf_init(&needle, n * 2 + 2);
	if (!gk_typed_canon(typed, n, &needle))
		st = gk_nomem(err);
	units = (const uint16_t *)(const void *)needle.p;
	k = needle.n / 2;
	if (st == GK_OK && !gk_finder_begin(&finder, &units, &k, 1))
		st = gk_nomem(err);
	for (uint32_t d = gk_set_next(set, 1, c->col->last); st == GK_OK && d <= c->col->last; d = gk_set_next(set, d + 1, c->col->last)) {
		struct gk_text t;

		st = gk_textstore_get(c->text, c->col->text[d], d, &t, err) == GK_OK ? GK_OK : GK_DEAD;
		if (st == GK_OK && t.typed_title != NULL) {
			t.title = t.typed_title;
			t.title_n = t.typed_title_n;
			t.body = t.typed_body;
		}
		set[d] = st == GK_OK && (gk_canon_find(t.title, t.title_n, units, k, 0) != (size_t)-1 ||
					 (!title_only && gk_finder_stands(&finder, &t.body)));
	}
	gk_finder_end(&finder);
	gk_buf_free(&needle);
	return st;
}

/* All pairs and words, in documents whose text passes the check, if there is one. */
static enum gk_status
match_loosely(struct gk_catalog *c, const char *folded, size_t n, bool title_only, check_fn *check, void *arg, gk_set *set, struct gk_err *err)
{
	struct terms t;
	enum gk_status st = GK_OK;

	if (!collect(&t, folded, n, title_only, true))
		st = gk_nomem(err);
	else if (t.letters == 1 && t.pairs == 0)
		st = match_character(c, t.lone, t.lone_n, title_only, set, err);
	else if (t.n > 0 && (st = open_lists(c, &t, err)) == GK_OK)
		st = join(c, &(struct search){ .terms = &t, .check = check, .arg = arg, .set = set }, err);
	close_lists(&t);
	return st == GK_END ? GK_OK : st;
}

enum gk_status
gk_match_all(struct gk_catalog *c, const char *folded, size_t n, bool title_only, gk_set *set, struct gk_err *err)
{
	return match_loosely(c, folded, n, title_only, NULL, NULL, set, err);
}

enum gk_status
gk_match_near(struct gk_catalog *c, const char *folded, size_t n, bool title_only, gk_set *set, struct gk_err *err)
{
	struct near *s = calloc(1, sizeof *s);
	enum gk_status st = s != NULL && make_near(s, folded, n, title_only) ? GK_OK : gk_nomem(err);

	if (st == GK_OK)
		st = match_loosely(c, folded, n, title_only, stands_near, s, set, err);
	free(s);
	return st;
}

/* --- titles with parts left out ------------------------------------------------------------- */

enum { TITLE_LISTS = 3, TITLE_LEAST = 4 };

/* Do the characters of the one stand in the other, in their order? */
static bool
in_order(const uint16_t *part, size_t n, const uint16_t *whole, size_t k)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		if (part[i] == ' ')
			continue;
		while (at < k && whole[at] != part[i])
			at++;
		if (at++ == k)
			return false;
	}
	return true;
}

/* Candidates are the titles that have one of the rarest pairs. */
static enum gk_status
title_candidates(struct gk_catalog *c, const char *folded, size_t n, gk_set *set, struct gk_err *err)
{
	struct terms t;
	size_t lists = 0;
	enum gk_status st = GK_OK;

	if (!collect(&t, folded, n, true, false))
		st = gk_nomem(err);
	for (size_t i = 0; st == GK_OK && i < t.n; i++)
		st = gk_index_term_freq(c->db, t.item[i].p, t.item[i].n, &t.item[i].df, err);
	if (st == GK_OK)
		qsort(t.item, t.n, sizeof *t.item, rarest_first);
	for (size_t i = 0; st == GK_OK && i < t.n && lists < TITLE_LISTS; i++)
		if (t.item[i].df > 0) {
			st = gk_match_term(c, t.item[i].p, t.item[i].n, set, err);
			lists++;
		}
	close_lists(&t);
	return st;
}

enum gk_status
gk_match_abbreviated(struct gk_catalog *c, const char *folded, size_t n, gk_set *set, struct gk_err *err)
{
	uint16_t *units = calloc(n + 1, sizeof *units);
	gk_set *some = calloc((size_t)c->col->last + 1, 1);
	enum gk_status st = units == NULL || some == NULL ? gk_nomem(err) : GK_OK;
	size_t k = st == GK_OK ? gk_canon(folded, n, units) : 0, letters = 0;
	float least;

	for (size_t i = 0; i < k; i++)
		letters += units[i] != ' ';
	/* A title that is shorter cannot have them all: it need not be looked at, and hardly any is as long as a question. */
	least = (float)gk_bm25_norm((double)letters, c->col->average_title);
	if (st == GK_OK && k >= TITLE_LEAST)
		st = title_candidates(c, folded, n, some, err);
	for (uint32_t d = st == GK_OK ? gk_set_next(some, 1, c->col->last) : 0; st == GK_OK && d <= c->col->last; d = gk_set_next(some, d + 1, c->col->last)) {
		struct gk_text t;

		if (c->col->units[d] == 0 || c->col->title_norm[d] < least)
			continue;
		st = gk_textstore_get(c->text, c->col->text[d], d, &t, err) == GK_OK ? GK_OK : GK_DEAD;
		if (st == GK_OK && in_order(units, k, t.title, t.title_n))
			set[d] = 1;
	}
	free(units);
	free(some);
	return st;
}

/* --- document numbers --------------------------------------------------------------------- */

/* As the index has it: HFGS is hfgs there. */
static void
fold_spelling(char s[GK_SPELLING])
{
	struct gk_folded f;

	if (!gk_fold(s, strlen(s), false, &f))
		return;
	if (f.n < GK_SPELLING)
		memcpy(s, f.text, f.n + 1);
	gk_folded_free(&f);
}

size_t
gk_docno_spellings(const struct gk_docno *no, char out[GK_DOCNO_SPELLINGS][GK_SPELLING])
{
	size_t n = 0;

	/* Brackets of any form are one separator in the canon. */
	if (no->year != 0) {
		snprintf(out[n++], GK_SPELLING, "%.64s %d %u号", no->code, no->year, no->seq);
		snprintf(out[n++], GK_SPELLING, "%.64s %d 第%u号", no->code, no->year, no->seq);
	} else {
		snprintf(out[n++], GK_SPELLING, "%.64s第%u号", no->code, no->seq);
		snprintf(out[n++], GK_SPELLING, "%.64s 第%u号", no->code, no->seq);
	}
	for (size_t i = 0; i < n; i++)
		fold_spelling(out[i]);
	return n;
}

enum gk_status
gk_match_indexno(struct gk_catalog *c, const char *text, size_t n, gk_set *set, struct gk_err *err)
{
	char term[GK_INDEXNO_KEY + sizeof GK_X_INDEXNO] = GK_X_INDEXNO;
	size_t k;

	if (!gk_indexno_key(text, n, term + sizeof GK_X_INDEXNO - 1, &k))
		return gk_nomem(err);
	return k == 0 ? GK_OK : gk_match_term(c, term, k + sizeof GK_X_INDEXNO - 1, set, err);
}

enum gk_status
gk_match_docno(struct gk_catalog *c, const struct gk_node *node, gk_set *set, struct gk_err *err)
{
	char term[GK_DOCNO_KEY + 8], spelling[GK_DOCNO_SPELLINGS][GK_SPELLING];
	size_t n;
	enum gk_status st;

	if (node->docno.key[0] == '\0')
		return gk_match_phrase(c, node->folded, node->folded_n, false, false, NULL, set, err);
	snprintf(term, sizeof term, GK_X_DOCNO "%s", node->docno.key);
	st = gk_match_term(c, term, strlen(term), set, err);
	if (st == GK_OK) {
		snprintf(term, sizeof term, GK_X_CITES "%s", node->docno.key);
		st = gk_match_term(c, term, strlen(term), set, err);
	}
	n = gk_docno_spellings(&node->docno, spelling);
	for (size_t i = 0; st == GK_OK && i < n; i++)
		st = gk_match_phrase(c, spelling[i], strlen(spelling[i]), false, false, NULL, set, err);
	return st;
}
