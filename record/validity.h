/*
 * Was it in force on that day?  有效性 is decided here and nowhere else: badge, filter,
 * facet, page, report, API and command all ask this (domain.md 4.3, 4.6; design.md 6).
 *
 * Definition (two clocks): of the events recorded up to known_at and not annulled,
 * a revocation wins from the beginning; else those effective up to as_of are applied in order of
 * (effective date, rank within a day, recorded_at); clocks (taking effect, expiry) are evaluated, never stored.
 */
#ifndef GK_VALIDITY_H
#define GK_VALIDITY_H

#include "record/event.h"

enum gk_validity {		/* order is fixed: the index stores the number */
	GK_V_NOT_APPLICABLE = 0, GK_V_UNKNOWN, GK_V_NOT_YET_EFFECTIVE, GK_V_IN_FORCE, GK_V_PARTLY_IN_FORCE, GK_V_SUSPENDED,
	GK_V_AMENDED, GK_V_EXPIRED, GK_V_LAPSED, GK_V_ABOLISHED, GK_V_REVOKED,
	GK_V_COUNT
};

struct gk_validity_name {
	const char *code;		/* "in_force" */
	const char *label, *label_en;	/* "现行有效", "In force"; "" for not_applicable */
	const char *sign;		/* "✓" */
	bool living;			/* counts as 现行有效 for a reader's default question: in_force, partly_in_force */
	bool ended;			/* amended expired lapsed abolished revoked */
};

extern const struct gk_validity_name gk_validity_names[GK_V_COUNT];
/* By code or by any Chinese word of domain.md 4.3 (有效 生效中 全文有效 继续有效 失效 废止 已失效 …); false if unknown. */
bool gk_validity_find(const char *name, size_t n, enum gk_validity *out);

struct gk_status_of {			/* the answer, with its reason */
	enum gk_validity code;
	struct gk_date since;		/* first day of this state; GK_NO_DATE if unknown */
	struct gk_date until;		/* last day of this state if an end is known already; else GK_NO_DATE */
	const char *by_id;		/* the document that did it; "" if none. Borrowed from the events */
	const char *by_text;		/* its title or number as stated; "" if none */
	const char *event;		/* the event that decided; "" for clocks */
	bool asserted;			/* only a label of the source says so (V18); shown as 据来源站标注 */
	const char *parts;		/* for the badge: what does not live on, set by whoever asked record/life.h; NULL if nobody did */
};

/* events in archive order.  known_at is a UTC time "2021-01-01T00:00:00Z" or NULL for all. */
struct gk_status_of gk_validity_at(const struct gk_event *events, size_t n, struct gk_date as_of, const char *known_at);

/*
 * The same as a list of periods over all days, as known at known_at (NULL: now), for the
 * index: period i holds from first day period[i].from up to the day before
 * period[i+1].from.  Agrees with gk_validity_at on every day.  *count >= 1, period[0].from == 0.
 */
enum { GK_PERIODS_MAX = 64 };
struct gk_period { uint32_t from; enum gk_validity code; };
void gk_validity_periods(const struct gk_event *events, size_t n, const char *known_at, struct gk_period out[GK_PERIODS_MAX], size_t *count);

/*
 * Which events had an effect on the state: applied[i] is false for an act on a state that it cannot act on (the
 * abolition of what was abolished before), for one that is annulled or not yet known, and for events that are no acts of validity.
 */
void gk_validity_applied(const struct gk_event *events, size_t n, const char *known_at, bool *applied);

/* "已废止 · 自2021-12-01起 · 依据《…》(…)": a complete badge text in `lang` (experience.md 3); "" for not_applicable. */
void gk_validity_badge(const struct gk_status_of *s, enum gk_lang lang, char *out, size_t size);

#endif
