/*
 * What a suggestion costs: the time until the titles are in order, what they take in memory, and how long an
 * answer takes, through the same function that the server calls (with the records of the archive read and checked).
 *
 *   suggest ARCHIVE [QUESTIONS]        2000 texts of one to six characters from anywhere in titles, in one process
 *
 * In a build tree:  make tests/bench/suggest && tests/bench/suggest ARCHIVE
 */
#include "base/utf8.h"
#include "web/answer.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double
ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
stop(const struct gk_err *err)
{
	fprintf(stderr, "%s\n", err->what_en);
	exit(1);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static unsigned long long seed = 1;

static size_t
number(size_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(seed >> 33) % below;
}

/* Titles to take texts from: those of a hundred pages of the newest documents. */
static json_t *
titles(struct gk_site *site, json_t *ids)
{
	json_t *all = json_array();
	struct gk_err err = GK_ERR_INIT;

	for (int page = 1; page <= 20; page++) {
		char text[16];
		const struct gk_param params[] = { { "page", text }, { "size", "100" }, { "facets", "0" }, { "sort", "new" } };
		json_t *found, *hit;
		const char *bad;
		size_t i;

		snprintf(text, sizeof text, "%d", page);
		if (gk_answer_search(site, params, 4, true, &found, &bad, &err) != GK_OK)
			stop(&err);
		json_array_foreach(json_object_get(found, "hits"), i, hit) {
			json_array_append(all, json_object_get(hit, "title"));
			json_array_append(ids, json_object_get(hit, "id"));
		}
		json_decref(found);
	}
	return all;
}

/* What belongs to a document, for some of them: the cost of that part of its page. */
static void
measure_related(struct gk_site *site, const json_t *ids, size_t n)
{
	double *cpu = calloc(n + 1, sizeof *cpu), wall = ms(CLOCK_MONOTONIC);
	size_t alike = 0;

	for (size_t i = 0; cpu != NULL && i < n; i++) {
		struct gk_err err = GK_ERR_INIT;
		json_t *related;

		cpu[i] = ms(CLOCK_THREAD_CPUTIME_ID);
		if (gk_answer_related(site, json_string_value(json_array_get(ids, number(json_array_size(ids)))), &related, &err) != GK_OK)
			stop(&err);
		cpu[i] = ms(CLOCK_THREAD_CPUTIME_ID) - cpu[i];
		alike += json_array_size(json_object_get(related, "similar"));
		json_decref(related);
	}
	wall = ms(CLOCK_MONOTONIC) - wall;
	qsort(cpu, n, sizeof *cpu, by_size);
	printf("related: %zu documents, %.1f alike on average; of processor p50 %.3f p95 %.3f worst %.3f ms; %.3f ms on the wall on average\n", n, (double)alike / (double)n, cpu[n / 2],
	       cpu[n * 95 / 100], cpu[n - 1], wall / (double)n);
	free(cpu);
}

static void
piece(const json_t *all, char out[64])
{
	const char *title = json_string_value(json_array_get(all, number(json_array_size(all))));
	size_t n = gk_utf8_count(title, strlen(title)), from = number(n), want = 1 + number(6), len = 0;

	while (from-- > 0) {
		uint32_t cp;

		title += gk_utf8_decode(title, strlen(title), &cp);
	}
	while (want-- > 0 && title[len] != '\0' && len < 48) {
		uint32_t cp;

		len += gk_utf8_decode(title + len, strlen(title + len), &cp);
	}
	memcpy(out, title, len);
	out[len] = '\0';
}

int
main(int argc, char **argv)
{
	size_t n = argc > 2 ? strtoul(argv[2], NULL, 10) : 2000, offered = 0;
	double *wall = calloc(n + 1, sizeof *wall), *cpu = calloc(n + 1, sizeof *cpu), start, start_cpu;
	struct gk_err err = GK_ERR_INIT;
	struct mallinfo2 before, after;
	struct gk_site *site;
	json_t *all, *list, *size, *ids = json_array();
	double titles_n, bytes;
	bool current;

	if (argc < 2 || wall == NULL || cpu == NULL || gk_site_open(argv[1], &site, &err) != GK_OK || gk_site_refresh(site, NULL, &err) != GK_OK)
		stop(&err);
	all = titles(site, ids);
	before = mallinfo2();
	start = ms(CLOCK_MONOTONIC);
	start_cpu = ms(CLOCK_PROCESS_CPUTIME_ID);
	if (gk_answer_suggest(site, "安全", true, &list, &current, &err) != GK_OK)
		stop(&err);
	json_decref(list);
	start = ms(CLOCK_MONOTONIC) - start;
	start_cpu = ms(CLOCK_PROCESS_CPUTIME_ID) - start_cpu;
	after = mallinfo2();
	size = gk_answer_suggest_size(site);
	titles_n = json_number_value(json_object_get(size, "titles"));
	bytes = json_number_value(json_object_get(size, "bytes"));
	printf("order: %.0f different titles, %.0f phrases, %.1f MB (%.0f bytes a title); made in %.0f ms, %.0f ms of processor; heap grew by %.1f MB\n", titles_n,
	       json_number_value(json_object_get(size, "phrases")), bytes / 1e6, bytes / titles_n, start, start_cpu,
	       (double)(after.uordblks + after.hblkhd - before.uordblks - before.hblkhd) / 1e6);
	json_decref(size);
	for (size_t i = 0; i < n; i++) {
		char typed[64];

		piece(all, typed);
		wall[i] = ms(CLOCK_MONOTONIC);
		cpu[i] = ms(CLOCK_THREAD_CPUTIME_ID);
		if (gk_answer_suggest(site, typed, true, &list, &current, &err) != GK_OK)
			stop(&err);
		wall[i] = ms(CLOCK_MONOTONIC) - wall[i];
		cpu[i] = ms(CLOCK_THREAD_CPUTIME_ID) - cpu[i];
		offered += json_array_size(list);
		json_decref(list);
	}
	qsort(wall, n, sizeof *wall, by_size);
	qsort(cpu, n, sizeof *cpu, by_size);
	printf("suggest: %zu texts, %.1f offered on average; p50 %.3f p95 %.3f p99 %.3f worst %.3f ms; of processor p50 %.3f p95 %.3f worst %.3f ms\n", n,
	       (double)offered / (double)n, wall[n / 2], wall[n * 95 / 100], wall[n * 99 / 100], wall[n - 1], cpu[n / 2], cpu[n * 95 / 100], cpu[n - 1]);
	measure_related(site, ids, 300);
	json_decref(all);
	json_decref(ids);
	gk_site_close(site);
	free(wall);
	free(cpu);
	return 0;
}
