/*
 * Reading records: one at a known place (gk_archive_read), and the piece that
 * takes a record out of a file, which scan.c and warc-append.c use too.
 *
 *   segment  = 1*member                     named 000001.warc.gz, 000002.warc.gz …
 *   member   = gzip( record )               gzmember.c
 *   record   = head CRLF block CRLF CRLF    warc-head.c; the block has Content-Length bytes
 *
 * A record is whole when its member has the right CRC and holds exactly this, and,
 * where the head states "sha256:" and 64 hex digits as WARC-Block-Digest, the
 * block has that digest.  Digests of other kinds (other tools write SHA-1 in
 * base 32) are handed on and not checked.
 *
 * The first record of a segment of ours is a warcinfo, whose block has lines
 * "name: value" CRLF:
 *
 *   software: gongkai/0.1.0
 *   format: WARC File Format 1.1
 *   conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/
 *   gongkai-format: 1                       a reader that knows only less refuses the segment
 *   gongkai-previous-segment-digest: sha256:…    from 000002 on: of all bytes of the segment before
 */
#include "archive/warc-private.h"

#include "base/digest.h"
#include "base/fault.h"
#include "base/io.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	OPEN_SEGMENTS = 16,			/* descriptors kept */
	HEAD_STEP = 1024,			/* most heads fit; what is left over is copied to the block */
	READ_WINDOW_MAX = 4 * 1024 * 1024,	/* a member up to here is one pread; a larger one several */
	DEFLATE_RATIO_MAX = 1032,
	SKIP_MAX = GK_WARC_BLOCK_MAX,		/* how far a record that cannot be taken is inflated to find its end */
	WHOLE_RATIO = 64,			/* a member that says it holds more than this times its size is not believed */
};

static const struct gk_flaw cut_short = { GK_CAUSE_DAMAGED, "记录不完整", "the record is cut short" };
static const struct gk_flaw bad_member = {
	GK_CAUSE_DAMAGED, "压缩数据或其校验和不对", "the compressed data or their checksum are wrong"
};
static const struct gk_flaw no_head = { GK_CAUSE_DAMAGED, "头部没有结尾", "the header has no end" };
static const struct gk_flaw long_head = { GK_CAUSE_LIMIT, "头部超过 64 KiB", "the header is longer than 64 KiB" };
static const struct gk_flaw short_block = {
	GK_CAUSE_DAMAGED, "内容比 Content-Length 短", "the block is shorter than its Content-Length"
};
static const struct gk_flaw bad_trailer = {
	GK_CAUSE_DAMAGED, "记录不以 CRLF CRLF 结束，或其后还有字节", "the record does not end with CRLF CRLF, or bytes follow it"
};
static const struct gk_flaw bad_digest = {
	GK_CAUSE_DAMAGED, "内容与 WARC-Block-Digest 不符", "the block does not match its WARC-Block-Digest"
};
static const struct gk_flaw bad_claim = {
	GK_CAUSE_DAMAGED, "记录的长度与其标明的不符", "the length of the record is not the one it states"
};
static const struct gk_flaw bad_place = {
	GK_CAUSE_DAMAGED, "此处没有一条完整的记录", "no whole record stands there with that length"
};
static const struct gk_flaw no_segment = { GK_CAUSE_DAMAGED, "缺少此段文件", "the segment is missing" };

struct gk_archive {
	char *dir, *warc;
	struct {
		uint32_t segment;	/* 0: free */
		int fd;
	} open[OPEN_SEGMENTS];
	unsigned turn;
	struct gk_gzin in;
};

void
gk_warc_rec_free(struct gk_warc_rec *rec)
{
	if (rec == NULL)
		return;
	gk_buf_free(&rec->head);
	if (rec->whole != NULL) {
		free(rec->whole);
		rec->whole = NULL;
		gk_buf_init(&rec->block, 0);
	}
	gk_buf_free(&rec->block);
	rec->target_uri = rec->content_type = "";
}

void
gk_warc_rec_take_block(struct gk_warc_rec *rec, struct gk_buf *out)
{
	*out = rec->block;
	if (rec->whole != NULL) {
		memmove(rec->whole, rec->block.p, rec->block.n + 1);
		out->p = rec->whole;
		rec->whole = NULL;
	}
	gk_buf_init(&rec->block, 0);
}

/* Bytes of the record in order: first those that came with the head, then from the member. */
struct stream {
	struct gk_gzin *in;
	enum gk_gz state;
	const char *carry;
	size_t carry_n;
};

/* Up to n bytes; fewer only when the state says why. */
static size_t
take_bytes(struct stream *s, char *to, size_t n)
{
	size_t got = s->carry_n < n ? s->carry_n : n, more = 0;

	if (got > 0)
		memcpy(to, s->carry, got);
	s->carry += got;
	s->carry_n -= got;
	if (got < n && s->state == GK_GZ_MORE)
		s->state = gk_gzin_read(s->in, to + got, n - got, &more);
	return got + more;
}

/* Inflate into rec->head until the blank line; s->carry then holds what came after it. */
static const struct gk_flaw *
take_head(struct stream *s, struct gk_warc_rec *rec, char carry[HEAD_STEP])
{
	struct gk_buf *head = &rec->head;
	size_t looked = 0;
	const char *blank;

	for (;;) {
		char *to = gk_buf_room(head, HEAD_STEP);
		size_t got;

		if (to == NULL)
			return &gk_flaw_nomem;
		s->state = gk_gzin_read(s->in, to, HEAD_STEP, &got);
		head->n += got;
		blank = memmem(head->p + looked, head->n - looked, "\r\n\r\n", 4);
		if (blank != NULL)
			break;
		if (s->state == GK_GZ_DONE)
			return &no_head;
		if (s->state != GK_GZ_MORE)
			return NULL;
		if (head->n >= GK_WARC_HEAD_MAX + 2)
			return &long_head;
		looked = head->n < 3 ? 0 : head->n - 3;
	}
	/* The blank line came with the last step, so less than one step stands behind it. */
	s->carry_n = (size_t)(head->p + head->n - (blank + 4));
	memcpy(carry, blank + 4, s->carry_n);
	s->carry = carry;
	head->n = (size_t)(blank + 2 - head->p);
	return head->n > GK_WARC_HEAD_MAX ? &long_head : NULL;
}

/*
 * Memory is taken as bytes arrive, or at once where so many can arrive at all:
 * a Content-Length is a claim by whoever wrote the file.
 */
static const struct gk_flaw *
take_block(struct stream *s, struct gk_warc_rec *rec, uint64_t length, uint64_t input)
{
	struct gk_buf *block = &rec->block;
	uint64_t most = (input + 64) * DEFLATE_RATIO_MAX;
	size_t step = length < most ? (size_t)length : (size_t)most;
	char end[5];

	do {
		char *to = gk_buf_room(block, step);

		if (to == NULL)
			return &gk_flaw_nomem;
		block->n += take_bytes(s, to, step);
		block->p[block->n] = '\0';
		if (block->n < length && s->state != GK_GZ_MORE)
			return s->state == GK_GZ_DONE ? &short_block : NULL;
		step = (size_t)length - block->n;
		if (step > 1024 * 1024)
			step = 1024 * 1024;
	} while (block->n < length);
	/* Five where four are right: the fifth shows a member that goes on. */
	if (take_bytes(s, end, sizeof end) != 4 || memcmp(end, "\r\n\r\n", 4) != 0)
		return s->state == GK_GZ_DONE || s->state == GK_GZ_MORE ? &bad_trailer : NULL;
	return NULL;
}

static const struct gk_flaw *
check_digest(const struct gk_warc_rec *rec)
{
	unsigned char want[GK_SHA256], have[GK_SHA256];
	const char *d = rec->block_digest;

	/* Its digests are those of what is gone. */
	if (rec->destroyed.segment != 0)
		return NULL;
	if (strncmp(d, "sha256:", 7) != 0 || !gk_hex_to_bytes(d + 7, strlen(d + 7), want, sizeof want))
		return NULL;
	gk_sha256(rec->block.n > 0 ? rec->block.p : "", rec->block.n, have);
	return memcmp(want, have, sizeof want) == 0 ? NULL : &bad_digest;
}

/* Everything but the ends of the member. */
static const struct gk_flaw *
take_parts(struct stream *s, struct gk_warc_rec *rec, uint64_t input, char carry[HEAD_STEP])
{
	const struct gk_flaw *flaw;
	uint64_t length = 0;

	flaw = take_head(s, rec, carry);
	if (flaw != NULL || (s->state != GK_GZ_MORE && s->state != GK_GZ_DONE && s->carry == NULL))
		return flaw;
	flaw = gk_warc_head_parse(rec, &length);
	if (flaw != NULL)
		return flaw;
	gk_buf_init(&rec->block, (size_t)length);
	flaw = take_block(s, rec, length, input);
	if (flaw == NULL && s->state == GK_GZ_DONE)
		flaw = check_digest(rec);
	return flaw;
}

static const struct gk_flaw *
take_record(struct stream *s, struct gk_warc_rec *rec, uint64_t input)
{
	char carry[HEAD_STEP];
	const struct gk_flaw *flaw = take_parts(s, rec, input, carry);

	/* It does not live on. */
	s->carry = NULL;
	s->carry_n = 0;
	return flaw;
}

/* Inflate to nowhere until the member ends, to learn whether it is sound and where the next begins. */
static void
skip_rest(struct stream *s)
{
	char nowhere[4096];
	size_t got;

	for (uint64_t left = SKIP_MAX; s->state == GK_GZ_MORE && left >= sizeof nowhere; left -= got)
		s->state = gk_gzin_read(s->in, nowhere, sizeof nowhere, &got);
}

/* head CRLF block CRLF CRLF, all n bytes of it: true if it is exactly this. */
static bool
split_whole(struct gk_warc_rec *rec, char *p, size_t n)
{
	size_t window = n < GK_WARC_HEAD_MAX + 2 ? n : GK_WARC_HEAD_MAX + 2, behind;
	const char *blank = memmem(p, window, "\r\n\r\n", 4);
	uint64_t length = 0;

	if (blank == NULL || !gk_buf_add(&rec->head, p, (size_t)(blank + 2 - p)) || gk_warc_head_parse(rec, &length) != NULL)
		return false;
	behind = n - (size_t)(blank + 4 - p);
	if (behind < 4 || length != behind - 4 || memcmp(p + n - 4, "\r\n\r\n", 4) != 0)
		return false;
	p[n - 4] = '\0';
	rec->block = (struct gk_buf){ .p = p + n - behind, .n = (size_t)length, .cap = behind, .max = (size_t)length };
	return true;
}

/*
 * A sound record of ours whose member fits in the window: inflated once, to where it stays.  Whatever is not exactly so is
 * GK_TAKE_BAD here, with nothing said, and is taken once more below, step by step, to find out what it is.
 */
static enum gk_take
take_whole(struct gk_gzin *in, uint64_t offset, struct gk_warc_rec *rec, struct gk_taken *taken)
{
	const unsigned char *p = NULL;
	uint32_t length = 0, distance = 0;
	enum gk_gz gz = gk_gzin_peek(in, GK_GZ_HEADER, &p);
	size_t size;

	if (gz == GK_GZ_MORE)
		gz = gk_whole_header(p, GK_GZ_HEADER, &length, &distance) ? gk_gzin_peek(in, length, &p) : GK_GZ_BAD;
	if (gz == GK_GZ_FAILED)
		return GK_TAKE_FAILED;
	if (gz != GK_GZ_MORE)
		return GK_TAKE_BAD;
	size = gk_whole_size(p, length);
	if (size > (size_t)length * WHOLE_RATIO)
		return GK_TAKE_BAD;
	rec->whole = malloc(size + 1);
	if (rec->whole == NULL || !gk_whole_inflate(&in->whole, p, length, rec->whole) || !split_whole(rec, rec->whole, size) || check_digest(rec) != NULL)
		return GK_TAKE_BAD;
	gk_gzin_skip(in, length);
	memcpy(taken->id, rec->id, sizeof taken->id);
	taken->ours = taken->whole = true;
	taken->next = offset + length;
	if (distance <= offset)
		taken->batch = offset - distance;
	rec->loc.offset = offset;
	rec->loc.length = length;
	return GK_TAKE_OK;
}

static void
blank_record(struct gk_warc_rec *rec)
{
	*rec = (struct gk_warc_rec){ .type = GK_WARC_OTHER, .target_uri = "", .content_type = "" };
	gk_buf_init(&rec->head, 2 * (GK_WARC_HEAD_MAX + HEAD_STEP) + 8);
}

enum gk_take
gk_warc_take(struct gk_gzin *in, uint64_t offset, uint64_t end, struct gk_warc_rec *out, struct gk_taken *taken)
{
	struct stream s = { .in = in, .state = GK_GZ_MORE };
	struct gk_warc_rec rec;
	uint32_t claimed = 0, distance = 0;
	enum gk_take whole;
	bool claim;

	*taken = (struct gk_taken){ .batch = offset };
	if (!gk_gzin_begin(in, offset, end)) {
		errno = ENOMEM;
		return GK_TAKE_FAILED;
	}
	blank_record(&rec);
	whole = take_whole(in, offset, &rec, taken);
	if (whole == GK_TAKE_OK) {
		*out = rec;
		return whole;
	}
	gk_warc_rec_free(&rec);
	if (whole == GK_TAKE_FAILED)
		return whole;
	blank_record(&rec);
	taken->flaw = take_record(&s, &rec, end - offset);
	if (taken->flaw == &gk_flaw_nomem) {
		s.state = GK_GZ_FAILED;
		errno = ENOMEM;
	}
	memcpy(taken->id, rec.id, sizeof taken->id);
	skip_rest(&s);
	claim = taken->ours = gk_gzin_claim(in, &claimed, &distance);
	if (claim && distance <= offset)
		taken->batch = offset - distance;

	if (s.state == GK_GZ_DONE) {
		taken->whole = true;
		taken->next = gk_gzin_offset(in);
		if (taken->flaw == NULL && claim && claimed != taken->next - offset)
			taken->flaw = &bad_claim;
	} else if (s.state == GK_GZ_FAILED) {
		gk_warc_rec_free(&rec);
		return GK_TAKE_FAILED;
	} else {
		if (claim && claimed > 0 && claimed <= end - offset)
			taken->next = offset + claimed;
		/* A gzip header with no end in many bytes is no cut, but a damaged length or flag in it. */
		if (s.state == GK_GZ_SHORT && taken->next == 0 && (in->head.done == 1 || end - offset <= GK_GZ_HEADER))
			taken->flaw = &cut_short;
		else if (taken->flaw == NULL || s.state != GK_GZ_MORE)
			taken->flaw = &bad_member;
	}
	if (taken->flaw != NULL) {
		gk_warc_rec_free(&rec);
		return taken->flaw == &cut_short ? GK_TAKE_SHORT : GK_TAKE_BAD;
	}
	rec.loc.offset = offset;
	rec.loc.length = (uint32_t)(taken->next - offset);
	*out = rec;
	return GK_TAKE_OK;
}

void
gk_segment_name(uint32_t segment, char out[GK_SEGMENT_NAME])
{
	snprintf(out, GK_SEGMENT_NAME, "%06u.warc.gz", segment % (GK_SEGMENT_LAST + 1u));
}

uint32_t
gk_segment_number(const char *name)
{
	char again[GK_SEGMENT_NAME];
	uint32_t n = 0;

	for (int i = 0; i < 6; i++) {
		if (name[i] < '0' || name[i] > '9')
			return 0;
		n = n * 10 + (uint32_t)(name[i] - '0');
	}
	gk_segment_name(n, again);
	return strcmp(name, again) == 0 ? n : 0;
}

enum gk_status
gk_segment_last(const char *warc, uint32_t *last, struct gk_err *err)
{
	DIR *d = gk_fault("open") ? NULL : opendir(warc);
	struct dirent *e;

	if (d == NULL)
		return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能打开文件夹 '%s'：%s", "cannot open folder '%s': %s",
			       warc, strerror(errno));
	*last = 0;
	while ((e = readdir(d)) != NULL) {
		uint32_t n = gk_segment_number(e->d_name);

		if (n > *last)
			*last = n;
	}
	closedir(d);
	return GK_OK;
}

enum gk_status
gk_warc_damaged(struct gk_err *err, uint32_t segment, uint64_t offset, const char *id, const struct gk_flaw *flaw)
{
	char name[GK_SEGMENT_NAME];
	const char *sp = id[0] == '\0' ? "" : " ";

	gk_segment_name(segment, name);
	gk_fail(err, GK_REFUSED, flaw->cause, "不能读取段 '%s' 偏移 %ju 处的记录%s%s：%s%.0s",
		"cannot read the record in segment '%s' at offset %ju%s%s: %.0s%s",
		name, (uintmax_t)offset, sp, id, flaw->zh, flaw->en);
	if (flaw->cause == GK_CAUSE_DAMAGED)
		gk_hint(err, "gongkai verify 查出所有损坏之处；有副本时用 gongkai repair --from 副本 恢复",
			"'gongkai verify' lists all damage; with a copy at hand 'gongkai repair --from COPY' restores it");
	return GK_REFUSED;
}

enum gk_status
gk_warc_unread(struct gk_err *err, uint32_t segment, uint64_t offset)
{
	int e = errno;
	char name[GK_SEGMENT_NAME];

	if (e == ENOMEM)
		return gk_nomem(err);
	gk_segment_name(segment, name);
	gk_fail(err, GK_DEAD, GK_CAUSE_DEVICE, "设备不能读出段 '%s' 偏移 %ju 处：%s",
		"the device cannot read segment '%s' at offset %ju: %s", name, (uintmax_t)offset, strerror(e));
	gk_hint(err, "检查磁盘（dmesg、smartctl），并从副本恢复", "check the disk (dmesg, smartctl) and restore from a copy");
	return GK_DEAD;
}

const char *
gk_archive_warc(const struct gk_archive *a)
{
	return a->warc;
}

/* The number behind "gongkai-format:" in a warcinfo block; 0 if it says none. */
static unsigned
format_of(const struct gk_buf *block)
{
	static const char field[] = "gongkai-format:";
	const char *p = block->p, *end = p + block->n;

	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		const char *eol = lf == NULL ? end : lf;
		unsigned v = 0;

		if ((size_t)(eol - p) >= sizeof field && strncasecmp(p, field, sizeof field - 1) == 0) {
			for (p += sizeof field - 1; p < eol && *p == ' '; p++)
				;
			for (; p < eol && isdigit((unsigned char)*p) && v < 100000; p++)
				v = v * 10 + (unsigned)(*p - '0');
			return v;
		}
		p = eol + 1;
	}
	return 0;
}

/* A warcinfo that cannot be read is damage of one record, not a reason to refuse all others. */
static enum gk_status
check_format(struct gk_archive *a, int fd, uint32_t segment, uint64_t size, struct gk_err *err)
{
	struct gk_warc_rec rec;
	struct gk_taken taken;
	enum gk_take take;
	unsigned format = 0;

	if (size == 0)
		return GK_OK;
	gk_gzin_forget(&a->in);
	a->in.fd = fd;
	/* Ours is a few hundred bytes; what another tool put first may be long and is not our business. */
	take = gk_warc_take(&a->in, 0, size < 16384 ? size : 16384, &rec, &taken);
	if (take == GK_TAKE_FAILED)
		return gk_warc_unread(err, segment, 0);
	if (take != GK_TAKE_OK)
		return GK_OK;
	if (rec.type == GK_WARC_INFO)
		format = format_of(&rec.block);
	gk_warc_rec_free(&rec);
	if (format <= GK_ARCHIVE_FORMAT)
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_NEWER, "段 %06u 由更新的 gongkai 写成：格式 %u，本程序只懂到 %d",
		"segment %06u was written by a newer gongkai: format %u, this program knows up to %d",
		segment, format, GK_ARCHIVE_FORMAT);
	gk_hint(err, "请升级 gongkai", "upgrade gongkai");
	return GK_REFUSED;
}

enum gk_status
gk_segment_open(struct gk_archive *a, uint32_t segment, int *out, struct gk_err *err)
{
	char name[GK_SEGMENT_NAME], *path;
	enum gk_status st;
	struct stat sb;
	int fd;

	gk_segment_name(segment, name);
	path = gk_path(a->warc, name);
	if (path == NULL)
		return gk_nomem(err);
	fd = gk_fault("open") ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT) {
		st = gk_warc_damaged(err, segment, 0, "", &no_segment);
	} else if (fd < 0 || fstat(fd, &sb) < 0) {
		st = gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能打开 '%s'：%s", "cannot open '%s': %s",
			     path, strerror(errno));
	} else if (!S_ISREG(sb.st_mode)) {
		st = gk_fail(err, GK_DEAD, GK_CAUSE_NO_ACCESS, "'%s' 不是普通文件", "'%s' is not a regular file", path);
	} else {
		st = check_format(a, fd, segment, (uint64_t)sb.st_size, err);
	}
	if (st == GK_OK)
		*out = fd;
	else if (fd >= 0)
		close(fd);
	free(path);
	return st;
}

static enum gk_status
no_archive(struct gk_err *err, const char *dir, int e)
{
	gk_fail(err, GK_DEAD, GK_CAUSE_NO_ACCESS, "'%s' 不是档案：%s%.0s", "'%s' is no archive: %.0s%s", dir,
		e == 0 ? "warc/ 中没有段文件" : e == ENOENT ? "没有 warc 文件夹" : strerror(e),
		e == 0 ? "warc/ holds no segment" : e == ENOENT ? "there is no folder warc" : strerror(e));
	if (e == 0 || e == ENOENT || e == ENOTDIR)
		gk_hint(err, "用 gongkai init 建立档案，或用 --archive 指明另一处",
			"make one with 'gongkai init', or name another place with --archive");
	else
		gk_hint(err, "以有权读取的用户运行", "run as a user who may read it");
	return GK_DEAD;
}

/* The first and the last segment speak for all; each other one is asked when it is first opened. */
static enum gk_status
look_at(struct gk_archive *a, struct gk_err *err)
{
	enum gk_status st;
	uint32_t last;
	struct stat sb;
	int fd;

	if (stat(a->warc, &sb) < 0)
		return no_archive(err, a->dir, errno);
	if (!S_ISDIR(sb.st_mode))
		return no_archive(err, a->dir, ENOTDIR);
	if (access(a->warc, R_OK | X_OK) < 0)
		return no_archive(err, a->dir, errno);
	st = gk_segment_last(a->warc, &last, err);
	if (st != GK_OK)
		return st;
	if (last == 0) {
		char *conf = gk_path(a->dir, "gongkai.conf");
		bool was_one = conf != NULL && access(conf, F_OK) == 0;

		free(conf);
		if (!was_one)
			return no_archive(err, a->dir, 0);
		gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "档案 '%s' 的段文件全部不见了", "all segments of the archive '%s' are missing", a->dir);
		gk_hint(err, "把副本的 warc/ 放回来，然后 gongkai index rebuild", "put back warc/ from a copy, then gongkai index rebuild");
		return GK_DEAD;
	}
	for (uint32_t n = 1; ; n = last) {
		st = gk_segment_open(a, n, &fd, err);
		if (st == GK_OK)
			close(fd);
		else if (st != GK_REFUSED || err->cause != GK_CAUSE_DAMAGED)
			return GK_DEAD;
		if (n == last)
			return GK_OK;
	}
}

enum gk_status
gk_archive_open(const char *dir, struct gk_archive **out, struct gk_err *err)
{
	struct gk_archive *a = calloc(1, sizeof *a);
	struct gk_err own;
	enum gk_status st;

	if (a == NULL)
		return gk_nomem(err);
	a->in.fd = -1;
	a->dir = gk_path(dir, "");
	a->warc = gk_path(dir, "warc");
	if (a->dir == NULL || a->warc == NULL) {
		gk_archive_close(a);
		return gk_nomem(err);
	}
	a->dir[strlen(a->dir) - 1] = '\0';
	st = look_at(a, err != NULL ? err : &own);
	if (st != GK_OK) {
		gk_archive_close(a);
		return st;
	}
	*out = a;
	return GK_OK;
}

void
gk_archive_close(struct gk_archive *a)
{
	if (a == NULL)
		return;
	for (int i = 0; i < OPEN_SEGMENTS; i++)
		if (a->open[i].segment != 0)
			close(a->open[i].fd);
	gk_gzin_free(&a->in);
	free(a->dir);
	free(a->warc);
	free(a);
}

/* *size: of the segment as it is now. */
static enum gk_status
kept_open(struct gk_archive *a, uint32_t segment, int *fd, uint64_t *size, struct gk_err *err)
{
	enum gk_status st;
	struct stat sb;
	unsigned i;

	for (i = 0; i < OPEN_SEGMENTS; i++) {
		if (a->open[i].segment != segment)
			continue;
		*fd = a->open[i].fd;
		/* A destruction has put another file in its place: who held on to this one would hold what was destroyed. */
		if (fstat(*fd, &sb) == 0 && sb.st_nlink > 0) {
			*size = (uint64_t)sb.st_size;
			return GK_OK;
		}
		close(*fd);
		gk_gzin_forget(&a->in);
		a->open[i].segment = 0;
	}
	st = gk_segment_open(a, segment, fd, err);
	if (st != GK_OK)
		return st;
	i = a->turn++ % OPEN_SEGMENTS;
	if (a->open[i].segment != 0)
		close(a->open[i].fd);
	a->open[i].segment = segment;
	a->open[i].fd = *fd;
	if (fstat(*fd, &sb) < 0)
		return gk_warc_unread(err, segment, 0);
	*size = (uint64_t)sb.st_size;
	return GK_OK;
}

enum gk_status
gk_archive_read(struct gk_archive *a, struct gk_loc loc, struct gk_warc_rec *out, struct gk_err *err)
{
	const uint64_t end = loc.offset + loc.length;
	struct gk_warc_rec rec;
	struct gk_taken taken;
	enum gk_status st;
	enum gk_take take;
	uint64_t size;
	int fd;

	if (loc.segment == 0 || loc.segment > GK_SEGMENT_LAST)
		return gk_warc_damaged(err, loc.segment, loc.offset, "", &bad_place);
	st = kept_open(a, loc.segment, &fd, &size, err);
	if (st != GK_OK)
		return st;
	/* A place comes from the index, which may lie. */
	if (loc.length == 0 || end < loc.offset || end > size)
		return gk_warc_damaged(err, loc.segment, loc.offset, "", &bad_place);
	if (!gk_gzin_window(&a->in, loc.length < READ_WINDOW_MAX ? loc.length : READ_WINDOW_MAX))
		return gk_nomem(err);
	a->in.fd = fd;
	take = gk_warc_take(&a->in, loc.offset, end, &rec, &taken);
	if (take == GK_TAKE_FAILED)
		return gk_warc_unread(err, loc.segment, loc.offset);
	if (take != GK_TAKE_OK)
		return gk_warc_damaged(err, loc.segment, loc.offset, taken.id, taken.flaw);
	if (taken.next != end) {
		gk_warc_rec_free(&rec);
		return gk_warc_damaged(err, loc.segment, loc.offset, taken.id, &bad_place);
	}
	rec.loc.segment = loc.segment;
	*out = rec;
	return GK_OK;
}

/* *there is false if there is no such segment (any more); one that cannot be looked at is not away. */
static enum gk_status
segment_bytes(struct gk_archive *a, uint32_t segment, uint64_t *bytes, bool *there, struct gk_err *err)
{
	char name[GK_SEGMENT_NAME], *path;
	struct stat sb;
	enum gk_status st = GK_OK;

	gk_segment_name(segment, name);
	path = gk_path(a->warc, name);
	if (path == NULL)
		return gk_nomem(err);
	*there = stat(path, &sb) == 0;
	*bytes = *there ? (uint64_t)sb.st_size : 0;
	if (!*there && errno != ENOENT)
		st = gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能读取 '%s'：%s", "cannot read '%s': %s", path, strerror(errno));
	free(path);
	return st;
}

enum gk_status
gk_archive_size(struct gk_archive *a, uint32_t *segments, uint64_t *bytes, struct gk_err *err)
{
	uint64_t sum = 0, one;
	uint32_t last, count = 0;
	bool there;
	enum gk_status st = gk_segment_last(a->warc, &last, err);

	if (st != GK_OK)
		return st;
	for (uint32_t n = 1; n <= last; n++) {
		if ((st = segment_bytes(a, n, &one, &there, err)) != GK_OK)
			return st;
		sum += one;
		count += there;
	}
	*segments = count;
	*bytes = sum;
	return GK_OK;
}

enum gk_status
gk_archive_behind(struct gk_archive *a, struct gk_loc at, uint64_t *bytes, struct gk_err *err)
{
	uint64_t sum = 0, one;
	uint32_t last;
	bool there;
	enum gk_status st = gk_segment_last(a->warc, &last, err);

	if (st != GK_OK)
		return st;
	for (uint32_t n = at.segment > 0 ? at.segment : 1; n <= last; n++) {
		uint64_t known = n == at.segment ? at.offset + at.length : 0;

		if ((st = segment_bytes(a, n, &one, &there, err)) != GK_OK)
			return st;
		sum += one > known ? one - known : 0;
	}
	*bytes = sum;
	return GK_OK;
}
