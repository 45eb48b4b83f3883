/* Making a dense part (catalog/dense.h) of parts that stand beside each other. */
#ifndef GK_DENSE_WRITE_H
#define GK_DENSE_WRITE_H

#include "catalog/glass.h"

/* As a Xapian index at `to`, which must not be there yet, committed: the records from `first` to `last` of what `from` has. */
enum gk_status gk_dense_write(struct gk_glass *from, uint32_t first, uint32_t last, const char *to, struct gk_err *err);

#endif
