/* A ring of files; threads work on any of them, the caller takes the oldest. */
#include "indexer/ahead.h"

#include "base/digest.h"
#include "base/io.h"
#include "base/threads.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What waits: enough files that nobody stands still while the caller writes a batch, and no more bytes than they may hold together. */
enum { MOST_THREADS = 64, PER_THREAD = 8, LARGE = 16 << 20, MOST_BYTES = 64 << 20 };

enum state { FREE, WAITING, AT_WORK, DONE };

struct place {
	struct ahead_file file;
	enum state state;
	off_t found;			/* bytes that it had */
};

struct ahead {
	char *program;
	struct gk_extractor *extractor;	/* NULL before there was a file to read */
	size_t limit;
	ahead_take *take;
	void *arg;
	pthread_t thread[MOST_THREADS];
	size_t threads;
	pthread_mutex_t lock;
	pthread_cond_t to_do, done;
	struct place *place;
	size_t places, first, put, next;	/* ever put, taken, begun; next is the first that nobody has begun */
	off_t bytes;			/* of the files between first and put, as they were found */
	bool stop;
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
work_on(const struct ahead *a, struct ahead_file *f)
{
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
clear(struct place *p)
{
	free(p->file.path);
	gk_buf_free(&p->file.bytes);
	gk_reply_free(&p->file.reply);
	p->file = (struct ahead_file){ .st = GK_OK };
	p->state = FREE;
}

/* --- threads ---------------------------------------------------------------------------------------------------------- */

static void *
working(void *arg)
{
	struct ahead *a = arg;

	pthread_mutex_lock(&a->lock);
	while (!a->stop) {
		struct place *p = &a->place[a->next % a->places];

		if (a->next == a->put) {
			pthread_cond_wait(&a->to_do, &a->lock);
			continue;
		}
		a->next++;
		if (p->state != WAITING)
			continue;
		p->state = AT_WORK;
		pthread_mutex_unlock(&a->lock);
		work_on(a, &p->file);
		pthread_mutex_lock(&a->lock);
		p->state = DONE;
		pthread_cond_signal(&a->done);
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

enum gk_status
ahead_start(const char *extractor, size_t limit, ahead_take *take, void *arg, struct ahead **out, struct gk_err *err)
{
	struct ahead *a = calloc(1, sizeof *a);
	const size_t threads = gk_threads(MOST_THREADS), wanted = threads == 1 ? 0 : threads;

	if (a == NULL)
		return gk_nomem(err);
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->to_do, NULL);
	pthread_cond_init(&a->done, NULL);
	a->places = wanted == 0 ? 1 : wanted * PER_THREAD;
	a->place = calloc(a->places, sizeof *a->place);
	a->limit = limit;
	a->take = take;
	a->arg = arg;
	a->program = strdup(extractor);
	if (a->place == NULL || a->program == NULL) {
		ahead_stop(a);
		return gk_nomem(err);
	}
	while (a->threads < wanted && pthread_create(&a->thread[a->threads], NULL, working, a) == 0)
		a->threads++;
	*out = a;
	return GK_OK;
}

/* The oldest, when it is done. */
static void
take_first(struct ahead *a)
{
	struct place *p = &a->place[a->first % a->places];

	pthread_mutex_lock(&a->lock);
	while (a->threads > 0 && p->state != DONE)
		pthread_cond_wait(&a->done, &a->lock);
	pthread_mutex_unlock(&a->lock);
	if (p->state == WAITING)
		work_on(a, &p->file);
	a->take(a->arg, &p->file);
	a->bytes -= p->found;
	clear(p);
	a->first++;
}

void
ahead_drain(struct ahead *a)
{
	while (a->first < a->put)
		take_first(a);
}

enum gk_status
ahead_put(struct ahead *a, const char *path, const struct stat *sb, const char *known, struct gk_err *err)
{
	off_t size = sb != NULL && known == NULL ? sb->st_size : 0;
	bool large = size > LARGE;
	char *copy;
	struct place *p;

	/* Here, for its children die with the thread that opened it. */
	if (known == NULL && a->extractor == NULL && gk_extractor_open(a->program, &a->extractor, err) != GK_OK)
		return GK_DEAD;
	copy = strdup(path);
	if (copy == NULL)
		return gk_nomem(err);
	if (large)
		ahead_drain(a);
	while (a->put - a->first == a->places || (a->put > a->first && a->bytes + size > MOST_BYTES))
		take_first(a);
	p = &a->place[a->put % a->places];
	pthread_mutex_lock(&a->lock);
	p->file.path = copy;
	p->found = size;
	a->bytes += size;
	if (sb != NULL)
		p->file.sb = *sb;
	if (known != NULL)
		strncpy(p->file.known, known, sizeof p->file.known - 1);
	p->state = known != NULL ? DONE : WAITING;
	a->put++;
	if (known == NULL)
		pthread_cond_signal(&a->to_do);
	pthread_mutex_unlock(&a->lock);
	if (large || a->threads == 0)
		ahead_drain(a);
	return GK_OK;
}

void
ahead_stop(struct ahead *a)
{
	if (a == NULL)
		return;
	pthread_mutex_lock(&a->lock);
	a->stop = true;
	pthread_cond_broadcast(&a->to_do);
	pthread_mutex_unlock(&a->lock);
	for (size_t i = 0; i < a->threads; i++)
		pthread_join(a->thread[i], NULL);
	for (size_t i = 0; a->place != NULL && i < a->places; i++)
		clear(&a->place[i]);
	pthread_mutex_destroy(&a->lock);
	pthread_cond_destroy(&a->to_do);
	pthread_cond_destroy(&a->done);
	free(a->place);
	gk_extractor_close(a->extractor);
	free(a->program);
	free(a);
}
