/*
 * What a question has read of dense parts (catalog/dense.h).  A run is looked for as it stands, then more loosely, and then its hits are put in order: each step
 * wants the same lists, and each would fetch them out of the trees, copy them and add up their checksum again.  Kept from one gk_index_forget to the next; what is
 * too much is not kept, and read again.
 */
#ifndef GK_KEPT_H
#define GK_KEPT_H

#include "catalog/packed.h"

#include <stdbool.h>
#include <stdint.h>

struct gk_kept_list {
	size_t part, n;
	char *term;
	bool counted, opened, none;	/* df is known; list is; there is no list */
	uint32_t df;
	struct gk_packed list;		/* as it was opened: copy it to read */
	char *bytes;			/* that it reads */
};

enum { GK_KEPT_TERMS = 1024 };
struct gk_kept {
	struct gk_kept_list *item;
	size_t n, room, bytes;
	uint16_t slot[2 * GK_KEPT_TERMS];	/* by hash: number + 1 of an item; 0: none */
};

/* What is known of a term in a part, perhaps nothing yet; NULL if there is no room.  Good until the next call. */
struct gk_kept_list *gk_kept_of(struct gk_kept *k, size_t part, const char *term, size_t n);
/* Takes over a list that was opened and its bytes, or, where bytes is NULL, that there is none.  False if it is too much: then they stay the caller's. */
bool gk_kept_add(struct gk_kept *k, struct gk_kept_list *of, const struct gk_packed *list, char *bytes);
void gk_kept_forget(struct gk_kept *k);

#endif
