/* Random histories of documents, the same for a seed on every machine: few days, so that much falls on one. */
#ifndef HISTORIES_H
#define HISTORIES_H

#include "record/event.h"

enum { HISTORY_MAX = 12 };

struct history {
	struct gk_event events[HISTORY_MAX];
	size_t n;
};

unsigned histories_random(uint64_t *seed, unsigned below);
/* False if an event is refused: then the test is wrong. */
bool histories_make(uint64_t *seed, struct history *h);
void histories_free(struct history *h);
/* A day among those the histories use, "2019-03-17" or now and then "2019-03". */
void histories_date(uint64_t *seed, char out[12]);
void histories_instant(uint64_t *seed, char out[40]);

#endif
