/* Markings and numbers of persons, and what is left of them in a report. Every person and number here is invented. */
#include "gate/finding.h"
#include "gate/numbers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof (a) / sizeof *(a))

/* "P1!" blocks, "P3?" warns, "P8." is treated; in the order of the text. */
static char *
all_of(const char *text, char *out, size_t size)
{
	struct gk_findings f;
	struct gk_err err = GK_ERR_INIT;
	size_t n = 0;

	assert_int_equal(gk_findings_of(text, strlen(text), &f, &err), GK_OK);
	out[0] = '\0';
	for (size_t i = 0; i < f.n; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%s%c", i > 0 ? " " : "", gk_rule_names[f.item[i].rule].code, ".?!"[f.item[i].severity]);
	gk_findings_free(&f);
	return out;
}

/* A citizen's number with the right check character: found by trying all, so not by the sum that is tested. */
static void
citizen(const char *first17, char out[19])
{
	int right = 0;

	for (const char *c = "0123456789x"; *c != '\0'; c++) {
		char d[19];

		snprintf(d, sizeof d, "%s%c", first17, *c);
		if (gk_is_citizen(d)) {
			memcpy(out, d, 19);
			right++;
		}
	}
	assert_int_equal(right, 1);
}

static void
check_digits(void **state)
{
	/* 34052419800101001X is the example of GB 11643; 4111111111111111 the one of every card's documentation. */
	(void)state;
	assert_true(gk_is_citizen("34052419800101001x"));
	assert_false(gk_is_citizen("340524198001010011"));
	assert_false(gk_is_citizen("34052419801301001x"));
	assert_false(gk_is_citizen("00052419800101001x"));
	assert_true(gk_is_old_citizen("340524800101001"));
	assert_false(gk_is_old_citizen("340524801301001"));
	assert_true(gk_is_card("4111111111111111", 16));
	assert_false(gk_is_card("4111111111111112", 16));
	assert_false(gk_is_card("411111111111111", 15));
	assert_true(gk_is_mobile("13800000000"));
	assert_false(gk_is_mobile("12800000000"));
}

static void
what_is_found(void **state)
{
	static const struct { const char *text, *found; } cases[] = {
		/* markings */
		{ "机密★10年\n关于某事的通知", "S1!" }, { "机 密 ★ 10 年", "S1!" }, { "秘密☆", "S1!" }, { "绝密*长期", "S1!" }, { "機密★１０年", "S1!" },
		{ "第一行\n秘密\n正文", "S2!" }, { "秘密5年", "S2!" }, { "　秘　密　", "S2!" },
		{ "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n秘密", "" },
		{ "本法所称国家秘密，分为绝密、机密、秘密三级。", "" }, { "秘密是什么", "" }, { "商业秘密\n保护", "" },
		{ "内部资料 注意保存", "S4?" }, { "（内部文件）", "S4?" }, { "（一）泄露工作秘密的；", "" }, { "编印内部资料性出版物，不得外传，违者由主管部门依照本办法处理。", "" },
		{ "此件不公开", "S5!" }, { "（此件依申请公开）", "S5!" }, { "（此 件 不 予 公 开）", "S5!" }, { "（此件公开发布）", "" }, { "（此件主动公开）", "" },
		{ "000123\n机关名", "S6?" }, { "关于\n000123", "" }, { "0001234", "" },
		{ "青石镇管理办法（征求意见稿）", "S7?" }, { "关于修路的请示\n县政府：", "S7?" }, { "应当公开征求意见。", "" }, { "双方代表在会议记录上签字。", "" },
		/* citizens */
		{ "张三，34052419800101001X，住", "P1!" }, { "34052419800101001x", "P1!" }, { "３４０５２４１９８００１０１００１Ｘ", "P1!" },
		{ "340524 19800101 001X", "P1!" }, { "序号12 34052419800101001X", "P1!" }, { "340524198001010011", "" }, { "134052419800101001X", "" },
		{ "编号34052419800101001X5", "" }, { "340524800101001", "P2?" }, { "340524801301001", "" },
		{ "34***********0101001X", "P8." }, { "34*************01X", "P8." }, { "138****1234", "P8." }, { "3***5", "" },
		/* telephones */
		{ "电话13800001234", "P3?" }, { "联系人：张三，13800001234", "P3?" }, { "监督电话：138 0000 1234", "P3?" }, { "138-0000-1234", "P3?" },
		{ "张三 13800001234", "P3!" }, { "申请人李小明，手机号码：13800001234。", "P3!" }, { "0830-12345678", "" }, { "1380000123", "" }, { "138000012345", "" },
		{ "采购编号20138000012341", "" }, { "13 800001234", "" },
		{ "姓名\t电话\n张三\t13800001234", "P3!" }, { "科室\t电话\n办公室\t13800001234\n信访办\t13800001235", "P3? P3?" },
		{ "科室\t电话\n一\t13800001234\n二\t13800001235\n三\t13800001236", "P3! P3! P3!" },
		{ "科室\t电话\n一\t13800001234\n二\t13800001235\n\n科室\t电话\n三\t13800001236", "P3? P3? P3?" },
		/* cards */
		{ "4111111111111111", "P4?" }, { "账号：4111111111111111", "P4!" }, { "卡号 4111 1111 1111 1111", "P4!" }, { "姓名\t银行账号\n某\t4111111111111111", "P4!" },
		{ "项目代码4111111111111112", "" },
		/* passports */
		{ "护照号码E12345678", "P5?" }, { "往来港澳通行证：C1234567", "" }, { "港澳通行证H1234567", "P5?" }, { "型号E12345678", "" },
		/* persons in tables */
		{ "姓名\t家庭住址\n张三\t青石镇大井村三组", "P6?" }, { "单位\t地址\n镇政府\t青石镇大井村三组", "" }, { "村\t户主\t残疾等级\n大井村\t张三\t二级", "P7?" },
		{ "类别\t残疾人数\n农村\t120", "" },
		{ "名单（隐藏）\n姓名\t年龄\n", "M1?" }, { "不得隐藏", "" },
		{ "", "" }, { "\n\n\t\t\n", "" },
	};
	char out[256];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (strcmp(all_of(cases[i].text, out, sizeof out), cases[i].found) != 0)
			fail_msg("%s: %s, not %s", cases[i].text, out, cases[i].found);
}

static void
where_it_stands(void **state)
{
	const char *text = "一\n二\t34052419800101001X\t三\n";
	struct gk_findings f;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	assert_int_equal(gk_findings_of(text, strlen(text), &f, &err), GK_OK);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.item[0].line, 2);
	assert_int_equal(f.item[0].cell, 2);
	assert_memory_equal(text + f.item[0].start, "34052419800101001X", f.item[0].end - f.item[0].start);
	assert_int_equal(f.of[GK_BLOCK], 1);
	gk_findings_free(&f);
}

static bool
shows_a_number(const char *s)
{
	size_t run = 0;

	for (; *s != '\0'; s++) {
		run = *s >= '0' && *s <= '9' ? run + 1 : *s == ' ' || *s == '-' ? run : 0;
		if (run >= 7)
			return true;
	}
	return false;
}

static void
no_excerpt_shows_a_number(void **state)
{
	static const char *const texts[] = {
		"张三 34052419800101001X 13800001234 6222021234567890128", "34052419800101001X34052419800101001X", "姓名\t电话\n张三 138 0000 1234\t138-0000-1234",
		"4111 1111 1111 1111 账号：4111 1111 1111 1111", "340524800101001,340524800101001", "机密★10年13800001234 34052419800101001X", "护照E12345678 E12345678",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		size_t n = strlen(texts[i]);
		struct gk_findings f;
		struct gk_err err = GK_ERR_INIT;
		struct gk_buf masked;

		assert_int_equal(gk_findings_of(texts[i], n, &f, &err), GK_OK);
		for (size_t k = 0; k < f.n; k++) {
			char shown[GK_EXCERPT];

			gk_finding_excerpt(texts[i], n, &f.item[k], shown);
			if (shows_a_number(shown))
				fail_msg("%s: %s", texts[i], shown);
		}
		gk_buf_init(&masked, 4096);
		assert_true(gk_mask_numbers(texts[i], n, &f, &masked));
		gk_findings_free(&f);
		assert_int_equal(gk_findings_of(masked.p, masked.n, &f, &err), GK_OK);
		for (size_t k = 0; k < f.n; k++)
			assert_false(f.item[k].rule >= GK_P1 && f.item[k].rule <= GK_P5);
		gk_findings_free(&f);
		gk_buf_free(&masked);
	}
}

static void
masks_as_the_trade_does(void **state)
{
	static const struct { const char *text, *masked; } cases[] = {
		{ "张三34052419800101001X。", "张三34*************01X。" }, { "电话 138 0000 1234", "电话 138 **** 1234" }, { "卡号4111111111111111", "卡号************1111" },
		{ "无", "无" }, { "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct gk_findings f;
		struct gk_err err = GK_ERR_INIT;
		struct gk_buf to;

		gk_buf_init(&to, 4096);
		assert_int_equal(gk_findings_of(cases[i].text, strlen(cases[i].text), &f, &err), GK_OK);
		assert_true(gk_mask_numbers(cases[i].text, strlen(cases[i].text), &f, &to));
		assert_string_equal(to.p == NULL ? "" : to.p, cases[i].masked);
		gk_findings_free(&f);
		gk_buf_free(&to);
	}
}

static unsigned long long seed = 7;

static unsigned
some(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

/* Right numbers anywhere in any text are found, one wrong digit is enough not to be. */
static void
numbers_anywhere(void **state)
{
	static const char *const before[] = { "", "，", "：", "姓名\t", "第3行 ", "（", "x", "号" }, *const after[] = { "", "。", "\t男", "，2021年", "）", "\n", "号" };

	(void)state;
	for (int i = 0; i < 3000; i++) {
		char first[18], id[19], wrong[19], text[128], out[64];
		const char *b = before[some(COUNT(before))], *a = after[some(COUNT(after))];
		unsigned at = some(17);

		snprintf(first, sizeof first, "%02u%04u%04u%02u%02u%03u", 11 + some(5), some(10000), 1900 + some(120), 1 + some(12), 1 + some(28), some(1000));
		citizen(first, id);
		snprintf(text, sizeof text, "%s%s%s", b, id, a);
		if (strcmp(all_of(text, out, sizeof out), "P1!") != 0)
			fail_msg("%s: %s", text, out);
		memcpy(wrong, id, sizeof wrong);
		wrong[at] = (char)('0' + (wrong[at] - '0' + 1 + some(9)) % 10);
		snprintf(text, sizeof text, "%s%s%s", b, wrong, a);
		if (strstr(all_of(text, out, sizeof out), "P1") != NULL)
			fail_msg("%s: %s", text, out);
	}
}

static void
any_bytes_are_looked_through(void **state)
{
	static const char *const pieces[] = { "机密", "★", "\t", "\n", " ", "1", "3800001234", "34052419800101001X", "姓名", "账号", "\xff", "\xe6", "护照", "E", "*", "㎡", "⑩", "０" };

	(void)state;
	for (int i = 0; i < 3000; i++) {
		char text[512] = "", shown[GK_EXCERPT];
		struct gk_findings f;
		struct gk_err err = GK_ERR_INIT;

		for (unsigned k = some(20); k > 0; k--)
			strcat(text, pieces[some(COUNT(pieces))]);
		assert_int_equal(gk_findings_of(text, strlen(text), &f, &err), GK_OK);
		for (size_t k = 0; k < f.n; k++) {
			assert_true(f.item[k].start < f.item[k].end && f.item[k].end <= strlen(text));
			gk_finding_excerpt(text, strlen(text), &f.item[k], shown);
		}
		gk_findings_free(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_digits),
		cmocka_unit_test(what_is_found),
		cmocka_unit_test(where_it_stands),
		cmocka_unit_test(no_excerpt_shows_a_number),
		cmocka_unit_test(masks_as_the_trade_does),
		cmocka_unit_test(numbers_anywhere),
		cmocka_unit_test(any_bytes_are_looked_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
