/*
 * Pages.  libxml2's HTML parser always gets UTF-8 that we decoded: when it reads the
 * declared charset itself it drops the text behind a character that gb2312 lacks.
 *
 *   tree     ->  pieces   runs of text in order, each with the gap before it
 *                blocks   elements that begin a line, as ranges of pieces
 *   blocks   ->  navigation and footers by name and by their share of links;
 *                main content by name (zoom, TRS_Editor …), if it has most of the text
 *   pieces   ->  lines    read for the metadata box and banners, then written
 *
 * To lose text is worse than to keep a menu: when the main content is in doubt,
 * everything but plain navigation is kept.  The tree is walked without recursion, since
 * pages with thousands of unclosed tags are real.
 */
#include "extract/inside.h"

#include "base/fault.h"
#include "base/utf8.h"

#include <ctype.h>
#include <libxml/HTMLparser.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

enum { LINK = 1, PRE = 2, NAVIGATION = 4, IN_MAIN = 8 };

struct piece {
	const char *s;			/* borrowed from the tree */
	uint32_t n;
	uint32_t han, linked;		/* Han characters before this piece: all, and those in links */
	uint8_t gap, is;
};

/* What an element's name, id or class says of it. */
enum { MAIN = 1, PERHAPS_MAIN = 2, NAV = 4, H1 = 8, BODY = 16 };

struct block {
	uint32_t first, end;		/* pieces */
	uint32_t links;			/* <a> inside, counted by the walk: before until the block ends */
	uint8_t is;
};

/* Where a link to a file stands: before which piece. */
struct link {
	const char *href;		/* borrowed from the tree */
	size_t at;
};

enum { ATTACHMENTS_MAX = 200 };

struct page {
	struct gk_extracted *x;
	struct link attachments[ATTACHMENTS_MAX];
	size_t attachments_n;
	struct piece *pieces;
	struct block *blocks;
	size_t n, cap, blocks_n, blocks_cap;
	uint32_t han, linked, links;
	unsigned in_link, in_pre, in_head, metas;
	enum gk_gap gap;
	const xmlNode *title;
	bool failed;
};

/* --- names ---------------------------------------------------------------------- */

enum { SKIPPED = 1, BLOCK = 2, CELL = 4, BREAK = 8 };

static const struct { const char *name; int is; } elements[] = {
	{ "script", SKIPPED }, { "style", SKIPPED }, { "noscript", SKIPPED }, { "template", SKIPPED }, { "iframe", SKIPPED }, { "object", SKIPPED },
	{ "embed", SKIPPED }, { "applet", SKIPPED }, { "svg", SKIPPED }, { "math", SKIPPED }, { "canvas", SKIPPED }, { "audio", SKIPPED },
	{ "video", SKIPPED }, { "map", SKIPPED }, { "select", SKIPPED }, { "button", SKIPPED }, { "textarea", SKIPPED }, { "noframes", SKIPPED },
	{ "address", BLOCK }, { "article", BLOCK }, { "aside", BLOCK }, { "blockquote", BLOCK }, { "body", BLOCK }, { "center", BLOCK },
	{ "dd", BLOCK }, { "details", BLOCK }, { "dir", BLOCK }, { "div", BLOCK }, { "dl", BLOCK }, { "dt", BLOCK }, { "fieldset", BLOCK },
	{ "figcaption", BLOCK }, { "figure", BLOCK }, { "footer", BLOCK }, { "form", BLOCK }, { "h1", BLOCK }, { "h2", BLOCK }, { "h3", BLOCK },
	{ "h4", BLOCK }, { "h5", BLOCK }, { "h6", BLOCK }, { "header", BLOCK }, { "legend", BLOCK }, { "li", BLOCK }, { "main", BLOCK },
	{ "menu", BLOCK }, { "nav", BLOCK }, { "ol", BLOCK }, { "p", BLOCK }, { "pre", BLOCK }, { "section", BLOCK }, { "summary", BLOCK },
	{ "table", BLOCK }, { "tbody", BLOCK }, { "thead", BLOCK }, { "tfoot", BLOCK }, { "tr", BLOCK }, { "ul", BLOCK }, { "caption", BLOCK },
	{ "td", CELL }, { "th", CELL }, { "hr", BREAK }, { "br", BREAK },
};

/* Names that content management systems give; a star stands for any end. */
static const struct { const char *word; uint8_t is; } words[] = {
	{ "zoom", MAIN }, { "zoomcon", MAIN }, { "trs_editor", MAIN }, { "trs_ueditor", MAIN }, { "trs_web*", MAIN }, { "ucap-content", MAIN },
	{ "vsb_content*", MAIN }, { "v_news_content", MAIN }, { "article", MAIN }, { "article-content", MAIN }, { "article_content", MAIN },
	{ "articlecontent", MAIN }, { "article-con", MAIN }, { "article_con", MAIN }, { "articlecon", MAIN }, { "artcontent", MAIN },
	{ "art_con", MAIN }, { "news_content", MAIN }, { "newscontent", MAIN }, { "news-content", MAIN }, { "pages_content", MAIN },
	{ "xxgk_content", MAIN }, { "detail-content", MAIN }, { "detail_content", MAIN }, { "content-text", MAIN }, { "arti_content", MAIN },
	{ "wp_articlecontent", MAIN }, { "bt_content", MAIN }, { "zwcontent", MAIN }, { "view_content", MAIN },
	{ "content", PERHAPS_MAIN }, { "con", PERHAPS_MAIN }, { "main", PERHAPS_MAIN }, { "text", PERHAPS_MAIN }, { "detail", PERHAPS_MAIN },
	{ "main-content", PERHAPS_MAIN }, { "maincontent", PERHAPS_MAIN }, { "info-content", PERHAPS_MAIN }, { "nr", PERHAPS_MAIN },
	{ "zw", PERHAPS_MAIN },
	{ "nav*", NAV }, { "menu*", NAV }, { "mainnav", NAV }, { "main-nav", NAV }, { "topnav", NAV }, { "top-nav", NAV }, { "subnav", NAV },
	{ "sidenav", NAV }, { "foot*", NAV }, { "header", NAV }, { "head", NAV }, { "site-header", NAV }, { "site-footer", NAV },
	{ "bottom", NAV }, { "crumb*", NAV }, { "breadcrumb*", NAV }, { "bread*", NAV }, { "location", NAV }, { "position", NAV }, { "dqwz", NAV },
	{ "weizhi", NAV }, { "copyright", NAV }, { "share*", NAV }, { "bdshare*", NAV }, { "sidebar", NAV }, { "friendlink*", NAV },
	{ "links", NAV }, { "search*", NAV }, { "toolbar", NAV }, { "print", NAV }, { "prevnext", NAV }, { "pager", NAV },
};

static int
element_is(const char *name)
{
	for (size_t i = 0; i < COUNT(elements); i++)
		if (strcmp(elements[i].name, name) == 0)
			return elements[i].is;
	return 0;
}

/* An attribute's value, borrowed from the tree; "" if there is none. */
static const char *
attribute(const xmlNode *node, const char *name)
{
	for (const xmlAttr *a = node->properties; a != NULL; a = a->next)
		if (strcasecmp((const char *)a->name, name) == 0 && a->children != NULL && a->children->content != NULL)
			return (const char *)a->children->content;
	return "";
}

static uint8_t
word_is(const char *s, size_t n)
{
	for (size_t i = 0; i < COUNT(words); i++) {
		size_t k = strlen(words[i].word);
		bool star = words[i].word[k - 1] == '*';

		k -= star;
		if ((star ? n >= k : n == k) && strncasecmp(s, words[i].word, k) == 0)
			return words[i].is;
	}
	return 0;
}

static uint8_t
block_is(const xmlNode *node)
{
	const char *name = (const char *)node->name, *values[] = { attribute(node, "id"), attribute(node, "class") };
	uint8_t is = strcmp(name, "h1") == 0 ? H1 : strcmp(name, "body") == 0 ? BODY : strcmp(name, "article") == 0 ? MAIN :
		strcmp(name, "main") == 0 ? PERHAPS_MAIN : strcmp(name, "nav") == 0 || strcmp(name, "footer") == 0 ? NAV : 0;

	for (size_t i = 0; i < COUNT(values); i++)
		for (const char *s = values[i]; *s != '\0';) {
			size_t n = strcspn(s, " \t\r\n\f");

			is |= word_is(s, n);
			s += n + strspn(s + n, " \t\r\n\f");
		}
	return is;
}

/* --- the tree to pieces ------------------------------------------------------------- */

static bool
more(void *array, size_t n, size_t *cap, size_t size)
{
	void **p = array;
	size_t to = *cap == 0 ? 256 : *cap * 2;
	void *q;

	if (n < *cap)
		return true;
	/* Numbers of pieces are kept in 32 bits. */
	q = to > UINT32_MAX / 2 || gk_fault("html") ? NULL : realloc(*p, to * size);
	if (q == NULL)
		return false;
	*p = q;
	*cap = to;
	return true;
}

static void
widen_gap(struct page *pg, enum gk_gap gap)
{
	if (gap > pg->gap)
		pg->gap = gap;
}

static void
add_piece(struct page *pg, const char *s, size_t n)
{
	if (!more(&pg->pieces, pg->n, &pg->cap, sizeof *pg->pieces)) {
		pg->failed = true;
		return;
	}
	pg->pieces[pg->n++] = (struct piece){ s, (uint32_t)n, pg->han, pg->linked, (uint8_t)pg->gap,
		(uint8_t)((pg->in_link > 0 ? LINK : 0) | (pg->in_pre > 0 ? PRE : 0)) };
	pg->gap = GK_GAP_NONE;
}

static void
add_text(struct page *pg, const char *s)
{
	size_t n = s == NULL ? 0 : strlen(s), at = 0;
	uint32_t han = 0;

	if (n == 0 || n > INT_MAX || pg->in_head > 0)
		return;
	add_piece(pg, s, n);
	while (at < n) {
		uint32_t c;

		at += gk_utf8_decode(s + at, n - at, &c);
		han += c != GK_UTF8_BAD && gk_is_han(c);
	}
	pg->han += han;
	if (pg->in_link > 0)
		pg->linked += han;
}

/* Names that speak to browsers, not of the document. */
static const char *const technical[] = { "viewport", "renderer", "robots", "format-detection", "generator", "theme-color", "referrer",
	"force-rendering", "csrf-token", "csrf-param", "applicable-device", "mobileoptimized", "handheldfriendly", "progid", "others" };

enum { METAS_MAX = 400 };

static void
add_meta(struct page *pg, const xmlNode *node)
{
	const char *name = attribute(node, "name"), *content = attribute(node, "content");

	if (*name == '\0' || pg->metas++ >= METAS_MAX || strncasecmp(name, "apple-", 6) == 0 || strncasecmp(name, "msapplication", 13) == 0)
		return;
	for (size_t i = 0; i < COUNT(technical); i++)
		if (strcasecmp(name, technical[i]) == 0)
			return;
	if (!gk_meta_add(pg->x, name, strlen(name), content, strlen(content)))
		pg->failed = true;
}

/* An attachment's name is part of the document; a link to another page is mostly not. */
static bool
is_attachment(const char *href)
{
	static const char *const ends[] = { ".pdf", ".doc", ".docx", ".wps", ".xls", ".xlsx", ".et", ".ofd", ".zip", ".rar", ".ceb", ".ppt", ".pptx",
		".odt", ".ods", ".rtf", ".txt", ".jpg", ".png" };
	size_t n = strcspn(href, "?#");

	for (size_t i = 0; i < COUNT(ends); i++) {
		size_t k = strlen(ends[i]);

		if (n >= k && strncasecmp(href + n - k, ends[i], k) == 0)
			return true;
	}
	return false;
}

static bool
is_link(const xmlNode *node)
{
	const char *href = attribute(node, "href");

	return strcmp((const char *)node->name, "a") == 0 && *href != '\0' && !is_attachment(href);
}

static void
open_block(struct page *pg, xmlNode *node)
{
	if (!more(&pg->blocks, pg->blocks_n, &pg->blocks_cap, sizeof *pg->blocks)) {
		pg->failed = true;
		return;
	}
	pg->blocks[pg->blocks_n++] = (struct block){ .first = (uint32_t)pg->n, .links = pg->links, .is = block_is(node) };
	/* libxml2 leaves this member to its users: 1 + the number of the block, to find it at the end tag. */
	node->_private = (void *)(uintptr_t)pg->blocks_n;
}

/* True if the children are to be read. */
static bool
enter(struct page *pg, xmlNode *node)
{
	const char *name = (const char *)node->name;
	int is;

	if (node->type == XML_TEXT_NODE) {
		add_text(pg, (const char *)node->content);
		return false;
	}
	if (node->type != XML_ELEMENT_NODE)
		return false;
	is = element_is(name);
	if (is == SKIPPED) {
		widen_gap(pg, GK_GAP_EDGE);
		return false;
	}
	if (strcmp(name, "title") == 0) {
		if (pg->title == NULL)
			pg->title = node;
		return false;
	}
	if (strcmp(name, "meta") == 0)
		add_meta(pg, node);
	pg->in_head += strcmp(name, "head") == 0;
	pg->in_pre += strcmp(name, "pre") == 0;
	if (is_link(node)) {
		pg->in_link++;
		pg->links++;
	} else if (strcmp(name, "a") == 0 && is_attachment(attribute(node, "href")) && pg->attachments_n < ATTACHMENTS_MAX) {
		pg->attachments[pg->attachments_n++] = (struct link){ attribute(node, "href"), pg->n };
	}
	widen_gap(pg, is == BREAK ? GK_GAP_BR : is == BLOCK ? GK_GAP_LINE : is == CELL ? GK_GAP_CELL : GK_GAP_EDGE);
	if (is == BLOCK || is == CELL)
		open_block(pg, node);
	return true;
}

static void
leave(struct page *pg, xmlNode *node)
{
	const char *name = (const char *)node->name;
	size_t number = (size_t)(uintptr_t)node->_private;
	int is = element_is(name);

	pg->in_head -= strcmp(name, "head") == 0;
	pg->in_pre -= strcmp(name, "pre") == 0;
	pg->in_link -= is_link(node);
	/* An empty cell is a value too: without it the label before would take its value elsewhere. */
	if (is == CELL && number > 0 && pg->blocks[number - 1].first == pg->n)
		add_piece(pg, "", 0);
	if (number > 0) {
		struct block *b = &pg->blocks[number - 1];

		b->end = (uint32_t)pg->n;
		b->links = pg->links - b->links;
	}
	widen_gap(pg, is == BLOCK ? GK_GAP_LINE : is == CELL ? GK_GAP_CELL : GK_GAP_EDGE);
}

static void
walk(struct page *pg, xmlNode *root)
{
	xmlNode *node = root;

	while (node != NULL && !pg->failed) {
		bool down = enter(pg, node);

		if (down && node->children != NULL) {
			node = node->children;
			continue;
		}
		if (down)
			leave(pg, node);
		while (node->next == NULL) {
			node = node->parent;
			if (node == NULL || node->type != XML_ELEMENT_NODE)
				return;
			leave(pg, node);
			if (node == root)
				return;
		}
		node = node->next;
	}
}

/* --- what is navigation, what is the document ------------------------------------------- */

static uint32_t
han_before(const struct page *pg, size_t i)
{
	return i < pg->n ? pg->pieces[i].han : pg->han;
}

static uint32_t
linked_before(const struct page *pg, size_t i)
{
	return i < pg->n ? pg->pieces[i].linked : pg->linked;
}

/* Han characters that are in no link. */
static uint32_t
plain_in(const struct page *pg, const struct block *b)
{
	return han_before(pg, b->end) - han_before(pg, b->first) - (linked_before(pg, b->end) - linked_before(pg, b->first));
}

/* The block of that kind with most plain text; of equal ones the outermost. */
static const struct block *
largest(const struct page *pg, uint8_t kind)
{
	const struct block *best = NULL;

	for (size_t i = 0; i < pg->blocks_n; i++)
		if ((pg->blocks[i].is & kind) != 0 && (best == NULL || plain_in(pg, &pg->blocks[i]) > plain_in(pg, best)))
			best = &pg->blocks[i];
	return best;
}

enum { ENOUGH_HAN = 50, NAV_HAN = 200, NAV_LINKS = 4 };

static bool
is_navigation(const struct page *pg, const struct block *b, const struct block *main, uint32_t plain_total)
{
	uint32_t plain = plain_in(pg, b), all = han_before(pg, b->end) - han_before(pg, b->first);

	/* The main content, what holds it, and what is in it. */
	if (main != NULL && b->first < main->end && main->first < b->end)
		return false;
	/* An unclosed <div class="nav"> holds the whole page. */
	if ((b->is & BODY) != 0 || plain * 2 > plain_total)
		return false;
	if ((b->is & NAV) != 0)
		return plain <= NAV_HAN || plain * 2 <= all;
	return b->links >= NAV_LINKS && plain_total >= 2 * ENOUGH_HAN && plain * 5 <= all;
}

/*
 * The main content: the named block with most text, and all others of such a name: a notice and its
 * annex often stand in two.  Of the weaker names (content, con) only the largest.
 */
static const struct block *
find_main(struct page *pg)
{
	const struct block *main = largest(pg, MAIN);
	uint8_t kind = MAIN;

	if (main == NULL || plain_in(pg, main) < ENOUGH_HAN) {
		main = largest(pg, PERHAPS_MAIN);
		kind = 0;
	}
	for (size_t i = 0, done = 0; main != NULL && i < pg->blocks_n; i++) {
		const struct block *b = &pg->blocks[i];

		if ((b != main && (b->is & kind) == 0) || b->end <= done)
			continue;
		for (size_t k = b->first > done ? b->first : done; k < b->end; k++)
			pg->pieces[k].is |= IN_MAIN;
		done = b->end;
	}
	return main;
}

static void
mark_navigation(struct page *pg, const struct block *main)
{
	uint32_t total = pg->han - pg->linked;
	size_t done = 0;	/* blocks come in the order of their first piece: none before this one is marked twice */

	for (size_t i = 0; i < pg->blocks_n; i++) {
		const struct block *b = &pg->blocks[i];

		if (b->end <= done || !is_navigation(pg, b, main, total))
			continue;
		for (size_t k = b->first > done ? b->first : done; k < b->end; k++)
			if ((pg->pieces[k].is & IN_MAIN) == 0)
				pg->pieces[k].is |= NAVIGATION;
		done = b->end;
	}
}

/* --- pieces to lines ------------------------------------------------------------------------ */

struct line {
	size_t first, end;	/* pieces */
	size_t at;		/* its text in joined */
};

struct lines {
	struct line *p;
	struct gk_box_line *read;
	size_t n, cap;
	struct gk_buf joined;
};

static void
put_piece(struct gk_lines *out, const struct piece *p)
{
	gk_lines_gap(out, (enum gk_gap)p->gap);
	gk_lines_put(out, p->s, p->n, (p->is & PRE) != 0);
}

/* A row that ends with an empty cell keeps its tab. */
static void
end_line(struct gk_lines *out, struct line *line, size_t end)
{
	if (out->gap == GK_GAP_CELL && out->last != 0)
		gk_buf_putc(out->to, '\t');
	line->end = end;
}

/* All lines of the page, with edges, as the reader of the box wants them. A line of blanks is one too. */
static bool
make_lines(const struct page *pg, struct lines *ls)
{
	struct gk_lines out;

	gk_lines_start(&out, &ls->joined);
	for (size_t i = 0; i < pg->n; i++) {
		if (ls->n == 0 || pg->pieces[i].gap >= GK_GAP_BR) {
			if (!more(&ls->p, ls->n, &ls->cap, sizeof *ls->p))
				return false;
			if (ls->n > 0)
				end_line(&out, &ls->p[ls->n - 1], i);
			ls->p[ls->n++] = (struct line){ i, pg->n, ls->joined.n };
			gk_lines_start(&out, &ls->joined);
			out.edges = true;
			gk_lines_put(&out, pg->pieces[i].s, pg->pieces[i].n, false);
		} else {
			gk_lines_gap(&out, (enum gk_gap)pg->pieces[i].gap);
			gk_lines_put(&out, pg->pieces[i].s, pg->pieces[i].n, false);
		}
	}
	if (ls->n > 0)
		end_line(&out, &ls->p[ls->n - 1], pg->n);
	ls->read = ls->n == 0 ? NULL : calloc(ls->n, sizeof *ls->read);
	if (ls->joined.failed || (ls->n > 0 && ls->read == NULL))
		return false;
	for (size_t i = 0; i < ls->n; i++) {
		size_t end = i + 1 < ls->n ? ls->p[i + 1].at : ls->joined.n;

		ls->read[i].s = ls->joined.p == NULL ? "" : ls->joined.p + ls->p[i].at;
		ls->read[i].n = end - ls->p[i].at;
		ls->read[i].main = (pg->pieces[ls->p[i].first].is & pg->pieces[ls->p[i].end - 1].is & IN_MAIN) != 0;
	}
	return true;
}

/* Lines of blanks stand between rows and would tear a box apart. */
static bool
read_box(struct page *pg, struct lines *ls)
{
	struct gk_box_line *full = calloc(ls->n + 1, sizeof *full);
	size_t n = 0;
	bool done;

	if (full == NULL)
		return false;
	for (size_t i = 0; i < ls->n; i++)
		if (ls->read[i].n > 0)
			full[n++] = ls->read[i];
	done = gk_box_read(full, n, pg->x);
	n = 0;
	for (size_t i = 0; i < ls->n; i++)
		if (ls->read[i].n > 0)
			ls->read[i] = full[n++];
	free(full);
	return done;
}

static uint32_t
plain_of_line(const struct page *pg, const struct line *l)
{
	struct block range = { .first = (uint32_t)l->first, .end = (uint32_t)l->end };

	return plain_in(pg, &range);
}

/* A whole line is navigation only if no piece of it is anything else. */
static bool
line_is_navigation(const struct page *pg, const struct line *l)
{
	for (size_t i = l->first; i < l->end; i++)
		if ((pg->pieces[i].is & NAVIGATION) == 0)
			return false;
	return l->end > l->first;
}

/* --- what is written ------------------------------------------------------------------------- */

/* Behind the main content: names of attachments and the marks of 6.3 still belong to the document. */
static bool
belongs_at_end(const char *s, size_t n)
{
	static const char *const starts[] = { "附件", "附：", "附:", "（此件", "(此件" };

	for (size_t i = 0; i < COUNT(starts); i++)
		if (n >= strlen(starts[i]) && memcmp(s, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

/* A page's frame without names to know it by (title, 来源, 主办单位) is no longer than this. */
enum { FRAME_HAN = 150 };

/* Plain text by where it stands: in main, in the box, or elsewhere and in no menu. */
struct shares {
	uint32_t main, main_box, box, rest;
};

static struct shares
share_out(const struct page *pg, const struct lines *ls)
{
	struct shares s = { 0 };

	for (size_t i = 0; i < ls->n; i++) {
		uint32_t plain = plain_of_line(pg, &ls->p[i]);

		if (ls->read[i].box)
			*(ls->read[i].main ? &s.main_box : &s.box) += plain;
		else if (ls->read[i].main)
			s.main += plain;
		else if (!line_is_navigation(pg, &ls->p[i]))
			s.rest += plain;
	}
	return s;
}

static void
write_text(const struct page *pg, const struct lines *ls)
{
	struct shares s = share_out(pg, ls);
	/* In doubt keep: the main content must be by far the most of the text, and a box goes only from a page with a document on it. */
	bool only_main = s.main >= ENOUGH_HAN && (s.rest <= FRAME_HAN || s.rest * 3 <= s.main), after = false;
	bool drop_box = s.main + (only_main ? 0 : s.rest) >= ENOUGH_HAN;
	struct gk_lines out;

	gk_lines_start(&out, &pg->x->text);
	for (size_t i = 0; i < ls->n; i++) {
		const struct gk_box_line *l = &ls->read[i];

		after |= l->main;
		if ((drop_box && l->box) || gk_take_banner(pg->x, l->s, l->n))
			continue;
		if (only_main ? !l->main && !(after && belongs_at_end(l->s, l->n)) : line_is_navigation(pg, &ls->p[i]))
			continue;
		gk_lines_gap(&out, GK_GAP_LINE);
		for (size_t k = ls->p[i].first; k < ls->p[i].end; k++)
			put_piece(&out, &pg->pieces[k]);
	}
	gk_lines_end(&out);
	/* Nothing but menus: then the menus are what the page says. */
	if (pg->x->text.n == 0 && !pg->x->text.failed) {
		for (size_t i = 0; i < pg->n; i++)
			put_piece(&out, &pg->pieces[i]);
		gk_lines_end(&out);
	}
}

/* --- the title --------------------------------------------------------------------------------- */

/* 关于…的通知_部门文件_某市人民政府: the longest part. */
static void
title_of_head(struct page *pg)
{
	static const char *const between[] = { "_", "|", "｜", " - ", " -- ", "--", "—" };
	xmlChar *all = pg->title == NULL || json_object_get(pg->x->meta, "title") != NULL ? NULL : xmlNodeGetContent(pg->title);
	const char *s = (const char *)all, *best = s;
	size_t best_n = 0;

	while (s != NULL && *s != '\0') {
		const char *end = s + strlen(s), *next = end;

		for (size_t i = 0; i < COUNT(between); i++) {
			const char *hit = strstr(s, between[i]);

			if (hit != NULL && hit < end) {
				end = hit;
				next = hit + strlen(between[i]);
			}
		}
		if ((size_t)(end - s) > best_n) {
			best = s;
			best_n = (size_t)(end - s);
		}
		s = next;
	}
	/* The name of a site is no title where the text has one. */
	if (best_n > 0 && !gk_heading_ends_as_title(best, best_n))
		gk_heading_surely(pg->x);
	if (best_n > 0)
		gk_set_title(pg->x, best, best_n);
	xmlFree(all);
}

enum { HEADING_MAX = 600 };

/* The first h1 with words: up to its first block, for an unclosed one holds the whole page. */
static void
title_of_h1(struct page *pg)
{
	for (size_t i = 0; i < pg->blocks_n && json_object_get(pg->x->meta, "title") == NULL; i++) {
		const struct block *b = &pg->blocks[i];
		struct gk_buf text;
		struct gk_lines out;

		if ((b->is & H1) == 0 || b->first == b->end || (pg->pieces[b->first].is & NAVIGATION) != 0)
			continue;
		gk_buf_init(&text, HEADING_MAX);
		gk_lines_start(&out, &text);
		for (size_t k = b->first; k < b->end && (text.n == 0 || pg->pieces[k].gap != GK_GAP_LINE); k++) {
			/* A title broken by <br> is one title. */
			gk_lines_gap(&out, pg->pieces[k].gap == GK_GAP_BR ? GK_GAP_WRAP : GK_GAP_EDGE);
			gk_lines_put(&out, pg->pieces[k].s, pg->pieces[k].n, false);
		}
		if (!text.failed && text.n > 0)
			gk_set_title(pg->x, text.p, text.n);
		gk_buf_free(&text);
	}
}

static const char *
meta_any_case(const struct gk_extracted *x, const char *name)
{
	const char *key;
	json_t *value;

	json_object_foreach(x->meta, key, value)
		if (strcasecmp(key, name) == 0)
			return gk_meta_first(x, key);
	return NULL;
}

static void
choose_title(struct page *pg)
{
	static const char *const keys[] = { "标题", "文件名称", "信息名称", "公文名称", "文件标题", "名称" };
	const char *title = meta_any_case(pg->x, "ArticleTitle"), *own = gk_meta_first(pg->x, "title");
	json_t *keep = own == NULL ? NULL : json_string(own);

	/* <meta name="title"> is the page's word and comes late; our choice is kept under the same key. */
	json_object_del(pg->x->meta, "title");
	for (size_t i = 0; i < COUNT(keys) && title == NULL; i++)
		title = gk_meta_first(pg->x, keys[i]);
	if (title != NULL)
		gk_set_title(pg->x, title, strlen(title));
	title_of_h1(pg);
	if (keep != NULL)
		gk_set_title(pg->x, json_string_value(keep), json_string_length(keep));
	json_decref(keep);
}

/* What the page links to as its attachments, as "links": whoever takes it in knows whether such files are there.  Those of menus are of the site. */
static bool
put_attachments(struct page *pg)
{
	json_t *list = json_array();
	bool done = list != NULL;

	for (size_t i = 0; i < pg->attachments_n && done; i++) {
		const struct link *l = &pg->attachments[i];

		if (l->at < pg->n && (pg->pieces[l->at].is & NAVIGATION) != 0)
			continue;
		/* An address that is no UTF-8 names no file we could know. */
		json_array_append_new(list, json_string(l->href));
	}
	if (done && json_array_size(list) > 0)
		done = json_object_set(pg->x->meta, "links", list) == 0;
	json_decref(list);
	return done;
}

/* --- the whole ------------------------------------------------------------------------------------- */

static bool
read_page(struct page *pg, xmlDoc *doc)
{
	struct lines ls = { .n = 0 };
	const struct block *main;
	bool done;

	walk(pg, xmlDocGetRootElement(doc));
	if (pg->failed)
		return false;
	main = find_main(pg);
	mark_navigation(pg, main);
	gk_buf_init(&ls.joined, (size_t)GK_DECODED_MAX * 2);
	done = make_lines(pg, &ls) && read_box(pg, &ls);
	if (done) {
		choose_title(pg);
		write_text(pg, &ls);
		title_of_head(pg);
		done = put_attachments(pg);
	}
	gk_buf_free(&ls.joined);
	free(ls.read);
	free(ls.p);
	return done;
}

/*
 * HUGE lifts the limit of 256 open elements, at which libxml2 would stop reading without a
 * word: unclosed <font> of old editors go deeper.  No network, no external entities: HTML has none to load.
 */
xmlDoc *
gk_html_parse(const char *s, size_t n, bool *whole, bool *memory)
{
	static const int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC;
	htmlParserCtxt *c = gk_fault("html") ? NULL : htmlNewParserCtxt();
	xmlDoc *doc;

	*memory = c != NULL;
	if (c == NULL)
		return NULL;
	c->options |= XML_PARSE_HUGE;
	doc = htmlCtxtReadMemory(c, s, (int)n, NULL, "UTF-8", options);
	*whole = c->input == NULL || c->input->cur >= c->input->end;
	*memory = c->errNo != XML_ERR_NO_MEMORY;
	htmlFreeParserCtxt(c);
	return doc;
}

enum gk_status
gk_html(const char *s, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct page pg = { .x = x };
	bool whole = true, memory, done;
	xmlDoc *doc;

	if (n > INT_MAX)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "网页有 %zu 字节，太大", "the page has %zu bytes, too many", n);
	doc = gk_html_parse(s, n, &whole, &memory);
	if (!whole)
		gk_note(x, "the page was not read to its end");
	/* No tree of a page without an element in it: that is a page without text. */
	done = memory && (doc == NULL || read_page(&pg, doc));
	free(pg.pieces);
	free(pg.blocks);
	xmlFreeDoc(doc);
	return done ? GK_OK : gk_nomem(err);
}
