/* /metrics of gongkai-searchd: for programs on this machine (experience.md 6), so that nobody else learns how much is asked here. */
#ifndef GK_MEASURE_H
#define GK_MEASURE_H

#include "searchd/question.h"

/* Names for struct gk_http_config; gk_reply.route is an index into them. */
extern const struct gk_metric_names measure_names;
void measure_names_init(void);
/* The number of an entry of the table, of what is no entry, and of files. */
unsigned measure_route(const struct route *r);
unsigned measure_route_file(void);
/* A search was answered: by which level, and did it find anything? */
void measure_search(const struct server *s, const json_t *answer);
/* The whole page.  site NULL: the index cannot be used now, and the page says so (gongkai_index_up 0). */
void measure_page(const struct server *s, struct gk_site *site, struct gk_reply *reply);
/* What needs no worker: who watches the server must not be told that it is busy. */
void measure_page_busy(const struct server *s, struct gk_reply *reply);

#endif
