/* Applications for information: their clocks, counted by hand on a calendar; what may be recorded of one, and what is refused in which words; which year each adds to. */
#include "record/application.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof (a) / sizeof *(a))

static struct gk_workdays *calendar;

static int
open_calendar(void **state)
{
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	return gk_workdays_open(NULL, &calendar, &err) == GK_OK ? 0 : -1;
}

static int
close_calendar(void **state)
{
	(void)state;
	gk_workdays_close(calendar);
	return 0;
}

/* "receive 2021-03-01 class=person; extend 2021-03-20": events of application A; app=B names another. */
static json_t *
events_of(const char *text)
{
	char copy[4096], *event, *rest = copy;
	json_t *out = json_array();

	snprintf(copy, sizeof copy, "%s", text);
	while ((event = strsep(&rest, ";")) != NULL) {
		json_t *e = json_pack("{s:s, s:s}", "app", "A", "recorded_at", "2021-12-31T00:00:00Z");
		char *word;
		size_t n = 0;

		while ((word = strsep(&event, " ")) != NULL) {
			char *value = strchr(word, '=');

			if (*word == '\0')
				continue;
			if (value != NULL) {
				*value++ = '\0';
				json_object_set_new(e, word, strspn(value, "0123456789") == strlen(value) && *value != '\0' ? json_integer(atoi(value)) : json_string(value));
			} else {
				json_object_set_new(e, n++ == 0 ? "type" : "date", json_string(word));
			}
		}
		if (n > 0)
			json_array_append_new(out, e);
		else
			json_decref(e);
	}
	return out;
}

#define RECEIVED "receive 2021-03-01 class=person;"

static void
the_clock_is_that_of_the_calendar(void **state)
{
	/* 2021: the fifth of April, a Monday, is a holiday; the 25th, a Sunday, is worked. */
	static const struct { const char *name, *events; enum gk_app_state state; const char *due; } rows[] = {
		{ "twenty working days from the day after", RECEIVED, GK_APP_OPEN, "2021-03-29" },
		{ "forty", RECEIVED "extend 2021-03-20", GK_APP_OPEN, "2021-04-26" },
		{ "it waits for the applicant", RECEIVED "clarify 2021-03-05", GK_APP_WAITING, "" },
		{ "and begins anew", RECEIVED "clarify 2021-03-05; clarified 2021-03-12", GK_APP_OPEN, "2021-04-12" },
		{ "a third party that is silent costs fifteen days", RECEIVED "third_party 2021-03-03", GK_APP_OPEN, "2021-04-20" },
		{ "one that answers costs the days up to that", RECEIVED "third_party 2021-03-03; third_party_answer 2021-03-09 verdict=agree", GK_APP_OPEN, "2021-04-02" },
		{ "one that answers too late costs no more", RECEIVED "third_party 2021-03-03; third_party_answer 2021-03-31 verdict=agree", GK_APP_OPEN, "2021-04-20" },
		{ "two at a time count once", RECEIVED "third_party 2021-03-03; third_party_answer 2021-03-09; third_party 2021-03-08; third_party_answer 2021-03-09", GK_APP_OPEN, "2021-04-02" },
		{ "answered", RECEIVED "answer 2021-03-10 outcome=granted", GK_APP_ANSWERED, "2021-03-29" },
		{ "an annulled extension is none", RECEIVED "extend 2021-03-20; annul 2021-03-21 target=2", GK_APP_OPEN, "2021-03-29" },
		{ "an annulled annulment is none", RECEIVED "extend 2021-03-20; annul 2021-03-21 target=2; annul 2021-03-22 target=3", GK_APP_OPEN, "2021-04-26" },
		{ "what annuls nothing that was before it", RECEIVED "annul 2021-03-21 target=0; annul 2021-03-21 target=9; annul 2021-03-21 target=4", GK_APP_OPEN, "2021-03-29" },
		{ "an answer of a third party that was not asked, a review of no kind, an unknown act", RECEIVED "third_party_answer 2021-03-09; review 2021-03-09 group=none case=c; review_result 2021-03-10 case=c result=upheld; dance 2021-03-11",
		  GK_APP_OPEN, "2021-03-29" },
		{ "what is said before it was received", "extend 2021-03-20;" RECEIVED, GK_APP_OPEN, "2021-03-29" },
		{ "a number of the yearly table is of no application", "figure 2021-03-01 app= year=2021;" RECEIVED, GK_APP_OPEN, "2021-03-29" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *events = events_of(rows[i].events);
		struct gk_application *all;
		char due[12] = "";
		size_t n;

		gk_applications(events, NULL, calendar, &all, &n);
		assert_int_equal(n, 1);
		if (all[0].due != 0)
			gk_date_format(gk_date_of_day(all[0].due), due);
		if (all[0].state != rows[i].state || strcmp(due, rows[i].due) != 0)
			fail_msg("%s: state %d, due '%s', not '%s'", rows[i].name, (int)all[0].state, due, rows[i].due);
		free(all);
		json_decref(events);
	}
}

static void
what_was_known_then_counts(void **state)
{
	json_t *events = events_of(RECEIVED "extend 2021-03-20; receive 2021-03-02 app=B class=nobody; clarify 2021-03-20 app=B");
	struct gk_application *all;
	size_t n;

	(void)state;
	json_object_set_new(json_array_get(events, 1), "recorded_at", json_string("2022-01-01T00:00:00Z"));
	gk_applications(events, "2021-12-31T00:00:00Z", calendar, &all, &n);
	assert_int_equal(n, 2);
	assert_int_equal(all[0].extended.year, 0);
	/* Whom no class fits is counted among the others; asked after more than seven working days is late. */
	assert_int_equal(all[1].column, GK_T3_COLUMNS - 2);
	assert_true(all[1].clarify_late && !all[0].clarify_late);
	free(all);
	gk_applications(events, "2021-12-30T23:59:59Z", calendar, &all, &n);
	assert_int_equal(n, 0);
	free(all);
	json_decref(events);
}

static void
a_year_without_a_calendar_is_said(void **state)
{
	json_t *events = events_of("receive 1999-03-01 class=person; receive 2021-03-01 app=B class=person");
	struct gk_application *all;
	size_t n;

	(void)state;
	gk_applications(events, NULL, calendar, &all, &n);
	assert_int_equal(n, 2);
	assert_int_equal(all[0].unknown_year, 1999);
	assert_int_equal(all[1].unknown_year, 0);
	free(all);
	json_decref(events);
}

static void
what_does_not_fit_is_refused_in_words(void **state)
{
#define THIRD "third_party 2021-03-02; third_party_answer 2021-03-03;"
#define REVIEW "review 2021-03-20 group=reconsider case=c;"
	static const struct { const char *name, *events, *event, *words; } rows[] = {
		{ "a first event", "", "receive 2021-03-01 class=person", NULL },
		{ "by the words of the form", "", "receive 2021-03-01 class=法律服务机构", NULL },
		{ "of no class", "", "receive 2021-03-01 class=robot", "没有这类申请人" },
		{ "without a class", "", "receive 2021-03-01", "没有这类申请人" },
		{ "the number is taken", RECEIVED, "receive 2021-03-02 class=person", "已有这个编号" },
		{ "no such number", "", "extend 2021-03-02", "没有申请 'A'" },
		{ "no date", RECEIVED, "extend", "日期不对" },
		{ "a month is no day", RECEIVED, "extend 2021-03", "日期不对" },
		{ "tomorrow's", RECEIVED, "extend 2999-01-01", "日期不对" },
		{ "before it came", RECEIVED, "extend 2021-02-28", "早于收到的日子" },
		{ "on the day it came", RECEIVED, "extend 2021-03-01", NULL },
		{ "on the last day", RECEIVED, "extend 2021-03-29", NULL },
		{ "a day later", RECEIVED, "extend 2021-03-30", "期限已过" },
		{ "twice", RECEIVED "extend 2021-03-02", "extend 2021-03-03", "只能延长一次" },
		{ "while it waits for the applicant there is no last day", RECEIVED "clarify 2021-03-02", "extend 2021-05-05", NULL },
		{ "completion", RECEIVED, "clarify 2021-03-05", NULL },
		{ "asked for twice", RECEIVED "clarify 2021-03-02", "clarify 2021-03-03", "一次性告知" },
		{ "completed", RECEIVED "clarify 2021-03-02", "clarified 2021-03-02", NULL },
		{ "before it was asked for", RECEIVED "clarify 2021-03-03", "clarified 2021-03-02", "没有要求补正" },
		{ "though nobody asked", RECEIVED, "clarified 2021-03-02", "没有要求补正" },
		{ "a third party", RECEIVED, "third_party 2021-03-02", NULL },
		{ "answers", RECEIVED "third_party 2021-03-02", "third_party_answer 2021-03-03", NULL },
		{ "without being asked", RECEIVED, "third_party_answer 2021-03-03", "没有在征求" },
		{ "twice", RECEIVED THIRD, "third_party_answer 2021-03-04", "没有在征求" },
		{ "eight of them", RECEIVED THIRD THIRD THIRD THIRD THIRD THIRD THIRD, "third_party 2021-03-04", NULL },
		{ "and a ninth", RECEIVED THIRD THIRD THIRD THIRD THIRD THIRD THIRD THIRD, "third_party 2021-03-04", "过多" },
		{ "an answer by code", RECEIVED, "answer 2021-03-04 outcome=granted", NULL },
		{ "by id", RECEIVED, "answer 2021-03-04 outcome=r3.3.1", NULL },
		{ "by label", RECEIVED, "answer 2021-03-04 outcome=属于国家秘密", NULL },
		{ "by the short word", RECEIVED, "answer 2021-03-04 outcome=部分公开", NULL },
		{ "of a row that only the form of 2019 has", RECEIVED, "answer 2021-03-04 outcome=other_2019", "没有这种办理结果" },
		{ "of no kind", RECEIVED, "answer 2021-03-04 outcome=perhaps", "没有这种办理结果" },
		{ "of nothing", RECEIVED, "answer 2021-03-04", "没有这种办理结果" },
		{ "twice", RECEIVED "answer 2021-03-04 outcome=granted", "answer 2021-03-05 outcome=granted", "已经答复" },
		{ "extended after the answer", RECEIVED "answer 2021-03-04 outcome=granted", "extend 2021-03-05", "已经答复" },
		{ "completion after it", RECEIVED "answer 2021-03-04 outcome=granted", "clarify 2021-03-05", "已经答复" },
		{ "a third party after it", RECEIVED "answer 2021-03-04 outcome=granted", "third_party 2021-03-05", "已经答复" },
		{ "told whose it is after it", RECEIVED "answer 2021-03-04 outcome=granted", "transfer 2021-03-05 to=乙局", "已经答复" },
		{ "and before it", RECEIVED, "transfer 2021-03-05 to=乙局", NULL },
		{ "the fee after it", RECEIVED "answer 2021-03-04 outcome=granted", "fee 2021-03-05 micro=1000000", NULL },
		{ "a review", RECEIVED, "review 2021-03-20 group=suit_after case=c", NULL },
		{ "of no kind", RECEIVED, "review 2021-03-20 group=complaint case=c", "没有这种救济" },
		{ "sixteen, and one more", RECEIVED REVIEW REVIEW REVIEW REVIEW REVIEW REVIEW REVIEW REVIEW REVIEW REVIEW REVIEW REVIEW REVIEW REVIEW REVIEW REVIEW, "review 2021-03-20 group=reconsider case=d", "没有这种救济" },
		{ "its result", RECEIVED REVIEW, "review_result 2021-04-20 case=c result=upheld", NULL },
		{ "which is none", RECEIVED REVIEW, "review_result 2021-04-20 case=c result=maybe", "upheld corrected other" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *events = events_of(rows[i].events), *one = events_of(rows[i].event);
		struct gk_application *all;
		struct gk_err err = GK_ERR_INIT;
		enum gk_status st;
		size_t n;

		gk_applications(events, NULL, calendar, &all, &n);
		st = gk_application_check(n > 0 ? &all[0] : NULL, json_array_get(one, 0), calendar, &err);
		if (st != (rows[i].words == NULL ? GK_OK : GK_REFUSED) || (rows[i].words != NULL && strstr(err.what, rows[i].words) == NULL))
			fail_msg("%zu, %s: %s", i, rows[i].name, st == GK_OK ? "taken" : err.what);
		/* Each refusal names the application, in both languages. */
		assert_true(st == GK_OK || (strstr(err.what, "'A'") != NULL && strstr(err.what_en, "'A'") != NULL));
		free(all);
		json_decref(events);
		json_decref(one);
	}
}

static void
each_year_has_its_part(void **state)
{
	enum { NEW = GK_APP_IN_NEW, CARRIED = GK_APP_IN_CARRIED, RESULT = GK_APP_IN_RESULT, NEXT = GK_APP_IN_NEXT };
	static const struct { const char *name, *events; unsigned in[4]; } rows[] = {	/* 2020, 2021, 2022, 2023 */
		{ "received and answered in one year", RECEIVED "answer 2021-03-04 outcome=granted", { 0, NEW | RESULT, 0, 0 } },
		{ "answered in the next", "receive 2021-12-20 class=person; answer 2022-01-10 outcome=granted", { 0, NEW | NEXT, CARRIED | RESULT, 0 } },
		{ "open to this day", "receive 2021-12-20 class=person", { 0, NEW | NEXT, CARRIED | NEXT, CARRIED | NEXT } },
		{ "answered two years later", "receive 2021-12-20 class=person; answer 2023-01-10 outcome=granted", { 0, NEW | NEXT, CARRIED | NEXT, CARRIED | RESULT } },
	};
	static const struct { const char *events; int in[4]; } reviews[] = {
		{ RECEIVED "review 2021-06-01 group=reconsider case=c", { -1, GK_T4_PENDING, GK_T4_PENDING, GK_T4_PENDING } },
		{ RECEIVED "review 2021-06-01 group=reconsider case=c; review_result 2022-06-01 case=c result=corrected", { -1, GK_T4_PENDING, 1, -1 } },
		{ RECEIVED "review 2021-06-01 group=suit_direct case=c; review_result 2021-06-30 case=c result=upheld", { -1, 0, -1, -1 } },
		{ RECEIVED "review 2021-06-01 group=suit_direct case=c; review_result 2021-06-30 case=other result=upheld", { -1, GK_T4_PENDING, GK_T4_PENDING, GK_T4_PENDING } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows) + COUNT(reviews); i++) {
		bool review = i >= COUNT(rows);
		json_t *events = events_of(review ? reviews[i - COUNT(rows)].events : rows[i].events);
		struct gk_application *all;
		size_t n;

		gk_applications(events, NULL, calendar, &all, &n);
		assert_int_equal(n, 1);
		for (int year = 2020; year <= 2023; year++) {
			if (review)
				assert_int_equal(gk_app_review_in(&all[0].reviews[0], year), reviews[i - COUNT(rows)].in[year - 2020]);
			else if (gk_application_in(&all[0], year) != rows[i].in[year - 2020])
				fail_msg("%s: %d: %u", rows[i].name, year, gk_application_in(&all[0], year));
		}
		free(all);
		json_decref(events);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_clock_is_that_of_the_calendar),
		cmocka_unit_test(what_was_known_then_counts),
		cmocka_unit_test(a_year_without_a_calendar_is_said),
		cmocka_unit_test(what_does_not_fit_is_refused_in_words),
		cmocka_unit_test(each_year_has_its_part),
	};

	return cmocka_run_group_tests(tests, open_calendar, close_calendar);
}
