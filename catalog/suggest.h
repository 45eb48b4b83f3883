/*
 * What an archive has to say to a text that is still being typed: numbers, phrases and titles of its public documents,
 * never what other people asked (experience.md 7, L21).
 *
 *   国办发[2017]4     number   国办发〔2017〕47号 …          by the index, of this very commit
 *   安全              phrase   安全生产 (1204 titles) …       by the sorted titles (catalog/titles.h)
 *                     title    安全生产管理办法 …             those in force first, then the newest
 *   anquan, aq        phrase   安全 …                          where the letters stand in no title themselves
 *
 * The sorted titles are made once for a commit and a day, on a thread of their own, when somebody asks; all handles of the
 * process share them.  After a commit the older ones go on answering until the new ones are there, but each suggestion is held against
 * the commit at hand: what is no longer public, or has another title now, supports nothing.
 */
#ifndef GK_SUGGEST_H
#define GK_SUGGEST_H

#include "catalog/catalog.h"
#include "catalog/titles.h"

enum gk_suggestion_kind { GK_SUGGEST_NUMBER, GK_SUGGEST_PHRASE, GK_SUGGEST_TITLE };
extern const char *const gk_suggestion_code[];	/* "number" "phrase" "title" */

enum {
	GK_SUGGESTIONS = 10,		/* L21 */
	GK_SUGGEST_TYPED = 64,		/* characters that are looked at: longer ones suggest nothing */
};

struct gk_suggestion {
	enum gk_suggestion_kind kind;
	uint32_t docid;			/* of a number or title: the best document that bears it */
	enum gk_validity status;	/* its validity on the day */
	uint32_t count;			/* documents that bear the number or title; different titles that have the phrase */
	char text[GK_PHRASE_TEXT];	/* of a phrase, folded UTF-8; "" for the others: their record has it as it was written */
};

struct gk_suggestions {
	struct gk_suggestion item[GK_SUGGESTIONS];	/* numbers, phrases, titles; best first */
	size_t n;
	bool current;			/* of this commit and day; else the next question may find more */
};

/*
 * patient: wait for the titles of this commit.  Otherwise an older set answers, and where there is none numbers alone after
 * a third of a second.  GK_DEAD when memory or the index ends; then *out is not written.
 */
enum gk_status gk_suggest(struct gk_catalog *c, const char *typed, size_t n, struct gk_date day, bool patient, struct gk_suggestions *out, struct gk_err *err);
/* Begin to make the titles of this commit, if nobody has; does not wait. */
void gk_suggest_prepare(struct gk_catalog *c, struct gk_date day);
/* Size of the set that is there: different titles, phrases, bytes; how long it took to make. All 0 if there is none. */
struct gk_suggest_size { size_t titles, phrases, bytes, left_out; double seconds; };
struct gk_suggest_size gk_suggest_size(struct gk_catalog *c);

#endif
