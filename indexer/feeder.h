/*
 * The way of a record into the index, on several cores:
 *
 *   the caller: events folded, text at hand ──▶ N threads: text to terms ──▶ one thread: into the index
 *
 * Records arrive in the order in which they were put, so what is written does not depend on the number of threads.  What
 * waits is bounded, in records and in bytes of text, but so that records go on being found while a batch is committed.  After a failure nothing more is
 * taken; the failure is told at the next call.
 *
 * GONGKAI_THREADS=1 in the environment does all of it in the caller's thread; another number fixes N.
 */
#ifndef GK_FEEDER_H
#define GK_FEEDER_H

#include "catalog/put.h"

struct feeder;

/* One record on its way; events, places and text are owned. */
struct feed {
	uint32_t docid;
	struct gk_event *events;
	struct gk_place *places;
	size_t n;
	struct gk_record record;
	bool state_only;		/* only what its acts change: there is no text */
	struct gk_buf text;		/* all that is to be found of it (catalog/prepare.h) */
	size_t own;			/* so many bytes of it are the newest text */
	struct gk_prepared *prepared;	/* made from it; the feeder's */
	size_t n_former;		/* of a record that is there: its first so many events are known to the index; 0 of a new one */
	struct gk_record former_record;
	struct gk_prepared former;	/* made by the caller; kept from use to use */
	bool has_former;		/* it was made ready for use */
	bool commits;			/* no record: what stands before it is committed, with the mark */
	struct gk_place mark;
};

/* Takes over the writer. */
enum gk_status feeder_start(struct gk_put_writer *w, struct feeder **out, struct gk_err *err);
/* A free place in the queue, waiting for one if need be; NULL with err if something failed.  bytes: of the text that will be in it. */
struct feed *feeder_take(struct feeder *f, size_t bytes, struct gk_err *err);
/* Hand over the one that was taken last, or give it back unused. */
void feeder_put(struct feeder *f, struct feed *item);
void feeder_return(struct feeder *f, struct feed *item);
/* Wait until all is written, then commit with this mark. */
enum gk_status feeder_commit(struct feeder *f, struct gk_place mark, struct gk_err *err);
/* Commit with this mark as soon as all that was put before is written, and do not wait for it: records go on coming meanwhile. */
enum gk_status feeder_commit_later(struct feeder *f, struct gk_place mark, struct gk_err *err);
/* Are those done?  GK_END: not yet, unless wait. */
enum gk_status feeder_committed(struct feeder *f, bool wait, struct gk_err *err);
/* Wait until all that was handed over is written (not committed). */
enum gk_status feeder_idle(struct feeder *f, struct gk_err *err);
/* Only while nothing is under way (after start, idle or commit). */
struct gk_put_writer *feeder_writer(struct feeder *f);
/* Ends the thread and closes the writer; what was not committed is dropped. */
void feeder_stop(struct feeder *f);

#endif
