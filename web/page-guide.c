/* The guide (公开指南): as a page of the site, and as a file of its own for other sites. */
#include "web/frame.h"

#include <string.h>

/* Which words are said, and how an address is written: in a page with the reader's choices, in a file as it stands on the public site. */
struct saying {
	struct page *p;
	struct frame *f;	/* NULL: a file */
	const char *site;	/* of a file: public_url, "" if there is none */
	bool en;
};

static const char *
said(const struct saying *s, const json_t *o, const char *zh, const char *en)
{
	return str(o, s->en ? en : zh);
}

static void
link_to(const struct saying *s, const char *url, const char *text)
{
	if (s->f != NULL) {
		frame_a(s->f, NULL, url, text);
	} else if (*s->site == '\0') {
		page_text(s->p, text);
	} else {
		char whole[2048];

		snprintf(whole, sizeof whole, "%s%s", s->site, url);
		page_open(s->p, "a", "href", whole, NULL);
		page_text(s->p, text);
		page_close(s->p);
	}
}

static void
write_categories(const struct saying *s, const json_t *categories)
{
	struct page *p = s->p;
	const json_t *one, *item;
	size_t i, k;

	if (s->f != NULL) {
		page_open(p, "div", "class", "scroll", "role", "region", "tabindex", "0", "aria-label", s->en ? "Categories" : "栏目", NULL);
		page_open(p, "table", "class", "list", NULL);
	} else {
		page_open(p, "table", "border", "1", NULL);
	}
	page_open(p, "tr", NULL);
	page_element(p, "th", NULL, s->en ? "Category" : "栏目");
	page_element(p, "th", NULL, s->en ? "Items of articles 20, 21" : "条例第二十条、第二十一条的项目");
	page_element(p, "th", NULL, s->en ? "Documents" : "件数");
	page_close(p);
	json_array_foreach(categories, i, one) {
		page_open(p, "tr", NULL);
		page_open(p, "td", NULL);
		link_to(s, str(one, "url"), str(one, "value"));
		page_close(p);
		page_open(p, "td", NULL);
		json_array_foreach(json_object_get(one, "items"), k, item)
			page_printf(p, "%s%s %s", k == 0 ? "" : s->en ? "; " : "；", str(item, "item"), str(item, "label"));
		page_close(p);
		page_open(p, "td", NULL);
		page_printf(p, "%lld", (long long)num(one, "count"));
		page_close(p);
		page_close(p);
	}
	page_close(p);
	if (s->f != NULL)
		page_close(p);
}

static void
write_value(const struct saying *s, const char *label, const char *value)
{
	page_open(s->p, "div", NULL);
	page_element(s->p, "dt", NULL, label);
	page_element(s->p, "dd", *value == '\0' ? "quiet" : NULL, *value != '\0' ? value : s->en ? "(not stated)" : "（未填写）");
	page_close(s->p);
}

static void
write_office(const struct saying *s, const json_t *office)
{
	const json_t *one;
	size_t i;

	page_open(s->p, "dl", "class", "fields wide-terms", NULL);
	json_array_foreach(office, i, one)
		write_value(s, said(s, one, "label", "label_en"), str(one, "value"));
	page_close(s->p);
}

static void
write_places(const struct saying *s, const json_t *guide)
{
	const json_t *one;
	size_t i;

	page_open(s->p, "ul", NULL);
	page_open(s->p, "li", NULL);
	link_to(s, "/", s->en ? "Search on this site" : "本网站检索");
	page_close(s->p);
	json_array_foreach(json_object_get(guide, "places"), i, one)
		page_element(s->p, "li", NULL, json_string_value(one));
	page_close(s->p);
}

static void
write_section(const struct saying *s, const json_t *guide, const json_t *section)
{
	const char *id = str(section, "id");
	const json_t *one;
	size_t i;

	page_open(s->p, "section", "class", "card words", "id", id, NULL);
	page_element(s->p, "h2", NULL, said(s, section, "heading", "heading_en"));
	json_array_foreach(json_object_get(section, "paragraphs"), i, one)
		page_element(s->p, "p", NULL, said(s, one, "text", "text_en"));
	if (strcmp(id, "classes") == 0) {
		write_categories(s, json_object_get(guide, "categories"));
	} else if (strcmp(id, "public") == 0) {
		write_places(s, guide);
	} else if (strcmp(id, "apply") == 0) {
		page_open(s->p, "dl", "class", "fields wide-terms", NULL);
		write_value(s, s->en ? "Where to apply" : "受理地址", str(guide, "apply_address"));
		page_close(s->p);
	} else if (strcmp(id, "office") == 0) {
		write_office(s, json_object_get(guide, "office"));
	}
	page_close(s->p);
}

static void
write_missing(const struct saying *s, const json_t *missing)
{
	const json_t *one;
	size_t i;

	if (json_array_size(missing) == 0)
		return;
	page_open(s->p, "p", "class", "notice", "id", "missing", NULL);
	page_text(s->p, s->en ? "The office has not yet stated: " : "本机关尚未填写：");
	json_array_foreach(missing, i, one)
		page_printf(s->p, "%s%s", i == 0 ? "" : s->en ? ", " : "、", said(s, one, "label", "label_en"));
	page_text(s->p, s->en ? "." : "。");
	page_close(s->p);
}

static void
write_guide(const struct saying *s, const char *title, const json_t *guide)
{
	const json_t *one;
	size_t i;

	page_element(s->p, "h1", "title", title);
	write_missing(s, json_object_get(guide, "missing"));
	json_array_foreach(json_object_get(guide, "sections"), i, one)
		write_section(s, guide, one);
}

static void
title_of(const json_t *guide, bool en, char *to, size_t size)
{
	snprintf(to, size, en ? "%.300s: guide to government information" : "%.300s政府信息公开指南", str(guide, "organisation"));
}

bool
gk_page_guide(const struct gk_view *v, const json_t *guide, struct gk_buf *out)
{
	struct frame f;
	struct saying s = { .f = &f, .site = "", .en = v->lang == GK_EN };
	char title[400];

	if (!frame_begin(&f, v)) {
		page_free(f.p);
		return false;
	}
	s.p = f.p;
	title_of(guide, s.en, title, sizeof title);
	frame_head(&f, title, "", "#main");
	write_guide(&s, title, guide);
	return frame_end(&f, out);
}

bool
gk_file_guide(const json_t *guide, bool en, struct gk_buf *out)
{
	struct saying s = { .p = page_new(), .site = str(guide, "public_url"), .en = en };
	char title[400];
	bool ok;

	if (s.p == NULL)
		return false;
	title_of(guide, en, title, sizeof title);
	page_open(s.p, "html", "lang", en ? "en" : "zh-Hans", NULL);
	page_open(s.p, "head", NULL);
	page_void(s.p, "meta", "charset", "utf-8", NULL);
	page_void(s.p, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1", NULL);
	page_element(s.p, "title", NULL, title);
	page_element(s.p, "style", NULL, "body{font-family:sans-serif;max-width:48rem;margin:1rem auto;padding:0 1rem;line-height:1.7}table{border-collapse:collapse;width:100%}th,td{border:1px solid #777;padding:.3em .5em;text-align:left;vertical-align:top}dt{font-weight:bold}#missing{border:1px solid #777;padding:.5em}");
	page_close(s.p);
	page_open(s.p, "body", NULL);
	write_guide(&s, title, guide);
	page_close(s.p);
	page_close(s.p);
	ok = page_finish(s.p, out);
	page_free(s.p);
	return ok;
}
