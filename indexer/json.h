/* Reading JSON that may lack a member. */
#ifndef GK_INDEXER_JSON_H
#define GK_INDEXER_JSON_H

#include <jansson.h>

/* The string under a key; "" if there is none. */
const char *json_str(const json_t *o, const char *key);
/* Objects in the order of their "date", those of one day of their "id".  Left as they were when memory ends. */
void json_sort_by_date(json_t **list);

#endif
