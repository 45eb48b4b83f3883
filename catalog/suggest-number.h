/* Document numbers that begin with what was typed; for suggest.c alone. */
#ifndef GK_SUGGEST_NUMBER_H
#define GK_SUGGEST_NUMBER_H

#include "catalog/catalog.h"
#include "record/docno.h"

struct gk_number_found { char key[GK_DOCNO_KEY]; int year; unsigned seq; uint32_t docs; };

/*
 * 国办发[2017]4 in any bracket form, or less of it: 国办发〔20, 国办发 (at least two characters, then at most `few`).  The newest year first; within it
 * by rising number where a number was begun, else the newest first.  out[0..n).
 */
enum gk_status gk_suggest_numbers(struct gk_catalog *c, const char *folded, size_t n, struct gk_number_found *out, size_t max, size_t few, size_t *got, struct gk_err *err);

#endif
