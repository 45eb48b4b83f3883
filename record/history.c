/* Which events count, and in which order. */
#include "record/history.h"

#include <stdio.h>
#include <string.h>

bool
gk_event_begins(const struct gk_event *e)
{
	return strcmp(e->type, "publish") == 0 || strcmp(e->type, "import_public") == 0;
}

bool
gk_event_describes(const struct gk_event *e)
{
	return gk_event_begins(e) || strcmp(e->type, "correct_metadata") == 0;
}

bool
gk_event_brings_term(const char *type)
{
	static const char *const types[] = { "renew", "amend_text", "confirm_valid", "reinstate" };

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(type, types[i]) == 0)
			return true;
	return false;
}

/* The next digit of a fraction; behind its end come zeros. */
static char
fraction_digit(const char **p)
{
	return **p >= '0' && **p <= '9' ? *(*p)++ : '0';
}

int
gk_instant_order(const char *a, const char *b)
{
	enum { SECONDS = 19, FRACTION = 12 };	/* 2026-11-23T15:49:07 */
	int order = strncmp(a, b, SECONDS);

	if (order != 0 || strlen(a) < SECONDS || strlen(b) < SECONDS)
		return order;
	a += SECONDS, b += SECONDS;
	a += *a == '.', b += *b == '.';
	for (int i = 0; i < FRACTION && order == 0; i++)
		order = fraction_digit(&a) - fraction_digit(&b);
	return order;
}

void
gk_history_counting(const struct gk_event *events, size_t n, const char *known_at, bool *counts)
{
	for (size_t i = 0; i < n; i++)
		counts[i] = known_at == NULL || gk_instant_order(events[i].recorded_at, known_at) <= 0;
	/* From the last to the first: when an annulment is looked at, all that could strike it has been. */
	for (size_t a = n; a-- > 1; ) {
		const char *target;

		if (!counts[a] || strcmp(events[a].type, "annul_event") != 0)
			continue;
		target = gk_event_act(&events[a], "target");
		for (size_t i = 1; i < a; i++)
			if (strcmp(events[i].event, target) == 0)
				counts[i] = false;
	}
}

void
gk_history_order(const struct gk_event *events, size_t n, size_t *order)
{
	for (size_t k = 0; k < n; k++) {
		size_t at = k;

		for (; at > 1 && gk_instant_order(events[k].recorded_at, events[order[at - 1]].recorded_at) < 0; at--)
			order[at] = order[at - 1];
		order[at] = k;
	}
}

const char *
gk_history_newest(const struct gk_event *events, size_t n)
{
	const char *newest = "";

	for (size_t i = 0; i < n; i++)
		if (*newest == '\0' || gk_instant_order(events[i].recorded_at, newest) > 0)
			newest = events[i].recorded_at;
	return newest;
}

/* Days from 1900-01-01 to 1970-01-01. */
enum { UNIX_EPOCH = 25567 };

uint32_t
gk_instant_seconds(const char *instant)
{
	struct gk_date d;
	struct gk_time t;
	size_t n = strlen(instant);
	int64_t s;

	if (n < 19 || gk_date_scan(instant, 10, &d) != 10 || gk_time_scan(instant + 11, n - 11, &t) == 0)
		return 0;
	s = ((int64_t)gk_date_first_day(d) - UNIX_EPOCH) * 86400 + t.hour * 3600 + t.minute * 60 + t.second;
	return s < 0 ? 0 : s > UINT32_MAX ? UINT32_MAX : (uint32_t)s;
}

bool
gk_known_at_parse(const char *p, size_t n, char out[GK_INSTANT])
{
	struct gk_date d;
	struct gk_time t = { 0, 0, 0, 0 };
	char day[12];
	const char *time = memchr(p, 'T', n);
	size_t at = time != NULL ? (size_t)(time - p) : n, used;
	int64_t minutes;

	if (!gk_date_parse(p, at, &d) || d.day == 0 || n > GK_INSTANT - 4)
		return false;
	if (at == n) {
		gk_date_format(d, day);
		snprintf(out, GK_INSTANT, "%sT15:59:59.999999Z", day);
		return true;
	}
	used = gk_time_scan(p + at + 1, n - at - 1, &t);
	if (used == 0 || at + 1 + used != n || t.zone == GK_NO_ZONE)
		return false;
	minutes = (int64_t)gk_date_first_day(d) * 1440 + t.hour * 60 + t.minute - t.zone;
	if (minutes < 0)
		return false;
	gk_date_format(gk_date_of_day((uint32_t)(minutes / 1440)), day);
	snprintf(out, GK_INSTANT, "%sT%02d:%02d:%02dZ", day, (int)(minutes % 1440 / 60), (int)(minutes % 60), t.second);
	/* A fraction stays: it may be what tells two events of one second apart. */
	for (size_t i = at + 1; i + 1 < n; i++)
		if (p[i] == '.') {
			size_t digits = strspn(p + i + 1, "0123456789"), end = strlen(out) - 1;

			digits = digits > 9 ? 9 : digits;
			out[end] = '.';
			memcpy(out + end + 1, p + i + 1, digits);
			memcpy(out + end + 1 + digits, "Z", 2);
			break;
		}
	return true;
}

void
gk_office_time(const char *instant, char out[GK_OFFICE_TIME])
{
	struct gk_date d = GK_NO_DATE;
	struct gk_time t;
	char date[12];
	size_t n = strlen(instant);

	if (n < 19 || gk_date_scan(instant, 10, &d) != 10 || gk_time_scan(instant + 11, n - 11, &t) == 0) {
		snprintf(out, GK_OFFICE_TIME, "%s", instant);
		return;
	}
	if (t.hour >= 16)
		d = gk_date_of_day(gk_date_first_day(d) + 1);
	gk_date_format(d, date);
	snprintf(out, GK_OFFICE_TIME, "%.10s %02u:%02u:%02u", date, (unsigned)(t.hour + 8) % 24, (unsigned)t.minute % 60, (unsigned)t.second % 62);
}

struct gk_date
gk_event_day(const struct gk_event *e)
{
	struct gk_date d = GK_NO_DATE;
	struct gk_time t;
	size_t n = strlen(e->recorded_at);

	if (n < 19 || gk_date_scan(e->recorded_at, 10, &d) != 10 || gk_time_scan(e->recorded_at + 11, n - 11, &t) == 0)
		return GK_NO_DATE;
	return t.hour >= 16 ? gk_date_of_day(gk_date_first_day(d) + 1) : d;
}

const char *
gk_event_act(const struct gk_event *e, const char *key)
{
	const char *s = json_string_value(json_object_get(json_object_get(e->json, "act"), key));

	return s == NULL ? "" : s;
}

bool
gk_level_binds(const char *level)
{
	static const char *const binding[] = {
		"law", "admin_reg", "local_reg", "dept_rule", "local_rule", "norm_doc", "judicial", "party",
	};

	for (size_t i = 0; i < sizeof binding / sizeof *binding; i++)
		if (strcmp(level, binding[i]) == 0)
			return true;
	return false;
}
