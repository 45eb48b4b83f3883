/*
 * Clean text as a list of documents and as a yearly report.  What a row says stands in its text.  The first byte chooses the form.
 * Build and run with devel/fuzz.
 */
/* For: record/listing.c record/annualread.c record/annualread-lines.c */
#include "base/arena.h"
#include "base/utf8.h"
#include "record/annualread.h"
#include "record/listing.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MUST(x) do { if (!(x)) abort(); } while (0)

static void
within(const struct gk_span *s)
{
	MUST(s->p == NULL || gk_utf8_check(s->p, s->n) == s->n);
}

static void
listing(const char *text, size_t n, enum gk_listing_form form)
{
	struct gk_listing list = { .n = 0 };
	struct gk_arena mem;
	struct gk_err err = GK_ERR_INIT;

	gk_arena_init(&mem, 64 << 20);
	MUST(gk_listing_read(text, n, form, GK_FATE_NONE, &mem, &list, &err) == GK_OK && list.n <= GK_LISTING_MAX);
	for (size_t i = 0; i < list.n; i++) {
		const struct gk_listed *l = &list.item[i];

		MUST(l->start <= l->end && l->end <= n && l->line >= 1);
		within(&l->name);
		within(&l->docno);
		within(&l->issuer);
		within(&l->remark);
	}
	gk_arena_free(&mem);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text;

	if (n < 1 || n > 1 << 16 || gk_utf8_check((const char *)data + 1, n - 1) != n - 1 || memchr(data + 1, 0, n - 1) != NULL)
		return 0;
	text = strndup((const char *)data + 1, n - 1);
	MUST(text != NULL);
	if (data[0] % 4 == 3) {
		static struct gk_annual report;
		json_t *none = json_object();

		gk_annual_read(text, n - 1, none, &report);
		gk_annual_free(&report);
		json_decref(none);
	} else {
		listing(text, n - 1, (enum gk_listing_form)(data[0] % 4));
	}
	free(text);
	return 0;
}
