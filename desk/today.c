/* The page of the day: what came, what is to be checked, what begins and ends; and the proposals that texts make, each with its sentence. */
#include "desk/desk.h"

#include "indexer/act.h"
#include "indexer/proposals.h"
#include "record/docno.h"
#include "record/validity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST = 12, MORE = 500, PROPOSALS_PAGE = 20 };

/* ---- today ---- */

enum gk_status
today_answer(struct call *c)
{
	return overview(c, &c->out);
}

static void
figure(struct frame *f, const char *url, const char *zh, const char *en, size_t n)
{
	page_open(f->p, "li", NULL);
	page_open(f->p, "a", "href", frame_link(f, url), NULL);
	page_open(f->p, "b", NULL);
	page_printf(f->p, "%zu", n);
	page_close(f->p);
	page_text(f->p, W(f, zh, en));
	page_close(f->p);
	page_close(f->p);
}

static void
write_figures(struct call *c, struct frame *f, const json_t *o)
{
	const json_t *due = json_object_get(o, "due");

	page_open(f->p, "ul", "class", "figures", NULL);
	figure(f, "#new", "近 30 天新收", "new in 30 days", json_array_size(json_object_get(o, "new")));
	figure(f, "#unchecked", "待核时效", "to be checked", json_array_size(json_object_get(o, "unchecked")));
	figure(f, "/staff/proposals", "废止建议", "proposals", json_array_size(json_object_get(o, "proposals")));
	figure(f, "#begins", "将生效", "to take effect", json_array_size(json_object_get(due, "takes_effect")));
	figure(f, "#ends", "将到期", "to expire", json_array_size(json_object_get(due, "expires")) + json_array_size(json_object_get(due, "lapses")));
	figure(f, "/staff/review", "待审查", "under review", json_array_size(json_object_get(o, "review")));
	page_close(f->p);
	(void)c;
}

static void
open_card(struct frame *f, const char *id, const char *title, size_t n)
{
	page_open(f->p, "section", "class", "card", "id", id, NULL);
	page_open(f->p, "h2", NULL);
	page_text(f->p, title);
	page_open(f->p, "span", "class", "n", NULL);
	page_printf(f->p, " %zu", n);
	page_close(f->p);
	page_close(f->p);
}

static void
say_none(struct frame *f, const json_t *list)
{
	if (json_array_size(list) == 0)
		page_element(f->p, "p", "quiet", W(f, "没有", "None"));
}

const char *
proposal_words(const struct frame *f, const char *kind)
{
	static const struct { const char *kind, *zh, *en; } words[] = {
		{ "abolish", "废止", "abolished" }, { "abolish_articles", "部分废止", "abolished in part" }, { "lapse", "宣布失效", "declared lapsed" },
		{ "conditional_lapse", "附条件失效", "lapses unless replaced" }, { "confirm_valid", "继续有效", "stays in force" }, { "term", "本件有效期", "states its own term" },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].kind, kind) == 0)
			return W(f, words[i].zh, words[i].en);
	return kind;
}

static void
write_unchecked(struct call *c, struct frame *f, const json_t *list)
{
	open_card(f, "unchecked", W(f, "待核时效", "Status to be checked"), json_array_size(list));
	say_none(f, list);
	unchecked_rows(c, f, list, FIRST);
	if (json_array_size(list) > 0) {
		page_open(f->p, "p", NULL);
		frame_a(f, NULL, "/staff/unchecked", W(f, "全部待核时效，可全选 ›", "All of them, to be ticked at once ›"));
		page_close(f->p);
	}
	page_close(f->p);
}

static void
write_dated(struct frame *f, const char *id, const char *title, const json_t *list)
{
	const json_t *one;
	size_t i, n = json_array_size(list);

	open_card(f, id, title, n);
	say_none(f, list);
	page_open(f->p, "ul", "class", "rows", NULL);
	json_array_foreach(list, i, one) {
		/* The rest is there too, folded. */
		if (i == FIRST) {
			page_close(f->p);
			page_open(f->p, "details", NULL);
			page_open(f->p, "summary", NULL);
			page_printf(f->p, W(f, "还有 %zu 件", "%zu more"), n - FIRST);
			page_close(f->p);
			page_open(f->p, "ul", "class", "rows", NULL);
		}
		if (i == FIRST + MORE)
			break;
		page_open(f->p, "li", NULL);
		page_open(f->p, "p", NULL);
		record_link(f, str(one, "id"), str(one, "title"), str(one, "number"));
		page_close(f->p);
		page_open(f->p, "p", "class", "quiet", NULL);
		day_text(f, one);
		if (*str(one, "todo") != '\0') {
			page_text(f->p, W(f, "　提醒：", "  reminder: "));
			page_text(f->p, desk_words(f, one, "todo"));
		}
		page_close(f->p);
		page_close(f->p);
	}
	page_close(f->p);
	if (n > FIRST + MORE) {
		page_open(f->p, "p", "class", "quiet", NULL);
		page_printf(f->p, W(f, "只列前 %d 件", "the first %d are listed"), FIRST + MORE);
		page_close(f->p);
	}
	if (n > FIRST)
		page_close(f->p);
	page_close(f->p);
}

void
today_page(struct call *c, struct frame *f)
{
	const json_t *o = c->out, *due = json_object_get(o, "due");
	char title[128];

	snprintf(title, sizeof title, W(f, "今日 %s", "Today, %s"), str(o, "on"));
	desk_head(c, f, title);
	page_element(f->p, "h1", NULL, title);
	desk_error(c, f);
	if (o == NULL)
		return;
	write_figures(c, f, o);
	page_open(f->p, "form", "class", "box find", "role", "search", "method", "get", "action", "/staff/find", NULL);
	page_open(f->p, "label", "class", "vh", "for", "q", NULL);
	page_text(f->p, W(f, "编号、文号或题名", "Id, number or title"));
	page_close(f->p);
	page_void(f->p, "input", "id", "q", "name", "q", "type", "search", "maxlength", "340", "placeholder", W(f, "编号、文号或题名", "Id, number or title"), NULL);
	frame_hidden_view(f);
	form_button(f, NULL, NULL, "查找", "Find", false);
	page_close(f->p);
	views_bar(c, f);
	page_open(f->p, "div", "class", "cards", NULL);
	write_unchecked(c, f, json_object_get(o, "unchecked"));
	write_dated(f, "begins", W(f, "将生效（60 天内）", "To take effect (60 days)"), json_object_get(due, "takes_effect"));
	write_dated(f, "ends", W(f, "将到期（60 天内）", "To expire (60 days)"), json_object_get(due, "expires"));
	write_dated(f, "late", W(f, "逾期公开", "Published late"), json_object_get(due, "late"));
	write_dated(f, "no-number", W(f, "规范性文件没有编号", "Normative documents without a number"), json_object_get(o, "no_number"));
	write_dated(f, "new", W(f, "近 30 天新收", "New in 30 days"), json_object_get(o, "new"));
	page_close(f->p);
}

/* ---- proposals ---- */

/* "e-000918#2" */
static enum gk_status
split_number(struct call *c, const char *number, char event[32], size_t *item)
{
	const char *mark = strchr(number, '#');

	if (mark == NULL || (size_t)(mark - number) >= 32 || atoi(mark + 1) < 1)
		return call_refuse(c, "proposal", "建议的编号写成 e-000918#2", "a proposal is named like e-000918#2");
	memcpy(event, number, (size_t)(mark - number));
	event[mark - number] = '\0';
	*item = (size_t)atoi(mark + 1) - 1;
	return GK_OK;
}

/* The same proposal with close ones, where nothing fits exactly; as it was if it cannot be read any more. */
static json_t *
with_near(struct call *c, struct store *s, json_t *one)
{
	struct gk_err quiet = GK_ERR_INIT;
	struct gk_event e;
	struct proposer p;
	struct resolved r;
	uint32_t docid;
	char event[32];
	size_t i;
	json_t *out = json_incref(one);

	if (strcmp(str(one, "verdict"), "none") != 0 || split_number(c, str(one, "proposal"), event, &i) != GK_OK || act_find_event(s, event, &docid, &e, &quiet) != GK_OK)
		return out;
	gk_event_free(&e);
	if (proposer_read(s, docid, &p, &quiet) != GK_OK)
		return out;
	if (i < proposer_count(&p) && proposal_resolve(s, &p, i, true, &r, &quiet) == GK_OK) {
		json_decref(out);
		out = proposal_json(&p, i, &r);
	}
	proposer_free(&p);
	return out;
}

enum gk_status
proposals_answer(struct call *c)
{
	long page = in(c, "page") != NULL ? strtol(in(c, "page"), NULL, 10) : 1;
	json_t *all = NULL, *some = json_array();
	const json_t *list;
	struct store s;
	enum gk_status st = page < 1 || page > 1000 ? call_refuse(c, "page", "没有这一页", "there is no such page") : overview(c, &all);

	list = json_object_get(all, "proposals");
	if (st == GK_OK && (st = call_read(c, &s)) == GK_OK) {
		for (size_t i = (size_t)(page - 1) * PROPOSALS_PAGE; i < (size_t)page * PROPOSALS_PAGE && i < json_array_size(list); i++)
			json_array_append_new(some, with_near(c, &s, json_array_get(list, i)));
		store_close(&s);
		c->out = json_pack("{s:O, s:i, s:i, s:i}", "proposals", some, "total", (int)json_array_size(list), "page", (int)page, "size", PROPOSALS_PAGE);
	}
	json_decref(some);
	json_decref(all);
	return st;
}

static void
write_targets(struct call *c, struct frame *f, const json_t *v)
{
	const json_t *list = json_object_get(v, "targets"), *one;
	bool exact = strcmp(str(v, "verdict"), "number") == 0 || strcmp(str(v, "verdict"), "title") == 0;
	size_t i;

	(void)c;
	if (json_array_size(list) == 0) {
		page_element(f->p, "p", "quiet", W(f, "档案里没有这件文件；收入后自动对上。", "Not in the archive; it will be found when it comes."));
		return;
	}
	page_open(f->p, "fieldset", NULL);
	page_element(f->p, "legend", NULL, exact ? W(f, "对上的文件", "The document meant") : W(f, "相近的文件，请选一件", "Close ones: choose"));
	json_array_foreach(list, i, one) {
		char id[96];

		snprintf(id, sizeof id, "t-%s-%s", str(v, "proposal") + 2, str(one, "id"));
		for (char *p = id; *p != '\0'; p++)
			if (*p == '#')
				*p = '-';
		page_open(f->p, "p", "class", "choice", NULL);
		page_void(f->p, "input", "type", "radio", "name", "target", "id", id, "value", str(one, "id"), "checked", exact && i == 0 ? "checked" : NULL, NULL);
		page_open(f->p, "label", "for", id, NULL);
		page_printf(f->p, "%s %s ", str(one, "title"), str(one, "number"));
		page_close(f->p);
		badge(f, str(one, "status"), "");
		page_close(f->p);
	}
	page_close(f->p);
	if (*str(v, "why") != '\0')
		page_element(f->p, "p", "notice", desk_words(f, v, "why"));
}

static void
write_proposal(struct call *c, struct frame *f, const json_t *v)
{
	const json_t *by = json_object_get(v, "by"), *article;
	bool may = (c->who.roles & (GK_ROLE_EDITOR | GK_ROLE_ADMIN)) != 0, term = strcmp(str(v, "kind"), "term") == 0;
	const struct field day = { "effective", "自哪一天起", "From", "date", str(v, "effective"), NULL, NULL, false };
	size_t i;

	page_open(f->p, "li", "class", "card proposal", NULL);
	page_open(f->p, "h2", NULL);
	page_text(f->p, proposal_words(f, str(v, "kind")));
	if (*str(v, "name") != '\0')
		page_printf(f->p, "《%s》", str(v, "name"));
	if (*str(v, "docno") != '\0')
		page_printf(f->p, "（%s）", str(v, "docno"));
	json_array_foreach(json_object_get(v, "articles"), i, article)
		page_printf(f->p, " %s", json_string_value(article));
	page_close(f->p);
	page_open(f->p, "blockquote", "class", "sentence", "lang", ZH(f), NULL);
	page_text(f->p, str(v, "sentence"));
	page_close(f->p);
	page_open(f->p, "p", "class", "quiet", NULL);
	page_text(f->p, W(f, "原文见 ", "In "));
	record_link(f, str(by, "id"), str(by, "title"), str(by, "number"));
	page_printf(f->p, W(f, "；把握 %.2f", "; confidence %.2f"), json_real_value(json_object_get(v, "confidence")));
	page_close(f->p);
	if (may) {
		form_begin(c, f, "/staff/proposals", "stack");
		form_hidden(f, "proposal", str(v, "proposal"));
		if (!term)
			write_targets(c, f, v);
		/* One field of each name in the page: the day is asked for where the text does not say it. */
		if (!term && *str(v, "effective") == '\0') {
			page_open(f->p, "div", "class", "field", NULL);
			page_open(f->p, "label", NULL);
			page_text(f->p, W(f, day.zh, day.en));
			page_text(f->p, " ");
			page_void(f->p, "input", "type", "date", "name", "effective", NULL);
			page_close(f->p);
			page_close(f->p);
		} else if (!term) {
			page_open(f->p, "p", NULL);
			page_printf(f->p, W(f, "自 %s 起", "From %s on"), str(v, "effective"));
			page_close(f->p);
		}
		page_open(f->p, "p", "class", "acts", NULL);
		form_button(f, "decision", "accept", "采纳…", "Adopt…", false);
		form_button(f, "decision", "reject", "不是", "It is not so", true);
		page_close(f->p);
		form_end(f);
	}
	page_close(f->p);
}

static void
write_pages(struct frame *f, json_int_t page, json_int_t total)
{
	char url[64];

	page_open(f->p, "p", "class", "acts", NULL);
	if (page > 1) {
		snprintf(url, sizeof url, "/staff/proposals?page=%lld", (long long)page - 1);
		frame_a(f, "button plain", url, W(f, "上一页", "Former page"));
	}
	if (page * PROPOSALS_PAGE < total) {
		snprintf(url, sizeof url, "/staff/proposals?page=%lld", (long long)page + 1);
		frame_a(f, "button plain", url, W(f, "下一页", "Next page"));
	}
	page_close(f->p);
}

void
proposals_page(struct call *c, struct frame *f)
{
	const json_t *list = json_object_get(c->out, "proposals"), *one;
	size_t i;

	desk_head(c, f, W(f, "废止建议", "Proposals"));
	page_element(f->p, "h1", NULL, W(f, "正文中说要废止的", "What texts say is abolished"));
	page_element(f->p, "p", "lead", W(f, "每条都有原句。采纳前可以看后果；机器只建议，从不自己决定。", "Each has its sentence. You see the consequences before adopting; the machine proposes and never decides."));
	desk_error(c, f);
	say_none(f, list);
	page_open(f->p, "ul", "class", "cards two", NULL);
	json_array_foreach(list, i, one)
		write_proposal(c, f, one);
	page_close(f->p);
	write_pages(f, num(c->out, "page"), num(c->out, "total"));
}

/* The record that is meant: chosen, or the only one that fits exactly. */
static enum gk_status
find_target(struct call *c, struct store *s, const struct proposer *p, size_t i, uint32_t *docid)
{
	const char *chosen = in(c, "target");
	struct resolved r;
	enum gk_status st;

	if (chosen != NULL)
		return act_find(s, chosen, docid, &c->err);
	st = proposal_resolve(s, p, i, false, &r, &c->err);
	if (st != GK_OK)
		return st;
	if (strcmp(str(json_array_get(json_object_get(p->act, "proposals"), i), "kind"), "term") == 0) {
		*docid = p->docid;
		return GK_OK;
	}
	if (r.n != 1 || r.verdict < RESOLVE_TITLE)
		return call_refuse(c, "target", "请选是哪一件", "choose which document is meant");
	*docid = r.c[0].docid;
	return GK_OK;
}

static enum gk_status
accept(struct call *c, struct store *s, const struct proposer *p, size_t i)
{
	const char *text = in(c, "effective");
	struct gk_date day = GK_NO_DATE;
	struct act_plan plan;
	uint32_t docid;
	char number[32];
	enum gk_status st;

	if (text != NULL && !gk_date_parse(text, strlen(text), &day))
		return call_refuse(c, "effective", "日期写成 2021-12-01", "write the date as 2021-12-01");
	st = find_target(c, s, p, i, &docid);
	if (st == GK_OK)
		st = proposal_plan(s, p, i, docid, day, c->who.name, &plan, &c->err);
	if (st != GK_OK)
		return st;
	c->out = json_pack("{s:o}", "preview", act_preview(s, &plan));
	st = call_check_base(c, &plan.history);
	if (st == GK_OK && !c->dry) {
		st = act_append(s, &plan, number, &c->err);
		if (st == GK_OK)
			st = proposals_decide(s, p, &i, 1, "accept", in(c, "reason"), c->who.name, &c->err);
		if (st == GK_OK)
			st = store_commit(s, &c->err);
		json_object_set_new(c->out, "event", json_string(number));
		c->status = 201;
	}
	act_plan_free(&plan);
	return st;
}

static enum gk_status
decide(struct call *c, struct store *s, const char *event, size_t i)
{
	struct gk_event e;
	struct proposer p;
	uint32_t docid;
	enum gk_status st = act_find_event(s, event, &docid, &e, &c->err);

	if (st != GK_OK)
		return st;
	gk_event_free(&e);
	st = proposer_read(s, docid, &p, &c->err);
	if (st != GK_OK)
		return st == GK_END ? call_refuse(c, "proposal", "没有这条建议", "there is no such proposal") : st;
	if (i >= proposer_count(&p) || strcmp(p.event->event, event) != 0 || p.decided[i]) {
		c->status = 409;
		st = gk_fail(&c->err, GK_REFUSED, GK_CAUSE_BAD_DATA, "这条建议已经有人定了，或被新的代替", "this proposal was decided by somebody, or is replaced by a newer one");
	} else if (in_is(c, "decision", "accept")) {
		st = accept(c, s, &p, i);
	} else if (in_is(c, "decision", "reject")) {
		c->out = json_pack("{s:s}", "result", "rejected");
		if (!c->dry) {
			st = proposals_decide(s, &p, &i, 1, "reject", in(c, "reason"), c->who.name, &c->err);
			if (st == GK_OK)
				st = store_commit(s, &c->err);
			c->status = 201;
			c->redirect = "/staff/proposals";
		}
	} else {
		st = call_refuse(c, "decision", "decision 是 accept 或 reject", "decision is accept or reject");
	}
	proposer_free(&p);
	return st;
}

enum gk_status
proposal_answer(struct call *c)
{
	const char *number;
	char event[32];
	struct store s;
	size_t i;
	enum gk_status st = in_need(c, "proposal", &number);

	if (st == GK_OK)
		st = split_number(c, number, event, &i);
	/* To say no changes no document: it is done at once, also from a page. */
	if (!c->api && in_is(c, "decision", "reject"))
		c->dry = false;
	if (st == GK_OK)
		st = call_write(c, &s);
	if (st != GK_OK)
		return st;
	st = decide(c, &s, event, i);
	call_close(c, &s);
	return st;
}

void
proposal_page(struct call *c, struct frame *f)
{
	act_show(c, f, "/staff/proposals", W(f, "采纳建议", "Adopt a proposal"));
}
