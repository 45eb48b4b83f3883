/* The table of routes, told to programs. */
#include "searchd/openapi.h"

#include "searchd/routes.h"

#include <string.h>

static json_t *
string_schema(const char *pattern)
{
	json_t *s = json_pack("{s:s}", "type", "string");

	if (pattern != NULL)
		json_object_set_new(s, "pattern", json_string(pattern));
	return s;
}

/* {name} of a pattern: what it may be. */
static json_t *
path_param(const char *name, size_t n)
{
	static const struct { const char *name, *pattern, *zh, *en; } known[] = {
		{ "id", "^[0-9A-Za-z-]{1,64}$", "文件编号", "identifier of a document" },
		{ "date", "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$", "日期", "a day" },
		{ "year", "^[0-9]{4}$", "年份", "a year" },
		{ "number", NULL, "发文字号", "document number" },
		{ "cat", NULL, "类别，可到上一级（政策法规/）", "category; with a stroke behind it all below it too" },
		{ "org", NULL, "发文机关，可到上一级", "issuer; with a stroke behind it all below it too" },
		{ "theme", NULL, "主题分类，可到上一级（综合政务/）", "theme; with a stroke behind it all below it too" },
		{ "years", NULL, "年份，如 2021 或 2019..2021", "year, as 2021 or 2019..2021" },
		{ "page", "^[1-9][0-9]*$", "第几份", "which part" },
	};
	const char *pattern = NULL, *zh = "", *en = "";

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i].name) == n && strncmp(known[i].name, name, n) == 0) {
			pattern = known[i].pattern;
			zh = known[i].zh;
			en = known[i].en;
		}
	return json_pack("{s:s%, s:s, s:b, s:o, s:o}", "name", name, n, "in", "path", "required", 1, "schema", string_schema(pattern), "description",
			 json_sprintf("%s / %s", zh, en));
}

static json_t *
params_of(const struct route_entry *e)
{
	json_t *list = json_array();

	for (const char *at = strchr(e->pattern, '{'); at != NULL; at = strchr(at + 1, '{'))
		json_array_append_new(list, path_param(at + 1, strcspn(at + 1, "}")));
	for (const struct route_param *p = e->params; p != NULL && p->name != NULL; p++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:o, s:o}", "name", p->name, "in", "query", "required", 0, "schema", string_schema(NULL),
						      "description", json_sprintf("%s / %s", p->zh, p->en)));
	return list;
}

/* The type without its parameters; of a file any. */
static json_t *
content_of(const struct route_entry *e)
{
	const char *type = e->type != NULL ? e->type : "*/*";
	json_t *content = json_object(), *schema = json_object();

	if (strncmp(type, "application/json", 16) == 0)
		schema = json_pack("{s:o, s:s}", "schema", schema, "x-shape", "doc/gongkai-searchd.8");
	else
		schema = json_pack("{s:o}", "schema", schema);
	json_object_setn_new(content, type, strcspn(type, ";"), schema);
	return content;
}

static json_t *
error_response(const char *zh, const char *en)
{
	return json_pack("{s:o, s:{s:{s:{s:s}}}}", "description", json_sprintf("%s / %s", zh, en), "content", "application/json", "schema", "$ref", "#/components/schemas/Error");
}

static json_t *
responses_of(const struct route_entry *e)
{
	json_t *r = json_pack("{s:{s:o, s:o}}", "200", "description", json_sprintf("%s / %s", e->zh, e->en), "content", content_of(e));

	if ((e->flags & (ROUTE_JUMPS | ROUTE_LEADS)) != 0)
		json_object_set_new(r, "302", json_pack("{s:s}", "description", "转到文件 / leads to the document"));
	json_object_set_new(r, "400", error_response("请求有误", "the request is wrong"));
	if (strchr(e->pattern, '{') != NULL) {
		json_object_set_new(r, "404", error_response("没有", "there is none"));
		json_object_set_new(r, "410", error_response("已下线或已销毁", "withdrawn or destroyed"));
	}
	json_object_set_new(r, "503", error_response("稍后再试", "try again later"));
	return r;
}

json_t *
openapi(const struct server *s)
{
	size_t n;
	const struct route_entry *table = route_table(&n);
	json_t *paths = json_object();

	for (size_t i = 0; i < n; i++) {
		json_t *get;

		if ((table[i].flags & ROUTE_LOCAL) != 0)
			continue;
		get = json_pack("{s:o, s:o, s:o}", "summary", json_sprintf("%s / %s", table[i].zh, table[i].en), "parameters", params_of(&table[i]),
				"responses", responses_of(&table[i]));
		json_object_set_new(paths, table[i].pattern, json_pack("{s:o}", "get", get));
	}
	return json_pack("{s:s, s:{s:s, s:s, s:s}, s:[{s:s}], s:o, s:{s:{s:{s:s, s:[s], s:{s:{s:s, s:[s,s,s]}}}}}}",
			 "openapi", "3.1.0", "info", "title", "gongkai 政府信息公开检索", "version", GK_VERSION, "description",
			 "只读，无须登录；字段只增不改 / read only, without login; fields are added, never changed", "servers", "url",
			 s->public_url[0] != '\0' ? s->public_url : "/", "paths", paths, "components", "schemas", "Error", "type", "object", "required", "error",
			 "properties", "error", "type", "object", "required", "code", "message", "message_en");
}
