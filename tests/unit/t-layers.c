/*
 * Two layers read as one: a random history of records that come, come anew and change their slots, in commits of any size, beside
 * a model in plain arrays.  After each commit the reader must say of every term, list, column and datum what the model says.
 * The same with glass/ in one part and in parts of a few records, never compacted and compacted now and then.
 */
#include "base/io.h"
#include "catalog/dense-write.h"
#include "catalog/dense.h"
#include "catalog/glass.h"
#include "catalog/layers-write.h"
#include "catalog/layers.h"
#include "catalog/put.h"
#include "catalog/schema.h"
#include "catalog/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { RECORDS = 700, TERMS = 40, SLOT = 3, SELDOM = 6, ROUNDS = 60 };

struct model {
	bool there;
	uint32_t wdf[TERMS];		/* 0: it has not the term */
	unsigned char slot[4];
	bool seldom;			/* has a value in the slot that few have */
	char data[16];
};

static char root[64], dir[128];	/* of all generations, and the one in use */
static uint32_t compacts;	/* every so many rounds; 0: never */
static uint32_t many;		/* new records of one commit that make a dense part; 0: none do */
static struct model now[RECORDS + 1];	/* the committed ones, and those of the batch */
static uint32_t records, shard;
static uint64_t state;
static struct gk_err err;

#define OK(call) do { if ((call) != GK_OK) fail_msg("%s: %s", #call, err.what_en); } while (0)

static uint32_t
number(uint32_t below)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % below;
}

static size_t
term_of(uint32_t t, char out[16])
{
	/* Some with a prefix of the catalog, and some that begin like another. */
	return (size_t)sprintf(out, "%s%c%s", t % 5 == 0 ? "S" : "", 'a' + (char)(t % 20), t < 20 ? "" : "b");
}

static void
fill(struct gk_prepared *p, const struct model *m)
{
	gk_prepare_clear(p);
	for (uint32_t t = 0; t < TERMS; t++) {
		char term[16], len;
		size_t n = term_of(t, term);

		if (m->wdf[t] == 0)
			continue;
		len = (char)n;
		gk_buf_add(&p->bytes, term, n);
		gk_buf_add(&p->lens, &len, 1);
		gk_buf_add(&p->wdfs, &m->wdf[t], sizeof m->wdf[t]);
		p->count++;
	}
}

static void
make(struct model *m)
{
	*m = (struct model){ .there = true, .seldom = number(10) == 0 };
	for (uint32_t t = 0; t < TERMS; t++)
		m->wdf[t] = number(1 + t / 4) == 0 ? 1 + number(3) : 0;
	for (int i = 0; i < 4; i++)
		m->slot[i] = (unsigned char)(1 + number(200));
	snprintf(m->data, sizeof m->data, "%u", number(1000000));
}

static void
add_terms(struct xc_doc *doc, const struct gk_prepared *p)
{
	OK(xc_doc_terms(doc, p->bytes.p, (const uint8_t *)p->lens.p, (const uint32_t *)(const void *)p->wdfs.p, p->count, &err));
}

static void
open_layers(struct gk_layers **l)
{
	OK(gk_layers_open(dir, l, &err));
	gk_layers_dense_from(*l, many);
}

static void
put(struct gk_layers *l, uint32_t d, struct gk_prepared *p, struct gk_prepared *former)
{
	struct model before = now[d];
	struct xc_doc *doc = NULL;

	make(&now[d]);
	fill(p, &now[d]);
	fill(former, &before);
	OK(gk_layers_blank(l, &doc, &err));
	OK(xc_doc_value(doc, SLOT, now[d].slot, 4, &err));
	if (now[d].seldom)
		OK(xc_doc_value(doc, SELDOM, "x", 1, &err));
	OK(xc_doc_set_data(doc, now[d].data, strlen(now[d].data), &err));
	OK(gk_layers_put(l, d, doc, p, before.there ? former : p, &err));
}

static void
update(struct gk_layers *l, uint32_t d)
{
	const unsigned slots[] = { SLOT, SELDOM };
	struct model *m = &now[d];
	const void *values[] = { m->slot, "x" };
	size_t lens[2];

	m->slot[0]++;
	m->seldom = number(2) == 0;
	snprintf(m->data, sizeof m->data, "u%u", number(1000000));
	lens[0] = 4;
	lens[1] = m->seldom;
	OK(gk_layers_update(l, d, slots, values, lens, 2, m->data, strlen(m->data), &err));
}

static void
commit(struct gk_layers *l)
{
	char n[16];

	snprintf(n, sizeof n, "%u", records);
	OK(gk_layers_set_metadata(l, GK_M_RECORDS, n, strlen(n), &err));
	OK(gk_layers_commit(l, &err));
	OK(gk_seal_check_all(dir, &err));
}

static void
check_list(struct gk_index *x, uint32_t t)
{
	char term[16];
	size_t n = term_of(t, term), got;
	uint32_t df = 0, want = 0, docs[7], wdfs[7], last = 0;
	struct gk_postings *p;
	enum gk_status st;

	for (uint32_t d = 1; d <= records; d++)
		want += now[d].wdf[t] != 0;
	OK(gk_index_term_freq(x, term, n, &df, &err));
	assert_int_equal(df, want);
	st = gk_postings_open(x, term, n, &p, &err);
	if (st == GK_END) {
		assert_int_equal(want, 0);
		return;
	}
	OK(st);
	/* Steps and jumps by turns; what is passed over is counted as seen. */
	for (uint32_t next = 1; ; ) {
		if (number(3) == 0) {
			uint32_t to = next + number(40), at = 0, wdf = 0, first = to > next ? to : next;

			while (first <= records && now[first].wdf[t] == 0)
				first++;
			st = gk_postings_seek(p, to, &at, &wdf, &err);
			if (first > records) {
				assert_int_equal(st, GK_END);
				break;
			}
			OK(st);
			assert_int_equal(at, first);
			assert_int_equal(wdf, now[at].wdf[t]);
			next = at + 1;
			last = at;
			continue;
		}
		st = gk_postings_next(p, docs, wdfs, 1 + number(7), &got, &err);
		if (st == GK_END) {
			for (uint32_t d = last + 1; d <= records; d++)
				assert_int_equal(now[d].wdf[t], 0);
			break;
		}
		OK(st);
		for (size_t i = 0; i < got; i++) {
			for (uint32_t d = last + 1; d < docs[i]; d++)
				assert_int_equal(now[d].wdf[t], 0);
			assert_in_range(docs[i], last + 1, records);
			assert_int_equal(wdfs[i], now[docs[i]].wdf[t]);
			last = docs[i];
		}
		next = last + 1;
	}
	gk_postings_close(p);
	OK(gk_postings_open(x, term, n, &p, &err));
	for (uint32_t d = 1; d <= records + 2;) {
		size_t some = 0;

		for (; some < sizeof docs / sizeof *docs && d <= records + 2; d += 1 + number(number(5) == 0 ? 40 : 3))
			docs[some++] = d;
		OK(gk_postings_among(p, docs, some, wdfs, &err));
		for (size_t i = 0; i < some; i++)
			assert_int_equal(wdfs[i], docs[i] > records || now[docs[i]].wdf[t] == 0 ? GK_HAS_NOT : now[docs[i]].wdf[t]);
	}
	gk_postings_close(p);
}

struct seen { char text[64 * TERMS]; };

static bool
note(void *arg, const char *term, size_t n, uint32_t df)
{
	struct seen *s = arg;

	sprintf(s->text + strlen(s->text), "%.*s %u\n", (int)n, term, df);
	return true;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
check_terms(struct gk_index *x, const char *prefix)
{
	struct seen got = { "" }, want = { "" };
	char name[TERMS][16], *order[TERMS];
	uint32_t df[TERMS] = { 0 };

	for (uint32_t t = 0; t < TERMS; t++) {
		name[t][term_of(t, name[t])] = '\0';
		order[t] = name[t];
		for (uint32_t d = 1; d <= records; d++)
			df[t] += now[d].wdf[t] != 0;
	}
	qsort(order, TERMS, sizeof *order, by_name);
	for (uint32_t i = 0; i < TERMS; i++) {
		size_t t = (size_t)(order[i] - name[0]) / sizeof name[0];

		if (strncmp(order[i], prefix, strlen(prefix)) == 0 && df[t] > 0)
			note(&want, order[i], strlen(order[i]), df[t]);
	}
	OK(gk_index_terms(x, prefix, strlen(prefix), note, &got, &err));
	assert_string_equal(got.text, want.text);
}

static bool
tick(void *arg, uint32_t doc, const unsigned char *value, size_t n)
{
	unsigned char *ticked = arg;

	assert_int_equal(n, 1);
	assert_int_equal(*value, 'x');
	assert_in_range(doc, 1, records);
	assert_false(ticked[doc]);
	ticked[doc] = true;
	return true;
}

static void
check(struct gk_index *x)
{
	unsigned char column[4 * (RECORDS + 1)], seldom[RECORDS + 1] = { 0 };

	assert_int_equal(gk_index_records(x), records);
	for (uint32_t t = 0; t < TERMS; t++)
		check_list(x, t);
	check_terms(x, "a");
	check_terms(x, "S");
	check_terms(x, "b");
	OK(gk_index_column(x, SLOT, 4, column, records, &err));
	OK(gk_index_values(x, SELDOM, tick, seldom, &err));
	for (uint32_t d = 1; d <= records; d++) {
		char *p;
		size_t n;

		assert_memory_equal(column + 4 * d, now[d].slot, 4);
		assert_int_equal(seldom[d], now[d].seldom);
		OK(gk_index_doc_data(x, d, &p, &n, &err));
		assert_int_equal(n, strlen(now[d].data));
		assert_memory_equal(p, now[d].data, n);
		free(p);
	}
}

/* A generation like it without gaps takes its place. */
static void
compact(struct gk_layers **l)
{
	char fresh[GK_GENERATION], *path;

	if (*l != NULL)
		gk_layers_close(*l);
	OK(gk_generation_compact(root, strrchr(dir, '/') + 1, records, fresh, &err));
	path = gk_path(root, fresh);
	OK(gk_remove_tree(dir, &err));
	snprintf(dir, sizeof dir, "%s", path);
	free(path);
	if (*l != NULL)
		open_layers(l);
}

static void
a_history_of_changes_reads_like_its_end(void **unused)
{
	struct gk_layers *l;
	struct gk_index *x;
	struct gk_prepared p, former;

	(void)unused;
	OK(gk_prepare_init(&p, &err));
	OK(gk_prepare_init(&former, &err));
	memset(now, 0, sizeof now);
	records = 0;
	open_layers(&l);
	if (shard > 0)
		OK(gk_layers_divide(l, shard, &err));
	commit(l);
	OK(gk_index_open(dir, &x, &err));
	for (int round = 0; round < ROUNDS; round++) {
		static struct model kept[RECORDS + 1];
		uint32_t n_kept = records, revision_moves = 1 + number(30);
		bool drop = number(8) == 0;

		memcpy(kept, now, sizeof now);
		for (uint32_t i = 0; i < revision_moves; i++) {
			uint32_t d = 1 + (records > 0 ? number(records) : 0);

			switch (records == 0 ? 0 : number(3)) {
			case 0:
				if (records < RECORDS)
					put(l, ++records, &p, &former);
				break;
			case 1:
				put(l, d, &p, &former);
				break;
			default:
				update(l, d);
			}
		}
		if (drop) {
			/* Closed without a commit: as if nothing had been. */
			gk_layers_close(l);
			memcpy(now, kept, sizeof now);
			records = n_kept;
			open_layers(&l);
			commit(l);
		} else {
			commit(l);
		}
		if (number(5) == 0) {
			gk_layers_close(l);
			open_layers(&l);
		}
		if (compacts > 0 && number(compacts) == 0) {
			gk_index_close(x);
			compact(&l);
			OK(gk_index_open(dir, &x, &err));
		}
		OK(gk_index_reopen(x, &err));
		check(x);
	}
	gk_index_close(x);
	gk_layers_close(l);
	gk_prepare_free(&p);
	gk_prepare_free(&former);
}

/* The folder that records are added to. */
static char *
last_part(void)
{
	char name[GK_GLASS_NAME], *path = NULL;

	for (uint32_t first = records + 1; path == NULL || access(path, F_OK) < 0; first--) {
		free(path);
		gk_glass_name(first, name);
		path = gk_path(dir, name);
	}
	return path;
}

static void
a_history_of_changes_in_parts(void **unused)
{
	a_history_of_changes_reads_like_its_end(unused);
}

static void
a_history_of_changes_compacted_now_and_then(void **unused)
{
	a_history_of_changes_reads_like_its_end(unused);
}

static void
a_history_of_changes_compacted_in_parts(void **unused)
{
	a_history_of_changes_reads_like_its_end(unused);
}

/* Large commits and small ones by turns, more of them than there may be parts. */
static void
a_history_of_large_commits(void **unused)
{
	size_t dense = 0;

	a_history_of_changes_reads_like_its_end(unused);
	for (uint32_t first = 1; first <= records; first++) {
		char name[GK_GLASS_NAME], *path, *word;
		struct xc_db *db;
		size_t n;
		bool is;

		gk_glass_name(first, name);
		path = gk_path(dir, name);
		if (access(path, F_OK) == 0) {
			OK(xc_db_open(path, &db, &err));
			OK(xc_metadata(db, GK_M_VERSION, &word, &n, &err));
			assert_true(gk_dense_word(word, n, &is));
			dense += is;
			free(word);
			xc_db_close(db);
		}
		free(path);
	}
	assert_true(dense > 0);
}

/* The first part that is dense. */
static char *
dense_part(void)
{
	for (uint32_t first = 1; first <= records; first++) {
		char name[GK_GLASS_NAME], *path;
		struct xc_db *db;
		bool is = false;

		gk_glass_name(first, name);
		path = gk_path(dir, name);
		if (access(path, F_OK) == 0) {
			OK(xc_db_open(path, &db, &err));
			OK(gk_dense_is(db, &is, &err));
			xc_db_close(db);
		}
		if (is)
			return path;
		free(path);
	}
	fail_msg("no part is dense");
	return NULL;
}

/* One value as it stands in the part, all others with a bit of `which` turned. */
struct turned { struct xc_db *db; char kind; size_t at; unsigned bit; };

static enum gk_status
get_turned(void *arg, const char *key, char **p, size_t *n, struct gk_err *e)
{
	const struct turned *t = arg;
	enum gk_status st = xc_metadata(t->db, key, p, n, e);

	if (st == GK_OK && key[0] == t->kind && t->at < *n)
		(*p)[t->at] = (char)((*p)[t->at] ^ (1 << t->bit));
	return st;
}

/* No bit of what stands under a term can turn without being told, in the number of documents or in the list. */
static void
every_bit_of_a_list_counts(void **unused)
{
	char *path = dense_part();
	struct turned t;
	size_t lists = 0, values = 0;

	(void)unused;
	OK(xc_db_open(path, &t.db, &err));
	for (uint32_t i = 0; i < TERMS; i++) {
		char term[16], key[20];
		size_t n = term_of(i, term);

		for (const char *kind = "TL"; *kind != '\0'; kind++) {
			char *p;
			size_t len;

			sprintf(key, "%c%.*s", *kind, (int)n, term);
			OK(xc_metadata(t.db, key, &p, &len, &err));
			values += len > 0 && *kind == GK_DENSE_TERM;
			lists += len > 0 && *kind == GK_DENSE_LIST;
			t.kind = *kind;
			for (t.at = 0; t.at < len; t.at++)
				for (t.bit = 0; t.bit < 8; t.bit++) {
					uint32_t doc, df;

					assert_int_equal(gk_dense_first(get_turned, &t, term, n, 1, &doc, &err), GK_DEAD);
					assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
					p[t.at] = (char)(p[t.at] ^ (1 << t.bit));
					if (*kind == GK_DENSE_TERM)
						assert_false(gk_dense_count(term, n, p, len, &df));
					p[t.at] = (char)(p[t.at] ^ (1 << t.bit));
				}
			free(p);
		}
	}
	/* A batch of a few records has no list that stands apart. */
	assert_true(values > 0 && (lists > 0 || compacts == 0));
	xc_db_close(t.db);
	free(path);
}

static void
turn(const char *path, long at, unsigned bit)
{
	FILE *f = fopen(path, "r+b");
	int c;

	assert_non_null(f);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	c = getc(f);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	putc(c ^ (1 << bit), f);
	assert_int_equal(fclose(f), 0);
}

/* What is never written to again stays as it was written, or is told: each file, and the seal itself; and no new seal is made of it. */
static void
what_is_sealed_stays_as_it_is(void **unused)
{
	static const char *const names[] = { "postlist.glass", "docdata.glass", "iamglass", GK_SEAL };
	char *part = dense_part(), copy[GK_GENERATION];

	(void)unused;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *path = gk_path(part, names[i]);
		FILE *f = fopen(path, "rb");
		long size;

		assert_non_null(f);
		fseek(f, 0, SEEK_END);
		size = ftell(f);
		fclose(f);
		assert_true(size > 0);
		for (long at = 0; at < size; at += size < 4096 ? 1 : 1 + number(2000)) {
			const unsigned bit = number(8);

			turn(path, at, bit);
			assert_int_equal(gk_seal_check_all(dir, &err), GK_DEAD);
			assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
			turn(path, at, bit);
		}
		free(path);
	}
	OK(gk_seal_check_all(dir, &err));
	{
		char *path = gk_path(part, "postlist.glass"), *seal = gk_path(part, GK_SEAL), *aside = gk_path(dir, "aside");

		turn(path, 100, 3);
		assert_int_equal(gk_generation_compact(root, strrchr(dir, '/') + 1, records, copy, &err), GK_DEAD);
		assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
		assert_non_null(strstr(err.what_en, "postlist.glass"));
		turn(path, 100, 3);
		assert_int_equal(rename(seal, aside), 0);
		assert_int_equal(gk_seal_check_all(dir, &err), GK_DEAD);
		assert_int_equal(rename(aside, seal), 0);
		free(path);
		free(seal);
		free(aside);
	}
	OK(gk_seal_check_all(dir, &err));
	free(part);
}

/* A commit whose parts reached the disk, and whose change of the upper layer did not: whoever wrote it was killed between the two. */
static void
a_dense_part_of_half_a_commit_is_written_over(void **unused)
{
	struct gk_prepared p, former;
	struct gk_layers *l;
	struct gk_index *x;
	struct xc_writer *tail;
	struct gk_inverter *words;
	struct model coming;
	char *path;
	uint64_t same;

	(void)unused;
	OK(gk_prepare_init(&p, &err));
	OK(gk_prepare_init(&former, &err));
	OK(gk_inverter_new(&words, &err));
	compact(&(struct gk_layers *){ NULL });
	path = last_part();
	OK(xc_writer_open(path, XC_ONLY_ADDS, false, &tail, &err));
	same = state;
	for (uint32_t i = 0; i < 8; i++) {
		struct xc_doc *doc;

		make(&coming);
		fill(&p, &coming);
		OK(gk_inverter_add(words, records + 1 + i, p.bytes.p, (const uint8_t *)p.lens.p, (const uint32_t *)(const void *)p.wdfs.p, p.count, &err));
		OK(xc_doc_new(&doc, &err));
		OK(xc_doc_set_data(doc, "half", 4, &err));
		OK(xc_writer_put(tail, records + 1 + i, doc, &err));
		xc_doc_free(doc);
	}
	OK(gk_dense_write_new(words, tail, &err));
	OK(xc_writer_commit(tail, &err));
	xc_writer_close(tail);
	OK(gk_index_open(dir, &x, &err));
	assert_int_equal(gk_index_records(x), records);
	check(x);
	/* The first come again as they were, the others are new, and more are behind them. */
	open_layers(&l);
	state = same;
	for (uint32_t i = 0; i < 20; i++)
		put(l, ++records, &p, &former);
	commit(l);
	gk_layers_close(l);
	OK(gk_index_reopen(x, &err));
	check(x);
	gk_index_close(x);
	gk_inverter_free(words);
	gk_prepare_free(&p);
	gk_prepare_free(&former);
	free(path);
}

/* As many parts as there must be, each with a number in its name. */
static void
parts_are_where_they_belong(void **unused)
{
	(void)unused;
	for (uint32_t first = 1; first <= records; first += shard) {
		char name[GK_GLASS_NAME], *path;

		gk_glass_name(first, name);
		path = gk_path(dir, name);
		assert_int_equal(access(path, F_OK), 0);
		free(path);
	}
}

/* A part that is lost is found when the index is opened, by whoever reads and by whoever writes, and named. */
static void
a_lost_part_is_found(void **unused)
{
	struct gk_index *x = NULL;
	struct gk_layers *l = NULL;
	char name[GK_GLASS_NAME], *path, *aside = gk_path(dir, "aside"), *file;

	(void)unused;
	gk_glass_name(shard + 1, name);
	path = gk_path(dir, name);
	file = gk_path(path, "postlist.glass");
	assert_int_equal(rename(path, aside), 0);
	assert_int_not_equal(gk_index_open(dir, &x, &err), GK_OK);
	assert_non_null(strstr(err.what_en, name));
	assert_int_not_equal(gk_layers_open(dir, &l, &err), GK_OK);
	assert_non_null(strstr(err.what_en, name));
	assert_int_equal(rename(aside, path), 0);
	assert_int_equal(rename(file, aside), 0);
	assert_int_not_equal(gk_index_open(dir, &x, &err), GK_OK);
	assert_non_null(strstr(err.what_en, name));
	assert_int_equal(rename(aside, file), 0);
	OK(gk_index_open(dir, &x, &err));
	gk_index_close(x);
	free(path);
	free(aside);
	free(file);
}

/* What a commit that was not completed left in glass/ is nobody's, until the same record comes again. */
static void
half_a_commit_is_seen_by_nobody_and_written_over(void **unused)
{
	struct gk_layers *l;
	struct gk_index *x;
	struct gk_prepared p, former;
	struct xc_writer *glass;
	struct xc_doc *doc;
	struct model coming;
	char *path = last_part(), term[16];
	uint64_t same = state;
	uint32_t found;
	uint8_t len = (uint8_t)term_of(TERMS - 1, term);

	(void)unused;
	OK(gk_prepare_init(&p, &err));
	OK(gk_prepare_init(&former, &err));
	make(&coming);
	fill(&p, &coming);
	OK(xc_writer_open(path, XC_ONLY_ADDS, false, &glass, &err));
	OK(xc_doc_new(&doc, &err));
	add_terms(doc, &p);
	OK(xc_doc_set_data(doc, "half", 4, &err));
	OK(xc_writer_put(glass, records + 1, doc, &err));
	OK(xc_writer_commit(glass, &err));
	/* There is no putting it again into this layer. */
	assert_int_equal(xc_writer_put(glass, records + 1, doc, &err), GK_REFUSED);
	assert_int_equal(xc_writer_delete(glass, records + 1, &err), GK_REFUSED);
	xc_writer_close(glass);
	xc_doc_free(doc);
	OK(gk_index_open(dir, &x, &err));
	assert_int_equal(gk_index_records(x), records);
	for (uint32_t t = 0; t < TERMS; t++) {
		struct gk_postings *list;
		uint32_t at;

		if (coming.wdf[t] == 0)
			continue;
		OK(gk_postings_open(x, term, term_of(t, term), &list, &err));
		assert_int_equal(gk_postings_seek(list, records + 1, &at, NULL, &err), GK_END);
		gk_postings_close(list);
	}
	gk_index_close(x);
	state = same;
	open_layers(&l);
	put(l, ++records, &p, &former);
	len = (uint8_t)term_of(TERMS - 1, term);
	OK(gk_layers_find(l, term, len, &found, &err));
	assert_true(now[found].wdf[TERMS - 1] != 0);
	commit(l);
	gk_layers_close(l);
	OK(gk_index_open(dir, &x, &err));
	check(x);
	gk_index_close(x);
	gk_prepare_free(&p);
	gk_prepare_free(&former);
	free(path);
}

/* What half a commit left behind does not come along. */
static void
half_a_commit_is_left_behind(void **unused)
{
	struct gk_layers *none = NULL;
	struct gk_index *x;
	struct xc_writer *glass;
	struct xc_doc *doc;
	char *path = last_part(), *p;
	size_t n;

	(void)unused;
	OK(xc_writer_open(path, XC_ONLY_ADDS, false, &glass, &err));
	OK(xc_doc_new(&doc, &err));
	OK(xc_doc_set_data(doc, "half", 4, &err));
	OK(xc_writer_put(glass, records + 1, doc, &err));
	OK(xc_writer_commit(glass, &err));
	xc_writer_close(glass);
	xc_doc_free(doc);
	free(path);
	compact(&none);
	path = last_part();
	OK(xc_writer_open(path, XC_ONLY_ADDS, false, &glass, &err));
	assert_int_equal(xc_writer_doc_data(glass, records + 1, &p, &n, &err), GK_END);
	xc_writer_close(glass);
	free(path);
	OK(gk_index_open(dir, &x, &err));
	check(x);
	gk_index_close(x);
}

/* Without changes there is nothing to make again, and an index without a record can be compacted too. */
static void
compacting_twice_is_compacting_once(void **unused)
{
	struct gk_layers *none = NULL;
	struct gk_index *x;

	(void)unused;
	for (int i = 0; i < 2; i++)
		compact(&none);
	OK(gk_index_open(dir, &x, &err));
	check(x);
	assert_int_equal(gk_index_shards(x), shard == 0 ? 1 : (records + shard - 1) / shard);
	gk_index_close(x);
}

static void
an_empty_index_is_compacted(void **unused)
{
	struct gk_layers *l;
	struct gk_index *x;

	(void)unused;
	memset(now, 0, sizeof now);
	records = 0;
	open_layers(&l);
	commit(l);
	compact(&l);
	OK(gk_index_open(dir, &x, &err));
	check(x);
	assert_int_equal(gk_index_shards(x), 1);
	gk_index_close(x);
	gk_layers_close(l);
}

static int
setup(void **unused)
{
	char name[GK_GENERATION], *path;

	(void)unused;
	snprintf(root, sizeof root, "/tmp/t-layers-XXXXXX");
	state = 11;
	if (mkdtemp(root) == NULL || gk_generation_new(root, name, &err) != GK_OK)
		return -1;
	path = gk_path(root, name);
	snprintf(dir, sizeof dir, "%s", path);
	free(path);
	return 0;
}

static int
teardown(void **unused)
{
	(void)unused;
	return gk_remove_tree(root, NULL) == GK_OK ? 0 : -1;
}

static int
begin(void **unused, uint32_t records_of_a_shard, uint32_t every, uint32_t dense_from)
{
	shard = records_of_a_shard;
	compacts = every;
	many = dense_from;
	return teardown(unused) + setup(unused);
}

static int begin_parts(void **unused) { return begin(unused, 23, 0, 0); }
static int begin_compacted(void **unused) { return begin(unused, 0, 4, 0); }
static int begin_compacted_parts(void **unused) { return begin(unused, 23, 4, 0); }
static int begin_dense(void **unused) { return begin(unused, 0, 0, 6); }
static int begin_dense_compacted(void **unused) { return begin(unused, 0, 5, 4); }
static int begin_dense_parts(void **unused) { return begin(unused, 23, 5, 5); }
static int begin_empty(void **unused) { return begin(unused, 0, 0, 0); }

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_history_of_changes_reads_like_its_end),
		cmocka_unit_test(half_a_commit_is_seen_by_nobody_and_written_over),
		cmocka_unit_test_setup(a_history_of_changes_in_parts, begin_parts),
		cmocka_unit_test(parts_are_where_they_belong),
		cmocka_unit_test(a_lost_part_is_found),
		cmocka_unit_test(half_a_commit_is_seen_by_nobody_and_written_over),
		cmocka_unit_test_setup(a_history_of_changes_compacted_now_and_then, begin_compacted),
		cmocka_unit_test(half_a_commit_is_seen_by_nobody_and_written_over),
		cmocka_unit_test(half_a_commit_is_left_behind),
		cmocka_unit_test(compacting_twice_is_compacting_once),
		cmocka_unit_test_setup(a_history_of_changes_compacted_in_parts, begin_compacted_parts),
		cmocka_unit_test(parts_are_where_they_belong),
		cmocka_unit_test(a_lost_part_is_found),
		cmocka_unit_test(half_a_commit_is_seen_by_nobody_and_written_over),
		cmocka_unit_test(half_a_commit_is_left_behind),
		cmocka_unit_test(compacting_twice_is_compacting_once),
		cmocka_unit_test_setup(a_history_of_large_commits, begin_dense),
		cmocka_unit_test(every_bit_of_a_list_counts),
		cmocka_unit_test(what_is_sealed_stays_as_it_is),
		cmocka_unit_test(half_a_commit_is_left_behind),
		cmocka_unit_test(a_dense_part_of_half_a_commit_is_written_over),
		cmocka_unit_test_setup(a_history_of_large_commits, begin_dense_compacted),
		cmocka_unit_test(every_bit_of_a_list_counts),
		cmocka_unit_test(what_is_sealed_stays_as_it_is),
		cmocka_unit_test(half_a_commit_is_seen_by_nobody_and_written_over),
		cmocka_unit_test_setup(a_history_of_large_commits, begin_dense_parts),
		cmocka_unit_test(parts_are_where_they_belong),
		cmocka_unit_test(compacting_twice_is_compacting_once),
		cmocka_unit_test_setup(an_empty_index_is_compacted, begin_empty),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
