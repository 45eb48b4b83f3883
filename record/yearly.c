/* One document's share of table 二. */
#include "record/yearly.h"

#include "base/memory.h"
#include "record/field.h"
#include "record/history.h"

#include <stdlib.h>
#include <string.h>

static enum gk_yearly_row
row_of(const json_t *meta)
{
	const char *level = gk_meta_get(meta, "norm_level");

	if (strcmp(level, "norm_doc") == 0)
		return GK_YEARLY_NORM;
	return strcmp(level, "dept_rule") == 0 || strcmp(level, "local_rule") == 0 ? GK_YEARLY_RULE : GK_YEARLY_NONE;
}

static bool
is_in_force(enum gk_validity code)
{
	return code == GK_V_IN_FORCE || code == GK_V_PARTLY_IN_FORCE || code == GK_V_SUSPENDED || code == GK_V_NOT_YET_EFFECTIVE;
}

static bool
is_over(enum gk_validity code)
{
	return code == GK_V_ABOLISHED || code == GK_V_EXPIRED || code == GK_V_LAPSED || code == GK_V_REVOKED;
}

/* The year in which an annulment was decided; 0 if there is none. */
static int
revoked_in(const struct gk_event *events, size_t n, const char *known_at)
{
	bool *counts = gk_calloc_or_end(n + 1, sizeof *counts);
	int year = 0;

	gk_history_counting(events, n, known_at, counts);
	for (size_t i = 0; year == 0 && i < n; i++)
		if (counts[i] && strcmp(events[i].type, "revoke") == 0)
			year = events[i].effective.year != 0 ? events[i].effective.year : gk_event_day(&events[i]).year;
	free(counts);
	return year;
}

/* What only a source's label says is not counted until a person confirms it (V18). */
static enum gk_validity
counted_on(const struct gk_event *events, size_t n, struct gk_date day, const char *known_at)
{
	struct gk_status_of s = gk_validity_at(events, n, day, known_at);

	return s.asserted ? GK_V_UNKNOWN : s.code;
}

struct gk_yearly
gk_yearly_of(const struct gk_event *events, size_t n, const struct gk_record *r, int year, const char *known_at)
{
	struct gk_yearly y = { .row = row_of(r->meta), .now = GK_V_UNKNOWN };
	struct gk_date last = { (int16_t)year, 12, 31 }, before = { (int16_t)(year - 1), 12, 31 };
	int issued = gk_record_year(r), inforce_before;
	enum gk_validity then;

	if (y.row == GK_YEARLY_NONE || n == 0 || (known_at != NULL && gk_instant_order(events[0].recorded_at, known_at) > 0)) {
		y.row = GK_YEARLY_NONE;
		return y;
	}
	y.now = counted_on(events, n, last, known_at);
	then = counted_on(events, n, before, known_at);
	y.issued = issued == year;
	y.inforce = issued <= year && is_in_force(y.now);
	inforce_before = issued <= year - 1 && is_in_force(then);
	if (y.now == GK_V_REVOKED)
		y.ended = revoked_in(events, n, known_at) == year;
	else
		y.ended = is_over(y.now) && (!is_over(then) || issued == year) && issued <= year;
	y.cause = y.ended ? y.now : GK_V_NOT_APPLICABLE;
	y.residual = y.inforce - inforce_before - y.issued + y.ended;
	return y;
}
