/* URLs of our own pages, built from the parameters of the question. */
#include "base/memory.h"
#include "web/answer-internal.h"

#include <string.h>

static void
encode(struct gk_buf *b, const char *s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~", c) != NULL) {
			gk_buf_putc(b, (char)c);
		} else {
			gk_buf_putc(b, '%');
			gk_buf_putc(b, hex[c >> 4]);
			gk_buf_putc(b, hex[c & 15]);
		}
	}
}

static void
pair(struct gk_buf *b, bool *first, const char *name, const char *value)
{
	gk_buf_putc(b, *first ? '?' : '&');
	*first = false;
	encode(b, name);
	gk_buf_putc(b, '=');
	encode(b, value);
}

static bool
is_one_of(const char *name, const char *const *list)
{
	for (; list != NULL && *list != NULL; list++)
		if (strcmp(name, *list) == 0)
			return true;
	return false;
}

/* No URL of ours comes near the limit of the buffer: it fails for want of memory alone, and then an answer would lack something without a word. */
static json_t *
finish(struct gk_buf *b)
{
	json_t *out;

	if (b->failed)
		gk_memory_ended();
	out = json_stringn(b->p, b->n);
	gk_buf_free(b);
	return out;
}

json_t *
url_of(const char *path, const struct gk_param *p, size_t n, const char *const *without, const char *add, const char *value)
{
	struct gk_buf b;
	bool first = true;

	gk_buf_init(&b, 256 * 1024);
	gk_buf_puts(&b, path);
	for (size_t i = 0; i < n; i++)
		if (!is_one_of(p[i].name, without))
			pair(&b, &first, p[i].name, p[i].value);
	if (add != NULL)
		pair(&b, &first, add, value);
	return finish(&b);
}

/* Where somebody stood in another list. */
static const char *const places[] = { "page", "cursor", NULL };

json_t *
url_choose(const char *path, const struct gk_param *p, size_t n, const char *name, const char *value, url_gives_up *gives_up, const void *arg)
{
	struct gk_buf b;
	bool first = true;

	gk_buf_init(&b, 256 * 1024);
	gk_buf_puts(&b, path);
	for (size_t i = 0; i < n; i++)
		if (!is_one_of(p[i].name, places) && (strcmp(p[i].name, name) != 0 || *p[i].value == '\0' || !gives_up(arg, p[i].value, value)))
			pair(&b, &first, p[i].name, p[i].value);
	pair(&b, &first, name, value);
	return finish(&b);
}

json_t *
url_minus(const char *path, const struct gk_param *p, size_t n, const char *name, const char *value)
{
	struct gk_buf b;
	bool first = true;

	gk_buf_init(&b, 256 * 1024);
	gk_buf_puts(&b, path);
	for (size_t i = 0; i < n; i++)
		if (!is_one_of(p[i].name, places) && (strcmp(p[i].name, name) != 0 || strcmp(p[i].value, value) != 0))
			pair(&b, &first, p[i].name, p[i].value);
	return finish(&b);
}
