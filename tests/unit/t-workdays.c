/* Working days: the worked example, every year's own sum, borders, unknown years, an office's own calendar. */
#include "record/workdays.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static uint32_t
day(const char *s)
{
	struct gk_date d;

	assert_true(gk_date_parse(s, strlen(s), &d));
	return gk_date_first_day(d);
}

static const char *
text(uint32_t d)
{
	static char out[12];

	gk_date_format(gk_date_of_day(d), out);
	return out;
}

static struct gk_workdays *
calendars(const char *folder)
{
	struct gk_workdays *w;
	struct gk_err err = GK_ERR_INIT;

	if (gk_workdays_open(folder, &w, &err) != GK_OK)
		fail_msg("%s", err.what_en);
	return w;
}

static void
test_adding(void **state)
{
	static const struct { const char *name, *from; unsigned n; const char *to; int unknown; } rows[] = {
		{ "the worked example: a made-up Sunday, the holiday of October, a made-up Saturday", "2021-09-26", 20, "2021-10-28", 0 },
		{ "the starting day is not counted", "2021-03-01", 1, "2021-03-02", 0 },
		{ "Friday and one is Monday", "2021-03-05", 1, "2021-03-08", 0 },
		{ "a made-up Saturday counts", "2021-05-07", 1, "2021-05-08", 0 },
		{ "a whole spring festival is stepped over", "2023-01-20", 1, "2023-01-28", 0 },
		{ "the festival of 2020 was prolonged to 2 February", "2020-01-23", 1, "2020-02-03", 0 },
		{ "over the turn of a year, with the holiday in both", "2022-12-30", 1, "2023-01-03", 0 },
		{ "twenty over two holidays", "2024-01-31", 20, "2024-03-04", 0 },
		{ "from a holiday", "2025-10-01", 1, "2025-10-09", 0 },
		{ "an unknown year: weekends only, and it is said", "2031-09-30", 20, "2031-10-28", 2031 },
		{ "a term that leaves what is known", "2026-12-31", 1, "2027-01-01", 2027 },
		{ "the turn of 2018, with its Saturday", "2018-12-28", 2, "2019-01-02", 0 },
		{ "three days in September 2015", "2015-09-02", 1, "2015-09-06", 0 },
		{ "a term that comes out of what is not known", "2014-12-31", 2, "2015-01-05", 0 },
	};
	struct gk_workdays *w = calendars(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int unknown = -1;
		uint32_t got = gk_add_workdays(w, day(rows[i].from), rows[i].n, &unknown);

		if (strcmp(text(got), rows[i].to) != 0 || unknown != rows[i].unknown)
			fail_msg("%s: %s, unknown %d", rows[i].name, text(got), unknown);
		assert_int_equal(gk_workdays_between(w, day(rows[i].from), got, NULL), rows[i].n);
	}
	gk_workdays_close(w);
}

/* 全国年节及纪念日放假办法: 11 days a year off working days, 13 from 2025; two more in 2020, when the festival was prolonged; one more in 2015, 3 September. */
static void
test_sums(void **state)
{
	static const struct { int year, off; } years[] = { { 2015, 12 }, { 2016, 11 }, { 2017, 11 }, { 2018, 11 }, { 2019, 11 }, { 2020, 13 }, { 2021, 11 }, { 2022, 11 }, { 2023, 11 }, { 2024, 11 }, { 2025, 13 }, { 2026, 13 } };
	struct gk_workdays *w = calendars(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof years / sizeof *years; i++) {
		uint32_t first = gk_date_first_day((struct gk_date){ (int16_t)years[i].year, 1, 1 }), last = gk_date_first_day((struct gk_date){ (int16_t)years[i].year, 12, 31 });
		unsigned weekdays = 0, working = 0;

		assert_true(gk_workdays_known(w, years[i].year));
		for (uint32_t d = first; d <= last; d++) {
			weekdays += d % 7 < 5;
			working += gk_workday(w, d);
		}
		assert_int_equal(weekdays - working, years[i].off);
	}
	assert_false(gk_workdays_known(w, 2014));
	assert_false(gk_workdays_known(w, 2027));
	gk_workdays_close(w);
}

/* Adding is the inverse of counting, and each step goes on from the one before. */
static void
test_properties(void **state)
{
	struct gk_workdays *w = calendars(NULL);

	(void)state;
	for (uint32_t from = day("2014-11-01"); from < day("2027-03-01"); from += 3) {
		uint32_t at = from;

		for (unsigned n = 1; n <= 25; n++) {
			uint32_t next = gk_add_workdays(w, at, 1, NULL);

			assert_true(next > at && gk_workday(w, next));
			assert_int_equal(gk_add_workdays(w, from, n, NULL), next);
			assert_int_equal(gk_workdays_between(w, from, next, NULL), n);
			assert_int_equal(gk_workdays_between(w, from, next - 1, NULL), n - 1);
			at = next;
		}
	}
	gk_workdays_close(w);
}

static void
put(const char *folder, const char *name, const char *content)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(content, f);
	fclose(f);
}

static void
test_own(void **state)
{
	static const struct { const char *name, *text, *what; } bad[] = {
		{ "no date", "holiday\t2027-01-01\n", "第 1 行" },
		{ "another year", "# x\n2026-01-01\tholiday\t元旦\t文号\n", "第 2 行" },
		{ "another kind", "2027-01-01\tfree\t元旦\t文号\n", "holiday" },
		{ "one column", "2027-01-01\n", "日期" },
	};
	char folder[] = "/tmp/t-workdays.XXXXXX", path[300];
	struct gk_workdays *w;
	struct gk_err err = GK_ERR_INIT;
	int unknown;

	(void)state;
	assert_non_null(mkdtemp(folder));
	put(folder, "2027.tsv", "# date\tkind\tname\tsource\n2027-01-01\tholiday\t元旦\t甲\r\n2027-01-02\tmakeup\t元旦\n");
	put(folder, "2021.tsv", "2021-10-28\tholiday\t县庆\t甲\n");
	w = calendars(folder);
	assert_int_equal(gk_add_workdays(w, day("2026-12-31"), 1, &unknown), day("2027-01-02"));
	assert_int_equal(unknown, 0);
	/* An office's own file takes the place of the whole year. */
	assert_true(gk_workday(w, day("2021-10-01")));
	assert_false(gk_workday(w, day("2021-10-28")));
	gk_workdays_close(w);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		put(folder, "2027.tsv", bad[i].text);
		if (gk_workdays_open(folder, &w, &err) != GK_REFUSED || err.cause != GK_CAUSE_BAD_DATA || strstr(err.what, bad[i].what) == NULL)
			fail_msg("%s: %s", bad[i].name, err.what);
	}
	snprintf(path, sizeof path, "%s/2027.tsv", folder);
	unlink(path);
	snprintf(path, sizeof path, "%s/2021.tsv", folder);
	unlink(path);
	rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_adding), cmocka_unit_test(test_sums), cmocka_unit_test(test_properties), cmocka_unit_test(test_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
