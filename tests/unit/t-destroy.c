/* Tombstones: members of an exact length that everybody inflates, and segments rewritten with them. */
#include "archive/append-private.h"
#include "archive/destroy.h"
#include "archive/gzmember.h"
#include "archive/leaves.h"
#include "archive/verify.h"
#include "base/fault.h"
#include "base/io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <sodium.h>

/* --- members of a given length --- */

static void
inflates_to(const struct gk_buf *member, const char *want, size_t n)
{
	z_stream z = { .next_in = (unsigned char *)member->p, .avail_in = (uInt)member->n };
	char *out = malloc(n + 64);

	assert_non_null(out);
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_out = (unsigned char *)out;
	z.avail_out = (uInt)n + 64;
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.avail_in, 0);
	assert_int_equal(z.total_out, n);
	assert_memory_equal(out, want, n);
	inflateEnd(&z);
	free(out);
}

/* Every length from too little to far more: it is exact, or refused, and refused only where it cannot be. */
static void
test_exact(void **state)
{
	char text[300];
	const size_t overhead = GK_GZ_HEADER + 8 + 5;

	(void)state;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)('a' + i * i % 23);
	for (int stored = 0; stored < 2; stored++)
		for (size_t n = 1; n <= sizeof text; n += 13) {
			unsigned refused_above = 0, least = 0;

			for (uint32_t length = GK_GZ_HEADER; length < n + 120; length++) {
				struct gk_buf out;
				const struct gk_piece pieces[] = { { text, n / 2 }, { text + n / 2, n - n / 2 } };

				gk_buf_init(&out, length + 8);
				if (gk_gz_exact(pieces, 2, stored, length, 77, &out)) {
					assert_int_equal(out.n, length);
					inflates_to(&out, text, n);
					least = least == 0 ? length : least;
				} else {
					assert_int_equal(out.n, 0);
					assert_false(out.failed);
					refused_above += least != 0;
				}
				gk_buf_free(&out);
			}
			assert_true(least != 0);
			if (stored) {
				assert_int_equal(least, n + overhead);
				assert_int_equal(refused_above, 1);	/* one byte over cannot be filled */
			}
			assert_true(refused_above <= 6);
		}
}

/* A large hole is filled too, and read quickly enough. */
static void
test_large(void **state)
{
	struct gk_buf out;
	const uint32_t length = 3 * 1024 * 1024 + 1;

	(void)state;
	gk_buf_init(&out, length + 8);
	assert_true(gk_gz_exact(&(struct gk_piece){ "abc", 3 }, 1, true, length, 0, &out));
	assert_int_equal(out.n, length);
	inflates_to(&out, "abc", 3);
	gk_buf_free(&out);
}

/* --- archives --- */

static char dir[64];

static int
setup(void **state)
{
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	snprintf(dir, sizeof dir, "/tmp/t-destroy.XXXXXX");
	return mkdtemp(dir) != NULL && gk_archive_create(dir, &err) == GK_OK ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	gk_remove_tree(dir, NULL);
	return 0;
}

static void
must(enum gk_status st, const struct gk_err *err)
{
	if (st != GK_OK)
		fail_msg("status %d: %s", st, err->what_en);
}

struct fixture { struct gk_append *w; struct gk_archive *a; struct gk_victim v[64]; char text[64][80]; size_t n; };

/* n records of 1, 2, 3 … characters that hardly compress, in segments of a few. */
static void
make(struct fixture *f, size_t n, uint64_t limit)
{
	struct gk_err err = GK_ERR_INIT;

	must(gk_append_open(dir, 0, (struct gk_loc){ .segment = 0 }, &f->w, NULL, &err), &err);
	gk_append_limit(f->w, limit);
	f->n = n;
	for (size_t i = 0; i < n; i++) {
		char *text = f->text[i];
		struct gk_put put = { .type = i % 3 == 2 ? GK_WARC_CONVERSION : GK_WARC_RESOURCE, .target_uri = "urn:gongkai:x", .content_type = "text/plain; charset=utf-8", .block = text };

		for (size_t k = 0; k <= i % 70; k++)
			text[k] = (char)(33 + (i * 31 + k * k * 7 + k) % 90);
		put.n = i % 70 + 1;
		must(gk_append_record(f->w, &put, &f->v[i].loc, &err), &err);
		snprintf(f->v[i].id, GK_WARC_ID, "%s", put.id);
	}
	must(gk_append_sync(f->w, NULL, &err), &err);
	must(gk_archive_open(dir, &f->a, &err), &err);
}

static void
close_both(struct fixture *f)
{
	gk_archive_close(f->a);
	gk_append_close(f->w);
}

static json_t *
order_of(void)
{
	return json_pack("{s:s, s:s}", "authority", "云档销〔2032〕1号", "date", "2032-03-01");
}

/* The whole of it, for these victims. */
static void
destroy(struct fixture *f, const size_t *which, size_t n)
{
	struct gk_victim v[64];
	struct gk_destruction *d;
	json_t *order = order_of(), *again;
	struct gk_put put;
	struct gk_loc at;
	struct gk_err err = GK_ERR_INIT;

	for (size_t i = 0; i < n; i++)
		v[i] = f->v[which[i]];
	must(gk_destroy_prepare(f->w, f->a, dir, v, n, order, &d, &err), &err);
	must(gk_destroy_order(f->w, d, &put, &at, &err), &err);
	must(gk_append_sync(f->w, NULL, &err), &err);
	must(gk_destroy_pending(f->a, dir, &again, &at, &err), &err);
	assert_non_null(again);
	assert_true(json_equal(again, order));
	must(gk_destroy_carry_out(f->a, dir, again, at, &err), &err);
	/* Once more is the same. */
	must(gk_destroy_carry_out(f->a, dir, again, at, &err), &err);
	json_decref(again);
	must(gk_destroy_done(dir, &err), &err);
	assert_int_equal(gk_destroy_pending(f->a, dir, &again, &at, &err), GK_END);
	assert_null(again);
	gk_destroy_free(d);
	json_decref(order);
}

struct found { unsigned n[GK_V_RULES]; };

static void
take_finding(void *arg, const struct gk_finding *finding)
{
	((struct found *)arg)->n[finding->rule]++;
}

static enum gk_status
no_event(void *arg, const struct gk_warc_rec *rec, struct gk_event_says *out, struct gk_err *err)
{
	(void)arg, (void)rec, (void)out, (void)err;
	return GK_END;
}

static struct gk_verify_totals
verify(struct found *found)
{
	struct gk_verify v = { .hooks = { .arg = found, .found = take_finding, .event = no_event } };
	struct gk_archive *a;
	struct gk_err err = GK_ERR_INIT;

	memset(found, 0, sizeof *found);
	must(gk_archive_open(dir, &a, &err), &err);
	must(gk_verify(a, &v, &err), &err);
	gk_archive_close(a);
	return v.totals;
}

static void
leaf_of(struct fixture *f, size_t i, struct gk_hash *out, bool *gone)
{
	struct gk_warc_rec rec;
	struct gk_buf entry;
	struct gk_err err = GK_ERR_INIT;

	must(gk_archive_read(f->a, f->v[i].loc, &rec, &err), &err);
	gk_buf_init(&entry, GK_LEAF_MAX);
	assert_true(gk_leaf_entry(&rec, &entry));
	gk_leaf_hash(&entry, out);
	*gone = rec.destroyed.segment != 0;
	assert_true(*gone ? rec.block.n == 0 : rec.block.n == i % 70 + 1 && memcmp(rec.block.p, f->text[i], rec.block.n) == 0);
	gk_buf_free(&entry);
	gk_warc_rec_free(&rec);
}

/* From one character on: a tombstone fits, all others are as they were, every leaf is, and verify is content. */
static void
test_rewritten(void **state)
{
	struct fixture f;
	struct gk_hash before[64], after;
	size_t which[32], n = 0;
	struct found found;
	struct gk_verify_totals t;
	bool gone;

	(void)state;
	make(&f, 60, 3000);
	assert_true(f.v[59].loc.segment > 4);
	for (size_t i = 0; i < 60; i++)
		leaf_of(&f, i, &before[i], &gone);
	for (size_t i = 0; i < 60; i += 2)
		which[n++] = 58 - i;
	destroy(&f, which, n);
	for (size_t i = 0; i < 60; i++) {
		leaf_of(&f, i, &after, &gone);
		assert_int_equal(gone, i % 2 == 0);
		assert_memory_equal(before[i].b, after.b, GK_HASH);
	}
	t = verify(&found);
	assert_int_equal(t.bad, 0);
	assert_int_equal(t.destroyed, 30);
	/* A second destruction in the same segments: each links to the digest before. */
	n = 0;
	for (size_t i = 1; i < 60; i += 4)
		which[n++] = i;
	destroy(&f, which, n);
	t = verify(&found);
	assert_int_equal(t.bad, 0);
	assert_int_equal(t.destroyed, 45);
	close_both(&f);
}

static void
copy_file(const char *from, const char *to)
{
	struct gk_buf b;
	struct gk_err err = GK_ERR_INIT;

	must(gk_read_file(from, 1 << 24, &b, &err), &err);
	must(gk_replace_file(to, 0644, b.p, b.n, &err), &err);
	gk_buf_free(&b);
}

/* What verify must see. */
static void
test_seen(void **state)
{
	struct fixture f;
	size_t which[] = { 0, 1, 3 };
	struct found found;
	char segment[128], old[128], new[128];
	struct gk_verify_totals t;

	(void)state;
	make(&f, 8, 1u << 30);
	snprintf(segment, sizeof segment, "%s/warc/000001.warc.gz", dir);
	snprintf(old, sizeof old, "%s/old", dir);
	snprintf(new, sizeof new, "%s/new", dir);
	copy_file(segment, old);
	destroy(&f, which, 3);
	copy_file(segment, new);
	/* An old copy of the segment brings the bytes back. */
	copy_file(old, segment);
	t = verify(&found);
	assert_int_equal(found.n[GK_V_UNDESTROYED], 3);
	assert_true(t.bad >= 3);
	/* A tombstone whose order is gone. */
	copy_file(new, segment);
	assert_int_equal(verify(&found).bad, 0);
	close_both(&f);
	snprintf(old, sizeof old, "%s/warc/000002.warc.gz", dir);
	assert_int_equal(truncate(old, 400), 0);
	verify(&found);
	assert_int_equal(found.n[GK_V_TOMBSTONE], 3);
}

/* A segment changed by a byte after the destruction is still seen. */
static void
test_chain(void **state)
{
	struct fixture f;
	size_t which[] = { 2 };
	struct found found;
	char segment[128];
	FILE *file;

	(void)state;
	make(&f, 8, 1u << 30);
	destroy(&f, which, 1);
	close_both(&f);
	snprintf(segment, sizeof segment, "%s/warc/000001.warc.gz", dir);
	file = fopen(segment, "r+b");
	assert_non_null(file);
	/* The time in a gzip header: no checksum covers it but the segment's. */
	fseek(file, (long)f.v[5].loc.offset + 4, SEEK_SET);
	fputc(1, file);
	fclose(file);
	verify(&found);
	assert_int_equal(found.n[GK_V_SEGMENT], 1);
}

/* What cannot be done changes nothing. */
static void
test_refused(void **state)
{
	struct fixture f;
	struct gk_destruction *d;
	json_t *order = order_of(), *again;
	struct gk_victim v;
	struct gk_loc at;
	struct found found;
	size_t which[] = { 3 };
	struct gk_err err = GK_ERR_INIT;
	char path[128];

	(void)state;
	make(&f, 6, 1u << 30);
	v = f.v[2];
	v.id[12] ^= 1;
	assert_int_equal(gk_destroy_prepare(f.w, f.a, dir, &v, 1, order, &d, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	v = f.v[2];
	v.loc.offset++;
	assert_int_equal(gk_destroy_prepare(f.w, f.a, dir, &v, 1, order, &d, &err), GK_REFUSED);
	assert_int_equal(gk_destroy_prepare(f.w, f.a, dir, &v, 0, order, &d, &err), GK_REFUSED);
	assert_int_equal(gk_destroy_pending(f.a, dir, &again, &at, &err), GK_END);
	snprintf(path, sizeof path, "%s/warc/000001.warc.gz.new", dir);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(verify(&found).bad, 0);
	destroy(&f, which, 1);
	assert_int_equal(gk_destroy_prepare(f.w, f.a, dir, &f.v[3], 1, order, &d, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_GONE);
	assert_int_equal(verify(&found).bad, 0);
	json_decref(order);
	close_both(&f);
}

/* Without even a content type, which intake always gives, a single byte leaves no room: that is said before anything is done. */
static void
test_no_room(void **state)
{
	struct fixture f;
	struct gk_put put = { .type = GK_WARC_RESOURCE, .target_uri = "urn:gongkai:x", .block = "x", .n = 1 };
	struct gk_victim v[2];
	struct gk_destruction *d;
	json_t *order = order_of();
	struct found found;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	make(&f, 3, 1u << 30);
	must(gk_append_record(f.w, &put, &v[0].loc, &err), &err);
	must(gk_append_sync(f.w, NULL, &err), &err);
	snprintf(v[0].id, GK_WARC_ID, "%s", put.id);
	v[1] = f.v[1];
	assert_int_equal(gk_destroy_prepare(f.w, f.a, dir, v, 2, order, &d, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_BAD_DATA);
	assert_non_null(strstr(err.what_en, "too short"));
	assert_int_equal(verify(&found).destroyed, 0);
	assert_int_equal(verify(&found).bad, 0);
	json_decref(order);
	close_both(&f);
}

/* Prepared, and no order given: it is known, and dropped. */
static void
test_dropped(void **state)
{
	struct fixture f;
	struct gk_destruction *d;
	json_t *order = order_of(), *again;
	struct gk_loc at;
	struct found found;
	struct gk_err err = GK_ERR_INIT;
	char path[128];

	(void)state;
	make(&f, 6, 1u << 30);
	must(gk_destroy_prepare(f.w, f.a, dir, f.v, 6, order, &d, &err), &err);
	snprintf(path, sizeof path, "%s/warc/000001.warc.gz.new", dir);
	assert_int_equal(access(path, F_OK), 0);
	must(gk_destroy_pending(f.a, dir, &again, &at, &err), &err);
	assert_null(again);
	must(gk_destroy_drop(dir, &err), &err);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(gk_destroy_pending(f.a, dir, &again, &at, &err), GK_END);
	assert_int_equal(verify(&found).destroyed, 0);
	gk_destroy_free(d);
	json_decref(order);
	close_both(&f);
}

/* The prepared file is lost: it is made again from the order, byte for byte. */
static void
test_again(void **state)
{
	struct fixture f;
	struct gk_destruction *d;
	json_t *order = order_of();
	struct gk_put put;
	struct gk_loc at;
	struct found found;
	struct gk_err err = GK_ERR_INIT;
	char path[128];

	(void)state;
	make(&f, 20, 1u << 30);
	must(gk_destroy_prepare(f.w, f.a, dir, f.v, 20, order, &d, &err), &err);
	must(gk_destroy_order(f.w, d, &put, &at, &err), &err);
	must(gk_append_sync(f.w, NULL, &err), &err);
	snprintf(path, sizeof path, "%s/warc/000001.warc.gz.new", dir);
	assert_int_equal(unlink(path), 0);
	must(gk_destroy_carry_out(f.a, dir, order, at, &err), &err);
	assert_int_equal(verify(&found).destroyed, 20);
	/* A segment that is neither the old nor the new one is not touched. */
	snprintf(path, sizeof path, "%s/warc/000001.warc.gz", dir);
	assert_int_equal(truncate(path, 1000), 0);
	assert_int_equal(gk_destroy_carry_out(f.a, dir, order, at, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	gk_destroy_free(d);
	json_decref(order);
	close_both(&f);
}

/* Tails that were cut off: the one with the same record goes, the other stays. */
static void
test_torn(void **state)
{
	struct fixture f;
	char digests[1][GK_WARC_DIGEST], path[160];
	struct gk_warc_rec rec;
	struct gk_buf b;
	unsigned removed, unread;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	make(&f, 4, 1u << 30);
	must(gk_archive_read(f.a, f.v[1].loc, &rec, &err), &err);
	snprintf(digests[0], GK_WARC_DIGEST, "%s", rec.block_digest);
	gk_warc_rec_free(&rec);
	snprintf(path, sizeof path, "%s/warc/000001.warc.gz", dir);
	must(gk_read_file(path, 1 << 20, &b, &err), &err);
	/* Record 0, and record 1 cut short; record 2 alone; nonsense. */
	snprintf(path, sizeof path, "%s/warc/torn/000001-400", dir);
	must(gk_replace_file(path, 0644, b.p + f.v[0].loc.offset, f.v[0].loc.length + f.v[1].loc.length - 9, &err), &err);
	snprintf(path, sizeof path, "%s/warc/torn/000001-500", dir);
	must(gk_replace_file(path, 0644, b.p + f.v[2].loc.offset, f.v[2].loc.length, &err), &err);
	snprintf(path, sizeof path, "%s/warc/torn/000001-600", dir);
	must(gk_replace_file(path, 0644, "nonsense", 8, &err), &err);
	gk_buf_free(&b);
	must(gk_destroy_torn(dir, digests, 1, &removed, &unread, &err), &err);
	assert_int_equal(removed, 1);
	assert_int_equal(unread, 1);
	snprintf(path, sizeof path, "%s/warc/torn/000001-400", dir);
	assert_int_equal(access(path, F_OK), -1);
	snprintf(path, sizeof path, "%s/warc/torn/000001-500", dir);
	assert_int_equal(access(path, F_OK), 0);
	close_both(&f);
}

/* A reader that has the old segment open sees the new one: it does not go on handing out what is destroyed. */
static void
test_reader(void **state)
{
	struct fixture f;
	size_t which[] = { 4 };
	struct gk_archive *reader;
	struct gk_warc_rec rec;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	make(&f, 6, 1u << 30);
	must(gk_archive_open(dir, &reader, &err), &err);
	must(gk_archive_read(reader, f.v[4].loc, &rec, &err), &err);
	assert_int_equal(rec.block.n, 5);
	gk_warc_rec_free(&rec);
	destroy(&f, which, 1);
	must(gk_archive_read(reader, f.v[4].loc, &rec, &err), &err);
	assert_int_equal(rec.block.n, 0);
	assert_int_equal(rec.destroyed.segment, 2);
	gk_warc_rec_free(&rec);
	gk_archive_close(reader);
	close_both(&f);
}

#ifdef GK_FAULTS
/* Every point fails once: it is an error that is told, and what is pending can be finished or dropped. */
static void
test_faults(void **state)
{
	struct fixture f;
	struct found found;
	unsigned reached = 0, all = 0;

	for (unsigned n = 1; n < 500; n++) {
		struct gk_destruction *d = NULL;
		json_t *order = order_of(), *again = NULL;
		struct gk_put put;
		struct gk_loc at;
		struct gk_err err = GK_ERR_INIT;
		struct gk_victim v[3];
		enum gk_status st;
		bool hit;

		teardown(state);
		assert_int_equal(setup(state), 0);
		make(&f, 6, 1500);
		memcpy(v, f.v + 2, sizeof v);
		gk_fault_arm(n);
		st = gk_destroy_prepare(f.w, f.a, dir, v, 3, order, &d, &err);
		if (st == GK_OK)
			st = gk_destroy_order(f.w, d, &put, &at, &err);
		if (st == GK_OK)
			st = gk_append_sync(f.w, NULL, &err);
		if (st == GK_OK)
			st = gk_destroy_carry_out(f.a, dir, order, at, &err);
		if (st == GK_OK)
			st = gk_destroy_done(dir, &err);
		hit = gk_fault_hit() != NULL;
		gk_fault_arm(0);
		gk_destroy_free(d);
		json_decref(order);
		close_both(&f);
		if (!hit) {
			assert_int_equal(st, GK_OK);
			break;
		}
		reached++;
		if (st != GK_OK)
			assert_true(err.cause != GK_CAUSE_NONE && err.what[0] != '\0');
		must(gk_append_open(dir, 0, (struct gk_loc){ .segment = 0 }, &f.w, NULL, &err), &err);
		must(gk_archive_open(dir, &f.a, &err), &err);
		st = gk_destroy_pending(f.a, dir, &again, &at, &err);
		assert_true(st == GK_OK || st == GK_END);
		if (st == GK_OK && again != NULL)
			must(gk_destroy_carry_out(f.a, dir, again, at, &err), &err);
		if (st == GK_OK)
			must(gk_destroy_drop(dir, &err), &err);
		json_decref(again);
		close_both(&f);
		assert_int_equal(verify(&found).bad, 0);
		assert_true(verify(&found).destroyed == 0 || verify(&found).destroyed == 3);
		all += verify(&found).destroyed == 3;
	}
	assert_true(reached > 20 && all > 3 && all < reached);
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact), cmocka_unit_test(test_large),
		cmocka_unit_test_setup_teardown(test_rewritten, setup, teardown), cmocka_unit_test_setup_teardown(test_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(test_chain, setup, teardown), cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dropped, setup, teardown), cmocka_unit_test_setup_teardown(test_no_room, setup, teardown),
		 cmocka_unit_test_setup_teardown(test_again, setup, teardown),
		cmocka_unit_test_setup_teardown(test_torn, setup, teardown), cmocka_unit_test_setup_teardown(test_reader, setup, teardown),
#ifdef GK_FAULTS
		cmocka_unit_test_setup_teardown(test_faults, setup, teardown),
#endif
	};

	return sodium_init() < 0 ? 99 : cmocka_run_group_tests(tests, NULL, NULL);
}
