/* Headers for original files: nothing that a stranger wrote may run, or be shown, as a page of ours. */
#include "searchd/original.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

/* Types that are only ever saved or opened by a program of their own.  HTML, SVG and XML are not here on purpose. */
static const char *const safe_types[] = {
	"application/pdf", "application/ofd", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"application/vnd.openxmlformats-officedocument.presentationml.presentation",
	"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
	"application/rtf", "application/zip", "image/png", "image/jpeg", "image/tiff", "text/plain", "text/csv",
};

static const char *
safe_type(const char *type)
{
	size_t n = strcspn(type, "; ");

	for (size_t i = 0; i < sizeof safe_types / sizeof *safe_types; i++)
		if (strlen(safe_types[i]) == n && memcmp(safe_types[i], type, n) == 0)
			return safe_types[i];
	return "application/octet-stream";
}

static bool
plain(unsigned char c)
{
	return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9');
}

/* ".pdf" of a name, if it is short and of letters and digits; else "". */
static const char *
extension(const char *name)
{
	const char *dot = strrchr(name, '.');

	if (dot == NULL || strlen(dot) > 6 || dot[1] == '\0')
		return "";
	for (const char *s = dot + 1; *s != '\0'; s++)
		if (!plain((unsigned char)*s))
			return "";
	return dot;
}

void
route_attachment(const char *id, const char *type, const char *name, struct gk_reply *reply)
{
	const char *slash;
	struct gk_buf b;
	size_t n;

	/* A file name is text, never a path (L31). */
	while ((slash = strpbrk(name, "/\\")) != NULL)
		name = slash + 1;
	snprintf(reply->own_type, sizeof reply->own_type, "%s", safe_type(type));
	reply->foreign = true;
	gk_buf_init(&b, 4096);
	gk_buf_printf(&b, "attachment; filename=\"%s%s\"", id, extension(name));
	n = strlen(name);
	if (n > 0 && gk_utf8_check(name, n) == n) {
		gk_buf_puts(&b, "; filename*=UTF-8''");
		for (size_t i = 0; i < n; i++) {
			unsigned char c = (unsigned char)name[i];

			if (c < 0x20 || c == 0x7F)
				continue;
			if (plain(c) || strchr("-._~", c) != NULL)
				gk_buf_putc(&b, (char)c);
			else
				gk_buf_printf(&b, "%%%02X", c);
		}
	}
	reply->disposition = gk_buf_take(&b, &n);
	gk_buf_free(&b);
}
