/* HTML through libxml2's writer: cleaning, elements, marks. */
#include "web/page.h"

#include "base/utf8.h"
#include "cjk/traditional.h"

#include <libxml/xmlwriter.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_MAX = 32 * 1024 * 1024 };	/* one value; the text of a document is far below */

struct page {
	xmlBufferPtr bytes;
	xmlTextWriterPtr w;
	struct gk_buf value;	/* the value being cleaned; its memory is used again */
	struct gk_buf other;	/* the same in traditional characters */
	bool failed, xml;
	bool traditional;
	const char *base;	/* "" or "/prefix" */
};

static bool
forbidden(uint32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c <= 0x9F) ||
	       (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
	       (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
}

bool
page_clean(const char *s, size_t n, struct gk_buf *out)
{
	size_t i = 0, from = 0;

	while (i < n) {
		uint32_t c;
		size_t len = gk_utf8_decode(s + i, n - i, &c);

		if (c == GK_UTF8_BAD || forbidden(c)) {
			gk_buf_add(out, s + from, i - from);
			if (c == GK_UTF8_BAD)
				gk_buf_puts(out, "\xEF\xBF\xBD");
			from = i + len;
		}
		i += len;
	}
	gk_buf_add(out, s + from, n - from);
	return !out->failed;
}

/* The cleaned value, valid until the next call. */
static const xmlChar *
cleaned(struct page *p, const char *s, size_t n)
{
	gk_buf_reset(&p->value);
	if (!page_clean(s, n, &p->value)) {
		p->failed = true;
		return BAD_CAST "";
	}
	return BAD_CAST p->value.p;
}

static void
check(struct page *p, int result)
{
	if (result < 0)
		p->failed = true;
}

static struct page *
new_writer(void)
{
	struct page *p = calloc(1, sizeof *p);

	if (p == NULL)
		return NULL;
	gk_buf_init(&p->value, VALUE_MAX);
	gk_buf_init(&p->other, VALUE_MAX);
	p->base = "";
	p->bytes = xmlBufferCreate();
	p->w = p->bytes != NULL ? xmlNewTextWriterMemory(p->bytes, 0) : NULL;
	if (p->w == NULL) {
		page_free(p);
		return NULL;
	}
	/* Names the encoding to the writer, which then leaves Chinese in attributes as it is;
	 * the declaration itself is no HTML and page_finish() drops it. */
	check(p, xmlTextWriterStartDocument(p->w, NULL, "UTF-8", NULL));
	return p;
}

struct page *
page_new(void)
{
	struct page *p = new_writer();

	if (p != NULL)
		check(p, xmlTextWriterWriteDTD(p->w, BAD_CAST "html", NULL, NULL, NULL));
	return p;
}

struct page *
page_new_xml(void)
{
	struct page *p = new_writer();

	if (p != NULL)
		p->xml = true;
	return p;
}

void
page_free(struct page *p)
{
	if (p == NULL)
		return;
	if (p->w != NULL)
		xmlFreeTextWriter(p->w);
	if (p->bytes != NULL)
		xmlBufferFree(p->bytes);
	gk_buf_free(&p->value);
	gk_buf_free(&p->other);
	free(p);
}

void
page_indent(struct page *p)
{
	check(p, xmlTextWriterSetIndent(p->w, 1));
	check(p, xmlTextWriterSetIndentString(p->w, BAD_CAST "  "));
}

bool
page_finish(struct page *p, struct gk_buf *out)
{
	const char *all, *html;

	check(p, xmlTextWriterEndDocument(p->w));
	check(p, xmlTextWriterFlush(p->w));
	all = (const char *)xmlBufferContent(p->bytes);
	html = all == NULL || p->xml ? all : strstr(all, "<!DOCTYPE");
	if (p->failed || html == NULL)
		return false;
	return gk_buf_add(out, html, (size_t)xmlBufferLength(p->bytes) - (size_t)(html - all));
}

void
page_traditional(struct page *p, bool on)
{
	p->traditional = on;
}

void
page_base(struct page *p, const char *base)
{
	p->base = base;
}

/* An address of this server, which stands below p->base. */
static bool
is_own_address(const struct page *p, const char *name, const char *value)
{
	return p->base[0] != '\0' && value[0] == '/' && value[1] != '/' && (strcmp(name, "href") == 0 || strcmp(name, "src") == 0 || strcmp(name, "action") == 0);
}

/* The cleaned value in the characters of the page. */
static const xmlChar *
readable(struct page *p, const char *s, size_t n)
{
	const xmlChar *clean = cleaned(p, s, n);

	if (!p->traditional)
		return clean;
	gk_buf_reset(&p->other);
	if (!gk_traditional((const char *)clean, strlen((const char *)clean), &p->other)) {
		p->failed = true;
		return BAD_CAST "";
	}
	return BAD_CAST (p->other.p == NULL ? "" : p->other.p);
}

/* What people read; what is typed, and addresses, stay as they are. */
static bool
is_read(const char *name)
{
	return strcmp(name, "title") == 0 || strcmp(name, "placeholder") == 0 || strcmp(name, "aria-label") == 0 || strcmp(name, "alt") == 0;
}

static void
write_attribute(struct page *p, const char *name, const char *value)
{
	check(p, xmlTextWriterStartAttribute(p->w, BAD_CAST name));
	if (is_own_address(p, name, value))
		check(p, xmlTextWriterWriteString(p->w, cleaned(p, p->base, strlen(p->base))));
	check(p, xmlTextWriterWriteString(p->w, is_read(name) ? readable(p, value, strlen(value)) : cleaned(p, value, strlen(value))));
	check(p, xmlTextWriterEndAttribute(p->w));
}

static void
open_v(struct page *p, const char *element, va_list ap)
{
	const char *name, *value;

	check(p, xmlTextWriterStartElement(p->w, BAD_CAST element));
	while ((name = va_arg(ap, const char *)) != NULL) {
		value = va_arg(ap, const char *);
		if (value != NULL)
			write_attribute(p, name, value);
	}
}

void
page_open(struct page *p, const char *element, ...)
{
	va_list ap;

	va_start(ap, element);
	open_v(p, element, ap);
	va_end(ap);
}

void
page_void(struct page *p, const char *element, ...)
{
	va_list ap;

	va_start(ap, element);
	open_v(p, element, ap);
	va_end(ap);
	check(p, xmlTextWriterEndElement(p->w));
}

void
page_close(struct page *p)
{
	check(p, xmlTextWriterFullEndElement(p->w));
}

void
page_text_n(struct page *p, const char *s, size_t n)
{
	check(p, xmlTextWriterWriteString(p->w, readable(p, s, n)));
}

void
page_text(struct page *p, const char *s)
{
	if (s != NULL)
		page_text_n(p, s, strlen(s));
}

void
page_printf(struct page *p, const char *fmt, ...)
{
	struct gk_buf b;
	char small[256];
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof small) {
		page_text_n(p, small, (size_t)n);
	} else {
		char *to;

		gk_buf_init(&b, VALUE_MAX);
		to = n < 0 ? NULL : gk_buf_room(&b, (size_t)n);
		if (to != NULL) {
			vsnprintf(to, (size_t)n + 1, fmt, again);
			page_text_n(p, to, (size_t)n);
		} else {
			p->failed = true;
		}
		gk_buf_free(&b);
	}
	va_end(again);
}

void
page_element(struct page *p, const char *element, const char *class_, const char *text)
{
	page_open(p, element, "class", class_, NULL);
	page_text(p, text);
	page_close(p);
}

/* The byte where code point `want` begins, walking on from (*at, *cp). */
static void
walk(const char *s, size_t n, size_t *at, json_int_t *cp, json_int_t want)
{
	while (*at < n && *cp < want) {
		uint32_t c;

		*at += gk_utf8_decode(s + *at, n - *at, &c);
		++*cp;
	}
}

void
page_marked(struct page *p, const char *text, const json_t *marks)
{
	size_t n = text != NULL ? strlen(text) : 0, at = 0, i;
	json_int_t cp = 0;
	const json_t *mark;

	/* At the top of the loop: everything before byte `at` (code point cp) is written. */
	json_array_foreach(marks, i, mark) {
		const json_t *start = json_array_get(mark, 0), *end = json_array_get(mark, 1);
		size_t from = at;

		if (!json_is_integer(start) || !json_is_integer(end) || json_integer_value(start) < cp ||
		    json_integer_value(end) <= json_integer_value(start))
			continue;
		walk(text, n, &at, &cp, json_integer_value(start));
		if (at > from)
			page_text_n(p, text + from, at - from);
		from = at;
		walk(text, n, &at, &cp, json_integer_value(end));
		if (at == from)
			break;
		page_open(p, "mark", NULL);
		page_text_n(p, text + from, at - from);
		page_close(p);
	}
	if (at < n)
		page_text_n(p, text + at, n - at);
}
