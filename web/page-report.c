/* The yearly report as it was published, and the statistics: numbers in tables, bars beside them. */
#include "web/frame.h"

#include <stdio.h>

static void
write_table(struct frame *f, const json_t *table)
{
	struct page *p = f->p;
	const json_t *row, *cell;
	size_t i, k;

	page_open(p, "table", "border", "1", "lang", ZH(f), NULL);
	json_array_foreach(table, i, row) {
		page_open(p, "tr", NULL);
		json_array_foreach(row, k, cell) {
			char wide[8], high[8];

			snprintf(wide, sizeof wide, "%d", (int)num(cell, "c"));
			snprintf(high, sizeof high, "%d", (int)num(cell, "r"));
			page_open(p, json_is_true(json_object_get(cell, "h")) ? "th" : "td", "colspan", num(cell, "c") > 1 ? wide : NULL, "rowspan", num(cell, "r") > 1 ? high : NULL, NULL);
			page_text(p, str(cell, "t"));
			page_close(p);
		}
		page_close(p);
	}
	page_close(p);
}

bool
gk_page_report(const struct gk_view *v, const json_t *report, struct gk_buf *out)
{
	static const struct { const char *zh, *en; } heads[] = { { "主动公开政府信息情况", "Published on the office's own account" }, { "收到和处理政府信息公开申请情况", "Applications received and handled" },
		{ "行政复议、行政诉讼情况", "Reconsiderations and suits" } };
	struct frame f;
	char title[400];

	if (!frame_begin(&f, v)) {
		page_free(f.p);
		return false;
	}
	snprintf(title, sizeof title, W(&f, "%.300s%lld年政府信息公开工作年度报告：数据", "%.300s: annual report %lld, the numbers"), str(report, "organisation"), (long long)num(report, "year"));
	frame_head(&f, title, "", "#main");
	page_element(f.p, "h1", NULL, title);
	page_open(f.p, "p", "class", "quiet", NULL);
	page_printf(f.p, W(&f, "公布于 %.10s。本年主动公开政府信息 %lld 条。", "Published on %.10s. Documents published in the year: %lld."), str(report, "published_at"), (long long)num(report, "published"));
	page_close(f.p);
	for (size_t i = 0; i < 3; i++) {
		page_element(f.p, "h2", NULL, W(&f, heads[i].zh, heads[i].en));
		write_table(&f, json_array_get(json_object_get(report, "tables"), i));
	}
	frame_bars(&f, json_object_get(report, "categories"), W(&f, "本年首次公开，按类别", "First published in the year, by category"), W(&f, "类别", "Category"), (size_t)-1);
	page_open(f.p, "p", NULL);
	frame_a(&f, NULL, "/stats", W(&f, "全部统计 ›", "All statistics ›"));
	page_close(f.p);
	return frame_end(&f, out);
}

bool
gk_page_stats(const struct gk_view *v, const json_t *stats, struct gk_buf *out)
{
	const json_t *one;
	struct frame f;
	size_t i;

	if (!frame_begin(&f, v)) {
		page_free(f.p);
		return false;
	}
	frame_head(&f, W(&f, "公开统计", "Statistics"), "", "#main");
	page_element(f.p, "h1", "title", W(&f, "公开统计", "Statistics"));
	page_open(f.p, "div", "class", "side document", NULL);
	frame_bars(&f, json_object_get(stats, "years"), W(&f, "按年公开件数", "By year"), W(&f, "年份", "Year"), (size_t)-1);
	frame_bars(&f, json_object_get(stats, "categories"), W(&f, "按类别", "By category"), W(&f, "类别", "Category"), (size_t)-1);
	frame_bars(&f, json_object_get(stats, "states"), W(&f, "按时效", "By status"), W(&f, "时效", "Status"), (size_t)-1);
	page_close(f.p);
	if (json_array_size(json_object_get(stats, "reports")) > 0)
		page_element(f.p, "h2", NULL, W(&f, "年度报告", "Annual reports"));
	json_array_foreach(json_object_get(stats, "reports"), i, one) {
		char url[32], text[32];

		snprintf(url, sizeof url, "/report/%lld", (long long)json_integer_value(one));
		snprintf(text, sizeof text, "%lld", (long long)json_integer_value(one));
		page_open(f.p, "p", NULL);
		frame_a(&f, NULL, url, text);
		page_close(f.p);
	}
	return frame_end(&f, out);
}
