/*
 * The folds of record/ as a filter, for oracles in another language:
 *   folds-ask v|a|y|t < histories
 * A line is {"events": […], "as_of": "2020-02" or null, "known_at": "…Z" or null}.  For each the answer, one a line:
 *   v  the code of validity; "periods CODE" if the periods of the index say something else on that day (a fault)
 *   a  the code of access
 *   y  row, issued, ended, in force and cause of the year of as_of
 *   t  the digest of the text of that day, "-" for none: tests/oracle/texts.py
 * tests/oracle/folds.py answers in the same words.
 */
#include "record/access.h"
#include "record/record.h"
#include "record/text.h"
#include "record/validity.h"
#include "record/yearly.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENTS = 64 };

struct question {
	struct gk_event events[EVENTS];
	size_t n;
	struct gk_date as_of;
	const char *known_at;
};

static void
answer_validity(const struct question *q)
{
	struct gk_period p[GK_PERIODS_MAX];
	size_t n = 0, i = 0;
	enum gk_validity code = gk_validity_at(q->events, q->n, q->as_of, q->known_at).code;

	gk_validity_periods(q->events, q->n, q->known_at, p, &n);
	while (i + 1 < n && p[i + 1].from <= gk_date_last_day(q->as_of))
		i++;
	puts(gk_validity_names[code].code);
	if (p[i].code != code)
		printf("periods %s\n", gk_validity_names[p[i].code].code);
}

static void
answer_access(const struct question *q)
{
	puts(gk_access_names[gk_access_at(q->events, q->n, q->known_at).code].code);
}

static void
answer_yearly(const struct question *q)
{
	static const char *const rows[] = { [GK_YEARLY_NONE] = "-", [GK_YEARLY_RULE] = "rule", [GK_YEARLY_NORM] = "norm" };
	struct gk_record r;
	struct gk_err err = GK_ERR_INIT;
	struct gk_yearly y;

	if (gk_record_fold_known(q->events, q->n, q->known_at, &r, &err) != GK_OK) {
		puts("refused");
		return;
	}
	y = gk_yearly_of(q->events, q->n, &r, q->as_of.year, q->known_at);
	printf("%s %d %d %d %s\n", rows[y.row], y.issued, y.ended, y.inforce, y.ended ? gk_validity_names[y.cause].code : "-");
	gk_record_free(&r);
}

static void
answer_text(const struct question *q)
{
	struct gk_text_of t;

	puts(gk_text_at(q->events, q->n, q->as_of, q->known_at, &t) ? json_string_value(json_object_get(t.content, "digest")) : "-");
}

static bool
read_question(json_t *line, struct question *q)
{
	json_t *events = json_object_get(line, "events");
	const char *as_of = json_string_value(json_object_get(line, "as_of"));
	struct gk_err err = GK_ERR_INIT;

	q->known_at = json_string_value(json_object_get(line, "known_at"));
	q->as_of = GK_NO_DATE;
	if (as_of != NULL && !gk_date_parse(as_of, strlen(as_of), &q->as_of))
		return false;
	for (q->n = 0; q->n < json_array_size(events) && q->n < EVENTS; q->n++)
		if (gk_event_of(json_incref(json_array_get(events, q->n)), &q->events[q->n], &err) != GK_OK) {
			fprintf(stderr, "event %zu: %s\n", q->n + 1, err.what_en);
			return false;
		}
	return q->n > 0;
}

int
main(int argc, char **argv)
{
	static struct question q;
	char *line = NULL;
	size_t size = 0;
	ssize_t got;

	while (argc == 2 && (got = getline(&line, &size, stdin)) > 0) {
		json_t *json = json_loadb(line, (size_t)got, 0, NULL);

		if (json == NULL || !read_question(json, &q))
			return 1;
		if (argv[1][0] == 'v')
			answer_validity(&q);
		else if (argv[1][0] == 'a')
			answer_access(&q);
		else if (argv[1][0] == 't')
			answer_text(&q);
		else
			answer_yearly(&q);
		for (size_t i = 0; i < q.n; i++)
			gk_event_free(&q.events[i]);
		json_decref(json);
	}
	free(line);
	return argc == 2 ? 0 : 2;
}
