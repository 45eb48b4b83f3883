/* The lines at the head of a text that tell how it was made. */
#include "record/making.h"

#include "record/scan.h"

#include <string.h>

enum { HEAD_LINES = 24, HEAD_BYTES = 6000, VERB_REACH = 240, AGAIN = 366 };

enum kind { SAYS_NOTHING, ADOPTED, PUBLISHED, AMENDED, REVISED, REISSUED };

static const struct { const char *word; enum kind kind; } words[] = {
	{ "修正", AMENDED }, { "修订", REVISED }, { "修改", AMENDED }, { "公布", PUBLISHED }, { "发布", PUBLISHED }, { "颁布", PUBLISHED }, { "通过", ADOPTED }, { "批准", ADOPTED },
};
static const char *const body[] = { "第一条", "第一章", "第1条", "一、", "总则", "总 则" };
static const char *const before[] = { "（", "(", "根据", " ", "\t", "　", "\r" };

/*
 * What is said of the day that ends at `from`, up to `to`: the next date or the end of the line.  The word must come before anything that
 * makes it a sentence about something else; of an amendment the decision stands before it in 《》.  修订 without one is a new text.
 */
static enum kind
said(struct text t, size_t from, size_t to)
{
	to = to - from > VERB_REACH ? from + VERB_REACH : to;
	for (size_t i = from; i < to; i += step_of((unsigned char)t.p[i])) {
		if (at(t, i, "《"))
			return holds(t, i, to, "修正") || holds(t, i, to, "修订") || holds(t, i, to, "修改") ? AMENDED : SAYS_NOTHING;
		if (at(t, i, "，") || at(t, i, "。") || at(t, i, "："))
			return SAYS_NOTHING;
		for (size_t k = 0; k < sizeof words / sizeof *words; k++)
			if (at(t, i, words[k].word))
				return words[k].kind == REVISED && holds(t, from, to, "令第") ? REISSUED : words[k].kind;
	}
	return SAYS_NOTHING;
}

static uint32_t
day(struct gk_date d)
{
	return gk_date_first_day(d);
}

static void
take(struct gk_making *m, enum kind kind, struct gk_date d)
{
	struct gk_date *first = kind == ADOPTED ? &m->adopted : &m->made_public;

	if (kind == SAYS_NOTHING)
		return;
	if (kind == AMENDED) {
		m->amended = true;
		return;
	}
	if (kind == REVISED || kind == REISSUED)
		*m = (struct gk_making){ d, kind == REISSUED ? d : GK_NO_DATE, false };
	else if (first->year == 0)
		*first = d;
	else if (day(d) > day(*first) + AGAIN)
		m->amended = true;
	else if (day(d) < day(*first))
		*first = d;
}

/* A date with its day at or behind i, before `end`; its end in *behind.  `end` if there is none. */
static size_t
next_date(struct text t, size_t i, size_t end, struct gk_date *d, size_t *behind)
{
	for (; i < end; i += step_of((unsigned char)t.p[i])) {
		size_t n = gk_date_scan(t.p + i, end - i, d);

		if (n > 0 && d->day != 0 && i + n <= end) {
			*behind = i + n;
			return i;
		}
	}
	return end;
}

static void
read_line(struct text t, size_t start, size_t end, struct gk_making *m)
{
	size_t i = start, k, behind = 0;
	struct gk_date d;

	while (i < end && (k = any_at(t, i, ANY(before))) > 0)
		i += k;
	if (holds(t, start, end, "。") || next_date(t, i, end, &d, &behind) != i)
		return;
	while (i < end) {
		struct gk_date next_day;
		size_t next_behind = end, next = next_date(t, behind, end, &next_day, &next_behind);

		take(m, said(t, behind, next), d);
		i = next;
		d = next_day;
		behind = next_behind;
	}
}

void
gk_making_find(const char *text, size_t n, struct gk_making *out)
{
	struct text t = { text, n < HEAD_BYTES ? n : HEAD_BYTES };
	size_t lines = 0;

	*out = (struct gk_making){ GK_NO_DATE, GK_NO_DATE, false };
	for (size_t i = 0; i < t.n && lines < HEAD_LINES; lines++) {
		const char *newline = memchr(t.p + i, '\n', t.n - i);
		size_t end = newline == NULL ? t.n : (size_t)(newline - t.p), first = skip_space(t, i);

		if (any_at(t, first < end ? first : i, ANY(body)) > 0)
			return;
		read_line(t, i, end, out);
		i = end + 1;
	}
}
