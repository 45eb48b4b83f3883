/*
 * The four-property test of one record, as it lies in the archive: on filing and on handing over.  Each adds what fails to `f` and
 * makes no check pass that it has not made.
 */
#ifndef GK_FOUR_RECORD_H
#define GK_FOUR_RECORD_H

#include "indexer/four.h"
#include "indexer/store.h"
#include "record/record.h"

/* A1 types and ranges; C1 title, issuer and date (domain.md 9, minimum to publish). */
void four_metadata(struct four *f, const struct gk_record *r);
/* A2 size and digest; U2 opens; U3 format; U4 encryption; S4 marking.  GK_REFUSED: it cannot be read. */
enum gk_status four_content(struct four *f, struct store *s, const struct gk_record *r, struct gk_err *err);
/* S5 each event has its actor; S4 the secrecy that the metadata state. */
void four_process(struct four *f, const struct store_history *h, const struct gk_record *r);

#endif
