/*
 * Filters and facets: one walk over the set and the columns narrows the one and
 * counts the other, so that the figure beside a value is what choosing it gives.
 */
#include "catalog/internal.h"

#include <stdlib.h>
#include <string.h>

enum { F_CATEGORY, F_YEAR, F_STATUS, F_ISSUER, F_COUNT };

struct counts { uint32_t *category, *issuer, year[UINT16_MAX + 1u], status[GK_V_COUNT]; };

struct wanted { unsigned char *category, *issuer; };

static void
want_names(unsigned char *wanted, char **names, size_t n, const char *const *values, size_t k)
{
	for (size_t v = 0; v < k; v++)
		for (size_t i = 0; i < n; i++)
			if (strcmp(names[i], values[v]) == 0)
				wanted[i + 1] = 1;
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
	       (f->n_issuer > 0 && !w->issuer[col->issuer[d]] ? 1u << F_ISSUER : 0);
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

static bool
list_names(struct gk_arena *memory, char **names, size_t n, const uint32_t *count, const unsigned char *wanted, struct gk_facet_list *out)
{
	size_t found = 0;

	out->item = gk_arena_alloc(memory, (n + 1) * sizeof *out->item);
	if (out->item == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		if ((count[i + 1] > 0 || wanted[i + 1]) && *names[i] != '\0')
			out->item[found++] = (struct gk_facet){ names[i], 0, count[i + 1], wanted[i + 1] != 0 };
	qsort(out->item, found, sizeof *out->item, by_count);
	for (size_t i = 0; i < found; i++) {
		struct gk_facet *item = &out->item[out->n];

		if (i >= GK_FACET_NAMES_MAX && !out->item[i].selected)
			continue;
		*item = out->item[i];
		item->value = gk_arena_copy(memory, item->value, strlen(item->value));
		if (item->value == NULL)
			return false;
		out->n++;
	}
	out->left_out = found - out->n;
	return true;
}

static bool
list_facets(const struct gk_asked *s, const struct counts *n, const struct wanted *w, struct gk_results *out)
{
	struct gk_arena *memory = out->memory;
	const struct gk_filters *f = &s->r->filters;

	out->year.item = gk_arena_alloc(memory, 400 * sizeof *out->year.item);
	out->status.item = gk_arena_alloc(memory, GK_V_COUNT * sizeof *out->status.item);
	if (out->year.item == NULL || out->status.item == NULL)
		return false;
	for (int y = UINT16_MAX; y > 0 && out->year.n < 400; y--)
		if (n->year[y] > 0 || (y < 2200 && y > 1900 && f->n_year > 0 && f->n_year < 8 && year_wanted(f, y) && f->year[0].to - f->year[0].from < 50))
			out->year.item[out->year.n++] = (struct gk_facet){ NULL, y, n->year[y], f->n_year > 0 && year_wanted(f, y) };
	for (int v = 0; v < GK_V_COUNT; v++)
		if (n->status[v] > 0 || f->status >> v & 1)
			out->status.item[out->status.n++] = (struct gk_facet){ NULL, v, n->status[v], (f->status >> v & 1) != 0 };
	qsort(out->status.item, out->status.n, sizeof *out->status.item, by_count);
	return list_names(memory, s->c->categories, s->c->n_categories, n->category, w->category, &out->category) &&
	       list_names(memory, s->c->issuers, s->c->n_issuers, n->issuer, w->issuer, &out->issuer);
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
	want_names(w.category, s->c->categories, s->c->n_categories, f->category, f->n_category);
	want_names(w.issuer, s->c->issuers, s->c->n_issuers, f->issuer, f->n_issuer);
	filter_and_count(s, set, n, &w, out);
	if (s->r->facets && !list_facets(s, n, &w, out))
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
