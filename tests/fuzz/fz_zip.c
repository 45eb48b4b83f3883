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

/* As the readers of office files have it: all members at once, by name, and by what one says of another. */
static enum gk_status
office(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct gk_pack pack;
	enum gk_status st = gk_pack_open(&pack, p, n, NULL, x, err);

	for (size_t i = 0; st == GK_OK && i < pack.n; i++) {
		char *to = gk_pack_resolve(pack.m[i].name, pack.m[(i + 1) % pack.n].name);

		if (to == NULL || strstr(to, "../") != NULL || (pack.m[i].name[0] != '/' && gk_pack_find(&pack, pack.m[i].name) == NULL))
			abort();
		gk_pack_find(&pack, to);
		free(to);
	}
	if (st == GK_OK)
		gk_pack_close(&pack);
	return st;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	gk_fuzz_parser(p, n, zip);
	gk_fuzz_parser(p, n, other);
	gk_fuzz_parser(p, n, office);
	return 0;
}
