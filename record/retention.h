/*
 * 保管状态: how long must the record be kept, and what happens then?  Decided here and nowhere else (domain.md 1.1, 7.1 to 7.4).
 *
 *   R1  file              unfiled -> filed                            code, 档号
 *   R2  (clock)           filed, extended -> due_appraisal            on due_appraisal; not while there is a hold; never for Y
 *   R3  appraise_keep     due_appraisal -> extended                   report, and a new code or last day whose term is not over
 *   R4  appraise_destroy  due_appraisal -> approved_destroy           report, reason, head, archivist; no hold, not Y
 *   R5  destroy           approved_destroy -> destroyed               two supervisors who differ, register, method; no hold
 *   R6  cancel_destroy    approved_destroy -> extended                reason
 *   R7  (clock)           filed, extended -> due_transfer             on transfer_due; Y and D30 only
 *   R8  transfer          filed, extended, due_transfer -> transferred   the archive's name and its receipt
 *   R9  hold_on, hold_off flag, any state but destroyed               case (holds of several cases add up); hold_on: reason
 *   R10 open              flag, any state but destroyed               review; on or after open_date, before it with a reason
 *   R11 reclassify        filed, extended, due_transfer; the last becomes filed   another code, reason
 *
 * Definition (two clocks): of the events recorded up to known_at and not annulled, those whose day is not after as_of are
 * applied in the order of (day, recorded_at, place in the archive).  The day is effective_date (its first day), else the office's day of recording.
 * Clocks fire before, between and after them as soon as their row allows; they are evaluated, never stored.  Where both could,
 * the one whose date is earlier does; on one date that of transfer.  An event that lacks what its row asks for, or finds
 * another state, changes nothing.  destroyed is the end.
 *
 * The dates (domain.md 7.4, 7.1), all from formed_date as the counting events state it last, else published_at:
 *
 *   term_end        (year + N)-12-31; N is 30, 10 for D30, D10.  CQ and DQ of the schemes before 2007 are kept for
 *                   the longest that they can mean, 50 and 15 years, so that nothing is due too early.  Y and N have none.
 *                   A last day stated by R3, R6 or R11 (act.until) takes its place until the next of these three.
 *   due_appraisal   the day after
 *   transfer_due    the date + act.transfer_years of the file event (20 or 10 by level), 02-29 becoming 03-01
 *   open_date       the date + 25 years
 *   A date known to the year or month counts with its last day, so that nothing is due too early.
 *
 * After R6 without a term that is still running the clock of R2 stands still: somebody must decide anew (R11).
 */
#ifndef GK_RETENTION_H
#define GK_RETENTION_H

#include "record/event.h"

enum gk_retention {
	GK_R_UNFILED, GK_R_FILED, GK_R_DUE_APPRAISAL, GK_R_EXTENDED, GK_R_APPROVED_DESTROY, GK_R_DESTROYED, GK_R_DUE_TRANSFER,
	GK_R_TRANSFERRED, GK_R_COUNT
};
struct gk_retention_name { const char *code, *label, *label_en; };
extern const struct gk_retention_name gk_retention_names[GK_R_COUNT];

/* 保管期限, domain.md 7.2.  N is filed nowhere. */
enum gk_keep { GK_K_NONE, GK_K_Y, GK_K_D30, GK_K_D10, GK_K_CQ, GK_K_DQ, GK_K_N, GK_K_COUNT };
struct gk_keep_name { const char *code, *label, *label_en; int years; };	/* years 0: no end, or none at all */
extern const struct gk_keep_name gk_keep_names[GK_K_COUNT];
/* By code or label; GK_K_NONE if it is none. */
enum gk_keep gk_keep_find(const char *name);

enum { GK_HOLDS_SHOWN = 16 };

struct gk_retention_of {
	enum gk_retention state;
	enum gk_keep keep;
	struct gk_date since;		/* first day of this state; GK_NO_DATE if unfiled */
	struct gk_date term_end, due_appraisal, transfer_due, open_date;	/* GK_NO_DATE: none, or unknown */
	bool open;			/* R10 */
	size_t n_holds;			/* hold: n_holds > 0 */
	const struct gk_event *hold[GK_HOLDS_SHOWN];	/* the hold_on events of the first of them */
	const struct gk_event *by;	/* the event that led here or, for a clock, set the term; NULL if unfiled.  Borrowed */
	const struct gk_event *filed;	/* R1; NULL if unfiled */
	bool by_clock;
};

/* events in archive order; as_of GK_NO_DATE is today; known_at is a UTC time or NULL for now. */
struct gk_retention_of gk_retention_at(const struct gk_event *events, size_t n, struct gk_date as_of, const char *known_at);
/* applied[i]: the event had an effect, up to as_of: the chain of events behind the state. */
void gk_retention_applied(const struct gk_event *events, size_t n, struct gk_date as_of, const char *known_at, bool *applied);
bool gk_retention_event(const char *type);
/* Is there a destroy event that counts?  Cheaper than the fold for the many records that have none. */
bool gk_retention_destroyed(const struct gk_event *events, size_t n);

/*
 * Would this event have its effect, today or on its day?  GK_REFUSED: USAGE (something is missing in it) or BAD_DATA
 * (the state, a hold, the term), with what stands in the way.
 */
enum gk_status gk_retention_check(const struct gk_event *events, size_t n, const struct gk_event *act, struct gk_err *err);

/* "保管至 2031-12-31：公示公告、定期10年（规则原文），自 2022-01-01 起算": one whole sentence. */
void gk_retention_sentence(const struct gk_retention_of *r, enum gk_lang lang, char *out, size_t size);

#endif
