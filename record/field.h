/*
 * The metadata dictionary of domain.md 9, once, as a table: key in JSON and
 * JSONL, Chinese label, type, and the other names under which pages (meta
 * tags, labels of the metadata box: domain.md 6.1, 6.2) and other collections state
 * the same thing.
 *
 *   key             label      type  also accepted as
 *   title           标题       S     ArticleTitle; 名称 信息名称 文件名称 …
 *   docno           发文字号   S     number; 文号 发文文号 …
 *   issuer          发文机关   L     org; 发文机构 发布机构 …   (several issuers: the first is the lead)
 *   formed_date     成文日期   D     made; 生成日期 发文日期 …
 *   published_at    发布日期   DT    pub_date, published, PubDate; 公开日期 发布时间 …
 *   effective_date  施行日期   D     valid_from, effective; 生效日期 …
 *   column          栏目       L     category, ColumnName
 *
 * Metadata is a jansson object with these keys; values are normalised when set (dates to ISO,
 * lists to arrays, enumerations to their codes). What is not in the table is never lost: the
 * event keeps it under "source" (record/event.h).
 */
#ifndef GK_FIELD_H
#define GK_FIELD_H

#include "base/status.h"

#include <jansson.h>

enum gk_field_type { GK_FT_STRING, GK_FT_TEXT, GK_FT_DATE, GK_FT_DATETIME, GK_FT_INT, GK_FT_ENUM, GK_FT_LIST };

enum { GK_FIELD_MAX = 4096 };	/* L30: bytes of one metadata field */

struct gk_field {
	const char *key;		/* "formed_date" */
	const char *label, *label_en;	/* "成文日期", "Date made" */
	enum gk_field_type type;
	const char *const *aliases;	/* NULL-terminated: keys, meta tag names (case does not matter) and labels */
	const char *const *values;	/* ENUM: NULL-terminated pairs "code", "中文" … accepted either way, stored as code */
};

/* The whole table, in the customary order of a document's metadata box; *n entries. */
const struct gk_field *gk_fields(size_t *n);
/* By key or by any alias; labels match after white space (also U+3000) and a trailing colon are removed. NULL if unknown. */
const struct gk_field *gk_field_find(const char *name, size_t n);
/*
 * Set (LIST: add to) a field from text; trims, normalises.  GK_REFUSED (BAD_DATA, BAD_DATE,
 * LIMIT) leaves meta as it was.  An empty value is GK_OK and sets nothing.
 */
enum gk_status gk_meta_set(json_t *meta, const struct gk_field *f, const char *value, size_t n, struct gk_err *err);
/* "" if absent; of a list, its first. */
const char *gk_meta_get(const json_t *meta, const char *key);

#endif
