/*
 * The only writer of truth.  One at a time (flock on ARCHIVE/lock); readers
 * never wait.  Order of a batch (safety.md 3): append records, gk_append_sync
 * (fdatasync, folder entry, read back and compare digests), then the index,
 * then the acknowledgement.
 *
 *   gk_append_open(dir, 10, &w, &err)      takes the lock, moves a torn tail to warc/torn/
 *   gk_append_record(w, &put, &loc, &err)  once per record; buffered, not yet safe
 *   gk_append_sync(w, &err)                now it is safe: acknowledge after this
 */
#ifndef GK_APPEND_H
#define GK_APPEND_H

#include "archive/warc.h"

struct gk_append;

/* Make an empty archive folder: warc/ (and torn/ inside), lock, and segment 000001 with its warcinfo. Refuses one that is there. */
enum gk_status gk_archive_create(const char *dir, struct gk_err *err);

/*
 * Wait at most `wait_s` seconds for the lock (BUSY with pid and start time of
 * the holder).  Looks at the tail from `good` (a place known to be the end of a whole record; {0} if unknown:
 * then the last segment is read from its beginning); a record cut short there is moved to warc/torn/<segment>-<offset>
 * and the segment cut back.  *torn_bytes (may be NULL) says how much was moved.
 */
enum gk_status gk_append_open(const char *dir, int wait_s, struct gk_loc good, struct gk_append **out,
			      uint64_t *torn_bytes, struct gk_err *err);
void gk_append_close(struct gk_append *w);	/* drops what was not synced: cuts back to the last sync */

struct gk_put {
	enum gk_warc_type type;		/* RESOURCE, CONVERSION, METADATA or REVISIT */
	const char *target_uri;		/* may be NULL */
	const char *content_type;
	const char *refers_to;		/* record ids, may be NULL */
	const char *concurrent_to;
	const char *payload_digest;	/* REVISIT: the digest that was seen before; else NULL and computed */
	const void *block;
	size_t n;
	/* Out: */
	char id[GK_WARC_ID];
	char digest[7 + 64 + 1];	/* "sha256:" and that of the block in hex */
};

/*
 * Refuse a batch that would not fit: free space must be >= 2 x bytes + 64 MiB
 * (NO_SPACE, naming file system, need and free).  Call before a batch.
 */
enum gk_status gk_append_reserve(struct gk_append *w, uint64_t bytes, struct gk_err *err);
/*
 * Compress and append one record; *loc says where it will stand.  A new segment
 * is begun when the last has reached 1 GiB.  After GK_DEAD close the handle: the file is cut back to
 * the last sync.
 */
enum gk_status gk_append_record(struct gk_append *w, struct gk_put *put, struct gk_loc *loc, struct gk_err *err);
/*
 * Where the next record will stand: syncs what is there, and begins a new segment if the last one is full or its number is not above `closed`.
 * For a record that others must name before it is written (archive/destroy.h).
 */
enum gk_status gk_append_place(struct gk_append *w, uint32_t closed, struct gk_loc *next, struct gk_err *err);
/*
 * fdatasync, fsync of the folder if a segment is new, read back what was written since the last sync and compare its
 * SHA-256.  *end is the place after the last record.
 */
enum gk_status gk_append_sync(struct gk_append *w, struct gk_loc *end, struct gk_err *err);

/*
 * The lock alone, for who changes files of an archive without appending to it (opening for that might move a damaged tail away).
 * BUSY as above.  What the lock says of the last sync stays: without it, damage of an acknowledged record looks like a torn tail.
 */
enum gk_status gk_writer_lock(const char *dir, int wait_s, int *lock, struct gk_err *err);
void gk_writer_unlock(int lock);	/* -1: nothing to do */
/* Up to where the last segment was synced and acknowledged, as the lock file says; segment 0 if it does not.  Whoever holds the lock may say so. */
struct gk_loc gk_writer_sealed(int lock);
void gk_writer_seal(int lock, struct gk_loc end);

#endif
