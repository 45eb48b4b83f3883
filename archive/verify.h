/*
 * Reading an archive to find what is wrong with it: every byte once, no record inflated twice, memory the same for
 * any size of archive.  Only reads, and takes no lock.
 *
 *   pread ─▶ batches of records: inflate, head, SHA-256 of the block ─▶ judge ─▶ findings
 *       │     (this thread and others, verify-batch.h)                   (this thread, in order)
 *       └────▶ SHA-256 of the segment
 *
 * What is wrong has a rule with a code that never changes its meaning (the table is in verify.c, and in
 * gongkai-archive(5)).  A rule marked `info` is worth knowing and no damage.
 *
 * This folder knows records, not documents: what an event says is told by the caller (gk_verify_hooks.event).
 */
#ifndef GK_VERIFY_H
#define GK_VERIFY_H

#include "archive/warc.h"

enum gk_rule {
	GK_V_CRC = 1,		/* V01 … in this order */
	GK_V_BLOCK, GK_V_PAYLOAD, GK_V_HEAD, GK_V_LENGTH, GK_V_MISSING, GK_V_SEGMENT, GK_V_TRAILING, GK_V_EVENT,
	GK_V_REFERENCE, GK_V_STATED, GK_V_ORPHAN, GK_V_TWICE, GK_V_TORN, GK_V_GZIP, GK_V_SHORTER, GK_V_NAME, GK_V_UNREAD, GK_V_CHECKPOINT, GK_V_TOMBSTONE, GK_V_UNDESTROYED, GK_V_LEDGER,
	GK_V_RULES,
};

struct gk_rule_text {
	const char *code, *name;	/* "V02", "block-digest" */
	bool info;
	const char *zh, *en;		/* one sentence: what is wrong */
};

/* From GK_V_CRC up to GK_V_RULES - 1. */
const struct gk_rule_text *gk_rule_text(enum gk_rule rule);

enum { GK_FINDING_URI = 160 };

struct gk_finding {
	enum gk_rule rule;
	struct gk_loc loc;		/* length: bytes that are concerned, 0 if that cannot be told */
	char record[GK_WARC_ID];	/* "" if it cannot be read; of a damaged record: as it stands there */
	char uri[GK_FINDING_URI];	/* the record's target URI, or "" */
	struct gk_err err;		/* what exactly, both languages */
};

/* What one event says, as far as it can be compared with the archive. */
struct gk_event_says {
	uint64_t number;		/* of the event: they only rise.  0: none */
	char id[64];			/* the document */
	bool first;			/* this event begins the document */
	size_t n;
	struct {
		const char *what;		/* "original", "text": static */
		char record[GK_WARC_ID], digest[GK_WARC_DIGEST];
		struct gk_loc loc;		/* segment 0: the event does not say where */
	} refs[4];
};

struct gk_verify_totals {
	uint64_t segments, records, events, documents;
	uint64_t bytes;			/* of blocks, inflated */
	uint64_t packed;		/* bytes of segments gone through */
	uint64_t skipped;		/* records that were not to be read */
	uint64_t destroyed;		/* tombstones whose order is in the archive */
	uint64_t bad, infos;
	uint64_t last_event;		/* the highest number of an event */
};

/* A segment that was gone through to its end. */
struct gk_verified {
	uint32_t segment;
	uint64_t bytes, bad;
	bool closed;			/* a later segment exists */
	bool whole;			/* every byte was read and hashed; else digest is "" */
	char digest[GK_WARC_DIGEST];
};

struct gk_verify_hooks {
	void *arg;
	void (*found)(void *arg, const struct gk_finding *f);
	/* GK_END: this record is no event.  GK_REFUSED: it is a bad one, err says why.  Called in several threads at once, in any order. */
	enum gk_status (*event)(void *arg, const struct gk_warc_rec *rec, struct gk_event_says *out, struct gk_err *err);
	/* These may be NULL: everything is wanted, and nobody stops it. */
	bool (*segment)(void *arg, uint32_t segment);
	bool (*record)(void *arg, const struct gk_warc_rec *head);	/* block is empty yet */
	void (*segment_done)(void *arg, const struct gk_verified *v);
	bool (*go_on)(void *arg, const struct gk_verify_totals *t, struct gk_loc at);	/* between records; false: stop here */
};

struct gk_verify {
	/* In: */
	struct gk_verify_hooks hooks;
	struct gk_loc from;		/* {0}, or where a former reading stopped */
	uint32_t sample;		/* of a million records, how many; 0: all.  Chosen by seed and place only */
	uint64_t seed;
	/* In (what a former reading had reached) and out: */
	struct gk_verify_totals totals;
	uint64_t expect;		/* the distance that goes on from the last record; 0: unknown */
	/* Out: */
	struct gk_loc end;		/* behind the last record that was judged */
	bool stopped;			/* go_on said so: more is to be read from `end` */
	bool torn;			/* the last segment ends in a record that was never finished: at torn_at */
	struct gk_loc torn_at;
};

/*
 * GK_OK also when everything is broken: that is in the findings.  GK_DEAD: the folder cannot be read, memory ended;
 * GK_REFUSED: NEWER, a segment was written by a later program.
 */
enum gk_status gk_verify(struct gk_archive *a, struct gk_verify *v, struct gk_err *err);

/*
 * The digest of segment - 1 that the first record of `segment` states; "" if it states none.  GK_REFUSED: there is no
 * such segment, or its first record is damaged.
 */
enum gk_status gk_verify_stated(struct gk_archive *a, uint32_t segment, char out[GK_WARC_DIGEST], struct gk_err *err);

#endif
