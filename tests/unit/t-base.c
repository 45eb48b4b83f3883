/* base/: what everything else stands on. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/fault.h"
#include "base/io.h"
#include "base/numeral.h"
#include "base/status.h"
#include "base/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(a) (sizeof (a) / sizeof *(a))

static char *folder;

/* ---- status ---- */

static void
every_cause_has_its_exit_status(void **state)
{
	static const struct { enum gk_cause cause; int exit; } rows[] = {
		{ GK_CAUSE_NONE, 0 }, { GK_CAUSE_NOT_FOUND, 1 }, { GK_CAUSE_USAGE, 2 }, { GK_CAUSE_BAD_QUERY, 2 }, { GK_CAUSE_BAD_DATE, 2 },
		{ GK_CAUSE_BAD_DATA, 3 }, { GK_CAUSE_LIMIT, 3 }, { GK_CAUSE_DAMAGED, 4 }, { GK_CAUSE_NEWER, 4 }, { GK_CAUSE_BUSY, 5 },
		{ GK_CAUSE_NO_SPACE, 6 }, { GK_CAUSE_DEVICE, 7 }, { GK_CAUSE_SANDBOX, 8 }, { GK_CAUSE_MEMORY, 70 }, { GK_CAUSE_BUG, 70 },
		{ (enum gk_cause)999, 70 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(gk_exit_of(rows[i].cause), rows[i].exit);
	assert_int_equal(gk_cause_of_errno(ENOSPC), GK_CAUSE_NO_SPACE);
	assert_int_equal(gk_cause_of_errno(EIO), GK_CAUSE_DEVICE);
	assert_int_equal(gk_cause_of_errno(EACCES), GK_CAUSE_NO_ACCESS);
}

static void
an_error_speaks_both_languages(void **state)
{
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	assert_int_equal(gk_fail(&err, GK_REFUSED, GK_CAUSE_LIMIT, "'%s' 太大", "'%s' is too large", "a.pdf"), GK_REFUSED);
	gk_hint(&err, "上限 %d", "the limit is %d", 7);
	gk_lang_set("zh_CN.UTF-8");
	assert_string_equal(gk_err_what(&err), "'a.pdf' 太大");
	assert_string_equal(gk_err_hint(&err), "上限 7");
	gk_lang_set("en");
	assert_string_equal(gk_err_what(&err), "'a.pdf' is too large");
	assert_string_equal(gk_err_hint(&err), "the limit is 7");
	gk_fail(&err, GK_DEAD, GK_CAUSE_BUG, "别的", "another");
	assert_string_equal(err.hint, "");
	assert_int_equal(gk_fail(NULL, GK_DEAD, GK_CAUSE_BUG, "x", "y"), GK_DEAD);
	gk_hint(NULL, "x", "y");
	gk_lang_set("zh");
}

static void
a_long_message_is_cut_at_a_whole_character(void **state)
{
	char text[GK_ERR_WHAT * 2];

	(void)state;
	for (size_t pad = 0; pad < 4; pad++) {
		struct gk_err err = GK_ERR_INIT;
		size_t n = pad;

		memset(text, 'x', pad);
		while (n + 4 < sizeof text) {
			memcpy(text + n, "国", 3);
			n += 3;
		}
		text[n] = '\0';
		gk_fail(&err, GK_DEAD, GK_CAUSE_BUG, "%s", "%s", text);
		n = strlen(err.what);
		assert_true(n > GK_ERR_WHAT - 4 && n < GK_ERR_WHAT);
		assert_int_equal(gk_utf8_check(err.what, n), n);
	}
}

/* ---- buf, arena ---- */

static void
a_buffer_never_grows_beyond_its_maximum(void **state)
{
	struct gk_buf b;
	size_t n;
	char *p;

	(void)state;
	gk_buf_init(&b, 10);
	assert_true(gk_buf_puts(&b, "12345"));
	assert_true(gk_buf_printf(&b, "%s", "67890"));
	assert_int_equal(b.n, 10);
	assert_false(gk_buf_putc(&b, 'x'));
	assert_true(b.failed);
	assert_false(gk_buf_add(&b, "", 0));
	assert_null(gk_buf_take(&b, &n));
	gk_buf_reset(&b);
	assert_string_equal(b.p, "");
	assert_false(gk_buf_printf(&b, "%s", "12345678901"));
	gk_buf_reset(&b);
	assert_true(gk_buf_add(&b, "a\0b", 3));
	p = gk_buf_take(&b, &n);
	assert_int_equal(n, 3);
	assert_memory_equal(p, "a\0b", 4);
	free(p);
	p = gk_buf_take(&b, &n);	/* an empty text is a text */
	assert_string_equal(p, "");
	free(p);
	gk_buf_free(&b);
	assert_null(gk_buf_room(&b, SIZE_MAX));
	gk_buf_free(&b);
}

static void
an_arena_gives_zeroed_pieces_until_its_maximum(void **state)
{
	struct gk_arena a;
	size_t total = 0;
	unsigned char *p;

	(void)state;
	gk_arena_init(&a, 100000);
	for (size_t n = 0; (p = gk_arena_alloc(&a, n)) != NULL; n = n * 3 % 7001 + 1) {
		assert_int_equal((uintptr_t)p % 16, 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xAA, n);
		total += n;
	}
	assert_true(total <= 100000 && total > 90000);
	gk_arena_free(&a);
	assert_null(gk_arena_alloc(&a, 100001));
	assert_null(gk_arena_copy(&a, NULL, 3));
	assert_string_equal(gk_arena_copy(&a, "公开", 3), "公");
	gk_arena_free(&a);
}

/* ---- utf8 ---- */

static void
only_well_formed_text_passes(void **state)
{
	static const struct { const char *name, *text; size_t n, good; } rows[] = {
		{ "plain", "abc", 3, 3 }, { "Han", "公开", 6, 6 }, { "U+10FFFF", "\xF4\x8F\xBF\xBF", 4, 4 }, { "NUL is a character", "a\0b", 3, 3 },
		{ "overlong /", "x\xC0\xAF", 3, 1 }, { "overlong 3", "\xE0\x80\xAF", 3, 0 }, { "overlong 4", "\xF0\x80\x80\xAF", 4, 0 },
		{ "surrogate", "\xED\xA0\x80", 3, 0 }, { "above the end", "\xF4\x90\x80\x80", 4, 0 }, { "lone continuation", "a\x80", 2, 1 },
		{ "cut short", "公\xE5\xBC", 5, 3 }, { "GBK", "\xB9\xAB\xBF\xAA", 4, 0 }, { "FF", "\xFF", 1, 0 }, { "nothing", "", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (gk_utf8_check(rows[i].text, rows[i].n) != rows[i].good)
			fail_msg("%s", rows[i].name);
	assert_int_equal(gk_utf8_count("公a\xE5", 5), 3);
	for (size_t n = 0; n <= 9; n++)
		assert_int_equal(gk_utf8_cut("公開\xF0\xA0\x80\x80", n < 9 ? n : 10), n < 9 ? n / 3 * 3 : 10);
}

static void
every_scalar_value_goes_out_and_comes_back(void **state)
{
	char out[4];
	uint32_t back;

	(void)state;
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		size_t n = gk_utf8_encode(cp, out);

		if (cp >= 0xD800 && cp <= 0xDFFF) {
			assert_int_equal(n, 0);
			continue;
		}
		if (gk_utf8_decode(out, n, &back) != n || back != cp)
			fail_msg("U+%04X", cp);
	}
	assert_int_equal(gk_utf8_encode(0x110000, out), 0);
}

/* ---- date ---- */

static const struct { const char *text, *iso; } date_rows[] = {
	/* the forms of domain.md 5.4 */
	{ "2021-3-5", "2021-03-05" }, { "2021.03.05", "2021-03-05" }, { "2021/3/5", "2021-03-05" }, { "20210305", "2021-03-05" },
	{ "2021年3月5日", "2021-03-05" }, { "2021年03月05日 15:34", "2021-03-05" }, { "二〇二一年三月五日", "2021-03-05" },
	{ "2021-03-05T15:34:00+08:00", "2021-03-05" }, { "2021-03-05 15:34:00", "2021-03-05" }, { "2021-03-05T15:34:00.5Z", "2021-03-05" },
	{ "2021-03-05 8:30", "2021-03-05" }, { "2021-03-05T15:34:00+0800", "2021-03-05" }, { "2021年3月5日15：34", "2021-03-05" },
	/* every zero that has been seen in a year */
	{ "二〇〇四年十二月二十三日", "2004-12-23" }, { "二○○八年九月二十二日", "2008-09-22" }, { "二OO八年五月二十三日", "2008-05-23" },
	{ "二零零七年二月一日", "2007-02-01" }, { "二◯◯八年一月二日", "2008-01-02" }, { "二ＯＯ八年一月二日", "2008-01-02" },
	{ "二ΟΟ八年一月二日", "2008-01-02" }, { "二0０八年一月二日", "2008-01-02" }, { "一九九一年十月十日", "1991-10-10" },
	{ "二〇一〇年元月廿日", "2010-01-20" }, { "二〇一〇年一月廿三日", "2010-01-23" }, { "二〇一〇年三月卅一日", "2010-03-31" },
	{ "二〇一〇年三月三十一日", "2010-03-31" },
	/* width and space */
	{ "２０２１年３月５日", "2021-03-05" }, { "２０２１－０３－０５", "2021-03-05" }, { "2021 年 3 月 5 日", "2021-03-05" },
	{ "\t 2021-03-05\n", "2021-03-05" }, { "　2021年3月5日　", "2021-03-05" },
	/* partial: legal, and no day is invented */
	{ "2021", "2021" }, { "2021-03", "2021-03" }, { "2021年", "2021" }, { "2021年3月", "2021-03" }, { "2021.3", "2021-03" },
	{ "二〇二一年", "2021" }, { "二〇二一年十一月", "2021-11" },
	/* the calendar */
	{ "2020-02-29", "2020-02-29" }, { "2000-02-29", "2000-02-29" }, { "1900-01-01", "1900-01-01" }, { "9999-12-31", "9999-12-31" },
	{ "2021-02-29", NULL }, { "1900-02-29", NULL }, { "2100-02-29", NULL }, { "2021-13-01", NULL }, { "2021-00-01", NULL }, { "2021-01-00", NULL },
	{ "2021-04-31", NULL }, { "20211301", NULL }, { "20210230", NULL }, { "20210300", NULL }, { "2021年13月", NULL }, { "2021年2月30日", NULL },
	{ "二〇二一年十三月", NULL }, { "二〇二一年二月三十日", NULL }, { "1899-12-31", NULL }, { "0000-01-01", NULL },
	/* no dates */
	{ "", NULL }, { " ", NULL }, { "202", NULL }, { "202103", NULL }, { "2021030", NULL }, { "202103051", NULL }, { "2021-", NULL },
	{ "2021-03-05-01", NULL }, { "2021-03/05", NULL }, { "2021-03-051", NULL }, { "05-03-2021", NULL }, { "2021-03-05x", NULL },
	{ "2021-03-05 25:00", NULL }, { "2021-03-05 15:60", NULL }, { "2021-03 15:34", NULL }, { "2021年3月5", NULL }, { "二〇二一", NULL },
	{ "二〇二年三月五日", NULL }, { "近日", NULL }, { "2021-03-05Z", NULL }, { "2021-03-05 15:34-17:00", NULL }, { "2021年3日", NULL },
	{ "\xE5\xB9", NULL }, { "2021\xE5\xB9", NULL },
};

static void
dates_are_read_as_documents_write_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(date_rows); i++) {
		struct gk_date d = { 7, 7, 7 };
		char iso[12];
		bool is = gk_date_parse(date_rows[i].text, strlen(date_rows[i].text), &d);

		if (is != (date_rows[i].iso != NULL))
			fail_msg("'%s' is %staken for a date", date_rows[i].text, is ? "" : "not ");
		if (!is) {
			assert_int_equal(d.year, 7);	/* out is written only on success */
			continue;
		}
		gk_date_format(d, iso);
		assert_string_equal(iso, date_rows[i].iso);
	}
}

static void
a_date_in_running_text_ends_where_it_ends(void **state)
{
	static const struct { const char *text; size_t n; const char *iso; } rows[] = {
		{ "2021年5月1日起施行", 15, "2021-05-01" }, { "二〇〇四年十月一日起", 27, "2004-10-01" }, { "2021年第3号", 7, "2021" },
		{ "2021年100件", 7, "2021" }, { "2021年13月", 0, "" }, { "2021-05-01。", 10, "2021-05-01" }, { "2021-05-01 15:34发布", 16, "2021-05-01" },
		{ "2021-05-01 共3件", 10, "2021-05-01" }, { "2021-02-30日", 0, "" }, { "2021-05-01 99:34", 10, "2021-05-01" }, { "2021年3月至5月", 11, "2021-03" },
		{ "x2021", 0, "" }, { "20215", 0, "" }, { "2021-", 4, "2021" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct gk_date d = GK_NO_DATE;
		char iso[12];
		size_t n = gk_date_scan(rows[i].text, strlen(rows[i].text), &d);

		gk_date_format(d, iso);
		if (n != rows[i].n || strcmp(iso, rows[i].iso) != 0)
			fail_msg("'%s': %zu '%s'", rows[i].text, n, iso);
	}
}

static void
no_prefix_of_a_date_is_read_past_its_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(date_rows); i++)
		for (size_t n = 0; n <= strlen(date_rows[i].text); n++) {
			char *exact = malloc(n + 1);	/* so that the sanitizer sees a byte too far */
			struct gk_date d;

			memcpy(exact, date_rows[i].text, n);
			exact = realloc(exact, n == 0 ? 1 : n);
			assert_true(gk_date_scan(exact, n, &d) <= n);
			gk_date_parse(exact, n, &d);
			free(exact);
		}
}

/* An independent calendar: count on, one day at a time. */
static void
days_are_numbered_from_1900_without_a_gap(void **state)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	struct gk_date d = { 1900, 1, 1 };
	char iso[12];
	struct gk_date back;

	(void)state;
	for (uint32_t day = 0; day < 250000; day++) {
		int last = lengths[d.month - 1] + (d.month == 2 && ((d.year % 4 == 0 && d.year % 100 != 0) || d.year % 400 == 0));

		if (!gk_date_equal(gk_date_of_day(day), d) || gk_date_first_day(d) != day || gk_date_last_day(d) != day)
			fail_msg("day %u", day);
		gk_date_format(d, iso);
		assert_true(gk_date_parse(iso, strlen(iso), &back) && gk_date_equal(back, d));
		if (++d.day > last) {
			d.day = 1;
			if (++d.month > 12) {
				d.month = 1;
				d.year++;
			}
		}
	}
	assert_int_equal(gk_date_of_day(GK_DAY_OPEN).year, 0);
}

static struct gk_date
day(const char *text)
{
	struct gk_date d = GK_NO_DATE;

	gk_date_parse(text, strlen(text), &d);
	return d;
}

static void
a_partial_date_spans_all_it_can_mean(void **state)
{
	(void)state;
	assert_int_equal(gk_date_first_day(day("2020-02")), gk_date_first_day(day("2020-02-01")));
	assert_int_equal(gk_date_last_day(day("2020-02")), gk_date_first_day(day("2020-02-29")));
	assert_int_equal(gk_date_last_day(day("2021")), gk_date_first_day(day("2021-12-31")));
	assert_int_equal(gk_date_first_day(GK_NO_DATE), 0);
	assert_int_equal(gk_date_last_day(GK_NO_DATE), GK_DAY_OPEN);
	assert_true(gk_date_today().year > 2020);
}

static void
a_term_of_years_ends_the_day_before(void **state)
{
	static const struct { const char *from; int years; const char *end; } rows[] = {
		{ "2016-06-01", 5, "2021-05-31" }, { "2021-03-01", 2, "2023-02-28" }, { "2022-03-01", 2, "2024-02-29" }, { "2021-01-01", 1, "2021-12-31" },
		{ "2020-02-29", 1, "2021-02-28" }, { "2020-02-29", 4, "2024-02-28" }, { "2016-06", 5, "2021-05" }, { "2016-01", 5, "2020-12" },
		{ "2016", 5, "2020" }, { "", 5, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char iso[12];

		gk_date_format(gk_date_term_end(day(rows[i].from), rows[i].years), iso);
		assert_string_equal(iso, rows[i].end);
	}
}

static void
times_of_day_carry_their_zone(void **state)
{
	static const struct { const char *text; size_t n; int hour, minute, second, zone; } rows[] = {
		{ "15:34", 5, 15, 34, 0, GK_NO_ZONE }, { "8:05:09", 7, 8, 5, 9, GK_NO_ZONE }, { "15:34:00Z", 9, 15, 34, 0, 0 },
		{ "15:34:00.123+08:00", 18, 15, 34, 0, 480 }, { "15:34-0330", 10, 15, 34, 0, -210 }, { "15:34-17:00", 5, 15, 34, 0, GK_NO_ZONE },
		{ "15：34", 7, 15, 34, 0, GK_NO_ZONE }, { "24:00", 0, 0, 0, 0, 0 }, { "15:3", 0, 0, 0, 0, 0 }, { "15", 0, 0, 0, 0, 0 }, { "", 0, 0, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct gk_time t = { 0 };
		size_t n = gk_time_scan(rows[i].text, strlen(rows[i].text), &t);

		if (n != rows[i].n || (n > 0 && (t.hour != rows[i].hour || t.minute != rows[i].minute || t.second != rows[i].second || t.zone != rows[i].zone)))
			fail_msg("'%s': %zu", rows[i].text, n);
	}
}

/* ---- numeral ---- */

static void
numerals_are_read_as_laws_count(void **state)
{
	static const struct { const char *text; size_t n; uint32_t value; } rows[] = {
		{ "二百八十二号", 15, 282 }, { "一千零五", 12, 1005 }, { "十", 3, 10 }, { "廿三", 6, 23 }, { "一万二千", 12, 12000 }, { "二〇二一年", 12, 2021 },
		{ "二○○八", 12, 2008 }, { "二◯◯八", 12, 2008 }, { "零", 3, 0 }, { "〇", 3, 0 }, { "一百零三条", 12, 103 }, { "十五", 6, 15 }, { "一百一十五", 15, 115 },
		{ "一百十五", 12, 115 }, { "卅一", 6, 31 }, { "一百廿三", 12, 123 }, { "十万", 6, 100000 }, { "十万零五百", 15, 100500 }, { "两千", 6, 2000 },
		{ "九千九百九十九万九千九百九十九", 45, 99999999 }, { "一万万", 6, 10000 },
		{ "一百五", 6, 100 },	/* 150 to the ear, never in a law */
		{ "二十三十", 9, 23 }, { "一亿", 0, 0 }, { "九九九九九九九九九", 0, 0 }, { "百", 0, 0 }, { "万", 0, 0 }, { "第十条", 0, 0 }, { "12", 0, 0 }, { "", 0, 0 },
		{ "一\xE4\xBA", 3, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint32_t v = 0;
		size_t n = gk_numeral_scan(rows[i].text, strlen(rows[i].text), &v);

		if (n != rows[i].n || v != rows[i].value)
			fail_msg("'%s': %zu bytes, %u", rows[i].text, n, v);
	}
}

static void
every_number_is_written_so_that_it_reads_back(void **state)
{
	static const struct { uint32_t value; const char *text; } rows[] = {
		{ 0, "零" }, { 7, "七" }, { 10, "十" }, { 15, "十五" }, { 20, "二十" }, { 103, "一百零三" }, { 110, "一百一十" }, { 1005, "一千零五" }, { 1050, "一千零五十" },
		{ 10001, "一万零一" }, { 100000, "十万" }, { 120000, "十二万" }, { 99999999, "九千九百九十九万九千九百九十九" }, { 100000000, "" },
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(gk_numeral_format(rows[i].value, out), strlen(rows[i].text));
		assert_string_equal(out, rows[i].text);
	}
	for (uint32_t v = 0; v <= 99999999; v += v < 120000 ? 1 : 9973) {
		uint32_t back = 0;
		size_t n = gk_numeral_format(v, out);

		if (gk_numeral_scan(out, n, &back) != n || back != v)
			fail_msg("%u: %s", v, out);
	}
}

/* ---- digest ---- */

/* FIPS 180-4's own example of two blocks, and a million a's in pieces of every length from 0 to 130. */
static void
a_digest_of_pieces_is_that_of_the_whole(void **state)
{
	static const char two[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	static const struct { const char *hex; size_t n; } want[] = {
		{ "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", sizeof two - 1 },
		{ "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", 1000000 },
	};
	unsigned char have[GK_SHA256], bytes[GK_SHA256];
	struct gk_sha256_sum s, copy;
	char run[131];

	(void)state;
	memset(run, 'a', sizeof run);
	for (size_t at = 0; at <= sizeof two - 1; at++) {
		gk_sha256_init(&s);
		gk_sha256_add(&s, two, at);
		copy = s;
		gk_sha256_end(&s, have);
		gk_sha256_add(&copy, two + at, sizeof two - 1 - at);
		gk_sha256_end(&copy, have);
		assert_true(gk_hex_to_bytes(want[0].hex, 64, bytes, sizeof bytes));
		assert_memory_equal(have, bytes, sizeof bytes);
	}
	gk_sha256_init(&s);
	for (size_t left = want[1].n, n = 0; left > 0; n = (n + 1) % sizeof run) {
		size_t take = n < left ? n : left;

		gk_sha256_add(&s, run, take);
		left -= take;
	}
	gk_sha256_end(&s, have);
	assert_true(gk_hex_to_bytes(want[1].hex, 64, bytes, sizeof bytes));
	assert_memory_equal(have, bytes, sizeof bytes);
}

static void
digests_are_those_of_the_standard(void **state)
{
	char hex[GK_SHA256_HEX + 1];
	unsigned char bytes[GK_SHA256], again[GK_SHA256];

	(void)state;
	gk_sha256_hex("abc", 3, hex);	/* FIPS 180-4's own example */
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	gk_sha256("abc", 3, bytes);
	assert_true(gk_hex_to_bytes(hex, 64, again, 32));
	assert_memory_equal(bytes, again, 32);
	hex[0] = 'B';
	assert_true(gk_hex_to_bytes(hex, 64, again, 32));
	assert_memory_equal(bytes, again, 32);
	assert_false(gk_hex_to_bytes(hex, 63, again, 32));
	assert_false(gk_hex_to_bytes(hex, 64, again, 31));
	hex[5] = 'g';
	assert_false(gk_hex_to_bytes(hex, 64, again, 32));
}

/* ---- io ---- */

static char *
in_folder(const char *name)
{
	static char path[4][300];
	static unsigned turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
	return path[turn];
}

static void
write_text(const char *path, const char *text)
{
	struct gk_err err = GK_ERR_INIT;

	assert_int_equal(gk_replace_file(path, 0640, text, strlen(text), &err), GK_OK);
}

static void
a_file_comes_back_as_it_was_written(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_buf b;
	struct stat sb;

	(void)state;
	write_text(in_folder("a"), "公开");
	assert_int_equal(stat(in_folder("a"), &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0640);
	assert_int_equal(gk_read_file(in_folder("a"), 6, &b, &err), GK_OK);
	assert_string_equal(b.p, "公开");
	gk_buf_free(&b);
	assert_int_equal(gk_read_file(in_folder("a"), 5, &b, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_LIMIT);
	assert_int_equal(gk_read_file(folder, 5, &b, &err), GK_REFUSED);
	assert_int_equal(gk_read_file(in_folder("none"), 5, &b, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_NO_ACCESS);
	assert_non_null(strstr(err.what, "none"));
	write_text(in_folder("empty"), "");
	assert_int_equal(gk_read_file(in_folder("empty"), 0, &b, &err), GK_OK);
	assert_int_equal(b.n, 0);
	gk_buf_free(&b);
}

static void
a_short_read_is_told_from_an_error(void **state)
{
	char got[8];
	int fd;

	(void)state;
	write_text(in_folder("a"), "12345678");
	fd = open(in_folder("a"), O_RDONLY);
	assert_true(gk_pread_all(fd, got, 4, 4));
	assert_memory_equal(got, "5678", 4);
	errno = EPERM;
	assert_false(gk_pread_all(fd, got, 5, 4));
	assert_int_equal(errno, 0);
	assert_false(gk_write_all(fd, "x", 1));
	close(fd);
}

static void
folders_are_made_once_and_removed_whole(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	struct stat sb;
	char *path = gk_path(folder, "tree");

	(void)state;
	assert_int_equal(gk_make_dir(path, 0700, &err), GK_OK);
	assert_int_equal(gk_make_dir(path, 0700, &err), GK_OK);
	write_text(in_folder("keep"), "x");
	write_text(in_folder("tree/file"), "x");
	assert_int_equal(gk_make_dir(in_folder("tree/file"), 0700, &err), GK_DEAD);
	assert_int_equal(symlink(in_folder("keep"), in_folder("tree/link")), 0);
	assert_int_equal(gk_remove_tree(path, &err), GK_OK);
	assert_int_equal(stat(path, &sb), -1);
	assert_int_equal(stat(in_folder("keep"), &sb), 0);
	assert_int_equal(gk_remove_tree(path, &err), GK_OK);
	assert_int_equal(gk_sync_dir(path, &err), GK_DEAD);
	free(path);
}

static void
the_clock_writes_utc_to_the_millisecond(void **state)
{
	char now[32];

	(void)state;
	gk_now_utc(now);
	assert_int_equal(strlen(now), 24);
	assert_true(now[10] == 'T' && now[19] == '.' && now[23] == 'Z');
}

#ifdef GK_FAULTS
static unsigned
names_in_folder(void)
{
	DIR *d = opendir(folder);
	unsigned n = 0;

	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}
#endif

/* Refuse the world, one point after another: the old text or the new one, never a mixture, and no litter. */
static void
a_refused_replacement_leaves_the_old_or_the_new(void **state)
{
#ifdef GK_FAULTS
	unsigned n;

	for (n = 1;; n++) {
		struct gk_err err = GK_ERR_INIT;
		struct gk_buf b;
		enum gk_status st;
		unsigned before;

		write_text(in_folder("f"), "old");
		before = names_in_folder();
		gk_fault_arm(n);
		st = gk_replace_file(in_folder("f"), 0600, "new", 3, &err);
		gk_fault_arm(0);
		if (st == GK_OK)
			break;
		assert_true(err.what[0] != '\0' && err.what_en[0] != '\0');
		assert_int_equal(gk_read_file(in_folder("f"), 10, &b, &err), GK_OK);
		assert_true(strcmp(b.p, "old") == 0 || strcmp(b.p, "new") == 0);
		gk_buf_free(&b);
		assert_int_equal(names_in_folder(), before);
	}
	assert_true(n > 4);
	for (n = 1;; n++) {
		struct gk_err err = GK_ERR_INIT;
		struct gk_buf b;
		enum gk_status st;

		gk_fault_arm(n);
		st = gk_read_file(in_folder("f"), 10, &b, &err);
		gk_fault_arm(0);
		if (st == GK_OK) {
			gk_buf_free(&b);
			break;
		}
		assert_null(b.p);
	}
	assert_true(n > 2);
	(void)state;
#else
	(void)state;
	skip();
#endif
}

static int
make_folder(void **state)
{
	static char template[] = "/tmp/gongkai-base.XXXXXX";

	(void)state;
	folder = mkdtemp(template);
	return folder == NULL ? -1 : 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	return gk_remove_tree(folder, NULL) == GK_OK ? 0 : -1;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cause_has_its_exit_status),
		cmocka_unit_test(an_error_speaks_both_languages),
		cmocka_unit_test(a_long_message_is_cut_at_a_whole_character),
		cmocka_unit_test(a_buffer_never_grows_beyond_its_maximum),
		cmocka_unit_test(an_arena_gives_zeroed_pieces_until_its_maximum),
		cmocka_unit_test(only_well_formed_text_passes),
		cmocka_unit_test(every_scalar_value_goes_out_and_comes_back),
		cmocka_unit_test(dates_are_read_as_documents_write_them),
		cmocka_unit_test(a_date_in_running_text_ends_where_it_ends),
		cmocka_unit_test(no_prefix_of_a_date_is_read_past_its_end),
		cmocka_unit_test(days_are_numbered_from_1900_without_a_gap),
		cmocka_unit_test(a_partial_date_spans_all_it_can_mean),
		cmocka_unit_test(a_term_of_years_ends_the_day_before),
		cmocka_unit_test(times_of_day_carry_their_zone),
		cmocka_unit_test(numerals_are_read_as_laws_count),
		cmocka_unit_test(every_number_is_written_so_that_it_reads_back),
		cmocka_unit_test(digests_are_those_of_the_standard),
		cmocka_unit_test(a_digest_of_pieces_is_that_of_the_whole),
		cmocka_unit_test(a_file_comes_back_as_it_was_written),
		cmocka_unit_test(a_short_read_is_told_from_an_error),
		cmocka_unit_test(folders_are_made_once_and_removed_whole),
		cmocka_unit_test(the_clock_writes_utc_to_the_millisecond),
		cmocka_unit_test(a_refused_replacement_leaves_the_old_or_the_new),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
