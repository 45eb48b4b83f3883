/* Reading the way back: along the points, one or two pieces unpacked. */
#include "catalog/origin.h"

#include <string.h>
#include <zlib.h>

enum { ROOM = 256 };	/* units on each side of a place: more than twice a passage's length */

/* Nothing is read at or behind the end; what is cut short is 0. */
static uint32_t
number_at(const unsigned char **p, const unsigned char *end)
{
	uint32_t v = 0;

	for (unsigned shift = 0; *p < end && shift < 35; shift += 7) {
		unsigned char c = *(*p)++;

		v |= (uint32_t)(c & 0x7F) << shift;
		if (c < 0x80)
			return v;
	}
	return 0;
}

static void
next_point(const unsigned char **p, const unsigned char *end, struct gk_point *at)
{
	at->at += number_at(p, end);
	at->unit += number_at(p, end);
	at->chars += number_at(p, end);
}

bool
gk_origin_read(const void *bytes, size_t n, struct gk_origin *out)
{
	const unsigned char *p = bytes, *end = p + n;
	struct gk_origin o = { .bytes = number_at(&p, end) };
	struct gk_point point = { 0, 0, 0 };
	uint64_t need;

	o.units = number_at(&p, end);
	o.points = number_at(&p, end);
	o.articles = number_at(&p, end);
	o.pieces = number_at(&p, end);
	o.point = p;
	for (uint32_t i = 0; i < o.points; i++) {
		if (p == end)
			return false;
		next_point(&p, end, &point);
	}
	o.point_end = p;
	if (o.articles + (uint64_t)o.pieces == 0) {
		*out = o;
		return n > 0;
	}
	need = ((uint64_t)(p - (const unsigned char *)bytes) + 3) / 4 * 4;
	o.article = (const struct gk_origin_article *)((const char *)bytes + need);
	need += (uint64_t)o.articles * sizeof *o.article + (uint64_t)o.pieces * sizeof *o.piece;
	if (need > n)
		return false;
	o.piece = (const uint32_t *)(o.article + o.articles);
	o.packed = (const char *)(o.piece + o.pieces);
	o.packed_n = n - (size_t)need;
	*out = o;
	return true;
}

struct gk_window
gk_origin_window(const struct gk_origin *o, struct gk_place_at place)
{
	size_t from = place.start > ROOM ? place.start - ROOM : 0, to = place.end + ROOM;
	struct gk_window w = { 0, o->bytes, 0, 0 };
	struct gk_point at = { 0, 0, 0 };
	const unsigned char *p = o->point;

	for (uint32_t i = 0; i < o->points; i++) {
		next_point(&p, o->point_end, &at);
		if (at.unit > to) {
			w.end = at.at;
			break;
		}
		/* Before the first point there are only signs and blanks: they belong to the first window. */
		if (i > 0 && at.unit <= from)
			w = (struct gk_window){ at.at, o->bytes, at.unit, at.chars };
	}
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
