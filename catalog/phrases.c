/*
 * Phrases of titles: in the sorted suffixes those that begin alike lie side by side, one within the other like
 * brackets.  One walk with a stack meets every such row once, however many characters it agrees in.
 *
 *   suffix   安全工作 ▪      )  )
 *            安全生产的 …     )  )  安全, 4 places
 *            安全生产管 …     )2 )
 *            安全须知 ▪         )
 */
#include "base/utf8.h"
#include "catalog/titles-inside.h"
#include "cjk/cjk.h"

#include <stdlib.h>
#include <string.h>

/* A row of suffixes from `left` on that agree in `depth` units. */
struct row {
	uint32_t depth, left;
	uint32_t again;			/* places in a title that has an earlier place in the row */
	uint32_t longest;		/* places of the largest row within: one neighbour behind */
};

struct walk {
	struct gk_titles *t;
	struct row stack[GK_TITLES_DEPTH + 1];
	size_t n;
	uint32_t *last;			/* [title]: 1 + the last suffix of it that was met */
	size_t room;
};

/* How far two suffixes agree within one run. */
static uint32_t
agree(const struct gk_titles *t, size_t i)
{
	const uint16_t *a = t->units + t->suffix[i - 1], *b = t->units + t->suffix[i];
	uint32_t n = 0;

	while (n < GK_TITLES_DEPTH && a[n] == b[n] && a[n] != 0 && a[n] != ' ')
		n++;
	return n;
}

static bool
part_of_longer(uint32_t beside, uint32_t places)
{
	return (uint64_t)beside * 10 >= (uint64_t)places * 9;
}

/* How often the commonest character stands before the places of a row, if that is more than half of them. */
static uint32_t
commonest_before(const struct gk_titles *t, uint32_t left, uint32_t places)
{
	uint32_t lead = 0, count = 0;
	uint16_t who = 0;

	for (uint32_t i = left; i < left + places; i++) {
		uint32_t place = t->suffix[i];
		uint16_t u = place == 0 ? 0 : t->units[place - 1];

		if (lead == 0)
			who = u;
		if (who == u)
			lead++;
		else
			lead--;
	}
	if (who == 0 || who == ' ')
		return 0;
	for (uint32_t i = left; i < left + places; i++)
		count += t->suffix[i] > 0 && t->units[t->suffix[i] - 1] == who;
	return count;
}

/* 的 和 与 及 或 end no phrase, nor does the half of a word or of a character. */
static bool
may_end(uint16_t u)
{
	static const uint16_t joints[] = { 0x7684, 0x548C, 0x4E0E, 0x53CA, 0x6216 };

	for (size_t i = 0; i < sizeof joints / sizeof *joints; i++)
		if (u == joints[i])
			return false;
	return !gk_canon_in_word(u) && (u & 0xFC00) != 0xD800;
}

static int
by_uses(const void *a, const void *b)
{
	const struct phrase_at *x = a, *y = b;

	if (x->uses != y->uses)
		return x->uses > y->uses ? -1 : 1;
	return x->first != y->first ? (x->first < y->first ? -1 : 1) : (x->n > y->n) - (x->n < y->n);
}

static int
by_place(const void *a, const void *b)
{
	const struct phrase_at *x = a, *y = b;

	return x->first != y->first ? (x->first < y->first ? -1 : 1) : (x->n > y->n) - (x->n < y->n);
}

/* Whoever falls behind the most used now would so at the end. */
static void
keep_most_used(struct gk_titles *t)
{
	if (t->n_phrases <= GK_PHRASES)
		return;
	qsort(t->phrase, t->n_phrases, sizeof *t->phrase, by_uses);
	t->n_phrases = GK_PHRASES;
}

static bool
add_phrase(struct walk *w, const struct row *r, uint32_t places)
{
	struct gk_titles *t = w->t;

	if (t->n_phrases == 2 * GK_PHRASES)
		keep_most_used(t);
	if (t->n_phrases == w->room) {
		size_t room = w->room == 0 ? 1024 : w->room * 2;
		struct phrase_at *grown = realloc(t->phrase, room * sizeof *grown);

		if (grown == NULL)
			return false;
		t->phrase = grown;
		w->room = room;
	}
	t->phrase[t->n_phrases++] = (struct phrase_at){ r->left, places, places - r->again, r->depth };
	return true;
}

/* The row ends before suffix `end`. */
static bool
close_row(struct walk *w, const struct row *r, uint32_t end)
{
	const struct gk_titles *t = w->t;
	uint32_t places = end - r->left;

	if (r->depth < GK_PHRASE_MIN || r->depth > GK_PHRASE_MAX || places - r->again < 2 || !may_end(t->units[t->suffix[r->left] + r->depth - 1]))
		return true;
	if (part_of_longer(r->longest, places) || part_of_longer(commonest_before(t, r->left, places), places))
		return true;
	return add_phrase(w, r, places);
}

/* Close the rows that suffix i does not belong to, and open the one that begins with suffix i - 1. */
static bool
step(struct walk *w, uint32_t i, uint32_t depth)
{
	struct row fresh = { depth, i - 1, 0, 1 };

	while (w->stack[w->n - 1].depth > depth) {
		struct row r = w->stack[--w->n], *around = &w->stack[w->n - 1];

		if (!close_row(w, &r, i))
			return false;
		fresh = (struct row){ depth, r.left, r.again, i - r.left };
		if (around->depth >= depth) {
			around->again += r.again;
			if (around->longest < i - r.left)
				around->longest = i - r.left;
		}
	}
	if (w->stack[w->n - 1].depth < depth)
		w->stack[w->n++] = fresh;
	return true;
}

/* Suffix i is a further place of its title in the innermost row that has its last one. */
static void
meet(struct walk *w, uint32_t i)
{
	uint32_t title = gk_titles_at(w->t, w->t->suffix[i]), before = w->last[title];
	size_t k = w->n;

	w->last[title] = i + 1;
	if (before == 0)
		return;
	while (w->stack[k - 1].left > before - 1)
		k--;
	w->stack[k - 1].again++;
}

enum gk_status
gk_titles_make_phrases(struct gk_titles *t, struct gk_err *err)
{
	struct walk w = { .t = t, .n = 1, .last = calloc(t->n_titles + 1, sizeof *w.last) };
	bool ok = w.last != NULL;

	for (uint32_t i = 0; ok && i < t->n_suffixes; i++) {
		ok = i == 0 || step(&w, i, agree(t, i));
		if (ok)
			meet(&w, i);
	}
	ok = ok && (t->n_suffixes == 0 || step(&w, (uint32_t)t->n_suffixes, 0));
	free(w.last);
	if (!ok)
		return gk_nomem(err);
	keep_most_used(t);
	if (t->n_phrases > 0)
		qsort(t->phrase, t->n_phrases, sizeof *t->phrase, by_place);
	return GK_OK;
}

/* --- asking ------------------------------------------------------------------------------------ */

size_t
gk_titles_phrase_count(const struct gk_titles *t)
{
	return t->n_phrases;
}

struct gk_phrase
gk_titles_phrase(const struct gk_titles *t, size_t i)
{
	const struct phrase_at *p = &t->phrase[i];

	return (struct gk_phrase){ t->units + t->suffix[p->first], p->n, p->uses };
}

size_t
gk_phrase_text(const struct gk_phrase *p, char out[GK_PHRASE_TEXT])
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		uint32_t cp = p->p[i];

		/* Four bytes for two units: never more than three for one. */
		if ((cp & 0xFC00) == 0xD800 && i + 1 < p->n)
			cp = 0x10000 + ((cp & 0x3FF) << 10) + (p->p[++i] & 0x3FF);
		n += gk_utf8_encode(cp, out + n);
	}
	out[n] = '\0';
	return n;
}

size_t
gk_titles_phrases(const struct gk_titles *t, const uint16_t *typed, size_t n, struct gk_phrase *out, size_t max)
{
	size_t lo, hi, from = 0, to = t->n_phrases, got = 0;

	if (n == 0 || n >= GK_PHRASE_MAX || max == 0)
		return 0;
	gk_titles_range(t, typed, n, &lo, &hi);
	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (t->phrase[mid].first < lo)
			from = mid + 1;
		else
			to = mid;
	}
	for (; from < t->n_phrases && t->phrase[from].first < hi; from++) {
		struct gk_phrase p = gk_titles_phrase(t, from);
		size_t k = got;

		if (p.n <= n || (got == max && p.uses <= out[got - 1].uses))
			continue;
		if (got == max)
			k--;
		else
			got++;
		for (; k > 0 && out[k - 1].uses < p.uses; k--)
			out[k] = out[k - 1];
		out[k] = p;
	}
	return got;
}

void
gk_titles_with(const struct gk_titles *t, const struct gk_phrase *phrase, gk_title_each_fn *each, void *arg)
{
	size_t lo, hi;

	gk_titles_range(t, phrase->p, phrase->n, &lo, &hi);
	while (lo < hi && each(arg, gk_titles_at(t, t->suffix[lo])))
		lo++;
}
