/* From an address to an answer: which question to ask, in which form to send it. */
#ifndef GK_ROUTE_H
#define GK_ROUTE_H

#include "searchd/question.h"

/* The callbacks of struct gk_http_config, cls being the server. */
void *route_worker_new(void *server);
void route_worker_free(void *worker);
void route_worker_rest(void *worker);
/* One of the documents' files, which have a smaller rate (L7). */
bool route_is_file(void *server, const struct gk_request *req);
/* A table to be kept, of which an address may have one made at a time (L22). */
bool route_is_export(void *server, const struct gk_request *req);
/* One that may take longer than a search: a table (L22). */
bool route_is_long(void *server, const struct gk_request *req);
bool route_at_once(void *server, const struct gk_request *req, struct gk_reply *reply);
void route_answer(void *worker, const struct gk_request *req, struct gk_reply *reply);
void route_refuse(void *server, const struct gk_request *req, const struct gk_refusal *why, struct gk_reply *reply);

#endif
