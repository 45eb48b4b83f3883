/* The table of long grams on disk: shared by its reader and its maker only (grammar in grams.h). */
#ifndef GK_GRAMS_FORMAT_H
#define GK_GRAMS_FORMAT_H

#include "catalog/grams.h"

#include <string.h>

#define GK_GRAMS_MAGIC "GKGRAM01"

struct gk_grams_head { char magic[8]; uint32_t crc, table, sum, grams; uint64_t limit; };

struct gk_gram { uint16_t unit[GK_GRAM_MOST]; uint32_t first; };

static inline int
gk_gram_order(const uint16_t *a, const uint16_t *b)
{
	for (size_t i = 0; i < GK_GRAM_MOST; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

#endif
