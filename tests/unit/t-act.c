/*
 * What may be registered, and what is refused with which words: every need of every kind of act, what stands in the way of one that would change nothing,
 * undoing, and the gates of a review.  An event is JSON with ' for "; number, id and format are filled in, a recorded day is its midnight UTC.
 */
#include "record/act.h"
#include "record/review.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof (a) / sizeof *(a))
enum { ROW_EVENTS = 7 };

static struct gk_event
event(const char *short_text, size_t number)
{
	char text[1024], name[32], at[40];
	struct gk_err err = GK_ERR_INIT;
	struct gk_event out = { .json = NULL };
	const char *recorded;
	json_t *e;

	snprintf(text, sizeof text, "%s", short_text);
	for (char *p = text; *p != '\0'; p++)
		*p = *p == '\'' ? '"' : *p;
	e = json_loads(text, 0, NULL);
	if (e == NULL)
		fail_msg("no JSON: %s", text);
	snprintf(name, sizeof name, "e-%06zu", number);
	json_object_set_new(e, "gongkai", json_integer(1));
	json_object_set_new(e, "event", json_string(name));
	json_object_set_new(e, "id", json_string("dmz-2021-000001"));
	recorded = json_string_value(json_object_get(e, "recorded_at"));
	snprintf(at, sizeof at, "%sT00:00:00Z", recorded == NULL ? "2021-06-01" : recorded);
	json_object_set_new(e, "recorded_at", json_string(at));
	if (gk_event_of(e, &out, &err) != GK_OK)
		fail_msg("%s: %s", text, err.what_en);
	return out;
}

/* want: "" if it may be registered, else what is said in English, then its hint; zh: some of what is said in Chinese, NULL if not looked at. */
struct row {
	const char *name, *history[ROW_EVENTS], *act, *want, *hint, *zh;
	enum gk_cause cause;
};

static void
each(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *r = &rows[i];
		struct gk_event events[ROW_EVENTS], act;
		struct gk_err err = GK_ERR_INIT;
		enum gk_status st;
		size_t n = 0;

		for (; n < ROW_EVENTS && r->history[n] != NULL; n++)
			events[n] = event(r->history[n], n + 1);
		act = event(r->act, n + 1);
		st = gk_act_check(events, n, &act, &err);
		if (st != (*r->want == '\0' ? GK_OK : GK_REFUSED) || err.cause != r->cause || strcmp(err.what_en, r->want) != 0 || strcmp(err.hint_en, r->hint == NULL ? "" : r->hint) != 0)
			fail_msg("%s: %d, cause %d, '%s' (%s), not '%s' (%s)", r->name, (int)st, (int)err.cause, err.what_en, err.hint_en, r->want, r->hint == NULL ? "" : r->hint);
		if (r->zh != NULL && strstr(err.what, r->zh) == NULL)
			fail_msg("%s: '%s', without '%s'", r->name, err.what, r->zh);
		/* Whoever is refused is told so in Chinese too, and what to do if that is said in English. */
		assert_true((*err.what == '\0') == (*r->want == '\0') && (*err.hint == '\0') == (*err.hint_en == '\0'));
		gk_event_free(&act);
		while (n > 0)
			gk_event_free(&events[--n]);
	}
}

#define RULE "{'type':'publish','recorded_at':'2021-03-01','meta':{'title':'云溪县甲办法','norm_level':'norm_doc','effective_date':'2021-04-01','keywords':['水']},'content':{'digest':'sha256:aa'}}"
#define TERM "{'type':'publish','recorded_at':'2015-03-01','meta':{'norm_level':'norm_doc','effective_date':'2015-04-01','expiry_date':'2020-03-31'}}"
#define NEWS "{'type':'import_public','recorded_at':'2021-03-01','meta':{'title':'云溪县天气预报'}}"
#define LOGGED "gongkai log dmz-2021-000001 lists all its events"
#define ABOLISHED "{'type':'abolish','effective_date':'2021-07-01','act':{'by_text':'《乙办法》'}}"

static void
an_act_lacks_what_its_kind_needs(void **state)
{
	static const struct row rows[] = {
		{ "a kind that nobody knows", { RULE }, "{'type':'rename'}", "there is no kind of act 'rename'", NULL, "没有登记种类 'rename'", GK_CAUSE_USAGE },
		{ "by what", { RULE }, "{'type':'abolish'}", "'dmz-2021-000001': the abolition lacks the document that did it", "--by-doc ID, or --by-text '《…》(number)'", "废止 'dmz-2021-000001' 缺少依据文件", GK_CAUSE_USAGE },
		{ "an empty name is none", { RULE }, "{'type':'abolish','act':{'by':'','by_text':''}}", "'dmz-2021-000001': the abolition lacks the document that did it", "--by-doc ID, or --by-text '《…》(number)'", NULL, GK_CAUSE_USAGE },
		{ "a number is no name", { RULE }, "{'type':'revoke','act':{'by':7}}", "'dmz-2021-000001': the annulment lacks the document that did it", "--by-doc ID, or --by-text '《…》(number)'", NULL, GK_CAUSE_USAGE },
		{ "by a record", { RULE }, "{'type':'abolish','act':{'by':'dmz-2021-000002'}}", "", NULL, NULL, GK_CAUSE_NONE },
		{ "by words", { RULE }, ABOLISHED, "", NULL, NULL, GK_CAUSE_NONE },
		{ "which articles", { RULE }, "{'type':'abolish_articles','act':{'by_text':'《乙》','articles':[]}}", "'dmz-2021-000001': the abolition in part lacks the articles", "--part 第七条", "缺少条款", GK_CAUSE_USAGE },
		{ "a matter will do", { RULE }, "{'type':'abolish_articles','effective_date':'2021-07-01','act':{'by_text':'《乙》','subject':'关于收费的规定'}}", "", NULL, NULL, GK_CAUSE_NONE },
		{ "articles that are amended", { RULE }, "{'type':'amend_articles','act':{'by_text':'《乙》','articles':['第三条']}}", "", NULL, NULL, GK_CAUSE_NONE },
		{ "its new end", { TERM }, "{'type':'renew'}", "'dmz-2021-000001': the renewal lacks the new end of its term", "--until 2027-12-31", "新的有效期", GK_CAUSE_USAGE },
		{ "a word is no day", { TERM }, "{'type':'renew','meta':{'expiry_date':'soon'}}", "'dmz-2021-000001': the renewal lacks the new end of its term", "--until 2027-12-31", NULL, GK_CAUSE_USAGE },
		{ "when it lapses", { RULE }, "{'type':'conditional_lapse','act':{'by_text':'《清单》'}}", "'dmz-2021-000001': the conditional lapse lacks the day of the lapse", "--unless-replaced-by 2021-01-01", NULL, GK_CAUSE_USAGE },
		{ "why it goes off line", { RULE }, "{'type':'withdraw','act':{'class':'weather'}}", "'dmz-2021-000001': the withdrawal lacks the class of the reason", "--class secrecy|privacy|error|third_party|order", "下线理由的类别", GK_CAUSE_USAGE },
		{ "in Chinese too", { RULE }, "{'type':'withdraw','act':{'class':'个人隐私'}}", "", NULL, NULL, GK_CAUSE_NONE },
		{ "why it is sealed", { RULE }, "{'type':'seal'}", "'dmz-2021-000001': the sealing lacks a reason", "--reason '…'", NULL, GK_CAUSE_USAGE },
		{ "why it is not disclosed", { RULE }, "{'type':'refuse'}", "'dmz-2021-000001': the refusal lacks the ground", "--ground state_secret|privacy|trade_secret|process|internal", NULL, GK_CAUSE_USAGE },
		{ "what is undone", { RULE }, "{'type':'annul_event','act':{'reason':'误登'}}", "'dmz-2021-000001': the correction of the register lacks the event to undo", "gongkai log ID lists the events", NULL, GK_CAUSE_USAGE },
		{ "what is corrected", { RULE }, "{'type':'correct_metadata'}", "'dmz-2021-000001': the correction lacks a field to correct", "gongkai correct ID effective_date=2021-05-01", NULL, GK_CAUSE_USAGE },
		{ "the text", { RULE }, "{'type':'correct_text','act':{'reason':'错页'}}", "'dmz-2021-000001': the correction of the text lacks the text", "--text FILE", NULL, GK_CAUSE_USAGE },
		{ "what the source says", { RULE }, "{'type':'assert_status'}", "'dmz-2021-000001': the label of the source lacks the status", "--status in_force", NULL, GK_CAUSE_USAGE },
	};

	(void)state;
	each(rows, COUNT(rows));
}

static void
a_field_is_corrected_as_the_dictionary_has_it(void **state)
{
	static const struct row rows[] = {
		{ "an act tells nothing else of the record", { RULE }, "{'type':'abolish','act':{'by_text':'《乙》'},'meta':{'title':'甲'}}", "the meta of an event 'abolish' cannot have a field 'title'", "fields are corrected by correct_metadata", NULL, GK_CAUSE_BAD_DATA },
		{ "nor does an abolition bring a term", { RULE }, "{'type':'abolish','act':{'by_text':'《乙》'},'meta':{'expiry_date':'2030-01-01'}}", "the meta of an event 'abolish' cannot have a field 'expiry_date'", "fields are corrected by correct_metadata", NULL, GK_CAUSE_BAD_DATA },
		{ "no such field", { RULE }, "{'type':'correct_metadata','meta':{'colour':'red'}}", "the meta of an event 'correct_metadata' cannot have a field 'colour'", "fields are corrected by correct_metadata", NULL, GK_CAUSE_BAD_DATA },
		{ "its key, not its label", { RULE }, "{'type':'correct_metadata','meta':{'标题':'甲'}}", "the meta of an event 'correct_metadata' cannot have a field '标题'", "fields are corrected by correct_metadata", NULL, GK_CAUSE_BAD_DATA },
		{ "a day in words", { RULE }, "{'type':'correct_metadata','meta':{'formed_date':'2021年3月1日'}}", "the value of field 'formed_date' is not written as it has to be", "write 2021-03-01", "字段 'formed_date' 的值写得不对", GK_CAUSE_BAD_DATA },
		{ "a list is a list", { RULE }, "{'type':'correct_metadata','meta':{'keywords':'水'}}", "the value of field 'keywords' is not written as it has to be", "write […]", NULL, GK_CAUSE_BAD_DATA },
		{ "of words", { RULE }, "{'type':'correct_metadata','meta':{'keywords':['水',7]}}", "the value of field 'keywords' is not written as it has to be", "write […]", NULL, GK_CAUSE_BAD_DATA },
		{ "a text is no number", { RULE }, "{'type':'correct_metadata','meta':{'title':7}}", "the value of field 'title' is not written as it has to be", "write \"…\"", NULL, GK_CAUSE_BAD_DATA },
		{ "a number is no text", { RULE }, "{'type':'correct_metadata','meta':{'pages':'七'}}", "the value of field 'pages' is not written as it has to be", "write 1", NULL, GK_CAUSE_BAD_DATA },
		{ "as it is already", { RULE }, "{'type':'correct_metadata','meta':{'title':'云溪县甲办法'}}", "the fields of 'dmz-2021-000001' are like that already: nothing to correct", NULL, "没有可更正的", GK_CAUSE_BAD_DATA },
		{ "what is not there cannot be taken away", { RULE }, "{'type':'correct_metadata','meta':{'docno':null}}", "the fields of 'dmz-2021-000001' are like that already: nothing to correct", NULL, NULL, GK_CAUSE_BAD_DATA },
		{ "what is there can", { RULE }, "{'type':'correct_metadata','meta':{'title':null}}", "", NULL, NULL, GK_CAUSE_NONE },
		{ "another value, and one that stays", { RULE }, "{'type':'correct_metadata','meta':{'title':'云溪县乙办法','effective_date':'2021-04-01'}}", "", NULL, NULL, GK_CAUSE_NONE },
		{ "another list", { RULE }, "{'type':'correct_metadata','meta':{'keywords':['水','电']}}", "", NULL, NULL, GK_CAUSE_NONE },
		{ "a field that it lacked", { RULE }, "{'type':'correct_metadata','meta':{'pages':12}}", "", NULL, NULL, GK_CAUSE_NONE },
	};

	(void)state;
	each(rows, COUNT(rows));
}

static void
a_text_is_replaced_by_another(void **state)
{
	static const struct row rows[] = {
		{ "byte for byte the same", { RULE }, "{'type':'correct_text','act':{'reason':'错页'},'content':{'digest':'sha256:aa'}}", "the text of 'dmz-2021-000001' on that day is this already, byte for byte", "check the file, and the day of --effective", "逐字节相同", GK_CAUSE_BAD_DATA },
		{ "others", { RULE }, "{'type':'correct_text','act':{'reason':'错页'},'content':{'digest':'sha256:bb'}}", "", NULL, NULL, GK_CAUSE_NONE },
		{ "of the event that brought it", { RULE }, "{'type':'correct_text','act':{'reason':'错页','corrects':'e-000001'},'content':{'digest':'sha256:bb'}}", "", NULL, NULL, GK_CAUSE_NONE },
		{ "of an event that brought none", { RULE, ABOLISHED }, "{'type':'correct_text','act':{'reason':'错页','corrects':'e-000002'},'content':{'digest':'sha256:bb'}}", "'dmz-2021-000001' has no text to correct", "gongkai show dmz-2021-000001 lists its texts", "没有可更正的文本", GK_CAUSE_BAD_DATA },
		{ "of a record without one", { TERM }, "{'type':'correct_text','act':{'reason':'错页'},'content':{'digest':'sha256:bb'}}", "'dmz-2021-000001' has no text to correct", "gongkai show dmz-2021-000001 lists its texts", NULL, GK_CAUSE_BAD_DATA },
		{ "corrected before, back to what it was", { RULE, "{'type':'correct_text','act':{'reason':'错页','corrects':'e-000001'},'content':{'digest':'sha256:bb'}}" },
		  "{'type':'correct_text','act':{'reason':'错页','corrects':'e-000002'},'content':{'digest':'sha256:bb'}}", "the text of 'dmz-2021-000001' on that day is this already, byte for byte", "check the file, and the day of --effective", NULL, GK_CAUSE_BAD_DATA },
		{ "amended by its own text", { RULE }, "{'type':'amend_text','effective_date':'2021-09-01','content':{'digest':'sha256:aa'}}", "the text of 'dmz-2021-000001' on that day is this already, byte for byte", "check the file, and the day of --effective", NULL, GK_CAUSE_BAD_DATA },
		{ "amended", { RULE }, "{'type':'amend_text','effective_date':'2021-09-01','content':{'digest':'sha256:bb'}}", "", NULL, NULL, GK_CAUSE_NONE },
		{ "amended today", { RULE }, "{'type':'amend_text','content':{'digest':'sha256:aa'}}", "the text of 'dmz-2021-000001' on that day is this already, byte for byte", "check the file, and the day of --effective", NULL, GK_CAUSE_BAD_DATA },
		{ "a guide has its texts, though it binds nobody", { NEWS }, "{'type':'amend_text','effective_date':'2021-09-01','content':{'digest':'sha256:bb'}}", "", NULL, NULL, GK_CAUSE_NONE },
		{ "what has ended is not amended", { RULE, ABOLISHED }, "{'type':'amend_text','effective_date':'2021-09-01','content':{'digest':'sha256:bb'}}", "cannot register the amendment (new text) of 'dmz-2021-000001': on that day it is 'Abolished · from 2021-07-01 · by 《乙办法》'", LOGGED, NULL, GK_CAUSE_BAD_DATA },
	};

	(void)state;
	each(rows, COUNT(rows));
}

static void
what_would_change_nothing_is_refused_with_the_present_state(void **state)
{
	static const struct row rows[] = {
		{ "it is public", { RULE }, "{'type':'restore','act':{'reason':'误下线'}}", "cannot register the restoration of 'dmz-2021-000001': it is Public now (e-000001)", LOGGED, "它现在已公开（e-000001）", GK_CAUSE_BAD_DATA },
		{ "it is off line, and by which event", { RULE, "{'type':'withdraw','act':{'class':'error'}}" }, "{'type':'withdraw','act':{'class':'error'}}", "cannot register the withdrawal of 'dmz-2021-000001': it is Withdrawn now (e-000002)", LOGGED, NULL, GK_CAUSE_BAD_DATA },
		{ "and back", { RULE, "{'type':'withdraw','act':{'class':'error'}}" }, "{'type':'restore','act':{'reason':'已改'}}", "", NULL, NULL, GK_CAUSE_NONE },
		{ "it was abolished", { RULE, ABOLISHED }, "{'type':'abolish','effective_date':'2021-08-01','act':{'by_text':'《丙》'}}", "cannot register the abolition of 'dmz-2021-000001': on that day it is 'Abolished · from 2021-07-01 · by 《乙办法》'", LOGGED, "到那一天它是“", GK_CAUSE_BAD_DATA },
		{ "nothing of it was ever in force", { NEWS }, "{'type':'suspend','effective_date':'2021-08-01'}", "cannot register the suspension of 'dmz-2021-000001': on that day it is 'without legal effect'", LOGGED, "无时效", GK_CAUSE_BAD_DATA },
		{ "it has expired", { TERM }, "{'type':'renew','effective_date':'2021-08-01','meta':{'expiry_date':'2027-12-31'}}", "cannot register the renewal of 'dmz-2021-000001': on that day it is 'Expired · from 2020-04-01'", "to renew what has expired, add --late", NULL, GK_CAUSE_BAD_DATA },
		{ "today too", { TERM }, "{'type':'renew','meta':{'expiry_date':'2030-12-31'}}", "cannot register the renewal of 'dmz-2021-000001': on that day it is 'Expired · from 2020-04-01'", "to renew what has expired, add --late", NULL, GK_CAUSE_BAD_DATA },
		{ "renewed late", { TERM }, "{'type':'renew','effective_date':'2021-08-01','act':{'late':true},'meta':{'expiry_date':'2027-12-31'}}", "", NULL, NULL, GK_CAUSE_NONE },
		{ "what was abolished is not renewed", { RULE, ABOLISHED }, "{'type':'renew','effective_date':'2021-08-01','meta':{'expiry_date':'2027-12-31'}}", "cannot register the renewal of 'dmz-2021-000001': on that day it is 'Abolished · from 2021-07-01 · by 《乙办法》'", LOGGED, NULL, GK_CAUSE_BAD_DATA },
	};

	(void)state;
	each(rows, COUNT(rows));
}

static void
an_event_is_undone_unless_a_later_one_rests_on_it(void **state)
{
#define UNDO(target) "{'type':'annul_event','act':{'target':'" target "','reason':'误登'}}"
	static const struct row rows[] = {
		{ "an abolition", { RULE, ABOLISHED }, UNDO("e-000002"), "", NULL, NULL, GK_CAUSE_NONE },
		{ "the record itself", { RULE }, UNDO("e-000001"), "cannot undo 'e-000001': it is the first event of 'dmz-2021-000001', the record itself", "to take it from public view: gongkai withdraw dmz-2021-000001", "不能撤销 'e-000001'：它是 'dmz-2021-000001' 的第一条登记", GK_CAUSE_BAD_DATA },
		{ "an event of another", { RULE }, UNDO("e-000099"), "'dmz-2021-000001' has no event 'e-000099'", LOGGED, NULL, GK_CAUSE_BAD_DATA },
		{ "twice", { RULE, ABOLISHED, UNDO("e-000002") }, UNDO("e-000002"), "of 'dmz-2021-000001', event 'e-000002' is undone already", LOGGED, "已经撤销", GK_CAUSE_BAD_DATA },
		{ "the undoing", { RULE, ABOLISHED, UNDO("e-000002") }, UNDO("e-000003"), "", NULL, NULL, GK_CAUSE_NONE },
		{ "a suspension that was lifted since", { RULE, "{'type':'suspend','effective_date':'2021-07-01'}", "{'type':'resume','effective_date':'2021-08-01'}" }, UNDO("e-000002"),
		  "cannot undo 'e-000002': the later event 'e-000003' (resume) rests on it", "undo the later one first: gongkai undo e-000003", "以它为前提", GK_CAUSE_BAD_DATA },
		{ "a withdrawal that was called back since", { RULE, "{'type':'withdraw','act':{'class':'error'}}", "{'type':'restore','act':{'reason':'已改'}}" }, UNDO("e-000002"),
		  "cannot undo 'e-000002': the later event 'e-000003' (restore) rests on it", "undo the later one first: gongkai undo e-000003", NULL, GK_CAUSE_BAD_DATA },
		{ "a hold that was lifted since", { RULE, "{'type':'hold_on','act':{'case':'诉讼','reason':'诉讼'}}", "{'type':'hold_off','act':{'case':'诉讼'}}" }, UNDO("e-000002"),
		  "cannot undo 'e-000002': the later event 'e-000003' (hold_off) rests on it", "undo the later one first: gongkai undo e-000003", NULL, GK_CAUSE_BAD_DATA },
		{ "a destruction", { RULE, "{'type':'destroy','act':{'register':'sha256:aa'}}" }, UNDO("e-000002"), "cannot undo 'e-000002': a destruction cannot be undone", NULL, "销毁不可逆", GK_CAUSE_BAD_DATA },
	};

	(void)state;
	each(rows, COUNT(rows));
}

/* --- review --- */

#define DRAFT "{'type':'import_public','meta':{'access':'under_review'},'content':{'digest':'sha256:aa'}}"
#define FOUND "{'type':'import_public','meta':{'access':'under_review'},'content':{'digest':'sha256:aa'},'findings':{'block':2,'warn':1,'rules':['S1']}}"
#define PASS(gate, actor) "{'type':'gate_pass','actor':'" actor "','act':{'gate':'" gate "','digest':'sha256:aa'}}"
#define PUBLISH(gates, more) "{'type':'publish','actor':'wang','act':{'gates':" gates ",'digest':'sha256:aa'" more "}}"

static void
nothing_is_published_before_its_gates(void **state)
{
	static const struct row rows[] = {
		{ "the first gate", { DRAFT }, PASS("G1", "li"), "", NULL, NULL, GK_CAUSE_NONE },
		{ "out of order", { DRAFT }, PASS("G2", "li"), "the next gate of 'dmz-2021-000001' is G1, not 'G2'", "gongkai review list tells how far each has come", "下一关是 G1", GK_CAUSE_BAD_DATA },
		{ "twice the same", { DRAFT, PASS("G1", "li") }, PASS("G1", "li"), "the next gate of 'dmz-2021-000001' is G2, not 'G1'", "gongkai review list tells how far each has come", NULL, GK_CAUSE_BAD_DATA },
		{ "after a return it begins anew", { DRAFT, PASS("G1", "li"), "{'type':'gate_return','act':{'gate':'G2','reason':'重写'}}", "{'type':'submit'}" }, PASS("G2", "li"), "the next gate of 'dmz-2021-000001' is G1, not 'G2'", "gongkai review list tells how far each has come", NULL, GK_CAUSE_BAD_DATA },
		{ "other bytes were reviewed", { DRAFT }, "{'type':'gate_pass','actor':'li','act':{'gate':'G1','digest':'sha256:bb'}}", "the text of 'dmz-2021-000001' is not the one that was reviewed", "review the present text", "不是所审查的那一份", GK_CAUSE_BAD_DATA },
		{ "a gate that was passed on other bytes counts for nothing", { DRAFT, "{'type':'gate_pass','actor':'li','act':{'gate':'G1','digest':'sha256:bb'}}" }, PUBLISH("1", ""), "'dmz-2021-000001' has not passed all gates: 0 of 1", "gongkai review pass dmz-2021-000001", NULL, GK_CAUSE_BAD_DATA },
		{ "one gate is missing", { DRAFT, PASS("G1", "li") }, PUBLISH("2", ""), "'dmz-2021-000001' has not passed all gates: 1 of 2", "gongkai review pass dmz-2021-000001", "1 / 2 关", GK_CAUSE_BAD_DATA },
		{ "all by one person", { DRAFT, PASS("G1", "wang"), PASS("G2", "wang") }, PUBLISH("2", ""), "one person did all of the review of 'dmz-2021-000001': it cannot be published", "another person signs: --by NAME", "由一人完成", GK_CAUSE_BAD_DATA },
		{ "by two", { DRAFT, PASS("G1", "li"), PASS("G2", "wang") }, PUBLISH("2", ""), "", NULL, NULL, GK_CAUSE_NONE },
		{ "one gate may be passed by who publishes", { DRAFT, PASS("G1", "wang") }, PUBLISH("1", ""), "", NULL, NULL, GK_CAUSE_NONE },
		{ "a finding that blocks", { FOUND, PASS("G1", "li") }, PUBLISH("1", ""), "'dmz-2021-000001' holds 2 things that must not be published", "mend it and take it in again; if it may be published all the same, say why: --reason '…'", "2 处不得公开的内容", GK_CAUSE_USAGE },
		{ "and why it goes out all the same", { FOUND, PASS("G1", "li") }, PUBLISH("1", ",'reason':'本人同意'"), "", NULL, NULL, GK_CAUSE_NONE },
		{ "what was refused is not published", { DRAFT, "{'type':'refuse','act':{'ground':'privacy'}}" }, PUBLISH("0", ""), "cannot register the publication of 'dmz-2021-000001': it is Not disclosed now (e-000002)", LOGGED, NULL, GK_CAUSE_BAD_DATA },
		{ "it is reviewed again", { DRAFT, "{'type':'refuse','act':{'ground':'privacy'}}" }, "{'type':'release','act':{'reason':'已隐去'}}", "", NULL, NULL, GK_CAUSE_NONE },
		{ "a referral leaves it under review", { DRAFT, "{'type':'refer','act':{'reason':'报主管部门'}}" }, "{'type':'submit'}", "cannot register the submission of 'dmz-2021-000001': it is Under review now (e-000002)", LOGGED, NULL, GK_CAUSE_BAD_DATA },
	};
	struct gk_review r;
	struct gk_event e[2] = { event(FOUND, 1), event("{'type':'amend_text','content':{'digest':'sha256:bb'}}", 2) };

	(void)state;
	each(rows, COUNT(rows));
	gk_review_of(e, 1, &r);
	assert_true(r.block == 2 && r.warn == 1 && r.version == 1 && json_array_size(r.rules) == 1);
	assert_string_equal(r.digest, "sha256:aa");
	/* What was found in the former bytes is not held against the new ones. */
	gk_review_of(e, 2, &r);
	assert_true(r.block == 0 && r.warn == 0 && r.version == 2 && r.rules == NULL);
	assert_string_equal(r.digest, "sha256:bb");
	gk_event_free(&e[0]);
	gk_event_free(&e[1]);
}

static void
an_act_is_written_with_what_it_has_and_no_more(void **state)
{
	static const struct { const char *type, *zh, *en; } labels[] = {
		{ "import_public", "收入", "taken in" }, { "publish", "公布", "published" }, { "seen_again", "又见于另一来源", "seen at a further source" }, { "abolish", "废止", "abolition" },
		{ "a_later_type", "a_later_type", "a_later_type" },
	};
	const char *zh, *en;
	json_t *o;

	(void)state;
	for (size_t i = 0; i < COUNT(labels); i++) {
		gk_event_label(labels[i].type, &zh, &en);
		assert_string_equal(zh, labels[i].zh);
		assert_string_equal(en, labels[i].en);
	}
	o = gk_act_json("dmz-2021-000001", "abolish", (struct gk_date){ 2021, 7, 0 }, "2021-06-01T00:00:00Z", "li", json_pack("{s:s}", "by_text", "《乙》"), json_object());
	assert_string_equal(json_string_value(json_object_get(o, "effective_date")), "2021-07");
	assert_string_equal(json_string_value(json_object_get(json_object_get(o, "act"), "by_text")), "《乙》");
	assert_null(json_object_get(o, "meta"));
	json_decref(o);
	o = gk_act_json("dmz-2021-000001", "correct_metadata", GK_NO_DATE, "2021-06-01T00:00:00Z", "li", json_object(), json_pack("{s:s}", "title", "乙"));
	assert_true(json_object_get(o, "effective_date") == NULL && json_object_get(o, "act") == NULL && json_object_size(json_object_get(o, "meta")) == 1);
	json_decref(o);
	o = gk_act_json("dmz-2021-000001", "submit", GK_NO_DATE, "2021-06-01T00:00:00Z", "li", NULL, NULL);
	assert_int_equal(json_object_size(o), 6);
	json_decref(o);
	/* A name that is no UTF-8 is written nowhere. */
	assert_null(gk_act_json("dmz-2021-000001", "submit", GK_NO_DATE, "2021-06-01T00:00:00Z", "\xff", json_object(), json_object()));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_act_lacks_what_its_kind_needs),
		cmocka_unit_test(a_field_is_corrected_as_the_dictionary_has_it),
		cmocka_unit_test(a_text_is_replaced_by_another),
		cmocka_unit_test(what_would_change_nothing_is_refused_with_the_present_state),
		cmocka_unit_test(an_event_is_undone_unless_a_later_one_rests_on_it),
		cmocka_unit_test(nothing_is_published_before_its_gates),
		cmocka_unit_test(an_act_is_written_with_what_it_has_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
