/*
 * What kind of file is it?  Our own quick checks first: a page says so in its
 * first tags, a Chinese text in its characters.  Loading libmagic's database costs
 * more than reading a whole page of 20 KB, so it is asked only when ours do
 * not decide: to name what we refuse, and for texts without Chinese in them
 * (mail, RTF, programs), which may not be meant to be read.
 */
#include "extract/inside.h"

#include "base/fault.h"
#include "base/utf8.h"

#include <ctype.h>
#include <magic.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* How much of a file decides what it is. */
enum { HEAD = 4096, MAGIC_HEAD = 256 * 1024 };

static const struct {
	const char *bytes;
	size_t n;
	const char *type;	/* NULL: libmagic knows it better */
} marks[] = {
	{ "%PDF-", 5, "application/pdf" },
	{ "{\\rtf", 5, "text/rtf" },
	{ "%!PS", 4, "application/postscript" },
	{ "PK\003\004", 4, NULL },
	{ "PK\005\006", 4, "application/zip" },
	{ "\xD0\xCF\x11\xE0", 4, NULL },
	{ "\x1F\x8B", 2, "application/gzip" },
	{ "7z\xBC\xAF\x27\x1C", 6, "application/x-7z-compressed" },
	{ "Rar!\x1A\x07", 6, "application/vnd.rar" },
	{ "\x89PNG\r\n", 6, "image/png" },
	{ "\xFF\xD8\xFF", 3, "image/jpeg" },
	{ "GIF8", 4, "image/gif" },
	{ "II*\0", 4, "image/tiff" },
	{ "MM\0*", 4, "image/tiff" },
};

static void
ask_magic(const void *p, size_t n, char type[96])
{
	magic_t m = gk_fault("magic") ? NULL : magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR);
	const char *s = NULL;

	if (m != NULL && magic_load(m, NULL) == 0)
		s = magic_buffer(m, p, n < MAGIC_HEAD ? n : MAGIC_HEAD);
	snprintf(type, 96, "%s", s != NULL && strchr(s, '/') != NULL ? s : "application/octet-stream");
	if (m != NULL)
		magic_close(m);
}

/* libmagic 5.44 takes an OFD (GB/T 33190) for a mere zip; the name of its root file stands in a local header or in the directory. */
static bool
is_ofd(const char *p, size_t n)
{
	size_t part = n < 65536 ? n : 65536;

	return memmem(p, part, "OFD.xml", 7) != NULL || memmem(p + n - part, part, "OFD.xml", 7) != NULL;
}

static bool
has_utf16_mark(const char *p, size_t n)
{
	return n >= 2 && (memcmp(p, "\xFF\xFE", 2) == 0 || memcmp(p, "\xFE\xFF", 2) == 0);
}

/* Blanks, ASCII, Chinese punctuation, Han, full-width forms: what a Chinese text has in the Basic Plane. */
static bool
is_plausible(unsigned unit)
{
	return unit == '\t' || unit == '\n' || unit == '\r' || (unit >= 0x20 && unit < 0x7F) || (unit >= 0x2010 && unit <= 0x2026) ||
	       (unit >= 0x3000 && unit <= 0x301F) || (unit >= 0x4E00 && unit <= 0x9FFF) || (unit >= 0xFF01 && unit <= 0xFF5E);
}

/*
 * UTF-16 without a mark: nine units in ten are plausible, in one byte order.  Of
 * random ones a third would be.  NULs prove nothing: 一 is U+4E00.
 */
static bool
may_be_utf16(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t little = 0, big = 0, units = 0;

	for (size_t i = 0; i + 1 < n && i < 65536; i += 2, units++) {
		little += is_plausible(p[i] | (unsigned)p[i + 1] << 8);
		big += is_plausible(p[i + 1] | (unsigned)p[i] << 8);
	}
	return n % 2 == 0 && (little * 10 >= units * 9 || big * 10 >= units * 9);
}

bool
gk_sniff_bytes(const char *p, size_t n, char type[96])
{
	size_t controls = 0, head = n < HEAD ? n : HEAD;

	for (size_t i = 0; i < COUNT(marks); i++) {
		if (n < marks[i].n || memcmp(p, marks[i].bytes, marks[i].n) != 0)
			continue;
		if (marks[i].type != NULL)
			snprintf(type, 96, "%s", marks[i].type);
		else
			ask_magic(p, n, type);
		if (strcmp(type, "application/zip") == 0 && is_ofd(p, n))
			snprintf(type, 96, "application/ofd");
		return true;
	}
	if (has_utf16_mark(p, n) || may_be_utf16(p, n))
		return false;
	if (memchr(p, 0, n) != NULL) {
		ask_magic(p, n, type);
		/* A page with one stray NUL in it is still no text that we could trust. */
		if (strncmp(type, "text/", 5) == 0)
			snprintf(type, 96, "application/octet-stream");
		return true;
	}
	for (size_t i = 0; i < head; i++) {
		unsigned char c = (unsigned char)p[i];

		controls += c < 0x20 && !isspace(c) && c != 0x1B && c != 0x1A;
	}
	if (controls > 4 && controls * 50 > head) {
		ask_magic(p, n, type);
		return true;
	}
	return false;
}

/* --- texts ----------------------------------------------------------------------- */

static const char *
skip_space(const char *s, const char *end)
{
	while (s < end && isspace((unsigned char)*s))
		s++;
	return s;
}

/* Past blanks, comments, <?…?> and <!DOCTYPE …>; *xml and *doctype say what was seen. */
static const char *
skip_prolog(const char *s, const char *end, bool *xml, bool *html_doctype)
{
	for (;;) {
		const char *stop = NULL;
		size_t left;

		s = skip_space(s, end);
		left = (size_t)(end - s);
		if (left >= 4 && memcmp(s, "<!--", 4) == 0) {
			stop = memmem(s + 4, left - 4, "-->", 3);
			stop = stop == NULL ? NULL : stop + 3;
		} else if (left >= 2 && memcmp(s, "<?", 2) == 0) {
			*xml |= left >= 5 && memcmp(s, "<?xml", 5) == 0;
			stop = memchr(s, '>', left);
			stop = stop == NULL ? NULL : stop + 1;
		} else if (left >= 9 && strncasecmp(s, "<!doctype", 9) == 0) {
			*html_doctype |= strncasecmp(skip_space(s + 9, end), "html", 4) == 0;
			stop = memchr(s, '>', left);
			stop = stop == NULL ? NULL : stop + 1;
		}
		if (stop == NULL)
			return s;
		s = stop;
	}
}

static const char *const html_tags[] = { "html", "head", "body", "meta", "title", "link", "style", "script", "div", "table", "p", "h1", "h2",
	"h3", "center", "font", "span", "ul", "ol", "form", "br", "hr", "a", "b", "article", "section", "main", "iframe", "base", "img", "strong",
	"tbody", "tr", "td", "dl", "header", "nav" };

static bool
is_html_tag(const char *s, const char *end)
{
	size_t n = 0;

	if (s >= end || *s++ != '<')
		return false;
	while (s + n < end && n < 12 && isalnum((unsigned char)s[n]))
		n++;
	if (s + n >= end || (s[n] != '>' && s[n] != '/' && !isspace((unsigned char)s[n])))
		return false;
	for (size_t i = 0; i < COUNT(html_tags); i++)
		if (strlen(html_tags[i]) == n && strncasecmp(s, html_tags[i], n) == 0)
			return true;
	return false;
}

/* Some pages begin with a line of text, left over from a script of the server. */
static bool
html_near_start(const char *s, size_t n)
{
	static const char *const sure[] = { "<html", "<!doctype html", "<body", "<head>" };

	n = n < 1024 ? n : 1024;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; s[i] == '<' && k < COUNT(sure); k++)
			if (n - i > strlen(sure[k]) && strncasecmp(s + i, sure[k], strlen(sure[k])) == 0)
				return true;
	return false;
}

/*
 * A mail, or a page saved as .mht: headers of lines "Name: value", MIME-Version among them,
 * up to an empty line.  libmagic 5.44 knows only some of them; its text is encoded and would be found by nobody.
 */
static bool
is_mail(const char *s, size_t n)
{
	static const char must[] = "mime-version:";
	const char *end = s + (n < HEAD ? n : HEAD), *line = s;
	bool found = false;

	while (line < end && *line != '\n') {
		const char *nl = memchr(line, '\n', (size_t)(end - line)), *p = line;

		while (p < end && (isalnum((unsigned char)*p) || *p == '-'))
			p++;
		/* A line that begins with a blank continues the one before. */
		if (*line != ' ' && *line != '\t' && (p == line || p == end || *p != ':'))
			return false;
		found |= (size_t)(end - line) >= sizeof must && strncasecmp(line, must, sizeof must - 1) == 0;
		if (nl == NULL)
			break;
		line = nl + 1;
	}
	return found;
}

/*
 * Markdown has no mark of its own: front matter, a heading in the first line, or
 * two or more headings anywhere in the head.  "# " alone in a text is a comment or a list.
 */
static bool
is_markdown(const char *s, size_t n)
{
	const char *end = s + (n < 16384 ? n : 16384), *line = skip_space(s, end);
	unsigned headings = 0;

	if (end - line > 4 && memcmp(line, "---\n", 4) == 0 && memmem(line + 4, (size_t)(end - line) - 4, "\n---\n", 5) != NULL)
		return true;
	for (bool first = true; line < end; first = false) {
		const char *nl = memchr(line, '\n', (size_t)(end - line)), *p = line;

		while (p < end && *p == '#')
			p++;
		if (p > line && p - line <= 6 && p < end && *p == ' ') {
			headings++;
			if (first && p - line == 1)
				return true;
		}
		if (nl == NULL)
			break;
		line = nl + 1;
	}
	return headings >= 2;
}

static size_t
count_han(const char *s, size_t n)
{
	size_t han = 0;

	for (size_t at = 0; at < n && at < HEAD;) {
		uint32_t c;

		at += gk_utf8_decode(s + at, n - at, &c);
		han += c != GK_UTF8_BAD && gk_is_han(c);
	}
	return han;
}

enum gk_kind
gk_sniff_text(const char *s, size_t n, const void *raw, size_t raw_n, char type[96])
{
	bool xml = false, doctype = false;
	const char *end = s + n, *first = skip_prolog(s, end, &xml, &doctype);

	if (is_mail(s, n)) {
		snprintf(type, 96, "message/rfc822");
		return GK_KIND_OTHER;
	}
	snprintf(type, 96, "text/html");
	if (doctype || html_near_start(s, n) || (!xml && is_html_tag(first, end)))
		return GK_KIND_HTML;
	if (xml) {
		snprintf(type, 96, "text/xml");
		return GK_KIND_OTHER;
	}
	snprintf(type, 96, "text/markdown");
	if (is_markdown(s, n))
		return GK_KIND_MARKDOWN;
	if (count_han(s, n) < 10) {
		ask_magic(raw, raw_n, type);
		if (strcmp(type, "text/html") == 0)
			return GK_KIND_HTML;
		if (strcmp(type, "text/rtf") == 0 || strcmp(type, "text/xml") == 0 || strncmp(type, "message/", 8) == 0 ||
		    strncmp(type, "image/", 6) == 0 || strncmp(type, "application/vnd", 15) == 0 || strncmp(type, "application/x-", 14) == 0)
			return GK_KIND_OTHER;
	}
	snprintf(type, 96, "text/plain");
	return GK_KIND_TEXT;
}
