/* The text store on disk: shared by its reader and its writer only (grammar in textstore.h). */
#ifndef GK_TEXTSTORE_FORMAT_H
#define GK_TEXTSTORE_FORMAT_H

#include <stdint.h>

#define GK_TEXT_MAGIC "GKTEXT03"

struct gk_text_head {
	uint32_t docid, crc, title, body, typed_title, typed_body, origin;
};

#endif
