#include "indexer/applications.h"

#include "archive/ledger.h"
#include "base/io.h"

#include <stdlib.h>
#include <string.h>

enum gk_status
applications_open(const char *archive, const char *known_at, struct applications *out, struct gk_err *err)
{
	char *folder = gk_path(archive, "workdays");
	enum gk_status st = folder == NULL ? gk_nomem(err) : GK_OK;

	*out = (struct applications){ .n = 0 };
	if (st == GK_OK)
		st = gk_workdays_open(folder, &out->workdays, err);
	if (st == GK_OK)
		st = gk_ledger_read(archive, GK_LEDGER_APPLICATIONS, &out->events, err);
	if (st == GK_OK)
		gk_applications(out->events, known_at, out->workdays, &out->all, &out->n);
	else
		applications_close(out);
	free(folder);
	return st;
}

void
applications_close(struct applications *a)
{
	free(a->all);
	json_decref(a->events);
	gk_workdays_close(a->workdays);
	*a = (struct applications){ .n = 0 };
}

const struct gk_application *
applications_find(const struct applications *a, const char *app)
{
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->all[i].app, app) == 0)
			return &a->all[i];
	return NULL;
}

static void
set_date(json_t *o, const char *key, struct gk_date d)
{
	char text[12];

	gk_date_format(d, text);
	json_object_set_new(o, key, d.year == 0 ? json_null() : json_string(text));
}

json_t *
application_json(const struct gk_application *a, struct gk_date on)
{
	static const char *const states[] = { "open", "waiting", "answered" };
	uint32_t day = a->outcome >= 0 ? gk_date_first_day(a->answered) : gk_date_first_day(on);
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "app", a->app, "state", states[a->state], "class", gk_t3_column_code[a->column], "rule", a->rule, "subject", a->subject, "docno", a->docno);
	json_t *reviews = json_array();

	set_date(o, "received", a->received);
	set_date(o, "clarify_sent", a->clarify_sent);
	set_date(o, "clarify_until", a->clarify_until);
	set_date(o, "clarified", a->clarified);
	set_date(o, "extended", a->extended);
	set_date(o, "answered", a->answered);
	set_date(o, "due", a->due == 0 ? GK_NO_DATE : gk_date_of_day(a->due));
	json_object_set_new(o, "outcome", a->outcome < 0 ? json_null() : json_string(gk_t3_form[a->outcome].code));
	json_object_set_new(o, "row", a->outcome < 0 ? json_null() : json_string(gk_t3_form[a->outcome].id));
	json_object_set_new(o, "late", json_boolean(a->due != 0 && day > a->due));
	json_object_set_new(o, "clarify_late", json_boolean(a->clarify_late));
	if (a->due != 0)
		json_object_set_new(o, "days", json_integer((json_int_t)a->due - (json_int_t)day));
	if (a->unknown_year != 0)
		json_object_set_new(o, "unknown_calendar", json_integer(a->unknown_year));
	if (*a->to != '\0')
		json_object_set_new(o, "to", json_string(a->to));
	if (a->fee_micro != 0)
		json_object_set_new(o, "fee_yuan", json_real((double)a->fee_micro / 1e6));
	for (size_t i = 0; i < a->n_reviews; i++) {
		json_t *r = json_pack("{s:s, s:s, s:s}", "case", a->reviews[i].case_no, "group", gk_t4_group[a->reviews[i].group], "result", gk_t4_column[a->reviews[i].result]);

		set_date(r, "filed", a->reviews[i].filed);
		set_date(r, "decided", a->reviews[i].decided);
		json_array_append_new(reviews, r);
	}
	json_object_set_new(o, "reviews", reviews);
	json_object_set_new(o, "applicant", *a->person == '\0' ? json_null() : json_string(a->forgotten ? "removed" : "sealed"));
	return o;
}
