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
#include "indexer/cmd.h"
#include "indexer/destroying.h"
#include "indexer/keeping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPT_REGISTER = 0x2000, OPT_LIST, OPT_APPROVED, OPT_SECOND, OPT_EXECUTE, OPT_DIGEST, OPT_METHOD, OPT_PLACE, OPT_AUTHORITY };

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

static int
write_register(const struct args *a)
{
	struct destroying_register w;
	struct store s;
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st = keeping_open(a->app, &s, &err);

	destroying_register_begin(&w);
	if (st == GK_OK) {
		st = keeping_each(a->app, &s, destroying_write_one, &w, &err);
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

struct disposing {
	const struct args *a;
	struct store store;
	struct destroying d;
};

/* --- saying ------------------------------------------------------------------------------------------------------------------ */

static void
show_plan(const struct disposing *x)
{
	printf(GK_T("%s：将销毁 %zu 件，跳过 %zu 件\n", "%s: %zu to be destroyed, %zu passed over\n"), x->a->execute ? GK_T("执行", "execution") : GK_T("演练", "dry run"), x->d.n,
	       x->d.reg.n - x->d.n);
	for (size_t i = 0; i < x->d.reg.n; i++) {
		const struct destroying_line *l = &x->d.line[i];
		bool goes = l->why.cause == GK_CAUSE_NONE;

		printf("  %s  %s  ", goes ? GK_T("销毁", "destroy") : GK_T("跳过", "pass over"), *l->id != '\0' ? l->id : "—");
		print_text(x->d.reg.row[i].cell[REG_REFCODE]);
		printf("  ");
		print_text(x->d.reg.row[i].cell[REG_TITLE]);
		if (!goes) {
			printf("  ");
			print_text(gk_err_what(&l->why));
		}
		putchar('\n');
	}
	printf(GK_T("清册摘要 %s\n", "digest of the register %s\n"), x->d.reg.digest);
}

static void
tell_json(const struct disposing *x, const char *result)
{
	json_t *gone = json_array(), *passed = json_array();

	for (size_t i = 0; i < x->d.reg.n; i++) {
		const struct destroying_line *l = &x->d.line[i];

		if (l->why.cause == GK_CAUSE_NONE)
			json_array_append_new(gone, json_string(l->id));
		else
			json_array_append_new(passed, json_pack("{s:s, s:s, s:s, s:s}", "refcode", x->d.reg.row[i].cell[REG_REFCODE], "id", l->id, "message", l->why.what, "message_en", l->why.what_en));
	}
	app_json(json_pack("{s:s, s:s, s:o, s:o}", "result", result, "register", x->d.reg.digest, "destroyed", gone, "passed_over", passed));
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
	if (destroying_typed(&x->d, given))
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
	unsigned removed, unread;
	enum gk_status st = destroying_run(&x->d, &removed, &unread, err);

	if (st != GK_OK)
		return st;
	if (x->a->app->json)
		tell_json(x, "done");
	else
		printf(GK_T("已销毁 %zu 件。清册与鉴定报告永久保存；核对：gongkai verify\n", "%zu destroyed.  Keep register and report for ever; to check: gongkai verify\n"), x->d.n);
	if (removed > 0)
		app_note(x->a->app, "说明：warc/torn/ 中有 %u 个文件含同样内容，已删去", "note: %u files in warc/torn/ held the same and were removed", removed);
	if (unread > 0)
		app_note(x->a->app, "说明：warc/torn/ 中有 %u 个文件读不懂，请自行检查", "note: %u files in warc/torn/ cannot be read: look into them yourself", unread);
	app_note(x->a->app, "说明：档案之外的副本（备份、移交包、导出）和磁盘上已释放的块不在此列",
		 "note: copies outside the archive (backups, packages, exports) and freed blocks of the disk are not covered");
	return GK_OK;
}

static int
dispose(struct disposing *x, struct gk_err *err)
{
	enum gk_status st = destroying_check(&x->d, err);

	if (st != GK_OK)
		return app_error(x->a->app, err);
	if (!x->a->app->json)
		show_plan(x);
	if (!x->a->execute || x->a->app->dry_run) {
		if (x->a->app->json)
			tell_json(x, "dry_run");
		else
			printf(GK_T("什么也没有销毁。要执行：加 --execute --digest %.8s\n", "nothing was destroyed.  To do it: add --execute --digest %.8s\n"), x->d.reg.digest + 7);
		return x->d.n > 0 ? 0 : 1;
	}
	st = x->d.n == 0 ? gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "清册中没有可以销毁的", "nothing in the register can be destroyed") : typed(x, err);
	if (st == GK_OK)
		st = destroy_all(x, err);
	return st == GK_OK ? x->d.n < x->d.reg.n ? 3 : 0 : app_error(x->a->app, err);
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
	struct disposing x = { .a = &a };
	struct gk_err err = GK_ERR_INIT;
	int status = 0;
	enum gk_status st;

	app_parse(app, &cmd_dispose, argc, argv, options, parse, &a);
	if (a.reg != NULL)
		return write_register(&a);
	if (a.method == NULL)
		a.method = "覆盖删除";
	st = a.list != NULL ? destroying_persons(a.approved_by, a.second, &err) : gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "没有清册：--list 清册.csv，或先 --register 清册.csv", "no register: --list FILE, or first --register FILE");
	if (st == GK_OK)
		st = register_read(a.list, &x.d.reg, &err);
	if (st != GK_OK)
		return app_error(app, &err);
	x.d.actor = app->actor;
	x.d.approved_by = a.approved_by;
	x.d.second = a.second;
	x.d.method = a.method;
	x.d.place = a.place;
	x.d.authority = a.authority;
	x.d.store = &x.store;
	if (store_open(app->archive, app->wait, &x.store, &err) != GK_OK) {
		status = app_error(app, &err);
	} else {
		store_notes(app, &x.store);
		status = dispose(&x, &err);
		store_close(&x.store);
	}
	destroying_free(&x.d);
	return status;
}

const struct cmd cmd_dispose = { "dispose", "--list 清册 --approved-by 甲 --second 乙", "--list FILE --approved-by A --second B", "按清册销毁（默认演练）", "Destroy by register (a dry run by default)", run };
