/*
 * One question: climb the ladder until something matches, filter, count, rank.
 *
 *   query tree ──▶ set of documents (exact) ──▶ filters of the request ──▶ total, facets
 *      │  ladder.c                                │  facets.c
 *      └───────────────── terms ──────────────────┴────▶ rank.c ──▶ hits
 */
#include "catalog/internal.h"
#include "catalog/parameters.h"

#include <stdlib.h>
#include <string.h>

const char *const gk_sort_code[GK_SORTS] = { "rel", "new", "old", "no" };
const char *const gk_level_code[] = { "none", "phrase", "synonym", "corrected", "near", "all", "some" };
const char *const gk_mend_code[] = { "none", "sound", "near_sound", "look", "character", "swap", "missing", "extra", "pinyin" };

enum { RELATED_NEEDLE = 5 };	/* beside pairs, whose weight is their idf: 2 to 10 */

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
list_needles(struct gk_ladder *s, const struct gk_rank_terms *terms, struct gk_results *out)
{
	const struct gk_query *q = s->ask.r->query;
	size_t most = q->n * (GK_LEAF_TEXTS + GK_DOCNO_SPELLINGS) + terms->n + GK_RELATED;
	bool ok = true;

	out->needles = gk_arena_alloc(out->memory, (most + 1) * sizeof *out->needles);
	if (out->needles == NULL)
		return gk_nomem(s->ask.err);
	for (size_t i = 0; ok && i < q->n; i++) {
		const struct gk_node *node = &q->node[i];
		char spelling[GK_DOCNO_SPELLINGS][GK_SPELLING];
		size_t n;

		if (!gk_is_text(node->kind) || !s->leaf[i].positive || s->leaf[i].level > GK_LEVEL_CORRECTED)
			continue;
		for (size_t k = 0; ok && k < s->leaf[i].texts; k++)
			ok = add_needle(out, s->leaf[i].text[k].p, s->leaf[i].text[k].n, 100);
		n = node->kind == GK_N_DOCNO && node->docno.key[0] != '\0' ? gk_docno_spellings(&node->docno, spelling) : 0;
		for (size_t k = 0; ok && k < n; k++)
			ok = add_needle(out, spelling[k], strlen(spelling[k]), 100);
	}
	/* Loosened runs are marked piece by piece. */
	if (out->level >= GK_LEVEL_NEAR)
		for (size_t i = 0; ok && i < terms->n; i++)
			if (terms->item[i].df > 0)
				ok = add_needle(out, terms->item[i].p, terms->item[i].n, terms->item[i].idf);
	for (size_t i = 0; ok && out->level == GK_LEVEL_SOME && i < s->n_related; i++)
		ok = add_needle(out, s->related[i].other.p, s->related[i].other.n, RELATED_NEEDLE);
	return ok ? GK_OK : gk_nomem(s->ask.err);
}

/* --- what was searched instead of what was typed ----------------------------------------------------------------- */

static struct gk_change *
add_change(struct gk_results *out, const struct gk_node *node, enum gk_level level, const char *to, size_t n)
{
	struct gk_change *c = &out->changes[out->n_changes];

	*c = (struct gk_change){ .level = level, .from = gk_arena_copy(out->memory, node->text, node->n), .to = gk_arena_copy(out->memory, to, n) };
	if (c->from == NULL || c->to == NULL)
		return NULL;
	out->n_changes++;
	return c;
}

static bool
add_correction(struct gk_results *out, const struct gk_node *node, const struct gk_correction *mended, bool offered)
{
	struct gk_change *c = add_change(out, node, GK_LEVEL_CORRECTED, mended->text, strlen(mended->text));

	if (c == NULL)
		return false;
	c->offered = offered;
	c->mend = mended->kind;
	if (mended->from[0] != '\0' && (c->wrong = gk_arena_copy(out->memory, mended->from, strlen(mended->from))) == NULL)
		return false;
	return mended->to[0] == '\0' || (c->right = gk_arena_copy(out->memory, mended->to, strlen(mended->to))) != NULL;
}

/* At level some: each word that was typed, and what was looked for beside it. */
static bool
list_related(const struct gk_ladder *s, struct gk_results *out)
{
	for (size_t i = 0; i < s->n_related; i++) {
		const struct gk_related *r = &s->related[i];
		struct gk_change *c = &out->changes[out->n_changes];

		*c = (struct gk_change){ .level = GK_LEVEL_SOME, .from = gk_arena_copy(out->memory, r->word.p, r->word.n),
					 .to = gk_arena_copy(out->memory, r->other.p, r->other.n) };
		if (c->from == NULL || c->to == NULL)
			return false;
		out->n_changes++;
	}
	return true;
}

static enum gk_status
list_changes(const struct gk_ladder *s, struct gk_results *out)
{
	const struct gk_query *q = s->ask.r->query;

	out->changes = gk_arena_alloc(out->memory, (q->n * (GK_LEAF_TEXTS + GK_CORRECTIONS) + GK_RELATED + 1) * sizeof *out->changes);
	if (out->changes == NULL)
		return gk_nomem(s->ask.err);
	for (size_t i = 0; i < q->n; i++) {
		const struct gk_leaf *leaf = &s->leaf[i];
		bool ok = true;

		if (!leaf->positive)
			continue;
		if (leaf->level == GK_LEVEL_SYNONYM)
			for (size_t k = 0; ok && k < leaf->texts; k++)
				ok = add_change(out, &q->node[i], GK_LEVEL_SYNONYM, leaf->text[k].p, leaf->text[k].n) != NULL;
		/* What was run, or all that might have been meant. */
		for (size_t k = 0; ok && leaf->mended != NULL && k < (leaf->level == GK_LEVEL_CORRECTED ? 1 : leaf->mended->n); k++)
			ok = add_correction(out, &q->node[i], &leaf->mended->item[k], leaf->level != GK_LEVEL_CORRECTED);
		if (!ok)
			return gk_nomem(s->ask.err);
	}
	return out->level != GK_LEVEL_SOME || list_related(s, out) ? GK_OK : gk_nomem(s->ask.err);
}

/* --- shards that do not answer ---------------------------------------------------------------------------------- */

/*
 * What is known of their documents is only half of it: they count neither as having a word nor as not having it.  Returns
 * which are left out.
 */
static uint64_t
leave_out_missing(const struct gk_catalog *c, gk_set *set)
{
	const uint64_t missing = gk_index_missing(c->db);

	for (size_t i = 0; missing >> i != 0; i++) {
		uint32_t first, last;

		if ((missing >> i & 1) == 0)
			continue;
		gk_index_away_range(c->db, i, &first, &last);
		last = last < c->col->last ? last : c->col->last;
		if (first <= last)
			memset(set + first, 0, (size_t)last - first + 1);
	}
	return missing;
}

/* --- batch runs go on behind the last hit -------------------------------------------------------------------- */

static enum gk_status
fill_up(struct gk_ladder *s, const struct gk_rank_request *rank, struct gk_results *out)
{
	struct gk_rank_terms terms;
	struct gk_rank_request looser = *rank;
	gk_set *set = NULL;
	size_t want = rank->want, got = 0;
	struct gk_hit *more = gk_arena_alloc(out->memory, (want + 1) * sizeof *more);
	enum gk_status st;

	if (more == NULL)
		return gk_nomem(s->ask.err);
	st = gk_ladder_some(s, want * 2 + out->n, 0, &set, &terms);
	looser.terms = &terms;
	looser.explained = NULL;
	looser.characters = true;
	if (st == GK_OK) {
		leave_out_missing(s->ask.c, set);
		for (size_t i = 0; i < out->n; i++)
			set[out->hits[i].docid] = 0;
		looser.want = want - out->n;
		st = gk_rank(s->ask.c, &looser, set, more, &got, s->ask.err);
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

static void
keep_one(gk_set *set, size_t size, uint32_t docid)
{
	gk_set had = docid < size ? set[docid] : 0;

	memset(set, 0, size);
	if (docid < size)
		set[docid] = had;
}

/* --- a page out of what was ranked -------------------------------------------------------------------------------- */

/* A batch run goes on behind its last hit; a page does not. */
static enum gk_status
cut_page(const struct gk_ladder *s, struct gk_fold *fold, bool folds, const gk_set *set, size_t reach, struct gk_results *out)
{
	const struct gk_columns *col = s->ask.c->col;
	const struct gk_request *r = s->ask.r;
	size_t left = folds ? gk_fold_hits(col, fold, out->hits, out->n) : out->n, end = left < reach || r->fill ? left : reach;
	size_t skip = r->walk ? 0 : r->offset < end ? r->offset : end;

	out->hits += skip;
	out->n = end - skip;
	return folds ? gk_fold_list(col, fold, set, out->hits, out->n, out->memory, &out->same, s->ask.err) : GK_OK;
}

/* --- hit by hit --------------------------------------------------------------------------------------------------- */

static void
walk_on(const struct gk_request *r, const gk_set *set, uint32_t last, size_t size, struct gk_results *out)
{
	size_t skip = r->offset;

	for (uint32_t d = r->after < last ? gk_set_next(set, r->after + 1, last) : last + 1; d <= last && !out->more; d = gk_set_next(set, d + 1, last)) {
		if (skip > 0)
			skip--;
		else if (out->n < size)
			out->hits[out->n++] = (struct gk_hit){ d, 0 };
		else
			out->more = true;
	}
}

/* --- the whole --------------------------------------------------------------------------------------------------- */

static enum gk_status
search(struct gk_catalog *c, const struct gk_request *r, struct gk_results *out, uint64_t *without, struct gk_err *err)
{
	struct gk_ladder s = { .ask = { c, r, err, gk_date_last_day(r->as_of), (size_t)c->col->last + 1, NULL } };
	struct gk_rank_terms *terms = calloc(1, sizeof *terms);
	/* Nobody can want more hits than there are documents, and sums of sizes must not wrap. */
	size_t docs = c->col->last, offset = r->walk ? 0 : r->offset < docs ? r->offset : docs, size = r->size < docs - offset ? r->size : docs - offset;
	struct gk_rank_request rank = { &s, terms, r->sort, offset + size, false, NULL };
	struct gk_fold fold = { .seen = NULL };
	gk_set *set = NULL;
	struct gk_filter *filter = NULL;
	struct gk_arena *memory = calloc(1, sizeof *memory);
	bool folds = r->fold && !r->fill && !r->walk && r->known == NULL;
	enum gk_status st;

	*out = (struct gk_results){ .memory = memory };
	if (terms == NULL || memory == NULL) {
		free(terms);
		return gk_nomem(err);
	}
	gk_arena_init(memory, 256 * 1024 * 1024);
	if (r->known == NULL)
		s.ask.states = gk_columns_states(c->col, s.ask.day);
	st = gk_filter_begin(&s.ask, &filter);
	s.filter = filter;
	if (st == GK_OK)
		st = gk_ladder_climb(&s, &set, &out->level, terms);
	if (st == GK_OK)
		*without = leave_out_missing(c, set);
	if (st == GK_OK)
		st = gk_narrow(&s.ask, filter, set, out);
	if (st == GK_OK)
		st = list_needles(&s, terms, out);
	if (st == GK_OK)
		st = list_changes(&s, out);
	rank.characters = out->level != GK_LEVEL_PHRASE;
	if (st == GK_OK && r->only != 0)
		keep_one(set, s.ask.size, r->only);
	if (st == GK_OK && folds)
		st = gk_fold_begin(c, set, &fold, err);
	out->shown = out->total - fold.repeated;
	/* However the reprints stand among the hits, so many more are enough. */
	rank.want += fold.repeated;
	if (st == GK_OK && r->explain) {
		out->explained = rank.explained = gk_explain_begin(&s, rank.want, memory);
		st = out->explained == NULL ? gk_nomem(err) : gk_explain(&s, terms, memory, out->explained);
	}
	if (st == GK_OK) {
		out->hits = gk_arena_alloc(memory, (rank.want + 1) * sizeof *out->hits);
		if (out->hits == NULL)
			st = gk_nomem(err);
		else if (r->walk)
			walk_on(r, set, c->col->last, size, out);
		else
			st = gk_rank(c, &rank, set, out->hits, &out->n, err);
	}
	if (st == GK_OK && r->fill && out->n < rank.want && r->offset == 0 && gk_ladder_can_loosen(&s) && !r->query->literal)
		st = fill_up(&s, &rank, out);
	if (st == GK_OK)
		st = cut_page(&s, &fold, folds, set, offset + size, out);
	gk_fold_end(&fold);
	gk_ladder_free(&s);
	gk_filter_end(filter);
	gk_states_drop(s.ask.states);
	free(set);
	gk_arena_free(&terms->arena);
	free(terms);
	return st;
}

static enum gk_status
search_clean(struct gk_catalog *c, const struct gk_request *r, struct gk_results *out, struct gk_err *err)
{
	uint64_t without = 0;
	enum gk_status st = search(c, r, out, &without, err);

	/* One more went missing after the set was made: with the same question it is left out from the beginning. */
	while (st == GK_OK && gk_index_missing(c->db) != without) {
		gk_results_free(out);
		st = search(c, r, out, &without, err);
	}
	if (st != GK_OK)
		gk_results_free(out);
	return st;
}

enum gk_status
gk_search(struct gk_catalog *c, const struct gk_request *r, struct gk_results *out, struct gk_err *err)
{
	enum gk_status st;

	gk_index_forget(c->db);
	*out = (struct gk_results){ .memory = NULL };
	GK_RETRYING(c, st, err, (st = gk_catalog_columns(c, err)) == GK_OK ? search_clean(c, r, out, err) : st);
	gk_index_answered(c->db);
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
