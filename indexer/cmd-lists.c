/*
 * Whole lists at once: abolish --list FILE, and clean-up import FILE (清理结果目录).
 *
 *   file ──▶ text (gongkai-extract, unless it is UTF-8 text) ──▶ rows (record/listing.h) ──▶ the record of each (resolve.h)
 *        ──▶ what each would do, what is not clear, what contradicts ──▶ confirmed: append, in batches
 *
 * Nothing is registered while a row is undecided, unless --partial says that the others may go ahead.
 */
#include "indexer/lists.h"

#include "base/io.h"
#include "base/utf8.h"
#include "extract/client.h"
#include "indexer/cmd.h"
#include "record/field.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { FILE_MAX_BYTES = 64 << 20, MAX_ISSUERS = 32 };
enum { OPT_BY_DOC = 0x3200, OPT_BY_TEXT, OPT_EFFECTIVE, OPT_REASON, OPT_YES, OPT_LIST, OPT_PARTIAL, OPT_CLOSED, OPT_ISSUER, OPT_LAPSE, OPT_AS };

struct args {
	const struct cmd *cmd;
	struct lists_ask ask;
	const char *file;
	enum gk_fate fate;		/* of rows that say nothing */
	bool yes, partial;
	const char *issuer[MAX_ISSUERS];
	struct app *app;
};

struct listing {
	struct app *app;
	const struct args *a;
	struct lists l;
	struct gk_buf text;
};

/* --- options ---------------------------------------------------------------------------------------------------- */

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case OPT_BY_DOC:
		a->ask.by_doc = arg;
		return 0;
	case OPT_BY_TEXT:
		a->ask.by_text = arg;
		return 0;
	case OPT_EFFECTIVE:
		a->ask.effective = arg;
		return 0;
	case OPT_REASON:
		a->ask.reason = arg;
		return 0;
	case OPT_YES:
		a->yes = true;
		return 0;
	case OPT_PARTIAL:
		a->partial = true;
		return 0;
	case OPT_CLOSED:
		a->ask.closed = true;
		return 0;
	case OPT_LAPSE:
		a->ask.lapse = arg;
		return 0;
	case OPT_AS:
		a->fate = gk_fate_of(arg, strlen(arg));
		if (a->fate == GK_FATE_NONE)
			argp_error(state, GK_T("--as 是 继续有效 修改 废止 失效 之一，不是 '%s'", "--as is one of valid amend abolish lapse, not '%s'"), arg);
		return 0;
	case OPT_ISSUER:
		if (a->ask.n_issuers == MAX_ISSUERS)
			argp_error(state, GK_T("一次最多 %d 个机关", "at most %d bodies at a time"), MAX_ISSUERS);
		a->issuer[a->ask.n_issuers++] = arg;
		return 0;
	case 'n':
		a->app->dry_run = true;
		return 0;
	case OPT_LIST:
	case ARGP_KEY_ARG:
		if (a->file != NULL)
			argp_error(state, "%s", GK_T("一次一个文件", "one file at a time"));
		a->file = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* --- the file ---------------------------------------------------------------------------------------------------- */

static enum gk_status
extracted(const char *path, struct gk_buf *text, struct gk_err *err)
{
	struct gk_reply reply;
	char *program = gk_extract_program();
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum gk_status st;

	memset(&reply, 0, sizeof reply);
	if (fd < 0)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "不能打开 '%s'：%s", "cannot open '%s': %s", path, strerror(errno));
	else
		st = program == NULL ? gk_nomem(err) : gk_extract_run(program, fd, &reply, err);
	if (st == GK_OK) {
		gk_buf_free(text);
		*text = reply.text;
		memset(&reply.text, 0, sizeof reply.text);
	}
	gk_reply_free(&reply);
	if (fd >= 0)
		close(fd);
	free(program);
	return st;
}

/* A table by its name, or by its first line. */
static bool
is_csv(const char *path, const struct gk_buf *b)
{
	const char *dot = strrchr(path, '.');
	size_t line = 0, commas = 0;

	if (dot != NULL && strcasecmp(dot, ".csv") == 0)
		return true;
	if (dot != NULL && strcasecmp(dot, ".txt") != 0)
		return false;
	while (line < b->n && b->p[line] != '\n') {
		commas += b->p[line] == ',';
		line++;
	}
	return commas > 0 && memchr(b->p, '\t', line) == NULL;
}

static enum gk_status
read_list(struct listing *x, struct gk_err *err)
{
	const char *path = x->a->file, *dot = strrchr(path, '.');
	bool plain = dot == NULL || strcasecmp(dot, ".csv") == 0 || strcasecmp(dot, ".txt") == 0 || strcasecmp(dot, ".tsv") == 0;
	enum gk_status st = gk_read_file(path, FILE_MAX_BYTES, &x->text, err);

	if (st != GK_OK)
		return st;
	if (x->text.n >= 3 && memcmp(x->text.p, "\xEF\xBB\xBF", 3) == 0) {
		memmove(x->text.p, x->text.p + 3, x->text.n - 3);
		x->text.n -= 3;
	}
	if (!plain || gk_utf8_check(x->text.p == NULL ? "" : x->text.p, x->text.n) != x->text.n)
		st = extracted(path, &x->text, err);
	if (st != GK_OK)
		return st;
	return gk_listing_read(x->text.p == NULL ? "" : x->text.p, x->text.n, is_csv(path, &x->text) ? GK_LISTING_CSV : GK_LISTING_TEXT, x->a->fate, &x->l.arena, &x->l.list, err);
}

/* --- telling ----------------------------------------------------------------------------------------------------------- */

static const char *
act_label(const char *type)
{
	const struct gk_act_kind *k = type == NULL ? NULL : gk_act_kind(type);

	return k == NULL ? GK_T("修改（不登记）", "to be amended (nothing is registered)") : GK_T(k->label, k->label_en);
}

static char *
text_of(struct gk_span s)
{
	return strndup(s.p == NULL ? "" : s.p, s.n);
}

static void
print_span(struct gk_span s)
{
	char *copy = text_of(s);

	if (copy != NULL)
		print_text(copy);
	free(copy);
}

static void
print_stated(const struct lists_row *row)
{
	if (row->listed.name.n > 0) {
		printf("《");
		print_span(row->listed.name);
		printf("》");
	}
	if (row->listed.docno.n > 0) {
		printf("（");
		print_span(row->listed.docno);
		printf("）");
	}
}

static void
print_record(const char *id, const char *title, const char *docno)
{
	printf("%s ", id);
	print_text(title);
	if (*docno != '\0') {
		printf("（");
		print_text(docno);
		printf("）");
	}
}

static void
print_row(const struct listing *x, const struct lists_row *row)
{
	if (row->unlisted)
		printf(GK_T("未列入 ", "unlisted "));
	else
		printf(GK_T("第 %zu 行 ", "line %zu "), row->listed.line);
	if (row->outcome == LISTS_TO_DO || row->outcome == LISTS_NOTHING) {
		printf("%s", act_label(row->type));
		if (row->type != NULL && strcmp(row->type, "conditional_lapse") == 0) {
			char date[12];

			gk_date_format(x->l.lapse, date);
			printf(GK_T("（到 %s 没有新文本）", " (on %s unless there is a new text)"), date);
		}
		printf(" ");
		print_record(row->id, row->title, row->docno);
		if (!row->unlisted)
			printf(" [%s]", row->r.verdict == RESOLVE_NUMBER ? GK_T("文号相符", "by its number") : GK_T("题名相符", "by its title"));
		printf("\n");
		return;
	}
	print_stated(row);
	switch (row->outcome) {
	case LISTS_UNMATCHED:
		printf(row->r.n > 0 ? GK_T(" 没有找到。相近的：\n", " was not found.  Close ones:\n") : GK_T(" 没有找到\n", " was not found\n"));
		break;
	case LISTS_UNCLEAR:
		printf(GK_T(" 待核：%s\n", " is to be checked: %s\n"), gk_lang == GK_EN ? row->r.why_en : row->r.why);
		break;
	case LISTS_CONTRADICTS:
		printf(GK_T(" 前后矛盾：同一件（%s）列在两种结果里\n", " contradicts another row: %s stands under two results\n"), row->id);
		return;
	case LISTS_BEFORE:
		printf(GK_T(" 已登记过：%s 由这件依据文件%s（%s）\n", " was registered before: %s, %s by the same document (%s)\n"), row->id, act_label(row->type), row->event);
		return;
	case LISTS_TWICE:
		printf(GK_T(" 重复：%s 前面已列\n", " is listed twice: %s\n"), row->id);
		return;
	default:
		printf(" %s\n", gk_err_what(&row->err));
		return;
	}
	for (size_t i = 0; i < row->r.n; i++) {
		printf("    ");
		print_record(row->r.c[i].id, row->r.c[i].title, row->r.c[i].docno);
		if (row->r.verdict == RESOLVE_NEAR && row->r.c[i].distance > 0)
			printf(GK_T(" 差 %u 字", ", %u characters differ"), row->r.c[i].distance);
		printf("\n");
	}
}

static void
tell_rows(const struct listing *x)
{
	for (size_t i = 0; i < x->l.n; i++) {
		if (x->app->json)
			app_json(lists_row_json(&x->l.row[i]));
		else
			print_row(x, &x->l.row[i]);
	}
}

static void
tell_sum(const struct listing *x, bool done)
{
	static const struct { enum lists_outcome of; const char *zh, *en; } parts[] = {
		{ LISTS_UNMATCHED, "没有找到", "not found" }, { LISTS_UNCLEAR, "待核", "to be checked" }, { LISTS_CONTRADICTS, "矛盾", "contradicting" },
		{ LISTS_TWICE, "重复", "listed twice" }, { LISTS_REFUSED, "不能登记", "refused" }, { LISTS_BEFORE, "其中已登记过", "of these registered before" },
	};

	if (x->app->json) {
		json_t *o = json_object();

		json_object_set_new(o, "result", json_string("done"));
		json_object_set_new(o, "rows", json_integer((json_int_t)x->l.n));
		for (size_t i = 0; i <= LISTS_BEFORE; i++)
			json_object_set_new(o, lists_outcome_code[i], json_integer((json_int_t)x->l.count[i]));
		json_object_set_new(o, "registered", json_integer(done ? (json_int_t)x->l.count[LISTS_TO_DO] : 0));
		app_json(o);
		return;
	}
	printf(GK_T("%zu 行：对上 %zu", "%zu rows: %zu matched"), x->l.n, x->l.count[LISTS_TO_DO] + x->l.count[LISTS_NOTHING] + x->l.count[LISTS_BEFORE]);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (x->l.count[parts[i].of] > 0)
			printf(GK_T("，%s %zu", ", %s %zu"), GK_T(parts[i].zh, parts[i].en), x->l.count[parts[i].of]);
	if (done && x->l.count[LISTS_TO_DO] == 0) {
		printf("%s\n", GK_T("。没有要登记的。", ".  There is nothing to register."));
		return;
	}
	printf(done ? GK_T("。已登记 %zu 条。\n", ".  %zu registered.\n") : GK_T("。没有登记（可登记 %zu 条）。\n", ".  Nothing was registered (%zu can be).\n"), x->l.count[LISTS_TO_DO]);
}

/* --- doing ---------------------------------------------------------------------------------------------------------------- */

static enum gk_status
may_go_on(const struct listing *x, struct gk_err *err)
{
	if (lists_undecided(&x->l) > 0 && !x->a->partial) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "有 %zu 行未定，什么也没有登记", "%zu rows are undecided: nothing was registered", lists_undecided(&x->l));
		gk_hint(err, "改正清单再来；或 --partial，先登记对上的", "correct the list; or --partial to register those that matched");
		return GK_REFUSED;
	}
	if (x->a->yes)
		return GK_OK;
	if (!x->app->json && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && app_confirmed(GK_T("确认登记", "register"), x->l.count[LISTS_TO_DO]))
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "没有确认，什么也没有登记", "not confirmed: nothing was registered");
	gk_hint(err, "加 --yes 登记，或 --dry-run 只看后果", "add --yes to register it, or --dry-run to see what it would do");
	return GK_REFUSED;
}

static enum gk_status
work(struct listing *x, int *status, struct gk_err *err)
{
	enum gk_status st = lists_cause(&x->l, err);

	if (st == GK_OK)
		st = read_list(x, err);
	if (st == GK_OK && x->l.list.n == 0) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 里没有读出清单", "no list was found in '%s'", x->a->file);
		if (x->a->ask.cleanup)
			gk_hint(err, "每行一件：文件名称,文号；或用 --as 废止 说明结果", "a document a line: name,number; or say what becomes of them with --as abolish");
		else
			gk_hint(err, "每行一件：文件名称,文号，或只写文号、题名", "a document a line: name,number, or only its number or title");
		return GK_REFUSED;
	}
	if (st == GK_OK)
		st = lists_plan(&x->l, err);
	if (st != GK_OK)
		return st;
	if (x->l.list.closed && !x->a->ask.closed)
		app_note(x->app, "说明：文中说未列入目录的一律失效；要照办，加 --closed-list", "note: the text says that whatever is not listed ends; --closed-list does that");
	*status = lists_undecided(&x->l) > 0 ? 3 : 0;
	if (x->app->dry_run) {
		tell_rows(x);
		tell_sum(x, false);
		return GK_OK;
	}
	if (!x->app->json)
		tell_rows(x);
	st = x->l.count[LISTS_TO_DO] == 0 && lists_undecided(&x->l) == 0 ? GK_OK : may_go_on(x, err);
	if (st == GK_OK)
		st = lists_register(&x->l, err);
	if (x->app->json)
		tell_rows(x);
	tell_sum(x, st == GK_OK);
	return st;
}

static int
run_list(struct app *app, struct args *a)
{
	struct listing x = { .app = app, .a = a };
	struct gk_err err = GK_ERR_INIT;
	int status = 0;
	bool needs_cause = !a->ask.cleanup || a->fate != GK_FATE_VALID;

	if (a->file == NULL || (needs_cause && a->ask.by_doc == NULL && a->ask.by_text == NULL)) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, a->file == NULL ? "%s 要一个清单文件" : "%s 要依据文件（--by-doc 或 --by-text）",
			a->file == NULL ? "%s needs a file with the list" : "%s needs the document that did it (--by-doc or --by-text)", a->cmd->name);
		gk_hint(&err, "例如：gongkai %s 目录.csv --by-doc dzmm-2021-000207", "for example: gongkai %s list.csv --by-doc dzmm-2021-000207", a->ask.cleanup ? a->cmd->name : "abolish --list");
		return app_error(app, &err);
	}
	lists_init(&x.l);
	a->ask.issuer = a->issuer;
	a->ask.actor = app->actor;
	x.l.ask = a->ask;
	gk_buf_init(&x.text, FILE_MAX_BYTES);
	if (store_open(app->archive, app->wait, &x.l.store, &err) == GK_OK) {
		work(&x, &status, &err);
		store_close(&x.l.store);
	}
	gk_buf_free(&x.text);
	lists_free(&x.l);
	return err.cause != GK_CAUSE_NONE ? app_error(app, &err) : status;
}

#define SHARED_OPTIONS												\
	{ "by-doc", OPT_BY_DOC, "REF", 0, GK_T("依据文件：编号、文号或题名", "the document that did it: id, number or title"), 1 },	\
	{ "by-text", OPT_BY_TEXT, "TEXT", 0, GK_T("依据（馆外文件或机关），照原文", "what did it, in words, if it is not in the archive"), 1 },	\
	{ "effective", OPT_EFFECTIVE, "DATE", 0, GK_T("自哪一天起（默认依据文件的施行日期，否则今天）", "from which day (default: that of the document that did it, else today)"), 1 },	\
	{ "reason", OPT_REASON, "TEXT", 0, GK_T("理由", "the reason"), 1 },							\
	{ "partial", OPT_PARTIAL, NULL, 0, GK_T("先登记对上的，未定的留下", "register those that matched, leave the undecided"), 1 },	\
	{ "dry-run", 'n', NULL, 0, GK_T("只看后果，不登记", "show what would happen, do nothing"), 1 },				\
	{ "yes", OPT_YES, NULL, 0, GK_T("不再询问", "do not ask"), 1 }

int
abolish_list(struct app *app, int argc, char **argv)
{
	struct args a = { .cmd = &cmd_abolish, .app = app, .fate = GK_FATE_ABOLISH };
	struct argp_option options[] = {
		{ "list", OPT_LIST, "FILE", 0, GK_T("清单：CSV 或文字，每行一件", "the list: CSV or text, a document a line"), 1 },
		SHARED_OPTIONS,
		{ NULL, 0, NULL, 0, NULL, 0 },
	};

	app_parse(app, a.cmd, argc, argv, options, parse, &a);
	return run_list(app, &a);
}

static int
run_cleanup(struct app *app, int argc, char **argv)
{
	struct args a = { .cmd = &cmd_cleanup_import, .app = app, .ask.cleanup = true };
	struct argp_option options[] = {
		{ "as", OPT_AS, "FATE", 0, GK_T("没有写明结果的行：继续有效 修改 废止 失效", "what becomes of rows that do not say: valid amend abolish lapse"), 1 },
		{ "closed-list", OPT_CLOSED, NULL, 0, GK_T("未列入任何目录的一律废止", "whatever stands in no list is abolished"), 1 },
		{ "issuer", OPT_ISSUER, "NAME", 0, GK_T("--closed-list 只管这一机关的文件；可重复", "--closed-list: only documents of this body; may be repeated"), 1 },
		{ "lapse-on", OPT_LAPSE, "DATE", 0, GK_T("列为修改的，到这一天没有新文本就失效（默认照文中所说）", "those to be amended lapse on this day unless there is a new text (default: as the text says)"), 1 },
		SHARED_OPTIONS,
		{ NULL, 0, NULL, 0, NULL, 0 },
	};

	app_parse(app, a.cmd, argc, argv, options, parse, &a);
	return run_list(app, &a);
}

const struct cmd cmd_cleanup_import = { "clean-up import", "清单文件", "FILE", "登记清理结果：继续有效 修改 废止 失效", "Register a clean-up: valid, amend, abolished, lapsed", run_cleanup };
