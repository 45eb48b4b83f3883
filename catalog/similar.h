/*
 * Documents like this one, its reprints, and who cites it.
 *
 *   gk_similar   its strongest words, as a question with "any of them"; others by how much of its own score they reach
 *   gk_copies    the documents with the same text (copies.h)
 *   gk_citing    the documents whose text has its number, or its title in 《》
 */
#ifndef GK_SIMILAR_H
#define GK_SIMILAR_H

#include "catalog/catalog.h"

/*
 * The most alike first: neither the document itself nor its reprints, and nothing that has less than a seventh of its words' weight.  score:
 * from 0 to 1, less for what has ended on that day.  out[0..n).  GK_REFUSED, NOT_FOUND if there is no such document to find.
 */
enum gk_status gk_similar(struct gk_catalog *c, uint32_t docid, struct gk_date day, struct gk_hit *out, size_t max, size_t *n, struct gk_err *err);

/* All documents with the same text but itself, by rising number: out[0..n) are the first of them, *total says how many. */
enum gk_status gk_copies(struct gk_catalog *c, uint32_t docid, uint32_t *out, size_t max, size_t *n, size_t *total, struct gk_err *err);

/*
 * Who cites it, the newest first; docno_key (docno.h) and title_key (prepare.h) may be NULL.  *total is exact.
 */
enum gk_status gk_citing(struct gk_catalog *c, uint32_t docid, const char *docno_key, const char *title_key, uint32_t *out, size_t max, size_t *n, size_t *total,
			 struct gk_err *err);

#endif
