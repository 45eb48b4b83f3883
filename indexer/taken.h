/*
 * Which files were taken in already, by what a file system says of them: so that a folder of 100,000 unchanged files is not read again.
 *
 *   ARCHIVE/index/taken      a line for each file that was taken, appended after the commit; of one path the last counts
 *   device inode size mtime ctime sha256 path        times in ns; in the path \ and control characters are \xXX
 *
 * A cache and nothing more: it may be deleted, be of an older archive or be torn at its end.  It only tells the digest of a file without
 * reading it; whether the archive has that digest is asked of the archive.  Call under the archive's lock.
 */
#ifndef GK_TAKEN_H
#define GK_TAKEN_H

#include "base/status.h"

#include <sys/stat.h>

struct taken;

/* What cannot be read counts as empty. GK_DEAD when memory ends. */
enum gk_status taken_open(const char *archive, struct taken **out, struct gk_err *err);
/* sha256 hex of a file that is as it was when it was taken; NULL if it is not, or was not taken. Borrowed. */
const char *taken_digest(const struct taken *t, const char *path, const struct stat *now);
/*
 * It is in, once the next commit is done.  One that was changed only just now is left out: it may change again within the same tick of the
 * file system's clock.  Failures only cost time.
 */
void taken_note(struct taken *t, const char *path, const struct stat *as_read, const char *digest);
/* After a commit: what was noted since the last one, to the file. */
void taken_keep(struct taken *t);
/* Drops what was noted and not kept.  NULL is right too. */
void taken_close(struct taken *t);

#endif
