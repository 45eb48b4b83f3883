/*
 * Files: whole reads, whole writes, and replacing a file so that a crash
 * leaves either the old one or the new one.
 */
#ifndef GK_IO_H
#define GK_IO_H

#include "base/buf.h"
#include "base/status.h"

#include <sys/types.h>

/* All of `path`, at most max bytes (GK_REFUSED, LIMIT beyond); *out is initialised here, yours to free. */
enum gk_status gk_read_file(const char *path, size_t max, struct gk_buf *out, struct gk_err *err);
/* Write n bytes, going on after short writes and EINTR; false with errno set. */
bool gk_write_all(int fd, const void *p, size_t n);
/* Read exactly n bytes at offset; false with errno set, 0 in errno at end of file. */
bool gk_pread_all(int fd, void *p, size_t n, off_t offset);
/* fsync of a folder, so that names made or renamed in it survive a power cut. */
enum gk_status gk_sync_dir(const char *path, struct gk_err *err);
/* Write beside, fsync, rename over `path`, fsync the folder. */
enum gk_status gk_replace_file(const char *path, mode_t mode, const void *p, size_t n, struct gk_err *err);
/* mkdir; a folder that is there already is fine. */
enum gk_status gk_make_dir(const char *path, mode_t mode, struct gk_err *err);
/* "dir/name" as a new string (free()), NULL when memory ends. */
char *gk_path(const char *dir, const char *name);
/* Remove a folder and all below it (never through a symbolic link). */
enum gk_status gk_remove_tree(const char *path, struct gk_err *err);
/*
 * NO_SPACE in the words of safety.md 3.4: which file system, how much is needed, how much is free.  A message that
 * err holds already (a library's) stays before them.
 */
enum gk_status gk_no_space(struct gk_err *err, enum gk_status st, const char *folder, uint64_t need);
/* Now, UTC, "2026-11-23T15:49:07.123Z". */
void gk_now_utc(char out[32]);

#endif
