/*
 * Any bytes through the whole of gk_extract: sniffing, encodings, pages, Markdown.
 * What comes out is clean UTF-8 that ends with a line, and metadata within its bounds.
 *
 *   clang -fsanitize=fuzzer,address,undefined …; fz_html -max_total_time=30 corpus/
 */
/* For: extract/html.c extract/box.c extract/text.c extract/encoding.c extract/sniff.c extract/meta.c */
#include "tests/fuzz/extracted.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct gk_extracted x;
	struct gk_err err = GK_ERR_INIT;

	switch (gk_extract(p, n, &x, &err)) {
	case GK_OK:
		if (x.text.n == 0)
			abort();
		gk_fuzz_answer(&x);
		break;
	case GK_REFUSED:
		if (x.reason[0] == '\0' || err.what[0] == '\0')
			abort();
		break;
	default:
		abort();
	}
	gk_extracted_free(&x);
	return 0;
}
