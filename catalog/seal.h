/*
 * The seal of a part of an index: size and CRC-32 of each of its files, in a file "sums" beside them.  Xapian has no checksum of its own, so of a bit that turns
 * in a key, in a slot or in the tree itself nothing else would tell.  What is read for a question does not look at it; gongkai doctor and gongkai verify do.
 *
 *   postlist.glass 8192 1a2b3c4d
 *
 * A dense part (catalog/dense.h) is never written to again: it is sealed before anything says that it counts, and a compaction that takes it over looks at
 * the seal on the way.  What still grows has none until it is compacted.
 */
#ifndef GK_SEAL_H
#define GK_SEAL_H

#include "base/buf.h"
#include "base/status.h"

#define GK_SEAL "sums"

/* What the seal of these files would say. */
enum gk_status gk_seal_of(const char *folder, struct gk_buf *out, struct gk_err *err);
/* GK_END if the folder has none; GK_DEAD, DAMAGED, says which file is another. */
enum gk_status gk_seal_check(const char *folder, struct gk_err *err);
/* All parts of a generation that are to have one, of those that the last commit tells of: GK_DEAD, DAMAGED, also where one has none. */
enum gk_status gk_seal_check_all(const char *base, struct gk_err *err);
/* Made anew, flushed and its name too (of the writing half). */
enum gk_status gk_seal_write(const char *folder, struct gk_err *err);

#endif
