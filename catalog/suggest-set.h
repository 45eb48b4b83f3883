/* The sorted titles of a commit, shared by all handles of the process; for suggest.c alone. */
#ifndef GK_SUGGEST_SET_H
#define GK_SUGGEST_SET_H

#include "catalog/catalog.h"
#include "catalog/titles.h"

struct gk_suggest_set {
	struct gk_titles *titles;	/* `at` of a document: where its text stood */
	char generation[16];
	uint64_t revision;		/* of which commit */
	uint32_t day;			/* whose validity made the order */
	double seconds;			/* that making it took */
};

/* Not at all; a third of a second if there is none of this generation; until there is the one of this commit and day. */
enum gk_suggest_wait { GK_WAIT_NOT, GK_WAIT_FIRST, GK_WAIT_CURRENT };
/*
 * The set of this commit or, while that is being made, of an older one of the same generation; *out = NULL if there is none
 * yet.  Drop it when done.  GK_DEAD when making it failed; the next call tries again.
 */
enum gk_status gk_suggest_set_get(struct gk_catalog *c, uint32_t day, enum gk_suggest_wait wait, const struct gk_suggest_set **out, bool *current, struct gk_err *err);
void gk_suggest_set_drop(const struct gk_suggest_set *set);

#endif
