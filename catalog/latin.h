/*
 * Small letters that stand nowhere and may be pinyin: who cannot turn the input method on types zhengfu or zfxxgk.
 *
 *   zhengfu     政府            read whole, syllable by syllable
 *   zfxxgk      政府信息公开     initials
 *
 * The phrases of the archive's titles (titles.h) are what can be meant, the most used first.
 */
#ifndef GK_LATIN_H
#define GK_LATIN_H

#include "catalog/correct.h"

/*
 * folded[0..n) is a run that no document has.  What it spells, as corrections of kind GK_MEND_PINYIN; none if it has anything but small
 * letters.  clear: one phrase is used far more than the next, and the letters are two syllables or four initials at least.
 * Waits for the titles of the archive to be in order if they never were.  GK_RETRY, GK_DEAD as of the catalog.
 */
enum gk_status gk_correct_pinyin(struct gk_catalog *c, const char *folded, size_t n, uint32_t day, struct gk_corrections *out, struct gk_err *err);

#endif
