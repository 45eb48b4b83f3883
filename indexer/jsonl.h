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
	void *seen;			/* what the caller has found out of it (look) */
};

enum { JSONL_LINE_MAX = 256 * 1024 * 1024 };

/*
 * each is called in the thread of jsonl_read, in the order of the lines, for every line that is not blank; refused != NULL says why this one cannot be taken
 * (its number is set, the rest not).  Reading ends when it returns false.  look, if there is one, is called before, in any thread and for several lines at a
 * time: it may set `seen`, and forget gives that back (of each line, whether or not it was looked at).
 */
struct jsonl_way {
	bool (*each)(void *arg, const struct jsonl_doc *doc, const struct gk_err *refused);
	void (*look)(void *arg, struct jsonl_doc *doc);
	void (*forget)(struct jsonl_doc *doc);
	void *arg;
};
/* GK_DEAD only when the file itself cannot be read; the lines before were given to each. */
enum gk_status jsonl_read(const char *path, const char *map, const struct jsonl_way *way, struct gk_err *err);

#endif
