/*
 * Filters and facets: one walk over the set and the columns narrows the one and
 * counts the other, so that the figure beside a value is what choosing it gives.
 */
#include "catalog/internal.h"
#include "record/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { F_CATEGORY, F_YEAR, F_STATUS, F_ISSUER, F_FORMAT, F_THEME, F_COUNT };
enum { YEARS_MAX = 400, RANGE = 5, RANGES_FROM = 11 };	/* so many years are also offered by fives */
enum { YEARS = 10000 };		/* of dates */

/* Of names, by number: 0 is none.  `present` are those that were counted at all; of tens of thousands a result has some. */
struct tally { uint32_t *count, *present; size_t n; };

/* Every year counted is one of low..high, which is empty at first. */
struct counts {
	struct tally category, issuer, theme;
	uint32_t year[YEARS], status[GK_V_COUNT], format[GK_F_COUNT];
	int low, high;
};

/* What the filters of a request let through. */
struct gk_filter {
	const struct gk_asked *asked;
	bool narrows;
	/* By number, NULL where there is no such filter; a category or theme beyond the dictionary is the one behind its last. */
	unsigned char *category, *issuer, *theme;
	size_t categories, issuers, themes;
	uint32_t from, to;
};

/* None where none was chosen: then nothing looks into it. */
static bool
want_names(unsigned char **wanted, size_t names, const struct gk_tree *t, const char *const *values, size_t k)
{
	if (k == 0)
		return true;
	*wanted = calloc(names, 1);
	for (size_t v = 0; *wanted != NULL && v < k; v++)
		for (size_t i = 0; i < t->names; i++)
			(*wanted)[i + 1] |= gk_tree_asks(t, values[v], i);
	return *wanted != NULL;
}

static bool
year_wanted(const struct gk_filters *f, int year)
{
	for (size_t i = 0; i < f->n_year; i++)
		if (year >= f->year[i].from && year <= f->year[i].to)
			return true;
	return false;
}

/* Bit i is set if the document fails facet i's filter; the last one is that of dates. */
static unsigned
fails(const struct gk_filter *w, uint32_t d, uint32_t category, uint32_t theme, enum gk_validity v)
{
	const struct gk_filters *f = &w->asked->r->filters;
	const struct gk_columns *col = w->asked->c->col;

	return (f->n_category > 0 && !w->category[category] ? 1u << F_CATEGORY : 0) |
	       (f->n_year > 0 && !year_wanted(f, col->year[d]) ? 1u << F_YEAR : 0) |
	       (f->status != 0 && !(f->status >> v & 1) ? 1u << F_STATUS : 0) |
	       (f->n_issuer > 0 && !w->issuer[col->issuer[d]] ? 1u << F_ISSUER : 0) |
	       (f->format != 0 && !(f->format >> col->format[d] & 1) ? 1u << F_FORMAT : 0) |
	       (f->n_theme > 0 && !w->theme[theme] ? 1u << F_THEME : 0) |
	       ((f->from.year != 0 || f->to.year != 0) && (col->date[d] == 0 || col->date[d] < w->from || col->date[d] > w->to) ? 1u << F_COUNT : 0);
}

static bool
narrows(const struct gk_filters *f)
{
	return f->n_category > 0 || f->n_year > 0 || f->status != 0 || f->n_issuer > 0 || f->n_theme > 0 || f->format != 0 || f->from.year != 0 || f->to.year != 0;
}

static uint32_t
category_of(const struct gk_filter *w, uint32_t d)
{
	const uint16_t *category = w->asked->c->col->category;

	return category[d] < w->categories ? category[d] : (uint32_t)w->categories - 1;
}

static uint32_t
theme_of(const struct gk_filter *w, uint32_t d)
{
	const uint16_t *theme = w->asked->c->col->theme;

	return theme[d] < w->themes ? theme[d] : (uint32_t)w->themes - 1;
}

enum gk_status
gk_filter_begin(const struct gk_asked *s, struct gk_filter **out)
{
	const struct gk_filters *f = &s->r->filters;
	struct gk_filter *w = calloc(1, sizeof *w);

	*out = w;
	if (w == NULL)
		return gk_nomem(s->err);
	*w = (struct gk_filter){ .asked = s, .narrows = narrows(f), .categories = s->c->n_categories + 2, .issuers = s->c->n_issuers + 1, .themes = s->c->n_themes + 2,
				 .from = f->from.year == 0 ? 0 : gk_date_first_day(f->from), .to = f->to.year == 0 ? UINT32_MAX : gk_date_last_day(f->to) };
	if ((s->r->facets || w->narrows) && gk_catalog_trees(s->c, s->err) != GK_OK)
		return GK_DEAD;
	return want_names(&w->category, w->categories, &s->c->category_tree, f->category, f->n_category) &&
	       want_names(&w->issuer, w->issuers, &s->c->issuer_tree, f->issuer, f->n_issuer) &&
	       want_names(&w->theme, w->themes, &s->c->theme_tree, f->theme, f->n_theme) ? GK_OK : gk_nomem(s->err);
}

void
gk_filter_end(struct gk_filter *w)
{
	if (w == NULL)
		return;
	free(w->category);
	free(w->issuer);
	free(w->theme);
	free(w);
}

bool
gk_filter_narrows(const struct gk_filter *w)
{
	return w->narrows;
}

bool
gk_filter_passes(const struct gk_filter *w, uint32_t d)
{
	const struct gk_columns *col = w->asked->c->col;
	const bool timed = w->asked->r->filters.status != 0;

	/* What is damaged is left to the one who counts, and says so. */
	return col->issuer[d] >= w->issuers ||
	       fails(w, d, category_of(w, d), theme_of(w, d), timed ? gk_asked_status(w->asked, d) : GK_V_UNKNOWN) == 0;
}

static bool
start_tally(struct tally *t, size_t names)
{
	*t = (struct tally){ calloc(names, sizeof *t->count), malloc(names * sizeof *t->present), 0 };
	return t->count != NULL && t->present != NULL;
}

static void
end_tally(struct tally *t)
{
	free(t->count);
	free(t->present);
}

static void
count_name(struct tally *t, uint32_t number)
{
	if (t->count[number]++ == 0)
		t->present[t->n++] = number;
}

static void
count_year(struct counts *n, int year)
{
	year = year < YEARS ? year : 0;
	n->year[year]++;
	n->low = year < n->low ? year : n->low;
	n->high = year > n->high ? year : n->high;
}

static void
count_all(struct counts *n, const struct gk_columns *col, uint32_t d, uint32_t category, uint32_t theme, enum gk_validity v, unsigned failed)
{
	if ((failed & ~(1u << F_CATEGORY)) == 0)
		count_name(&n->category, category);
	if ((failed & ~(1u << F_YEAR)) == 0)
		count_year(n, col->year[d]);
	if ((failed & ~(1u << F_STATUS)) == 0)
		n->status[v]++;
	if ((failed & ~(1u << F_ISSUER)) == 0)
		count_name(&n->issuer, col->issuer[d]);
	if ((failed & ~(1u << F_THEME)) == 0)
		count_name(&n->theme, theme);
	if ((failed & ~(1u << F_FORMAT)) == 0)
		n->format[col->format[d]]++;
}

static enum gk_status
no_such_issuer(const struct gk_asked *s, uint32_t d)
{
	return gk_fail(s->err, GK_DEAD, GK_CAUSE_DAMAGED, "索引损坏：文档 %u 的机关号 %u", "the index is damaged: document %u has issuer number %u", d, s->c->col->issuer[d]);
}

/* Takes out what had not been there when that was known. */
static bool
is_there(const struct gk_asked *s, gk_set *set, uint32_t d)
{
	if (s->r->known != NULL && !gk_columns_existed(s->c->col, s->r->known, d))
		set[d] = 0;
	return set[d] != 0;
}

/* Nothing is filtered and no facet wanted. */
static enum gk_status
count_alone(const struct gk_asked *s, gk_set *set, struct gk_results *out)
{
	const bool each = s->r->known != NULL || s->c->col->issuer_most > s->c->n_issuers;

	if (!each)
		out->total = gk_set_count(set, s->size);
	else
		GK_SET_EACH(d, set, s->c->col->last) {
			if (s->c->col->issuer[d] > s->c->n_issuers)
				return no_such_issuer(s, d);
			out->total += is_there(s, set, d);
		}
	out->unfiltered = out->total;
	return GK_OK;
}

/*
 * One walk: a document that passes all filters counts for the total and every
 * facet; one that fails a single facet's filter counts there only, so that the
 * figure beside a value is what choosing it gives.
 */
static enum gk_status
filter_and_count(const struct gk_asked *s, gk_set *set, struct counts *n, const struct gk_filter *w, struct gk_results *out)
{
	const struct gk_columns *col = s->c->col;

	GK_SET_EACH(d, set, col->last) {
		uint32_t category = category_of(w, d), theme = theme_of(w, d);
		enum gk_validity v;
		unsigned failed;

		if (col->issuer[d] >= w->issuers)
			return no_such_issuer(s, d);
		if (!is_there(s, set, d))
			continue;
		out->unfiltered++;
		out->total++;
		v = gk_asked_status(s, d);
		failed = w->narrows ? fails(w, d, category, theme, v) : 0;
		if (s->r->facets)
			count_all(n, col, d, category, theme, v, failed);
		if (failed != 0) {
			out->total--;
			set[d] = 0;
		}
	}
	return GK_OK;
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
	const struct tally *tally;
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
	for (size_t at = 0; at < s->tally->n; at++) {
		uint32_t i = s->tally->present[at];
		bool in = n == 0;

		for (size_t k = 0; k < n && i > 0 && i <= s->tree->names && !in; k++)
			in = gk_tree_asks(s->tree, stay[k], i - 1);
		sum += in && i <= s->tree->names ? s->tally->count[i] : 0;
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

/* Candidates with a figure, and what is taken down of them: where nothing was chosen, those that may be among the commonest. */
struct candidates {
	struct candidate *item;
	size_t n, all;
	uint32_t least;
};

static bool
add_candidate(struct gk_arena *memory, const struct names *s, size_t node, bool own, uint32_t count, struct candidates *out)
{
	const char *value = s->tree->name[node];
	bool selected;

	if (node + 1 == s->tree->nameless)
		return true;
	out->all += count > 0;
	if (s->values == 0 && count < out->least)
		return true;
	if (s->tree->inner[node] && !own) {
		size_t len = strlen(value);
		char *below = gk_arena_alloc(memory, len + 2);

		if (below == NULL)
			return false;
		memcpy(below, value, len);
		memcpy(below + len, "/", 2);
		value = below;
	}
	selected = chosen(s, value);
	out->all += count == 0 && selected;
	if (count > 0 || selected)
		out->item[out->n++] = (struct candidate){ { .value = value, .count = count, .selected = selected }, (uint32_t)node, false, own, false };
	return true;
}

static bool
add_node(struct gk_arena *memory, const struct names *s, size_t node, uint32_t whole, struct candidates *out)
{
	const struct gk_tree *t = s->tree;

	return add_candidate(memory, s, node, false, whole, out) &&
	       (!t->inner[node] || node >= t->names || add_candidate(memory, s, node, true, s->tally->count[node + 1], out));
}

/* What a node has itself and below it; *out are the nodes that have anything, so many are returned. */
static size_t
add_up(const struct names *s, uint32_t *whole, uint32_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s->tally->n; i++)
		for (size_t at = s->tally->present[i] <= s->tree->names ? s->tally->present[i] : 0; at != 0; at = s->tree->parent[at - 1]) {
			if (whole[at - 1] == 0)
				out[n++] = (uint32_t)at - 1;
			whole[at - 1] += s->tally->count[s->tally->present[i]];
		}
	return n;
}

/* Every node that has anything, and those that were chosen all the same. */
static bool
list_candidates(struct gk_arena *memory, const struct names *s, const uint32_t *whole, const uint32_t *node, size_t nodes, struct candidates *out)
{
	size_t selected = 0;
	bool ok = true;

	for (size_t i = 0; ok && i < nodes; i++)
		ok = add_node(memory, s, node[i], whole[node[i]], out);
	for (size_t i = 0; i < out->n; i++)
		selected += out->item[i].f.selected;
	for (size_t i = 0; ok && selected < s->values && i < s->tree->n; i++)
		if (whole[i] == 0)
			ok = add_node(memory, s, i, 0, out);
	return ok;
}

/* The node above a candidate, number + 1; 0: none. */
static size_t
above(const struct gk_tree *t, const struct candidate *c)
{
	return c->own ? c->node + 1u : t->parent[c->node];
}

/* What stands above those that are kept is kept. */
static void
keep_above(const struct gk_tree *t, struct candidate *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t at = c[i].keep ? above(t, &c[i]) : 0; at != 0; at = t->parent[at - 1])
			for (size_t k = 0; k < n; k++)
				c[k].keep |= c[k].node == at - 1 && !c[k].own;
}

/* Puts a figure among the largest GK_FACET_NAMES_MAX, which fall. */
static void
offer_figure(uint32_t *best, uint32_t figure)
{
	size_t at = GK_FACET_NAMES_MAX;

	if (figure <= best[GK_FACET_NAMES_MAX - 1])
		return;
	for (; at > 0 && best[at - 1] < figure; at--)
		if (at < GK_FACET_NAMES_MAX)
			best[at] = best[at - 1];
	best[at] = figure;
}

/* The least figure of the commonest GK_FACET_NAMES_MAX nodes; 0: there are not so many. */
static uint32_t
least_of_best(const struct names *s, const uint32_t *whole, const uint32_t *node, size_t nodes)
{
	uint32_t best[GK_FACET_NAMES_MAX] = { 0 };

	for (size_t i = 0; i < nodes; i++) {
		if (node[i] + 1 == s->tree->nameless)
			continue;
		offer_figure(best, whole[node[i]]);
		if (s->tree->inner[node[i]] && node[i] < s->tree->names)
			offer_figure(best, s->tally->count[node[i] + 1]);
	}
	return best[GK_FACET_NAMES_MAX - 1];
}

/* Moves those that `keep` says to the front, in their order.  Returns how many. */
static size_t
move_kept(struct candidate *c, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (c[i].keep)
			c[kept++] = c[i];
	return kept;
}

/*
 * The commonest, what was chosen, and what stands above them: best first.  Returns how many.  Thousands are not put in order for the
 * sake of a hundred: what is above a value has no lower figure than it, so that only what is above the chosen must be looked for.
 */
static size_t
choose(const struct gk_tree *t, struct candidate *c, size_t n, uint32_t least)
{
	for (size_t i = 0; i < n; i++)
		c[i].keep = c[i].f.selected;
	keep_above(t, c, n);
	for (size_t i = 0; i < n; i++)
		c[i].keep |= c[i].f.count >= least;
	n = move_kept(c, n);
	qsort(c, n, sizeof *c, best_first);
	for (size_t i = 0; i < n; i++)
		c[i].keep = i < GK_FACET_NAMES_MAX || c[i].f.selected;
	keep_above(t, c, n);
	return move_kept(c, n);
}

/* Behind each node what stands below it. */
static size_t
in_order(const struct gk_tree *t, struct candidate *c, size_t n, struct gk_facet *out)
{
	size_t got = 0, under = 0;

	for (;;) {
		size_t i = 0;

		while (i < n && (c[i].done || above(t, &c[i]) != under))
			i++;
		if (i == n && under == 0)
			return got;
		if (i == n) {
			under = t->parent[under - 1];
			continue;
		}
		c[i].done = true;
		c[i].f.depth = gk_tree_depth(t, c[i].node) + c[i].own;
		c[i].f.own = c[i].own;
		out[got++] = c[i].f;
		if (t->inner[c[i].node] && !c[i].own)
			under = c[i].node + 1u;
	}
}

static bool
list_names(struct gk_arena *memory, const struct names *s, struct gk_facet_list *out)
{
	const struct gk_tree *t = s->tree;
	uint32_t *whole = calloc(t->n + 1, sizeof *whole), *node = calloc(t->n + 1, sizeof *node);
	size_t nodes = whole == NULL || node == NULL ? 0 : add_up(s, whole, node);
	struct candidates c = { .item = malloc((2 * (nodes + s->values) + 1) * sizeof *c.item), .least = least_of_best(s, whole, node, nodes) };
	bool ok = whole != NULL && node != NULL && c.item != NULL && list_candidates(memory, s, whole, node, nodes, &c);

	if (ok) {
		size_t kept = choose(t, c.item, c.n, c.least);

		out->item = gk_arena_alloc(memory, (kept + 1) * sizeof *out->item);
		ok = out->item != NULL;
		out->n = ok ? in_order(t, c.item, kept, out->item) : 0;
		out->left_out = c.all - kept;
	}
	for (size_t i = 0; ok && i < out->n; i++) {
		struct gk_facet *f = &out->item[i];

		/* Where nothing is chosen the figure beside a value is the total that it gives: a province has thousands of issuers. */
		f->after = s->values == 0 ? f->count : names_after(s, f->value, f->selected);
		f->value = gk_arena_copy(memory, f->value, strlen(f->value));
		ok = f->value != NULL;
	}
	free(c.item);
	free(whole);
	free(node);
	return ok;
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

bool
gk_theme_related(const struct gk_catalog *c, const char *a, const char *b)
{
	return gk_tree_related(&c->theme_tree, a, b);
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
years_after(const struct gk_filters *f, const struct counts *n, int from, int to, bool give_up)
{
	uint32_t sum = 0;
	size_t stay = !give_up;

	for (size_t i = 0; i < f->n_year; i++)
		stay += give_up ? f->year[i].from != from || f->year[i].to != to : f->year[i].from > to || f->year[i].to < from;
	for (int y = n->low; y <= n->high; y++) {
		bool in = stay == 0 || (!give_up && y >= from && y <= to);

		for (size_t i = 0; n->year[y] > 0 && i < f->n_year && !in; i++)
			in = y >= f->year[i].from && y <= f->year[i].to &&
			     (give_up ? f->year[i].from != from || f->year[i].to != to : f->year[i].from > to || f->year[i].to < from);
		sum += in ? n->year[y] : 0;
	}
	return sum;
}

static struct gk_facet
year_value(const struct gk_filters *f, const struct counts *n, int from, int to)
{
	struct gk_facet v = { .number = from, .selected = year_chosen(f, from, to) };

	for (int y = from; y <= to; y++)
		v.count += n->year[y];
	v.after = years_after(f, n, from, to, v.selected);
	return v;
}

/* What may be listed stands between these: years counted, and years and ranges that were chosen. */
static void
bounds(const struct gk_filters *f, const struct counts *n, int *low, int *high)
{
	*low = n->low > 1 ? n->low : 1;
	*high = n->high;
	for (size_t i = 0; i < f->n_year; i++)
		if (f->year[i].to - f->year[i].from < RANGE) {
			*low = f->year[i].from > 0 && f->year[i].from < *low ? f->year[i].from : *low;
			*high = f->year[i].to < YEARS && f->year[i].to > *high ? f->year[i].to : *high;
		}
}

static bool
list_years(struct gk_arena *memory, const struct gk_filters *f, const struct counts *n, struct gk_results *out)
{
	int low, high;

	bounds(f, n, &low, &high);
	out->year.item = gk_arena_alloc(memory, YEARS_MAX * sizeof *out->year.item);
	out->year_range.item = gk_arena_alloc(memory, YEARS_MAX * sizeof *out->year_range.item);
	if (out->year.item == NULL || out->year_range.item == NULL)
		return false;
	for (int y = high; y >= low && out->year.n < YEARS_MAX; y--)
		if (n->year[y] > 0 || year_chosen(f, y, y))
			out->year.item[out->year.n++] = year_value(f, n, y, y);
	for (int y = high / RANGE * RANGE; out->year.n >= RANGES_FROM && y > 0 && y > low - RANGE && out->year_range.n < YEARS_MAX; y -= RANGE) {
		struct gk_facet *v = &out->year_range.item[out->year_range.n];
		char text[32];
		bool any = year_chosen(f, y, y + RANGE - 1);

		for (int k = y; k < y + RANGE; k++)
			any |= n->year[k] > 0;
		if (!any)
			continue;
		*v = year_value(f, n, y, y + RANGE - 1);
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
	const struct names categories = { &s->c->category_tree, &n->category, f->category, f->n_category, gk_category_related, s->c };
	const struct names issuers = { &s->c->issuer_tree, &n->issuer, f->issuer, f->n_issuer, gk_issuer_related, s->c };
	const struct names themes = { &s->c->theme_tree, &n->theme, f->theme, f->n_theme, gk_theme_related, s->c };

	return list_years(memory, f, n, out) && list_codes(memory, f->status, f->status_implied, n->status, GK_V_COUNT, &out->status) &&
	       list_codes(memory, f->format, false, n->format, GK_F_COUNT, &out->format) && list_names(memory, &categories, &out->category) &&
	       list_names(memory, &issuers, &out->issuer) && list_names(memory, &themes, &out->theme);
}

static enum gk_status
narrow(const struct gk_asked *s, const struct gk_filter *w, gk_set *set, struct gk_results *out)
{
	struct counts *n = calloc(1, sizeof *n);
	enum gk_status st;

	if (n == NULL || !start_tally(&n->category, w->categories) || !start_tally(&n->issuer, w->issuers) || !start_tally(&n->theme, w->themes)) {
		st = gk_nomem(s->err);
	} else {
		n->low = YEARS;
		st = filter_and_count(s, set, n, w, out);
	}
	if (st == GK_OK && s->r->facets && !list_facets(s, n, out))
		st = gk_nomem(s->err);
	if (n != NULL) {
		end_tally(&n->category);
		end_tally(&n->issuer);
		end_tally(&n->theme);
	}
	free(n);
	return st;
}

enum gk_status
gk_narrow(const struct gk_asked *s, const struct gk_filter *w, gk_set *set, struct gk_results *out)
{
	return s->r->facets || w->narrows ? narrow(s, w, set, out) : count_alone(s, set, out);
}
