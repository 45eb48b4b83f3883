/* Registering an act on one record, with its preview, and undoing one: the form, the answer, the page. */
#include "desk/desk.h"

#include "base/io.h"
#include "indexer/act.h"
#include "indexer/acting.h"
#include "indexer/resolve.h"
#include "record/field.h"
#include "record/history.h"
#include "record/validity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS_MAX = 64 };

/* The acts that a person chooses from; needs in words. */
static const char *const types[] = {
	"abolish", "废止", "abolition", "replace", "被新文件取代", "replacement by a new document", "confirm_valid", "确认继续有效", "confirmation that it stays in force",
	"lapse", "宣布失效", "declaration of lapse", "revoke", "撤销（自始无效）", "annulment (void from the beginning)", "suspend", "暂停执行", "suspension",
	"resume", "恢复施行", "resumption", "renew", "延长有效期", "renewal", "reinstate", "恢复效力", "reinstatement", "amend_articles", "修改", "amendment",
	"withdraw", "下线（公众不再看到）", "withdrawal from public view", "restore", "恢复公开", "showing it again", NULL, NULL, NULL
};

/* ---- who may ---- */

enum gk_status
act_allowed(struct call *c, const char *type)
{
	const struct gk_act_kind *kind = gk_act_kind(type);
	unsigned roles = GK_ROLE_ADMIN;
	char words[64];

	if (kind == NULL)
		return call_refuse(c, "type", "没有这种登记", "there is no such act");
	if (kind->axis == GK_AXIS_ACCESS)
		roles |= strcmp(type, "submit") == 0 ? GK_ROLE_EDITOR | GK_ROLE_REVIEWER : GK_ROLE_REVIEWER;
	else if (kind->axis == GK_AXIS_RETENTION)
		roles |= GK_ROLE_ARCHIVIST;
	else if (strcmp(type, "annul_event") == 0)
		roles |= GK_ROLE_EDITOR | GK_ROLE_REVIEWER | GK_ROLE_ARCHIVIST;
	else
		roles |= GK_ROLE_EDITOR;
	/* Destroying and handing over have ways of their own. */
	if (strcmp(type, "destroy") == 0 || strcmp(type, "transfer") == 0 || strcmp(type, "file") == 0)
		return call_refuse(c, "type", "这种登记不在这里做", "this act is not registered here");
	if ((c->who.roles & roles) == 0) {
		c->status = 403;
		gk_roles_text(roles, gk_lang, words, sizeof words);
		return gk_fail(&c->err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "你的角色不能登记“%s”（要：%s）", "your role may not register '%s' (wanted: %s)", GK_T(kind->label, kind->label_en), words);
	}
	if (strcmp(type, "withdraw") == 0 || strcmp(type, "seal") == 0)
		return call_need_fresh(c);
	return GK_OK;
}

/* ---- one act ---- */

json_t *
record_brief(const struct store_history *h)
{
	struct gk_status_of v = gk_validity_at(h->events, h->n, gk_date_today(), NULL);
	char zh[1024], en[1024];
	struct gk_record r;
	json_t *out;

	if (gk_record_fold(h->events, h->n, &r, NULL) != GK_OK)
		return json_object();
	gk_validity_badge(&v, GK_ZH, zh, sizeof zh);
	gk_validity_badge(&v, GK_EN, en, sizeof en);
	out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", r.id, "title", gk_meta_get(r.meta, "title"), "number", gk_meta_get(r.meta, "docno"), "code",
			gk_validity_names[v.code].code, "badge", zh, "badge_en", en, "access", gk_access_names[gk_access_at(h->events, h->n, NULL).code].code, "event",
			h->events[h->n - 1].event);
	gk_record_free(&r);
	return out;
}

static void
set_event(struct call *c, const char *number)
{
	char url[64];

	snprintf(url, sizeof url, "/staff/undo?event=%s", number);
	json_object_set_new(c->out, "event", json_string(number));
	json_object_set_new(c->out, "undo", json_string(url));
	c->status = 201;
}

enum gk_status
act_register(struct call *c, struct store *s, uint32_t docid, json_t *event, const char *note)
{
	struct act_plan plan;
	char number[32], mark[REQUEST_MARK];
	enum gk_status st;

	call_request_mark(c, mark);
	if (mark[0] != '\0')
		json_object_set_new(event, "request", json_string(mark));
	st = act_plan(s, docid, event, &plan, &c->err);
	if (st != GK_OK)
		return st;
	c->out = json_pack("{s:o, s:s}", "preview", act_preview(s, &plan), "base", plan.history.events[plan.history.n - 1].event);
	if (note[0] != '\0')
		json_object_set_new(c->out, "note", json_string(note));
	if (!c->dry) {
		st = act_append(s, &plan, number, &c->err);
		if (st == GK_OK)
			st = store_commit(s, &c->err);
		if (st == GK_OK)
			set_event(c, number);
	}
	act_plan_free(&plan);
	return st;
}

static struct acting_ask
ask_of(struct call *c, const char *type, const char **part)
{
	return (struct acting_ask){
		.type = type, .reason = in(c, "reason"), .subject = in(c, "subject"), .until = in(c, "until"), .unless = in(c, "lapse_date"), .class_name = in(c, "class"),
		.gate = in(c, "gate"), .ground = in(c, "ground"), .target = in(c, "target"), .part = part, .n_parts = in_list(c, "articles", part, PARTS_MAX), .remaining = -1,
		.late = in_is(c, "late", "1"), .fields = json_is_object(json_object_get(c->in, "fields")) ? json_object_get(c->in, "fields") : NULL,
	};
}

static enum gk_status
plan_and_do(struct call *c, struct store *s, const char *type, uint32_t docid, struct store_history *h)
{
	const char *part[PARTS_MAX], *before = call_registered(c, h);
	struct acting_ask ask = ask_of(c, type, part);
	struct acting_cause cause = { .corrects = "" };
	char missing[256];
	json_t *event = NULL;
	enum gk_status st;

	if (before != NULL) {
		c->out = json_object();
		set_event(c, before);
		return GK_OK;
	}
	st = call_check_base(c, h);
	if (st == GK_OK)
		st = acting_cause(s, in(c, "by"), in(c, "by_text"), in(c, "effective"), &cause, &c->err);
	if (st == GK_OK)
		st = acting_event(&ask, &cause, h->events[0].id, c->who.name, &event, &c->err);
	if (st == GK_OK && (st = acting_complete(s, &ask, h, event, missing, sizeof missing, &c->err)) != GK_OK)
		json_decref(event);
	return st == GK_OK ? act_register(c, s, docid, event, missing) : st;
}

/* The field that names the record: its id from an address, or what a person typed. */
static const char *
ref_of(const struct call *c)
{
	return in(c, "id") != NULL ? in(c, "id") : in(c, "ref");
}

/* Close ones, for who mistyped: names of records, never a guess. */
static void
add_near(struct call *c, struct store *s, const char *ref)
{
	struct resolve_wanted w = { .name = ref, .docno = ref, .issuer = "", .self_title = "", .near = true };
	struct resolved r;
	struct gk_err quiet = GK_ERR_INIT;
	json_t *near = json_array();

	if (resolve(s, &w, &r, &quiet) == GK_OK)
		for (size_t i = 0; i < r.n; i++)
			json_array_append_new(near, json_pack("{s:s, s:s, s:s, s:s}", "id", r.c[i].id, "title", r.c[i].title, "number", r.c[i].docno, "status", gk_validity_names[r.c[i].now].code));
	if (c->out == NULL)
		c->out = json_object();
	json_object_set_new(c->out, "near", near);
}

static enum gk_status
find_record(struct call *c, struct store *s, uint32_t *docid, struct store_history *h)
{
	const char *ref = ref_of(c);
	enum gk_status st;

	if (ref == NULL)
		return call_refuse(c, "ref", "没有说明是哪一件", "no document was named");
	st = act_find(s, ref, docid, &c->err);
	if (st == GK_REFUSED) {
		c->param = "ref";
		add_near(c, s, ref);
	}
	if (st == GK_OK)
		st = store_history(s, *docid, h, &c->err);
	if (st == GK_OK && (st = call_check_seen(c, h, ref)) != GK_OK)
		store_history_free(h);
	return st;
}

enum gk_status
act_one(struct call *c, struct store *s, const char *type)
{
	struct store_history h;
	uint32_t docid;
	enum gk_status st = find_record(c, s, &docid, &h);

	if (st != GK_OK)
		return st;
	st = plan_and_do(c, s, type, docid, &h);
	/* A refusal too is read with the name of what it is about. */
	if (c->out == NULL)
		c->out = json_object();
	json_object_set_new(c->out, "record", record_brief(&h));
	store_history_free(&h);
	return st;
}

enum gk_status
act_look(struct call *c, struct store *s)
{
	struct store_history h;
	uint32_t docid;
	enum gk_status st = find_record(c, s, &docid, &h);

	if (st != GK_OK)
		return st;
	json_decref(c->out);
	c->out = json_pack("{s:o}", "record", record_brief(&h));
	store_history_free(&h);
	return GK_OK;
}

enum gk_status
act_answer(struct call *c)
{
	const char *type;
	struct store s;
	enum gk_status st = in_need(c, "type", &type);

	if (st == GK_OK)
		st = act_allowed(c, type);
	if (st == GK_OK)
		st = call_write(c, &s);
	if (st != GK_OK)
		return st;
	st = act_one(c, &s, type);
	call_close(c, &s);
	return st;
}

/* The empty form, or one for a record that was named in its address. */
enum gk_status
act_form_answer(struct call *c)
{
	struct store s;
	enum gk_status st;

	c->out = json_object();
	if (ref_of(c) == NULL)
		return GK_OK;
	st = call_read(c, &s);
	if (st != GK_OK)
		return st;
	st = act_look(c, &s);
	store_close(&s);
	return st;
}

/* ---- what it would do, or has done ---- */

void
act_report(struct frame *f, const json_t *report)
{
	static const char *const heads[] = { "年度", "Year", "表二", "Table 2", "本年制发", "Issued", "本年废止", "Ended", "现行有效", "In force", NULL };
	static const char *const keys[] = { "issued", "ended", "inforce" };
	const json_t *one;
	size_t i;

	if (json_array_size(report) == 0) {
		page_element(f->p, "p", NULL, W(f, "年报数字不变。", "No figure of a yearly report changes."));
		return;
	}
	page_element(f->p, "h2", NULL, W(f, "年报数字的变化", "Figures of the yearly reports"));
	table_begin(f, W(f, "年报数字的变化", "Figures of the yearly reports"), heads);
	json_array_foreach(report, i, one) {
		page_open(f->p, "tr", NULL);
		page_open(f->p, "td", NULL);
		page_printf(f->p, "%lld", (long long)num(one, "year"));
		page_close(f->p);
		cell(f, strcmp(str(one, "row"), "rule") == 0 ? W(f, "规章", "rules") : W(f, "规范性文件", "normative documents"));
		for (size_t k = 0; k < 3; k++) {
			page_open(f->p, "td", "class", "n", NULL);
			page_printf(f->p, num(one, keys[k]) == 0 ? "0" : "%+lld", (long long)num(one, keys[k]));
			page_close(f->p);
		}
		page_close(f->p);
	}
	table_end(f);
}

static void
write_state(struct frame *f, const char *head, const json_t *state)
{
	page_open(f->p, "div", "class", "card", NULL);
	page_element(f->p, "h2", NULL, head);
	page_open(f->p, "p", NULL);
	badge(f, str(state, "code"), desk_words(f, state, "badge"));
	page_close(f->p);
	page_close(f->p);
}

static void
write_preview(struct frame *f, const json_t *v)
{
	const json_t *before = json_object_get(v, "before"), *after = json_object_get(v, "after"), *between = json_object_get(v, "between"), *feed;
	size_t i;

	page_open(f->p, "p", "class", "lead", NULL);
	page_printf(f->p, W(f, "登记“%s”：", "Register: %s of "), desk_words(f, v, "label"));
	record_link(f, str(v, "id"), str(v, "title"), str(v, "number"));
	if (*str(v, "effective") != '\0')
		page_printf(f->p, W(f, "，自 %s 起", ", from %s on"), str(v, "effective"));
	page_close(f->p);
	page_open(f->p, "div", "class", "pair", NULL);
	write_state(f, W(f, "现为", "Now"), before);
	if (json_is_object(between))
		write_state(f, W(f, "当时", "On that day"), between);
	write_state(f, *str(v, "from") != '\0' ? W(f, "届时", "Then") : W(f, "变为", "Will be"), after);
	page_close(f->p);
	if (strcmp(str(before, "access"), str(after, "access")) != 0) {
		page_open(f->p, "p", NULL);
		page_printf(f->p, W(f, "公开状态：%s → %s", "Access: %s to %s"), access_words(f, str(before, "access")), access_words(f, str(after, "access")));
		page_close(f->p);
	}
	act_report(f, json_object_get(v, "report"));
	page_element(f->p, "h2", NULL, W(f, "订阅者将看到", "Subscribers will see it in"));
	page_open(f->p, "ul", "class", "plainlist", NULL);
	json_array_foreach(json_object_get(v, "feeds"), i, feed)
		page_element(f->p, "li", NULL, json_string_value(feed));
	page_close(f->p);
}

static void
write_done(struct frame *f, const json_t *o)
{
	const json_t *v = json_object_get(o, "preview");

	page_open(f->p, "div", "class", "done", "role", "status", NULL);
	page_open(f->p, "p", "class", "strong", NULL);
	page_printf(f->p, W(f, "✓ 已登记 %s", "✓ Registered %s"), str(o, "event"));
	page_close(f->p);
	page_open(f->p, "p", NULL);
	page_printf(f->p, W(f, "%s：", "%s: "), desk_words(f, v, "label"));
	record_link(f, str(v, "id"), str(v, "title"), str(v, "number"));
	page_close(f->p);
	page_close(f->p);
	page_open(f->p, "p", "class", "acts", NULL);
	if (*str(o, "undo") != '\0')
		frame_a(f, "button plain", str(o, "undo"), W(f, "撤销这一条…", "Undo it…"));
	frame_a(f, "button plain", "/staff/events", W(f, "再登记一件", "Register another"));
	frame_a(f, "button plain", "/staff/", W(f, "回到今日", "Back to today"));
	page_close(f->p);
}

void
act_show(struct call *c, struct frame *f, const char *action, const char *title)
{
	const json_t *o = c->out;

	desk_head(c, f, title);
	page_element(f->p, "h1", NULL, title);
	desk_error(c, f);
	if (*str(o, "event") != '\0' && c->err.cause == GK_CAUSE_NONE) {
		write_done(f, o);
		return;
	}
	if (!json_is_object(json_object_get(o, "preview")))
		return;
	write_preview(f, json_object_get(o, "preview"));
	if (*str(o, "note") != '\0') {
		page_open(f->p, "p", "class", "notice", NULL);
		page_printf(f->p, W(f, "文本里没有“%s”，请核对。", "The text has no '%s': please check."), str(o, "note"));
		page_close(f->p);
	}
	if (c->err.cause != GK_CAUSE_NONE)
		return;
	form_begin(c, f, action, "acts");
	form_again(c, f);
	if (in(c, "base") == NULL && *str(o, "base") != '\0')
		form_hidden(f, "base", str(o, "base"));
	form_button(f, NULL, NULL, "登记", "Register it", false);
	frame_a(f, "button plain", "/staff/", W(f, "取消", "Cancel"));
	form_end(f);
}

/* ---- the form ---- */

static void
write_near(struct frame *f, const json_t *near, const char *type)
{
	const json_t *one;
	size_t i;

	if (json_array_size(near) == 0)
		return;
	page_element(f->p, "h2", NULL, W(f, "是不是这几件", "Is it one of these"));
	page_open(f->p, "ul", "class", "rows card", NULL);
	json_array_foreach(near, i, one) {
		char url[256];

		snprintf(url, sizeof url, "/staff/events?type=%.40s&ref=%s", type, str(one, "id"));
		page_open(f->p, "li", NULL);
		badge(f, str(one, "status"), "");
		page_text(f->p, " ");
		page_open(f->p, "a", "href", frame_link(f, url), "lang", ZH(f), NULL);
		page_printf(f->p, "%s %s", str(one, "title"), str(one, "number"));
		page_close(f->p);
		page_close(f->p);
	}
	page_close(f->p);
}

static const char *
safe_type(const struct call *c)
{
	const char *type = in(c, "type");

	for (size_t i = 0; type != NULL && types[i] != NULL; i += 3)
		if (strcmp(types[i], type) == 0)
			return types[i];
	return "abolish";
}

static void
write_record(struct frame *f, const json_t *r)
{
	if (!json_is_object(r))
		return;
	page_open(f->p, "div", "class", "card", NULL);
	page_open(f->p, "p", NULL);
	record_link(f, str(r, "id"), str(r, "title"), str(r, "number"));
	page_close(f->p);
	page_open(f->p, "p", NULL);
	badge(f, str(r, "code"), desk_words(f, r, "badge"));
	page_close(f->p);
	page_close(f->p);
}

static const char *const withdrawals[] = {
	"", "（只有下线要选）", "(for a withdrawal only)", "secrecy", "涉密", "secrecy", "privacy", "个人隐私", "privacy", "error", "内容有误", "error", "third_party", "第三方权益", "third party",
	"order", "上级要求", "order of a superior body", NULL, NULL, NULL
};

void
act_page(struct call *c, struct frame *f)
{
	static const struct field fields[] = {
		{ "ref", "哪一件（编号、文号或题名）", "Which document (id, number or title)", "text", "", NULL, NULL, true },
		{ "by", "依据文件（编号、文号或题名）", "The document that did it (id, number or title)", "text", "", NULL, NULL, false },
		{ "by_text", "依据不在档案里的，照原文写", "If that is not in the archive, in words", "text", "", "例：《关于废止部分文件的通知》（县府发〔2021〕7号）", "Its title and number as they stand", false },
		{ "effective", "自哪一天起", "From which day", "date", "", "不填：依据文件的施行日期，否则今天", "Empty: the day on which the document that did it takes effect, else today", false },
		{ "articles", "只涉及几条的，写条号", "Of some articles only: which", "text", "", "例：第三条、第七条", "Such as 第三条、第七条", false },
		{ "until", "到哪一天为止（暂停、延长）", "Up to which day (suspension, renewal)", "date", "", NULL, NULL, false },
		{ "reason", "理由", "Reason", "text", "", NULL, NULL, false },
	};
	const json_t *o = c->out, *r = json_object_get(o, "record");

	if (json_is_object(json_object_get(o, "preview")) && c->err.cause == GK_CAUSE_NONE) {
		act_show(c, f, "/staff/events", W(f, "登记", "Register an act"));
		return;
	}
	desk_head(c, f, W(f, "登记", "Register an act"));
	page_element(f->p, "h1", NULL, W(f, "登记废止等事项", "Register an abolition or another act"));
	page_element(f->p, "p", "lead", W(f, "先看后果，再登记；登记错了可以撤销。", "You see the consequences first; a wrong entry can be undone."));
	desk_error(c, f);
	write_near(f, json_object_get(o, "near"), safe_type(c));
	write_record(f, r);
	form_begin(c, f, "/staff/events", "grid card");
	if (json_is_object(r))
		form_hidden(f, "base", str(r, "event"));
	form_choice(c, f, "type", "登记什么", "What", "abolish", types);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		form_field(c, f, &fields[i]);
	form_choice(c, f, "class", "下线的理由类别", "Class of a withdrawal", "", withdrawals);
	page_open(f->p, "p", "class", "acts", NULL);
	form_button(f, NULL, NULL, "看后果", "See the consequences", false);
	page_close(f->p);
	form_end(f);
}

/* ---- undoing ---- */

enum gk_status
undo_answer(struct call *c)
{
	const char *number;
	struct gk_event e;
	struct store_history h;
	struct store s;
	uint32_t docid;
	char now[32];
	enum gk_status st = in_need(c, "event", &number);

	if (st != GK_OK)
		return st;
	c->dry |= strcmp(c->method, "POST") != 0;
	st = act_allowed(c, "annul_event");
	if (st == GK_OK)
		st = call_write(c, &s);
	if (st != GK_OK)
		return st;
	st = act_find_event(&s, number, &docid, &e, &c->err);
	if (st == GK_OK) {
		/* Who may not do a thing may not undo it. */
		st = gk_act_kind(e.type) != NULL ? act_allowed(c, e.type) : GK_OK;
		if (st == GK_OK)
			st = store_history(&s, docid, &h, &c->err);
		if (st == GK_OK) {
			const char *reason = in(c, "reason"), *before = call_registered(c, &h);
			json_t *act = json_pack("{s:s, s:s}", "target", number, "reason", reason != NULL ? reason : "登记有误");

			gk_now_utc(now);
			st = call_check_base(c, &h);
			if (st == GK_OK && before != NULL) {
				c->out = json_pack("{s:s}", "event", before);
				c->status = 201;
				json_decref(act);
			} else if (st == GK_OK) {
				st = act_register(c, &s, docid, gk_act_json(e.id, "annul_event", GK_NO_DATE, now, c->who.name, act, NULL), "");
			} else {
				json_decref(act);
			}
			store_history_free(&h);
		}
		gk_event_free(&e);
	}
	call_close(c, &s);
	return st;
}

void
undo_page(struct call *c, struct frame *f)
{
	static const struct field reason = { "reason", "为什么撤销", "Why", "text", "", "不填：登记有误", "Empty: it was a mistake", false };
	const json_t *o = c->out;

	if (*str(o, "event") != '\0' || in(c, "reason") != NULL || c->err.cause != GK_CAUSE_NONE) {
		act_show(c, f, "/staff/undo", W(f, "撤销登记", "Undo an event"));
		return;
	}
	desk_head(c, f, W(f, "撤销登记", "Undo an event"));
	page_open(f->p, "h1", NULL);
	page_printf(f->p, W(f, "撤销登记 %s", "Undo the event %s"), in(c, "event"));
	page_close(f->p);
	write_preview(f, json_object_get(o, "preview"));
	form_begin(c, f, "/staff/undo", "stack card");
	form_again(c, f);
	form_field(c, f, &reason);
	page_open(f->p, "p", "class", "acts", NULL);
	form_button(f, NULL, NULL, "撤销", "Undo it", false);
	frame_a(f, "button plain", "/staff/", W(f, "取消", "Cancel"));
	page_close(f->p);
	form_end(f);
}
