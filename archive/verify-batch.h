/*
 * Many records at once: what verify reads when nothing is wrong.  A batch is a run of members of ours, found by the length that
 * each states; a worker inflates and hashes them, while others are read, worked on and judged.
 *
 *   read ─▶ gk_pool_give ─▶ ring of batches ─▶ gk_pool_next ─▶ judge, in order of the file
 *                            │   │   │
 *                            threads, and whoever waits in gk_pool_next
 *
 * A record that is not sound in every way is left alone here (quick is false) and taken by gk_slot_take.  So what is found, and
 * in which order, does not hang on threads, nor on there being any.
 */
#ifndef GK_VERIFY_BATCH_H
#define GK_VERIFY_BATCH_H

#include "archive/verify-take.h"

enum {
	GK_BATCH_RAW = 512 * 1024,	/* bytes of the file */
	GK_BATCH_OUT = 2 * 1024 * 1024,	/* and what they inflate to */
	GK_BATCH_RECS = 512,
	GK_POOL_THREADS = 3,
	GK_POOL_BATCHES = 2 * GK_POOL_THREADS + 2,
};

struct gk_batch {
	uint32_t segment;
	uint64_t from, to;		/* of the file: raw has them */
	size_t n;
	struct gk_slot slots[GK_BATCH_RECS];
	bool quick[GK_BATCH_RECS];	/* sound: the slot is filled */
	uint32_t out_at[GK_BATCH_RECS];	/* where it goes in out */
	unsigned char *raw;
	char *out;
	enum { GK_BATCH_FREE, GK_BATCH_WAITS, GK_BATCH_AT_WORK, GK_BATCH_DONE } state;
};

struct gk_pool;

/* NULL when memory ends.  hooks (borrowed): event is asked.  threads: at most GK_POOL_THREADS; 0 and a failure to start one are fine. */
struct gk_pool *gk_pool_new(const struct gk_verify_hooks *hooks, unsigned threads);
void gk_pool_free(struct gk_pool *p);
/* A batch to be filled and given, or NULL: all of them are in the ring. */
struct gk_batch *gk_pool_room(struct gk_pool *p);
/*
 * Read from fd the members that stand at offset and behind it, none beyond `end`.  False: there is none that could be taken this way
 * (*error is 0), or it cannot be read.
 */
bool gk_batch_read(struct gk_batch *b, int fd, uint32_t segment, uint64_t offset, uint64_t end, int *error);
void gk_pool_give(struct gk_pool *p, struct gk_batch *b);
/* The oldest batch, done; NULL: there is none.  It stays yours until gk_pool_drop. */
struct gk_batch *gk_pool_next(struct gk_pool *p);
void gk_pool_drop(struct gk_pool *p);
/* Drop all of them. */
void gk_pool_clear(struct gk_pool *p);

#endif
