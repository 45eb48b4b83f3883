/* Writing two layers. */
#include "catalog/layers-write.h"

#include "base/io.h"
#include "catalog/generation-copy.h"
#include "catalog/glass.h"
#include "catalog/layers.h"
#include "catalog/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gk_layers {
	char *base;
	struct gk_glass *closed;	/* the parts of glass/ that are full and committed */
	struct xc_writer *open[GK_SHARDS_MAX];	/* those behind them: more than one when a batch has filled some */
	size_t n_open;
	uint32_t *firsts;		/* of all parts */
	size_t parts;
	uint32_t shard;			/* records of a part; 0: it is never full */
	struct xc_writer *glass, *changes;	/* the last part, and the layer above */
	struct xc_doc *spare;		/* for what is written beside a record */
	unsigned char *anew;		/* a bit for each record that stands anew in changes/, uncommitted ones included */
	uint32_t known;			/* records that `anew` has room for */
	struct gk_buf bytes, lens, wdfs;	/* the terms that are gone */
};

static bool
is_anew(const struct gk_layers *l, uint32_t doc)
{
	return doc < l->known && (l->anew[doc / 8] >> doc % 8 & 1) != 0;
}

static enum gk_status
set_anew(struct gk_layers *l, uint32_t doc, struct gk_err *err)
{
	if (doc >= l->known) {
		uint32_t known = (doc / 8 + 1) * 2 * 8;
		unsigned char *grown = realloc(l->anew, known / 8);

		if (grown == NULL)
			return gk_nomem(err);
		memset(grown + l->known / 8, 0, known / 8 - l->known / 8);
		l->anew = grown;
		l->known = known;
	}
	l->anew[doc / 8] |= (unsigned char)(1u << doc % 8);
	return GK_OK;
}

static enum gk_status
read_anew(struct gk_layers *l, struct gk_err *err)
{
	uint32_t doc = 0;
	enum gk_status st;

	while ((st = xc_writer_find(l->changes, GK_X_FULL, strlen(GK_X_FULL), doc, &doc, err)) == GK_OK)
		if ((st = set_anew(l, doc, err)) != GK_OK)
			return st;
	return st == GK_END ? GK_OK : st;
}

static enum gk_status
read_number(struct gk_layers *l, const char *key, uint32_t *out, struct gk_err *err)
{
	char *p;
	size_t n;
	enum gk_status st = xc_writer_metadata(l->changes, key, &p, &n, err);

	if (st != GK_OK)
		return st;
	*out = (uint32_t)strtoul(p, NULL, 10);
	free(p);
	return GK_OK;
}

/* The highest number that stands in any part. */
static enum gk_status
last_of(struct gk_layers *l, uint32_t *last, struct gk_err *err)
{
	enum gk_status st = xc_writer_last(l->glass, last, err);

	if (st == GK_OK && *last < l->firsts[l->parts - 1] - 1)
		*last = l->firsts[l->parts - 1] - 1;
	return st;
}

/* A part whose files were lost opens as an empty one: its own word, and the number of records, say whether it is whole. */
static enum gk_status
check_glass(struct gk_layers *l, struct gk_err *err)
{
	char *own;
	size_t n = 0;
	uint32_t last = 0, want = 0;
	enum gk_status st = read_number(l, GK_M_RECORDS, &want, err);

	if (st == GK_OK)
		st = xc_writer_metadata(l->glass, GK_M_VERSION, &own, &n, err);
	if (st != GK_OK)
		return st;
	free(own);
	st = last_of(l, &last, err);
	if (st == GK_OK && (last < want || (n == 0 && want >= l->firsts[l->parts - 1]))) {
		st = gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引缺少文件：应有 %u 件，只有 %u 件", "files of the index are missing: of %u documents it has %u", want, n == 0 ? 0 : last);
		gk_hint(err, "运行 gongkai index rebuild", "run gongkai index rebuild");
	}
	if (st == GK_OK)
		st = gk_glass_check(l->closed, err);
	return st == GK_OK && n == 0 ? xc_writer_set_metadata(l->glass, GK_M_VERSION, "1", 1, err) : st;
}

static enum gk_status
open_part(struct gk_layers *l, uint32_t first, struct xc_writer **out, struct gk_err *err)
{
	char name[GK_GLASS_NAME], *path;
	enum gk_status st;

	gk_glass_name(first, name);
	path = gk_path(l->base, name);
	st = path == NULL ? gk_nomem(err) : xc_writer_open(path, XC_ONLY_ADDS, true, out, err);
	free(path);
	return st;
}

/* The parts that the last commit tells of. */
static enum gk_status
open_parts(struct gk_layers *l, struct gk_err *err)
{
	char *text;
	size_t n;
	enum gk_status st = xc_writer_metadata(l->changes, GK_M_SHARDS, &text, &n, err);

	if (st != GK_OK)
		return st;
	st = gk_glass_firsts(text, &l->firsts, &l->parts, err);
	free(text);
	if (st == GK_OK)
		st = read_number(l, GK_M_SHARD_SIZE, &l->shard, err);
	if (st == GK_OK)
		st = gk_glass_open(l->base, l->firsts, l->parts - 1, &l->closed, err);
	if (st == GK_OK)
		st = open_part(l, l->firsts[l->parts - 1], &l->open[0], err);
	l->glass = l->open[0];
	l->n_open = st == GK_OK;
	return st;
}

enum gk_status
gk_layers_open(const char *base, struct gk_layers **out, struct gk_err *err)
{
	struct gk_layers *l = calloc(1, sizeof *l);
	char *changes = gk_path(base, GK_CHANGES);
	enum gk_status st = l == NULL || changes == NULL || (l->base = strdup(base)) == NULL ? gk_nomem(err) : GK_OK;

	if (st == GK_OK) {
		gk_buf_init(&l->bytes, (size_t)1 << 31);
		gk_buf_init(&l->lens, (size_t)1 << 31);
		gk_buf_init(&l->wdfs, (size_t)1 << 31);
		st = xc_writer_open(changes, XC_REPLACES, true, &l->changes, err);
	}
	if (st == GK_OK)
		st = open_parts(l, err);
	if (st == GK_OK)
		st = xc_doc_new(&l->spare, err);
	if (st == GK_OK)
		st = read_anew(l, err);
	if (st == GK_OK)
		st = check_glass(l, err);
	free(changes);
	if (st != GK_OK) {
		gk_layers_close(l);
		return st;
	}
	*out = l;
	return GK_OK;
}

void
gk_layers_close(struct gk_layers *l)
{
	if (l == NULL)
		return;
	xc_doc_free(l->spare);
	gk_glass_close(l->closed);
	for (size_t i = 0; i < l->n_open; i++)
		xc_writer_close(l->open[i]);
	xc_writer_close(l->changes);
	free(l->firsts);
	free(l->base);
	free(l->anew);
	gk_buf_free(&l->bytes);
	gk_buf_free(&l->lens);
	gk_buf_free(&l->wdfs);
	free(l);
}

static enum gk_status
flag(struct xc_doc *d, const char *term, struct gk_err *err)
{
	const uint8_t len = (uint8_t)strlen(term);
	const uint32_t none = 0;

	return xc_doc_terms(d, term, &len, &none, 1, err);
}

/* Each of its terms once, behind the prefix of those that are gone. */
static enum gk_status
put_gone(struct gk_layers *l, uint32_t doc, const struct gk_prepared *former, struct gk_err *err)
{
	const char *term = former->bytes.p;
	const uint32_t none = 0;
	enum gk_status st;

	gk_buf_reset(&l->bytes);
	gk_buf_reset(&l->lens);
	gk_buf_reset(&l->wdfs);
	for (size_t i = 0; i < former->count; i++) {
		size_t n = (unsigned char)former->lens.p[i];
		char len = (char)(unsigned char)(n + sizeof GK_X_GONE - 1);

		gk_buf_puts(&l->bytes, GK_X_GONE);
		gk_buf_add(&l->bytes, term, n);
		gk_buf_add(&l->lens, &len, 1);
		gk_buf_add(&l->wdfs, &none, sizeof none);
		term += n;
	}
	if (l->bytes.failed || l->lens.failed || l->wdfs.failed)
		return gk_nomem(err);
	xc_doc_clear(l->spare);
	st = xc_doc_terms(l->spare, l->bytes.p, (const uint8_t *)l->lens.p, (const uint32_t *)(const void *)l->wdfs.p, former->count, err);
	return st == GK_OK ? xc_writer_put(l->changes, doc + GK_GONE_FROM, l->spare, err) : st;
}

/* --- parts ------------------------------------------------------------------------------------ */

static enum gk_status
write_number(struct gk_layers *l, const char *key, uint32_t v, struct gk_err *err)
{
	char text[16];

	return xc_writer_set_metadata(l->changes, key, text, (size_t)snprintf(text, sizeof text, "%u", v), err);
}

enum gk_status
gk_layers_divide(struct gk_layers *l, uint32_t records, struct gk_err *err)
{
	l->shard = records;
	return write_number(l, GK_M_SHARD_SIZE, records, err);
}

/* A folder of that name is of a commit that was not completed: no list of parts names it. */
static enum gk_status
make_part(struct gk_layers *l, uint32_t first, struct xc_writer **out, struct gk_err *err)
{
	char name[GK_GLASS_NAME], *path;
	enum gk_status st;

	gk_glass_name(first, name);
	path = gk_path(l->base, name);
	st = path == NULL ? gk_nomem(err) : gk_remove_tree(path, err);
	free(path);
	if (st == GK_OK)
		st = open_part(l, first, out, err);
	return st == GK_OK ? xc_writer_set_metadata(*out, GK_M_VERSION, "1", 1, err) : st;
}

/*
 * The last part is full: the record `first` begins the next one.  The full one stays open until the commit, so that nothing
 * of a batch is seen before it.
 */
static enum gk_status
begin_part(struct gk_layers *l, uint32_t first, struct gk_err *err)
{
	uint32_t *firsts = realloc(l->firsts, (l->parts + 1) * sizeof *firsts);
	struct xc_writer *next = NULL;
	enum gk_status st;

	if (firsts == NULL)
		return gk_nomem(err);
	l->firsts = firsts;
	st = make_part(l, first, &next, err);
	if (st != GK_OK) {
		xc_writer_close(next);
		return st;
	}
	l->firsts[l->parts++] = first;
	l->open[l->n_open++] = l->glass = next;
	return gk_copy_name_parts(l->changes, l->firsts, l->parts, err);
}

/* Of the last shard, which may be of more than one part. */
static uint32_t
shard_first(const struct gk_layers *l)
{
	size_t at = 0, end;

	while ((end = gk_glass_shard_end(l->firsts, l->parts, l->shard, at)) < l->parts)
		at = end;
	return l->firsts[at];
}

static bool
is_full(const struct gk_layers *l, uint32_t doc)
{
	return l->shard > 0 && l->parts < GK_SHARDS_MAX && doc - shard_first(l) >= l->shard;
}

/* Of the open parts that which a record belongs to; NULL if it stands in a closed one. */
static struct xc_writer *
part_of(const struct gk_layers *l, uint32_t doc)
{
	for (size_t i = l->n_open; i > 0; i--)
		if (doc >= l->firsts[l->parts - l->n_open + i - 1])
			return l->open[i - 1];
	return NULL;
}

/* What is full is written to no more. */
static enum gk_status
close_full(struct gk_layers *l, struct gk_err *err)
{
	for (size_t i = 0; i + 1 < l->n_open; i++)
		xc_writer_close(l->open[i]);
	l->open[0] = l->glass;
	l->n_open = 1;
	return gk_glass_reopen(l->closed, l->firsts, l->parts - 1, err);
}

/* --- records ---------------------------------------------------------------------------------- */

enum gk_status
gk_layers_put(struct gk_layers *l, uint32_t doc, struct xc_doc *d, const struct gk_prepared *former, struct gk_err *err)
{
	uint32_t last;
	enum gk_status st = last_of(l, &last, err);

	if (st == GK_OK && doc >= GK_GONE_FROM)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "索引最多收 %d 件", "the index holds at most %d documents", GK_GONE_FROM - 1);
	if (st != GK_OK)
		return st;
	if (doc > last) {
		if (is_full(l, doc))
			st = begin_part(l, doc, err);
		return st == GK_OK ? xc_writer_put(l->glass, doc, d, err) : st;
	}
	if (!is_anew(l, doc)) {
		st = put_gone(l, doc, former, err);
		if (st == GK_OK)
			st = set_anew(l, doc, err);
	}
	if (st == GK_OK)
		st = flag(d, GK_X_FULL, err);
	return st == GK_OK ? xc_writer_put(l->changes, doc, d, err) : st;
}

static enum gk_status
glass_data(struct gk_layers *l, uint32_t doc, char **p, size_t *n, struct gk_err *err)
{
	struct xc_writer *w = part_of(l, doc);

	return w == NULL ? gk_glass_doc_data(l->closed, doc, p, n, err) : xc_writer_doc_data(w, doc, p, n, err);
}

static bool
in_glass(struct gk_layers *l, uint32_t doc, enum gk_status *st, struct gk_err *err)
{
	char *p;
	size_t n;

	*st = glass_data(l, doc, &p, &n, err);
	if (*st == GK_OK)
		free(p);
	return *st == GK_OK;
}

enum gk_status
gk_layers_update(struct gk_layers *l, uint32_t doc, const unsigned *slots, const void *const *values, const size_t *lens, size_t n, const void *data, size_t data_n,
		 struct gk_err *err)
{
	enum gk_status st = xc_writer_update(l->changes, doc, slots, values, lens, n, data, data_n, err);

	if (st != GK_END || !in_glass(l, doc, &st, err))
		return st;
	xc_doc_clear(l->spare);
	st = flag(l->spare, GK_X_PATCH, err);
	for (size_t i = 0; st == GK_OK && i < n; i++)
		if (lens[i] > 0)
			st = xc_doc_value(l->spare, slots[i], values[i], lens[i], err);
	if (st == GK_OK)
		st = xc_doc_set_data(l->spare, data, data_n, err);
	return st == GK_OK ? xc_writer_put(l->changes, doc, l->spare, err) : st;
}

/* The first record of the full parts that has the term and does not stand anew in changes/. */
static enum gk_status
find_closed(struct gk_layers *l, const char *term, size_t n, uint32_t *doc, struct gk_err *err)
{
	struct gk_glass_list *list;
	enum gk_status st = gk_glass_list_open(l->closed, term, n, &list, err);

	if (st != GK_OK)
		return st;
	do
		st = gk_glass_list_next(list, doc, NULL, 1, &(size_t){ 0 }, err);
	while (st == GK_OK && is_anew(l, *doc));
	gk_glass_list_close(list);
	return st;
}

enum gk_status
gk_layers_find(struct gk_layers *l, const char *term, size_t n, uint32_t *doc, struct gk_err *err)
{
	uint32_t at = 0, other = 0;
	enum gk_status st = find_closed(l, term, n, &at, err), changed;

	for (size_t i = 0; st == GK_END && i < l->n_open; i++) {
		at = 0;
		do
			st = xc_writer_find(l->open[i], term, n, at, &at, err);
		while (st == GK_OK && is_anew(l, at));
	}
	if (st != GK_OK && st != GK_END)
		return st;
	changed = xc_writer_find(l->changes, term, n, 0, &other, err);
	if (changed == GK_OK && (st == GK_END || other < at))
		at = other;
	if (changed != GK_END)
		st = changed;
	if (st == GK_OK)
		*doc = at;
	return st;
}

enum gk_status
gk_layers_doc_data(struct gk_layers *l, uint32_t doc, char **p, size_t *n, struct gk_err *err)
{
	enum gk_status st = xc_writer_doc_data(l->changes, doc, p, n, err);

	return st == GK_END ? glass_data(l, doc, p, n, err) : st;
}

enum gk_status
gk_layers_set_metadata(struct gk_layers *l, const char *key, const void *p, size_t n, struct gk_err *err)
{
	return xc_writer_set_metadata(l->changes, key, p, n, err);
}

enum gk_status
gk_layers_metadata(struct gk_layers *l, const char *key, char **p, size_t *n, struct gk_err *err)
{
	return xc_writer_metadata(l->changes, key, p, n, err);
}

/* What changes/ tells of must stand in glass/ before. */
enum gk_status
gk_layers_commit(struct gk_layers *l, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < l->n_open; i++)
		st = xc_writer_commit(l->open[i], err);
	if (st == GK_OK)
		st = xc_writer_commit(l->changes, err);
	return st == GK_OK && l->n_open > 1 ? close_full(l, err) : st;
}
