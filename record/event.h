/*
 * Everything is an event (domain.md 1.4): one JSON object in one metadata
 * record of the archive.  A document begins with one and its state at any moment is a fold over all of its events.
 *
 *   { "gongkai": 1,                           format of events; a larger one is refused (NEWER)
 *     "event": "e-000918",                    number in the archive, never reused
 *     "id": "dzmm-2021-000123",               the record
 *     "type": "import_public",                first event; later: amend_text, abolish, correct_metadata …(domain.md 4.6, 8.1)
 *     "version": 2,                           only where an import brings a newer copy of a record that is there
 *     "effective_date": "2021-05-01",         when it counts from, in law; absent if unknown
 *     "recorded_at": "2026-11-23T15:49:07.123Z",
 *     "actor": "zhang",
 *     "meta": { … },                          record/field.h
 *     "source": { "kind": "file"|"jsonl"|"warc", "name": "inbox/a.html", "line": 17, "id": "LRB-69a4c154d0",
 *                 "digest": "sha256:…",       of the bytes as they came (file, or the JSONL line): same digest = same document again
 *                 "fields": { … } },          what the source said and the dictionary does not know
 *     "content": { "type": "text/html", "bytes": 18231, "digest": "sha256:…",
 *                  "original": {"record": "urn:uuid:…", "loc": [segment, offset, length]},
 *                  "text":     {"record": "urn:uuid:…", "loc": [segment, offset, length], "digest": "sha256:…", "bytes": 9000,
 *                               "source": "html", "tool": "gongkai-extract 0.1"},   same record as original when the original is UTF-8 text
 *                  "notes": ["…"],
 *                  "inferred": { "docno": { "value": "…", "at": 31, "bytes": 26, "line": 2 } … } } }     of meta, what only the layout of the text says: record/paper.h
 *
 * A later event with "content" is a new text of the record, or takes the place of one: record/text.h.
 *
 * A later event may say more of what it does, in one object (record/validity.h reads it; all keys optional):
 *
 *     "act": { "by": "dmz-2021-000007",       the document that did it
 *              "by_text": "《…》(…)",          its title and number, or the authority, as stated
 *              "articles": ["第三条"],        amend_articles, abolish_articles
 *              "remaining": 0,                 abolish_articles: how many articles live on; 0 ends the document
 *              "until": "2021-06-30",          suspend: its last day
 *              "lapse_date": "2021-01-01",     conditional_lapse: the first day without effect
 *              "late": true,                   renew: of a document that has expired
 *              "status": "有效",              assert_status: as the source words it, or our code
 *              "proposal": "e-000918#2",       the proposal that was accepted, if one was
 *              "corrects": "e-000918",         correct_text: the event of the text that was recorded wrongly
 *              "target": "e-000918" }          annul_event
 *
 * Two types are no acts but say what a text proposes (record/proposal.h has their "act"), and what became of it:
 *
 *     propose             of the document that says 《…》同时废止; "act": { "proposals": [ … ] }
 *     decide_proposals    of the same record; "act": { "proposal": "e-000918", "items": [1, 2],     from 1, in the order of the list
 *                                                      "decision": "accept" | "reject", "reason": "…" }
 *
 * Acts of the retention axis (record/retention.h) carry:
 *
 *     file              "retention": "D10", "refcode": 档号, "rule": text of the row of the schedule, "schedule": its version,
 *                       "approval": by whom it was approved, "transfer_years": 10|20, "four": "PASS", or the codes that failed on filing
 *     appraise_keep     "retention" and/or "until": last day; "report": number of the appraisal report; "reason"
 *     appraise_destroy  "report", "reason", "approved_by": the head, "archivist"
 *     destroy           "register": "sha256:…", "supervisors": [two], "approved_by", "method", "place", "refcode", "authority",
 *                       "destruction": record id of the manifest (archive/destroy.h), "records": how many payloads went
 *     cancel_destroy    "reason", and "retention" or "until" if there is a new term
 *     transfer          "to": archive, "receipt": its number, "result": "PASS"…, "refcode": the archive's own, "package": "sha256:…"
 *     hold_on, hold_off "case", "reason" (hold_on)
 *     open              "review", "reason" (before its time)
 *     reclassify        "retention", "reason"
 *
 * A new term of validity (renew, amend_text, confirm_valid, reinstate) stands in meta.expiry_date.  Other meta is that of an event
 * that begins the record, brings a newer copy, or is a correct_metadata; on any other event it says nothing.
 *
 * Written with sorted keys and no white space (canonical form), at most 256 KiB (L30).
 */
#ifndef GK_EVENT_H
#define GK_EVENT_H

#include "base/date.h"
#include "base/status.h"

#include <jansson.h>

enum { GK_EVENT_FORMAT = 1, GK_EVENT_MAX = 256 * 1024 };

struct gk_event {
	json_t *json;			/* owned: one reference; all strings below are borrowed from it */
	const char *event, *id, *type, *recorded_at;
	struct gk_date effective;	/* GK_NO_DATE if unknown */
};

/* Parse and check one event.  GK_REFUSED: DAMAGED (no JSON, a key missing or of the wrong type) or NEWER. */
enum gk_status gk_event_parse(const char *p, size_t n, struct gk_event *out, struct gk_err *err);
/* Take over `json` (stolen, also on failure) built by the caller; checks as above. */
enum gk_status gk_event_of(json_t *json, struct gk_event *out, struct gk_err *err);
/* Canonical bytes, yours to free(); NULL with LIMIT or MEMORY in err. */
char *gk_event_dump(const struct gk_event *e, size_t *n, struct gk_err *err);
void gk_event_free(struct gk_event *e);

/* Whether this may stand under "event", "id", "type" or "recorded_at", which every event has. */
bool gk_event_word_good(const char *key, const char *text);
/* "dzmm-2021-000123" is [0-9A-Za-z]{1,16}-YYYY-[0-9]{6,9}; the only form of an id. */
bool gk_id_valid(const char *id);
/* out has room for 64 bytes. */
/*
 * What comes in and is not public gets its number by lot from these, and keeps it when it is published: they are so many that a hole among those that are seen
 * tells nothing.  What is public at once gets the next number in the row, which passes over them, and so has no holes for what is hidden.
 */
enum { GK_ID_LOTS = 500000, GK_ID_LOTS_END = 1000000 };
bool gk_id_apart(unsigned number);
void gk_id_make(const char *office, int year, unsigned number, char out[64]);

#endif
