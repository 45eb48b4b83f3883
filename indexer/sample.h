/*
 * Text of an archive from which the index learns its table of symbols (catalog/symbols.h): stretches of documents that lie evenly over all of
 * it.  The same archive gives the same sample.  Only texts that were public when they came are in it, as in the index.
 */
#ifndef GK_SAMPLE_H
#define GK_SAMPLE_H

#include "archive/warc.h"

/* Canon units, GK_SYMBOLS_SAMPLE at most; *units is yours.  Damaged records are passed over. */
enum gk_status sample_archive(struct gk_archive *a, uint16_t **units, size_t *n, struct gk_err *err);

#endif
