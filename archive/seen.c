/* A ring of records with two chained tables into it; see seen.h. */
#include "archive/seen.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 2 * GK_SEEN_MAX };	/* a power of two */

struct gk_seen {
	struct gk_seen_rec ring[GK_SEEN_MAX];
	size_t next, n;
	uint32_t loc_head[BUCKETS], id_head[BUCKETS];	/* index in the ring + 1; 0: empty */
};

static uint32_t
bucket_of_loc(uint32_t segment, uint64_t offset)
{
	uint64_t h = (offset ^ (uint64_t)segment << 40) * 0x9E3779B97F4A7C15u;

	return (uint32_t)(h >> 40) & (BUCKETS - 1);
}

/* FNV-1a. */
uint64_t
gk_seen_hash(const char *s)
{
	uint64_t h = 1469598103934665603u;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return h ^ h >> 32;
}

static uint32_t
bucket_of_id(const char *id)
{
	return (uint32_t)gk_seen_hash(id) & (BUCKETS - 1);
}

struct gk_seen *
gk_seen_new(void)
{
	return calloc(1, sizeof(struct gk_seen));
}

void
gk_seen_free(struct gk_seen *s)
{
	free(s);
}

/* Take the record with ring number `self` out of both chains. */
static void
unlink_rec(struct gk_seen *s, uint32_t self)
{
	struct gk_seen_rec *r = &s->ring[self - 1];
	uint32_t *at = &s->loc_head[bucket_of_loc(r->loc.segment, r->loc.offset)];

	while (*at != self)
		at = &s->ring[*at - 1].by_loc;
	*at = r->by_loc;
	if (r->id[0] == '\0')
		return;
	at = &s->id_head[bucket_of_id(r->id)];
	while (*at != self)
		at = &s->ring[*at - 1].by_id;
	*at = r->by_id;
}

struct gk_seen_rec *
gk_seen_add(struct gk_seen *s, struct gk_loc loc, const char *id, struct gk_seen_rec *old)
{
	struct gk_seen_rec *r = &s->ring[s->next];
	uint32_t self = (uint32_t)s->next + 1, *head;

	*old = *r;
	if (r->loc.segment != 0)
		unlink_rec(s, self);
	memset(r, 0, sizeof *r);
	r->loc = loc;
	memcpy(r->id, id, strnlen(id, sizeof r->id - 1));
	head = &s->loc_head[bucket_of_loc(loc.segment, loc.offset)];
	r->by_loc = *head;
	*head = self;
	if (r->id[0] != '\0') {
		head = &s->id_head[bucket_of_id(r->id)];
		r->by_id = *head;
		*head = self;
	}
	s->next = (s->next + 1) % GK_SEEN_MAX;
	s->n += s->n < GK_SEEN_MAX;
	return r;
}

struct gk_seen_rec *
gk_seen_at(struct gk_seen *s, uint32_t segment, uint64_t offset)
{
	uint32_t at = s->loc_head[bucket_of_loc(segment, offset)];

	while (at != 0 && (s->ring[at - 1].loc.segment != segment || s->ring[at - 1].loc.offset != offset))
		at = s->ring[at - 1].by_loc;
	return at == 0 ? NULL : &s->ring[at - 1];
}

struct gk_seen_rec *
gk_seen_id(struct gk_seen *s, const char *id)
{
	uint32_t at = id[0] == '\0' ? 0 : s->id_head[bucket_of_id(id)];

	while (at != 0 && strcmp(s->ring[at - 1].id, id) != 0)
		at = s->ring[at - 1].by_id;
	return at == 0 ? NULL : &s->ring[at - 1];
}

struct gk_seen_rec *
gk_seen_nth(struct gk_seen *s, size_t i)
{
	return i < s->n ? &s->ring[(s->next + GK_SEEN_MAX - s->n + i) % GK_SEEN_MAX] : NULL;
}

/* --- ids ------------------------------------------------------------------------------------------ */

enum {
	PAGE_IDS = 32768,
	PAGES_MAX = 4096,
	PAGE_SLOTS = 2 * PAGES_MAX,
};

struct page {
	uint64_t key;
	unsigned char bits[PAGE_IDS / 8];
};

struct gk_ids {
	struct page *slots[PAGE_SLOTS];
	size_t n;
};

struct gk_ids *
gk_ids_new(void)
{
	return calloc(1, sizeof(struct gk_ids));
}

void
gk_ids_free(struct gk_ids *ids)
{
	for (size_t i = 0; ids != NULL && i < PAGE_SLOTS; i++)
		free(ids->slots[i]);
	free(ids);
}

/* The number behind the last "-"; false if there is none of up to nine digits. */
static bool
split(const char *id, size_t *prefix, uint32_t *number)
{
	const char *dash = strrchr(id, '-');
	size_t n;

	if (dash == NULL)
		return false;
	n = strspn(dash + 1, "0123456789");
	if (n == 0 || n > 9 || dash[1 + n] != '\0')
		return false;
	*prefix = (size_t)(dash - id);
	*number = (uint32_t)strtoul(dash + 1, NULL, 10);
	return true;
}

static struct page *
page_of(struct gk_ids *ids, uint64_t key)
{
	size_t at = (size_t)(key >> 20) & (PAGE_SLOTS - 1);

	while (ids->slots[at] != NULL && ids->slots[at]->key != key)
		at = (at + 1) & (PAGE_SLOTS - 1);
	if (ids->slots[at] == NULL && ids->n < PAGES_MAX) {
		ids->slots[at] = calloc(1, sizeof(struct page));
		if (ids->slots[at] != NULL) {
			ids->slots[at]->key = key;
			ids->n++;
		}
	}
	return ids->slots[at];
}

bool
gk_ids_meet(struct gk_ids *ids, const char *id)
{
	uint64_t key = 1469598103934665603u;
	struct page *page;
	uint32_t number;
	size_t prefix;
	unsigned char bit;
	bool met;

	if (!split(id, &prefix, &number))
		return false;
	for (size_t i = 0; i < prefix; i++)
		key = (key ^ (unsigned char)id[i]) * 1099511628211u;
	key = (key ^ number / PAGE_IDS) * 1099511628211u;
	page = page_of(ids, key ^ key >> 32);
	if (page == NULL)
		return false;
	bit = (unsigned char)(1u << number % 8);
	met = (page->bits[number % PAGE_IDS / 8] & bit) != 0;
	page->bits[number % PAGE_IDS / 8] |= bit;
	return met;
}
