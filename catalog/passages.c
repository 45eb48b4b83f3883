/* Where in a record's text to look for a passage: its canon says where, its origin leads there. */
#include "catalog/internal.h"

#include <string.h>

enum { LONG = 2000 };	/* units: a shorter text is seen whole from one passage */

enum gk_status
gk_catalog_passages(struct gk_catalog *c, uint32_t docid, const struct gk_needle *needles, size_t count, struct gk_passages *out, struct gk_err *err)
{
	struct gk_places places;
	struct gk_text text;
	struct gk_origin *o = &out->origin;
	const uint16_t *units;
	size_t n;
	enum gk_status st;

	*out = (struct gk_passages){ .n = 0 };
	GK_RETRYING(c, st, err, gk_catalog_columns(c, err));
	if (st != GK_OK)
		return st;
	if (docid == 0 || docid > c->col->last || c->col->units[docid] == 0)
		return GK_END;
	st = gk_textstore_get(c->text, c->col->text[docid], docid, &text, err);
	if (st != GK_OK)
		return GK_DEAD;
	if (text.origin == NULL || !gk_origin_read(text.origin, text.origin_n, o) || o->units > text.body.units)
		return GK_END;
	if (!gk_body_units(&text.body, &c->units, o->units, &units, &n) || !gk_places(units, n, needles, count, &places))
		return gk_nomem(err);
	out->needles = places.needles;
	out->n = places.n == 0 || text.body.units < LONG ? 1 : places.n;
	for (size_t i = 0; i < out->n; i++) {
		struct gk_place_at p = places.n == 0 ? (struct gk_place_at){ 0, 0 } : places.at[i];
		struct gk_window w = gk_origin_window(o, p);

		out->window[i] = w;
		out->place[i] = (struct gk_place_at){ p.start - (w.unit < p.start ? w.unit : p.start), p.end - (w.unit < p.end ? w.unit : p.end) };
	}
	return GK_OK;
}
