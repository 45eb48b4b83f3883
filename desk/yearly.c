/* Table 二 of the yearly report, each figure with the documents behind it. */
#include "desk/desk.h"

#include "base/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum gk_status
report_answer(struct call *c)
{
	int year = in(c, "year") != NULL ? atoi(in(c, "year")) : gk_date_today().year - 1;
	struct gk_site *site = NULL;
	enum gk_status st;

	if (year < 1949 || year > gk_date_today().year + 1)
		return call_refuse(c, "year", "年度写成四位数", "a year has four digits");
	st = gk_site_open(c->desk->archive, &site, &c->err);
	if (st != GK_OK)
		return st;
	gk_site_for_staff(site);
	st = gk_answer_report(site, year, NULL, NULL, &c->out, &c->err);
	gk_site_close(site);
	return st;
}

static void
write_ids(struct frame *f, const json_t *o, const json_t *figure)
{
	const json_t *id, *titles = json_object_get(o, "titles");
	size_t i;

	page_open(f->p, "details", NULL);
	page_open(f->p, "summary", NULL);
	page_printf(f->p, "%lld", (long long)num(figure, "value"));
	page_close(f->p);
	page_open(f->p, "ul", "class", "plainlist", NULL);
	json_array_foreach(json_object_get(figure, "ids"), i, id) {
		const json_t *t = json_object_get(titles, json_string_value(id));

		page_open(f->p, "li", NULL);
		record_link(f, json_string_value(id), str(t, "title"), str(t, "number"));
		page_close(f->p);
	}
	page_close(f->p);
	page_close(f->p);
}

/* A table of zeros alone leaves one to guess whether the year was quiet or nobody has recorded it. */
static void
write_nothing(struct frame *f, const json_t *o)
{
	static const char *const rows[] = { "rule", "norm" }, *const keys[] = { "issued", "abolished", "inforce" };
	long long all = (long long)num(json_object_get(o, "published"), "value");

	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < 3; k++)
			all += (long long)num(json_object_get(json_object_get(json_object_get(o, "table2"), rows[i]), keys[k]), "value");
	if (all > 0)
		return;
	page_open(f->p, "p", "class", "notice", NULL);
	page_printf(f->p, W(f, "档案里没有登记 %lld 年的任何事：这一年没有制发、废止或有效的规章和规范性文件，也没有公开的信息。数字因此都是 0，不是漏算。",
			    "Nothing was recorded for %lld: no rule or normative document was issued, ended or in force in that year, and nothing was published. The figures are 0 for that reason."), (long long)num(o, "year"));
	page_close(f->p);
}

void
report_page(struct call *c, struct frame *f)
{
	static const char *const heads[] = { "信息内容", "Kind", "本年制发件数", "Issued", "本年废止件数", "Ended", "现行有效件数", "In force", NULL };
	static const char *const rows[] = { "rule", "norm" }, *const keys[] = { "issued", "abolished", "inforce" };
	const json_t *o = c->out, *table = json_object_get(o, "table2");
	char year[16] = "";

	desk_head(c, f, W(f, "年报", "Report"));
	page_element(f->p, "h1", NULL, W(f, "年度报告 表二", "Yearly report, table 2"));
	desk_error(c, f);
	snprintf(year, sizeof year, "%lld", (long long)num(o, "year"));
	page_open(f->p, "form", "method", "get", "action", "/staff/report", "class", "inline", NULL);
	page_open(f->p, "label", "for", "f-year", NULL);
	page_text(f->p, W(f, "年度", "Year"));
	page_close(f->p);
	page_void(f->p, "input", "type", "number", "id", "f-year", "name", "year", "value", year, "min", "1949", "max", "2100", NULL);
	frame_hidden_view(f);
	form_button(f, NULL, NULL, "查看", "Show", true);
	page_close(f->p);
	if (o == NULL)
		return;
	write_nothing(f, o);
	table_begin(f, W(f, "表二：主动公开政府信息情况", "Table 2"), heads);
	for (size_t i = 0; i < 2; i++) {
		const json_t *row = json_object_get(table, rows[i]);

		page_open(f->p, "tr", NULL);
		cell(f, *str(row, "label") != '\0' ? str(row, "label") : rows[i]);
		for (size_t k = 0; k < 3; k++) {
			page_open(f->p, "td", NULL);
			write_ids(f, o, json_object_get(row, keys[k]));
			page_close(f->p);
		}
		page_close(f->p);
	}
	table_end(f);
	page_element(f->p, "p", "hint", W(f, "点数字看是哪些文件。整份报告：gongkai report annual。", "Open a figure to see its documents. The whole report: gongkai report annual."));
}
