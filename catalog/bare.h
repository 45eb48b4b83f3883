/* Documents without their words: slots and places of events, copied from the lower layer into another index. */
#ifndef GK_BARE_H
#define GK_BARE_H

#include "catalog/glass.h"
#include "xapianc/write.h"

/* Those from `first` to `last`; each is the same document there.  Values that are all zero are left out: to whoever reads columns they are none. */
enum gk_status gk_bare_copy(struct gk_glass *from, uint32_t first, uint32_t last, struct xc_writer *to, struct gk_err *err);

#endif
