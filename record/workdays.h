/*
 * 工作日: counting in working days, as the Regulation's 20 are counted (domain.md 2.3; 民法典 Art. 201, 203).
 *
 * A working day is no Saturday and no Sunday and no holiday, or it is one made up for (调休).  Calendars: data/workdays/YYYY.tsv,
 * built in, and the same files in a folder of the office's own, which go before them.  Of a year without a
 * calendar only the weekends are known: whoever asks is told so and must say it.
 */
#ifndef GK_WORKDAYS_H
#define GK_WORKDAYS_H

#include "base/date.h"
#include "base/status.h"

struct gk_workdays;

/* folder may be NULL or not there.  GK_REFUSED, BAD_DATA: a line in it makes no sense (file and line are named). */
enum gk_status gk_workdays_open(const char *folder, struct gk_workdays **out, struct gk_err *err);
void gk_workdays_close(struct gk_workdays *w);

bool gk_workdays_known(const struct gk_workdays *w, int year);
/* day as in base/date.h. */
bool gk_workday(const struct gk_workdays *w, uint32_t day);
/*
 * The smallest day t > day such that (day, t] holds n working days; n >= 1.  *unknown (may be NULL) is the first year on the way
 * whose calendar is not known, 0 if there is none.
 */
uint32_t gk_add_workdays(const struct gk_workdays *w, uint32_t day, unsigned n, int *unknown);
/* How many working days (from, to] holds; 0 if to <= from. */
unsigned gk_workdays_between(const struct gk_workdays *w, uint32_t from, uint32_t to, int *unknown);

#endif
