/*
 * What a person may register on a document: every kind of act once, as a table, and the question whether it would have any effect.
 * Building and checking is pure; who appends it is indexer/act.h.
 */
#ifndef GK_ACT_H
#define GK_ACT_H

#include "record/access.h"
#include "record/event.h"
#include "record/validity.h"

enum gk_act_need {
	GK_ACT_BY = 1,		/* V6: the document that did it (act.by), or an authority in words (act.by_text) */
	GK_ACT_ARTICLES = 2,	/* act.articles, or act.subject: the matter of the abolished provisions */
	GK_ACT_EXPIRY = 4,	/* meta.expiry_date */
	GK_ACT_LAPSE_DATE = 8,	/* act.lapse_date */
	GK_ACT_CLASS = 16,	/* act.class, of gk_withdraw_classes */
	GK_ACT_REASON = 32,	/* act.reason */
	GK_ACT_TARGET = 64,	/* act.target: an event of the same record */
	GK_ACT_META = 128,	/* at least one field in meta */
	GK_ACT_STATUS = 256,	/* act.status */
	GK_ACT_GROUND = 1024,	/* act.ground: why it is not disclosed, Art. 14 to 16 */
	GK_ACT_TEXT = 512,	/* content: the new bytes; before they are stored, their digest alone */
};

enum gk_act_axis { GK_AXIS_VALIDITY, GK_AXIS_ACCESS, GK_AXIS_LOG, GK_AXIS_TEXT, GK_AXIS_RETENTION };

struct gk_act_kind {
	const char *type;		/* of the event */
	const char *label, *label_en;	/* "废止", "abolition" */
	enum gk_act_axis axis;
	unsigned needs;
};

/* What people call an event of this type, those that begin a record too: "公布", "published"; the type itself if it has no name. */
void gk_event_label(const char *type, const char **zh, const char **en);
/* NULL if no person registers events of this type. */
const struct gk_act_kind *gk_act_kind(const char *type);

/*
 * A new event of this type, number still to be given.  act and meta may be NULL; both are stolen, also on failure.
 * recorded_at is a UTC time.  NULL when memory ends.
 */
json_t *gk_act_json(const char *id, const char *type, struct gk_date effective, const char *recorded_at, const char *actor, json_t *act, json_t *meta);

/*
 * Would the event have an effect on the record?  events are those before it, in archive order, n >= 1.
 * GK_REFUSED, USAGE: something is missing or of no use in it.
 * GK_REFUSED, BAD_DATA: it would change nothing (what was abolished before is not abolished again), or it is the undoing
 * of an event on which a later one depends; the message says on what.
 */
enum gk_status gk_act_check(const struct gk_event *events, size_t n, const struct gk_event *act, struct gk_err *err);

#endif
