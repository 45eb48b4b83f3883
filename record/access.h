/*
 * 公开状态: may the public see it now?  Decided here and nowhere else (domain.md 1.1, 8.1, 8.3).
 *
 * One clock only: what the system showed, and when.  An act of access takes effect when it is recorded, whatever
 * effective_date it carries, because nobody can have been shown a page later taken away: so the fold is over the
 * events recorded up to known_at and not annulled, in the order of their recording.
 *
 *   X1  submit             draft -> under_review
 *   X2  gate_pass          under_review (stays; act.gate "G1".."G4", act.digest)
 *   X3  gate_return        under_review -> draft
 *   X4  refer              under_review (stays, referred)
 *   X5  refuse             under_review -> rejected
 *   X6  publish            under_review -> public; as a record's first event: as X11
 *   X7  withdraw           public -> withdrawn; act.class says why
 *   X8  restore, replace_redacted   withdrawn -> public
 *   X9  seal               any -> sealed
 *   X10 release            rejected -> under_review
 *   X11 import_public      as a record's first event: public, or what meta.access states
 *
 * A later import_public is a newer copy of the text and changes nothing here: what was withdrawn stays so.
 * The guards of domain.md 8.1 (gates on the same digest, a cause, two persons) are the writer's: an event in the archive counts.
 */
#ifndef GK_ACCESS_H
#define GK_ACCESS_H

#include "record/event.h"

enum gk_access { GK_A_DRAFT, GK_A_UNDER_REVIEW, GK_A_REJECTED, GK_A_PUBLIC, GK_A_WITHDRAWN, GK_A_SEALED, GK_A_COUNT };

struct gk_access_name { const char *code, *label, *label_en; };
extern const struct gk_access_name gk_access_names[GK_A_COUNT];

struct gk_access_of {
	enum gk_access code;
	bool referred;			/* X4: the question lies with the authority */
	struct gk_date since;		/* the office's day on which it became so */
	const char *reason;		/* act.class of a withdrawal, act.ground of a refusal; "" if none. Borrowed from the events */
	const char *event;		/* the event that decided */
};

/* events in archive order; known_at is a UTC time or NULL for now.  Before the first event: draft. */
struct gk_access_of gk_access_at(const struct gk_event *events, size_t n, const char *known_at);
/* applied[i]: the event changed the state (or, X2 and X4, acted in it). */
void gk_access_applied(const struct gk_event *events, size_t n, const char *known_at, bool *applied);
/* Is it an event of this axis at all? */
bool gk_access_event(const char *type);

/* Classes of reasons for which something is taken off: domain.md 8.3. Code, label pairs, NULL-terminated. */
extern const char *const gk_withdraw_classes[];
/* The code of a class by code or label; NULL if it is none. */
const char *gk_withdraw_class(const char *name);
/* The word for a code; a code that is none is its own. */
const char *gk_withdraw_label(const char *code);

#endif
