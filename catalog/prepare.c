/*
 * Counting the terms of one document.  This is the hot path of indexing: a law
 * has 10,000 terms of which 2,000 are different.
 */
#include "catalog/prepare.h"

#include "base/digest.h"
#include "base/utf8.h"
#include "catalog/origin.h"
#include "catalog/schema.h"
#include "record/docno.h"

#include <stdlib.h>
#include <string.h>

/* --- an open-addressing table of slices -------------------------------------- */

struct slot {
	uint32_t hash, stamp;	/* stamp != table's: the slot is free */
	const char *p;		/* borrowed from the folded text or the side buffer */
	uint32_t n, count;
	bool title;
};

struct gk_term_table {
	struct slot *slots;
	size_t mask, used;
	uint32_t stamp;
	uint32_t *order;	/* slots in order of first sight */
	struct gk_buf side;	/* numeral synonyms: the cursor's own buffer does not last */
};

enum { CITED_DEPTH = 4, CITED_BYTES = 600, CITED_MOST = 2000 };	/* of titles in 《》 */
enum { FIRST_SLOTS = 1 << 11, KEPT_SLOTS = 1 << 16, SIDE_MAX = 8 * 1024 * 1024, KEEP = 1024 * 1024 };

/* The pairs of characters, which are six bytes each and nine tenths of all terms, without a call. */
static inline uint64_t
six(const char *p)
{
	uint32_t low;
	uint16_t high;

	memcpy(&low, p, sizeof low);
	memcpy(&high, p + sizeof low, sizeof high);
	return low | (uint64_t)high << 32;
}

static inline uint32_t
hash_of_term(const char *p, size_t n)
{
	uint64_t h;

	if (n != 6)
		return gk_term_hash(p, n);
	h = (six(p) ^ 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u;
	return (uint32_t)(h ^ h >> 32);
}

static inline bool
same_bytes(const char *a, const char *b, size_t n)
{
	return n == 6 ? six(a) == six(b) : memcmp(a, b, n) == 0;
}

static bool
grow(struct gk_term_table *t, size_t slots)
{
	struct slot *old = t->slots, *fresh = calloc(slots, sizeof *fresh);
	uint32_t *order = realloc(t->order, slots * sizeof *order);

	if (order != NULL)
		t->order = order;
	if (fresh == NULL || order == NULL) {
		free(fresh);
		return false;
	}
	for (size_t i = 0; i < t->used; i++) {
		const struct slot *s = &old[t->order[i]];
		size_t at = s->hash & (slots - 1);

		while (fresh[at].stamp == t->stamp)
			at = (at + 1) & (slots - 1);
		fresh[at] = *s;
		t->order[i] = (uint32_t)at;
	}
	free(old);
	t->slots = fresh;
	t->mask = slots - 1;
	return true;
}

static bool
count_term(struct gk_term_table *t, const char *p, size_t n, bool title, bool once)
{
	uint32_t h = hash_of_term(p, n) ^ (title ? 0x55555555u : 0);
	size_t at = h & t->mask;

	for (; t->slots[at].stamp == t->stamp; at = (at + 1) & t->mask) {
		struct slot *s = &t->slots[at];

		if (s->hash == h && s->n == n && s->title == title && same_bytes(s->p, p, n)) {
			if (!once)
				s->count++;
			return true;
		}
	}
	t->slots[at] = (struct slot){ h, t->stamp, p, (uint32_t)n, 1, title };
	t->order[t->used++] = (uint32_t)at;
	return t->used * 2 <= t->mask || grow(t, (t->mask + 1) * 2);
}

static void
forget_all(struct gk_term_table *t)
{
	t->used = 0;
	gk_buf_reset(&t->side);
	if (++t->stamp == 0) {
		memset(t->slots, 0, (t->mask + 1) * sizeof *t->slots);
		t->stamp = 1;
	}
}

/* What one huge document wanted is given back. */
static void
shrink(struct gk_term_table *t)
{
	struct slot *fresh;

	if (t->mask < KEPT_SLOTS || (fresh = calloc(FIRST_SLOTS, sizeof *fresh)) == NULL)
		return;
	free(t->slots);
	t->slots = fresh;
	t->mask = FIRST_SLOTS - 1;
	t->used = 0;
	t->stamp = 1;
}

/* --- preparing ------------------------------------------------------------------ */

void
gk_prepare_init_bare(struct gk_prepared *p)
{
	const size_t most = (size_t)1 << 31;

	*p = (struct gk_prepared){ .cut = false };
	gk_buf_init(&p->bytes, most);
	gk_buf_init(&p->lens, most);
	gk_buf_init(&p->wdfs, most);
	gk_buf_init(&p->title, most);
	gk_buf_init(&p->body, most);
	gk_buf_init(&p->typed_title, most);
	gk_buf_init(&p->typed_body, most);
	gk_buf_init(&p->origin, most);
	gk_buf_init(&p->codes, most);
	gk_buf_init(&p->typed_codes, most);
}

enum gk_status
gk_prepare_init(struct gk_prepared *p, struct gk_err *err)
{
	gk_prepare_init_bare(p);
	p->table = calloc(1, sizeof *p->table);
	if (p->table == NULL || !grow(p->table, FIRST_SLOTS)) {
		gk_prepare_free(p);
		return gk_nomem(err);
	}
	p->table->stamp = 1;
	/* Reserved whole: slots point into it, so it must never move. */
	gk_buf_init(&p->table->side, SIDE_MAX);
	return GK_OK;
}

void
gk_prepare_pass(struct gk_prepared *from, struct gk_prepared *to)
{
	to->table = from->table;
	from->table = NULL;
}

static void
free_buffers(struct gk_prepared *p, size_t above)
{
	struct gk_buf *const all[] = { &p->bytes, &p->lens, &p->wdfs, &p->title, &p->body, &p->typed_title, &p->typed_body, &p->origin, &p->codes, &p->typed_codes };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i]->cap > above)
			gk_buf_free(all[i]);
}

void
gk_prepare_trim(struct gk_prepared *p)
{
	gk_prepare_clear(p);
	free_buffers(p, KEEP);
}

void
gk_prepare_free(struct gk_prepared *p)
{
	free_buffers(p, 0);
	if (p->table != NULL) {
		free(p->table->slots);
		free(p->table->order);
		gk_buf_free(&p->table->side);
		free(p->table);
	}
	p->table = NULL;
}

static bool
emit(struct gk_prepared *p, const char *prefix, const char *term, size_t n, uint32_t wdf)
{
	size_t k = strlen(prefix);
	char len = (char)(unsigned char)(k + n);

	gk_buf_add(&p->bytes, prefix, k);
	gk_buf_add(&p->bytes, term, n);
	gk_buf_add(&p->lens, &len, 1);
	gk_buf_add(&p->wdfs, &wdf, sizeof wdf);
	p->count++;
	return !p->bytes.failed && !p->lens.failed && !p->wdfs.failed;
}

/* All terms of the table, in order of first sight: room is made once. */
static bool
emit_counted(struct gk_prepared *p)
{
	const struct gk_term_table *t = p->table;
	const size_t prefix_n[2] = { strlen(GK_X_TEXT), strlen(GK_X_TITLE) };
	const char *const prefix[2] = { GK_X_TEXT, GK_X_TITLE };
	size_t bytes = 0;
	char *to, *len, *wdf;

	for (size_t i = 0; i < t->used; i++)
		bytes += prefix_n[t->slots[t->order[i]].title] + t->slots[t->order[i]].n;
	to = gk_buf_room(&p->bytes, bytes);
	len = gk_buf_room(&p->lens, t->used);
	wdf = gk_buf_room(&p->wdfs, t->used * sizeof(uint32_t));
	if (to == NULL || len == NULL || wdf == NULL)
		return false;
	for (size_t i = 0; i < t->used; i++) {
		const struct slot *s = &t->slots[t->order[i]];
		const size_t k = prefix_n[s->title];

		memcpy(to, prefix[s->title], k);
		memcpy(to + k, s->p, s->n);
		to += k + s->n;
		len[i] = (char)(unsigned char)(k + s->n);
		memcpy(wdf + i * sizeof s->count, &s->count, sizeof s->count);
	}
	p->bytes.n += bytes;
	p->lens.n += t->used;
	p->wdfs.n += t->used * sizeof(uint32_t);
	p->count += t->used;
	return true;
}

bool
gk_prepare_flag(struct gk_prepared *p, const char *prefix, const char *value, size_t n)
{
	char hex[GK_SHA256_HEX + 1], cut[GK_TERM_MAX + 1], kept[GK_KEPT_MAX];
	size_t lead = strlen(prefix), room = GK_TERM_MAX - lead, keep, whole = lead + n;

	if (n <= room) {
		memcpy(cut, prefix, lead);
		memcpy(cut + lead, value, n);
		if (gk_term_kept(cut, &whole, kept) == kept)
			return emit(p, "", kept, whole, 0);
	}
	if (n <= room)
		return emit(p, prefix, value, n, 0);
	/* L28: cut at a character, and told apart by a hash of the whole. */
	gk_sha256_hex(value, n, hex);
	keep = gk_utf8_cut(value, room - 16);
	memcpy(cut, value, keep);
	memcpy(cut + keep, hex, 16);
	return emit(p, prefix, cut, keep + 16, 0);
}

/*
 * The last character of a run also stands alone: together with the pairs that
 * begin with a character it finds every document that has it.
 */
static bool
count_text(struct gk_prepared *p, const char *folded, size_t n, bool title)
{
	struct gk_term_table *t = p->table;
	struct gk_terms c;
	struct gk_term term;
	bool ok = true;

	gk_terms_start(&c, folded, n);
	while (ok && gk_terms_next_run(&c, &term)) {
		const bool once = term.kind == GK_TERM_CHAR;

		if (term.kind == GK_TERM_NUMERAL) {
			/* A document with more numerals than this has no more synonyms. */
			if (t->side.max - t->side.n < term.n)
				continue;
			ok = gk_buf_add(&t->side, term.p, term.n);
			if (!ok)
				break;
			term.p = t->side.p + t->side.n - term.n;
		}
		if (term.kind == GK_TERM_RUN) {
			for (size_t i = 0; ok && i + 6 <= term.n; i += 3)
				ok = count_term(t, term.p + i, 6, title, false) && (!title || count_term(t, term.p + i, 6, false, false));
			continue;
		}
		ok = count_term(t, term.p, term.n, title, once) && (!title || count_term(t, term.p, term.n, false, once));
	}
	return ok;
}

static bool
canon_into(struct gk_buf *to, const char *folded, size_t n)
{
	char *room;

	gk_buf_reset(to);
	room = gk_buf_room(to, n * 2);
	if (room == NULL)
		return false;
	to->n = gk_canon(folded, n, (uint16_t *)(void *)room) * 2;
	return true;
}

static bool
same(const struct gk_buf *a, const struct gk_buf *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

/* What was typed, for who asks for just that (安全生產 and not 安全生产); case alone makes no difference. */
static bool
keep_typed(struct gk_prepared *p, const char *title, size_t title_n, const char *body, size_t body_n)
{
	if (!gk_typed_canon(title, title_n, &p->typed_title) || !gk_typed_canon(body, body_n, &p->typed_body))
		return false;
	if (same(&p->typed_title, &p->title) && same(&p->typed_body, &p->body)) {
		gk_buf_reset(&p->typed_title);
		gk_buf_reset(&p->typed_body);
	}
	return true;
}

/* Numbers that the text names, so that 法释(2002)3号 finds them in any spelling. */
static bool
add_citations(struct gk_prepared *p, const char *text, size_t n)
{
	struct gk_docno no;
	size_t at = 0, seen = 0;
	char last[GK_DOCNO_KEY] = "";
	bool ok = true;

	while (ok && seen < 2000 && gk_docno_next(text, n, &at, &no)) {
		if (strcmp(no.key, last) != 0)
			ok = gk_prepare_flag(p, GK_X_CITES, no.key, strlen(no.key));
		memcpy(last, no.key, sizeof last);
		seen++;
	}
	return ok;
}

/* Titles that the text names: what stands in 《》, the inner ones too: 《关于修改《…办法》的决定》. */
static bool
add_cited_titles(struct gk_prepared *p, const char *text, size_t n)
{
	static const char open[] = "《", close[] = "》";
	size_t start[CITED_DEPTH], depth = 0, seen = 0;
	bool ok = true;

	for (size_t i = 0; ok && seen < CITED_MOST && i + 3 <= n; ) {
		const char *next = memchr(text + i, open[0], n - i);
		struct gk_err why = GK_ERR_INIT;
		char key[GK_SHA256_HEX + 1];

		if (next == NULL)
			break;
		i = (size_t)(next - text);
		if (i + 3 > n)
			break;
		if (memcmp(next, open, 3) == 0) {
			if (depth < CITED_DEPTH)
				start[depth++] = i + 3;
		} else if (memcmp(next, close, 3) == 0 && depth > 0) {
			size_t from = start[--depth];

			if (i - from <= CITED_BYTES) {
				seen++;
				if (gk_title_key(text + from, i - from, key, &why))
					ok = gk_prepare_flag(p, GK_X_CITES_TITLE, key, GK_CITED_TITLE);
				ok = ok && why.cause == GK_CAUSE_NONE;
			}
		} else {
			i++;
			continue;
		}
		i += 3;
	}
	return ok;
}

static size_t
first_characters(const char *p, size_t n, size_t most)
{
	size_t at = 0;

	if (n <= most)
		return n;
	for (; at < n && most > 0; most--) {
		uint32_t cp;

		at += gk_utf8_decode(p + at, n - at, &cp);
	}
	return at;
}

void
gk_prepare_clear(struct gk_prepared *p)
{
	gk_buf_reset(&p->bytes);
	gk_buf_reset(&p->lens);
	gk_buf_reset(&p->wdfs);
	gk_buf_reset(&p->title);
	gk_buf_reset(&p->body);
	gk_buf_reset(&p->typed_title);
	gk_buf_reset(&p->typed_body);
	gk_buf_reset(&p->origin);
	gk_buf_reset(&p->codes);
	gk_buf_reset(&p->typed_codes);
	p->encoded = false;
	memset(p->likeness, 0, sizeof p->likeness);
	p->count = 0;
	if (p->table != NULL)
		forget_all(p->table);
}

static bool
encode(const struct gk_encoder *e, const struct gk_buf *body, struct gk_buf *codes)
{
	const size_t units = body->n / 2;
	char *room;

	gk_buf_reset(codes);
	room = gk_buf_room(codes, units * 2 * sizeof(uint16_t));
	if (room == NULL)
		return false;
	codes->n = gk_encode(e, (const uint16_t *)(const void *)body->p, units, (uint16_t *)(void *)room) * sizeof(uint16_t);
	if (codes->n >= body->n)
		gk_buf_reset(codes);
	return true;
}

bool
gk_prepare_encode(struct gk_prepared *p, const struct gk_encoder *e)
{
	p->encoded = (p->body.n == 0 || encode(e, &p->body, &p->codes)) && (p->typed_body.n == 0 || encode(e, &p->typed_body, &p->typed_codes));
	return p->encoded;
}

/* body[0..own) folded to f as far as it goes; the canon of all of it is there already. */
static bool
keep_origin(struct gk_prepared *p, const char *body, size_t own, const struct gk_folded *f)
{
	struct gk_folded part = { f->text, f->n, f->at };
	struct gk_buf canon;
	size_t low = 0, high = f->n;
	bool ok = true;

	if (own == 0)
		return true;
	while (low < high) {
		size_t mid = (low + high) / 2;

		if (f->at[mid] < own)
			low = mid + 1;
		else
			high = mid;
	}
	part.n = low;
	gk_buf_init(&canon, p->body.max);
	if (part.n < f->n)
		ok = canon_into(&canon, part.text, part.n);
	ok = ok && gk_origin_make(body, own, &part, (part.n < f->n ? canon.n : p->body.n) / 2, &p->origin);
	gk_buf_free(&canon);
	return ok;
}

enum gk_status
gk_prepare(struct gk_prepared *p, const char *title, size_t title_n, const char *body, size_t body_n, size_t own, struct gk_err *err)
{
	struct gk_folded ft = { NULL, 0, NULL }, fb = { NULL, 0, NULL };
	size_t whole = body_n;
	bool ok;

	gk_prepare_clear(p);
	if (p->table->side.p == NULL) {
		/* Virtual until used; never moves afterwards. */
		if (gk_buf_room(&p->table->side, SIDE_MAX) == NULL)
			return gk_nomem(err);
	}
	body_n = first_characters(body, body_n, GK_BODY_MAX_CHARS);
	p->cut = body_n < whole;
	ok = gk_fold(title, title_n, false, &ft) && gk_fold(body, body_n, true, &fb) &&
	     canon_into(&p->title, ft.text, ft.n) && canon_into(&p->body, fb.text, fb.n) && keep_typed(p, title, title_n, body, body_n) &&
	     count_text(p, ft.text, ft.n, true) && count_text(p, fb.text, fb.n, false) &&
	     add_citations(p, body, body_n) && add_cited_titles(p, body, body_n) && keep_origin(p, body, own < body_n ? own : body_n, &fb);
	if (ok)
		gk_likeness_of((const uint16_t *)(const void *)p->body.p, p->body.n / 2, p->likeness);
	ok = ok && emit_counted(p);
	shrink(p->table);
	gk_folded_free(&ft);
	gk_folded_free(&fb);
	return ok ? GK_OK : gk_nomem(err);
}
