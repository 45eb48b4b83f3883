/*
 * How many requests one address may make (L7): a bucket of tokens each, a second one for documents' files.
 *
 * Room for a few thousand addresses, the longest silent one makes room for a new one; so a crawler with many addresses costs no
 * memory, and the worst that it can do is to make others' buckets full again.  An IPv6 address counts by its first 64 bits: one reader has as many as that.
 */
#ifndef GK_RATE_H
#define GK_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gk_rate;
/* So many a second; four times as many at once after a pause; three tenths of it for files.  NULL when memory ends. */
struct gk_rate *gk_rate_new(unsigned per_second);
void gk_rate_free(struct gk_rate *r);
/* May this address ("192.0.2.7", "2001:db8::1") ask once more, now_ms being the time of a clock that only goes on?  From any thread. */
bool gk_rate_take(struct gk_rate *r, const char *address, bool file, uint64_t now_ms);
/*
 * L22: one export at a time.  False if one is being made for this address; else it is, until gk_rate_end.  An address that was forgotten meanwhile, for the room
 * it had, may have another.
 */
bool gk_rate_begin(struct gk_rate *r, const char *address, uint64_t now_ms);
void gk_rate_end(struct gk_rate *r, const char *address);

#endif
