/* gongkai report check: reads a yearly report as somebody published it, and says which identities fail in which cells. */
#include "indexer/cmd.h"

#include "base/memory.h"
#include "extract/client.h"
#include "record/annualcheck.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHILDREN_MAX = 512 };

struct args {
	const char *file, *former;
	const char *children[CHILDREN_MAX];
	size_t n;
	bool strict;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case 'p':
		a->former = arg;
		return 0;
	case 'c':
		if (a->n == CHILDREN_MAX)
			argp_error(state, GK_T("下级报告过多：上限 %d", "too many reports below: at most %d"), CHILDREN_MAX);
		a->children[a->n++] = arg;
		return 0;
	case 's':
		a->strict = true;
		return 0;
	case ARGP_KEY_ARG:
		if (a->file != NULL)
			argp_error(state, "%s", GK_T("一次核对一份报告", "one report at a time"));
		a->file = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Foreign bytes are read by the child; what it hands back are lines and cells. */
static enum gk_status
read_report(const char *path, struct gk_annual *out, struct gk_err *err)
{
	struct gk_reply reply = { .type = "" };
	char *program = gk_extract_program();
	struct stat sb;
	int fd = program == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	enum gk_status st;

	if (program == NULL)
		return gk_nomem(err);
	if (fd < 0) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "不能打开 '%s'：%s", "cannot open '%s': %s", path, strerror(errno));
	} else if (fstat(fd, &sb) < 0 || !S_ISREG(sb.st_mode)) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 不是普通文件", "'%s' is no regular file", path);
	} else {
		st = gk_extract_run_rows(program, fd, &reply, err);
		if (st == GK_OK)
			gk_annual_read(reply.text.p == NULL ? "" : reply.text.p, reply.text.n, reply.meta, out);
		else if (st == GK_REFUSED)
			gk_hint(err, "能核对的是网页、PDF、Word、WPS、表格和文字", "HTML, PDF, Word, WPS, spreadsheets and text can be checked");
	}
	if (fd >= 0)
		close(fd);
	gk_reply_free(&reply);
	free(program);
	return st;
}

static json_t *
as_json(const char *path, const struct gk_annual *a, json_t *check)
{
	char day[12];
	json_t *o = json_pack("{s:s, s:s, s:s, s:i, s:{s:b, s:b, s:b}}", "file", path, "form", a->of_2019 ? "2019" : "2021", "organisation", a->organisation, "year", a->year, "tables", "T2",
			      (int)a->has_t2, "T3", (int)a->has_t3, "T4", (int)a->has_t4);

	gk_date_format(a->published, day);
	json_object_set_new(o, "published", day[0] == '\0' ? json_null() : json_string(day));
	json_object_set_new(o, "cells", gk_annual_cells(a));
	json_object_set(o, "notes", a->notes);
	json_object_update(o, check);
	return o;
}

static size_t
count_found(const struct gk_annual_row *rows, size_t n)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += rows[i].found;
	return found;
}

static void
print_check(const struct gk_annual *a, const json_t *check)
{
	static const char *const zh[] = { "错误", "警告", "提示" }, *const en[] = { "error", "warning", "note" };
	json_t *one;
	size_t i;

	print_text(a->organisation[0] != '\0' ? a->organisation : GK_T("（没有说是哪个机关）", "(no body is named)"));
	printf(GK_T("  %d 年  按 %s 年格式\n", "  year %d  form of %s\n"), a->year, a->of_2019 ? "2019" : "2021");
	printf(GK_T("  表二 %s（%zu 行）  表三 %s（%zu 行）  表四 %s\n", "  table 2 %s (%zu rows)  table 3 %s (%zu rows)  table 4 %s\n"), a->has_t2 ? GK_T("有", "found") : GK_T("无", "not found"),
	       count_found(a->t2_row, GK_T2_ROWS), a->has_t3 ? GK_T("有", "found") : GK_T("无", "not found"), count_found(a->t3_row, GK_T3_ROWS), a->has_t4 ? GK_T("有", "found") : GK_T("无", "not found"));
	json_array_foreach(a->notes, i, one) {
		printf("  %s  ", GK_T("注", "note"));
		print_text(json_str(one, GK_T("message", "message_en")));
		printf("\n");
	}
	json_array_foreach(json_object_get(check, "findings"), i, one) {
		const char *severity = json_str(one, "severity");
		size_t k = strcmp(severity, "error") == 0 ? 0 : strcmp(severity, "warning") == 0 ? 1 : 2, c;
		json_t *cell;

		printf("  %s  %s  ", GK_T(zh[k], en[k]), json_str(one, "id"));
		print_text(json_str(one, GK_T("message", "message_en")));
		json_array_foreach(json_object_get(one, "cells"), c, cell)
			printf("%s%s", c == 0 ? "  [" : " ", json_string_value(cell));
		printf("%s\n", json_array_size(json_object_get(one, "cells")) > 0 ? "]" : "");
	}
	json_array_foreach(json_object_get(check, "identities"), i, one)
		if (json_integer_value(json_object_get(one, "checked")) > 0)
			printf("  %-4s%s %lld/%lld  %s\n", json_str(one, "id"), json_integer_value(json_object_get(one, "failed")) == 0 ? "✓" : "✗",
			       (long long)(json_integer_value(json_object_get(one, "checked")) - json_integer_value(json_object_get(one, "failed"))), (long long)json_integer_value(json_object_get(one, "checked")),
			       json_str(one, GK_T("what", "what_en")));
	printf(GK_T("错误 %lld，警告 %lld\n", "errors %lld, warnings %lld\n"), (long long)json_integer_value(json_object_get(check, "errors")), (long long)json_integer_value(json_object_get(check, "warnings")));
}

static int
check(struct app *app, const struct args *a)
{
	struct gk_annual *reports = gk_calloc_or_end(2 + a->n, sizeof *reports);
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st = read_report(a->file, &reports[0], &err);
	int status = 0;

	if (st == GK_OK && a->former != NULL)
		st = read_report(a->former, &reports[1], &err);
	for (size_t i = 0; st == GK_OK && i < a->n; i++)
		st = read_report(a->children[i], &reports[2 + i], &err);
	if (st != GK_OK) {
		status = app_error(app, &err);
	} else {
		json_t *result = gk_annual_check(&reports[0], a->former == NULL ? NULL : &reports[1], reports + 2, a->n);
		bool none = !reports[0].has_t2 && !reports[0].has_t3 && !reports[0].has_t4;

		status = none || json_integer_value(json_object_get(result, "errors")) > 0 || (a->strict && json_integer_value(json_object_get(result, "warnings")) > 0);
		if (app->json)
			app_json(as_json(a->file, &reports[0], result));
		else
			print_check(&reports[0], result);
		json_decref(result);
	}
	for (size_t i = 0; i < 2 + a->n; i++)
		gk_annual_free(&reports[i]);
	free(reports);
	return status;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct args *a = gk_calloc_or_end(1, sizeof *a);
	struct argp_option options[] = {
		{ "previous", 'p', "FILE", 0, GK_T("上一年的报告：核对 A4、A6", "the report of the year before: for A4 and A6"), 1 },
		{ "child", 'c', "FILE", 0, GK_T("下级机关的报告（可多次）：核对 A11", "a report that this one adds up (repeatable): for A11"), 1 },
		{ "strict", 's', NULL, 0, GK_T("有警告也以 1 结束", "warnings too end with status 1"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	int status;

	app_parse(app, &cmd_report_check, argc, argv, options, parse, a);
	if (a->file == NULL) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "report check 需要一份报告", "report check needs a report");
		gk_hint(&err, "例如：gongkai report check 2021年报.html --previous 2020年报.html", "for example: gongkai report check 2021.html --previous 2020.html");
		status = app_error(app, &err);
	} else {
		status = check(app, a);
	}
	free(a);
	return status;
}

const struct cmd cmd_report_check = {
	.name = "report check", .args_zh = "文件", .args_en = "FILE", .doc_zh = "核对一份年度报告的勾稽关系", .doc_en = "Check the identities of an annual report", .run = run,
};
