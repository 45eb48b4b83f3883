/*
 * A JSON value as text: what json_dumps of jansson writes with JSON_COMPACT and JSON_REAL_PRECISION(6), byte for byte, straight into
 * the answer.  An answer of ten hits has 200 objects and arrays, and jansson, which must expect one that holds itself, notes each of them
 * in a table as it goes; ours are made by us and hold no such thing.
 */
#ifndef GK_WRITE_JSON_H
#define GK_WRITE_JSON_H

#include "base/buf.h"

#include <jansson.h>

/* Appends any value, of any depth that jansson reads; false when memory ended. */
bool gk_write_json(const json_t *value, struct gk_buf *out);

#endif
