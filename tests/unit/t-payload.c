/* What a web server answered, as recorders keep it, as they should not, and as it is damaged (base/http-payload.h): a row for each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/http-payload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static struct gk_err err;

static size_t
pack(int bits, const void *p, size_t n, char *out, size_t room)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)p, .avail_in = (uInt)n, .next_out = (Bytef *)out, .avail_out = (uInt)room };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return room - z.avail_out;
}

/* "200 text/html 5+0: hello" (status, type, length of the payload, oddities), or "! cause word". */
static const char *
read_it(const char *p, size_t n, size_t max)
{
	static char got[4096];
	struct gk_http_head h;
	struct gk_buf out;
	/* No byte behind the end may be looked at: the sanitizers see it. */
	char *copy = malloc(n > 0 ? n : 1);
	enum gk_status st;

	assert_non_null(copy);
	memcpy(copy, p, n);
	st = gk_http_head_read(copy, n, &h, &err);
	if (st == GK_OK)
		st = gk_http_payload(copy, n, max, &h, &out, &err);
	if (st == GK_OK) {
		snprintf(got, sizeof got, "%u %s %zu+%u: %.*s", h.status, h.type, out.n, h.odd, out.n < 60 ? (int)out.n : 60, out.p == NULL ? "" : out.p);
		gk_buf_free(&out);
	} else {
		assert_int_equal(st, GK_REFUSED);
		snprintf(got, sizeof got, "! %s %s", err.cause == GK_CAUSE_LIMIT ? "limit" : err.cause == GK_CAUSE_BAD_DATA ? "bad" : "?", strchr(err.what_en, '(') != NULL ? strchr(err.what_en, '(') : err.what_en);
	}
	free(copy);
	return got;
}

#define H "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"

static const struct { const char *name, *text, *want; } rows[] = {
	{ "plain", H "Content-Length: 5\r\n\r\nhello", "200 text/html 5+0: hello" },
	{ "no length", H "\r\nhello", "200 text/html 5+0: hello" },
	{ "no body", H "\r\n", "200 text/html 0+0: " },
	{ "no type", "HTTP/1.0 404 Not Found\r\n\r\nx", "404  1+0: x" },
	{ "no words behind the number", "HTTP/1.1 204\r\n\r\n", "204  0+0: " },
	{ "type in capitals, the first counts", "HTTP/1.1 200 OK\r\nContent-Type:TEXT/Plain,x\r\ncontent-type: a/b\r\n\r\n", "200 text/plain 0+0: " },
	{ "100 stands before the answer", "HTTP/1.1 100 Continue\r\n\r\n" H "\r\nx", "200 text/html 1+0: x" },
	{ "100 alone", "HTTP/1.1 100 Continue\r\n\r\n", "100  0+0: " },
	{ "lines that end with LF", "HTTP/1.1 200 OK\nContent-Length: 1\n\nx", "200  1+16: x" },
	{ "fields without a colon, blanks around values", "HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: \t 1 \t\r\n\r\nx", "200  1+0: x" },
	{ "a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\nx", "200  1+0: x" },
	{ "an empty one", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nx", "200  1+0: x" },
	{ "one of too many digits", "HTTP/1.1 200 OK\r\nContent-Length: 1234567890123456789\r\n\r\nx", "200  1+0: x" },
	{ "longer than it says", H "Content-Length: 2\r\n\r\nhello", "200 text/html 5+4: hello" },
	{ "shorter", H "Content-Length: 9\r\n\r\nhello", "! bad (short_body): 5 bytes instead of 9" },
	{ "nothing", "", "! bad it is no HTTP response" },
	{ "another protocol", "SSH-2.0-OpenSSH\r\n\r\n", "! bad it is no HTTP response" },
	{ "too short to be one", "HTTP/1\r\n\r\n", "! bad it is no HTTP response" },
	{ "a number of two digits", "HTTP/1.1 20 OK\r\n\r\n", "! bad it is no HTTP response" },
	{ "of four", "HTTP/1.1 2000 OK\r\n\r\n", "! bad it is no HTTP response" },
	{ "letters", "HTTP/1.1 abc OK\r\n\r\n", "! bad it is no HTTP response" },
	{ "without number", "HTTP/1.1    \r\n\r\n", "! bad it is no HTTP response" },
	{ "a head without end", "HTTP/1.1 200 OK\r\nA: b\r\n", "! bad the HTTP header has no end" },
	{ "chunks", H "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n", "200 text/html 5+0: hello" },
	{ "of capitals and with blanks", H "Transfer-Encoding: Chunked\r\n\r\nA \r\n0123456789\r\n0 \r\nTrailer: x\r\n\r\n", "200 text/html 10+0: 0123456789" },
	{ "without a line end behind one", H "Transfer-Encoding: chunked\r\n\r\n3\r\nhel2\r\nlo\n0\r\n\r\n", "200 text/html 5+0: hello" },
	{ "no chunk at all", H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "200 text/html 0+0: " },
	{ "chunks that were taken off", H "Transfer-Encoding: chunked\r\n\r\nhello", "200 text/html 5+1: hello" },
	{ "a text that begins like a size", H "Transfer-Encoding: chunked\r\n\r\ndear reader\r\n", "200 text/html 13+1: dear reader\r\n" },
	{ "nothing where chunks should be", H "Transfer-Encoding: chunked\r\n\r\n", "200 text/html 0+1: " },
	{ "a chunk cut short", H "Transfer-Encoding: chunked\r\n\r\n9\r\nhello", "! bad (short_body)" },
	{ "the end cut off", H "Transfer-Encoding: chunked\r\n\r\n5\r\nhello", "! bad (short_body)" },
	{ "and behind its line end", H "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "! bad (short_body)" },
	{ "what follows is no size", H "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nxyz\r\n", "! bad (short_body)" },
	{ "a size beyond all", H "Transfer-Encoding: chunked\r\n\r\nfffffffffff\r\nhello", "! bad (short_body)" },
	{ "a transfer coding that nobody knows", H "Transfer-Encoding: gzip\r\n\r\nhello", "! bad (unknown_encoding)" },
	{ "identity", H "Transfer-Encoding: identity\r\nContent-Encoding: identity\r\n\r\nhello", "200 text/html 5+0: hello" },
	{ "none", H "Transfer-Encoding:\r\nContent-Encoding: none\r\n\r\nhello", "200 text/html 5+0: hello" },
	{ "an empty coding", H "Content-Encoding:\r\n\r\nhello", "200 text/html 5+0: hello" },
	{ "a content coding that nobody knows", H "Content-Encoding: br\r\n\r\nhello", "! bad (unknown_encoding)" },
	{ "gzip that was taken off", H "Content-Encoding: gzip\r\nContent-Length: 99\r\n\r\nhello", "200 text/html 5+2: hello" },
	{ "gzip of no body", H "Content-Encoding: x-gzip\r\n\r\n", "200 text/html 0+0: " },
	{ "deflate that was taken off a page", H "Content-Encoding: deflate\r\n\r\n<p>hello", "200 text/html 8+2: <p>hello" },
	{ "deflate that is none", H "Content-Encoding: deflate\r\n\r\nhello", "! bad (bad_encoding)" },
	{ "a page beyond the maximum", H "\r\n" "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789x", "! limit (file_too_large): at most 100 bytes" },
	{ "a chunk beyond it", H "Transfer-Encoding: chunked\r\n\r\n65\r\n" "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789x" "\r\n0\r\n\r\n", "! limit (file_too_large): at most 100 bytes" },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (strcmp(read_it(rows[i].text, strlen(rows[i].text), 100), rows[i].want) != 0)
			fail_msg("%s: got '%s', want '%s'", rows[i].name, read_it(rows[i].text, strlen(rows[i].text), 100), rows[i].want);
}

/* Bodies that are packed; bits as of zlib: 31 gzip, 15 zlib, -15 deflate alone. */
static void
test_packed(void **state)
{
	static const struct { int bits; const char *head; } kinds[] = { { 31, H "Content-Encoding: gzip\r\n\r\n" }, { 15, H "Content-Encoding: deflate\r\n\r\n" }, { -15, H "Content-Encoding: deflate\r\n\r\n" } };
	static char text[8192], big[4 << 20];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		size_t at = strlen(kinds[i].head), n;

		memcpy(text, kinds[i].head, at);
		n = pack(kinds[i].bits, "hello", 5, text + at, sizeof text - at);
		assert_string_equal(read_it(text, at + n, 100), "200 text/html 5+0: hello");
		assert_string_equal(read_it(text, at + n, 5), "200 text/html 5+0: hello");
		assert_string_equal(read_it(text, at + n, 4), "! limit (file_too_large): at most 4 bytes");
		/* Cut anywhere, it is short; never a part of it. */
		for (size_t cut = 1; cut < n - (i == 0 ? 2 : 0); cut++)
			assert_true(read_it(text, at + n - cut, 100)[0] == '!');
		memcpy(text + at + n, "more", 4);
		assert_string_equal(read_it(text, at + n + 4, 100), "200 text/html 5+8: hello");
		/* Deflate data alone have no sum that would tell. */
		text[at + n / 2] ^= 0x5A;
		assert_true(i == 2 || read_it(text, at + n, 100)[0] == '!');
		text[at + n / 2] ^= 0x5A;
		/* A bomb: 4 MiB of nothing in some kilobytes; the ratio is seen before the maximum. */
		n = pack(kinds[i].bits, big, sizeof big, text + at, sizeof text - at);
		assert_string_equal(read_it(text, at + n, 64 << 20), "! limit (bomb)");
		assert_string_equal(read_it(text, at + n, 1000), "! limit (file_too_large): at most 1000 bytes");
	}
	/* Two gzip members are one body; in chunks too. */
	{
		size_t at = strlen(kinds[0].head), n, k;
		char both[256], size[16];

		n = pack(31, "hello ", 6, both, sizeof both);
		n += pack(31, "world", 5, both + n, sizeof both - n);
		memcpy(text, kinds[0].head, at);
		memcpy(text + at, both, n);
		assert_string_equal(read_it(text, at + n, 100), "200 text/html 11+0: hello world");
		k = (size_t)snprintf(text, sizeof text, H "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n");
		snprintf(size, sizeof size, "%zx\r\n", n);
		memcpy(text + k, size, strlen(size));
		k += strlen(size);
		memcpy(text + k, both, n);
		memcpy(text + k + n, "\r\n0\r\n\r\n", 7);
		assert_string_equal(read_it(text, k + n + 7, 200), "200 text/html 11+0: hello world");
	}
}

/* Lines of a head and of a chunk are as long as they may be, and no longer. */
static void
test_long(void **state)
{
	size_t room = 300 * 1024, at = sizeof "HTTP/1.1 200 OK\r\nX: " - 1;
	char *text = malloc(room);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', room);
	memcpy(text, "HTTP/1.1 200 OK\r\nX: ", at);
	memcpy(text + 200000, "\r\n\r\nhello", 9);
	assert_string_equal(read_it(text, 200009, 100), "200  5+0: hello");
	memset(text + 200000, 'x', 9);
	memcpy(text + 262200, "\r\n\r\nhello", 9);
	assert_string_equal(read_it(text, 262209, 100), "! bad the HTTP header has no end");
	at = (size_t)snprintf(text, room, H "Transfer-Encoding: chunked\r\n\r\n1;");
	memset(text + at, 'y', 5000);
	memcpy(text + at + 5000, "\r\nz\r\n0\r\n\r\n", 10);
	/* A size line that is longer than any is none: so it was not chunked. */
	assert_non_null(strstr(read_it(text, at + 5010, 10000), "+1: "));
	free(text);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		{ "each answer gives its payload or a reason", test_rows, NULL, NULL, NULL },
		{ "packed bodies", test_packed, NULL, NULL, NULL },
		{ "long lines", test_long, NULL, NULL, NULL },
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
