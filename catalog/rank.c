/*
 * The order of the hits.  BM25 over pairs and words adds up for the whole set;
 * the best few hundred are then weighed more finely from their mapped text:
 * single characters, the title, where a number stands.
 *
 *   score = ( BM25(pairs, words) + TITLE * BM25(title terms)
 *             [ + CHARS * BM25(single characters), if loosened + title likeness + number ] ) * validity * date
 *
 * What stands in brackets is never negative, so that the finely weighed stay
 * before the others.  Terms are added in one fixed order, in float, and ties
 * go by date and docid: an index that grew and one that was rebuilt answer alike.
 */
#include "catalog/internal.h"
#include "catalog/parameters.h"
#include "catalog/prepare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 512, SEEK_COST = 4 };	/* to seek costs as much as to read so many entries of a list */

/* --- the terms of a query ------------------------------------------------------------- */

/* What a question asks with, not about. */
static const char *const question_words[] = {
	"怎么办", "怎么样", "怎么", "怎样", "如何", "为什么", "什么", "哪些", "哪个", "哪里", "是否", "能不能", "可不可以", "有没有",
	"是不是", "会不会", "请问", "找谁", "应该", "吗", "呢",
};

static bool
without_question_words(const char *s, size_t n, struct gk_buf *out)
{
	gk_buf_reset(out);
	for (size_t at = 0; at < n;) {
		size_t skip = 0;

		for (size_t i = 0; skip == 0 && i < sizeof question_words / sizeof *question_words; i++) {
			size_t k = strlen(question_words[i]);

			if (n - at >= k && memcmp(s + at, question_words[i], k) == 0)
				skip = k;
		}
		if (skip > 0)
			gk_buf_putc(out, ' ');
		else
			gk_buf_putc(out, s[at]);
		at += skip > 0 ? skip : 1;
	}
	return !out->failed;
}

bool
gk_rank_add_term(struct gk_rank_terms *t, const char *p, size_t n)
{
	char *copy;

	for (size_t i = 0; i < t->n; i++)
		if (t->item[i].n == n && memcmp(t->item[i].p, p, n) == 0) {
			t->item[i].count++;
			return true;
		}
	if (t->n == sizeof t->item / sizeof *t->item)
		return true;
	copy = gk_arena_copy(&t->arena, p, n);
	if (copy == NULL)
		return false;
	t->item[t->n++] = (struct gk_rank_term){ .p = copy, .n = n, .count = 1 };
	return true;
}

static int
rarest_first(const void *a, const void *b)
{
	const struct gk_rank_term *x = a, *y = b;
	int c;

	if (x->df != y->df)
		return x->df < y->df ? -1 : 1;
	c = memcmp(x->p, y->p, x->n < y->n ? x->n : y->n);
	return c != 0 ? c : (x->n > y->n) - (x->n < y->n);
}

static bool
add_text(struct gk_rank_terms *out, const char *p, size_t n)
{
	struct gk_terms c;
	struct gk_term t;
	bool ok = true;

	gk_terms_start(&c, p, n);
	while (ok && gk_terms_next(&c, &t))
		if (t.kind != GK_TERM_CHAR)
			ok = gk_rank_add_term(out, t.p, t.n);
	return ok;
}

enum gk_status
gk_rank_weigh_terms(const struct gk_ladder *l, struct gk_rank_terms *terms)
{
	enum gk_status st = GK_OK;

	terms->known = 0;
	for (size_t i = 0; st == GK_OK && i < terms->n; i++) {
		struct gk_rank_term *t = &terms->item[i];

		st = gk_index_term_freq(l->ask.c->db, t->p, t->n, &t->df, l->ask.err);
		t->idf = gk_idf(l->ask.c->col->docs, t->df);
		if (t->df > 0)
			terms->known += t->idf;
	}
	qsort(terms->item, terms->n, sizeof *terms->item, rarest_first);
	return st;
}

/* The texts of one leaf: each distinct piece of them counts once, however many of them have it. */
static bool
collect_leaf(struct gk_rank_terms *out, const struct gk_node *node, const struct gk_leaf *leaf, bool question, struct gk_buf *plain, struct gk_buf *whole)
{
	bool ok = true;

	for (size_t i = 0; ok && i < leaf->texts; i++) {
		const struct gk_leaf_text *t = &leaf->text[i];

		if (question && node->kind == GK_N_RUN) {
			ok = without_question_words(t->p, t->n, plain);
		} else {
			gk_buf_reset(plain);
			ok = gk_buf_add(plain, t->p, t->n);
		}
		ok = ok && add_text(out, plain->p, plain->n) && gk_buf_add(whole, plain->p, plain->n) && gk_buf_putc(whole, ' ');
	}
	return ok;
}

enum gk_status
gk_rank_collect(const struct gk_ladder *l, bool question, struct gk_rank_terms *out)
{
	const struct gk_query *q = l->ask.r->query;
	struct gk_buf plain, whole;
	bool ok = true;

	memset(out, 0, sizeof *out);
	gk_arena_init(&out->arena, 1024 * 1024);
	gk_buf_init(&plain, 4 * GK_QUERY_BYTES);
	gk_buf_init(&whole, 16 * GK_QUERY_BYTES * GK_LEAF_TEXTS);
	for (size_t i = 0; ok && i < q->n; i++)
		if (gk_is_text(q->node[i].kind) && l->leaf[i].positive)
			ok = collect_leaf(out, &q->node[i], &l->leaf[i], question, &plain, &whole);
	out->text = gk_arena_copy(&out->arena, whole.n > 0 ? whole.p : "", whole.n);
	out->text_n = whole.n;
	gk_buf_free(&plain);
	gk_buf_free(&whole);
	return !ok || out->text == NULL ? gk_nomem(l->ask.err) : gk_rank_weigh_terms(l, out);
}

/* --- BM25 over posting lists --------------------------------------------------------------- */

/* What one list adds, for each document of the set that it has. */
struct gain {
	float weight;
	const float *norm;		/* [docid] */
	float *score;			/* [docid] */
};

static void
add_gains(const struct gain *g, const uint32_t *docs, const uint32_t *wdfs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		float wdf = (float)wdfs[i];

		g->score[docs[i]] += g->weight * wdf / (wdf + g->norm[docs[i]]);
	}
}

static enum gk_status
add_found(struct gk_postings *list, const struct gain *g, uint32_t *docs, size_t n, struct gk_err *err)
{
	uint32_t wdfs[BATCH];
	size_t kept = 0;
	enum gk_status st = gk_postings_among(list, docs, n, wdfs, err);

	if (st != GK_OK)
		return st;
	for (size_t i = 0; i < n; i++) {
		docs[kept] = docs[i];
		wdfs[kept] = wdfs[i];
		kept += wdfs[i] != GK_HAS_NOT;
	}
	add_gains(g, docs, wdfs, kept);
	return GK_OK;
}

/* The documents of the set one by one: where they are few, a list need not be walked. */
static enum gk_status
add_sought(const struct gk_catalog *c, struct gk_postings *list, const struct gain *g, const gk_set *set, struct gk_err *err)
{
	uint32_t docs[BATCH];
	size_t n = 0;
	enum gk_status st = GK_OK;

	GK_SET_EACH(d, set, c->col->last) {
		docs[n++] = d;
		if (n < BATCH)
			continue;
		st = add_found(list, g, docs, n, err);
		n = 0;
		if (st != GK_OK)
			return st;
	}
	return add_found(list, g, docs, n, err);
}

static enum gk_status
add_walked(const struct gk_catalog *c, struct gk_postings *list, const struct gain *g, const gk_set *set, struct gk_err *err)
{
	uint32_t docs[BATCH], wdfs[BATCH];
	size_t got;
	enum gk_status st;

	while ((st = gk_postings_next(list, docs, wdfs, BATCH, &got, err)) == GK_OK) {
		size_t kept = 0;

		while (got > 0 && docs[got - 1] > c->col->last)
			got--;
		for (size_t i = 0; i < got; i++) {
			docs[kept] = docs[i];
			wdfs[kept] = wdfs[i];
			kept += set[docs[i]];
		}
		add_gains(g, docs, wdfs, kept);
	}
	return st;
}

static enum gk_status
add_list(struct gk_catalog *c, const char *term, size_t n, const struct gain *g, const gk_set *set, bool few, struct gk_err *err)
{
	struct gk_postings *list;
	enum gk_status st = gk_postings_open(c->db, term, n, &list, err);

	if (st == GK_OK) {
		st = few ? add_sought(c, list, g, set, err) : add_walked(c, list, g, set, err);
		gk_postings_close(list);
	}
	return st == GK_END ? GK_OK : st;
}

enum gk_status
gk_rank_add_terms(struct gk_catalog *c, const struct gk_rank_terms *terms, const gk_set *set, float *score, struct gk_err *err)
{
	const size_t size = gk_set_count(set, (size_t)c->col->last + 1);
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < terms->n; i++) {
		const struct gk_rank_term *t = &terms->item[i];
		char title[GK_TERM_MAX + 2] = GK_X_TITLE;
		const double weight = t->idf * (GK_BM25_K1 + 1) * t->count;
		const struct gain text = { (float)weight, c->col->text_norm, score }, head = { (float)(weight * GK_TITLE_WEIGHT), c->col->title_norm, score };

		if (t->df == 0)
			continue;
		st = add_list(c, t->p, t->n, &text, set, size < t->df / SEEK_COST, err);
		memcpy(title + 1, t->p, t->n);
		if (st == GK_OK && GK_TITLE_WEIGHT > 0)
			st = add_list(c, title, t->n + 1, &head, set, size < t->df / SEEK_COST, err);
	}
	return st;
}

/* --- priors -------------------------------------------------------------------------------------- */

static double
validity_weight(enum gk_validity v)
{
	if (gk_validity_names[v].ended)
		return GK_WEIGHT_ENDED;
	switch (v) {
	case GK_V_UNKNOWN:
	case GK_V_PARTLY_IN_FORCE:
		return GK_WEIGHT_UNSURE;
	case GK_V_NOT_YET_EFFECTIVE:
	case GK_V_SUSPENDED:
		return GK_WEIGHT_NOT_YET;
	default:
		return 1.0;
	}
}

#define PRIOR_MOST (1 + GK_DATE_WEIGHT)	/* of what is in force, or named */

static double
prior(const struct gk_columns *c, const struct gk_rank_request *r, uint32_t d, bool named)
{
	const double first = 29220, span = 18262;	/* 1980-01-01, fifty years, in days since 1900 */
	double age = c->date[d] == 0 ? 0 : (c->date[d] - first) / span;

	age = age < 0 ? 0 : age > 1 ? 1 : age;
	return (named ? 1.0 : validity_weight(gk_asked_status(&r->ladder->ask, d))) * (1 + GK_DATE_WEIGHT * age);
}

/* --- a finer look at the best ------------------------------------------------------------------------ */

struct fine {
	bool characters;		/* weighed, with */
	struct gk_chars chars;		/* of the query */
	uint16_t *query;		/* canon of all positive text, for the title */
	size_t query_n;
	uint16_t *name_text;		/* the same without a year that was typed alone: what can be a title */
	struct gk_name name;
	char title_key[65];		/* "" if none */
	gk_set *same_title;		/* documents with just this title; NULL: none */
	gk_set *own_number;		/* likewise */
	uint16_t *number[GK_DOCNO_SPELLINGS];
	size_t number_n[GK_DOCNO_SPELLINGS], numbers;
	struct gk_finder finder;	/* of the numbers */
	int year;			/* a year typed alone; 0 none */
};

static bool
is_in(const gk_set *set, uint32_t docid)
{
	return set != NULL && set[docid] != 0;
}

/* The documents that have the term; *out stays NULL where none has. */
static enum gk_status
match_few(struct gk_catalog *c, const char *term, gk_set **out, struct gk_err *err)
{
	uint32_t df;
	enum gk_status st = gk_index_term_freq(c->db, term, strlen(term), &df, err);

	if (st != GK_OK || df == 0)
		return st;
	if (*out == NULL && (*out = calloc((size_t)c->col->last + 1, 1)) == NULL)
		return gk_nomem(err);
	return gk_match_term(c, term, strlen(term), *out, err);
}

/* A number stands in a document's own head, or somewhere in its text. */
static double
weigh_number(struct fine *f, const struct gk_text *t, uint32_t docid)
{
	double best = is_in(f->own_number, docid) ? 2 * GK_NUMBER_WEIGHT : 0, w;
	bool in_title = false;
	size_t at;

	for (size_t i = 0; !in_title && i < f->numbers; i++)
		in_title = gk_canon_find(t->title, t->title_n, f->number[i], f->number_n[i], 0) != (size_t)-1;
	at = in_title ? 0 : gk_finder_first(&f->finder, &t->body);
	if (at == (size_t)-1)
		return best;
	w = GK_NUMBER_WEIGHT / (1 + (double)at / 100);
	return best > w ? best : w;
}

static enum gk_status
prepare_number(struct gk_catalog *c, struct fine *f, const struct gk_node *node, struct gk_err *err)
{
	char term[GK_DOCNO_KEY + 8], spelling[GK_DOCNO_SPELLINGS][GK_SPELLING];
	size_t n;

	if (node->docno.key[0] == '\0' || f->numbers > 0)
		return GK_OK;
	n = gk_docno_spellings(&node->docno, spelling);
	for (size_t i = 0; i < n; i++) {
		f->number[f->numbers] = calloc(GK_SPELLING, sizeof **f->number);
		if (f->number[f->numbers] == NULL)
			return gk_nomem(err);
		f->number_n[f->numbers] = gk_canon(spelling[i], strlen(spelling[i]), f->number[f->numbers]);
		f->numbers++;
	}
	if (!gk_finder_begin(&f->finder, (const uint16_t *const *)f->number, f->number_n, f->numbers))
		return gk_nomem(err);
	snprintf(term, sizeof term, GK_X_DOCNO "%s", node->docno.key);
	return match_few(c, term, &f->own_number, err);
}

static bool
name_of(const struct gk_rank_request *r, const struct gk_columns *col, struct fine *f)
{
	const struct gk_query *q = r->ladder->ask.r->query;
	struct gk_buf text;
	bool ok;

	gk_buf_init(&text, r->terms->text_n + GK_QUERY_NODES);
	for (size_t i = 0; i < q->n; i++)
		if (gk_is_text(q->node[i].kind) && r->ladder->leaf[i].positive && q->node[i].year_from <= 0 && r->ladder->leaf[i].texts > 0) {
			gk_buf_add(&text, r->ladder->leaf[i].text[0].p, r->ladder->leaf[i].text[0].n);
			gk_buf_putc(&text, ' ');
		}
	f->name_text = calloc(text.n + 1, sizeof *f->name_text);
	ok = f->name_text != NULL && !text.failed;
	if (ok)
		gk_name_begin(&f->name, col, f->name_text, gk_canon(text.n > 0 ? text.p : "", text.n, f->name_text));
	gk_buf_free(&text);
	return ok;
}

static enum gk_status
prepare_fine(struct gk_catalog *c, const struct gk_rank_request *r, struct fine *f, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	memset(f, 0, sizeof *f);
	f->query = calloc(r->terms->text_n + 1, sizeof *f->query);
	if (f->query == NULL)
		return gk_nomem(err);
	for (size_t i = 0; i < r->ladder->ask.r->query->n; i++)
		if (r->ladder->ask.r->query->node[i].kind == GK_N_RUN && r->ladder->leaf[i].positive && r->ladder->ask.r->query->node[i].year_from > 0)
			f->year = r->ladder->ask.r->query->node[i].year_from;
	f->query_n = gk_canon(r->terms->text, r->terms->text_n, f->query);
	if (!name_of(r, c->col, f))
		return gk_nomem(err);
	f->characters = r->characters && r->ladder->answer == NULL;
	if (f->characters && !gk_chars_begin(&f->chars))
		return gk_nomem(err);
	for (size_t i = 0; f->characters && i < f->query_n; i++)
		gk_chars_add(&f->chars, c->col, f->query[i], 1);
	if (r->terms->text_n > 0 && gk_title_key(r->terms->text, r->terms->text_n, f->title_key, err)) {
		char term[80] = GK_X_TITLEKEY;

		memcpy(term + strlen(GK_X_TITLEKEY), f->title_key, sizeof f->title_key);
		st = match_few(c, term, &f->same_title, err);
	}
	for (size_t i = 0; st == GK_OK && i < r->ladder->ask.r->query->n; i++)
		if (r->ladder->ask.r->query->node[i].kind == GK_N_DOCNO && r->ladder->leaf[i].positive)
			st = prepare_number(c, f, &r->ladder->ask.r->query->node[i], err);
	return st;
}

static void
free_fine(struct fine *f)
{
	gk_chars_end(&f->chars);
	gk_finder_end(&f->finder);
	free(f->query);
	free(f->name_text);
	free(f->same_title);
	free(f->own_number);
	for (size_t i = 0; i < f->numbers; i++)
		free(f->number[i]);
}

static enum gk_status
weigh_finely(struct gk_catalog *c, const struct gk_rank_request *r, struct fine *f, float base, struct gk_hit *hit, struct gk_err *err)
{
	struct gk_text t;
	enum gk_status st = gk_textstore_get(c->text, c->col->text[hit->docid], hit->docid, &t, err);
	bool named = is_in(f->same_title, hit->docid) || is_in(f->own_number, hit->docid);
	struct gk_score part = { .docid = hit->docid, .words = base };
	double like, abbreviated;

	if (st != GK_OK)
		return GK_DEAD;
	like = f->numbers > 0 ? 0 : gk_likeness(f->query, f->query_n, t.title, t.title_n);
	abbreviated = f->numbers > 0 ? 0 : gk_abbreviation(c->col, &f->name, t.title, t.title_n);
	like = like > abbreviated ? like : abbreviated;
	part.characters = f->characters ? GK_CHARACTER_WEIGHT * gk_chars_weigh(&f->chars, c->col, &t) : 0;
	part.likeness = GK_LIKENESS_WEIGHT * like * like * r->terms->known;
	part.number = f->numbers > 0 ? weigh_number(f, &t, hit->docid) : 0;
	part.same_title = is_in(f->same_title, hit->docid) ? GK_SAME_TITLE_WEIGHT * (r->terms->known + 1) : 0;
	part.year = f->year != 0 && c->col->year[hit->docid] == f->year ? GK_YEAR_WEIGHT : 0;
	part.factor = prior(c->col, r, hit->docid, named);
	hit->score = (base + (part.characters + part.likeness + part.number + part.same_title + part.year)) * part.factor;
	if (r->explained != NULL)
		r->explained->score[r->explained->scores++] = part;
	return GK_OK;
}

static void
offer_scored(const struct gk_catalog *c, const struct gk_rank_request *r, const struct fine *f, const gk_set *set, const float *score, struct gk_best *all)
{
	const bool extras = f->same_title != NULL || f->own_number != NULL;
	double least = gk_best_least(all);

	GK_SET_EACH(d, set, c->col->last) {
		/* A title typed whole must be among those looked at closely; the same sum as there, so that all scores are of one scale. */
		double extra = !extras ? 0 : (is_in(f->same_title, d) ? GK_SAME_TITLE_WEIGHT * (r->terms->known + 1) : 0) + (is_in(f->own_number, d) ? 2 * GK_NUMBER_WEIGHT : 0);
		struct gk_hit hit = { d, score[d] + extra };

		/* Most cannot come among the best whatever their state and date. */
		if (hit.score * PRIOR_MOST < least)
			continue;
		hit.score *= prior(c->col, r, d, extra > 0);
		gk_best_offer(all, hit);
		least = gk_best_least(all);
	}
}

/* The newest, which come first among equals too, mostly came last: taken first, they leave the others no place. */
static void
offer_plain(const struct gk_columns *col, enum gk_sort sort, const gk_set *set, struct gk_best *all)
{
	if (sort == GK_SORT_NEWEST || sort == GK_SORT_RELEVANCE)
		for (uint32_t d = gk_set_back(set, col->last); d > 0; d = gk_set_back(set, d - 1))
			gk_best_offer(all, (struct gk_hit){ d, 0 });
	else
		GK_SET_EACH(d, set, col->last)
			gk_best_offer(all, (struct gk_hit){ d, 0 });
}

enum gk_status
gk_rank(struct gk_catalog *c, const struct gk_rank_request *r, gk_set *set, struct gk_hit *hits, size_t *n, struct gk_err *err)
{
	const struct gk_columns *col = c->col;
	bool scored = r->sort == GK_SORT_RELEVANCE && r->terms->n > 0;
	size_t keep = scored && r->want < GK_FINE_HITS ? GK_FINE_HITS : r->want;
	struct gk_best all = { .want = keep, .col = col, .sort = scored ? GK_SORT_RELEVANCE : r->sort };
	struct fine f;
	const float *score = r->ladder->answer;	/* of a question */
	float *sum = NULL;
	enum gk_status st = r->sort == GK_SORT_NUMBER ? gk_columns_numbers(col, c->db, c->codes, c->n_codes, &all.place, err) : GK_OK;

	memset(&f, 0, sizeof f);
	if (st != GK_OK)
		return st;
	all.hit = malloc(gk_best_room(keep, col->last) * sizeof *all.hit);
	if (scored && score == NULL)
		score = sum = calloc((size_t)col->last + 1, sizeof *sum);
	if (all.hit == NULL || (scored && score == NULL)) {
		st = gk_nomem(err);
		goto out;
	}
	if (scored)
		st = prepare_fine(c, r, &f, err);
	if (st == GK_OK && sum != NULL)
		st = gk_rank_add_terms(c, r->terms, set, sum, err);
	if (st != GK_OK)
		goto out;
	if (scored)
		offer_scored(c, r, &f, set, score, &all);
	else
		offer_plain(col, r->sort, set, &all);
	gk_best_order(&all);
	if (scored) {
		size_t looked = all.n < GK_FINE_HITS ? all.n : GK_FINE_HITS;
		struct gk_best fine = { .hit = all.hit, .n = looked, .want = looked, .col = col, .sort = GK_SORT_RELEVANCE };

		for (size_t i = 0; st == GK_OK && i < looked; i++) {
			if (i + GK_TEXTS_AHEAD < looked)
				gk_textstore_expect(c->text, col->text[all.hit[i + GK_TEXTS_AHEAD].docid]);
			st = weigh_finely(c, r, &f, score[all.hit[i].docid], &all.hit[i], err);
		}
		gk_best_order(&fine);
	}
	*n = all.n < r->want ? all.n : r->want;
	for (size_t i = 0; i < *n; i++)
		hits[i] = (struct gk_hit){ all.hit[i].docid, scored ? all.hit[i].score : 0 };
out:
	free_fine(&f);
	free(sum);
	free(all.hit);
	return st;
}

