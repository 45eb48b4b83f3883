/* Head, foot, search box, links, badges and hits. */
#include "web/frame.h"

#include "record/validity.h"

#include <stdio.h>
#include <string.h>

enum { ADDRESSES_MAX = 4 * 1024 * 1024, URL_MAX = 64 * 1024 };

const char *
str(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

json_int_t
num(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

const char *
frame_param(const struct gk_view *v, const char *name)
{
	for (size_t i = 0; i < v->n_params; i++)
		if (strcmp(v->params[i].name, name) == 0)
			return v->params[i].value;
	return NULL;
}

void
gk_view_choose(struct gk_view *v)
{
	const char *ui = frame_param(v, "ui"), *lang = frame_param(v, "lang");

	v->large = ui != NULL && strstr(ui, "large") != NULL;
	v->contrast = ui != NULL && strstr(ui, "contrast") != NULL;
	v->lang = gk_lang;
	v->traditional = lang != NULL && (strcmp(lang, "zh-Hant") == 0 || strcmp(lang, "zh-TW") == 0 || strcmp(lang, "zh-HK") == 0 || strcmp(lang, "zh-MO") == 0);
	if (lang != NULL && strncmp(lang, "en", 2) == 0)
		v->lang = GK_EN;
	else if (lang != NULL && strncmp(lang, "zh", 2) == 0)
		v->lang = GK_ZH;
}

/* ---- addresses ---- */

void
frame_add_param(struct gk_buf *b, const char *name, const char *value)
{
	const char *parts[] = { name, value };

	gk_buf_putc(b, b->n > 0 && memchr(b->p, '?', b->n) != NULL ? '&' : '?');
	for (size_t i = 0; i < 2; i++) {
		if (i == 1)
			gk_buf_putc(b, '=');
		for (const char *s = parts[i]; *s != '\0'; s++) {
			unsigned char c = (unsigned char)*s;

			if (((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9') ||
			    strchr("-._~", c) != NULL)
				gk_buf_putc(b, *s);
			else
				gk_buf_printf(b, "%%%02X", c);
		}
	}
}

/* The value of `ui` that shows pages so; NULL: as they are. */
static const char *
ui_of(bool large, bool contrast)
{
	return large && contrast ? "large-contrast" : large ? "large" : contrast ? "contrast" : NULL;
}

/* The value of `lang` likewise. */
static const char *
lang_of(enum gk_lang lang, bool traditional)
{
	return traditional && lang == GK_ZH ? "zh-Hant" : lang == gk_lang ? NULL : lang == GK_EN ? "en" : "zh";
}

static void
add_view(const struct frame *f, struct gk_buf *b)
{
	const char *ui = ui_of(f->v->large, f->v->contrast), *lang = lang_of(f->v->lang, f->v->traditional);

	if (ui != NULL && strstr(b->p, "ui=") == NULL)
		frame_add_param(b, "ui", ui);
	if (lang != NULL && strstr(b->p, "lang=") == NULL)
		frame_add_param(b, "lang", lang);
}

static const char *
kept(struct frame *f, struct gk_buf *b)
{
	char *s = b->failed ? NULL : gk_arena_copy(&f->mem, b->p, b->n);

	gk_buf_free(b);
	if (s == NULL) {
		f->failed = true;
		return "#";
	}
	return s;
}

/* "//host" and "/\\host" lead away, and so does "/\t/host": browsers drop control characters. */
bool
frame_is_local(const char *url)
{
	if (url[0] != '/' || url[1] == '/' || url[1] == '\\')
		return false;
	for (const char *s = url; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20)
			return false;
	return true;
}

const char *
frame_link(struct frame *f, const char *url)
{
	const char *place = strchr(url, '#');
	struct gk_buf b;

	if (place != url && !frame_is_local(url))
		return "#";
	gk_buf_init(&b, URL_MAX);
	/* A place on this page has no view of its own. */
	if (place == url) {
		gk_buf_puts(&b, url);
		return kept(f, &b);
	}
	gk_buf_add(&b, url, place != NULL ? (size_t)(place - url) : strlen(url));
	if (!b.failed)
		add_view(f, &b);
	if (place != NULL)
		gk_buf_puts(&b, place);
	return kept(f, &b);
}

void
frame_a(struct frame *f, const char *class_, const char *url, const char *text)
{
	page_open(f->p, "a", "class", class_, "href", frame_link(f, url), NULL);
	page_text(f->p, text);
	page_close(f->p);
}

static bool
is_view(const char *name)
{
	return strcmp(name, "ui") == 0 || strcmp(name, "lang") == 0;
}

const char *
frame_search_url(struct frame *f, const char *drop, const char *value, const char *name, const char *set)
{
	struct gk_buf b;

	gk_buf_init(&b, URL_MAX);
	gk_buf_puts(&b, "/search");
	for (size_t i = 0; i < f->v->n_params; i++) {
		const struct gk_param *a = &f->v->params[i];

		if (is_view(a->name) || strcmp(a->name, "page") == 0 || strcmp(a->name, "cursor") == 0 ||
		    (drop != NULL && strcmp(a->name, drop) == 0 && (value == NULL || strcmp(a->value, value) == 0)))
			continue;
		frame_add_param(&b, a->name, a->value);
	}
	if (set != NULL)
		frame_add_param(&b, name, set);
	if (!b.failed)
		add_view(f, &b);
	return kept(f, &b);
}

/* `path` with the parameters of this page except ui and lang, then those given. */
static const char *
frame_here(struct frame *f, const char *ui, const char *lang)
{
	struct gk_buf b;

	gk_buf_init(&b, URL_MAX);
	gk_buf_puts(&b, f->v->path);
	for (size_t i = 0; i < f->v->n_params; i++)
		if (!is_view(f->v->params[i].name))
			frame_add_param(&b, f->v->params[i].name, f->v->params[i].value);
	if (ui != NULL)
		frame_add_param(&b, "ui", ui);
	if (lang != NULL)
		frame_add_param(&b, "lang", lang);
	return kept(f, &b);
}

void
frame_hidden(struct frame *f, const char *name, const char *value)
{
	page_void(f->p, "input", "type", "hidden", "name", name, "value", value, NULL);
}

void
frame_hidden_view(struct frame *f)
{
	const char *ui = ui_of(f->v->large, f->v->contrast), *lang = lang_of(f->v->lang, f->v->traditional);

	if (ui != NULL)
		frame_hidden(f, "ui", ui);
	if (lang != NULL)
		frame_hidden(f, "lang", lang);
}

/* ---- head and foot ---- */

static void
write_title(struct frame *f, const char *title)
{
	page_open(f->p, "title", NULL);
	if (title[0] != '\0')
		page_printf(f->p, "%s - ", title);
	page_printf(f->p, W(f, "%s信息公开", "%s disclosed documents"), f->v->organisation);
	page_close(f->p);
}

static void
write_tool(struct frame *f, const char *url, const char *lang, const char *text)
{
	page_open(f->p, "a", "href", url, "lang", lang, NULL);
	page_text(f->p, text);
	page_close(f->p);
}

static void
write_tools(struct frame *f)
{
	const struct gk_view *v = f->v;
	const char *ui = ui_of(v->large, v->contrast), *lang = lang_of(v->lang, v->traditional);

	page_open(f->p, "p", "class", "tools", NULL);
	write_tool(f, frame_here(f, ui_of(!v->large, v->contrast), lang), NULL, v->large ? W(f, "标准字号", "Standard type") : W(f, "大字版", "Large type"));
	write_tool(f, frame_here(f, ui_of(v->large, !v->contrast), lang), NULL, v->contrast ? W(f, "标准对比", "Standard contrast") : W(f, "高对比", "High contrast"));
	if (v->lang == GK_ZH)
		write_tool(f, frame_here(f, ui, lang_of(GK_ZH, !v->traditional)), v->traditional ? "zh-Hans" : "zh-Hant", v->traditional ? "简体" : "繁體");
	write_tool(f, frame_here(f, ui, lang_of(v->lang == GK_EN ? GK_ZH : GK_EN, false)), v->lang == GK_EN ? "zh-Hans" : "en", v->lang == GK_EN ? "中文" : "English");
	page_close(f->p);
}

bool
frame_begin(struct frame *f, const struct gk_view *v)
{
	*f = (struct frame){ .v = v, .p = page_new() };
	gk_arena_init(&f->mem, ADDRESSES_MAX);
	if (f->p == NULL)
		return false;
	page_base(f->p, v->base != NULL ? v->base : "");
	page_traditional(f->p, v->traditional);
	return true;
}

bool
frame_only_living(const struct gk_view *v)
{
	unsigned chosen = 0, living = 0;

	for (size_t k = 0; k < GK_V_COUNT; k++)
		living |= gk_validity_names[k].living ? 1u << k : 0;
	for (size_t i = 0; i < v->n_params; i++) {
		enum gk_validity state;
		const char *value = v->params[i].value;

		if (strcmp(v->params[i].name, "status") != 0 || value[0] == '\0')
			continue;
		if (strcmp(value, "living") == 0)
			chosen |= living;
		else
			chosen |= gk_validity_find(value, strlen(value), &state) ? 1u << state : 1u << GK_V_COUNT;
	}
	return chosen == living;
}

/* 只看 (experience.md 7). */
static void
write_only(struct frame *f, enum box_kind kind)
{
	struct page *p = f->p;

	page_open(p, "p", "class", "only", NULL);
	page_open(p, "label", NULL);
	page_void(p, "input", "type", "checkbox", "name", "status", "value", "living", "checked", frame_only_living(f->v) ? "checked" : NULL, NULL);
	page_text(p, W(f, "只看现行有效", "Only what is in force"));
	page_close(p);
	if (kind == BOX_RESULTS) {
		page_open(p, "label", "for", "as_of", NULL);
		page_text(p, W(f, "时效截至日期", "Status as of"));
		page_close(p);
		page_void(p, "input", "type", "date", "id", "as_of", "name", "as_of", "value", frame_param(f->v, "as_of"), NULL);
	}
	page_close(p);
}

void
frame_search_box(struct frame *f, const char *q, enum box_kind kind)
{
	struct page *p = f->p;

	page_open(p, "form", "class", kind == BOX_HOME ? "box big" : "box", "role", "search", "action", "/search", "method", "get", NULL);
	page_open(p, "label", "class", "vh", "for", "q", NULL);
	page_text(p, W(f, "检索词：标题、发文字号或正文中的词", "Search words: title, document number or words of the text"));
	page_close(p);
	page_void(p, "input", "id", "q", "name", "q", "type", "search", "value", q, "maxlength", "340", "autocomplete", "off",
		  "enterkeyhint", "search", "placeholder", W(f, "标题、文号或内容，如：安全生产", "Title, number or words"), NULL);
	frame_hidden_view(f);
	page_open(p, "button", "type", "submit", NULL);
	page_text(p, W(f, "搜索", "Search"));
	page_close(p);
	if (kind != BOX_BARE)
		write_only(f, kind);
	page_close(p);
}

void
frame_meta(struct frame *f)
{
	page_void(f->p, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1", NULL);
	page_void(f->p, "meta", "name", "color-scheme", "content", "light dark", NULL);
	page_void(f->p, "link", "rel", "icon", "href", "/static/icon.svg", "type", "image/svg+xml", NULL);
	page_void(f->p, "link", "rel", "stylesheet", "href", f->v->style, NULL);
}

void
frame_brand(struct frame *f, const char *skip_to, const char *words, const char *home, const char *name)
{
	struct page *p = f->p;

	page_open(p, "a", "class", "skip", "href", skip_to, NULL);
	page_text(p, words);
	page_close(p);
	page_open(p, "header", "class", "top", NULL);
	page_open(p, "div", "class", "wide", NULL);
	page_open(p, "a", "class", "brand", "href", frame_link(f, home), NULL);
	if (f->v->organisation[0] != '\0') {
		page_open(p, "span", "lang", ZH(f), NULL);
		page_text(p, f->v->organisation);
		page_close(p);
	}
	page_element(p, "b", NULL, name);
	page_close(p);
}

void
frame_head(struct frame *f, const char *title, const char *q, const char *skip_to)
{
	struct page *p = f->p;

	page_open(p, "html", "lang", f->v->traditional ? "zh-Hant" : W(f, "zh-Hans", "en"), "class",
		  f->v->paper ? "paper" : f->v->large && f->v->contrast ? "large contrast" : ui_of(f->v->large, f->v->contrast), NULL);
	page_open(p, "head", NULL);
	page_void(p, "meta", "charset", "utf-8", NULL);
	write_title(f, title);
	frame_meta(f);
	/* Its addresses must be whole; only the configured one is known to be ours. */
	if (f->v->public_url[0] != '\0')
		page_void(p, "link", "rel", "search", "href", "/opensearch.xml", "type", "application/opensearchdescription+xml", "title", f->v->organisation, NULL);
	page_open(p, "script", "src", f->v->script, "defer", "defer", NULL);
	page_close(p);
	page_close(p);
	page_open(p, "body", NULL);
	frame_brand(f, skip_to, strcmp(skip_to, "#results") == 0 ? W(f, "跳到结果", "Skip to results") : W(f, "跳到正文", "Skip to content"), "/", W(f, "政府信息公开", "Government information"));
	if (!f->v->paper)
		write_tools(f);
	page_close(p);
	page_close(p);
	if (q != NULL && !f->v->paper) {
		page_open(p, "div", "class", "band", NULL);
		page_open(p, "div", "class", "wide", NULL);
		frame_search_box(f, q, strcmp(skip_to, "#results") == 0 ? BOX_RESULTS : BOX_BARE);
		page_close(p);
		page_close(p);
	}
	page_open(p, "main", "id", "main", "class", "wide", NULL);
}

static void
write_coverage(struct frame *f)
{
	const json_t *c = f->v->coverage;

	if (c == NULL)
		return;
	page_open(f->p, "p", NULL);
	if (str(c, "from")[0] != '\0' && str(c, "to")[0] != '\0')
		page_printf(f->p, W(f, "收录范围：%s 至 %s 公开的文件。", "Covers documents published from %s to %s. "), str(c, "from"), str(c, "to"));
	if (str(c, "updated")[0] != '\0')
		page_printf(f->p, W(f, "最近更新：%.10s。", "Last update: %.10s. "), str(c, "updated"));
	page_printf(f->p, W(f, "时效待核：%lld 件。", "Status not yet checked: %lld documents."), (long long)num(c, "unchecked"));
	page_close(f->p);
}

/* Where else to go, on every page. */
static void
write_ways(struct frame *f)
{
	static const struct { const char *url, *zh, *en; } ways[] = {
		{ "/browse", "分类浏览", "Browse" }, { "/stats", "统计", "Statistics" }, { "/search.atom?status=abolished&sort=new", "订阅废止", "Feed of abolitions" },
		{ "/guide", "公开指南", "Guide" }, { "/help", "帮助", "Help" }, { "/about", "关于本站", "About" }, { "/accessibility", "无障碍", "Accessibility" },
	};

	page_open(f->p, "nav", "aria-label", W(f, "本站", "This site"), NULL);
	page_open(f->p, "ul", "class", "ways", NULL);
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		page_open(f->p, "li", NULL);
		if (strchr(ways[i].url, '?') != NULL) {	/* a feed has no view */
			page_open(f->p, "a", "href", ways[i].url, NULL);
			page_text(f->p, W(f, ways[i].zh, ways[i].en));
			page_close(f->p);
		} else {
			frame_a(f, NULL, ways[i].url, W(f, ways[i].zh, ways[i].en));
		}
		page_close(f->p);
	}
	page_close(f->p);
	page_close(f->p);
}

bool
frame_end(struct frame *f, struct gk_buf *out)
{
	struct page *p = f->p;
	const char *here = frame_here(f, NULL, NULL);
	bool ok;

	page_close(p);
	page_open(p, "footer", "class", "foot", NULL);
	page_open(p, "div", "class", "wide", NULL);
	if (!f->v->paper)
		write_ways(f);
	write_coverage(f);
	if (f->v->traditional)
		page_element(p, "p", NULL, "繁体由程序转换，仅便于阅读，以发布的原文为准。");
	page_open(p, "p", "class", "printed", NULL);
	page_printf(p, W(f, "网址：%s%s　打印日期：%s", "Address: %s%s  Printed: %s"), f->v->public_url, here, f->v->today);
	page_close(p);
	page_close(p);
	page_close(p);
	page_close(p);
	page_close(p);
	ok = page_finish(p, out) && !f->failed;
	page_free(p);
	gk_arena_free(&f->mem);
	return ok;
}

/* ---- status ---- */

static const struct gk_validity_name *
validity(const char *code)
{
	for (size_t i = 0; i < GK_V_COUNT; i++)
		if (strcmp(gk_validity_names[i].code, code) == 0)
			return &gk_validity_names[i];
	return NULL;
}

const char *
frame_kind(const char *code)
{
	const struct gk_validity_name *n = validity(code);

	if (n == NULL || strcmp(code, "unknown") == 0)
		return "open";
	return n->ended ? "ended" : n->living ? "live" : strcmp(code, "suspended") == 0 ? "held" : "future";
}

const char *
frame_label(const struct frame *f, const char *code, const char *otherwise)
{
	const struct gk_validity_name *n = validity(code);

	if (strcmp(code, "not_applicable") == 0)
		return W(f, "不涉及时效", "No legal effect");
	return n != NULL ? W(f, n->label, n->label_en) : otherwise;
}

void
frame_by(struct frame *f, const json_t *by)
{
	struct page *p = f->p;
	const char *title = str(by, "title"), *number = str(by, "number"), *url = str(by, "url");
	/* Without an address it is what somebody typed, a title or a number: shown as it is. */
	bool link = url[0] != '\0';

	page_open(p, link ? "a" : "span", "lang", ZH(f), "href", link ? frame_link(f, url) : NULL, NULL);
	if (title[0] != '\0')
		page_printf(p, link ? "《%s》" : "%s", title);
	if (number[0] != '\0')
		page_printf(p, title[0] != '\0' ? "（%s）" : "%s", number);
	if (title[0] == '\0' && number[0] == '\0')
		page_text(p, str(by, "id"));
	page_close(p);
}

/* Of what is partly in force: which part is not. */
static void
write_parts(struct frame *f, const json_t *parts)
{
	const json_t *one;
	size_t i;

	if (json_array_size(parts) == 0)
		return;
	page_text(f->p, W(f, "（已废止：", " (ended: "));
	json_array_foreach(parts, i, one) {
		page_text(f->p, i > 0 ? W(f, "、", ", ") : "");
		page_text(f->p, json_string_value(one));
	}
	page_text(f->p, W(f, "）", ")"));
}

/* An hourglass is in few fonts but those of coloured pictures: it is drawn. */
void
frame_sign(struct frame *f, const struct gk_validity_name *n)
{
	struct page *p = f->p;

	if (n != &gk_validity_names[GK_V_EXPIRED]) {
		page_text(p, n->sign);
		return;
	}
	page_open(p, "svg", "width", "11", "height", "14", "viewBox", "0 0 11 14", "focusable", "false", NULL);
	page_open(p, "path", "d", "M1 1h9M1 13h9M2 1c0 5 7 7 7 12M9 1c0 5-7 7-7 12", "fill", "none", "stroke", "currentColor", "stroke-width", "1.6", NULL);
	page_close(p);
	page_close(p);
}

void
frame_badge(struct frame *f, const json_t *status, const json_t *dates)
{
	struct page *p = f->p;
	const char *code = str(status, "code"), *since = str(status, "since"), *until = str(status, "until");
	const json_t *by = json_object_get(status, "by");
	const struct gk_validity_name *n = validity(code);

	if (code[0] == '\0' || strcmp(code, "not_applicable") == 0)
		return;
	page_open(p, "p", "class", "status", NULL);
	page_open(p, "span", "class", "badge", "data-kind", frame_kind(code), NULL);
	if (n != NULL) {
		page_open(p, "span", "class", "sign", "aria-hidden", "true", NULL);
		frame_sign(f, n);
		page_close(p);
		page_text(p, " ");
	}
	page_text(p, frame_label(f, code, str(status, "label")));
	page_close(p);
	write_parts(f, json_object_get(status, "parts"));
	if (strcmp(code, "not_yet_effective") == 0 && str(dates, "effective")[0] != '\0') {
		/* Of a text that waits, the day it begins is what counts, not the last day of waiting. */
		page_printf(p, W(f, " · 自%s起施行", " · takes effect on %s"), str(dates, "effective"));
		since = until = "";
	}
	if (since[0] != '\0')
		page_printf(p, W(f, " · 自%s起", " · from %s"), since);
	if (until[0] != '\0')
		page_printf(p, W(f, " · 至%s", " · until %s"), until);
	if (json_is_object(by)) {
		page_text(p, W(f, " · 依据", " · by "));
		frame_by(f, by);
	} else if (json_is_string(by) && json_string_length(by) > 0) {
		page_printf(p, W(f, " · 依据%s", " · by %s"), json_string_value(by));
	}
	page_close(p);
}

/* ---- hits ---- */

const char *
type_name(const struct frame *f, const char *type)
{
	static const struct { const char *part, *zh, *en; } names[] = {
		{ "/pdf", "PDF", "PDF" }, { "wordprocessingml", "Word", "Word" }, { "/msword", "Word", "Word" },
		{ "spreadsheetml", "Excel", "Excel" }, { "ms-excel", "Excel", "Excel" }, { "/ofd", "OFD", "OFD" },
		{ "/html", "网页", "HTML" }, { "/xhtml", "网页", "HTML" }, { "presentationml", "PPT", "PPT" },
		{ "/csv", "CSV", "CSV" }, { "text/", "文本", "Text" }, { "opendocument", "ODF", "ODF" },
		{ "/json", "JSON", "JSON" }, { "image/", "图片", "Image" },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strstr(type, names[i].part) != NULL)
			return W(f, names[i].zh, names[i].en);
	return type;
}

void
frame_size(struct frame *f, json_int_t bytes)
{
	if (bytes < 1024)
		page_printf(f->p, W(f, "%lld 字节", "%lld bytes"), (long long)bytes);
	else if (bytes < 1024 * 1024)
		page_printf(f->p, "%lld KB", (long long)((bytes + 512) / 1024));
	else
		page_printf(f->p, "%.1f MB", (double)bytes / (1024 * 1024));
}

/* Number, office, date, column: only what is known. */
static void
write_facts(struct frame *f, const json_t *hit)
{
	const json_t *dates = json_object_get(hit, "dates");
	const char *published = str(dates, "published"), *made = str(dates, "made");
	const char *date = published[0] != '\0' ? published : made;
	struct page *p = f->p;

	page_open(p, "p", "class", "facts", NULL);
	if (str(hit, "number")[0] != '\0')
		page_element(p, "span", "docno", str(hit, "number"));
	if (str(hit, "org")[0] != '\0')
		page_element(p, "span", NULL, str(hit, "org"));
	if (date[0] != '\0') {
		page_open(p, "span", "lang", f->v->lang == GK_EN ? "en" : NULL, NULL);
		page_printf(p, "%s %.10s", published[0] != '\0' ? W(f, "发布", "published") : W(f, "成文", "made"), date);
		page_close(p);
	}
	if (str(hit, "category")[0] != '\0')
		page_element(p, "span", NULL, str(hit, "category"));
	page_close(p);
}

static void
write_files(struct frame *f, const json_t *hit)
{
	struct page *p = f->p;
	struct gk_buf b;
	const char *type = str(hit, "type"), *url = str(hit, "url");

	page_open(p, "p", "class", "files", NULL);
	if (type[0] != '\0') {
		gk_buf_init(&b, URL_MAX);
		gk_buf_printf(&b, "%s/original", url);
		page_open(p, "a", "href", frame_link(f, b.failed ? "#" : b.p), NULL);
		page_printf(p, W(f, "下载 %s ", "Download %s "), type_name(f, type));
		frame_size(f, num(hit, "bytes"));
		page_close(p);
		gk_buf_free(&b);
	}
	gk_buf_init(&b, URL_MAX);
	gk_buf_printf(&b, "%s/text", url);
	frame_a(f, NULL, b.failed ? "#" : b.p, W(f, "文字版", "Text"));
	gk_buf_free(&b);
	page_close(p);
}

enum { ASKED_MOST = 1024 };	/* bytes of a question that are looked at */

/*
 * The index knows pairs of characters, people know words: pairs that overlap in the question are said as the run they make there (镇安 and 安全
 * as 镇安全), in its order.  at[i]: 1 a word has this byte, 2 and it goes on from the byte before.
 */
static void
mark_word(const char *asked, const char *word, unsigned char at[ASKED_MOST])
{
	size_t n = strlen(word);

	for (const char *p = n > 0 ? strstr(asked, word) : NULL; p != NULL; p = strstr(p + 1, word)) {
		size_t from = (size_t)(p - asked);

		for (size_t i = 0; i < n; i++)
			if (at[from + i] < (i > 0 ? 2 : 1))
				at[from + i] = i > 0 ? 2 : 1;
	}
}

void
frame_words(struct frame *f, const json_t *words)
{
	const char *asked = frame_param(f->v, "q"), *between = "";
	unsigned char at[ASKED_MOST + 1] = { 0 };
	const json_t *word;
	size_t i, n;

	if (json_array_size(words) == 0)
		return;
	if (asked == NULL || strlen(asked) >= ASKED_MOST)
		asked = "";
	json_array_foreach(words, i, word)
		mark_word(asked, json_string_value(word), at);
	page_open(f->p, "p", "class", "matched", NULL);
	page_text(f->p, W(f, "含有：", "Contains: "));
	for (i = 0; asked[i] != '\0'; i += n) {
		for (n = 1; at[i] != 0 && at[i + n] == 2;)
			n++;
		if (at[i] != 0) {
			page_printf(f->p, "%s%.*s", between, (int)n, asked + i);
			between = W(f, "、", ", ");
		}
	}
	json_array_foreach(words, i, word)
		if (strstr(asked, json_string_value(word)) == NULL) {
			page_printf(f->p, "%s%s", between, json_string_value(word));
			between = W(f, "、", ", ");
		}
	page_close(f->p);
}

/* A document of this list: as of the day that the list is of, so that its page says no other. */
static const char *
hit_link(struct frame *f, const char *url)
{
	const char *as_of = frame_param(f->v, "as_of"), *place = strchr(url, '#'), *out;
	size_t n = place != NULL ? (size_t)(place - url) : strlen(url);
	struct gk_buf b;

	if (as_of == NULL || as_of[0] == '\0' || memchr(url, '@', n) != NULL)
		return frame_link(f, url);
	gk_buf_init(&b, URL_MAX);
	gk_buf_add(&b, url, n);
	frame_add_param(&b, "as_of", as_of);
	gk_buf_puts(&b, place != NULL ? place : "");
	out = b.failed ? "#" : frame_link(f, b.p);
	gk_buf_free(&b);
	return out;
}

static void
hit_a(struct frame *f, const char *url, const char *text)
{
	page_open(f->p, "a", "href", hit_link(f, url), NULL);
	page_text(f->p, text);
	page_close(f->p);
}

/* What must be said of the passage: its article is dead, or it is no more the text. */
static void
write_passage_notes(struct frame *f, const json_t *snippet)
{
	const json_t *version = json_object_get(snippet, "version"), *article = json_object_get(snippet, "article");

	if (json_is_object(version)) {
		const char *from = str(version, "from"), *until = str(version, "until");

		page_open(f->p, "p", "class", "passage", NULL);
		frame_a(f, NULL, str(version, "url"), W(f, str(version, "label"), str(version, "label_en")));
		page_printf(f->p, W(f, "：%s 至 %s 的文本", ": the text from %s until %s"), from[0] != '\0' ? from : W(f, "最初", "the first"), until[0] != '\0' ? until : W(f, "今后", "further"));
		page_close(f->p);
	}
	if (json_is_object(article)) {
		page_open(f->p, "p", "class", "passage", NULL);
		hit_a(f, str(article, "url"), str(article, "label"));
		page_text(f->p, W(f, "：", ": "));
		frame_article_notice(f, json_object_get(article, "notice"));
		page_close(f->p);
	}
}

/* The best passage, and of a long text some more, each with its article. */
static void
write_passages(struct frame *f, const json_t *hit)
{
	const json_t *list = json_object_get(hit, "passages"), *one;
	size_t i;

	json_array_foreach(list, i, one) {
		const json_t *article = json_object_get(one, "article");

		if (str(one, "text")[0] == '\0')
			continue;
		page_open(f->p, "p", "class", i == 0 ? "snippet" : "snippet more", NULL);
		/* A passage from the head of an article has it already. */
		if (json_is_object(article) && strncmp(str(one, "text"), str(article, "label"), strlen(str(article, "label"))) != 0) {
			hit_a(f, str(article, "url"), str(article, "label"));
			page_text(f->p, " ");
		}
		page_marked(f->p, str(one, "text"), json_object_get(one, "marks"));
		if (str(one, "url")[0] != '\0') {
			page_text(f->p, " ");
			page_open(f->p, "a", "class", "place", "href", hit_link(f, str(one, "url")), "lang", f->v->lang == GK_EN ? "en" : NULL, NULL);
			page_text(f->p, W(f, "看原文此处", "See it in the text"));
			page_close(f->p);
		}
		page_close(f->p);
		if (i == 0)
			write_passage_notes(f, json_object_get(hit, "snippet"));
	}
}

void
frame_article_notice(struct frame *f, const json_t *notice)
{
	page_element(f->p, "strong", NULL, W(f, str(notice, "label"), str(notice, "label_en")));
	if (str(notice, "since")[0] != '\0')
		page_printf(f->p, W(f, " · 自%s起", " · since %s"), str(notice, "since"));
	if (json_is_object(json_object_get(notice, "by"))) {
		page_text(f->p, W(f, " · 依据", " · by "));
		frame_by(f, json_object_get(notice, "by"));
	}
}

/* The same text in other documents: where each is. */
static void
write_reprints(struct frame *f, const json_t *reprints)
{
	const json_t *items = json_object_get(reprints, "items"), *one;
	long long total = num(reprints, "total");
	size_t i;

	if (total == 0)
		return;
	page_open(f->p, "p", "class", "matched", NULL);
	page_printf(f->p, W(f, "另有 %lld 处转载：", "%lld more with the same text: "), total);
	json_array_foreach(items, i, one) {
		const char *org = str(one, "org"), *date = str(one, "date");

		page_text(f->p, i > 0 ? W(f, "、", ", ") : "");
		page_open(f->p, "a", "href", frame_link(f, str(one, "url")), "lang", ZH(f), NULL);
		page_text(f->p, org[0] != '\0' ? org : str(one, "id"));
		if (date[0] != '\0')
			page_printf(f->p, " %.10s", date);
		page_close(f->p);
	}
	if (total > (long long)json_array_size(items))
		page_text(f->p, W(f, " 等", ", …"));
	page_close(f->p);
}

/* An attachment is read with the paper that it belongs to. */
static void
write_parents(struct frame *f, const json_t *parents)
{
	const json_t *one;
	size_t i;

	json_array_foreach(parents, i, one) {
		page_open(f->p, "p", "class", "quiet", NULL);
		page_text(f->p, W(f, "附件，所附于：", "attachment of: "));
		frame_a(f, NULL, str(one, "url"), str(one, "title")[0] != '\0' ? str(one, "title") : str(one, "id"));
		page_close(f->p);
	}
}

void
frame_hit(struct frame *f, const json_t *hit, int level)
{
	struct page *p = f->p;
	const char *title = str(hit, "title");

	page_open(p, "article", "class", "hit", NULL);
	frame_badge(f, json_object_get(hit, "status"), json_object_get(hit, "dates"));
	page_open(p, level == 2 ? "h2" : "h3", "lang", ZH(f), NULL);
	page_open(p, "a", "href", hit_link(f, str(hit, "url")), NULL);
	page_marked(p, title[0] != '\0' ? title : str(hit, "id"), title[0] != '\0' ? json_object_get(hit, "title_marks") : NULL);
	page_close(p);
	page_close(p);
	write_parents(f, json_object_get(hit, "attachment_of"));
	page_open(p, "div", "lang", ZH(f), NULL);
	write_facts(f, hit);
	write_passages(f, hit);
	page_close(p);
	frame_words(f, json_object_get(hit, "matched"));
	write_reprints(f, json_object_get(hit, "reprints"));
	if (level == 2)
		write_files(f, hit);
	page_close(p);
}
