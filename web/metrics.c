/* Counting, and writing the counts down; see metrics.h. */
#include "web/metrics.h"

#include <dirent.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

typedef _Atomic uint64_t count;

/* Those that we answer with; any other is counted as the first of its hundred. */
static const int codes[] = { 200, 201, 206, 302, 303, 304, 400, 401, 403, 404, 405, 409, 410, 411, 413, 414, 422, 429, 431, 500, 503 };
enum { CODES = sizeof codes / sizeof *codes };

/* Upper ends in microseconds.  The slowest answer of searchd has 3 s (L18), the desk's may extract a file. */
static const struct { uint64_t us; const char *le; } buckets[] = {
	{ 1000, "0.001" }, { 2500, "0.0025" }, { 5000, "0.005" }, { 10000, "0.01" }, { 25000, "0.025" }, { 50000, "0.05" }, { 100000, "0.1" },
	{ 250000, "0.25" }, { 500000, "0.5" }, { 1000000, "1" }, { 3000000, "3" }, { 10000000, "10" },
};
enum { BUCKETS = sizeof buckets / sizeof *buckets };

struct gk_metrics {
	count answers[GK_METRIC_ROUTES][CODES];
	count bucket[BUCKETS + 1];	/* each answer in one of them; the page adds them up */
	count us, bytes;
	count counter[GK_COUNTERS];
	count level[GK_METRIC_LEVELS];
	time_t started;
};

static const struct { const char *name, *help; } counters[GK_COUNTERS] = {
	[GK_COUNT_WORKER_DEATHS] = { "gongkai_worker_deaths_total", "Workers that died and were replaced." },
	[GK_COUNT_RELOADS] = { "gongkai_reloads_total", "Configurations taken over while serving." },
	[GK_COUNT_RELOADS_FAILED] = { "gongkai_reloads_failed_total", "Configurations that were wrong: the former one stayed." },
	[GK_COUNT_SEARCHES_EMPTY] = { "gongkai_searches_empty_total", "Searches that found nothing." },
	[GK_COUNT_LOGINS] = { "gongkai_logins_total", "Logins at the desk." },
	[GK_COUNT_LOGINS_REFUSED] = { "gongkai_logins_refused_total", "Logins at the desk that were refused." },
};

struct gk_metrics *
gk_metrics_new(void)
{
	struct gk_metrics *m = mmap(NULL, sizeof *m, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (m == MAP_FAILED)
		return NULL;
	m->started = time(NULL);
	return m;
}

void
gk_metrics_free(struct gk_metrics *m)
{
	if (m != NULL)
		munmap(m, sizeof *m);
}

/* ---- counting ---- */

static void
more(count *c, uint64_t n)
{
	atomic_fetch_add_explicit(c, n, memory_order_relaxed);
}

static uint64_t
now(const count *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}

static size_t
code_of(int status)
{
	size_t same = 0;

	for (size_t i = 0; i < CODES; i++) {
		if (codes[i] == status)
			return i;
		if (codes[i] / 100 == status / 100 && codes[same] / 100 != status / 100)
			same = i;
	}
	return same;
}

void
gk_metrics_answer(struct gk_metrics *m, unsigned route, int status, uint64_t us, size_t bytes)
{
	size_t i = 0;

	if (m == NULL)
		return;
	while (i < BUCKETS && us > buckets[i].us)
		i++;
	more(&m->answers[route < GK_METRIC_ROUTES ? route : 0][code_of(status)], 1);
	more(&m->bucket[i], 1);
	more(&m->us, us);
	more(&m->bytes, bytes);
}

void
gk_metrics_count(struct gk_metrics *m, enum gk_counter what)
{
	if (m != NULL)
		more(&m->counter[what], 1);
}

void
gk_metrics_search(struct gk_metrics *m, unsigned level)
{
	if (m != NULL)
		more(&m->level[level < GK_METRIC_LEVELS ? level : 0], 1);
}

/* ---- writing ---- */

void
gk_metric_head(struct gk_buf *out, const char *name, const char *type, const char *help)
{
	gk_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* Whole numbers whole: 17 digits hold any count below 2^53. */
static void
put_number(struct gk_buf *out, double number)
{
	gk_buf_printf(out, " %.17g\n", number);
}

static void
put_label(struct gk_buf *out, const char *label, const char *value)
{
	gk_buf_printf(out, "%s=\"", label);
	for (; *value != '\0'; value++) {
		if (*value == '\n') {
			gk_buf_puts(out, "\\n");
			continue;
		}
		if (*value == '"' || *value == '\\')
			gk_buf_putc(out, '\\');
		gk_buf_putc(out, *value);
	}
	gk_buf_putc(out, '"');
}

void
gk_metric(struct gk_buf *out, const char *name, const char *label, const char *value, double number)
{
	gk_buf_puts(out, name);
	if (label != NULL) {
		gk_buf_putc(out, '{');
		put_label(out, label, value);
		gk_buf_putc(out, '}');
	}
	put_number(out, number);
}

void
gk_metric_alone(struct gk_buf *out, const char *name, const char *type, const char *help, double number)
{
	gk_metric_head(out, name, type, help);
	gk_metric(out, name, NULL, NULL, number);
}

static void
put_answers(const struct gk_metrics *m, const struct gk_metric_names *names, struct gk_buf *out)
{
	char code[12];

	gk_metric_head(out, "gongkai_http_answers_total", "counter", "Answers, by the address as it is documented and by HTTP status.");
	for (size_t r = 0; r < GK_METRIC_ROUTES; r++)
		for (size_t i = 0; i < CODES; i++) {
			uint64_t n = now(&m->answers[r][i]);

			if (n == 0)
				continue;
			snprintf(code, sizeof code, "%d", codes[i]);
			gk_buf_puts(out, "gongkai_http_answers_total{");
			put_label(out, "route", r < names->n_routes ? names->routes[r] : "?");
			gk_buf_putc(out, ',');
			put_label(out, "status", code);
			gk_buf_putc(out, '}');
			put_number(out, (double)n);
		}
}

static void
put_times(const struct gk_metrics *m, struct gk_buf *out)
{
	static const char name[] = "gongkai_http_answer_seconds";
	uint64_t n = 0;

	gk_metric_head(out, name, "histogram", "From the head of a request to its answer, the wait for a worker included.");
	for (size_t i = 0; i < BUCKETS; i++) {
		n += now(&m->bucket[i]);
		gk_metric(out, "gongkai_http_answer_seconds_bucket", "le", buckets[i].le, (double)n);
	}
	n += now(&m->bucket[BUCKETS]);
	gk_metric(out, "gongkai_http_answer_seconds_bucket", "le", "+Inf", (double)n);
	gk_metric(out, "gongkai_http_answer_seconds_sum", NULL, NULL, (double)now(&m->us) / 1e6);
	gk_metric(out, "gongkai_http_answer_seconds_count", NULL, NULL, (double)n);
}

void
gk_metrics_page(const struct gk_metrics *m, const struct gk_metric_names *names, struct gk_buf *out)
{
	put_answers(m, names, out);
	put_times(m, out);
	gk_metric_alone(out, "gongkai_http_sent_bytes_total", "counter", "Bytes of the bodies of answers.", (double)now(&m->bytes));
	if (names->n_levels > 0)
		gk_metric_head(out, "gongkai_searches_total", "counter", "Searches, by the level of the ladder that answered (gongkai-query(7)).");
	for (size_t i = 0; i < names->n_levels && i < GK_METRIC_LEVELS; i++)
		gk_metric(out, "gongkai_searches_total", "level", names->levels[i], (double)now(&m->level[i]));
	for (size_t i = 0; i < GK_COUNTERS; i++)
		if ((names->counters >> i & 1) != 0)
			gk_metric_alone(out, counters[i].name, "counter", counters[i].help, (double)now(&m->counter[i]));
}

static double
resident_bytes(void)
{
	unsigned long total, resident = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f == NULL)
		return 0;
	if (fscanf(f, "%lu %lu", &total, &resident) != 2)
		resident = 0;
	fclose(f);
	return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

static double
open_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	double n = 0;

	if (d == NULL)
		return 0;
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 3;		/* ".", ".." and the folder itself */
}

void
gk_metrics_process(const struct gk_metrics *m, struct gk_buf *out)
{
	struct rusage used;

	gk_metric_head(out, "gongkai_build_info", "gauge", "The version that runs.");
	gk_metric(out, "gongkai_build_info", "version", GK_VERSION, 1);
	gk_metric_alone(out, "gongkai_start_time_seconds", "gauge", "When the daemon was started, seconds since 1970.", (double)m->started);
	gk_metric_alone(out, "process_resident_memory_bytes", "gauge", "Memory of the process that answers.", resident_bytes());
	gk_metric_alone(out, "process_open_fds", "gauge", "Its open descriptors.", open_descriptors());
	if (getrusage(RUSAGE_SELF, &used) == 0)
		gk_metric_alone(out, "process_cpu_seconds_total", "counter", "Its processor time; begins again with a new worker.",
				(double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
}
