/*
 * gongkai catalogue: 政府信息公开目录 (Art. 12): 索引、名称、内容概述、生成日期, by category and year, as text, HTML, CSV, XLSX, JSON;
 * what was published late (Art. 26); what the items of article 20 and the categories lack, by the thresholds of the inspections.
 *
 * Of public documents only.
 */
#include "base/csv.h"
#include "base/io.h"
#include "indexer/cmd.h"
#include "indexer/export.h"
#include "indexer/keeping.h"
#include "indexer/zipfile.h"
#include "record/access.h"
#include "record/field.h"
#include "record/workdays.h"
#include "web/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPT_LATE = 0x4000, OPT_COVERAGE, OPT_ON, PUBLISH_DAYS = 20, HOME_DAYS = 14, NEWS_DAYS = 14, NOTICE_DAYS = 183, FILE_BYTES = 256 * 1024 * 1024 };

struct args { const char *category, *format, *output, *on; int year; bool late, coverage; };

struct catalogue {
	const struct args *a;
	struct store *store;
	struct gk_workdays *workdays;
	struct gk_date on;
	json_t *rows;			/* the catalogue, or what was late */
	json_t *items, *categories;	/* name -> { "count", "newest" } */
	json_t *odd;			/* published before it was made */
	int unknown;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;
	char *end;

	switch (key) {
	case 'c':
		a->category = arg;
		return 0;
	case 'f':
		a->format = arg;
		return 0;
	case 'o':
		a->output = arg;
		return 0;
	case 'y':
		a->year = (int)strtol(arg, &end, 10);
		if (*end != '\0' || strlen(arg) != 4)
			argp_error(state, GK_T("写四位年份，不是 '%s'", "write the year with four digits, not '%s'"), arg);
		return 0;
	case OPT_LATE:
		a->late = true;
		return 0;
	case OPT_COVERAGE:
		a->coverage = true;
		return 0;
	case OPT_ON:
		a->on = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* --- one record ---------------------------------------------------------------------------------------------------- */

/* 生成日期, or where that is not known the day it was published. */
static struct gk_date
day_of(const struct gk_record *r)
{
	return r->formed.year != 0 ? r->formed : r->published;
}

static json_t *
row_of(const struct gk_record *r, const char *abstract)
{
	char formed[12], published[12], year[8];
	const char *index = gk_meta_get(r->meta, "index_no"), *column = gk_meta_get(r->meta, "column");

	gk_date_format(day_of(r), formed);
	gk_date_format(r->published, published);
	snprintf(year, sizeof year, "%.4s", formed);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "index", *index == '\0' ? r->id : index, "title", gk_meta_get(r->meta, "title"), "abstract", abstract, "formed", formed, "category",
			 *column == '\0' ? "-" : column, "year", year, "published", published, "id", r->id);
}

static enum gk_status
take_row(struct catalogue *c, const struct gk_record *r, struct gk_err *err)
{
	char abstract[EXPORT_ABSTRACT_BYTES];
	enum gk_status st;

	if ((c->a->year != 0 && day_of(r).year != c->a->year) || (c->a->category != NULL && strcmp(gk_meta_get(r->meta, "column"), c->a->category) != 0))
		return GK_OK;
	st = export_abstract(c->store, r, abstract, err);
	if (st == GK_OK)
		json_array_append_new(c->rows, row_of(r, abstract));
	return st;
}

/* Art. 26; only days that are known as days are compared. */
static void
take_late(struct catalogue *c, const struct gk_record *r)
{
	uint32_t deadline, published;
	char date[12];
	json_t *row;

	if (r->formed.day == 0 || r->published.day == 0 || (c->a->year != 0 && r->published.year != c->a->year) || (c->a->category != NULL && strcmp(gk_meta_get(r->meta, "column"), c->a->category) != 0))
		return;
	published = gk_date_first_day(r->published);
	deadline = gk_add_workdays(c->workdays, gk_date_first_day(r->formed), PUBLISH_DAYS, c->unknown == 0 ? &c->unknown : NULL);
	if (published <= deadline)
		return;
	row = row_of(r, "");
	gk_date_format(gk_date_of_day(deadline), date);
	json_object_set_new(row, "deadline", json_string(date));
	json_object_set_new(row, "workdays_late", json_integer(gk_workdays_between(c->workdays, deadline, published, NULL)));
	json_array_append_new(c->rows, row);
}

static void
note(json_t *of, const char *name, struct gk_date published)
{
	json_t *one = json_object_get(of, name);
	char day[12];

	gk_date_format(published, day);
	if (one == NULL) {
		one = json_pack("{s:i, s:s}", "count", 0, "newest", "");
		json_object_set_new(of, name, one);
	}
	json_object_set_new(one, "count", json_integer(json_integer_value(json_object_get(one, "count")) + 1));
	if (strcmp(day, json_str(one, "newest")) > 0)
		json_object_set_new(one, "newest", json_string(day));
}

/* A category may stand for several items (20.11/20.13): it speaks for each. */
static void
take_coverage(struct catalogue *c, const struct gk_record *r)
{
	const char *item = gk_meta_get(r->meta, "art20_item"), *column = gk_meta_get(r->meta, "column");
	const struct gk_config *conf = &c->store->config;

	for (size_t i = 0; *item == '\0' && i < conf->n_categories; i++)
		if (strcmp(conf->categories[i].name, column) == 0)
			item = conf->categories[i].article20;
	while (*item != '\0') {
		char one[16];
		size_t n = strcspn(item, "/");

		snprintf(one, sizeof one, "%.*s", (int)(n < sizeof one ? n : sizeof one - 1), item);
		note(c->items, one, r->published);
		item += n + (item[n] == '/');
	}
	note(c->categories, *column == '\0' ? "-" : column, r->published);
	if (r->formed.day != 0 && r->published.day != 0 && gk_date_first_day(r->published) < gk_date_first_day(r->formed))
		json_array_append_new(c->odd, json_string(r->id));
}

static enum gk_status
one_record(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err)
{
	struct catalogue *c = arg;

	(void)docid;
	if (gk_access_at(h->events, h->n, NULL).code != GK_A_PUBLIC)
		return GK_OK;
	if (c->a->coverage)
		take_coverage(c, r);
	else if (c->a->late)
		take_late(c, r);
	else
		return take_row(c, r, err);
	return GK_OK;
}

/* --- order ------------------------------------------------------------------------------------------------------------ */

/* By category, the newest year and day first, then by id. */
static int
by_place(const void *x, const void *y)
{
	const json_t *a = *(json_t *const *)x, *b = *(json_t *const *)y;
	int d = strcmp(json_str(a, "category"), json_str(b, "category"));

	if (d == 0)
		d = strcmp(json_str(b, "formed"), json_str(a, "formed"));
	return d != 0 ? d : strcmp(json_str(a, "id"), json_str(b, "id"));
}

static enum gk_status
sort(json_t **rows, struct gk_err *err)
{
	size_t n = json_array_size(*rows);
	json_t **p = calloc(n + 1, sizeof *p), *sorted = json_array();

	if (p == NULL || sorted == NULL) {
		free(p);
		json_decref(sorted);
		return gk_nomem(err);
	}
	for (size_t i = 0; i < n; i++)
		p[i] = json_array_get(*rows, i);
	qsort(p, n, sizeof *p, by_place);
	for (size_t i = 0; i < n; i++)
		json_array_append(sorted, p[i]);
	free(p);
	json_decref(*rows);
	*rows = sorted;
	return GK_OK;
}

/* --- files --------------------------------------------------------------------------------------------------------------- */

static const struct { const char *key, *label; } columns[] = { { "index", "索引" }, { "title", "名称" }, { "abstract", "内容概述" }, { "formed", "生成日期" }, { "category", "栏目" }, { "year", "年度" },
	{ "published", "发布日期" }, { "id", "编号" } }, late_columns[] = { { "index", "索引" }, { "title", "名称" }, { "formed", "生成日期" }, { "published", "发布日期" }, { "deadline", "应公开日期" },
	{ "workdays_late", "逾期工作日" }, { "category", "栏目" }, { "id", "编号" } };
enum { COLUMNS = sizeof columns / sizeof *columns };

static const char *
label_of(const struct args *a, size_t i)
{
	return a->late ? late_columns[i].label : columns[i].label;
}

static const char *
value_of(const struct args *a, const json_t *row, size_t i, char number[24])
{
	const json_t *v = json_object_get(row, a->late ? late_columns[i].key : columns[i].key);

	if (json_is_string(v))
		return json_string_value(v);
	snprintf(number, 24, "%lld", (long long)json_integer_value(v));
	return number;
}

static void
as_csv(const struct args *a, const json_t *rows, struct gk_buf *out)
{
	const json_t *row;
	char number[24];
	size_t k;

	gk_buf_puts(out, "\xEF\xBB\xBF");
	for (size_t i = 0; i < COLUMNS; i++)
		gk_csv_cell(out, label_of(a, i), i + 1 == COLUMNS);
	json_array_foreach(rows, k, row)
		for (size_t i = 0; i < COLUMNS; i++)
			gk_csv_cell(out, value_of(a, row, i, number), i + 1 == COLUMNS);
}

static void
html_head(struct page *p, const char *title)
{
	page_open(p, "html", "lang", "zh-Hans", NULL);
	page_open(p, "head", NULL);
	page_void(p, "meta", "charset", "utf-8", NULL);
	page_void(p, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1", NULL);
	page_element(p, "title", NULL, title);
	page_element(p, "style", NULL, "body{font-family:sans-serif;max-width:70rem;margin:1rem auto;padding:0 1rem;line-height:1.6}table{border-collapse:collapse;width:100%}th,td{border:1px solid #777;padding:.3em;text-align:left;vertical-align:top}");
	page_close(p);
	page_open(p, "body", NULL);
	page_element(p, "h1", NULL, title);
}

/* A heading a category, one a year, a table below each. */
static bool
as_html(const struct catalogue *c, struct gk_buf *out)
{
	struct page *p = page_new();
	char title[512], number[24];
	const char *category = "", *year = "";
	const json_t *row;
	size_t k;
	bool open = false, done;

	if (p == NULL)
		return false;
	snprintf(title, sizeof title, "%.400s政府信息公开目录%s", c->store->config.organisation == NULL ? "" : c->store->config.organisation, c->a->late ? "：逾期公开" : "");
	html_head(p, title);
	json_array_foreach(c->rows, k, row) {
		if (strcmp(category, json_str(row, "category")) != 0 || strcmp(year, json_str(row, "year")) != 0) {
			if (open)
				page_close(p);
			if (strcmp(category, json_str(row, "category")) != 0)
				page_element(p, "h2", NULL, json_str(row, "category"));
			category = json_str(row, "category");
			year = json_str(row, "year");
			page_element(p, "h3", NULL, *year == '\0' ? "-" : year);
			page_open(p, "table", NULL);
			page_open(p, "tr", NULL);
			for (size_t i = 0; i < COLUMNS; i++)
				page_element(p, "th", NULL, label_of(c->a, i));
			page_close(p);
			open = true;
		}
		page_open(p, "tr", NULL);
		for (size_t i = 0; i < COLUMNS; i++)
			page_element(p, "td", NULL, value_of(c->a, row, i, number));
		page_close(p);
	}
	if (open)
		page_close(p);
	page_close(p);
	page_close(p);
	done = page_finish(p, out);
	page_free(p);
	return done;
}

static const char xlsx_types[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
	"<Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
	"<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>";
static const char xlsx_rels[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" "
	"Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
static const char xlsx_book[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">"
	"<sheets><sheet name=\"目录\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
static const char xlsx_book_rels[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" "
	"Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";

/* Text stands in the cells as text (inlineStr): nothing is a formula. */
static void
xlsx_row(struct page *p, const struct args *a, const json_t *row)
{
	char number[24];

	page_open(p, "row", NULL);
	for (size_t i = 0; i < COLUMNS; i++) {
		page_open(p, "c", "t", "inlineStr", NULL);
		page_open(p, "is", NULL);
		page_open(p, "t", "xml:space", "preserve", NULL);
		page_text(p, row == NULL ? label_of(a, i) : value_of(a, row, i, number));
		page_close(p);
		page_close(p);
		page_close(p);
	}
	page_close(p);
}

static bool
as_xlsx(const struct args *a, const json_t *rows, struct gk_buf *out)
{
	struct page *p = page_new_xml();
	struct gk_buf sheet;
	struct zipfile z;
	const json_t *row;
	size_t k;
	bool done;

	if (p == NULL)
		return false;
	gk_buf_init(&sheet, FILE_BYTES);
	page_open(p, "worksheet", "xmlns", "http://schemas.openxmlformats.org/spreadsheetml/2006/main", NULL);
	page_open(p, "sheetData", NULL);
	xlsx_row(p, a, NULL);
	json_array_foreach(rows, k, row)
		xlsx_row(p, a, row);
	page_close(p);
	page_close(p);
	done = page_finish(p, &sheet);
	page_free(p);
	zip_start(&z, out);
	zip_add(&z, "[Content_Types].xml", xlsx_types, sizeof xlsx_types - 1);
	zip_add(&z, "_rels/.rels", xlsx_rels, sizeof xlsx_rels - 1);
	zip_add(&z, "xl/workbook.xml", xlsx_book, sizeof xlsx_book - 1);
	zip_add(&z, "xl/_rels/workbook.xml.rels", xlsx_book_rels, sizeof xlsx_book_rels - 1);
	zip_add(&z, "xl/worksheets/sheet1.xml", sheet.p == NULL ? "" : sheet.p, sheet.n);
	done = zip_end(&z) && done;
	gk_buf_free(&sheet);
	return done;
}

static enum gk_status
write_file(const struct catalogue *c, struct gk_err *err)
{
	struct gk_buf out;
	const char *format = c->a->format;
	enum gk_status st = GK_OK;

	gk_buf_init(&out, FILE_BYTES);
	if (strcmp(format, "csv") == 0)
		as_csv(c->a, c->rows, &out);
	else if (strcmp(format, "html") == 0 ? !as_html(c, &out) : strcmp(format, "xlsx") == 0 && !as_xlsx(c->a, c->rows, &out))
		st = gk_nomem(err);
	else if (strcmp(format, "html") != 0 && strcmp(format, "xlsx") != 0)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "没有格式 '%s'：可用 html csv xlsx", "there is no format '%s': html, csv, xlsx", format);
	if (st == GK_OK && out.failed)
		st = gk_nomem(err);
	if (st == GK_OK && c->a->output != NULL)
		st = gk_replace_file(c->a->output, 0644, out.p, out.n, err);
	else if (st == GK_OK)
		fwrite(out.p, 1, out.n, stdout);
	gk_buf_free(&out);
	return st;
}

/* --- coverage -------------------------------------------------------------------------------------------------------------- */

static long
days_since(const struct catalogue *c, const char *day)
{
	struct gk_date d;

	return gk_date_parse(day, strlen(day), &d) ? (long)gk_date_first_day(c->on) - (long)gk_date_last_day(d) : -1;
}

/* Articles 19 to 21: the fifteen items for all, what is added by the level of the office (gongkai.conf, level). */
static bool
is_asked_of(const struct catalogue *c, const char *item)
{
	const char *level = c->store->config.level;

	if (strncmp(item, "21.", 3) != 0)
		return true;
	return item[3] == 't' ? strcmp(level, "town") == 0 : strcmp(level, "county") == 0 || strcmp(level, "city") == 0;
}

/* Thresholds of 国办秘函〔2019〕19号: notices and policies idle six months, other columns two weeks; nothing new at all in two weeks; five empty ones. */
static json_t *
freshness(struct catalogue *c)
{
	const struct gk_config *conf = &c->store->config;
	json_t *idle = json_array(), *empty = json_array(), *one, *items = json_array();
	const struct gk_field *f = gk_field_find("art20_item", strlen("art20_item"));
	const char *name, *newest = "";
	long all;

	for (size_t i = 0; i < conf->n_categories; i++)
		if (json_object_get(c->categories, conf->categories[i].name) == NULL)
			json_array_append_new(empty, json_string(conf->categories[i].name));
	json_object_foreach(c->categories, name, one) {
		bool slow = strstr(name, "公示") != NULL || strstr(name, "公告") != NULL || strstr(name, "政策") != NULL || strstr(name, "通知") != NULL || strstr(name, "机构") != NULL || strstr(name, "办事") != NULL;
		long days = days_since(c, json_str(one, "newest"));

		if (strcmp(json_str(one, "newest"), newest) > 0)
			newest = json_str(one, "newest");
		json_object_set_new(one, "days", json_integer(days));
		if (days > (slow ? NOTICE_DAYS : NEWS_DAYS))
			json_array_append_new(idle, json_pack("{s:s, s:I, s:i}", "category", name, "days", (json_int_t)days, "limit", slow ? NOTICE_DAYS : NEWS_DAYS));
	}
	for (const char *const *pair = f->values; *pair != NULL; pair += 2)
		if (json_object_get(c->items, pair[0]) == NULL && is_asked_of(c, pair[0]) && (pair == f->values || strcmp(pair[0], pair[-2]) != 0))
			json_array_append_new(items, json_pack("{s:s, s:s}", "item", pair[0], "label", pair[1]));
	all = days_since(c, newest);
	return json_pack("{s:O, s:O, s:o, s:o, s:o, s:O, s:s, s:b}", "items", c->items, "categories", c->categories, "empty_items", items, "empty_categories", empty, "idle", idle, "published_before_made", c->odd, "newest", newest,
			 "stale", (int)(all > HOME_DAYS));
}

static void
print_coverage(const json_t *o)
{
	const json_t *one;
	const char *name;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)json_object_get(o, "items"), name, one)
		printf("  %-8s%6lld  %s\n", name, (long long)json_integer_value(json_object_get(one, "count")), json_str(one, "newest"));
	json_array_foreach(json_object_get(o, "empty_items"), i, one)
		printf("  %-8s%s  %s\n", json_str(one, "item"), GK_T("没有", "none"), json_str(one, "label"));
	json_array_foreach(json_object_get(o, "empty_categories"), i, one)
		printf(GK_T("  空栏目：%s\n", "  empty category: %s\n"), json_string_value(one));
	json_array_foreach(json_object_get(o, "idle"), i, one)
		printf(GK_T("  %s 已 %lld 天没有更新（上限 %lld 天）\n", "  %s: nothing new for %lld days (limit %lld)\n"), json_str(one, "category"), (long long)json_integer_value(json_object_get(one, "days")),
		       (long long)json_integer_value(json_object_get(one, "limit")));
	json_array_foreach(json_object_get(o, "published_before_made"), i, one)
		printf(GK_T("  发布日期早于成文日期：%s\n", "  published before it was made: %s\n"), json_string_value(one));
	printf(GK_T("  最近发布：%s\n", "  newest: %s\n"), json_str(o, "newest"));
}

/* --- the whole ------------------------------------------------------------------------------------------------------------- */

static void
print_rows(const struct catalogue *c)
{
	const json_t *row;
	size_t k;

	json_array_foreach(c->rows, k, row) {
		printf("%s  ", json_str(row, "index"));
		print_text(json_str(row, "title"));
		if (c->a->late)
			printf(GK_T("  成文 %s  应于 %s  发布 %s  逾 %lld 个工作日\n", "  made %s  due %s  published %s  %lld working days late\n"), json_str(row, "formed"), json_str(row, "deadline"), json_str(row, "published"),
			       (long long)json_integer_value(json_object_get(row, "workdays_late")));
		else
			printf("  %s  %s\n", json_str(row, "formed"), json_str(row, "category"));
	}
	printf(GK_T("共 %zu 件\n", "%zu documents\n"), json_array_size(c->rows));
}

static int
tell(struct app *app, struct catalogue *c, struct gk_err *err)
{
	if (c->a->coverage) {
		json_t *o = freshness(c);

		if (app->json)
			app_json(o);
		else {
			print_coverage(o);
			json_decref(o);
		}
		return 0;
	}
	if (sort(&c->rows, err) != GK_OK)
		return app_error(app, err);
	if (c->unknown != 0)
		app_note(app, "没有 %d 年的工作日历，只按周末计算", "there is no calendar of %d: only weekends are counted", c->unknown);
	if (app->json)
		app_json(json_pack("{s:O, s:I}", "rows", c->rows, "total", (json_int_t)json_array_size(c->rows)));
	else if (c->a->format != NULL)
		return write_file(c, err) == GK_OK ? 0 : app_error(app, err);
	else
		print_rows(c);
	return json_array_size(c->rows) > 0 ? 0 : 1;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct args a = { .year = 0 };
	struct argp_option options[] = {
		{ "year", 'y', "YEAR", 0, GK_T("哪一年生成的（--late：发布的）", "made in that year (--late: published)"), 1 },
		{ "category", 'c', "NAME", 0, GK_T("哪个栏目", "of that category"), 1 },
		{ "format", 'f', "FORMAT", 0, GK_T("html csv xlsx", "html, csv, xlsx"), 1 },
		{ "output", 'o', "FILE", 0, GK_T("写到文件", "write to a file"), 1 },
		{ "late", OPT_LATE, NULL, 0, GK_T("逾期公开的（第二十六条，20 个工作日）", "what was published late (Art. 26)"), 1 },
		{ "coverage", OPT_COVERAGE, NULL, 0, GK_T("第二十条各项和各栏目：有没有、多久没更新", "items of article 20 and categories: empty or idle"), 1 },
		{ "on", OPT_ON, "DATE", 0, GK_T("--coverage 从哪天看（默认今天）", "--coverage as seen on that day (default: today)"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	struct store s;
	struct catalogue c = { .a = &a, .store = &s, .on = gk_date_today(), .rows = json_array(), .items = json_object(), .categories = json_object(), .odd = json_array() };
	char *folder = gk_path(app->archive, "workdays");
	enum gk_status st;
	int status;

	app_parse(app, &cmd_catalogue, argc, argv, options, parse, &a);
	if (a.on != NULL && !gk_date_parse(a.on, strlen(a.on), &c.on)) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_BAD_DATE, "--on 不是日期：%s", "--on is no date: %s", a.on);
		status = app_error(app, &err);
	} else if (keeping_open(app, &s, &err) != GK_OK) {
		status = app_error(app, &err);
	} else {
		st = gk_workdays_open(folder, &c.workdays, &err);
		if (st == GK_OK)
			st = keeping_each(app, &s, one_record, &c, &err);
		status = st == GK_OK ? tell(app, &c, &err) : app_error(app, &err);
		gk_workdays_close(c.workdays);
		keeping_close(&s);
	}
	free(folder);
	json_decref(c.rows);
	json_decref(c.items);
	json_decref(c.categories);
	json_decref(c.odd);
	return status;
}

const struct cmd cmd_catalogue = {
	.name = "catalogue", .args_zh = "", .args_en = "", .doc_zh = "政府信息公开目录；逾期公开；各项覆盖", .doc_en = "The catalogue of Art. 12; late; coverage", .run = run,
};
