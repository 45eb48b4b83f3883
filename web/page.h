/*
 * Writing HTML.  All markup that leaves the daemons goes through these calls,
 * and no string that holds markup is ever put together by hand: names of
 * elements and attributes are literals of our own, and every value is escaped
 * by libxml2's writer.  The writer lets control characters and broken UTF-8
 * through, so values are cleaned here first.
 *
 *   page_open(p, "p", "class", "meta", NULL);
 *   page_text(p, title);
 *   page_close(p);
 *
 * The first failure sticks: write the whole page, then ask page_finish().
 */
#ifndef GK_PAGE_H
#define GK_PAGE_H

#include "base/buf.h"

#include <jansson.h>

struct page;

struct page *page_new(void);		/* begins with the document type; NULL when memory ends */
/* The same for XML (Atom): with its declaration, and no type of document. */
struct page *page_new_xml(void);
/* Put before every href, src and action that begins with one slash: the site may live below another one. "" or "/prefix"; must outlive the page. */
void page_base(struct page *p, const char *base);
/* Text, and attributes that people read, in traditional characters: character by character, as cjk/traditional.h has them. */
void page_traditional(struct page *p, bool on);
/* Elements on lines of their own: for XML that people will read. */
void page_indent(struct page *p);
void page_free(struct page *p);		/* p may be NULL */
/* Append the bytes of the page to out; false if anything failed on the way. */
bool page_finish(struct page *p, struct gk_buf *out);

/* Pairs of name and value, then NULL.  An attribute whose value is NULL is left out. */
void page_open(struct page *p, const char *element, ...) __attribute__((sentinel));
/* For the elements that HTML never closes: meta, link, input, br. */
void page_void(struct page *p, const char *element, ...) __attribute__((sentinel));
void page_close(struct page *p);	/* the innermost one, always with an end tag */
void page_text(struct page *p, const char *s);
void page_text_n(struct page *p, const char *s, size_t n);
void page_printf(struct page *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* An element with nothing but text in it; class may be NULL. */
void page_element(struct page *p, const char *element, const char *class_, const char *text);
/*
 * Text with <mark> around the ranges of `marks`: a JSON array of [start,end)
 * in code points.  Ranges that are reversed, overlap or lie outside are cut
 * or passed over; the text itself is always written whole.
 */
void page_marked(struct page *p, const char *text, const json_t *marks);

/*
 * What may stand in a page: valid UTF-8 (U+FFFD for each byte that is not),
 * no control characters but tab and line feed, no noncharacters, and none of the bidirectional
 * overrides, which would let a title rearrange the line around it.
 */
bool page_clean(const char *s, size_t n, struct gk_buf *out);

#endif
