/* Orders of destruction, read. */
#include "archive/order.h"

#include "archive/destroy.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Lists are in the order of offsets: whoever wrote one otherwise names nothing with it. */
static bool
makes_sense(const json_t *part)
{
	const json_t *records = json_object_get(part, "records"), *one;
	json_int_t last = 0;
	size_t i;

	if (!json_is_integer(json_object_get(part, "segment")) || !json_is_string(json_object_get(part, "old")) || !json_is_string(json_object_get(part, "new")) || !json_is_array(records))
		return false;
	json_array_foreach(records, i, one) {
		json_int_t offset = json_integer_value(json_array_get(one, 1));

		if (!json_is_string(json_array_get(one, 0)) || offset <= last || json_integer_value(json_array_get(one, 2)) <= 0)
			return false;
		last = offset;
	}
	return true;
}

json_t *
gk_order_of(const struct gk_warc_rec *rec)
{
	json_t *order;
	const json_t *part;
	size_t i;
	bool good;

	if (rec->type != GK_WARC_METADATA || strcmp(rec->content_type, GK_DESTRUCTION_TYPE) != 0 || rec->block.n == 0)
		return NULL;
	order = json_loadb(rec->block.p, rec->block.n, JSON_REJECT_DUPLICATES, NULL);
	good = json_integer_value(json_object_get(order, "gongkai")) == 1 && json_is_array(json_object_get(order, "segments"));
	if (good)
		json_array_foreach(json_object_get(order, "segments"), i, part)
			good = good && makes_sense(part);
	if (good)
		return order;
	json_decref(order);
	return NULL;
}

const json_t *
gk_order_segment(const json_t *order, uint32_t segment)
{
	const json_t *part;
	size_t i;

	json_array_foreach(json_object_get(order, "segments"), i, part)
		if (json_integer_value(json_object_get(part, "segment")) == (json_int_t)segment)
			return part;
	return NULL;
}

bool
gk_order_names(const json_t *order, struct gk_loc loc, const char *id)
{
	const json_t *records = json_object_get(gk_order_segment(order, loc.segment), "records");
	size_t low = 0, high = json_array_size(records);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const json_t *one = json_array_get(records, middle);
		json_int_t offset = json_integer_value(json_array_get(one, 1));

		if (offset == (json_int_t)loc.offset)
			return json_integer_value(json_array_get(one, 2)) == (json_int_t)loc.length && strcmp(json_string_value(json_array_get(one, 0)), id) == 0;
		if (offset < (json_int_t)loc.offset)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* Orders stand in the archive in the order in which they were carried out. */
enum gk_status
gk_orders_follow(struct gk_archive *a, uint32_t segment, char digest[GK_WARC_DIGEST], struct gk_err *err)
{
	struct gk_scan *scan;
	struct gk_warc_rec rec;
	struct gk_loc at;
	enum gk_status st = gk_scan_open(a, (struct gk_loc){ .segment = 0 }, &scan, err);

	if (st != GK_OK)
		return st;
	while ((st = gk_scan_next(scan, &rec, &at, err)) == GK_OK || st == GK_REFUSED) {
		json_t *order;
		const json_t *part;

		if (st == GK_REFUSED)
			continue;
		order = gk_order_of(&rec);
		part = gk_order_segment(order, segment);
		if (part != NULL && strcasecmp(json_string_value(json_object_get(part, "old")), digest) == 0)
			snprintf(digest, GK_WARC_DIGEST, "%s", json_string_value(json_object_get(part, "new")));
		json_decref(order);
		gk_warc_rec_free(&rec);
	}
	gk_scan_close(scan);
	return st == GK_END ? GK_OK : st;
}
