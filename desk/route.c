/*
 * Who may ask what.  Every address below /staff/ stands in one table, with its twin below /staff/api/, the roles that may, and whether a session is
 * needed at all.  What changes anything is a POST, comes from a page of ours (Origin, token of the session) or with a key, and is refused otherwise.
 */
#include "desk/front.h"

#include "desk/measure.h"
#include "desk/static.h"
#include "web/log.h"
#include "web/static.h"
#include "web/write-json.h"

#include <malloc.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY_OF_CALL = 16 * 1024 * 1024 };
#define COOKIE "__Host-gongkai="

enum { ANYBODY = 0, ALL = 31, EDIT = GK_ROLE_EDITOR | GK_ROLE_ADMIN, REVIEW = GK_ROLE_REVIEWER | GK_ROLE_EDITOR | GK_ROLE_ADMIN, KEEP = GK_ROLE_ARCHIVIST | GK_ROLE_ADMIN };

struct route {
	const char *method, *path;	/* a path that ends with a star takes one more piece, the field "id" */
	unsigned roles;
	answer_fn *answer;
	page_fn *page;			/* NULL: JSON or a file alone */
	bool upload;
};

static const struct route routes[] = {
	{ "GET", "/staff/login", ANYBODY, NULL, login_page, false },
	{ "POST", "/staff/login", ANYBODY, login_answer, login_page, false },
	{ "POST", "/staff/logout", ALL, logout_answer, NULL, false },
	{ "GET", "/staff/again", ALL, NULL, again_page, false },
	{ "POST", "/staff/again", ALL, again_answer, again_page, false },
	{ "POST", "/staff/factor", ALL, factor_answer, again_page, false },
	{ "GET", "/staff/", ALL, today_answer, today_page, false },
	{ "GET", "/staff/today", ALL, today_answer, today_page, false },
	{ "GET", "/staff/proposals", ALL, proposals_answer, proposals_page, false },
	{ "POST", "/staff/proposals", EDIT, proposal_answer, proposal_page, false },
	{ "GET", "/staff/events", EDIT | REVIEW, act_form_answer, act_page, false },
	{ "POST", "/staff/events", EDIT | REVIEW | KEEP, act_answer, act_page, false },
	{ "GET", "/staff/unchecked", ALL, unchecked_answer, unchecked_page, false },
	{ "POST", "/staff/batch", EDIT | REVIEW | KEEP, batch_answer, batch_page, false },
	{ "GET", "/staff/undo", EDIT | REVIEW | KEEP, undo_answer, undo_page, false },
	{ "POST", "/staff/undo", EDIT | REVIEW | KEEP, undo_answer, undo_page, false },
	{ "GET", "/staff/lists", EDIT, list_form_answer, list_page, false },
	{ "POST", "/staff/lists", EDIT, list_answer, list_page, false },
	{ "GET", "/staff/table", EDIT, list_form_answer, rows_page, false },
	{ "POST", "/staff/table", EDIT, rows_answer, rows_page, false },
	{ "GET", "/staff/find", ALL, find_answer, find_page, false },
	{ "GET", "/staff/d/*", ALL, record_answer, record_page, false },
	{ "GET", "/staff/review", ALL, review_list_answer, review_list_page, false },
	{ "GET", "/staff/review/*", ALL, review_answer, review_page, false },
	{ "POST", "/staff/review/*", REVIEW, review_act_answer, review_page, false },
	{ "GET", "/staff/documents", EDIT, upload_form_answer, upload_page, false },
	{ "POST", "/staff/documents", EDIT, upload_answer, upload_page, true },
	{ "POST", "/staff/documents/confirm", EDIT, upload_confirm_answer, upload_page, false },
	{ "GET", "/staff/report", ALL, report_answer, report_page, false },
	{ "GET", "/staff/archive", ALL, keep_answer, keep_page, false },
	{ "GET", "/staff/archive/list", ALL, keep_list_answer, keep_list_page, false },
	{ "GET", "/staff/archive/holds", ALL, holds_answer, holds_page, false },
	{ "POST", "/staff/archive/holds", KEEP, hold_act_answer, holds_page, false },
	{ "POST", "/staff/archive/appraise", KEEP, appraise_answer, appraise_page, false },
	{ "GET", "/staff/archive/dispose", KEEP, dispose_answer, dispose_page, false },
	{ "POST", "/staff/archive/dispose", KEEP, dispose_act_answer, dispose_page, false },
	{ "GET", "/staff/archive/register.csv", KEEP, dispose_register_answer, NULL, false },
	{ "GET", "/staff/views", ALL, views_answer, views_page, false },
	{ "POST", "/staff/views", EDIT | REVIEW | KEEP, view_act_answer, views_page, false },
	{ "GET", "/staff/archive/packages", KEEP, packages_answer, packages_page, false },
	{ "GET", "/staff/archive/packages/*", KEEP, package_answer, NULL, false },
	{ "GET", "/staff/archive/verified", ALL, findings_answer, findings_page, false },
	{ "GET", "/staff/archive/verified/*", ALL, verified_answer, NULL, false },
	{ "GET", "/staff/archive/jobs", ALL, jobs_answer, jobs_page, false },
	{ "POST", "/staff/archive/jobs", KEEP, job_start_answer, jobs_page, false },
};

const char *
desk_route_path(size_t i)
{
	return i < sizeof routes / sizeof *routes ? routes[i].path : NULL;
}

/* ---- finding it ---- */

/* "/staff/api/x" is "/staff/x" in JSON, and "/staff/x.csv" a list of it. */
static const char *
plain_path(const char *path, bool *api, bool *table, char *room, size_t size)
{
	size_t n, cut;

	*api = strncmp(path, "/staff/api/", 11) == 0;
	if (*api) {
		snprintf(room, size, "/staff/%s", path + 11);
		path = room;
	}
	n = strlen(path);
	*table = n > 4 && strcmp(path + n - 4, ".csv") == 0 && strcmp(path, "/staff/archive/register.csv") != 0;
	cut = *table ? 4 : n > 5 && strcmp(path + n - 5, ".json") == 0 ? 5 : 0;
	if (cut > 0) {
		*api = true;
		memmove(room, path, n + 1);
		room[n - cut] = '\0';
		path = room;
	}
	return path;
}

static bool
matches(const struct route *r, const char *path, const char **id)
{
	size_t n = strlen(r->path);

	*id = NULL;
	if (r->path[n - 1] != '*')
		return strcmp(r->path, path) == 0;
	if (strncmp(r->path, path, n - 1) != 0 || path[n - 1] == '\0' || strchr(path + n - 1, '/') != NULL || strlen(path + n - 1) > 64)
		return false;
	*id = path + n - 1;
	return true;
}

/* *known: some route has the path, whatever the method. */
static const struct route *
find_route(const char *method, const char *path, const char **id, bool *known)
{
	*known = false;
	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
		if (matches(&routes[i], path, id)) {
			*known = true;
			if (strcmp(routes[i].method, strcmp(method, "HEAD") == 0 ? "GET" : method) == 0)
				return &routes[i];
		}
	return NULL;
}

/* ---- who asks ---- */

/* The value of our cookie.  Its whole name counts: any neighbour below the same domain may set x__Host-gongkai, but none may set __Host-gongkai. */
static const char *
own_cookie(const char *all)
{
	for (const char *at = all; at != NULL && *at != '\0'; at = strchr(at, ';')) {
		at += strspn(at, "; ");
		if (strncmp(at, COOKIE, sizeof COOKIE - 1) == 0)
			return at + sizeof COOKIE - 1;
	}
	return NULL;
}

static void
read_who(struct call *c, const struct gk_request *req)
{
	const char *cookie = own_cookie(req->cookie);
	char token[SESSION_TOKEN];

	if (req->authorization != NULL) {
		if (strncmp(req->authorization, "Bearer ", 7) == 0)
			sessions_find_key(c->desk->sessions, req->authorization + 7, &c->who);
		return;
	}
	if (cookie == NULL || strlen(cookie) < SESSION_TOKEN - 1)
		return;
	memcpy(token, cookie, sizeof token - 1);
	token[sizeof token - 1] = '\0';
	if (sessions_find(c->desk->sessions, token, &c->who))
		c->token = gk_arena_copy(&c->mem, token, sizeof token - 1);
}

/* https://desk.example:8443 against desk.example:8443: the proxy may have taken the TLS away. */
static bool
own_origin(const struct gk_request *req)
{
	const char *host = req->origin != NULL ? strstr(req->origin, "://") : NULL;

	return host != NULL && req->host != NULL && strcmp(host + 3, req->host) == 0;
}

/* A POST from a browser comes from one of our own pages, and of this session. */
static enum gk_status
check_forged(struct call *c, const struct gk_request *req, const struct route *r)
{
	const char *token = in(c, "csrf");

	if (strcmp(r->method, "POST") != 0 || c->who.by_key)
		return GK_OK;
	if (own_origin(req) && (r->roles == ANYBODY || (token != NULL && strlen(token) == SESSION_TOKEN - 1 && sodium_memcmp(token, c->who.csrf, SESSION_TOKEN - 1) == 0)))
		return GK_OK;
	c->status = 403;
	gk_fail(&c->err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "这个请求不是从工作台自己的页面发出的，没有执行", "this request does not come from a page of the desk: nothing was done");
	gk_hint(&c->err, "回到工作台，重新打开页面再提交", "go back to the desk, open the page again and send it from there");
	return GK_REFUSED;
}

static enum gk_status
check_role(struct call *c, const struct route *r)
{
	char roles[128];

	if (r->roles == ANYBODY || (c->who.roles & r->roles) != 0)
		return GK_OK;
	if (c->who.name[0] == '\0') {
		c->status = 401;
		gk_fail(&c->err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "请先登录", "log in first");
		gk_hint(&c->err, "打开 /staff/login；程序用 Authorization: Bearer 密钥", "open /staff/login; programs send Authorization: Bearer KEY");
		return GK_REFUSED;
	}
	c->status = 403;
	gk_roles_text(r->roles & ~(unsigned)GK_ROLE_READER, gk_lang, roles, sizeof roles);
	gk_fail(&c->err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "你的角色不能做这件事（要：%s）", "your role may not do this (wanted: %s)", roles);
	gk_hint(&c->err, "请管理员用 gongkai user roles 给你这个角色", "ask the administrator: gongkai user roles");
	return GK_REFUSED;
}

/* ---- sending ---- */

static void
send_json(const json_t *o, struct gk_reply *reply)
{
	reply->type = "application/json; charset=utf-8";
	if (gk_write_json(o, &reply->body))
		gk_buf_putc(&reply->body, '\n');
	else
		reply->body.failed = true;
}

static int
http_status_of(const struct call *c)
{
	int status = 500;

	json_decref(gk_answer_error(&c->err, c->param, "", &status));
	/* What the archive will not have because of what is in it already. */
	return c->err.cause == GK_CAUSE_BAD_DATA ? 422 : c->err.cause == GK_CAUSE_NO_ACCESS ? 403 : status;
}

/* The error object, and beside it what the answer had to say (both versions of a conflict). */
static void
send_api_error(struct call *c, const struct gk_request *req, struct gk_reply *reply)
{
	int status;
	json_t *o = gk_answer_error(&c->err, c->param, req->id, &status), *error = json_object_get(o, "error");

	if (reply->status == 409)
		json_object_set_new(error, "code", json_string("conflict"));
	else if (reply->status == 401)
		json_object_set_new(error, "code", json_string("login"));
	else if (reply->status == 403)
		json_object_set_new(error, "code", json_string("forbidden"));
	else if (reply->status == 422)
		json_object_set_new(error, "code", json_string("refused"));
	if (json_is_object(c->out))
		json_object_update_missing(o, c->out);
	send_json(o, reply);
	json_decref(o);
}

static void
send_page(struct call *c, page_fn *page, struct gk_reply *reply)
{
	const struct gk_param lang = { "lang", in(c, "lang") };
	struct gk_view v = { .organisation = c->desk->organisation, .apply_address = "", .public_url = "", .path = c->path, .params = &lang, .n_params = lang.value != NULL };
	struct frame f;

	gk_view_choose(&v);
	v.style = gk_static_find("/static/style.css")->url;
	v.script = "";
	reply->type = "text/html; charset=utf-8";
	if (!frame_begin(&f, &v)) {
		reply->body.failed = true;
		return;
	}
	page(c, &f);
	if (!desk_page_end(&f, &reply->body))
		reply->body.failed = true;
}

static void
error_page(struct call *c, struct frame *f)
{
	desk_head(c, f, W(f, "没有完成", "Not done"));
	page_element(f->p, "h1", NULL, W(f, "没有完成", "Not done"));
	desk_error(c, f);
	if (c->who.name[0] != '\0') {
		page_open(f->p, "p", NULL);
		frame_a(f, "button plain", "/staff/", W(f, "回到今日", "Back to today"));
		page_close(f->p);
	}
}

static void
redirect(const char *to, struct gk_reply *reply)
{
	reply->status = 303;
	reply->location = strdup(to);
	reply->type = "text/plain; charset=utf-8";
	gk_buf_puts(&reply->body, to);
}

static void
send(struct call *c, const struct gk_request *req, const struct route *r, enum gk_status st, struct gk_reply *reply)
{
	char to[64];

	reply->retry_after = c->wait;
	reply->cookie = c->cookie;
	reply->disposition = c->disposition;
	if (st != GK_OK) {
		/* What the commands advise is of no use to who has no terminal. */
		if (strstr(c->err.hint_en, "find it first: gongkai search") != NULL)
			gk_hint(&c->err, "选相近的一件，或先用“查找”找到它", "choose a close one, or find it first by its search box");
		reply->status = c->status >= 400 ? c->status : http_status_of(c);
		if (c->wait > 0)
			reply->status = 429;
		if (reply->status >= 500)
			gk_log(GK_LOG_BAD, "failed", "{s:s, s:i, s:s}", "request", req->id, "status", reply->status, "error", c->err.what_en);
		if (c->api)
			send_api_error(c, req, reply);
		else if (reply->status == 401)
			redirect("/staff/login", reply);
		else
			send_page(c, r != NULL && r->page != NULL && reply->status != 403 && (reply->status != 404 || c->out != NULL) && st == GK_REFUSED ? r->page : error_page, reply);
		return;
	}
	reply->status = c->status;
	if (c->has_outfile) {
		reply->type = c->type;
		reply->file = c->outfile;
		reply->file_n = c->outfile_n;
		reply->has_file = reply->foreign = true;
		return;
	}
	if (c->file_out.n > 0) {
		reply->type = c->type;
		gk_buf_add(&reply->body, c->file_out.p, c->file_out.n);
		return;
	}
	if (c->redirect != NULL && !c->api) {
		snprintf(to, sizeof to, "%s%s", c->redirect, in_is(c, "lang", "en") ? "?lang=en" : in_is(c, "lang", "zh") ? "?lang=zh" : "");
		redirect(to, reply);
	} else if (c->api || r->page == NULL) {
		send_json(c->out, reply);
	} else {
		send_page(c, r->page, reply);
	}
}

/* ---- answering ---- */

static enum gk_status
not_found(struct call *c, bool known)
{
	c->status = known ? 405 : 404;
	return gk_fail(&c->err, GK_REFUSED, known ? GK_CAUSE_USAGE : GK_CAUSE_NOT_FOUND, known ? "这个网址不接受 %s" : "没有这个网址", known ? "this address does not take %s" : "there is no such address",
		       c->method);
}

static enum gk_status
answer_route(struct call *c, const struct gk_request *req, const struct route *r, const char *id)
{
	enum gk_status st = check_role(c, r);

	if (st == GK_OK)
		st = input_read(c, req);
	if (st == GK_OK)
		st = check_forged(c, req, r);
	if (st != GK_OK)
		return st;
	if (id != NULL)
		json_object_set_new(c->in, "id", json_string(id));
	/* A page shows first what it would do; a program says so if it wants to see that. */
	c->dry = c->api ? in_is(c, "dry_run", "1") : !in_is(c, "confirm", "1") && !in_is(c, "confirm", "rest");	/* rest: paste.c */
	if (call_answered(c))
		return GK_OK;
	st = r->answer != NULL ? r->answer(c) : GK_OK;
	if (st == GK_OK && c->table && strcmp(r->method, "GET") == 0)
		st = table_answer(c);
	if (st == GK_OK)
		call_remember(c);
	return st;
}

void
desk_answer(void *worker, const struct gk_request *req, struct gk_reply *reply)
{
	struct call c = { .desk = worker, .method = req->method, .path = req->path, .address = req->address, .key = req->key, .in = json_object(), .status = 200,
			  .err = GK_ERR_INIT };
	char room[512];
	const char *path = strlen(req->path) < 400 ? plain_path(req->path, &c.api, &c.table, room, sizeof room) : "", *id;
	const struct route *r;
	enum gk_status st;
	bool known;

	gk_arena_init(&c.mem, MEMORY_OF_CALL);
	gk_buf_init(&c.file_out, 16 << 20);
	read_who(&c, req);
	r = find_route(req->method, path, &id, &known);
	reply->route = r != NULL ? (unsigned)(r - routes) + 1 : 0;
	if (r == NULL && (strcmp(path, "/") == 0 || strcmp(path, "/staff") == 0))
		redirect("/staff/", reply);
	else {
		/* Nobody learns without a login which addresses there are. */
		st = r != NULL ? answer_route(&c, req, r, id) : c.who.name[0] == '\0' ? check_role(&c, &routes[5]) : not_found(&c, known);
		send(&c, req, r, st, reply);
	}
	json_decref(c.in);
	json_decref(c.out);
	gk_buf_free(&c.file_out);
	gk_arena_free(&c.mem);
	if (reply->body.failed) {
		gk_buf_free(&reply->body);
		gk_buf_init(&reply->body, 4096);
		reply->status = 503;
		reply->type = "text/plain; charset=utf-8";
		gk_buf_puts(&reply->body, "内存不足 / out of memory\n");
	}
}

/* ---- callbacks of the server ---- */

void *
desk_worker_new(void *desk)
{
	return desk;
}

void
desk_worker_free(void *worker)
{
	(void)worker;
}

void
desk_worker_rest(void *worker)
{
	(void)worker;
	malloc_trim(0);
}

bool
desk_at_once(void *desk, const struct gk_request *req, struct gk_reply *reply)
{
	const struct gk_static *file = strncmp(req->path, "/static/", 8) == 0 ? desk_static_find(req->path) : NULL;

	reply->route = sizeof routes / sizeof *routes + 1;
	/* Read what the others have locked for moments only: no waiting. */
	if (strcmp(req->path, "/metrics") == 0 && req->local) {
		desk_measure_page(desk, reply);
		return true;
	}
	if (strcmp(req->path, "/healthz") == 0) {
		reply->type = "application/json; charset=utf-8";
		gk_buf_puts(&reply->body, "{\"status\":\"ok\"}\n");
		return true;
	}
	if (file == NULL)
		return false;
	reply->type = file->type;
	reply->forever = req->n_params == 1 && strcmp(req->params[0].value, file->tag) == 0;
	snprintf(reply->etag, sizeof reply->etag, "\"%s\"", file->tag);
	if (gk_http_etag_listed(req->if_none_match, reply->etag))
		reply->status = 304;
	else
		gk_buf_add(&reply->body, file->bytes, file->n);
	return true;
}

void
desk_refuse(void *desk, const struct gk_request *req, const struct gk_refusal *why, struct gk_reply *reply)
{
	json_t *o = json_pack("{s:{s:s, s:s, s:s, s:s, s:s, s:s}}", "error", "code", why->code, "reason", why->reason, "message", why->zh, "message_en", why->en, "hint", why->hint, "request", req->id);

	(void)desk;
	reply->status = why->status;
	send_json(o, reply);
	json_decref(o);
}

size_t
desk_body_max(void *desk, const struct gk_request *req)
{
	struct call c = { .desk = desk };
	char room[512];
	const char *path = strlen(req->path) < 400 ? plain_path(req->path, &c.api, &c.table, room, sizeof room) : "", *id;
	const struct route *r;
	bool known, may;

	gk_arena_init(&c.mem, 4096);
	read_who(&c, req);
	gk_arena_free(&c.mem);
	r = find_route(req->method, path, &id, &known);
	/* Only who may upload can make us keep so much. */
	may = r != NULL && r->upload && (c.who.roles & r->roles) != 0;
	return may ? DESK_UPLOAD_MAX : DESK_FORM_MAX;
}
