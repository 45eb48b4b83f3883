/*
 * Any bytes as a date, a time and a numeral.  Build with clang:
 *   clang -fsanitize=fuzzer,address,undefined -I. tests/fuzz/fz_date.c base/date.c base/numeral.c base/utf8.c
 */
/* For: base/date.c base/numeral.c */
#include "base/date.h"
#include "base/numeral.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *p = (const char *)data;
	struct gk_date d, back;
	struct gk_time t;
	uint32_t value;
	char iso[12], words[64];

	if (gk_date_parse(p, n, &d)) {
		gk_date_format(d, iso);
		if (!gk_date_parse(iso, strlen(iso), &back) || !gk_date_equal(d, back) || gk_date_first_day(d) > gk_date_last_day(d))
			abort();
	}
	if (gk_date_scan(p, n, &d) > n || gk_time_scan(p, n, &t) > n)
		abort();
	if (gk_numeral_scan(p, n, &value) > 0) {
		size_t len = gk_numeral_format(value, words);
		uint32_t again = 0;

		if (value > 99999999 || gk_numeral_scan(words, len, &again) != len || again != value)
			abort();
	}
	return 0;
}
