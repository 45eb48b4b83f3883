/* Lists of new records in memory: what goes in comes out, term by term in order, beside a model in plain arrays. */
#include "catalog/inverter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DOCS = 900, WORDS = 3000, LONGEST = 240 };

static char word[WORDS][LONGEST + 1];
static size_t word_n[WORDS];
static uint32_t wdf[DOCS + 1][WORDS];	/* 0: the record has not the word; else its count + 1 */
static uint64_t state = 9;
static struct gk_err err;

#define OK(call) do { if ((call) != GK_OK) fail_msg("%s: %s", #call, err.what_en); } while (0)

static uint32_t
number(uint32_t below)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % below;
}

/* Pairs of characters, long keys, words that begin alike, bytes of any value. */
static void
make_words(void)
{
	for (uint32_t i = 0; i < WORDS; i++) {
		size_t n = i % 7 == 0 ? 1 + number(LONGEST) : i % 7 == 1 ? 8 : 6;

		for (size_t k = 0; k < n; k++)
			word[i][k] = (char)(i % 5 == 0 ? 'a' : number(256));
		/* Each is another one. */
		n = n < 4 ? 4 : n;
		memcpy(word[i] + n - 4, &i, 4);
		word_n[i] = n;
	}
}

static void
add(struct gk_inverter *v, uint32_t doc, uint32_t seldom)
{
	static char bytes[WORDS * LONGEST];
	static uint8_t lens[WORDS];
	static uint32_t wdfs[WORDS];
	size_t count = 0, n = 0;

	for (uint32_t w = 0; w < WORDS; w++) {
		wdf[doc][w] = number(1 + w / seldom) == 0 ? 1 + (number(3) == 0 ? number(4) == 0 ? number(4000000) : 0 : 1) : 0;
		if (wdf[doc][w] == 0)
			continue;
		memcpy(bytes + n, word[w], word_n[w]);
		n += word_n[w];
		lens[count] = (uint8_t)word_n[w];
		wdfs[count++] = wdf[doc][w] - 1;
	}
	OK(gk_inverter_add(v, doc, bytes, lens, wdfs, count, &err));
}

struct seen { char last[LONGEST + 1]; size_t last_n, terms; };

static uint32_t
word_of(const char *term, size_t n)
{
	uint32_t w;

	memcpy(&w, term + n - 4, 4);
	assert_true(w < WORDS);
	assert_int_equal(word_n[w], n);
	assert_memory_equal(word[w], term, n);
	return w;
}

static bool
check(void *arg, const char *term, size_t n, const char *entries, size_t bytes, uint32_t df)
{
	struct seen *seen = arg;
	struct gk_packed list;
	uint32_t docs[64], wdfs[64], w = word_of(term, n), found = 0, next = 1;
	size_t got;
	int c = memcmp(seen->last, term, n < seen->last_n ? n : seen->last_n);

	assert_true(c < 0 || (c == 0 && seen->last_n < n));
	memcpy(seen->last, term, n);
	seen->last_n = n;
	seen->terms++;
	gk_packed_open_bare(&list, entries, bytes);
	while (gk_packed_next(&list, docs, wdfs, 64, &got, &err) == GK_OK)
		for (size_t i = 0; i < got; i++, found++) {
			for (; next < docs[i]; next++)
				assert_int_equal(wdf[next][w], 0);
			/* No count is once. */
			assert_int_equal(wdfs[i], wdf[docs[i]][w] == 1 ? 1 : wdf[docs[i]][w] - 1);
			next++;
		}
	for (; next <= DOCS; next++)
		assert_int_equal(wdf[next][w], 0);
	assert_int_equal(found, df);
	return true;
}

static void
check_all(struct gk_inverter *v)
{
	struct seen seen = { .terms = 0 };
	size_t there = 0;

	OK(gk_inverter_each(v, check, &seen, &err));
	for (uint32_t w = 0; w < WORDS; w++) {
		uint32_t from = 1 + number(DOCS), want = 0, doc;
		bool any = false;

		for (uint32_t d = 1; d <= DOCS; d++)
			any |= wdf[d][w] != 0;
		there += any;
		for (uint32_t d = from; want == 0 && d <= DOCS; d++)
			want = wdf[d][w] != 0 ? d : 0;
		assert_int_equal(gk_inverter_find(v, word[w], word_n[w], from, &doc, &err), want == 0 ? GK_END : GK_OK);
		assert_true(want == 0 || doc == want);
	}
	assert_int_equal(seen.terms, there);
}

static void
what_goes_in_comes_out(void **unused)
{
	struct gk_inverter *v;
	uint32_t doc;

	(void)unused;
	make_words();
	OK(gk_inverter_new(&v, &err));
	assert_int_equal(gk_inverter_find(v, "none", 4, 1, &doc, &err), GK_END);
	/* Cleared, it is as new, though its memory stays. */
	for (int round = 0; round < 3; round++) {
		memset(wdf, 0, sizeof wdf);
		for (uint32_t d = 1; d <= DOCS; d += 1 + (number(4) == 0 ? number(20) : 0))
			add(v, d, round == 1 ? 1 : 30);
		check_all(v);
		assert_true(gk_inverter_bytes(v) > 0);
		gk_inverter_clear(v);
	}
	gk_inverter_free(v);
}

/* Two versions from one place: the term is said twice, the record has it once. */
static void
what_is_said_twice_counts_once(void **unused)
{
	struct gk_inverter *v;
	struct seen seen = { .terms = 0 };
	const uint8_t lens[] = { (uint8_t)word_n[0], (uint8_t)word_n[0] };
	const uint32_t none[] = { 0, 0 };
	char twice[2 * LONGEST + 1];

	(void)unused;
	memset(wdf, 0, sizeof wdf);
	memcpy(twice, word[0], word_n[0]);
	memcpy(twice + word_n[0], word[0], word_n[0]);
	OK(gk_inverter_new(&v, &err));
	for (uint32_t d = 1; d <= 40; d += 3) {
		wdf[d][0] = 1;
		OK(gk_inverter_add(v, d, twice, lens, none, 2, &err));
	}
	OK(gk_inverter_each(v, check, &seen, &err));
	assert_int_equal(seen.terms, 1);
	gk_inverter_free(v);
}

static bool
stop_at_the_third(void *arg, const char *term, size_t n, const char *entries, size_t bytes, uint32_t df)
{
	(void)term, (void)n, (void)entries, (void)bytes, (void)df;
	return ++*(int *)arg < 3;
}

static void
it_ends_when_told(void **unused)
{
	struct gk_inverter *v;
	int seen = 0;

	(void)unused;
	make_words();
	OK(gk_inverter_new(&v, &err));
	add(v, 1, 100);
	OK(gk_inverter_each(v, stop_at_the_third, &seen, &err));
	assert_int_equal(seen, 3);
	gk_inverter_free(v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(what_goes_in_comes_out), cmocka_unit_test(what_is_said_twice_counts_once), cmocka_unit_test(it_ends_when_told) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
