/*
 * A dense part of the lower layer (catalog/glass.h): what a compaction makes of parts that grew, and what a large batch is written as.  Slots and places of events stand in it as in any
 * other; its posting lists are runs of bytes (catalog/packed.h) under metadata, where Xapian has its own with two or three bytes to an entry and hands
 * them out one by one.  Measured on 100,000 notices: doc/speed.md.  Nothing is ever added to a dense part; new records begin the part behind it.
 *
 *   "T" and the term = varint: documents * 2 + (the list stands apart), then the list bare (gk_packed_bare) unless it does, then two bytes of a sum
 *   "L" and the term = the list in blocks, with its checksum
 *
 * So who wants only numbers, of one term or of all that begin alike, does not read lists.  The sum is over the term and all before it, and is looked at whenever the value is
 * used: the half of a CRC-32 that stands there tells of every single bit, and of one in 65,536 of worse damages nothing; of those the seal of the part does (catalog/seal.h).
 */
#ifndef GK_DENSE_H
#define GK_DENSE_H

#include "catalog/packed.h"
#include "xapianc/xapianc.h"

/* GK_M_VERSION of a part that is dense: as a compaction leaves it, and as a batch of new records does, whose trees have gaps. */
#define GK_DENSE "dense"
#define GK_DENSE_LOOSE "dense, loose"
/* Of any other. */
#define GK_DENSE_NOT "1"
#define GK_DENSE_TERM 'T'
#define GK_DENSE_LIST 'L'
/* A list of more bytes stands apart. */
enum { GK_DENSE_BARE = 48 };

/* By its GK_M_VERSION: false if that is none of a part's, and the part damaged.  An empty word is none that was written yet. */
bool gk_dense_word(const char *word, size_t n, bool *dense);
enum gk_status gk_dense_is(struct xc_db *db, bool *dense, struct gk_err *err);
/* 0 if no document has the term. */
enum gk_status gk_dense_freq(struct xc_db *db, const char *term, size_t n, uint32_t *df, struct gk_err *err);
/* What stands under "T" and a term; false if that is nothing such. */
bool gk_dense_count(const char *term, size_t len, const char *p, size_t n, uint32_t *df);
/* The sum behind such a value. */
enum { GK_DENSE_SUM = 2 };
void gk_dense_sum(const char *term, size_t len, const char *p, size_t n, unsigned char out[GK_DENSE_SUM]);
/* *l reads *bytes, which are yours to free() after it; GK_END if no document has the term. */
enum gk_status gk_dense_open(struct xc_db *db, const char *term, size_t n, struct gk_packed *l, char **bytes, struct gk_err *err);
/* The same where gk_dense_freq has said how many there are: a long list is then found at once. */
enum gk_status gk_dense_open_of(struct xc_db *db, const char *term, size_t n, uint32_t df, struct gk_packed *l, char **bytes, struct gk_err *err);

/* The same of a part that is still open for writing: the first document from `from` on. GK_END if there is none. */
typedef enum gk_status gk_dense_get(void *arg, const char *key, char **p, size_t *n, struct gk_err *err);
enum gk_status gk_dense_first(gk_dense_get *get, void *arg, const char *term, size_t n, uint32_t from, uint32_t *doc, struct gk_err *err);

#endif
