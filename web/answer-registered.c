/* What was registered of a document, and that it stands in the archive: for everybody. */
#include "web/answer-internal.h"

#include "base/memory.h"
#include "record/act.h"
#include "web/proof.h"

#include <stdlib.h>
#include <string.h>

/* Reviews, holds and notes are the office's own business; what it did to text, validity and access is not. */
static bool
is_for_all(const struct gk_event *e)
{
	const struct gk_act_kind *kind = gk_act_kind(e->type);

	if (gk_event_begins(e))
		return true;
	return kind != NULL && (kind->axis == GK_AXIS_VALIDITY || kind->axis == GK_AXIS_TEXT || kind->axis == GK_AXIS_ACCESS);
}

static json_t *
one_event(struct gk_site *s, const struct gk_event *e, bool counts)
{
	struct gk_status_of cause = { .by_id = gk_event_act(e, "by"), .by_text = gk_event_act(e, "by_text") };
	const char *zh, *en;

	gk_event_label(e->type, &zh, &en);
	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:o, s:b}", "event", e->event, "type", e->type, "label", zh, "label_en", en, "date", json_date(e->effective),
			 "recorded_at", e->recorded_at, "by", site_by(s, &cause), "undone", !counts);
}

enum gk_status
gk_answer_registered(struct gk_site *s, const char *id, json_t **out, struct gk_err *err)
{
	struct site_record r;
	json_t *list = json_array();
	bool *counts;
	enum gk_status st = site_record_find(s, id, &r, err);

	if (st != GK_OK) {
		json_decref(list);
		return st;
	}
	counts = gk_calloc_or_end(r.n, sizeof *counts);
	gk_history_counting(r.events, r.n, s->known_at, counts);
	for (size_t i = 0; i < r.n; i++)
		if (is_for_all(&r.events[i]))
			json_array_append_new(list, one_event(s, &r.events[i], counts[i]));
	free(counts);
	*out = json_pack("{s:s, s:s, s:o, s:o, s:o, s:{s:o, s:o}}", "id", r.record.id, "title", gk_meta_get(r.record.meta, "title"), "number",
			 json_text(gk_meta_get(r.record.meta, "docno")), "url", json_sprintf("/d/%s", r.record.id), "events", list, "links", "self",
			 json_sprintf("/d/%s/history.json", r.record.id), "html", json_sprintf("/d/%s/history", r.record.id));
	site_record_free(&r);
	return *out == NULL ? gk_nomem(err) : GK_OK;
}

enum gk_status
gk_answer_proof(struct gk_site *s, const char *id, json_t **out, struct gk_err *err)
{
	struct gk_prover *prover = NULL;
	struct site_record r;
	enum gk_status st = site_record_find(s, id, &r, err);

	if (st != GK_OK)
		return st;
	site_record_free(&r);
	st = gk_prover_open(s->dir, s->archive, s->catalog, NULL, true, &prover, err);
	if (st == GK_OK)
		st = gk_prover_prove(prover, id, out, err);
	gk_prover_close(prover);
	return st;
}
