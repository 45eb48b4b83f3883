/*
 * The archive on disk: a folder of WARC 1.1 segments (ISO 28500:2017), one gzip
 * member per record, append-only.  Reading half; archive/append.h writes.
 * This folder knows bytes and digests, not documents and not search.
 *
 *   ARCHIVE/warc/000001.warc.gz   closed at 1 GiB
 *   ARCHIVE/warc/000002.warc.gz   the last one is open for append
 *   ARCHIVE/warc/torn/            cut tails, kept: <segment>-<offset>
 *
 *   segment 000001:  [warcinfo][resource][conversion][metadata][resource][metadata] …
 *                    each [] is one gzip member; `unzip -p`, zcat, any WARC tool reads them
 *
 * A handle may be used by one thread; open one per thread.  Readers take no lock.
 */
#ifndef GK_WARC_H
#define GK_WARC_H

#include "base/buf.h"
#include "base/status.h"

#define GK_ARCHIVE_FORMAT 1	/* written in warcinfo as gongkai-format; a larger one is refused (NEWER) */

/* Where a record stands: segment number from 1, byte offset and length of its gzip member. */
struct gk_loc {
	uint32_t segment;
	uint32_t length;
	uint64_t offset;
};

enum gk_warc_type {
	GK_WARC_INFO, GK_WARC_RESOURCE, GK_WARC_CONVERSION, GK_WARC_METADATA, GK_WARC_REVISIT,
	GK_WARC_OTHER,		/* request, response, continuation, unknown: read, not made by us */
};

enum { GK_WARC_ID = 56, GK_WARC_DIGEST = 80 };

/* One record, read.  Free with gk_warc_rec_free. */
struct gk_warc_rec {
	enum gk_warc_type type;
	char id[GK_WARC_ID];			/* "urn:uuid:…", without the <> */
	char date[32];				/* WARC-Date as it stands */
	char refers_to[GK_WARC_ID];		/* "" if absent; likewise below */
	char concurrent_to[GK_WARC_ID];
	char block_digest[GK_WARC_DIGEST];	/* "sha256:<hex>" */
	char payload_digest[GK_WARC_DIGEST];
	const char *target_uri, *content_type;	/* borrowed from head; "" if absent */
	struct gk_buf head;			/* the WARC header lines */
	struct gk_buf block;			/* the block, Content-Length bytes; not to be added to */
	char *whole;				/* owns the block's bytes, which stand in it; NULL: block owns them */
	struct gk_loc loc;
	/*
	 * A tombstone (archive/destroy.h): where the record stands that ordered the destruction; segment 0: it is none.  Its block is
	 * empty and the digests are those of the bytes that were destroyed.  Whether that order is there, verify says.
	 */
	struct gk_loc destroyed;
};

void gk_warc_rec_free(struct gk_warc_rec *rec);
/* The block is yours, free it with gk_buf_free; the record's is empty after. */
void gk_warc_rec_take_block(struct gk_warc_rec *rec, struct gk_buf *out);

struct gk_archive;

/*
 * dir is the archive's folder (with gongkai.conf and warc/).  NO_ACCESS if it is not there or is no archive;
 * NEWER if a segment's warcinfo states a larger format.
 */
enum gk_status gk_archive_open(const char *dir, struct gk_archive **out, struct gk_err *err);
void gk_archive_close(struct gk_archive *a);

/*
 * Read one record with one pread, inflate it, check its block digest.
 * GK_REFUSED with DAMAGED (segment, offset, cause named) if anything does not
 * match; *rec is then not filled.  Segments that appeared since opening are found.
 */
enum gk_status gk_archive_read(struct gk_archive *a, struct gk_loc loc, struct gk_warc_rec *rec, struct gk_err *err);

/*
 * All records in order, from `from` ({0,0,0} is the beginning; else the end of a record).
 *   GK_OK       *rec is filled, *at is the end of this record: give it to go on later
 *   GK_END      nothing more; a torn tail of the last segment counts as the end (see gk_scan_torn)
 *   GK_REFUSED  this record is damaged (err says where); the scan stands behind it and can go on
 *               if its length could be told, else goes on with the next segment
 *   GK_DEAD     the device failed
 */
struct gk_scan;
enum gk_status gk_scan_open(struct gk_archive *a, struct gk_loc from, struct gk_scan **out, struct gk_err *err);
enum gk_status gk_scan_next(struct gk_scan *s, struct gk_warc_rec *rec, struct gk_loc *at, struct gk_err *err);
/* True, with its place, if the scan ended at a record cut short in the last segment. */
bool gk_scan_torn(const struct gk_scan *s, struct gk_loc *where);
void gk_scan_close(struct gk_scan *s);

/* Totals of the files: number of segments and compressed bytes. */
enum gk_status gk_archive_size(struct gk_archive *a, uint32_t *segments, uint64_t *bytes, struct gk_err *err);
/* Compressed bytes that stand behind the record at this place ({0,0,0}: all). */
enum gk_status gk_archive_behind(struct gk_archive *a, struct gk_loc at, uint64_t *bytes, struct gk_err *err);

#endif
