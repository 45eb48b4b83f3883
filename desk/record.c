/* One record with all its events, and finding records. */
#include "desk/desk.h"

#include "indexer/act.h"
#include "indexer/keeping.h"
#include "indexer/resolve.h"
#include "record/field.h"
#include "record/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOUND_MAX = 20, SUMMARY = 400 };

/* ---- one record ---- */

/* What no person registers has its words here. */
static const char *
type_words(const char *type, enum gk_lang lang)
{
	static const struct { const char *type, *zh, *en; } words[] = {
		{ "import_public", "收入", "taken in" }, { "propose", "正文中的建议", "proposals of its text" }, { "decide_proposals", "建议的处理", "proposals decided" },
	};
	const struct gk_act_kind *kind = gk_act_kind(type);

	if (kind != NULL)
		return lang == GK_EN ? kind->label_en : kind->label;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].type, type) == 0)
			return lang == GK_EN ? words[i].en : words[i].zh;
	return type;
}

static json_t *
event_json(const struct gk_event *e)
{
	const json_t *act = json_object_get(e->json, "act");
	char time[GK_OFFICE_TIME], day[12];

	gk_office_time(e->recorded_at, time);
	gk_date_format(e->effective, day);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:O}", "event", e->event, "type", e->type, "label", type_words(e->type, GK_ZH), "label_en",
			 type_words(e->type, GK_EN), "recorded", time, "effective", day, "actor", json_str(e->json, "actor"), "by", json_str(act, "by_text"), "reason",
			 json_str(act, "reason"), "json", e->json);
}

static json_t *
fields_json(const json_t *meta)
{
	json_t *out = json_array(), *v;
	const struct gk_field *table;
	size_t n;

	table = gk_fields(&n);
	for (size_t i = 0; i < n; i++) {
		char text[64];
		const char *s = gk_meta_get(meta, table[i].key);

		v = json_object_get(meta, table[i].key);
		if (json_is_integer(v)) {
			snprintf(text, sizeof text, "%lld", (long long)json_integer_value(v));
			s = text;
		}
		if (*s != '\0')
			json_array_append_new(out, json_pack("{s:s, s:s, s:s, s:s}", "key", table[i].key, "label", table[i].label, "label_en", table[i].label_en, "value", s));
	}
	return out;
}

static json_t *
read_text(struct store *s, const struct gk_record *r)
{
	struct gk_warc_rec rec;
	json_t *out = json_string("");

	if (store_text(s, r, &rec, NULL) != GK_OK)
		return out;
	if (rec.block.n > 0) {
		json_decref(out);
		out = json_stringn(rec.block.p, rec.block.n);
	}
	gk_warc_rec_free(&rec);
	return out != NULL ? out : json_string("");
}

static enum gk_status
tell(struct call *c, struct store *s, const struct store_history *h)
{
	struct gk_retention_of k = gk_retention_at(h->events, h->n, GK_NO_DATE, NULL);
	struct gk_record r;
	json_t *events = json_array();
	enum gk_status st = gk_record_fold(h->events, h->n, &r, &c->err);

	if (st != GK_OK) {
		json_decref(events);
		return st;
	}
	for (size_t i = h->n; i > 0; i--)
		json_array_append_new(events, event_json(&h->events[i - 1]));
	c->out = json_pack("{s:o, s:o, s:o, s:o, s:s, s:s, s:I, s:i, s:o}", "record", record_brief(h), "events", events, "fields", fields_json(r.meta), "retention", keeping_json(h, &k),
			   "digest", json_str(r.content, "digest"), "type", json_str(r.content, "type"), "bytes", num(r.content, "bytes"), "versions", (int)r.versions, "text", read_text(s, &r));
	gk_record_free(&r);
	return GK_OK;
}

enum gk_status
record_answer(struct call *c)
{
	return call_about(c, tell);
}

static void
write_events(struct frame *f, const json_t *events)
{
	static const char *const heads[] = { "登记号", "Event", "登记", "What", "自", "From", "登记时间", "Recorded", "经办", "By whom", "依据、理由", "Grounds", "", "", NULL };
	const json_t *e;
	size_t i, last = json_array_size(events);

	table_begin(f, W(f, "全部登记", "All events"), heads);
	json_array_foreach(events, i, e) {
		char url[96];

		page_open(f->p, "tr", NULL);
		cell(f, str(e, "event"));
		cell(f, desk_words(f, e, "label"));
		cell(f, str(e, "effective"));
		cell(f, str(e, "recorded"));
		cell(f, str(e, "actor"));
		page_open(f->p, "td", NULL);
		page_text(f->p, str(e, "by"));
		if (*str(e, "by") != '\0' && *str(e, "reason") != '\0')
			page_text(f->p, W(f, "；", "; "));
		page_text(f->p, str(e, "reason"));
		page_close(f->p);
		page_open(f->p, "td", NULL);
		if (i + 1 < last && strcmp(str(e, "type"), "annul_event") != 0) {
			snprintf(url, sizeof url, "/staff/undo?event=%s", str(e, "event"));
			page_open(f->p, "a", "href", frame_link(f, url), NULL);
			page_text(f->p, W(f, "撤销…", "Undo…"));
			page_open(f->p, "span", "class", "vh", NULL);
			page_printf(f->p, " %s", str(e, "event"));
			page_close(f->p);
			page_close(f->p);
		}
		page_close(f->p);
		page_close(f->p);
	}
	table_end(f);
}

static void
write_keeping(struct frame *f, const json_t *k)
{
	const json_t *hold;
	size_t i;

	page_open(f->p, "section", "class", "card", NULL);
	page_element(f->p, "h2", NULL, W(f, "保管", "Keeping"));
	page_element(f->p, "p", NULL, desk_words(f, k, "sentence"));
	json_array_foreach(json_object_get(k, "holds"), i, hold) {
		page_open(f->p, "p", "class", "notice", NULL);
		page_printf(f->p, W(f, "停止处置：%s（%s）", "On hold: %s (%s)"), str(hold, "case"), str(hold, "reason"));
		page_close(f->p);
	}
	if (*str(k, "refcode") != '\0') {
		page_open(f->p, "p", NULL);
		page_printf(f->p, W(f, "档号 %s", "Reference code %s"), str(k, "refcode"));
		page_close(f->p);
	}
	page_close(f->p);
}

static void
write_acts(struct call *c, struct frame *f, const char *id)
{
	static const struct { const char *type, *zh, *en; unsigned roles; } acts[] = {
		{ "abolish", "登记废止…", "Abolish…", GK_ROLE_EDITOR }, { "confirm_valid", "确认有效…", "Confirm…", GK_ROLE_EDITOR }, { "renew", "延长有效期…", "Renew…", GK_ROLE_EDITOR },
		{ "withdraw", "下线…", "Withdraw…", GK_ROLE_REVIEWER },
	};
	char url[160];

	page_open(f->p, "p", "class", "acts", NULL);
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
		if ((c->who.roles & (acts[i].roles | GK_ROLE_ADMIN)) == 0)
			continue;
		snprintf(url, sizeof url, "/staff/events?type=%s&ref=%s", acts[i].type, id);
		frame_a(f, "button plain small", url, W(f, acts[i].zh, acts[i].en));
	}
	if ((c->who.roles & (GK_ROLE_ARCHIVIST | GK_ROLE_ADMIN)) != 0) {
		snprintf(url, sizeof url, "/staff/archive/holds?ids=%s", id);
		frame_a(f, "button plain small", url, W(f, "停止处置…", "Put a hold…"));
	}
	snprintf(url, sizeof url, "/staff/review/%s", id);
	frame_a(f, "button plain small", url, W(f, "审查", "Review"));
	page_close(f->p);
}

/* Where the public reads it; nothing while it does not, nor where the office has not configured its address. */
static void
write_public_address(struct call *c, struct frame *f, const json_t *r)
{
	char url[1024];

	if (*c->desk->public_url == '\0' || strcmp(str(r, "access"), gk_access_names[GK_A_PUBLIC].code) != 0)
		return;
	snprintf(url, sizeof url, "%s/d/%s", c->desk->public_url, str(r, "id"));
	page_text(f->p, " · ");
	page_open(f->p, "a", "href", url, NULL);
	page_text(f->p, W(f, "公众所见的页面", "The page the public sees"));
	page_close(f->p);
}

void
record_page(struct call *c, struct frame *f)
{
	const json_t *o = c->out, *r = json_object_get(o, "record"), *one;
	struct page *p = f->p;
	size_t i;

	desk_head(c, f, o != NULL ? str(r, "title") : W(f, "没有找到", "Not found"));
	page_open(p, "h1", "lang", ZH(f), NULL);
	page_text(p, o != NULL ? str(r, "title") : W(f, "没有找到", "Not found"));
	page_close(p);
	desk_error(c, f);
	if (o == NULL)
		return;
	page_open(p, "p", "class", "lead", NULL);
	badge(f, str(r, "code"), desk_words(f, r, "badge"));
	/* A space of a whole character would hang over the edge of a narrow page. */
	page_printf(p, "%s%s · %s · ", *str(r, "number") != '\0' ? " · " : " ", str(r, "number"), str(r, "id"));
	page_printf(p, W(f, "公开状态：%s", "access: %s"), access_words(f, str(r, "access")));
	write_public_address(c, f, r);
	page_close(p);
	write_acts(c, f, str(r, "id"));
	page_element(p, "h2", NULL, W(f, "全部登记", "All events"));
	write_events(f, json_object_get(o, "events"));
	page_open(p, "div", "class", "cards", NULL);
	write_keeping(f, json_object_get(o, "retention"));
	page_open(p, "section", "class", "card", NULL);
	page_element(p, "h2", NULL, W(f, "元数据", "Metadata"));
	page_open(p, "dl", "class", "fields wide-terms", NULL);
	json_array_foreach(json_object_get(o, "fields"), i, one) {
		page_open(p, "div", NULL);
		page_element(p, "dt", NULL, desk_words(f, one, "label"));
		page_element(p, "dd", NULL, str(one, "value"));
		page_close(p);
	}
	page_close(p);
	page_close(p);
	page_close(p);
	page_open(p, "p", "class", "quiet", NULL);
	page_printf(p, W(f, "原件 %s，%lld 字节，%s", "Original %s, %lld bytes, %s"), str(o, "type"), (long long)num(o, "bytes"), str(o, "digest"));
	page_close(p);
	page_open(p, "details", "class", "card", NULL);
	page_element(p, "summary", NULL, W(f, "正文", "Text"));
	page_open(p, "div", "class", "plaintext", "lang", ZH(f), NULL);
	page_text(p, str(o, "text"));
	page_close(p);
	page_close(p);
}

/* ---- finding ---- */

static enum gk_status
add_record(struct call *c, struct store *s, uint32_t docid, json_t *list)
{
	struct store_history h;
	enum gk_status st = store_history(s, docid, &h, &c->err);

	if (st != GK_OK)
		return st;
	if (call_may_see(c, &h))
		json_array_append_new(list, record_brief(&h));
	store_history_free(&h);
	return GK_OK;
}

static enum gk_status
exact(struct call *c, struct store *s, const char *q, json_t *list)
{
	uint32_t docids[FOUND_MAX];
	size_t n = 0;
	enum gk_status st = act_find_all(s, q, docids, FOUND_MAX, &n, &c->err);

	for (size_t i = 0; st == GK_OK && i < n; i++)
		st = add_record(c, s, docids[i], list);
	return st == GK_END ? GK_OK : st;
}

static enum gk_status
by_words(struct call *c, struct store *s, const char *q, json_t *list)
{
	const struct gk_param params[] = { { "q", q }, { "size", "20" }, { "facets", "0" } };
	struct gk_site *site = NULL;
	json_t *found = NULL;
	const json_t *hit;
	const char *bad;
	uint32_t docid;
	size_t i;
	enum gk_status st = gk_site_open(c->desk->archive, &site, &c->err);

	if (st != GK_OK)
		return st;
	gk_site_for_staff(site);
	st = gk_answer_search(site, params, 3, false, &found, &bad, &c->err);
	json_array_foreach(json_object_get(found, "hits"), i, hit)
		if (st == GK_OK && act_find(s, str(hit, "id"), &docid, &c->err) == GK_OK)
			st = add_record(c, s, docid, list);
	json_decref(found);
	gk_site_close(site);
	return st;
}

/* 现行有效 before the others (experience.md 8), each in the order in which they were found.  The list goes over. */
static json_t *
living_first(json_t *list)
{
	json_t *out = json_array(), *one;
	enum gk_validity v;
	size_t i;

	for (int pass = 0; pass < 2; pass++)
		json_array_foreach(list, i, one) {
			const char *code = str(one, "code");
			bool living = gk_validity_find(code, strlen(code), &v) && gk_validity_names[v].living;

			if (living == (pass == 0))
				json_array_append(out, one);
		}
	json_decref(list);
	return out;
}

enum gk_status
find_answer(struct call *c)
{
	const char *q = in(c, "q");
	json_t *list = json_array();
	struct store s;
	enum gk_status st = call_read(c, &s);

	if (st == GK_OK) {
		if (q != NULL)
			st = exact(c, &s, q, list);
		if (st == GK_OK && q != NULL && json_array_size(list) == 0)
			st = by_words(c, &s, q, list);
		store_close(&s);
	}
	c->out = json_pack("{s:s, s:o}", "q", q != NULL ? q : "", "records", living_first(list));
	return st;
}

void
find_page(struct call *c, struct frame *f)
{
	const json_t *list = json_object_get(c->out, "records"), *one;
	size_t i;

	desk_head(c, f, W(f, "查找", "Find"));
	page_element(f->p, "h1", NULL, W(f, "查找文件", "Find a document"));
	desk_error(c, f);
	page_open(f->p, "form", "class", "box find", "role", "search", "method", "get", "action", "/staff/find", NULL);
	page_open(f->p, "label", "class", "vh", "for", "q", NULL);
	page_text(f->p, W(f, "编号、文号、题名或内容", "Id, number, title or words"));
	page_close(f->p);
	page_void(f->p, "input", "id", "q", "name", "q", "type", "search", "value", in(c, "q"), "maxlength", "340", NULL);
	frame_hidden_view(f);
	form_button(f, NULL, NULL, "查找", "Find", false);
	page_close(f->p);
	views_bar(c, f);
	if (in(c, "q") != NULL) {
		page_open(f->p, "p", "class", "lead", NULL);
		page_printf(f->p, W(f, "找到 %zu 件", "%zu found"), json_array_size(list));
		page_close(f->p);
	}
	page_open(f->p, "ul", "class", "rows card", NULL);
	json_array_foreach(list, i, one) {
		page_open(f->p, "li", NULL);
		badge(f, str(one, "code"), desk_words(f, one, "badge"));
		page_text(f->p, " ");
		record_link(f, str(one, "id"), str(one, "title"), str(one, "number"));
		page_close(f->p);
	}
	page_close(f->p);
	if (in(c, "q") != NULL)
		view_form(c, f, "/staff/find", (const char *const[]){ "q", NULL });
}
