/* The text of all titles, its suffixes in order, and finding in them. */
#include "catalog/titles.h"

#include "catalog/titles-inside.h"
#include "cjk/cjk.h"

#include <stdlib.h>
#include <string.h>

enum { RADIX_LEAST = 200, BLOCK = 32, FIRST_ROOM = 1024, FIRSTS = 65536 };

/* --- laying the titles out ------------------------------------------------------------ */

struct builder {
	struct gk_titles *t;
	size_t unit_room, title_room, doc_room, limit;
	uint32_t *table, *title_of;	/* hash table of title + 1; [document] */
	size_t mask;
};

/* Room for `want` items in an array that grows by doubling. */
static bool
room(void **p, size_t *have, size_t want, size_t size)
{
	size_t n = *have == 0 ? FIRST_ROOM : *have;
	void *grown;

	if (want <= *have)
		return true;
	while (n < want)
		n *= 2;
	grown = realloc(*p, n * size);
	if (grown == NULL)
		return false;
	*p = grown;
	*have = n;
	return true;
}

static uint32_t
hash_of(const uint16_t *p, size_t n)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 1099511628211u;
	return (uint32_t)(h ^ h >> 32);
}

static size_t
length_of(const struct gk_titles *t, uint32_t title)
{
	return t->start[title + 1] - t->start[title] - 1;
}

static bool
grow_table(struct builder *b)
{
	size_t n = b->mask == 0 ? FIRST_ROOM : (b->mask + 1) * 2;
	uint32_t *fresh = calloc(n, sizeof *fresh);

	if (fresh == NULL)
		return false;
	for (uint32_t i = 0; i < b->t->n_titles; i++) {
		size_t at = hash_of(b->t->units + b->t->start[i], length_of(b->t, i)) & (n - 1);

		while (fresh[at] != 0)
			at = (at + 1) & (n - 1);
		fresh[at] = i + 1;
	}
	free(b->table);
	b->table = fresh;
	b->mask = n - 1;
	return true;
}

static bool
append_title(struct builder *b, const uint16_t *p, size_t n)
{
	struct gk_titles *t = b->t;

	if (!room((void **)&t->units, &b->unit_room, t->n_units + n + 1, sizeof *t->units) ||
	    !room((void **)&t->start, &b->title_room, t->n_titles + 2, sizeof *t->start))
		return false;
	t->start[t->n_titles++] = (uint32_t)t->n_units;
	memcpy(t->units + t->n_units, p, n * sizeof *p);
	t->n_units += n;
	t->units[t->n_units++] = 0;
	t->start[t->n_titles] = (uint32_t)t->n_units;
	return true;
}

/* The number of a title, a new one for what was not seen; *left_out if it is new and there is no room. */
static bool
number_of(struct builder *b, const uint16_t *p, size_t n, uint32_t *title, bool *left_out)
{
	struct gk_titles *t = b->t;
	size_t at;

	if (t->n_titles * 2 >= b->mask && !grow_table(b))
		return false;
	for (at = hash_of(p, n) & b->mask; b->table[at] != 0; at = (at + 1) & b->mask) {
		*title = b->table[at] - 1;
		if (length_of(t, *title) == n && memcmp(t->units + t->start[*title], p, n * sizeof *p) == 0)
			return true;
	}
	*left_out = t->n_units + n + 1 > b->limit;
	if (*left_out)
		return true;
	*title = (uint32_t)t->n_titles;
	b->table[at] = *title + 1;
	return append_title(b, p, n);
}

static bool
take_titles(struct builder *b, gk_title_fn *next, void *arg)
{
	struct gk_titles *t = b->t;
	size_t at_room = 0, title_of_room = 0;
	struct gk_title_in in;

	while (next(arg, &in)) {
		bool left_out = false;
		uint32_t title = 0;

		if (in.n > GK_TITLE_UNITS)
			in.n = GK_TITLE_UNITS;
		if (in.n == 0)
			continue;
		if (!number_of(b, in.p, in.n, &title, &left_out))
			return false;
		t->left_out += left_out;
		if (left_out)
			continue;
		if (!in.behind)
			t->behind = (uint32_t)t->n_titles;
		if (!room((void **)&t->docid, &b->doc_room, t->n_docs + 1, sizeof *t->docid) || !room((void **)&t->at, &at_room, t->n_docs + 1, sizeof *t->at) ||
		    !room((void **)&b->title_of, &title_of_room, t->n_docs + 1, sizeof *b->title_of))
			return false;
		t->docid[t->n_docs] = in.docid;
		t->at[t->n_docs] = in.at;
		b->title_of[t->n_docs++] = title;
	}
	return true;
}

/* Documents by title, in the order in which they came. */
static bool
sort_documents(struct builder *b)
{
	struct gk_titles *t = b->t;
	uint32_t *first = calloc(t->n_titles + 2, sizeof *first), *docid = malloc((t->n_docs + 1) * sizeof *docid);
	uint64_t *at = malloc((t->n_docs + 1) * sizeof *at);

	if (first == NULL || docid == NULL || at == NULL) {
		free(first);
		free(docid);
		free(at);
		return false;
	}
	for (size_t i = 0; i < t->n_docs; i++)
		first[b->title_of[i] + 2]++;
	for (size_t i = 2; i < t->n_titles + 2; i++)
		first[i] += first[i - 1];
	/* first[title + 1] runs from the title's first document to the next title's. */
	for (size_t i = 0; i < t->n_docs; i++) {
		uint32_t to = first[b->title_of[i] + 1]++;

		docid[to] = t->docid[i];
		at[to] = t->at[i];
	}
	free(t->docid);
	free(t->at);
	t->docid = docid;
	t->at = at;
	t->doc_first = first;
	return true;
}

/* --- suffixes in order ---------------------------------------------------------------------- */

struct entry { uint64_t key; uint32_t place; };

/* Four units from a place on, zeros behind the end of the title. */
static uint64_t
key_at(const uint16_t *p)
{
	uint64_t key = 0;

	for (int i = 0; i < 4; i++) {
		key = key << 16 | *p;
		p += *p != 0;
	}
	return key;
}

static int
by_key(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

/*
 * Orders by key, byte by byte from the last, so that equal keys stay as they were (by place).  A byte that all keys have in common costs
 * a look only; short lists are not worth the counting.
 */
static void
sort_entries(struct entry *e, size_t n, struct entry *other)
{
	struct entry *from = e, *to = other, *swap;

	if (n < RADIX_LEAST) {
		qsort(e, n, sizeof *e, by_key);
		return;
	}
	for (unsigned shift = 0; shift < 64; shift += 8) {
		size_t first[256] = { 0 }, sum = 0;

		for (size_t i = 0; i < n; i++)
			first[from[i].key >> shift & 255]++;
		if (first[from[0].key >> shift & 255] == n)
			continue;
		for (size_t b = 0; b < 256; b++) {
			size_t count = first[b];

			first[b] = sum;
			sum += count;
		}
		for (size_t i = 0; i < n; i++)
			to[first[from[i].key >> shift & 255]++] = from[i];
		swap = from;
		from = to;
		to = swap;
	}
	if (from != e)
		memcpy(e, from, n * sizeof *e);
}

/* Orders n suffixes, by rising place, that agree in their first `depth` units; scratch and other have room for n. */
static void
sort_suffixes(const struct gk_titles *t, uint32_t *suffix, size_t n, size_t depth, struct entry *scratch, struct entry *other)
{
	for (size_t i = 0; i < n; i++)
		scratch[i] = (struct entry){ key_at(t->units + suffix[i] + depth), suffix[i] };
	sort_entries(scratch, n, other);
	for (size_t i = 0; i < n; i++)
		suffix[i] = scratch[i].place;
	depth += 4;
	for (size_t i = 0, end; depth < GK_TITLES_DEPTH && i < n; i = end) {
		uint64_t key = scratch[i].key;

		for (end = i + 1; end < n && scratch[end].key == key; end++)
			;
		/* The next call uses only its own part of the scratch. */
		if (end - i > 1 && (key & 0xFFFF) != 0)
			sort_suffixes(t, suffix + i, end - i, depth, scratch + i, other);
	}
}

/* Nothing begins at a separator, in the midst of a word, or between the halves of a character. */
static bool
may_begin(const struct gk_titles *t, size_t i)
{
	uint16_t u = t->units[i];

	if (u == 0 || u == ' ' || (u & 0xFC00) == 0xDC00)
		return false;
	return i == 0 || !gk_canon_in_word(u) || !gk_canon_in_word(t->units[i - 1]);
}

static bool
make_suffixes(struct gk_titles *t)
{
	uint32_t *first = calloc(FIRSTS + 1, sizeof *first), most = 0;
	struct entry *scratch = NULL;
	bool ok = first != NULL;

	for (size_t i = 0; ok && i < t->n_units; i++)
		if (may_begin(t, i)) {
			t->n_suffixes++;
			first[t->units[i] + 1]++;
		}
	for (size_t i = 1; ok && i <= FIRSTS; i++) {
		most = first[i] > most ? first[i] : most;
		first[i] += first[i - 1];
	}
	ok = ok && (t->suffix = malloc((t->n_suffixes + 1) * sizeof *t->suffix)) != NULL && (scratch = malloc(2 * ((size_t)most + 1) * sizeof *scratch)) != NULL;
	for (size_t i = 0; ok && i < t->n_units; i++)
		if (may_begin(t, i))
			t->suffix[first[t->units[i]]++] = (uint32_t)i;
	/* first[u] is now where the next unit's suffixes begin. */
	for (size_t u = 0, from = 0; ok && u < FIRSTS; from = first[u++])
		if (first[u] - from > 1)
			sort_suffixes(t, t->suffix + from, first[u] - from, 1, scratch, scratch + most);
	free(first);
	free(scratch);
	return ok;
}

static bool
make_places(struct gk_titles *t)
{
	t->block = malloc((t->n_units / BLOCK + 1) * sizeof *t->block);
	t->first = calloc(t->n_units / 8 + 1, 1);
	if (t->block == NULL || t->first == NULL)
		return false;
	for (uint32_t title = 0; title < t->n_titles; title++) {
		size_t from = t->start[title];

		t->first[from / 8] |= (unsigned char)(1u << from % 8);
		for (size_t k = (from + BLOCK - 1) / BLOCK; k * BLOCK < t->start[title + 1]; k++)
			t->block[k] = title;
	}
	return true;
}

enum gk_status
gk_titles_build(gk_title_fn *next, void *arg, size_t units, struct gk_titles **out, struct gk_err *err)
{
	struct gk_titles *t = calloc(1, sizeof *t);
	struct builder b = { .t = t, .limit = units < GK_TITLES_UNITS ? units : GK_TITLES_UNITS };
	bool ok = t != NULL && (t->start = calloc(2, sizeof *t->start)) != NULL && grow_table(&b) && take_titles(&b, next, arg) && sort_documents(&b);

	free(b.table);
	free(b.title_of);
	if (!ok || !make_places(t) || !make_suffixes(t) || gk_titles_make_phrases(t, err) != GK_OK || gk_titles_make_spelled(t, err) != GK_OK) {
		gk_titles_free(t);
		return gk_nomem(err);
	}
	*out = t;
	return GK_OK;
}

void
gk_titles_free(struct gk_titles *t)
{
	if (t == NULL)
		return;
	free(t->units);
	free(t->start);
	free(t->block);
	free(t->first);
	free(t->suffix);
	free(t->doc_first);
	free(t->docid);
	free(t->at);
	free(t->phrase);
	free(t->syllable_first);
	free(t->by_syllable);
	free(t->pair_first);
	free(t->by_pair);
	free(t);
}

size_t
gk_titles_count(const struct gk_titles *t)
{
	return t->n_titles;
}

size_t
gk_titles_left_out(const struct gk_titles *t)
{
	return t->left_out;
}

size_t
gk_titles_bytes(const struct gk_titles *t)
{
	return sizeof *t + t->n_units * sizeof *t->units + t->n_titles * (sizeof *t->start + sizeof *t->doc_first) + t->n_units / BLOCK * sizeof *t->block + t->n_units / 8 +
	       t->n_suffixes * sizeof *t->suffix + t->n_docs * (sizeof *t->docid + sizeof *t->at) + t->n_phrases * sizeof *t->phrase + 2 * t->n_spelled * sizeof *t->by_syllable;
}

struct gk_title_docs
gk_titles_docs(const struct gk_titles *t, uint32_t title)
{
	uint32_t from = t->doc_first[title];

	return (struct gk_title_docs){ t->docid + from, t->at + from, t->doc_first[title + 1] - from };
}

uint32_t
gk_titles_at(const struct gk_titles *t, uint32_t place)
{
	uint32_t title = t->block[place / BLOCK];

	while (t->start[title + 1] <= place)
		title++;
	return title;
}

/* --- finding ----------------------------------------------------------------------------------- */

/* Below, above or equal (0) in the first n units; the 0 behind a title is below everything. */
static int
compare(const uint16_t *text, const uint16_t *typed, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] != typed[i])
			return text[i] < typed[i] ? -1 : 1;
	return 0;
}

/* The first suffix that is not below typed, or with `behind` the first that is above it. */
static size_t
bound(const struct gk_titles *t, const uint16_t *typed, size_t n, bool behind)
{
	size_t lo = 0, hi = t->n_suffixes;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (compare(t->units + t->suffix[mid], typed, n) < (behind ? 1 : 0))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void
gk_titles_range(const struct gk_titles *t, const uint16_t *typed, size_t n, size_t *lo, size_t *hi)
{
	if (n > GK_TITLES_DEPTH)
		n = GK_TITLES_DEPTH;
	*lo = bound(t, typed, n, false);
	*hi = bound(t, typed, n, true);
}

/* The lowest places, each title once; kept in order. */
struct best { uint32_t *place, *title; size_t n, max; };

/* How a title has what was typed; and once more for those behind. */
enum { BEGINS, INSIDE, APART, BEHIND, GROUPS = 2 * BEHIND };

static void
keep(const struct gk_titles *t, struct best *group, int how, uint32_t place)
{
	struct best *b = &group[place < t->start[t->behind] ? how : how + BEHIND];
	uint32_t title;
	size_t to = b->n;

	if (b->n == b->max && place >= b->place[b->n - 1])
		return;
	title = gk_titles_at(t, place);
	for (size_t i = 0; i < b->n; i++)
		if (b->title[i] == title)
			return;
	if (b->n == b->max)
		to--;
	else
		b->n++;
	for (; to > 0 && b->place[to - 1] > place; to--) {
		b->place[to] = b->place[to - 1];
		b->title[to] = b->title[to - 1];
	}
	b->place[to] = place;
	b->title[to] = title;
}

static size_t
run_length(const uint16_t *typed, size_t n)
{
	size_t k = 0;

	while (k < n && typed[k] != ' ')
		k++;
	return k;
}

/* Does the title hold the run, from a word's border on and, if `whole`, up to one? */
static bool
holds(const struct gk_titles *t, uint32_t title, const uint16_t *run, size_t n, bool whole)
{
	const uint16_t *text = t->units + t->start[title];
	size_t len = length_of(t, title);

	for (size_t i = 0; i + n <= len; i++)
		if (compare(text + i, run, n) == 0 && (i == 0 || !gk_canon_in_word(run[0]) || !gk_canon_in_word(text[i - 1])) &&
		    (!whole || !gk_canon_in_word(run[n - 1]) || !gk_canon_in_word(text[i + n])))
			return true;
	return false;
}

static bool
holds_all(const struct gk_titles *t, uint32_t title, const uint16_t *typed, size_t n)
{
	for (size_t at = 0, k; at < n; at += k + 1) {
		k = run_length(typed + at, n - at);
		if (!holds(t, title, typed + at, k, at + k < n))
			return false;
	}
	return true;
}

/* Titles with all runs: the rarest one drives. */
static void
find_runs(const struct gk_titles *t, const uint16_t *typed, size_t n, struct best *group)
{
	size_t lo = 0, hi = t->n_suffixes + 1, first = run_length(typed, n);

	for (size_t at = 0, k; at < n; at += k + 1) {
		size_t l, h;

		k = run_length(typed + at, n - at);
		gk_titles_range(t, typed + at, k, &l, &h);
		if (h - l < hi - lo) {
			lo = l;
			hi = h;
		}
	}
	for (size_t i = lo; i < hi; i++) {
		uint32_t title = gk_titles_at(t, t->suffix[i]), start = t->start[title];

		if (holds_all(t, title, typed, n))
			keep(t, group, compare(t->units + start, typed, first) == 0 ? BEGINS : INSIDE, start);
	}
}

static void
find_run(const struct gk_titles *t, const uint16_t *typed, size_t n, struct best *group)
{
	size_t lo, hi;

	gk_titles_range(t, typed, n, &lo, &hi);
	for (size_t i = lo; i < hi; i++) {
		uint32_t place = t->suffix[i];

		if (n > GK_TITLES_DEPTH && compare(t->units + place, typed, n) != 0)
			continue;
		keep(t, group, t->first[place / 8] >> place % 8 & 1 ? BEGINS : INSIDE, place);
	}
}

/* Does the text, behind its first unit, go on as typed when separators in it are passed over?  But those between two words count. */
static bool
goes_on(const uint16_t *text, const uint16_t *typed, size_t n)
{
	for (size_t i = 0; i < n; text++) {
		if (*text == ' ' && !(gk_canon_in_word(text[-1]) && gk_canon_in_word(text[1])))
			continue;
		if (*text != typed[i++])
			return false;
	}
	return true;
}

/* Titles in which separators stand between the characters that were typed in one. */
static void
find_apart(const struct gk_titles *t, const uint16_t *typed, size_t n, struct best *group)
{
	for (size_t k = n - 1; k > 0; k--) {
		size_t lo, hi;

		gk_titles_range(t, typed, k, &lo, &hi);
		for (size_t i = lo; i < hi; i++) {
			const uint16_t *text = t->units + t->suffix[i];

			if ((k <= GK_TITLES_DEPTH || compare(text, typed, k) == 0) && text[k] == ' ' && goes_on(text + k, typed + k, n - k))
				keep(t, group, APART, t->start[gk_titles_at(t, t->suffix[i])]);
		}
	}
}

/* Adds the titles of a group that are not among them yet. */
static void
merge(const struct best *group, uint32_t *titles, size_t *n, size_t max)
{
	for (size_t i = 0; *n < max && i < group->n; i++) {
		size_t k = 0;

		while (k < *n && titles[k] != group->title[i])
			k++;
		if (k == *n)
			titles[(*n)++] = group->title[i];
	}
}

size_t
gk_titles_find(const struct gk_titles *t, const uint16_t *typed, size_t n, uint32_t *titles, size_t max)
{
	uint32_t *memory = malloc((2 * GROUPS * max + 1) * sizeof *memory);
	struct best group[GROUPS];
	bool single = run_length(typed, n) == n;
	size_t got = 0;

	if (memory == NULL || n == 0 || max == 0) {
		free(memory);
		return 0;
	}
	for (size_t g = 0; g < GROUPS; g++)
		group[g] = (struct best){ memory + 2 * g * max, memory + (2 * g + 1) * max, 0, max };
	if (single)
		find_run(t, typed, n, group);
	else
		find_runs(t, typed, n, group);
	for (size_t g = 0; g < GROUPS; g++)
		merge(&group[g], titles, &got, max);
	if (single && got < max) {
		find_apart(t, typed, n, group);
		got = 0;
		for (size_t g = 0; g < GROUPS; g++)
			merge(&group[g], titles, &got, max);
	}
	free(memory);
	return got;
}
