/* What changed between two texts: article by article, with what was struck out and put in marked by element, word and colour. */
#include "web/frame.h"

#include <stdio.h>
#include <string.h>

static const char *
day_or(const char *day, const char *otherwise)
{
	return day[0] != '\0' ? day : otherwise;
}

static void
write_side(struct frame *f, const json_t *side, const char *zh, const char *en)
{
	struct page *p = f->p;

	page_open(p, "li", NULL);
	page_text(p, W(f, zh, en));
	frame_a(f, NULL, str(side, "url"), str(side, "title")[0] != '\0' ? str(side, "title") : str(side, "id"));
	page_printf(p, W(f, "，%s 至 %s 的文本", ", the text from %s until %s"), day_or(str(side, "from"), W(f, "最初", "the first")), day_or(str(side, "until"), W(f, "今", "now")));
	page_close(p);
}

static void
write_counts(struct frame *f, const json_t *d)
{
	static const struct { const char *key, *zh, *en; } counts[] = { { "changed", "修改 %lld 条", "%lld changed" }, { "added", "增加 %lld 条", "%lld added" },
		{ "removed", "删去 %lld 条", "%lld removed" }, { "moved", "移动 %lld 条", "%lld moved" }, { "renumbered", "条号变动 %lld 条", "%lld renumbered" },
		{ "other", "条文之外 %lld 处", "%lld outside of articles" }, { "same", "未变 %lld 条", "%lld unchanged" } };
	bool any = false;

	page_open(f->p, "p", "class", "facts", NULL);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		char text[96];

		if (num(d, counts[i].key) == 0)
			continue;
		snprintf(text, sizeof text, f->v->lang == GK_EN ? counts[i].en : counts[i].zh, (long long)num(d, counts[i].key));
		page_element(f->p, "span", NULL, text);
		any = true;
	}
	if (!any)
		page_text(f->p, W(f, "没有条文", "no articles"));
	page_close(f->p);
	if (json_is_true(json_object_get(d, "coarse")))
		page_element(f->p, "p", "notice", W(f, "文本较长，有的地方只逐句或逐条比较。", "The texts are long: some parts are compared by sentences or articles only."));
}

/* The text of a piece, line by line; a mark begins anew on each line so that it never spans paragraphs. */
static void
write_pieces(struct frame *f, const json_t *pieces)
{
	const json_t *one;
	struct page *p = f->p;
	size_t i;

	page_open(p, "p", NULL);
	json_array_foreach(pieces, i, one) {
		const char *op = str(one, "op"), *text = str(one, "text");
		const char *element = strcmp(op, "removed") == 0 ? "del" : strcmp(op, "added") == 0 ? "ins" : NULL;

		for (size_t n; *text != '\0'; text += n) {
			n = strcspn(text, "\n");
			if (n > 0 && element != NULL) {
				page_open(p, element, NULL);
				page_element(p, "span", "vh", element[0] == 'd' ? W(f, "删：", "removed: ") : W(f, "增：", "added: "));
				page_text_n(p, text, n);
				page_close(p);
			} else if (n > 0) {
				page_text_n(p, text, n);
			}
			if (text[n] == '\n') {
				n++;
				if (text[n] != '\0' || i + 1 < json_array_size(pieces)) {
					page_close(p);
					page_open(p, "p", NULL);
				}
			}
		}
	}
	page_close(p);
}

static void
write_block(struct frame *f, const json_t *b)
{
	const char *was = str(b, "was"), *moved = str(b, "moved");
	bool away = strcmp(str(b, "kind"), "moved_away") == 0;
	struct page *p = f->p;

	page_open(p, "section", "class", "text", "id", str(b, "anchor")[0] != '\0' ? str(b, "anchor") : NULL, "lang", ZH(f), NULL);
	page_open(p, "h2", NULL);
	page_text(p, str(b, "article")[0] != '\0' ? str(b, "article") : W(f, "条文之外", "Outside of articles"));
	page_printf(p, W(f, "：%s", ": %s"), W(f, str(b, "label"), str(b, "label_en")));
	if (was[0] != '\0')
		page_printf(p, W(f, "（原%s）", " (formerly %s)"), was);
	if (moved[0] != '\0')
		page_printf(p, away ? W(f, "（现为%s）", " (now %s)") : W(f, "（原为%s）", " (formerly %s)"), moved);
	page_close(p);
	write_pieces(f, json_object_get(b, "pieces"));
	page_close(p);
}

/* Unchanged articles in a row are one line. */
static size_t
write_same(struct frame *f, const json_t *blocks, size_t from)
{
	const char *first = "", *last = "";
	size_t i = from;

	for (; i < json_array_size(blocks); i++) {
		const json_t *b = json_array_get(blocks, i);

		if (strcmp(str(b, "kind"), "same") != 0)
			break;
		if (str(b, "article")[0] == '\0')
			continue;
		first = first[0] == '\0' ? str(b, "article") : first;
		last = str(b, "article");
	}
	if (first[0] != '\0') {
		page_open(f->p, "p", "class", "quiet", "lang", ZH(f), NULL);
		page_text(f->p, first);
		if (strcmp(first, last) != 0)
			page_printf(f->p, W(f, "至%s", " to %s"), last);
		page_text(f->p, W(f, "未变", " unchanged"));
		page_close(f->p);
	}
	return i;
}

/* Two days to choose. */
static void
write_choice(struct frame *f, const json_t *answer)
{
	const json_t *old = json_object_get(answer, "old"), *new = json_object_get(answer, "new");
	struct page *p = f->p;

	page_open(p, "form", "class", "asof", "action", f->v->path, "method", "get", NULL);
	page_open(p, "label", "for", "from", NULL);
	page_text(p, W(f, "比较", "Compare"));
	page_close(p);
	page_void(p, "input", "type", "date", "id", "from", "name", "from", "value", str(old, "day"), NULL);
	page_open(p, "label", "for", "to", NULL);
	page_text(p, W(f, "与", "with"));
	page_close(p);
	page_void(p, "input", "type", "date", "id", "to", "name", "to", "value", str(new, "day"), NULL);
	frame_hidden_view(f);
	page_open(p, "button", "type", "submit", NULL);
	page_text(p, W(f, "查看", "Show"));
	page_close(p);
	page_close(p);
}

bool
gk_page_difference(const struct gk_view *v, const json_t *answer, struct gk_buf *out)
{
	const json_t *d = json_object_get(answer, "difference"), *blocks = json_object_get(d, "blocks"), *new = json_object_get(answer, "new"), *links = json_object_get(answer, "links");
	char title[512];
	struct frame f;

	if (!frame_begin(&f, v)) {
		page_free(f.p);
		return false;
	}
	snprintf(title, sizeof title, "%s%.400s", W(&f, "文本比较：", "Texts compared: "), str(new, "title"));
	frame_head(&f, title, "", "#main");
	page_open(f.p, "article", "class", "document", NULL);
	page_open(f.p, "h1", "lang", ZH(&f), NULL);
	page_printf(f.p, W(&f, "文本比较：%s", "Texts compared: %s"), str(new, "title"));
	page_close(f.p);
	page_open(f.p, "ul", NULL);
	write_side(&f, json_object_get(answer, "old"), "原：", "Before: ");
	write_side(&f, new, "新：", "After: ");
	page_close(f.p);
	write_choice(&f, answer);
	if (json_is_true(json_object_get(answer, "identical"))) {
		page_element(f.p, "p", "notice", W(&f, "两个文本相同。", "The two texts are the same."));
	} else {
		write_counts(&f, d);
		page_open(f.p, "p", "class", "quiet", NULL);
		page_text(f.p, W(&f, "图例：", "Legend: "));
		page_element(f.p, "del", NULL, W(&f, "删去的文字", "removed"));
		page_text(f.p, " ");
		page_element(f.p, "ins", NULL, W(&f, "增加的文字", "added"));
		page_close(f.p);
		for (size_t i = 0; i < json_array_size(blocks); ) {
			if (strcmp(str(json_array_get(blocks, i), "kind"), "same") == 0)
				i = write_same(&f, blocks, i);
			else
				write_block(&f, json_array_get(blocks, i++));
		}
	}
	page_open(f.p, "p", "class", "actions", NULL);
	frame_a(&f, "button plain", str(new, "url"), W(&f, "看文件", "The document"));
	if (frame_is_local(str(links, "self"))) {
		page_open(f.p, "a", "class", "button plain", "type", "application/json", "rel", "alternate", "href", str(links, "self"), NULL);
		page_text(f.p, "JSON");
		page_close(f.p);
	}
	page_close(f.p);
	page_close(f.p);
	return frame_end(&f, out);
}
