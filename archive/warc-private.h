/*
 * What the files of this folder know of each other and nobody else needs:
 * names of segments, the header block, and taking one record out of a file.
 */
#ifndef GK_WARC_PRIVATE_H
#define GK_WARC_PRIVATE_H

#include "archive/gzmember.h"
#include "archive/warc.h"

enum {
	GK_WARC_HEAD_MAX = 64 * 1024,		/* L33: header block */
	GK_WARC_LINE_MAX = 8 * 1024,		/* L33: header line, also when its folds are joined */
	GK_WARC_BLOCK_MAX = 1024 * 1024 * 1024,
	GK_SEGMENT_LAST = 999999,		/* six digits in the name */
	GK_SEGMENT_NAME = 15,			/* "000001.warc.gz" */
};

/* The head line that makes a record a tombstone; its value is the place of the order (archive/destroy.h). */
#define GK_DESTROYED_FIELD "Gongkai-Destroyed"

/* Why a record cannot be taken, for a message.  Static; NULL is "no flaw". */
struct gk_flaw {
	enum gk_cause cause;
	const char *zh, *en;
};

/*
 * Read the header lines in rec->head (all of them, without the blank line)
 * into *rec.  The values that are borrowed from head are written behind its n bytes.
 */
const struct gk_flaw *gk_warc_head_parse(struct gk_warc_rec *rec, uint64_t *length);
extern const struct gk_flaw gk_flaw_nomem;

enum gk_take {
	GK_TAKE_OK,
	GK_TAKE_SHORT,	/* the file ends before the member does */
	GK_TAKE_BAD,	/* flaw says why */
	GK_TAKE_FAILED,	/* errno: the device, or memory */
};

struct gk_taken {
	const struct gk_flaw *flaw;
	uint64_t next;		/* where the next member begins; 0 if it cannot be told */
	uint64_t batch;		/* everything before it was on the device when this record was made */
	bool ours;		/* its header was read and states length and batch */
	bool whole;		/* the member is as it was written (CRC), whatever is in it */
	char id[GK_WARC_ID];	/* also of a bad record, if its header could be read */
};

/* Take the record at offset; the input ends at `end`.  *rec is filled only on GK_TAKE_OK. */
enum gk_take gk_warc_take(struct gk_gzin *in, uint64_t offset, uint64_t end, struct gk_warc_rec *rec,
			  struct gk_taken *taken);

void gk_segment_name(uint32_t segment, char out[GK_SEGMENT_NAME]);
/* The number in "000017.warc.gz", 0 if `name` is not a segment's. */
uint32_t gk_segment_number(const char *name);
/* The highest number in the folder; 0 if there is none.  GK_DEAD if it cannot be read. */
enum gk_status gk_segment_last(const char *warc, uint32_t *last, struct gk_err *err);

/* The folder warc/ of an open archive (borrowed). */
const char *gk_archive_warc(const struct gk_archive *a);
/*
 * A descriptor of your own.  GK_REFUSED: DAMAGED (it is missing) or NEWER.
 */
enum gk_status gk_segment_open(struct gk_archive *a, uint32_t segment, int *fd, struct gk_err *err);

/* "segment, offset, cause", with the hint. */
enum gk_status gk_warc_damaged(struct gk_err *err, uint32_t segment, uint64_t offset, const char *id,
			       const struct gk_flaw *flaw);
/* For errno after a failed read. */
enum gk_status gk_warc_unread(struct gk_err *err, uint32_t segment, uint64_t offset);

#endif
