/* Files as the things of a ring. */
#include "indexer/ahead.h"

#include "base/digest.h"
#include "base/io.h"
#include "indexer/ring.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What waits: enough files that nobody stands still while the caller writes a batch, and no more bytes than they may hold together. */
enum { MOST_THREADS = 64, PER_THREAD = 8, LARGE = 16 << 20, MOST_BYTES = 64 << 20 };

struct ahead {
	char *program;
	struct gk_extractor *extractor;	/* NULL before there was a file to read */
	size_t limit;
	ahead_take *take;
	void *arg;
	struct ring *ring;
};

/* --- one file ---------------------------------------------------------------------------------------------------- */

static enum gk_status
too_large(intmax_t size, size_t limit, struct gk_err *err)
{
	gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "文件过大（file_too_large）：%jd 字节，上限 %zu", "the file is too large (file_too_large): %jd bytes, at most %zu", size, limit);
	gk_hint(err, "在 gongkai.conf 中提高 file_limit", "raise file_limit in gongkai.conf");
	return GK_REFUSED;
}

static enum gk_status
is_empty(struct gk_err *err)
{
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "文件是空的", "the file is empty");
	gk_hint(err, "补上内容后再收", "fill it and ingest it again");
	return GK_REFUSED;
}

static bool
same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static enum gk_status
read_file(struct ahead_file *f, size_t limit, int *fd, struct gk_err *err)
{
	struct stat now;

	*fd = open(f->path, O_RDONLY | O_CLOEXEC);
	if (*fd >= 0 && fstat(*fd, &f->sb) == 0 && S_ISREG(f->sb.st_mode) && (uintmax_t)f->sb.st_size > limit)
		return too_large((intmax_t)f->sb.st_size, limit, err);
	if (gk_read_file(f->path, limit, &f->bytes, err) != GK_OK) {
		if (err->cause == GK_CAUSE_NO_ACCESS)
			gk_hint(err, "检查文件权限：ls -l", "check its permissions: ls -l");
		return GK_REFUSED;
	}
	if (*fd < 0)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "不能打开：%s", "cannot open: %s", strerror(errno));
	/* Bytes and text are to be of the same file. */
	if (S_ISREG(f->sb.st_mode) && (stat(f->path, &now) < 0 || !same(&f->sb, &now) || (size_t)f->sb.st_size != f->bytes.n)) {
		gk_fail(err, GK_RETRY, GK_CAUSE_BUSY, "读取时文件正在改动", "the file was being changed while it was read");
		gk_hint(err, "写完后再收；或用 --watch", "ingest it again when it is written; or use --watch");
		return GK_RETRY;
	}
	return f->bytes.n == 0 ? is_empty(err) : GK_OK;
}

static void
work_on(void *arg, void *thing)
{
	const struct ahead *a = arg;
	struct ahead_file *f = thing;
	int fd = -1;

	f->st = read_file(f, a->limit, &fd, &f->err);
	if (f->st == GK_OK) {
		gk_sha256_hex(f->bytes.p, f->bytes.n, f->digest);
		f->st = gk_extractor_run(a->extractor, fd, &f->reply, &f->err);
	}
	if (fd >= 0)
		close(fd);
}

static void
clear(void *arg, void *thing)
{
	struct ahead_file *f = thing;

	(void)arg;
	free(f->path);
	gk_buf_free(&f->bytes);
	gk_reply_free(&f->reply);
	*f = (struct ahead_file){ .st = GK_OK };
}

static void
take(void *arg, void *thing)
{
	struct ahead *a = arg;

	a->take(a->arg, thing);
	clear(a, thing);
}

/* --- the row of them --------------------------------------------------------------------------------------------------- */

enum gk_status
ahead_start(const char *extractor, size_t limit, ahead_take *each, void *arg, struct ahead **out, struct gk_err *err)
{
	struct ahead *a = calloc(1, sizeof *a);
	const struct ring_way way = { sizeof(struct ahead_file), MOST_THREADS, PER_THREAD, MOST_BYTES, work_on, take, a };

	if (a == NULL)
		return gk_nomem(err);
	a->limit = limit;
	a->take = each;
	a->arg = arg;
	a->program = strdup(extractor);
	if (a->program == NULL || ring_start(&way, &a->ring, NULL) != GK_OK) {
		ahead_stop(a);
		return gk_nomem(err);
	}
	*out = a;
	return GK_OK;
}

void
ahead_drain(struct ahead *a)
{
	ring_drain(a->ring);
}

enum gk_status
ahead_put(struct ahead *a, const char *path, const struct stat *sb, const char *known, struct gk_err *err)
{
	const off_t size = sb != NULL && known == NULL ? sb->st_size : 0;
	struct ahead_file *f;
	char *copy;

	/* Here, for its children die with the thread that opened it. */
	if (known == NULL && a->extractor == NULL && gk_extractor_open(a->program, &a->extractor, err) != GK_OK)
		return GK_DEAD;
	copy = strdup(path);
	if (copy == NULL)
		return gk_nomem(err);
	if (size > LARGE)
		ahead_drain(a);
	f = ring_place(a->ring);
	f->path = copy;
	if (sb != NULL)
		f->sb = *sb;
	if (known != NULL)
		strncpy(f->known, known, sizeof f->known - 1);
	ring_put(a->ring, (size_t)size, known != NULL);
	if (size > LARGE)
		ahead_drain(a);
	return GK_OK;
}

void
ahead_stop(struct ahead *a)
{
	if (a == NULL)
		return;
	ring_stop(a->ring, clear);
	gk_extractor_close(a->extractor);
	free(a->program);
	free(a);
}
