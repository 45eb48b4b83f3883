/*
 * What both folds (record.c, validity.c) take from a document's events: which
 * of them still count.
 */
#ifndef GK_HISTORY_H
#define GK_HISTORY_H

#include "record/event.h"

/* publish, import_public: an event that begins a record, or brings a newer copy of it. */
bool gk_event_begins(const struct gk_event *e);
/*
 * counts[i]: event i was recorded at or before known_at (NULL: ever) and no annul_event
 * that itself counts strikes it out.  An annulment reaches back only, and
 * never the first event: that is the record.
 */
void gk_history_counting(const struct gk_event *events, size_t n, const char *known_at, bool *counts);
/* <0, 0, >0: which of two UTC instants is earlier; fractions may be missing or of any length. */
int gk_instant_order(const char *a, const char *b);
/* The office's day (UTC+8) on which it was recorded. */
struct gk_date gk_event_day(const struct gk_event *e);
/* A string of the event's "act", "" if absent. */
const char *gk_event_act(const struct gk_event *e, const char *key);
/* Does a norm_level of domain.md 4.1 bind people, so that its validity is asked for? */
bool gk_level_binds(const char *level);

#endif
