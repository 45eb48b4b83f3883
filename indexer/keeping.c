/* Going through records, and what is said of how long they are kept. */
#include "indexer/keeping.h"

#include "base/io.h"
#include "record/field.h"
#include "record/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- reading ------------------------------------------------------------------------------------------------ */

enum gk_status
keeping_walk(struct store *s, keeping_fn *each, keeping_damaged_fn *damaged, void *arg, struct gk_err *err)
{
	struct gk_totals t;
	enum gk_status st = gk_catalog_totals(s->seen, false, &t, err);

	for (uint32_t docid = 1; st == GK_OK && docid <= t.last; docid++) {
		struct store_history h;
		struct gk_record r;

		st = act_read(s, docid, &h, &r, err);
		if (st == GK_REFUSED || st == GK_END) {
			if (st == GK_REFUSED)
				damaged(arg, err);
			st = GK_OK;
			continue;
		}
		if (st != GK_OK)
			break;
		st = each(arg, docid, &h, &r, err);
		gk_record_free(&r);
		store_history_free(&h);
	}
	return st == GK_END ? GK_OK : st;
}

/* --- words and dates ---------------------------------------------------------------------------------------------- */

void
keeping_set(json_t *act, const char *key, const char *value)
{
	if (value != NULL && *value != '\0')
		json_object_set_new(act, key, json_string(value));
}

enum gk_status
keeping_date(const char *name, const char *s, struct gk_date *out, struct gk_err *err)
{
	*out = GK_NO_DATE;
	if (s == NULL || gk_date_parse(s, strlen(s), out))
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "%s 不是日期：%.80s", "%s is not a date: %.80s", name, s);
	gk_hint(err, "写成 2021-12-01", "write it as 2021-12-01");
	return GK_REFUSED;
}

const char *
keeping_refcode(const struct gk_retention_of *r)
{
	return r->filed == NULL ? "" : gk_event_act(r->filed, "refcode");
}

/* --- telling ------------------------------------------------------------------------------------------------------ */

static json_t *
text_or_null(const char *s)
{
	return s == NULL || *s == '\0' ? json_null() : json_string(s);
}

static json_t *
date_json(struct gk_date d)
{
	char text[12];

	gk_date_format(d, text);
	return text_or_null(text);
}

static json_t *
chain(const struct store_history *h, const struct gk_retention_of *r)
{
	json_t *out = json_array();
	bool *applied = calloc(h->n + 1, sizeof *applied);

	(void)r;
	if (applied == NULL)
		return out;
	gk_retention_applied(h->events, h->n, GK_NO_DATE, NULL, applied);
	for (size_t i = 0; i < h->n; i++) {
		const struct gk_act_kind *kind = applied[i] ? gk_act_kind(h->events[i].type) : NULL;
		const json_t *act = json_object_get(h->events[i].json, "act");

		if (kind == NULL)
			continue;
		json_array_append_new(out, json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:O?}", "event", h->events[i].event, "type", kind->type, "label", kind->label, "label_en",
						     kind->label_en, "date", date_json(h->events[i].effective.year != 0 ? h->events[i].effective : gk_event_day(&h->events[i])), "actor",
						     text_or_null(json_string_value(json_object_get(h->events[i].json, "actor"))), "act", act));
	}
	free(applied);
	return out;
}

json_t *
keeping_json(const struct store_history *h, const struct gk_retention_of *r)
{
	char zh[800], en[800];
	json_t *holds = json_array();
	const char *filed = r->filed == NULL ? NULL : r->filed->event;

	gk_retention_sentence(r, GK_ZH, zh, sizeof zh);
	gk_retention_sentence(r, GK_EN, en, sizeof en);
	for (size_t i = 0; i < r->n_holds && i < GK_HOLDS_SHOWN; i++)
		json_array_append_new(holds, json_pack("{s:s, s:s, s:s}", "case", gk_event_act(r->hold[i], "case"), "reason", gk_event_act(r->hold[i], "reason"), "event", r->hold[i]->event));
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:o, s:o}", "state", gk_retention_names[r->state].code, "label",
			 gk_retention_names[r->state].label, "label_en", gk_retention_names[r->state].label_en, "code", text_or_null(gk_keep_names[r->keep].code), "since", date_json(r->since),
			 "term_end", date_json(r->term_end), "due_appraisal", date_json(r->due_appraisal), "transfer_due", date_json(r->transfer_due), "open_date", date_json(r->open_date),
			 "open", r->open, "holds", holds, "refcode", text_or_null(keeping_refcode(r)), "rule", text_or_null(filed == NULL ? "" : gk_event_act(r->filed, "rule")), "schedule",
			 text_or_null(filed == NULL ? "" : gk_event_act(r->filed, "schedule")), "approval", text_or_null(filed == NULL ? "" : gk_event_act(r->filed, "approval")), "sentence", zh,
			 "sentence_en", en, "event", text_or_null(r->by == NULL ? "" : r->by->event), "why", chain(h, r));
}

/* --- holds ----------------------------------------------------------------------------------------------------------- */

enum gk_status
keeping_held(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err)
{
	struct keeping_holds *x = arg;
	struct gk_retention_of k = gk_retention_at(h->events, h->n, GK_NO_DATE, NULL);

	(void)err;
	for (size_t i = 0; i < k.n_holds && i < GK_HOLDS_SHOWN; i++) {
		char day[12];

		if (x->name != NULL && strcmp(gk_event_act(k.hold[i], "case"), x->name) != 0)
			continue;
		if (x->docids != NULL && x->n < KEEPING_MAX)
			x->docids[x->n++] = docid;
		gk_date_format(k.hold[i]->effective.year != 0 ? k.hold[i]->effective : gk_event_day(k.hold[i]), day);
		if (x->list != NULL)
			json_array_append_new(x->list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s?}", "case", gk_event_act(k.hold[i], "case"), "id", r->id, "title", gk_meta_get(r->meta, "title"),
								 "reason", gk_event_act(k.hold[i], "reason"), "since", day, "event", k.hold[i]->event, "actor",
								 json_string_value(json_object_get(k.hold[i]->json, "actor"))));
	}
	return GK_OK;
}

/* --- reviews --------------------------------------------------------------------------------------------------------- */

json_t *
keeping_review_json(const struct store *s, const struct gk_record *r, const struct gk_access_of *a, const struct gk_review *v)
{
	json_t *rules = v->rules == NULL ? json_array() : json_deep_copy(v->rules);

	return json_pack("{s:s, s:s, s:s, s:b, s:i, s:i, s:s, s:{s:i, s:i, s:o}}", "id", r->id, "title", gk_meta_get(r->meta, "title"), "access", gk_access_names[a->code].code,
			 "referred", a->referred, "passed", (int)v->passed, "gates", (int)s->config.n_gates, "next",
			 v->passed < s->config.n_gates ? s->config.gates[v->passed] : "", "findings", "block", (int)v->block, "warn", (int)v->warn, "rules", rules);
}
