/* Reading what a destruction ordered (archive/destroy.h): for those who judge tombstones. */
#ifndef GK_ORDER_H
#define GK_ORDER_H

#include "archive/warc.h"

#include <jansson.h>

/* NULL if the record is no order, or makes no sense. */
json_t *gk_order_of(const struct gk_warc_rec *rec);
/* The part about one segment; NULL if it is not concerned. */
const json_t *gk_order_segment(const json_t *order, uint32_t segment);
/* Does it name this record at this place? */
bool gk_order_names(const json_t *order, struct gk_loc loc, const char *id);

/*
 * digest is what a segment was closed with; it becomes what the orders in the archive have made of it since.  Reads the whole
 * archive: for repair, which must not bring back what was destroyed.  Damaged records are passed over; GK_DEAD: it could not be read to its end,
 * and digest may be an older one.
 */
enum gk_status gk_orders_follow(struct gk_archive *a, uint32_t segment, char digest[GK_WARC_DIGEST], struct gk_err *err);

#endif
