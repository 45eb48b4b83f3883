/*
 * One record taken for judging: streamed whatever its size, with the rule it breaks instead of a refusal.  (For using a
 * record there is gk_warc_take, which holds all of its block and trusts nothing of a damaged one.)
 */
#ifndef GK_VERIFY_TAKE_H
#define GK_VERIFY_TAKE_H

#include "archive/verify.h"
#include "archive/warc-private.h"

#include "base/digest.h"

enum {
	GK_SLOT_BUF = 1024 * 1024,	/* a record up to here stands in memory whole */
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
	bool hashed;			/* have is the SHA-256 of the block */
	unsigned char have[GK_SHA256];
	bool explained, event;		/* the hook was asked already, and says is what an event says */
	struct gk_event_says says;
	char *buf;			/* NULL in a batch */
};

struct gk_want {
	bool hop;			/* step over it, if that can be done without reading it */
	bool (*record)(void *arg, const struct gk_warc_rec *head);
	void *arg;
};

/* With room for a record of its own; without (gk_slot_empty), for a batch. */
bool gk_slot_open(struct gk_slot *s);
void gk_slot_empty(struct gk_slot *s);
void gk_slot_close(struct gk_slot *s);
/* Begin anew with the record at loc. */
void gk_slot_reset(struct gk_slot *s, struct gk_loc loc);
/* Step by step, whatever the record's size, and with whatever is wrong with it. */
void gk_slot_take(struct gk_slot *s, struct gk_gzin *in, uint32_t segment, uint64_t offset, uint64_t end, const struct gk_want *want);

/* SHA-256 of the block into s->have, unless it has been made. */
void gk_slot_hash(struct gk_slot *s);

#endif
