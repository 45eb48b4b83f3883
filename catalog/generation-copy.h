/* Parts of a generation into a new one beside it; what compact.c, ship.c and layers-write.c share. */
#ifndef GK_GENERATION_COPY_H
#define GK_GENERATION_COPY_H

#include "xapianc/write.h"

#include <stddef.h>
#include <stdint.h>

/* The files of a folder, not what is in folders below it, each seen to reach the disk. */
enum gk_status gk_copy_files(const char *from, const char *to, struct gk_err *err);
/* The Xapian index from/name, without gaps, as to/name. */
enum gk_status gk_copy_layer(const char *from, const char *to, const char *name, struct gk_err *err);
/* A metadatum of the upper layer of a generation, yours to free(). */
enum gk_status gk_copy_metadata(const char *base, const char *key, char **value, struct gk_err *err);
/* The numbers that the parts of the lower layer begin with; *firsts is yours. */
enum gk_status gk_copy_parts(const char *base, uint32_t **firsts, size_t *n, struct gk_err *err);

/* The part that later documents go to, still empty. */
enum gk_status gk_copy_tail(const char *base, uint32_t first, struct gk_err *err);
/* What parts the lower layer has (GK_M_SHARDS), to its upper layer. */
enum gk_status gk_copy_name_parts(struct xc_writer *changes, const uint32_t *firsts, size_t n, struct gk_err *err);

#endif
