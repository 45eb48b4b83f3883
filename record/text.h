/*
 * 历史版本: a record may have had several texts (domain.md 4.6 V3).  Which one was the text of a given day is decided here and nowhere else:
 * show, page, difference, snippet and index ask this.
 *
 * A text comes with an event that has "content":
 *
 *   the first event          the text from the beginning on, before its effective date too
 *   amend_text               a new text from its effective date (else from the day of its recording)
 *   a newer copy (import)    a new text if the copy states a later effective date than every text before it; else the copy corrects the
 *                            text that states the same date, or the newest: other bytes at the same place are no amendment
 *   correct_text and others  the text was recorded wrongly: the bytes take the place of those of the text "act".corrects (its event;
 *                            else the newest), for all of its days
 *
 *   replace_redacted         takes the place of all of them: what was blackened is not to be read in an older text
 *
 * Like every fold: of the events recorded up to known_at and not annulled.  Of two texts of one day the one recorded later counts.
 */
#ifndef GK_TEXT_H
#define GK_TEXT_H

#include "record/event.h"

struct gk_text_of {
	const json_t *content, *source;	/* of the bytes that count; source may be NULL. Borrowed from the events */
	const struct gk_event *bytes;	/* the event that brought these bytes */
	const struct gk_event *began;	/* the event that began this text, the same unless it was corrected */
	uint32_t first;			/* day number of its first day; 0: the first text */
	struct gk_date from;		/* the same as stated, perhaps partial; GK_NO_DATE of the first text */
	struct gk_date until;		/* its last day; GK_NO_DATE: it is the newest */
	bool corrected;
};

/* All texts by their days; out has room for n. Their number: 0 if no event that counts has a text. */
size_t gk_texts(const struct gk_event *events, size_t n, const char *known_at, struct gk_text_of *out);
/* The text of that day, of a partial date its last one; false if there is none at all. */
bool gk_text_at(const struct gk_event *events, size_t n, struct gk_date day, const char *known_at, struct gk_text_of *out);

/*
 * V4, V5: the acts that amended or abolished articles of this text up to the day, without bringing a new one, in the order of their days: out has room for
 * n, their number is returned.  What came before the text began, or on that day, is in it already; what was abolished in part and came back
 * with the whole (reinstate) is not among them.  Which articles: "act".articles of each (record/article.h reads them).
 */
size_t gk_text_acts(const struct gk_event *events, size_t n, const char *known_at, const struct gk_text_of *text, struct gk_date day, const struct gk_event **out);

#endif
