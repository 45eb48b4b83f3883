/* Reading the way back: bisection over the points, one or two pieces unpacked. */
#include "catalog/origin.h"

#include <string.h>
#include <zlib.h>

enum { ROOM = 256 };	/* units on each side of a place: more than twice a passage's length */

bool
gk_origin_read(const void *p, size_t n, struct gk_origin *out)
{
	const uint32_t *head = p;
	struct gk_origin o;
	uint64_t need;

	if (n < 20)
		return false;
	o = (struct gk_origin){ .bytes = head[0], .units = head[1], .points = head[2], .articles = head[3], .pieces = head[4] };
	need = 20 + (uint64_t)o.points * sizeof *o.point + (uint64_t)o.articles * sizeof *o.article + (uint64_t)o.pieces * sizeof *o.piece;
	if (need > n)
		return false;
	o.point = (const struct gk_point *)(head + 5);
	o.article = (const struct gk_origin_article *)(o.point + o.points);
	o.piece = (const uint32_t *)(o.article + o.articles);
	o.packed = (const char *)(o.piece + o.pieces);
	o.packed_n = n - (size_t)need;
	*out = o;
	return true;
}

/* The last point whose unit is at most `unit`; points if there is none. */
static size_t
point_before(const struct gk_origin *o, size_t unit)
{
	size_t low = 0, high = o->points;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (o->point[mid].unit <= unit)
			low = mid + 1;
		else
			high = mid;
	}
	return low == 0 ? o->points : low - 1;
}

struct gk_window
gk_origin_window(const struct gk_origin *o, struct gk_place_at place)
{
	size_t first = point_before(o, place.start > ROOM ? place.start - ROOM : 0), last = point_before(o, place.end + ROOM);
	struct gk_window w = { 0, o->bytes, 0, 0 };

	/* Before the first point there are only signs and blanks: they belong to the first window. */
	if (first < o->points && first > 0)
		w = (struct gk_window){ o->point[first].at, o->bytes, o->point[first].unit, o->point[first].chars };
	last = last == o->points ? 0 : last + 1;
	if (last < o->points)
		w.end = o->point[last].at;
	return w;
}

const struct gk_origin_article *
gk_origin_article(const struct gk_origin *o, size_t at)
{
	size_t low = 0, high = o->articles;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (o->article[mid].at <= at)
			low = mid + 1;
		else
			high = mid;
	}
	return low > 0 && at < o->article[low - 1].end ? &o->article[low - 1] : NULL;
}

bool
gk_origin_text(const struct gk_origin *o, size_t at, size_t end, struct gk_buf *out)
{
	gk_buf_reset(out);
	if (o->pieces == 0 || end > o->bytes || at > end)
		return false;
	for (size_t i = at / GK_ORIGIN_PIECE; i * GK_ORIGIN_PIECE < end; i++) {
		Bytef piece[GK_ORIGIN_PIECE];
		size_t from = i * GK_ORIGIN_PIECE, have = o->bytes - from < GK_ORIGIN_PIECE ? o->bytes - from : GK_ORIGIN_PIECE;
		size_t begin = i < o->pieces ? o->piece[i] : o->packed_n + 1, after = i + 1 < o->pieces ? o->piece[i + 1] : o->packed_n;
		uLongf got = sizeof piece;

		if (begin > after || after > o->packed_n)
			return false;
		if (uncompress(piece, &got, (const Bytef *)o->packed + begin, (uLong)(after - begin)) != Z_OK || got != have)
			return false;
		begin = at > from ? at - from : 0;
		gk_buf_add(out, piece + begin, (end - from < have ? end - from : have) - begin);
	}
	return !out->failed;
}
