/*
 * The first look of a question (catalog/sums.c) beside one that leaves nothing out: every list is read to its end, every sum made, all sorted.
 * More documents than two stretches, words as frequent as they are in texts: some in nearly all documents, most in a few.
 */
#include "base/io.h"
#include "base/utf8.h"
#include "catalog/internal.h"
#include "catalog/put.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum { DOCS = 5000, CHARS = 60, ROUNDS = 300, TERMS = 24 };

static uint64_t state = 7;

static uint32_t
number(uint32_t below)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % below;
}

static void
must(enum gk_status st, const struct gk_err *err)
{
	if (st != GK_OK)
		fail_msg("status %d: %s", st, err->what_en);
}

/* Low numbers are drawn far more often. */
static size_t
random_character(char *out)
{
	return gk_utf8_encode(0x4E00 + number(1 + number(1 + number(CHARS))), out);
}

static void
random_text(char *out, size_t most)
{
	size_t n = 0;

	for (size_t want = 2 + number((uint32_t)most); want > 0; want--)
		n += random_character(out + n);
	out[n] = '\0';
}

static void
put(struct gk_put_writer *w, struct gk_prepared *p, uint32_t docid)
{
	char id[64], event[32], digest[80], title[64], body[512];
	struct gk_err err = GK_ERR_INIT;
	struct gk_place place = { 1, docid, docid * 100 };
	struct gk_record r = { .meta = NULL };
	struct gk_event e;
	struct gk_put_doc doc = { .docid = docid, .record = &r, .events = &e, .places = &place, .n_events = 1, .prepared = p };

	random_text(title, 8);
	random_text(body, 80);
	gk_id_make("dz", 2021, docid, id);
	snprintf(event, sizeof event, "e-%06u", docid);
	snprintf(digest, sizeof digest, "sha256:%08x%056x", docid, 0);
	must(gk_event_of(json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:{s:s}, s:{s:s, s:s, s:s}}", "gongkai", 1, "event", event, "id", id, "type", "import_public",
				   "recorded_at", "2022-01-01T00:00:00Z", "actor", "test", "meta", "title", title, "source", "kind", "file", "id", id, "digest", digest),
			 &e, &err), &err);
	must(gk_record_fold(&e, 1, &r, &err), &err);
	must(gk_prepare(p, title, strlen(title), body, strlen(body), strlen(body), &err), &err);
	must(gk_put_record(w, &doc, &err), &err);
	gk_put_saw_event(w, &e);
	gk_record_free(&r);
	gk_event_free(&e);
}

static char dir[64];
static struct gk_catalog *catalog;

static int
setup(void **unused)
{
	char generation[GK_GENERATION];
	struct gk_err err = GK_ERR_INIT;
	struct gk_put_writer *w;
	struct gk_prepared p;

	(void)unused;
	snprintf(dir, sizeof dir, "/tmp/t-sums-XXXXXX");
	assert_non_null(mkdtemp(dir));
	must(gk_generation_new(dir, generation, &err), &err);
	must(gk_put_open(dir, generation, &w, &err), &err);
	must(gk_prepare_init(&p, &err), &err);
	for (uint32_t d = 1; d <= DOCS; d++)
		put(w, &p, d);
	must(gk_put_commit(w, (struct gk_place){ 3, 4, 5 }, &err), &err);
	gk_put_close(w);
	gk_prepare_free(&p);
	must(gk_generation_use(dir, generation, &err), &err);
	must(gk_catalog_open(dir, &catalog, &err), &err);
	must(gk_catalog_refresh(catalog, NULL, &err), &err);
	must(gk_catalog_columns(catalog, &err), &err);
	return 0;
}

static int
teardown(void **unused)
{
	(void)unused;
	gk_catalog_close(catalog);
	return gk_remove_tree(dir, NULL) == GK_OK ? 0 : -1;
}

/* --- without leaving anything out --------------------------------------------------------------- */

struct naive { float typed[DOCS + 1], related[DOCS + 1], share[DOCS + 1], about[DOCS + 1]; };

static void
add_naively(const char *term, size_t n, float weight, const float *norm, float *score, float idf, float *share, float *about)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_postings *list;
	uint32_t doc, wdf;
	size_t got;
	enum gk_status st = gk_postings_open(catalog->db, term, n, &list, &err);

	if (st == GK_END)
		return;
	must(st, &err);
	while ((st = gk_postings_next(list, &doc, &wdf, 1, &got, &err)) == GK_OK && got == 1) {
		score[doc] += weight * (float)wdf / ((float)wdf + norm[doc]);
		if (share != NULL)
			share[doc] += idf;
		if (about != NULL)
			about[doc] += idf;
	}
	assert_int_equal(st, GK_END);
	gk_postings_close(list);
}

static void
add_terms_naively(const struct gk_rank_terms *terms, bool related, struct naive *out)
{
	for (size_t i = 0; i < terms->n; i++) {
		const struct gk_rank_term *t = &terms->item[i];
		char title[GK_TERM_MAX + 2] = GK_X_TITLE;
		const double weight = t->idf * (GK_BM25_K1 + 1) * t->count;
		float *score = related ? out->related : out->typed;

		memcpy(title + 1, t->p, t->n);
		add_naively(t->p, t->n, (float)weight, catalog->col->text_norm, score, (float)t->idf, related ? NULL : out->share, related || t->about ? out->about : NULL);
		add_naively(title, t->n + 1, (float)(weight * GK_TITLE_WEIGHT), catalog->col->title_norm, score, 0, NULL, NULL);
	}
}

static int
best_first(const void *a, const void *b)
{
	const struct gk_sum *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->docid < y->docid ? -1 : x->docid > y->docid;
}

static size_t
sum_naively(const struct gk_sums_request *r, struct gk_sum *out)
{
	struct naive *s = calloc(1, sizeof *s);
	size_t n = 0;

	assert_non_null(s);
	add_terms_naively(r->related, true, s);
	add_terms_naively(r->typed, false, s);
	for (uint32_t d = 1; d <= DOCS; d++)
		if ((r->within == NULL || r->within[d]) && s->about[d] > 0 && s->about[d] >= r->least)
			out[n++] = (struct gk_sum){ d, s->typed[d] + GK_RELATED_WEIGHT * s->related[d], (float)GK_RELATED_WEIGHT * s->related[d], s->share[d] };
	free(s);
	qsort(out, n, sizeof *out, best_first);
	return n < r->most ? n : r->most;
}

/* --- the same ------------------------------------------------------------------------------------- */

static void
random_terms(struct gk_rank_terms *t, size_t most)
{
	struct gk_asked ask = { .c = catalog };
	struct gk_ladder *l = calloc(1, sizeof *l);

	assert_non_null(l);
	l->ask = ask;
	memset(t, 0, sizeof *t);
	gk_arena_init(&t->arena, 1 << 20);
	for (size_t want = number((uint32_t)most + 1); want > 0; want--) {
		char pair[16];
		size_t n = random_character(pair);

		n += random_character(pair + n);
		assert_true(gk_rank_add_term(t, pair, n));
	}
	must(gk_rank_weigh_terms(l, t), &(struct gk_err)GK_ERR_INIT);
	for (size_t i = 0; i < t->n; i++)
		t->item[i].about = number(5) > 0;
	free(l);
}

static void
what_is_let_go_is_not_missed(void **unused)
{
	static struct gk_rank_terms typed, related;
	static struct gk_sum found[DOCS + 1], wanted[DOCS + 1];
	static gk_set within[DOCS + 1];
	size_t left_out = 0, many = 0;

	(void)unused;
	for (size_t round = 0; round < ROUNDS; round++) {
		struct gk_sums_request r = { .typed = &typed, .related = &related, .within = number(3) == 0 ? within : NULL, .most = 1 + number(round % 3 == 0 ? DOCS : 40) };
		struct gk_err err = GK_ERR_INIT;
		size_t n, k;

		random_terms(&typed, TERMS);
		random_terms(&related, 6);
		for (size_t d = 1; d <= DOCS; d++)
			within[d] = number(3) > 0;
		r.least = number(4) == 0 ? 0 : (typed.known + related.known) * number(70) / 100;
		must(gk_sums(catalog, &r, found, &n, &err), &err);
		k = sum_naively(&r, wanted);
		if (n != k)
			fail_msg("round %zu: %zu documents instead of %zu", round, n, k);
		for (size_t i = 0; i < n; i++)
			/* Not a bit may differ: answers must be those of a set that is not divided. */
			if (found[i].docid != wanted[i].docid || found[i].score != wanted[i].score || found[i].related != wanted[i].related || found[i].share != wanted[i].share)
				fail_msg("round %zu, place %zu: document %u with %.9g instead of %u with %.9g", round, i, found[i].docid, found[i].score,
					 wanted[i].docid, wanted[i].score);
		left_out += n == r.most;
		many += n > 1000;
		gk_arena_free(&typed.arena);
		gk_arena_free(&related.arena);
	}
	/* Both happened: there were more than wanted, and results that reach over stretches. */
	assert_true(left_out > ROUNDS / 10 && many > ROUNDS / 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_let_go_is_not_missed),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
