/*
 * gongkai-searchd: the public, read-only server.
 *
 *   parent    holds the listening socket, starts a worker, starts another when it dies or, on SIGHUP, when the configuration changed
 *   worker    opens the archive for reading, answers (web/http.h); crashes cost one second
 *
 * A query that crashes the search library therefore costs the requests of that
 * moment and nothing else (safety.md 6): waiting connections stay in the
 * parent's socket.
 */
#include "record/config.h"
#include "web/daemon.h"
#include "web/listen.h"
#include "web/log.h"
#include "web/notify.h"
#include "searchd/measure.h"
#include "searchd/route.h"

#include "base/io.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

enum {
	CORES_MAX = 16,			/* more threads would not fit the memory of L19 */
	QUEUE = 64, WAIT_MS = 2000,	/* L8; 64 readers who ask at the same moment are all heard */
	HARD_MS = 3000,			/* L18 */
	LONG_MS = 15000,		/* L22: a table of 10,000 rows */
	STUCK_MS = 20000,
	CONNECTIONS = 512, PER_ADDRESS = 32,	/* L6 */
	RATE = 10, RATE_MAX = 10000,	/* L7 */
};

struct options {
	struct daemon d;
	unsigned threads, per_address, rate;
	bool single, per_address_set, rate_set;
	struct gk_metrics *metrics;
};

enum { KEY_THREADS = DAEMON_OWN_KEYS, KEY_SINGLE, KEY_PER_ADDRESS, KEY_RATE };

static const struct daemon_option own_options[] = {
	{ "threads", KEY_THREADS, "N", "收发线程数（默认为处理器核数）", "I/O threads (default: number of cores)" },
	{ "per-address", KEY_PER_ADDRESS, "N", "每个地址的连接数上限，0 为不限", "connections of one address, 0: no limit" },
	{ "rate", KEY_RATE, "N", "每个地址每秒的请求数上限，0 为不限", "requests a second of one address, 0: no limit" },
	{ "single-process", KEY_SINGLE, NULL, "不另起工作进程（调试用）", "no worker process (for debugging)" },
	{ NULL, 0, NULL, NULL, NULL },
};

const char *argp_program_version = "gongkai-searchd " GK_VERSION;

static bool
small_number(const char *s, unsigned most, unsigned *out)
{
	char *end;
	unsigned long n = strtoul(s, &end, 10);

	if (s[0] < '0' || s[0] > '9' || *end != '\0' || n > most)
		return false;
	*out = (unsigned)n;
	return true;
}

static error_t
take_option(void *input, int key, char *arg, struct argp_state *state)
{
	struct options *o = input;

	switch (key) {
	case KEY_THREADS:
		if (!small_number(arg, 64, &o->threads) || o->threads == 0)
			argp_error(state, GK_T("--threads 要写 1 到 64 的数：%s", "--threads wants a number from 1 to 64: %s"), arg);
		return 0;
	case KEY_PER_ADDRESS:
		if (!small_number(arg, 65535, &o->per_address))
			argp_error(state, GK_T("--per-address 要写 0 到 65535 的数：%s", "--per-address wants a number from 0 to 65535: %s"), arg);
		o->per_address_set = true;
		return 0;
	case KEY_RATE:
		if (!small_number(arg, RATE_MAX, &o->rate))
			argp_error(state, GK_T("--rate 要写 0 到 10000 的数：%s", "--rate wants a number from 0 to 10000: %s"), arg);
		o->rate_set = true;
		return 0;
	case KEY_SINGLE:
		o->single = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct daemon_program program = {
	"公开文件的检索服务：网页和 JSON，只读。", "Searches published documents: pages and JSON, read only.", "每个请求记一行日志（不含检索词）", "log one line per request (without the query)", own_options, take_option,
};

/* ---- the worker ---- */

static void
set_limits(void)
{
	/* Not RLIMIT_AS: files of the index are mapped by every worker, and a million documents would use up 2 GiB of addresses without using memory. */
	struct rlimit memory = { 2048UL << 20, 2048UL << 20 }, stack = { 8UL << 20, 8UL << 20 }, core = { 0, 0 };

	setrlimit(RLIMIT_CORE, &core);
	if (SANITIZED)
		return;
	mallopt(M_ARENA_MAX, 4);
	setrlimit(RLIMIT_DATA, &memory);
	setrlimit(RLIMIT_STACK, &stack);
}

static void
block_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGCHLD);
	pthread_sigmask(SIG_BLOCK, set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* "https://www.example.gov.cn/xxgk" is "/xxgk": the host's server may send us whole addresses, or what stands behind it. */
static const char *
path_of(const char *url)
{
	const char *host = strstr(url, "://");

	return host == NULL || strchr(host + 3, '/') == NULL ? "" : strchr(host + 3, '/');
}

static enum gk_status
read_config(const struct options *o, struct gk_config *config, struct server *server, struct gk_err *err)
{
	char *path = gk_path(o->d.archive, "gongkai.conf");
	enum gk_status st;

	if (path == NULL)
		return gk_nomem(err);
	st = gk_config_read(path, config, err);
	free(path);
	/* Without one everything has its default; a wrong one must be said. */
	if (st != GK_OK)
		return err->cause == GK_CAUSE_NO_ACCESS ? GK_OK : st;
	server->organisation = config->organisation != NULL ? config->organisation : "";
	server->apply_address = config->apply_address != NULL ? config->apply_address : "";
	server->public_url = config->public_url != NULL ? config->public_url : "";
	server->base = path_of(server->public_url);
	if (o->d.lang == NULL && config->language != NULL && config->language[0] != '\0')
		gk_lang_set(config->language);
	return GK_OK;
}

/* So that what is wrong with the archive is said at the start, and that the first reader does not wait for what all of them need. */
static enum gk_status
open_first(struct server *server, struct gk_err *err)
{
	struct gk_site *site = NULL;
	enum gk_status st = gk_site_open(server->archive, &site, err);

	if (st == GK_OK) {
		gk_site_tolerate(site);
		st = gk_site_load(site, err);
	}
	if (st != GK_OK)
		gk_site_close(site);
	else
		server->first = site;
	return st;
}

static unsigned
cores(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > CORES_MAX ? CORES_MAX : (unsigned)n;
}

static struct gk_http_config
http_config(const struct options *o, int fd, struct server *server)
{
	return (struct gk_http_config){
		.listen_fd = fd,
		.io_threads = o->threads > 0 ? o->threads : cores(),
		.workers = 2 * cores(), .queue = QUEUE, .wait_ms = WAIT_MS, .hard_ms = HARD_MS, .long_ms = LONG_MS, .is_long = route_is_long,
		.stuck_ms = o->single ? 0 : STUCK_MS,
		.connections = CONNECTIONS, .per_address = o->per_address, .rate = o->rate, .is_file = route_is_file, .is_export = route_is_export,
		.log_requests = o->d.log_requests, .metrics = o->metrics, .names = &measure_names,
		.cls = server, .worker_new = route_worker_new, .worker_free = route_worker_free, .worker_rest = route_worker_rest,
		.at_once = route_at_once, .answer = route_answer, .refuse = route_refuse,
	};
}

_Noreturn static void
end_worker_now(void)
{
	daemon_end("<2>内存不足，工作进程结束\n<2>out of memory, the worker ends\n");
}

/* Serves until a signal; `ready` is called once everything stands. */
static int
serve(const struct options *o, int fd, void (*ready)(void *), void *cls)
{
	struct server server = { .archive = o->d.archive, .organisation = "", .apply_address = "", .public_url = "", .base = "", .metrics = o->metrics };
	struct gk_config config = { 0 };
	struct gk_http_config hc;
	struct gk_http *http = NULL;
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st;
	sigset_t set;
	int got = 0;

	set_limits();
	gk_when_memory_ends(end_worker_now);
	json_set_alloc_funcs(gk_malloc_or_end, free);
	block_signals(&set);
	sigdelset(&set, SIGCHLD);
	sigdelset(&set, SIGHUP);	/* blocked: the parent's business */
	hc = http_config(o, fd, &server);
	st = open_first(&server, &err);
	/* An index that cannot be read is built again by the next command that writes; until then readers are told to wait. */
	if (st == GK_DEAD && err.cause == GK_CAUSE_DAMAGED) {
		daemon_say(3, &err);
		err = (struct gk_err)GK_ERR_INIT;
		st = GK_OK;
	}
	if (st != GK_OK || read_config(o, &config, &server, &err) != GK_OK ||
	    gk_http_start(&hc, &http, &err) != GK_OK) {
		daemon_say(3, &err);
		gk_site_close(server.first);
		gk_config_free(&config);
		return gk_exit_of(err.cause != GK_CAUSE_NONE ? err.cause : GK_CAUSE_BUG);
	}
	__atomic_store_n(&server.http, http, __ATOMIC_RELEASE);
	ready(cls);
	while (sigwait(&set, &got) != 0)
		continue;
	gk_http_stop(http);
	gk_site_close(server.first);
	gk_config_free(&config);
	return 0;
}

/* ---- the parent ---- */

static void
print_address(void *cls)
{
	const struct listener *l = cls;

	printf("http://%s/\n", l->shown);
	fflush(stdout);
}

static void
write_ready(void *cls)
{
	int *fd = cls;

	if (!gk_write_all(*fd, "R", 1))
		gk_log(GK_LOG_WARN, "ready-pipe-closed", "{}");
	close(*fd);
}

static pid_t
start_worker(const struct options *o, const struct listener *l, int *ready)
{
	pid_t parent = getpid(), pid;
	int pipe_fds[2];

	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return -1;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(pipe_fds[0]);
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)	/* it died before the line above */
			_exit(0);
		exit(serve(o, l->fd, write_ready, &pipe_fds[1]));
	}
	close(pipe_fds[1]);
	if (pid < 0)
		close(pipe_fds[0]);
	else
		*ready = pipe_fds[0];
	return pid;
}

/* True once the worker says that it serves; false when it ended instead. */
static bool
wait_ready(int fd)
{
	char c;
	ssize_t n;

	do
		n = read(fd, &c, 1);
	while (n < 0 && errno == EINTR);
	close(fd);
	return n == 1;
}

static void
say_death(int status)
{
	gk_log(GK_LOG_BAD, "worker-died", "{s:i}", WIFSIGNALED(status) ? "signal" : "exit", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static int
exit_of_wait(int status)
{
	if (WIFSIGNALED(status))
		say_death(status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : gk_exit_of(GK_CAUSE_BUG);
}

/* Not before half a second after the last start: a worker that dies at once must not keep a core busy. */
static void
pause_after(const struct timespec *started)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	if (t.tv_sec - started->tv_sec > 1)
		return;
	t = (struct timespec){ 0, 500000000L };
	nanosleep(&t, NULL);
}

static int
end_worker(pid_t pid)
{
	int status = 0;

	kill(pid, SIGTERM);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return exit_of_wait(status);
}

/* A worker in the place of one that died; comes back with one that serves, however long that takes. */
static pid_t
start_again(const struct options *o, const struct listener *l, struct timespec *started)
{
	int ready = -1;
	pid_t pid;

	do {
		pause_after(started);
		clock_gettime(CLOCK_MONOTONIC, started);
		pid = start_worker(o, l, &ready);
	} while (pid < 0);
	gk_metrics_count(o->metrics, GK_COUNT_WORKER_DEATHS);
	gk_log(GK_LOG_NOTICE, wait_ready(ready) ? "worker-restarted" : "worker-failed", "{}");
	return pid;
}

/*
 * SIGHUP: a second worker reads the configuration; once it serves, the first answers what it has begun and ends.  If it does not come
 * up, it has said why, and the first stays.  Returns the worker that serves.
 */
static pid_t
reload(const struct options *o, const struct listener *l, pid_t serving)
{
	int ready = -1, status;
	pid_t pid;

	notify("RELOADING=1");
	pid = start_worker(o, l, &ready);
	if (pid > 0 && wait_ready(ready)) {
		end_worker(serving);
		gk_metrics_count(o->metrics, GK_COUNT_RELOADS);
		gk_log(GK_LOG_NOTICE, "reloaded", "{}");
		notify("READY=1\nSTATUS=reloaded");
		return pid;
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	gk_metrics_count(o->metrics, GK_COUNT_RELOADS_FAILED);
	gk_log(GK_LOG_BAD, "reload-failed", "{s:s, s:s}", "message", "配置没有换，仍按原来的配置服务", "message_en", "the configuration was not taken over; the former one still serves");
	notify("READY=1\nSTATUS=reload failed, the former configuration serves");
	return serving;
}

/* The next signal, or 0 when it is time to tell systemd that we live. */
static int
next_signal(const sigset_t *set)
{
	long ms = notify_every_ms();
	struct timespec wait = { ms / 1000, ms % 1000 * 1000000L };
	int got;

	if (ms == 0)
		return sigwaitinfo(set, NULL);
	got = sigtimedwait(set, NULL, &wait);
	return got < 0 && errno == EAGAIN ? 0 : got;
}

static int
supervise(const struct options *o, struct listener *l)
{
	struct timespec started;
	sigset_t set;
	pid_t pid;
	int status, ready = -1, got;

	block_signals(&set);
	clock_gettime(CLOCK_MONOTONIC, &started);
	pid = start_worker(o, l, &ready);
	if (pid < 0) {
		fprintf(stderr, "<3>不能启动工作进程：%s\n<3>cannot start a worker: %s\n", strerror(errno), strerror(errno));
		return gk_exit_of(GK_CAUSE_MEMORY);
	}
	if (!wait_ready(ready)) {
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			continue;
		return exit_of_wait(status);
	}
	print_address(l);
	notify("READY=1");
	for (;;) {
		got = next_signal(&set);
		if (got == SIGTERM || got == SIGINT) {
			notify("STOPPING=1");
			return end_worker(pid);
		}
		if (got == SIGHUP)
			pid = reload(o, l, pid);
		/* One signal may stand for several children. */
		if (got > 0 && waitpid(pid, &status, WNOHANG) == pid) {
			say_death(status);
			pid = start_again(o, l, &started);
		}
		notify("WATCHDOG=1");
	}
}

int
main(int argc, char **argv)
{
	struct options o = { .d = { .listen = "127.0.0.1:8480" } };
	struct listener l;
	struct gk_err err = GK_ERR_INIT;
	bool inherited = false;
	int code;

	gk_lang_set(NULL);
	daemon_options(argc, argv, &program, &o.d, &o);
	notify_init();
	measure_names_init();
	o.metrics = gk_metrics_new();
	if (o.metrics == NULL)
		gk_memory_ended();
	if (listen_inherited(o.d.proxy, &inherited, &l, &err) != GK_OK || (!inherited && listen_on(o.d.listen, o.d.proxy, &l, &err) != GK_OK)) {
		daemon_say(3, &err);
		return gk_exit_of(err.cause);
	}
	/* Behind a proxy, and on loopback, all readers share one address. */
	if (!o.per_address_set)
		o.per_address = l.loopback || o.d.proxy ? 0 : PER_ADDRESS;
	if (!o.rate_set)
		o.rate = l.loopback || o.d.proxy ? 0 : RATE;
	code = o.single ? serve(&o, l.fd, print_address, &l) : supervise(&o, &l);
	close(l.fd);
	gk_metrics_free(o.metrics);
	return code;
}
