/* What a source states about a document, and what the dictionary (record/field.h) makes of it. */
#ifndef GK_DESCRIBE_H
#define GK_DESCRIBE_H

#include <jansson.h>

/* What a source states, key by key: into meta where the dictionary knows the key, else into fields; notes tell what could not be read. */
void taking_describe(const json_t *found, json_t *meta, json_t *fields, json_t *notes);
/* The title of a file that states none: its name without folder and extension. */
void taking_title_of(const char *path, json_t *meta);
/*
 * A file's name as text: bytes that are no UTF-8 are written \xXX. Yours to free(); NULL when memory ends.
 */
char *taking_name(const char *name);

#endif
