/* Letters as pinyin of the phrases of titles (latin.h). */
#include "catalog/latin.h"

#include "catalog/internal.h"
#include "catalog/parameters.h"
#include "catalog/suggest-set.h"
#include "cjk/pinyin.h"

#include <string.h>

enum { LETTERS_LEAST = 2, INITIALS_LEAST = 4, BEGINNING_LEAST = 4, SYLLABLES_LEAST = 2, LOOKED_AT = 64 };

static bool
small_letters(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] < 'a' || p[i] > 'z')
			return false;
	return n >= LETTERS_LEAST && n < GK_PINYIN_LETTERS;
}

/* The titles that are in order already, of whichever commit; else those of this one, and wait for them. */
static enum gk_status
get_titles(struct gk_catalog *c, uint32_t day, const struct gk_suggest_set **set, struct gk_err *err)
{
	bool current;
	enum gk_status st = gk_suggest_set_get(c, day, GK_WAIT_NOT, set, &current, err);

	return st == GK_OK && *set == NULL ? gk_suggest_set_get(c, day, GK_WAIT_CURRENT, set, &current, err) : st;
}

/* Phrases come most used first; of several readings those spelled whole before those of which these are the initials. */
static void
add_phrase(struct gk_corrections *out, const struct gk_phrase *p, const char *letters, size_t k, bool begins)
{
	struct gk_correction *new = &out->item[out->n];
	char text[GK_PHRASE_TEXT];
	size_t n = gk_phrase_text(p, text);
	enum gk_pinyin_fit fit = gk_pinyin_fits(text, n, letters, k, begins);

	if (fit == GK_PINYIN_NO || out->n == GK_CORRECTIONS || n >= sizeof new->text)
		return;
	*new = (struct gk_correction){ .kind = GK_MEND_PINYIN, .documents = p->uses, .score = p->uses };
	memcpy(new->text, text, n + 1);
	new->certain = !begins && (fit == GK_PINYIN_WHOLE ? p->n >= SYLLABLES_LEAST : k >= INITIALS_LEAST);
	out->n++;
}

enum gk_status
gk_correct_pinyin(struct gk_catalog *c, const char *folded, size_t n, uint32_t day, struct gk_corrections *out, struct gk_err *err)
{
	const struct gk_suggest_set *set = NULL;
	struct gk_phrase phrase[LOOKED_AT];
	struct gk_pinyin_split split[GK_PINYIN_SPLITS];
	size_t phrases;
	enum gk_status st;

	out->n = 0;
	out->clear = false;
	if (!small_letters(folded, n))
		return GK_OK;
	st = get_titles(c, day, &set, err);
	if (st != GK_OK || set == NULL)
		return st;
	phrases = gk_titles_spelled(set->titles, folded, n, phrase, LOOKED_AT);
	for (size_t i = 0; i < phrases; i++)
		add_phrase(out, &phrase[i], folded, n, false);
	/* anquan is no phrase of a title, 安全生产 is: what begins with these whole syllables is offered, never run. */
	for (size_t i = 0; out->n == 0 && n >= BEGINNING_LEAST && gk_pinyin_split(folded, n, split) > 0 && i < phrases; i++)
		add_phrase(out, &phrase[i], folded, n, true);
	gk_suggest_set_drop(set);
	out->clear = out->n > 0 && out->item[0].certain && (out->n == 1 || out->item[0].score >= GK_PINYIN_AHEAD * out->item[1].score);
	return GK_OK;
}
