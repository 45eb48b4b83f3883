/*
 * Rewriting segments with tombstones, and putting them in place.
 *
 *   ARCHIVE/destroy.pending      "destruction 1" LF "order: " segment SP offset LF      where the order will stand, if it is given
 *   warc/000001.warc.gz.new      the segment as it is to be; may be made again from the old one and the order
 */
#include "archive/destroy.h"

#include "archive/order.h"
#include "archive/verify-take.h"
#include "archive/warc-private.h"
#include "base/digest.h"
#include "base/fault.h"
#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 256 * 1024, DIGEST = 7 + GK_SHA256_HEX + 1, PENDING_MAX = 4096, FIXED = 16, AUTHORITY_MAX = 512 };

struct gk_destruction {
	json_t *order;
	struct gk_loc at;		/* where the order will stand; length is not known */
	char *bytes;
};

static enum gk_status
failed(struct gk_err *err, const char *zh, const char *en, const char *path)
{
	int e = errno;

	return gk_fail(err, GK_DEAD, gk_cause_of_errno(e), "%s%.0s '%s'：%s", "%.0s%s '%s': %s", zh, en, path, strerror(e));
}

/* "<dir>/warc/000001.warc.gz" and what is behind it. */
static char *
segment_path(const char *dir, uint32_t segment, const char *suffix)
{
	char name[GK_SEGMENT_NAME], *path;

	gk_segment_name(segment, name);
	return asprintf(&path, "%s/warc/%s%s", dir, name, suffix) < 0 ? NULL : path;
}

static void
digest_text(crypto_hash_sha256_state *sum, char out[DIGEST])
{
	unsigned char raw[GK_SHA256];

	crypto_hash_sha256_final(sum, raw);
	memcpy(out, "sha256:", 7);
	sodium_bin2hex(out + 7, DIGEST - 7, raw, sizeof raw);
}

/* "" if there is no such file. */
static enum gk_status
digest_file(const char *path, char out[DIGEST], struct gk_err *err)
{
	crypto_hash_sha256_state sum;
	char *buf = malloc(CHUNK);
	int fd = buf == NULL || gk_fault("open") ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;
	enum gk_status st = GK_OK;

	out[0] = '\0';
	if (buf == NULL)
		return gk_nomem(err);
	if (fd < 0) {
		st = errno == ENOENT ? GK_OK : failed(err, "不能打开", "cannot open", path);
		free(buf);
		return st;
	}
	/* What the device has, not what we have just written. */
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	crypto_hash_sha256_init(&sum);
	while ((n = read(fd, buf, CHUNK)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			crypto_hash_sha256_update(&sum, (unsigned char *)buf, (unsigned long long)n);
	if (n < 0)
		st = failed(err, "不能读取", "cannot read", path);
	else
		digest_text(&sum, out);
	close(fd);
	free(buf);
	return st;
}

/* --- one tombstone ------------------------------------------------------------------------------------------------ */

struct words { const char *authority, *date; struct gk_loc at; };

static void
add_line(struct gk_buf *b, const char *name, const char *value)
{
	if (value[0] != '\0')
		gk_buf_printf(b, "%s: %s\r\n", name, value);
}

static void
add_id(struct gk_buf *b, const char *name, const char *id)
{
	if (id[0] != '\0')
		gk_buf_printf(b, "%s: <%s>\r\n", name, id);
}

/* tier 0: all of it; 1: the leaf's fields, the order, the date; 2: without the date; 3: nothing that is not needed. blanks: to be a byte longer. */
static void
make_head(struct gk_buf *b, const struct gk_warc_rec *rec, const struct words *w, int tier, int blanks)
{
	gk_buf_reset(b);
	gk_buf_printf(b, "WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: <%s>\r\nWARC-Date: %s\r\n", rec->type == GK_WARC_RESOURCE ? "resource" : "conversion", rec->id, rec->date);
	add_line(b, "WARC-Target-URI", rec->target_uri);
	if (tier == 0) {
		add_id(b, "WARC-Refers-To", rec->refers_to);
		add_id(b, "WARC-Concurrent-To", rec->concurrent_to);
	}
	add_line(b, "WARC-Block-Digest", rec->block_digest);
	add_line(b, "WARC-Payload-Digest", rec->payload_digest);
	if (tier == 0) {
		add_line(b, "Content-Type", rec->content_type);
		add_line(b, "Gongkai-Authority", w->authority);
		gk_buf_printf(b, "Gongkai-Length: %zu\r\n", rec->block.n);
	}
	/* Other tools know from this that a digest of the whole is not that of what is here. */
	if (tier < 3)
		gk_buf_puts(b, "WARC-Truncated: unspecified\r\n");
	if (tier < 2)
		add_line(b, "Gongkai-Destroyed-On", w->date);
	gk_buf_printf(b, GK_DESTROYED_FIELD ": %u %*s%ju\r\nContent-Length: 0\r\n\r\n\r\n\r\n", w->at.segment, blanks, "", (uintmax_t)w->at.offset);
}

/* What a leaf is made of must not differ by a byte. */
static bool
same_leaf(const struct gk_warc_rec *a, const struct gk_warc_rec *b)
{
	return a->type == b->type && strcmp(a->id, b->id) == 0 && strcmp(a->date, b->date) == 0 && strcmp(a->block_digest, b->block_digest) == 0 &&
	       strcmp(a->payload_digest, b->payload_digest) == 0 && strcmp(a->target_uri, b->target_uri) == 0;
}

/* Read back as any reader would. */
static bool
reads_well(const struct gk_buf *member, const struct gk_warc_rec *was)
{
	struct gk_gzin in = { .fd = -1 };
	struct gk_warc_rec rec;
	struct gk_taken taken;
	bool ok = gk_gzin_memory(&in, member->p, member->n) && gk_warc_take(&in, 0, member->n, &rec, &taken) == GK_TAKE_OK;

	if (ok) {
		ok = taken.next == member->n && rec.destroyed.segment != 0 && rec.block.n == 0 && same_leaf(was, &rec);
		gk_warc_rec_free(&rec);
	}
	gk_gzin_free(&in);
	return ok;
}

/* Stored first: those bytes are the same with any version of the compressor. */
static enum gk_status
make_tombstone(const struct gk_warc_rec *rec, const struct words *w, uint32_t distance, struct gk_buf *out, struct gk_err *err)
{
	struct gk_buf head;
	bool done = false;

	/* Another way than the first that fits would make other bytes than the order states: an order that cannot be carried out again. */
	errno = 0;
	if ((rec->type != GK_WARC_RESOURCE && rec->type != GK_WARC_CONVERSION) || strncmp(rec->block_digest, "sha256:", 7) != 0)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "记录 %s 不是原件或文字，不能销毁", "record %s is no original or text: it cannot be destroyed", rec->id);
	gk_buf_init(&head, GK_WARC_HEAD_MAX);
	for (int tier = 0; !done && tier < 4 && errno != ENOMEM; tier++)
		for (int way = 0; !done && way < 8 && errno != ENOMEM; way++) {
			make_head(&head, rec, w, tier, way / 2);
			done = !head.failed && gk_gz_exact(&(struct gk_piece){ head.p, head.n }, 1, way % 2 == 0, rec->loc.length, distance, out);
		}
	gk_buf_free(&head);
	if (!done && errno == ENOMEM)
		return gk_nomem(err);
	if (!done)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "记录 %s 太短（%u 字节），放不下销毁标记", "record %s is too short (%u bytes) for a tombstone", rec->id, rec->loc.length);
	if (!reads_well(out, rec))
		return errno == ENOMEM ? gk_nomem(err) : gk_fail(err, GK_DEAD, GK_CAUSE_BUG, "记录 %s 的销毁标记不能读回", "the tombstone of record %s cannot be read back", rec->id);
	return GK_OK;
}

/* --- one segment ---------------------------------------------------------------------------------------------------- */

struct rewriting {
	struct gk_archive *a;
	int from, to;
	char *path;			/* of the new one */
	uint64_t at, size;
	crypto_hash_sha256_state old, new;
	char *buf;
};

static enum gk_status
put_bytes(struct rewriting *r, const void *p, size_t n, struct gk_err *err)
{
	crypto_hash_sha256_update(&r->new, p, n);
	return gk_write_all(r->to, p, n) ? GK_OK : failed(err, "不能写入", "cannot write", r->path);
}

/* The bytes from r->at to `end`: into the old sum, and if copy into the new file too. */
static enum gk_status
pass(struct rewriting *r, uint64_t end, bool copy, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	while (st == GK_OK && r->at < end) {
		size_t n = end - r->at < CHUNK ? (size_t)(end - r->at) : CHUNK;

		if (!gk_pread_all(r->from, r->buf, n, (off_t)r->at))
			return failed(err, "不能读取", "cannot read", r->path);
		crypto_hash_sha256_update(&r->old, (unsigned char *)r->buf, n);
		if (copy)
			st = put_bytes(r, r->buf, n, err);
		r->at += n;
	}
	return st;
}

static enum gk_status
bury(struct rewriting *r, struct gk_loc loc, const char *id, const struct words *w, struct gk_err *err)
{
	static const char fixed[] = "\x1f\x8b\x08\x04\0\0\0\0\0\x03\x0c\0GK\x08";
	unsigned char h[GK_GZ_HEADER];
	struct gk_warc_rec rec;
	struct gk_buf member;
	enum gk_status st = gk_archive_read(r->a, loc, &rec, err);

	if (st != GK_OK)
		return st;
	gk_buf_init(&member, (size_t)loc.length + 64);
	if (strcmp(rec.id, id) != 0)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "段 %06u 偏移 %ju 处不是记录 %s", "record %3$s does not stand in segment %1$06u at offset %2$ju", loc.segment, (uintmax_t)loc.offset, id);
	else if (rec.destroyed.segment != 0)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_GONE, "记录 %s 早已销毁", "record %s was destroyed before", id);
	else if (!gk_pread_all(r->from, h, sizeof h, (off_t)loc.offset))
		st = failed(err, "不能读取", "cannot read", r->path);
	else if (memcmp(h, fixed, FIXED) != 0)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "记录 %s 由其他程序写成，不能就地销毁", "record %s was written by another program: it cannot be destroyed in its place", id);
	if (st == GK_OK)
		st = make_tombstone(&rec, w, h[20] | (uint32_t)h[21] << 8 | (uint32_t)h[22] << 16 | (uint32_t)h[23] << 24, &member, err);
	if (st == GK_OK)
		st = pass(r, loc.offset + loc.length, false, err);
	if (st == GK_OK)
		st = put_bytes(r, member.p, member.n, err);
	gk_warc_rec_free(&rec);
	gk_buf_free(&member);
	return st;
}

static enum gk_status
open_both(struct rewriting *r, const char *old, struct gk_err *err)
{
	struct stat sb;

	r->buf = malloc(CHUNK);
	if (r->buf == NULL)
		return gk_nomem(err);
	r->from = gk_fault("open") ? -1 : open(old, O_RDONLY | O_CLOEXEC);
	if (r->from < 0 || fstat(r->from, &sb) < 0)
		return failed(err, "不能打开", "cannot open", old);
	r->size = (uint64_t)sb.st_size;
	r->to = gk_fault("open") ? -1 : open(r->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (r->to < 0 || fchmod(r->to, sb.st_mode & 0777) < 0)
		return failed(err, "不能写入", "cannot write", r->path);
	crypto_hash_sha256_init(&r->old);
	crypto_hash_sha256_init(&r->new);
	return GK_OK;
}

/* part names the records; its digests come back in old and new. */
static enum gk_status
rewrite(struct gk_archive *a, const char *dir, uint32_t segment, const json_t *records, const struct words *w, char old[DIGEST], char new[DIGEST], struct gk_err *err)
{
	struct rewriting r = { .a = a, .from = -1, .to = -1, .path = segment_path(dir, segment, ".new") };
	char *from = segment_path(dir, segment, ""), again[DIGEST];
	const json_t *one;
	size_t i;
	enum gk_status st = r.path == NULL || from == NULL ? gk_nomem(err) : open_both(&r, from, err);

	json_array_foreach(records, i, one) {
		struct gk_loc loc = { .segment = segment, .offset = (uint64_t)json_integer_value(json_array_get(one, 1)), .length = (uint32_t)json_integer_value(json_array_get(one, 2)) };

		if (st == GK_OK)
			st = pass(&r, loc.offset, true, err);
		if (st == GK_OK)
			st = bury(&r, loc, json_string_value(json_array_get(one, 0)), w, err);
	}
	if (st == GK_OK)
		st = pass(&r, r.size, true, err);
	if (st == GK_OK && (gk_fault("fsync") || fsync(r.to) < 0))
		st = gk_fail(err, GK_DEAD, GK_CAUSE_DEVICE, "设备拒绝写盘：'%s'：%s", "the device refused to flush '%s': %s", r.path, strerror(errno));
	if (st == GK_OK) {
		digest_text(&r.old, old);
		digest_text(&r.new, new);
		st = digest_file(r.path, again, err);
	}
	if (st == GK_OK && strcmp(again, new) != 0)
		st = gk_fail(err, GK_DEAD, GK_CAUSE_DEVICE, "设备读回的与写入的不同：'%s'", "the device gives back other bytes than were written: '%s'", r.path);
	if (r.from >= 0)
		close(r.from);
	if (r.to >= 0)
		close(r.to);
	if (st != GK_OK && r.path != NULL)
		unlink(r.path);
	free(r.buf);
	free(r.path);
	free(from);
	return st;
}

/* --- preparing -------------------------------------------------------------------------------------------------------- */

static int
by_place(const void *x, const void *y)
{
	const struct gk_victim *a = x, *b = y;

	if (a->loc.segment != b->loc.segment)
		return a->loc.segment < b->loc.segment ? -1 : 1;
	return a->loc.offset < b->loc.offset ? -1 : a->loc.offset > b->loc.offset;
}

/* Victims in order become the "segments" of the order, digests still to come. */
static json_t *
parts_of(struct gk_victim *victims, size_t n)
{
	json_t *parts = json_array(), *records = NULL;

	qsort(victims, n, sizeof *victims, by_place);
	for (size_t i = 0; i < n; i++) {
		const struct gk_victim *v = &victims[i];

		if (i > 0 && by_place(v, &victims[i - 1]) == 0)
			continue;	/* text that is its own original */
		if (i == 0 || v->loc.segment != victims[i - 1].loc.segment) {
			records = json_array();
			json_array_append_new(parts, json_pack("{s:i, s:o}", "segment", (int)v->loc.segment, "records", records));
		}
		json_array_append_new(records, json_pack("[s, I, I]", v->id, (json_int_t)v->loc.offset, (json_int_t)v->loc.length));
	}
	return parts;
}

static enum gk_status
write_pending(const char *dir, struct gk_loc at, struct gk_err *err)
{
	char text[128], *path = gk_path(dir, "destroy.pending");
	int n = snprintf(text, sizeof text, "destruction 1\norder: %u %ju\n", at.segment, (uintmax_t)at.offset);
	enum gk_status st = path == NULL ? gk_nomem(err) : gk_replace_file(path, 0644, text, (size_t)n, err);

	free(path);
	return st;
}

static struct words
words_of(const json_t *order, struct gk_loc at, char authority[AUTHORITY_MAX])
{
	const char *s = json_string_value(json_object_get(order, "authority")), *date = json_string_value(json_object_get(order, "date"));
	size_t n = 0;

	/* One head line, whatever was typed. */
	for (; s != NULL && s[n] != '\0' && n < AUTHORITY_MAX - 1; n++)
		authority[n] = (unsigned char)s[n] < ' ' || s[n] == 0x7F ? ' ' : s[n];
	authority[n] = '\0';
	while (n > 0 && (authority[n - 1] & 0xC0) == 0x80 && s[n] != '\0' && (s[n] & 0xC0) == 0x80)
		authority[--n] = '\0';
	return (struct words){ authority, date == NULL ? "" : date, at };
}

static enum gk_status
rewrite_all(struct gk_archive *a, const char *dir, json_t *order, struct gk_loc at, struct gk_err *err)
{
	char authority[AUTHORITY_MAX], old[DIGEST], new[DIGEST];
	const struct words w = words_of(order, at, authority);
	json_t *part;
	size_t i;
	enum gk_status st = GK_OK;

	json_array_foreach(json_object_get(order, "segments"), i, part) {
		if (st == GK_OK)
			st = rewrite(a, dir, (uint32_t)json_integer_value(json_object_get(part, "segment")), json_object_get(part, "records"), &w, old, new, err);
		if (st == GK_OK && (json_object_set_new(part, "old", json_string(old)) < 0 || json_object_set_new(part, "new", json_string(new)) < 0))
			st = gk_nomem(err);
	}
	return st;
}

static uint64_t
bytes_concerned(const char *dir, const json_t *parts)
{
	uint64_t sum = 0;
	const json_t *part;
	size_t i;

	json_array_foreach(parts, i, part) {
		char *path = segment_path(dir, (uint32_t)json_integer_value(json_object_get(part, "segment")), "");
		struct stat sb;

		if (path != NULL && stat(path, &sb) == 0)
			sum += (uint64_t)sb.st_size;
		free(path);
	}
	return sum;
}

enum gk_status
gk_destroy_prepare(struct gk_append *w, struct gk_archive *a, const char *dir, struct gk_victim *victims, size_t n, json_t *order, struct gk_destruction **out, struct gk_err *err)
{
	struct gk_destruction *d = calloc(1, sizeof *d);
	json_t *parts = n > 0 && n <= GK_DESTROY_MAX ? parts_of(victims, n) : NULL;
	enum gk_status st = d == NULL ? gk_nomem(err) : GK_OK;

	if (st == GK_OK && parts == NULL)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "一次销毁 1 到 %d 条记录，不是 %zu 条", "a destruction takes 1 to %d records, not %zu", GK_DESTROY_MAX, n);
	if (st == GK_OK)
		st = gk_append_reserve(w, bytes_concerned(dir, parts), err);
	if (st == GK_OK)
		st = gk_append_place(w, victims[n - 1].loc.segment, &d->at, err);
	if (st == GK_OK) {
		json_object_set_new(order, "gongkai", json_integer(1));
		json_object_set(order, "segments", parts);
		d->order = json_incref(order);
		st = write_pending(dir, d->at, err);
		if (st == GK_OK)
			st = rewrite_all(a, dir, order, d->at, err);
		if (st != GK_OK && (st != GK_DEAD || err == NULL || err->cause != GK_CAUSE_DEVICE))
			gk_destroy_drop(dir, NULL);
	}
	json_decref(parts);
	if (st != GK_OK) {
		gk_destroy_free(d);
		return st;
	}
	*out = d;
	return GK_OK;
}

enum gk_status
gk_destroy_order(struct gk_append *w, struct gk_destruction *d, struct gk_put *put, struct gk_loc *loc, struct gk_err *err)
{
	enum gk_status st;

	d->bytes = json_dumps(d->order, JSON_SORT_KEYS | JSON_COMPACT);
	if (d->bytes == NULL)
		return gk_nomem(err);
	*put = (struct gk_put){ .type = GK_WARC_METADATA, .content_type = GK_DESTRUCTION_TYPE, .target_uri = "urn:gongkai:destruction", .block = d->bytes, .n = strlen(d->bytes) };
	st = gk_append_record(w, put, loc, err);
	if (st == GK_OK && (loc->segment != d->at.segment || loc->offset != d->at.offset))
		return gk_fail(err, GK_DEAD, GK_CAUSE_BUG, "销毁令没有写在预定之处", "the order of destruction does not stand where it was to");
	return st;
}

void
gk_destroy_free(struct gk_destruction *d)
{
	if (d == NULL)
		return;
	json_decref(d->order);
	free(d->bytes);
	free(d);
}

/* --- afterwards ------------------------------------------------------------------------------------------------------------ */

static enum gk_status
unlink_in(const char *dir, const char *name, struct gk_err *err)
{
	char *path = gk_path(dir, name);
	enum gk_status st = path == NULL ? gk_nomem(err) : GK_OK;

	if (st == GK_OK && (gk_fault("unlink") || unlink(path) < 0) && errno != ENOENT)
		st = failed(err, "不能删除", "cannot remove", path);
	free(path);
	return st;
}

/* warc/000001.warc.gz.new: only a destruction makes such names, under the lock. */
static enum gk_status
sweep(const char *dir, struct gk_err *err)
{
	char *warc = gk_path(dir, "warc");
	DIR *d = warc == NULL ? NULL : opendir(warc);
	struct dirent *e;
	enum gk_status st = GK_OK;

	while (st == GK_OK && d != NULL && (e = readdir(d)) != NULL) {
		char name[GK_SEGMENT_NAME] = "";

		if (strlen(e->d_name) != GK_SEGMENT_NAME - 1 + 4 || strcmp(e->d_name + GK_SEGMENT_NAME - 1, ".new") != 0)
			continue;
		memcpy(name, e->d_name, GK_SEGMENT_NAME - 1);
		if (gk_segment_number(name) != 0)
			st = unlink_in(warc, e->d_name, err);
	}
	if (d != NULL)
		closedir(d);
	free(warc);
	return st;
}

enum gk_status
gk_destroy_done(const char *dir, struct gk_err *err)
{
	enum gk_status st = unlink_in(dir, "destroy.pending", err);

	return st == GK_OK ? gk_sync_dir(dir, err) : st;
}

enum gk_status
gk_destroy_drop(const char *dir, struct gk_err *err)
{
	enum gk_status st = sweep(dir, err);

	return st == GK_OK ? gk_destroy_done(dir, err) : st;
}

static enum gk_status
read_pending(const char *dir, struct gk_loc *at, struct gk_err *err)
{
	char *path = gk_path(dir, "destroy.pending");
	struct gk_buf text;
	uintmax_t offset = 0;
	enum gk_status st = path == NULL ? gk_nomem(err) : access(path, F_OK) < 0 && errno == ENOENT ? GK_END : gk_read_file(path, PENDING_MAX, &text, err);

	if (st == GK_OK) {
		*at = (struct gk_loc){ .segment = 0 };
		if (text.p == NULL || sscanf(text.p, "destruction 1\norder: %" SCNu32 " %ju\n", &at->segment, &offset) != 2 || at->segment == 0)
			st = gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "不能读懂 '%s'", "cannot understand '%s'", path);
		at->offset = offset;
		gk_buf_free(&text);
	}
	free(path);
	return st;
}

enum gk_status
gk_destroy_pending(struct gk_archive *a, const char *dir, json_t **order, struct gk_loc *loc, struct gk_err *err)
{
	struct gk_scan *scan;
	struct gk_warc_rec rec;
	struct gk_loc end;
	enum gk_status st = read_pending(dir, loc, err);

	*order = NULL;
	if (st != GK_OK)
		return st;
	st = gk_scan_open(a, *loc, &scan, err);
	if (st != GK_OK)
		return st;
	st = gk_scan_next(scan, &rec, &end, err);
	gk_scan_close(scan);
	if (st == GK_OK) {
		if (rec.loc.segment == loc->segment && rec.loc.offset == loc->offset)
			*order = gk_order_of(&rec);
		loc->length = rec.loc.length;
		gk_warc_rec_free(&rec);
	}
	return st == GK_END ? GK_OK : st;
}

static enum gk_status
carry_out_one(struct gk_archive *a, const char *dir, const json_t *part, const struct words *w, struct gk_err *err)
{
	uint32_t segment = (uint32_t)json_integer_value(json_object_get(part, "segment"));
	const char *old = json_string_value(json_object_get(part, "old")), *new = json_string_value(json_object_get(part, "new"));
	char *path = segment_path(dir, segment, ""), *beside = segment_path(dir, segment, ".new"), have[DIGEST], made[DIGEST];
	enum gk_status st = path == NULL || beside == NULL ? gk_nomem(err) : digest_file(path, have, err);

	if (st == GK_OK && strcmp(have, new) != 0) {
		if (strcmp(have, old) != 0)
			st = gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "段 %06u 既不是销毁前的，也不是销毁后的", "segment %06u is neither what it was before the destruction nor what it is to be", segment);
		if (st == GK_OK)
			st = digest_file(beside, made, err);
		if (st == GK_OK && strcmp(made, new) != 0)
			st = rewrite(a, dir, segment, json_object_get(part, "records"), w, have, made, err);
		if (st == GK_OK && strcmp(made, new) != 0)
			st = gk_fail(err, GK_DEAD, GK_CAUSE_BUG, "段 %06u 不能照销毁令再做一次", "segment %06u cannot be made again as the order says", segment);
		if (st == GK_OK && (gk_fault("rename") || rename(beside, path) < 0))
			st = failed(err, "不能改名为", "cannot rename to", path);
	}
	free(path);
	free(beside);
	return st;
}

enum gk_status
gk_destroy_carry_out(struct gk_archive *a, const char *dir, const json_t *order, struct gk_loc loc, struct gk_err *err)
{
	char authority[AUTHORITY_MAX], *warc = gk_path(dir, "warc");
	const struct words w = words_of(order, loc, authority);
	const json_t *part;
	size_t i;
	enum gk_status st = warc == NULL ? gk_nomem(err) : GK_OK;

	json_array_foreach(json_object_get(order, "segments"), i, part)
		if (st == GK_OK)
			st = carry_out_one(a, dir, part, &w, err);
	if (st == GK_OK)
		st = sweep(dir, err);
	if (st == GK_OK)
		st = gk_sync_dir(warc, err);
	free(warc);
	return st;
}

/* --- tails that were cut off ---------------------------------------------------------------------------------------------------- */

static bool
names_one(const struct gk_warc_rec *rec, char (*digests)[GK_WARC_DIGEST], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(rec->block_digest, digests[i]) == 0 || strcmp(rec->payload_digest, digests[i]) == 0)
			return true;
	return false;
}

static bool
head_only(void *arg, const struct gk_warc_rec *head)
{
	(void)arg, (void)head;
	return true;
}

/* *bad: its first bytes are no record, or it could not be read to its end. */
static bool
holds_one(const char *path, struct gk_slot *slot, char (*digests)[GK_WARC_DIGEST], size_t n, bool *bad)
{
	struct gk_gzin in = { .fd = open(path, O_RDONLY | O_CLOEXEC) };
	const struct gk_want want = { .record = head_only };
	struct stat sb;
	bool found = false;
	int fd = in.fd;

	*bad = fd < 0 || fstat(fd, &sb) < 0;
	if (!*bad)
		for (uint64_t at = 0; !found && at < (uint64_t)sb.st_size; at = slot->next) {
			gk_slot_take(slot, &in, 0, at, (uint64_t)sb.st_size, &want);
			*bad = *bad || (at == 0 && !slot->parsed) || slot->error != 0;
			found = slot->parsed && names_one(&slot->rec, digests, n);
			if (slot->next <= at)
				break;
		}
	gk_gzin_free(&in);
	if (fd >= 0)
		close(fd);
	return found;
}

enum gk_status
gk_destroy_torn(const char *dir, char (*digests)[GK_WARC_DIGEST], size_t n, unsigned *removed, unsigned *unread, struct gk_err *err)
{
	char *torn = gk_path(dir, "warc/torn");
	DIR *d = torn == NULL ? NULL : opendir(torn);
	struct gk_slot slot;
	struct dirent *e;
	enum gk_status st = torn == NULL ? gk_nomem(err) : GK_OK;

	*removed = *unread = 0;
	/* Where nothing was ever cut off there is no such folder. */
	if (st == GK_OK && d == NULL && errno != ENOENT)
		st = gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能打开文件夹 '%s'：%s", "cannot open folder '%s': %s", torn, strerror(errno));
	if (!gk_slot_open(&slot))
		st = gk_nomem(err);
	while (st == GK_OK && d != NULL && (e = readdir(d)) != NULL) {
		char *path = e->d_name[0] == '.' ? NULL : gk_path(torn, e->d_name);
		bool bad = false;

		if (e->d_name[0] == '.')
			continue;
		if (path == NULL) {
			st = gk_nomem(err);
		} else if (holds_one(path, &slot, digests, n, &bad)) {
			st = unlink_in(torn, e->d_name, err);
			++*removed;
		} else {
			*unread += bad;
		}
		free(path);
	}
	gk_slot_close(&slot);
	if (d != NULL)
		closedir(d);
	if (st == GK_OK && *removed > 0)
		st = gk_sync_dir(torn, err);
	free(torn);
	return st;
}
