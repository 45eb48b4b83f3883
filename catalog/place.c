/* Lists of places, and the big-endian integers they and the slots are made of. */
#include "catalog/place.h"

#include <stdlib.h>

void
gk_put_be(void *to, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((unsigned char *)to)[i] = (unsigned char)(v >> (8 * (n - 1 - i)));
}

uint64_t
gk_get_be(const void *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | ((const unsigned char *)p)[i];
	return v;
}

bool
gk_places_encode(const struct gk_place *places, size_t n, struct gk_buf *out)
{
	unsigned char item[16];

	gk_put_be(item, n, 4);
	gk_buf_add(out, item, 4);
	for (size_t i = 0; i < n; i++) {
		gk_put_be(item, places[i].segment, 4);
		gk_put_be(item + 4, places[i].length, 4);
		gk_put_be(item + 8, places[i].offset, 8);
		gk_buf_add(out, item, sizeof item);
	}
	return !out->failed;
}

enum gk_status
gk_places_decode(const void *p, size_t len, uint32_t docid, struct gk_place **places, size_t *n, struct gk_err *err)
{
	const unsigned char *at = p;
	size_t count = len < 4 ? 0 : (size_t)gk_get_be(at, 4);
	struct gk_place *list;

	if (count == 0 || len != 4 + count * 16) {
		gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引中文档 %u 的数据损坏", "the index data of document %u is damaged", docid);
		gk_hint(err, "档案完好；运行 gongkai index rebuild 重建索引", "the archive is intact; run gongkai index rebuild");
		return GK_DEAD;
	}
	list = calloc(count, sizeof *list);
	if (list == NULL)
		return gk_nomem(err);
	for (size_t i = 0; i < count; i++, at += 16)
		list[i] = (struct gk_place){ (uint32_t)gk_get_be(at + 4, 4), (uint32_t)gk_get_be(at + 8, 4), gk_get_be(at + 12, 8) };
	*places = list;
	*n = count;
	return GK_OK;
}
