/*
 * The ladder (experience.md 4): a run that stands nowhere as it was typed is
 * looked for more loosely, step by step, until something matches.
 *
 *   phrase      as it stands
 *   synonym     with a word of the thesaurus in place of one that was typed
 *   corrected   with one character replaced
 *   near        all its pairs, close together; or all its characters in a title, in their order
 *   all         all its pairs, anywhere
 *   some        any of them, for the query as a whole
 *
 * Each run climbs alone; what was searched instead of what was typed is kept in
 * its leaf and told in gk_results.
 */
#include "catalog/internal.h"
#include "catalog/latin.h"
#include "catalog/parameters.h"
#include "catalog/prepare.h"
#include "record/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STACK = GK_QUERY_NODES, CODE_BYTES = 60 };

static gk_set *
new_set(const struct gk_ladder *s)
{
	return calloc(s->ask.size, 1);
}

static bool
is_empty(const struct gk_ladder *s, const gk_set *set)
{
	return memchr(set, 1, s->ask.size) == NULL;
}

static bool
can_loosen(const struct gk_node *node)
{
	return !node->strict && (node->kind == GK_N_RUN || node->kind == GK_N_TITLE || node->kind == GK_N_DOCNO);
}

/* --- which leaves ask for something, and which for its absence ------------------------------- */

static void
mark_positive(struct gk_ladder *s)
{
	size_t start[STACK], top = 0;
	const struct gk_query *q = s->ask.r->query;

	for (size_t i = 0; i < q->n; i++) {
		switch (q->node[i].kind) {
		case GK_N_AND:
		case GK_N_OR:
			top--;
			break;
		case GK_N_NOT:
			/* The operand is the part of the array from its start to here. */
			for (size_t k = start[top - 1]; k < i; k++)
				s->leaf[k].positive = !s->leaf[k].positive;
			break;
		default:
			start[top++] = i;
			s->leaf[i].positive = true;
		}
	}
}

/* --- one run at one level ------------------------------------------------------------------------ */

/* What was not recorded yet had not been there: no level of the ladder may rest on it. */
static void
only_known(const struct gk_ladder *s, gk_set *set)
{
	if (s->ask.r->known == NULL)
		return;
	GK_SET_EACH(d, set, s->ask.c->col->last)
		if (!gk_columns_existed(s->ask.c->col, s->ask.r->known, d))
			set[d] = 0;
}

/* A title is the same with and without 《》 and 中华人民共和国. */
static enum gk_status
add_same_title(struct gk_ladder *s, const struct gk_node *node, gk_set *set)
{
	char term[80] = GK_X_TITLEKEY;
	struct gk_err why = GK_ERR_INIT;

	if (!gk_title_key(node->folded, node->folded_n, term + strlen(GK_X_TITLEKEY), &why))
		return why.cause == GK_CAUSE_NONE ? GK_OK : gk_nomem(s->ask.err);
	return gk_match_term(s->ask.c, term, strlen(term), set, s->ask.err);
}

static enum gk_status
match_typed(struct gk_ladder *s, const struct gk_node *node, gk_set *set)
{
	bool literal = s->ask.r->query->literal, title = node->kind == GK_N_TITLE;
	enum gk_status st;

	if (node->kind == GK_N_DOCNO)
		st = gk_match_docno(s->ask.c, node, set, s->ask.err);
	else
		st = gk_match_phrase(s->ask.c, node->folded, node->folded_n, title, literal || node->kind == GK_N_PHRASE, &s->within, set, s->ask.err);
	if (st == GK_OK && !literal && (node->kind == GK_N_RUN || title))
		st = add_same_title(s, node, set);
	if (st == GK_OK && literal)
		st = gk_match_typed(s->ask.c, node->text, node->n, title, set, s->ask.err);
	return st;
}

/* 2019年 asks for documents of that year as well as for the words, 2021年3月 for those of the month. */
static void
add_time(struct gk_ladder *s, const struct gk_node *node, gk_set *set)
{
	const struct gk_columns *col = s->ask.c->col;
	bool dated = node->from.year != 0;
	uint32_t from = dated ? gk_date_first_day(node->from) : 0, to = dated ? gk_date_last_day(node->to) : 0;

	if (node->kind != GK_N_RUN || (node->year_from <= 0 && !dated) || s->ask.r->query->literal)
		return;
	for (uint32_t d = 1; d <= col->last; d++)
		set[d] |= col->units[d] != 0 && ((node->year_from > 0 && col->year[d] == node->year_from) || (dated && col->date[d] >= from && col->date[d] <= to));
}

/* A part of a number asks for the documents that have such a number: 国办发, 47号文, an index number. */
static enum gk_status
add_numbered(struct gk_ladder *s, const struct gk_node *node, gk_set *set)
{
	char term[GK_INDEXNO_KEY + 8];
	size_t n;
	enum gk_status st = GK_OK;

	if (node->kind != GK_N_RUN || s->ask.r->query->literal)
		return GK_OK;
	if (node->seq > 0) {
		n = (size_t)snprintf(term, sizeof term, GK_X_PART "#%u", node->seq);
		return gk_match_term(s->ask.c, term, n, set, s->ask.err);
	}
	if (node->folded_n <= CODE_BYTES) {
		n = (size_t)snprintf(term, sizeof term, GK_X_PART "%.*s", (int)node->folded_n, node->folded);
		st = gk_match_term(s->ask.c, term, n, set, s->ask.err);
	}
	return st == GK_OK ? gk_match_indexno(s->ask.c, node->text, node->n, set, s->ask.err) : st;
}

/* Every text that stands somewhere is kept, to be told. */
static enum gk_status
match_synonyms(struct gk_ladder *s, const struct gk_node *node, struct gk_leaf *leaf)
{
	const struct gk_thesaurus *t;
	struct gk_leaf_text text[GK_LEAF_TEXTS];
	size_t texts = 0, kept = 0;
	gk_set *one = NULL;
	enum gk_status st = gk_catalog_thesaurus(s->ask.c, &t, s->ask.err);

	if (st == GK_OK && !gk_synonym_texts(t, node->folded, node->folded_n, &s->texts, text, &texts))
		st = gk_nomem(s->ask.err);
	if (st == GK_OK && texts > 0 && (one = new_set(s)) == NULL)
		st = gk_nomem(s->ask.err);
	for (size_t i = 0; st == GK_OK && i < texts; i++) {
		memset(one, 0, s->ask.size);
		st = gk_match_phrase(s->ask.c, text[i].p, text[i].n, node->kind == GK_N_TITLE, false, NULL, one, s->ask.err);
		if (st == GK_OK)
			only_known(s, one);
		if (st != GK_OK || is_empty(s, one))
			continue;
		gk_set_join(leaf->set, one, s->ask.size, false);
		leaf->text[kept++] = text[i];
	}
	free(one);
	leaf->texts = kept > 0 ? kept : leaf->texts;
	return st;
}

/* The one thing that can have been meant; what might have been is kept to be offered. */
static enum gk_status
match_corrected(struct gk_ladder *s, size_t i)
{
	const struct gk_node *node = &s->ask.r->query->node[i];
	struct gk_leaf *leaf = &s->leaf[i];
	struct gk_corrections *mended = calloc(1, sizeof *mended);
	enum gk_status st = mended == NULL ? gk_nomem(s->ask.err) : GK_OK;

	if (st == GK_OK)
		st = gk_correct(s->ask.c, node->folded, node->folded_n, node->kind == GK_N_TITLE, mended, s->ask.err);
	if (st == GK_OK && mended->n == 0)
		st = gk_correct_pinyin(s->ask.c, node->folded, node->folded_n, s->ask.day, mended, s->ask.err);
	if (st == GK_OK && mended->n == 0)
		st = gk_correct_syllables(s->ask.c, node->folded, node->folded_n, node->kind == GK_N_TITLE, mended, s->ask.err);
	if (st != GK_OK || mended->n == 0) {
		free(mended);
		return st;
	}
	leaf->mended = mended;
	if (!mended->clear)
		return GK_OK;
	leaf->text[0] = (struct gk_leaf_text){ mended->item[0].text, strlen(mended->item[0].text) };
	st = gk_match_phrase(s->ask.c, leaf->text[0].p, leaf->text[0].n, node->kind == GK_N_TITLE, false, NULL, leaf->set, s->ask.err);
	/* A part was corrected, and the whole stands nowhere all the same. */
	if (st == GK_OK && is_empty(s, leaf->set))
		mended->n = 0;
	return st;
}

static enum gk_status
match_leaf(struct gk_ladder *s, size_t i, enum gk_level level)
{
	const struct gk_node *node = &s->ask.r->query->node[i];
	struct gk_leaf *leaf = &s->leaf[i];
	bool title = node->kind == GK_N_TITLE;
	enum gk_status st = GK_OK;

	if (leaf->set == NULL && (leaf->set = new_set(s)) == NULL)
		return gk_nomem(s->ask.err);
	memset(leaf->set, 0, s->ask.size);
	leaf->level = level;
	leaf->narrowed = level == GK_LEVEL_PHRASE && (s->within.set != NULL || s->within.filter != NULL);
	leaf->text[0] = (struct gk_leaf_text){ node->folded, node->folded_n };
	leaf->texts = 1;
	switch (level) {
	case GK_LEVEL_PHRASE:
		st = match_typed(s, node, leaf->set);
		break;
	case GK_LEVEL_SYNONYM:
		if (node->kind != GK_N_DOCNO)
			st = match_synonyms(s, node, leaf);
		break;
	case GK_LEVEL_CORRECTED:
		if (node->kind != GK_N_DOCNO)
			st = match_corrected(s, i);
		break;
	case GK_LEVEL_NEAR:
		if (node->kind != GK_N_DOCNO)
			st = gk_match_near(s->ask.c, node->folded, node->folded_n, title, leaf->set, s->ask.err);
		if (node->kind != GK_N_DOCNO && st == GK_OK)
			st = gk_match_abbreviated(s->ask.c, node->folded, node->folded_n, leaf->set, s->ask.err);
		break;
	case GK_LEVEL_ALL:
		st = gk_match_all(s->ask.c, node->folded, node->folded_n, title, leaf->set, s->ask.err);
		break;
	default:
		break;
	}
	if (st == GK_OK && level == GK_LEVEL_PHRASE)
		st = add_numbered(s, node, leaf->set);
	if (st == GK_OK) {
		add_time(s, node, leaf->set);
		only_known(s, leaf->set);
	}
	return st;
}

/* --- filters that were typed --------------------------------------------------------------------- */

static bool
name_matches(const struct gk_node *node, const char *name)
{
	/* 机关:妈妈镇 finds 大竹县妈妈镇人民政府; names are few. */
	return memmem(name, strlen(name), node->text, node->n) != NULL;
}

static enum gk_status
filter_format(struct gk_ladder *s, const struct gk_node *node, gk_set *set)
{
	enum gk_status st = GK_OK;

	for (unsigned f = 0; st == GK_OK && f < GK_F_COUNT; f++)
		if (node->format >> f & 1) {
			char term[32];

			st = gk_match_term(s->ask.c, term, (size_t)snprintf(term, sizeof term, GK_X_FORMAT "%s", gk_format_names[f].code), set, s->ask.err);
		}
	return st;
}

static enum gk_status
filter_leaf(struct gk_ladder *s, const struct gk_node *node, gk_set *set)
{
	const struct gk_columns *col = s->ask.c->col;
	char **names = node->kind == GK_N_CATEGORY ? s->ask.c->categories : node->kind == GK_N_THEME ? s->ask.c->themes : s->ask.c->issuers;
	size_t n_names = node->kind == GK_N_CATEGORY ? s->ask.c->n_categories : node->kind == GK_N_THEME ? s->ask.c->n_themes : s->ask.c->n_issuers;
	uint32_t from = node->from.year == 0 ? 0 : gk_date_first_day(node->from);
	uint32_t to = node->to.year == 0 ? UINT32_MAX : gk_date_last_day(node->to);
	unsigned char *wanted = NULL;

	if (node->kind == GK_N_INDEXNO)
		return gk_match_indexno(s->ask.c, node->text, node->n, set, s->ask.err);
	if (node->kind == GK_N_FORMAT)
		return filter_format(s, node, set);
	if (node->kind == GK_N_CATEGORY || node->kind == GK_N_ISSUER || node->kind == GK_N_THEME) {
		wanted = calloc(n_names + 1, 1);
		if (wanted == NULL)
			return gk_nomem(s->ask.err);
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
		case GK_N_THEME:
			in = col->theme[d] <= n_names && wanted[col->theme[d]];
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
			in = node->status >> gk_asked_status(&s->ask, d) & 1;
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
evaluate(struct gk_ladder *s, bool some, gk_set **out)
{
	const struct gk_query *q = s->ask.r->query;
	gk_set *stack[STACK] = { NULL };
	size_t top = 0;
	enum gk_status st = GK_OK;

	if (q->n == 0 || (q->n == 1 && q->node[0].kind == GK_N_ALL)) {
		static const struct gk_node all = { .kind = GK_N_ALL };

		*out = new_set(s);
		return *out == NULL ? gk_nomem(s->ask.err) : filter_leaf(s, &all, *out);
	}
	for (size_t i = 0; st == GK_OK && i < q->n; i++) {
		const struct gk_node *node = &q->node[i];
		gk_set *a, *b;

		switch (node->kind) {
		case GK_N_AND:
		case GK_N_OR:
			b = stack[--top];
			a = stack[top - 1];
			gk_set_join(a, b, s->ask.size, node->kind == GK_N_AND);
			free(b);
			stack[top] = NULL;
			break;
		case GK_N_NOT:
			a = stack[top - 1];
			for (uint32_t d = 1; d <= s->ask.c->col->last; d++)
				a[d] = !a[d] && s->ask.c->col->units[d] != 0;
			break;
		default:
			stack[top] = new_set(s);
			if (stack[top] == NULL)
				st = gk_nomem(s->ask.err);
			else if (!gk_is_text(node->kind))
				st = filter_leaf(s, node, stack[top]);
			else
				memcpy(stack[top], some && s->leaf[i].positive && can_loosen(node) ? s->any : s->leaf[i].set, s->ask.size);
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

/* --- climbing ------------------------------------------------------------------------------------ */

/*
 * Must a document have all of the runs?  Then only those that have the ones before matter to the next.  Who wants to be told how many documents each run
 * has wants all of them, so does who counts only what was known once, of which one document proves nothing, and who goes on behind the last hit.
 */
static bool
is_conjunction(const struct gk_ladder *s)
{
	const struct gk_query *q = s->ask.r->query;

	for (size_t i = 0; i < q->n; i++)
		if (q->node[i].kind == GK_N_OR || q->node[i].kind == GK_N_NOT)
			return false;
	return !s->ask.r->explain && !s->ask.r->fill && s->ask.r->known == NULL;
}

struct turn { size_t leaf; uint32_t most; };

static int
fewest_first(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->most != y->most)
		return x->most < y->most ? -1 : 1;
	return x->leaf < y->leaf ? -1 : x->leaf > y->leaf;
}

/* The runs, those first whose words the fewest documents have. */
static enum gk_status
take_turns(const struct gk_ladder *s, bool both, struct turn *turn, size_t *n)
{
	const struct gk_query *q = s->ask.r->query;
	enum gk_status st = GK_OK;

	*n = 0;
	for (size_t i = 0; i < q->n; i++)
		if (gk_is_text(q->node[i].kind))
			turn[(*n)++] = (struct turn){ i, 0 };
	for (size_t i = 0; st == GK_OK && both && *n > 1 && i < *n; i++) {
		const struct gk_node *node = &q->node[turn[i].leaf];

		if (node->kind != GK_N_DOCNO)
			st = gk_match_most(s->ask.c, node->folded, node->folded_n, node->kind == GK_N_TITLE, q->literal || node->kind == GK_N_PHRASE, &turn[i].most, s->ask.err);
	}
	if (both)
		qsort(turn, *n, sizeof *turn, fewest_first);
	return st;
}

/* What has all the runs so far. */
static bool
narrow_down(struct gk_ladder *s, const gk_set *set)
{
	if (s->so_far == NULL) {
		s->so_far = malloc(s->ask.size);
		if (s->so_far != NULL)
			memcpy(s->so_far, set, s->ask.size);
		s->within.set = s->so_far;
		return s->so_far != NULL;
	}
	gk_set_join(s->so_far, set, s->ask.size, true);
	return true;
}

/* Each run climbs alone, as far as it must to match anything at all. */
static enum gk_status
climb(struct gk_ladder *s)
{
	const struct gk_query *q = s->ask.r->query;
	const bool both = is_conjunction(s);
	struct turn turn[GK_QUERY_NODES];
	size_t n;
	enum gk_status st = take_turns(s, both, turn, &n);

	/* Figures beside the values of facets count what other filters would let through. */
	if (both && !s->ask.r->facets && gk_filter_narrows(s->filter))
		s->within.filter = s->filter;
	s->filtered = s->within.filter != NULL;
	for (size_t t = 0; st == GK_OK && t < n; t++) {
		const size_t i = turn[t].leaf;
		bool more = s->leaf[i].positive && can_loosen(&q->node[i]) && !q->literal;

		st = match_leaf(s, i, GK_LEVEL_PHRASE);
		for (enum gk_level level = GK_LEVEL_SYNONYM; st == GK_OK && more && level < GK_LEVEL_SOME && is_empty(s, s->leaf[i].set); level++)
			st = match_leaf(s, i, level);
		if (st == GK_OK && both && t + 1 < n && !narrow_down(s, s->leaf[i].set))
			st = gk_nomem(s->ask.err);
	}
	free(s->so_far);
	s->so_far = NULL;
	s->within = (struct gk_within){ NULL, NULL };
	return st;
}

/* No document has them all, or none that passes the filter, so what only some have, or what does not pass, matters after all. */
static enum gk_status
widen(struct gk_ladder *s)
{
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < s->ask.r->query->n; i++)
		if (s->leaf[i].narrowed)
			st = match_leaf(s, i, GK_LEVEL_PHRASE);
	return st;
}

/* Runs that stand nowhere together are let go apart, all at once. */
static enum gk_status
loosen_all(struct gk_ladder *s, bool *changed)
{
	const struct gk_query *q = s->ask.r->query;
	enum gk_status st = GK_OK;

	*changed = false;
	for (size_t i = 0; st == GK_OK && i < q->n; i++)
		if (gk_is_text(q->node[i].kind) && can_loosen(&q->node[i]) && s->leaf[i].positive && s->leaf[i].level < GK_LEVEL_ALL) {
			*changed = true;
			st = match_leaf(s, i, GK_LEVEL_ALL);
		}
	return st;
}

static enum gk_level
loosest(const struct gk_ladder *s)
{
	enum gk_level level = GK_LEVEL_PHRASE;

	for (size_t i = 0; i < s->ask.r->query->n; i++)
		if (s->leaf[i].set != NULL && s->leaf[i].positive && s->leaf[i].level > level)
			level = s->leaf[i].level;
	return level;
}

static enum gk_status
add_any(struct gk_ladder *s, const struct gk_rank_terms *terms)
{
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < terms->n; i++)
		if (terms->item[i].df > 0)
			st = gk_match_term(s->ask.c, terms->item[i].p, terms->item[i].n, s->any, s->ask.err);
	return st;
}

/* What any run can match. */
static enum gk_status
find_any(struct gk_ladder *s, const struct gk_rank_terms *about, const struct gk_rank_terms *others)
{
	enum gk_status st;

	if (s->any == NULL && (s->any = new_set(s)) == NULL)
		return gk_nomem(s->ask.err);
	st = add_any(s, about);
	if (st == GK_OK)
		st = add_any(s, others);
	if (st == GK_OK)
		only_known(s, s->any);
	return st;
}

/*
 * Where it may be found.  Of a question that is one run no list is read for it: whoever has none of the words weighs nothing when all lists are added up
 * for the order, and is left out then.
 */
static enum gk_status
find_ground(struct gk_ladder *s, struct gk_question *q, gk_set **out)
{
	enum gk_status st;

	q->whole = s->ask.r->query->n == 1 && s->ask.r->known == NULL;
	if (q->whole)
		return (*out = new_set(s)) == NULL ? gk_nomem(s->ask.err) : GK_OK;
	st = find_any(s, q->about, &q->others->pairs);
	return st == GK_OK ? evaluate(s, true, out) : st;
}

static void
mark_about(struct gk_rank_terms *all, const struct gk_rank_terms *about)
{
	for (size_t i = 0; i < all->n; i++)
		for (size_t k = 0; k < about->n && !all->item[i].about; k++)
			all->item[i].about = all->item[i].n == about->item[k].n && memcmp(all->item[i].p, about->item[k].p, about->item[k].n) == 0;
}

/*
 * Documents with any of the words, or of those related to them, that answer best.  What a question asks with (怎么办)
 * does not make a document one; *all, for the order, has it again: measured, leaving it out there only loses.
 */
enum gk_status
gk_ladder_some(struct gk_ladder *s, size_t most, double least, gk_set **out, struct gk_rank_terms *all)
{
	struct gk_rank_terms *about = calloc(1, sizeof *about);
	struct gk_others *others = calloc(1, sizeof *others);
	struct gk_question q = { all, about, others, false };
	enum gk_status st = about == NULL || others == NULL ? gk_nomem(s->ask.err) : gk_rank_collect(s, true, about);

	if (st == GK_OK)
		st = gk_question_others(s, others);
	if (st == GK_OK)
		st = find_ground(s, &q, out);
	if (st == GK_OK)
		st = gk_rank_collect(s, false, all);
	if (st == GK_OK)
		mark_about(all, about);
	if (st == GK_OK)
		st = gk_question_rank(s, &q, most, least, *out);
	if (about != NULL)
		gk_arena_free(&about->arena);
	if (others != NULL)
		gk_arena_free(&others->pairs.arena);
	free(about);
	free(others);
	return st;
}

bool
gk_ladder_can_loosen(const struct gk_ladder *s)
{
	for (size_t i = 0; i < s->ask.r->query->n; i++)
		if (gk_is_text(s->ask.r->query->node[i].kind) && can_loosen(&s->ask.r->query->node[i]) && s->leaf[i].positive)
			return true;
	return false;
}

enum gk_status
gk_ladder_climb(struct gk_ladder *s, gk_set **out, enum gk_level *level, struct gk_rank_terms *terms)
{
	bool loosened = false, can;
	enum gk_status st;

	gk_arena_init(&s->texts, 1024 * 1024);
	mark_positive(s);
	can = gk_ladder_can_loosen(s) && !s->ask.r->query->literal;
	st = climb(s);
	if (st == GK_OK)
		st = evaluate(s, false, out);
	/* What stands together only where the filter leaves it out need not be loosened, and is no question of which nothing is known. */
	if (st == GK_OK && s->filtered && is_empty(s, *out)) {
		free(*out);
		*out = NULL;
		st = widen(s);
		if (st == GK_OK)
			st = evaluate(s, false, out);
	}
	if (st == GK_OK && can && is_empty(s, *out)) {
		st = widen(s);
		if (st == GK_OK)
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
		st = gk_ladder_some(s, s->ask.r->some_max == 0 ? GK_SOME_MOST : s->ask.r->some_max, s->ask.r->fill ? 0 : GK_SOME_SHARE, out, terms);
	} else {
		st = gk_rank_collect(s, false, terms);
	}
	if (st == GK_OK && is_empty(s, *out))
		*level = GK_LEVEL_NONE;
	return st;
}

void
gk_ladder_free(struct gk_ladder *s)
{
	for (size_t i = 0; i < GK_QUERY_NODES; i++) {
		free(s->leaf[i].set);
		free(s->leaf[i].mended);
	}
	free(s->any);
	free(s->answer);
	gk_arena_free(&s->texts);
}
