/*
 * An archive that is not there: answers of fixed shape.  Some questions make it misbehave:
 *   空 finds nothing     慢 takes 1 s     很慢 takes 8 s     崩 crashes the process     坏 is refused
 */
#include "tests/unit/fake-answer.h"

#include "base/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct gk_site { char archive[256]; };

static const struct fake_words plain_words = {
	"关于加强安全生产工作的通知", "大妈府发〔2021〕3号", "妈妈镇人民政府", "政策法规",
	"各村（居）民委员会、镇属各部门要建立健全安全生产责任制，保证安全生产投入的有效实施，督促检查安全生产工作，及时消除事故隐患。",
	"安全生产", "/d/dzmm-2021-000123",
};

static const struct { const char *code, *label, *since; bool by; } states[] = {
	{ "in_force", "现行有效", "2021-05-01", false },
	{ "abolished", "已废止", "2021-12-01", true },
	{ "unknown", "时效待核", NULL, false },
	{ "not_yet_effective", "尚未生效", "2027-01-01", false },
	{ "expired", "有效期届满失效", "2020-06-01", false },
	{ "partly_in_force", "部分有效", "2019-03-09", true },
	{ "not_applicable", "", NULL, false },
};

static json_t *
text(const char *s)
{
	json_t *j = json_string(s);

	/* What is not UTF-8 is no JSON either; the page layer is tested with it apart. */
	return j != NULL ? j : json_string("?");
}

static json_t *
fake_by(void)
{
	return json_pack("{s:s,s:s,s:s,s:s}", "id", "dzmm-2021-000207", "title", "关于废止部分文件的通知", "number", "大妈府发〔2021〕7号", "url", "/d/dzmm-2021-000207");
}

static json_t *
fake_status(size_t i)
{
	i %= sizeof states / sizeof *states;
	return json_pack("{s:s,s:s,s:s?,s:o,s:s}", "code", states[i].code, "label", states[i].label, "since", states[i].since,
			 "by", states[i].by ? fake_by() : json_null(), "as_of", "2026-11-23");
}

static json_t *
fake_hit(const struct fake_words *w, size_t i)
{
	json_t *hit = json_pack("{s:s,s:o,s:o,s:[[i,i]],s:o,s:o,s:o,s:{s:s,s:s,s:s,s:n},s:o,s:{s:o,s:[[i,i],[i,i]],s:i},s:f,s:s,s:i,s:s}",
			 "id", "dzmm-2021-000123", "url", text(w->url), "title", text(w->title), "title_marks", 4, 8,
			 "number", text(i % 5 == 2 ? "" : w->docno), "org", text(w->org), "category", text(w->category),
			 "dates", "made", "2021-03-30", "published", "2021-04-02", "effective", "2021-05-01", "expires",
			 "status", fake_status(i), "snippet", "text", text(w->text), "marks", 20, 24, 29, 33, "offset", 812,
			 "score", 14.2, "type", i % 2 ? "text/html" : "application/pdf", "bytes", 182311, "text_source", "pdf");

	/* The same passage again; every third hit is a long text with an article more. */
	json_object_set_new(hit, "passages", json_pack("[{s:o,s:[[i,i],[i,i]],s:i,s:n}]", "text", text(w->text), "marks", 20, 24, 29, 33, "offset", 812, "article"));
	if (i % 3 == 1)
		json_array_append_new(json_object_get(hit, "passages"), json_pack("{s:o,s:[],s:i,s:{s:s,s:s,s:n}}", "text", text(w->title), "marks", "offset", 4000, "article", "label",
								       "第三十二条", "url", "/d/dzmm-2021-000123#a32", "notice"));
	return hit;
}

static void
add_value(json_t *list, const char *value, const char *label, int count, bool selected)
{
	json_array_append_new(list, json_pack("{s:o,s:o,s:i,s:b,s:s}", "value", text(value), "label", text(label), "count", count,
					      "selected", selected, "url", "/search?q=%E5%AE%89%E5%85%A8&status=in_force"));
}

static json_t *
fake_facets(const struct fake_words *w)
{
	json_t *status = json_array(), *category = json_array(), *year = json_array(), *org = json_array(), *format = json_array();
	static const char *const categories[] = { "机构职能", "财政信息", "公示公告", "行政执法", "应急管理", "社会救助", "土地征收", "教育", "医疗卫生", "环境保护", "招标采购" };

	add_value(status, "in_force", "现行有效", 24, false);
	add_value(status, "abolished", "已废止", 5, false);
	add_value(status, "unknown", "时效待核", 2, false);
	add_value(category, w->category, w->category, 19, false);
	for (size_t i = 0; i < sizeof categories / sizeof *categories; i++)
		add_value(category, categories[i], categories[i], (int)(12 - i), false);
	for (int i = 0; i < 7; i++) {
		char y[8];

		snprintf(y, sizeof y, "%d", 2021 - i);
		add_value(year, y, y, 9 - i, i == 0);
	}
	add_value(org, w->org, w->org, 29, false);
	add_value(org, "大竹县应急管理局", "大竹县应急管理局", 2, false);
	add_value(format, "application/pdf", "", 22, false);
	add_value(format, "text/html", "", 9, false);
	return json_pack("{s:o,s:o,s:o,s:o,s:o}", "status", status, "category", category, "year", year, "org", org, "format", format);
}

json_t *
fake_search(const struct fake_words *w, json_int_t total, json_int_t page, const char *level)
{
	json_t *hits = json_array(), *facets = total > 0 ? fake_facets(w) : json_object(), *notices = json_array();

	for (size_t i = 0; i < 7 && (json_int_t)i < total; i++)
		json_array_append_new(hits, fake_hit(w, i));
	if (total > 0)
		json_array_append_new(notices, json_pack("{s:s,s:o,s:o,s:s}", "code", "folded", "from", text(w->q), "to", text(w->q), "undo", "/search?q=%E5%AE%89&literal=1"));
	return json_pack("{s:{s:o,s:s,s:s},s:o,s:I,s:I,s:i,s:i,s:f,s:o,s:[o],s:o,s:{s:s,s:s,s:n}}",
			 "query", "q", text(w->q), "as_of", "2026-11-23", "level", level, "notices", notices,
			 "total", total, "unfiltered", 131, "page", page, "size", 10, "took_ms", 0.8, "hits", hits, "matched", text(w->q), "facets", facets,
			 "links", "self", "/search.json?q=%E5%AE%89%E5%85%A8", "next", "/search?q=%E5%AE%89%E5%85%A8&page=2", "prev");
}

json_t *
fake_document(const struct fake_words *w)
{
	json_t *fields = json_array();
	static const char *const rows[][3] = {
		{ "index_no", "索引号", "511724/2021-00123" }, { "theme", "主题分类", "安全生产监管" }, { "issuer", "发文机关", NULL },
		{ "formed_date", "成文日期", "2021-03-30" }, { "docno", "发文字号", NULL }, { "published_at", "发布日期", "2021-04-02" },
		{ "effective_date", "施行日期", "2021-05-01" }, { "column", "栏目", NULL },
	};
	const char *given[] = { NULL, NULL, w->org, NULL, w->docno, NULL, NULL, w->category };
	char body[8192];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		json_array_append_new(fields, json_pack("{s:s,s:s,s:o}", "key", rows[i][0], "label", rows[i][1], "value", text(given[i] != NULL ? given[i] : rows[i][2])));
	snprintf(body, sizeof body, "第一章　总则\n　　第一条 为了加强安全生产工作，防止和减少生产安全事故，保障人民群众生命和财产安全，制定本办法。\n"
		 "　　第二条 %s\n第二章　生产经营单位的安全生产保障\n　　第三条 生产经营单位应当具备有关法律、行政法规和国家标准规定的安全生产条件；"
		 "不具备安全生产条件的，不得从事生产经营活动。\n　　第四条 本办法自2021年5月1日起施行。\n", w->text);
	return json_pack("{s:[{s:s,s:n,s:s,s:o,s:b,s:b,s:b,s:n},{s:s,s:n,s:s,s:b,s:b,s:b,s:o}],s:[{s:s,s:s,s:i,s:i,s:i,s:i,s:o}],"
			 "s:s,s:o,s:o,s:o,s:o,s:o,s:{s:s,s:s,s:s,s:n},s:o,s:s,s:i,s:s,s:s,s:{s:o},s:o,s:o,s:[{s:s,s:s,s:s,s:n},{s:s,s:s,s:s,s:o}],s:{s:s,s:s,s:s,s:s}}",
			 "texts", "state", "amended", "from", "until", "2021-08-31", "url", text(w->url), "shown", 1, "current", 0, "corrected", 1, "by",
			 "from", "2021-09-01", "until", "url", "/d/dzmm-2021-000123@2021-09-01", "shown", 0, "current", 1, "corrected", 0, "by", fake_by(),
			 "articles", "label", "第一条", "anchor", "a1", "number", 1, "sub", 0, "offset", 9, "length", 42, "notice",
			 json_pack("{s:s,s:o,s:s,s:s,s:o,s:b}", "type", "abolished", "label", text(w->title), "label_en", "this article is abolished", "since", "2021-06-01", "by", fake_by(), "whole", 1),
			 "id", "dzmm-2021-000123", "url", text(w->url), "title", text(w->title), "number", text(w->docno), "org", text(w->org), "category", text(w->category),
			 "dates", "made", "2021-03-30", "published", "2021-04-02", "effective", "2021-05-01", "expires",
			 "status", fake_status(1), "type", "application/pdf", "bytes", 182311, "text_source", "pdf",
			 "digest", "sha256:9f2ce1b7a4430b1d0cb7a5de94e0bd1c2f6a70c3b3a4d5e6f708192a3b4c5d6e", "source", "url", text("http://www.example.gov.cn/a.html"),
			 "fields", fields, "text", text(body),
			 "history", "date", "2021-05-01", "type", "import_public", "label", "公布施行", "by",
			 "date", "2021-12-01", "type", "abolish", "label", "废止", "by", fake_by(),
			 "links", "self", "/d/dzmm-2021-000123.json", "html", "/d/dzmm-2021-000123", "text", "/d/dzmm-2021-000123/text", "original", "/d/dzmm-2021-000123/original");
}

json_t *
fake_difference(const struct fake_words *w)
{
	return json_pack("{s:{s:s,s:o,s:s,s:n,s:s,s:o},s:{s:s,s:s,s:s,s:s,s:n,s:s},s:b,s:{s:i,s:i,s:i,s:b,s:[{s:s,s:s},{s:s,s:s},{s:s,s:s,s:s,s:s,s:o,s:s,s:[{s:s,s:s},{s:s,s:o},{s:s,s:o}]},"
			 "{s:s,s:s,s:n,s:s,s:[{s:s,s:o}]}]},s:{s:s}}",
			 "old", "id", "dzmm-2021-000123", "title", text(w->title), "day", "2021-08-31", "from", "until", "2021-08-31", "url", text(w->url),
			 "new", "id", "dzmm-2021-000123", "title", "新办法", "day", "2021-09-01", "from", "2021-09-01", "until", "url", "/d/dzmm-2021-000123@2021-09-01",
			 "identical", 0, "difference", "same", 2, "changed", 1, "added", 1, "coarse", 1, "blocks",
			 "kind", "same", "article", "第一条", "kind", "same", "article", "第二条",
			 "kind", "changed", "label", "修改", "article", "第三条", "was", "第四条", "moved", text(w->docno), "anchor", "a3", "pieces",
			 "op", "same", "text", "第三条 ", "op", "removed", "text", text(w->text), "op", "added", "text", text(w->org),
			 "kind", "added", "label", "增加", "article", "anchor", "a4", "pieces", "op", "added", "text", text(w->q),
			 "links", "self", "/d/dzmm-2021-000123/diff.json?from=2021-08-31&to=2021-09-01");
}

json_t *
fake_home(const struct fake_words *w)
{
	static const struct { const char *name; int n; } categories[] = { { "政策法规", 86 }, { "财政信息", 64 }, { "公示公告", 51 }, { "机构职能", 37 }, { "行政执法", 29 }, { "应急管理", 18 }, { "年度报告", 11 } };
	json_t *c = json_array(), *y = json_array(), *newest = json_array();

	for (size_t i = 0; i < sizeof categories / sizeof *categories; i++)
		json_array_append_new(c, json_pack("{s:o,s:i,s:s}", "value", text(i == 0 ? w->category : categories[i].name), "count", categories[i].n, "url", "/search?cat=x"));
	for (int i = 0; i < 9; i++) {
		char name[8], url[32];

		snprintf(name, sizeof name, "%d", 2024 - i);
		snprintf(url, sizeof url, "/search?year=%d", 2024 - i);
		json_array_append_new(y, json_pack("{s:s,s:i,s:s}", "value", name, "count", (i * 37) % 61 + 12, "url", url));
	}
	for (size_t i = 0; i < 5; i++)
		json_array_append_new(newest, fake_hit(w, i));
	return json_pack("{s:o,s:i,s:{s:i,s:i,s:i,s:i},s:o,s:o,s:o,s:{s:s,s:s,s:s,s:i}}", "organisation", text(w->org), "total", 296,
			 "status", "in_force", 214, "abolished", 38, "expired", 9, "unknown", 12, "categories", c, "years", y, "newest", newest,
			 "coverage", "from", "2008", "to", "2026", "updated", "2026-11-23", "unchecked", 12);
}

/* ---- the contract ---- */

enum gk_status
gk_site_load(struct gk_site *s, struct gk_err *err)
{
	(void)s, (void)err;
	return GK_OK;
}

void
gk_site_tolerate(struct gk_site *s)
{
	(void)s;
}

enum gk_status
gk_site_open(const char *archive, struct gk_site **out, struct gk_err *err)
{
	if (access(archive, R_OK | X_OK) != 0) {
		gk_fail(err, GK_DEAD, GK_CAUSE_NO_ACCESS, "没有档案 '%s'", "there is no archive at '%s'", archive);
		gk_hint(err, "建立一个：gongkai init --org 名称 --code 前缀 --archive %s", "make one: gongkai init --org NAME --code PREFIX --archive %s", archive);
		return GK_DEAD;
	}
	*out = calloc(1, sizeof **out);
	if (*out == NULL)
		return gk_nomem(err);
	snprintf((*out)->archive, sizeof (*out)->archive, "%s", archive);
	return GK_OK;
}

void
gk_site_rest(struct gk_site *s)
{
	(void)s;
}

void
gk_site_close(struct gk_site *s)
{
	free(s);
}

enum gk_status
gk_site_refresh(struct gk_site *s, uint64_t *generation, struct gk_err *err)
{
	(void)s, (void)err;
	*generation = 7;
	return GK_OK;
}

enum gk_status
gk_answer_search(struct gk_site *s, const struct gk_param *params, size_t n, bool strict, json_t **out, const char **bad_param, struct gk_err *err)
{
	struct fake_words w = plain_words;
	json_int_t page = 1;
	const char *level = "phrase";

	(void)s;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(params[i].name, "q") == 0)
			w.q = params[i].value;
		else if (strcmp(params[i].name, "page") == 0)
			page = atoi(params[i].value);
		else if (strcmp(params[i].name, "level") == 0)
			level = params[i].value;
		else if (strcmp(params[i].name, "unknown") == 0 && strict) {
			*bad_param = params[i].name;
			return gk_fail(err, GK_REFUSED, GK_CAUSE_UNKNOWN_PARAM, "没有这个参数", "no such parameter");
		}
	}
	if (strcmp(w.q, "崩") == 0)
		abort();
	if (strcmp(w.q, "慢") == 0)
		sleep(1);
	if (strcmp(w.q, "很慢") == 0)
		sleep(8);
	if (strcmp(w.q, "坏") == 0)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_QUERY, "检索词不对", "bad query");
	if (strcmp(w.q, "死") == 0)
		return gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引坏了", "the index is damaged");
	*out = fake_search(&w, strcmp(w.q, "空") == 0 ? 0 : 131, page, level);
	return GK_OK;
}

enum gk_status
gk_answer_table(struct gk_site *s, const struct gk_param *p, size_t n, json_t **out, const char **bad, struct gk_err *err)
{
	return gk_answer_search(s, p, n, true, out, bad, err);
}

enum gk_status
gk_answer_document(struct gk_site *s, const char *id, const char *as_of, const char *known_at, bool with_text, json_t **out, struct gk_err *err)
{
	struct gk_date d;

	(void)s, (void)known_at, (void)with_text;
	if (as_of != NULL && !gk_date_parse(as_of, strlen(as_of), &d))
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "as_of 不是日期：%s", "as_of is no date: %s", as_of);
	if (strcmp(id, "dzmm-2021-000123") != 0)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有文件 %s", "there is no document %s", id);
	*out = fake_document(&plain_words);
	return GK_OK;
}

enum gk_status
gk_answer_marks(const struct gk_param *params, size_t n, json_t *document, struct gk_err *err)
{
	(void)err;
	for (size_t i = 0; i < n; i++)
		if (strcmp(params[i].name, "mark") == 0)
			json_object_set_new(document, "marks", json_pack("{s:[s],s:[[i,i]],s:i}", "words", params[i].value, "places", 17, 21, "total", 1));
	return GK_OK;
}

enum gk_status
gk_answer_home(struct gk_site *s, json_t **out, struct gk_err *err)
{
	(void)s, (void)err;
	*out = fake_home(&plain_words);
	return GK_OK;
}

enum gk_status
gk_answer_health(struct gk_site *s, json_t **out, struct gk_err *err)
{
	(void)s, (void)err;
	*out = json_pack("{s:s,s:i,s:i}", "status", "ok", "documents", 296, "generation", 7);
	return GK_OK;
}

enum gk_status
gk_answer_operation(struct gk_site *s, json_t **out, struct gk_err *err)
{
	(void)s, (void)err;
	*out = json_pack("{s:i, s:i, s:n}", "documents", 296, "generation", 7, "verified_at");
	return GK_OK;
}

json_t *
gk_answer_kept(const char *archive)
{
	(void)archive;
	return json_pack("{s:n}", "verified_at");
}

static json_t *
brief(const struct fake_words *w, const char *code, int ended)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:{s:s,s:s,s:s,s:s,s:b}}", "id", "dzmm-2019-000001", "url", w->url, "title", w->title, "number", w->docno, "org", w->org, "date",
			 "2019-05-01", "status", "code", code, "label", "已废止", "label_en", "Abolished", "sign", "✗", "ended", ended);
}

json_t *
fake_related(const struct fake_words *w)
{
	return json_pack("{s:s,s:[o,o],s:[o],s:[o],s:i,s:[o],s:i}", "id", "dzmm-2021-000123", "similar", brief(w, "in_force", 0), brief(w, "abolished", 1), "cites", brief(w, "unknown", 0),
			 "cited_by", brief(w, "in_force", 0), "cited_by_total", 25, "reprints", brief(w, "not_applicable", 0), "reprints_total", 3);
}

enum gk_status
gk_answer_related(struct gk_site *s, const char *id, json_t **out, struct gk_err *err)
{
	(void)s, (void)id, (void)err;
	*out = fake_related(&plain_words);
	return GK_OK;
}

void
gk_answer_suggest_prepare(struct gk_site *s)
{
	(void)s;
}

/* Words that the tests know: 慢 is answered late, so that a faster answer overtakes it. */
enum gk_status
gk_answer_suggest(struct gk_site *s, const char *typed, bool patient, json_t **out, bool *current, struct gk_err *err)
{
	(void)s, (void)patient, (void)err;
	*current = true;
	if (strstr(typed, "慢") != NULL)
		usleep(800 * 1000);
	if (*typed == '\0' || strcmp(typed, "无") == 0)
		*out = json_array();
	else
		*out = json_pack("[{s:s,s:s,s:s,s:i,s:s,s:s,s:s,s:n},{s:s+,s:s,s:s,s:i},{s:s,s:s,s:s,s:i,s:s,s:s,s:n,s:{s:s,s:s,s:s,s:s,s:b}}]",
				 "text", "大妈府发〔2021〕7号", "kind", "number", "url", "/d/dzmm-2021-000207", "count", 1, "id", "dzmm-2021-000207", "title",
				 "关于<废止>部分文件的通知", "number", "大妈府发〔2021〕7号", "status",
				 "text", typed, "生产", "kind", "phrase", "url", "/search?q=%E5%AE%89", "count", 1204,
				 "text", "安全生产管理办法", "kind", "title", "url", "/d/dzmm-2021-000123", "count", 1, "id", "dzmm-2021-000123", "title", "安全生产管理办法", "number",
				 "status", "code", "abolished", "label", "已废止", "label_en", "Abolished", "sign", "✗", "ended", 1);
	return GK_OK;
}

json_t *
gk_answer_opensearch(const char *typed, const char *site_url, const json_t *suggestions)
{
	return json_pack("[s, [O*], [], [s]]", typed, json_object_get(json_array_get(suggestions, 0), "text"), site_url);
}

enum gk_status
gk_answer_published(struct gk_site *s, int year, json_t **out, struct gk_err *err)
{
	(void)s;
	if (year != 2021)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有公布 %d 年的报告", "no report of %d was published", year);
	*out = json_pack("{s:i, s:s, s:s, s:i, s:{}, s:[[[{s:s, s:i, s:i, s:b}]]], s:[]}", "year", year, "organisation", "大妈镇人民政府", "published_at", "2022-01-20T00:00:00.000Z", "published", 176, "cells", "tables",
			 "t", "规章<b>", "c", 4, "r", 1, "h", 1, "categories");
	return GK_OK;
}

enum gk_status
gk_answer_stats(struct gk_site *s, json_t **out, struct gk_err *err)
{
	(void)s, (void)err;
	*out = json_pack("{s:i, s:[], s:[], s:[], s:[i]}", "total", 3, "years", "categories", "states", "reports", 2021);
	return GK_OK;
}

enum gk_status
gk_answer_guide(struct gk_site *s, json_t **out, struct gk_err *err)
{
	(void)s, (void)err;
	*out = json_pack("{s:s, s:n, s:n, s:[{s:s, s:s, s:s, s:[]}], s:[], s:[], s:[], s:[]}", "organisation", "甲局", "public_url", "apply_address", "sections", "id", "office", "heading", "机构", "heading_en", "Office", "paragraphs",
			 "categories", "office", "places", "missing");
	return GK_OK;
}

enum gk_status
gk_answer_registered(struct gk_site *s, const char *id, json_t **out, struct gk_err *err)
{
	const struct fake_words *w = &plain_words;

	(void)s, (void)err;
	*out = json_pack("{s:s, s:o, s:s, s:[{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:b}]}", "id", id, "title", text(w->title), "url", "/d/dzmm-2021-000123", "events", "event", "e-000002",
			 "type", "abolish", "label", "废止", "label_en", "abolition", "date", "2021-12-01", "recorded_at", "2021-12-02T01:02:03Z", "by", fake_by(), "undone", 1);
	return GK_OK;
}

enum gk_status
gk_answer_proof(struct gk_site *s, const char *id, json_t **out, struct gk_err *err)
{
	(void)s, (void)err;
	*out = json_pack("{s:s}", "id", id);
	return GK_OK;
}

enum gk_status
gk_answer_sitemap(struct gk_site *s, unsigned long part, json_t **out, struct gk_err *err)
{
	(void)s, (void)err;
	*out = part == 0 ? json_pack("{s:[{s:s}]}", "parts", "url", "/sitemap-1.xml") : json_pack("{s:[{s:s, s:s}]}", "addresses", "url", "/d/a-1", "updated", "2021-12-02T01:02:03Z");
	return GK_OK;
}

enum gk_status
gk_answer_oai(struct gk_site *s, const struct gk_param *params, size_t n, json_t **out, struct gk_err *err)
{
	(void)s, (void)params, (void)n, (void)err;
	*out = json_pack("{s:s, s:{s:s}, s:s, s:s}", "verb", "Identify", "args", "verb", "Identify", "now", "2026-11-27T00:00:00Z", "earliest", "2021-01-01T00:00:00Z");
	return GK_OK;
}

enum gk_status
gk_answer_difference(struct gk_site *s, const char *old_id, const char *old_day, const char *new_id, const char *new_day, json_t **out, const char **bad_param, struct gk_err *err)
{
	struct gk_date d;

	(void)s, (void)old_id;
	*bad_param = "from";
	if (old_day != NULL && !gk_date_parse(old_day, strlen(old_day), &d))
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "不是日期：%s", "not a date: %s", old_day);
	*bad_param = "to";
	if (new_day != NULL && !gk_date_parse(new_day, strlen(new_day), &d))
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "不是日期：%s", "not a date: %s", new_day);
	if (strcmp(new_id, "dzmm-2021-000123") != 0)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有文件 %s", "there is no document %s", new_id);
	*out = fake_difference(&plain_words);
	return GK_OK;
}

enum gk_status
gk_answer_text(struct gk_site *s, const char *id, const char *as_of, struct gk_buf *out, struct gk_err *err)
{
	(void)s, (void)as_of;
	if (strcmp(id, "dzmm-2021-000123") != 0)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有文件 %s", "there is no document %s", id);
	gk_buf_puts(out, plain_words.text);
	return GK_OK;
}

/* The last three digits choose the type: 001 HTML, 002 SVG, 003 XML, others PDF. */
enum gk_status
gk_answer_original(struct gk_site *s, const char *id, const char *as_of, struct gk_buf *out, char type[96], char name[256], struct gk_err *err)
{
	static const struct { const char *end, *type, *name; } kinds[] = {
		{ "001", "text/html", "../../a/通知.html" }, { "002", "image/svg+xml", "x.svg" }, { "003", "application/xml", "\"; evil=\"1.xml" },
		{ "123", "application/pdf", "关于加强安全生产工作的通知.pdf" },
	};
	size_t n = strlen(id);

	(void)s, (void)as_of;
	for (size_t i = 0; n > 3 && i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(id + n - 3, kinds[i].end) == 0) {
			snprintf(type, 96, "%s", kinds[i].type);
			snprintf(name, 256, "%s", kinds[i].name);
			gk_buf_puts(out, "<script>alert(1)</script>");
			return GK_OK;
		}
	return gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有文件 %s", "there is no document %s", id);
}

json_t *
gk_answer_error(const struct gk_err *err, const char *param, const char *request, int *http_status)
{
	static const struct { enum gk_cause cause; int status; const char *code; } table[] = {
		{ GK_CAUSE_USAGE, 400, "bad_param" }, { GK_CAUSE_UNKNOWN_PARAM, 400, "unknown_param" }, { GK_CAUSE_BAD_QUERY, 400, "bad_query" }, { GK_CAUSE_BAD_DATE, 400, "bad_date" },
		{ GK_CAUSE_NOT_FOUND, 404, "not_found" }, { GK_CAUSE_BUSY, 503, "busy" },
	};
	const char *code = "internal";

	*http_status = 500;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].cause == err->cause) {
			*http_status = table[i].status;
			code = table[i].code;
		}
	return json_pack("{s:{s:s,s:s?,s:s,s:s,s:s,s:s,s:s}}", "error", "code", code, "param", param, "message", err->what, "message_en", err->what_en,
			 "hint", err->hint, "help", "/help", "request", request);
}
