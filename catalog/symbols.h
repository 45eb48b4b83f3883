/*
 * A table of symbols: strings of one to eight canon units that are common in an archive, by whose numbers bodies are written
 * (textstore.h).  A Chinese text takes two bytes a character in UTF-16 and less than 0.7 byte so, and yet any part of it
 * can be read without what stands before it, and a phrase be looked for without decoding (body.h).
 *
 *   code   = 0 .. FDFF   the symbol of that number
 *            FE00 .. FEFF, FF00 .. FFFF   the upper and the lower half of a unit that the table lacks, always both: as with
 *                         surrogates each code says of itself which it is, so that a text can be gone through in both directions
 *
 *   file   = "GKSYMB01" count:u32 crc:u32 *symbol                      native byte order
 *   symbol = shared << 4 | length : u8   units:(length - shared)*u16   in rising order; it begins with the first `shared` units
 *                                                                      of the one before
 *
 * crc is CRC-32 of the symbols.  A table never changes; a generation of the index has at most one.  How it is learned: symbols-learn.c.
 *
 * The idea is that of FSST (Boncz, Neumann, Leis: FSST, Fast Random Access String Compression, VLDB 2020): a static table, made by
 * growing strings from a sample by what they save.  There a code is a byte and a symbol up to eight of them; 255 symbols are too few for a script
 * of thousands of characters.
 */
#ifndef GK_SYMBOLS_H
#define GK_SYMBOLS_H

#include "base/buf.h"
#include "base/status.h"

#include <sys/stat.h>

enum { GK_SYMBOL_UNITS = 8, GK_SYMBOLS_MOST = 0xFE00, GK_UPPER_HALF = 0xFE00, GK_LOWER_HALF = 0xFF00, GK_CODES = 0x10000 };

struct gk_symbol { uint16_t unit[GK_SYMBOL_UNITS]; };

struct gk_symbols {
	uint32_t count, id;		/* id is the checksum: the text store says by it which table it means */
	struct gk_symbol *symbol;	/* [GK_CODES]: damaged codes lead into zeros, not out of it */
	unsigned char *length;		/* [GK_CODES]: units; of the two halves of one unit the upper is none, of what is no code too */
	/* Which symbols hold a unit: holder[first[u] .. first[u + 1]); made when it is first asked for. */
	uint32_t *first;
	uint16_t *holder;
	size_t held;			/* units of all symbols */
	_Atomic bool ordered;
	/* Which file it is of, and how many have it open; of symbols.c. */
	struct gk_symbols *next;
	struct stat file;
	unsigned users;
};

/* GK_DEAD with DAMAGED if the file is missing, or not what was written.  All handles of a process have one: it is megabytes, and looked into for each code of a text. */
enum gk_status gk_symbols_open(const char *path, struct gk_symbols **out, struct gk_err *err);
/* The same from memory. */
enum gk_status gk_symbols_read(const char *p, size_t n, const char *name, struct gk_symbols **out, struct gk_err *err);
void gk_symbols_close(struct gk_symbols *s);

/* Writes at most `most` units of it and returns how many; out has room for GK_SYMBOL_UNITS more. */
size_t gk_symbols_decode(const struct gk_symbols *s, const uint16_t *code, size_t n, uint16_t *out, size_t most);
/* How many units the codes are, if they are undamaged. */
size_t gk_symbols_units(const struct gk_symbols *s, const uint16_t *code, size_t n);
/* The codes of the symbols in which the unit stands. */
const uint16_t *gk_symbols_holding(struct gk_symbols *s, uint16_t unit, size_t *n);

/* --- writing (symbols-learn.c, symbols-encode.c) ------------------------------------------------- */

/* Of the text units that a table is learned from; more make a better one, and take longer. */
enum { GK_SYMBOLS_SAMPLE = 2 * 1024 * 1024 };

/* The file of a table that suits the sample; the same sample gives the same bytes.  False only when memory ends. */
bool gk_symbols_learn(const uint16_t *sample, size_t n, struct gk_buf *file);

struct gk_encoder;
struct gk_encoder *gk_encoder_new(const struct gk_symbols *s);	/* NULL when memory ends; does not need s afterwards */
void gk_encoder_free(struct gk_encoder *e);
/* Returns the number of codes; out has room for 2 * n. */
size_t gk_encode(const struct gk_encoder *e, const uint16_t *units, size_t n, uint16_t *out);

#endif
