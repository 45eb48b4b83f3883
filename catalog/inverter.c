/* Lists of new records in memory. */
#include "catalog/inverter.h"

#include "base/buf.h"
#include "catalog/prepare.h"
#include "catalog/schema.h"

#include <stdlib.h>
#include <string.h>

enum {
	FIRST_PIECE = 8, LARGEST_PIECE = 1024,
	LONGEST_ENTRY = 10,		/* two varints */
	SLOTS_LEAST = 1 << 16,
};

/* Places in the store are in units of 4 bytes, so that it may hold 16 GB; 0 is nowhere. */
struct term {
	uint32_t hash, name;		/* where its length and bytes stand */
	uint32_t df, last;
	uint32_t head, tail;		/* its first and its last piece */
	uint16_t used, room;		/* bytes of the last piece */
};

struct piece { uint32_t next; unsigned char bytes[]; };	/* as many as its turn says, the last one: as many as the term says */

struct gk_inverter {
	struct term *term;
	size_t n, room;
	uint32_t *slot;			/* number of a term, from 1; 0 free */
	size_t slots;			/* a power of two */
	char *store;
	size_t used, size;		/* units of 4 bytes */
	struct hashed { uint32_t hash, term; } *doc;	/* of the record that is being added */
	size_t doc_room;
};

static void *
at(const struct gk_inverter *v, uint32_t place)
{
	return v->store + (size_t)place * 4;
}

/* 0 when memory ends. */
static uint32_t
allot(struct gk_inverter *v, size_t bytes)
{
	size_t units = (bytes + 3) / 4, place = v->used;

	if (units > UINT32_MAX - place)
		return 0;
	if (place + units > v->size) {
		size_t size = v->size * 2 > place + units ? v->size * 2 : place + units;
		char *grown = realloc(v->store, size * 4);

		if (grown == NULL)
			return 0;
		v->store = grown;
		v->size = size;
	}
	v->used += units;
	return (uint32_t)place;
}

enum gk_status
gk_inverter_new(struct gk_inverter **out, struct gk_err *err)
{
	struct gk_inverter *v = calloc(1, sizeof *v);

	if (v == NULL)
		return gk_nomem(err);
	v->used = 1;
	v->size = 1 << 16;
	v->slots = SLOTS_LEAST;
	v->slot = calloc(v->slots, sizeof *v->slot);
	v->store = malloc(v->size * 4);
	if (v->slot == NULL || v->store == NULL) {
		gk_inverter_free(v);
		return gk_nomem(err);
	}
	*out = v;
	return GK_OK;
}

void
gk_inverter_free(struct gk_inverter *v)
{
	if (v == NULL)
		return;
	free(v->term);
	free(v->slot);
	free(v->store);
	free(v->doc);
	free(v);
}

void
gk_inverter_clear(struct gk_inverter *v)
{
	memset(v->slot, 0, v->slots * sizeof *v->slot);
	v->n = 0;
	v->used = 1;
}

size_t
gk_inverter_bytes(const struct gk_inverter *v)
{
	return v->used * 4 + v->n * sizeof *v->term + v->slots * sizeof *v->slot;
}

/* --- terms ------------------------------------------------------------------------------------ */

static bool
is_named(const struct gk_inverter *v, const struct term *t, const char *p, size_t n)
{
	const char *name = at(v, t->name);

	return (unsigned char)name[0] == n && memcmp(name + 1, p, n) == 0;
}

/* Its slot, or the free one where it belongs. */
static uint32_t *
slot_of(const struct gk_inverter *v, uint32_t hash, const char *p, size_t n)
{
	for (size_t i = hash & (v->slots - 1);; i = (i + 1) & (v->slots - 1)) {
		const struct term *t = v->slot[i] == 0 ? NULL : &v->term[v->slot[i] - 1];

		if (t == NULL || (t->hash == hash && is_named(v, t, p, n)))
			return &v->slot[i];
	}
}

static bool
grow_slots(struct gk_inverter *v)
{
	size_t slots = v->slots * 2;
	uint32_t *slot = calloc(slots, sizeof *slot);

	if (slot == NULL)
		return false;
	for (size_t k = 0; k < v->n; k++) {
		size_t i = v->term[k].hash & (slots - 1);

		while (slot[i] != 0)
			i = (i + 1) & (slots - 1);
		slot[i] = (uint32_t)k + 1;
	}
	free(v->slot);
	v->slot = slot;
	v->slots = slots;
	return true;
}

/* The number of a term that was not there, from 1; 0 when memory ends. */
static uint32_t
add_term(struct gk_inverter *v, uint32_t hash, const char *p, size_t n)
{
	struct term *t;
	uint32_t name, piece;

	if (v->n == v->room) {
		size_t room = v->room == 0 ? SLOTS_LEAST / 2 : v->room * 2;
		struct term *grown = realloc(v->term, room * sizeof *grown);

		if (grown == NULL)
			return 0;
		v->term = grown;
		v->room = room;
	}
	if (v->n * 2 >= v->slots && !grow_slots(v))
		return 0;
	name = allot(v, n + 1);
	piece = name == 0 ? 0 : allot(v, sizeof(struct piece) + FIRST_PIECE);
	if (piece == 0)
		return 0;
	*(unsigned char *)at(v, name) = (unsigned char)n;
	memcpy((char *)at(v, name) + 1, p, n);
	((struct piece *)at(v, piece))->next = 0;
	t = &v->term[v->n++];
	*t = (struct term){ .hash = hash, .name = name, .head = piece, .tail = piece, .room = FIRST_PIECE };
	*slot_of(v, hash, p, n) = (uint32_t)v->n;
	return (uint32_t)v->n;
}

/* --- entries ---------------------------------------------------------------------------------- */

static size_t
varint(unsigned char *p, uint32_t v)
{
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		p[n++] = (unsigned char)(v | 0x80);
	p[n++] = (unsigned char)v;
	return n;
}

/* A number may go on in the next piece: they are put together before anybody reads them. */
static bool
append(struct gk_inverter *v, uint32_t number, const unsigned char *p, size_t n)
{
	struct term *t = &v->term[number - 1];
	size_t k = n < (size_t)(t->room - t->used) ? n : (size_t)(t->room - t->used);

	memcpy(((struct piece *)at(v, t->tail))->bytes + t->used, p, k);
	t->used = (uint16_t)(t->used + k);
	if (k < n) {
		const size_t room = t->room < LARGEST_PIECE ? t->room * 2 : LARGEST_PIECE;
		const uint32_t next = allot(v, sizeof(struct piece) + room);

		if (next == 0)
			return false;
		((struct piece *)at(v, next))->next = 0;
		((struct piece *)at(v, t->tail))->next = next;
		memcpy(((struct piece *)at(v, next))->bytes, p + k, n - k);
		t->tail = next;
		t->room = (uint16_t)room;
		t->used = (uint16_t)(n - k);
	}
	return true;
}

static bool
add_entry(struct gk_inverter *v, uint32_t number, uint32_t doc, uint32_t wdf)
{
	struct term *t = &v->term[number - 1];
	unsigned char entry[LONGEST_ENTRY];
	size_t n;

	if (t->last == doc)
		return true;
	n = varint(entry, (doc - t->last) << 1 | (wdf != 1));
	if (wdf != 1)
		n += varint(entry + n, wdf);
	t->last = doc;
	t->df++;
	return append(v, number, entry, n);
}

static bool
hash_all(struct gk_inverter *v, const char *p, const uint8_t *lens, size_t count)
{
	if (count > v->doc_room) {
		struct hashed *grown = realloc(v->doc, count * 2 * sizeof *grown);

		if (grown == NULL)
			return false;
		v->doc = grown;
		v->doc_room = count * 2;
	}
	for (size_t i = 0; i < count; p += lens[i++]) {
		v->doc[i].hash = gk_term_hash(p, lens[i]);
		__builtin_prefetch(&v->slot[v->doc[i].hash & (v->slots - 1)]);
	}
	/* Most terms are where they are looked for first. */
	for (size_t i = 0; i < count; i++) {
		v->doc[i].term = v->slot[v->doc[i].hash & (v->slots - 1)];
		if (v->doc[i].term != 0)
			__builtin_prefetch(&v->term[v->doc[i].term - 1]);
	}
	for (size_t i = 0; i < count; i++)
		if (v->doc[i].term != 0) {
			const struct term *t = &v->term[v->doc[i].term - 1];

			__builtin_prefetch(at(v, t->name));
			__builtin_prefetch(((struct piece *)at(v, t->tail))->bytes + t->used, 1);
		}
	return true;
}

enum gk_status
gk_inverter_add(struct gk_inverter *v, uint32_t doc, const char *bytes, const uint8_t *lens, const uint32_t *wdfs, size_t count, struct gk_err *err)
{
	const char *p = bytes;

	if (!hash_all(v, bytes, lens, count))
		return gk_nomem(err);
	for (size_t i = 0; i < count; p += lens[i++]) {
		uint32_t number = v->doc[i].term;

		if (number == 0 || v->term[number - 1].hash != v->doc[i].hash || !is_named(v, &v->term[number - 1], p, lens[i]))
			number = *slot_of(v, v->doc[i].hash, p, lens[i]);
		if (number == 0)
			number = add_term(v, v->doc[i].hash, p, lens[i]);
		/* Of what is no word nobody asks how often, and once is what is written shortest. */
		if (number == 0 || !add_entry(v, number, doc, wdfs[i] == 0 ? 1 : wdfs[i]))
			return gk_nomem(err);
	}
	return GK_OK;
}

/* --- reading ---------------------------------------------------------------------------------- */

static bool
gather(const struct gk_inverter *v, const struct term *t, struct gk_buf *out)
{
	size_t room = FIRST_PIECE;

	gk_buf_reset(out);
	for (uint32_t place = t->head; place != 0;) {
		const struct piece *piece = at(v, place);

		gk_buf_add(out, piece->bytes, piece->next == 0 ? t->used : room);
		room = room < LARGEST_PIECE ? room * 2 : LARGEST_PIECE;
		place = piece->next;
	}
	return !out->failed;
}

enum gk_status
gk_inverter_find(const struct gk_inverter *v, const char *term, size_t n, uint32_t from, uint32_t *doc, struct gk_err *err)
{
	const uint32_t number = n > UINT8_MAX ? 0 : *slot_of(v, gk_term_hash(term, n), term, n);
	struct gk_packed list;
	struct gk_buf entries;
	enum gk_status st;

	if (number == 0)
		return GK_END;
	gk_buf_init(&entries, (size_t)1 << 31);
	if (!gather(v, &v->term[number - 1], &entries)) {
		st = gk_nomem(err);
	} else {
		gk_packed_open_bare(&list, entries.p, entries.n);
		st = gk_packed_seek(&list, from, doc, NULL, err);
	}
	gk_buf_free(&entries);
	return st;
}

struct ordered { uint64_t head; const char *p; uint32_t number; };

/* Eight bytes as a number decide most comparisons: a pair has six. */
static int
by_term(const void *a, const void *b)
{
	const struct ordered *x = a, *y = b;

	if (x->head != y->head)
		return x->head < y->head ? -1 : 1;
	return gk_term_order(x->p + 1, (unsigned char)x->p[0], y->p + 1, (unsigned char)y->p[0]);
}

static uint64_t
head_of(const char *p, size_t n)
{
	uint64_t head = 0;

	for (size_t i = 0; i < 8; i++)
		head = head << 8 | (i < n ? (unsigned char)p[i] : 0);
	return head;
}

static struct ordered *
in_order(const struct gk_inverter *v)
{
	struct ordered *all = malloc((v->n + 1) * sizeof *all);

	for (size_t i = 0; all != NULL && i < v->n; i++) {
		const char *name = at(v, v->term[i].name);

		all[i] = (struct ordered){ head_of(name + 1, (unsigned char)name[0]), name, (uint32_t)i };
	}
	if (all != NULL)
		qsort(all, v->n, sizeof *all, by_term);
	return all;
}

enum gk_status
gk_inverter_each(const struct gk_inverter *v, gk_inverter_fn *each, void *arg, struct gk_err *err)
{
	struct ordered *all = in_order(v);
	struct gk_buf entries;
	enum gk_status st = all == NULL ? gk_nomem(err) : GK_OK;
	bool go_on = true;

	gk_buf_init(&entries, (size_t)1 << 31);
	for (size_t i = 0; st == GK_OK && go_on && i < v->n; i++) {
		const struct term *t = &v->term[all[i].number];

		if (!gather(v, t, &entries))
			st = gk_nomem(err);
		else
			go_on = each(arg, all[i].p + 1, (unsigned char)all[i].p[0], entries.p, entries.n, t->df);
	}
	gk_buf_free(&entries);
	free(all);
	return st;
}
