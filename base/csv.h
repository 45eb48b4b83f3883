/*
 * Tables for spreadsheets: comma separated values as in RFC 4180, and safe to open: a cell that a spreadsheet would take
 * for a formula gets a leading apostrophe (safety.md 6), unless it is a plain number.
 */
#ifndef GK_CSV_H
#define GK_CSV_H

#include "base/buf.h"

/* One cell and what follows it: a comma, or after the last one the end of the line (CR LF). */
void gk_csv_cell(struct gk_buf *b, const char *s, bool last);

#endif
