/*
 * Leaves and their tree on disk.  ARCHIVE/index/leaves, all numbers high byte first:
 *
 *   file   = header entries
 *   header = "gkleaves" version:u32 entry-size:u32 leaves:u64      what is in the file
 *            segment:u32 0:u32 offset:u64                          the end of the last record that is in it
 *            root:32 0:24                                          of the tree over these leaves
 *            SHA-256 of the 96 bytes before:32
 *   entry  = segment:u32 length:u32 offset:u64                     where the record stands; zeros above the leaves
 *            hash:32
 *
 * Each leaf is followed by the complete subtrees that it finishes, from low to high.  So before leaf i stand
 * 2i - (bits set in i) entries, the file only grows, and any complete subtree is one read.
 *
 * Nobody believes this file.  On opening, its right edge must have the root of the header, and its last record
 * must be in the archive with that leaf; what is made from the rest is compared with a signed root before it is
 * given out, and gk_check_against does not look at it but to name a culprit.
 */
#include "archive/leaves.h"

#include "archive/key.h"
#include "base/digest.h"
#include "base/fault.h"
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- one leaf --------------------------------------------------------------------------------------------------------- */

static const char first_line[] = "gongkai leaf 1\n";

static const char *const type_names[] = {
	[GK_WARC_INFO] = "warcinfo", [GK_WARC_RESOURCE] = "resource", [GK_WARC_CONVERSION] = "conversion",
	[GK_WARC_METADATA] = "metadata", [GK_WARC_REVISIT] = "revisit", [GK_WARC_OTHER] = "other",
};

static bool
sha256_stated(const char *digest)
{
	return strncmp(digest, "sha256:", 7) == 0 && strlen(digest) == 7 + GK_SHA256_HEX && strspn(digest + 7, "0123456789abcdef") == GK_SHA256_HEX;
}

bool
gk_leaf_entry(const struct gk_warc_rec *rec, struct gk_buf *out)
{
	char computed[7 + GK_SHA256_HEX + 1] = "sha256:";
	const bool stated = sha256_stated(rec->block_digest);

	if (!stated)
		gk_sha256_hex(rec->block.p == NULL ? "" : rec->block.p, rec->block.n, computed + 7);
	gk_buf_printf(out, "%sid: %s\ntype: %s\ndate: %s\nblock: %s\n", first_line, rec->id, type_names[rec->type], rec->date, stated ? rec->block_digest : computed);
	if (rec->payload_digest[0] != '\0')
		gk_buf_printf(out, "payload: %s\n", rec->payload_digest);
	if (rec->target_uri[0] != '\0')
		gk_buf_printf(out, "uri: %s\n", rec->target_uri);
	return !out->failed;
}

void
gk_leaf_hash(const struct gk_buf *entry, struct gk_hash *out)
{
	gk_merkle_leaf(entry->p, entry->n, out);
}

/* "name: value\n" at *at into out; false, and *at as before, if something else stands there. */
static bool
take_value(const char **at, const char *end, const char *name, char *out, size_t room)
{
	size_t prefix = strlen(name), n;
	const char *p = *at, *lf;

	if ((size_t)(end - p) <= prefix || memcmp(p, name, prefix) != 0)
		return false;
	p += prefix;
	lf = memchr(p, '\n', (size_t)(end - p));
	if (lf == NULL || lf == p || (n = (size_t)(lf - p)) >= room || memchr(p, '\0', n) != NULL)
		return false;
	memcpy(out, p, n);
	*at = lf + 1;
	return true;
}

bool
gk_leaf_parse(const char *p, size_t n, struct gk_leaf *out)
{
	const char *at = p + sizeof first_line - 1, *end = p + n;
	bool known = false;

	memset(out, 0, sizeof *out);
	if (n < sizeof first_line || memcmp(p, first_line, sizeof first_line - 1) != 0)
		return false;
	if (!take_value(&at, end, "id: ", out->id, sizeof out->id) || !take_value(&at, end, "type: ", out->type, sizeof out->type) ||
	    !take_value(&at, end, "date: ", out->date, sizeof out->date) || !take_value(&at, end, "block: ", out->block, sizeof out->block))
		return false;
	take_value(&at, end, "payload: ", out->payload, sizeof out->payload);
	take_value(&at, end, "uri: ", out->uri, sizeof out->uri);
	for (int i = 0; i <= GK_WARC_OTHER; i++)
		known = known || strcmp(out->type, type_names[i]) == 0;
	return known && at == end && sha256_stated(out->block);
}

static enum gk_status
leaf_of(const struct gk_warc_rec *rec, struct gk_buf *scratch, struct gk_hash *out, struct gk_err *err)
{
	gk_buf_reset(scratch);
	if (!gk_leaf_entry(rec, scratch))
		return gk_nomem(err);
	gk_leaf_hash(scratch, out);
	return GK_OK;
}

/* --- the file ------------------------------------------------------------------------------------------------------------ */

enum {
	HEADER = 128, SUMMED = 96, ENTRY = 48, PLACE = 16, VERSION = 1,
	FLUSH_AT = 4 * 1024 * 1024,
};
static const uint64_t LEAVES_MAX = (uint64_t)1 << 40;
static const size_t TAIL_MAX = (size_t)1 << 34;		/* 350 million records; beyond, the file must be kept */

struct gk_leaves {
	char *path, *fresh_path;	/* fresh_path: written instead, and renamed at the end */
	int fd;
	bool keep;
	uint64_t stored;		/* entries in the file */
	uint64_t fresh;
	struct gk_buf tail;		/* entries behind them */
	struct gk_merkle_edge edge;
	struct gk_loc mark;
};

static void
put_be(unsigned char *to, uint64_t v, int n)
{
	for (; n > 0; v >>= 8)
		to[--n] = (unsigned char)v;
}

static uint64_t
get_be(const unsigned char *p, int n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | *p++;
	return v;
}

/* Entries before leaf i. */
static uint64_t
entries_before(uint64_t i)
{
	return 2 * i - (uint64_t)__builtin_popcountll(i);
}

static bool
read_entry(const struct gk_leaves *l, uint64_t at, unsigned char out[ENTRY])
{
	if (at < l->stored)
		return gk_pread_all(l->fd, out, ENTRY, (off_t)(HEADER + at * ENTRY));
	at = (at - l->stored) * ENTRY;
	if (at >= l->tail.n)
		return false;
	memcpy(out, l->tail.p + at, ENTRY);
	return true;
}

bool
gk_leaves_read(void *arg, unsigned level, uint64_t index, struct gk_hash *out)
{
	const struct gk_leaves *l = arg;
	unsigned char entry[ENTRY];
	uint64_t last;

	if (level >= 40 || index >= LEAVES_MAX >> level)
		return false;
	last = ((index + 1) << level) - 1;
	if (last >= l->edge.size || !read_entry(l, entries_before(last) + level, entry))
		return false;
	memcpy(out->b, entry + PLACE, GK_HASH);
	return true;
}

static bool
leaf_place(const struct gk_leaves *l, uint64_t index, struct gk_loc *loc)
{
	unsigned char e[ENTRY];

	if (!read_entry(l, entries_before(index), e))
		return false;
	*loc = (struct gk_loc){ .segment = (uint32_t)get_be(e, 4), .length = (uint32_t)get_be(e + 4, 4), .offset = get_be(e + 8, 8) };
	return true;
}

bool
gk_leaves_place(struct gk_leaves *l, uint64_t index, struct gk_loc *loc)
{
	return index < l->edge.size && leaf_place(l, index, loc);
}

bool
gk_leaves_find(struct gk_leaves *l, struct gk_loc loc, uint64_t *index)
{
	uint64_t from = 0, to = l->edge.size;
	struct gk_loc at;

	while (from < to) {
		uint64_t middle = from + (to - from) / 2;

		if (!leaf_place(l, middle, &at))
			return false;
		if (at.segment == loc.segment && at.offset == loc.offset) {
			*index = middle;
			return true;
		}
		if (at.segment < loc.segment || (at.segment == loc.segment && at.offset < loc.offset))
			from = middle + 1;
		else
			to = middle;
	}
	return false;
}

static enum gk_status
unwritten(const struct gk_leaves *l, struct gk_err *err)
{
	return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能写入 '%s'：%s", "cannot write '%s': %s", l->path, strerror(errno));
}

static bool
write_at(int fd, const void *p, size_t n, uint64_t at)
{
	return lseek(fd, (off_t)at, SEEK_SET) >= 0 && gk_write_all(fd, p, n);
}

static enum gk_status
flush(struct gk_leaves *l, struct gk_err *err)
{
	if (!l->keep || l->tail.n == 0)
		return GK_OK;
	if (!write_at(l->fd, l->tail.p, l->tail.n, HEADER + l->stored * ENTRY))
		return unwritten(l, err);
	l->stored += l->tail.n / ENTRY;
	gk_buf_reset(&l->tail);
	return GK_OK;
}

static void
header_of(const struct gk_leaves *l, unsigned char out[HEADER])
{
	struct gk_hash root;

	memset(out, 0, HEADER);
	memcpy(out, "gkleaves", 8);
	put_be(out + 8, VERSION, 4);
	put_be(out + 12, ENTRY, 4);
	put_be(out + 16, l->edge.size, 8);
	put_be(out + 24, l->mark.segment, 4);
	put_be(out + 32, l->mark.offset, 8);
	gk_merkle_edge_root(&l->edge, &root);
	memcpy(out + 40, root.b, GK_HASH);
	gk_sha256(out, SUMMED, out + SUMMED);
}

/* The header after its entries are on the device: a header that stands there was true. */
static enum gk_status
save(struct gk_leaves *l, struct gk_err *err)
{
	unsigned char header[HEADER];
	enum gk_status st = flush(l, err);

	if (st != GK_OK || !l->keep || (l->fresh == 0 && l->fresh_path == NULL))
		return st;
	header_of(l, header);
	if (gk_fault("fdatasync") || fdatasync(l->fd) < 0 || !write_at(l->fd, header, HEADER, 0))
		return unwritten(l, err);
	if (l->fresh_path != NULL && (gk_fault("rename") || rename(l->fresh_path, l->path) < 0))
		return unwritten(l, err);
	free(l->fresh_path);
	l->fresh_path = NULL;
	return GK_OK;
}

static enum gk_status
add(struct gk_leaves *l, struct gk_loc loc, const struct gk_hash *leaf, struct gk_err *err)
{
	struct gk_hash made[GK_LEVELS + 1];
	unsigned n = gk_merkle_add(&l->edge, leaf, made);

	for (unsigned i = 0; i < n; i++) {
		unsigned char e[ENTRY] = { 0 };

		if (i == 0) {
			put_be(e, loc.segment, 4);
			put_be(e + 4, loc.length, 4);
			put_be(e + 8, loc.offset, 8);
		}
		memcpy(e + PLACE, made[i].b, GK_HASH);
		gk_buf_add(&l->tail, e, ENTRY);
	}
	l->fresh++;
	if (l->tail.failed)
		return gk_nomem(err);
	return l->keep && l->tail.n >= FLUSH_AT ? flush(l, err) : GK_OK;
}

/* --- opening ----------------------------------------------------------------------------------------------------------------- */

void
gk_leaves_close(struct gk_leaves *l)
{
	if (l == NULL)
		return;
	if (l->fd >= 0)
		close(l->fd);
	if (l->fresh_path != NULL && l->keep)
		unlink(l->fresh_path);
	gk_buf_free(&l->tail);
	free(l->fresh_path);
	free(l->path);
	free(l);
}

static struct gk_leaves *
new_leaves(const char *dir, bool keep)
{
	struct gk_leaves *l = calloc(1, sizeof *l);

	if (l == NULL)
		return NULL;
	l->fd = -1;
	l->keep = keep;
	gk_buf_init(&l->tail, TAIL_MAX);
	l->path = gk_path(dir, "index/leaves");
	if (l->path == NULL) {
		gk_leaves_close(l);
		return NULL;
	}
	return l;
}

/* Header and right edge; false, for whatever reason: there is no file of use. */
static bool
load(struct gk_leaves *l)
{
	unsigned char h[HEADER], again[HEADER];
	uint64_t from = 0;

	l->fd = open(l->path, (l->keep ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW);
	if (l->fd < 0 || !gk_pread_all(l->fd, h, HEADER, 0))
		return false;
	l->edge.size = get_be(h + 16, 8);
	if (l->edge.size == 0 || l->edge.size > LEAVES_MAX)
		return false;
	l->stored = entries_before(l->edge.size);
	l->mark = (struct gk_loc){ .segment = (uint32_t)get_be(h + 24, 4), .offset = get_be(h + 32, 8) };
	for (unsigned level = 40; level-- > 0; ) {
		if (!(l->edge.size >> level & 1))
			continue;
		if (!gk_leaves_read(l, level, from >> level, &l->edge.left[level]))
			return false;
		from += (uint64_t)1 << level;
	}
	header_of(l, again);
	return memcmp(h, again, HEADER) == 0;
}

/* Its last record stands in the archive and has that leaf. */
static bool
fits(const struct gk_leaves *l, struct gk_archive *a)
{
	struct gk_warc_rec rec = { .type = GK_WARC_OTHER };
	struct gk_hash leaf, kept;
	struct gk_buf scratch;
	struct gk_loc loc;
	bool same = false;

	if (!leaf_place(l, l->edge.size - 1, &loc) || !gk_leaves_read((void *)l, 0, l->edge.size - 1, &kept) || gk_archive_read(a, loc, &rec, NULL) != GK_OK)
		return false;
	gk_buf_init(&scratch, GK_LEAF_MAX);
	if (leaf_of(&rec, &scratch, &leaf, NULL) == GK_OK)
		same = gk_hash_equal(&leaf, &kept);
	gk_buf_free(&scratch);
	gk_warc_rec_free(&rec);
	return same;
}

static enum gk_status
read_on(struct gk_leaves *l, struct gk_archive *a, uint64_t want, struct gk_err *err)
{
	struct gk_scan *scan;
	struct gk_warc_rec rec;
	struct gk_buf scratch;
	struct gk_hash leaf;
	struct gk_loc at;
	enum gk_status st = gk_scan_open(a, l->mark, &scan, err);

	if (st != GK_OK)
		return st;
	gk_buf_init(&scratch, GK_LEAF_MAX);
	while (st == GK_OK && (want == 0 || l->edge.size < want)) {
		st = gk_scan_next(scan, &rec, &at, err);
		if (st != GK_OK)
			break;
		st = leaf_of(&rec, &scratch, &leaf, err);
		if (st == GK_OK)
			st = add(l, rec.loc, &leaf, err);
		/* The place behind the record itself: `at` may speak of the next segment. */
		l->mark = (struct gk_loc){ .segment = rec.loc.segment, .offset = rec.loc.offset + rec.loc.length };
		gk_warc_rec_free(&rec);
	}
	gk_buf_free(&scratch);
	gk_scan_close(scan);
	return st == GK_END ? GK_OK : st;
}

static enum gk_status
finish(struct gk_leaves *l, struct gk_archive *a, uint64_t want, struct gk_leaves **out, struct gk_err *err)
{
	enum gk_status st = read_on(l, a, l->keep ? 0 : want, err);

	if (st == GK_OK)
		st = save(l, err);
	if (st == GK_OK)
		*out = l;
	else
		gk_leaves_close(l);
	return st;
}

enum gk_status
gk_leaves_rebuild(struct gk_archive *a, const char *dir, bool keep, uint64_t want, struct gk_leaves **out, struct gk_err *err)
{
	struct gk_leaves *l = new_leaves(dir, keep);
	enum gk_status st;
	char *index;

	if (l == NULL)
		return gk_nomem(err);
	if (keep) {
		/* The lock is ours: nobody else writes this name. */
		index = gk_path(dir, "index");
		l->fresh_path = gk_path(dir, "index/leaves.new");
		st = index == NULL || l->fresh_path == NULL ? gk_nomem(err) : gk_make_dir(index, 0755, err);
		free(index);
		if (st != GK_OK) {
			gk_leaves_close(l);
			return st;
		}
		l->fd = gk_fault("open") ? -1 : open(l->fresh_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
		if (l->fd < 0) {
			st = unwritten(l, err);
			gk_leaves_close(l);
			return st;
		}
	}
	return finish(l, a, want, out, err);
}

enum gk_status
gk_leaves_open(struct gk_archive *a, const char *dir, bool keep, uint64_t want, struct gk_leaves **out, struct gk_err *err)
{
	struct gk_leaves *l = new_leaves(dir, keep);

	if (l == NULL)
		return gk_nomem(err);
	if (load(l) && fits(l, a))
		return finish(l, a, want, out, err);
	gk_leaves_close(l);
	return gk_leaves_rebuild(a, dir, keep, want, out, err);
}

uint64_t
gk_leaves_size(const struct gk_leaves *l)
{
	return l->edge.size;
}

uint64_t
gk_leaves_fresh(const struct gk_leaves *l)
{
	return l->fresh;
}

/* --- did the archive only grow? -------------------------------------------------------------------------------------------------- */

/* What reading found, and what the kept hashes know of it: these only help to say where. */
struct growth {
	struct gk_merkle_edge edge;
	struct gk_leaves *kept;		/* NULL: none of use */
	bool differs;
	uint64_t index;			/* of the first record that is another than the kept one */
	struct gk_loc at;
};

static enum gk_status
believe(const char *dir, const char *p, size_t n, struct gk_checkpoint *out, struct gk_err *err)
{
	struct gk_note *note = malloc(sizeof *note);
	struct gk_note_key key;
	struct gk_buf text;
	enum gk_status st;

	gk_buf_init(&text, GK_NOTE_MAX);
	st = note == NULL ? gk_nomem(err) : n > GK_NOTE_MAX / 2 ? GK_REFUSED : gk_checkpoint_note(p, n, &text, err);
	if (st == GK_REFUSED && n > GK_NOTE_MAX / 2)
		gk_fail(err, st, GK_CAUSE_LIMIT, "检查点过大：%zu 字节", "the checkpoint is too large: %zu bytes", n);
	if (st == GK_OK)
		st = gk_note_parse(text.p == NULL ? "" : text.p, text.n, note, err);
	if (st == GK_OK)
		st = gk_checkpoint_parse(note->text, note->text_n, out, err);
	if (st == GK_OK)
		st = gk_key_public(dir, &key, err);
	if (st == GK_OK && strcmp(out->origin, key.name) != 0)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "这是 '%s' 的检查点，本档案是 '%s'", "this is a checkpoint of '%s', this archive is '%s'", out->origin, key.name);
	if (st == GK_OK) {
		st = gk_note_verify(note, &key, NULL, err);
		if (st == GK_END) {
			st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "检查点不是用本档案的密钥 '%s+%08x' 签的", "the checkpoint is not signed with the key of this archive, '%s+%08x'",
				     key.name, (unsigned)key.id);
			gk_hint(err, "若密钥从未更换，则档案或检查点是伪造的", "if the key was never changed, the archive or the checkpoint is a forgery");
		}
	}
	gk_buf_free(&text);
	free(note);
	return st;
}

static enum gk_status
grow(struct growth *g, struct gk_archive *a, uint64_t size, struct gk_err *err)
{
	struct gk_hash leaf, kept, made[GK_LEVELS + 1];
	struct gk_scan *scan;
	struct gk_warc_rec rec;
	struct gk_buf scratch;
	struct gk_loc at;
	enum gk_status st = gk_scan_open(a, (struct gk_loc){ 0, 0, 0 }, &scan, err);

	if (st != GK_OK)
		return st;
	gk_buf_init(&scratch, GK_LEAF_MAX);
	while (g->edge.size < size && (st = gk_scan_next(scan, &rec, &at, err)) == GK_OK) {
		st = leaf_of(&rec, &scratch, &leaf, err);
		if (st == GK_OK && g->kept != NULL && !g->differs && gk_leaves_read(g->kept, 0, g->edge.size, &kept) && !gk_hash_equal(&leaf, &kept)) {
			g->differs = true;
			g->index = g->edge.size;
			g->at = rec.loc;
		}
		gk_warc_rec_free(&rec);
		if (st != GK_OK)
			break;
		gk_merkle_add(&g->edge, &leaf, made);
	}
	gk_buf_free(&scratch);
	gk_scan_close(scan);
	return st == GK_END ? GK_OK : st;
}

static enum gk_status
judge(const struct growth *g, const struct gk_checkpoint *c, struct gk_err *err)
{
	struct gk_hash root, kept;

	gk_merkle_edge_root(&g->edge, &root);
	if (g->edge.size == c->size && gk_hash_equal(&root, &c->root))
		return GK_OK;
	if (g->differs && gk_merkle_root(gk_leaves_read, g->kept, c->size, &kept) && gk_hash_equal(&kept, &c->root))
		gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "档案不是检查点（%" PRIu64 " 条记录）当时的样子：从第 %" PRIu64 " 条记录（段 %06u 位置 %" PRIu64 "）起不同",
			"the archive is not what it was at the checkpoint of %" PRIu64 " records: record number %" PRIu64 " (segment %06u offset %" PRIu64 ") is the first that differs",
			c->size, g->index + 1, (unsigned)g->at.segment, g->at.offset);
	else if (g->edge.size < c->size)
		gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "档案只有 %" PRIu64 " 条记录，检查点当时有 %" PRIu64 " 条：后来的被去掉了，或这是旧的副本",
			"the archive has %" PRIu64 " records, at the checkpoint it had %" PRIu64 ": the newest were removed, or this is an older copy", g->edge.size, c->size);
	else
		gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "档案的前 %" PRIu64 " 条记录不是检查点当时的记录：有的被改、换或去掉了",
			"the first %" PRIu64 " records of the archive are not those of the checkpoint: some were changed, exchanged or removed", c->size);
	gk_hint(err, "不要再往里写；与别处的副本比对，并查清经过", "do not add to it; compare with a copy kept elsewhere, and find out what happened");
	return GK_REFUSED;
}

enum gk_status
gk_check_against(struct gk_archive *a, const char *dir, const char *note, size_t n, struct gk_err *err)
{
	struct growth g = { .kept = NULL };
	struct gk_checkpoint c;
	enum gk_status st = believe(dir, note, n, &c, err);

	if (st != GK_OK)
		return st;
	g.kept = new_leaves(dir, false);
	if (g.kept != NULL && !load(g.kept)) {
		gk_leaves_close(g.kept);
		g.kept = NULL;
	}
	st = grow(&g, a, c.size, err);
	if (st == GK_OK)
		st = judge(&g, &c, err);
	gk_leaves_close(g.kept);
	return st;
}
