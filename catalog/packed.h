/*
 * A posting list as one run of bytes: what a dense part (catalog/dense.h) and the index of a shard that stands on another machine hold under each term,
 * and what is sent for it.  Xapian's remote protocol sends a list posting by posting, each in a message of its own: 544 ms for 50,000 of them on one machine, where
 * a run of bytes of the same length takes 0.6.
 *
 *   list  = number of documents, CRC-32 of all that follows (4 bytes), block *
 *   block = how far its last document is from that of the block before, its bytes, entry *      128 entries, the last block fewer
 *   entry = how far its document is from the one before * 2 + (wdf is not 1), wdf if it is not
 *
 * All numbers are varints: seven bits a byte, the low ones first, the eighth bit on all but the last.
 */
#ifndef GK_PACKED_H
#define GK_PACKED_H

#include "base/buf.h"
#include "base/status.h"

#include <stdint.h>

/* Writing: begin, documents by rising number, end.  It keeps its memory from one list to the next. */
struct gk_packer { struct gk_buf block, blocks, out; uint32_t n, count, last, block_last; };
void gk_packer_init(struct gk_packer *p);
void gk_packer_free(struct gk_packer *p);
void gk_packer_begin(struct gk_packer *p);
void gk_packer_add(struct gk_packer *p, uint32_t doc, uint32_t wdf);
/* The list is in p->out until the next begin; false when memory ended.  A list of nothing is empty. */
bool gk_packer_end(struct gk_packer *p);
/*
 * Of a short list its entries alone, before the end: NULL if it is longer than a block.  Nothing then says where it ends, and no checksum that it is whole.
 * Borrowed until the next call.
 */
const struct gk_buf *gk_packer_bare(const struct gk_packer *p);

/* Reading: bytes are borrowed. */
struct gk_packed {
	const unsigned char *at, *block_end, *end;
	uint32_t doc, wdf, block_last;	/* the entry that was taken last; the last document of the block */
	bool given, damaged;
};
/* GK_DEAD, DAMAGED if that is no list. */
enum gk_status gk_packed_open(struct gk_packed *l, const char *p, size_t n, struct gk_err *err);
void gk_packed_open_bare(struct gk_packed *l, const char *p, size_t n);
/* As xc_postings_next and _seek. */
enum gk_status gk_packed_next(struct gk_packed *l, uint32_t *docs, uint32_t *wdfs, size_t max, size_t *got, struct gk_err *err);
enum gk_status gk_packed_seek(struct gk_packed *l, uint32_t doc, uint32_t *at, uint32_t *wdf, struct gk_err *err);
/* How many documents a list has, by its first bytes; 0 of an empty one. */
uint32_t gk_packed_count(const char *p, size_t n);

bool gk_varint_add(struct gk_buf *b, uint32_t v);
/* Moves *at on; false if there is none before end. */
bool gk_varint_take(const unsigned char **at, const unsigned char *end, uint32_t *v);

#endif
