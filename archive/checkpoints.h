/*
 * The checkpoints that were ever made: ARCHIVE/checkpoints/<records, 12 digits>.note, one signed note each.  None is changed
 * but by adding signatures to it, and none is removed.
 */
#ifndef GK_CHECKPOINTS_H
#define GK_CHECKPOINTS_H

#include "archive/note.h"

/* The largest; GK_END: there is none. */
enum gk_status gk_checkpoint_newest(const char *dir, uint64_t *size, struct gk_err *err);
/* Read and parse the one of this size.  note borrows from text, which is initialised here and yours to free. GK_REFUSED, NOT_FOUND: there is none. */
enum gk_status gk_checkpoint_load(const char *dir, uint64_t size, struct gk_buf *text, struct gk_note *note, struct gk_checkpoint *out, struct gk_err *err);
/* On the device when this returns GK_OK.  Only for the holder of the writer's lock. */
enum gk_status gk_checkpoint_store(const char *dir, uint64_t size, const struct gk_buf *text, struct gk_err *err);

#endif
