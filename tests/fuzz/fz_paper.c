/* Any bytes as the text of a paper: what is found stands in it.  Build and run with devel/fuzz. */
/* For: record/paper.c */
#include "record/paper.h"

#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const char *text = (const char *)p, *key;
	json_t *found, *one;

	if (gk_utf8_check(text, n) != n)
		return 0;
	found = gk_paper_read(text, n, "云溪县人民政府关于防汛的通知");
	if (found == NULL)
		abort();
	json_object_foreach(found, key, one) {
		const json_t *at = json_object_get(one, "at");
		size_t from = (size_t)json_integer_value(at), bytes = (size_t)json_integer_value(json_object_get(one, "bytes"));

		if (at != NULL && (bytes == 0 || from > n || bytes > n - from || gk_utf8_check(text + from, bytes) != bytes))
			abort();
		if (json_object_get(one, "value") == NULL)
			abort();
	}
	json_decref(found);
	return 0;
}
