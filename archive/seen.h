/*
 * The records that went by last, some thousands of them: by place and by id.  An event follows closely upon the records it
 * speaks of, so most of what it says can be compared without reading anything again, in memory that does not grow.
 */
#ifndef GK_SEEN_H
#define GK_SEEN_H

#include "archive/warc.h"

enum { GK_SEEN_MAX = 8192 };

struct gk_seen_rec {
	struct gk_loc loc;		/* segment 0: nothing here */
	char id[GK_WARC_ID];		/* "" if it could not be read */
	char digest[GK_WARC_DIGEST];	/* payload */
	uint64_t uri;			/* gk_seen_hash of its target URI */
	bool payload;			/* a resource or conversion of ours: some event should speak of it */
	bool used;			/* one did */
	bool bad;
	uint32_t by_loc, by_id;		/* the next of the same bucket, + 1 */
};

struct gk_seen;

uint64_t gk_seen_hash(const char *s);
struct gk_seen *gk_seen_new(void);
void gk_seen_free(struct gk_seen *s);
/* The place for one more; *old is the one that had to go for it (segment 0: none). */
struct gk_seen_rec *gk_seen_add(struct gk_seen *s, struct gk_loc loc, const char *id, struct gk_seen_rec *old);
/* NULL if it is not among the last ones. */
struct gk_seen_rec *gk_seen_at(struct gk_seen *s, uint32_t segment, uint64_t offset);
struct gk_seen_rec *gk_seen_id(struct gk_seen *s, const char *id);
/* From the oldest to the newest: i from 0 while it does not return NULL. */
struct gk_seen_rec *gk_seen_nth(struct gk_seen *s, size_t i);

/*
 * Which ids of documents were met: one bit each, since they are numbered without large gaps (dzmm-2021-000123).  Ten million take
 * 1.3 MB; what does not fit in 16 MiB, or is no such id, is not remembered and never reported as met.
 */
struct gk_ids;

struct gk_ids *gk_ids_new(void);
void gk_ids_free(struct gk_ids *ids);
/* True if it was met before; it is now. */
bool gk_ids_meet(struct gk_ids *ids, const char *id);

#endif
