/*
 * One more event on a record that is there: find the record, see what the act would change, append it.
 *
 *   act_find      "qsz-2015-000001", a document number in any form, or a whole title ──▶ the record
 *   act_plan      history + new event ──▶ what a person is shown before anything is done
 *   act_append    into the archive and on its way to the index; safe and visible after store_commit
 *
 * Commands, lists and imports all come through here, so that none of them can do what another may not.
 */
#ifndef GK_INDEXER_ACT_H
#define GK_INDEXER_ACT_H

#include "indexer/store.h"
#include "record/act.h"
#include "record/yearly.h"

/* The docids of a reference: an id, a document number, a title with or without 《》. At most max; *n says how many. GK_END: none. */
enum gk_status act_find_all(struct store *s, const char *ref, uint32_t *docids, size_t max, size_t *n, struct gk_err *err);
/* Exactly one: NOT_FOUND if there is none, BAD_DATA (naming some) if there are several. */
enum gk_status act_find(struct store *s, const char *ref, uint32_t *docid, struct gk_err *err);
/* The record's present metadata and id; free with gk_record_free and store_history_free, in this order. */
enum gk_status act_read(struct store *s, uint32_t docid, struct store_history *h, struct gk_record *r, struct gk_err *err);

/*
 * An act about to be registered.  history and event belong to the plan; act_append hands them over.
 */
struct new_text;
struct act_plan {
	uint32_t docid;
	const struct new_text *text;	/* the bytes that the event brings, set by the caller after act_plan; NULL: none. Borrowed */
	struct store_history history;
	struct gk_event event;
	bool taken;			/* act_append has them */
};

/*
 * json (gk_act_json; stolen) becomes the event of the record with this docid, checked with gk_act_check. Touching a record
 * that this batch has touched commits the batch first.  GK_REFUSED: it cannot be registered; the store is fine.
 */
enum gk_status act_plan(struct store *s, uint32_t docid, json_t *json, struct act_plan *out, struct gk_err *err);
void act_plan_free(struct act_plan *p);

/*
 * What would change, as JSON:
 *   {"id","title","number","type","label","label_en","effective":date|null,
 *    "before":{"code","badge","badge_en","access"}, "after":{…},      today
 *    "between":{…}                what it is on the effective day, if that is past and it is something else again today
 *    "from":date|null,            the day from which `after` holds, if that is not yet
 *    "report":[{"year","row":"norm"|"rule","issued":±n,"ended":±n,"inforce":±n}…],   table 二, only years that change
 *    "feeds":["/search.atom?status=abolished"…]}                           lists whose subscribers will see an entry
 */
json_t *act_preview(struct store *s, const struct act_plan *p);
/* The same in words, a line each, for the person at the desk. */
void act_print_preview(const json_t *preview);

/*
 * The record and the place of an event by its number: a search by halves over the archive, whose events are numbered in order.
 * NOT_FOUND if there is none.
 */
enum gk_status act_find_event(struct store *s, const char *event, uint32_t *docid, struct gk_event *out, struct gk_err *err);

/* Number it, append it, hand it to the index; number is "e-000123". */
enum gk_status act_append(struct store *s, struct act_plan *p, char number[32], struct gk_err *err);
#endif
