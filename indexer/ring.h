/*
 * Things worked on ahead, on as many threads as there are cores, and given back in the order in which they were put:
 *
 *   the caller: fills one, puts it ──▶ N threads: work ──▶ the caller, in order: take
 *
 * So what is written does not depend on the number of threads.  What is held is bounded, in things and in the bytes that they hold.
 * GONGKAI_THREADS=1 in the environment does all of it in the caller's thread; another number fixes N.
 */
#ifndef GK_RING_H
#define GK_RING_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

/* arg and one of the things. */
typedef void ring_fn(void *arg, void *thing);

struct ring_way {
	size_t size;			/* of a thing */
	size_t most_threads, per_thread;	/* things for each thread */
	size_t most_bytes;		/* of all that are held together; one that has more goes alone */
	ring_fn *work;			/* in any thread, once for each */
	ring_fn *take;			/* in the caller's; leaves the thing as one that can be filled again */
	void *arg;
};

struct ring;

/* Things are zeros at first.  Put from the thread that stops it.  Fewer threads than wanted is slower, not wrong. */
enum gk_status ring_start(const struct ring_way *way, struct ring **out, struct gk_err *err);
/* The next one to be filled; the oldest is taken first where all are put. */
void *ring_place(struct ring *r);
/* That one, which holds so many bytes; done: there is no work on it. */
void ring_put(struct ring *r, size_t bytes, bool done);
/* Until all that was put is taken. */
void ring_drain(struct ring *r);
/* What was put and not taken is dropped; forget is called for every thing, filled or not.  NULL is right too. */
void ring_stop(struct ring *r, ring_fn *forget);

#endif
