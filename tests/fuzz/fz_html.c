/*
 * Any bytes through the whole of gk_extract: sniffing, encodings, pages, Markdown.
 * What comes out is clean UTF-8 that ends with a line, and metadata within its bounds.
 *
 *   clang -fsanitize=fuzzer,address,undefined …; fz_html -max_total_time=30 corpus/
 */
#include "extract/inside.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
check_values(const json_t *v)
{
	json_t *item;
	size_t i;

	json_array_foreach(v, i, item)
		if (json_string_length(item) == 0 || json_string_length(item) > GK_META_VALUE_MAX)
			abort();
	if (json_is_string(v) && (json_string_length(v) == 0 || json_string_length(v) > GK_META_VALUE_MAX))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct gk_extracted x;
	struct gk_err err = GK_ERR_INIT;
	const char *key;
	json_t *value;

	switch (gk_extract(p, n, &x, &err)) {
	case GK_OK:
		if (x.text.n == 0 || x.text.p[x.text.n - 1] != '\n' || gk_utf8_check(x.text.p, x.text.n) != x.text.n)
			abort();
		for (size_t i = 0; i < x.text.n; i++)
			if ((unsigned char)x.text.p[i] < 0x20 && x.text.p[i] != '\n' && x.text.p[i] != '\t')
				abort();
		json_object_foreach(x.meta, key, value)
			check_values(value);
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
