/*
 * WARC (ISO 28500): the pages and files of a capture, each read like a file of its own (bundle.c), under its address.
 *
 *   record   = "WARC/" version CRLF *( field CRLF ) CRLF block CRLF CRLF      one after the other, plain or each in a gzip member
 *   resource   the block is the file;  response  an HTTP answer, whose payload is (base/http-payload.h), if it says 200
 *
 * All other records, and what a page needs to look nice (images, styles, scripts, fonts), are passed over.  To take a capture into the archive, each page a
 * document of its own, there is `gongkai import`; this is for one that lies in a folder or was sent.
 */
#include "extract/inside.h"

#include "base/http-payload.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

enum { PIECE = 64 * 1024, FIELDS_MAX = 256 * 1024, URI_MAX = 512 };

struct record {
	char type[16], uri[URI_MAX], content[96];
	const char *block;
	size_t n;
};

/* --- gzip ------------------------------------------------------------------------------------------------------------ */

static bool
begin(z_stream *z, const char *p, size_t n)
{
	memset(z, 0, sizeof *z);
	z->next_in = (unsigned char *)(uintptr_t)p;
	z->avail_in = n > UINT32_MAX ? UINT32_MAX : (uInt)n;
	return inflateInit2(z, 15 + 16) == Z_OK;
}

bool
gk_is_warc_gz(const char *p, size_t n)
{
	unsigned char head[8];
	z_stream z;
	bool is;

	if (n < 18 || memcmp(p, "\x1F\x8B", 2) != 0 || !begin(&z, p, n < PIECE ? n : PIECE))
		return false;
	z.next_out = head;
	z.avail_out = sizeof head;
	while (inflate(&z, Z_NO_FLUSH) == Z_OK && z.avail_out > 0 && z.avail_in > 0)
		;
	is = z.avail_out <= 3 && memcmp(head, "WARC/", 5) == 0;
	inflateEnd(&z);
	return is;
}

/* All members.  One that is cut short is as long as it is: the records before it are whole. */
static enum gk_status
unpack(const char *p, size_t n, struct gk_extracted *x, struct gk_buf *out, struct gk_err *err)
{
	enum gk_status st = GK_OK;
	z_stream z;

	if (!begin(&z, p, n))
		return gk_nomem(err);
	while (st == GK_OK) {
		char *to = gk_buf_room(out, PIECE);
		size_t got;
		int rc;

		if (to == NULL) {
			st = gk_refuse(x, "bomb", err, "压缩比或解压后的大小超过上限 (L25)", "it unpacks to more than the limit of size or ratio allows (L25)");
			break;
		}
		z.next_out = (unsigned char *)to;
		z.avail_out = PIECE;
		rc = inflate(&z, Z_NO_FLUSH);
		got = PIECE - z.avail_out;
		out->n += got;
		if (!gk_pack_charge(x, got))
			st = gk_refuse(x, "bomb", err, "压缩比或解压后的大小超过上限 (L25)", "it unpacks to more than the limit of size or ratio allows (L25)");
		else if (rc == Z_STREAM_END && z.avail_in > 2 && z.next_in[0] == 0x1F && z.next_in[1] == 0x8B)
			inflateReset(&z);
		else if (rc == Z_STREAM_END)
			break;
		else if (rc != Z_OK || (got == 0 && z.avail_in == 0)) {
			gk_note(x, "the capture is cut short or damaged");
			break;
		}
	}
	inflateEnd(&z);
	return st;
}

/* --- records ----------------------------------------------------------------------------------------------------------- */

/* The line at *at without its end; false if there is none. */
static bool
next_line(const char *p, size_t n, size_t *at, const char **line, size_t *len)
{
	const char *nl = *at < n ? memchr(p + *at, '\n', n - *at) : NULL;

	if (nl == NULL)
		return false;
	*line = p + *at;
	*len = (size_t)(nl - *line);
	*at += *len + 1;
	*len -= *len > 0 && (*line)[*len - 1] == '\r';
	return true;
}

static void
copy(char *to, size_t size, const char *s, size_t n)
{
	n = gk_trim(&s, n);
	/* WARC 1.0 has addresses in angles. */
	if (n > 2 && s[0] == '<' && s[n - 1] == '>') {
		s++;
		n -= 2;
	}
	snprintf(to, size, "%.*s", (int)(n < size ? n : size - 1), s);
	to[strcspn(to, "\r\n\t")] = '\0';
}

static void
take_field(struct record *r, const char *line, size_t n, size_t *length, bool *has)
{
	const char *colon = memchr(line, ':', n), *v;
	char number[24];
	size_t name;

	if (colon == NULL)
		return;
	name = (size_t)(colon - line);
	v = colon + 1;
	n -= name + 1;
	if (name == 9 && strncasecmp(line, "WARC-Type", name) == 0) {
		copy(r->type, sizeof r->type, v, n);
	} else if (name == 15 && strncasecmp(line, "WARC-Target-URI", name) == 0) {
		copy(r->uri, sizeof r->uri, v, n);
	} else if (name == 12 && strncasecmp(line, "Content-Type", name) == 0) {
		copy(r->content, sizeof r->content, v, n);
	} else if (name == 14 && strncasecmp(line, "Content-Length", name) == 0) {
		char *end;

		copy(number, sizeof number, v, n);
		*length = (size_t)strtoull(number, &end, 10);
		*has = number[0] >= '0' && number[0] <= '9' && *end == '\0';
	}
}

/* False at the end, and where what follows is no whole record. */
static bool
next_record(const char *p, size_t n, size_t *at, struct record *out)
{
	const char *line;
	size_t len, length = 0, start;
	char raw[URI_MAX];
	bool has = false;

	*out = (struct record){ .n = 0 };
	do {
		if (!next_line(p, n, at, &line, &len))
			return false;
	} while (len == 0);
	if (len < 6 || memcmp(line, "WARC/", 5) != 0)
		return false;
	start = *at;
	while (next_line(p, n, at, &line, &len) && len > 0) {
		if (*at - start > FIELDS_MAX)
			return false;
		take_field(out, line, len, &length, &has);
	}
	if (!has || length > n - *at)
		return false;
	/* An address is text whatever bytes it has. */
	memcpy(raw, out->uri, sizeof raw);
	gk_utf8_clean(raw, out->uri, sizeof out->uri);
	out->block = p + *at;
	out->n = length;
	*at += length;
	return true;
}

/* What makes a page look nice says nothing. */
static bool
is_furniture(const char *type)
{
	static const char *const starts[] = { "image/", "font/", "audio/", "video/", "text/css", "text/javascript", "application/javascript", "application/x-javascript", "application/json", "application/font" };

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (strncasecmp(type, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

static enum gk_status
take_response(const struct record *r, struct gk_extracted *x, struct gk_err *err)
{
	struct gk_http_head head;
	struct gk_buf payload;
	struct gk_err why = GK_ERR_INIT;
	enum gk_status st;

	if (gk_http_head_read(r->block, r->n, &head, NULL) != GK_OK || head.status != 200 || is_furniture(head.type))
		return GK_OK;
	st = gk_http_payload(r->block, r->n, GK_UNPACKED_MAX, &head, &payload, &why);
	if (st == GK_REFUSED) {
		gk_note(x, "not read: %s (%s)", r->uri, why.what_en);
		return GK_OK;
	}
	if (st != GK_OK)
		return gk_nomem(err);
	if (head.coding != GK_HTTP_IDENTITY && !gk_pack_charge(x, payload.n))
		st = gk_refuse(x, "bomb", err, "压缩比或解压后的大小超过上限 (L25)", "it unpacks to more than the limit of size or ratio allows (L25)");
	else if (payload.n > 0)
		st = gk_part(x, r->uri, payload.p, payload.n, err);
	gk_buf_free(&payload);
	return st;
}

static enum gk_status
take_records(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct record r;
	size_t at = 0, records = 0;
	enum gk_status st = GK_OK;

	while (st == GK_OK && next_record(p, n, &at, &r)) {
		records++;
		if (++x->budget.entries > GK_ENTRIES_MAX)
			return gk_refuse(x, "bomb", err, "记录多于 20000 条 (L25)", "it has more than 20,000 records (L25)");
		if (strcasecmp(r.type, "response") == 0 && strncasecmp(r.content, "application/http", 16) == 0)
			st = take_response(&r, x, err);
		else if (strcasecmp(r.type, "resource") == 0 && r.n > 0 && !is_furniture(r.content))
			st = gk_part(x, r.uri, r.block, r.n, err);
	}
	while (at < n && (p[at] == '\r' || p[at] == '\n'))
		at++;
	if (st == GK_OK && records == 0)
		return gk_refuse_damaged(x, err);
	if (st == GK_OK && at < n)
		gk_note(x, "the capture is cut short or damaged after record %zu", records);
	return st;
}

enum gk_status
gk_warc(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct gk_buf plain;
	enum gk_status st;

	if (n > 5 && memcmp(p, "WARC/", 5) == 0)
		return take_records(p, n, x, err);
	gk_buf_init(&plain, (size_t)GK_UNPACKED_MAX + PIECE + 1);
	st = unpack(p, n, x, &plain, err);
	if (st == GK_OK)
		st = take_records(plain.p == NULL ? "" : plain.p, plain.n, x, err);
	gk_buf_free(&plain);
	return st;
}
