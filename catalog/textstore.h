/*
 * The canon of every document's title and body (cjk.h) in one mapped file: phrases are verified here, and titles and
 * single characters are weighed here, without inflating an archive record.  Titles are plain, two bytes a character; bodies are
 * written by a table of symbols (symbols.h) that stands beside the file, once there is one.
 *
 *   file   = "GKTEXT05" table:u32 0:u32 *entry         table: id of the table of symbols in FILE.symbols; 0: none yet
 *   entry  = docid:u32 crc:u32 title:u32 body:u32 codes:u32 origin:u32 [ typed_title:u32 typed_body:u32 typed_codes:u32 ]
 *            title units, body codes [ , typed title units, typed body codes ] : u16  [pad to 4] origin bytes [pad to 4]   native byte order
 *
 * Sizes are in units of the canon.  A body of which there are fewer codes than units is written by the table; as many, and it is plain.  The typed
 * ones are there if the highest bit of title is set: the canon of what was written before folding (安全生產), for
 * literal questions; there are none where that is the same, which is nearly always.
 *
 * The origin leads from the canon of the body back to the text (catalog/origin.h).
 *
 * crc is CRC-32 of all of the entry behind it and guards against rot: glass has no checksums and
 * neither would this.  Entries are only added; what was replaced stays until the
 * next rebuild.  Bytes behind the committed end are cut off by the next writer.
 *
 * The table: a rebuild learns it from a sample of the archive before the first entry is written (gk_textstore_learn).  A store
 * that grows has none at first, and its bodies are plain; with GK_TEXT_LEARN bytes the writer learns a table from them, once, and
 * what comes after is written by it.  It is on the disk before the store names it.  If it is missing or damaged, the store is.
 */
#ifndef GK_TEXTSTORE_H
#define GK_TEXTSTORE_H

#include "base/status.h"
#include "catalog/body.h"

enum { GK_TEXT_LEARN = 4 * 1024 * 1024 };

struct gk_textstore;

enum gk_status gk_textstore_open(const char *path, struct gk_textstore **out, struct gk_err *err);
void gk_textstore_close(struct gk_textstore *t);
/* Unmaps what was read, until it is read again. */
void gk_textstore_rest(struct gk_textstore *t);

struct gk_text {
	const uint16_t *title;		/* borrowed from the map, likewise the bodies */
	size_t title_n;
	struct gk_body body;
	const uint16_t *typed_title;	/* NULL: the same as title and body */
	size_t typed_title_n;
	struct gk_body typed_body;
	const void *origin;		/* NULL: none */
	size_t origin_n;
};
/* GK_REFUSED with DAMAGED if the entry at `offset` is not docid's or does not match its checksum. */
enum gk_status gk_textstore_get(struct gk_textstore *t, uint64_t offset, uint32_t docid, struct gk_text *out, struct gk_err *err);
/* So many before they are got is soon enough. */
enum { GK_TEXTS_AHEAD = 6 };
/* The entry at `offset` will be got soon: its beginning is asked of the memory, and nobody waits.  Any offset will do. */
void gk_textstore_expect(const struct gk_textstore *t, uint64_t offset);
/*
 * The title alone, read without its checksum: for going through all of them.  What is shown of it must be got again as
 * above.  False if there is no entry of docid at `offset`.
 */
bool gk_textstore_title(struct gk_textstore *t, uint64_t offset, uint32_t docid, const uint16_t **title, size_t *n);

/* By what a store can be told from others: its table of symbols, and a sum of what stands before `end`.  False if it has not so much. */
bool gk_textstore_mark(const struct gk_textstore *t, uint64_t end, uint32_t *table, uint32_t *sum);

/* Writing. `end` is what the index says counts; the file is cut back to it. */
struct gk_textstore_writer;
enum gk_status gk_textstore_append_open(const char *path, uint64_t end, struct gk_textstore_writer **out, struct gk_err *err);
/* Each body is plain (symbols NULL, n is units), or was written by _encoder and is shorter so. */
enum gk_status gk_textstore_append(struct gk_textstore_writer *w, uint32_t docid, const struct gk_text *text, uint64_t *offset, struct gk_err *err);
/*
 * How bodies are written from now on, as long as the writer is open: any thread may use it.  NULL: there is no table yet.  Of a body that comes
 * plain the writer sees to it itself, so the file does not depend on who did it.
 */
const struct gk_encoder *gk_textstore_encoder(const struct gk_textstore_writer *w);
/* Flush and fdatasync; *end is what counts from now on. */
enum gk_status gk_textstore_sync(struct gk_textstore_writer *w, uint64_t *end, struct gk_err *err);
void gk_textstore_append_close(struct gk_textstore_writer *w);
/* A table for a store that is about to be begun: canon units of its bodies, GK_SYMBOLS_SAMPLE of them or what there is. */
enum gk_status gk_textstore_learn(const char *path, const uint16_t *sample, size_t n, struct gk_err *err);

#endif
