/*
 * Corrections out of the archive's own texts (correct.h).
 *
 * A slip at one place leaves the rest of the run right: the rest stands in some
 * text, with another character in the hole.  Three ways lead there.
 *
 *   lookups   put in each homophone; both new pairs must be in the index, then the
 *             text is counted.  Cheap, whatever the size of the archive.
 *   holes     go through documents that have the pairs the hole does not touch, and
 *             see what stands in the hole.  Finds any character; bounded in documents.
 *   pairs     where these saw nothing: put in each character that stands behind the one before the hole anywhere
 *
 * Evidence against a slip: a run that reads as a row of words which many documents
 * know is meant as it stands, though they stand side by side nowhere.
 */
#include "catalog/correct.h"

#include "base/utf8.h"
#include "catalog/internal.h"
#include "catalog/parameters.h"
#include "cjk/pinyin.h"

#include <stdlib.h>
#include <string.h>

enum {
	TERM = 8,		/* bytes of a pair with its prefix */
	NO_HOLE = GK_CORRECT_MOST + 1,
	CANDIDATES = 48,	/* most texts of one kind that are counted */
	TALLY = 64,		/* most characters seen in one hole */
	LOOKS = 800,		/* most documents looked at for one text or hole */
	SPLITS = 3,		/* ways to read letters as syllables that are tried */
	SYLLABLES = 8,		/* most of them */
	DRIVEN = 4000,		/* most entries of the rarest list gone through for it */
	FOLLOWERS = 2000,	/* most characters behind another that are tried */
	LONG = 13,		/* a run from so many characters on is a title or a question, and is looked through for one slip */
	DRIVEN_LONG = 1000,	/* and so far: of so many pairs one is rare */
};

/* A text, perhaps with a hole in it: any Han character may stand at [hole]. */
struct pattern {
	uint16_t unit[GK_CORRECT_MOST + 1];
	size_t n, hole;
};

struct correcting {
	struct gk_catalog *c;
	struct gk_err *err;
	bool title_only;
	struct pattern typed;
	uint32_t df[GK_CORRECT_MOST];	/* of the typed pairs: df[i] of unit i and i + 1 */
	double known;			/* see row_of_words */
	struct gk_corrections *out;
};

/* --- pairs ----------------------------------------------------------------------------------- */

static size_t
spell_pair(const struct correcting *s, uint16_t a, uint16_t b, char term[TERM])
{
	size_t n = 0;

	if (s->title_only)
		term[n++] = GK_X_TITLE[0];
	n += gk_utf8_encode(a, term + n);
	return n + gk_utf8_encode(b, term + n);
}

static enum gk_status
pair_df(const struct correcting *s, uint16_t a, uint16_t b, uint32_t *df)
{
	char term[TERM];

	return gk_index_term_freq(s->c->db, term, spell_pair(s, a, b, term), df, s->err);
}

/*
 * How many documents know the rarest of the words the run can be cut into, at the best cut.  Words are two
 * characters, or three, of which the rarer pair counts.
 */
static double
row_of_words(const struct correcting *s)
{
	double best[GK_CORRECT_MOST + 1] = { 0 };
	size_t n = s->typed.n;

	best[0] = UINT32_MAX;
	for (size_t i = 2; i <= n; i++) {
		double two = s->df[i - 2], three = i >= 3 ? s->df[i - 3] : 0;

		if (three > two)
			three = two;
		two = best[i - 2] < two ? best[i - 2] : two;
		if (i >= 3)
			three = best[i - 3] < three ? best[i - 3] : three;
		best[i] = two > three ? two : three;
	}
	return best[n];
}

/* --- documents that have a pattern ---------------------------------------------------------------- */

struct tally {
	struct { uint16_t unit; uint32_t docs, titles, last; } item[TALLY];
	size_t n;
};

static void
note(struct tally *t, uint16_t unit, uint32_t doc, bool title)
{
	size_t i = 0;

	while (i < t->n && t->item[i].unit != unit)
		i++;
	if (i == TALLY)
		return;
	if (i == t->n) {
		t->item[i].unit = unit;
		t->item[i].docs = t->item[i].titles = t->item[i].last = 0;
		t->n++;
	}
	t->item[i].docs += t->item[i].last != doc;
	t->item[i].titles += title;
	t->item[i].last = doc;
}

static bool
is_han(uint32_t c)
{
	const uint16_t *reading;

	return gk_pinyin_readings(c, &reading) > 0;
}

/* Without a hole the first character is what is tallied. */
static void
tally_text(struct tally *t, const struct pattern *p, const uint16_t *text, size_t n, uint32_t doc, bool title)
{
	bool whole = p->hole == NO_HOLE;
	size_t left = whole ? p->n : p->hole, right = whole ? 0 : p->n - p->hole - 1;
	size_t before = right > left ? left + 1 : 0, k = right > left ? right : left;
	const uint16_t *needle = p->unit + before;

	for (size_t at = gk_canon_find(text, n, needle, k, before); at != (size_t)-1; at = gk_canon_find(text, n, needle, k, at + 1)) {
		const uint16_t *start = text + at - before;

		if (whole) {
			note(t, *start, doc, title);
			return;
		}
		if (at - before + p->n <= n && memcmp(start, p->unit, left * sizeof *start) == 0 &&
		    memcmp(start + left + 1, p->unit + left + 1, right * sizeof *start) == 0 && is_han(start[left]))
			note(t, start[left], doc, title);
	}
}

struct list { struct gk_postings *p; uint32_t df, at; };

static int
rarest_first(const void *a, const void *b)
{
	const struct list *x = a, *y = b;

	return (x->df > y->df) - (x->df < y->df);
}

/* Opens the lists of the pairs that the hole does not touch, rarest first; *n = 0 if one of them is in no document. */
static enum gk_status
open_lists(const struct correcting *s, const struct pattern *p, struct list list[GK_CORRECT_MOST], size_t *n)
{
	enum gk_status st = GK_OK;

	*n = 0;
	for (size_t i = 0; st == GK_OK && i + 1 < p->n; i++) {
		char term[TERM];
		size_t k;

		if (i == p->hole || i + 1 == p->hole)
			continue;
		k = spell_pair(s, p->unit[i], p->unit[i + 1], term);
		st = gk_index_term_freq(s->c->db, term, k, &list[*n].df, s->err);
		list[*n].at = 0;
		if (st == GK_OK)
			st = gk_postings_open(s->c->db, term, k, &list[*n].p, s->err);
		*n += st == GK_OK;
	}
	if (st != GK_OK) {
		while (*n > 0)
			gk_postings_close(list[--*n].p);
		return st == GK_END ? GK_OK : st;
	}
	qsort(list, *n, sizeof *list, rarest_first);
	return GK_OK;
}

static enum gk_status
others_have(struct list *list, size_t n, uint32_t doc, bool *have, struct gk_err *err)
{
	*have = true;
	for (size_t i = 1; *have && i < n; i++) {
		if (list[i].at < doc) {
			enum gk_status st = gk_postings_seek(list[i].p, doc, &list[i].at, NULL, err);

			if (st == GK_END)
				list[i].at = UINT32_MAX;
			else if (st != GK_OK)
				return st;
		}
		*have = list[i].at == doc;
	}
	return GK_OK;
}

static enum gk_status
look(const struct correcting *s, const struct pattern *p, uint32_t doc, struct tally *t)
{
	struct gk_text text;
	const uint16_t *body;
	size_t n;

	if (doc > s->c->col->last || s->c->col->units[doc] == 0)
		return GK_OK;
	if (gk_textstore_get(s->c->text, s->c->col->text[doc], doc, &text, s->err) != GK_OK)
		return GK_DEAD;
	tally_text(t, p, text.title, text.title_n, doc, true);
	if (s->title_only)
		return GK_OK;
	if (!gk_body_units(&text.body, &s->c->units, SIZE_MAX, &body, &n))
		return gk_nomem(s->err);
	tally_text(t, p, body, n, doc, false);
	return GK_OK;
}

/* What stands in the hole, or how often the whole: *times makes of what was seen about what there is. */
static enum gk_status
tally_pattern(const struct correcting *s, const struct pattern *p, struct tally *t, double *times)
{
	struct list list[GK_CORRECT_MOST];
	size_t n, looks = 0, driven = 0;
	const size_t most = p->n < LONG ? DRIVEN : DRIVEN_LONG;
	enum gk_status st = open_lists(s, p, list, &n);
	uint32_t doc;

	t->n = 0;
	*times = 1;
	while (st == GK_OK && n > 0 && looks < LOOKS && driven < most && (st = gk_postings_next(list[0].p, &doc, NULL, 1, &(size_t){ 0 }, s->err)) == GK_OK) {
		bool have;

		driven++;
		st = others_have(list, n, doc, &have, s->err);
		if (st == GK_OK && have) {
			looks++;
			st = look(s, p, doc, t);
		}
	}
	if (driven > 0 && n > 0)
		*times = (double)list[0].df / (double)driven;
	while (n > 0)
		gk_postings_close(list[--n].p);
	return st == GK_END ? GK_OK : st;
}

/* --- the list of corrections ------------------------------------------------------------------------- */

/* How likely a slip is of this kind: homophones are what an input method gives.  tests/bench/corrections.py measures. */
static const double weight[] = {
	[GK_MEND_SOUND] = 1, [GK_MEND_SWAP] = 0.5, [GK_MEND_NEAR_SOUND] = 0.4, [GK_MEND_LOOK] = 0.4,
	[GK_MEND_CHARACTER] = 0.2, [GK_MEND_EXTRA] = 0.5, [GK_MEND_PINYIN] = 1, [GK_MEND_MISSING] = 0.3,
};

static void
spell(const struct pattern *p, char out[GK_CORRECTED_BYTES])
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += gk_utf8_encode(p->unit[i], out + n);
	out[n] = '\0';
}

/* 三 for 五, 可 for 不: what says how much, or the contrary. */
static bool
turns_meaning(uint32_t c)
{
	static const uint16_t turning[] = { u'〇', u'零', u'一', u'二', u'两', u'三', u'四', u'五', u'六', u'七', u'八', u'九', u'十', u'百', u'千', u'万', u'亿', u'不', u'未', u'非', u'无' };

	for (size_t i = 0; i < sizeof turning / sizeof *turning; i++)
		if (turning[i] == c)
			return true;
	return false;
}

/* Puts it in its place among the best; `at` is where a character was replaced, put in or left out, or NO_HOLE. */
static void
propose(struct correcting *s, enum gk_mend kind, const struct pattern *p, size_t at, double documents, double titles)
{
	struct gk_corrections *out = s->out;
	/* A title says that the order of characters is right; of other characters (房屋征收 for 房屋税收) it says nothing. */
	bool replaced = kind == GK_MEND_NEAR_SOUND || kind == GK_MEND_LOOK || kind == GK_MEND_CHARACTER;
	bool turned = at < s->typed.n && turns_meaning(s->typed.unit[at]);
	struct gk_correction new = { .kind = kind, .documents = (uint32_t)(documents + 0.5) };
	size_t i;

	/* Another number, or a not, is another question. */
	if (kind != GK_MEND_SOUND && kind != GK_MEND_MISSING && turned && (kind != GK_MEND_CHARACTER || turns_meaning(p->unit[at])))
		return;
	new.score = (documents + (replaced ? 0 : GK_CORRECT_TITLE) * titles) * weight[kind];
	spell(p, new.text);
	if (at != NO_HOLE && kind != GK_MEND_MISSING)
		new.from[gk_utf8_encode(s->typed.unit[at], new.from)] = '\0';
	if (at != NO_HOLE && kind != GK_MEND_EXTRA)
		new.to[gk_utf8_encode(p->unit[at], new.to)] = '\0';
	/* Nobody mistypes a number for just any character: that is offered at most. */
	new.certain = kind == GK_MEND_SOUND || at == NO_HOLE || kind == GK_MEND_EXTRA || !(turns_meaning(p->unit[at]) || (turned && kind != GK_MEND_MISSING));
	for (i = 0; i < out->n; i++)
		if (strcmp(out->item[i].text, new.text) == 0)
			break;
	if (i < out->n && out->item[i].score >= new.score)
		return;
	if (i == out->n && i < GK_CORRECTIONS)
		out->n++;
	else if (i == GK_CORRECTIONS && out->item[--i].score >= new.score)
		return;
	for (; i > 0 && out->item[i - 1].score < new.score; i--)
		out->item[i] = out->item[i - 1];
	out->item[i] = new;
}

/* --- lookups -------------------------------------------------------------------------------------------- */

struct candidate { struct pattern p; size_t at; enum gk_mend kind; uint32_t most; };
struct candidates { struct candidate item[CANDIDATES]; size_t n; };

/* At most so many documents have it; those with the most are kept. */
static void
keep(struct candidates *all, const struct pattern *p, size_t at, enum gk_mend kind, uint32_t most)
{
	size_t i;

	if (all->n < CANDIDATES)
		i = all->n++;
	else if (all->item[i = CANDIDATES - 1].most >= most)
		return;
	for (; i > 0 && all->item[i - 1].most < most; i--)
		all->item[i] = all->item[i - 1];
	all->item[i] = (struct candidate){ *p, at, kind, most };
}

/* Keeps it if all its pairs are in the index. */
static enum gk_status
consider(struct correcting *s, struct candidates *all, const struct pattern *p, size_t at, enum gk_mend kind)
{
	uint32_t most = UINT32_MAX;

	for (size_t i = 0; i + 1 < p->n; i++) {
		uint32_t df;
		enum gk_status st = pair_df(s, p->unit[i], p->unit[i + 1], &df);

		if (st != GK_OK)
			return st;
		if (df == 0)
			return GK_OK;
		if (df < most)
			most = df;
	}
	keep(all, p, at, kind, most);
	return GK_OK;
}

/* Counts them, those that many documents may have first, as long as one can still come among the best. */
static enum gk_status
count(struct correcting *s, const struct candidates *all)
{
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < all->n; i++) {
		const struct candidate *c = &all->item[i];
		struct tally t;
		double times;

		if (s->out->n == GK_CORRECTIONS && c->most * (1 + GK_CORRECT_TITLE) * weight[c->kind] <= s->out->item[GK_CORRECTIONS - 1].score)
			continue;
		st = tally_pattern(s, &c->p, &t, &times);
		if (st == GK_OK && t.n > 0)
			propose(s, c->kind, &c->p, c->at, t.item[0].docs * times, t.item[0].titles * times);
	}
	return st;
}

/* Can a change that touches the pairs [from, to] mend every pair that is in no document? */
static bool
mends(const struct correcting *s, size_t from, size_t to)
{
	for (size_t i = 0; i + 1 < s->typed.n; i++)
		if (s->df[i] == 0 && (i < from || i > to))
			return false;
	return true;
}

static bool
mends_at(const struct correcting *s, size_t at)
{
	return mends(s, at == 0 ? 0 : at - 1, at);
}

static enum gk_status
consider_homophones(struct correcting *s, struct candidates *all, size_t at)
{
	const uint16_t *reading, *sounds;
	size_t readings = gk_pinyin_readings(s->typed.unit[at], &reading);
	struct pattern p = s->typed;
	enum gk_status st = GK_OK;

	for (size_t r = 0; st == GK_OK && r < readings; r++) {
		size_t n = gk_pinyin_characters(reading[r], &sounds);

		for (size_t i = 0; st == GK_OK && i < n; i++) {
			uint32_t before = 1, after = 1;

			if (sounds[i] == s->typed.unit[at])
				continue;
			p.unit[at] = sounds[i];
			/* The new pairs first: nearly all end here. */
			if (at > 0)
				st = pair_df(s, p.unit[at - 1], p.unit[at], &before);
			if (st == GK_OK && before > 0 && at + 1 < p.n)
				st = pair_df(s, p.unit[at], p.unit[at + 1], &after);
			if (st == GK_OK && before > 0 && after > 0)
				st = consider(s, all, &p, at, GK_MEND_SOUND);
		}
	}
	return st;
}

static enum gk_status
consider_swap(struct correcting *s, struct candidates *all, size_t at)
{
	struct pattern p = s->typed;

	p.unit[at] = s->typed.unit[at + 1];
	p.unit[at + 1] = s->typed.unit[at];
	return p.unit[at] == p.unit[at + 1] || !mends(s, at == 0 ? 0 : at - 1, at + 1) ? GK_OK : consider(s, all, &p, NO_HOLE, GK_MEND_SWAP);
}

static enum gk_status
consider_extra(struct correcting *s, struct candidates *all, size_t at)
{
	struct pattern p = s->typed;

	/* Typed twice.  Whatever else is left out, what remains stands in more texts than the whole, and says nothing. */
	if (at == 0 || p.unit[at] != p.unit[at - 1] || p.n <= GK_CORRECT_LEAST || !mends_at(s, at))
		return GK_OK;
	memmove(p.unit + at, p.unit + at + 1, (p.n - at - 1) * sizeof *p.unit);
	p.n--;
	return consider(s, all, &p, at, GK_MEND_EXTRA);
}

static enum gk_status
by_lookups(struct correcting *s)
{
	struct candidates *all = calloc(1, sizeof *all);
	enum gk_status st = all == NULL ? gk_nomem(s->err) : GK_OK;

	for (size_t i = 0; st == GK_OK && i < s->typed.n; i++) {
		if (mends_at(s, i))
			st = consider_homophones(s, all, i);
		if (st == GK_OK && i + 1 < s->typed.n)
			st = consider_swap(s, all, i);
		if (st == GK_OK)
			st = consider_extra(s, all, i);
	}
	if (st == GK_OK)
		st = count(s, all);
	free(all);
	return st;
}

/* --- holes ------------------------------------------------------------------------------------------------ */

static enum gk_mend
kind_of(uint16_t typed, uint16_t meant)
{
	const uint16_t *alike;
	size_t n;

	switch (gk_pinyin_compare(typed, meant)) {
	case GK_SOUND_SAME:
		return GK_MEND_SOUND;
	case GK_SOUND_NEAR:
		return GK_MEND_NEAR_SOUND;
	default:
		n = gk_pinyin_look_alikes(typed, &alike);
		for (size_t i = 0; i < n; i++)
			if (alike[i] == meant)
				return GK_MEND_LOOK;
		return GK_MEND_CHARACTER;
	}
}

static enum gk_status
by_hole(struct correcting *s, struct pattern *p, bool missing)
{
	struct tally t;
	double times;
	size_t at = p->hole;
	enum gk_status st = tally_pattern(s, p, &t, &times);

	p->hole = NO_HOLE;
	for (size_t i = 0; st == GK_OK && i < t.n; i++) {
		p->unit[at] = t.item[i].unit;
		propose(s, missing ? GK_MEND_MISSING : kind_of(s->typed.unit[at], p->unit[at]), p, at, t.item[i].docs * times, t.item[i].titles * times);
	}
	return st;
}

static enum gk_status
by_holes(struct correcting *s)
{
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < s->typed.n; i++)
		if (mends_at(s, i)) {
			struct pattern p = s->typed;

			p.hole = i;
			st = by_hole(s, &p, false);
		}
	for (size_t i = 1; st == GK_OK && i < s->typed.n; i++)
		if (mends(s, i - 1, i - 1)) {
			struct pattern p = s->typed;

			memmove(p.unit + i + 1, p.unit + i, (p.n - i) * sizeof *p.unit);
			p.n++;
			p.hole = i;
			st = by_hole(s, &p, true);
		}
	return st;
}

struct followers { uint16_t unit[FOLLOWERS]; size_t n, skip; };

static bool
note_follower(void *arg, const char *term, size_t n, uint32_t df)
{
	struct followers *f = arg;
	uint32_t cp = 0;
	size_t k = n > f->skip ? gk_utf8_decode(term + f->skip, n - f->skip, &cp) : 0;

	(void)df;
	if (k > 0 && f->skip + k == n && cp <= 0xFFFF && is_han(cp))
		f->unit[f->n++] = (uint16_t)cp;
	return f->n < FOLLOWERS;
}

/* All that may stand at one place by the pairs alone; the texts are counted as those of the lookups are. */
static enum gk_status
by_pairs_at(struct correcting *s, size_t at, struct followers *f, struct candidates *all)
{
	char before[TERM], *end = before;
	enum gk_status st;

	if (s->title_only)
		*end++ = GK_X_TITLE[0];
	end += gk_utf8_encode(s->typed.unit[at - 1], end);
	*f = (struct followers){ .skip = (size_t)(end - before) };
	st = gk_index_terms(s->c->db, before, f->skip, note_follower, f, s->err);
	for (size_t i = 0; st == GK_OK && i < f->n; i++) {
		struct pattern p = s->typed;
		uint32_t behind = 1;

		p.unit[at] = f->unit[i];
		if (at + 1 < p.n)
			st = pair_df(s, p.unit[at], p.unit[at + 1], &behind);
		if (st == GK_OK && behind > 0)
			st = consider(s, all, &p, at, kind_of(s->typed.unit[at], p.unit[at]));
	}
	return st;
}

static enum gk_status
by_pairs(struct correcting *s)
{
	struct followers *f = malloc(sizeof *f);
	struct candidates *all = calloc(1, sizeof *all);
	enum gk_status st = f == NULL || all == NULL ? gk_nomem(s->err) : GK_OK;

	for (size_t i = 1; st == GK_OK && i < s->typed.n; i++)
		if (mends_at(s, i))
			st = by_pairs_at(s, i, f, all);
	if (st == GK_OK)
		st = count(s, all);
	free(f);
	free(all);
	return st;
}

/* --- syllables -------------------------------------------------------------------------------------------- */

/* Texts so far, each with every character of the next syllable behind it; the first syllable has none before it. */
static enum gk_status
add_syllable(struct correcting *s, const struct candidates *sofar, unsigned syllable, struct candidates *out)
{
	const uint16_t *sounds;
	size_t n = gk_pinyin_characters(syllable, &sounds);
	enum gk_status st = GK_OK;

	out->n = 0;
	for (size_t i = 0; i < sofar->n; i++)
		for (size_t k = 0; st == GK_OK && k < n; k++) {
			struct pattern p = sofar->item[i].p;
			uint32_t df = 0, most = sofar->item[i].most;

			st = pair_df(s, p.unit[p.n - 1], sounds[k], &df);
			p.unit[p.n++] = sounds[k];
			if (st == GK_OK && df > 0)
				keep(out, &p, NO_HOLE, GK_MEND_PINYIN, df < most ? df : most);
		}
	return st;
}

static enum gk_status
read_split(struct correcting *s, const struct gk_pinyin_split *split, struct candidates *a, struct candidates *b)
{
	const uint16_t *first;
	size_t n = gk_pinyin_characters(split->syllable[0], &first);
	struct candidates *all = a, *next = b;
	enum gk_status st = GK_OK;

	/* Pairs with the first syllable: of all its characters, not only of as many as are kept. */
	next->n = 0;
	for (size_t i = 0; st == GK_OK && i < n; i++) {
		struct candidates one = { .item = { { .p = { .unit = { first[i] }, .n = 1, .hole = NO_HOLE }, .most = UINT32_MAX } }, .n = 1 };

		st = add_syllable(s, &one, split->syllable[1], all);
		for (size_t k = 0; k < all->n; k++)
			keep(next, &all->item[k].p, NO_HOLE, GK_MEND_PINYIN, all->item[k].most);
	}
	for (size_t i = 2; st == GK_OK && i < split->n; i++) {
		struct candidates *swap = all;

		all = next;
		next = swap;
		st = add_syllable(s, all, split->syllable[i], next);
	}
	return st == GK_OK ? count(s, next) : st;
}

enum gk_status
gk_correct_syllables(struct gk_catalog *c, const char *letters, size_t n, bool title_only, struct gk_corrections *out, struct gk_err *err)
{
	struct correcting s = { .c = c, .err = err, .title_only = title_only, .typed = { .hole = NO_HOLE }, .out = out };
	struct gk_pinyin_split split[GK_PINYIN_SPLITS];
	size_t splits = gk_pinyin_split(letters, n, split);
	struct candidates *room = splits == 0 ? NULL : calloc(2, sizeof *room);
	enum gk_status st = splits > 0 && room == NULL ? gk_nomem(err) : GK_OK;

	out->n = 0;
	out->clear = false;
	for (size_t i = 0; st == GK_OK && i < splits && i < SPLITS; i++)
		/* Two syllables are some pair or other in any archive. */
		if (split[i].n >= GK_CORRECT_LEAST && split[i].n <= SYLLABLES)
			st = read_split(&s, &split[i], &room[0], &room[1]);
	free(room);
	out->clear = st == GK_OK && out->n > 0 && (out->n == 1 || out->item[0].score >= GK_PINYIN_AHEAD * out->item[1].score);
	return st;
}

/* --- the whole -------------------------------------------------------------------------------------------- */

static bool
read_run(struct correcting *s, const char *folded, size_t n)
{
	for (size_t i = 0; i < n;) {
		uint32_t cp;

		i += gk_utf8_decode(folded + i, n - i, &cp);
		if (s->typed.n == GK_CORRECT_MOST || cp > 0xFFFF || !is_han(cp))
			return false;
		s->typed.unit[s->typed.n++] = (uint16_t)cp;
	}
	return s->typed.n >= GK_CORRECT_LEAST;
}

/* Far ahead of another of its kind, and of any other; and what was typed is no row of words. */
static bool
is_clear(const struct correcting *s)
{
	const struct gk_correction *best = &s->out->item[0], *next = &s->out->item[1];
	bool weak = best->kind != GK_MEND_SOUND && s->typed.n <= GK_CORRECT_SHORT;

	return s->out->n > 0 && best->certain && best->score >= (weak ? GK_CORRECT_AGAINST_SHORT : GK_CORRECT_AGAINST) * s->known &&
	       (s->out->n == 1 || best->score >= (best->kind == next->kind ? GK_CORRECT_AHEAD : 1.0) * next->score);
}

static enum gk_status
correct_typed(struct correcting *s)
{
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i + 1 < s->typed.n; i++)
		st = pair_df(s, s->typed.unit[i], s->typed.unit[i + 1], &s->df[i]);
	s->known = row_of_words(s);
	/* Most long runs are questions, which stand nowhere and have no slip: a pair that nobody knows must say where to look, and then one look finds what stands there. */
	if (st == GK_OK && s->typed.n >= LONG) {
		st = mends(s, s->typed.n, 0) ? GK_OK : by_holes(s);
		s->out->clear = is_clear(s);
		return st;
	}
	if (st == GK_OK)
		st = by_lookups(s);
	if (st == GK_OK && !is_clear(s))
		st = by_holes(s);
	if (st == GK_OK && s->out->n == 0)
		st = by_pairs(s);
	s->out->clear = is_clear(s);
	return st;
}

/* The next stretch of Han characters at or behind *at: its bytes, 0 if there is none. */
static size_t
next_stretch(const char *p, size_t n, size_t *at)
{
	size_t k = 0;

	while (*at + k < n) {
		uint32_t cp;
		size_t len = gk_utf8_decode(p + *at + k, n - *at - k, &cp);

		if (cp <= 0xFFFF && is_han(cp))
			k += len;
		else if (k == 0)
			*at += len;
		else
			break;
	}
	return k;
}

/* A part of the run that surely stands nowhere; what is meant is put in its place in the run. */
static enum gk_status
correct_part(struct correcting *s, const char *run, size_t n, size_t at, size_t k)
{
	struct gk_correction *best = &s->out->item[0];
	struct tally t;
	double times;
	size_t m;
	enum gk_status st;

	s->typed.n = 0;
	if (!read_run(s, run + at, k))
		return GK_OK;
	st = tally_pattern(s, &s->typed, &t, &times);
	/* Where not all documents were looked at it may stand in the others. */
	if (st != GK_OK || t.n > 0 || times > 1)
		return st;
	st = correct_typed(s);
	if (st != GK_OK || !s->out->clear || strlen(best->text) + n - k >= sizeof best->text) {
		s->out->n = 0;
		s->out->clear = false;
		return st;
	}
	m = strlen(best->text);
	memmove(best->text + at, best->text, m);
	memcpy(best->text, run, at);
	memcpy(best->text + at + m, run + at + k, n - at - k);
	best->text[at + m + n - at - k] = '\0';
	s->out->n = 1;
	return GK_OK;
}

enum gk_status
gk_correct(struct gk_catalog *c, const char *folded, size_t n, bool title_only, struct gk_corrections *out, struct gk_err *err)
{
	struct correcting s = { .c = c, .err = err, .title_only = title_only, .typed = { .hole = NO_HOLE }, .out = out };
	size_t at = 0, k = next_stretch(folded, n, &at);
	enum gk_status st = GK_OK;

	out->n = 0;
	out->clear = false;
	if (k == n)
		return read_run(&s, folded, n) ? correct_typed(&s) : GK_OK;
	while (st == GK_OK && k > 0 && !out->clear) {
		st = correct_part(&s, folded, n, at, k);
		at += k;
		k = next_stretch(folded, n, &at);
	}
	return st;
}
