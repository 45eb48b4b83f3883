/*
 * Words of an index to other machines (catalog/away.h), in two steps, because somebody has to carry the files and start the servers between them.
 *
 *   gk_ship_export    writes the shards, each an index for xapian-tcpsrv; the archive's own index stays as it is
 *   gk_ship_use       makes a generation that leaves its words to servers of these shards.  They are not believed: what they must have is
 *                     made again from the index here and compared with what they say they have.
 *
 * A rebuild brings all of it home.  Nobody may have the index open for writing.
 */
#ifndef GK_SHIP_H
#define GK_SHIP_H

#include "catalog/put.h"

/* dir is ARCHIVE/index/public; TO/1 .. TO/parts must not be there yet. On failure nothing is left of them. */
enum gk_status gk_ship_export(const char *dir, const char *generation, const char *to, size_t parts, struct gk_err *err);
/*
 * servers[i] is HOST:PORT of a shard, or of several copies of it, apart by commas; they may come in any order and must have every document.  *out is for
 * gk_generation_use.
 */
enum gk_status gk_ship_use(const char *dir, const char *from, const char *const *servers, size_t n, char out[GK_GENERATION], struct gk_err *err);

#endif
