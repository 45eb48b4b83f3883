/*
 * The order by document number: 国办发〔2017〕9号 before 国办发〔2017〕47号 before 国办函〔2016〕1号.  Codes stand in the order of their bytes, which is that of
 * the code points; the dictionary has them in the order of first sight.
 */
#include "catalog/internal.h"

#include <stdlib.h>
#include <string.h>

struct named { const char *name; uint32_t number; };
struct numbered { uint64_t key; uint32_t docid; };

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static int
by_key(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->docid < y->docid ? -1 : x->docid > y->docid;
}

/* rank[number] of each code; a number that the dictionary does not have (0, or one of a damaged index) comes behind all. */
static bool
rank_codes(char **codes, size_t n, uint16_t *rank)
{
	struct named *sorted = calloc(n + 1, sizeof *sorted);

	if (sorted == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		sorted[i] = (struct named){ codes[i], (uint32_t)i + 1 };
	qsort(sorted, n, sizeof *sorted, by_name);
	memset(rank, 0xFF, (UINT16_MAX + 1) * sizeof *rank);
	for (size_t i = 0; i < n && i < UINT16_MAX; i++)
		rank[sorted[i].number] = (uint16_t)i;
	free(sorted);
	return true;
}

enum gk_status
gk_places_of_numbers(struct gk_index *db, char **codes, size_t n_codes, uint32_t last, uint32_t **place, struct gk_err *err)
{
	unsigned char *raw = malloc(((size_t)last + 1) * GK_NUMBER_WIDTH);
	struct numbered *list = malloc(((size_t)last + 1) * sizeof *list);
	uint16_t *rank = malloc((UINT16_MAX + 1) * sizeof *rank);
	uint32_t *out = malloc(((size_t)last + 1) * sizeof *out);
	enum gk_status st = raw == NULL || list == NULL || rank == NULL || out == NULL || n_codes > UINT16_MAX || !rank_codes(codes, n_codes, rank) ? gk_nomem(err) : GK_OK;
	size_t n = 0;

	if (st == GK_OK)
		st = gk_index_column(db, GK_SLOT_NUMBER, GK_NUMBER_WIDTH, raw, last, err);
	if (st == GK_OK) {
		for (uint32_t d = 0; d <= last; d++) {
			const unsigned char *v = raw + (size_t)d * GK_NUMBER_WIDTH;

			out[d] = UINT32_MAX;
			if (gk_get_be(v, 8) != 0)
				list[n++] = (struct numbered){ (uint64_t)rank[gk_get_be(v, 2)] << 48 | gk_get_be(v + 2, 6), d };
		}
		qsort(list, n, sizeof *list, by_key);
		/* The same number twice has the same place: then dates decide. */
		for (size_t i = 0; i < n; i++)
			out[list[i].docid] = i > 0 && list[i].key == list[i - 1].key ? out[list[i - 1].docid] : (uint32_t)i + 1;
		*place = out;
		out = NULL;
	}
	free(out);
	free(rank);
	free(list);
	free(raw);
	return st;
}
