#include "indexer/apply.h"

#include "archive/ledger.h"

#include <sodium.h>
#include <string.h>

json_t *
apply_event(const struct app *app, const char *no, const char *type, const char *date)
{
	struct gk_date d;
	char day[12];

	/* As stored: 2021-12-01, whatever was written. */
	if (gk_date_parse(date, strlen(date), &d) && d.day != 0) {
		gk_date_format(d, day);
		date = day;
	}
	return json_pack("{s:i, s:s, s:s, s:s, s:s}", "gongkai", 1, "app", no, "type", type, "date", date, "actor", app->actor);
}

void
apply_set(json_t *e, const char *key, const char *value)
{
	if (value != NULL && *value != '\0')
		json_object_set_new(e, key, json_string(value));
}

void
apply_wipe_n(char *p, size_t n)
{
	sodium_memzero(p, n);
}

void
apply_wipe(char *s)
{
	if (s != NULL)
		apply_wipe_n(s, strlen(s));
}

enum gk_status
apply_seal(const struct app *app, json_t *e, char *person, struct gk_err *err)
{
	char id[17], who[17];
	enum gk_status st = gk_person_seal(app->archive, person, id, who, err);

	apply_wipe(person);
	if (st == GK_OK) {
		apply_set(e, "person", id);
		apply_set(e, "applicant", who);
	}
	return st;
}

bool
apply_is_no(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || strchr("/\\\"'", s[i]) != NULL)
			return false;
	return n > 0 && n <= 64;
}
