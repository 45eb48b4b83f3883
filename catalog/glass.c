/* Reading the lower layer: its parts as one. */
#include "catalog/glass.h"

#include "base/io.h"
#include "catalog/away.h"
#include "catalog/dense.h"
#include "catalog/kept.h"
#include "catalog/packed.h"
#include "catalog/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct part {
	struct xc_db *db;
	uint32_t first, last;		/* numbers of its records; the last part of all has no end */
	bool dense;			/* its lists are of catalog/dense.h */
};

struct gk_glass {
	char *base;
	struct part *part;
	size_t n;
	struct xc_db *joined;		/* all that have lists of Xapian, for what has no numbers in it; NULL until it is wanted */
	struct gk_away *away;		/* where the words of the first part stand; NULL: in it */
	size_t shards;			/* of it */
	bool tolerant;
	uint64_t missing;
	bool asking;			/* a question is at hand: what it reads is kept for it */
	struct gk_kept kept;
};

/* Parts that have their lists themselves stand from here on. */
static size_t
own_from(const struct gk_glass *g)
{
	return g->away != NULL;
}

/* Are its terms Xapian's, and not metadata? */
static bool
has_terms(const struct gk_glass *g, size_t part)
{
	return part >= own_from(g) && !g->part[part].dense;
}

void
gk_glass_name(uint32_t first, char out[GK_GLASS_NAME])
{
	if (first <= 1)
		memcpy(out, GK_GLASS, sizeof GK_GLASS);
	else
		snprintf(out, GK_GLASS_NAME, GK_GLASS "-%u", first);
}

enum gk_status
gk_glass_firsts(const char *text, uint32_t **firsts, size_t *n, struct gk_err *err)
{
	uint32_t *out = malloc((strlen(text) / 2 + 2) * sizeof *out);
	size_t k = 1;
	char *end;

	if (out == NULL)
		return gk_nomem(err);
	out[0] = 1;
	while (*text != '\0') {
		unsigned long first = strtoul(text, &end, 10);

		if (end == text || first <= out[k - 1] || first > UINT32_MAX) {
			free(out);
			return gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引的分片目录不可读：'%s'", "the index's list of shards cannot be read: '%s'", text);
		}
		out[k++] = (uint32_t)first;
		text = end;
	}
	*firsts = out;
	*n = k;
	return GK_OK;
}

size_t
gk_glass_shard_end(const uint32_t *firsts, size_t n, uint32_t shard, size_t at)
{
	size_t end = at + 1;

	while (end < n && (shard == 0 || firsts[end] - firsts[at] < shard))
		end++;
	return end;
}

/* --- opening ---------------------------------------------------------------------------------- */

static enum gk_status
add_part(struct gk_glass *g, uint32_t first, struct gk_err *err)
{
	struct part *grown = realloc(g->part, (g->n + 1) * sizeof *grown);
	char name[GK_GLASS_NAME], *path;
	struct xc_db *db = NULL;
	bool dense = false;
	enum gk_status st;

	if (grown == NULL)
		return gk_nomem(err);
	g->part = grown;
	gk_glass_name(first, name);
	path = gk_path(g->base, name);
	st = path == NULL ? gk_nomem(err) : xc_db_open(path, &db, err);
	if (st == GK_OK)
		st = gk_dense_is(db, &dense, err);
	free(path);
	if (st != GK_OK) {
		xc_db_close(db);
		return st;
	}
	if (g->n > 0)
		g->part[g->n - 1].last = first - 1;
	g->part[g->n++] = (struct part){ db, first, UINT32_MAX, dense };
	xc_db_close(g->joined);
	g->joined = NULL;
	return GK_OK;
}

static enum gk_status
add_parts(struct gk_glass *g, const uint32_t *firsts, size_t n, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	while (st == GK_OK && g->n < n)
		st = add_part(g, firsts[g->n], err);
	return st;
}

enum gk_status
gk_glass_open_parts(const char *base, const uint32_t *firsts, size_t n, struct gk_glass **out, struct gk_err *err)
{
	struct gk_glass *g = calloc(1, sizeof *g);
	enum gk_status st = g == NULL || (g->base = strdup(base)) == NULL ? gk_nomem(err) : add_parts(g, firsts, n, err);

	if (st != GK_OK) {
		gk_glass_close(g);
		return st;
	}
	*out = g;
	return GK_OK;
}

enum gk_status
gk_glass_open(const char *base, const uint32_t *firsts, size_t n, struct gk_glass **out, struct gk_err *err)
{
	struct gk_glass *g;
	enum gk_status st = gk_glass_open_parts(base, firsts, n, &g, err);

	if (st == GK_OK && n > 0 && (st = gk_away_open(base, &g->away, err)) != GK_OK) {
		gk_glass_close(g);
		return st;
	}
	if (st == GK_OK) {
		g->shards = gk_away_count(g->away);
		*out = g;
	}
	return st;
}

void
gk_glass_close(struct gk_glass *g)
{
	if (g == NULL)
		return;
	gk_kept_forget(&g->kept);
	xc_db_close(g->joined);
	gk_away_close(g->away);
	for (size_t i = 0; i < g->n; i++)
		xc_db_close(g->part[i].db);
	free(g->part);
	free(g->base);
	free(g);
}

enum gk_status
gk_glass_reopen(struct gk_glass *g, const uint32_t *firsts, size_t n, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	gk_kept_forget(&g->kept);
	for (size_t i = 0; st == GK_OK && i < g->n; i++) {
		const bool was = g->part[i].dense;

		st = xc_db_reopen(g->part[i].db, NULL, err);
		/* What begins as an empty part may have become one. */
		if (st == GK_OK && !was)
			st = gk_dense_is(g->part[i].db, &g->part[i].dense, err);
		if (g->part[i].dense != was) {
			xc_db_close(g->joined);
			g->joined = NULL;
		}
	}
	return st == GK_OK ? add_parts(g, firsts, n, err) : st;
}

enum gk_status
gk_glass_check(struct gk_glass *g, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < g->n; i++) {
		char *word, name[GK_GLASS_NAME];
		size_t n;

		st = xc_metadata(g->part[i].db, GK_M_VERSION, &word, &n, err);
		if (st != GK_OK)
			break;
		free(word);
		gk_glass_name(g->part[i].first, name);
		if (n == 0)
			st = gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引缺少文件：'%s/%s'", "files of the index are missing: '%s/%s'", g->base, name);
	}
	return st;
}

/* --- shards away ------------------------------------------------------------------------------ */

void
gk_glass_tolerate(struct gk_glass *g)
{
	g->tolerant = true;
}

uint64_t
gk_glass_missing(const struct gk_glass *g)
{
	return g->missing;
}

void
gk_glass_forget(struct gk_glass *g)
{
	g->missing = 0;
	gk_kept_forget(&g->kept);
	g->asking = true;
	if (g->away != NULL)
		gk_away_forget(g->away);
}

void
gk_glass_answered(struct gk_glass *g)
{
	gk_kept_forget(&g->kept);
	g->asking = false;
}

size_t
gk_glass_away(const struct gk_glass *g)
{
	return g->shards;
}

size_t
gk_glass_away_down(const struct gk_glass *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->shards; i++)
		n += gk_away_is_down(g->away, i);
	return n;
}

void
gk_glass_away_range(const struct gk_glass *g, size_t i, uint32_t *first, uint32_t *last)
{
	gk_away_range(g->away, i, first, last);
}

enum gk_status
gk_glass_away_check(struct gk_glass *g, size_t i, uint32_t *first, uint32_t *last, const char **where, struct gk_err *err)
{
	gk_away_range(g->away, i, first, last);
	*where = gk_away_where(g->away, i);
	return gk_away_check(g->away, i, err);
}

/* What the front keeps of a term whose documents stand in the first part; n is 0 if there is none. */
static enum gk_status
front_value(struct gk_glass *g, const char *term, size_t n, char **p, size_t *len, struct gk_err *err)
{
	char key[256];

	*p = NULL;
	*len = 0;
	if (n + 2 > sizeof key)
		return GK_OK;
	key[0] = GK_AWAY_TERM;
	memcpy(key + 1, term, n);
	key[n + 1] = '\0';
	return xc_metadata(g->part[0].db, key, p, len, err);
}

/* Of a word that is away: how many documents of each shard have it.  False if that is not what stands there. */
static bool
read_counts(const struct gk_glass *g, const char *p, size_t n, uint32_t *each, uint32_t *sum)
{
	const unsigned char *at = (const unsigned char *)p, *end = at + n;

	*sum = 0;
	for (size_t i = 0; i < g->shards; i++) {
		uint32_t df;

		if (!gk_varint_take(&at, end, &df))
			return false;
		if (each != NULL)
			each[i] = df;
		*sum += df;
	}
	return at == end;
}

static enum gk_status
bad_counts(const struct gk_glass *g, struct gk_err *err)
{
	return gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引 '%s' 的词表已损坏", "the table of terms of the index '%s' is damaged", g->base);
}

/* By what the part has under "T" and the term. */
static bool
count_of(const struct gk_glass *g, size_t part, const char *term, size_t n, const char *value, size_t len, uint32_t *df)
{
	if (part >= own_from(g))
		return gk_dense_count(term, n, value, len, df);
	if (gk_away_is_word(term, n))
		return read_counts(g, value, len, NULL, df);
	*df = gk_packed_count(value, len);
	return *df > 0;
}

static enum gk_status
front_freq(struct gk_glass *g, const char *term, size_t n, uint32_t *df, struct gk_err *err)
{
	char *p;
	size_t len;
	enum gk_status st = front_value(g, term, n, &p, &len, err);

	if (st == GK_OK && len > 0 && !count_of(g, 0, term, n, p, len, df))
		st = bad_counts(g, err);
	free(p);
	return st;
}

/* --- terms ------------------------------------------------------------------------------------ */

static enum gk_status
dense_freq(struct gk_glass *g, size_t part, const char *term, size_t n, uint32_t *df, struct gk_err *err)
{
	struct gk_kept_list *kept = g->asking ? gk_kept_of(&g->kept, part, term, n) : NULL;
	enum gk_status st;

	if (kept != NULL && kept->counted) {
		*df = kept->df;
		return GK_OK;
	}
	st = gk_dense_freq(g->part[part].db, term, n, df, err);
	if (kept != NULL && st == GK_OK) {
		kept->df = *df;
		kept->counted = true;
	}
	return st;
}

enum gk_status
gk_glass_term_freq(struct gk_glass *g, const char *term, size_t n, uint32_t *df, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	*df = 0;
	if (g->away != NULL && n > 0)
		st = front_freq(g, term, n, df, err);
	for (size_t i = own_from(g); st == GK_OK && i < g->n; i++) {
		uint32_t more = 0;

		st = g->part[i].dense ? dense_freq(g, i, term, n, &more, err) : xc_term_freq(g->part[i].db, term, n, &more, err);
		*df += more;
	}
	return st;
}

static enum gk_status
join(struct gk_glass *g, struct gk_err *err)
{
	struct xc_db **all = malloc((g->n + 1) * sizeof(struct xc_db *));
	size_t n = 0;
	enum gk_status st;

	if (all == NULL)
		return gk_nomem(err);
	for (size_t i = own_from(g); i < g->n; i++)
		if (has_terms(g, i))
			all[n++] = g->part[i].db;
	st = xc_db_join(all, n, &g->joined, err);
	free(all);
	return st;
}

static enum gk_status
own_terms(struct gk_glass *g, const char *prefix, size_t n, xc_term_fn *each, void *arg, struct gk_err *err)
{
	size_t parts = 0, one = 0;
	enum gk_status st = GK_OK;

	for (size_t i = own_from(g); i < g->n; i++)
		if (has_terms(g, i)) {
			parts++;
			one = i;
		}
	if (parts <= 1)
		return parts == 0 ? GK_OK : xc_terms(g->part[one].db, prefix, n, each, arg, err);
	if (g->joined == NULL)
		st = join(g, err);
	return st == GK_OK ? xc_terms(g->joined, prefix, n, each, arg, err) : st;
}

/* Terms of other parts, kept while those of one that has them as metadata are walked: length, number, bytes, one behind the other, in order. */
struct merge {
	struct gk_glass *g;
	size_t part;
	xc_term_fn *each;
	void *arg;
	struct gk_buf own;
	size_t at;
	bool stopped, damaged;
};

static bool
keep_own(void *arg, const char *term, size_t n, uint32_t df)
{
	struct merge *m = arg;

	return gk_buf_putc(&m->own, (char)(unsigned char)n) && gk_buf_add(&m->own, &df, sizeof df) && gk_buf_add(&m->own, term, n);
}

static bool
give(struct merge *m, const char *term, size_t n, uint32_t df)
{
	m->stopped = m->stopped || !m->each(m->arg, term, n, df);
	return !m->stopped;
}

/* The kept terms before this one (NULL: all); *df takes what a kept one that is the same has. */
static bool
give_before(struct merge *m, const char *term, size_t n, uint32_t *df)
{
	while (m->at < m->own.n) {
		const char *other = m->own.p + m->at + 1 + sizeof *df;
		size_t k = (unsigned char)m->own.p[m->at];
		int c = term == NULL ? -1 : memcmp(other, term, k < n ? k : n);
		uint32_t more;

		c = c != 0 ? c : (k > n) - (k < n);
		if (c > 0)
			return true;
		memcpy(&more, m->own.p + m->at + 1, sizeof more);
		m->at += 1 + sizeof more + k;
		if (c == 0) {
			*df += more;
			return true;
		}
		if (!give(m, other, k, more))
			return false;
	}
	return true;
}

static bool
part_term(void *arg, const char *key, size_t n, const char *value, size_t len)
{
	struct merge *m = arg;
	uint32_t df = 0;

	m->damaged = !count_of(m->g, m->part, key + 1, n - 1, value, len, &df);
	return !m->damaged && give_before(m, key + 1, n - 1, &df) && give(m, key + 1, n - 1, df);
}

static enum gk_status terms_before(struct gk_glass *g, size_t end, const char *prefix, size_t n, xc_term_fn *each, void *arg, struct gk_err *err);

static enum gk_status
merged_terms(struct merge *m, const char *prefix, size_t n, struct gk_err *err)
{
	struct gk_buf key;
	enum gk_status st = terms_before(m->g, m->part, prefix, n, keep_own, m, err);

	gk_buf_init(&key, GK_TERM_MAX + 2);
	gk_buf_putc(&key, GK_AWAY_TERM);
	if (!gk_buf_add(&key, prefix, n) || m->own.failed)
		st = gk_nomem(err);
	if (st == GK_OK)
		st = xc_metadata_each(m->g->part[m->part].db, key.p, key.n, part_term, m, err);
	if (st == GK_OK && m->damaged)
		st = bad_counts(m->g, err);
	if (st == GK_OK && !m->stopped)
		give_before(m, NULL, 0, &(uint32_t){ 0 });
	gk_buf_free(&key);
	return st;
}

/* Of the parts before `end` that have their terms as metadata, and of all that have Xapian's. */
static enum gk_status
terms_before(struct gk_glass *g, size_t end, const char *prefix, size_t n, xc_term_fn *each, void *arg, struct gk_err *err)
{
	struct merge m = { .g = g, .each = each, .arg = arg };
	enum gk_status st;

	while (end > 0 && has_terms(g, end - 1))
		end--;
	if (end == 0)
		return own_terms(g, prefix, n, each, arg, err);
	m.part = end - 1;
	gk_buf_init(&m.own, (size_t)1 << 31);
	st = merged_terms(&m, prefix, n, err);
	gk_buf_free(&m.own);
	return st;
}

enum gk_status
gk_glass_terms(struct gk_glass *g, const char *prefix, size_t n, xc_term_fn *each, void *arg, struct gk_err *err)
{
	return terms_before(g, g->n, prefix, n, each, arg, err);
}

/* --- values and data -------------------------------------------------------------------------- */

enum gk_status
gk_glass_column(struct gk_glass *g, unsigned slot, size_t width, unsigned char *out, uint32_t last, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	/* Each part sees to its own numbers, those of nobody included. */
	for (size_t i = 0; st == GK_OK && i < g->n && (i == 0 || g->part[i].first <= last); i++)
		st = xc_column(g->part[i].db, slot, width, out, i == 0 ? 0 : g->part[i].first, g->part[i].last < last ? g->part[i].last : last, err);
	return st;
}

struct watched { xc_value_fn *each; void *arg; bool stopped; };

static bool
watch(void *arg, uint32_t doc, const unsigned char *value, size_t n)
{
	struct watched *w = arg;

	w->stopped = !w->each(w->arg, doc, value, n);
	return !w->stopped;
}

enum gk_status
gk_glass_values(struct gk_glass *g, unsigned slot, xc_value_fn *each, void *arg, bool *stopped, struct gk_err *err)
{
	struct watched w = { each, arg, false };
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && !w.stopped && i < g->n; i++)
		st = xc_values(g->part[i].db, slot, watch, &w, err);
	*stopped = w.stopped;
	return st;
}

/* The part that a number belongs to. */
static size_t
part_of(const struct gk_glass *g, uint32_t doc)
{
	size_t low = 0, high = g->n;

	while (high - low > 1) {
		size_t mid = (low + high) / 2;

		if (g->part[mid].first <= doc)
			low = mid;
		else
			high = mid;
	}
	return low;
}

enum gk_status
gk_glass_doc_data(struct gk_glass *g, uint32_t doc, char **p, size_t *n, struct gk_err *err)
{
	return g->n == 0 ? GK_END : xc_doc_data(g->part[part_of(g, doc)].db, doc, p, n, err);
}

/* --- lists ------------------------------------------------------------------------------------ */

/*
 * A list is a row of pieces: of a word one for each shard away, of any other term one that the front has of them, and then one
 * for each part with lists of its own.
 */
struct gk_glass_list {
	struct gk_glass *g;
	size_t piece, pieces, ahead;	/* those before the parts' own; piece = pieces behind the last */
	struct xc_postings *list;	/* the piece, of a part, or */
	struct gk_packed packed;	/* dense, away or of the front, in */
	char *bytes;
	bool own;			/* bytes are ours */
	uint32_t *counts;		/* of each shard; NULL unless it is a word that is away */
	size_t n;
	char term[];
};

static uint32_t
last_of(const struct gk_glass_list *l, size_t piece)
{
	uint32_t first, last;

	if (piece >= l->ahead)
		return l->g->part[piece - l->ahead + own_from(l->g)].last;
	if (l->counts == NULL)
		return l->g->part[0].last;
	gk_away_range(l->g->away, piece, &first, &last);
	return last;
}

static enum gk_status
open_packed(struct gk_glass_list *l, size_t n, struct gk_err *err)
{
	return n == 0 ? GK_END : gk_packed_open(&l->packed, l->bytes, n, err);
}

/* What a shard cannot say now is left out, and marked. */
static enum gk_status
open_away(struct gk_glass_list *l, struct gk_err *err)
{
	size_t n;
	enum gk_status st;

	if (l->counts[l->piece] == 0)
		return GK_END;
	st = gk_away_fetch(l->g->away, l->piece, l->term, l->n, &l->bytes, &n, &l->own, err);
	if (st == GK_OK && (st = open_packed(l, n, err)) == GK_OK)
		return GK_OK;
	/* The front knows that there is a list: an empty one is not it. */
	if (!l->g->tolerant)
		return st == GK_END ? bad_counts(l->g, err) : st;
	l->g->missing |= (uint64_t)1 << l->piece;
	return GK_END;
}

/* Of a dense part; GK_END if nothing there has the term. */
static enum gk_status
open_dense(struct gk_glass_list *l, size_t part, struct gk_err *err)
{
	struct gk_glass *g = l->g;
	struct gk_kept_list *kept = g->asking ? gk_kept_of(&g->kept, part, l->term, l->n) : NULL;
	enum gk_status st;

	if (kept == NULL || !kept->opened) {
		st = kept != NULL && kept->counted ? gk_dense_open_of(g->part[part].db, l->term, l->n, kept->df, &l->packed, &l->bytes, err)
						   : gk_dense_open(g->part[part].db, l->term, l->n, &l->packed, &l->bytes, err);
		l->own = kept == NULL || (st != GK_OK && st != GK_END) || !gk_kept_add(&g->kept, kept, &l->packed, l->bytes);
		return st;
	}
	l->packed = kept->list;
	l->bytes = kept->bytes;
	l->own = false;
	return kept->none ? GK_END : GK_OK;
}

static enum gk_status
open_piece(struct gk_glass_list *l, struct gk_err *err)
{
	size_t n;
	enum gk_status st;

	if (l->piece >= l->ahead) {
		const size_t at = l->piece - l->ahead + own_from(l->g);
		const struct part *part = &l->g->part[at];

		return part->dense ? open_dense(l, at, err) : xc_postings_open(part->db, l->term, l->n, &l->list, err);
	}
	if (l->counts != NULL)
		return open_away(l, err);
	l->own = true;
	st = front_value(l->g, l->term, l->n, &l->bytes, &n, err);
	return st == GK_OK ? open_packed(l, n, err) : st;
}

static void
close_piece(struct gk_glass_list *l)
{
	xc_postings_close(l->list);
	if (l->own)
		free(l->bytes);
	l->list = NULL;
	l->bytes = NULL;
	l->own = false;
}

/* The first piece from `piece` on that has anything. */
static enum gk_status
open_from(struct gk_glass_list *l, size_t piece, struct gk_err *err)
{
	enum gk_status st = GK_END;

	for (l->piece = piece;; l->piece++) {
		close_piece(l);
		if (l->piece >= l->pieces || (st = open_piece(l, err)) != GK_END)
			return st;
	}
}

/* How many shards a word is to be asked of, and which. */
static enum gk_status
prepare_pieces(struct gk_glass_list *l, struct gk_err *err)
{
	struct gk_glass *g = l->g;
	char *p = NULL;
	size_t n;
	uint32_t df;
	enum gk_status st = GK_OK;

	if (g->away != NULL && gk_away_is_word(l->term, l->n)) {
		l->counts = calloc(g->shards, sizeof *l->counts);
		st = l->counts == NULL ? gk_nomem(err) : front_value(g, l->term, l->n, &p, &n, err);
		if (st == GK_OK && n > 0 && !read_counts(g, p, n, l->counts, &df))
			st = bad_counts(g, err);
		else if (st == GK_OK && n > 0)
			gk_away_fetch_all(g->away, l->counts, l->term, l->n);
		free(p);
	}
	l->ahead = g->away == NULL ? 0 : l->counts != NULL ? g->shards : 1;
	l->pieces = l->ahead + g->n - own_from(g);
	return st;
}

enum gk_status
gk_glass_list_open(struct gk_glass *g, const char *term, size_t n, struct gk_glass_list **out, struct gk_err *err)
{
	struct gk_glass_list *l = malloc(sizeof *l + n);
	enum gk_status st;

	*out = NULL;
	if (l == NULL)
		return gk_nomem(err);
	*l = (struct gk_glass_list){ .g = g, .n = n };
	memcpy(l->term, term, n);
	st = prepare_pieces(l, err);
	if (st == GK_OK)
		st = open_from(l, 0, err);
	if (st != GK_OK) {
		gk_glass_list_close(l);
		return st;
	}
	*out = l;
	return GK_OK;
}

void
gk_glass_list_close(struct gk_glass_list *l)
{
	if (l == NULL)
		return;
	close_piece(l);
	free(l->counts);
	free(l);
}

static enum gk_status
piece_next(struct gk_glass_list *l, uint32_t *docs, uint32_t *wdfs, size_t max, size_t *got, struct gk_err *err)
{
	return l->list != NULL ? xc_postings_next(l->list, docs, wdfs, max, got, err) : gk_packed_next(&l->packed, docs, wdfs, max, got, err);
}

enum gk_status
gk_glass_list_next(struct gk_glass_list *l, uint32_t *docs, uint32_t *wdfs, size_t max, size_t *got, struct gk_err *err)
{
	while (l->piece < l->pieces) {
		enum gk_status st = piece_next(l, docs, wdfs, max, got, err);

		if (st != GK_END || (st = open_from(l, l->piece + 1, err)) != GK_OK)
			return st;
	}
	return GK_END;
}

enum gk_status
gk_glass_list_seek(struct gk_glass_list *l, uint32_t doc, uint32_t *at, uint32_t *wdf, struct gk_err *err)
{
	size_t to = l->piece;
	enum gk_status st = l->piece < l->pieces ? GK_OK : GK_END;

	/* What lies before it is not even opened. */
	while (to + 1 < l->pieces && last_of(l, to) < doc)
		to++;
	if (st == GK_OK && to > l->piece)
		st = open_from(l, to, err);
	while (st == GK_OK) {
		st = l->list != NULL ? xc_postings_seek(l->list, doc, at, wdf, err) : gk_packed_seek(&l->packed, doc, at, wdf, err);
		if (st != GK_END)
			return st;
		st = open_from(l, l->piece + 1, err);
	}
	return st;
}
