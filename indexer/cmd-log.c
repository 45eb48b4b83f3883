/* gongkai status, gongkai log: what a document is on a day, and everything that was registered. */
#include "archive/warc.h"
#include "indexer/cmd.h"
#include "indexer/store.h"
#include "record/act.h"
#include "record/field.h"
#include "record/history.h"
#include "web/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- status --------------------------------------------------------------------------------------------------- */

enum { MAX_IDS = 1000 };

struct status_args { const char *id[MAX_IDS], *as_of, *known_at; size_t n; };

static error_t
parse_status(int key, char *arg, struct argp_state *state)
{
	struct status_args *a = state->input;

	switch (key) {
	case 'a':
		a->as_of = arg;
		return 0;
	case 'k':
		a->known_at = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (a->n == MAX_IDS)
			argp_error(state, GK_T("一次最多 %d 件", "at most %d documents at a time"), MAX_IDS);
		a->id[a->n++] = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void
tell_status(struct app *app, const json_t *d)
{
	const json_t *status = json_object_get(d, "status");
	const char *badge = json_str(status, gk_lang == GK_EN ? "badge_en" : "badge"), *known = json_str(status, "known_at");
	char when[GK_OFFICE_TIME];

	if (app->json) {
		app_json(json_pack("{s:O, s:O, s:O}", "id", json_object_get(d, "id"), "title", json_object_get(d, "title"), "status", status));
		return;
	}
	printf(GK_T("%s  %s 时：%s", "%s  on %s: %s"), json_str(d, "id"), json_str(status, "as_of"), *badge != '\0' ? badge : GK_T("不涉及时效", "no legal effect"));
	if (json_is_true(json_object_get(status, "asserted")))
		printf("%s", GK_T("（据来源站标注）", " (as labelled by the source)"));
	if (*known != '\0') {
		gk_office_time(known, when);
		printf(GK_T("（按 %s 所知）", " (as known at %s)"), when);
	}
	printf("\n");
}

static int
run_status(struct app *app, int argc, char **argv)
{
	struct status_args a = { .n = 0 };
	struct argp_option options[] = {
		{ "as-of", 'a', "DATE", 0, GK_T("这一天的时效（默认今天）", "validity on this day (default: today)"), 1 },
		{ "known-at", 'k', "TIME", 0, GK_T("按当时所知", "as known at that time"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	struct gk_site *site;
	int status = 0;

	app_parse(app, &cmd_status, argc, argv, options, parse_status, &a);
	if (a.n == 0) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "status 需要编号", "status needs an id");
		gk_hint(&err, "例如：gongkai status dzmm-2021-000123 --as-of 2018-07-01", "for example: gongkai status dzmm-2021-000123 --as-of 2018-07-01");
		return app_error(app, &err);
	}
	if (gk_site_open(app->archive, &site, &err) != GK_OK)
		return app_error(app, &err);
	gk_site_for_staff(site);
	for (size_t i = 0; i < a.n; i++) {
		char id[64];
		json_t *d;

		if (gk_answer_id(site, a.id[i], id, &err) == GK_OK && gk_answer_document(site, id, a.as_of, a.known_at, false, &d, &err) == GK_OK) {
			tell_status(app, d);
			json_decref(d);
		} else {
			status = app_error(app, &err);
		}
	}
	gk_site_close(site);
	return status;
}

const struct cmd cmd_status = {
	.name = "status", .args_zh = "编号|文号|题名…", .args_en = "ID|NUMBER|TITLE…", .doc_zh = "某一天的时效", .doc_en = "Validity on a day", .run = run_status,
};

/* --- log ---------------------------------------------------------------------------------------------------------- */

struct log_args { const char *id, *since; struct gk_date from; };

static error_t
parse_log(int key, char *arg, struct argp_state *state)
{
	struct log_args *a = state->input;

	switch (key) {
	case 's':
		a->since = arg;
		if (!gk_date_parse(arg, strlen(arg), &a->from))
			argp_error(state, GK_T("--since 不是日期：%s", "--since is not a date: %s"), arg);
		return 0;
	case ARGP_KEY_ARG:
		if (a->id != NULL)
			argp_error(state, "%s", GK_T("一次只看一件；不写编号即全部", "one document at a time; without an id, all"));
		a->id = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void
tell_event(struct app *app, json_t *event, bool annulled)
{
	const json_t *act = json_object_get(event, "act");
	const char *by = json_str(act, "by_text"), *reason = json_str(act, "reason"), *target = json_str(act, "target");
	const char *zh, *en;
	char when[GK_OFFICE_TIME];

	if (app->json) {
		json_t *out = json_copy(event);

		json_object_set_new(out, "annulled", json_boolean(annulled));
		app_json(out);
		return;
	}
	/* To the minute, by the office's clock; --json has the instant as it was written, in UTC. */
	gk_office_time(json_str(event, "recorded_at"), when);
	printf("%s  %.16s  %s  ", json_str(event, "event"), when, json_str(event, "id"));
	gk_event_label(json_str(event, "type"), &zh, &en);
	print_column(GK_T(zh, en), 16);
	if (*json_str(event, "effective_date") != '\0')
		printf(GK_T("  自 %s", "  from %s"), json_str(event, "effective_date"));
	if (*target != '\0')
		printf("  → %s", target);
	printf("  ");
	print_text(json_str(event, "actor"));
	if (*by != '\0') {
		printf("  ");
		print_text(by);
	}
	if (*reason != '\0') {
		printf(GK_T("  理由：", "  reason: "));
		print_text(reason);
	}
	if (annulled)
		printf("%s", GK_T("  （已撤销）", "  (undone)"));
	printf("\n");
}

static bool
recent(const struct log_args *a, const struct gk_event *e)
{
	return a->since == NULL || gk_date_last_day(gk_event_day(e)) >= gk_date_first_day(a->from);
}

static enum gk_status
log_one(struct app *app, const struct log_args *a, struct gk_err *err)
{
	struct gk_site *site;
	char id[64];
	json_t *list, *one;
	struct gk_event *events;
	bool *counts;
	size_t i, n;
	enum gk_status st = gk_site_open(app->archive, &site, err);

	if (st != GK_OK)
		return st;
	gk_site_for_staff(site);
	st = gk_answer_id(site, a->id, id, err);
	if (st == GK_OK)
		st = gk_answer_events(site, id, &list, err);
	gk_site_close(site);
	if (st != GK_OK)
		return st;
	n = json_array_size(list);
	events = calloc(n + 1, sizeof *events);
	counts = calloc(n + 1, sizeof *counts);
	if (events == NULL || counts == NULL)
		st = gk_nomem(err);
	json_array_foreach(list, i, one)
		if (st == GK_OK)
			st = gk_event_of(json_incref(one), &events[i], err);
	if (st == GK_OK) {
		gk_history_counting(events, n, NULL, counts);
		for (i = 0; i < n; i++)
			if (recent(a, &events[i]))
				tell_event(app, events[i].json, !counts[i]);
	}
	for (i = 0; events != NULL && i < n; i++)
		gk_event_free(&events[i]);
	free(events);
	free(counts);
	json_decref(list);
	return st;
}

/* Everything, in the order of the archive.  Whether an event was undone later is told by the event that undid it. */
static enum gk_status
log_all(struct app *app, const struct log_args *a, struct gk_err *err)
{
	struct gk_archive *archive;
	struct gk_scan *scan;
	struct gk_warc_rec rec;
	struct gk_loc at;
	struct gk_err damage = GK_ERR_INIT;
	enum gk_status st = gk_archive_open(app->archive, &archive, err);

	if (st != GK_OK)
		return st;
	st = gk_scan_open(archive, (struct gk_loc){ .segment = 0 }, &scan, err);
	while (st == GK_OK || st == GK_REFUSED) {
		struct gk_event e;

		st = gk_scan_next(scan, &rec, &at, err);
		if (st == GK_REFUSED && err->cause == GK_CAUSE_DAMAGED)
			damage = *err;
		if (st != GK_OK)
			continue;
		if (rec.type == GK_WARC_METADATA && strncmp(rec.content_type, STORE_EVENT_TYPE, strlen(STORE_EVENT_TYPE)) == 0 &&
		    gk_event_parse(rec.block.p == NULL ? "" : rec.block.p, rec.block.n, &e, err) == GK_OK) {
			if (recent(a, &e))
				tell_event(app, e.json, false);
			gk_event_free(&e);
		}
		gk_warc_rec_free(&rec);
	}
	if (scan != NULL)
		gk_scan_close(scan);
	gk_archive_close(archive);
	if (st == GK_END && damage.cause != GK_CAUSE_NONE) {
		*err = damage;
		return GK_REFUSED;
	}
	return st == GK_END ? GK_OK : st;
}

static int
run_log(struct app *app, int argc, char **argv)
{
	struct log_args a = { .id = NULL };
	struct argp_option options[] = {
		{ "since", 's', "DATE", 0, GK_T("自这一天登记的", "registered since this day"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;

	app_parse(app, &cmd_log, argc, argv, options, parse_log, &a);
	return (a.id != NULL ? log_one(app, &a, &err) : log_all(app, &a, &err)) == GK_OK ? 0 : app_error(app, &err);
}

const struct cmd cmd_log = {
	.name = "log", .args_zh = "[编号|文号|题名]", .args_en = "[ID|NUMBER|TITLE]", .doc_zh = "登记簿：谁在何时登记了什么", .doc_en = "The register: who registered what, and when", .run = run_log,
};
