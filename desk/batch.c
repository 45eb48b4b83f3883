/*
 * One act on several documents at once: each is planned, shown and registered as if it were alone, with its own event and its own refusal, so that
 * what fails costs only itself.  And the list that this is for, of what has to be checked.
 */
#include "desk/desk.h"

#include "indexer/act.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_MAX = 200, NAME = 96 };

/* ---- the answer ---- */

/* What the person saw last of this document; the name of the field is base-ID. */
static const char *
base_of(const struct call *c, const char *id, char name[NAME])
{
	snprintf(name, NAME, "base-%.80s", id);
	return in(c, name);
}

/* Nothing can be said yet of what will happen: the ground is wanted first.  Programs get the refusal. */
static bool
ground_wanted(const struct call *c, const char *type)
{
	return !c->api && c->dry && strcmp(type, "confirm_valid") != 0 && in(c, "by") == NULL && in(c, "by_text") == NULL;
}

static json_t *
refused(const struct call *one, const char *id)
{
	int status;
	json_t *error = gk_answer_error(&one->err, one->param, "", &status), *out = one->out != NULL ? json_copy(one->out) : json_object();

	json_object_set_new(out, "id", json_string(id));
	json_object_set(out, "error", json_object_get(error, "error"));
	json_decref(error);
	return out;
}

/* The request as if it named this document alone. */
static enum gk_status
do_one(struct call *c, struct store *s, const char *type, const char *id, json_t **out)
{
	struct call one = *c;
	char name[NAME];
	const char *base = base_of(c, id, name);
	enum gk_status st;

	one.in = json_copy(c->in);
	one.out = NULL;
	one.err = (struct gk_err)GK_ERR_INIT;
	one.status = 200;
	json_object_del(one.in, "ids");
	json_object_set_new(one.in, "id", json_string(id));
	if (base != NULL)
		json_object_set_new(one.in, "base", json_string(base));
	st = ground_wanted(c, type) ? act_look(&one, s) : act_one(&one, s, type);
	c->mem = one.mem;
	if (st == GK_REFUSED) {
		*out = refused(&one, id);
		st = GK_OK;
	} else if (st == GK_OK) {
		*out = json_copy(one.out);
		json_object_set_new(*out, "id", json_string(id));
	} else {
		c->err = one.err;
	}
	json_decref(one.in);
	json_decref(one.out);
	return st;
}

/* Figures of the yearly reports, of all of them together. */
static void
add_report(json_t *sum, const json_t *report)
{
	static const char *const keys[] = { "issued", "ended", "inforce" };
	const json_t *row;
	json_t *there;
	size_t i, k;

	json_array_foreach(report, i, row) {
		json_t *same = NULL;

		json_array_foreach(sum, k, there)
			if (num(there, "year") == num(row, "year") && strcmp(str(there, "row"), str(row, "row")) == 0)
				same = there;
		if (same == NULL) {
			json_array_append_new(sum, json_deep_copy(row));
			continue;
		}
		for (k = 0; k < sizeof keys / sizeof *keys; k++)
			json_object_set_new(same, keys[k], json_integer(num(same, keys[k]) + num(row, keys[k])));
	}
}

static bool
named_before(const struct call *c, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(in_nth(c, "ids", k), in_nth(c, "ids", i)) == 0)
			return true;
	return false;
}

static enum gk_status
do_all(struct call *c, struct store *s, const char *type)
{
	const struct gk_act_kind *kind = gk_act_kind(type);
	json_t *items = json_array(), *report = json_array(), *one = NULL;
	int failed = 0, done = 0;
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && in_nth(c, "ids", i) != NULL; i++) {
		if (named_before(c, i))
			continue;
		st = do_one(c, s, type, in_nth(c, "ids", i), &one);
		if (st != GK_OK)
			break;
		json_array_append_new(items, one);
		failed += json_object_get(one, "error") != NULL;
		done += *str(one, "event") != '\0';
		add_report(report, json_object_get(json_object_get(one, "preview"), "report"));
	}
	/* What was registered before the archive failed stands; it is found in the log. */
	c->out = json_pack("{s:s, s:s, s:s, s:o, s:i, s:i, s:i, s:o, s:b}", "type", type, "label", kind->label, "label_en", kind->label_en, "items", items, "to_do",
			   (int)json_array_size(items) - failed - done, "failed", failed, "registered", done, "report", report, "ground_wanted", (int)ground_wanted(c, type));
	if (st != GK_OK || c->dry)
		return st;
	c->status = done > 0 ? 201 : 422;
	return done > 0 ? GK_OK : gk_fail(&c->err, GK_REFUSED, GK_CAUSE_BAD_DATA, "%d 件都没有登记，原因列在下面", "none of %d was registered; the reasons stand below", failed);
}

enum gk_status
batch_answer(struct call *c)
{
	const char *type;
	struct store s;
	size_t n = 0;
	enum gk_status st = in_need(c, "type", &type);

	if (st == GK_OK)
		st = act_allowed(c, type);
	while (st == GK_OK && n <= BATCH_MAX && in_nth(c, "ids", n) != NULL)
		n++;
	if (st == GK_OK && n == 0)
		st = call_refuse(c, "ids", "没有选中文件：在清单里勾选，再登记", "no document was chosen: tick some in the list first");
	if (st == GK_OK && n > BATCH_MAX)
		st = call_refuse(c, "ids", "一次至多 200 件", "at most 200 at once");
	if (st == GK_OK)
		st = call_write(c, &s);
	if (st != GK_OK)
		return st;
	st = do_all(c, &s, type);
	call_close(c, &s);
	return st;
}

/* ---- what will happen, or has ---- */

static void
write_problem(struct frame *f, const json_t *error)
{
	page_element(f->p, "strong", "ask", W(f, "不能登记：", "Cannot be registered: "));
	page_text(f->p, desk_words(f, error, "message"));
	if (*str(error, "hint") != '\0')
		page_element(f->p, "p", "quiet", desk_words(f, error, "hint"));
}

static void
write_item(struct frame *f, const json_t *one)
{
	const json_t *record = json_object_get(one, "record"), *v = json_object_get(one, "preview"), *error = json_object_get(one, "error"), *after = json_object_get(v, "after");

	page_open(f->p, "tr", NULL);
	page_open(f->p, "td", NULL);
	record_link(f, str(one, "id"), *str(v, "title") != '\0' ? str(v, "title") : str(record, "title"), *str(v, "number") != '\0' ? str(v, "number") : str(record, "number"));
	page_close(f->p);
	page_open(f->p, "td", NULL);
	if (json_is_object(v))
		badge(f, str(json_object_get(v, "before"), "code"), desk_words(f, json_object_get(v, "before"), "badge"));
	else if (json_is_object(record))
		badge(f, str(record, "code"), desk_words(f, record, "badge"));
	page_close(f->p);
	page_open(f->p, "td", NULL);
	if (json_is_object(error))
		write_problem(f, error);
	else if (json_is_object(after))
		badge(f, str(after, "code"), desk_words(f, after, "badge"));
	if (*str(one, "note") != '\0')
		page_printf(f->p, W(f, "文本里没有“%s”，请核对。", "The text has no '%s': please check."), str(one, "note"));
	page_close(f->p);
	page_open(f->p, "td", NULL);
	if (*str(one, "event") != '\0') {
		page_printf(f->p, "%s ", str(one, "event"));
		frame_a(f, NULL, str(one, "undo"), W(f, "撤销…", "Undo…"));
	}
	page_close(f->p);
	page_close(f->p);
}

static void
write_items(struct frame *f, const json_t *items)
{
	static const char *const heads[] = { "文件", "Document", "现为", "Now", "变为", "Will be", "登记", "Event", NULL };
	const json_t *one;
	size_t i;

	table_begin(f, W(f, "选中的文件", "The documents chosen"), heads);
	json_array_foreach(items, i, one)
		write_item(f, one);
	table_end(f);
}

static const char *const grounds[] = { "by", "by_text", "effective", "reason" };

/* The documents that can be done, each with what was seen of it. */
static void
write_chosen(struct call *c, struct frame *f)
{
	const json_t *one;
	char name[NAME];
	size_t i;

	form_hidden(f, "type", str(c->out, "type"));
	json_array_foreach(json_object_get(c->out, "items"), i, one) {
		const char *base = base_of(c, str(one, "id"), name);

		if (json_object_get(one, "error") != NULL)
			continue;
		form_hidden(f, "ids", str(one, "id"));
		if (base == NULL)
			base = *str(one, "base") != '\0' ? str(one, "base") : str(json_object_get(one, "record"), "event");
		if (*base != '\0')
			form_hidden(f, name, base);
	}
}

static void
write_ground(struct call *c, struct frame *f, bool first)
{
	static const struct field fields[] = {
		{ "by", "依据文件（编号、文号或题名）", "The document that did it (id, number or title)", "text", "", NULL, NULL, false },
		{ "by_text", "依据不在档案里的，照原文写", "If that is not in the archive, in words", "text", "", "例：《关于废止部分文件的通知》（县府发〔2021〕7号）", "Its title and number as they stand", false },
		{ "effective", "自哪一天起", "From which day", "date", "", "不填：依据文件的施行日期，否则今天", "Empty: the day on which the document that did it takes effect, else today", false },
		{ "reason", "理由", "Reason", "text", "", NULL, NULL, false },
	};

	form_begin(c, f, "/staff/batch", "grid card");
	page_element(f->p, "h2", NULL, first ? W(f, "依据", "The ground") : W(f, "换依据或日期，再看后果", "Another ground or day"));
	write_chosen(c, f);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		form_field(c, f, &fields[i]);
	page_open(f->p, "p", "class", "acts", NULL);
	form_button(f, NULL, NULL, "看后果", "See the consequences", !first);
	if (first)
		frame_a(f, "button plain", "/staff/unchecked", W(f, "取消", "Cancel"));
	page_close(f->p);
	form_end(f);
}

static void
write_confirm(struct call *c, struct frame *f)
{
	char zh[64], en[64];

	form_begin(c, f, "/staff/batch", "acts");
	write_chosen(c, f);
	for (size_t i = 0; i < sizeof grounds / sizeof *grounds; i++)
		if (in(c, grounds[i]) != NULL)
			form_hidden(f, grounds[i], in(c, grounds[i]));
	form_once(f);
	snprintf(zh, sizeof zh, "登记这 %lld 件", (long long)num(c->out, "to_do"));
	snprintf(en, sizeof en, "Register these %lld", (long long)num(c->out, "to_do"));
	form_button(f, NULL, NULL, zh, en, false);
	frame_a(f, "button plain", "/staff/unchecked", W(f, "取消", "Cancel"));
	form_end(f);
}

static void
write_sum(struct call *c, struct frame *f)
{
	long long done = num(c->out, "registered"), failed = num(c->out, "failed"), left = num(c->out, "to_do");

	page_open(f->p, "p", "class", done > 0 ? "done" : "lead", "role", done > 0 ? "status" : NULL, NULL);
	if (done > 0)
		page_printf(f->p, W(f, "✓ 已登记 %lld 件，每件一条登记，可以单独撤销。", "✓ %lld registered, each with an event of its own that can be undone by itself. "), done);
	else if (json_is_true(json_object_get(c->out, "ground_wanted")))
		page_printf(f->p, W(f, "选中 %lld 件。写明依据，再看后果。", "%lld chosen. Say on which ground, then see the consequences. "), left);
	else
		page_printf(f->p, W(f, "选中的 %lld 件将登记“%s”，每件一条登记。", "%lld documents, an event each: %s. "), left, desk_words(f, c->out, "label"));
	if (failed > 0)
		page_printf(f->p, W(f, "%lld 件不能登记，原因写在后面，不影响其余。", "%lld cannot be registered; why stands beside them. The others go on without them."), failed);
	page_close(f->p);
}

void
batch_page(struct call *c, struct frame *f)
{
	const json_t *items = json_object_get(c->out, "items");
	bool done = num(c->out, "registered") > 0;

	desk_head(c, f, W(f, "成批登记", "Several at once"));
	page_open(f->p, "h1", NULL);
	page_text(f->p, W(f, "成批登记", "Several at once"));
	if (*str(c->out, "label") != '\0')
		page_printf(f->p, W(f, "：%s", ": %s"), desk_words(f, c->out, "label"));
	page_close(f->p);
	desk_error(c, f);
	if (!json_is_array(items)) {
		page_open(f->p, "p", "class", "acts", NULL);
		frame_a(f, "button plain", "/staff/unchecked", W(f, "回到待核时效", "Back to what is to be checked"));
		page_close(f->p);
		return;
	}
	write_sum(c, f);
	write_items(f, items);
	if (!done && !json_is_true(json_object_get(c->out, "ground_wanted")) && num(c->out, "to_do") > 0) {
		act_report(f, json_object_get(c->out, "report"));
		write_confirm(c, f);
	}
	if (!done && num(c->out, "to_do") > 0)
		write_ground(c, f, json_is_true(json_object_get(c->out, "ground_wanted")));
	if (done || num(c->out, "to_do") == 0) {
		page_open(f->p, "p", "class", "acts", NULL);
		frame_a(f, "button plain", "/staff/unchecked", W(f, "回到待核时效", "Back to what is to be checked"));
		frame_a(f, "button plain", "/staff/", W(f, "回到今日", "Back to today"));
		page_close(f->p);
	}
}

/* ---- what is to be checked ---- */

enum gk_status
unchecked_answer(struct call *c)
{
	return overview_part(c, "unchecked");
}

static void
write_row(struct call *c, struct frame *f, const json_t *one, bool may)
{
	const json_t *suggested = json_object_get(one, "suggested");
	char id[NAME], name[NAME];

	page_open(f->p, "li", NULL);
	page_open(f->p, "p", "class", "choice", NULL);
	if (may) {
		snprintf(id, sizeof id, "u-%.80s", str(one, "id"));
		snprintf(name, sizeof name, "base-%.80s", str(one, "id"));
		page_void(f->p, "input", "type", "checkbox", "name", "ids", "id", id, "value", str(one, "id"), "checked", in_is(c, "all", "1") ? "checked" : NULL, NULL);
		form_hidden(f, name, str(one, "event"));
		page_open(f->p, "label", "for", id, "lang", ZH(f), NULL);
		page_printf(f->p, "%s %s", str(one, "title"), str(one, "number"));
		page_close(f->p);
	} else {
		record_link(f, str(one, "id"), str(one, "title"), str(one, "number"));
	}
	page_close(f->p);
	page_open(f->p, "p", "class", "evidence", NULL);
	if (may)
		record_link(f, str(one, "id"), W(f, "看这件", "Look at it"), "");
	if (json_is_object(suggested)) {
		page_printf(f->p, W(f, "　建议：%s。", "  Suggested: %s. "), proposal_words(f, str(suggested, "kind")));
		frame_a(f, NULL, "/staff/proposals", W(f, "看依据", "See the evidence"));
	}
	page_close(f->p);
	page_close(f->p);
}

void
unchecked_rows(struct call *c, struct frame *f, const json_t *list, size_t most)
{
	bool may = (c->who.roles & (GK_ROLE_EDITOR | GK_ROLE_ADMIN)) != 0 && json_array_size(list) > 0;
	const json_t *one;
	size_t i;

	if (may)
		form_begin(c, f, "/staff/batch", NULL);
	page_open(f->p, "ul", "class", "rows", NULL);
	json_array_foreach(list, i, one)
		if (i < most)
			write_row(c, f, one, may);
	page_close(f->p);
	if (!may)
		return;
	page_open(f->p, "p", "class", "acts", NULL);
	page_element(f->p, "span", NULL, W(f, "选中的：", "Those chosen: "));
	form_button(f, "type", "confirm_valid", "设为现行有效…", "In force…", true);
	form_button(f, "type", "abolish", "登记废止…", "Abolished…", true);
	form_button(f, "type", "lapse", "宣布失效…", "Lapsed…", true);
	page_close(f->p);
	form_end(f);
}

void
unchecked_page(struct call *c, struct frame *f)
{
	const json_t *list = json_object_get(c->out, "unchecked");

	desk_head(c, f, W(f, "待核时效", "Status to be checked"));
	page_element(f->p, "h1", NULL, W(f, "待核时效", "Status to be checked"));
	page_element(f->p, "p", "lead", W(f, "勾选几件，一起登记；登记之前先看后果，每件一条登记，都可以撤销。", "Tick several and register them together: you see the consequences first, and each has an event that can be undone."));
	desk_error(c, f);
	if (json_array_size(list) == 0) {
		page_element(f->p, "p", "card", W(f, "没有：每份有时效的文件都查清了。", "None: of every document that has a validity it is known."));
		page_open(f->p, "p", NULL);
		frame_a(f, "button plain", "/staff/", W(f, "回到今日", "Back to today"));
		page_close(f->p);
		return;
	}
	page_open(f->p, "p", "class", "acts", NULL);
	frame_a(f, "button plain", "/staff/unchecked?all=1", W(f, "全选", "Tick all"));
	frame_a(f, "button plain", "/staff/unchecked", W(f, "全不选", "Tick none"));
	frame_a(f, "button plain", "/staff/unchecked.csv", W(f, "导出表格", "As a table"));
	page_close(f->p);
	page_open(f->p, "section", "class", "card", "aria-label", W(f, "待核时效", "Status to be checked"), NULL);
	unchecked_rows(c, f, list, BATCH_MAX);
	page_close(f->p);
}
