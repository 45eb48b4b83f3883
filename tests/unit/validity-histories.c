/*
 * Writes random histories and our answer to each, one JSON line:
 *   validity-histories COUNT SEED
 *   {"events": […], "as_of": "…", "known_at": "…" or null, "code": "…"}
 * tests/oracle/folds.py answers the same questions.
 */
#include "record/validity.h"
#include "tests/unit/histories.h"

#include <stdio.h>
#include <stdlib.h>

int
main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;

	while (count-- > 0) {
		struct history h;
		struct gk_date as_of = GK_NO_DATE;
		json_t *line = json_object(), *events = json_array();
		char date[12], known_at[40];
		bool now;

		if (!histories_make(&seed, &h))
			return 1;
		do
			histories_date(&seed, date);
		while (!gk_date_parse(date, sizeof "2019-03-17" - 1, &as_of));
		histories_instant(&seed, known_at);
		now = histories_random(&seed, 2) == 0;
		for (size_t i = 0; i < h.n; i++)
			json_array_append(events, h.events[i].json);
		json_object_set_new(line, "events", events);
		json_object_set_new(line, "as_of", json_string(date));
		json_object_set_new(line, "known_at", now ? json_null() : json_string(known_at));
		json_object_set_new(line, "code", json_string(gk_validity_names[gk_validity_at(h.events, h.n, as_of, now ? NULL : known_at).code].code));
		json_dumpf(line, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(line);
		histories_free(&h);
	}
	return 0;
}
