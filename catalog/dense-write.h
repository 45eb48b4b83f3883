/* Making a dense part (catalog/dense.h) of parts that stand beside each other, or of new records. */
#ifndef GK_DENSE_WRITE_H
#define GK_DENSE_WRITE_H

#include "catalog/glass.h"
#include "catalog/inverter.h"
#include "xapianc/write.h"

/* As a Xapian index at `to`, which must not be there yet, committed: the records from `first` to `last` of what `from` has. */
enum gk_status gk_dense_write(struct gk_glass *from, uint32_t first, uint32_t last, const char *to, struct gk_err *err);

/* All lists of new records, to the part that has their slots and places; it says GK_DENSE_LOOSE of itself then. */
enum gk_status gk_dense_write_new(const struct gk_inverter *v, struct xc_writer *to, struct gk_err *err);

#endif
