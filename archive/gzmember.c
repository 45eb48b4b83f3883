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

#include "base/digest.h"
#include "base/io.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#ifdef GK_LIBDEFLATE
#include <libdeflate.h>
#endif

enum {
	/*
	 * Of zlib, and of libdeflate: chosen with the figures of doc/sizes.md.  zlib gains nothing above 6.  libdeflate's 6 is a
	 * hundredth larger and twice as fast; its 10 would save a twentieth and takes four times as long as zlib.
	 */
	LEVEL = 6,
	FLAT_LEVEL = 6,
	HEADER_FIXED = 12,		/* bytes before the extra field */
	LENGTH_AT = HEADER_FIXED + 4,
	STEP = 128 * 1024,
	KEEP_FLAT = 1024 * 1024,
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

static const unsigned char fixed_header[LENGTH_AT] = "\x1f\x8b\x08\x04\0\0\0\0\0\x03\x0c\0GK\x08";

#ifdef GK_LIBDEFLATE
/* All pieces at once, behind out; false if that cannot be done, and zlib may try. */
static bool
flat_member(struct gk_gzout *gz, const struct gk_piece *pieces, size_t count, size_t total, uint32_t distance, struct gk_buf *out)
{
	unsigned char *to;
	size_t room, n;

	if (gz->packer == NULL) {
		gz->packer = libdeflate_alloc_compressor(FLAT_LEVEL);
		gk_buf_init(&gz->flat, GK_GZ_FLAT);
	}
	gk_buf_reset(&gz->flat);
	for (size_t i = 0; i < count; i++)
		gk_buf_add(&gz->flat, pieces[i].p, pieces[i].n);
	if (gz->packer == NULL || gz->flat.failed)
		return false;
	room = libdeflate_deflate_compress_bound(gz->packer, total);
	to = (unsigned char *)gk_buf_room(out, GK_GZ_HEADER + room + GK_GZ_TRAILER);
	if (to == NULL) {
		out->failed = false;
		return false;
	}
	n = libdeflate_deflate_compress(gz->packer, gz->flat.p, total, to + GK_GZ_HEADER, room);
	if (n == 0)
		return false;
	memcpy(to, fixed_header, LENGTH_AT);
	put32(to + LENGTH_AT, (uint32_t)(GK_GZ_HEADER + n + GK_GZ_TRAILER));
	put32(to + LENGTH_AT + 4, distance);
	put32(to + GK_GZ_HEADER + n, gk_crc32(0, gz->flat.p, total));
	put32(to + GK_GZ_HEADER + n + 4, (uint32_t)total);
	out->n += GK_GZ_HEADER + n + GK_GZ_TRAILER;
	if (gz->flat.cap > KEEP_FLAT)
		gk_buf_free(&gz->flat);
	return true;
}

static void
free_packer(struct gk_gzout *gz)
{
	if (gz->packer == NULL)
		return;
	libdeflate_free_compressor(gz->packer);
	gk_buf_free(&gz->flat);
	gz->packer = NULL;
}
#else
static bool
flat_member(struct gk_gzout *gz, const struct gk_piece *pieces, size_t count, size_t total, uint32_t distance, struct gk_buf *out)
{
	(void)gz, (void)pieces, (void)count, (void)total, (void)distance, (void)out;
	return false;
}

static void
free_packer(struct gk_gzout *gz)
{
	(void)gz;
}
#endif

bool
gk_gzout_member(struct gk_gzout *gz, const struct gk_piece *pieces, size_t count, uint32_t distance,
		struct gk_buf *out)
{
	static const struct gk_piece nothing = { "", 0 };
	const size_t start = out->n;
	size_t total = 0;
	bool ok;

	for (size_t i = 0; i < count; i++)
		total = pieces[i].n < GK_GZ_FLAT && total < GK_GZ_FLAT ? total + pieces[i].n : GK_GZ_FLAT;
	if (total < GK_GZ_FLAT && flat_member(gz, pieces, count, total, distance, out))
		return true;
	ok = begin_member(gz, distance);
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
	free_packer(gz);
}

/* --- a member of a given length --------------------------------------------------------------------------------- */

enum { STORED_MAX = 65535, EXACT_MAX = 64 * 1024 + 1024, TRAILER = 8 };

/*
 * Blocks without content, the last of them final (RFC 1951 3.2.3), from a byte border on: stored ones take 5 bytes, and k
 * empty ones in the fixed code 10 k bits.  One byte alone cannot be filled.
 */
static bool
fill_up(struct gk_buf *out, size_t rest)
{
	static const struct { size_t n; const char *bytes; } last[] = {
		{ 2, "\x03\0" }, { 3, "\x02\x0c\0" }, { 4, "\x02\x08\x30\0" }, { 5, "\x01\0\0\xff\xff" }, { 6, "\x02\x04\0\0\xff\xff" },
	};

	while (rest > 6 && gk_buf_add(out, "\0\0\0\xff\xff", 5))
		rest -= 5;
	for (size_t i = 0; i < sizeof last / sizeof *last; i++)
		if (last[i].n == rest)
			return gk_buf_add(out, last[i].bytes, rest);
	return false;
}

static bool
put_stored(struct gk_buf *out, const struct gk_buf *content, bool final)
{
	for (size_t at = 0; at < content->n; ) {
		size_t n = content->n - at < STORED_MAX ? content->n - at : STORED_MAX;
		const unsigned char head[5] = { final && at + n == content->n, (unsigned char)n, (unsigned char)(n >> 8), (unsigned char)~n, (unsigned char)(~n >> 8) };

		if (!gk_buf_add(out, head, sizeof head) || !gk_buf_add(out, content->p + at, n))
			return false;
		at += n;
	}
	return true;
}

/* With Z_SYNC_FLUSH it ends at a byte border, and other blocks may follow. */
static bool
put_deflated(struct gk_buf *out, const struct gk_buf *content, int flush)
{
	z_stream z = { .next_in = (unsigned char *)content->p, .avail_in = (uInt)content->n };
	const size_t room = content->n + content->n / 8 + 64;	/* more than may be left in out: it may yet turn out not to fit */
	unsigned char *to = malloc(room);
	bool ok = to != NULL && deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) == Z_OK;

	if (ok) {
		int rc;

		z.next_out = to;
		z.avail_out = (uInt)room;
		rc = deflate(&z, flush);
		ok = (flush == Z_FINISH ? rc == Z_STREAM_END : rc == Z_OK && z.avail_in == 0 && z.avail_out > 0) && gk_buf_add(out, to, room - z.avail_out);
		deflateEnd(&z);
	}
	free(to);
	return ok;
}

/* The body in one of two ways: content alone, or content and filling. */
static bool
exact_body(struct gk_buf *out, const struct gk_buf *content, bool stored, size_t want, bool fill)
{
	const size_t start = out->n;
	bool ok = stored ? put_stored(out, content, !fill) : put_deflated(out, content, fill ? Z_SYNC_FLUSH : Z_FINISH);

	if (ok && out->n - start <= want && (fill ? fill_up(out, want - (out->n - start)) : out->n - start == want))
		return true;
	out->n = start;
	out->failed = false;
	return false;
}

bool
gk_gz_exact(const struct gk_piece *pieces, size_t count, bool stored, uint32_t length, uint32_t distance, struct gk_buf *out)
{
	static const char fixed[] = "\x1f\x8b\x08\x04\0\0\0\0\0\x03\x0c\0GK\x08";
	const size_t start = out->n;
	unsigned char numbers[TRAILER];
	struct gk_buf content;
	bool ok;

	gk_buf_init(&content, EXACT_MAX);
	for (size_t i = 0; i < count; i++)
		gk_buf_add(&content, pieces[i].p, pieces[i].n);
	put32(numbers, length);
	put32(numbers + 4, distance);
	ok = !content.failed && content.n > 0 && length > GK_GZ_HEADER + TRAILER && gk_buf_add(out, fixed, sizeof fixed) && gk_buf_add(out, numbers, sizeof numbers);
	if (ok) {
		const size_t want = length - GK_GZ_HEADER - TRAILER;

		ok = exact_body(out, &content, stored, want, false) || exact_body(out, &content, stored, want, true);
	}
	if (ok) {
		put32(numbers, gk_crc32(0, content.p, content.n));
		put32(numbers + 4, (uint32_t)content.n);
		ok = gk_buf_add(out, numbers, sizeof numbers);
	}
	gk_buf_free(&content);
	if (!ok) {
		out->n = start;
		out->failed = false;
	}
	return ok;
}

/* --- a member of ours that is in memory ------------------------------------------------------------------- */

bool
gk_whole_header(const unsigned char *p, size_t n, uint32_t *length, uint32_t *distance)
{
	if (n < GK_GZ_HEADER || memcmp(p, fixed_header, LENGTH_AT) != 0)
		return false;
	*length = get32(p + LENGTH_AT);
	*distance = get32(p + LENGTH_AT + 4);
	return *length > GK_GZ_HEADER + GK_GZ_TRAILER;
}

uint32_t
gk_whole_size(const unsigned char *p, size_t n)
{
	return get32(p + n - 4);
}

#ifdef GK_LIBDEFLATE
static bool
inflate_raw(struct gk_whole *w, const unsigned char *p, size_t n, char *out, size_t size)
{
	size_t used = 0, got = 0;

	if (w->unpacker == NULL)
		w->unpacker = libdeflate_alloc_decompressor();
	return w->unpacker != NULL && libdeflate_deflate_decompress_ex(w->unpacker, p, n, out, size, &used, &got) == LIBDEFLATE_SUCCESS && used == n && got == size;
}

void
gk_whole_free(struct gk_whole *w)
{
	if (w->unpacker != NULL)
		libdeflate_free_decompressor(w->unpacker);
	w->unpacker = NULL;
}
#else
static bool
inflate_raw(struct gk_whole *w, const unsigned char *p, size_t n, char *out, size_t size)
{
	if (w->ready ? inflateReset(&w->z) != Z_OK : inflateInit2(&w->z, -15) != Z_OK)
		return false;
	w->ready = true;
	w->z.next_in = (unsigned char *)p;
	w->z.avail_in = (uInt)n;
	w->z.next_out = (unsigned char *)out;
	w->z.avail_out = (uInt)size;
	return inflate(&w->z, Z_FINISH) == Z_STREAM_END && w->z.avail_in == 0 && w->z.avail_out == 0;
}

void
gk_whole_free(struct gk_whole *w)
{
	if (w->ready)
		inflateEnd(&w->z);
	w->ready = false;
}
#endif

bool
gk_whole_inflate(struct gk_whole *w, const unsigned char *p, size_t n, char *out)
{
	const size_t size = gk_whole_size(p, n);

	return inflate_raw(w, p + GK_GZ_HEADER, n - GK_GZ_HEADER - GK_GZ_TRAILER, out, size) && gk_crc32(0, out, size) == get32(p + n - GK_GZ_TRAILER);
}

/* --- members of a file ------------------------------------------------------------------------------------- */

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
gk_gzin_peek(struct gk_gzin *in, size_t n, const unsigned char **p)
{
	uint64_t at = gk_gzin_offset(in);
	size_t want = in->end > at && in->end - at < in->cap ? (size_t)(in->end - at) : in->cap;

	*p = in->z.next_in;
	if (in->z.avail_in >= n)
		return GK_GZ_MORE;
	if (in->fd < 0 || in->end < at || in->end - at < n || n > in->cap)
		return GK_GZ_SHORT;
	in->at = at;
	in->n = 0;
	*p = in->z.next_in = in->buf;
	in->z.avail_in = 0;
	if (!gk_pread_all(in->fd, in->buf, want, (off_t)at))
		return errno == 0 ? GK_GZ_SHORT : GK_GZ_FAILED;
	in->n = want;
	in->z.avail_in = (uInt)want;
	return GK_GZ_MORE;
}

void
gk_gzin_skip(struct gk_gzin *in, size_t n)
{
	in->z.next_in += n;
	in->z.avail_in -= (uInt)n;
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
	gk_whole_free(&in->whole);
	free(in->buf);
	*in = (struct gk_gzin){ .fd = -1 };
}
