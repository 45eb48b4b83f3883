/* The page of results: what was found, why, filters, hits, and what to do when there are none. */
#include "web/frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FACET_SHOWN = 8, FACET_LISTED = 40, PAGES_AROUND = 2, DEEPEST = 10000 };

/* Names of facets in JSON, of their parameter in the URL, and what they are called. */
static const struct facet_name { const char *key, *param, *zh, *en; } facet_names[] = {
	{ "status", "status", "时效", "Status" },
	{ "category", "cat", "类别", "Category" },
	{ "theme", "theme", "主题分类", "Theme" },
	{ "year", "year", "年份", "Year" },
	{ "year_range", "year", "年份段", "Years" },
	{ "org", "org", "发文机关", "Issued by" },
	{ "format", "type", "格式", "Format" },
};

/* Filters that are no facet. */
static const struct { const char *param, *zh, *en; } more_filters[] = {
	{ "from", "不早于", "From" }, { "to", "不晚于", "Until" }, { "as_of", "时效截至", "Status as of" },
	{ "known_at", "当时所知", "Known at" },
};

static const struct facet_name *
facet_of_param(const char *param)
{
	for (size_t i = 0; i < sizeof facet_names / sizeof *facet_names; i++)
		if (strcmp(facet_names[i].param, param) == 0)
			return &facet_names[i];
	return NULL;
}

static const json_t *
facet_values(const json_t *answer, const char *param)
{
	const json_t *facets = json_object_get(answer, "facets");

	for (size_t i = 0; i < sizeof facet_names / sizeof *facet_names; i++) {
		const json_t *values = json_object_get(facets, facet_names[i].key);

		if (values != NULL && strcmp(facet_names[i].param, param) == 0)
			return values;
	}
	return NULL;
}

static const char *
value_label(struct frame *f, const char *param, const json_t *value)
{
	const char *label = str(value, f->v->lang == GK_EN && str(value, "label_en")[0] != '\0' ? "label_en" : "label");

	if (strcmp(param, "status") == 0)
		return frame_label(f, str(value, "value"), label);
	if (strcmp(param, "type") == 0 && label[0] == '\0')
		return type_name(f, str(value, "value"));
	return label[0] != '\0' ? label : str(value, "value");
}

static const json_t *
find_value(const json_t *values, const char *value)
{
	const json_t *v;
	size_t i;

	json_array_foreach(values, i, v)
		if (strcmp(str(v, "value"), value) == 0)
			return v;
	return NULL;
}

static json_int_t
count_of(const json_t *values, const char *code)
{
	return num(find_value(values, code), "count");
}

static bool
filtered(const struct gk_view *v)
{
	for (size_t i = 0; i < v->n_params; i++) {
		if (v->params[i].value[0] == '\0')
			continue;
		if (facet_of_param(v->params[i].name) != NULL)
			return true;
		for (size_t k = 0; k < sizeof more_filters / sizeof *more_filters; k++)
			if (strcmp(more_filters[k].param, v->params[i].name) == 0)
				return true;
	}
	return false;
}

/* The same words without anything else. */
static const char *
unfiltered_url(struct frame *f)
{
	const char *q = frame_param(f->v, "q"), *url;
	const struct gk_view *own = f->v;
	struct gk_view bare = *own;
	struct gk_param only = { "q", q != NULL ? q : "" };

	bare.params = &only;
	bare.n_params = 1;
	f->v = &bare;
	url = frame_search_url(f, NULL, NULL, NULL, NULL);
	f->v = own;
	return url;
}

/* ---- what was found ---- */

/* Of a list of what is in force: how much more there is that has ended (domain.md 11.1), never left out without a word. */
static void
write_ended(struct frame *f, const json_t *status)
{
	json_int_t ended = 0;

	for (size_t v = 0; v < GK_V_COUNT; v++)
		ended += gk_validity_names[v].ended ? count_of(status, gk_validity_names[v].code) : 0;
	if (ended == 0)
		return;
	page_printf(f->p, W(f, "另有已废止或失效的 %lld 件，", " %lld more have ended: "), (long long)ended);
	page_open(f->p, "a", "href", frame_search_url(f, "status", NULL, NULL, NULL), NULL);
	page_text(f->p, W(f, "一并列出", "list them too"));
	page_close(f->p);
	page_text(f->p, W(f, "。", "."));
}

static void
write_count(struct frame *f, const json_t *answer)
{
	const json_t *status = facet_values(answer, "status");
	json_int_t live = count_of(status, "in_force"), abolished = count_of(status, "abolished"),
		   over = count_of(status, "expired") + count_of(status, "lapsed");
	struct page *p = f->p;

	page_open(p, "p", "class", "count", "aria-live", "polite", NULL);
	if (json_is_false(json_object_get(answer, "complete")))
		page_text(p, W(f, "至少", "At least "));
	page_text(p, W(f, "找到 ", ""));
	page_open(p, "b", NULL);
	page_printf(p, "%lld", (long long)num(answer, "total"));
	page_close(p);
	page_text(p, W(f, " 件", " documents found"));
	/* With a status chosen, the counts of the facet are not those of this list. */
	if (frame_param(f->v, "status") == NULL) {
		if (live > 0)
			page_printf(p, W(f, "，其中现行有效 %lld 件", ", %lld in force"), (long long)live);
		if (abolished > 0)
			page_printf(p, W(f, "，已废止 %lld 件", ", %lld abolished"), (long long)abolished);
		if (over > 0)
			page_printf(p, W(f, "，已失效 %lld 件", ", %lld expired"), (long long)over);
	}
	page_text(p, W(f, "。", "."));
	if (frame_only_living(f->v))
		write_ended(f, status);
	if (num(answer, "shown") > 0 && num(answer, "shown") < num(answer, "total")) {
		page_printf(p, W(f, "其中 %lld 件是转载，与原文合为 %lld 条。", " %lld of them are reprints: %lld results."), (long long)(num(answer, "total") - num(answer, "shown")),
			    (long long)num(answer, "shown"));
		page_text(p, " ");
		frame_a(f, NULL, frame_search_url(f, "fold", NULL, "fold", "0"), W(f, "逐件列出", "List each"));
	}
	page_close(p);
}

/* How the words were taken, when not as they were typed (experience.md 4). */
static void
write_level(struct frame *f, const json_t *answer)
{
	static const struct { const char *level, *zh, *en; } words[] = {
		{ "phrase", "按原词查找。", "Documents that contain the words as typed." },
		{ "synonym", "没有原词，以下文件用的是同义的词。", "No document has your words; these have others of the same meaning." },
		{ "corrected", "没有原词，以下是更正后的结果。", "No document has your words; these have them corrected." },
		{ "near", "没有完整原词，以下文件中这些字词相距不远。", "These contain the parts of your words close together, not as one phrase." },
		{ "all", "没有完整原词，以下文件含有其中全部字词。", "These contain all parts of your words, not as one phrase." },
		{ "some", "没有文件含有全部字词，以下文件含有其中一部分。", "No document has all your words; these have some of them." },
	};
	const char *level = str(json_object_get(answer, "query"), "level");

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(level, words[i].level) == 0)
			page_element(f->p, "p", "level", W(f, words[i].zh, words[i].en));
	frame_words(f, json_object_get(answer, "matched"));
}

/* What might have been meant, to be asked with one click. */
static void
write_choices(struct frame *f, const json_t *choices)
{
	const json_t *one;
	size_t i;

	json_array_foreach(choices, i, one) {
		if (i > 0)
			page_text(f->p, W(f, "、", ", "));
		frame_a(f, NULL, str(one, "url"), str(one, "text"));
	}
}

static void
write_notice(struct frame *f, const json_t *n)
{
	static const struct { const char *code, *zh, *en; } words[] = {
		{ "folded", "已按“%2$s”查找（原文“%1$s”）。", "Searched for “%2$s” (you typed “%1$s”)." },
	};
	const char *code = str(n, "code"), *from = str(n, "from"), *to = str(n, "to"), *undo = str(n, "undo");
	const char *message = f->v->lang == GK_EN && str(n, "message_en")[0] != '\0' ? str(n, "message_en") : str(n, "message");
	struct page *p = f->p;

	page_open(p, "p", "class", "notice", NULL);
	/* The link behind it names the other: its title is not said twice. */
	if (str(n, "ended")[0] != '\0') {
		page_printf(p, W(f, "《%s》已不再有效；现行的是", "《%s》 is no longer in force; in its place is "), str(n, "ended"));
		frame_by(f, json_object_get(n, "by"));
		page_close(p);
		return;
	}
	for (size_t i = 0; message[0] == '\0' && i < sizeof words / sizeof *words; i++)
		if (strcmp(code, words[i].code) == 0 && from[0] != '\0' && to[0] != '\0') {
			page_printf(p, W(f, words[i].zh, words[i].en), from, to);
			message = NULL;
			break;
		}
	if (message != NULL && message[0] != '\0')
		page_text(p, message);
	else if (message != NULL)
		page_printf(p, "%s%s%s%s%s", code, from[0] != '\0' ? W(f, "：", ": ") : "", from, to[0] != '\0' ? " → " : "", to);
	if (json_is_object(json_object_get(n, "by"))) {
		page_text(p, W(f, "：", ": "));
		frame_by(f, json_object_get(n, "by"));
	}
	write_choices(f, json_object_get(n, "choices"));
	if (undo[0] != '\0') {
		page_text(p, " ");
		frame_a(f, NULL, undo, strcmp(code, "in_force_only") == 0 ? W(f, "不限时效，全部列出", "List all, whatever their validity") : W(f, "只按原文查", "Search literally"));
	}
	page_close(p);
}

static void
write_notices(struct frame *f, const json_t *answer)
{
	const json_t *n;
	size_t i;

	json_array_foreach(json_object_get(answer, "notices"), i, n)
		write_notice(f, n);
}

static void
write_chosen(struct frame *f, const json_t *answer)
{
	struct page *p = f->p;
	bool any = false;

	for (size_t i = 0; i < f->v->n_params; i++) {
		const struct gk_param *a = &f->v->params[i];
		const struct facet_name *facet = facet_of_param(a->name);
		const char *what = facet != NULL ? W(f, facet->zh, facet->en) : NULL, *label = a->value;
		const json_t *value = facet != NULL ? find_value(facet_values(answer, a->name), a->value) : NULL;

		for (size_t k = 0; what == NULL && k < sizeof more_filters / sizeof *more_filters; k++)
			if (strcmp(more_filters[k].param, a->name) == 0)
				what = W(f, more_filters[k].zh, more_filters[k].en);
		if (what == NULL || a->value[0] == '\0')
			continue;
		if (value != NULL)
			label = value_label(f, a->name, value);
		else if (strcmp(a->name, "status") == 0 && strcmp(a->value, "living") == 0)
			label = W(f, "现行有效（含部分有效）", "In force, whole or in part");
		else if (strcmp(a->name, "status") == 0)
			label = frame_label(f, a->value, a->value);
		if (!any) {
			page_open(p, "ul", "class", "chosen", "aria-label", W(f, "已选条件", "Chosen filters"), NULL);
			any = true;
		}
		page_open(p, "li", NULL);
		page_open(p, "a", "href", frame_search_url(f, a->name, a->value, NULL, NULL), NULL);
		page_element(p, "span", "vh", W(f, "取消条件：", "Remove filter: "));
		page_printf(p, W(f, "%s：%s", "%s: %s"), what, label);
		page_open(p, "span", "class", "x", "aria-hidden", "true", NULL);
		page_text(p, " ×");
		page_close(p);
		page_close(p);
		page_close(p);
	}
	if (any)
		page_close(p);
}

static void
write_sort(struct frame *f, const json_t *answer)
{
	static const struct { const char *key, *zh, *en; } sorts[] = {
		{ "rel", "相关度", "Relevance" }, { "new", "最新", "Newest" }, { "old", "最早", "Oldest" }, { "no", "文号", "Number" },
	};
	static const struct { const char *link, *path, *type, *name, *zh, *en; } twins[] = {
		{ "csv", "/search.csv", "text/csv", "CSV", "导出", "Export" }, { "self", "/search.json", "application/json", "JSON", NULL, NULL },
		{ "atom", "/search.atom", "application/atom+xml", NULL, "订阅", "Subscribe" },
	};
	const char *now = frame_param(f->v, "sort");
	struct page *p = f->p;

	if (now == NULL || now[0] == '\0')
		now = "rel";
	/* A walk has an order of its own, and each of these is a way out of it. */
	if (json_object_get(answer, "cursor") != NULL)
		now = "";
	page_open(p, "div", "class", "sort", NULL);
	page_open(p, "p", NULL);
	page_element(p, "span", "quiet", W(f, "排序：", "Sort: "));
	for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
		if (strcmp(now, sorts[i].key) == 0) {
			page_open(p, "b", "aria-current", "true", NULL);
			page_text(p, W(f, sorts[i].zh, sorts[i].en));
			page_close(p);
		} else {
			page_open(p, "a", "href", frame_search_url(f, "sort", NULL, "sort", sorts[i].key), NULL);
			page_text(p, W(f, sorts[i].zh, sorts[i].en));
			page_close(p);
		}
	}
	page_close(p);
	page_open(p, "p", NULL);
	/* The twins have no view: ui would be an unknown parameter there. */
	for (size_t i = 0; i < sizeof twins / sizeof *twins; i++) {
		const char *url = str(json_object_get(answer, "links"), twins[i].link);

		page_open(p, "a", "type", twins[i].type, "rel", "alternate", "href", frame_is_local(url) ? url : twins[i].path, NULL);
		if (twins[i].zh != NULL)
			page_text(p, W(f, twins[i].zh, twins[i].en));
		if (twins[i].zh != NULL && twins[i].name != NULL)
			page_text(p, " ");
		page_text(p, twins[i].name);
		page_close(p);
	}
	page_close(p);
	page_close(p);
}

/* ---- filters ---- */

/* The bar says nothing that the number beside it does not say. */
static void
write_bar(struct frame *f, json_int_t count, json_int_t largest)
{
	enum { WIDTH = 60 };
	char width[24];

	snprintf(width, sizeof width, "%lld", (long long)(largest > 0 ? count * WIDTH / largest : 0));
	page_open(f->p, "svg", "width", "60", "height", "8", "aria-hidden", "true", "focusable", "false", NULL);
	page_open(f->p, "rect", "width", width, "height", "8", "fill", "currentColor", "opacity", "0.5", NULL);
	page_close(f->p);
	page_close(f->p);
	page_text(f->p, " ");
}

/* largest: of the facet, for bars; 0: no bars. */
static void
write_value(struct frame *f, const struct facet_name *facet, const json_t *value, json_int_t largest)
{
	struct page *p = f->p;
	bool chosen = json_is_true(json_object_get(value, "selected"));

	page_open(p, "li", NULL);
	page_open(p, "label", NULL);
	/* A screen reader hears the tree in its order; the eye sees it by what stands before. */
	for (json_int_t depth = num(value, "depth"); depth > 0 && depth < 10; depth--) {
		page_open(p, "span", "aria-hidden", "true", NULL);
		page_text(p, "\xE3\x80\x80");
		page_close(p);
	}
	page_void(p, "input", "type", "checkbox", "name", facet->param, "value", str(value, "value"),
		  "checked", chosen ? "checked" : NULL, NULL);
	page_open(p, "span", "class", "name", "lang", strcmp(facet->param, "status") == 0 ? NULL : ZH(f), NULL);
	page_text(p, value_label(f, facet->param, value));
	page_close(p);
	page_element(p, "span", "vh", W(f, "，", ", "));
	if (largest > 0)
		write_bar(f, num(value, "count"), largest);
	page_open(p, "span", "class", "n", NULL);
	page_printf(p, "%lld", (long long)num(value, "count"));
	page_element(p, "span", "vh", W(f, " 件", " documents"));
	page_close(p);
	page_close(p);
	page_close(p);
}

/* A province has hundreds of issuers: what is chosen stands there always, of the others the first. */
static bool
is_listed(const json_t *value, size_t i)
{
	return i < FACET_LISTED || json_is_true(json_object_get(value, "selected"));
}

static size_t
listed_of(const json_t *values)
{
	const json_t *v;
	size_t i, n = 0;

	json_array_foreach(values, i, v)
		n += is_listed(v, i);
	return n;
}

static void
write_facet(struct frame *f, const struct facet_name *facet, const json_t *values, json_int_t left_out)
{
	struct page *p = f->p;
	const json_t *v;
	size_t i, listed = listed_of(values);
	bool folded = false;
	json_int_t largest = 0;

	if (json_array_size(values) == 0)
		return;
	left_out += (json_int_t)(json_array_size(values) - listed);
	if (strcmp(facet->param, "year") == 0)
		json_array_foreach(values, i, v)
			largest = num(v, "count") > largest ? num(v, "count") : largest;
	page_open(p, "fieldset", NULL);
	page_element(p, "legend", NULL, W(f, facet->zh, facet->en));
	page_open(p, "ul", NULL);
	json_array_foreach(values, i, v) {
		if (!is_listed(v, i))
			continue;
		if (!folded && i >= FACET_SHOWN && listed > FACET_SHOWN + 2) {
			page_close(p);
			page_open(p, "details", NULL);
			page_open(p, "summary", NULL);
			page_printf(p, W(f, "更多（%zu）", "More (%zu)"), listed - FACET_SHOWN);
			page_close(p);
			page_open(p, "ul", NULL);
			folded = true;
		}
		write_value(f, facet, v, largest);
	}
	page_close(p);
	if (left_out > 0) {
		page_open(p, "p", "class", "more", NULL);
		page_printf(p, W(f, "另有 %lld 个未列出", "%lld more are not listed"), (long long)left_out);
		page_close(p);
	}
	if (folded)
		page_close(p);
	page_close(p);
}

/* A parameter may be that of two facets: years and ranges of them. */
static bool
has_box(const json_t *answer, const char *param, const char *value)
{
	const json_t *facets = json_object_get(answer, "facets");

	for (size_t i = 0; i < sizeof facet_names / sizeof *facet_names; i++)
		if (strcmp(facet_names[i].param, param) == 0 && find_value(json_object_get(facets, facet_names[i].key), value) != NULL)
			return true;
	return false;
}

/* What the form must carry along: everything that no box of it stands for. */
static void
write_carried(struct frame *f, const json_t *answer)
{
	for (size_t i = 0; i < f->v->n_params; i++) {
		const struct gk_param *a = &f->v->params[i];
		const char *n = a->name;

		if (strcmp(n, "page") == 0 || strcmp(n, "cursor") == 0 || strcmp(n, "ui") == 0 || strcmp(n, "lang") == 0)
			continue;
		/* The boxes of the two states are ticked for it. */
		if (has_box(answer, n, a->value) || (strcmp(n, "status") == 0 && strcmp(a->value, "living") == 0))
			continue;
		frame_hidden(f, n, a->value);
	}
	frame_hidden_view(f);
}

static void
write_filters(struct frame *f, const json_t *answer)
{
	struct page *p = f->p;
	const json_t *facets = json_object_get(answer, "facets");

	page_open(p, "nav", "class", "filters", "aria-label", W(f, "筛选", "Filters"), NULL);
	/* Folds the form away on a phone without script; a wide screen shows the form and hides the box. */
	page_void(p, "input", "type", "checkbox", "id", "fold", "class", "fold", NULL);
	page_open(p, "label", "for", "fold", "class", "foldlabel", NULL);
	page_text(p, W(f, "筛选", "Filters"));
	page_close(p);
	page_open(p, "form", "id", "facets", "action", "/search", "method", "get", NULL);
	write_carried(f, answer);
	for (size_t i = 0; i < sizeof facet_names / sizeof *facet_names; i++)
		write_facet(f, &facet_names[i], json_object_get(facets, facet_names[i].key),
			    json_integer_value(json_object_get(json_object_get(answer, "facets_left_out"), facet_names[i].key)));
	page_open(p, "p", "class", "apply", NULL);
	page_open(p, "button", "type", "submit", NULL);
	page_text(p, W(f, "应用", "Apply"));
	page_close(p);
	if (filtered(f->v)) {
		page_open(p, "a", "href", unfiltered_url(f), NULL);
		page_text(p, W(f, "清除筛选", "Clear filters"));
		page_close(p);
	}
	page_close(p);
	page_close(p);
	page_close(p);
}

/* ---- pages ---- */

static void
page_link(struct frame *f, json_int_t number, const char *rel, const char *text)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%lld", (long long)number);
	page_open(f->p, "li", NULL);
	page_open(f->p, "a", "rel", rel, "href", frame_search_url(f, "page", NULL, "page", digits), NULL);
	page_text(f->p, text != NULL ? text : digits);
	page_close(f->p);
	page_close(f->p);
}

static void
walk_link(struct frame *f, const char *cursor, const char *rel, const char *text)
{
	page_open(f->p, "a", "rel", rel, "href", frame_search_url(f, "sort", NULL, "cursor", cursor), NULL);
	page_text(f->p, text);
	page_close(f->p);
}

/* Hit by hit there are no pages with numbers, only where to go on. */
static void
write_walk(struct frame *f, const json_t *answer)
{
	const char *now = frame_param(f->v, "cursor");
	struct page *p = f->p;
	bool begun = now != NULL && strcmp(now, "*") != 0, more = json_is_string(json_object_get(answer, "cursor"));

	if (!begun && !more)
		return;
	page_open(p, "nav", "class", "pager", "aria-label", W(f, "分页", "Pages"), NULL);
	page_open(p, "ul", NULL);
	if (begun) {
		page_open(p, "li", NULL);
		walk_link(f, "*", "first", W(f, "« 从头开始", "« From the beginning"));
		page_close(p);
	}
	if (more) {
		page_open(p, "li", NULL);
		walk_link(f, str(answer, "cursor"), "next", W(f, "下一页 ›", "Next ›"));
		page_close(p);
	}
	page_close(p);
	page_close(p);
}

static void
write_pager(struct frame *f, const json_t *answer)
{
	json_int_t size = num(answer, "size"), total = json_is_integer(json_object_get(answer, "shown")) ? num(answer, "shown") : num(answer, "total"), now = num(answer, "page"), last, i;
	struct page *p = f->p;

	if (size < 1)
		return;
	if (json_object_get(answer, "cursor") != NULL) {
		write_walk(f, answer);
		return;
	}
	/* L17: beyond this a walk is the way. */
	last = ((total < DEEPEST ? total : DEEPEST) + size - 1) / size;
	if (last <= 1)
		return;
	page_open(p, "nav", "class", "pager", "aria-label", W(f, "分页", "Pages"), NULL);
	page_open(p, "ul", NULL);
	if (now > 1)
		page_link(f, now - 1, "prev", W(f, "‹ 上一页", "‹ Previous"));
	for (i = 1; i <= last; i++) {
		if (i == now) {
			page_open(p, "li", NULL);
			page_open(p, "b", "aria-current", "page", NULL);
			page_printf(p, "%lld", (long long)i);
			page_close(p);
			page_close(p);
		} else if (i == 1 || i == last || (i >= now - PAGES_AROUND && i <= now + PAGES_AROUND)) {
			page_link(f, i, NULL, NULL);
		} else {
			page_open(p, "li", "class", "gap", NULL);
			page_text(p, "…");
			page_close(p);
			i = i < now ? now - PAGES_AROUND - 1 : last - 1;
		}
	}
	if (now < last)
		page_link(f, now + 1, "next", W(f, "下一页 ›", "Next ›"));
	page_close(p);
	page_close(p);
	if (total <= DEEPEST)
		return;
	page_open(p, "p", "class", "quiet", NULL);
	page_printf(p, W(f, "按次序只翻到第 %d 件。", "Pages end at document %d. "), DEEPEST);
	walk_link(f, "*", NULL, W(f, "按收录先后逐件列出全部", "List every document in the order of coming in"));
	page_close(p);
}

/* ---- nothing found ---- */

static void
write_nothing(struct frame *f, const json_t *answer, const char *q)
{
	struct page *p = f->p;
	const struct gk_view *own = f->v;
	const char *shown = str(json_object_get(answer, "query"), "q");

	page_open(p, "section", "class", "nothing", NULL);
	page_element(p, "h2", NULL, W(f, "未找到相关文件", "Nothing was found"));
	page_open(p, "p", NULL);
	page_printf(p, W(f, "已在全部公开文件的标题、发文字号和正文中查找“%s”。", "Searched titles, document numbers and texts of all published documents for “%s”."),
		    shown[0] != '\0' ? shown : q);
	page_close(p);
	page_open(p, "ul", NULL);
	if (filtered(f->v)) {
		page_open(p, "li", NULL);
		page_open(p, "a", "class", "strong", "href", unfiltered_url(f), NULL);
		page_printf(p, W(f, "去掉筛选条件，在全部文件中查“%s”", "Search all documents for “%s”, without filters"), q);
		page_close(p);
		if (json_is_integer(json_object_get(answer, "unfiltered")))
			page_printf(p, W(f, "（%lld 件）", " (%lld documents)"), (long long)num(answer, "unfiltered"));
		page_close(p);
	}
	page_element(p, "li", NULL, W(f, "减少检索词，或换一个说法。", "Use fewer or other words."));
	page_element(p, "li", NULL, W(f, "知道发文字号时，直接输入字号。", "If you know the document number, type it."));
	page_open(p, "li", NULL);
	frame_a(f, NULL, "/", W(f, "按类别和年份浏览", "Browse by category and year"));
	page_close(p);
	page_close(p);
	page_open(p, "div", "class", "apply-box", NULL);
	page_element(p, "h2", NULL, W(f, "依申请公开", "Apply for information"));
	page_open(p, "p", NULL);
	if (own->apply_address[0] != '\0') {
		page_text(p, W(f, "没有公开的信息，可以向本机关提出申请：", "Information that is not published can be applied for at: "));
		page_element(p, "b", NULL, own->apply_address);
	} else {
		page_printf(p, W(f, "没有公开的信息，可以向%s提出政府信息公开申请。", "Information that is not published can be applied for at %s."),
			    own->organisation[0] != '\0' ? own->organisation : W(f, "本机关", "this office"));
	}
	page_close(p);
	page_close(p);
	page_close(p);
}

bool
gk_page_search(const struct gk_view *v, const json_t *answer, struct gk_buf *out)
{
	const char *q = frame_param(v, "q"), *level = str(json_object_get(answer, "query"), "level");
	const json_t *hits = json_object_get(answer, "hits"), *hit;
	struct frame f;
	size_t i;

	if (q == NULL)
		q = "";
	if (!frame_begin(&f, v)) {
		page_free(f.p);
		return false;
	}
	frame_head(&f, q[0] != '\0' ? q : W(&f, "全部文件", "All documents"), q, "#results");
	page_open(f.p, "h1", "class", "vh", NULL);
	page_printf(f.p, W(&f, "“%s”的检索结果", "Results for “%s”"), q);
	page_close(f.p);
	page_open(f.p, "div", "class", "summary", NULL);
	if (num(answer, "total") > 0)
		write_count(&f, answer);
	write_notices(&f, answer);
	write_chosen(&f, answer);
	page_close(f.p);
	page_open(f.p, "div", "class", "columns", NULL);
	if (num(answer, "total") > 0)
		write_filters(&f, answer);
	page_open(f.p, "section", "class", "results", "id", "results", "tabindex", "-1", "aria-label", W(&f, "检索结果", "Results"), NULL);
	if (num(answer, "total") == 0)
		write_nothing(&f, answer, q);
	else
		write_sort(&f, answer);
	if (json_array_size(hits) > 0) {
		if (strcmp(level, "some") == 0)
			page_element(f.p, "h2", "maybe", W(&f, "可能相关", "Possibly relevant"));
		if (q[0] != '\0')
			write_level(&f, answer);
	}
	json_array_foreach(hits, i, hit)
		frame_hit(&f, hit, 2);
	write_pager(&f, answer);
	frame_explain(&f, answer);
	page_close(f.p);
	page_close(f.p);
	return frame_end(&f, out);
}
