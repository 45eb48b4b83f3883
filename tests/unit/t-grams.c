/*
 * The table of long grams: what it says of a needle is what stands in it, and one that is not as a maker writes it is refused, or says nothing of the gram whose list is damaged,
 * though its checksum is right.  Who makes it is seen by tests/cli/t050-phrase-oracle.sh.
 */
#include "base/digest.h"
#include "catalog/grams-format.h"
#include "catalog/textstore-format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { LIMIT = sizeof(struct gk_text_file), LAST = 400 };

static char text_path[] = "t-grams.text.XXXXXX", path[] = "t-grams.XXXXXX";
static struct gk_textstore *text;
static uint32_t stray;		/* what changes the sum of the texts */

static int
begin(void **state)
{
	struct gk_text_file head = { .magic = GK_TEXT_MAGIC };
	int fd = mkstemp(text_path), other = mkstemp(path);

	(void)state;
	assert_true(fd >= 0 && other >= 0);
	assert_int_equal(write(fd, &head, sizeof head), sizeof head);
	close(fd);
	close(other);
	return gk_textstore_open(text_path, &text, NULL) == GK_OK ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	gk_textstore_close(text);
	unlink(text_path);
	unlink(path);
	return 0;
}

/* A table with right sums, whatever stands in it. */
static void
put(const struct gk_gram *gram, uint32_t grams, uint32_t said, const char *lists, size_t n)
{
	struct gk_grams_head head = { .magic = GK_GRAMS_MAGIC, .grams = said, .limit = LIMIT };
	const size_t from = offsetof(struct gk_grams_head, table), bytes = grams * sizeof *gram;
	char all[1024];
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_true(gk_textstore_mark(text, LIMIT, &head.table, &head.sum));
	head.sum ^= stray;
	memcpy(all + sizeof head, gram, bytes);
	memcpy(all + sizeof head + bytes, lists, n);
	memcpy(all, &head, sizeof head);
	head.crc = gk_crc32(0, all + from, sizeof head + bytes + n - from);
	memcpy(all, &head, sizeof head);
	assert_int_equal(fwrite(all, 1, sizeof head + bytes + n, f), sizeof head + bytes + n);
	assert_int_equal(fclose(f), 0);
}

#define LISTS "\x05\x07\xAC\x02"		/* 5 and 12; none; 300 */
static const struct gk_gram three[] = { { { 1, 2, 3 }, 0 }, { { 1, 2, 3, 4 }, 2 }, { { 2, 3, 4 }, 2 } };
enum { LISTS_N = sizeof LISTS - 1 };

static enum gk_status
tell(const char *needle, unsigned char **except)
{
	struct gk_grams *g;
	uint16_t units[16];
	size_t n = strlen(needle);
	uint64_t limit = 0;
	enum gk_status st = gk_grams_open(path, text, &g, NULL);

	if (st != GK_OK)
		return st;
	for (size_t i = 0; i < n; i++)
		units[i] = (uint16_t)(needle[i] - '0');
	st = gk_grams_tell(g, units, n, LAST, except, &limit, NULL);
	assert_true(*except == NULL || limit == LIMIT);
	gk_grams_close(g);
	return st;
}

static void
assert_says(const char *needle, uint32_t one, uint32_t two, uint32_t third)
{
	unsigned char *except;

	assert_int_equal(tell(needle, &except), GK_OK);
	assert_non_null(except);
	for (uint32_t d = 0; d <= LAST; d++)
		assert_int_equal(except[d], d != 0 && (d == one || d == two || d == third));
	free(except);
}

static void
assert_says_nothing(const char *needle)
{
	unsigned char *except;

	assert_int_equal(tell(needle, &except), GK_OK);
	assert_null(except);
}

static void
a_sound_table_says_what_stands_in_it(void **state)
{
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	put(three, 3, 3, LISTS, LISTS_N);
	assert_int_equal(gk_grams_check(path, text, &err), GK_OK);
	assert_says("123", 5, 12, 0);
	assert_says("234", 300, 0, 0);
	assert_says("1234", 5, 12, 300);
	/* Too short, too long, not there, and in part not there. */
	assert_says_nothing("12");
	assert_says_nothing("123412341");
	assert_says_nothing("124");
	assert_says_nothing("12341");
	put(three, 0, 0, "", 0);
	assert_int_equal(gk_grams_check(path, text, &err), GK_OK);
	assert_says_nothing("123");
}

static void
one_of_another_store_is_none(void **state)
{
	struct gk_grams *g;

	(void)state;
	stray = 1;
	put(three, 3, 3, LISTS, LISTS_N);
	stray = 0;
	assert_int_equal(gk_grams_open(path, text, &g, NULL), GK_END);
	assert_int_equal(gk_grams_check(path, text, NULL), GK_END);
	assert_int_equal(gk_grams_open("t-grams.none", text, &g, NULL), GK_END);
}

static void
assert_refused(const struct gk_gram *gram, uint32_t grams, uint32_t said, const char *lists, size_t n)
{
	struct gk_grams *g = NULL;
	struct gk_err err = GK_ERR_INIT;

	put(gram, grams, said, lists, n);
	assert_int_equal(gk_grams_open(path, text, &g, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	assert_null(g);
	assert_int_equal(gk_grams_check(path, text, &err), GK_DEAD);
}

static void
one_in_no_order_is_refused(void **state)
{
	const struct gk_gram falling[] = { three[0], three[2], three[1] }, twice[] = { three[0], three[0] }, pair[] = { { { 1, 2 }, 0 } }, hole[] = { { { 1, 2, 3, 0, 5 }, 0 } };
	const struct gk_gram late[] = { { { 1, 2, 3 }, 1 } }, back[] = { { { 1, 2, 3 }, 0 }, { { 1, 2, 4 }, 3 }, { { 1, 2, 5 }, 2 } }, beyond[] = { three[0], { { 2, 3, 4 }, LISTS_N + 1 } };

	(void)state;
	assert_refused(falling, 3, 3, LISTS, LISTS_N);
	assert_refused(twice, 2, 2, LISTS, LISTS_N);
	assert_refused(pair, 1, 1, LISTS, LISTS_N);
	assert_refused(hole, 1, 1, LISTS, LISTS_N);
	assert_refused(late, 1, 1, LISTS, LISTS_N);
	assert_refused(back, 3, 3, LISTS, LISTS_N);
	assert_refused(beyond, 2, 2, LISTS, LISTS_N);
	assert_refused(three, 3, 4, LISTS, LISTS_N);
	assert_refused(three, 3, UINT32_MAX, LISTS, LISTS_N);
	assert_refused(three, 0, 0, LISTS, LISTS_N);
}

/* In place of 300, which is the last list. */
static void
assert_known_in_part(const char *list, size_t n)
{
	struct gk_err err = GK_ERR_INIT;
	char lists[32] = "\x05\x07";

	memcpy(lists + 2, list, n);
	put(three, 3, 3, lists, 2 + n);
	assert_says("123", 5, 12, 0);
	assert_says_nothing("234");
	assert_says_nothing("1234");
	assert_int_equal(gk_grams_check(path, text, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	assert_non_null(strstr(err.what_en, path));
}

static void
of_a_gram_with_a_damaged_list_nothing_is_known(void **state)
{
	(void)state;
	assert_known_in_part("\x80", 1);
	assert_known_in_part("\x07\xAC", 2);
	assert_known_in_part("\x07\x00\x01", 3);
	assert_known_in_part("\xFF\xFF\xFF\xFF\x1F", 5);
	assert_known_in_part("\x80\x80\x80\x80\x80\x01", 6);
	assert_known_in_part("\x07\xFF\xFF\xFF\xFF\x0F\x01", 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_table_says_what_stands_in_it),
		cmocka_unit_test(one_of_another_store_is_none),
		cmocka_unit_test(one_in_no_order_is_refused),
		cmocka_unit_test(of_a_gram_with_a_damaged_list_nothing_is_known),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
