/* Reading yearly reports: numbers as people write them, fees, and text that was cut and changed anywhere. */
#include "record/annualcheck.h"
#include "record/application.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void
figures_are_read_as_people_write_them(void **state)
{
	static const struct { const char *text; enum gk_figure_is is; int64_t micro; } rows[] = {
		{ "12", GK_F_NUMBER, 12000000 }, { "１２", GK_F_NUMBER, 12000000 }, { " 1,234 ", GK_F_NUMBER, 1234000000 }, { "13，612", GK_F_NUMBER, 13612000000 }, { "20.3万元", GK_F_NUMBER, 20300000 },
		{ "7 件", GK_F_NUMBER, 7000000 }, { "-1", GK_F_NUMBER, -1000000 }, { "+2", GK_F_NUMBER, 2000000 }, { "", GK_F_BLANK, 0 }, { "　", GK_F_BLANK, 0 }, { "-", GK_F_BLANK, 0 }, { "——", GK_F_BLANK, 0 },
		{ "无", GK_F_BLANK, 0 }, { "1.", GK_F_BAD, 0 }, { "1.属于国家秘密", GK_F_BAD, 0 }, { "1.2.3", GK_F_BAD, 0 }, { "99999999999999999999", GK_F_BAD, 0 }, { "9999999999999", GK_F_BAD, 0 }, { "100000000000", GK_F_BAD, 0 }, { "99999999999.999999", GK_F_NUMBER, 99999999999999999 },
		{ "1-2", GK_F_BAD, 0 }, { "O", GK_F_BAD, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gk_figure f = gk_figure_of(rows[i].text, strlen(rows[i].text));

		if (f.is != rows[i].is || (f.is == GK_F_NUMBER && f.micro != rows[i].micro))
			fail_msg("'%s' is %d %lld", rows[i].text, (int)f.is, (long long)f.micro);
	}
}

static void
fees_are_those_of_the_rule(void **state)
{
	static const struct { unsigned n; long by_count, by_pages; } rows[] = { { 1, 0, 0 }, { 10, 0, 0 }, { 11, 100, 0 }, { 30, 100, 0 }, { 31, 200, 10 }, { 40, 200, 100 }, { 41, 300, 110 }, { 100, 800, 700 }, { 101, 900, 720 },
		{ 200, 1800, 2700 }, { 201, 1900, 2740 } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(gk_fee_of_nth(rows[i].n), rows[i].by_count);
		assert_int_equal(gk_fee_of_pages(rows[i].n), rows[i].by_pages);
	}
}

static const char report[] =
	"某镇2021年政府信息公开工作年度报告\n一、总体情况\n收到政府信息公开申请3件。\n二、主动公开政府信息情况\n\t信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n\t规章\t0\t0\t0\n\t行政规范性文件\t3\t1\t9\n"
	"\t行政许可\t5\t\xEE\x80\x80\n三、收到和处理政府信息公开申请情况\n\t一、本年新收政府信息公开申请数量\t3\t0\t0\t0\t0\t0\t3\n二、上年结转政府信息公开申请数量 0 0 0 0 0 0 0\n（一）予以公开 1 0 0 0 0 0 1\n"
	"\t（三）不予公开\t1.属于国家秘密\t\t\t\t\t\t\t\n2.其他法律行政法规禁\n                1  0  0  0  0  0  1\n止公开\n（七）总计 2 0 0 0 0 0 2\n四、结转下年度继续办理\n1\n0\n0\n0\n0\n0\n1\n"
	"四、政府信息公开行政复议、行政诉讼情况\n结果维持 结果纠正 其他结果 尚未审结 总计\n1 0 0 0 1 0 0 0 0 0 0 0 0 0 0\n五、存在的主要问题及改进情况\n六、其他需要报告的事项\n未收取信息处理费。\n";

static void
cells_stand_where_they_belong(void **state)
{
	struct gk_annual a;
	json_t *found;

	(void)state;
	gk_annual_read(report, strlen(report), NULL, &a);
	found = gk_annual_check(&a, NULL, NULL, 0);
	assert_int_equal(a.year, 2021);
	assert_true(a.has_t2 && a.has_t3 && a.has_t4 && a.in_order);
	assert_int_equal(a.t2[GK_T2_LICENSE][0].micro, 5000000);
	assert_int_equal(a.t3[GK_T3_LAW_FORBIDS][0].micro, 1000000);
	assert_int_equal(a.t3[GK_T3_NEXT][6].micro, 1000000);
	assert_int_equal(a.t3[GK_T3_STATE_SECRET][0].is, GK_F_BLANK);
	assert_int_equal(a.t4[0][4].micro, 1000000);
	assert_int_equal(json_integer_value(json_object_get(found, "errors")), 0);
	json_decref(found);
	gk_annual_free(&a);
}

static unsigned
next(uint64_t *seed, unsigned below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (unsigned)(*seed % below);
}

/* No text is read past its end: each copy has its own memory, as long as it is. */
static void
text_that_was_damaged_is_read_to_its_end(void **state)
{
	uint64_t seed = 88172645463325252ULL;

	(void)state;
	for (unsigned k = 0; k < 1500; k++) {
		size_t n = k < sizeof report ? k : next(&seed, sizeof report);
		char *p = malloc(n + (n == 0));
		struct gk_annual a;

		memcpy(p, report, n);
		for (unsigned j = next(&seed, 30); n > 0 && j > 0; j--)
			p[next(&seed, (unsigned)n)] = (char)(next(&seed, 3) == 0 ? '\t' : next(&seed, 3) == 0 ? '\n' : (char)next(&seed, 256));
		gk_annual_read(p, n, NULL, &a);
		json_decref(gk_annual_check(&a, &a, &a, 1));
		json_decref(gk_annual_cells(&a));
		gk_annual_free(&a);
		free(p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(figures_are_read_as_people_write_them), cmocka_unit_test(fees_are_those_of_the_rule), cmocka_unit_test(cells_stand_where_they_belong),
		cmocka_unit_test(text_that_was_damaged_is_read_to_its_end) };

	return cmocka_run_group_tests_name("annual", tests, NULL, NULL);
}
