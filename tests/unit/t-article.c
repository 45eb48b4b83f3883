/* Articles: headings and what only looks like them as a table, what holds of every text, and the real laws where they are at hand. */
#include "base/utf8.h"
#include "record/article.h"

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

/* "1 2 2.1 3 | 1 2": numbers, one with 之 behind a dot, | between parts. */
static void
tell(const struct gk_article *a, size_t n, char *out, size_t size)
{
	size_t k = 0;

	out[0] = '\0';
	for (size_t i = 0; i < n && k + 32 < size; i++) {
		k += (size_t)snprintf(out + k, size - k, "%s%u", i == 0 ? "" : a[i].part != a[i - 1].part ? " | " : " ", a[i].number);
		if (a[i].sub > 0)
			k += (size_t)snprintf(out + k, size - k, ".%u", a[i].sub);
	}
}

static void
headings_are_found_and_others_are_not(void **state)
{
	static const struct { const char *why, *text, *want; } rows[] = {
		{ "nothing", "", "" },
		{ "no articles", "关于开展检查的通知\n各村：\n一、总体要求。\n二、工作安排。\n", "" },
		{ "plain", "云溪县养犬办法\n第一条 为了规范。\n第二条 适用本县。\n第三条 自发布之日起施行。\n", "1 2 3" },
		{ "indented with full-width blanks, and behind the number too", "　　第一条　为了。\n　　第二条　适用。\n", "1 2" },
		{ "a carriage return in front of each line feed", "第一条 甲。\r\n第二条 乙。\r\n", "1 2" },
		{ "ten, eleven, twenty, a hundred and one", "第十条 甲。\n第十一条 乙。\n第二十条 丙。\n第一百条 丁。\n第一百零一条 戊。\n第一千零五条 己。\n", "10 11 20 100 101 1005" },
		{ "the round zero", "第九十九条 甲。\n第一百〇一条 乙。\n第一百〇二条 丙。\n", "99 101 102" },
		{ "rows of digits", "第一九条 甲。\n第二〇条 乙。\n第二一条 丙。\n", "19 20 21" },
		{ "Arabic, with and without blanks, and full width", "第1条 甲。\n第 2 条 乙。\n第３条　丙。\n第１０条 丁。\n", "1 2 3 10" },
		{ "blanks within the number", "第 一 条 甲。\n第 二 条 乙。\n第 十 一 条 丙。\n", "1 2 11" },
		{ "inserted articles", "第一条 甲。\n第二条 乙。\n第二条之一 丙。\n第二条之二 丁。\n第三条 戊。\n", "1 2 2.1 2.2 3" },
		{ "the heading alone in its line", "第一条\n为了。\n第二条\n适用。\n", "1 2" },
		{ "a name in brackets", "第一条【目的】为了。\n第二条（适用）本县。\n", "1 2" },
		{ "no blank anywhere", "第一条为了规范。\n第二条本县适用。\n第三条自发布之日起施行。\n", "1 2 3" },
		{ "a blank was lost once", "第一条 为了规范。\n第二条本县适用。\n第三条 自发布之日起施行。\n", "1 2 3" },
		{ "a citation within a sentence", "第一条 依照第十条的规定，处罚。\n第二条 第十条 另有规定的除外。\n", "1 2" },
		{ "a citation that a line break put in front", "第一条 甲。\n第二条 有下列情形的，依照\n第一条 处罚。\n第三条 乙。\n", "1 2 3" },
		{ "the same with a paragraph number", "第一条 甲。\n第二条 违反本办法\n第一条第二款规定的，处罚。\n第三条 乙。\n", "1 2 3" },
		{ "第五条 of the law, in front of a line", "第一条 甲。\n第二条 乙，见\n第九十条 的规定。\n第三条 丙。\n", "1 2 3" },
		{ "an outlier that looks like a heading in all things", "第一条 甲。\n第二条 乙。\n第九十条 丁。\n第三条 丙。\n第四条 丁。\n", "1 2 3 4" },
		{ "articles from 第二条 on of the text are cited in a list", "第一条 甲。\n第二条 下列规定废止：\n第八条第二款、\n第九条、第十条。\n第三条 丙。\n", "1 2 3" },
		{ "an amending decision quotes articles, over many lines too",
		  "一、将第十条修改为：“第十条 新的内容。\n第十一条 另一条。”\n二、第五条修改为：“第五条 甲。”\n本决定自2021年1月1日起施行。\n", "" },
		{ "an amending decision that has articles itself", "第一条 将《甲办法》第三条修改为：“第三条 新的。\n第四条 也是新的。”\n第二条 删去第七条。\n第三条 本决定自发布之日起施行。\n", "1 2 3" },
		{ "第五条修改为 is the decision's sentence", "第一条修改为：\n甲。\n第五条修改为：\n乙。\n第九条删去。\n", "" },
		{ "a mark that never closes hides nothing", "第一条 所称“甲是指乙。\n第二条 丙。\n", "1 2" },
		{ "corner marks", "第一条 将第九条改为：「第九条 甲。\n第十条 乙。」\n第二条 丙。\n", "1 2" },
		{ "an appendix counts anew", "第一条 甲。\n第二条 乙。\n第三条 丙。\n附件：实施细则\n第一条 丁。\n第二条 戊。\n", "1 2 3 | 1 2" },
		{ "a single 第一条 later on is cited", "第一条 甲。\n第二条 乙。\n第一条 丙。\n第三条 丁。\n", "1 2 3" },
		{ "a part of a code begins far on", "第五编 婚姻家庭\n第一千零四十条 甲。\n第一千零四十一条 乙。\n", "1040 1041" },
		{ "one line out of another law is no article", "裁判要点\n第六条 甲。\n本案中。\n", "" },
		{ "an order of one article", "第一条 本令自发布之日起施行。\n", "1" },
		{ "items of a contract, not at the beginning of a line", "见合同第一条 甲。\n和第二条 乙。\n", "" },
		{ "第三方 is nobody's number", "第一条 甲。\n第三方机构应当。\n第二条 第三方。\n", "1 2" },
		{ "第条 and 第零条", "第条 甲。\n第零条 乙。\n第〇条 丙。\n", "" },
		{ "headings above it that end like a citation", "第一条 甲。\n第二章 传承利用和公众参与\n第二条 乙。\n三、法律适用\n第三条 丙。\n", "1 2 3" },
		{ "a chapter is none", "第一章 总则\n第一条 甲。\n第二章 罚则\n第二条 乙。\n", "1 2" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct gk_article *a;
		size_t n;
		char got[512];

		assert_int_equal(gk_articles(rows[i].text, strlen(rows[i].text), &a, &n, NULL), GK_OK);
		tell(a, n, got, sizeof got);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: '%s', wanted '%s'", rows[i].why, got, rows[i].want);
		free(a);
	}
}

static void
is_text(const char *text, size_t from, size_t to, const char *want)
{
	if (to - from != strlen(want) || memcmp(text + from, want, to - from) != 0)
		fail_msg("'%.*s', wanted '%s'", (int)(to - from), text + from, want);
}

static void
ranges_and_chapters(void **state)
{
	static const char text[] = "青石镇市场管理办法\n（2020年3月1日公布）\n\n　　第一章　总　则\n　　第一条　为了规范。\n　　第二条　适用：\n（一）甲；\n（二）乙。\n\n"
		"第二章 罚则\n第一节 处罚\n第三条 处罚。\n附件：收费表\n一、费用。\n";
	struct gk_article *a;
	size_t n;

	(void)state;
	assert_int_equal(gk_articles(text, strlen(text), &a, &n, NULL), GK_OK);
	assert_int_equal(n, 3);
	is_text(text, a[0].start, a[0].body, "第一条　");
	is_text(text, a[0].body, a[0].end, "为了规范。\n");
	is_text(text, a[1].start, a[1].end, "第二条　适用：\n（一）甲；\n（二）乙。\n\n");
	is_text(text, a[2].start, a[2].end, "第三条 处罚。\n");
	is_text(text, a[0].chapter, a[0].chapter + a[0].chapter_n, "第一章　总　则");
	is_text(text, a[1].chapter, a[1].chapter + a[1].chapter_n, "第一章　总　则");
	is_text(text, a[2].chapter, a[2].chapter + a[2].chapter_n, "第二章 罚则");
	free(a);
}

static void
names_and_addresses(void **state)
{
	static const struct { struct gk_article a; const char *label, *anchor; } rows[] = {
		{ { .number = 20 }, "第二十条", "a20" }, { { .number = 10, .sub = 1 }, "第十条之一", "a10-1" }, { { .number = 103, .part = 1 }, "第一百零三条", "p2-a103" },
	};
	char out[GK_ARTICLE_LABEL];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		gk_article_label(rows[i].a.number, rows[i].a.sub, out);
		assert_string_equal(out, rows[i].label);
		gk_article_anchor(&rows[i].a, out);
		assert_string_equal(out, rows[i].anchor);
	}
}

static void
references_of_acts(void **state)
{
	static const struct { const char *text; int number, sub, last, last_sub; const char *rest; } rows[] = {
		{ "第七条", 7, 0, 7, 0, "" }, { "七", 7, 0, 7, 0, "" }, { "7", 7, 0, 7, 0, "" }, { "第７条", 7, 0, 7, 0, "" }, { "七条", 7, 0, 7, 0, "" },
		{ "第十条之一", 10, 1, 10, 1, "" }, { "第三条至第五条", 3, 0, 5, 0, "" }, { "3-5", 3, 0, 5, 0, "" }, { "第三条到第三条之二", 3, 0, 3, 2, "" },
		{ "第七条第二款", 7, 0, 7, 0, "第二款" }, { "第七条第二款第三项", 7, 0, 7, 0, "第二款第三项" }, { "第七条第（三）项", 7, 0, 7, 0, "第（三）项" },
		{ "第七条第一款、第二款", 7, 0, 7, 0, "第一款、第二款" }, { " 第七条 ", 7, 0, 7, 0, "" },
		{ "关于收费的规定", -1, 0, 0, 0, NULL }, { "", -1, 0, 0, 0, NULL }, { "第七条的规定", -1, 0, 0, 0, NULL }, { "第七章", -1, 0, 0, 0, NULL }, { "第五条至第三条", -1, 0, 0, 0, NULL },
		{ "第五条至", -1, 0, 0, 0, NULL }, { "第零条", -1, 0, 0, 0, NULL },
	};
	struct gk_article_ref r;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool is = gk_article_ref_parse(rows[i].text, strlen(rows[i].text), &r);

		if (is != (rows[i].number >= 0))
			fail_msg("'%s': %d", rows[i].text, (int)is);
		if (!is)
			continue;
		if ((int)r.number != rows[i].number || (int)r.sub != rows[i].sub || (int)r.last != rows[i].last || (int)r.last_sub != rows[i].last_sub || r.rest != strlen(rows[i].rest))
			fail_msg("'%s': %u.%u to %u.%u, %zu bytes more", rows[i].text, r.number, r.sub, r.last, r.last_sub, r.rest);
	}
	assert_true(gk_article_ref_parse("第三条至第五条", strlen("第三条至第五条"), &r));
	assert_false(gk_article_ref_has(&r, &(struct gk_article){ .number = 2 }));
	assert_true(gk_article_ref_has(&r, &(struct gk_article){ .number = 3, .sub = 1 }));
	assert_true(gk_article_ref_has(&r, &(struct gk_article){ .number = 5 }));
	assert_false(gk_article_ref_has(&r, &(struct gk_article){ .number = 5, .sub = 1 }));
	assert_false(gk_article_ref_has(&r, &(struct gk_article){ .number = 4, .part = 1 }));
}

/* What holds of every text, whatever is in it. */
static void
check_any(const char *text, size_t n, const struct gk_article *a, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t line = a[i].start;

		assert_true(a[i].start < a[i].body && a[i].body <= a[i].end && a[i].end <= n);
		assert_true(a[i].number > 0);
		assert_memory_equal(text + a[i].start, "第", strlen("第"));
		/* Nothing but blanks before it in its line. */
		while (line > 0 && text[line - 1] != '\n')
			line--;
		assert_true(line == a[i].start || text[line] == ' ' || text[line] == '\t' || (unsigned char)text[line] >= 0x80);
		assert_true(gk_utf8_cut(text, a[i].end) == a[i].end && gk_utf8_cut(text, a[i].body) == a[i].body);
		assert_true(a[i].chapter + a[i].chapter_n <= a[i].start);
		if (i == 0)
			continue;
		assert_true(a[i - 1].end <= a[i].start);
		assert_true(a[i].part == a[i - 1].part || a[i].part == a[i - 1].part + 1);
		if (a[i].part == a[i - 1].part)
			assert_true(a[i].number > a[i - 1].number || (a[i].number == a[i - 1].number && a[i].sub > a[i - 1].sub));
		else
			assert_int_equal(a[i].number, 1);
	}
}

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void
what_holds_of_any_text(void **state)
{
	static const char *const pieces[] = { "第", "条", "一", "二", "三", "十", "百", "〇", "1", "２", "之", " ", "　", "\n", "\n", "\n第一条 ", "\n第二条 ", "\n第三条之一 ", "第二章 ", "“", "”", "。", "、",
		"依照", "的规定", "修改为", "附件", "款", "甲乙", "\r\n", "「", "」", "（", "）" };
	uint32_t seed = 20210501;
	struct gk_article *a;
	size_t n, found = 0;

	(void)state;
	for (int round = 0; round < 4000; round++) {
		char text[2048];
		size_t k = 0, parts = next_random(&seed) % 80;

		for (size_t i = 0; i < parts; i++) {
			const char *piece = pieces[next_random(&seed) % COUNT(pieces)];

			memcpy(text + k, piece, strlen(piece));
			k += strlen(piece);
		}
		assert_int_equal(gk_articles(text, k, &a, &n, NULL), GK_OK);
		check_any(text, k, a, n);
		found += n;
		free(a);
	}
	assert_true(found > 1000);
}

static void
a_text_cut_anywhere(void **state)
{
	static const char text[] = "　第一条　为了“规范\n第九条 ”。\n第二条之一（目的）甲\n附件：\n第三条乙";

	(void)state;
	for (size_t n = 0; n <= sizeof text - 1; n++) {
		char *exact = malloc(n + 1);		/* so that a sanitizer sees a step too far */
		struct gk_article *a;
		size_t count;

		memcpy(exact, text, n);
		assert_int_equal(gk_articles(exact, n, &a, &count, NULL), GK_OK);
		free(a);
		free(exact);
	}
}

static void
a_list_without_end_has_none(void **state)
{
	size_t room = 40 * (GK_ARTICLES_MAX + 10), k = 0, n;
	char *text = malloc(room);
	struct gk_article *a;

	(void)state;
	for (unsigned i = 1; i <= GK_ARTICLES_MAX + 5; i++)
		k += (size_t)snprintf(text + k, room - k, "第%u条 甲\n", i);
	assert_int_equal(gk_articles(text, k, &a, &n, NULL), GK_OK);
	assert_int_equal(n, 0);
	free(text);
}

/* In the laws as they are published articles count 1, 2, 3 … without a gap; a few texts of the source lack a line or are excerpts. */
static void
real_laws_count_on(void **state)
{
	enum { LINE = 4 * 1024 * 1024 };
	char path[600], *line;
	const char *top = getenv("top_srcdir");
	unsigned laws = 0, whole = 0, articles = 0, said = 0;
	gzFile f;

	(void)state;
	snprintf(path, sizeof path, "%s/../shared/corpus/laws.jsonl.gz", top == NULL ? "." : top);
	f = gzopen(path, "r");
	if (f == NULL)
		skip();
	line = malloc(LINE);
	while (gzgets(f, line, LINE) != NULL) {
		json_t *doc = json_loads(line, 0, NULL);
		const char *text = json_string_value(json_object_get(doc, "text"));
		struct gk_article *a;
		size_t n, at = 1;

		assert_non_null(text);
		assert_int_equal(gk_articles(text, strlen(text), &a, &n, NULL), GK_OK);
		check_any(text, strlen(text), a, n);
		while (at < n && (a[at].part != a[at - 1].part || a[at].number == a[at - 1].number + (a[at].sub == 0)))
			at++;
		if (n > 2) {
			laws++;
			whole += at == n;
			if (at < n && said++ < 12)
				print_message("# %s: %u, then %u\n", json_string_value(json_object_get(doc, "title")), a[at - 1].number, a[at].number);
		}
		articles += (unsigned)n;
		free(a);
		json_decref(doc);
	}
	gzclose(f);
	free(line);
	print_message("# %u articles; %u of %u laws count on without a gap\n", articles, whole, laws);
	assert_true(laws > 2500);
	assert_true(articles > 125000);
	assert_true(whole * 1000 >= laws * 990);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headings_are_found_and_others_are_not), cmocka_unit_test(ranges_and_chapters), cmocka_unit_test(names_and_addresses),
		cmocka_unit_test(references_of_acts), cmocka_unit_test(what_holds_of_any_text), cmocka_unit_test(a_text_cut_anywhere),
		cmocka_unit_test(a_list_without_end_has_none), cmocka_unit_test(real_laws_count_on),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
