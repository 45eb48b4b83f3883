/*
 * The lists of dense parts that stand beside each other, term by term: what a compaction makes one of.  Each part is walked from its first term to its
 * last, and no list is looked for.
 */
#ifndef GK_DENSE_MERGE_H
#define GK_DENSE_MERGE_H

#include "catalog/packed.h"

#include <stddef.h>

struct gk_dense_merge;

/* Parts of the generation in folder base, by their first numbers.  GK_END if one of them has lists that are not dense. */
enum gk_status gk_dense_merge_open(const char *base, const uint32_t *firsts, size_t n, struct gk_dense_merge **out, struct gk_err *err);
void gk_dense_merge_close(struct gk_dense_merge *m);
/*
 * The next term in order, borrowed until the next call; its documents up to `last` are added to the packer, of which there may be none.
 * GK_END behind the last term.
 */
enum gk_status gk_dense_merge_next(struct gk_dense_merge *m, uint32_t last, struct gk_packer *packer, const char **term, size_t *n, struct gk_err *err);

#endif
