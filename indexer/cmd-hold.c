/* gongkai hold add|release|list: 停止处置.  Holds of several cases add up; each has a cause and is released by its own name. */
#include "indexer/cmd.h"
#include "indexer/keeping.h"
#include "record/field.h"
#include "record/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPT_YES = 0x2000, OPT_CASE, OPT_REASON, OPT_CATEGORY, OPT_YEAR };

struct args {
	struct app *app;
	struct keeping_choice choice;
	const char *name, *reason;
	bool yes;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case OPT_YES:
		a->yes = true;
		return 0;
	case 'n':
		a->app->dry_run = true;
		return 0;
	case OPT_CASE:
		a->name = arg;
		return 0;
	case OPT_REASON:
		a->reason = arg;
		return 0;
	case OPT_CATEGORY:
		a->choice.category = arg;
		return 0;
	case OPT_YEAR:
		a->choice.year = atoi(arg);
		return 0;
	case ARGP_KEY_ARG:
		if (!keeping_take(&a->choice, arg))
			argp_error(state, "%s", GK_T("一次最多 1000 个编号", "at most 1000 ids at a time"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int
run_acts(struct args *a, const char *type)
{
	struct store s;
	struct gk_err err = GK_ERR_INIT;
	struct keeping_holds held = { a->name, NULL, 0, NULL };
	struct keeping_act *acts;
	uint32_t *docids = NULL;
	size_t n = 0, failed = 0;
	json_t *act = json_object();
	/* Releasing a case without naming documents releases it everywhere. */
	bool whole_case = strcmp(type, "hold_off") == 0 && a->choice.n_refs == 0 && a->choice.category == NULL && a->choice.year == 0;
	int status;
	enum gk_status st = a->name != NULL && *a->name != '\0' ? store_open(a->app->archive, a->app->wait, &s, &err)
		: gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "没有说明案由（--case 复议2026-3）", "the case was not named (--case 复议2026-3)");

	if (st != GK_OK) {
		json_decref(act);
		return app_error(a->app, &err);
	}
	store_notes(a->app, &s);
	keeping_set(act, "case", a->name);
	keeping_set(act, "reason", a->reason);
	if (whole_case) {
		docids = held.docids = calloc(KEEPING_MAX, sizeof *docids);
		st = docids == NULL ? gk_nomem(&err) : keeping_each(a->app, &s, keeping_held, &held, &err);
		n = held.n;
		if (st == GK_OK && n == 0)
			st = gk_fail(&err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有文件因 '%.200s' 停止处置", "no document is on hold for '%.200s'", a->name);
	} else {
		st = keeping_find(a->app, &s, &a->choice, &docids, &n, &failed, &err);
	}
	acts = calloc(n + 1, sizeof *acts);
	if (st == GK_OK && acts == NULL)
		st = gk_nomem(&err);
	for (size_t i = 0; st == GK_OK && i < n; i++)
		acts[i] = (struct keeping_act){ docids[i], type, GK_NO_DATE, json_incref(act), NULL };
	status = st == GK_OK ? keeping_register(a->app, &s, acts, n, failed, a->yes, &err) : app_error(a->app, &err);
	json_decref(act);
	free(acts);
	free(docids);
	store_close(&s);
	return status;
}

#define OPTIONS												\
	{ "case", OPT_CASE, "NAME", 0, GK_T("案由，如 复议2026-3", "the case, such as 复议2026-3"), 1 },		\
	{ "reason", OPT_REASON, "TEXT", 0, GK_T("原因：诉讼、审计、检查、申请、复议", "the cause: litigation, audit, inspection, application, appeal"), 1 },	\
	{ "category", OPT_CATEGORY, "NAME", 0, GK_T("这个栏目的全部文件", "all documents of this category"), 1 },	\
	{ "year", OPT_YEAR, "YEAR", 0, GK_T("这一年的全部文件", "all documents of this year"), 1 },		\
	{ "dry-run", 'n', NULL, 0, GK_T("只看后果，不登记", "show what would happen, do nothing"), 1 },		\
	{ "yes", OPT_YES, NULL, 0, GK_T("不再询问", "do not ask"), 1 },					\
	{ NULL, 0, NULL, 0, NULL, 0 }

static int
run_add(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = { OPTIONS };
	struct args a = { .app = app };

	app_parse(app, &cmd_hold_add, argc, argv, options, parse, &a);
	return run_acts(&a, "hold_on");
}

static int
run_release(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = { OPTIONS };
	struct args a = { .app = app };

	app_parse(app, &cmd_hold_release, argc, argv, options, parse, &a);
	return run_acts(&a, "hold_off");
}

static int
run_list(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = { { "case", OPT_CASE, "NAME", 0, GK_T("只要这一案", "only this case"), 1 }, { NULL, 0, NULL, 0, NULL, 0 } };
	struct args a = { .app = app };
	struct keeping_holds held = { .list = json_array() };
	struct store s;
	struct gk_err err = GK_ERR_INIT;
	const json_t *one;
	size_t i, n;
	enum gk_status st;

	app_parse(app, &cmd_hold_list, argc, argv, options, parse, &a);
	held.name = a.name;
	st = keeping_open(app, &s, &err);
	if (st == GK_OK) {
		st = keeping_each(app, &s, keeping_held, &held, &err);
		keeping_close(&s);
	}
	n = json_array_size(held.list);
	if (st == GK_OK && app->json)
		app_json(json_pack("{s:i, s:O}", "holds", (int)n, "list", held.list));
	else if (st == GK_OK) {
		printf(GK_T("停止处置 %zu 条\n", "%zu holds\n"), n);
		json_array_foreach(held.list, i, one) {
			printf("  %s  ", json_str(one, "since"));
			print_text(json_str(one, "case"));
			printf("  %s  ", json_str(one, "id"));
			print_text(json_str(one, "title"));
			printf("  ");
			print_text(json_str(one, "reason"));
			putchar('\n');
		}
	}
	json_decref(held.list);
	return st == GK_OK ? n > 0 ? 0 : 1 : app_error(app, &err);
}

const struct cmd cmd_hold_add = { "hold add", "--case 案由 --reason 原因 编号…", "--case NAME --reason TEXT ID…", "停止处置：销毁前先要解除", "Put documents on hold: nothing of them is destroyed", run_add };
const struct cmd cmd_hold_release = { "hold release", "--case 案由 [编号…]", "--case NAME [ID…]", "解除停止处置（几案各自解除）", "Release a hold; holds of other cases stay", run_release };
const struct cmd cmd_hold_list = { "hold list", "", "", "停止处置的文件", "Documents on hold", run_list };
