/*
 * The C layer over libxapian, both halves.  What is read is compared with a
 * model kept in plain arrays; damage, lack of memory and lack of space are made
 * in child processes, so that a crash is a failed test and not the end of all.
 */
#include "base/fault.h"
#include "base/io.h"
#include "xapianc/write.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#endif

#define OK(call) assert_status((call), GK_OK, #call)

static char home[64], db_path[96];
static struct gk_err err;

static void
assert_status(enum gk_status st, enum gk_status want, const char *what)
{
	if (st != want)
		fail_msg("%s: status %d, not %d: %s", what, st, want, err.what_en);
}

static void
assert_refused(enum gk_status st, enum gk_cause cause)
{
	assert_int_equal(st, GK_REFUSED);
	assert_int_equal(err.cause, cause);
	assert_true(err.what[0] != '\0' && err.what_en[0] != '\0');
}

static int
setup(void **state)
{
	(void)state;
	snprintf(home, sizeof home, "/tmp/t-xapianc.XXXXXX");
	if (mkdtemp(home) == NULL)
		return -1;
	snprintf(db_path, sizeof db_path, "%s/db", home);
	memset(&err, 0, sizeof err);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	return gk_remove_tree(home, NULL) == GK_OK ? 0 : -1;
}

static uint64_t seed;

static uint32_t
rnd(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

/* ---- short forms ---- */

static struct xc_writer *
writer(void)
{
	struct xc_writer *w = NULL;

	OK(xc_writer_open(db_path, XC_REPLACES, true, &w, &err));
	return w;
}

static struct xc_db *
reader(void)
{
	struct xc_db *db = NULL;

	OK(xc_db_open(db_path, &db, &err));
	return db;
}

static struct xc_doc *
doc_of(const char *term, uint32_t wdf)
{
	struct xc_doc *d = NULL;
	uint8_t len = (uint8_t)strlen(term);

	OK(xc_doc_new(&d, &err));
	OK(xc_doc_terms(d, term, &len, &wdf, 1, &err));
	return d;
}

static void
put_term(struct xc_writer *w, uint32_t doc, const char *term, uint32_t wdf)
{
	struct xc_doc *d = doc_of(term, wdf);

	OK(xc_writer_put(w, doc, d, &err));
	xc_doc_free(d);
}

static uint32_t
docs_in(struct xc_db *db)
{
	uint32_t docs = 0, last = 0;
	uint64_t total = 0;

	OK(xc_stats(db, &docs, &last, &total, &err));
	return docs;
}

static uint32_t
docs_on_disk(void)
{
	struct xc_db *db = reader();
	uint32_t n = docs_in(db);

	xc_db_close(db);
	return n;
}

static uint32_t
freq(struct xc_db *db, const char *term)
{
	uint32_t df = 77;

	OK(xc_term_freq(db, term, strlen(term), &df, &err));
	return df;
}

/* Runs body in a child; what it returns, or 128 + the signal that ended it. */
static int
in_child(int (*body)(void))
{
	pid_t pid;
	int status = 0;

	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(body());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- documents ---- */

static void
terms_of_every_length_that_fits_are_found_again(void **state)
{
	static const struct { const char *name; char byte; unsigned len; bool fits; } rows[] = {
		{ "one byte", 'a', 1, true },
		{ "a bigram", (char)0xE5, 6, true },
		{ "as long as it goes", 'b', 245, true },
		{ "one too many", 'b', 246, false },
		{ "as long as a byte can say", 'b', 255, false },
		{ "nothing", 'c', 0, false },
		{ "one NUL", '\0', 1, true },
		{ "many NULs", '\0', 122, true },
		{ "more NULs than a key has room for", '\0', 123, false },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct xc_writer *w = writer();
		struct xc_doc *d = NULL;
		struct xc_postings *p = NULL;
		struct xc_db *db;
		char term[256];
		uint8_t len = (uint8_t)rows[i].len;
		uint32_t one = 1, found = 0, df = 9;
		enum gk_status st;

		memset(term, rows[i].byte, sizeof term);
		OK(xc_doc_new(&d, &err));
		st = xc_doc_terms(d, term, &len, &one, 1, &err);
		if (!rows[i].fits) {
			assert_refused(st, GK_CAUSE_LIMIT);
			assert_int_equal(xc_writer_find(w, term, len, 0, &found, &err), GK_END);
		} else {
			assert_status(st, GK_OK, rows[i].name);
			OK(xc_writer_put(w, (uint32_t)i + 1, d, &err));
			OK(xc_writer_commit(w, &err));
			OK(xc_writer_find(w, term, len, 0, &found, &err));
			assert_int_equal(found, i + 1);
			db = reader();
			OK(xc_term_freq(db, term, len, &df, &err));
			assert_int_equal(df, 1);
			OK(xc_postings_open(db, term, len, &p, &err));
			xc_postings_close(p);
			xc_db_close(db);
		}
		xc_doc_free(d);
		xc_writer_close(w);
	}
}

static void
a_refused_batch_leaves_the_document_as_it_was(void **state)
{
	struct xc_writer *w = writer();
	struct xc_doc *d = doc_of("good", 1);
	struct xc_db *db;
	char bytes[250];
	const uint8_t lens[] = { 3, 246 };
	const uint32_t wdfs[] = { 1, 1 }, huge[] = { UINT32_MAX, 1 };
	const uint8_t short_lens[] = { 3, 3 };

	(void)state;
	memset(bytes, 'x', sizeof bytes);
	assert_refused(xc_doc_terms(d, bytes, lens, wdfs, 2, &err), GK_CAUSE_LIMIT);
	assert_refused(xc_doc_terms(d, bytes, short_lens, huge, 2, &err), GK_CAUSE_LIMIT);
	OK(xc_writer_put(w, 1, d, &err));
	OK(xc_writer_commit(w, &err));
	db = reader();
	assert_int_equal(freq(db, "xxx"), 0);
	assert_int_equal(freq(db, "good"), 1);
	xc_db_close(db);
	xc_doc_free(d);
	xc_writer_close(w);
}

static void
counts_of_a_repeated_term_add_up(void **state)
{
	struct xc_writer *w = writer();
	struct xc_doc *d = NULL;
	struct xc_db *db;
	struct xc_postings *p = NULL;
	const uint8_t lens[] = { 6, 6, 6, 1 };
	const uint32_t wdfs[] = { 2, 1, 5, 0 };
	uint32_t doc = 0, wdf = 0, docs = 0, last = 0, lengths[8];
	uint64_t total = 0;
	size_t got = 0;

	(void)state;
	OK(xc_doc_new(&d, &err));
	OK(xc_doc_terms(d, "废止公开废止Q", lens, wdfs, 4, &err));
	OK(xc_writer_put(w, 7, d, &err));
	OK(xc_writer_commit(w, &err));
	db = reader();
	OK(xc_postings_open(db, "废止", 6, &p, &err));
	OK(xc_postings_next(p, &doc, &wdf, 1, &got, &err));
	assert_int_equal(got, 1);
	assert_int_equal(doc, 7);
	assert_int_equal(wdf, 7);
	assert_int_equal(xc_postings_next(p, &doc, NULL, 1, &got, &err), GK_END);
	xc_postings_close(p);
	OK(xc_stats(db, &docs, &last, &total, &err));
	assert_int_equal(docs, 1);
	assert_int_equal(last, 7);
	assert_int_equal(total, 8);
	OK(xc_lengths(db, lengths, 7, &err));
	assert_int_equal(lengths[6], 0);
	assert_int_equal(lengths[7], 8);
	assert_int_equal(freq(db, "Q"), 1);
	xc_db_close(db);
	xc_doc_free(d);
	xc_writer_close(w);
}

static void
data_values_and_metadata_come_back_with_every_byte(void **state)
{
	static const char data[] = "附\0件", mark[] = "\0\0\1";
	unsigned char column[4 * 4];
	struct xc_writer *w = writer();
	struct xc_doc *d = doc_of("x", 1);
	struct xc_db *db;
	char *p = NULL;
	size_t n = 0;

	(void)state;
	OK(xc_doc_set_data(d, data, sizeof data, &err));
	OK(xc_doc_value(d, 5, "\0\1\0\2", 4, &err));
	OK(xc_writer_put(w, 3, d, &err));
	xc_doc_clear(d);
	OK(xc_writer_put(w, 2, d, &err));	/* nothing of number 3 is left in it */
	OK(xc_writer_set_metadata(w, "mark", mark, sizeof mark, &err));
	OK(xc_writer_metadata(w, "mark", &p, &n, &err));
	assert_int_equal(n, sizeof mark);
	free(p);
	OK(xc_writer_doc_data(w, 3, &p, &n, &err));
	assert_memory_equal(p, data, sizeof data);
	free(p);
	OK(xc_writer_commit(w, &err));

	db = reader();
	OK(xc_doc_data(db, 3, &p, &n, &err));
	assert_int_equal(n, sizeof data);
	assert_memory_equal(p, data, n);
	assert_int_equal(p[n], '\0');
	free(p);
	OK(xc_doc_data(db, 2, &p, &n, &err));
	assert_int_equal(n, 0);
	free(p);
	OK(xc_metadata(db, "mark", &p, &n, &err));
	assert_int_equal(n, sizeof mark);
	assert_memory_equal(p, mark, n);
	free(p);
	OK(xc_metadata(db, "other", &p, &n, &err));
	assert_int_equal(n, 0);
	free(p);
	OK(xc_column(db, 5, 4, column, 0, 3, &err));
	assert_memory_equal(column, "\0\0\0\0" "\0\0\0\0" "\0\0\0\0" "\0\1\0\2", 16);
	assert_int_equal(freq(db, "x"), 1);
	p = NULL;
	assert_int_equal(xc_doc_data(db, 1, &p, &n, &err), GK_END);
	assert_int_equal(xc_doc_data(db, 0, &p, &n, &err), GK_END);
	assert_int_equal(xc_writer_doc_data(w, 99, &p, &n, &err), GK_END);
	assert_null(p);
	xc_db_close(db);
	xc_doc_free(d);
	xc_writer_close(w);
}

static void
what_is_out_of_bounds_is_refused_and_the_writer_lives_on(void **state)
{
	struct xc_writer *w = writer();
	struct xc_doc *d = doc_of("x", 1);
	char *big = calloc(1, 65537), key[300];

	(void)state;
	memset(key, 'k', sizeof key);
	key[246] = '\0';
	assert_refused(xc_doc_set_data(d, big, 65537, &err), GK_CAUSE_LIMIT);
	assert_refused(xc_doc_value(d, 1, big, 65537, &err), GK_CAUSE_LIMIT);
	assert_refused(xc_doc_value(d, UINT32_MAX, big, 1, &err), GK_CAUSE_BUG);
	assert_refused(xc_writer_put(w, 0, d, &err), GK_CAUSE_BUG);
	assert_refused(xc_writer_set_metadata(w, key, "v", 1, &err), GK_CAUSE_BUG);
	assert_refused(xc_writer_set_metadata(w, "", "v", 1, &err), GK_CAUSE_BUG);
	OK(xc_doc_set_data(d, big, 65536, &err));
	OK(xc_writer_put(w, UINT32_MAX - 1, d, &err));
	OK(xc_writer_commit(w, &err));
	assert_int_equal(docs_on_disk(), 1);
	free(big);
	xc_doc_free(d);
	xc_writer_close(w);
}

static void
replacing_and_deleting_show_only_the_last_state(void **state)
{
	struct xc_writer *w = writer();
	struct xc_db *db;
	uint32_t doc = 0;

	(void)state;
	put_term(w, 4, "old", 1);
	put_term(w, 5, "old", 1);
	OK(xc_writer_commit(w, &err));
	put_term(w, 4, "new", 2);
	OK(xc_writer_delete(w, 5, &err));
	assert_int_equal(xc_writer_delete(w, 5, &err), GK_END);
	assert_int_equal(xc_writer_delete(w, 0, &err), GK_END);
	assert_int_equal(xc_writer_find(w, "old", 3, 0, &doc, &err), GK_END);
	OK(xc_writer_find(w, "new", 3, 0, &doc, &err));
	assert_int_equal(doc, 4);
	put_term(w, 2, "low", 1);	/* a number below the highest */
	OK(xc_writer_commit(w, &err));
	db = reader();
	assert_int_equal(docs_in(db), 2);
	assert_int_equal(freq(db, "old"), 0);
	assert_int_equal(freq(db, "new"), 1);
	assert_int_equal(freq(db, "low"), 1);
	xc_db_close(db);
	xc_writer_close(w);
}

/* ---- commits ---- */

enum { MANY = 5000 };	/* five times the flush threshold */

static void
put_many(struct xc_writer *w)
{
	for (uint32_t i = 1; i <= MANY; i++) {
		char term[16];

		snprintf(term, sizeof term, "t%u", (unsigned)(i % 97));
		put_term(w, i, term, 1);
	}
	OK(xc_writer_set_metadata(w, "mark", "1", 1, &err));
}

static int
die_before_commit(void)
{
	put_many(writer());
	if (docs_on_disk() != 0)
		return 1;
	kill(getpid(), SIGKILL);
	return 2;
}

static void
nothing_is_seen_before_the_commit_not_even_after_flushes(void **state)
{
	struct xc_writer *w = writer();
	struct xc_db *db = reader();
	uint64_t before = 9, after = 0;
	bool changed = true;
	char *p;
	size_t n;

	(void)state;
	OK(xc_db_revision(db, &before, &err));
	put_many(w);
	OK(xc_db_reopen(db, &changed, &err));
	assert_false(changed);
	assert_int_equal(docs_in(db), 0);
	OK(xc_writer_commit(w, &err));
	OK(xc_db_reopen(db, &changed, &err));
	assert_true(changed);
	assert_int_equal(docs_in(db), MANY);
	OK(xc_metadata(db, "mark", &p, &n, &err));
	assert_int_equal(n, 1);	/* documents and mark came together */
	free(p);
	OK(xc_db_revision(db, &after, &err));
	assert_true(after == before + 1);
	OK(xc_writer_commit(w, &err));	/* nothing new: no new revision */
	OK(xc_db_reopen(db, NULL, &err));
	OK(xc_db_revision(db, &before, &err));
	assert_true(after == before);
	xc_db_close(db);
	xc_writer_close(w);
}

static void
a_killed_writer_leaves_nothing_uncommitted(void **state)
{
	struct xc_writer *w;

	(void)state;
	assert_int_equal(in_child(die_before_commit), 128 + SIGKILL);
	assert_int_equal(docs_on_disk(), 0);
	w = writer();	/* no lock remains */
	put_term(w, 1, "x", 1);
	OK(xc_writer_commit(w, &err));
	xc_writer_close(w);
	assert_int_equal(docs_on_disk(), 1);
}

static void
closing_without_a_commit_drops_the_changes(void **state)
{
	struct xc_writer *w = writer();
	char *p;
	size_t n;

	(void)state;
	put_term(w, 1, "kept", 1);
	OK(xc_writer_commit(w, &err));
	put_many(w);
	xc_writer_close(w);
	assert_int_equal(docs_on_disk(), 1);
	w = writer();
	OK(xc_writer_metadata(w, "mark", &p, &n, &err));
	assert_int_equal(n, 0);
	free(p);
	xc_writer_close(w);
	xc_writer_close(NULL);
	xc_db_close(NULL);
	xc_postings_close(NULL);
	xc_doc_free(NULL);
}

static int
open_second_writer(void)
{
	struct xc_writer *w = NULL;
	enum gk_status st = xc_writer_open(db_path, XC_REPLACES, true, &w, &err);
	bool told = st == GK_RETRY && err.cause == GK_CAUSE_BUSY && w == NULL;

	xc_writer_close(w);
	return told ? 0 : 1;
}

static void
a_second_writer_is_told_to_wait(void **state)
{
	struct xc_writer *w = writer();

	(void)state;
	assert_int_equal(open_second_writer(), 0);
	assert_int_equal(in_child(open_second_writer), 0);
	xc_writer_close(w);
	assert_int_equal(open_second_writer(), 1);
}

static void
a_writer_that_must_not_create_does_not(void **state)
{
	struct xc_writer *w = NULL;
	char path[128];

	(void)state;
	assert_int_equal(xc_writer_open(db_path, XC_REPLACES, false, &w, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_NO_ACCESS);
	assert_int_not_equal(access(db_path, F_OK), 0);
	snprintf(path, sizeof path, "%s/no/such", home);
	assert_int_equal(xc_writer_open(path, XC_REPLACES, true, &w, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_NO_ACCESS);
	assert_null(w);
}

/* ---- memory while writing ---- */

enum { LONG_DOCS = 600, LONG_TERMS = 3000 };	/* six times what is kept before blocks are written */

/* Document i has the terms (i + k) * 7 % 5003, k = 0.., and every fifth is put twice. */
static void
put_long_documents(struct xc_writer *w)
{
	static char bytes[LONG_TERMS * 8 + 1];
	static uint8_t lens[LONG_TERMS];
	static uint32_t wdfs[LONG_TERMS];
	struct xc_doc *d = NULL;

	OK(xc_doc_new(&d, &err));
	for (uint32_t i = 1; i <= LONG_DOCS; i++) {
		const unsigned char value[4] = { 0, 0, (unsigned char)(i >> 8), (unsigned char)i };

		for (uint32_t k = 0; k < LONG_TERMS; k++) {
			snprintf(bytes + 8 * k, 9, "%08u", (unsigned)((i + k) * 7 % 5003));
			lens[k] = 8;
			wdfs[k] = 1;
		}
		xc_doc_clear(d);
		OK(xc_doc_value(d, 1, value, 4, &err));
		if (i % 5 == 0) {
			OK(xc_doc_terms(d, "draft", (const uint8_t[]){ 5 }, (const uint32_t[]){ 1 }, 1, &err));
			OK(xc_writer_put(w, i, d, &err));
			xc_doc_clear(d);
			OK(xc_doc_value(d, 1, value, 4, &err));
		}
		OK(xc_doc_terms(d, bytes, lens, wdfs, LONG_TERMS, &err));
		OK(xc_writer_put(w, i, d, &err));
	}
	xc_doc_free(d);
}

static int
write_long_documents(void)
{
	struct xc_writer *w = writer();
	struct rusage use;

	put_long_documents(w);
	if (docs_on_disk() != 0)
		return 1;
	OK(xc_writer_commit(w, &err));
	xc_writer_close(w);
	getrusage(RUSAGE_SELF, &use);
#ifndef UNDER_ASAN
	if (use.ru_maxrss > 60 * 1024)	/* 100 MB if only documents were counted */
		return 2;
#endif
	return 0;
}

static void
long_documents_are_flushed_by_their_postings_and_nothing_is_lost(void **state)
{
	static uint32_t df[5003];
	uint32_t lengths[LONG_DOCS + 1], docs = 0, last = 0;
	unsigned char values[(LONG_DOCS + 1) * 4];
	uint64_t total = 0;
	struct xc_db *db;

	(void)state;
	assert_int_equal(in_child(write_long_documents), 0);
	for (uint32_t i = 1; i <= LONG_DOCS; i++)
		for (uint32_t k = 0; k < LONG_TERMS; k++)
			df[(i + k) * 7 % 5003]++;
	db = reader();
	for (uint32_t t = 0; t < 5003; t++) {
		char term[12];

		snprintf(term, sizeof term, "%08u", (unsigned)t);
		assert_int_equal(freq(db, term), df[t]);
	}
	assert_int_equal(freq(db, "draft"), 0);
	OK(xc_stats(db, &docs, &last, &total, &err));
	assert_int_equal(docs, LONG_DOCS);
	assert_true(total == (uint64_t)LONG_DOCS * LONG_TERMS);
	OK(xc_lengths(db, lengths, last, &err));
	OK(xc_column(db, 1, 4, values, 0, last, &err));
	for (uint32_t i = 1; i <= LONG_DOCS; i++) {
		assert_int_equal(lengths[i], LONG_TERMS);
		assert_int_equal(values[4 * i + 2] << 8 | values[4 * i + 3], i);
	}
	xc_db_close(db);
}

/* ---- posting lists against a model ---- */

enum { DOCS = 900, WORDS = 6 };
static uint32_t model[DOCS + 1][WORDS];	/* wdf of word in document; number 0 stands for "not there" + 1 */

static void
make_random_index(void)
{
	static const uint32_t one_in[WORDS] = { 1, 2, 5, 30, 300, 3 };
	struct xc_writer *w = writer();
	struct xc_doc *d = NULL;

	OK(xc_doc_new(&d, &err));
	memset(model, 0, sizeof model);
	for (uint32_t i = 1; i <= DOCS; i++) {
		bool any = false;

		xc_doc_clear(d);
		for (uint32_t k = 0; k < WORDS; k++) {
			char term[3] = { 'w', (char)('0' + k), 0 };
			const uint8_t len = 2;

			if (rnd(one_in[k]) != 0 || i % 7 == 0)
				continue;
			model[i][k] = 1 + rnd(9);
			OK(xc_doc_terms(d, term, &len, &model[i][k], 1, &err));
			any = true;
		}
		if (any)
			OK(xc_writer_put(w, i, d, &err));
		if (i == DOCS / 2)
			OK(xc_writer_commit(w, &err));
	}
	OK(xc_writer_commit(w, &err));
	xc_doc_free(d);
	xc_writer_close(w);
}

/* Where a posting list stands, as xapianc.h has it: `given` means seek has handed out `pos`. */
struct stand {
	uint32_t pos;
	bool given;
};

static void
to_entry(struct stand *s, uint32_t word)
{
	while (s->pos <= DOCS && model[s->pos][word] == 0)
		s->pos++;
}

static void
step_next(struct xc_postings *p, struct stand *s, uint32_t word)
{
	uint32_t docs[40], wdfs[40];
	size_t max = 1 + rnd(40), got = 0;
	bool with_wdf = rnd(2);
	enum gk_status st = xc_postings_next(p, docs, with_wdf ? wdfs : NULL, max, &got, &err);

	s->pos += s->given;
	s->given = false;
	to_entry(s, word);
	if (s->pos > DOCS) {
		assert_int_equal(st, GK_END);
		return;
	}
	assert_int_equal(st, GK_OK);
	assert_true(got >= 1 && got <= max);
	for (size_t i = 0; i < got; i++, s->pos++) {
		to_entry(s, word);
		assert_int_equal(docs[i], s->pos);
		if (with_wdf)
			assert_int_equal(wdfs[i], model[s->pos][word]);
	}
	to_entry(s, word);
	assert_true(got == max || s->pos > DOCS);
}

static void
step_seek(struct xc_postings *p, struct stand *s, uint32_t word)
{
	uint32_t want = rnd(3) == 0 ? rnd(DOCS + 20) : s->pos + rnd(60), at = 0, wdf = 0;
	bool with_wdf = rnd(2);
	enum gk_status st = xc_postings_seek(p, want, &at, with_wdf ? &wdf : NULL, &err);

	to_entry(s, word);
	if (want > s->pos)
		s->pos = want;
	to_entry(s, word);
	if (s->pos > DOCS) {
		assert_int_equal(st, GK_END);
		return;
	}
	assert_int_equal(st, GK_OK);
	assert_int_equal(at, s->pos);
	if (with_wdf)
		assert_int_equal(wdf, model[at][word]);
	s->given = true;
}

static void
postings_equal_the_model_however_next_and_seek_are_mixed(void **state)
{
	struct xc_db *db;

	(void)state;
	seed = 20220501;
	make_random_index();
	db = reader();
	for (int round = 0; round < 400; round++) {
		struct xc_postings *p = NULL;
		struct stand s = { 1, false };
		uint32_t word = rnd(WORDS), mostly = 1 + rnd(4);
		char term[3] = { 'w', (char)('0' + word), 0 };
		enum gk_status st = xc_postings_open(db, term, 2, &p, &err);

		to_entry(&s, word);
		if (s.pos > DOCS) {
			assert_int_equal(st, GK_END);
			continue;
		}
		assert_int_equal(st, GK_OK);
		for (int i = 0; i < 60; i++)
			if (rnd(mostly) == 0)
				step_next(p, &s, word);
			else
				step_seek(p, &s, word);
		xc_postings_close(p);
	}
	xc_db_close(db);
}

static void
frequencies_lengths_and_totals_equal_the_model(void **state)
{
	uint32_t lengths[DOCS + 1], docs = 0, last = 0, want_docs = 0;
	uint64_t total = 0, want_total = 0;
	struct xc_db *db;

	(void)state;
	seed = 7;
	make_random_index();
	db = reader();
	for (uint32_t k = 0; k < WORDS; k++) {
		char term[3] = { 'w', (char)('0' + k), 0 };
		uint32_t df = 0;

		for (uint32_t i = 1; i <= DOCS; i++)
			df += model[i][k] > 0;
		assert_int_equal(freq(db, term), df);
	}
	OK(xc_stats(db, &docs, &last, &total, &err));
	OK(xc_lengths(db, lengths, last, &err));
	for (uint32_t i = 1; i <= last; i++) {
		uint32_t len = 0;

		for (uint32_t k = 0; k < WORDS; k++)
			len += model[i][k];
		assert_int_equal(lengths[i], len);
		want_total += len;
		want_docs += len > 0;
	}
	assert_int_equal(docs, want_docs);
	assert_true(total == want_total);
	memset(lengths, 0xAA, sizeof lengths);
	OK(xc_lengths(db, lengths, last / 2, &err));	/* an array made for fewer documents */
	assert_int_equal(lengths[last / 2 + 1], 0xAAAAAAAA);
	xc_db_close(db);
}

static void
unknown_and_impossible_terms_have_no_postings(void **state)
{
	struct xc_writer *w = writer();
	struct xc_db *db;
	struct xc_postings *p = (struct xc_postings *)&p;
	char term[300];
	uint32_t df = 9;

	(void)state;
	memset(term, 'x', sizeof term);
	put_term(w, 1, "x", 1);
	OK(xc_writer_commit(w, &err));
	xc_writer_close(w);
	db = reader();
	assert_int_equal(xc_postings_open(db, "y", 1, &p, &err), GK_END);
	assert_null(p);
	assert_int_equal(xc_postings_open(db, term, 300, &p, &err), GK_END);
	OK(xc_term_freq(db, term, 300, &df, &err));
	assert_int_equal(df, 0);
	assert_refused(xc_postings_open(db, "", 0, &p, &err), GK_CAUSE_BAD_QUERY);
	assert_refused(xc_term_freq(db, "", 0, &df, &err), GK_CAUSE_BAD_QUERY);
	xc_db_close(db);
}

static void
an_empty_index_answers_everything_with_nothing(void **state)
{
	static const char *const words[] = { "x" };
	static const size_t lens[] = { 1 };
	struct xc_db *db;
	struct xc_postings *p;
	uint32_t lengths[1] = { 9 }, hit, total = 9;
	unsigned char column[2] = { 9, 9 };
	double weight;
	size_t got = 9;

	(void)state;
	xc_writer_close(writer());
	db = reader();
	assert_int_equal(docs_in(db), 0);
	assert_int_equal(freq(db, "x"), 0);
	assert_int_equal(xc_postings_open(db, "x", 1, &p, &err), GK_END);
	OK(xc_lengths(db, lengths, 0, &err));
	OK(xc_column(db, 0, 2, column, 0, 0, &err));
	assert_int_equal(lengths[0] + column[0] + column[1], 0);
	OK(xc_match(db, XC_OR, words, lens, 1, 1.2, 0.75, 1, &hit, &weight, &got, &total, &err));
	assert_int_equal(got + total, 0);
	xc_db_close(db);
}

/* ---- term list, columns ---- */

struct walk {
	char seen[256];
	size_t stop;
};

static bool
note(void *arg, const char *term, size_t n, uint32_t df)
{
	struct walk *k = arg;
	size_t at = strlen(k->seen);

	assert_int_equal(strlen(term), n);
	snprintf(k->seen + at, sizeof k->seen - at, "%s:%u ", term, (unsigned)df);
	return --k->stop > 0;
}

static void
terms_come_in_byte_order_below_their_prefix(void **state)
{
	static const struct { const char *prefix; size_t stop; const char *seen; } rows[] = {
		{ "公", 9, "公共:1 公开:2 " },
		{ "公", 1, "公共:1 " },
		{ "公开", 9, "公开:2 " },
		{ "", 9, "Z:1 公共:1 公开:2 开会:1 " },
		{ "无", 9, "" },
	};
	struct xc_writer *w = writer();
	struct xc_db *db;

	(void)state;
	put_term(w, 1, "公开", 1);
	put_term(w, 2, "公开", 1);
	put_term(w, 3, "公共", 1);
	put_term(w, 4, "开会", 1);
	put_term(w, 5, "Z", 0);
	OK(xc_writer_commit(w, &err));
	xc_writer_close(w);
	db = reader();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct walk k = { "", rows[i].stop };

		OK(xc_terms(db, rows[i].prefix, strlen(rows[i].prefix), note, &k, &err));
		assert_string_equal(k.seen, rows[i].seen);
	}
	xc_db_close(db);
}

static void
a_column_holds_each_value_at_its_document(void **state)
{
	enum { N = 3000 };
	struct xc_writer *w = writer();
	struct xc_doc *d = NULL;
	struct xc_db *db;
	unsigned char *column = malloc((N + 1) * 4);

	(void)state;
	OK(xc_doc_new(&d, &err));
	for (uint32_t i = 1; i <= N; i++) {
		unsigned char v[4] = { 0, (unsigned char)(i >> 16), (unsigned char)(i >> 8), (unsigned char)i };

		xc_doc_clear(d);
		if (i % 3 != 0)
			OK(xc_doc_value(d, 2, v, 4, &err));
		OK(xc_doc_value(d, 3, v, 1 + (i == 2000), &err));
		OK(xc_writer_put(w, i, d, &err));
	}
	OK(xc_writer_commit(w, &err));
	xc_doc_free(d);
	xc_writer_close(w);
	db = reader();
	OK(xc_column(db, 2, 4, column, 0, N, &err));
	for (uint32_t i = 0; i <= N; i++) {
		const unsigned char *v = column + 4 * i;
		uint32_t got = (uint32_t)v[0] << 24 | (uint32_t)v[1] << 16 | (uint32_t)v[2] << 8 | v[3];

		assert_int_equal(got, i % 3 != 0 ? i : 0);
	}
	OK(xc_column(db, 2, 4, column, 0, 10, &err));	/* fewer than there are */
	OK(xc_column(db, 3, 1, column, 0, 1999, &err));
	assert_int_equal(xc_column(db, 3, 1, column, 0, N, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	assert_non_null(strstr(err.what_en, "2000"));
	xc_db_close(db);
	free(column);
}

/* ---- Xapian's matcher ---- */

/* Xapian's BM25 with k3 = 0, written down a second time. */
static double
bm25(double n, double df, double wdf, double len, double avg, double k1, double b)
{
	double idf = (n - df + 0.5) / (df + 0.5), norm = fmax(len / avg, 0.5);

	if (idf < 2)
		idf = idf * 0.5 + 1;
	return log(idf) * (k1 + 1) * wdf / (k1 * ((1 - b) + b * norm) + wdf);
}

static void
check_match(struct xc_db *db, enum xc_op op, const uint32_t *words, size_t n, size_t max)
{
	static uint32_t docs[DOCS], lengths[DOCS + 1];
	static double weights[DOCS];
	char text[WORDS][3];
	const char *terms[WORDS];
	size_t lens[WORDS], got = 99999;
	uint32_t total = 9, want = 0, all = 0, last = 0;
	uint64_t sum = 0;

	OK(xc_stats(db, &all, &last, &sum, &err));
	OK(xc_lengths(db, lengths, last, &err));
	for (size_t i = 0; i < n; i++) {
		snprintf(text[i], sizeof text[i], "w%u", (unsigned)(words[i] % 10));
		terms[i] = text[i];
		lens[i] = 2;
	}
	OK(xc_match(db, op, terms, lens, n, 1.2, 0.75, max, docs, weights, &got, &total, &err));
	for (uint32_t i = 1; i <= DOCS; i++) {
		size_t has = 0;

		for (size_t k = 0; k < n; k++)
			has += model[i][words[k]] > 0;
		want += op == XC_AND ? n > 0 && has == n : has > 0;
	}
	assert_int_equal(total, want);
	assert_int_equal(got, want < max ? want : max);
	for (size_t i = 0; i < got; i++) {
		double w = 0;

		for (size_t k = 0; k < n; k++) {
			uint32_t wdf = model[docs[i]][words[k]];

			if (wdf > 0)
				w += bm25(all, freq(db, text[k]), wdf, lengths[docs[i]], (double)sum / all, 1.2, 0.75);
		}
		assert_true(fabs(w - weights[i]) < 1e-9);
		assert_true(i == 0 || weights[i] < weights[i - 1] || (weights[i] == weights[i - 1] && docs[i] > docs[i - 1]));
	}
}

static void
the_matcher_agrees_with_bm25_written_down_again(void **state)
{
	struct xc_db *db;

	(void)state;
	seed = 99;
	make_random_index();
	db = reader();
	for (int round = 0; round < 60; round++) {
		uint32_t words[WORDS];
		size_t n = rnd(4), max = rnd(3) == 0 ? rnd(20) : DOCS;

		for (size_t i = 0; i < n; i++)	/* distinct */
			words[i] = (uint32_t)(round + (int)i) % WORDS;
		check_match(db, rnd(2) ? XC_AND : XC_OR, words, n, max);
	}
	xc_db_close(db);
}

static void
an_empty_term_does_not_match_everything(void **state)
{
	static const char *const words[] = { "" };
	static const size_t lens[] = { 0 };
	struct xc_db *db;
	uint32_t hit, total;
	double weight;
	size_t got;

	(void)state;
	xc_writer_close(writer());
	db = reader();
	assert_refused(xc_match(db, XC_OR, words, lens, 1, 1.2, 0.75, 1, &hit, &weight, &got, &total, &err), GK_CAUSE_BAD_QUERY);
	xc_db_close(db);
}

/* ---- readers while somebody writes ---- */

/* Documents of a term by walking its list; the statuses of a reader pass through. */
static enum gk_status
count_postings(struct xc_db *db, const char *term, uint32_t *count, struct gk_err *e)
{
	struct xc_postings *p;
	uint32_t docs[64];
	size_t got = 0;
	enum gk_status st = xc_postings_open(db, term, strlen(term), &p, e);

	*count = 0;
	if (st != GK_OK)
		return st;
	while ((st = xc_postings_next(p, docs, NULL, 64, &got, e)) == GK_OK)
		*count += (uint32_t)got;
	xc_postings_close(p);
	return st;
}

static void
write_round(struct xc_writer *w, uint32_t round)
{
	struct xc_doc *d = NULL;

	OK(xc_doc_new(&d, &err));
	for (uint32_t i = 0; i < 400; i++) {
		const uint8_t lens[] = { 6, 6 };
		const uint32_t wdfs[] = { 1, 1 };
		char bytes[16];

		snprintf(bytes, sizeof bytes, "common%06u", (unsigned)rnd(1000000));
		xc_doc_clear(d);
		OK(xc_doc_terms(d, bytes, lens, wdfs, 2, &err));
		OK(xc_writer_put(w, round * 400 + i + 1, d, &err));
	}
	xc_doc_free(d);
	OK(xc_writer_commit(w, &err));
}

static void
a_reader_left_behind_is_told_to_reopen_and_then_goes_on(void **state)
{
	struct xc_writer *w = writer();
	struct xc_db *db;
	uint32_t count = 0, round = 0;
	enum gk_status st = GK_END;
	bool changed = false;

	(void)state;
	seed = 3;
	write_round(w, round++);
	db = reader();
	while (st == GK_END && round < 40) {
		write_round(w, round++);
		st = count_postings(db, "common", &count, &err);
		if (st == GK_END)
			assert_int_equal(count, 400);	/* still the revision it opened */
	}
	assert_int_equal(st, GK_RETRY);
	assert_int_equal(err.cause, GK_CAUSE_BUSY);
	assert_true(err.what[0] != '\0');
	OK(xc_db_reopen(db, &changed, &err));
	assert_true(changed);
	assert_int_equal(count_postings(db, "common", &count, &err), GK_END);
	assert_int_equal(count, round * 400);
	xc_db_close(db);
	xc_writer_close(w);
}

static void
a_posting_list_does_not_outlive_the_revision_it_was_opened_on(void **state)
{
	struct xc_writer *w = writer();
	struct xc_db *db;
	struct xc_postings *p = NULL;
	uint32_t docs[8], at;
	size_t got;

	(void)state;
	write_round(w, 0);
	db = reader();
	OK(xc_postings_open(db, "common", 6, &p, &err));
	OK(xc_postings_next(p, docs, NULL, 8, &got, &err));
	OK(xc_db_reopen(db, NULL, &err));	/* nothing new: the list lives */
	OK(xc_postings_seek(p, 100, &at, NULL, &err));
	assert_int_equal(at, 100);
	write_round(w, 1);
	OK(xc_db_reopen(db, NULL, &err));
	assert_int_equal(xc_postings_next(p, docs, NULL, 8, &got, &err), GK_RETRY);
	assert_int_equal(xc_postings_seek(p, 200, &at, NULL, &err), GK_RETRY);
	xc_postings_close(p);
	xc_db_close(db);
	xc_writer_close(w);
}

static void *
read_along(void *arg)
{
	struct gk_err e = GK_ERR_INIT;
	struct xc_db *db = NULL;
	uintptr_t bad = 0;

	enum gk_status opened = GK_RETRY;

	/* On a busy machine the writer may be two commits ahead before the reader has begun. */
	for (int i = 0; opened == GK_RETRY && i < 1000; i++)
		opened = xc_db_open(arg, &db, &e);
	if (opened != GK_OK)
		return (void *)1;
	for (int i = 0; i < 300; i++) {
		uint32_t count = 0, df = 0;
		enum gk_status st = xc_term_freq(db, "common", 6, &df, &e);

		if (st == GK_OK)
			st = count_postings(db, "common", &count, &e);
		if (st == GK_END)
			bad += count != df || df % 400 != 0;	/* one revision throughout, and a whole one */
		else if (st != GK_RETRY)
			bad++;
		st = xc_db_reopen(db, NULL, &e);
		bad += st != GK_OK && st != GK_RETRY;
	}
	xc_db_close(db);
	return (void *)bad;
}

static void
threads_with_a_handle_each_read_whole_revisions(void **state)
{
	struct xc_writer *w = writer();
	pthread_t readers[2];
	void *bad;

	(void)state;
	write_round(w, 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&readers[i], NULL, read_along, db_path), 0);
	for (uint32_t round = 1; round < 15; round++)
		write_round(w, round);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(readers[i], &bad), 0);
		assert_null(bad);
	}
	xc_writer_close(w);
}

/* ---- damage, and a world that refuses ---- */

static void
file_in(char out[160], const char *name)
{
	snprintf(out, 160, "%s/%s", db_path, name);
}

/* Every reading call once; statuses may be what they like, as long as they are statuses. */
static int
read_everything(void)
{
	static const char *const words[] = { "common", "000001" };
	static const size_t lens[] = { 6, 6 };
	struct xc_db *db = NULL;
	struct walk k = { "", 4 };
	unsigned char *column = calloc(4096, 4);
	uint32_t *lengths = calloc(4096, 4), docs[16], n32 = 0, last = 0, bad = 0;
	uint64_t n64 = 0;
	double weights[16];
	char *p = NULL;
	size_t n = 0;
	enum gk_status st[10];

	st[0] = xc_db_open(db_path, &db, &err);
	if (st[0] != GK_OK)
		return err.cause == GK_CAUSE_DAMAGED ? 10 : 1;
	st[0] = xc_stats(db, &n32, &last, &n64, &err);
	st[1] = xc_term_freq(db, "common", 6, &n32, &err);
	st[2] = count_postings(db, "common", &n32, &err);
	st[3] = xc_column(db, 0, 4, column, 0, 4095, &err);
	st[4] = xc_lengths(db, lengths, 4095, &err);
	st[5] = xc_doc_data(db, 3, &p, &n, &err);
	free(st[5] == GK_OK ? p : NULL);
	st[6] = xc_metadata(db, "mark", &p, &n, &err);
	free(st[6] == GK_OK ? p : NULL);
	st[7] = xc_terms(db, "c", 1, note, &k, &err);
	st[8] = xc_match(db, XC_OR, words, lens, 2, 1.2, 0.75, 16, docs, weights, &n, &n32, &err);
	st[9] = xc_db_reopen(db, NULL, &err);
	xc_db_close(db);
	free(column);
	free(lengths);
	for (size_t i = 0; i < 10; i++)
		bad += st[i] == GK_DEAD;
	return st[0] > GK_DEAD ? 1 : bad > 0 ? 11 : 0;
}

static void
copy_index(const char *to)
{
	static const char *const names[] = { "iamglass", "postlist.glass", "docdata.glass", "termlist.glass" };

	OK(gk_make_dir(to, 0755, &err));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct gk_buf b;
		char from[160], path[200];

		file_in(from, names[i]);
		snprintf(path, sizeof path, "%s/%s", to, names[i]);
		if (access(from, F_OK) != 0)
			continue;
		OK(gk_read_file(from, 1 << 24, &b, &err));
		OK(gk_replace_file(path, 0644, b.p, b.n, &err));
		gk_buf_free(&b);
	}
}

static void
a_damaged_index_gives_a_status_and_never_a_crash(void **state)
{
	static const struct { const char *name, *file; int cut; } rows[] = {
		{ "empty version file", "iamglass", 0 },
		{ "version file cut short", "iamglass", 20 },
		{ "version file cut in its tables", "iamglass", 40 },
		{ "no version file", "iamglass", -1 },
		{ "no posting lists", "postlist.glass", -1 },
		{ "empty posting lists", "postlist.glass", 0 },
		{ "half a block", "postlist.glass", 4000 },
		{ "three blocks and a bit", "postlist.glass", 3 * 8192 + 100 },
	};
	char whole[96], path[160];
	struct xc_writer *w = writer();
	int rc;

	(void)state;
	seed = 5;
	for (uint32_t i = 0; i < 4; i++)
		write_round(w, i);
	xc_writer_close(w);
	assert_int_equal(read_everything(), 0);
	snprintf(whole, sizeof whole, "%s", db_path);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(path, sizeof path, "%s/damaged%u", home, (unsigned)i);
		copy_index(path);
		snprintf(db_path, sizeof db_path, "%s/damaged%u", home, (unsigned)i);
		file_in(path, rows[i].file);
		assert_int_equal(rows[i].cut < 0 ? unlink(path) : truncate(path, rows[i].cut), 0);
		/* 10: it does not open; 11: it does, and the first read that meets the damage says so. */
		rc = in_child(read_everything);
		if (rc != 10 && rc != 11)
			fail_msg("%s: %d", rows[i].name, rc);
		memcpy(db_path, whole, sizeof db_path);
	}
}

static void
an_index_of_a_newer_format_is_called_newer(void **state)
{
	struct xc_db *db = NULL;
	char path[160];
	int fd;

	(void)state;
	xc_writer_close(writer());
	file_in(path, "iamglass");
	fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, "\x7f\x7f", 2, 14), 2);
	close(fd);
	assert_int_equal(xc_db_open(db_path, &db, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_NEWER);
	assert_non_null(strstr(err.hint_en, "rebuild"));
	assert_null(db);
}

static void
a_wrong_path_is_not_called_damage(void **state)
{
	struct xc_db *db = NULL;

	(void)state;
	assert_int_equal(xc_db_open(db_path, &db, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_NO_ACCESS);
	assert_non_null(strstr(err.what, db_path));
	OK(gk_make_dir(db_path, 0755, &err));
	assert_int_equal(xc_db_open(db_path, &db, NULL), GK_DEAD);
	assert_int_equal(xc_db_open(db_path, &db, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);	/* a folder without an index in it */
	assert_null(db);
}

/* Writes until it is refused; 0 if that was reported as `want`, and the writer was dead from then on. */
static int
write_until_refused(enum gk_cause want)
{
	struct xc_writer *w = NULL;
	struct xc_doc *d = NULL;
	enum gk_status st = GK_OK;
	uint32_t i;

	if (xc_writer_open(db_path, XC_REPLACES, true, &w, &err) != GK_OK || xc_doc_new(&d, &err) != GK_OK)
		return 2;
	for (i = 2; st == GK_OK && i < 200000; i++) {
		static char bytes[200 * 10];
		static uint8_t lens[200];
		static uint32_t wdfs[200];

		for (uint32_t k = 0; k < 200; k++) {
			snprintf(bytes + 10 * k, 10, "%09u", (unsigned)(i * 200 + k));
			bytes[10 * k + 9] = 'x';
			lens[k] = 10;
			wdfs[k] = 1;
		}
		xc_doc_clear(d);
		st = xc_doc_terms(d, bytes, lens, wdfs, 200, &err);
		if (st == GK_OK)
			st = xc_writer_put(w, i, d, &err);
		if (st == GK_OK && i % 5000 == 0)
			st = xc_writer_commit(w, &err);
	}
	if (st != GK_DEAD || err.cause != want)
		return 3;
	if (xc_writer_commit(w, &err) == GK_OK)
		return 4;
	xc_doc_free(d);
	xc_writer_close(w);
	return 0;
}

static int
write_with_little_space(void)
{
	const struct rlimit small = { 3 << 20, 3 << 20 };

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	return write_until_refused(GK_CAUSE_NO_SPACE);
}

/* All of it stays in memory until the commit. */
static int
commit_with_little_space(void)
{
	const struct rlimit small = { 128 << 10, 128 << 10 };
	struct xc_writer *w = writer();

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	for (uint32_t i = 2; i < 900; i++) {
		char term[246];

		snprintf(term, sizeof term, "%0244u", (unsigned)i);
		put_term(w, i, term, 1);
	}
	if (xc_writer_commit(w, &err) != GK_DEAD || err.cause != GK_CAUSE_NO_SPACE)
		return 1;
	if (xc_writer_commit(w, &err) != GK_DEAD || err.cause != GK_CAUSE_NO_SPACE)
		return 2;
	xc_writer_close(w);
	return 0;
}

static void
a_full_disk_is_reported_and_the_last_commit_stays(void **state)
{
	struct xc_writer *w = writer();

	(void)state;
	put_term(w, 1, "kept", 1);
	OK(xc_writer_commit(w, &err));
	xc_writer_close(w);
	assert_int_equal(in_child(commit_with_little_space), 0);
	assert_int_equal(docs_on_disk(), 1);
	assert_int_equal(in_child(write_with_little_space), 0);
	assert_true(docs_on_disk() % 5000 <= 1);	/* whole commits only: 1, or up to a multiple of 5,000 */
	w = writer();
	put_term(w, 1000000, "again", 1);
	OK(xc_writer_commit(w, &err));
	xc_writer_close(w);
}

#ifndef UNDER_ASAN
static int
write_with_little_memory(void)
{
	const struct rlimit small = { 120 << 20, 120 << 20 };
	int rc;

	setenv("XAPIAN_FLUSH_THRESHOLD", "1000000", 1);	/* keep all in memory */
	setrlimit(RLIMIT_AS, &small);
	rc = write_until_refused(GK_CAUSE_MEMORY);
	return rc == 4 ? 0 : rc;
}

static int
read_with_little_memory(void)
{
	struct xc_db *db = NULL;
	struct rlimit small = { 0, 0 };
	enum gk_status st;
	long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");
	int refused = 0;

	if (f == NULL || fscanf(f, "%ld", &pages) != 1)
		return 2;
	fclose(f);
	/* From nothing to spare up to enough: each limit must end in a status. */
	for (size_t spare = 0; spare < 64; spare++) {
		small.rlim_cur = (rlim_t)pages * 4096 + spare * 16384;
		small.rlim_max = RLIM_INFINITY;
		setrlimit(RLIMIT_AS, &small);
		st = xc_db_open(db_path, &db, &err);
		if (st == GK_OK) {
			uint32_t count;

			st = count_postings(db, "common", &count, &err);
			xc_db_close(db);
		}
		refused += st == GK_DEAD;
		if (st == GK_DEAD && err.cause != GK_CAUSE_MEMORY)
			return 3;
	}
	(void)refused;	/* how often depends on what malloc has at hand */
	return 0;
}
#endif

static void
running_out_of_memory_is_a_status(void **state)
{
	(void)state;
#ifdef UNDER_ASAN
	skip();
#else
	struct xc_writer *w = writer();

	write_round(w, 0);
	xc_writer_close(w);
	assert_int_equal(in_child(read_with_little_memory), 0);
	assert_int_equal(in_child(write_with_little_memory), 0);
#endif
}

/* ---- compaction ---- */

static void
compaction_keeps_every_number_and_makes_it_smaller(void **state)
{
	struct xc_writer *w = writer();
	char small[96], whole[96];
	struct stat a, b;
	char path[160];
	uint32_t docs = 0, last = 0, at = 0;
	uint64_t total = 0;
	struct xc_postings *p = NULL;
	struct xc_db *db;

	(void)state;
	for (uint32_t i = 0; i < 10; i++)
		write_round(w, i * 2);	/* leaves gaps of 400 */
	OK(xc_writer_set_metadata(w, "mark", "here", 4, &err));
	OK(xc_writer_commit(w, &err));
	xc_writer_close(w);
	snprintf(whole, sizeof whole, "%s", db_path);
	snprintf(small, sizeof small, "%s/small", home);
	file_in(path, "postlist.glass");
	assert_int_equal(stat(path, &a), 0);
	OK(xc_compact(db_path, small, &err));
	assert_refused(xc_compact(db_path, small, &err), GK_CAUSE_NO_ACCESS);
	memcpy(db_path, small, sizeof db_path);
	file_in(path, "postlist.glass");
	assert_int_equal(stat(path, &b), 0);
	assert_true(b.st_size < a.st_size);
	db = reader();
	OK(xc_stats(db, &docs, &last, &total, &err));
	assert_int_equal(docs, 4000);
	assert_int_equal(last, 18 * 400 + 400);
	OK(xc_postings_open(db, "common", 6, &p, &err));
	OK(xc_postings_seek(p, 401, &at, NULL, &err));
	assert_int_equal(at, 801);
	xc_postings_close(p);
	xc_db_close(db);
	w = writer();	/* and it can be written to */
	put_term(w, 500, "common", 1);
	OK(xc_writer_commit(w, &err));
	xc_writer_close(w);
	snprintf(path, sizeof path, "%s/nothing", home);
	snprintf(small, sizeof small, "%s/other", home);
	assert_int_equal(xc_compact(path, small, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_NO_ACCESS);
}

static void
parts_built_side_by_side_become_one(void **state)
{
	char parts[3][96], whole[96];
	const char *disjoint[2], *overlapping[2];
	struct xc_db *db;
	struct xc_postings *p = NULL;
	uint32_t docs[8];
	size_t got = 0;

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		struct xc_writer *w;

		snprintf(parts[i], sizeof parts[i], "%s/part%u", home, (unsigned)i);
		memcpy(db_path, parts[i], sizeof db_path);
		w = writer();
		put_term(w, 10 + i % 2 * 100, "公开", 1);
		put_term(w, 20 + i % 2 * 100, "公开", 1);
		OK(xc_writer_commit(w, &err));
		xc_writer_close(w);
	}
	snprintf(whole, sizeof whole, "%s/whole", home);
	disjoint[0] = overlapping[0] = parts[0];
	disjoint[1] = parts[1];
	overlapping[1] = parts[2];
	assert_refused(xc_compact_many(overlapping, 2, whole, &err), GK_CAUSE_BAD_DATA);
	assert_int_not_equal(access(whole, F_OK), 0);
	OK(xc_compact_many(disjoint, 2, whole, &err));
	memcpy(db_path, whole, sizeof db_path);
	db = reader();
	OK(xc_postings_open(db, "公开", 6, &p, &err));
	OK(xc_postings_next(p, docs, NULL, 8, &got, &err));
	assert_int_equal(got, 4);
	assert_memory_equal(docs, ((uint32_t[]){ 10, 20, 110, 120 }), 16);
	xc_postings_close(p);
	xc_db_close(db);
}

/* ---- faults ---- */

#ifdef GK_FAULTS
static void
after_any_fault_the_last_commit_is_what_there_is(void **state)
{
	bool synced = false;

	(void)state;
	for (unsigned n = 1; n < 100; n++) {
		struct xc_writer *w = NULL;
		enum gk_status st;

		gk_remove_tree(db_path, NULL);
		w = writer();
		put_term(w, 1, "kept", 1);
		OK(xc_writer_commit(w, &err));
		xc_writer_close(w);
		w = NULL;

		gk_fault_arm(n);
		st = xc_writer_open(db_path, XC_REPLACES, false, &w, &err);
		if (st == GK_OK) {
			struct xc_doc *d = doc_of("x", 1);

			st = xc_writer_put(w, 2, d, &err);
			xc_doc_free(d);
		}
		if (st == GK_OK)
			st = xc_writer_commit(w, &err);
		if (gk_fault_hit() == NULL) {
			gk_fault_arm(0);
			assert_int_equal(st, GK_OK);
			xc_writer_close(w);
			assert_int_equal(docs_on_disk(), 2);
			break;
		}
		synced |= strcmp(gk_fault_hit(), "fsync") == 0;
		assert_int_equal(st, GK_DEAD);
		assert_int_equal(err.cause, GK_CAUSE_DEVICE);
		/* Nothing helps but to close: above all no second commit, which would lie. */
		if (w != NULL) {
			memset(&err, 0, sizeof err);
			assert_int_equal(xc_writer_commit(w, &err), GK_DEAD);
			assert_int_equal(err.cause, GK_CAUSE_DEVICE);
		}
		assert_int_equal(docs_on_disk(), strcmp(gk_fault_hit(), "fsync") == 0 ? 2 : 1);
		xc_writer_close(w);
	}
	assert_true(synced);	/* the folder is flushed by the commit */
}
#endif

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(terms_of_every_length_that_fits_are_found_again),
		T(a_refused_batch_leaves_the_document_as_it_was),
		T(counts_of_a_repeated_term_add_up),
		T(data_values_and_metadata_come_back_with_every_byte),
		T(what_is_out_of_bounds_is_refused_and_the_writer_lives_on),
		T(replacing_and_deleting_show_only_the_last_state),
		T(nothing_is_seen_before_the_commit_not_even_after_flushes),
		T(a_killed_writer_leaves_nothing_uncommitted),
		T(closing_without_a_commit_drops_the_changes),
		T(a_second_writer_is_told_to_wait),
		T(a_writer_that_must_not_create_does_not),
		T(long_documents_are_flushed_by_their_postings_and_nothing_is_lost),
		T(postings_equal_the_model_however_next_and_seek_are_mixed),
		T(frequencies_lengths_and_totals_equal_the_model),
		T(unknown_and_impossible_terms_have_no_postings),
		T(an_empty_index_answers_everything_with_nothing),
		T(terms_come_in_byte_order_below_their_prefix),
		T(a_column_holds_each_value_at_its_document),
		T(the_matcher_agrees_with_bm25_written_down_again),
		T(an_empty_term_does_not_match_everything),
		T(a_reader_left_behind_is_told_to_reopen_and_then_goes_on),
		T(a_posting_list_does_not_outlive_the_revision_it_was_opened_on),
		T(threads_with_a_handle_each_read_whole_revisions),
		T(a_damaged_index_gives_a_status_and_never_a_crash),
		T(an_index_of_a_newer_format_is_called_newer),
		T(a_wrong_path_is_not_called_damage),
		T(a_full_disk_is_reported_and_the_last_commit_stays),
		T(running_out_of_memory_is_a_status),
		T(compaction_keeps_every_number_and_makes_it_smaller),
		T(parts_built_side_by_side_become_one),
#ifdef GK_FAULTS
		T(after_any_fault_the_last_commit_is_what_there_is),
#endif
	};

	return cmocka_run_group_tests_name("xapianc", tests, NULL, NULL);
}
