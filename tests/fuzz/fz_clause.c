/*
 * Any bytes as a text that ends others: clauses, lists, its term, its making, what it rests on.  Build and run with devel/fuzz.
 * The first line is the title; the first byte of the rest chooses the form of the list.
 */
/* For: record/clause.c */
#include "record/clause.h"
#include "record/listing.h"
#include "record/making.h"
#include "record/proposal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct bytes { const char *p; size_t n; };

/* Borrowed, or made in the arena where a name was cleaned: in the text it must lie whole. */
static void
inside(struct bytes t, struct gk_span s)
{
	if (s.p != NULL && s.p >= t.p && s.p < t.p + t.n && s.n > (size_t)(t.p + t.n - s.p))
		abort();
}

static void
check_target(struct bytes t, const struct gk_clause_target *x)
{
	inside(t, x->name);
	inside(t, x->docno);
	inside(t, x->order);
	inside(t, x->issuer);
	inside(t, x->subject);
	if ((x->name.p == NULL || x->name.n == 0) && (x->docno.p == NULL || x->docno.n == 0))
		abort();	/* it must name something */
	if (x->part && x->subject.p == NULL)
		abort();
}

static void
clauses(struct bytes t, const char *title, struct gk_arena *arena)
{
	struct gk_clauses c;
	struct gk_clause_target *cited;
	size_t n_cited;

	if (gk_clauses_find(t.p, t.n, title, arena, &c, NULL) != GK_OK)
		return;
	for (size_t i = 0; i < c.n; i++) {
		if (c.item[i].start >= c.item[i].end || c.item[i].end > t.n || c.item[i].n == 0)
			abort();
		for (size_t k = 0; k < c.item[i].n; k++)
			check_target(t, &c.item[i].target[k]);
	}
	if (gk_citations_find(t.p, t.n, arena, &cited, &n_cited, NULL) == GK_OK)
		for (size_t i = 0; i < n_cited; i++)
			inside(t, cited[i].name);
}

static void
lists(struct bytes t, enum gk_listing_form form, enum gk_fate fate, struct gk_arena *arena)
{
	struct gk_listing l;

	if (gk_listing_read(t.p, t.n, form, fate, arena, &l, NULL) != GK_OK)
		return;
	for (size_t i = 0; i < l.n; i++) {
		if (l.item[i].start > l.item[i].end || l.item[i].end > t.n || l.item[i].line == 0)
			abort();
		inside(t, l.item[i].name);
		inside(t, l.item[i].docno);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *newline = memchr(data, '\n', n);
	size_t head = newline == NULL ? 0 : (size_t)(newline - (const char *)data);
	char title[256];
	struct bytes t = { newline == NULL ? (const char *)data : newline + 1, newline == NULL ? n : n - head - 1 };
	struct gk_term_of_validity term;
	struct gk_making making;
	struct gk_arena arena;
	struct gk_date day;
	json_t *meta, *act = NULL;

	head = head < sizeof title ? head : sizeof title - 1;
	memcpy(title, data, head);
	title[head] = '\0';
	gk_arena_init(&arena, 64 << 20);
	clauses(t, title, &arena);
	lists(t, (enum gk_listing_form)(t.n > 0 ? (unsigned char)t.p[0] % 3 : 0), t.n > 1 && (t.p[1] & 1) != 0 ? GK_FATE_ABOLISH : GK_FATE_NONE, &arena);
	gk_arena_free(&arena);
	if (gk_term_find(t.p, t.n, &term) && (term.start >= term.end || term.end > t.n || (term.years == 0) == (term.until.year == 0)))
		abort();
	gk_making_find(t.p, t.n, &making);
	meta = json_pack("{s:s%}", "title", title, head);
	if (meta != NULL && gk_propose(t.p, t.n, meta, &act, &day, NULL) == GK_OK && json_array_size(json_object_get(act, "proposals")) == 0)
		abort();
	json_decref(act);
	json_decref(meta);
	return 0;
}
