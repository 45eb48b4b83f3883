/*
 * What must be true of every answer of a parser of extract/, whatever bytes it was given.
 */
#include "extract/inside.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Converters and the database of libmagic, once, as the child has them. */
int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	gk_decode_warm();
	gk_sniff_warm();
	return 0;
}

static inline void
gk_fuzz_values(const json_t *v)
{
	json_t *item;
	size_t i;

	json_array_foreach(v, i, item)
		if (json_string_length(item) == 0 || json_string_length(item) > GK_META_VALUE_MAX)
			abort();
	if (json_is_string(v) && (json_string_length(v) == 0 || json_string_length(v) > GK_META_VALUE_MAX))
		abort();
}

static inline void
gk_fuzz_answer(const struct gk_extracted *x)
{
	const char *key;
	json_t *value;

	if (x->text.n > 0 && (x->text.p[x->text.n - 1] != '\n' || gk_utf8_check(x->text.p, x->text.n) != x->text.n))
		abort();
	for (size_t i = 0; i < x->text.n; i++)
		if ((unsigned char)x->text.p[i] < 0x20 && x->text.p[i] != '\n' && x->text.p[i] != '\t')
			abort();
	json_object_foreach(x->meta, key, value)
		gk_fuzz_values(value);
}

/* One parser alone, without the sniffing before it. */
static inline void
gk_fuzz_parser(const void *p, size_t n, enum gk_status (*read)(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err))
{
	struct gk_extracted x = { .type = "", .budget = { .file = n }, .meta = json_object(), .notes = json_array(), .parts = json_array() };
	struct gk_err err = GK_ERR_INIT;

	gk_buf_init(&x.text, GK_TEXT_MAX);
	switch (read(p, n, &x, &err)) {
	case GK_OK:
		gk_fuzz_answer(&x);
		break;
	case GK_REFUSED:
		if (x.reason[0] == '\0' || err.what[0] == '\0')
			abort();
		break;
	default:
		abort();
	}
	gk_extracted_free(&x);
}
