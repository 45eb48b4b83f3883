/* Head and foot of the desk, forms, tables, and how a record is named. */
#include "desk/desk.h"

#include "base/date.h"
#include "desk/static.h"
#include "record/access.h"
#include "record/validity.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* ---- head and foot ---- */

static void
write_links(struct call *c, struct frame *f)
{
	static const struct { const char *path, *zh, *en; unsigned roles; } links[] = {
		{ "/staff/", "今日", "Today", 31 }, { "/staff/proposals", "废止建议", "Proposals", 31 },
		{ "/staff/events", "登记", "Register", GK_ROLE_EDITOR | GK_ROLE_REVIEWER | GK_ROLE_ADMIN }, { "/staff/lists", "成批清单", "Lists", GK_ROLE_EDITOR | GK_ROLE_ADMIN },
		{ "/staff/documents", "收文", "Upload", GK_ROLE_EDITOR | GK_ROLE_ADMIN }, { "/staff/review", "审查", "Review", 31 },
		{ "/staff/archive", "档案", "Archive", 31 }, { "/staff/archive/holds", "停止处置", "Holds", GK_ROLE_ARCHIVIST | GK_ROLE_ADMIN }, { "/staff/report", "年报", "Report", 31 },
		{ "/staff/views", "视图", "Views", 31 },
	};
	struct page *p = f->p;

	page_open(p, "nav", "class", "desknav", "aria-label", W(f, "工作台", "Desk"), NULL);
	page_open(p, "ul", "class", "wide", NULL);
	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		if ((c->who.roles & links[i].roles) == 0)
			continue;
		page_open(p, "li", NULL);
		page_open(p, "a", "href", frame_link(f, links[i].path), "aria-current", strcmp(c->path, links[i].path) == 0 ? "page" : NULL, NULL);
		page_text(p, W(f, links[i].zh, links[i].en));
		page_close(p);
		page_close(p);
	}
	page_close(p);
	page_close(p);
}

static void
write_who(struct call *c, struct frame *f)
{
	struct page *p = f->p;
	char roles[128];

	page_open(p, "div", "class", "tools who", NULL);
	page_open(p, "a", "href", f->v->lang == GK_EN ? "?lang=zh" : "?lang=en", "lang", f->v->lang == GK_EN ? "zh-Hans" : "en", NULL);
	page_text(p, f->v->lang == GK_EN ? "中文" : "English");
	page_close(p);
	if (c->who.name[0] != '\0') {
		gk_roles_text(c->who.roles, f->v->lang, roles, sizeof roles);
		page_open(p, "a", "href", frame_link(f, "/staff/again"), NULL);
		page_printf(p, W(f, "%s（%s）", "%s (%s)"), c->who.name, roles);
		page_close(p);
		form_begin(c, f, "/staff/logout", "logout");
		form_button(f, NULL, NULL, "退出", "Log out", true);
		form_end(f);
	}
	page_close(p);
}

void
desk_head(struct call *c, struct frame *f, const char *title)
{
	struct page *p = f->p;

	page_open(p, "html", "lang", W(f, "zh-Hans", "en"), NULL);
	page_open(p, "head", NULL);
	page_void(p, "meta", "charset", "utf-8", NULL);
	page_open(p, "title", NULL);
	page_printf(p, W(f, "%s - %s工作台", "%s - desk, %s"), title, f->v->organisation);
	page_close(p);
	frame_meta(f);
	page_void(p, "link", "rel", "stylesheet", "href", desk_static_find("/static/desk.css")->url, NULL);
	page_close(p);
	page_open(p, "body", "class", "desk", NULL);
	frame_brand(f, "#main", W(f, "跳到正文", "Skip to content"), "/staff/", W(f, "工作台", "Desk"));
	write_who(c, f);
	page_close(p);
	if (c->who.name[0] != '\0')
		write_links(c, f);
	page_close(p);
	page_open(p, "main", "id", "main", "class", "wide deskmain", NULL);
}

bool
desk_page_end(struct frame *f, struct gk_buf *out)
{
	bool ok;

	page_close(f->p);	/* main */
	page_open(f->p, "footer", "class", "foot", NULL);
	page_open(f->p, "div", "class", "wide", NULL);
	page_element(f->p, "p", NULL, W(f, "每一步都记在档案里：谁、何时、依据什么。登记只会追加，撤销是另一条登记。",
					 "Every step is recorded in the archive: who, when, on which grounds. Records are only added to; undoing is another record."));
	page_close(f->p);
	page_close(f->p);
	page_close(f->p);
	page_close(f->p);
	ok = page_finish(f->p, out) && !f->failed;
	page_free(f->p);
	gk_arena_free(&f->mem);
	return ok;
}

const char *
desk_words(const struct frame *f, const json_t *o, const char *key)
{
	char english[64];
	const char *s;

	snprintf(english, sizeof english, "%s_en", key);
	s = f->v->lang == GK_EN ? str(o, english) : "";
	return *s != '\0' ? s : str(o, key);
}

/* What the record was when one looked, and what it is now. */
static void
write_version(struct frame *f, const char *head, const json_t *v)
{
	page_open(f->p, "div", "class", "card", NULL);
	page_element(f->p, "h2", NULL, head);
	page_open(f->p, "p", NULL);
	badge(f, str(v, "code"), desk_words(f, v, "badge"));
	page_close(f->p);
	page_open(f->p, "p", "class", "quiet", NULL);
	page_printf(f->p, W(f, "最后一条登记 %s", "last event %s"), str(v, "event"));
	page_close(f->p);
	page_close(f->p);
}

void
desk_error(struct call *c, struct frame *f)
{
	const json_t *conflict = json_object_get(c->out, "conflict");
	bool en = f->v->lang == GK_EN;

	if (c->err.cause == GK_CAUSE_NONE)
		return;
	page_open(f->p, "div", "class", "problem", "role", "alert", NULL);
	page_element(f->p, "p", "strong", en ? c->err.what_en : c->err.what);
	if (c->err.hint[0] != '\0')
		page_element(f->p, "p", NULL, en ? c->err.hint_en : c->err.hint);
	page_close(f->p);
	if (conflict == NULL)
		return;
	page_open(f->p, "div", "class", "pair", NULL);
	write_version(f, W(f, "你看到的", "What you saw"), json_object_get(conflict, "seen"));
	write_version(f, W(f, "现在的", "What it is now"), json_object_get(conflict, "now"));
	page_close(f->p);
	page_open(f->p, "p", NULL);
	record_link(f, str(conflict, "id"), W(f, "看这件文件的全部登记", "All events of this document"), "");
	page_close(f->p);
}

/* ---- forms ---- */

void
form_begin(struct call *c, struct frame *f, const char *action, const char *class_)
{
	page_open(f->p, "form", "method", "post", "action", action, "class", class_, NULL);
	if (c->who.csrf[0] != '\0')
		form_hidden(f, "csrf", c->who.csrf);
	frame_hidden_view(f);
}

void
form_end(struct frame *f)
{
	page_close(f->p);
}

void
form_hidden(struct frame *f, const char *name, const char *value)
{
	page_void(f->p, "input", "type", "hidden", "name", name, "value", value, NULL);
}

static void
write_label(struct frame *f, const char *id, const char *name, const char *zh, const char *en, bool needed)
{
	page_open(f->p, "label", "for", id, NULL);
	page_text(f->p, W(f, zh, en));
	if (needed)
		page_element(f->p, "span", "needed", W(f, "（必填）", " (required)"));
	page_close(f->p);
	(void)name;
}

void
form_field(struct call *c, struct frame *f, const struct field *x)
{
	const char *sent = in(c, x->name);
	bool blamed = c->param != NULL && strcmp(c->param, x->name) == 0;
	char id[64], hint[64];

	snprintf(id, sizeof id, "f-%s", x->name);
	snprintf(hint, sizeof hint, "h-%s", x->name);
	page_open(f->p, "div", "class", blamed ? "field blamed" : "field", NULL);
	write_label(f, id, x->name, x->zh, x->en, x->needed);
	page_void(f->p, "input", "id", id, "name", x->name, "type", x->type, "value", strcmp(x->type, "password") == 0 ? NULL : sent != NULL ? sent : x->value, "required",
		  x->needed ? "required" : NULL, "aria-describedby", x->hint_zh != NULL ? hint : NULL, "aria-invalid", blamed ? "true" : NULL, "autocomplete",
		  strcmp(x->name, "name") == 0 ? "username" : strcmp(x->type, "password") == 0 ? "current-password" : strcmp(x->name, "code") == 0 ? "one-time-code" : "off", "maxlength", strcmp(x->type, "date") == 0 ? NULL : "1000", NULL);
	if (x->hint_zh != NULL) {
		page_open(f->p, "p", "class", "hint", "id", hint, NULL);
		page_text(f->p, W(f, x->hint_zh, x->hint_en));
		page_close(f->p);
	}
	page_close(f->p);
}

void
form_area(struct call *c, struct frame *f, const char *name, const char *zh, const char *en, unsigned rows, const char *hint_zh, const char *hint_en)
{
	char id[64], hint[64], n[16];

	snprintf(id, sizeof id, "f-%s", name);
	snprintf(hint, sizeof hint, "h-%s", name);
	snprintf(n, sizeof n, "%u", rows);
	page_open(f->p, "div", "class", "field", NULL);
	write_label(f, id, name, zh, en, false);
	page_open(f->p, "textarea", "id", id, "name", name, "rows", n, "aria-describedby", hint_zh != NULL ? hint : NULL, NULL);
	page_text(f->p, in(c, name));
	page_close(f->p);
	if (hint_zh != NULL) {
		page_open(f->p, "p", "class", "hint", "id", hint, NULL);
		page_text(f->p, W(f, hint_zh, hint_en));
		page_close(f->p);
	}
	page_close(f->p);
}

void
form_choice(struct call *c, struct frame *f, const char *name, const char *zh, const char *en, const char *chosen, const char *const *options)
{
	const char *sent = in(c, name);
	char id[64];

	snprintf(id, sizeof id, "f-%s", name);
	page_open(f->p, "div", "class", "field", NULL);
	write_label(f, id, name, zh, en, false);
	page_open(f->p, "select", "id", id, "name", name, NULL);
	for (; *options != NULL; options += 3) {
		const char *now = sent != NULL ? sent : chosen;

		page_open(f->p, "option", "value", options[0], "selected", now != NULL && strcmp(now, options[0]) == 0 ? "selected" : NULL, NULL);
		page_text(f->p, W(f, options[1], options[2]));
		page_close(f->p);
	}
	page_close(f->p);
	page_close(f->p);
}

void
form_button(struct frame *f, const char *name, const char *value, const char *zh, const char *en, bool plain)
{
	page_open(f->p, "button", "type", "submit", "name", name, "value", value, "class", plain ? "plain" : NULL, NULL);
	page_text(f->p, W(f, zh, en));
	page_close(f->p);
}

/* Never sent again by themselves: what proves who asks, and that he asks. */
static bool
once_only(const char *name)
{
	static const char *const names[] = { "csrf", "confirm", "lang", "password", "second_password", "code", "second_code", "digest", "key" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

void
form_once(struct frame *f)
{
	unsigned char random[16];
	char key[33];

	form_hidden(f, "confirm", "1");
	randombytes_buf(random, sizeof random);
	form_hidden(f, "key", sodium_bin2hex(key, sizeof key, random, sizeof random));
}

void
form_again(struct call *c, struct frame *f)
{
	const char *name, *s;
	json_t *v;

	json_object_foreach(c->in, name, v)
		for (size_t i = 0; !once_only(name) && (s = in_nth(c, name, i)) != NULL; i++)
			form_hidden(f, name, s);
	form_once(f);
}

/* ---- tables ---- */

void
table_begin(struct frame *f, const char *caption, const char *const *heads)
{
	page_open(f->p, "div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", caption, NULL);
	page_open(f->p, "table", "class", "list", NULL);
	page_element(f->p, "caption", "vh", caption);
	page_open(f->p, "thead", NULL);
	page_open(f->p, "tr", NULL);
	for (; *heads != NULL; heads += 2) {
		bool named = *heads[0] != '\0';

		/* Above buttons there is nothing to say to who sees them. */
		page_open(f->p, "th", "scope", "col", NULL);
		page_element(f->p, "span", named ? NULL : "vh", named ? W(f, heads[0], heads[1]) : W(f, "操作", "Actions"));
		page_close(f->p);
	}
	page_close(f->p);
	page_close(f->p);
	page_open(f->p, "tbody", NULL);
}

void
table_end(struct frame *f)
{
	page_close(f->p);
	page_close(f->p);
	page_close(f->p);
}

void
cell(struct frame *f, const char *text)
{
	page_element(f->p, "td", NULL, text);
}

/* ---- how a record is named ---- */

void
record_link(struct frame *f, const char *id, const char *title, const char *number)
{
	char url[128];

	snprintf(url, sizeof url, "/staff/d/%s", id);
	page_open(f->p, "a", "class", "record", "href", frame_link(f, url), "lang", ZH(f), NULL);
	page_text(f->p, *title != '\0' ? title : id);
	page_close(f->p);
	if (*number != '\0') {
		page_text(f->p, " ");
		page_element(f->p, "span", "docno", number);
	}
}

void
badge(struct frame *f, const char *code, const char *text)
{
	const struct gk_validity_name *n = NULL;

	if (*code == '\0' || strcmp(code, "not_applicable") == 0) {
		page_element(f->p, "span", "quiet", W(f, "不涉及时效", "no legal effect"));
		return;
	}
	for (size_t i = 0; i < GK_V_COUNT; i++)
		if (strcmp(gk_validity_names[i].code, code) == 0)
			n = &gk_validity_names[i];
	page_open(f->p, "span", "class", "badge", "data-kind", frame_kind(code), NULL);
	page_open(f->p, "span", "aria-hidden", "true", NULL);
	if (n != NULL)
		frame_sign(f, n);
	page_text(f->p, " ");
	page_close(f->p);
	page_text(f->p, *text != '\0' ? text : frame_label(f, code, code));
	page_close(f->p);
}

const char *
access_words(const struct frame *f, const char *code)
{
	for (size_t i = 0; i < GK_A_COUNT; i++)
		if (strcmp(gk_access_names[i].code, code) == 0)
			return W(f, gk_access_names[i].label, gk_access_names[i].label_en);
	return code;
}

void
day_text(struct frame *f, const json_t *one)
{
	long long days = num(one, "days");

	page_element(f->p, "span", "day", str(one, "date"));
	if (json_object_get(one, "days") == NULL)
		return;
	if (days < 0)
		page_printf(f->p, W(f, "（%lld 天前）", " (%lld days ago)"), -days);
	else
		page_printf(f->p, W(f, "（还有 %lld 天）", " (in %lld days)"), days);
}
