/*
 * Posting lists of new records in memory, until they are written as a dense part (catalog/dense.h): term by term the bytes that will stand there, added to
 * record by record.  Xapian would keep a node for each posting of each document.
 *
 *   slot ──▶ term: number of documents, last document ──▶ piece ──▶ piece ──▶ …    pieces of 8, 16, 32 … bytes, all in one store
 *
 * A term of a new record costs two looks into memory that is far away; both are asked for ahead, for all terms of the record.
 */
#ifndef GK_INVERTER_H
#define GK_INVERTER_H

#include "base/status.h"
#include "catalog/packed.h"

#include <stddef.h>
#include <stdint.h>

struct gk_inverter;

enum gk_status gk_inverter_new(struct gk_inverter **out, struct gk_err *err);
void gk_inverter_free(struct gk_inverter *v);
/* As if it were new; keeps its memory. */
void gk_inverter_clear(struct gk_inverter *v);
/* Bytes in use. */
size_t gk_inverter_bytes(const struct gk_inverter *v);
/*
 * The terms of a record, as struct gk_prepared has them: one behind the other, their lengths, their counts.  Of one that is said again (two versions
 * of the same place) the first counts; a count of 0, of what is no word, becomes 1, which is written shortest.  Records come by rising number, from 1.
 * GK_DEAD if memory ends: the lists then have only some of it.
 */
enum gk_status gk_inverter_add(struct gk_inverter *v, uint32_t doc, const char *bytes, const uint8_t *lens, const uint32_t *wdfs, size_t count, struct gk_err *err);
/* The first record from `from` on that has the term; GK_END if none, GK_DEAD if memory ends. */
enum gk_status gk_inverter_find(const struct gk_inverter *v, const char *term, size_t n, uint32_t from, uint32_t *doc, struct gk_err *err);
/* Every term in order, with its entries (gk_packed_open_bare) and how many they are; until each returns false.  GK_DEAD if memory ends. */
typedef bool gk_inverter_fn(void *arg, const char *term, size_t n, const char *entries, size_t bytes, uint32_t df);
enum gk_status gk_inverter_each(const struct gk_inverter *v, gk_inverter_fn *each, void *arg, struct gk_err *err);

#endif
