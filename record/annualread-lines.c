/* The lines of a published yearly report, cut into cells: by tabs or by blanks; each has its letters alone, for labels are compared by these. */
#include "record/annualread-private.h"

#include "base/memory.h"
#include "base/numeral.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS_MAX = 64 };

/* --- characters ----------------------------------------------------------------------------------------------------- */

static bool
is_blank(uint32_t c)
{
	return c == ' ' || c == '\t' || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200B) || c == 0x202F || c == 0xE000 || c == 0xFEFF || c == '\r';
}

static uint32_t
fold(uint32_t c)
{
	return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c;
}

static bool
is_han(uint32_t c)
{
	return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || c == 0x3007;
}

char *
annual_copy(const char *s, size_t n)
{
	char *to = gk_malloc_or_end(n + 1);

	memcpy(to, s, n);
	to[n] = '\0';
	return to;
}

/* The Han characters alone, or all characters without blanks and of half width. */
char *
annual_letters(const char *s, size_t n, bool han_only)
{
	char *to = gk_malloc_or_end(n * 2 + 8);
	size_t used = 0;

	for (size_t at = 0; at < n;) {
		uint32_t c;

		at += gk_utf8_decode(s + at, n - at, &c);
		if (c == GK_UTF8_BAD || is_blank(c) || (han_only && !is_han(c)) || used > ANNUAL_LETTERS_MAX * 16)
			continue;
		used += gk_utf8_encode(fold(c), to + used);
	}
	to[used] = '\0';
	return to;
}

/* --- numbers ---------------------------------------------------------------------------------------------------------- */

/* Only the characters that count, in half width; false if there is one that no number has. */
static bool
digits_of(const char *s, size_t n, char to[40])
{
	static const char *const units[] = { "(万元)", "(元)", "(件)", "万元", "元", "件", "条", "项", "个" };
	char *plain = annual_letters(s, n, false);
	size_t len = strlen(plain), used = 0;
	bool good = true;

	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		size_t k = strlen(units[i]);

		if (len > k && memcmp(plain + len - k, units[i], k) == 0) {
			len -= k;
			break;
		}
	}
	for (size_t i = 0; i < len && good; i++) {
		/* 1,234 and 1，234: the comma was folded. */
		if (plain[i] == ',' && used > 0 && len - i > 3 && strspn(plain + i + 1, "0123456789") >= 3)
			continue;
		good = used < 30 && strchr("0123456789.+-", plain[i]) != NULL;
		to[used++] = plain[i];
	}
	to[used] = '\0';
	free(plain);
	return good;
}

static bool
is_dash(const char *s, size_t n)
{
	static const char *const marks[] = { "", "-", "--", "—", "——", "－", "–", "/", "／", "\\", "无", "空" };
	char *plain = annual_letters(s, n, false);
	bool is = false;

	for (size_t i = 0; i < sizeof marks / sizeof *marks && !is; i++)
		is = strcmp(plain, marks[i]) == 0;
	free(plain);
	return is;
}

/* More than any office has of anything, and little enough that all cells of a report can be added up in millionths. */
static const int64_t WHOLE_MAX = 99999999999;

struct gk_figure
gk_figure_of(const char *s, size_t n)
{
	struct gk_figure f = { GK_F_BAD, 0, 0 };
	char text[40];
	size_t at;
	int64_t sign = 1, whole = 0, part = 0, unit = GK_MICRO;

	if (is_dash(s, n))
		return (struct gk_figure){ GK_F_BLANK, 0, 0 };
	if (!digits_of(s, n, text))
		return f;
	at = text[0] == '+' || text[0] == '-';
	sign = text[0] == '-' ? -1 : 1;
	if (text[at] < '0' || text[at] > '9')
		return f;
	for (; text[at] >= '0' && text[at] <= '9'; at++) {
		whole = whole * 10 + (text[at] - '0');
		if (whole > WHOLE_MAX)
			return f;
	}
	if (text[at] == '.') {
		size_t first = ++at;

		for (; text[at] >= '0' && text[at] <= '9'; at++) {
			unit /= 10;
			part += (text[at] - '0') * unit;
			f.decimals++;
		}
		if (at == first)
			return (struct gk_figure){ GK_F_BAD, 0, 0 };
	}
	if (text[at] != '\0')
		return (struct gk_figure){ GK_F_BAD, 0, 0 };
	f.is = GK_F_NUMBER;
	f.micro = sign * (whole * GK_MICRO + part);
	return f;
}

void
gk_figure_format(struct gk_figure f, char out[32])
{
	int64_t v = f.micro < 0 ? -f.micro : f.micro;
	size_t n;

	if (f.is != GK_F_NUMBER) {
		snprintf(out, 32, "%s", f.is == GK_F_BAD ? "?" : "");
		return;
	}
	n = (size_t)snprintf(out, 32, "%s%lld.%06lld", f.micro < 0 ? "-" : "", (long long)(v / GK_MICRO), (long long)(v % GK_MICRO));
	while (out[n - 1] == '0')
		out[--n] = '\0';
	if (out[n - 1] == '.')
		out[--n] = '\0';
}

/* --- labels ------------------------------------------------------------------------------------------------------------ */

/* A pattern that begins with = is the whole label. */
bool
annual_label_is(const char *letters, const char *last, const char *const *known)
{
	for (; *known != NULL; known++) {
		if (**known != '=' ? strstr(letters, *known) != NULL : strcmp(letters, *known + 1) == 0 || strcmp(last, *known + 1) == 0)
			return true;
	}
	return false;
}

int
annual_t3_row(const char *letters, const char *last, bool of_2019)
{
	int found = -1;

	/* The label itself first: a group's name may stand on the same line. */
	for (int i = 0; i < GK_T3_ROWS && *last != '\0'; i++)
		if ((of_2019 ? gk_t3_form[i].of_2019 : gk_t3_form[i].of_2021) && annual_label_is(last, last, gk_t3_form[i].known_by))
			return i;
	for (int i = 0; i < GK_T3_ROWS; i++)
		if ((of_2019 ? gk_t3_form[i].of_2019 : gk_t3_form[i].of_2021) && annual_label_is(letters, last, gk_t3_form[i].known_by))
			found = i;
	return found;
}

int
annual_t2_row(const char *letters)
{
	static const struct { const char *word; enum gk_t2_row row; } words[] = {
		{ "规范性文件", GK_T2_NORM }, { "行政许可", GK_T2_LICENSE }, { "其他对外管理服务", GK_T2_SERVICE }, { "对外管理服务事项", GK_T2_SERVICE },
		{ "行政处罚", GK_T2_PENALTY }, { "行政强制", GK_T2_COERCION }, { "事业性收费", GK_T2_FEE }, { "集中采购", GK_T2_PURCHASE }, { "规章", GK_T2_RULE },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strstr(letters, words[i].word) != NULL)
			return (int)words[i].row;
	return -1;
}

static bool
is_label(const struct cell *c)
{
	char *letters = annual_letters(c->s, c->n, true);
	bool is = annual_t3_row(letters, letters, false) >= 0 || annual_t3_row(letters, letters, true) >= 0 || annual_t2_row(letters) >= 0;

	free(letters);
	return is;
}

/* --- lines ------------------------------------------------------------------------------------------------------------- */

static void
add_cell(struct line *l, const char *s, size_t n, unsigned middle)
{
	struct cell *c;

	if (l->cells_n == CELLS_MAX)
		return;
	if (l->cells_n == l->cells_cap) {
		size_t cap = l->cells_cap == 0 ? 16 : l->cells_cap * 2;
		struct cell *to = gk_calloc_or_end(cap, sizeof *to);

		if (l->cells_n > 0)
			memcpy(to, l->cells, l->cells_n * sizeof *to);
		free(l->cells);
		l->cells = to;
		l->cells_cap = cap;
	}
	c = &l->cells[l->cells_n++];
	*c = (struct cell){ .s = s, .n = n, .middle = middle, .covered = n == 3 && memcmp(s, "\xEE\x80\x80", 3) == 0 };
	c->figure = gk_figure_of(s, n);
}

static void
cut_by_tabs(struct line *l)
{
	size_t at = l->n > 0 && l->s[0] == '\t';

	l->exact = true;
	l->grid = at == 1;
	for (;;) {
		const char *tab = memchr(l->s + at, '\t', l->n - at);
		size_t to = tab == NULL ? l->n : (size_t)(tab - l->s);

		add_cell(l, l->s + at, to - at, 0);
		if (tab == NULL)
			return;
		at = to + 1;
	}
}

static void
cut_by_blanks(struct line *l)
{
	unsigned column = 0;

	for (size_t at = 0; at < l->n;) {
		size_t from = at;
		unsigned first = column;
		uint32_t c;

		for (size_t len; at < l->n; at += len) {
			len = gk_utf8_decode(l->s + at, l->n - at, &c);
			if (is_blank(c))
				break;
			column += c >= 0x1100 ? 2 : 1;
		}
		if (at > from)
			add_cell(l, l->s + from, at - from, first + column);
		for (size_t len; at < l->n; at += len) {
			len = gk_utf8_decode(l->s + at, l->n - at, &c);
			if (!is_blank(c))
				break;
			column += c == 0x3000 ? 2 : 1;
		}
	}
}

/* Cells with tabs between them, though the line has blanks: nothing but one text. */
static bool
has_one_text(const struct line *l)
{
	size_t texts = 0;

	for (size_t i = 0; i < l->cells_n; i++) {
		if (l->cells[i].figure.is == GK_F_NUMBER)
			return false;
		texts += l->cells[i].figure.is == GK_F_BAD && !l->cells[i].covered;
	}
	return texts == 1 && l->s[0] == '\t';
}

/* Where the label ends and the data begin. */
static void
find_data(struct line *l)
{
	size_t label = SIZE_MAX, best = 0, best_n = 0;

	l->data = l->cells_n;
	if (!l->exact) {
		for (size_t i = 0, run = 0; i < l->cells_n; i++) {
			run = l->cells[i].figure.is == GK_F_BAD ? 0 : run + 1;
			if (run > 0 && run >= best_n) {
				best_n = run;
				best = i + 1 - run;
			}
		}
		l->data = best_n > 0 ? best : l->cells_n;
		l->data_n = best_n;
	} else {
		size_t first = SIZE_MAX, known = SIZE_MAX;

		for (size_t i = 0; i < l->cells_n; i++)
			if (l->cells[i].figure.is == GK_F_NUMBER && first == SIZE_MAX)
				first = i;
		for (size_t i = 0; i < l->cells_n; i++) {
			const struct cell *c = &l->cells[i];

			if (c->figure.is != GK_F_BAD || c->covered)
				continue;
			if (i < first)
				label = i;
			if (is_label(c))
				known = i;
		}
		/* Behind a label of the form even words stand where a number should. */
		label = known != SIZE_MAX ? known : label;
		l->data = label == SIZE_MAX ? 0 : label + 1;
		while (l->data < l->cells_n && l->cells[l->data].covered)
			l->data++;
		l->data_n = l->cells_n - l->data;
	}
	for (size_t i = l->data; i < l->data + l->data_n; i++)
		l->numbers += l->cells[i].figure.is == GK_F_NUMBER;
}

static void
name_line(struct line *l)
{
	size_t end = l->data < l->cells_n && l->numbers + l->data_n > 0 ? (size_t)(l->cells[l->data].s - l->s) : l->n;

	l->letters = annual_letters(l->s, end, true);
	l->folded = annual_letters(l->s, l->n, false);
	l->last_label = annual_copy("", 0);
	for (size_t i = l->data; i > 0; i--)
		if (l->cells[i - 1].figure.is == GK_F_BAD && !l->cells[i - 1].covered) {
			free(l->last_label);
			l->last_label = annual_letters(l->cells[i - 1].s, l->cells[i - 1].n, true);
			break;
		}
}

static void
read_line(struct line *l, const char *s, size_t n)
{
	*l = (struct line){ .s = s, .n = n };
	if (memchr(s, '\t', n) != NULL) {
		cut_by_tabs(l);
		if (has_one_text(l)) {
			l->cells_n = 0;
			l->exact = false;
		}
	}
	if (!l->exact)
		cut_by_blanks(l);
	find_data(l);
	name_line(l);
}

/* A line that is nothing but a number, below a label or below another such: a table copied cell by cell. */
static bool
hangs_on(const struct line *above, const struct line *l)
{
	return l->cells_n == 1 && l->numbers == 1 && above->cells_n > 0 && above->cells_n < CELLS_MAX && (above->numbers == 0 || above->exact) &&
	       above->data + above->data_n == above->cells_n && above->letters[0] != '\0' && (above->numbers == 0 || above->data_n == above->numbers);
}

static bool
is_hanging(const struct line *l)
{
	return l->exact && memchr(l->s, '\t', l->n) == NULL;
}

void
annual_drop_line(struct line *l)
{
	free(l->cells);
	free(l->letters);
	free(l->last_label);
	free(l->folded);
}

/* Is the next line that is not empty a number alone too?  One number alone below a label may be that of a page. */
static bool
number_follows(const char *s, size_t n)
{
	for (size_t at = 0; at < n;) {
		const char *nl = memchr(s + at, '\n', n - at);
		size_t len = (nl == NULL ? n : (size_t)(nl - s)) - at;
		struct line l;
		bool is, empty;

		read_line(&l, s + at, len);
		empty = l.folded[0] == '\0';
		is = l.cells_n == 1 && l.numbers == 1;
		annual_drop_line(&l);
		if (!empty)
			return is;
		at += len + 1;
	}
	return false;
}

static bool
has_one_value(const struct line *l)
{
	int row = annual_t2_row(l->letters);

	return row >= 0 && gk_t2_form[row].n == 1 && strlen(l->letters) <= 12 * 3;
}

void
annual_read_lines(struct reader *r, const char *s, size_t n)
{
	size_t cap = 0;

	for (size_t at = 0; at < n && r->n < ANNUAL_LINES_MAX;) {
		const char *nl = memchr(s + at, '\n', n - at);
		size_t len = (nl == NULL ? n : (size_t)(nl - s)) - at;
		struct line l, *above = r->n > 0 ? &r->lines[r->n - 1] : NULL;

		read_line(&l, s + at, len);
		at += len + 1;
		if (l.cells_n == 0 || l.folded[0] == '\0') {
			annual_drop_line(&l);
			continue;
		}
		if (above != NULL && hangs_on(above, &l) &&
		    (above->numbers == 0 ? has_one_value(above) || (at < n && number_follows(s + at, n - at)) : is_hanging(above))) {
			if (above->numbers == 0)
				above->data = above->cells_n;
			above->exact = true;
			add_cell(above, l.cells[0].s, l.cells[0].n, 0);
			above->data_n = above->cells_n - above->data;
			above->numbers++;
			annual_drop_line(&l);
			continue;
		}
		if (r->n == cap) {
			size_t to = cap == 0 ? 256 : cap * 2;
			struct line *p = realloc(r->lines, to * sizeof *p);

			if (p == NULL)
				gk_memory_ended();
			r->lines = p;
			cap = to;
		}
		r->lines[r->n++] = l;
	}
}
