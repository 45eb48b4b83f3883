/*
 * The lower layer of an index (catalog/layers.h) in parts, read as one.  Each part is a Xapian index that holds the records
 * of one stretch of numbers; they stand one behind the other without gaps, so a list of the whole is the lists of the parts in
 * a row, and the number of documents of a term their sum.  Nothing is said twice: every answer is that of one index.
 *
 *   glass/          the records from 1 on
 *   glass-250001/   those from 250001 on, and so forth; only the last part is still added to
 *
 * A part that was compacted is dense (catalog/dense.h): it is never the last one.  What is behind it grows until the next compaction
 * makes one dense part of both, or, in an index that was divided, until they have as many records together as a shard holds.
 *
 * The words of glass/ may stand on other machines (catalog/away.h); then it is several shards to a list of a word.  Who cannot do without (whoever writes, or compares)
 * gets GK_DEAD (BUSY) where one does not answer; who says gk_glass_tolerate gets what the others have, and is told which are missing.
 *
 * Which parts there are stands in changes/ (GK_M_SHARDS).  Statuses as in xapianc/xapianc.h.
 */
#ifndef GK_GLASS_H
#define GK_GLASS_H

#include "xapianc/xapianc.h"

struct gk_glass;
struct gk_glass_list;

enum { GK_GLASS_NAME = 24 };
/* So many parts there are at the most; the last one then holds whatever comes.  Each costs some open files. */
enum { GK_SHARDS_MAX = 64 };
/* The folder of the part that begins with this number. */
void gk_glass_name(uint32_t first, char out[GK_GLASS_NAME]);
/* The numbers that the parts begin with, of what GK_M_SHARDS says; *firsts is yours.  Of an index that was never divided there is one. */
enum gk_status gk_glass_firsts(const char *text, uint32_t **firsts, size_t *n, struct gk_err *err);

/* Parts that belong to one shard: the index of the first part behind those of the part `at`. shard: records of a shard, 0: all belong to one. */
size_t gk_glass_shard_end(const uint32_t *firsts, size_t n, uint32_t shard, size_t at);

/* Parts beside each other alone, wherever the words of others are: what compacts them. */
enum gk_status gk_glass_open_parts(const char *base, const uint32_t *firsts, size_t n, struct gk_glass **out, struct gk_err *err);
/* base is a generation's folder; n may be 0. */
enum gk_status gk_glass_open(const char *base, const uint32_t *firsts, size_t n, struct gk_glass **out, struct gk_err *err);
void gk_glass_close(struct gk_glass *g);
/* Go on to the newest commit, which has these parts: those that are open, and perhaps more behind them. */
enum gk_status gk_glass_reopen(struct gk_glass *g, const uint32_t *firsts, size_t n, struct gk_err *err);
/* GK_DEAD, DAMAGED if a part has not the word that its writer left in it: it was lost or overwritten. */
enum gk_status gk_glass_check(struct gk_glass *g, struct gk_err *err);

void gk_glass_tolerate(struct gk_glass *g);
/* Shards that a list would have needed and that did not answer, a bit each, since _forget: which begins a question, when no list is open. */
uint64_t gk_glass_missing(const struct gk_glass *g);
void gk_glass_forget(struct gk_glass *g);
/* The question is answered: what was kept for it goes, but not what is missing.  No list is open. */
void gk_glass_answered(struct gk_glass *g);
/* Shards away; 0: none. */
size_t gk_glass_away(const struct gk_glass *g);
size_t gk_glass_away_down(const struct gk_glass *g);
/* Of shard i its numbers and where it stands; GK_DEAD says why it does not answer. */
enum gk_status gk_glass_away_check(struct gk_glass *g, size_t i, uint32_t *first, uint32_t *last, const char **where, struct gk_err *err);
void gk_glass_away_range(const struct gk_glass *g, size_t i, uint32_t *first, uint32_t *last);

enum gk_status gk_glass_term_freq(struct gk_glass *g, const char *term, size_t n, uint32_t *df, struct gk_err *err);
enum gk_status gk_glass_terms(struct gk_glass *g, const char *prefix, size_t n, xc_term_fn *each, void *arg, struct gk_err *err);
enum gk_status gk_glass_column(struct gk_glass *g, unsigned slot, size_t width, unsigned char *out, uint32_t last, struct gk_err *err);
/* *stopped says whether each did. */
enum gk_status gk_glass_values(struct gk_glass *g, unsigned slot, xc_value_fn *each, void *arg, bool *stopped, struct gk_err *err);
enum gk_status gk_glass_doc_data(struct gk_glass *g, uint32_t doc, char **p, size_t *n, struct gk_err *err);

/* As xc_postings_*. */
enum gk_status gk_glass_list_open(struct gk_glass *g, const char *term, size_t n, struct gk_glass_list **out, struct gk_err *err);
enum gk_status gk_glass_list_next(struct gk_glass_list *l, uint32_t *docs, uint32_t *wdfs, size_t max, size_t *got, struct gk_err *err);
enum gk_status gk_glass_list_seek(struct gk_glass_list *l, uint32_t doc, uint32_t *at, uint32_t *wdf, struct gk_err *err);
void gk_glass_list_close(struct gk_glass_list *l);

#endif
