/* gongkai as a library, as the other engines are measured: the best ten and the exact total, no snippet, no JSON, no HTTP. */
#include "catalog/catalog.h"
#include "load.h"

#include <string.h>

void *
engine_open(const char *dir)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_catalog *c;
	uint64_t generation;

	if (gk_catalog_open(dir, &c, &err) != GK_OK || gk_catalog_refresh(c, &generation, &err) != GK_OK)
		stop(dir, err.what_en);
	return c;
}

static struct gk_date
day(int number)
{
	return (struct gk_date){ .year = (int16_t)(number / 10000), .month = (uint8_t)(number / 100 % 100), .day = (uint8_t)(number % 100) };
}

long
engine_ask(void *handle, const struct question *q)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_results found = { .memory = NULL };
	struct gk_query query;
	struct gk_request r = { .query = &query, .as_of = gk_date_today(), .offset = (size_t)q->offset, .size = 10, .facets = q->facets,
				.sort = q->newest ? GK_SORT_NEWEST : GK_SORT_RELEVANCE };
	uint64_t generation;
	char text[512];
	long total;

	snprintf(text, sizeof text, q->ranked ? "%s" : q->word[1] != NULL ? "\"%s\" \"%s\"" : "\"%s\"", q->word[0], q->word[1]);
	if (q->year != 0) {
		r.filters.n_year = 1;
		r.filters.year[0].from = r.filters.year[0].to = q->year;
	}
	if (q->category[0] != '\0') {
		r.filters.category = &q->category;
		r.filters.n_category = 1;
	}
	if (q->as_of != 0) {
		r.as_of = day(q->as_of);
		r.filters.status = 1u << GK_V_IN_FORCE | 1u << GK_V_PARTLY_IN_FORCE;
	}
	if (gk_catalog_refresh(handle, &generation, &err) != GK_OK || gk_query_parse(text, strlen(text), false, &query, &err) != GK_OK)
		stop(text, err.what_en);
	if (gk_search(handle, &r, &found, &err) != GK_OK)
		stop(text, err.what_en);
	total = found.total;
	gk_results_free(&found);
	gk_query_free(&query);
	return total;
}

void
engine_index(const char *dir, FILE *docs)
{
	(void)docs;
	stop(dir, "an archive is made by gongkai ingest");
}
