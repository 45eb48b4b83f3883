/* From an address to an answer: which question to ask, in which form to send it. */
#ifndef GK_ROUTE_H
#define GK_ROUTE_H

#include "web/http.h"

/* What all workers share; nothing in it changes while they run. */
struct server {
	const char *archive;
	const char *organisation, *apply_address, *public_url;	/* "" if not configured */
};

/* The callbacks of struct gk_http_config, cls being the server. */
void *route_worker_new(void *server);
void route_worker_free(void *worker);
bool route_at_once(void *server, const struct gk_request *req, struct gk_reply *reply);
void route_answer(void *worker, const struct gk_request *req, struct gk_reply *reply);
void route_refuse(void *server, const struct gk_request *req, const struct gk_refusal *why, struct gk_reply *reply);

#endif
