/* Writing a dense part: its documents without words, then every list, by rising term. */
#include "catalog/dense-write.h"

#include "catalog/bare.h"
#include "catalog/dense.h"
#include "catalog/packed.h"
#include "catalog/schema.h"
#include "xapianc/write.h"

#include <string.h>

enum { BATCH = 512 };

struct lists {
	struct gk_glass *from;
	struct xc_writer *to;
	uint32_t last;
	struct gk_packer packer;
	struct gk_buf value;
	struct gk_err *err;
	enum gk_status st;
};

static enum gk_status
set(struct lists *l, char kind, const char *term, size_t n, const struct gk_buf *value)
{
	char key[GK_TERM_MAX + 8];

	if (n + 2 > sizeof key)
		return gk_fail(l->err, GK_DEAD, GK_CAUSE_BUG, "检索词太长", "a term is too long");
	key[0] = kind;
	memcpy(key + 1, term, n);
	key[n + 1] = '\0';
	return xc_writer_set_metadata(l->to, key, value->p, value->n, l->err);
}

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
			gk_packer_add(&l->packer, docs[i], wdfs[i]);
	gk_glass_list_close(list);
	return st == GK_END ? GK_OK : st;
}

/* How many documents, and the list itself where it is short. */
static enum gk_status
write_list(struct lists *l, const char *term, size_t n)
{
	const struct gk_buf *bare = gk_packer_bare(&l->packer);
	const bool apart = bare == NULL || bare->n > GK_DENSE_BARE;
	unsigned char sum[GK_DENSE_SUM];
	enum gk_status st = GK_OK;

	gk_buf_reset(&l->value);
	gk_varint_add(&l->value, l->packer.count << 1 | apart);
	if (!apart)
		gk_buf_add(&l->value, bare->p, bare->n);
	else if (!gk_packer_end(&l->packer))
		st = gk_nomem(l->err);
	else
		st = set(l, GK_DENSE_LIST, term, n, &l->packer.out);
	gk_dense_sum(term, n, l->value.p, l->value.n, sum);
	gk_buf_add(&l->value, sum, sizeof sum);
	if (st == GK_OK && l->value.failed)
		st = gk_nomem(l->err);
	return st == GK_OK ? set(l, GK_DENSE_TERM, term, n, &l->value) : st;
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

static void
begin(struct lists *l)
{
	gk_packer_init(&l->packer);
	gk_buf_init(&l->value, 256);
	l->st = GK_OK;
}

static void
end(struct lists *l)
{
	gk_packer_free(&l->packer);
	gk_buf_free(&l->value);
}

static enum gk_status
write_lists(struct lists *l)
{
	enum gk_status st;

	begin(l);
	st = gk_glass_terms(l->from, "", 0, write_term, l, l->err);
	st = st == GK_OK ? l->st : st;
	end(l);
	return st;
}

/* --- of new records --------------------------------------------------------------------------- */

static bool
write_new_term(void *arg, const char *term, size_t n, const char *entries, size_t bytes, uint32_t df)
{
	struct lists *l = arg;
	struct gk_packed list;
	uint32_t docs[BATCH], wdfs[BATCH];
	size_t got;

	(void)df;
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
	struct lists l = { .to = to, .err = err };
	enum gk_status st;

	begin(&l);
	st = gk_inverter_each(v, write_new_term, &l, err);
	st = st == GK_OK ? l.st : st;
	end(&l);
	return st == GK_OK ? xc_writer_set_metadata(to, GK_M_VERSION, GK_DENSE_LOOSE, sizeof GK_DENSE_LOOSE - 1, err) : st;
}

/* --- of parts --------------------------------------------------------------------------------- */

enum gk_status
gk_dense_write(struct gk_glass *from, uint32_t first, uint32_t last, const char *to, struct gk_err *err)
{
	struct lists l = { .from = from, .last = last, .err = err };
	enum gk_status st = xc_writer_open(to, XC_ONLY_ADDS, true, &l.to, err);

	if (st == GK_OK)
		st = gk_bare_copy(from, first, last, l.to, err);
	if (st == GK_OK)
		st = write_lists(&l);
	if (st == GK_OK)
		st = xc_writer_set_metadata(l.to, GK_M_VERSION, GK_DENSE, sizeof GK_DENSE - 1, err);
	if (st == GK_OK)
		st = xc_writer_commit(l.to, err);
	xc_writer_close(l.to);
	return st;
}
