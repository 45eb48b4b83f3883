/*
 * Simplified text as readers of traditional characters write it: a view, not a folding.  Words of data/traditional.tsv first, the longest that
 * fits, then single characters (Unihan, kTraditionalVariant).  It is a help for reading: which of several characters is meant (发: 發 or 髮)
 * only the words tell, so the text as it was published is always the one that counts.
 */
#ifndef GK_TRADITIONAL_H
#define GK_TRADITIONAL_H

#include "base/buf.h"

/* Appends s[0..n) to out.  The number of characters stays the same, so marks in code points hold.  False if out could not take it. */
bool gk_traditional(const char *s, size_t n, struct gk_buf *out);

#endif
