/*
 * Any bytes as a document number and as running text.  Build with clang:
 *   clang -fsanitize=fuzzer,address,undefined -I. tests/fuzz/fz_docno.c record/docno.c base/numeral.c base/utf8.c
 */
/* For: record/docno.c */
#include "record/docno.h"

#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* What must be true of every number, wherever it came from. */
static void
check(const struct gk_docno *d, size_t n)
{
	size_t len = strlen(d->key);

	if (d->start >= d->end || d->end > n || len == 0 || d->seq == 0 || d->seq > 99999 || (d->year != 0 && (d->year < 1900 || d->year > 2099)))
		abort();
	if (gk_utf8_check(d->key, len) != len || strncmp(d->key, d->code, strlen(d->code)) != 0 || d->key[strlen(d->code)] != '|')
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *p = (const char *)data;
	struct gk_docno d;
	size_t at = 0, last = 0;

	if (gk_docno_parse(p, n, &d))
		check(&d, n);
	while (gk_docno_next(p, n, &at, &d)) {
		check(&d, n);
		if (d.start < last || at <= last || at > n)
			abort();	/* it must move on, or a reader never ends */
		last = at;
	}
	return 0;
}
