/* What the desk counts; the counters are in web/metrics.h. */
#include "desk/measure.h"

static const char *routes[GK_METRIC_ROUTES] = { "none" };
const struct gk_metric_names desk_measure_names = { routes, NULL, GK_METRIC_ROUTES, 0, 1U << GK_COUNT_LOGINS | 1U << GK_COUNT_LOGINS_REFUSED };

void
desk_measure_init(const char *(*path)(size_t i))
{
	bool more = true;

	for (size_t i = 0; i + 1 < GK_METRIC_ROUTES; i++) {
		const char *name = more ? path(i) : NULL;

		more = name != NULL;
		routes[i + 1] = more ? name : "/static";
	}
}

void
desk_measure_page(const struct desk *d, struct gk_reply *reply)
{
	struct gk_http *http = __atomic_load_n(&d->http, __ATOMIC_ACQUIRE);

	reply->type = GK_METRICS_TYPE;
	if (d->metrics != NULL)
		gk_metrics_page(d->metrics, &desk_measure_names, &reply->body);
	if (http != NULL)
		gk_http_gauges(http, &reply->body);
	gk_metric_alone(&reply->body, "gongkai_sessions", "gauge", "Sessions that are not over.", (double)sessions_open(d->sessions));
	gk_metric_alone(&reply->body, "gongkai_sandbox_degraded", "gauge", "1 if this kernel has no Landlock: extraction is held by seccomp alone, and reads no PDF.", upload_box_degraded());
	if (d->metrics != NULL)
		gk_metrics_process(d->metrics, &reply->body);
}
