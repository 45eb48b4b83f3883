/* Status line and fields off, then the codings, each only where the bytes have it. */
#include "base/http-payload.h"

#include <string.h>
#include <strings.h>
#include <zlib.h>

enum {
	HEAD_MAX = 256 * 1024,		/* all fields of a response; browsers allow about as much */
	CHUNK_LINE_MAX = 4096,
	STEP = 64 * 1024,
	RATIO = 200, RATIO_FREE = 1024 * 1024,	/* L25 */
};

const struct gk_http_odd_name gk_http_odd_names[GK_HTTP_ODDITIES] = {
	{ "not_chunked", "头部说分块传输，内容却没有分块，按原样收", "its header says chunked but the body is not; taken as it stands" },
	{ "not_encoded", "头部说经过压缩，内容却没有压缩，按原样收", "its header names a compression that the body has not; taken as it stands" },
	{ "longer", "内容比 Content-Length 长，全部收下", "the body is longer than its Content-Length; all of it was taken" },
	{ "trailing", "压缩数据之后还有字节，已舍去", "bytes behind the compressed data were dropped" },
	{ "bare_lf", "头部各行只以 LF 结尾", "its header lines end with LF alone" },
};

/* --- the head ------------------------------------------------------------------------------------------------- */

/* The line at *at without its end; false if there is no whole one. */
static bool
next_line(const char *p, size_t n, size_t *at, const char **line, size_t *len, unsigned *odd)
{
	const char *lf = *at < n ? memchr(p + *at, '\n', n - *at) : NULL;

	if (lf == NULL)
		return false;
	*line = p + *at;
	*len = (size_t)(lf - *line);
	*at += *len + 1;
	if (*len > 0 && (*line)[*len - 1] == '\r')
		(*len)--;
	else
		*odd |= GK_HTTP_BARE_LF;
	return true;
}

/* "HTTP/1.1 200 OK": the number, 0 if the line is none. */
static unsigned
status_of(const char *line, size_t n)
{
	size_t at = 5;
	unsigned v = 0;
	int digits = 0;

	if (n < 9 || memcmp(line, "HTTP/", 5) != 0)
		return 0;
	while (at < n && line[at] != ' ')
		at++;
	while (at < n && line[at] == ' ')
		at++;
	for (; at < n && digits < 3 && line[at] >= '0' && line[at] <= '9'; at++, digits++)
		v = v * 10 + (unsigned)(line[at] - '0');
	return digits == 3 && (at == n || line[at] == ' ') ? v : 0;
}

static bool
is(const char *p, size_t n, const char *word)
{
	return strlen(word) == n && strncasecmp(p, word, n) == 0;
}

static void
set_type(struct gk_http_head *h, const char *v, size_t n)
{
	size_t k = 0;

	for (; k < n && k < sizeof h->type - 1 && v[k] != ';' && v[k] != ',' && v[k] != ' ' && v[k] != '\t'; k++)
		h->type[k] = v[k] >= 'A' && v[k] <= 'Z' ? (char)(v[k] + 32) : v[k];
	h->type[k] = '\0';
}

static void
set_length(struct gk_http_head *h, const char *v, size_t n)
{
	uint64_t length = 0;

	if (n == 0 || n > 18)
		return;
	for (size_t i = 0; i < n; i++) {
		if (v[i] < '0' || v[i] > '9')
			return;
		length = length * 10 + (uint64_t)(v[i] - '0');
	}
	h->length = length;
	h->has_length = true;
}

static void
take_field(struct gk_http_head *h, const char *line, size_t n)
{
	const char *colon = memchr(line, ':', n), *v;
	size_t name, vn;

	if (colon == NULL)
		return;
	name = (size_t)(colon - line);
	v = colon + 1;
	vn = n - name - 1;
	while (vn > 0 && (*v == ' ' || *v == '\t')) {
		v++;
		vn--;
	}
	while (vn > 0 && (v[vn - 1] == ' ' || v[vn - 1] == '\t'))
		vn--;
	if (is(line, name, "content-type") && h->type[0] == '\0') {
		set_type(h, v, vn);
	} else if (is(line, name, "content-length")) {
		set_length(h, v, vn);
	} else if (is(line, name, "content-encoding") && vn > 0) {
		h->coding = is(v, vn, "gzip") || is(v, vn, "x-gzip") ? GK_HTTP_GZIP : is(v, vn, "deflate") ? GK_HTTP_DEFLATE
			: is(v, vn, "identity") || is(v, vn, "none") ? GK_HTTP_IDENTITY : GK_HTTP_UNKNOWN;
	} else if (is(line, name, "transfer-encoding") && vn > 0) {
		h->chunked |= is(v, vn, "chunked");
		h->odd_transfer |= !is(v, vn, "chunked") && !is(v, vn, "identity");
	}
}

enum gk_status
gk_http_head_read(const char *p, size_t n, struct gk_http_head *out, struct gk_err *err)
{
	const char *line;
	size_t at = 0, len, end = n < HEAD_MAX ? n : HEAD_MAX;

	do {	/* 100 Continue and its like stand before the answer itself */
		*out = (struct gk_http_head){ .coding = GK_HTTP_IDENTITY };
		if (!next_line(p, end, &at, &line, &len, &out->odd) || (out->status = status_of(line, len)) == 0)
			return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "不是 HTTP 应答", "it is no HTTP response");
		for (;;) {
			if (!next_line(p, end, &at, &line, &len, &out->odd))
				return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "HTTP 头部没有结尾", "the HTTP header has no end");
			if (len == 0)
				break;
			take_field(out, line, len);
		}
	} while (out->status < 200 && at < n);
	out->body = at;
	return GK_OK;
}

/* --- chunked ---------------------------------------------------------------------------------------------------- */

/* The size line at *at: hex digits, then perhaps an extension.  False if it is none. */
static bool
chunk_size(const char *p, size_t n, size_t *at, uint64_t *size)
{
	size_t end = n - *at < CHUNK_LINE_MAX ? n : *at + CHUNK_LINE_MAX, len, digits = 0;
	const char *line;
	unsigned odd = 0;

	*size = 0;
	if (!next_line(p, end, at, &line, &len, &odd))
		return false;
	for (; digits < len && digits < 12; digits++) {
		char c = line[digits];
		int v = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;

		if (v < 0)
			break;
		*size = *size << 4 | (unsigned)v;
	}
	return digits > 0 && (digits == len || line[digits] == ';' || line[digits] == ' ' || line[digits] == '\t');
}

static enum gk_status
too_large(struct gk_err *err, size_t max)
{
	gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "内容过大（file_too_large）：上限 %zu 字节", "the payload is too large (file_too_large): at most %zu bytes", max);
	gk_hint(err, "在 gongkai.conf 中提高 file_limit", "raise file_limit in gongkai.conf");
	return GK_REFUSED;
}

/* What could not be added: the maximum, or memory. */
static enum gk_status
not_added(const struct gk_buf *b, size_t more, struct gk_err *err)
{
	return more > b->max - b->n ? too_large(err, b->max) : gk_nomem(err);
}

static enum gk_status
dechunk(const char *p, size_t n, struct gk_buf *out, bool *chunked, struct gk_err *err)
{
	size_t at = 0;
	uint64_t size;

	*chunked = chunk_size(p, n, &at, &size);
	if (!*chunked)
		return GK_OK;
	for (;;) {
		if (size == 0)
			return GK_OK;	/* trailer fields are not payload */
		if (size > n - at)
			return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "分块传输的内容不完整（short_body）", "the chunked body is cut short (short_body)");
		if (!gk_buf_add(out, p + at, (size_t)size))
			return not_added(out, (size_t)size, err);
		at += (size_t)size;
		if (n - at >= 2 && memcmp(p + at, "\r\n", 2) == 0)
			at += 2;
		else if (n - at >= 1 && p[at] == '\n')
			at++;
		if (at == n || !chunk_size(p, n, &at, &size))
			return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "分块传输的内容不完整（short_body）", "the chunked body is cut short (short_body)");
	}
}

/* --- gzip and deflate ------------------------------------------------------------------------------------------- */

static bool
looks_encoded(enum gk_http_coding coding, const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;

	if (coding == GK_HTTP_GZIP)
		return n >= 3 && u[0] == 0x1F && u[1] == 0x8B && u[2] == 8;
	/* A zlib header, or (as some servers send) deflate data alone, which have no mark. */
	return true;
}

static bool
zlib_header(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;

	return n >= 2 && (u[0] & 0x0F) == 8 && (u[0] >> 4) <= 7 && (u[0] << 8 | u[1]) % 31 == 0;
}

static enum gk_status
broken(struct gk_err *err, bool cut)
{
	if (cut)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "压缩的内容不完整（short_body）", "the compressed body is cut short (short_body)");
	return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "压缩的内容已损坏（bad_encoding）", "the compressed body is damaged (bad_encoding)");
}

static enum gk_status
unpack(z_stream *z, size_t n, size_t max, struct gk_buf *out, struct gk_err *err)
{
	for (;;) {
		char *to;
		size_t room = max - out->n < STEP ? max - out->n : STEP;
		int rc;

		/* One byte more than may come shows that more would have come. */
		to = gk_buf_room(out, room + 1);
		if (to == NULL)
			return gk_nomem(err);
		z->next_out = (unsigned char *)to;
		z->avail_out = (uInt)room + 1;
		rc = inflate(z, Z_NO_FLUSH);
		out->n += room + 1 - z->avail_out;
		out->p[out->n] = '\0';
		if (rc == Z_MEM_ERROR)
			return gk_nomem(err);
		if (out->n > max)
			return too_large(err, max);
		if (out->n > RATIO_FREE && out->n / RATIO > n)
			return gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "压缩比超过 %d:1（bomb）", "it unpacks to more than %d times its size (bomb)", RATIO);
		if (rc == Z_STREAM_END)
			return GK_OK;
		if (rc != Z_OK && rc != Z_BUF_ERROR)
			return broken(err, false);
		if (z->avail_in == 0 && z->avail_out > 0)
			return broken(err, true);
	}
}

static enum gk_status
decode(enum gk_http_coding coding, const char *p, size_t n, size_t max, struct gk_buf *out, unsigned *odd, struct gk_err *err)
{
	int bits = coding == GK_HTTP_GZIP ? 15 + 16 : zlib_header(p, n) ? 15 : -15;
	z_stream z;
	enum gk_status st;

	memset(&z, 0, sizeof z);
	if (n > UINT32_MAX)
		return too_large(err, UINT32_MAX);
	if (inflateInit2(&z, bits) != Z_OK)
		return gk_nomem(err);
	z.next_in = (unsigned char *)p;
	z.avail_in = (uInt)n;
	for (;;) {
		st = unpack(&z, n, max, out, err);
		/* Several gzip members one behind the other are one body. */
		if (st != GK_OK || coding != GK_HTTP_GZIP || !looks_encoded(coding, (const char *)z.next_in, z.avail_in))
			break;
		inflateReset(&z);
	}
	if (st == GK_OK && z.avail_in > 0)
		*odd |= GK_HTTP_TRAILING;
	inflateEnd(&z);
	return st;
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

static enum gk_status
add(struct gk_buf *out, const char *p, size_t n, size_t max, struct gk_err *err)
{
	if (n > max)
		return too_large(err, max);
	return n == 0 || gk_buf_add(out, p, n) ? GK_OK : gk_nomem(err);
}

static enum gk_status
unknown_coding(struct gk_err *err)
{
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "内容的编码方式看不懂（unknown_encoding）", "the body has a coding that is not known here (unknown_encoding)");
	gk_hint(err, "抓取时只接受 gzip：wget 不必另设；浏览器存下的 br 不行", "let the recorder ask for gzip at most: wget does so by itself; 'br' cannot be read");
	return GK_REFUSED;
}

enum gk_status
gk_http_payload(const char *p, size_t n, size_t max, struct gk_http_head *h, struct gk_buf *out, struct gk_err *err)
{
	const char *body = p + h->body;
	size_t len = n - h->body;
	struct gk_buf plain;
	bool chunked = false;
	enum gk_status st = GK_OK;

	/* One byte more than is allowed, to see it pass. */
	gk_buf_init(out, max + 2);
	gk_buf_init(&plain, max);
	if (h->odd_transfer || h->coding == GK_HTTP_UNKNOWN)
		return unknown_coding(err);
	if (h->chunked) {
		st = dechunk(body, len, &plain, &chunked, err);
		if (st == GK_OK && chunked) {
			body = plain.p == NULL ? "" : plain.p;
			len = plain.n;
		} else if (st == GK_OK) {
			h->odd |= GK_HTTP_NOT_CHUNKED;
		}
	}
	if (st == GK_OK && h->coding != GK_HTTP_IDENTITY && len > 0 && !looks_encoded(h->coding, body, len)) {
		h->odd |= GK_HTTP_NOT_ENCODED;
		h->coding = GK_HTTP_IDENTITY;
	} else if (st == GK_OK && h->has_length && !h->chunked && len < h->length) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "内容比 Content-Length 短（short_body）：%zu 字节，应为 %ju",
			     "the body is shorter than its Content-Length (short_body): %zu bytes instead of %ju", len, (uintmax_t)h->length);
		if (err != NULL)
			gk_hint(err, "抓取时连接中断；重新抓取", "the connection broke while it was recorded; record it again");
	} else if (st == GK_OK && h->has_length && !h->chunked && len > h->length) {
		h->odd |= GK_HTTP_LONGER;
	}
	if (st == GK_OK && h->coding != GK_HTTP_IDENTITY && len > 0) {
		st = decode(h->coding, body, len, max, out, &h->odd, err);
		/* Deflate data alone have no mark: what cannot be unpacked was perhaps never packed. */
		if (st == GK_REFUSED && h->coding == GK_HTTP_DEFLATE && !zlib_header(body, len) && body[0] == '<') {
			gk_buf_reset(out);
			h->odd |= GK_HTTP_NOT_ENCODED;
			st = add(out, body, len, max, err);
		}
	} else if (st == GK_OK) {
		st = add(out, body, len, max, err);
	}
	gk_buf_free(&plain);
	if (st != GK_OK)
		gk_buf_free(out);
	return st;
}
