/*
 * "As known at": what did we say on that day?  The catalog holds the periods of validity that are known now; those of records to
 * which something was added since are folded again from their events.  One such state is kept, for the pages of one question.
 */
#include "web/answer-internal.h"

#include "record/history.h"

#include <stdlib.h>
#include <string.h>

struct site_known {
	char instant[GK_INSTANT];
	uint64_t generation;
	struct gk_known state;
	struct gk_known_item *item;
	uint32_t *period;
	size_t room;
};

void
site_known_free(struct site_known *k)
{
	if (k == NULL)
		return;
	free(k->item);
	free(k->period);
	free(k);
}

static enum gk_status
add_item(struct gk_site *s, struct site_known *k, size_t *periods, uint32_t docid, struct gk_err *err)
{
	struct gk_known_item *item = &k->item[k->state.n];
	struct gk_period period[GK_PERIODS_MAX];
	struct site_record r;
	size_t n = 0;
	enum gk_status st = site_record_read(s, docid, &r, err);

	/* A damaged record is named where it is shown; here it is one that cannot be said to have been there. */
	*item = (struct gk_known_item){ docid, (uint32_t)*periods, 0 };
	k->state.n++;
	if (st == GK_REFUSED)
		return GK_OK;
	if (st != GK_OK)
		return st;
	if (gk_instant_order(r.events[0].recorded_at, k->instant) <= 0)
		gk_validity_periods(r.events, r.n, k->instant, period, &n);
	site_record_free(&r);
	if (*periods + n > k->room) {
		size_t room = (*periods + n) * 2;
		uint32_t *grown = realloc(k->period, room * sizeof *grown);

		if (grown == NULL)
			return gk_nomem(err);
		k->period = grown;
		k->room = room;
	}
	for (size_t i = 0; i < n; i++)
		k->period[*periods + i] = period[i].from << 4 | (uint32_t)period[i].code;
	item->n = (uint32_t)n;
	*periods += n;
	return GK_OK;
}

enum gk_status
site_known_state(struct gk_site *s, const char *instant, const struct gk_known **out, struct gk_err *err)
{
	struct site_known *k;
	uint32_t *docids;
	size_t n, periods = 0;
	enum gk_status st;

	*out = NULL;
	if (instant == NULL)
		return GK_OK;
	st = gk_site_refresh(s, NULL, err);
	if (st != GK_OK)
		return st;
	if (s->known != NULL && s->known->generation == s->generation && strcmp(s->known->instant, instant) == 0) {
		*out = &s->known->state;
		return GK_OK;
	}
	k = calloc(1, sizeof *k);
	if (k == NULL)
		return gk_nomem(err);
	memcpy(k->instant, instant, strlen(instant) + 1);
	k->generation = s->generation;
	k->state.seconds = gk_instant_seconds(instant);
	st = gk_catalog_changed_since(s->catalog, k->state.seconds, &docids, &n, err);
	if (st == GK_OK) {
		k->item = calloc(n + 1, sizeof *k->item);
		if (k->item == NULL)
			st = gk_nomem(err);
		for (size_t i = 0; st == GK_OK && i < n; i++)
			st = add_item(s, k, &periods, docids[i], err);
		free(docids);
	}
	if (st != GK_OK) {
		site_known_free(k);
		return st;
	}
	k->state.item = k->item;
	k->state.period = k->period;
	site_known_free(s->known);
	s->known = k;
	*out = &k->state;
	return GK_OK;
}

enum gk_status
site_known_at(struct gk_site *s, const char *param, const char **instant, struct gk_err *err)
{
	*instant = NULL;
	if (param == NULL || *param == '\0')
		return GK_OK;
	if (!gk_known_at_parse(param, strlen(param), s->instant)) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "known_at 不是日期或时刻：%.80s", "known_at is neither a date nor a time: %.80s", param);
		gk_hint(err, "写成 2021-01-25，或 2021-01-25T09:00:00+08:00", "write 2021-01-25, or 2021-01-25T09:00:00+08:00");
		return GK_REFUSED;
	}
	*instant = s->instant;
	return GK_OK;
}
