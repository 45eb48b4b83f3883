/*
 * Review before publication (domain.md 8.1): which gates a record has passed, on which bytes.
 *
 *   first event, meta.access "under_review"; "findings": {"block": 1, "warn": 2, "rules": ["S1", "P3"]}     what the detectors saw (gate/finding.h)
 *   gate_pass     "act": {"gate": "G1", "digest": "sha256:…" of the content that was reviewed, "reason": opinion}
 *   gate_return   "act": {"gate", "reason"}
 *   publish       "version": which text goes out; "act": {"gates": how many were asked for, "digest", "reason"}
 *
 * A gate counts for the bytes that were reviewed: a new text, a return, a new submission begin anew.
 */
#ifndef GK_REVIEW_H
#define GK_REVIEW_H

#include "record/event.h"

enum { GK_GATES = 8 };

struct gk_review {
	unsigned passed;		/* gates G1 .. Gn, in this order */
	const char *digest;		/* of the present content; "" if there is none. Borrowed from the events */
	int version;			/* of it, from 1 */
	unsigned block, warn;		/* findings in it */
	const json_t *rules;		/* array of strings; NULL if there are none */
};

/* events in archive order, n >= 1. */
void gk_review_of(const struct gk_event *events, size_t n, struct gk_review *out);
/*
 * May this act of a review be registered?  Other acts always may.  GK_REFUSED, BAD_DATA: other bytes, a gate out of order, gates that are
 * missing, a finding that blocks and no reason given, or all of it by one person.
 */
enum gk_status gk_review_check(const struct gk_event *events, size_t n, const struct gk_event *act, struct gk_err *err);

#endif
