/*
 * Reprints, likeness and citations.  Who is a reprint of whom is held against reading every pair of texts; likeness and citations
 * against a small collection whose answers can be read off.
 */
#include "base/io.h"
#include "catalog/copies.h"
#include "catalog/prepare.h"
#include "catalog/put.h"
#include "catalog/schema.h"
#include "catalog/similar.h"
#include "record/docno.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { TEXTS = 120, LONGEST = 400, ROUNDS = 20 };

static uint64_t seed = 5;

static uint32_t
number(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

static void
must(enum gk_status st, const struct gk_err *err)
{
	if (st != GK_OK)
		fail_msg("status %d: %s", st, err->what_en);
}

/* --- reprints --------------------------------------------------------------------------------- */

struct text { uint16_t p[LONGEST]; size_t n; };

static struct text texts[TEXTS + 1];

static uint16_t
character(void)
{
	return number(12) == 0 ? ' ' : (uint16_t)(0x4E00 + number(2000));
}

/* A new text, or one of the former ones with something before, behind or within it. */
static void
make_text(uint32_t d)
{
	struct text *t = &texts[d];
	const struct text *old = &texts[1 + number(d)];
	uint32_t how = d == 1 ? 0 : number(7);

	t->n = 0;
	if (how == 0 || old == t) {
		size_t want = 20 + number(200);

		while (t->n < want)
			t->p[t->n++] = character();
	} else {
		size_t before = how == 2 || how == 4 ? number(20) : 0, behind = how == 3 || how == 4 ? number(20) : 0;

		while (before-- > 0)
			t->p[t->n++] = character();
		for (size_t i = 0; i < old->n && t->n + 20 < LONGEST; i++)
			t->p[t->n++] = old->p[i];
		while (behind-- > 0)
			t->p[t->n++] = character();
		if (how == 5)
			t->p[number((uint32_t)t->n)] = 0x9999;
		if (how == 6 && t->n > 4)
			t->p[t->n / 2] = ' ';
	}
	/* Canon: single spaces, none at an end. */
	{
		size_t k = 0;

		for (size_t i = 0; i < t->n; i++)
			if (t->p[i] != ' ' || (k > 0 && t->p[k - 1] != ' '))
				t->p[k++] = t->p[i];
		t->n = k > 0 && t->p[k - 1] == ' ' ? k - 1 : k;
	}
}

static size_t
naive_bare(const struct text *t, uint16_t out[LONGEST])
{
	size_t k = 0;

	for (size_t i = 0; i < t->n; i++)
		if (t->p[i] != ' ')
			out[k++] = t->p[i];
	return k;
}

static bool
naive_one_text(const struct text *x, const struct text *y)
{
	uint16_t a[LONGEST], b[LONGEST];
	size_t n = naive_bare(x, a), m = naive_bare(y, b);

	if (n > m)
		return naive_one_text(y, x);
	if (n < 64 || n * 10 < m * 9)
		return false;
	for (size_t i = 0; i + n <= m; i++)
		if (memcmp(b + i, a, n * sizeof *a) == 0)
			return true;
	return false;
}

static char dir[64];

static void
reprints_are_those_that_comparing_all_pairs_finds(void **state)
{
	size_t pairs = 0, found = 0;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		char path[128];
		struct gk_textstore_writer *w;
		struct gk_textstore *store;
		struct gk_err err = GK_ERR_INIT;
		unsigned char *likeness = calloc(TEXTS + 1, GK_LIKENESS_WIDTH);
		uint64_t at[TEXTS + 1] = { 0 }, end;
		uint32_t units[TEXTS + 1] = { 0 }, group[TEXTS + 1], *copy;

		snprintf(path, sizeof path, "%s/text-%d", dir, round);
		must(gk_textstore_append_open(path, 0, &w, &err), &err);
		for (uint32_t d = 1; d <= TEXTS; d++) {
			static const uint16_t title[] = { 0x9898 };
			struct gk_text t;

			make_text(d);
			t = (struct gk_text){ .title = title, .title_n = 1, .body = { texts[d].p, texts[d].n, texts[d].n, NULL } };
			must(gk_textstore_append(w, d, &t, &at[d], &err), &err);
			gk_likeness_of(texts[d].p, texts[d].n, likeness + (size_t)d * GK_LIKENESS_WIDTH);
			/* Every twentieth number is nobody's. */
			units[d] = d % 20 == 0 ? 0 : (uint32_t)texts[d].n + 1;
			group[d] = d;
		}
		must(gk_textstore_sync(w, &end, &err), &err);
		gk_textstore_append_close(w);
		must(gk_textstore_open(path, &store, &err), &err);
		must(gk_copies_find(store, likeness, at, units, TEXTS, &copy, &err), &err);
		for (bool changed = true; changed; ) {
			changed = false;
			for (uint32_t d = 1; d <= TEXTS; d++)
				for (uint32_t e = 1; e < d; e++)
					if (units[d] != 0 && units[e] != 0 && group[d] != group[e] && naive_one_text(&texts[d], &texts[e])) {
						group[d] = group[e] = group[d] < group[e] ? group[d] : group[e];
						changed = true;
					}
		}
		for (uint32_t d = 1; d <= TEXTS; d++)
			for (uint32_t e = 1; e < d; e++) {
				bool one = units[d] != 0 && units[e] != 0 && group[d] == group[e], said = copy != NULL && copy[d] != 0 && copy[d] == copy[e];

				/* What is called one text is one, always. */
				if (said && !one)
					fail_msg("round %d: %u and %u are called one text", round, d, e);
				pairs += one;
				found += said;
			}
		for (uint32_t d = 1; copy != NULL && d <= TEXTS; d++)
			assert_true(copy[d] <= d && (copy[d] == 0 || copy[copy[d]] == copy[d]));
		free(copy);
		free(likeness);
		gk_textstore_close(store);
	}
	/* What is one text is called so but where no row of 32 characters was the least in both. */
	assert_true(pairs > 500);
	if (found * 100 < pairs * 97)
		fail_msg("%zu of %zu pairs were found", found, pairs);
}

static void
short_bodies_are_nobodys_reprint(void **state)
{
	uint16_t p[64];
	unsigned char out[GK_LIKENESS_WIDTH], none[GK_LIKENESS_WIDTH] = { 0 };

	(void)state;
	for (size_t i = 0; i < 64; i++)
		p[i] = (uint16_t)(0x4E00 + i);
	gk_likeness_of(p, 63, out);
	assert_memory_equal(out, none, sizeof out);
	gk_likeness_of(p, 64, out);
	assert_memory_not_equal(out, none, sizeof out);
	gk_likeness_of(p, 0, out);
	assert_memory_equal(out, none, sizeof out);
}

/* --- a small collection ---------------------------------------------------------------------------- */

#define DOG "县城区和镇区为重点管理区，养犬人应当为犬只办理登记，携犬外出应当使用犬绳，及时清除犬只粪便，不得干扰他人正常生活，烈性犬和大型犬不得饲养。违反规定的由公安机关责令改正。"

static const struct doc { const char *title, *docno, *status, *body; int year; } docs[] = {
	{ "养犬管理办法", "妈府发〔2019〕7号", "in_force", DOG "自公布之日起施行。", 2019 },
	{ "转发养犬管理办法", NULL, NULL, "来源：县政府网站。" DOG "自公布之日起施行。", 2020 },
	{ "文明养犬倡议书", NULL, NULL, "广大居民朋友：养犬人应当办理登记，携犬外出使用犬绳，清除犬只粪便，请遵守《养犬管理办法》。", 2021 },
	{ "犬只登记办事指南", NULL, NULL, "依据妈府发〔2019〕7号，养犬人到公安机关办理犬只登记，携带身份证。烈性犬不予登记。", 2022 },
	{ "养犬管理暂行规定", "妈府发〔2010〕2号", "abolished", "养犬人应当为犬只办理登记，携犬外出应当使用犬绳，清除犬只粪便，烈性犬不得饲养。", 2010 },
	{ "部门决算", NULL, NULL, "收入支出决算总表、财政拨款收入支出决算表、一般公共预算财政拨款支出决算表公开如下，请予监督。", 2021 },
	{ "关于修改《养犬管理办法》的决定", "妈府发〔2023〕9号", "in_force", "对〈养犬管理办法〉作如下修改：第三条改为三公里。", 2023 },
	{ "养犬管理办法（县政府转载）", NULL, NULL, DOG "自公布之日起施行。责任编辑：小王", 2018 },
	{ "养犬登记问答", NULL, NULL, "问：犬只登记到哪里？答：到公安机关。问：烈性犬可以养吗？答：不可以。问：携犬外出怎么办？答：使用犬绳，清除粪便。以上内容由县公安局治安大队答复，咨询电话在办事指南里。", 2021 },
	{ "养犬登记问答", NULL, NULL, "问：犬只登记到哪里？答：到公安机关。问：烈性犬可以养吗？答：不可以。问：携犬外出怎么办？答：使用犬绳，清除粪便。以上内容由县公安局治安大队答复，咨询电话在办事指南里。", 2021 },
	{ "防汛预案", NULL, NULL, "汛期二十四小时值守，水库泄洪前通知下游群众转移，储备物资按清单补齐。根据《关于修改《养犬管理办法》的决定》。", 2022 },
};
enum { DOCS = sizeof docs / sizeof *docs, LAST = DOCS };	/* the last is of another matter, but cites */

static void
set(json_t *meta, const char *key, const char *value)
{
	struct gk_err err = GK_ERR_INIT;

	if (value != NULL)
		must(gk_meta_set(meta, gk_field_find(key, strlen(key)), value, strlen(value), &err), &err);
}

static int
setup(void **unused)
{
	struct gk_err err = GK_ERR_INIT;
	char generation[GK_GENERATION];
	struct gk_put_writer *w;
	struct gk_prepared p;

	(void)unused;
	snprintf(dir, sizeof dir, "/tmp/t-similar-XXXXXX");
	assert_non_null(mkdtemp(dir));
	must(gk_generation_new(dir, generation, &err), &err);
	must(gk_put_open(dir, generation, &w, &err), &err);
	must(gk_prepare_init(&p, &err), &err);
	for (uint32_t d = 1; d <= DOCS; d++) {
		const struct doc *doc = &docs[d - 1];
		char id[64], event[32], digest[80], day[12];
		json_t *meta = json_object();
		struct gk_place place = { 1, d, d * 100 };
		struct gk_event e;
		struct gk_record r;
		struct gk_put_doc one = { .docid = d, .record = &r, .events = &e, .places = &place, .n_events = 1, .prepared = &p };

		gk_id_make("dz", 2021, d, id);
		snprintf(event, sizeof event, "e-%06u", d);
		snprintf(digest, sizeof digest, "sha256:%08x%056x", d, 0);
		snprintf(day, sizeof day, "%d-03-01", doc->year);
		set(meta, "title", doc->title);
		set(meta, "docno", doc->docno);
		set(meta, "status", doc->status);
		set(meta, "published_at", day);
		must(gk_event_of(json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:o, s:{s:s, s:s, s:s}}", "gongkai", 1, "event", event, "id", id, "type", "import_public", "recorded_at",
					   "2022-01-01T00:00:00Z", "actor", "test", "meta", meta, "source", "kind", "file", "id", id, "digest", digest), &e, &err), &err);
		must(gk_record_fold(&e, 1, &r, &err), &err);
		must(gk_prepare(&p, doc->title, strlen(doc->title), doc->body, strlen(doc->body), strlen(doc->body), &err), &err);
		must(gk_put_record(w, &one, &err), &err);
		gk_record_free(&r);
		gk_event_free(&e);
	}
	must(gk_put_commit(w, (struct gk_place){ 3, 4, 5 }, &err), &err);
	gk_put_close(w);
	gk_prepare_free(&p);
	must(gk_generation_use(dir, generation, &err), &err);
	return 0;
}

static int
teardown(void **unused)
{
	(void)unused;
	return gk_remove_tree(dir, NULL) == GK_OK ? 0 : -1;
}

static struct gk_catalog *
open_catalog(void)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_catalog *c;

	must(gk_catalog_open(dir, &c, &err), &err);
	return c;
}

static void
documents_alike_share_words_and_are_neither_itself_nor_its_reprints(void **state)
{
	struct gk_catalog *c = open_catalog();
	struct gk_err err = GK_ERR_INIT;
	struct gk_hit out[8];
	size_t n;
	bool of_dogs[DOCS + 1] = { false };

	(void)state;
	must(gk_similar(c, 1, gk_date_today(), out, 8, &n, &err), &err);
	assert_true(n >= 3);
	for (size_t i = 0; i < n; i++) {
		/* 2 and 8 are its reprints; 6 is of other things. */
		if (out[i].docid == 1 || out[i].docid == 2 || out[i].docid == 8 || out[i].docid == 6)
			fail_msg("document %u is called alike, %.3f", out[i].docid, out[i].score);
		assert_true(out[i].score > 0 && out[i].score <= 1 && (i == 0 || out[i].score <= out[i - 1].score));
		of_dogs[out[i].docid] = true;
	}
	assert_true(of_dogs[3] && of_dogs[4] && of_dogs[5]);
	/* The abolished one is the most alike but for that. */
	assert_int_not_equal(out[0].docid, 5);
	assert_int_equal(gk_similar(c, DOCS + 1, gk_date_today(), out, 8, &n, &err), GK_REFUSED);
	must(gk_similar(c, 1, gk_date_today(), out, 0, &n, &err), &err);
	assert_int_equal(n, 0);
	/* From the reprint: none of the three; and of two that are one text only the first. */
	must(gk_similar(c, 2, gk_date_today(), out, 8, &n, &err), &err);
	assert_true(n > 1);
	for (size_t i = 0, asked = 0; i < n; i++) {
		assert_true(out[i].docid != 1 && out[i].docid != 2 && out[i].docid != 8);
		asked += out[i].docid == 9 || out[i].docid == 10;
		assert_true(asked <= 1);
	}
	gk_catalog_close(c);
}

static void
a_reprint_with_a_line_before_it_is_the_same_text(void **state)
{
	struct gk_catalog *c = open_catalog();
	uint32_t out[4];
	size_t n, total;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	must(gk_copies(c, 1, out, 4, &n, &total, &err), &err);
	assert_int_equal(total, 2);
	assert_int_equal(n, 2);
	assert_int_equal(out[0], 2);
	assert_int_equal(out[1], 8);
	must(gk_copies(c, 2, out, 0, &n, &total, &err), &err);
	assert_int_equal(n, 0);
	assert_int_equal(total, 2);
	must(gk_copies(c, 3, out, 4, &n, &total, &err), &err);
	assert_int_equal(total, 0);
	gk_catalog_close(c);
}

static void
who_cites_is_found_by_number_and_by_title_in_brackets(void **state)
{
	struct gk_catalog *c = open_catalog();
	struct gk_err err = GK_ERR_INIT;
	struct gk_docno no;
	char key[65];
	uint32_t out[4];
	size_t n, total;

	(void)state;
	assert_true(gk_docno_parse(docs[0].docno, strlen(docs[0].docno), &no));
	assert_true(gk_title_key(docs[0].title, strlen(docs[0].title), key, NULL));
	must(gk_citing(c, 1, no.key, key, out, 4, &n, &total, &err), &err);
	/* By number 4, by title 3, and the inner title of the last; newest first. */
	assert_int_equal(total, 3);
	assert_int_equal(n, 3);
	assert_int_equal(out[0] + out[1], 4 + LAST);
	assert_int_equal(out[2], 3);
	must(gk_citing(c, 1, no.key, NULL, out, 4, &n, &total, &err), &err);
	assert_int_equal(total, 1);
	assert_int_equal(out[0], 4);
	/* The outer one too. */
	assert_true(gk_title_key(docs[6].title, strlen(docs[6].title), key, NULL));
	must(gk_citing(c, 7, NULL, key, out, 1, &n, &total, &err), &err);
	assert_int_equal(total, 1);
	assert_int_equal(out[0], LAST);
	/* Not by itself. */
	must(gk_citing(c, LAST, NULL, key, out, 1, &n, &total, &err), &err);
	assert_int_equal(total, 0);
	gk_catalog_close(c);
}

/* Folding is what going through the list and leaving out what was there gives. */
static void
folded_pages_are_the_flat_list_without_what_was_there(void **state)
{
	static const char *const queries[] = { "养犬", "犬", "登记", "防汛", "养犬 办法", "咨询电话", "养犬管理办法", "不在其中的词" };
	struct gk_catalog *c = open_catalog();
	size_t folded = 0;

	(void)state;
	for (size_t k = 0; k < sizeof queries / sizeof *queries; k++)
		for (int sort = 0; sort < 3; sort++) {
			struct gk_err err = GK_ERR_INIT;
			struct gk_query *q = calloc(1, sizeof *q);
			struct gk_request r = { .query = q, .as_of = gk_date_today(), .sort = (enum gk_sort)sort, .size = 100 };
			struct gk_results flat, page;
			uint32_t want[DOCS], others[DOCS];
			size_t n = 0, copies, total;

			must(gk_query_parse(queries[k], strlen(queries[k]), false, q, &err), &err);
			must(gk_search(c, &r, &flat, &err), &err);
			assert_int_equal(flat.shown, flat.total);
			assert_null(flat.same);
			for (size_t i = 0; i < flat.n; i++) {
				bool had = false;

				must(gk_copies(c, flat.hits[i].docid, others, DOCS, &copies, &total, &err), &err);
				for (size_t m = 0; m < n; m++)
					for (size_t j = 0; j < copies; j++)
						had |= want[m] == others[j];
				if (!had)
					want[n++] = flat.hits[i].docid;
			}
			r.fold = true;
			for (size_t size = 1; size <= 4; size++)
				for (r.offset = 0, r.size = size; r.offset <= n; r.offset += size) {
					must(gk_search(c, &r, &page, &err), &err);
					assert_int_equal(page.total, flat.total);
					assert_int_equal(page.shown, n);
					assert_int_equal(page.n, n - r.offset < size ? n - r.offset : size);
					for (size_t i = 0; i < page.n; i++) {
						size_t there = 0;

						assert_int_equal(page.hits[i].docid, want[r.offset + i]);
						must(gk_copies(c, page.hits[i].docid, others, DOCS, &copies, &total, &err), &err);
						for (size_t j = 0; j < copies; j++)
							for (size_t m = 0; m < flat.n; m++)
								there += flat.hits[m].docid == others[j];
						assert_int_equal(page.same[i].total, there);
						folded += there;
					}
					gk_results_free(&page);
				}
			gk_results_free(&flat);
			gk_query_free(q);
			free(q);
		}
	assert_true(folded > 20);
	gk_catalog_close(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reprints_are_those_that_comparing_all_pairs_finds),
		cmocka_unit_test(short_bodies_are_nobodys_reprint),
		cmocka_unit_test(documents_alike_share_words_and_are_neither_itself_nor_its_reprints),
		cmocka_unit_test(a_reprint_with_a_line_before_it_is_the_same_text),
		cmocka_unit_test(folded_pages_are_the_flat_list_without_what_was_there),
		cmocka_unit_test(who_cites_is_found_by_number_and_by_title_in_brackets),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
