/*
 * gongkai dispose: destruction by register (domain.md 7.4 R5; experience.md 5, 9).
 *
 *   dispose --register FILE                          writes the register of all that is approved for destruction
 *   dispose --list FILE --approved-by A --second B    a dry run: what would go, what is passed over and why, and the register's digest
 *   … --execute [--digest XXXXXXXX]                   the same, done; the first eight digits are typed
 *
 * Two persons who differ approve it, and two supervisors (监销人) who differ stand in each line; where a line names none they are the same two.
 */
#include "base/io.h"
#include "base/utf8.h"
#include "indexer/disposal.h"
#include "indexer/keeping.h"
#include "indexer/register.h"
#include "record/field.h"
#include "record/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPT_REGISTER = 0x2000, OPT_LIST, OPT_APPROVED, OPT_SECOND, OPT_EXECUTE, OPT_DIGEST, OPT_METHOD, OPT_PLACE, OPT_AUTHORITY, TYPED = 8 };

struct args {
	struct app *app;
	const char *reg, *list, *approved_by, *second, *digest, *method, *place, *authority;
	bool execute;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;
	const struct { int key; const char **to; } texts[] = {
		{ OPT_REGISTER, &a->reg }, { OPT_LIST, &a->list }, { OPT_APPROVED, &a->approved_by }, { OPT_SECOND, &a->second }, { OPT_DIGEST, &a->digest },
		{ OPT_METHOD, &a->method }, { OPT_PLACE, &a->place }, { OPT_AUTHORITY, &a->authority },
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i].key == key) {
			*texts[i].to = arg;
			return 0;
		}
	switch (key) {
	case OPT_EXECUTE:
		a->execute = true;
		return 0;
	case 'n':
		a->app->dry_run = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, GK_T("多余的 '%s'：清册用 --list 指明", "'%s' is too much: the register is named with --list"), arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* --- writing a register --------------------------------------------------------------------------------------------- */

struct writing { struct gk_buf out; size_t n; };

static enum gk_status
write_one(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err)
{
	struct writing *w = arg;
	struct gk_retention_of k = gk_retention_at(h->events, h->n, GK_NO_DATE, NULL);
	char no[24], year[16], kept[16], pages[64];
	const char *stated = gk_meta_get(r->meta, "secrecy");
	const char *cell[REG_COLUMNS] = { NULL };

	(void)docid, (void)err;
	if (k.state != GK_R_APPROVED_DESTROY)
		return GK_OK;
	snprintf(no, sizeof no, "%zu", ++w->n);
	snprintf(year, sizeof year, "%d", gk_record_year(r));
	snprintf(kept, sizeof kept, "%d", gk_record_year(r) == 0 ? 0 : gk_date_today().year - gk_record_year(r));
	snprintf(pages, sizeof pages, "%lld/1", (long long)json_integer_value(json_object_get(r->meta, "pages")));
	cell[REG_NO] = no;
	cell[REG_REFCODE] = keeping_refcode(&k);
	cell[REG_TITLE] = gk_meta_get(r->meta, "title");
	cell[REG_YEAR] = year;
	cell[REG_TERM] = gk_keep_names[k.keep].label;
	cell[REG_KEPT] = kept;
	cell[REG_PAGES] = json_integer_value(json_object_get(r->meta, "pages")) > 0 ? pages : "—/1";
	cell[REG_SECRECY] = *stated == '\0' || strcmp(stated, "none") == 0 ? "无" : stated;
	cell[REG_OPINION] = gk_event_act(k.by, "report");
	cell[REG_REASON] = gk_event_act(k.by, "reason");
	cell[REG_HEAD] = gk_event_act(k.by, "approved_by");
	cell[REG_ARCHIVIST] = gk_event_act(k.by, "archivist");
	cell[REG_NOTE] = r->id;
	register_put(&w->out, cell);
	return GK_OK;
}

static int
write_register(const struct args *a)
{
	struct writing w = { .n = 0 };
	struct store s;
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st = keeping_open(a->app, &s, &err);

	gk_buf_init(&w.out, 16 * 1024 * 1024);
	/* The BOM is for the spreadsheets that guess. */
	gk_buf_puts(&w.out, "\xEF\xBB\xBF");
	register_put(&w.out, register_columns);
	if (st == GK_OK) {
		st = keeping_each(a->app, &s, write_one, &w, &err);
		keeping_close(&s);
	}
	if (st == GK_OK && w.n == 0) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有批准销毁的文件", "nothing is approved for destruction");
		gk_hint(&err, "先鉴定：gongkai retention due；gongkai appraise --destroy …", "appraise first: gongkai retention due; gongkai appraise --destroy …");
		st = GK_REFUSED;
	}
	if (st == GK_OK)
		st = w.out.failed ? gk_nomem(&err) : gk_replace_file(a->reg, 0644, w.out.p, w.out.n, &err);
	gk_buf_free(&w.out);
	if (st != GK_OK)
		return app_error(a->app, &err);
	app_note(a->app, "清册写到 %s：%zu 件。补上监销人、方式、地点后：gongkai dispose --list %s --approved-by … --second …",
		 "the register is in %s: %zu records.  When supervisors, method and place are in it: gongkai dispose --list %s --approved-by … --second …", a->reg, w.n, a->reg);
	return 0;
}

/* --- reading one --------------------------------------------------------------------------------------------------------- */

struct line {
	char id[64], title[200];
	struct gk_err why;		/* why it is passed over; cause NONE: it goes */
	bool taken;			/* history and act are doc's */
};

struct disposing {
	const struct args *a;
	struct store store;
	struct destruction_register reg;
	struct line *line;		/* one a row */
	struct disposal_document *doc;
	size_t n;			/* documents that go */
	struct gk_date today;
	json_t *by_refcode;		/* 档号 -> docid */
};

static enum gk_status
note_code(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err)
{
	struct disposing *x = arg;

	(void)r, (void)err;
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->events[i].type, "file") == 0 && gk_event_act(&h->events[i], "refcode")[0] != '\0')
			json_object_set_new(x->by_refcode, gk_event_act(&h->events[i], "refcode"), json_integer(docid));
	return GK_OK;
}

/* "王五、赵六": any of the usual marks between them. */
static json_t *
supervisors_of(const struct disposing *x, const char *cell)
{
	static const char *const marks[] = { "、", "，", ",", ";", "；", "/", " " };
	json_t *out = json_array();
	const char *p = cell;

	while (*p != '\0') {
		const char *next = p + strlen(p);
		size_t mark = 0;

		for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
			const char *at = strstr(p, marks[m]);

			if (at != NULL && at < next) {
				next = at;
				mark = strlen(marks[m]);
			}
		}
		if (next > p)
			json_array_append_new(out, json_stringn(p, (size_t)(next - p)));
		p = next + mark;
	}
	if (json_array_size(out) == 0) {
		json_array_append_new(out, json_string(x->a->approved_by));
		json_array_append_new(out, json_string(x->a->second));
	}
	return out;
}

static json_t *
act_of(const struct disposing *x, const struct register_row *row)
{
	json_t *act = json_object();
	const char *opinion = row->cell[REG_OPINION];

	keeping_set(act, "register", x->reg.digest);
	json_object_set_new(act, "supervisors", supervisors_of(x, row->cell[REG_SUPERVISORS]));
	keeping_set(act, "approved_by", x->a->approved_by);
	keeping_set(act, "method", row->cell[REG_METHOD][0] != '\0' ? row->cell[REG_METHOD] : x->a->method);
	keeping_set(act, "place", row->cell[REG_PLACE][0] != '\0' ? row->cell[REG_PLACE] : x->a->place);
	keeping_set(act, "refcode", row->cell[REG_REFCODE]);
	keeping_set(act, "authority", x->a->authority != NULL ? x->a->authority : opinion[0] != '\0' ? opinion : x->a->approved_by);
	return act;
}

static enum gk_status
check_row(struct disposing *x, size_t i, struct gk_err *err)
{
	const struct register_row *row = &x->reg.row[i];
	struct disposal_document *doc = &x->doc[x->n];
	const json_t *docid = json_object_get(x->by_refcode, row->cell[REG_REFCODE]);
	struct gk_record r;
	struct gk_event event;
	char now[32];
	enum gk_status st;

	if (docid == NULL)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有档号 '%.100s'", "there is no reference code '%.100s'", row->cell[REG_REFCODE]);
	for (size_t k = 0; k < x->n; k++)
		if (x->doc[k].docid == (uint32_t)json_integer_value(docid))
			return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "档号 '%.100s' 列了两次", "the reference code '%.100s' is listed twice", row->cell[REG_REFCODE]);
	doc->docid = (uint32_t)json_integer_value(docid);
	st = act_read(&x->store, doc->docid, &doc->history, &r, err);
	if (st != GK_OK)
		return st;
	snprintf(x->line[i].id, sizeof x->line[i].id, "%s", r.id);
	gk_utf8_clean(gk_meta_get(r.meta, "title"), x->line[i].title, sizeof x->line[i].title);
	/* The line must mean the record that has its code: a slip in the sheet must not cost another one. */
	if (strcmp(row->cell[REG_TITLE], gk_meta_get(r.meta, "title")) != 0)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "题名与档号不符：档案中是《%.200s》", "title and reference code do not agree: in the archive it is 《%.200s》", x->line[i].title);
	gk_now_utc(now);
	doc->act = act_of(x, row);
	if (st == GK_OK)
		st = gk_event_of(gk_act_json(r.id, "destroy", GK_NO_DATE, now, x->a->app->actor, json_incref(doc->act), NULL), &event, err);
	if (st == GK_OK) {
		st = gk_retention_check(doc->history.events, doc->history.n, &event, err);
		gk_event_free(&event);
	}
	gk_record_free(&r);
	if (st == GK_OK) {
		x->n++;
		return GK_OK;
	}
	store_history_free(&doc->history);
	json_decref(doc->act);
	memset(doc, 0, sizeof *doc);
	return st;
}

static enum gk_status
check_rows(struct disposing *x, struct gk_err *err)
{
	enum gk_status st = keeping_each(x->a->app, &x->store, note_code, x, err);

	for (size_t i = 0; st == GK_OK && i < x->reg.n; i++) {
		st = check_row(x, i, &x->line[i].why);
		if (st == GK_OK)
			x->line[i].why.cause = GK_CAUSE_NONE;
		else if (st == GK_REFUSED)
			st = GK_OK;
		else
			*err = x->line[i].why;
	}
	return st;
}

/* --- saying ------------------------------------------------------------------------------------------------------------------ */

static void
show_plan(const struct disposing *x)
{
	printf(GK_T("%s：将销毁 %zu 件，跳过 %zu 件\n", "%s: %zu to be destroyed, %zu passed over\n"), x->a->execute ? GK_T("执行", "execution") : GK_T("演练", "dry run"), x->n,
	       x->reg.n - x->n);
	for (size_t i = 0; i < x->reg.n; i++) {
		const struct line *l = &x->line[i];
		bool goes = l->why.cause == GK_CAUSE_NONE;

		printf("  %s  %s  ", goes ? GK_T("销毁", "destroy") : GK_T("跳过", "pass over"), *l->id != '\0' ? l->id : "—");
		print_text(x->reg.row[i].cell[REG_REFCODE]);
		printf("  ");
		print_text(x->reg.row[i].cell[REG_TITLE]);
		if (!goes) {
			printf("  ");
			print_text(gk_err_what(&l->why));
		}
		putchar('\n');
	}
	printf(GK_T("清册摘要 %s\n", "digest of the register %s\n"), x->reg.digest);
}

static void
tell_json(const struct disposing *x, const char *result)
{
	json_t *gone = json_array(), *passed = json_array();

	for (size_t i = 0; i < x->reg.n; i++) {
		const struct line *l = &x->line[i];

		if (l->why.cause == GK_CAUSE_NONE)
			json_array_append_new(gone, json_string(l->id));
		else
			json_array_append_new(passed, json_pack("{s:s, s:s, s:s, s:s}", "refcode", x->reg.row[i].cell[REG_REFCODE], "id", l->id, "message", l->why.what, "message_en", l->why.what_en));
	}
	app_json(json_pack("{s:s, s:s, s:o, s:o}", "result", result, "register", x->reg.digest, "destroyed", gone, "passed_over", passed));
}

/* The eight digits, by option or from the person at the terminal. */
static enum gk_status
typed(const struct disposing *x, struct gk_err *err)
{
	char line[128] = "";
	const char *given = x->a->digest;

	if (given == NULL && !x->a->app->json && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
		printf("%s", GK_T("输入清册摘要的前八位以执行：", "type the first eight digits of the register's digest to go on: "));
		fflush(stdout);
		given = fgets(line, sizeof line, stdin) == NULL ? "" : line;
		line[strcspn(line, "\r\n")] = '\0';
	}
	if (given != NULL && strncmp(given, "sha256:", 7) == 0)
		given += 7;
	if (given != NULL && strlen(given) >= TYPED && strncmp(given, x->reg.digest + 7, strlen(given)) == 0)
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, given == NULL ? "没有输入清册的摘要，什么也没有销毁" : "摘要不是这份清册的，什么也没有销毁",
		given == NULL ? "the register's digest was not given: nothing was destroyed" : "that is not the digest of this register: nothing was destroyed");
	gk_hint(err, "核对纸质清册后加 --digest 和摘要的前八位（见 sha256sum）", "compare with the signed register, then give --digest and its first eight digits (see sha256sum)");
	return GK_REFUSED;
}

/* --- doing --------------------------------------------------------------------------------------------------------------------- */

static enum gk_status
destroy_all(struct disposing *x, struct gk_err *err)
{
	char date[12];
	unsigned removed, unread;
	json_t *words = json_object();
	enum gk_status st;

	gk_date_format(x->today, date);
	keeping_set(words, "authority", json_string_value(json_object_get(x->doc[0].act, "authority")));
	keeping_set(words, "date", date);
	keeping_set(words, "register", x->reg.digest);
	keeping_set(words, "approved_by", x->a->approved_by);
	keeping_set(words, "second", x->a->second);
	st = disposal_run(&x->store, x->doc, x->n, x->a->app->actor, words, &removed, &unread, err);
	if (st != GK_OK)
		return st;
	if (x->a->app->json)
		tell_json(x, "done");
	else
		printf(GK_T("已销毁 %zu 件。清册与鉴定报告永久保存；核对：gongkai verify\n", "%zu destroyed.  Keep register and report for ever; to check: gongkai verify\n"), x->n);
	if (removed > 0)
		app_note(x->a->app, "说明：warc/torn/ 中有 %u 个文件含同样内容，已删去", "note: %u files in warc/torn/ held the same and were removed", removed);
	if (unread > 0)
		app_note(x->a->app, "说明：warc/torn/ 中有 %u 个文件读不懂，请自行检查", "note: %u files in warc/torn/ cannot be read: look into them yourself", unread);
	app_note(x->a->app, "说明：档案之外的副本（备份、移交包、导出）和磁盘上已释放的块不在此列",
		 "note: copies outside the archive (backups, packages, exports) and freed blocks of the disk are not covered");
	return GK_OK;
}

static enum gk_status
check_args(const struct args *a, struct gk_err *err)
{
	if (a->approved_by == NULL || a->second == NULL || *a->approved_by == '\0' || *a->second == '\0') {
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "要写明两个人：--approved-by 批准人 --second 第二人", "two persons must be named: --approved-by NAME --second NAME");
		return GK_REFUSED;
	}
	if (strcmp(a->approved_by, a->second) == 0)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "两人不能是同一人：'%s'", "the two must not be the same person: '%s'", a->approved_by);
	return GK_OK;
}

static int
dispose(struct disposing *x, struct gk_err *err)
{
	enum gk_status st = check_rows(x, err);

	if (st != GK_OK)
		return app_error(x->a->app, err);
	if (!x->a->app->json)
		show_plan(x);
	if (!x->a->execute || x->a->app->dry_run) {
		if (x->a->app->json)
			tell_json(x, "dry_run");
		else
			printf(GK_T("什么也没有销毁。要执行：加 --execute --digest %.8s\n", "nothing was destroyed.  To do it: add --execute --digest %.8s\n"), x->reg.digest + 7);
		return x->n > 0 ? 0 : 1;
	}
	st = x->n == 0 ? gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "清册中没有可以销毁的", "nothing in the register can be destroyed") : typed(x, err);
	if (st == GK_OK)
		st = destroy_all(x, err);
	return st == GK_OK ? x->n < x->reg.n ? 3 : 0 : app_error(x->a->app, err);
}

static int
run(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = {
		{ "register", OPT_REGISTER, "FILE", 0, GK_T("把批准销毁的写成清册（CSV）", "write the register (CSV) of what is approved"), 1 },
		{ "list", OPT_LIST, "FILE", 0, GK_T("销毁清册", "the register"), 1 },
		{ "approved-by", OPT_APPROVED, "NAME", 0, GK_T("批准人", "who approves it"), 1 },
		{ "second", OPT_SECOND, "NAME", 0, GK_T("第二人，不能是同一人", "the second person, another one"), 1 },
		{ "method", OPT_METHOD, "TEXT", 0, GK_T("清册没有写明时的销毁方式", "the method, where the register names none"), 1 },
		{ "place", OPT_PLACE, "TEXT", 0, GK_T("清册没有写明时的地点", "the place, where the register names none"), 1 },
		{ "authority", OPT_AUTHORITY, "TEXT", 0, GK_T("依据（默认鉴定报告的编号）", "the authority (default: the appraisal report)"), 1 },
		{ "execute", OPT_EXECUTE, NULL, 0, GK_T("执行（默认只是演练）", "do it (default: a dry run)"), 1 },
		{ "digest", OPT_DIGEST, "XXXXXXXX", 0, GK_T("清册摘要的前八位", "first eight digits of the register's digest"), 1 },
		{ "dry-run", 'n', NULL, 0, GK_T("只是演练", "a dry run"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct args a = { .app = app };
	struct disposing x = { .a = &a, .today = gk_date_today() };
	struct gk_err err = GK_ERR_INIT;
	int status = 0;
	enum gk_status st;

	app_parse(app, &cmd_dispose, argc, argv, options, parse, &a);
	if (a.reg != NULL)
		return write_register(&a);
	if (a.method == NULL)
		a.method = "覆盖删除";
	st = a.list != NULL ? check_args(&a, &err) : gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "没有清册：--list 清册.csv，或先 --register 清册.csv", "no register: --list FILE, or first --register FILE");
	if (st == GK_OK)
		st = register_read(a.list, &x.reg, &err);
	if (st != GK_OK)
		return app_error(app, &err);
	x.line = calloc(x.reg.n + 1, sizeof *x.line);
	x.doc = calloc(x.reg.n + 1, sizeof *x.doc);
	x.by_refcode = json_object();
	if (x.line == NULL || x.doc == NULL || x.by_refcode == NULL) {
		gk_nomem(&err);
		status = app_error(app, &err);
	} else if (store_open(app->archive, app->wait, &x.store, &err) != GK_OK) {
		status = app_error(app, &err);
	} else {
		store_notes(app, &x.store);
		status = dispose(&x, &err);
		store_close(&x.store);
	}
	for (size_t i = 0; i < x.n; i++) {
		store_history_free(&x.doc[i].history);
		json_decref(x.doc[i].act);
	}
	json_decref(x.by_refcode);
	free(x.line);
	free(x.doc);
	register_free(&x.reg);
	return status;
}

const struct cmd cmd_dispose = { "dispose", "--list 清册 --approved-by 甲 --second 乙", "--list FILE --approved-by A --second B", "按清册销毁（默认演练）", "Destroy by register (a dry run by default)", run };
