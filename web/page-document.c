/* The page of one document: status first, then its text, what it is, its life, how to check it. */
#include "web/frame.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_SHOWN = 400 * 1024 };	/* bytes on the page; the rest is in the text version */

/* ---- what stands above everything ---- */

/* Which text this is, where there are several: an old one must not be taken for the law of today (experience.md 7). */
static void
write_band(struct frame *f, const json_t *doc)
{
	const json_t *texts = json_object_get(doc, "texts"), *one, *shown = NULL, *current = NULL;
	struct page *p = f->p;
	size_t i;

	json_array_foreach(texts, i, one) {
		shown = json_is_true(json_object_get(one, "shown")) ? one : shown;
		current = json_is_true(json_object_get(one, "current")) ? one : current;
	}
	if (shown == NULL || shown == current)
		return;
	page_open(p, "p", "class", "oldview", "role", "note", NULL);
	page_element(p, "strong", NULL, W(f, "历史版本", "Another version"));
	/* domain.md 4.6 V3: the old text has its own label, whatever the document is. */
	if (strcmp(str(shown, "state"), "amended") == 0)
		page_printf(p, " · ↻ %s", frame_label(f, "amended", "已被修改（旧文本）"));
	if (str(shown, "from")[0] == '\0')
		page_printf(p, W(f, "：这是最初至 %s 的文本。", ": the first text, until %s. "), str(shown, "until"));
	else if (str(shown, "until")[0] == '\0')
		page_printf(p, W(f, "：这是自 %s 起的文本，尚未施行。", ": the text from %s on, not yet in force. "), str(shown, "from"));
	else
		page_printf(p, W(f, "：这是 %s 至 %s 的文本。", ": the text from %s until %s. "), str(shown, "from"), str(shown, "until"));
	frame_a(f, NULL, str(doc, "url"), W(f, "看现在的文本", "See the text of today"));
	page_close(p);
}

/* domain.md 4.6, V8 and V11: until the day comes, that it will end is said above the text. */
static void
write_end_to_come(struct frame *f, const json_t *history)
{
	const json_t *h;
	size_t i;

	json_array_foreach(history, i, h) {
		const char *note = str(h, f->v->lang == GK_EN ? "note_en" : "note");

		if (!json_is_true(json_object_get(h, "ahead")) || !json_is_true(json_object_get(h, "state")) || strcmp(frame_kind(str(h, "type")), "ended") != 0)
			continue;
		page_open(f->p, "p", NULL);
		page_printf(f->p, W(f, "自%s起：", "From %s on: "), str(h, "date"));
		page_text(f->p, f->v->lang == GK_EN ? str(h, "label_en") : str(h, "label"));
		if (note[0] != '\0')
			page_printf(f->p, W(f, "（%s）", " (%s)"), note);
		page_close(f->p);
		return;
	}
}

static void
write_state(struct frame *f, const json_t *doc)
{
	const json_t *status = json_object_get(doc, "status");
	const char *code = str(status, "code"), *since = str(status, "since"), *as_of = frame_param(f->v, "as_of");
	bool ended = strcmp(frame_kind(code), "ended") == 0;
	struct page *p = f->p;

	if (as_of != NULL && as_of[0] != '\0') {
		page_open(p, "p", "class", "oldview", NULL);
		page_printf(p, W(f, "按 %s 时效显示。", "Status as of %s. "), as_of);
		frame_a(f, NULL, str(doc, "url"), W(f, "看今天的时效", "See today's status"));
		page_close(p);
	}
	write_band(f, doc);
	if (code[0] == '\0' || strcmp(code, "not_applicable") == 0)
		return;
	page_open(p, "div", "class", "state", "data-kind", frame_kind(code), NULL);
	frame_badge(f, status, json_object_get(doc, "dates"));
	if (!ended)
		write_end_to_come(f, json_object_get(doc, "history"));
	if (ended) {
		page_open(p, "p", NULL);
		page_text(p, W(f, "本文件", "This document: "));
		if (since[0] != '\0')
			page_printf(p, W(f, "自%s起", "since %s, "), since);
		page_printf(p, W(f, "%s，仅供查阅。", "%s. For reference only."), frame_label(f, code, str(status, "label")));
		page_close(p);
	}
	page_close(p);
}

/* Of the text that is shown: its address may have a day. */
static void
write_way(struct frame *f, const json_t *doc, const char *what, const char *text)
{
	const char *as_of = frame_param(f->v, "as_of");
	char url[160];

	snprintf(url, sizeof url, "%.80s/%.16s%s%.12s", str(doc, "url"), what, as_of != NULL && *as_of != '\0' ? "?as_of=" : "", as_of != NULL ? as_of : "");
	frame_a(f, "button plain", url, text);
}

static void
write_actions(struct frame *f, const json_t *doc)
{
	const json_t *links = json_object_get(doc, "links");
	struct page *p = f->p;
	struct gk_buf json;

	page_open(p, "p", "class", "actions", NULL);
	if (str(links, "original")[0] != '\0') {
		page_open(p, "a", "class", "button", "href", frame_link(f, str(links, "original")), NULL);
		page_printf(p, W(f, "下载原件 · %s ", "Original · %s "), type_name(f, str(doc, "type")));
		frame_size(f, num(doc, "bytes"));
		page_close(p);
	}
	if (str(links, "text")[0] != '\0')
		frame_a(f, "button plain", str(links, "text"), W(f, "文字版", "Text"));
	write_way(f, doc, "print", W(f, "打印", "Print"));
	/* The twin has no view, so this is no frame_link(). */
	gk_buf_init(&json, 4096);
	if (str(links, "self")[0] != '\0')
		gk_buf_puts(&json, str(links, "self"));
	else
		gk_buf_printf(&json, "%s.json", str(doc, "url"));
	page_open(p, "a", "class", "button plain", "type", "application/json", "rel", "alternate", "href",
		  !json.failed && frame_is_local(json.p) ? json.p : "#proof", NULL);
	page_text(p, "JSON");
	page_close(p);
	gk_buf_free(&json);
	page_close(p);
}

/* "2019-02-02T10:22:00+08:00" as people write it; anything else as it is. */
static void
write_value(struct page *p, const char *s)
{
	if (s != NULL && strlen(s) >= 16 && s[4] == '-' && s[7] == '-' && s[10] == 'T' && s[13] == ':')
		page_printf(p, "%.10s %.5s", s, s + 11);
	else
		page_text(p, s);
}

static void
write_fields(struct frame *f, const json_t *doc)
{
	const json_t *fields = json_object_get(doc, "fields"), *field;
	struct page *p = f->p;
	size_t i;

	if (json_array_size(fields) == 0)
		return;
	page_open(p, "section", "class", "card", NULL);
	page_element(p, "h2", NULL, W(f, "文件信息", "About this document"));
	page_open(p, "dl", "class", "fields", "lang", ZH(f), NULL);
	json_array_foreach(fields, i, field) {
		const json_t *value = json_object_get(field, "value"), *one;
		bool number = strcmp(str(field, "key"), "docno") == 0;
		size_t k;

		page_open(p, "div", NULL);
		page_element(p, "dt", NULL, f->v->lang == GK_EN && str(field, "label_en")[0] != '\0' ? str(field, "label_en") : str(field, "label"));
		page_open(p, "dd", "class", number ? "docno" : NULL, NULL);
		write_value(p, json_string_value(value));
		json_array_foreach(value, k, one) {
			page_text(p, k > 0 ? "；" : "");
			page_text(p, json_string_value(one));
		}
		page_close(p);
		page_close(p);
	}
	page_close(p);
	page_close(p);
}

/* domain.md 7.4, R8 */
static void
write_transfer(struct frame *f, const json_t *t)
{
	if (!json_is_object(t))
		return;
	page_open(f->p, "p", "class", "quiet", "lang", ZH(f), NULL);
	page_printf(f->p, W(f, "已移交：%s，档号 %s（%s）", "Transferred: %s, reference code %s (%s)"), str(t, "to"), str(t, "refcode"), str(t, "date"));
	page_close(f->p);
}

/* ---- its life ---- */

static void
write_day_form(struct frame *f)
{
	struct page *p = f->p;

	page_open(p, "form", "class", "asof", "action", f->v->path, "method", "get", NULL);
	page_open(p, "label", "for", "as_of", NULL);
	page_text(p, W(f, "查某一天的时效", "Status on a day"));
	page_close(p);
	page_void(p, "input", "type", "date", "id", "as_of", "name", "as_of", "value", frame_param(f->v, "as_of"), NULL);
	frame_hidden_view(f);
	page_open(p, "button", "type", "submit", NULL);
	page_text(p, W(f, "查看", "Show"));
	page_close(p);
	page_close(p);
}

/*
 * Its life as a bar, to scale, from the first state to the day that is asked about: full where it was in force, pale where it had ended.  Only beside the list,
 * which says the same in words; so it is hidden from who hears the page.
 */
static void
write_bar(struct frame *f, const json_t *history, const char *until)
{
	enum { WIDE = 1000, STATES = 64 };
	struct { uint32_t day; enum gk_validity v; } state[STATES];
	struct gk_date date;
	const json_t *h;
	uint32_t end;
	size_t n = 0, i;

	json_array_foreach(history, i, h) {
		const char *code = str(h, "type"), *day = str(h, "date");

		if (n < STATES && json_is_true(json_object_get(h, "state")) && !json_is_true(json_object_get(h, "ahead")) && gk_date_parse(day, strlen(day), &date) &&
		    gk_validity_find(code, strlen(code), &state[n].v))
			state[n++].day = gk_date_first_day(date);
	}
	if (n < 2 || !gk_date_parse(until, strlen(until), &date) || (end = gk_date_first_day(date)) <= state[0].day)
		return;
	page_open(f->p, "svg", "viewBox", "0 0 1000 8", "width", "100%", "height", "8", "preserveAspectRatio", "none", "aria-hidden", "true", "focusable", "false", NULL);
	for (i = 0; i < n && state[i].day < end; i++) {
		uint32_t to = i + 1 < n && state[i + 1].day < end ? state[i + 1].day : end, all = end - state[0].day;
		const struct gk_validity_name *name = &gk_validity_names[state[i].v];
		char x[16], width[16];

		snprintf(x, sizeof x, "%u", (state[i].day - state[0].day) * WIDE / all);
		snprintf(width, sizeof width, "%u", (to - state[i].day) * WIDE / all);
		page_void(f->p, "rect", "x", x, "width", width, "height", "8", "fill", "currentColor", "fill-opacity", name->ended ? ".2" : name->living ? ".8" : ".45", NULL);
	}
	page_close(f->p);
}

static void
write_history(struct frame *f, const json_t *doc)
{
	const json_t *history = json_object_get(doc, "history"), *h;
	struct page *p = f->p;
	size_t i;

	page_open(p, "section", "class", "card", NULL);
	page_element(p, "h2", NULL, W(f, "时效沿革", "History of its status"));
	write_bar(f, history, str(json_object_get(doc, "status"), "as_of"));
	page_open(p, "ol", "class", "life", NULL);
	json_array_foreach(history, i, h) {
		const json_t *by = json_object_get(h, "by");
		const char *label = f->v->lang == GK_EN && str(h, "label_en")[0] != '\0' ? str(h, "label_en") : str(h, "label");
		const char *note = str(h, f->v->lang == GK_EN ? "note_en" : "note");

		page_open(p, "li", NULL);
		page_open(p, "span", "class", "day", NULL);
		page_text(p, str(h, "date")[0] != '\0' ? str(h, "date") : W(f, "日期不详", "date unknown"));
		page_close(p);
		page_text(p, " ");
		page_text(p, label);
		if (json_is_true(json_object_get(h, "ahead")))
			page_text(p, W(f, "（届时）", " (to come)"));
		if (note[0] != '\0')
			page_printf(p, W(f, "：%s", ": %s"), note);
		if (json_is_object(by)) {
			page_text(p, W(f, "，依据", ", by "));
			frame_by(f, by);
		} else if (json_is_string(by)) {
			page_text(p, W(f, "，依据", ", by "));
			page_text(p, json_string_value(by));
		}
		page_close(p);
	}
	page_close(p);
	if (!f->v->paper)
		write_day_form(f);
	page_close(p);
}

/* ---- its texts ---- */

static void
write_texts(struct frame *f, const json_t *doc)
{
	const json_t *texts = json_object_get(doc, "texts"), *one;
	struct page *p = f->p;
	size_t i;

	if (json_array_size(texts) < 2)
		return;
	page_open(p, "section", "class", "card", "id", "texts", NULL);
	page_element(p, "h2", NULL, W(f, "历史版本", "Its texts"));
	page_open(p, "ol", "class", "life", NULL);
	json_array_foreach(texts, i, one) {
		bool shown = json_is_true(json_object_get(one, "shown"));
		const char *from = str(one, "from"), *until = str(one, "until");

		page_open(p, "li", NULL);
		page_open(p, "a", "href", frame_link(f, str(one, "url")), "aria-current", shown ? "page" : NULL, NULL);
		page_printf(p, W(f, "%s 至 %s", "%s until %s"), from[0] != '\0' ? from : W(f, "最初", "first"), until[0] != '\0' ? until : W(f, "今", "now"));
		page_close(p);
		if (json_is_true(json_object_get(one, "current")))
			page_text(p, W(f, " 现在的文本", " the text of today"));
		if (shown)
			page_text(p, W(f, "（正在看）", " (shown)"));
		if (json_is_true(json_object_get(one, "corrected")))
			page_text(p, W(f, "（更正过）", " (corrected)"));
		if (json_is_object(json_object_get(one, "by"))) {
			page_text(p, W(f, "，依据", ", by "));
			frame_by(f, json_object_get(one, "by"));
		}
		if (i > 0) {
			char url[160];

			snprintf(url, sizeof url, "%.80s/diff?from=%.12s&to=%.12s", str(doc, "url"), str(json_array_get(texts, i - 1), "until"), from);
			page_text(p, W(f, "，", ", "));
			frame_a(f, NULL, url, W(f, "与前一文本比较", "compared with the text before"));
		}
		page_close(p);
	}
	page_close(p);
	page_close(p);
}

/* ---- text ---- */

/* "第一章 总则", "第二节 …": a heading inside the text. */
static bool
is_chapter(const char *s, size_t n)
{
	static const char *const ends[] = { "章", "节", "编" };
	static const char first[] = "第";

	if (n < 9 || n > 120 || memcmp(s, first, 3) != 0)
		return false;
	for (size_t i = 6; i + 3 <= n && i <= 15; i += 3)
		for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
			if (memcmp(s + i, ends[k], 3) == 0)
				return true;
	return false;
}

/* Which article a line belongs to: the answer counts in characters, the page walks in bytes. */
struct walk {
	const json_t *articles;
	size_t next;		/* the article that comes */
	size_t chars;		/* code points before the line */
	const json_t *in;	/* the article that the line stands in, NULL: none */
};

static const json_t *
step(struct walk *w, const char *line, size_t lead, bool *begins)
{
	const json_t *a = json_array_get(w->articles, w->next);
	json_int_t at = (json_int_t)(w->chars + gk_utf8_count(line, lead));

	*begins = a != NULL && num(a, "offset") == at;
	if (*begins) {
		w->in = a;
		w->next++;
	} else if (w->in != NULL && at >= num(w->in, "offset") + num(w->in, "length")) {
		w->in = NULL;
	}
	return w->in;
}

/* The words of a search, where they stand in the text: as they are written, line by line. */
struct marks {
	const json_t *places;
	size_t next;		/* the first that does not end before the line */
};

static void
place_of(const json_t *places, size_t i, size_t *from, size_t *to)
{
	const json_t *one = json_array_get(places, i);

	*from = (size_t)json_integer_value(json_array_get(one, 0));
	*to = (size_t)json_integer_value(json_array_get(one, 1));
}

/* So many characters of s, and behind them. */
static size_t
walk_chars(const char *s, size_t n, size_t chars)
{
	size_t at = 0;

	while (chars-- > 0 && at < n) {
		uint32_t c;

		at += gk_utf8_decode(s + at, n - at, &c);
	}
	return at;
}

/* The line begins at code point `at` of the text. */
static void
write_marked(struct frame *f, const char *s, size_t n, size_t at, struct marks *m)
{
	size_t done = 0, end = at + gk_utf8_count(s, n), from, to;

	for (; m->next < json_array_size(m->places); m->next++) {
		char anchor[32];
		size_t k;

		place_of(m->places, m->next, &from, &to);
		if (from >= end || from >= to)
			break;
		/* It lay in the blanks before the line. */
		if (to <= at)
			continue;
		snprintf(anchor, sizeof anchor, GK_MARK_ANCHOR, from);
		k = from > at ? walk_chars(s + done, n - done, from - at) : 0;
		page_text_n(f->p, s + done, k);
		done += k;
		at = from > at ? from : at;
		k = walk_chars(s + done, n - done, (to < end ? to : end) - at);
		page_open(f->p, "mark", "id", from == at ? anchor : NULL, NULL);
		page_text_n(f->p, s + done, k);
		page_close(f->p);
		done += k;
		at = to < end ? to : end;
		if (to > end)
			break;
	}
	page_text_n(f->p, s + done, n - done);
}

static void
write_line(struct frame *f, const char *s, size_t n, size_t at, struct marks *marks, const json_t *article, bool begins)
{
	const json_t *notice = json_object_get(article, "notice");
	bool dead = json_is_true(json_object_get(notice, "whole")) && strcmp(str(notice, "type"), "abolished") == 0;
	struct page *p = f->p;

	page_open(p, "p", "class", dead ? "dead" : article == NULL && is_chapter(s, n) ? "chapter" : NULL, "id", begins ? str(article, "anchor") : NULL, NULL);
	if (dead)
		page_open(p, "s", NULL);
	write_marked(f, s, n, at, marks);
	if (dead)
		page_close(p);
	page_close(p);
	if (begins && json_is_object(notice)) {
		page_open(p, "p", "class", "oldview", "role", "note", NULL);
		page_text(p, str(article, "label"));
		page_text(p, W(f, "：", ": "));
		frame_article_notice(f, notice);
		page_close(p);
	}
}

/* What is marked and how often, a way to the first, and one to be rid of it. */
static void
write_found(struct frame *f, const json_t *doc, size_t shown)
{
	const json_t *marks = json_object_get(doc, "marks"), *places = json_object_get(marks, "places"), *words = json_object_get(marks, "words"), *word;
	size_t i, from, to, chars = gk_utf8_count(str(doc, "text"), shown);
	char anchor[32];
	struct page *p = f->p;

	if (!json_is_object(marks))
		return;
	page_open(p, "p", "class", "found", NULL);
	page_text(p, W(f, "正文中标出了", "Marked in the text: "));
	json_array_foreach(words, i, word)
		page_printf(p, W(f, "“%s”", "“%s” "), json_string_value(word));
	page_printf(p, W(f, "，共 %lld 处", " %lld times"), (long long)num(marks, "total"));
	place_of(places, 0, &from, &to);
	if (json_array_size(places) > 0 && from < chars) {
		snprintf(anchor, sizeof anchor, "#" GK_MARK_ANCHOR, from);
		page_text(p, W(f, "：", ": "));
		frame_a(f, NULL, anchor, W(f, "到第一处", "to the first"));
	}
	place_of(places, json_array_size(places) - 1, &from, &to);
	if (json_array_size(places) > 0 && (from >= chars || num(marks, "total") > (long long)json_array_size(places)))
		page_text(p, W(f, "（后面的在完整文字版里）", " (the later ones are in the whole text)"));
	page_text(p, W(f, "　", " · "));
	frame_a(f, NULL, f->v->path, W(f, "不标", "without marks"));
	page_close(p);
}

static void
write_text(struct frame *f, const json_t *doc)
{
	const char *s = str(doc, "text");
	size_t n = strlen(s), shown = n;
	struct page *p = f->p;
	struct walk w = { .articles = json_object_get(doc, "articles") };
	struct marks marks = { .places = json_object_get(json_object_get(doc, "marks"), "places") };

	if (n == 0)
		return;
	if (shown > TEXT_SHOWN)
		shown = gk_utf8_cut(s, TEXT_SHOWN);
	page_open(p, "section", "class", "text", "id", "text", "lang", ZH(f), NULL);
	page_element(p, "h2", "vh", W(f, "正文", "Text"));
	write_found(f, doc, shown);
	for (size_t i = 0; i < shown; ) {
		size_t len = 0, lead = 0;
		bool begins;

		while (i + len < shown && s[i + len] != '\n')
			len++;
		/* The indent is the style's business: blanks and U+3000 in front go. */
		while (lead < len) {
			if (s[i + lead] == ' ' || s[i + lead] == '\t' || s[i + lead] == '\r')
				lead++;
			else if (len - lead >= 3 && memcmp(s + i + lead, "\xE3\x80\x80", 3) == 0)
				lead += 3;
			else
				break;
		}
		if (lead < len) {
			const json_t *article = step(&w, s + i, lead, &begins);

			write_line(f, s + i + lead, len - lead, w.chars + gk_utf8_count(s + i, lead), &marks, article, begins);
		}
		w.chars += gk_utf8_count(s + i, len) + 1;
		i += len + 1;
	}
	if (shown < n) {
		page_open(p, "p", "class", "notice", NULL);
		page_text(p, W(f, "正文较长，这里只显示前一部分。", "The text is long; this is its first part. "));
		frame_a(f, NULL, str(json_object_get(doc, "links"), "text"), W(f, "看完整文字版", "Read all of it"));
		page_close(p);
	}
	page_close(p);
}

/* ---- proof and citing ---- */

static void
pair_begin(struct frame *f, const char *term)
{
	page_open(f->p, "div", NULL);
	page_element(f->p, "dt", NULL, term);
	page_open(f->p, "dd", NULL);
}

static void
pair_end(struct frame *f)
{
	page_close(f->p);
	page_close(f->p);
}

/* 《题名》（文号），机关，日期，永久网址 */
static void
write_citation(struct frame *f, const json_t *doc)
{
	const json_t *dates = json_object_get(doc, "dates");
	const char *date = str(dates, "made")[0] != '\0' ? str(dates, "made") : str(dates, "published");

	page_open(f->p, "span", "class", "cite", "lang", ZH(f), NULL);
	page_printf(f->p, "《%s》", str(doc, "title"));
	if (str(doc, "number")[0] != '\0')
		page_printf(f->p, "（%s）", str(doc, "number"));
	if (str(doc, "org")[0] != '\0')
		page_printf(f->p, "，%s", str(doc, "org"));
	if (date[0] != '\0')
		page_printf(f->p, "，%.10s", date);
	page_printf(f->p, "，%s%s", f->v->public_url, str(doc, "url"));
	page_close(f->p);
}

/* A file of the document: it has no view, so this is no frame_a(). */
static void
write_own(struct frame *f, const json_t *doc, const char *what, const char *text)
{
	char url[160];

	snprintf(url, sizeof url, "%.80s/%.16s", str(doc, "url"), what);
	page_open(f->p, "a", "href", frame_is_local(url) ? url : "#proof", NULL);
	page_text(f->p, text);
	page_close(f->p);
}

static const char *
history_url(const json_t *doc, char out[160])
{
	snprintf(out, 160, "%.80s/history", str(doc, "url"));
	return out;
}

static void
write_proof(struct frame *f, const json_t *doc)
{
	char own[160];
	const char *url = str(json_object_get(doc, "source"), "url"), *digest = str(doc, "digest");
	struct page *p = f->p;

	page_open(p, "section", "class", "card", "id", "proof", NULL);
	page_element(p, "h2", NULL, W(f, "引用与完整性", "Citing and checking"));
	page_open(p, "dl", "class", "fields wide-terms", NULL);
	pair_begin(f, W(f, "引用", "Cite as"));
	write_citation(f, doc);
	pair_end(f);
	pair_begin(f, W(f, "编号", "Identifier"));
	page_text(p, str(doc, "id"));
	pair_end(f);
	if (digest[0] != '\0') {
		pair_begin(f, W(f, "原件摘要", "Digest of the original"));
		page_element(p, "code", NULL, digest);
		pair_end(f);
	}
	pair_begin(f, W(f, "证明", "Proof"));
	write_own(f, doc, "proof.json", W(f, "下载证明", "Download the proof"));
	page_text(p, W(f, "，用 gongkai check-proof 脱机核对", ", to be checked anywhere by gongkai check-proof"));
	pair_end(f);
	pair_begin(f, W(f, "登记", "Registered"));
	frame_a(f, NULL, history_url(doc, own), W(f, "登记沿革", "What was registered, and when"));
	pair_end(f);
	if (strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0) {
		pair_begin(f, W(f, "来源", "Source"));
		page_open(p, "a", "href", url, "rel", "noreferrer nofollow", NULL);
		page_text(p, url);
		page_close(p);
		pair_end(f);
	}
	page_close(p);
	page_close(p);
}

/* ---- what else there is ---- */

static void
write_brief(struct frame *f, const json_t *one)
{
	const json_t *status = json_object_get(one, "status");
	struct page *p = f->p;

	page_open(p, "li", NULL);
	page_open(p, "a", "href", frame_link(f, str(one, "url")), "lang", ZH(f), NULL);
	page_text(p, str(one, "title")[0] != '\0' ? str(one, "title") : str(one, "id"));
	page_close(p);
	page_open(p, "span", "class", "quiet", NULL);
	if (str(one, "number")[0] != '\0')
		page_printf(p, " %s", str(one, "number"));
	if (str(one, "date")[0] != '\0')
		page_printf(p, " %.10s", str(one, "date"));
	page_close(p);
	if (json_is_true(json_object_get(status, "ended"))) {
		page_text(p, " ");
		page_open(p, "span", "class", "badge", "data-kind", "ended", NULL);
		page_text(p, frame_label(f, str(status, "code"), str(status, "label")));
		page_close(p);
	}
	page_close(p);
}

static void
write_related_list(struct frame *f, const char *heading, const json_t *list, long long total)
{
	const json_t *one;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	page_open(f->p, "h3", NULL);
	page_text(f->p, heading);
	if (total > (long long)json_array_size(list))
		page_printf(f->p, W(f, "（共 %lld 件，列出 %zu 件）", " (%lld, of which %zu are listed)"), total, json_array_size(list));
	page_close(f->p);
	page_open(f->p, "ul", "class", "related", NULL);
	json_array_foreach(list, i, one)
		write_brief(f, one);
	page_close(f->p);
}

static void
write_related(struct frame *f, const json_t *r)
{
	const json_t *similar = json_object_get(r, "similar"), *reprints = json_object_get(r, "reprints"), *cites = json_object_get(r, "cites"),
		     *cited_by = json_object_get(r, "cited_by"), *attachments = json_object_get(r, "attachments"), *of = json_object_get(r, "attachment_of");

	const json_t *notice = json_array_get(json_object_get(r, "notices"), 0);

	if (json_array_size(similar) + json_array_size(reprints) + json_array_size(cites) + json_array_size(cited_by) + json_array_size(attachments) + json_array_size(of) == 0 && notice == NULL)
		return;
	page_open(f->p, "section", "class", "card", "id", "related", NULL);
	page_element(f->p, "h2", NULL, W(f, "相关文件", "Related documents"));
	if (notice != NULL)
		page_element(f->p, "p", "notice", W(f, str(notice, "message"), str(notice, "message_en")));
	write_related_list(f, W(f, "附件", "Attachments"), attachments, 0);
	write_related_list(f, W(f, "所附于", "Attached to"), of, 0);
	write_related_list(f, W(f, "同文转载", "Reprints of the same text"), reprints, num(r, "reprints_total"));
	write_related_list(f, W(f, "引用了", "Cites"), cites, 0);
	write_related_list(f, W(f, "被引用", "Cited by"), cited_by, num(r, "cited_by_total"));
	write_related_list(f, W(f, "相似文件", "Similar documents"), similar, 0);
	page_close(f->p);
}

bool
gk_page_document(const struct gk_view *v, const json_t *doc, struct gk_buf *out)
{
	const char *title = str(doc, "title")[0] != '\0' ? str(doc, "title") : str(doc, "id");
	struct frame f;

	if (!frame_begin(&f, v)) {
		page_free(f.p);
		return false;
	}
	frame_head(&f, title, "", "#main");
	page_open(f.p, "article", "class", "document", NULL);
	write_state(&f, doc);
	page_open(f.p, "h1", "lang", ZH(&f), NULL);
	page_text(f.p, title);
	page_close(f.p);
	page_open(f.p, "p", "class", "facts", "lang", ZH(&f), NULL);
	if (str(doc, "number")[0] != '\0')
		page_element(f.p, "span", "docno", str(doc, "number"));
	if (str(doc, "org")[0] != '\0')
		page_element(f.p, "span", NULL, str(doc, "org"));
	if (str(doc, "category")[0] != '\0')
		page_element(f.p, "span", NULL, str(doc, "category"));
	page_close(f.p);
	write_transfer(&f, json_object_get(doc, "transferred"));
	if (!v->paper)
		write_actions(&f, doc);
	page_open(f.p, "div", "class", "body", NULL);
	write_text(&f, doc);
	page_open(f.p, "div", "class", "side", NULL);
	write_fields(&f, doc);
	if (json_array_size(json_object_get(doc, "history")) > 0)
		write_history(&f, doc);
	if (!v->paper)
		write_texts(&f, doc);
	page_close(f.p);
	page_close(f.p);
	if (!v->paper)
		write_related(&f, json_object_get(doc, "related"));
	write_proof(&f, doc);
	page_close(f.p);
	return frame_end(&f, out);
}
