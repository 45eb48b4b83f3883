/*
 * Which record is meant by 《甲办法》（云政发〔2001〕1号）, issued by X on D?  Never a guess: one record, or a question.
 *
 *   number   exactly one record bears the number, and its title does not contradict the one that is named
 *   title    the number is in no record (or none was stated), and exactly one has the title
 *   ask      several do, or the only one speaks against itself: another title under the number, another number under the
 *            title, or made after the day on which it is said to end (then it is a later text of the same title)
 *   near     none does; these are close, for a person to choose from
 *   none
 *
 * A name that is also the naming document's own title means an earlier version of it.
 */
#ifndef GK_RESOLVE_H
#define GK_RESOLVE_H

#include "indexer/store.h"
#include "record/validity.h"

enum resolve_verdict { RESOLVE_NONE, RESOLVE_NEAR, RESOLVE_ASK, RESOLVE_TITLE, RESOLVE_NUMBER };
extern const char *const resolve_word[];	/* "none" "near" "ask" "title" "number" */

enum { RESOLVE_MAX = 8, RESOLVE_TITLE_BYTES = 600 };

struct resolve_wanted {
	const char *name, *docno, *issuer;	/* "" where not stated */
	struct gk_date date;			/* as stated; GK_NO_DATE */
	uint32_t self;				/* docid of the naming document; 0: none */
	const char *self_title;			/* its title; "" */
	struct gk_date self_made;		/* when it was made; GK_NO_DATE */
	struct gk_date end;			/* the day on which the wanted one is said to end; GK_NO_DATE */
	bool near;				/* look for close ones if there is none */
};

struct resolve_candidate {
	uint32_t docid;
	char id[64], title[RESOLVE_TITLE_BYTES], docno[160];
	char source_id[128];			/* the source's own; "" */
	struct gk_date made;
	enum gk_validity now;
	bool by_number, by_title;
	bool later;				/* made after the day on which it is said to end */
	unsigned distance;			/* near: how many characters differ */
};

struct resolved {
	enum resolve_verdict verdict;
	struct resolve_candidate c[RESOLVE_MAX];
	size_t n;
	const char *why, *why_en;		/* ask: what speaks against it; "" otherwise */
};

enum gk_status resolve(struct store *s, const struct resolve_wanted *w, struct resolved *out, struct gk_err *err);

/* The reading half of a store: archive, index and configuration, no lock. Close with store_close. */
enum gk_status store_open_reading(const char *dir, struct store *out, struct gk_err *err);

#endif
