/* What is measured, with its names; the counters themselves are in web/metrics.h. */
#include "searchd/measure.h"

#include "searchd/routes.h"

#include <string.h>

/* As answers say it (web/answer-search.c). */
static const char *const levels[] = { "none", "phrase", "synonym", "corrected", "near", "all", "some" };
static const char *routes[GK_METRIC_ROUTES] = { "none" };
const struct gk_metric_names measure_names = { routes, levels, GK_METRIC_ROUTES, sizeof levels / sizeof *levels,
	1U << GK_COUNT_WORKER_DEATHS | 1U << GK_COUNT_RELOADS | 1U << GK_COUNT_RELOADS_FAILED | 1U << GK_COUNT_SEARCHES_EMPTY };

void
measure_names_init(void)
{
	size_t n;
	const struct route_entry *table = route_table(&n);

	for (size_t i = 0; i + 1 < GK_METRIC_ROUTES; i++)
		routes[i + 1] = i < n ? table[i].pattern : "/static";
}

unsigned
measure_route(const struct route *r)
{
	size_t n;
	const struct route_entry *table = route_table(&n);

	return r->entry == NULL ? 0 : (unsigned)(r->entry - table) + 1;
}

unsigned
measure_route_file(void)
{
	size_t n;

	(void)route_table(&n);
	return (unsigned)n + 1;
}

void
measure_search(const struct server *s, const json_t *answer)
{
	const char *level = json_string_value(json_object_get(json_object_get(answer, "query"), "level"));
	unsigned i = sizeof levels / sizeof *levels - 1;

	while (i > 0 && (level == NULL || strcmp(levels[i], level) != 0))
		i--;
	gk_metrics_search(s->metrics, i);
	if (json_integer_value(json_object_get(answer, "total")) == 0)
		gk_metrics_count(s->metrics, GK_COUNT_SEARCHES_EMPTY);
}

static void
put_index(struct gk_site *site, const char *archive, struct gk_buf *out)
{
	static const struct { const char *key, *name, *help; } shown[] = {
		{ "documents", "gongkai_documents", "Documents in the index." },
		{ "events", "gongkai_events", "Events that the index has taken in." },
		{ "generation", "gongkai_index_generation", "Changes with every commit of the index." },
		{ "index_bytes", "gongkai_index_bytes", "Size of the index." },
		{ "archive_bytes", "gongkai_archive_bytes", "Size of the segments of the archive." },
		{ "segments", "gongkai_archive_segments", "Segments of the archive." },
		{ "behind", "gongkai_index_behind_bytes", "Bytes of the archive that the index has not read yet." },
		{ "shards_away", "gongkai_shards_away", "Shards of the index on other machines." },
		{ "shards_down", "gongkai_shards_down", "Those of them that do not answer." },
		{ "verified_at", "gongkai_verify_time_seconds", "When the last report of gongkai verify was written." },
		{ "checkpoint_at", "gongkai_checkpoint_time_seconds", "When the last checkpoint was signed." },
	};
	struct gk_err err = GK_ERR_INIT;
	json_t *o = NULL;
	bool up = site != NULL && gk_answer_operation(site, &o, &err) == GK_OK;

	gk_metric_alone(out, "gongkai_index_up", "gauge", "1 if the index can be used.", up);
	if (!up)
		o = gk_answer_kept(archive);
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		const json_t *v = json_object_get(o, shown[i].key);

		if (json_is_integer(v))
			gk_metric_alone(out, shown[i].name, "gauge", shown[i].help, (double)json_integer_value(v));
	}
	json_decref(o);
}

static void
put_counters(const struct server *s, struct gk_reply *reply)
{
	reply->type = GK_METRICS_TYPE;
	if (s->metrics == NULL)
		return;
	gk_metrics_page(s->metrics, &measure_names, &reply->body);
	gk_metrics_process(s->metrics, &reply->body);
}

void
measure_page(const struct server *s, struct gk_site *site, struct gk_reply *reply)
{
	struct gk_http *http = __atomic_load_n(&s->http, __ATOMIC_ACQUIRE);

	put_counters(s, reply);
	if (http != NULL)
		gk_http_gauges(http, &reply->body);
	put_index(site, s->archive, &reply->body);
}

/* Refusals are written while the server's lock is held: its gauges cannot be asked for here. */
void
measure_page_busy(const struct server *s, struct gk_reply *reply)
{
	put_counters(s, reply);
	reply->status = 200;
}
