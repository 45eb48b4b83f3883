/*
 * The clocks of a record, met with a stretch of days.
 *
 * Terms that a text does not state are told only where the issuer has adopted a rule about them (gongkai.conf, validity_policy), and
 * never end anything by themselves: to register them is another step, each with the act that adopted the rule.
 */
#include "indexer/due.h"

#include "base/io.h"
#include "indexer/json.h"
#include "record/field.h"
#include "record/history.h"

#include <stdlib.h>
#include <string.h>

enum { PUBLISH_WITHIN = 20 /* working days: never fewer days than that */ };

/* --- one record -------------------------------------------------------------------------------------------------- */

static json_t *
entry(const struct due *d, const struct gk_record *r, uint32_t day)
{
	char date[12];

	gk_date_format(gk_date_of_day(day), date);
	return json_pack("{s:s, s:s, s:s, s:s, s:I}", "id", r->id, "title", gk_meta_get(r->meta, "title"), "number", gk_meta_get(r->meta, "docno"), "date", date, "days",
			 (json_int_t)day - (json_int_t)d->day);
}

/* domain.md 4.5 (a): evaluate 180 days before, propose 60, decide 30. */
static void
remind(json_t *one)
{
	static const struct { int days; const char *zh, *en; } steps[] = { { 30, "作出决定", "decide" }, { 60, "报法制机构", "propose to the legal office" }, { 180, "评估", "evaluate" } };
	json_int_t left = json_integer_value(json_object_get(one, "days"));

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (left <= steps[i].days) {
			json_object_set_new(one, "reminder", json_integer(steps[i].days));
			json_object_set_new(one, "todo", json_string(steps[i].zh));
			json_object_set_new(one, "todo_en", json_string(steps[i].en));
			return;
		}
}

static void
validity_clocks(struct due *d, const struct store_history *h, const struct gk_record *r)
{
	struct gk_period period[GK_PERIODS_MAX];
	size_t n;

	gk_validity_periods(h->events, h->n, NULL, period, &n);
	for (size_t i = 1; i < n; i++) {
		enum gk_validity before = period[i - 1].code, code = period[i].code;
		json_t *one;

		if (period[i].from <= d->day || period[i].from > d->until + 1)
			continue;
		if (before == GK_V_NOT_YET_EFFECTIVE && code == GK_V_IN_FORCE && period[i].from <= d->until) {
			json_array_append_new(d->takes_effect, entry(d, r, period[i].from));
		} else if (code == GK_V_EXPIRED) {
			/* Its last day in force, not the first without it. */
			one = entry(d, r, period[i].from - 1);
			remind(one);
			json_array_append_new(d->expires, one);
		} else if (code == GK_V_LAPSED && period[i].from <= d->until) {
			one = entry(d, r, period[i].from);
			remind(one);
			json_array_append_new(d->lapses, one);
		}
	}
}

static long
years_by_policy(const struct gk_policy *p, const char *title)
{
	size_t n = strlen(title), notice = strlen("通告");

	if (strstr(title, "暂行") != NULL || strstr(title, "试行") != NULL)
		return p->trial;
	if (p->notice > 0 && n >= notice && strcmp(title + n - notice, "通告") == 0)
		return p->notice;
	return p->general;
}

/* A term that the issuer's own rule gives to a text that states none. */
static void
policy_term(struct due *d, uint32_t docid, const struct store_history *h, const struct gk_record *r)
{
	const struct gk_policy *p = gk_config_policy(d->config, gk_meta_get(r->meta, "issuer"));
	struct gk_status_of now = gk_validity_at(h->events, h->n, d->on, NULL);
	struct gk_date end;
	char date[12];
	long years;
	json_t *one;

	if (p == NULL || r->effective.year == 0 || r->expiry.year != 0 || strcmp(gk_meta_get(r->meta, "norm_level"), "norm_doc") != 0 || gk_validity_names[now.code].ended)
		return;
	years = years_by_policy(p, gk_meta_get(r->meta, "title"));
	end = years > 0 ? gk_date_term_end(r->effective, (int)years) : GK_NO_DATE;
	if (end.year == 0)
		return;
	if (d->acts != NULL && d->n_acts < KEEPING_MAX) {
		gk_date_format(end, date);
		d->acts[d->n_acts++] = (struct keeping_act){ docid, "correct_metadata", GK_NO_DATE, json_pack("{s:s, s:s}", "by_text", p->adopted, "reason", "按本机关采用的有效期规定"),
							     json_pack("{s:s}", "expiry_date", date) };
	}
	if (gk_date_last_day(end) > d->until)
		return;
	one = entry(d, r, gk_date_last_day(end));
	remind(one);
	json_object_set_new(one, "by", json_string(p->adopted));
	json_object_set_new(one, "years", json_integer(years));
	json_array_append_new(d->by_policy, one);
}

static void
retention_clocks(struct due *d, const struct store_history *h, const struct gk_record *r)
{
	struct gk_retention_of k = gk_retention_at(h->events, h->n, gk_date_of_day(d->until), NULL);
	json_t *one;

	if (k.state == GK_R_DUE_APPRAISAL && k.due_appraisal.year != 0) {
		one = entry(d, r, gk_date_first_day(k.due_appraisal));
		json_object_set_new(one, "code", json_string(gk_keep_names[k.keep].code));
		json_object_set_new(one, "held", json_boolean(k.n_holds > 0));
		json_array_append_new(d->appraise, one);
	} else if (k.state == GK_R_DUE_TRANSFER && k.transfer_due.year != 0) {
		one = entry(d, r, gk_date_first_day(k.transfer_due));
		json_object_set_new(one, "code", json_string(gk_keep_names[k.keep].code));
		json_array_append_new(d->transfer, one);
	}
}

static void
note_unknown(struct due *d, int year)
{
	for (size_t i = 0; i < d->n_unknown; i++)
		if (d->unknown[i] == year)
			return;
	if (year != 0 && d->n_unknown < DUE_UNKNOWN_MAX)
		d->unknown[d->n_unknown++] = year;
}

/* Art. 26: within 20 working days of the day it was made.  Only days that are known as days are compared. */
static void
published_late(struct due *d, const struct gk_record *r)
{
	uint32_t made, deadline, published;
	int unknown = 0;
	char date[12];
	json_t *one;

	if (r->formed.day == 0 || r->published.day == 0)
		return;
	made = gk_date_first_day(r->formed);
	published = gk_date_first_day(r->published);
	if (made < d->late_from || made > d->day || published <= made + PUBLISH_WITHIN)
		return;
	deadline = gk_add_workdays(d->workdays, made, PUBLISH_WITHIN, &unknown);
	/* Of a year without a calendar neither "late" nor "in time" is sure: a holiday moves the day on, a day made up for brings it nearer. */
	note_unknown(d, unknown);
	if (published <= deadline)
		return;
	one = entry(d, r, published);
	gk_date_format(r->formed, date);
	json_object_set_new(one, "made", json_string(date));
	gk_date_format(gk_date_of_day(deadline), date);
	json_object_set_new(one, "deadline", json_string(date));
	json_object_set_new(one, "workdays_late", json_integer(gk_workdays_between(d->workdays, deadline, published, &unknown)));
	note_unknown(d, unknown);
	json_array_append_new(d->late, one);
}

enum gk_status
due_one(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err)
{
	struct due *d = arg;

	(void)err;
	if (gk_retention_destroyed(h->events, h->n))
		return GK_OK;
	validity_clocks(d, h, r);
	policy_term(d, docid, h, r);
	retention_clocks(d, h, r);
	published_late(d, r);
	return GK_OK;
}

/* --- the lists ---------------------------------------------------------------------------------------------------------- */

json_t **
due_list(struct due *d, size_t i)
{
	json_t **all[] = { &d->takes_effect, &d->expires, &d->lapses, &d->by_policy, &d->appraise, &d->transfer, &d->late };

	return i < sizeof all / sizeof *all ? all[i] : NULL;
}

enum gk_status
due_days(struct due *d, const char *on, const char *from, long within, struct gk_err *err)
{
	struct gk_date since;
	enum gk_status st = keeping_date("--on", on, &d->on, err);

	if (st == GK_OK)
		st = keeping_date("--since", from, &since, err);
	if (st != GK_OK)
		return st;
	d->on = d->on.year != 0 ? d->on : gk_date_today();
	d->day = gk_date_last_day(d->on);
	d->until = d->day + (uint32_t)within;
	/* This year and the last: what a report is still to be written about. */
	d->late_from = gk_date_first_day(since.year != 0 ? since : (struct gk_date){ (int16_t)(d->on.year - 1), 1, 1 });
	return GK_OK;
}

enum gk_status
due_begin(struct due *d, const struct store *s, const char *archive, struct gk_err *err)
{
	char *folder = gk_path(archive, "workdays");
	enum gk_status st = folder == NULL ? gk_nomem(err) : gk_workdays_open(folder, &d->workdays, err);

	free(folder);
	d->config = &s->config;
	for (size_t i = 0; due_list(d, i) != NULL; i++)
		*due_list(d, i) = json_array();
	return st;
}

void
due_end(struct due *d)
{
	for (size_t i = 0; due_list(d, i) != NULL; i++)
		json_sort_by_date(due_list(d, i));
}

void
due_free(struct due *d)
{
	for (size_t i = 0; due_list(d, i) != NULL; i++)
		json_decref(*due_list(d, i));
	gk_workdays_close(d->workdays);
}
