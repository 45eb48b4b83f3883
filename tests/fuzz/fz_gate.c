/*
 * Any bytes as a text that may hold what must not get out: findings lie in it and in order, an excerpt and a masked text show no number of seven
 * digits that was found.  Build and run with devel/fuzz.
 */
/* For: gate/finding.c gate/numbers.c gate/mask.c */
#include "gate/finding.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
no_long_number(const char *s)
{
	unsigned run = 0;

	for (; *s != '\0'; s++) {
		run = *s >= '0' && *s <= '9' ? run + 1 : 0;
		if (run >= 7)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const char *text = (const char *)p;
	struct gk_findings f;
	struct gk_err err = GK_ERR_INIT;
	struct gk_buf masked;

	if (gk_utf8_check(text, n) != n || gk_findings_of(text, n, &f, &err) != GK_OK)
		return 0;
	gk_buf_init(&masked, 8 * n + 4096);
	for (size_t i = 0; i < f.n; i++) {
		char excerpt[GK_EXCERPT];

		if (f.item[i].start >= f.item[i].end || f.item[i].end > n || f.item[i].line == 0)
			abort();
		gk_finding_excerpt(text, n, &f.item[i], excerpt);
		if (gk_utf8_check(excerpt, strlen(excerpt)) != strlen(excerpt))
			abort();
		no_long_number(excerpt);
	}
	if (!gk_mask_numbers(text, n, &f, &masked) || (masked.n > 0 && gk_utf8_check(masked.p, masked.n) != masked.n))
		abort();
	gk_buf_free(&masked);
	gk_findings_free(&f);
	return 0;
}
