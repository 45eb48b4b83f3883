/* What only the layout of a paper says: who issued it, to whom, its number, when it was made and printed (record/paper.h).  A row for each kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "record/paper.h"

#include <stdlib.h>
#include <string.h>

static const struct { const char *name, *text, *want; } rows[] = {
	{ "a head, two addressees, copies to, and when it was printed", "云溪县人民政府文件\n\n云政发〔2021〕7号\n\n云溪县人民政府关于加强防汛工作的通知\n\n各镇人民政府，县政府各部门：\n现通知如下：\n一、加强值守。\n\n云溪县人民政府\n2021年3月1日\n（此件公开发布）\n抄送：县委各部门，县人大常委会办公室。\n云溪县人民政府办公室　2021年3月2日印发",
	  "{\"addressee\": [\"各镇人民政府\", \"县政府各部门\"], \"cc\": [\"县委各部门\", \"县人大常委会办公室\"], \"docno\": \"云政发〔2021〕7号\", \"formed_date\": \"2021-03-01\", \"issued_date\": \"2021-03-02\", \"issuer\": [\"云溪县人民政府\"]}" },
	{ "two offices that issue together", "云溪县财政局\n云溪县水利局文件\n云财发〔2021〕9号\n关于下达资金的通知\n各镇财政所：\n现下达。\n云溪县财政局　云溪县水利局\n2021年4月6日",
	  "{\"addressee\": [\"各镇财政所\"], \"docno\": \"云财发〔2021〕9号\", \"formed_date\": \"2021-04-06\", \"issuer\": [\"云溪县财政局\", \"云溪县水利局\"]}" },
	{ "an order has the name and the number of its office", "云溪县人民政府令\n第12号\n《云溪县养犬管理办法》已经2021年3月1日县政府常务会议通过，现予公布，自2021年5月1日起施行。\n县长　张三\n2021年3月5日",
	  "{\"docno\": \"云溪县人民政府令第12号\", \"formed_date\": \"2021-03-05\", \"issuer\": [\"云溪县人民政府\"]}" },
	{ "a notice with a number of its year only", "云溪县人民政府办公室（公告）\n2021年第3号\n为保障安全，现公告如下：\n一、禁止燃放。\n特此公告。\n云溪县人民政府办公室\n二〇二一年三月六日",
	  "{\"formed_date\": \"2021-03-06\", \"issuer\": [\"云溪县人民政府办公室\"]}" },
	{ "a reply", "云溪县民政局关于甲事的批复\n云民函〔2021〕3号\n青石镇人民政府：\n你镇《关于甲事的请示》（青石府〔2021〕1号）收悉。同意。\n此复。\n云溪县民政局\n2021年3月7日",
	  "{\"addressee\": [\"青石镇人民政府\"], \"docno\": \"云民函〔2021〕3号\", \"formed_date\": \"2021-03-07\", \"issuer\": [\"云溪县民政局\"]}" },
	{ "urgent", "特急\n云溪县人民政府办公室文件\n云政办发〔2021〕8号\n关于甲事的通知\n各镇人民政府：\n内容。\n2021年3月8日",
	  "{\"addressee\": [\"各镇人民政府\"], \"docno\": \"云政办发〔2021〕8号\", \"formed_date\": \"2021-03-08\", \"issuer\": [\"云溪县人民政府办公室\"], \"urgency\": \"特急\"}" },
	{ "who signs stands beside the number", "云溪县人民政府文件\n签发人：张三\n云政发〔2021〕10号\n云溪县人民政府关于甲的请示\n市人民政府：\n请示如下。\n妥否，请批示。\n云溪县人民政府\n2021年3月9日\n（联系人：李四，电话：12345678）",
	  "{\"addressee\": [\"市人民政府\"], \"docno\": \"云政发〔2021〕10号\", \"formed_date\": \"2021-03-09\", \"issuer\": [\"云溪县人民政府\"]}" },
	{ "square brackets, and the day beside the office", "青石镇人民政府文件\n青石府发[2021]3号 \n关于甲的通知\n各村：\n内容，\n内容；\n青石镇人民政府 2021年3月10日",
	  "{\"addressee\": [\"各村\"], \"docno\": \"青石府发[2021]3号\", \"formed_date\": \"2021-03-10\", \"issuer\": [\"青石镇人民政府\"]}" },
	{ "party and government", "中共云溪县委办公室 云溪县人民政府办公室文件\n云委办发〔2021〕5号\n关于印发《甲方案》的通知\n各镇党委、人民政府：\n现印发。\n中共云溪县委办公室\n云溪县人民政府办公室\n2021年3月11日",
	  "{\"addressee\": [\"各镇党委、人民政府\"], \"docno\": \"云委办发〔2021〕5号\", \"formed_date\": \"2021-03-11\", \"issuer\": [\"中共云溪县委办公室\", \"云溪县人民政府办公室\"]}" },
	{ "no head and no number", "关于甲的公示\n根据规定，现公示如下。\n公示期：2021年3月1日至3月7日。\n云溪县教育局\n2021年3月1日",
	  "{\"formed_date\": \"2021-03-01\", \"issuer\": [\"云溪县教育局\"]}" },
	{ "a head alone says nothing", "甲局文件\n第一段文字，说明某事。第二句。",
	  "{}" },
	{ "a name with a rare character", "云溪县𠀀镇人民政府文件\n云政发〔2021〕7号\n关于甲的通知\n各村：\n内容。\n云溪县𠀀镇人民政府\n2021年3月1日",
	  "{\"addressee\": [\"各村\"], \"docno\": \"云政发〔2021〕7号\", \"formed_date\": \"2021-03-01\", \"issuer\": [\"云溪县𠀀镇人民政府\"]}" },
	{ "the number in a bracket of which one sign is wide", "云溪县水利局文件\n（云水发〔2021〕1号)\n关于甲的通知\n各镇水利站（所）：\n内容。\n云溪县水利局\n2021年3月1日印发",
	  "{\"addressee\": [\"各镇水利站（所）\"], \"docno\": \"云水发〔2021〕1号\", \"issued_date\": \"2021-03-01\", \"issuer\": [\"云溪县水利局\"]}" },
	{ "an order in brackets", "云溪县人民政府令\n（第12号）\n内容。", "{\"docno\": \"云溪县人民政府令（第12号）\", \"issuer\": [\"云溪县人民政府\"]}" },
	{ "half a bracket", "云溪县人民政府令\n第12号）\n内容。", "{}" },
	{ "an office that is named twice is one", "云溪县水利局 云溪县财政局 云溪县水利局文件\n云水发〔2021〕1号\n关于甲的通知\n内容。", "{\"docno\": \"云水发〔2021〕1号\", \"issuer\": [\"云溪县水利局\", \"云溪县财政局\"]}" },
	{ "two that sign in a line, and to whom by a half-width colon", "关于甲的通知\n各镇人民政府：\n内容。\n云溪县水利局、云溪县财政局\n2021年3月1日\n抄送:县委办\n",
	  "{\"addressee\": [\"各镇人民政府\"], \"cc\": [\"县委办\"], \"formed_date\": \"2021-03-01\", \"issuer\": [\"云溪县水利局\", \"云溪县财政局\"]}" },
	{ "a number in brackets is none", "云溪县人民政府公告\n（第5号）\n现公告。\n2021年1月2日\n附件：甲表",
	  "{\"formed_date\": \"2021-01-02\"}" },
};

static void
each_paper_says_what_stands_on_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *meta = json_object(), *want = json_loads(rows[i].want, 0, NULL), *from = gk_paper_infer(rows[i].text, strlen(rows[i].text), meta);
		const char *key;
		json_t *one;

		assert_non_null(want);
		assert_non_null(from);
		if (!json_equal(meta, want))
			fail_msg("%s: got %s", rows[i].name, json_dumps(meta, JSON_SORT_KEYS));
		/* Each value has its place in the text. */
		json_object_foreach(meta, key, one)
			assert_non_null(json_object_get(from, key));
		json_decref(from);
		json_decref(want);
		json_decref(meta);
	}
}

/* A source's own word counts more than the layout. */
static void
what_is_known_stays(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *meta = json_pack("{s:s, s:s, s:[s], s:[s]}", "docno", "甲发〔1999〕1号", "formed_date", "1999-01-01", "issuer", "甲局", "addressee", "乙局"), *from = gk_paper_infer(rows[i].text, strlen(rows[i].text), meta);

		assert_string_equal(json_string_value(json_object_get(meta, "docno")), "甲发〔1999〕1号");
		assert_string_equal(json_string_value(json_object_get(meta, "formed_date")), "1999-01-01");
		assert_string_equal(json_string_value(json_array_get(json_object_get(meta, "issuer"), 0)), "甲局");
		assert_string_equal(json_string_value(json_array_get(json_object_get(meta, "addressee"), 0)), "乙局");
		json_decref(from);
		json_decref(meta);
	}
}

/* Cut at any byte: nothing is read past the end. */
static void
a_paper_cut_anywhere_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (size_t n = 0; n < strlen(rows[i].text); n++) {
			char *copy = malloc(n > 0 ? n : 1);
			json_t *meta = json_object(), *from;

			assert_non_null(copy);
			memcpy(copy, rows[i].text, n);
			from = gk_paper_infer(copy, n, meta);
			json_decref(from);
			json_decref(meta);
			free(copy);
		}
}

/* Whoever has neither head nor signature is known by the title; a signature counts before it. */
static void
a_title_says_who_issued_it_where_nothing_else_does(void **state)
{
	static const struct { const char *title, *text, *want; } titled[] = {
		{ "云溪县人民政府关于甲的通知", "内容如下。", "[\"云溪县人民政府\"]" },
		{ "云溪县财政局 云溪县水利局关于甲的通知", "内容如下。", "[\"云溪县财政局\", \"云溪县水利局\"]" },
		{ "云溪县财政局、云溪县水利局关于甲的通知", "内容如下。", "[\"云溪县财政局\", \"云溪县水利局\"]" },
		{ "云溪县人民政府办公室关于甲的通知", "内容如下。\n云溪县人民政府\n2021年3月1日", "[\"云溪县人民政府\"]" },
		{ "关于甲的通知", "内容如下。", NULL }, { "云溪县甲办法", "内容如下。", NULL }, { "几点看法关于甲", "内容如下。", NULL }, { "", "内容如下。", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof titled / sizeof *titled; i++) {
		json_t *found = gk_paper_read(titled[i].text, strlen(titled[i].text), titled[i].title), *want = titled[i].want == NULL ? NULL : json_loads(titled[i].want, 0, NULL);
		json_t *issuer = json_object_get(json_object_get(found, "issuer"), "value");

		if (want == NULL ? issuer != NULL : !json_equal(issuer, want))
			fail_msg("'%s': %s", titled[i].title, json_dumps(found, JSON_SORT_KEYS));
		json_decref(want);
		json_decref(found);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_paper_says_what_stands_on_it),
		cmocka_unit_test(what_is_known_stays),
		cmocka_unit_test(a_paper_cut_anywhere_is_read),
		cmocka_unit_test(a_title_says_who_issued_it_where_nothing_else_does),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
