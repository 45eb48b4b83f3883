/*
 * The commands that register what happened to a document: abolish, supersede, amend, expire, lapse, revoke, suspend, resume, renew,
 * reinstate, confirm, withdraw, restore, seal, correct, annul, undo (experience.md 5), and the acts of a review.
 *
 *   arguments ──▶ find each document ──▶ check and preview ──▶ confirm ──▶ append, commit, acknowledge
 *
 * Nothing is written before the person has seen what it will do (or has said --yes).  A document that cannot be done
 * costs itself: the others go on (exit 3).
 */
#include "indexer/acting.h"
#include "indexer/cmd.h"
#include "indexer/lists.h"
#include "indexer/newtext.h"
#include "indexer/screen.h"
#include "record/article.h"
#include "record/field.h"
#include "record/history.h"
#include "record/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_TARGETS = 1000, MAX_PARTS = 64 };
enum { OPT_BY_DOC = 0x2000, OPT_BY_TEXT, OPT_WITH, OPT_EFFECTIVE, OPT_REASON, OPT_YES, OPT_PART, OPT_SUBJECT, OPT_REMAINING, OPT_UNTIL, OPT_LATE, OPT_UNLESS, OPT_CLASS, OPT_LIST, OPT_TEXT, OPT_ARTICLES, OPT_GATE, OPT_GROUND };

/* What options a command has; all have --reason, --dry-run and --yes. */
enum takes { BY = 1, WITH = 2, EFFECTIVE = 4, PART = 8, UNTIL = 16, LATE = 32, UNLESS = 64, CLASS = 128, ON = 256, FIELDS = 512, EVENT = 1024, LIST = 2048, REMAINING = 4096, TEXT = 8192, OF_DAY = 16384, GATE = 32768, BYTES = 65536, GROUND = 131072 };

struct spec {
	const struct cmd *cmd;
	const char *type;
	unsigned takes;
};

struct args {
	const struct spec *spec;
	const char *by_doc, *by_text, *effective, *reason, *subject, *until, *unless, *class_name, *text, *gate, *ground;
	long remaining;
	bool late, yes;
	const char *part[MAX_PARTS];
	char label[MAX_PARTS][3 * GK_ARTICLE_LABEL];	/* of --articles, written out */
	size_t n_parts;
	const char *target[MAX_TARGETS];
	size_t n_targets;
	json_t *fields;			/* of `correct` */
	struct app *app;
};

/* --- options -------------------------------------------------------------------------------------------------- */

static void
add_field(struct args *a, const char *arg, const struct argp_state *state)
{
	const char *equals = strchr(arg, '=');
	const struct gk_field *f = gk_field_find(arg, (size_t)(equals - arg));
	struct gk_err err = GK_ERR_INIT;

	if (f == NULL)
		argp_error(state, GK_T("没有字段 '%.*s'", "there is no field '%.*s'"), (int)(equals - arg), arg);
	else if (equals[1] == '\0')
		json_object_set_new(a->fields, f->key, json_null());
	else if (gk_meta_set(a->fields, f, equals + 1, strlen(equals + 1), &err) != GK_OK)
		argp_error(state, "%s", gk_err_what(&err));
}

static void
add_argument(struct args *a, const char *arg, const struct argp_state *state)
{
	if ((a->spec->takes & FIELDS) != 0 && a->n_targets > 0) {
		if (strchr(arg, '=') == NULL)
			argp_error(state, GK_T("写成 字段=新值，不是 '%s'", "write field=value, not '%s'"), arg);
		else
			add_field(a, arg, state);
		return;
	}
	if (a->n_targets == MAX_TARGETS)
		argp_error(state, GK_T("一次最多 %d 件", "at most %d documents at a time"), MAX_TARGETS);
	a->target[a->n_targets++] = arg;
}

/* 三,五 or 第三条、第五条之一 or 3-5: written out as the log is to show them. */
static void
add_articles(struct args *a, const char *list, const struct argp_state *state)
{
	for (const char *p = list; *p != '\0'; ) {
		const char *comma = strstr(p, "，"), *mark = strstr(p, "、");
		size_t n = strcspn(p, ", ;");
		struct gk_article_ref r;
		char first[GK_ARTICLE_LABEL], last[GK_ARTICLE_LABEL];

		if (comma != NULL && (size_t)(comma - p) < n)
			n = (size_t)(comma - p);
		if (mark != NULL && (size_t)(mark - p) < n)
			n = (size_t)(mark - p);
		if (n > 0) {
			if (!gk_article_ref_parse(p, n, &r))
				argp_error(state, GK_T("--articles 要条号，如 三,五 或 第七条之一，不是 '%.*s'", "--articles wants numbers such as 三,五 or 第七条之一, not '%.*s'"), (int)n, p);
			if (a->n_parts == MAX_PARTS)
				argp_error(state, GK_T("一次最多 %d 条", "at most %d articles at a time"), MAX_PARTS);
			gk_article_label(r.number, r.sub, first);
			gk_article_label(r.last, r.last_sub, last);
			snprintf(a->label[a->n_parts], sizeof a->label[0], "%s%s%s%.*s", first, strcmp(first, last) != 0 ? "至" : "", strcmp(first, last) != 0 ? last : "",
				 (int)(r.rest < 200 ? r.rest : 0), p + n - r.rest);
			a->part[a->n_parts] = a->label[a->n_parts];
			a->n_parts++;
		}
		p += n;
		p += strncmp(p, "，", 3) == 0 || strncmp(p, "、", 3) == 0 ? 3 : *p != '\0';
	}
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;
	char *end;

	switch (key) {
	case OPT_BY_DOC:
	case OPT_WITH:
		a->by_doc = arg;
		return 0;
	case OPT_BY_TEXT:
		a->by_text = arg;
		return 0;
	case OPT_EFFECTIVE:
		a->effective = arg;
		return 0;
	case OPT_REASON:
		a->reason = arg;
		return 0;
	case OPT_SUBJECT:
		a->subject = arg;
		return 0;
	case OPT_UNTIL:
		a->until = arg;
		return 0;
	case OPT_UNLESS:
		a->unless = arg;
		return 0;
	case OPT_CLASS:
		a->class_name = arg;
		return 0;
	case OPT_GATE:
		a->gate = arg;
		return 0;
	case OPT_GROUND:
		a->ground = arg;
		return 0;
	case OPT_LATE:
		a->late = true;
		return 0;
	case OPT_YES:
		a->yes = true;
		return 0;
	case 'n':
		a->app->dry_run = true;
		return 0;
	case OPT_TEXT:
		a->text = arg;
		return 0;
	case OPT_ARTICLES:
		add_articles(a, arg, state);
		return 0;
	case OPT_PART:
		if (a->n_parts == MAX_PARTS)
			argp_error(state, GK_T("一次最多 %d 条", "at most %d articles at a time"), MAX_PARTS);
		a->part[a->n_parts++] = arg;
		return 0;
	case OPT_REMAINING:
		a->remaining = strtol(arg, &end, 10);
		if (*arg == '\0' || *end != '\0' || a->remaining < 0)
			argp_error(state, GK_T("--remaining 要条数，不是 '%s'", "--remaining wants a number of articles, not '%s'"), arg);
		return 0;
	case ARGP_KEY_ARG:
		add_argument(a, arg, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void
options_of(const struct spec *spec, struct argp_option out[24])
{
	const struct { unsigned takes; struct argp_option o; } all[] = {
		{ BY, { "by-doc", OPT_BY_DOC, "REF", 0, GK_T("依据文件：编号、文号或题名", "the document that did it: id, number or title"), 1 } },
		{ BY, { "by-text", OPT_BY_TEXT, "TEXT", 0, GK_T("依据（馆外文件或机关），照原文", "what did it, in words, if it is not in the archive"), 1 } },
		{ WITH, { "with", OPT_WITH, "REF", 0, GK_T("取代它的文件", "the document that takes its place"), 1 } },
		{ EFFECTIVE, { "effective", OPT_EFFECTIVE, "DATE", 0, GK_T("自哪一天起（默认依据文件的施行日期，否则今天）", "from which day (default: that of the document that did it, else today)"), 1 } },
		{ ON, { "on", OPT_UNTIL, "DATE", 0, GK_T("有效期的最后一天", "the last day of its term"), 1 } },
		{ PART, { "part", OPT_PART, "ARTICLE", 0, GK_T("条款，如 第七条；可重复", "an article, such as 第七条; may be repeated"), 1 } },
		{ PART, { "articles", OPT_ARTICLES, "LIST", 0, GK_T("同上，一次几条：三,五 或 3-5", "the same, several at once: 三,五 or 3-5"), 1 } },
		{ TEXT, { "text", OPT_TEXT, "FILE", 0, GK_T("新的文本，存为另一个版本", "the new text, kept as another version"), 1 } },
		{ OF_DAY, { "effective", OPT_EFFECTIVE, "DATE", 0, GK_T("更正哪一天的文本（默认最新的）", "the text of which day is corrected (default: the newest)"), 2 } },
		{ PART, { "subject", OPT_SUBJECT, "TEXT", 0, GK_T("关于哪一事项的规定", "the matter of the provisions"), 1 } },
		{ REMAINING, { "remaining", OPT_REMAINING, "N", 0, GK_T("还有几条有效；0 即全部废止", "how many articles live on; 0 ends the document"), 1 } },
		{ LIST, { "list", OPT_LIST, "FILE", 0, GK_T("成批：清单文件；它的选项见 gongkai abolish --list 清单 --help", "many at once: a list; its options: gongkai abolish --list FILE --help"), 1 } },
		{ UNTIL, { "until", OPT_UNTIL, "DATE", 0, GK_T("到哪一天为止", "up to which day"), 1 } },
		{ LATE, { "late", OPT_LATE, NULL, 0, GK_T("有效期已过，补办延期", "its term has ended: a late renewal"), 1 } },
		{ UNLESS, { "unless-replaced-by", OPT_UNLESS, "DATE", 0, GK_T("到这一天没有新文本就失效", "lapses on this day unless there is a new text before"), 1 } },
		{ CLASS, { "class", OPT_CLASS, "CLASS", 0, GK_T("理由类别：涉密 个人隐私 内容有误 第三方权益 上级要求", "secrecy privacy error third_party order"), 1 } },
		{ GATE, { "gate", OPT_GATE, "G1…", 0, GK_T("第几关（默认下一关）", "which gate (default: the next)"), 1 } },
		{ GROUND, { "ground", OPT_GROUND, "GROUND", 0, GK_T("不予公开的理由：国家秘密 个人隐私 商业秘密 过程性信息 内部事务信息 …", "state_secret privacy trade_secret process internal …"), 1 } },
		{ 0, { "reason", OPT_REASON, "TEXT", 0, GK_T("理由", "the reason"), 1 } },
		{ 0, { "dry-run", 'n', NULL, 0, GK_T("只看后果，不登记", "show what would happen, do nothing"), 1 } },
		{ 0, { "yes", OPT_YES, NULL, 0, GK_T("不再询问", "do not ask"), 1 } },
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].takes == 0 || (spec->takes & all[i].takes) != 0)
			out[n++] = all[i].o;
	memset(&out[n], 0, sizeof out[n]);
}

static struct acting_ask
ask_of(const struct args *a, const char *target)
{
	return (struct acting_ask){
		.type = a->spec->type, .reason = a->reason, .subject = a->subject, .until = a->until, .unless = a->unless, .class_name = a->class_name,
		.gate = a->gate, .ground = a->ground, .target = target, .part = a->part, .n_parts = a->n_parts, .remaining = a->remaining, .late = a->late,
		.fields = a->fields,
	};
}

struct acting {
	struct app *app;
	const struct args *args;
	struct store store;
	struct acting_cause cause;
	struct new_text text;
	struct act_plan *plan;
	json_t **preview;
	size_t n, failed;
	int worst;			/* exit status of the failures */
};

/* The new text of a public document is public at once. */
static enum gk_status
screen_new(struct acting *x, uint32_t docid, json_t *json, struct gk_err *err)
{
	const struct gk_buf *text = &x->text.reply.text;
	struct store_history h;
	json_t *findings = NULL;
	enum screen_holds holds;
	enum gk_status st = store_history(&x->store, docid, &h, err);

	if (st != GK_OK)
		return st;
	st = screen_text(&x->store, text->p == NULL ? "" : text->p, text->n, x->text.reply.meta, NULL, false, &findings, &holds, err);
	if (st == GK_OK)
		st = screen_new_text(h.events, h.n, findings, holds, err);
	if (findings != NULL)
		json_object_set_new(json, "findings", findings);
	store_history_free(&h);
	return st;
}

/* --- asking ----------------------------------------------------------------------------------------------------------- */

static enum gk_status
may_go_on(const struct args *a, size_t n, struct gk_err *err)
{
	if (a->yes)
		return GK_OK;
	if (!a->app->json && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		return app_confirmed(GK_T("确认登记", "register"), n) ? GK_OK : GK_END;
	gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "没有确认，什么也没有登记", "not confirmed: nothing was registered");
	gk_hint(err, "加 --yes 登记，或 --dry-run 只看后果", "add --yes to register it, or --dry-run to see what it would do");
	return GK_REFUSED;
}

/* --- one command -------------------------------------------------------------------------------------------------------- */

static void
failed_one(struct acting *x, const struct gk_err *err)
{
	int status = app_error(x->app, err);

	x->worst = status == 1 || status == 2 ? status : 3;
	x->failed++;
}

/* `correct --text`: the text of that day, or the newest. */
static void
choose_text(struct acting_cause *c, const struct store_history *h)
{
	struct gk_text_of t;

	c->corrects[0] = '\0';
	if (gk_text_at(h->events, h->n, c->effective.year != 0 ? c->effective : (struct gk_date){ 9999, 12, 31 }, NULL, &t))
		snprintf(c->corrects, sizeof c->corrects, "%s", t.began->event);
}

static enum gk_status
read_new_text(struct acting *x, struct gk_err *err)
{
	enum gk_status st;

	if (x->args->n_targets > 1 || json_object_size(x->args->fields) > 0) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, x->args->n_targets > 1 ? "一个文本只能是一件文件的" : "文本和字段要分开更正",
			x->args->n_targets > 1 ? "a text belongs to one document" : "correct the text and the fields apart");
		gk_hint(err, "分两次登记", "register them one by one");
		return GK_REFUSED;
	}
	st = new_text_read(&x->store, x->args->text, &x->text, err);
	x->cause.new_text = st == GK_OK ? &x->text : NULL;
	return st;
}

/* `undo e-000123` names an event; everything else names documents. */
static enum gk_status
plan_one(struct acting *x, const char *target, struct gk_err *err)
{
	const char *event_number = NULL;
	struct acting_ask ask;
	struct store_history h;
	struct gk_event event;
	char id[64], missing[256] = "";
	uint32_t docid;
	json_t *json = NULL;
	enum gk_status st;

	if ((x->args->spec->takes & EVENT) != 0) {
		st = act_find_event(&x->store, target, &docid, &event, err);
		if (st != GK_OK)
			return st;
		event_number = target;
		snprintf(id, sizeof id, "%s", event.id);
		gk_event_free(&event);
	} else {
		st = act_find(&x->store, target, &docid, err);
		if (st == GK_OK)
			st = store_history(&x->store, docid, &h, err);
		if (st != GK_OK)
			return st;
		snprintf(id, sizeof id, "%s", h.events[0].id);
		if (x->args->text != NULL && (x->args->spec->takes & OF_DAY) != 0)
			choose_text(&x->cause, &h);
		store_history_free(&h);
	}
	for (size_t i = 0; i < x->n; i++)
		if (x->plan[i].docid == docid && event_number == NULL) {
			gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 列了两次", "'%s' is listed twice", id);
			return GK_REFUSED;
		}
	ask = ask_of(x->args, event_number);
	st = acting_event(&ask, &x->cause, id, x->app->actor, &json, err);
	if (st == GK_OK && x->cause.new_text != NULL)
		st = screen_new(x, docid, json, err);
	if (st == GK_OK && (st = store_history(&x->store, docid, &h, err)) == GK_OK) {
		st = acting_complete(&x->store, &ask, &h, json, missing, sizeof missing, err);
		store_history_free(&h);
	}
	if (st == GK_OK && missing[0] != '\0')
		app_note(x->app, "注意：%s 的文本里没有“%s”，请核对", "note: the text of %s has no '%s': please check", id, missing);
	if (st != GK_OK) {
		json_decref(json);
		return st;
	}
	st = act_plan(&x->store, docid, json, &x->plan[x->n], err);
	if (st == GK_OK) {
		x->plan[x->n].text = x->cause.new_text;
		x->preview[x->n] = act_preview(&x->store, &x->plan[x->n]);
		x->n++;
	}
	return st;
}

static enum gk_status
plan_all(struct acting *x, struct gk_err *err)
{
	enum gk_status st = acting_cause(&x->store, x->args->by_doc, x->args->by_text, x->args->effective, &x->cause, err);

	if (st == GK_OK && x->args->text != NULL)
		st = read_new_text(x, err);
	for (size_t i = 0; st == GK_OK && i < x->args->n_targets; i++) {
		st = plan_one(x, x->args->target[i], err);
		if (st != GK_REFUSED || x->args->n_targets == 1)
			continue;
		failed_one(x, err);
		st = GK_OK;
	}
	return st;
}

static enum gk_status
register_all(struct acting *x, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < x->n; i++) {
		char number[32];

		/* Two acts on one record (two events undone): the second is checked against what the first has left. */
		if (store_touched(&x->store, x->plan[i].docid)) {
			json_t *again = json_incref(x->plan[i].event.json);
			uint32_t docid = x->plan[i].docid;

			act_plan_free(&x->plan[i]);
			memset(&x->plan[i], 0, sizeof x->plan[i]);
			st = act_plan(&x->store, docid, again, &x->plan[i], err);
			if (st != GK_OK)
				break;
		}
		st = act_append(&x->store, &x->plan[i], number, err);
		if (x->preview[i] != NULL)
			json_object_set_new(x->preview[i], "event", json_string(number));
	}
	return st == GK_OK ? store_commit(&x->store, err) : st;
}

static void
tell(struct acting *x)
{
	for (size_t i = 0; i < x->n; i++) {
		const json_t *v = x->preview[i];

		if (x->app->json)
			app_json(json_incref(x->preview[i]));
		else
			printf(GK_T("已登记 %s：%s %s。撤销：gongkai undo %s\n", "registered %s: %s %s. To undo: gongkai undo %s\n"), json_str(v, "event"),
			       json_str(v, gk_lang == GK_EN ? "label_en" : "label"), json_str(v, "id"), json_str(v, "event"));
	}
}

static enum gk_status
act(struct acting *x, struct gk_err *err)
{
	enum gk_status st = plan_all(x, err);

	if (st != GK_OK || x->n == 0)
		return st;
	if (!x->app->json || x->app->dry_run)
		for (size_t i = 0; i < x->n; i++) {
			if (x->app->json)
				app_json(json_incref(x->preview[i]));
			else if (x->app->dry_run || !x->app->quiet)
				act_print_preview(x->preview[i]);
		}
	if (x->app->dry_run) {
		app_note(x->app, "只是演练，没有登记", "a dry run: nothing was registered");
		return GK_OK;
	}
	st = may_go_on(x->args, x->n, err);
	if (st == GK_END) {
		app_note(x->app, "没有登记", "nothing was registered");
		x->worst = 1;
		return GK_OK;
	}
	if (st == GK_OK)
		st = register_all(x, err);
	if (st == GK_OK)
		tell(x);
	return st;
}

static bool
with_list(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strncmp(argv[i], "--li", 4) == 0 && strncmp(argv[i] + 4, "st", strcspn(argv[i] + 4, "=")) == 0)
			return true;	/* options may be cut short */
	return false;
}

static int
run_spec(struct app *app, const struct spec *spec, int argc, char **argv)
{
	struct args a = { .spec = spec, .remaining = -1, .app = app };
	struct acting x = { .app = app, .args = &a };
	struct argp_option options[24];
	struct gk_err err = GK_ERR_INIT;
	int status;

	/* A whole list is another matter: matching, near ones, all or nothing. */
	if (strcmp(spec->type, "abolish") == 0 && with_list(argc, argv))
		return abolish_list(app, argc, argv);
	a.fields = (spec->takes & FIELDS) != 0 ? json_object() : NULL;
	options_of(spec, options);
	app_parse(app, spec->cmd, argc, argv, options, parse, &a);
	if (a.n_targets == 0) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "%s 要说明是哪一件", "%s needs to be told which document", spec->cmd->name);
		gk_hint(&err, "例如：gongkai %s %s", "for example: gongkai %s %s", spec->cmd->name, (spec->takes & EVENT) != 0 ? "e-000918" : "dzmm-2015-000031");
		json_decref(a.fields);
		return app_error(app, &err);
	}
	x.plan = calloc(a.n_targets, sizeof *x.plan);
	x.preview = calloc(a.n_targets, sizeof *x.preview);
	if (x.plan == NULL || x.preview == NULL)
		gk_nomem(&err);
	else if (store_open(app->archive, app->wait, &x.store, &err) == GK_OK) {
		act(&x, &err);
		for (size_t i = 0; i < x.n; i++) {
			act_plan_free(&x.plan[i]);
			json_decref(x.preview[i]);
		}
		new_text_free(&x.text);
		store_close(&x.store);
	}
	status = err.cause != GK_CAUSE_NONE && x.failed == 0 ? app_error(app, &err) : x.worst;
	free(x.plan);
	free(x.preview);
	json_decref(a.fields);
	return status;
}

/* --- the commands --------------------------------------------------------------------------------------------------------- */

#define ACT(ident, word, event_type, options, zh, en)								\
	static const struct spec spec_##ident = { &cmd_##ident, event_type, options };				\
	static int run_##ident(struct app *app, int argc, char **argv) { return run_spec(app, &spec_##ident, argc, argv); }	\
	const struct cmd cmd_##ident = { word, (options) & EVENT ? "登记号…" : (options) & FIELDS ? "编号 字段=值…" : "编号|文号|题名…",	\
		(options) & EVENT ? "EVENT…" : (options) & FIELDS ? "ID FIELD=VALUE…" : "ID|NUMBER|TITLE…", zh, en, run_##ident };

ACT(abolish, "abolish", "abolish", BY | EFFECTIVE | PART | LIST | REMAINING, "登记废止；--part 只废止几条", "Register an abolition; --part: of some articles only")
ACT(supersede, "supersede", "replace", WITH | EFFECTIVE, "登记被新文件取代", "Register that a new document takes its place")
ACT(amend, "amend", "amend_articles", BY | EFFECTIVE | PART | TEXT, "登记修改；--text 存入新文本", "Register an amendment; --text: with the new text")
ACT(expire, "expire", "correct_metadata", ON, "登记有效期", "Register the end of its term")
ACT(lapse, "lapse", "lapse", BY | EFFECTIVE | UNLESS, "登记宣布失效", "Register a declaration of lapse")
ACT(revoke, "revoke", "revoke", BY | EFFECTIVE, "登记撤销（自始无效）", "Register an annulment (void from the beginning)")
ACT(suspend, "suspend", "suspend", BY | EFFECTIVE | UNTIL, "登记暂停执行", "Register a suspension")
ACT(resume, "resume", "resume", BY | EFFECTIVE, "登记恢复施行", "Register the end of a suspension")
ACT(renew, "renew", "renew", BY | EFFECTIVE | UNTIL | LATE, "登记延长有效期", "Register a longer term")
ACT(reinstate, "reinstate", "reinstate", BY | EFFECTIVE | UNTIL, "登记恢复效力", "Register that it is in force again")
ACT(confirm, "confirm", "confirm_valid", BY | EFFECTIVE | UNTIL, "登记清理确认继续有效", "Register a confirmation that it stays in force")
ACT(review_submit, "review submit", "submit", 0, "送审：草稿进入审查", "Submit a draft for review")
ACT(review_pass, "review pass", "gate_pass", GATE, "审查通过一关", "Pass a gate of the review")
ACT(review_return, "review return", "gate_return", GATE, "退回，说明意见", "Return it, with an opinion")
ACT(review_refer, "review refer", "refer", 0, "报请有关部门确定", "Refer the question to the authority")
ACT(review_refuse, "review refuse", "refuse", GROUND, "不予公开，说明理由", "Decide that it is not disclosed, and why")
ACT(review_release, "review release", "release", 0, "不予公开的重新审查", "Review again what was not disclosed")
ACT(review_sign, "review sign", "publish", BYTES, "审签公布", "Sign it and publish it")
ACT(withdraw, "withdraw", "withdraw", CLASS, "下线：公众不再看到", "Take a document from public view")
ACT(restore, "restore", "restore", 0, "恢复公开", "Show a withdrawn document again")
ACT(seal, "seal", "seal", 0, "封存", "Seal a document")
ACT(correct, "correct", "correct_metadata", FIELDS | TEXT | OF_DAY, "更正元数据（空值删去字段）；--text 更正文本", "Correct metadata; --text: the text")
ACT(annul, "annul", "annul_event", EVENT, "更正登记：一条登记本来就是错的", "Correct the register: an event was wrong")
ACT(undo, "undo", "annul_event", EVENT, "撤销一条登记（追加一条更正，不删除）", "Undo an event by another event")
