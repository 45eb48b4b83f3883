/*
 * The way back from the canon of a document to its text, so that a passage costs the same in a notice and in a code of a
 * thousand articles.  It is kept beside the canon (textstore.h) and covers the newest text alone.
 *
 *   origin  = bytes units points articles pieces                      each a number
 *             points*( at unit chars )                                  one every 2 KiB: how much more than at the one before, each a number
 *             [pad to 4]
 *             articles*( at:u32 end:u32 number:u32 sub:u16 part:u16 )   only with pieces
 *             pieces*( at:u32 ) packed                                  native byte order
 *   number  = its bits by sevens, the lowest first, the highest bit of a byte set if more follow (LEB128, at most five bytes)
 *
 * Most documents are short: theirs is eleven bytes.
 *
 * A text of more than GK_ORIGIN_COPY bytes is there whole, in pieces of 8 KiB that are packed each alone; shorter ones are read
 * from the archive.  The checksum of the entry guards all of it.
 */
#ifndef GK_ORIGIN_H
#define GK_ORIGIN_H

#include "base/buf.h"
#include "cjk/cjk.h"
#include "record/article.h"

enum { GK_ORIGIN_STEP = 2048, GK_ORIGIN_PIECE = 8192, GK_ORIGIN_COPY = 32768 };

struct gk_origin {		/* borrowed from the map of the text store */
	uint32_t bytes, units;	/* of the text; units of its canon */
	uint32_t points, articles, pieces;
	const unsigned char *point, *point_end;	/* numbers, as above */
	const struct gk_origin_article { uint32_t at, end, number; uint16_t sub, part; } *article;
	const uint32_t *piece;
	const char *packed;
	size_t packed_n;
};

/* f is text[0..n) folded with its map, units what its canon has. Replaces what out held.  False only when memory ends. */
bool gk_origin_make(const char *text, size_t n, const struct gk_folded *f, size_t units, struct gk_buf *out);
/* False if that is none: of an entry without a text, or damaged. */
bool gk_origin_read(const void *p, size_t n, struct gk_origin *out);

struct gk_window {
	size_t at, end;		/* bytes of the text */
	size_t unit, chars;	/* before it */
};
/* The stretch around a place with room for a passage on both sides. */
struct gk_window gk_origin_window(const struct gk_origin *o, struct gk_place_at place);
/* The article that begins at or before `at` and goes on there; NULL if the text is not kept here, or it is in none. */
const struct gk_origin_article *gk_origin_article(const struct gk_origin *o, size_t at);
/* text[at..end) out of the pieces, yours to free() after use; false if it is not kept here, or memory ends, or it is damaged. */
bool gk_origin_text(const struct gk_origin *o, size_t at, size_t end, struct gk_buf *out);

#endif
