/*
 * Long grams: strings of three to eight characters that stand in very many documents, and for each the few documents that have both what it is without its
 * last character and what it is without its first, but not the gram itself.  The pairs of 政府办公 stand together in 18,000 documents of 100,000, and in all of
 * them but a hundred the four characters do: whoever knows the hundred need not look at the texts of the others.
 *
 *   documents that have all pairs of P  \  exceptions of every gram of three or more characters in P  =  documents that have P
 *
 * By induction over the length: who has all pairs of ABC and is no exception of ABC has ABC; who has ABC and BCD and is no exception of ABCD has ABCD.  So it
 * holds only where every gram of P stands in the table, which is so for most that are frequent: what stands in P is not rarer
 * than P, but is left out if it has more exceptions than documents.
 *
 * A compaction makes the table of all texts of a generation (grams-make.c) and puts it beside them.  What came later, or anew, stands behind `limit` in the
 * text store and is looked at as ever; so is everything where there is no table, which only makes an answer slower.
 *
 *   file      = "GKGRAM01" crc:u32 table:u32 sum:u32 grams:u32 limit:u64 *gram *exceptions     native byte order
 *   gram      = units:8*u16 first:u32    by rising units, the shorter filled up with zeros; first: of its exceptions, in bytes from the first of all
 *   exceptions = *varint                 document numbers, each less the one before
 *
 * crc is CRC-32 of all behind it; table and sum say of which text store it is: its table of symbols, and CRC-32 of what stands there before `limit`.
 */
#ifndef GK_GRAMS_H
#define GK_GRAMS_H

#include "base/status.h"
#include "catalog/textstore.h"

#define GK_GRAMS_FILE "text.grams"

enum { GK_GRAM_LEAST = 3, GK_GRAM_MOST = 8 };

struct gk_grams;

/* GK_END if there is none for this text store; GK_DEAD with DAMAGED if there is one that is not as it was written. */
enum gk_status gk_grams_open(const char *path, const struct gk_textstore *text, struct gk_grams **out, struct gk_err *err);
void gk_grams_close(struct gk_grams *g);
/* As _open, and goes through the exceptions, too: for who wants to know whether all of it is as it was written. */
enum gk_status gk_grams_check(const char *path, const struct gk_textstore *text, struct gk_err *err);
/*
 * Where every gram of the needle is known, *except becomes [0 .. last], yours to free: of a document that has all pairs of the needle and whose text stands before
 * *limit it is certain that it has the needle, but where except[docid] is 1 that it has not.  Else it becomes NULL, and where a list is not as it was written.
 */
enum gk_status gk_grams_tell(const struct gk_grams *g, const uint16_t *needle, size_t n, uint32_t last, unsigned char **except, uint64_t *limit, struct gk_err *err);

/*
 * Makes the table of the generation in folder base, which is whole and to which nobody writes: grams of at least `least` documents.  It is put into `to`, which is
 * base or what is made of it, with the same texts and words.  An index that is too small for any has none then.  Reads all texts.
 */
enum gk_status gk_grams_make(const char *base, const char *to, uint32_t least, struct gk_err *err);
/* Of a generation that was copied: its table stays if it is sound. */
enum gk_status gk_grams_keep(const char *base, struct gk_err *err);

#endif
