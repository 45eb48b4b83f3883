/*
 * 条: the articles of a normative document, found in its text.  Laws are amended, abolished and cited by the article
 * (domain.md 4.5 c, 4.6 V4 and V5), so that pages, differences and notices speak of 第七条 and not of a place in a file.
 *
 * A heading is 第N条 or 第N条之M at the beginning of a line, outside of quotation marks, that carries the counting on.  What only
 * looks like one is none: 依照第十条的规定 within a sentence or broken over two lines, “第十条 …” that an amending decision quotes,
 * 第五条修改为. Numbers may be 二十, 二〇, 20 or ２０.  Counting that begins again at 第一条 and goes on begins another part:
 * an appendix, or the second of two texts in one file.
 */
#ifndef GK_ARTICLE_H
#define GK_ARTICLE_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

enum { GK_ARTICLES_MAX = 10000, GK_ARTICLE_LABEL = 128, GK_ARTICLE_ANCHOR = 48 };

struct gk_article {
	uint32_t number, sub;		/* 第二十条之一: 20 and 1; sub 0: none */
	unsigned part;			/* from 0 */
	size_t start, body, end;	/* bytes of the text: from 第, behind the heading and its blanks, behind the article */
	size_t chapter, chapter_n;	/* the line 第一章 总则 that it stands under, without blanks around; n = 0: none */
};

/*
 * The articles of UTF-8 text in its order: ranges do not overlap, and within a part (number, sub) rises.  An article ends before the next one, before
 * the heading of a chapter or an attachment, or with the text.  *out is yours to free(), NULL if there are none.  Texts with more
 * than GK_ARTICLES_MAX are taken for lists and have none.  GK_REFUSED only when memory ends.
 */
enum gk_status gk_articles(const char *text, size_t n, struct gk_article **out, size_t *count, struct gk_err *err);

/* "第二十条之一" */
void gk_article_label(uint32_t number, uint32_t sub, char out[GK_ARTICLE_LABEL]);
/* "a20-1"; of the second part "p2-a20-1": for an address, so it never changes. */
void gk_article_anchor(const struct gk_article *a, char out[GK_ARTICLE_ANCHOR]);

/* Articles as an act names them. */
struct gk_article_ref {
	uint32_t number, sub;		/* the first */
	uint32_t last, last_sub;	/* the last, the same if it is one */
	size_t rest;			/* bytes behind the article: 第二款; 0: the whole article */
};

/*
 * 第七条, 第七条之一, 第三条至第五条, 第七条第二款; also bare numbers 七, 7 and 3-5, as they are typed.  False if it names no article
 * (关于收费的规定) or if anything but 款, 项, 目 follows.  rest counts from the end of p.
 */
bool gk_article_ref_parse(const char *p, size_t n, struct gk_article_ref *out);
/* Is the article one of those? Of parts only the first is meant. */
bool gk_article_ref_has(const struct gk_article_ref *r, const struct gk_article *a);

#endif
