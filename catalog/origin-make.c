/* Making the way back, when a document is prepared. */
#include "catalog/origin.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static bool
add_articles(const char *text, size_t n, struct gk_buf *out, uint32_t *count)
{
	struct gk_article *a = NULL;
	size_t found = 0;

	if (gk_articles(text, n, &a, &found, NULL) != GK_OK)
		return false;
	for (size_t i = 0; i < found; i++) {
		struct gk_origin_article one = { (uint32_t)a[i].start, (uint32_t)a[i].end, a[i].number, (uint16_t)a[i].sub, (uint16_t)a[i].part };

		gk_buf_add(out, &one, sizeof one);
	}
	free(a);
	*count = (uint32_t)found;
	return true;
}

static bool
add_pieces(const char *text, size_t n, struct gk_buf *out, uint32_t *count)
{
	size_t pieces = (n + GK_ORIGIN_PIECE - 1) / GK_ORIGIN_PIECE, list = out->n, packed;

	if (gk_buf_room(out, pieces * sizeof(uint32_t)) == NULL)
		return false;
	out->n += pieces * sizeof(uint32_t);
	packed = out->n;
	for (size_t i = 0; i < pieces; i++) {
		size_t from = i * GK_ORIGIN_PIECE, have = n - from < GK_ORIGIN_PIECE ? n - from : GK_ORIGIN_PIECE;
		uint32_t at = (uint32_t)(out->n - packed);
		uLongf got = compressBound((uLong)have);
		Bytef *room = (Bytef *)gk_buf_room(out, got);

		if (room == NULL || compress2(room, &got, (const Bytef *)text + from, (uLong)have, 6) != Z_OK)
			return false;
		out->n += got;
		memcpy(out->p + list + i * sizeof at, &at, sizeof at);
	}
	*count = (uint32_t)pieces;
	return true;
}

bool
gk_origin_make(const char *text, size_t n, const struct gk_folded *f, size_t units, struct gk_buf *out)
{
	uint32_t head[5] = { (uint32_t)n, (uint32_t)units, 0, 0, 0 };
	size_t room = n / GK_ORIGIN_STEP + 1;
	char *points;
	bool ok = true;

	gk_buf_reset(out);
	gk_buf_add(out, head, sizeof head);
	points = gk_buf_room(out, room * sizeof(struct gk_point));
	if (points == NULL)
		return false;
	head[2] = (uint32_t)gk_canon_points(text, f, GK_ORIGIN_STEP, (struct gk_point *)(void *)points);
	out->n += head[2] * sizeof(struct gk_point);
	if (n > GK_ORIGIN_COPY)
		ok = add_articles(text, n, out, &head[3]) && add_pieces(text, n, out, &head[4]);
	if (ok)
		memcpy(out->p, head, sizeof head);
	return ok && !out->failed;
}
