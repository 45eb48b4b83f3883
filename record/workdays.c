/*
 * Calendars of working days.
 *
 *   file = *( "#" … LF | date TAB ( "holiday" | "makeup" ) TAB name TAB source LF )
 */
#include "record/workdays.h"

#include "base/io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_YEAR = 1900, YEARS = 300, FILE_MAX_BYTES = 64 * 1024, WEEK = 7 };
/* 1900-01-01, day 0, was a Monday. */

static const struct { int year; const char *text; } built_in[] = {
#include "record/workdays-data.h"
};

struct year { bool known; unsigned char kind[367]; };	/* by day of the year, from 0: 'h', 'm', or 0 */

struct gk_workdays { struct year *year[YEARS]; };

static enum gk_status
bad_line(struct gk_err *err, const char *path, size_t line, const char *zh, const char *en)
{
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "工作日历 '%s' 第 %zu 行：%s%.0s", "calendar '%s' line %zu: %.0s%s", path, line, zh, en);
	gk_hint(err, "写成 2027-01-01<TAB>holiday<TAB>元旦<TAB>文号", "write 2027-01-01<TAB>holiday<TAB>name<TAB>source");
	return GK_REFUSED;
}

static enum gk_status
take_line(struct year *y, int year, const char *p, size_t n, const char *path, size_t line, struct gk_err *err)
{
	const char *tab = memchr(p, '\t', n);
	size_t kind_n, rest = tab == NULL ? 0 : n - (size_t)(tab + 1 - p);
	const char *after = tab == NULL ? NULL : memchr(tab + 1, '\t', rest);
	struct gk_date d;
	bool holiday;

	if (tab == NULL || !gk_date_parse(p, (size_t)(tab - p), &d) || d.day == 0)
		return bad_line(err, path, line, "不以日期开头", "it does not begin with a date");
	if (d.year != year)
		return bad_line(err, path, line, "日期不在这一年", "the date is not of this year");
	kind_n = after == NULL ? rest : (size_t)(after - tab - 1);
	holiday = kind_n == 7 && memcmp(tab + 1, "holiday", 7) == 0;
	if (!holiday && !(kind_n == 6 && memcmp(tab + 1, "makeup", 6) == 0))
		return bad_line(err, path, line, "第二列应是 holiday 或 makeup", "the second column must be holiday or makeup");
	y->kind[gk_date_first_day(d) - gk_date_first_day((struct gk_date){ (int16_t)year, 1, 1 })] = holiday ? 'h' : 'm';
	return GK_OK;
}

static enum gk_status
take_text(struct gk_workdays *w, int year, const char *text, size_t n, const char *path, struct gk_err *err)
{
	struct year *y = calloc(1, sizeof *y);
	const char *end = text + n;
	enum gk_status st = y == NULL ? gk_nomem(err) : GK_OK;
	size_t line = 0;

	for (const char *p = text; st == GK_OK && p < end; ) {
		const char *lf = memchr(p, '\n', (size_t)(end - p)), *eol = lf == NULL ? end : lf;
		size_t len = (size_t)(eol - p);

		line++;
		len -= len > 0 && p[len - 1] == '\r';
		if (len > 0 && *p != '#')
			st = take_line(y, year, p, len, path, line, err);
		p = eol + 1;
	}
	if (st != GK_OK) {
		free(y);
		return st;
	}
	y->known = true;
	free(w->year[year - FIRST_YEAR]);
	w->year[year - FIRST_YEAR] = y;
	return GK_OK;
}

static enum gk_status
take_folder(struct gk_workdays *w, const char *folder, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	for (int year = FIRST_YEAR; st == GK_OK && year < FIRST_YEAR + YEARS; year++) {
		char name[16], *path;
		struct gk_buf text;

		snprintf(name, sizeof name, "%04d.tsv", year);
		path = gk_path(folder, name);
		if (path == NULL)
			return gk_nomem(err);
		if (access(path, F_OK) == 0 && (st = gk_read_file(path, FILE_MAX_BYTES, &text, err)) == GK_OK) {
			st = take_text(w, year, text.p == NULL ? "" : text.p, text.n, path, err);
			gk_buf_free(&text);
		}
		free(path);
	}
	return st;
}

enum gk_status
gk_workdays_open(const char *folder, struct gk_workdays **out, struct gk_err *err)
{
	struct gk_workdays *w = calloc(1, sizeof *w);
	enum gk_status st = w == NULL ? gk_nomem(err) : GK_OK;

	for (size_t i = 0; st == GK_OK && i < sizeof built_in / sizeof *built_in; i++)
		st = take_text(w, built_in[i].year, built_in[i].text, strlen(built_in[i].text), "built in", err);
	if (st == GK_OK && folder != NULL && access(folder, F_OK) == 0)
		st = take_folder(w, folder, err);
	if (st != GK_OK) {
		gk_workdays_close(w);
		return st;
	}
	*out = w;
	return GK_OK;
}

void
gk_workdays_close(struct gk_workdays *w)
{
	if (w == NULL)
		return;
	for (int i = 0; i < YEARS; i++)
		free(w->year[i]);
	free(w);
}

static const struct year *
year_of(const struct gk_workdays *w, int year)
{
	return year >= FIRST_YEAR && year < FIRST_YEAR + YEARS ? w->year[year - FIRST_YEAR] : NULL;
}

bool
gk_workdays_known(const struct gk_workdays *w, int year)
{
	return year_of(w, year) != NULL;
}

bool
gk_workday(const struct gk_workdays *w, uint32_t day)
{
	struct gk_date d = gk_date_of_day(day);
	const struct year *y = year_of(w, d.year);
	unsigned char kind = y == NULL ? 0 : y->kind[day - gk_date_first_day((struct gk_date){ d.year, 1, 1 })];

	return kind == 'm' || (kind != 'h' && day % WEEK < 5);
}

static void
note_unknown(const struct gk_workdays *w, uint32_t day, int *unknown)
{
	int year = gk_date_of_day(day).year;

	if (unknown != NULL && *unknown == 0 && !gk_workdays_known(w, year))
		*unknown = year;
}

uint32_t
gk_add_workdays(const struct gk_workdays *w, uint32_t day, unsigned n, int *unknown)
{
	if (unknown != NULL)
		*unknown = 0;
	while (n > 0 && day < GK_DAY_OPEN - 1) {
		day++;
		note_unknown(w, day, unknown);
		n -= gk_workday(w, day);
	}
	return day;
}

unsigned
gk_workdays_between(const struct gk_workdays *w, uint32_t from, uint32_t to, int *unknown)
{
	unsigned n = 0;

	if (unknown != NULL)
		*unknown = 0;
	for (uint32_t day = from; day < to; ) {
		day++;
		note_unknown(w, day, unknown);
		n += gk_workday(w, day);
	}
	return n;
}
