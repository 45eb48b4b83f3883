/*
 * Writing the two layers of catalog/layers.h.  A record that is new goes to glass/, one that was there to
 * changes/; what was written is looked up in both, uncommitted records included.
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

/*
 * Record `doc`, whole.  If it stands in glass/ already, former has the terms that it was put with there; it is not looked at when the record
 * is new or was put anew before.  Of a record that glass/ has from a commit that was not completed, those are the terms it has now.
 */
enum gk_status gk_layers_put(struct gk_layers *l, uint32_t doc, struct xc_doc *d, const struct gk_prepared *former, struct gk_err *err);
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
