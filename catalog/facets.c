/*
 * Filters and facets: one walk over the set and the columns narrows the one and
 * counts the other, so that the figure beside a value is what choosing it gives.
 */
#include "catalog/internal.h"
#include "record/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { F_CATEGORY, F_YEAR, F_STATUS, F_ISSUER, F_FORMAT, F_COUNT };
enum { YEARS_MAX = 400, RANGE = 5, RANGES_FROM = 11 };	/* so many years are also offered by fives */

/* By the numbers of the columns: of names 0 is none. */
struct counts { uint32_t *category, *issuer, year[UINT16_MAX + 1u], status[GK_V_COUNT], format[GK_F_COUNT]; };

struct wanted { unsigned char *category, *issuer; };

static void
want_names(unsigned char *wanted, const struct gk_tree *t, const char *const *values, size_t k)
{
	for (size_t v = 0; v < k; v++)
		for (size_t i = 0; i < t->names; i++)
			wanted[i + 1] |= gk_tree_asks(t, values[v], i);
}

static bool
year_wanted(const struct gk_filters *f, int year)
{
	for (size_t i = 0; i < f->n_year; i++)
		if (year >= f->year[i].from && year <= f->year[i].to)
			return true;
	return false;
}

/* Bit i is set if the document fails facet i's filter. */
static unsigned
fails(const struct gk_asked *s, const struct wanted *w, uint32_t d, enum gk_validity v)
{
	const struct gk_filters *f = &s->r->filters;
	const struct gk_columns *col = s->c->col;

	return (f->n_category > 0 && !w->category[col->category[d]] ? 1u << F_CATEGORY : 0) |
	       (f->n_year > 0 && !year_wanted(f, col->year[d]) ? 1u << F_YEAR : 0) |
	       (f->status != 0 && !(f->status >> v & 1) ? 1u << F_STATUS : 0) |
	       (f->n_issuer > 0 && !w->issuer[col->issuer[d]] ? 1u << F_ISSUER : 0) |
	       (f->format != 0 && !(f->format >> col->format[d] & 1) ? 1u << F_FORMAT : 0);
}

/*
 * One walk: a document that passes all filters counts for the total and every
 * facet; one that fails a single facet's filter counts there only, so that the
 * figure beside a value is what choosing it gives.
 */
static void
filter_and_count(const struct gk_asked *s, gk_set *set, struct counts *n, const struct wanted *w, struct gk_results *out)
{
	const struct gk_columns *col = s->c->col;
	const struct gk_filters *f = &s->r->filters;
	uint32_t from = f->from.year == 0 ? 0 : gk_date_first_day(f->from), to = f->to.year == 0 ? UINT32_MAX : gk_date_last_day(f->to);

	for (uint32_t d = 1; d <= col->last; d++) {
		enum gk_validity v;
		unsigned failed;

		if (!set[d])
			continue;
		if (s->r->known != NULL && !gk_columns_existed(col, s->r->known, d)) {
			set[d] = 0;
			continue;
		}
		out->unfiltered++;
		v = gk_columns_status(col, s->r->known, d, s->day);
		failed = fails(s, w, d, v);
		if ((f->from.year != 0 || f->to.year != 0) && (col->date[d] == 0 || col->date[d] < from || col->date[d] > to))
			failed |= 1u << F_COUNT;
		if ((failed & ~(1u << F_CATEGORY)) == 0)
			n->category[col->category[d]]++;
		if ((failed & ~(1u << F_YEAR)) == 0)
			n->year[col->year[d]]++;
		if ((failed & ~(1u << F_STATUS)) == 0)
			n->status[v]++;
		if ((failed & ~(1u << F_ISSUER)) == 0)
			n->issuer[col->issuer[d]]++;
		if ((failed & ~(1u << F_FORMAT)) == 0)
			n->format[col->format[d]]++;
		if (failed == 0)
			out->total++;
		else
			set[d] = 0;
	}
}

static int
by_count(const void *a, const void *b)
{
	const struct gk_facet *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return x->value != NULL && y->value != NULL ? strcmp(x->value, y->value) : x->number - y->number;
}

/* --- names: a tree ----------------------------------------------------------------------- */

struct names {
	const struct gk_tree *tree;
	const uint32_t *count;		/* by number */
	const char *const *value;	/* chosen */
	size_t values;
	bool (*related)(const struct gk_catalog *c, const char *a, const char *b);
	const struct gk_catalog *c;
};

/* The total after choosing x, or after giving it up. */
static uint32_t
names_after(const struct names *s, const char *x, bool give_up)
{
	const char *stay[65];
	size_t n = 0;
	uint32_t sum = 0;

	for (size_t i = 0; i < s->values && n < 64; i++)
		if (give_up ? strcmp(s->value[i], x) != 0 : !s->related(s->c, s->value[i], x))
			stay[n++] = s->value[i];
	if (!give_up)
		stay[n++] = x;
	for (size_t i = 0; i <= s->tree->names; i++) {
		bool in = n == 0;

		for (size_t k = 0; k < n && i > 0 && !in; k++)
			in = gk_tree_asks(s->tree, stay[k], i - 1);
		sum += in ? s->count[i] : 0;
	}
	return sum;
}

static bool
chosen(const struct names *s, const char *value)
{
	for (size_t i = 0; i < s->values; i++)
		if (strcmp(s->value[i], value) == 0)
			return true;
	return false;
}

/* A value that may be listed, and the node that it stands at. */
struct candidate { struct gk_facet f; uint32_t node; bool keep, own, done; };

static int
best_first(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return by_count(&x->f, &y->f);
}

static bool
add_candidate(struct gk_arena *memory, const struct names *s, size_t node, bool own, uint32_t count, struct candidate *out, size_t *n)
{
	const char *name = s->tree->name[node];
	size_t len = strlen(name);
	char *value = gk_arena_alloc(memory, len + 2);

	if (value == NULL)
		return false;
	memcpy(value, name, len + 1);
	if (s->tree->inner[node] && !own)
		memcpy(value + len, "/", 2);
	if (len > 0 && (count > 0 || chosen(s, value)))
		out[(*n)++] = (struct candidate){ { .value = value, .count = count, .selected = chosen(s, value) }, (uint32_t)node, false, own, false };
	return true;
}

/* Every node with what it has itself and, if there is anything below, with that too. */
static bool
list_candidates(struct gk_arena *memory, const struct names *s, uint32_t *whole, struct candidate *out, size_t *n)
{
	const struct gk_tree *t = s->tree;
	bool ok = true;

	for (size_t i = 0; i < t->names; i++)
		for (size_t at = i + 1; at != 0; at = t->parent[at - 1])
			whole[at - 1] += s->count[i + 1];
	for (size_t i = 0; ok && i < t->n; i++) {
		ok = add_candidate(memory, s, i, false, whole[i], out, n);
		if (ok && t->inner[i] && i < t->names)
			ok = add_candidate(memory, s, i, true, s->count[i + 1], out, n);
	}
	return ok;
}

/* The commonest, what was chosen, and what stands above them: moved to the front.  Returns how many. */
static size_t
choose(const struct gk_tree *t, struct candidate *c, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		c[i].keep = i < GK_FACET_NAMES_MAX || c[i].f.selected;
	for (size_t i = 0; i < n; i++)
		for (size_t at = c[i].keep ? (c[i].own ? c[i].node + 1u : t->parent[c[i].node]) : 0; at != 0; at = t->parent[at - 1])
			for (size_t k = 0; k < n; k++)
				c[k].keep |= c[k].node == at - 1 && !c[k].own;
	for (size_t i = 0; i < n; i++)
		if (c[i].keep)
			c[kept++] = c[i];
	return kept;
}

/* Behind each node what stands below it. */
static size_t
in_order(const struct gk_tree *t, struct candidate *c, size_t n, struct gk_facet *out)
{
	size_t got = 0, above = 0;

	for (;;) {
		size_t i = 0;

		while (i < n && (c[i].done || (c[i].own ? c[i].node + 1u : t->parent[c[i].node]) != above))
			i++;
		if (i == n && above == 0)
			return got;
		if (i == n) {
			above = t->parent[above - 1];
			continue;
		}
		c[i].done = true;
		c[i].f.depth = gk_tree_depth(t, c[i].node) + c[i].own;
		c[i].f.own = c[i].own;
		out[got++] = c[i].f;
		if (t->inner[c[i].node] && !c[i].own)
			above = c[i].node + 1u;
	}
}

static bool
list_names(struct gk_arena *memory, const struct names *s, struct gk_facet_list *out)
{
	const struct gk_tree *t = s->tree;
	struct candidate *c = calloc(t->n + t->names + 1, sizeof *c);
	uint32_t *whole = calloc(t->n + 1, sizeof *whole);
	size_t n = 0;
	bool ok = c != NULL && whole != NULL && list_candidates(memory, s, whole, c, &n);

	out->item = ok ? gk_arena_alloc(memory, (n + 1) * sizeof *out->item) : NULL;
	if (out->item != NULL) {
		size_t kept;

		qsort(c, n, sizeof *c, best_first);
		kept = choose(t, c, n);
		out->n = in_order(t, c, kept, out->item);
		out->left_out = n - kept;
		/* Where nothing is chosen the figure beside a value is the total that it gives: a province has thousands of issuers. */
		for (size_t i = 0; i < out->n; i++)
			out->item[i].after = s->values == 0 ? out->item[i].count : names_after(s, out->item[i].value, out->item[i].selected);
	}
	free(c);
	free(whole);
	return out->item != NULL;
}

bool
gk_category_related(const struct gk_catalog *c, const char *a, const char *b)
{
	return gk_tree_related(&c->category_tree, a, b);
}

bool
gk_issuer_related(const struct gk_catalog *c, const char *a, const char *b)
{
	return gk_tree_related(&c->issuer_tree, a, b);
}

/* --- years and ranges of them ------------------------------------------------------------------ */

static bool
year_chosen(const struct gk_filters *f, int from, int to)
{
	for (size_t i = 0; i < f->n_year; i++)
		if (f->year[i].from == from && f->year[i].to == to)
			return true;
	return false;
}

static uint32_t
years_after(const struct gk_filters *f, const uint32_t *count, int from, int to, bool give_up)
{
	uint32_t sum = 0;
	size_t stay = !give_up;

	for (size_t i = 0; i < f->n_year; i++)
		stay += give_up ? f->year[i].from != from || f->year[i].to != to : f->year[i].from > to || f->year[i].to < from;
	for (int y = 0; y <= UINT16_MAX; y++) {
		bool in = stay == 0 || (!give_up && y >= from && y <= to);

		for (size_t i = 0; count[y] > 0 && i < f->n_year && !in; i++)
			in = y >= f->year[i].from && y <= f->year[i].to &&
			     (give_up ? f->year[i].from != from || f->year[i].to != to : f->year[i].from > to || f->year[i].to < from);
		sum += in ? count[y] : 0;
	}
	return sum;
}

static struct gk_facet
year_value(const struct gk_filters *f, const uint32_t *count, int from, int to)
{
	struct gk_facet v = { .number = from, .selected = year_chosen(f, from, to) };

	for (int y = from; y <= to; y++)
		v.count += count[y];
	v.after = years_after(f, count, from, to, v.selected);
	return v;
}

static bool
list_years(struct gk_arena *memory, const struct gk_filters *f, const uint32_t *count, struct gk_results *out)
{
	out->year.item = gk_arena_alloc(memory, YEARS_MAX * sizeof *out->year.item);
	out->year_range.item = gk_arena_alloc(memory, YEARS_MAX * sizeof *out->year_range.item);
	if (out->year.item == NULL || out->year_range.item == NULL)
		return false;
	for (int y = UINT16_MAX; y > 0 && out->year.n < YEARS_MAX; y--)
		if (count[y] > 0 || year_chosen(f, y, y))
			out->year.item[out->year.n++] = year_value(f, count, y, y);
	for (int y = UINT16_MAX / RANGE * RANGE; out->year.n >= RANGES_FROM && y > 0 && out->year_range.n < YEARS_MAX; y -= RANGE) {
		struct gk_facet *v = &out->year_range.item[out->year_range.n];
		char text[32];
		bool any = year_chosen(f, y, y + RANGE - 1);

		for (int k = y; k < y + RANGE && k <= UINT16_MAX; k++)
			any |= count[k] > 0;
		if (!any || y + RANGE - 1 > UINT16_MAX)
			continue;
		*v = year_value(f, count, y, y + RANGE - 1);
		v->value = gk_arena_copy(memory, text, (size_t)snprintf(text, sizeof text, "%d..%d", y, y + RANGE - 1));
		if (v->value == NULL)
			return false;
		out->year_range.n++;
	}
	return true;
}

/* --- codes -------------------------------------------------------------------------------------------- */

/* implied: what is chosen was chosen by nobody, and goes when anything else is. */
static bool
list_codes(struct gk_arena *memory, unsigned bits, bool implied, const uint32_t *count, unsigned n, struct gk_facet_list *out)
{
	out->item = gk_arena_alloc(memory, n * sizeof *out->item);
	if (out->item == NULL)
		return false;
	for (unsigned v = 0; v < n; v++) {
		struct gk_facet f = { .number = (int)v, .count = count[v], .selected = bits >> v & 1 };
		unsigned then = implied ? (f.selected ? bits : 1u << v) : bits ^ 1u << v;

		for (unsigned k = 0; k < n; k++)
			f.after += then == 0 || then >> k & 1 ? count[k] : 0;
		if (f.count > 0 || f.selected)
			out->item[out->n++] = f;
	}
	qsort(out->item, out->n, sizeof *out->item, by_count);
	return true;
}

static bool
list_facets(const struct gk_asked *s, const struct counts *n, struct gk_results *out)
{
	struct gk_arena *memory = out->memory;
	const struct gk_filters *f = &s->r->filters;
	const struct names categories = { &s->c->category_tree, n->category, f->category, f->n_category, gk_category_related, s->c };
	const struct names issuers = { &s->c->issuer_tree, n->issuer, f->issuer, f->n_issuer, gk_issuer_related, s->c };

	return list_years(memory, f, n->year, out) && list_codes(memory, f->status, f->status_implied, n->status, GK_V_COUNT, &out->status) &&
	       list_codes(memory, f->format, false, n->format, GK_F_COUNT, &out->format) && list_names(memory, &categories, &out->category) &&
	       list_names(memory, &issuers, &out->issuer);
}

enum gk_status
gk_narrow(const struct gk_asked *s, gk_set *set, struct gk_results *out)
{
	/* Numbers in the columns are below 65536 and, for issuers, at most the dictionary's size. */
	size_t cats = UINT16_MAX + 1u, orgs = s->c->n_issuers + 1;
	struct counts *n = calloc(1, sizeof *n);
	struct wanted w = { calloc(cats + s->c->n_categories, 1), calloc(orgs, 1) };
	const struct gk_filters *f = &s->r->filters;
	enum gk_status st = GK_OK;

	if (n != NULL) {
		n->category = calloc(cats + s->c->n_categories, sizeof *n->category);
		n->issuer = calloc(orgs, sizeof *n->issuer);
	}
	if (n == NULL || n->category == NULL || n->issuer == NULL || w.category == NULL || w.issuer == NULL) {
		st = gk_nomem(s->err);
		goto out;
	}
	for (uint32_t d = 1; d <= s->c->col->last; d++)
		if (set[d] && s->c->col->issuer[d] >= orgs) {
			st = gk_fail(s->err, GK_DEAD, GK_CAUSE_DAMAGED, "索引损坏：文档 %u 的机关号 %u", "the index is damaged: document %u has issuer number %u",
				     d, s->c->col->issuer[d]);
			goto out;
		}
	want_names(w.category, &s->c->category_tree, f->category, f->n_category);
	want_names(w.issuer, &s->c->issuer_tree, f->issuer, f->n_issuer);
	filter_and_count(s, set, n, &w, out);
	if (s->r->facets && !list_facets(s, n, out))
		st = gk_nomem(s->err);
out:
	if (n != NULL) {
		free(n->category);
		free(n->issuer);
	}
	free(n);
	free(w.category);
	free(w.issuer);
	return st;
}
