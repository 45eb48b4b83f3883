/* Containers: zip, tar, 7z and what compresses them, with files in files.  Build and run with devel/fuzz. */
/* For: extract/pack.c extract/bundle.c */
#include "tests/fuzz/extracted.h"

static enum gk_status
zip(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	return gk_bundle(p, n, GK_PACK_ZIP, x, err);
}

static enum gk_status
other(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	return gk_bundle(p, n, GK_PACK_OTHER, x, err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	gk_fuzz_parser(p, n, zip);
	gk_fuzz_parser(p, n, other);
	return 0;
}
