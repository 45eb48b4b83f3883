/*
 * Verification as a library: what a writer wrote is never blamed, whatever it wrote and even while it writes; what is said
 * does not hang on where one stopped; the small memories agree with a simple one.  That each rule is broken by just one kind of
 * damage is tests/cli/t220-verify.sh.
 *
 * Events here are lines of our own: verification is told what they say, it does not know JSON.
 *
 *   NUMBER ID FIRST SEGMENT OFFSET LENGTH RECORD DIGEST
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "archive/append-private.h"
#include "archive/seen.h"
#include "archive/verify-take.h"
#include "archive/verify.h"
#include "base/digest.h"
#include "base/fault.h"
#include "base/io.h"

#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define EVENT_TYPE "text/x-event"

static char scratch[] = "t-verify.XXXXXX";
static char dir[64];
static uint64_t seed = 20261123;
static const struct gk_loc BEGINNING = { 0, 0, 0 };

static uint64_t
rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static void
assert_ok(enum gk_status st, const struct gk_err *err)
{
	if (st != GK_OK)
		print_message("%s\n", err->what_en);
	assert_int_equal(st, GK_OK);
}

static void
fresh(void)
{
	static int number;
	struct gk_err err = GK_ERR_INIT;

	if (dir[0] != '\0')
		assert_ok(gk_remove_tree(dir, &err), &err);
	snprintf(dir, sizeof dir, "%s/a%d", scratch, number++);
	assert_ok(gk_archive_create(dir, &err), &err);
}

static struct gk_append *
writer(uint64_t limit)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_append *w = NULL;

	assert_ok(gk_append_open(dir, 0, BEGINNING, &w, NULL, &err), &err);
	gk_append_limit(w, limit);
	return w;
}

/* --- writing documents ---------------------------------------------------------------------------------------- */

static void
put(struct gk_append *w, enum gk_warc_type type, const char *content_type, const char *uri, const void *block, size_t n, struct gk_put *out, struct gk_loc *loc)
{
	struct gk_err err = GK_ERR_INIT;

	*out = (struct gk_put){ .type = type, .content_type = content_type, .target_uri = uri, .block = block, .n = n };
	assert_ok(gk_append_record(w, out, loc, &err), &err);
}

/* One document: n bytes and an event that speaks of them. */
static void
document(struct gk_append *w, unsigned number, size_t n, bool noise)
{
	char *bytes = malloc(n + 1), uri[64], digest[7 + GK_SHA256_HEX + 1] = "sha256:", line[512];
	struct gk_put original, event;
	struct gk_loc loc, at;

	assert_non_null(bytes);
	for (size_t i = 0; i < n; i++)
		bytes[i] = noise ? (char)rnd() : "公开信息 "[i % 13];
	snprintf(uri, sizeof uri, "urn:test:t-2021-%06u", number);
	gk_sha256_hex(bytes, n, digest + 7);
	put(w, GK_WARC_RESOURCE, "text/plain", uri, bytes, n, &original, &loc);
	snprintf(line, sizeof line, "%u t-2021-%06u 1 %u %ju %u %s %s", number, number, loc.segment, (uintmax_t)loc.offset, loc.length, original.id, digest);
	put(w, GK_WARC_METADATA, EVENT_TYPE, uri, line, strlen(line), &event, &at);
	free(bytes);
}

/* --- verifying -------------------------------------------------------------------------------------------------- */

struct seen {
	unsigned bad, infos, by_rule[GK_V_RULES];
	uint64_t sum;			/* of all that was found, for comparing */
	uint64_t stop_after;		/* records; 0: never */
	unsigned segments, unhashed;
};

static enum gk_status
explain(void *arg, const struct gk_warc_rec *rec, struct gk_event_says *says, struct gk_err *err)
{
	uintmax_t offset;
	int first;

	(void)arg;
	if (strcmp(rec->content_type, EVENT_TYPE) != 0)
		return GK_END;
	says->refs[0].what = "original";
	says->n = 1;
	if (sscanf(rec->block.p, "%ju %63s %d %u %ju %u %55s %79s", &says->number, says->id, &first, &says->refs[0].loc.segment, &offset, &says->refs[0].loc.length,
		   says->refs[0].record, says->refs[0].digest) != 8)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "不是登记", "no event");
	says->first = first == 1;
	says->refs[0].loc.offset = offset;
	return GK_OK;
}

static void
found(void *arg, const struct gk_finding *f)
{
	struct seen *s = arg;

	if (gk_rule_text(f->rule)->info)
		s->infos++;
	else
		s->bad++;
	s->by_rule[f->rule]++;
	s->sum += (f->loc.offset + 1) * 1000003 * f->rule + f->loc.segment;
	assert_true(f->err.what[0] != '\0' && f->err.what_en[0] != '\0');
}

static void
segment_done(void *arg, const struct gk_verified *v)
{
	struct seen *s = arg;

	s->segments++;
	s->unhashed += !v->whole;
}

static bool
go_on(void *arg, const struct gk_verify_totals *t, struct gk_loc at)
{
	struct seen *s = arg;

	(void)t, (void)at;
	return s->stop_after == 0 || s->stop_after-- > 1;
}

static enum gk_status
verify(struct gk_verify *v, struct seen *s, struct gk_err *err)
{
	struct gk_archive *a;
	enum gk_status st = gk_archive_open(dir, &a, err);

	if (st != GK_OK)
		return st;
	v->hooks = (struct gk_verify_hooks){ .arg = s, .found = found, .event = explain, .segment_done = segment_done, .go_on = go_on };
	st = gk_verify(a, v, err);
	gk_archive_close(a);
	return st;
}

static struct gk_verify
verified(struct seen *s)
{
	struct gk_verify v = { .sample = 0 };
	struct gk_err err = GK_ERR_INIT;

	*s = (struct seen){ .bad = 0 };
	assert_ok(verify(&v, s, &err), &err);
	return v;
}

/* --- the tests ---------------------------------------------------------------------------------------------------- */

static void
test_table(void **state)
{
	(void)state;
	for (enum gk_rule r = GK_V_CRC; r < GK_V_RULES; r++) {
		const struct gk_rule_text *t = gk_rule_text(r);
		char code[8];

		/* A code is a promise: its number is its place. */
		snprintf(code, sizeof code, "V%02d", (int)r);
		assert_string_equal(t->code, code);
		assert_true(strlen(t->name) > 3 && strlen(t->zh) > 3 && strlen(t->en) > 3);
		for (enum gk_rule other = GK_V_CRC; other < r; other++)
			assert_string_not_equal(t->name, gk_rule_text(other)->name);
	}
}

static void
test_sound(void **state)
{
	static const size_t sizes[] = { 0, 1, 100, 5000, GK_SLOT_BUF - 500, GK_SLOT_BUF, GK_SLOT_BUF + 1, 3 * GK_SLOT_BUF + 7 };

	(void)state;
	for (int round = 0; round < 12; round++) {
		struct gk_err err = GK_ERR_INIT;
		struct gk_append *w;
		struct gk_verify v;
		struct seen s;
		unsigned n = 1 + (unsigned)(rnd() % 20);

		fresh();
		w = writer(1 + rnd() % 200000);
		for (unsigned i = 1; i <= n; i++) {
			document(w, i, sizes[rnd() % (round % 3 == 0 ? 8 : 4)], rnd() % 2);
			if (rnd() % 3 == 0)
				assert_ok(gk_append_sync(w, NULL, &err), &err);
		}
		assert_ok(gk_append_sync(w, NULL, &err), &err);
		gk_append_close(w);
		v = verified(&s);
		assert_int_equal(s.bad + s.infos, 0);
		assert_int_equal(s.unhashed, 0);
		assert_int_equal(v.totals.documents, n);
		assert_int_equal(v.totals.records, 2 * n + v.totals.segments);
		assert_false(v.torn);
	}
}

/* The edges of the buffers, one byte at a time: the block ends at, before and behind the end of what is read at once. */
static void
test_edges(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_append *w;
	struct seen s;

	(void)state;
	fresh();
	w = writer(UINT64_MAX);
	for (unsigned i = 1; i <= 24; i++)
		document(w, i, GK_SLOT_BUF - 420 + 8 * (size_t)i, false);
	assert_ok(gk_append_sync(w, NULL, &err), &err);
	gk_append_close(w);
	verified(&s);
	assert_int_equal(s.bad + s.infos, 0);
}

static void
many_segments(unsigned n)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_append *w;

	fresh();
	w = writer(2500);
	for (unsigned i = 1; i <= n; i++)
		document(w, i, rnd() % 3000, true);
	assert_ok(gk_append_sync(w, NULL, &err), &err);
	gk_append_close(w);
}

/* Flip a byte somewhere in a segment; the file is closed again. */
static void
flip(uint32_t segment, uint64_t at, unsigned char bit)
{
	char path[128];
	unsigned char c = 0;
	int fd;

	snprintf(path, sizeof path, "%s/warc/%06u.warc.gz", dir, segment);
	fd = open(path, O_RDWR);
	assert_true(fd >= 0 && pread(fd, &c, 1, (off_t)at) == 1);
	c ^= bit;
	assert_true(pwrite(fd, &c, 1, (off_t)at) == 1 && close(fd) == 0);
}

static uint64_t
size_of(uint32_t segment)
{
	char path[128];
	struct stat sb;

	snprintf(path, sizeof path, "%s/warc/%06u.warc.gz", dir, segment);
	return stat(path, &sb) == 0 ? (uint64_t)sb.st_size : 0;
}

/*
 * Bits that mean nothing: those behind the end of the deflated data in their last byte, which no reader looks at.  Only the digest
 * of a closed segment covers them.
 */
static bool
means_nothing(uint32_t segment, uint64_t at)
{
	struct gk_loc end = { .segment = segment };
	struct gk_archive *a;
	struct gk_scan *scan;
	struct gk_warc_rec rec;
	bool padding = false;

	assert_int_equal(gk_archive_open(dir, &a, NULL), GK_OK);
	assert_int_equal(gk_scan_open(a, end, &scan, NULL), GK_OK);
	while (!padding && gk_scan_next(scan, &rec, &end, NULL) == GK_OK) {
		padding = rec.loc.segment == segment && at == rec.loc.offset + rec.loc.length - 9;
		gk_warc_rec_free(&rec);
	}
	gk_scan_close(scan);
	gk_archive_close(a);
	return padding;
}

static void
test_flips(void **state)
{
	unsigned last = 0;

	(void)state;
	many_segments(14);
	while (size_of(last + 1) > 0)
		last++;
	assert_true(last > 3);
	for (int round = 0; round < 400; round++) {
		uint32_t segment = 1 + (uint32_t)(rnd() % last);
		uint64_t at = rnd() % size_of(segment);
		unsigned char bit = (unsigned char)(1u << rnd() % 8);
		struct seen s;

		flip(segment, at, bit);
		verified(&s);
		/* In the last segment it may have become a record cut short, which is no damage. */
		if (s.bad == 0 && (segment < last || s.infos == 0) && (segment < last || !means_nothing(segment, at))) {
			print_message("segment %u of %u offset %ju bit %u\n", segment, last, (uintmax_t)at, bit);
			assert_true(false);
		}
		flip(segment, at, bit);
	}
}

static void
test_resume(void **state)
{
	struct gk_verify all, v;
	struct seen s, part;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	for (int round = 0; round < 20; round++) {
		many_segments(8);
		if (round > 0)
			flip(1 + (uint32_t)(rnd() % 2), rnd() % 300 + 100, 4);
		all = verified(&s);
		v = (struct gk_verify){ .sample = 0 };
		part = (struct seen){ .bad = 0 };
		for (int steps = 0; steps < 1000; steps++) {
			part.stop_after = 2 + rnd() % 4;
			assert_ok(verify(&v, &part, &err), &err);
			if (!v.stopped)
				break;
			v.from = v.end;
		}
		assert_false(v.stopped);
		assert_memory_equal(&v.end, &all.end, sizeof v.end);
		assert_int_equal(part.bad, s.bad);
		assert_int_equal(v.totals.records, all.totals.records);
		assert_int_equal(v.totals.packed, all.totals.packed);
		assert_int_equal(v.totals.bytes, all.totals.bytes);
		assert_int_equal(part.segments, s.segments);
		assert_int_equal(part.unhashed, 0);
	}
}

static void
test_samples(void **state)
{
	uint64_t taken = 0, all = 0;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	many_segments(40);
	for (uint64_t i = 0; i < 40; i++) {
		struct gk_verify v = { .sample = 200000, .seed = i };
		struct seen s = { .bad = 0 };

		assert_ok(verify(&v, &s, &err), &err);
		assert_int_equal(s.bad + s.infos, 0);
		taken += v.totals.records;
		all += v.totals.records + v.totals.skipped;
	}
	assert_in_range(taken * 100 / all, 17, 23);
}

/* Whatever a writer is doing just now, none of it is damage. */
static void
test_beside_writer(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	unsigned rounds = 0;
	uint64_t most = 0;
	pid_t pid;
	int status;

	(void)state;
	fresh();
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct gk_append *w = NULL;

		if (gk_append_open(dir, 0, BEGINNING, &w, NULL, &err) != GK_OK)
			_exit(1);
		gk_append_limit(w, 300000);
		for (unsigned i = 1; i <= 400; i++) {
			document(w, i, i % 50 == 0 ? 6000000 : rnd() % 20000, i % 3 != 0);
			if (i % 5 == 0 && gk_append_sync(w, NULL, &err) != GK_OK)
				_exit(1);
		}
		gk_append_close(w);
		_exit(0);
	}
	do {
		struct seen s;
		struct gk_verify v = verified(&s);

		if (s.bad > 0)
			kill(pid, SIGKILL);
		assert_int_equal(s.bad, 0);
		most = v.totals.documents;
		rounds++;
		assert_true(waitpid(pid, &status, WNOHANG) >= 0);
	} while (kill(pid, 0) == 0 && rounds < 10000);
	assert_int_equal(status, 0);
	print_message("verified %u times while it grew, last seen %ju documents\n", rounds, (uintmax_t)most);
}

static void
test_seen(void **state)
{
	static struct gk_loc locs[3 * GK_SEEN_MAX];
	static char ids[3 * GK_SEEN_MAX][GK_WARC_ID];
	struct gk_seen *s = gk_seen_new();
	const size_t n = sizeof locs / sizeof *locs;

	(void)state;
	assert_non_null(s);
	for (size_t i = 0; i < n; i++) {
		struct gk_seen_rec old, *r;

		locs[i] = (struct gk_loc){ .segment = 1 + (uint32_t)(i / 1000), .offset = i % 1000 * 400, .length = 400 };
		if (i % 7 != 0)
			snprintf(ids[i], GK_WARC_ID, "urn:uuid:%zu", i);
		r = gk_seen_add(s, locs[i], ids[i], &old);
		assert_memory_equal(&r->loc, &locs[i], sizeof locs[i]);
		assert_int_equal(old.loc.segment, i < GK_SEEN_MAX ? 0 : locs[i - GK_SEEN_MAX].segment);
	}
	for (size_t i = 0; i < n; i++) {
		struct gk_seen_rec *by_loc = gk_seen_at(s, locs[i].segment, locs[i].offset), *by_id = gk_seen_id(s, ids[i]);
		bool there = i >= n - GK_SEEN_MAX;

		assert_int_equal(by_loc != NULL, there);
		assert_int_equal(by_id != NULL, there && i % 7 != 0);
		if (by_id != NULL)
			assert_ptr_equal(by_id, by_loc);
		if (there)
			assert_ptr_equal(gk_seen_nth(s, i - (n - GK_SEEN_MAX)), by_loc);
	}
	assert_null(gk_seen_nth(s, GK_SEEN_MAX));
	gk_seen_free(s);
}

static void
test_ids(void **state)
{
	static bool met[3][200000];
	static const char *const of[] = { "a-2020", "a-2021", "b-2020" };
	struct gk_ids *ids = gk_ids_new();

	(void)state;
	assert_non_null(ids);
	for (int i = 0; i < 300000; i++) {
		unsigned which = (unsigned)(rnd() % 3), number = (unsigned)(rnd() % 200000);
		char id[64];

		snprintf(id, sizeof id, "%s-%06u", of[which], number);
		assert_int_equal(gk_ids_meet(ids, id), met[which][number]);
		met[which][number] = true;
	}
	assert_false(gk_ids_meet(ids, "none"));
	assert_false(gk_ids_meet(ids, "none"));
	assert_false(gk_ids_meet(ids, "a-2020-1234567890"));
	assert_false(gk_ids_meet(ids, "a-2020-1234567890"));
	gk_ids_free(ids);
}

#ifdef GK_FAULTS
/* Each refusal of the device is a finding or an error, never a clean result over what was not read. */
static void
test_faults(void **state)
{
	unsigned n, findings = 0, errors = 0;

	(void)state;
	many_segments(6);
	for (n = 1; n < 10000; n++) {
		struct gk_verify v = { .sample = 0 };
		struct gk_err err = GK_ERR_INIT;
		struct seen s = { .bad = 0 };
		enum gk_status st;
		const char *hit;

		gk_fault_arm(n);
		st = verify(&v, &s, &err);
		hit = gk_fault_hit();
		gk_fault_arm(0);
		if (hit == NULL)
			break;
		findings += st == GK_OK && s.by_rule[GK_V_UNREAD] > 0;
		errors += st == GK_DEAD;
		/* What is read twice (the statement of the next segment) may be refused once and seen all the same. */
		if (st == GK_OK && s.by_rule[GK_V_UNREAD] == 0)
			assert_int_equal(v.totals.documents, 6);
	}
	print_message("%u points: %u findings, %u errors\n", n - 1, findings, errors);
	/* Six segments, each one read at once: a finding for each, but the first, whose first reading is that of its format. */
	assert_true(n > 20 && findings >= 4 && errors > 3);
}
#endif

static int
make_scratch(void **state)
{
	(void)state;
	return mkdtemp(scratch) == NULL || sodium_init() < 0;
}

static int
remove_scratch(void **state)
{
	(void)state;
	return gk_remove_tree(scratch, NULL) != GK_OK;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		{ "the codes are V01, V02 … in the order of the table", test_table, NULL, NULL, NULL },
		{ "what a writer wrote is never blamed", test_sound, NULL, NULL, NULL },
		{ "nor where a block ends at the end of a buffer", test_edges, NULL, NULL, NULL },
		{ "every flipped bit is found", test_flips, NULL, NULL, NULL },
		{ "stopped anywhere and resumed it says the same", test_resume, NULL, NULL, NULL },
		{ "a sample takes its share and blames nobody", test_samples, NULL, NULL, NULL },
		{ "a writer at work is never blamed", test_beside_writer, NULL, NULL, NULL },
		{ "the last records are found by place and by id, the others are not", test_seen, NULL, NULL, NULL },
		{ "ids met agree with a plain table", test_ids, NULL, NULL, NULL },
#ifdef GK_FAULTS
		{ "every failure of the device is said", test_faults, NULL, NULL, NULL },
#endif
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
