/* gongkai due: the lists of indexer/due.h at a terminal; --register-terms writes the terms that adopted rules give down as events. */
#include "indexer/cmd.h"
#include "indexer/due.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPT_ON = 0x2000, OPT_WITHIN, OPT_SINCE, OPT_REGISTER, OPT_YES, WITHIN_MAX = 36600 };

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

/* --- saying --------------------------------------------------------------------------------------------------------- */

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

static size_t
tell(struct app *app, struct due *d)
{
	static const struct { const char *key, *zh, *en; } heads[] = {
		{ "takes_effect", "将生效", "to take effect" }, { "expires", "将到期", "to expire" }, { "lapses", "将附条件失效", "to lapse unless replaced" },
		{ "by_policy", "按采用的规定到期（尚未登记）", "to expire by the rule adopted (not registered)" }, { "appraise", "应鉴定", "to be appraised" },
		{ "transfer", "应移交", "to be handed over" }, { "late", "逾期公开", "published late" },
	};
	json_t *out = json_object(), *years = json_array();
	size_t total = 0;
	char date[12];

	for (size_t i = 0; due_list(d, i) != NULL; i++) {
		total += json_array_size(*due_list(d, i));
		if (app->json)
			json_object_set(out, heads[i].key, *due_list(d, i));
		else
			print_list(GK_T(heads[i].zh, heads[i].en), *due_list(d, i));
	}
	for (size_t i = 0; i < d->n_unknown; i++) {
		json_array_append_new(years, json_integer(d->unknown[i]));
		app_note(app, "注意：没有 %d 年的工作日历，只按周末计算；把 %d.tsv 放进档案的 workdays/", "warning: there is no calendar of working days for %d, only weekends were counted; put %d.tsv into workdays/ of the archive",
			 d->unknown[i], d->unknown[i]);
	}
	if (app->json) {
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

static int
go(struct due *d, const struct args *a, struct store *s, struct gk_err *err)
{
	enum gk_status st = due_begin(d, s, a->app->archive, err);
	int status;

	if (st == GK_OK && a->reg)
		st = (d->acts = calloc(KEEPING_MAX, sizeof *d->acts)) == NULL ? gk_nomem(err) : GK_OK;
	if (st == GK_OK)
		st = keeping_each(a->app, s, due_one, d, err);
	due_end(d);
	if (st != GK_OK)
		status = app_error(a->app, err);
	else if (a->reg)
		status = keeping_register(a->app, s, d->acts, d->n_acts, 0, a->yes, err);
	else
		status = tell(a->app, d) > 0 ? 0 : 1;
	due_free(d);
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
	struct due d = { 0 };
	struct store s;
	struct gk_err err = GK_ERR_INIT;
	int status;
	enum gk_status st;

	app_parse(app, &cmd_due, argc, argv, options, parse, &a);
	st = due_days(&d, a.on, a.since, a.within, &err);
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
