/*
 * A destruction from the order to the last trace (archive/destroy.h has the part of the archive):
 *
 *   disposal_begin     new segments beside the old ones                                      nothing has happened
 *   disposal_order     order and destroy events, flushed                                     it will happen
 *   disposal_finish    segments in place, torn tails, a new generation of the index, the note removed   it has happened
 *
 * Whoever opens the store finds what was interrupted: disposal_recover says which of the two it was, and does the rest.
 */
#ifndef GK_DISPOSAL_H
#define GK_DISPOSAL_H

#include "indexer/store.h"

enum { DISPOSAL_MAX = 10000 };	/* documents of one register */

struct disposal_document {
	uint32_t docid;
	struct store_history history;	/* goes over with the order */
	json_t *act;			/* of the destroy event; owned, goes over too */
	size_t payloads;		/* out: how many records of it go */
};

/*
 * words: "authority", "date", "register", …: what stands in the order besides.  Each document's act is stored in it too, so that
 * its event can be made again.  Stolen.
 */
enum gk_status disposal_run(struct store *s, struct disposal_document *docs, size_t n, const char *actor, json_t *words, unsigned *torn_removed, unsigned *torn_unread, struct gk_err *err);

enum disposal_found { DISPOSAL_NONE, DISPOSAL_NOTHING_HAPPENED, DISPOSAL_COMPLETED };
/* Called by store_open at its end. *n: documents of the destruction that was completed. */
enum gk_status disposal_recover(struct store *s, enum disposal_found *found, size_t *n, struct gk_err *err);
/* Without the lock: is one under way or interrupted? */
bool disposal_pending(const char *dir);

#endif
