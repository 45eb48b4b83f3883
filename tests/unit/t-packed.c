/* Packed posting lists: any list comes back as it was put, in steps and jumps of any size; bytes that were changed or cut are called damaged. */
#include "catalog/packed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 3000 };

static uint32_t docs[MOST], wdfs[MOST];
static size_t count;
static uint64_t state = 5;
static struct gk_packer packer;

static uint32_t
number(uint32_t below)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % below;
}

static void
make(size_t n, uint32_t gap)
{
	uint32_t doc = 0;

	count = n;
	gk_packer_begin(&packer);
	for (size_t i = 0; i < n; i++) {
		docs[i] = doc += 1 + number(gap);
		wdfs[i] = number(3) == 0 ? number(100000) : 1;
		gk_packer_add(&packer, docs[i], wdfs[i]);
	}
}

/* Walks it by turns in steps and jumps; at is the first entry that was not given yet. */
static void
walk(struct gk_packed l)
{
	uint32_t d[40], w[40], doc, wdf;
	size_t at = 0, got;

	for (;;) {
		enum gk_status st;

		if (number(2) == 0) {
			bool counts = number(4) != 0;

			st = gk_packed_next(&l, d, counts ? w : NULL, 1 + number(40), &got, NULL);
			if (st == GK_END)
				break;
			assert_int_equal(st, GK_OK);
			for (size_t i = 0; i < got; i++, at++) {
				assert_int_equal(d[i], docs[at]);
				assert_true(!counts || w[i] == wdfs[at]);
			}
			continue;
		}
		doc = at < count ? docs[at] + number(number(3) == 0 ? docs[count - 1] : 500) : UINT32_MAX;
		while (at < count && docs[at] < doc)
			at++;
		st = gk_packed_seek(&l, doc, &doc, &wdf, NULL);
		if (st == GK_END)
			break;
		assert_int_equal(st, GK_OK);
		assert_int_equal(doc, docs[at]);
		assert_int_equal(wdf, wdfs[at]);
		/* Backwards it stays where it is. */
		assert_int_equal(gk_packed_seek(&l, 1 + number(doc), &doc, NULL, NULL), GK_OK);
		assert_int_equal(doc, docs[at]);
		at++;
	}
	assert_int_equal(at, count);
	assert_int_equal(gk_packed_next(&l, d, w, 1, &got, NULL), GK_END);
	assert_int_equal(gk_packed_seek(&l, 1, &doc, NULL, NULL), GK_END);
}

static void
a_list_comes_back(void **unused)
{
	(void)unused;
	for (int i = 0; i < 600; i++) {
		make(i < 300 ? 1 + (size_t)i : 1 + number(MOST - 1), i % 3 == 0 ? 1 : i % 3 == 1 ? 50 : 300000);
		assert_true(gk_packer_end(&packer));
		for (int k = 0; k < 3; k++) {
			struct gk_packed l;

			assert_int_equal(gk_packed_open(&l, packer.out.p, packer.out.n, NULL), GK_OK);
			assert_int_equal(gk_packed_count(packer.out.p, packer.out.n), count);
			walk(l);
		}
	}
	gk_packer_begin(&packer);
	assert_true(gk_packer_end(&packer));
	assert_int_equal(packer.out.n, 0);
}

/* A short one without what is around it. */
static void
bare_entries_come_back(void **unused)
{
	(void)unused;
	for (int i = 0; i < 400; i++) {
		const struct gk_buf *bare;

		make(1 + (size_t)i % 127, i % 3 == 0 ? 1 : i % 3 == 1 ? 50 : 300000);
		bare = gk_packer_bare(&packer);
		assert_non_null(bare);
		for (int k = 0; k < 3; k++) {
			struct gk_packed l;

			gk_packed_open_bare(&l, bare->p, bare->n);
			walk(l);
		}
		/* Behind the last there is nothing, however often it is asked. */
		{
			struct gk_packed l;
			uint32_t at;

			gk_packed_open_bare(&l, bare->p, bare->n);
			assert_int_equal(gk_packed_seek(&l, 1, &at, NULL, NULL), GK_OK);
			for (int k = 0; k < 3; k++)
				assert_int_equal(gk_packed_seek(&l, UINT32_MAX, &at, NULL, NULL), GK_END);
		}
	}
	make(128, 50);
	assert_null(gk_packer_bare(&packer));
}

/* Whether it is told at once or on the way, nothing of it may be taken for the list. */
static void
damage_is_told(void **unused)
{
	(void)unused;
	make(700, 9);
	assert_true(gk_packer_end(&packer));
	for (size_t i = 0; i < packer.out.n; i++) {
		struct gk_packed l;
		char *copy = malloc(packer.out.n);

		memcpy(copy, packer.out.p, packer.out.n);
		assert_int_not_equal(gk_packed_open(&l, copy, i, NULL), GK_OK);
		copy[i] = (char)(copy[i] ^ (1 << number(8)));
		/* The number of documents stands before what the sum is of. */
		if (gk_packed_open(&l, copy, packer.out.n, NULL) == GK_OK)
			assert_true(i < 2);
		free(copy);
	}
}

static int
setup(void **unused)
{
	(void)unused;
	gk_packer_init(&packer);
	return 0;
}

static int
teardown(void **unused)
{
	(void)unused;
	gk_packer_free(&packer);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_list_comes_back), cmocka_unit_test(bare_entries_come_back), cmocka_unit_test(damage_is_told) };

	return cmocka_run_group_tests(tests, setup, teardown);
}
