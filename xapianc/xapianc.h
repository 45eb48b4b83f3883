/*
 * libxapian for C: everything that gongkai needs of the engine and nothing
 * else.  All C++ of the project is in this folder.  No exception leaves it:
 * every entry point ends in a status, also for bad_alloc and the unknown.
 *
 * It knows terms, slots and document numbers, not records.  Objects belong to one thread at a time.
 * Reading half; xapianc/write.h writes (apart, so that searchd does not even contain the writer).
 */
#ifndef GK_XAPIANC_H
#define GK_XAPIANC_H

#include "base/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct xc_db;
struct xc_postings;

/*
 * Statuses used here: GK_OK, GK_END, GK_RETRY (the index changed under us: xc_db_reopen and
 * repeat), GK_REFUSED (Xapian refuses the request: an empty term), GK_DEAD (cause DAMAGED, NO_SPACE, DEVICE, NO_ACCESS, MEMORY, NEWER).
 */
enum gk_status xc_db_open(const char *path, struct xc_db **out, struct gk_err *err);
/*
 * An index that xapian-tcpsrv serves, for xc_metadata alone: posting lists and values come a message an entry.  GK_DEAD (BUSY) where nobody answers in time; after
 * that only closing it is of use.
 */
enum gk_status xc_db_open_remote(const char *host, unsigned port, unsigned connect_ms, unsigned answer_ms, struct xc_db **out, struct gk_err *err);
void xc_db_close(struct xc_db *db);
/*
 * Several as one, for xc_terms alone: their terms merged, the numbers of documents added up.  They stay what they are and must stay
 * open as long; what is reopened is new in both.
 */
enum gk_status xc_db_join(struct xc_db *const *parts, size_t n, struct xc_db **out, struct gk_err *err);
/* *changed (may be NULL) tells whether there was something new. Costs microseconds when not. */
enum gk_status xc_db_reopen(struct xc_db *db, bool *changed, struct gk_err *err);
enum gk_status xc_db_revision(struct xc_db *db, uint64_t *revision, struct gk_err *err);

/* Documents, highest document number, sum of the document lengths. */
enum gk_status xc_stats(struct xc_db *db, uint32_t *docs, uint32_t *last, uint64_t *total_length, struct gk_err *err);
/* How many documents have the term; 0 if none. */
enum gk_status xc_term_freq(struct xc_db *db, const char *term, size_t n, uint32_t *df, struct gk_err *err);

/*
 * Posting list of a term, in document order.  GK_END at open if the term is unknown (*out = NULL).
 * Close it before its db.  It belongs to the revision it was opened on: after GK_RETRY, or
 * when xc_db_reopen brought something new, every call gives GK_RETRY until it is opened again.
 */
enum gk_status xc_postings_open(struct xc_db *db, const char *term, size_t n, struct xc_postings **out, struct gk_err *err);
/* Fills up to `max` entries, *got >= 1 with GK_OK; GK_END when the list is done. wdfs may be NULL. */
enum gk_status xc_postings_next(struct xc_postings *p, uint32_t *docs, uint32_t *wdfs, size_t max, size_t *got, struct gk_err *err);
/*
 * Move to the first entry >= doc: *at (and *wdf, may be NULL) is that entry.  Mixes with next: next goes on behind *at. GK_END behind the last.
 * Never goes back: for a doc that was passed, *at is the same entry as of the last seek, or the first that next has not given yet.
 */
enum gk_status xc_postings_seek(struct xc_postings *p, uint32_t doc, uint32_t *at, uint32_t *wdf, struct gk_err *err);
void xc_postings_close(struct xc_postings *p);

/*
 * A value slot as an array: out[d * width .. ] for document numbers first <= d <= last,
 * zero bytes where there is no value; a value of another length than width is DAMAGED.
 */
enum gk_status xc_column(struct xc_db *db, unsigned slot, size_t width, unsigned char *out, uint32_t first, uint32_t last, struct gk_err *err);
/* The values of a slot that few documents have, in document order; stops when each returns false. */
typedef bool xc_value_fn(void *arg, uint32_t doc, const unsigned char *value, size_t n);
enum gk_status xc_values(struct xc_db *db, unsigned slot, xc_value_fn *each, void *arg, struct gk_err *err);
/* Document lengths (sum of wdf) of all documents: out[0..last]; 0 for none. */
enum gk_status xc_lengths(struct xc_db *db, uint32_t *out, uint32_t last, struct gk_err *err);

/* Document data and user metadata: *p is yours (free()), NUL-terminated beyond n. GK_END if there is no such document; metadata that is not set gives n = 0. */
enum gk_status xc_doc_data(struct xc_db *db, uint32_t doc, char **p, size_t *n, struct gk_err *err);
enum gk_status xc_metadata(struct xc_db *db, const char *key, char **p, size_t *n, struct gk_err *err);
/* All metadata whose key begins with prefix, in byte order of the keys; stops when each returns false. */
typedef bool xc_metadata_fn(void *arg, const char *key, size_t n, const char *value, size_t len);
enum gk_status xc_metadata_each(struct xc_db *db, const char *prefix, size_t n, xc_metadata_fn *each, void *arg, struct gk_err *err);
/* The same one by one, for who walks several indexes at once.  Key and value are borrowed until the next call; GK_END behind the last. */
struct xc_walk;
enum gk_status xc_walk_open(struct xc_db *db, const char *prefix, size_t n, struct xc_walk **out, struct gk_err *err);
enum gk_status xc_walk_next(struct xc_walk *w, const char **key, size_t *n, const char **value, size_t *len, struct gk_err *err);
void xc_walk_close(struct xc_walk *w);

/* All terms that begin with prefix, in byte order; stops when each returns false.  `each` is called with no C++ object half made. */
typedef bool xc_term_fn(void *arg, const char *term, size_t n, uint32_t df);
enum gk_status xc_terms(struct xc_db *db, const char *prefix, size_t n, xc_term_fn *each, void *arg, struct gk_err *err);

/*
 * The second plan: Xapian's own matcher, kept as the oracle of our evaluator.
 * op AND or OR over plain terms with BM25 (k1, b; k3 = 0, min_normlen 0.5); fills up to max hits by descending
 * weight, ties by document number; *total is exact.
 */
enum xc_op { XC_AND, XC_OR };
enum gk_status xc_match(struct xc_db *db, enum xc_op op, const char *const *terms, const size_t *lens, size_t n,
			double k1, double b, size_t max, uint32_t *docs, double *weights, size_t *got, uint32_t *total,
			struct gk_err *err);

#ifdef __cplusplus
}
#endif
#endif
