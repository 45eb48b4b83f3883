/*
 * libFuzzer target for the query parser.  What must be true of every query: an array with one
 * root, a description that is UTF-8 at any size, and a refusal that is a query's fault.  In a build folder:
 *
 *   clang -g -O1 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -I$top_srcdir -I. \
 *       $top_srcdir/tests/fuzz/fz_query.c $top_srcdir/catalog/query.c $top_srcdir/cjk/[a-z]*.c $top_srcdir/record/[a-z]*.c \
 *       $top_srcdir/base/[a-z]*.c -ljansson -lconfuse -lsodium
 */
/* For: catalog/query.c */
#include "base/utf8.h"
#include "catalog/query.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MUST(x) do { if (!(x)) abort(); } while (0)

static void
check_tree(const struct gk_query *q)
{
	size_t have = 0, text = 0;

	MUST(q->n <= GK_QUERY_NODES);
	for (size_t i = 0; i < q->n; i++) {
		const struct gk_node *node = &q->node[i];
		size_t needs = node->kind == GK_N_NOT ? 1 : node->kind == GK_N_AND || node->kind == GK_N_OR ? 2 : 0;

		MUST(have >= needs);
		have = have - needs + 1;
		text += node->kind <= GK_N_DOCNO;
		if (needs > 0 || node->kind == GK_N_ALL)
			continue;
		MUST(node->text[node->n] == '\0' && node->folded[node->folded_n] == '\0');
		MUST(gk_utf8_check(node->folded, node->folded_n) == node->folded_n);
		/* A hint is a year, a whole number is a key. */
		MUST(node->kind != GK_N_RUN || node->year_from == 0 || (node->year_from >= 1900 && node->year_from == node->year_to));
		MUST(node->kind != GK_N_STATUS || node->status != 0);
	}
	MUST(have == (q->n > 0) && text <= GK_QUERY_WORDS);
}

static void
check_description(const struct gk_query *q, size_t size)
{
	char *out = malloc(size + 1);

	MUST(out != NULL);
	gk_query_describe(q, out, size);
	if (size > 0)
		MUST(strnlen(out, size) < size && gk_utf8_check(out, strlen(out)) == strlen(out));
	free(out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct gk_query q;
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st = gk_query_parse((const char *)data, n, n > 0 && data[n - 1] == ' ', &q, &err);

	if (st == GK_OK) {
		check_tree(&q);
		check_description(&q, n % 97);
		check_description(&q, 2400);
	} else {
		MUST(st == GK_REFUSED && err.cause == GK_CAUSE_BAD_QUERY && q.n == 0);
	}
	gk_query_free(&q);
	return 0;
}
