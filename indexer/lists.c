/* Lists of documents: matching, planning, registering. */
#include "indexer/lists.h"

#include "base/io.h"
#include "base/utf8.h"
#include "indexer/json.h"
#include "record/field.h"
#include "record/history.h"
#include "record/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 500, MEMORY = 256 << 20 };

const char *const lists_outcome_code[] = { "do", "unmatched", "unclear", "contradicts", "twice", "refused", "nothing", "before", "skipped" };

void
lists_init(struct lists *x)
{
	memset(x, 0, sizeof *x);
	gk_arena_init(&x->arena, MEMORY);
}

void
lists_free(struct lists *x)
{
	gk_arena_free(&x->arena);
	free(x->row);
}

/* --- what did it ---------------------------------------------------------------------------------------------------- */

enum gk_status
lists_cause(struct lists *x, struct gk_err *err)
{
	enum gk_status st = acting_cause(&x->store, x->ask.by_doc, x->ask.by_text, x->ask.effective, &x->cause, err);

	if (st == GK_OK)
		st = acting_date("--lapse-on", x->ask.lapse, &x->lapse, err);
	if (st == GK_OK && x->cause.id[0] != '\0')
		st = gk_catalog_find(x->store.seen, x->cause.id, &x->by_docid, err);
	return st == GK_END ? GK_OK : st;
}

/* --- rows to acts --------------------------------------------------------------------------------------------------- */

static json_t *
act_of(const struct lists *x, const struct lists_row *row)
{
	json_t *act = json_object();
	char date[12], now[32];

	if (x->cause.id[0] != '\0')
		json_object_set_new(act, "by", json_string(x->cause.id));
	if (x->cause.text[0] != '\0')
		json_object_set_new(act, "by_text", json_string(x->cause.text));
	if (x->ask.reason != NULL)
		json_object_set_new(act, "reason", json_string(x->ask.reason));
	else if (row->unlisted)
		json_object_set_new(act, "reason", json_string(GK_T("清理目录未列入", "it stands in none of the lists")));
	if (strcmp(row->type, "conditional_lapse") == 0) {
		gk_date_format(x->lapse, date);
		json_object_set_new(act, "lapse_date", json_string(date));
	}
	gk_now_utc(now);
	return gk_act_json(row->id, row->type, x->cause.effective.year != 0 ? x->cause.effective : gk_date_today(), now, x->ask.actor, act, NULL);
}

/*
 * A list of which some rows were registered before (--partial, then the corrected list) is given again as it stands: what the same document
 * has done to this record from the same day is neither an error nor done again.  row->event is then that event's number.
 */
static enum gk_status
look_before(struct lists *x, struct lists_row *row, struct gk_err *err)
{
	struct store_history h;
	struct gk_date day = x->cause.effective.year != 0 ? x->cause.effective : gk_date_today();
	enum gk_status st = store_history(&x->store, row->docid, &h, err);
	bool *counts;

	if (st != GK_OK)
		return st;
	counts = calloc(h.n + 1, sizeof *counts);
	if (counts == NULL) {
		store_history_free(&h);
		return gk_nomem(err);
	}
	gk_history_counting(h.events, h.n, NULL, counts);
	for (size_t i = 0; i < h.n; i++) {
		const struct gk_event *e = &h.events[i];

		if (counts[i] && strcmp(e->type, row->type) == 0 && gk_date_first_day(e->effective) == gk_date_first_day(day) &&
		    (x->cause.id[0] != '\0' ? strcmp(gk_event_act(e, "by"), x->cause.id) == 0 : strcmp(gk_event_act(e, "by_text"), x->cause.text) == 0))
			snprintf(row->event, sizeof row->event, "%s", e->event);
	}
	free(counts);
	store_history_free(&h);
	return GK_OK;
}

/* Would it be registered?  Asked of the record now, said before anything is done. */
static enum gk_status
try_row(struct lists *x, struct lists_row *row, struct gk_err *err)
{
	struct act_plan plan;
	json_t *event;
	enum gk_status st = look_before(x, row, err);

	if (st != GK_OK || row->event[0] != '\0') {
		row->outcome = LISTS_BEFORE;
		return st;
	}
	event = act_of(x, row);
	st = event == NULL ? gk_nomem(err) : act_plan(&x->store, row->docid, event, &plan, &row->err);
	if (st == GK_OK)
		act_plan_free(&plan);
	else if (st == GK_REFUSED)
		row->outcome = LISTS_REFUSED;
	else if (err != NULL)
		*err = row->err;
	return st == GK_REFUSED ? GK_OK : st;
}

static struct lists_row *
new_row(struct lists *x)
{
	if (x->n == x->room) {
		size_t room = x->room == 0 ? 64 : x->room * 2;
		struct lists_row *grown = realloc(x->row, room * sizeof *grown);

		if (grown == NULL)
			return NULL;
		x->row = grown;
		x->room = room;
	}
	memset(&x->row[x->n], 0, sizeof *x->row);
	x->row[x->n].err = (struct gk_err)GK_ERR_INIT;
	return &x->row[x->n++];
}

static char *
text_of(struct gk_span s)
{
	return strndup(s.p == NULL ? "" : s.p, s.n);
}

static enum gk_status
match(struct lists *x, struct lists_row *row, struct gk_err *err)
{
	char *name = text_of(row->listed.name), *docno = text_of(row->listed.docno), *issuer = text_of(row->listed.issuer);
	struct resolve_wanted w = { .name = name, .docno = docno, .issuer = issuer, .date = row->listed.date, .self = x->by_docid, .self_title = "", .near = true };
	enum gk_status st;

	if (row->listed.fate == GK_FATE_ABOLISH || row->listed.fate == GK_FATE_LAPSE)
		w.end = x->cause.effective;
	st = name == NULL || docno == NULL || issuer == NULL ? gk_nomem(err) : resolve(&x->store, &w, &row->r, err);
	free(name);
	free(docno);
	free(issuer);
	if (st != GK_OK)
		return st;
	if (row->r.verdict < RESOLVE_ASK) {
		row->outcome = LISTS_UNMATCHED;
	} else if (row->r.verdict == RESOLVE_ASK || row->r.n != 1) {
		row->outcome = LISTS_UNCLEAR;
	} else {
		row->docid = row->r.c[0].docid;
		memcpy(row->id, row->r.c[0].id, sizeof row->id);
		memcpy(row->title, row->r.c[0].title, sizeof row->title);
		memcpy(row->docno, row->r.c[0].docno, sizeof row->docno);
	}
	return GK_OK;
}

static const char *
type_of(const struct lists *x, enum gk_fate fate)
{
	switch (fate) {
	case GK_FATE_VALID:
		return "confirm_valid";
	case GK_FATE_AMEND:
		return x->lapse.year != 0 ? "conditional_lapse" : NULL;
	case GK_FATE_LAPSE:
		return "lapse";
	default:
		return "abolish";
	}
}

/* The same record in two rows: the same fate is said twice, another contradicts, and then neither is done. */
static void
look_for_twins(struct lists *x, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (x->row[k].docid != x->row[i].docid || x->row[k].docid == 0)
			continue;
		if (x->row[k].listed.fate == x->row[i].listed.fate) {
			x->row[i].outcome = LISTS_TWICE;
		} else {
			x->row[i].outcome = LISTS_CONTRADICTS;
			x->row[k].outcome = LISTS_CONTRADICTS;
		}
		return;
	}
}

static enum gk_status
plan_rows(struct lists *x, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < x->list.n; i++) {
		struct lists_row *row;

		/* abolish --list takes only what ends; what a table says of others is not its business. */
		if (!x->ask.cleanup && x->list.item[i].fate != GK_FATE_ABOLISH && x->list.item[i].fate != GK_FATE_LAPSE)
			continue;
		row = new_row(x);
		if (row == NULL)
			return gk_nomem(err);
		row->listed = x->list.item[i];
		row->type = type_of(x, row->listed.fate);
		st = match(x, row, err);
		if (st == GK_OK && row->outcome == LISTS_TO_DO)
			look_for_twins(x, x->n - 1);
	}
	for (size_t i = 0; st == GK_OK && i < x->n; i++) {
		if (x->row[i].outcome == LISTS_TO_DO && x->row[i].type == NULL)
			x->row[i].outcome = LISTS_NOTHING;
		if (x->row[i].outcome == LISTS_TO_DO)
			st = try_row(x, &x->row[i], err);
	}
	return st;
}

/* --- a closed list --------------------------------------------------------------------------------------------------- */

static bool
is_listed(const struct lists *x, uint32_t docid)
{
	if (docid == x->by_docid)
		return true;
	for (size_t i = 0; i < x->n; i++) {
		if (x->row[i].docid == docid)
			return true;
		/* A row that may mean it is no reason to end it. */
		for (size_t k = 0; k < x->row[i].r.n; k++)
			if (x->row[i].r.verdict == RESOLVE_ASK && x->row[i].r.c[k].docid == docid)
				return true;
	}
	return false;
}

static bool
of_the_bodies(const struct lists_ask *a, const json_t *meta)
{
	const char *issuer = gk_meta_get(meta, "issuer");

	for (size_t i = 0; i < a->n_issuers; i++)
		if (strcmp(a->issuer[i], issuer) == 0)
			return true;
	return a->n_issuers == 0;
}

/* Living documents that bind, were made before the clean-up, and stand in none of its lists. */
static enum gk_status
plan_unlisted(struct lists *x, struct gk_err *err)
{
	struct gk_totals t;
	struct gk_date day = x->cause.effective.year != 0 ? x->cause.effective : gk_date_today();
	enum gk_status st = gk_catalog_totals(x->store.seen, false, &t, err);

	for (uint32_t docid = 1; st == GK_OK && docid <= t.last; docid++) {
		struct store_history h;
		struct gk_record r;
		struct gk_status_of now;
		struct lists_row *row;

		if (is_listed(x, docid))
			continue;
		st = act_read(&x->store, docid, &h, &r, err);
		if (st == GK_END || st == GK_REFUSED) {
			st = GK_OK;
			continue;
		}
		if (st != GK_OK)
			break;
		now = gk_validity_at(h.events, h.n, day, NULL);
		if (gk_record_normative(r.meta) && of_the_bodies(&x->ask, r.meta) && !gk_validity_names[now.code].ended && now.code != GK_V_NOT_APPLICABLE &&
		    now.code != GK_V_NOT_YET_EFFECTIVE && (r.formed.year == 0 || gk_date_first_day(r.formed) < gk_date_first_day(day))) {
			row = new_row(x);
			if (row == NULL) {
				st = gk_nomem(err);
			} else {
				row->docid = docid;
				row->unlisted = true;
				row->type = "abolish";
				row->listed.fate = GK_FATE_ABOLISH;
				snprintf(row->id, sizeof row->id, "%s", r.id);
				gk_utf8_clean(gk_meta_get(r.meta, "title"), row->title, sizeof row->title);
				gk_utf8_clean(gk_meta_get(r.meta, "docno"), row->docno, sizeof row->docno);
				st = try_row(x, row, err);
			}
		}
		gk_record_free(&r);
		store_history_free(&h);
	}
	return st;
}

/* --- a person decides ------------------------------------------------------------------------------------------------ */

void
lists_skip(struct lists_row *row)
{
	row->outcome = LISTS_SKIPPED;
}

enum gk_status
lists_choose(struct lists *x, size_t i, const char *ref, struct gk_err *err)
{
	struct lists_row *row = &x->row[i];
	struct store_history h;
	struct gk_record r;
	uint32_t docid;
	enum gk_status st = act_find(&x->store, ref, &docid, err);

	if (st == GK_OK)
		st = act_read(&x->store, docid, &h, &r, err);
	if (st != GK_OK)
		return st;
	row->docid = docid;
	snprintf(row->id, sizeof row->id, "%s", r.id);
	gk_utf8_clean(gk_meta_get(r.meta, "title"), row->title, sizeof row->title);
	gk_utf8_clean(gk_meta_get(r.meta, "docno"), row->docno, sizeof row->docno);
	gk_record_free(&r);
	store_history_free(&h);
	row->err = (struct gk_err)GK_ERR_INIT;
	row->outcome = LISTS_TO_DO;
	look_for_twins(x, i);
	if (row->outcome != LISTS_TO_DO)
		return GK_OK;
	if (row->type == NULL)
		row->outcome = LISTS_NOTHING;
	return row->type == NULL ? GK_OK : try_row(x, row, err);
}

void
lists_count(struct lists *x)
{
	memset(x->count, 0, sizeof x->count);
	for (size_t i = 0; i < x->n; i++)
		x->count[x->row[i].outcome]++;
}

/* Rows that a person must still decide. */
size_t
lists_undecided(const struct lists *x)
{
	return x->count[LISTS_UNMATCHED] + x->count[LISTS_UNCLEAR] + x->count[LISTS_CONTRADICTS] + x->count[LISTS_REFUSED];
}

enum gk_status
lists_plan(struct lists *x, struct gk_err *err)
{
	enum gk_status st;

	if (x->lapse.year == 0)
		x->lapse = x->list.lapse;
	st = plan_rows(x, err);
	if (st == GK_OK && x->ask.closed)
		st = plan_unlisted(x, err);
	lists_count(x);
	return st;
}

/* --- saying and doing ------------------------------------------------------------------------------------------------- */

json_t *
lists_row_json(const struct lists_row *row)
{
	static const char *const fates[] = { "none", "valid", "amend", "abolish", "lapse" };
	json_t *o = json_pack("{s:s, s:s, s:s}", "result", lists_outcome_code[row->outcome], "fate", fates[row->listed.fate], "verdict", resolve_word[row->r.verdict]), *near = json_array();

	if (row->unlisted)
		json_object_set_new(o, "unlisted", json_true());
	else
		json_object_set_new(o, "line", json_integer((json_int_t)row->listed.line));
	if (row->listed.name.n > 0)
		json_object_set_new(o, "name", json_stringn(row->listed.name.p, row->listed.name.n));
	if (row->listed.docno.n > 0)
		json_object_set_new(o, "docno", json_stringn(row->listed.docno.p, row->listed.docno.n));
	if (row->type != NULL)
		json_object_set_new(o, "type", json_string(row->type));
	if (row->id[0] != '\0')
		json_object_set_new(o, "id", json_string(row->id));
	if (row->event[0] != '\0')
		json_object_set_new(o, "event", json_string(row->event));
	if (row->outcome == LISTS_REFUSED)
		json_object_set_new(o, "message", json_string(row->err.what));
	if (row->r.verdict == RESOLVE_ASK) {
		json_object_set_new(o, "why", json_string(row->r.why));
		json_object_set_new(o, "why_en", json_string(row->r.why_en));
	}
	for (size_t i = 0; i < row->r.n && row->outcome != LISTS_TO_DO; i++)
		json_array_append_new(near, json_pack("{s:s, s:s, s:s, s:i}", "id", row->r.c[i].id, "title", row->r.c[i].title, "number", row->r.c[i].docno, "distance", (int)row->r.c[i].distance));
	if (json_array_size(near) > 0)
		json_object_set_new(o, "near", near);
	else
		json_decref(near);
	return o;
}

enum gk_status
lists_register(struct lists *x, struct gk_err *err)
{
	size_t pending = 0;
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < x->n; i++) {
		struct act_plan plan;
		json_t *event;

		if (x->row[i].outcome != LISTS_TO_DO)
			continue;
		event = act_of(x, &x->row[i]);
		st = event == NULL ? gk_nomem(err) : act_plan(&x->store, x->row[i].docid, event, &plan, err);
		if (st != GK_OK)
			break;
		st = act_append(&x->store, &plan, x->row[i].event, err);
		act_plan_free(&plan);
		if (st == GK_OK && ++pending % BATCH == 0)
			st = store_commit(&x->store, err);
	}
	return st == GK_OK ? store_commit(&x->store, err) : st;
}
