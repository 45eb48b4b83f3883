/*
 * Calendar dates as documents write them.
 *
 *   date    = number / compact / spoken
 *   number  = YYYY [sep M [sep D [time]]]        sep one of - . / and their wide forms, the same both times
 *   compact = YYYYMMDD [time]
 *   spoken  = year 年 [month 月 [day 日 [time]]]  digits of any kind, spaces between the parts
 *   time    = (spaces / "T") HH:MM[:SS[.f]] ["Z" / +HH:MM]
 *
 * A text that goes on like a date but is none (2021-02-29, 2021-13, 202103) is not
 * cut back to the part that would do: its writer meant something else.
 */
#include "base/date.h"

#include "base/numeral.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { YEAR_MIN = 1900, YEAR_MAX = 9999 };

struct reader {
	const char *p;
	size_t n, at;
};

static uint32_t
peek(const struct reader *r, size_t *len)
{
	uint32_t cp = 0;

	*len = 0;
	if (r->at < r->n)
		*len = gk_utf8_decode(r->p + r->at, r->n - r->at, &cp);
	return *len == 0 ? GK_UTF8_BAD : cp;
}

static bool
accept(struct reader *r, uint32_t want)
{
	size_t len;

	if (peek(r, &len) != want || len == 0)
		return false;
	r->at += len;
	return true;
}

static bool
is_space(uint32_t cp)
{
	return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0xA0 || cp == 0x3000 || cp == 0xFEFF || (cp >= 0x2000 && cp <= 0x200B);
}

static size_t
skip_spaces(struct reader *r)
{
	size_t from = r->at, len;

	while (is_space(peek(r, &len)) && len > 0)
		r->at += len;
	return r->at - from;
}

static int
arabic(uint32_t cp)
{
	if (cp >= '0' && cp <= '9')
		return (int)(cp - '0');
	if (cp >= 0xFF10 && cp <= 0xFF19)
		return (int)(cp - 0xFF10);
	return -1;
}

static bool
digit_follows(const struct reader *r)
{
	size_t len;

	return arabic(peek(r, &len)) >= 0;
}

/* Exactly `want` Arabic digits, or 1 to 2 if want is 0; more digits behind them are an error. */
static int
digits(struct reader *r, int want)
{
	int value = 0, got = 0;

	while (got < (want == 0 ? 2 : want)) {
		size_t len;
		int d = arabic(peek(r, &len));

		if (d < 0)
			break;
		value = value * 10 + d;
		r->at += len;
		got++;
	}
	return got == 0 || (want != 0 && got < want) || digit_follows(r) ? -1 : value;
}

/* One digit of a year written out: 二 and every zero that has been seen there. */
static int
han_digit(uint32_t cp)
{
	char utf8[4];
	uint32_t value;
	size_t n;

	if (cp == 'O' || cp == 0xFF2F || cp == 0x39F)	/* O Ｏ Ο */
		return 0;
	if (arabic(cp) >= 0)
		return arabic(cp);
	n = cp == GK_UTF8_BAD ? 0 : gk_utf8_encode(cp, utf8);
	return n > 0 && gk_numeral_scan(utf8, n, &value) == n && value <= 9 ? (int)value : -1;
}

/* Four digits of any kind; *spoken if one of them is not Arabic, so that 年 must follow. */
static int
year_digits(struct reader *r, bool *spoken)
{
	int value = 0;

	*spoken = false;
	for (int i = 0; i < 4; i++) {
		size_t len;
		uint32_t cp = peek(r, &len);
		int d = han_digit(cp);

		if (d < 0)
			return -1;
		if (arabic(cp) < 0)
			*spoken = true;
		value = value * 10 + d;
		r->at += len;
	}
	return value;
}

static int
month_length(int year, int month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static bool
make(int year, int month, int day, struct gk_date *out)
{
	if (year < YEAR_MIN || year > YEAR_MAX || month < 0 || month > 12 || day < 0 || (month == 0 && day > 0))
		return false;
	if (month > 0 && day > month_length(year, month))
		return false;
	*out = (struct gk_date){ (int16_t)year, (uint8_t)month, (uint8_t)day };
	return true;
}

size_t
gk_time_scan(const char *p, size_t n, struct gk_time *out)
{
	struct reader r = { p, n, 0 };
	struct gk_time t = { 0, 0, 0, GK_NO_ZONE };
	size_t len, end;
	int v;

	if ((v = digits(&r, 0)) < 0 || v > 23 || (!accept(&r, ':') && !accept(&r, 0xFF1A)))
		return 0;
	t.hour = (uint8_t)v;
	if ((v = digits(&r, 2)) < 0 || v > 59)
		return 0;
	t.minute = (uint8_t)v;
	end = r.at;
	if (accept(&r, ':') || accept(&r, 0xFF1A)) {
		if ((v = digits(&r, 2)) < 0 || v > 60)
			return 0;
		t.second = (uint8_t)v;
		end = r.at;
		if (accept(&r, '.') && digit_follows(&r)) {
			while (arabic(peek(&r, &len)) >= 0)
				r.at += len;
			end = r.at;
		}
		r.at = end;
	}
	if (accept(&r, 'Z')) {
		t.zone = 0;
		end = r.at;
	} else if (accept(&r, '+') || accept(&r, '-')) {
		int sign = r.p[r.at - 1] == '-' ? -1 : 1, hours = 0, minutes = 0;
		struct reader colon = r;

		if ((hours = digits(&colon, 2)) >= 0 && accept(&colon, ':'))
			minutes = digits(&colon, 2);
		else if ((hours = digits(&r, 4)) >= 0) {
			minutes = hours % 100;
			hours /= 100;
			colon = r;
		}
		/* Else it is no zone but the dash of 15:30-17:00. */
		if (hours >= 0 && hours <= 14 && minutes >= 0 && minutes <= 59) {
			t.zone = (int16_t)(sign * (hours * 60 + minutes));
			end = colon.at;
		}
	}
	*out = t;
	return end;
}

/* A time of day behind a whole date; none there is fine, and r stays before what is none. */
static void
skip_time(struct reader *r, bool spoken)
{
	struct reader t = *r;
	struct gk_time ignored;
	size_t n;

	if (skip_spaces(&t) == 0 && !accept(&t, 'T') && !spoken)
		return;
	n = gk_time_scan(t.p + t.at, t.n - t.at, &ignored);
	if (n > 0)
		r->at = t.at + n;
}

static bool
separator(struct reader *r, uint32_t *class)
{
	static const struct { uint16_t cp; char class; } table[] = {
		{ '-', '-' }, { '.', '.' }, { '/', '/' }, { 0x2010, '-' }, { 0x2011, '-' }, { 0x2013, '-' }, { 0x2212, '-' },
		{ 0xFF0D, '-' }, { 0xFF0E, '.' }, { 0xFF0F, '/' },
	};
	size_t len;
	uint32_t cp = peek(r, &len);

	for (size_t i = 0; len > 0 && i < sizeof table / sizeof *table; i++)
		if (table[i].cp == cp && (*class == 0 || *class == (uint32_t)table[i].class)) {
			*class = (uint32_t)table[i].class;
			r->at += len;
			return true;
		}
	return false;
}

/* "sep M [sep D]" behind the year.  A separator without a digit belongs to the sentence. */
static bool
numeric_rest(struct reader *r, int *month, int *day)
{
	int *const parts[] = { month, day };
	uint32_t class = 0;

	for (size_t i = 0; i < 2; i++) {
		struct reader ahead = *r;

		if (!separator(&ahead, &class) || !digit_follows(&ahead))
			return true;
		*parts[i] = digits(&ahead, 0);
		if (*parts[i] <= 0)
			return false;
		*r = ahead;
	}
	return true;
}

/* A month or a day in words or digits and its unit; 0 if that is not what stands here, -1 if it is a wrong one. */
static int
spoken_part(struct reader *r, uint32_t unit, bool month)
{
	struct reader ahead = *r;
	uint32_t value = 0;
	size_t n;

	skip_spaces(&ahead);
	if (digit_follows(&ahead)) {
		/* All of them: 2021年100件 has a year and no month, 2021年13月 is no date. */
		for (int d; (d = arabic(peek(&ahead, &n))) >= 0; ahead.at += n)
			value = value > 31 ? 99 : value * 10 + (uint32_t)d;
	} else if (month && accept(&ahead, 0x5143)) {	/* 元月 */
		value = 1;
	} else {
		n = gk_numeral_scan(ahead.p + ahead.at, ahead.n - ahead.at, &value);
		if (n == 0)
			return 0;
		ahead.at += n;
	}
	skip_spaces(&ahead);
	if (!accept(&ahead, unit))
		return 0;
	*r = ahead;
	return value == 0 || value > 31 ? -1 : (int)value;
}

size_t
gk_date_scan(const char *p, size_t n, struct gk_date *out)
{
	struct reader r = { p, n, 0 }, ahead;
	int year, month = 0, day = 0;
	bool spoken;

	year = year_digits(&r, &spoken);
	if (year < 0)
		return 0;
	ahead = r;
	skip_spaces(&ahead);
	if (accept(&ahead, 0x5E74)) {	/* 年 */
		spoken = true;
		r = ahead;
		month = spoken_part(&r, 0x6708, true);	/* 月 */
		if (month > 0)
			day = spoken_part(&r, 0x65E5, false);	/* 日 */
	} else if (spoken) {
		return 0;
	} else if (digit_follows(&r)) {
		int rest = digits(&r, 4);

		if (rest < 0 || rest / 100 == 0 || rest % 100 == 0)
			return 0;
		month = rest / 100;
		day = rest % 100;
	} else if (!numeric_rest(&r, &month, &day)) {
		return 0;
	}
	if (!make(year, month, day, out))
		return 0;
	if (day > 0)
		skip_time(&r, spoken);
	return r.at;
}

bool
gk_date_parse(const char *p, size_t n, struct gk_date *out)
{
	struct reader r = { p, n, 0 };
	struct gk_date d;
	size_t len;

	skip_spaces(&r);
	len = gk_date_scan(p + r.at, n - r.at, &d);
	if (len == 0)
		return false;
	r.at += len;
	skip_spaces(&r);
	if (r.at != n)
		return false;
	*out = d;
	return true;
}

void
gk_date_format(struct gk_date d, char out[12])
{
	/* The masks tell the compiler what make() promises: it all fits. */
	unsigned year = (unsigned)d.year % 10000, month = d.month % 100u, day = d.day % 100u;

	if (d.year == 0)
		out[0] = '\0';
	else if (d.month == 0)
		snprintf(out, 12, "%04u", year);
	else if (d.day == 0)
		snprintf(out, 12, "%04u-%02u", year, month);
	else
		snprintf(out, 12, "%04u-%02u-%02u", year, month, day);
}

/* Days before 1 January of a year since 1900-01-01. */
static uint32_t
days_before(int year)
{
	unsigned y = (unsigned)(year - 1);

	return y * 365 + y / 4 - y / 100 + y / 400 - (1899u * 365 + 1899 / 4 - 1899 / 100 + 1899 / 400);
}

static uint32_t
day_number(int year, int month, int day)
{
	uint32_t n = days_before(year) + (uint32_t)day - 1;

	for (int m = 1; m < month; m++)
		n += (uint32_t)month_length(year, m);
	return n;
}

uint32_t
gk_date_first_day(struct gk_date d)
{
	return d.year < YEAR_MIN ? 0 : day_number(d.year, d.month == 0 ? 1 : d.month, d.day == 0 ? 1 : d.day);
}

uint32_t
gk_date_last_day(struct gk_date d)
{
	int month = d.month == 0 ? 12 : d.month;

	if (d.year < YEAR_MIN)
		return d.year == 0 ? GK_DAY_OPEN : 0;
	return day_number(d.year, month, d.day == 0 ? month_length(d.year, month) : d.day);
}

struct gk_date
gk_date_of_day(uint32_t day)
{
	int year, month = 1;
	uint32_t rest;

	if (day >= days_before(YEAR_MAX + 1))
		return GK_NO_DATE;
	year = YEAR_MIN + (int)(day / 366);
	while (days_before(year + 1) <= day)
		year++;
	rest = day - days_before(year);
	while (rest >= (uint32_t)month_length(year, month))
		rest -= (uint32_t)month_length(year, month++);
	return (struct gk_date){ (int16_t)year, (uint8_t)month, (uint8_t)(rest + 1) };
}

struct gk_date
gk_date_today(void)
{
	time_t now = time(NULL) + 8 * 3600;
	struct tm tm;

	gmtime_r(&now, &tm);
	return (struct gk_date){ (int16_t)(tm.tm_year + 1900), (uint8_t)(tm.tm_mon + 1), (uint8_t)tm.tm_mday };
}

bool
gk_date_equal(struct gk_date a, struct gk_date b)
{
	return a.year == b.year && a.month == b.month && a.day == b.day;
}

struct gk_date
gk_date_term_end(struct gk_date d, int years)
{
	int year = d.year + years;

	if (d.year == 0 || year <= YEAR_MIN || year > YEAR_MAX)
		return GK_NO_DATE;
	if (d.month == 0)
		return (struct gk_date){ (int16_t)(year - 1), 0, 0 };
	if (d.day == 0)
		return d.month > 1 ? (struct gk_date){ (int16_t)year, (uint8_t)(d.month - 1), 0 }
				   : (struct gk_date){ (int16_t)(year - 1), 12, 0 };
	/* A term that begins on 29 February ends on the 28th of a year without one. */
	return gk_date_of_day(day_number(year, d.month, d.day) - 1);
}
