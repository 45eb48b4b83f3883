/*
 * gongkai due: what happens by itself.  One list for the desk: what takes effect, what ends (with the reminders 180, 60 and 30 days before),
 * what must be appraised or handed over, and what was published later than 20 working days after it was made (Art. 26).
 *
 * Terms that a text does not state are told only where the issuer has adopted a rule about them (gongkai.conf, validity_policy), and
 * never end anything by themselves: --register-terms writes them down as events, each with the act that adopted the rule.
 */
#include "base/io.h"
#include "indexer/keeping.h"
#include "record/field.h"
#include "record/history.h"
#include "record/workdays.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPT_ON = 0x2000, OPT_WITHIN, OPT_SINCE, OPT_REGISTER, OPT_YES, PUBLISH_WITHIN = 20 /* working days: never fewer days than that */, WITHIN_MAX = 36600, UNKNOWN_MAX = 64 };

struct due {
	struct app *app;
	const struct gk_config *config;
	struct gk_workdays *workdays;
	struct gk_date on;
	uint32_t day, until, late_from;
	json_t *takes_effect, *expires, *lapses, *by_policy, *appraise, *transfer, *late;
	int unknown[UNKNOWN_MAX];
	size_t n_unknown;
	struct keeping_act *acts;		/* --register-terms */
	size_t n_acts;
};

struct args {
	struct app *app;
	const char *on, *since;
	long within;
	bool reg, yes;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;
	char *end;

	switch (key) {
	case OPT_ON:
		a->on = arg;
		return 0;
	case OPT_SINCE:
		a->since = arg;
		return 0;
	case OPT_WITHIN:
		a->within = strtol(arg, &end, 10);
		if (*arg == '\0' || *end != '\0' || a->within < 0 || a->within > WITHIN_MAX)
			argp_error(state, GK_T("--within 要天数，不是 '%s'", "--within wants days, not '%s'"), arg);
		return 0;
	case OPT_REGISTER:
		a->reg = true;
		return 0;
	case OPT_YES:
		a->yes = true;
		return 0;
	case 'n':
		a->app->dry_run = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

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
	if (year != 0 && d->n_unknown < UNKNOWN_MAX)
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

static enum gk_status
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

/* --- saying --------------------------------------------------------------------------------------------------------- */

static int
by_date(const void *x, const void *y)
{
	const json_t *a = *(json_t *const *)x, *b = *(json_t *const *)y;
	int order = strcmp(json_str(a, "date"), json_str(b, "date"));

	return order != 0 ? order : strcmp(json_str(a, "id"), json_str(b, "id"));
}

static void
sort_list(json_t **list)
{
	size_t n = json_array_size(*list);
	json_t **row = calloc(n + 1, sizeof *row), *sorted = json_array();

	if (row == NULL || sorted == NULL) {
		free(row);
		json_decref(sorted);
		return;
	}
	for (size_t i = 0; i < n; i++)
		row[i] = json_array_get(*list, i);
	if (n > 1)
		qsort(row, n, sizeof *row, by_date);
	for (size_t i = 0; i < n; i++)
		json_array_append(sorted, row[i]);
	free(row);
	json_decref(*list);
	*list = sorted;
}

static void
print_list(const char *head, const json_t *list)
{
	const json_t *one;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	printf("%s %zu\n", head, json_array_size(list));
	json_array_foreach(list, i, one) {
		json_int_t days = json_integer_value(json_object_get(one, "days"));

		printf("  %s  %s  ", json_str(one, "date"), json_str(one, "id"));
		print_text(json_str(one, "title"));
		if (*json_str(one, "deadline") != '\0')
			printf(GK_T("  成文 %s，应于 %s 前公开，迟 %lld 个工作日", "  made %s, to be published by %s, %lld working days late"), json_str(one, "made"), json_str(one, "deadline"),
			       (long long)json_integer_value(json_object_get(one, "workdays_late")));
		else if (json_object_get(one, "reminder") != NULL && days < 0)
			printf(GK_T("  已过 %lld 天", "  %lld days ago"), (long long)-days);
		else if (json_object_get(one, "reminder") != NULL)
			printf(GK_T("  还有 %lld 天（%lld 天提醒：%s）", "  in %lld days (reminder at %lld: %s)"), (long long)days, (long long)json_integer_value(json_object_get(one, "reminder")),
			       json_str(one, gk_lang == GK_EN ? "todo_en" : "todo"));
		if (*json_str(one, "by") != '\0') {
			printf(GK_T("  依据 ", "  by "));
			print_text(json_str(one, "by"));
		}
		if (json_is_true(json_object_get(one, "held")))
			printf("%s", GK_T("  [停止处置]", "  [on hold]"));
		putchar('\n');
	}
}

static json_t **
lists_of(struct due *d, size_t i)
{
	json_t **all[] = { &d->takes_effect, &d->expires, &d->lapses, &d->by_policy, &d->appraise, &d->transfer, &d->late };

	return i < sizeof all / sizeof *all ? all[i] : NULL;
}

static size_t
tell(struct due *d)
{
	static const struct { const char *key, *zh, *en; } heads[] = {
		{ "takes_effect", "将生效", "to take effect" }, { "expires", "将到期", "to expire" }, { "lapses", "将附条件失效", "to lapse unless replaced" },
		{ "by_policy", "按采用的规定到期（尚未登记）", "to expire by the rule adopted (not registered)" }, { "appraise", "应鉴定", "to be appraised" },
		{ "transfer", "应移交", "to be handed over" }, { "late", "逾期公开", "published late" },
	};
	json_t *out = json_object(), *years = json_array();
	size_t total = 0;
	char date[12];

	for (size_t i = 0; lists_of(d, i) != NULL; i++) {
		sort_list(lists_of(d, i));
		total += json_array_size(*lists_of(d, i));
		if (d->app->json)
			json_object_set(out, heads[i].key, *lists_of(d, i));
		else
			print_list(GK_T(heads[i].zh, heads[i].en), *lists_of(d, i));
	}
	for (size_t i = 0; i < d->n_unknown; i++) {
		json_array_append_new(years, json_integer(d->unknown[i]));
		app_note(d->app, "注意：没有 %d 年的工作日历，只按周末计算；把 %d.tsv 放进档案的 workdays/", "warning: there is no calendar of working days for %d, only weekends were counted; put %d.tsv into workdays/ of the archive",
			 d->unknown[i], d->unknown[i]);
	}
	if (d->app->json) {
		gk_date_format(gk_date_of_day(d->day), date);
		json_object_set_new(out, "on", json_string(date));
		gk_date_format(gk_date_of_day(d->until), date);
		json_object_set_new(out, "until", json_string(date));
		json_object_set(out, "unknown_years", years);
		app_json(json_incref(out));
	} else if (total == 0) {
		printf("%s\n", GK_T("没有到期的事项", "nothing is due"));
	}
	json_decref(out);
	json_decref(years);
	return total;
}

/* --- the command -------------------------------------------------------------------------------------------------------- */

static enum gk_status
set_days(struct due *d, const struct args *a, struct gk_err *err)
{
	struct gk_date since;
	enum gk_status st = keeping_date("--on", a->on, &d->on, err);

	if (st == GK_OK)
		st = keeping_date("--since", a->since, &since, err);
	if (st != GK_OK)
		return st;
	d->on = d->on.year != 0 ? d->on : gk_date_today();
	d->day = gk_date_last_day(d->on);
	d->until = d->day + (uint32_t)a->within;
	/* This year and the last: what a report is still to be written about. */
	d->late_from = gk_date_first_day(since.year != 0 ? since : (struct gk_date){ (int16_t)(d->on.year - 1), 1, 1 });
	return GK_OK;
}

static int
go(struct due *d, const struct args *a, struct store *s, struct gk_err *err)
{
	char *folder = gk_path(a->app->archive, "workdays");
	enum gk_status st = gk_workdays_open(folder, &d->workdays, err);
	int status;

	free(folder);
	d->config = &s->config;
	if (st == GK_OK && a->reg)
		st = (d->acts = calloc(KEEPING_MAX, sizeof *d->acts)) == NULL ? gk_nomem(err) : GK_OK;
	for (size_t i = 0; lists_of(d, i) != NULL; i++)
		*lists_of(d, i) = json_array();
	if (st == GK_OK)
		st = keeping_each(a->app, s, due_one, d, err);
	if (st != GK_OK)
		status = app_error(a->app, err);
	else if (a->reg)
		status = keeping_register(a->app, s, d->acts, d->n_acts, 0, a->yes, err);
	else
		status = tell(d) > 0 ? 0 : 1;
	for (size_t i = 0; lists_of(d, i) != NULL; i++)
		json_decref(*lists_of(d, i));
	gk_workdays_close(d->workdays);
	free(d->acts);
	return status;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = {
		{ "within", OPT_WITHIN, "DAYS", 0, GK_T("今后多少天内（默认 180）", "within so many days (default 180)"), 1 },
		{ "on", OPT_ON, "DATE", 0, GK_T("从哪一天看（默认今天）", "as seen on this day (default today)"), 1 },
		{ "since", OPT_SINCE, "DATE", 0, GK_T("逾期公开：成文不早于（默认去年 1 月 1 日）", "published late: made on or after (default 1 January last year)"), 1 },
		{ "register-terms", OPT_REGISTER, NULL, 0, GK_T("把采用的规定给出的有效期登记下来", "register the terms that adopted rules give"), 1 },
		{ "dry-run", 'n', NULL, 0, GK_T("只看后果，不登记", "show what would happen, do nothing"), 1 },
		{ "yes", OPT_YES, NULL, 0, GK_T("不再询问", "do not ask"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct args a = { .app = app, .within = 180 };
	struct due d = { .app = app };
	struct store s;
	struct gk_err err = GK_ERR_INIT;
	int status;
	enum gk_status st;

	app_parse(app, &cmd_due, argc, argv, options, parse, &a);
	st = set_days(&d, &a, &err);
	if (st == GK_OK)
		st = a.reg ? store_open(app->archive, app->wait, &s, &err) : keeping_open(app, &s, &err);
	if (st != GK_OK)
		return app_error(app, &err);
	if (a.reg)
		store_notes(app, &s);
	status = go(&d, &a, &s, &err);
	if (a.reg)
		store_close(&s);
	else
		keeping_close(&s);
	return status;
}

const struct cmd cmd_due = { "due", "", "", "将生效、将到期、应鉴定、应移交、逾期公开的文件", "What begins, ends, must be appraised, was late", run };
