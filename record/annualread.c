/*
 * From lines (annualread-lines.c) to the cells of the form.
 *
 *   rows     which line is which row of 表三: labels where they are whole, the order where they are torn (align)
 *   columns  by count; where cells are lost in blanks, by the place on the line that full rows have
 */
#include "record/annualread-private.h"

#include "base/memory.h"
#include "base/numeral.h"
#include "base/status.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CANDIDATES = 128, HEAD_ROWS = 8, FEW = 4, T4_CELLS = GK_T4_GROUPS * GK_T4_COLUMNS };

static void __attribute__((format(printf, 3, 5), format(printf, 4, 5)))
note(struct gk_annual *a, const char *code, const char *zh, const char *en, ...)
{
	char text[2][400];
	va_list ap;

	va_start(ap, en);
	gk_words(text[0], sizeof text[0], zh, ap);
	gk_words(text[1], sizeof text[1], en, ap);
	va_end(ap);
	json_array_append_new(a->notes, json_pack("{s:s, s:s, s:s}", "code", code, "message", text[0], "message_en", text[1]));
}

/* --- headings ------------------------------------------------------------------------------------------------------------ */

static const char *const section_keys[GK_SECTIONS][3] = {
	{ "总体情况", NULL, NULL }, { "主动公开政府信息", "主动公开", NULL }, { "收到和处理", "收到及处理", "处理政府信息公开申请情况" },
	{ "行政诉讼情况", "提起行政诉讼", "行政复议行政诉讼" }, { "主要问题及改进", "主要问题", "存在的问题" }, { "其他需要报告", "需要报告的其他", "需要说明的事项" },
};

/* 一、总体情况: its numeral or nothing, and words of that section; *odd if the words are in no form. */
static bool
is_heading(const struct line *l, size_t section, bool *odd)
{
	const char *s = l->letters, *numeral = gk_section_numeral[section];
	bool numbered = strncmp(l->folded, numeral, strlen(numeral)) == 0 && strncmp(s, numeral, strlen(numeral)) == 0, same = false, has = false;

	if (l->numbers > 0 || strlen(s) > 40 * 3)
		return false;
	if (numbered)
		s += strlen(numeral);
	for (size_t i = 0; i < 3 && section_keys[section][i] != NULL; i++)
		has |= strstr(s, section_keys[section][i]) != NULL;
	{
		char *form = annual_letters(gk_section[section], strlen(gk_section[section]), true);

		same = strcmp(form, s) == 0;
		free(form);
	}
	for (const char *const *v = gk_section_variants[section]; *v != NULL && !same; v++) {
		char *form = annual_letters(*v, strlen(*v), true);

		same = strcmp(form, s) == 0;
		free(form);
	}
	*odd = !same;
	return same || (numbered && has);
}

static size_t
next_heading(const struct reader *r, size_t section, size_t from, bool *odd)
{
	for (size_t i = from; i < r->n; i++)
		if (is_heading(&r->lines[i], section, odd))
			return i;
	return r->n;
}

static size_t
last_heading(const struct reader *r, size_t section, size_t before)
{
	bool odd;

	for (size_t i = before < r->n ? before : r->n; i > 0; i--)
		if (is_heading(&r->lines[i - 1], section, &odd))
			return i - 1;
	return r->n;
}

static void
read_headings(struct reader *r)
{
	size_t from = 0;
	bool odd;

	r->a->in_order = true;
	for (size_t i = 0; i < GK_SECTIONS; i++) {
		size_t at = next_heading(r, i, from, &odd);

		if (at == r->n) {
			at = next_heading(r, i, 0, &odd);
			if (at < r->n)
				r->a->in_order = false;
		} else {
			from = at + 1;
		}
		r->a->section[i] = at < r->n;
		r->a->section_odd[i] = at < r->n && odd;
	}
}

/* --- columns --------------------------------------------------------------------------------------------------------------- */

/* Where the middles of a table's columns are, by its full rows. */
struct places { unsigned middle[T4_CELLS]; bool known; };

static int
by_number(const void *a, const void *b)
{
	unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

	return (x > y) - (x < y);
}

static void
learn_places(struct line *const *rows, size_t n, size_t want, struct places *p)
{
	unsigned seen[CANDIDATES];

	p->known = false;
	for (size_t c = 0; c < want; c++) {
		size_t k = 0;

		for (size_t i = 0; i < n; i++)
			if (rows[i] != NULL && !rows[i]->exact && rows[i]->data_n == want && k < CANDIDATES)
				seen[k++] = rows[i]->cells[rows[i]->data + c].middle;
		if (k == 0)
			return;
		qsort(seen, k, sizeof *seen, by_number);
		p->middle[c] = seen[k / 2];
	}
	p->known = true;
}

/* The column whose middle is nearest to the cell's. */
static size_t
nearest(const struct places *p, const struct cell *c, size_t want)
{
	size_t best = 0;

	for (size_t k = 1; k < want; k++)
		if (abs((int)p->middle[k] - (int)c->middle) < abs((int)p->middle[best] - (int)c->middle))
			best = k;
	return best;
}

static bool
take_by_place(const struct line *l, const struct places *p, struct gk_figure *to, size_t want)
{
	size_t last = SIZE_MAX;

	if (!p->known || l->exact || l->data_n > want)
		return false;
	for (size_t i = 0; i < l->data_n; i++) {
		const struct cell *c = &l->cells[l->data + i];
		size_t best = nearest(p, c, want);

		if (last != SIZE_MAX && best <= last)
			return false;
		last = best;
	}
	for (size_t i = 0; i < want; i++)
		to[i] = (struct gk_figure){ GK_F_BLANK, 0, 0 };
	for (size_t i = 0; i < l->data_n; i++) {
		const struct cell *c = &l->cells[l->data + i];

		to[nearest(p, c, want)] = c->figure;
	}
	return true;
}

/* What follows the last number that a row may have: cells with words are remarks, empty ones are nothing. */
static size_t
width_of(const struct line *l, size_t want)
{
	size_t n = l->data_n;

	while (n > want && (l->cells[l->data + n - 1].figure.is != GK_F_NUMBER))
		n--;
	return n;
}

static void
take_row(const struct line *l, const struct places *p, size_t want, struct gk_figure *to, struct gk_annual_row *row)
{
	size_t n = width_of(l, want);

	*row = (struct gk_annual_row){ true, false, (unsigned)n };
	if (n != want && take_by_place(l, p, to, want)) {
		row->columns = (unsigned)want;
		return;
	}
	row->unsure = n != want;
	for (size_t i = 0; i < want; i++) {
		const struct cell *c = &l->cells[l->data + i];

		to[i] = i >= n ? (struct gk_figure){ GK_F_BLANK, 0, 0 } : c->covered ? (struct gk_figure){ GK_F_BLANK, 0, 0 } : c->figure;
		if (i < n && c->covered)
			row->unsure = true;
	}
}

static int64_t
sum(const struct gk_figure *f, size_t n)
{
	int64_t s = 0;

	for (size_t i = 0; i < n; i++)
		s += f[i].is == GK_F_NUMBER ? f[i].micro : 0;
	return s;
}

static bool
is_same(const struct gk_figure *a, const struct gk_figure *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].is != b[i].is || a[i].micro != b[i].micro)
			return false;
	return true;
}

static bool
adds_up(const struct gk_figure f[GK_T3_COLUMNS])
{
	return f[6].is == GK_F_NUMBER && sum(f, 6) == f[6].micro;
}

/*
 * A row of 表三 with a number too many or too few: as it stands from the left; else without the one number, or with the one gap, that
 * makes its 总计 right, if there is only one way to do so.  Nothing is invented: else it stays a guess.
 */
static void
mend_ragged(const struct line *l, struct gk_figure to[GK_T3_COLUMNS], struct gk_annual_row *row)
{
	struct gk_figure all[GK_T3_COLUMNS + 1], best[GK_T3_COLUMNS];
	size_t n = row->columns, ways = 0;

	if (!row->unsure || adds_up(to) || (n != GK_T3_COLUMNS + 1 && n != GK_T3_COLUMNS - 1)) {
		row->unsure = row->unsure && !adds_up(to);
		return;
	}
	for (size_t i = 0; i < n; i++)
		all[i] = l->cells[l->data + i].figure;
	for (size_t gap = 0; gap <= (n < GK_T3_COLUMNS ? n : n - 1); gap++) {
		struct gk_figure f[GK_T3_COLUMNS];

		for (size_t i = 0; i < GK_T3_COLUMNS; i++) {
			if (n > GK_T3_COLUMNS)
				f[i] = all[i < gap ? i : i + 1];
			else
				f[i] = i == gap ? (struct gk_figure){ GK_F_BLANK, 0, 0 } : all[i < gap ? i : i - 1];
		}
		if (adds_up(f) && (ways == 0 || !is_same(f, best, GK_T3_COLUMNS))) {
			memcpy(best, f, sizeof f);
			ways++;
		}
	}
	if (ways == 1) {
		memcpy(to, best, sizeof best);
		row->unsure = false;
	}
}

/* --- 表三 ------------------------------------------------------------------------------------------------------------------ */

struct candidate { struct line *line; int own; char *before; };

/*
 * Each candidate is one of the form's rows or none, in their order: the sum of what speaks for it is greatest.  A row's own label is
 * worth most; the torn half of one on the line before, less; a row without any takes its place by the order alone.
 */
static void
align(const struct candidate *c, size_t n, const int *rows, size_t rows_n, int *out)
{
	int score[CANDIDATES + 1][GK_T3_ROWS + 1];

	for (size_t i = 0; i <= n; i++)
		for (size_t j = 0; j <= rows_n; j++) {
			int best = 0, one;

			if (i == 0 || j == 0) {
				score[i][j] = 0;
				continue;
			}
			best = score[i - 1][j] > score[i][j - 1] ? score[i - 1][j] : score[i][j - 1];
			one = c[i - 1].own >= 0 ? (c[i - 1].own == rows[j - 1] ? 20 : -40) : 1;
			if (c[i - 1].own < 0 && annual_label_is(c[i - 1].before, c[i - 1].before, gk_t3_form[rows[j - 1]].known_by))
				one += 5;
			if (c[i - 1].own < 0 && i < n && annual_label_is(c[i].before, c[i].before, gk_t3_form[rows[j - 1]].known_by))
				one += 2;
			if (score[i - 1][j - 1] + one > best)
				best = score[i - 1][j - 1] + one;
			score[i][j] = best;
		}
	for (size_t i = 0; i < n; i++)
		out[i] = -1;
	for (size_t i = n, j = rows_n; i > 0 && j > 0;) {
		if (score[i][j] == score[i - 1][j]) {
			i--;
		} else if (score[i][j] == score[i][j - 1]) {
			j--;
		} else {
			out[--i] = rows[--j];
		}
	}
}

/* A row that has lost its label has at least so many cells, else it is a page number or the like. */
static bool
may_be_row(const struct line *l, int own)
{
	return own >= 0 ? l->data_n > 0 && strlen(l->letters) < 120 * 3 : l->data_n >= FEW && l->numbers >= FEW - 1 && l->data_n <= GK_T3_COLUMNS + 3;
}

static size_t
t3_candidates(struct reader *r, size_t from, size_t to, struct candidate *c)
{
	size_t n = 0;
	char *before = annual_copy("", 0);

	for (size_t i = from; i < to && n < CANDIDATES; i++) {
		struct line *l = &r->lines[i];
		int own = annual_t3_row(l->letters, l->last_label, r->a->of_2019);

		if (may_be_row(l, own)) {
			c[n++] = (struct candidate){ l, own, before };
			before = annual_copy("", 0);
		} else if (strlen(before) + strlen(l->letters) < ANNUAL_LETTERS_MAX * 3) {
			char *more = gk_malloc_or_end(strlen(before) + strlen(l->letters) + 1);

			strcpy(more, before);
			strcat(more, l->letters);
			free(before);
			before = more;
		}
	}
	free(before);
	return n;
}

/* In which cell of the rows of a table its first column of numbers is, by the head; SIZE_MAX if there is no head that tells. */
static size_t
first_column(const struct reader *r, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		for (size_t k = 0; k < r->lines[i].cells_n && r->lines[i].grid; k++) {
			const struct cell *c = &r->lines[i].cells[k];
			char *letters = annual_letters(c->s, c->n, true);
			bool is = !c->covered && strcmp(letters, "自然人") == 0;

			free(letters);
			if (is)
				return k;
		}
	return SIZE_MAX;
}

/* Labels of three columns are not always merged: what is empty between a label and the first column of numbers is no number. */
static void
skip_to_column(struct line *l, size_t column)
{
	size_t blank = l->data;

	if (!l->grid || column == SIZE_MAX || column <= l->data || l->data + l->data_n < column + GK_T3_COLUMNS)
		return;
	while (blank < column && (l->cells[blank].figure.is == GK_F_BLANK || l->cells[blank].covered))
		blank++;
	if (blank < column)
		return;
	l->data_n -= column - l->data;
	l->data = column;
}

static void
take_t3(struct reader *r, const struct candidate *c, const int *which, size_t n)
{
	struct gk_annual *a = r->a;
	struct line *rows[CANDIDATES] = { NULL };
	struct places places;

	for (size_t i = 0; i < n; i++)
		rows[i] = which[i] >= 0 ? c[i].line : NULL;
	learn_places(rows, n, GK_T3_COLUMNS, &places);
	for (size_t i = 0; i < n; i++) {
		const struct line *l = c[i].line;
		struct gk_annual_row *row;

		if (which[i] < 0)
			continue;
		row = &a->t3_row[which[i]];
		take_row(l, &places, GK_T3_COLUMNS, a->t3[which[i]], row);
		mend_ragged(l, a->t3[which[i]], row);
		if (row->columns != GK_T3_COLUMNS)
			note(a, "ragged", "T3.%s：columns=%u expected=%d%s", "T3.%s: columns=%u expected=%d%s", gk_t3_form[which[i]].id, row->columns, GK_T3_COLUMNS,
			     row->unsure ? " ?" : "");
	}
}

static bool
is_row_of_t3(const struct line *l, enum gk_t3_row row)
{
	return annual_label_is(l->letters, l->last_label, gk_t3_form[row].known_by) && strlen(l->letters) < 60 * 3;
}

static void
drop_candidates(struct candidate *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(c[i].before);
}

/*
 * Three rows of （六） or one?  By their labels, which may be torn over lines; where nothing of them is left, by the number of rows: 25 or 23.
 */
static bool
is_form_of_2021(struct reader *r, size_t from, size_t to)
{
	static const char *const words[] = { "逾期不补", "收费通知", "逾期未按" };
	struct candidate c[CANDIDATES];
	size_t n = 0, used = 0;
	bool is = false;
	char *all;

	for (size_t i = from; i < to; i++)
		n += strlen(r->lines[i].letters);
	all = gk_malloc_or_end(n + 1);
	for (size_t i = from; i < to; i++) {
		strcpy(all + used, r->lines[i].letters);
		used += strlen(r->lines[i].letters);
	}
	all[used] = '\0';
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		is |= strstr(all, words[i]) != NULL;
	free(all);
	if (!is) {
		n = t3_candidates(r, from, to, c);
		is = n >= GK_T3_ROWS - 1;
		drop_candidates(c, n);
	}
	return is;
}

static void
read_t3(struct reader *r)
{
	struct candidate c[CANDIDATES];
	int which[CANDIDATES], rows[GK_T3_ROWS] = { 0 };
	size_t from = r->n, to, n, rows_n = 0, column;

	for (size_t i = 0; i < r->n; i++)
		if (is_row_of_t3(&r->lines[i], GK_T3_NEW) && (r->lines[i].data_n > 0 || last_heading(r, 2, i) < r->n)) {
			from = i;
			if (r->lines[i].data_n >= FEW)
				break;
		}
	if (from == r->n) {
		from = last_heading(r, 2, r->n);
		from += from < r->n;
	} else if (from > 0) {
		from--;
	}
	for (to = from; to < r->n; to++) {
		const struct line *l = &r->lines[to];
		bool odd;

		if (is_heading(l, 3, &odd) || strstr(l->letters, "结果维持") != NULL)
			break;
	}
	column = first_column(r, from > HEAD_ROWS ? from - HEAD_ROWS : 0, to);
	for (size_t i = from; i < to; i++)
		skip_to_column(&r->lines[i], column);
	if (from < r->n && !r->a->of_2019)
		r->a->of_2019 = !is_form_of_2021(r, from, to);
	for (int i = 0; i < GK_T3_ROWS; i++)
		if (r->a->of_2019 ? gk_t3_form[i].of_2019 : gk_t3_form[i].of_2021)
			rows[rows_n++] = i;
	n = t3_candidates(r, from, to, c);
	align(c, n, rows, rows_n, which);
	take_t3(r, c, which, n);
	drop_candidates(c, n);
	for (size_t i = 0; i < rows_n; i++)
		r->a->has_t3 |= r->a->t3_row[rows[i]].found;
	for (size_t i = 0; i < rows_n && r->a->has_t3; i++)
		if (!r->a->t3_row[rows[i]].found)
			note(r->a, "row_missing", "表三没有找到 %s %s", "table 3: row %s %s was not found", gk_t3_form[rows[i]].id, gk_t3_form[rows[i]].label);
}

/* --- 表二 -------------------------------------------------------------------------------------------------------------------- */

static size_t
first_of(const struct reader *r, size_t from, const char *word)
{
	for (size_t i = from; i < r->n; i++)
		if (strstr(r->lines[i].letters, word) != NULL)
			return i;
	return r->n;
}

/* 行政事业性 / 收费 12.5 and 行政规 / 范性文 7 3 26 / 件: the label began on the line above, and may end on the one below. */
static int
t2_row_around(const struct reader *r, size_t i, size_t to)
{
	const char *above = r->lines[i - 1].data_n == 0 ? r->lines[i - 1].letters : "", *below = i + 1 < to && r->lines[i + 1].data_n == 0 ? r->lines[i + 1].letters : "";
	char *label;
	int row;

	if (strlen(above) > 40 * 3)
		above = "";
	if (strlen(below) > 40 * 3)
		below = "";
	label = gk_malloc_or_end(strlen(above) + strlen(r->lines[i].letters) + strlen(below) + 1);
	strcpy(label, above);
	strcat(label, r->lines[i].letters);
	row = annual_t2_row(label);
	if (row < 0 && *above != '\0') {
		strcat(label, below);
		row = annual_t2_row(label);
	}
	free(label);
	return row;
}

static void
read_t2(struct reader *r)
{
	struct gk_annual *a = r->a;
	struct line *line_of[GK_T2_ROWS] = { NULL };
	struct places places;
	size_t to = r->n, from;
	bool odd;

	/* Its columns are named nowhere else; without these names, from heading 二. */
	from = first_of(r, 0, "本年制发件数");
	if (from == r->n)
		from = first_of(r, 0, "现行有效件数");
	if (from == r->n && (from = first_of(r, 0, "本年新制作")) < r->n)
		a->of_2019 = true;
	if (from == r->n)
		from = last_heading(r, 1, last_heading(r, 2, r->n));
	for (size_t i = from; i < r->n && to == r->n; i++)
		if (is_heading(&r->lines[i], 2, &odd) || is_row_of_t3(&r->lines[i], GK_T3_NEW))
			to = i;
	for (size_t i = from; i < to; i++) {
		struct line *l = &r->lines[i];
		int row = annual_t2_row(l->last_label[0] != '\0' && annual_t2_row(l->last_label) >= 0 ? l->last_label : l->letters);

		if (l->data_n == 0 || (!l->exact && l->numbers == 0) || strlen(l->letters) > 40 * 3)
			continue;
		if (row < 0 && i > from)
			row = t2_row_around(r, i, to);
		if (row >= 0 && line_of[row] == NULL && (l->numbers > 0 || l->exact))
			line_of[row] = l;
	}
	a->of_2019 |= line_of[GK_T2_PURCHASE] != NULL || line_of[GK_T2_SERVICE] != NULL;
	learn_places(line_of, 2, GK_T2_COLUMNS, &places);
	for (size_t i = 0; i < GK_T2_ROWS; i++) {
		const struct gk_t2_form *form = &gk_t2_form[i];
		size_t want = a->of_2019 ? form->n_2019 : form->n;

		if (line_of[i] == NULL || want == 0)
			continue;
		a->has_t2 = true;
		take_row(line_of[i], &places, want, a->t2[i], &a->t2_row[i]);
		if (a->t2_row[i].unsure)
			note(a, "ragged", "T2.%s：columns=%u expected=%zu ?", "T2.%s: columns=%u expected=%zu ?", form->id, a->t2_row[i].columns, want);
	}
	for (size_t i = 0; i < GK_T2_ROWS && a->has_t2; i++)
		if (line_of[i] == NULL && (a->of_2019 ? i < GK_T2_SERVICE : gk_t2_form[i].n > 0))
			note(a, "row_missing", "表二没有找到 %s %s", "table 2: row %s %s was not found", gk_t2_form[i].id, gk_t2_form[i].label);
}

/* --- 表四 -------------------------------------------------------------------------------------------------------------------- */

/* Groups of five that add up show where they are, even when one of the three was left out. */
static void
take_t4(struct gk_annual *a, const struct line *l)
{
	struct gk_figure f[T4_CELLS];
	struct places none = { .known = false };

	take_row(l, &none, T4_CELLS, f, &a->t4_row);
	for (size_t i = 0; i < T4_CELLS; i++)
		a->t4[i / GK_T4_COLUMNS][i % GK_T4_COLUMNS] = f[i];
	if (a->t4_row.unsure)
		note(a, "ragged", "T4：columns=%u expected=%d ?", "T4: columns=%u expected=%d ?", a->t4_row.columns, T4_CELLS);
}

static void
read_t4(struct reader *r)
{
	struct gk_annual *a = r->a;
	struct line *best = NULL, *five[GK_T4_GROUPS];
	size_t from = first_of(r, 0, "结果维持"), fives = 0;
	bool odd;

	if (from == r->n) {
		from = last_heading(r, 3, r->n);
		from += from < r->n;
	}
	for (size_t i = from; i < r->n && !is_heading(&r->lines[i], 4, &odd) && !is_heading(&r->lines[i], 5, &odd); i++) {
		struct line *l = &r->lines[i];

		if (l->data_n < GK_T4_COLUMNS || (!l->exact && l->numbers < GK_T4_COLUMNS))
			continue;
		if (l->numbers == 0 && l->data_n < T4_CELLS)
			continue;
		if (fives < GK_T4_GROUPS && width_of(l, GK_T4_COLUMNS) == GK_T4_COLUMNS && l->letters[0] != '\0')
			five[fives++] = l;
		if (best == NULL || l->numbers > best->numbers)
			best = l;
	}
	if (best == NULL)
		return;
	a->has_t4 = true;
	if (fives == GK_T4_GROUPS && best->numbers <= GK_T4_COLUMNS) {
		for (size_t g = 0; g < GK_T4_GROUPS; g++)
			for (size_t c = 0; c < GK_T4_COLUMNS; c++)
				a->t4[g][c] = five[g]->cells[five[g]->data + c].figure;
		a->t4_row = (struct gk_annual_row){ true, false, T4_CELLS };
		return;
	}
	take_t4(a, best);
}

/* --- who, when, and what the prose says ----------------------------------------------------------------------------------------- */

static int
year_before(const char *s, const char *nian)
{
	int y = 0;

	if (nian - s >= 4 && strspn(nian - 4, "0123456789") >= 4) {
		y = atoi(nian - 4);
	} else if (nian - s >= 12) {
		uint32_t v;

		if (gk_numeral_scan(nian - 12, 12, &v) == 12)
			y = (int)v;
	}
	return y >= 2008 && y <= 2200 ? y : 0;
}

static void
set_organisation(struct gk_annual *a, const char *s, size_t n)
{
	static const char *const drop[] = { "关于", "《", "标题:", "的" };

	for (size_t i = 0; i < sizeof drop / sizeof *drop; i++)
		if (n >= strlen(drop[i]) && strncmp(s, drop[i], strlen(drop[i])) == 0) {
			s += strlen(drop[i]);
			n -= strlen(drop[i]);
		}
	snprintf(a->organisation, sizeof a->organisation, "%.*s", (int)(n < 200 ? gk_utf8_cut(s, n) : 0), s);
}

/* 大竹县妈妈镇人民政府2021年政府信息公开工作年度报告, or 2021年大竹县…政府信息公开工作年度报告 */
static bool
read_title(struct gk_annual *a, const char *folded)
{
	const char *what = strstr(folded, "政府信息公开"), *nian = folded, *end;
	int year = 0;

	if (what == NULL || strlen(folded) > 300 || (strstr(what, "年度报告") == NULL && strstr(what, "年报") == NULL))
		return false;
	while ((nian = strstr(nian, "年")) != NULL && nian < what && (year = year_before(folded, nian)) == 0)
		nian += strlen("年");
	if (nian == NULL || nian >= what || year == 0)
		return false;
	a->year = year;
	end = nian - (nian - folded >= 4 && nian[-1] >= '0' && nian[-1] <= '9' ? 4 : 12);
	if (end > folded) {
		set_organisation(a, folded, (size_t)(end - folded));
	} else {
		nian += strlen("年");
		if (strncmp(nian, "度", strlen("度")) == 0)
			nian += strlen("度");
		set_organisation(a, nian, (size_t)(what - nian));
	}
	return true;
}

static void
read_meta_title(struct reader *r, const json_t *meta, const char *key)
{
	const json_t *v = json_object_get(meta, key);
	char *folded = json_is_string(v) ? annual_letters(json_string_value(v), json_string_length(v), false) : annual_copy("", 0);

	read_title(r->a, folded);
	free(folded);
}

static void
read_who(struct reader *r, const json_t *meta)
{
	static const char *const titles[] = { "ArticleTitle", "title", "标题" };

	for (size_t i = 0; i < sizeof titles / sizeof *titles && r->a->year == 0; i++)
		read_meta_title(r, meta, titles[i]);
	for (size_t i = 0; i < r->n && r->a->year == 0; i++)
		read_title(r->a, r->lines[i].folded);
	/* A title broken over two lines. */
	for (size_t i = 0; i + 1 < r->n && i < 30 && r->a->year == 0; i++) {
		char *two = gk_malloc_or_end(strlen(r->lines[i].folded) + strlen(r->lines[i + 1].folded) + 1);

		strcpy(two, r->lines[i].folded);
		strcat(two, r->lines[i + 1].folded);
		read_title(r->a, two);
		free(two);
	}
	/* That of the window: often the site's own, so it is asked last. */
	if (r->a->year == 0)
		read_meta_title(r, meta, "html:title");
}

static void
read_published(struct reader *r, const json_t *meta)
{
	static const char *const keys[] = { "PubDate", "pubdate", "发布日期", "发布时间", "published_at" }, *const words[] = { "发布日期:", "发布时间:", "公开日期:", "发文日期:" };

	for (size_t i = 0; i < sizeof keys / sizeof *keys && r->a->published.year == 0; i++) {
		const char *s = json_string_value(json_object_get(meta, keys[i]));

		if (s != NULL)
			gk_date_scan(s, strlen(s), &r->a->published);
	}
	for (size_t i = 0; i < r->n && r->a->published.year == 0; i++)
		for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
			const char *hit = strstr(r->lines[i].folded, words[k]);

			if (hit != NULL)
				gk_date_scan(hit + strlen(words[k]), strlen(hit + strlen(words[k])), &r->a->published);
		}
}

/* The prose of a section in one line, yours to free(). */
static char *
prose_of(const struct reader *r, size_t section)
{
	bool odd;
	size_t from = next_heading(r, section, 0, &odd), to, n = 0, used = 0;
	char *all;

	/* Behind a table of contents the heading stands again. */
	for (size_t again; from < r->n && (again = next_heading(r, section, from + 1, &odd)) < r->n;)
		from = again;
	for (to = from; to < r->n && (to == from || section + 1 >= GK_SECTIONS || !is_heading(&r->lines[to], section + 1, &odd)); to++)
		n += strlen(r->lines[to].folded);
	all = gk_malloc_or_end(n + 1);
	for (size_t i = from; i < to; i++) {
		strcpy(all + used, r->lines[i].folded);
		used += strlen(r->lines[i].folded);
	}
	all[used] = '\0';
	return all;
}

/* The number before 件 that belongs to `subject`, if one of the verbs stands in the same clause before it; -1 if there is none. */
static int64_t
said(const char *prose, const char *subject, const char *const *verbs)
{
	static const char *const parts[] = { "网", "信函", "当面", "邮", "传真", "其中", "现场" };

	for (const char *hit = prose; (hit = strstr(hit, subject)) != NULL; hit += strlen(subject)) {
		const char *after = hit + strlen(subject), *clause = hit, *digits;
		bool verb = false, part = false;
		char words[128];
		long long v;

		while (clause > prose && hit - clause < 60 && strncmp(clause, "。", 3) != 0 && strncmp(clause, "；", 3) != 0 && *clause != ',')
			clause--;
		snprintf(words, sizeof words, "%.*s", (int)(hit - clause), clause);
		for (const char *const *w = verbs; *w != NULL; w++)
			verb |= strstr(words, *w) != NULL;
		for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
			part |= strstr(words, parts[i]) != NULL;
		digits = after + strcspn(after, "0123456789,;.");
		if (!verb || part)
			continue;
		if (digits - after > 12 || *digits < '0' || *digits > '9' || strstr(after, "件") == NULL)
			return -1;
		v = strtoll(digits, (char **)&digits, 10);
		/* Compared in millionths: as many as a figure of a table may be. */
		return strncmp(digits, "件", strlen("件")) == 0 && v < 100000000000 ? v : -1;
	}
	return -1;
}

static void
read_prose(struct reader *r)
{
	static const char *const received[] = { "收到", "受理", "新收", NULL }, *const made[] = { "制发", "制定", "印发", "出台", NULL };
	char *first = prose_of(r, 0), *last = prose_of(r, 5);

	r->a->says_new = said(first, "公开申请", received);
	r->a->says_norm = said(first, "规范性文件", made);
	r->a->says_fee = strstr(last, "处理费") != NULL;
	free(first);
	free(last);
}

void
gk_annual_read(const char *rows, size_t n, const json_t *meta, struct gk_annual *out)
{
	struct reader r = { .a = out };

	*out = (struct gk_annual){ .notes = json_array(), .says_new = -1, .says_norm = -1 };
	if (out->notes == NULL)
		gk_memory_ended();
	annual_read_lines(&r, rows, n);
	if (r.n == ANNUAL_LINES_MAX)
		note(r.a, "cut", "只读了前 %d 行", "only the first %d lines were read", ANNUAL_LINES_MAX);
	read_headings(&r);
	read_who(&r, meta);
	read_published(&r, meta);
	read_t2(&r);
	read_t3(&r);
	read_t4(&r);
	read_prose(&r);
	if (!out->has_t2)
		note(out, "no_table", "没有找到表二（主动公开）", "table 2 was not found");
	if (!out->has_t3)
		note(out, "no_table", "没有找到表三（申请办理）", "table 3 was not found");
	if (!out->has_t4)
		note(out, "no_table", "没有找到表四（复议诉讼）", "table 4 was not found");
	for (size_t i = 0; i < r.n; i++)
		annual_drop_line(&r.lines[i]);
	free(r.lines);
}

void
gk_annual_free(struct gk_annual *a)
{
	json_decref(a->notes);
	a->notes = NULL;
}
