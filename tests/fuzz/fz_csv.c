/* CSV that was decoded already.  Build and run with devel/fuzz. */
/* For: extract/csv.c */
#include "tests/fuzz/extracted.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	/* What reaches it is clean UTF-8. */
	struct gk_buf clean;

	gk_buf_init(&clean, n + 16);
	if (gk_utf8_check((const char *)p, n) == n && gk_buf_add(&clean, p, n)) {
		gk_clean(&clean);
		gk_is_csv(clean.p == NULL ? "" : clean.p, clean.n);
		gk_fuzz_parser(clean.p == NULL ? "" : clean.p, clean.n, gk_csv);
	}
	gk_buf_free(&clean);
	return 0;
}
