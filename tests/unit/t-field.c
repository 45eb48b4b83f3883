/* The metadata dictionary. */
#include "record/field.h"

#include "base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof (a) / sizeof *(a))

static const struct gk_field *
find(const char *name)
{
	const struct gk_field *f = gk_field_find(name, strlen(name));

	if (f == NULL)
		fail_msg("no field '%s'", name);
	return f;
}

static enum gk_status
set(json_t *meta, const char *field, const char *value, struct gk_err *err)
{
	return gk_meta_set(meta, find(field), value, strlen(value), err);
}

static void
every_name_finds_its_field_and_no_other(void **state)
{
	size_t n;
	const struct gk_field *fields = gk_fields(&n);

	(void)state;
	assert_true(n > 40);
	for (size_t i = 0; i < n; i++) {
		assert_ptr_equal(find(fields[i].key), &fields[i]);
		assert_ptr_equal(find(fields[i].label), &fields[i]);
		for (const char *const *a = fields[i].aliases; *a != NULL; a++)
			if (find(*a) != &fields[i])
				fail_msg("'%s' finds '%s', not '%s'", *a, find(*a)->key, fields[i].key);
	}
}

static void
labels_of_pages_and_keys_of_others_are_known(void **state)
{
	static const struct { const char *name, *key; } names[] = {
		/* domain.md 6.1, 6.2 */
		{ "ArticleTitle", "title" }, { "pubdate", "published_at" }, { "PUBDATE", "published_at" }, { "ContentSource", "content_source" },
		{ "ColumnName", "column" }, { "ColumnType", "theme" }, { "keywords", "keywords" }, { "description", "abstract" }, { "Url", "source_url" },
		{ "SiteName", "publisher" }, { "SiteIDCode", "site_id" }, { "索 引 号", "index_no" }, { "索　引　号：", "index_no" }, { "信息索引号", "index_no" },
		{ "标　　题", "title" }, { "文 号:", "docno" }, { "发布文号", "docno" }, { "组配分类", "theme" }, { "发布机构", "issuer" }, { "制发机关", "issuer" },
		{ "名称", "title" }, { "生成日期", "formed_date" }, { "产生日期", "formed_date" }, { "颁布时间", "published_at" }, { "公开日期：", "published_at" },
		{ "生效日期", "effective_date" }, { "废止时间", "abolished_date" }, { "时效性", "asserted_status" }, { "公文时效", "asserted_status" },
		{ "效力状态", "asserted_status" }, { "内容概述", "abstract" }, { "主题词", "keywords" }, { "体裁", "genre" }, { "文种", "genre" },
		/* other collections */
		{ "pub_date", "published_at" }, { "published", "published_at" }, { "date_published", "published_at" }, { "valid_from", "effective_date" },
		{ "effective", "effective_date" }, { "valid_to", "expiry_date" }, { "expires", "expiry_date" }, { "category", "column" }, { "org", "issuer" },
		{ "author_org", "issuer" }, { "number", "docno" }, { "no", "docno" }, { "url", "source_url" }, { "short", "alt_title" }, { "level", "norm_level" },
		{ "made", "formed_date" }, { "废止依据", "abolished_by" },
	};
	static const char *const unknown[] = { "", " ", "：", "text", "id", "foo", "标题标题", "\xff", "doc_id", "known_at" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		assert_string_equal(find(names[i].name)->key, names[i].key);
	for (size_t i = 0; i < COUNT(unknown); i++)
		assert_null(gk_field_find(unknown[i], strlen(unknown[i])));
}

static const struct { const char *field, *value, *stored; enum gk_cause cause; } values[] = {
	/* text: one line, trimmed */
	{ "title", "  关于印发\n\t方案的　通知 ", "关于印发 方案的 通知", 0 }, { "docno", "国办发〔2017〕47号", "国办发〔2017〕47号", 0 },
	{ "abstract", " 第一行\n第二行 ", "第一行\n第二行", 0 }, { "title", "公\xe5", NULL, GK_CAUSE_BAD_DATA },
	/* dates */
	{ "formed_date", "2021年3月5日", "2021-03-05", 0 }, { "formed_date", "二〇二一年三月五日", "2021-03-05", 0 }, { "formed_date", "2021-03", "2021-03", 0 },
	{ "formed_date", "2021", "2021", 0 }, { "formed_date", "2021-03-05 10:00", "2021-03-05", 0 }, { "formed_date", "2021-13-01", NULL, GK_CAUSE_BAD_DATE },
	{ "formed_date", "近日", NULL, GK_CAUSE_BAD_DATE }, { "formed_date", "1899-12-31", NULL, GK_CAUSE_BAD_DATE }, { "formed_date", "1900-01-01", "1900-01-01", 0 },
	{ "formed_date", "9999-01-01", NULL, GK_CAUSE_BAD_DATE }, { "expiry_date", "9999-01-01", NULL, GK_CAUSE_BAD_DATE },
	/* times: kept, at +08:00 */
	{ "published_at", "2021-04-02 15:34", "2021-04-02T15:34:00+08:00", 0 }, { "published_at", "2021年4月2日 15:34:09", "2021-04-02T15:34:09+08:00", 0 },
	{ "published_at", "2021-04-02T15:34:00+08:00", "2021-04-02T15:34:00+08:00", 0 }, { "published_at", "2021-04-02T20:34:00Z", "2021-04-03T04:34:00+08:00", 0 },
	{ "published_at", "2021-04-02T20:34:00.5-05:00", "2021-04-03T09:34:00+08:00", 0 }, { "published_at", "2021-04-02", "2021-04-02", 0 },
	{ "published_at", "2021年4月", "2021-04", 0 }, { "published_at", "2021-04-02 8:05", "2021-04-02T08:05:00+08:00", 0 }, { "published_at", "2021-04-02 25:00", NULL, GK_CAUSE_BAD_DATE },
	{ "published_at", "1900-01-01T00:00:00+14:00", NULL, GK_CAUSE_BAD_DATE },
	/* whole numbers */
	{ "pages", "12", "12", 0 }, { "pages", "12页", "12", 0 }, { "file_year", "2021年", "2021", 0 }, { "pages", "十二", NULL, GK_CAUSE_BAD_DATA }, { "pages", "1.5", NULL, GK_CAUSE_BAD_DATA },
	{ "pages", "99999999999", NULL, GK_CAUSE_BAD_DATA },
	/* enumerations: by code or word, stored as code */
	{ "norm_level", "norm_doc", "norm_doc", 0 }, { "norm_level", "法律", "law", 0 }, { "level", "行政法规", "admin_reg", 0 }, { "level", "地方性法规", "local_reg", 0 },
	{ "level", "单行条例", "local_reg", 0 }, { "level", "部门规章", "dept_rule", 0 }, { "level", "地方政府规章", "local_rule", 0 }, { "level", "规章", "dept_rule", 0 },
	{ "level", "行政规范性文件", "norm_doc", 0 }, { "level", "司法解释", "judicial", 0 }, { "level", "党内法规", "party", 0 }, { "level", "案例", "other", 0 },
	{ "level", "工作文件", "other", 0 }, { "level", "宪法", "law", 0 }, { "norm_level", "norm-doc", NULL, GK_CAUSE_BAD_DATA },
	{ "disclosure_mode", "主动公开", "proactive", 0 }, { "disclosure_mode", "（此件公开发布）", "proactive", 0 }, { "disclosure_mode", "Proactive", "proactive", 0 },
	{ "disclosure_mode", "随便", NULL, GK_CAUSE_BAD_DATA }, { "genre", "通 知", "通知", 0 }, { "genre", "令", "命令", 0 }, { "genre", "散文", NULL, GK_CAUSE_BAD_DATA },
	{ "art20_item", "20.15", "20.15", 0 }, { "art20_item", "行政处罚", "20.6", 0 }, { "retention", "永久", "Y", 0 }, { "access", "公开", "public", 0 },
	/* lists */
	{ "keywords", "低保，救助,社会；民政;低保", "低保|救助|社会|民政", 0 }, { "theme", "财政、金融、审计", "财政、金融、审计", 0 },
	{ "theme", "综合政务\\政务公开；民政、扶贫、救灾", "综合政务\\政务公开|民政、扶贫、救灾", 0 }, { "theme", "信息公开，政策文件", "信息公开|政策文件", 0 },
	{ "issuer", "大妈县民政局　大妈县财政局", "大妈县民政局|大妈县财政局", 0 }, { "issuer", "民政局；财政局", "民政局|财政局", 0 }, { "issuer", "国 务 院", "国务院", 0 },
	{ "column", "地方性法规/广东", "地方性法规/广东", 0 }, { "abolished_by", "《甲，乙》；《丙》", "《甲，乙》|《丙》", 0 }, { "channel", "网站，政府公报", "website|gazette", 0 },
	{ "channel", "网站，鸽子", NULL, GK_CAUSE_BAD_DATA }, { "keywords", "，；,", NULL, 0 }, { "title", " 　\t", NULL, 0 },
};

static void
stored_text(const json_t *v, char out[512])
{
	size_t i;
	json_t *item;

	out[0] = '\0';
	if (json_is_integer(v))
		snprintf(out, 512, "%lld", (long long)json_integer_value(v));
	else if (json_is_string(v))
		snprintf(out, 512, "%s", json_string_value(v));
	json_array_foreach((json_t *)v, i, item)
		snprintf(out + strlen(out), 512 - strlen(out), "%s%s", i > 0 ? "|" : "", json_string_value(item));
}

static void
values_are_normalised_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		json_t *meta = json_object();
		struct gk_err err = GK_ERR_INIT;
		enum gk_status st = set(meta, values[i].field, values[i].value, &err);
		char got[512];

		stored_text(json_object_get(meta, find(values[i].field)->key), got);
		if (err.cause != values[i].cause || st != (values[i].cause == 0 ? GK_OK : GK_REFUSED)
		    || strcmp(got, values[i].stored == NULL ? "" : values[i].stored) != 0)
			fail_msg("%s '%s' gives '%s' (%s)", values[i].field, values[i].value, got, err.what_en);
		if (values[i].stored == NULL)
			assert_int_equal(json_object_size(meta), 0);
		if (st == GK_REFUSED)
			assert_true(err.what[0] != '\0' && err.what_en[0] != '\0');
		json_decref(meta);
	}
}

static void
a_refused_value_leaves_what_was_there(void **state)
{
	json_t *meta = json_object(), *before;
	struct gk_err err = GK_ERR_INIT;
	char *long_text = malloc(GK_FIELD_MAX + 2);

	(void)state;
	set(meta, "formed_date", "2021-03-05", &err);
	set(meta, "channel", "网站", &err);
	set(meta, "title", "通知", &err);
	before = json_deep_copy(meta);
	memset(long_text, 'x', GK_FIELD_MAX + 1);
	long_text[GK_FIELD_MAX + 1] = '\0';
	assert_int_equal(set(meta, "formed_date", "2021-02-30", &err), GK_REFUSED);
	assert_int_equal(set(meta, "channel", "政府公报，鸽子", &err), GK_REFUSED);
	assert_int_equal(set(meta, "title", long_text, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_LIMIT);
	assert_int_equal(gk_meta_set(meta, find("title"), "a\0b", 3, &err), GK_REFUSED);
	assert_true(json_equal(meta, before));
	long_text[GK_FIELD_MAX] = '\0';
	assert_int_equal(set(meta, "title", long_text, &err), GK_OK);
	assert_int_equal(set(meta, "keywords", long_text, &err), GK_OK);
	assert_int_equal(set(meta, "keywords", "一", &err), GK_REFUSED);	/* the list as a whole has the limit */
	assert_int_equal(err.cause, GK_CAUSE_LIMIT);
	assert_int_equal(json_array_size(json_object_get(meta, "keywords")), 1);
	free(long_text);
	json_decref(before);
	json_decref(meta);
}

static void
lists_grow_item_by_item(void **state)
{
	json_t *meta = json_object();
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	set(meta, "issuer", "大妈县民政局", &err);
	set(meta, "issuer", "大妈县财政局", &err);
	set(meta, "issuer", "大妈县民政局", &err);
	assert_int_equal(json_array_size(json_object_get(meta, "issuer")), 2);
	assert_string_equal(gk_meta_get(meta, "issuer"), "大妈县民政局");	/* the lead */
	assert_string_equal(gk_meta_get(meta, "title"), "");
	assert_string_equal(gk_meta_get(NULL, "title"), "");
	json_decref(meta);
}

static void
rules_belong_to_whoever_made_them(void **state)
{
	static const struct { const char *issuer, *level; } rows[] = {
		{ "大妈市人民政府", "local_rule" }, { "交通运输部", "dept_rule" }, { "人民政府", "dept_rule" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *meta = json_object();

		set(meta, "issuer", rows[i].issuer, NULL);
		set(meta, "norm_level", "规章", NULL);
		assert_string_equal(gk_meta_get(meta, "norm_level"), rows[i].level);
		json_decref(meta);
	}
}

static void
only_dates_of_force_may_lie_far_ahead(void **state)
{
	uint32_t today = gk_date_first_day(gk_date_today());
	struct { const char *field; uint32_t ahead; bool fine; } rows[] = {
		{ "formed_date", 366, true }, { "formed_date", 367, false }, { "published_at", 367, false }, { "effective_date", 3653, true },
		{ "effective_date", 3655, false }, { "expiry_date", 3653, true }, { "expiry_date", 3655, false }, { "abolished_date", 367, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *meta = json_object();
		char iso[12];

		gk_date_format(gk_date_of_day(today + rows[i].ahead), iso);
		assert_int_equal(set(meta, rows[i].field, iso, NULL), rows[i].fine ? GK_OK : GK_REFUSED);
		json_decref(meta);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_finds_its_field_and_no_other),
		cmocka_unit_test(labels_of_pages_and_keys_of_others_are_known),
		cmocka_unit_test(values_are_normalised_or_refused),
		cmocka_unit_test(a_refused_value_leaves_what_was_there),
		cmocka_unit_test(lists_grow_item_by_item),
		cmocka_unit_test(rules_belong_to_whoever_made_them),
		cmocka_unit_test(only_dates_of_force_may_lie_far_ahead),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
