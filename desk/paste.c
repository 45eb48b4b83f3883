/* A whole list pasted: every line matched, close ones offered, and nothing registered until each line is decided. */
#include "desk/desk.h"

#include "indexer/act.h"
#include "indexer/lists.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum gk_status
list_form_answer(struct call *c)
{
	c->out = json_object();
	return GK_OK;
}

/* What the person said of a row: a reference, "skip", or nothing.  By the number of its line, so that the same list is meant; what was written counts before what was chosen. */
static const char *
decision(const struct call *c, const struct lists_row *row)
{
	const json_t *all = json_object_get(c->in, "decisions");
	char name[32];

	snprintf(name, sizeof name, "%zu", row->listed.line);
	if (json_is_object(all))
		return *json_str(all, name) != '\0' ? json_str(all, name) : NULL;
	snprintf(name, sizeof name, "ref%zu", row->listed.line);
	if (in(c, name) != NULL)
		return in(c, name);
	snprintf(name, sizeof name, "row%zu", row->listed.line);
	return in(c, name);
}

/* A person must say what becomes of such a row. */
static bool
open_outcome(enum lists_outcome o)
{
	return o == LISTS_UNMATCHED || o == LISTS_UNCLEAR || o == LISTS_CONTRADICTS || o == LISTS_REFUSED;
}

/* One word for all rows of which nothing was said: they are left out.  What a person chose and cannot be is never left out by it. */
static enum gk_status
decide(struct call *c, struct lists *x)
{
	bool rest = in_is(c, "rest", "skip") || in_is(c, "confirm", "rest");
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < x->n; i++) {
		const char *said = decision(c, &x->row[i]);

		if (said == NULL && rest && open_outcome(x->row[i].outcome))
			said = "skip";
		if (said == NULL || x->row[i].outcome == LISTS_BEFORE)
			continue;
		if (strcmp(said, "skip") == 0) {
			lists_skip(&x->row[i]);
			continue;
		}
		st = lists_choose(x, i, said, &c->err);
		/* What was written for one row and is not there costs that row, not the list. */
		if (st == GK_REFUSED) {
			x->row[i].outcome = LISTS_REFUSED;
			x->row[i].err = c->err;
			c->err = (struct gk_err)GK_ERR_INIT;
			st = GK_OK;
		}
	}
	lists_count(x);
	return st;
}

/* Beside each close document what it is today: who chooses it sees what will end.  What this person may not see is no choice. */
static void
add_badges(struct call *c, struct lists *x, json_t *row)
{
	json_t *near = json_object_get(row, "near"), *brief;
	struct store_history h;
	uint32_t docid;

	for (size_t i = 0; i < json_array_size(near);) {
		json_t *one = json_array_get(near, i);
		bool seen = false;

		if (act_find(&x->store, str(one, "id"), &docid, NULL) == GK_OK && store_history(&x->store, docid, &h, NULL) == GK_OK) {
			if ((seen = call_may_see(c, &h))) {
				brief = record_brief(&h);
				json_object_update_missing(one, brief);
				json_decref(brief);
			}
			store_history_free(&h);
		}
		if (seen)
			i++;
		else
			json_array_remove(near, i);
	}
}

static json_t *
answer_json(struct call *c, struct lists *x)
{
	json_t *rows = json_array(), *out;

	for (size_t i = 0; i < x->n; i++) {
		json_t *row = lists_row_json(&x->row[i]);

		add_badges(c, x, row);
		json_object_set_new(row, "title", json_string(x->row[i].title));
		json_object_set_new(row, "number", json_string(x->row[i].docno));
		json_object_set_new(row, "text", json_stringn(x->list.item == NULL ? "" : x->row[i].listed.name.n > 0 ? x->row[i].listed.name.p : x->row[i].listed.docno.n > 0 ? x->row[i].listed.docno.p : "",
							      x->row[i].listed.name.n > 0 ? x->row[i].listed.name.n : x->row[i].listed.docno.n));
		if (x->row[i].outcome == LISTS_REFUSED)
			json_object_set_new(row, "message_en", json_string(x->row[i].err.what_en));
		json_array_append_new(rows, row);
	}
	out = json_pack("{s:o, s:i, s:i, s:s, s:s}", "rows", rows, "undecided", (int)lists_undecided(x), "to_do", (int)x->count[LISTS_TO_DO], "by", x->cause.id, "by_text", x->cause.text);
	if (x->cause.effective.year != 0) {
		char date[12];

		gk_date_format(x->cause.effective, date);
		json_object_set_new(out, "effective", json_string(date));
	}
	return out;
}

static enum gk_status
work(struct call *c, struct lists *x, const char *text)
{
	enum gk_status st = lists_cause(x, &c->err);

	if (st == GK_OK)
		st = gk_listing_read(text, strlen(text), strchr(text, ',') != NULL && strchr(text, '\t') == NULL ? GK_LISTING_CSV : GK_LISTING_TEXT, GK_FATE_ABOLISH, &x->arena, &x->list, &c->err);
	if (st == GK_OK && x->list.n == 0)
		st = call_refuse(c, "list", "没有读出清单：每行一件，文号或题名", "no list was found: one document a line, number or title");
	if (st == GK_OK)
		st = lists_plan(x, &c->err);
	if (st == GK_OK)
		st = decide(c, x);
	if (st == GK_OK && !c->dry && lists_undecided(x) > 0) {
		c->status = 422;
		c->out = answer_json(c, x);
		return gk_fail(&c->err, GK_REFUSED, GK_CAUSE_BAD_DATA, "还有 %zu 行没有定，什么也没有登记", "%zu rows are undecided: nothing was registered", lists_undecided(x));
	}
	if (st == GK_OK && !c->dry) {
		st = lists_register(x, &c->err);
		c->status = 201;
	}
	if (st == GK_OK)
		c->out = answer_json(c, x);
	if (st == GK_OK && !c->dry)
		json_object_update_new(c->out, json_pack("{s:i, s:i}", "registered", (int)x->count[LISTS_TO_DO], "skipped", (int)x->count[LISTS_SKIPPED]));
	return st;
}

enum gk_status
list_answer(struct call *c)
{
	const char *text;
	struct lists x;
	enum gk_status st = in_need(c, "list", &text);

	if (st == GK_OK && in(c, "by") == NULL && in(c, "by_text") == NULL)
		st = call_refuse(c, "by", "要写明依据文件", "the document that did it is wanted");
	if (st != GK_OK)
		return st;
	lists_init(&x);
	x.ask = (struct lists_ask){ .by_doc = in(c, "by"), .by_text = in(c, "by_text"), .effective = in(c, "effective"), .reason = in(c, "reason"), .actor = c->who.name };
	st = call_write(c, &x.store);
	if (st == GK_OK) {
		st = work(c, &x, text);
		call_close(c, &x.store);
	}
	lists_free(&x);
	return st;
}

/* ---- the page ---- */

static const char *
outcome_words(const struct frame *f, const json_t *row)
{
	static const struct { const char *code, *zh, *en; } words[] = {
		{ "do", "将登记废止", "to be abolished" }, { "unmatched", "没有找到", "not found" }, { "unclear", "待定：不止一件像", "to be decided" }, { "contradicts", "前后矛盾", "contradicts another row" },
		{ "twice", "重复，前面已列", "listed twice" }, { "refused", "不能登记", "cannot be registered" }, { "before", "已登记过", "registered before" }, { "skipped", "略过", "left out" },
		{ "nothing", "不登记", "nothing is registered" },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].code, str(row, "result")) == 0)
			return W(f, words[i].zh, words[i].en);
	return str(row, "result");
}

/* one: the document that it stands for; NULL: none. */
static void
write_option(struct frame *f, const char *name, const char *id, const char *value, const char *text, const json_t *one, bool checked)
{
	page_open(f->p, "p", "class", "choice", NULL);
	page_void(f->p, "input", "type", "radio", "id", id, "name", name, "value", value, "checked", checked ? "checked" : NULL, NULL);
	page_open(f->p, "label", "for", id, NULL);
	page_open(f->p, "span", NULL);
	page_text(f->p, text);
	page_text(f->p, " ");
	if (one != NULL)
		badge(f, str(one, "code"), desk_words(f, one, "badge"));
	page_close(f->p);
	page_close(f->p);
	page_close(f->p);
}

static bool
open_question(const json_t *row)
{
	static const char *const codes[] = { "unmatched", "unclear", "contradicts", "refused" };

	for (size_t i = 0; i < 4; i++)
		if (strcmp(str(row, "result"), codes[i]) == 0)
			return true;
	return false;
}

static void
write_choices(struct call *c, struct frame *f, const json_t *row)
{
	const json_t *near = json_object_get(row, "near"), *one;
	char name[32], id[64], text[1024];
	const char *sent;
	size_t i;

	snprintf(name, sizeof name, "row%lld", (long long)num(row, "line"));
	sent = in(c, name);
	page_open(f->p, "fieldset", NULL);
	page_element(f->p, "legend", NULL, W(f, "这一行是哪一件？", "Which document is meant?"));
	json_array_foreach(near, i, one) {
		snprintf(id, sizeof id, "%s-%zu", name, i);
		snprintf(text, sizeof text, "%.600s %.160s", str(one, "title"), str(one, "number"));
		write_option(f, name, id, str(one, "id"), text, one, sent != NULL && strcmp(sent, str(one, "id")) == 0);
	}
	snprintf(id, sizeof id, "%s-skip", name);
	write_option(f, name, id, "skip", json_array_size(near) > 0 ? W(f, "都不是，这一行略过", "None of these: leave the row out") : W(f, "这一行略过", "Leave the row out"), NULL,
		     sent != NULL && strcmp(sent, "skip") == 0);
	snprintf(id, sizeof id, "ref%lld", (long long)num(row, "line"));
	page_open(f->p, "p", "class", "inline", NULL);
	page_open(f->p, "label", "for", id, NULL);
	page_text(f->p, W(f, "或写编号、文号、题名", "Or its id, number or title"));
	page_close(f->p);
	page_void(f->p, "input", "type", "text", "id", id, "name", id, "maxlength", "1000", "autocomplete", "off", NULL);
	page_close(f->p);
	page_close(f->p);
}

static void
write_row(struct call *c, struct frame *f, const json_t *row)
{
	bool open = open_question(row);
	char name[32];

	page_open(f->p, "li", "class", open ? "open" : NULL, NULL);
	page_open(f->p, "p", NULL);
	page_open(f->p, "span", "class", "n", NULL);
	page_printf(f->p, W(f, "第 %lld 行 ", "line %lld "), (long long)num(row, "line"));
	page_close(f->p);
	page_element(f->p, "strong", open ? "ask" : NULL, outcome_words(f, row));
	if (*str(row, "event") != '\0')
		page_printf(f->p, " %s", str(row, "event"));
	page_text(f->p, " ");
	if (*str(row, "id") != '\0')
		record_link(f, str(row, "id"), str(row, "title"), str(row, "number"));
	else
		page_text(f->p, str(row, "text"));
	page_close(f->p);
	if (*str(row, "message") != '\0')
		page_element(f->p, "p", "quiet", desk_words(f, row, "message"));
	if (*str(row, "why") != '\0')
		page_element(f->p, "p", "quiet", desk_words(f, row, "why"));
	if (open) {
		write_choices(c, f, row);
	} else {
		/* What was decided before stays decided when the form is sent again. */
		snprintf(name, sizeof name, "row%lld", (long long)num(row, "line"));
		if (in(c, name) != NULL)
			form_hidden(f, name, in(c, name));
		snprintf(name, sizeof name, "ref%lld", (long long)num(row, "line"));
		if (in(c, name) != NULL)
			form_hidden(f, name, in(c, name));
	}
	page_close(f->p);
}

static void
write_sum(struct frame *f, const json_t *o, size_t undecided)
{
	page_open(f->p, "p", "class", "lead", NULL);
	page_printf(f->p, W(f, "%zu 行：将登记 %lld", "%zu rows: %lld to be registered"), json_array_size(json_object_get(o, "rows")), (long long)num(o, "to_do"));
	if (undecided > 0)
		page_printf(f->p, W(f, "，还有 %zu 行待你决定", ", %zu for you to decide"), undecided);
	if (*str(o, "effective") != '\0')
		page_printf(f->p, W(f, "；自 %s 起，依据 %s", "; from %s on, by %s"), str(o, "effective"), str(o, "by_text"));
	else
		page_printf(f->p, W(f, "；自登记之日起，依据 %s", "; from the day of registration on, by %s"), str(o, "by_text"));
	page_close(f->p);
}

static void
write_rows(struct call *c, struct frame *f)
{
	const json_t *rows = json_object_get(c->out, "rows"), *row;
	size_t undecided = (size_t)num(c->out, "undecided"), i;
	bool done = json_object_get(c->out, "registered") != NULL;
	static const char *const kept[] = { "list", "by", "by_text", "effective", "reason" };

	if (done) {
		page_open(f->p, "p", "class", "done", "role", "status", NULL);
		page_printf(f->p, W(f, "✓ 已登记 %lld 条。每一条都可以单独撤销。", "✓ %lld registered. Each can be undone by itself."), (long long)num(c->out, "registered"));
		if (num(c->out, "skipped") > 0)
			page_printf(f->p, W(f, "略过 %lld 行，列在下面。", " %lld rows were left out; they stand below."), (long long)num(c->out, "skipped"));
		page_close(f->p);
	} else {
		write_sum(f, c->out, undecided);
	}
	form_begin(c, f, "/staff/lists", NULL);
	for (i = 0; i < sizeof kept / sizeof *kept; i++)
		if (in(c, kept[i]) != NULL)
			form_hidden(f, kept[i], in(c, kept[i]));
	page_open(f->p, "ol", "class", "rows card", NULL);
	json_array_foreach(rows, i, row)
		write_row(c, f, row);
	page_close(f->p);
	if (!done) {
		page_open(f->p, "p", "class", "acts", NULL);
		if (undecided > 0) {
			form_button(f, "confirm", "rest", "登记；没有选的行略过", "Register; leave out the rows without a choice", false);
			form_button(f, NULL, NULL, "按我的选择再看一遍", "Look again with my choices", true);
		} else {
			form_button(f, "confirm", "1", "全部登记", "Register all", false);
		}
		frame_a(f, "button plain", "/staff/lists", W(f, "换一份清单", "Another list"));
		page_close(f->p);
	}
	form_end(f);
}

void
list_page(struct call *c, struct frame *f)
{
	static const struct field fields[] = {
		{ "by", "依据文件（编号、文号或题名）", "The document that did it (id, number or title)", "text", "", NULL, NULL, false },
		{ "by_text", "依据不在档案里的，照原文写", "If that is not in the archive, in words", "text", "", NULL, NULL, false },
		{ "effective", "自哪一天起", "From which day", "date", "", "不填：依据文件的施行日期，否则今天", "Empty: the day on which that document takes effect, else today", false },
		{ "reason", "理由", "Reason", "text", "", NULL, NULL, false },
	};

	desk_head(c, f, W(f, "成批清单", "A whole list"));
	page_element(f->p, "h1", NULL, W(f, "登记一份废止目录", "Register a list of abolitions"));
	desk_error(c, f);
	if (json_is_array(json_object_get(c->out, "rows"))) {
		write_rows(c, f);
		return;
	}
	page_element(f->p, "p", "lead", W(f, "把目录粘贴进来，每行一件：文号、题名，或表格。每行都对上、定了之前，什么也不登记。",
					      "Paste the list, one document a line: number, title, or a table. Nothing is registered until every line is decided."));
	page_open(f->p, "p", "class", "acts", NULL);
	frame_a(f, "button plain", "/staff/table", W(f, "每行事项不同的：按表格登记", "A table whose rows differ"));
	page_close(f->p);
	form_begin(c, f, "/staff/lists", "grid card");
	form_area(c, f, "list", "清单", "The list", 10, "从文件、网页或表格里复制都可以", "Copied from a file, a page or a spreadsheet");
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		form_field(c, f, &fields[i]);
	page_open(f->p, "p", "class", "acts", NULL);
	form_button(f, NULL, NULL, "逐行核对", "Match the lines", false);
	page_close(f->p);
	form_end(f);
}
