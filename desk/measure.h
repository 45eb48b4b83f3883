/* /metrics of gongkai-desk, for programs on this machine alone; what searchd says of index and archive is not said twice. */
#ifndef GK_DESK_MEASURE_H
#define GK_DESK_MEASURE_H

#include "desk/front.h"

/* gk_reply.route is an index into them: 0 none, then the table of routes in its order, then files. */
extern const struct gk_metric_names desk_measure_names;
/* Once, before the server starts: the path of each route, up to a NULL. */
void desk_measure_init(const char *(*path)(size_t i));
void desk_measure_page(const struct desk *d, struct gk_reply *reply);

#endif
