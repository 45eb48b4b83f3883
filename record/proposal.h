/*
 * From a document's text to what it proposes: clauses (record/clause.h), annexed lists (record/listing.h) and its own term, as the
 * "act" of a `propose` event of that document.  A proposal changes nothing: it carries its sentence, the place of it and a
 * confidence, and waits for a person, or for an exact number (domain.md 4.5).
 *
 *   "act": { "begins": "2021-01-01" | "on-publication" | "",
 *            "proposals": [ { "kind": "abolish" | "abolish_articles" | "lapse" | "conditional_lapse" | "confirm_valid" | "term",
 *                             "name", "docno", "order", "issuer", "date",      as stated, only what is stated
 *                             "scope": "whole" | "part", "articles": ["第三条"] | "subject": "关于乙的规定",
 *                             "effective_date",                               the clause's own day (自…起废止), if it has one
 *                             "lapse_date",                                   conditional_lapse
 *                             "expiry_date" | "years",                        term
 *                             "sentence", "place": [start, end], "confidence": 0.95 } … ],
 *            "overrides": true,      "与本办法不一致的…": the relation overrides_conflicting, which ends nothing
 *            "cut": 12 }             so many proposals did not fit and were left out
 */
#ifndef GK_PROPOSAL_H
#define GK_PROPOSAL_H

#include "base/date.h"
#include "base/status.h"

#include <jansson.h>

enum { GK_PROPOSALS_MAX = 500, GK_PROPOSAL_SENTENCE = 600 };	/* of one event; bytes */

/*
 * meta: of the document (title; the days from which an effect "on publication" counts; effective_date).  *effective: from when
 * the proposals count, the day on which the document takes effect; GK_NO_DATE if that cannot be told.
 * GK_END: the text proposes nothing, *act is NULL.
 */
enum gk_status gk_propose(const char *text, size_t n, const json_t *meta, json_t **act, struct gk_date *effective, struct gk_err *err);

/* The quick look that decides whether gk_propose is worth its while. */
bool gk_may_propose(const char *text, size_t n);

#endif
