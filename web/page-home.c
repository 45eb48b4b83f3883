/* The first page, and the page of an error. */
#include "web/frame.h"

#include <stdio.h>

enum { BAR_WIDTH = 200, YEARS_SHOWN = 12 };

void
frame_bars(struct frame *f, const json_t *values, const char *title, const char *head, size_t most)
{
	struct page *p = f->p;
	json_int_t largest = 1;
	const json_t *v;
	size_t i;

	if (json_array_size(values) == 0)
		return;
	json_array_foreach(values, i, v)
		if (i < most && num(v, "count") > largest)
			largest = num(v, "count");
	page_open(p, "section", "class", "card", NULL);
	page_element(p, "h2", NULL, title);
	page_open(p, "table", "class", "bars", NULL);
	page_open(p, "thead", "class", "vh", NULL);
	page_open(p, "tr", NULL);
	page_element(p, "th", NULL, head);
	page_element(p, "td", NULL, "");
	page_element(p, "th", NULL, W(f, "件数", "Documents"));
	page_close(p);
	page_close(p);
	page_open(p, "tbody", NULL);
	json_array_foreach(values, i, v) {
		char width[16];

		if (i >= most)
			break;
		snprintf(width, sizeof width, "%lld", (long long)(num(v, "count") * BAR_WIDTH / largest));
		page_open(p, "tr", NULL);
		page_open(p, "th", "scope", "row", "lang", ZH(f), NULL);
		frame_a(f, NULL, str(v, "url"), str(v, "label")[0] != '\0' ? str(v, "label") : str(v, "value"));
		page_close(p);
		page_open(p, "td", "class", "bar", "aria-hidden", "true", NULL);
		page_open(p, "svg", "viewBox", "0 0 200 10", "preserveAspectRatio", "none", "focusable", "false", NULL);
		page_open(p, "rect", "width", width, "height", "10", "rx", "1", NULL);
		page_close(p);
		page_close(p);
		page_close(p);
		page_open(p, "td", "class", "n", NULL);
		page_printf(p, "%lld", (long long)num(v, "count"));
		page_close(p);
		page_close(p);
	}
	page_close(p);
	page_close(p);
	page_close(p);
}

static void
write_newest(struct frame *f, const json_t *home)
{
	const json_t *hits = json_object_get(home, "newest"), *hit;
	size_t i;

	if (json_array_size(hits) == 0)
		return;
	page_open(f->p, "section", "class", "newest", NULL);
	page_element(f->p, "h2", NULL, W(f, "最新公开", "Newest documents"));
	json_array_foreach(hits, i, hit)
		frame_hit(f, hit, 3);
	page_open(f->p, "p", NULL);
	frame_a(f, NULL, "/search?sort=new", W(f, "全部文件，从新到旧 ›", "All documents, newest first ›"));
	page_close(f->p);
	page_close(f->p);
}

/* How many of each status, as links: the counts that people ask for first. */
static void
write_totals(struct frame *f, const json_t *home)
{
	static const char *const codes[] = { "in_force", "partly_in_force", "not_yet_effective", "abolished", "expired", "unknown" };
	const json_t *status = json_object_get(home, "status");
	struct page *p = f->p;

	page_open(p, "ul", "class", "totals", NULL);
	page_open(p, "li", NULL);
	page_open(p, "a", "href", frame_link(f, "/search?sort=new"), NULL);
	page_open(p, "b", NULL);
	page_printf(p, "%lld", (long long)num(home, "total"));
	page_close(p);
	page_text(p, W(f, " 件文件", " documents"));
	page_close(p);
	page_close(p);
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		char url[64];

		if (num(status, codes[i]) == 0)
			continue;
		snprintf(url, sizeof url, "/search?status=%s", codes[i]);
		page_open(p, "li", NULL);
		page_open(p, "a", "href", frame_link(f, url), NULL);
		page_open(p, "b", NULL);
		page_printf(p, "%lld", (long long)num(status, codes[i]));
		page_close(p);
		page_printf(p, " %s", frame_label(f, codes[i], ""));
		page_close(p);
		page_close(p);
	}
	page_close(p);
}

bool
gk_page_home(const struct gk_view *v, const json_t *home, struct gk_buf *out)
{
	struct gk_view own = *v;
	struct frame f;

	if (own.coverage == NULL)
		own.coverage = json_object_get(home, "coverage");
	if (own.organisation[0] == '\0')
		own.organisation = str(home, "organisation");
	if (!frame_begin(&f, &own)) {
		page_free(f.p);
		return false;
	}
	frame_head(&f, "", NULL, "#main");
	page_open(f.p, "div", "class", "hero", NULL);
	page_open(f.p, "h1", NULL);
	page_text(f.p, W(&f, "查找公开文件", "Find published documents"));
	page_close(f.p);
	frame_search_box(&f, "", BOX_HOME);
	page_open(f.p, "p", "class", "quiet", NULL);
	page_text(f.p, W(&f, "可输入标题、发文字号、正文中的词，或直接提问。每份文件都注明现行有效还是已废止。",
			 "Type a title, a document number, words of the text, or a question. Every document says whether it is in force."));
	page_close(f.p);
	write_totals(&f, home);
	page_close(f.p);
	page_open(f.p, "div", "class", "home", NULL);
	write_newest(&f, home);
	page_open(f.p, "div", "class", "side", NULL);
	frame_bars(&f, json_object_get(home, "categories"), W(&f, "按类别", "By category"), W(&f, "类别", "Category"), (size_t)-1);
	frame_bars(&f, json_object_get(home, "years"), W(&f, "按年公开件数", "By year"), W(&f, "年份", "Year"), YEARS_SHOWN);
	page_close(f.p);
	page_close(f.p);
	return frame_end(&f, out);
}

bool
gk_page_error(const struct gk_view *v, const json_t *error, int status, struct gk_buf *out)
{
	const json_t *e = json_object_get(error, "error");
	struct frame f;
	const char *what, *hint;

	if (!frame_begin(&f, v)) {
		page_free(f.p);
		return false;
	}
	what = str(e, W(&f, "message", "message_en"));
	hint = f.v->lang == GK_EN && str(e, "hint_en")[0] != '\0' ? str(e, "hint_en") : str(e, "hint");
	frame_head(&f, status == 410 ? W(&f, "该信息已不再提供", "No longer provided") : what[0] != '\0' ? what : str(e, "code"), "", "#main");
	page_open(f.p, "section", "class", "nothing", NULL);
	page_element(f.p, "h1", NULL, status == 404 ? W(&f, "没有这个页面或文件", "No such page or document") :
		     status == 410 ? W(&f, "该信息已不再提供", "This is no longer provided") :
		     status == 503 ? W(&f, "请稍后再试", "Please try again shortly") :
		     status >= 500 ? W(&f, "暂时无法回答", "This cannot be answered now") : W(&f, "这个请求无法处理", "This request cannot be answered"));
	page_element(f.p, "p", NULL, what);
	if (hint[0] != '\0')
		page_element(f.p, "p", NULL, hint);
	page_open(f.p, "p", NULL);
	frame_a(&f, "button", "/", W(&f, "回到首页", "Home page"));
	page_close(f.p);
	page_open(f.p, "p", "class", "quiet", NULL);
	page_printf(f.p, W(&f, "代码 %s", "Code %s"), str(e, "code"));
	if (str(e, "reason")[0] != '\0')
		page_printf(f.p, " / %s", str(e, "reason"));
	if (str(e, "param")[0] != '\0')
		page_printf(f.p, W(&f, "，参数 %s", ", parameter %s"), str(e, "param"));
	if (str(e, "request")[0] != '\0')
		page_printf(f.p, W(&f, "，请求号 %s", ", request %s"), str(e, "request"));
	page_close(f.p);
	page_close(f.p);
	return frame_end(&f, out);
}
