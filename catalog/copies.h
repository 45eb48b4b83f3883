/*
 * Reprints (转载): documents whose texts are one text.  Two bodies are the same if they agree in all letters and digits
 * (canon without its spaces), or if one stands whole in the other and is at least nine tenths of it: what a site
 * puts before and behind what it reprints.  A single other character within makes another text: forms differ in
 * names and dates alone, and are no reprints of each other.  Bodies of fewer than 64 characters (见附件) are nobody's reprint.
 *
 * What the index keeps of each body finds the candidates; the texts themselves decide.
 */
#ifndef GK_COPIES_H
#define GK_COPIES_H

#include "catalog/textstore.h"

enum { GK_COPY_LEAST_UNITS = 64, GK_LEAST_ROWS = 4, GK_LIKENESS_WIDTH = 8 + GK_LEAST_ROWS * 4 };

/*
 * Of a body in canon: a hash of all of it, and the least of each of four hashes over all its rows of 32 characters.  Texts of which one
 * stands in the other nearly always have two of their least rows in common; others that share a paragraph seldom.
 *   slot GK_SLOT_LIKENESS = whole:u64 least:4*u32      big-endian; all 0: too short
 */
void gk_likeness_of(const uint16_t *body, size_t n, unsigned char out[GK_LIKENESS_WIDTH]);

/*
 * Who is a reprint of whom: (*copy)[docid] is the lowest number among the documents with the same text, 0 where no other has it.  *copy is NULL if there
 * are none at all; else yours to free(), [0 .. last].  likeness is the slot of all documents, text_at and units (0: no document) those of
 * the columns.  The answer depends on the documents alone, not on the order in which they came.
 */
enum gk_status gk_copies_find(struct gk_textstore *text, const unsigned char *likeness, const uint64_t *text_at, const uint32_t *units, uint32_t last, uint32_t **copy,
			      struct gk_err *err);

#endif
