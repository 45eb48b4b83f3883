/* 经过: states and acts in one list. */
#include "record/life.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "record/act.h"
#include "record/field.h"
#include "record/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOTE = 1024 };

struct entry { uint32_t day; size_t seq; json_t *json; };

void
gk_life_join(const json_t *list, char *out, size_t size)
{
	const json_t *one;
	size_t i, n = 0;

	out[0] = '\0';
	json_array_foreach(list, i, one) {
		int k = snprintf(out + n, size - n, "%s%s", i > 0 ? "、" : "", json_is_string(one) ? json_string_value(one) : "");

		if (k < 0 || (size_t)k >= size - n) {
			out[gk_utf8_cut(out, size - 1)] = '\0';
			return;
		}
		n += (size_t)k;
	}
}

/* Articles first, then the matter, as the act names them. */
static void
add_parts(json_t *out, const struct gk_event *e)
{
	const char *subject = gk_event_act(e, "subject");

	json_array_extend(out, json_object_get(json_object_get(e->json, "act"), "articles"));
	if (*subject != '\0')
		json_array_append_new(out, json_string(subject));
}

static void
note(json_t *o, const struct gk_event *e)
{
	const char *expiry = gk_meta_get(json_object_get(e->json, "meta"), "expiry_date"), *until = gk_event_act(e, "until");
	char zh[NOTE] = "", en[NOTE + 64] = "";

	if (strcmp(e->type, "abolish_articles") == 0 || strcmp(e->type, "amend_articles") == 0 ||
	    (strcmp(e->type, "amend_text") == 0 && json_array_size(json_object_get(json_object_get(e->json, "act"), "articles")) > 0)) {
		json_t *parts = json_array();

		add_parts(parts, e);
		gk_life_join(parts, zh, sizeof zh);
		snprintf(en, sizeof en, "%s", zh);
		json_decref(parts);
	} else if (strcmp(e->type, "conditional_lapse") == 0) {
		snprintf(zh, sizeof zh, "没有新文本");
		snprintf(en, sizeof en, "no new text came");
	} else if (strcmp(e->type, "suspend") == 0 && *until != '\0') {
		snprintf(zh, sizeof zh, "至 %.40s", until);
		snprintf(en, sizeof en, "until %.40s", until);
	} else if (*expiry != '\0' && gk_act_kind(e->type) != NULL && gk_act_kind(e->type)->axis == GK_AXIS_VALIDITY) {
		snprintf(zh, sizeof zh, "有效期至 %.40s", expiry);
		snprintf(en, sizeof en, "valid until %.40s", expiry);
	}
	if (zh[0] != '\0') {
		json_object_set_new(o, "note", json_string(zh));
		json_object_set_new(o, "note_en", json_string(en));
	}
}

static const struct gk_event *
find(const struct gk_event *events, size_t n, const char *number)
{
	for (size_t i = 0; *number != '\0' && i < n; i++)
		if (strcmp(events[i].event, number) == 0)
			return &events[i];
	return NULL;
}

static json_t *
entry_of(uint32_t day, const char *type, const char *label, const char *label_en, const struct gk_event *e, bool state)
{
	char date[12];
	json_t *o;

	gk_date_format(gk_date_of_day(day), date);
	o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "date", date, "type", type, "label", label, "label_en", label_en, "event", e == NULL ? "" : e->event,
		      "state", (int)state, "ahead", (int)(day > gk_date_last_day(gk_date_today())));
	if (o != NULL && e != NULL)
		note(o, e);
	return o;
}

static int
by_day(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	return a->day != b->day ? (a->day < b->day ? -1 : 1) : a->seq < b->seq ? -1 : a->seq > b->seq;
}

/* An act on the text that is told although the state is what it was. */
static bool
told(const struct gk_event *e, bool applied, bool counts)
{
	if (strcmp(e->type, "amend_articles") == 0)
		return counts;
	return applied && strcmp(e->type, "assert_status") != 0;
}

static uint32_t
day_of(const struct gk_event *e)
{
	const char *lapse = gk_event_act(e, "lapse_date");
	struct gk_date d = e->effective.year != 0 ? e->effective : gk_event_day(e);

	if (strcmp(e->type, "conditional_lapse") == 0)
		gk_date_parse(lapse, strlen(lapse), &d);
	return gk_date_first_day(d);
}

static size_t
add_states(const struct gk_event *events, size_t n, const char *known_at, struct entry *out, bool *decided)
{
	struct gk_period period[GK_PERIODS_MAX];
	size_t count, k = 0;

	gk_validity_periods(events, n, known_at, period, &count);
	for (size_t i = 0; i < count; i++) {
		const struct gk_validity_name *name = &gk_validity_names[period[i].code];
		struct gk_status_of st;
		const struct gk_event *e;

		/* The first period has no beginning: it tells what was before anything was known. */
		if (period[i].from == 0 || *name->label == '\0')
			continue;
		st = gk_validity_at(events, n, gk_date_of_day(period[i].from), known_at);
		e = find(events, n, st.event);
		if (e != NULL)
			decided[e - events] = true;
		out[k] = (struct entry){ period[i].from, k, entry_of(period[i].from, name->code, name->label, name->label_en, e, true) };
		k++;
	}
	return k;
}

json_t *
gk_life(const struct gk_event *events, size_t n, const char *known_at)
{
	struct entry *e = gk_calloc_or_end(n + GK_PERIODS_MAX, sizeof *e);
	bool *room = gk_calloc_or_end(3 * n + 1, sizeof *room), *decided = room, *applied = room + n, *counts = room + 2 * n;
	json_t *out = json_array();
	size_t k;

	k = add_states(events, n, known_at, e, decided);
	gk_validity_applied(events, n, known_at, applied);
	gk_history_counting(events, n, known_at, counts);
	for (size_t i = 1; i < n; i++) {
		const struct gk_act_kind *kind = gk_act_kind(events[i].type);

		if (kind == NULL || decided[i] || gk_event_begins(&events[i]) || !told(&events[i], applied[i], counts[i]))
			continue;
		e[k] = (struct entry){ day_of(&events[i]), k, entry_of(day_of(&events[i]), events[i].type, kind->label, kind->label_en, &events[i], false) };
		k++;
	}
	qsort(e, k, sizeof *e, by_day);
	for (size_t i = 0; i < k; i++)
		json_array_append_new(out, e[i].json);
	free(e);
	free(room);
	return out;
}

json_t *
gk_life_parts(const struct gk_event *events, size_t n, struct gk_date as_of, const char *known_at)
{
	struct gk_status_of st = gk_validity_at(events, n, as_of, known_at);
	struct gk_date day = as_of.year != 0 ? as_of : gk_date_today();
	json_t *out = json_array();
	bool *applied;

	if (st.code != GK_V_PARTLY_IN_FORCE)
		return out;
	applied = gk_calloc_or_end(n + 1, sizeof *applied);
	gk_validity_applied(events, n, known_at, applied);
	/* Since it was last whole: what a new text took up again is no more a dead part of it. */
	for (size_t i = 1; i < n; i++)
		if (applied[i] && strcmp(events[i].type, "abolish_articles") == 0 && day_of(&events[i]) <= gk_date_last_day(day) &&
		    (st.since.year == 0 || day_of(&events[i]) >= gk_date_first_day(st.since)))
			add_parts(out, &events[i]);
	free(applied);
	return out;
}
