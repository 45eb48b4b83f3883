/* libgongkai-cjk: cjk.h for programs that are not ours, with offsets into their text and numbers of places. */
#include "cjk/gongkai-cjk.h"

#include "cjk/cjk.h"

#include <stdint.h>
#include <stdlib.h>

struct gongkai_cjk {
	struct gk_folded folded;
	struct gk_terms cursor;
	enum gongkai_cjk_wanted wanted;
	size_t place, at;		/* of the last token: its place, its first folded byte */
	size_t paired;			/* behind the last pair, in folded bytes */
	bool begun;
};

int
gongkai_cjk_version(void)
{
	return GK_CJK_VERSION;
}

struct gongkai_cjk *
gongkai_cjk_open(const char *text, size_t n, enum gongkai_cjk_wanted wanted)
{
	struct gongkai_cjk *c;

	if (n >= UINT32_MAX || (c = calloc(1, sizeof *c)) == NULL)
		return NULL;
	if (!gk_fold(text, n, true, &c->folded)) {
		free(c);
		return NULL;
	}
	c->wanted = wanted;
	gk_terms_start(&c->cursor, c->folded.text, c->folded.n);
	return c;
}

static enum gongkai_cjk_kind
kind_of(enum gk_term_kind kind)
{
	switch (kind) {
	case GK_TERM_CHAR:
		return GONGKAI_CJK_CHAR;
	case GK_TERM_PAIR:
		return GONGKAI_CJK_PAIR;
	case GK_TERM_NUMERAL:
		return GONGKAI_CJK_NUMERAL;
	default:
		return GONGKAI_CJK_WORD;
	}
}

/* Of a run, the wide cursor gives a character for itself only at the run's end; where a pair ends there, that pair has it already. */
static bool
next_term(struct gongkai_cjk *c, struct gk_term *t)
{
	if (c->wanted == GONGKAI_CJK_ALL)
		return gk_terms_next(&c->cursor, t);
	while (gk_terms_next_wide(&c->cursor, t)) {
		if (t->kind == GK_TERM_PAIR)
			c->paired = t->end;
		if (t->kind != GK_TERM_NUMERAL && !(t->kind == GK_TERM_CHAR && t->end <= c->paired))
			return true;
	}
	return false;
}

/* A character of the text that folds to several (㎏, ⑽) is whole on both sides of a cut through them. */
static size_t
end_in_text(const struct gk_folded *f, size_t end)
{
	uint32_t last = f->at[end - 1];

	while (end < f->n && f->at[end] == last)
		end++;
	return f->at[end];
}

bool
gongkai_cjk_next(struct gongkai_cjk *c, struct gongkai_cjk_token *out)
{
	struct gk_term t;

	if (!next_term(c, &t))
		return false;
	if (c->begun && t.start != c->at)
		c->place++;
	c->begun = true;
	c->at = t.start;
	*out = (struct gongkai_cjk_token){
		.p = t.p, .n = t.n, .start = c->folded.at[t.start], .end = end_in_text(&c->folded, t.end), .place = c->place, .kind = kind_of(t.kind),
	};
	return true;
}

void
gongkai_cjk_close(struct gongkai_cjk *c)
{
	if (c == NULL)
		return;
	gk_folded_free(&c->folded);
	free(c);
}

char *
gongkai_cjk_fold(const char *text, size_t n, size_t *out_n)
{
	struct gk_folded f;

	if (n >= UINT32_MAX || !gk_fold(text, n, false, &f))
		return NULL;
	if (out_n != NULL)
		*out_n = f.n;
	return f.text;
}
