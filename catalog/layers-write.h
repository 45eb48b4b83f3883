/*
 * Writing the two layers of catalog/layers.h.  A record that is new goes to glass/, one that was there to
 * changes/; what was written is looked up in both, uncommitted records included.
 *
 * New records are held until the commit.  A few of them are added to the last part as Xapian documents; many become a dense part of their own
 * (catalog/dense.h), which costs half as much and need not be packed again.
 */
#ifndef GK_LAYERS_WRITE_H
#define GK_LAYERS_WRITE_H

#include "catalog/prepare.h"
#include "xapianc/write.h"

struct gk_layers;

/* base is a generation's folder. */
enum gk_status gk_layers_open(const char *base, struct gk_layers **out, struct gk_err *err);
/*
 * How many records a part of glass/ is to hold before the next one is begun (catalog/glass.h): before the first record is put. 0: there is one part.
 * It is kept with the generation.
 */
enum gk_status gk_layers_divide(struct gk_layers *l, uint32_t records, struct gk_err *err);
void gk_layers_close(struct gk_layers *l);	/* what was not committed is dropped */

/* From so many new records on they become a dense part: for tests; 0: never. */
void gk_layers_dense_from(struct gk_layers *l, uint32_t records);

/*
 * An empty document for the slots and data of the next gk_layers_put. It belongs to the layers. GK_DEAD if memory ends.
 */
enum gk_status gk_layers_blank(struct gk_layers *l, struct xc_doc **out, struct gk_err *err);
/*
 * Record `doc`, whole: d from gk_layers_blank, words its terms.  If it stands in glass/ already, former has the terms that it was put with there; it is not looked at when the record
 * is new or was put anew before.  Of a record that glass/ has from a commit that was not completed, those are the terms it has now.
 */
enum gk_status gk_layers_put(struct gk_layers *l, uint32_t doc, struct xc_doc *d, const struct gk_prepared *words, const struct gk_prepared *former, struct gk_err *err);
/* Other slots and data; the words stay. GK_END if there is no such record. */
enum gk_status gk_layers_update(struct gk_layers *l, uint32_t doc, const unsigned *slots, const void *const *values, const size_t *lens, size_t n, const void *data, size_t data_n,
				struct gk_err *err);
/* The first record that has the term; GK_END if none. */
enum gk_status gk_layers_find(struct gk_layers *l, const char *term, size_t n, uint32_t *doc, struct gk_err *err);
enum gk_status gk_layers_doc_data(struct gk_layers *l, uint32_t doc, char **p, size_t *n, struct gk_err *err);
enum gk_status gk_layers_set_metadata(struct gk_layers *l, const char *key, const void *p, size_t n, struct gk_err *err);
enum gk_status gk_layers_metadata(struct gk_layers *l, const char *key, char **p, size_t *n, struct gk_err *err);
enum gk_status gk_layers_commit(struct gk_layers *l, struct gk_err *err);

#endif
