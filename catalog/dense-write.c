/* Writing a dense part: its documents without words, then every list, by rising term. */
#include "catalog/dense-write.h"

#include "catalog/bare.h"
#include "catalog/dense.h"
#include "catalog/dense-merge.h"
#include "catalog/glass.h"
#include "catalog/packed.h"
#include "catalog/schema.h"
#include "catalog/setter.h"
#include "xapianc/write.h"

#include <string.h>

enum { BATCH = 512 };

struct lists {
	struct gk_glass *from;
	struct gk_setter *to;
	uint32_t last;
	struct gk_packer packer;
	struct gk_buf value;
	struct gk_err *err;
	enum gk_status st;
};

static enum gk_status
pack(struct lists *l, const char *term, size_t n)
{
	struct gk_glass_list *list;
	uint32_t docs[BATCH], wdfs[BATCH];
	size_t got;
	enum gk_status st = gk_glass_list_open(l->from, term, n, &list, l->err);

	gk_packer_begin(&l->packer);
	if (st != GK_OK)
		return st == GK_END ? GK_OK : st;
	while ((st = gk_glass_list_next(list, docs, wdfs, BATCH, &got, l->err)) == GK_OK)
		for (size_t i = 0; i < got && docs[i] <= l->last; i++)
			gk_packer_add(&l->packer, docs[i], wdfs[i] == 0 ? 1 : wdfs[i]);	/* as in gk_inverter_add */
	gk_glass_list_close(list);
	return st == GK_END ? GK_OK : st;
}

/* What is to stand there, and its sum. */
static enum gk_status
set_value(struct lists *l, const char *term, size_t n)
{
	unsigned char sum[GK_DENSE_SUM];

	if (l->value.failed)
		return gk_nomem(l->err);
	gk_dense_sum(term, n, l->value.p, l->value.n, sum);
	return gk_buf_add(&l->value, sum, sizeof sum) ? gk_setter_set(l->to, GK_DENSE_TERM, term, n, l->value.p, l->value.n, l->err) : gk_nomem(l->err);
}

/* How many documents, and the list itself where it is short. */
static enum gk_status
write_list(struct lists *l, const char *term, size_t n)
{
	const struct gk_buf *bare = gk_packer_bare(&l->packer);
	const bool apart = bare == NULL || bare->n > GK_DENSE_BARE;
	enum gk_status st = GK_OK;

	gk_buf_reset(&l->value);
	gk_varint_add(&l->value, l->packer.count << 1 | apart);
	if (!apart)
		gk_buf_add(&l->value, bare->p, bare->n);
	else if (!gk_packer_end(&l->packer))
		st = gk_nomem(l->err);
	else
		st = gk_setter_set(l->to, GK_DENSE_LIST, term, n, l->packer.out.p, l->packer.out.n, l->err);
	return st == GK_OK ? set_value(l, term, n) : st;
}

static bool
write_term(void *arg, const char *bytes, size_t n, uint32_t df)
{
	struct lists *l = arg;
	char term[GK_TERM_MAX + 8];

	(void)df;
	if (n >= sizeof term)
		return true;
	/* What is walked may move while lists of it are read. */
	memcpy(term, bytes, n);
	term[n] = '\0';
	l->st = pack(l, term, n);
	if (l->st == GK_OK && l->packer.count > 0)
		l->st = write_list(l, term, n);
	return l->st == GK_OK;
}

static enum gk_status
begin(struct lists *l, struct xc_writer *to)
{
	gk_packer_init(&l->packer);
	gk_buf_init(&l->value, 256);
	l->st = GK_OK;
	return gk_setter_start(to, &l->to, l->err);
}

static enum gk_status
end(struct lists *l, enum gk_status st)
{
	/* What went wrong first has been told. */
	enum gk_status set = gk_setter_end(l->to, st == GK_OK ? l->err : NULL);

	gk_packer_free(&l->packer);
	gk_buf_free(&l->value);
	return st == GK_OK ? set : st;
}

/* Of parts that are not all dense. */
static enum gk_status
write_lists(struct lists *l, struct xc_writer *to)
{
	enum gk_status st = begin(l, to);

	if (st == GK_OK)
		st = gk_glass_terms(l->from, "", 0, write_term, l, l->err);
	return end(l, st == GK_OK ? l->st : st);
}

static enum gk_status
write_merged(struct lists *l, struct gk_dense_merge *m, struct xc_writer *to)
{
	const char *term;
	size_t n;
	enum gk_status st = begin(l, to);

	while (st == GK_OK) {
		gk_packer_begin(&l->packer);
		st = gk_dense_merge_next(m, l->last, &l->packer, &term, &n, l->err);
		if (st == GK_OK && l->packer.count > 0)
			st = write_list(l, term, n);
	}
	return end(l, st == GK_END ? GK_OK : st);
}

/* --- of new records --------------------------------------------------------------------------- */

/* Of a short list the entries are what will stand there. */
static enum gk_status
write_bare(struct lists *l, const char *term, size_t n, const char *entries, size_t bytes, uint32_t df)
{
	gk_buf_reset(&l->value);
	gk_varint_add(&l->value, df << 1);
	gk_buf_add(&l->value, entries, bytes);
	return set_value(l, term, n);
}

static bool
write_new_term(void *arg, const char *term, size_t n, const char *entries, size_t bytes, uint32_t df)
{
	struct lists *l = arg;
	struct gk_packed list;
	uint32_t docs[BATCH], wdfs[BATCH];
	size_t got;

	if (bytes <= GK_DENSE_BARE) {
		l->st = write_bare(l, term, n, entries, bytes, df);
		return l->st == GK_OK;
	}
	gk_packed_open_bare(&list, entries, bytes);
	gk_packer_begin(&l->packer);
	while ((l->st = gk_packed_next(&list, docs, wdfs, BATCH, &got, l->err)) == GK_OK)
		for (size_t i = 0; i < got; i++)
			gk_packer_add(&l->packer, docs[i], wdfs[i]);
	l->st = l->st == GK_END ? write_list(l, term, n) : l->st;
	return l->st == GK_OK;
}

enum gk_status
gk_dense_write_new(const struct gk_inverter *v, struct xc_writer *to, struct gk_err *err)
{
	struct lists l = { .err = err };
	enum gk_status st = begin(&l, to);

	if (st == GK_OK)
		st = gk_inverter_each(v, write_new_term, &l, err);
	st = end(&l, st == GK_OK ? l.st : st);
	return st == GK_OK ? xc_writer_set_metadata(to, GK_M_VERSION, GK_DENSE_LOOSE, sizeof GK_DENSE_LOOSE - 1, err) : st;
}

/* --- of parts --------------------------------------------------------------------------------- */

enum gk_status
gk_dense_write(const char *base, const uint32_t *firsts, size_t n, uint32_t last, const char *to, struct gk_err *err)
{
	struct lists l = { .last = last, .err = err };
	struct gk_dense_merge *m = NULL;
	struct xc_writer *w = NULL;
	enum gk_status st = gk_glass_open_parts(base, firsts, n, &l.from, err);

	if (st == GK_OK)
		st = xc_writer_open(to, XC_ONLY_ADDS, true, &w, err);
	if (st == GK_OK)
		st = gk_bare_copy(l.from, firsts[0], last, w, err);
	if (st == GK_OK)
		st = gk_dense_merge_open(base, firsts, n, &m, err);
	if (st == GK_OK)
		st = write_merged(&l, m, w);
	else if (st == GK_END)
		st = write_lists(&l, w);
	gk_dense_merge_close(m);
	gk_glass_close(l.from);
	if (st == GK_OK)
		st = xc_writer_set_metadata(w, GK_M_VERSION, GK_DENSE, sizeof GK_DENSE - 1, err);
	if (st == GK_OK)
		st = xc_writer_commit(w, err);
	xc_writer_close(w);
	return st;
}
