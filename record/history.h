/*
 * What all folds (record.c, validity.c, access.c, retention.c) take from a document's events: which
 * of them still count, and in which order.
 */
#ifndef GK_HISTORY_H
#define GK_HISTORY_H

#include "record/event.h"

/* publish, import_public: an event that begins a record, or brings a newer copy of it. */
bool gk_event_begins(const struct gk_event *e);
/* Does its "meta" say how the record is: an event that begins it or corrects it? */
bool gk_event_describes(const struct gk_event *e);
/* Does its meta.expiry_date state a new term (record/event.h)?  Whatever else the meta of an act says is not heard. */
bool gk_event_brings_term(const char *type);
/*
 * counts[i]: event i was recorded at or before known_at (NULL: ever) and no annul_event
 * that itself counts strikes it out.  An annulment reaches back only, and
 * never the first event: that is the record.
 */
void gk_history_counting(const struct gk_event *events, size_t n, const char *known_at, bool *counts);
/*
 * order[k]: the place of the event that comes k-th.  The first event is the first, whatever its clock said; the others come in the
 * order in which they were recorded, and the archive's order settles equal instants.  The two are almost always the same: writers of ours see
 * to it (gk_history_newest), but a segment may come from elsewhere.
 */
void gk_history_order(const struct gk_event *events, size_t n, size_t *order);
/* The latest recorded_at among them, borrowed; "" if n is 0.  An event that is added now may not be dated before it. */
const char *gk_history_newest(const struct gk_event *events, size_t n);
/* <0, 0, >0: which of two UTC instants is earlier; fractions may be missing or of any length. */
int gk_instant_order(const char *a, const char *b);
/* Its seconds since 1970-01-01T00:00:00Z, fractions cut off; 0 if it is none or before that, UINT32_MAX if after 2106. */
uint32_t gk_instant_seconds(const char *instant);
/*
 * "As known at": 2021-01-25 (the end of that day at the office, UTC+8), or a time with its zone
 * (2021-01-25T09:00:00+08:00, …Z); out is the UTC instant, for comparison.  False if it is neither.
 */
enum { GK_INSTANT = 40 };
bool gk_known_at_parse(const char *p, size_t n, char out[GK_INSTANT]);
/* A UTC instant as the office's clock has it (UTC+8): "2026-11-26 21:04:05"; as it is, cut, if it is no instant. */
enum { GK_OFFICE_TIME = 20 };
void gk_office_time(const char *instant, char out[GK_OFFICE_TIME]);
/* The office's day (UTC+8) on which it was recorded. */
struct gk_date gk_event_day(const struct gk_event *e);
/* A string of the event's "act", "" if absent. */
const char *gk_event_act(const struct gk_event *e, const char *key);
/* Does a norm_level of domain.md 4.1 bind people, so that its validity is asked for? */
bool gk_level_binds(const char *level);

#endif
