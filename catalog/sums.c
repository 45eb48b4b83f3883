/*
 * The first look of a question (question.c): which documents have the most of its pairs.  All lists go through the documents together, a stretch
 * after the other, so that what is added up stays in the nearest memory however many documents there are:
 *
 *   lists, rarest first   the first of them: whoever stands in none of these cannot come to the least that is asked
 *                         the others: added to those alone, and of a stretch that has few of them only these are looked for
 *
 * Who cannot come to the least, or among the best so many, with all that is still to be added is let go before the next list (MaxScore: Turtle
 * and Flood, Query evaluation: strategies and optimizations, 1995).  The sums of who stays are those of all lists, in one fixed order.
 */
#include "catalog/internal.h"
#include "catalog/parameters.h"

#include <stdlib.h>
#include <string.h>

enum { STRETCH = 2048, AHEAD = 128, SEEK_COST = 4 };	/* to seek costs as much as to read so many entries of a list */

/* Sums are floats: what is equal but for their rounding stays. */
#define ROUNDING 0.9999

struct list {
	struct gk_postings *p;
	uint32_t doc[AHEAD], wdf[AHEAD];
	size_t at, n;			/* read ahead, and where we are in it */
	bool end, title, related;
	float weight, share, about;	/* of BM25, and the idf where it counts */
	const float *norm;		/* [docid] */
	uint32_t df;
	double rest_about, rest_score;	/* the most that this list and those behind it can add */
};

struct slot { float score[2], share, about; };	/* of what was typed, and of related words */

struct sums {
	struct gk_catalog *c;
	struct gk_err *err;
	const gk_set *within;
	struct list *list;
	size_t lists, first;		/* the first so many say who is a candidate */
	uint32_t base, end;		/* of the stretch */
	struct slot slot[STRETCH];
	gk_set seen[STRETCH];
	uint16_t candidate[STRETCH];
	size_t candidates;
	double least;
	struct gk_best best;
	struct gk_sum *kept;		/* of those that were offered, by rising number */
	size_t n_kept, room;
};

/* --- the lists -------------------------------------------------------------------------------- */

static enum gk_status
open_list(struct sums *s, const char *term, size_t n, const struct list *like)
{
	struct list *l = &s->list[s->lists];
	enum gk_status st;

	*l = *like;
	st = gk_postings_open(s->c->db, term, n, &l->p, s->err);
	if (st == GK_OK)
		s->lists++;
	return st == GK_END ? GK_OK : st;
}

static enum gk_status
open_terms(struct sums *s, const struct gk_rank_terms *terms, bool related)
{
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < terms->n; i++) {
		const struct gk_rank_term *t = &terms->item[i];
		char title[GK_TERM_MAX + 2] = GK_X_TITLE;
		const double weight = t->idf * (GK_BM25_K1 + 1) * t->count;
		struct list l = { .related = related, .weight = (float)weight, .share = related ? 0 : (float)t->idf, .about = related || t->about ? (float)t->idf : 0,
				  .norm = s->c->col->text_norm, .df = t->df };

		if (t->df == 0)
			continue;
		st = open_list(s, t->p, t->n, &l);
		l.title = true;
		l.weight = (float)(weight * GK_TITLE_WEIGHT);
		l.share = l.about = 0;
		l.norm = s->c->col->title_norm;
		memcpy(title + 1, t->p, t->n);
		if (st == GK_OK && GK_TITLE_WEIGHT > 0)
			st = open_list(s, title, t->n + 1, &l);
	}
	return st;
}

static void
add_up_rests(struct sums *s)
{
	double about = 0, score = 0;

	for (size_t i = s->lists; i-- > 0;) {
		struct list *l = &s->list[i];

		about += l->about;
		/* wdf / (wdf + norm) is less than 1. */
		score += l->related ? l->weight * GK_RELATED_WEIGHT : l->weight;
		l->rest_about = about;
		l->rest_score = score;
	}
}

/* Stands on the first entry that is not before the document. */
static enum gk_status
come_to(struct list *l, uint32_t doc, struct gk_err *err)
{
	enum gk_status st;

	while (l->at < l->n && l->doc[l->at] < doc)
		l->at++;
	if (l->at < l->n || l->end)
		return GK_OK;
	st = gk_postings_seek(l->p, doc, &l->doc[0], &l->wdf[0], err);
	l->at = 0;
	l->n = st == GK_OK;
	l->end = st == GK_END;
	return st == GK_END ? GK_OK : st;
}

static enum gk_status
read_on(struct list *l, struct gk_err *err)
{
	enum gk_status st = gk_postings_next(l->p, l->doc, l->wdf, AHEAD, &l->n, err);

	l->at = 0;
	l->end = st == GK_END;
	if (st != GK_OK)
		l->n = 0;
	return st == GK_END ? GK_OK : st;
}

/* --- a stretch ----------------------------------------------------------------------------------- */

static inline void
add(const struct list *l, struct slot *slot, uint32_t doc, uint32_t count)
{
	const float wdf = (float)count;

	slot->score[l->related] += l->weight * wdf / (wdf + l->norm[doc]);
	slot->share += l->share;
	slot->about += l->about;
}

/* Every document of the stretch that the list has: a candidate, if any may be; else those alone that are. */
static enum gk_status
walk(struct sums *s, struct list *l, bool any)
{
	const uint32_t *units = s->c->col->units;
	enum gk_status st = come_to(l, s->base, s->err);

	while (st == GK_OK && !l->end) {
		for (; l->at < l->n && l->doc[l->at] < s->end; l->at++) {
			const uint32_t doc = l->doc[l->at], i = doc - s->base;

			/* A number may have postings and no document. */
			if (any)
				s->seen[i] |= s->within != NULL ? s->within[doc] : units[doc] != 0;
			if (s->seen[i])
				add(l, &s->slot[i], doc, l->wdf[l->at]);
		}
		if (l->at < l->n)
			break;
		st = read_on(l, s->err);
	}
	return st;
}

static enum gk_status
seek(struct sums *s, struct list *l)
{
	enum gk_status st = GK_OK;

	for (size_t k = 0; st == GK_OK && !l->end && k < s->candidates; k++) {
		const uint32_t i = s->candidate[k], doc = s->base + i;

		st = come_to(l, doc, s->err);
		if (st == GK_OK && l->at < l->n && l->doc[l->at] == doc)
			add(l, &s->slot[i], doc, l->wdf[l->at]);
	}
	return st;
}

static double
score_of(const struct slot *slot)
{
	return slot->score[0] + GK_RELATED_WEIGHT * slot->score[1];
}

/* What cannot come to the least, or among the best, with all from the list on goes. */
static void
let_go(struct sums *s, const struct list *from)
{
	const float about = (float)(s->least * ROUNDING - from->rest_about);
	const double score = gk_best_least(&s->best) * ROUNDING - from->rest_score;
	size_t stay = 0;

	for (size_t k = 0; k < s->candidates; k++) {
		const uint16_t i = s->candidate[k];
		const bool stays = s->slot[i].about >= about && score_of(&s->slot[i]) >= score;

		s->seen[i] = stays;
		s->candidate[stay] = i;
		stay += stays;
	}
	s->candidates = stay;
}

static bool
keep(struct sums *s, uint32_t doc, const struct slot *slot)
{
	if (s->n_kept == s->room) {
		size_t room = s->room == 0 ? STRETCH : s->room * 2;
		struct gk_sum *kept = realloc(s->kept, room * sizeof *kept);

		if (kept == NULL)
			return false;
		s->kept = kept;
		s->room = room;
	}
	s->kept[s->n_kept++] = (struct gk_sum){ .docid = doc, .score = score_of(slot), .related = (float)GK_RELATED_WEIGHT * slot->score[1], .share = slot->share };
	return true;
}

static bool
offer(struct sums *s)
{
	for (size_t k = 0; k < s->candidates; k++) {
		const struct slot *slot = &s->slot[s->candidate[k]];
		const struct gk_hit hit = { s->base + s->candidate[k], score_of(slot) };

		if (slot->about <= 0 || slot->about < s->least || hit.score < gk_best_least(&s->best))
			continue;
		if (!keep(s, hit.docid, slot))
			return false;
		gk_best_offer(&s->best, hit);
	}
	return true;
}

static enum gk_status
add_stretch(struct sums *s)
{
	enum gk_status st = GK_OK;
	size_t i = 0;
	uint32_t d;

	memset(s->slot, 0, sizeof s->slot);
	memset(s->seen, 0, sizeof s->seen);
	s->candidates = 0;
	while (s->first > 0 && (s->list[s->first - 1].rest_about < s->least * ROUNDING || s->list[s->first - 1].rest_score < gk_best_least(&s->best) * ROUNDING))
		s->first--;
	for (; st == GK_OK && i < s->first; i++)
		st = walk(s, &s->list[i], true);
	for (struct gk_set_walk w = { .set = s->seen, .end = STRETCH }; gk_set_step(&w, &d);)
		s->candidate[s->candidates++] = (uint16_t)d;
	for (; st == GK_OK && i < s->lists && s->candidates > 0; i++) {
		struct list *l = &s->list[i];
		const double here = (double)l->df * STRETCH / s->c->col->last;

		/* What a title adds is hardly worth the look. */
		if (!l->title)
			let_go(s, l);
		st = (double)s->candidates * SEEK_COST < here ? seek(s, l) : walk(s, l, false);
	}
	return st == GK_OK && !offer(s) ? gk_nomem(s->err) : st;
}

/* --- the whole -------------------------------------------------------------------------------------- */

static int
by_docid(const void *a, const void *b)
{
	const struct gk_sum *x = a, *y = b;

	return x->docid < y->docid ? -1 : x->docid > y->docid;
}

static void
take_best(struct sums *s, struct gk_sum *out, size_t *n)
{
	gk_best_order(&s->best);
	for (*n = 0; *n < s->best.n; (*n)++)
		out[*n] = *(const struct gk_sum *)bsearch(&(struct gk_sum){ .docid = s->best.hit[*n].docid }, s->kept, s->n_kept, sizeof *s->kept, by_docid);
}

enum gk_status
gk_sums(struct gk_catalog *c, const struct gk_sums_request *r, struct gk_sum *out, size_t *n, struct gk_err *err)
{
	struct sums *s = calloc(1, sizeof *s);
	const uint32_t last = c->col->last;
	enum gk_status st = GK_OK;

	if (s == NULL)
		return gk_nomem(err);
	s->c = c;
	s->err = err;
	s->within = r->within;
	s->least = r->least;
	s->best = (struct gk_best){ .hit = malloc(gk_best_room(r->most, last) * sizeof *s->best.hit), .want = r->most, .col = c->col, .sort = GK_SORT_RELEVANCE };
	s->list = calloc(2 * (r->typed->n + r->related->n) + 1, sizeof *s->list);
	if (s->best.hit == NULL || s->list == NULL)
		st = gk_nomem(err);
	if (st == GK_OK)
		st = open_terms(s, r->related, true);
	if (st == GK_OK)
		st = open_terms(s, r->typed, false);
	add_up_rests(s);
	s->first = s->lists;
	for (uint64_t base = 1; st == GK_OK && base <= last; base += STRETCH) {
		s->base = (uint32_t)base;
		s->end = base + STRETCH <= last ? (uint32_t)base + STRETCH : last + 1;
		st = add_stretch(s);
	}
	if (st == GK_OK)
		take_best(s, out, n);
	for (size_t i = 0; i < s->lists; i++)
		gk_postings_close(s->list[i].p);
	free(s->list);
	free(s->best.hit);
	free(s->kept);
	free(s);
	return st;
}
