/* The texts of a record, from its events. */
#include "record/text.h"

#include "base/memory.h"
#include "record/history.h"
#include "record/validity.h"

#include <stdlib.h>
#include <string.h>

/* In the order of recording; of one instant, of the archive. */
static size_t *
by_recording(const struct gk_event *events, size_t n, const char *known_at, size_t *count)
{
	size_t *order = gk_calloc_or_end(n + 1, sizeof *order), k = 0;
	bool *counts = gk_calloc_or_end(n + 1, sizeof *counts);

	gk_history_counting(events, n, known_at, counts);
	for (size_t i = 0; i < n; i++) {
		size_t at = k;

		if (!counts[i] || json_object_get(events[i].json, "content") == NULL)
			continue;
		/* The first event is the record, whatever its clock said. */
		while (at > 1 && gk_instant_order(events[order[at - 1]].recorded_at, events[i].recorded_at) > 0) {
			order[at] = order[at - 1];
			at--;
		}
		order[at] = i;
		k++;
	}
	free(counts);
	*count = k;
	return order;
}

static struct gk_date
day_of(const struct gk_event *e)
{
	return e->effective.year != 0 ? e->effective : gk_event_day(e);
}

static void
begin(struct gk_text_of *out, size_t *n, const struct gk_event *e, struct gk_date from)
{
	struct gk_text_of t = { .content = json_object_get(e->json, "content"), .source = json_object_get(e->json, "source"), .bytes = e, .began = e, .from = from };
	size_t at = *n;

	t.first = gk_date_first_day(from);
	/* Before all days there is nothing that it could end. */
	if (*n > 0 && t.first == 0) {
		out[0] = t;
		return;
	}
	while (at > 1 && out[at - 1].first > t.first)
		at--;
	/* Recorded later for the same day: it takes the place of what was said before. */
	if (at > 1 && out[at - 1].first == t.first) {
		out[at - 1] = t;
		return;
	}
	memmove(out + at + 1, out + at, (*n - at) * sizeof *out);
	out[at] = t;
	*n += 1;
}

static void
correct(struct gk_text_of *t, const struct gk_event *e)
{
	const json_t *content = json_object_get(e->json, "content"), *was = json_object_get(t->content, "digest");

	t->corrected = t->corrected || was == NULL || !json_equal(was, json_object_get(content, "digest"));
	t->content = content;
	t->bytes = e;
	if (json_object_get(e->json, "source") != NULL)
		t->source = json_object_get(e->json, "source");
}

static bool
same_day(struct gk_date a, struct gk_date b)
{
	return a.year != 0 && b.year != 0 && gk_date_first_day(a) == gk_date_first_day(b);
}

/* Which of the texts the bytes correct; *n: none, they begin a new one. */
static size_t
corrects(const struct gk_text_of *out, size_t n, const struct gk_event *e)
{
	const char *which = gk_event_act(e, "corrects");

	if (gk_event_begins(e) && e->effective.year != 0) {
		uint32_t newest = 0;

		for (size_t i = n; i-- > 0; )
			if (same_day(out[i].began->effective, e->effective))
				return i;
		for (size_t i = 0; i < n; i++)
			if (out[i].began->effective.year != 0 && gk_date_first_day(out[i].began->effective) > newest)
				newest = gk_date_first_day(out[i].began->effective);
		/* Where no text before states a day, a copy that does so knows more of the same text. */
		return newest != 0 && gk_date_first_day(e->effective) > newest ? n : n - 1;
	}
	for (size_t i = 0; *which != '\0' && i < n; i++)
		if (strcmp(out[i].began->event, which) == 0 || strcmp(out[i].bytes->event, which) == 0)
			return i;
	return n - 1;
}

size_t
gk_texts(const struct gk_event *events, size_t n, const char *known_at, struct gk_text_of *out)
{
	size_t count, k = 0, *order = by_recording(events, n, known_at, &count);

	for (size_t i = 0; i < count; i++) {
		const struct gk_event *e = &events[order[i]];
		size_t which;

		if (k == 0) {
			begin(out, &k, e, GK_NO_DATE);
			out[0].first = 0;
			continue;
		}
		/* What was blackened is not to be read in an older text either. */
		if (strcmp(e->type, "replace_redacted") == 0) {
			k = 0;
			begin(out, &k, e, GK_NO_DATE);
			out[0].first = 0;
			continue;
		}
		which = strcmp(e->type, "amend_text") == 0 ? k : corrects(out, k, e);
		if (which < k)
			correct(&out[which], e);
		else
			begin(out, &k, e, day_of(e));
	}
	free(order);
	for (size_t i = 0; i + 1 < k; i++)
		out[i].until = gk_date_of_day(out[i + 1].first - 1);
	return k;
}

bool
gk_text_at(const struct gk_event *events, size_t n, struct gk_date day, const char *known_at, struct gk_text_of *out)
{
	struct gk_text_of *all = gk_calloc_or_end(n + 1, sizeof *all);
	size_t k = gk_texts(events, n, known_at, all), i = k;
	uint32_t last = gk_date_last_day(day);

	while (i > 1 && all[i - 1].first > last)
		i--;
	if (k > 0)
		*out = all[i - 1];
	free(all);
	return k > 0;
}

static uint32_t
first_day_of(const struct gk_event *e)
{
	return gk_date_first_day(day_of(e));
}

size_t
gk_text_acts(const struct gk_event *events, size_t n, const char *known_at, const struct gk_text_of *text, struct gk_date day, const struct gk_event **out)
{
	bool *room = gk_calloc_or_end(2 * n + 1, sizeof *room), *counts = room, *applied = room + n;
	uint32_t last = gk_date_last_day(day), back = 0;
	size_t k = 0;

	gk_history_counting(events, n, known_at, counts);
	gk_validity_applied(events, n, known_at, applied);
	for (size_t i = 1; i < n; i++)
		if (applied[i] && strcmp(events[i].type, "reinstate") == 0 && first_day_of(&events[i]) <= last && first_day_of(&events[i]) > back)
			back = first_day_of(&events[i]);
	for (size_t i = 1; i < n; i++) {
		bool amends = strcmp(events[i].type, "amend_articles") == 0, abolishes = strcmp(events[i].type, "abolish_articles") == 0;
		uint32_t d = first_day_of(&events[i]);
		size_t at = k;

		if (!(amends ? counts[i] : abolishes && applied[i]) || d > last || (text->first > 0 && d <= text->first) || (abolishes && d < back))
			continue;
		while (at > 0 && first_day_of(out[at - 1]) > d) {
			out[at] = out[at - 1];
			at--;
		}
		out[at] = &events[i];
		k++;
	}
	free(room);
	return k;
}
