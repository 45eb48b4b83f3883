/* The side of the desk that faces HTTP: callbacks of struct gk_http_config, and taking a request apart. */
#ifndef GK_DESK_FRONT_H
#define GK_DESK_FRONT_H

#include "desk/desk.h"
#include "web/http.h"

void *desk_worker_new(void *desk);
void desk_worker_free(void *worker);
/* Nobody has asked for some seconds: what acts and uploads have used goes back to the system. */
void desk_worker_rest(void *worker);
bool desk_at_once(void *desk, const struct gk_request *req, struct gk_reply *reply);
void desk_answer(void *worker, const struct gk_request *req, struct gk_reply *reply);
void desk_refuse(void *desk, const struct gk_request *req, const struct gk_refusal *why, struct gk_reply *reply);
size_t desk_body_max(void *desk, const struct gk_request *req);

/* The path of the i-th route; NULL behind the last. */
const char *desk_route_path(size_t i);

/* Parameters, form, form with a file or JSON: into c->in and c->file (input.c). */
enum gk_status input_read(struct call *c, const struct gk_request *req);

#endif
