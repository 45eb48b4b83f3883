/* One request at work, and the questions that the routes ask. */
#ifndef GK_QUESTION_H
#define GK_QUESTION_H

#include "web/http.h"
#include "web/pages.h"

/* What all workers share; but for http nothing in it changes while they run. */
struct server {
	const char *archive;
	const char *organisation, *apply_address, *public_url;	/* "" if not configured */
	const char *base;		/* the path of public_url, without a slash at its end: the site lives below it */
	struct gk_metrics *metrics;	/* shared with the parent; NULL: nobody counts */
	struct gk_http *http;		/* set once it stands, atomically */
	struct gk_site *first;		/* opened and read before the address is told; a worker takes it over, atomically */
};

struct route;
struct question {
	struct gk_site *site;
	const struct server *server;
	const struct gk_request *req;
	const struct route *route;
	const char *param;		/* to blame */
	struct gk_err err;
};

/* *out is the object to show; routes of bytes leave it NULL and fill the reply. */
typedef enum gk_status route_ask(struct question *q, struct gk_reply *reply, json_t **out);
typedef bool route_render(const struct gk_view *v, const json_t *answer, struct gk_buf *out);

route_ask ask_home, ask_search, ask_list, ask_table, ask_number, ask_suggest, ask_document, ask_related, ask_difference, ask_text, ask_original, ask_report, ask_stats, ask_guide,
	ask_health, ask_nothing, ask_openapi, ask_browse, ask_history, ask_proof, ask_sitemap, ask_oai;

#endif
