/*
 * The public pages, written from the same JSON objects that the .json twins
 * send.  Complete without script; every link carries the reader's language and type size.
 */
#ifndef GK_PAGES_H
#define GK_PAGES_H

#include "base/buf.h"
#include "base/status.h"
#include "web/answer.h"

/* What a page knows beside its answer. */
struct gk_view {
	enum gk_lang lang;
	bool large;			/* 大字: ?ui=large */
	const char *organisation, *apply_address, *public_url;	/* "" if not configured */
	const json_t *coverage;		/* of gk_answer_home, for the foot; NULL if unknown */
	const char *path;		/* of this page */
	const struct gk_param *params;
	size_t n_params;
	const char *today;		/* 2026-11-23 */
	const char *style, *script;	/* URLs */
};

/* Reads `ui` and `lang` from v->params into v. */
void gk_view_choose(struct gk_view *v);

/* Each appends a whole page; false when memory ended. */
bool gk_page_home(const struct gk_view *v, const json_t *home, struct gk_buf *out);
bool gk_page_search(const struct gk_view *v, const json_t *answer, struct gk_buf *out);
bool gk_page_document(const struct gk_view *v, const json_t *document, struct gk_buf *out);
/* Of gk_answer_difference. */
bool gk_page_difference(const struct gk_view *v, const json_t *answer, struct gk_buf *out);
/* The error object of experience.md 6. */
bool gk_page_error(const struct gk_view *v, const json_t *error, int status, struct gk_buf *out);

#endif
