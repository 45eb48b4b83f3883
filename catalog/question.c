/*
 * Which document answers a question (level some).  A citizen asks in other
 * words than the law writes, so that no word need be shared but the common ones:
 *
 *   first look    all documents: BM25 of the pairs that were typed, and of those of related words of the thesaurus
 *   second look   the best some hundreds, from their mapped text:
 *
 *     answer =   BM25(single characters, typed and related) + RELATED * BM25(related pairs)
 *              + known * ( SHARE * share of the typed weight that stands there
 *                        + WORK * log(1 + how much of the first look is of the same work)
 *                        + CITED * log(1 + how many documents name the work in 《》)
 *                        + what kind of norm its title says it is )
 *              + BESIDE * the best of the articles beside it
 *              + BEST * the best article of the work
 *
 * The work of 中华人民共和国民法典第五百条 is 中华人民共和国民法典: where articles are
 * documents of their own, a law of which many articles fit, or one fits well, is the law to look in, and where one fits the
 * articles beside it belong to the answer: what a chapter rules on is said once and not again in each.  What
 * is learned from articles does not hold for whole documents, of which most have every
 * word somewhere; theirs is
 *
 *     answer =   WHOLE * ( BM25(pairs, typed and related) + CHARACTER * BM25(single characters) )
 *
 * The numbers are in parameters.h, with their origin; no word of any query is.
 */
#include "catalog/internal.h"
#include "catalog/parameters.h"
#include "catalog/prepare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- related words ---------------------------------------------------------------------- */

static bool
add_units(struct gk_others *r, const struct gk_synonym *to, const char *word, size_t word_n)
{
	uint16_t *a = calloc(to->n + word_n + 2, sizeof *a), *b = a == NULL ? NULL : a + to->n + 1;
	size_t n, k;

	if (a == NULL)
		return false;
	n = gk_canon(to->p, to->n, a);
	k = gk_canon(word, word_n, b);
	for (size_t i = 0; i < n && r->units < GK_RELATED_CHARS; i++) {
		bool seen = !gk_is_cjk_unit(a[i]);

		for (size_t j = 0; !seen && j < k; j++)
			seen = a[i] == b[j];
		for (size_t j = 0; !seen && j < r->units; j++)
			seen = a[i] == r->unit[j];
		if (!seen)
			r->unit[r->units++] = a[i];
	}
	free(a);
	return true;
}

/* Pairs of the other word that the typed one has not itself. */
static bool
add_pairs(struct gk_others *r, const struct gk_synonym *to, const char *word, size_t word_n)
{
	struct gk_terms c;
	struct gk_term t;
	bool ok = true;

	gk_terms_start(&c, to->p, to->n);
	while (ok && gk_terms_next(&c, &t))
		if (t.kind != GK_TERM_CHAR && memmem(word, word_n, t.p, t.n) == NULL)
			ok = gk_rank_add_term(&r->pairs, t.p, t.n);
	return ok;
}

static bool
collect_run(const struct gk_thesaurus *t, const struct gk_leaf_text *run, struct gk_ladder *l, struct gk_others *r)
{
	bool ok = true;

	for (size_t at = 0, step; ok && at < run->n; at += step) {
		size_t word_n = 0, count = 0;
		const struct gk_synonym *to = gk_thesaurus_find(t, run->p + at, run->n - at, &word_n, &count);

		step = word_n;
		for (size_t i = 0; ok && to != NULL && i < count; i++) {
			/* The way back leads to everyday words, which documents do not write. */
			if (to[i].back)
				continue;
			ok = add_pairs(r, &to[i], run->p + at, word_n) && add_units(r, &to[i], run->p + at, word_n);
			if (l->n_related < GK_RELATED)
				l->related[l->n_related++] = (struct gk_related){ { run->p + at, word_n }, { to[i].p, to[i].n } };
		}
		if (to == NULL)
			for (step = 1; at + step < run->n && ((unsigned char)run->p[at + step] & 0xC0) == 0x80; step++)
				;
	}
	return ok;
}

enum gk_status
gk_question_others(struct gk_ladder *l, struct gk_others *r)
{
	const struct gk_query *q = l->ask.r->query;
	const struct gk_thesaurus *t;
	enum gk_status st = gk_catalog_thesaurus(l->ask.c, &t, l->ask.err);
	bool ok = true;

	*r = (struct gk_others){ .units = 0 };
	gk_arena_init(&r->pairs.arena, 1024 * 1024);
	l->n_related = 0;
	for (size_t i = 0; st == GK_OK && ok && i < q->n; i++)
		if (q->node[i].kind == GK_N_RUN && l->leaf[i].positive)
			ok = collect_run(t, &l->leaf[i].text[0], l, r);
	if (st == GK_OK)
		st = ok ? gk_rank_weigh_terms(l, &r->pairs) : gk_nomem(l->ask.err);
	return st;
}

/* --- single characters --------------------------------------------------------------------- */

/* Those typed, and those of related words for less; *known gets the sum of the idf of what was typed. */
static bool
make_chars(const struct gk_columns *col, const struct gk_rank_terms *typed, const struct gk_others *r, struct gk_chars *c, double *known)
{
	uint16_t *units = calloc(typed->text_n + 1, sizeof *units);
	bool ok = units != NULL && gk_chars_begin(c);
	size_t n = ok ? gk_canon(typed->text, typed->text_n, units) : 0;

	*known = 0;
	for (size_t i = 0; i < n; i++) {
		gk_chars_add(c, col, units[i], 1);
		*known += gk_is_cjk_unit(units[i]) ? gk_char_idf(col, units[i]) : 0;
	}
	for (size_t i = 0; ok && i < r->units; i++)
		gk_chars_add(c, col, r->unit[i], GK_RELATED_WEIGHT);
	free(units);
	return ok;
}

/* --- titles ------------------------------------------------------------------------------------ */

enum { DI = 0x7B2C, TIAO = 0x6761, ZHI = 0x4E4B, FA = 0x6CD5, DIAN = 0x5178, BAN = 0x529E, JIE = 0x89E3, SHI = 0x91CA };

static bool
is_numeral(uint16_t u)
{
	static const uint16_t han[] = { 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D, 0x5341, 0x767E, 0x5343, 0x96F6, 0x3007 };
	bool found = u >= '0' && u <= '9';

	for (size_t i = 0; !found && i < sizeof han / sizeof *han; i++)
		found = u == han[i];
	return found;
}

/* Units of the title before 第五百条 or 第十条之一 at its end; all of them if there is no article. */
static size_t
work_length(const uint16_t *t, size_t n)
{
	size_t end = n;

	while (end > 0 && is_numeral(t[end - 1]))
		end--;
	if (end > 1 && end < n && t[end - 1] == ZHI)
		end--;
	else
		end = n;
	if (end < 3 || t[end - 1] != TIAO)
		return n;
	end--;
	while (end > 0 && is_numeral(t[end - 1]))
		end--;
	if (end < 2 || t[end - 1] != DI)
		return n;
	for (end--; end > 0 && t[end - 1] == ' '; end--)
		;
	return end;
}

/* What kind of norm a title names by its last characters; （试行） and the like behind them do not count. */
static double
kind_weight(const uint16_t *t, size_t n)
{
	bool interprets = false;

	for (size_t i = 0; i + 1 < n; i++)
		interprets |= t[i] == JIE && t[i + 1] == SHI;
	/* （试行） has become a blank and its characters in the canon. */
	for (size_t i = n; !interprets && i-- > 1;)
		if (t[i] == ' ' && n - i <= 5)
			n = i;
	if (n < 3)
		return 0;
	if (t[n - 1] == DIAN && t[n - 2] == FA)
		return GK_KIND_CODE;
	if (t[n - 1] == FA)
		return t[n - 2] == BAN ? 0 : GK_KIND_LAW;	/* 办法 is no law */
	return interprets ? GK_KIND_INTERPRETATION : 0;
}

/* --- the second look ----------------------------------------------------------------------------- */

enum { BESIDE = 3 };	/* articles on either side */

struct candidate {
	uint32_t docid;
	float first;		/* score of the first look */
	float related;		/* the part of it that related words gave */
	float share;		/* of the typed weight that stands there */
	float base;		/* with the single characters: what the works are compared by */
	double answer;
	uint64_t work;		/* hash of its name; 0 for a document that is no article */
	double kind;		/* what is added for the kind of norm and for citations */
	double beside;		/* the best base of the articles beside it in the same work */
};

struct look {
	struct gk_ladder *l;
	const struct gk_rank_terms *typed;
	const struct gk_others *others;
	struct gk_chars chars;
	double known;		/* of the question: idf of its characters and pairs */
	struct candidate *best;	/* at most GK_QUESTION_HITS */
	size_t n;
};

static uint64_t
hash_units(const uint16_t *t, size_t n)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ t[i]) * 1099511628211u;
	return h | 1;
}

static int
by_base(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->base != y->base)
		return x->base > y->base ? -1 : 1;
	return x->docid < y->docid ? -1 : x->docid > y->docid;
}

static int
by_docid(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return x->docid < y->docid ? -1 : x->docid > y->docid;
}

static int
by_answer(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->answer != y->answer)
		return x->answer > y->answer ? -1 : 1;
	return x->docid < y->docid ? -1 : x->docid > y->docid;
}

/* The best of all documents; those with less than `least` of the weight of what the question is about, related words included, are no answer. */
static enum gk_status
first_look(struct look *k, const struct gk_rank_terms *about, const gk_set *within, double least, size_t most)
{
	const struct gk_sums_request r = { k->typed, &k->others->pairs, within, least * about->known, most };
	struct gk_sum *sum = malloc(most * sizeof *sum);
	size_t n = 0;
	enum gk_status st;

	k->n = 0;
	st = sum == NULL ? gk_nomem(k->l->ask.err) : gk_sums(k->l->ask.c, &r, sum, &n, k->l->ask.err);
	for (; st == GK_OK && k->n < n; k->n++)
		k->best[k->n] = (struct candidate){ .docid = sum[k->n].docid, .first = (float)sum[k->n].score, .related = sum[k->n].related, .share = sum[k->n].share };
	free(sum);
	return st;
}

/* How often the archive names the work in 《》. */
static enum gk_status
cited(struct gk_catalog *c, const uint16_t *title, size_t n, uint32_t *times, struct gk_err *err)
{
	char term[80] = GK_X_CITES_TITLE, key[65];

	*times = 0;
	if (!gk_title_key_of(title, n, key))
		return GK_OK;
	memcpy(term + strlen(GK_X_CITES_TITLE), key, GK_CITED_TITLE);
	return gk_index_term_freq(c->db, term, strlen(GK_X_CITES_TITLE) + GK_CITED_TITLE, times, err);
}

static enum gk_status
look_at(struct look *k, struct candidate *d, size_t *read)
{
	struct gk_catalog *c = k->l->ask.c;
	struct gk_text t;
	size_t work;
	uint32_t times;
	enum gk_status st;

	if (gk_textstore_get(c->text, c->col->text[d->docid], d->docid, &t, k->l->ask.err) != GK_OK)
		return GK_DEAD;
	*read += t.title_n + t.body.units;
	d->answer = gk_chars_weigh(&k->chars, c->col, &t);
	d->base = d->first + (float)d->answer;
	work = work_length(t.title, t.title_n);
	if (work == t.title_n)
		return GK_OK;
	d->work = hash_units(t.title, work);
	st = cited(c, t.title, work, &times, k->l->ask.err);
	d->kind = kind_weight(t.title, work) + GK_CITED_WEIGHT * log1p(times);
	return st;
}

/* As many of the best as may be read, short texts many, long ones few; but no fewer than are wanted. */
static enum gk_status
second_look(struct look *k, size_t most, size_t *read)
{
	const struct gk_catalog *c = k->l->ask.c;
	size_t n = 0;
	enum gk_status st = GK_OK;

	*read = 0;
	for (; st == GK_OK && n < k->n && (n < GK_FINE_HITS || n < most || *read < GK_QUESTION_UNITS); n++) {
		if (n + GK_TEXTS_AHEAD < k->n)
			gk_textstore_expect(c->text, c->col->text[k->best[n + GK_TEXTS_AHEAD].docid]);
		st = look_at(k, &k->best[n], read);
	}
	k->n = n;
	return st;
}

/* Twice as many as may be read, if they are as long as most, are hardly ever too few; else all are taken that may ever be. */
static enum gk_status
look_twice(struct look *k, const struct gk_rank_terms *about, const gk_set *within, double least, size_t most)
{
	const double enough = 2 * GK_QUESTION_UNITS / fmax(k->l->ask.c->col->average_units, 1);
	const size_t hits = (size_t)fmin(fmax(fmax(enough, GK_FINE_HITS), (double)most), GK_QUESTION_HITS);
	size_t read;
	enum gk_status st = first_look(k, about, within, least, hits);

	if (st == GK_OK)
		st = second_look(k, most, &read);
	if (st == GK_OK && k->n == hits && hits < GK_QUESTION_HITS && read < GK_QUESTION_UNITS) {
		st = first_look(k, about, within, least, GK_QUESTION_HITS);
		if (st == GK_OK)
			st = second_look(k, most, &read);
	}
	return st;
}

/* Articles of a work are taken in one after the other, so that their numbers in the catalog are their places. */
static void
look_around(struct look *k)
{
	qsort(k->best, k->n, sizeof *k->best, by_docid);
	for (size_t i = 0; i < k->n; i++)
		for (size_t j = i + 1; j < k->n && k->best[j].docid - k->best[i].docid <= BESIDE; j++) {
			struct candidate *d = &k->best[i], *e = &k->best[j];

			if (d->work == 0 || d->work != e->work)
				continue;
			d->beside = fmax(d->beside, e->base);
			e->beside = fmax(e->beside, d->base);
		}
}

/* Of each work how much of the first look it is, and its best article; open addressing over hashes. */
struct work { uint64_t hash; double sum, best; };
struct works { struct work *item; size_t size; };

static struct work *
work_of(const struct works *w, uint64_t hash)
{
	size_t i = hash % w->size;

	while (w->item[i].hash != 0 && w->item[i].hash != hash)
		i = (i + 1) % w->size;
	w->item[i].hash = hash;
	return &w->item[i];
}

/* From the best to the last: the candidates are in the order of their base. */
static void
gather_works(const struct look *k, const struct works *w)
{
	size_t counted = k->n < GK_WORK_HITS ? k->n : GK_WORK_HITS;

	for (size_t i = 0; i < k->n; i++) {
		const struct candidate *d = &k->best[i];
		struct work *work = d->work == 0 ? NULL : work_of(w, d->work);

		if (work == NULL)
			continue;
		if (i < counted && k->best[counted - 1].base > 0)
			work->sum += d->base / k->best[counted - 1].base;
		if (d->base > work->best)
			work->best = d->base;
	}
}

static enum gk_status
add_up(struct look *k)
{
	size_t size = 2 * k->n + 1;
	struct works w = { calloc(size, sizeof *w.item), size };
	double pairs = k->typed->known > 0 ? k->typed->known : 1;

	if (w.item == NULL)
		return gk_nomem(k->l->ask.err);
	look_around(k);
	qsort(k->best, k->n, sizeof *k->best, by_base);
	gather_works(k, &w);
	for (size_t i = 0; i < k->n; i++) {
		struct candidate *d = &k->best[i];
		const struct work *work = d->work == 0 ? NULL : work_of(&w, d->work);

		if (work == NULL)
			d->answer = GK_WHOLE_WEIGHT * (d->first + GK_CHARACTER_WEIGHT * d->answer);
		else
			d->answer += d->related + k->known * (GK_SHARE_WEIGHT * d->share / pairs + GK_WORK_WEIGHT * log1p(work->sum) + d->kind) +
				     GK_BESIDE_WEIGHT * d->beside + GK_BEST_WEIGHT * work->best;
	}
	qsort(k->best, k->n, sizeof *k->best, by_answer);
	free(w.item);
	return GK_OK;
}

static void
free_look(struct look *k)
{
	gk_chars_end(&k->chars);
	free(k->best);
}

enum gk_status
gk_question_rank(struct gk_ladder *l, const struct gk_question *q, size_t most, double least, gk_set *set)
{
	struct look k = { .l = l, .typed = q->typed, .others = q->others };
	enum gk_status st = GK_OK;

	free(l->answer);
	/* Nobody reads it but of documents of the set. */
	l->answer = malloc(l->ask.size * sizeof *l->answer);
	if (l->answer == NULL || !make_chars(l->ask.c->col, q->typed, q->others, &k.chars, &k.known))
		st = gk_nomem(l->ask.err);
	k.known += q->typed->known;
	if (st == GK_OK && (k.best = calloc(GK_QUESTION_HITS, sizeof *k.best)) == NULL)
		st = gk_nomem(l->ask.err);
	if (st == GK_OK)
		st = look_twice(&k, q->about, q->whole ? NULL : set, least, most);
	if (st == GK_OK)
		st = add_up(&k);
	if (st == GK_OK) {
		if (!q->whole)
			memset(set, 0, l->ask.size);
		for (size_t i = 0; i < k.n && i < most; i++) {
			set[k.best[i].docid] = 1;
			l->answer[k.best[i].docid] = (float)k.best[i].answer;
		}
	}
	free_look(&k);
	return st;
}
