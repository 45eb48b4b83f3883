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
#include <fcntl.h>
#include <magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* How much of a file decides what it is. */
enum { HEAD = 4096, MAGIC_HEAD = 256 * 1024 };

static const struct {
	const char *bytes;
	size_t n;
	const char *type;	/* NULL: libmagic knows it better */
	enum gk_kind kind;
} marks[] = {
	{ "%PDF-", 5, "application/pdf", GK_KIND_PDF },
	{ "{\\rtf", 5, "text/rtf", GK_KIND_RTF },
	{ "%!PS", 4, "application/postscript", GK_KIND_OTHER },
	{ "PK\003\004", 4, "application/zip", GK_KIND_ZIP },
	{ "PK\005\006", 4, "application/zip", GK_KIND_ZIP },
	{ "\xD0\xCF\x11\xE0", 4, "application/x-ole-storage", GK_KIND_OLE },
	{ "\x1F\x8B", 2, "application/gzip", GK_KIND_BUNDLE },
	{ "WARC/", 5, "application/warc", GK_KIND_WARC },
	{ "BZh", 3, "application/x-bzip2", GK_KIND_BUNDLE },
	{ "\xFD""7zXZ", 5, "application/x-xz", GK_KIND_BUNDLE },
	{ "7z\xBC\xAF\x27\x1C", 6, "application/x-7z-compressed", GK_KIND_BUNDLE },
	{ "Rar!\x1A\x07", 6, "application/vnd.rar", GK_KIND_OTHER },
	{ "\x89PNG\r\n", 6, "image/png", GK_KIND_IMAGE },
	{ "\xFF\xD8\xFF", 3, "image/jpeg", GK_KIND_IMAGE },
	{ "GIF8", 4, "image/gif", GK_KIND_OTHER },
	{ "II*\0", 4, "image/tiff", GK_KIND_IMAGE },
	{ "MM\0*", 4, "image/tiff", GK_KIND_IMAGE },
};

/* The database, mapped while files can still be opened; loaded only when it is asked. */
static struct { void *p; size_t n; } database;

/* /etc/magic:/usr/share/misc/magic are sources; the compiled database stands beside the second. */
static int
open_database(void)
{
	const char *path = magic_getpath(NULL, 0);
	int fd = -1;

	while (path != NULL && *path != '\0' && fd < 0) {
		size_t n = strcspn(path, ":");
		char *compiled = NULL;

		if (asprintf(&compiled, "%.*s%s", (int)n, path, n > 4 && memcmp(path + n - 4, ".mgc", 4) == 0 ? "" : ".mgc") > 0) {
			fd = open(compiled, O_RDONLY | O_CLOEXEC);
			free(compiled);
		}
		path += n + (path[n] == ':');
	}
	return fd;
}

void
gk_sniff_warm(void)
{
	int fd = open_database();
	struct stat sb;

	if (fd >= 0 && fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode) && sb.st_size > 0) {
		database.p = mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		database.n = (size_t)sb.st_size;
		if (database.p == MAP_FAILED)
			database.p = NULL;
	}
	if (fd >= 0)
		close(fd);
}

/* Loaded once for a file and all that are inside of it.  NULL: it cannot be. */
static magic_t
magic(void)
{
	static magic_t m;

	if (m != NULL)
		return m;
	m = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR);
	if (m != NULL && (database.p != NULL ? magic_load_buffers(m, &database.p, &database.n, 1) : magic_load(m, NULL)) != 0) {
		magic_close(m);
		m = NULL;
	}
	return m;
}

static void
ask_magic(const void *p, size_t n, char type[96])
{
	magic_t m = gk_fault("magic") ? NULL : magic();
	const char *s = m == NULL ? NULL : magic_buffer(m, p, n < MAGIC_HEAD ? n : MAGIC_HEAD);

	snprintf(type, 96, "%s", s != NULL && strchr(s, '/') != NULL ? s : "application/octet-stream");
}

/* --- zip files ------------------------------------------------------------------ */

#define OOXML "application/vnd.openxmlformats-officedocument."

/* libmagic 5.44 takes an OFD (GB/T 33190) for a mere zip, and others by the order of their entries: the name of a root file decides. */
static const struct { const char *member, *type; enum gk_kind kind; } roots[] = {
	{ "OFD.xml", "application/ofd", GK_KIND_OFD },
	{ "word/document.xml", OOXML "wordprocessingml.document", GK_KIND_DOCX },
	{ "xl/workbook.xml", OOXML "spreadsheetml.sheet", GK_KIND_XLSX },
	{ "ppt/presentation.xml", OOXML "presentationml.presentation", GK_KIND_PPTX },
};

static unsigned
le(const char *p, unsigned bytes)
{
	unsigned v = 0;

	while (bytes-- > 0)
		v = v << 8 | (unsigned char)p[bytes];
	return v;
}

static size_t
root_of(const char *name, size_t n)
{
	while (n > 0 && (*name == '/' || *name == '\\'))
		name++, n--;
	for (size_t i = 0; i < COUNT(roots); i++) {
		size_t k = 0;

		while (k < n && roots[i].member[k] != '\0' && (tolower((unsigned char)name[k]) == tolower((unsigned char)roots[i].member[k]) ||
								 (name[k] == '\\' && roots[i].member[k] == '/')))
			k++;
		if (k == n && roots[i].member[k] == '\0')
			return i;
	}
	return COUNT(roots);
}

/* A name in the directory at the end of the file; COUNT(roots) if none is known. */
static size_t
root_in_directory(const char *p, size_t n)
{
	size_t from = n < 22 ? 0 : n - 22, at, least = n > 65557 ? n - 65557 : 0, found = COUNT(roots);

	while (n >= 22 && memcmp(p + from, "PK\005\006", 4) != 0 && from > least)
		from--;
	if (n < 22 || memcmp(p + from, "PK\005\006", 4) != 0)
		return found;
	at = le(p + from + 16, 4);
	for (unsigned i = 0; i < GK_ENTRIES_MAX && found == COUNT(roots) && at + 46 <= n && memcmp(p + at, "PK\001\002", 4) == 0; i++) {
		size_t name_n = le(p + at + 28, 2);

		if (at + 46 + name_n > n)
			break;
		found = root_of(p + at + 46, name_n);
		at += 46 + name_n + le(p + at + 30, 2) + le(p + at + 32, 2);
	}
	return found;
}

/* Of a file that was cut there is no directory: then the names beside the members themselves, for what is said of it. */
static size_t
root_in_headers(const char *p, size_t n)
{
	size_t at = 0, found = COUNT(roots);

	for (unsigned i = 0; i < 4096 && found == COUNT(roots) && at + 30 <= n; i++) {
		const char *next;
		size_t name_n;

		if (memcmp(p + at, "PK\003\004", 4) == 0 && at + 30 + (name_n = le(p + at + 26, 2)) <= n)
			found = root_of(p + at + 30, name_n);
		next = memmem(p + at + 4, n - at - 4, "PK\003\004", 4);
		if (next == NULL)
			break;
		at = (size_t)(next - p);
	}
	return found;
}

static enum gk_kind
zip_kind(const char *p, size_t n, char type[96])
{
	/* ODF: the first member is stored, is called mimetype, and says it. */
	static const char odf[] = "mimetypeapplication/vnd.oasis.opendocument.";
	size_t root = root_in_directory(p, n), k = 0;

	if (n > 30 + sizeof odf && memcmp(p + 30, odf, sizeof odf - 1) == 0) {
		/* Where its size is not said, the next member ends it. */
		while (k < 80 && 38 + k < n && (isalnum((unsigned char)p[38 + k]) || strchr("./-", p[38 + k]) != NULL) && p[38 + k] != '\0' &&
		       (le(p + 18, 4) == 0 ? memcmp(p + 38 + k, "PK", 2) != 0 : k < le(p + 18, 4)))
			k++;
		snprintf(type, 96, "%.*s", (int)k, p + 38);
		return GK_KIND_ODF;
	}
	if (root == COUNT(roots) && memmem(n > 65557 ? p + n - 65557 : p, n > 65557 ? 65557 : n, "PK\005\006", 4) == NULL)
		root = root_in_headers(p, n);
	if (root == COUNT(roots))
		return GK_KIND_ZIP;
	snprintf(type, 96, "%s", roots[root].type);
	return roots[root].kind;
}

/* A tar: a header with a sum that is right. */
static bool
is_tar(const char *p, size_t n)
{
	unsigned long sum = 0, said;

	if (n < 512 || p[0] == '\0')
		return false;
	for (size_t i = 0; i < 512; i++)
		sum += i >= 148 && i < 156 ? ' ' : (unsigned char)p[i];
	said = 0;
	for (size_t i = 148; i < 156; i++)
		if (p[i] >= '0' && p[i] <= '7')
			said = said * 8 + (unsigned long)(p[i] - '0');
		else if (p[i] != ' ' && p[i] != '\0')
			return false;
	return said == sum;
}

static bool
has_utf16_mark(const char *p, size_t n)
{
	return n >= 2 && (memcmp(p, "\xFF\xFE", 2) == 0 || memcmp(p, "\xFE\xFF", 2) == 0);
}

/*
 * Blanks, ASCII, Chinese punctuation, Han, full-width forms, and the two halves of a rarer Han (𠮷 of a name), which are told by the one beside: what a Chinese
 * text has.
 */
static bool
is_plausible(unsigned unit, unsigned before, unsigned after)
{
	if (unit >= 0xD840 && unit <= 0xD8FF)
		return after >= 0xDC00 && after <= 0xDFFF;
	if (unit >= 0xDC00 && unit <= 0xDFFF)
		return before >= 0xD840 && before <= 0xD8FF;
	return (unit >= 0x3400 && unit <= 0x4DBF) || unit == '\t' || unit == '\n' || unit == '\r' || (unit >= 0x20 && unit < 0x7F) || (unit >= 0x2010 && unit <= 0x2026) ||
	       (unit >= 0x3000 && unit <= 0x301F) || (unit >= 0x4E00 && unit <= 0x9FFF) || (unit >= 0xFF01 && unit <= 0xFF5E);
}

/*
 * UTF-16 without a mark: nine units in ten are plausible, in one byte order.  Of
 * random ones less than half would be.  NULs prove nothing: 一 is U+4E00.
 */
static bool
may_be_utf16(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t little = 0, big = 0, units = 0;
	unsigned before[2] = { 0, 0 };

	for (size_t i = 0; i + 1 < n && i < 65536; i += 2, units++) {
		unsigned l = p[i] | (unsigned)p[i + 1] << 8, b = p[i + 1] | (unsigned)p[i] << 8;
		bool more = i + 3 < n;

		little += is_plausible(l, before[0], more ? p[i + 2] | (unsigned)p[i + 3] << 8 : 0);
		big += is_plausible(b, before[1], more ? p[i + 3] | (unsigned)p[i + 2] << 8 : 0);
		before[0] = l;
		before[1] = b;
	}
	return n % 2 == 0 && (little * 10 >= units * 9 || big * 10 >= units * 9);
}

enum gk_kind
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
		if (marks[i].kind == GK_KIND_BUNDLE && gk_is_warc_gz(p, n)) {
			snprintf(type, 96, "application/warc");
			return GK_KIND_WARC;
		}
		return marks[i].kind == GK_KIND_ZIP ? zip_kind(p, n, type) : marks[i].kind;
	}
	if (is_tar(p, n)) {
		snprintf(type, 96, "application/x-tar");
		return GK_KIND_BUNDLE;
	}
	if (has_utf16_mark(p, n) || may_be_utf16(p, n))
		return GK_KIND_UNDECIDED;
	if (memchr(p, 0, n) != NULL) {
		ask_magic(p, n, type);
		/* A page with one stray NUL in it is still no text that we could trust. */
		if (strncmp(type, "text/", 5) == 0)
			snprintf(type, 96, "application/octet-stream");
		return GK_KIND_OTHER;
	}
	for (size_t i = 0; i < head; i++) {
		unsigned char c = (unsigned char)p[i];

		controls += c < 0x20 && !isspace(c) && c != 0x1B && c != 0x1A;
	}
	if (controls > 4 && controls * 50 > head) {
		ask_magic(p, n, type);
		return GK_KIND_OTHER;
	}
	return GK_KIND_UNDECIDED;
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
		return GK_KIND_MAIL;
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
	snprintf(type, 96, "text/csv");
	if (gk_is_csv(s, n))
		return GK_KIND_CSV;
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
