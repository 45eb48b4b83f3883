/* Going through records, and registering acts of the retention axis. */
#include "indexer/keeping.h"

#include "base/io.h"
#include "record/field.h"
#include "record/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- reading ------------------------------------------------------------------------------------------------ */

enum gk_status
keeping_open(struct app *app, struct store *s, struct gk_err *err)
{
	char *conf = gk_path(app->archive, "gongkai.conf"), *index = gk_path(app->archive, "index/public");
	enum gk_status st = conf == NULL || index == NULL ? gk_nomem(err) : GK_OK;

	memset(s, 0, sizeof *s);
	if (st == GK_OK)
		st = gk_archive_open(app->archive, &s->archive, err);
	if (st == GK_OK)
		st = gk_config_read(conf, &s->config, err);
	if (st == GK_OK)
		st = gk_catalog_open(index, &s->seen, err);
	free(conf);
	free(index);
	if (st != GK_OK)
		keeping_close(s);
	return st;
}

void
keeping_close(struct store *s)
{
	gk_catalog_close(s->seen);
	gk_archive_close(s->archive);
	gk_config_free(&s->config);
	memset(s, 0, sizeof *s);
}

enum gk_status
keeping_each(struct app *app, struct store *s, keeping_fn *each, void *arg, struct gk_err *err)
{
	struct gk_totals t;
	enum gk_status st = gk_catalog_totals(s->seen, false, &t, err);

	for (uint32_t docid = 1; st == GK_OK && docid <= t.last; docid++) {
		struct store_history h;
		struct gk_record r;

		st = act_read(s, docid, &h, &r, err);
		if (st == GK_REFUSED || st == GK_END) {
			if (st == GK_REFUSED)
				app_error(app, err);
			st = GK_OK;
			continue;
		}
		if (st != GK_OK)
			break;
		st = each(arg, docid, &h, &r, err);
		gk_record_free(&r);
		store_history_free(&h);
	}
	return st == GK_END ? GK_OK : st;
}

/* --- choosing ------------------------------------------------------------------------------------------------ */

bool
keeping_take(struct keeping_choice *c, const char *ref)
{
	if (c->n_refs == sizeof c->ref / sizeof *c->ref)
		return false;
	c->ref[c->n_refs++] = ref;
	return true;
}

struct found { const struct keeping_choice *c; uint32_t *docids; size_t n; };

static enum gk_status
matches(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err)
{
	struct found *f = arg;

	(void)h;
	if ((f->c->category != NULL && strcmp(gk_record_column(r), f->c->category) != 0) || (f->c->year != 0 && gk_record_year(r) != f->c->year))
		return GK_OK;
	if (f->n == KEEPING_MAX)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "一次最多 %d 件：请按年度分次", "at most %d documents at a time: go year by year", KEEPING_MAX);
	f->docids[f->n++] = docid;
	return GK_OK;
}

static bool
listed(const uint32_t *docids, size_t n, uint32_t docid)
{
	for (size_t i = 0; i < n; i++)
		if (docids[i] == docid)
			return true;
	return false;
}

enum gk_status
keeping_find(struct app *app, struct store *s, const struct keeping_choice *c, uint32_t **docids, size_t *n, size_t *failed, struct gk_err *err)
{
	struct found f = { c, calloc(KEEPING_MAX, sizeof *f.docids), 0 };
	enum gk_status st = f.docids == NULL ? gk_nomem(err) : GK_OK;

	*failed = 0;
	for (size_t i = 0; st == GK_OK && i < c->n_refs; i++) {
		uint32_t docid;

		st = act_find(s, c->ref[i], &docid, err);
		if (st == GK_OK && !listed(f.docids, f.n, docid))
			f.docids[f.n++] = docid;
		if (st == GK_REFUSED) {
			app_error(app, err);
			*err = (struct gk_err)GK_ERR_INIT;
			++*failed;
			st = GK_OK;
		}
	}
	if (st == GK_OK && c->n_refs == 0) {
		if (c->category == NULL && c->year == 0 && !c->all) {
			gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "没有说明是哪些文件", "no documents were named");
			gk_hint(err, "编号…，或 --category 公示公告、--year 2021、--all", "ids, or --category 公示公告, --year 2021, --all");
			st = GK_REFUSED;
		} else {
			st = keeping_each(app, s, matches, &f, err);
		}
	}
	if (st != GK_OK) {
		free(f.docids);
		f.docids = NULL;
		f.n = 0;
	}
	*docids = f.docids;
	*n = f.n;
	return st;
}

/* --- registering ---------------------------------------------------------------------------------------------- */

void
keeping_set(json_t *act, const char *key, const char *value)
{
	if (value != NULL && *value != '\0')
		json_object_set_new(act, key, json_string(value));
}

enum gk_status
keeping_date(const char *name, const char *s, struct gk_date *out, struct gk_err *err)
{
	*out = GK_NO_DATE;
	if (s == NULL || gk_date_parse(s, strlen(s), out))
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "%s 不是日期：%.80s", "%s is not a date: %.80s", name, s);
	gk_hint(err, "写成 2021-12-01", "write it as 2021-12-01");
	return GK_REFUSED;
}

const char *
keeping_day(struct gk_date d, char out[12])
{
	gk_date_format(d, out);
	return out[0] != '\0' ? out : "—";
}

const char *
keeping_refcode(const struct gk_retention_of *r)
{
	return r->filed == NULL ? "" : gk_event_act(r->filed, "refcode");
}

static bool
confirmed(size_t n)
{
	char line[64];

	printf(GK_T("确认登记 %zu 条？[是/否] ", "register %zu? [yes/no] "), n);
	fflush(stdout);
	if (fgets(line, sizeof line, stdin) == NULL)
		return false;
	line[strcspn(line, "\r\n")] = '\0';
	return strcmp(line, "是") == 0 || strcmp(line, "y") == 0 || strcmp(line, "yes") == 0;
}

struct registering {
	struct app *app;
	struct store *store;
	struct act_plan *plan;
	size_t n, failed;
	int worst;
};

static void
failed_one(struct registering *x, const struct gk_err *err)
{
	int status = app_error(x->app, err);

	x->worst = status == 2 ? 2 : 3;
	x->failed++;
}

/* What it is, and what it will be on the day of the act. */
static void
show(const struct act_plan *p)
{
	const struct gk_act_kind *kind = gk_act_kind(p->event.type);
	struct gk_event *with = calloc(p->history.n + 1, sizeof *with);
	struct gk_date day = p->event.effective.year != 0 ? p->event.effective : gk_date_today();
	struct gk_retention_of before, after;
	struct gk_record r;
	char words[800];

	if (with == NULL)
		return;
	if (kind->axis != GK_AXIS_RETENTION) {
		json_t *preview = act_preview(NULL, p);

		act_print_preview(preview);
		json_decref(preview);
		free(with);
		return;
	}
	memcpy(with, p->history.events, p->history.n * sizeof *with);
	with[p->history.n] = p->event;
	before = gk_retention_at(with, p->history.n, day, NULL);
	after = gk_retention_at(with, p->history.n + 1, day, NULL);
	gk_retention_sentence(&after, gk_lang, words, sizeof words);
	printf(GK_T("将登记：%s %s ", "to be registered: %s %s "), GK_T(kind->label, kind->label_en), p->event.id);
	if (gk_record_fold(with, p->history.n, &r, NULL) == GK_OK) {
		print_text(gk_meta_get(r.meta, "title"));
		gk_record_free(&r);
	}
	printf("\n  %s", GK_T(gk_retention_names[before.state].label, gk_retention_names[before.state].label_en));
	if (after.state != before.state)
		printf(GK_T(" → %s", " -> %s"), GK_T(gk_retention_names[after.state].label, gk_retention_names[after.state].label_en));
	printf(GK_T("；%s", "; %s"), words);
	if (after.n_holds > 0)
		printf(GK_T("；停止处置 %zu 案", "; on hold for %zu cases"), after.n_holds);
	printf("\n");
	free(with);
}

static enum gk_status
plan_all(struct registering *x, struct keeping_act *acts, size_t n, struct gk_err *err)
{
	enum gk_status st = GK_OK;
	char now[32];

	gk_now_utc(now);
	for (size_t i = 0; st == GK_OK && i < n; i++) {
		struct store_history h;
		json_t *json;

		st = store_history(x->store, acts[i].docid, &h, err);
		if (st != GK_OK)
			break;
		json = gk_act_json(h.events[0].id, acts[i].type, acts[i].effective, now, x->app->actor, json_incref(acts[i].act), json_incref(acts[i].meta));
		store_history_free(&h);
		st = json == NULL ? gk_nomem(err) : act_plan(x->store, acts[i].docid, json, &x->plan[x->n], err);
		if (st == GK_OK)
			x->n++;
		if (st != GK_REFUSED)
			continue;
		failed_one(x, err);
		*err = (struct gk_err)GK_ERR_INIT;
		st = GK_OK;
	}
	return st;
}

struct done { const struct gk_act_kind *kind; char id[64], number[32]; };

static enum gk_status
do_all(struct registering *x, struct gk_err *err)
{
	struct done *done = calloc(x->n + 1, sizeof *done);
	enum gk_status st = done == NULL ? gk_nomem(err) : GK_OK;

	for (size_t i = 0; st == GK_OK && i < x->n; i++) {
		done[i].kind = gk_act_kind(x->plan[i].event.type);
		snprintf(done[i].id, sizeof done[i].id, "%s", x->plan[i].event.id);
		st = act_append(x->store, &x->plan[i], done[i].number, err);
	}
	if (st == GK_OK)
		st = store_commit(x->store, err);
	for (size_t i = 0; st == GK_OK && i < x->n; i++) {
		if (x->app->json)
			app_json(json_pack("{s:s, s:s, s:s, s:s, s:s}", "event", done[i].number, "type", done[i].kind->type, "label", done[i].kind->label, "label_en",
					   done[i].kind->label_en, "id", done[i].id));
		else
			printf(GK_T("已登记 %s：%s %s\n", "registered %s: %s %s\n"), done[i].number, GK_T(done[i].kind->label, done[i].kind->label_en), done[i].id);
	}
	free(done);
	return st;
}

static enum gk_status
may_go_on(struct registering *x, bool yes, struct gk_err *err)
{
	if (yes)
		return GK_OK;
	if (!x->app->json && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		return confirmed(x->n) ? GK_OK : GK_END;
	gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "没有确认，什么也没有登记", "not confirmed: nothing was registered");
	gk_hint(err, "加 --yes 登记，或 --dry-run 只看后果", "add --yes to register it, or --dry-run to see what it would do");
	return GK_REFUSED;
}

int
keeping_register(struct app *app, struct store *s, struct keeping_act *acts, size_t n, size_t failed, bool yes, struct gk_err *err)
{
	struct registering x = { .app = app, .store = s, .plan = calloc(n + 1, sizeof *x.plan), .worst = failed > 0 ? 3 : 0 };
	enum gk_status st = x.plan == NULL ? gk_nomem(err) : plan_all(&x, acts, n, err);

	for (size_t i = 0; st == GK_OK && i < x.n && !app->json && (app->dry_run || !app->quiet); i++)
		show(&x.plan[i]);
	if (st == GK_OK && app->dry_run)
		app_note(app, "只是演练，没有登记", "a dry run: nothing was registered");
	else if (st == GK_OK && x.n > 0) {
		st = may_go_on(&x, yes, err);
		if (st == GK_OK)
			st = do_all(&x, err);
		else if (st == GK_END) {
			app_note(app, "没有登记", "nothing was registered");
			x.worst = 1;
			st = GK_OK;
		}
	}
	for (size_t i = 0; i < x.n; i++)
		act_plan_free(&x.plan[i]);
	free(x.plan);
	for (size_t i = 0; i < n; i++) {
		json_decref(acts[i].act);
		json_decref(acts[i].meta);
	}
	return st == GK_OK ? x.worst : app_error(app, err);
}

/* --- telling ------------------------------------------------------------------------------------------------------ */

static json_t *
text_or_null(const char *s)
{
	return s == NULL || *s == '\0' ? json_null() : json_string(s);
}

static json_t *
date_json(struct gk_date d)
{
	char text[12];

	gk_date_format(d, text);
	return text_or_null(text);
}

static json_t *
chain(const struct store_history *h, const struct gk_retention_of *r)
{
	json_t *out = json_array();
	bool *applied = calloc(h->n + 1, sizeof *applied);

	(void)r;
	if (applied == NULL)
		return out;
	gk_retention_applied(h->events, h->n, GK_NO_DATE, NULL, applied);
	for (size_t i = 0; i < h->n; i++) {
		const struct gk_act_kind *kind = applied[i] ? gk_act_kind(h->events[i].type) : NULL;
		const json_t *act = json_object_get(h->events[i].json, "act");

		if (kind == NULL)
			continue;
		json_array_append_new(out, json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:O?}", "event", h->events[i].event, "type", kind->type, "label", kind->label, "label_en",
						     kind->label_en, "date", date_json(h->events[i].effective.year != 0 ? h->events[i].effective : gk_event_day(&h->events[i])), "actor",
						     text_or_null(json_string_value(json_object_get(h->events[i].json, "actor"))), "act", act));
	}
	free(applied);
	return out;
}

json_t *
keeping_json(const struct store_history *h, const struct gk_retention_of *r)
{
	char zh[800], en[800];
	json_t *holds = json_array();
	const char *filed = r->filed == NULL ? NULL : r->filed->event;

	gk_retention_sentence(r, GK_ZH, zh, sizeof zh);
	gk_retention_sentence(r, GK_EN, en, sizeof en);
	for (size_t i = 0; i < r->n_holds && i < GK_HOLDS_SHOWN; i++)
		json_array_append_new(holds, json_pack("{s:s, s:s, s:s}", "case", gk_event_act(r->hold[i], "case"), "reason", gk_event_act(r->hold[i], "reason"), "event", r->hold[i]->event));
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:o, s:o}", "state", gk_retention_names[r->state].code, "label",
			 gk_retention_names[r->state].label, "label_en", gk_retention_names[r->state].label_en, "code", text_or_null(gk_keep_names[r->keep].code), "since", date_json(r->since),
			 "term_end", date_json(r->term_end), "due_appraisal", date_json(r->due_appraisal), "transfer_due", date_json(r->transfer_due), "open_date", date_json(r->open_date),
			 "open", r->open, "holds", holds, "refcode", text_or_null(keeping_refcode(r)), "rule", text_or_null(filed == NULL ? "" : gk_event_act(r->filed, "rule")), "schedule",
			 text_or_null(filed == NULL ? "" : gk_event_act(r->filed, "schedule")), "approval", text_or_null(filed == NULL ? "" : gk_event_act(r->filed, "approval")), "sentence", zh,
			 "sentence_en", en, "event", text_or_null(r->by == NULL ? "" : r->by->event), "why", chain(h, r));
}
