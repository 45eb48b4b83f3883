/*
 * The query parser.  What is typed and what is understood stand side by side in
 * tables; what no table can say, that no input breaks the tree, is tried on
 * pseudo-random bytes and on pseudo-random rows of what the grammar is made of.
 */
#include "base/utf8.h"
#include "catalog/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* --- helpers ------------------------------------------------------------------------ */

static uint64_t state;

static uint32_t
number(uint32_t below)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % below;
}

static void
parse(const char *s, struct gk_query *q)
{
	struct gk_err err = GK_ERR_INIT;

	if (gk_query_parse(s, strlen(s), false, q, &err) != GK_OK)
		fail_msg("'%s' is refused: %s", s, err.what_en);
}

/* Operands before their operator, one root: what every reader of the array relies on. */
static void
assert_well_formed(const struct gk_query *q, const char *what)
{
	size_t have = 0;

	if (q->n > GK_QUERY_NODES)
		fail_msg("%zu nodes for '%s'", q->n, what);
	for (size_t i = 0; i < q->n; i++) {
		const struct gk_node *node = &q->node[i];
		size_t needs = node->kind == GK_N_NOT ? 1 : node->kind == GK_N_AND || node->kind == GK_N_OR ? 2 : 0;

		if (have < needs)
			fail_msg("node %zu of '%s' lacks an operand", i, what);
		have = have - needs + 1;
		if (needs == 0 && node->kind != GK_N_ALL && (node->text == NULL || node->folded == NULL || node->text[node->n] != '\0'))
			fail_msg("node %zu of '%s' has no text", i, what);
	}
	if (have != (q->n > 0))
		fail_msg("%zu roots for '%s'", have, what);
}

/* Into a block of just this size, so that a sanitizer sees one byte too many. */
static void
assert_described(const struct gk_query *q, size_t size)
{
	char *out = malloc(size == 0 ? 1 : size);

	assert_non_null(out);
	gk_query_describe(q, out, size);
	if (size > 0) {
		size_t n = strnlen(out, size);

		assert_true(n < size);
		if (gk_utf8_check(out, n) != n)
			fail_msg("not UTF-8 any more when cut to %zu: '%s'", size, out);
	}
	free(out);
}

static void
assert_understood(const char *typed, const char *as, unsigned slips)
{
	struct gk_query q;
	char out[2400];

	parse(typed, &q);
	assert_well_formed(&q, typed);
	gk_query_describe(&q, out, sizeof out);
	if (strcmp(out, as) != 0)
		fail_msg("'%s' is understood as '%s', not as '%s'", typed, out, as);
	if (q.slips != slips)
		fail_msg("'%s' has slips %x, not %x", typed, q.slips, slips);
	gk_query_free(&q);
}

struct row { const char *typed, *as; unsigned slips; };

static void
check_rows(const struct row *row, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_understood(row[i].typed, row[i].as, row[i].slips);
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof rows / sizeof *rows)

/* --- what is written on the tin -------------------------------------------------------- */

static void
every_form_of_the_syntax_is_understood(void **unused)
{
	static const struct row rows[] = {
		{ "", "", 0 },
		{ "   ", "", 0 },
		{ "安全生产", "安全生产", 0 },
		{ "\"年度报告\"", "\"年度报告\"", 0 },
		{ "安全 生产", "(安全 AND 生产)", 0 },
		{ "安全 AND 生产", "(安全 AND 生产)", 0 },
		{ "安全 OR 消防", "(安全 OR 消防)", 0 },
		{ "安全 | 消防", "(安全 OR 消防)", 0 },
		{ "安全 -演练", "(安全 AND NOT 演练)", 0 },
		{ "安全 NOT 演练", "(安全 AND NOT 演练)", 0 },
		{ "NOT 演练", "NOT 演练", 0 },
		{ "-演练", "NOT 演练", 0 },
		{ "安全 OR -演练", "(安全 OR NOT 演练)", 0 },
		{ "NOT NOT 演练", "NOT NOT 演练", 0 },
		{ "标题:预算", "标题:预算", 0 },
		{ "title:预算", "标题:预算", 0 },
		{ "TITLE:预算", "标题:预算", 0 },
		{ "题名:预算", "标题:预算", 0 },
		{ "标题:\"部门 预算\"", "标题:部门 预算", 0 },
		{ "文号:国办发〔2017〕47号", "文号:国办发|2017|47", 0 },
		{ "no:国办发[2017]47号", "文号:国办发|2017|47", 0 },
		{ "发文字号:国办发", "文号:国办发", 0 },
		{ "机关:妈妈镇", "机关:妈妈镇", 0 },
		{ "org:妈妈镇", "机关:妈妈镇", 0 },
		{ "类别:通知", "类别:通知", 0 },
		{ "cat:通知", "类别:通知", 0 },
		{ "状态:有效", "状态:有效", 0 },
		{ "status:abolished", "状态:abolished", 0 },
		{ "is:in_force", "状态:in_force", 0 },
		{ "-is:废止", "NOT 状态:废止", 0 },
		{ "年:2021", "年:2021..2021", 0 },
		{ "year:2019..2021", "年:2019..2021", 0 },
		{ "日期:2021-03-01..2021-06-30", "日期:2021-03-01..2021-06-30", 0 },
		{ "date:2021-03", "日期:2021-03..2021-03", 0 },
		{ "date:..2021-03", "日期:..2021-03", 0 },
		{ "格式:pdf", "格式:pdf", 0 },
		{ "type:网页", "格式:网页", 0 },
		{ "-格式:ＰＤＦ", "NOT 格式:ＰＤＦ", 0 },
		{ "format:application/pdf", "格式:application/pdf", 0 },
		{ "type:笔记", "笔记", GK_SLIP_FIELD },
		{ "索引号:000014349/2017-00110", "索引号:000014349/2017-00110", 0 },
		{ "统一编号:HFGS-2022-7", "文号:HFGS|2022|7", 0 },
		{ "HFGS—2022—7", "文号:HFGS|2022|7", 0 },
		{ "47号文", "47号", 0 },
		{ "47号文 政府网站", "(47号 AND 政府网站)", 0 },
		{ "第四十七号文件", "四十七号", 0 },
		{ "47号", "47号", 0 },
		{ "号文", "号文", 0 },
		{ "000000号文", "000000号文", 0 },
		{ "国办发 2017", "(国办发 AND 2017)", 0 },
		{ "养狗 is:有效 年:2021", "((养狗 AND 状态:有效) AND 年:2021..2021)", 0 },
	};

	(void)unused;
	CHECK_ROWS(rows);
}

static void
not_binds_before_and_and_and_before_or(void **unused)
{
	static const struct row rows[] = {
		{ "甲甲 乙乙 OR 丙丙", "((甲甲 AND 乙乙) OR 丙丙)", 0 },
		{ "甲甲 OR 乙乙 丙丙", "(甲甲 OR (乙乙 AND 丙丙))", 0 },
		{ "甲甲 OR 乙乙 OR 丙丙", "((甲甲 OR 乙乙) OR 丙丙)", 0 },
		{ "(甲甲 OR 乙乙) 丙丙", "((甲甲 OR 乙乙) AND 丙丙)", 0 },
		{ "丙丙 (甲甲 OR 乙乙)", "(丙丙 AND (甲甲 OR 乙乙))", 0 },
		{ "-甲甲 乙乙", "(NOT 甲甲 AND 乙乙)", 0 },
		{ "-(甲甲 乙乙) 丙丙", "(NOT (甲甲 AND 乙乙) AND 丙丙)", 0 },
		{ "甲甲 -(乙乙 OR -丙丙)", "(甲甲 AND NOT (乙乙 OR NOT 丙丙))", 0 },
		{ "((((((((甲甲))))))))", "甲甲", 0 },
		{ "甲甲 -乙乙 OR 丙丙", "((甲甲 AND NOT 乙乙) OR 丙丙)", 0 },
	};

	(void)unused;
	CHECK_ROWS(rows);
}

static void
full_width_forms_are_the_same(void **unused)
{
	static const struct row rows[] = {
		{ "标题：预算", "标题:预算", 0 },
		{ "年：２０２１", "年:2021..2021", 0 },
		{ "安全　生产", "(安全 AND 生产)", 0 },
		{ "“年度报告”", "\"年度报告\"", 0 },
		{ "「年度报告」", "\"年度报告\"", 0 },
		{ "『年度报告』", "\"年度报告\"", 0 },
		{ "＂年度报告＂", "\"年度报告\"", 0 },
		{ "“年度报告\"", "\"年度报告\"", 0 },
		{ "安全 －演练", "(安全 AND NOT 演练)", 0 },
		{ "標題", "标题", 0 },
		{ "安全生產", "安全生产", 0 },
	};

	(void)unused;
	CHECK_ROWS(rows);
}

static void
a_number_alone_is_a_number_in_any_spelling(void **unused)
{
	static const struct row rows[] = {
		{ "国办发〔2017〕47号", "文号:国办发|2017|47", 0 },
		{ "国办发[2017]47号", "文号:国办发|2017|47", 0 },
		{ "国办发（2017）47号", "文号:国办发|2017|47", 0 },
		{ "国办发(2017)47号", "文号:国办发|2017|47", 0 },
		{ "国办发【2017】47号", "文号:国办发|2017|47", 0 },
		{ "国办发 2017 47", "文号:国办发|2017|47", 0 },
		{ "国务院令第711号", "文号:国务院令||711", 0 },
		{ "HFGS-2022-7", "文号:HFGS|2022|7", 0 },
		{ "国办发(2017)47号 养狗", "(文号:国办发|2017|47 AND 养狗)", 0 },
		{ "(养狗 国办发(2017)47号)", "(养狗 AND 文号:国办发|2017|47)", 0 },
	};
	struct gk_query q;

	(void)unused;
	CHECK_ROWS(rows);
	assert_int_equal(gk_query_parse("国办发〔2017〕47号", strlen("国办发〔2017〕47号"), true, &q, NULL), GK_OK);
	assert_int_equal(q.node[0].kind, GK_N_RUN);	/* literal: as typed, nothing else */
	assert_true(q.literal);
	gk_query_free(&q);
}

static void
a_year_typed_alone_is_also_a_hint(void **unused)
{
	static const struct { const char *typed; int year; } rows[] = {
		{ "2021年", 2021 }, { "2021", 2021 }, { "２０２１年", 2021 }, { "安全", 0 }, { "20210", 0 }, { "3021", 0 }, { "年", 0 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gk_query q;

		parse(rows[i].typed, &q);
		assert_int_equal(q.n, 1);
		assert_int_equal(q.node[0].kind, GK_N_RUN);
		if (q.node[0].year_from != rows[i].year)
			fail_msg("'%s' hints at %d", rows[i].typed, q.node[0].year_from);
		gk_query_free(&q);
	}
}

static void
status_words_become_bits(void **unused)
{
	static const struct { const char *typed; unsigned bits; } rows[] = {
		{ "状态:有效", 1u << GK_V_IN_FORCE | 1u << GK_V_PARTLY_IN_FORCE },
		{ "is:in_force", 1u << GK_V_IN_FORCE },
		{ "is:废止", 1u << GK_V_ABOLISHED },
		{ "is:unknown", 1u << GK_V_UNKNOWN },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gk_query q;

		parse(rows[i].typed, &q);
		assert_int_equal(q.node[0].kind, GK_N_STATUS);
		assert_int_equal(q.node[0].status, rows[i].bits);
		gk_query_free(&q);
	}
}

static void
folding_is_told_only_when_it_changed_the_spelling(void **unused)
{
	static const struct { const char *typed; bool folded; } rows[] = {
		{ "安全", false }, { "ABC", false }, { "ＡＢＣ", true }, { "安全生產", true },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gk_query q;

		parse(rows[i].typed, &q);
		assert_int_equal(q.folded, rows[i].folded);
		assert_string_equal(q.typed, rows[i].typed);
		gk_query_free(&q);
	}
}

/* --- slips ---------------------------------------------------------------------------------- */

static void
a_slip_is_mended_and_told(void **unused)
{
	static const struct row rows[] = {
		{ "\"年度报告", "\"年度报告\"", GK_SLIP_QUOTE },
		{ "\"", "", GK_SLIP_QUOTE },
		{ "\"\"", "", 0 },
		{ "安全 \"年度", "(安全 AND \"年度\")", GK_SLIP_QUOTE },
		{ ")安全", "安全", GK_SLIP_BRACKET },
		{ "(安全", "安全", GK_SLIP_BRACKET },
		{ "安全 (生产 OR 消防", "(安全 AND (生产 OR 消防))", GK_SLIP_BRACKET },
		{ "安全)生产", "安全)生产", 0 },	/* inside a word it is punctuation */
		{ "OR 安全", "安全", GK_SLIP_OPERATOR },
		{ "安全 OR", "安全", GK_SLIP_OPERATOR },
		{ "安全 OR OR 消防", "(安全 OR 消防)", GK_SLIP_OPERATOR },
		{ "安全 NOT", "安全", GK_SLIP_OPERATOR },
		{ "(安全 OR) 消防", "(安全 AND 消防)", GK_SLIP_OPERATOR },
		{ "安全 -", "安全", 0 },
		{ "安全 - 生产", "(安全 AND 生产)", 0 },
		{ "年:去年", "去年", GK_SLIP_FIELD },
		{ "日期:2021-13-01", "2021-13-01", GK_SLIP_FIELD },
		{ "is:好的", "好的", GK_SLIP_FIELD },
		{ "年:..", "", GK_SLIP_FIELD },
		{ "标题:", "", 0 },
		{ "机关:", "", GK_SLIP_FIELD },
		{ "青 岛 市 客 运", "青岛市客运", GK_SLIP_SPACES },
		{ "青 岛", "(青 AND 岛)", 0 },
		{ "青 岛 市 OR 客运", "(青岛市 OR 客运)", GK_SLIP_SPACES },
		{ "，。！", "", 0 },
		{ "， 安全", "安全", 0 },
		{ "()", "", 0 },
		{ "未知:安全", "未知:安全", 0 },
	};

	(void)unused;
	CHECK_ROWS(rows);
}

/* What asks for nothing cannot take its NOT along to a neighbour: the opposite would be found. */
static void
a_not_without_a_word_excludes_nobody_else(void **unused)
{
	static const char *const rows[] = { "安全 NOT () 生产", "安全 -() 生产" };

	(void)unused;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gk_query q;

		parse(rows[i], &q);
		assert_well_formed(&q, rows[i]);
		for (size_t k = 0; k < q.n; k++)
			if (q.node[k].kind == GK_N_NOT)
				fail_msg("'%s' excludes something", rows[i]);
		assert_true(q.slips & GK_SLIP_OPERATOR);
		gk_query_free(&q);
	}
}

static void
a_field_that_is_not_understood_leaves_no_filter_behind(void **unused)
{
	static const char *const rows[] = { "年:2019..去年", "年:去年", "日期:2019..去年" };

	(void)unused;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gk_query q;

		parse(rows[i], &q);
		assert_int_equal(q.node[0].kind, GK_N_RUN);
		if (q.node[0].year_from != 0)
			fail_msg("'%s' still hints at %d", rows[i], q.node[0].year_from);
		gk_query_free(&q);
	}
}

/* --- limits ------------------------------------------------------------------------------------ */

/* piece, n times, with tail behind. */
static char *
times(const char *piece, size_t n, const char *tail)
{
	size_t k = strlen(piece);
	char *s = malloc(n * k + strlen(tail) + 1);

	assert_non_null(s);
	for (size_t i = 0; i < n; i++)
		memcpy(s + i * k, piece, k);
	memcpy(s + n * k, tail, strlen(tail) + 1);
	return s;
}

static void
limits_hold_at_the_very_number(void **unused)
{
	static const struct { const char *piece, *tail; size_t most; const char *word; } rows[] = {
		{ "a", "", GK_QUERY_BYTES, "query_too_long" },
		{ "甲乙 ", "", GK_QUERY_WORDS, "query_too_complex" },
		{ "\"甲乙\" ", "", GK_QUERY_PHRASES, "query_too_complex" },
		{ "甲", "", GK_QUERY_TERMS + 1, "query_too_complex" },
		{ "(", "甲乙", GK_QUERY_DEPTH, "too_deep" },
		{ NULL, NULL, 0, NULL },
	};

	(void)unused;
	for (size_t i = 0; rows[i].word != NULL; i++)
		for (size_t over = 0; over < 2; over++) {
			char *s = times(rows[i].piece, rows[i].most + over, rows[i].tail);
			struct gk_query q;
			struct gk_err err = GK_ERR_INIT;
			enum gk_status st = gk_query_parse(s, strlen(s), false, &q, &err);

			if (st != (over ? GK_REFUSED : GK_OK))
				fail_msg("%zu times '%s' gives %d: %s", rows[i].most + over, rows[i].piece, st, err.what_en);
			if (over) {
				assert_int_equal(err.cause, GK_CAUSE_BAD_QUERY);
				assert_non_null(strstr(err.what, rows[i].word));
				assert_non_null(strstr(err.what_en, rows[i].word));
				assert_true(err.hint[0] != '\0');
			} else {
				assert_well_formed(&q, s);
			}
			gk_query_free(&q);
			free(s);
		}
}

static void
a_phrase_has_64_characters_at_most(void **unused)
{
	(void)unused;
	for (size_t over = 0; over < 2; over++) {
		char *run = times("甲", GK_PHRASE_CHARS + over, "\"");
		char *s = times("\"", 1, run);
		struct gk_query q;

		assert_int_equal(gk_query_parse(s, strlen(s), false, &q, NULL), over ? GK_REFUSED : GK_OK);
		gk_query_free(&q);
		free(s);
		free(run);
	}
}

static void
too_many_filters_are_refused_not_dropped(void **unused)
{
	char *s = times("年:2021 ", GK_QUERY_NODES / 2 + 1, "");
	struct gk_query q;
	struct gk_err err = GK_ERR_INIT;

	(void)unused;
	assert_int_equal(gk_query_parse(s, strlen(s), false, &q, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_BAD_QUERY);
	gk_query_free(&q);
	free(s);
}

static void
text_that_cannot_be_read_is_refused(void **unused)
{
	static const struct { const char *p; size_t n; } rows[] = {
		{ "\xff", 1 }, { "a\x80", 2 }, { "\xe5\xae", 2 }, { "\xed\xa0\x80", 3 }, { "\xc0\x80", 2 }, { "a\0b", 3 }, { "a\nb", 3 }, { "\x1b[0m", 4 }, { "a\x7f", 2 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gk_query q;
		struct gk_err err = GK_ERR_INIT;

		assert_int_equal(gk_query_parse(rows[i].p, rows[i].n, false, &q, &err), GK_REFUSED);
		assert_int_equal(err.cause, GK_CAUSE_BAD_QUERY);
		assert_non_null(strstr(err.what, "bad_text"));
		gk_query_free(&q);
	}
	assert_understood("安全\t生产", "(安全 AND 生产)", 0);
}

/* --- the tree in words ---------------------------------------------------------------------- */

/* `parsed` becomes JSON: half a character there would cost the whole answer. */
static void
a_long_query_is_described_in_whole_characters(void **unused)
{
	static const struct { const char *piece; size_t n; const char *tail; } rows[] = {
		{ "、", 200, "甲 乙" }, { "、", 201, "甲 -乙" }, { "⁗", 120, "甲" }, { "é", 400, " x" }, { "、", 300, "甲 (乙 OR 丙)" }, { "-甲、", 30, "" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *s = times(rows[i].piece, rows[i].n, rows[i].tail);
		struct gk_query q;

		parse(s, &q);
		for (size_t size = 0; size < 64; size++)
			assert_described(&q, size);
		assert_described(&q, 2400);
		gk_query_free(&q);
		free(s);
	}
}

static void
a_range_open_on_one_side_is_described_as_open(void **unused)
{
	static const struct row rows[] = {
		{ "年:..2021", "年:..2021", 0 }, { "年:2019..", "年:2019..", 0 }, { "日期:2021..", "日期:2021..", 0 },
	};

	(void)unused;
	CHECK_ROWS(rows);
}

/* --- properties -------------------------------------------------------------------------------- */

static void
try_anything(const char *s, size_t n)
{
	for (int literal = 0; literal < 2; literal++) {
		struct gk_query q;
		struct gk_err err = GK_ERR_INIT;
		char *exact = malloc(n == 0 ? 1 : n);	/* no NUL behind it */
		enum gk_status st;

		assert_non_null(exact);
		memcpy(exact, s, n);
		st = gk_query_parse(exact, n, literal, &q, &err);
		free(exact);				/* the tree borrows nothing of it */
		if (st == GK_OK) {
			assert_well_formed(&q, q.typed);
			assert_described(&q, number(80));
			assert_described(&q, 2400);
		} else {
			assert_int_equal(st, GK_REFUSED);
			assert_int_equal(err.cause, GK_CAUSE_BAD_QUERY);
			assert_int_equal(q.n, 0);
		}
		gk_query_free(&q);
	}
}

static void
no_bytes_break_the_parser(void **unused)
{
	char s[96];

	(void)unused;
	state = 1;
	for (int i = 0; i < 20000; i++) {
		size_t n = number(sizeof s);

		/* Every other one of ASCII only, or nearly all would be refused as no UTF-8. */
		for (size_t k = 0; k < n; k++)
			s[k] = (char)(i % 2 == 0 ? number(256) : 0x20 + number(0x5F));
		try_anything(s, n);
	}
}

static void
no_row_of_tokens_breaks_the_parser(void **unused)
{
	static const char *const token[] = {
		"\"", "“", "”", "「", "」", "(", ")", "（", "）", "OR", "AND", "NOT", "|", "-", "－", "--", " ", " ", " ", "　", "\t",
		"标题:", "title：", "文号:", "机关:", "类别:", "状态:", "is:", "年:", "日期:", "有效", "2019", "..", "2021-03-01", "安全", "生产", "甲", "乙", "龘", "𠮷",
		"第二十条", "第20条", "国办发〔2017〕47号", "2021年", "abc", "é", "ﷺ", "，", ":", "안전", "アイ",
	};
	char s[GK_QUERY_BYTES + 64];

	(void)unused;
	state = 2;
	for (int i = 0; i < 20000; i++) {
		size_t n = 0, most = i % 50 == 0 ? 300 : 1 + number(14);

		for (size_t k = 0; k < most && n < GK_QUERY_BYTES; k++) {
			const char *t = token[number(sizeof token / sizeof *token)];

			memcpy(s + n, t, strlen(t));
			n += strlen(t);
		}
		try_anything(s, n);
	}
}

static void
brackets_around_a_whole_query_change_nothing(void **unused)
{
	static const char *const rows[] = { "安全 生产", "安全 OR 消防 -演练", "标题:预算 年:2021", "\"甲 乙\" OR 丙丙", "-甲乙" };

	(void)unused;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char inside[128], out[2][2400];
		struct gk_query q;

		snprintf(inside, sizeof inside, "( %s )", rows[i]);
		parse(rows[i], &q);
		gk_query_describe(&q, out[0], sizeof out[0]);
		gk_query_free(&q);
		parse(inside, &q);
		gk_query_describe(&q, out[1], sizeof out[1]);
		gk_query_free(&q);
		assert_string_equal(out[0], out[1]);
	}
}

static void
a_date_typed_alone_is_a_hint(void **unused)
{
	static const struct { const char *typed, *from; unsigned seq; } rows[] = {
		{ "2021年3月", "2021-03", 0 }, { "2021年3月5日", "2021-03-05", 0 }, { "２０２１年３月", "2021-03", 0 }, { "二〇二一年三月", "2021-03", 0 }, { "2021-03", "2021-03", 0 },
		{ "2021年", "", 0 }, { "20210305", "", 0 }, { "3月", "", 0 }, { "2021年13月", "", 0 }, { "2021年3月报告", "", 0 }, { "四十七号文", "", 47 }, { "47号文", "", 47 }, { "第3号文件", "", 3 },
		{ "３号文", "", 3 }, { "47号", "", 0 }, { "第47号文书", "", 0 }, { "0号文", "", 0 }, { "123456号文", "", 0 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gk_query q;
		char from[12];

		parse(rows[i].typed, &q);
		gk_date_format(q.node[0].from, from);
		if (q.n != 1 || q.node[0].kind != GK_N_RUN || strcmp(from, rows[i].from) != 0 || q.node[0].seq != rows[i].seq)
			fail_msg("'%s' hints at '%s' and number %u, not '%s' and %u", rows[i].typed, from, q.node[0].seq, rows[i].from, rows[i].seq);
		gk_query_free(&q);
	}
}

static void
the_tree_is_told_in_words(void **unused)
{
	static const struct { const char *typed, *zh, *en; } rows[] = {
		{ "安全生产 年:2021", "（含“安全生产”，并且年份为 2021）", "(has '安全生产' and is of 2021)" },
		{ "\"年度报告\" -标题:预算", "（原样含“年度报告”，并且排除标题含“预算”）", "(has exactly '年度报告' and not: has '预算' in its title)" },
		{ "年:2019..2021 OR 日期:..2020-05", "（年份为 2019 至 2021，或者发布日期为 不限 至 2020-05）", "(is of 2019 to 2021 or was published any to 2020-05)" },
		{ "国办发[2017]47号", "文号为“国办发|2017|47”", "has the number '国办发|2017|47'" },
		{ "", "", "" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gk_query q;
		char out[2400];

		parse(rows[i].typed, &q);
		gk_query_say(&q, true, out, sizeof out);
		assert_string_equal(out, rows[i].zh);
		gk_query_say(&q, false, out, sizeof out);
		assert_string_equal(out, rows[i].en);
		gk_query_free(&q);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_of_the_syntax_is_understood),
		cmocka_unit_test(a_date_typed_alone_is_a_hint),
		cmocka_unit_test(the_tree_is_told_in_words),
		cmocka_unit_test(not_binds_before_and_and_and_before_or),
		cmocka_unit_test(full_width_forms_are_the_same),
		cmocka_unit_test(a_number_alone_is_a_number_in_any_spelling),
		cmocka_unit_test(a_year_typed_alone_is_also_a_hint),
		cmocka_unit_test(status_words_become_bits),
		cmocka_unit_test(folding_is_told_only_when_it_changed_the_spelling),
		cmocka_unit_test(a_slip_is_mended_and_told),
		cmocka_unit_test(a_not_without_a_word_excludes_nobody_else),
		cmocka_unit_test(a_field_that_is_not_understood_leaves_no_filter_behind),
		cmocka_unit_test(limits_hold_at_the_very_number),
		cmocka_unit_test(a_phrase_has_64_characters_at_most),
		cmocka_unit_test(too_many_filters_are_refused_not_dropped),
		cmocka_unit_test(text_that_cannot_be_read_is_refused),
		cmocka_unit_test(a_long_query_is_described_in_whole_characters),
		cmocka_unit_test(a_range_open_on_one_side_is_described_as_open),
		cmocka_unit_test(no_bytes_break_the_parser),
		cmocka_unit_test(no_row_of_tokens_breaks_the_parser),
		cmocka_unit_test(brackets_around_a_whole_query_change_nothing),
	};

	return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
