/*
 * Pages and requests without a server.  The payload test parses what was
 * written with an independent reader (libxml2's HTML parser) and compares the
 * tree of elements and attributes with that of the same page for harmless words: a hostile word may
 * change what is read, never what is there.
 */
#include "searchd/original.h"
#include "tests/unit/fake-answer.h"
#include "web/frame.h"
#include "web/http.h"
#include "web/log.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/rate.h"
#include "web/write-json.h"

#include "base/utf8.h"

#include <libxml/HTMLparser.h>
#include <libxml/tree.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

enum { PAGE_MAX = 4 * 1024 * 1024 };

/* ---- targets ---- */

static const struct { const char *name, *raw, *path, *params, *reason; } targets[] = {
	{ "plain path", "/search", "/search", "", NULL },
	{ "one parameter", "/search?q=a", "/search", "q=a;", NULL },
	{ "Chinese as %XX", "/search?q=%E5%AE%89%e5%85%a8", "/search", "q=安全;", NULL },
	{ "Chinese unencoded", "/search?q=安全", "/search", "q=安全;", NULL },
	{ "plus is a space in a query", "/search?q=a+b", "/search", "q=a b;", NULL },
	{ "plus is a plus in a path", "/a+b", "/a+b", "", NULL },
	{ "%2B is a plus", "/s?q=a%2Bb", "/s", "q=a+b;", NULL },
	{ "names repeat in order", "/s?y=1&q=x&y=2", "/s", "y=1;q=x;y=2;", NULL },
	{ "= inside a value", "/s?q=a=b", "/s", "q=a=b;", NULL },
	{ "a name without a value", "/s?q", "/s", "q=;", NULL },
	{ "empty pieces are skipped", "/s?&&q=a&", "/s", "q=a;", NULL },
	{ "? inside a value", "/s?q=a?b", "/s", "q=a?b;", NULL },
	{ "a tab may stand in a value", "/s?q=a%09b", "/s", "q=a\tb;", NULL },
	{ "dots that are a name", "/a..b", "/a..b", "", NULL },
	{ "NUL in a path", "/a%00", NULL, NULL, "bad_path" },
	{ "NUL in a value", "/s?q=%00", NULL, NULL, "bad_text" },
	{ "NUL in a name", "/s?%00=a", NULL, NULL, "bad_text" },
	{ "bare percent", "/s?q=5%", NULL, NULL, "bad_text" },
	{ "one digit", "/s?q=%5", NULL, NULL, "bad_text" },
	{ "no digits", "/s?q=%xy", NULL, NULL, "bad_text" },
	{ "percent before &", "/s?q=%&a=1", NULL, NULL, "bad_text" },
	{ "half a character", "/s?q=%E5%AE", NULL, NULL, "bad_text" },
	{ "half a character, unencoded", "/s?q=\xE5\xAE", NULL, NULL, "bad_text" },
	{ "overlong", "/%C0%AF", NULL, NULL, "bad_path" },
	{ "line feed", "/s?q=a%0Ab", NULL, NULL, "bad_text" },
	{ "tab in a path", "/a%09", NULL, NULL, "bad_path" },
	{ "dot dot", "/..", NULL, NULL, "bad_path" },
	{ "dot dot inside", "/a/../b", NULL, NULL, "bad_path" },
	{ "dot", "/./a", NULL, NULL, "bad_path" },
	{ "encoded dot dot", "/%2E%2e/a", NULL, NULL, "bad_path" },
	{ "two slashes", "/a//b", NULL, NULL, "bad_path" },
	{ "encoded slash", "/a%2fb", NULL, NULL, "bad_path" },
	{ "backslash", "/a\\b", NULL, NULL, "bad_path" },
	{ "encoded backslash", "/a%5cb", NULL, NULL, "bad_path" },
	{ "encoded percent in a path", "/a%2500", NULL, NULL, "bad_path" },
	{ "fragment", "/a#b", NULL, NULL, "bad_path" },
	{ "absolute", "http://a/", NULL, NULL, "bad_path" },
	{ "empty", "", NULL, NULL, "bad_path" },
};

static void
targets_are_taken_apart_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		struct gk_arena mem;
		struct gk_request req = { 0 };
		const struct gk_refusal *why;
		struct gk_buf b;

		gk_arena_init(&mem, 1 << 20);
		gk_buf_init(&b, 4096);
		why = gk_http_parse(targets[i].raw, &mem, &req);
		if (targets[i].reason != NULL) {
			if (why == NULL || strcmp(why->reason, targets[i].reason) != 0)
				fail_msg("%s: %s", targets[i].name, why != NULL ? why->reason : "was taken");
			assert_non_null(req.path);
		} else {
			if (why != NULL)
				fail_msg("%s: refused as %s", targets[i].name, why->reason);
			for (size_t k = 0; k < req.n_params; k++)
				gk_buf_printf(&b, "%s=%s;", req.params[k].name, req.params[k].value);
			assert_string_equal(req.path, targets[i].path);
			assert_string_equal(b.p != NULL ? b.p : "", targets[i].params);
		}
		gk_buf_free(&b);
		gk_arena_free(&mem);
	}
}

/* A text area sends lines; nothing else that targets forbid may come in by a form. */
static void
forms_are_taken_apart_or_refused(void **state)
{
	static const struct { const char *name, *form, *params; } rows[] = {
		{ "two fields", "a=1&b=%E5%AE%89", "a=1;b=安;" },
		{ "lines end in one character", "t=a%0D%0Ab%0Ac", "t=a\nb\nc;" },
		{ "a space", "a=x+y", "a=x y;" },
		{ "nothing", "", "" },
		{ "a NUL", "a=%00", NULL },
		{ "an escape", "a=%1B", NULL },
		{ "broken UTF-8", "a=%E5%AE", NULL },
		{ "a percent alone", "a=%", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct gk_refusal *why;
		const struct gk_param *params = NULL;
		struct gk_arena mem;
		struct gk_buf b;
		size_t n = 0;

		gk_arena_init(&mem, 1 << 20);
		gk_buf_init(&b, 4096);
		why = gk_http_parse_form(rows[i].form, strlen(rows[i].form), &mem, &params, &n);
		for (size_t k = 0; why == NULL && k < n; k++)
			gk_buf_printf(&b, "%s=%s;", params[k].name, params[k].value);
		if ((why == NULL) != (rows[i].params != NULL) || (why == NULL && strcmp(b.p != NULL ? b.p : "", rows[i].params) != 0))
			fail_msg("%s: %s", rows[i].name, why != NULL ? why->reason : b.p);
		gk_buf_free(&b);
		gk_arena_free(&mem);
	}
}

/* Any bytes: taken only if what comes out is whole text. */
static void
random_targets_give_text_or_nothing(void **state)
{
	static const char alphabet[] = "/%.a0E5AE89?&=+;\\\xE5\xAE\x89\x01";
	unsigned seed = 20261123, taken = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char raw[40];
		struct gk_arena mem;
		struct gk_request req = { 0 };
		size_t n = 1;

		raw[0] = '/';
		for (n = 1; n < 8 + (unsigned)round % 30; n++) {
			seed = seed * 1103515245u + 12345u;
			raw[n] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
		}
		raw[n] = '\0';
		gk_arena_init(&mem, 1 << 16);
		if (gk_http_parse(raw, &mem, &req) == NULL) {
			taken++;
			assert_int_equal(gk_utf8_check(req.path, strlen(req.path)), strlen(req.path));
			assert_null(strstr(req.path, "//"));
			for (size_t k = 0; k < req.n_params; k++)
				assert_int_equal(gk_utf8_check(req.params[k].value, strlen(req.params[k].value)), strlen(req.params[k].value));
		}
		gk_arena_free(&mem);
	}
	assert_true(taken > 100);
}

static void
etags_are_compared_weakly(void **state)
{
	(void)state;
	assert_true(gk_http_etag_listed("W/\"a\"", "W/\"a\""));
	assert_true(gk_http_etag_listed("\"a\"", "W/\"a\""));
	assert_true(gk_http_etag_listed("\"b\", W/\"a\"", "\"a\""));
	assert_true(gk_http_etag_listed("\"b\",\"a\"", "\"a\""));
	assert_false(gk_http_etag_listed("\"ab\"", "\"a\""));
	assert_false(gk_http_etag_listed("a", "\"a\""));
	assert_false(gk_http_etag_listed("*", "\"a\""));
	assert_false(gk_http_etag_listed(NULL, "\"a\""));
	assert_false(gk_http_etag_listed("\"\"", ""));
}

/* ---- the page layer ---- */

static void
values_are_cleaned(void **state)
{
	static const struct { const char *name, *in, *out; } rows[] = {
		{ "plain text stays", "安全 a\tb\n", "安全 a\tb\n" },
		{ "rare characters stay", "𠮷㐀镕", "𠮷㐀镕" },
		{ "control characters go", "a\x01\x08\x0b\x1b[31m\x7f" "b\r", "a[31mb" },
		{ "C1 controls go", "a\xC2\x85\xC2\x9B" "b", "ab" },
		{ "a broken byte becomes U+FFFD", "a\xFF" "b", "a\xEF\xBF\xBD" "b" },
		{ "half a character becomes U+FFFD", "a\xE5\xAE", "a\xEF\xBF\xBD\xEF\xBF\xBD" },
		{ "a surrogate becomes U+FFFD", "\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
		{ "noncharacters go", "a\xEF\xBF\xBF\xEF\xB7\x90" "b", "ab" },
		{ "overrides of direction go", "a\xE2\x80\xAE" "fdp.exe\xE2\x81\xA6", "afdp.exe" },
		{ "nothing is nothing", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gk_buf b;

		gk_buf_init(&b, 4096);
		assert_true(page_clean(rows[i].in, strlen(rows[i].in), &b));
		if (strcmp(b.p, rows[i].out) != 0)
			fail_msg("%s: '%s'", rows[i].name, b.p);
		gk_buf_free(&b);
	}
}

static char *
page_of_marks(const char *text, const char *marks)
{
	json_t *m = json_loads(marks, JSON_DECODE_ANY, NULL);
	struct page *p = page_new();
	struct gk_buf b;
	size_t n;

	gk_buf_init(&b, PAGE_MAX);
	page_open(p, "p", NULL);
	page_marked(p, text, m);
	page_close(p);
	assert_true(page_finish(p, &b));
	page_free(p);
	json_decref(m);
	return gk_buf_take(&b, &n);
}

static void
marks_stand_around_code_points(void **state)
{
	static const struct { const char *name, *text, *marks, *want; } rows[] = {
		{ "one", "安全生产法", "[[0,4]]", "<p><mark>安全生产</mark>法</p>" },
		{ "two", "一安全二安全", "[[1,3],[4,6]]", "<p>一<mark>安全</mark>二<mark>安全</mark></p>" },
		{ "four-byte characters count one", "𠮷野家", "[[1,2]]", "<p>𠮷<mark>野</mark>家</p>" },
		{ "to the end", "安全", "[[1,2]]", "<p>安<mark>全</mark></p>" },
		{ "beyond the end is cut", "安全", "[[1,99]]", "<p>安<mark>全</mark></p>" },
		{ "outside is passed over", "安全", "[[5,9]]", "<p>安全</p>" },
		{ "reversed is passed over", "安全", "[[1,0],[0,1]]", "<p><mark>安</mark>全</p>" },
		{ "overlapping is passed over", "一二三四", "[[0,2],[1,3],[3,4]]", "<p><mark>一二</mark>三<mark>四</mark></p>" },
		{ "touching", "一二三", "[[0,1],[1,2]]", "<p><mark>一</mark><mark>二</mark>三</p>" },
		{ "negative is passed over", "一二", "[[-1,1]]", "<p>一二</p>" },
		{ "no numbers", "一二", "[[\"a\",1],3,null,{}]", "<p>一二</p>" },
		{ "no array", "一二", "7", "<p>一二</p>" },
		{ "markup in text is text", "<b>&", "[[0,1]]", "<p><mark>&lt;</mark>b&gt;&amp;</p>" },
		{ "no text", "", "[[0,1]]", "<p></p>" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *html = page_of_marks(rows[i].text, rows[i].marks), *p = strstr(html, "<p>");
		size_t n = strlen(html);

		while (n > 0 && html[n - 1] == '\n')
			html[--n] = '\0';
		assert_non_null(p);
		if (strcmp(p, rows[i].want) != 0)
			fail_msg("%s: %s", rows[i].name, p);
		free(html);
	}
}

/* Oracle: drop the tags, and the text must be there whole, whatever the marks say. */
static void
random_marks_lose_no_text(void **state)
{
	static const char text[] = "一a二𠮷三bc四五六七八九十";
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		char marks[256], *html, *to, *from;
		size_t n = 0;

		n += (size_t)snprintf(marks + n, sizeof marks - n, "[");
		for (int k = 0; k < round % 6; k++) {
			int a, b;

			seed = seed * 1103515245u + 12345u;
			a = (int)(seed >> 16) % 20 - 2;
			seed = seed * 1103515245u + 12345u;
			b = (int)(seed >> 16) % 20 - 2;
			n += (size_t)snprintf(marks + n, sizeof marks - n, "%s[%d,%d]", k > 0 ? "," : "", a, b);
		}
		snprintf(marks + n, sizeof marks - n, "]");
		html = page_of_marks(text, marks);
		from = to = strstr(html, "<p>");
		for (bool tag = false; *from != '\0'; from++) {
			if (*from == '<')
				tag = true;
			else if (*from == '>')
				tag = false;
			else if (!tag && *from != '\n')
				*to++ = *from;
		}
		*to = '\0';
		to = html + (strstr(html, text) - html);
		assert_non_null(strstr(html, text));
		assert_int_equal(strlen(strstr(html, text)), strlen(text));
		free(html);
	}
}

/* ---- hostile words on whole pages ---- */

enum kind { SEARCH, NOTHING, DOCUMENT, DIFFERENCE, HOME, ERROR, KINDS };

static char *
write_page(enum kind kind, const struct fake_words *w, enum gk_lang lang, size_t *n)
{
	struct gk_param params[] = { { "q", w->q }, { "cat", w->category }, { "from", w->docno }, { "ui", "large" }, { "lang", lang == GK_EN ? "en" : "zh" }, { w->title, w->org } };
	struct gk_view v = {
		.organisation = w->org, .apply_address = w->title, .public_url = "https://a.example", .path = kind == DOCUMENT ? "/d/a" : "/search",
		.params = params, .n_params = sizeof params / sizeof *params, .today = "2026-11-23", .style = "/static/style.css", .script = "/static/gongkai.js",
	};
	json_t *o = NULL;
	struct gk_buf b;
	bool good = false;
	char *html;

	gk_view_choose(&v);
	gk_buf_init(&b, PAGE_MAX);
	switch (kind) {
	case SEARCH:
	case NOTHING:
		o = fake_search(w, kind == SEARCH ? 131 : 0, 3, "some");
		good = gk_page_search(&v, o, &b);
		break;
	case DOCUMENT:
		o = fake_document(w);
		json_object_set_new(o, "related", fake_related(w));
		good = gk_page_document(&v, o, &b);
		break;
	case DIFFERENCE:
		o = fake_difference(w);
		good = gk_page_difference(&v, o, &b);
		break;
	case HOME:
		o = fake_home(w);
		good = gk_page_home(&v, o, &b);
		break;
	default:
		o = json_pack("{s:{s:s,s:s,s:s,s:s,s:s,s:s}}", "error", "code", w->category, "param", w->title, "message", w->q, "message_en", w->q, "hint", w->text, "request", w->docno);
		if (o == NULL)	/* not UTF-8: then it is no JSON either */
			o = json_pack("{s:{s:s,s:s,s:s,s:s,s:s,s:s}}", "error", "code", "?", "param", "?", "message", "?", "message_en", "?", "hint", "?", "request", "?");
		good = gk_page_error(&v, o, 404, &b);
		break;
	}
	assert_true(good);
	json_decref(o);
	html = gk_buf_take(&b, n);
	assert_non_null(html);
	return html;
}

static void
add_element(const xmlNode *node, struct gk_buf *out, const char *name_of_page)
{
	gk_buf_printf(out, "%s(", (const char *)node->name);
	for (const xmlAttr *a = node->properties; a != NULL; a = a->next) {
		xmlChar *value = xmlNodeListGetString(node->doc, a->children, 1);
		const char *s = value != NULL ? (const char *)value : "", *name = (const char *)a->name;

		gk_buf_printf(out, "%s ", name);
		if (strncmp(name, "on", 2) == 0)
			fail_msg("%s: handler %s", name_of_page, name);
		if (strcmp(name, "href") == 0 || strcmp(name, "src") == 0 || strcmp(name, "action") == 0) {
			bool own = (s[0] == '/' && s[1] != '/' && s[1] != '\\' && strpbrk(s, "\t\r\n") == NULL) || s[0] == '#';

			if (!own && strncmp(s, "http://www.example.gov.cn/", 26) != 0)
				fail_msg("%s: %s=%s", name_of_page, name, s);
		}
		xmlFree(value);
	}
	gk_buf_puts(out, ")\n");
}

/* Names of all elements and attributes, in document order; walked without recursion. */
static char *
shape_of(const char *html, size_t n, const char *name)
{
	htmlDocPtr doc = htmlReadMemory(html, (int)n, NULL, "UTF-8", HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
	const xmlNode *node = xmlDocGetRootElement(doc);
	struct gk_buf b;
	size_t k;

	gk_buf_init(&b, PAGE_MAX);
	while (node != NULL) {
		if (node->type == XML_ELEMENT_NODE)
			add_element(node, &b, name);
		else if (node->type == XML_COMMENT_NODE || node->type == XML_PI_NODE)
			gk_buf_puts(&b, "comment\n");
		if (node->children != NULL && node->type == XML_ELEMENT_NODE) {
			node = node->children;
			continue;
		}
		while (node != NULL && node->next == NULL)
			node = node->parent != NULL && node->parent->type == XML_ELEMENT_NODE ? node->parent : NULL;
		node = node != NULL ? node->next : NULL;
	}
	xmlFreeDoc(doc);
	return gk_buf_take(&b, &k);
}

static const char *const payloads[] = {
	"<script>alert(1)</script>", "</script><script>alert(1)</script>", "\"><script>alert(1)</script>", "'><script>alert(1)</script>",
	"<img src=x onerror=alert(1)>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "\" onmouseover=\"alert(1)", "\" autofocus onfocus=alert(1) x=\"",
	"</title><script>alert(1)</script>", "</h1><h1>", "</a><a href=javascript:alert(1)>", "</p></div></main>", "</mark><mark>", "<mark>", "<svg onload=alert(1)>",
	"<svg><script>1</script></svg>", "<math><mi//xlink:href=\"data:x,<script>\">", "<iframe src=//evil>", "<object data=x>", "<embed src=x>", "<base href=//evil/>",
	"<meta http-equiv=refresh content=0;url=//evil>", "<link rel=stylesheet href=//evil>", "<style>*{}</style>", "</style><script>1</script>", "<form action=//evil>",
	"<input autofocus onfocus=alert(1)>", "<button formaction=javascript:alert(1)>", "<textarea>", "</textarea><script>1</script>", "<select>", "<template>", "<noscript>",
	"<plaintext>", "<xmp>", "<listing>", "<!--", "-->", "<!-- --!><script>1</script>", "<![CDATA[", "]]>", "<?php echo 1 ?>", "<?xml-stylesheet?>", "<!DOCTYPE html>", "<!ENTITY a \"b\">",
	"&lt;script&gt;", "&#60;script&#62;", "&#x3c;script&#x3e;", "&amp;lt;", "&quot;&gt;", "&#0;", "&#xD800;", "&;", "&", "&&&&", "&notit;", "%3Cscript%3E", "\\u003cscript\\u003e",
	"\\x3cscript\\x3e", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>1</script>", "vbscript:msgbox(1)", "//evil.example/", "/\\evil.example/", "/\t/evil.example/", "/a\r/b",
	"http://evil.example/", "\\\\evil", "/search?q=\"><script>", "/d/../..", "＜script＞alert(1)＜/script＞", "<ſcript>", "<scr\x01ipt>alert(1)</script>", "<\x0bscript>", "<script\x0c>",
	"\x1b[31m", "a\x7fz", "\xE2\x80\xAE<script>", "\xEF\xBB\xBF<script>", "\xE2\x80\xA8<script>", "\xE2\x80\xA9", "\xC2\x85", "\xC2\xA0", "安全<b>生产</b>", "《<i>》", "〔2021〕<3号>", "𠮷<b>",
	"`onload=alert(1)`", "{{7*7}}", "${7*7}", "<%= 7*7 %>", "#{7*7}", "*{x}", "';alert(1)//", "\";alert(1)//", "expression(alert(1))", "url(javascript:alert(1))", "a=b&c=d", "?q=1#x", "=cmd|' /C calc'!A0",
	"<a href=\"/\" onclick=alert(1)>x</a>", "<p class=hit>", "<article>", "</article></section></main></body></html>", "<details open ontoggle=alert(1)>", "<video><source onerror=alert(1)>", "<body onload=alert(1)>",
};

/* The marks of the fixtures (4 to 8, 20 to 24, 29 to 33) fall into text of any payload, and into its first characters. */
struct padded { char s[512]; };

static struct padded
pad(const char *payload)
{
	struct padded p;

	snprintf(p.s, sizeof p.s, "一二三四五六七八九十一二三四五六七八九十一二%s一二三四五六七八九十一二三四五六七八九十", payload);
	return p;
}

static void
hostile_words_add_no_element_and_no_attribute(void **state)
{
	struct padded plain = pad("x");
	const struct fake_words harmless = { plain.s, plain.s, plain.s, plain.s, plain.s, plain.s, "/d/a" };
	static const char *const names[] = { "search", "nothing", "document", "difference", "home", "error" };

	(void)state;
	assert_true(sizeof payloads / sizeof *payloads >= 100);
	for (int lang = GK_ZH; lang <= GK_EN; lang++) {
		for (int kind = 0; kind < KINDS; kind++) {
			size_t n;
			char *html = write_page((enum kind)kind, &harmless, (enum gk_lang)lang, &n), *want = shape_of(html, n, names[kind]);

			free(html);
			assert_true(strlen(want) > 300);
			for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++) {
				const char *p = payloads[i];
				struct padded s = pad(p);
				struct fake_words w = { s.s, s.s, s.s, s.s, s.s, s.s, p };
				char *shape;

				html = write_page((enum kind)kind, &w, (enum gk_lang)lang, &n);
				shape = shape_of(html, n, names[kind]);
				if (strcmp(shape, want) != 0)
					fail_msg("%s: '%s' changes the page:\n%s", names[kind], p, html);
				assert_int_equal(gk_utf8_check(html, n), n);
				free(shape);
				free(html);
			}
			free(want);
		}
	}
}

/* The test above must be able to fail. */
static void
the_shape_test_sees_a_new_element(void **state)
{
	static const char a[] = "<!DOCTYPE html><html><body><p>x</p></body></html>", b[] = "<!DOCTYPE html><html><body><p><b>x</b></p></body></html>",
			  c[] = "<!DOCTYPE html><html><body><p id=\"i\">x</p></body></html>";
	char *sa = shape_of(a, sizeof a - 1, "a"), *sb = shape_of(b, sizeof b - 1, "b"), *sc = shape_of(c, sizeof c - 1, "c");

	(void)state;
	assert_string_not_equal(sa, sb);
	assert_string_not_equal(sa, sc);
	free(sa);
	free(sb);
	free(sc);
}

static void
values_without_json_members_give_a_page(void **state)
{
	static const char *const empty[] = { "{}", "[]", "null", "{\"hits\":[{}],\"total\":1,\"facets\":{\"year\":[{}]},\"notices\":[{}],\"size\":0}",
		"{\"status\":7,\"fields\":[{\"value\":[\"a\",null,3]}],\"history\":[{\"by\":\"x\"}],\"newest\":[{}],\"categories\":[{\"count\":-1}],\"years\":[null]}",
		"{\"total\":9223372036854775807,\"size\":1,\"page\":9223372036854775807,\"error\":null}" };
	struct gk_view v = { .organisation = "", .apply_address = "", .public_url = "", .path = "/", .today = "2026-11-23", .style = "/s", .script = "/j" };

	(void)state;
	for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
		json_t *o = json_loads(empty[i], JSON_DECODE_ANY, NULL);
		struct gk_buf b;

		assert_non_null(o);
		gk_buf_init(&b, PAGE_MAX);
		assert_true(gk_page_search(&v, o, &b));
		assert_true(gk_page_document(&v, o, &b));
		assert_true(gk_page_difference(&v, o, &b));
		assert_true(gk_page_home(&v, o, &b));
		assert_true(gk_page_error(&v, o, 500, &b));
		assert_int_equal(gk_utf8_check(b.p, b.n), b.n);
		gk_buf_free(&b);
		json_decref(o);
	}
}

/* ---- words that readers rely on ---- */

static void
pages_say(void **state)
{
	static const struct fake_words w = { "安全生产办法", "大妈府发〔2021〕3号", "妈妈镇", "政策法规", "文", "安全", "/d/dzmm-2021-000123" };
	static const struct { enum kind kind; enum gk_lang lang; const char *name, *text; } rows[] = {
		{ SEARCH, GK_ZH, "count line", "<b>131</b> 件，其中现行有效 24 件，已废止 5 件。" },
		{ SEARCH, GK_ZH, "badge with sign, words, date and document", "✗</span> 已废止</span> · 自2021-12-01起 · 依据<a href=\"/d/dzmm-2021-000207?ui=large\">《关于废止部分文件的通知》（大妈府发〔2021〕7号）</a>" },
		{ SEARCH, GK_ZH, "a text that waits says when it begins", "◷</span> 尚未生效</span> · 自2021-05-01起施行</p>" },
		{ SEARCH, GK_ZH, "heading of loose answers", "<h2 class=\"maybe\">可能相关</h2>" },
		{ SEARCH, GK_ZH, "landmarks", "<nav class=\"filters\" aria-label=\"筛选\">" },
		{ SEARCH, GK_ZH, "one button for the filters", "<button type=\"submit\">应用</button>" },
		{ SEARCH, GK_ZH, "undo of a notice, in large type", "<a href=\"/search?q=%E5%AE%89&amp;literal=1&amp;ui=large\">只按原文查</a>" },
		{ SEARCH, GK_ZH, "language", "<html lang=\"zh-Hans\"" },
		{ SEARCH, GK_EN, "English count line", "<b>131</b> documents found, 24 in force, 5 abolished." },
		{ SEARCH, GK_EN, "Chinese parts are marked", "<h2 lang=\"zh-Hans\">" },
		{ NOTHING, GK_ZH, "what was searched", "正文中查找“安全”" },
		{ NOTHING, GK_ZH, "without filters", "去掉筛选条件，在全部文件中查“安全”" },
		{ NOTHING, GK_ZH, "where to apply", "可以向本机关提出申请：<b>安全生产办法</b>" },
		{ DOCUMENT, GK_ZH, "band of an abolished document", "本文件自2021-12-01起已废止，仅供查阅。" },
		{ DOCUMENT, GK_ZH, "how to cite", "《安全生产办法》（大妈府发〔2021〕3号），妈妈镇，2021-03-30，https://a.example/d/dzmm-2021-000123" },
		{ DOCUMENT, GK_ZH, "band of an older text", "<strong>历史版本</strong> · ↻ 已被修改（旧文本）：这是最初至 2021-08-31 的文本。" },
		{ DOCUMENT, GK_ZH, "the way to the difference", "/d/dzmm-2021-000123/diff?from=2021-08-31&amp;to=2021-09-01&amp;ui=large\">与前一文本比较</a>" },
		{ DOCUMENT, GK_ZH, "a dead article is struck out and has an address", "<p class=\"dead\" id=\"a1\"><s>第一条 为了加强" },
		{ DOCUMENT, GK_ZH, "and it is said by what", "第一条：<strong>安全生产办法</strong> · 自2021-06-01起 · 依据<a" },
		{ DIFFERENCE, GK_ZH, "removed and added in words and elements", "第三条 <del><span class=\"vh\">删：</span>文</del><ins><span class=\"vh\">增：</span>妈妈镇</ins></p>" },
		{ DIFFERENCE, GK_ZH, "what did not change is one line", "第一条至第二条未变" },
		{ DIFFERENCE, GK_ZH, "counts", "<span>修改 1 条</span><span>增加 1 条</span><span>未变 2 条</span>" },
		{ DIFFERENCE, GK_EN, "in English", "Texts compared: " },
		{ HOME, GK_ZH, "coverage in the foot", "收录范围：2008 至 2026 公开的文件。最近更新：2026-11-23。时效待核：12 件。" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t n;
		char *html = write_page(rows[i].kind, &w, rows[i].lang, &n);

		if (strstr(html, rows[i].text) == NULL)
			fail_msg("%s: no '%s' in\n%s", rows[i].name, rows[i].text, html);
		free(html);
	}
}

/* What a search found, in the text: an address for each place, also where it goes over the end of a line; a place that is none costs no text. */
static void
found_words_are_marked_in_the_text(void **state)
{
	static const struct { const char *json, *wants[5]; } rows[] = {
		{ "{\"url\":\"/d/a\",\"text\":\"甲安全生产乙安全\\n丙\",\"marks\":{\"words\":[\"安全生产\"],\"places\":[[1,5],[6,8]],\"total\":2}}",
		  { "<p>甲<mark id=\"m1\">安全生产</mark>乙<mark id=\"m6\">安全</mark></p><p>丙</p>", "“安全生产”，共 2 处：<a href=\"#m1\">到第一处</a>", "<a href=\"/d/a?ui=large\">不标</a>" } },
		{ "{\"url\":\"/d/a\",\"text\":\"甲安全\\n　　生产乙\",\"marks\":{\"words\":[\"x\"],\"places\":[[1,8]],\"total\":1}}", { "<p>甲<mark id=\"m1\">安全</mark></p><p><mark>生产</mark>乙</p>" } },
		{ "{\"url\":\"/d/a\",\"text\":\"　　甲\\n\\n乙\",\"marks\":{\"words\":[\"x\"],\"places\":[[0,1],[4,4],[9,8],[90,99]],\"total\":4}}", { "<p>甲</p><p>乙</p>" } },
		{ "{\"url\":\"/d/a\",\"text\":\"甲\",\"marks\":{\"words\":[\"<b>\"],\"places\":[],\"total\":0}}", { "<p>甲</p>", "“&lt;b&gt;”，共 0 处　<a" } },
	};
	struct gk_param large = { "ui", "large" };
	struct gk_view v = { .organisation = "", .apply_address = "", .public_url = "", .path = "/d/a", .today = "2026-11-23", .style = "/s", .script = "/j", .params = &large, .n_params = 1 };

	(void)state;
	gk_view_choose(&v);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *o = json_loads(rows[i].json, 0, NULL);
		struct gk_buf b;

		assert_non_null(o);
		gk_buf_init(&b, PAGE_MAX);
		assert_true(gk_page_document(&v, o, &b));
		for (size_t k = 0; rows[i].wants[k] != NULL; k++)
			if (strstr(b.p, rows[i].wants[k]) == NULL)
				fail_msg("no '%s' in\n%s", rows[i].wants[k], b.p);
		gk_buf_free(&b);
		json_decref(o);
	}
}

/* 只看现行有效: ticked by any spelling that means it; what has ended is counted all the same (domain.md 11.1). */
static void
what_is_in_force_alone_can_be_asked_for(void **state)
{
	static const struct { struct gk_param p[3]; size_t n; bool ticked; } rows[] = {
		{ { { "q", "a" } }, 1, false }, { { { "q", "a" }, { "status", "living" } }, 2, true }, { { { "q", "a" }, { "status", "in_force" }, { "status", "partly_in_force" } }, 3, true },
		{ { { "q", "a" }, { "status", "in_force" } }, 2, false }, { { { "q", "a" }, { "status", "living" }, { "status", "abolished" } }, 3, false },
		{ { { "q", "a" }, { "status", "any" } }, 2, false }, { { { "q", "a" }, { "status", "" } }, 2, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gk_view v = { .organisation = "", .apply_address = "", .public_url = "", .path = "/search", .today = "2026-11-23", .style = "/s", .script = "/j", .params = rows[i].p, .n_params = rows[i].n };
		json_t *o = json_loads("{\"total\":3,\"facets\":{\"status\":[{\"value\":\"in_force\",\"count\":3,\"selected\":true},{\"value\":\"abolished\",\"count\":5},{\"value\":\"expired\",\"count\":2}]}}", 0, NULL);
		struct gk_buf b;

		assert_non_null(o);
		assert_int_equal(frame_only_living(&v), rows[i].ticked);
		gk_buf_init(&b, PAGE_MAX);
		assert_true(gk_page_search(&v, o, &b));
		assert_true(rows[i].ticked == (strstr(b.p, "value=\"living\" checked=\"checked\"") != NULL));
		assert_true(rows[i].ticked == (strstr(b.p, "另有已废止或失效的 7 件，<a href=\"/search?q=a\">一并列出</a>") != NULL));
		/* The filters have boxes for it; a second one, hidden, could not be unticked. */
		assert_null(strstr(b.p, "type=\"hidden\" name=\"status\" value=\"living\""));
		gk_buf_free(&b);
		json_decref(o);
	}
}

/* What is listed as of a day opens as of that day: its page must not say of it what the list does not. */
static void
a_list_of_a_day_leads_to_that_day(void **state)
{
	static const struct fake_words w = { "标题", "号", "机关", "类", "文", "词", "/d/a" };
	struct gk_param p[] = { { "q", "词" }, { "as_of", "2019-06-01" }, { "ui", "large" } };
	struct gk_view v = { .organisation = "", .apply_address = "", .public_url = "", .path = "/search", .today = "2026-11-23", .style = "/s", .script = "/j", .params = p, .n_params = 3 };
	json_t *o = fake_search(&w, 3, 1, "phrase");
	struct gk_buf b;

	(void)state;
	gk_view_choose(&v);
	gk_buf_init(&b, PAGE_MAX);
	assert_true(gk_page_search(&v, o, &b));
	assert_non_null(strstr(b.p, "<h2><a href=\"/d/a?as_of=2019-06-01&amp;ui=large\">"));
	/* The day and the view stand in front of the place. */
	assert_non_null(strstr(b.p, "/d/dzmm-2021-000123?as_of=2019-06-01&amp;ui=large#a32\">"));
	gk_buf_reset(&b);
	v.n_params = 1;
	v.large = false;
	assert_true(gk_page_search(&v, o, &b));
	assert_non_null(strstr(b.p, "<h2><a href=\"/d/a\">"));
	gk_buf_free(&b);
	json_decref(o);
}

static void
every_page_has_one_h1(void **state)
{
	static const struct fake_words w = { "t", "n", "o", "c", "x", "q", "/d/a" };

	(void)state;
	for (int kind = 0; kind < KINDS; kind++) {
		size_t n;
		char *html = write_page((enum kind)kind, &w, GK_ZH, &n), *first = strstr(html, "<h1");

		assert_non_null(first);
		assert_null(strstr(first + 1, "<h1"));
		assert_non_null(strstr(html, "<main"));
		free(html);
	}
}

/* ---- originals ---- */

static void
originals_leave_as_attachments(void **state)
{
	static const struct { const char *type, *name, *want_type, *want; } rows[] = {
		{ "application/pdf", "通知.pdf", "application/pdf", "attachment; filename=\"a-1.pdf\"; filename*=UTF-8''%E9%80%9A%E7%9F%A5.pdf" },
		{ "text/html", "a.html", "application/octet-stream", "attachment; filename=\"a-1.html\"; filename*=UTF-8''a.html" },
		{ "image/svg+xml", "a.svg", "application/octet-stream", "attachment; filename=\"a-1.svg\"; filename*=UTF-8''a.svg" },
		{ "application/pdf; x=y", "a", "application/pdf", "attachment; filename=\"a-1\"; filename*=UTF-8''a" },
		{ "application/pdfx", "", "application/octet-stream", "attachment; filename=\"a-1\"" },
		{ "text/plain", "../../etc/passwd", "text/plain", "attachment; filename=\"a-1\"; filename*=UTF-8''passwd" },
		{ "text/plain", "c:\\a\\b.txt", "text/plain", "attachment; filename=\"a-1.txt\"; filename*=UTF-8''b.txt" },
		{ "x", "a\"; b=\"c.p\"f", "application/octet-stream", "attachment; filename=\"a-1\"; filename*=UTF-8''a%22%3B%20b%3D%22c.p%22f" },
		{ "x", "a\r\nX: y.pdf", "application/octet-stream", "attachment; filename=\"a-1.pdf\"; filename*=UTF-8''aX%3A%20y.pdf" },
		{ "x", "\xFF.pdf", "application/octet-stream", "attachment; filename=\"a-1.pdf\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gk_reply reply = { 0 };

		route_attachment("a-1", rows[i].type, rows[i].name, &reply);
		assert_string_equal(reply.own_type, rows[i].want_type);
		assert_string_equal(reply.disposition, rows[i].want);
		assert_true(reply.foreign);
		free(reply.disposition);
	}
}

static unsigned
taken(struct gk_rate *r, const char *address, bool file, uint64_t ms, unsigned tries)
{
	unsigned n = 0;

	for (unsigned i = 0; i < tries; i++)
		n += gk_rate_take(r, address, file, ms);
	return n;
}

/* L7 */
static void
an_address_may_ask_so_often(void **state)
{
	struct gk_rate *r = gk_rate_new(10);
	char address[32];
	unsigned n = 0;

	(void)state;
	assert_int_equal(taken(r, "192.0.2.1", false, 1000, 100), 40);
	assert_int_equal(taken(r, "192.0.2.2", false, 1000, 100), 40);
	assert_int_equal(taken(r, "::ffff:192.0.2.1", false, 1000, 100), 0);
	assert_int_equal(taken(r, "192.0.2.1", false, 1099, 100), 0);
	assert_int_equal(taken(r, "192.0.2.1", false, 1100, 100), 1);
	assert_int_equal(taken(r, "192.0.2.1", false, 3100, 100), 20);
	assert_int_equal(taken(r, "192.0.2.1", false, 900, 100), 0);		/* a clock that seems to go back gives nothing */
	assert_int_equal(taken(r, "192.0.2.1", false, UINT64_C(1) << 60, 100), 40);
	/* Of IPv6 the network counts, whichever of its addresses asks. */
	assert_int_equal(taken(r, "2001:db8:1:2::1", false, 1000, 30) + taken(r, "2001:db8:1:2:ffff::9", false, 1000, 30), 40);
	assert_int_equal(taken(r, "2001:db8:1:3::1", false, 1000, 100), 40);
	/* Files have a bucket of their own, and cost a request as well. */
	assert_int_equal(taken(r, "192.0.2.3", true, 1000, 100), 12);
	assert_int_equal(taken(r, "192.0.2.3", false, 1000, 100), 28);
	assert_int_equal(taken(r, "192.0.2.3", true, 2000, 100), 3);
	/* What is no address shares one; a hundred thousand of them cost no more room. */
	assert_int_equal(taken(r, "", false, 1000, 30) + taken(r, "junk", false, 1000, 30), 40);
	for (int i = 0; i < 100000; i++) {
		snprintf(address, sizeof address, "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
		n += gk_rate_take(r, address, false, 5000);
	}
	assert_int_equal(n, 100000);
	gk_rate_free(r);
	r = gk_rate_new(1);
	assert_int_equal(taken(r, "192.0.2.3", true, 1000, 100), 4);
	gk_rate_free(r);
}

static void
an_address_has_one_export_made_at_a_time(void **state)
{
	struct gk_rate *r = gk_rate_new(10);
	char address[32];

	(void)state;
	assert_true(gk_rate_begin(r, "192.0.2.1", 1000));
	assert_false(gk_rate_begin(r, "192.0.2.1", 1000));
	assert_false(gk_rate_begin(r, "::ffff:192.0.2.1", 9000));
	assert_true(gk_rate_begin(r, "192.0.2.2", 1000));
	gk_rate_end(r, "192.0.2.1");
	assert_false(gk_rate_begin(r, "192.0.2.2", 1000));
	assert_true(gk_rate_begin(r, "192.0.2.1", 1000));
	/* Requests are counted apart from it, and who was forgotten does no harm. */
	assert_int_equal(taken(r, "192.0.2.1", false, 1000, 100), 40);
	for (int i = 0; i < 100000; i++) {
		snprintf(address, sizeof address, "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
		(void)gk_rate_take(r, address, false, 5000);
	}
	gk_rate_end(r, "192.0.2.1");
	assert_true(gk_rate_begin(r, "192.0.2.1", 6000));
	gk_rate_free(r);
}

/* L37.  Read back by jansson, which refuses what is not UTF-8 and what is cut. */
static void
a_line_of_the_log_is_one_object(void **state)
{
	static const char hostile[] = "x\ny\x1b[31m\xc2\x9b" "5m \xe2\x80\xae\xe2\x80\xa8\xef\xbb\xbf\"}{\\ 安全";
	char line[GK_LOG_LINE + 1], *huge = calloc(1, 100001);
	json_t *o, *many = json_object();
	size_t n;

	(void)state;
	n = gk_log_line("t", "request", json_pack("{s:s, s:i}", "path", hostile, "status", 200), line);
	assert_int_equal(n, strlen(line));
	assert_int_equal(strcspn(line, "\n\x1b\x7f"), n - 1);
	o = json_loads(line, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(o, "path")), "x\ny\x1b[31m?5m ???\"}{\\ 安全");
	assert_int_equal(json_integer_value(json_object_get(o, "status")), 200);
	json_decref(o);

	/* One long value is cut at a character; many of them leave what the line was about. */
	for (size_t i = 0; i + 3 <= 100000; i += 3)
		memcpy(huge + i, "安", 3);
	n = gk_log_line("t", "failed", json_pack("{s:s, s:s}", "request", "r-1", "error", huge), line);
	o = json_loads(line, 0, NULL);
	assert_true(n > 900 && n <= GK_LOG_LINE);
	assert_string_equal(json_string_value(json_object_get(o, "request")), "r-1");
	assert_true(json_string_length(json_object_get(o, "error")) > 900);
	json_decref(o);
	json_object_set_new(many, "request", json_string("r-2"));
	for (int i = 0; i < 50; i++)
		json_object_set_new(many, (char[]){ (char)('A' + i % 26), (char)('a' + i / 26), '\0' }, json_string(huge));
	n = gk_log_line("t", "failed", many, line);
	o = json_loads(line, 0, NULL);
	assert_true(n > 0 && n < 200 && json_is_true(json_object_get(o, "cut")));
	assert_string_equal(json_string_value(json_object_get(o, "request")), "r-2");
	assert_string_equal(json_string_value(json_object_get(o, "event")), "failed");
	json_decref(o);
	free(huge);
}

/* ---- JSON ---- */

static void
an_answer_that_does_not_fit_is_none(void **state)
{
	json_t *o = json_pack("{s:s}", "a", "0123456789");
	struct gk_buf small;

	(void)state;
	gk_buf_init(&small, 12);
	assert_false(gk_write_json(o, &small));
	assert_false(gk_write_json(NULL, &small));
	gk_buf_free(&small);
	json_decref(o);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets_are_taken_apart_or_refused),
		cmocka_unit_test(forms_are_taken_apart_or_refused),
		cmocka_unit_test(random_targets_give_text_or_nothing),
		cmocka_unit_test(etags_are_compared_weakly),
		cmocka_unit_test(values_are_cleaned),
		cmocka_unit_test(marks_stand_around_code_points),
		cmocka_unit_test(random_marks_lose_no_text),
		cmocka_unit_test(the_shape_test_sees_a_new_element),
		cmocka_unit_test(hostile_words_add_no_element_and_no_attribute),
		cmocka_unit_test(values_without_json_members_give_a_page),
		cmocka_unit_test(pages_say),
		cmocka_unit_test(found_words_are_marked_in_the_text),
		cmocka_unit_test(what_is_in_force_alone_can_be_asked_for),
		cmocka_unit_test(a_list_of_a_day_leads_to_that_day),
		cmocka_unit_test(every_page_has_one_h1),
		cmocka_unit_test(originals_leave_as_attachments),
		cmocka_unit_test(an_address_may_ask_so_often),
		cmocka_unit_test(an_address_has_one_export_made_at_a_time),
		cmocka_unit_test(a_line_of_the_log_is_one_object),
		cmocka_unit_test(an_answer_that_does_not_fit_is_none),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
