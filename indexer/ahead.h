/*
 * Files read and extracted ahead, on as many threads as there are cores, and given back in the order in which they were put:
 *
 *   the caller: walks ──▶ N threads: open, read, digest, extract (a child process each) ──▶ the caller, in order: describe, intake
 *
 * So what is written does not depend on the number of threads, and the archive keeps its one writer.  What is held is bounded: some files, some bytes, and a
 * large one goes alone.  GONGKAI_THREADS=1 in the environment does all of it in the caller's thread; another number fixes N.
 */
#ifndef GK_AHEAD_H
#define GK_AHEAD_H

#include "extract/client.h"

#include <sys/stat.h>

struct ahead_file {
	char *path;
	char known[64];			/* it need not be read: this record has its bytes.  Then nothing below is set but sb */
	struct stat sb;			/* as it was when it was read */
	struct gk_buf bytes;
	char digest[65];		/* sha256 hex */
	enum gk_status st;		/* GK_OK; GK_REFUSED: this file cannot be read or has no text; GK_RETRY: it was changed meanwhile; GK_DEAD */
	struct gk_err err;
	struct gk_reply reply;
};

/* Called in the thread of ahead_put and ahead_drain, in the order of putting. file is the callee's to look at, not to keep. */
typedef void ahead_take(void *arg, struct ahead_file *file);

struct ahead;

/* extractor: path of gongkai-extract; limit: bytes of one file.  Put from the thread that stops it, or one that lives as long.  Fewer threads than wanted is slower, not wrong. */
enum gk_status ahead_start(const char *extractor, size_t limit, ahead_take *take, void *arg, struct ahead **out, struct gk_err *err);
/* known: NULL, or the record that has this file's bytes. GK_DEAD when memory ends. */
enum gk_status ahead_put(struct ahead *a, const char *path, const struct stat *sb, const char *known, struct gk_err *err);
/* Until all that was put is taken. */
void ahead_drain(struct ahead *a);
/* What was put and not drained is dropped.  NULL is right too. */
void ahead_stop(struct ahead *a);

#endif
