/*
 * Making the table of long grams.  What is frequent is found in a sample, length by length: a gram is no rarer than what it is part of, so that only such are counted
 * whose beginning and end were frequent.  Then all texts are gone through, a block of documents at a time: each gram's documents are gathered, and those
 * that its beginning and its end have and it has not are its exceptions.  The pairs at the bottom are taken from the posting lists, as a question takes them.
 */
#include "catalog/grams-format.h"

#include "base/digest.h"
#include "base/io.h"
#include "base/threads.h"
#include "base/utf8.h"
#include "catalog/internal.h"
#include "catalog/packed.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	SAMPLE_DOCS = 4096,
	SAMPLE_UNITS = 8 * 1024 * 1024,
	SEEN_LEAST = 8,		/* in the sample: fewer say nothing */
	BLOCK = 65536,		/* documents at the most: their places in one fit into 16 bits */
	THREADS = 4,		/* each goes through a block */
	UNITS = 65536,		/* nodes below this are single characters */
	NODE_BITS = 21,
	GRAMS_MOST = (1 << NODE_BITS) - UNITS,
	ODD = 8192,		/* of one block so many exceptions more than documents say nothing of all blocks */
};
static const size_t file_most = (size_t)1 << 30;

/* --- grams: a trie ------------------------------------------------------------------------------ */

/* Of nodes [UNITS ..]: what it is without its last character, that character, and what it is without its first. */
struct node {
	uint32_t parent, suffix;
	uint16_t unit;
	uint8_t length;
	bool wanted;			/* a pair that longer ones are made of */
};

struct trie {
	struct node *node;		/* [0 .. n): that of number UNITS + i */
	size_t n;
	size_t from[GK_GRAM_MOST + 2];	/* those of length k are [from[k] .. from[k + 1]) */
	uint32_t *child;		/* [room], hashed: a node, and above its bits some of the hash; 0: none */
	size_t room;			/* a power of two, half of it free at the least */
};

/* Never 0: a node is at least a character. */
static uint64_t
key_of(uint32_t node, uint16_t unit)
{
	return (uint64_t)node << 16 | unit;
}

static size_t
hash(uint64_t key)
{
	return (size_t)(key * 0x9E3779B97F4A7C15u >> 24);
}

static uint32_t
tag_of(size_t hash)
{
	return (uint32_t)(hash >> 28) << NODE_BITS;
}

/* 0: none. */
static uint32_t
child(const struct trie *t, uint32_t node, uint16_t unit)
{
	const uint32_t node_mask = (1u << NODE_BITS) - 1;
	size_t at = hash(key_of(node, unit));
	const uint32_t tag = tag_of(at);

	for (;; at++) {
		const uint32_t e = t->child[at & (t->room - 1)];

		if (e == 0)
			return 0;
		if ((e & ~node_mask) == tag) {
			const struct node *to = &t->node[(e & node_mask) - UNITS];

			if (to->parent == node && to->unit == unit)
				return e & node_mask;
		}
	}
}

/* Of all nodes anew. */
static bool
link_children(struct trie *t)
{
	size_t room = 1 << 10;
	uint32_t *fresh;

	while (room < t->n * 2 + 2)
		room *= 2;
	fresh = calloc(room, sizeof *fresh);
	if (fresh == NULL)
		return false;
	for (size_t i = 0; i < t->n; i++) {
		size_t at = hash(key_of(t->node[i].parent, t->node[i].unit));
		const uint32_t tag = tag_of(at);

		while (fresh[at & (room - 1)] != 0)
			at++;
		fresh[at & (room - 1)] = tag | (uint32_t)(UNITS + i);
	}
	free(t->child);
	t->child = fresh;
	t->room = room;
	return true;
}

/* --- what is frequent --------------------------------------------------------------------------- */

/* Texts one behind the other; at[i] is the node of the gram of the length reached that begins at unit i, 0 if it is not frequent. */
struct sample {
	uint16_t *unit;
	uint32_t *at, *doc;
	size_t n;
	uint32_t docs;
};

struct reader {
	struct gk_index *db;
	struct gk_textstore *text;
	uint64_t *offset;		/* [docid]; 0: no document */
	uint32_t last, docs;
	uint64_t length;		/* units of all */
	struct gk_units units;
	struct gk_err *err;
};

/* Title and body of a document; *units is good until the next call. */
static enum gk_status
read_text(struct reader *r, uint32_t d, struct gk_text *t, const uint16_t **body, size_t *n)
{
	enum gk_status st = gk_textstore_get(r->text, r->offset[d], d, t, r->err);

	if (st != GK_OK)
		return GK_DEAD;
	return gk_body_units(&t->body, &r->units, SIZE_MAX, body, n) ? GK_OK : gk_nomem(r->err);
}

static void
add_to_sample(struct sample *s, const uint16_t *units, size_t n, uint32_t d)
{
	/* A gram does not go on into what stands behind it. */
	for (size_t i = 0; i <= n && s->n < SAMPLE_UNITS; i++) {
		s->unit[s->n] = i < n ? units[i] : 0;
		s->at[s->n] = i < n && gk_is_cjk_unit(units[i]) ? units[i] : 0;
		s->doc[s->n++] = d;
	}
}

static enum gk_status
take_sample(struct reader *r, struct sample *s)
{
	const uint64_t by_docs = r->docs / SAMPLE_DOCS, by_units = r->length / SAMPLE_UNITS, step = (by_docs > by_units ? by_docs : by_units) + 1;
	uint32_t behind = 0;

	s->unit = malloc(SAMPLE_UNITS * sizeof *s->unit);
	s->at = malloc(SAMPLE_UNITS * sizeof *s->at);
	s->doc = malloc(SAMPLE_UNITS * sizeof *s->doc);
	if (s->unit == NULL || s->at == NULL || s->doc == NULL)
		return gk_nomem(r->err);
	for (uint32_t d = 1; d <= r->last && s->n < SAMPLE_UNITS; d++) {
		struct gk_text t;
		const uint16_t *body;
		size_t n;
		enum gk_status st;

		if (r->offset[d] == 0 || behind++ % step != 0)
			continue;
		st = read_text(r, d, &t, &body, &n);
		if (st != GK_OK)
			return st;
		add_to_sample(s, t.title, t.title_n, d);
		add_to_sample(s, body, n, d);
		s->docs++;
	}
	return GK_OK;
}

/* Grams that may become nodes, hashed by key. */
struct entry { uint64_t key; uint32_t suffix, count, seen; };
struct counted { struct entry *entry; size_t room, n; };

static struct entry *
slot_of(const struct counted *c, uint64_t key)
{
	size_t at = hash(key);

	while (c->entry[at & (c->room - 1)].key != 0 && c->entry[at & (c->room - 1)].key != key)
		at++;
	return &c->entry[at & (c->room - 1)];
}

static bool
make_room(struct counted *c)
{
	struct counted grown = { .room = c->room == 0 ? 1 << 14 : c->room * 2, .n = c->n };

	if (c->n * 2 < c->room)
		return true;
	grown.entry = calloc(grown.room, sizeof *grown.entry);
	if (grown.entry == NULL)
		return false;
	for (size_t i = 0; i < c->room; i++)
		if (c->entry[i].key != 0)
			*slot_of(&grown, c->entry[i].key) = c->entry[i];
	free(c->entry);
	*c = grown;
	return true;
}

/* How many documents have each gram of the next length. */
static bool
count_next(const struct sample *s, size_t length, struct counted *c)
{
	for (size_t i = 0; i + length <= s->n; i++) {
		const uint16_t unit = s->unit[i + length - 1];
		struct entry *e;

		if (s->at[i] == 0 || s->at[i + 1] == 0)
			continue;
		if (!make_room(c))
			return false;
		e = slot_of(c, key_of(s->at[i], unit));
		c->n += e->key == 0;
		e->key = key_of(s->at[i], unit);
		e->suffix = s->at[i + 1];
		e->count += e->seen != s->doc[i];
		e->seen = s->doc[i];
	}
	return true;
}

/* In the order of their keys: the same texts make the same table. */
static int
by_key(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

/* Those that are frequent become nodes. */
static bool
keep_frequent(struct counted *counted, size_t length, uint32_t least, struct trie *t)
{
	size_t n = 0;
	struct node *grown;

	for (size_t i = 0; i < counted->room; i++)
		if (counted->entry[i].count >= least)
			counted->entry[n++] = counted->entry[i];
	if (t->n + n > GRAMS_MOST)
		n = GRAMS_MOST - t->n;
	if (n > 0)
		qsort(counted->entry, n, sizeof *counted->entry, by_key);
	grown = realloc(t->node, (t->n + n + 1) * sizeof *grown);
	if (grown == NULL)
		return false;
	t->node = grown;
	t->from[length] = t->n;
	for (size_t i = 0; i < n; i++) {
		const struct entry *e = &counted->entry[i];

		t->node[t->n++] = (struct node){ (uint32_t)(e->key >> 16), e->suffix, (uint16_t)(e->key & 0xFFFF), (uint8_t)length, false };
		if (length == GK_GRAM_LEAST)
			t->node[e->suffix - UNITS].wanted = t->node[(e->key >> 16) - UNITS].wanted = true;
	}
	t->from[length + 1] = t->n;
	return link_children(t);
}

static void
go_on(struct sample *s, size_t length, const struct trie *t)
{
	for (size_t i = 0; i < s->n; i++)
		s->at[i] = s->at[i] == 0 || i + length > s->n ? 0 : child(t, s->at[i], s->unit[i + length - 1]);
}

static enum gk_status
find_frequent(struct reader *r, uint32_t least, struct trie *t)
{
	struct sample s = { .n = 0 };
	enum gk_status st = take_sample(r, &s);
	uint32_t seen = (uint32_t)((uint64_t)least * s.docs / (r->docs + 1)) + 1;

	if (seen < SEEN_LEAST)
		seen = least < SEEN_LEAST ? least : SEEN_LEAST;
	for (size_t length = 2; st == GK_OK && length <= GK_GRAM_MOST; length++) {
		struct counted counted = { .n = 0 };

		if (!count_next(&s, length, &counted) || !keep_frequent(&counted, length, seen, t))
			st = gk_nomem(r->err);
		else
			go_on(&s, length, t);
		free(counted.entry);
	}
	free(s.unit);
	free(s.at);
	free(s.doc);
	return st;
}

/* --- documents and exceptions ------------------------------------------------------------------- */

/* Of a node: its documents of the block at hand, less the first of the block, rising. */
struct docs { uint16_t *doc; uint32_t n, room; };
/* Of all blocks so far; what has too many exceptions is given up, or they would take all memory. */
struct found { struct gk_buf exceptions; uint32_t last, documents, excepted; bool given_up; };

/* Of one thread, which goes through a block. */
struct gathering {
	struct reader r;		/* borrows all but the text store and the room */
	const struct trie *t;
	struct docs *docs;		/* [node - UNITS] */
	uint32_t *seen;			/* likewise: the last document in which it was met; all that it begins with was met there, too */
	uint32_t first, last;		/* of the block */
	struct gk_err err;
	enum gk_status st;
	pthread_t thread;
	bool apart;
};

static bool
add_doc(struct docs *d, uint16_t doc)
{
	if (d->n == d->room) {
		const uint32_t room = d->room == 0 ? 64 : d->room * 2;
		uint16_t *grown = realloc(d->doc, room * sizeof *grown);

		if (grown == NULL)
			return false;
		d->doc = grown;
		d->room = room;
	}
	d->doc[d->n++] = doc;
	return true;
}

/* Every long gram that the node's begins with, and it, once for each document. */
static bool
meet(struct gathering *g, uint32_t node, uint32_t d)
{
	while (node >= UNITS && g->seen[node - UNITS] != d) {
		const size_t i = node - UNITS;

		g->seen[i] = d;
		if (g->t->node[i].length >= GK_GRAM_LEAST && !add_doc(&g->docs[i], (uint16_t)(d - g->first)))
			return false;
		node = g->t->node[i].parent;
	}
	return true;
}

/* The longest gram at each place; that of the next place begins with what is left of it without its first character. */
static bool
gather_units(struct gathering *g, const uint16_t *units, size_t n, uint32_t d)
{
	const struct trie *t = g->t;
	uint32_t node = 0;
	size_t end = 0;			/* behind the node's gram */

	for (size_t i = 0; i < n; i++) {
		if (end <= i) {
			node = gk_is_cjk_unit(units[i]) ? units[i] : 0;
			end = i + 1;
		}
		for (uint32_t longer; node != 0 && end < n && (longer = child(t, node, units[end])) != 0; end++)
			node = longer;
		if (!meet(g, node, d))
			return false;
		if (node < UNITS)
			end = i + 1;
		else
			node = t->node[node - UNITS].suffix;
	}
	return true;
}

static enum gk_status
gather_texts(struct gathering *g)
{
	struct reader *r = &g->r;

	for (uint32_t d = g->first; d <= g->last; d++) {
		const uint16_t *body;
		struct gk_text t;
		size_t n;
		enum gk_status st;

		if (r->offset[d] == 0)
			continue;
		st = read_text(r, d, &t, &body, &n);
		if (st == GK_OK && (!gather_units(g, t.title, t.title_n, d) || !gather_units(g, body, n, d)))
			st = gk_nomem(r->err);
		if (st != GK_OK)
			return st;
	}
	return GK_OK;
}

/* The documents of a pair are those of its posting list, whatever may be in it. */
static enum gk_status
gather_pair(struct gathering *g, size_t i)
{
	const struct node *node = &g->t->node[i];
	struct gk_postings *list;
	char term[8];
	size_t n = gk_utf8_encode(node->parent, term);
	uint32_t at = 0;
	enum gk_status st;

	n += gk_utf8_encode(node->unit, term + n);
	term[n] = '\0';
	st = gk_postings_open(g->r.db, term, n, &list, g->r.err);
	if (st != GK_OK)
		return st == GK_END ? GK_OK : st;
	for (uint32_t d = g->first; d <= g->last && (st = gk_postings_seek(list, d, &at, NULL, g->r.err)) == GK_OK && at <= g->last; d = at + 1)
		if (!add_doc(&g->docs[i], (uint16_t)(at - g->first))) {
			st = gk_nomem(g->r.err);
			break;
		}
	gk_postings_close(list);
	return st == GK_END ? GK_OK : st;
}

/* The first of the documents from `at` on that is not before doc: near by as a rule, but far in a list that is much longer. */
static uint32_t
seek(const struct docs *l, uint32_t at, uint16_t doc)
{
	uint32_t step = 1, end;

	if (at >= l->n || l->doc[at] >= doc)
		return at;
	while (at + step < l->n && l->doc[at + step] < doc) {
		at += step;
		step *= 2;
	}
	/* It is behind at, and not behind end. */
	end = at + step < l->n ? at + step : l->n;
	while (at + 1 < end) {
		const uint32_t mid = at + (end - at) / 2;

		if (l->doc[mid] < doc)
			at = mid;
		else
			end = mid;
	}
	return end;
}

/* What both have and the gram has not. */
static bool
note_exceptions(const struct gathering *g, size_t i, struct found *f)
{
	const struct node *node = &g->t->node[i];
	const struct docs *one = &g->docs[node->parent - UNITS], *two = &g->docs[node->suffix - UNITS], *has = &g->docs[i];
	const struct docs *a = one->n < two->n ? one : two, *b = a == one ? two : one;
	uint32_t k = 0, h = 0;

	if (f->given_up)
		return true;
	f->documents += has->n;
	for (uint32_t at = 0; at < a->n; at++) {
		const uint16_t d = a->doc[at];

		h = seek(has, h, d);
		if (h < has->n && has->doc[h] == d)
			continue;
		k = seek(b, k, d);
		if (k == b->n)
			break;
		if (b->doc[k] != d)
			continue;
		f->excepted++;
		if (!gk_varint_add(&f->exceptions, g->first + d - f->last))
			return false;
		f->last = g->first + d;
	}
	if (f->excepted > f->documents + ODD) {
		f->given_up = true;
		gk_buf_free(&f->exceptions);
	}
	return true;
}

/* What a block whose texts were gone through adds. */
static enum gk_status
note_block(struct gathering *g, struct found *found)
{
	const struct trie *t = g->t;
	enum gk_status st = g->st;

	for (size_t i = t->from[2]; st == GK_OK && i < t->from[3]; i++)
		st = t->node[i].wanted ? gather_pair(g, i) : GK_OK;
	for (size_t i = t->from[GK_GRAM_LEAST]; st == GK_OK && i < t->n; i++)
		if (!note_exceptions(g, i, &found[i]))
			st = gk_nomem(g->r.err);
	for (size_t i = 0; i < t->n; i++)
		g->docs[i].n = 0;
	return st;
}

static void *
gathering(void *arg)
{
	struct gathering *g = arg;

	g->st = gather_texts(g);
	return NULL;
}

static enum gk_status
begin_gathering(struct gathering *g, const struct reader *r, const char *text, const struct trie *t)
{
	*g = (struct gathering){ .r = *r, .t = t, .err = GK_ERR_INIT };
	g->r.text = NULL;
	g->r.units = (struct gk_units){ NULL, 0 };
	g->r.err = &g->err;
	g->docs = calloc(t->n + 1, sizeof *g->docs);
	g->seen = calloc(t->n + 1, sizeof *g->seen);
	return g->docs == NULL || g->seen == NULL ? gk_nomem(&g->err) : gk_textstore_open(text, &g->r.text, &g->err);
}

static void
end_gathering(struct gathering *g)
{
	for (size_t i = 0; g->docs != NULL && i < g->t->n; i++)
		free(g->docs[i].doc);
	free(g->docs);
	free(g->seen);
	free(g->r.units.p);
	gk_textstore_close(g->r.text);
}

/* As many blocks at a time as there are threads; what they add is noted in their order. */
static enum gk_status
gather_blocks(struct gathering *g, size_t n, struct found *found, uint32_t *first, uint32_t last)
{
	const uint32_t fair = (last - *first) / (uint32_t)n + 1, block = fair < BLOCK ? fair : BLOCK;
	size_t begun = 0;
	enum gk_status st = GK_OK;

	for (; begun < n && *first <= last; begun++) {
		g[begun].first = *first;
		g[begun].last = last - *first < block ? last : *first + block - 1;
		*first = g[begun].last + 1;
	}
	for (size_t i = 1; i < begun; i++)
		g[i].apart = pthread_create(&g[i].thread, NULL, gathering, &g[i]) == 0;
	for (size_t i = 0; i < begun; i++) {
		if (g[i].apart)
			pthread_join(g[i].thread, NULL);
		else
			gathering(&g[i]);
		g[i].apart = false;
		if (st == GK_OK)
			st = note_block(&g[i], found);
	}
	return st;
}

static enum gk_status
gather(const struct reader *r, const char *text, const struct trie *t, struct found *found)
{
	const size_t n = gk_threads(THREADS);
	struct gathering g[THREADS];
	size_t begun = 0;
	enum gk_status st = GK_OK;

	while (st == GK_OK && begun < n)
		st = begin_gathering(&g[begun++], r, text, t);
	for (uint32_t first = 1; st == GK_OK && first <= r->last;)
		st = gather_blocks(g, n, found, &first, r->last);
	for (size_t i = 0; i < begun; i++) {
		if (st != GK_OK && r->err != NULL && g[i].err.what[0] != '\0')
			*r->err = g[i].err;
		end_gathering(&g[i]);
	}
	return st;
}

/* --- the file ----------------------------------------------------------------------------------- */

static int
by_units(const void *a, const void *b)
{
	const struct gk_gram *x = a, *y = b;

	return gk_gram_order(x->unit, y->unit);
}

static void
spell(const struct trie *t, size_t i, uint16_t unit[GK_GRAM_MOST])
{
	uint32_t node = (uint32_t)(UNITS + i);

	memset(unit, 0, GK_GRAM_MOST * sizeof *unit);
	for (size_t at = t->node[i].length; node >= UNITS; node = t->node[node - UNITS].parent)
		unit[--at] = t->node[node - UNITS].unit;
	unit[0] = (uint16_t)node;
}

/* Those of which it is worth knowing the exceptions, no more than documents, and of all that is in them, too: by rising units, `first` being the number of its node. */
static size_t
choose(const struct trie *t, struct found *found, struct gk_gram *out)
{
	size_t n = 0;

	for (size_t i = t->from[GK_GRAM_LEAST]; i < t->n; i++) {
		const struct node *node = &t->node[i];
		struct found *f = &found[i];
		const bool whole = node->length == GK_GRAM_LEAST || (found[node->parent - UNITS].documents > 0 && found[node->suffix - UNITS].documents > 0);

		if (!whole || f->given_up || f->excepted > f->documents)
			f->documents = 0;
		if (f->documents == 0)
			continue;
		spell(t, i, out[n].unit);
		out[n++].first = (uint32_t)i;
	}
	if (n > 0)
		qsort(out, n, sizeof *out, by_units);
	return n;
}

static enum gk_status
write_table(const struct reader *r, const struct trie *t, struct found *found, const char *path, uint64_t limit)
{
	struct gk_err *err = r->err;
	struct gk_gram *gram = calloc(t->n + 1, sizeof *gram);
	const size_t n = gram == NULL ? 0 : choose(t, found, gram), from = offsetof(struct gk_grams_head, table);
	struct gk_grams_head head = { .magic = GK_GRAMS_MAGIC, .grams = (uint32_t)n, .limit = limit };
	struct gk_buf all, exceptions;
	enum gk_status st = gram == NULL ? gk_nomem(err) : GK_OK;

	gk_buf_init(&all, file_most);
	gk_buf_init(&exceptions, file_most);
	for (size_t i = 0; st == GK_OK && i < n; i++) {
		const struct gk_buf *of = &found[gram[i].first].exceptions;

		gram[i].first = (uint32_t)exceptions.n;
		if (of->n > 0)
			gk_buf_add(&exceptions, of->p, of->n);
	}
	if (st == GK_OK && !gk_textstore_mark(r->text, limit, &head.table, &head.sum))
		st = gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引正文比索引所记的短", "the index text is shorter than the index says");
	gk_buf_add(&all, &head, sizeof head);
	if (n > 0)
		gk_buf_add(&all, gram, n * sizeof *gram);
	if (exceptions.n > 0)
		gk_buf_add(&all, exceptions.p, exceptions.n);
	if (st == GK_OK && (all.failed || exceptions.failed))
		st = gk_nomem(err);
	if (st == GK_OK) {
		head.crc = gk_crc32(0, all.p + from, all.n - from);
		memcpy(all.p, &head, sizeof head);
		st = gk_replace_file(path, 0644, all.p, all.n, err);
	}
	gk_buf_free(&all);
	gk_buf_free(&exceptions);
	free(gram);
	return st;
}

/* --- the whole ---------------------------------------------------------------------------------- */

/* Where the texts stand, and how far they go. */
static enum gk_status
read_places(struct reader *r, uint64_t *limit)
{
	unsigned char *raw;
	char *end;
	size_t n;
	enum gk_status st = gk_index_metadata(r->db, GK_M_TEXT_END, &end, &n, r->err);

	if (st != GK_OK)
		return st;
	*limit = strtoull(end, NULL, 10);
	free(end);
	r->last = gk_index_records(r->db);
	raw = malloc(((size_t)r->last + 1) * GK_TEXT_WIDTH);
	r->offset = calloc((size_t)r->last + 1, sizeof *r->offset);
	st = raw == NULL || r->offset == NULL ? gk_nomem(r->err) : gk_index_column(r->db, GK_SLOT_TEXT, GK_TEXT_WIDTH, raw, r->last, r->err);
	for (uint32_t d = 1; st == GK_OK && d <= r->last; d++) {
		r->offset[d] = gk_get_be(raw + (size_t)d * GK_TEXT_WIDTH, 8);
		r->docs += r->offset[d] != 0;
		r->length += gk_get_be(raw + (size_t)d * GK_TEXT_WIDTH + 8, 4);
	}
	free(raw);
	return st;
}

static enum gk_status
remove_table(const char *file, struct gk_err *err)
{
	if (unlink(file) < 0 && errno != ENOENT)
		return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能删除 '%s'：%s", "cannot remove '%s': %s", file, strerror(errno));
	return GK_OK;
}

static enum gk_status
make_table(struct reader *r, const char *text, uint32_t least, uint64_t limit, const char *file)
{
	struct trie t = { .n = 0 };
	struct found *found = NULL;
	enum gk_status st = gk_textstore_open(text, &r->text, r->err);

	if (st == GK_OK)
		st = find_frequent(r, least, &t);
	if (st == GK_OK && (found = calloc(t.n + 1, sizeof *found)) == NULL)
		st = gk_nomem(r->err);
	for (size_t i = 0; found != NULL && i < t.n; i++)
		gk_buf_init(&found[i].exceptions, file_most);
	if (st == GK_OK)
		st = gather(r, text, &t, found);
	if (st == GK_OK)
		st = write_table(r, &t, found, file, limit);
	for (size_t i = 0; found != NULL && i < t.n; i++)
		gk_buf_free(&found[i].exceptions);
	free(found);
	free(t.node);
	free(t.child);
	return st;
}

static enum gk_status
make(struct reader *r, const char *base, uint32_t least, const char *file)
{
	char *text = gk_path(base, "text");
	uint64_t limit = 0;
	enum gk_status st = text == NULL ? gk_nomem(r->err) : gk_index_open(base, &r->db, r->err);

	if (st == GK_OK)
		st = read_places(r, &limit);
	if (st == GK_OK)
		st = r->docs >= least ? make_table(r, text, least, limit, file) : remove_table(file, r->err);
	/* It is only faster with one.  What is damaged, or a disk that is full, is not gone past. */
	if (st != GK_OK && r->err != NULL && (r->err->cause == GK_CAUSE_MEMORY || r->err->cause == GK_CAUSE_LIMIT))
		st = remove_table(file, r->err);
	free(text);
	return st;
}

enum gk_status
gk_grams_make(const char *base, const char *to, uint32_t least, struct gk_err *err)
{
	struct reader r = { .err = err };
	char *file = gk_path(to, GK_GRAMS_FILE);
	enum gk_status st = file == NULL ? gk_nomem(err) : make(&r, base, least, file);

	gk_textstore_close(r.text);
	gk_index_close(r.db);
	free(r.offset);
	free(r.units.p);
	free(file);
	return st;
}

enum gk_status
gk_grams_keep(const char *base, struct gk_err *err)
{
	char *file = gk_path(base, GK_GRAMS_FILE), *path = gk_path(base, "text");
	struct gk_textstore *text = NULL;
	enum gk_status st = file == NULL || path == NULL ? gk_nomem(err) : gk_textstore_open(path, &text, err);

	if (st == GK_OK && gk_grams_check(file, text, NULL) != GK_OK)
		st = remove_table(file, err);
	gk_textstore_close(text);
	free(file);
	free(path);
	return st;
}
