/* Writing two layers. */
#include "catalog/layers-write.h"

#include "base/io.h"
#include "catalog/dense-write.h"
#include "catalog/dense.h"
#include "catalog/generation-copy.h"
#include "catalog/glass.h"
#include "catalog/layers.h"
#include "catalog/schema.h"
#include "catalog/seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * So many new records make a part of their own, if the list of parts has room for it; and as soon as they are so many, or take so much memory, they are
 * written, that a batch of any size can be.
 */
enum { DENSE_FROM = 1000, HELD_MOST = 20000, HELD_BYTES = 192 * 1024 * 1024 };

/* A new record: its slots and data, and its terms until it is known whether it will be one of many. */
struct held { uint32_t doc; struct xc_doc *d; char *terms; };
struct held_terms { size_t count, bytes; };	/* then counts, lengths, bytes */

struct gk_layers {
	char *base;
	struct gk_glass *closed;	/* the parts of glass/ that are full and committed */
	struct xc_writer *open[GK_SHARDS_MAX + 2];	/* those behind them: more than one when a batch has filled some */
	bool dense[GK_SHARDS_MAX + 2];	/* of these */
	size_t n_open;
	uint32_t *firsts;		/* of all parts */
	size_t parts;
	uint32_t shard;			/* records of a part; 0: it is never full */
	struct xc_writer *glass, *changes;	/* the last part, and the layer above */
	struct held *held;		/* new records, in order; behind them documents that wait for use */
	size_t n_held, blanks, room_held;
	size_t kept;			/* bytes of their terms */
	struct gk_inverter *words;	/* of all that are held */
	uint32_t dense_from;
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
	if (l->n_held > 0)
		*last = l->held[l->n_held - 1].doc;
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
	/* Of a commit that was not completed: nothing can be added to it. */
	if (!gk_dense_word(own, n, &l->dense[0]))
		st = gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引的一部分不可读：'%s'", "a part of the index cannot be read: '%s'", own);
	free(own);
	if (st == GK_OK)
		st = last_of(l, &last, err);
	/* One that is named was committed with its word before, even if no record stands in it yet. */
	if (st == GK_OK && (last < want || (n == 0 && (l->parts > 1 || want > 0)))) {
		st = gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引缺少文件：应有 %u 件，只有 %u 件", "files of the index are missing: of %u documents it has %u", want, n == 0 ? 0 : last);
		gk_hint(err, "运行 gongkai index rebuild", "run gongkai index rebuild");
	}
	if (st == GK_OK)
		st = gk_glass_check(l->closed, err);
	return st == GK_OK && n == 0 ? xc_writer_set_metadata(l->glass, GK_M_VERSION, GK_DENSE_NOT, sizeof GK_DENSE_NOT - 1, err) : st;
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

/* With fault points a test can have dense parts of a few records. */
static uint32_t
dense_from(void)
{
#ifdef GK_FAULTS
	const char *other = getenv("GONGKAI_DENSE_FROM");

	if (other != NULL)
		return (uint32_t)strtoul(other, NULL, 10);
#endif
	return DENSE_FROM;
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
		l->dense_from = dense_from();
		st = gk_inverter_new(&l->words, err);
	}
	if (st == GK_OK)
		st = xc_writer_open(changes, XC_REPLACES, true, &l->changes, err);
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
	for (size_t i = 0; i < l->blanks; i++) {
		xc_doc_free(l->held[i].d);
		free(l->held[i].terms);
	}
	free(l->held);
	gk_inverter_free(l->words);
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
	return st == GK_OK ? xc_writer_set_metadata(*out, GK_M_VERSION, GK_DENSE_NOT, sizeof GK_DENSE_NOT - 1, err) : st;
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
	l->dense[l->n_open] = false;
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

/* Does the record begin another shard? */
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
	l->dense[0] = l->dense[l->n_open - 1];
	l->n_open = 1;
	return gk_glass_reopen(l->closed, l->firsts, l->parts - 1, err);
}

/* --- new records ------------------------------------------------------------------------------ */

void
gk_layers_dense_from(struct gk_layers *l, uint32_t records)
{
	l->dense_from = records;
}

enum gk_status
gk_layers_blank(struct gk_layers *l, struct xc_doc **out, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	if (l->n_held == l->room_held) {
		size_t room = l->room_held == 0 ? 64 : l->room_held * 2;
		struct held *grown = realloc(l->held, room * sizeof *grown);

		if (grown == NULL)
			return gk_nomem(err);
		l->held = grown;
		l->room_held = room;
	}
	if (l->n_held == l->blanks) {
		l->held[l->blanks] = (struct held){ .doc = 0 };
		st = xc_doc_new(&l->held[l->blanks].d, err);
		l->blanks += st == GK_OK;
	}
	if (st == GK_OK) {
		*out = l->held[l->n_held].d;
		xc_doc_clear(*out);
	}
	return st;
}

static bool
will_be_dense(const struct gk_layers *l, size_t records)
{
	/* One part for them, and one for what comes. */
	return l->dense_from > 0 && records >= l->dense_from && l->parts + 2 <= GK_SHARDS_MAX;
}

/* A copy of the terms, as they are needed if it stays one of a few. */
static char *
copy_terms(const struct gk_prepared *p)
{
	const struct held_terms head = { p->count, p->bytes.n };
	char *out = malloc(sizeof head + p->count * (sizeof(uint32_t) + 1) + p->bytes.n);

	if (out == NULL)
		return NULL;
	memcpy(out, &head, sizeof head);
	if (p->count > 0) {
		memcpy(out + sizeof head, p->wdfs.p, p->count * sizeof(uint32_t));
		memcpy(out + sizeof head + p->count * sizeof(uint32_t), p->lens.p, p->count);
		memcpy(out + sizeof head + p->count * (sizeof(uint32_t) + 1), p->bytes.p, p->bytes.n);
	}
	return out;
}

static enum gk_status
set_terms(struct held *h, struct gk_err *err)
{
	struct held_terms head;
	const char *p = h->terms + sizeof head;

	memcpy(&head, h->terms, sizeof head);
	return xc_doc_terms(h->d, p + head.count * (sizeof(uint32_t) + 1), (const uint8_t *)p + head.count * sizeof(uint32_t), (const uint32_t *)(const void *)p, head.count, err);
}

/* Slots and data of all to the part. */
static enum gk_status
put_held(struct gk_layers *l, bool terms, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < l->n_held; i++) {
		if (terms)
			st = set_terms(&l->held[i], err);
		if (st == GK_OK)
			st = xc_writer_put(l->glass, l->held[i].doc, l->held[i].d, err);
		free(l->held[i].terms);
		l->held[i].terms = NULL;
	}
	return st;
}

static enum gk_status
write_dense(struct gk_layers *l, struct gk_err *err)
{
	const uint32_t first = l->held[0].doc, last = l->held[l->n_held - 1].doc;
	uint32_t had;
	enum gk_status st = xc_writer_last(l->glass, &had, err);

	/* The last part can be the one, if nothing is in it yet. */
	if (st == GK_OK && (had > 0 || l->firsts[l->parts - 1] != first))
		st = begin_part(l, first, err);
	if (st == GK_OK)
		st = put_held(l, false, err);
	if (st == GK_OK)
		st = gk_dense_write_new(l->words, l->glass, err);
	if (st != GK_OK)
		return st;
	l->dense[l->n_open - 1] = true;
	return begin_part(l, last + 1, err);
}

static enum gk_status
write_held(struct gk_layers *l, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	if (l->n_held == 0)
		return GK_OK;
	if (will_be_dense(l, l->n_held)) {
		st = write_dense(l, err);
	} else {
		/* A dense part is the last one only if the commit that made it was not completed. */
		if (l->dense[l->n_open - 1])
			st = begin_part(l, l->held[0].doc, err);
		if (st == GK_OK)
			st = put_held(l, true, err);
	}
	l->n_held = l->kept = 0;
	gk_inverter_clear(l->words);
	return st;
}

/* Once they are so many that they will be dense, terms are kept only in their lists. */
static void
drop_terms(struct gk_layers *l)
{
	for (size_t i = 0; l->kept > 0 && i < l->n_held; i++) {
		free(l->held[i].terms);
		l->held[i].terms = NULL;
	}
	l->kept = 0;
}

static bool
holds_enough(const struct gk_layers *l)
{
	return l->n_held >= HELD_MOST || gk_inverter_bytes(l->words) + l->kept >= HELD_BYTES || (l->n_held >= DENSE_FROM && !will_be_dense(l, l->n_held));
}

static enum gk_status
hold(struct gk_layers *l, uint32_t doc, const struct gk_prepared *words, struct gk_err *err)
{
	struct held *h = &l->held[l->n_held];
	enum gk_status st = gk_inverter_add(l->words, doc, words->bytes.p, (const uint8_t *)words->lens.p, (const uint32_t *)(const void *)words->wdfs.p, words->count, err);

	if (st != GK_OK)
		return st;
	h->doc = doc;
	if (will_be_dense(l, ++l->n_held))
		drop_terms(l);
	else if ((h->terms = copy_terms(words)) == NULL)
		return gk_nomem(err);
	else
		l->kept += words->bytes.n + words->count * (sizeof(uint32_t) + 1);
	return holds_enough(l) ? write_held(l, err) : GK_OK;
}

/* The record begins a shard: what is held belongs to the one before. */
static enum gk_status
begin_shard(struct gk_layers *l, uint32_t doc, struct gk_err *err)
{
	const size_t own = l->n_held;
	enum gk_status st = write_held(l, err);
	struct xc_doc *d = l->held[own].d;

	/* Its document waits where the next one that is held will be looked for. */
	l->held[own].d = l->held[0].d;
	l->held[0].d = d;
	return st == GK_OK && l->firsts[l->parts - 1] != doc ? begin_part(l, doc, err) : st;
}

/* --- records ---------------------------------------------------------------------------------- */

enum gk_status
gk_layers_put(struct gk_layers *l, uint32_t doc, struct xc_doc *d, const struct gk_prepared *words, const struct gk_prepared *former, struct gk_err *err)
{
	uint32_t last;
	enum gk_status st = last_of(l, &last, err);

	if (st == GK_OK && doc >= GK_GONE_FROM)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "索引最多收 %d 件", "the index holds at most %d documents", GK_GONE_FROM - 1);
	if (st != GK_OK)
		return st;
	if (doc > last) {
		if (is_full(l, doc))
			st = begin_shard(l, doc, err);
		return st == GK_OK ? hold(l, doc, words, err) : st;
	}
	if (!is_anew(l, doc)) {
		st = put_gone(l, doc, former, err);
		if (st == GK_OK)
			st = set_anew(l, doc, err);
	}
	if (st == GK_OK)
		st = xc_doc_terms(d, words->bytes.p, (const uint8_t *)words->lens.p, (const uint32_t *)(const void *)words->wdfs.p, words->count, err);
	if (st == GK_OK)
		st = flag(d, GK_X_FULL, err);
	return st == GK_OK ? xc_writer_put(l->changes, doc, d, err) : st;
}

/* NULL unless it is held. */
static const struct held *
held_of(const struct gk_layers *l, uint32_t doc)
{
	size_t low = 0, high = l->n_held;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (l->held[mid].doc < doc)
			low = mid + 1;
		else
			high = mid;
	}
	return low < l->n_held && l->held[low].doc == doc ? &l->held[low] : NULL;
}

static enum gk_status
glass_data(struct gk_layers *l, uint32_t doc, char **p, size_t *n, struct gk_err *err)
{
	const struct held *h = held_of(l, doc);
	struct xc_writer *w = part_of(l, doc);

	if (h != NULL)
		return xc_doc_get_data(h->d, p, n, err);
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

static enum gk_status
get_written(void *arg, const char *key, char **p, size_t *n, struct gk_err *err)
{
	return xc_writer_metadata(arg, key, p, n, err);
}

/* Likewise of an open part. */
static enum gk_status
find_open(struct gk_layers *l, size_t part, const char *term, size_t n, uint32_t *doc, struct gk_err *err)
{
	uint32_t at = 0;
	enum gk_status st;

	do
		st = l->dense[part] ? gk_dense_first(get_written, l->open[part], term, n, at + 1, &at, err) : xc_writer_find(l->open[part], term, n, at, &at, err);
	while (st == GK_OK && is_anew(l, at));
	*doc = at;
	return st;
}

static enum gk_status
find_held(const struct gk_layers *l, const char *term, size_t n, uint32_t *doc, struct gk_err *err)
{
	enum gk_status st = gk_inverter_find(l->words, term, n, 0, doc, err);

	while (st == GK_OK && is_anew(l, *doc))
		st = gk_inverter_find(l->words, term, n, *doc + 1, doc, err);
	return st;
}

enum gk_status
gk_layers_find(struct gk_layers *l, const char *asked, size_t len, uint32_t *doc, struct gk_err *err)
{
	char kept[GK_KEPT_MAX];
	size_t n = len;
	const char *term = gk_term_kept(asked, &n, kept);
	uint32_t at = 0, other = 0;
	enum gk_status st = find_closed(l, term, n, &at, err), changed;

	for (size_t i = 0; st == GK_END && i < l->n_open; i++)
		st = find_open(l, i, term, n, &at, err);
	if (st == GK_END)
		st = find_held(l, term, n, &at, err);
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

/* Of a part that nothing will be added to.  One of a commit that was not completed may have its own already. */
static enum gk_status
seal(const struct gk_layers *l, uint32_t first, struct gk_err *err)
{
	char name[GK_GLASS_NAME], *path, *file;
	enum gk_status st;

	gk_glass_name(first, name);
	path = gk_path(l->base, name);
	file = path == NULL ? NULL : gk_path(path, GK_SEAL);
	st = file == NULL ? gk_nomem(err) : access(file, F_OK) == 0 ? GK_OK : gk_seal_write(path, err);
	free(path);
	free(file);
	return st;
}

/* What changes/ tells of must stand in glass/ before. */
enum gk_status
gk_layers_commit(struct gk_layers *l, struct gk_err *err)
{
	enum gk_status st = write_held(l, err);

	for (size_t i = 0; st == GK_OK && i < l->n_open; i++) {
		st = xc_writer_commit(l->open[i], err);
		if (st == GK_OK && l->dense[i])
			st = seal(l, l->firsts[l->parts - l->n_open + i], err);
	}
	/* Their names too, of those that were begun just now. */
	if (st == GK_OK && l->n_open > 1)
		st = gk_sync_dir(l->base, err);
	if (st == GK_OK)
		st = xc_writer_commit(l->changes, err);
	return st == GK_OK && l->n_open > 1 ? close_full(l, err) : st;
}
