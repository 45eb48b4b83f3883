/*
 * An index in two layers, read as one.
 *
 *   glass/     every record as it first came, by rising document number.  It is only added to, so Xapian keeps no term
 *              lists for it: they would be more than half of the index (index-design.md 0.3).  It may stand in several parts (catalog/glass.h).
 *   changes/   what changed since, a small index with term lists:
 *                number d with GK_X_FULL      the record d anew; what glass/ has of it is not looked at
 *                number d with GK_X_PATCH     other slots and other places of its events; its words stand in glass/
 *                number d + GK_GONE_FROM      the words that record d had in glass/, behind GK_X_GONE: they are no longer there,
 *                                             and the number of documents of a term stays exact
 *              and all metadata.  It is committed last: its revision is the commit.
 *
 * Numbers, terms and slots are those of schema.h; the rooms above see one index.  Records in glass/ that changes/
 * does not yet tell of (their numbers are higher than GK_M_RECORDS) are not given to anybody.
 * Statuses as in xapianc/xapianc.h.
 */
#ifndef GK_LAYERS_H
#define GK_LAYERS_H

#include "xapianc/xapianc.h"

struct gk_index;
struct gk_postings;

enum { GK_GONE_FROM = 1 << 30 };	/* no record has so high a number */

/* base is a generation's folder. */
enum gk_status gk_index_open(const char *base, struct gk_index **out, struct gk_err *err);
void gk_index_close(struct gk_index *x);
/* Go on to the newest commit. */
enum gk_status gk_index_reopen(struct gk_index *x, struct gk_err *err);
enum gk_status gk_index_revision(struct gk_index *x, uint64_t *revision, struct gk_err *err);
/* The highest number of a record. */
uint32_t gk_index_records(const struct gk_index *x);
/* As long as this stays, commits have changed nothing but slots of state (GK_SLOT_STATUS, _PAST, _KNOWN) and places. */
uint64_t gk_index_puts(const struct gk_index *x);
/* How many records stand in changes/ anew, and how many of them only with other slots. */
void gk_index_changed(const struct gk_index *x, uint32_t *anew, uint32_t *patched);

enum gk_status gk_index_term_freq(struct gk_index *x, const char *term, size_t n, uint32_t *df, struct gk_err *err);
/* All terms that begin with prefix and that some record has, in byte order. */
enum gk_status gk_index_terms(struct gk_index *x, const char *prefix, size_t n, xc_term_fn *each, void *arg, struct gk_err *err);

/* As xc_postings_*: in document order, GK_END at open if no list is there. */
enum gk_status gk_postings_open(struct gk_index *x, const char *term, size_t n, struct gk_postings **out, struct gk_err *err);
enum gk_status gk_postings_next(struct gk_postings *p, uint32_t *docs, uint32_t *wdfs, size_t max, size_t *got, struct gk_err *err);
enum gk_status gk_postings_seek(struct gk_postings *p, uint32_t doc, uint32_t *at, uint32_t *wdf, struct gk_err *err);
#define GK_HAS_NOT UINT32_MAX
/* wdfs[i] becomes how often docs[i] has the term, or GK_HAS_NOT.  docs rise, also from call to call. */
enum gk_status gk_postings_among(struct gk_postings *p, const uint32_t *docs, size_t n, uint32_t *wdfs, struct gk_err *err);
void gk_postings_close(struct gk_postings *p);

/* out[d * width ..] for d <= last, zero bytes where there is no value. */
enum gk_status gk_index_column(struct gk_index *x, unsigned slot, size_t width, unsigned char *out, uint32_t last, struct gk_err *err);
/* A slot that few records have; in no order. */
enum gk_status gk_index_values(struct gk_index *x, unsigned slot, xc_value_fn *each, void *arg, struct gk_err *err);
/* Of the records in changes/ alone, by rising number. */
enum gk_status gk_index_changed_values(struct gk_index *x, unsigned slot, xc_value_fn *each, void *arg, struct gk_err *err);
enum gk_status gk_index_doc_data(struct gk_index *x, uint32_t doc, char **p, size_t *n, struct gk_err *err);
/*
 * Where words stand on other machines (catalog/away.h): gk_index_tolerate answers from the shards that there are.  What did not answer since gk_index_forget is
 * gk_index_missing, a bit for each shard; gk_index_away_range says which records those are.
 */
void gk_index_tolerate(struct gk_index *x);
void gk_index_forget(struct gk_index *x);
/* The question that _forget began is answered, and no list of it open: what was read is not kept any longer. */
void gk_index_answered(struct gk_index *x);
uint64_t gk_index_missing(const struct gk_index *x);
size_t gk_index_away(const struct gk_index *x);
size_t gk_index_away_down(const struct gk_index *x);
void gk_index_away_range(const struct gk_index *x, size_t i, uint32_t *first, uint32_t *last);
enum gk_status gk_index_away_check(struct gk_index *x, size_t i, uint32_t *first, uint32_t *last, const char **where, struct gk_err *err);
/* How many shards the lower layer is divided into. */
size_t gk_index_shards(const struct gk_index *x);
/* Is that the GK_M_VERSION of an index that this program can use? */
bool gk_index_version_fits(const char *version);
/* That of an index that this program makes: "17.1".  With fault points $GONGKAI_SCHEMA takes the place of the first number, so that a test can be an older or newer program. */
enum { GK_INDEX_VERSION = 32 };
void gk_index_version(char out[GK_INDEX_VERSION]);
/* Is the generation in this folder whole, as far as can be seen, and only made by another version of the program? */
bool gk_index_foreign(const char *base);
enum gk_status gk_index_metadata(struct gk_index *x, const char *key, char **p, size_t *n, struct gk_err *err);

#endif
