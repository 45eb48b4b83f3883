/*
 * The body of a document as the text store has it: plain canon units, or written by a table of symbols (symbols.h).  Readers
 * do not ask which: they look for needles in it, or take its units.
 *
 *   gk_finder_begin(&f, …)   once for a question           gk_body_units(&body, &room, most, &units)
 *   gk_finder_stands(&f, &body)   for each candidate
 *   gk_finder_end(&f)
 *
 * Looking for a needle decodes nothing.  Of its units one is chosen that few symbols hold, its anchor: wherever the needle stands, one code
 * stands over the anchor, and of that code's string all that lies within the needle agrees with it.  The codes of which this is true are marked
 * in a table of bytes; a body is gone through by looking up each of its codes there, and only what surrounds a marked one is decoded and compared.
 */
#ifndef GK_BODY_H
#define GK_BODY_H

#include "catalog/symbols.h"

struct gk_body {
	const uint16_t *p;		/* borrowed from the map of the text store */
	size_t n;			/* of p */
	size_t units;			/* of the canon */
	struct gk_symbols *symbols;	/* NULL: p is the canon itself */
};

/* Room that is kept from body to body; begin with { NULL, 0 }, end with free(p). */
struct gk_units { uint16_t *p; size_t room; };
/* The first `most` units of the canon, or all there are: in the room, or where they stand.  False when memory ends. */
bool gk_body_units(const struct gk_body *b, struct gk_units *room, size_t most, const uint16_t **units, size_t *n);

enum { GK_FINDER_NEEDLES = 8 };

struct gk_finder {
	struct { const uint16_t *p; size_t n, anchor; } needle[GK_FINDER_NEEDLES];	/* borrowed */
	size_t n;
	struct gk_symbols *symbols;	/* that it is prepared for; NULL: none yet */
	unsigned char *marked;		/* [GK_CODES]: bit i: it may stand over the anchor of needle i */
	uint16_t *around;		/* room for the longest needle and what lies around it */
};

/* Needles in canon, at least one unit each; more than fit are left out.  False when memory ends; end it in any case. */
bool gk_finder_begin(struct gk_finder *f, const uint16_t *const *needle, const size_t *n, size_t count);
void gk_finder_end(struct gk_finder *f);
/* Does one of them stand in it, as gk_canon_find finds it? */
bool gk_finder_stands(struct gk_finder *f, const struct gk_body *b);
/* The first unit of the first place where one of them stands; (size_t)-1 if nowhere. */
size_t gk_finder_first(struct gk_finder *f, const struct gk_body *b);

#endif
