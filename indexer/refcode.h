/*
 * 档号 by template (domain.md 7.3): {fonds} {year} {retention} {office} {item}; the item has four digits and is the next free one
 * among all codes that begin alike.  A code is never given twice, also not one whose record is gone: every filing stays in the log.
 */
#ifndef GK_REFCODE_H
#define GK_REFCODE_H

#include "indexer/keeping.h"

enum { REFCODE_MAX = 128 };

struct refcodes;

/* Reads all filings once. */
enum gk_status refcodes_open(struct app *app, struct store *s, struct refcodes **out, struct gk_err *err);
void refcodes_close(struct refcodes *c);
/* USAGE: the template asks for what is not known. */
enum gk_status refcodes_next(struct refcodes *c, const struct gk_record *r, enum gk_keep keep, const char *office, char out[REFCODE_MAX], struct gk_err *err);
/* Is it given already?  If not, it is now. */
bool refcodes_taken(struct refcodes *c, const char *code);

#endif
