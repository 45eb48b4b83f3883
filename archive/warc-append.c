/*
 * The only code that writes to an archive: create, lock, recover, append, sync.
 *
 *   ARCHIVE/lock                   flock; holds "<pid> <time>" of the writer, for the message only
 *   ARCHIVE/warc/NNNNNN.warc.gz    what is in them: warc-read.c, warc-head.c, gzmember.c
 *   ARCHIVE/warc/torn/NNNNNN-OFFSET[-K]    bytes cut off the segment's end at that offset, as they were
 *
 * Our records have these fields, in this order, those in [ ] only if there is something to say:
 *
 *   head    = "WARC/1.1" CRLF
 *             "WARC-Type: " ( "warcinfo" | "resource" | "conversion" | "metadata" | "revisit" ) CRLF
 *             "WARC-Record-ID: <urn:uuid:" uuid ">" CRLF            random, RFC 4122 version 4
 *             "WARC-Date: " YYYY-MM-DD "T" hh:mm:ss.fff "Z" CRLF    when it was written
 *           [ "WARC-Filename: " segment CRLF ]                      warcinfo
 *           [ "WARC-Target-URI: " uri CRLF ]
 *           [ "WARC-Refers-To: <" id ">" CRLF ]
 *           [ "WARC-Concurrent-To: <" id ">" CRLF ]
 *           [ "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest" CRLF ]    revisit
 *             "WARC-Block-Digest: sha256:" 64hex CRLF
 *           [ "WARC-Payload-Digest: sha256:" 64hex CRLF ]           not warcinfo; revisit: of the payload seen before
 *           [ "Content-Type: " type CRLF ]
 *             "Content-Length: " 1*DIGIT CRLF
 *
 * Places in the last segment, in this order; what is true of the bytes before each:
 *
 *   0 ........ synced ........ written ........ written + out.n
 *      on the device,   in the file,     in memory
 *      read back
 *
 * Any failure of the world ends the handle (GK_DEAD): the file is cut back to
 * `synced`, so that an archive never ends in half a record for lack of space.
 */
#include "archive/append-private.h"
#include "archive/warc-private.h"

#include "base/digest.h"
#include "base/fault.h"
#include "base/io.h"

#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#ifndef GK_VERSION
#define GK_VERSION "0"
#endif

enum {
	SEGMENT_LIMIT = 1024 * 1024 * 1024,	/* L34 */
	FLUSH_AT = 4 * 1024 * 1024,
	KEEP_BUFFER = 16 * 1024 * 1024,		/* a buffer that one huge record made larger is given back */
	CHUNK = 256 * 1024,
	POLL_MS = 50,
	VALUE_MAX = GK_WARC_LINE_MAX - 64,	/* room for the name of the field */
	RESERVE_EXTRA = 64 * 1024 * 1024,
};

/* A GiB of bytes that do not compress grows by 5 bytes in 16 KB; the rest is for what waits already. */
static const size_t OUT_MAX = (size_t)GK_WARC_BLOCK_MAX + GK_WARC_BLOCK_MAX / 1024 + 2 * (size_t)FLUSH_AT;

struct gk_append {
	char *dir, *warc;
	int lock, fd;
	uint32_t segment;
	uint64_t limit;
	uint64_t synced, written;
	struct gk_buf out, head;
	struct gk_sha256_sum sum;	/* of everything from `synced` to `written` */
	struct gk_gzout gz;
	bool full;			/* begin a new segment with the next record, however small this one is */
	bool dead;
};

static enum gk_status
failed(struct gk_err *err, const char *zh, const char *en, const char *path)
{
	int e = errno;

	return gk_fail(err, GK_DEAD, gk_cause_of_errno(e), "%s%.0s '%s'：%s", "%.0s%s '%s': %s", zh, en, path, strerror(e));
}

static enum gk_status
flush_refused(struct gk_err *err, const char *path)
{
	const int e = errno;

	/* A file system that counts late finds only now that there is no room. */
	gk_fail(err, GK_DEAD, gk_cause_of_errno(e) == GK_CAUSE_NO_SPACE ? GK_CAUSE_NO_SPACE : GK_CAUSE_DEVICE,
		"设备拒绝写盘：'%s'：%s", "the device refused to flush '%s': %s", path, strerror(e));
	gk_hint(err, "检查磁盘（dmesg、smartctl）；已确认的文件不受影响，其余的修好后再收一次",
		"check the disk (dmesg, smartctl); what was acknowledged is safe, take in the rest again afterwards");
	return GK_DEAD;
}

/* Everything not synced goes; the handle is of no more use. */
static void
cut_back(struct gk_append *w)
{
	w->dead = true;
	gk_buf_reset(&w->out);
	if (w->fd >= 0 && w->written > w->synced && !gk_fault("ftruncate") && ftruncate(w->fd, (off_t)w->synced) == 0)
		w->written = w->synced;
}

static void
segment_path(const struct gk_append *w, uint32_t segment, char **path)
{
	char name[GK_SEGMENT_NAME];

	gk_segment_name(segment, name);
	*path = gk_path(w->warc, name);
}

/* --- records --- */

static void
make_uuid(char out[GK_WARC_ID])
{
	unsigned char u[16];
	int n = snprintf(out, GK_WARC_ID, "urn:uuid:");

	randombytes_buf(u, sizeof u);
	u[6] = (u[6] & 0x0F) | 0x40;
	u[8] = (u[8] & 0x3F) | 0x80;
	for (size_t i = 0; i < sizeof u; i++)
		n += snprintf(out + n, (size_t)(GK_WARC_ID - n), "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", u[i]);
}

/* A line break in a value would let its author write header lines of his own. */
static bool
value_ok(const char *s)
{
	size_t n;

	for (n = 0; s != NULL && s[n] != '\0'; n++)
		if ((unsigned char)s[n] < ' ' || s[n] == 0x7F)
			return false;
	return n <= VALUE_MAX && (n == 0 || (s[0] != ' ' && s[n - 1] != ' '));
}

static bool
id_ok(const char *s)
{
	return value_ok(s) && (s == NULL || (strlen(s) < GK_WARC_ID && strpbrk(s, "<> ") == NULL));
}

static enum gk_status
check_put(const struct gk_put *put, struct gk_err *err)
{
	const bool revisit = put->type == GK_WARC_REVISIT;

	if (put->n > GK_WARC_BLOCK_MAX)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "一条记录有 %zu 字节，超过上限 %d",
			       "a record has %zu bytes, more than the limit of %d", put->n, GK_WARC_BLOCK_MAX);
	if (!value_ok(put->target_uri) || !value_ok(put->content_type) || !value_ok(put->payload_digest) ||
	    !id_ok(put->refers_to) || !id_ok(put->concurrent_to))
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "记录的网址、类型或标识含控制字符、首尾空格，或过长",
			       "an address, type or id of the record has control characters, outer blanks, or is too long");
	if (put->type < GK_WARC_RESOURCE || put->type > GK_WARC_REVISIT || (revisit && put->n > 0) ||
	    revisit != (put->payload_digest != NULL))
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BUG, "记录的类型与内容不合", "the record's type and content do not fit");
	return GK_OK;
}

static void
add_id(struct gk_buf *head, const char *name, const char *id)
{
	if (id != NULL && id[0] != '\0')
		gk_buf_printf(head, "%s: <%s>\r\n", name, id);
}

static void
add_value(struct gk_buf *head, const char *name, const char *value)
{
	if (value != NULL && value[0] != '\0')
		gk_buf_printf(head, "%s: %s\r\n", name, value);
}

static void
make_head(struct gk_buf *head, struct gk_put *put, const char *filename)
{
	static const char *const types[] = {
		[GK_WARC_INFO] = "warcinfo", [GK_WARC_RESOURCE] = "resource", [GK_WARC_CONVERSION] = "conversion",
		[GK_WARC_METADATA] = "metadata", [GK_WARC_REVISIT] = "revisit",
	};
	char now[32];

	gk_now_utc(now);
	memcpy(put->digest, "sha256:", 7);
	gk_sha256_hex(put->n > 0 ? put->block : "", put->n, put->digest + 7);
	gk_buf_reset(head);
	gk_buf_printf(head, "WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: <%s>\r\nWARC-Date: %s\r\n", types[put->type], put->id, now);
	add_value(head, "WARC-Filename", filename);
	add_value(head, "WARC-Target-URI", put->target_uri);
	add_id(head, "WARC-Refers-To", put->refers_to);
	add_id(head, "WARC-Concurrent-To", put->concurrent_to);
	if (put->type == GK_WARC_REVISIT)
		gk_buf_puts(head, "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest\r\n");
	gk_buf_printf(head, "WARC-Block-Digest: %s\r\n", put->digest);
	if (put->type != GK_WARC_INFO)
		add_value(head, "WARC-Payload-Digest", put->type == GK_WARC_REVISIT ? put->payload_digest : put->digest);
	add_value(head, "Content-Type", put->content_type);
	gk_buf_printf(head, "Content-Length: %zu\r\n\r\n", put->n);
}

/* The record as one member behind w->out; on failure w->out is as before. */
static bool
make_member(struct gk_append *w, struct gk_put *put, const char *filename)
{
	uint64_t distance = w->written + w->out.n - w->synced;

	make_uuid(put->id);
	make_head(&w->head, put, filename);
	if (w->head.failed)
		return false;
	return gk_gzout_member(&w->gz, (const struct gk_piece[]){ { w->head.p, w->head.n }, { put->block, put->n }, { "\r\n\r\n", 4 } },
			       3, distance < UINT32_MAX ? (uint32_t)distance : UINT32_MAX, &w->out);
}

/* --- the lock, and the seal in it --- */

/*
 * lock  = holder seal
 * holder = pid SP time LF, padded with spaces to 64 bytes   ; for the eyes of whoever waits
 * seal   = "synced" SP segment SP offset LF                 ; 10 and 20 digits
 *
 * The seal says up to where the last segment was synced.  It is written after the
 * sync and not flushed itself, so it may lag but never leads: what stands before it
 * was acknowledged, and damage there is no torn tail.  Only with a new segment it is
 * flushed: a power cut may make it lag, but what it says is of the last segment.  (It said nothing of
 * a segment that a torn batch had begun, and then what was torn was taken for rot, and kept.)
 * The lock holds without any of it, so a full disk here is no failure.
 */
enum { HOLDER = 64 };

void
gk_writer_seal(int lock, struct gk_loc end)
{
	char line[64];
	int n = snprintf(line, sizeof line, "synced %010u %020ju\n", end.segment, (uintmax_t)end.offset);

	if (pwrite(lock, line, (size_t)n, HOLDER) != n)
		return;
}

static void
write_seal(struct gk_append *w)
{
	gk_writer_seal(w->lock, (struct gk_loc){ .segment = w->segment, .offset = w->synced });
}

/* Before the first batch of a segment: see above. */
static enum gk_status
flush_seal(struct gk_append *w, struct gk_err *err)
{
	write_seal(w);
	return gk_fault("fdatasync") || fdatasync(w->lock) < 0 ? flush_refused(err, w->dir) : GK_OK;
}

struct gk_loc
gk_writer_sealed(int lock)
{
	char line[64] = "";
	uint32_t segment;
	uintmax_t offset;
	ssize_t n = pread(lock, line, sizeof line - 1, HOLDER);

	line[n > 0 ? n : 0] = '\0';
	if (sscanf(line, "synced %10" SCNu32 " %20ju", &segment, &offset) != 2)
		return (struct gk_loc){ .segment = 0 };
	return (struct gk_loc){ .segment = segment, .offset = offset };
}

static void
sign_lock(int lock)
{
	char now[32], line[HOLDER + 1];
	int n;

	gk_now_utc(now);
	n = snprintf(line, sizeof line, "%ld %s", (long)getpid(), now);
	memset(line + n, ' ', (size_t)(HOLDER - n));
	line[HOLDER - 1] = '\n';
	if (pwrite(lock, line, HOLDER, 0) != HOLDER)
		return;
}

/* Nobody holds it any more; the seal stays. */
void
gk_writer_unlock(int lock)
{
	char line[HOLDER + 1];

	if (lock < 0)
		return;
	memset(line, ' ', HOLDER);
	line[HOLDER - 1] = '\n';
	/* The file itself stays: to remove it would free the lock for two. */
	if (pwrite(lock, line, HOLDER, 0) != HOLDER)
		errno = 0;	/* it is for the eyes only */
	close(lock);
}

static enum gk_status
busy(const char *dir, int lock, struct gk_err *err)
{
	char line[64] = "", pid[24] = "?", since[40] = "?";
	ssize_t n = pread(lock, line, sizeof line - 1, 0);

	line[n > 0 ? n : 0] = '\0';
	if (sscanf(line, "%20[0-9] %32[0-9TZ:.-]", pid, since) < 2)
		snprintf(since, sizeof since, "?");
	gk_fail(err, GK_RETRY, GK_CAUSE_BUSY, "另一个程序正在写档案 '%s'：进程 %s，开始于 %s",
		"another program is writing to the archive '%s': process %s, since %s", dir, pid, since);
	gk_hint(err, "等它结束再试，或用 --wait 秒数 等得久些", "try again when it has ended, or wait longer with --wait SECONDS");
	return GK_RETRY;
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

enum gk_status
gk_writer_lock(const char *dir, int wait_s, int *lock, struct gk_err *err)
{
	const int64_t until = now_ms() + (int64_t)wait_s * 1000;
	enum gk_status st = GK_OK;
	char *path = gk_path(dir, "lock");

	if (path == NULL)
		return gk_nomem(err);
	*lock = gk_fault("open") ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0644);
	if (*lock < 0) {
		st = failed(err, "不能打开", "cannot open", path);
		gk_hint(err, "以有权写入档案的用户运行", "run as a user who may write to the archive");
	}
	while (st == GK_OK && flock(*lock, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK)
			st = failed(err, "不能锁住", "cannot lock", path);
		else if (now_ms() >= until)
			st = busy(dir, *lock, err);
		else
			nanosleep(&(struct timespec){ .tv_nsec = POLL_MS * 1000000L }, NULL);
	}
	free(path);
	if (st == GK_OK) {
		sign_lock(*lock);
	} else if (*lock >= 0) {
		close(*lock);		/* not ours: what is written in it stays */
		*lock = -1;
	}
	return st;
}

/* --- segments --- */

/* SHA-256 of [from, to) as the device gives it back. */
static enum gk_status
sum_file(int fd, const char *path, uint64_t from, uint64_t to, unsigned char out[GK_SHA256], struct gk_err *err)
{
	struct gk_sha256_sum sum;
	char *buf = malloc(CHUNK);
	enum gk_status st = GK_OK;

	if (buf == NULL)
		return gk_nomem(err);
	/* Best effort: without it we would be comparing with our own memory. */
	posix_fadvise(fd, (off_t)from, (off_t)(to - from), POSIX_FADV_DONTNEED);
	gk_sha256_init(&sum);
	for (uint64_t at = from; at < to; ) {
		size_t n = to - at < CHUNK ? (size_t)(to - at) : CHUNK;

		if (!gk_pread_all(fd, buf, n, (off_t)at)) {
			st = gk_fail(err, GK_DEAD, GK_CAUSE_DEVICE, "写入后不能从设备读回 '%s'：%s", "cannot read back '%s' from the device: %s",
				     path, errno == 0 ? "file is shorter than written" : strerror(errno));
			break;
		}
		gk_sha256_add(&sum, buf, n);
		at += n;
	}
	gk_sha256_end(&sum, out);
	free(buf);
	return st;
}

static enum gk_status
digest_of_segment(struct gk_append *w, uint32_t segment, char out[7 + GK_SHA256_HEX + 1], struct gk_err *err)
{
	unsigned char sum[GK_SHA256];
	enum gk_status st;
	struct stat sb;
	char *path;
	int fd;

	segment_path(w, segment, &path);
	if (path == NULL)
		return gk_nomem(err);
	fd = gk_fault("open") ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &sb) < 0)
		st = failed(err, "不能打开", "cannot open", path);
	else
		st = sum_file(fd, path, 0, (uint64_t)sb.st_size, sum, err);
	if (st == GK_OK) {
		memcpy(out, "sha256:", 7);
		sodium_bin2hex(out + 7, GK_SHA256_HEX + 1, sum, sizeof sum);
	}
	if (fd >= 0)
		close(fd);
	free(path);
	return st;
}

static enum gk_status
open_segment(struct gk_append *w, uint32_t segment, struct gk_err *err)
{
	enum gk_status st = GK_OK;
	struct stat sb;
	char *path;
	int fd;

	segment_path(w, segment, &path);
	if (path == NULL)
		return gk_nomem(err);
	fd = gk_fault("open") ? -1 : open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &sb) < 0) {
		st = failed(err, "不能打开", "cannot open", path);
		gk_hint(err, "以有权写入档案的用户运行", "run as a user who may write to the archive");
		if (fd >= 0)
			close(fd);
	} else {
		if (w->fd >= 0)
			close(w->fd);
		w->fd = fd;
		w->segment = segment;
		w->synced = w->written = (uint64_t)sb.st_size;
		gk_sha256_init(&w->sum);
	}
	free(path);
	return st;
}

/*
 * Write a segment that holds its warcinfo and nothing else, and leave it open.
 * It comes by rename: no reader and no crash ever sees a part of a warcinfo.
 */
static enum gk_status
begin_segment(struct gk_append *w, uint32_t segment, struct gk_err *err)
{
	char previous[7 + GK_SHA256_HEX + 1], name[GK_SEGMENT_NAME], *path;
	struct gk_put info = { .type = GK_WARC_INFO, .content_type = "application/warc-fields" };
	struct gk_buf text;
	enum gk_status st;

	if (segment > GK_SEGMENT_LAST)
		return gk_fail(err, GK_DEAD, GK_CAUSE_LIMIT, "档案已有 %d 段，不能再多", "the archive has %d segments, there can be no more", GK_SEGMENT_LAST);
	if (segment > 1) {
		st = digest_of_segment(w, segment - 1, previous, err);
		if (st != GK_OK)
			return st;
	}
	gk_segment_name(segment, name);
	path = gk_path(w->warc, name);
	gk_buf_init(&text, 4096);
	gk_buf_printf(&text, "software: gongkai/%s\r\nformat: WARC File Format 1.1\r\n"
		      "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
		      "gongkai-format: %d\r\n", GK_VERSION, GK_ARCHIVE_FORMAT);
	if (segment > 1)
		gk_buf_printf(&text, "gongkai-previous-segment-digest: %s\r\n", previous);
	info.block = text.p;
	info.n = text.n;
	w->synced = w->written = 0;
	gk_buf_reset(&w->out);
	if (path == NULL || text.failed || !make_member(w, &info, name))
		st = gk_nomem(err);
	else
		st = gk_replace_file(path, 0644, w->out.p, w->out.n, err);
	gk_buf_reset(&w->out);
	gk_buf_free(&text);
	free(path);
	if (st == GK_OK)
		st = open_segment(w, segment, err);
	if (st == GK_OK)
		st = flush_seal(w, err);
	return st;
}

/* --- recovery --- */

struct tail {
	uint64_t end;		/* the segment is whole up to here */
	bool lost;		/* a scan from the front cannot come to the end */
	bool clean;		/* nothing but whole records was met */
};

/* A record of ours at or behind `from` that was made when all bytes up to `bad` were on the device; 0 if there is none. */
static enum gk_status
search(struct gk_append *w, struct gk_gzin *in, uint64_t from, uint64_t size, uint64_t bad, uint64_t *found, struct gk_err *err)
{
	static const char magic[] = { 0x1f, (char)0x8b, 0x08, 0x04 };
	char *buf = malloc(CHUNK);
	enum gk_status st = GK_OK;

	if (buf == NULL)
		return gk_nomem(err);
	*found = 0;
	for (uint64_t at = from; *found == 0 && st == GK_OK && at + sizeof magic <= size; at += CHUNK - sizeof magic + 1) {
		size_t n = size - at < CHUNK ? (size_t)(size - at) : CHUNK;
		const char *p = buf, *end = buf + n;

		if (!gk_pread_all(w->fd, buf, n, (off_t)at)) {
			st = gk_warc_unread(err, w->segment, at);
			break;
		}
		while (*found == 0 && (p = memmem(p, (size_t)(end - p), magic, sizeof magic)) != NULL) {
			struct gk_warc_rec rec;
			struct gk_taken taken;
			uint64_t here = at + (uint64_t)(p++ - buf);
			enum gk_take take = gk_warc_take(in, here, size, &rec, &taken);

			if (take == GK_TAKE_FAILED) {
				st = gk_warc_unread(err, w->segment, here);
				break;
			}
			if (take == GK_TAKE_OK) {
				if (taken.batch > bad)
					*found = here;
				gk_warc_rec_free(&rec);
			}
		}
	}
	free(buf);
	return st;
}

/*
 * Find where the segment stops being whole.  A crash leaves the bytes behind the
 * last sync in any state: missing, zeros, some pages old and some new.  Damage
 * before the last sync is something else, and must not be cut off: records behind
 * it were acknowledged.  A whole record that was begun in a later batch than the
 * damage shows which of the two it is.
 *
 * What stands before the seal was acknowledged, and is never cut.  If nobody knows the seal (0), damage
 * and a torn tail within one batch look alike: then nothing is cut that has a whole record behind it.  Better a damaged record that verify names than
 * an acknowledged one moved away.
 *
 * At the top of the loop: `bad` is the first place that may have to be cut, or NONE.
 */
static enum gk_status
walk(struct gk_append *w, struct gk_gzin *in, uint64_t from, uint64_t size, uint64_t sealed, struct tail *tail, struct gk_err *err)
{
	const uint64_t NONE = UINT64_MAX;
	uint64_t at = from, bad = NONE;
	enum gk_status st = GK_OK;

	*tail = (struct tail){ .clean = true };
	while (st == GK_OK && at < size) {
		struct gk_warc_rec rec;
		struct gk_taken taken;
		enum gk_take take = gk_warc_take(in, at, size, &rec, &taken);

		if (take == GK_TAKE_FAILED)
			return gk_warc_unread(err, w->segment, at);
		if (take == GK_TAKE_OK)
			gk_warc_rec_free(&rec);
		tail->clean = tail->clean && taken.whole;
		/* A member that is as it was written is no torn one, whatever other tool wrote what into it. */
		if (taken.whole && bad != NONE && (taken.batch > bad || sealed == 0))
			bad = NONE;
		else if (!taken.whole && bad == NONE && at >= sealed)
			bad = at;
		/* Where the record's own length cannot be read, its neighbours are found by looking for them. */
		if (taken.next == 0 && !taken.ours) {
			st = search(w, in, at + 1, size, bad, &taken.next, err);
			/* A scan from the front stops here, and records stand behind: found, or known to by the seal. */
			if (taken.next != 0 || at < sealed)
				tail->lost = true;
		}
		if (taken.next == 0)
			break;
		at = taken.next;
	}
	tail->end = bad == NONE ? size : bad;
	return st;
}

static enum gk_status
find_tail(struct gk_append *w, uint64_t good, uint64_t sealed, uint64_t size, struct tail *tail, struct gk_err *err)
{
	struct gk_gzin in = { .fd = w->fd };
	enum gk_status st = GK_OK;

	*tail = (struct tail){ .clean = false };
	/* A mark that is not the end of a record would make a torn tail of a sound one: trust it only where all behind it is whole. */
	if (good > 0 && good <= size)
		st = walk(w, &in, good, size, good > sealed ? good : sealed, tail, err);
	if (st == GK_OK && !tail->clean) {
		struct tail behind = *tail;

		st = walk(w, &in, 0, size, sealed > 0 ? sealed : good > 0, tail, err);
		/* Damage before the mark is rot among acknowledged records, and stays where it is. */
		if (st == GK_OK && good > 0 && good <= size && tail->end < good)
			*tail = behind;
	}
	gk_gzin_free(&in);
	return st;
}

static int
open_torn(struct gk_append *w, const char *folder, uint64_t offset, char **path)
{
	char name[64];
	int fd = -1;

	/* The same place may be torn twice; nothing that was kept is written over. */
	for (int k = 0; fd < 0 && k < 1000; k++) {
		if (k == 0)
			snprintf(name, sizeof name, "%06u-%ju", w->segment, (uintmax_t)offset);
		else
			snprintf(name, sizeof name, "%06u-%ju-%d", w->segment, (uintmax_t)offset, k);
		free(*path);
		*path = gk_path(folder, name);
		if (*path == NULL) {
			errno = ENOMEM;
			return -1;
		}
		fd = gk_fault("open") ? -1 : open(*path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	return fd;
}

static enum gk_status
copy_tail(struct gk_append *w, int to, const char *path, uint64_t from, uint64_t size, struct gk_err *err)
{
	enum gk_status st = GK_OK;
	char *buf = malloc(CHUNK);

	if (buf == NULL)
		return gk_nomem(err);
	while (st == GK_OK && from < size) {
		size_t n = size - from < CHUNK ? (size_t)(size - from) : CHUNK;

		if (!gk_pread_all(w->fd, buf, n, (off_t)from)) {
			st = gk_warc_unread(err, w->segment, from);
		} else if (!gk_write_all(to, buf, n)) {
			st = failed(err, "不能写入", "cannot write", path);
			if (err != NULL && err->cause == GK_CAUSE_NO_SPACE)
				gk_no_space(err, GK_DEAD, w->warc, size - from);
		}
		from += n;
	}
	free(buf);
	if (st == GK_OK && (gk_fault("fsync") || fsync(to) < 0))
		st = flush_refused(err, path);
	return st;
}

/* The copy is safe before the original is cut; a crash between the two leaves both, and the next try a second copy. */
static enum gk_status
move_tail(struct gk_append *w, uint64_t end, uint64_t size, struct gk_err *err)
{
	char *folder = gk_path(w->warc, "torn"), *path = NULL;
	enum gk_status st = folder == NULL ? gk_nomem(err) : gk_make_dir(folder, 0755, err);
	int to = -1;

	if (st == GK_OK) {
		to = open_torn(w, folder, end, &path);
		st = to >= 0 ? copy_tail(w, to, path, end, size, err) : failed(err, "不能建立", "cannot make a file in", folder);
		if (to >= 0)
			close(to);
		if (st != GK_OK && to >= 0)
			unlink(path);	/* half a copy helps nobody: the original still stands */
	}
	if (st == GK_OK)
		st = gk_sync_dir(folder, err);
	if (st == GK_OK && (gk_fault("ftruncate") || ftruncate(w->fd, (off_t)end) < 0))
		st = failed(err, "不能截短", "cannot cut", w->warc);
	free(path);
	free(folder);
	return st;
}

/* Files of gk_replace_file that a crash left behind: "000002.warc.gz.Xy3kQ9".  Only we make such names, under the lock. */
static void
sweep(struct gk_append *w)
{
	DIR *d = opendir(w->warc);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL) {
		char name[GK_SEGMENT_NAME] = "";

		if (strlen(e->d_name) != GK_SEGMENT_NAME - 1 + 7 || e->d_name[GK_SEGMENT_NAME - 1] != '.')
			continue;
		memcpy(name, e->d_name, GK_SEGMENT_NAME - 1);
		if (gk_segment_number(name) != 0)
			unlinkat(dirfd(d), e->d_name, 0);
	}
	if (d != NULL)
		closedir(d);
}

/*
 * Bring the last segment to its last whole record, and what a killed writer
 * left in memory of the kernel to the device: whoever reads on from here may build on it.
 */
static enum gk_status
recover(struct gk_append *w, struct gk_loc good, uint64_t *torn, struct gk_err *err)
{
	uint64_t size = w->written;
	struct gk_loc seal = gk_writer_sealed(w->lock);
	struct tail tail;
	/* A seal behind the end belongs to another copy of the archive: it says nothing of this one. */
	enum gk_status st = find_tail(w, good.segment == w->segment ? good.offset : 0,
				      seal.segment == w->segment && seal.offset <= size ? seal.offset : 0, size, &tail, err);

	if (st != GK_OK)
		return st;
	if (good.segment > w->segment || (good.segment == w->segment && good.offset > tail.end)) {
		gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "档案缺少已登记的记录：索引读到段 %06u 位置 %ju，档案完好的部分到段 %06u 位置 %ju",
			"acknowledged records are missing: the index has read to segment %06u offset %ju, the archive is whole to segment %06u offset %ju",
			good.segment, (uintmax_t)good.offset, w->segment, (uintmax_t)tail.end);
		gk_hint(err, "有副本：gongkai repair --from 副本；这本来就是旧的副本：gongkai index rebuild",
			"with a copy: gongkai repair --from COPY; if this is an older copy on purpose: gongkai index rebuild");
		return GK_DEAD;
	}
	if (tail.end < size) {
		st = move_tail(w, tail.end, size, err);
		if (st != GK_OK)
			return st;
		*torn = size - tail.end;
	}
	w->full = tail.lost;
	w->synced = w->written = tail.end;
	if (tail.end == 0)
		return begin_segment(w, w->segment, err);
	if (gk_fault("fdatasync") || fdatasync(w->fd) < 0)
		return flush_refused(err, w->warc);
	st = gk_sync_dir(w->warc, err);
	if (st == GK_OK && seal.segment == w->segment)
		write_seal(w);
	else if (st == GK_OK)
		st = flush_seal(w, err);	/* written by an older program, or copied without its lock */
	return st;
}

/* --- the handle --- */

static struct gk_append *
new_handle(const char *dir)
{
	struct gk_append *w = calloc(1, sizeof *w);

	if (w == NULL)
		return NULL;
	w->lock = w->fd = -1;
	w->limit = SEGMENT_LIMIT;
#ifdef GK_FAULTS
	const char *limit = getenv("GONGKAI_SEGMENT_LIMIT");
	if (limit != NULL && strtoull(limit, NULL, 10) > 0)
		w->limit = strtoull(limit, NULL, 10);
#endif
	gk_buf_init(&w->out, OUT_MAX);
	gk_buf_init(&w->head, GK_WARC_HEAD_MAX);
	w->dir = gk_path(dir, "");
	w->warc = gk_path(dir, "warc");
	if (w->dir == NULL || w->warc == NULL || sodium_init() < 0) {
		gk_append_close(w);
		return NULL;
	}
	w->dir[strlen(w->dir) - 1] = '\0';
	return w;
}

void
gk_append_limit(struct gk_append *w, uint64_t bytes)
{
	w->limit = bytes;
}

void
gk_append_close(struct gk_append *w)
{
	if (w == NULL)
		return;
	cut_back(w);
	if (w->fd >= 0)
		close(w->fd);
	gk_writer_unlock(w->lock);
	gk_gzout_free(&w->gz);
	gk_buf_free(&w->out);
	gk_buf_free(&w->head);
	free(w->dir);
	free(w->warc);
	free(w);
}

enum gk_status
gk_append_open(const char *dir, int wait_s, struct gk_loc good, struct gk_append **out,
	       uint64_t *torn_bytes, struct gk_err *err)
{
	struct gk_archive *reader;
	struct gk_append *w;
	enum gk_status st;
	uint32_t last = 0;
	uint64_t torn = 0;

	/* Says what is wrong with the folder, and refuses to append to what a newer program writes. */
	st = gk_archive_open(dir, &reader, err);
	if (st != GK_OK)
		return st;
	gk_archive_close(reader);
	w = new_handle(dir);
	if (w == NULL)
		return gk_nomem(err);
	st = gk_writer_lock(w->dir, wait_s, &w->lock, err);
	if (st == GK_OK) {
		sweep(w);
		st = gk_segment_last(w->warc, &last, err);
	}
	if (st == GK_OK)
		st = open_segment(w, last, err);
	if (st == GK_OK)
		st = recover(w, good, &torn, err);
	if (st != GK_OK) {
		w->written = w->synced;		/* nothing of ours is in the file: leave it as it is */
		gk_append_close(w);
		return st;
	}
	if (torn_bytes != NULL)
		*torn_bytes = torn;
	*out = w;
	return GK_OK;
}

/* The folder above, so that the archive's own name survives a power cut. */
static enum gk_status
sync_above(const char *dir, struct gk_err *err)
{
	char *above = gk_path(dir, "..");
	enum gk_status st = above == NULL ? gk_nomem(err) : gk_sync_dir(above, err);

	free(above);
	return st;
}

enum gk_status
gk_archive_create(const char *dir, struct gk_err *err)
{
	struct gk_append *w = new_handle(dir);
	char *torn = w == NULL ? NULL : gk_path(w->warc, "torn");
	enum gk_status st = torn == NULL ? gk_nomem(err) : gk_make_dir(dir, 0755, err);
	uint32_t last = 0;

	if (st == GK_OK)
		st = gk_writer_lock(w->dir, 0, &w->lock, err);
	if (st == GK_OK)
		st = gk_make_dir(w->warc, 0755, err);
	if (st == GK_OK)
		st = gk_segment_last(w->warc, &last, err);
	if (st == GK_OK && last > 0) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "'%s' 已是档案", "'%s' is an archive already", dir);
		gk_hint(err, "直接使用它，或用 --archive 指明另一处", "use it as it is, or name another place with --archive");
	}
	if (st == GK_OK) {
		sweep(w);
		st = gk_make_dir(torn, 0755, err);
	}
	/* The segment last: a folder without one is no archive yet, and create may be called again. */
	if (st == GK_OK)
		st = begin_segment(w, 1, err);
	if (st == GK_OK)
		st = gk_sync_dir(dir, err);
	if (st == GK_OK)
		st = sync_above(dir, err);
	free(torn);
	gk_append_close(w);
	return st;
}

enum gk_status
gk_append_reserve(struct gk_append *w, uint64_t bytes, struct gk_err *err)
{
	uint64_t need = bytes < UINT64_MAX / 4 ? 2 * bytes + RESERVE_EXTRA : UINT64_MAX;
	struct statvfs vfs;

	if (gk_fault("statvfs") || statvfs(w->warc, &vfs) < 0)
		return failed(err, "不能查看剩余空间", "cannot see the free space of", w->warc);
	if ((uint64_t)vfs.f_bavail * vfs.f_frsize < need)
		return gk_no_space(err, GK_REFUSED, w->warc, need);
	return GK_OK;
}

static enum gk_status
no_handle(struct gk_err *err)
{
	return gk_fail(err, GK_DEAD, GK_CAUSE_BUG, "先前的写入失败后又使用了同一句柄", "the handle was used again after a write had failed");
}

static enum gk_status
flush(struct gk_append *w, struct gk_err *err)
{
	enum gk_status st;

	if (w->out.n == 0)
		return GK_OK;
	gk_sha256_add(&w->sum, w->out.p, w->out.n);
	if (gk_write_all(w->fd, w->out.p, w->out.n)) {
		w->written += w->out.n;
		if (w->out.cap > KEEP_BUFFER)
			gk_buf_free(&w->out);
		gk_buf_reset(&w->out);
		return GK_OK;
	}
	if (gk_cause_of_errno(errno) == GK_CAUSE_NO_SPACE)
		st = gk_no_space(err, GK_DEAD, w->warc, w->out.n);
	else
		st = failed(err, "不能写入", "cannot write to", w->warc);
	w->written += w->out.n;		/* some of it may be there */
	cut_back(w);
	return st;
}

enum gk_status
gk_append_sync(struct gk_append *w, struct gk_loc *end, struct gk_err *err)
{
	unsigned char want[GK_SHA256], have[GK_SHA256];
	enum gk_status st = w->dead ? no_handle(err) : flush(w, err);

	if (st != GK_OK)
		return st;
	if (w->written > w->synced) {
		/* Never tried again after a failure: the kernel may have dropped the pages and would then say yes. */
		if (gk_fault("fdatasync") || fdatasync(w->fd) < 0)
			st = flush_refused(err, w->warc);
		else
			st = sum_file(w->fd, w->warc, w->synced, w->written, have, err);
		gk_sha256_end(&w->sum, want);
		if (st == GK_OK && memcmp(want, have, sizeof want) != 0) {
			st = gk_fail(err, GK_DEAD, GK_CAUSE_DEVICE, "设备读回的与写入的不同：'%s' 段 %06u",
				     "the device gives back other bytes than were written: '%s' segment %06u", w->warc, w->segment);
			gk_hint(err, "检查内存与磁盘；这一批没有收下", "check memory and disk; this batch was not taken");
		}
		if (st != GK_OK) {
			cut_back(w);
			return st;
		}
		w->synced = w->written;
		gk_sha256_init(&w->sum);
		write_seal(w);
	}
	if (end != NULL)
		*end = (struct gk_loc){ .segment = w->segment, .offset = w->synced };
	return GK_OK;
}

static enum gk_status
rotate(struct gk_append *w, struct gk_err *err)
{
	enum gk_status st = gk_append_sync(w, NULL, err);

	if (st == GK_OK) {
		w->dead = true;		/* until the next segment is open there is nowhere to write */
		st = begin_segment(w, w->segment + 1, err);
	}
	if (st == GK_OK) {
		w->dead = false;
		w->full = false;
	} else if (err != NULL && err->cause == GK_CAUSE_NO_SPACE) {
		gk_no_space(err, GK_DEAD, w->warc, 4096);
	}
	return st;
}

enum gk_status
gk_append_place(struct gk_append *w, uint32_t closed, struct gk_loc *next, struct gk_err *err)
{
	enum gk_status st = gk_append_sync(w, NULL, err);

	if (st == GK_OK && (w->full || w->written >= w->limit || w->segment <= closed))
		st = rotate(w, err);
	if (st == GK_OK)
		*next = (struct gk_loc){ .segment = w->segment, .offset = w->written };
	return st;
}

enum gk_status
gk_append_record(struct gk_append *w, struct gk_put *put, struct gk_loc *loc, struct gk_err *err)
{
	enum gk_status st = w->dead ? no_handle(err) : check_put(put, err);
	struct gk_loc place;
	size_t before;

	if (st != GK_OK)
		return st;
	if (w->full || w->written + w->out.n >= w->limit) {
		st = rotate(w, err);
		if (st != GK_OK)
			return st;
	}
	before = w->out.n;
	if (!make_member(w, put, NULL)) {
		cut_back(w);
		return gk_nomem(err);
	}
	place = (struct gk_loc){ .segment = w->segment, .offset = w->written + before, .length = (uint32_t)(w->out.n - before) };
	if (w->out.n > FLUSH_AT)
		st = flush(w, err);
	if (st == GK_OK)
		*loc = place;
	return st;
}
