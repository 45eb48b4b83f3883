/* Clauses, rows and a term, side by side, as JSON. */
#include "record/proposal.h"

#include "base/utf8.h"
#include "record/clause.h"
#include "record/field.h"
#include "record/listing.h"
#include "record/making.h"
#include "record/scan.h"

enum { MEMORY = 64 << 20, BYTES_MAX = 90 * 1024 };	/* of one document's clauses; of its proposals, well below L30 */

/*
 * How sure is it?  Measured on the corpus the first is right in 674 of 674 names; the others are rarer and have been seen to fail
 * in other texts, so they are ranked below what an office accepts unseen.
 */
static const struct { const char *verb; double confidence; } sure[] = {
	{ "同时废止", 0.98 }, { "同時廢止", 0.98 }, { "即行废止", 0.98 }, { "即行廢止", 0.98 }, { "予以废止", 0.97 }, { "宣布失效", 0.95 }, { "废止", 0.95 }, { "同时失效", 0.95 },
};

static double
confidence_of(const struct gk_clause *c, const struct gk_clause_target *t)
{
	double out = 0.85;

	for (size_t i = 0; i < sizeof sure / sizeof *sure; i++)
		if (strcmp(sure[i].verb, c->verb) == 0)
			out = sure[i].confidence;
	if (t->part)
		out -= 0.05;
	if (t->name.n == 0)
		out -= 0.05;
	return out;
}

static void
put_span(json_t *o, const char *key, struct gk_span s)
{
	if (s.n > 0)
		json_object_set_new(o, key, json_stringn(s.p, gk_utf8_cut(s.p, s.n < GK_FIELD_MAX ? s.n : GK_FIELD_MAX)));
}

static void
put_date(json_t *o, const char *key, struct gk_date d)
{
	char out[12];

	gk_date_format(d, out);
	if (out[0] != '\0')
		json_object_set_new(o, key, json_string(out));
}

/* The sentence, or of a long one what stands around the name. */
static void
put_sentence(json_t *o, const char *text, size_t start, size_t end, const char *name)
{
	size_t from = start, to = end;
	json_t *place = json_pack("[I, I]", (json_int_t)start, (json_int_t)end);

	if (to - from > GK_PROPOSAL_SENTENCE) {
		size_t at = name != NULL && name >= text + start && name < text + end ? (size_t)(name - text) : start;

		from = at - start > GK_PROPOSAL_SENTENCE / 4 ? at - GK_PROPOSAL_SENTENCE / 4 : start;
		while (from < to && ((unsigned char)text[from] & 0xC0) == 0x80)
			from++;
		to = from + gk_utf8_cut(text + from, to - from < GK_PROPOSAL_SENTENCE ? to - from : GK_PROPOSAL_SENTENCE);
	}
	json_object_set_new(o, "sentence", json_stringn(text + from, to - from));
	json_object_set_new(o, "place", place);
}

/* 第三条、第五条: one each; what is no list of articles is a matter. */
static void
put_part(json_t *o, struct gk_span subject)
{
	struct text t = { subject.p, subject.n };
	json_t *articles;
	size_t i = 0;

	json_object_set_new(o, "scope", json_string("part"));
	if (articles_at(t, 0) != t.n || holds(t, 0, t.n, "至")) {
		put_span(o, "subject", subject);
		return;
	}
	articles = json_array();
	while (i < t.n) {
		size_t from = i, n = 0;

		while (i < t.n && (n = any_at(t, i, ANY(joints))) == 0)
			i += step_of((unsigned char)t.p[i]);
		if (i > from)
			json_array_append_new(articles, json_stringn(t.p + from, i - from));
		i += n;
	}
	json_object_set_new(o, "articles", articles);
}

struct making { const char *text; json_t *list; size_t cut, bytes; };

static void
add(struct making *m, json_t *one)
{
	m->bytes += 300 + json_string_length(json_object_get(one, "sentence")) + json_string_length(json_object_get(one, "name"));
	if (json_array_size(m->list) < GK_PROPOSALS_MAX && m->bytes < BYTES_MAX) {
		json_array_append_new(m->list, one);
		return;
	}
	json_decref(one);
	m->cut++;
}

static void
add_clause(struct making *m, const struct gk_clause *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct gk_clause_target *t = &c->target[i];
		bool lapse = strstr(c->verb, "失效") != NULL || strstr(c->verb, "失去效力") != NULL;
		json_t *o = json_pack("{s:s}", "kind", t->part ? "abolish_articles" : lapse ? "lapse" : "abolish");

		put_span(o, "name", t->name);
		put_span(o, "docno", t->docno);
		put_span(o, "order", t->order);
		put_span(o, "issuer", t->issuer);
		put_date(o, "date", t->date);
		put_date(o, "effective_date", c->effective);
		if (t->part)
			put_part(o, t->subject);
		else
			json_object_set_new(o, "scope", json_string("whole"));
		put_sentence(o, m->text, c->start, c->end, t->name.n > 0 ? t->name.p : t->docno.p);
		json_object_set_new(o, "confidence", json_real(confidence_of(c, t)));
		add(m, o);
	}
}

/* The row was read as a clause too: 废止《甲》. */
static bool
in_a_clause(const struct gk_clauses *c, const struct gk_listed *row)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->item[i].start < row->end && row->start < c->item[i].end)
			return true;
	return false;
}

static void
add_row(struct making *m, const struct gk_listed *row, struct gk_date lapse)
{
	static const char *const kinds_of[] = { "", "confirm_valid", "conditional_lapse", "abolish", "lapse" };
	json_t *o;

	/* What is only to be amended proposes nothing, unless it lapses when it is not. */
	if (row->fate == GK_FATE_NONE || (row->fate == GK_FATE_AMEND && lapse.year == 0))
		return;
	o = json_pack("{s:s, s:s}", "kind", kinds_of[row->fate], "scope", "whole");
	put_span(o, "name", row->name);
	put_span(o, "docno", row->docno);
	put_span(o, "issuer", row->issuer);
	put_date(o, "date", row->date);
	if (row->fate == GK_FATE_AMEND)
		put_date(o, "lapse_date", lapse);
	put_sentence(o, m->text, row->start, row->end, row->name.p);
	json_object_set_new(o, "confidence", json_real(0.9));
	add(m, o);
}

static void
add_term(struct making *m, size_t n, struct gk_date effective)
{
	struct gk_term_of_validity term;
	size_t from, to;
	json_t *o;

	if (!gk_term_find(m->text, n, &term))
		return;
	o = json_pack("{s:s}", "kind", "term");
	if (term.years > 0)
		json_object_set_new(o, "years", json_integer(term.years));
	if (term.until.year != 0)
		put_date(o, "expiry_date", term.until);
	else if (effective.day != 0)
		put_date(o, "expiry_date", gk_date_term_end(effective, (int)term.years));
	for (from = term.start; from > 0 && m->text[from - 1] != '\n' && term.start - from < 120; from--)
		;
	while (from < term.start && ((unsigned char)m->text[from] & 0xC0) == 0x80)
		from++;
	to = term.end;
	put_sentence(o, m->text, from, to, NULL);
	json_object_set_new(o, "confidence", json_real(0.9));
	add(m, o);
}

/* 4.4: 公布日期, 印发日期, 成文日期, in that order; last the day on which a site showed it. */
static struct gk_date
made_public(const json_t *meta)
{
	static const char *const keys[] = { "promulgated_date", "issued_date", "formed_date", "published_at" };
	struct gk_date d;

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const char *s = gk_meta_get(meta, keys[i]);

		if (*s != '\0' && gk_date_parse(s, strlen(s), &d))
			return d;
	}
	return GK_NO_DATE;
}

enum { LATER = 31 };	/* days */

/*
 * The day on which the clauses take effect.  The record of an amended text bears the days of the amendment, but its clause ended others on
 * the day of the first version: what counts is what the head says.  GK_NO_DATE: a person must say.
 */
static struct gk_date
day_of_effect(const struct gk_clauses *c, const char *text, size_t n, const json_t *meta)
{
	const char *stated = gk_meta_get(meta, "effective_date");
	struct gk_date d = made_public(meta);
	struct gk_making making;

	if (c->begins != GK_BEGINS_ON) {
		gk_making_find(text, n, &making);
		/* Much later than the record's own day it is the day on which somebody put it on a page again. */
		if (making.made_public.day != 0 && (d.year == 0 || gk_date_first_day(making.made_public) <= gk_date_last_day(d) + LATER))
			d = making.made_public;
		else if (making.amended)
			d = GK_NO_DATE;
		if (making.amended && c->begins == GK_BEGINS_UNSTATED)
			return GK_NO_DATE;
	}
	switch (c->begins) {
	case GK_BEGINS_ON:
		return c->effective;
	case GK_BEGINS_AFTER_PUBLICATION:
		return d.day != 0 ? gk_date_of_day(gk_date_first_day(d) + c->days_after) : GK_NO_DATE;
	case GK_BEGINS_ON_PUBLICATION:
		return d;
	default:
		if (*stated != '\0' && gk_date_parse(stated, strlen(stated), &d))
			return d;
		return d;
	}
}

/* A list belongs to a text that is about such lists, or under a heading that is called one. */
static bool
may_list(const char *text, size_t n, const char *title)
{
	static const char *const about[] = { "废止", "失效", "清理", "廢止" }, *const lists[] = { "目录", "清单", "一览表", "名单" };

	return holds_any((struct text){ title, strlen(title) }, 0, strlen(title), ANY(about)) || holds_any((struct text){ text, n }, 0, n, ANY(lists));
}

bool
gk_may_propose(const char *text, size_t n)
{
	static const char *const cores[] = { "废止", "失效", "停止", "不再", "有效期", "作废", "终止执行", "失去效力", "廢止", "作廢" };

	return holds_any((struct text){ text, n }, 0, n, ANY(cores));
}

static enum gk_status
find(struct making *m, size_t n, const json_t *meta, struct gk_arena *arena, json_t *act, struct gk_date *effective, struct gk_err *err)
{
	const char *title = gk_meta_get(meta, "title");
	bool about = strstr(title, "废止") != NULL || strstr(title, "失效") != NULL || strstr(title, "清理") != NULL || strstr(title, "廢止") != NULL;
	struct gk_clauses c;
	struct gk_listing l;
	char day[12];
	enum gk_status st = gk_clauses_find(m->text, n, title, arena, &c, err);

	if (st != GK_OK)
		return st;
	for (size_t i = 0; i < c.n; i++)
		add_clause(m, &c.item[i]);
	if (may_list(m->text, n, title)) {
		st = gk_listing_read(m->text, n, about ? GK_LISTING_TEXT : GK_LISTING_ANNEX, GK_FATE_NONE, arena, &l, err);
		if (st != GK_OK)
			return st;
		for (size_t i = 0; i < l.n; i++)
			if (!in_a_clause(&c, &l.item[i]) && (about || l.item[i].fate == GK_FATE_ABOLISH || l.item[i].fate == GK_FATE_LAPSE))
				add_row(m, &l.item[i], l.lapse);
	}
	*effective = day_of_effect(&c, m->text, n, meta);
	if (*gk_meta_get(meta, "expiry_date") == '\0')
		add_term(m, n, *effective);
	gk_date_format(c.effective, day);
	json_object_set_new(act, "begins", json_string(c.begins == GK_BEGINS_ON ? day : c.begins == GK_BEGINS_UNSTATED ? "" : "on-publication"));
	if (c.overrides)
		json_object_set_new(act, "overrides", json_true());
	return GK_OK;
}

enum gk_status
gk_propose(const char *text, size_t n, const json_t *meta, json_t **act, struct gk_date *effective, struct gk_err *err)
{
	struct making m = { text, NULL, 0, 0 };
	struct gk_arena arena;
	json_t *out;
	enum gk_status st;

	*act = NULL;
	*effective = GK_NO_DATE;
	if (!gk_may_propose(text, n))
		return GK_END;
	out = json_object();
	m.list = json_array();
	if (out == NULL || m.list == NULL) {
		json_decref(out);
		json_decref(m.list);
		return gk_nomem(err);
	}
	gk_arena_init(&arena, MEMORY);
	st = find(&m, n, meta, &arena, out, effective, err);
	gk_arena_free(&arena);
	if (m.cut > 0)
		json_object_set_new(out, "cut", json_integer((json_int_t)m.cut));
	if (st == GK_OK && json_array_size(m.list) == 0)
		st = GK_END;
	json_object_set_new(out, "proposals", m.list);
	if (st == GK_OK)
		*act = out;
	else
		json_decref(out);
	return st;
}
