/*
 * The thread that writes the index: a short queue of records that are cut into
 * terms already.  After a failure it takes no more; the failure is told at the next call.
 */
#ifndef GK_FEEDER_H
#define GK_FEEDER_H

#include "catalog/put.h"

struct feeder;

/* One record on its way; events and places are owned. */
struct feed {
	uint32_t docid;
	struct gk_event *events;
	struct gk_place *places;
	size_t n;
	struct gk_record record;
	bool state_only;		/* only what its acts change; prepared is not filled */
	struct gk_prepared prepared;	/* kept from use to use */
};

/* Takes over the writer. */
enum gk_status feeder_start(struct gk_put_writer *w, struct feeder **out, struct gk_err *err);
/* A free place in the queue, waiting for one if need be; NULL with err if the writer failed. */
struct feed *feeder_take(struct feeder *f, struct gk_err *err);
/* Hand it over, or give it back unused. */
void feeder_put(struct feeder *f, struct feed *item);
void feeder_return(struct feeder *f, struct feed *item);
/* Wait until all is written, then commit with this mark. */
enum gk_status feeder_commit(struct feeder *f, struct gk_place mark, struct gk_err *err);
/* Wait until all that was handed over is written (not committed). */
enum gk_status feeder_idle(struct feeder *f, struct gk_err *err);
/* Only while nothing is under way (after start, idle or commit). */
struct gk_put_writer *feeder_writer(struct feeder *f);
/* Ends the thread and closes the writer; what was not committed is dropped. */
void feeder_stop(struct feeder *f);

#endif
