/*
 * What a document says about itself in its properties, and which title is believed.
 *
 * The title among the properties is often that of the letter from which this one was copied years ago.
 * It counts if the text has it near its head; else the text's own heading is taken (heading.c), and that of the properties only if
 * the text has none.
 */
#include "extract/inside.h"

#include "base/utf8.h"

#include <string.h>
#include <strings.h>

/* The names of the standards, and ours. */
static const struct { const char *name, *key; } standard[] = {
	{ "title", "dc:title" }, { "subject", "主题" }, { "creator", "作者" }, { "author", "作者" }, { "initial-creator", "作者" }, { "keywords", "keywords" },
	{ "keyword", "keywords" }, { "description", "description" }, { "abstract", "内容概述" }, { "category", "dc:category" }, { "created", "created" },
	{ "creation-date", "created" }, { "creationdate", "created" }, { "modified", "modified" }, { "moddate", "modified" }, { "date", "modified" },
	{ "company", "company" }, { "lastmodifiedby", "last modified by" }, { "generator", "generator" }, { "producer", "generator" },
	{ "application", "generator" },
};

void
gk_prop(struct gk_extracted *x, const char *name, const char *value, size_t n)
{
	const char *key = name;

	for (size_t i = 0; i < sizeof standard / sizeof *standard; i++)
		if (strcasecmp(standard[i].name, name) == 0)
			key = standard[i].key;
	gk_meta_add(x, key, strlen(key), value, n);
}

/* Without blanks: titles are broken into lines and spaced out. */
static void
squeeze(const char *s, size_t n, struct gk_buf *out)
{
	for (size_t at = 0; at < n;) {
		uint32_t c;
		size_t len = gk_utf8_decode(s + at, n - at, &c);

		if (c > 0x20 && c != 0xA0 && c != 0x3000 && c != GK_UTF8_BAD)
			gk_buf_add(out, s + at, len);
		at += len;
	}
}

enum { HEAD = 6000 };

static bool
stands_at_head(const struct gk_extracted *x, const char *title)
{
	struct gk_buf head, want;
	bool is;

	gk_buf_init(&head, HEAD + 16);
	gk_buf_init(&want, HEAD);
	squeeze(x->text.p == NULL ? "" : x->text.p, x->text.n < HEAD ? x->text.n : gk_utf8_cut(x->text.p, HEAD), &head);
	squeeze(title, strlen(title), &want);
	/* Fewer than four characters stand anywhere. */
	is = want.n >= 12 && !want.failed && !head.failed && head.n >= want.n && memmem(head.p, head.n, want.p, want.n) != NULL;
	gk_buf_free(&head);
	gk_buf_free(&want);
	return is;
}

void
gk_choose_title(struct gk_extracted *x)
{
	const char *article = gk_meta_first(x, "ArticleTitle"), *own = gk_meta_first(x, "dc:title");

	if (article != NULL)
		gk_set_title(x, article, strlen(article));
	if (own != NULL && stands_at_head(x, own))
		gk_set_title(x, own, strlen(own));
	gk_heading(x);
	if (own != NULL && x->text.n > 0)
		gk_set_title(x, own, strlen(own));
}
