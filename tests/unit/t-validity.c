/*
 * 有效性, as tables of histories.  An event is written as JSON with ' for ", and short:
 * number, id and format are filled in, a recorded day stands for its midnight UTC (08:00 at the office).
 */
#include "record/history.h"
#include "record/life.h"
#include "record/validity.h"

#include "tests/unit/histories.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof (a) / sizeof *(a))
enum { ROW_EVENTS = 6 };

static struct gk_date
date(const char *s)
{
	struct gk_date d = GK_NO_DATE;

	if (!gk_date_parse(s, strlen(s), &d))
		fail_msg("'%s' is no date", s);
	return d;
}

static void
load(const char *const texts[ROW_EVENTS], struct history *h)
{
	for (h->n = 0; h->n < ROW_EVENTS && texts[h->n] != NULL; h->n++) {
		struct gk_err err = GK_ERR_INIT;
		char text[1024], number[16], at[40];
		const char *recorded;
		json_t *e;

		snprintf(text, sizeof text, "%s", texts[h->n]);
		for (char *p = text; *p != '\0'; p++)
			if (*p == '\'')
				*p = '"';
		e = json_loads(text, 0, NULL);
		if (e == NULL)
			fail_msg("no JSON: %s", text);
		snprintf(number, sizeof number, "e-%06zu", h->n + 1);
		json_object_set_new(e, "gongkai", json_integer(1));
		json_object_set_new(e, "event", json_string(number));
		json_object_set_new(e, "id", json_string("dmz-2016-000001"));
		recorded = json_string_value(json_object_get(e, "recorded_at"));
		if (recorded == NULL || strlen(recorded) == 10) {
			snprintf(at, sizeof at, "%sT00:00:00Z", recorded == NULL ? "2015-01-01" : recorded);
			json_object_set_new(e, "recorded_at", json_string(at));
		}
		if (gk_event_of(e, &h->events[h->n], &err) != GK_OK)
			fail_msg("%s: %s", text, err.what_en);
	}
}

struct row {
	const char *name;
	const char *events[ROW_EVENTS];
	const char *as_of, *known_at, *code, *since, *by;	/* since, by: NULL is "not looked at" */
};

#define PUBLISH(meta) "{'type':'publish','recorded_at':'2015-01-05','meta':{" meta "}}"
#define NORM "'norm_level':'norm_doc'"
#define FROM2016 NORM ",'effective_date':'2016-06-01'"
#define TERM2021 FROM2016 ",'expiry_date':'2021-05-31'"
#define ON(type, day) "{'type':'" type "','effective_date':'" day "','recorded_at':'2015-02-01'}"
#define ACT(type, day, act) "{'type':'" type "','effective_date':'" day "','recorded_at':'2015-02-01','act':{" act "}}"
#define META(type, day, meta) "{'type':'" type "','effective_date':'" day "','recorded_at':'2015-02-01','meta':{" meta "}}"

/* The documents of domain.md 4.6. */
#define A "{'type':'publish','recorded_at':'2016-05-11','meta':{'norm_level':'norm_doc','formed_date':'2016-05-10','effective_date':'2016-06-01','expiry_date':'2021-05-31'}}"
#define B_ABOLISHES_A "{'type':'abolish','effective_date':'2020-02-01','recorded_at':'2020-03-10','act':{'by':'dmz-2019-000077','by_text':'《B》'}}"
#define B "{'type':'publish','recorded_at':'2020-03-10','meta':{'norm_level':'norm_doc','formed_date':'2019-12-20','effective_date':'2020-02-01'}}"
#define C "{'type':'publish','recorded_at':'2018-01-02','meta':{'norm_level':'norm_doc','effective_date':'2018-01-01'}}"
#define C_REVOKED "{'type':'revoke','effective_date':'2022-05-05','recorded_at':'2022-05-06','act':{'by_text':'市人民政府的决定'}}"
#define D "{'type':'publish','recorded_at':'2021-03-01','meta':{'norm_level':'norm_doc','effective_date':'2021-03-01','expiry_date':'2023-02-28'}}"
#define D_RENEWED "{'type':'renew','effective_date':'2023-02-01','recorded_at':'2023-02-01','meta':{'expiry_date':'2025-02-28'}}"
#define E "{'type':'publish','recorded_at':'2015-01-02','meta':{'norm_level':'norm_doc','effective_date':'2015-01-01'}}"
#define E_ABOLISHED "{'type':'abolish','effective_date':'2021-01-05','recorded_at':'2021-01-05'}"
#define E_ANNULLED "{'type':'annul_event','recorded_at':'2021-02-01','act':{'target':'e-000002'}}"

static const struct row vectors[] = {
	{ "A before its day", { A, B_ABOLISHES_A }, "2016-05-20", NULL, "not_yet_effective", NULL, "" },
	{ "A in its term", { A, B_ABOLISHES_A }, "2019-06-01", NULL, "in_force", "2016-06-01", "" },
	{ "A on the eve of B", { A, B_ABOLISHES_A }, "2020-01-31", NULL, "in_force", "2016-06-01", "" },
	{ "A from B's effective date", { A, B_ABOLISHES_A }, "2020-02-01", NULL, "abolished", "2020-02-01", "dmz-2019-000077" },
	{ "A, before B was known", { A, B_ABOLISHES_A }, "2020-02-15", "2020-02-20T00:00:00Z", "in_force", NULL, "" },
	{ "A without B on its last day", { A }, "2021-05-31", NULL, "in_force", NULL, "" },
	{ "A without B the day after", { A }, "2021-06-01", NULL, "expired", "2021-06-01", "" },
	{ "B before its day", { B }, "2020-01-15", NULL, "not_yet_effective", NULL, "" },
	{ "C is void from the beginning", { C, C_REVOKED }, "2019-01-01", NULL, "revoked", "", "" },
	{ "C, as we said in 2021", { C, C_REVOKED }, "2019-01-01", "2021-01-01T00:00:00Z", "in_force", "2018-01-01", "" },
	{ "D renewed", { D, D_RENEWED }, "2023-06-01", NULL, "in_force", "2021-03-01", "" },
	{ "D, renewal not yet known", { D, D_RENEWED }, "2023-06-01", "2023-01-15T00:00:00Z", "expired", "2023-03-01", "" },
	{ "E, the wrong event struck out", { E, E_ABOLISHED, E_ANNULLED }, "2021-01-20", NULL, "in_force", "2015-01-01", "" },
	{ "E, as we said before", { E, E_ABOLISHED, E_ANNULLED }, "2021-01-20", "2021-01-25T00:00:00Z", "abolished", "2021-01-05", "" },
};

static const struct row rows[] = {
	/* V1, V2: beginning */
	{ "a notice has no validity", { PUBLISH("'norm_level':'other'") }, "2020-01-01", NULL, "not_applicable", "", "" },
	{ "nor has one without a level", { PUBLISH("'title':'气象信息'") }, "2020-01-01", NULL, "not_applicable", NULL, NULL },
	{ "a policy document only with dates", { PUBLISH("'norm_level':'policy_doc'") }, "2020-01-01", NULL, "not_applicable", NULL, NULL },
	{ "a policy document with dates", { PUBLISH("'norm_level':'policy_doc','effective_date':'2016-06-01'") }, "2020-01-01", NULL, "in_force", NULL, NULL },
	{ "normative without a date is unknown", { PUBLISH(NORM) }, "2020-01-01", NULL, "unknown", "", "" },
	{ "in force on its first day", { PUBLISH(FROM2016) }, "2016-06-01", NULL, "in_force", "2016-06-01", "" },
	{ "not on the eve", { PUBLISH(FROM2016) }, "2016-05-31", NULL, "not_yet_effective", "", "" },
	{ "the date of the first event serves", { "{'type':'import_public','effective_date':'2016-06-01','meta':{'norm_level':'law'}}" }, "2016-06-01", NULL, "in_force", NULL, NULL },
	{ "a month begins on its first day", { PUBLISH(NORM ",'effective_date':'2016-06'") }, "2016-06-01", NULL, "in_force", "2016-06", NULL },
	{ "before the record was known", { PUBLISH(FROM2016) }, "2017-01-01", "2015-01-04T23:59:59Z", "unknown", "", "" },
	{ "at the instant it was recorded", { PUBLISH(FROM2016) }, "2017-01-01", "2015-01-05T00:00:00Z", "in_force", NULL, NULL },
	/* V3 to V5: changes of the text */
	{ "an amended document goes on with its new text", { PUBLISH(FROM2016), ON("amend_text", "2018-01-01") }, "2019-01-01", NULL, "in_force", "2016-06-01", "" },
	{ "the old text of another record's amendment", { PUBLISH(FROM2016), ACT("amend_text", "2018-01-01", "'by':'dmz-2018-000009'") }, "2018-01-01", NULL, "amended", "2018-01-01", "dmz-2018-000009" },
	{ "it was in force until then", { PUBLISH(FROM2016), ACT("amend_text", "2018-01-01", "'by':'dmz-2018-000009'") }, "2017-12-31", NULL, "in_force", NULL, NULL },
	{ "articles amended change nothing", { PUBLISH(FROM2016), ON("amend_articles", "2018-01-01") }, "2019-01-01", NULL, "in_force", "2016-06-01", "" },
	{ "articles abolished", { PUBLISH(FROM2016), ACT("abolish_articles", "2018-01-01", "'articles':['第三条']") }, "2018-01-01", NULL, "partly_in_force", "2018-01-01", "" },
	{ "no article lives", { PUBLISH(FROM2016), ACT("abolish_articles", "2018-01-01", "'remaining':0") }, "2018-01-01", NULL, "abolished", NULL, NULL },
	{ "some articles live", { PUBLISH(FROM2016), ACT("abolish_articles", "2018-01-01", "'remaining':7") }, "2018-01-01", NULL, "partly_in_force", NULL, NULL },
	{ "a new text heals a part", { PUBLISH(FROM2016), ON("abolish_articles", "2018-01-01"), ON("amend_text", "2019-01-01") }, "2019-01-01", NULL, "in_force", "2019-01-01", NULL },
	{ "what is abolished is not amended", { PUBLISH(FROM2016), ON("abolish", "2018-01-01"), ON("amend_text", "2019-01-01") }, "2020-01-01", NULL, "abolished", "2018-01-01", NULL },
	/* V6, V7: abolition */
	{ "abolished before it took effect", { PUBLISH(FROM2016), ON("abolish", "2016-01-01") }, "2017-01-01", NULL, "abolished", "2016-01-01", NULL },
	{ "a notice can be abolished", { PUBLISH("'norm_level':'other'"), ON("abolish", "2018-01-01") }, "2018-01-01", NULL, "abolished", NULL, NULL },
	{ "of unknown validity, abolished", { PUBLISH(NORM), ON("abolish", "2018-01-01") }, "2018-01-01", NULL, "abolished", NULL, NULL },
	{ "and unknown before", { PUBLISH(NORM), ON("abolish", "2018-01-01") }, "2017-12-31", NULL, "unknown", NULL, NULL },
	{ "the first abolition stands", { PUBLISH(FROM2016), ON("abolish", "2018-01-01"), ON("abolish", "2019-01-01") }, "2020-01-01", NULL, "abolished", "2018-01-01", NULL },
	{ "replaced", { PUBLISH(FROM2016), ACT("replace", "2018-01-01", "'by':'dmz-2018-000009'") }, "2018-01-01", NULL, "abolished", "2018-01-01", "dmz-2018-000009" },
	{ "expired, then abolished", { PUBLISH(TERM2021), ON("abolish", "2022-01-01") }, "2022-01-01", NULL, "abolished", NULL, NULL },
	{ "without a date it counts from its recording", { PUBLISH(FROM2016), "{'type':'abolish','recorded_at':'2018-01-01'}" }, "2018-01-01", NULL, "abolished", "", NULL },
	{ "and not a day before", { PUBLISH(FROM2016), "{'type':'abolish','recorded_at':'2018-01-01'}" }, "2017-12-31", NULL, "in_force", NULL, NULL },
	{ "the office's day, not Greenwich's", { PUBLISH(FROM2016), "{'type':'abolish','recorded_at':'2017-12-31T16:00:00Z'}" }, "2018-01-01", NULL, "abolished", NULL, NULL },
	{ "there it is not yet the day", { PUBLISH(FROM2016), "{'type':'abolish','recorded_at':'2017-12-31T16:00:00Z'}" }, "2017-12-31", NULL, "in_force", NULL, NULL },
	{ "a second earlier it is the day before", { PUBLISH(FROM2016), "{'type':'abolish','recorded_at':'2017-12-31T15:59:59Z'}" }, "2017-12-31", NULL, "abolished", NULL, NULL },
	{ "the import says abolished and when", { PUBLISH(FROM2016 ",'abolished_by':['《甲》'],'abolished_date':'2018-01-01'") }, "2018-01-01", NULL, "abolished", "2018-01-01", "《甲》" },
	{ "in force until then", { PUBLISH(FROM2016 ",'abolished_by':['《甲》'],'abolished_date':'2018-01-01'") }, "2017-12-31", NULL, "in_force", NULL, NULL },
	{ "the import says abolished, not when", { "{'type':'import_public','recorded_at':'2018-03-01','meta':{'effective_date':'2016-06-01','abolished_by':['《甲》']}}" }, "2018-03-01", NULL, "abolished", "", "《甲》" },
	{ "before the recording it is what its dates say", { "{'type':'import_public','recorded_at':'2018-03-01','meta':{'effective_date':'2016-06-01','abolished_by':['《甲》']}}" }, "2018-02-28", NULL, "in_force", NULL, NULL },
	{ "abolished by a record", { PUBLISH(FROM2016 ",'abolished_by':['dmz-2018-000009'],'abolished_date':'2018-01-01'") }, "2018-01-01", NULL, "abolished", NULL, "dmz-2018-000009" },
	/* V8, V9: terms */
	{ "a month as the end of a term lasts to its end", { PUBLISH(FROM2016 ",'expiry_date':'2021-05'") }, "2021-05-31", NULL, "in_force", NULL, NULL },
	{ "and not longer", { PUBLISH(FROM2016 ",'expiry_date':'2021-05'") }, "2021-06-01", NULL, "expired", "2021-06-01", NULL },
	{ "a year likewise", { PUBLISH(FROM2016 ",'expiry_date':'2021'") }, "2021-12-31", NULL, "in_force", NULL, NULL },
	{ "a stated end is an end, whenever it began", { PUBLISH(NORM ",'expiry_date':'2021-05-31'") }, "2021-06-01", NULL, "expired", NULL, NULL },
	{ "what is suspended expires too", { PUBLISH(TERM2021), ON("suspend", "2020-01-01") }, "2021-06-01", NULL, "expired", NULL, NULL },
	{ "what is abolished does not", { PUBLISH(TERM2021), ON("abolish", "2020-01-01") }, "2022-01-01", NULL, "abolished", "2020-01-01", NULL },
	{ "renewed on its last day", { PUBLISH(TERM2021), META("renew", "2021-05-31", "'expiry_date':'2026-05-31'") }, "2022-01-01", NULL, "in_force", "2016-06-01", NULL },
	{ "renewed for the next day", { PUBLISH(TERM2021), META("renew", "2021-06-01", "'expiry_date':'2026-05-31'") }, "2022-01-01", NULL, "in_force", NULL, NULL },
	{ "renewed too late", { PUBLISH(TERM2021), META("renew", "2021-06-02", "'expiry_date':'2026-05-31'") }, "2022-01-01", NULL, "expired", NULL, NULL },
	{ "late, and flagged", { PUBLISH(TERM2021), "{'type':'renew','effective_date':'2021-07-01','act':{'late':true},'meta':{'expiry_date':'2026-05-31'}}" }, "2021-07-01", NULL, "in_force", "2021-07-01", NULL },
	{ "the gap before it stays", { PUBLISH(TERM2021), "{'type':'renew','effective_date':'2021-07-01','act':{'late':true},'meta':{'expiry_date':'2026-05-31'}}" }, "2021-06-30", NULL, "expired", NULL, NULL },
	{ "a new term ends too", { PUBLISH(TERM2021), META("renew", "2021-01-01", "'expiry_date':'2023-05-31'") }, "2023-06-01", NULL, "expired", "2023-06-01", NULL },
	{ "a shorter term is no renewal", { PUBLISH(TERM2021), META("renew", "2020-01-01", "'expiry_date':'2020-12-31'") }, "2021-05-31", NULL, "in_force", NULL, NULL },
	{ "a renewal without a term is none", { PUBLISH(TERM2021), ON("renew", "2020-01-01") }, "2021-06-01", NULL, "expired", NULL, NULL },
	/* V10 to V12: clean-up lists */
	{ "declared lapsed", { PUBLISH(FROM2016), ACT("lapse", "2020-09-01", "'by_text':'铜政发〔2020〕33号'") }, "2020-09-01", NULL, "lapsed", "2020-09-01", "铜政发〔2020〕33号" },
	{ "of unknown validity, declared lapsed", { PUBLISH(NORM), ON("lapse", "2020-09-01") }, "2020-09-01", NULL, "lapsed", NULL, NULL },
	{ "what is expired does not lapse", { PUBLISH(TERM2021), ON("lapse", "2022-01-01") }, "2022-01-01", NULL, "expired", NULL, NULL },
	{ "to be revised by the end of the year", { PUBLISH(FROM2016), ACT("conditional_lapse", "2020-09-01", "'lapse_date':'2021-01-01'") }, "2020-12-31", NULL, "in_force", NULL, NULL },
	{ "or it lapses", { PUBLISH(FROM2016), ACT("conditional_lapse", "2020-09-01", "'lapse_date':'2021-01-01'") }, "2021-01-01", NULL, "lapsed", "2021-01-01", NULL },
	{ "revised in time", { PUBLISH(FROM2016), ACT("conditional_lapse", "2020-09-01", "'lapse_date':'2021-01-01'"), "{'type':'amend_text','effective_date':'2020-12-31','recorded_at':'2021-02-01'}" }, "2021-06-01", NULL, "in_force", NULL, NULL },
	{ "announced in time, for later", { PUBLISH(FROM2016), ACT("conditional_lapse", "2020-09-01", "'lapse_date':'2021-01-01'"), "{'type':'amend_text','effective_date':'2021-03-01','recorded_at':'2020-12-20'}" }, "2021-02-01", NULL, "in_force", NULL, NULL },
	{ "revised too late", { PUBLISH(FROM2016), ACT("conditional_lapse", "2020-09-01", "'lapse_date':'2021-01-01'"), "{'type':'amend_text','effective_date':'2021-01-01','recorded_at':'2021-01-02'}" }, "2021-06-01", NULL, "lapsed", "2021-01-01", NULL },
	{ "an older revision does not save it", { PUBLISH(FROM2016), ON("amend_text", "2018-01-01"), ACT("conditional_lapse", "2020-09-01", "'lapse_date':'2021-01-01'") }, "2021-01-01", NULL, "lapsed", NULL, NULL },
	{ "confirmed from unknown", { PUBLISH(NORM), ON("confirm_valid", "2020-09-01") }, "2020-09-01", NULL, "in_force", "2020-09-01", NULL },
	{ "confirmation changes no date", { PUBLISH(FROM2016), ON("confirm_valid", "2020-09-01") }, "2020-09-01", NULL, "in_force", "2016-06-01", "" },
	{ "confirmation does not raise the dead", { PUBLISH(FROM2016), ON("abolish", "2018-01-01"), ON("confirm_valid", "2020-09-01") }, "2020-09-01", NULL, "abolished", NULL, NULL },
	{ "confirmed after its term from unknown", { PUBLISH(NORM), ON("confirm_valid", "2020-09-01") }, "2030-01-01", NULL, "in_force", NULL, NULL },
	/* V13: suspension */
	{ "suspended", { PUBLISH(FROM2016), ON("suspend", "2020-01-01") }, "2020-01-01", NULL, "suspended", "2020-01-01", NULL },
	{ "resumed", { PUBLISH(FROM2016), ON("suspend", "2020-01-01"), ON("resume", "2020-07-01") }, "2020-07-01", NULL, "in_force", "2020-07-01", NULL },
	{ "until its last day", { PUBLISH(FROM2016), ACT("suspend", "2020-01-01", "'until':'2020-06-30'") }, "2020-06-30", NULL, "suspended", NULL, NULL },
	{ "then in force by itself", { PUBLISH(FROM2016), ACT("suspend", "2020-01-01", "'until':'2020-06-30'") }, "2020-07-01", NULL, "in_force", "2020-07-01", "" },
	{ "a part stays a part", { PUBLISH(FROM2016), ON("abolish_articles", "2019-01-01"), ON("suspend", "2020-01-01"), ON("resume", "2020-07-01") }, "2020-07-01", NULL, "partly_in_force", NULL, NULL },
	{ "nothing to resume", { PUBLISH(FROM2016), ON("resume", "2020-07-01") }, "2020-07-01", NULL, "in_force", "2016-06-01", NULL },
	{ "the notice has nothing to suspend", { PUBLISH("'norm_level':'other'"), ON("suspend", "2020-01-01") }, "2020-01-01", NULL, "not_applicable", NULL, NULL },
	/* V14 to V17 */
	{ "revoked, even before it took effect", { PUBLISH(FROM2016), ON("revoke", "2020-01-01") }, "2016-01-01", NULL, "revoked", "", NULL },
	{ "revocation struck out", { PUBLISH(FROM2016), ON("revoke", "2020-01-01"), ACT("annul_event", "2020-02-01", "'target':'e-000002'") }, "2020-03-01", NULL, "in_force", NULL, NULL },
	{ "reinstated", { PUBLISH(FROM2016), ON("abolish", "2018-01-01"), ON("reinstate", "2019-01-01") }, "2019-01-01", NULL, "in_force", "2019-01-01", NULL },
	{ "out of force in between", { PUBLISH(FROM2016), ON("abolish", "2018-01-01"), ON("reinstate", "2019-01-01") }, "2018-12-31", NULL, "abolished", NULL, NULL },
	{ "an amended text is not reinstated", { PUBLISH(FROM2016), ACT("amend_text", "2018-01-01", "'by':'dmz-2018-000009'"), ON("reinstate", "2019-01-01") }, "2019-01-01", NULL, "amended", NULL, NULL },
	{ "an annulment can be struck out", { PUBLISH(FROM2016), ON("abolish", "2018-01-01"), ACT("annul_event", "2018-02-01", "'target':'e-000002'"), ACT("annul_event", "2018-03-01", "'target':'e-000003'") }, "2019-01-01", NULL, "abolished", NULL, NULL },
	{ "the beginning cannot", { PUBLISH(FROM2016), ACT("annul_event", "2018-02-01", "'target':'e-000001'") }, "2019-01-01", NULL, "in_force", NULL, NULL },
	{ "a corrected date holds from the beginning", { PUBLISH(FROM2016), META("correct_metadata", "2019-01-01", "'effective_date':'2017-01-01'") }, "2016-12-31", NULL, "not_yet_effective", NULL, NULL },
	{ "what was said before the correction", { PUBLISH(FROM2016), META("correct_metadata", "2019-01-01", "'effective_date':'2017-01-01'") }, "2016-12-31", "2015-01-10T00:00:00Z", "in_force", NULL, NULL },
	{ "a term taken back", { PUBLISH(TERM2021), META("correct_metadata", "2019-01-01", "'expiry_date':null") }, "2022-01-01", NULL, "in_force", NULL, NULL },
	{ "a newer copy brings the end", { PUBLISH(FROM2016), "{'type':'import_public','recorded_at':'2019-01-01','meta':{'abolished_by':['《甲》'],'abolished_date':'2018-01-01'}}" }, "2018-01-01", NULL, "abolished", NULL, NULL },
	/* V18: labels of the source */
	{ "a label where nothing else is known", { PUBLISH("'asserted_status':'有效'") }, "2015-01-05", NULL, "in_force", "", "" },
	{ "it says nothing of the time before", { PUBLISH("'asserted_status':'有效'") }, "2015-01-04", NULL, "unknown", NULL, NULL },
	{ "a label that says ended beats the clock", { PUBLISH(FROM2016 ",'asserted_status':'废止'") }, "2017-01-01", NULL, "abolished", NULL, NULL },
	{ "a label that says valid does not", { PUBLISH(TERM2021 ",'asserted_status':'有效'") }, "2021-06-01", NULL, "expired", NULL, NULL },
	{ "dates of an abolition say better", { PUBLISH(FROM2016 ",'abolished_date':'2014-01-01','asserted_status':'有效'") }, "2017-01-01", NULL, "abolished", "2014-01-01", NULL },
	{ "a word nobody knows is no status", { PUBLISH("'asserted_status':'见正文'") }, "2020-01-01", NULL, "unknown", NULL, NULL },
	{ "people beat labels", { PUBLISH("'asserted_status':'废止'"), ON("confirm_valid", "2020-01-01") }, "2020-01-01", NULL, "in_force", "2020-01-01", NULL },
	{ "a later label", { PUBLISH(NORM), ACT("assert_status", "2020-01-01", "'status':'失效'") }, "2020-01-01", NULL, "expired", NULL, NULL },
	{ "it does not touch what is known", { PUBLISH(FROM2016), ACT("assert_status", "2020-01-01", "'status':'失效'") }, "2020-01-01", NULL, "in_force", NULL, NULL },
	/* one day */
	{ "an end beats a confirmation", { PUBLISH(FROM2016), ON("abolish", "2020-01-01"), ON("confirm_valid", "2020-01-01") }, "2020-01-01", NULL, "abolished", NULL, NULL },
	{ "a suspension beats a confirmation", { PUBLISH(FROM2016), ON("suspend", "2020-01-01"), ON("confirm_valid", "2020-01-01") }, "2020-01-01", NULL, "suspended", NULL, NULL },
	{ "an end beats a suspension", { PUBLISH(FROM2016), ON("lapse", "2020-01-01"), ON("suspend", "2020-01-01") }, "2020-01-01", NULL, "lapsed", NULL, NULL },
	{ "amended and suspended", { PUBLISH(FROM2016), ON("suspend", "2020-01-01"), ON("amend_text", "2020-01-01") }, "2020-01-01", NULL, "suspended", NULL, NULL },
	{ "one suspension after another", { PUBLISH(FROM2016), ACT("suspend", "2020-01-01", "'until':'2020-01-31'"), ACT("suspend", "2020-02-01", "'until':'2020-02-29'") }, "2020-02-01", NULL, "suspended", NULL, NULL },
	{ "abolished on the day after its term", { PUBLISH(TERM2021), ON("abolish", "2021-06-01") }, "2021-06-01", NULL, "abolished", NULL, NULL },
	{ "of two suspensions the later recorded", { PUBLISH(FROM2016), ON("resume", "2020-01-01"), ON("suspend", "2020-01-01") }, "2020-01-01", NULL, "suspended", NULL, NULL },
	{ "suspended and resumed on one day is nothing", { PUBLISH(FROM2016), ON("suspend", "2020-01-01"), ON("resume", "2020-01-01") }, "2020-01-01", NULL, "in_force", "2016-06-01", NULL },
};

static void
check_row(const struct row *r)
{
	struct history h;
	struct gk_status_of s;
	char since[12];

	load(r->events, &h);
	s = gk_validity_at(h.events, h.n, date(r->as_of), r->known_at);
	gk_date_format(s.since, since);
	if (strcmp(gk_validity_names[s.code].code, r->code) != 0)
		fail_msg("%s: %s, not %s", r->name, gk_validity_names[s.code].code, r->code);
	if (r->since != NULL && strcmp(since, r->since) != 0)
		fail_msg("%s: since '%s', not '%s'", r->name, since, r->since);
	if (r->by != NULL && strcmp(s.by_id, r->by) != 0 && strcmp(s.by_text, r->by) != 0)
		fail_msg("%s: by '%s' '%s', not '%s'", r->name, s.by_id, s.by_text, r->by);
	histories_free(&h);
}

static void
the_vectors_of_the_domain_hold(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++)
		check_row(&vectors[i]);
}

static void
every_transition_does_what_its_row_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_row(&rows[i]);
}

static void
the_end_of_a_state_is_told_when_it_is_known(void **state)
{
	static const struct { const char *events[ROW_EVENTS]; const char *as_of, *until; } ends[] = {
		{ { A }, "2019-01-01", "2021-05-31" }, { { A, B_ABOLISHES_A }, "2019-01-01", "2020-01-31" }, { { A }, "2016-05-20", "2016-05-31" },
		{ { A }, "2022-01-01", "" }, { { B }, "2021-01-01", "" }, { { PUBLISH(FROM2016), ACT("suspend", "2020-01-01", "'until':'2020-06-30'") }, "2020-02-01", "2020-06-30" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ends); i++) {
		struct history h;
		char until[12];

		load(ends[i].events, &h);
		gk_date_format(gk_validity_at(h.events, h.n, date(ends[i].as_of), NULL).until, until);
		assert_string_equal(until, ends[i].until);
		histories_free(&h);
	}
}

static void
a_badge_is_complete_in_both_languages(void **state)
{
	static const struct { const char *events[ROW_EVENTS]; const char *as_of, *zh, *en; } badges[] = {
		{ { PUBLISH(FROM2016), ACT("abolish", "2021-12-01", "'by':'dmz-2021-000009','by_text':'《关于废止部分文件的通知》(大妈府发〔2021〕7号)'") }, "2022-01-01",
		  "已废止 · 自2021-12-01起 · 依据《关于废止部分文件的通知》(大妈府发〔2021〕7号)",
		  "Abolished · from 2021-12-01 · by 《关于废止部分文件的通知》(大妈府发〔2021〕7号)" },
		{ { PUBLISH(TERM2021) }, "2016-01-01", "尚未生效 · 自2016-06-01起施行", "Not yet in force · from 2016-06-01" },
		{ { PUBLISH(TERM2021) }, "2017-01-01", "现行有效 · 自2016-06-01起 · 至2021-05-31", "In force · from 2016-06-01 · until 2021-05-31" },
		{ { PUBLISH(TERM2021) }, "2022-01-01", "有效期届满失效 · 自2021-06-01起", "Expired · from 2021-06-01" },
		{ { PUBLISH(NORM) }, "2022-01-01", "时效待核", "Not checked" },
		{ { PUBLISH(NORM), ON("abolish", "2030-01-01") }, "2022-01-01", "时效待核", "Not checked" },
		{ { PUBLISH("'asserted_status':'已废止'") }, "2022-01-01", "已废止 · 据来源站标注", "Abolished · as labelled by the source" },
		{ { C, C_REVOKED }, "2022-01-01", "已撤销（自始无效） · 依据市人民政府的决定", "Annulled · by 市人民政府的决定" },
		{ { PUBLISH("'norm_level':'other'") }, "2022-01-01", "", "" },
	};
	char out[256];

	(void)state;
	for (size_t i = 0; i < COUNT(badges); i++) {
		struct history h;
		struct gk_status_of s;

		load(badges[i].events, &h);
		s = gk_validity_at(h.events, h.n, date(badges[i].as_of), NULL);
		gk_validity_badge(&s, GK_ZH, out, sizeof out);
		assert_string_equal(out, badges[i].zh);
		gk_validity_badge(&s, GK_EN, out, sizeof out);
		assert_string_equal(out, badges[i].en);
		for (size_t size = 0; size < sizeof out; size++) {
			gk_validity_badge(&s, GK_ZH, out, size);
			assert_true(size == 0 || strncmp(out, badges[i].zh, strlen(out)) == 0);
		}
		histories_free(&h);
	}
}

/* "2018-06-01 partly_in_force 关于收费的规定": date, type, note; '>' before what is still to come. */
static void
a_life_tells_states_and_the_acts_between(void **state)
{
	static const struct { const char *name; const char *events[ROW_EVENTS]; const char *life, *parts; } lives[] = {
		{ "states only", { PUBLISH(TERM2021) }, "2016-06-01 in_force|2021-06-01 expired|", "" },
		{ "a second part leaves the state as it is", { PUBLISH(FROM2016), ACT("abolish_articles", "2018-06-01", "'by_text':'甲','subject':'关于收费的规定'"),
		  ACT("abolish_articles", "2019-06-01", "'by_text':'乙','articles':['第七条','第八条']") },
		  "2016-06-01 in_force|2018-06-01 partly_in_force 关于收费的规定|2019-06-01 abolish_articles 第七条、第八条|", "关于收费的规定、第七条、第八条" },
		{ "a new text takes the dead part up again", { PUBLISH(FROM2016), ACT("abolish_articles", "2018-06-01", "'by_text':'甲','articles':['第七条']"), ON("amend_text", "2019-06-01"),
		  ACT("abolish_articles", "2020-06-01", "'by_text':'乙','articles':['第八条']") },
		  "2016-06-01 in_force|2018-06-01 partly_in_force 第七条|2019-06-01 in_force|2020-06-01 partly_in_force 第八条|", "第八条" },
		{ "an amendment of articles", { PUBLISH(FROM2016), ACT("amend_articles", "2018-06-01", "'by_text':'甲','articles':['第三条']") },
		  "2016-06-01 in_force|2018-06-01 amend_articles 第三条|", "" },
		{ "a confirmation", { PUBLISH(FROM2016), ON("confirm_valid", "2018-06-01") }, "2016-06-01 in_force|2018-06-01 confirm_valid|", "" },
		{ "what was revoked has no life, but a day on which that was said", { C, C_REVOKED }, "2022-05-05 revoke|", "" },
		{ "an act without effect is not told", { PUBLISH(FROM2016), ON("abolish", "2018-06-01"), ON("abolish", "2019-06-01") }, "2016-06-01 in_force|2018-06-01 abolished|", "" },
		{ "what is still to come", { PUBLISH(FROM2016), ACT("conditional_lapse", "2018-06-01", "'by_text':'甲','lapse_date':'2199-01-01'") },
		  "2016-06-01 in_force|>2199-01-01 lapsed 没有新文本|", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lives); i++) {
		struct history h;
		char got[1024] = "", parts[256];
		json_t *life, *one, *dead;
		size_t k;

		load(lives[i].events, &h);
		life = gk_life(h.events, h.n, NULL);
		json_array_foreach(life, k, one) {
			const char *note = json_string_value(json_object_get(one, "note"));

			snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s %s%s%s|", json_is_true(json_object_get(one, "ahead")) ? ">" : "",
				 json_string_value(json_object_get(one, "date")), json_string_value(json_object_get(one, "type")), note != NULL ? " " : "", note != NULL ? note : "");
		}
		dead = gk_life_parts(h.events, h.n, GK_NO_DATE, NULL);
		gk_life_join(dead, parts, sizeof parts);
		if (strcmp(got, lives[i].life) != 0 || strcmp(parts, lives[i].parts) != 0)
			fail_msg("%s: '%s' with '%s', not '%s' with '%s'", lives[i].name, got, parts, lives[i].life, lives[i].parts);
		for (size_t size = 1; size < sizeof parts; size++) {
			gk_life_join(dead, parts, size);
			assert_true(strncmp(parts, lives[i].parts, strlen(parts)) == 0);
		}
		json_decref(dead);
		json_decref(life);
		histories_free(&h);
	}
}

static void
the_clock_of_the_office_is_eight_hours_ahead(void **state)
{
	static const struct { const char *utc, *office; } times[] = {
		{ "2026-11-26T13:04:05Z", "2026-11-26 21:04:05" }, { "2026-11-26T15:59:59.999Z", "2026-11-26 23:59:59" }, { "2026-12-31T16:00:00.123Z", "2027-01-01 00:00:00" },
		{ "2024-02-28T20:30:00Z", "2024-02-29 04:30:00" }, { "2024-02-29T23:59:59Z", "2024-03-01 07:59:59" }, { "昨天", "昨天" }, { "", "" },
		{ "no instant at all, but long", "no instant at all, " },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(times); i++) {
		char out[GK_OFFICE_TIME];

		gk_office_time(times[i].utc, out);
		assert_string_equal(out, times[i].office);
	}
}

static void
words_of_other_libraries_are_understood(void **state)
{
	static const struct { const char *word; enum gk_validity code; } words[] = {
		{ "有效", GK_V_IN_FORCE }, { "生效中", GK_V_IN_FORCE }, { "全文有效", GK_V_IN_FORCE }, { "继续有效", GK_V_IN_FORCE }, { "失效", GK_V_EXPIRED },
		{ "已失效", GK_V_EXPIRED }, { "废止", GK_V_ABOLISHED }, { "已废止", GK_V_ABOLISHED }, { "【已失效】", GK_V_EXPIRED }, { "（该文件已废止）", GK_V_ABOLISHED },
		{ "宣布失效", GK_V_LAPSED }, { "条款失效", GK_V_PARTLY_IN_FORCE }, { "已修改", GK_V_AMENDED }, { "撤销", GK_V_REVOKED }, { " 尚未生效 ", GK_V_NOT_YET_EFFECTIVE },
		{ "in_force", GK_V_IN_FORCE }, { "not_applicable", GK_V_NOT_APPLICABLE }, { "有效期届满失效", GK_V_EXPIRED },
	};
	static const char *const not[] = { "", " ", "5", "1", "见正文", "有效期5年", "in force", "【】" };
	enum gk_validity code;

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++)
		if (!gk_validity_find(words[i].word, strlen(words[i].word), &code) || code != words[i].code)
			fail_msg("%s", words[i].word);
	for (size_t i = 0; i < COUNT(not); i++)
		if (gk_validity_find(not[i], strlen(not[i]), &code))
			fail_msg("'%s'", not[i]);
	for (int i = 0; i < GK_V_COUNT; i++) {
		assert_true(gk_validity_find(gk_validity_names[i].code, strlen(gk_validity_names[i].code), &code));
		assert_int_equal(code, i);
	}
}

/* The index stores periods, the page asks for a day: they must never disagree. */
static void
periods_agree_with_every_day_they_border(void **state)
{
	uint64_t seed = 20260711;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		struct gk_period p[GK_PERIODS_MAX];
		struct history h;
		size_t n;

		assert_true(histories_make(&seed, &h));
		gk_validity_periods(h.events, h.n, NULL, p, &n);
		assert_true(n >= 1 && p[0].from == 0);
		for (size_t k = 0; k < n; k++) {
			uint32_t last = k + 1 < n ? p[k + 1].from - 1 : p[k].from + 500;
			uint32_t days[] = { p[k].from, p[k].from + (last - p[k].from) / 2, last };

			assert_true(k == 0 || (p[k].from > p[k - 1].from && p[k].code != p[k - 1].code));
			for (size_t d = 0; d < COUNT(days); d++)
				if (gk_validity_at(h.events, h.n, gk_date_of_day(days[d]), NULL).code != p[k].code)
					fail_msg("history %u, day %u", i, days[d]);
		}
		histories_free(&h);
	}
}

static void
more_changes_than_fit_lose_only_the_oldest(void **state)
{
	enum { TURNS = 80 };
	struct gk_event events[TURNS + 1];
	struct gk_period p[GK_PERIODS_MAX];
	size_t n;

	(void)state;
	for (unsigned i = 0; i <= TURNS; i++) {
		char number[16], day[12];

		snprintf(number, sizeof number, "e-%u", i + 1);
		gk_date_format(gk_date_of_day(40000 + i), day);
		assert_int_equal(gk_event_of(json_pack("{si ss ss ss ss s{ss}}", "gongkai", 1, "event", number, "id", "dmz-2016-000001", "type",
						       i == 0 ? "publish" : i % 2 ? "suspend" : "resume", "recorded_at", "2020-01-01T00:00:00Z",
						       "meta", "effective_date", "2001-01-01"), &events[i], NULL), GK_OK);
		if (i > 0)
			events[i].effective = date(day);
	}
	gk_validity_periods(events, TURNS + 1, NULL, p, &n);
	assert_int_equal(n, GK_PERIODS_MAX);
	assert_int_equal(p[0].from, 0);
	assert_int_equal(p[0].code, GK_V_UNKNOWN);
	for (size_t k = 1; k < n; k++)
		assert_int_equal(gk_validity_at(events, TURNS + 1, gk_date_of_day(p[k].from), NULL).code, p[k].code);
	assert_int_equal(p[n - 1].from, 40000 + TURNS);
	for (unsigned i = 0; i <= TURNS; i++)
		gk_event_free(&events[i]);
}

static void
no_events_is_unknown(void **state)
{
	struct gk_period p[GK_PERIODS_MAX];
	size_t n;

	(void)state;
	assert_int_equal(gk_validity_at(NULL, 0, date("2020-01-01"), NULL).code, GK_V_UNKNOWN);
	gk_validity_periods(NULL, 0, NULL, p, &n);
	assert_int_equal(n, 1);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_the_domain_hold),
		cmocka_unit_test(every_transition_does_what_its_row_says),
		cmocka_unit_test(the_end_of_a_state_is_told_when_it_is_known),
		cmocka_unit_test(a_badge_is_complete_in_both_languages),
		cmocka_unit_test(a_life_tells_states_and_the_acts_between),
		cmocka_unit_test(the_clock_of_the_office_is_eight_hours_ahead),
		cmocka_unit_test(words_of_other_libraries_are_understood),
		cmocka_unit_test(periods_agree_with_every_day_they_border),
		cmocka_unit_test(more_changes_than_fit_lose_only_the_oldest),
		cmocka_unit_test(no_events_is_unknown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
