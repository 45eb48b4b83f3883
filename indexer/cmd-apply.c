/*
 * gongkai apply …: the ledger of applications for information (依申请公开): record/application.h has the events, archive/ledger.h where they are.
 *
 * A name is read from standard input (--applicant -) or a column of a CSV, sealed, and shown by `apply show --name` alone: it stands in no message,
 * no JSON and no index.
 */
#include "indexer/apply.h"

#include "archive/append.h"
#include "archive/ledger.h"
#include "base/io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPT_NO = 0x3000, OPT_ON, OPT_RULE, OPT_CLASS, OPT_SUBJECT, OPT_DOCNO, OPT_APPLICANT, OPT_UNTIL, OPT_VERDICT, OPT_TO, OPT_OUTCOME, OPT_REASON, OPT_KIND, OPT_CASE, OPT_RESULT, OPT_PAGES, OPT_NTH,
	OPT_YUAN, OPT_NAME, OPT_OPEN, OPT_WITHIN, OPT_APPROVED, OPT_BODY, OPT_EVENT };

struct args {
	struct app *app;
	const char *word;		/* the argument: an application, or a file */
	const char *of[OPT_EVENT - OPT_NO + 1];
	bool name, open;
};

static const char *
given(const struct args *a, int key)
{
	return a->of[key - OPT_NO];
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	if (key == OPT_NAME) {
		a->name = true;
	} else if (key == OPT_OPEN) {
		a->open = true;
	} else if (key >= OPT_NO && key <= OPT_EVENT) {
		a->of[key - OPT_NO] = arg;
	} else if (key == ARGP_KEY_ARG && a->word == NULL) {
		a->word = arg;
	} else {
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* --- recording ------------------------------------------------------------------------------------------------------ */

static const char *
on_day(const struct args *a, char today[12])
{
	if (given(a, OPT_ON) != NULL)
		return given(a, OPT_ON);
	gk_date_format(gk_date_today(), today);
	return today;
}

static enum gk_status
lock(const struct args *a, int *fd, struct gk_err *err)
{
	return gk_writer_lock(a->app->archive, a->app->wait < 0 ? 10 : a->app->wait, fd, err);
}

/* One event of an application that is there, or its first; checked against what is known under the lock. */
static enum gk_status
record(const struct args *a, json_t *e, char *person, struct gk_err *err)
{
	struct applications all;
	json_t *events = json_array();
	int fd = -1;
	enum gk_status st = lock(a, &fd, err);

	if (st == GK_OK)
		st = applications_open(a->app->archive, NULL, &all, err);
	if (st == GK_OK) {
		st = gk_application_check(applications_find(&all, json_str(e, "app")), e, all.workdays, err);
		applications_close(&all);
	}
	if (st == GK_OK && person != NULL)
		st = apply_seal(a->app, e, person, err);
	json_array_append(events, e);
	if (st == GK_OK && !a->app->dry_run)
		st = gk_ledger_append(a->app->archive, GK_LEDGER_APPLICATIONS, events, err);
	gk_writer_unlock(fd);
	json_decref(events);
	return st;
}

/* What is known now, after what was recorded. */
static int
tell(const struct args *a, const char *app)
{
	struct applications all;
	struct gk_err err = GK_ERR_INIT;
	const struct gk_application *one;

	if (applications_open(a->app->archive, NULL, &all, &err) != GK_OK)
		return app_error(a->app, &err);
	one = applications_find(&all, app);
	if (one != NULL && a->app->json) {
		app_json(application_json(one, gk_date_today()));
	} else if (one != NULL) {
		char day[12] = "";

		if (one->due != 0)
			gk_date_format(gk_date_of_day(one->due), day);
		printf("%s  ", one->app);
		if (one->state == GK_APP_ANSWERED)
			printf(GK_T("已答复：%s\n", "answered: %s\n"), gk_t3_form[one->outcome].label);
		else if (one->state == GK_APP_WAITING)
			printf("%s\n", GK_T("等待补正，期限不计", "waits for completion, the clock stands"));
		else
			printf(GK_T("应于 %s 前（含当日）答复\n", "to be answered by %s\n"), day);
		if (one->unknown_year != 0)
			app_note(a->app, "没有 %d 年的工作日历，只按周末计算", "there is no calendar of %d: only weekends are counted", one->unknown_year);
	}
	applications_close(&all);
	return 0;
}

static int
done(const struct args *a, json_t *e, char *person)
{
	struct gk_err err = GK_ERR_INIT;
	char app[128];
	enum gk_status st;

	snprintf(app, sizeof app, "%s", json_str(e, "app"));
	st = record(a, e, person, &err);
	json_decref(e);
	if (st != GK_OK)
		return app_error(a->app, &err);
	return tell(a, app);
}

/* The next A-2021-0001 of that year. */
static void
next_no(const struct applications *all, int year, char out[64])
{
	unsigned most = 0, n;
	int y;

	for (size_t i = 0; i < all->n; i++)
		if (sscanf(all->all[i].app, "A-%d-%u", &y, &n) == 2 && y == year && n > most)
			most = n;
	snprintf(out, 64, "A-%d-%04u", year, most + 1);
}

static enum gk_status
choose_no(const struct args *a, const char *day, char out[64], struct gk_err *err)
{
	struct applications all;
	struct gk_date d = GK_NO_DATE;
	enum gk_status st;

	if (given(a, OPT_NO) != NULL) {
		if (!apply_is_no(given(a, OPT_NO)))
			return gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "编号不能有空格或引号，至多 64 字节", "a number has no blanks or quotes and at most 64 bytes");
		snprintf(out, 64, "%s", given(a, OPT_NO));
		return GK_OK;
	}
	gk_date_parse(day, strlen(day), &d);
	st = applications_open(a->app->archive, NULL, &all, err);
	if (st == GK_OK) {
		next_no(&all, d.year, out);
		applications_close(&all);
	}
	return st;
}

static enum gk_status
read_name(char to[GK_PERSON_MAX + 2], struct gk_err *err)
{
	if (fgets(to, GK_PERSON_MAX + 2, stdin) == NULL || strlen(to) > GK_PERSON_MAX)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "--applicant - 从标准输入读一行：姓名和联系方式", "--applicant - reads one line from standard input: name and contact");
	to[strcspn(to, "\n")] = '\0';
	return GK_OK;
}

static int
add(struct args *a)
{
	struct gk_err err = GK_ERR_INIT;
	char today[12], no[64], name[GK_PERSON_MAX + 2];
	const char *day = on_day(a, today);
	char *person = NULL;
	json_t *e;
	enum gk_status st = choose_no(a, day, no, &err);

	if (st == GK_OK && given(a, OPT_APPLICANT) != NULL) {
		if (strcmp(given(a, OPT_APPLICANT), "-") != 0)
			st = gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "姓名不写在命令行上（别人能看到）：用 --applicant -，从标准输入给出", "a name does not go on the command line, where others see it: --applicant - reads it from standard input");
		else
			st = read_name(name, &err);
		person = name;
	}
	if (st != GK_OK)
		return app_error(a->app, &err);
	e = apply_event(a->app, no, "receive", day);
	apply_set(e, "rule", given(a, OPT_RULE) == NULL ? "online" : given(a, OPT_RULE));
	apply_set(e, "class", given(a, OPT_CLASS) == NULL ? "person" : given(a, OPT_CLASS));
	apply_set(e, "subject", given(a, OPT_SUBJECT));
	apply_set(e, "docno", given(a, OPT_DOCNO));
	apply_set(e, "body", given(a, OPT_BODY));
	return done(a, e, person);
}

static int
import(struct args *a)
{
	struct gk_err err = GK_ERR_INIT;
	struct applications all;
	json_t *events, *e;
	size_t bad = 0, n = 0, i;
	int fd = -1;
	enum gk_status st;

	if (a->word == NULL) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "apply import 需要一个表格文件（CSV、XLSX）", "apply import needs a table (CSV, XLSX)");
		return app_error(a->app, &err);
	}
	events = json_array();
	st = lock(a, &fd, &err);
	if (st == GK_OK)
		st = applications_open(a->app->archive, NULL, &all, &err);
	if (st == GK_OK) {
		st = apply_read_table(a->app, a->word, &all, events, &bad, &err);
		applications_close(&all);
	}
	json_array_foreach(events, i, e)
		n += strcmp(json_str(e, "type"), "receive") == 0;
	if (st == GK_OK && !a->app->dry_run)
		st = gk_ledger_append(a->app->archive, GK_LEDGER_APPLICATIONS, events, &err);
	gk_writer_unlock(fd);
	json_decref(events);
	if (st != GK_OK)
		return app_error(a->app, &err);
	if (a->app->json)
		app_json(json_pack("{s:I, s:I}", "imported", (json_int_t)n, "failed", (json_int_t)bad));
	else
		printf(GK_T("登记申请 %zu 件，失败 %zu 件\n", "applications recorded: %zu, failed: %zu\n"), n, bad);
	return bad > 0 ? 3 : 0;
}

/* --- later events ---------------------------------------------------------------------------------------------------- */

static int
needs_app(const struct args *a)
{
	struct gk_err err = GK_ERR_INIT;

	gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "要说明是哪一件申请", "it must be said which application");
	gk_hint(&err, "gongkai apply list 列出所有申请", "gongkai apply list lists them");
	return app_error(a->app, &err);
}

static int
later(struct args *a, const char *type)
{
	static const struct { int option; const char *key; } keys[] = { { OPT_UNTIL, "until" }, { OPT_VERDICT, "verdict" }, { OPT_TO, "to" }, { OPT_OUTCOME, "outcome" }, { OPT_REASON, "reason" }, { OPT_KIND, "group" },
		{ OPT_CASE, "case" }, { OPT_RESULT, "result" }, { OPT_APPROVED, "approved_by" } };
	char today[12];
	json_t *e;

	if (a->word == NULL)
		return needs_app(a);
	e = apply_event(a->app, a->word, type, on_day(a, today));
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		apply_set(e, keys[i].key, given(a, keys[i].option));
	if (strcmp(type, "review") == 0 && given(a, OPT_CASE) == NULL)
		apply_set(e, "case", given(a, OPT_KIND));
	if (strcmp(type, "fee") == 0) {
		long yuan = given(a, OPT_PAGES) != NULL ? gk_fee_of_pages((unsigned)strtoul(given(a, OPT_PAGES), NULL, 10)) :
			given(a, OPT_NTH) != NULL ? gk_fee_of_nth((unsigned)strtoul(given(a, OPT_NTH), NULL, 10)) : given(a, OPT_YUAN) != NULL ? strtol(given(a, OPT_YUAN), NULL, 10) : 0;

		json_object_set_new(e, "micro", json_integer((json_int_t)yuan * GK_MICRO_YUAN));
		if (!a->app->json)
			printf(GK_T("信息处理费 %ld 元\n", "processing fee: %ld yuan\n"), yuan);
	}
	return done(a, e, NULL);
}

static int
forget(struct args *a)
{
	struct gk_err err = GK_ERR_INIT;
	struct applications all;
	const struct gk_application *one;
	char person[17] = "";
	enum gk_status st;

	if (a->word == NULL)
		return needs_app(a);
	st = applications_open(a->app->archive, NULL, &all, &err);
	if (st != GK_OK)
		return app_error(a->app, &err);
	one = applications_find(&all, a->word);
	if (one != NULL)
		snprintf(person, sizeof person, "%s", one->person);
	applications_close(&all);
	if (person[0] != '\0' && !a->app->dry_run && gk_person_remove(a->app->archive, person, &err) != GK_OK)
		return app_error(a->app, &err);
	return later(a, "forget");
}

static int
annul(struct args *a)
{
	struct gk_err err = GK_ERR_INIT;
	struct applications all;
	json_t *e, *target;
	char today[12];
	long seq = a->word == NULL ? 0 : strtol(a->word, NULL, 10);

	if (applications_open(a->app->archive, NULL, &all, &err) != GK_OK)
		return app_error(a->app, &err);
	target = json_array_get(all.events, seq < 1 ? SIZE_MAX : (size_t)(seq - 1));
	if (target == NULL || given(a, OPT_REASON) == NULL) {
		applications_close(&all);
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "更正要说明哪一条登记（序号，见 apply show）和 --reason", "say which event (its number in apply show) and --reason");
		return app_error(a->app, &err);
	}
	e = apply_event(a->app, json_str(target, "app"), "annul", on_day(a, today));
	json_object_set_new(e, "target", json_integer(seq));
	apply_set(e, "reason", given(a, OPT_REASON));
	applications_close(&all);
	return done(a, e, NULL);
}

/* --- looking ----------------------------------------------------------------------------------------------------------- */

static void
print_one(const struct gk_application *one, struct gk_date on)
{
	char received[12], due[12] = "-";
	uint32_t day = gk_date_first_day(on);

	gk_date_format(one->received, received);
	if (one->due != 0)
		gk_date_format(gk_date_of_day(one->due), due);
	printf("%-14s  %s  ", one->app, received);
	print_column(gk_t3_column_label[one->column], 14);
	if (one->outcome >= 0)
		printf("%s", gk_t3_form[one->outcome].label);
	else if (one->state == GK_APP_WAITING)
		printf("%s", GK_T("等待补正", "waits for completion"));
	else
		printf(one->due < day ? GK_T("应于 %s 答复，已逾期", "due %s, overdue") : GK_T("应于 %s 答复", "due %s"), due);
	printf("  ");
	print_text(one->subject);
	printf("\n");
}

static int
list(struct args *a, bool only_due)
{
	struct gk_err err = GK_ERR_INIT;
	struct applications all;
	struct gk_date on = gk_date_today();
	size_t shown = 0;
	uint32_t until;

	if (given(a, OPT_ON) != NULL)
		gk_date_parse(given(a, OPT_ON), strlen(given(a, OPT_ON)), &on);
	until = gk_date_first_day(on) + (given(a, OPT_WITHIN) == NULL ? 14 : (uint32_t)strtoul(given(a, OPT_WITHIN), NULL, 10));
	if (applications_open(a->app->archive, NULL, &all, &err) != GK_OK)
		return app_error(a->app, &err);
	for (size_t i = 0; i < all.n; i++) {
		const struct gk_application *one = &all.all[i];

		if (only_due ? one->outcome >= 0 || (one->state == GK_APP_OPEN && one->due > until) : a->open && one->outcome >= 0)
			continue;
		shown++;
		if (a->app->json)
			app_json(application_json(one, on));
		else
			print_one(one, on);
	}
	applications_close(&all);
	if (!a->app->json)
		printf(GK_T("共 %zu 件\n", "%zu applications\n"), shown);
	return shown > 0 ? 0 : 1;
}

static int
show(struct args *a)
{
	struct gk_err err = GK_ERR_INIT;
	struct applications all;
	const struct gk_application *one;
	json_t *e, *mine = json_array();
	size_t i;
	int status = 0;

	if (a->word == NULL || applications_open(a->app->archive, NULL, &all, &err) != GK_OK) {
		json_decref(mine);
		return a->word == NULL ? needs_app(a) : app_error(a->app, &err);
	}
	one = applications_find(&all, a->word);
	if (one == NULL) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有申请 '%s'", "there is no application '%s'", a->word);
		status = app_error(a->app, &err);
	} else {
		json_array_foreach(all.events, i, e)
			if (strcmp(json_str(e, "app"), a->word) == 0)
				json_array_append(mine, e);
		if (a->app->json) {
			json_t *o = application_json(one, gk_date_today());

			json_object_set(o, "events", mine);
			app_json(o);
		} else {
			print_one(one, gk_date_today());
			json_array_foreach(mine, i, e)
				printf("  %4lld  %s  %s  %s\n", (long long)json_integer_value(json_object_get(e, "seq")), json_str(e, "date"), json_str(e, "type"), json_str(e, "actor"));
		}
		if (a->name) {
			char *name = NULL;

			if (gk_person_open(a->app->archive, one->person, &name, &err) != GK_OK) {
				status = app_error(a->app, &err);
			} else {
				print_text(name);
				printf("\n");
				apply_wipe(name);
				free(name);
			}
		}
	}
	json_decref(mine);
	applications_close(&all);
	return status;
}

/* --- the commands --------------------------------------------------------------------------------------------------------- */

#define ON { "on", OPT_ON, "DATE", 0, GK_T("日期（默认今天）", "the day (default: today)"), 1 }
#define END { NULL, 0, NULL, 0, NULL, 0 }

static int
run_add(struct app *app, int argc, char **argv)
{
	struct args a = { .app = app };
	struct argp_option options[] = {
		ON, { "no", OPT_NO, "NUMBER", 0, GK_T("编号（默认按年顺编）", "its number (default: the next of the year)"), 1 },
		{ "class", OPT_CLASS, "CLASS", 0, GK_T("申请人：自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他", "applicant: person company research charity legal other"), 1 },
		{ "applicant", OPT_APPLICANT, "-", 0, GK_T("从标准输入读一行：姓名和联系方式，封存", "read name and contact from standard input, to be sealed"), 1 },
		{ "subject", OPT_SUBJECT, "TEXT", 0, GK_T("申请公开什么", "what is asked for"), 1 }, { "docno", OPT_DOCNO, "NUMBER", 0, GK_T("所要文件的文号", "the number of the document asked for"), 1 },
		{ "body", OPT_BODY, "NAME", 0, GK_T("哪个机关收到的（一本台账记几个机关时）", "who received it, where one ledger is kept for several bodies"), 1 },
		{ "rule", OPT_RULE, "RULE", 0, GK_T("怎样收到：in_person post ordinary_mail online（第三十一条）", "received: in_person post ordinary_mail online (Art. 31)"), 1 }, END,
	};

	app_parse(app, &cmd_apply_add, argc, argv, options, parse, &a);
	return add(&a);
}

static int
run_import(struct app *app, int argc, char **argv)
{
	struct args a = { .app = app };
	struct argp_option options[] = { END };

	app_parse(app, &cmd_apply_import, argc, argv, options, parse, &a);
	return import(&a);
}

#define LATER(name, type, ...)                                                                                                                                                                 \
	static int run_##name(struct app *app, int argc, char **argv)                                                                                                                          \
	{                                                                                                                                                                                      \
		struct args a = { .app = app };                                                                                                                                                \
		struct argp_option options[] = { ON, __VA_ARGS__ END };                                                                                                                        \
                                                                                                                                                                                               \
		app_parse(app, &cmd_apply_##name, argc, argv, options, parse, &a);                                                                                                             \
		return later(&a, type);                                                                                                                                                        \
	}

LATER(clarify, "clarify", { "until", OPT_UNTIL, "DATE", 0, GK_T("请在哪天前补正", "by when it is to be completed"), 1 }, )
LATER(clarified, "clarified", )
LATER(third_party, "third_party", )
LATER(third_party_answer, "third_party_answer", { "verdict", OPT_VERDICT, "VERDICT", 0, GK_T("agree 同意 object 不同意 silent 未答复", "agree, object or silent"), 1 }, )
LATER(extend, "extend", { "approved-by", OPT_APPROVED, "NAME", 0, GK_T("批准延长的负责人", "who approved it"), 1 }, )
LATER(transfer, "transfer", { "to", OPT_TO, "BODY", 0, GK_T("告知向哪一机关申请", "whose it is"), 1 }, )
LATER(answer, "answer", { "outcome", OPT_OUTCOME, "OUTCOME", 0, GK_T("办理结果：表三的行，如 granted、r3.3.1 或“属于国家秘密”", "a row of table 3: granted, r3.3.1 …"), 1 }, )
LATER(fee, "fee", { "pages", OPT_PAGES, "N", 0, GK_T("按页数计", "by the pages of the answer"), 1 }, { "nth", OPT_NTH, "N", 0, GK_T("按件计：该申请人当月第几件", "by count: its place among the applicant's of the month"), 1 },
      { "yuan", OPT_YUAN, "N", 0, GK_T("直接写金额（元）", "the sum itself, in yuan"), 1 }, )
LATER(review, "review", { "kind", OPT_KIND, "KIND", 0, GK_T("reconsider 行政复议 suit_direct 直接起诉 suit_after 复议后起诉", "reconsider, suit_direct or suit_after"), 1 },
      { "case", OPT_CASE, "NUMBER", 0, GK_T("案号", "number of the case"), 1 }, )
LATER(review_result, "review_result", { "case", OPT_CASE, "NUMBER", 0, GK_T("案号", "number of the case"), 1 }, { "result", OPT_RESULT, "RESULT", 0, GK_T("upheld 维持 corrected 纠正 other 其他", "upheld, corrected or other"), 1 }, )

static int
run_forget(struct app *app, int argc, char **argv)
{
	struct args a = { .app = app };
	struct argp_option options[] = { ON, { "reason", OPT_REASON, "TEXT", 0, GK_T("理由", "why"), 1 }, END };

	app_parse(app, &cmd_apply_forget, argc, argv, options, parse, &a);
	return forget(&a);
}

static int
run_annul(struct app *app, int argc, char **argv)
{
	struct args a = { .app = app };
	struct argp_option options[] = { ON, { "reason", OPT_REASON, "TEXT", 0, GK_T("理由", "why"), 1 }, END };

	app_parse(app, &cmd_apply_annul, argc, argv, options, parse, &a);
	return annul(&a);
}

static int
run_list(struct app *app, int argc, char **argv)
{
	struct args a = { .app = app };
	struct argp_option options[] = { ON, { "open", OPT_OPEN, NULL, 0, GK_T("只列未答复的", "only those that are not answered"), 1 }, END };

	app_parse(app, &cmd_apply_list, argc, argv, options, parse, &a);
	return list(&a, false);
}

static int
run_due(struct app *app, int argc, char **argv)
{
	struct args a = { .app = app };
	struct argp_option options[] = { ON, { "within", OPT_WITHIN, "DAYS", 0, GK_T("几天之内到期（默认 14）", "due within so many days (default 14)"), 1 }, END };

	app_parse(app, &cmd_apply_due, argc, argv, options, parse, &a);
	return list(&a, true);
}

static int
run_show(struct app *app, int argc, char **argv)
{
	struct args a = { .app = app };
	struct argp_option options[] = { { "name", OPT_NAME, NULL, 0, GK_T("打开封存的姓名和联系方式（需私钥）", "open the sealed name and contact (needs the secret key)"), 1 }, END };

	app_parse(app, &cmd_apply_show, argc, argv, options, parse, &a);
	return show(&a);
}

#define CMD(id, words, zh, en, what_zh, what_en) const struct cmd cmd_apply_##id = { .name = "apply " words, .args_zh = (zh), .args_en = (en), .doc_zh = (what_zh), .doc_en = (what_en), .run = run_##id }
CMD(add, "add", "", "", "登记一件公开申请", "Record an application for information");
CMD(import, "import", "文件", "FILE", "成批登记公开申请", "Record applications from a table");
CMD(clarify, "clarify", "编号", "APPLICATION", "通知补正（7 个工作日内，一次）", "Ask once for completion (Art. 30)");
CMD(clarified, "clarified", "编号", "APPLICATION", "已补正：期限重新起算", "It was completed: the clock starts anew");
CMD(third_party, "third-party", "编号", "APPLICATION", "征求第三方意见", "A third party is asked (Art. 32)");
CMD(third_party_answer, "third-answer", "编号", "APPLICATION", "第三方已答复", "The third party has answered");
CMD(extend, "extend", "编号", "APPLICATION", "延长答复期限 20 个工作日（一次）", "Extend the term once (Art. 33)");
CMD(transfer, "transfer", "编号", "APPLICATION", "告知应向其他机关申请", "Told whose it is (Art. 36)");
CMD(answer, "answer", "编号", "APPLICATION", "答复：记办理结果", "Answer, with its outcome");
CMD(fee, "fee", "编号", "APPLICATION", "信息处理费", "The processing fee");
CMD(review, "review", "编号", "APPLICATION", "因此申请被复议、起诉", "Reconsideration or suit over it");
CMD(review_result, "review-result", "编号", "APPLICATION", "复议、诉讼的结果", "The result of that");
CMD(forget, "forget", "编号", "APPLICATION", "删除申请人的姓名和联系方式", "Remove the applicant's name");
CMD(annul, "annul", "序号", "EVENT", "更正一条登记", "Correct what was recorded wrongly");
CMD(list, "list", "", "", "列出公开申请", "List applications");
CMD(due, "due", "", "", "将到期和已逾期的公开申请", "Applications that are due");
CMD(show, "show", "编号", "APPLICATION", "一件公开申请的经过", "What happened to an application");
