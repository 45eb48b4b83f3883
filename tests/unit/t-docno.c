/* Document numbers: domain.md 5.1 as tables, and the real corpus where it is at hand. */
#include "record/docno.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#define COUNT(a) (sizeof (a) / sizeof *(a))

static const struct { const char *text, *key; } wholes[] = {
	/* brackets of every kind */
	{ "国办发〔2017〕47号", "国办发|2017|47" }, { "国办发［2017］47号", "国办发|2017|47" }, { "国办发[2017]47号", "国办发|2017|47" },
	{ "国办发（2017）47号", "国办发|2017|47" }, { "国办发(2017)47号", "国办发|2017|47" }, { "国办发【2017】47号", "国办发|2017|47" },
	{ "国办发〖2017〗47号", "国办发|2017|47" }, { "国办发﹝2017﹞47号", "国办发|2017|47" }, { "国办发<2017>47号", "国办发|2017|47" },
	{ "国办发〈2017〉47号", "国办发|2017|47" }, { "国办发〔2017]47号", "国办发|2017|47" },
	/* 第, zeros, width, spaces, numerals */
	{ "国办发〔2017〕第47号", "国办发|2017|47" }, { "国办发〔2017〕047号", "国办发|2017|47" }, { "国办发〔２０１７〕４７号", "国办发|2017|47" },
	{ " 国 办 发 〔 2017 〕 47 号 ", "国办发|2017|47" }, { "国办发〔二〇一七〕四十七号", "国办发|2017|47" }, { "国办发〔2017〕47号文", "国办发|2017|47" },
	{ "国办发〔2017〕47号文件", "国办发|2017|47" },
	/* as people type */
	{ "国办发（2017）47", "国办发|2017|47" }, { "国办发 2017 47", "国办发|2017|47" }, { "国办发2017 47号", "国办发|2017|47" }, { "国办发2017第47号", "国办发|2017|47" },
	{ "国办发2017年第47号", "国办发|2017|47" }, { "法释 1999 18号", "法释|1999|18" }, { "法释<２００４>１２号", "法释|2004|12" }, { "法发【1993】15号", "法发|1993|15" },
	{ "高检发释字 2025 1号", "高检发释字|2025|1" }, { "法释<2023> 第13号", "法释|2023|13" },
	/* years, inner brackets, telegrams, examples of 5.1 */
	{ "国发〔85〕12号", "国发|1985|12" }, { "国发(1985)49号", "国发|1985|49" }, { "呼政办发[2008]68号", "呼政办发|2008|68" }, { "湘建保（2018）366号", "湘建保|2018|366" },
	{ "法（研）发〔1998〕3号", "法(研)发|1998|3" }, { "法(研)发[1998]3号", "法(研)发|1998|3" }, { "国办发明电〔2021〕11号", "国办发明电|2021|11" },
	{ "国办公开办函〔2021〕30号", "国办公开办函|2021|30" }, { "大妈府发〔2021〕7号", "大妈府发|2021|7" }, { "粤府〔2020〕99999号", "粤府|2020|99999" },
	/* damaged: conversion ate a bracket or 号 */
	{ "国办公开办函〔202130", "国办公开办函|2021|30" }, { "国办公开办函〔202130号", "国办公开办函|2021|30" }, { "国办发〔201747", "国办发|2017|47" }, { "国办发〔2017 47号", "国办发|2017|47" },
	{ "国办发2017〕47号", "国办发|2017|47" }, { "国办发〔2017〕47", "国办发|2017|47" },
	/* orders */
	{ "国务院令第711号", "国务院令||711" }, { "中华人民共和国国务院令第711号", "国务院令||711" }, { "国务院令711号", "国务院令||711" }, { "国务院令 711", "国务院令||711" },
	{ "国务院令（第711号）", "国务院令||711" }, { "国务院第711号令", "国务院令||711" }, { "国令第711号", "国务院令||711" }, { "国务院令 第 130 号", "国务院令||130" },
	{ "中华人民共和国国务院令第二百八十二号", "国务院令||282" }, { "粤府令第93号", "粤府令||93" }, { "主席令第七十三号", "主席令||73" },
	{ "中华人民共和国主席令第七十三号", "主席令||73" }, { "市人民政府第20号令", "市人民政府令||20" }, { "交通运输部令2016年第9号", "交通运输部令|2016|9" },
	/* announcements */
	{ "某某市自然资源局公告2021年第3号", "某某市自然资源局公告|2021|3" }, { "大妈镇人民政府通告2021年第3号", "大妈镇人民政府通告|2021|3" },
	{ "浙江省第十二届人民代表大会常务委员会公告第9号", "浙江省第十二届人大常委会公告||9" }, { "湖州市人民代表大会常委会公告第2号", "湖州市人大常委会公告||2" },
	/* registration numbers */
	{ "HFGS-2022-7", "HFGS|2022|7" }, { "HFGS—2017—9", "HFGS|2017|9" }, { "hfgs－２０２２－０７", "HFGS|2022|7" }, { "HFGS - 2022 - 7", "HFGS|2022|7" },
	/* not numbers */
	{ "", NULL }, { "47号文", NULL }, { "47号", NULL }, { "国办发 2017", NULL }, { "国办发", NULL }, { "〔2017〕47号", NULL }, { "[2008]3号", NULL }, { "(1985)49号", NULL },
	{ "国办发〔2017〕号", NULL }, { "国办发〔2017〕0号", NULL }, { "国办发〔3017〕47号", NULL }, { "国办发〔2017〕123456号", NULL },
	{ "国务院令（第711号", NULL }, { "交通运输部令2016年第号", NULL }, { "大妈镇公告2021第3号", NULL }, { "大妈镇公告2021年3号", NULL }, { "大妈镇通告2021年第号", NULL },
	{ "HFGS-2022-0", NULL }, { "HFGS-2022-123456", NULL }, { "HFGS-1822-3", NULL }, { "国办发〔20170", NULL }, { "国办发〔1817100号", NULL }, { "国办发〔2017〕１００００００号", NULL },
	{ "令第5号", NULL }, { "第20号令", NULL }, { "国务院令", NULL }, { "国务院令第号", NULL }, { "国办发〔2017〕47号的通知", NULL }, { "关于低保 2021 3", NULL },
	{ "2021年 低保", NULL }, { "公司法（2018年修订）", NULL }, { "宪法 (2018)", NULL }, { "公共文化服务保障与促进 2020年修订", NULL }, { "第二十条", NULL },
	{ "ABCDEFG-2022-7", NULL }, { "HFGS-2022", NULL }, { "TCXXGK-2020-011721", NULL }, { "000014349/2017-00110", NULL }, { "2021-03-05", NULL },
	{ "国办发甲乙丙丁戊己庚辛壬癸〔2017〕47号", NULL }, { "国办发〔2017〕47号国办发〔2017〕48号", NULL },
};

static void
every_way_of_writing_gives_one_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wholes); i++) {
		struct gk_docno d;
		const char *text = wholes[i].text, *want = wholes[i].key;
		bool is = gk_docno_parse(text, strlen(text), &d);

		if (is != (want != NULL) || (is && strcmp(d.key, want) != 0))
			fail_msg("'%s' gives %s", text, is ? d.key : "nothing");
	}
}

static const struct { const char *name, *text, *keys; } running[] = {
	{ "in brackets behind a title", "根据《…的通知》（国办发〔2017〕47号）和《…》(粤府〔2020〕3号)的要求", "国办发|2017|47 粤府|2020|3" },
	{ "leading words are not part of it", "按照国办发〔2017〕47号精神，依据粤府函〔2020〕3号和国发〔2004〕10号", "国办发|2017|47 粤府函|2020|3 国发|2004|10" },
	{ "和县 keeps its name", "（和政发〔2020〕3号）", "和政发|2020|3" },
	{ "和 behind a title joins", "《甲》和国发〔2004〕10号", "国发|2004|10" },
	{ "the date before an order goes", "1991年3月4日中华人民共和国国务院令第76号发布", "国务院令||76" },
	{ "and in words", "一九九一年三月四日国务院令第76号发布", "国务院令||76" },
	{ "对外 is a name", "1995年9月4日 对外贸易经济合作部令第6号发布", "对外贸易经济合作部令||6" },
	{ "对 is not", "现对国办发〔2017〕47号作出解释", "国办发|2017|47" },
	{ "the maker before the code", "北京市人民政府京政发〔2020〕3号", "京政发|2020|3" },
	{ "a blank before the bracket", "法释 〔2021〕 11 号", "法释|2021|11" },
	{ "a bracket in a code, of any width", "见法（研）发〔1998〕3号、法(研)发〔1999〕4号", "法(研)发|1998|3 法(研)发|1999|4" },
	{ "but none before it", "甲办法（试行）与国发〔2004〕10号，乙通知(暂行)国发〔2004〕11号，丙（2020年修订）和国发〔2004〕12号", "国发|2004|10 国发|2004|11 国发|2004|12" },
	{ "words behind a quotation or a number", "“甲”和国发〔2004〕9号及国发〔2004〕10号或国发〔2004〕11号", "国发|2004|9 国发|2004|10 国发|2004|11" },
	{ "a former office", "原对外贸易经济合作部令第6号", "对外贸易经济合作部令||6" },
	{ "a month's order is none", "1月令第3号，三月国务院令第5号", "国务院令||5" },
	{ "a rare character", "关于𠀀政发〔2004〕10号", "𠀀政发|2004|10" },
	{ "a letter alone is no register", "编号Ab-2022-7、A-2022-7、HFGS-2022-0", "AB|2022|7" },
	{ "a wide blank before the bracket", "国发　〔2004〕10号", "国发|2004|10" },
	{ "a new line is a border", "关于通知\n国办发〔2017〕47号", "国办发|2017|47" },
	{ "号 is required", "国办发〔2017〕47 国办发 2017 48号", "" },
	{ "a case number is none", "（2018）京01民终366号", "" },
	{ "amounts are none", "共2021年第3号楼，责令第5号，〔2017〕47号", "" },
	{ "the order last", "省人民政府第20号令、市人民政府20号令", "省人民政府令||20 市人民政府令||20" },
	{ "a registration number with borders", "编号HFGS-2022-7，不是xHFGS-2022-7-1", "HFGS|2022|7" },
	{ "our own ids are none", "dmz-2021-000123", "" },
	{ "a double 中", "1993年3月31日 中中华人民共和国主席令第三号公布", "主席令||3" },
	{ "damaged text is passed over", "国办发\xE3\x80〔2017〕47号。粤府〔2020〕3号", "粤府|2020|3" },
	{ "nothing", "", "" },
};

static void
numbers_are_found_in_running_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(running); i++) {
		const char *text = running[i].text;
		char keys[512] = "";
		struct gk_docno d;
		size_t at = 0;

		while (gk_docno_next(text, strlen(text), &at, &d)) {
			assert_true(d.start < d.end && d.end <= strlen(text) && at == d.end);
			snprintf(keys + strlen(keys), sizeof keys - strlen(keys), "%s%s", keys[0] == '\0' ? "" : " ", d.key);
		}
		assert_int_equal(at, strlen(text));
		if (strcmp(keys, running[i].keys) != 0)
			fail_msg("%s: '%s'", running[i].name, keys);
	}
}

static void
it_is_told_where_a_number_stands(void **state)
{
	static const char text[] = "见《甲》（国办发〔2017〕47号）。";
	struct gk_docno d;
	size_t at = 0;

	(void)state;
	assert_true(gk_docno_next(text, sizeof text - 1, &at, &d));
	assert_memory_equal(text + d.start, "国办发〔2017〕47号", d.end - d.start);
	assert_int_equal(d.end - d.start, strlen("国办发〔2017〕47号"));
	assert_string_equal(d.code, "国办发");
	assert_int_equal(d.year, 2017);
	assert_int_equal(d.seq, 47);
	assert_true(gk_docno_parse("  国发〔2004〕10号 ", strlen("  国发〔2004〕10号 "), &d));
	assert_int_equal(d.start, 2);
	assert_int_equal(d.end, strlen("  国发〔2004〕10号"));
}

/* ---- the corpus ---- */

static bool
corpus(const char *name, char path[600])
{
	const char *top = getenv("top_srcdir");
	FILE *f;

	snprintf(path, 600, "%s/../shared/corpus/%s", top == NULL ? "." : top, name);
	f = fopen(path, "r");
	if (f != NULL)
		fclose(f);
	return f != NULL;
}

static void
type_of(const char *types, const char *qid, char out[32])
{
	char line[128];
	FILE *f = fopen(types, "r");
	size_t n = strlen(qid);

	out[0] = '\0';
	while (out[0] == '\0' && fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, qid, n) == 0 && line[n] == '\t')
			snprintf(out, 32, "%.*s", (int)strcspn(line + n + 1, "\n"), line + n + 1);
	fclose(f);
}

static void
queries_for_a_number_parse_and_others_do_not(void **state)
{
	char queries[600], types[600], line[1024], type[32];
	unsigned numbers = 0, others = 0;
	FILE *f;

	(void)state;
	if (!corpus("known/queries.dev.tsv", queries) || !corpus("known/types.dev.tsv", types))
		skip();
	f = fopen(queries, "r");
	while (fgets(line, sizeof line, f) != NULL) {
		char *text = strchr(line, '\t');
		struct gk_docno d;
		bool wanted, is;

		if (text == NULL)
			continue;
		*text++ = '\0';
		text[strcspn(text, "\n")] = '\0';
		type_of(types, line, type);
		wanted = strcmp(type, "docno-bracket") == 0 || strcmp(type, "docno-decree") == 0;
		is = gk_docno_parse(text, strlen(text), &d);
		if (is != wanted)
			fail_msg("%s (%s): '%s'", line, type, text);
		if (strcmp(type, "docno-decree") == 0)
			assert_string_equal(d.code, "国务院令");
		if (wanted)
			numbers++;
		else
			others++;
	}
	fclose(f);
	assert_true(numbers > 80 && others > 500);
}

struct tally { unsigned stated, found; };

/* Each number that the corpus states must parse, and be found in the text it was taken from. */
static void
compare_document(const char *line, struct tally *t)
{
	json_t *doc = json_loads(line, 0, NULL), *stated = json_object_get(doc, "docnos"), *one;
	const char *text = json_string_value(json_object_get(doc, "text"));
	size_t i, n = text == NULL ? 0 : strlen(text);

	json_array_foreach(stated, i, one) {
		const char *s = json_string_value(one);
		struct gk_docno want, got;
		size_t at = 0;
		bool found = false;

		t->stated++;
		if (!gk_docno_parse(s, strlen(s), &want))
			fail_msg("'%s' does not parse", s);
		while (!found && gk_docno_next(text, n, &at, &got))
			found = strcmp(got.key, want.key) == 0;
		t->found += found;
		if (!found)
			print_message("not found: %s\n", s);
	}
	json_decref(doc);
}

static void
numbers_of_real_preambles_are_found(void **state)
{
	enum { LINE = 4 * 1024 * 1024 };
	struct tally t = { 0, 0 };
	char path[600], *line;
	gzFile f;

	(void)state;
	if (!corpus("laws.jsonl.gz", path))
		skip();
	line = malloc(LINE);
	f = gzopen(path, "r");
	while (gzgets(f, line, LINE) != NULL)
		compare_document(line, &t);
	gzclose(f);
	free(line);
	print_message("%u of %u stated numbers found\n", t.found, t.stated);
	assert_true(t.stated > 500);
	assert_true(t.found * 1000 >= t.stated * 995);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_of_writing_gives_one_key),
		cmocka_unit_test(numbers_are_found_in_running_text),
		cmocka_unit_test(it_is_told_where_a_number_stands),
		cmocka_unit_test(queries_for_a_number_parse_and_others_do_not),
		cmocka_unit_test(numbers_of_real_preambles_are_found),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
