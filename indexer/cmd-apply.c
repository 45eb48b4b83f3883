/*
 * gongkai apply …: the ledger of applications for information (依申请公开): record/application.h has the events, archive/ledger.h where they are.
 *
 * A name is read from standard input (--applicant -) or a column of a CSV, sealed, and shown by `apply show --name` alone: it stands in no message,
 * no JSON and no index.
 */
#include "indexer/applications.h"
#include "indexer/cmd.h"

#include "archive/append.h"
#include "archive/ledger.h"
#include "base/buf.h"
#include "base/io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPT_NO = 0x3000, OPT_ON, OPT_RULE, OPT_CLASS, OPT_SUBJECT, OPT_DOCNO, OPT_APPLICANT, OPT_UNTIL, OPT_VERDICT, OPT_TO, OPT_OUTCOME, OPT_REASON, OPT_KIND, OPT_CASE, OPT_RESULT, OPT_PAGES, OPT_NTH,
	OPT_YUAN, OPT_NAME, OPT_OPEN, OPT_WITHIN, OPT_APPROVED, OPT_BODY, OPT_EVENT, ROWS_MAX = 100000, COLUMNS_MAX = 64 };

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

static json_t *
event(const struct args *a, const char *app, const char *type, const char *date)
{
	struct gk_date d;
	char day[12];

	/* As stored: 2021-12-01, whatever was written. */
	if (gk_date_parse(date, strlen(date), &d) && d.day != 0) {
		gk_date_format(d, day);
		date = day;
	}
	return json_pack("{s:i, s:s, s:s, s:s, s:s}", "gongkai", 1, "app", app, "type", type, "date", date, "actor", a->app->actor);
}

static void
set(json_t *e, const char *key, const char *value)
{
	if (value != NULL && *value != '\0')
		json_object_set_new(e, key, json_string(value));
}

/* Nothing of the name is left in memory that is freed. */
static void
wipe(char *s)
{
	volatile char *p = s;

	while (p != NULL && *p != '\0')
		*p++ = '\0';
}

static enum gk_status
seal(const struct args *a, json_t *e, char *person, struct gk_err *err)
{
	char id[17], who[17];
	enum gk_status st = gk_person_seal(a->app->archive, person, id, who, err);

	wipe(person);
	if (st == GK_OK) {
		set(e, "person", id);
		set(e, "applicant", who);
	}
	return st;
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
		st = seal(a, e, person, err);
	json_array_append(events, e);
	if (st == GK_OK && !a->app->dry_run)
		st = gk_ledger_append(a->app->archive, events, err);
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

static bool
is_app_no(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || strchr("/\\\"'", s[i]) != NULL)
			return false;
	return n > 0 && n <= 64;
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
		if (!is_app_no(given(a, OPT_NO)))
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
	e = event(a, no, "receive", day);
	set(e, "rule", given(a, OPT_RULE) == NULL ? "online" : given(a, OPT_RULE));
	set(e, "class", given(a, OPT_CLASS) == NULL ? "person" : given(a, OPT_CLASS));
	set(e, "subject", given(a, OPT_SUBJECT));
	set(e, "docno", given(a, OPT_DOCNO));
	set(e, "body", given(a, OPT_BODY));
	return done(a, e, person);
}

/* --- CSV --------------------------------------------------------------------------------------------------------------- */

/* One line of CSV into cells, in place; returns where the next begins. Quoted cells may hold new lines. */
static char *
cut_csv(char *p, char *cells[COLUMNS_MAX], size_t *n)
{
	*n = 0;
	for (;;) {
		char *to = p, *cell = p;
		bool quoted = *p == '"';

		if (quoted)
			p++;
		for (; *p != '\0' && (quoted || (*p != ',' && *p != '\n')); p++) {
			if (quoted && *p == '"') {
				if (p[1] != '"') {
					quoted = false;
					continue;
				}
				p++;
			}
			*to++ = *p;
		}
		while (to > cell && (to[-1] == '\r' || to[-1] == ' '))
			to--;
		if (*n < COLUMNS_MAX)
			cells[(*n)++] = cell;
		if (*p != ',') {
			char end = *p;

			*to = '\0';
			return end == '\0' ? p : p + 1;
		}
		*to = '\0';
		p++;
	}
}

enum { C_APP, C_RECEIVED, C_RULE, C_CLASS, C_NAME, C_CONTACT, C_SUBJECT, C_DOCNO, C_CLARIFY, C_CLARIFIED, C_THIRD_FROM, C_THIRD_TO, C_EXTENDED, C_ANSWERED, C_OUTCOME, C_REVIEW, C_LITIGATION, C_BODY, C_N };
static const struct { const char *en, *zh; } csv_columns[C_N] = {
	{ "app_no", "申请编号" }, { "received_date", "收到日期" }, { "received_rule", "收到方式" }, { "applicant_class", "申请人类别" }, { "applicant", "申请人" }, { "contact", "联系方式" }, { "subject", "申请内容" },
	{ "docno_asked", "文号" }, { "clarify_sent", "通知补正日期" }, { "clarified", "补正日期" }, { "third_party_from", "征求第三方日期" }, { "third_party_to", "第三方答复日期" }, { "extended", "延期" },
	{ "answered_date", "答复日期" }, { "outcome", "办理结果" }, { "review", "行政复议" }, { "litigation", "行政诉讼" }, { "body", "受理机关" },
};

static const char *
cell(char *const *cells, const int *at, int which)
{
	return at[which] < 0 ? "" : cells[at[which]];
}

/* upheld:2021-03-01:2021-05-02 → filed and decided; pending:2021-03-01; suit_after:upheld:…:… in the column of suits. */
static bool
add_review(const struct args *a, json_t *to, const char *app, const char *text, bool suit)
{
	char copy[128], *part[4] = { NULL }, *save = NULL;
	const char *group = suit ? "suit_direct" : "reconsider";
	size_t n = 0, at = 0;
	json_t *e;

	snprintf(copy, sizeof copy, "%s", text);
	for (char *p = strtok_r(copy, ":", &save); p != NULL && n < 4; p = strtok_r(NULL, ":", &save))
		part[n++] = p;
	if (n > 0 && (strcmp(part[0], "suit_after") == 0 || strcmp(part[0], "suit_direct") == 0 || strcmp(part[0], "reconsider") == 0))
		group = part[at++];
	if (n < at + 2)
		return false;
	e = event(a, app, "review", part[at + 1]);
	set(e, "group", group);
	set(e, "case", group);
	json_array_append_new(to, e);
	if (strcmp(part[at], "pending") == 0)
		return n == at + 2;
	if (n != at + 3)
		return false;
	e = event(a, app, "review_result", part[at + 2]);
	set(e, "case", group);
	set(e, "result", part[at]);
	json_array_append_new(to, e);
	return true;
}

/* The events of one row, in the order of their days. */
static enum gk_status
row_events(const struct args *a, char *const *cells, const int *at, json_t *to, struct gk_err *err)
{
	const char *app = cell(cells, at, C_APP), *rule = cell(cells, at, C_RULE), *extended = cell(cells, at, C_EXTENDED);
	json_t *e = event(a, app, "receive", cell(cells, at, C_RECEIVED));
	enum gk_status st = GK_OK;

	if (!is_app_no(app)) {
		json_decref(e);
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "编号 '%s' 不对", "the number '%s' is none", app);
	}
	set(e, "rule", *rule == '\0' ? "online" : rule);
	set(e, "class", cell(cells, at, C_CLASS));
	set(e, "subject", cell(cells, at, C_SUBJECT));
	set(e, "docno", cell(cells, at, C_DOCNO));
	set(e, "body", cell(cells, at, C_BODY));
	if (*cell(cells, at, C_NAME) != '\0') {
		char person[GK_PERSON_MAX + 1];

		snprintf(person, sizeof person, "%s\t%s", cell(cells, at, C_NAME), cell(cells, at, C_CONTACT));
		if (!a->app->dry_run)
			st = seal(a, e, person, err);
	}
	json_array_append_new(to, e);
	if (*cell(cells, at, C_CLARIFY) != '\0')
		json_array_append_new(to, event(a, app, "clarify", cell(cells, at, C_CLARIFY)));
	if (*cell(cells, at, C_CLARIFIED) != '\0')
		json_array_append_new(to, event(a, app, "clarified", cell(cells, at, C_CLARIFIED)));
	if (*cell(cells, at, C_THIRD_FROM) != '\0')
		json_array_append_new(to, event(a, app, "third_party", cell(cells, at, C_THIRD_FROM)));
	if (*cell(cells, at, C_THIRD_TO) != '\0')
		json_array_append_new(to, event(a, app, "third_party_answer", cell(cells, at, C_THIRD_TO)));
	/* When it was extended is often not noted, only that it was. */
	if (*extended != '\0' && strcmp(extended, "0") != 0 && strcmp(extended, "否") != 0)
		json_array_append_new(to, event(a, app, "extend", strlen(extended) >= 8 ? extended : cell(cells, at, *cell(cells, at, C_CLARIFIED) != '\0' ? C_CLARIFIED : C_RECEIVED)));
	if (*cell(cells, at, C_ANSWERED) != '\0') {
		e = event(a, app, "answer", cell(cells, at, C_ANSWERED));
		set(e, "outcome", cell(cells, at, C_OUTCOME));
		json_array_append_new(to, e);
	}
	if (st == GK_OK && ((*cell(cells, at, C_REVIEW) != '\0' && !add_review(a, to, app, cell(cells, at, C_REVIEW), false)) ||
			    (*cell(cells, at, C_LITIGATION) != '\0' && !add_review(a, to, app, cell(cells, at, C_LITIGATION), true))))
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "复议、诉讼写成 upheld:立案日:审结日 或 pending:立案日", "reviews are written upheld:FILED:DECIDED or pending:FILED");
	return st;
}

/* Each event as the commands would check it, with what the events before it make known. */
static enum gk_status
check_row(const json_t *known, const json_t *row, const struct gk_workdays *w, struct gk_err *err)
{
	json_t *so_far = json_array(), *e;
	const struct gk_application *was = NULL;
	struct gk_application *all = NULL;
	size_t i, n = 0;
	enum gk_status st = GK_OK;

	json_array_foreach(row, i, e) {
		if (i == 0 && json_object_get(known, json_str(e, "app")) != NULL)
			st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "已有申请 '%s'", "there is an application '%s' already", json_str(e, "app"));
		else
			st = gk_application_check(was, e, w, err);
		if (st != GK_OK)
			break;
		json_array_append(so_far, e);
		free(all);
		gk_applications(so_far, NULL, w, &all, &n);
		was = n > 0 ? &all[0] : NULL;
	}
	free(all);
	json_decref(so_far);
	return st;
}

static bool
find_columns(char *const *head, size_t n, int at[C_N])
{
	for (int c = 0; c < C_N; c++) {
		at[c] = -1;
		for (size_t i = 0; i < n; i++)
			if (strcmp(head[i], csv_columns[c].en) == 0 || strcmp(head[i], csv_columns[c].zh) == 0)
				at[c] = (int)i;
	}
	return at[C_APP] >= 0 && at[C_RECEIVED] >= 0;
}

static enum gk_status
import_rows(const struct args *a, char *p, const struct applications *all, json_t *events, size_t *bad, struct gk_err *err)
{
	static char none[1];
	char *cells[COLUMNS_MAX];
	size_t n, line = 1, width;
	int at[C_N];
	json_t *known = json_object();

	for (size_t i = 0; i < all->n; i++)
		json_object_set_new(known, all->all[i].app, json_true());
	p = cut_csv(strncmp(p, "\xEF\xBB\xBF", 3) == 0 ? p + 3 : p, cells, &width);
	if (!find_columns(cells, width, at)) {
		json_decref(known);
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "第一行要有 app_no（申请编号）和 received_date（收到日期）", "the first line must name app_no and received_date");
		gk_hint(err, "各列见 gongkai(1) 的 apply import", "gongkai(1) has the columns, under apply import");
		return GK_REFUSED;
	}
	while (*p != '\0' && line < ROWS_MAX) {
		json_t *row = json_array();
		struct gk_err why = GK_ERR_INIT;
		enum gk_status st = GK_OK;

		line++;
		p = cut_csv(p, cells, &n);
		for (size_t i = n; i < COLUMNS_MAX; i++)
			cells[i] = none;
		if (n > 1 || *cells[0] != '\0') {
			st = row_events(a, cells, at, row, &why);
			if (st == GK_OK)
				st = check_row(known, row, all->workdays, &why);
			if (st == GK_OK && json_array_size(row) > 0) {
				json_object_set_new(known, json_str(json_array_get(row, 0), "app"), json_true());
				json_array_extend(events, row);
			} else if (st != GK_OK) {
				++*bad;
				fprintf(stderr, GK_T("  第 %zu 行  %s\n", "  line %zu  %s\n"), line, gk_err_what(&why));
			}
		}
		json_decref(row);
	}
	json_decref(known);
	return GK_OK;
}

static int
import(struct args *a)
{
	struct gk_err err = GK_ERR_INIT;
	struct applications all;
	struct gk_buf b;
	json_t *events = json_array();
	size_t bad = 0, n = 0, i;
	int fd = -1, status = 0;
	json_t *e;
	enum gk_status st;

	if (a->word == NULL) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "apply import 需要一个 CSV 文件", "apply import needs a CSV file");
		json_decref(events);
		return app_error(a->app, &err);
	}
	st = gk_read_file(a->word, 64 * 1024 * 1024, &b, &err);
	if (st == GK_OK)
		st = lock(a, &fd, &err);
	if (st == GK_OK)
		st = applications_open(a->app->archive, NULL, &all, &err);
	if (st == GK_OK) {
		gk_buf_putc(&b, '\0');
		st = import_rows(a, b.p, &all, events, &bad, &err);
		applications_close(&all);
	}
	json_array_foreach(events, i, e)
		n += strcmp(json_str(e, "type"), "receive") == 0;
	if (st == GK_OK && !a->app->dry_run)
		st = gk_ledger_append(a->app->archive, events, &err);
	gk_writer_unlock(fd);
	wipe(b.p);
	gk_buf_free(&b);
	json_decref(events);
	if (st != GK_OK)
		return app_error(a->app, &err);
	status = bad > 0 ? 3 : 0;
	if (a->app->json)
		app_json(json_pack("{s:I, s:I}", "imported", (json_int_t)n, "failed", (json_int_t)bad));
	else
		printf(GK_T("登记申请 %zu 件，失败 %zu 件\n", "applications recorded: %zu, failed: %zu\n"), n, bad);
	return status;
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
	e = event(a, a->word, type, on_day(a, today));
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		set(e, keys[i].key, given(a, keys[i].option));
	if (strcmp(type, "review") == 0 && given(a, OPT_CASE) == NULL)
		set(e, "case", given(a, OPT_KIND));
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
	e = event(a, json_str(target, "app"), "annul", on_day(a, today));
	json_object_set_new(e, "target", json_integer(seq));
	set(e, "reason", given(a, OPT_REASON));
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
				wipe(name);
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

#define CMD(id, words, zh, en, what_zh, what_en) const struct cmd cmd_apply_##id = { .name = "apply " words, .args_zh = zh, .args_en = en, .doc_zh = what_zh, .doc_en = what_en, .run = run_##id }
CMD(add, "add", "", "", "登记一件公开申请", "Record an application for information");
CMD(import, "import", "文件.csv", "FILE.csv", "成批登记公开申请", "Record applications from a table");
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
