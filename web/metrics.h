/*
 * Counters of a daemon, and /metrics: the text format of Prometheus, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).
 *
 * The counters stand in memory that a worker shares with its parent and with the worker that comes after it, so they go on when one dies or
 * is replaced.  An answer is counted when it is handed to the network, before its first byte is sent: whoever has n answers
 * finds n or more.  What never becomes a request (no headers in time, nothing that is HTTP) is not counted.
 *
 * Nothing of a question and nothing of a person is in them.
 */
#ifndef GK_METRICS_H
#define GK_METRICS_H

#include "base/buf.h"

#include <stdint.h>

enum { GK_METRIC_ROUTES = 96, GK_METRIC_LEVELS = 8 };

/* What a daemon counts beside its answers; the words are the names in the page. */
enum gk_counter {
	GK_COUNT_WORKER_DEATHS, GK_COUNT_RELOADS, GK_COUNT_RELOADS_FAILED, GK_COUNT_SEARCHES_EMPTY, GK_COUNT_LOGINS, GK_COUNT_LOGINS_REFUSED,
	GK_COUNTERS
};

struct gk_metrics;
/* Before any fork.  Routes are told by number; 0 is what has no route.  NULL when memory ends. */
struct gk_metrics *gk_metrics_new(void);
void gk_metrics_free(struct gk_metrics *m);

/* Each of these takes m NULL for "nobody counts", from any thread. */
void gk_metrics_answer(struct gk_metrics *m, unsigned route, int status, uint64_t us, size_t bytes);
void gk_metrics_count(struct gk_metrics *m, enum gk_counter what);
/* A search that was answered at this level of the ladder. */
void gk_metrics_search(struct gk_metrics *m, unsigned level);

/* ---- the page ---- */

#define GK_METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* Names of routes and levels by number, n of each; a name is written as it is: letters, digits, and nothing that a label must escape but by gk_metric(). */
struct gk_metric_names {
	const char *const *routes, *const *levels;
	size_t n_routes, n_levels;
	unsigned counters;		/* which of them this daemon has: 1 << GK_COUNT_… */
};
void gk_metrics_page(const struct gk_metrics *m, const struct gk_metric_names *names, struct gk_buf *out);
/* Memory, descriptors, processor time of this process, and when the daemon was started. */
void gk_metrics_process(const struct gk_metrics *m, struct gk_buf *out);
/* A family's two comment lines; type is "counter" or "gauge". */
void gk_metric_head(struct gk_buf *out, const char *name, const char *type, const char *help);
/* One sample; label NULL: none. */
void gk_metric(struct gk_buf *out, const char *name, const char *label, const char *value, double number);
/* A family of one sample without a label. */
void gk_metric_alone(struct gk_buf *out, const char *name, const char *type, const char *help, double number);

#endif
