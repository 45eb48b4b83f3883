/*
 * The file of a text store (textstore.h) in memory: one map for all handles of a process that have it open, with what any of them has found of its entries.
 * Eight threads then read a page and add up a checksum once, and not eight times.
 *
 * A map never changes.  When the file has grown the next one who needs more makes a new map, and the old one stays until its last user goes on to that.
 */
#ifndef GK_TEXTMAP_H
#define GK_TEXTMAP_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gk_textmap {
	const char *p;
	size_t n;
};

/*
 * All that the file holds now.  *map is what the caller has of it so far, or NULL: it is given back, and stays the same if the file is no longer than that.
 * Any thread may call; a map belongs to the handle that took it.
 */
enum gk_status gk_textmap_take(int fd, const struct gk_textmap **map, struct gk_err *err);
void gk_textmap_drop(const struct gk_textmap *map);

/* Did the checksum of the entry at this offset hold once?  Entries are longer than 16 bytes. */
bool gk_textmap_is_sound(const struct gk_textmap *map, uint64_t offset);
void gk_textmap_found_sound(const struct gk_textmap *map, uint64_t offset);
/* Somebody will ask soon. */
void gk_textmap_expect(const struct gk_textmap *map, uint64_t offset);

#endif
