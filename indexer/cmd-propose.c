/*
 * What texts say of the end of others, for people to decide:
 *
 *   propose-abolitions ID… | --all     reads the texts and says what it finds; changes nothing (--register keeps it as proposals)
 *   proposals [ID…]                    those that wait for a decision
 *   proposals accept EVENT[#n]…        registers the act on the document that is named
 *   proposals reject EVENT[#n]…
 */
#include "indexer/cmd.h"
#include "indexer/proposals.h"
#include "record/field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_ARGS = 1000, BATCH = 500 };
enum { OPT_ALL = 0x3000, OPT_REGISTER, OPT_TARGET, OPT_YES, OPT_REASON, OPT_EFFECTIVE };

struct args {
	bool all, keep, yes;
	const char *target, *reason;
	struct gk_date effective;
	const char *arg[MAX_ARGS];
	size_t n;
	struct app *app;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case OPT_ALL:
		a->all = true;
		return 0;
	case OPT_REGISTER:
		a->keep = true;
		return 0;
	case OPT_TARGET:
		a->target = arg;
		return 0;
	case OPT_YES:
		a->yes = true;
		return 0;
	case OPT_REASON:
		a->reason = arg;
		return 0;
	case OPT_EFFECTIVE:
		if (!gk_date_parse(arg, strlen(arg), &a->effective))
			argp_error(state, GK_T("--effective 不是日期：%s", "--effective is not a date: %s"), arg);
		return 0;
	case 'n':
		a->app->dry_run = true;
		return 0;
	case ARGP_KEY_ARG:
		if (a->n == MAX_ARGS)
			argp_error(state, GK_T("一次最多 %d 件", "at most %d at a time"), MAX_ARGS);
		a->arg[a->n++] = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* --- propose-abolitions --------------------------------------------------------------------------------------- */

static bool
ends_another(const char *kind)
{
	return strcmp(kind, "abolish") == 0 || strcmp(kind, "abolish_articles") == 0 || strcmp(kind, "lapse") == 0;
}

/* The names under which a source knows what was found; ours where it has none. */
static json_t *
ids_of(const struct resolved *r)
{
	json_t *ids = json_array();

	if (r->verdict >= RESOLVE_ASK)
		for (size_t i = 0; i < r->n; i++)
			json_array_append_new(ids, json_string(*r->c[i].source_id != '\0' ? r->c[i].source_id : r->c[i].id));
	return ids;
}

/* The form of the list that abolitions are measured with, and more. */
static enum gk_status
print_measured(struct store *s, const struct proposer *p, struct gk_err *err)
{
	const char *source = json_string_value(json_object_get(p->r.source, "id"));
	json_t *list = json_array(), *out;

	for (size_t i = 0; i < proposer_count(p); i++) {
		struct resolved r;
		enum gk_status st = proposal_resolve(s, p, i, false, &r, err);
		json_t *one;

		if (st != GK_OK) {
			json_decref(list);
			return st;
		}
		one = proposal_json(p, i, &r);
		json_object_del(one, "by");
		if (ends_another(json_str(one, "kind"))) {
			for (size_t k = 0; k < 3; k++) {
				static const char *const keys[] = { "name", "date", "docno" };

				if (json_object_get(one, keys[k]) == NULL)
					json_object_set_new(one, keys[k], json_string(""));
			}
			json_object_set_new(one, "ids", ids_of(&r));
			json_array_append_new(list, one);
		} else {
			json_decref(one);
		}
	}
	out = json_pack("{s:s, s:s, s:s, s:o}", "doc", source != NULL ? source : p->r.id, "id", p->r.id, "effective", json_str(p->act, "begins"), "abolishes", list);
	app_json(out);
	return GK_OK;
}

static enum gk_status
print_found(struct store *s, const struct proposer *p, size_t *found, struct gk_err *err)
{
	for (size_t i = 0; i < proposer_count(p); i++) {
		struct resolved r;
		enum gk_status st = proposal_resolve(s, p, i, true, &r, err);
		json_t *one;

		if (st != GK_OK)
			return st;
		one = proposal_json(p, i, &r);
		proposal_print(one);
		json_decref(one);
		++*found;
	}
	return GK_OK;
}

struct reading { struct app *app; const struct args *a; struct store store; size_t found, documents, kept, failed; };

static enum gk_status
read_one(struct reading *x, uint32_t docid, struct gk_err *err)
{
	struct proposer p;
	char number[32] = "";
	enum gk_status st = proposer_fresh(&x->store, docid, &p, err);

	if (st != GK_OK)
		return st;
	x->documents++;
	st = x->app->json ? print_measured(&x->store, &p, err) : print_found(&x->store, &p, &x->found, err);
	if (st == GK_OK && x->a->keep && !x->app->dry_run)
		st = proposer_register(&x->store, &p, x->app->actor, number, err);
	x->kept += number[0] != '\0';
	proposer_free(&p);
	return st;
}

static enum gk_status
read_all(struct reading *x, struct gk_err *err)
{
	struct gk_totals t;
	enum gk_status st = gk_catalog_totals(x->store.seen, false, &t, err);

	for (uint32_t docid = 1; st == GK_OK && docid <= t.last; docid++) {
		st = read_one(x, docid, err);
		if (st == GK_END || st == GK_REFUSED) {
			/* A damaged or missing document costs itself; verify names it. */
			x->failed += st == GK_REFUSED;
			st = GK_OK;
		}
		if (st == GK_OK && x->kept > 0 && x->kept % BATCH == 0)
			st = store_commit(&x->store, err);
	}
	return st;
}

static enum gk_status
read_named(struct reading *x, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < x->a->n; i++) {
		uint32_t docid;

		st = act_find(&x->store, x->a->arg[i], &docid, err);
		if (st == GK_OK)
			st = read_one(x, docid, err);
	}
	return st;
}

static int
run_propose(struct app *app, int argc, char **argv)
{
	struct args a = { .app = app };
	struct reading x = { .app = app, .a = &a };
	struct argp_option options[] = {
		{ "all", OPT_ALL, NULL, 0, GK_T("读全部文件", "read every document"), 1 },
		{ "register", OPT_REGISTER, NULL, 0, GK_T("登记为建议，待人采纳（收文时没有登记的）", "keep them as proposals (of documents that came in without)"), 1 },
		{ "dry-run", 'n', NULL, 0, GK_T("只看，不登记", "look only"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st;

	app_parse(app, &cmd_propose, argc, argv, options, parse, &a);
	if (a.all == (a.n > 0)) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "propose-abolitions 要编号，或 --all", "propose-abolitions needs ids, or --all");
		gk_hint(&err, "例如：gongkai propose-abolitions dzmm-2021-000207", "for example: gongkai propose-abolitions dzmm-2021-000207");
		return app_error(app, &err);
	}
	st = a.keep && !app->dry_run ? store_open(app->archive, app->wait, &x.store, &err) : store_open_reading(app->archive, &x.store, &err);
	if (st != GK_OK)
		return app_error(app, &err);
	st = a.all ? read_all(&x, &err) : read_named(&x, &err);
	if (st == GK_OK && x.kept > 0)
		st = store_commit(&x.store, &err);
	store_close(&x.store);
	if (st != GK_OK)
		return app_error(app, &err);
	if (!app->json)
		printf(GK_T("读了 %zu 件，有 %zu 条建议", "%zu documents read, %zu proposals"), x.documents, x.found);
	if (!app->json && a.keep)
		printf(GK_T("，登记 %zu 件的", ", registered of %zu documents"), x.kept);
	if (!app->json)
		printf("%s\n", GK_T("。什么时效也没有改。", ".  No status was changed."));
	return x.failed > 0 ? 3 : app->json || x.found > 0 ? 0 : 1;
}

const struct cmd cmd_propose = {
	"propose-abolitions", "编号… | --all", "ID… | --all", "读正文所说的废止，提出建议，不改时效", "Read which documents a text abolishes", run_propose,
};

/* --- proposals --------------------------------------------------------------------------------------------------- */

static enum gk_status
show_one(struct store *s, const struct args *a, uint32_t docid, size_t *shown, struct gk_err *err)
{
	struct proposer p;
	enum gk_status st = proposer_read(s, docid, &p, err);

	if (st != GK_OK)
		return st == GK_END ? GK_OK : st;
	for (size_t i = 0; st == GK_OK && i < proposer_count(&p); i++) {
		struct resolved r;
		json_t *one;

		if (p.decided[i] && !a->all)
			continue;
		st = proposal_resolve(s, &p, i, true, &r, err);
		if (st != GK_OK)
			break;
		one = proposal_json(&p, i, &r);
		if (!a->all && strcmp(json_str(one, "state"), "pending") != 0) {
			json_decref(one);
			continue;
		}
		++*shown;
		if (a->app->json) {
			app_json(one);
		} else {
			proposal_print(one);
			json_decref(one);
		}
	}
	proposer_free(&p);
	return st;
}

static int
run_proposals(struct app *app, int argc, char **argv)
{
	struct args a = { .app = app };
	struct argp_option options[] = {
		{ "all", OPT_ALL, NULL, 0, GK_T("也列出已定的", "those that were decided too"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	struct store s;
	uint32_t *docids = NULL;
	size_t n = 0, shown = 0;
	enum gk_status st;

	app_parse(app, &cmd_proposals, argc, argv, options, parse, &a);
	st = store_open_reading(app->archive, &s, &err);
	if (st != GK_OK)
		return app_error(app, &err);
	if (a.n == 0)
		st = proposers(&s, &docids, &n, &err);
	for (size_t i = 0; st == GK_OK && i < n; i++)
		st = show_one(&s, &a, docids[i], &shown, &err);
	for (size_t i = 0; st == GK_OK && i < a.n; i++) {
		uint32_t docid;

		st = act_find(&s, a.arg[i], &docid, &err);
		if (st == GK_OK)
			st = show_one(&s, &a, docid, &shown, &err);
	}
	free(docids);
	store_close(&s);
	if (st != GK_OK)
		return app_error(app, &err);
	if (!app->json && shown > 0)
		app_note(app, "%zu 条。采纳：gongkai proposals accept 登记号#条；不是：gongkai proposals reject 登记号#条 --reason …",
			 "%zu.  To accept: gongkai proposals accept EVENT#n; to reject: gongkai proposals reject EVENT#n --reason …", shown);
	else if (!app->json)
		app_note(app, "没有待定的建议", "no proposal waits");
	return shown > 0 ? 0 : 1;
}

const struct cmd cmd_proposals = { "proposals", "[编号…]", "[ID…]", "待采纳的建议：正文说废止了哪些文件", "Proposals that wait for a decision", run_proposals };

/* --- accept, reject ------------------------------------------------------------------------------------------------ */

struct deciding {
	struct app *app;
	const struct args *a;
	struct store store;
	size_t done, left;
	int worst;
};

/* "e-000918#2": the event and the item from 0; (size_t)-1 for all of it. */
static enum gk_status
find_proposal(struct deciding *x, const char *ref, struct proposer *p, size_t *item, struct gk_err *err)
{
	char event[64];
	const char *hash = strchr(ref, '#');
	struct gk_event e;
	uint32_t docid;
	char *end = NULL;
	enum gk_status st;

	snprintf(event, sizeof event, "%.*s", hash != NULL ? (int)(hash - ref) : (int)strlen(ref), ref);
	*item = hash != NULL ? (size_t)strtoul(hash + 1, &end, 10) - 1 : (size_t)-1;
	st = act_find_event(&x->store, event, &docid, &e, err);
	if (st != GK_OK)
		return st;
	gk_event_free(&e);
	st = proposer_read(&x->store, docid, p, err);
	if (st == GK_OK && strcmp(p->event->event, event) != 0) {
		proposer_free(p);
		st = GK_END;
	}
	if (st == GK_OK && hash != NULL && (*end != '\0' || *item >= proposer_count(p))) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "'%.60s' 只有 %zu 条建议", "'%.60s' has %zu proposals", event, proposer_count(p));
		gk_hint(err, "gongkai proposals --all %s", "gongkai proposals --all %s", p->r.id);
		proposer_free(p);
		return GK_REFUSED;
	}
	if (st == GK_END) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "'%.60s' 不是待定的建议", "'%.60s' is no proposal that waits", event);
		gk_hint(err, "gongkai proposals 列出待定的", "gongkai proposals lists those that wait");
		return GK_REFUSED;
	}
	return st;
}

static enum gk_status
target_of(struct deciding *x, const struct proposer *p, size_t i, bool named, uint32_t *docid, struct gk_err *err)
{
	struct resolved r;
	char number[48];
	enum gk_status st = GK_OK;

	if (strcmp(json_str(json_array_get(json_object_get(p->act, "proposals"), i), "kind"), "term") == 0) {
		*docid = p->docid;
		return GK_OK;
	}
	if (x->a->target != NULL)
		return act_find(&x->store, x->a->target, docid, err);
	st = proposal_resolve(&x->store, p, i, false, &r, err);
	if (st != GK_OK)
		return st;
	if (proposal_exact(&r, true) && r.n == 1) {
		*docid = r.c[0].docid;
		return GK_OK;
	}
	proposal_number(p, i, number);
	(void)named;
	if (r.verdict == RESOLVE_NONE) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "%s 所说的文件不在档案里", "what %s names is not in the archive", number);
		gk_hint(err, "收入后再采纳，或 --target 编号 说明是哪一件", "accept it when it has come, or say which with --target ID");
	} else {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "%s 所说的是哪一件，要人说明：%s%.0s", "which document %s names is for a person to say: %.0s%s", number, r.why, r.why_en);
		gk_hint(err, "--target 编号；候选见 gongkai proposals %s", "--target ID; candidates: gongkai proposals %s", p->r.id);
	}
	return GK_REFUSED;
}

static void
leave(struct deciding *x, const struct gk_err *err)
{
	app_error(x->app, err);
	x->left++;
	x->worst = x->worst == 0 ? gk_exit_of(err->cause) : x->worst;
	x->worst = x->worst > 3 ? 3 : x->worst;
}

/* One item: planned and shown; appended unless this is a dry run. */
static enum gk_status
accept_one(struct deciding *x, const struct proposer *p, size_t i, bool named, bool *accepted, struct gk_err *err)
{
	struct act_plan plan;
	json_t *preview;
	char number[32] = "", proposal[48];
	uint32_t docid;
	enum gk_status st = target_of(x, p, i, named, &docid, err);

	*accepted = false;
	if (st == GK_OK)
		st = proposal_plan(&x->store, p, i, docid, x->a->effective, x->app->actor, &plan, err);
	if (st != GK_OK)
		return st;
	preview = act_preview(&x->store, &plan);
	if (!x->app->dry_run)
		st = act_append(&x->store, &plan, number, err);
	act_plan_free(&plan);
	proposal_number(p, i, proposal);
	if (preview != NULL && st == GK_OK) {
		json_object_set_new(preview, "proposal", json_string(proposal));
		if (number[0] != '\0')
			json_object_set_new(preview, "event", json_string(number));
		if (x->app->json)
			app_json(json_incref(preview));
		else if (x->app->dry_run)
			act_print_preview(preview);
		else
			printf(GK_T("已登记 %s：%s %s（采纳 %s）。撤销：gongkai undo %s\n", "registered %s: %s %s (accepting %s). To undo: gongkai undo %s\n"), number,
			       json_str(preview, gk_lang == GK_EN ? "label_en" : "label"), json_str(preview, "id"), proposal, number);
	}
	json_decref(preview);
	*accepted = st == GK_OK;
	return st;
}

static enum gk_status
accept_event(struct deciding *x, const char *ref, struct gk_err *err)
{
	struct proposer p;
	size_t only, done[GK_PROPOSALS_MAX], n = 0;
	enum gk_status st = find_proposal(x, ref, &p, &only, err);

	if (st != GK_OK)
		return st;
	for (size_t i = 0; st == GK_OK && i < proposer_count(&p); i++) {
		bool accepted;

		if ((only != (size_t)-1 && i != only) || p.decided[i])
			continue;
		st = accept_one(x, &p, i, only != (size_t)-1, &accepted, err);
		if (st == GK_REFUSED) {
			leave(x, err);
			*err = (struct gk_err)GK_ERR_INIT;
			st = GK_OK;
		}
		if (accepted)
			done[n++] = i;
	}
	if (st == GK_OK && only != (size_t)-1 && n == 0 && x->left == 0) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%.60s' 已经定过", "'%.60s' was decided before", ref);
		gk_hint(err, "gongkai proposals --all %s", "gongkai proposals --all %s", p.r.id);
		st = GK_REFUSED;
	}
	if (st == GK_OK && n > 0 && !x->app->dry_run)
		st = proposals_decide(&x->store, &p, done, n, "accept", x->a->reason, x->app->actor, err);
	x->done += n;
	proposer_free(&p);
	return st;
}

static enum gk_status
reject_event(struct deciding *x, const char *ref, struct gk_err *err)
{
	struct proposer p;
	size_t only, items[GK_PROPOSALS_MAX], n = 0;
	enum gk_status st = find_proposal(x, ref, &p, &only, err);

	if (st != GK_OK)
		return st;
	for (size_t i = 0; i < proposer_count(&p); i++)
		if ((only == (size_t)-1 || i == only) && !p.decided[i])
			items[n++] = i;
	if (n > 0 && !x->app->dry_run)
		st = proposals_decide(&x->store, &p, items, n, "reject", x->a->reason, x->app->actor, err);
	if (st == GK_OK && !x->app->json)
		printf(GK_T("不采纳 %s：%zu 条\n", "rejected %s: %zu\n"), ref, n);
	x->done += n;
	proposer_free(&p);
	return st;
}

static enum gk_status
confirmed(const struct args *a, struct gk_err *err)
{
	if (a->yes || a->app->dry_run)
		return GK_OK;
	if (!a->app->json && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && app_confirmed(GK_T("采纳", "accept"), a->n))
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "没有确认，什么也没有登记", "not confirmed: nothing was registered");
	gk_hint(err, "加 --yes 登记，或 --dry-run 只看后果", "add --yes to register it, or --dry-run to see what it would do");
	return GK_REFUSED;
}

static int
decide(struct app *app, const struct cmd *cmd, bool accepting, int argc, char **argv)
{
	struct args a = { .app = app };
	struct deciding x = { .app = app, .a = &a };
	struct argp_option options[] = {
		{ "target", OPT_TARGET, "REF", 0, GK_T("说的是这一件（编号、文号或题名）", "it means this document (id, number or title)"), 1 },
		{ "effective", OPT_EFFECTIVE, "DATE", 0, GK_T("自哪一天起（默认照正文所说）", "from which day (default: as the text says)"), 1 },
		{ "reason", OPT_REASON, "TEXT", 0, GK_T("理由", "the reason"), 1 },
		{ "dry-run", 'n', NULL, 0, GK_T("只看后果，不登记", "show what would happen, do nothing"), 1 },
		{ "yes", OPT_YES, NULL, 0, GK_T("不再询问", "do not ask"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st = GK_OK;

	app_parse(app, cmd, argc, argv, options + (accepting ? 0 : 2), parse, &a);
	if (a.n == 0 || (!accepting && a.reason == NULL) || (a.target != NULL && (a.n != 1 || strchr(a.arg[0], '#') == NULL))) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, a.n == 0 ? "要说明是哪一条建议" : a.target != NULL ? "--target 只配一条建议" : "要说明理由（--reason）",
			a.n == 0 ? "say which proposal" : a.target != NULL ? "--target goes with one proposal" : "a reason is needed (--reason)");
		gk_hint(&err, "例如：gongkai %s e-000918#1%s", "for example: gongkai %s e-000918#1%s", cmd->name, accepting ? "" : " --reason …");
		return app_error(app, &err);
	}
	if (accepting && (st = confirmed(&a, &err)) != GK_OK)
		return app_error(app, &err);
	if (store_open(app->archive, app->wait, &x.store, &err) != GK_OK)
		return app_error(app, &err);
	for (size_t i = 0; st == GK_OK && i < a.n; i++)
		st = accepting ? accept_event(&x, a.arg[i], &err) : reject_event(&x, a.arg[i], &err);
	if (st == GK_OK || st == GK_REFUSED) {
		struct gk_err why = GK_ERR_INIT;

		if (!app->dry_run && store_commit(&x.store, &why) != GK_OK) {
			err = why;
			st = GK_DEAD;
		}
	}
	store_close(&x.store);
	if (st != GK_OK)
		return app_error(app, &err);
	if (app->dry_run)
		app_note(app, "只是演练，没有登记", "a dry run: nothing was registered");
	return x.worst;
}

static int
run_accept(struct app *app, int argc, char **argv)
{
	return decide(app, &cmd_proposals_accept, true, argc, argv);
}

static int
run_reject(struct app *app, int argc, char **argv)
{
	return decide(app, &cmd_proposals_reject, false, argc, argv);
}

const struct cmd cmd_proposals_accept = { "proposals accept", "登记号[#条]…", "EVENT[#n]…", "采纳建议：登记废止", "Accept proposals: register the abolition", run_accept };
const struct cmd cmd_proposals_reject = { "proposals reject", "登记号[#条]…", "EVENT[#n]…", "不采纳建议", "Reject proposals", run_reject };
