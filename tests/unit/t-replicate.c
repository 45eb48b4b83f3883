/* A replica that follows its archive, step by step, and what is refused (archive/replicate.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "archive/append-private.h"
#include "archive/replicate.h"
#include "archive/verify.h"
#include "base/io.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch[] = "t-replicate.XXXXXX", from[64], to[64];
static struct gk_err err;

static const char *
in(const char *folder, const char *name)
{
	static char path[4][160];
	static unsigned next;
	char *p = path[next++ % 4];

	snprintf(p, sizeof path[0], "%s/%s", folder, name);
	return p;
}

/* Records of 4,000 bytes that do not compress to less than 1,000: a segment each where the limit is that. */
static struct gk_loc
append(const char *archive, unsigned n)
{
	static char block[4000];
	static uint64_t noise = 7;
	struct gk_append *w = NULL;
	struct gk_loc loc = { 0 };
	struct gk_put put = { .type = GK_WARC_RESOURCE, .content_type = "text/plain", .target_uri = "urn:test:1", .block = block, .n = sizeof block };

	assert_int_equal(gk_append_open(archive, 0, (struct gk_loc){ 0 }, &w, NULL, &err), GK_OK);
	gk_append_limit(w, 1000);
	for (unsigned k = 0; k < n; k++) {
		for (size_t i = 0; i < sizeof block; i++) {
			noise = noise * 6364136223846793005u + 1442695040888963407u;
			block[i] = (char)(' ' + (noise >> 33) % 90);
		}
		assert_int_equal(gk_append_record(w, &put, &loc, &err), GK_OK);
		assert_int_equal(gk_append_sync(w, NULL, &err), GK_OK);
	}
	gk_append_close(w);
	return loc;
}

static struct gk_buf
contents(const char *path)
{
	struct gk_buf b;

	assert_int_equal(gk_read_file(path, 1 << 24, &b, &err), GK_OK);
	return b;
}

static void
put(const char *path, const char *text)
{
	assert_int_equal(gk_replace_file(path, 0644, text, strlen(text), &err), GK_OK);
}

static bool
same_file(const char *name)
{
	struct gk_buf a = contents(in(from, name)), b = contents(in(to, name));
	bool same = a.n == b.n && memcmp(a.p, b.p, a.n) == 0;

	gk_buf_free(&a);
	gk_buf_free(&b);
	return same;
}

static int
fresh(void **state)
{
	(void)state;
	gk_remove_tree(from, &err);
	gk_remove_tree(to, &err);
	assert_int_equal(gk_archive_create(from, &err), GK_OK);
	append(from, 4);
	return 0;
}

static void
found(void *arg, const struct gk_finding *f)
{
	(void)arg;
	(void)f;
}

static enum gk_status
no_event(void *arg, const struct gk_warc_rec *rec, struct gk_event_says *out, struct gk_err *e)
{
	(void)arg;
	(void)rec;
	(void)out;
	(void)e;
	return GK_END;
}

static uint64_t
verified(const char *archive)
{
	struct gk_archive *a = NULL;
	struct gk_verify v = { .hooks = { .found = found, .event = no_event } };

	assert_int_equal(gk_archive_open(archive, &a, &err), GK_OK);
	assert_int_equal(gk_verify(a, &v, &err), GK_OK);
	assert_int_equal(v.totals.bad, 0);
	gk_archive_close(a);
	return v.totals.records;
}

static struct gk_replicated
step(void)
{
	struct gk_replicated out;

	if (gk_replicate(from, to, 0, &out, &err) != GK_OK)
		fail_msg("%s", err.what_en);
	return out;
}

static void
refused(enum gk_cause cause, const char *word)
{
	struct gk_replicated out;

	assert_int_not_equal(gk_replicate(from, to, 0, &out, &err), GK_OK);
	assert_int_equal(err.cause, cause);
	assert_non_null(strstr(err.what_en, word));
}

static void
test_follows(void **state)
{
	struct gk_replicated out = step();
	uint64_t records = verified(from);

	(void)state;
	assert_true(out.bytes > 4000 && out.rewritten == 0 && !out.rebuild);
	assert_int_equal(verified(to), records);
	assert_int_equal(step().bytes, 0);
	append(from, 2);
	assert_true(step().bytes > 2000);
	assert_int_equal(verified(to), records + (verified(from) - records));
	assert_true(same_file("warc/000001.warc.gz") && same_file("warc/000005.warc.gz"));
}

static void
test_small_files(void **state)
{
	(void)state;
	put(in(from, "gongkai.conf"), "organisation = \"甲\"\n");
	assert_int_equal(mkdir(in(from, "workdays"), 0755), 0);
	put(in(from, "workdays/2026.tsv"), "2026-10-01\trest\n");
	step();
	assert_true(same_file("gongkai.conf") && same_file("workdays/2026.tsv"));
	put(in(from, "gongkai.conf"), "organisation = \"乙\"\n");
	step();
	assert_true(same_file("gongkai.conf"));
	/* What the writer of the source has not acknowledged is not taken. */
	{
		FILE *f = fopen(in(from, "warc/000005.warc.gz"), "ae");

		if (f == NULL)
			f = fopen(in(from, "warc/000004.warc.gz"), "ae");
		assert_non_null(f);
		fputs("half a record", f);
		fclose(f);
	}
	assert_int_equal(step().bytes, 0);
	verified(to);
}

/* As a destruction leaves it: the same name, another file. */
static void
rewrite(const char *name)
{
	struct gk_buf b = contents(in(from, name));

	assert_int_equal(gk_replace_file(in(from, name), 0644, b.p, b.n, &err), GK_OK);
	gk_buf_free(&b);
}

static void
test_rewritten(void **state)
{
	struct gk_replicated out;

	(void)state;
	step();
	rewrite("warc/000002.warc.gz");
	out = step();
	assert_true(out.rewritten == 1 && out.rebuild && out.bytes > 1000);
	assert_true(same_file("warc/000002.warc.gz"));
	/* It is said until the index was built anew, whatever happens in between. */
	assert_true(step().rebuild);
	append(from, 1);
	assert_true(step().rebuild);
	assert_int_equal(gk_replicate_rebuilt(to, &err), GK_OK);
	out = step();
	assert_false(out.rebuild);
	assert_int_equal(out.rewritten, 0);
	assert_int_equal(verified(to), verified(from));
}

static void
test_state_of_others(void **state)
{
	struct gk_replicated out;

	(void)state;
	step();
	put(in(to, "replica"), "gongkai-replica 1\nx\n0 1 2 3 4\n7\n9 1 1 1 1\n2 1 1 1 1\n");
	out = step();
	assert_int_equal(out.rewritten, 1);
	assert_int_equal(gk_replicate_rebuilt(to, &err), GK_OK);
	assert_int_equal(step().rewritten, 0);
	unlink(in(to, "replica"));
	assert_int_equal(step().rewritten, 0);
	verified(to);
}

static void
test_damage(void **state)
{
	struct gk_buf b;
	struct stat before, after;

	(void)state;
	step();
	assert_int_equal(stat(in(to, "warc/000004.warc.gz"), &before), 0);
	append(from, 2);
	b = contents(in(from, "warc/000005.warc.gz"));
	b.p[b.n / 2] ^= 1;
	assert_int_equal(gk_replace_file(in(from, "warc/000005.warc.gz"), 0644, b.p, b.n, &err), GK_OK);
	refused(GK_CAUSE_DAMAGED, "");
	/* Nothing of the step stays. */
	assert_int_equal(stat(in(to, "warc/000004.warc.gz"), &after), 0);
	assert_int_equal(before.st_size, after.st_size);
	assert_int_not_equal(access(in(to, "warc/000006.warc.gz"), F_OK), 0);
	verified(to);
	b.p[b.n / 2] ^= 1;
	assert_int_equal(gk_replace_file(in(from, "warc/000005.warc.gz"), 0644, b.p, b.n, &err), GK_OK);
	gk_buf_free(&b);
	step();
	assert_int_equal(verified(to), verified(from));
	/* And a segment that was rewritten, and damaged by it. */
	b = contents(in(from, "warc/000002.warc.gz"));
	b.p[b.n / 2] ^= 1;
	assert_int_equal(gk_replace_file(in(from, "warc/000002.warc.gz"), 0644, b.p, b.n, &err), GK_OK);
	refused(GK_CAUSE_DAMAGED, "");
	gk_buf_free(&b);
}

static void
test_refused(void **state)
{
	char kept[64];
	int lock = -1;

	(void)state;
	/* Itself, under whatever name. */
	snprintf(kept, sizeof kept, "%s", to);
	assert_int_equal(symlink("a", to), 0);
	refused(GK_CAUSE_USAGE, "is the archive itself");
	unlink(to);
	/* The copy has more than the source. */
	step();
	append(to, 1);
	refused(GK_CAUSE_USAGE, "is newer than");
	gk_remove_tree(to, &err);
	/* Somebody writes to the copy. */
	step();
	assert_int_equal(gk_writer_lock(to, 0, &lock, &err), GK_OK);
	refused(GK_CAUSE_BUSY, "");
	gk_writer_unlock(lock);
	/* A source that says of nothing that it was acknowledged. */
	assert_int_equal(truncate(in(from, "lock"), 0), 0);
	refused(GK_CAUSE_NOT_FOUND, "");
	unlink(in(from, "lock"));
	refused(GK_CAUSE_NOT_FOUND, from);
	/* No archive at all. */
	gk_remove_tree(from, &err);
	assert_int_equal(mkdir(from, 0755), 0);
	refused(GK_CAUSE_NO_ACCESS, from);
}

static void
test_segment_away(void **state)
{
	(void)state;
	step();
	append(from, 1);
	unlink(in(from, "warc/000002.warc.gz"));
	{
		struct gk_replicated out;

		assert_int_not_equal(gk_replicate(from, to, 0, &out, &err), GK_OK);
		assert_true(err.what[0] != '\0');
	}
	verified(to);
}

static int
teardown(void **state)
{
	(void)state;
	return gk_remove_tree(scratch, &err) == GK_OK ? 0 : 1;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		{ "it follows, and takes no more than there is", test_follows, fresh, NULL, NULL },
		{ "small files and what was not acknowledged", test_small_files, fresh, NULL, NULL },
		{ "a segment that was rewritten comes again", test_rewritten, fresh, NULL, NULL },
		{ "a state that is none, or is away", test_state_of_others, fresh, NULL, NULL },
		{ "what did not arrive as it was written does not stay", test_damage, fresh, NULL, NULL },
		{ "what cannot be followed is refused", test_refused, fresh, NULL, NULL },
		{ "a segment is away", test_segment_away, fresh, NULL, NULL },
	};

	if (mkdtemp(scratch) == NULL)
		return 1;
	snprintf(from, sizeof from, "%s/a", scratch);
	snprintf(to, sizeof to, "%s/b", scratch);
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, teardown);
}
