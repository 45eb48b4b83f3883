/* The style sheet, the script and the icon: files that are part of the program. */
#ifndef GK_STATIC_H
#define GK_STATIC_H

#include <stddef.h>

struct gk_static {
	const char *path, *type, *bytes;
	size_t n;
	char tag[13];		/* first digits of its SHA-256 */
	char url[64];		/* path?v=tag: may be kept for ever */
};

/* NULL if there is no such file. */
const struct gk_static *gk_static_find(const char *path);

#endif
