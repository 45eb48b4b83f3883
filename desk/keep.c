/* The archivist's first page: terms and years, the last verification, ways to everything else; and the records behind a figure. */
#include "desk/desk.h"

#include "base/io.h"
#include "indexer/act.h"
#include "indexer/keeping.h"
#include "record/field.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LISTED_MAX = 500 };

/* The newest verify-….json of the archive; NULL if it was never verified. */
json_t *
last_verification(const char *archive)
{
	char *dir = gk_path(archive, "verify"), *path, newest[256] = "";
	DIR *d = dir != NULL ? opendir(dir) : NULL;
	const struct dirent *e;
	json_t *out = NULL;

	while (d != NULL && (e = readdir(d)) != NULL) {
		size_t n = strlen(e->d_name);

		/* verify-2026-11-23-2.json is later than verify-2026-11-23.json, though a dot comes behind a dash. */
		if (strncmp(e->d_name, "verify-", 7) == 0 && n >= 22 && n < sizeof newest && strcmp(e->d_name + n - 5, ".json") == 0 &&
		    (strncmp(e->d_name, newest, 17) > 0 || (strncmp(e->d_name, newest, 17) == 0 && (n > strlen(newest) || (n == strlen(newest) && strcmp(e->d_name, newest) > 0)))))
			snprintf(newest, sizeof newest, "%s", e->d_name);
	}
	if (d != NULL)
		closedir(d);
	path = newest[0] != '\0' ? gk_path(dir, newest) : NULL;
	if (path != NULL)
		out = json_load_file(path, 0, NULL);
	if (out != NULL) {
		json_object_set_new(out, "file", json_string(newest));
		memcpy(path + strlen(path) - 4, "note", 4);
		json_object_set_new(out, "signed", json_boolean(access(path, F_OK) == 0));
	}
	free(path);
	free(dir);
	return out;
}

enum gk_status
keep_answer(struct call *c)
{
	json_t *all = NULL, *verified;
	enum gk_status st = overview(c, &all);

	if (st == GK_OK) {
		verified = last_verification(c->desk->archive);
		verified_rows(c->desk->archive, json_object_get(all, "keep"));
		c->out = json_pack("{s:O, s:O, s:O, s:i, s:o, s:o?}", "keep", json_object_get(all, "keep"), "due", json_object_get(all, "due"), "holds", json_object_get(all, "holds"), "damaged",
				   (int)num(all, "damaged"), "verified", verified != NULL ? verified : json_null(), "verified_share", verified_share(c->desk->archive));
	}
	json_decref(all);
	return st;
}

static const char *
term_words(const struct frame *f, const char *code)
{
	for (size_t i = 0; i < GK_K_COUNT; i++)
		if (*code != '\0' && strcmp(gk_keep_names[i].code, code) == 0)
			return W(f, gk_keep_names[i].label, gk_keep_names[i].label_en);
	return W(f, "未归档", "not filed");
}

static void
number_cell(struct frame *f, const json_t *row, const char *key, const char *more)
{
	char url[256], text[32];

	page_open(f->p, "td", "class", "n", NULL);
	snprintf(text, sizeof text, "%lld", (long long)num(row, key));
	if (num(row, key) == 0) {
		page_text(f->p, "0");
	} else {
		snprintf(url, sizeof url, "/staff/archive/list?code=%s&year=%lld%s", *str(row, "code") != '\0' ? str(row, "code") : "none", (long long)num(row, "year"), more);
		frame_a(f, NULL, url, text);
	}
	page_close(f->p);
}

static void
write_table(struct frame *f, const json_t *keep)
{
	static const char *const heads[] = { "年度", "Year", "保管期限", "Term", "件数", "Records", "字节", "Bytes", "到期", "Due", "停止处置", "On hold", "上次核验", "Verified", NULL };
	const json_t *row;
	size_t i;

	table_begin(f, W(f, "按年度和期限", "By year and term"), heads);
	json_array_foreach(keep, i, row) {
		page_open(f->p, "tr", NULL);
		page_open(f->p, "td", NULL);
		if (num(row, "year") > 0)
			page_printf(f->p, "%lld", (long long)num(row, "year"));
		else
			page_text(f->p, W(f, "不明", "unknown"));
		page_close(f->p);
		cell(f, term_words(f, str(row, "code")));
		number_cell(f, row, "count", "");
		page_open(f->p, "td", "class", "n", NULL);
		frame_size(f, num(row, "bytes"));
		page_close(f->p);
		number_cell(f, row, "due", "&due=1");
		number_cell(f, row, "held", "&held=1");
		page_open(f->p, "td", "class", "n", NULL);
		page_text(f->p, *str(row, "verified") != '\0' ? str(row, "verified") : W(f, "没有核过", "never"));
		page_close(f->p);
		page_close(f->p);
	}
	table_end(f);
}

static void
write_verified(struct call *c, struct frame *f, const json_t *v, const json_t *share)
{
	char name[60], url[128];

	page_open(f->p, "section", "class", "card", NULL);
	page_element(f->p, "h2", NULL, W(f, "核验", "Verification"));
	if (json_is_object(v)) {
		page_open(f->p, "p", NULL);
		page_printf(f->p, W(f, "最近一次：%.10s，%lld 件、%lld 条登记，", "Last: %.10s, %lld documents, %lld events, "), str(v, "ended_at"), (long long)num(v, "documents"), (long long)num(v, "events"));
		page_text(f->p, json_is_true(json_object_get(v, "clean")) ? W(f, "全部一致。", "everything agrees. ") : W(f, "发现不一致！", "there are failures! "));
		if (!json_is_true(json_object_get(v, "complete")))
			page_text(f->p, W(f, "没有核完。", "It did not go through all."));
		page_close(f->p);
		page_open(f->p, "p", NULL);
		page_printf(f->p, W(f, "近 %lld 天核过全部字节的 %lld%%。", "%lld days: %lld %% of all bytes verified. "), (long long)num(share, "days"), (long long)num(share, "percent"));
		page_close(f->p);
		if (sscanf(str(v, "file"), "%59[0-9a-z-].json", name) == 1) {
			page_open(f->p, "p", "class", "acts", NULL);
			if (num(v, "bad") > 0)
				frame_a(f, "button", "/staff/archive/verified", W(f, "看哪里不一致", "See the failures"));
			snprintf(url, sizeof url, "/staff/archive/verified/%s.json", name);
			frame_a(f, "button plain", url, W(f, "下载报告", "The report"));
			snprintf(url, sizeof url, "/staff/archive/verified/%s.note", name);
			/* Without a key of the archive there is none. */
			if (json_is_true(json_object_get(v, "signed")))
				frame_a(f, "button plain", url, W(f, "下载签名", "Its signature"));
			page_close(f->p);
		}
	} else {
		page_element(f->p, "p", NULL, W(f, "还没有核验过。", "It was never verified."));
	}
	if ((c->who.roles & (GK_ROLE_ARCHIVIST | GK_ROLE_ADMIN)) != 0) {
		form_begin(c, f, "/staff/archive/jobs", "inline");
		form_hidden(f, "kind", "verify");
		form_hidden(f, "confirm", "1");
		page_open(f->p, "label", "for", "f-budget", NULL);
		page_text(f->p, W(f, "最多用多少分钟", "Minutes at most"));
		page_close(f->p);
		page_void(f->p, "input", "type", "number", "id", "f-budget", "name", "budget", "value", "20", "min", "1", "max", "600", NULL);
		form_button(f, NULL, NULL, "开始核验", "Start", false);
		form_end(f);
	}
	page_close(f->p);
}

/* A card with the form that starts a job; hint: what stands above a form without fields. */
static void
write_job(struct call *c, struct frame *f, const char *heading, const char *kind, const struct field *fields, size_t n, const char *hint, const char *zh, const char *en)
{
	page_open(f->p, "section", "class", "card", NULL);
	page_element(f->p, "h2", NULL, heading);
	if (hint != NULL)
		page_element(f->p, "p", NULL, hint);
	form_begin(c, f, "/staff/archive/jobs", n > 0 ? "stack" : "inline");
	form_hidden(f, "kind", kind);
	form_hidden(f, "confirm", "1");
	for (size_t i = 0; i < n; i++)
		form_field(c, f, &fields[i]);
	form_button(f, NULL, NULL, zh, en, false);
	form_end(f);
	page_close(f->p);
}

static void
write_jobs(struct call *c, struct frame *f)
{
	static const struct field fields[] = {
		{ "year", "年度", "Year", "number", "", NULL, NULL, true }, { "to", "接收的档案馆", "The archives that receives it", "text", "", NULL, NULL, true },
	};
	static const struct field points[] = {
		{ "since", "自哪一天起公开的", "Public since", "date", "", NULL, NULL, true }, { "point", "送交给哪个查阅点", "The reading point", "text", "", NULL, NULL, true },
	};

	write_job(c, f, W(f, "移交一个年度", "Hand over a year"), "transfer", fields, 2, NULL, "做移交包", "Make the package");
	write_job(c, f, W(f, "送交查阅点", "Deliver to a reading point"), "deliver", points, 2, NULL, "做送交包", "Make the package");
	write_job(c, f, W(f, "检查点", "Checkpoint"), "checkpoint", NULL, 0, W(f, "签一个检查点，刊登出去，以后可证明档案只增未改。", "Sign a checkpoint and publish it: it proves later that the archive only grew."), "签检查点", "Sign one");
}

static void
write_due(struct frame *f, const char *title, const json_t *list)
{
	const json_t *one;
	size_t i;

	page_open(f->p, "section", "class", "card", NULL);
	page_open(f->p, "h2", NULL);
	page_printf(f->p, "%s %zu", title, json_array_size(list));
	page_close(f->p);
	if (json_array_size(list) == 0)
		page_element(f->p, "p", "quiet", W(f, "没有", "None"));
	page_open(f->p, "ul", "class", "rows", NULL);
	json_array_foreach(list, i, one) {
		if (i == 10)
			break;
		page_open(f->p, "li", NULL);
		record_link(f, str(one, "id"), str(one, "title"), "");
		page_text(f->p, " ");
		page_element(f->p, "span", "quiet day", str(one, "date"));
		if (json_is_true(json_object_get(one, "held")))
			page_element(f->p, "strong", NULL, W(f, "　停止处置", "  on hold"));
		page_close(f->p);
	}
	page_close(f->p);
	page_close(f->p);
}

void
keep_page(struct call *c, struct frame *f)
{
	const json_t *o = c->out, *due = json_object_get(o, "due");
	bool may = (c->who.roles & (GK_ROLE_ARCHIVIST | GK_ROLE_ADMIN)) != 0;

	desk_head(c, f, W(f, "档案", "Archive"));
	page_element(f->p, "h1", NULL, W(f, "保管", "Keeping"));
	desk_error(c, f);
	if (o == NULL)
		return;
	if (num(o, "damaged") > 0) {
		page_open(f->p, "p", "class", "problem", "role", "alert", NULL);
		page_printf(f->p, W(f, "有 %lld 件读不出来，请核验。", "%lld records cannot be read: verify the archive."), (long long)num(o, "damaged"));
		page_close(f->p);
	}
	page_open(f->p, "p", "class", "acts", NULL);
	frame_a(f, "button plain", "/staff/archive/list?due=1", W(f, "到期应鉴定、应移交", "Due"));
	frame_a(f, "button plain", "/staff/archive/holds", W(f, "停止处置", "Holds"));
	if (may)
		frame_a(f, "button plain", "/staff/archive/dispose", W(f, "销毁", "Disposal"));
	frame_a(f, "button plain", "/staff/archive.csv?list=keep", W(f, "导出表格", "As a table"));
	frame_a(f, "button plain", "/staff/archive/jobs", W(f, "核验、移交、检查点的结果", "Results of verification, transfer, checkpoints"));
	if (may)
		frame_a(f, "button plain", "/staff/archive/packages", W(f, "下载移交和送交的包", "Packages"));
	page_close(f->p);
	page_element(f->p, "h2", NULL, W(f, "按年度和期限", "By year and term"));
	write_table(f, json_object_get(o, "keep"));
	page_open(f->p, "div", "class", "cards", NULL);
	write_verified(c, f, json_object_get(o, "verified"), json_object_get(o, "verified_share"));
	if (may)
		write_jobs(c, f);
	write_due(f, W(f, "应鉴定（60 天内）", "To be appraised (60 days)"), json_object_get(due, "appraise"));
	write_due(f, W(f, "应移交（60 天内）", "To be handed over (60 days)"), json_object_get(due, "transfer"));
	page_close(f->p);
}

/* ---- the records behind a figure ---- */

struct listing { struct call *c; json_t *list; size_t n; };

static bool
wanted(const struct call *c, const struct gk_record *r, const struct gk_retention_of *k)
{
	const char *code = in(c, "code"), *year = in(c, "year"), *own = k->state == GK_R_UNFILED ? "none" : gk_keep_names[k->keep].code;
	bool due = k->state == GK_R_DUE_APPRAISAL || k->state == GK_R_DUE_TRANSFER || k->state == GK_R_APPROVED_DESTROY;

	return (code == NULL || strcmp(code, own) == 0) && (year == NULL || atoi(year) == gk_record_year(r)) && (!in_is(c, "due", "1") || due) && (!in_is(c, "held", "1") || k->n_holds > 0);
}

static enum gk_status
list_one(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err)
{
	struct listing *l = arg;
	struct gk_retention_of k = gk_retention_at(h->events, h->n, GK_NO_DATE, NULL);
	json_t *one;

	(void)docid, (void)err;
	if (!wanted(l->c, r, &k) || !call_may_see(l->c, h) || gk_retention_destroyed(h->events, h->n))
		return GK_OK;
	if (l->n++ >= LISTED_MAX)
		return GK_OK;
	one = keeping_json(h, &k);
	json_object_set_new(one, "id", json_string(r->id));
	json_object_set_new(one, "title", json_string(gk_meta_get(r->meta, "title")));
	json_object_del(one, "why");
	json_array_append_new(l->list, one);
	return GK_OK;
}

static void
pass_over(void *arg, const struct gk_err *err)
{
	(void)arg, (void)err;
}

enum gk_status
keep_list_answer(struct call *c)
{
	struct listing l = { c, json_array(), 0 };
	struct store s;
	enum gk_status st = call_read(c, &s);

	if (st == GK_OK) {
		st = keeping_walk(&s, list_one, pass_over, &l, &c->err);
		store_close(&s);
	}
	c->out = json_pack("{s:i, s:o}", "total", (int)l.n, "records", l.list);
	return st;
}

static const char *const list_keys[] = { "code", "year", "due", "held", NULL };

/* The same list for a spreadsheet. */
static void
write_export(struct call *c, struct frame *f)
{
	char url[256] = "/staff/archive/list.csv?list=records";
	size_t n = strlen(url);

	for (size_t i = 0; list_keys[i] != NULL; i++) {
		const char *v = in(c, list_keys[i]);

		/* What is no plain word was not chosen on a page of ours. */
		if (v != NULL && v[strspn(v, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-")] == '\0' && strlen(v) < 32)
			n += (size_t)snprintf(url + n, sizeof url - n, "&%s=%s", list_keys[i], v);
	}
	page_text(f->p, "　");
	frame_a(f, NULL, url, W(f, "导出表格", "As a table"));
	if (num(c->out, "total") > LISTED_MAX)
		page_printf(f->p, W(f, "（前 %d 件）", " (the first %d)"), LISTED_MAX);
}

/* What is chosen here goes to the appraisal, or on hold. */
void
keep_list_page(struct call *c, struct frame *f)
{
	static const struct field fields[] = {
		{ "report", "鉴定报告编号", "Number of the appraisal report", "text", "", NULL, NULL, true }, { "reason", "理由", "Reason", "text", "", NULL, NULL, true },
		{ "approved_by", "批准人", "Approved by", "text", "", "销毁要写批准人和档案人员，不能是同一人", "Wanted for destruction: two who differ", false },
		{ "archivist", "档案人员", "Archivist", "text", "", NULL, NULL, false }, { "until", "续存到", "Keep until", "date", "", NULL, NULL, false },
	};
	static const char *const verdicts[] = { "keep", "续存", "keep", "destroy", "批准销毁", "approve destruction", "cancel", "撤销已批准的销毁", "call an approved destruction off", NULL, NULL, NULL };
	static const char *const terms[] = { "", "（不改）", "(as it is)", "Y", "永久", "for ever", "D30", "30 年", "30 years", "D10", "10 年", "10 years", NULL, NULL, NULL };
	const json_t *list = json_object_get(c->out, "records"), *one;
	bool may = (c->who.roles & (GK_ROLE_ARCHIVIST | GK_ROLE_ADMIN)) != 0;
	size_t i;

	desk_head(c, f, W(f, "档案清单", "Records"));
	page_element(f->p, "h1", NULL, W(f, "档案清单", "Records"));
	desk_error(c, f);
	page_open(f->p, "p", "class", "lead", NULL);
	page_printf(f->p, W(f, "%lld 件", "%lld records"), (long long)num(c->out, "total"));
	write_export(c, f);
	page_close(f->p);
	form_begin(c, f, "/staff/archive/appraise", NULL);
	page_open(f->p, "ul", "class", "rows card", NULL);
	json_array_foreach(list, i, one) {
		char id[96];

		snprintf(id, sizeof id, "r-%s", str(one, "id"));
		page_open(f->p, "li", NULL);
		page_open(f->p, "p", "class", "choice", NULL);
		if (may)
			page_void(f->p, "input", "type", "checkbox", "name", "ids", "id", id, "value", str(one, "id"), NULL);
		page_open(f->p, may ? "label" : "span", "for", may ? id : NULL, NULL);
		page_text(f->p, str(one, "title"));
		page_close(f->p);
		page_close(f->p);
		page_open(f->p, "p", "class", "quiet", NULL);
		record_link(f, str(one, "id"), str(one, "id"), str(one, "refcode"));
		page_printf(f->p, "　%s", desk_words(f, one, "sentence"));
		if (json_array_size(json_object_get(one, "holds")) > 0)
			page_element(f->p, "strong", NULL, W(f, "　停止处置", "  on hold"));
		page_close(f->p);
		page_close(f->p);
	}
	page_close(f->p);
	if (may && json_array_size(list) > 0) {
		page_open(f->p, "div", "class", "grid card", NULL);
		page_element(f->p, "h2", NULL, W(f, "鉴定选中的", "Appraise those chosen"));
		form_choice(c, f, "verdict", "意见", "Verdict", "keep", verdicts);
		form_choice(c, f, "retention", "新的期限", "New term", "", terms);
		for (i = 0; i < sizeof fields / sizeof *fields; i++)
			form_field(c, f, &fields[i]);
		page_open(f->p, "p", "class", "acts", NULL);
		form_button(f, NULL, NULL, "看后果", "See the consequences", false);
		page_close(f->p);
		page_close(f->p);
	}
	form_end(f);
	view_form(c, f, "/staff/archive/list", list_keys);
}
