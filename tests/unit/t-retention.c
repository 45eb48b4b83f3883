/* 保管状态: the vectors of domain.md 7.4, every row of its table with what it refuses, holds, clocks, two clocks, annulment. */
#include "record/retention.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { EVENTS_MAX = 16 };

/*
 * "TYPE DAY [@RECORDED] [ACT]" a line; ACT is JSON with ' for ".  The day is the effective_date ("-": none); without @ it was recorded
 * on that day.  Before them stands the record itself, with META.
 */
static struct gk_event
event(unsigned number, const char *type, const char *day, const char *recorded, const char *what, const char *json)
{
	char text[2048], at[40], eff[64] = "";
	struct gk_event e;
	struct gk_err err = GK_ERR_INIT;
	int n;

	snprintf(at, sizeof at, strlen(recorded) > 10 ? "%s" : "%sT02:00:00Z", recorded);
	if (strcmp(day, "-") != 0)
		snprintf(eff, sizeof eff, ",'effective_date':'%s'", day);
	n = snprintf(text, sizeof text, "{'gongkai':1,'event':'e-%06u','id':'k-2021-000001','type':'%s','recorded_at':'%s','actor':'zhang'%s,'%s':%s}", number, type, at, eff, what, json);
	assert_true(n > 0 && (size_t)n < sizeof text);
	for (char *p = text; *p != '\0'; p++)
		*p = *p == '\'' ? '"' : *p;
	if (gk_event_parse(text, strlen(text), &e, &err) != GK_OK)
		fail_msg("%s: %s", text, err.what_en);
	return e;
}

static size_t
history(const char *meta, const char *lines, struct gk_event out[EVENTS_MAX])
{
	size_t n = 0;

	out[n++] = event(1, "import_public", "-", "2000-01-01T00:00:00Z", "meta", meta);
	for (const char *p = lines; *p != '\0'; ) {
		size_t len = strcspn(p, "\n");
		char line[1024], type[32], day[16], rest[900] = "", recorded[40];
		const char *json;

		snprintf(line, sizeof line, "%.*s", (int)len, p);
		assert_true(sscanf(line, "%31s %15s %899[^\n]", type, day, rest) >= 2);
		snprintf(recorded, sizeof recorded, "%s", day);
		json = rest;
		if (*rest == '@') {
			sscanf(rest + 1, "%39s", recorded);
			json = strchr(rest, ' ') == NULL ? "" : strchr(rest, ' ') + 1;
		}
		assert_true(n < EVENTS_MAX);
		out[n] = event((unsigned)n + 1, type, day, recorded, strcmp(type, "correct_metadata") == 0 ? "meta" : "act", *json != '\0' ? json : "{}");
		n++;
		p += len + (p[len] == '\n');
	}
	return n;
}

static void
free_history(struct gk_event *e, size_t n)
{
	for (size_t i = 0; i < n; i++)
		gk_event_free(&e[i]);
}

/* "state code since term_end due transfer open flags" */
static void
tell(const struct gk_retention_of *r, char out[200])
{
	char since[12], end[12], due[12], transfer[12], flags[64] = "";

	gk_date_format(r->since, since);
	gk_date_format(r->term_end, end);
	gk_date_format(r->due_appraisal, due);
	gk_date_format(r->transfer_due, transfer);
	if (r->n_holds > 0)
		snprintf(flags, sizeof flags, " hold%zu", r->n_holds);
	snprintf(out, 200, "%s %s since=%s end=%s due=%s transfer=%s%s%s", gk_retention_names[r->state].code, *gk_keep_names[r->keep].code != '\0' ? gk_keep_names[r->keep].code : "-",
		 since, end, due, transfer, flags, r->open ? " open" : "");
}

#define M "{'formed_date':'2021-03-05'}"
#define FILE_(code) "file 2022-01-10 {'retention':'" code "','refcode':'Z109-WS·2021-" code "-BGS-0001','transfer_years':10}\n"
#define HOLD(day, name) "hold_on " day " {'case':'" name "','reason':'诉讼'}\n"
#define OFF(day, name) "hold_off " day " {'case':'" name "'}\n"
#define DOOM(day) "appraise_destroy " day " {'report':'鉴1','reason':'无保存价值','approved_by':'张三','archivist':'李四'}\n"
#define DESTROY(day) "destroy " day " {'supervisors':['王五','赵六'],'register':'sha256:aa','method':'粉碎'}\n"
#define MOVE(day) "transfer " day " {'to':'云溪县档案馆','receipt':'收1'}\n"

static const struct row { const char *name, *meta, *lines, *as_of, *known_at, *want; } rows[] = {
	/* domain.md 7.4: formed 2021-03-05, D10: kept through 2031-12-31, due 2032-01-01 */
	{ "nothing was filed", M, "", "2040-01-01", NULL, "unfiled - since= end= due= transfer=" },
	{ "filed", M, FILE_("D10"), "2022-01-10", NULL, "filed D10 since=2022-01-10 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "the day before it was filed", M, FILE_("D10"), "2022-01-09", NULL, "unfiled - since= end= due= transfer=" },
	{ "the last day of the term", M, FILE_("D10"), "2031-12-31", NULL, "filed D10 since=2022-01-10 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "the day after", M, FILE_("D10"), "2032-01-01", NULL, "due_appraisal D10 since=2032-01-01 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "D30 must be handed over by the county first", M, FILE_("D30"), "2031-03-05", NULL, "due_transfer D30 since=2031-03-05 end=2051-12-31 due=2052-01-01 transfer=2031-03-05" },
	{ "one day before that", M, FILE_("D30"), "2031-03-04", NULL, "filed D30 since=2022-01-10 end=2051-12-31 due=2052-01-01 transfer=2031-03-05" },
	{ "permanent: never due for appraisal", M, FILE_("Y"), "2031-03-04", NULL, "filed Y since=2022-01-10 end= due= transfer=2031-03-05" },
	{ "permanent: due for transfer", M, FILE_("Y"), "2099-01-01", NULL, "due_transfer Y since=2031-03-05 end= due= transfer=2031-03-05" },
	{ "twenty years for a city", M, "file 2022-01-10 {'retention':'Y','refcode':'R','transfer_years':20}", "2041-03-05", NULL, "due_transfer Y since=2041-03-05 end= due= transfer=2041-03-05" },
	{ "no level: no transfer", M, "file 2022-01-10 {'retention':'Y','refcode':'R'}", "2099-01-01", NULL, "filed Y since=2022-01-10 end= due= transfer=" },
	{ "old codes are kept for the longest they can mean", M, FILE_("CQ"), "2072-01-01", NULL, "due_appraisal CQ since=2072-01-01 end=2071-12-31 due=2072-01-01 transfer=" },
	{ "and the short one", M, FILE_("DQ"), "2036-12-31", NULL, "filed DQ since=2022-01-10 end=2036-12-31 due=2037-01-01 transfer=" },
	{ "D30 where no transfer is due comes to appraisal", M, "file 2022-01-10 {'retention':'D30','refcode':'R'}", "2052-01-01", NULL, "due_appraisal D30 since=2052-01-01 end=2051-12-31 due=2052-01-01 transfer=" },
	/* dates */
	{ "29 February, ten years on", "{'formed_date':'2020-02-29'}", FILE_("Y"), "2030-02-28", NULL, "filed Y since=2022-01-10 end= due= transfer=2030-03-01" },
	{ "a date known to the year counts with its last day", "{'formed_date':'2019'}", FILE_("D30"), "2029-12-30", NULL, "filed D30 since=2022-01-10 end=2049-12-31 due=2050-01-01 transfer=2029-12-31" },
	{ "no date made: the date published", "{'published_at':'2018-07-01'}", FILE_("D10"), "2028-12-31", NULL, "filed D10 since=2022-01-10 end=2028-12-31 due=2029-01-01 transfer=" },
	{ "no date at all: nothing falls due", "{}", FILE_("D10"), "2099-01-01", NULL, "filed D10 since=2022-01-10 end= due= transfer=" },
	{ "a corrected date moves the term", M, FILE_("D10") "correct_metadata - @2023-01-01 {'formed_date':'2022-03-05'}", "2032-01-01", NULL, "filed D10 since=2022-01-10 end=2032-12-31 due=2033-01-01 transfer=" },
	{ "filed late: due on the day it is filed", "{'formed_date':'2005-03-05'}", FILE_("D10"), "2022-01-10", NULL, "due_appraisal D10 since=2022-01-10 end=2015-12-31 due=2016-01-01 transfer=" },
	/* R1 */
	{ "no code, no filing", M, "file 2022-01-10 {'refcode':'R'}", "2023-01-01", NULL, "unfiled - since= end= due= transfer=" },
	{ "no reference code, no filing", M, "file 2022-01-10 {'retention':'D10'}", "2023-01-01", NULL, "unfiled - since= end= due= transfer=" },
	{ "N is filed nowhere", M, "file 2022-01-10 {'retention':'N','refcode':'R'}", "2023-01-01", NULL, "unfiled - since= end= due= transfer=" },
	{ "filed once", M, FILE_("D10") "file 2023-01-10 {'retention':'Y','refcode':'R2'}", "2024-01-01", NULL, "filed D10 since=2022-01-10 end=2031-12-31 due=2032-01-01 transfer=" },
	/* R3 */
	{ "kept on with a longer code", M, FILE_("D10") "appraise_keep 2032-02-01 {'retention':'D30','report':'鉴1'}", "2032-02-01", NULL, "due_transfer D30 since=2032-02-01 end=2051-12-31 due=2052-01-01 transfer=2031-03-05" },
	{ "kept on to a day", M, FILE_("D10") "appraise_keep 2032-02-01 {'until':'2036-06-30','report':'鉴1'}", "2036-06-30", NULL, "extended D10 since=2032-02-01 end=2036-06-30 due=2036-07-01 transfer=" },
	{ "and due again after it", M, FILE_("D10") "appraise_keep 2032-02-01 {'until':'2036-06-30','report':'鉴1'}", "2036-07-01", NULL, "due_appraisal D10 since=2036-07-01 end=2036-06-30 due=2036-07-01 transfer=" },
	{ "not before it is due", M, FILE_("D10") "appraise_keep 2031-12-31 {'retention':'Y','report':'鉴1'}", "2031-12-31", NULL, "filed D10 since=2022-01-10 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "not for a term that is over", M, FILE_("D10") "appraise_keep 2032-02-01 {'until':'2032-01-31','report':'鉴1'}", "2032-02-02", NULL, "due_appraisal D10 since=2032-01-01 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "not without a report", M, FILE_("D10") "appraise_keep 2032-02-01 {'retention':'Y'}", "2032-02-02", NULL, "due_appraisal D10 since=2032-01-01 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "kept for ever", M, FILE_("D10") "appraise_keep 2030-01-01 {'retention':'Y','report':'鉴0'}\nappraise_keep 2032-02-01 {'retention':'Y','report':'鉴1'}", "2032-02-01", NULL, "due_transfer Y since=2032-02-01 end= due= transfer=2031-03-05" },
	/* R4, R5 */
	{ "approved for destruction", M, FILE_("D10") DOOM("2032-02-01"), "2032-02-01", NULL, "approved_destroy D10 since=2032-02-01 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "destroyed", M, FILE_("D10") DOOM("2032-02-01") DESTROY("2032-03-01"), "2032-03-01", NULL, "destroyed D10 since=2032-03-01 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "not without approval", M, FILE_("D10") DESTROY("2032-03-01"), "2032-03-01", NULL, "due_appraisal D10 since=2032-01-01 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "not before the term is over", M, FILE_("D10") DOOM("2031-12-31"), "2031-12-31", NULL, "filed D10 since=2022-01-10 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "not without the head", M, FILE_("D10") "appraise_destroy 2032-02-01 {'report':'鉴1','reason':'x','archivist':'李四'}", "2032-02-01", NULL, "due_appraisal D10 since=2032-01-01 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "not without the archivist", M, FILE_("D10") "appraise_destroy 2032-02-01 {'report':'鉴1','reason':'x','approved_by':'张三'}", "2032-02-01", NULL, "due_appraisal D10 since=2032-01-01 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "one supervisor is none", M, FILE_("D10") DOOM("2032-02-01") "destroy 2032-03-01 {'supervisors':['王五'],'register':'r','method':'m'}", "2032-03-01", NULL, "approved_destroy D10 since=2032-02-01 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "twice the same is one", M, FILE_("D10") DOOM("2032-02-01") "destroy 2032-03-01 {'supervisors':['王五','王五'],'register':'r','method':'m'}", "2032-03-01", NULL, "approved_destroy D10 since=2032-02-01 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "after the end nothing happens", M, FILE_("D10") DOOM("2032-02-01") DESTROY("2032-03-01") HOLD("2032-04-01", "A") MOVE("2032-05-01") "open 2050-01-01 {'review':'开1'}", "2060-01-01", NULL, "destroyed D10 since=2032-03-01 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "Y is not destroyed even if the log says so", M, FILE_("Y") DOOM("2040-02-01") DESTROY("2040-03-01"), "2041-01-01", NULL, "due_transfer Y since=2031-03-05 end= due= transfer=2031-03-05" },
	/* R6 */
	{ "destruction called off", M, FILE_("D10") DOOM("2032-02-01") "cancel_destroy 2032-02-20 {'reason':'家属来查'}", "2040-01-01", NULL, "extended D10 since=2032-02-20 end=2031-12-31 due= transfer=" },
	{ "called off with a new term", M, FILE_("D10") DOOM("2032-02-01") "cancel_destroy 2032-02-20 {'reason':'x','until':'2033'}", "2034-01-01", NULL, "due_appraisal D10 since=2034-01-01 end=2033-12-31 due=2034-01-01 transfer=" },
	{ "only what was approved", M, FILE_("D10") "cancel_destroy 2032-02-20 {'reason':'x'}", "2032-02-20", NULL, "due_appraisal D10 since=2032-01-01 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "called off, then another code: the clock goes again", M, FILE_("D10") DOOM("2032-02-01") "cancel_destroy 2032-02-20 {'reason':'x'}\nreclassify 2032-03-01 {'retention':'D30','reason':'x'}", "2032-03-01", NULL, "due_transfer D30 since=2032-03-01 end=2051-12-31 due=2052-01-01 transfer=2031-03-05" },
	/* R8 */
	{ "handed over", M, FILE_("Y") MOVE("2031-06-01"), "2099-01-01", NULL, "transferred Y since=2031-06-01 end= due= transfer=2031-03-05" },
	{ "handed over early", M, FILE_("D30") MOVE("2025-06-01"), "2060-01-01", NULL, "transferred D30 since=2025-06-01 end=2051-12-31 due=2052-01-01 transfer=2031-03-05" },
	{ "not without a receipt", M, FILE_("Y") "transfer 2031-06-01 {'to':'馆'}", "2031-06-01", NULL, "due_transfer Y since=2031-03-05 end= due= transfer=2031-03-05" },
	{ "not what was never filed", M, MOVE("2031-06-01"), "2031-06-01", NULL, "unfiled - since= end= due= transfer=" },
	{ "not what waits for appraisal", M, FILE_("D10") MOVE("2032-06-01"), "2032-06-01", NULL, "due_appraisal D10 since=2032-01-01 end=2031-12-31 due=2032-01-01 transfer=" },
	/* R9 */
	{ "a hold stops the clock", M, FILE_("D10") HOLD("2031-01-01", "A"), "2040-01-01", NULL, "filed D10 since=2022-01-10 end=2031-12-31 due=2032-01-01 transfer= hold1" },
	{ "released: due from that day", M, FILE_("D10") HOLD("2031-01-01", "A") OFF("2033-05-06", "A"), "2033-05-06", NULL, "due_appraisal D10 since=2033-05-06 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "holds add up", M, FILE_("D10") HOLD("2031-01-01", "A") HOLD("2031-02-01", "B") OFF("2033-05-06", "A"), "2040-01-01", NULL, "filed D10 since=2022-01-10 end=2031-12-31 due=2032-01-01 transfer= hold1" },
	{ "the same case counts once", M, FILE_("D10") HOLD("2031-01-01", "A") HOLD("2031-02-01", "A") OFF("2031-05-06", "A"), "2031-06-01", NULL, "filed D10 since=2022-01-10 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "a release of another case releases nothing", M, FILE_("D10") HOLD("2031-01-01", "A") OFF("2031-05-06", "B"), "2040-01-01", NULL, "filed D10 since=2022-01-10 end=2031-12-31 due=2032-01-01 transfer= hold1" },
	{ "what was due stays due under a hold", M, FILE_("D10") HOLD("2032-01-01", "A"), "2032-01-02", NULL, "due_appraisal D10 since=2032-01-01 end=2031-12-31 due=2032-01-01 transfer= hold1" },
	{ "a hold blocks the approval", M, FILE_("D10") HOLD("2032-01-02", "A") DOOM("2032-02-01"), "2032-02-01", NULL, "due_appraisal D10 since=2032-01-01 end=2031-12-31 due=2032-01-01 transfer= hold1" },
	{ "a hold blocks the destruction", M, FILE_("D10") DOOM("2032-02-01") HOLD("2032-02-02", "A") DESTROY("2032-03-01"), "2032-03-01", NULL, "approved_destroy D10 since=2032-02-01 end=2031-12-31 due=2032-01-01 transfer= hold1" },
	{ "a hold does not block keeping", M, FILE_("D10") HOLD("2032-01-02", "A") "appraise_keep 2032-02-01 {'until':'2040','report':'鉴1'}", "2032-02-01", NULL, "extended D10 since=2032-02-01 end=2040-12-31 due=2041-01-01 transfer= hold1" },
	{ "a hold does not block the transfer", M, FILE_("Y") HOLD("2025-01-02", "A") MOVE("2031-06-01"), "2031-06-01", NULL, "transferred Y since=2031-06-01 end= due= transfer=2031-03-05 hold1" },
	{ "a hold needs a cause", M, FILE_("D10") "hold_on 2025-01-01 {'case':'A'}", "2026-01-01", NULL, "filed D10 since=2022-01-10 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "what was never filed can be held", M, HOLD("2021-04-01", "A"), "2022-01-01", NULL, "unfiled - since= end= due= transfer= hold1" },
	/* R10 */
	{ "open after 25 years", M, FILE_("Y") "open 2046-03-05 {'review':'开1'}", "2046-03-05", NULL, "due_transfer Y since=2031-03-05 end= due= transfer=2031-03-05 open" },
	{ "not a day before", M, FILE_("Y") "open 2046-03-04 {'review':'开1'}", "2046-03-05", NULL, "due_transfer Y since=2031-03-05 end= due= transfer=2031-03-05" },
	{ "earlier with a reason", M, FILE_("Y") "open 2023-03-04 {'review':'开1','reason':'科技类'}", "2023-03-05", NULL, "filed Y since=2022-01-10 end= due= transfer=2031-03-05 open" },
	{ "not without a review", M, FILE_("Y") "open 2047-01-01 {}", "2047-03-05", NULL, "due_transfer Y since=2031-03-05 end= due= transfer=2031-03-05" },
	/* R11 */
	{ "another code before it is due", M, FILE_("D10") "reclassify 2025-01-01 {'retention':'D30','reason':'有查考价值'}", "2026-01-01", NULL, "filed D30 since=2022-01-10 end=2051-12-31 due=2052-01-01 transfer=2031-03-05" },
	{ "never without a reason", M, FILE_("D30") "reclassify 2025-01-01 {'retention':'D10'}", "2026-01-01", NULL, "filed D30 since=2022-01-10 end=2051-12-31 due=2052-01-01 transfer=2031-03-05" },
	{ "a shorter one that is over falls due at once", "{'formed_date':'2008-01-01'}", "file 2009-01-10 {'retention':'D30','refcode':'R'}\nreclassify 2025-01-01 {'retention':'D10','reason':'x'}", "2025-01-01", NULL, "due_appraisal D10 since=2025-01-01 end=2018-12-31 due=2019-01-01 transfer=" },
	{ "not once it is due", M, FILE_("D10") "reclassify 2032-01-01 {'retention':'Y','reason':'x'}", "2032-01-01", NULL, "due_appraisal D10 since=2032-01-01 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "due for transfer and made D10: not any more", M, FILE_("D30") "reclassify 2031-04-01 {'retention':'D10','reason':'x'}", "2031-04-01", NULL, "filed D10 since=2031-04-01 end=2031-12-31 due=2032-01-01 transfer=" },
	/* the two clocks, and what was wrong */
	{ "recorded later than it counts from", M, FILE_("D10") "hold_on 2031-06-01 @2032-05-01 {'case':'A','reason':'x'}", "2032-02-01", "2032-04-30T00:00:00Z", "due_appraisal D10 since=2032-01-01 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "once known it was so all the time", M, FILE_("D10") "hold_on 2031-06-01 @2032-05-01 {'case':'A','reason':'x'}", "2032-02-01", NULL, "filed D10 since=2022-01-10 end=2031-12-31 due=2032-01-01 transfer= hold1" },
	{ "annulled", M, FILE_("D10") HOLD("2031-01-01", "A") "annul_event - @2031-02-01 {'target':'e-000003','reason':'登错'}", "2032-01-01", NULL, "due_appraisal D10 since=2032-01-01 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "not yet annulled", M, FILE_("D10") HOLD("2031-01-01", "A") "annul_event - @2033-02-01 {'target':'e-000003','reason':'登错'}", "2032-01-01", "2033-01-01T00:00:00Z", "filed D10 since=2022-01-10 end=2031-12-31 due=2032-01-01 transfer= hold1" },
	{ "the office's day counts: UTC+8", M, "file - @2022-01-09T16:30:00Z {'retention':'D10','refcode':'R'}", "2022-01-10", NULL, "filed D10 since=2022-01-10 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "on one day the one recorded first goes first", M, FILE_("D10") "hold_off 2031-01-01 @2031-01-01T05:00:00Z {'case':'A'}\nhold_on 2031-01-01 @2031-01-01T04:00:00Z {'case':'A','reason':'x'}", "2031-01-02", NULL, "filed D10 since=2022-01-10 end=2031-12-31 due=2032-01-01 transfer=" },
	{ "acts of validity and access are none of this axis", M, FILE_("D10") "abolish 2023-01-01 {'by_text':'x'}\nwithdraw 2023-02-01 {'class':'error'}", "2024-01-01", NULL, "filed D10 since=2022-01-10 end=2031-12-31 due=2032-01-01 transfer=" },
};

static struct gk_date
date(const char *s)
{
	struct gk_date d;

	assert_true(gk_date_parse(s, strlen(s), &d));
	return d;
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gk_event e[EVENTS_MAX];
		size_t n = history(rows[i].meta, rows[i].lines, e);
		struct gk_retention_of r = gk_retention_at(e, n, date(rows[i].as_of), rows[i].known_at);
		char got[200];

		tell(&r, got);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s:\n  got  %s\n  want %s", rows[i].name, got, rows[i].want);
		free_history(e, n);
	}
}

/* Every state knows why: the event behind it and the chain that led there. */
static void
test_why(void **state)
{
	struct gk_event e[EVENTS_MAX];
	size_t n = history(M, FILE_("D10") "hold_on 2023-01-01 {'case':'A'}\n" HOLD("2024-01-01", "B") OFF("2025-01-01", "B") DOOM("2032-02-01") DESTROY("2032-03-01"), e);
	static const bool want[] = { false, true, false, true, true, true, true };
	bool applied[EVENTS_MAX];
	struct gk_retention_of r = gk_retention_at(e, n, date("2032-03-01"), NULL);

	(void)state;
	assert_ptr_equal(r.by, &e[6]);
	assert_ptr_equal(r.filed, &e[1]);
	assert_false(r.by_clock);
	gk_retention_applied(e, n, date("2032-03-01"), NULL, applied);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(applied[i], want[i]);
	r = gk_retention_at(e, n, date("2032-01-15"), NULL);
	assert_true(r.by_clock);
	assert_ptr_equal(r.by, &e[1]);
	gk_retention_applied(e, n, date("2024-06-01"), NULL, applied);
	assert_true(applied[3] && !applied[4]);
	assert_true(gk_retention_destroyed(e, n) == (gk_date_first_day(gk_date_today()) >= gk_date_first_day(date("2032-03-01"))));
	free_history(e, n);
}

/* What the writer is told, and that it refuses exactly what the fold would pass over. */
static void
test_check(void **state)
{
	static const struct { const char *name, *before, *act; enum gk_cause cause; const char *says; } checks[] = {
		{ "well", FILE_("D10") DOOM("2032-02-01"), DESTROY("2032-03-01"), GK_CAUSE_NONE, "" },
		{ "one supervisor", FILE_("D10") DOOM("2032-02-01"), "destroy 2032-03-01 {'supervisors':['王五','王五'],'register':'r','method':'m'}", GK_CAUSE_USAGE, "两名不同的监销人" },
		{ "on hold, named", FILE_("D10") HOLD("2031-01-01", "复议2026-3") HOLD("2031-02-01", "审计7"), DOOM("2032-02-01"), GK_CAUSE_BAD_DATA, "复议2026-3、审计7" },
		{ "not due", FILE_("D10"), DOOM("2031-02-01"), GK_CAUSE_BAD_DATA, "已归档" },
		{ "permanent", FILE_("Y"), DOOM("2032-02-01"), GK_CAUSE_BAD_DATA, "到期应移交" },
		{ "twice filed", FILE_("Y"), "file 2032-01-01 {'retention':'Y','refcode':'R'}", GK_CAUSE_BAD_DATA, "到期应移交" },
		{ "the same hold", FILE_("Y") HOLD("2023-01-01", "A"), HOLD("2023-02-01", "A"), GK_CAUSE_BAD_DATA, "不会改变什么" },
		{ "a term that is over", FILE_("D10"), "appraise_keep 2032-02-01 {'until':'2032-01-31','report':'鉴1'}", GK_CAUSE_BAD_DATA, "期限已过" },
		{ "no reason", FILE_("D30"), "reclassify 2023-01-01 {'retention':'D10'}", GK_CAUSE_USAGE, "理由" },
		{ "unknown", FILE_("D30"), "burn 2023-01-01 {}", GK_CAUSE_USAGE, "burn" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
		struct gk_event e[EVENTS_MAX];
		char lines[1200];
		struct gk_err err = GK_ERR_INIT;
		size_t n;
		enum gk_status st;

		snprintf(lines, sizeof lines, "%s%s", checks[i].before, checks[i].act);
		n = history(M, lines, e);
		st = gk_retention_check(e, n - 1, &e[n - 1], &err);
		if ((st == GK_OK) != (checks[i].cause == GK_CAUSE_NONE) || err.cause != checks[i].cause || strstr(err.what, checks[i].says) == NULL)
			fail_msg("%s: %d %s", checks[i].name, err.cause, err.what);
		free_history(e, n);
	}
	/* Over all rows: the last act of each is refused exactly if it has no effect. */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gk_event e[EVENTS_MAX];
		size_t n = history(rows[i].meta, rows[i].lines, e);
		bool applied[EVENTS_MAX];
		struct gk_date day;

		if (n > 1 && gk_retention_event(e[n - 1].type) && rows[i].known_at == NULL && e[n - 1].effective.year != 0 && strstr(rows[i].name, "recorded") == NULL) {
			day = e[n - 1].effective;
			gk_retention_applied(e, n, day, NULL, applied);
			if ((gk_retention_check(e, n - 1, &e[n - 1], NULL) == GK_OK) != applied[n - 1])
				fail_msg("%s: check and fold disagree", rows[i].name);
		}
		free_history(e, n);
	}
}

static void
test_words(void **state)
{
	static const struct { const char *lines, *zh, *en; } words[] = {
		{ "file 2022-01-10 {'retention':'D10','refcode':'R','rule':'公示公告','schedule':'2026-1'}", "保管至 2031-12-31：定期10年（公示公告；期限表 2026-1），自 2022-01-01 起算",
		  "kept until 2031-12-31: 10 years (公示公告; schedule 2026-1), from 2022-01-01 on" },
		{ FILE_("Y"), "永久保管", "kept for ever" },
		{ "", "未归档，没有保管期限在计算", "not filed: no term is running" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct gk_event e[EVENTS_MAX];
		size_t n = history(M, words[i].lines, e);
		struct gk_retention_of r = gk_retention_at(e, n, date("2023-01-01"), NULL);
		char out[600];

		gk_retention_sentence(&r, GK_ZH, out, sizeof out);
		assert_string_equal(out, words[i].zh);
		gk_retention_sentence(&r, GK_EN, out, sizeof out);
		assert_string_equal(out, words[i].en);
		gk_retention_sentence(&r, GK_ZH, out, 8);
		assert_true(strlen(out) < 8);
		free_history(e, n);
	}
	assert_int_equal(gk_keep_find("永久"), GK_K_Y);
	assert_int_equal(gk_keep_find("30y"), GK_K_D30);
	assert_int_equal(gk_keep_find(""), GK_K_NONE);
	assert_int_equal(gk_keep_find("D31"), GK_K_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows), cmocka_unit_test(test_why), cmocka_unit_test(test_check), cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
