/* The text store on disk: shared by its reader and its writer only (grammar in textstore.h). */
#ifndef GK_TEXTSTORE_FORMAT_H
#define GK_TEXTSTORE_FORMAT_H

#include <stdint.h>

#define GK_TEXT_MAGIC "GKTEXT05"
#define GK_TEXT_SYMBOLS ".symbols"

struct gk_text_file { char magic[8]; uint32_t table, zero; };

#define GK_TEXT_TYPED ((uint32_t)1 << 31)	/* in title */

struct gk_text_head {
	uint32_t docid, crc, title, body, codes, origin;
};
/* Behind it if there is a typed text. */
struct gk_text_typed { uint32_t title, body, codes; };

#endif
