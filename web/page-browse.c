/* Ways into the archive without a word typed: category, theme, issuer, year, validity, kind of file. */
#include "web/frame.h"

#include <string.h>

static void
write_value(struct frame *f, const json_t *value, bool codes)
{
	const char *code = str(value, "value"), *label = str(value, "label");
	json_int_t depth = num(value, "depth");
	struct page *p = f->p;

	page_open(p, "li", "class", depth > 0 ? "below" : NULL, NULL);
	page_open(p, "a", "href", frame_link(f, str(value, "url")), "lang", codes ? NULL : ZH(f), NULL);
	page_text(p, codes ? frame_label(f, code, label[0] != '\0' ? label : code) : label[0] != '\0' ? label : code);
	page_close(p);
	page_text(p, " ");
	page_open(p, "span", "class", "n", NULL);
	page_printf(p, W(f, "%lld 件", "%lld"), (long long)num(value, "count"));
	page_close(p);
	page_close(p);
}

static void
write_way(struct frame *f, const json_t *facets, const char *name, const char *title)
{
	const json_t *values = json_object_get(facets, name), *one;
	size_t i;

	if (json_array_size(values) == 0)
		return;
	page_open(f->p, "section", "class", "card", NULL);
	page_element(f->p, "h2", NULL, title);
	page_open(f->p, "ul", "class", "way", NULL);
	json_array_foreach(values, i, one)
		write_value(f, one, strcmp(name, "status") == 0 || strcmp(name, "format") == 0);
	page_close(f->p);
	page_close(f->p);
}

bool
gk_page_browse(const struct gk_view *v, const json_t *answer, struct gk_buf *out)
{
	const json_t *facets = json_object_get(answer, "facets");
	struct frame f;

	if (!frame_begin(&f, v)) {
		page_free(f.p);
		return false;
	}
	frame_head(&f, W(&f, "分类浏览", "Browse"), "", "#main");
	page_element(f.p, "h1", "title", W(&f, "分类浏览", "Browse"));
	page_open(f.p, "div", "class", "ways-in", NULL);
	write_way(&f, facets, "category", W(&f, "类别", "Category"));
	write_way(&f, facets, "theme", W(&f, "主题分类", "Theme"));
	write_way(&f, facets, "status", W(&f, "时效", "Validity"));
	write_way(&f, facets, "year", W(&f, "年份", "Year"));
	write_way(&f, facets, "org", W(&f, "发文机关", "Issuer"));
	write_way(&f, facets, "format", W(&f, "文件格式", "Kind of file"));
	page_close(f.p);
	return frame_end(&f, out);
}
