/* What a code of gongkai verify means, in one sentence. */
#ifndef GK_MEANING_H
#define GK_MEANING_H

#include <stdbool.h>

/* "V02"; false if there is no such code, and then the two stay as they are.  Static strings. */
bool verified_meaning(const char *code, const char **zh, const char **en);

#endif
