/*
 * Shards of an index that stand on other machines, each an index of Xapian served by xapian-tcpsrv.
 *
 * What is large and what is read by the stretch is sent away: under each word of the texts the list of a shard's documents,
 * packed (catalog/packed.h), as metadata, so that a list is one message.  All else of these documents stays in glass/ at the front, which then has no
 * posting lists of its own: slots and places of events; "T" and a word: in how many documents of each shard it stands; "T" and any other term (of titles, id, digest, number …): its
 * list.  So what can be counted or looked up is answered without the network, and only what must be read of a word asks for it.
 *
 * GENERATION/away says where they are, a line each: first and last number, stamp, HOST:PORT of one or more copies, apart by commas.
 * The stamp is of all that the shard holds; a server with another one is not asked.
 *
 * All shards are asked for a list at the same time, so that it takes as long as the slowest of them.
 *
 * A server that does not answer is left out by all threads until it is back; a thread of its own looks for it every second.
 */
#ifndef GK_AWAY_H
#define GK_AWAY_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GK_AWAY_FILE "away"
enum { GK_AWAY_STAMP = 64, GK_AWAY_MAX = 64, GK_AWAY_COPIES = 4 };
enum { GK_AWAY_CONNECT_MS = 300, GK_AWAY_ANSWER_MS = 400 };

/* Metadata of a shard's index: what it is, and lists under "W" and the word. */
#define GK_AWAY_STAMP_KEY "stamp"
#define GK_AWAY_RANGE_KEY "range"	/* "FIRST LAST" */
#define GK_AWAY_WORD 'W'
/* Of the front's: see above. */
#define GK_AWAY_TERM 'T'

struct gk_away;

/* *out is NULL where no shard is away.  Nobody is asked yet. */
enum gk_status gk_away_open(const char *base, struct gk_away **out, struct gk_err *err);
void gk_away_close(struct gk_away *a);
size_t gk_away_count(const struct gk_away *a);
void gk_away_range(const struct gk_away *a, size_t i, uint32_t *first, uint32_t *last);
/* Where it is, as the file has it. */
const char *gk_away_where(const struct gk_away *a, size_t i);
/*
 * The packed list of a word in shard i.  A question reads most lists more than once: they are kept until gk_away_forget (at most GK_AWAY_KEPT bytes), and no longer, so that
 * no answer hides that a server is gone.  *own says that it was not kept and is yours to free(); else it is borrowed until then.
 * GK_DEAD (BUSY) if none of its servers answers, or all are known not to.
 */
enum { GK_AWAY_KEPT = 64 * 1024 * 1024 };
enum gk_status gk_away_fetch(struct gk_away *a, size_t i, const char *word, size_t n, char **p, size_t *len, bool *own, struct gk_err *err);
/* Ask all shards for which counts[i] > 0 at once, each in a thread of its own: what they say is kept, what they do not say gk_away_fetch tells of. */
void gk_away_fetch_all(struct gk_away *a, const uint32_t *counts, const char *word, size_t n);
void gk_away_forget(struct gk_away *a);
/* Is every server of shard i known not to answer? */
bool gk_away_is_down(const struct gk_away *a, size_t i);
/* Ask each server of shard i for its stamp, whatever is known of it. */
enum gk_status gk_away_check(struct gk_away *a, size_t i, struct gk_err *err);

/* Is that a word of a text?  All others stay at the front; those of titles too: they are few, and every question wants them. */
static inline bool
gk_away_is_word(const char *term, size_t n)
{
	return n > 0 && (term[0] < 'A' || term[0] > 'Z');
}

/* What a server says of itself.  where is HOST:PORT. */
struct gk_away_served { uint32_t first, last; char stamp[GK_AWAY_STAMP + 1]; };
enum gk_status gk_away_ask(const char *where, struct gk_away_served *out, struct gk_err *err);

#endif
