/* Looking at folders until their files are complete. */
#include "indexer/watch.h"

#include "indexer/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	SETTLE_MS = 1000,	/* as long as a file must stay as it is */
	SAFETY_MS = 60 * 1000	/* a look without an event: those of a network disk never come */
};

struct seen {
	char *path;
	struct stat sb;
	double since;		/* it is as it is, seconds */
	bool given;
	unsigned look;		/* the last one that met it */
};

struct watch {
	char **folders;		/* ends with NULL */
	unsigned every;
	int events;		/* inotify, -1: none */
	struct seen *slot;	/* open addressing by path */
	size_t slots, used;
	unsigned look;
};

static volatile sig_atomic_t asked_to_end;

static void
on_signal(int sig)
{
	(void)sig;
	asked_to_end = 1;
}

/* --- what was seen ------------------------------------------------------------------------------------------------ */

static size_t
slot_of(const struct watch *w, const char *path)
{
	uint64_t h = 1469598103934665603u;

	for (const char *p = path; *p != '\0'; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	h ^= h >> 29;
	for (size_t at = h & (w->slots - 1);; at = (at + 1) & (w->slots - 1))
		if (w->slot[at].path == NULL || strcmp(w->slot[at].path, path) == 0)
			return at;
}

/* Twice the room, without the files that are gone. */
static bool
grow(struct watch *w)
{
	struct watch next = *w;

	next.slots = w->slots == 0 ? 1024 : w->slots * 2;
	next.slot = calloc(next.slots, sizeof *next.slot);
	if (next.slot == NULL)
		return false;
	next.used = 0;
	for (size_t i = 0; i < w->slots; i++) {
		if (w->slot[i].path == NULL)
			continue;
		if (w->slot[i].look + 1 < w->look) {
			free(w->slot[i].path);
			continue;
		}
		next.slot[slot_of(&next, w->slot[i].path)] = w->slot[i];
		next.used++;
	}
	free(w->slot);
	*w = next;
	return true;
}

static struct seen *
seen_of(struct watch *w, const char *path)
{
	struct seen *s;

	if (w->used * 2 >= w->slots && !grow(w))
		return NULL;
	s = &w->slot[slot_of(w, path)];
	if (s->path == NULL) {
		*s = (struct seen){ .path = strdup(path) };
		if (s->path == NULL)
			return NULL;
		w->used++;
	}
	return s;
}

static bool
same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/*
 * Has somebody the file open for writing?  A read lease is refused then.  Where none can be asked for (another's file, a network disk) the time of
 * settling must do.
 */
static bool
is_being_written(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool writing = fd >= 0 && fcntl(fd, F_SETLEASE, F_RDLCK) < 0 && errno == EAGAIN;

	if (fd >= 0)
		close(fd);
	return writing;
}

/* --- one look ---------------------------------------------------------------------------------------------------------- */

static double
settling(const struct watch *w)
{
	return w->every > 0 ? (double)w->every : SETTLE_MS / 1000.0;
}

/* True if it is complete and not given yet; *waiting is set if it may become so. */
static bool
look_at(struct watch *w, const char *path, const struct stat *sb, bool *waiting, struct gk_err *err)
{
	struct seen *s = seen_of(w, path);
	double now = seconds_now();

	if (s == NULL) {
		gk_nomem(err);
		return false;
	}
	if (s->look == 0 || !same(&s->sb, sb)) {
		s->sb = *sb;
		s->since = now;
		s->given = false;
	}
	s->look = w->look;
	if (s->given)
		return false;
	/* A little less, for the clocks of two looks are no better. */
	if (now - s->since < settling(w) * 0.95 || is_being_written(path)) {
		*waiting = true;
		return false;
	}
	s->given = true;
	return true;
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static enum gk_status
look(struct watch *w, watch_each *each, void *arg, size_t *found, bool *waiting, struct gk_err *err)
{
	FTS *fts = fts_open(w->folders, FTS_PHYSICAL | FTS_NOCHDIR | FTS_COMFOLLOW, by_name);
	FTSENT *e;

	*found = 0;
	*waiting = false;
	w->look++;
	if (fts == NULL)
		return gk_nomem(err);
	while ((e = fts_read(fts)) != NULL && err->cause == GK_CAUSE_NONE) {
		if (e->fts_level > 0 && e->fts_name[0] == '.') {
			fts_set(fts, e, FTS_SKIP);
			continue;
		}
		/* Before its files are looked at, so that none comes unseen in between. */
		if (e->fts_info == FTS_D && w->events >= 0)
			inotify_add_watch(w->events, e->fts_path, IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ATTRIB | IN_ONLYDIR);
		if (e->fts_info == FTS_F && look_at(w, e->fts_path, e->fts_statp, waiting, err)) {
			++*found;
			each(arg, e->fts_path);
		}
	}
	fts_close(fts);
	return err->cause == GK_CAUSE_NONE ? GK_OK : GK_DEAD;
}

/* --- waiting -------------------------------------------------------------------------------------------------------------- */

static void
drain_events(int fd)
{
	char buf[16384];

	while (read(fd, buf, sizeof buf) > 0)
		;
}

static void
wait_for(struct watch *w, bool waiting)
{
	struct pollfd p = { .fd = w->events, .events = POLLIN };
	int ms = w->every > 0 ? (int)w->every * 1000 : waiting ? SETTLE_MS / 2 : SAFETY_MS;

	if (asked_to_end)
		return;
	if (poll(&p, w->events >= 0 ? 1 : 0, ms) > 0) {
		/* Files rarely come alone. */
		poll(NULL, 0, SETTLE_MS / 5);
		drain_events(w->events);
	}
}

static void
catch_signals(void)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction end = { .sa_handler = on_signal }, ignore = { .sa_handler = SIG_IGN };

	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &end, NULL);
	/* Of a lease that somebody waits for in the moment in which we have it. */
	sigaction(SIGIO, &ignore, NULL);
}

enum gk_status
watch_open(char *const *folders, size_t n, unsigned every, struct watch **out, struct gk_err *err)
{
	struct watch *w = calloc(1, sizeof *w);

	if (w == NULL)
		return gk_nomem(err);
	w->every = every;
	w->folders = calloc(n + 1, sizeof *w->folders);
	w->events = every > 0 ? -1 : inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (w->folders == NULL) {
		watch_close(w);
		return gk_nomem(err);
	}
	memcpy(w->folders, folders, n * sizeof *folders);
	if (every == 0 && w->events < 0) {
		gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能监视文件夹：%s", "cannot watch folders: %s", strerror(errno));
		gk_hint(err, "改用 --poll 10，或调高 fs.inotify.max_user_instances", "use --poll 10, or raise fs.inotify.max_user_instances");
		watch_close(w);
		return GK_DEAD;
	}
	catch_signals();
	*out = w;
	return GK_OK;
}

enum gk_status
watch_next(struct watch *w, watch_each *each, void *arg, struct gk_err *err)
{
	size_t found = 0;
	bool waiting = false;

	while (!asked_to_end) {
		enum gk_status st = look(w, each, arg, &found, &waiting, err);

		if (st != GK_OK || found > 0)
			return st;
		wait_for(w, waiting);
	}
	return GK_END;
}

bool
watch_is_same(const struct watch *w, const char *path, const struct stat *as_read)
{
	const struct seen *s = &w->slot[slot_of(w, path)];

	return s->path != NULL && same(&s->sb, as_read);
}

void
watch_again(struct watch *w, const char *path)
{
	struct seen *s = &w->slot[slot_of(w, path)];

	if (s->path == NULL)
		return;
	s->given = false;
	s->since = seconds_now();
}

void
watch_close(struct watch *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < w->slots; i++)
		free(w->slot[i].path);
	free(w->slot);
	free(w->folders);
	if (w->events >= 0)
		close(w->events);
	free(w);
}
