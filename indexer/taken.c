/* The cache of taken files: read whole, looked up by path, appended to. */
#include "indexer/taken.h"

#include "base/buf.h"
#include "base/io.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { HEX = 64, STAMP = 160, FRESH_SECONDS = 2, FILE_MAX_BYTES = 1 << 30, LINE_PATH_MAX = 4 * 4096 };

struct entry {
	const char *stamp;	/* within the file as it was read; not ended */
	size_t stamp_n;
	const char *digest, *path;
	size_t path_n;
};

struct taken {
	char *file;
	struct gk_buf was, noted;
	struct entry *slot;	/* open addressing by path; as many as a power of two */
	size_t slots, paths, lines;
};

static size_t
slot_of(const struct taken *t, const char *path, size_t n)
{
	uint64_t h = 1469598103934665603u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)path[i]) * 1099511628211u;
	h ^= h >> 29;
	for (size_t at = h & (t->slots - 1);; at = (at + 1) & (t->slots - 1))
		if (t->slot[at].path == NULL || (t->slot[at].path_n == n && memcmp(t->slot[at].path, path, n) == 0))
			return at;
}

static void
write_stamp(const struct stat *sb, char out[STAMP])
{
	snprintf(out, STAMP, "%ju %ju %jd %jd%09ld %jd%09ld", (uintmax_t)sb->st_dev, (uintmax_t)sb->st_ino, (intmax_t)sb->st_size, (intmax_t)sb->st_mtim.tv_sec, sb->st_mtim.tv_nsec,
		 (intmax_t)sb->st_ctim.tv_sec, sb->st_ctim.tv_nsec);
}

/* A path on one line. False if it is too long to be worth it. */
static bool
write_path(const char *path, char out[LINE_PATH_MAX])
{
	size_t n = 0;

	for (; *path != '\0'; path++) {
		if (n + 5 > LINE_PATH_MAX)
			return false;
		if (*path == '\\' || (unsigned char)*path < 0x20)
			n += (size_t)sprintf(out + n, "\\x%02X", (unsigned char)*path);
		else
			out[n++] = *path;
	}
	out[n] = '\0';
	return true;
}

/* Five numbers, the digest, the path. */
static bool
read_line(const char *s, size_t n, struct entry *e)
{
	size_t at = 0;

	for (int i = 0; i < 5; i++) {
		const char *blank = memchr(s + at, ' ', n - at);

		if (blank == NULL)
			return false;
		at = (size_t)(blank - s) + 1;
	}
	if (n - at < HEX + 2 || s[at + HEX] != ' ')
		return false;
	*e = (struct entry){ s, at - 1, s + at, s + at + HEX + 1, n - at - HEX - 1 };
	return true;
}

static enum gk_status
index_lines(struct taken *t, struct gk_err *err)
{
	size_t lines = 1;

	for (size_t i = 0; i < t->was.n; i++)
		lines += t->was.p[i] == '\n';
	for (t->slots = 1024; t->slots < 2 * lines; t->slots *= 2)
		;
	t->slot = calloc(t->slots, sizeof *t->slot);
	if (t->slot == NULL)
		return gk_nomem(err);
	for (size_t at = 0; at < t->was.n; ) {
		const char *nl = memchr(t->was.p + at, '\n', t->was.n - at);
		struct entry e, *old;

		/* The last one may be torn. */
		if (nl == NULL)
			break;
		if (read_line(t->was.p + at, (size_t)(nl - t->was.p) - at, &e)) {
			old = &t->slot[slot_of(t, e.path, e.path_n)];
			t->paths += old->path == NULL;
			t->lines++;
			*old = e;
		}
		at = (size_t)(nl - t->was.p) + 1;
	}
	return GK_OK;
}

/* Files come and go: when most lines are of no use any more, only those of the files that are there stay. */
static void
compact(struct taken *t)
{
	char *next = NULL;
	FILE *f;
	bool good;

	if (t->lines < 1000 || t->lines < 2 * t->paths || asprintf(&next, "%s.new", t->file) < 0)
		return;
	f = fopen(next, "we");
	for (size_t i = 0; f != NULL && i < t->slots; i++)
		if (t->slot[i].path != NULL)
			fprintf(f, "%.*s %.*s %.*s\n", (int)t->slot[i].stamp_n, t->slot[i].stamp, HEX, t->slot[i].digest, (int)t->slot[i].path_n, t->slot[i].path);
	good = f != NULL && ferror(f) == 0;
	if (f != NULL)
		good = fclose(f) == 0 && good;
	if (!good || rename(next, t->file) < 0)
		unlink(next);
	free(next);
}

enum gk_status
taken_open(const char *archive, struct taken **out, struct gk_err *err)
{
	struct taken *t = calloc(1, sizeof *t);
	enum gk_status st;

	if (t == NULL)
		return gk_nomem(err);
	gk_buf_init(&t->noted, FILE_MAX_BYTES);
	gk_buf_init(&t->was, FILE_MAX_BYTES);
	t->file = gk_path(archive, "index/taken");
	if (t->file == NULL) {
		taken_close(t);
		return gk_nomem(err);
	}
	if (gk_read_file(t->file, FILE_MAX_BYTES, &t->was, NULL) != GK_OK)
		t->was.n = 0;
	st = index_lines(t, err);
	if (st != GK_OK) {
		taken_close(t);
		return st;
	}
	compact(t);
	*out = t;
	return GK_OK;
}

const char *
taken_digest(const struct taken *t, const char *path, const struct stat *now)
{
	char stamp[STAMP], line[LINE_PATH_MAX];
	const struct entry *e;

	if (!write_path(path, line))
		return NULL;
	e = &t->slot[slot_of(t, line, strlen(line))];
	if (e->path == NULL)
		return NULL;
	write_stamp(now, stamp);
	return strlen(stamp) == e->stamp_n && memcmp(stamp, e->stamp, e->stamp_n) == 0 ? e->digest : NULL;
}

void
taken_note(struct taken *t, const char *path, const struct stat *as_read, const char *digest)
{
	char stamp[STAMP], line[LINE_PATH_MAX];
	time_t now = time(NULL);

	if (now - as_read->st_mtim.tv_sec < FRESH_SECONDS || now - as_read->st_ctim.tv_sec < FRESH_SECONDS || !write_path(path, line))
		return;
	write_stamp(as_read, stamp);
	gk_buf_printf(&t->noted, "%s %.*s %s\n", stamp, HEX, digest, line);
}

void
taken_keep(struct taken *t)
{
	int fd = t->noted.n == 0 || t->noted.failed ? -1 : open(t->file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	/* Behind a torn line this makes one that cannot be read, and is as good as none. */
	if (fd >= 0 && (t->was.n == 0 || t->was.p[t->was.n - 1] == '\n' || gk_write_all(fd, "\n", 1)))
		gk_write_all(fd, t->noted.p, t->noted.n);
	if (fd >= 0)
		close(fd);
	gk_buf_free(&t->noted);
	gk_buf_init(&t->noted, FILE_MAX_BYTES);
}

void
taken_close(struct taken *t)
{
	if (t == NULL)
		return;
	gk_buf_free(&t->was);
	gk_buf_free(&t->noted);
	free(t->slot);
	free(t->file);
	free(t);
}
