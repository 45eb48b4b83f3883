/*
 * Mail (RFC 5322, MIME) and pages saved as .mht: headers, a tree of parts, their encodings.
 *
 *   multipart/alternative   the page if there is one, else the text
 *   multipart/related       its first part (a saved page and its images)
 *   any other multipart     all parts; one with a file name is a file inside (bundle.c)
 *
 * Parts nest at most as deep as containers may.
 */
#include "extract/inside.h"

#include "base/utf8.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DEPTH_MAX = 8, PARTS_MAX = 400, HEADER_MAX = 256 * 1024 };

struct part {
	const char *head, *body;
	size_t head_n, body_n;
	char type[96], charset[64], boundary[160], name[512], coding[32];
	bool attached;
};

struct mail {
	struct gk_extracted *x;
	struct gk_err *err;
	enum gk_status st;
	unsigned parts;
	bool text;		/* a text was taken */
};

/* --- words ------------------------------------------------------------------------------------------------- */

static int
value64(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' : c >= 'a' && c <= 'z' ? c - 'a' + 26 : c >= '0' && c <= '9' ? c - '0' + 52 : c == '+' ? 62 : c == '/' ? 63 : -1;
}

static void
base64(const char *s, size_t n, struct gk_buf *out)
{
	uint32_t bits = 0;
	unsigned have = 0;

	for (size_t i = 0; i < n && s[i] != '='; i++) {
		int v = value64(s[i]);

		if (v < 0)
			continue;
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			gk_buf_putc(out, (char)(bits >> have));
		}
	}
}

static int
hex(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

/* Quoted printable; with words an underline is a blank. */
static void
quoted(const char *s, size_t n, bool words, struct gk_buf *out)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '=' && i + 2 < n && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
			gk_buf_putc(out, (char)(hex(s[i + 1]) * 16 + hex(s[i + 2])));
			i += 2;
		} else if (s[i] == '=' && i + 1 < n && (s[i + 1] == '\n' || s[i + 1] == '\r')) {
			i += 1 + (s[i + 1] == '\r' && i + 2 < n && s[i + 2] == '\n');
		} else {
			gk_buf_putc(out, words && s[i] == '_' ? ' ' : s[i]);
		}
	}
}

static const char *
charset_of(const char *s, size_t n)
{
	static const struct { const char *name, *is; } known[] = { { "gb2312", "GB18030" }, { "gbk", "GB18030" }, { "gb18030", "GB18030" }, { "big5", "BIG5-HKSCS" },
		{ "big5-hkscs", "BIG5-HKSCS" }, { "utf-8", "UTF-8" }, { "utf8", "UTF-8" } };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i].name) == n && strncasecmp(known[i].name, s, n) == 0)
			return known[i].is;
	return NULL;
}

/* A header's value: =?gb2312?B?…?= decoded, bytes without that as they are found to be. */
static void
decode_words(const char *s, size_t n, struct gk_buf *out)
{
	struct gk_buf raw;
	const char *charset = "UTF-8";

	gk_buf_init(&raw, HEADER_MAX);
	for (size_t at = 0; at < n;) {
		const char *p = s + at, *end = s + n, *q1, *q2, *stop;
		size_t next;

		if (p + 2 < end && p[0] == '=' && p[1] == '?' && (q1 = memchr(p + 2, '?', (size_t)(end - p) - 2)) != NULL && q1 + 2 < end && q1[2] == '?' &&
		    (q2 = q1 + 2) != NULL && (stop = memmem(q2 + 1, (size_t)(end - q2) - 1, "?=", 2)) != NULL) {
			const char *is = charset_of(p + 2, (size_t)(q1 - p) - 2);

			/* Words next to each other may cut a character in two: their bytes are joined first. */
			if (is != NULL && is != charset && raw.n > 0) {
				gk_convert(charset, raw.p, raw.n, out);
				gk_buf_reset(&raw);
			}
			charset = is != NULL ? is : charset;
			if (toupper((unsigned char)q1[1]) == 'B')
				base64(q2 + 1, (size_t)(stop - q2) - 1, &raw);
			else
				quoted(q2 + 1, (size_t)(stop - q2) - 1, true, &raw);
			at = (size_t)(stop - s) + 2;
			/* Blanks between two of them are none. */
			for (next = at; next < n && isspace((unsigned char)s[next]);)
				next++;
			at = n - next > 2 && memcmp(s + next, "=?", 2) == 0 ? next : at;
		} else {
			gk_buf_putc(&raw, s[at] == '\r' || s[at] == '\n' ? ' ' : s[at]);
			at++;
		}
	}
	if (raw.n > 0 && charset_of("utf-8", 5) == charset && gk_utf8_check(raw.p, raw.n) != raw.n)
		charset = "GB18030";
	if (raw.n > 0)
		gk_convert(charset, raw.p, raw.n, out);
	gk_buf_free(&raw);
}

/* --- headers -------------------------------------------------------------------------------------------------- */

/* The value of a header, over the lines that it is folded into. NULL if there is none. */
static const char *
header(const struct part *p, const char *name, size_t *n)
{
	size_t k = strlen(name);

	for (size_t at = 0; at < p->head_n;) {
		const char *line = p->head + at, *nl = memchr(line, '\n', p->head_n - at);
		size_t len = nl == NULL ? p->head_n - at : (size_t)(nl - line);
		bool is = len > k && strncasecmp(line, name, k) == 0 && line[k] == ':';

		at += len + 1;
		while (at < p->head_n && (p->head[at] == ' ' || p->head[at] == '\t')) {
			nl = memchr(p->head + at, '\n', p->head_n - at);
			at = nl == NULL ? p->head_n : (size_t)(nl - p->head) + 1;
		}
		if (is) {
			*n = (at > p->head_n ? p->head_n : at) - (size_t)(line - p->head) - k - 1;
			return line + k + 1;
		}
	}
	return NULL;
}

/* name=value or name="value" or name*=utf-8''value in a header's value. */
static void
parameter(const char *s, size_t n, const char *name, char *to, size_t size)
{
	size_t k = strlen(name), len = 0;

	for (size_t i = 0; i + k < n && to[0] == '\0'; i++) {
		const char *p = s + i + k, *end = s + n;
		bool quote;

		if (strncasecmp(s + i, name, k) != 0 || (i > 0 && (isalnum((unsigned char)s[i - 1]) || s[i - 1] == '-')))
			continue;
		if (p < end && *p == '*' && p + 1 < end && p[1] == '=') {
			struct gk_buf raw;
			const char *mark = memchr(p, '\'', (size_t)(end - p)), *from = mark == NULL ? NULL : memchr(mark + 1, '\'', (size_t)(end - mark) - 1);

			if (from == NULL)
				return;
			gk_buf_init(&raw, 4096);
			for (from++; from < end && *from != ';' && !isspace((unsigned char)*from); from++)
				if (*from == '%' && from + 2 < end && hex(from[1]) >= 0 && hex(from[2]) >= 0) {
					gk_buf_putc(&raw, (char)(hex(from[1]) * 16 + hex(from[2])));
					from += 2;
				} else {
					gk_buf_putc(&raw, *from);
				}
			snprintf(to, size, "%.*s", (int)(raw.n < size ? raw.n : size - 1), raw.p == NULL ? "" : raw.p);
			gk_buf_free(&raw);
			return;
		}
		while (p < end && isspace((unsigned char)*p))
			p++;
		if (p == end || *p++ != '=')
			continue;
		while (p < end && isspace((unsigned char)*p))
			p++;
		quote = p < end && *p == '"';
		for (p += quote; p < end && len + 1 < size && (quote ? *p != '"' : *p != ';' && !isspace((unsigned char)*p)); p++)
			to[len++] = *p;
		to[len] = '\0';
	}
}

static void
take_name(struct part *p)
{
	struct gk_buf name;

	gk_buf_init(&name, 4096);
	decode_words(p->name, strlen(p->name), &name);
	snprintf(p->name, sizeof p->name, "%.*s", (int)(name.n < sizeof p->name ? name.n : sizeof p->name - 1), name.p == NULL ? "" : name.p);
	p->name[gk_utf8_cut(p->name, strlen(p->name))] = '\0';
	gk_buf_free(&name);
}

/* Headers up to an empty line, then the body. */
static void
read_head(const char *s, size_t n, struct part *p)
{
	size_t at = 0, value_n;
	const char *v;

	*p = (struct part){ .head = s };
	while (at < n) {
		const char *nl = memchr(s + at, '\n', n - at);
		size_t len = (nl == NULL ? n : (size_t)(nl - s)) - at;

		if (len == 0 || (len == 1 && s[at] == '\r')) {
			p->body = nl == NULL ? s + n : nl + 1;
			break;
		}
		at += len + 1;
	}
	p->head_n = at < n ? at : n;
	if (p->body == NULL)
		p->body = s + n;
	p->body_n = n - (size_t)(p->body - s);
	v = header(p, "Content-Type", &value_n);
	if (v != NULL) {
		size_t k = 0;

		while (k < value_n && isspace((unsigned char)v[k]))
			k++;
		for (size_t i = 0; k < value_n && i + 1 < sizeof p->type && v[k] != ';' && !isspace((unsigned char)v[k]); k++)
			p->type[i++] = (char)tolower((unsigned char)v[k]);
		parameter(v, value_n, "charset", p->charset, sizeof p->charset);
		parameter(v, value_n, "boundary", p->boundary, sizeof p->boundary);
		parameter(v, value_n, "name", p->name, sizeof p->name);
	}
	v = header(p, "Content-Disposition", &value_n);
	if (v != NULL) {
		char name[512] = "";

		parameter(v, value_n, "filename", name, sizeof name);
		if (name[0] != '\0')
			memcpy(p->name, name, sizeof name);
		while (value_n > 0 && isspace((unsigned char)*v))
			v++, value_n--;
		p->attached = value_n >= 10 && strncasecmp(v, "attachment", 10) == 0;
	}
	v = header(p, "Content-Transfer-Encoding", &value_n);
	if (v != NULL) {
		value_n = gk_trim(&v, value_n);
		snprintf(p->coding, sizeof p->coding, "%.*s", (int)(value_n < 31 ? value_n : 31), v);
	}
	take_name(p);
}

/* --- parts ----------------------------------------------------------------------------------------------------- */

static void
decode_body(const struct part *p, struct gk_buf *out)
{
	gk_buf_init(out, GK_UNPACKED_MAX);
	if (strcasecmp(p->coding, "base64") == 0)
		base64(p->body, p->body_n, out);
	else if (strcasecmp(p->coding, "quoted-printable") == 0)
		quoted(p->body, p->body_n, false, out);
	else
		gk_buf_add(out, p->body, p->body_n);
}

/* A text of the mail itself: behind what is there. The charset that its header states goes before what a page says. */
static void
put_text(struct mail *m, const struct part *p)
{
	struct gk_buf bytes, utf8;
	const char *charset = charset_of(p->charset, strlen(p->charset));
	struct gk_extracted inner = { .budget = m->x->budget };
	struct gk_err none;
	enum gk_status st;

	decode_body(p, &bytes);
	gk_buf_init(&utf8, GK_DECODED_MAX);
	if (charset != NULL && bytes.n > 0)
		gk_convert(charset, bytes.p, bytes.n, &utf8);
	else
		gk_buf_add(&utf8, bytes.p, bytes.n);
	st = utf8.n == 0 ? GK_REFUSED : gk_extract_inside(utf8.p, utf8.n, &inner, &none);
	if (st == GK_OK) {
		gk_buf_add(&m->x->text, inner.text.p, inner.text.n);
		m->text = true;
		gk_extracted_free(&inner);
	}
	gk_buf_free(&bytes);
	gk_buf_free(&utf8);
}

static void
put_file(struct mail *m, const struct part *p)
{
	struct gk_buf bytes;

	decode_body(p, &bytes);
	if (p->name[0] != '\0')
		gk_meta_add(m->x, "attachments", strlen("attachments"), p->name, strlen(p->name));
	if (m->st == GK_OK && bytes.n > 0)
		m->st = gk_part(m->x, p->name[0] != '\0' ? p->name : "?", bytes.p, bytes.n, m->err);
	gk_buf_free(&bytes);
}

/* Calls each for every part between the boundaries; stops when it says so. */
static void
split(const struct part *p, bool (*each)(void *arg, const char *s, size_t n), void *arg)
{
	char mark[170];
	size_t k, from = 0;
	bool inside = false;

	k = (size_t)snprintf(mark, sizeof mark, "--%s", p->boundary);
	for (size_t at = 0; at < p->body_n;) {
		const char *line = p->body + at, *nl = memchr(line, '\n', p->body_n - at);
		size_t len = nl == NULL ? p->body_n - at : (size_t)(nl - line) + 1;

		if (len >= k && memcmp(line, mark, k) == 0) {
			if (inside && !each(arg, p->body + from, at - from))
				return;
			inside = true;
			from = at + len;
			if (len >= k + 2 && memcmp(line + k, "--", 2) == 0)
				return;
		}
		at += len;
	}
	/* One that is not closed is a mail cut short: what is there of it counts. */
	if (inside && from < p->body_n)
		each(arg, p->body + from, p->body_n - from);
}

struct walk {
	struct mail *m;
	unsigned depth;
	bool related;
	struct part best;		/* of alternatives */
	bool has_best;
};

static void put_part(struct mail *m, const struct part *p, unsigned depth);

static bool
one_of_all(void *arg, const char *s, size_t n)
{
	struct walk *w = arg;
	struct part p;

	if (++w->m->parts > PARTS_MAX || w->m->st != GK_OK)
		return false;
	read_head(s, n, &p);
	put_part(w->m, &p, w->depth);
	return !w->related;
}

static bool
one_of_alternatives(void *arg, const char *s, size_t n)
{
	struct walk *w = arg;
	struct part p;

	if (++w->m->parts > PARTS_MAX)
		return false;
	read_head(s, n, &p);
	if (!w->has_best || strcmp(p.type, "text/html") == 0 || strncmp(p.type, "multipart/", 10) == 0)
		w->best = p;
	w->has_best = true;
	return true;
}

/* Recursion over depth, bounded. */
static void
put_part(struct mail *m, const struct part *p, unsigned depth)
{
	struct walk w = { .m = m, .depth = depth + 1, .related = strcmp(p->type, "multipart/related") == 0 };

	if (strncmp(p->type, "multipart/", 10) == 0 && p->boundary[0] != '\0') {
		if (depth >= DEPTH_MAX)
			return;
		if (strcmp(p->type, "multipart/alternative") == 0) {
			split(p, one_of_alternatives, &w);
			if (w.has_best)
				put_part(m, &w.best, depth + 1);
		} else {
			split(p, one_of_all, &w);
		}
	} else if (!p->attached && p->name[0] == '\0' && (p->type[0] == '\0' || strncmp(p->type, "text/", 5) == 0)) {
		put_text(m, p);
	} else if (p->attached || p->name[0] != '\0') {
		put_file(m, p);
	}
}

enum gk_status
gk_mail(const char *s, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	static const struct { const char *header, *key; } kept[] = { { "Subject", "dc:title" }, { "From", "from" }, { "To", "to" }, { "Date", "date" } };
	struct mail m = { .x = x, .err = err };
	struct part p;

	read_head(s, n, &p);
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		size_t value_n;
		const char *v = header(&p, kept[i].header, &value_n);
		struct gk_buf value;

		gk_buf_init(&value, HEADER_MAX);
		if (v != NULL && value_n < HEADER_MAX) {
			decode_words(v, value_n, &value);
			gk_meta_add(x, kept[i].key, strlen(kept[i].key), value.p == NULL ? "" : value.p, value.n);
			if (i == 0 && value.n > 0)
				gk_set_title(x, value.p, value.n);
		}
		gk_buf_free(&value);
	}
	put_part(&m, &p, 0);
	return m.st;
}
