/* Holds put and released, and appraisals: one act each on several records. */
#include "desk/desk.h"

#include "base/io.h"
#include "indexer/act.h"
#include "indexer/keeping.h"
#include "record/field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHOSEN_MAX = 1000 };

/* ---- one act each ---- */

/* What it is now and on the day of the act, in the sentence of record/retention.h. */
static json_t *
preview(const struct act_plan *p)
{
	struct gk_event *with = calloc(p->history.n + 1, sizeof *with);
	struct gk_retention_of was, is;
	struct gk_record r;
	char zh[800], en[800];
	json_t *out;

	if (with == NULL || gk_record_fold(p->history.events, p->history.n, &r, NULL) != GK_OK) {
		free(with);
		return json_object();
	}
	memcpy(with, p->history.events, p->history.n * sizeof *with);
	with[p->history.n] = p->event;
	was = gk_retention_at(with, p->history.n, GK_NO_DATE, NULL);
	is = gk_retention_at(with, p->history.n + 1, GK_NO_DATE, NULL);
	gk_retention_sentence(&is, GK_ZH, zh, sizeof zh);
	gk_retention_sentence(&is, GK_EN, en, sizeof en);
	out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i}", "id", r.id, "title", gk_meta_get(r.meta, "title"), "before", gk_retention_names[was.state].label, "before_en",
			gk_retention_names[was.state].label_en, "after", gk_retention_names[is.state].label, "after_en", gk_retention_names[is.state].label_en, "sentence", zh, "sentence_en", en,
			"holds", (int)is.n_holds);
	gk_record_free(&r);
	free(with);
	return out;
}

/* act is borrowed.  A record that cannot be done is told in its row; nothing is registered unless all can. */
static enum gk_status
plan_one(struct call *c, struct store *s, const char *ref, const char *type, json_t *act, struct act_plan *plan, json_t *rows)
{
	struct gk_err why = GK_ERR_INIT;
	struct store_history h;
	uint32_t docid;
	char now[32];
	enum gk_status st = act_find(s, ref, &docid, &why);

	if (st == GK_OK)
		st = store_history(s, docid, &h, &why);
	if (st == GK_OK) {
		gk_now_utc(now);
		st = act_plan(s, docid, gk_act_json(h.events[0].id, type, GK_NO_DATE, now, c->who.name, json_incref(act), NULL), plan, &why);
		store_history_free(&h);
	}
	if (st == GK_OK)
		json_array_append_new(rows, preview(plan));
	else
		json_array_append_new(rows, json_pack("{s:s, s:s, s:s}", "ref", ref, "message", why.what, "message_en", why.what_en));
	if (st != GK_OK)
		c->err = why;
	return st;
}

static enum gk_status
append_all(struct call *c, struct store *s, struct act_plan *plan, size_t n, json_t *rows)
{
	enum gk_status st = GK_OK;
	char number[32];

	for (size_t i = 0; st == GK_OK && i < n; i++) {
		st = act_append(s, &plan[i], number, &c->err);
		json_object_set_new(json_array_get(rows, i), "event", json_string(number));
	}
	if (st == GK_OK)
		st = store_commit(s, &c->err);
	c->status = 201;
	return st;
}

/* The ids that were chosen or written down; steals act. */
static enum gk_status
register_each(struct call *c, const char *type, json_t *act)
{
	const char **refs = calloc(CHOSEN_MAX, sizeof *refs);
	struct act_plan *plan = calloc(CHOSEN_MAX, sizeof *plan);
	json_t *rows = json_array();
	struct store s;
	size_t n = refs != NULL ? in_list(c, "ids", refs, CHOSEN_MAX) : 0, done = 0, failed = 0;
	enum gk_status st = refs == NULL || plan == NULL ? gk_nomem(&c->err) : n == 0 ? call_refuse(c, "ids", "没有选文件", "no document was chosen") : act_allowed(c, type);

	if (st == GK_OK && (st = call_write(c, &s)) == GK_OK) {
		for (size_t i = 0; i < n && st != GK_DEAD; i++) {
			st = plan_one(c, &s, refs[i], type, act, &plan[done], rows);
			done += st == GK_OK;
			failed += st == GK_REFUSED;
		}
		if (st != GK_DEAD)
			st = failed > 0 ? GK_REFUSED : c->dry ? GK_OK : append_all(c, &s, plan, done, rows);
		for (size_t i = 0; i < done; i++)
			act_plan_free(&plan[i]);
		call_close(c, &s);
		c->out = json_pack("{s:s, s:O, s:b}", "type", type, "rows", rows, "registered", st == GK_OK && !c->dry);
	}
	json_decref(rows);
	json_decref(act);
	free(refs);
	free(plan);
	return st;
}

static void
write_rows(struct call *c, struct frame *f, const char *action)
{
	const json_t *rows = json_object_get(c->out, "rows"), *one;
	bool done = json_is_true(json_object_get(c->out, "registered"));
	size_t i;

	if (done) {
		page_open(f->p, "p", "class", "done", "role", "status", NULL);
		page_printf(f->p, W(f, "✓ 已登记 %zu 条", "✓ %zu registered"), json_array_size(rows));
		page_close(f->p);
	}
	page_open(f->p, "ul", "class", "rows card", NULL);
	json_array_foreach(rows, i, one) {
		page_open(f->p, "li", NULL);
		if (*str(one, "message") != '\0') {
			page_printf(f->p, "%s ", str(one, "ref"));
			page_element(f->p, "strong", "ask", desk_words(f, one, "message"));
		} else {
			record_link(f, str(one, "id"), str(one, "title"), str(one, "event"));
			page_open(f->p, "p", "class", "quiet", NULL);
			page_printf(f->p, "%s → %s；%s", desk_words(f, one, "before"), desk_words(f, one, "after"), desk_words(f, one, "sentence"));
			if (num(one, "holds") > 0)
				page_printf(f->p, W(f, "；停止处置 %lld 案", "; on hold for %lld cases"), (long long)num(one, "holds"));
			page_close(f->p);
		}
		page_close(f->p);
	}
	page_close(f->p);
	if (done || c->err.cause != GK_CAUSE_NONE)
		return;
	form_begin(c, f, action, "acts");
	form_again(c, f);
	form_button(f, NULL, NULL, "登记", "Register", false);
	frame_a(f, "button plain", "/staff/archive", W(f, "取消", "Cancel"));
	form_end(f);
}

/* ---- holds ---- */

enum gk_status
holds_answer(struct call *c)
{
	return overview_part(c, "holds");
}

enum gk_status
hold_act_answer(struct call *c)
{
	bool release = in_is(c, "op", "release");
	const char *name;
	json_t *act;
	enum gk_status st = in_need(c, "case", &name);

	if (st == GK_OK && !release && !in_is(c, "op", "add"))
		st = call_refuse(c, "op", "op 是 add 或 release", "op is add or release");
	if (st != GK_OK)
		return st;
	act = json_pack("{s:s}", "case", name);
	keeping_set(act, "reason", in(c, "reason"));
	return register_each(c, release ? "hold_off" : "hold_on", act);
}

static void
write_holds(struct call *c, struct frame *f, const json_t *list)
{
	static const char *const heads[] = { "案由", "Case", "文件", "Document", "原因", "Cause", "自", "Since", "经办", "By", "", "", NULL };
	bool may = (c->who.roles & (GK_ROLE_ARCHIVIST | GK_ROLE_ADMIN)) != 0;
	const json_t *one;
	size_t i;

	if (json_array_size(list) == 0) {
		page_element(f->p, "p", "card", W(f, "没有停止处置的文件。", "Nothing is on hold."));
		return;
	}
	table_begin(f, W(f, "停止处置的文件", "Documents on hold"), heads);
	json_array_foreach(list, i, one) {
		page_open(f->p, "tr", NULL);
		cell(f, str(one, "case"));
		page_open(f->p, "td", NULL);
		record_link(f, str(one, "id"), str(one, "title"), "");
		page_close(f->p);
		cell(f, str(one, "reason"));
		cell(f, str(one, "since"));
		cell(f, str(one, "actor"));
		page_open(f->p, "td", NULL);
		if (may) {
			form_begin(c, f, "/staff/archive/holds", NULL);
			form_hidden(f, "op", "release");
			form_hidden(f, "case", str(one, "case"));
			form_hidden(f, "ids", str(one, "id"));
			form_button(f, NULL, NULL, "解除…", "Release…", true);
			form_end(f);
		}
		page_close(f->p);
		page_close(f->p);
	}
	table_end(f);
}

void
holds_page(struct call *c, struct frame *f)
{
	static const struct field fields[] = {
		{ "case", "案由", "Case", "text", "", "例：复议2026-3", "Such as 复议2026-3", true },
		{ "reason", "原因", "Cause", "text", "", "诉讼、审计、检查、申请、复议", "Litigation, audit, inspection, application, appeal", true },
	};

	desk_head(c, f, W(f, "停止处置", "Holds"));
	page_element(f->p, "h1", NULL, W(f, "停止处置", "Holds"));
	page_element(f->p, "p", "lead", W(f, "停止处置的文件不得销毁；几案各自登记、各自解除。", "What is on hold is not destroyed; each case is put and released by itself."));
	desk_error(c, f);
	if (json_is_array(json_object_get(c->out, "rows"))) {
		write_rows(c, f, "/staff/archive/holds");
		return;
	}
	write_holds(c, f, json_object_get(c->out, "holds"));
	if (json_array_size(json_object_get(c->out, "holds")) > 0) {
		page_open(f->p, "p", "class", "acts", NULL);
		frame_a(f, "button plain", "/staff/archive/holds.csv", W(f, "导出表格", "As a table"));
		page_close(f->p);
	}
	if ((c->who.roles & (GK_ROLE_ARCHIVIST | GK_ROLE_ADMIN)) == 0)
		return;
	form_begin(c, f, "/staff/archive/holds", "grid card");
	page_element(f->p, "h2", NULL, W(f, "新的停止处置", "A new hold"));
	form_hidden(f, "op", "add");
	for (size_t i = 0; i < 2; i++)
		form_field(c, f, &fields[i]);
	form_area(c, f, "ids", "哪些文件", "Which documents", 3, "编号、文号或题名，一行一件", "Id, number or title, one a line");
	page_open(f->p, "p", "class", "acts", NULL);
	form_button(f, NULL, NULL, "看后果", "See the consequences", false);
	page_close(f->p);
	form_end(f);
}

/* ---- appraisal ---- */

enum gk_status
appraise_answer(struct call *c)
{
	static const char *const keys[] = { "report", "reason", "approved_by", "archivist", "retention", "until" };
	const char *type = in_is(c, "verdict", "destroy") ? "appraise_destroy" : in_is(c, "verdict", "cancel") ? "cancel_destroy" : "appraise_keep";
	json_t *act;

	if (in(c, "verdict") == NULL)
		return call_refuse(c, "verdict", "verdict 是 keep destroy cancel 之一", "verdict is one of keep destroy cancel");
	act = json_object();
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		keeping_set(act, keys[i], in(c, keys[i]));
	return register_each(c, type, act);
}

void
appraise_page(struct call *c, struct frame *f)
{
	desk_head(c, f, W(f, "鉴定", "Appraisal"));
	page_element(f->p, "h1", NULL, W(f, "鉴定", "Appraisal"));
	desk_error(c, f);
	if (json_is_array(json_object_get(c->out, "rows")))
		write_rows(c, f, "/staff/archive/appraise");
}
