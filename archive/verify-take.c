/* Taking a record for judging; see verify-take.h. */
#include "archive/verify-take.h"

#include "base/io.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	FIRST_LOOK = 4096,		/* where only the head may be wanted */
	CHUNK = 256 * 1024,
	FIXED = 16,			/* bytes of our gzip header that are always the same */
	ALIKE = 12,			/* as many right ones of them make it ours, changed */
	TOO_MUCH = GK_WARC_BLOCK_MAX,	/* how far a member is inflated behind its record */
};

static const unsigned char fixed_header[FIXED] = "\x1f\x8b\x08\x04\0\0\0\0\0\x03\x0c\0GK\x08";

void
gk_slot_empty(struct gk_slot *s)
{
	*s = (struct gk_slot){ .buf = NULL };
	gk_buf_init(&s->rec.head, 3 * GK_WARC_HEAD_MAX);
}

bool
gk_slot_open(struct gk_slot *s)
{
	gk_slot_empty(s);
	s->buf = malloc(GK_SLOT_BUF + 1);
	return s->buf != NULL;
}

void
gk_slot_close(struct gk_slot *s)
{
	gk_buf_free(&s->rec.head);
	free(s->buf);
	s->buf = NULL;
}

void
gk_slot_reset(struct gk_slot *s, struct gk_loc loc)
{
	struct gk_buf head = s->rec.head;
	char *buf = s->buf;

	gk_buf_reset(&head);
	*s = (struct gk_slot){ .loc = loc, .buf = buf };
	s->rec = (struct gk_warc_rec){ .type = GK_WARC_OTHER, .target_uri = "", .content_type = "", .head = head, .loc = loc };
}

static void
breaks(struct gk_slot *s, enum gk_rule rule, const char *zh, const char *en)
{
	if (s->rule != 0)
		return;
	s->rule = rule;
	s->zh = zh;
	s->en = en;
}

/* --- the gzip header ------------------------------------------------------------------------------------ */

static uint32_t
get32(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* How many of the fixed bytes stand at offset; *h has the header.  0 also where it does not fit, -1 where it cannot be read. */
static int
alike(int fd, uint64_t offset, uint64_t end, unsigned char h[GK_GZ_HEADER])
{
	int n = 0;

	if (offset > end || end - offset < GK_GZ_HEADER)
		return 0;
	if (!gk_pread_all(fd, h, GK_GZ_HEADER, (off_t)offset))
		return errno == 0 ? 0 : -1;
	for (int i = 0; i < FIXED; i++)
		n += h[i] == fixed_header[i];
	return n;
}

/*
 * Where the member ends by its own account, if what stands there begins like one of ours or is the end of the file.  Never
 * a search: a document may contain what looks like a member.
 */
static uint64_t
next_by_claim(const struct gk_slot *s, int fd, uint64_t end)
{
	unsigned char h[GK_GZ_HEADER];
	uint64_t next = s->loc.offset + s->claimed;

	if (!s->ours || s->claimed < GK_GZ_HEADER || next > end)
		return 0;
	return next == end || end - next < GK_GZ_HEADER || alike(fd, next, end, h) >= ALIKE ? next : 0;
}

static void
look_at_header(struct gk_slot *s, int fd, uint64_t end)
{
	unsigned char h[GK_GZ_HEADER] = "";
	int n = alike(fd, s->loc.offset, end, h);

	if (n < 0) {
		s->error = errno;
		breaks(s, GK_V_UNREAD, "设备不能读出", "the device cannot read it");
	}
	s->ours = n >= ALIKE;
	s->exact = n == FIXED;
	s->claimed = get32(h + FIXED);
	s->distance = get32(h + FIXED + 4);
}

/* --- what is in the member -------------------------------------------------------------------------------- */

/* Find and read the head among the first n bytes; returns where the block begins, 0 if it does not (yet). */
static size_t
take_head(struct gk_slot *s, size_t n, uint64_t *length)
{
	const char *blank = memmem(s->buf, n < GK_WARC_HEAD_MAX + 4 ? n : GK_WARC_HEAD_MAX + 4, "\r\n\r\n", 4);
	const struct gk_flaw *flaw;

	if (blank == NULL)
		return 0;
	if (!gk_buf_add(&s->rec.head, s->buf, (size_t)(blank + 2 - s->buf))) {
		s->error = ENOMEM;
		return 0;
	}
	flaw = gk_warc_head_parse(&s->rec, length);
	if (flaw == &gk_flaw_nomem)
		s->error = ENOMEM;
	else if (flaw != NULL)
		breaks(s, GK_V_HEAD, flaw->zh, flaw->en);
	s->parsed = flaw == NULL;
	s->length = *length;
	return (size_t)(blank + 4 - s->buf);
}

static void
short_block(struct gk_slot *s)
{
	breaks(s, GK_V_LENGTH, "内容比 Content-Length 短", "the block is shorter than its Content-Length");
}

static void
long_block(struct gk_slot *s)
{
	breaks(s, GK_V_TRAILING, "记录不以 CRLF CRLF 结束，或其后还有字节", "the record does not end with CRLF CRLF, or bytes follow it");
}

/* The whole member stands in buf. */
static void
take_small(struct gk_slot *s, size_t n, size_t at, uint64_t length)
{
	if (n - at < length) {
		short_block(s);
	} else if (n - at != length + 4 || memcmp(s->buf + at + length, "\r\n\r\n", 4) != 0) {
		long_block(s);
	} else {
		s->buf[at + length] = '\0';
		s->rec.block = (struct gk_buf){ .p = s->buf + at, .n = (size_t)length };
	}
}

/* The first n bytes stand in buf, the block from `at` on; the rest goes by in pieces. */
static enum gk_gz
take_large(struct gk_slot *s, struct gk_gzin *in, size_t n, size_t at, uint64_t length)
{
	struct gk_sha256_sum sum;
	enum gk_gz state = GK_GZ_MORE;
	uint64_t left = length, behind = 0;
	char end[4] = "";

	gk_sha256_init(&sum);
	for (;;) {
		const char *p = s->buf + at;
		size_t have = n - at, mine = have < left ? have : (size_t)left;

		gk_sha256_add(&sum, p, mine);
		left -= mine;
		for (size_t i = mine; i < have && behind + (i - mine) < 4; i++)
			end[behind + (i - mine)] = p[i];
		behind += have - mine;
		if (state != GK_GZ_MORE || behind > TOO_MUCH)
			break;
		at = 0;
		state = gk_gzin_read(in, s->buf, CHUNK, &n);
	}
	gk_sha256_end(&sum, s->have);
	s->hashed = true;
	if (state != GK_GZ_DONE && state != GK_GZ_MORE)
		return state;
	if (left > 0)
		short_block(s);
	else if (behind != 4 || memcmp(end, "\r\n\r\n", 4) != 0)
		long_block(s);
	return state;
}

/* Inflate to nowhere. */
static enum gk_gz
skip_rest(struct gk_slot *s, struct gk_gzin *in)
{
	enum gk_gz state = GK_GZ_MORE;
	size_t got;

	for (uint64_t left = TOO_MUCH; state == GK_GZ_MORE && left >= CHUNK; left -= got)
		state = gk_gzin_read(in, s->buf, CHUNK, &got);
	return state;
}

/* --- what became of it -------------------------------------------------------------------------------------- */

static void
judge_whole(struct gk_slot *s, struct gk_gzin *in)
{
	s->next = gk_gzin_offset(in);
	if (s->ours && s->claimed != s->next - s->loc.offset)
		breaks(s, GK_V_LENGTH, "记录的长度与其标明的不符", "the length of the record is not the one it states");
}

/* The member is not whole: whatever its record seems to say, this comes first. */
static void
judge_broken(struct gk_slot *s, struct gk_gzin *in, enum gk_gz state, uint64_t end)
{
	unsigned char magic[2] = "";

	const int e = errno;

	if (s->rule == GK_V_UNREAD)
		state = GK_GZ_FAILED;
	s->rule = 0;
	s->next = next_by_claim(s, in->fd, end);
	if (state == GK_GZ_FAILED) {
		s->error = s->error != 0 ? s->error : e;
		breaks(s, GK_V_UNREAD, "设备不能读出", "the device cannot read it");
		return;
	}
	/* A gzip header with no end in many bytes is no cut, but a damaged length or flag in it. */
	s->cut = state == GK_GZ_SHORT && s->next == 0 && (in->head.done == 1 || end - s->loc.offset <= GK_GZ_HEADER);
	if (s->cut)
		breaks(s, GK_V_LENGTH, "段在一条记录中间结束", "the segment ends in the middle of a record");
	else if (s->ours && !s->exact)
		breaks(s, GK_V_GZIP, "gzip 头部已改变", "its gzip header has changed");
	else if (!gk_pread_all(in->fd, magic, sizeof magic, (off_t)s->loc.offset) || memcmp(magic, fixed_header, 2) != 0)
		breaks(s, GK_V_TRAILING, "此处起不是记录", "from here on there is no record");
	else
		breaks(s, GK_V_CRC, "压缩数据或其校验和不对", "the compressed data or their checksum are wrong");
}

/* Step over the record without reading (more of) it. */
static bool
hop(struct gk_slot *s, int fd, uint64_t end)
{
	s->next = s->exact ? next_by_claim(s, fd, end) : 0;
	s->skipped = s->next != 0;
	return s->skipped;
}

void
gk_slot_take(struct gk_slot *s, struct gk_gzin *in, uint32_t segment, uint64_t offset, uint64_t end, const struct gk_want *want)
{
	size_t got, more = 0, at;
	uint64_t length = 0;
	enum gk_gz state;

	gk_slot_reset(s, (struct gk_loc){ .segment = segment, .offset = offset });
	look_at_header(s, in->fd, end);
	if (want->hop && hop(s, in->fd, end))
		return;
	if (!gk_gzin_begin(in, offset, end)) {
		s->error = ENOMEM;
		return;
	}
	state = gk_gzin_read(in, s->buf, want->record != NULL ? FIRST_LOOK : GK_SLOT_BUF, &got);
	at = take_head(s, got, &length);
	if (want->record != NULL && s->parsed && !want->record(want->arg, &s->rec) && hop(s, in->fd, end))
		return;
	if (state == GK_GZ_MORE && got < GK_SLOT_BUF) {
		state = gk_gzin_read(in, s->buf + got, GK_SLOT_BUF - got, &more);
		got += more;
		if (at == 0)
			at = take_head(s, got, &length);
	}
	if (s->error == ENOMEM)
		return;
	if (at == 0)
		breaks(s, GK_V_HEAD, "头部没有结尾，或超过 64 KiB", "the header has no end, or is longer than 64 KiB");
	if (s->parsed && state == GK_GZ_DONE)
		take_small(s, got, at, length);
	else if (s->parsed && state == GK_GZ_MORE)
		state = take_large(s, in, got, at, length);
	else if (state == GK_GZ_MORE)
		state = skip_rest(s, in);
	if (state == GK_GZ_FAILED && errno == ENOMEM)
		s->error = ENOMEM;
	else if (state == GK_GZ_DONE)
		judge_whole(s, in);
	else
		judge_broken(s, in, state, end);
	s->loc.length = s->next == 0 ? 0 : (uint32_t)(s->next - offset);
	s->rec.loc = s->loc;
}

/* --- hashing -------------------------------------------------------------------------------------------------- */

void
gk_slot_hash(struct gk_slot *s)
{
	if (s->hashed || s->rule != 0 || s->skipped)
		return;
	gk_sha256(s->rec.block.n > 0 ? s->rec.block.p : "", s->rec.block.n, s->have);
	s->hashed = true;
}
