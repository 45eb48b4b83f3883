/*
 * The canon of every document's title and body (cjk.h), two bytes a character, in
 * one mapped file: phrases are verified here, and titles and single characters
 * are weighed here, without inflating an archive record.
 *
 *   file   = "GKTEXT03" *entry
 *   entry  = docid:u32 crc:u32 title:u32 body:u32 typed_title:u32 typed_body:u32 origin:u32
 *            units:(title + body + typed_title + typed_body)*u16 [pad to 4] origin bytes [pad to 4]      native byte order
 *
 * The typed ones are the canon of what was written before folding (安全生產), for
 * literal questions; there are none where that is the same, which is nearly always.
 *
 * The origin leads from the canon of the body back to the text (catalog/origin.h).
 *
 * crc is CRC-32 of the units and the origin and guards against rot: glass has no checksums and
 * neither would this.  Entries are only added; what was replaced stays until the
 * next rebuild.  Bytes behind the committed end are cut off by the next writer.
 */
#ifndef GK_TEXTSTORE_H
#define GK_TEXTSTORE_H

#include "base/status.h"

struct gk_textstore;

enum gk_status gk_textstore_open(const char *path, struct gk_textstore **out, struct gk_err *err);
void gk_textstore_close(struct gk_textstore *t);

struct gk_text {
	const uint16_t *title, *body;		/* borrowed from the map */
	size_t title_n, body_n;
	const uint16_t *typed_title, *typed_body;	/* NULL: the same as title and body */
	size_t typed_title_n, typed_body_n;
	const void *origin;		/* NULL: none */
	size_t origin_n;
};
/* GK_REFUSED with DAMAGED if the entry at `offset` is not docid's or does not match its checksum. */
enum gk_status gk_textstore_get(struct gk_textstore *t, uint64_t offset, uint32_t docid, struct gk_text *out, struct gk_err *err);
/*
 * The title alone, read without its checksum: for going through all of them.  What is shown of it must be got again as
 * above.  False if there is no entry of docid at `offset`.
 */
bool gk_textstore_title(struct gk_textstore *t, uint64_t offset, uint32_t docid, const uint16_t **title, size_t *n);

/* Writing. `end` is what the index says counts; the file is cut back to it. */
struct gk_textstore_writer;
enum gk_status gk_textstore_append_open(const char *path, uint64_t end, struct gk_textstore_writer **out, struct gk_err *err);
enum gk_status gk_textstore_append(struct gk_textstore_writer *w, uint32_t docid, const struct gk_text *text, uint64_t *offset, struct gk_err *err);
/* Flush and fdatasync; *end is what counts from now on. */
enum gk_status gk_textstore_sync(struct gk_textstore_writer *w, uint64_t *end, struct gk_err *err);
void gk_textstore_append_close(struct gk_textstore_writer *w);

#endif
