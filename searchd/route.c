/*
 * Routes of the public server (experience.md 6).  A page and its .json twin
 * come from one answer of web/answer.h; only the last step differs.
 *
 *   /  /index.json              home
 *   /search  /search.json       results; .atom .csv: the same as a feed and as a table; a query that is only a number leads to its document
 *   /no/NUMBER  ….json         the document of a number in any form, else the search for it
 *   /suggest                    what to offer while somebody types; format=opensearch for a browser's own box
 *   /d/ID[@DATE]  /d/ID.json    one document
 *   /d/ID[@DATE]/text  /original its bytes, of that day
 *   /d/ID/diff  /d/ID/diff.json what changed between the texts of two days (from, to)
 *   /d/ID/similar.json          what is like it, what it cites, who cites it, its reprints; a part of the page
 *   /opensearch.xml             how a browser asks here from its own box
 *   /healthz  /static/…
 */
#include "searchd/route.h"

#include "base/date.h"
#include "base/digest.h"
#include "searchd/original.h"
#include "web/feed.h"
#include "web/pages.h"
#include "web/static.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID_MAX = 64 };

struct worker {
	struct server *server;
	struct gk_site *site;		/* NULL until needed, and after it died */
	json_t *home;			/* of `generation`: the foot of every page quotes it */
	uint64_t generation;
};

enum what { NOWHERE, HOME, SEARCH, NUMBER, SUGGEST, OPENSEARCH, DOCUMENT, RELATED, TEXT, ORIGINAL, DIFFERENCE, HEALTH };

struct route {
	enum what what;
	bool json;
	bool (*feed)(const struct gk_view *v, const json_t *answer, struct gk_buf *out);	/* another form of SEARCH */
	char id[ID_MAX + 1];
	char as_of[16];
	char number[256];		/* NUMBER */
};

static bool
send_file(const struct gk_request *req, struct gk_reply *reply)
{
	const struct gk_static *file = gk_static_find(req->path);

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

/* ---- finding the route ---- */

static bool
take_id(const char *s, size_t n, struct route *r)
{
	static const char date_chars[] = "0123456789-";
	const char *at = memchr(s, '@', n);
	size_t id_n = at != NULL ? (size_t)(at - s) : n;

	if (id_n == 0 || id_n > ID_MAX)
		return false;
	for (size_t i = 0; i < id_n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && !(c >= '0' && c <= '9') && c != '-')
			return false;
	}
	memcpy(r->id, s, id_n);
	if (at == NULL)
		return true;
	n -= id_n + 1;
	if (n == 0 || n >= sizeof r->as_of || strspn(at + 1, date_chars) < n)
		return false;
	memcpy(r->as_of, at + 1, n);
	return true;
}

static struct route
find_route(const char *path)
{
	static const struct { const char *path; enum what what; bool json; } fixed[] = {
		{ "/", HOME, false }, { "/index.json", HOME, true }, { "/search", SEARCH, false },
		{ "/search.json", SEARCH, true }, { "/search.atom", SEARCH, true }, { "/search.csv", SEARCH, true }, { "/healthz", HEALTH, true },
		{ "/suggest", SUGGEST, true }, { "/opensearch.xml", OPENSEARCH, false },
	};
	struct route r = { .what = NOWHERE, .json = strlen(path) > 5 && strcmp(path + strlen(path) - 5, ".json") == 0 };
	size_t n;

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		if (strcmp(path, fixed[i].path) == 0)
			return (struct route){ .what = fixed[i].what, .json = fixed[i].json, .feed = strcmp(path, "/search.atom") == 0 ? gk_feed_atom :
					       strcmp(path, "/search.csv") == 0 ? gk_feed_csv : NULL };
	if (strncmp(path, "/no/", 4) == 0) {
		n = strlen(path + 4) - (r.json ? 5 : 0);
		if (n == 0 || n >= sizeof r.number)
			return r;
		memcpy(r.number, path + 4, n);
		r.what = NUMBER;
		return r;
	}
	if (strncmp(path, "/d/", 3) != 0)
		return r;
	path += 3;
	n = strcspn(path, "/");
	if (path[n] == '\0' && r.json)
		n -= 5;
	if (!take_id(path, n, &r))
		return r;
	if (strcmp(path + n, "/diff") == 0 || strcmp(path + n, "/diff.json") == 0)
		r.what = r.as_of[0] == '\0' ? DIFFERENCE : NOWHERE;
	else if (strcmp(path + n, "/similar.json") == 0)
		r.what = r.as_of[0] == '\0' ? RELATED : NOWHERE;
	else if (path[n] == '\0' || strcmp(path + n, ".json") == 0)
		r.what = DOCUMENT;
	else if (strcmp(path + n, "/text") == 0)
		r.what = TEXT;
	else if (strcmp(path + n, "/original") == 0)
		r.what = ORIGINAL;
	return r;
}

/* ---- sending ---- */

static void
send_json(const json_t *o, struct gk_reply *reply)
{
	char *s = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(6));

	reply->type = "application/json; charset=utf-8";
	if (s == NULL) {
		reply->body.failed = true;
		return;
	}
	gk_buf_puts(&reply->body, s);
	gk_buf_putc(&reply->body, '\n');
	free(s);
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
		.path = req->path[0] != '\0' ? req->path : "/",
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
		send_json(error, reply);
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
		fprintf(stderr, "<3>request=%s status=%d error=\"%s\"\n", req->id, status, err->what_en);
	send_error(s, req, json, error, status, reply);
}

void
route_refuse(void *server, const struct gk_request *req, const struct gk_refusal *why, struct gk_reply *reply)
{
	json_t *error = json_pack("{s:{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}}", "error", "code", why->code, "reason", why->reason,
				  "message", why->zh, "message_en", why->en, "hint", why->hint, "hint_en", why->hint_en,
				  "help", "/", "request", req->id);

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
	fprintf(stderr, "<3>request=%s event=index-unusable error=\"%s\"\n", req->id, err->what_en);
	*err = (struct gk_err)GK_ERR_INIT;
	gk_fail(err, st, GK_CAUSE_BUSY, "检索暂停：索引不能用，须由档案重建；文件都在档案里", "search is paused: the index cannot be used and has to be built again; all documents are safe in the archive");
	gk_hint(err, "请稍后再试；管理员运行 'gongkai index rebuild'", "try again later; the administrator runs 'gongkai index rebuild'");
}

static void
not_found(const struct server *s, const struct gk_request *req, bool json, struct gk_reply *reply)
{
	struct gk_err err = GK_ERR_INIT;

	gk_fail(&err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有这个网址", "there is nothing at this address");
	gk_hint(&err, "从首页检索：/", "search from the home page: /");
	fail(s, req, json, &err, NULL, reply);
}

bool
route_at_once(void *server, const struct gk_request *req, struct gk_reply *reply)
{
	struct route r;

	if (send_file(req, reply))
		return true;
	r = find_route(req->path);
	if (r.what != NOWHERE)
		return false;
	not_found(server, req, r.json, reply);
	return true;
}

/* ---- the archive, one handle per worker ---- */

void *
route_worker_new(void *server)
{
	struct worker *w = calloc(1, sizeof *w);

	if (w != NULL)
		w->server = server;
	return w;
}

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

static enum gk_status
refresh(struct worker *w, struct gk_err *err)
{
	uint64_t generation = 0;
	enum gk_status st = GK_OK;

	if (w->site == NULL)
		st = gk_site_open(w->server->archive, &w->site, err);
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

/* Parameters that choose how a page looks are no part of the question. */
static size_t
question_params(const struct gk_request *req, struct gk_param out[GK_HTTP_PARAMS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < req->n_params && n < GK_HTTP_PARAMS_MAX; i++)
		if (strcmp(req->params[i].name, "ui") != 0 && strcmp(req->params[i].name, "lang") != 0)
			out[n++] = req->params[i];
	return n;
}

static void
add_link(struct gk_buf *b, const json_t *links, const char *rel)
{
	const char *url = json_string_value(json_object_get(links, rel));

	if (url == NULL || url[0] != '/')
		return;
	for (const char *s = url; *s != '\0'; s++)
		if (*s <= 0x20 || *s == 0x7F || *s == '<' || *s == '>')
			return;		/* not an encoded address: better no header than a broken one */
	gk_buf_printf(b, "%s<%s>; rel=\"%s\"", b->n > 0 ? ", " : "", url, rel);
}

static void
set_link_header(const json_t *answer, struct gk_reply *reply)
{
	struct gk_buf b;
	size_t n;

	gk_buf_init(&b, 4 * GK_HTTP_LINE_MAX / 8);
	add_link(&b, json_object_get(answer, "links"), "next");
	add_link(&b, json_object_get(answer, "links"), "prev");
	if (b.n > 0)
		reply->link = gk_buf_take(&b, &n);
	gk_buf_free(&b);
}

struct question {
	struct worker *w;
	const struct gk_request *req;
	const struct route *route;
	const char *param;		/* to blame */
	struct gk_err err;
};

static enum gk_status
check_document_params(struct question *q, const char **as_of, const char **known_at)
{
	*known_at = NULL;
	*as_of = q->route->as_of[0] != '\0' ? q->route->as_of : NULL;
	for (size_t i = 0; i < q->req->n_params; i++) {
		const struct gk_param *p = &q->req->params[i];

		if (strcmp(p->name, "as_of") == 0) {
			if (p->value[0] != '\0')
				*as_of = p->value;
		} else if (strcmp(p->name, "known_at") == 0) {
			*known_at = p->value;
		} else if (q->route->json && strcmp(p->name, "lang") != 0) {
			q->param = p->name;
			gk_fail(&q->err, GK_REFUSED, GK_CAUSE_UNKNOWN_PARAM, "没有参数“%s”", "there is no parameter '%s'", p->name);
			gk_hint(&q->err, "这里只有 as_of 和 known_at", "there are only as_of and known_at here");
			return GK_REFUSED;
		}
	}
	return GK_OK;
}

static enum gk_status
check_difference_params(struct question *q, const char **from, const char **to)
{
	*from = *to = NULL;
	for (size_t i = 0; i < q->req->n_params; i++) {
		const struct gk_param *p = &q->req->params[i];

		if (strcmp(p->name, "from") == 0) {
			*from = p->value;
		} else if (strcmp(p->name, "to") == 0) {
			*to = p->value;
		} else if (q->route->json && strcmp(p->name, "lang") != 0) {
			q->param = p->name;
			gk_fail(&q->err, GK_REFUSED, GK_CAUSE_UNKNOWN_PARAM, "没有参数“%s”", "there is no parameter '%s'", p->name);
			gk_hint(&q->err, "这里只有 from 和 to", "there are only from and to here");
			return GK_REFUSED;
		}
	}
	return GK_OK;
}

/* The titles are made ready while the page is read, before anything is typed. */
static void
expect_typing(const struct question *q)
{
	if (!q->route->json)
		gk_answer_suggest_prepare(q->w->site);
}

/* A feed and a table list every document, reprints too, unless somebody says otherwise. */
static size_t
search_params(const struct question *q, struct gk_param out[GK_HTTP_PARAMS_MAX + 1])
{
	size_t n = q->req->n_params < GK_HTTP_PARAMS_MAX ? q->req->n_params : GK_HTTP_PARAMS_MAX;
	bool given = false;

	for (size_t i = 0; i < n; i++) {
		out[i] = q->req->params[i];
		given |= strcmp(out[i].name, "fold") == 0;
	}
	if (q->route->feed != NULL && !given)
		out[n++] = (struct gk_param){ "fold", "0" };
	return n;
}

static enum gk_status
ask_suggest(struct question *q, struct gk_reply *reply, json_t **out)
{
	const char *typed = "", *format = "";
	json_t *list;
	bool current;
	enum gk_status st;

	for (size_t i = 0; i < q->req->n_params; i++) {
		const struct gk_param *p = &q->req->params[i];

		if (strcmp(p->name, "q") == 0) {
			typed = p->value;
		} else if (strcmp(p->name, "format") == 0) {
			format = p->value;
		} else if (strcmp(p->name, "lang") != 0) {
			q->param = p->name;
			gk_fail(&q->err, GK_REFUSED, GK_CAUSE_UNKNOWN_PARAM, "没有参数“%s”", "there is no parameter '%s'", p->name);
			gk_hint(&q->err, "这里只有 q 和 format", "there are only q and format here");
			return GK_REFUSED;
		}
	}
	if (*format != '\0' && strcmp(format, "json") != 0 && strcmp(format, "opensearch") != 0) {
		q->param = "format";
		gk_fail(&q->err, GK_REFUSED, GK_CAUSE_USAGE, "没有这种格式：%.80s", "there is no such format: %.80s", format);
		gk_hint(&q->err, "format 是 json 或 opensearch", "format is json or opensearch");
		return GK_REFUSED;
	}
	st = gk_answer_suggest(q->w->site, typed, false, &list, &current, &q->err);
	if (st != GK_OK)
		return st;
	/* A tag says that it will be the same as long as the index is: of this one that is not known. */
	if (!current)
		reply->etag[0] = '\0';
	if (strcmp(format, "opensearch") == 0) {
		*out = gk_answer_opensearch(typed, q->w->server->public_url, list);
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

	if (gk_answer_related(q->w->site, q->route->id, &related, &err) == GK_OK)
		json_object_set_new(document, "related", related);
	else
		fprintf(stderr, "<4>request=%s event=no-related error=\"%s\"\n", q->req->id, err.what_en);
}

/* Asks; *out is the object to show, for all but the byte routes. */
static enum gk_status
ask(struct question *q, struct gk_reply *reply, json_t **out)
{
	struct gk_param params[GK_HTTP_PARAMS_MAX + 1];
	struct gk_site *site = q->w->site;
	char name[256] = "", type[96] = "";
	const char *as_of, *known_at, *param;
	enum gk_status st;

	switch (q->route->what) {
	case HOME:
		expect_typing(q);
		return gk_answer_home(site, out, &q->err);
	case SUGGEST:
		return ask_suggest(q, reply, out);
	case OPENSEARCH:
		*out = json_object();
		return *out == NULL ? gk_nomem(&q->err) : GK_OK;
	case HEALTH:
		return gk_answer_health(site, out, &q->err);
	case SEARCH:
		expect_typing(q);
		if (q->route->json)
			return gk_answer_search(site, params, search_params(q, params), true, out, &q->param, &q->err);
		return gk_answer_search(site, params, question_params(q->req, params), false, out, &q->param, &q->err);
	case NUMBER:
		params[0] = (struct gk_param){ "q", q->route->number };
		return gk_answer_search(site, params, 1, true, out, &q->param, &q->err);
	case DOCUMENT:
		st = check_document_params(q, &as_of, &known_at);
		if (st == GK_OK)
			st = gk_answer_document(site, q->route->id, as_of, known_at, true, out, &q->err);
		if (st == GK_REFUSED && q->err.cause == GK_CAUSE_BAD_DATE)
			q->param = strncmp(q->err.what_en, "known_at", 8) == 0 ? "known_at" : "as_of";
		/* The page says what else there is; its twin has an address for that. */
		if (st == GK_OK && !q->route->json && known_at == NULL)
			add_related(q, *out);
		return st;
	case RELATED:
		if (q->req->n_params > 0 && strcmp(q->req->params[0].name, "lang") != 0) {
			q->param = q->req->params[0].name;
			gk_fail(&q->err, GK_REFUSED, GK_CAUSE_UNKNOWN_PARAM, "没有参数“%s”", "there is no parameter '%s'", q->param);
			gk_hint(&q->err, "这里没有参数", "there are none here");
			return GK_REFUSED;
		}
		return gk_answer_related(site, q->route->id, out, &q->err);
	case DIFFERENCE:
		st = check_difference_params(q, &as_of, &known_at);
		if (st != GK_OK)
			return st;
		st = gk_answer_difference(site, q->route->id, as_of, q->route->id, known_at, out, &param, &q->err);
		if (st == GK_REFUSED && q->err.cause == GK_CAUSE_BAD_DATE)
			q->param = param;
		return st;
	case TEXT:
		reply->foreign = true;
		reply->type = "text/plain; charset=utf-8";
		return gk_answer_text(site, q->route->id, q->route->as_of, &reply->body, &q->err);
	case ORIGINAL:
		st = gk_answer_original(site, q->route->id, q->route->as_of, &reply->body, type, name, &q->err);
		if (st == GK_OK)
			route_attachment(q->route->id, type, name, reply);
		return st;
	default:
		return gk_fail(&q->err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有这个网址", "there is nothing at this address");
	}
}

/* Language and type of the page go along. */
static void
redirect(const struct gk_request *req, const char *url, struct gk_reply *reply)
{
	struct gk_buf b;
	size_t n;

	gk_buf_init(&b, 8192);
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

static void
show(struct question *q, const json_t *answer, struct gk_reply *reply)
{
	const json_t *jump = json_object_get(answer, "jump");
	struct today day = today();
	struct gk_param params[GK_HTTP_PARAMS_MAX + 1];
	struct gk_view v;
	bool ok = true;

	if (q->route->what == SEARCH)
		set_link_header(answer, reply);
	if (q->route->json && q->route->feed == NULL) {
		send_json(answer, reply);
		return;
	}
	if ((q->route->what == SEARCH && q->route->feed == NULL && json_is_object(jump) && json_object_get(answer, "explain") == NULL) || q->route->what == NUMBER) {
		redirect(q->req, json_string_value(json_is_object(jump) ? json_object_get(jump, "url") : json_object_get(json_object_get(answer, "links"), "html")), reply);
		return;
	}
	v = view_of(q->w->server, q->req, home_of(q->w), &day);
	if (q->route->feed != NULL) {
		reply->type = q->route->feed == gk_feed_atom ? "application/atom+xml; charset=utf-8" : "text/csv; charset=utf-8";
		reply->body.failed |= !q->route->feed(&v, answer, &reply->body);
		return;
	}
	if (q->route->what == OPENSEARCH) {
		reply->type = "application/opensearchdescription+xml; charset=utf-8";
		reply->body.failed |= !gk_feed_opensearch(&v, answer, &reply->body);
		return;
	}
	reply->type = "text/html; charset=utf-8";
	if (q->route->what == DOCUMENT && q->route->as_of[0] != '\0' && v.n_params < GK_HTTP_PARAMS_MAX) {
		/* /d/ID@DATE is /d/ID?as_of=DATE */
		if (v.n_params > 0)
			memcpy(params, v.params, v.n_params * sizeof *params);
		params[v.n_params] = (struct gk_param){ "as_of", q->route->as_of };
		v.params = params;
		v.n_params++;
		v.path = json_string_value(json_object_get(answer, "url"));
		if (v.path == NULL)
			v.path = q->req->path;
	}
	switch (q->route->what) {
	case HOME:
		ok = gk_page_home(&v, answer, &reply->body);
		break;
	case SEARCH:
		ok = gk_page_search(&v, answer, &reply->body);
		break;
	case DIFFERENCE:
		ok = gk_page_difference(&v, answer, &reply->body);
		break;
	default:
		ok = gk_page_document(&v, answer, &reply->body);
		break;
	}
	reply->body.failed |= !ok;
}

static enum gk_status
ask_again_if_dead(struct question *q, struct gk_reply *reply, json_t **out)
{
	enum gk_status st = ask(q, reply, out);

	if (st != GK_DEAD && st != GK_RETRY)
		return st;
	close_site(q->w);
	gk_buf_reset(&reply->body);
	st = fresh_site(q->w, &q->err);
	return st == GK_OK ? ask(q, reply, out) : st;
}

void
route_answer(void *worker, const struct gk_request *req, struct gk_reply *reply)
{
	struct route route = find_route(req->path);
	struct question q = { .w = worker, .req = req, .route = &route, .err = GK_ERR_INIT };
	static const struct server nowhere = { "", "", "", "" };
	const struct server *server = worker != NULL ? q.w->server : &nowhere;
	struct today day = today();
	json_t *answer = NULL;
	enum gk_status st;

	st = worker != NULL ? fresh_site(q.w, &q.err) : gk_nomem(&q.err);
	if (st == GK_OK && route.what != HEALTH) {
		make_etag(q.w, req, &day, reply->etag);
		if (gk_http_etag_listed(req->if_none_match, reply->etag)) {
			reply->status = 304;
			return;
		}
	}
	if (st == GK_OK)
		st = ask_again_if_dead(&q, reply, &answer);
	if (st == GK_OK && answer != NULL)
		show(&q, answer, reply);
	if (st == GK_OK && reply->body.failed)
		st = gk_nomem(&q.err);
	json_decref(answer);
	if (st == GK_OK)
		return;
	if (st == GK_END)
		gk_fail(&q.err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有这份文件", "there is no such document");
	if (q.err.cause == GK_CAUSE_NONE)
		gk_fail(&q.err, st, GK_CAUSE_BUG, "没有说明的错误", "an error without an explanation");
	index_is_away(st, req, &q.err);
	fail(server, req, route.json, &q.err, q.param, reply);
	if (st == GK_DEAD && worker != NULL)
		close_site(q.w);
}
