/* Files that embed.awk has made strings of. */
#include "web/static.h"

#include "base/digest.h"
#include "web/static-files.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static struct gk_static files[] = {
	{ .path = "/static/style.css", .type = "text/css; charset=utf-8", .bytes = gk_style_css, .n = sizeof gk_style_css - 1 },
	{ .path = "/static/suggestions.css", .type = "text/css; charset=utf-8", .bytes = gk_suggestions_css, .n = sizeof gk_suggestions_css - 1 },
	{ .path = "/static/gongkai.js", .type = "text/javascript; charset=utf-8", .bytes = gk_gongkai_js, .n = sizeof gk_gongkai_js - 1 },
	{ .path = "/static/icon.svg", .type = "image/svg+xml", .bytes = gk_icon_svg, .n = sizeof gk_icon_svg - 1 },
};

enum { N_FILES = sizeof files / sizeof *files };

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
hash_files(void)
{
	for (size_t i = 0; i < N_FILES; i++) {
		char hex[GK_SHA256_HEX + 1];

		gk_sha256_hex(files[i].bytes, files[i].n, hex);
		snprintf(files[i].tag, sizeof files[i].tag, "%.12s", hex);
		snprintf(files[i].url, sizeof files[i].url, "%s?v=%s", files[i].path, files[i].tag);
	}
}

const struct gk_static *
gk_static_find(const char *path)
{
	pthread_once(&once, hash_files);
	for (size_t i = 0; i < N_FILES; i++)
		if (strcmp(path, files[i].path) == 0)
			return &files[i];
	return NULL;
}
