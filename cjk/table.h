/*
 * Inside of cjk/ only: what the generated table says about a code point, and
 * the quick way through Chinese text.
 */
#ifndef GK_CJK_TABLE_H
#define GK_CJK_TABLE_H

#include "base/utf8.h"
#include "cjk/cjk.h"

/* make-fold-table.py has the same numbers. */
enum { GK_SEPARATOR, GK_HAN, GK_KANA, GK_HANGUL, GK_WORD };
enum {
	GK_CLASS = 0x0F,
	GK_CHANGES = 0x10,	/* folding makes something else of it */
	GK_LONG = 0x20,		/* ... and that is a string, perhaps an empty one */
	GK_COMPOSES = 0x40,	/* a mark that may melt into the character before it */
	GK_SPELLING = 0x80,	/* a reader would call the folded form another spelling */
};
enum { GK_TABLE_LIMIT = 0x40000 };

extern const uint16_t gk_cjk_info_index[];
extern const uint8_t gk_cjk_info_block[];

static inline unsigned
gk_cjk_info(uint32_t cp)
{
	if (cp >= GK_TABLE_LIMIT)
		return GK_SEPARATOR;
	return gk_cjk_info_block[(unsigned)gk_cjk_info_index[cp >> 6] << 6 | (cp & 63)];
}

static inline unsigned
gk_cjk_class(uint32_t cp)
{
	return gk_cjk_info(cp) & GK_CLASS;
}

/*
 * gk_utf8_decode with ASCII and most three-byte characters inline: those whose
 * lead byte leaves no overlong form and no surrogate to look for.
 */
static inline size_t
gk_cjk_decode(const char *s, size_t n, uint32_t *cp)
{
	const unsigned char *p = (const unsigned char *)s;

	if (p[0] < 0x80) {
		*cp = p[0];
		return 1;
	}
	if (p[0] > 0xE0 && p[0] < 0xF0 && p[0] != 0xED && n >= 3 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80) {
		*cp = (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
		return 3;
	}
	return gk_utf8_decode(s, n, cp);
}

/* The first three of the four bytes at p, as they stand: 0xE4B880 is 一.  Of characters of three bytes these numbers have the order of the code points. */
static inline uint32_t
gk_cjk_three(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	return ((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]) >> 8;
}

/*
 * Nine tenths of Chinese text: does a common Han character (U+4E00 to U+9FFF) stand at p, of which 3 bytes can be read?  Those
 * lead bytes leave no overlong form and no surrogate.
 */
static inline bool
gk_cjk_is_common(const char *s, uint32_t *cp)
{
	const unsigned char *p = (const unsigned char *)s;

	*cp = (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
	return *cp - 0x4E00 < 0x5200 && (p[0] & 0xF0) == 0xE0 && ((p[1] ^ 0x80) | (p[2] ^ 0x80)) < 0x40;
}

/* gk_canon that also tells, if at is not NULL, where in folded the character of each unit begins. */
size_t gk_canon_map(const char *folded, size_t n, uint16_t *out, uint32_t *at);

#endif
