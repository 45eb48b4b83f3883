/* gongkai report annual: table 二 of the year, with the documents behind each number. */
#include "indexer/cmd.h"
#include "web/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct args { int year; const char *issuer, *known_at; bool lists; };

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;
	char *end;

	switch (key) {
	case 'i':
		a->issuer = arg;
		return 0;
	case 'k':
		a->known_at = arg;
		return 0;
	case 'l':
		a->lists = true;
		return 0;
	case ARGP_KEY_ARG:
		a->year = (int)strtol(arg, &end, 10);
		if (*end != '\0' || strlen(arg) != 4)
			argp_error(state, GK_T("写四位年份，不是 '%s'", "write the year with four digits, not '%s'"), arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void
print_ids(const char *label, const json_t *cell)
{
	const json_t *id;
	size_t i;

	if (json_array_size(json_object_get(cell, "ids")) == 0)
		return;
	printf("    %s：", label);
	json_array_foreach(json_object_get(cell, "ids"), i, id)
		printf(" %s", json_string_value(id));
	printf("\n");
}

static json_int_t
value(const json_t *row, const char *key)
{
	return json_integer_value(json_object_get(json_object_get(row, key), "value"));
}

static void
print_row(const struct args *a, const json_t *row)
{
	const char *code;
	json_t *n;

	printf("  ");
	print_column(json_str(row, "label"), 18);
	printf(GK_T("本年制发 %lld  本年废止 %lld  现行有效 %lld", "issued %lld  abolished %lld  in force %lld"), (long long)value(row, "issued"),
	       (long long)value(row, "abolished"), (long long)value(row, "inforce"));
	if (json_integer_value(json_object_get(row, "not_yet_effective")) > 0)
		printf(GK_T("（含尚未施行 %lld）", " (%lld not yet effective)"), (long long)json_integer_value(json_object_get(row, "not_yet_effective")));
	printf("\n");
	json_object_foreach(json_object_get(row, "abolished_by_cause"), code, n)
		printf("    %s %lld\n", code, (long long)json_integer_value(n));
	if (!a->lists)
		return;
	print_ids(GK_T("制发", "issued"), json_object_get(row, "issued"));
	print_ids(GK_T("废止", "abolished"), json_object_get(row, "abolished"));
	print_ids(GK_T("有效", "in force"), json_object_get(row, "inforce"));
}

static void
print_report(const struct args *a, const json_t *r)
{
	const json_t *one, *table = json_object_get(r, "table2");
	const char *code;
	json_t *n;
	size_t i;

	printf(GK_T("%s %d 年政府信息公开工作年度报告 表二\n", "%s, annual report %d, table 2\n"), json_str(r, "organisation"), a->year);
	print_row(a, json_object_get(table, "rule"));
	print_row(a, json_object_get(table, "norm"));
	printf(GK_T("  本年主动公开政府信息 %lld 条\n", "  published in the year: %lld\n"), (long long)value(r, "published"));
	json_array_foreach(json_object_get(r, "identities"), i, one) {
		if (json_is_true(json_object_get(one, "holds")))
			continue;
		printf(GK_T("  A6 不平（%s）：上年有效 %lld ＋ 制发 %lld － 废止 %lld ≠ 有效 %lld，差 %lld：", "  A6 does not hold (%s): %lld + %lld - %lld is not %lld, by %lld:"), json_str(one, "row"),
		       (long long)json_integer_value(json_object_get(one, "former")), (long long)json_integer_value(json_object_get(one, "issued")),
		       (long long)json_integer_value(json_object_get(one, "abolished")), (long long)json_integer_value(json_object_get(one, "inforce")),
		       (long long)json_integer_value(json_object_get(one, "residual")));
		json_object_foreach(json_object_get(one, "explained_by"), code, n)
			printf(" %s %+lld", code, (long long)json_integer_value(n));
		printf("\n");
	}
	if (json_integer_value(json_object_get(r, "other_issuers")) > 0)
		printf(GK_T("  另有其他机关制发的 %lld 件，不计入\n", "  %lld made by other bodies are not counted\n"), (long long)json_integer_value(json_object_get(r, "other_issuers")));
}

static int
run(struct app *app, int argc, char **argv)
{
	struct args a = { .year = 0 };
	struct argp_option options[] = {
		{ "issuer", 'i', "NAME", 0, GK_T("为哪一机关（默认本机关）", "for which body (default: this one)"), 1 },
		{ "known-at", 'k', "TIME", 0, GK_T("按当时所知：重现当年的数", "as known at that time: the numbers as they were"), 1 },
		{ "lists", 'l', NULL, 0, GK_T("列出每个数后面的文件", "list the documents behind each number"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	struct gk_site *site;
	json_t *report;
	enum gk_status st;

	app_parse(app, &cmd_report_annual, argc, argv, options, parse, &a);
	if (a.year == 0) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "report annual 需要年份", "report annual needs a year");
		gk_hint(&err, "例如：gongkai report annual 2021", "for example: gongkai report annual 2021");
		return app_error(app, &err);
	}
	if (gk_site_open(app->archive, &site, &err) != GK_OK)
		return app_error(app, &err);
	gk_site_for_staff(site);
	st = gk_answer_report(site, a.year, a.issuer, a.known_at, &report, &err);
	gk_site_close(site);
	if (st != GK_OK)
		return app_error(app, &err);
	if (app->json) {
		app_json(report);
	} else {
		print_report(&a, report);
		json_decref(report);
	}
	return 0;
}

const struct cmd cmd_report_annual = {
	.name = "report annual", .args_zh = "年份", .args_en = "YEAR", .doc_zh = "年度报告表二：制发、废止、现行有效", .doc_en = "Table 2 of the annual report", .run = run,
};
