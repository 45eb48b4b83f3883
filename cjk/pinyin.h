/*
 * How characters are read, which ones sound alike, and which look alike.  Used
 * to guess what was meant; never by the index, so nothing here touches
 * GK_CJK_VERSION.
 *
 *   行        xing, hang, heng          toneless, commonest first; ü is v (绿 lv)
 *   gong      工 公 共 功 …              the 8105 characters in common use
 *   清        情 晴 菁 …                 by their parts and corners
 *   xianfa    xian fa, xi an fa          letters as syllables
 *   zfxxgk    政府信息公开               letters as the initials of syllables
 *
 * Readings are known for characters of the basic plane.
 */
#ifndef GK_PINYIN_H
#define GK_PINYIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Readings of a character, as numbers of syllables; *out is static. 0 if none is known. */
size_t gk_pinyin_readings(uint32_t character, const uint16_t **out);
/* "zhuang"; syllables are numbered from 0 in alphabetical order. */
const char *gk_pinyin_syllable(unsigned syllable);
size_t gk_pinyin_syllables(void);
/* Characters in common use with that reading, those most heard first; *out is static. */
size_t gk_pinyin_characters(unsigned syllable, const uint16_t **out);
/* Characters in common use that look like it, the most alike first; *out is static. */
size_t gk_pinyin_look_alikes(uint32_t character, const uint16_t **out);

enum gk_sound { GK_SOUND_OTHER, GK_SOUND_NEAR, GK_SOUND_SAME };
/*
 * Do two characters sound alike in any of their readings?  Near: but for what many
 * do not tell apart (zh z, ch c, sh s, n l, an ang, en eng, in ing).
 */
enum gk_sound gk_pinyin_compare(uint32_t a, uint32_t b);

enum { GK_PINYIN_LETTERS = 64, GK_PINYIN_SPLITS = 16 };
struct gk_pinyin_split { uint16_t syllable[GK_PINYIN_LETTERS]; size_t n; };
/*
 * Small letters p[0..n) as whole syllables, an apostrophe (xi'an) where it must be cut: every way, the one with the
 * fewest syllables first, at most GK_PINYIN_SPLITS.  Returns how many; 0 if they are no pinyin or more than GK_PINYIN_LETTERS.
 */
size_t gk_pinyin_split(const char *p, size_t n, struct gk_pinyin_split out[GK_PINYIN_SPLITS]);

enum gk_pinyin_fit { GK_PINYIN_NO, GK_PINYIN_INITIALS, GK_PINYIN_WHOLE };
/*
 * Do the letters spell the text (folded, Han and Latin; what is neither is skipped), by any reading of each character?
 * begun: they may end before the text does (zhengfux, zfx for 政府信息).  At most GK_PINYIN_LETTERS - 1 of them.
 */
enum gk_pinyin_fit gk_pinyin_fits(const char *folded, size_t n, const char *letters, size_t k, bool begun);

#endif
