/* The identities of the yearly report, each with the cells it speaks of. */
#include "record/annualcheck.h"

#include "base/memory.h"
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { IDENTITIES = 12, ERROR = 0, WARNING, INFO };
static const char *const severities[] = { "error", "warning", "info" };
static const struct { const char *zh, *en; } what[IDENTITIES] = {
	{ "新收＋上年结转＝总计＋结转下年（各列）", "new + carried over = results + next year (each column)" },
	{ "总计＝各项办理结果之和（各列）", "results = their sum (each column)" },
	{ "总计＝各类申请人之和（各行）", "total = sum of the applicants (each row)" },
	{ "上年结转＝上年报告的结转下年", "carried over = next year of the year before" },
	{ "表四总计＝维持＋纠正＋其他＋未审结", "table 4: total = upheld + corrected + other + pending" },
	{ "现行有效＝上年有效＋制发－废止", "in force = that of the year before + issued - abolished" },
	{ "各数为非负整数，收费不超过六位小数", "counts are whole and not negative, the fee has at most six decimals" },
	{ "正文中的数与表相符", "numbers in the prose are those of the tables" },
	{ "六个部分齐全，次序正确", "the six sections are there, in order" },
	{ "按期公布", "published in time" },
	{ "各下级报告之和＝本报告", "the sum of the reports below is this one" },
	{ "因逾期不缴费而不再处理的，第六部分应说明处理费", "an application ended for an unpaid fee: section 6 speaks of the fee" },
};

struct check {
	const struct gk_annual *a;
	json_t *findings;
	unsigned checked[IDENTITIES], failed[IDENTITIES], count[3];
};

static void __attribute__((format(printf, 5, 7), format(printf, 6, 7)))
find(struct check *c, int id, int severity, json_t *cells, const char *zh, const char *en, ...)
{
	char text[2][500], name[8];
	va_list ap;

	va_start(ap, en);
	gk_words(text[0], sizeof text[0], zh, ap);
	gk_words(text[1], sizeof text[1], en, ap);
	va_end(ap);
	snprintf(name, sizeof name, "A%d", id);
	c->count[severity]++;
	c->failed[id - 1] += severity != INFO;
	json_array_append_new(c->findings, json_pack("{s:s, s:s, s:o, s:s, s:s}", "id", name, "severity", severities[severity], "cells", cells == NULL ? json_array() : cells,
						     "message", text[0], "message_en", text[1]));
}

static json_t *
t3_cell(int row, int column)
{
	return json_sprintf("T3.%s.c%d", gk_t3_form[row].id, column + 1);
}

static int64_t
value(struct gk_figure f)
{
	return f.is == GK_F_NUMBER ? f.micro : 0;
}

static const char *
shown(int64_t micro, char to[32])
{
	gk_figure_format((struct gk_figure){ GK_F_NUMBER, micro, 0 }, to);
	return to;
}

static bool
is_number(struct gk_figure f)
{
	return f.is == GK_F_NUMBER;
}

/* --- 表三 -------------------------------------------------------------------------------------------------------- */

/* 总计 of a row, from its parts where it was left empty. */
static struct gk_figure
of_column(const struct gk_annual *a, int row, int column)
{
	struct gk_figure f = a->t3[row][column];

	if (column != GK_T3_COLUMNS - 1 || f.is == GK_F_NUMBER)
		return f;
	f = (struct gk_figure){ GK_F_BLANK, 0, 0 };
	for (int i = 0; i < GK_T3_COLUMNS - 1; i++)
		if (is_number(a->t3[row][i])) {
			f.is = GK_F_NUMBER;
			f.micro += a->t3[row][i].micro;
		}
	return f;
}

static void
check_a1(struct check *c)
{
	static const enum gk_t3_row rows[4] = { GK_T3_NEW, GK_T3_CARRIED, GK_T3_TOTAL, GK_T3_NEXT };

	for (int i = 0; i < GK_T3_COLUMNS; i++) {
		struct gk_figure f[4];
		bool all = true, unsure = false, none = true;
		json_t *cells;
		char n[4][32], left[32], right[32];

		for (int k = 0; k < 4; k++) {
			f[k] = of_column(c->a, (int)rows[k], i);
			all &= c->a->t3_row[rows[k]].found;
			unsure |= c->a->t3_row[rows[k]].unsure;
			none &= !is_number(f[k]);
		}
		if (!all || none)
			continue;
		c->checked[0]++;
		if (value(f[0]) + value(f[1]) == value(f[2]) + value(f[3]))
			continue;
		cells = json_array();
		for (int k = 0; k < 4; k++) {
			json_array_append_new(cells, t3_cell((int)rows[k], i));
			shown(value(f[k]), n[k]);
		}
		find(c, 1, !is_number(f[2]) || !is_number(f[0]) ? INFO : unsure ? WARNING : ERROR, cells, "c%d %s：新收 %s ＋ 上年结转 %s ＝ %s，总计 %s ＋ 结转下年 %s ＝ %s", "c%d %s: new %s + carried %s = %s, results %s + next year %s = %s",
		     i + 1, gk_t3_column_label[i], n[0], n[1], shown(value(f[0]) + value(f[1]), left), n[2], n[3], shown(value(f[2]) + value(f[3]), right));
	}
}

static void
check_a2(struct check *c)
{
	for (int i = 0; i < GK_T3_COLUMNS; i++) {
		struct gk_figure total = c->a->t3[GK_T3_TOTAL][i];
		bool missing = false, unsure = c->a->t3_row[GK_T3_TOTAL].unsure, any = false;
		int64_t s = 0;
		char a[32], b[32];

		for (int r = 0; r < GK_T3_ROWS; r++) {
			struct gk_figure f = of_column(c->a, r, i);

			if (!gk_t3_is_result((enum gk_t3_row)r, c->a->of_2019))
				continue;
			missing |= !c->a->t3_row[r].found;
			unsure |= c->a->t3_row[r].unsure;
			any |= is_number(f);
			s += value(f);
		}
		if (!c->a->t3_row[GK_T3_TOTAL].found || (!any && !is_number(total)))
			continue;
		c->checked[1]++;
		if (value(total) == s)
			continue;
		find(c, 2, missing || !any || !is_number(total) ? INFO : unsure ? WARNING : ERROR, json_pack("[o]", t3_cell(GK_T3_TOTAL, i)), "c%d %s：总计 %s，各项之和 %s%s", "c%d %s: results %s, their sum is %s%s",
		     i + 1, gk_t3_column_label[i], is_number(total) ? shown(total.micro, a) : "-", shown(s, b), missing ? " (?)" : "");
	}
}

static void
check_a3(struct check *c)
{
	for (int r = 0; r < GK_T3_ROWS; r++) {
		const struct gk_figure *f = c->a->t3[r];
		bool whole = true, any = false;
		int64_t s = 0;
		json_t *cells;
		char a[32], b[32];

		for (int i = 0; i < GK_T3_COLUMNS; i++) {
			whole &= is_number(f[i]);
			any |= is_number(f[i]);
			s += i < GK_T3_COLUMNS - 1 ? value(f[i]) : 0;
		}
		if (!c->a->t3_row[r].found || !any)
			continue;
		c->checked[2]++;
		if (s == value(f[GK_T3_COLUMNS - 1]))
			continue;
		cells = json_array();
		for (int i = 0; i < GK_T3_COLUMNS; i++)
			json_array_append_new(cells, t3_cell(r, i));
		find(c, 3, !whole ? INFO : c->a->t3_row[r].unsure ? WARNING : ERROR, cells, "%s %s：总计 %s，各类申请人之和 %s%s", "%s %s: total %s, sum of the applicants %s%s", gk_t3_form[r].id, gk_t3_form[r].label,
		     is_number(f[GK_T3_COLUMNS - 1]) ? shown(value(f[GK_T3_COLUMNS - 1]), a) : "-", shown(s, b), whole ? "" : " (?)");
	}
}

static void
check_a4(struct check *c, const struct gk_annual *former)
{
	if (former == NULL || !c->a->t3_row[GK_T3_CARRIED].found || !former->t3_row[GK_T3_NEXT].found)
		return;
	for (int i = 0; i < GK_T3_COLUMNS; i++) {
		struct gk_figure now = of_column(c->a, GK_T3_CARRIED, i), then = of_column(former, GK_T3_NEXT, i);
		char a[32], b[32];

		c->checked[3]++;
		if (value(now) != value(then))
			find(c, 4, c->a->t3_row[GK_T3_CARRIED].unsure || former->t3_row[GK_T3_NEXT].unsure ? WARNING : ERROR, json_pack("[o]", t3_cell(GK_T3_CARRIED, i)), "c%d %s：上年结转 %s，上年报告的结转下年 %s",
			     "c%d %s: carried over %s, next year of the year before %s", i + 1, gk_t3_column_label[i], shown(value(now), a), shown(value(then), b));
	}
}

/* --- 表四, 表二 ------------------------------------------------------------------------------------------------------ */

static void
check_a5(struct check *c)
{
	for (int g = 0; g < GK_T4_GROUPS && c->a->has_t4; g++) {
		const struct gk_figure *f = c->a->t4[g];
		int64_t s = value(f[0]) + value(f[1]) + value(f[2]) + value(f[3]);
		bool parts = is_number(f[0]) || is_number(f[1]) || is_number(f[2]) || is_number(f[3]);
		json_t *cells;
		char a[32], b[32];

		if (!parts && !is_number(f[4]))
			continue;
		c->checked[4]++;
		if (s == value(f[4]))
			continue;
		cells = json_array();
		for (int i = 0; i < GK_T4_COLUMNS; i++)
			json_array_append_new(cells, json_sprintf("T4.%s.%s", gk_t4_group[g], gk_t4_column[i]));
		find(c, 5, !parts || !is_number(f[4]) ? INFO : c->a->t4_row.unsure ? WARNING : ERROR, cells, "%s：总计 %s，各项之和 %s", "%s: total %s, sum %s", gk_t4_group_label[g], is_number(f[4]) ? shown(f[4].micro, a) : "-", shown(s, b));
	}
}

static void
check_a6(struct check *c, const struct gk_annual *former)
{
	if (former == NULL || c->a->of_2019 || former->of_2019)
		return;
	for (int r = GK_T2_RULE; r <= GK_T2_NORM; r++) {
		const struct gk_figure *f = c->a->t2[r], then = former->t2[r][2];
		int64_t want = value(then) + value(f[0]) - value(f[1]);
		char n[4][32], w[32];

		if (!is_number(f[2]) || !is_number(then))
			continue;
		c->checked[5]++;
		if (f[2].micro == want)
			continue;
		for (int i = 0; i < 3; i++)
			shown(value(f[i]), n[i]);
		find(c, 6, WARNING, json_pack("[s++, s++, s++]", "T2.", gk_t2_form[r].id, ".issued", "T2.", gk_t2_form[r].id, ".abolished", "T2.", gk_t2_form[r].id, ".inforce"),
		     "%s：上年有效 %s ＋ 制发 %s － 废止 %s ＝ %s，报为 %s", "%s: %s before + %s issued - %s abolished = %s, the report has %s", gk_t2_form[r].label, shown(then.micro, n[3]), n[0], n[1], shown(want, w), n[2]);
	}
}

static void
check_figure(struct check *c, struct gk_figure f, bool unsure, bool signs, bool decimals, json_t *cell)
{
	const char *zh = NULL, *en = NULL;
	char text[32];

	c->checked[6] += is_number(f);
	if (f.is == GK_F_BAD) {
		zh = "不是数";
		en = "no number";
	} else if (is_number(f) && f.micro < 0 && !signs) {
		zh = "负数";
		en = "negative";
	} else if (is_number(f) && f.decimals > (decimals ? 6U : 0U)) {
		zh = decimals ? "小数超过六位" : "不是整数";
		en = decimals ? "more than six decimals" : "not whole";
	}
	if (zh != NULL) {
		char name[64];

		snprintf(name, sizeof name, "%s", json_string_value(cell));
		gk_figure_format(f, text);
		find(c, 7, unsure ? WARNING : ERROR, json_pack("[O]", cell), "%s：%s%.0s（%s）", "%s: %.0s%s (%s)", name, zh, en, text);
	}
	json_decref(cell);
}

static void
check_a7(struct check *c)
{
	const struct gk_annual *a = c->a;

	for (int r = 0; r < GK_T2_ROWS; r++)
		for (int i = 0; i < GK_T2_COLUMNS; i++) {
			const char *column = a->of_2019 ? gk_t2_form[r].columns_2019[i] : gk_t2_form[r].columns[i];

			if (column != NULL)
				check_figure(c, a->t2[r][i], a->t2_row[r].unsure, strcmp(column, "change") == 0, strcmp(column, "amount") == 0, json_sprintf("T2.%s.%s", gk_t2_form[r].id, column));
		}
	for (int r = 0; r < GK_T3_ROWS; r++)
		for (int i = 0; i < GK_T3_COLUMNS; i++)
			check_figure(c, a->t3[r][i], a->t3_row[r].unsure, false, false, t3_cell(r, i));
	for (int g = 0; g < GK_T4_GROUPS; g++)
		for (int i = 0; i < GK_T4_COLUMNS; i++)
			check_figure(c, a->t4[g][i], a->t4_row.unsure, false, false, json_sprintf("T4.%s.%s", gk_t4_group[g], gk_t4_column[i]));
}

/* --- the rest ------------------------------------------------------------------------------------------------------- */

static void
check_a8(struct check *c)
{
	struct gk_figure all = of_column(c->a, GK_T3_NEW, GK_T3_COLUMNS - 1), issued = c->a->t2[GK_T2_NORM][0];
	char n[32];

	if (c->a->says_new >= 0 && is_number(all)) {
		c->checked[7]++;
		if (all.micro != c->a->says_new * GK_MICRO)
			find(c, 8, WARNING, json_pack("[s]", "T3.r1.c7"), "第一部分说收到申请 %lld 件，表三为 %s", "section 1 speaks of %lld applications, table 3 has %s", (long long)c->a->says_new, shown(all.micro, n));
	}
	if (c->a->says_norm >= 0 && !c->a->of_2019 && is_number(issued)) {
		c->checked[7]++;
		if (issued.micro != c->a->says_norm * GK_MICRO)
			find(c, 8, WARNING, json_pack("[s]", "T2.norm.issued"), "第一部分说制发规范性文件 %lld 件，表二为 %s", "section 1 speaks of %lld normative documents, table 2 has %s", (long long)c->a->says_norm,
			     shown(issued.micro, n));
	}
}

static void
check_a9(struct check *c)
{
	for (int i = 0; i < GK_SECTIONS; i++) {
		c->checked[8]++;
		if (!c->a->section[i])
			find(c, 9, WARNING, NULL, "没有“%s、%s”", "there is no heading %s, %s", gk_section_numeral[i], gk_section[i]);
		else if (c->a->section_odd[i])
			find(c, 9, INFO, NULL, "第%s部分的标题不是“%s”", "the heading of section %s is not the form's: %s", gk_section_numeral[i], gk_section[i]);
	}
	if (!c->a->in_order)
		find(c, 9, WARNING, NULL, "六个部分的次序不对", "the six sections are not in order");
}

/* Article 49: departments by 31 January; the report of a level of government by 31 March. */
static void
check_a10(struct check *c)
{
	struct gk_date d = c->a->published, end = { (int16_t)(c->a->year + 1), 1, 31 };
	bool government = strstr(c->a->organisation, "人民政府") != NULL;
	char day[12], limit[12];

	if (c->a->year == 0 || d.year == 0)
		return;
	if (government)
		end.month = 3;
	c->checked[9]++;
	gk_date_format(d, day);
	gk_date_format(end, limit);
	if (gk_date_first_day(d) > gk_date_first_day(end))
		find(c, 10, WARNING, NULL, "公布于 %s，应不迟于 %s", "published on %s, due by %s", day, limit);
}

static void
check_a11(struct check *c, const struct gk_annual *children, size_t n)
{
	for (int r = 0; r < GK_T3_ROWS && n > 0; r++)
		for (int i = 0; i < GK_T3_COLUMNS; i++) {
			int64_t s = 0;
			char a[32], b[32];

			for (size_t k = 0; k < n; k++)
				s += value(of_column(&children[k], r, i));
			if (!c->a->t3_row[r].found)
				continue;
			c->checked[10]++;
			if (s != value(of_column(c->a, r, i)))
				find(c, 11, WARNING, json_pack("[o]", t3_cell(r, i)), "T3.%s.c%d：本报告 %s，各下级之和 %s", "T3.%s.c%d: %s here, %s below", gk_t3_form[r].id, i + 1, shown(value(of_column(c->a, r, i)), a), shown(s, b));
		}
	for (int g = 0; g < GK_T4_GROUPS && n > 0 && c->a->has_t4; g++)
		for (int i = 0; i < GK_T4_COLUMNS; i++) {
			int64_t s = 0;
			char a[32], b[32];

			for (size_t k = 0; k < n; k++)
				s += value(children[k].t4[g][i]);
			c->checked[10]++;
			if (s != value(c->a->t4[g][i]))
				find(c, 11, WARNING, json_pack("[o]", json_sprintf("T4.%s.%s", gk_t4_group[g], gk_t4_column[i])), "T4.%s.%s：本报告 %s，各下级之和 %s", "T4.%s.%s: %s here, %s below", gk_t4_group[g], gk_t4_column[i],
				     shown(value(c->a->t4[g][i]), a), shown(s, b));
		}
}

static void
check_a12(struct check *c)
{
	struct gk_figure f = of_column(c->a, GK_T3_FEE_UNPAID, GK_T3_COLUMNS - 1);

	if (!is_number(f) || f.micro == 0)
		return;
	c->checked[11]++;
	if (!c->a->says_fee)
		find(c, 12, INFO, json_pack("[s]", "T3.r3.6.2.c7"), "第六部分没有说明信息处理费的收取情况", "section 6 does not speak of the processing fee");
}

json_t *
gk_annual_check(const struct gk_annual *a, const struct gk_annual *former, const struct gk_annual *children, size_t n)
{
	struct check c = { .a = a, .findings = json_array() };
	json_t *identities = json_array();

	check_a1(&c);
	check_a2(&c);
	check_a3(&c);
	check_a4(&c, former);
	check_a5(&c);
	check_a6(&c, former);
	check_a7(&c);
	check_a8(&c);
	check_a9(&c);
	check_a10(&c);
	check_a11(&c, children, n);
	check_a12(&c);
	for (int i = 0; i < IDENTITIES; i++) {
		char id[16];

		snprintf(id, sizeof id, "A%d", i + 1);
		json_array_append_new(identities, json_pack("{s:s, s:s, s:s, s:i, s:i}", "id", id, "what", what[i].zh, "what_en", what[i].en, "checked", (int)c.checked[i], "failed", (int)c.failed[i]));
	}
	return json_pack("{s:i, s:i, s:o, s:o}", "errors", (int)c.count[ERROR], "warnings", (int)c.count[WARNING], "identities", identities, "findings", c.findings);
}

/* --- cells ---------------------------------------------------------------------------------------------------------- */

static json_t *
as_json(struct gk_figure f)
{
	char text[32];

	if (f.is == GK_F_BAD)
		return json_string("?");
	if (f.is != GK_F_NUMBER)
		return json_null();
	if (f.micro % GK_MICRO == 0)
		return json_integer(f.micro / GK_MICRO);
	gk_figure_format(f, text);
	return json_string(text);
}

json_t *
gk_annual_cells(const struct gk_annual *a)
{
	json_t *o = json_object();
	char name[64];

	for (int r = 0; r < GK_T2_ROWS; r++)
		for (int i = 0; i < GK_T2_COLUMNS; i++) {
			const char *column = a->of_2019 ? gk_t2_form[r].columns_2019[i] : gk_t2_form[r].columns[i];

			if (column == NULL || !a->t2_row[r].found)
				continue;
			snprintf(name, sizeof name, "T2.%s.%s", gk_t2_form[r].id, column);
			json_object_set_new(o, name, as_json(a->t2[r][i]));
		}
	for (int r = 0; r < GK_T3_ROWS; r++)
		for (int i = 0; i < GK_T3_COLUMNS && a->t3_row[r].found; i++) {
			snprintf(name, sizeof name, "T3.%s.c%d", gk_t3_form[r].id, i + 1);
			json_object_set_new(o, name, as_json(a->t3[r][i]));
		}
	for (int g = 0; g < GK_T4_GROUPS; g++)
		for (int i = 0; i < GK_T4_COLUMNS && a->has_t4; i++) {
			snprintf(name, sizeof name, "T4.%s.%s", gk_t4_group[g], gk_t4_column[i]);
			json_object_set_new(o, name, as_json(a->t4[g][i]));
		}
	return o;
}
