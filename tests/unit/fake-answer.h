/* Fixtures in the shapes of web/answer.h, for tests of pages and of the server without an archive. */
#ifndef GK_FAKE_ANSWER_H
#define GK_FAKE_ANSWER_H

#include "web/answer.h"

/* What stands in every field that a stranger can write. */
struct fake_words { const char *title, *docno, *org, *category, *text, *q, *url; };

json_t *fake_search(const struct fake_words *w, json_int_t total, json_int_t page, const char *level);
json_t *fake_document(const struct fake_words *w);
json_t *fake_difference(const struct fake_words *w);
json_t *fake_related(const struct fake_words *w);
json_t *fake_home(const struct fake_words *w);

#endif
