/*
 * Saved views: addresses of the desk under a name, shared by all who log in (experience.md 8).  Who saved and removed which, and when, stands in the desk's own
 * ledger (archive/ledger.h), which is all there is of them:
 *
 *   { "type": "view_saved", "name", "url", "actor", "seq", "recorded_at" }      { "type": "view_removed", "name", "actor", … }
 */
#include "desk/desk.h"

#include "archive/append.h"
#include "archive/ledger.h"

#include <stdio.h>
#include <string.h>

enum { VIEWS_MAX = 100, VIEW_NAME_MAX = 120, VIEW_URL_MAX = 1000 };

/* ---- what there is ---- */

static size_t
find(const json_t *views, const char *name)
{
	const json_t *one;
	size_t i;

	json_array_foreach(views, i, one)
		if (strcmp(str(one, "name"), name) == 0)
			break;
	return i;
}

/* In the order of saving. */
static json_t *
fold(const json_t *events)
{
	json_t *out = json_array();
	const json_t *e;
	size_t i, at;

	json_array_foreach(events, i, e) {
		bool saved = strcmp(str(e, "type"), "view_saved") == 0;

		if (!saved && strcmp(str(e, "type"), "view_removed") != 0)
			continue;
		at = find(out, str(e, "name"));
		if (at < json_array_size(out))
			json_array_remove(out, at);
		if (saved)
			json_array_append_new(out, json_pack("{s:s, s:s, s:s, s:s}", "name", str(e, "name"), "url", str(e, "url"), "actor", str(e, "actor"), "recorded", str(e, "recorded_at")));
	}
	return out;
}

static enum gk_status
read_views(const struct call *c, json_t **out, struct gk_err *err)
{
	json_t *events;
	enum gk_status st = gk_ledger_read(c->desk->archive, GK_LEDGER_DESK, &events, err);

	if (st != GK_OK)
		return st;
	*out = fold(events);
	json_decref(events);
	return *out == NULL ? gk_nomem(err) : GK_OK;
}

enum gk_status
views_answer(struct call *c)
{
	json_t *views;
	enum gk_status st = read_views(c, &views, &c->err);

	if (st == GK_OK)
		c->out = json_pack("{s:o}", "views", views);
	return st;
}

/* ---- saving and removing ---- */

/* A page of the desk that lists something, with what was asked of it: nothing else can stand behind a name. */
static bool
is_list(const char *url)
{
	static const char *const pages[] = { "/staff/", "/staff/find", "/staff/proposals", "/staff/review", "/staff/report", "/staff/archive", "/staff/archive/list", "/staff/archive/holds" };
	size_t n = strcspn(url, "?");

	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		if (strlen(pages[i]) == n && memcmp(url, pages[i], n) == 0)
			return url[n + strspn(url + n, "?&=%+-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")] == '\0';
	return false;
}

static bool
is_name(const char *name)
{
	for (const char *p = name; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7F)
			return false;
	return name[strspn(name, " ")] != '\0' && strlen(name) <= VIEW_NAME_MAX;
}

/* NULL: nothing is to be done, it is so already. */
static enum gk_status
save(struct call *c, const char *name, const json_t *views, json_t **event)
{
	const json_t *same = json_array_get(views, find(views, name));
	const char *url;
	enum gk_status st = in_need(c, "url", &url);

	*event = NULL;
	if (st != GK_OK)
		return st;
	if (strlen(url) > VIEW_URL_MAX || !is_list(url))
		return call_refuse(c, "url", "网址应是工作台上的一页清单，例如 /staff/find?q=%E5%AE%89%E5%85%A8", "the address must be a list of the desk, as /staff/find?q=%E5%AE%89%E5%85%A8");
	if (same != NULL && strcmp(str(same, "url"), url) == 0)
		return GK_OK;
	if (same != NULL) {
		c->status = 409;
		gk_fail(&c->err, GK_REFUSED, GK_CAUSE_BAD_DATA, "已有名为“%s”的视图，是 %s 存的", "there is a view '%s' already, saved by %s", name, str(same, "actor"));
		gk_hint(&c->err, "换一个名称，或先删除它", "choose another name, or remove that one first");
		c->param = "view";
		return GK_REFUSED;
	}
	if (json_array_size(views) >= VIEWS_MAX)
		return call_refuse(c, "view", "视图已有 100 个：先删除不用的", "there are 100 views: remove some first");
	*event = json_pack("{s:s, s:s, s:s, s:s}", "type", "view_saved", "name", name, "url", url, "actor", c->who.name);
	return *event == NULL ? gk_nomem(&c->err) : GK_OK;
}

static enum gk_status
take_away(struct call *c, const char *name, const json_t *views, json_t **event)
{
	const json_t *one = json_array_get(views, find(views, name));

	*event = NULL;
	if (one == NULL)
		return gk_fail(&c->err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有名为“%s”的视图", "there is no view '%s'", name);
	if (strcmp(str(one, "actor"), c->who.name) != 0 && (c->who.roles & GK_ROLE_ADMIN) == 0) {
		c->status = 403;
		gk_fail(&c->err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "“%s”是 %s 存的，不能由你删除", "'%s' was saved by %s: it is not yours to remove", name, str(one, "actor"));
		gk_hint(&c->err, "请他或管理员删除", "ask them, or an administrator");
		return GK_REFUSED;
	}
	*event = json_pack("{s:s, s:s, s:s}", "type", "view_removed", "name", name, "actor", c->who.name);
	return *event == NULL ? gk_nomem(&c->err) : GK_OK;
}

static enum gk_status
decide(struct call *c, const char *name)
{
	bool remove = in_is(c, "act", "remove");
	json_t *views, *event = NULL;
	enum gk_status st = read_views(c, &views, &c->err);

	if (st != GK_OK)
		return st;
	st = remove ? take_away(c, name, views, &event) : save(c, name, views, &event);
	if (st == GK_OK && !c->dry && event != NULL)
		st = desk_ledger_append(c, event);
	if (st == GK_OK) {
		c->status = !c->dry && event != NULL ? 201 : 200;
		json_decref(c->out);
		c->out = remove ? json_pack("{s:s}", "removed", name) : json_pack("{s:{s:s, s:s}}", "view", "name", name, "url", in(c, "url"));
	}
	json_decref(event);
	json_decref(views);
	return st;
}

enum gk_status
view_act_answer(struct call *c)
{
	const char *name;
	int lock = -1;
	enum gk_status st = in_need(c, "view", &name);

	if (st == GK_OK && !is_name(name))
		st = call_refuse(c, "view", "名称是 1 到 40 个字，没有控制字符", "a name has 1 to 120 bytes and no control characters");
	if (st == GK_OK && in(c, "act") != NULL && !in_is(c, "act", "remove") && !in_is(c, "act", "save"))
		st = call_refuse(c, "act", "act 是 save 或 remove", "act is save or remove");
	if (st != GK_OK)
		return st;
	/* No document changes, and it can be taken back: done at once, also from a page. */
	if (!c->api)
		c->dry = false;
	c->redirect = "/staff/views";
	if (c->dry)
		return decide(c, name);
	st = desk_ledger_lock(c, &lock);
	if (st == GK_OK) {
		st = decide(c, name);
		desk_ledger_unlock(c, lock);
	}
	return st;
}

/* ---- the desk's ledger ---- */

enum gk_status
desk_ledger_lock(struct call *c, int *lock)
{
	enum gk_status st;

	pthread_mutex_lock(&c->desk->writer);
	st = gk_writer_lock(c->desk->archive, c->desk->wait, lock, &c->err);
	if (st != GK_OK)
		pthread_mutex_unlock(&c->desk->writer);
	return st;
}

void
desk_ledger_unlock(struct call *c, int lock)
{
	gk_writer_unlock(lock);
	pthread_mutex_unlock(&c->desk->writer);
}

enum gk_status
desk_ledger_append(struct call *c, json_t *event)
{
	json_t *events = json_array();
	enum gk_status st = events == NULL || json_array_append(events, event) != 0 ? gk_nomem(&c->err) : gk_ledger_append(c->desk->archive, GK_LEDGER_DESK, events, &c->err);

	json_decref(events);
	return st;
}

/* ---- pages ---- */

void
views_bar(struct call *c, struct frame *f)
{
	struct gk_err quiet = GK_ERR_INIT;
	const json_t *one;
	json_t *views;
	size_t i;

	/* Beside a page that has its own answer: without it the page is whole all the same. */
	if (read_views(c, &views, &quiet) != GK_OK)
		return;
	if (json_array_size(views) > 0) {
		page_open(f->p, "nav", "class", "views", "aria-label", W(f, "常用视图", "Saved views"), NULL);
		page_element(f->p, "span", "quiet", W(f, "常用视图：", "Saved views: "));
		page_open(f->p, "ul", "class", "acts", NULL);
		json_array_foreach(views, i, one) {
			page_open(f->p, "li", NULL);
			frame_a(f, "button plain small", str(one, "url"), str(one, "name"));
			page_close(f->p);
		}
		page_close(f->p);
		page_close(f->p);
	}
	json_decref(views);
}

void
view_form(struct call *c, struct frame *f, const char *path, const char *const *keys)
{
	static const struct field name = { "view", "名称", "Name", "text", "", NULL, NULL, true };
	struct gk_buf url;

	if ((c->who.roles & ~(unsigned)GK_ROLE_READER) == 0)
		return;
	gk_buf_init(&url, 8192);
	gk_buf_puts(&url, path);
	for (; *keys != NULL; keys++)
		if (in(c, *keys) != NULL)
			frame_add_param(&url, *keys, in(c, *keys));
	gk_buf_putc(&url, '\0');
	if (!url.failed && is_list(url.p) && strlen(url.p) <= VIEW_URL_MAX) {
		page_open(f->p, "details", "class", "card save", NULL);
		page_element(f->p, "summary", NULL, W(f, "把这个清单存为常用视图", "Save this list as a view"));
		form_begin(c, f, "/staff/views", "stack");
		form_hidden(f, "url", url.p);
		form_field(c, f, &name);
		form_button(f, NULL, NULL, "存", "Save", false);
		form_end(f);
		page_close(f->p);
	}
	gk_buf_free(&url);
}

static void
write_view(struct call *c, struct frame *f, const json_t *one)
{
	char day[16];

	snprintf(day, sizeof day, "%.10s", str(one, "recorded"));
	page_open(f->p, "tr", NULL);
	page_open(f->p, "td", NULL);
	frame_a(f, "record", str(one, "url"), str(one, "name"));
	page_close(f->p);
	cell(f, str(one, "actor"));
	cell(f, day);
	page_open(f->p, "td", NULL);
	if (strcmp(str(one, "actor"), c->who.name) == 0 || (c->who.roles & GK_ROLE_ADMIN) != 0) {
		form_begin(c, f, "/staff/views", "inline");
		form_hidden(f, "view", str(one, "name"));
		page_open(f->p, "button", "type", "submit", "name", "act", "value", "remove", "class", "plain", NULL);
		page_text(f->p, W(f, "删除", "Remove"));
		page_element(f->p, "span", "vh", str(one, "name"));
		page_close(f->p);
		form_end(f);
	}
	page_close(f->p);
	page_close(f->p);
}

/* After a refusal too: what there is, and what was typed. */
void
views_page(struct call *c, struct frame *f)
{
	static const char *const heads[] = { "名称", "Name", "谁存的", "Saved by", "日期", "Date", "", "", NULL, NULL };
	static const struct field fields[] = {
		{ "view", "名称", "Name", "text", "", NULL, NULL, true },
		{ "url", "网址", "Address", "text", "", "工作台上的一页清单，例如 /staff/archive/list?due=1", "A list of the desk, as /staff/archive/list?due=1", true },
	};
	struct gk_err quiet = GK_ERR_INIT;
	json_t *views = NULL;
	const json_t *one;
	size_t i;

	desk_head(c, f, W(f, "常用视图", "Saved views"));
	page_element(f->p, "h1", NULL, W(f, "常用视图", "Saved views"));
	page_element(f->p, "p", "lead", W(f, "存下的查找和清单，全单位共用。在“查找”和“档案清单”页上可以直接存。", "Searches and lists that were saved, for the whole office. The pages of a search and of records save themselves."));
	desk_error(c, f);
	if (read_views(c, &views, &quiet) != GK_OK)
		return;
	if (json_array_size(views) == 0)
		page_element(f->p, "p", "card", W(f, "还没有。", "None yet."));
	else {
		table_begin(f, W(f, "常用视图", "Saved views"), heads);
		json_array_foreach(views, i, one)
			write_view(c, f, one);
		table_end(f);
	}
	json_decref(views);
	if ((c->who.roles & ~(unsigned)GK_ROLE_READER) == 0)
		return;
	page_open(f->p, "section", "class", "card", NULL);
	page_element(f->p, "h2", NULL, W(f, "存一个", "Save one"));
	form_begin(c, f, "/staff/views", "stack");
	for (i = 0; i < sizeof fields / sizeof *fields; i++)
		form_field(c, f, &fields[i]);
	form_button(f, NULL, NULL, "存", "Save", false);
	form_end(f);
	page_close(f->p);
}
