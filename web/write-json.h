/* A JSON value as text of one line, by jansson, straight into the answer: no string that is then copied. */
#ifndef GK_WRITE_JSON_H
#define GK_WRITE_JSON_H

#include "base/buf.h"

#include <jansson.h>

/* Appends any value; false when memory ended, or value is NULL. */
bool gk_write_json(const json_t *value, struct gk_buf *out);

#endif
