/* Proposals and the records they name. */
#include "indexer/proposals.h"

#include "base/io.h"
#include "catalog/schema.h"
#include "indexer/json.h"
#include "record/docno.h"
#include "record/field.h"
#include "record/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- reading ------------------------------------------------------------------------------------------------ */

static const json_t *
list_of(const json_t *act)
{
	return json_object_get(act, "proposals");
}

static bool
same_proposal(const json_t *a, const json_t *b)
{
	return strcmp(json_str(a, "kind"), json_str(b, "kind")) == 0 && strcmp(json_str(a, "name"), json_str(b, "name")) == 0 &&
	       strcmp(json_str(a, "docno"), json_str(b, "docno")) == 0;
}

/* What was decided of an older copy's proposal holds for the same one of a newer copy. */
static void
mark_decided(struct proposer *p)
{
	for (size_t i = 0; i < p->h.n; i++) {
		const json_t *act = json_object_get(p->h.events[i].json, "act"), *then = NULL, *item;
		size_t k;

		if (strcmp(p->h.events[i].type, "decide_proposals") != 0)
			continue;
		for (size_t e = 0; e < i; e++)
			if (strcmp(p->h.events[e].event, json_str(act, "proposal")) == 0)
				then = list_of(json_object_get(p->h.events[e].json, "act"));
		json_array_foreach(json_object_get(act, "items"), k, item) {
			const json_t *was = json_array_get(then, (size_t)json_integer_value(item) - 1);

			for (size_t n = 0; was != NULL && n < proposer_count(p); n++)
				if (same_proposal(was, json_array_get(list_of(p->act), n)))
					p->decided[n] = true;
		}
	}
}

enum gk_status
proposer_read(struct store *s, uint32_t docid, struct proposer *p, struct gk_err *err)
{
	enum gk_status st;

	*p = (struct proposer){ .docid = docid };
	st = act_read(s, docid, &p->h, &p->r, err);
	if (st != GK_OK)
		return st;
	for (size_t i = 0; i < p->h.n; i++)
		if (strcmp(p->h.events[i].type, "propose") == 0)
			p->event = &p->h.events[i];
	if (p->event == NULL) {
		proposer_free(p);
		return GK_END;
	}
	p->act = json_incref(json_object_get(p->event->json, "act"));
	p->effective = p->event->effective;
	mark_decided(p);
	return GK_OK;
}

enum gk_status
proposer_fresh(struct store *s, uint32_t docid, struct proposer *p, struct gk_err *err)
{
	struct gk_warc_rec text = { .type = GK_WARC_OTHER };
	enum gk_status st;

	*p = (struct proposer){ .docid = docid };
	st = act_read(s, docid, &p->h, &p->r, err);
	if (st != GK_OK)
		return st;
	st = store_text(s, &p->r, &text, err);
	if (st == GK_OK)
		st = gk_propose(text.block.p == NULL ? "" : text.block.p, text.block.n, p->r.meta, &p->act, &p->effective, err);
	gk_warc_rec_free(&text);
	if (st == GK_OK)
		mark_decided(p);
	if (st != GK_OK && st != GK_END)
		proposer_free(p);
	return st == GK_END ? GK_OK : st;
}

void
proposer_free(struct proposer *p)
{
	json_decref(p->act);
	if (p->h.n > 0)
		gk_record_free(&p->r);
	store_history_free(&p->h);
	memset(p, 0, sizeof *p);
}

size_t
proposer_count(const struct proposer *p)
{
	size_t n = json_array_size(list_of(p->act));

	return n < GK_PROPOSALS_MAX ? n : GK_PROPOSALS_MAX;
}

void
proposal_number(const struct proposer *p, size_t i, char out[48])
{
	out[0] = '\0';
	if (p->event != NULL)
		snprintf(out, 48, "%.36s#%zu", p->event->event, i + 1);
}

static struct gk_date
date_under(const json_t *o, const char *key)
{
	const char *s = json_str(o, key);
	struct gk_date d;

	return *s != '\0' && gk_date_parse(s, strlen(s), &d) ? d : GK_NO_DATE;
}

static struct gk_date
made_of(const struct gk_record *r)
{
	return r->formed.year != 0 ? r->formed : r->published.year != 0 ? r->published : r->effective;
}

static struct gk_date
effective_of(const struct proposer *p, const json_t *one)
{
	struct gk_date own = date_under(one, "effective_date");

	return own.year != 0 ? own : p->effective;
}

enum gk_status
proposal_resolve(struct store *s, const struct proposer *p, size_t i, bool near, struct resolved *out, struct gk_err *err)
{
	const json_t *one = json_array_get(list_of(p->act), i);
	struct resolve_wanted w = { .name = json_str(one, "name"), .docno = json_str(one, "docno"), .issuer = json_str(one, "issuer"), .date = date_under(one, "date"),
				    .self = p->docid, .self_title = gk_meta_get(p->r.meta, "title"), .self_made = made_of(&p->r), .end = effective_of(p, one), .near = near };
	enum gk_status st;

	*out = (struct resolved){ .why = "", .why_en = "" };
	if (strcmp(json_str(one, "kind"), "term") == 0) {
		/* It speaks of itself. */
		out->verdict = RESOLVE_NUMBER;
		return GK_OK;
	}
	if (strcmp(json_str(one, "kind"), "confirm_valid") == 0 || strcmp(json_str(one, "kind"), "conditional_lapse") == 0)
		w.end = GK_NO_DATE;
	if (*w.docno == '\0')
		w.docno = json_str(one, "order");
	st = resolve(s, &w, out, err);
	/* Measured by what is stated: a title without a number is none by its number. */
	return st;
}

bool
proposal_exact(const struct resolved *r, bool title_too)
{
	return r->verdict == RESOLVE_NUMBER || (title_too && r->verdict == RESOLVE_TITLE);
}

/* --- showing --------------------------------------------------------------------------------------------------- */

static json_t *
target_json(const struct resolve_candidate *c)
{
	const struct gk_validity_name *name = &gk_validity_names[c->now];

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", c->id, "title", c->title, "number", c->docno, "status", name->code, "status_label", name->label,
			 "status_label_en", name->label_en, "source_id", c->source_id);
}

json_t *
proposal_json(const struct proposer *p, size_t i, const struct resolved *r)
{
	json_t *one = json_copy(json_array_get(list_of(p->act), i)), *targets = json_array();
	char number[48], date[12];
	const char *kind = json_str(one, "kind"), *state = "pending";

	for (size_t k = 0; k < r->n; k++)
		json_array_append_new(targets, target_json(&r->c[k]));
	proposal_number(p, i, number);
	gk_date_format(effective_of(p, one), date);
	if (p->decided[i])
		state = "decided";
	else if (proposal_exact(r, true) && r->n == 1 && gk_validity_names[r->c[0].now].ended && strcmp(kind, "confirm_valid") != 0)
		state = "settled";
	else if (strcmp(kind, "term") == 0 && *gk_meta_get(p->r.meta, "expiry_date") != '\0')
		state = "settled";
	if (number[0] != '\0')
		json_object_set_new(one, "proposal", json_string(number));
	json_object_set_new(one, "by", json_pack("{s:s, s:s, s:s}", "id", p->r.id, "title", gk_meta_get(p->r.meta, "title"), "number", gk_meta_get(p->r.meta, "docno")));
	json_object_set_new(one, "effective", json_string(date));
	json_object_set_new(one, "verdict", json_string(resolve_word[r->verdict]));
	json_object_set_new(one, "why", json_string(r->why));
	json_object_set_new(one, "why_en", json_string(r->why_en));
	json_object_set_new(one, "targets", targets);
	json_object_set_new(one, "state", json_string(state));
	return one;
}

/* --- deciding ---------------------------------------------------------------------------------------------------- */

static void
by_text(const struct gk_record *r, char *out, size_t size)
{
	const char *docno = gk_meta_get(r->meta, "docno");

	snprintf(out, size, *docno != '\0' ? "《%s》(%s)" : "《%s》", gk_meta_get(r->meta, "title"), docno);
}

enum gk_status
proposal_plan(struct store *s, const struct proposer *p, size_t i, uint32_t docid, struct gk_date own, const char *actor, struct act_plan *out, struct gk_err *err)
{
	const json_t *one = json_array_get(list_of(p->act), i);
	const char *kind = json_str(one, "kind");
	bool term = strcmp(kind, "term") == 0;
	struct gk_date effective = own.year != 0 ? own : effective_of(p, one);
	struct store_history h;
	json_t *act, *meta = NULL, *event;
	char text[GK_FIELD_MAX], number[48], now[32], id[64];
	enum gk_status st;

	/* An act without a day would count from today: a wrong abolition of everything that was decided by the text before. */
	if (effective.year == 0 && !term && strcmp(kind, "conditional_lapse") != 0) {
		proposal_number(p, i, number);
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "%s 自哪一天起不清楚：'%s' 没有写明，或正文经过修改而没有写首次公布的日期", "the day of %s is not known: '%s' does not state it, or was amended and does not say when it was first made public",
			number, p->r.id);
		gk_hint(err, "查明后加 --effective 日期", "find out, then add --effective DATE");
		return GK_REFUSED;
	}
	act = json_object();
	st = store_history(s, docid, &h, err);
	if (st != GK_OK) {
		json_decref(act);
		return st;
	}
	snprintf(id, sizeof id, "%s", h.events[0].id);
	store_history_free(&h);
	by_text(&p->r, text, sizeof text);
	proposal_number(p, i, number);
	json_object_set_new(act, "by", json_string(p->r.id));
	json_object_set_new(act, "by_text", json_string(text));
	if (number[0] != '\0')
		json_object_set_new(act, "proposal", json_string(number));
	for (size_t k = 0; k < 3; k++) {
		static const char *const copied[] = { "articles", "subject", "lapse_date" };
		json_t *v = json_object_get(one, copied[k]);

		if (v != NULL)
			json_object_set(act, copied[k], v);
	}
	if (term) {
		meta = json_pack("{s:s}", "expiry_date", json_str(one, "expiry_date"));
		effective = GK_NO_DATE;
	}
	gk_now_utc(now);
	event = gk_act_json(id, term ? "correct_metadata" : kind, effective, now, actor, act, meta);
	return event == NULL ? gk_nomem(err) : act_plan(s, docid, event, out, err);
}

enum gk_status
proposals_decide(struct store *s, const struct proposer *p, const size_t *items, size_t n, const char *decision, const char *reason, const char *actor, struct gk_err *err)
{
	struct store_history h;
	json_t *act, *list = json_array(), *event;
	char now[32], number[32];
	enum gk_status st = GK_OK;

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_integer((json_int_t)items[i] + 1));
	act = json_pack("{s:s, s:o, s:s, s:s*}", "proposal", p->event->event, "items", list, "decision", decision, "reason", reason);
	if (act == NULL)
		return gk_nomem(err);
	gk_now_utc(now);
	event = gk_act_json(p->r.id, "decide_proposals", GK_NO_DATE, now, actor, act, NULL);
	if (event == NULL)
		return gk_nomem(err);
	if (store_touched(s, p->docid))
		st = store_commit(s, err);
	if (st == GK_OK)
		st = store_history(s, p->docid, &h, err);
	if (st != GK_OK) {
		json_decref(event);
		return st;
	}
	snprintf(number, sizeof number, "e-%06u", s->events + 1);
	json_object_set_new(event, "event", json_string(number));
	st = store_act(s, event, p->docid, &h, err);
	store_history_free(&h);
	return st;
}

enum gk_status
proposer_register(struct store *s, const struct proposer *fresh, const char *actor, char number[32], struct gk_err *err)
{
	struct store_history h;
	json_t *event;
	char now[32];
	enum gk_status st;

	number[0] = '\0';
	for (size_t i = fresh->h.n; fresh->act != NULL && i-- > 0; )
		if (strcmp(fresh->h.events[i].type, "propose") == 0) {
			if (json_equal(list_of(fresh->act), list_of(json_object_get(fresh->h.events[i].json, "act"))))
				return GK_OK;
			break;
		}
	if (fresh->act == NULL)
		return GK_OK;
	st = store_touched(s, fresh->docid) ? store_commit(s, err) : GK_OK;
	if (st == GK_OK)
		st = store_history(s, fresh->docid, &h, err);
	if (st != GK_OK)
		return st;
	gk_now_utc(now);
	event = gk_act_json(fresh->r.id, "propose", fresh->effective, now, actor, json_incref(fresh->act), NULL);
	if (event == NULL) {
		store_history_free(&h);
		return gk_nomem(err);
	}
	snprintf(number, 32, "e-%06u", s->events + 1);
	json_object_set_new(event, "event", json_string(number));
	st = store_act(s, event, fresh->docid, &h, err);
	store_history_free(&h);
	return st;
}

/* --- all of them -------------------------------------------------------------------------------------------------------- */

enum gk_status
proposers(struct store *s, uint32_t **out, size_t *n, struct gk_err *err)
{
	struct gk_totals t;
	enum gk_status st = gk_catalog_totals(s->seen, false, &t, err);

	*out = NULL;
	*n = 0;
	if (st != GK_OK)
		return st;
	*out = calloc((size_t)t.records + 1, sizeof **out);
	if (*out == NULL)
		return gk_nomem(err);
	st = gk_catalog_list_by(s->seen, GK_X_PROPOSES, "", *out, (size_t)t.records + 1, n, err);
	return st == GK_END ? GK_OK : st;
}

/* Old proposers whose waiting numbers a new record bears. */
struct waiting {
	struct store *s;
	uint32_t since;
	uint32_t *docids;
	size_t n, room;
	struct gk_err *err;
	enum gk_status st;
};

static bool
add_docid(struct waiting *w, uint32_t docid)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->docids[i] == docid)
			return true;
	if (w->n == w->room) {
		size_t room = w->room == 0 ? 64 : w->room * 2;
		uint32_t *grown = realloc(w->docids, room * sizeof *grown);

		if (grown == NULL) {
			w->st = gk_nomem(w->err);
			return false;
		}
		w->docids = grown;
		w->room = room;
	}
	w->docids[w->n++] = docid;
	return true;
}

static bool
one_number(void *arg, const char *value, size_t n)
{
	enum { SOME = 32 };
	struct waiting *w = arg;
	char key[GK_TERM_MAX + 1];
	uint32_t bearers[SOME], asking[SOME];
	size_t count = 0, asked = 0;
	bool new_one = false;

	if (n >= sizeof key)
		return true;
	memcpy(key, value, n);
	key[n] = '\0';
	if (gk_catalog_list_by(w->s->seen, GK_X_DOCNO, key, bearers, SOME, &count, NULL) != GK_OK)
		return true;
	for (size_t i = 0; i < count; i++)
		new_one = new_one || bearers[i] > w->since;
	if (!new_one || gk_catalog_list_by(w->s->seen, GK_X_PROPOSES "N", key, asking, SOME, &asked, NULL) != GK_OK)
		return true;
	for (size_t i = 0; i < asked; i++)
		if (asking[i] <= w->since && !add_docid(w, asking[i]))
			return false;
	return true;
}

/* All of one record's proposals that an exact number settles. */
static enum gk_status
confirm_one(struct store *s, uint32_t docid, const char *actor, size_t *done, size_t *left, struct gk_err *err)
{
	struct proposer p;
	size_t accepted[GK_PROPOSALS_MAX], n = 0;
	enum gk_status st = proposer_read(s, docid, &p, err);

	if (st != GK_OK)
		return st == GK_END ? GK_OK : st;
	for (size_t i = 0; st == GK_OK && i < proposer_count(&p); i++) {
		struct resolved r;
		struct act_plan plan;
		struct gk_err why = GK_ERR_INIT;
		char number[32];

		if (p.decided[i])
			continue;
		st = proposal_resolve(s, &p, i, false, &r, err);
		if (st != GK_OK)
			break;
		/* Its own term is a matter of reading, not of a number: a person looks. */
		if (r.verdict != RESOLVE_NUMBER || r.n != 1) {
			++*left;
			continue;
		}
		st = proposal_plan(s, &p, i, r.c[0].docid, GK_NO_DATE, actor, &plan, &why);
		if (st == GK_REFUSED) {
			/* It has ended already, or has no axis of validity. */
			st = GK_OK;
			++*left;
			continue;
		}
		if (st == GK_OK) {
			st = act_append(s, &plan, number, &why);
			act_plan_free(&plan);
		}
		if (st == GK_OK)
			accepted[n++] = i;
		else if (err != NULL)
			*err = why;
	}
	if (st == GK_OK && n > 0) {
		*done += n;
		st = proposals_decide(s, &p, accepted, n, "accept", "auto-confirm", actor, err);
	}
	proposer_free(&p);
	return st;
}

enum gk_status
proposals_auto_confirm(struct store *s, uint32_t since, const char *actor, size_t *done, size_t *left, struct gk_err *err)
{
	struct waiting w = { .s = s, .since = since, .err = err, .st = GK_OK };
	uint32_t *all;
	size_t n;
	enum gk_status st = proposers(s, &all, &n, err);

	for (size_t i = 0; st == GK_OK && i < n; i++)
		if (all[i] > since)
			st = confirm_one(s, all[i], actor, done, left, err);
	free(all);
	if (st == GK_OK && since > 0)
		st = gk_catalog_each(s->seen, GK_X_PROPOSES "N", one_number, &w, err);
	st = st == GK_OK ? w.st : st;
	for (size_t i = 0; st == GK_OK && i < w.n; i++)
		st = confirm_one(s, w.docids[i], actor, done, left, err);
	free(w.docids);
	return st == GK_OK ? store_commit(s, err) : st;
}
