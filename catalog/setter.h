/*
 * Metadata of a new index in large numbers, by a thread of its own: who makes lists has a core for that.
 *
 *   gk_setter_start(w, &s, &err);   gk_setter_set(s, …) for each, each kind by rising term;   gk_setter_end(s, &err): now all of it is in w
 *
 * Of a B-tree Xapian has one leaf at hand.  Keys of two kinds in turn would have it write and read a leaf for each: so a kind comes
 * in pieces of megabytes.  What the index is in the end does not depend on the number of threads; with GONGKAI_THREADS=1 there is no other.
 */
#ifndef GK_SETTER_H
#define GK_SETTER_H

#include "xapianc/write.h"

struct gk_setter;

/* Nobody else uses the writer until the end. */
enum gk_status gk_setter_start(struct xc_writer *to, struct gk_setter **out, struct gk_err *err);
/* The key is the kind (GK_DENSE_TERM, GK_DENSE_LIST) and the term.  GK_DEAD: this one or one before could not be set. */
enum gk_status gk_setter_set(struct gk_setter *s, char kind, const char *term, size_t n, const void *value, size_t len, struct gk_err *err);
/* NULL: nothing to do. */
enum gk_status gk_setter_end(struct gk_setter *s, struct gk_err *err);

#endif
