/*
 * The state of each document on a day, as it is known now: worked out from its periods when it is first asked for, and kept, because nearly all questions ask of the
 * same day.  One row of a day for a set of columns, shared by the handles of a process and filled by whoever comes first; two who come at once find the same.
 */
#ifndef GK_STATES_H
#define GK_STATES_H

#include <stdatomic.h>
#include <stdint.h>

struct gk_states {
	struct gk_states *next;
	uint32_t day;
	unsigned users;
	_Atomic uint8_t state[];	/* [docid]: gk_validity + 1; 0: not worked out yet */
};

/* Rows of so many days are kept for a set of columns, those asked for last. */
enum { GK_STATES_DAYS = 4 };
/* The row of the day among those of `rows`, a new one if need be; NULL when memory ends. */
struct gk_states *gk_states_take(struct gk_states **rows, uint32_t day, uint32_t last);
void gk_states_drop(struct gk_states *s);
/* The rows' owner goes. */
void gk_states_forget(struct gk_states **rows);

#endif
