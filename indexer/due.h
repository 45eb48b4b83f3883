/*
 * What happens by itself, as lists: what takes effect, what ends (with the reminders 180, 60 and 30 days before), what must be appraised or handed over, and what
 * was published later than 20 working days after it was made (Art. 26).  For the command `due`, the page of the day and its API.
 */
#ifndef GK_DUE_H
#define GK_DUE_H

#include "indexer/keeping.h"
#include "record/workdays.h"

enum { DUE_UNKNOWN_MAX = 64, DUE_LISTS = 7 };

/* Each list: [{"id","title","number","date","days", "reminder","todo","todo_en", …}], by date once due_end was called. */
struct due {
	const struct gk_config *config;
	struct gk_workdays *workdays;
	struct gk_date on;
	uint32_t day, until, late_from;
	json_t *takes_effect, *expires, *lapses, *by_policy, *appraise, *transfer, *late;
	int unknown[DUE_UNKNOWN_MAX];		/* years without a calendar of working days */
	size_t n_unknown;
	struct keeping_act *acts;		/* the terms that adopted rules give, room for KEEPING_MAX; NULL: not wanted */
	size_t n_acts;
};

/* Days as people write them, NULL: today; 1 January last year.  within: days. */
enum gk_status due_days(struct due *d, const char *on, const char *since, long within, struct gk_err *err);
/* Opens the calendar of the archive; the lists are empty.  due_free in any case. */
enum gk_status due_begin(struct due *d, const struct store *s, const char *archive, struct gk_err *err);
/* A keeping_fn, arg being the struct due. */
enum gk_status due_one(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err);
void due_end(struct due *d);
/* The i-th list, NULL behind the last: takes_effect, expires, lapses, by_policy, appraise, transfer, late. */
json_t **due_list(struct due *d, size_t i);
void due_free(struct due *d);

#endif
