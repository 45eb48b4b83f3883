/* RTF.  Build and run with devel/fuzz. */
/* For: extract/rtf.c */
#include "tests/fuzz/extracted.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	gk_fuzz_parser(p, n, gk_rtf);
	return 0;
}
