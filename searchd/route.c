/* From an address to an answer and its form.  A page and its .json twin come from one answer of web/answer.h; only the last step differs. */
#include "searchd/route.h"

#include "base/date.h"
#include "base/digest.h"
#include "searchd/measure.h"
#include "searchd/routes.h"
#include "web/log.h"
#include "web/static.h"
#include "web/write-json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct worker {
	struct server *server;
	struct gk_site *site;		/* NULL until needed, and after it died */
	json_t *home;			/* of `generation`: the foot of every page quotes it */
	uint64_t generation;
};

/* The address as the table has it: the site may live below another one, whose server sends us the whole address or only the rest. */
static const char *
below(const struct server *s, const char *path)
{
	size_t n = strlen(s->base);

	if (n > 0 && strncmp(path, s->base, n) == 0 && (path[n] == '/' || path[n] == '\0'))
		path += n;
	return *path != '\0' ? path : "/";
}

/* Addresses in an object that programs read, from where they ask. */
static void
put_below(json_t *o, const char *base, bool link)
{
	static const char *const names[] = { "url", "undo", "help" };
	const char *key;
	json_t *v;
	size_t i;

	json_array_foreach(o, i, v)
		put_below(v, base, false);
	json_object_foreach(o, key, v) {
		bool address = link;

		for (i = 0; i < sizeof names / sizeof *names; i++)
			address |= strcmp(key, names[i]) == 0;
		if (address && json_is_string(v) && json_string_value(v)[0] == '/')
			json_object_set_new(o, key, json_sprintf("%s%s", base, json_string_value(v)));
		else
			put_below(v, base, strcmp(key, "links") == 0);
	}
}

static bool
send_file(const struct server *s, const struct gk_request *req, struct gk_reply *reply)
{
	const struct gk_static *file = gk_static_find(below(s, req->path));

	if (file == NULL)
		return false;
	reply->type = file->type;
	reply->forever = req->n_params == 1 && strcmp(req->params[0].name, "v") == 0 && strcmp(req->params[0].value, file->tag) == 0;
	snprintf(reply->etag, sizeof reply->etag, "\"%s\"", file->tag);
	if (gk_http_etag_listed(req->if_none_match, reply->etag))
		reply->status = 304;
	else
		gk_buf_add(&reply->body, file->bytes, file->n);
	return true;
}

/* ---- sending ---- */

static void
send_json(const struct server *srv, json_t *o, struct gk_reply *reply)
{
	if (srv->base[0] != '\0')
		put_below(o, srv->base, false);
	reply->type = "application/json; charset=utf-8";
	if (gk_write_json(o, &reply->body))
		gk_buf_putc(&reply->body, '\n');
	else
		reply->body.failed = true;
}

struct today { char text[12]; };

static struct today
today(void)
{
	struct today t;

	gk_date_format(gk_date_today(), t.text);
	return t;
}

static struct gk_view
view_of(const struct server *s, const struct gk_request *req, const json_t *home, const struct today *day)
{
	struct gk_view v = {
		.organisation = s->organisation, .apply_address = s->apply_address, .public_url = s->public_url,
		.coverage = json_object_get(home, "coverage"),
		.path = below(s, req->path), .base = s->base,
		.params = req->params, .n_params = req->n_params, .today = day->text,
	};

	v.style = gk_static_find("/static/style.css")->url;
	v.script = gk_static_find("/static/gongkai.js")->url;
	if (v.organisation[0] == '\0' && json_is_string(json_object_get(home, "organisation")))
		v.organisation = json_string_value(json_object_get(home, "organisation"));
	gk_view_choose(&v);
	return v;
}

/* The error object as JSON, or the page with the same words.  Takes `error` over. */
static void
send_error(const struct server *s, const struct gk_request *req, bool json, json_t *error, int status, struct gk_reply *reply)
{
	struct today day = today();
	struct gk_view v = view_of(s, req, NULL, &day);

	gk_buf_reset(&reply->body);
	reply->etag[0] = '\0';
	reply->own_type[0] = '\0';
	reply->foreign = reply->forever = false;
	free(reply->disposition);
	reply->disposition = NULL;
	reply->status = status;
	if (status == 503)
		reply->retry_after = 2;
	if (json && error != NULL) {
		send_json(s, error, reply);
	} else {
		reply->type = "text/html; charset=utf-8";
		if (!gk_page_error(&v, error, status, &reply->body)) {
			/* No memory even for the page: say so with what needs none. */
			gk_buf_reset(&reply->body);
			reply->type = "text/plain; charset=utf-8";
			gk_buf_puts(&reply->body, "内存不足 / out of memory\n");
		}
	}
	json_decref(error);
}

static void
fail(const struct server *s, const struct gk_request *req, bool json, const struct gk_err *err, const char *param, struct gk_reply *reply)
{
	int status = 500;
	json_t *error = gk_answer_error(err, param, req->id, &status);

	if (status >= 500)
		gk_log(GK_LOG_BAD, "failed", "{s:s, s:i, s:s}", "request", req->id, "status", status, "error", err->what_en);
	send_error(s, req, json, error, status, reply);
}

void
route_refuse(void *server, const struct gk_request *req, const struct gk_refusal *why, struct gk_reply *reply)
{
	struct route r;
	json_t *error;

	if (why->status == 503 && req->local && route_find(below(server, req->path), &r) && (r.entry->flags & ROUTE_LOCAL) != 0) {
		measure_page_busy(server, reply);
		reply->route = measure_route(&r);
		return;
	}
	error = json_pack("{s:{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}}", "error", "code", why->code, "reason", why->reason,
				  "message", why->zh, "message_en", why->en, "hint", why->hint, "hint_en", why->hint_en,
				  "help", "/help", "request", req->id);

	send_error(server, req, req->json, error, why->status, reply);
}

/*
 * An index that cannot be read says nothing about the documents: they are safe in the archive, and the next command
 * that writes builds it again by itself (safety.md 3.3).  Until then it is a matter of waiting.  The cause, with its
 * path, is for the log alone.
 */
static void
index_is_away(enum gk_status st, const struct gk_request *req, struct gk_err *err)
{
	if (st != GK_DEAD || (err->cause != GK_CAUSE_DAMAGED && err->cause != GK_CAUSE_NEWER))
		return;
	gk_log(GK_LOG_BAD, "index-unusable", "{s:s, s:s}", "request", req->id, "error", err->what_en);
	*err = (struct gk_err)GK_ERR_INIT;
	gk_fail(err, st, GK_CAUSE_BUSY, "检索暂停：索引不能用，须由档案重建；文件都在档案里", "search is paused: the index cannot be used and has to be built again; all documents are safe in the archive");
	gk_hint(err, "请稍后再试；管理员运行 'gongkai index rebuild'", "try again later; the administrator runs 'gongkai index rebuild'");
}

static void
not_found(const struct server *s, const struct gk_request *req, bool json, struct gk_reply *reply)
{
	struct gk_err err = GK_ERR_INIT;

	gk_fail(&err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有这个网址", "there is nothing at this address");
	gk_hint(&err, "请核对网址，或在上面的框里检索", "check the address, or search with the box above");
	fail(s, req, json, &err, NULL, reply);
}

bool
route_is_file(void *server, const struct gk_request *req)
{
	struct route r;

	return route_find(below(server, req->path), &r) && r.entry->ask == ask_original;
}

bool
route_is_export(void *server, const struct gk_request *req)
{
	struct route r;

	return route_find(below(server, req->path), &r) && (r.entry->flags & ROUTE_EXPORT) != 0;
}

bool
route_is_long(void *server, const struct gk_request *req)
{
	struct route r;

	return route_find(below(server, req->path), &r) && r.entry->ask == ask_table;
}

bool
route_at_once(void *server, const struct gk_request *req, struct gk_reply *reply)
{
	struct route r;

	if (send_file(server, req, reply)) {
		reply->route = measure_route_file();
		return true;
	}
	if (route_find(below(server, req->path), &r)) {
		if ((r.entry->flags & ROUTE_LOCAL) == 0 || req->local)
			return false;
		r.json = false;		/* as if it were not in the table */
	}
	not_found(server, req, r.json, reply);
	return true;
}

/* ---- the archive, one handle per worker ---- */

static void
close_site(struct worker *w)
{
	gk_site_close(w->site);
	w->site = NULL;
	json_decref(w->home);
	w->home = NULL;
}

void
route_worker_free(void *worker)
{
	if (worker != NULL)
		close_site(worker);
	free(worker);
}

void
route_worker_rest(void *worker)
{
	struct worker *w = worker;

	if (w != NULL && w->site != NULL)
		gk_site_rest(w->site);
}

static enum gk_status
refresh(struct worker *w, struct gk_err *err)
{
	uint64_t generation = 0;
	enum gk_status st = GK_OK;

	if (w->site == NULL && (w->site = __atomic_exchange_n(&w->server->first, NULL, __ATOMIC_ACQ_REL)) == NULL) {
		st = gk_site_open(w->server->archive, &w->site, err);
		if (st == GK_OK) {
			gk_site_tolerate(w->site);
			st = gk_site_load(w->site, err);
		}
	}
	if (st == GK_OK)
		st = gk_site_refresh(w->site, &generation, err);
	if (st != GK_OK)
		return st;
	if (w->home != NULL && w->generation != generation) {
		json_decref(w->home);
		w->home = NULL;
	}
	w->generation = generation;
	return GK_OK;
}

/* Opened before the first question, so that a configuration that is spoilt later is not read by half of the workers. */
void *
route_worker_new(void *server)
{
	struct worker *w = calloc(1, sizeof *w);
	struct gk_err err = GK_ERR_INIT;

	if (w != NULL) {
		w->server = server;
		(void)refresh(w, &err);		/* what is wrong is told to who asks: it may be right by then */
	}
	return w;
}

/* A dead handle is opened again, once: the index may have been replaced below it. */
static enum gk_status
fresh_site(struct worker *w, struct gk_err *err)
{
	enum gk_status st = refresh(w, err);

	if (st == GK_DEAD || st == GK_RETRY) {
		close_site(w);
		st = refresh(w, err);
	}
	return st;
}

static const json_t *
home_of(struct worker *w)
{
	if (w->home == NULL && gk_answer_home(w->site, &w->home, NULL) != GK_OK)
		w->home = NULL;
	return w->home;
}

/* Weak: took_ms differs each time.  The day is in it because validity is a question of the day. */
static void
make_etag(const struct worker *w, const struct gk_request *req, const struct today *day, char etag[48])
{
	char head[64], hex[GK_SHA256_HEX + 1];
	struct gk_buf b;

	gk_buf_init(&b, 2 * GK_HTTP_LINE_MAX);
	snprintf(head, sizeof head, "%llu %s %s %d ", (unsigned long long)w->generation, day->text, gk_static_find("/static/style.css")->tag, (int)gk_lang);
	gk_buf_puts(&b, head);
	gk_buf_puts(&b, GK_VERSION " ");
	gk_buf_puts(&b, req->raw);
	etag[0] = '\0';
	if (!b.failed) {
		gk_sha256_hex(b.p, b.n, hex);
		snprintf(etag, 48, "W/\"%.20s\"", hex);
	}
	gk_buf_free(&b);
}

/* ---- answers ---- */

static void
add_link(const struct server *srv, struct gk_buf *b, const json_t *links, const char *rel, const char *as)
{
	static const char twin[] = "/search.json?";
	const char *url = json_string_value(json_object_get(links, rel));

	if (url == NULL || url[0] != '/')
		return;
	for (const char *s = url; *s != '\0'; s++)
		if (*s <= 0x20 || *s == 0x7F || *s == '<' || *s == '>')
			return;		/* not an encoded address: better no header than a broken one */
	if (strncmp(url, twin, sizeof twin - 1) == 0)
		url += sizeof twin - 2;
	else
		as = "";
	gk_buf_printf(b, "%s<%s%s%s>; rel=\"%s\"", b->n > 0 ? ", " : "", srv->base, as, url, rel);
}

/* The same kind of answer follows: links of a search are those of its JSON, and for a table or a page the address has another name. */
static void
set_link_header(const struct question *q, const json_t *answer, struct gk_reply *reply)
{
	const char *pattern = q->route->entry->pattern;
	const char *as = strncmp(pattern, "/search", 7) == 0 ? pattern : q->route->json ? "/search.json" : "/search";
	struct gk_buf b;
	size_t n;

	gk_buf_init(&b, 4 * GK_HTTP_LINE_MAX / 8);
	add_link(q->server, &b, json_object_get(answer, "links"), "next", as);
	add_link(q->server, &b, json_object_get(answer, "links"), "prev", as);
	if (b.n > 0)
		reply->link = gk_buf_take(&b, &n);
	gk_buf_free(&b);
}

/* What a page would pass over with a notice is a mistake where programs ask.  Files are asked for by pages too, which hand on the reader's choices; a search checks its own. */
static enum gk_status
check_params(struct question *q)
{
	const struct route_entry *e = q->route->entry;
	char names[600] = "";

	if (e->type == NULL || strncmp(e->type, "application/json", 16) != 0 || e->ask == ask_search)
		return GK_OK;
	for (size_t i = 0; i < q->req->n_params; i++) {
		const struct route_param *known = e->params;

		while (known != NULL && known->name != NULL && strcmp(known->name, q->req->params[i].name) != 0)
			known++;
		if (strcmp(q->req->params[i].name, "lang") != 0 && (known == NULL || known->name == NULL)) {
			q->param = q->req->params[i].name;
			break;
		}
	}
	if (q->param == NULL)
		return GK_OK;
	for (const struct route_param *p = e->params; p != NULL && p->name != NULL; p++)
		snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", names[0] != '\0' ? " " : "", p->name);
	gk_fail(&q->err, GK_REFUSED, GK_CAUSE_UNKNOWN_PARAM, "没有参数“%s”", "there is no parameter '%s'", q->param);
	if (names[0] == '\0')
		gk_hint(&q->err, "这里没有参数", "there are none here");
	else
		gk_hint(&q->err, "这里只有：%s", "there are only: %s", names);
	return GK_REFUSED;
}

static enum gk_status
ask(struct question *q, struct gk_reply *reply, json_t **out)
{
	enum gk_status st = check_params(q);

	return st == GK_OK ? q->route->entry->ask(q, reply, out) : st;
}

/* Language and type of the page go along. */
static void
redirect(const struct server *s, const struct gk_request *req, const char *url, struct gk_reply *reply)
{
	struct gk_buf b;
	size_t n;

	gk_buf_init(&b, 8192);
	gk_buf_puts(&b, s->base);
	gk_buf_puts(&b, url);
	for (size_t i = 0; i < req->n_params; i++) {
		const struct gk_param *p = &req->params[i];
		bool own = strcmp(p->name, "ui") == 0 || strcmp(p->name, "lang") == 0;

		if (own && *p->value != '\0' && strspn(p->value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") == strlen(p->value))
			gk_buf_printf(&b, "%c%s=%s", memchr(b.p, '?', b.n) != NULL ? '&' : '?', p->name, p->value);
	}
	reply->location = gk_buf_take(&b, &n);
	reply->body.failed |= reply->location == NULL;
	reply->status = 302;
	reply->etag[0] = '\0';
	reply->type = "text/plain; charset=utf-8";
	gk_buf_puts(&reply->body, "转到文件 / the document is elsewhere\n");
}

/* Where the question names one document, its address; NULL: this is a page of its own. */
static const char *
leads_to(const struct question *q, const json_t *answer)
{
	const json_t *jump = json_object_get(answer, "jump");
	unsigned flags = q->route->entry->flags;

	if (json_is_object(jump) && json_object_get(answer, "explain") == NULL && (flags & (ROUTE_JUMPS | ROUTE_LEADS)) != 0)
		return json_string_value(json_object_get(jump, "url"));
	return (flags & ROUTE_LEADS) != 0 ? json_string_value(json_object_get(json_object_get(answer, "links"), "html")) : NULL;
}

static void
show(struct worker *w, struct question *q, json_t *answer, struct gk_reply *reply)
{
	const struct route_entry *e = q->route->entry;
	struct today day = today();
	struct gk_param params[GK_HTTP_PARAMS_MAX + 1];
	const char *elsewhere = leads_to(q, answer);
	struct gk_view v;

	set_link_header(q, answer, reply);
	if (elsewhere != NULL) {
		redirect(q->server, q->req, elsewhere, reply);
		return;
	}
	if (e->render == NULL) {
		send_json(q->server, answer, reply);
		return;
	}
	v = view_of(q->server, q->req, home_of(w), &day);
	reply->type = e->type;
	v.paper = (e->flags & ROUTE_PAPER) != 0;
	if (q->route->given.name != NULL && v.n_params < GK_HTTP_PARAMS_MAX) {
		const char *url = json_string_value(json_object_get(answer, "url"));

		/* /d/ID@DATE is /d/ID?as_of=DATE, and /c/NAME /search?cat=NAME */
		if (v.n_params > 0)
			memcpy(params, v.params, v.n_params * sizeof *params);
		params[v.n_params++] = q->route->given;
		v.params = params;
		v.path = url != NULL ? url : "/search";
	}
	reply->body.failed |= !e->render(&v, answer, &reply->body);
}

static enum gk_status
ask_again_if_dead(struct worker *w, struct question *q, struct gk_reply *reply, json_t **out)
{
	enum gk_status st;

	q->site = w->site;
	st = ask(q, reply, out);
	if (st != GK_DEAD && st != GK_RETRY)
		return st;
	close_site(w);
	gk_buf_reset(&reply->body);
	st = fresh_site(w, &q->err);
	q->site = w->site;
	return st == GK_OK ? ask(q, reply, out) : st;
}

/* What is not whole is kept by nobody, and not given where there is no place to say so. */
static enum gk_status
only_whole(struct question *q, const json_t *answer, struct gk_reply *reply)
{
	const json_t *related = json_object_get(answer, "related");

	if (!json_is_false(json_object_get(answer, "complete")) && !json_is_false(json_object_get(related, "complete")))
		return GK_OK;
	reply->etag[0] = '\0';
	if ((q->route->entry->flags & ROUTE_WHOLE) == 0)
		return GK_OK;
	gk_fail(&q->err, GK_DEAD, GK_CAUSE_BUSY, "索引有分片没有应答，现在列不全", "shards of the index do not answer: this list would not be whole");
	gk_hint(&q->err, "稍后再试", "try again later");
	return GK_REFUSED;
}

/* True if the reader has it already. */
static bool
is_known(struct worker *w, const struct question *q, struct gk_reply *reply)
{
	struct today day = today();

	if ((q->route->entry->flags & ROUTE_UNTAGGED) != 0)
		return false;
	make_etag(w, q->req, &day, reply->etag);
	return reply->etag[0] != '\0' && gk_http_etag_listed(q->req->if_none_match, reply->etag);
}

static void
refused(struct worker *w, struct question *q, enum gk_status st, struct gk_reply *reply)
{
	static const struct server nowhere = { .archive = "", .organisation = "", .apply_address = "", .public_url = "", .base = "" };

	if (st == GK_END)
		gk_fail(&q->err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有这份文件", "there is no such document");
	if (q->err.cause == GK_CAUSE_NONE)
		gk_fail(&q->err, st, GK_CAUSE_BUG, "没有说明的错误", "an error without an explanation");
	index_is_away(st, q->req, &q->err);
	fail(w != NULL ? w->server : &nowhere, q->req, q->route->json, &q->err, q->param, reply);
	if (st == GK_DEAD && w != NULL)
		close_site(w);
}

void
route_answer(void *worker, const struct gk_request *req, struct gk_reply *reply)
{
	struct worker *w = worker;
	struct route route;
	struct question q = { .server = w != NULL ? w->server : NULL, .req = req, .route = &route, .err = GK_ERR_INIT };
	json_t *answer = NULL;
	enum gk_status st;

	route_find(w != NULL ? below(w->server, req->path) : req->path, &route);
	reply->route = measure_route(&route);
	st = w != NULL ? fresh_site(w, &q.err) : gk_nomem(&q.err);
	if (w != NULL && (route.entry->flags & ROUTE_LOCAL) != 0) {
		measure_page(w->server, st == GK_OK ? w->site : NULL, reply);
		return;
	}
	if (st == GK_OK && is_known(w, &q, reply)) {
		reply->status = 304;
		return;
	}
	if (route.entry->type != NULL)
		reply->type = route.entry->type;
	if (st == GK_OK)
		st = ask_again_if_dead(w, &q, reply, &answer);
	if (st == GK_OK)
		st = only_whole(&q, answer, reply);
	if (st == GK_OK && answer != NULL)
		show(w, &q, answer, reply);
	if (st == GK_OK && reply->body.failed)
		st = gk_nomem(&q.err);
	json_decref(answer);
	if (st != GK_OK)
		refused(w, &q, st, reply);
}
