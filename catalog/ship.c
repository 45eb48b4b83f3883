/* Shards for other machines, and the generation that is left when their words are there. */
#include "catalog/ship.h"

#include "base/digest.h"
#include "base/io.h"
#include "catalog/away.h"
#include "catalog/bare.h"
#include "catalog/dense.h"
#include "catalog/generation-copy.h"
#include "catalog/glass.h"
#include "catalog/layers.h"
#include "catalog/packed.h"
#include "catalog/schema.h"
#include "xapianc/write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { BATCH = 256 };

/* --- every term, by shards -------------------------------------------------------------------- */

struct shard {
	uint32_t first, last;
	struct gk_packer packer;
	struct gk_sha256_sum sum;	/* of all that it holds */
	struct xc_writer *to;		/* NULL: only its stamp is wanted */
	char stamp[GK_AWAY_STAMP + 1], *where;
};

struct shipment {
	struct gk_glass *from;
	uint32_t records;
	struct shard shard[GK_AWAY_MAX];
	size_t n;
	struct gk_packer rest;		/* the list of a term that stays */
	struct xc_writer *front;	/* NULL: it is not wanted */
	struct gk_err *err;
	enum gk_status st;
};

static void
begin_lists(struct shipment *s)
{
	for (size_t i = 0; i < s->n; i++)
		gk_packer_begin(&s->shard[i].packer);
	gk_packer_begin(&s->rest);
}

static void
add_entry(struct shipment *s, bool word, size_t *at, uint32_t doc, uint32_t wdf)
{
	while (*at < s->n && s->shard[*at].last < doc)
		++*at;
	if (*at < s->n)
		gk_packer_add(word ? &s->shard[*at].packer : &s->rest, doc, wdf);
}

static enum gk_status
read_list(struct shipment *s, const char *term, size_t n, bool word)
{
	struct gk_glass_list *list;
	uint32_t docs[BATCH], wdfs[BATCH];
	size_t got, at = 0;
	enum gk_status st = gk_glass_list_open(s->from, term, n, &list, s->err);

	if (st != GK_OK)
		return st == GK_END ? GK_OK : st;
	while ((st = gk_glass_list_next(list, docs, wdfs, BATCH, &got, s->err)) == GK_OK)
		for (size_t i = 0; i < got; i++)
			add_entry(s, word, &at, docs[i], wdfs[i]);
	gk_glass_list_close(list);
	return st == GK_END ? GK_OK : st;
}

static enum gk_status
set_term(struct xc_writer *to, char kind, const char *term, size_t n, const struct gk_buf *value, struct gk_err *err)
{
	char key[256];

	if (n + 2 > sizeof key)
		return gk_fail(err, GK_DEAD, GK_CAUSE_BUG, "检索词太长", "a term is too long");
	key[0] = kind;
	memcpy(key + 1, term, n);
	key[n + 1] = '\0';
	return xc_writer_set_metadata(to, key, value->p, value->n, err);
}

/* The lists of a word to their shards, and how many documents each has to the front. */
static enum gk_status
send_word(struct shipment *s, const char *term, size_t n)
{
	struct gk_buf counts;
	enum gk_status st = GK_OK;

	gk_buf_init(&counts, 8 * GK_AWAY_MAX);
	for (size_t i = 0; st == GK_OK && i < s->n; i++) {
		struct shard *k = &s->shard[i];

		if (!gk_packer_end(&k->packer) || !gk_varint_add(&counts, k->packer.count))
			st = gk_nomem(s->err);
		if (st != GK_OK || k->packer.count == 0)
			continue;
		gk_sha256_add(&k->sum, term, n + 1);
		gk_sha256_add(&k->sum, k->packer.out.p, k->packer.out.n);
		if (k->to != NULL)
			st = set_term(k->to, GK_AWAY_WORD, term, n, &k->packer.out, s->err);
	}
	if (st == GK_OK && s->front != NULL)
		st = set_term(s->front, GK_AWAY_TERM, term, n, &counts, s->err);
	gk_buf_free(&counts);
	return st;
}

static enum gk_status
send_rest(struct shipment *s, const char *term, size_t n)
{
	if (!gk_packer_end(&s->rest))
		return gk_nomem(s->err);
	return s->front == NULL || s->rest.count == 0 ? GK_OK : set_term(s->front, GK_AWAY_TERM, term, n, &s->rest.out, s->err);
}

static bool
send_term(void *arg, const char *bytes, size_t n, uint32_t df)
{
	struct shipment *s = arg;
	bool word = gk_away_is_word(bytes, n);
	char term[256];

	(void)df;
	if (n >= sizeof term || (!word && s->front == NULL))
		return true;
	memcpy(term, bytes, n);
	term[n] = '\0';
	begin_lists(s);
	s->st = read_list(s, term, n, word);
	if (s->st == GK_OK)
		s->st = word ? send_word(s, term, n) : send_rest(s, term, n);
	return s->st == GK_OK;
}

static void
begin_shard(struct shard *k)
{
	char head[64];

	gk_packer_init(&k->packer);
	gk_sha256_init(&k->sum);
	gk_sha256_add(&k->sum, head, (size_t)snprintf(head, sizeof head, "%d.%d %u %u\n", GK_SCHEMA_VERSION, GK_CJK_VERSION, k->first, k->last));
}

static void
end_shard(struct shard *k)
{
	unsigned char sum[GK_SHA256];

	gk_sha256_end(&k->sum, sum);
	for (size_t i = 0; i < GK_SHA256; i++)
		snprintf(k->stamp + 2 * i, 3, "%02x", sum[i]);
}

static enum gk_status
send_all(struct shipment *s)
{
	enum gk_status st;

	for (size_t i = 0; i < s->n; i++)
		begin_shard(&s->shard[i]);
	gk_packer_init(&s->rest);
	s->st = GK_OK;
	st = gk_glass_terms(s->from, "", 0, send_term, s, s->err);
	for (size_t i = 0; i < s->n; i++)
		end_shard(&s->shard[i]);
	return st == GK_OK ? s->st : st;
}

static void
free_shipment(struct shipment *s)
{
	for (size_t i = 0; i < s->n; i++) {
		gk_packer_free(&s->shard[i].packer);
		xc_writer_close(s->shard[i].to);
		free(s->shard[i].where);
	}
	gk_packer_free(&s->rest);
	xc_writer_close(s->front);
	gk_glass_close(s->from);
}

static enum gk_status
open_from(struct shipment *s, const char *base, struct gk_err *err)
{
	uint32_t *firsts = NULL;
	char *records = NULL;
	size_t n;
	enum gk_status st = gk_copy_parts(base, &firsts, &n, err);

	if (st == GK_OK)
		st = gk_copy_metadata(base, GK_M_RECORDS, &records, err);
	if (st == GK_OK)
		st = gk_glass_open(base, firsts, n, &s->from, err);
	if (st == GK_OK) {
		s->records = (uint32_t)strtoul(records, NULL, 10);
		if (gk_glass_away(s->from) > 0) {
			st = gk_fail(err, GK_REFUSED, GK_CAUSE_BUSY, "索引的词已经在别的机器上", "the words of this index are on other machines already");
			gk_hint(err, "先运行 gongkai index rebuild", "run gongkai index rebuild first");
		} else if (s->records == 0) {
			st = gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "索引里没有文件", "there are no documents in the index");
		}
	}
	free(firsts);
	free(records);
	return st;
}

/* --- writing them ------------------------------------------------------------------------------ */

static char *
shard_path(const char *to, size_t i)
{
	char name[24];

	snprintf(name, sizeof name, "%zu", i + 1);
	return gk_path(to, name);
}

static enum gk_status
open_shards(struct shipment *s, const char *to, size_t parts, struct gk_err *err)
{
	const uint32_t size = (s->records + (uint32_t)parts - 1) / (uint32_t)parts;
	enum gk_status st = gk_make_dir(to, 0755, err);

	for (uint32_t first = 1; st == GK_OK && first <= s->records; first += size) {
		char *path = shard_path(to, s->n);
		struct stat sb;

		if (path == NULL)
			return gk_nomem(err);
		s->shard[s->n] = (struct shard){ .first = first, .last = first + size - 1 < s->records ? first + size - 1 : s->records };
		if (lstat(path, &sb) == 0)
			st = gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "'%s' 已经存在", "'%s' exists already", path);
		else
			st = xc_writer_open(path, XC_ONLY_ADDS, true, &s->shard[s->n].to, err);
		s->n += st == GK_OK;
		free(path);
	}
	return st;
}

static enum gk_status
finish_shard(struct shard *k, struct gk_err *err)
{
	char range[32];
	enum gk_status st = xc_writer_set_metadata(k->to, GK_AWAY_STAMP_KEY, k->stamp, GK_AWAY_STAMP, err);

	if (st == GK_OK)
		st = xc_writer_set_metadata(k->to, GK_AWAY_RANGE_KEY, range, (size_t)snprintf(range, sizeof range, "%u %u", k->first, k->last), err);
	return st == GK_OK ? xc_writer_commit(k->to, err) : st;
}

enum gk_status
gk_ship_export(const char *dir, const char *generation, const char *to, size_t parts, struct gk_err *err)
{
	struct shipment *s = calloc(1, sizeof *s);
	char *base = gk_path(dir, generation);
	enum gk_status st = s == NULL || base == NULL ? gk_nomem(err) : open_from(s, base, err);
	size_t made;

	if (st == GK_OK) {
		s->err = err;
		st = open_shards(s, to, parts, err);
	}
	if (st == GK_OK)
		st = send_all(s);
	for (size_t i = 0; st == GK_OK && i < s->n; i++)
		st = finish_shard(&s->shard[i], err);
	made = s == NULL ? 0 : s->n;
	if (s != NULL)
		free_shipment(s);
	for (size_t i = 0; st != GK_OK && i < made; i++) {
		char *path = shard_path(to, i);

		if (path != NULL)
			gk_remove_tree(path, NULL);
		free(path);
	}
	free(s);
	free(base);
	return st == GK_OK ? gk_sync_dir(to, err) : st;
}

/* --- who has them -------------------------------------------------------------------------------- */

static int
by_first(const void *a, const void *b)
{
	const struct shard *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* All copies of a shard must say the same of themselves. */
static enum gk_status
ask_copies(const char *where, struct gk_away_served *out, struct gk_err *err)
{
	char *all = strdup(where), *rest = NULL;
	size_t n = 0;
	enum gk_status st = all == NULL ? gk_nomem(err) : GK_OK;

	for (char *one = all == NULL ? NULL : strtok_r(all, ",", &rest); st == GK_OK && one != NULL; one = strtok_r(NULL, ",", &rest), n++) {
		struct gk_away_served served;

		st = gk_away_ask(one, &served, err);
		if (st == GK_OK && n > 0 && strcmp(served.stamp, out->stamp) != 0)
			st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "%s 和 %s 不是同一分片", "%s is not the same shard as the others of %s", one, where);
		*out = served;
	}
	if (st == GK_OK && (n == 0 || n > GK_AWAY_COPIES))
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "一个分片要有 1 到 %d 处：'%s'", "a shard has 1 to %d copies: '%s'", GK_AWAY_COPIES, where);
	free(all);
	return st;
}

static enum gk_status
ask_servers(const char *const *servers, size_t n, struct shard *shard, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < n; i++) {
		struct gk_away_served served;

		st = ask_copies(servers[i], &served, err);
		if (st != GK_OK)
			break;
		shard[i] = (struct shard){ .first = served.first, .last = served.last };
		memcpy(shard[i].stamp, served.stamp, sizeof served.stamp);
		if ((shard[i].where = strdup(servers[i])) == NULL)
			st = gk_nomem(err);
	}
	if (st == GK_OK)
		qsort(shard, n, sizeof *shard, by_first);
	return st;
}

static enum gk_status
all_there(const struct shipment *s, struct gk_err *err)
{
	uint32_t next = 1;

	for (size_t i = 0; i < s->n; i++) {
		if (s->shard[i].first != next)
			return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "%s 从第 %u 号起，应从第 %u 号起", "%s begins with document %u, not %u", s->shard[i].where, s->shard[i].first, next);
		next = s->shard[i].last + 1;
	}
	if (next != s->records + 1)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "各分片共有 %u 件，索引有 %u 件", "the shards have %u documents, the index has %u", next - 1, s->records);
	return GK_OK;
}

/* --- the generation that is left --------------------------------------------------------------- */

/* Who says what it has, has it: the stamps made here and those asked for are the same. */
static enum gk_status
make_front(struct shipment *s, const char *base)
{
	char (*said)[GK_AWAY_STAMP + 1] = calloc(s->n, sizeof *said);
	char *path = gk_path(base, GK_GLASS);
	enum gk_status st = said == NULL || path == NULL ? gk_nomem(s->err) : xc_writer_open(path, XC_ONLY_ADDS, true, &s->front, s->err);

	for (size_t i = 0; st == GK_OK && i < s->n; i++)
		memcpy(said[i], s->shard[i].stamp, sizeof *said);
	if (st == GK_OK)
		st = gk_bare_copy(s->from, 1, s->records, s->front, s->err);
	if (st == GK_OK)
		st = send_all(s);
	for (size_t i = 0; st == GK_OK && i < s->n; i++)
		if (strcmp(said[i], s->shard[i].stamp) != 0)
			st = gk_fail(s->err, GK_REFUSED, GK_CAUSE_BAD_DATA, "%s 的分片不是由现在的索引导出的", "the shard at %s was not exported from the present index", s->shard[i].where);
	if (st == GK_OK)
		st = xc_writer_set_metadata(s->front, GK_M_VERSION, GK_DENSE_NOT, sizeof GK_DENSE_NOT - 1, s->err);
	if (st == GK_OK)
		st = xc_writer_commit(s->front, s->err);
	free(said);
	free(path);
	return st;
}

static enum gk_status
change_layer(const struct shipment *s, const char *from, const char *base, struct gk_err *err)
{
	char *path = gk_path(base, GK_CHANGES), text[48];
	struct xc_writer *w = NULL;
	enum gk_status st = path == NULL ? gk_nomem(err) : gk_copy_layer(from, base, GK_CHANGES, err);

	if (st == GK_OK)
		st = xc_writer_open(path, XC_REPLACES, false, &w, err);
	if (st == GK_OK)
		st = gk_copy_name_parts(w, (const uint32_t[]){ 1, s->records + 1 }, 2, err);
	if (st == GK_OK)
		st = xc_writer_set_metadata(w, GK_M_VERSION, text, (size_t)snprintf(text, sizeof text, "%d.%d" GK_SHIPPED, GK_SCHEMA_VERSION, GK_CJK_VERSION), err);
	if (st == GK_OK)
		st = xc_writer_commit(w, err);
	xc_writer_close(w);
	free(path);
	return st;
}

static enum gk_status
write_list(const struct shipment *s, const char *base, struct gk_err *err)
{
	char *path = gk_path(base, GK_AWAY_FILE);
	struct gk_buf text;
	enum gk_status st;

	gk_buf_init(&text, 64 * 1024);
	for (size_t i = 0; i < s->n; i++)
		gk_buf_printf(&text, "%u %u %s %s\n", s->shard[i].first, s->shard[i].last, s->shard[i].stamp, s->shard[i].where);
	st = text.failed || path == NULL ? gk_nomem(err) : gk_replace_file(path, 0644, text.p, text.n, err);
	gk_buf_free(&text);
	free(path);
	return st;
}

static enum gk_status
make_generation(struct shipment *s, const char *from, const char *base, struct gk_err *err)
{
	enum gk_status st = make_front(s, base);

	if (st == GK_OK)
		st = gk_copy_tail(base, s->records + 1, err);
	if (st == GK_OK)
		st = change_layer(s, from, base, err);
	if (st == GK_OK)
		st = gk_copy_files(from, base, err);	/* the text store and its table */
	return st == GK_OK ? write_list(s, base, err) : st;
}

enum gk_status
gk_ship_use(const char *dir, const char *from, const char *const *servers, size_t n, char out[GK_GENERATION], struct gk_err *err)
{
	struct shipment *s = calloc(1, sizeof *s);
	char *old = gk_path(dir, from), *base = NULL;
	enum gk_status st = s == NULL || old == NULL ? gk_nomem(err) : GK_OK;

	if (st == GK_OK && (n == 0 || n > GK_AWAY_MAX))
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "要有 1 到 %d 个分片", "there must be 1 to %d shards", GK_AWAY_MAX);
	if (st == GK_OK) {
		s->err = err;
		st = open_from(s, old, err);
	}
	if (st == GK_OK) {
		s->n = n;
		st = ask_servers(servers, n, s->shard, err);
	}
	if (st == GK_OK)
		st = all_there(s, err);
	if (st == GK_OK)
		st = gk_generation_new(dir, out, err);
	if (st == GK_OK)
		st = (base = gk_path(dir, out)) == NULL ? gk_nomem(err) : make_generation(s, old, base, err);
	if (s != NULL)
		free_shipment(s);
	if (st != GK_OK && base != NULL)
		gk_remove_tree(base, NULL);
	free(s);
	free(old);
	free(base);
	return st;
}
