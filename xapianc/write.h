/*
 * libxapian for C, the writing half.  One writer per index folder (the archive's lock sees to it).
 *
 * Readers see nothing between two commits, whatever is flushed in between.  GK_REFUSED leaves
 * the writer as it was; after GK_DEAD the changes since the last commit are lost, every further
 * call gives the same error, and only xc_writer_close is of use.
 */
#ifndef GK_XAPIANC_WRITE_H
#define GK_XAPIANC_WRITE_H

#include "xapianc/xapianc.h"

#ifdef __cplusplus
extern "C" {
#endif

struct xc_writer;
struct xc_doc;

/*
 * XC_REPLACES: any document may be put again, updated, deleted.  XC_ONLY_ADDS: an index that Xapian keeps no term lists for, less than half as
 * large; a document must have a higher number than all before it, and stays as it is (GK_REFUSED else).  An index must be opened as it was made.
 */
enum xc_kind { XC_REPLACES, XC_ONLY_ADDS };
/*
 * Open or create.  Sets the flush threshold (index-design.md 8: 1,000 documents) unless XAPIAN_FLUSH_THRESHOLD
 * is set, and tells malloc to merge small blocks when freed.  Both are for the whole process: open before starting threads.
 * GK_RETRY, BUSY if somebody else writes.
 */
enum gk_status xc_writer_open(const char *path, enum xc_kind kind, bool create, struct xc_writer **out, struct gk_err *err);
/* Everything since the last commit is dropped. */
void xc_writer_close(struct xc_writer *w);
/* Commit, then fsync of the folder: Xapian itself does not, and without it a power
 * cut can leave an index that does not open (safety.md 1). The only place in the project that commits. */
enum gk_status xc_writer_commit(struct xc_writer *w, struct gk_err *err);

/* A document under construction: reuse it with xc_doc_clear. */
enum gk_status xc_doc_new(struct xc_doc **out, struct gk_err *err);
void xc_doc_free(struct xc_doc *d);
void xc_doc_clear(struct xc_doc *d);
/*
 * Terms in one crossing: `bytes` holds the terms one behind the other, lens[i] bytes each
 * (1 to 245), wdfs[i] their counts (0: a boolean term).  A term may come more than once: counts add up.
 */
enum gk_status xc_doc_terms(struct xc_doc *d, const char *bytes, const uint8_t *lens, const uint32_t *wdfs, size_t count, struct gk_err *err);
enum gk_status xc_doc_value(struct xc_doc *d, unsigned slot, const void *p, size_t n, struct gk_err *err);
enum gk_status xc_doc_set_data(struct xc_doc *d, const void *p, size_t n, struct gk_err *err);
/* What was set; *p is yours to free(). */
enum gk_status xc_doc_get_data(const struct xc_doc *d, char **p, size_t *n, struct gk_err *err);

/* The document number is always given, never chosen by Xapian (index-design.md 5). */
enum gk_status xc_writer_put(struct xc_writer *w, uint32_t doc, struct xc_doc *d, struct gk_err *err);
/*
 * Change some slots and the data of a document and leave its terms alone: a thirtieth of the cost of putting
 * it anew (index-design.md 8).  values[i] has lens[i] bytes; 0 takes the value away.  GK_END if there is no such document.
 */
enum gk_status xc_writer_update(struct xc_writer *w, uint32_t doc, const unsigned *slots, const void *const *values, const size_t *lens, size_t n,
				const void *data, size_t data_n, struct gk_err *err);
/* GK_END if there is no such document. */
enum gk_status xc_writer_delete(struct xc_writer *w, uint32_t doc, struct gk_err *err);
enum gk_status xc_writer_set_metadata(struct xc_writer *w, const char *key, const void *p, size_t n, struct gk_err *err);
/* The writer's own view, uncommitted changes included: same contracts as in xapianc.h. */
enum gk_status xc_writer_metadata(struct xc_writer *w, const char *key, char **p, size_t *n, struct gk_err *err);
/* First document number above `after` that has the term; GK_END if none. */
enum gk_status xc_writer_find(struct xc_writer *w, const char *term, size_t n, uint32_t after, uint32_t *doc, struct gk_err *err);
/* The highest number that was given to a document. */
enum gk_status xc_writer_last(struct xc_writer *w, uint32_t *doc, struct gk_err *err);
enum gk_status xc_writer_doc_data(struct xc_writer *w, uint32_t doc, char **p, size_t *n, struct gk_err *err);
/*
 * Several closed indexes into one, for parts that were built side by side: their ranges of
 * document numbers must not overlap (GK_REFUSED), and numbers stay.  A metadata key that more
 * than one part has keeps one of the values: set it again.  On failure nothing is left of `to`.
 */
enum gk_status xc_compact_many(const char *const *from, size_t n, const char *to, struct gk_err *err);
/* Compact a closed index into a new folder (GK_REFUSED if it exists); document numbers stay. */
enum gk_status xc_compact(const char *from, const char *to, struct gk_err *err);
/*
 * Where no exception may pass (a destructor, a thread of Xapian's) a refused allocation ends the program with SIGABRT; after this
 * it calls end(), which must not return and must not want memory.  Where the device refused there, the program ends with the
 * message and the exit status of that error.  Other exceptions still abort: they are bugs.
 */
void xc_when_memory_ends(void (*end)(void));

#ifdef __cplusplus
}
#endif
#endif
