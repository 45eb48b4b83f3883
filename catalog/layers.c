/* Reading two layers as one: what changes/ has of a record stands before what glass/ has. */
#include "catalog/layers.h"

#include "base/io.h"
#include "catalog/glass.h"
#include "catalog/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 256 };
enum change { SAME, PATCHED, ANEW };

struct gk_index {
	struct gk_glass *glass;
	struct xc_db *changes;
	uint32_t *firsts;		/* the parts that have records as of this commit */
	size_t parts;
	uint32_t shard;			/* records that belong to one shard; 0: all */
	unsigned char *change;		/* [0 .. known): enum change of each record; beyond it all are the same */
	uint32_t known, patched, anew;
	uint32_t records;		/* what glass/ has beyond it belongs to a commit that changes/ does not know yet */
	uint64_t revision;		/* of changes/, that these were read at */
	uint64_t puts;
};

static enum change
change_of(const struct gk_index *x, uint32_t doc)
{
	return doc < x->known ? x->change[doc] : SAME;
}

/* --- opening -------------------------------------------------------------------------------- */

static enum gk_status
mark_changes(struct gk_index *x, const char *term, enum change kind, uint32_t *count, struct gk_err *err)
{
	struct xc_postings *p;
	uint32_t docs[BATCH];
	size_t got;
	enum gk_status st = xc_postings_open(x->changes, term, strlen(term), &p, err);

	*count = 0;
	if (st != GK_OK)
		return st == GK_END ? GK_OK : st;
	while (st == GK_OK && (st = xc_postings_next(p, docs, NULL, BATCH, &got, err)) == GK_OK) {
		uint32_t top = docs[got - 1];

		if (top >= x->known) {
			unsigned char *grown = realloc(x->change, (size_t)top + 1);

			if (grown == NULL) {
				st = gk_nomem(err);
				break;
			}
			memset(grown + x->known, SAME, (size_t)top + 1 - x->known);
			x->change = grown;
			x->known = top + 1;
		}
		for (size_t i = 0; i < got; i++)
			x->change[docs[i]] = (unsigned char)kind;
		*count += (uint32_t)got;
	}
	xc_postings_close(p);
	return st == GK_END ? GK_OK : st;
}

static enum gk_status
read_number(struct gk_index *x, const char *key, uint64_t *out, struct gk_err *err)
{
	char *p;
	size_t n;
	enum gk_status st = xc_metadata(x->changes, key, &p, &n, err);

	if (st != GK_OK)
		return st;
	*out = strtoull(p, NULL, 10);
	free(p);
	return GK_OK;
}

static enum gk_status
read_changes(struct gk_index *x, struct gk_err *err)
{
	uint64_t records = 0;
	enum gk_status st = read_number(x, GK_M_RECORDS, &records, err);

	if (st == GK_OK)
		st = read_number(x, GK_M_PUTS, &x->puts, err);
	if (st != GK_OK)
		return st;
	x->records = (uint32_t)records;
	free(x->change);
	x->change = NULL;
	x->known = 0;
	st = mark_changes(x, GK_X_PATCH, PATCHED, &x->patched, err);
	return st == GK_OK ? mark_changes(x, GK_X_FULL, ANEW, &x->anew, err) : st;
}

static enum gk_status
read_parts(struct gk_index *x, struct gk_err *err)
{
	char *text;
	size_t n;
	uint64_t shard = 0, records = 0;
	enum gk_status st = xc_metadata(x->changes, GK_M_SHARDS, &text, &n, err);

	if (st != GK_OK)
		return st;
	free(x->firsts);
	x->firsts = NULL;
	st = gk_glass_firsts(text, &x->firsts, &x->parts, err);
	free(text);
	if (st == GK_OK)
		st = read_number(x, GK_M_RECORDS, &records, err);
	/* In what begins behind the last record there is nothing yet, or a batch that was not completed, whose words must not count. */
	while (st == GK_OK && x->parts > 1 && x->firsts[x->parts - 1] > records)
		x->parts--;
	if (st == GK_OK)
		st = read_number(x, GK_M_SHARD_SIZE, &shard, err);
	x->shard = (uint32_t)shard;
	return st;
}

enum gk_status
gk_index_open(const char *base, struct gk_index **out, struct gk_err *err)
{
	struct gk_index *x = calloc(1, sizeof *x);
	char *changes = gk_path(base, GK_CHANGES);
	enum gk_status st = x == NULL || changes == NULL ? gk_nomem(err) : GK_OK;

	/* changes/ first: so what it tells of stands in glass/. */
	if (st == GK_OK)
		st = xc_db_open(changes, &x->changes, err);
	if (st == GK_OK)
		st = read_parts(x, err);
	if (st == GK_OK)
		st = gk_glass_open(base, x->firsts, x->parts, &x->glass, err);
	if (st == GK_OK)
		st = xc_db_revision(x->changes, &x->revision, err);
	if (st == GK_OK)
		st = read_changes(x, err);
	/* A layer that is lost or overwritten is found now, and not by a question that happens to meet it. */
	if (st == GK_OK && x->records > 0)
		st = gk_glass_check(x->glass, err);
	free(changes);
	if (st != GK_OK) {
		gk_index_close(x);
		return st;
	}
	*out = x;
	return GK_OK;
}

void
gk_index_close(struct gk_index *x)
{
	if (x == NULL)
		return;
	gk_glass_close(x->glass);
	xc_db_close(x->changes);
	free(x->firsts);
	free(x->change);
	free(x);
}

enum gk_status
gk_index_reopen(struct gk_index *x, struct gk_err *err)
{
	uint64_t revision;
	enum gk_status st = xc_db_reopen(x->changes, NULL, err);

	if (st == GK_OK)
		st = xc_db_revision(x->changes, &revision, err);
	if (st != GK_OK || revision == x->revision)
		return st;
	st = read_parts(x, err);
	if (st == GK_OK)
		st = gk_glass_reopen(x->glass, x->firsts, x->parts, err);
	if (st == GK_OK)
		st = read_changes(x, err);
	/* Only now: what failed is tried again at the next call. */
	if (st == GK_OK)
		x->revision = revision;
	return st;
}

enum gk_status
gk_index_revision(struct gk_index *x, uint64_t *revision, struct gk_err *err)
{
	(void)err;
	*revision = x->revision;
	return GK_OK;
}

uint32_t
gk_index_records(const struct gk_index *x)
{
	return x->records;
}

void
gk_index_tolerate(struct gk_index *x)
{
	gk_glass_tolerate(x->glass);
}

void
gk_index_forget(struct gk_index *x)
{
	gk_glass_forget(x->glass);
}

void
gk_index_answered(struct gk_index *x)
{
	gk_glass_answered(x->glass);
}

uint64_t
gk_index_missing(const struct gk_index *x)
{
	return gk_glass_missing(x->glass);
}

size_t
gk_index_away(const struct gk_index *x)
{
	return gk_glass_away(x->glass);
}

size_t
gk_index_away_down(const struct gk_index *x)
{
	return gk_glass_away_down(x->glass);
}

void
gk_index_away_range(const struct gk_index *x, size_t i, uint32_t *first, uint32_t *last)
{
	gk_glass_away_range(x->glass, i, first, last);
}

enum gk_status
gk_index_away_check(struct gk_index *x, size_t i, uint32_t *first, uint32_t *last, const char **where, struct gk_err *err)
{
	return gk_glass_away_check(x->glass, i, first, last, where, err);
}

size_t
gk_index_shards(const struct gk_index *x)
{
	size_t shards = 0, at = 0;

	while (at < x->parts) {
		at = gk_glass_shard_end(x->firsts, x->parts, x->shard, at);
		shards++;
	}
	return shards;
}

static int
schema(void)
{
#ifdef GK_FAULTS
	const char *other = getenv("GONGKAI_SCHEMA");

	if (other != NULL)
		return (int)strtol(other, NULL, 10);
#endif
	return GK_SCHEMA_VERSION;
}

void
gk_index_version(char out[GK_INDEX_VERSION])
{
	snprintf(out, GK_INDEX_VERSION, "%d.%d", schema(), GK_CJK_VERSION);
}

bool
gk_index_foreign(const char *base)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_index *x = NULL;
	char *version = NULL;
	size_t n = 0;
	bool foreign = false;

	if (gk_index_open(base, &x, &err) == GK_OK) {
		if (gk_index_metadata(x, GK_M_VERSION, &version, &n, &err) == GK_OK)
			foreign = n > 0 && !gk_index_version_fits(version);
		gk_index_close(x);
	}
	free(version);
	return foreign;
}

bool
gk_index_version_fits(const char *version)
{
	char want[GK_INDEX_VERSION];
	size_t n;

	gk_index_version(want);
	n = strlen(want);
	return strncmp(version, want, n) == 0 && (version[n] == '\0' || strcmp(version + n, GK_SHARDED) == 0 || strcmp(version + n, GK_SHIPPED) == 0);
}

uint64_t
gk_index_puts(const struct gk_index *x)
{
	return x->puts;
}

void
gk_index_changed(const struct gk_index *x, uint32_t *anew, uint32_t *patched)
{
	*anew = x->anew;
	*patched = x->patched;
}

/* --- terms ------------------------------------------------------------------------------------ */

/* In how many records that stand anew in changes/ was the term before? */
static enum gk_status
gone(struct gk_index *x, const char *term, size_t n, uint32_t *df, struct gk_err *err)
{
	char name[sizeof GK_X_GONE + GK_TERM_MAX] = GK_X_GONE;

	*df = 0;
	if (n > GK_TERM_MAX)
		return GK_OK;
	memcpy(name + sizeof GK_X_GONE - 1, term, n);
	return xc_term_freq(x->changes, name, sizeof GK_X_GONE - 1 + n, df, err);
}

enum gk_status
gk_index_term_freq(struct gk_index *x, const char *asked, size_t len, uint32_t *df, struct gk_err *err)
{
	char kept[GK_KEPT_MAX];
	size_t n = len;
	const char *term = gk_term_kept(asked, &n, kept);
	uint32_t more = 0, less = 0;
	enum gk_status st = gk_glass_term_freq(x->glass, term, n, df, err);

	if (st != GK_OK || x->anew == 0)
		return st;
	st = xc_term_freq(x->changes, term, n, &more, err);
	if (st == GK_OK)
		st = gone(x, term, n, &less, err);
	*df = *df + more > less ? *df + more - less : 0;
	return st;
}

/* Two lists of terms become one. */
struct merge {
	struct gk_index *x;
	xc_term_fn *each;
	void *arg;
	char *fresh;			/* terms of changes/: length, number, bytes, one behind the other, in order */
	size_t n, room, at;
	bool stopped;
	enum gk_status st;
	struct gk_err *err;
};

static bool
keep_fresh(void *arg, const char *term, size_t n, uint32_t df)
{
	struct merge *m = arg;
	size_t want = m->n + 1 + sizeof df + n;

	if (strncmp(term, GK_X_OWN, sizeof GK_X_OWN - 1) == 0)
		return true;
	if (want > m->room) {
		char *grown = realloc(m->fresh, want * 2);

		if (grown == NULL) {
			m->st = gk_nomem(m->err);
			return false;
		}
		m->fresh = grown;
		m->room = want * 2;
	}
	m->fresh[m->n] = (char)(unsigned char)n;
	memcpy(m->fresh + m->n + 1, &df, sizeof df);
	memcpy(m->fresh + m->n + 1 + sizeof df, term, n);
	m->n = want;
	return true;
}

static bool
give(struct merge *m, const char *term, size_t n, uint32_t df)
{
	if (df > 0 && !m->each(m->arg, term, n, df))
		m->stopped = true;
	return !m->stopped;
}

static bool
merge_one(void *arg, const char *term, size_t n, uint32_t df)
{
	struct merge *m = arg;
	uint32_t less = 0;

	while (m->at < m->n) {
		const char *other = m->fresh + m->at + 1 + sizeof df;
		size_t k = (unsigned char)m->fresh[m->at];
		int c = gk_term_order(other, k, term, n);
		uint32_t more;

		if (c > 0)
			break;
		memcpy(&more, m->fresh + m->at + 1, sizeof more);
		m->at += 1 + sizeof more + k;
		if (c == 0) {
			df += more;
			break;
		}
		if (!give(m, other, k, more))
			return false;
	}
	m->st = gone(m->x, term, n, &less, m->err);
	return m->st == GK_OK && give(m, term, n, df > less ? df - less : 0);
}

enum gk_status
gk_index_terms(struct gk_index *x, const char *prefix, size_t n, xc_term_fn *each, void *arg, struct gk_err *err)
{
	struct merge m = { .x = x, .each = each, .arg = arg, .st = GK_OK, .err = err };
	enum gk_status st;

	if (x->anew == 0)
		return gk_glass_terms(x->glass, prefix, n, each, arg, err);
	st = xc_terms(x->changes, prefix, n, keep_fresh, &m, err);
	if (st == GK_OK && m.st == GK_OK)
		st = gk_glass_terms(x->glass, prefix, n, merge_one, &m, err);
	st = st == GK_OK ? m.st : st;
	while (st == GK_OK && !m.stopped && m.at < m.n) {
		size_t k = (unsigned char)m.fresh[m.at];
		uint32_t df;

		memcpy(&df, m.fresh + m.at + 1, sizeof df);
		give(&m, m.fresh + m.at + 1 + sizeof df, k, df);
		m.at += 1 + sizeof df + k;
	}
	free(m.fresh);
	return st;
}

/* --- posting lists -------------------------------------------------------------------------------- */

/* One layer's list, read ahead. */
struct ahead {
	struct gk_glass_list *glass;	/* of this layer, or */
	struct xc_postings *changes;	/* of that */
	uint32_t docs[BATCH], wdfs[BATCH];
	size_t at, n;
	bool end;
};

struct gk_postings {
	struct gk_index *x;
	struct gk_glass_list *only;	/* the one list there is, when nothing can hide anything in it: then nothing else is used */
	struct ahead glass, changes;
	uint32_t given;			/* seek has handed it out; next goes on behind it */
};

enum gk_status
gk_postings_open(struct gk_index *x, const char *asked, size_t len, struct gk_postings **out, struct gk_err *err)
{
	char kept[GK_KEPT_MAX];
	size_t n = len;
	const char *term = gk_term_kept(asked, &n, kept);
	struct gk_postings *p = malloc(sizeof *p);
	enum gk_status st;

	*out = NULL;
	if (p == NULL)
		return gk_nomem(err);
	p->x = x;
	p->only = NULL;
	p->given = 0;
	if (x->anew == 0) {
		st = gk_glass_list_open(x->glass, term, n, &p->only, err);
	} else {
		p->glass = p->changes = (struct ahead){ .end = false };
		st = gk_glass_list_open(x->glass, term, n, &p->glass.glass, err);
		p->glass.end = st == GK_END;
		if (st == GK_OK || st == GK_END)
			st = xc_postings_open(x->changes, term, n, &p->changes.changes, err);
		p->changes.end = st == GK_END;
		if (st == GK_END && !p->glass.end)
			st = GK_OK;
		if (st != GK_OK) {
			gk_glass_list_close(p->glass.glass);
			xc_postings_close(p->changes.changes);
		}
	}
	if (st != GK_OK) {
		free(p);
		return st;
	}
	*out = p;
	return GK_OK;
}

void
gk_postings_close(struct gk_postings *p)
{
	if (p == NULL)
		return;
	if (p->only != NULL) {
		gk_glass_list_close(p->only);
	} else {
		gk_glass_list_close(p->glass.glass);
		xc_postings_close(p->changes.changes);
	}
	free(p);
}

/* Stand on the next entry that counts; end is set behind the last. */
static enum gk_status
settle(const struct gk_postings *p, struct ahead *a, struct gk_err *err)
{
	while (!a->end) {
		for (; a->at < a->n; a->at++)
			if (a == &p->changes || change_of(p->x, a->docs[a->at]) != ANEW)
				return GK_OK;
		a->at = 0;
		enum gk_status st = a == &p->changes ? xc_postings_next(a->changes, a->docs, a->wdfs, BATCH, &a->n, err) :
						       gk_glass_list_next(a->glass, a->docs, a->wdfs, BATCH, &a->n, err);

		a->end = st == GK_END;
		if (st != GK_OK)
			a->n = 0;
		if (st != GK_OK && st != GK_END)
			return st;
	}
	return GK_OK;
}

/* The layer whose entry comes first; NULL behind the last of both. */
static enum gk_status
first_of(struct gk_postings *p, struct ahead **out, struct gk_err *err)
{
	struct ahead *g = &p->glass, *c = &p->changes;
	enum gk_status st = settle(p, g, err);

	if (st == GK_OK)
		st = settle(p, c, err);
	*out = g->end && c->end ? NULL : g->end ? c : c->end || g->docs[g->at] < c->docs[c->at] ? g : c;
	return st;
}

enum gk_status
gk_postings_next(struct gk_postings *p, uint32_t *docs, uint32_t *wdfs, size_t max, size_t *got, struct gk_err *err)
{
	size_t n = 0;
	enum gk_status st = GK_OK;

	if (p->only != NULL) {
		st = gk_glass_list_next(p->only, docs, wdfs, max, got, err);
		while (st == GK_OK && *got > 0 && docs[*got - 1] > p->x->records)
			--*got;
		return st == GK_OK && *got == 0 ? GK_END : st;
	}
	while (n < max) {
		struct ahead *a;

		st = first_of(p, &a, err);
		if (st != GK_OK || a == NULL || a->docs[a->at] > p->x->records)
			break;
		if (a->docs[a->at] > p->given) {
			docs[n] = a->docs[a->at];
			if (wdfs != NULL)
				wdfs[n] = a->wdfs[a->at];
			n++;
		}
		a->at++;
	}
	*got = n;
	return st != GK_OK ? st : n > 0 ? GK_OK : GK_END;
}

static enum gk_status
skip(struct ahead *a, uint32_t doc, struct gk_err *err)
{
	enum gk_status st;

	while (a->at < a->n && a->docs[a->at] < doc)
		a->at++;
	if (a->end || a->at < a->n)
		return GK_OK;
	st = a->glass != NULL ? gk_glass_list_seek(a->glass, doc, &a->docs[0], &a->wdfs[0], err) : xc_postings_seek(a->changes, doc, &a->docs[0], &a->wdfs[0], err);
	a->at = 0;
	a->n = st == GK_OK;
	a->end = st == GK_END;
	return st == GK_END ? GK_OK : st;
}

enum gk_status
gk_postings_seek(struct gk_postings *p, uint32_t doc, uint32_t *at, uint32_t *wdf, struct gk_err *err)
{
	struct ahead *a;
	enum gk_status st;

	if (p->only != NULL) {
		st = gk_glass_list_seek(p->only, doc, at, wdf, err);
		return st == GK_OK && *at > p->x->records ? GK_END : st;
	}
	st = skip(&p->glass, doc, err);
	if (st == GK_OK)
		st = skip(&p->changes, doc, err);
	if (st == GK_OK)
		st = first_of(p, &a, err);
	if (st != GK_OK)
		return st;
	if (a == NULL || a->docs[a->at] > p->x->records)
		return GK_END;
	p->given = *at = a->docs[a->at];
	if (wdf != NULL)
		*wdf = a->wdfs[a->at];
	return GK_OK;
}

enum gk_status
gk_postings_among(struct gk_postings *p, const uint32_t *docs, size_t n, uint32_t *wdfs, struct gk_err *err)
{
	uint32_t at = 0, wdf = 0;
	enum gk_status st = GK_OK;

	for (size_t i = 0; i < n; i++) {
		if (st == GK_OK && at < docs[i])
			st = gk_postings_seek(p, docs[i], &at, &wdf, err);
		if (st != GK_OK && st != GK_END)
			return st;
		wdfs[i] = st == GK_OK && at == docs[i] ? wdf : GK_HAS_NOT;
	}
	return GK_OK;
}

/* --- values, data, metadata ------------------------------------------------------------------------ */

struct overlay { unsigned char *out; size_t width; uint32_t last; };

static bool
lay_over(void *arg, uint32_t doc, const unsigned char *value, size_t n)
{
	struct overlay *o = arg;

	if (doc > o->last || n > o->width)
		return true;
	/* Zeros in front may have been left out. */
	memset(o->out + doc * o->width, 0, o->width - n);
	memcpy(o->out + (doc + 1) * o->width - n, value, n);
	return true;
}

enum gk_status
gk_index_column(struct gk_index *x, unsigned slot, size_t width, unsigned char *out, uint32_t last, struct gk_err *err)
{
	struct overlay o = { out, width, last };
	enum gk_status st = gk_glass_column(x->glass, slot, width, out, last, err);

	if (st != GK_OK || x->anew + x->patched == 0)
		return st;
	for (uint32_t d = 0; x->anew > 0 && d < x->known && d <= last; d++)
		if (x->change[d] == ANEW)
			memset(out + d * width, 0, width);
	return xc_values(x->changes, slot, lay_over, &o, err);
}

struct rest { const struct gk_index *x; xc_value_fn *each; void *arg; };

static bool
if_same(void *arg, uint32_t doc, const unsigned char *value, size_t n)
{
	struct rest *r = arg;

	/* A patch without the slot takes the value away. */
	return change_of(r->x, doc) != SAME || r->each(r->arg, doc, value, n);
}

enum gk_status
gk_index_values(struct gk_index *x, unsigned slot, xc_value_fn *each, void *arg, struct gk_err *err)
{
	struct rest r = { x, each, arg };
	bool stopped;
	enum gk_status st = gk_glass_values(x->glass, slot, if_same, &r, &stopped, err);

	return st == GK_OK && !stopped ? xc_values(x->changes, slot, each, arg, err) : st;
}

enum gk_status
gk_index_changed_values(struct gk_index *x, unsigned slot, xc_value_fn *each, void *arg, struct gk_err *err)
{
	return xc_values(x->changes, slot, each, arg, err);
}

enum gk_status
gk_index_doc_data(struct gk_index *x, uint32_t doc, char **p, size_t *n, struct gk_err *err)
{
	if (doc > x->records)
		return GK_END;
	return change_of(x, doc) == SAME ? gk_glass_doc_data(x->glass, doc, p, n, err) : xc_doc_data(x->changes, doc, p, n, err);
}

enum gk_status
gk_index_metadata(struct gk_index *x, const char *key, char **p, size_t *n, struct gk_err *err)
{
	return xc_metadata(x->changes, key, p, n, err);
}
