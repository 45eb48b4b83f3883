/*
 * 依申请公开: applications for information and their clocks, as a fold over the events of the ledger (archive/ledger.h).
 *
 *   { "seq": 7, "app": "A-2021-0003", "type": "receive", "date": "2021-03-01", "recorded_at": "…Z", "actor": "…", … }
 *
 *   receive        "rule": in_person post ordinary_mail online (Art. 31), "class": person company research charity legal other,
 *                  "subject", "docno"; "body": who received it, where one ledger is kept for several; "applicant": keyed hash that tells who is the same, "person": where the sealed name is
 *   clarify        asked once to complete it, within 7 working days (Art. 30); "until": by when
 *   clarified      completed: the clock starts anew
 *   third_party    asked (Art. 32); third_party_answer: "verdict" agree object silent
 *   extend         once, by 20 working days (Art. 33); "approved_by"
 *   transfer       told whose it is: "to"
 *   answer         "outcome": a row of 表三 (record/annualform.h) by its code
 *   fee            "micro": yuan in millionths
 *   review         "group": reconsider suit_direct suit_after; "case"; date: filed;  review_result: "case", "result": upheld corrected other
 *   forget         the sealed name was removed
 *   annul          "target": seq of what was recorded wrongly
 *   figure         of no application ("app" is ""): a number of 表二 that comes from elsewhere; "year", "row": license penalty coercion fee, "micro", "body"; the last counts
 *
 * Clocks (Art. 30 to 34; domain.md 2.3): 20 working days from the day after receipt or completion, or 40; the days after a third party was
 * asked, up to its answer and at most 15 working days, do not count.
 */
#ifndef GK_APPLICATION_H
#define GK_APPLICATION_H

#include "record/annualform.h"
#include "record/workdays.h"

#include <jansson.h>

enum { GK_MICRO_YUAN = 1000000 };
enum { GK_APP_THIRD_MAX = 8, GK_APP_REVIEWS_MAX = 16, GK_APP_DAYS = 20, GK_APP_CLARIFY_DAYS = 7, GK_APP_THIRD_DAYS = 15 };

enum gk_app_state { GK_APP_OPEN, GK_APP_WAITING, GK_APP_ANSWERED };

struct gk_app_review {
	int group;			/* of 表四 */
	int result;			/* column of 表四; GK_T4_PENDING until decided */
	const char *case_no;
	struct gk_date filed, decided;
};
enum { GK_T4_PENDING = 3 };

struct gk_application {
	const char *app, *rule, *subject, *docno, *applicant, *person, *to, *body;	/* body: who received it; borrowed from the events; "" if none */
	int column;			/* of 表三, 0 to 5 */
	int outcome;			/* enum gk_t3_row; -1 while open */
	struct gk_date received, clarify_sent, clarify_until, clarified, extended, answered;
	struct { struct gk_date from, to; } third[GK_APP_THIRD_MAX];
	size_t n_third;
	struct gk_app_review reviews[GK_APP_REVIEWS_MAX];
	size_t n_reviews;
	int64_t fee_micro;
	bool forgotten, clarify_late;
	enum gk_app_state state;
	uint32_t due;			/* last day for the answer; 0 while it waits for the applicant */
	int unknown_year;		/* a year on the way without a calendar; 0 if none */
};

/*
 * All applications that were known at known_at (NULL: now), in the order of their first event; *out is yours to free(), events must outlive it.
 */
void gk_applications(const json_t *events, const char *known_at, const struct gk_workdays *w, struct gk_application **out, size_t *n);
/* Which of 表三 an application adds to in a year: bits of GK_APP_IN_*. */
enum { GK_APP_IN_NEW = 1, GK_APP_IN_CARRIED = 2, GK_APP_IN_RESULT = 4, GK_APP_IN_NEXT = 8 };
unsigned gk_application_in(const struct gk_application *a, int year);
/* The column of 表四 that a review adds to in a year: its result in the year it was decided in, 尚未审结 at the end of any year before; -1 if none. */
int gk_app_review_in(const struct gk_app_review *r, int year);

/* GK_REFUSED: what the event says does not fit what is known of the application (a, NULL if it is new). */
enum gk_status gk_application_check(const struct gk_application *a, const json_t *event, const struct gk_workdays *w, struct gk_err *err);

/* 国办函〔2020〕109号: yuan for the nth application of an applicant in a month; for the pages of one answer. */
long gk_fee_of_nth(unsigned n);
long gk_fee_of_pages(unsigned pages);

#endif
