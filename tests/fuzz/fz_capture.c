/* Any bytes as a capture of a site that lies in a folder: records of WARC, answers of HTTP in them, pages in those.  Build and run with devel/fuzz. */
/* For: extract/warc.c base/http-payload.c */
#include "tests/fuzz/extracted.h"

#include <zlib.h>

/* The first byte chooses: as it is, or in a sound gzip member, so that the fuzzer changes records and not checksums. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	z_stream z = { .avail_in = 0 };
	struct gk_buf member;
	char *room;

	if (n < 1 || n > 1 << 20)
		return 0;
	if ((p[0] & 1) == 0) {
		gk_is_warc_gz((const char *)p + 1, n - 1);
		gk_fuzz_parser(p + 1, n - 1, gk_warc);
		return 0;
	}
	gk_buf_init(&member, 4 << 20);
	if (deflateInit2(&z, 1, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) != Z_OK || (room = gk_buf_room(&member, deflateBound(&z, n))) == NULL)
		abort();
	z.next_in = (Bytef *)(uintptr_t)(p + 1);
	z.avail_in = (uInt)(n - 1);
	z.next_out = (Bytef *)room;
	z.avail_out = (uInt)deflateBound(&z, n);
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	member.n += z.total_out;
	deflateEnd(&z);
	gk_is_warc_gz(member.p, member.n);
	gk_fuzz_parser(member.p, member.n, gk_warc);
	gk_buf_free(&member);
	return 0;
}
