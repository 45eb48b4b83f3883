/* Following an archive: its acknowledged bytes, and the small files beside them. */
#include "archive/replicate.h"

#include "archive/warc-private.h"
#include "base/fault.h"
#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATE "replica"
#define STATE_HEAD "gongkai-replica 1\n"
#define STATE_REBUILD "rebuild\n"
#define FRESH ".copied"		/* behind a segment's name; swept away by whoever opens the archive for writing */

enum { CHUNK = 1024 * 1024, LAST_BYTES = 4096, SMALL_FILE = 64 * 1024 * 1024, STATE_MAX = 16 * 1024 * 1024 };

struct segment { uint64_t bytes, seconds, nanoseconds, inode; };

struct step {
	const char *from, *to;
	char *from_warc, *to_warc;
	struct gk_loc sealed, had;	/* what the source acknowledges; what is here already */
	struct segment *known;		/* [segment - 1]: as it was copied */
	size_t n;
	struct gk_replicated *out;
	struct gk_err *err;
};

static enum gk_status
failed(struct gk_err *err, const char *zh, const char *en, const char *path)
{
	gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "%s%.0s '%s'：%s", "%.0s%s '%s': %s", zh, en, path, strerror(errno));
	return GK_DEAD;
}

/* --- what is known of the source's segments -------------------------------------------------------- */

static enum gk_status
know(struct step *s, uint32_t segment, struct segment what)
{
	if (segment > s->n) {
		struct segment *grown = realloc(s->known, segment * sizeof *grown);

		if (grown == NULL)
			return gk_nomem(s->err);
		memset(grown + s->n, 0, (segment - s->n) * sizeof *grown);
		s->known = grown;
		s->n = segment;
	}
	s->known[segment - 1] = what;
	return GK_OK;
}

static enum gk_status
read_state(struct step *s)
{
	char *path = gk_path(s->to, STATE), *rest = NULL;
	struct gk_buf text;
	bool there = path != NULL && access(path, F_OK) == 0;
	/* A state that cannot be looked at is not one that is away: what was destroyed there would stay here. */
	enum gk_status st = path == NULL ? gk_nomem(s->err) : there || errno == ENOENT ? GK_OK : failed(s->err, "不能读取", "cannot read", path);

	if (there && (st = gk_read_file(path, STATE_MAX, &text, s->err)) == GK_OK) {
		for (char *line = text.p == NULL ? NULL : strtok_r(text.p, "\n", &rest); st == GK_OK && line != NULL; line = strtok_r(NULL, "\n", &rest)) {
			struct segment what;
			uint32_t segment;

			if (strncmp(line, STATE_REBUILD, strlen(line)) == 0)
				s->out->rebuild = true;
			else if (sscanf(line, "%" SCNu32 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64, &segment, &what.bytes, &what.seconds, &what.nanoseconds, &what.inode) == 5 && segment > 0)
				st = know(s, segment, what);
		}
		gk_buf_free(&text);
	}
	free(path);
	return st;
}

static enum gk_status
write_state(struct step *s)
{
	char *path = gk_path(s->to, STATE);
	struct gk_buf text;
	enum gk_status st;

	gk_buf_init(&text, STATE_MAX);
	gk_buf_puts(&text, STATE_HEAD);
	if (s->out->rebuild)
		gk_buf_puts(&text, STATE_REBUILD);
	for (size_t i = 0; i < s->n; i++)
		if (s->known[i].inode != 0)
			gk_buf_printf(&text, "%zu %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", i + 1, s->known[i].bytes, s->known[i].seconds, s->known[i].nanoseconds, s->known[i].inode);
	st = text.failed || path == NULL ? gk_nomem(s->err) : gk_replace_file(path, 0644, text.p, text.n, s->err);
	gk_buf_free(&text);
	free(path);
	return st;
}

/* --- bytes ------------------------------------------------------------------------------------------- */

static enum gk_status
open_segment_of(struct step *s, const char *warc, uint32_t segment, const char *suffix, int flags, int *fd)
{
	char name[GK_SEGMENT_NAME + sizeof FRESH], *path;
	enum gk_status st = GK_OK;

	gk_segment_name(segment, name);
	strcat(name, suffix);
	path = gk_path(warc, name);
	*fd = path == NULL || gk_fault("open") ? -1 : open(path, flags | O_CLOEXEC, 0644);
	if (path == NULL)
		st = gk_nomem(s->err);
	else if (*fd < 0)
		st = failed(s->err, "不能打开", "cannot open", path);
	free(path);
	return st;
}

static enum gk_status
copy_range(struct step *s, int from, int to, uint64_t at, uint64_t end)
{
	char *chunk = malloc(CHUNK);
	enum gk_status st = chunk == NULL ? gk_nomem(s->err) : lseek(to, (off_t)at, SEEK_SET) < 0 ? failed(s->err, "不能写入", "cannot write", s->to_warc) : GK_OK;

	while (st == GK_OK && at < end) {
		size_t n = end - at < CHUNK ? (size_t)(end - at) : CHUNK;

		if (!gk_pread_all(from, chunk, n, (off_t)at))
			st = failed(s->err, "不能读取", "cannot read", s->from_warc);
		else if (!gk_write_all(to, chunk, n))
			st = failed(s->err, "不能写入", "cannot write", s->to_warc);
		at += n;
	}
	if (st == GK_OK && (gk_fault("fdatasync") || fdatasync(to) < 0))
		st = failed(s->err, "不能写入", "cannot write", s->to_warc);
	free(chunk);
	return st;
}

/* What we have must be the beginning of what is there: its last bytes are looked at. */
static enum gk_status
same_until(struct step *s, int from, int to, uint64_t end)
{
	char a[LAST_BYTES], b[LAST_BYTES];
	size_t n = end < LAST_BYTES ? (size_t)end : LAST_BYTES;

	if (gk_pread_all(from, a, n, (off_t)(end - n)) && gk_pread_all(to, b, n, (off_t)(end - n)) && memcmp(a, b, n) == 0)
		return GK_OK;
	gk_fail(s->err, GK_REFUSED, GK_CAUSE_USAGE, "'%s' 不是 '%s' 的副本：从某处起内容不同", "'%s' is no copy of '%s': from somewhere on they differ", s->to, s->from);
	gk_hint(s->err, "副本只能由 gongkai replicate 写入；换一个空文件夹重新开始", "a replica is written by gongkai replicate alone; begin again with an empty folder");
	return GK_REFUSED;
}

/* One segment from what we have of it to where it is acknowledged. */
static enum gk_status
copy_segment(struct step *s, uint32_t segment)
{
	uint64_t at = segment == s->had.segment ? s->had.offset : 0, end = s->sealed.offset;
	int from = -1, to = -1;
	struct stat sb;
	enum gk_status st = open_segment_of(s, s->from_warc, segment, "", O_RDONLY, &from);

	if (st == GK_OK && fstat(from, &sb) < 0)
		st = failed(s->err, "不能读取", "cannot read", s->from_warc);
	if (st == GK_OK)
		st = open_segment_of(s, s->to_warc, segment, "", O_RDWR | O_CREAT, &to);
	if (st == GK_OK && segment < s->sealed.segment)
		end = (uint64_t)sb.st_size;
	if (st == GK_OK && at > 0)
		st = same_until(s, from, to, at);
	/* What stands behind it is of a step that was not completed. */
	if (st == GK_OK && ftruncate(to, (off_t)at) < 0)
		st = failed(s->err, "不能截短", "cannot cut", s->to_warc);
	if (st == GK_OK)
		st = copy_range(s, from, to, at, end);
	if (st == GK_OK)
		st = know(s, segment, (struct segment){ end, (uint64_t)sb.st_mtim.tv_sec, (uint64_t)sb.st_mtim.tv_nsec, (uint64_t)sb.st_ino });
	if (st == GK_OK)
		s->out->bytes += end - at;
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
	return st;
}

/* Digests of all records from a place on; the last one must end where the source says. */
static enum gk_status
check_from(struct step *s, struct gk_loc from, uint32_t last)
{
	struct gk_archive *a;
	struct gk_scan *scan = NULL;
	struct gk_warc_rec rec;
	struct gk_loc at = from;
	enum gk_status st = gk_archive_open(s->to, &a, s->err);

	if (st != GK_OK)
		return st;
	st = gk_scan_open(a, from, &scan, s->err);
	while (st == GK_OK && (st = gk_scan_next(scan, &rec, &at, s->err)) == GK_OK) {
		if (rec.loc.segment > last)
			st = GK_END;
		gk_warc_rec_free(&rec);
		if (st == GK_END)
			break;
	}
	if (st == GK_END && last == s->sealed.segment && (at.segment != s->sealed.segment || at.offset != s->sealed.offset))
		st = gk_fail(s->err, GK_REFUSED, GK_CAUSE_DAMAGED, "副本止于第 %u 段 %ju，应到第 %u 段 %ju", "the copy ends in segment %u at %ju, not in segment %u at %ju", at.segment,
			     (uintmax_t)at.offset, s->sealed.segment, (uintmax_t)s->sealed.offset);
	gk_scan_close(scan);
	gk_archive_close(a);
	return st == GK_END ? GK_OK : st;
}

/* --- segments that were rewritten there -------------------------------------------------------------- */

static enum gk_status
put_in_place(struct step *s, uint32_t segment)
{
	char name[GK_SEGMENT_NAME], fresh[GK_SEGMENT_NAME + sizeof FRESH];
	char *to, *from;
	enum gk_status st;

	gk_segment_name(segment, name);
	gk_segment_name(segment, fresh);
	strcat(fresh, FRESH);
	to = gk_path(s->to_warc, name);
	from = gk_path(s->to_warc, fresh);
	st = to == NULL || from == NULL ? gk_nomem(s->err) : gk_fault("rename") || rename(from, to) < 0 ? failed(s->err, "不能换上", "cannot put in place", to) : gk_sync_dir(s->to_warc, s->err);
	free(to);
	free(from);
	return st;
}

static enum gk_status
copy_anew(struct step *s, uint32_t segment, const struct stat *sb)
{
	int from = -1, to = -1;
	enum gk_status st = open_segment_of(s, s->from_warc, segment, "", O_RDONLY, &from);

	if (st == GK_OK)
		st = open_segment_of(s, s->to_warc, segment, FRESH, O_RDWR | O_CREAT | O_TRUNC, &to);
	if (st == GK_OK)
		st = copy_range(s, from, to, 0, (uint64_t)sb->st_size);
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
	/* Said before it is done: whatever breaks from here on, the index is built anew. */
	s->out->rebuild = true;
	if (st == GK_OK)
		st = write_state(s);
	if (st == GK_OK)
		st = put_in_place(s, segment);
	if (st == GK_OK)
		st = check_from(s, (struct gk_loc){ .segment = segment }, segment);
	if (st != GK_OK)
		return st;
	s->out->rewritten++;
	s->out->bytes += (uint64_t)sb->st_size;
	return know(s, segment, (struct segment){ (uint64_t)sb->st_size, (uint64_t)sb->st_mtim.tv_sec, (uint64_t)sb->st_mtim.tv_nsec, (uint64_t)sb->st_ino });
}

/* Closed segments that are another file there than the one that was copied. */
static enum gk_status
copy_rewritten(struct step *s)
{
	enum gk_status st = GK_OK;

	for (uint32_t segment = 1; st == GK_OK && segment < s->sealed.segment && segment <= s->n; segment++) {
		struct segment *k = &s->known[segment - 1];
		char name[GK_SEGMENT_NAME], *path;
		struct stat sb;

		gk_segment_name(segment, name);
		path = gk_path(s->from_warc, name);
		if (path == NULL)
			st = gk_nomem(s->err);
		else if (stat(path, &sb) < 0)
			st = failed(s->err, "不能读取", "cannot read", path);
		else if (k->inode != 0 && (k->inode != (uint64_t)sb.st_ino || k->seconds != (uint64_t)sb.st_mtim.tv_sec || k->nanoseconds != (uint64_t)sb.st_mtim.tv_nsec))
			st = copy_anew(s, segment, &sb);
		free(path);
	}
	return st;
}

/* --- the small files beside them ----------------------------------------------------------------------- */

static enum gk_status
copy_small(const char *from, const char *to, const char *name, struct gk_err *err)
{
	char *old = gk_path(from, name), *fresh = gk_path(to, name);
	struct gk_buf a, b;
	enum gk_status st = old == NULL || fresh == NULL ? gk_nomem(err) : gk_read_file(old, SMALL_FILE, &a, err);

	if (st == GK_OK) {
		bool same = gk_read_file(fresh, SMALL_FILE, &b, NULL) == GK_OK && a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);

		st = same ? GK_OK : gk_replace_file(fresh, 0644, a.p, a.n, err);
		gk_buf_free(&b);
		gk_buf_free(&a);
	}
	free(old);
	free(fresh);
	return st;
}

/* Not the secret key, nor what is made or kept here. */
static bool
stays(const char *name)
{
	static const char *const own[] = { "warc", "index", "keys", "lock", STATE, "destroy.pending" };

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (strcmp(name, own[i]) == 0)
			return true;
	return name[0] == '.';
}

static enum gk_status
copy_beside(const char *from, const char *to, bool below, struct gk_err *err)
{
	DIR *d = opendir(from);
	const struct dirent *e;
	enum gk_status st = GK_OK;

	if (d == NULL)
		return failed(err, "不能打开文件夹", "cannot open folder", from);
	while (st == GK_OK && (e = readdir(d)) != NULL) {
		char *path = gk_path(from, e->d_name), *other = gk_path(to, e->d_name);
		struct stat sb = { .st_mode = 0 };

		if (path == NULL || other == NULL)
			st = gk_nomem(err);
		/* Gone since is no fault; what cannot be looked at must not be left out without a word. */
		else if (!stays(e->d_name) && lstat(path, &sb) < 0 && errno != ENOENT)
			st = failed(err, "不能读取", "cannot read", path);
		else if (S_ISREG(sb.st_mode))
			st = copy_small(from, to, e->d_name, err);
		else if (!below && S_ISDIR(sb.st_mode) && (st = gk_make_dir(other, 0755, err)) == GK_OK)
			st = copy_beside(path, other, true, err);
		free(path);
		free(other);
	}
	closedir(d);
	return st;
}

/* --- the whole ------------------------------------------------------------------------------------------- */

static enum gk_status
read_sealed(struct step *s)
{
	char *path = gk_path(s->from, "lock");
	int lock = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	struct gk_archive *a;
	enum gk_status st = path == NULL ? gk_nomem(s->err) : gk_archive_open(s->from, &a, s->err);

	if (st == GK_OK) {
		gk_archive_close(a);
		s->sealed = lock < 0 ? (struct gk_loc){ .segment = 0 } : gk_writer_sealed(lock);
		if (s->sealed.segment == 0) {
			st = gk_fail(s->err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "'%s' 没有说明哪些内容已经登记", "'%s' does not say what was acknowledged", s->from);
			gk_hint(s->err, "在那里收入一份文件，或登记一件事", "take in a document there, or register something");
		}
	}
	if (lock >= 0)
		close(lock);
	free(path);
	return st;
}

static bool
behind(struct gk_loc a, struct gk_loc b)
{
	return a.segment > b.segment || (a.segment == b.segment && a.offset > b.offset);
}

/* Take back what came: it is not what was written there. */
static void
undo(const struct step *s)
{
	for (uint32_t segment = s->sealed.segment; segment >= s->had.segment && segment > 0; segment--) {
		char name[GK_SEGMENT_NAME], *path;

		gk_segment_name(segment, name);
		path = gk_path(s->to_warc, name);
		if (path != NULL && (segment > s->had.segment || s->had.offset == 0 ? unlink(path) : truncate(path, (off_t)s->had.offset)) < 0)
			errno = 0;	/* the next step cuts it too */
		free(path);
	}
}

static enum gk_status
copy_new(struct step *s)
{
	uint32_t first = s->had.segment == 0 ? 1 : s->had.segment;
	enum gk_status st = GK_OK;

	for (uint32_t segment = first; st == GK_OK && segment <= s->sealed.segment; segment++)
		st = copy_segment(s, segment);
	if (st == GK_OK)
		st = gk_sync_dir(s->to_warc, s->err);
	if (st == GK_OK && s->out->bytes > 0)
		st = check_from(s, s->had.segment == 0 ? (struct gk_loc){ .segment = 0 } : s->had, s->sealed.segment);
	if (st == GK_REFUSED && s->err != NULL && s->err->cause == GK_CAUSE_DAMAGED)
		undo(s);
	return st;
}

static enum gk_status
follow(struct step *s, int lock)
{
	enum gk_status st = read_sealed(s);

	s->had = gk_writer_sealed(lock);
	if (st == GK_OK && behind(s->had, s->sealed))
		st = gk_fail(s->err, GK_REFUSED, GK_CAUSE_USAGE, "'%s' 比 '%s' 新，不能作它的副本", "'%s' is newer than '%s': it cannot be its replica", s->to, s->from);
	if (st == GK_OK)
		st = read_state(s);
	if (st == GK_OK)
		st = copy_beside(s->from, s->to, false, s->err);
	if (st == GK_OK)
		st = copy_new(s);
	if (st == GK_OK) {
		gk_writer_seal(lock, s->sealed);
		s->out->end = s->sealed;
		st = copy_rewritten(s);
	}
	return st == GK_OK ? write_state(s) : st;
}

static enum gk_status
make_folders(struct step *s)
{
	char *torn;
	struct stat a, b;
	enum gk_status st = gk_make_dir(s->to, 0755, s->err);

	if (st == GK_OK && stat(s->from, &a) == 0 && stat(s->to, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
		return gk_fail(s->err, GK_REFUSED, GK_CAUSE_USAGE, "'%s' 就是它自己", "'%s' is the archive itself", s->from);
	s->from_warc = gk_path(s->from, "warc");
	s->to_warc = gk_path(s->to, "warc");
	torn = s->to_warc == NULL ? NULL : gk_path(s->to_warc, "torn");
	if (st == GK_OK)
		st = torn == NULL || s->from_warc == NULL ? gk_nomem(s->err) : gk_make_dir(s->to_warc, 0755, s->err);
	if (st == GK_OK)
		st = gk_make_dir(torn, 0755, s->err);
	free(torn);
	return st;
}

enum gk_status
gk_replicate(const char *from, const char *to, int wait_s, struct gk_replicated *out, struct gk_err *err)
{
	struct step s = { .from = from, .to = to, .out = out, .err = err };
	int lock = -1;
	enum gk_status st;

	*out = (struct gk_replicated){ .bytes = 0 };
	st = make_folders(&s);
	if (st == GK_OK)
		st = gk_writer_lock(to, wait_s, &lock, err);
	if (st == GK_OK)
		st = follow(&s, lock);
	gk_writer_unlock(lock);
	free(s.from_warc);
	free(s.to_warc);
	free(s.known);
	return st;
}

enum gk_status
gk_replicate_rebuilt(const char *to, struct gk_err *err)
{
	struct gk_replicated out = { .bytes = 0 };
	struct step s = { .to = to, .out = &out, .err = err };
	enum gk_status st = read_state(&s);

	out.rebuild = false;
	if (st == GK_OK)
		st = write_state(&s);
	free(s.known);
	return st;
}
