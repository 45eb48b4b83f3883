/*
 * JSON Lines, plain or gzipped: one published document a line.  Keys are those
 * of record/field.h (aliases too) plus "text" and "id"; a map gives other names: title=name,text=content.
 */
#ifndef GK_JSONL_H
#define GK_JSONL_H

#include "base/status.h"

#include <jansson.h>

struct jsonl_doc {
	size_t number;			/* of the line, from 1 */
	char digest[65];		/* sha256 hex of the line's bytes, line end not counted */
	json_t *meta, *fields;		/* what the dictionary knows, and what not */
	const char *source_id;		/* NULL if none; may point to number_id */
	char number_id[24];
	const char *text;
	size_t text_n;
};

enum { JSONL_LINE_MAX = 256 * 1024 * 1024 };

/*
 * Calls each for every line that is not blank; refused != NULL says why this one cannot be taken (its number is
 * set, the rest not).  Stops when it returns false.  GK_DEAD only when the file itself cannot be read.
 */
typedef bool jsonl_fn(void *arg, const struct jsonl_doc *doc, const struct gk_err *refused);
enum gk_status jsonl_read(const char *path, const char *map, jsonl_fn *each, void *arg, struct gk_err *err);

#endif
