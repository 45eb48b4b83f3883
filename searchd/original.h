/* Headers under which an original file may leave (safety.md 6). */
#ifndef GK_ORIGINAL_H
#define GK_ORIGINAL_H

#include "web/http.h"

/* Type from our own list, Content-Disposition: attachment with an ASCII name and the true one, sandbox. */
void route_attachment(const char *id, const char *type, const char *name, struct gk_reply *reply);

#endif
