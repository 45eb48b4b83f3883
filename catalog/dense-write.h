/* Making a dense part (catalog/dense.h) of parts that stand beside each other, or of new records. */
#ifndef GK_DENSE_WRITE_H
#define GK_DENSE_WRITE_H

#include "catalog/inverter.h"
#include "xapianc/write.h"

/* As a Xapian index at `to`, which must not be there yet, committed: the records up to `last` of the parts in the generation's folder base. */
enum gk_status gk_dense_write(const char *base, const uint32_t *firsts, size_t n, uint32_t last, const char *to, struct gk_err *err);

/* All lists of new records, to the part that has their slots and places; it says GK_DENSE_LOOSE of itself then. */
enum gk_status gk_dense_write_new(const struct gk_inverter *v, struct xc_writer *to, struct gk_err *err);

#endif
