/*
 * What one document adds to the yearly table 二 of the annual report (domain.md 3.2): issued, ended and in force.
 * The report adds these up; the preview of an act shows how they change.
 *
 *   issued(Y)    formed_date (else published_at) is in Y
 *   ended(Y)     ended by abolition, expiry, lapse or annulment on Y-12-31, and not yet so on the last day of Y-1;
 *                an annulment (撤销) counts in the year it was decided in, though it holds from the beginning
 *                what ended before it was issued (dates in disorder) ends in the year it was issued in
 *   inforce(Y)   in force, in part, suspended or not yet effective on Y-12-31, and issued by then
 *
 * What only a source's label says is not counted until a person confirms it (V18); what is neither formed nor published on a known day is
 * issued in no year, but by every year.
 *
 * inforce(Y) = inforce(Y-1) + issued(Y) - ended(Y) holds for every document whose status is known, but for one that came back
 * (reinstated, renewed late), one annulled in a later year, and one that is the superseded text: these are the residual, by cause.
 */
#ifndef GK_YEARLY_H
#define GK_YEARLY_H

#include "record/record.h"

enum gk_yearly_row { GK_YEARLY_NONE, GK_YEARLY_RULE, GK_YEARLY_NORM };	/* 规章, 行政规范性文件; others are not in the table */

struct gk_yearly {
	enum gk_yearly_row row;
	int issued, ended, inforce;	/* 0 or 1 */
	enum gk_validity cause;		/* if ended: GK_V_ABOLISHED, _EXPIRED, _LAPSED or _REVOKED */
	int residual;			/* inforce(Y) - inforce(Y-1) - issued + ended: 0 where the identity holds */
	enum gk_validity now;		/* the state on Y-12-31, which explains a residual */
};

/* known_at: a UTC time, NULL for now.  A record that was not known then adds nothing. */
struct gk_yearly gk_yearly_of(const struct gk_event *events, size_t n, const struct gk_record *r, int year, const char *known_at);

#endif
