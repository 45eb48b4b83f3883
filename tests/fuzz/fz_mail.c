/* Mail: headers, words and bodies in their encodings, parts in parts.  Build and run with devel/fuzz. */
/* For: extract/mail.c */
#include "tests/fuzz/extracted.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	gk_fuzz_parser(p, n, gk_mail);
	return 0;
}
