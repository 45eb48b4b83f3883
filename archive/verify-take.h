/*
 * One record taken for judging: streamed whatever its size, with the rule it breaks instead of a refusal.  (For using a
 * record there is gk_warc_take, which holds all of its block and trusts nothing of a damaged one.)
 */
#ifndef GK_VERIFY_TAKE_H
#define GK_VERIFY_TAKE_H

#include "archive/verify.h"
#include "archive/warc-private.h"

#include "base/digest.h"

#include <pthread.h>
#include <sodium.h>

enum {
	GK_SLOT_BUF = 1024 * 1024,	/* a record up to here stands in memory whole and is hashed by the other thread */
};

struct gk_slot {
	struct gk_loc loc;
	uint64_t next;			/* where to go on; 0: that cannot be told */
	struct gk_warc_rec rec;		/* block is borrowed from buf, and empty for a record larger than that */
	bool parsed;			/* rec has its head; to be believed only if rule is 0 */
	uint64_t length;		/* of the block, by the head */
	bool skipped;			/* not wanted, and stepped over */
	bool cut;			/* the file ends before the member does */
	enum gk_rule rule;		/* 0: none so far */
	const char *zh, *en;		/* what exactly */
	int error;			/* errno, for GK_V_UNREAD; ENOMEM: nothing was taken */
	/* Of the gzip header, as it lies in the file: */
	bool ours, exact;		/* written by gongkai; and every byte that is always the same is right */
	uint32_t claimed, distance;
	/* For the hasher: bytes of the file, and the block unless it was hashed on the way. */
	uint64_t raw_from, raw_to;
	bool hashed;
	unsigned char have[GK_SHA256];
	char *buf;
};

struct gk_want {
	bool hop;			/* step over it, if that can be done without reading it */
	bool (*record)(void *arg, const struct gk_warc_rec *head);
	void *arg;
};

bool gk_slot_open(struct gk_slot *s);
void gk_slot_close(struct gk_slot *s);
void gk_slot_take(struct gk_slot *s, struct gk_gzin *in, uint32_t segment, uint64_t offset, uint64_t end, const struct gk_want *want);

/* A second thread that hashes one slot while the next is taken.  Without a thread the caller does it: same results. */
struct gk_hasher {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t turn;
	struct gk_slot *job;		/* NULL: nothing to do */
	bool running, quit;
	int fd;				/* of the segment; changed only while there is no job */
	struct gk_sha256_sum sum;	/* of its bytes so far */
	unsigned char *chunk;
};

bool gk_hasher_open(struct gk_hasher *h);
void gk_hasher_close(struct gk_hasher *h);
void gk_hasher_give(struct gk_hasher *h, struct gk_slot *s);
void gk_hasher_wait(struct gk_hasher *h);

#endif
