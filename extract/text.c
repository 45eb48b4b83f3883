/*
 * Plain text and Markdown.
 *
 * Plain text may begin with lines of labels, as exports of document systems do:
 *
 *   标题：关于禁止露天焚烧秸秆的通告
 *   发文字号：妈府发〔2021〕3号
 *   成文日期：2021年3月1日
 *                                      <- they go to the dictionary, not to the text
 *   各村民委员会：……
 *
 * Markdown loses its marks and keeps its words; front matter (key: value between two
 * lines of ---) goes to the dictionary.
 */
#include "extract/inside.h"

#include "base/utf8.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* One line at a time, without its new line. False at the end. */
struct cursor {
	const char *s;
	size_t n, at;
};

static bool
next_line(struct cursor *c, const char **line, size_t *n)
{
	const char *nl;

	if (c->at >= c->n)
		return false;
	*line = c->s + c->at;
	nl = memchr(*line, '\n', c->n - c->at);
	*n = nl == NULL ? c->n - c->at : (size_t)(nl - *line);
	c->at += *n + (nl != NULL);
	return true;
}

/* --- labels at the head ------------------------------------------------------- */

enum { HEAD_LINES = 40, TITLE_MAX = 600 };

static bool
label_line(const char *line, size_t n, const struct gk_label **label, const char **value, size_t *value_n)
{
	size_t used;
	bool colon;

	n = gk_trim(&line, n);
	*label = n == 0 ? NULL : gk_label_at(line, n, &used, &colon);
	if (*label == NULL || !colon || (*label)->stop)
		return false;
	*value = line + used;
	*value_n = gk_trim(value, n - used);
	return true;
}

/*
 * The labels at the head of c.  Returns the offset where the text goes on: after
 * them if they are surely labels (two or more), else 0.  A title may stand before them unlabelled.
 */
static bool
read_head(struct cursor *c, struct gk_extracted *x, size_t *from, size_t *to)
{
	struct cursor look = *c;
	const char *line, *value;
	const struct gk_label *label;
	size_t n, value_n, count = 0, telling = 0;
	bool titled = false;

	*from = *to = c->at;
	for (unsigned i = 0; i < HEAD_LINES && next_line(&look, &line, &n); i++) {
		const char *t = line;

		if (gk_trim(&t, n) == 0)
			continue;
		if (label_line(line, n, &label, &value, &value_n)) {
			if (count == 0)
				*from = (size_t)(line - look.s);
			*to = look.at;
			count++;
			telling += !label->common;
		} else if (count > 0 || titled || n > TITLE_MAX) {
			break;
		} else {
			titled = true;
		}
	}
	/* 标题：… alone may be the first line of a form; 发文字号：… is not. */
	if (telling == 0)
		return false;
	for (look.at = *from; look.at < *to && next_line(&look, &line, &n);)
		if (label_line(line, n, &label, &value, &value_n) && !gk_is_no_value(value, value_n))
			gk_meta_add(x, label->name, strlen(label->name), value, value_n);
	return count >= 2;
}

/* --- front matter ----------------------------------------------------------------- */

static size_t
unquote(const char **s, size_t n)
{
	n = gk_trim(s, n);
	if (n >= 2 && ((*s)[0] == '"' || (*s)[0] == '\'') && (*s)[n - 1] == (*s)[0]) {
		++*s;
		n -= 2;
	}
	return n;
}

enum { FRONT_LINES = 200, LIST_ITEMS = 200 };

/* [a, b] */
static void
add_flow_list(struct gk_extracted *x, const char *key, size_t key_n, const char *s, size_t n)
{
	const char *end = s + n - 1, *item = s + 1;

	for (unsigned i = 0; item < end && i < LIST_ITEMS; i++) {
		const char *comma = memchr(item, ',', (size_t)(end - item)), *stop = comma == NULL ? end : comma;
		const char *v = item;
		size_t v_n = unquote(&v, (size_t)(stop - item));

		gk_meta_add(x, key, key_n, v, v_n);
		item = stop + 1;
	}
}

static void
front_line(struct gk_extracted *x, const char *line, size_t n, const char **key, size_t *key_n)
{
	const char *v = line, *colon;
	size_t v_n;

	v_n = gk_trim(&v, n);
	if (v_n == 0 || *v == '#')
		return;
	if (v_n > 2 && v[0] == '-' && v[1] == ' ' && *key != NULL) {
		v += 2;
		v_n = unquote(&v, v_n - 2);
		gk_meta_add(x, *key, *key_n, v, v_n);
		return;
	}
	colon = memchr(v, ':', v_n);
	if (colon == NULL)
		return;
	*key = v;
	*key_n = unquote(key, (size_t)(colon - v));
	v_n -= (size_t)(colon - v) + 1;
	v = colon + 1;
	v_n = gk_trim(&v, v_n);
	if (v_n >= 2 && v[0] == '[' && v[v_n - 1] == ']') {
		add_flow_list(x, *key, *key_n, v, v_n);
		return;
	}
	v_n = unquote(&v, v_n);
	gk_meta_add(x, *key, *key_n, v, v_n);
}

/* Moves c behind the front matter, if there is any. */
static void
read_front(struct cursor *c, struct gk_extracted *x)
{
	struct cursor look = *c;
	const char *line, *key = NULL;
	size_t n, key_n = 0, first, end = 0, stop;

	do {
		if (!next_line(&look, &line, &n))
			return;
	} while (gk_trim(&line, n) == 0);
	if (n != 3 || memcmp(line, "---", 3) != 0)
		return;
	first = look.at;
	stop = first;
	for (unsigned i = 0; i < FRONT_LINES && end == 0 && next_line(&look, &line, &n); i++) {
		if (n == 3 && (memcmp(line, "---", 3) == 0 || memcmp(line, "...", 3) == 0))
			end = look.at;
		else
			stop = look.at;
	}
	if (end == 0)
		return;
	for (look.at = first; look.at < stop && next_line(&look, &line, &n);)
		front_line(x, line, n, &key, &key_n);
	c->at = end;
}

/* --- Markdown's marks ----------------------------------------------------------------- */

/* A line of nothing but one of these characters (and blanks, and |): a rule, an underline, a table's second row. */
static bool
is_rule(const char *s, size_t n)
{
	size_t marks = 0;

	for (size_t i = 0; i < n; i++) {
		if (strchr("-=*_|: ", s[i]) == NULL || s[i] == '\0')
			return false;
		marks += s[i] != ' ' && s[i] != '|' && s[i] != ':';
	}
	return marks >= 3;
}

/* The marks at the start of a line: > quotes, # headings, - lists. Returns the bytes to leave out. */
static size_t
leading_marks(const char *s, size_t n, bool *heading)
{
	size_t at = 0, hashes = 0;

	while (at < n && (s[at] == '>' || s[at] == ' '))
		at++;
	while (at + hashes < n && s[at + hashes] == '#')
		hashes++;
	*heading = hashes > 0 && hashes <= 6 && (at + hashes == n || s[at + hashes] == ' ');
	if (*heading)
		return at + hashes;
	if (at + 1 < n && strchr("-*+", s[at]) != NULL && s[at] != '\0' && s[at + 1] == ' ')
		return at + 2;
	return at;
}

/* [words](address) at s: the length of the whole; the words stand at s + 1. 0 if it is something else. */
static size_t
link_at(const char *s, size_t n, size_t *words_n)
{
	const char *close, *end;

	/* Bounded, or a line of nothing but [ would cost its length squared. */
	n = n < 4096 ? n : 4096;
	close = memchr(s, ']', n);
	if (close == NULL || close == s + 1 || (size_t)(close - s) + 1 >= n || close[1] != '(')
		return 0;
	end = memchr(close, ')', n - (size_t)(close - s));
	if (end == NULL)
		return 0;
	*words_n = (size_t)(close - s) - 1;
	return (size_t)(end - s) + 1;
}

/* <br>, <br/>, <br />: its length. */
static size_t
br_at(const char *s, size_t n)
{
	const char *end;

	if (n < 4 || strncasecmp(s, "<br", 3) != 0)
		return 0;
	end = memchr(s, '>', n < 6 ? n : 6);
	return end == NULL ? 0 : (size_t)(end - s) + 1;
}

static void
put_inline(struct gk_lines *out, const char *s, size_t n, bool table)
{
	size_t from = 0, words_n, len;

	for (size_t at = 0; at < n;) {
		size_t skip = 0;
		enum gk_gap gap = GK_GAP_NONE;

		if (s[at] == '\\' && at + 1 < n && ispunct((unsigned char)s[at + 1])) {
			gk_lines_put(out, s + from, at - from, false);
			from = at + 1;
			at += 2;
			continue;
		}
		if (s[at] == '!' && at + 1 < n && s[at + 1] == '[' && link_at(s + at + 1, n - at - 1, &words_n) > 0) {
			skip = 1;
		} else if (s[at] == '[' && (len = link_at(s + at, n - at, &words_n)) > 0) {
			gk_lines_put(out, s + from, at - from, false);
			gk_lines_put(out, s + at + 1, words_n, false);
			at += len;
			from = at;
			continue;
		} else if (s[at] == '`' || (n - at >= 2 && (memcmp(s + at, "**", 2) == 0 || memcmp(s + at, "~~", 2) == 0 || memcmp(s + at, "__", 2) == 0))) {
			skip = s[at] == '`' ? 1 : 2;
		} else if (s[at] == '*' && ((at > 0 && !isspace((unsigned char)s[at - 1])) || (at + 1 < n && !isspace((unsigned char)s[at + 1])))) {
			skip = 1;
		} else if ((skip = br_at(s + at, n - at)) > 0) {
			gap = GK_GAP_SPACE;
		} else if (table && s[at] == '|') {
			skip = 1;
			gap = GK_GAP_CELL;
		}
		if (skip > 0) {
			gk_lines_put(out, s + from, at - from, false);
			gk_lines_gap(out, gap);
			at += skip;
			from = at;
		} else {
			at++;
		}
	}
	if (from < n)
		gk_lines_put(out, s + from, n - from, false);
}

/* The rest of the line after <!-- … -->, which may end lines later. */
static size_t
skip_comment(struct cursor *c, const char **s, size_t n)
{
	const char *end = memmem(*s, c->n - (size_t)(*s - c->s), "-->", 3);

	if (end == NULL)
		return n;
	end += 3;
	if (end <= *s + n) {
		n -= (size_t)(end - *s);
		*s = end;
		return n;
	}
	c->at = (size_t)(end - c->s);
	return 0;
}

static void
put_markdown(struct cursor *c, struct gk_extracted *x, struct gk_lines *out)
{
	const char *line;
	size_t n;
	bool heading, code = false;

	while (next_line(c, &line, &n)) {
		size_t skip, hashes = 0;

		n = gk_trim(&line, n);
		if (n >= 3 && (memcmp(line, "```", 3) == 0 || memcmp(line, "~~~", 3) == 0)) {
			code = !code;
			continue;
		}
		if (code) {
			gk_lines_gap(out, GK_GAP_LINE);
			gk_lines_put(out, line, n, false);
			continue;
		}
		if (n >= 4 && memcmp(line, "<!--", 4) == 0)
			n = skip_comment(c, &line, n);
		if (n == 0 || is_rule(line, n))
			continue;
		while (hashes < n && line[hashes] == '#')
			hashes++;
		skip = leading_marks(line, n, &heading);
		line += skip;
		n = gk_trim(&line, n - skip);
		if (heading) {
			while (n > 0 && line[n - 1] == '#')
				n--;
			n = gk_trim(&line, n);
			/* The first heading of the highest level is what the document is called. */
			if (hashes == 1)
				gk_set_title(x, line, n);
		}
		gk_lines_gap(out, GK_GAP_LINE);
		put_inline(out, line, n, n > 0 && line[0] == '|');
	}
}

/* --- both ---------------------------------------------------------------------------------- */

static void
title_from_meta(struct gk_extracted *x)
{
	static const char *const keys[] = { "title", "标题", "文件名称", "信息名称", "公文名称", "文件标题", "名称", "ArticleTitle" };

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const char *title = gk_meta_first(x, keys[i]);

		if (title == NULL)
			continue;
		if (i > 0) {
			gk_set_title(x, title, strlen(title));
		} else {
			/* Front matter used our own key: a status mark in it is still no part of the title. */
			size_t n = gk_cut_status(x, &title, strlen(title));

			json_object_set_new(x->meta, "title", json_stringn(title, n));
		}
		return;
	}
}

/* 序号,文件名称,发布日期: the first line of a table. */
static bool
is_table_head(const char *line, size_t n)
{
	size_t cells = 0;

	for (size_t i = 0; i < n; i++)
		cells += line[i] == ',' || line[i] == '\t';
	return cells >= 2;
}

static void
title_from_text(struct gk_extracted *x, bool markdown)
{
	struct cursor c = { x->text.p, x->text.n, 0 };
	const char *line;
	size_t n;

	for (unsigned i = 0; i < 3 && json_object_get(x->meta, "title") == NULL && next_line(&c, &line, &n); i++)
		if (!gk_take_banner(x, line, n)) {
			if (n > TITLE_MAX || is_table_head(line, n))
				return;
			/* A red head, a number, the first half of a title: then the lines behind it tell. */
			if (!markdown && !gk_heading_is_plain(line, n))
				gk_heading_surely(x);
			gk_set_title(x, line, n);
			return;
		}
}

static void
put_part(struct cursor *c, bool markdown, struct gk_extracted *x, struct gk_lines *out)
{
	gk_lines_gap(out, GK_GAP_LINE);
	if (markdown)
		put_markdown(c, x, out);
	else
		gk_lines_put(out, c->s + c->at, c->n - c->at, true);
}

enum gk_status
gk_text(const char *s, size_t n, bool markdown, struct gk_extracted *x, struct gk_err *err)
{
	struct cursor c = { s, n, 0 };
	struct gk_lines out;
	size_t from, to;

	(void)err;
	gk_lines_start(&out, &x->text);
	if (markdown)
		read_front(&c, x);
	if (read_head(&c, x, &from, &to)) {
		title_from_meta(x);
		put_part(&(struct cursor){ s, from, c.at }, markdown, x, &out);
		c.at = to;
	}
	title_from_meta(x);
	put_part(&c, markdown, x, &out);
	gk_lines_end(&out);
	title_from_text(x, markdown);
	return GK_OK;
}
