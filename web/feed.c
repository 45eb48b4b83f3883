/* Atom and CSV of an answer. */
#include "web/feed.h"

#include "base/csv.h"
#include "web/frame.h"
#include "web/write-json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Only the configured address makes a link absolute: a request's Host is somebody's word (safety.md 6). */
static const char *
absolute(const struct gk_view *v, const char *path, char out[2048])
{
	snprintf(out, 2048, "%s%s", v->public_url, path);
	return out;
}

static void
link_to(struct page *p, const char *rel, const char *type, const char *href)
{
	page_void(p, "link", "rel", rel, "type", type, "href", href, NULL);
}

static void
entry(struct page *p, const struct gk_view *v, const json_t *hit)
{
	const json_t *status = json_object_get(hit, "status"), *snippet = json_object_get(hit, "snippet");
	const char *badge = str(status, v->lang == GK_EN ? "badge_en" : "badge"), *published = str(json_object_get(hit, "dates"), "published");
	char address[2048], id[128], summary[4096];

	snprintf(id, sizeof id, "urn:gongkai:%s", str(hit, "id"));
	snprintf(summary, sizeof summary, "%s%s%s%s%.1500s", badge, *badge != '\0' ? " · " : "", str(hit, "number"), *str(hit, "number") != '\0' ? " · " : "", str(snippet, "text"));
	page_open(p, "entry", NULL);
	page_element(p, "id", NULL, id);
	page_element(p, "title", NULL, str(hit, "title"));
	page_element(p, "updated", NULL, str(hit, "updated"));
	if (strlen(published) == 10) {
		page_open(p, "published", NULL);
		page_printf(p, "%sT00:00:00+08:00", published);
		page_close(p);
	}
	link_to(p, "alternate", "text/html", absolute(v, str(hit, "url"), address));
	snprintf(id, sizeof id, "%s/original", str(hit, "url"));
	link_to(p, "enclosure", *str(hit, "type") != '\0' ? str(hit, "type") : NULL, absolute(v, id, address));
	if (*str(hit, "category") != '\0')
		page_void(p, "category", "term", str(hit, "category"), NULL);
	page_void(p, "category", "scheme", "urn:gongkai:validity", "term", str(status, "code"), "label", str(status, "label"), NULL);
	if (*str(hit, "org") != '\0') {
		page_open(p, "author", NULL);
		page_element(p, "name", NULL, str(hit, "org"));
		page_close(p);
	}
	page_element(p, "summary", NULL, summary);
	page_close(p);
}

/* An empty feed was updated when there was nothing yet. */
static const char *
newest(const json_t *hits)
{
	const char *last = "1970-01-01T00:00:00Z";
	const json_t *hit;
	size_t i;

	json_array_foreach(hits, i, hit)
		if (strcmp(str(hit, "updated"), last) > 0)
			last = str(hit, "updated");
	return last;
}

bool
gk_feed_atom(const struct gk_view *v, const json_t *answer, struct gk_buf *out)
{
	const json_t *hits = json_object_get(answer, "hits"), *hit, *links = json_object_get(answer, "links");
	const char *q = str(json_object_get(answer, "query"), "q");
	struct page *p = page_new_xml();
	char address[2048];
	size_t i;
	bool ok;

	if (p == NULL)
		return false;
	page_open(p, "feed", "xmlns", "http://www.w3.org/2005/Atom", "xml:lang", v->lang == GK_EN ? "en" : "zh-CN", NULL);
	page_open(p, "id", NULL);
	page_printf(p, "urn:gongkai:feed:%s", str(links, "self"));
	page_close(p);
	page_open(p, "title", NULL);
	page_text(p, v->organisation);
	page_text(p, v->lang == GK_EN ? " published information" : " 政府信息公开");
	if (*q != '\0') {
		page_text(p, "：");
		page_text(p, q);
	}
	page_close(p);
	page_element(p, "updated", NULL, newest(hits));
	page_open(p, "author", NULL);
	page_element(p, "name", NULL, *v->organisation != '\0' ? v->organisation : "gongkai");
	page_close(p);
	link_to(p, "self", "application/atom+xml", absolute(v, str(links, "atom"), address));
	link_to(p, "alternate", "text/html", absolute(v, str(links, "html"), address));
	json_array_foreach(hits, i, hit)
		entry(p, v, hit);
	page_close(p);
	ok = page_finish(p, out);
	page_free(p);
	return ok;
}

bool
gk_feed_csv(const struct gk_view *v, const json_t *answer, struct gk_buf *out)
{
	static const struct { const char *zh, *en, *group, *key; } columns[] = {
		{ "编号", "id", NULL, "id" }, { "题名", "title", NULL, "title" }, { "发文字号", "number", NULL, "number" }, { "发文机关", "issuer", NULL, "org" },
		{ "栏目", "column", NULL, "category" }, { "成文日期", "made", "dates", "made" }, { "发布日期", "published", "dates", "published" },
		{ "施行日期", "effective", "dates", "effective" }, { "有效期至", "expires", "dates", "expires" }, { "时效", "validity", "status", "label" },
		{ "时效说明", "status", "status", "badge" }, { "网址", "url", NULL, "url" },
	};
	enum { COLUMNS = sizeof columns / sizeof *columns };
	const json_t *hit;
	char address[2048];
	size_t i;

	gk_buf_puts(out, "\xEF\xBB\xBF");
	for (size_t c = 0; c < COLUMNS; c++)
		gk_csv_cell(out, v->lang == GK_EN ? columns[c].en : columns[c].zh, c + 1 == COLUMNS);
	json_array_foreach(json_object_get(answer, "hits"), i, hit)
		for (size_t c = 0; c < COLUMNS; c++) {
			const char *value = str(columns[c].group == NULL ? hit : json_object_get(hit, columns[c].group), columns[c].key);

			gk_csv_cell(out, strcmp(columns[c].key, "url") == 0 ? absolute(v, value, address) : value, c + 1 == COLUMNS);
		}
	return !out->failed;
}

bool
gk_feed_opensearch(const struct gk_view *v, const json_t *answer, struct gk_buf *out)
{
	struct page *p = page_new_xml();
	char address[2048];
	bool ok;

	(void)answer;
	if (p == NULL)
		return false;
	page_open(p, "OpenSearchDescription", "xmlns", "http://a9.com/-/spec/opensearch/1.1/", NULL);
	page_element(p, "ShortName", NULL, v->lang == GK_EN ? "Open records" : "政府信息公开");	/* 16 characters at most */
	page_open(p, "Description", NULL);
	page_printf(p, v->lang == GK_EN ? "%s disclosed documents" : "%s信息公开", v->organisation);
	page_close(p);
	page_element(p, "InputEncoding", NULL, "UTF-8");
	page_void(p, "Url", "type", "text/html", "template", absolute(v, "/search?q={searchTerms}", address), NULL);
	page_void(p, "Url", "type", "application/x-suggestions+json", "template", absolute(v, "/suggest?q={searchTerms}&format=opensearch", address), NULL);
	page_close(p);
	ok = page_finish(p, out);
	page_free(p);
	return ok;
}

bool
gk_feed_jsonl(const struct gk_view *v, const json_t *answer, struct gk_buf *out)
{
	const json_t *hit;
	size_t i;

	(void)v;
	json_array_foreach(json_object_get(answer, "hits"), i, hit)
		if (!gk_write_json(hit, out) || !gk_buf_putc(out, '\n'))
			return false;
	return true;
}

bool
gk_feed_proof(const struct gk_view *v, const json_t *answer, struct gk_buf *out)
{
	char *line = json_dumps(answer, JSON_COMPACT | JSON_SORT_KEYS);

	(void)v;
	if (line == NULL)
		return false;
	gk_buf_puts(out, line);
	gk_buf_putc(out, '\n');
	free(line);
	return !out->failed;
}
