/*
 * gongkai retention due|explain|set, gongkai appraise, gongkai open: how long records are kept, and what is decided when
 * that time is over (domain.md 7.2 to 7.4).
 */
#include "indexer/cmd.h"
#include "indexer/four-record.h"
#include "indexer/keeping.h"
#include "indexer/refcode.h"
#include "record/field.h"
#include "record/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPT_YES = 0x2000, OPT_KEEP, OPT_UNTIL, OPT_CATEGORY, OPT_YEAR, OPT_ALL, OPT_OFFICE, OPT_REFCODE, OPT_REASON, OPT_EFFECTIVE, OPT_DESTROY, OPT_CANCEL, OPT_REPORT,
	OPT_APPROVED, OPT_ARCHIVIST, OPT_REVIEW };

struct args {
	struct app *app;
	const struct cmd *cmd;
	struct keeping_choice choice;
	const char *until, *keep, *office, *refcode, *reason, *effective, *report, *approved_by, *archivist, *review;
	bool yes, destroy, cancel;
	struct gk_date until_day, day;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;
	const struct { int key; const char **to; } texts[] = {
		{ OPT_KEEP, &a->keep }, { OPT_UNTIL, &a->until }, { OPT_CATEGORY, &a->choice.category }, { OPT_OFFICE, &a->office }, { OPT_REFCODE, &a->refcode },
		{ OPT_REASON, &a->reason }, { OPT_EFFECTIVE, &a->effective }, { OPT_REPORT, &a->report }, { OPT_APPROVED, &a->approved_by },
		{ OPT_ARCHIVIST, &a->archivist }, { OPT_REVIEW, &a->review },
	};
	const struct { int key; bool *to; } flags[] = { { OPT_YES, &a->yes }, { 'n', &a->app->dry_run }, { OPT_ALL, &a->choice.all }, { OPT_DESTROY, &a->destroy }, { OPT_CANCEL, &a->cancel } };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i].key == key) {
			*texts[i].to = arg;
			return 0;
		}
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (flags[i].key == key) {
			*flags[i].to = true;
			return 0;
		}
	switch (key) {
	case OPT_YEAR:
		a->choice.year = atoi(arg);
		if (a->choice.year < 1900 || a->choice.year > 2200)
			argp_error(state, GK_T("--year 要年份，不是 '%s'", "--year wants a year, not '%s'"), arg);
		return 0;
	case ARGP_KEY_ARG:
		if (!keeping_take(&a->choice, arg))
			argp_error(state, "%s", GK_T("一次最多 1000 个编号", "at most 1000 ids at a time"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static enum gk_status
read_dates(struct args *a, struct gk_err *err)
{
	enum gk_status st = keeping_date("--until", a->until, &a->until_day, err);

	return st == GK_OK ? keeping_date("--effective", a->effective, &a->day, err) : st;
}

/* --- due ------------------------------------------------------------------------------------------------------- */

struct due {
	struct app *app;
	struct gk_date until;
	size_t n[GK_K_COUNT], appraise, transfer, held;
	json_t *list;
};

static enum gk_status
due_one(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err)
{
	struct due *d = arg;
	struct gk_retention_of k = gk_retention_at(h->events, h->n, d->until, NULL);
	uint32_t until = gk_date_last_day(d->until);
	bool waits = (k.state == GK_R_FILED || k.state == GK_R_EXTENDED) && k.n_holds > 0 && k.due_appraisal.year != 0 && gk_date_first_day(k.due_appraisal) <= until;
	bool transfer = k.state == GK_R_DUE_TRANSFER;
	json_t *one;
	char day[12];

	(void)docid, (void)err;
	if (k.state != GK_R_DUE_APPRAISAL && !transfer && !waits)
		return GK_OK;
	d->n[k.keep] += !transfer;
	*(transfer ? &d->transfer : &d->appraise) += 1;
	d->held += k.n_holds > 0;
	gk_date_format(transfer ? k.transfer_due : k.due_appraisal, day);
	one = keeping_json(h, &k);
	json_array_append_new(d->list, json_pack("{s:s, s:s, s:s, s:s, s:o}", "id", r->id, "title", gk_meta_get(r->meta, "title"), "date", day, "what", transfer ? "transfer" : "appraise",
						 "retention", one));
	return GK_OK;
}

static void
print_due_line(const json_t *one)
{
	const json_t *k = json_object_get(one, "retention"), *hold;
	size_t i;

	printf("  %s  %s  %s  %s  ", json_str(one, "date"), strcmp(json_str(one, "what"), "transfer") == 0 ? GK_T("应移交", "transfer") : GK_T("应鉴定", "appraise"), json_str(one, "id"),
	       GK_T(gk_keep_names[gk_keep_find(json_str(k, "code"))].label, json_str(k, "code")));
	print_text(json_str(one, "title"));
	json_array_foreach(json_object_get(k, "holds"), i, hold) {
		printf(i == 0 ? GK_T("  [停止处置：", "  [on hold: ") : GK_T("、", ", "));
		print_text(json_str(hold, "case"));
	}
	printf(i > 0 ? "]\n" : "\n");
}

static void
print_due(struct due *d)
{
	size_t shown = 0, i;
	const json_t *one;
	char day[12];

	gk_date_format(d->until, day);
	printf(GK_T("到 %s：到期应鉴定 %zu 件", "by %s: %zu due for appraisal"), day, d->appraise);
	for (int k = GK_K_Y; k < GK_K_COUNT; k++)
		if (d->n[k] > 0)
			printf("%s%s %zu", shown++ == 0 ? GK_T("（", " (") : GK_T("，", ", "), GK_T(gk_keep_names[k].label, gk_keep_names[k].label_en), d->n[k]);
	printf("%s", shown > 0 ? GK_T("）", ")") : "");
	printf(GK_T("，应移交 %zu 件", ", %zu due for transfer"), d->transfer);
	if (d->held > 0)
		printf(GK_T("；其中 %zu 件停止处置，不可处置", "; %zu of them are on hold and cannot be disposed of"), d->held);
	printf("\n");
	json_sort_by_date(&d->list);
	json_array_foreach(d->list, i, one)
		print_due_line(one);
}

static int
run_due(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = {
		{ "until", OPT_UNTIL, "DATE", 0, GK_T("到哪一天为止到期的（默认今天）", "what is due by this day (default today)"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct args a = { .app = app };
	struct due d = { .app = app, .list = json_array() };
	struct store s;
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st;

	app_parse(app, &cmd_retention_due, argc, argv, options, parse, &a);
	st = read_dates(&a, &err);
	d.until = a.until_day.year != 0 ? a.until_day : gk_date_today();
	if (st == GK_OK && (st = keeping_open(app, &s, &err)) == GK_OK) {
		st = keeping_each(app, &s, due_one, &d, &err);
		keeping_close(&s);
	}
	if (st == GK_OK && app->json)
		app_json(json_pack("{s:i, s:i, s:i, s:O}", "appraise", (int)d.appraise, "transfer", (int)d.transfer, "held", (int)d.held, "records", d.list));
	else if (st == GK_OK)
		print_due(&d);
	json_decref(d.list);
	return st == GK_OK ? d.appraise + d.transfer > 0 ? 0 : 1 : app_error(app, &err);
}

/* --- explain --------------------------------------------------------------------------------------------------------- */

static void
print_row(const char *zh, const char *en, const char *value)
{
	print_column(GK_T(zh, en), gk_lang == GK_EN ? 16 : 10);
	putchar(' ');
	print_text(value);
	putchar('\n');
}

static void
print_why(const json_t *why)
{
	const json_t *one;
	size_t i;

	if (json_array_size(why) > 0)
		printf("%s\n", GK_T("经过", "history"));
	json_array_foreach(why, i, one) {
		const json_t *act = json_object_get(one, "act");
		static const char *const said[] = { "refcode", "case", "report", "reason", "receipt", "register" };

		printf("  %s  %s  ", json_str(one, "date"), json_str(one, "event"));
		print_text(json_str(one, gk_lang == GK_EN ? "label_en" : "label"));
		for (size_t k = 0; k < sizeof said / sizeof *said; k++)
			if (*json_str(act, said[k]) != '\0') {
				printf("  ");
				print_text(json_str(act, said[k]));
			}
		printf("  %s ", GK_T("经办", "by"));
		print_text(json_str(one, "actor"));
		putchar('\n');
	}
}

static void
print_explained(const json_t *k)
{
	char state[128];
	const json_t *hold;
	size_t i;

	snprintf(state, sizeof state, *json_str(k, "since") != '\0' ? GK_T("%s（自 %s）", "%s (since %s)") : "%s%s", json_str(k, gk_lang == GK_EN ? "label_en" : "label"), json_str(k, "since"));
	print_row("保管状态", "state", state);
	print_row("期限", "term", json_str(k, gk_lang == GK_EN ? "sentence_en" : "sentence"));
	if (*json_str(k, "refcode") != '\0')
		print_row("档号", "reference code", json_str(k, "refcode"));
	if (*json_str(k, "approval") != '\0')
		print_row("批准", "approval", json_str(k, "approval"));
	if (*json_str(k, "due_appraisal") != '\0')
		print_row("鉴定", "appraisal", json_str(k, "due_appraisal"));
	if (*json_str(k, "transfer_due") != '\0')
		print_row("移交", "transfer", json_str(k, "transfer_due"));
	if (*json_str(k, "open_date") != '\0')
		print_row("开放", "opening", json_str(k, "open_date"));
	json_array_foreach(json_object_get(k, "holds"), i, hold) {
		char line[512];

		snprintf(line, sizeof line, GK_T("%.200s（%.280s）", "%.200s (%.280s)"), json_str(hold, "case"), json_str(hold, "reason"));
		print_row("停止处置", "hold", line);
	}
	print_why(json_object_get(k, "why"));
}

static int
run_explain(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = { { NULL, 0, NULL, 0, NULL, 0 } };
	struct args a = { .app = app };
	struct store s;
	struct gk_err err = GK_ERR_INIT;
	uint32_t docid;
	struct store_history h;
	struct gk_record r;
	enum gk_status st = GK_OK;

	app_parse(app, &cmd_retention_explain, argc, argv, options, parse, &a);
	if (a.choice.n_refs != 1) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "retention explain 要一个编号", "retention explain wants one id");
		return app_error(app, &err);
	}
	st = keeping_open(app, &s, &err);
	if (st != GK_OK)
		return app_error(app, &err);
	st = act_find(&s, a.choice.ref[0], &docid, &err);
	if (st == GK_OK)
		st = act_read(&s, docid, &h, &r, &err);
	if (st == GK_OK) {
		struct gk_retention_of k = gk_retention_at(h.events, h.n, GK_NO_DATE, NULL);
		json_t *json = keeping_json(&h, &k);

		if (app->json) {
			app_json(json_pack("{s:s, s:s, s:O}", "id", r.id, "title", gk_meta_get(r.meta, "title"), "retention", json));
		} else {
			printf("%s  ", r.id);
			print_text(gk_meta_get(r.meta, "title"));
			putchar('\n');
			print_explained(json);
		}
		json_decref(json);
		gk_record_free(&r);
		store_history_free(&h);
	}
	keeping_close(&s);
	return st == GK_OK ? 0 : app_error(app, &err);
}

/* --- set --------------------------------------------------------------------------------------------------------------------- */

/*
 * The four-property test on filing (domain.md 7.4 R1, 7.6), as far as it concerns one record.  Bytes that are not what they are said to be, a
 * marking of secrecy, and a document that cannot be named stop it; what can be mended later (a missing issuer, a format that no archive
 * takes) is written down: `four` is "PASS" or the codes of what failed.
 */
static enum gk_status
fit_to_file(struct store *s, const struct store_history *h, const struct gk_record *r, char four[64], struct gk_err *err)
{
	static const enum four_id stops[] = { FOUR_A1, FOUR_A2, FOUR_C3, FOUR_U4, FOUR_S4 };
	struct four f;
	enum gk_status st;

	memset(&f, 0, sizeof f);
	four_metadata(&f, r);
	four_process(&f, h, r);
	st = four_content(&f, s, r, err);
	for (size_t i = 0; st == GK_OK && i < sizeof stops / sizeof *stops; i++)
		if (f.check[stops[i]].failed > 0) {
			four_codes(&f, four, 64);
			gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "四性检测不合格，不能归档（%s）：%.400s", "the four-property test failed (%s), it cannot be filed: %.400s", four, f.check[stops[i]].detail);
			gk_hint(err, "补上或更正：gongkai correct %s 字段=值", "mend it: gongkai correct %s FIELD=VALUE", r->id);
			return GK_REFUSED;
		}
	if (st == GK_OK && (gk_meta_get(r->meta, "title")[0] == '\0' || gk_record_year(r) == 0))
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 缺少题名或年度，不能归档", "'%s' lacks a title or a year: it cannot be filed", r->id);
	four_codes(&f, four, 64);
	return st;
}

struct setting {
	struct args *a;
	struct store *s;
	struct refcodes *codes;
	const struct gk_schedule *schedule;
	struct keeping_act *acts;
	size_t n, skipped, failed;
};

static enum gk_status
make_filing(struct setting *x, const struct store_history *h, const struct gk_record *r, json_t *act, struct gk_err *err)
{
	const struct gk_keep_rule *rule = gk_schedule_rule(x->schedule, gk_record_column(r));
	enum gk_keep keep = x->a->keep != NULL ? gk_keep_find(x->a->keep) : rule != NULL ? rule->keep : GK_K_NONE;
	char code[REFCODE_MAX], four[64];
	enum gk_status st = fit_to_file(x->s, h, r, four, err);

	if (st != GK_OK)
		return st;
	if (keep == GK_K_N)
		return GK_END;
	if (keep == GK_K_NONE) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "保管期限表没有 '%s' 一行（'%s'）", "the schedule has no row for '%s' ('%s')", gk_record_column(r), r->id);
		gk_hint(err, "在 gongkai.conf 的 schedule 里加一行，或用 --keep 指明", "add a row to the schedule in gongkai.conf, or say --keep");
		return GK_REFUSED;
	}
	if (x->a->refcode != NULL)
		snprintf(code, sizeof code, "%s", x->a->refcode);
	else if ((st = refcodes_next(x->codes, r, keep, x->a->office, code, err)) != GK_OK)
		return st;
	if (refcodes_taken(x->codes, code))
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "档号 '%s' 已经用过，不能再用", "the reference code '%s' was given before and cannot be given again", code);
	keeping_set(act, "retention", gk_keep_names[keep].code);
	keeping_set(act, "refcode", code);
	keeping_set(act, "rule", x->a->keep == NULL && rule != NULL ? *rule->text != '\0' ? rule->text : rule->category : x->a->reason);
	keeping_set(act, "schedule", x->schedule != NULL ? x->schedule->version : NULL);
	keeping_set(act, "approval", x->schedule != NULL ? x->schedule->approval : NULL);
	keeping_set(act, "digest", json_string_value(json_object_get(r->content, "digest")));
	keeping_set(act, "four", four);
	if (strcmp(four, "PASS") != 0)
		app_note(x->a->app, "说明：'%s' 四性检测有不合格项（%s），移交前要补上", "note: '%s' fails a part of the four-property test (%s): mend it before it is handed over", r->id, four);
	if (gk_config_transfer_years(&x->s->config) > 0)
		json_object_set_new(act, "transfer_years", json_integer(gk_config_transfer_years(&x->s->config)));
	return GK_OK;
}

static enum gk_status
set_one(struct setting *x, uint32_t docid, struct gk_err *err)
{
	struct keeping_act *to = &x->acts[x->n];
	struct store_history h;
	struct gk_record r;
	enum gk_status st = act_read(x->s, docid, &h, &r, err);
	struct gk_retention_of k;

	if (st != GK_OK)
		return st;
	k = gk_retention_at(h.events, h.n, x->a->day, NULL);
	*to = (struct keeping_act){ .docid = docid, .type = k.state == GK_R_UNFILED ? "file" : "reclassify", .effective = x->a->day, .act = json_object() };
	if (k.state == GK_R_UNFILED) {
		st = make_filing(x, &h, &r, to->act, err);
	} else if (x->a->keep == NULL || (k.keep == gk_keep_find(x->a->keep) && x->a->until == NULL)) {
		st = GK_END;
	} else {
		keeping_set(to->act, "retention", gk_keep_names[gk_keep_find(x->a->keep)].code);
		keeping_set(to->act, "until", x->a->until);
		keeping_set(to->act, "reason", x->a->reason);
	}
	gk_record_free(&r);
	store_history_free(&h);
	if (st == GK_OK)
		x->n++;
	else
		json_decref(to->act);
	if (st == GK_END)
		x->skipped++;
	return st == GK_END ? GK_OK : st;
}

static enum gk_status
set_all(struct setting *x, const uint32_t *docids, size_t n, struct gk_err *err)
{
	enum gk_status st = refcodes_open(x->a->app, x->s, &x->codes, err);

	x->schedule = gk_config_schedule(&x->s->config, x->a->day.year != 0 ? x->a->day : gk_date_today());
	for (size_t i = 0; st == GK_OK && i < n; i++) {
		st = set_one(x, docids[i], err);
		if (st != GK_REFUSED)
			continue;
		app_error(x->a->app, err);
		*err = (struct gk_err)GK_ERR_INIT;
		x->failed++;
		st = GK_OK;
	}
	refcodes_close(x->codes);
	return st;
}

static enum gk_status
check_set(const struct args *a, struct gk_err *err)
{
	if (a->keep != NULL && gk_keep_find(a->keep) == GK_K_NONE) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "没有保管期限 '%.40s'", "there is no retention code '%.40s'", a->keep);
		gk_hint(err, "可用：Y（永久）D30 D10 CQ DQ，也可写 30y、10年", "known: Y (permanent) D30 D10 CQ DQ, also 30y, 10y");
		return GK_REFUSED;
	}
	if (a->refcode != NULL && a->choice.n_refs != 1)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "--refcode 只能给一件文件", "--refcode is for one document only");
	return GK_OK;
}

static int
run_set(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = {
		{ "keep", OPT_KEEP, "CODE", 0, GK_T("保管期限 Y D30 D10（默认按保管期限表）", "Y, D30, D10 (default: by the schedule)"), 1 },
		{ "category", OPT_CATEGORY, "NAME", 0, GK_T("这个栏目的全部文件", "all documents of this category"), 1 },
		{ "year", OPT_YEAR, "YEAR", 0, GK_T("这一年的全部文件", "all documents of this year"), 1 },
		{ "all", OPT_ALL, NULL, 0, GK_T("全部文件", "all documents"), 1 },
		{ "office", OPT_OFFICE, "CODE", 0, GK_T("档号中的机构（默认 BGS）", "the office in the reference code (default BGS)"), 1 },
		{ "refcode", OPT_REFCODE, "CODE", 0, GK_T("档号（默认按样式编出）", "the reference code (default: by the template)"), 1 },
		{ "until", OPT_UNTIL, "DATE", 0, GK_T("改划时：保管到哪一天", "another term: its last day"), 1 },
		{ "reason", OPT_REASON, "TEXT", 0, GK_T("理由；已归档的改划期限必须写", "the reason; needed for another term of what is filed"), 1 },
		{ "effective", OPT_EFFECTIVE, "DATE", 0, GK_T("归档日期（默认今天）", "the day of filing (default today)"), 1 },
		{ "dry-run", 'n', NULL, 0, GK_T("只看后果，不登记", "show what would happen, do nothing"), 1 },
		{ "yes", OPT_YES, NULL, 0, GK_T("不再询问", "do not ask"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct args a = { .app = app };
	struct store s;
	struct gk_err err = GK_ERR_INIT;
	struct setting x = { .a = &a, .s = &s };
	uint32_t *docids = NULL;
	size_t n = 0, failed = 0;
	enum gk_status st;
	int status;

	app_parse(app, &cmd_retention_set, argc, argv, options, parse, &a);
	st = read_dates(&a, &err);
	if (st == GK_OK)
		st = check_set(&a, &err);
	if (st == GK_OK)
		st = store_open(app->archive, app->wait, &s, &err);
	if (st != GK_OK)
		return app_error(app, &err);
	store_notes(app, &s);
	st = keeping_find(app, &s, &a.choice, &docids, &n, &failed, &err);
	x.acts = calloc(n + 1, sizeof *x.acts);
	if (st == GK_OK && x.acts == NULL)
		st = gk_nomem(&err);
	if (st == GK_OK)
		st = set_all(&x, docids, n, &err);
	if (st == GK_OK && n > 1)
		app_note(app, "登记 %zu 件，不变 %zu 件，不能登记 %zu 件", "%zu to be registered, %zu as they are, %zu that cannot be", x.n, x.skipped, x.failed + failed);
	status = st == GK_OK ? keeping_register(app, &s, x.acts, x.n, failed + x.failed, a.yes, &err) : app_error(app, &err);
	free(x.acts);
	free(docids);
	store_close(&s);
	return status;
}

/* --- appraise and open: one act for all that are named --------------------------------------------------------------------- */

static int
run_acts(struct args *a, const char *type, json_t *act)
{
	struct store s;
	struct gk_err err = GK_ERR_INIT;
	struct keeping_act *acts = NULL;
	uint32_t *docids = NULL;
	size_t n = 0, failed = 0;
	int status;
	enum gk_status st = read_dates(a, &err);

	if (st == GK_OK && act == NULL)
		st = gk_nomem(&err);
	if (st == GK_OK)
		st = store_open(a->app->archive, a->app->wait, &s, &err);
	if (st != GK_OK) {
		json_decref(act);
		return app_error(a->app, &err);
	}
	store_notes(a->app, &s);
	st = keeping_find(a->app, &s, &a->choice, &docids, &n, &failed, &err);
	acts = calloc(n + 1, sizeof *acts);
	if (st == GK_OK && acts == NULL)
		st = gk_nomem(&err);
	for (size_t i = 0; st == GK_OK && i < n; i++)
		acts[i] = (struct keeping_act){ docids[i], type, a->day, json_incref(act), NULL };
	status = st == GK_OK ? keeping_register(a->app, &s, acts, n, failed, a->yes, &err) : app_error(a->app, &err);
	json_decref(act);
	free(acts);
	free(docids);
	store_close(&s);
	return status;
}

static int
run_appraise(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = {
		{ "category", OPT_CATEGORY, "NAME", 0, GK_T("这个栏目的全部文件", "all documents of this category"), 1 },
		{ "year", OPT_YEAR, "YEAR", 0, GK_T("这一年的全部文件", "all documents of this year"), 1 },
		{ "keep", OPT_KEEP, "CODE", 0, GK_T("续存：新的保管期限", "keep: the new retention code"), 1 },
		{ "until", OPT_UNTIL, "DATE", 0, GK_T("续存：到哪一天", "keep: until this day"), 1 },
		{ "destroy", OPT_DESTROY, NULL, 0, GK_T("批准销毁（随后 gongkai dispose）", "approve the destruction (then gongkai dispose)"), 1 },
		{ "cancel", OPT_CANCEL, NULL, 0, GK_T("撤销已批准的销毁", "call off an approved destruction"), 1 },
		{ "report", OPT_REPORT, "NUMBER", 0, GK_T("鉴定工作报告的编号", "the number of the appraisal report"), 1 },
		{ "reason", OPT_REASON, "TEXT", 0, GK_T("理由", "the reason"), 1 },
		{ "approved-by", OPT_APPROVED, "NAME", 0, GK_T("批准人", "the head who approved it"), 1 },
		{ "archivist", OPT_ARCHIVIST, "NAME", 0, GK_T("档案人员", "the archivist"), 1 },
		{ "effective", OPT_EFFECTIVE, "DATE", 0, GK_T("哪一天（默认今天）", "on which day (default today)"), 1 },
		{ "dry-run", 'n', NULL, 0, GK_T("只看后果，不登记", "show what would happen, do nothing"), 1 },
		{ "yes", OPT_YES, NULL, 0, GK_T("不再询问", "do not ask"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct args a = { .app = app };
	struct gk_err err = GK_ERR_INIT;
	json_t *act = json_object();

	app_parse(app, &cmd_appraise, argc, argv, options, parse, &a);
	if (a.destroy + a.cancel + (a.keep != NULL || a.until != NULL) != 1 && !(a.cancel && !a.destroy)) {
		json_decref(act);
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "要说明鉴定意见：--keep、--until、--destroy 或 --cancel", "say what was decided: --keep, --until, --destroy or --cancel");
		return app_error(app, &err);
	}
	if (check_set(&a, &err) != GK_OK) {
		json_decref(act);
		return app_error(app, &err);
	}
	if (a.keep != NULL)
		keeping_set(act, "retention", gk_keep_names[gk_keep_find(a.keep)].code);
	keeping_set(act, "until", a.until);
	keeping_set(act, "report", a.report);
	keeping_set(act, "reason", a.reason);
	keeping_set(act, "approved_by", a.approved_by);
	keeping_set(act, "archivist", a.archivist);
	return run_acts(&a, a.destroy ? "appraise_destroy" : a.cancel ? "cancel_destroy" : "appraise_keep", act);
}

static int
run_open(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = {
		{ "review", OPT_REVIEW, "NUMBER", 0, GK_T("开放审核的依据", "the opening review"), 1 },
		{ "reason", OPT_REASON, "TEXT", 0, GK_T("提前开放的理由", "why before 25 years"), 1 },
		{ "effective", OPT_EFFECTIVE, "DATE", 0, GK_T("哪一天（默认今天）", "on which day (default today)"), 1 },
		{ "dry-run", 'n', NULL, 0, GK_T("只看后果，不登记", "show what would happen, do nothing"), 1 },
		{ "yes", OPT_YES, NULL, 0, GK_T("不再询问", "do not ask"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct args a = { .app = app };
	json_t *act = json_object();

	app_parse(app, &cmd_open, argc, argv, options, parse, &a);
	keeping_set(act, "review", a.review);
	keeping_set(act, "reason", a.reason);
	return run_acts(&a, "open", act);
}

const struct cmd cmd_retention_due = { "retention due", "", "", "到期应鉴定、应移交的文件", "What is due for appraisal or transfer", run_due };
const struct cmd cmd_retention_explain = { "retention explain", "编号|文号|题名", "ID|NUMBER|TITLE", "一件文件的保管状态及其由来", "How long a document is kept, and why", run_explain };
const struct cmd cmd_retention_set = { "retention set", "编号…", "ID…", "归档并定期限；已归档的改划期限", "File documents for their term, or change it", run_set };
const struct cmd cmd_appraise = { "appraise", "编号…", "ID…", "登记到期鉴定的意见：续存或销毁", "Register an appraisal: keep or destroy", run_appraise };
const struct cmd cmd_open = { "open", "编号…", "ID…", "登记开放（满 25 年）", "Register the opening after 25 years", run_open };
