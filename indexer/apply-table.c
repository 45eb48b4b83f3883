/*
 * Tables of applications: CSV, read here, or what only the confined child may open (spreadsheets, CSV in another encoding than UTF-8), of which it hands
 * back rows with a tab between cells.  Either way a row becomes the events that the commands would record.
 */
#include "indexer/apply.h"

#include "archive/ledger.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/utf8.h"
#include "extract/client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { ROWS_MAX = 100000, COLUMNS_MAX = 64, TABLE_BYTES = 64 * 1024 * 1024 };

struct table {
	const struct app *app;
	const struct applications *all;
	json_t *events, *known;		/* known: numbers that are taken */
	int at[COLUMNS_MAX];		/* of csv_columns: which cell */
	size_t line, bad;
};

/* --- cells --------------------------------------------------------------------------------------------------------------- */

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
add_review(const struct app *app, json_t *to, const char *no, const char *text, bool suit)
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
	e = apply_event(app, no, "review", part[at + 1]);
	apply_set(e, "group", group);
	apply_set(e, "case", group);
	json_array_append_new(to, e);
	if (strcmp(part[at], "pending") == 0)
		return n == at + 2;
	if (n != at + 3)
		return false;
	e = apply_event(app, no, "review_result", part[at + 2]);
	apply_set(e, "case", group);
	apply_set(e, "result", part[at]);
	json_array_append_new(to, e);
	return true;
}

/* The events of one row, in the order of their days. */
static enum gk_status
row_events(const struct app *app, char *const *cells, const int *at, json_t *to, struct gk_err *err)
{
	const char *no = cell(cells, at, C_APP), *rule = cell(cells, at, C_RULE), *extended = cell(cells, at, C_EXTENDED);
	json_t *e = apply_event(app, no, "receive", cell(cells, at, C_RECEIVED));
	enum gk_status st = GK_OK;

	if (!apply_is_no(no)) {
		json_decref(e);
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "编号 '%s' 不对", "the number '%s' is none", no);
	}
	apply_set(e, "rule", *rule == '\0' ? "online" : rule);
	apply_set(e, "class", cell(cells, at, C_CLASS));
	apply_set(e, "subject", cell(cells, at, C_SUBJECT));
	apply_set(e, "docno", cell(cells, at, C_DOCNO));
	apply_set(e, "body", cell(cells, at, C_BODY));
	if (*cell(cells, at, C_NAME) != '\0') {
		char person[GK_PERSON_MAX + 1];

		snprintf(person, sizeof person, "%s\t%s", cell(cells, at, C_NAME), cell(cells, at, C_CONTACT));
		if (!app->dry_run)
			st = apply_seal(app, e, person, err);
	}
	json_array_append_new(to, e);
	if (*cell(cells, at, C_CLARIFY) != '\0')
		json_array_append_new(to, apply_event(app, no, "clarify", cell(cells, at, C_CLARIFY)));
	if (*cell(cells, at, C_CLARIFIED) != '\0')
		json_array_append_new(to, apply_event(app, no, "clarified", cell(cells, at, C_CLARIFIED)));
	if (*cell(cells, at, C_THIRD_FROM) != '\0')
		json_array_append_new(to, apply_event(app, no, "third_party", cell(cells, at, C_THIRD_FROM)));
	if (*cell(cells, at, C_THIRD_TO) != '\0')
		json_array_append_new(to, apply_event(app, no, "third_party_answer", cell(cells, at, C_THIRD_TO)));
	/* When it was extended is often not noted, only that it was. */
	if (*extended != '\0' && strcmp(extended, "0") != 0 && strcmp(extended, "否") != 0 && strcasecmp(extended, "false") != 0)
		json_array_append_new(to, apply_event(app, no, "extend", strlen(extended) >= 8 ? extended : cell(cells, at, *cell(cells, at, C_CLARIFIED) != '\0' ? C_CLARIFIED : C_RECEIVED)));
	if (*cell(cells, at, C_ANSWERED) != '\0') {
		e = apply_event(app, no, "answer", cell(cells, at, C_ANSWERED));
		apply_set(e, "outcome", cell(cells, at, C_OUTCOME));
		json_array_append_new(to, e);
	}
	if (st == GK_OK && ((*cell(cells, at, C_REVIEW) != '\0' && !add_review(app, to, no, cell(cells, at, C_REVIEW), false)) ||
			    (*cell(cells, at, C_LITIGATION) != '\0' && !add_review(app, to, no, cell(cells, at, C_LITIGATION), true))))
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

/* Is this row the head of a table?  Only then at[] is written. */
static bool
find_columns(char *const *head, size_t n, int at[C_N])
{
	int found[C_N];

	for (int c = 0; c < C_N; c++) {
		found[c] = -1;
		for (size_t i = 0; i < n; i++)
			if (strcmp(head[i], csv_columns[c].en) == 0 || strcmp(head[i], csv_columns[c].zh) == 0)
				found[c] = (int)i;
	}
	if (found[C_APP] < 0 || found[C_RECEIVED] < 0)
		return false;
	memcpy(at, found, sizeof found);
	return true;
}

/* --- rows -------------------------------------------------------------------------------------------------------------- */

static void
take_row(struct table *t, char *const *cells)
{
	json_t *row = json_array();
	struct gk_err why = GK_ERR_INIT;
	enum gk_status st = row_events(t->app, cells, t->at, row, &why);

	if (st == GK_OK)
		st = check_row(t->known, row, t->all->workdays, &why);
	if (st == GK_OK && json_array_size(row) > 0) {
		json_object_set_new(t->known, json_str(json_array_get(row, 0), "app"), json_true());
		json_array_extend(t->events, row);
	} else if (st != GK_OK) {
		t->bad++;
		fprintf(stderr, GK_T("  第 %zu 行  %s\n", "  line %zu  %s\n"), t->line, gk_err_what(&why));
	}
	json_decref(row);
}

static void
fill_up(char *cells[COLUMNS_MAX], size_t n)
{
	static char none[1];

	for (size_t i = n; i < COLUMNS_MAX; i++)
		cells[i] = none;
}

static enum gk_status
no_head(struct gk_err *err)
{
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "没有表头：要有 app_no（申请编号）和 received_date（收到日期）两列", "there is no head: it must name app_no and received_date");
	gk_hint(err, "各列见 gongkai(1) 的 apply import", "gongkai(1) has the columns, under apply import");
	return GK_REFUSED;
}

static enum gk_status
too_long(struct gk_err *err)
{
	gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "表格超过 %d 行", "the table has more than %d rows", ROWS_MAX);
	gk_hint(err, "分成几个文件", "divide it into several files");
	return GK_REFUSED;
}

static enum gk_status
read_csv(struct table *t, char *p, struct gk_err *err)
{
	char *cells[COLUMNS_MAX];
	size_t n;

	p = cut_csv(strncmp(p, "\xEF\xBB\xBF", 3) == 0 ? p + 3 : p, cells, &n);
	if (!find_columns(cells, n, t->at))
		return no_head(err);
	for (t->line = 2; *p != '\0'; t->line++) {
		if (t->line > ROWS_MAX)
			return too_long(err);
		p = cut_csv(p, cells, &n);
		fill_up(cells, n);
		if (n > 1 || *cells[0] != '\0')
			take_row(t, cells);
	}
	return GK_OK;
}

/*
 * What the child makes of a spreadsheet: a tab between cells, rows without any cell left out, a line before each sheet where there are several.
 * Above a head there may be a title; each sheet may have its own.  What is hidden is nobody's to record unseen.
 */
static enum gk_status
read_sheets(struct table *t, char *p, struct gk_err *err)
{
	static const char sheet[] = "工作表：", hidden[] = "（隐藏）";
	char *cells[COLUMNS_MAX], *save = NULL;
	bool head = false, any = false, skip = false;

	for (char *line = strtok_r(p, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		size_t n = 0, length = strlen(line);

		if (++t->line > ROWS_MAX)
			return too_long(err);
		if (strncmp(line, sheet, sizeof sheet - 1) == 0 && strchr(line, '\t') == NULL) {
			head = false;
			skip = length > sizeof hidden && strcmp(line + length - (sizeof hidden - 1), hidden) == 0;
			if (skip)
				app_note(t->app, "隐藏的工作表不登记：%s", "a hidden sheet is not recorded: %s", line + sizeof sheet - 1);
			continue;
		}
		for (char *cell = line; cell != NULL && n < COLUMNS_MAX; cell = strchr(cell, '\t') == NULL ? NULL : strchr(cell, '\t') + 1)
			cells[n++] = cell;
		for (size_t i = 0; i < n; i++)
			cells[i][strcspn(cells[i], "\t")] = '\0';
		if (skip)
			continue;
		fill_up(cells, n);
		if (find_columns(cells, n, t->at))
			head = any = true;
		else if (head)
			take_row(t, cells);
	}
	return any ? GK_OK : no_head(err);
}

static enum gk_status
through_child(struct table *t, const char *path, struct gk_err *err)
{
	struct gk_reply reply = { .meta = NULL };
	char *program = gk_extract_program();
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum gk_status st = program == NULL ? gk_nomem(err) : fd < 0 ? gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "不能打开 '%s'：%s", "cannot open '%s': %s", path, strerror(errno)) : GK_OK;

	if (st == GK_OK)
		st = gk_extract_run(program, fd, &reply, err);
	if (st == GK_OK && !gk_buf_putc(&reply.text, '\0'))
		st = gk_nomem(err);
	if (st == GK_OK)
		st = read_sheets(t, reply.text.p, err);
	/* Names of applicants were in it. */
	if (reply.text.p != NULL)
		apply_wipe_n(reply.text.p, reply.text.n);
	if (fd >= 0)
		close(fd);
	gk_reply_free(&reply);
	free(program);
	return st;
}

enum gk_status
apply_read_table(const struct app *app, const char *path, const struct applications *all, json_t *events, size_t *bad, struct gk_err *err)
{
	struct table t = { .app = app, .all = all, .events = events, .known = json_object() };
	struct gk_buf b;
	enum gk_status st = gk_read_file(path, TABLE_BYTES, &b, err);

	if (st != GK_OK) {
		json_decref(t.known);
		return st;
	}
	for (size_t i = 0; i < all->n; i++)
		json_object_set_new(t.known, all->all[i].app, json_true());
	if (b.n > 0 && memchr(b.p, '\0', b.n) == NULL && gk_utf8_check(b.p, b.n) == b.n)
		st = gk_buf_putc(&b, '\0') ? read_csv(&t, b.p, err) : gk_nomem(err);
	else
		st = through_child(&t, path, err);
	if (b.p != NULL)
		apply_wipe_n(b.p, b.n);
	gk_buf_free(&b);
	json_decref(t.known);
	*bad = t.bad;
	return st;
}
