/*
 * Calendar dates without a zone, as documents carry them: 2019, 2019-06 and
 * 2019-06-01 are all legal (domain.md 5.4), the precision is kept and no day
 * is ever invented.  Days are counted from 1900-01-01 = 0.
 */
#ifndef GK_DATE_H
#define GK_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gk_date {
	int16_t year;		/* 0: no date at all */
	uint8_t month, day;	/* 0: not stated */
};

#define GK_NO_DATE ((struct gk_date){ 0, 0, 0 })
#define GK_DAY_OPEN UINT32_MAX	/* "no end", as a day number */

/*
 * Read a whole string of n bytes as one date: 2021-3-5, 2021.03.05, 2021/3/5,
 * 20210305, 2021年3月5日, 2021年03月05日 15:34, 2021-03-05T15:34:00+08:00,
 * 二〇二一年三月五日 with every zero of domain.md 5.4 (〇 ○ ◯ O Ｏ 0 ０ 零 Ο), 元月, 廿, 卅,
 * full-width digits, and the partial forms 2021, 2021-03, 2021年, 2021年3月.
 * Surrounding white space is ignored; a time of day is checked and dropped.
 * False if it is anything else or no day of the calendar (2021-13-01, 2021-02-29).
 */
bool gk_date_parse(const char *p, size_t n, struct gk_date *out);
/* The length in bytes of a date that begins at p (the longest), 0 if none does. */
size_t gk_date_scan(const char *p, size_t n, struct gk_date *out);
/*
 * A time of day at p: 15:34, 15:34:07, 15:34:07.123, each with an optional zone (Z, +08:00,
 * +0800).  Returns its length in bytes, 0 if none.
 */
enum { GK_NO_ZONE = INT16_MIN };
struct gk_time {
	uint8_t hour, minute, second;
	int16_t zone;		/* minutes east of UTC; GK_NO_ZONE if not stated */
};
size_t gk_time_scan(const char *p, size_t n, struct gk_time *out);
/* "2019", "2019-06" or "2019-06-01"; "" for no date. */
void gk_date_format(struct gk_date d, char out[12]);
/* First and last day that d can mean. */
uint32_t gk_date_first_day(struct gk_date d);
uint32_t gk_date_last_day(struct gk_date d);
struct gk_date gk_date_of_day(uint32_t day);
/* Today at the office: UTC+8, as every Chinese office has it. */
struct gk_date gk_date_today(void);
/* Same precision and same parts. */
bool gk_date_equal(struct gk_date a, struct gk_date b);
/* d plus n years minus one day: the inclusive end of a term that begins on d. */
struct gk_date gk_date_term_end(struct gk_date d, int years);

#endif
