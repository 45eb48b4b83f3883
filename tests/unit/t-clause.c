/* What texts say of the end of others, a row for each rule and each trap of domain.md 4.5 (b) to (f), and of its own beginning (4.4). */
#include "record/clause.h"
#include "record/listing.h"
#include "record/making.h"
#include "record/proposal.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(a) (sizeof (a) / sizeof *(a))

static void
add(char *out, size_t size, const char *fmt, ...)
{
	size_t n = strlen(out);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(out + n, size - n, fmt, ap);
	va_end(ap);
}

static void
put_span(char *out, size_t size, const char *before, struct gk_span s)
{
	if (s.p != NULL && s.n > 0)
		add(out, size, "%s%.*s", before, (int)s.n, s.p);
}

/* "甲办法 #甲发〔2001〕1号 @2001-02-03 ~关于乙的规定": name, number, date, part; clauses are joined by " | ", targets by " + ". */
static void
told(const char *text, const char *title, char *out, size_t size, struct gk_clauses *c, struct gk_arena *arena)
{
	struct gk_err err = GK_ERR_INIT;

	gk_arena_init(arena, 1 << 20);
	assert_int_equal(gk_clauses_find(text, strlen(text), title, arena, c, &err), GK_OK);
	out[0] = '\0';
	for (size_t i = 0; i < c->n; i++) {
		add(out, size, "%s", i > 0 ? " | " : "");
		for (size_t k = 0; k < c->item[i].n; k++) {
			const struct gk_clause_target *t = &c->item[i].target[k];
			char date[12];

			add(out, size, "%s", k > 0 ? " + " : "");
			put_span(out, size, "", t->name);
			put_span(out, size, " #", t->docno);
			gk_date_format(t->date, date);
			if (date[0] != '\0')
				add(out, size, " @%s", date);
			if (t->part)
				put_span(out, size, " ~", t->subject);
		}
	}
}

struct row { const char *name, *text, *want; };

static void
each(const struct row *rows, size_t n, const char *title)
{
	for (size_t i = 0; i < n; i++) {
		struct gk_clauses c;
		struct gk_arena arena;
		char got[2048];

		told(rows[i].text, title, got, sizeof got, &c, &arena);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: '%s', not '%s'", rows[i].name, got, rows[i].want);
		/* Evidence is a slice of the text, and holds what it is evidence of. */
		for (size_t k = 0; k < c.n; k++)
			for (size_t j = 0; j < c.item[k].n; j++) {
				struct gk_span s = c.item[k].target[j].name.p != NULL ? c.item[k].target[j].name : c.item[k].target[j].docno;

				assert_true(c.item[k].start < c.item[k].end && c.item[k].end <= strlen(rows[i].text));
				assert_true(s.p >= rows[i].text + c.item[k].start && s.p + s.n <= rows[i].text + c.item[k].end);
			}
		gk_arena_free(&arena);
	}
}

/* ---- (b) the clause ---- */

static void
every_verb_ends_what_leads_up_to_it(void **state)
{
	static const struct row rows[] = {
		{ "同时废止", "本办法自2021年4月1日起施行。《甲办法》同时废止。", "甲办法" },
		{ "即行废止", "《甲办法》即行废止。", "甲办法" },
		{ "予以废止", "《甲办法》予以废止。", "甲办法" },
		{ "自…起废止", "《甲办法》自2021年5月1日起废止。", "甲办法" },
		{ "同时失效", "《甲办法》同时失效。", "甲办法" },
		{ "停止执行", "《甲办法》（甲发〔2001〕1号）停止执行。", "甲办法 #甲发〔2001〕1号" },
		{ "不再执行", "《甲办法》（甲发〔2001〕1号）自本办法公布之日起不再执行。", "甲办法 #甲发〔2001〕1号" },
		{ "traditional characters", "《甲辦法》同時廢止。", "甲辦法" },
		{ "a comma before the verb", "《甲办法》，同时废止。", "甲办法" },
		{ "都 before the verb", "《甲办法》和《乙办法》都同时废止。", "甲办法 + 乙办法" },
	};

	(void)state;
	each(rows, COUNT(rows), "云溪县丙办法");
}

static void
titles_are_joined_in_every_way(void **state)
{
	static const struct row rows[] = {
		{ "one", "《甲办法》同时废止。", "甲办法" },
		{ "without separator", "《甲办法》《乙办法》《丙办法》同时废止。", "甲办法 + 乙办法 + 丙办法" },
		{ "by 、", "《甲办法》、《乙办法》同时废止。", "甲办法 + 乙办法" },
		{ "by ，", "《甲办法》，《乙办法》同时废止。", "甲办法 + 乙办法" },
		{ "by 和", "《甲办法》和《乙办法》同时废止。", "甲办法 + 乙办法" },
		{ "by 以及", "《甲办法》以及《乙办法》同时废止。", "甲办法 + 乙办法" },
		{ "by 及", "《甲办法》及《乙办法》同时废止。", "甲办法 + 乙办法" },
		{ "mixed, with numbers", "《甲办法》（甲发〔2001〕1号）、《乙办法》（乙发〔2002〕2号）和《丙规定》同时废止。", "甲办法 #甲发〔2001〕1号 + 乙办法 #乙发〔2002〕2号 + 丙规定" },
		{ "date and issuer between titles", "2001年2月3日县政府发布的《甲办法》和2002年3月4日县政府发布的《乙办法》同时废止。", "甲办法 @2001-02-03 + 乙办法 @2002-03-04" },
		{ "（试行） belongs to what it stands in", "《甲办法（试行）》同时废止。", "甲办法（试行）" },
		{ "the line broken before the verb", "《甲办法》\n同时废止。", "甲办法" },
	};

	(void)state;
	each(rows, COUNT(rows), "云溪县丙办法");
}

static void
a_part_is_named_in_many_ways(void **state)
{
	static const struct row rows[] = {
		{ "中第…条", "《甲办法》中第三条同时废止。", "甲办法 ~第三条" },
		{ "中的第…条", "《甲办法》中的第三条、第五条同时废止。", "甲办法 ~第三条、第五条" },
		{ "的第…条", "《甲办法》的第三条同时废止。", "甲办法 ~第三条" },
		{ "第…条的规定", "《甲办法》第三条的规定同时废止。", "甲办法 ~第三条" },
		{ "第…条规定", "《甲办法》第三条规定同时废止。", "甲办法 ~第三条" },
		{ "第…条内容", "《甲办法》第三条内容同时废止。", "甲办法 ~第三条" },
		{ "paragraphs and items", "《甲办法》第三条第二款、第五条第一项同时废止。", "甲办法 ~第三条第二款、第五条第一项" },
		{ "中关于…的规定", "《甲办法》中关于乙收费的规定同时废止。", "甲办法 ~关于乙收费的规定" },
		{ "有关…的内容", "《甲办法》有关乙收费的内容同时废止。", "甲办法 ~有关乙收费的内容" },
		{ "相关条款", "《甲办法》相关条款同时废止。", "甲办法 ~相关条款" },
		{ "的有关规定", "《甲办法》的有关规定同时废止。", "甲办法 ~有关规定" },
		{ "的相关规定", "《甲办法》的相关规定同时废止。", "甲办法 ~相关规定" },
		{ "the second of two", "《甲办法》、《乙办法》中第三条同时废止。", "甲办法 + 乙办法 ~第三条" },
		{ "from one to another", "《甲办法》及《乙办法》的第五条至第八条同时废止。", "甲办法 + 乙办法 ~第五条至第八条" },
		{ "what is not in harmony is no part", "《甲办法》与本办法不一致的，同时废止。", "" },
		{ "an exception leaves the whole", "《甲办法》同时废止，但第三条除外。", "甲办法" },
	};

	(void)state;
	each(rows, COUNT(rows), "云溪县丙办法");
}

static void
a_day_may_stand_before_the_verb(void **state)
{
	static const struct row rows[] = {
		{ "自…起同时", "《甲办法》自2021年5月1日起同时废止。", "甲办法" },
		{ "从…起", "《甲办法》从2021年5月1日起停止执行。", "甲办法" },
		{ "without 自", "《甲办法》2021年5月1日起废止。", "甲办法" },
		{ "the days of one's own beginning", "本办法自公布之日起30日后施行，《甲办法》同时废止。", "甲办法" },
		{ "in numerals", "本办法自公布之日起三十日后施行。《甲办法》同时废止。", "甲办法" },
		{ "正式施行", "本办法自2021年4月1日起正式施行，《甲办法》同时废止。", "甲办法" },
		{ "开始执行", "本办法自2021年4月1日起开始执行。《甲办法》同时废止。", "甲办法" },
		{ "施行之日", "自本办法施行之日起，《甲办法》同时废止。", "甲办法" },
		{ "a day before the title", "自2021年5月1日起，《甲办法》同时废止。", "甲办法" },
		{ "即日", "自即日起，《甲办法》停止执行。", "甲办法" },
	};

	(void)state;
	each(rows, COUNT(rows), "云溪县丙办法");
}

static void
what_stands_around_a_title(void **state)
{
	static const struct row rows[] = {
		{ "及其…", "《甲办法》及其实施细则同时废止。", "甲办法" },
		{ "及相关文件", "《甲办法》及相关文件同时废止。", "甲办法" },
		{ "等文件", "《甲办法》等文件同时废止。", "甲办法" },
		{ "how often it was amended", "《甲办法》（2001年2月3日发布，2010年第2次修订）同时废止。", "甲办法 @2001-02-03" },
		{ "and in words", "《甲办法》（2001年2月3日发布，2010年第二次修正）予以废止。", "甲办法 @2001-02-03" },
		{ "原…发布的", "原云溪县人民政府发布的《甲办法》（云政发〔2001〕1号）同时废止。", "甲办法 #云政发〔2001〕1号" },
		{ "an order", "《甲办法》（县政府令第12号）同时废止。", "甲办法 #县政府令第12号" },
		{ "a short name", "《甲办法》（以下简称《办法》）同时废止。", "甲办法" },
		{ "经研究", "经研究，《甲办法》予以废止。", "甲办法" },
		{ "on what ground", "根据《乙条例》第三条规定，《甲办法》予以废止。", "甲办法" },
		{ "on two grounds", "依据《乙条例》和《丁条例》的规定，经县政府同意，《甲办法》予以废止。", "甲办法" },
		{ "who issued it and when", "2001年2月3日云溪县人民政府以云政发〔2001〕1号发布的《甲办法》同时废止。", "甲办法 @2001-02-03" },
		{ "who ends it is somebody else", "《甲办法》由乙局予以废止。", "" },
		{ "a number of its own", "云政发〔2001〕1号文件同时废止。", " #云政发〔2001〕1号" },
		{ "号文", "云政发〔2001〕1号文同时废止。", " #云政发〔2001〕1号" },
		{ "two numbers", "云政发〔2001〕1号、云政发〔2002〕2号文件同时废止。", " #云政发〔2001〕1号 +  #云政发〔2002〕2号" },
		{ "a number before the title", "云政发〔2010〕12号《甲办法》、云政发〔2010〕13号文件《乙办法》（试行）同时废止。", "甲办法 #云政发〔2010〕12号 + 乙办法 #云政发〔2010〕13号" },
		{ "side by side", "云政发〔2010〕12号《甲办法》云政发〔2010〕13号《乙办法》同时废止。", "甲办法 #云政发〔2010〕12号 + 乙办法 #云政发〔2010〕13号" },
		{ "and an order, with the day", "2001年2月3日县政府令第12号《甲办法》同时废止。", "甲办法 #县政府令第12号 @2001-02-03" },
		{ "a number behind the title, without a bracket", "《甲办法》云政发〔2010〕12号和《乙办法》 云政发〔2010〕13号同时废止。", "甲办法 #云政发〔2010〕12号 + 乙办法 #云政发〔2010〕13号" },
		{ "a number that is joined to a title is another's", "云政发〔2010〕12号和《乙办法》同时废止。", " #云政发〔2010〕12号 + 乙办法" },
		{ "a bracket with a number says it better", "云政发〔2010〕12号《甲办法》（云政发〔2011〕13号）同时废止。", "甲办法 #云政发〔2011〕13号" },
		{ "a list with numbers before its titles", "下列文件予以废止：\n1.云政发〔2010〕12号《甲办法》\n2.云政发〔2010〕13号《关于印发〈乙办法〉的通知》（2010年3月4日）", "甲办法 #云政发〔2010〕12号 + 关于印发〈乙办法〉的通知 #云政发〔2010〕13号 @2010-03-04" },
		{ "said of the wording that is added", "增加一条：“本办法施行后，《甲办法》同时废止。”", "" },
		{ "and changed to", "第三条改为：“《甲办法》同时废止。”", "" },
		{ "as follows", "修改如下：“《甲办法》同时废止。”", "" },
		{ "what somebody merely says in quotes is said", "会议决定：“《甲办法》同时废止。”", "甲办法" },
		{ "one is amended, the other ends", "《甲办法》予以修改，《乙办法》同时废止。", "乙办法" },
		{ "one goes on, the other ends", "《甲办法》按照规定执行，《乙办法》同时废止。", "乙办法" },
		{ "the day belongs to the title", "2001年1月1日起施行的《甲办法》同时废止。", "甲办法 @2001-01-01" },
		{ "behind the publication", "本办法公布后，《甲办法》同时废止。", "甲办法" },
		{ "the verb first, and both", "现废止《甲办法》和《乙办法》。", "甲办法 + 乙办法" },
		{ "the verb first, and what becomes of the rest", "县政府决定废止《甲办法》（云政发〔2001〕1号），其余不变。", "甲办法 #云政发〔2001〕1号" },
		{ "and of other papers", "决定废止《甲办法》、《乙办法》,其他文件继续有效。", "甲办法 + 乙办法" },
		{ "what is kept does not end", "县政府决定废止《甲办法》，保留《乙办法》。", "甲办法" },
		{ "nor what lives on", "县政府决定废止《甲办法》、《乙办法》（云政发〔2002〕2号），《丙办法》、《丁办法》继续有效。", "甲办法 + 乙办法 #云政发〔2002〕2号" },
		{ "where all of it lives on nothing ends", "县政府决定不予废止：《甲办法》、《丁办法》继续有效。", "" },
		{ "the verb first, of a part that is none of its articles", "县政府决定废止《甲办法》规定的收费。", "" },
		{ "half-width brackets", "《甲办法(试行)》自行失效。", "甲办法(试行)" },
		{ "brackets of which one is wide", "《甲办法》（云政发〔2001〕1号)、《乙办法》(云政发〔2002〕2号）同时废止。", "甲办法 #云政发〔2001〕1号 + 乙办法 #云政发〔2002〕2号" },
		{ "such a bracket in a title", "《甲办法(试行）》自行失效。", "甲办法(试行）" },
		{ "和其他…", "自2021年4月1日起，《甲办法》和其他文件同时废止。", "甲办法" },
		{ "号通知", "云政发〔2001〕1号、云政发〔2001〕2号通知和《乙办法》自即日起废止。", " #云政发〔2001〕1号 +  #云政发〔2001〕2号 + 乙办法" },
		{ "what is done for a paper of a number does not end it", "按云政发〔2001〕2号通知办理，《甲办法》同时废止。", "甲办法" },
		{ "an empty bracket, one with a year only", "《甲办法》（）、《乙办法》（1998年）同时废止。", "甲办法 + 乙办法" },
		{ "a title in a title", "《甲办法（《乙》的补充）》同时废止。", "甲办法（《乙》的补充）" },
		{ "made on the ground of another", "2001年2月3日县政府依据《乙条例》制定的《甲办法》同时废止。", "甲办法" },
		{ "amended so many times in words", "《甲办法》（第十次修订）同时废止。", "甲办法" },
		{ "a part that has another in it", "《甲办法》有关第三条的规定同时废止。", "甲办法 ~有关第三条的规定" },
		{ "a part of what has a number only", "云政发〔2001〕1号中第三条同时废止。", " #云政发〔2001〕1号 ~第三条" },
		{ "and from a day", "云政发〔2001〕1号自2021年5月1日起废止。", " #云政发〔2001〕1号" },
		{ "a name behind its label", "标题：关于乙事的通知（甲政发〔2001〕3号）同时废止。", "关于乙事的通知 #甲政发〔2001〕3号" },
		{ "the other half of a name", "关于乙事的通知》（甲政发〔2001〕3号）同时废止。", "" },
		{ "a name without marks, with its number", "关于乙事的通知（甲政发〔2001〕3号）同时废止。", "关于乙事的通知 #甲政发〔2001〕3号" },
		{ "behind a title", "《甲办法》、原关于乙事的通知（甲政发〔2001〕3号）同时废止。", "甲办法 + 关于乙事的通知 #甲政发〔2001〕3号" },
		{ "a bracket with no name before it", "有关的事（甲政发〔2001〕3号）同时废止。", "" },
		{ "a longer name around a title", "2001年2月3日县政府关于印发《甲办法》的通知（甲政发〔2001〕3号）同时废止。", "县政府关于印发《甲办法》的通知 #甲政发〔2001〕3号 @2001-02-03" },
		{ "what lapses must be called a rule", "《甲办法（试行）》自行失效，《甲手机》自行失效。", "甲办法（试行）" },
		{ "or bear a number", "《甲手机》（甲政发〔2001〕3号）自行失效。", "甲手机 #甲政发〔2001〕3号" },
		{ "a paper of one person ends no rule", "原《商标注册证》作废。", "" },
		{ "wording that is given in quotes", "将第三条修改为：“《甲办法》同时废止。”", "" },
		{ "and without a colon", "第三条修改为“本办法施行后，《甲办法》同时废止”。", "" },
		{ "a title that never ends", "《甲办法同时废止。", "" },
		{ "a title in one that never ends", "《关于《甲办法》的补充规定同时废止。", "" },
		{ "who offends against it", "违反《甲办法》的，予以废止。", "" },
		{ "two sentences with other marks", "《甲办法》同时废止！《乙办法》予以废止？", "甲办法 | 乙办法" },
		{ "a list behind its head", "下列文件予以废止：\n1.《甲办法》（云政发〔2001〕1号）\n2.《乙办法》（云政发〔2002〕2号）", "甲办法 #云政发〔2001〕1号 + 乙办法 #云政发〔2002〕2号" },
	};

	(void)state;
	each(rows, COUNT(rows), "云溪县丙办法");
}

static void
a_decision_says_it_before_the_titles(void **state)
{
	static const struct row rows[] = {
		{ "a list", "废止下列文件：\n一、《甲办法》；\n二、《乙办法》。", "甲办法 + 乙办法" },
		{ "with its own beginning", "决定废止《甲办法》、《乙办法》，自公布之日起生效。", "甲办法 + 乙办法" },
		{ "one after the other", "一、废止《甲办法》。\n二、废止《乙办法》（云政发〔2002〕2号）。\n三、本决定自公布之日起施行。", "甲办法 | 乙办法 #云政发〔2002〕2号" },
		{ "a part", "废止《甲办法》第三条。", "甲办法 ~第三条" },
		{ "a part before the verb", "《甲办法》第三条、第五条废止。", "甲办法 ~第三条、第五条" },
		{ "停止执行", "停止执行《甲办法》、《乙办法》。", "甲办法 + 乙办法" },
		{ "a ground with a title", "依照《关于修改〈乙条例〉的决定》，废止《甲办法》。", "甲办法" },
		{ "a ground and 决定", "根据《乙条例》的规定，决定废止《甲办法》。", "甲办法" },
		{ "amending is not ending", "对《甲办法》作如下修改：\n一、将第三条改为：“甲。”\n二、删去第五条。", "" },
		{ "what lives on behind it", "废止《甲办法》，《乙办法》仍继续执行。", "甲办法" },
		{ "what is amended behind it", "废止《甲办法》，《乙办法》予以修改。", "甲办法" },
		{ "a colon of half width, and a blank behind it", "现决定对下列文件予以废止: \n1.《甲办法》\n2.《乙办法》", "甲办法 + 乙办法" },
		{ "a colon behind the verb", "废止：《甲办法》、《乙办法》。", "甲办法 + 乙办法" },
		{ "of the last a part", "废止《甲办法》、《乙办法》的第三条。", "甲办法 + 乙办法 ~第三条" },
		{ "a ground with its number", "根据《关于修改〈乙条例〉的决定》(乙发〔2001〕2号)，废止《甲办法》第三条至第五条。", "甲办法 ~第三条至第五条" },
		{ "by half a sentence", "决定废止《甲办法》，《乙办法》；《丙办法》继续有效。", "甲办法 + 乙办法" },
		{ "another has taken its place", "《甲办法》已被《乙办法》代替，予以废止。", "" },
		{ "numbers alone", "县政府决定，对云政发〔2001〕1号等3件文件予以废止。", " #云政发〔2001〕1号" },
	};

	(void)state;
	each(rows, COUNT(rows), "云溪县人民政府关于废止部分规范性文件的决定");
}

static void
nested_marks_belong_to_the_title(void **state)
{
	static const struct row rows[] = {
		{ "〈〉", "《云溪县实施〈中华人民共和国水法〉办法》同时废止。", "云溪县实施〈中华人民共和国水法〉办法" },
		{ "《》", "《云溪县实施《中华人民共和国水法》办法》同时废止。", "云溪县实施《中华人民共和国水法》办法" },
		{ "ASCII <>", "《关于修改<甲规定>的决定》同时废止。", "关于修改<甲规定>的决定" },
		{ "at its beginning", "《〈甲条例〉罚款处罚办法》同时废止。", "〈甲条例〉罚款处罚办法" },
	};

	(void)state;
	each(rows, COUNT(rows), "云溪县丙办法");
}

static void
a_title_is_dropped_only_if_an_amendment_follows_it(void **state)
{
	static const struct row rows[] = {
		{ "the basis of a first amendment", "1998年1月2日通过，根据2004年5月6日《关于修改〈甲办法〉的决定》第一次修正的《甲办法》同时废止。", "甲办法 @1998-01-02" },
		{ "the basis of a revision", "根据2004年5月6日《关于修改部分规章的决定》修订的《甲办法》同时废止。", "甲办法 @2004-05-06" },
		{ "an amending decision that is itself abolished", "《甲办法》和《关于修改〈甲办法〉的决定》同时废止。", "甲办法 + 关于修改〈甲办法〉的决定" },
		{ "an amending decision with its number", "2008年5月27日发布的《甲规定》（公安部令第102号）和2012年9月12日发布的《关于修改<甲规定>的决定》（公安部令第124号）同时废止。",
		  "甲规定 #公安部令第102号 @2008-05-27 + 关于修改<甲规定>的决定 #公安部令第124号 @2012-09-12" },
		{ "behind a title, its history first", "《甲办法》、根据2004年5月6日《关于修改〈乙办法〉的决定》修正的《乙办法》同时废止。", "甲办法 + 乙办法 @2004-05-06" },
		{ "and in the middle of a list", "《甲办法》和根据《关于修改〈乙办法〉的决定》第二次修正的《乙办法》、《丙规定》同时废止。", "甲办法 + 乙办法 + 丙规定" },
		{ "with the day of its making", "1998年1月2日发布的《甲办法》、2000年3月4日发布，根据2004年5月6日《关于修改〈乙办法〉的决定》修正的《乙办法》同时废止。", "甲办法 @1998-01-02 + 乙办法 @2000-03-04" },
		{ "behind the verb", "现废止《甲办法》、依据云溪县人民代表大会常务委员会第十二次会议关于规章清理的决议和《关于修改〈乙办法〉的决定》修正的《乙办法》。", "甲办法 + 乙办法" },
		{ "another statement has its own ground", "《甲办法》由县水利局执行，根据《关于修改〈乙办法〉的决定》修正的《乙办法》同时废止。", "乙办法" },
		{ "根据 in a long list drops nothing", "1991年5月16日市政府发布、根据1997年12月31日市政府第12号令修改的《甲办法》，1993年9月23日市政府发布的《乙规定》同时废止。",
		  "甲办法 @1991-05-16 + 乙规定 @1993-09-23" },
	};

	(void)state;
	each(rows, COUNT(rows), "云溪县丙办法");
}

static void
a_part_is_not_the_whole(void **state)
{
	static const struct row rows[] = {
		{ "中关于…的规定", "《甲条例》中关于反补贴的规定同时废止。", "甲条例 ~关于反补贴的规定" },
		{ "中有关…的规定", "1954年9月7日公布的《甲条例》中有关看守所的规定即行废止。", "甲条例 @1954-09-07 ~有关看守所的规定" },
		{ "articles", "《甲办法》第三条、第五条同时废止。", "甲办法 ~第三条、第五条" },
		{ "a number before the part", "《甲办法》（甲发〔2001〕1号）中关于收费的规定同时废止。", "甲办法 #甲发〔2001〕1号 ~关于收费的规定" },
	};

	(void)state;
	each(rows, COUNT(rows), "云溪县丙办法");
}

static void
what_ends_nothing_is_not_proposed(void **state)
{
	static const struct row rows[] = {
		{ "nothing is named", "凡与本规定不一致的同时废止。", "" },
		{ "以本办法为准", "《甲办法》与本办法不一致的，以本办法为准。", "" },
		{ "a permit ends", "逾期不缴的，其《采矿许可证》自行废止。", "" },
		{ "a certificate", "原《商标注册证》作废。", "" },
		{ "a penalty is no longer carried out", "当事人履行义务的，不再执行。", "" },
		{ "it was abolished by another", "该通知已被《甲办法》废止。", "" },
		{ "a question about it", "《甲办法》废止前发生的行为，适用当时的规定。", "" },
		{ "a procedure of abolition", "规范性文件的修改、废止，依照《甲条例》的规定执行。", "" },
		{ "no text", "", "" },
	};

	(void)state;
	each(rows, COUNT(rows), "云溪县丙办法");
	for (size_t i = 0; i < 2; i++) {
		struct gk_clauses c;
		struct gk_arena arena;
		char got[64];

		told(rows[i].text, "", got, sizeof got, &c, &arena);
		assert_true(c.overrides || i == 1);
		gk_arena_free(&arena);
	}
}

/* ---- (c) decisions ---- */

static void
decisions_say_the_verb_first(void **state)
{
	static const struct row rows[] = {
		{ "items of a decision", "县政府决定：\n一、废止《甲条例》（1992年9月19日通过）\n二、废止《乙条例》（1994年7月22日通过）\n", "甲条例 @1992-09-19 | 乙条例 @1994-07-22" },
		{ "宣布失效", "县政府决定，宣布失效《甲办法》（甲发〔2001〕1号）。", "甲办法 #甲发〔2001〕1号" },
		{ "of what it amends it ends nothing", "一、对《甲办法》作如下修改：第三条修改为：……\n", "" },
	};

	(void)state;
	each(rows, COUNT(rows), "云溪县人民政府关于废止部分规章的决定");
}

/* ---- (d) lists ---- */

static void
a_list_has_a_fate_a_row(void **state)
{
	static const struct { const char *name, *text; enum gk_listing_form form; const char *want; enum gk_fate fate; } rows[] = {
		{ "tables under headings", "附件1：继续有效的文件目录（共1件）\n1\t关于甲的通知\t云政发〔2001〕1号\t2001-01-05\n附件2：废止的文件目录（共1件）\n1\t关于乙的通知\t云政发〔2002〕2号\t2002-02-05\n", GK_LISTING_TEXT,
		  "valid 关于甲的通知 #云政发〔2001〕1号 @2001-01-05|abolish 关于乙的通知 #云政发〔2002〕2号 @2002-02-05|", GK_FATE_NONE },
		{ "a column says it", "序号,文件名称,文号,清理结果\n1,关于甲的通知,云政发〔2001〕1号,继续有效\n2,关于乙的通知,云政发〔2002〕2号,失效\n", GK_LISTING_CSV,
		  "valid 关于甲的通知 #云政发〔2001〕1号|lapse 关于乙的通知 #云政发〔2002〕2号|", GK_FATE_NONE },
		{ "to be amended", "附件：拟修改的文件目录\n1\t关于丙的通知\t云政发〔2003〕3号\n", GK_LISTING_TEXT, "amend 关于丙的通知 #云政发〔2003〕3号|", GK_FATE_NONE },
		{ "pasted: numbers and titles, a line each", "云政发〔2001〕1号\n\n云溪县公墓收费事宜\n关于乙的通知 云政发〔2002〕2号\n", GK_LISTING_TEXT,
		  "abolish #云政发〔2001〕1号|abolish 云溪县公墓收费事宜|abolish 关于乙的通知 #云政发〔2002〕2号|", GK_FATE_ABOLISH },
		{ "but not unless somebody says what becomes of them", "云政发〔2001〕1号\n云政发〔2001〕2号\n", GK_LISTING_TEXT, "", GK_FATE_NONE },
		{ "a page of prose is no list", "云溪县公墓收费事宜\n公墓收费由县定价，不得加收。\n", GK_LISTING_TEXT, "", GK_FATE_ABOLISH },
		{ "a cell a line", "废止的文件目录\n1\n甲办法\n云政发〔2001〕1号\n2001-01-05\n2\n乙办法\n云政发〔2002〕2号\n2002-03-04\n", GK_LISTING_TEXT, "abolish 甲办法 #云政发〔2001〕1号 @2001-01-05|abolish 乙办法 #云政发〔2002〕2号 @2002-03-04|", GK_FATE_NONE },
		{ "by whom and when, in brackets", "废止的文件目录\n一、《甲办法》（1999年1月2日云溪县人民政府发布）\n二、乙规定（云政发〔2003〕5号）；\n三、丙通知（1998年5月6日县政府批准）。\n", GK_LISTING_TEXT, "abolish 甲办法 @1999-01-02|abolish 乙规定 #云政发〔2003〕5号|abolish 丙通知 @1998-05-06|", GK_FATE_NONE },
		{ "a number and a day in brackets", "宣布失效的文件目录\n1.关于甲的通知（云政发〔2001〕1号）\n2.关于乙的通知（云政发〔2002〕2号，2002年3月4日）\n", GK_LISTING_TEXT, "lapse 关于甲的通知 #云政发〔2001〕1号|lapse 关于乙的通知 #云政发〔2002〕2号 @2002-03-04|", GK_FATE_NONE },
		{ "cells in quotes, with lines in them", "序号,文件名称,文号,清理结果,备注\n1,\"关于甲、乙的\"\"若干\"\"规定\",云政发〔2001〕1号,废止,\"两\n行\"\n2,关于丙的通知,云政发〔2002〕2号,继续有效,\n3,关于丁的意见,,拟修改,有备注\n", GK_LISTING_CSV,
		  "abolish 关于甲、乙的\"若干\"规定 #云政发〔2001〕1号|valid 关于丙的通知 #云政发〔2002〕2号|amend 关于丁的意见|", GK_FATE_NONE },
		{ "no line of headings", "关于甲的通知,云政发〔2001〕1号,废止\n关于乙的通知,云政发〔2002〕2号,失效\n", GK_LISTING_CSV, "abolish 关于甲的通知 #云政发〔2001〕1号|lapse 关于乙的通知 #云政发〔2002〕2号|", GK_FATE_NONE },
		{ "one column of numbers", "云政发〔2001〕1号\n云政发〔2002〕2号\n", GK_LISTING_CSV, "abolish #云政发〔2001〕1号|abolish #云政发〔2002〕2号|", GK_FATE_ABOLISH },
		{ "one of titles", "名称\n甲办法\n", GK_LISTING_CSV, "abolish 甲办法|", GK_FATE_ABOLISH },
		{ "pasted from a decision, with its verbs", "废止《甲办法》\n决定废止《乙办法》（云政发〔2002〕2号）\n将《丙办法》废止\n", GK_LISTING_TEXT, "abolish 甲办法|abolish 乙办法 #云政发〔2002〕2号|abolish 丙办法|", GK_FATE_ABOLISH },
		{ "marks behind titles", "《甲办法》，\n《乙办法》；\n《丙办法》。\n", GK_LISTING_TEXT, "abolish 甲办法|abolish 乙办法|abolish 丙办法|", GK_FATE_ABOLISH },
		{ "pasted numbers with marks behind them", "云政发〔2001〕1号，\n云政发〔2002〕2号、\n云政发〔2003〕3号；", GK_LISTING_TEXT, "abolish #云政发〔2001〕1号|abolish #云政发〔2002〕2号|abolish #云政发〔2003〕3号|", GK_FATE_ABOLISH },
		{ "brackets of which one is wide, and what a PC wrote", "废止文件目录\r\n1.《甲办法》（云政发〔2001〕1号)\r\n2.乙办法(2001年3月4日） \r\n3.丙办法(试行）\r\n", GK_LISTING_TEXT,
		  "abolish 甲办法 #云政发〔2001〕1号|abolish 乙办法 @2001-03-04|abolish 丙办法(试行）|", GK_FATE_NONE },
		{ "what is to be abolished and amended says nothing", "拟废止和修改的文件目录\n1.甲办法\n", GK_LISTING_TEXT, "", GK_FATE_NONE },
		{ "a month that is none", "废止的文件目录\n1\t甲办法\t云政发〔2001〕1号\t2001年13月\n", GK_LISTING_TEXT, "abolish 甲办法 #云政发〔2001〕1号|", GK_FATE_NONE },
		{ "a result that is none yet", "文件名称,文号,发文日期,清理结果,备注\n甲办法,,2001-01-05,废止,\n乙办法,云政发〔2002〕2号,,修改,x\n丙办法,,,待定,\n", GK_LISTING_CSV, "abolish 甲办法 @2001-01-05|amend 乙办法 #云政发〔2002〕2号|", GK_FATE_NONE },
		{ "one annex after the other", "附件1\n废止文件目录\n1.甲办法\n附件2\n继续有效文件目录\n1.乙办法\n", GK_LISTING_ANNEX, "abolish 甲办法|valid 乙办法|", GK_FATE_NONE },
		{ "bars between cells", "文件名称 | 文号 | 日期\n甲办法 | 云政发〔2001〕1号 | 2001-01-05\n", GK_LISTING_TEXT, "abolish 甲办法 #云政发〔2001〕1号 @2001-01-05|", GK_FATE_ABOLISH },
		{ "three fates in one text", "一、继续有效的文件（2件）\n1. 甲办法\n2. 乙办法（云政发〔2002〕2号）\n二、修改的文件（1件）\n1. 丙办法（云政发〔2003〕3号）\n三、废止的文件\n1. 丁办法\n", GK_LISTING_TEXT,
		  "valid 甲办法|valid 乙办法 #云政发〔2002〕2号|amend 丙办法 #云政发〔2003〕3号|abolish 丁办法|", GK_FATE_NONE },
		{ "an annex of something else", "关于某事的通知\n各单位：\n现印发。\n附件：废止的文件目录\n1\t云溪县禁烧秸秆的通知\t云政办发〔2005〕12号\t2005-06-01\n", GK_LISTING_ANNEX, "abolish 云溪县禁烧秸秆的通知 #云政办发〔2005〕12号 @2005-06-01|", GK_FATE_NONE },
		{ "what asks for it is no list", "关于废止文件的请示\n1\t云溪县禁烧秸秆的通知\t云政办发〔2005〕12号\n", GK_LISTING_ANNEX, "", GK_FATE_NONE },
		{ "a row whose cell says nothing is none", "发文机关\t标题\t文号\t处理意见\n县政府\t关于甲的通知\t云政发〔2001〕1号\t废止\n县政府办\t关于乙的通知\t云政办发〔2002〕2号\t保留\n县财政局\t关于丙的通知\t云财发〔2003〕3号\t\n", GK_LISTING_TEXT,
		  "abolish 关于甲的通知 #云政发〔2001〕1号|valid 关于乙的通知 #云政办发〔2002〕2号|", GK_FATE_NONE },
		{ "days of every kind, who is in charge", "废止文件目录\n序号\t名称\t发文日期\t责任单位\n1\t甲办法\t2001.1.5\t财政局\n2\t乙办法\t2002年\t水利局\n", GK_LISTING_TEXT, "abolish 甲办法 @2001-01-05|abolish 乙办法 @2002|", GK_FATE_NONE },
		{ "blanks between cells", "附件2：\n废止的文件目录\n1 甲办法 云政发〔2001〕1号\n2 乙办法 云政发〔2002〕2号\n10 丙办法 云政发〔2003〕3号\n", GK_LISTING_TEXT, "abolish 甲办法 #云政发〔2001〕1号|abolish 乙办法 #云政发〔2002〕2号|abolish 丙办法 #云政发〔2003〕3号|", GK_FATE_NONE },
		{ "a remark behind the number", "失效的文件目录\n4、关于丁的批复（云政函〔2004〕4号）（已过适用期）\n", GK_LISTING_TEXT, "lapse 关于丁的批复 #云政函〔2004〕4号|", GK_FATE_NONE },
		{ "items whose name is followed by a day", "废止的文件目录\n（一）甲办法（2001年1月5日）\n（二）乙办法（2002年3月4日）\n（三）丙办法（试行）(2003-03-04)\n（四）丁办法（2004年修订）\n（五）戊规定（暂行）\n", GK_LISTING_ANNEX,
		  "abolish 甲办法 @2001-01-05|abolish 乙办法 @2002-03-04|abolish 丙办法（试行） @2003-03-04|abolish 丁办法（2004年修订）|abolish 戊规定（暂行）|", GK_FATE_NONE },
		{ "the number stands before the title", "废止的文件目录\n1.云政发〔2010〕12号《甲办法》\n2.云政发〔2010〕13号 《乙办法》（2010年3月4日）\n云政发〔2010〕14号文件《丙办法》\n4.云政发〔2010〕15号　关于丁的通知\n5.云政发〔2010〕16号关于戊的通知（2010年3月1日）\n", GK_LISTING_TEXT,
		  "abolish 甲办法 #云政发〔2010〕12号|abolish 乙办法 #云政发〔2010〕13号 @2010-03-04|abolish 丙办法 #云政发〔2010〕14号|abolish 关于丁的通知 #云政发〔2010〕15号|abolish 关于戊的通知 #云政发〔2010〕16号 @2010-03-01|", GK_FATE_NONE },
		{ "also in a table", "序号\t名称\t清理结果\n1\t云政发〔2010〕12号《甲办法》\t废止\n2\t乙办法（2002年3月4日）\t失效\n", GK_LISTING_TEXT, "abolish 甲办法 #云政发〔2010〕12号|lapse 乙办法 @2002-03-04|", GK_FATE_NONE },
		{ "numbers with titles and without, pasted", "云政发〔2010〕12号《甲办法》\n云政发〔2010〕13号\n", GK_LISTING_TEXT, "abolish 甲办法 #云政发〔2010〕12号|abolish #云政发〔2010〕13号|", GK_FATE_ABOLISH },
		{ "the text's own number is no row, nor a day behind a number a name", "云溪县废止文件目录\n云政发〔2020〕3号\n1.云政发〔2001〕1号 2001-01-05\n", GK_LISTING_TEXT, "abolish #云政发〔2001〕1号 @2001-01-05|", GK_FATE_NONE },
		{ "a heading that says two opposite things says nothing", "继续有效和废止的文件目录\n1. 甲办法\n", GK_LISTING_TEXT, "", GK_FATE_NONE },
		{ "who abolishes and lets lapse abolishes", "废止和失效的文件目录\n1. 甲办法\n", GK_LISTING_TEXT, "abolish 甲办法|", GK_FATE_NONE },
		{ "number and day behind a name, with blanks", "废止的文件目录\n1、关于甲的事 云政发〔2001〕1号 2001年1月5日\n", GK_LISTING_TEXT, "abolish 关于甲的事 #云政发〔2001〕1号 @2001-01-05|", GK_FATE_NONE },
		{ "a cell a line, a name over two, a remark", "废止的文件目录\n1\n云溪县关于加强某某某\n工作的通知\n云政发〔2001〕1号\n2001-01-05\n2\n乙办法\n备注：过期\n", GK_LISTING_TEXT,
		  "abolish 云溪县关于加强某某某工作的通知 #云政发〔2001〕1号 @2001-01-05|abolish 乙办法|", GK_FATE_NONE },
		{ "a cell a line, a short one before the name", "废止的文件目录\n1\n甲\n乙办法\n2\n丙\n3\n丁办法\n", GK_LISTING_TEXT, "abolish 乙办法|abolish 丁办法|", GK_FATE_NONE },
		{ "labels with blanks in them", "废止文件一览表\n序 号\t文 件 名 称\t文 号\t备 注\n1\t甲办法\t云政发〔2001〕1号\t过期\n", GK_LISTING_TEXT, "abolish 甲办法 #云政发〔2001〕1号|", GK_FATE_NONE },
		{ "a half-width mark, a wide blank", "《甲办法》;\n《乙办法》　 \n", GK_LISTING_TEXT, "abolish 甲办法|abolish 乙办法|", GK_FATE_ABOLISH },
		{ "a title that never ends", "废止的文件目录\n1.《甲办法\n", GK_LISTING_TEXT, "abolish 甲办法|", GK_FATE_NONE },
		{ "a quote that never ends", "文件名称,清理结果\n甲办法,有效 \n乙办法,\"废止\n", GK_LISTING_CSV, "valid 甲办法|abolish 乙办法|", GK_FATE_NONE },
		{ "a line with a sentence in it is no row", "废止的文件目录\n1. 甲办法。乙办法\n2. 丙办法\n", GK_LISTING_TEXT, "abolish 丙办法|", GK_FATE_NONE },
		{ "a list with marks leaves its heading out", "有关文件\n《关于甲的通知》（云政发〔2001〕1号）\n", GK_LISTING_TEXT, "abolish 关于甲的通知 #云政发〔2001〕1号|", GK_FATE_ABOLISH },
	};
	static const char *const fates[] = { "none", "valid", "amend", "abolish", "lapse" };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct gk_listing l;
		struct gk_arena arena;
		struct gk_err err = GK_ERR_INIT;
		char got[2048] = "", date[12];

		gk_arena_init(&arena, 1 << 20);
		assert_int_equal(gk_listing_read(rows[i].text, strlen(rows[i].text), rows[i].form, rows[i].fate, &arena, &l, &err), GK_OK);
		for (size_t k = 0; k < l.n; k++) {
			add(got, sizeof got, "%s", fates[l.item[k].fate]);
			put_span(got, sizeof got, " ", l.item[k].name);
			put_span(got, sizeof got, " #", l.item[k].docno);
			gk_date_format(l.item[k].date, date);
			if (date[0] != '\0')
				add(got, sizeof got, " @%s", date);
			add(got, sizeof got, "|");
		}
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: '%s', not '%s'", rows[i].name, got, rows[i].want);
		gk_arena_free(&arena);
	}
}

static void
a_list_may_say_when_the_unamended_lapse_and_that_it_is_closed(void **state)
{
	static const char timed[] = "附件2：需要修改的文件目录\n1\t关于丙的通知\t云政发〔2003〕3号\n列入修改目录的，逾期未修改的，自2021年1月1日起自动失效。\n";
	static const char closed[] = "附件1：继续有效的文件目录\n1\t关于甲的通知\t云政发〔2001〕1号\n未列入目录的文件一律废止。\n";
	struct gk_listing l;
	struct gk_arena arena;
	struct gk_err err = GK_ERR_INIT;
	char date[12];

	(void)state;
	gk_arena_init(&arena, 1 << 20);
	assert_int_equal(gk_listing_read(timed, strlen(timed), GK_LISTING_TEXT, GK_FATE_NONE, &arena, &l, &err), GK_OK);
	gk_date_format(l.lapse, date);
	assert_string_equal(date, "2021-01-01");
	assert_false(l.closed);
	assert_int_equal(gk_listing_read(closed, strlen(closed), GK_LISTING_TEXT, GK_FATE_NONE, &arena, &l, &err), GK_OK);
	assert_true(l.closed);
	{
		static const char own_day[] = "继续有效的文件目录\n1. 丙办法（云政发〔2003〕3号）\n凡不在本目录内的规范性文件，自本通知印发之日起自行失效。\n";

		assert_int_equal(gk_listing_read(own_day, strlen(own_day), GK_LISTING_TEXT, GK_FATE_NONE, &arena, &l, &err), GK_OK);
		assert_true(l.closed && l.n == 1 && l.item[0].fate == GK_FATE_VALID);
	}
	{
		static const struct { const char *text; bool closed; const char *lapse; } rows[] = {
			{ "现行有效的文件目录\n1. 甲办法\n未纳入本目录的，均失效。\n", true, "" }, { "现行有效的文件目录\n1. 甲办法\n不在目录内的文件全部废止。\n", true, "" },
			{ "现行有效的文件目录\n1. 甲办法\n未列入本目录的，自动失效。\n", true, "" }, { "现行有效的文件目录\n1. 甲办法\n未列入本目录的，不失效。\n", false, "" },
			{ "需要修改的文件目录\n1\t丙通知\t云政发〔2003〕3号\n否则从2021年1月1日起废止。\n", false, "2021-01-01" },
			{ "需要修改的文件目录\n1\t丙通知\t云政发〔2003〕3号\n自2021年1月1日起废止。\n", false, "" },
		};

		for (size_t i = 0; i < COUNT(rows); i++) {
			assert_int_equal(gk_listing_read(rows[i].text, strlen(rows[i].text), GK_LISTING_TEXT, GK_FATE_NONE, &arena, &l, &err), GK_OK);
			gk_date_format(l.lapse, date);
			if (l.closed != rows[i].closed || strcmp(date, rows[i].lapse) != 0)
				fail_msg("%s: %s, '%s'", rows[i].text, l.closed ? "closed" : "not closed", date);
		}
	}
	gk_arena_free(&arena);
}

/* ---- what becomes of it: proposals ---- */

/* "abolish 甲办法 #甲发〔2001〕1号 ~第三条,第五条 @2021-01-01 0.98": kind, name, number, part, its last day, how sure. */
static void
put_proposal(char *out, size_t size, const json_t *p)
{
	static const struct { const char *before, *key; } parts[] = { { " ", "name" }, { " #", "docno" }, { " ~", "subject" }, { " @", "lapse_date" }, { " @", "expiry_date" } };
	const json_t *articles = json_object_get(p, "articles");

	add(out, size, "%s%s", *out == '\0' ? "" : " | ", json_string_value(json_object_get(p, "kind")));
	for (size_t i = 0; i < COUNT(parts); i++)
		if (json_object_get(p, parts[i].key) != NULL)
			add(out, size, "%s%s", parts[i].before, json_string_value(json_object_get(p, parts[i].key)));
	for (size_t i = 0; i < json_array_size(articles); i++)
		add(out, size, "%s%s", i == 0 ? " ~" : ",", json_string_value(json_array_get(articles, i)));
	if (json_object_get(p, "years") != NULL)
		add(out, size, " %lld years", (long long)json_integer_value(json_object_get(p, "years")));
	add(out, size, " %.2f", json_real_value(json_object_get(p, "confidence")));
}

static void
a_text_proposes_what_it_says_and_no_more(void **state)
{
#define OWN "{\"title\":\"云溪县丙办法\",\"promulgated_date\":\"2021-03-01\"}"
#define CLEANING "{\"title\":\"云溪县人民政府关于公布文件清理结果的通知\",\"issued_date\":\"2021-03-01\"}"
	static const struct { const char *name, *meta, *text, *want, *day; } rows[] = {
		{ "the whole", OWN, "本办法自2021年4月1日起施行。《甲办法》（甲发〔2001〕1号）同时废止。", "abolish 甲办法 #甲发〔2001〕1号 0.98", "2021-04-01" },
		{ "it lapses", OWN, "《甲办法》同时失效。", "lapse 甲办法 0.95", "2021-03-01" },
		{ "or loses its force", OWN, "《甲办法》失去效力。", "lapse 甲办法 0.85", "2021-03-01" },
		{ "articles", OWN, "《甲办法》第三条、第五条同时废止。", "abolish_articles 甲办法 ~第三条,第五条 0.93", "2021-03-01" },
		{ "a row of articles is a matter", OWN, "《甲办法》第三条至第五条同时废止。", "abolish_articles 甲办法 ~第三条至第五条 0.93", "2021-03-01" },
		{ "a matter", OWN, "《甲办法》中关于收费的规定同时废止。", "abolish_articles 甲办法 ~关于收费的规定 0.93", "2021-03-01" },
		{ "a number alone is less sure", OWN, "甲发〔2001〕1号文件同时废止。", "abolish #甲发〔2001〕1号 0.93", "2021-03-01" },
		{ "thirty days behind", OWN, "本办法自公布之日起30日后施行。《甲办法》同时废止。", "abolish 甲办法 0.98", "2021-03-31" },
		{ "behind a day that nobody knows", "{\"title\":\"云溪县丙办法\"}", "本办法自公布之日起30日后施行。《甲办法》同时废止。", "abolish 甲办法 0.98", "" },
		{ "from a month nothing is counted", "{\"title\":\"云溪县丙办法\",\"formed_date\":\"2021-03\"}", "本办法自公布之日起30日后施行。《甲办法》同时废止。", "abolish 甲办法 0.98", "" },
		{ "a text that was amended, and says no day", OWN, "1995年2月28日 第十二次会议通过\n2012年10月26日 第二十九次会议《关于修改〈丙办法〉的决定》修正\n第一条 《甲办法》同时废止。", "abolish 甲办法 0.98", "" },
		{ "the day of the record is that of a page, years later", OWN, "2011年8月2日 县政府令第3号公布\n第一条 本办法自公布之日起施行，《甲办法》同时废止。", "abolish 甲办法 0.98", "2011-08-02" },
		{ "it says no day: the record's own", "{\"title\":\"丙办法\",\"effective_date\":\"2021-05-01\",\"published_at\":\"2021-03-01\"}", "《甲办法》同时废止。", "abolish 甲办法 0.98", "2021-05-01" },
		{ "a term of years from its day", OWN, "本办法自2021年4月1日起施行，有效期五年。", "term @2026-03-31 5 years 0.90", "2021-04-01" },
		{ "a last day", OWN, "本办法有效期至2025年12月31日。", "term @2025-12-31 0.90", "2021-03-01" },
		{ "years from nobody knows when", "{\"title\":\"丙办法\"}", "本办法有效期2年。", "term 2 years 0.90", "" },
		{ "the record has its last day already", "{\"title\":\"丙办法\",\"expiry_date\":\"2025-01-01\"}", "本办法有效期2年。", "", "" },
		{ "an annexed list", OWN, "本办法自2021年4月1日起施行。\n附件：废止的文件目录\n1\t甲办法\t甲发〔2001〕1号\t2001-01-05\n", "abolish 甲办法 #甲发〔2001〕1号 0.90", "2021-04-01" },
		{ "of what goes on it says nothing", OWN, "废止旧文件的事另行通知。\n附件：继续有效的文件目录\n1\t甲办法\t甲发〔2001〕1号\n", "", "" },
		{ "where it is about that, it does", CLEANING, "附件1：继续有效的文件目录\n1\t甲办法\t甲发〔2001〕1号\n附件2：宣布失效的文件目录\n1\t乙办法\t甲发〔2002〕2号\n", "confirm_valid 甲办法 #甲发〔2001〕1号 0.90 | lapse 乙办法 #甲发〔2002〕2号 0.90", "2021-03-01" },
		{ "what is to be amended, or lapses", CLEANING, "附件2：需要修改的文件目录\n1\t丙通知\t甲发〔2003〕3号\n逾期未修改的，自2022年1月1日起自动失效。\n", "conditional_lapse 丙通知 #甲发〔2003〕3号 @2022-01-01 0.90", "2021-03-01" },
		{ "what is only to be amended", CLEANING, "附件2：需要修改的文件目录\n1\t丙通知\t甲发〔2003〕3号\n未列入者不得失效。\n", "", "" },
		{ "a row that is a clause too counts once", "{\"title\":\"关于废止部分文件的决定\",\"formed_date\":\"2021-03-01\"}", "一、废止《甲办法》（甲发〔2001〕1号）\n二、废止《乙办法》（甲发〔2002〕2号）\n", "abolish 甲办法 #甲发〔2001〕1号 0.95 | abolish 乙办法 #甲发〔2002〕2号 0.95", "2021-03-01" },
		{ "in traditional characters", "{\"title\":\"關於廢止甲辦法的決定\",\"formed_date\":\"2021-03-01\"}", "《甲辦法》予以廢止。", "abolish 甲辦法 0.85", "2021-03-01" },
		{ "nothing", OWN, "违反规定的，停止执行其许可。", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *meta = json_loads(rows[i].meta, 0, NULL), *act = NULL;
		struct gk_date effective = GK_NO_DATE;
		struct gk_err err = GK_ERR_INIT;
		char got[1024] = "", day[12] = "";
		enum gk_status st;

		assert_non_null(meta);
		st = gk_propose(rows[i].text, strlen(rows[i].text), meta, &act, &effective, &err);
		assert_int_equal(st, *rows[i].want == '\0' ? GK_END : GK_OK);
		assert_true(st == GK_END || gk_may_propose(rows[i].text, strlen(rows[i].text)));
		for (size_t k = 0; k < json_array_size(json_object_get(act, "proposals")); k++)
			put_proposal(got, sizeof got, json_array_get(json_object_get(act, "proposals"), k));
		if (st == GK_OK)
			gk_date_format(effective, day);
		if (strcmp(got, rows[i].want) != 0 || strcmp(day, rows[i].day) != 0)
			fail_msg("%s: '%s' from '%s', not '%s' from '%s'", rows[i].name, got, day, rows[i].want, rows[i].day);
		json_decref(act);
		json_decref(meta);
	}
	assert_false(gk_may_propose("本办法自公布之日起施行。", strlen("本办法自公布之日起施行。")));
}

static void
a_proposal_carries_its_sentence_and_the_list_has_an_end(void **state)
{
	json_t *meta = json_pack("{s:s, s:s}", "title", "云溪县丙办法", "formed_date", "2021-03-01"), *act, *one;
	size_t room = 600 * 64;
	char *text = calloc(1, room);
	struct gk_date effective;
	struct gk_err err = GK_ERR_INIT;
	const char *sentence;

	(void)state;
	assert_non_null(text);
	/* A sentence of several kilobytes: what is kept is whole characters around the name. */
	for (unsigned i = 0; i < 60; i++)
		add(text, room, "《第%u个办法》、", i);
	add(text, room, "《末办法》同时废止。");
	assert_int_equal(gk_propose(text, strlen(text), meta, &act, &effective, &err), GK_OK);
	assert_int_equal(json_array_size(json_object_get(act, "proposals")), 61);
	for (size_t i = 0; i < 61; i++) {
		one = json_array_get(json_object_get(act, "proposals"), i);
		sentence = json_string_value(json_object_get(one, "sentence"));
		assert_true(strlen(sentence) <= GK_PROPOSAL_SENTENCE && strstr(sentence, json_string_value(json_object_get(one, "name"))) != NULL);
	}
	json_decref(act);
	/* More than an event takes: those that did not fit are counted. */
	text[0] = '\0';
	for (unsigned i = 0; i < 520; i++)
		add(text, room, "《第%u个办法》同时废止。\n", i);
	assert_int_equal(gk_propose(text, strlen(text), meta, &act, &effective, &err), GK_OK);
	assert_in_range(json_array_size(json_object_get(act, "proposals")), 100, GK_PROPOSALS_MAX);
	assert_int_equal(json_array_size(json_object_get(act, "proposals")) + (size_t)json_integer_value(json_object_get(act, "cut")), 520);
	json_decref(act);
	json_decref(meta);
	free(text);
}

/* ---- (f) the trap 有效期 ---- */

static void
only_the_texts_own_term_is_a_term(void **state)
{
	static const struct { const char *name, *text; uint32_t years; const char *until; } rows[] = {
		{ "years of its own", "本办法自2021年3月1日起施行，有效期五年。", 5, "" },
		{ "digits", "本通知有效期2年。", 2, "" },
		{ "为", "本规定有效期为3年。", 3, "" },
		{ "a last day", "本意见有效期至2025年12月31日。", 0, "2025-12-31" },
		{ "behind the beginning, without a name", "第十条 自2021年3月1日起施行，有效期至2023年2月28日。", 0, "2023-02-28" },
		{ "two", "本通知有效期两年。", 2, "" },
		{ "behind 起生效, 起试行, 起执行", "自2021年3月1日起生效，有效期3年。", 3, "" },
		{ "起试行", "自2021年3月1日起试行，有效期1年。", 1, "" },
		{ "起执行, in a sentence of its own", "自2021年3月1日起执行。有效期 1 年。", 1, "" },
		{ "a hundred years are none", "本办法有效期100年。", 0, NULL }, { "nor in words", "本办法有效期一百年。", 0, NULL }, { "nor are 51, nor none", "本办法有效期51年。本办法有效期0年。", 0, NULL },
		{ "blanks", "本办法 有效期 为 五年。", 5, "" }, { "behind 起实施", "本办法自2021年3月1日起实施，有效期5年。", 5, "" },
		{ "a month is no last day", "本办法有效期至2025年12月。", 0, NULL },
		{ "days are no years", "本通知有效期三十日。", 0, NULL },
		{ "a permit", "许可证有效期五年。", 0, NULL },
		{ "a certificate, though the text is called in the sentence", "本办法所称资格证书，有效期三年。", 0, NULL },
		{ "an offer", "投标有效期为九十日。", 0, NULL },
		{ "a term that runs out", "有效期届满需要延续的，应当提出申请。", 0, NULL },
		{ "nothing", "本办法自发布之日起施行。", 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct gk_term_of_validity t;
		char date[12];
		bool found = gk_term_find(rows[i].text, strlen(rows[i].text), &t);

		if (found != (rows[i].until != NULL))
			fail_msg("%s: %s", rows[i].name, found ? "found" : "not found");
		if (!found)
			continue;
		gk_date_format(t.until, date);
		if (t.years != rows[i].years || strcmp(date, rows[i].until) != 0)
			fail_msg("%s: %u years, until '%s'", rows[i].name, t.years, date);
	}
}

/* ---- 4.4: from when ---- */

static void
the_text_says_when_it_begins(void **state)
{
	static const struct { const char *name, *text; enum gk_beginning begins; const char *day; uint32_t after; } rows[] = {
		{ "a day", "本办法自2021年4月1日起施行。《甲办法》同时废止。", GK_BEGINS_ON, "2021-04-01", 0 },
		{ "Chinese numerals", "本办法自二○○四年十月一日起施行。《甲办法》同时废止。", GK_BEGINS_ON, "2004-10-01", 0 },
		{ "on publication", "本办法自公布之日起施行。《甲办法》同时废止。", GK_BEGINS_ON_PUBLICATION, "", 0 },
		{ "on issue", "本通知自印发之日起执行，《甲办法》同时废止。", GK_BEGINS_ON_PUBLICATION, "", 0 },
		{ "thirty days after", "本办法自公布之日起30日后施行。《甲办法》同时废止。", GK_BEGINS_AFTER_PUBLICATION, "", 30 },
		{ "thirty in words", "本办法自公布之日起三十天后施行，《甲办法》同时废止。", GK_BEGINS_AFTER_PUBLICATION, "", 30 },
		{ "without 自", "本办法2021年1月1日起施行。《甲办法》同时废止。", GK_BEGINS_ON, "2021-01-01", 0 },
		{ "ten days after, and the other at the same time", "本办法自公布之日起10天后施行，同时《甲办法》废止。", GK_BEGINS_AFTER_PUBLICATION, "", 10 },
		{ "so many days are none", "本办法自公布之日起1000000日后施行。《甲办法》同时废止。", GK_BEGINS_UNSTATED, "", 0 },
		{ "that another began is not the text's own", "自2021年4月1日起施行的《甲办法》同时废止。", GK_BEGINS_UNSTATED, "", 0 },
		{ "not said", "《甲办法》同时废止。", GK_BEGINS_UNSTATED, "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct gk_clauses c;
		struct gk_arena arena;
		char got[64], date[12];

		told(rows[i].text, "云溪县丙办法", got, sizeof got, &c, &arena);
		gk_date_format(c.effective, date);
		if (c.begins != rows[i].begins || strcmp(date, rows[i].day) != 0 || (c.begins == GK_BEGINS_AFTER_PUBLICATION && c.days_after != rows[i].after))
			fail_msg("%s: %d '%s' %u", rows[i].name, (int)c.begins, date, c.days_after);
		gk_arena_free(&arena);
	}
}

static void
the_head_says_when_it_was_first_made_public(void **state)
{
	static const struct { const char *name, *text, *adopted, *made_public; bool amended; } rows[] = {
		{ "adopted and made public", "2012年4月18日 国务院第200次常务会议通过\n2012年4月28日 国务院令第619号公布\n第一条 甲。\n", "2012-04-18", "2012-04-28", false },
		{ "in one line, in brackets", "（2012年4月18日第200次常务会议通过　2012年4月28日令第619号公布　自公布之日起施行）\n第一条 甲。\n", "2012-04-18", "2012-04-28", false },
		{ "amended by a decision", "1995年2月28日 第十二次会议通过\n2012年10月26日 第二十九次会议《关于修改〈甲法〉的决定》修正\n第一章 总则\n", "1995-02-28", "", true },
		{ "amended, and when it was first made public is said", "2001年8月2日 国务院令第315号公布\n2016年2月6日 《国务院关于修改部分行政法规的决定》第一次修订\n第一章 总则\n", "", "2001-08-02", true },
		{ "a history without line ends", "2001年5月19日 第二十七次会议通过\n2001年6月15日 第二十一次会议批准2001年6月15日市人大公告公布施行根据2018年9月7日《关于修改〈乙规定〉的决定》修正\n", "2001-05-19", "2001-06-15", true },
		{ "adopted again years later", "1999年12月1日 审判委员会第1090次会议通过\n2020年12月23日 审判委员会第1823次会议通过\n", "1999-12-01", "", true },
		{ "approved by the higher body is not adopted again", "2013年4月25日 第十一次会议通过\n2013年6月2日 第二次会议批准\n", "2013-04-25", "", false },
		{ "wholly revised by an order: a new text", "1996年5月27日 国务院令第197号发布\n2013年12月7日 《国务院关于修改部分行政法规的决定》修订\n2017年12月26日 国务院令第696号修订\n第一章 总则\n", "2017-12-26", "2017-12-26", false },
		{ "wholly revised by a body", "1992年4月3日 第五次会议通过\n2018年10月26日 第六次会议修订\n第一条 甲。\n", "2018-10-26", "", false },
		{ "a sentence that begins with a date", "1998年9月17日，我院以法〔1998〕86号通知公布了《甲意见》，现规定如下：\n第一条 甲。\n", "", "", false },
		{ "a sentence in the body", "第一条 甲。\n2001年1月1日 乙令第1号公布\n", "", "", false },
		{ "the day of the web page", "发布日期：2021-03-05\n云溪县办法\n第一条 甲。\n", "", "", false },
		{ "nothing", "", "", "", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct gk_making m;
		char adopted[12], made_public[12];

		gk_making_find(rows[i].text, strlen(rows[i].text), &m);
		gk_date_format(m.adopted, adopted);
		gk_date_format(m.made_public, made_public);
		if (strcmp(adopted, rows[i].adopted) != 0 || strcmp(made_public, rows[i].made_public) != 0 || m.amended != rows[i].amended)
			fail_msg("%s: adopted '%s', made public '%s', %samended", rows[i].name, adopted, made_public, m.amended ? "" : "not ");
		/* Cut anywhere, it reads nothing behind the end. */
		for (size_t n = 0; n < strlen(rows[i].text); n++) {
			char *part = malloc(n + 1);

			assert_non_null(part);
			memcpy(part, rows[i].text, n);
			gk_making_find(part, n, &m);
			free(part);
		}
	}
}

static void
a_text_cut_anywhere_is_read_to_its_end_only(void **state)
{
	static const char text[] = "县政府决定：1998年1月2日发布，根据2004年5月6日《关于修改〈甲办法〉的决定》第一次修正的《甲办法》（甲发〔1998〕1号）、《乙办法》中关于收费的规定同时废止。本办法自2021年4月1日起施行，有效期五年。";

	(void)state;
	for (size_t n = 0; n <= strlen(text); n++) {
		struct gk_clauses c;
		struct gk_arena arena;
		struct gk_term_of_validity t;
		struct gk_err err = GK_ERR_INIT;
		char *part = malloc(n + 1);

		assert_non_null(part);
		memcpy(part, text, n);
		gk_arena_init(&arena, 1 << 20);
		assert_int_equal(gk_clauses_find(part, n, "甲", &arena, &c, &err), GK_OK);
		gk_term_find(part, n, &t);
		gk_arena_free(&arena);
		free(part);
	}
}

/* With less memory than it takes: said, and never half of what a text ends, nor half of a list. */
static void
what_there_is_no_memory_for_is_no_shorter_answer(void **state)
{
	static const char decision[] = "一、废止《甲办法》、《乙办法》（云政发〔2002〕2号）和《丙办法》。\n二、废止下列文件：\n1.《丁办法》\n2.《戊办法》\n三、废止《己办法》。\n四、废止《庚办法》。\n五、废止《辛办法》。\n六、废止《壬办法》。\n";
	static const char resting[] = "根据《甲条例》、《乙条例》和《丙条例》，制定本办法。";
	char list[4096] = "文件名称,文号,清理结果\n";
	struct gk_arena arena;
	struct gk_clauses c;
	struct gk_listing l;
	struct gk_clause_target *cited;
	struct gk_err err = GK_ERR_INIT;
	size_t targets = 0, all, rows = 40, n;

	(void)state;
	for (size_t i = 0; i < rows; i++)
		add(list, sizeof list, "\"关于第%zu件事的通知\",云政发〔2001〕%zu号,废止\n", i + 1, i + 1);
	gk_arena_init(&arena, 1 << 20);
	assert_int_equal(gk_clauses_find(decision, strlen(decision), "关于废止文件的决定", &arena, &c, &err), GK_OK);
	for (size_t i = 0; i < c.n; i++)
		targets += c.item[i].n;
	assert_int_equal(targets, 9);
	all = arena.used;
	gk_arena_free(&arena);
	for (size_t max = 0; max <= all; max += 16) {
		enum gk_status st;
		size_t found = 0;

		gk_arena_init(&arena, max);
		st = gk_clauses_find(decision, strlen(decision), "关于废止文件的决定", &arena, &c, &err);
		for (size_t i = 0; st == GK_OK && i < c.n; i++)
			found += c.item[i].n;
		if (st == GK_OK ? found != targets : st != GK_DEAD || err.cause != GK_CAUSE_MEMORY)
			fail_msg("%zu bytes: %d, %zu targets", max, (int)st, found);
		assert_true(st == GK_OK || max < all);
		gk_arena_free(&arena);
	}
	gk_arena_init(&arena, 1 << 20);
	assert_int_equal(gk_citations_find(resting, strlen(resting), &arena, &cited, &n, &err), GK_OK);
	assert_int_equal(n, 3);
	all = arena.used;
	gk_arena_free(&arena);
	for (size_t max = 0; max < all; max += 16) {
		gk_arena_init(&arena, max);
		assert_true(gk_citations_find(resting, strlen(resting), &arena, &cited, &n, &err) == GK_DEAD && err.cause == GK_CAUSE_MEMORY);
		gk_arena_free(&arena);
	}
	gk_arena_init(&arena, 1 << 20);
	assert_int_equal(gk_listing_read(list, strlen(list), GK_LISTING_CSV, GK_FATE_NONE, &arena, &l, &err), GK_OK);
	assert_int_equal(l.n, rows);
	all = arena.used;
	gk_arena_free(&arena);
	for (size_t max = 0; max < all; max += 16) {
		gk_arena_init(&arena, max);
		assert_true(gk_listing_read(list, strlen(list), GK_LISTING_CSV, GK_FATE_NONE, &arena, &l, &err) == GK_DEAD && err.cause == GK_CAUSE_MEMORY);
		gk_arena_free(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_verb_ends_what_leads_up_to_it),
		cmocka_unit_test(titles_are_joined_in_every_way),
		cmocka_unit_test(a_part_is_named_in_many_ways),
		cmocka_unit_test(a_day_may_stand_before_the_verb),
		cmocka_unit_test(what_stands_around_a_title),
		cmocka_unit_test(a_decision_says_it_before_the_titles),
		cmocka_unit_test(nested_marks_belong_to_the_title),
		cmocka_unit_test(a_title_is_dropped_only_if_an_amendment_follows_it),
		cmocka_unit_test(a_part_is_not_the_whole),
		cmocka_unit_test(what_ends_nothing_is_not_proposed),
		cmocka_unit_test(decisions_say_the_verb_first),
		cmocka_unit_test(a_list_has_a_fate_a_row),
		cmocka_unit_test(a_list_may_say_when_the_unamended_lapse_and_that_it_is_closed),
		cmocka_unit_test(a_text_proposes_what_it_says_and_no_more),
		cmocka_unit_test(a_proposal_carries_its_sentence_and_the_list_has_an_end),
		cmocka_unit_test(only_the_texts_own_term_is_a_term),
		cmocka_unit_test(the_text_says_when_it_begins),
		cmocka_unit_test(the_head_says_when_it_was_first_made_public),
		cmocka_unit_test(a_text_cut_anywhere_is_read_to_its_end_only),
		cmocka_unit_test(what_there_is_no_memory_for_is_no_shorter_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
