/*
 * One question: climb the ladder until something matches, filter, count, rank.
 *
 *   query tree ──▶ set of documents (exact) ──▶ filters of the request ──▶ total, facets
 *      │  level phrase; if empty, all; if empty, some        │
 *      └───────────────── terms ──────────────────────▶ rank ──▶ hits
 */
#include "catalog/internal.h"
#include "catalog/parameters.h"

#include <stdlib.h>
#include <string.h>

const char *const gk_level_code[] = { "none", "phrase", "all", "some" };

enum { STACK = GK_QUERY_NODES };

struct search {
	struct gk_catalog *c;
	const struct gk_request *r;
	struct gk_err *err;
	uint32_t day;			/* whose validity counts */
	size_t size;			/* bytes of a set */
	gk_set *leaf[GK_QUERY_NODES];	/* of the text leaves, at the level they have reached */
	enum gk_level level[GK_QUERY_NODES];
	bool positive[GK_QUERY_NODES];
	gk_set *any;			/* level `some`: one set for all runs */
};

static bool
is_text(enum gk_node_kind k)
{
	return k <= GK_N_DOCNO;
}

static gk_set *
new_set(const struct search *s)
{
	return calloc(s->size, 1);
}

/* --- which leaves ask for something, and which for its absence ------------------------------- */

static void
mark_positive(struct search *s)
{
	size_t start[STACK], top = 0;
	const struct gk_query *q = s->r->query;

	for (size_t i = 0; i < q->n; i++) {
		switch (q->node[i].kind) {
		case GK_N_AND:
		case GK_N_OR:
			top--;
			break;
		case GK_N_NOT:
			/* The operand is the part of the array from its start to here. */
			for (size_t k = start[top - 1]; k < i; k++)
				s->positive[k] = !s->positive[k];
			break;
		default:
			start[top++] = i;
			s->positive[i] = true;
		}
	}
}

/* --- leaves ------------------------------------------------------------------------------------ */

/* What was not recorded yet had not been there: no level of the ladder may rest on it. */
static void
only_known(const struct search *s, gk_set *set)
{
	if (s->r->known == NULL)
		return;
	for (uint32_t d = 1; d <= s->c->col->last; d++)
		if (set[d] && !gk_columns_existed(s->c->col, s->r->known, d))
			set[d] = 0;
}

static enum gk_status
match_leaf(struct search *s, size_t i, enum gk_level level)
{
	const struct gk_node *node = &s->r->query->node[i];
	bool literal = s->r->query->literal;
	enum gk_status st = GK_OK;

	if (s->leaf[i] == NULL && (s->leaf[i] = new_set(s)) == NULL)
		return gk_nomem(s->err);
	memset(s->leaf[i], 0, s->size);
	s->level[i] = level;
	switch (node->kind) {
	case GK_N_DOCNO:
		if (level == GK_LEVEL_PHRASE)
			st = gk_match_docno(s->c, node, s->leaf[i], s->err);
		if (level == GK_LEVEL_ALL)
			st = gk_match_all(s->c, node->folded, node->folded_n, false, s->leaf[i], s->err);
		break;
	case GK_N_PHRASE:
		st = gk_match_phrase(s->c, node->folded, node->folded_n, false, true, s->leaf[i], s->err);
		break;
	case GK_N_TITLE:
	case GK_N_RUN:
		if (level == GK_LEVEL_PHRASE)
			st = gk_match_phrase(s->c, node->folded, node->folded_n, node->kind == GK_N_TITLE, literal, s->leaf[i], s->err);
		else
			st = gk_match_all(s->c, node->folded, node->folded_n, node->kind == GK_N_TITLE, s->leaf[i], s->err);
		/* 2019年 asks for documents of that year as well as for the words. */
		if (node->kind == GK_N_RUN && node->year_from > 0 && !literal)
			for (uint32_t d = 1; d <= s->c->col->last; d++)
				s->leaf[i][d] |= s->c->col->units[d] != 0 && s->c->col->year[d] == node->year_from;
		break;
	default:
		break;
	}
	if (st == GK_OK)
		only_known(s, s->leaf[i]);
	if (st == GK_OK && literal)
		st = gk_match_typed(s->c, node->text, node->n, node->kind == GK_N_TITLE, s->leaf[i], s->err);
	return st;
}

static bool
is_empty(const struct search *s, const gk_set *set)
{
	return memchr(set, 1, s->size) == NULL;
}

static bool
can_loosen(const struct gk_node *node)
{
	return !node->strict && (node->kind == GK_N_RUN || node->kind == GK_N_TITLE || node->kind == GK_N_DOCNO);
}

static bool
name_matches(const struct gk_node *node, const char *name)
{
	/* 机关:妈妈镇 finds 大竹县妈妈镇人民政府; names are few. */
	return memmem(name, strlen(name), node->text, node->n) != NULL;
}

static enum gk_status
filter_leaf(struct search *s, const struct gk_node *node, gk_set *set)
{
	const struct gk_columns *col = s->c->col;
	char **names = node->kind == GK_N_CATEGORY ? s->c->categories : s->c->issuers;
	size_t n_names = node->kind == GK_N_CATEGORY ? s->c->n_categories : s->c->n_issuers;
	uint32_t from = node->from.year == 0 ? 0 : gk_date_first_day(node->from);
	uint32_t to = node->to.year == 0 ? UINT32_MAX : gk_date_last_day(node->to);
	unsigned char *wanted = NULL;

	if (node->kind == GK_N_CATEGORY || node->kind == GK_N_ISSUER) {
		wanted = calloc(n_names + 1, 1);
		if (wanted == NULL)
			return gk_nomem(s->err);
		for (size_t i = 0; i < n_names; i++)
			wanted[i + 1] = name_matches(node, names[i]);
	}
	for (uint32_t d = 1; d <= col->last; d++) {
		bool in = false;

		if (col->units[d] == 0)
			continue;
		switch (node->kind) {
		case GK_N_CATEGORY:
			in = col->category[d] <= n_names && wanted[col->category[d]];
			break;
		case GK_N_ISSUER:
			in = col->issuer[d] <= n_names && wanted[col->issuer[d]];
			break;
		case GK_N_YEAR:
			in = col->year[d] >= node->year_from && col->year[d] <= node->year_to && col->year[d] != 0;
			break;
		case GK_N_DATE:
			in = col->date[d] != 0 && col->date[d] >= from && col->date[d] <= to;
			break;
		case GK_N_STATUS:
			in = node->status >> gk_columns_status(col, s->r->known, d, s->day) & 1;
			break;
		default:
			in = true;
		}
		set[d] = in;
	}
	free(wanted);
	return GK_OK;
}

/* --- the tree --------------------------------------------------------------------------------------- */

/*
 * Evaluate with the leaves as they are; some: every positive run is one set of all documents with any
 * of the words.  The result is yours.
 */
static enum gk_status
evaluate(struct search *s, bool some, gk_set **out)
{
	const struct gk_query *q = s->r->query;
	gk_set *stack[STACK] = { NULL };
	size_t top = 0;
	enum gk_status st = GK_OK;

	if (q->n == 0 || (q->n == 1 && q->node[0].kind == GK_N_ALL)) {
		static const struct gk_node all = { .kind = GK_N_ALL };

		*out = new_set(s);
		return *out == NULL ? gk_nomem(s->err) : filter_leaf(s, &all, *out);
	}
	for (size_t i = 0; st == GK_OK && i < q->n; i++) {
		const struct gk_node *node = &q->node[i];
		gk_set *a, *b;

		switch (node->kind) {
		case GK_N_AND:
		case GK_N_OR:
			b = stack[--top];
			a = stack[top - 1];
			for (size_t d = 0; d < s->size; d++)
				a[d] = node->kind == GK_N_AND ? a[d] & b[d] : a[d] | b[d];
			free(b);
			stack[top] = NULL;
			break;
		case GK_N_NOT:
			a = stack[top - 1];
			for (uint32_t d = 1; d <= s->c->col->last; d++)
				a[d] = !a[d] && s->c->col->units[d] != 0;
			break;
		default:
			stack[top] = new_set(s);
			if (stack[top] == NULL)
				st = gk_nomem(s->err);
			else if (!is_text(node->kind))
				st = filter_leaf(s, node, stack[top]);
			else
				memcpy(stack[top], some && s->positive[i] && can_loosen(node) ? s->any : s->leaf[i], s->size);
			top++;
		}
	}
	if (st == GK_OK)
		*out = stack[0];
	else
		for (size_t i = 0; i < STACK; i++)
			free(stack[i]);
	return st;
}

/* --- the ladder --------------------------------------------------------------------------------------- */

/* Each run climbs alone, as far as it must to match anything at all. */
static enum gk_status
climb(struct search *s)
{
	const struct gk_query *q = s->r->query;
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < q->n; i++) {
		if (!is_text(q->node[i].kind))
			continue;
		st = match_leaf(s, i, GK_LEVEL_PHRASE);
		if (st == GK_OK && s->positive[i] && can_loosen(&q->node[i]) && !q->literal && is_empty(s, s->leaf[i]))
			st = match_leaf(s, i, GK_LEVEL_ALL);
	}
	return st;
}

static enum gk_status
loosen_all(struct search *s, bool *changed)
{
	const struct gk_query *q = s->r->query;
	enum gk_status st = GK_OK;

	*changed = false;
	for (size_t i = 0; st == GK_OK && i < q->n; i++)
		if (is_text(q->node[i].kind) && can_loosen(&q->node[i]) && s->positive[i] && s->level[i] == GK_LEVEL_PHRASE) {
			*changed = true;
			st = match_leaf(s, i, GK_LEVEL_ALL);
		}
	return st;
}

static enum gk_level
loosest(const struct search *s)
{
	enum gk_level level = GK_LEVEL_PHRASE;

	for (size_t i = 0; i < s->r->query->n; i++)
		if (s->leaf[i] != NULL && s->positive[i] && s->level[i] > level)
			level = s->level[i];
	return level;
}

/*
 * Documents with any of the words that carry enough of the question's weight.
 * What a question asks with (怎么办) does not count for that; *terms, for the
 * order, has it again: measured, leaving it out there only loses.
 */
static enum gk_status
match_some(struct search *s, size_t most, double share, gk_set **out, struct gk_rank_terms *all)
{
	struct gk_rank_terms *terms = calloc(1, sizeof *terms);
	enum gk_status st = terms == NULL ? gk_nomem(s->err) : gk_rank_collect(s->c, s->r->query, s->positive, true, terms, s->err);

	if (s->any == NULL && (s->any = new_set(s)) == NULL)
		st = gk_nomem(s->err);
	for (size_t i = 0; st == GK_OK && i < terms->n; i++)
		if (terms->item[i].df > 0)
			st = gk_match_term(s->c, terms->item[i].p, terms->item[i].n, s->any, s->err);
	if (st == GK_OK)
		only_known(s, s->any);
	if (st == GK_OK)
		st = evaluate(s, true, out);
	if (st == GK_OK)
		st = gk_rank_cut(s->c, terms, share, most, *out, s->err);
	if (terms != NULL)
		gk_arena_free(&terms->arena);
	free(terms);
	return st == GK_OK ? gk_rank_collect(s->c, s->r->query, s->positive, false, all, s->err) : st;
}

static bool
has_runs(const struct search *s)
{
	for (size_t i = 0; i < s->r->query->n; i++)
		if (is_text(s->r->query->node[i].kind) && can_loosen(&s->r->query->node[i]) && s->positive[i])
			return true;
	return false;
}

static enum gk_status
match(struct search *s, gk_set **out, enum gk_level *level, struct gk_rank_terms *terms)
{
	bool loosened = false, can = has_runs(s) && !s->r->query->literal;
	enum gk_status st = climb(s);

	if (st == GK_OK)
		st = evaluate(s, false, out);
	if (st == GK_OK && can && is_empty(s, *out)) {
		st = loosen_all(s, &loosened);
		if (st == GK_OK && loosened) {
			free(*out);
			*out = NULL;
			st = evaluate(s, false, out);
		}
	}
	if (st != GK_OK)
		return st;
	*level = loosest(s);
	if (can && is_empty(s, *out)) {
		free(*out);
		*out = NULL;
		*level = GK_LEVEL_SOME;
		st = match_some(s, s->r->some_max == 0 ? GK_SOME_MOST : s->r->some_max, s->r->fill ? 0 : GK_SOME_SHARE, out, terms);
	} else {
		st = gk_rank_collect(s->c, s->r->query, s->positive, false, terms, s->err);
	}
	if (st == GK_OK && is_empty(s, *out))
		*level = GK_LEVEL_NONE;
	return st;
}

/* --- filters and facets ----------------------------------------------------------------------------------- */

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
fails(const struct search *s, const struct wanted *w, uint32_t d, enum gk_validity v)
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
filter_and_count(struct search *s, gk_set *set, struct counts *n, const struct wanted *w, struct gk_results *out)
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
list_facets(struct search *s, const struct counts *n, const struct wanted *w, struct gk_results *out)
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

static enum gk_status
narrow(struct search *s, gk_set *set, struct gk_results *out)
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

/* --- what to mark -------------------------------------------------------------------------------------------- */

static bool
add_needle(struct gk_results *out, const char *p, size_t n, double weight)
{
	char *copy = gk_arena_copy(out->memory, p, n);

	if (copy == NULL)
		return false;
	out->needles[out->n_needles++] = (struct gk_needle){ copy, n, weight };
	return true;
}

static enum gk_status
list_needles(struct search *s, const struct gk_rank_terms *terms, struct gk_results *out)
{
	const struct gk_query *q = s->r->query;
	size_t most = q->n * (1 + GK_DOCNO_SPELLINGS) + terms->n;
	bool ok = true;

	out->needles = gk_arena_alloc(out->memory, (most + 1) * sizeof *out->needles);
	if (out->needles == NULL)
		return gk_nomem(s->err);
	for (size_t i = 0; ok && i < q->n; i++) {
		const struct gk_node *node = &q->node[i];
		char spelling[GK_DOCNO_SPELLINGS][GK_SPELLING];
		size_t n;

		if (!is_text(node->kind) || !s->positive[i] || out->level == GK_LEVEL_SOME || s->level[i] != GK_LEVEL_PHRASE)
			continue;
		ok = add_needle(out, node->folded, node->folded_n, 100);
		n = node->kind == GK_N_DOCNO && node->docno.key[0] != '\0' ? gk_docno_spellings(&node->docno, spelling) : 0;
		for (size_t k = 0; ok && k < n; k++)
			ok = add_needle(out, spelling[k], strlen(spelling[k]), 100);
	}
	/* Loosened runs are marked piece by piece. */
	if (out->level == GK_LEVEL_SOME || out->level == GK_LEVEL_ALL)
		for (size_t i = 0; ok && i < terms->n; i++)
			if (terms->item[i].df > 0)
				ok = add_needle(out, terms->item[i].p, terms->item[i].n, terms->item[i].idf);
	return ok ? GK_OK : gk_nomem(s->err);
}

/* --- batch runs go on behind the last hit -------------------------------------------------------------------- */

static enum gk_status
fill_up(struct search *s, const struct gk_rank_request *rank, struct gk_results *out)
{
	struct gk_rank_terms terms;
	struct gk_rank_request looser = *rank;
	gk_set *set = NULL;
	size_t want = rank->want, got = 0;
	struct gk_hit *more = gk_arena_alloc(out->memory, (want + 1) * sizeof *more);
	enum gk_status st;

	if (more == NULL)
		return gk_nomem(s->err);
	st = match_some(s, want * 2 + out->n, 0, &set, &terms);
	looser.terms = &terms;
	looser.characters = true;
	if (st == GK_OK) {
		for (size_t i = 0; i < out->n; i++)
			set[out->hits[i].docid] = 0;
		looser.want = want - out->n;
		st = gk_rank(s->c, &looser, set, more, &got, s->err);
	}
	for (size_t i = 0; st == GK_OK && i < got; i++) {
		double last = out->n > 0 ? out->hits[out->n - 1].score : 0;

		/* Behind everything that matched better, in their own order. */
		if (out->n > 0 && more[i].score >= last)
			more[i].score = last - 1e-6 * (1 + last);
		out->hits[out->n++] = more[i];
	}
	free(set);
	gk_arena_free(&terms.arena);
	return st;
}

/* --- the whole --------------------------------------------------------------------------------------------------- */

static enum gk_status
search(struct gk_catalog *c, const struct gk_request *r, struct gk_results *out, struct gk_err *err)
{
	struct search s = { .c = c, .r = r, .err = err, .size = (size_t)c->col->last + 1, .day = gk_date_last_day(r->as_of) };
	struct gk_rank_terms *terms = calloc(1, sizeof *terms);
	/* Nobody can want more hits than there are documents, and sums of sizes must not wrap. */
	size_t docs = c->col->last, offset = r->offset < docs ? r->offset : docs, size = r->size < docs - offset ? r->size : docs - offset;
	struct gk_rank_request rank = { r->query, s.positive, terms, s.day, r->known, r->sort, offset + size, false };
	gk_set *set = NULL;
	struct gk_arena *memory = calloc(1, sizeof *memory);
	enum gk_status st;

	*out = (struct gk_results){ .memory = memory };
	if (terms == NULL || memory == NULL) {
		free(terms);
		return gk_nomem(err);
	}
	gk_arena_init(memory, 256 * 1024 * 1024);
	mark_positive(&s);
	st = match(&s, &set, &out->level, terms);
	if (st == GK_OK)
		st = narrow(&s, set, out);
	if (st == GK_OK)
		st = list_needles(&s, terms, out);
	rank.characters = out->level != GK_LEVEL_PHRASE;
	if (st == GK_OK) {
		out->hits = gk_arena_alloc(memory, (rank.want + 1) * sizeof *out->hits);
		st = out->hits == NULL ? gk_nomem(err) : gk_rank(c, &rank, set, out->hits, &out->n, err);
	}
	if (st == GK_OK && r->fill && out->n < rank.want && r->offset == 0 && has_runs(&s) && !r->query->literal)
		st = fill_up(&s, &rank, out);
	if (st == GK_OK) {
		size_t skip = r->offset < out->n ? r->offset : out->n;

		out->hits += skip;
		out->n -= skip;
	}
	for (size_t i = 0; i < GK_QUERY_NODES; i++)
		free(s.leaf[i]);
	free(s.any);
	free(set);
	gk_arena_free(&terms->arena);
	free(terms);
	return st;
}

static enum gk_status
search_clean(struct gk_catalog *c, const struct gk_request *r, struct gk_results *out, struct gk_err *err)
{
	enum gk_status st = search(c, r, out, err);

	if (st != GK_OK)
		gk_results_free(out);
	return st;
}

enum gk_status
gk_search(struct gk_catalog *c, const struct gk_request *r, struct gk_results *out, struct gk_err *err)
{
	enum gk_status st;

	GK_RETRYING(c, st, err, search_clean(c, r, out, err));
	return st;
}

void
gk_results_free(struct gk_results *r)
{
	struct gk_arena *memory = r->memory;

	if (memory != NULL)
		gk_arena_free(memory);
	free(memory);
	*r = (struct gk_results){ .memory = NULL };
}
