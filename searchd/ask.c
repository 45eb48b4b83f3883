/* What each route asks: parameters in, the answer of web/answer.h out. */
#include "searchd/question.h"

#include "searchd/openapi.h"
#include "searchd/measure.h"
#include "searchd/original.h"
#include "searchd/routes.h"

#include "web/log.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TABLE_WAIT = 2 };	/* seconds */

/* Parameters that choose how a page looks are no part of the question; what the path says is. */
static size_t
question_params(const struct question *q, struct gk_param out[GK_HTTP_PARAMS_MAX + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < q->req->n_params && n < GK_HTTP_PARAMS_MAX; i++)
		if (strcmp(q->req->params[i].name, "ui") != 0 && strcmp(q->req->params[i].name, "lang") != 0)
			out[n++] = q->req->params[i];
	if (q->route->given.name != NULL)
		out[n++] = q->route->given;
	return n;
}

static const char *
param(const struct question *q, const char *name)
{
	for (size_t i = 0; i < q->req->n_params; i++)
		if (strcmp(q->req->params[i].name, name) == 0)
			return q->req->params[i].value;
	return NULL;
}

/* The titles are made ready while the page is read, before anything is typed. */
static void
expect_typing(const struct question *q)
{
	if (!q->route->json)
		gk_answer_suggest_prepare(q->site);
}

enum gk_status
ask_home(struct question *q, struct gk_reply *reply, json_t **out)
{
	(void)reply;
	expect_typing(q);
	return gk_answer_home(q->site, out, &q->err);
}

enum gk_status
ask_search(struct question *q, struct gk_reply *reply, json_t **out)
{
	struct gk_param params[GK_HTTP_PARAMS_MAX + 1];
	enum gk_status st;

	(void)reply;
	expect_typing(q);
	if (q->route->json)
		st = gk_answer_search(q->site, q->req->params, q->req->n_params, true, out, &q->param, &q->err);
	else
		st = gk_answer_search(q->site, params, question_params(q, params), false, out, &q->param, &q->err);
	if (st == GK_OK)
		measure_search(q->server, *out);
	return st;
}

/* A feed and a table list every document, reprints too, unless somebody says otherwise. */
static size_t
list_params(const struct question *q, struct gk_param out[GK_HTTP_PARAMS_MAX + 1])
{
	size_t n = q->req->n_params < GK_HTTP_PARAMS_MAX ? q->req->n_params : GK_HTTP_PARAMS_MAX;

	for (size_t i = 0; i < n; i++)
		out[i] = q->req->params[i];
	if (param(q, "fold") == NULL)
		out[n++] = (struct gk_param){ "fold", "0" };
	return n;
}

enum gk_status
ask_list(struct question *q, struct gk_reply *reply, json_t **out)
{
	struct gk_param params[GK_HTTP_PARAMS_MAX + 1];

	(void)reply;
	return gk_answer_search(q->site, params, list_params(q, params), true, out, &q->param, &q->err);
}

/* L22: a table may be long, so one is made at a time; who comes meanwhile waits as long as a search does (L8). */
enum gk_status
ask_table(struct question *q, struct gk_reply *reply, json_t **out)
{
	static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
	struct gk_param params[GK_HTTP_PARAMS_MAX + 1];
	struct timespec until;
	enum gk_status st;

	(void)reply;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += TABLE_WAIT;
	if (pthread_mutex_timedlock(&one, &until) != 0) {
		gk_fail(&q->err, GK_REFUSED, GK_CAUSE_BUSY, "另一份导出正在进行（busy）", "another table is being made (busy)");
		gk_hint(&q->err, "几秒后再试", "try again in a few seconds");
		return GK_REFUSED;
	}
	st = gk_answer_table(q->site, params, list_params(q, params), out, &q->param, &q->err);
	pthread_mutex_unlock(&one);
	return st;
}

enum gk_status
ask_number(struct question *q, struct gk_reply *reply, json_t **out)
{
	const struct gk_param number = { "q", q->route->name };

	(void)reply;
	return gk_answer_search(q->site, &number, 1, true, out, &q->param, &q->err);
}

enum gk_status
ask_suggest(struct question *q, struct gk_reply *reply, json_t **out)
{
	const char *typed = param(q, "q"), *format = param(q, "format");
	json_t *list;
	bool current;
	enum gk_status st;

	if (format != NULL && *format != '\0' && strcmp(format, "json") != 0 && strcmp(format, "opensearch") != 0) {
		q->param = "format";
		gk_fail(&q->err, GK_REFUSED, GK_CAUSE_USAGE, "没有这种格式：%.80s", "there is no such format: %.80s", format);
		gk_hint(&q->err, "format 是 json 或 opensearch", "format is json or opensearch");
		return GK_REFUSED;
	}
	st = gk_answer_suggest(q->site, typed == NULL ? "" : typed, false, &list, &current, &q->err);
	if (st != GK_OK)
		return st;
	/* A tag says that it will be the same as long as the index is: of this one that is not known. */
	if (!current)
		reply->etag[0] = '\0';
	if (format != NULL && strcmp(format, "opensearch") == 0) {
		*out = gk_answer_opensearch(typed == NULL ? "" : typed, q->server->public_url, list);
		json_decref(list);
		return *out == NULL ? gk_nomem(&q->err) : GK_OK;
	}
	*out = list;
	return GK_OK;
}

/* Only a part of the page: without it the document is there all the same. */
static void
add_related(struct question *q, json_t *document)
{
	struct gk_err err = GK_ERR_INIT;
	json_t *related;

	if (gk_answer_related(q->site, q->route->id, &related, &err) == GK_OK)
		json_object_set_new(document, "related", related);
	else
		gk_log(GK_LOG_WARN, "no-related", "{s:s, s:s}", "request", q->req->id, "error", err.what_en);
}

/* The day of the address, unless a parameter says another one. */
static const char *
day_of(const struct question *q)
{
	const char *as_of = param(q, "as_of");

	if (as_of != NULL && *as_of != '\0')
		return as_of;
	return q->route->as_of[0] != '\0' ? q->route->as_of : NULL;
}

enum gk_status
ask_document(struct question *q, struct gk_reply *reply, json_t **out)
{
	const char *known_at = param(q, "known_at");
	enum gk_status st = gk_answer_document(q->site, q->route->id, day_of(q), known_at, true, out, &q->err);

	(void)reply;
	if (st == GK_REFUSED && q->err.cause == GK_CAUSE_BAD_DATE)
		q->param = strncmp(q->err.what_en, "known_at", 8) == 0 ? "known_at" : "as_of";
	if (st == GK_OK && (st = gk_answer_marks(q->req->params, q->req->n_params, *out, &q->err)) != GK_OK) {
		json_decref(*out);
		*out = NULL;
	}
	/* The page says what else there is; its twin has an address for that. */
	if (st == GK_OK && !q->route->json && known_at == NULL)
		add_related(q, *out);
	return st;
}

enum gk_status
ask_related(struct question *q, struct gk_reply *reply, json_t **out)
{
	(void)reply;
	return gk_answer_related(q->site, q->route->id, out, &q->err);
}

enum gk_status
ask_difference(struct question *q, struct gk_reply *reply, json_t **out)
{
	const char *blamed = NULL;
	enum gk_status st = gk_answer_difference(q->site, q->route->id, param(q, "from"), q->route->id, param(q, "to"), out, &blamed, &q->err);

	(void)reply;
	if (st == GK_REFUSED && q->err.cause == GK_CAUSE_BAD_DATE)
		q->param = blamed;
	return st;
}

enum gk_status
ask_text(struct question *q, struct gk_reply *reply, json_t **out)
{
	(void)out;
	reply->foreign = true;
	return gk_answer_text(q->site, q->route->id, q->route->as_of, &reply->body, &q->err);
}

enum gk_status
ask_original(struct question *q, struct gk_reply *reply, json_t **out)
{
	char name[256] = "", type[96] = "";
	enum gk_status st = gk_answer_original(q->site, q->route->id, q->route->as_of, &reply->body, type, name, &q->err);

	(void)out;
	if (st == GK_OK)
		route_attachment(q->route->id, type, name, reply);
	return st;
}

enum gk_status
ask_report(struct question *q, struct gk_reply *reply, json_t **out)
{
	(void)reply;
	return gk_answer_published(q->site, q->route->year, out, &q->err);
}

enum gk_status
ask_stats(struct question *q, struct gk_reply *reply, json_t **out)
{
	(void)reply;
	return gk_answer_stats(q->site, out, &q->err);
}

enum gk_status
ask_guide(struct question *q, struct gk_reply *reply, json_t **out)
{
	(void)reply;
	return gk_answer_guide(q->site, out, &q->err);
}

enum gk_status
ask_health(struct question *q, struct gk_reply *reply, json_t **out)
{
	(void)reply;
	return gk_answer_health(q->site, out, &q->err);
}

/* What the page says is in the configuration alone. */
enum gk_status
ask_nothing(struct question *q, struct gk_reply *reply, json_t **out)
{
	(void)reply;
	*out = json_object();
	return *out == NULL ? gk_nomem(&q->err) : GK_OK;
}

/* The facets of everything are what one can browse by. */
enum gk_status
ask_browse(struct question *q, struct gk_reply *reply, json_t **out)
{
	const struct gk_param one = { "size", "1" };

	(void)reply;
	return gk_answer_search(q->site, &one, 1, true, out, &q->param, &q->err);
}

enum gk_status
ask_history(struct question *q, struct gk_reply *reply, json_t **out)
{
	(void)reply;
	return gk_answer_registered(q->site, q->route->id, out, &q->err);
}

enum gk_status
ask_proof(struct question *q, struct gk_reply *reply, json_t **out)
{
	(void)reply;
	return gk_answer_proof(q->site, q->route->id, out, &q->err);
}

enum gk_status
ask_sitemap(struct question *q, struct gk_reply *reply, json_t **out)
{
	const char *part = q->route->name;

	(void)reply;
	if (*part == '0' || strspn(part, "0123456789") != strlen(part) || strlen(part) > 9)
		return gk_fail(&q->err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有这一份", "there is no such part");
	return gk_answer_sitemap(q->site, strtoul(part, NULL, 10), out, &q->err);
}

enum gk_status
ask_oai(struct question *q, struct gk_reply *reply, json_t **out)
{
	(void)reply;
	return gk_answer_oai(q->site, q->req->params, q->req->n_params, out, &q->err);
}

enum gk_status
ask_openapi(struct question *q, struct gk_reply *reply, json_t **out)
{
	(void)reply;
	*out = openapi(q->server);
	return *out == NULL ? gk_nomem(&q->err) : GK_OK;
}
