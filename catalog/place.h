/*
 * Where a record's events stand in the archive: what the index keeps of a
 * document besides terms and slots.  The same three numbers as archive/warc.h, which this
 * room does not know.
 *
 *   data = count:u32 *( segment:u32 length:u32 offset:u64 )     big-endian
 */
#ifndef GK_PLACE_H
#define GK_PLACE_H

#include "base/buf.h"
#include "base/status.h"

struct gk_place {
	uint32_t segment, length;
	uint64_t offset;
};

/* Of one record: as many as its data in the index can hold (L29, L32).  Nothing that is true of it may be left out, so no more are registered. */
enum { GK_PLACES_MAX = (64 * 1024 - 4) / 16 };

/* Big-endian integers of n bytes: byte order is value order. */
void gk_put_be(void *to, uint64_t v, size_t n);
uint64_t gk_get_be(const void *p, size_t n);

bool gk_places_encode(const struct gk_place *places, size_t n, struct gk_buf *out);
/* *places is yours; GK_DEAD (DAMAGED) if p is no such list or an empty one. */
enum gk_status gk_places_decode(const void *p, size_t len, uint32_t docid, struct gk_place **places, size_t *n, struct gk_err *err);

#endif
