/* From typed text to numbers, phrases and titles that stand in the public archive now. */
#include "catalog/suggest.h"

#include "base/utf8.h"
#include "catalog/internal.h"
#include "catalog/suggest-number.h"
#include "catalog/suggest-set.h"

#include <stdlib.h>
#include <string.h>

const char *const gk_suggestion_code[] = { "number", "phrase", "title" };

enum {
	NUMBERS_FEW = 3,		/* of a code without digits: it may be the beginning of something else */
	SPARE = 4,			/* looked up beyond what is shown: some may be there no longer */
	BEARERS = 64,			/* documents of one number among which the best is chosen */
};

struct question {
	struct gk_catalog *c;
	uint32_t day;
	const struct gk_suggest_set *set;
	bool current;
	struct gk_suggestions *out;
	struct gk_err *err;
};

/* --- what stands now ----------------------------------------------------------------------- */

static bool
stands(const struct question *q, uint32_t docid, uint64_t at)
{
	const struct gk_columns *col = q->c->col;

	return docid <= col->last && col->units[docid] != 0 && col->text[docid] == at;
}

/* The title's documents that bear it now: how many, and the best of them. */
static uint32_t
bearers(const struct question *q, uint32_t title, uint32_t *best)
{
	struct gk_title_docs d = gk_titles_docs(q->set->titles, title);
	uint32_t n = 0;

	for (size_t i = 0; i < d.n; i++)
		if (stands(q, d.docid[i], d.at[i]) && n++ == 0)
			*best = d.docid[i];
	return n;
}

struct support {
	const struct question *q;
	const struct gk_phrase *phrase;
	unsigned char *counted;		/* [title / 8] */
	uint32_t n, enough;
	bool damaged;
};

static bool
one_support(void *arg, uint32_t title)
{
	struct support *s = arg;
	struct gk_columns const *col = s->q->c->col;
	unsigned char bit = (unsigned char)(1u << title % 8);
	uint32_t docid = 0;
	struct gk_text t;

	if (s->counted[title / 8] & bit || bearers(s->q, title, &docid) == 0)
		return true;
	s->counted[title / 8] |= bit;
	/* Two are read with their checksum: that is what makes it a phrase. */
	if (s->n < 2 && (gk_textstore_get(s->q->c->text, col->text[docid], docid, &t, NULL) != GK_OK ||
			 gk_canon_find(t.title, t.title_n, s->phrase->p, s->phrase->n, 0) == (size_t)-1))
		return true;
	return ++s->n < s->enough;
}

/* In how many different titles of today the phrase stands; 0 if in fewer than two. */
static enum gk_status
uses_now(const struct question *q, const struct gk_phrase *p, uint32_t *uses)
{
	struct support s = { .q = q, .phrase = p, .enough = q->current ? 2 : UINT32_MAX };

	s.counted = calloc(gk_titles_count(q->set->titles) / 8 + 1, 1);
	if (s.counted == NULL)
		return gk_nomem(q->err);
	gk_titles_with(q->set->titles, p, one_support, &s);
	free(s.counted);
	*uses = s.n < 2 ? 0 : q->current ? p->uses : s.n;
	return GK_OK;
}

/* --- the three kinds --------------------------------------------------------------------------- */

static struct gk_suggestion *
add(const struct question *q, enum gk_suggestion_kind kind, uint32_t docid, uint32_t count)
{
	struct gk_suggestion *s = &q->out->item[q->out->n++];

	*s = (struct gk_suggestion){ .kind = kind, .docid = docid, .count = count };
	if (docid != 0)
		s->status = gk_columns_status(q->c->col, NULL, docid, q->day);
	return s;
}

/* Of several documents of one number: not ended, then the newest. */
static enum gk_status
best_of_number(const struct question *q, const char *key, uint32_t *docid, uint32_t *count)
{
	const struct gk_columns *col = q->c->col;
	uint32_t docs[BEARERS], best = 0;
	bool best_ended = false;
	size_t n = 0;
	enum gk_status st = gk_catalog_list_by(q->c, GK_X_DOCNO, key, docs, BEARERS, &n, q->err);

	*docid = *count = 0;
	if (st != GK_OK)
		return st == GK_END ? GK_OK : st;
	for (size_t i = 0; i < n; i++) {
		uint32_t d = docs[i];
		bool ended;

		if (d > col->last || col->units[d] == 0)
			continue;
		ended = gk_validity_names[gk_columns_status(col, NULL, d, q->day)].ended;
		if (best == 0 || ended < best_ended || (ended == best_ended && col->date[d] > col->date[best])) {
			best = d;
			best_ended = ended;
		}
	}
	*docid = best;
	*count = best == 0 ? 0 : (uint32_t)n;
	return GK_OK;
}

static enum gk_status
add_numbers(const struct question *q, const char *folded, size_t n)
{
	struct gk_number_found found[GK_SUGGESTIONS];
	size_t got;
	enum gk_status st;

	GK_RETRYING(q->c, st, q->err, gk_suggest_numbers(q->c, folded, n, found, GK_SUGGESTIONS, NUMBERS_FEW, &got, q->err));
	for (size_t i = 0; st == GK_OK && i < got; i++) {
		uint32_t docid, count;

		st = best_of_number(q, found[i].key, &docid, &count);
		/* More bear it than were looked at. */
		if (st == GK_OK && docid != 0)
			add(q, GK_SUGGEST_NUMBER, docid, found[i].docs > count ? found[i].docs : count);
	}
	return st;
}

/* anquan, an'quan, an quan: letters alone, that may be pinyin; how many there are without what parts them, 0 if there is anything else. */
static size_t
letters_of(const char *folded, size_t n, char out[GK_SUGGEST_TYPED + 1])
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (folded[i] == ' ' || folded[i] == '\'')
			continue;
		if (folded[i] < 'a' || folded[i] > 'z' || k == GK_SUGGEST_TYPED)
			return 0;
		out[k++] = folded[i];
	}
	return k;
}

/* What was typed, as a list of titles is asked for it. */
struct typed { const char *folded; size_t n; uint16_t *units; size_t k; };

/* Phrases that begin so or are spelled so, and titles that hold it: of what is spelled those that hold the best phrase. */
static void
look_up(const struct question *q, const struct typed *typed, struct gk_phrase *phrase, size_t *n_phrases, uint32_t *title, size_t *n_titles, size_t max)
{
	char letters[GK_SUGGEST_TYPED + 1];
	const struct gk_titles *t = q->set->titles;
	size_t k;

	*n_phrases = gk_titles_phrases(t, typed->units, typed->k, phrase, max);
	*n_titles = gk_titles_find(t, typed->units, typed->k, title, max);
	if (*n_phrases + *n_titles > 0 || (k = letters_of(typed->folded, typed->n, letters)) == 0)
		return;
	*n_phrases = gk_titles_spelled(t, letters, k, phrase, max);
	if (*n_phrases > 0)
		*n_titles = gk_titles_find(t, phrase[0].p, phrase[0].n, title, max);
}

/* Half of the room for phrases and half for titles; what one does not need the other may have. */
static enum gk_status
add_from_titles(const struct question *q, const struct typed *typed)
{
	size_t room = GK_SUGGESTIONS - q->out->n, n_phrases, n_titles, phrases = 0, titles = 0;
	struct gk_phrase phrase[GK_SUGGESTIONS + SPARE];
	uint32_t title[GK_SUGGESTIONS + SPARE], uses[GK_SUGGESTIONS + SPARE], best[GK_SUGGESTIONS + SPARE], count[GK_SUGGESTIONS + SPARE];
	enum gk_status st = GK_OK;

	look_up(q, typed, phrase, &n_phrases, title, &n_titles, room + SPARE);
	for (size_t i = 0; st == GK_OK && i < n_phrases && phrases < room; i++) {
		phrase[phrases] = phrase[i];
		st = uses_now(q, &phrase[i], &uses[phrases]);
		phrases += st == GK_OK && uses[phrases] > 0;
	}
	for (size_t i = 0; st == GK_OK && i < n_titles && titles < room; i++) {
		count[titles] = bearers(q, title[i], &best[titles]);
		titles += count[titles] > 0;
	}
	if (st != GK_OK)
		return st;
	if (phrases + titles > room) {
		size_t half = room / 2;

		if (titles < room - half)
			phrases = room - titles;
		else if (phrases > half)
			phrases = half;
		titles = titles < room - phrases ? titles : room - phrases;
	}
	for (size_t i = 0; i < phrases; i++)
		gk_phrase_text(&phrase[i], add(q, GK_SUGGEST_PHRASE, 0, uses[i])->text);
	for (size_t i = 0; i < titles; i++)
		add(q, GK_SUGGEST_TITLE, best[i], count[i]);
	return GK_OK;
}

/* --- the whole ------------------------------------------------------------------------------------ */

enum gk_status
gk_suggest(struct gk_catalog *c, const char *typed, size_t n, struct gk_date day, bool patient, struct gk_suggestions *out, struct gk_err *err)
{
	struct gk_suggestions found = { .current = true };
	struct question q = { .c = c, .day = gk_date_last_day(day), .out = &found, .err = err };
	struct gk_folded f = { .text = NULL };
	struct typed t = { .units = NULL };
	enum gk_status st = GK_OK;

	if (gk_utf8_count(typed, n) <= GK_SUGGEST_TYPED) {
		if (!gk_fold(typed, n, false, &f) || (t.units = malloc((f.n + 1) * sizeof *t.units)) == NULL)
			st = gk_nomem(err);
		else
			t = (struct typed){ f.text, f.n, t.units, gk_canon(f.text, f.n, t.units) };
	}
	if (st == GK_OK && t.k > 0)
		GK_RETRYING(c, st, err, gk_catalog_columns(c, err));
	if (st == GK_OK && t.k > 0)
		st = add_numbers(&q, f.text, f.n);
	if (st == GK_OK && t.k > 0)
		st = gk_suggest_set_get(c, q.day, patient ? GK_WAIT_CURRENT : GK_WAIT_FIRST, &q.set, &q.current, err);
	if (st == GK_OK && q.set != NULL) {
		st = add_from_titles(&q, &t);
		gk_suggest_set_drop(q.set);
	}
	found.current = t.k == 0 || q.current;
	if (st == GK_OK)
		*out = found;
	free(t.units);
	if (f.text != NULL)
		gk_folded_free(&f);
	return st;
}

void
gk_suggest_prepare(struct gk_catalog *c, struct gk_date day)
{
	const struct gk_suggest_set *set;
	bool current;

	if (gk_catalog_columns(c, NULL) == GK_OK && gk_suggest_set_get(c, gk_date_last_day(day), GK_WAIT_NOT, &set, &current, NULL) == GK_OK)
		gk_suggest_set_drop(set);
}

struct gk_suggest_size
gk_suggest_size(struct gk_catalog *c)
{
	const struct gk_suggest_set *set;
	struct gk_suggest_size size = { 0, 0, 0, 0, 0 };
	bool current;

	/* Any day will do. */
	if (gk_catalog_columns(c, NULL) != GK_OK || gk_suggest_set_get(c, gk_date_last_day(gk_date_today()), GK_WAIT_NOT, &set, &current, NULL) != GK_OK || set == NULL)
		return size;
	size = (struct gk_suggest_size){ gk_titles_count(set->titles), gk_titles_phrase_count(set->titles), gk_titles_bytes(set->titles),
					 gk_titles_left_out(set->titles), set->seconds };
	gk_suggest_set_drop(set);
	return size;
}
