/*
 * One WARC file of another tool, from its first record to its last: versions
 * 0.x to 1.1, plain or gzipped, a gzip member per record or several, as they come.
 * It is read as a stream; nothing is written.
 *
 *   GK_OK       *rec is filled
 *   GK_END      nothing more
 *   GK_REFUSED  this record is damaged or past a limit of L33 (err names file and offset); go on, the
 *               scan stands behind it.  If nobody can tell where the next one begins, the message
 *               says so and GK_END comes next
 *   GK_DEAD     the device failed, or memory
 *
 * It never searches for something that looks like a record: a page may contain just that.
 */
#ifndef GK_IMPORT_H
#define GK_IMPORT_H

#include "archive/warc.h"

struct gk_foreign;

struct gk_foreign_rec {
	struct gk_warc_rec rec;		/* free with gk_warc_rec_free */
	char kind[16];			/* WARC-Type as it stands, lower case: "response" … */
	uint64_t offset;		/* of the record; in a gzip file that of its member */
	uint64_t length;		/* Content-Length */
	bool kept;			/* false: the block is longer than the most that was asked for, and was passed over */
	bool truncated, segmented;	/* WARC-Truncated, WARC-Segment-Number */
	bool loose_end;			/* not followed by two line ends */
	bool checked;			/* its block digest was compared: sha1 or sha256 */
};

/* Blocks longer than `most` are passed over, not held. GK_REFUSED (USAGE): no such file, or not a regular one. */
enum gk_status gk_foreign_open(const char *path, size_t most, struct gk_foreign **out, struct gk_err *err);
enum gk_status gk_foreign_next(struct gk_foreign *f, struct gk_foreign_rec *out, struct gk_err *err);
void gk_foreign_close(struct gk_foreign *f);

#endif
