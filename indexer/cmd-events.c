/*
 * gongkai events import: many acts at once, a JSON object a line, through the same checks as the commands.
 *
 *   {"type":"abolish","id":"dzmm-2015-000031","effective_date":"2021-12-01","act":{"by":"dzmm-2021-000207","reason":"…"},"meta":{…}}
 *
 * id may also be a document number or a title.  A bad line costs itself (exit 3); lines are acknowledged after each commit.
 */
#include "base/io.h"
#include "indexer/act.h"
#include "indexer/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 500, LINE_LIMIT = GK_EVENT_MAX };

struct args { const char *path; struct app *app; };

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case 'n':
		a->app->dry_run = true;
		return 0;
	case ARGP_KEY_ARG:
		if (a->path != NULL)
			argp_error(state, "%s", GK_T("一次一个文件", "one file at a time"));
		a->path = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

struct importing {
	struct app *app;
	struct store store;
	const char *path;
	size_t line, done, failed, pending;
	json_t *acknowledge;
};

static enum gk_status
commit(struct importing *x, struct gk_err *err)
{
	json_t *one;
	size_t i;
	enum gk_status st = store_commit(&x->store, err);

	if (st != GK_OK)
		return st;
	json_array_foreach(x->acknowledge, i, one)
		if (x->app->json)
			app_json(json_incref(one));
	json_array_clear(x->acknowledge);
	x->done += x->pending;
	x->pending = 0;
	return GK_OK;
}

static enum gk_status
read_line(const struct importing *x, const char *line, size_t n, json_t **out, uint32_t *docid, struct store *s, struct gk_err *err)
{
	json_error_t why;
	json_t *j = json_loadb(line, n, JSON_REJECT_DUPLICATES, &why), *event;
	const char *type = json_string_value(json_object_get(j, "type")), *id = json_string_value(json_object_get(j, "id"));
	const char *day = json_string_value(json_object_get(j, "effective_date"));
	struct gk_date effective = GK_NO_DATE;
	struct store_history h;
	char now[32];
	enum gk_status st = GK_OK;

	if (!json_is_object(j) || type == NULL || id == NULL) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "不是登记：%s", "this is no event: %s", j == NULL ? why.text : "type, id");
		gk_hint(err, "每行一个 JSON 对象，有 type 和 id", "one JSON object a line, with type and id");
		st = GK_REFUSED;
	} else if (strcmp(type, "destroy") == 0) {
		/* Said by a line, the bytes would still be there. */
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 的销毁不能成批登记：内容还在", "the destruction of '%s' cannot be registered by a line: its bytes are still there", id);
		gk_hint(err, "销毁用 gongkai dispose", "to destroy: gongkai dispose");
		st = GK_REFUSED;
	} else if (day != NULL && !gk_date_parse(day, strlen(day), &effective)) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "effective_date 不是日期：%.80s", "effective_date is not a date: %.80s", day);
	}
	if (st == GK_OK)
		st = act_find(s, id, docid, err);
	if (st == GK_OK && store_touched(s, *docid))
		st = store_commit(s, err);
	if (st == GK_OK)
		st = store_history(s, *docid, &h, err);
	if (st == GK_OK) {
		gk_now_utc(now);
		event = gk_act_json(h.events[0].id, type, effective, now, x->app->actor, json_incref(json_object_get(j, "act")), json_incref(json_object_get(j, "meta")));
		store_history_free(&h);
		*out = event;
		st = event == NULL ? gk_nomem(err) : GK_OK;
	}
	json_decref(j);
	return st;
}

static enum gk_status
take_line(struct importing *x, const char *line, size_t n, struct gk_err *err)
{
	struct act_plan plan;
	json_t *event = NULL;
	uint32_t docid;
	char number[32], id[64];
	enum gk_status st = read_line(x, line, n, &event, &docid, &x->store, err);

	if (st == GK_OK)
		st = act_plan(&x->store, docid, event, &plan, err);
	if (st != GK_OK)
		return st;
	snprintf(id, sizeof id, "%s", plan.event.id);
	if (x->app->dry_run) {
		json_t *preview = act_preview(&x->store, &plan);

		if (x->app->json)
			app_json(preview);
		else {
			act_print_preview(preview);
			json_decref(preview);
		}
		act_plan_free(&plan);
		return GK_OK;
	}
	st = act_append(&x->store, &plan, number, err);
	act_plan_free(&plan);
	if (st != GK_OK)
		return st;
	x->pending++;
	json_array_append_new(x->acknowledge, json_pack("{s:I, s:s, s:s}", "line", (json_int_t)x->line, "id", id, "event", number));
	return x->pending >= BATCH ? commit(x, err) : GK_OK;
}

static void
tell_bad(struct importing *x, const struct gk_err *err)
{
	x->failed++;
	if (x->app->json)
		app_json(json_pack("{s:I, s:s, s:s}", "line", (json_int_t)x->line, "error", err->what, "error_en", err->what_en));
	else
		fprintf(stderr, GK_T("  失败  %s:%zu  %s\n", "  failed  %s:%zu  %s\n"), x->path, x->line, gk_err_what(err));
}

static enum gk_status
take_file(struct importing *x, FILE *f, struct gk_err *err)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	enum gk_status st = GK_OK;

	while (st != GK_DEAD && (n = getline(&line, &room, f)) >= 0) {
		struct gk_err one = GK_ERR_INIT;

		x->line++;
		if ((size_t)strspn(line, " \t\r\n") == (size_t)n)
			continue;
		if (n > LINE_LIMIT)
			st = gk_fail(&one, GK_REFUSED, GK_CAUSE_LIMIT, "行过长：%zd 字节，上限 %d", "the line is too long: %zd bytes, at most %d", n, LINE_LIMIT);
		else
			st = take_line(x, line, (size_t)n, &one);
		if (st == GK_REFUSED)
			tell_bad(x, &one);
		else if (st != GK_OK && err != NULL)
			*err = one;
		/* No space and no device are not this line's fault. */
		if (st == GK_REFUSED && (one.cause == GK_CAUSE_NO_SPACE || one.cause == GK_CAUSE_DEVICE)) {
			*err = one;
			st = GK_DEAD;
		}
	}
	free(line);
	if (st != GK_DEAD && ferror(f))
		st = gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能读 '%s'：%s", "cannot read '%s': %s", x->path, strerror(errno));
	return st == GK_DEAD ? st : commit(x, err);
}

static int
run(struct app *app, int argc, char **argv)
{
	struct args a = { NULL, app };
	struct importing x = { .app = app, .acknowledge = json_array() };
	struct argp_option options[] = {
		{ "dry-run", 'n', NULL, 0, GK_T("只看后果，不登记", "show what would happen, do nothing"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st;
	FILE *f;

	app_parse(app, &cmd_events_import, argc, argv, options, parse, &a);
	if (a.path == NULL) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "events import 需要一个文件", "events import needs a file");
		gk_hint(&err, "每行一条 JSON；- 是标准输入", "one JSON a line; - is standard input");
		json_decref(x.acknowledge);
		return app_error(app, &err);
	}
	x.path = a.path;
	f = strcmp(a.path, "-") == 0 ? stdin : fopen(a.path, "re");
	if (f == NULL) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "不能打开 '%s'：%s", "cannot open '%s': %s", a.path, strerror(errno));
		json_decref(x.acknowledge);
		return app_error(app, &err);
	}
	st = store_open(app->archive, app->wait, &x.store, &err);
	if (st == GK_OK) {
		st = take_file(&x, f, &err);
		store_close(&x.store);
	}
	if (f != stdin)
		fclose(f);
	json_decref(x.acknowledge);
	if (st != GK_OK)
		return app_error(app, &err);
	if (!app->json && !app->dry_run)
		printf(GK_T("登记 %zu 条，失败 %zu 条\n", "registered %zu, failed %zu\n"), x.done, x.failed);
	return x.failed > 0 ? 3 : 0;
}

const struct cmd cmd_events_import = {
	.name = "events import", .args_zh = "文件.jsonl", .args_en = "FILE.jsonl", .doc_zh = "成批登记，每行一条 JSON", .doc_en = "Register many acts, one JSON a line", .run = run,
};
