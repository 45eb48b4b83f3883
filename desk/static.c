/* The style sheet of the desk, which embed.awk has made a string of. */
#include "desk/static.h"

#include "base/digest.h"
#include "desk/static-files.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static struct gk_static sheet = { .path = "/static/desk.css", .type = "text/css; charset=utf-8", .bytes = gk_desk_css, .n = sizeof gk_desk_css - 1 };
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
hash_sheet(void)
{
	char hex[GK_SHA256_HEX + 1];

	gk_sha256_hex(sheet.bytes, sheet.n, hex);
	snprintf(sheet.tag, sizeof sheet.tag, "%.12s", hex);
	snprintf(sheet.url, sizeof sheet.url, "%s?v=%s", sheet.path, sheet.tag);
}

const struct gk_static *
desk_static_find(const char *path)
{
	pthread_once(&once, hash_sheet);
	return strcmp(path, sheet.path) == 0 ? &sheet : gk_static_find(path);
}
