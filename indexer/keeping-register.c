/* What the commands about keeping share at a terminal: choosing records, registering an act on each. */
#include "indexer/keeping.h"

#include "base/io.h"
#include "indexer/cmd.h"
#include "indexer/resolve.h"
#include "record/field.h"
#include "record/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- going through records ---------------------------------------------------------------------------------------- */

enum gk_status
keeping_open(struct app *app, struct store *s, struct gk_err *err)
{
	return store_open_reading(app->archive, s, err);
}

void
keeping_close(struct store *s)
{
	store_close(s);
}

struct walking { struct app *app; keeping_fn *each; void *arg; };

static enum gk_status
walk_one(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err)
{
	const struct walking *w = arg;

	return w->each(w->arg, docid, h, r, err);
}

static void
tell_damaged(void *arg, const struct gk_err *err)
{
	const struct walking *w = arg;

	app_error(w->app, err);
}

enum gk_status
keeping_each(struct app *app, struct store *s, keeping_fn *each, void *arg, struct gk_err *err)
{
	struct walking w = { app, each, arg };

	return keeping_walk(s, walk_one, tell_damaged, &w, err);
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
		return app_confirmed(GK_T("确认登记", "register"), x->n) ? GK_OK : GK_END;
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
