/* For tests of what happens at the end of a segment, without writing a GiB. */
#ifndef GK_APPEND_PRIVATE_H
#define GK_APPEND_PRIVATE_H

#include "archive/append.h"

/* Close segments at `bytes` instead of 1 GiB.  (Built with faults, GONGKAI_SEGMENT_LIMIT does the same in any program.) */
void gk_append_limit(struct gk_append *w, uint64_t bytes);

#endif
