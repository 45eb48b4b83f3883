/* The key under which a title is the same title: asked by the index and by the query. */
#include "catalog/prepare.h"

#include "base/digest.h"
#include "cjk/cjk.h"

#include <stdlib.h>
#include <string.h>

bool
gk_title_key(const char *title, size_t n, char out[65], struct gk_err *err)
{
	static const char state[] = "中华人民共和国";
	struct gk_folded f;
	uint16_t *units;
	size_t k, m = 0, skip = 0;
	bool ok;

	if (!gk_fold(title, n, false, &f)) {
		gk_nomem(err);
		return false;
	}
	if (f.n > sizeof state - 1 && memcmp(f.text, state, sizeof state - 1) == 0)
		skip = sizeof state - 1;
	units = calloc(f.n + 1, sizeof *units);
	if (units != NULL) {
		k = gk_canon(f.text + skip, f.n - skip, units);
		for (size_t i = 0; i < k; i++)
			if (units[i] != ' ')
				units[m++] = units[i];
	}
	ok = m > 0;
	if (ok)
		gk_sha256_hex(units, m * sizeof *units, out);
	free(units);
	gk_folded_free(&f);
	return ok;
}
