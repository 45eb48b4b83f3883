/*
 * May the public see this text?  What every way into the archive asks before it writes a byte (design.md 2: describe ──▶ gate ──▶ archive).
 */
#ifndef GK_INDEXER_SCREEN_H
#define GK_INDEXER_SCREEN_H

#include "gate/finding.h"
#include "indexer/store.h"

enum screen_holds {
	SCREEN_FREE,
	SCREEN_GATES,		/* gates are configured: it waits for them */
	SCREEN_BLOCKED		/* something in it must not be published */
};

/*
 * What stands in one of the properties of a file (author, keywords, title): out as of gk_findings_of, but six digits alone, the number of a copy where
 * they stand at the head of a paper, are nothing here.
 */
enum gk_status screen_property(const char *value, size_t n, struct gk_findings *out, struct gk_err *err);
/*
 * meta, fields: what the file states of itself, either may be NULL; the public can read that as well as the text.
 * *findings: what goes into the event (record/review.h), NULL if there are none.  published: it was captured from a public site, and is only
 * remarked on.  GK_DEAD when memory ends.
 */
enum gk_status screen_text(const struct store *s, const char *text, size_t n, const json_t *meta, const json_t *fields, bool published, json_t **findings, enum screen_holds *holds, struct gk_err *err);
/* GK_REFUSED: the record is public, and this new text of it may not be. */
enum gk_status screen_new_text(const struct gk_event *events, size_t n, const json_t *findings, enum screen_holds holds, struct gk_err *err);

#endif
