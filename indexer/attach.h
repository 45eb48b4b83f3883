/*
 * Attachments linked from a page (附件), taken in beside it: each becomes a record of its own, and both say so in `relations`:
 *
 *   the attachment    attachment_of:dzmm-2021-000123
 *   the page          has_attachment:dzmm-2021-000124
 *
 * A link counts if it leads to a file that was taken in, from where the page lies; what lies elsewhere is nobody's to fetch.
 *
 *   attach_new ──▶ attach_took for each file of the run ──▶ attach_register, when all is committed
 */
#ifndef GK_ATTACH_H
#define GK_ATTACH_H

#include "indexer/store.h"

#include <jansson.h>

struct attach;
struct attach *attach_new(void);		/* NULL when memory ends */
void attach_free(struct attach *a);
/* This file is that record; links (may be NULL): what the page links to, as it stands there. */
void attach_took(struct attach *a, const char *path, const char *id, const json_t *links);

/* The record of a file that was not of this run; false: none.  For attach_register. */
typedef bool attach_known(void *arg, const char *path, char id[64]);
/* *n: relations that were registered.  Pages with links that lead to no file yet are kept for the next call (the last 1000), files are not. */
enum gk_status attach_register(struct attach *a, struct store *s, const char *actor, attach_known *known, void *arg, size_t *n, struct gk_err *err);

#endif
