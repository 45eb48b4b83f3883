/* Review before publication (domain.md 8): what waits, what was found in it, who has passed it, and the next gate. */
#include "desk/desk.h"

#include "base/io.h"
#include "gate/finding.h"
#include "indexer/act.h"
#include "indexer/acting.h"
#include "record/history.h"
#include "record/review.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FINDINGS_SHOWN = 100 };

/* ---- the list ---- */

enum gk_status
review_list_answer(struct call *c)
{
	return overview_part(c, "review");
}

void
review_list_page(struct call *c, struct frame *f)
{
	static const char *const heads[] = { "文件", "Document", "到了哪里", "How far", "下一关", "Next gate", "发现", "Findings", NULL };
	const json_t *list = json_object_get(c->out, "review"), *one;
	size_t i;

	desk_head(c, f, W(f, "审查", "Review"));
	page_element(f->p, "h1", NULL, W(f, "公开前审查", "Review before publication"));
	page_element(f->p, "p", "lead", W(f, "各关依次通过，审的是同样的字节；换了文本就重新审。", "Gates are passed in order, on the same bytes; another text begins anew."));
	desk_error(c, f);
	if (json_array_size(list) == 0) {
		page_element(f->p, "p", "card", W(f, "没有待审查的文件。", "Nothing waits for a review."));
		return;
	}
	table_begin(f, W(f, "待审查的文件", "What waits for its review"), heads);
	json_array_foreach(list, i, one) {
		const json_t *found = json_object_get(one, "findings");
		char url[128];

		page_open(f->p, "tr", NULL);
		page_open(f->p, "td", NULL);
		snprintf(url, sizeof url, "/staff/review/%s", str(one, "id"));
		page_open(f->p, "a", "class", "record", "href", frame_link(f, url), "lang", ZH(f), NULL);
		page_text(f->p, str(one, "title"));
		page_close(f->p);
		page_close(f->p);
		page_open(f->p, "td", NULL);
		page_printf(f->p, W(f, "%s，%lld/%lld 关", "%s, %lld of %lld gates"), access_words(f, str(one, "access")), (long long)num(one, "passed"), (long long)num(one, "gates"));
		page_close(f->p);
		cell(f, *str(one, "next") != '\0' ? str(one, "next") : W(f, "待公布", "to be published"));
		page_open(f->p, "td", NULL);
		if (num(found, "block") + num(found, "warn") > 0)
			page_printf(f->p, W(f, "不得公开 %lld，请核对 %lld", "%lld block, %lld to check"), (long long)num(found, "block"), (long long)num(found, "warn"));
		else
			page_text(f->p, W(f, "无", "none"));
		page_close(f->p);
		page_close(f->p);
	}
	table_end(f);
}

/* ---- one review ---- */

/* Who passed which gate on the bytes of now, and returns: the history of the review. */
static json_t *
steps_json(const struct store_history *h)
{
	json_t *out = json_array();

	for (size_t i = 0; i < h->n; i++) {
		const struct gk_event *e = &h->events[i];
		const struct gk_act_kind *kind = gk_act_kind(e->type);
		char time[GK_OFFICE_TIME];

		if (kind == NULL || kind->axis != GK_AXIS_ACCESS)
			continue;
		gk_office_time(e->recorded_at, time);
		json_array_append_new(out, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "event", e->event, "label", kind->label, "label_en", kind->label_en, "gate", gk_event_act(e, "gate"), "actor",
						     json_str(e->json, "actor"), "recorded", time, "reason", gk_event_act(e, "reason")));
	}
	return out;
}

static json_t *
gates_json(const struct store *s)
{
	json_t *out = json_array();

	for (size_t i = 0; i < s->config.n_gates; i++)
		json_array_append_new(out, json_string(s->config.gates[i]));
	return out;
}

/* The text, and what must not get out with it; excerpts are masked, the text is what a reviewer must read. */
static void
add_text(struct call *c, struct store *s, const struct gk_record *r)
{
	struct gk_warc_rec rec;
	struct gk_findings found;
	json_t *text;

	if (store_text(s, r, &rec, NULL) != GK_OK)
		return;
	if (gk_findings_of(rec.block.p == NULL ? "" : rec.block.p, rec.block.n, &found, &c->err) == GK_OK)
		json_object_set_new(c->out, "findings", gk_answer_findings(rec.block.p == NULL ? "" : rec.block.p, rec.block.n, &found));
	text = json_stringn(rec.block.p == NULL ? "" : rec.block.p, rec.block.n);
	json_object_set_new(c->out, "text", text != NULL ? text : json_string(""));
	gk_findings_free(&found);
	gk_warc_rec_free(&rec);
}

static enum gk_status
tell(struct call *c, struct store *s, const struct store_history *h)
{
	struct gk_access_of a = gk_access_at(h->events, h->n, NULL);
	struct gk_review v;
	struct gk_record r;
	json_t *out;
	enum gk_status st = gk_record_fold(h->events, h->n, &r, &c->err);

	if (st != GK_OK)
		return st;
	gk_review_of(h->events, h->n, &v);
	out = json_pack("{s:o, s:s, s:b, s:i, s:o, s:s, s:s, s:s, s:o}", "record", record_brief(h), "access", gk_access_names[a.code].code, "referred", a.referred, "passed", (int)v.passed, "gates",
			gates_json(s), "next", v.passed < s->config.n_gates ? s->config.gates[v.passed] : "", "digest", v.digest, "base", h->events[h->n - 1].event, "steps", steps_json(h));
	if (c->out != NULL) {
		json_object_update(c->out, out);
		json_decref(out);
	} else {
		c->out = out;
	}
	add_text(c, s, &r);
	gk_record_free(&r);
	return GK_OK;
}

enum gk_status
review_answer(struct call *c)
{
	return call_about(c, tell);
}

static const struct { const char *act, *type; } acts[] = {
	{ "submit", "submit" }, { "pass", "gate_pass" }, { "return", "gate_return" }, { "refer", "refer" }, { "refuse", "refuse" }, { "release", "release" }, { "sign", "publish" },
};

static const char *
type_of(const char *act)
{
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		if (strcmp(acts[i].act, act) == 0)
			return acts[i].type;
	return NULL;
}

/* The bytes that the person has read are those that are judged. */
static enum gk_status
check_bytes(struct call *c, const struct store_history *h)
{
	const char *read = in(c, "digest");
	struct gk_review v;

	gk_review_of(h->events, h->n, &v);
	if (read == NULL || strcmp(read, v.digest) == 0)
		return GK_OK;
	c->status = 409;
	return gk_fail(&c->err, GK_REFUSED, GK_CAUSE_BAD_DATA, "文本换过了：你审的是 %.20s…，现在是 %.20s…", "the text has changed: you read %.20s…, it is now %.20s…", read, v.digest);
}

static enum gk_status
act_on(struct call *c, struct store *s, const char *type, uint32_t docid, struct store_history *h)
{
	struct acting_ask ask = { .type = type, .reason = in(c, "reason"), .ground = in(c, "ground"), .remaining = -1 };
	struct acting_cause none = { .corrects = "" };
	char missing[256];
	json_t *event = NULL;
	enum gk_status st = check_bytes(c, h);

	if (st == GK_OK)
		st = call_check_base(c, h);
	if (st == GK_OK)
		st = acting_event(&ask, &none, h->events[0].id, c->who.name, &event, &c->err);
	if (st == GK_OK && (st = acting_complete(s, &ask, h, event, missing, sizeof missing, &c->err)) != GK_OK)
		json_decref(event);
	return st == GK_OK ? act_register(c, s, docid, event, missing) : st;
}

enum gk_status
review_act_answer(struct call *c)
{
	const char *act, *type = NULL, *before;
	struct store s;
	struct store_history h;
	uint32_t docid;
	enum gk_status st = in_need(c, "act", &act);

	if (st == GK_OK && (type = type_of(act)) == NULL)
		st = call_refuse(c, "act", "act 是 submit pass return refer refuse release sign 之一", "act is one of submit pass return refer refuse release sign");
	if (st == GK_OK)
		st = act_allowed(c, type);
	if (st == GK_OK)
		st = call_write(c, &s);
	if (st != GK_OK)
		return st;
	st = act_find(&s, in(c, "id"), &docid, &c->err);
	if (st == GK_OK && (st = store_history(&s, docid, &h, &c->err)) == GK_OK) {
		before = call_registered(c, &h);
		if (before != NULL) {
			c->out = json_pack("{s:s}", "event", before);
			c->status = 201;
		} else {
			st = act_on(c, &s, type, docid, &h);
		}
		store_history_free(&h);
	}
	/* The page shows how it stands now, whatever became of the act. */
	if (!c->api && act_find(&s, in(c, "id"), &docid, NULL) == GK_OK && store_history(&s, docid, &h, NULL) == GK_OK) {
		tell(c, &s, &h);
		store_history_free(&h);
	}
	call_close(c, &s);
	return st;
}

/* ---- the page ---- */

static void
write_gates(struct frame *f, const json_t *o)
{
	const json_t *gate;
	long long passed = num(o, "passed");
	size_t i;

	page_open(f->p, "ol", "class", "gates", NULL);
	json_array_foreach(json_object_get(o, "gates"), i, gate) {
		bool done = (long long)i < passed;

		page_open(f->p, "li", "class", done ? "passed" : (long long)i == passed ? "next" : NULL, NULL);
		page_text(f->p, done ? "✓ " : (long long)i == passed ? "▸ " : "○ ");
		page_text(f->p, json_string_value(gate));
		page_element(f->p, "span", "vh", done ? W(f, "，已通过", ", passed") : (long long)i == passed ? W(f, "，下一关", ", next") : "");
		page_close(f->p);
	}
	page_close(f->p);
}

static void
write_findings(struct frame *f, const json_t *found)
{
	static const char *const heads[] = { "规则", "Rule", "轻重", "Severity", "行", "Line", "所在", "Where", "怎么办", "What to do", NULL };
	const json_t *list = json_object_get(found, "findings"), *one;
	size_t i;

	page_element(f->p, "h2", NULL, W(f, "发现", "Findings"));
	if (json_array_size(list) == 0) {
		page_element(f->p, "p", NULL, W(f, "没有发现密级标志和个人信息。", "No markings of secrecy, no personal numbers."));
		return;
	}
	table_begin(f, W(f, "发现", "Findings"), heads);
	json_array_foreach(list, i, one) {
		bool block = strcmp(str(one, "severity"), "block") == 0;

		if (i == FINDINGS_SHOWN)
			break;
		page_open(f->p, "tr", NULL);
		page_open(f->p, "td", NULL);
		page_printf(f->p, "%s %s", str(one, "rule"), desk_words(f, one, "label"));
		page_close(f->p);
		page_element(f->p, "td", block ? "ask" : NULL, block ? W(f, "不得公开", "blocks") : strcmp(str(one, "severity"), "warn") == 0 ? W(f, "请核对", "check") : W(f, "已处理", "treated"));
		page_open(f->p, "td", NULL);
		page_printf(f->p, "%lld", (long long)num(one, "line"));
		page_close(f->p);
		cell(f, str(one, "excerpt"));
		cell(f, desk_words(f, one, "advice"));
		page_close(f->p);
	}
	table_end(f);
}

static void
write_steps(struct frame *f, const json_t *steps)
{
	const json_t *one;
	size_t i;

	if (json_array_size(steps) == 0)
		return;
	page_element(f->p, "h2", NULL, W(f, "审查经过", "Steps"));
	page_open(f->p, "ol", "class", "rows card", NULL);
	json_array_foreach(steps, i, one) {
		page_open(f->p, "li", NULL);
		page_printf(f->p, "%s %s %s %s", str(one, "recorded"), desk_words(f, one, "label"), str(one, "gate"), str(one, "actor"));
		if (*str(one, "reason") != '\0')
			page_printf(f->p, W(f, "：%s", ": %s"), str(one, "reason"));
		page_close(f->p);
	}
	page_close(f->p);
}

static const char *const grounds[] = {
	"", "（只有不予公开要选）", "(for a refusal only)", "state_secret", "国家秘密", "state secret", "law_forbids", "法律禁止", "forbidden by law", "three_safety", "三安全一稳定", "safety and stability",
	"third_party", "商业秘密、个人隐私", "third party", "internal_affairs", "内部事务信息", "internal affairs", "process_info", "过程性信息", "process information",
	"enforcement_file", "行政执法案卷", "enforcement file", NULL, NULL, NULL
};

static void
write_judgement(struct call *c, struct frame *f, const json_t *o)
{
	static const struct field reason = { "reason", "意见", "Opinion", "text", "", "退回、报请、不予公开，以及有不得公开的内容而公布的，必须写", "Wanted when returning, referring, refusing, and when publishing in spite of a finding", false };
	const json_t *r = json_object_get(o, "record");
	const char *access = str(o, "access");
	char action[128];

	snprintf(action, sizeof action, "/staff/review/%s", str(r, "id"));
	form_begin(c, f, action, "grid card");
	page_element(f->p, "h2", NULL, W(f, "我的结论", "My verdict"));
	form_hidden(f, "base", str(o, "base"));
	form_hidden(f, "digest", str(o, "digest"));
	form_hidden(f, "confirm", "1");
	form_field(c, f, &reason);
	if (strcmp(access, "under_review") == 0)
		form_choice(c, f, "ground", "不予公开的理由", "Ground of a refusal", "", grounds);
	page_open(f->p, "p", "class", "acts", NULL);
	if (strcmp(access, "draft") == 0)
		form_button(f, "act", "submit", "送审", "Submit for review", false);
	if (strcmp(access, "rejected") == 0)
		form_button(f, "act", "release", "重新审查", "Review again", false);
	if (strcmp(access, "under_review") == 0) {
		if (*str(o, "next") != '\0')
			form_button(f, "act", "pass", "通过这一关", "Pass this gate", false);
		else
			form_button(f, "act", "sign", "签发公布", "Sign and publish", false);
		form_button(f, "act", "return", "退回", "Return", true);
		form_button(f, "act", "refer", "报请确定", "Refer", true);
		form_button(f, "act", "refuse", "不予公开", "Refuse", true);
	}
	page_close(f->p);
	form_end(f);
}

void
review_page(struct call *c, struct frame *f)
{
	const json_t *o = c->out, *r = json_object_get(o, "record");
	bool may = (c->who.roles & (GK_ROLE_REVIEWER | GK_ROLE_EDITOR | GK_ROLE_ADMIN)) != 0;

	desk_head(c, f, W(f, "审查", "Review"));
	page_open(f->p, "h1", NULL);
	page_printf(f->p, W(f, "审查：%s", "Review: %s"), str(r, "title"));
	page_close(f->p);
	desk_error(c, f);
	if (!json_is_object(r))
		return;
	if (*str(o, "event") != '\0' && c->err.cause == GK_CAUSE_NONE) {
		page_open(f->p, "p", "class", "done", "role", "status", NULL);
		page_printf(f->p, W(f, "✓ 已登记 %s", "✓ Registered %s"), str(o, "event"));
		page_close(f->p);
	}
	page_open(f->p, "p", "class", "lead", NULL);
	record_link(f, str(r, "id"), W(f, "全部登记", "All events"), str(r, "number"));
	page_printf(f->p, W(f, "　公开状态：%s", "  access: %s"), access_words(f, str(o, "access")));
	page_close(f->p);
	write_gates(f, o);
	write_findings(f, json_object_get(o, "findings"));
	if (may && strcmp(str(o, "access"), "public") != 0)
		write_judgement(c, f, o);
	page_element(f->p, "h2", NULL, W(f, "正文", "Text"));
	page_open(f->p, "div", "class", "card plaintext", "lang", ZH(f), "tabindex", "0", "role", "region", "aria-label", W(f, "正文", "Text"), NULL);
	page_text(f->p, str(o, "text"));
	page_close(f->p);
	write_steps(f, json_object_get(o, "steps"));
}
