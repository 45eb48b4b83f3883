/* Documents like one: its strongest words asked for, and what the index knows of texts that are the same or cite it. */
#include "catalog/similar.h"

#include "base/utf8.h"
#include "catalog/internal.h"
#include "catalog/parameters.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	BODY_UNITS = 3000,	/* of the body that is looked at: what a document is about stands at its beginning */
	STRONGEST = 24,		/* words that are asked for */
	BATCH = 1024,
};
/* A word of the title weighs as three; a document must have a seventh of the weight. */
static const double title_share = 3, floor_share = 1.0 / 7;

/* --- its words -------------------------------------------------------------------------- */

struct word { const char *p; size_t n; uint32_t count, in_title; double weight; };

struct words {
	struct gk_buf text;	/* title, space, beginning of the body, as UTF-8 */
	size_t title_n;
	struct word *item;
	size_t n, room;
};

static bool
append_units(struct gk_buf *to, const uint16_t *p, size_t n)
{
	char utf8[4];

	for (size_t i = 0; i < n; i++) {
		uint32_t cp = p[i];

		if ((cp & 0xFC00) == 0xD800 && i + 1 < n)
			cp = 0x10000 + ((cp & 0x3FF) << 10) + (p[++i] & 0x3FF);
		if ((cp & 0xF800) == 0xD800)
			continue;	/* half a character, where the body was cut */
		if (!gk_buf_add(to, utf8, gk_utf8_encode(cp, utf8)))
			return false;
	}
	return true;
}

static int
by_text(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return memcmp(x->p, y->p, x->n);
}

static bool
add_word(struct words *w, struct word word)
{
	if (w->n == w->room) {
		size_t room = w->room == 0 ? 1024 : w->room * 2;
		struct word *grown = realloc(w->item, room * sizeof *grown);

		if (grown == NULL)
			return false;
		w->item = grown;
		w->room = room;
	}
	w->item[w->n++] = word;
	return true;
}

/* Each different pair and word once, with how often it stands there. */
static bool
cut_words(struct words *w)
{
	struct gk_terms cursor;
	struct gk_term t;
	size_t kept = 0;

	gk_terms_start(&cursor, w->text.p, w->text.n);
	while (gk_terms_next(&cursor, &t))
		if ((t.kind == GK_TERM_PAIR || t.kind == GK_TERM_WORD) && !add_word(w, (struct word){ t.p, t.n, 1, t.start < w->title_n, 0 }))
			return false;
	if (w->n > 0)
		qsort(w->item, w->n, sizeof *w->item, by_text);
	for (size_t i = 0; i < w->n; i++)
		if (kept > 0 && by_text(&w->item[kept - 1], &w->item[i]) == 0) {
			w->item[kept - 1].count++;
			w->item[kept - 1].in_title |= w->item[i].in_title;
		} else {
			w->item[kept++] = w->item[i];
		}
	w->n = kept;
	return true;
}

static int
by_weight(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return x->weight != y->weight ? (x->weight > y->weight ? -1 : 1) : by_text(a, b);
}

/* What only it and its reprints have finds nothing else, and what every tenth document has tells nothing. */
static enum gk_status
weigh_words(struct gk_catalog *c, struct words *w, size_t own, struct gk_err *err)
{
	double docs = c->col->docs;
	uint32_t common = c->col->docs / 10 + 10;
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < w->n; i++) {
		struct word *word = &w->item[i];
		uint32_t df;

		st = gk_index_term_freq(c->db, word->p, word->n, &df, err);
		if (st == GK_OK && df > own && df <= common)
			word->weight = gk_idf(docs, df) * (word->in_title ? title_share : 1) * word->count / (word->count + GK_BM25_K1);
	}
	if (st == GK_OK && w->n > 0)
		qsort(w->item, w->n, sizeof *w->item, by_weight);
	return st;
}

static enum gk_status
copies_of(struct gk_catalog *c, uint32_t docid, uint32_t *out, size_t max, size_t *n, size_t *total, struct gk_err *err)
{
	const uint32_t *copy = NULL;
	enum gk_status st = gk_catalog_columns(c, err);

	*n = *total = 0;
	if (st == GK_OK)
		st = gk_columns_copies(c->col, c->db, c->text, &copy, err);
	if (st != GK_OK || copy == NULL || docid > c->col->last || copy[docid] == 0)
		return st;
	for (uint32_t d = copy[docid]; d <= c->col->last; d++) {
		if (d == docid || copy[d] != copy[docid])
			continue;
		if (*n < max)
			out[(*n)++] = d;
		(*total)++;
	}
	return GK_OK;
}

static enum gk_status
words_of(struct gk_catalog *c, uint32_t docid, struct words *w, struct gk_err *err)
{
	struct gk_text t;
	const uint16_t *body;
	size_t body_n, n, copies;
	enum gk_status st = gk_textstore_get(c->text, c->col->text[docid], docid, &t, err);

	if (st != GK_OK)
		return st;
	gk_buf_init(&w->text, 64 * 1024);
	if (!append_units(&w->text, t.title, t.title_n < BODY_UNITS ? t.title_n : BODY_UNITS) || !gk_buf_putc(&w->text, ' '))
		return gk_nomem(err);
	w->title_n = w->text.n;
	if (!gk_body_units(&t.body, &c->units, BODY_UNITS, &body, &body_n) || !append_units(&w->text, body, body_n) || !cut_words(w))
		return gk_nomem(err);
	st = copies_of(c, docid, NULL, 0, &n, &copies, err);
	return st == GK_OK ? weigh_words(c, w, 1 + copies, err) : st;
}

/* --- who has them -------------------------------------------------------------------------- */

static enum gk_status
add_score(struct gk_catalog *c, const struct word *word, float *score, struct gk_err *err)
{
	const struct gk_columns *col = c->col;
	uint32_t docs[BATCH], wdfs[BATCH];
	struct gk_postings *list;
	size_t got;
	enum gk_status st = gk_postings_open(c->db, word->p, word->n, &list, err);

	if (st == GK_END)
		return GK_OK;
	while (st == GK_OK && (st = gk_postings_next(list, docs, wdfs, BATCH, &got, err)) == GK_OK)
		for (size_t i = 0; i < got; i++) {
			uint32_t d = docs[i];
			double norm;

			if (d > col->last)
				continue;
			norm = gk_bm25_norm(col->units[d], col->average_units);
			score[d] += (float)(word->weight * wdfs[i] / (wdfs[i] + norm));
		}
	gk_postings_close(list);
	return st == GK_END ? GK_OK : st;
}

static bool
same_text(const uint32_t *copy, uint32_t a, uint32_t b)
{
	return a == b || (copy != NULL && copy[a] != 0 && copy[a] == copy[b]);
}

/* Of documents that are one text the first stands for all. */
static bool
is_shown(const uint32_t *copy, const struct gk_hit *out, size_t n, uint32_t d)
{
	for (size_t i = 0; i < n; i++)
		if (same_text(copy, out[i].docid, d))
			return true;
	return false;
}

static void
pick(const struct gk_catalog *c, const uint32_t *copy, const float *score, uint32_t docid, uint32_t day, struct gk_hit *out, size_t max, size_t *n)
{
	const struct gk_columns *col = c->col;
	double own = score[docid];

	for (uint32_t d = 1; d <= col->last; d++) {
		struct gk_hit hit = { d, 0 };
		size_t k;

		if (score[d] < own * floor_share || score[d] <= 0 || col->units[d] == 0 || same_text(copy, d, docid) || is_shown(copy, out, *n, d))
			continue;
		hit.score = (score[d] < own ? score[d] / own : 1) * (gk_validity_names[gk_columns_status(col, NULL, d, day)].ended ? GK_WEIGHT_ENDED : 1);
		if (*n == max && hit.score <= out[max - 1].score)
			continue;
		k = *n == max ? max - 1 : (*n)++;
		for (; k > 0 && out[k - 1].score < hit.score; k--)
			out[k] = out[k - 1];
		out[k] = hit;
	}
}

static enum gk_status
similar(struct gk_catalog *c, uint32_t docid, uint32_t day, struct gk_hit *out, size_t max, size_t *n, struct gk_err *err)
{
	struct words w = { .n = 0 };
	const uint32_t *copy = NULL;
	float *score = NULL;
	enum gk_status st;

	*n = 0;
	if (docid > c->col->last || c->col->units[docid] == 0)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有文档 %u", "there is no document %u", docid);
	st = words_of(c, docid, &w, err);
	if (st == GK_OK && max > 0 && (score = calloc((size_t)c->col->last + 1, sizeof *score)) == NULL)
		st = gk_nomem(err);
	for (size_t i = 0; st == GK_OK && score != NULL && i < w.n && i < STRONGEST && w.item[i].weight > 0; i++)
		st = add_score(c, &w.item[i], score, err);
	if (st == GK_OK && score != NULL && (st = gk_columns_copies(c->col, c->db, c->text, &copy, err)) == GK_OK)
		pick(c, copy, score, docid, day, out, max, n);
	free(score);
	free(w.item);
	gk_buf_free(&w.text);
	return st;
}

enum gk_status
gk_similar(struct gk_catalog *c, uint32_t docid, struct gk_date day, struct gk_hit *out, size_t max, size_t *n, struct gk_err *err)
{
	enum gk_status st;

	gk_index_forget(c->db);
	GK_RETRYING(c, st, err, (st = gk_catalog_columns(c, err)) == GK_OK ? similar(c, docid, gk_date_last_day(day), out, max, n, err) : st);
	gk_index_answered(c->db);
	return st;
}

/* --- the same text; who cites -------------------------------------------------------------------- */

enum gk_status
gk_copies(struct gk_catalog *c, uint32_t docid, uint32_t *out, size_t max, size_t *n, size_t *total, struct gk_err *err)
{
	enum gk_status st;

	*n = *total = 0;
	GK_RETRYING(c, st, err, copies_of(c, docid, out, max, n, total, err));
	return st;
}

/* Marks the documents that have the term. */
static enum gk_status
mark(struct gk_catalog *c, const char *prefix, const char *value, size_t n, unsigned char *has, struct gk_err *err)
{
	struct gk_buf term;
	uint32_t docs[BATCH];
	struct gk_postings *list = NULL;
	size_t got;
	enum gk_status st;

	gk_buf_init(&term, GK_TERM_MAX);
	st = gk_buf_puts(&term, prefix) && gk_buf_add(&term, value, n) ? gk_postings_open(c->db, term.p, term.n, &list, err) : GK_END;
	gk_buf_free(&term);
	while (st == GK_OK && (st = gk_postings_next(list, docs, NULL, BATCH, &got, err)) == GK_OK)
		for (size_t i = 0; i < got; i++)
			if (docs[i] <= c->col->last)
				has[docs[i]] = 1;
	gk_postings_close(list);
	return st == GK_END ? GK_OK : st;
}

static enum gk_status
citing(struct gk_catalog *c, uint32_t docid, const char *docno_key, const char *title_key, uint32_t *out, size_t max, size_t *n, size_t *total, struct gk_err *err)
{
	const struct gk_columns *col = c->col;
	unsigned char *has = calloc((size_t)col->last + 1, 1);
	enum gk_status st = has == NULL ? gk_nomem(err) : GK_OK;

	*n = *total = 0;
	if (st == GK_OK && docno_key != NULL)
		st = mark(c, GK_X_CITES, docno_key, strlen(docno_key), has, err);
	if (st == GK_OK && title_key != NULL)
		st = mark(c, GK_X_CITES_TITLE, title_key, GK_CITED_TITLE, has, err);
	for (uint32_t d = 1; st == GK_OK && d <= col->last; d++) {
		size_t k;

		if (!has[d] || d == docid || col->units[d] == 0)
			continue;
		(*total)++;
		if (max == 0 || (*n == max && col->date[d] <= col->date[out[max - 1]]))
			continue;
		k = *n == max ? max - 1 : (*n)++;
		for (; k > 0 && col->date[out[k - 1]] < col->date[d]; k--)
			out[k] = out[k - 1];
		out[k] = d;
	}
	free(has);
	return st;
}

enum gk_status
gk_citing(struct gk_catalog *c, uint32_t docid, const char *docno_key, const char *title_key, uint32_t *out, size_t max, size_t *n, size_t *total, struct gk_err *err)
{
	enum gk_status st;

	*n = *total = 0;
	GK_RETRYING(c, st, err, (st = gk_catalog_columns(c, err)) == GK_OK ? citing(c, docid, docno_key, title_key, out, max, n, total, err) : st);
	return st;
}
