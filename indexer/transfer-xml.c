/*
 * metadata.xml: one record in the elements of DA/T 46-2009 (domain.md 7.5), Chinese names with their numbers, in the order of the standard.  Elements that
 * have no value are left out; what the office keeps and the standard has no element for stays in events.jsonl beside it.
 */
#include "indexer/transfer.h"

#include "indexer/cmd.h"
#include "record/access.h"
#include "record/act.h"
#include "record/field.h"
#include "record/history.h"
#include "web/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
transfer_refcode(const char *code, char *series, size_t size, unsigned *item)
{
	const char *last = strrchr(code, '-');
	char *end;
	unsigned long v;

	if (last == NULL || last[1] == '\0' || (size_t)(last - code) >= size)
		return false;
	v = strtoul(last + 1, &end, 10);
	if (*end != '\0' || v == 0 || v > 999999)
		return false;
	snprintf(series, size, "%.*s", (int)(last - code), code);
	*item = (unsigned)v;
	return true;
}

const char *
transfer_label(const char *key, const char *code)
{
	const struct gk_field *f = gk_field_find(key, strlen(key));

	for (const char *const *v = f == NULL ? NULL : f->values; v != NULL && v[0] != NULL; v += 2)
		if (strcmp(v[0], code) == 0)
			return v[1];
	return code;
}

static void
one(struct page *p, const char *element, const char *number, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	page_open(p, element, "编号", number, NULL);
	page_text(p, value);
	page_close(p);
}

static void
of_field(struct page *p, const char *element, const char *number, const json_t *meta, const char *key)
{
	const json_t *v = json_object_get(meta, key), *each;
	char digits[32];
	size_t i;

	if (json_is_array(v)) {
		json_array_foreach(v, i, each)
			one(p, element, number, json_string_value(each));
	} else if (json_is_integer(v)) {
		snprintf(digits, sizeof digits, "%lld", (long long)json_integer_value(v));
		one(p, element, number, digits);
	} else {
		one(p, element, number, json_string_value(v));
	}
}

static void
write_refcode(struct page *p, const struct gk_config *c, const struct gk_record *r, const struct gk_retention_of *k, const char *refcode)
{
	char series[160], digits[32];
	const char *office;
	unsigned item;

	page_open(p, "档号", "编号", "M8", "值", refcode, NULL);
	one(p, "全宗号", "M9", c->fonds);
	snprintf(digits, sizeof digits, "%d", gk_record_year(r));
	one(p, "年度", "M11", digits);
	one(p, "保管期限", "M12", gk_keep_names[k->keep].label);
	if (transfer_refcode(refcode, series, sizeof series, &item)) {
		office = strrchr(series, '-');
		one(p, "机构或问题", "M13", office == NULL ? "" : office + 1);
		snprintf(digits, sizeof digits, "%u", item);
		one(p, "室编件号", "M17", digits);
	}
	page_close(p);
}

static void
write_content(struct page *p, const struct gk_record *r)
{
	static const struct { const char *element, *number, *key; } table[] = {
		{ "题名", "M22", "title" }, { "并列题名", "M23", "alt_title" }, { "关键词", "M27", "keywords" }, { "摘要", "M29", "abstract" }, { "分类号", "M30", "theme" },
		{ "文件编号", "M31", "docno" }, { "责任者", "M32", "issuer" }, { "日期", "M33", "formed_date" }, { "文种", "M34", "genre" }, { "紧急程度", "M35", "urgency" },
		{ "主送", "M36", "addressee" }, { "抄送", "M37", "cc" },
	};
	const char *secrecy = gk_meta_get(r->meta, "secrecy");

	page_open(p, "内容描述", "编号", "M21", NULL);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		of_field(p, table[i].element, table[i].number, r->meta, table[i].key);
	one(p, "密级", "M38", *secrecy == '\0' || strcmp(secrecy, "none") == 0 ? "无" : secrecy);
	page_close(p);
	page_open(p, "形式特征", "编号", "M40", NULL);
	one(p, "文件组合类型", "M41", json_array_size(json_object_get(r->meta, "attachments")) > 0 ? "组合文件" : "单件");
	one(p, "件数", "M42", "1");
	of_field(p, "页数", "M43", r->meta, "pages");
	one(p, "语种", "M44", gk_meta_get(r->meta, "language")[0] != '\0' ? gk_meta_get(r->meta, "language") : "zh-Hans");
	page_close(p);
}

/* Of each file of the record: what it is called here, how big, which digest.  The format is that of the newest version. */
static void
write_files(struct page *p, const struct gk_record *r, const json_t *files)
{
	const json_t *f;
	size_t i;

	json_array_foreach(files, i, f) {
		const char *name = json_str(f, "name"), *slash = strrchr(name, '/');
		char bytes[32];

		page_open(p, "电子属性", NULL);
		page_element(p, "计算机文件名", NULL, slash == NULL ? name : slash + 1);
		snprintf(bytes, sizeof bytes, "%lld", (long long)json_integer_value(json_object_get(f, "bytes")));
		page_element(p, "计算机文件大小", NULL, bytes);
		if (strcmp(json_str(f, "digest"), json_str(r->content, "digest")) == 0)
			page_element(p, "格式信息", NULL, json_str(r->content, "type"));
		page_open(p, "数字摘要", "算法", "SHA-256", NULL);
		page_text(p, json_str(f, "digest") + (strncmp(json_str(f, "digest"), "sha256:", 7) == 0 ? 7 : 0));
		page_close(p);
		page_close(p);
	}
}

/* 业务实体 and 机构人员实体: who did what to it, and when. */
static void
write_business(struct page *p, const struct store_history *h)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct gk_act_kind *kind = gk_act_kind(h->events[i].type);
		char date[12];

		gk_date_format(h->events[i].effective, date);
		page_open(p, "业务实体", NULL);
		page_element(p, "业务标识符", NULL, h->events[i].event);
		page_element(p, "业务行为", NULL, kind != NULL ? kind->label : gk_event_begins(&h->events[i]) ? "收入" : h->events[i].type);
		page_element(p, "行为时间", NULL, h->events[i].recorded_at);
		if (date[0] != '\0')
			page_element(p, "生效日期", NULL, date);
		page_element(p, "机构人员名称", NULL, json_str(h->events[i].json, "actor"));
		if (*gk_event_act(&h->events[i], "by_text") != '\0')
			page_element(p, "行为依据", NULL, gk_event_act(&h->events[i], "by_text"));
		page_close(p);
	}
}

bool
transfer_metadata(const struct gk_config *c, const struct store_history *h, const struct gk_record *r, const struct gk_retention_of *k, const json_t *files, struct gk_buf *out)
{
	const char *refcode = k->filed == NULL ? "" : gk_event_act(k->filed, "refcode"), *mode = gk_meta_get(r->meta, "disclosure_mode");
	struct gk_access_of access = gk_access_at(h->events, h->n, NULL);
	struct page *p = page_new_xml();
	bool ok;

	if (p == NULL)
		return false;
	page_indent(p);
	page_open(p, "电子文件元数据", "标准", "DA/T 46-2009", NULL);
	page_open(p, "文件实体", NULL);
	one(p, "聚合层次", "M1", "件");
	page_open(p, "来源", "编号", "M2", NULL);
	one(p, "立档单位名称", "M6", c->organisation);
	page_close(p);
	one(p, "电子文件号", "M7", r->id);
	write_refcode(p, c, r, k, refcode);
	write_content(p, r);
	write_files(p, r, files);
	page_open(p, "权限管理", NULL);
	page_element(p, "公开状态", NULL, gk_access_names[access.code].label);
	if (*mode != '\0')
		page_element(p, "公开方式", NULL, transfer_label("disclosure_mode", mode));
	page_close(p);
	page_close(p);
	write_business(p, h);
	page_close(p);
	ok = page_finish(p, out);
	page_free(p);
	return ok;
}
