/* The yearly report: cells, tables of the form, prose, checks, and what changed since it was due. */
#include "indexer/annual.h"

#include "base/memory.h"
#include "record/annualcheck.h"
#include "record/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 64 };

/* --- cells ---------------------------------------------------------------------------------------------------------- */

static json_t *
cell_of(json_t *cells, const char *name, const char *of)
{
	json_t *c = json_object_get(cells, name);

	if (c == NULL) {
		c = json_pack("{s:i, s:s, s:[]}", "value", 0, "of", of, "ids");
		json_object_set_new(cells, name, c);
	}
	return c;
}

static void
count(json_t *cells, const char *name, const char *of, const char *id)
{
	json_t *c = cell_of(cells, name, of);

	json_object_set_new(c, "value", json_integer(json_integer_value(json_object_get(c, "value")) + 1));
	json_array_append_new(json_object_get(c, "ids"), json_string(id));
}

static void
count_t3(json_t *cells, int row, int column, const char *app)
{
	char name[NAME];

	snprintf(name, sizeof name, "T3.%s.c%d", gk_t3_form[row].id, column + 1);
	count(cells, name, "applications", app);
	snprintf(name, sizeof name, "T3.%s.c%d", gk_t3_form[row].id, GK_T3_COLUMNS);
	count(cells, name, "applications", app);
}

/* All cells of the form are there, in its order, before anything is counted. */
static void
make_cells(json_t *cells)
{
	char name[NAME];

	for (int r = 0; r < GK_T2_ROWS; r++)
		for (unsigned i = 0; i < gk_t2_form[r].n; i++) {
			snprintf(name, sizeof name, "T2.%s.%s", gk_t2_form[r].id, gk_t2_form[r].columns[i]);
			cell_of(cells, name, r <= GK_T2_NORM ? "documents" : "figures");
		}
	for (int r = 0; r < GK_T3_ROWS; r++)
		for (int i = 0; gk_t3_form[r].of_2021 && i < GK_T3_COLUMNS; i++) {
			snprintf(name, sizeof name, "T3.%s.c%d", gk_t3_form[r].id, i + 1);
			cell_of(cells, name, "applications");
		}
	for (int g = 0; g < GK_T4_GROUPS; g++)
		for (int i = 0; i < GK_T4_COLUMNS; i++) {
			snprintf(name, sizeof name, "T4.%s.%s", gk_t4_group[g], gk_t4_column[i]);
			cell_of(cells, name, "reviews");
		}
}

static void
take_documents(json_t *cells, const json_t *report)
{
	static const char *const columns[] = { "issued", "abolished", "inforce" };

	for (int r = GK_T2_RULE; r <= GK_T2_NORM; r++)
		for (size_t i = 0; i < 3; i++) {
			const json_t *from = json_object_get(json_object_get(json_object_get(json_object_get(report, "table2"), gk_t2_form[r].id), columns[i]), "ids");
			char name[NAME];
			json_t *id;
			size_t k;

			snprintf(name, sizeof name, "T2.%s.%s", gk_t2_form[r].id, columns[i]);
			json_array_foreach(from, k, id)
				count(cells, name, "documents", json_string_value(id));
		}
}

/* One ledger may be kept for several bodies; what names none is of all. */
static bool
is_of(const char *issuers, const char *body)
{
	size_t n = strlen(body);

	if (n == 0 || issuers == NULL)
		return true;
	for (const char *s = issuers; *s != '\0'; s += strcspn(s, "\n"), s += *s == '\n')
		if (strcspn(s, "\n") == n && memcmp(s, body, n) == 0)
			return true;
	return false;
}

static void
take_reviews(json_t *cells, const struct gk_application *a, int year)
{
	for (size_t i = 0; i < a->n_reviews; i++) {
		const struct gk_app_review *r = &a->reviews[i];
		int column = gk_app_review_in(r, year);
		char name[NAME], id[200];

		if (column < 0)
			continue;
		snprintf(id, sizeof id, "%s %s", a->app, r->case_no);
		snprintf(name, sizeof name, "T4.%s.%s", gk_t4_group[r->group], gk_t4_column[column]);
		count(cells, name, "reviews", id);
		snprintf(name, sizeof name, "T4.%s.total", gk_t4_group[r->group]);
		count(cells, name, "reviews", id);
	}
}

static void
take_applications(json_t *cells, const struct applications *all, const char *issuers, int year, double *fees)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct gk_application *a = &all->all[i];
		unsigned in = gk_application_in(a, year);

		if (!is_of(issuers, a->body))
			continue;
		if (in & GK_APP_IN_NEW)
			count_t3(cells, GK_T3_NEW, a->column, a->app);
		if (in & GK_APP_IN_CARRIED)
			count_t3(cells, GK_T3_CARRIED, a->column, a->app);
		if (in & GK_APP_IN_RESULT) {
			count_t3(cells, a->outcome, a->column, a->app);
			count_t3(cells, GK_T3_TOTAL, a->column, a->app);
			*fees += (double)a->fee_micro / 1e6;
		}
		if (in & GK_APP_IN_NEXT)
			count_t3(cells, GK_T3_NEXT, a->column, a->app);
		take_reviews(cells, a, year);
	}
}

static void
set_figure(json_t *cell, json_int_t micro)
{
	char text[32];

	gk_figure_format((struct gk_figure){ GK_F_NUMBER, micro, 6 }, text);
	json_object_set_new(cell, "value", strchr(text, '.') == NULL ? json_integer(micro / GK_MICRO) : json_string(text));
}

/* Of each body and row the last figure that was known counts; bodies are added. */
static void
take_figures(json_t *cells, const json_t *events, const char *issuers, const char *known_at, int year)
{
	for (int r = GK_T2_LICENSE; r < GK_T2_ROWS; r++) {
		json_t *by_body = json_object(), *e, *cell, *v;
		char name[NAME];
		const char *key;
		json_int_t micro = 0;
		size_t i;

		snprintf(name, sizeof name, "T2.%s.%s", gk_t2_form[r].id, gk_t2_form[r].columns[0] == NULL ? "-" : gk_t2_form[r].columns[0]);
		cell = json_object_get(cells, name);
		json_array_foreach(events, i, e) {
			const char *type = json_string_value(json_object_get(e, "type")), *row = json_string_value(json_object_get(e, "row")), *body = json_string_value(json_object_get(e, "body"));

			if (type == NULL || strcmp(type, "figure") != 0 || row == NULL || strcmp(row, gk_t2_form[r].id) != 0 || json_integer_value(json_object_get(e, "year")) != year)
				continue;
			if ((known_at != NULL && gk_instant_order(json_string_value(json_object_get(e, "recorded_at")), known_at) > 0) || !is_of(issuers, body == NULL ? "" : body))
				continue;
			json_object_set_new(by_body, body == NULL ? "" : body, json_pack("{s:I, s:O}", "micro", json_integer_value(json_object_get(e, "micro")), "seq", json_object_get(e, "seq")));
		}
		json_object_foreach(by_body, key, v) {
			micro += json_integer_value(json_object_get(v, "micro"));
			if (cell != NULL)
				json_array_append_new(json_object_get(cell, "ids"), json_sprintf("#%lld", (long long)json_integer_value(json_object_get(v, "seq"))));
		}
		if (cell != NULL)
			set_figure(cell, micro);
		json_decref(by_body);
	}
}

static enum gk_status
build_cells(struct gk_site *site, const struct annual_ask *ask, int year, const char *known_at, json_t **report, struct gk_err *err)
{
	struct applications all;
	json_t *cells = json_object();
	double fees = 0;
	const char *instant = NULL;
	enum gk_status st = gk_answer_report(site, year, ask->issuers, known_at, report, err);

	if (st == GK_OK) {
		instant = json_string_value(json_object_get(*report, "known_at"));
		st = applications_open(ask->archive, instant, &all, err);
		if (st != GK_OK)
			json_decref(*report);
	}
	if (st != GK_OK) {
		json_decref(cells);
		return st;
	}
	make_cells(cells);
	take_documents(cells, *report);
	take_applications(cells, &all, ask->issuers, year, &fees);
	take_figures(cells, all.events, ask->issuers, instant, year);
	applications_close(&all);
	json_object_set_new(*report, "cells", cells);
	json_object_set_new(*report, "fees_yuan", json_real(fees));
	return GK_OK;
}

/* --- checks -------------------------------------------------------------------------------------------------------- */

static struct gk_figure
figure(const json_t *report, const char *name)
{
	const json_t *v = json_object_get(json_object_get(json_object_get(report, "cells"), name), "value");

	if (json_is_string(v))
		return gk_figure_of(json_string_value(v), json_string_length(v));
	return (struct gk_figure){ GK_F_NUMBER, json_integer_value(v) * GK_MICRO, 0 };
}

/* The report as report check would read it, were it published. */
static void
as_annual(const json_t *report, int year, struct gk_annual *a)
{
	char name[NAME];

	*a = (struct gk_annual){ .year = year, .has_t2 = true, .has_t3 = true, .has_t4 = true, .in_order = true, .says_norm = -1, .says_fee = true, .t4_row = { true, false, 15 } };
	snprintf(a->organisation, sizeof a->organisation, "%s", json_string_value(json_object_get(report, "organisation")));
	for (int i = 0; i < GK_SECTIONS; i++)
		a->section[i] = true;
	for (int r = 0; r < GK_T2_ROWS; r++)
		for (unsigned i = 0; i < gk_t2_form[r].n; i++) {
			snprintf(name, sizeof name, "T2.%s.%s", gk_t2_form[r].id, gk_t2_form[r].columns[i]);
			a->t2[r][i] = figure(report, name);
			a->t2_row[r].found = true;
		}
	for (int r = 0; r < GK_T3_ROWS; r++)
		for (int i = 0; gk_t3_form[r].of_2021 && i < GK_T3_COLUMNS; i++) {
			snprintf(name, sizeof name, "T3.%s.c%d", gk_t3_form[r].id, i + 1);
			a->t3[r][i] = figure(report, name);
			a->t3_row[r].found = true;
		}
	for (int g = 0; g < GK_T4_GROUPS; g++)
		for (int i = 0; i < GK_T4_COLUMNS; i++) {
			snprintf(name, sizeof name, "T4.%s.%s", gk_t4_group[g], gk_t4_column[i]);
			a->t4[g][i] = figure(report, name);
		}
	a->says_new = a->t3[GK_T3_NEW][GK_T3_COLUMNS - 1].micro / GK_MICRO;
}

/* A11: the bodies one by one must add up to all of them. */
static enum gk_status
read_bodies(struct gk_site *site, const struct annual_ask *ask, const char *known_at, struct gk_annual **out, size_t *n, struct gk_err *err)
{
	enum gk_status st = GK_OK;
	size_t most = 1;

	*n = 0;
	for (const char *s = ask->issuers == NULL ? "" : ask->issuers; *s != '\0'; s++)
		most += *s == '\n';
	*out = gk_calloc_or_end(most, sizeof **out);
	if (most < 2)
		return GK_OK;
	for (const char *s = ask->issuers; st == GK_OK && *s != '\0'; s += *s == '\n') {
		char *one = strndup(s, strcspn(s, "\n"));
		struct annual_ask of = *ask;
		json_t *report;

		if (one == NULL)
			return gk_nomem(err);
		of.issuers = one;
		s += strcspn(s, "\n");
		st = build_cells(site, &of, ask->year, known_at, &report, err);
		if (st == GK_OK) {
			as_annual(report, ask->year, &(*out)[(*n)++]);
			json_decref(report);
		}
		free(one);
	}
	return st;
}

static enum gk_status
check(struct gk_site *site, const struct annual_ask *ask, json_t *report, struct gk_err *err)
{
	struct gk_annual *both = gk_calloc_or_end(2, sizeof *both), *bodies = NULL;
	json_t *former = NULL;
	size_t n = 0;
	enum gk_status st = build_cells(site, ask, ask->year - 1, ask->known_at, &former, err);

	if (st == GK_OK)
		st = read_bodies(site, ask, ask->known_at, &bodies, &n, err);
	if (st == GK_OK) {
		as_annual(report, ask->year, &both[0]);
		as_annual(former, ask->year - 1, &both[1]);
		json_object_set_new(report, "checks", gk_annual_check(&both[0], &both[1], bodies, n));
	}
	json_decref(former);
	free(both);
	free(bodies);
	return st;
}

/* --- what changed since -------------------------------------------------------------------------------------------- */

static json_t *
without(const json_t *of, const json_t *those)
{
	json_t *seen = json_object(), *left = json_array(), *id;
	size_t i;

	json_array_foreach(those, i, id)
		json_object_set_new(seen, json_string_value(id), json_true());
	json_array_foreach(of, i, id)
		if (json_object_get(seen, json_string_value(id)) == NULL)
			json_array_append(left, id);
	json_decref(seen);
	return left;
}

/* Whether anything at all was known: an archive that is younger than the report has nothing to compare with. */
static bool
knew_anything(const json_t *report)
{
	json_t *cell;
	const char *name;

	json_object_foreach(json_object_get(report, "cells"), name, cell)
		if (json_array_size(json_object_get(cell, "ids")) > 0)
			return true;
	return json_array_size(json_object_get(json_object_get(report, "published"), "ids")) > 0;
}

static enum gk_status
compare(struct gk_site *site, const struct annual_ask *ask, json_t *report, struct gk_err *err)
{
	char due[32], day[12];
	json_t *was, *changed, *cell;
	const char *name, *against = ask->against;
	enum gk_status st;

	snprintf(due, sizeof due, "%04d-01-31", ask->year + 1);
	gk_date_format(gk_date_today(), day);
	if (against == NULL && (ask->known_at != NULL || strcmp(day, due) <= 0))
		return GK_OK;
	against = against == NULL ? due : against;
	st = build_cells(site, ask, ask->year, against, &was, err);
	if (st != GK_OK)
		return st;
	if (ask->against == NULL && !knew_anything(was)) {
		json_decref(was);
		return GK_OK;
	}
	changed = json_array();
	json_object_foreach(json_object_get(report, "cells"), name, cell) {
		json_t *then = json_object_get(json_object_get(was, "cells"), name), *ids = json_object_get(cell, "ids"), *old = json_object_get(then, "ids");

		if (json_equal(json_object_get(cell, "value"), json_object_get(then, "value")) && json_equal(ids, old))
			continue;
		json_array_append_new(changed, json_pack("{s:s, s:O, s:O, s:o, s:o}", "cell", name, "was", json_object_get(then, "value"), "is", json_object_get(cell, "value"), "added", without(ids, old), "removed",
							 without(old, ids)));
	}
	json_object_set_new(report, "against", json_string(against));
	json_object_set_new(report, "changed", changed);
	json_decref(was);
	return GK_OK;
}

/* --- tables of the form ------------------------------------------------------------------------------------------------ */

static void
put(json_t *row, const char *text, unsigned c, unsigned r, bool heading)
{
	json_array_append_new(row, json_pack("{s:s, s:n, s:i, s:i, s:b}", "t", text, "cell", "c", (int)c, "r", (int)r, "h", (int)heading));
}

static void
put_value(json_t *row, const json_t *cells, const char *name, unsigned c)
{
	const json_t *v = json_object_get(json_object_get(cells, name), "value");
	char text[32];

	if (json_is_string(v))
		snprintf(text, sizeof text, "%s", json_string_value(v));
	else
		snprintf(text, sizeof text, "%lld", (long long)json_integer_value(v));
	json_array_append_new(row, json_pack("{s:s, s:s, s:i, s:i, s:b}", "t", text, "cell", name, "c", (int)c, "r", 1, "h", 0));
}

static json_t *
new_row(json_t *table)
{
	json_t *row = json_array();

	json_array_append_new(table, row);
	return row;
}

static json_t *
table2(const json_t *cells)
{
	static const char *const heads[] = { "信息内容", "本年制发件数", "本年废止件数", "现行有效件数" };
	json_t *t = json_array(), *row;
	const char *block = "";
	char name[NAME];

	for (int r = 0; r < GK_T2_ROWS; r++) {
		const struct gk_t2_form *f = &gk_t2_form[r];

		if (f->n == 0)
			continue;
		if (strcmp(block, f->block) != 0) {
			block = f->block;
			put(new_row(t), block, 4, 1, true);
			row = new_row(t);
			put(row, heads[0], 1, 1, true);
			for (size_t i = 1; f->n == 3 && i < 4; i++)
				put(row, heads[i], 1, 1, true);
			if (f->n == 1)
				put(row, r == GK_T2_FEE ? "本年收费金额（单位：万元）" : "本年处理决定数量", 3, 1, true);
		}
		row = new_row(t);
		put(row, f->label, 1, 1, true);
		for (unsigned i = 0; i < f->n; i++) {
			snprintf(name, sizeof name, "T2.%s.%s", f->id, f->columns[i]);
			put_value(row, cells, name, f->n == 1 ? 3 : 1);
		}
	}
	return t;
}

static unsigned
rows_of_group(const char *group)
{
	unsigned n = 0;

	for (int r = 0; r < GK_T3_ROWS; r++)
		n += gk_t3_form[r].of_2021 && gk_t3_form[r].group != NULL && strcmp(gk_t3_form[r].group, group) == 0;
	return n;
}

static json_t *
table3(const json_t *cells)
{
	json_t *t = json_array(), *row = new_row(t);
	const char *group = "";
	unsigned results = 0;

	put(row, "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3, true);
	put(row, "申请人情况", 7, 1, true);
	row = new_row(t);
	put(row, gk_t3_column_label[0], 1, 2, true);
	put(row, "法人或其他组织", 5, 1, true);
	put(row, gk_t3_column_label[6], 1, 2, true);
	row = new_row(t);
	for (int i = 1; i < 6; i++)
		put(row, gk_t3_column_label[i], 1, 1, true);
	for (int r = GK_T3_GRANTED; r <= GK_T3_TOTAL; r++)
		results += gk_t3_form[r].of_2021;
	for (int r = 0; r < GK_T3_ROWS; r++) {
		const struct gk_t3_form *f = &gk_t3_form[r];
		char name[NAME];

		if (!f->of_2021)
			continue;
		row = new_row(t);
		if (r == GK_T3_GRANTED)
			put(row, "三、本年度办理结果", 1, results, true);
		if (f->group != NULL && strcmp(group, f->group) != 0) {
			group = f->group;
			put(row, group, 1, rows_of_group(group), true);
		}
		put(row, f->label, r == GK_T3_NEW || r == GK_T3_CARRIED || r == GK_T3_NEXT ? 3 : f->group == NULL ? 2 : 1, 1, true);
		for (int i = 0; i < GK_T3_COLUMNS; i++) {
			snprintf(name, sizeof name, "T3.%s.c%d", f->id, i + 1);
			put_value(row, cells, name, 1);
		}
	}
	return t;
}

static json_t *
table4(const json_t *cells)
{
	json_t *t = json_array(), *row = new_row(t);
	char name[NAME];

	put(row, "行政复议", 5, 1, true);
	put(row, "行政诉讼", 10, 1, true);
	row = new_row(t);
	for (int i = 0; i < GK_T4_COLUMNS; i++)
		put(row, gk_t4_column_label[i], 1, 2, true);
	put(row, gk_t4_group_label[1], 5, 1, true);
	put(row, gk_t4_group_label[2], 5, 1, true);
	row = new_row(t);
	for (int i = 0; i < 2 * GK_T4_COLUMNS; i++)
		put(row, gk_t4_column_label[i % GK_T4_COLUMNS], 1, 1, true);
	row = new_row(t);
	for (int i = 0; i < GK_T4_GROUPS * GK_T4_COLUMNS; i++) {
		snprintf(name, sizeof name, "T4.%s.%s", gk_t4_group[i / GK_T4_COLUMNS], gk_t4_column[i % GK_T4_COLUMNS]);
		put_value(row, cells, name, 1);
	}
	return t;
}

/* --- prose ----------------------------------------------------------------------------------------------------------- */

static long long
value(const json_t *report, const char *name)
{
	return (long long)(figure(report, name).micro / GK_MICRO);
}

static json_t *
section(int i, json_t *text)
{
	return json_pack("{s:o, s:o}", "heading", json_sprintf("%s、%s", gk_section_numeral[i], gk_section[i]), "text", text);
}

static json_t *
general(const json_t *r)
{
	json_t *t = json_array();
	int year = (int)json_integer_value(json_object_get(r, "year"));

	json_array_append_new(t, json_sprintf("本报告依据《中华人民共和国政府信息公开条例》编制，所列数据的统计期限为%d年1月1日至12月31日。", year));
	json_array_append_new(t, json_sprintf("（一）主动公开。全年主动公开政府信息%lld条；制发行政规范性文件%lld件，废止%lld件，现行有效%lld件。【待填写：重点领域】",
					      (long long)json_integer_value(json_object_get(json_object_get(r, "published"), "value")), value(r, "T2.norm.issued"), value(r, "T2.norm.abolished"), value(r, "T2.norm.inforce")));
	json_array_append_new(t, json_sprintf("（二）依申请公开。全年收到政府信息公开申请%lld件，上年结转%lld件，办结%lld件，其中予以公开%lld件、部分公开%lld件；结转下年度继续办理%lld件。", value(r, "T3.r1.c7"), value(r, "T3.r2.c7"),
					      value(r, "T3.r3.7.c7"), value(r, "T3.r3.1.c7"), value(r, "T3.r3.2.c7"), value(r, "T3.r4.c7")));
	json_array_append_new(t, json_string("（三）政府信息管理。【待填写】"));
	json_array_append_new(t, json_string("（四）平台建设。【待填写】"));
	json_array_append_new(t, json_string("（五）监督保障。【待填写：工作考核、社会评议、责任追究】"));
	return t;
}

static json_t *
others(const json_t *r)
{
	json_t *t = json_array(), *ids;
	double fees = json_real_value(json_object_get(r, "fees_yuan"));
	const char *key;
	char list[1024] = "";
	size_t n = 0;

	if (fees > 0)
		json_array_append_new(t, json_sprintf("本年度收取信息处理费%.2f元。", fees));
	else
		json_array_append_new(t, json_string("本年度未收取信息处理费。"));
	json_object_foreach(json_object_get(r, "by_category"), key, ids)
		if (n < sizeof list - 80)
			n += (size_t)snprintf(list + n, sizeof list - n, "%s%.60s%zu条", n > 0 ? "、" : "", key, json_array_size(ids));
	if (n > 0)
		json_array_append_new(t, json_sprintf("本年首次公开的信息按栏目：%s。", list));
	json_array_append_new(t, json_string("【待填写：其他】"));
	return t;
}

static json_t *
sections(const json_t *r)
{
	json_t *s = json_array();

	for (int i = 0; i < GK_SECTIONS; i++)
		json_array_append_new(s, section(i, i == 0 ? general(r) : i == 4 ? json_pack("[s, s]", "【待填写：存在的主要问题】", "【待填写：改进情况】") : i == 5 ? others(r) : json_array()));
	return s;
}

/* --- the whole ------------------------------------------------------------------------------------------------------ */

static void
name_queries(json_t *report, const struct annual_ask *ask)
{
	const char *name;
	json_t *cell;

	json_object_foreach(json_object_get(report, "cells"), name, cell) {
		char query[256];

		snprintf(query, sizeof query, "gongkai report annual %d%s%s --cell %s", ask->year, ask->known_at != NULL ? " --known-at " : "", ask->known_at != NULL ? ask->known_at : "", name);
		json_object_set_new(cell, "query", json_string(query));
	}
}

enum gk_status
annual_build(struct gk_site *site, const struct annual_ask *ask, json_t **out, struct gk_err *err)
{
	json_t *report;
	const json_t *cells;
	enum gk_status st = build_cells(site, ask, ask->year, ask->known_at, &report, err);

	if (st != GK_OK)
		return st;
	cells = json_object_get(report, "cells");
	name_queries(report, ask);
	if (ask->cells_only) {
		*out = report;
		return GK_OK;
	}
	json_object_set_new(report, "sections", sections(report));
	json_object_set_new(report, "tables", json_pack("[o, o, o]", table2(cells), table3(cells), table4(cells)));
	st = check(site, ask, report, err);
	if (st == GK_OK)
		st = compare(site, ask, report, err);
	if (st != GK_OK) {
		json_decref(report);
		return st;
	}
	*out = report;
	return GK_OK;
}
