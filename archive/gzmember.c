/*
 * Gzip members, out and in.  Every gunzip reads ours; the extra field, which
 * RFC 1952 lets every reader skip, tells our own reader two things more.
 *
 *   member   = header deflated crc32 isize
 *   header   = 1f 8b 08 04  00 00 00 00  00 03  0c 00 extra      flags: FEXTRA; no time; system: Unix
 *   extra    = "GK" 08 00 length distance
 *   length   = 4 bytes, low byte first: bytes of the whole member, header to isize.
 *              A reader that meets a damaged member hops over it; and it tells a member
 *              cut short (it would end behind the file) from one that is damaged.
 *   distance = 4 bytes, low byte first: from the first byte of this member back to the
 *              end of what had reached the device when it was made.  So the last whole
 *              member of a file says which bytes before it can never be a torn tail.
 *
 *   1f8b0804 00000000 0003 0c00 474b 0800 2a010000 00000000 …
 *                                         |        + nothing unsafe before it
 *                                         + 298 bytes
 */
#include "archive/gzmember.h"

#include "base/io.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	/*
	 * Measured on 3,057 laws (51 MB), one member each: level 1 makes 0.352 of the size at 89 MB/s, 6 makes 0.311
	 * at 38 MB/s, 9 makes 0.310 at 33 MB/s.  The index takes far longer than any of them, and the archive is kept for ever.
	 */
	LEVEL = 6,
	HEADER_FIXED = 12,		/* bytes before the extra field */
	LENGTH_AT = HEADER_FIXED + 4,
	STEP = 128 * 1024,
};

static void
put32(unsigned char *p, uint32_t v)
{
	p[0] = (unsigned char)v;
	p[1] = (unsigned char)(v >> 8);
	p[2] = (unsigned char)(v >> 16);
	p[3] = (unsigned char)(v >> 24);
}

static uint32_t
get32(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool
begin_member(struct gk_gzout *gz, uint32_t distance)
{
	if (gz->ready ? deflateReset(&gz->z) != Z_OK
		      : deflateInit2(&gz->z, LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	gz->ready = true;
	memcpy(gz->extra, "GK\x08\0", 4);
	put32(gz->extra + 4, 0);
	put32(gz->extra + 8, distance);
	gz->head = (gz_header){ .os = 3, .extra = gz->extra, .extra_len = GK_GZ_EXTRA };
	return deflateSetHeader(&gz->z, &gz->head) == Z_OK;
}

static bool
deflate_piece(struct gk_gzout *gz, const struct gk_piece *piece, int flush, struct gk_buf *out)
{
	int rc;

	gz->z.next_in = piece->n == 0 ? (unsigned char *)"" : (unsigned char *)piece->p;
	gz->z.avail_in = (uInt)piece->n;
	do {
		char *to = gk_buf_room(out, STEP);

		if (to == NULL)
			return false;
		gz->z.next_out = (unsigned char *)to;
		gz->z.avail_out = STEP;
		rc = deflate(&gz->z, flush);
		if (rc == Z_STREAM_ERROR)
			return false;
		out->n += STEP - gz->z.avail_out;
	} while (flush == Z_FINISH ? rc != Z_STREAM_END : gz->z.avail_in > 0);
	return true;
}

bool
gk_gzout_member(struct gk_gzout *gz, const struct gk_piece *pieces, size_t count, uint32_t distance,
		struct gk_buf *out)
{
	static const struct gk_piece nothing = { "", 0 };
	const size_t start = out->n;
	bool ok = begin_member(gz, distance);

	for (size_t i = 0; ok && i < count; i++)
		ok = deflate_piece(gz, &pieces[i], Z_NO_FLUSH, out);
	if (!ok || !deflate_piece(gz, &nothing, Z_FINISH, out) || out->n - start > UINT32_MAX) {
		out->n = start;
		out->failed = false;
		return false;
	}
	put32((unsigned char *)out->p + start + LENGTH_AT, (uint32_t)(out->n - start));
	return true;
}

void
gk_gzout_free(struct gk_gzout *gz)
{
	if (gz->ready)
		deflateEnd(&gz->z);
	gz->ready = false;
}

void
gk_gzin_forget(struct gk_gzin *in)
{
	in->at = in->end = 0;
	in->n = 0;
	in->z.avail_in = 0;
}

bool
gk_gzin_window(struct gk_gzin *in, size_t n)
{
	unsigned char *buf;

	gk_gzin_forget(in);
	if (in->cap >= n)
		return true;
	buf = realloc(in->buf, n);
	if (buf == NULL)
		return false;
	in->buf = buf;
	in->cap = n;
	return true;
}

bool
gk_gzin_memory(struct gk_gzin *in, const void *p, size_t n)
{
	if (!gk_gzin_window(in, n > 0 ? n : 1))
		return false;
	if (n > 0)
		memcpy(in->buf, p, n);
	in->fd = -1;
	in->n = n;
	return true;
}

bool
gk_gzin_begin(struct gk_gzin *in, uint64_t offset, uint64_t end)
{
	if (in->buf == NULL && !gk_gzin_window(in, GK_GZ_WINDOW))
		return false;
	if (in->ready ? inflateReset(&in->z) != Z_OK : inflateInit2(&in->z, 15 + 16) != Z_OK)
		return false;
	in->ready = true;
	in->head = (gz_header){ .extra = in->extra, .extra_max = sizeof in->extra };
	inflateGetHeader(&in->z, &in->head);
	if (offset < in->at || offset > in->at + in->n || end < in->at + in->n) {
		in->at = offset;
		in->n = 0;
	}
	in->end = end;
	in->z.next_in = in->buf + (offset - in->at);
	in->z.avail_in = (uInt)(in->at + in->n - offset);
	return true;
}

/* Only called when the window is used up. */
static enum gk_gz
refill(struct gk_gzin *in)
{
	uint64_t from = in->at + in->n, left = in->end > from ? in->end - from : 0;
	size_t want = left < in->cap ? (size_t)left : in->cap;

	if (want == 0 || in->fd < 0)
		return GK_GZ_SHORT;
	in->at = from;
	in->n = 0;
	if (!gk_pread_all(in->fd, in->buf, want, (off_t)from))
		return errno == 0 ? GK_GZ_SHORT : GK_GZ_FAILED;
	in->n = want;
	in->z.next_in = in->buf;
	in->z.avail_in = (uInt)want;
	return GK_GZ_MORE;
}

enum gk_gz
gk_gzin_read(struct gk_gzin *in, void *p, size_t n, size_t *got)
{
	enum gk_gz gz;

	in->z.next_out = p;
	in->z.avail_out = (uInt)n;
	do {
		/* Before refilling: bytes may wait inside, and then no more input is wanted. */
		int rc = inflate(&in->z, Z_NO_FLUSH);

		if (rc == Z_STREAM_END) {
			gz = GK_GZ_DONE;
		} else if (rc == Z_MEM_ERROR) {
			errno = ENOMEM;
			gz = GK_GZ_FAILED;
		} else if (rc != Z_OK && rc != Z_BUF_ERROR) {
			gz = GK_GZ_BAD;
		} else if (in->z.avail_out == 0) {
			gz = GK_GZ_MORE;
		} else if (in->z.avail_in > 0) {
			continue;
		} else {
			gz = refill(in);
			if (gz == GK_GZ_MORE)
				continue;
		}
		break;
	} while (true);
	*got = n - in->z.avail_out;
	return gz;
}

uint64_t
gk_gzin_offset(const struct gk_gzin *in)
{
	return in->at + in->n - in->z.avail_in;
}

bool
gk_gzin_claim(const struct gk_gzin *in, uint32_t *length, uint32_t *distance)
{
	size_t n = in->head.done == 1 ? in->head.extra_len : 0;

	if (n > sizeof in->extra)
		n = sizeof in->extra;
	for (size_t i = 0; i + 4 <= n; ) {
		const unsigned char *sub = in->extra + i;
		size_t len = sub[2] | (size_t)sub[3] << 8;

		if (len > n - i - 4)
			break;
		if (sub[0] == 'G' && sub[1] == 'K' && len == 8) {
			*length = get32(sub + 4);
			*distance = get32(sub + 8);
			return true;
		}
		i += 4 + len;
	}
	return false;
}

void
gk_gzin_free(struct gk_gzin *in)
{
	if (in->ready)
		inflateEnd(&in->z);
	free(in->buf);
	*in = (struct gk_gzin){ .fd = -1 };
}
