/*
 * Attachments linked from a page (附件), taken in beside it: each becomes a record of its own, and both say so in `relations`:
 *
 *   the attachment    attachment_of:dzmm-2021-000123
 *   the page          has_attachment:dzmm-2021-000124
 *
 * A link counts if it leads to a file that was taken in, from where the page lies; what lies elsewhere is nobody's to fetch.
 *
 *   attach_open ──▶ attach_took for each file of the run ──▶ attach_register, when all is committed
 *
 * Which comes first does not matter.  Pages with links that lead to no file yet wait for it, from run to run:
 *
 *   ARCHIVE/index/links      one JSON object a line: {"at": "/data/in/2021/a.html", "id": "dzmm-2021-000123", "digest": sha256 of the page, "links": ["files/b.pdf"]}
 *
 * A cache, as index/taken is: without it only pages that are read again are known to wait.  It is believed of an id only if the archive has that digest under it.
 */
#ifndef GK_ATTACH_H
#define GK_ATTACH_H

#include "indexer/store.h"

#include <jansson.h>

enum { ATTACH_WAITING_MAX = 10000 };	/* pages; the oldest are forgotten */

struct attach;
/* What cannot be read counts as empty.  NULL when memory ends.  Under the archive's lock. */
struct attach *attach_open(const char *archive);
void attach_close(struct attach *a);
/* This file is that record; digest: of its bytes, sha256 hex; links (may be NULL): what the page links to, as it stands there. */
void attach_took(struct attach *a, const char *path, const char *id, const char *digest, const json_t *links);

/* The record of a file that was not of this run, or (digest not NULL, path NULL) of those bytes; false: none. */
typedef bool attach_known(void *arg, const char *path, const char *digest, char id[64]);
/* *n: relations that were registered. */
enum gk_status attach_register(struct attach *a, struct store *s, const char *actor, attach_known *known, void *arg, size_t *n, struct gk_err *err);

#endif
