/* The style sheet of the desk, beside the files of the public site. */
#ifndef GK_DESK_STATIC_H
#define GK_DESK_STATIC_H

#include "web/static.h"

/* As gk_static_find, and /static/desk.css. */
const struct gk_static *desk_static_find(const char *path);

#endif
