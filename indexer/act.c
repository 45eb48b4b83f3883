/* Finding a record by what people call it, and registering an act on it. */
#include "indexer/act.h"

#include "archive/leaves.h"
#include "catalog/prepare.h"
#include "catalog/schema.h"
#include "indexer/json.h"
#include "indexer/newtext.h"
#include "record/docno.h"
#include "record/field.h"
#include "record/history.h"
#include "record/life.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *
json_str(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s == NULL ? "" : s;
}

static int
by_date(const void *x, const void *y)
{
	const json_t *a = *(json_t *const *)x, *b = *(json_t *const *)y;
	int order = strcmp(json_str(a, "date"), json_str(b, "date"));

	return order != 0 ? order : strcmp(json_str(a, "id"), json_str(b, "id"));
}

void
json_sort_by_date(json_t **list)
{
	size_t n = json_array_size(*list);
	json_t **row = calloc(n + 1, sizeof *row), *sorted = json_array();

	if (row == NULL || sorted == NULL) {
		free(row);
		json_decref(sorted);
		return;
	}
	for (size_t i = 0; i < n; i++)
		row[i] = json_array_get(*list, i);
	if (n > 1)
		qsort(row, n, sizeof *row, by_date);
	for (size_t i = 0; i < n; i++)
		json_array_append(sorted, row[i]);
	free(row);
	json_decref(*list);
	*list = sorted;
}

/* --- finding --------------------------------------------------------------------------------------------- */

enum gk_status
act_find_all(struct store *s, const char *ref, uint32_t *docids, size_t max, size_t *n, struct gk_err *err)
{
	struct gk_docno no;
	char key[65];
	enum gk_status st = GK_END;

	if (gk_id_valid(ref)) {
		*n = 1;
		st = gk_catalog_find(s->seen, ref, docids, err);
	}
	if (st == GK_END && gk_docno_parse(ref, strlen(ref), &no))
		st = gk_catalog_list_by(s->seen, GK_X_DOCNO, no.key, docids, max, n, err);
	if (st == GK_END && gk_title_key(ref, strlen(ref), key, err))
		st = gk_catalog_list_by(s->seen, GK_X_TITLEKEY, key, docids, max, n, err);
	return st;
}

static enum gk_status
id_of(struct store *s, uint32_t docid, char id[64], struct gk_err *err)
{
	struct store_history h;
	enum gk_status st = store_history(s, docid, &h, err);

	if (st != GK_OK)
		return st;
	snprintf(id, 64, "%s", h.events[0].id);
	store_history_free(&h);
	return GK_OK;
}

enum gk_status
act_find(struct store *s, const char *ref, uint32_t *docid, struct gk_err *err)
{
	enum { SOME = 5 };
	uint32_t found[SOME];
	char ids[SOME * 66] = "", one[64];
	size_t n = 0;
	enum gk_status st = act_find_all(s, ref, found, SOME, &n, err);

	if (st == GK_END) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有编号、文号或题名为 '%.200s' 的文件", "there is no document with the id, number or title '%.200s'", ref);
		gk_hint(err, "先找到它：gongkai search %.80s", "find it first: gongkai search %.80s", ref);
		return GK_REFUSED;
	}
	if (st != GK_OK)
		return st;
	*docid = found[0];
	if (n == 1)
		return GK_OK;
	for (size_t i = 0; i < n; i++)
		if (id_of(s, found[i], one, NULL) == GK_OK)
			snprintf(ids + strlen(ids), sizeof ids - strlen(ids), "%s%s", i > 0 ? " " : "", one);
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%.200s' 不止一件：%s%s", "'%.200s' is more than one document: %s%s", ref, ids, n == SOME ? " …" : "");
	gk_hint(err, "用编号说明是哪一件", "say which by its id");
	return GK_REFUSED;
}

enum gk_status
act_read(struct store *s, uint32_t docid, struct store_history *h, struct gk_record *r, struct gk_err *err)
{
	enum gk_status st = store_history(s, docid, h, err);

	if (st == GK_OK && (st = gk_record_fold(h->events, h->n, r, err)) != GK_OK)
		store_history_free(h);
	return st;
}

/* --- an event by its number --------------------------------------------------------------------------------- */

static bool
is_event(const struct gk_warc_rec *rec)
{
	return rec->type == GK_WARC_METADATA && strncmp(rec->content_type, STORE_EVENT_TYPE, strlen(STORE_EVENT_TYPE)) == 0;
}

/* The first event at or behind leaf `at`; *at is then its leaf.  GK_END if none follows before `end`. */
static enum gk_status
event_from(struct store *s, struct gk_leaves *leaves, uint64_t *at, uint64_t end, struct gk_event *out, struct gk_err *err)
{
	for (; *at < end; (*at)++) {
		struct gk_warc_rec rec;
		struct gk_loc loc;
		enum gk_status st;

		if (!gk_leaves_place(leaves, *at, &loc))
			return GK_END;
		st = gk_archive_read(s->archive, loc, &rec, err);
		if (st != GK_OK)
			return st;
		if (is_event(&rec)) {
			st = gk_event_parse(rec.block.p == NULL ? "" : rec.block.p, rec.block.n, out, err);
			gk_warc_rec_free(&rec);
			return st;
		}
		gk_warc_rec_free(&rec);
	}
	return GK_END;
}

static unsigned long
number_of(const char *event)
{
	return strncmp(event, "e-", 2) == 0 ? strtoul(event + 2, NULL, 10) : 0;
}

static enum gk_status
search_event(struct store *s, struct gk_leaves *leaves, const char *event, struct gk_event *out, struct gk_err *err)
{
	uint64_t low = 0, high = gk_leaves_size(leaves);

	/* The event, if there is one, is the first at or behind some leaf in [low, high). */
	while (low < high) {
		uint64_t middle = low + (high - low) / 2, at = middle;
		enum gk_status st = event_from(s, leaves, &at, high, out, err);

		if (st == GK_END) {
			high = middle;
			continue;
		}
		if (st != GK_OK || strcmp(out->event, event) == 0)
			return st;
		if (number_of(out->event) < number_of(event))
			low = at + 1;
		else
			high = middle;
		gk_event_free(out);
	}
	return GK_END;
}

enum gk_status
act_find_event(struct store *s, const char *event, uint32_t *docid, struct gk_event *out, struct gk_err *err)
{
	struct gk_leaves *leaves;
	enum gk_status st = gk_leaves_open(s->archive, s->dir, true, 0, &leaves, err);

	if (st != GK_OK)
		return st;
	st = search_event(s, leaves, event, out, err);
	gk_leaves_close(leaves);
	if (st == GK_OK && (st = gk_catalog_find(s->seen, out->id, docid, err)) != GK_OK)
		gk_event_free(out);
	if (st == GK_END) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有登记 '%.60s'", "there is no event '%.60s'", event);
		gk_hint(err, "gongkai log 编号 列出一件文件的登记", "gongkai log ID lists the events of a document");
		return GK_REFUSED;
	}
	return st;
}

/* --- planning ---------------------------------------------------------------------------------------------- */

void
act_plan_free(struct act_plan *p)
{
	if (!p->taken)
		gk_event_free(&p->event);
	store_history_free(&p->history);
}

enum gk_status
act_plan(struct store *s, uint32_t docid, json_t *json, struct act_plan *out, struct gk_err *err)
{
	struct act_plan p = { .docid = docid };
	enum gk_status st = store_touched(s, docid) ? store_commit(s, err) : GK_OK;

	if (st == GK_OK)
		st = store_history(s, docid, &p.history, err);
	if (st != GK_OK) {
		json_decref(json);
		return st;
	}
	store_date(json, &p.history);
	st = gk_event_of(json, &p.event, err);
	if (st != GK_OK) {
		store_history_free(&p.history);
		return st;
	}
	st = gk_act_check(p.history.events, p.history.n, &p.event, err);
	if (st != GK_OK) {
		act_plan_free(&p);
		return st;
	}
	*out = p;
	return GK_OK;
}

/* --- the preview --------------------------------------------------------------------------------------------- */

static json_t *
state_json(const struct gk_event *events, size_t n, struct gk_date day)
{
	struct gk_status_of st = gk_validity_at(events, n, day, NULL);
	struct gk_access_of access = gk_access_at(events, n, NULL);
	json_t *dead = gk_life_parts(events, n, day, NULL);
	char zh[1024], en[1024], parts[512];

	gk_life_join(dead, parts, sizeof parts);
	json_decref(dead);
	st.parts = parts;
	gk_validity_badge(&st, GK_ZH, zh, sizeof zh);
	gk_validity_badge(&st, GK_EN, en, sizeof en);
	return json_pack("{s:s, s:s, s:s, s:s}", "code", gk_validity_names[st.code].code, "badge", zh, "badge_en", en, "access", gk_access_names[access.code].code);
}

/* The years whose table can change: from the earliest date in the history to this year, or to the last one in which something happens. */
static json_t *
report_changes(const struct gk_event *events, size_t n, const struct gk_record *before, const struct gk_record *after)
{
	json_t *out = json_array();
	int first = gk_record_year(after), last = gk_date_today().year;

	for (size_t i = 0; i <= n; i++)
		if (events[i].effective.year != 0) {
			first = first == 0 || events[i].effective.year < first ? events[i].effective.year : first;
			last = events[i].effective.year > last ? events[i].effective.year : last;
		}
	first = first < 1949 ? 1949 : first;
	for (int year = first; year <= last; year++) {
		struct gk_yearly a = gk_yearly_of(events, n, before, year, NULL), b = gk_yearly_of(events, n + 1, after, year, NULL);
		enum gk_yearly_row row = b.row != GK_YEARLY_NONE ? b.row : a.row;

		if (a.row != b.row && a.row != GK_YEARLY_NONE && b.row != GK_YEARLY_NONE)
			continue;	/* 规章 became 规范性文件: both rows change, and the log says why */
		if (row == GK_YEARLY_NONE || (a.issued == b.issued && a.ended == b.ended && a.inforce == b.inforce))
			continue;
		json_array_append_new(out, json_pack("{s:i, s:s, s:i, s:i, s:i}", "year", year, "row", row == GK_YEARLY_RULE ? "rule" : "norm",
						     "issued", b.issued - a.issued, "ended", b.ended - a.ended, "inforce", b.inforce - a.inforce));
	}
	return out;
}

/* Of the standing feeds, those in which the change will be an entry. */
static json_t *
feeds_of(const json_t *before, const json_t *after)
{
	json_t *out = json_array();
	const char *was = json_str(before, "code"), *is = json_str(after, "code");
	char url[96];

	json_array_append_new(out, json_string("/search.atom"));
	if (strcmp(was, is) != 0) {
		snprintf(url, sizeof url, "/search.atom?status=%s", is);
		json_array_append_new(out, json_string(url));
	}
	return out;
}

json_t *
act_preview(struct store *s, const struct act_plan *p)
{
	size_t n = p->history.n;
	struct gk_event *with = calloc(n + 1, sizeof *with);
	struct gk_date today = gk_date_today(), day = today;
	struct gk_record before, after;
	const struct gk_act_kind *kind = gk_act_kind(p->event.type);
	json_t *was, *is, *out = NULL;
	char date[12];

	(void)s;
	if (with == NULL)
		return NULL;
	memcpy(with, p->history.events, n * sizeof *with);
	with[n] = p->event;
	if (gk_record_fold(with, n, &before, NULL) != GK_OK) {
		free(with);
		return NULL;
	}
	if (gk_record_fold(with, n + 1, &after, NULL) != GK_OK) {
		gk_record_free(&before);
		free(with);
		return NULL;
	}
	/* What begins in the future is shown as it will be then. */
	if (p->event.effective.year != 0 && gk_date_first_day(p->event.effective) > gk_date_first_day(today))
		day = p->event.effective;
	was = state_json(with, n, day);
	is = state_json(with, n + 1, day);
	gk_date_format(p->event.effective, date);
	out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s*, s:o, s:o, s:o, s:o}", "id", p->event.id, "title", gk_meta_get(before.meta, "title"), "number",
			gk_meta_get(before.meta, "docno"), "type", p->event.type, "label", kind->label, "label_en", kind->label_en, "effective",
			date[0] != '\0' ? date : NULL, "before", was, "after", is, "report", report_changes(with, n, &before, &after), "feeds", feeds_of(was, is));
	if (out != NULL && gk_date_first_day(day) != gk_date_first_day(today))
		json_object_set_new(out, "from", json_string(date));
	/* What begins in the past may be over again today: a late renewal whose new term has ended too. */
	if (out != NULL && p->event.effective.year != 0 && gk_date_first_day(p->event.effective) < gk_date_first_day(today)) {
		json_t *then = state_json(with, n + 1, p->event.effective);

		if (strcmp(json_str(then, "code"), json_str(is, "code")) != 0)
			json_object_set(out, "between", then);
		json_decref(then);
	}
	gk_record_free(&before);
	gk_record_free(&after);
	free(with);
	return out;
}

/* --- doing ------------------------------------------------------------------------------------------------------ */

/* json is stolen. */
static enum gk_status
append_with_text(struct store *s, struct act_plan *p, json_t *json, struct gk_err *err)
{
	const struct intake_doc *doc = &p->text->doc;
	char original[GK_WARC_ID];
	json_t *content;
	enum gk_status st = intake_bytes(s, doc, p->history.events[0].id, original, &content, err);

	if (st != GK_OK) {
		json_decref(json);
		return st;
	}
	json_object_set_new(json, "content", content);
	json_object_set_new(json, "source", intake_source(doc));
	return store_event(s, json, original, p->docid, &p->history, doc->text, doc->text_n, err);
}

enum gk_status
act_append(struct store *s, struct act_plan *p, char number[32], struct gk_err *err)
{
	json_t *json = json_incref(p->event.json);
	enum gk_status st;

	snprintf(number, 32, "e-%06u", s->events + 1);
	gk_event_free(&p->event);
	p->taken = true;
	json_object_set_new(json, "event", json_string(number));
	st = gk_append_reserve(s->append, GK_EVENT_MAX + (p->text == NULL ? 0 : p->text->doc.original_n + p->text->doc.text_n), err);
	if (st == GK_OK && p->text != NULL)
		return append_with_text(s, p, json, err);
	if (st != GK_OK) {
		json_decref(json);
		return st;
	}
	return store_act(s, json, p->docid, &p->history, err);
}
