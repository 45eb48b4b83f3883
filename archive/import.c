/*
 * Records out of a file that others wrote.  What a record is, and what its
 * header may be, is decided where our own are read (warc-head.c); here stands what is
 * different: bytes come through one window from a plain file or from gzip members one
 * after another, a record ends where its Content-Length says, and digests are mostly SHA-1.
 *
 *   file ──▶ member (gzip) or bytes ──▶ window ──▶ head ──▶ block ──▶ CRLF CRLF
 *
 * A record that begins in a member ends in it.  A bad one costs the rest of its member,
 * which in files made well is that record; in a plain file it costs the rest of the file.
 */
#include "archive/import.h"
#include "archive/warc-private.h"

#include "base/digest.h"
#include "base/fault.h"
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WINDOW = 64 * 1024, BLOCK_STEP = 1024 * 1024 };

struct gk_foreign {
	char *name;			/* for messages */
	int fd;
	size_t most;
	uint64_t size;
	bool gz, begun, ended;
	struct gk_gzin in;
	enum gk_gz state;		/* of the source: MORE, DONE (member or file ended), SHORT, BAD, FAILED */
	uint64_t member, pos;		/* gzip: where this member began; plain: what is to be read next */
	char window[WINDOW];
	size_t from, to;		/* what of the window is not used yet */
};

static const struct gk_flaw no_warc = { GK_CAUSE_DAMAGED, "不以 WARC/ 开头", "it does not begin with WARC/" };
static const struct gk_flaw no_head = { GK_CAUSE_DAMAGED, "头部没有结尾", "its header has no end" };
static const struct gk_flaw long_head = { GK_CAUSE_LIMIT, "头部超过 64 KiB", "its header is longer than 64 KiB" };
static const struct gk_flaw short_block = { GK_CAUSE_DAMAGED, "内容比 Content-Length 短", "its block is shorter than its Content-Length" };
static const struct gk_flaw cut_short = { GK_CAUSE_DAMAGED, "文件在记录中间结束", "the file ends in the middle of it" };
static const struct gk_flaw bad_member = { GK_CAUSE_DAMAGED, "压缩数据或其校验和不对", "the compressed data or their checksum are wrong" };
static const struct gk_flaw bad_digest = { GK_CAUSE_DAMAGED, "内容与 WARC-Block-Digest 不符", "its block does not match its WARC-Block-Digest" };

/* --- bytes ---------------------------------------------------------------------------------------------------- */

/* At most n bytes from the source; fewer only when the state says why. */
static size_t
pull(struct gk_foreign *f, char *p, size_t n)
{
	size_t got = 0;

	if (f->state != GK_GZ_MORE || n == 0)
		return 0;
	if (f->gz) {
		f->state = gk_gzin_read(&f->in, p, n, &got);
		return got;
	}
	got = f->size - f->pos < n ? (size_t)(f->size - f->pos) : n;
	if (got > 0 && !gk_pread_all(f->fd, p, got, (off_t)f->pos)) {
		f->state = errno == 0 ? GK_GZ_SHORT : GK_GZ_FAILED;
		return 0;
	}
	f->pos += got;
	if (f->pos == f->size)
		f->state = GK_GZ_DONE;
	return got;
}

/* Have bytes in the window, if there are any. */
static bool
some(struct gk_foreign *f)
{
	if (f->from == f->to) {
		f->from = 0;
		f->to = pull(f, f->window, WINDOW);
	}
	return f->from < f->to;
}

static uint64_t
place(const struct gk_foreign *f)
{
	return f->gz ? f->member : f->pos - (f->to - f->from);
}

/* Up to n bytes to p (NULL: to nowhere). */
static uint64_t
take(struct gk_foreign *f, char *p, uint64_t n)
{
	uint64_t done = 0;

	while (done < n && some(f)) {
		size_t k = f->to - f->from;

		if (k > n - done)
			k = (size_t)(n - done);
		if (p != NULL)
			memcpy(p + done, f->window + f->from, k);
		f->from += k;
		done += k;
	}
	return done;
}

/* --- SHA-1 (FIPS 180-4): what wget and its kin write; libsodium has none --------------------------------------------- */

static uint32_t
rol(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

static void
sha1_piece(uint32_t h[5], const unsigned char *p)
{
	uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];

	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 | (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
	for (int i = 16; i < 80; i++)
		w[i] = rol(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (int i = 0; i < 80; i++) {
		uint32_t fn = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
		uint32_t k = i < 20 ? 0x5A827999 : i < 40 ? 0x6ED9EBA1 : i < 60 ? 0x8F1BBCDC : 0xCA62C1D6;
		uint32_t t = rol(a, 5) + fn + e + k + w[i];

		e = d;
		d = c;
		c = rol(b, 30);
		b = a;
		a = t;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

static void
sha1(const void *bytes, size_t n, unsigned char out[20])
{
	uint32_t h[5] = { 0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0 };
	const unsigned char *p = bytes;
	unsigned char last[128] = { 0 };
	size_t left = n % 64, end = left < 56 ? 64 : 128;
	uint64_t bits = (uint64_t)n * 8;

	for (size_t i = 0; i + 64 <= n; i += 64)
		sha1_piece(h, p + i);
	if (left > 0)
		memcpy(last, p + (n - left), left);
	last[left] = 0x80;
	for (size_t i = 0; i < 8; i++)
		last[end - 1 - i] = (unsigned char)(bits >> (8 * i));
	for (size_t i = 0; i < end; i += 64)
		sha1_piece(h, last + i);
	for (size_t i = 0; i < 20; i++)
		out[i] = (unsigned char)(h[i / 4] >> (24 - 8 * (i % 4)));
}

/* 32 letters of base 32, as wget writes them, or 40 hex digits. */
static bool
sha1_of_text(const char *s, unsigned char out[20])
{
	size_t n = strlen(s);
	uint32_t bits = 0;
	int have = 0;

	if (n == 40)
		return gk_hex_to_bytes(s, n, out, 20);
	if (n != 32)
		return false;
	for (size_t i = 0, k = 0; i < 32; i++) {
		char c = s[i] >= 'a' && s[i] <= 'z' ? (char)(s[i] - 32) : s[i];
		int v = c >= 'A' && c <= 'Z' ? c - 'A' : c >= '2' && c <= '7' ? c - '2' + 26 : -1;

		if (v < 0)
			return false;
		bits = bits << 5 | (unsigned)v;
		have += 5;
		if (have >= 8) {
			have -= 8;
			out[k++] = (unsigned char)(bits >> have);
		}
	}
	return true;
}

static const struct gk_flaw *
check_digest(struct gk_foreign_rec *r)
{
	unsigned char want[GK_SHA256], have[GK_SHA256];
	const char *d = r->rec.block_digest, *block = r->rec.block.n > 0 ? r->rec.block.p : "";
	size_t n = 0;

	if (strncasecmp(d, "sha256:", 7) == 0 && gk_hex_to_bytes(d + 7, strlen(d + 7), want, GK_SHA256)) {
		gk_sha256(block, r->rec.block.n, have);
		n = GK_SHA256;
	} else if (strncasecmp(d, "sha1:", 5) == 0 && sha1_of_text(d + 5, want)) {
		sha1(block, r->rec.block.n, have);
		n = 20;
	}
	r->checked = n > 0;
	return n > 0 && memcmp(want, have, n) != 0 ? &bad_digest : NULL;
}

/* --- one record ------------------------------------------------------------------------------------------------------ */

/* The header lines without the blank line behind them. */
static const struct gk_flaw *
take_head(struct gk_foreign *f, struct gk_buf *head)
{
	while (some(f)) {
		const char *p = f->window + f->from, *lf = memchr(p, '\n', f->to - f->from);
		size_t n = lf == NULL ? f->to - f->from : (size_t)(lf + 1 - p);

		if (head->n + n > GK_WARC_HEAD_MAX + 2)
			return &long_head;
		if (!gk_buf_add(head, p, n))
			return &gk_flaw_nomem;
		f->from += n;
		if (lf != NULL && head->n >= 4 && memcmp(head->p + head->n - 4, "\r\n\r\n", 4) == 0) {
			head->n -= 2;
			return NULL;
		}
	}
	return &no_head;
}

/* Memory is taken as bytes arrive: a Content-Length is a claim by whoever wrote the file. */
static const struct gk_flaw *
take_block(struct gk_foreign *f, struct gk_foreign_rec *r)
{
	struct gk_buf *block = &r->rec.block;

	if (r->length > f->most) {
		r->kept = false;
		return take(f, NULL, r->length) == r->length ? NULL : &short_block;
	}
	r->kept = true;
	gk_buf_init(block, (size_t)r->length);
	while (block->n < r->length) {
		size_t step = r->length - block->n < BLOCK_STEP ? (size_t)r->length - block->n : BLOCK_STEP, got;
		char *to = gk_buf_room(block, step);

		if (to == NULL)
			return &gk_flaw_nomem;
		got = (size_t)take(f, to, step);
		block->n += got;
		block->p[block->n] = '\0';
		if (got < step)
			return &short_block;
	}
	return NULL;
}

/* CRLF CRLF should stand behind a record; whatever line ends do are taken. */
static void
take_end(struct gk_foreign *f, bool *loose)
{
	static const char want[] = "\r\n\r\n";
	size_t n = 0;

	for (; n < 4 && some(f) && f->window[f->from] == want[n]; n++)
		f->from++;
	*loose = n < 4;
	/* In a gzip file this reads to the end of the member, and so checks its sum. */
	while (some(f) && (f->window[f->from] == '\r' || f->window[f->from] == '\n'))
		f->from++;
}

/* A field of the record's header by name, trimmed; "" if it is not there. False if it was longer than size and was cut. */
static bool
header_field(const struct gk_warc_rec *rec, const char *name, char *out, size_t size)
{
	const char *p = rec->head.p, *end = p + rec->head.n;
	size_t n = strlen(name);

	out[0] = '\0';
	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p)), *eol = lf == NULL ? end : lf;

		if ((size_t)(eol - p) > n && p[n] == ':' && strncasecmp(p, name, n) == 0) {
			for (p += n + 1; p < eol && (*p == ' ' || *p == '\t'); p++)
				;
			while (eol > p && (eol[-1] == '\r' || eol[-1] == ' ' || eol[-1] == '\t'))
				eol--;
			n = (size_t)(eol - p) < size ? (size_t)(eol - p) : size - 1;
			memcpy(out, p, n);
			out[n] = '\0';
			return n == (size_t)(eol - p);
		}
		p = lf == NULL ? end : lf + 1;
	}
	return true;
}

static const struct gk_flaw *
take_record(struct gk_foreign *f, struct gk_foreign_rec *r)
{
	const struct gk_flaw *flaw;
	char word[8];

	gk_buf_init(&r->rec.head, 2 * GK_WARC_HEAD_MAX + 64);
	flaw = take_head(f, &r->rec.head);
	if (flaw != &gk_flaw_nomem && (r->rec.head.n < 5 || memcmp(r->rec.head.p, "WARC/", 5) != 0))
		flaw = &no_warc;
	if (flaw == NULL)
		flaw = gk_warc_head_parse(&r->rec, &r->length);
	if (flaw != NULL)
		return flaw;
	header_field(&r->rec, "WARC-Type", r->kind, sizeof r->kind);
	for (char *p = r->kind; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 32);
	header_field(&r->rec, "WARC-Truncated", word, sizeof word);
	r->truncated = word[0] != '\0';
	header_field(&r->rec, "WARC-Segment-Number", word, sizeof word);
	r->segmented = word[0] != '\0';
	flaw = take_block(f, r);
	if (flaw == NULL)
		take_end(f, &r->loose_end);
	return flaw == NULL && r->kept ? check_digest(r) : flaw;
}

/* --- from record to record ----------------------------------------------------------------------------------------- */

/* Stand at the next member; false at the end of the file, or when memory ends (state FAILED). */
static bool
next_member(struct gk_foreign *f)
{
	uint64_t at = f->begun ? gk_gzin_offset(&f->in) : 0;

	f->begun = true;
	f->from = f->to = 0;
	f->member = at;
	if (at >= f->size)
		return false;
	f->state = GK_GZ_MORE;
	if (!gk_gzin_begin(&f->in, at, f->size)) {
		errno = ENOMEM;
		f->state = GK_GZ_FAILED;
		return false;
	}
	return true;
}

/* Line ends between records, and members that hold nothing, are passed over. */
static bool
find_record(struct gk_foreign *f)
{
	for (;;) {
		while (some(f)) {
			char c = f->window[f->from];

			if (c != '\r' && c != '\n')
				return true;
			f->from++;
		}
		if (f->state == GK_GZ_DONE && f->gz && next_member(f))
			continue;
		return f->state != GK_GZ_DONE && f->state != GK_GZ_FAILED;
	}
}

/*
 * The length of a damaged member of ours, which says itself how long it is, if the file has all of it; else 0.  Where its end was hit, what stands behind it was
 * taken for more of it, perhaps up to the end of the file.
 */
static uint64_t
damaged_length(const struct gk_foreign *f)
{
	uint32_t length, distance;

	if (!f->gz || (f->state != GK_GZ_BAD && f->state != GK_GZ_SHORT) || !gk_gzin_claim(&f->in, &length, &distance))
		return 0;
	return length <= f->size - f->member ? length : 0;
}

/* Where the next record can be told to begin after a bad one; false if nowhere. */
static bool
skip_bad(struct gk_foreign *f)
{
	uint64_t length;

	f->from = f->to = 0;
	if (!f->gz)
		return false;
	while (f->state == GK_GZ_MORE)
		pull(f, f->window, WINDOW);
	if (f->state == GK_GZ_DONE)
		return true;
	length = damaged_length(f);
	if (length > 0 && length < f->size - f->member) {
		f->member += length;
		f->state = gk_gzin_begin(&f->in, f->member, f->size) ? GK_GZ_MORE : GK_GZ_FAILED;
		return f->state == GK_GZ_MORE;
	}
	return false;
}

static enum gk_status
unread(const struct gk_foreign *f, uint64_t offset, struct gk_err *err)
{
	if (errno == ENOMEM)
		return gk_nomem(err);
	gk_fail(err, GK_DEAD, GK_CAUSE_DEVICE, "不能读出 '%s' 偏移 %ju 处：%s", "cannot read '%s' at offset %ju: %s", f->name, (uintmax_t)offset, strerror(errno));
	gk_hint(err, "检查磁盘（dmesg），或换一份副本", "check the disk (dmesg), or take another copy");
	return GK_DEAD;
}

static enum gk_status
refuse(struct gk_foreign *f, const struct gk_flaw *flaw, uint64_t offset, const char *id, struct gk_err *err)
{
	const char *sp = id[0] == '\0' ? "" : " ";
	bool go_on = skip_bad(f);

	if (f->state == GK_GZ_FAILED)
		return unread(f, offset, err);
	f->ended = !go_on;
	gk_fail(err, GK_REFUSED, flaw->cause == GK_CAUSE_LIMIT ? GK_CAUSE_LIMIT : GK_CAUSE_BAD_DATA, "偏移 %ju 处的记录%s%s 不能收：%s%.0s%s%.0s",
		"cannot take the record at offset %ju%s%s: %.0s%s%.0s%s", (uintmax_t)offset, sp, id, flaw->zh, flaw->en,
		go_on ? "" : "；其后的记录无法再读", go_on ? "" : "; what follows it cannot be read");
	if (!go_on)
		gk_hint(err, "前面的已收入；换一份完好的副本再 import，重复的不会再存", "what came before is in; import a sound copy later: nothing is stored twice");
	return GK_REFUSED;
}

enum gk_status
gk_foreign_next(struct gk_foreign *f, struct gk_foreign_rec *out, struct gk_err *err)
{
	struct gk_foreign_rec r;
	const struct gk_flaw *flaw;
	uint64_t offset;

	memset(&r, 0, sizeof r);
	r.rec.target_uri = r.rec.content_type = "";
	if (f->ended)
		return GK_END;
	if (!find_record(f)) {
		f->ended = true;
		return f->state == GK_GZ_FAILED ? unread(f, place(f), err) : GK_END;
	}
	r.offset = offset = place(f);
	flaw = take_record(f, &r);
	/* A damaged member is the cause of whatever its record lacks; its digest cannot excuse it. */
	if (f->state == GK_GZ_BAD || damaged_length(f) > 0)
		flaw = &bad_member;
	else if (f->state == GK_GZ_SHORT || (flaw == &short_block && !f->gz) || (flaw == &no_head && !f->gz))
		flaw = &cut_short;
	if (f->state == GK_GZ_FAILED || flaw == &gk_flaw_nomem) {
		gk_warc_rec_free(&r.rec);
		f->ended = true;
		if (flaw == &gk_flaw_nomem)
			errno = ENOMEM;
		return unread(f, offset, err);
	}
	if (flaw == &bad_digest) {
		/* Its length was right: the next one stands where it should. */
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "偏移 %ju 处的记录 %s 不能收：%s%.0s", "cannot take the record at offset %ju %s: %.0s%s",
			(uintmax_t)offset, r.rec.id, flaw->zh, flaw->en);
		gk_hint(err, "文件在传送或存放中变了；换一份副本", "the file changed on its way or on its disk; take another copy");
		gk_warc_rec_free(&r.rec);
		return GK_REFUSED;
	}
	if (flaw != NULL) {
		char id[GK_WARC_ID];

		memcpy(id, r.rec.id, sizeof id);
		gk_warc_rec_free(&r.rec);
		return refuse(f, flaw, offset, id, err);
	}
	*out = r;
	return GK_OK;
}

/* --- opening ----------------------------------------------------------------------------------------------------------- */

static enum gk_status
no_file(struct gk_err *err, const char *path, const char *zh, const char *en)
{
	gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "不能打开 '%s'：%s%.0s", "cannot open '%s': %.0s%s", path, zh, en);
	gk_hint(err, "要一个 WARC 文件，例如 wget --warc-file 所存的 site.warc.gz", "a WARC file is wanted, for example the site.warc.gz of wget --warc-file");
	return GK_REFUSED;
}

enum gk_status
gk_foreign_open(const char *path, size_t most, struct gk_foreign **out, struct gk_err *err)
{
	struct gk_foreign *f = calloc(1, sizeof *f);
	unsigned char magic[2] = { 0, 0 };
	struct stat sb;
	enum gk_status st;

	if (f == NULL)
		return gk_nomem(err);
	f->in.fd = -1;
	f->most = most;
	f->name = strdup(path);
	f->fd = gk_fault("open") ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (f->name == NULL)
		st = gk_nomem(err);
	else if (f->fd < 0 || fstat(f->fd, &sb) < 0)
		st = no_file(err, path, strerror(errno), strerror(errno));
	else if (!S_ISREG(sb.st_mode))
		st = no_file(err, path, "不是普通文件", "it is not a regular file");
	else if (sb.st_size >= 2 && !gk_pread_all(f->fd, magic, 2, 0))
		/* Or a gzip file would be taken for a plain one that is damaged. */
		st = unread(f, 0, err);
	else
		st = GK_OK;
	if (st != GK_OK) {
		gk_foreign_close(f);
		return st;
	}
	f->size = (uint64_t)sb.st_size;
	f->gz = f->size >= 2 && magic[0] == 0x1F && magic[1] == 0x8B;
	f->in.fd = f->fd;
	/* A gzip file begins with a member, which find_record opens. */
	f->state = f->gz || f->size == 0 ? GK_GZ_DONE : GK_GZ_MORE;
	*out = f;
	return GK_OK;
}

void
gk_foreign_close(struct gk_foreign *f)
{
	if (f == NULL)
		return;
	if (f->fd >= 0)
		close(f->fd);
	gk_gzin_free(&f->in);
	free(f->name);
	free(f);
}
