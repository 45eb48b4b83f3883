/* Walking dense parts side by side. */
#include "catalog/dense-merge.h"

#include "base/io.h"
#include "catalog/dense.h"
#include "catalog/glass.h"
#include "catalog/schema.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH = 512 };

/* Long lists are read through a handle of their own: each handle then goes forward only, from leaf to leaf. */
struct source {
	struct xc_db *terms, *lists;
	struct xc_walk *walk;
	const char *term, *value;	/* where the walk stands; term NULL: behind the last */
	size_t n, len;
};

struct gk_dense_merge {
	struct source *source;
	size_t n;
	char term[GK_TERM_MAX + 8];
};

static enum gk_status
damaged(struct gk_err *err)
{
	return gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引的词表已损坏", "the table of terms of the index is damaged");
}

static enum gk_status
step(struct source *s, struct gk_err *err)
{
	enum gk_status st = xc_walk_next(s->walk, &s->term, &s->n, &s->value, &s->len, err);

	if (st == GK_OK && (s->n < 1 || s->n > GK_TERM_MAX + 1))
		return damaged(err);
	if (st == GK_END)
		s->term = NULL;
	else if (st == GK_OK) {
		s->term++;	/* the kind */
		s->n--;
	}
	return st == GK_END ? GK_OK : st;
}

static enum gk_status
open_source(const char *path, struct source *s, struct gk_err *err)
{
	const char kind[] = { GK_DENSE_TERM };
	uint32_t docs;
	bool dense = false;
	enum gk_status st = xc_db_open(path, &s->terms, err);

	if (st == GK_OK)
		st = gk_dense_is(s->terms, &dense, err);
	if (st == GK_OK && !dense) {
		/* Behind the last dense part stands one in which nothing is yet. */
		st = xc_stats(s->terms, &docs, &(uint32_t){ 0 }, &(uint64_t){ 0 }, err);
		return st == GK_OK && docs > 0 ? GK_END : st;
	}
	if (st == GK_OK)
		st = xc_db_open(path, &s->lists, err);
	if (st == GK_OK)
		st = xc_walk_open(s->terms, kind, sizeof kind, &s->walk, err);
	return st == GK_OK ? step(s, err) : st;
}

enum gk_status
gk_dense_merge_open(const char *base, const uint32_t *firsts, size_t n, struct gk_dense_merge **out, struct gk_err *err)
{
	struct gk_dense_merge *m = calloc(1, sizeof *m);
	enum gk_status st = m == NULL || (m->source = calloc(n + 1, sizeof *m->source)) == NULL ? gk_nomem(err) : GK_OK;

	for (size_t i = 0; st == GK_OK && i < n; i++) {
		char name[GK_GLASS_NAME], *path;

		gk_glass_name(firsts[i], name);
		path = gk_path(base, name);
		m->n = i + 1;
		st = path == NULL ? gk_nomem(err) : open_source(path, &m->source[i], err);
		free(path);
	}
	if (st != GK_OK) {
		gk_dense_merge_close(m);
		return st;
	}
	*out = m;
	return GK_OK;
}

void
gk_dense_merge_close(struct gk_dense_merge *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < m->n; i++) {
		xc_walk_close(m->source[i].walk);
		xc_db_close(m->source[i].lists);
		xc_db_close(m->source[i].terms);
	}
	free(m->source);
	free(m);
}

/* --- one term --------------------------------------------------------------------------------- */

static const struct source *
first_of(const struct gk_dense_merge *m)
{
	const struct source *first = NULL;

	for (size_t i = 0; i < m->n; i++) {
		const struct source *s = &m->source[i];

		if (s->term != NULL && (first == NULL || gk_term_order(s->term, s->n, first->term, first->n) < 0))
			first = s;
	}
	return first;
}

static enum gk_status
add(struct gk_packed *list, uint32_t last, struct gk_packer *packer, struct gk_err *err)
{
	uint32_t docs[BATCH], wdfs[BATCH];
	size_t got;
	enum gk_status st;

	while ((st = gk_packed_next(list, docs, wdfs, BATCH, &got, err)) == GK_OK)
		for (size_t i = 0; i < got && docs[i] <= last; i++)
			gk_packer_add(packer, docs[i], wdfs[i]);
	return st == GK_END ? GK_OK : st;
}

static enum gk_status
add_apart(struct source *s, const char *term, size_t n, uint32_t df, uint32_t last, struct gk_packer *packer, struct gk_err *err)
{
	char key[GK_TERM_MAX + 8], *bytes;
	struct gk_packed list;
	size_t len;
	enum gk_status st;

	key[0] = GK_DENSE_LIST;
	memcpy(key + 1, term, n);
	key[n + 1] = '\0';
	st = xc_metadata(s->lists, key, &bytes, &len, err);
	if (st != GK_OK)
		return st;
	/* What says how many they are has its sum, and the list has one of what stands behind its own number. */
	st = len == 0 || gk_packed_count(bytes, len) != df ? damaged(err) : gk_packed_open(&list, bytes, len, err);
	if (st == GK_OK)
		st = add(&list, last, packer, err);
	free(bytes);
	return st;
}

static enum gk_status
add_source(struct source *s, const char *term, size_t n, uint32_t last, struct gk_packer *packer, struct gk_err *err)
{
	const unsigned char *at = (const unsigned char *)s->value;
	struct gk_packed list;
	uint32_t df, head;

	/* Its sum is right, so it is longer than that. */
	if (!gk_dense_count(term, n, s->value, s->len, &df) || !gk_varint_take(&at, at + s->len - GK_DENSE_SUM, &head))
		return damaged(err);
	if ((head & 1) != 0)
		return add_apart(s, term, n, df, last, packer, err);
	gk_packed_open_bare(&list, (const char *)at, (size_t)((const unsigned char *)s->value + s->len - GK_DENSE_SUM - at));
	return add(&list, last, packer, err);
}

enum gk_status
gk_dense_merge_next(struct gk_dense_merge *m, uint32_t last, struct gk_packer *packer, const char **term, size_t *n, struct gk_err *err)
{
	const struct source *first = first_of(m);
	enum gk_status st = GK_OK;

	if (first == NULL)
		return GK_END;
	*n = first->n;
	memcpy(m->term, first->term, first->n);
	*term = m->term;
	/* Later parts have higher numbers. */
	for (size_t i = 0; st == GK_OK && i < m->n; i++) {
		struct source *s = &m->source[i];

		if (s->term == NULL || gk_term_order(s->term, s->n, m->term, *n) != 0)
			continue;
		st = add_source(s, m->term, *n, last, packer, err);
		if (st == GK_OK)
			st = step(s, err);
	}
	return st;
}
