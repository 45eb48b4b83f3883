/*
 * The archive: what was appended is read back, what was changed is refused, what
 * was acknowledged survives, and others can read it.
 *
 * Everything happens in one fresh folder below the current one, removed at the end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "archive/append-private.h"
#include "archive/warc-private.h"
#include "base/digest.h"
#include "base/fault.h"
#include "base/io.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static char scratch[] = "t-archive.XXXXXX";
static char dir[64];		/* the archive of this test */
static const struct gk_loc BEGINNING = { 0, 0, 0 };

/* --- tools --- */

static uint64_t seed = 20261123;

static uint64_t
rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* Good until the eighth call from here. */
static char *
name_in(const char *folder, const char *name)
{
	static char paths[8][160];
	static unsigned turn;
	char *p = paths[turn++ % 8];

	assert_true(strlen(folder) + strlen(name) + 2 < sizeof paths[0]);
	memmove(p, folder, strlen(folder) + 1);
	strcat(strcat(p, "/"), name);
	return p;
}

static char *
segment_file(uint32_t n)
{
	char name[32] = "warc/";

	gk_segment_name(n, name + 5);
	return name_in(dir, name);
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
writer_from(struct gk_loc good, uint64_t *torn)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_append *w = NULL;

	assert_ok(gk_append_open(dir, 0, good, &w, torn, &err), &err);
	return w;
}

static struct gk_append *
writer(void)
{
	uint64_t torn = 99;
	struct gk_append *w = writer_from(BEGINNING, &torn);

	assert_int_equal(torn, 0);
	return w;
}

static struct gk_archive *
reader(void)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_archive *a = NULL;

	assert_ok(gk_archive_open(dir, &a, &err), &err);
	return a;
}

/* What a record must be when it is read again. */
struct kept {
	enum gk_warc_type type;
	char id[GK_WARC_ID];
	char digest[GK_SHA256_HEX + 1];
	size_t n;
	struct gk_loc loc, at;		/* at: the end of it */
};

static struct kept
add(struct gk_append *w, enum gk_warc_type type, const void *block, size_t n)
{
	struct gk_put put = { .type = type, .target_uri = "https://www.example.gov.cn/公开/1.html",
			      .content_type = "text/html", .block = block, .n = n };
	struct gk_err err = GK_ERR_INIT;
	struct kept k = { .type = type, .n = n };

	assert_ok(gk_append_record(w, &put, &k.loc, &err), &err);
	memcpy(k.id, put.id, sizeof k.id);
	gk_sha256_hex(n > 0 ? block : "", n, k.digest);
	k.at = (struct gk_loc){ .segment = k.loc.segment, .offset = k.loc.offset + k.loc.length };
	return k;
}

static struct kept
add_text(struct gk_append *w, const char *text)
{
	return add(w, GK_WARC_RESOURCE, text, strlen(text));
}

static struct gk_loc
sync_ok(struct gk_append *w)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_loc end;

	assert_ok(gk_append_sync(w, &end, &err), &err);
	return end;
}

static bool
same(const struct gk_warc_rec *rec, const struct kept *k)
{
	char hex[GK_SHA256_HEX + 1];

	if (rec->type != k->type || strcmp(rec->id, k->id) != 0 || rec->block.n != k->n || rec->loc.segment != k->loc.segment ||
	    rec->loc.offset != k->loc.offset || rec->loc.length != k->loc.length)
		return false;
	gk_sha256_hex(rec->block.n > 0 ? rec->block.p : "", rec->block.n, hex);
	return strcmp(hex, k->digest) == 0;
}

static void
put_file(const char *path, const void *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, p, n), (ssize_t)n);
	close(fd);
}

static void
read_whole(const char *path, struct gk_buf *out)
{
	struct gk_err err = GK_ERR_INIT;

	assert_ok(gk_read_file(path, 64 << 20, out, &err), &err);
}

static void
flip(const char *path, uint64_t offset, int bit)
{
	int fd = open(path, O_RDWR);
	unsigned char c;

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &c, 1, (off_t)offset), 1);
	c ^= (unsigned char)(1 << bit);
	assert_int_equal(pwrite(fd, &c, 1, (off_t)offset), 1);
	close(fd);
}

struct counts {
	int whole, refused, unknown;
	bool torn;
	struct gk_loc torn_at;
};

/* Scan from `from`; the whole records that are none of k[0..n) are counted as unknown. */
static struct counts
scan(struct gk_loc from, const struct kept *k, int n)
{
	struct gk_archive *a = reader();
	struct gk_scan *s = NULL;
	struct gk_err err = GK_ERR_INIT;
	struct counts c = { 0 };
	enum gk_status st;
	int guard = 0;

	assert_ok(gk_scan_open(a, from, &s, &err), &err);
	for (;;) {
		struct gk_warc_rec rec;
		struct gk_loc at;
		bool known = false;

		assert_true(guard++ < 100000);
		st = gk_scan_next(s, &rec, &at, &err);
		if (st == GK_REFUSED) {
			c.refused++;
			assert_true(err.what[0] != '\0');
			continue;
		}
		if (st != GK_OK)
			break;
		for (int i = 0; i < n && !known; i++)
			known = same(&rec, &k[i]) && at.segment == k[i].at.segment && at.offset == k[i].at.offset;
		if (rec.type != GK_WARC_INFO) {
			c.whole++;
			c.unknown += !known;
		}
		gk_warc_rec_free(&rec);
	}
	assert_int_equal(st, GK_END);
	c.torn = gk_scan_torn(s, &c.torn_at);
	gk_scan_close(s);
	gk_archive_close(a);
	return c;
}

static bool
readable(const struct kept *k)
{
	struct gk_archive *a = reader();
	struct gk_warc_rec rec;
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st = gk_archive_read(a, k->loc, &rec, &err);

	if (st == GK_OK) {
		assert_true(same(&rec, k));
		gk_warc_rec_free(&rec);
	} else {
		assert_int_equal(st, GK_REFUSED);
		assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
		assert_non_null(strstr(err.what_en, "segment '0000"));
	}
	gk_archive_close(a);
	return st == GK_OK;
}

static int
torn_files(char last[300])
{
	char *folder = name_in(dir, "warc/torn");
	DIR *d = opendir(folder);
	struct dirent *e;
	int n = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(last, 300, "%s/%s", folder, e->d_name);
		n++;
	}
	closedir(d);
	return n;
}

/* Run a program, its output to `out` (a file) and its complaints to nowhere; the exit status, -1 if it cannot be run. */
static int
run(char *const argv[], const char *out)
{
	posix_spawn_file_actions_t fa;
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addopen(&fa, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	posix_spawn_file_actions_addopen(&fa, 2, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, argv[0], &fa, NULL, argv, environ) == 0 && waitpid(pid, &status, 0) == pid)
		status = WIFEXITED(status) ? WEXITSTATUS(status) : 255;
	else
		status = -1;
	posix_spawn_file_actions_destroy(&fa);
	return status == 127 ? -1 : status;
}

/* A member with any text in it, as another tool or an enemy might write it. */
static void
member(struct gk_buf *out, const char *text, size_t n, uint32_t distance)
{
	struct gk_gzout gz = { .ready = false };

	assert_true(gk_gzout_member(&gz, &(struct gk_piece){ text, n }, 1, distance, out));
	gk_gzout_free(&gz);
}

/* --- members in memory --- */

/* The same kind of member by plain zlib at any level, whatever this program was built with. */
static size_t
by_zlib(int level, const char *p, size_t n, unsigned char *out, size_t room)
{
	unsigned char extra[GK_GZ_EXTRA] = "GK\x08\0\0\0\0\0\x07";
	gz_header head = { .os = 3, .extra = extra, .extra_len = sizeof extra };
	z_stream z = { .next_in = (unsigned char *)p, .avail_in = (uInt)n, .next_out = out, .avail_out = (uInt)room };

	assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflateSetHeader(&z, &head), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	n = room - z.avail_out;
	deflateEnd(&z);
	out[8] = 0;		/* XFL, which hangs on the level and which ours leave 0 */
	for (int i = 0; i < 4; i++)
		out[16 + i] = (unsigned char)(n >> 8 * i);
	return n;
}

static bool
inflates_to(struct gk_whole *w, const unsigned char *p, size_t n, const char *want, size_t size)
{
	char *out;
	bool same;

	if (gk_whole_size(p, n) > 2 * size + 100)	/* whoever asks has a limit of his own */
		return false;
	out = malloc(gk_whole_size(p, n) + 1);
	assert_non_null(out);
	same = gk_whole_inflate(w, p, n, out);
	if (same && (gk_whole_size(p, n) != size || memcmp(out, want, size) != 0))
		fail_msg("wrong content was taken for right");
	free(out);
	return same;
}

/* Like a text of an office: few letters, much said twice. */
static void
babble(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = i > 200 && rnd() % 8 != 0 ? p[i - 150 - rnd() % 3] : (char)('a' + rnd() % 20);
}

/* A member whose own header says that it ends within its header or its trailer: nothing is read before it or behind the file.  The sanitizers see who does. */
static void
test_members_that_claim_too_little(void **state)
{
	static const char record[] = "WARC/1.1\r\nWARC-Type: resource\r\n\r\n";
	struct gk_buf out;

	(void)state;
	gk_buf_init(&out, 1 << 20);
	member(&out, record, sizeof record - 1, 0);
	for (unsigned claimed = 0; claimed <= GK_GZ_HEADER + GK_GZ_TRAILER; claimed++) {
		struct gk_gzin in = { .fd = -1 };
		struct gk_warc_rec rec;
		struct gk_taken taken;

		memcpy(out.p + GK_GZ_HEADER - 8, (const unsigned char[]){ (unsigned char)claimed, 0, 0, 0 }, 4);
		assert_true(gk_gzin_memory(&in, out.p, out.n));
		assert_int_equal(gk_warc_take(&in, 0, out.n, &rec, &taken), GK_TAKE_BAD);
		assert_non_null(taken.flaw);
		gk_gzin_free(&in);
	}
	gk_buf_free(&out);
}

static void
test_whole_members(void **state)
{
	enum { ROUNDS = 60, N = 20000 };
	struct gk_whole w = { .ready = false };
	struct gk_gzin in = { .fd = -1 };
	char *text = malloc(N), *back = malloc(N + 1);
	unsigned char *m = malloc(2 * N);
	uint32_t length, distance;
	struct gk_buf out;

	(void)state;
	gk_buf_init(&out, 1 << 20);
	for (int round = 0; round < ROUNDS; round++) {
		size_t n = round < 3 ? (size_t)round + 1 : 1 + rnd() % N, size = by_zlib(round % 10, text, (babble(text, n), n), m, 2 * N), got;

		assert_true(gk_whole_header(m, size, &length, &distance));
		assert_int_equal(length, size);
		assert_int_equal(distance, 7);
		assert_true(inflates_to(&w, m, size, text, n));
		/* Any changed byte behind the header is seen, and so is an end that is missing or too much. */
		for (int k = 0; k < 200; k++) {
			size_t at = GK_GZ_HEADER + rnd() % (size - GK_GZ_HEADER);
			unsigned char was = m[at];

			m[at] ^= (unsigned char)(1u << rnd() % 8);
			inflates_to(&w, m, size, text, n);
			m[at] = was;
		}
		if (size > GK_GZ_HEADER + GK_GZ_TRAILER + 2)
			assert_false(inflates_to(&w, m, size - 1, text, n));
		for (size_t at = 0; at < 16; at++) {
			m[at] ^= 1;
			assert_false(gk_whole_header(m, size, &length, &distance));
			m[at] ^= 1;
		}
		/* What this build makes is read by the streaming reader, and the other way round. */
		gk_buf_reset(&out);
		member(&out, text, n, 99);
		assert_true(gk_whole_header((unsigned char *)out.p, out.n, &length, &distance));
		assert_int_equal(length, out.n);
		assert_int_equal(distance, 99);
		assert_true(inflates_to(&w, (unsigned char *)out.p, out.n, text, n));
		for (int which = 0; which < 2; which++) {
			assert_true(which == 0 ? gk_gzin_memory(&in, out.p, out.n) : gk_gzin_memory(&in, m, size));
			assert_true(gk_gzin_begin(&in, 0, which == 0 ? out.n : size));
			assert_int_equal(gk_gzin_read(&in, back, N + 1, &got), GK_GZ_DONE);
			assert_int_equal(got, n);
			assert_memory_equal(back, text, n);
			assert_int_equal(gk_gzin_offset(&in), which == 0 ? out.n : size);
		}
	}
	gk_buf_free(&out);
	gk_gzin_free(&in);
	gk_whole_free(&w);
	free(text);
	free(back);
	free(m);
}

/* --- reading what was written --- */

static void
test_round_trip(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 1000, 1023, 1024, 1025, 64 * 1024, 5 * 1024 * 1024 };
	static const char lookalike[] = "WARC/1.1\r\nContent-Length: 3\r\n\r\nabc\r\n\r\nWARC/1.1\r\n\r\n\r\n\r\n\x1f\x8b\x08\x04";
	enum { N = 3 * 9 + 2 };
	struct gk_append *w;
	struct kept k[N];
	struct counts c;
	int n = 0;

	(void)state;
	fresh();
	w = writer();
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		char *p = malloc(sizes[i] + 1);

		assert_non_null(p);
		for (size_t j = 0; j < sizes[i]; j++)
			p[j] = (char)rnd();
		k[n++] = add(w, GK_WARC_RESOURCE, p, sizes[i]);
		memset(p, 0, sizes[i]);
		k[n++] = add(w, GK_WARC_CONVERSION, p, sizes[i]);
		for (size_t j = 0; j < sizes[i]; j++)
			p[j] = lookalike[j % (sizeof lookalike - 1)];
		k[n++] = add(w, GK_WARC_METADATA, p, sizes[i]);
		free(p);
	}
	k[n++] = add_text(w, lookalike);
	k[n++] = add_text(w, "政府信息公开条例");
	sync_ok(w);
	gk_append_close(w);
	assert_int_equal(n, N);
	for (int i = 0; i < n; i++)
		assert_true(readable(&k[i]));
	for (int i = -1; i < n; i++) {
		c = scan(i < 0 ? BEGINNING : k[i].at, k, n);
		assert_int_equal(c.whole, n - 1 - i);
		assert_int_equal(c.unknown + c.refused + c.torn, 0);
	}
}

static void
test_fields(void **state)
{
	struct gk_put first = { .type = GK_WARC_RESOURCE, .target_uri = "file:///a%20b", .content_type = "application/pdf", .block = "x", .n = 1 };
	struct gk_put again = { .type = GK_WARC_REVISIT, .refers_to = first.id, .payload_digest = "sha256:00ff", .target_uri = "http://b/" };
	struct gk_put event = { .type = GK_WARC_METADATA, .concurrent_to = first.id, .content_type = "application/json", .block = "{}", .n = 2 };
	struct gk_err err = GK_ERR_INIT;
	struct gk_loc a, b, c;
	struct gk_warc_rec rec;
	struct gk_archive *r;
	struct gk_append *w;

	(void)state;
	fresh();
	w = writer();
	assert_ok(gk_append_record(w, &first, &a, &err), &err);
	assert_ok(gk_append_record(w, &again, &b, &err), &err);
	assert_ok(gk_append_record(w, &event, &c, &err), &err);
	sync_ok(w);
	gk_append_close(w);
	assert_string_not_equal(first.id, again.id);
	assert_int_equal(strlen(first.id), 9 + 36);
	assert_int_equal(first.id[9 + 14], '4');
	assert_non_null(strchr("89ab", first.id[9 + 19]));
	r = reader();
	assert_ok(gk_archive_read(r, a, &rec, &err), &err);
	assert_string_equal(rec.target_uri, "file:///a%20b");
	assert_string_equal(rec.content_type, "application/pdf");
	assert_string_equal(rec.payload_digest, rec.block_digest);
	assert_string_equal(rec.block_digest, "sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");
	assert_int_equal(rec.date[10], 'T');
	assert_int_equal(rec.head.n, strlen(rec.head.p));
	gk_warc_rec_free(&rec);
	assert_ok(gk_archive_read(r, b, &rec, &err), &err);
	assert_int_equal(rec.type, GK_WARC_REVISIT);
	assert_int_equal(rec.block.n, 0);
	assert_string_equal(rec.refers_to, first.id);
	assert_string_equal(rec.payload_digest, "sha256:00ff");
	assert_non_null(strstr(rec.head.p, "\r\nWARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest\r\n"));
	gk_warc_rec_free(&rec);
	assert_ok(gk_archive_read(r, c, &rec, &err), &err);
	assert_string_equal(rec.concurrent_to, first.id);
	assert_string_equal(rec.target_uri, "");
	gk_warc_rec_free(&rec);
	gk_archive_close(r);
}

static void
test_bad_puts(void **state)
{
	static const struct { const char *name; struct gk_put put; enum gk_cause cause; } rows[] = {
		{ "a line break in an address", { .type = GK_WARC_RESOURCE, .target_uri = "http://a/\r\nContent-Length: 0" }, GK_CAUSE_BAD_DATA },
		{ "a line feed in a type", { .type = GK_WARC_RESOURCE, .content_type = "a\nb" }, GK_CAUSE_BAD_DATA },
		{ "brackets in an id", { .type = GK_WARC_RESOURCE, .refers_to = "urn:x> y" }, GK_CAUSE_BAD_DATA },
		{ "an id too long", { .type = GK_WARC_RESOURCE, .concurrent_to = "urn:uuid:00000000-0000-0000-0000-000000000000-and-more-than-that" }, GK_CAUSE_BAD_DATA },
		{ "a blank at the end", { .type = GK_WARC_RESOURCE, .content_type = "text/html " }, GK_CAUSE_BAD_DATA },
		{ "a warcinfo", { .type = GK_WARC_INFO }, GK_CAUSE_BUG },
		{ "another tool's type", { .type = GK_WARC_OTHER }, GK_CAUSE_BUG },
		{ "a revisit with content", { .type = GK_WARC_REVISIT, .payload_digest = "sha256:00", .block = "x", .n = 1 }, GK_CAUSE_BUG },
		{ "a revisit of nothing", { .type = GK_WARC_REVISIT }, GK_CAUSE_BUG },
		{ "more than 1 GiB", { .type = GK_WARC_RESOURCE, .block = "", .n = (1u << 30) + 1u }, GK_CAUSE_LIMIT },
	};
	struct gk_append *w;
	struct kept k;
	struct counts c;

	(void)state;
	fresh();
	w = writer();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gk_put put = rows[i].put;
		struct gk_err err = GK_ERR_INIT;
		struct gk_loc loc;
		enum gk_status st = gk_append_record(w, &put, &loc, &err);

		if (st != GK_REFUSED || err.cause != rows[i].cause)
			fail_msg("%s: status %d, cause %d", rows[i].name, st, err.cause);
	}
	k = add_text(w, "the handle is fine after that");
	sync_ok(w);
	gk_append_close(w);
	c = scan(BEGINNING, &k, 1);
	assert_int_equal(c.whole, 1);
	assert_int_equal(c.unknown + c.refused + c.torn, 0);
}

#define MUST "WARC-Type: metadata\r\nWARC-Record-ID: <urn:a>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
#define V "WARC/1.1\r\n"
#define L0 "Content-Length: 0\r\n"
#define FINE GK_CAUSE_NONE
#define DAMAGED GK_CAUSE_DAMAGED
#define LIMIT GK_CAUSE_LIMIT

static void
test_heads(void **state)
{
	static const struct { const char *name, *head; enum gk_cause cause; const char *uri; } rows[] = {
		{ "the shortest", V MUST L0, FINE, "" },
		{ "version 1.0 and 0.18", "WARC/0.18\r\n" MUST L0, FINE, "" },
		{ "a version to come", "WARC/2.0\r\n" MUST L0, DAMAGED, "" },
		{ "no version", MUST L0, DAMAGED, "" },
		{ "names in any case", V "warc-TYPE: metadata\r\nwarc-record-id: <urn:a>\r\nWarc-Date:2026-01-01T00:00:00Z\r\ncontent-length:0\r\nwarc-target-uri: u\r\n", FINE, "u" },
		{ "folded lines read as one", V MUST L0 "WARC-Target-URI: http://a\r\n  b\r\n\tc\r\n", FINE, "http://a b c" },
		{ "a value on the fold alone", V MUST L0 "WARC-Target-URI:\r\n u\r\n", FINE, "u" },
		{ "<> of WARC 1.0", V MUST L0 "WARC-Target-URI: <http://a/>\r\n", FINE, "http://a/" },
		{ "an unknown field", V MUST L0 "X-Unknown: \xff\xfe\r\n", FINE, "" },
		{ "two of WARC-Concurrent-To", V MUST L0 "WARC-Concurrent-To: <a>\r\nWARC-Concurrent-To: <b>\r\n", FINE, "" },
		{ "two lengths", V MUST L0 "Content-Length: 1\r\n", DAMAGED, "" },
		{ "two ids", V MUST L0 "WARC-Record-ID: <urn:b>\r\n", DAMAGED, "" },
		{ "no length", V MUST, DAMAGED, "" },
		{ "no type", V "WARC-Record-ID: <urn:a>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n" L0, DAMAGED, "" },
		{ "an empty id", V "WARC-Type: a\r\nWARC-Record-ID:\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n" L0, DAMAGED, "" },
		{ "a length with a sign", V MUST "Content-Length: +1\r\n", DAMAGED, "" },
		{ "a length in hex", V MUST "Content-Length: 0x1\r\n", DAMAGED, "" },
		{ "no digits at all", V MUST "Content-Length: \r\n", DAMAGED, "" },
		{ "a length beyond 64 bits", V MUST "Content-Length: 99999999999999999999999\r\n", LIMIT, "" },
		{ "a length beyond 1 GiB", V MUST "Content-Length: 1073741825\r\n", LIMIT, "" },
		{ "1 GiB", V MUST "Content-Length: 1073741824\r\n", FINE, "" },
		{ "a date in words", V "WARC-Type: a\r\nWARC-Record-ID: <urn:a>\r\nWARC-Date: yesterday\r\n" L0, DAMAGED, "" },
		{ "a line without a colon", V MUST L0 "nothing\r\n", DAMAGED, "" },
		{ "a blank before the colon", V MUST L0 "WARC-Target-URI : u\r\n", DAMAGED, "" },
		{ "no name", V MUST L0 ": u\r\n", DAMAGED, "" },
		{ "a line feed alone", V MUST L0 "X: a\nY: b\r\n", DAMAGED, "" },
		{ "a carriage return inside", V MUST L0 "X: a\rb\r\n", DAMAGED, "" },
		{ "a fold before any field", "WARC/1.1\r\n folded\r\n" MUST L0, DAMAGED, "" },
		{ "an id of 55 bytes", V "WARC-Type: a\r\nWARC-Record-ID: <1234567890123456789012345678901234567890123456789012345>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n" L0, FINE, "" },
		{ "an id of 56 bytes", V "WARC-Type: a\r\nWARC-Record-ID: <12345678901234567890123456789012345678901234567890123456>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n" L0, LIMIT, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gk_warc_rec rec = { .type = GK_WARC_OTHER };
		const struct gk_flaw *flaw;
		uint64_t length = 0;

		gk_buf_init(&rec.head, 1 << 20);
		gk_buf_puts(&rec.head, rows[i].head);
		flaw = gk_warc_head_parse(&rec, &length);
		if ((flaw == NULL ? GK_CAUSE_NONE : flaw->cause) != rows[i].cause || (flaw == NULL && strcmp(rec.target_uri, rows[i].uri) != 0))
			fail_msg("%s: %s, address '%s'", rows[i].name, flaw == NULL ? "taken" : flaw->en, rec.target_uri);
		gk_warc_rec_free(&rec);
	}
}

/* Put a member behind the warcinfo of a fresh archive and say how the scan sees it. */
static enum gk_cause
cause_of(const char *text, size_t n)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_buf all;
	struct gk_archive *a;
	struct gk_scan *s;
	struct gk_warc_rec rec;
	struct gk_loc at;
	enum gk_status st;

	fresh();
	read_whole(segment_file(1), &all);
	all.max = 64 << 20;
	member(&all, text, n, 0);
	put_file(segment_file(1), all.p, all.n);
	a = reader();
	assert_ok(gk_scan_open(a, BEGINNING, &s, &err), &err);
	assert_ok(gk_scan_next(s, &rec, &at, &err), &err);
	gk_warc_rec_free(&rec);
	st = gk_scan_next(s, &rec, &at, &err);
	if (st == GK_OK) {
		err.cause = GK_CAUSE_NONE;
		gk_warc_rec_free(&rec);
	}
	/* Refused or taken, its end was known. */
	assert_int_equal(at.offset, all.n);
	gk_scan_close(s);
	gk_archive_close(a);
	gk_buf_free(&all);
	return err.cause;
}

static void
test_members(void **state)
{
	static const struct { const char *name, *text; enum gk_cause cause; } rows[] = {
		{ "one record", V MUST "Content-Length: 3\r\n\r\nabc\r\n\r\n", GK_CAUSE_NONE },
		{ "a digest of another kind", V MUST "WARC-Block-Digest: sha1:AAAA\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n", GK_CAUSE_NONE },
		{ "the right digest", V MUST "WARC-Block-Digest: SHA256:2D711642B726B04401627CA9FBAC32F5C8530FB1903CC4DB02258717921A4881\r\nContent-Length: 1\r\n\r\nx\r\n\r\n", GK_CAUSE_NONE },
		{ "the wrong digest", V MUST "WARC-Block-Digest: sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881\r\nContent-Length: 1\r\n\r\ny\r\n\r\n", GK_CAUSE_DAMAGED },
		{ "a block too short", V MUST "Content-Length: 9\r\n\r\nabc\r\n\r\n", GK_CAUSE_DAMAGED },
		{ "a block too long", V MUST "Content-Length: 2\r\n\r\nabc\r\n\r\n", GK_CAUSE_DAMAGED },
		{ "no end of record", V MUST "Content-Length: 3\r\n\r\nabc", GK_CAUSE_DAMAGED },
		{ "one byte too many", V MUST "Content-Length: 3\r\n\r\nabc\r\n\r\n!", GK_CAUSE_DAMAGED },
		{ "two records", V MUST L0 "\r\n\r\n\r\n" V MUST L0 "\r\n\r\n\r\n", GK_CAUSE_DAMAGED },
		{ "a head without end", V MUST L0, GK_CAUSE_DAMAGED },
		{ "nothing", "", GK_CAUSE_DAMAGED },
		{ "1 GiB announced, nothing there", V MUST "Content-Length: 1073741824\r\n\r\n\r\n\r\n", GK_CAUSE_DAMAGED },
	};
	struct gk_buf big;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		enum gk_cause cause = cause_of(rows[i].text, strlen(rows[i].text));

		if (cause != rows[i].cause)
			fail_msg("%s: cause %d", rows[i].name, cause);
	}
	/* L33: a line of 8 KiB passes and one byte more does not; so does a header of 64 KiB. */
	for (int over = 0; over < 2; over++) {
		gk_buf_init(&big, 1 << 20);
		gk_buf_puts(&big, V MUST L0 "X: ");
		for (int i = 3; i < 8192 + over; i++)
			gk_buf_putc(&big, 'x');
		gk_buf_puts(&big, "\r\n\r\n\r\n\r\n");
		assert_int_equal(cause_of(big.p, big.n), over ? GK_CAUSE_LIMIT : GK_CAUSE_NONE);
		gk_buf_reset(&big);
		gk_buf_puts(&big, V MUST L0);
		while (big.n < 65536 + (size_t)over - 1000)
			gk_buf_puts(&big, "Y: 1\r\n");
		gk_buf_puts(&big, "Z: ");
		while (big.n < 65536 + (size_t)over - 2)
			gk_buf_putc(&big, 'z');
		gk_buf_puts(&big, "\r\n\r\n\r\n\r\n");
		assert_int_equal(cause_of(big.p, big.n), over ? GK_CAUSE_LIMIT : GK_CAUSE_NONE);
		gk_buf_free(&big);
	}
}

/* --- damage --- */

enum { SMALL = 4 };

static struct gk_loc
small_archive(struct kept k[SMALL])
{
	static const char *const texts[SMALL] = {
		"第一条 为了规范行政行为", "第二条 本办法自发布之日起施行，原办法同时废止", "", "The fourth; a little longer than the others, to have a match or two: others, longer, little."
	};
	struct gk_append *w;
	struct gk_loc end = BEGINNING;

	fresh();
	w = writer();
	for (int i = 0; i < SMALL; i++) {
		k[i] = add_text(w, texts[i]);
		end = sync_ok(w);
	}
	gk_append_close(w);
	return end;
}

/*
 * Bits of a member that a reader may pass over: "this is text", time, XFL, system, distance; the name "GK" 8 0, without which it is a
 * member as others make them; and what fills up the last byte of the deflate stream.
 */
static bool
carries_nothing(uint64_t at, int bit, const struct kept *k, uint64_t end)
{
	uint64_t begin = 0, next = k[0].loc.offset;

	for (int i = 0; i < SMALL && at >= k[i].loc.offset; i++) {
		begin = k[i].loc.offset;
		next = i + 1 < SMALL ? k[i + 1].loc.offset : end;
	}
	at -= begin;
	return (at == 3 && bit == 0) || (at >= 4 && at < 10) || (at >= 12 && at < 16) || (at >= 20 && at < GK_GZ_HEADER) || at == next - begin - GK_GZ_TRAILER - 1;
}

static void
test_flips(void **state)
{
	struct kept k[SMALL];
	struct gk_loc end = small_archive(k);
	int harmless = 0, refused = 0;

	(void)state;
	for (uint64_t at = 0; at < end.offset; at++) {
		struct counts c;
		int bit = (int)(rnd() % 8), bad = 0, hit = -1;

		flip(segment_file(1), at, bit);
		for (int i = 0; i < SMALL; i++) {
			if (at >= k[i].loc.offset && at < k[i].at.offset)
				hit = i;
			bad += !readable(&k[i]);
		}
		/* Only the record that holds the byte may suffer. */
		assert_true(bad == 0 || (bad == 1 && hit >= 0 && !readable(&k[hit])));
		c = scan(BEGINNING, k, SMALL);
		assert_int_equal(c.unknown, 0);
		/* Nothing is left out without a word; and but for flips in the 24 bytes before the data the others are all found. */
		if (c.whole < SMALL)
			assert_int_equal(c.refused, 1);
		if (c.whole < SMALL - 1)
			assert_true(at - (hit < 0 ? 0 : k[hit].loc.offset) < GK_GZ_HEADER);
		assert_false(c.torn);
		if (c.refused == 0)
			assert_true(carries_nothing(at, bit, k, end.offset));
		harmless += c.refused == 0;
		refused += c.refused;
		flip(segment_file(1), at, bit);
	}
	print_message("# %ju flips: %d refused, %d harmless\n", (uintmax_t)end.offset, refused, harmless);
	assert_true(refused > (int)end.offset * 9 / 10);
}

static void
test_lying_index(void **state)
{
	struct kept k[SMALL];
	struct gk_loc end = small_archive(k);
	const struct gk_loc lies[] = {
		{ 1, k[1].loc.length, k[0].loc.offset }, { 1, k[0].loc.length + k[1].loc.length, k[0].loc.offset },
		{ 1, k[0].loc.length - 1, k[0].loc.offset }, { 1, k[0].loc.length, k[0].loc.offset + 1 }, { 1, 0, 0 },
		{ 1, UINT32_MAX, 0 }, { 1, 1, end.offset }, { 1, 10, UINT64_MAX - 4 }, { 0, 10, 0 }, { 2, 10, 0 }, { UINT32_MAX, 10, 0 },
	};
	struct gk_archive *a = reader();
	struct gk_err err = GK_ERR_INIT;
	struct gk_warc_rec rec;
	struct gk_scan *s;

	(void)state;
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		assert_int_equal(gk_archive_read(a, lies[i], &rec, &err), GK_REFUSED);
		assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	}
	end.offset++;
	assert_int_equal(gk_scan_open(a, end, &s, &err), GK_REFUSED);
	gk_archive_close(a);
}

/* A file in the archive may itself be a segment, with an event in it that was never ours. */
static void
test_no_false_records(void **state)
{
	struct gk_buf inner;
	struct gk_append *w;
	struct kept k[2];
	struct counts c;

	(void)state;
	gk_buf_init(&inner, 1 << 20);
	for (int i = 0; i < 400; i++)
		gk_buf_putc(&inner, (char)rnd());
	member(&inner, V MUST "Content-Length: 2\r\n\r\n{}\r\n\r\n", strlen(V MUST "Content-Length: 2\r\n\r\n{}\r\n\r\n"), 0);
	fresh();
	w = writer();
	k[0] = add(w, GK_WARC_RESOURCE, inner.p, inner.n);
	k[1] = add_text(w, "after it");
	sync_ok(w);
	gk_append_close(w);
	for (uint64_t at = k[0].loc.offset; at < k[0].at.offset; at++) {
		flip(segment_file(1), at, 0);
		c = scan(BEGINNING, k, 2);
		assert_int_equal(c.unknown, 0);
		flip(segment_file(1), at, 0);
	}
	gk_buf_free(&inner);
}

static void
test_missing_segment(void **state)
{
	struct kept k[3];
	struct gk_append *w;
	struct counts c;

	(void)state;
	fresh();
	w = writer();
	gk_append_limit(w, 1);
	for (int i = 0; i < 3; i++)
		k[i] = add_text(w, "one for each segment");
	sync_ok(w);
	gk_append_close(w);
	assert_int_equal(k[2].loc.segment, 4);
	assert_int_equal(unlink(segment_file(3)), 0);
	c = scan(BEGINNING, k, 3);
	assert_int_equal(c.whole, 2);
	assert_int_equal(c.refused, 1);
	assert_int_equal(c.unknown + c.torn, 0);
}

/* --- recovery --- */

static void
test_truncations(void **state)
{
	struct kept k[SMALL];
	struct gk_loc end = small_archive(k);
	struct gk_buf all, tail;
	char path[300];

	(void)state;
	read_whole(segment_file(1), &all);
	gk_buf_init(&tail, 1 << 20);
	for (uint64_t cut = 0; cut < end.offset; cut++) {
		struct gk_append *w;
		uint64_t torn = 99, whole = 0;
		struct kept more[SMALL + 1];
		struct counts c;
		int n = 0;

		/* The seal is of the longer file: gone with it. */
		unlink(name_in(dir, "lock"));
		put_file(segment_file(1), all.p, cut);
		for (; n < SMALL && k[n].at.offset <= cut; n++)
			more[n] = k[n];
		whole = n > 0 ? k[n - 1].at.offset : cut >= k[0].loc.offset ? k[0].loc.offset : 0;
		if (cut > 0) {
			c = scan(BEGINNING, k, SMALL);
			assert_int_equal(c.whole, n);
			assert_int_equal(c.refused + c.unknown, 0);
			assert_int_equal(c.torn, cut > whole);
			if (c.torn)
				assert_int_equal(c.torn_at.offset, whole);
		}
		/* The mark of the index is of no help here, a good one, or a wrong one. */
		w = writer_from((struct gk_loc){ 1, 0, cut % 3 == 0 ? 0 : cut % 3 == 1 ? whole : whole / 2 }, &torn);
		assert_int_equal(torn, cut - whole);
		assert_int_equal(torn_files(path), torn > 0);
		if (torn > 0) {
			gk_buf_free(&tail);
			read_whole(path, &tail);
			assert_int_equal(tail.n, torn);
			assert_memory_equal(tail.p, all.p + whole, torn);
			unlink(path);
		}
		more[n] = add_text(w, "written after the recovery");
		sync_ok(w);
		gk_append_close(w);
		c = scan(BEGINNING, more, n + 1);
		assert_int_equal(c.whole, n + 1);
		assert_int_equal(c.refused + c.unknown + c.torn, 0);
	}
	gk_buf_free(&tail);
	gk_buf_free(&all);
}

/* After a power cut the bytes behind the last sync may be anything. */
static void
test_power_cut(void **state)
{
	static const char *const names[] = { "zeros behind", "noise behind", "a hole in the last batch", "zeros for the header", "the first record of the batch gone" };

	(void)state;
	for (int how = 0; how < 5; how++) {
		struct kept k[6];
		struct gk_append *w;
		struct gk_buf all, seal;
		struct counts c;
		uint64_t torn = 0, from;
		char path[300];
		int n = 0;

		fresh();
		w = writer();
		k[n++] = add_text(w, "acknowledged");
		k[n++] = add_text(w, "acknowledged too");
		sync_ok(w);
		read_whole(name_in(dir, "lock"), &seal);
		for (; n < 6; n++)
			k[n] = add_text(w, "not acknowledged");
		sync_ok(w);	/* the device did it, but nobody was told */
		gk_append_close(w);
		read_whole(segment_file(1), &all);
		all.max = 1 << 20;
		from = k[how == 4 ? 2 : 4].loc.offset;
		if (how < 2)
			all.n = from + 1000 < all.n ? from + 1000 : all.n;
		for (uint64_t i = from; i < all.n; i++) {
			if (how == 0 || (how == 3 && i < from + 24) || (how == 4 && i < k[2].at.offset) || (how == 2 && i > from + 100 && i < from + 140))
				all.p[i] = 0;
			else if (how == 1)
				all.p[i] = (char)rnd();
		}
		put_file(segment_file(1), all.p, all.n);
		/* The seal of the second batch had not reached the device either. */
		put_file(name_in(dir, "lock"), seal.p, seal.n);
		gk_buf_free(&seal);
		w = writer_from(BEGINNING, &torn);
		if (torn != all.n - from)
			fail_msg("%s: %ju bytes cut", names[how], (uintmax_t)torn);
		n = how == 4 ? 2 : 4;
		k[n++] = add_text(w, "later");
		sync_ok(w);
		gk_append_close(w);
		assert_int_equal(torn_files(path), 1);
		c = scan(BEGINNING, k, n);
		assert_int_equal(c.whole, n);
		assert_int_equal(c.refused + c.unknown + c.torn, 0);
		gk_buf_free(&all);
	}
}

/* The same in a segment that the torn batch had begun itself: the seal knows of it since then, so what is torn is not taken for rot. */
static void
test_power_cut_in_a_new_segment(void **state)
{
	struct kept k[4];
	struct gk_append *w;
	struct gk_buf all, seal;
	struct counts c;
	uint64_t torn = 0;
	char path[300];

	(void)state;
	fresh();
	w = writer();
	k[0] = add_text(w, "acknowledged");
	sync_ok(w);
	gk_append_limit(w, 1);
	k[1] = add_text(w, "not acknowledged");
	assert_int_equal(k[1].loc.segment, 2);
	read_whole(name_in(dir, "lock"), &seal);	/* flushed with the segment; nothing later of it reached the device */
	gk_append_limit(w, 1 << 20);
	k[2] = add_text(w, "nor this");
	sync_ok(w);
	gk_append_close(w);
	read_whole(segment_file(2), &all);
	memset(all.p + k[1].loc.offset, 0, 40);
	put_file(segment_file(2), all.p, all.n);
	put_file(name_in(dir, "lock"), seal.p, seal.n);
	w = writer_from(BEGINNING, &torn);
	assert_int_equal(torn, all.n - k[1].loc.offset);
	assert_int_equal(torn_files(path), 1);
	k[1] = add_text(w, "later");
	sync_ok(w);
	gk_append_close(w);
	c = scan(BEGINNING, k, 2);
	assert_int_equal(c.whole, 2);
	assert_int_equal(c.refused + c.unknown + c.torn, 0);
	gk_buf_free(&seal);
	gk_buf_free(&all);
}

/* One batch, one flipped bit in its middle, and nobody who knows the mark: all else of it was acknowledged and stays. */
static void
test_rot_in_the_last_batch(void **state)
{
	(void)state;
	for (int sealed = 0; sealed < 2; sealed++) {
		struct kept k[8];
		struct gk_append *w;
		struct gk_buf lock;
		uint64_t torn = 99;
		int left = 0;

		fresh();
		w = writer();
		for (int i = 0; i < 8; i++)
			k[i] = add_text(w, "acknowledged together");
		sync_ok(w);
		gk_append_close(w);
		flip(segment_file(1), k[3].loc.offset + k[3].loc.length / 2, 4);
		read_whole(name_in(dir, "lock"), &lock);
		assert_true(lock.n > 64 && strncmp(lock.p + 64, "synced 0000000001 ", 18) == 0);
		assert_int_equal(strtoull(lock.p + 64 + 18, NULL, 10), k[7].at.offset);
		gk_buf_free(&lock);
		if (!sealed)
			unlink(name_in(dir, "lock"));
		w = writer_from(BEGINNING, &torn);
		assert_int_equal(torn, 0);
		gk_append_close(w);
		for (int i = 0; i < 8; i++)
			left += readable(&k[i]);
		assert_int_equal(left, 7);
	}
}

/* Rot among acknowledged records is no torn tail: nothing may be cut, and what is appended must be found by a scan. */
static void
test_rot_is_not_cut(void **state)
{
	struct kept k[SMALL];
	struct gk_loc end = small_archive(k);

	(void)state;
	for (uint64_t at = 0; at < k[SMALL - 1].loc.offset; at++) {
		struct gk_append *w;
		struct kept more;
		struct counts c;
		struct gk_buf all;
		uint64_t torn = 99;
		int bit = (int)(rnd() % 8), left = 0;
		uint32_t segment;

		read_whole(segment_file(1), &all);
		flip(segment_file(1), at, bit);
		w = writer_from(BEGINNING, &torn);
		assert_int_equal(torn, 0);
		more = add_text(w, "later");
		sync_ok(w);
		segment = more.loc.segment;
		gk_append_close(w);
		for (int i = 0; i < SMALL; i++)
			left += readable(&k[i]);
		assert_true(left >= SMALL - 1);
		assert_true(readable(&more));
		c = scan(BEGINNING, &more, 1);
		assert_int_equal(c.whole - c.unknown, 1);
		put_file(segment_file(1), all.p, end.offset);
		if (segment == 2)
			unlink(segment_file(2));
		gk_buf_free(&all);
	}
}

static void
test_half_made(void **state)
{
	struct gk_append *w;
	struct gk_buf first;
	struct kept k[3];
	struct counts c;
	struct stat sb;
	uint64_t torn;

	(void)state;
	fresh();
	read_whole(segment_file(1), &first);
	/* The first segment empty; its warcinfo cut; the second likewise; and a name that was never given. */
	put_file(segment_file(1), "", 0);
	w = writer();
	k[0] = add_text(w, "a");
	sync_ok(w);
	gk_append_close(w);
	put_file(segment_file(2), "", 0);
	put_file(name_in(dir, "warc/000003.warc.gz.AbCdEf"), "half", 4);
	put_file(name_in(dir, "warc/000003.warc.gz.backup.by.hand"), "mine", 4);
	w = writer();
	k[1] = add_text(w, "b");
	sync_ok(w);
	gk_append_close(w);
	assert_int_equal(k[1].loc.segment, 2);
	assert_int_equal(stat(name_in(dir, "warc/000003.warc.gz.AbCdEf"), &sb), -1);
	assert_int_equal(stat(name_in(dir, "warc/000003.warc.gz.backup.by.hand"), &sb), 0);
	put_file(segment_file(3), first.p, 30);
	w = writer_from(k[1].at, &torn);
	assert_int_equal(torn, 30);
	k[2] = add_text(w, "c");
	sync_ok(w);
	gk_append_close(w);
	c = scan(BEGINNING, k, 3);
	assert_int_equal(c.whole, 3);
	assert_int_equal(c.refused + c.unknown + c.torn, 0);
	gk_buf_free(&first);
}

static void
test_unsynced_is_dropped(void **state)
{
	struct gk_append *w;
	struct kept k, lost;
	struct gk_loc end, again;
	struct stat sb;
	char *noise = malloc(6 << 20);

	(void)state;
	assert_non_null(noise);
	for (size_t i = 0; i < 6 << 20; i++)
		noise[i] = (char)rnd();
	fresh();
	w = writer();
	k = add_text(w, "kept");
	end = sync_ok(w);
	again = sync_ok(w);		/* nothing new: the same place */
	assert_memory_equal(&end, &again, sizeof end);
	lost = add(w, GK_WARC_RESOURCE, noise, 6 << 20);	/* more than the buffer: in the file already */
	assert_int_equal(stat(segment_file(1), &sb), 0);
	assert_true((uint64_t)sb.st_size > end.offset);
	gk_append_close(w);
	assert_int_equal(stat(segment_file(1), &sb), 0);
	assert_int_equal(sb.st_size, end.offset);
	assert_true(readable(&k));
	assert_false(readable(&lost));
	free(noise);
}

/* --- segments --- */

static void
test_segments(void **state)
{
	enum { N = 300 };
	static struct kept k[N];
	struct gk_err err = GK_ERR_INIT;
	struct gk_archive *a;
	struct gk_append *w;
	struct counts c;
	uint32_t segments;
	uint64_t bytes, sum = 0;
	char block[1500], digest[GK_SHA256_HEX + 1] = "";

	(void)state;
	fresh();
	w = writer();
	gk_append_limit(w, 64 * 1024);
	for (int i = 0; i < N; i++) {
		for (size_t j = 0; j < sizeof block; j++)
			block[j] = (char)rnd();
		k[i] = add(w, GK_WARC_RESOURCE, block, sizeof block);
		if (i % 7 == 0)
			sync_ok(w);
	}
	sync_ok(w);
	gk_append_close(w);
	c = scan(BEGINNING, k, N);
	assert_int_equal(c.whole, N);
	assert_int_equal(c.refused + c.unknown + c.torn, 0);
	for (int i = 0; i < N; i += 17)
		assert_int_equal(scan(k[i].at, k, N).whole, N - 1 - i);
	a = reader();
	assert_ok(gk_archive_size(a, &segments, &bytes, &err), &err);
	assert_true(segments >= 6);
	assert_int_equal(segments, k[N - 1].loc.segment);
	for (uint32_t seg = 1; seg <= segments; seg++) {
		struct gk_warc_rec info;
		struct gk_scan *s;
		struct gk_loc at;
		struct gk_buf all;

		assert_ok(gk_scan_open(a, (struct gk_loc){ seg, 0, 0 }, &s, &err), &err);
		assert_ok(gk_scan_next(s, &info, &at, &err), &err);
		assert_int_equal(info.type, GK_WARC_INFO);
		assert_int_equal(info.loc.segment, seg);
		assert_non_null(strstr(info.block.p, "gongkai-format: 1\r\n"));
		if (seg == 1)
			assert_null(strstr(info.block.p, "previous"));
		else
			assert_non_null(strstr(strstr(info.block.p, "gongkai-previous-segment-digest: sha256:"), digest));
		gk_warc_rec_free(&info);
		gk_scan_close(s);
		read_whole(segment_file(seg), &all);
		assert_true(all.n < 64 * 1024 + 2000 && (seg == segments || all.n >= 64 * 1024));
		gk_sha256_hex(all.p, all.n, digest);
		sum += all.n;
		gk_buf_free(&all);
	}
	assert_int_equal(sum, bytes);
	gk_archive_close(a);
}

/* A reader beside a writer sees whole records only, and goes on when there are more. */
static void
test_reader_beside_writer(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_archive *a;
	struct gk_append *w;
	struct gk_warc_rec rec;
	struct gk_scan *s;
	struct gk_loc at, torn;
	struct gk_buf all;
	struct kept k[3];

	(void)state;
	fresh();
	a = reader();
	assert_ok(gk_scan_open(a, BEGINNING, &s, &err), &err);
	assert_ok(gk_scan_next(s, &rec, &at, &err), &err);
	gk_warc_rec_free(&rec);
	assert_int_equal(gk_scan_next(s, &rec, &at, &err), GK_END);
	assert_false(gk_scan_torn(s, &torn));
	w = writer();
	k[0] = add_text(w, "first");
	sync_ok(w);
	k[1] = add_text(w, "second");
	assert_ok(gk_scan_next(s, &rec, &at, &err), &err);
	assert_true(same(&rec, &k[0]));
	gk_warc_rec_free(&rec);
	assert_int_equal(gk_scan_next(s, &rec, &at, &err), GK_END);
	sync_ok(w);
	/* Half of the second record, then all of it: no refusal in between. */
	read_whole(segment_file(1), &all);
	assert_int_equal(truncate(segment_file(1), (off_t)(k[1].loc.offset + k[1].loc.length / 2)), 0);
	assert_int_equal(gk_scan_next(s, &rec, &at, &err), GK_END);
	assert_true(gk_scan_torn(s, &torn));
	assert_int_equal(torn.offset, k[1].loc.offset);
	put_file(segment_file(1), all.p, all.n);
	gk_buf_free(&all);
	assert_ok(gk_scan_next(s, &rec, &at, &err), &err);
	assert_true(same(&rec, &k[1]));
	gk_warc_rec_free(&rec);
	/* A new segment, which the archive handle has never seen. */
	gk_append_limit(w, 1);
	k[2] = add_text(w, "third");
	sync_ok(w);
	assert_int_equal(k[2].loc.segment, 2);
	assert_ok(gk_archive_read(a, k[2].loc, &rec, &err), &err);
	gk_warc_rec_free(&rec);
	assert_ok(gk_scan_next(s, &rec, &at, &err), &err);
	assert_int_equal(rec.type, GK_WARC_INFO);
	gk_warc_rec_free(&rec);
	assert_ok(gk_scan_next(s, &rec, &at, &err), &err);
	assert_true(same(&rec, &k[2]));
	gk_warc_rec_free(&rec);
	assert_int_equal(gk_scan_next(s, &rec, &at, &err), GK_END);
	gk_append_close(w);
	gk_scan_close(s);
	gk_archive_close(a);
}

/* --- opening --- */

static void
test_no_archive(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_archive *a;
	struct gk_append *w;
	char empty[64];

	(void)state;
	snprintf(empty, sizeof empty, "%s/empty", scratch);
	assert_int_equal(gk_archive_open(name_in(scratch, "nowhere"), &a, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_NO_ACCESS);
	assert_non_null(strstr(err.hint_en, "gongkai init"));
	assert_int_equal(mkdir(empty, 0755), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(gk_archive_open(empty, &a, &err), GK_DEAD);
		assert_int_equal(gk_append_open(empty, 0, BEGINNING, &w, NULL, &err), GK_DEAD);
		assert_int_equal(err.cause, GK_CAUSE_NO_ACCESS);
		assert_non_null(strstr(err.hint, "gongkai init"));
		if (i == 0)
			assert_int_equal(mkdir(name_in(empty, "warc"), 0755), 0);
	}
	/* A create that was killed there may be repeated; one that ended may not. */
	assert_ok(gk_archive_create(empty, &err), &err);
	assert_int_equal(gk_archive_create(empty, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_USAGE);
	assert_int_equal(gk_archive_open(name_in(empty, "lock"), &a, NULL), GK_DEAD);
}

static void
test_newer(void **state)
{
	static const char block[] = "software: gongkai/9.0\r\ngongkai-format: 2\r\n";
	struct gk_err err = GK_ERR_INIT;
	struct gk_buf text, gz;
	struct gk_archive *a;
	struct gk_append *w;

	(void)state;
	fresh();
	gk_buf_init(&text, 4096);
	gk_buf_init(&gz, 4096 + 256 * 1024);
	gk_buf_printf(&text, "WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:a>\r\nWARC-Date: 2040-01-01T00:00:00Z\r\nContent-Length: %zu\r\n\r\n%s\r\n\r\n",
		      sizeof block - 1, block);
	member(&gz, text.p, text.n, 0);
	put_file(segment_file(2), gz.p, gz.n);
	assert_int_equal(gk_archive_open(dir, &a, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_NEWER);
	assert_int_equal(gk_append_open(dir, 0, BEGINNING, &w, NULL, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_NEWER);
	gk_buf_free(&text);
	gk_buf_free(&gz);
}

static void
test_second_writer(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_append *w, *second;
	struct timespec t0, t1;
	int ready[2], go[2];
	char c, pid_text[24];
	pid_t pid;

	(void)state;
	fresh();
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(go), 0);
	pid = fork();
	if (pid == 0) {
		w = NULL;
		if (gk_append_open(dir, 0, BEGINNING, &w, NULL, NULL) != GK_OK || write(ready[1], "x", 1) != 1)
			_exit(1);
		if (read(go[0], &c, 1) != 1)
			_exit(1);
		gk_append_close(w);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	clock_gettime(CLOCK_MONOTONIC, &t0);
	assert_int_equal(gk_append_open(dir, 1, BEGINNING, &second, NULL, &err), GK_RETRY);
	clock_gettime(CLOCK_MONOTONIC, &t1);
	assert_int_equal(err.cause, GK_CAUSE_BUSY);
	snprintf(pid_text, sizeof pid_text, " %ld,", (long)pid);
	assert_non_null(strstr(err.what_en, pid_text));
	assert_non_null(strstr(err.what_en, "since 20"));
	assert_true(t1.tv_sec - t0.tv_sec >= 1 && t1.tv_sec - t0.tv_sec <= 5);
	/* Readers never wait. */
	gk_archive_close(reader());
	/* The lock is had as soon as it is free, well before the wait ends. */
	assert_int_equal(write(go[1], "x", 1), 1);
	assert_ok(gk_append_open(dir, 10, BEGINNING, &second, NULL, &err), &err);
	gk_append_close(second);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(access(name_in(dir, "lock"), F_OK), 0);
	for (int i = 0; i < 2; i++) {
		close(ready[i]);
		close(go[i]);
	}
}

/* --- the world refuses --- */

#ifdef GK_FAULTS
/*
 * Two batches with a change of segment in the first: fail the n-th point, for
 * every n.  What sync acknowledged is there, and the next open needs no help.
 */
static void
test_faults(void **state)
{
	unsigned n;

	(void)state;
	for (n = 1; ; n++) {
		struct gk_err err = GK_ERR_INIT;
		struct kept k[4];
		struct gk_append *w = NULL;
		enum gk_status st = GK_OK;
		struct counts c;
		int put = 0, safe = 0;
		bool hit;
		char path[300];
		int fd;

		fresh();
		w = writer();
		k[put++] = add_text(w, "before");
		safe = put;
		sync_ok(w);
		gk_append_close(w);
		/* Something to recover, too. */
		fd = open(segment_file(1), O_WRONLY | O_APPEND);
		assert_int_equal(write(fd, "\x1f\x8b\x08\x04", 4), 4);
		close(fd);
		w = NULL;
		gk_fault_arm(n);
		st = gk_append_open(dir, 0, BEGINNING, &w, NULL, &err);
		if (st == GK_OK)
			gk_append_limit(w, 600);
		for (int batch = 0; st == GK_OK && batch < 3; batch++) {
			struct gk_put p = { .type = GK_WARC_METADATA, .block = "batch", .n = 5 };
			struct gk_loc loc;

			st = gk_append_record(w, &p, &loc, &err);
			if (st == GK_OK) {
				k[put] = (struct kept){ .type = p.type, .n = 5, .loc = loc, .at = { loc.segment, 0, loc.offset + loc.length } };
				memcpy(k[put].id, p.id, sizeof p.id);
				gk_sha256_hex("batch", 5, k[put++].digest);
				st = gk_append_sync(w, NULL, &err);
				if (st == GK_OK)
					safe = put;
			}
		}
		if (st != GK_OK) {
			assert_int_equal(st, GK_DEAD);
			assert_true(err.what_en[0] != '\0' && err.cause != GK_CAUSE_NONE);
			if (w != NULL)	/* dead is dead */
				assert_int_equal(gk_append_sync(w, NULL, &err), GK_DEAD);
		}
		gk_append_close(w);
		hit = gk_fault_hit() != NULL;
		if (hit && st == GK_OK && strcmp(gk_fault_hit(), "ftruncate") != 0)
			fail_msg("point %u (%s) failed and nobody noticed", n, gk_fault_hit());
		gk_fault_arm(0);
		assert_ok(gk_append_open(dir, 0, BEGINNING, &w, NULL, &err), &err);
		gk_append_close(w);
		c = scan(BEGINNING, k, put);
		assert_int_equal(c.refused + c.unknown + c.torn, 0);
		assert_true(c.whole >= safe && c.whole <= put);
		for (int i = 0; i < safe; i++)
			assert_true(readable(&k[i]));
		assert_true(torn_files(path) >= 1);
		if (!hit)
			break;
	}
	print_message("# %u points\n", n - 1);
	assert_true(n > 20);
}

/* Create: a failure at any point leaves a folder on which create, or the next writer, succeeds. */
static void
test_faults_of_create(void **state)
{
	(void)state;
	for (unsigned n = 1; ; n++) {
		struct gk_err err = GK_ERR_INIT;
		struct gk_append *w;
		char name[32];
		enum gk_status st;
		bool hit;

		snprintf(name, sizeof name, "create%u", n);
		gk_fault_arm(n);
		st = gk_archive_create(name_in(scratch, name), &err);
		hit = gk_fault_hit() != NULL;
		gk_fault_arm(0);
		assert_int_equal(st, hit ? GK_DEAD : GK_OK);
		if (hit) {
			st = gk_archive_create(name_in(scratch, name), &err);
			assert_true(st == GK_OK || st == GK_REFUSED);
		}
		assert_ok(gk_append_open(name_in(scratch, name), 0, BEGINNING, &w, NULL, &err), &err);
		gk_append_close(w);
		if (!hit)
			break;
	}
}

/* Points that refuse a reading are counted where the file is read: so many are met, so many readings there are. */
static void
test_one_pread(void **state)
{
	static const size_t sizes[] = { 0, 100, 20000, 300000, 3000000 };
	enum { N = sizeof sizes / sizeof *sizes };
	struct gk_append *w;
	struct gk_archive *a;
	struct kept k[N];

	(void)state;
	fresh();
	w = writer();
	for (int i = 0; i < N; i++) {
		char *p = malloc(sizes[i] + 1);

		assert_non_null(p);
		for (size_t j = 0; j < sizes[i]; j++)
			p[j] = (char)rnd();
		k[i] = add(w, GK_WARC_RESOURCE, p, sizes[i]);
		free(p);
	}
	sync_ok(w);
	gk_append_close(w);
	a = reader();
	for (int turn = 0; turn < 2 * N; turn++) {
		const struct kept *one = &k[(turn * 3) % N];
		struct gk_warc_rec rec;

		/* The first time the segment is opened and its format looked at. */
		if (turn == 0) {
			assert_int_equal(gk_archive_read(a, one->loc, &rec, NULL), GK_OK);
			gk_warc_rec_free(&rec);
		}
		gk_fault_arm(2);
		assert_int_equal(gk_archive_read(a, one->loc, &rec, NULL), GK_OK);
		gk_warc_rec_free(&rec);
		assert_null(gk_fault_hit());
		gk_fault_arm(1);
		assert_int_equal(gk_archive_read(a, one->loc, &rec, NULL), GK_DEAD);
		assert_string_equal(gk_fault_hit(), "read");
		gk_fault_arm(0);
	}
	gk_archive_close(a);
}

static void
test_faults_of_reading(void **state)
{
	struct kept k[SMALL];

	(void)state;
	small_archive(k);
	for (unsigned n = 1; ; n++) {
		struct gk_err err = GK_ERR_INIT;
		struct gk_archive *a = NULL;
		struct gk_scan *s = NULL;
		struct gk_warc_rec rec;
		struct gk_loc at;
		enum gk_status st;
		int whole = 0;
		bool hit;

		gk_fault_arm(n);
		st = gk_archive_open(dir, &a, &err);
		if (st == GK_OK && (st = gk_archive_read(a, k[1].loc, &rec, &err)) == GK_OK)
			gk_warc_rec_free(&rec);
		if (st == GK_OK)
			st = gk_scan_open(a, BEGINNING, &s, &err);
		while (st == GK_OK && (st = gk_scan_next(s, &rec, &at, &err)) == GK_OK) {
			gk_warc_rec_free(&rec);
			whole++;
		}
		gk_scan_close(s);
		gk_archive_close(a);
		hit = gk_fault_hit() != NULL;
		gk_fault_arm(0);
		if (!hit) {
			assert_int_equal(st, GK_END);
			assert_int_equal(whole, SMALL + 1);
			break;
		}
		assert_int_equal(st, GK_DEAD);
		assert_int_equal(err.cause, GK_CAUSE_DEVICE);
	}
}
#endif

/* The child tells each acknowledged record over the pipe; then it is killed at some instant. */
static void
child_appends(int to, unsigned turn)
{
	struct gk_append *w;
	char block[3000];

	seed += turn;
	if (gk_append_open(dir, 0, BEGINNING, &w, NULL, NULL) != GK_OK)
		_exit(1);
	gk_append_limit(w, 40000);
	for (;;) {
		struct kept k[3];
		struct gk_err err = GK_ERR_INIT;
		int n = 1 + (int)(rnd() % 3);

		memset(k, 0, sizeof k);
		for (int i = 0; i < n; i++) {
			struct gk_put put = { .type = GK_WARC_RESOURCE, .block = block, .n = rnd() % sizeof block };

			for (size_t j = 0; j < put.n; j++)
				block[j] = (char)rnd();
			if (gk_append_record(w, &put, &k[i].loc, &err) != GK_OK)
				_exit(2);
			k[i].type = put.type;
			k[i].n = put.n;
			k[i].at = (struct gk_loc){ k[i].loc.segment, 0, k[i].loc.offset + k[i].loc.length };
			memcpy(k[i].id, put.id, sizeof put.id);
			gk_sha256_hex(block, put.n, k[i].digest);
		}
		if (gk_append_sync(w, NULL, &err) != GK_OK || write(to, k, sizeof *k * (size_t)n) != (ssize_t)(sizeof *k * (size_t)n))
			_exit(3);
	}
}

static void
test_kill(void **state)
{
	enum { KILLS = 30, MOST = 200000 };
	struct kept *k = calloc(MOST, sizeof *k);
	struct gk_err err = GK_ERR_INIT;
	struct gk_archive *a;
	int n = 0, torn_total = 0;
	struct counts c;

	(void)state;
	assert_non_null(k);
	fresh();
	for (unsigned turn = 0; turn < KILLS; turn++) {
		struct gk_append *w;
		uint64_t torn;
		int fds[2], status;
		size_t got = 0;
		pid_t pid;

		assert_int_equal(pipe(fds), 0);
		pid = fork();
		if (pid == 0)
			child_appends(fds[1], turn);
		close(fds[1]);
		usleep((useconds_t)(rnd() % 60000));
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		for (;;) {	/* what was told before the kill still stands in the pipe */
			ssize_t r = read(fds[0], (char *)&k[n] + got, sizeof *k - got);

			if (r <= 0)
				break;
			got += (size_t)r;
			if (got == sizeof *k) {
				got = 0;
				assert_true(++n < MOST);
			}
		}
		close(fds[0]);
		w = writer_from(BEGINNING, &torn);
		gk_append_close(w);
		torn_total += torn > 0;
	}
	print_message("# %d kills: %d records acknowledged, %d torn tails\n", KILLS, n, torn_total);
	a = reader();
	for (int i = 0; i < n; i++) {
		struct gk_warc_rec rec;

		assert_ok(gk_archive_read(a, k[i].loc, &rec, &err), &err);
		assert_true(same(&rec, &k[i]));
		gk_warc_rec_free(&rec);
	}
	gk_archive_close(a);
	c = scan(BEGINNING, NULL, 0);
	assert_true(c.whole >= n);
	assert_int_equal(c.refused + c.torn, 0);
	free(k);
}

/* Append noise in `dir` until it is refused; say what was acknowledged before. */
static int
until_full(struct gk_append *w, struct kept *k, int most, struct gk_err *err)
{
	static char noise[100000];
	int n = 0;

	for (; n < most; n++) {
		struct gk_put put = { .type = GK_WARC_RESOURCE, .block = noise, .n = sizeof noise };

		for (size_t j = 0; j < sizeof noise; j++)
			noise[j] = (char)rnd();
		k[n] = (struct kept){ .type = put.type, .n = put.n };
		if (gk_append_record(w, &put, &k[n].loc, err) != GK_OK || gk_append_sync(w, NULL, err) != GK_OK)
			break;
		memcpy(k[n].id, put.id, sizeof put.id);
		gk_sha256_hex(noise, sizeof noise, k[n].digest);
		k[n].at = (struct gk_loc){ k[n].loc.segment, 0, k[n].loc.offset + k[n].loc.length };
	}
	return n;
}

static void
check_full(struct gk_append *w, const struct kept *k, int n, const struct gk_err *err)
{
	struct counts c;

	assert_int_equal(err->cause, GK_CAUSE_NO_SPACE);
	assert_non_null(strstr(err->what_en, "needed"));
	assert_non_null(strstr(err->what, "剩余"));
	assert_true(err->hint[0] != '\0');
	/* Cut back at once, not only when the handle is closed: others need the space. */
	c = scan(BEGINNING, k, n);
	assert_int_equal(c.whole, n);
	assert_int_equal(c.refused + c.unknown + c.torn, 0);
	gk_append_close(w);
}

static void
test_file_size_limit(void **state)
{
	struct rlimit was, small;
	struct gk_err err = GK_ERR_INIT;
	struct gk_append *w;
	struct kept k[64];
	int n;

	(void)state;
	fresh();
	w = writer();
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	small = was;
	small.rlim_cur = 1000000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	n = until_full(w, k, 64, &err);
	setrlimit(RLIMIT_FSIZE, &was);
	assert_int_equal(n, 9);
	check_full(w, k, n, &err);
	w = writer();
	k[n++] = add_text(w, "there is room again");
	sync_ok(w);
	gk_append_close(w);
	assert_int_equal(scan(BEGINNING, k, n).whole, n);
}

static void
test_full_disk(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_append *w;
	struct kept k[64];
	char fill[sizeof dir + 8], mnt[64];
	static const char zeros[4096];
	int n, fd;

	(void)state;
	snprintf(mnt, sizeof mnt, "%s/tmpfs", scratch);
	if (mkdir(mnt, 0755) < 0 || mount("none", mnt, "tmpfs", 0, "size=1m") < 0) {
		print_message("# not allowed to mount a tmpfs here\n");
		skip();
	}
	snprintf(dir, sizeof dir, "%s/tmpfs/a", scratch);
	assert_ok(gk_archive_create(dir, &err), &err);
	w = writer();
	assert_int_equal(gk_append_reserve(w, 1000, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_NO_SPACE);
	assert_int_equal(gk_append_reserve(w, UINT64_MAX, &err), GK_REFUSED);
	n = until_full(w, k, 64, &err);
	assert_true(n >= 5 && n < 12);
	check_full(w, k, n, &err);
	/* A tail torn on a full disk is not lost for want of a place to keep it. */
	assert_int_equal(truncate(segment_file(1), (off_t)k[n - 1].loc.offset + 10000), 0);
	snprintf(fill, sizeof fill, "%s/fill", dir);
	fd = open(fill, O_WRONLY | O_CREAT, 0644);
	while (write(fd, zeros, sizeof zeros) > 0)
		;
	close(fd);
	assert_int_equal(gk_append_open(dir, 0, BEGINNING, &w, NULL, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_NO_SPACE);
	assert_int_equal(unlink(fill), 0);
	assert_ok(gk_append_open(dir, 0, BEGINNING, &w, NULL, &err), &err);
	gk_append_close(w);
	assert_int_equal(scan(BEGINNING, k, n).whole, n - 1);
	dir[0] = '\0';
	umount(mnt);
}

/* --- other readers --- */

static void
test_gzip_reads_it(void **state)
{
	struct kept k[SMALL];
	char *gz[] = { (char *)"gzip", (char *)"-t", NULL, NULL };
	int rc;

	(void)state;
	small_archive(k);
	gz[2] = segment_file(1);	/* good as long as no more than seven names are made below */
	rc = run(gz, "/dev/null");
	if (rc < 0)
		skip();
	assert_int_equal(rc, 0);
	flip(segment_file(1), k[1].loc.offset + k[1].loc.length - 8, 3);
	assert_int_not_equal(run(gz, "/dev/null"), 0);
}

static void
test_python_reads_it(void **state)
{
	enum { N = 60 };
	const char *top = getenv("top_srcdir");
	char script[4200], out[64], *argv[16] = { (char *)"python3", script };
	struct kept k[N];
	struct gk_append *w;
	struct gk_buf list;
	char *p;
	int rc;

	(void)state;
	snprintf(out, sizeof out, "%s/list", scratch);
	snprintf(script, sizeof script, "%.4000s/tests/warc-read.py", top == NULL ? "." : top);
	if (access(script, R_OK) < 0)
		skip();
	fresh();
	w = writer();
	gk_append_limit(w, 16 * 1024);
	for (int i = 0; i < N; i++) {
		static const enum gk_warc_type types[] = { GK_WARC_RESOURCE, GK_WARC_CONVERSION, GK_WARC_METADATA };
		char block[2000];
		size_t n = rnd() % sizeof block;

		for (size_t j = 0; j < n; j++)
			block[j] = (char)(rnd() % 3 == 0 ? '\n' : rnd());
		k[i] = add(w, types[i % 3], block, n);
	}
	sync_ok(w);
	gk_append_close(w);
	for (uint32_t seg = 1; seg <= k[N - 1].loc.segment && seg < 8; seg++)
		argv[1 + seg] = strdup(segment_file(seg));
	rc = run(argv, out);
	for (int i = 2; i < 16; i++)
		free(argv[i]);
	if (rc < 0)
		skip();
	assert_int_equal(rc, 0);
	read_whole(out, &list);
	p = list.p;
	for (int i = 0; i < N; i++) {
		static const char *const names[] = { "resource", "conversion", "metadata" };
		char line[200];

		while (strncmp(p, "warcinfo ", 9) == 0)
			p = strchr(p, '\n') + 1;
		snprintf(line, sizeof line, "%s %s %zu %s\n", names[i % 3], k[i].id, k[i].n, k[i].digest);
		if (strncmp(p, line, strlen(line)) != 0)
			fail_msg("expected %s", line);
		p += strlen(line);
	}
	assert_int_equal(*p, '\0');
	gk_buf_free(&list);
}

/* The port that python's http.server says it took, 0 if it does not come up. */
static int
serve(const char *folder, pid_t *pid)
{
	char *argv[] = { (char *)"python3", (char *)"-u", (char *)"-m", (char *)"http.server", (char *)"--bind", (char *)"127.0.0.1",
			 (char *)"--directory", (char *)folder, (char *)"0", NULL };
	posix_spawn_file_actions_t fa;
	char text[512] = "", *port;
	size_t n = 0;
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_adddup2(&fa, fds[1], 1);
	posix_spawn_file_actions_addclose(&fa, fds[0]);
	posix_spawn_file_actions_addopen(&fa, 2, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(pid, argv[0], &fa, NULL, argv, environ) != 0)
		*pid = 0;
	posix_spawn_file_actions_destroy(&fa);
	close(fds[1]);
	/* The whole line: it would die of the closed pipe in the middle of one. */
	while (n < sizeof text - 1 && strchr(text, '\n') == NULL) {
		ssize_t got = read(fds[0], text + n, sizeof text - 1 - n);

		if (got <= 0)
			break;
		n += (size_t)got;
		text[n] = '\0';
	}
	close(fds[0]);
	port = strstr(text, " port ");
	return port == NULL ? 0 : atoi(port + 6);
}

static void
test_wget_is_read(void **state)
{
	static const char page[] = "<html><title>通知</title><p>关于做好2026年政府信息公开工作的通知</p></html>";
	char url[64], file[200], *argv[] = { (char *)"wget", (char *)"-q", (char *)"-O", (char *)"/dev/null", (char *)"--no-proxy", (char *)"-T",
					      (char *)"10", (char *)"-t", (char *)"1", file, url, NULL };
	struct gk_err err = GK_ERR_INIT;
	struct gk_archive *a;
	struct gk_scan *s;
	struct gk_warc_rec rec;
	struct gk_loc at, place = BEGINNING;
	bool found = false;
	pid_t pid = 0;
	int port, rc = -1, n = 0;
	enum gk_status st;

	(void)state;
	fresh();
	put_file(name_in(scratch, "page.html"), page, sizeof page - 1);
	port = serve(scratch, &pid);
	if (port != 0) {
		snprintf(url, sizeof url, "http://127.0.0.1:%d/page.html", port);
		snprintf(file, sizeof file, "--warc-file=%s/warc/000001", dir);
		rc = run(argv, "/dev/null");
	}
	if (pid > 0) {
		kill(pid, SIGTERM);
		waitpid(pid, NULL, 0);
	}
	if (rc < 0 || port == 0) {
		print_message("# wget or python3 is not there\n");
		skip();
	}
	assert_int_equal(rc, 0);
	a = reader();
	assert_ok(gk_scan_open(a, BEGINNING, &s, &err), &err);
	while ((st = gk_scan_next(s, &rec, &at, &err)) == GK_OK) {
		n++;
		assert_int_equal(strncmp(rec.head.p, "WARC/1.0\r\n", 10), 0);
		if (rec.type == GK_WARC_OTHER && strcmp(rec.target_uri, url) == 0 && rec.block.n > sizeof page &&
		    memcmp(rec.block.p + rec.block.n - (sizeof page - 1), page, sizeof page - 1) == 0) {
			found = true;
			place = rec.loc;
			assert_int_equal(strncmp(rec.block_digest, "sha1:", 5), 0);
			assert_string_equal(rec.content_type, "application/http;msgtype=response");
		}
		gk_warc_rec_free(&rec);
	}
	assert_int_equal(st, GK_END);
	assert_false(gk_scan_torn(s, &at));
	assert_true(found && n >= 3);
	assert_ok(gk_archive_read(a, place, &rec, &err), &err);
	gk_warc_rec_free(&rec);
	gk_scan_close(s);
	gk_archive_close(a);
}

static int
make_scratch(void **state)
{
	(void)state;
	return mkdtemp(scratch) == NULL ? -1 : 0;
}

static int
remove_scratch(void **state)
{
	(void)state;
	umount2(name_in(scratch, "tmpfs"), MNT_DETACH);	/* if its test failed half way, with files open */
	return gk_remove_tree(scratch, NULL) == GK_OK ? 0 : -1;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		{ "what is appended is read back, also from any place on", test_round_trip, NULL, NULL, NULL },
		{ "members that say they end in their header", test_members_that_claim_too_little, NULL, NULL, NULL },
		{ "a member in memory is as good as one in a file", test_whole_members, NULL, NULL, NULL },
		{ "fields of a record stand as they were given", test_fields, NULL, NULL, NULL },
		{ "a record that would forge a header is refused", test_bad_puts, NULL, NULL, NULL },
		{ "headers of other tools are read, unclear ones refused", test_heads, NULL, NULL, NULL },
		{ "a member holds exactly one record", test_members, NULL, NULL, NULL },
		{ "a flipped bit anywhere never gives wrong content", test_flips, NULL, NULL, NULL },
		{ "a wrong place is refused", test_lying_index, NULL, NULL, NULL },
		{ "a segment inside a record never gives records", test_no_false_records, NULL, NULL, NULL },
		{ "a missing segment is said and the others are read", test_missing_segment, NULL, NULL, NULL },
		{ "a segment cut at any byte is recovered and the tail kept", test_truncations, NULL, NULL, NULL },
		{ "a power cut leaves whole batches before the last", test_power_cut, NULL, NULL, NULL },
		{ "a power cut in a segment that the torn batch had begun", test_power_cut_in_a_new_segment, NULL, NULL, NULL },
		{ "rot is never taken for a torn tail", test_rot_is_not_cut, NULL, NULL, NULL },
		{ "nor in the last batch, with and without its seal", test_rot_in_the_last_batch, NULL, NULL, NULL },
		{ "a segment half made is made again", test_half_made, NULL, NULL, NULL },
		{ "what was not synced is dropped at close", test_unsynced_is_dropped, NULL, NULL, NULL },
		{ "segments are closed in time and chained by digest", test_segments, NULL, NULL, NULL },
		{ "a reader beside a writer sees whole records only", test_reader_beside_writer, NULL, NULL, NULL },
		{ "a folder that is no archive is said to be none", test_no_archive, NULL, NULL, NULL },
		{ "a newer format is refused", test_newer, NULL, NULL, NULL },
		{ "a second writer is told who the first is", test_second_writer, NULL, NULL, NULL },
#ifdef GK_FAULTS
		{ "every failure of the device leaves what was acknowledged", test_faults, NULL, NULL, NULL },
		{ "a failed create can be repeated", test_faults_of_create, NULL, NULL, NULL },
		{ "a record is one pread", test_one_pread, NULL, NULL, NULL },
		{ "every failure while reading is said", test_faults_of_reading, NULL, NULL, NULL },
#endif
		{ "kill -9 thirty times loses nothing acknowledged", test_kill, NULL, NULL, NULL },
		{ "a file size limit is no space", test_file_size_limit, NULL, NULL, NULL },
		{ "a full disk cuts back and says so", test_full_disk, NULL, NULL, NULL },
		{ "gzip reads a segment", test_gzip_reads_it, NULL, NULL, NULL },
		{ "a second reader in Python reads the same", test_python_reads_it, NULL, NULL, NULL },
		{ "a file of wget is read", test_wget_is_read, NULL, NULL, NULL },
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);	/* t-archive '*rot*' runs one alone */
	return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
