/* A list of an answer as a table for spreadsheets: what the address with .csv gives. */
#include "desk/desk.h"

#include "base/csv.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS_MAX = 24 };

/* What stands above the columns; what has no name here has its key. */
static const struct { const char *key, *zh, *en; } names[] = {
	{ "id", "编号", "id" }, { "title", "题名", "title" }, { "number", "发文字号", "number" }, { "org", "发文机关", "issuer" }, { "date", "日期", "date" }, { "code", "代码", "code" },
	{ "status", "时效代码", "status code" }, { "badge", "时效", "status" }, { "access", "公开状态", "access" }, { "event", "登记号", "event" }, { "year", "年度", "year" },
	{ "label", "名称", "name" }, { "count", "件数", "records" }, { "bytes", "字节", "bytes" }, { "due", "到期", "due" }, { "held", "停止处置", "on hold" }, { "case", "案由", "case" },
	{ "reason", "原因", "reason" }, { "since", "自", "since" }, { "actor", "经办", "by" }, { "refcode", "档号", "reference code" }, { "sentence", "保管", "keeping" },
	{ "recorded", "登记时间", "recorded" }, { "name", "名称", "name" }, { "url", "网址", "address" }, { "package", "包", "package" }, { "kind", "种类", "kind" }, { "made", "日期", "made" },
	{ "says", "内容", "content" }, { "files", "文件数", "files" }, { "digest", "摘要", "digest" }, { "taken", "取走次数", "times taken" }, { "taken_by", "上次取走", "last taken by" }, { "taken_at", "上次取走时间", "last taken at" }, { "effective", "自", "from" }, { "rule", "规则", "rule" }, { "segment", "段", "segment" }, { "offset", "位置", "offset" }, { "length", "字节数", "length" }, { "record", "记录", "record" },
	{ "message", "说明", "what exactly" }, { "meaning", "什么不对", "what is wrong" }, { "verified", "上次核验", "verified" }, { "type", "种类", "type" },
};

/* Lists that an answer may have, the one that is meant first. */
static const char *const lists[] = { "records", "holds", "keep", "events", "review", "views", "packages", "proposals", "unchecked", "new", "findings" };

static const json_t *
list_of(const struct call *c)
{
	const json_t *list = in(c, "list") != NULL ? json_object_get(c->out, in(c, "list")) : NULL;

	for (size_t i = 0; list == NULL && in(c, "list") == NULL && i < sizeof lists / sizeof *lists; i++)
		list = json_object_get(c->out, lists[i]);
	return json_is_array(list) ? list : NULL;
}

static bool
is_english(const char *key)
{
	size_t n = strlen(key);

	return n > 3 && strcmp(key + n - 3, "_en") == 0;
}

/* Keys in the order of first sight; what has parts of its own is no cell. */
static size_t
columns_of(const json_t *list, const char *out[COLUMNS_MAX])
{
	const json_t *row, *v;
	const char *key;
	size_t n = 0, i;

	json_array_foreach(list, i, row)
		json_object_foreach((json_t *)row, key, v) {
			bool known = is_english(key) || !(json_is_string(v) || json_is_integer(v) || json_is_boolean(v));

			for (size_t k = 0; k < n && !known; k++)
				known = strcmp(out[k], key) == 0;
			if (!known && n < COLUMNS_MAX)
				out[n++] = key;
		}
	return n;
}

static void
write_cell(struct gk_buf *b, const json_t *row, const char *key, bool english, bool last)
{
	char en[80], number[32];
	const json_t *v;

	snprintf(en, sizeof en, "%.70s_en", key);
	v = english && json_is_string(json_object_get(row, en)) ? json_object_get(row, en) : json_object_get(row, key);
	if (json_is_integer(v) || json_is_boolean(v)) {
		snprintf(number, sizeof number, "%lld", json_is_integer(v) ? (long long)json_integer_value(v) : (long long)json_is_true(v));
		gk_csv_cell(b, number, last);
	} else {
		gk_csv_cell(b, json_is_string(v) ? json_string_value(v) : "", last);
	}
}

static const char *
name_of(const char *key, bool english)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i].key, key) == 0)
			return english ? names[i].en : names[i].zh;
	return key;
}

enum gk_status
table_answer(struct call *c)
{
	const json_t *list = list_of(c), *row;
	const char *column[COLUMNS_MAX];
	bool english = in_is(c, "lang", "en");
	size_t n, i;

	if (list == NULL)
		return call_refuse(c, "list", "这里没有可导出的表", "there is no table here");
	n = columns_of(list, column);
	gk_buf_puts(&c->file_out, "\xEF\xBB\xBF");
	for (size_t k = 0; k < n; k++)
		gk_csv_cell(&c->file_out, name_of(column[k], english), k + 1 == n);
	json_array_foreach(list, i, row)
		for (size_t k = 0; k < n; k++)
			write_cell(&c->file_out, row, column[k], english, k + 1 == n);
	c->type = "text/csv; charset=utf-8";
	c->disposition = strdup("attachment; filename=\"table.csv\"");
	return c->file_out.failed || c->disposition == NULL ? gk_nomem(&c->err) : GK_OK;
}
