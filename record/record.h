/*
 * One published document as its events tell it: the metadata that counts now and where its bytes are.
 */
#ifndef GK_RECORD_H
#define GK_RECORD_H

#include "record/event.h"
#include "record/validity.h"

struct gk_record {
	const char *id;
	json_t *meta;			/* borrowed-or-merged; one reference owned by the record */
	const json_t *content;		/* of the newest text (record/text.h), which may begin in the future; borrowed from its event */
	const json_t *source;		/* of that text */
	unsigned versions;		/* 1 for a document that was never replaced by other bytes */
	struct gk_date formed, published, effective, expiry;
	const char *published_at;	/* as stored, "" if none */
};

/*
 * Fold events (archive order, all of one id, n >= 1), as known at a UTC time (NULL: now), into a record.  Strings
 * live as long as the events and the record.  GK_REFUSED (DAMAGED) if the first event begins no record.
 */
enum gk_status gk_record_fold_known(const struct gk_event *events, size_t n, const char *known_at, struct gk_record *out, struct gk_err *err);
/* The same with all that is known now. */
enum gk_status gk_record_fold(const struct gk_event *events, size_t n, struct gk_record *out, struct gk_err *err);
void gk_record_free(struct gk_record *r);
/* Year of formed_date, else of published_at; 0 if neither is known (design.md 6). */
int gk_record_year(const struct gk_record *r);
/* First category (栏目); "" if none. */
const char *gk_record_column(const struct gk_record *r);
/* Its theme (主题分类), levels apart by strokes, of several the first; "" if it has none. */
enum { GK_THEME_BYTES = 256 };
void gk_record_theme(const struct gk_record *r, char out[GK_THEME_BYTES]);
/* True if the document has a validity axis: norm_level is one of the normative levels of domain.md 4.1, or it
 * carries effective_date, expiry_date, abolished_by or an asserted status. */
bool gk_record_normative(const json_t *meta);

#endif
