/*
 * A table of acts, a row each, pasted from a spreadsheet: which document, what is registered, by what, from which day, why.  Every row is planned, shown
 * and registered as if it had been typed into the form by itself, with its own event and its own refusal.
 */
#include "desk/desk.h"

#include "indexer/act.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 500, CELLS_MAX = 16, NAME = 32, NEAR_SHOWN = 3 };

/* The columns, in the order in which they are taken where the first row is no heading. */
static const struct { const char *field, *names; } columns[] = {
	{ "ref", "|文件|编号|文号|发文字号|题名|标题|文件名称|名称|id|ref|number|title|" }, { "type", "|事项|登记|登记什么|时效|状态|处理|清理结果|type|status|" },
	{ "by", "|依据|依据文件|废止依据|by|" }, { "effective", "|自|自哪一天起|日期|废止日期|失效日期|施行日期|生效日期|effective|date|" }, { "reason", "|理由|原因|说明|备注|reason|" },
	{ "until", "|至|到|有效期至|到哪一天为止|until|" }, { "articles", "|条|条款|articles|" },
};
enum { COLUMNS = sizeof columns / sizeof *columns };

/* What people write in such a table, beside the labels and the codes of the acts. */
static const struct { const char *type, *words; } words[] = {
	{ "abolish", "|废止|已废止|全文废止|予以废止|" }, { "lapse", "|宣布失效|失效|已失效|" }, { "confirm_valid", "|继续有效|现行有效|有效|保留|" }, { "suspend", "|暂停执行|暂停施行|暂停|" },
	{ "resume", "|恢复施行|恢复执行|" }, { "revoke", "|撤销|已撤销|" }, { "reinstate", "|恢复效力|" }, { "renew", "|延长有效期|延长|" }, { "replace", "|被取代|" },
	{ "abolish_articles", "|部分废止|" }, { "amend_articles", "|修改|部分修改|" },
};

static bool
among(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = n > 0 ? strstr(list, word) : NULL; p != NULL; p = strstr(p + 1, word))
		if (p[-1] == '|' && p[n] == '|')
			return true;
	return false;
}

/* ---- the table ---- */

static char *
trim(char *p)
{
	size_t n;

	while (*p == ' ' || strncmp(p, "\xE3\x80\x80", 3) == 0)
		p += *p == ' ' ? 1 : 3;
	n = strlen(p);
	while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\r'))
		p[--n] = '\0';
	return p;
}

/* The next row into its cells, in place; a quoted cell may hold the separator and line ends.  lines: how many lines it took. */
static char *
cut_row(char *p, char separator, char *cells[CELLS_MAX], size_t *n, size_t *lines)
{
	*n = 0;
	*lines = 1;
	for (;;) {
		char *to = p, *first = p, end;
		bool quoted = *p == '"';

		p += quoted;
		for (; *p != '\0' && (quoted || (*p != separator && *p != '\n')); p++) {
			if (quoted && *p == '"' && p[1] != '"') {
				quoted = false;
				continue;
			}
			p += quoted && *p == '"';
			*lines += *p == '\n';
			*to++ = *p == '\n' ? ' ' : *p;
		}
		end = *p;
		*to = '\0';
		if (*n < CELLS_MAX)
			cells[(*n)++] = trim(first);
		if (end != separator)
			return end == '\0' ? p : p + 1;
		p++;
	}
}

struct rows {
	struct call *c;
	struct store store;
	int at[COLUMNS];		/* in which cell a column stands; -1: in none */
	json_t *items, *report, *seen;	/* seen: id to the number of its line */
	int failed, done;
};

/* A row that names the columns: two of them at least, the document among them. */
static bool
take_heading(struct rows *x, char *const *cells, size_t n)
{
	int at[COLUMNS], known = 0;

	for (int k = 0; k < COLUMNS; k++) {
		at[k] = -1;
		for (size_t i = n; i-- > 0;)
			if (among(columns[k].names, cells[i]))
				at[k] = (int)i;
		known += at[k] >= 0;
	}
	if (known < 2 || at[0] < 0)
		return false;
	memcpy(x->at, at, sizeof at);
	return true;
}

static const char *
type_of(const char *word)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].type, word) == 0 || among(words[i].words, word))
			return words[i].type;
	return NULL;
}

/* ---- one row ---- */

static void
put(json_t *in, const char *name, const char *value)
{
	if (*value != '\0')
		json_object_set_new(in, name, json_string(value));
}

/* The fields of the form as this row has them; what it does not say is said for all of them. */
static json_t *
fields_of(struct rows *x, char *const *cells, size_t n, size_t line)
{
	json_t *row = json_copy(x->c->in);
	char name[NAME];
	uint32_t docid;

	json_object_del(row, "table");
	for (int k = 0; k < COLUMNS; k++) {
		const char *cell = x->at[k] >= 0 && (size_t)x->at[k] < n ? cells[x->at[k]] : "";

		if (strcmp(columns[k].field, "by") != 0) {
			put(row, columns[k].field, cell);
		} else if (*cell != '\0') {
			/* What is not in the archive is kept as it stands. */
			bool here = act_find(&x->store, cell, &docid, NULL) == GK_OK;

			json_object_del(row, here ? "by_text" : "by");
			put(row, here ? "by" : "by_text", cell);
		}
	}
	snprintf(name, sizeof name, "base-%zu", line);
	if (in(x->c, name) != NULL)
		put(row, "base", in(x->c, name));
	return row;
}

/* Each document once: with two acts at once nobody would see what the first makes of the second. */
static enum gk_status
check_once(struct rows *x, struct call *one, size_t line)
{
	uint32_t docid;
	char key[16];
	const json_t *before;

	if (act_find(&x->store, in(one, "ref"), &docid, NULL) != GK_OK)
		return GK_OK;
	snprintf(key, sizeof key, "%u", docid);
	before = json_object_get(x->seen, key);
	if (before != NULL) {
		char other[24];

		snprintf(other, sizeof other, "%lld", (long long)json_integer_value(before));
		one->param = "ref";
		return gk_fail(&one->err, GK_REFUSED, GK_CAUSE_BAD_DATA, "这件文件在第 %s 行已有，一次只登记一条", "this document stands in line %s too: one act at a time", other);
	}
	json_object_set_new(x->seen, key, json_integer((json_int_t)line));
	return GK_OK;
}

static enum gk_status
act_of_row(struct rows *x, struct call *one, size_t line)
{
	const char *word = in(one, "type"), *type;
	enum gk_status st;

	if (in(one, "ref") == NULL)
		return call_refuse(one, "ref", "这一行没有写是哪一件", "this row names no document");
	if (word == NULL)
		return call_refuse(one, "type", "这一行没有写登记什么", "this row does not say what is to be registered");
	type = type_of(word);
	if (type == NULL) {
		one->param = "type";
		gk_fail(&one->err, GK_REFUSED, GK_CAUSE_BAD_DATA, "不知道“%.60s”是什么事项", "'%.60s' is no act of a table", word);
		gk_hint(&one->err, "可写：废止、宣布失效、继续有效、暂停执行、恢复施行、撤销、恢复效力、延长有效期、被取代、部分废止、修改", "there are abolish, lapse, confirm_valid, suspend, resume, revoke, reinstate, renew, replace, abolish_articles, amend_articles");
		return GK_REFUSED;
	}
	st = act_allowed(one, type);
	if (st == GK_OK)
		st = check_once(x, one, line);
	if (st == GK_OK)
		json_object_set_new(one->in, "type", json_string(type));
	return st == GK_OK ? act_one(one, &x->store, type) : st;
}

static enum gk_status
do_row(struct rows *x, char *const *cells, size_t n, size_t line)
{
	struct call one = *x->c;
	const struct gk_act_kind *kind;
	json_t *item, *error;
	int status;
	enum gk_status st;

	one.in = fields_of(x, cells, n, line);
	one.out = NULL;
	one.err = (struct gk_err)GK_ERR_INIT;
	one.status = 200;
	st = act_of_row(x, &one, line);
	x->c->mem = one.mem;
	if (st == GK_OK || st == GK_REFUSED) {
		item = one.out != NULL ? json_copy(one.out) : json_object();
		kind = in(&one, "type") != NULL ? gk_act_kind(in(&one, "type")) : NULL;
		json_object_set_new(item, "line", json_integer((json_int_t)line));
		json_object_set_new(item, "ref", json_string(in(&one, "ref") != NULL ? in(&one, "ref") : ""));
		json_object_set_new(item, "type", json_string(kind != NULL ? kind->type : ""));
		json_object_set_new(item, "label", json_string(kind != NULL ? kind->label : in(&one, "type") != NULL ? in(&one, "type") : ""));
		json_object_set_new(item, "label_en", json_string(kind != NULL ? kind->label_en : in(&one, "type") != NULL ? in(&one, "type") : ""));
		if (st == GK_REFUSED) {
			error = gk_answer_error(&one.err, one.param, "", &status);
			json_object_set(item, "error", json_object_get(error, "error"));
			json_decref(error);
		}
		x->failed += st == GK_REFUSED;
		x->done += *str(item, "event") != '\0';
		json_array_append_new(x->items, item);
		st = GK_OK;
	} else {
		x->c->err = one.err;
	}
	json_decref(one.in);
	json_decref(one.out);
	return st;
}

/* ---- all of them ---- */

static enum gk_status
do_table(struct rows *x, char *text)
{
	const char *tab = strchr(text, '\t');
	char *cells[CELLS_MAX], separator = tab != NULL ? '\t' : ',';
	size_t n, lines, line = 1, rows = 0;
	enum gk_status st = GK_OK;

	for (int k = 0; k < COLUMNS; k++)
		x->at[k] = k;
	for (char *p = text; st == GK_OK && *p != '\0'; line += lines) {
		p = cut_row(p, separator, cells, &n, &lines);
		if (n == 1 && *cells[0] == '\0')
			continue;
		if (rows == 0 && json_array_size(x->items) == 0 && take_heading(x, cells, n))
			continue;
		if (++rows > ROWS_MAX)
			return call_refuse(x->c, "table", "一次至多 500 行", "at most 500 rows at once");
		st = do_row(x, cells, n, line);
	}
	return st == GK_OK && rows == 0 ? call_refuse(x->c, "table", "没有读出一行：第一行写列名，以后每行一件", "no row was found: names of columns first, then a document a line") : st;
}

enum gk_status
rows_answer(struct call *c)
{
	struct rows x = { .c = c };
	const char *text;
	char *copy;
	enum gk_status st = in_need(c, "table", &text);

	if (st != GK_OK || (st = call_write(c, &x.store)) != GK_OK)
		return st;
	copy = strdup(text);
	x.items = json_array();
	x.seen = json_object();
	st = copy == NULL || x.items == NULL || x.seen == NULL ? gk_nomem(&c->err) : do_table(&x, copy);
	free(copy);
	json_decref(x.seen);
	call_close(c, &x.store);
	/* What was registered before the archive failed stands; it is found in the log. */
	c->out = json_pack("{s:o, s:i, s:i, s:i}", "rows", x.items, "to_do", (int)json_array_size(x.items) - x.failed - x.done, "failed", x.failed, "registered", x.done);
	if (st != GK_OK || c->dry)
		return st;
	c->status = x.done > 0 ? 201 : 422;
	return x.done > 0 ? GK_OK : gk_fail(&c->err, GK_REFUSED, GK_CAUSE_BAD_DATA, "%d 行都没有登记，原因列在下面", "none of %d rows was registered; the reasons stand below", x.failed);
}

/* ---- the page ---- */

static void
write_outcome(struct frame *f, const json_t *row)
{
	const json_t *error = json_object_get(row, "error"), *near = json_object_get(row, "near"), *after = json_object_get(json_object_get(row, "preview"), "after"), *one;
	size_t i;

	if (json_is_object(error)) {
		page_element(f->p, "strong", "ask", W(f, "不能登记：", "Cannot be registered: "));
		page_text(f->p, desk_words(f, error, "message"));
		if (*str(error, "hint") != '\0' && json_array_size(near) == 0)
			page_element(f->p, "p", "quiet", desk_words(f, error, "hint"));
		json_array_foreach(near, i, one) {
			if (i == NEAR_SHOWN)
				break;
			page_open(f->p, "p", "class", "quiet", NULL);
			page_text(f->p, i == 0 ? W(f, "相近的：", "close: ") : "");
			record_link(f, str(one, "id"), str(one, "title"), str(one, "number"));
			page_close(f->p);
		}
	} else if (json_is_object(after)) {
		badge(f, str(after, "code"), desk_words(f, after, "badge"));
	}
}

static void
write_row(struct frame *f, const json_t *row)
{
	const json_t *record = json_object_get(row, "record"), *before = json_object_get(json_object_get(row, "preview"), "before");
	char line[24];

	page_open(f->p, "tr", NULL);
	snprintf(line, sizeof line, "%lld", (long long)num(row, "line"));
	cell(f, line);
	page_open(f->p, "td", NULL);
	if (json_is_object(record))
		record_link(f, str(record, "id"), str(record, "title"), str(record, "number"));
	else
		page_text(f->p, str(row, "ref"));
	page_close(f->p);
	cell(f, desk_words(f, row, "label"));
	page_open(f->p, "td", NULL);
	if (json_is_object(before))
		badge(f, str(before, "code"), desk_words(f, before, "badge"));
	else if (json_is_object(record))
		badge(f, str(record, "code"), desk_words(f, record, "badge"));
	page_close(f->p);
	page_open(f->p, "td", NULL);
	write_outcome(f, row);
	page_close(f->p);
	page_open(f->p, "td", NULL);
	if (*str(row, "event") != '\0') {
		page_printf(f->p, "%s ", str(row, "event"));
		frame_a(f, NULL, str(row, "undo"), W(f, "撤销…", "Undo…"));
	}
	page_close(f->p);
	page_close(f->p);
}

static void
write_confirm(struct call *c, struct frame *f, const json_t *rows)
{
	static const char *const kept[] = { "table", "type", "by", "by_text", "effective", "reason" };
	char zh[64], en[64], name[NAME];
	const json_t *row;
	size_t i;

	form_begin(c, f, "/staff/table", "acts");
	for (i = 0; i < sizeof kept / sizeof *kept; i++)
		if (in(c, kept[i]) != NULL)
			form_hidden(f, kept[i], in(c, kept[i]));
	/* What this person has seen of each: who comes second is told so. */
	json_array_foreach(rows, i, row) {
		const char *base = *str(row, "base") != '\0' ? str(row, "base") : str(json_object_get(row, "record"), "event");

		snprintf(name, sizeof name, "base-%lld", (long long)num(row, "line"));
		if (json_object_get(row, "error") == NULL && *base != '\0')
			form_hidden(f, name, in(c, name) != NULL ? in(c, name) : base);
	}
	form_once(f);
	snprintf(zh, sizeof zh, "登记这 %lld 行", (long long)num(c->out, "to_do"));
	snprintf(en, sizeof en, "Register these %lld rows", (long long)num(c->out, "to_do"));
	form_button(f, NULL, NULL, zh, en, false);
	frame_a(f, "button plain", "/staff/table", W(f, "取消", "Cancel"));
	form_end(f);
}

static void
write_rows(struct call *c, struct frame *f, const json_t *rows)
{
	static const char *const heads[] = { "行", "Line", "文件", "Document", "登记", "Act", "现为", "Now", "变为", "Will be", "登记号", "Event", NULL };
	long long done = num(c->out, "registered"), left = num(c->out, "to_do"), failed = num(c->out, "failed");
	const json_t *row;
	size_t i;

	page_open(f->p, "p", "class", done > 0 ? "done" : "lead", "role", done > 0 ? "status" : NULL, NULL);
	if (done > 0)
		page_printf(f->p, W(f, "✓ 已登记 %lld 行，每行一条登记，可以单独撤销。", "✓ %lld rows registered, each with an event of its own that can be undone by itself. "), done);
	else
		page_printf(f->p, W(f, "将登记 %lld 行。", "%lld rows will be registered. "), left);
	if (failed > 0)
		page_printf(f->p, W(f, "%lld 行不能登记，原因写在后面，不影响其余。", "%lld cannot be registered; why stands beside them. The others go on without them."), failed);
	page_close(f->p);
	table_begin(f, W(f, "逐行的结果", "Row by row"), heads);
	json_array_foreach(rows, i, row)
		write_row(f, row);
	table_end(f);
	if (done == 0 && left > 0)
		write_confirm(c, f, rows);
}

void
rows_page(struct call *c, struct frame *f)
{
	static const struct field fields[] = {
		{ "type", "没有写事项的行，登记什么", "What to register where a row does not say", "text", "", "如：废止", "abolish, lapse, confirm_valid …", false },
		{ "by", "没有写依据的行，依据文件（编号、文号或题名）", "By which document, where a row does not say", "text", "", NULL, NULL, false },
		{ "by_text", "依据不在档案里的，照原文写", "If that is not in the archive, in words", "text", "", NULL, NULL, false },
		{ "effective", "没有写日期的行，自哪一天起", "From which day, where a row does not say", "date", "", "不填：依据文件的施行日期，否则今天", "Empty: the day on which that document takes effect, else today", false },
		{ "reason", "理由", "Reason", "text", "", NULL, NULL, false },
	};
	const json_t *rows = json_object_get(c->out, "rows");

	desk_head(c, f, W(f, "表格登记", "A table of acts"));
	page_element(f->p, "h1", NULL, W(f, "按表格登记", "Register a table"));
	desk_error(c, f);
	if (json_array_size(rows) > 0)
		write_rows(c, f, rows);
	if (num(c->out, "registered") > 0) {
		page_open(f->p, "p", "class", "acts", NULL);
		frame_a(f, "button plain", "/staff/table", W(f, "换一份表格", "Another table"));
		page_close(f->p);
		return;
	}
	page_element(f->p, "p", "lead", W(f, "从 Excel、WPS 表格里选中复制，粘贴进来；CSV 也可以。第一行写列名：文件、事项、依据、日期、理由、有效期至、条款；先逐行看后果，再登记。",
					      "Copy the cells of a spreadsheet and paste them, or CSV. Names of columns first: ref, type, by, effective, reason, until, articles. You see what becomes of each row first."));
	form_begin(c, f, "/staff/table", "grid card");
	form_area(c, f, "table", "表格", "The table", 10, "例：青石府发〔2016〕2号，废止，县府发〔2026〕7号，2026-10-01（各在一格）", "A document, an act, by what, from which day: a cell each");
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		form_field(c, f, &fields[i]);
	page_open(f->p, "p", "class", "acts", NULL);
	form_button(f, NULL, NULL, "逐行看后果", "See what becomes of each row", json_array_size(rows) > 0);
	page_close(f->p);
	form_end(f);
}
