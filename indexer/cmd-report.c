/* gongkai report annual: the yearly report, with what is behind each number; report figures: the numbers that come from elsewhere. */
#include "indexer/annual.h"
#include "indexer/cmd.h"
#include "indexer/office.h"

#include "archive/append.h"
#include "archive/ledger.h"
#include "base/io.h"
#include "record/annualread.h"
#include "web/answer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IDS_SHOWN = 8 };	/* of a cell that changed; --json has all */

struct args {
	int year;
	struct gk_buf issuers;
	const char *known_at, *against, *cell, *format, *output;
	bool lists, plain, publish;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;
	char *end;

	switch (key) {
	case 'i':
		if (a->issuers.n > 0)
			gk_buf_putc(&a->issuers, '\n');
		return gk_buf_puts(&a->issuers, arg) || a->issuers.n + strlen(arg) > a->issuers.max ? 0 : ENOMEM;
	case 'a':
		a->against = arg;
		return 0;
	case 'c':
		a->cell = arg;
		return 0;
	case 'f':
		a->format = arg;
		return 0;
	case 'o':
		a->output = arg;
		return 0;
	case 'p':
		a->plain = true;
		return 0;
	case 'P':
		a->publish = true;
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

/* What the whole report adds to table 二: applications, identities, what changed since it was due. */
static void
print_rest(const json_t *r)
{
	static const struct { const char *zh, *en, *cell; } lines[] = {
		{ "新收申请", "applications received", "T3.r1.c7" }, { "上年结转", "carried over", "T3.r2.c7" }, { "办理结果总计", "results", "T3.r3.7.c7" }, { "结转下年度", "carried to the next year", "T3.r4.c7" },
		{ "行政复议总计", "reconsiderations", "T4.reconsider.total" }, { "直接起诉总计", "suits", "T4.suit_direct.total" }, { "复议后起诉总计", "suits after reconsideration", "T4.suit_after.total" },
	};
	const json_t *one, *cells = json_object_get(r, "cells");
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++)
		if (json_integer_value(json_object_get(json_object_get(cells, lines[i].cell), "value")) > 0) {
			printf("  ");
			print_column(GK_T(lines[i].zh, lines[i].en), 28);
			printf("%lld  %s\n", (long long)json_integer_value(json_object_get(json_object_get(cells, lines[i].cell), "value")), lines[i].cell);
		}
	json_array_foreach(json_object_get(json_object_get(r, "checks"), "findings"), i, one)
		if (strcmp(json_str(one, "id"), "A6") != 0)
			printf("  %s  %s\n", json_str(one, "id"), json_str(one, GK_T("message", "message_en")));
	json_array_foreach(json_object_get(r, "changed"), i, one) {
		const json_t *id;
		size_t k;
		char *was = json_dumps(json_object_get(one, "was"), JSON_ENCODE_ANY), *is = json_dumps(json_object_get(one, "is"), JSON_ENCODE_ANY);

		printf(GK_T("  与 %s 所知不同：%s %s → %s", "  not as known on %s: %s %s -> %s"), json_str(r, "against"), json_str(one, "cell"), was == NULL ? "" : was, is == NULL ? "" : is);
		json_array_foreach(json_object_get(one, "added"), k, id)
			if (k < IDS_SHOWN)
				printf(" +%s", json_string_value(id));
		json_array_foreach(json_object_get(one, "removed"), k, id)
			if (k < IDS_SHOWN)
				printf(" -%s", json_string_value(id));
		printf("%s\n", json_array_size(json_object_get(one, "added")) > IDS_SHOWN || json_array_size(json_object_get(one, "removed")) > IDS_SHOWN ? " …" : "");
		free(was);
		free(is);
	}
}

static int
print_cell(const struct app *app, const struct args *a, const json_t *r)
{
	const json_t *cell = json_object_get(json_object_get(r, "cells"), a->cell), *id;
	struct gk_err err = GK_ERR_INIT;
	size_t i;

	if (cell == NULL) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有这一格 '%s'", "there is no cell '%s'", a->cell);
		gk_hint(&err, "格名如 T2.norm.issued、T3.r3.7.c2、T4.suit_direct.upheld", "cells are called T2.norm.issued, T3.r3.7.c2, T4.suit_direct.upheld");
		return app_error(app, &err);
	}
	if (app->json) {
		app_json(json_deep_copy(cell));
		return 0;
	}
	json_array_foreach(json_object_get(cell, "ids"), i, id) {
		printf("%s  ", json_string_value(id));
		print_text(json_str(json_object_get(json_object_get(r, "titles"), json_string_value(id)), "title"));
		printf("\n");
	}
	return 0;
}

/* The DOCX, as the LibreOffice of this machine prints it. */
static enum gk_status
write_pdf(const json_t *r, struct gk_buf *out, struct gk_err *err)
{
	struct gk_buf docx;
	enum gk_status st;

	gk_buf_init(&docx, out->max);
	st = annual_docx(r, &docx, err);
	if (st == GK_OK)
		st = office_pdf(&docx, out, err);
	gk_buf_free(&docx);
	return st;
}

static int
write_file(const struct app *app, const struct args *a, const json_t *r, const char *public_url)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_buf out;
	enum gk_status st;

	gk_buf_init(&out, 64 * 1024 * 1024);
	if (strcmp(a->format, "html") == 0)
		st = annual_html(r, public_url, a->plain, &out, &err);
	else if (strcmp(a->format, "docx") == 0)
		st = annual_docx(r, &out, &err);
	else if (strcmp(a->format, "pdf") == 0)
		st = write_pdf(r, &out, &err);
	else if (strcmp(a->format, "csv") == 0)
		st = annual_csv(r, &out, &err);
	else
		st = gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "没有格式 '%s'：可用 html docx pdf csv json", "there is no format '%s': html, docx, pdf, csv, json", a->format);
	if (st == GK_OK && a->output != NULL)
		st = gk_replace_file(a->output, 0644, out.p, out.n, &err);
	else if (st == GK_OK)
		fwrite(out.p, 1, out.n, stdout);
	gk_buf_free(&out);
	return st == GK_OK ? 0 : app_error(app, &err);
}

/* ARCHIVE/reports/YEAR.json: numbers without what is behind them, for /report/YEAR. */
static int
publish(const struct app *app, const json_t *r)
{
	struct gk_err err = GK_ERR_INIT;
	char *folder = gk_path(app->archive, "reports"), *path, name[16], now[32], *text;
	json_t *o, *cells = json_object(), *categories = json_array(), *v;
	const char *key;
	enum gk_status st = folder == NULL ? gk_nomem(&err) : gk_make_dir(folder, 0755, &err);

	gk_now_utc(now);
	json_object_foreach(json_object_get(r, "cells"), key, v)
		json_object_set(cells, key, json_object_get(v, "value"));
	json_object_foreach(json_object_get(r, "by_category"), key, v)
		json_array_append_new(categories, json_pack("{s:s, s:s, s:I, s:s}", "value", key, "label", "", "count", (json_int_t)json_array_size(v), "url", "/search?sort=new"));
	o = json_pack("{s:O, s:O, s:s, s:O, s:o, s:O, s:o}", "year", json_object_get(r, "year"), "organisation", json_object_get(r, "organisation"), "published_at", now, "published",
		      json_object_get(json_object_get(r, "published"), "value"), "cells", cells, "tables", json_object_get(r, "tables"), "categories", categories);
	text = json_dumps(o, JSON_COMPACT);
	snprintf(name, sizeof name, "%lld.json", (long long)json_integer_value(json_object_get(r, "year")));
	path = folder == NULL ? NULL : gk_path(folder, name);
	if (st == GK_OK)
		st = text == NULL || path == NULL ? gk_nomem(&err) : gk_replace_file(path, 0644, text, strlen(text), &err);
	json_decref(o);
	free(text);
	free(path);
	free(folder);
	return st == GK_OK ? 0 : app_error(app, &err);
}

static int
show(struct app *app, const struct args *a, json_t *report, const char *public_url)
{
	int status = a->publish ? publish(app, report) : 0;

	if (status != 0) {
		json_decref(report);
		return status;
	}
	if (a->cell != NULL)
		status = print_cell(app, a, report);
	else if (a->format != NULL && strcmp(a->format, "json") != 0)
		status = write_file(app, a, report, public_url);
	else if (app->json || a->format != NULL)
		app_json(json_incref(report));
	else {
		print_report(a, report);
		print_rest(report);
	}
	json_decref(report);
	return status;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct args a = { .year = 0 };
	struct argp_option options[] = {
		{ "issuer", 'i', "NAME", 0, GK_T("为哪一机关（默认本机关；多次则合计）", "for which body (default: this one; repeated: added up)"), 1 },
		{ "known-at", 'k', "TIME", 0, GK_T("按当时所知：重现当年的数", "as known at that time: the numbers as they were"), 1 },
		{ "against", 'a', "TIME", 0, GK_T("与当时所知的比较（默认次年 1 月 31 日）", "compare with what was known then (default: 31 January after)"), 1 },
		{ "lists", 'l', NULL, 0, GK_T("列出每个数后面的文件", "list the documents behind each number"), 1 },
		{ "cell", 'c', "CELL", 0, GK_T("列出一格所数的文件或申请，如 T3.r3.7.c2", "list what one cell counts, such as T3.r3.7.c2"), 1 },
		{ "format", 'f', "FORMAT", 0, GK_T("整份报告：html docx pdf csv json；pdf 由 LibreOffice 写", "the whole report: html, docx, pdf, csv, json; LibreOffice writes the pdf"), 1 },
		{ "output", 'o', "FILE", 0, GK_T("写到文件", "write to a file"), 1 },
		{ "plain", 'p', NULL, 0, GK_T("供发布：网页里没有链接和清单", "for publication: the page without links and lists"), 1 },
		{ "publish", 'P', NULL, 0, GK_T("把各数公布到网站的 /report/年份", "put the numbers on the site, at /report/YEAR"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	struct gk_site *site;
	struct annual_ask ask = { .archive = app->archive };
	json_t *report;
	char url[512];
	enum gk_status st;

	gk_buf_init(&a.issuers, 64 * 1024);
	app_parse(app, &cmd_report_annual, argc, argv, options, parse, &a);
	if (a.year == 0) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "report annual 需要年份", "report annual needs a year");
		gk_hint(&err, "例如：gongkai report annual 2021", "for example: gongkai report annual 2021");
		return app_error(app, &err);
	}
	ask.year = a.year;
	ask.issuers = a.issuers.n > 0 ? a.issuers.p : NULL;
	ask.known_at = a.known_at;
	ask.against = a.against;
	ask.cells_only = a.cell != NULL;
	if (gk_site_open(app->archive, &site, &err) != GK_OK)
		return app_error(app, &err);
	gk_site_for_staff(site);
	snprintf(url, sizeof url, "%s", gk_site_public_url(site));
	st = annual_build(site, &ask, &report, &err);
	gk_site_close(site);
	gk_buf_free(&a.issuers);
	return st == GK_OK ? show(app, &a, report, url) : app_error(app, &err);
}

const struct cmd cmd_report_annual = {
	.name = "report annual", .args_zh = "年份", .args_en = "YEAR", .doc_zh = "政府信息公开工作年度报告", .doc_en = "The annual report on disclosure", .run = run,
};

/* --- report figures ------------------------------------------------------------------------------------------------------ */

struct figures {
	struct app *app;
	const char *body, *source, *file;
	int year;
	json_t *events;
	char bad[128];
};

/* license=120, fee=20.3 */
static bool
add_figure(struct figures *f, int year, const char *row, size_t row_n, const char *value, const char *body)
{
	struct gk_figure v = gk_figure_of(value, strlen(value));

	for (int r = GK_T2_LICENSE; r < GK_T2_ROWS; r++)
		if (gk_t2_form[r].n == 1 && ((strlen(gk_t2_form[r].id) == row_n && memcmp(gk_t2_form[r].id, row, row_n) == 0) || (strlen(gk_t2_form[r].label) == row_n && memcmp(gk_t2_form[r].label, row, row_n) == 0)) &&
		    v.is == GK_F_NUMBER && v.micro >= 0 && (r == GK_T2_FEE || v.decimals == 0) && year >= 1949 && year <= 2200) {
			json_t *e = json_pack("{s:i, s:s, s:s, s:i, s:s, s:I, s:s}", "gongkai", 1, "app", "", "type", "figure", "year", year, "row", gk_t2_form[r].id, "micro", v.micro, "actor", f->app->actor);

			if (body != NULL && *body != '\0')
				json_object_set_new(e, "body", json_string(body));
			if (f->source != NULL)
				json_object_set_new(e, "source", json_string(f->source));
			json_array_append_new(f->events, e);
			return true;
		}
	return false;
}

static error_t
parse_figures(int key, char *arg, struct argp_state *state)
{
	struct figures *f = state->input;
	char *equals, *end;

	switch (key) {
	case 'b':
		f->body = arg;
		return 0;
	case 's':
		f->source = arg;
		return 0;
	case 'I':
		f->file = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (f->year == 0) {
			f->year = (int)strtol(arg, &end, 10);
			if (*end != '\0' || strlen(arg) != 4)
				argp_error(state, GK_T("写四位年份，不是 '%s'", "write the year with four digits, not '%s'"), arg);
			return 0;
		}
		equals = strchr(arg, '=');
		if (equals == NULL || !add_figure(f, f->year, arg, (size_t)(equals - arg), equals + 1, f->body))
			argp_error(state, GK_T("'%s' 不对：写成 license=120 penalty=8 coercion=0 fee=20.3", "'%s' is none: write license=120 penalty=8 coercion=0 fee=20.3"), arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* year,row,value[,body] a line; lines that begin with no year are heads. */
static enum gk_status
read_figures(struct figures *f, struct gk_err *err)
{
	struct gk_buf b;
	enum gk_status st = gk_read_file(f->file, 1024 * 1024, &b, err);
	char *save = NULL;
	size_t n = 0;

	if (st != GK_OK)
		return st;
	gk_buf_putc(&b, '\0');
	for (char *line = strtok_r(b.p, "\r\n", &save); st == GK_OK && line != NULL; line = strtok_r(NULL, "\r\n", &save)) {
		char *cells[4] = { "", "", "", "" }, *p = line;

		n++;
		for (size_t i = 0; i < 4 && p != NULL; i++) {
			char *comma = strchr(p, ',');

			if (comma != NULL)
				*comma++ = '\0';
			cells[i] = p;
			p = comma;
		}
		if (atoi(cells[0]) == 0 && n == 1)
			continue;
		if (!add_figure(f, atoi(cells[0]), cells[1], strlen(cells[1]), cells[2], cells[3]))
			st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 第 %zu 行不对：年份,行,数[,机关]", "'%s' line %zu is none: year,row,value[,body]", f->file, n);
	}
	gk_buf_free(&b);
	return st;
}

static int
run_figures(struct app *app, int argc, char **argv)
{
	struct figures f = { .app = app, .events = json_array() };
	struct argp_option options[] = {
		{ "body", 'b', "NAME", 0, GK_T("哪个机关的（几个机关合计时）；写在各数之前", "of which body (where several are added up); before the figures"), 1 },
		{ "source", 's', "TEXT", 0, GK_T("数从哪里来", "where the figures are from"), 1 },
		{ "import", 'I', "FILE", 0, GK_T("从 CSV 读：年份,行,数[,机关]", "read from a CSV: year,row,value[,body]"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st = GK_OK;
	int fd = -1;
	size_t n;

	app_parse(app, &cmd_report_figures, argc, argv, options, parse_figures, &f);
	if (f.file != NULL)
		st = read_figures(&f, &err);
	n = json_array_size(f.events);
	if (st == GK_OK && n == 0) {
		st = gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "没有数", "there are no figures");
		gk_hint(&err, "例如：gongkai report figures 2021 license=120 penalty=8 coercion=0 fee=20.3", "for example: gongkai report figures 2021 license=120 penalty=8 coercion=0 fee=20.3");
	}
	if (st == GK_OK && !app->dry_run) {
		st = gk_writer_lock(app->archive, app->wait < 0 ? 10 : app->wait, &fd, &err);
		if (st == GK_OK)
			st = gk_ledger_append(app->archive, GK_LEDGER_APPLICATIONS, f.events, &err);
		gk_writer_unlock(fd);
	}
	json_decref(f.events);
	if (st != GK_OK)
		return app_error(app, &err);
	printf(GK_T("登记 %zu 个数\n", "figures recorded: %zu\n"), n);
	return 0;
}

const struct cmd cmd_report_figures = {
	.name = "report figures", .args_zh = "年份 行=数…", .args_en = "YEAR ROW=N...", .doc_zh = "登记许可、处罚、强制、收费的数", .doc_en = "Record decisions and fees of a year", .run = run_figures,
};
