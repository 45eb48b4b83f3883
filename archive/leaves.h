/*
 * The records of an archive as the leaves of a Merkle tree, in archive order, each record one leaf (warcinfo too).
 * A leaf is made only from what survives when a payload is destroyed under authority:
 *
 *   entry = "gongkai leaf 1" LF
 *           "id: " id LF                 WARC-Record-ID without < >
 *           "type: " type LF             warcinfo resource conversion metadata revisit other
 *           "date: " date LF             WARC-Date as it stands
 *           "block: sha256:" 64hex LF    WARC-Block-Digest; of a record that states none of this kind, computed
 *         [ "payload: " digest LF ]      WARC-Payload-Digest, if there is one
 *         [ "uri: " uri LF ]             WARC-Target-URI, if there is one
 *
 * Whoever replaces a record by a tombstone leaves these fields as they are: then its leaf, and with it every proof and
 * every checkpoint ever given out, stays what it was.
 *
 * The hashes are kept in ARCHIVE/index/leaves, which may be deleted at any time: proofs then cost one reading of the archive.
 */
#ifndef GK_LEAVES_H
#define GK_LEAVES_H

#include "archive/merkle.h"
#include "archive/warc.h"

/* --- one leaf --- */

enum { GK_LEAF_MAX = 16 * 1024 };

/* The entry of a record; false (memory) leaves out->failed set. */
bool gk_leaf_entry(const struct gk_warc_rec *rec, struct gk_buf *out);
void gk_leaf_hash(const struct gk_buf *entry, struct gk_hash *out);

/* What an entry says.  Strings are borrowed from nowhere: they are copied. */
struct gk_leaf {
	char id[GK_WARC_ID], type[16], date[32], block[GK_WARC_DIGEST], payload[GK_WARC_DIGEST];
	char uri[256];		/* longer ones are of other tools and have no proofs here */
};
/* Only the exact form above; false for anything else. */
bool gk_leaf_parse(const char *p, size_t n, struct gk_leaf *out);

/* --- all leaves of an archive --- */

struct gk_leaves;

/*
 * Read ARCHIVE/index/leaves as far as it fits the archive, and the archive from there on (all of it, if the file does not
 * fit).  keep: write what is new to the file; only for the holder of the writer's lock.  Else at most `want` leaves are read
 * (0: all) and nothing is written.  GK_REFUSED, DAMAGED: a record cannot be read, so there is no tree over it.
 */
enum gk_status gk_leaves_open(struct gk_archive *a, const char *dir, bool keep, uint64_t want, struct gk_leaves **out, struct gk_err *err);
/* The same without looking at the file. With keep the file is made anew. */
enum gk_status gk_leaves_rebuild(struct gk_archive *a, const char *dir, bool keep, uint64_t want, struct gk_leaves **out, struct gk_err *err);
void gk_leaves_close(struct gk_leaves *l);

uint64_t gk_leaves_size(const struct gk_leaves *l);
/* How many of them were read from the archive this time: for a note, and for tests. */
uint64_t gk_leaves_fresh(const struct gk_leaves *l);
/* The leaf of the record that stands at loc; false if there is none. */
bool gk_leaves_find(struct gk_leaves *l, struct gk_loc loc, uint64_t *index);
/* Where the record of a leaf stands; false if there is no such leaf. */
bool gk_leaves_place(struct gk_leaves *l, uint64_t index, struct gk_loc *loc);
/* For gk_merkle_root and its sisters; arg is the struct gk_leaves. */
bool gk_leaves_read(void *arg, unsigned level, uint64_t index, struct gk_hash *out);

/* --- did the archive only grow? --- */

/*
 * Read every record again (never the kept hashes) and compare with a checkpoint: a signed note, or the one line that `gongkai
 * checkpoint --line` prints.  The signature must be that of ARCHIVE/keys/checkpoint.pub, see archive/key.h.
 *   GK_OK        the archive begins with exactly the records that the checkpoint counts
 *   GK_REFUSED   DAMAGED: it does not (records are missing, changed or exchanged; err says what is known)
 *                BAD_DATA: this is no checkpoint of this archive (not a note, another origin, or the signature does not hold)
 *   GK_DEAD      the device failed, or the public key cannot be read
 */
enum gk_status gk_check_against(struct gk_archive *a, const char *dir, const char *note, size_t n, struct gk_err *err);

#endif
