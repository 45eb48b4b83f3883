/* The addresses and their patterns. */
#include "searchd/routes.h"

#include "web/feed.h"

#include <stdlib.h>
#include <string.h>

static const struct route_param search_params[] = {
	{ "q", "检索词：标题、发文字号、正文中的词，或一个问题", "words, a number, a title or a question" },
	{ "cat", "类别；可重复", "category; may be repeated" },
	{ "theme", "主题分类；可重复", "theme; may be repeated" },
	{ "year", "年份，如 2021 或 2019..2021；可重复", "year, as 2021 or 2019..2021; may be repeated" },
	{ "status", "时效，如 in_force、abolished，或 living（现行有效和部分有效）；可重复", "validity, as in_force or abolished, or living (in force and partly in force); may be repeated" },
	{ "org", "发文机关；可重复", "issuer; may be repeated" },
	{ "type", "文件格式；可重复", "format of the file; may be repeated" },
	{ "from", "公开日期不早于", "published on this day or later" },
	{ "to", "公开日期不晚于", "published on this day or earlier" },
	{ "as_of", "按这一天的时效", "validity as of this day" },
	{ "known_at", "按这一时刻已知的情况", "as known at this time" },
	{ "sort", "次序：rel（相关）、new（最新）、old（最早）、no（文号）", "order: rel, new, old or no (by document number)" },
	{ "page", "第几页，从 1 起", "page, from 1" },
	{ "size", "每页件数，1 到 100", "documents a page, 1 to 100" },
	{ "cursor", "逐件列出全部（不限 10,000 件），按收录的先后：从 * 开始，接着用回答里的 links.next", "every document (no end at 10,000) in the order of coming in: begin with *, go on with links.next of the answer" },
	{ "facets", "0：不要分面", "0: without facets" },
	{ "fold", "0：转载不合并", "0: reprints are listed" },
	{ "literal", "1：按原样查，不折叠、不放宽", "1: as typed, nothing folded or loosened" },
	{ "id", "只看结果中的这一件", "of the results only this document" },
	{ "jump", "0：只查到一件时也列出，不直接打开", "0: list it, even where the question names exactly one" },
	{ "explain", "1：说明得分的由来", "1: say how the scores were come to" },
	{ NULL, NULL, NULL },
};
static const struct route_param document_params[] = {
	{ "as_of", "按这一天的时效和文本", "validity and text of this day" },
	{ "known_at", "按这一时刻已知的情况", "as known at this time" },
	{ "mark", "在正文中标出的词；可重复", "a word to be marked in the text; may be repeated" },
	{ NULL, NULL, NULL },
};
static const struct route_param difference_params[] = {
	{ "from", "较早文本的日期", "a day of the earlier text" }, { "to", "较晚文本的日期", "a day of the later text" }, { NULL, NULL, NULL },
};
static const struct route_param suggest_params[] = {
	{ "q", "已经输入的字", "what has been typed" }, { "format", "json 或 opensearch", "json or opensearch" }, { NULL, NULL, NULL },
};

static const struct route_param oai_params[] = {
	{ "verb", "Identify、ListMetadataFormats、ListSets、ListIdentifiers、ListRecords、GetRecord", "the six verbs" }, { "identifier", "oai:…:编号", "oai:…:ID" },
	{ "metadataPrefix", "oai_dc", "oai_dc" }, { "set", "类别", "category" }, { "from", "此后改动的", "changed since" },
	{ "until", "此前改动的", "changed until" }, { "resumptionToken", "接着上一份列", "goes on with a list" }, { NULL, NULL, NULL },
};

#define HTML "text/html; charset=utf-8"
#define JSON "application/json; charset=utf-8"
#define TEXT "text/plain; charset=utf-8"

static const struct route_entry table[] = {
	{ "/", HTML, ask_home, gk_page_home, NULL, 0, "首页", "the home page" },
	{ "/index.json", JSON, ask_home, NULL, NULL, 0, "总数、类别、年份、最新公开", "totals, categories, years, newest documents" },
	{ "/search", HTML, ask_search, gk_page_search, search_params, ROUTE_JUMPS, "检索结果", "results" },
	{ "/search.json", JSON, ask_search, NULL, search_params, 0, "检索结果", "results" },
	{ "/search.atom", "application/atom+xml; charset=utf-8", ask_list, gk_feed_atom, search_params, ROUTE_WHOLE, "订阅一个检索式", "a query as a feed" },
	{ "/search.csv", "text/csv; charset=utf-8", ask_table, gk_feed_csv, search_params, ROUTE_WHOLE | ROUTE_EXPORT, "检索结果列表：全部，至多 10,000 行，更多的见 Link: rel=next", "a query as a table: all of it, at most 10,000 rows, more by Link: rel=next" },
	{ "/search.jsonl", "application/x-ndjson; charset=utf-8", ask_list, gk_feed_jsonl, search_params, ROUTE_WHOLE | ROUTE_EXPORT, "检索结果，每行一件", "a query, one document a line" },
	{ "/browse", HTML, ask_browse, gk_page_browse, NULL, 0, "按类别、主题、机关、年份、时效浏览", "browse by category, theme, issuer, year, validity" },
	{ "/c/{cat}", HTML, ask_search, gk_page_search, search_params, 0, "一个类别的文件", "documents of a category" },
	{ "/t/{theme}", HTML, ask_search, gk_page_search, search_params, 0, "一个主题的文件", "documents of a theme" },
	{ "/org/{org}", HTML, ask_search, gk_page_search, search_params, 0, "一个机关的文件", "documents of an issuer" },
	{ "/y/{years}", HTML, ask_search, gk_page_search, search_params, 0, "一年的文件", "documents of a year" },
	{ "/suggest", JSON, ask_suggest, NULL, suggest_params, 0, "输入时的提示", "what to offer while somebody types" },
	{ "/no/{number}.json", JSON, ask_number, NULL, NULL, 0, "按发文字号查，括号不拘", "by number, in any form" },
	{ "/no/{number}", HTML, ask_number, NULL, NULL, ROUTE_LEADS, "按发文字号转到文件", "leads to the document of a number" },
	{ "/d/{id}.json", JSON, ask_document, NULL, document_params, 0, "一份文件", "one document" },
	{ "/d/{id}@{date}.json", JSON, ask_document, NULL, document_params, 0, "一份文件在某一天", "one document on a day" },
	{ "/d/{id}", HTML, ask_document, gk_page_document, document_params, 0, "一份文件", "one document" },
	{ "/d/{id}@{date}", HTML, ask_document, gk_page_document, document_params, 0, "一份文件在某一天", "one document on a day" },
	{ "/d/{id}/text", TEXT, ask_text, NULL, NULL, 0, "文字版", "its text" },
	{ "/d/{id}@{date}/text", TEXT, ask_text, NULL, NULL, 0, "某一天的文字版", "its text of a day" },
	{ "/d/{id}/original", NULL, ask_original, NULL, NULL, 0, "原件", "the file as it was published" },
	{ "/d/{id}@{date}/original", NULL, ask_original, NULL, NULL, 0, "某一天的原件", "the file of a day" },
	{ "/d/{id}/print", HTML, ask_document, gk_page_document, document_params, ROUTE_PAPER, "供打印", "to be printed" },
	{ "/d/{id}@{date}/print", HTML, ask_document, gk_page_document, document_params, ROUTE_PAPER, "某一天的文本，供打印", "of a day, to be printed" },
	{ "/d/{id}/history", HTML, ask_history, gk_page_history, NULL, 0, "登记沿革：何时登记了什么", "what was registered, and when" },
	{ "/d/{id}/history.json", JSON, ask_history, NULL, NULL, 0, "登记沿革", "what was registered, and when" },
	{ "/d/{id}/proof.json", JSON, ask_proof, gk_feed_proof, NULL, ROUTE_UNTAGGED, "原件在档案里的证明，可脱机核对", "proof that the file stands in the archive, to be checked anywhere" },
	{ "/d/{id}/diff", HTML, ask_difference, gk_page_difference, difference_params, 0, "两个文本的不同", "what changed between two texts" },
	{ "/d/{id}/diff.json", JSON, ask_difference, NULL, difference_params, 0, "两个文本的不同", "what changed between two texts" },
	{ "/d/{id}/similar.json", JSON, ask_related, NULL, NULL, 0, "相似、引用、被引用、转载", "similar, citing, cited, reprints" },
	{ "/report/{year}.json", JSON, ask_report, NULL, NULL, ROUTE_UNTAGGED, "年度报告的数据", "the numbers of an annual report" },
	{ "/report/{year}", HTML, ask_report, gk_page_report, NULL, ROUTE_UNTAGGED, "年度报告的数据", "the numbers of an annual report" },
	{ "/stats.json", JSON, ask_stats, NULL, NULL, ROUTE_UNTAGGED, "统计", "statistics" },
	{ "/stats", HTML, ask_stats, gk_page_stats, NULL, ROUTE_UNTAGGED, "统计", "statistics" },
	{ "/sitemap.xml", "application/xml; charset=utf-8", ask_sitemap, gk_feed_sitemap, NULL, ROUTE_WHOLE, "全部网址", "all addresses" },
	{ "/sitemap-{page}.xml", "application/xml; charset=utf-8", ask_sitemap, gk_feed_sitemap, NULL, ROUTE_WHOLE, "全部网址的一部分", "a part of all addresses" },
	{ "/oai", "text/xml; charset=utf-8", ask_oai, gk_feed_oai, oai_params, ROUTE_WHOLE | ROUTE_UNTAGGED, "OAI-PMH 2.0", "OAI-PMH 2.0" },
	{ "/guide.json", JSON, ask_guide, NULL, NULL, 0, "公开指南（条例第十二条）", "the guide of Art. 12" },
	{ "/guide", HTML, ask_guide, gk_page_guide, NULL, 0, "公开指南（条例第十二条）", "the guide of Art. 12" },
	{ "/help", HTML, ask_nothing, gk_page_help, NULL, 0, "检索帮助", "help" },
	{ "/about", HTML, ask_nothing, gk_page_about, NULL, 0, "关于本站", "about this site" },
	{ "/accessibility", HTML, ask_nothing, gk_page_accessibility, NULL, 0, "无障碍说明", "accessibility" },
	{ "/opensearch.xml", "application/opensearchdescription+xml; charset=utf-8", ask_nothing, gk_feed_opensearch, NULL, 0, "供浏览器搜索栏使用", "for a browser's own box" },
	{ "/api/openapi.json", JSON, ask_openapi, NULL, NULL, 0, "本接口的说明", "this interface, described" },
	{ "/healthz", JSON, ask_health, NULL, NULL, ROUTE_UNTAGGED, "服务是否正常", "is the service well" },
	{ "/metrics", GK_METRICS_TYPE, NULL, NULL, NULL, ROUTE_UNTAGGED | ROUTE_LOCAL, "计数，只给本机", "counters, for this machine only" },
};

const struct route_entry *
route_table(size_t *n)
{
	*n = sizeof table / sizeof *table;
	return table;
}

/* A page for people: unknown parameters are no error there, and errors are pages too. */
static bool
route_is_page(const struct route_entry *e)
{
	return e->type != NULL && strcmp(e->type, HTML) == 0;
}

/* ---- patterns ---- */

static size_t
span_id(const char *s)
{
	return strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
}

static bool
take(char *to, size_t room, const char *s, size_t n)
{
	if (n == 0 || n >= room)
		return false;
	memcpy(to, s, n);
	to[n] = '\0';
	return true;
}

/* How many bytes of s the placeholder takes, whose name begins at `what`; 0 if it cannot.  `behind` must follow. */
static size_t
take_one(struct route *r, const char *what, const char *s, const char *behind)
{
	static const struct { const char *what, *param; } given[] = { { "cat}", "cat" }, { "org}", "org" }, { "theme}", "theme" }, { "years}", "year" } };
	size_t n;

	if (strncmp(what, "id}", 3) == 0) {
		n = span_id(s);
		return take(r->id, sizeof r->id, s, n) ? n : 0;
	}
	if (strncmp(what, "date}", 5) == 0) {
		n = strspn(s, "0123456789-");
		r->given = (struct gk_param){ "as_of", r->as_of };
		return take(r->as_of, sizeof r->as_of, s, n) ? n : 0;
	}
	if (strncmp(what, "year}", 5) == 0) {
		r->year = atoi(s);
		return strspn(s, "0123456789") == 4 ? 4 : 0;
	}
	for (size_t i = 0; i < sizeof given / sizeof *given; i++)
		if (strncmp(what, given[i].what, strlen(given[i].what)) == 0)
			r->given = (struct gk_param){ given[i].param, r->name };
	n = strlen(s);
	if (n < strlen(behind))
		return 0;
	n -= strlen(behind);
	return take(r->name, sizeof r->name, s, n) ? n : 0;
}

static bool
fits(const char *pattern, const char *path, struct route *r)
{
	while (*pattern != '\0') {
		if (*pattern == '{') {
			const char *end = strchr(pattern, '}');
			size_t n = take_one(r, pattern + 1, path, end + 1);

			if (n == 0)
				return false;
			path += n;
			pattern = end + 1;
		} else if (*pattern++ != *path++) {
			return false;
		}
	}
	return *path == '\0';
}

bool
route_find(const char *path, struct route *r)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		*r = (struct route){ .entry = &table[i], .json = !route_is_page(&table[i]) };
		if (!fits(table[i].pattern, path, r))
			continue;
		return true;
	}
	*r = (struct route){ .json = n > 5 && strcmp(path + n - 5, ".json") == 0 };
	return false;
}
