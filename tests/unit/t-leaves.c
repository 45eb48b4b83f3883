/* Leaves, kept hashes, keys, stored checkpoints, and whether an archive only grew: on archives made here, some over many small segments. */
#include "archive/append-private.h"
#include "archive/checkpoints.h"
#include "archive/key.h"
#include "archive/leaves.h"

#include "base/digest.h"
#include "base/fault.h"
#include "base/io.h"

#include <sodium.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char dir[256];

/* --- an archive --------------------------------------------------------------------------------------------------------- */

static int
make_dir(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(dir, sizeof dir, "%.200s/gongkai-leaves.XXXXXX", tmp != NULL ? tmp : "/tmp");
	return sodium_init() < 0 || mkdtemp(dir) == NULL || gk_archive_create(dir, NULL) != GK_OK ? -1 : 0;
}

static int
remove_dir(void **state)
{
	(void)state;
#ifdef GK_FAULTS
	gk_fault_arm(0);
#endif
	return gk_remove_tree(dir, NULL) == GK_OK ? 0 : -1;
}

/* Append n records; segments close at `limit` bytes (0: as usual). */
static void
append(unsigned n, uint64_t limit)
{
	struct gk_append *w;
	struct gk_loc loc;

	assert_int_equal(gk_append_open(dir, 0, (struct gk_loc){ 0, 0, 0 }, &w, NULL, NULL), GK_OK);
	if (limit > 0)
		gk_append_limit(w, limit);
	for (unsigned i = 0; i < n; i++) {
		char block[64];
		struct gk_put put = { .type = i % 3 == 2 ? GK_WARC_METADATA : GK_WARC_RESOURCE, .target_uri = "urn:gongkai:dzmm-2021-000001", .content_type = "text/plain", .block = block };

		put.n = (size_t)snprintf(block, sizeof block, "record %u of %u", i, n);
		assert_int_equal(gk_append_record(w, &put, &loc, NULL), GK_OK);
	}
	assert_int_equal(gk_append_sync(w, &loc, NULL), GK_OK);
	gk_append_close(w);
}

static struct gk_archive *
open_archive(void)
{
	struct gk_archive *a;

	assert_int_equal(gk_archive_open(dir, &a, NULL), GK_OK);
	return a;
}

/* The tree by plain scanning; places[i] if places is not NULL. */
static struct gk_merkle_edge
scanned(struct gk_archive *a, uint64_t most, struct gk_loc *places)
{
	struct gk_merkle_edge edge = { .size = 0 };
	struct gk_hash leaf, made[GK_LEVELS + 1];
	struct gk_scan *scan;
	struct gk_warc_rec rec;
	struct gk_buf entry;
	struct gk_loc at;

	gk_buf_init(&entry, GK_LEAF_MAX);
	assert_int_equal(gk_scan_open(a, (struct gk_loc){ 0, 0, 0 }, &scan, NULL), GK_OK);
	while (edge.size < most && gk_scan_next(scan, &rec, &at, NULL) == GK_OK) {
		gk_buf_reset(&entry);
		assert_true(gk_leaf_entry(&rec, &entry));
		gk_leaf_hash(&entry, &leaf);
		if (places != NULL)
			places[edge.size] = rec.loc;
		gk_merkle_add(&edge, &leaf, made);
		gk_warc_rec_free(&rec);
	}
	gk_scan_close(scan);
	gk_buf_free(&entry);
	return edge;
}

/* Size and root of the leaves are those of the archive. */
static void
assert_fits(struct gk_leaves *l, struct gk_archive *a)
{
	struct gk_merkle_edge edge = scanned(a, UINT64_MAX, NULL);
	struct gk_hash want, have;

	gk_merkle_edge_root(&edge, &want);
	assert_int_equal(gk_leaves_size(l), edge.size);
	assert_true(gk_merkle_root(gk_leaves_read, l, edge.size, &have));
	assert_memory_equal(have.b, want.b, GK_HASH);
}

static char *
in_dir(const char *name)
{
	static char path[320];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

static off_t
size_of(const char *name)
{
	struct stat sb;

	return stat(in_dir(name), &sb) == 0 ? sb.st_size : -1;
}

static void
flip(const char *name, off_t at)
{
	int fd = open(in_dir(name), O_RDWR);
	unsigned char c;

	assert_int_equal(pread(fd, &c, 1, at), 1);
	c ^= 0x20;
	assert_int_equal(pwrite(fd, &c, 1, at), 1);
	close(fd);
}

/* Sign what the archive has now; the note goes to *out, yours to free. */
static void
sign_now(struct gk_buf *out, const char *origin)
{
	struct gk_archive *a = open_archive();
	struct gk_merkle_edge edge = scanned(a, UINT64_MAX, NULL);
	struct gk_checkpoint c = { .size = edge.size };
	struct gk_note_secret secret;
	struct gk_buf text;
	bool made;

	gk_merkle_edge_root(&edge, &c.root);
	assert_int_equal(gk_key_secret(dir, "gongkai/dzmm", &secret, &made, NULL), GK_OK);
	snprintf(c.origin, sizeof c.origin, "%s", origin);
	gk_buf_init(&text, GK_NOTE_MAX);
	gk_buf_init(out, GK_NOTE_MAX);
	assert_true(gk_checkpoint_text(&c, &text));
	gk_buf_add(out, text.p, text.n);
	gk_buf_putc(out, '\n');
	assert_true(gk_note_sign_line(&secret, text.p, text.n, 0, out));
	gk_buf_free(&text);
	gk_archive_close(a);
}

static enum gk_status
against(const struct gk_buf *note, struct gk_err *err)
{
	struct gk_archive *a = open_archive();
	enum gk_status st = gk_check_against(a, dir, note->p, note->n, err);

	gk_archive_close(a);
	return st;
}

/* --- one leaf ------------------------------------------------------------------------------------------------------------- */

static void
an_entry_is_what_the_grammar_says(void **state)
{
	struct gk_warc_rec rec = { .type = GK_WARC_RESOURCE, .id = "urn:uuid:0d4bfc7e-6e0e-4c53-a9c5-3a7b1f6dd9b1", .date = "2026-11-23T15:49:07.123Z",
				   .block_digest = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", .payload_digest = "sha256:x", .target_uri = "urn:gongkai:a" };
	struct gk_buf b;
	struct gk_leaf leaf;

	(void)state;
	gk_buf_init(&b, GK_LEAF_MAX);
	assert_true(gk_leaf_entry(&rec, &b));
	assert_string_equal(b.p, "gongkai leaf 1\nid: urn:uuid:0d4bfc7e-6e0e-4c53-a9c5-3a7b1f6dd9b1\ntype: resource\ndate: 2026-11-23T15:49:07.123Z\n"
				 "block: sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\npayload: sha256:x\nuri: urn:gongkai:a\n");
	assert_true(gk_leaf_parse(b.p, b.n, &leaf));
	assert_string_equal(leaf.id, rec.id);
	assert_string_equal(leaf.type, "resource");
	assert_string_equal(leaf.date, rec.date);
	assert_string_equal(leaf.block, rec.block_digest);
	assert_string_equal(leaf.payload, "sha256:x");
	assert_string_equal(leaf.uri, "urn:gongkai:a");
	for (size_t n = 0; n < b.n; n++) {
		char *cut = malloc(n + 1);

		memcpy(cut, b.p, n);
		/* Whole lines at the end may be left out: payload and uri need not be there. */
		if (gk_leaf_parse(cut, n, &leaf) != (n > 60 && b.p[n - 1] == '\n' && (memcmp(b.p + n, "payload", 7) == 0 || memcmp(b.p + n, "uri", 3) == 0)))
			fail_msg("cut at %zu", n);
		free(cut);
	}
	gk_buf_free(&b);
}

static void
the_block_of_a_record_without_sha256_is_hashed(void **state)
{
	static char abc[] = "abc";
	struct gk_warc_rec rec = { .type = GK_WARC_OTHER, .id = "urn:x", .date = "2026", .block_digest = "sha1:QQQQ", .target_uri = "" };
	struct gk_buf b;

	(void)state;
	rec.block.p = abc;
	rec.block.n = 3;
	gk_buf_init(&b, GK_LEAF_MAX);
	assert_true(gk_leaf_entry(&rec, &b));
	assert_string_equal(b.p, "gongkai leaf 1\nid: urn:x\ntype: other\ndate: 2026\nblock: sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n");
	gk_buf_free(&b);
}

/* A tombstone keeps the fields of the grammar: nothing else may count. */
static void
a_destroyed_payload_does_not_change_the_leaf(void **state)
{
	static char abc[] = "abc";
	struct gk_warc_rec rec = { .type = GK_WARC_RESOURCE, .id = "urn:x", .date = "2026", .target_uri = "",
				   .block_digest = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", .content_type = "text/plain" };
	struct gk_buf before, after;

	(void)state;
	gk_buf_init(&before, GK_LEAF_MAX);
	gk_buf_init(&after, GK_LEAF_MAX);
	rec.block.p = abc;
	rec.block.n = 3;
	assert_true(gk_leaf_entry(&rec, &before));
	rec.block.p = NULL;
	rec.block.n = 0;
	rec.content_type = "";
	rec.loc.offset = 99;
	snprintf(rec.refers_to, sizeof rec.refers_to, "urn:approval");
	assert_true(gk_leaf_entry(&rec, &after));
	assert_string_equal(before.p, after.p);
	gk_buf_free(&before);
	gk_buf_free(&after);
}

static void
what_is_no_entry_is_refused(void **state)
{
#define B "block: sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"
	static const char *const rows[] = {
		"", "gongkai leaf 1\n", "gongkai leaf 2\nid: a\ntype: resource\ndate: 2026\n" B, "gongkai leaf 1\ntype: resource\nid: a\ndate: 2026\n" B,
		"gongkai leaf 1\nid: a\ntype: letter\ndate: 2026\n" B, "gongkai leaf 1\nid: \ntype: resource\ndate: 2026\n" B, "gongkai leaf 1\nid: a\ntype: resource\ndate: 2026\nblock: sha1:a\n",
		"gongkai leaf 1\nid: a\ntype: resource\ndate: 2026\n" B B, "gongkai leaf 1\nid: a\ntype: resource\ndate: 2026\n" B "uri: a\npayload: b\n",
		"gongkai leaf 1\nid: a\ntype: resource\ndate: 2026\n" B "more: a\n", "gongkai leaf 1\nid: a\ntype: resource\ndate: 2026\n" B "uri: a",
	};
	struct gk_leaf leaf;

	(void)state;
	assert_true(gk_leaf_parse("gongkai leaf 1\nid: a\ntype: resource\ndate: 2026\n" B, strlen("gongkai leaf 1\nid: a\ntype: resource\ndate: 2026\n" B), &leaf));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (gk_leaf_parse(rows[i], strlen(rows[i]), &leaf))
			fail_msg("row %zu", i);
#undef B
}

/* --- kept hashes ------------------------------------------------------------------------------------------------------------- */

static void
leaves_are_the_records_and_grow_with_them(void **state)
{
	uint64_t before = 0;

	(void)state;
	for (unsigned round = 0; round < 12; round++) {
		struct gk_archive *a;
		struct gk_leaves *l;

		append(round * 3, round % 2 == 0 ? 700 : 0);
		a = open_archive();
		assert_int_equal(gk_leaves_open(a, dir, true, 0, &l, NULL), GK_OK);
		assert_fits(l, a);
		/* Only what is new was read. */
		assert_int_equal(gk_leaves_fresh(l), gk_leaves_size(l) - before);
		before = gk_leaves_size(l);
		gk_leaves_close(l);
		gk_archive_close(a);
	}
}

static void
every_record_is_found_by_its_place(void **state)
{
	struct gk_loc places[200];
	struct gk_merkle_edge edge;
	struct gk_archive *a;
	struct gk_leaves *l;
	uint64_t index;

	(void)state;
	append(100, 900);
	a = open_archive();
	edge = scanned(a, 200, places);
	assert_int_equal(gk_leaves_open(a, dir, true, 0, &l, NULL), GK_OK);
	for (uint64_t i = 0; i < edge.size; i++) {
		struct gk_loc loc;

		assert_true(gk_leaves_find(l, places[i], &index));
		assert_int_equal(index, i);
		assert_true(gk_leaves_place(l, i, &loc));
		assert_memory_equal(&loc, &places[i], sizeof loc);
		places[i].offset++;
		assert_false(gk_leaves_find(l, places[i], &index));
	}
	assert_false(gk_leaves_place(l, edge.size, &places[0]));
	gk_leaves_close(l);
	gk_archive_close(a);
}

static void
without_the_lock_nothing_is_written_and_no_more_read_than_wanted(void **state)
{
	struct gk_merkle_edge edge;
	struct gk_hash want, have;
	struct gk_archive *a;
	struct gk_leaves *l;

	(void)state;
	append(40, 0);
	a = open_archive();
	assert_int_equal(gk_leaves_open(a, dir, false, 0, &l, NULL), GK_OK);
	assert_fits(l, a);
	gk_leaves_close(l);
	assert_int_equal(size_of("index/leaves"), -1);
	assert_int_equal(gk_leaves_open(a, dir, false, 17, &l, NULL), GK_OK);
	assert_int_equal(gk_leaves_size(l), 17);
	edge = scanned(a, 17, NULL);
	gk_merkle_edge_root(&edge, &want);
	assert_true(gk_merkle_root(gk_leaves_read, l, 17, &have));
	assert_memory_equal(have.b, want.b, GK_HASH);
	gk_leaves_close(l);
	gk_archive_close(a);
}

/* Half from the file, half from memory: the same tree. */
static void
a_reader_goes_on_where_the_file_ends(void **state)
{
	struct gk_archive *a;
	struct gk_leaves *l;
	off_t before;

	(void)state;
	append(21, 0);
	a = open_archive();
	assert_int_equal(gk_leaves_open(a, dir, true, 0, &l, NULL), GK_OK);
	gk_leaves_close(l);
	before = size_of("index/leaves");
	append(22, 500);
	assert_int_equal(gk_leaves_open(a, dir, false, 0, &l, NULL), GK_OK);
	assert_true(gk_leaves_fresh(l) >= 22 && gk_leaves_fresh(l) < gk_leaves_size(l));
	assert_fits(l, a);
	for (uint64_t m = 1; m <= gk_leaves_size(l); m++) {
		struct gk_merkle_edge edge = scanned(a, m, NULL);
		struct gk_hash want, have;

		gk_merkle_edge_root(&edge, &want);
		assert_true(gk_merkle_root(gk_leaves_read, l, m, &have));
		assert_memory_equal(have.b, want.b, GK_HASH);
	}
	gk_leaves_close(l);
	assert_int_equal(size_of("index/leaves"), before);
	gk_archive_close(a);
}

static void
a_file_that_does_not_fit_is_made_anew(void **state)
{
	struct gk_archive *a;
	struct gk_leaves *l;

	(void)state;
	append(10, 0);
	a = open_archive();
	/* Each byte of the header, then cuts at some places. */
	for (off_t at = 0; at < 128 + 20; at++) {
		assert_int_equal(gk_leaves_open(a, dir, true, 0, &l, NULL), GK_OK);
		gk_leaves_close(l);
		if (at < 128)
			flip("index/leaves", at);
		else
			assert_int_equal(truncate(in_dir("index/leaves"), (at - 128) * 53), 0);
		assert_int_equal(gk_leaves_open(a, dir, true, 0, &l, NULL), GK_OK);
		assert_int_equal(gk_leaves_fresh(l), gk_leaves_size(l));
		assert_fits(l, a);
		gk_leaves_close(l);
	}
	gk_archive_close(a);
}

static void
a_file_of_another_archive_is_not_believed(void **state)
{
	struct gk_archive *a;
	struct gk_leaves *l;

	(void)state;
	append(10, 0);
	a = open_archive();
	assert_int_equal(gk_leaves_open(a, dir, true, 0, &l, NULL), GK_OK);
	gk_leaves_close(l);
	gk_archive_close(a);
	/* The same records again: other ids, other times, and perhaps the very same lengths. */
	assert_int_equal(gk_remove_tree(in_dir("warc"), NULL), GK_OK);
	assert_int_equal(gk_archive_create(dir, NULL), GK_OK);
	append(10, 0);
	a = open_archive();
	assert_int_equal(gk_leaves_open(a, dir, true, 0, &l, NULL), GK_OK);
	assert_int_equal(gk_leaves_fresh(l), gk_leaves_size(l));
	assert_fits(l, a);
	gk_leaves_close(l);
	gk_archive_close(a);
}

/* A record exchanged for one of the same length: every place is as before. */
static void
an_exchanged_last_record_is_noticed(void **state)
{
	struct gk_loc places[16];
	struct gk_merkle_edge edge;
	struct gk_archive *a;
	struct gk_leaves *l;
	off_t whole;

	(void)state;
	append(4, 0);
	append(1, 0);
	whole = size_of("warc/000001.warc.gz");
	a = open_archive();
	edge = scanned(a, 16, places);
	assert_int_equal(gk_leaves_open(a, dir, true, 0, &l, NULL), GK_OK);
	gk_leaves_close(l);
	gk_archive_close(a);
	/* Ids are random and so are lengths, by a few bytes: try until one fits. */
	for (int i = 0; i < 1000 && (i == 0 || size_of("warc/000001.warc.gz") != whole); i++) {
		assert_int_equal(truncate(in_dir("warc/000001.warc.gz"), (off_t)places[edge.size - 1].offset), 0);
		append(1, 0);
	}
	assert_int_equal(size_of("warc/000001.warc.gz"), whole);
	a = open_archive();
	assert_int_equal(gk_leaves_open(a, dir, true, 0, &l, NULL), GK_OK);
	assert_int_equal(gk_leaves_fresh(l), edge.size);
	assert_fits(l, a);
	gk_leaves_close(l);
	gk_archive_close(a);
}

static void
there_is_no_tree_over_a_damaged_record(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_archive *a;
	struct gk_leaves *l;

	(void)state;
	append(10, 0);
	flip("warc/000001.warc.gz", size_of("warc/000001.warc.gz") / 2);
	a = open_archive();
	assert_int_equal(gk_leaves_open(a, dir, true, 0, &l, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	assert_int_equal(size_of("index/leaves"), -1);
	assert_int_equal(size_of("index/leaves.new"), -1);
	gk_archive_close(a);
}

/* --- growth -------------------------------------------------------------------------------------------------------------------- */

static void
an_archive_that_grew_passes(void **state)
{
	struct gk_buf note;

	(void)state;
	append(10, 0);
	sign_now(&note, "gongkai/dzmm");
	assert_int_equal(against(&note, NULL), GK_OK);
	append(50, 600);
	assert_int_equal(against(&note, NULL), GK_OK);
	gk_buf_free(&note);
}

static void
a_removed_tail_record_is_seen(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_loc places[16];
	struct gk_archive *a;
	struct gk_merkle_edge edge;
	struct gk_buf note;

	(void)state;
	append(10, 0);
	sign_now(&note, "gongkai/dzmm");
	a = open_archive();
	edge = scanned(a, 16, places);
	gk_archive_close(a);
	assert_int_equal(truncate(in_dir("warc/000001.warc.gz"), (off_t)places[edge.size - 1].offset), 0);
	assert_int_equal(against(&note, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	assert_non_null(strstr(err.what_en, "10 records, at the checkpoint it had 11"));
	/* Another one in its place does not hide it. */
	append(1, 0);
	assert_int_equal(against(&note, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	gk_buf_free(&note);
}

static void
a_record_taken_out_of_the_middle_is_named(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_loc places[16];
	struct gk_archive *a;
	struct gk_leaves *l;
	struct gk_buf note, bytes;
	char *path;

	(void)state;
	append(10, 0);
	sign_now(&note, "gongkai/dzmm");
	a = open_archive();
	scanned(a, 16, places);
	assert_int_equal(gk_leaves_open(a, dir, true, 0, &l, NULL), GK_OK);
	gk_leaves_close(l);
	gk_archive_close(a);
	path = in_dir("warc/000001.warc.gz");
	assert_int_equal(gk_read_file(path, 1 << 20, &bytes, NULL), GK_OK);
	memmove(bytes.p + places[4].offset, bytes.p + places[5].offset, bytes.n - places[5].offset);
	assert_int_equal(gk_replace_file(path, 0644, bytes.p, bytes.n - places[4].length, NULL), GK_OK);
	gk_buf_free(&bytes);
	assert_int_equal(against(&note, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	assert_non_null(strstr(err.what_en, "record number 5 (segment 000001"));
	/* Without the kept hashes it is seen all the same. */
	assert_int_equal(unlink(in_dir("index/leaves")), 0);
	assert_int_equal(against(&note, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	gk_buf_free(&note);
}

static void
a_checkpoint_of_somebody_else_is_refused(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_archive *a;
	struct gk_buf note;

	(void)state;
	append(3, 0);
	sign_now(&note, "gongkai/other");
	assert_int_equal(against(&note, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_BAD_DATA);
	gk_buf_free(&note);
	sign_now(&note, "gongkai/dzmm");
	assert_int_equal(against(&note, NULL), GK_OK);
	/* A new key: the old checkpoint does not hold under it. */
	assert_int_equal(gk_remove_tree(in_dir("keys"), NULL), GK_OK);
	assert_int_equal(against(&note, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_NOT_FOUND);
	{
		struct gk_buf other;

		sign_now(&other, "gongkai/dzmm");
		assert_int_equal(against(&other, NULL), GK_OK);
		gk_buf_free(&other);
	}
	assert_int_equal(against(&note, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_BAD_DATA);
	a = open_archive();
	assert_int_equal(gk_check_against(a, dir, "", 0, &err), GK_REFUSED);
	assert_int_equal(gk_check_against(a, dir, "x\n\ny\n", 5, &err), GK_REFUSED);
	gk_archive_close(a);
	gk_buf_free(&note);
}

/* --- keys and checkpoints on disk ------------------------------------------------------------------------------------------------ */

static void
the_key_is_made_once_and_only_its_owner_may_read_it(void **state)
{
	struct gk_note_secret first, again;
	struct gk_note_key pub;
	struct gk_err err = GK_ERR_INIT;
	struct stat sb;
	bool made;

	(void)state;
	assert_int_equal(gk_key_public(dir, &pub, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_NOT_FOUND);
	umask(0);
	assert_int_equal(gk_key_secret(dir, "gongkai/dzmm", &first, &made, NULL), GK_OK);
	assert_true(made);
	assert_int_equal(stat(in_dir("keys/checkpoint.key"), &sb), 0);
	assert_int_equal(sb.st_mode & 07777, 0600);
	assert_int_equal(gk_key_secret(dir, "gongkai/dzmm", &again, &made, NULL), GK_OK);
	assert_false(made);
	assert_memory_equal(&first, &again, sizeof first);
	assert_int_equal(gk_key_public(dir, &pub, NULL), GK_OK);
	assert_true(gk_note_key_equal(&pub, &first.key));
	/* The public part can be written again from the secret one, never the other way. */
	assert_int_equal(unlink(in_dir("keys/checkpoint.pub")), 0);
	assert_int_equal(gk_key_secret(dir, "gongkai/dzmm", &again, &made, NULL), GK_OK);
	assert_int_equal(gk_key_public(dir, &pub, NULL), GK_OK);
	assert_int_equal(chmod(in_dir("keys/checkpoint.key"), 0640), 0);
	assert_int_equal(gk_key_secret(dir, "gongkai/dzmm", &again, &made, &err), GK_REFUSED);
	assert_non_null(strstr(err.hint_en, "chmod 600"));
	assert_true(sodium_is_zero((unsigned char *)&again, sizeof again));
	assert_int_equal(unlink(in_dir("keys/checkpoint.key")), 0);
	assert_int_equal(gk_key_secret(dir, "gongkai/dzmm", &again, &made, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_NOT_FOUND);
	assert_int_equal(size_of("keys/checkpoint.key"), -1);
}

static void
halves_of_two_pairs_are_not_used(void **state)
{
	struct gk_note_secret first, other;
	char text[GK_NOTE_KEY_MAX];
	struct gk_err err = GK_ERR_INIT;
	bool made;

	(void)state;
	assert_int_equal(gk_key_secret(dir, "gongkai/dzmm", &first, &made, NULL), GK_OK);
	gk_note_secret_make("gongkai/dzmm", GK_NOTE_ED25519, NULL, &other);
	gk_note_key_format(&other.key, text);
	assert_int_equal(gk_replace_file(in_dir("keys/checkpoint.pub"), 0644, text, strlen(text), NULL), GK_OK);
	assert_int_equal(gk_key_secret(dir, "gongkai/dzmm", &first, &made, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_BAD_DATA);
}

static void
checkpoints_are_found_by_their_number_of_records(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_note *note = malloc(sizeof *note);
	struct gk_checkpoint c;
	struct gk_buf text, again;
	uint64_t size;

	(void)state;
	assert_int_equal(gk_checkpoint_newest(dir, &size, NULL), GK_END);
	sign_now(&text, "gongkai/dzmm");
	assert_int_equal(gk_checkpoint_store(dir, 1, &text, NULL), GK_OK);
	assert_int_equal(gk_checkpoint_newest(dir, &size, NULL), GK_OK);
	assert_int_equal(size, 1);
	assert_int_equal(gk_checkpoint_load(dir, 1, &again, note, &c, NULL), GK_OK);
	assert_int_equal(c.size, 1);
	assert_string_equal(again.p, text.p);
	gk_buf_free(&again);
	/* A name that lies, and names that are none. */
	for (uint64_t i = 0; i < 7; i++)
		assert_int_equal(gk_checkpoint_store(dir, 1 + i * 3 % 7, &text, NULL), GK_OK);
	assert_int_equal(gk_replace_file(in_dir("checkpoints/9.note"), 0644, "x", 1, NULL), GK_OK);
	assert_int_equal(gk_checkpoint_newest(dir, &size, NULL), GK_OK);
	assert_int_equal(size, 7);
	assert_int_equal(gk_checkpoint_load(dir, 7, &again, note, &c, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	assert_int_equal(gk_checkpoint_load(dir, 12, &again, note, &c, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_NOT_FOUND);
	gk_buf_free(&text);
	free(note);
}

/* --- the world refuses ---------------------------------------------------------------------------------------------------------- */

#ifdef GK_FAULTS
static void
after_any_single_failure_the_same_call_succeeds(void **state)
{
	struct gk_buf note;
	unsigned n;

	(void)state;
	append(30, 0);
	sign_now(&note, "gongkai/dzmm");
	for (n = 1; n < 500; n++) {
		struct gk_note_secret secret;
		struct gk_err err = GK_ERR_INIT;
		struct gk_archive *a;
		struct gk_leaves *l = NULL;
		bool made, hit;
		enum gk_status st;

		if (n % 2 == 0)
			unlink(in_dir("index/leaves"));
		append(1, 0);
		a = open_archive();
		gk_fault_arm(n);
		st = gk_leaves_open(a, dir, true, 0, &l, &err);
		if (st == GK_OK)
			st = gk_key_secret(dir, "gongkai/dzmm", &secret, &made, &err);
		if (st == GK_OK)
			st = gk_checkpoint_store(dir, 31, &note, &err);
		if (st == GK_OK)
			st = gk_check_against(a, dir, note.p, note.n, &err);
		hit = gk_fault_hit() != NULL;
		gk_fault_arm(0);
		if (st != GK_OK && err.cause == GK_CAUSE_NONE)
			fail_msg("point %u: no message", n);
		if (l != NULL)
			gk_leaves_close(l);
		assert_int_equal(gk_leaves_open(a, dir, true, 0, &l, NULL), GK_OK);
		assert_fits(l, a);
		gk_leaves_close(l);
		assert_int_equal(gk_check_against(a, dir, note.p, note.n, NULL), GK_OK);
		gk_archive_close(a);
		if (!hit)
			break;
	}
	assert_in_range(n, 20, 499);
	gk_buf_free(&note);
}
#endif

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, make_dir, remove_dir)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_is_what_the_grammar_says),
		cmocka_unit_test(the_block_of_a_record_without_sha256_is_hashed),
		cmocka_unit_test(a_destroyed_payload_does_not_change_the_leaf),
		cmocka_unit_test(what_is_no_entry_is_refused),
		T(leaves_are_the_records_and_grow_with_them),
		T(every_record_is_found_by_its_place),
		T(without_the_lock_nothing_is_written_and_no_more_read_than_wanted),
		T(a_reader_goes_on_where_the_file_ends),
		T(a_file_that_does_not_fit_is_made_anew),
		T(a_file_of_another_archive_is_not_believed),
		T(an_exchanged_last_record_is_noticed),
		T(there_is_no_tree_over_a_damaged_record),
		T(an_archive_that_grew_passes),
		T(a_removed_tail_record_is_seen),
		T(a_record_taken_out_of_the_middle_is_named),
		T(a_checkpoint_of_somebody_else_is_refused),
		T(the_key_is_made_once_and_only_its_owner_may_read_it),
		T(halves_of_two_pairs_are_not_used),
		T(checkpoints_are_found_by_their_number_of_records),
#ifdef GK_FAULTS
		T(after_any_single_failure_the_same_call_succeeds),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
