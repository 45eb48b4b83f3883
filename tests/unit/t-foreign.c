/*
 * Files of other tools, as they come and as they are damaged (archive/import.h).  Each row is a file, read as plain text and as one gzip member; what must
 * come out stands beside it: kind, length and flags of each record, "!" and the cause where one is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "archive/append.h"
#include "archive/gzmember.h"
#include "archive/import.h"
#include "base/io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static char dir[] = "t-foreign.XXXXXX", path[64], got[1 << 16];
static size_t got_n;
static struct gk_err err;

static void
say(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(got + got_n, sizeof got - got_n, fmt, ap);
	va_end(ap);
	assert_true(n >= 0 && got_n + (size_t)n < sizeof got);
	got_n += (size_t)n;
}

static void
write_file(const void *p, size_t n)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* As gzip and wget write it: no field of ours in its header. */
static size_t
pack(const void *p, size_t n, unsigned char *out, size_t room)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)p, .avail_in = (uInt)n, .next_out = out, .avail_out = (uInt)room };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return room - z.avail_out;
}

/* What reading gives, as text. */
static const char *
read_all(size_t most)
{
	struct gk_foreign *f = NULL;
	struct gk_foreign_rec rec;
	enum gk_status st;

	got_n = 0;
	got[0] = '\0';
	st = gk_foreign_open(path, most, &f, &err);
	if (st != GK_OK) {
		say("no file: %d", err.cause);
		return got;
	}
	for (;;) {
		st = gk_foreign_next(f, &rec, &err);
		if (st == GK_OK) {
			say("%s %ju%s%s%s%s%s|", rec.kind, (uintmax_t)rec.length, rec.kept ? "" : " passed-over", rec.truncated ? " truncated" : "", rec.segmented ? " segmented" : "",
			    rec.loose_end ? " loose" : "", rec.checked ? " checked" : "");
			assert_true(!rec.kept || rec.rec.block.n == rec.length);
			gk_warc_rec_free(&rec.rec);
		} else if (st == GK_REFUSED) {
			say("! %s|", err.cause == GK_CAUSE_LIMIT ? "limit" : err.cause == GK_CAUSE_BAD_DATA ? "bad" : "?");
			assert_true(err.what[0] != '\0' && strstr(err.what_en, "at offset ") != NULL);
		} else {
			assert_int_equal(st, GK_END);
			assert_int_equal(gk_foreign_next(f, &rec, &err), GK_END);
			break;
		}
	}
	gk_foreign_close(f);
	return got;
}

#define V "WARC/1.0\r\n"
#define ID "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\nWARC-Date: 2021-03-01T00:00:00Z\r\n"
#define REC(type, more, length, block) V "WARC-Type: " type "\r\n" ID more "Content-Length: " #length "\r\n\r\n" block "\r\n\r\n"
#define ABC256 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define NIST56 "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"

/* Digests are those of FIPS 180, in the spellings of wget (base32), of others (hex), and ours. */
static const struct { const char *name, *text, *want, *packed; } rows[] = {
	{ "nothing", "", "", NULL },
	{ "line ends alone", "\r\n\n\r\n", "", NULL },
	{ "no WARC", "hello\r\n\r\n", "! bad|", NULL },
	{ "less than a name", "WA", "! bad|", NULL },
	{ "kinds in any case", REC("Response", "", 3, "abc") REC("REQUEST", "", 0, ""), "response 3|request 0|", NULL },
	{ "a kind that is too long is cut", REC("a-kind-that-nobody-has", "", 1, "x"), "a-kind-that-nob 1|", NULL },
	{ "flags", REC("resource", "WARC-Truncated:\t length \r\nWARC-Segment-Number: 2\r\n", 1, "x") REC("resource", "WARC-Truncated: \r\n", 1, "x"), "resource 1 truncated segmented|resource 1|", NULL },
	{ "sha1 in base32", REC("resource", "WARC-Block-Digest: sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5\r\n", 3, "abc"), "resource 3 checked|", NULL },
	{ "and in small letters", REC("resource", "WARC-Block-Digest: SHA1:vgmt4nsha2awvor6evyxqugcnsonbwe5\r\n", 3, "abc"), "resource 3 checked|", NULL },
	{ "sha1 in hex", REC("resource", "WARC-Block-Digest: sha1:a9993e364706816aba3e25717850c26c9cd0d89d\r\n", 3, "abc"), "resource 3 checked|", NULL },
	{ "sha1 of 56 bytes, whose length needs a block of its own", REC("resource", "WARC-Block-Digest: sha1:84983e441c3bd26ebaae4aa1f95129e5e54670f1\r\n", 56, NIST56), "resource 56 checked|", NULL },
	{ "sha1 of nothing", REC("resource", "WARC-Block-Digest: sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709\r\n", 0, ""), "resource 0 checked|", NULL },
	{ "sha256", REC("resource", "WARC-Block-Digest: sha256:" ABC256 "\r\n", 3, "abc"), "resource 3 checked|", NULL },
	{ "a digest that is none, or of another kind, is not compared", REC("resource", "WARC-Block-Digest: sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE1\r\n", 3, "abc") REC("resource", "WARC-Block-Digest: sha1:AAAA\r\n", 3, "abc")
	  REC("resource", "WARC-Block-Digest: md5:900150983cd24fb0d6963f7d28e17f72\r\n", 3, "abc") REC("resource", "WARC-Block-Digest: sha256:00\r\n", 3, "abc")
	  REC("resource", "WARC-Block-Digest: sha1:@GMT4NSHA2AWVOR6EVYXQUGCNSONBWE5\r\n", 3, "abc") REC("resource", "WARC-Block-Digest: sha1:{GMT4NSHA2AWVOR6EVYXQUGCNSONBWE8\r\n", 3, "abc"),
	  "resource 3|resource 3|resource 3|resource 3|resource 3|resource 3|", NULL },
	{ "a wrong digest costs its record alone", REC("resource", "WARC-Block-Digest: sha256:" ABC256 "\r\n", 3, "abd") REC("resource", "WARC-Block-Digest: sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5\r\n", 3, "abx") REC("response", "", 1, "x"),
	  "! bad|! bad|response 1|", NULL },
	{ "a block beyond the most is passed over", REC("resource", "WARC-Block-Digest: sha256:" ABC256 "\r\n", 120, NIST56 NIST56 "12345678") REC("response", "", 1, "x"), "resource 120 passed-over|response 1|", NULL },
	{ "and missed if it is cut short", V "WARC-Type: resource\r\n" ID "Content-Length: 500\r\n\r\nabc", "! bad|", NULL },
	{ "one line end behind a record", V "WARC-Type: resource\r\n" ID "Content-Length: 1\r\n\r\nx\n" REC("response", "", 1, "y"), "resource 1 loose|response 1|", NULL },
	{ "none at the end of the file", V "WARC-Type: resource\r\n" ID "Content-Length: 1\r\n\r\nx", "resource 1 loose|", NULL },
	{ "many", V "WARC-Type: resource\r\n" ID "Content-Length: 1\r\n\r\nx\r\n\r\n\n\r\n\n" REC("response", "", 1, "y"), "resource 1|response 1|", NULL },
	{ "cut in a head", REC("resource", "", 1, "x") V "WARC-Type: resp", "resource 1|! bad|", NULL },
	{ "cut in a block", REC("resource", "", 1, "x") V "WARC-Type: resource\r\n" ID "Content-Length: 9\r\n\r\nabc", "resource 1|! bad|", NULL },
	/* The member can be read to its end, so what is behind it is looked at; nothing is. */
	{ "a head without a length", V "WARC-Type: resource\r\n" ID "\r\nabc\r\n\r\n" REC("response", "", 1, "y"), "! bad|", NULL },
	{ "an older version", "WARC/0.18\r\nWARC-Type: resource\r\n" ID "Content-Length: 1\r\n\r\nx\r\n\r\n", "resource 1|", NULL },
};

static void
test_rows(void **state)
{
	static unsigned char packed[1 << 16];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (int gz = 0; gz < 2; gz++) {
			const char *want = gz && rows[i].packed != NULL ? rows[i].packed : rows[i].want;

			if (gz)
				write_file(packed, pack(rows[i].text, strlen(rows[i].text), packed, sizeof packed));
			else
				write_file(rows[i].text, strlen(rows[i].text));
			if (strcmp(read_all(100), want) != 0)
				fail_msg("%s%s: got '%s', want '%s'", rows[i].name, gz ? " (gzip)" : "", got, want);
		}
}

/* A million a's (FIPS 180's third example), more than a window holds; 64 KiB of head and a byte more. */
static void
test_large(void **state)
{
	static const char head[] = V "WARC-Type: resource\r\n" ID "WARC-Block-Digest: sha1:34aa973cd4c4daa4f61eeb2bdbad27316534016f\r\nContent-Length: 1000000\r\n\r\n";
	size_t n = sizeof head - 1, room = 1100000;
	char *text = malloc(room);

	(void)state;
	assert_non_null(text);
	memcpy(text, head, n);
	memset(text + n, 'a', 1000000);
	memcpy(text + n + 1000000, "\r\n\r\n", 4);
	write_file(text, n + 1000004);
	assert_string_equal(read_all(1 << 20), "resource 1000000 checked|");
	assert_string_equal(read_all(100), "resource 1000000 passed-over|");
	text[n + 999999] = 'b';
	write_file(text, n + 1000004);
	assert_string_equal(read_all(1 << 20), "! bad|");
	for (int over = 0; over < 2; over++) {
		static const char first[] = V "WARC-Type: resource\r\n" ID "Content-Length: 1\r\n", last[] = "\r\n\r\nx\r\n\r\n";
		size_t at = sizeof first - 1, head_n = 65536 + (over ? 3 : 0);

		/* Lines of less than 8 KiB, so that the sum alone is too much. */
		memcpy(text, first, at);
		while (at < head_n - 2) {
			size_t k = head_n - 2 - at < 4000 ? head_n - 2 - at : 4000;

			memset(text + at, 'y', k);
			memcpy(text + at, "X-Y: ", k < 5 ? k : 5);
			memcpy(text + at + k - 2, "\r\n", 2);
			at += k;
		}
		memcpy(text + at, last + 2, sizeof last - 3);
		write_file(text, at + sizeof last - 3);
		assert_string_equal(read_all(100), over ? "! limit|" : "resource 1|");
	}
	free(text);
}

/* A member for each record: one that is damaged is the end of what can be told, unless its header says how long it is, as ours do. */
static void
test_members(void **state)
{
	static const char one[] = REC("resource", "", 56, NIST56);
	unsigned char file[4096];
	size_t n = pack(one, sizeof one - 1, file, sizeof file), all;

	(void)state;
	memcpy(file + n, file, n);
	memcpy(file + 2 * n, file, n);
	all = 3 * n;
	write_file(file, all);
	assert_string_equal(read_all(100), "resource 56|resource 56|resource 56|");
	/* An empty member between them holds nothing. */
	memmove(file + n + pack("", 0, file + 3000, 100), file + n, 2 * n);
	all += pack("", 0, file + n, 100);
	write_file(file, all);
	assert_string_equal(read_all(100), "resource 56|resource 56|resource 56|");
	/* Its sum is wrong: what its record lacks is the member's fault. */
	file[n - 5] ^= 1;
	write_file(file, all);
	assert_string_equal(read_all(100), "! bad|");
	assert_non_null(strstr(err.what_en, "checksum"));
	file[n - 5] ^= 1;
	/* Cut within the last, and within its header. */
	for (size_t cut = 1; cut < n; cut++) {
		write_file(file, all - cut);
		assert_string_equal(read_all(100), "resource 56|resource 56|! bad|");
	}
	/* Something else behind them. */
	memcpy(file + all, "trailing", 8);
	write_file(file, all + 8);
	assert_string_equal(read_all(100), "resource 56|resource 56|resource 56|! bad|");
	/* A record that cannot be taken, in a member that can be read: the next is. */
	{
		static const char bad[] = V "WARC-Type: resource\r\n" ID "\r\nabc";
		size_t k = pack(bad, sizeof bad - 1, file, sizeof file);

		all = k + pack(one, sizeof one - 1, file + k, sizeof file - k);
		write_file(file, all);
		assert_string_equal(read_all(100), "! bad|resource 56|");
	}
}

static void
test_ours(void **state)
{
	struct gk_append *w = NULL;
	struct gk_loc loc[3];
	struct gk_buf b;
	char archive[64];
	struct gk_put put = { .type = GK_WARC_RESOURCE, .content_type = "text/plain", .target_uri = "urn:test:1", .block = NIST56, .n = 56 };

	(void)state;
	snprintf(archive, sizeof archive, "%s/a", dir);
	assert_int_equal(gk_archive_create(archive, &err), GK_OK);
	assert_int_equal(gk_append_open(archive, 0, (struct gk_loc){ 0 }, &w, NULL, &err), GK_OK);
	for (int i = 0; i < 3; i++)
		assert_int_equal(gk_append_record(w, &put, &loc[i], &err), GK_OK);
	assert_int_equal(gk_append_sync(w, NULL, &err), GK_OK);
	gk_append_close(w);
	snprintf(archive, sizeof archive, "%s/a/warc/000001.warc.gz", dir);
	assert_int_equal(gk_read_file(archive, 1 << 20, &b, &err), GK_OK);
	write_file(b.p, b.n);
	read_all(1 << 20);
	assert_non_null(strstr(got, "resource 56 checked|resource 56 checked|resource 56 checked|"));
	/* Any byte of the second is changed: it alone is lost, also where its end is no longer seen. */
	for (size_t i = GK_GZ_HEADER; i < loc[1].length; i++)
		for (int bits = 1; bits < 256; bits += 0x54) {
			b.p[loc[1].offset + i] ^= (char)bits;
			write_file(b.p, b.n);
			read_all(1 << 20);
			assert_string_equal(got, "warcinfo 166 checked|resource 56 checked|! bad|resource 56 checked|");
			b.p[loc[1].offset + i] ^= (char)bits;
		}
	/* A block that wants 65,535 bytes more than there are swallows all that follows. */
	memcpy(b.p + loc[1].offset + GK_GZ_HEADER, "\x00\xFF\xFF\x00\x00", 5);
	write_file(b.p, b.n);
	read_all(1 << 20);
	assert_string_equal(got, "warcinfo 166 checked|resource 56 checked|! bad|resource 56 checked|");
	gk_buf_free(&b);
}

static void
test_no_file(void **state)
{
	(void)state;
	unlink(path);
	read_all(100);
	assert_int_equal(err.cause, GK_CAUSE_USAGE);
	assert_non_null(strstr(err.what_en, "No such file"));
	assert_int_equal(mkdir(path, 0700), 0);
	read_all(100);
	assert_int_equal(err.cause, GK_CAUSE_USAGE);
	assert_non_null(strstr(err.what_en, "not a regular file"));
	assert_int_equal(rmdir(path), 0);
	gk_foreign_close(NULL);
}

static int
teardown(void **state)
{
	(void)state;
	return gk_remove_tree(dir, &err) == GK_OK ? 0 : 1;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		{ "each file gives its records, plain and packed", test_rows, NULL, NULL, NULL },
		{ "large blocks and large heads", test_large, NULL, NULL, NULL },
		{ "a member for each record", test_members, NULL, NULL, NULL },
		{ "a damaged record of ours costs itself", test_ours, NULL, NULL, NULL },
		{ "what is no file is refused", test_no_file, NULL, NULL, NULL },
	};

	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/f.warc", dir);
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, teardown);
}
