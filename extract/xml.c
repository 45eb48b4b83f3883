/*
 * XML of office documents, as events (L26): no document type, so no entities to expand; no network; libxml2's own
 * ends of depth (256) and of one text (10 MB) hold.  The parser is always given UTF-8.
 */
#include "extract/inside.h"

#include "base/fault.h"
#include "base/utf8.h"

#include <libxml/xmlreader.h>
#include <string.h>
#include <strings.h>

/* The prefix of an encoding declaration would be believed against our UTF-8: it is told which encoding it is. */
enum { OPTIONS = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA | XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC };

static bool
has_doctype(const char *p, size_t n)
{
	return memmem(p, n, "<!DOCTYPE", 9) != NULL || memmem(p, n, "<!ENTITY", 8) != NULL;
}

/* Whoever could not open it has nothing to close. */
static bool
cannot_open(struct gk_xml *in)
{
	gk_buf_free(&in->own);
	return false;
}

bool
gk_xml_open(struct gk_xml *in, const char *p, size_t n)
{
	struct gk_extracted none = { .type = "" };

	*in = (struct gk_xml){ .own = { .n = 0 } };
	gk_buf_init(&in->own, 0);
	if (n == 0)
		return false;
	if (n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0)
		p += 3, n -= 3;
	if (gk_utf8_check(p, n) != n || memchr(p, 0, n) != NULL) {
		if (gk_decode(p, n, &none, &in->own, NULL) != GK_OK)
			return cannot_open(in);
		p = in->own.p;
		n = in->own.n;
	}
	/* Blanks before the declaration are an error to the parser, and to nobody else. */
	while (n > 0 && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++, n--;
	if (n == 0 || n > INT32_MAX || has_doctype(p, n) || gk_fault("xml"))
		return cannot_open(in);
	in->r = xmlReaderForMemory(p, (int)n, NULL, "UTF-8", OPTIONS);
	return in->r != NULL || cannot_open(in);
}

void
gk_xml_close(struct gk_xml *in)
{
	if (in->r != NULL)
		xmlFreeTextReader(in->r);
	gk_buf_free(&in->own);
	*in = (struct gk_xml){ .own = { .n = 0 } };
}

static void
take_name(struct gk_xml *in)
{
	const xmlNode *node = xmlTextReaderCurrentNode(in->r);

	in->node = node;
	in->name = node == NULL ? "" : (const char *)node->name;
}

enum gk_xml_event
gk_xml_next(struct gk_xml *in)
{
	int r, type;

	if (in->empty) {
		in->empty = false;
		return GK_XML_CLOSE;
	}
	while ((r = xmlTextReaderRead(in->r)) == 1) {
		type = xmlTextReaderNodeType(in->r);
		if (type == XML_READER_TYPE_ELEMENT) {
			take_name(in);
			in->empty = xmlTextReaderIsEmptyElement(in->r) == 1;
			return GK_XML_OPEN;
		}
		if (type == XML_READER_TYPE_END_ELEMENT) {
			take_name(in);
			return GK_XML_CLOSE;
		}
		if (type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA || type == XML_READER_TYPE_SIGNIFICANT_WHITESPACE ||
		    type == XML_READER_TYPE_WHITESPACE) {
			in->text = (const char *)xmlTextReaderConstValue(in->r);
			if (in->text == NULL)
				in->text = "";
			return GK_XML_TEXT;
		}
		if (type == XML_READER_TYPE_DOCUMENT_TYPE || type == XML_READER_TYPE_ENTITY_REFERENCE)
			return GK_XML_BAD;
	}
	return r == 0 ? GK_XML_END : GK_XML_BAD;
}

const char *
gk_xml_attr(const struct gk_xml *in, const char *name)
{
	const xmlNode *node = in->node;

	for (const xmlAttr *a = node == NULL || node->type != XML_ELEMENT_NODE ? NULL : node->properties; a != NULL; a = a->next)
		if (strcmp((const char *)a->name, name) == 0)
			return a->children != NULL && a->children->content != NULL ? (const char *)a->children->content : "";
	return NULL;
}

const char *
gk_xml_attr_ns(const struct gk_xml *in, const char *name)
{
	const xmlNode *node = in->node;

	for (const xmlAttr *a = node == NULL || node->type != XML_ELEMENT_NODE ? NULL : node->properties; a != NULL; a = a->next)
		if (a->ns != NULL && strcmp((const char *)a->name, name) == 0)
			return a->children != NULL && a->children->content != NULL ? (const char *)a->children->content : "";
	return NULL;
}

bool
gk_xml_is(const struct gk_xml *in, const char *name)
{
	return strcmp(in->name, name) == 0;
}

/* To the end of the element that is open; its text goes to out, unless that is NULL. */
static enum gk_xml_event
to_its_end(struct gk_xml *in, struct gk_buf *out)
{
	for (unsigned depth = 1; depth > 0; ) {
		enum gk_xml_event ev = gk_xml_next(in);

		if (ev == GK_XML_OPEN)
			depth++;
		else if (ev == GK_XML_CLOSE)
			depth--;
		else if (ev != GK_XML_TEXT)
			return ev;
		else if (out != NULL)
			gk_buf_puts(out, in->text);
	}
	return GK_XML_CLOSE;
}

enum gk_xml_event
gk_xml_skip(struct gk_xml *in)
{
	return to_its_end(in, NULL);
}

bool
gk_xml_text(struct gk_xml *in, struct gk_buf *out)
{
	gk_buf_reset(out);
	if (to_its_end(in, out) != GK_XML_CLOSE)
		return false;
	if (out->p == NULL)
		gk_buf_puts(out, "");
	return !out->failed;
}

enum gk_status
gk_refuse_xml(struct gk_extracted *x, struct gk_err *err)
{
	return gk_refuse(x, "xml", err, "文件里的 XML 有错误、含有 DTD，或嵌套超过 256 层 (L26)", "its XML is wrong, has a document type, or is nested deeper than 256 (L26)");
}
