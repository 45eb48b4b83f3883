/*
 * What gongkai itself cuts and what libgongkai-cjk gives are the same: compares them over standard input and prints our own, one
 * "place TAB token" a line.  Exit status 1 at a difference.
 */
#include "cjk/cjk.h"
#include "cjk/gongkai-cjk.h"

#include <stdio.h>
#include <string.h>

static char text[8 << 20];

int
main(void)
{
	size_t n = fread(text, 1, sizeof text, stdin), place = 0, at = 0;
	struct gk_folded f;
	struct gk_terms cursor;
	struct gk_term t;
	struct gongkai_cjk *c = gongkai_cjk_open(text, n, GONGKAI_CJK_ALL);
	struct gongkai_cjk_token got;
	bool first = true;

	if (c == NULL || !gk_fold(text, n, true, &f) || gongkai_cjk_version() != GK_CJK_VERSION)
		return 1;
	gk_terms_start(&cursor, f.text, f.n);
	while (gk_terms_next(&cursor, &t)) {
		if (!first && t.start != at)
			place++;
		first = false;
		at = t.start;
		if (!gongkai_cjk_next(c, &got) || got.n != t.n || memcmp(got.p, t.p, t.n) != 0 || got.place != place ||
		    got.start != f.at[t.start] || got.end < f.at[t.end] || got.start >= got.end || got.end > n) {
			printf("differs at byte %zu\n", (size_t)f.at[t.start]);
			return 1;
		}
		printf("%zu\t%.*s\n", place, (int)t.n, t.p);
	}
	if (gongkai_cjk_next(c, &got))
		return 1;
	gongkai_cjk_close(c);
	gk_folded_free(&f);
	return 0;
}
