/* Any bytes as what the child answers: the parent believes none of it unlooked at.  Build and run with devel/fuzz. */
/* For: extract/client.c */
#define GK_PKGLIBEXECDIR "/nowhere"
#include "extract/client.c"

#include "base/utf8.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct gk_reply r = { .type = "" };
	struct gk_err err = GK_ERR_INIT;
	struct gk_buf answer;

	gk_buf_init(&answer, n + 1);
	gk_buf_init(&r.text, TEXT_MAX_BYTES);
	gk_buf_add(&answer, p, n);
	switch (believe(&answer, &r, &err)) {
	case GK_OK:
		if (!json_is_object(r.meta) || !json_is_array(r.notes) || !json_is_array(r.parts) || gk_utf8_check(r.text.p == NULL ? "" : r.text.p, r.text.n) != r.text.n)
			abort();
		break;
	default:
		if (err.what[0] == '\0')
			abort();
		break;
	}
	gk_reply_free(&r);
	gk_buf_free(&answer);
	return 0;
}
