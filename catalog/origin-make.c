/* Making the way back, when a document is prepared. */
#include "catalog/origin.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static void
add_number(struct gk_buf *out, uint32_t v)
{
	for (; v >= 0x80; v >>= 7)
		gk_buf_putc(out, (char)(v | 0x80));
	gk_buf_putc(out, (char)v);
}

static void
add_points(struct gk_buf *out, const struct gk_point *point, size_t points)
{
	struct gk_point before = { 0, 0, 0 };

	for (size_t i = 0; i < points; i++) {
		add_number(out, point[i].at - before.at);
		add_number(out, point[i].unit - before.unit);
		add_number(out, point[i].chars - before.chars);
		before = point[i];
	}
}

static void
add_articles(const struct gk_article *a, size_t n, struct gk_buf *out)
{
	for (size_t i = 0; i < n; i++) {
		struct gk_origin_article one = { (uint32_t)a[i].start, (uint32_t)a[i].end, a[i].number, (uint16_t)a[i].sub, (uint16_t)a[i].part };

		gk_buf_add(out, &one, sizeof one);
	}
}

static bool
add_pieces(const char *text, size_t n, size_t pieces, struct gk_buf *out)
{
	size_t list = out->n, packed;

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
	return true;
}

bool
gk_origin_make(const char *text, size_t n, const struct gk_folded *f, size_t units, struct gk_buf *out)
{
	bool copied = n > GK_ORIGIN_COPY;
	size_t points, articles = 0, pieces = copied ? (n + GK_ORIGIN_PIECE - 1) / GK_ORIGIN_PIECE : 0;
	struct gk_point *point = malloc((n / GK_ORIGIN_STEP + 1) * sizeof *point);
	struct gk_article *article = NULL;
	bool ok = point != NULL && (!copied || gk_articles(text, n, &article, &articles, NULL) == GK_OK);

	gk_buf_reset(out);
	if (ok) {
		points = gk_canon_points(text, f, GK_ORIGIN_STEP, point);
		add_number(out, (uint32_t)n);
		add_number(out, (uint32_t)units);
		add_number(out, (uint32_t)points);
		add_number(out, (uint32_t)articles);
		add_number(out, (uint32_t)pieces);
		add_points(out, point, points);
		/* Short ones end with their points. */
		if (copied)
			gk_buf_add(out, "\0\0\0", (4 - out->n % 4) % 4);
		add_articles(article, articles, out);
		ok = pieces == 0 || add_pieces(text, n, pieces, out);
	}
	free(point);
	free(article);
	return ok && !out->failed;
}
