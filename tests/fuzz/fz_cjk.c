/*
 * libFuzzer target for cjk/: the first byte says how much of the input is the
 * needle, the rest is text.  Not part of the default build; in a build folder:
 *
 *   clang -g -O1 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -I$top_srcdir -I. \
 *       $top_srcdir/tests/fuzz/fz_cjk.c $top_srcdir/cjk/[a-z]*.c $top_srcdir/base/utf8.c $top_srcdir/base/numeral.c
 */
/* For: cjk/terms.c cjk/canon.c cjk/fold.c cjk/places.c cjk/snippet.c cjk/pinyin.c */
#include "base/utf8.h"
#include "cjk/cjk.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MUST(x) do { if (!(x)) abort(); } while (0)

static void
check_terms(const struct gk_folded *f)
{
	struct gk_terms c;
	struct gk_term t;
	size_t before = 0;

	gk_terms_start(&c, f->text, f->n);
	while (gk_terms_next(&c, &t)) {
		MUST(t.n >= 1 && t.n <= 240 && t.start >= before && t.start < t.end && t.end <= f->n);
		MUST(gk_utf8_check(t.p, t.n) == t.n);
		before = t.start;
	}
}

static void
check_marks(const struct gk_snippet *s, size_t n)
{
	MUST(s->start <= s->end && s->end <= n && s->marks <= GK_SNIPPET_MARKS);
	for (size_t i = 0; i < s->marks; i++) {
		MUST(s->mark[i].start < s->mark[i].end);
		MUST(s->mark[i].start >= (i > 0 ? s->mark[i - 1].end + 1 : s->start) && s->mark[i].end <= s->end);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	size_t k = n == 0 ? 0 : data[0] % 32 < n ? data[0] % 32 : n - 1;
	const char *needle = (const char *)data + (n > 0), *text = needle + k;
	struct gk_folded f, again, g;
	struct gk_snippet s, all;
	uint16_t *units, *small;
	size_t length, m;

	n -= k + (n > 0);
	MUST(gk_fold(text, n, true, &f) && gk_fold(f.text, f.n, false, &again) && gk_fold(needle, k, false, &g));
	MUST(again.n == f.n && memcmp(again.text, f.text, f.n) == 0 && gk_utf8_check(f.text, f.n) == f.n);
	MUST(f.at[f.n] == n && !gk_fold_changes(f.text, f.n));
	gk_fold_changes(text, n);
	for (size_t i = 0; i < f.n; i++)
		MUST(f.at[i] < n && f.at[i] <= f.at[i + 1]);
	check_terms(&f);
	/* Exact sizes, so that one unit too many is seen. */
	units = malloc(f.n * sizeof *units + 1);
	small = malloc(g.n * sizeof *small + 1);
	MUST(units != NULL && small != NULL);
	length = gk_canon(f.text, f.n, units);
	m = gk_canon(g.text, g.n, small);
	MUST(length <= f.n && m <= g.n);
	for (size_t at = 0; (at = gk_canon_find(units, length, small, m, at)) != (size_t)-1; at++)
		MUST(at + m <= length && memcmp(units + at, small, m * sizeof *units) == 0);
	MUST(gk_snippet(text, n, &(struct gk_needle){ g.text, g.n, 1 }, 1, &s));
	MUST(gk_marks(text, n, &(struct gk_needle){ g.text, g.n, 1 }, 1, &all));
	check_marks(&s, n);
	check_marks(&all, n);
	MUST(gk_utf8_count(text + s.start, s.end - s.start) <= 120);
	free(units);
	free(small);
	gk_folded_free(&f);
	gk_folded_free(&again);
	gk_folded_free(&g);
	return 0;
}
