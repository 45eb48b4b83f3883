/*
 * When a text was first made public, as its head says (domain.md 4.4): "自公布之日起" counts from there, also in a text that was amended since
 * and whose record bears the day of the amendment.
 *
 *   2001年5月19日 某市人民代表大会常务委员会第二十七次会议通过      adopted
 *   2001年6月15日 某市人民代表大会常务委员会公告公布施行            made public
 *   根据2018年9月7日…《关于修改〈…〉的决定》修正                  amended
 *   2017年12月26日 国务院令第696号修订                            a new text: what was said before it counts no more
 *
 * Only lines that begin with a date, before the first article; with brackets around them or without.  Reading only.
 */
#ifndef GK_MAKING_H
#define GK_MAKING_H

#include "base/date.h"

#include <stddef.h>

struct gk_making {
	struct gk_date adopted, made_public;	/* the first of each of the present text; GK_NO_DATE if it is not said */
	bool amended;				/* it says so, or it was adopted again more than a year later */
};

/* Without allocation. */
void gk_making_find(const char *text, size_t n, struct gk_making *out);

#endif
