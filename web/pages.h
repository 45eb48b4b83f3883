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
	bool large, contrast;		/* 大字, 高对比: ?ui=large, contrast, large-contrast */
	bool traditional;		/* 繁體: ?lang=zh-Hant; texts in traditional characters, turned one by one */
	bool paper;			/* to be printed: no boxes, no buttons */
	const char *base;		/* the prefix below which the site lives, "" for none: the path of public_url */
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
/* Of a search for everything: its facets are the ways to browse. */
bool gk_page_browse(const struct gk_view *v, const json_t *answer, struct gk_buf *out);
/* Of gk_answer_registered. */
bool gk_page_history(const struct gk_view *v, const json_t *answer, struct gk_buf *out);
/* What stands in no answer; answer is not looked at. */
bool gk_page_help(const struct gk_view *v, const json_t *answer, struct gk_buf *out);
bool gk_page_about(const struct gk_view *v, const json_t *answer, struct gk_buf *out);
bool gk_page_accessibility(const struct gk_view *v, const json_t *answer, struct gk_buf *out);
/* Of gk_answer_published, gk_answer_stats. */
bool gk_page_report(const struct gk_view *v, const json_t *report, struct gk_buf *out);
bool gk_page_stats(const struct gk_view *v, const json_t *stats, struct gk_buf *out);
/* Of gk_answer_guide; gk_file_guide writes a file that stands alone, its links to public_url. */
bool gk_page_guide(const struct gk_view *v, const json_t *guide, struct gk_buf *out);
bool gk_file_guide(const json_t *guide, bool en, struct gk_buf *out);
/* Of gk_answer_difference. */
bool gk_page_difference(const struct gk_view *v, const json_t *answer, struct gk_buf *out);
/* The error object of experience.md 6. */
bool gk_page_error(const struct gk_view *v, const json_t *error, int status, struct gk_buf *out);

#endif
