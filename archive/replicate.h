/*
 * A copy of an archive that follows it: on another machine, from a folder that is mounted there.
 *
 * What the writer of the source has acknowledged (the seal in its `lock`) is copied and no byte more: closed segments, and the last one up to there. Nothing is
 * taken for good that was not read back and whose digests do not match.  The source is not locked and not written to.  A segment that was
 * rewritten there since (archive/destroy.h: nothing else does that) is copied anew, and then the replica's index is to be built anew as well.
 *
 *   REPLICA/replica = "gongkai-replica 1" LF [ "rebuild" LF ] ( segment SP bytes SP seconds SP nanoseconds SP inode LF )*    what each segment was there
 */
#ifndef GK_REPLICATE_H
#define GK_REPLICATE_H

#include "archive/append.h"

struct gk_replicated {
	uint64_t bytes;			/* that came */
	uint32_t rewritten;		/* segments that were copied anew */
	bool rebuild;			/* since a segment was copied anew the index was not built anew yet */
	struct gk_loc end;
};

/*
 * One step: all that there is now.  `to` is made if it is not there.  GK_REFUSED: USAGE (it is the same folder, or `to` has records that the source has not), DAMAGED (a
 * record did not arrive as it was written: nothing of this step stays), NOT_FOUND (the source says of nothing that it was acknowledged).
 */
enum gk_status gk_replicate(const char *from, const char *to, int wait_s, struct gk_replicated *out, struct gk_err *err);
/* The index was built anew. */
enum gk_status gk_replicate_rebuilt(const char *to, struct gk_err *err);

#endif
