/*
 * Proposals of abolition (record/proposal.h) met with the archive: which record each names, what became of it, and its acceptance.
 * What a proposal names is looked up whenever it is shown, never stored: so a text that arrives after its abolisher is found.
 */
#ifndef GK_PROPOSALS_H
#define GK_PROPOSALS_H

#include "indexer/act.h"
#include "indexer/resolve.h"
#include "record/proposal.h"

/* A record that proposes, with its newest proposals. Free with proposer_free. */
struct proposer {
	uint32_t docid;
	struct store_history h;
	struct gk_record r;
	const struct gk_event *event;	/* of h; NULL: made just now from its text (proposer_fresh) */
	json_t *act;			/* owned */
	struct gk_date effective;
	bool decided[GK_PROPOSALS_MAX];
};

/* From its newest propose event. GK_END: it has none. */
enum gk_status proposer_read(struct store *s, uint32_t docid, struct proposer *out, struct gk_err *err);
/* From its text, whatever was registered before. act is NULL if it proposes nothing. */
enum gk_status proposer_fresh(struct store *s, uint32_t docid, struct proposer *out, struct gk_err *err);
void proposer_free(struct proposer *p);
size_t proposer_count(const struct proposer *p);
/* "e-000918#2"; "" when fresh. */
void proposal_number(const struct proposer *p, size_t i, char out[48]);

/* What the i-th names; near: with close ones where there is none. */
enum gk_status proposal_resolve(struct store *s, const struct proposer *p, size_t i, bool near, struct resolved *out, struct gk_err *err);
/*
 * As JSON: what the proposal says, and "proposal", "by": {"id","title","number"}, "effective", "verdict", "why", "why_en",
 * "targets": [{"id","title","number","status","status_label","source_id"}…], "state": "pending" | "decided" | "settled" (its one target has ended already).
 */
json_t *proposal_json(const struct proposer *p, size_t i, const struct resolved *r);
/* For a person: three lines or so. */
void proposal_print(const json_t *v);
/* Would it be done without asking: one record, by its number (or, title_too, by its title)? */
bool proposal_exact(const struct resolved *r, bool title_too);

/*
 * The act that accepting it registers on the record `docid`; checked, not yet appended.  own: the day that a person says, GK_NO_DATE for that of the
 * text.  Where neither is known: GK_REFUSED, BAD_DATE.
 */
enum gk_status proposal_plan(struct store *s, const struct proposer *p, size_t i, uint32_t docid, struct gk_date own, const char *actor, struct act_plan *out, struct gk_err *err);
/* Say on the proposing record what became of its proposals; items count from 0. */
enum gk_status proposals_decide(struct store *s, const struct proposer *p, const size_t *items, size_t n, const char *decision, const char *reason, const char *actor, struct gk_err *err);
/* Append a propose event made from the text of a record that has none like it. number is "" if nothing was appended. */
enum gk_status proposer_register(struct store *s, const struct proposer *fresh, const char *actor, char number[32], struct gk_err *err);

/*
 * Accept all proposals with an exact number that involve records added behind the docid `since`, as naming or as named. *done and *left
 * count proposals. Commits.
 */
enum gk_status proposals_auto_confirm(struct store *s, uint32_t since, const char *actor, size_t *done, size_t *left, struct gk_err *err);
/* All docids of records that propose, rising; *out is yours. */
enum gk_status proposers(struct store *s, uint32_t **out, size_t *n, struct gk_err *err);

#endif
