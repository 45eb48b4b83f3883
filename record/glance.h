/*
 * An event as `verify` needs it, read without building a tree: that takes a tenth of the time, and verify reads every event there is.
 *
 * Only the canonical form (event.h: sorted keys, no white space) is understood.  Whatever is not exactly so, and whatever is wrong, is
 * left to gk_event_parse(), which can also say what it is.  So there is one truth: for every event that is understood here,
 * gk_event_parse() succeeds and says the same (the tests hold them against each other).
 */
#ifndef GK_GLANCE_H
#define GK_GLANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gk_seen_text { const char *p; size_t n; };	/* borrowed from the event; n = 0: not there */

struct gk_glance_ref {
	bool there;
	struct gk_seen_text record, digest;
	uint64_t loc[3];		/* segment, offset, length; zeros: not stated */
};

struct gk_glance {
	struct gk_seen_text event, id, type;
	bool version;			/* there is a key "version" */
	struct gk_seen_text digest;	/* content.digest */
	struct gk_glance_ref original, text;
};

/* False: ask gk_event_parse(). */
bool gk_event_glance(const char *p, size_t n, struct gk_glance *out);

#endif
