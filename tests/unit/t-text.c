/* Which text was the text of a day: cases as a table, and what holds of every history. */
#include "record/history.h"
#include "record/record.h"
#include "record/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof (a) / sizeof *(a))
enum { MAX = 12 };

/*
 * A history in one line: events by blanks, each TYPE:RECORDED:EFFECTIVE:DIGEST[:TARGET], an empty part where there is none.
 * i import_public, m amend_text, c correct_text, d correct_metadata, x annul_event, r replace_redacted, a amend_articles, b abolish_articles, o abolish, s reinstate; RECORDED a day of 2020-2029.
 */
static size_t
history(const char *line, struct gk_event out[MAX])
{
	static const struct { char letter; const char *type; } types[] = { { 'i', "import_public" }, { 'm', "amend_text" }, { 'c', "correct_text" }, { 'd', "correct_metadata" },
		{ 'x', "annul_event" }, { 'r', "replace_redacted" }, { 'a', "amend_articles" }, { 'b', "abolish_articles" }, { 'o', "abolish" }, { 's', "reinstate" } };
	char copy[1024], *save = NULL;
	size_t n = 0;

	snprintf(copy, sizeof copy, "%s", line);
	for (char *one = strtok_r(copy, " ", &save); one != NULL; one = strtok_r(NULL, " ", &save)) {
		char *part[5] = { one, "", "", "", "" }, number[32], at[64];
		const char *type = "?";
		json_t *json;

		for (size_t k = 1; k < 5 && (part[k] = strchr(part[k - 1], ':')) != NULL; k++)
			*part[k]++ = '\0';
		for (size_t k = 0; k < COUNT(types); k++)
			if (types[k].letter == *part[0])
				type = types[k].type;
		snprintf(number, sizeof number, "e-%zu", n + 1);
		snprintf(at, sizeof at, "%sT04:00:00Z", part[1]);
		json = json_pack("{s:i, s:s, s:s, s:s, s:s}", "gongkai", 1, "event", number, "id", "yx-2020-000001", "type", type, "recorded_at", at);
		if (part[2] != NULL && *part[2] != '\0')
			json_object_set_new(json, "effective_date", json_string(part[2]));
		if (part[3] != NULL && *part[3] != '\0')
			json_object_set_new(json, "content", json_pack("{s:s}", "digest", part[3]));
		if (part[4] != NULL && *part[4] != '\0')
			json_object_set_new(json, "act", json_pack("{s:s}", *part[0] == 'x' ? "target" : "corrects", part[4]));
		assert_true(n < MAX);
		assert_int_equal(gk_event_of(json, &out[n], NULL), GK_OK);
		n++;
	}
	return n;
}

static void
free_all(struct gk_event *e, size_t n)
{
	for (size_t i = 0; i < n; i++)
		gk_event_free(&e[i]);
}

/* "a 2021-05-01:b" : digests, each but the first with its first day; ! behind one that was corrected. */
static void
tell(const struct gk_text_of *t, size_t k, char *out, size_t size)
{
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < k; i++) {
		char day[12];

		gk_date_format(t[i].from, day);
		at += (size_t)snprintf(out + at, size - at, "%s%s%s%s%s", i > 0 ? " " : "", day, day[0] != '\0' ? ":" : "",
				       json_string_value(json_object_get(t[i].content, "digest")), t[i].corrected ? "!" : "");
	}
}

static void
texts_of_histories(void **state)
{
	static const struct { const char *why, *line, *known_at, *want; } rows[] = {
		{ "one text", "i:2020-01-01:2019-05-01:a", NULL, "a" },
		{ "none", "i:2020-01-01::", NULL, "" },
		{ "an amendment", "i:2020-01-01:2019-05-01:a m:2021-03-01:2021-05-01:b", NULL, "a 2021-05-01:b" },
		{ "an amendment that was registered long after", "i:2020-01-01:2019-05-01:a m:2024-03-01:2021-05-01:b", NULL, "a 2021-05-01:b" },
		{ "and was not known before", "i:2020-01-01:2019-05-01:a m:2024-03-01:2021-05-01:b", "2023-01-01T00:00:00Z", "a" },
		{ "without a date: the day of its recording", "i:2020-01-01:2019-05-01:a m:2024-03-01::b", NULL, "a 2024-03-01:b" },
		{ "a month", "i:2020-01-01:2019-05-01:a m:2024-03-01:2021-05:b", NULL, "a 2021-05:b" },
		{ "two, registered in the wrong order", "i:2020-01-01:2019-05-01:a m:2024-03-01:2023-01-01:c m:2024-04-01:2021-05-01:b", NULL, "a 2021-05-01:b 2023-01-01:c" },
		{ "two of one day: the later counts", "i:2020-01-01:2019-05-01:a m:2024-03-01:2023-01-01:b m:2024-04-01:2023-01-01:c", NULL, "a 2023-01-01:c" },
		{ "annulled", "i:2020-01-01:2019-05-01:a m:2024-03-01:2023-01-01:b x:2024-05-01:::e-2", NULL, "a" },
		{ "annulled later than asked", "i:2020-01-01:2019-05-01:a m:2024-03-01:2023-01-01:b x:2024-05-01:::e-2", "2024-04-01T00:00:00Z", "a 2023-01-01:b" },
		{ "a copy with other bytes and the same date corrects", "i:2020-01-01:2019-05-01:a i:2021-01-01:2019-05-01:b", NULL, "b!" },
		{ "a copy with the same bytes corrects nothing", "i:2020-01-01:2019-05-01:a i:2021-01-01:2019-05-01:a", NULL, "a" },
		{ "a copy without a date corrects the newest", "i:2020-01-01:2019-05-01:a m:2020-02-01:2020-03-01:b i:2021-01-01::c", NULL, "a 2020-03-01:c!" },
		{ "a copy with a later date is a new text", "i:2020-01-01:2019-05-01:a i:2021-01-01:2020-05-01:b", NULL, "a 2020-05-01:b" },
		{ "a copy that is the first to state a date tells of the same text", "i:2020-01-01::a i:2021-01-01:2020-05-01:b", NULL, "b!" },
		{ "a copy of the old text corrects the old text", "i:2020-01-01:2019-05-01:a m:2020-02-01:2020-03-01:b i:2021-01-01:2019-05-01:c", NULL, "c! 2020-03-01:b" },
		{ "a correction of the newest", "i:2020-01-01:2019-05-01:a m:2020-02-01:2020-03-01:b c:2021-01-01::c", NULL, "a 2020-03-01:c!" },
		{ "a correction of the first", "i:2020-01-01:2019-05-01:a m:2020-02-01:2020-03-01:b c:2021-01-01::c:e-1", NULL, "c! 2020-03-01:b" },
		{ "a correction of a correction", "i:2020-01-01:2019-05-01:a c:2021-01-01::b c:2021-02-01::c:e-2", NULL, "c!" },
		{ "a correction was wrong", "i:2020-01-01:2019-05-01:a c:2021-01-01::b x:2021-02-01:::e-2", NULL, "a" },
		{ "metadata bring no text", "i:2020-01-01:2019-05-01:a d:2021-01-01:2020-01-01:", NULL, "a" },
		{ "an amendment from before the first day of the text", "i:2020-01-01:2019-05-01:a m:2021-01-01:2018-01-01:b", NULL, "a 2018-01-01:b" },
		{ "blackened: no older text either", "i:2020-01-01:2019-05-01:a m:2020-02-01:2020-03-01:b r:2021-01-01::c", NULL, "c" },
		{ "amended after that", "i:2020-01-01:2019-05-01:a r:2021-01-01::c m:2022-02-01:2022-03-01:b", NULL, "c 2022-03-01:b" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct gk_event e[MAX];
		struct gk_text_of t[MAX];
		size_t n = history(rows[i].line, e), k = gk_texts(e, n, rows[i].known_at, t);
		char got[512];

		tell(t, k, got, sizeof got);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: '%s', wanted '%s'", rows[i].why, got, rows[i].want);
		free_all(e, n);
	}
}

static const char *
digest_on(const struct gk_event *e, size_t n, const char *day)
{
	struct gk_date d;
	struct gk_text_of t;

	assert_true(gk_date_parse(day, strlen(day), &d));
	return gk_text_at(e, n, d, NULL, &t) ? json_string_value(json_object_get(t.content, "digest")) : "";
}

static void
the_text_of_a_day(void **state)
{
	struct gk_event e[MAX];
	size_t n = history("i:2020-01-01:2019-05-01:a m:2021-03-01:2021-05-01:b m:2021-03-02:2030-01-01:c", e);
	struct gk_record r;

	(void)state;
	assert_string_equal(digest_on(e, n, "1999-01-01"), "a");
	assert_string_equal(digest_on(e, n, "2021-04-30"), "a");
	assert_string_equal(digest_on(e, n, "2021-05-01"), "b");
	assert_string_equal(digest_on(e, n, "2021-05"), "b");
	assert_string_equal(digest_on(e, n, "2021-04"), "a");
	assert_string_equal(digest_on(e, n, "2029-12-31"), "b");
	assert_string_equal(digest_on(e, n, "2030-01-01"), "c");
	assert_int_equal(gk_record_fold(e, n, &r, NULL), GK_OK);
	assert_string_equal(json_string_value(json_object_get(r.content, "digest")), "c");
	assert_int_equal(r.versions, 3);
	gk_record_free(&r);
	free_all(e, n);
}

/* Which acts are told of the articles of a text: a amend_articles, b abolish_articles, s reinstate, o abolish. */
static void
acts_on_articles(void **state)
{
	static const struct { const char *why, *line, *day, *want; } rows[] = {
		{ "none", "i:2020-01-01:2019-05-01:a", "2025-01-01", "" },
		{ "abolished in part", "i:2020-01-01:2019-05-01:a b:2021-01-01:2021-06-01:", "2025-01-01", "e-2" },
		{ "on the day before", "i:2020-01-01:2019-05-01:a b:2021-01-01:2021-06-01:", "2021-05-31", "" },
		{ "on the day itself", "i:2020-01-01:2019-05-01:a b:2021-01-01:2021-06-01:", "2021-06-01", "e-2" },
		{ "in the order of their days", "i:2020-01-01:2019-05-01:a b:2021-01-01:2021-06-01: a:2021-02-01:2020-06-01:", "2025-01-01", "e-3 e-2" },
		{ "a new text has taken it in", "i:2020-01-01:2019-05-01:a b:2021-01-01:2021-06-01: m:2022-01-01:2022-01-01:b", "2025-01-01", "" },
		{ "also one of the same day", "i:2020-01-01:2019-05-01:a b:2021-01-01:2022-01-01: m:2022-01-01:2022-01-01:b", "2025-01-01", "" },
		{ "the old text still has it", "i:2020-01-01:2019-05-01:a b:2021-01-01:2021-06-01: m:2022-01-01:2022-01-01:b", "2021-12-31", "e-2" },
		{ "what came after the new text", "i:2020-01-01:2019-05-01:a m:2022-01-01:2022-01-01:b b:2023-01-01:2023-06-01:", "2025-01-01", "e-3" },
		{ "annulled", "i:2020-01-01:2019-05-01:a b:2021-01-01:2021-06-01: x:2021-02-01:::e-2", "2025-01-01", "" },
		{ "of an abolished document it has no effect", "i:2020-01-01:2019-05-01:a o:2020-06-01:2020-06-01: b:2021-01-01:2021-06-01:", "2025-01-01", "" },
		{ "it came back with the whole", "i:2020-01-01:2019-05-01:a b:2021-01-01:2021-06-01: o:2022-01-01:2022-01-01: s:2023-01-01:2023-01-01:", "2025-01-01", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct gk_event e[MAX];
		const struct gk_event *acts[MAX];
		struct gk_text_of t;
		struct gk_date day;
		size_t n = history(rows[i].line, e), k, at = 0;
		char got[256] = "";

		assert_true(gk_date_parse(rows[i].day, strlen(rows[i].day), &day));
		assert_true(gk_text_at(e, n, day, NULL, &t));
		k = gk_text_acts(e, n, NULL, &t, day, acts);
		for (size_t j = 0; j < k; j++)
			at += (size_t)snprintf(got + at, sizeof got - at, "%s%s", j > 0 ? " " : "", acts[j]->event);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: '%s', wanted '%s'", rows[i].why, got, rows[i].want);
		free_all(e, n);
	}
}

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void
random_history(uint32_t *seed, char *line, size_t size)
{
	size_t n = 2 + next_random(seed) % 8, at = (size_t)snprintf(line, size, "i:2020-01-01:%s:d0", next_random(seed) % 3 > 0 ? "2019-05-01" : "");

	for (size_t i = 1; i < n; i++) {
		char type = "immmccdxr"[next_random(seed) % (next_random(seed) % 4 == 0 ? 9 : 8)], date[24] = "", target[16] = "";

		if (next_random(seed) % 3 > 0)
			snprintf(date, sizeof date, "20%02u-%02u-01", 15 + next_random(seed) % 12, 1 + next_random(seed) % 12);
		if (type == 'x' || next_random(seed) % 2 == 0)
			snprintf(target, sizeof target, "e-%u", 1 + next_random(seed) % (unsigned)i);
		at += (size_t)snprintf(line + at, size - at, " %c:20%02zu-%02u-01:%s:", type, 20 + i, 1 + next_random(seed) % 12, type == 'x' ? "" : date);
		if (type != 'x' && type != 'd')
			at += (size_t)snprintf(line + at, size - at, "d%u", next_random(seed) % 6);
		at += (size_t)snprintf(line + at, size - at, ":%s", target);
	}
}

/* The days are covered once, the fold at a day is the list at that day, and an annulled event is one that never was. */
static void
what_holds_of_any_history(void **state)
{
	uint32_t seed = 20181130;
	size_t several = 0;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		char line[1024], got[1024], without[1024];
		struct gk_event e[MAX];
		struct gk_text_of t[MAX], u[MAX];
		bool counts[MAX];
		size_t n, k, m = 0;

		random_history(&seed, line, sizeof line);
		n = history(line, e);
		k = gk_texts(e, n, NULL, t);
		several += k > 2;
		assert_true(k > 0 && t[0].first == 0 && t[k - 1].until.year == 0);
		for (size_t i = 0; i < k; i++) {
			struct gk_text_of at;

			assert_true(i == 0 || t[i].first == gk_date_last_day(t[i - 1].until) + 1);
			assert_true(i == 0 || t[i].first > t[i - 1].first);
			assert_true(gk_text_at(e, n, gk_date_of_day(t[i].first), NULL, &at) && at.bytes == t[i].bytes);
			if (i > 0)
				assert_true(gk_text_at(e, n, gk_date_of_day(t[i].first - 1), NULL, &at) && at.bytes == t[i - 1].bytes);
		}
		tell(t, k, got, sizeof got);
		/* The same without what does not count. */
		gk_history_counting(e, n, NULL, counts);
		for (size_t i = 0; i < n; i++)
			if (counts[i] && strcmp(e[i].type, "annul_event") != 0)
				e[m++] = e[i];
			else
				gk_event_free(&e[i]);
		tell(u, gk_texts(e, m, NULL, u), without, sizeof without);
		if (strcmp(got, without) != 0)
			fail_msg("%s: '%s', without the annulled ones '%s'", line, got, without);
		/* The order of the archive says nothing, only that of recording. */
		if (m > 2) {
			struct gk_event last = e[m - 1];

			e[m - 1] = e[1];
			e[1] = last;
			tell(u, gk_texts(e, m, NULL, u), without, sizeof without);
			if (strcmp(got, without) != 0)
				fail_msg("%s: '%s', in another order '%s'", line, got, without);
		}
		free_all(e, m);
	}
	assert_true(several > 500);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_of_histories), cmocka_unit_test(the_text_of_a_day), cmocka_unit_test(acts_on_articles), cmocka_unit_test(what_holds_of_any_history),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
