/*
 * Columns: the slots as arrays, loaded at open (index-design.md 4).  One set
 * per commit, shared by all threads and never changed; a new commit gets a
 * new set, and the old one goes when its last user does.
 *
 * A commit of acts alone changes nothing but the state of some records: its set has three arrays of its own and borrows
 * the others from the set before, so that an abolition is seen at once in an archive of any size.
 */
#include "catalog/internal.h"

#include "catalog/copies.h"
#include "catalog/states.h"
#include "record/format.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct shared {
	struct gk_columns c;		/* first: what the users hold */
	struct shared *next;
	char *dir, generation[16];
	uint64_t revision, puts;
	struct shared *base;		/* whose arrays it borrows, all but status, past and known; NULL: they are its own */
	unsigned users;			/* handles, and sets that borrow from it */
	bool grouped;			/* of a set without a base: copy says which are reprints */
	uint32_t *copy;
	uint32_t *place;		/* likewise of a set without a base: the order by document number; NULL: nobody has asked for it */
	struct gk_states *states;	/* rows of days that were asked for */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Grouping alone: who only wants columns does not wait for it. */
static pthread_mutex_t grouping = PTHREAD_MUTEX_INITIALIZER;
static struct shared *all;

/* Enough text to know how common a character is; more would only cost time at every commit. */
enum { SAMPLE_UNITS = 16 * 1024 * 1024 };

static void
free_columns(struct shared *s)
{
	free(s->c.status);
	free(s->c.past);
	free(s->c.known);
	if (s->base == NULL) {
		free(s->c.year);
		free(s->c.category);
		free(s->c.theme);
		free(s->c.issuer);
		free(s->c.date);
		free(s->c.text);
		free(s->c.units);
		free(s->c.text_norm);
		free(s->c.title_norm);
		free(s->c.char_docs);
		free(s->c.format);
	}
	gk_states_forget(&s->states);
	free(s->copy);
	free(s->place);
	free(s->dir);
	free(s);
}

/* One user less, of it and of what it borrows from. Under the lock. */
static void
release(struct shared *s)
{
	while (s != NULL && --s->users == 0) {
		struct shared *base = s->base, **at = &all;

		while (*at != s)
			at = &(*at)->next;
		*at = s->next;
		free_columns(s);
		s = base;
	}
}

static bool
make_room(struct gk_columns *c)
{
	size_t n = (size_t)c->last + 1;

	c->year = calloc(n, sizeof *c->year);
	c->category = calloc(n, sizeof *c->category);
	c->theme = calloc(n, sizeof *c->theme);
	c->issuer = calloc(n, sizeof *c->issuer);
	c->date = calloc(n, sizeof *c->date);
	c->status = calloc(n, sizeof *c->status);
	c->format = calloc(n, sizeof *c->format);
	c->known = calloc(n, sizeof *c->known);
	c->text = calloc(n, sizeof *c->text);
	c->units = calloc(n, sizeof *c->units);
	c->text_norm = calloc(n, sizeof *c->text_norm);
	c->title_norm = calloc(n, sizeof *c->title_norm);
	c->char_docs = calloc(GK_CHARS, sizeof *c->char_docs);
	return c->format && c->year && c->category && c->theme && c->issuer && c->date && c->status && c->known && c->text && c->units && c->text_norm && c->title_norm &&
	       c->char_docs;
}

static void
set_status(struct gk_columns *c, uint32_t docid, const unsigned char *value)
{
	for (size_t k = 0; k < GK_STATUS_PERIODS; k++)
		c->status[docid][k] = ~(uint32_t)gk_get_be(value + (GK_STATUS_PERIODS - 1 - k) * 4, 4);
}

static void
set_known(struct gk_columns *c, uint32_t docid, const unsigned char *value)
{
	c->known[docid][0] = (uint32_t)gk_get_be(value + 4, 4);
	c->known[docid][1] = c->known[docid][0] + (uint32_t)gk_get_be(value, 4);
}

/* Big-endian fields into native ones, slot by slot. */
static enum gk_status
load_slots(struct gk_index *db, struct gk_columns *c, struct gk_err *err)
{
	size_t n = (size_t)c->last + 1;
	unsigned char *raw = malloc(n * GK_STATUS_WIDTH);
	enum gk_status st = raw == NULL ? gk_nomem(err) : GK_OK;
	double units = 0, title = 0;

	if (st == GK_OK && (st = gk_index_column(db, GK_SLOT_YEAR, 2, raw, c->last, err)) == GK_OK)
		for (size_t i = 0; i < n; i++)
			c->year[i] = (uint16_t)gk_get_be(raw + i * 2, 2);
	if (st == GK_OK && (st = gk_index_column(db, GK_SLOT_CATEGORY, 2, raw, c->last, err)) == GK_OK)
		for (size_t i = 0; i < n; i++)
			c->category[i] = (uint16_t)gk_get_be(raw + i * 2, 2);
	if (st == GK_OK && (st = gk_index_column(db, GK_SLOT_THEME, 2, raw, c->last, err)) == GK_OK)
		for (size_t i = 0; i < n; i++)
			c->theme[i] = (uint16_t)gk_get_be(raw + i * 2, 2);
	if (st == GK_OK && (st = gk_index_column(db, GK_SLOT_ISSUER, 4, raw, c->last, err)) == GK_OK)
		for (size_t i = 0; i < n; i++) {
			c->issuer[i] = (uint32_t)gk_get_be(raw + i * 4, 4);
			c->issuer_most = c->issuer[i] > c->issuer_most ? c->issuer[i] : c->issuer_most;
		}
	if (st == GK_OK && (st = gk_index_column(db, GK_SLOT_DATE, 4, raw, c->last, err)) == GK_OK)
		for (size_t i = 0; i < n; i++)
			c->date[i] = (uint32_t)gk_get_be(raw + i * 4, 4);
	if (st == GK_OK && (st = gk_index_column(db, GK_SLOT_STATUS, GK_STATUS_WIDTH, raw, c->last, err)) == GK_OK)
		for (size_t i = 0; i < n; i++)
			set_status(c, (uint32_t)i, raw + i * GK_STATUS_WIDTH);
	if (st == GK_OK && (st = gk_index_column(db, GK_SLOT_TEXT, GK_TEXT_WIDTH, raw, c->last, err)) == GK_OK)
		for (size_t i = 0; i < n; i++) {
			c->text[i] = gk_get_be(raw + i * GK_TEXT_WIDTH, 8);
			c->units[i] = (uint32_t)gk_get_be(raw + i * GK_TEXT_WIDTH + 8, 4);
			c->title_norm[i] = (float)gk_get_be(raw + i * GK_TEXT_WIDTH + 12, 2);
			/* A document without a single letter is still a document. */
			c->units[i] += c->text[i] != 0 && c->units[i] == 0;
			c->docs += c->units[i] != 0;
			units += c->units[i];
			title += c->title_norm[i];
		}
	if (st == GK_OK && (st = gk_index_column(db, GK_SLOT_KNOWN, GK_KNOWN_WIDTH, raw, c->last, err)) == GK_OK)
		for (size_t i = 0; i < n; i++)
			set_known(c, (uint32_t)i, raw + i * GK_KNOWN_WIDTH);
	c->average_units = c->docs > 0 && units > 0 ? units / c->docs : 1;
	c->average_title = c->docs > 0 && title > 0 ? title / c->docs : 1;
	for (size_t i = 0; st == GK_OK && i < n; i++) {
		c->text_norm[i] = (float)gk_bm25_norm(c->units[i], c->average_units);
		c->title_norm[i] = (float)gk_bm25_norm(c->title_norm[i], c->average_title);
	}
	free(raw);
	return st;
}

struct past_list { struct gk_columns *c; size_t cap; bool failed; };

static bool
add_past(void *arg, uint32_t docid, const unsigned char *value, size_t n)
{
	struct past_list *l = arg;
	struct gk_columns *c = l->c;
	struct gk_past *p;

	if (c->n_past == l->cap) {
		size_t cap = l->cap == 0 ? 64 : l->cap * 2;
		struct gk_past *grown = realloc(c->past, cap * sizeof *grown);

		l->failed = grown == NULL;
		if (l->failed)
			return false;
		c->past = grown;
		l->cap = cap;
	}
	p = &c->past[c->n_past++];
	*p = (struct gk_past){ .docid = docid, .n = (uint32_t)(n / 4) };
	if (p->n > sizeof p->period / sizeof *p->period)
		p->n = sizeof p->period / sizeof *p->period;
	for (size_t i = 0; i < p->n; i++)
		p->period[i] = (uint32_t)gk_get_be(value + i * 4, 4);
	return true;
}

static int
compare_past(const void *a, const void *b)
{
	const struct gk_past *x = a, *y = b;

	return x->docid < y->docid ? -1 : x->docid > y->docid;
}

static void
count_characters(struct gk_columns *c, uint32_t *seen, uint32_t d, const uint16_t *units, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint16_t u = units[i];

		if (seen[u] != d) {
			seen[u] = d;
			c->char_docs[u]++;
		}
	}
}

/* A symbol that came before in the same body has nothing new in it. */
static void
count_in_body(struct gk_columns *c, uint32_t *seen, uint32_t *seen_code, uint32_t d, const struct gk_body *b)
{
	if (b->symbols == NULL) {
		count_characters(c, seen, d, b->p, b->n);
		return;
	}
	for (size_t i = 0; i < b->n; i++) {
		uint16_t code = b->p[i];

		if (code >= GK_LOWER_HALF && i > 0) {
			count_characters(c, seen, d, &(uint16_t){ (uint16_t)((b->p[i - 1] & 0xFF) << 8 | (code & 0xFF)) }, 1);
		} else if (code < GK_LOWER_HALF && seen_code[code] != d) {
			seen_code[code] = d;
			count_characters(c, seen, d, b->symbols->symbol[code].unit, b->symbols->length[code]);
		}
	}
}

static void
sample_characters(struct gk_textstore *text, struct gk_columns *c)
{
	uint32_t step = (uint32_t)(c->average_units * c->docs / SAMPLE_UNITS) + 1, *seen = calloc(GK_CHARS + GK_CODES, sizeof *seen);

	if (seen == NULL)
		return;		/* characters then weigh alike */
	for (uint32_t d = 1; d <= c->last; d += step) {
		struct gk_text t;

		if (c->units[d] == 0 || gk_textstore_get(text, c->text[d], d, &t, NULL) != GK_OK)
			continue;
		c->sampled++;
		count_characters(c, seen, d, t.title, t.title_n);
		count_in_body(c, seen, seen + GK_CHARS, d, &t.body);
	}
	free(seen);
}

static enum gk_status
find_copies(struct gk_index *db, struct gk_textstore *text, const struct gk_columns *c, uint32_t **copy, struct gk_err *err)
{
	unsigned char *raw = malloc(((size_t)c->last + 1) * GK_LIKENESS_WIDTH);
	enum gk_status st = raw == NULL ? gk_nomem(err) : gk_index_column(db, GK_SLOT_LIKENESS, GK_LIKENESS_WIDTH, raw, c->last, err);

	if (st == GK_OK)
		st = gk_copies_find(text, raw, c->text, c->units, c->last, copy, err);
	free(raw);
	return st;
}

/* From the terms: the commonest formats are two or three. */
static enum gk_status
load_formats(struct gk_index *db, struct gk_columns *c, struct gk_err *err)
{
	enum { BATCH = 512 };
	uint32_t docs[BATCH];
	enum gk_status st = GK_OK;

	for (unsigned f = 0; st == GK_OK && f < GK_F_COUNT; f++) {
		char term[32];
		struct gk_postings *list;
		size_t got, n = (size_t)snprintf(term, sizeof term, GK_X_FORMAT "%s", gk_format_names[f].code);

		st = gk_postings_open(db, term, n, &list, err);
		if (st == GK_END) {
			st = GK_OK;
			continue;
		}
		while (st == GK_OK && (st = gk_postings_next(list, docs, NULL, BATCH, &got, err)) == GK_OK)
			for (size_t i = 0; i < got; i++)
				if (docs[i] <= c->last)
					c->format[docs[i]] = (uint8_t)f;
		gk_postings_close(list);
		st = st == GK_END ? GK_OK : st;
	}
	return st;
}

static enum gk_status
load_past(struct gk_index *db, struct gk_columns *c, struct gk_err *err)
{
	struct past_list past = { c, 0, false };
	enum gk_status st = gk_index_values(db, GK_SLOT_PAST, add_past, &past, err);

	if (st == GK_OK && past.failed)
		st = gk_nomem(err);
	if (st == GK_OK && c->n_past > 0)
		qsort(c->past, c->n_past, sizeof *c->past, compare_past);
	return st;
}

static bool
change_status(void *arg, uint32_t docid, const unsigned char *value, size_t n)
{
	struct gk_columns *c = arg;

	if (docid <= c->last && n == GK_STATUS_WIDTH)
		set_status(c, docid, value);
	return true;
}

static bool
change_known(void *arg, uint32_t docid, const unsigned char *value, size_t n)
{
	struct gk_columns *c = arg;

	if (docid <= c->last && n == GK_KNOWN_WIDTH)
		set_known(c, docid, value);
	return true;
}

/* The set of a commit that changed nothing but state since that of base. */
static enum gk_status
borrow(struct gk_index *db, const struct gk_columns *base, struct gk_columns *c, struct gk_err *err)
{
	const size_t n = (size_t)base->last + 1;
	enum gk_status st;

	*c = *base;
	c->past = NULL;
	c->n_past = 0;
	c->status = malloc(n * sizeof *c->status);
	c->known = malloc(n * sizeof *c->known);
	if (c->status == NULL || c->known == NULL)
		return gk_nomem(err);
	memcpy(c->status, base->status, n * sizeof *c->status);
	memcpy(c->known, base->known, n * sizeof *c->known);
	st = gk_index_changed_values(db, GK_SLOT_STATUS, change_status, c, err);
	if (st == GK_OK)
		st = gk_index_changed_values(db, GK_SLOT_KNOWN, change_known, c, err);
	return st == GK_OK ? load_past(db, c, err) : st;
}

static enum gk_status
load(struct gk_index *db, struct gk_textstore *text, struct gk_columns *c, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	c->last = gk_index_records(db);
	if (!make_room(c))
		st = gk_nomem(err);
	if (st == GK_OK)
		st = load_slots(db, c, err);
	if (st == GK_OK)
		st = load_past(db, c, err);
	if (st == GK_OK)
		st = load_formats(db, c, err);
	if (st == GK_OK)
		sample_characters(text, c);
	return st;
}

/* A set of the same generation with the same words, if there is one; it borrows from nobody, or the chain would grow with every act. */
static struct shared *
base_for(const struct gk_index *db, const char *dir, const char *generation)
{
	for (struct shared *s = all; s != NULL; s = s->next)
		if (s->base == NULL && s->puts == gk_index_puts(db) && s->c.last == gk_index_records(db) && strcmp(s->generation, generation) == 0 && strcmp(s->dir, dir) == 0)
			return s;
	return NULL;
}

static enum gk_status
make_set(struct gk_index *db, struct gk_textstore *text, const char *dir, const char *generation, uint64_t revision, struct shared **out, struct gk_err *err)
{
	struct shared *s = calloc(1, sizeof *s), *base = base_for(db, dir, generation);
	enum gk_status st;

	if (s == NULL || (s->dir = strdup(dir)) == NULL) {
		free(s);
		return gk_nomem(err);
	}
	s->base = base;
	st = base != NULL ? borrow(db, &base->c, &s->c, err) : load(db, text, &s->c, err);
	if (st != GK_OK) {
		free_columns(s);
		return st;
	}
	if (base != NULL)
		base->users++;
	memcpy(s->generation, generation, strnlen(generation, sizeof s->generation - 1));
	s->revision = revision;
	s->puts = gk_index_puts(db);
	s->next = all;
	all = s;
	*out = s;
	return GK_OK;
}

enum gk_status
gk_columns_get(struct gk_index *db, struct gk_textstore *text, const char *dir, const char *generation, uint64_t revision,
	       const struct gk_columns **out, struct gk_err *err)
{
	struct shared *s;
	enum gk_status st = GK_OK;

	/* Loading under the lock: the other threads want the very same columns. */
	pthread_mutex_lock(&lock);
	for (s = all; s != NULL; s = s->next)
		if (s->revision == revision && strcmp(s->generation, generation) == 0 && strcmp(s->dir, dir) == 0)
			break;
	if (s == NULL)
		st = make_set(db, text, dir, generation, revision, &s, err);
	if (st == GK_OK) {
		s->users++;
		*out = &s->c;
	}
	pthread_mutex_unlock(&lock);
	return st;
}

const struct gk_columns *
gk_columns_hold(const struct gk_columns *c)
{
	pthread_mutex_lock(&lock);
	for (struct shared *s = all; s != NULL; s = s->next)
		s->users += &s->c == c;
	pthread_mutex_unlock(&lock);
	return c;
}

/* Whose arrays c uses: held by c while c is held. */
static struct shared *
owner_of(const struct gk_columns *c)
{
	struct shared *owner;

	pthread_mutex_lock(&lock);
	for (owner = all; &owner->c != c; )
		owner = owner->next;
	if (owner->base != NULL)
		owner = owner->base;
	pthread_mutex_unlock(&lock);
	return owner;
}

enum gk_status
gk_columns_copies(const struct gk_columns *c, struct gk_index *db, struct gk_textstore *text, const uint32_t **copy, struct gk_err *err)
{
	struct shared *owner = owner_of(c);
	enum gk_status st = GK_OK;

	pthread_mutex_lock(&grouping);
	if (!owner->grouped) {
		st = find_copies(db, text, c, &owner->copy, err);
		owner->grouped = st == GK_OK;
	}
	*copy = owner->copy;
	pthread_mutex_unlock(&grouping);
	return st;
}

enum gk_status
gk_columns_numbers(const struct gk_columns *c, struct gk_index *db, char **codes, size_t n_codes, const uint32_t **place, struct gk_err *err)
{
	struct shared *owner = owner_of(c);
	enum gk_status st = GK_OK;

	pthread_mutex_lock(&grouping);
	if (owner->place == NULL)
		st = gk_places_of_numbers(db, codes, n_codes, c->last, &owner->place, err);
	*place = owner->place;
	pthread_mutex_unlock(&grouping);
	return st;
}

struct gk_states *
gk_columns_states(const struct gk_columns *c, uint32_t day)
{
	/* A set is the first of what holds it. */
	return gk_states_take(&((struct shared *)(uintptr_t)c)->states, day, c->last);
}

void
gk_columns_drop(const struct gk_columns *c)
{
	if (c == NULL)
		return;
	pthread_mutex_lock(&lock);
	for (struct shared *s = all; s != NULL; s = s->next)
		if (&s->c == c) {
			release(s);
			break;
		}
	pthread_mutex_unlock(&lock);
}

static int
compare_docid(const void *docid, const void *item)
{
	/* Both kinds of item begin with it. */
	uint32_t a = *(const uint32_t *)docid, b = *(const uint32_t *)item;

	return a < b ? -1 : a > b;
}

static enum gk_validity
period_on(const uint32_t *period, size_t n, uint32_t day)
{
	unsigned code = GK_V_UNKNOWN;

	for (size_t i = 0; i < n && period[i] != UINT32_MAX && period[i] >> 4 <= day; i++)
		code = period[i] & 15;
	return code < GK_V_COUNT ? (enum gk_validity)code : GK_V_UNKNOWN;
}

static const struct gk_known_item *
known_item(const struct gk_columns *c, const struct gk_known *known, uint32_t docid)
{
	if (known == NULL || c->known[docid][1] < known->seconds)
		return NULL;
	return bsearch(&docid, known->item, known->n, sizeof *known->item, compare_docid);
}

bool
gk_columns_existed(const struct gk_columns *c, const struct gk_known *known, uint32_t docid)
{
	const struct gk_known_item *item;

	if (known == NULL || c->known[docid][1] < known->seconds)
		return true;
	if (c->known[docid][0] > known->seconds)
		return false;
	item = known_item(c, known, docid);
	return item != NULL && item->n > 0;
}

enum gk_validity
gk_columns_status(const struct gk_columns *c, const struct gk_known *known, uint32_t docid, uint32_t day)
{
	const uint32_t *period = c->status[docid];
	const struct gk_known_item *item = known_item(c, known, docid);

	if (item != NULL)
		return period_on(known->period + item->first, item->n, day);
	/* The first of all periods begins with day 0. */
	if (period[0] >> 4 > day && period[0] != UINT32_MAX) {
		const struct gk_past *p = bsearch(&docid, c->past, c->n_past, sizeof *p, compare_docid);

		return p == NULL ? GK_V_UNKNOWN : period_on(p->period, p->n, day);
	}
	return period_on(period, GK_STATUS_PERIODS, day);
}
