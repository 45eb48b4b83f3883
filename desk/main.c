/* gongkai-desk: options, the socket, and the life of the server. */
#include "desk/front.h"

#include "base/io.h"
#include "base/memory.h"
#include "desk/measure.h"
#include "record/config.h"
#include "web/daemon.h"
#include "web/listen.h"
#include "web/notify.h"
#include "xapianc/write.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
	IO_THREADS = 2, WORKERS = 4, QUEUE = 32, WAIT_MS = 20000,
	HARD_MS = 150000,		/* the longest extraction (L24) with room to spare */
	STUCK_MS = 2 * HARD_MS,		/* nothing ends then but by a restart, which loses nothing (safety.md 3.2) */
	RESPONSE_S = 300,		/* an upload of 200 MiB over an office's line */
	CONNECTIONS = 256,
	LOCK_WAIT_S = 10
};

const char *argp_program_version = "gongkai-desk " GK_VERSION;

static const struct daemon_program program = {
	"经办人和档案员的工作台：登录后登记、审查、保管。", "The desk of staff and archivists: registering, reviewing, keeping, after a login.", "每个请求记一行日志", "log one line per request", NULL, NULL,
};

/* As in the writer of the command line: to go on would leave something out without a word. */
_Noreturn static void
end_now(void)
{
	daemon_end("<2>内存不足，工作台结束\n<2>out of memory, the desk ends\n");
}

static void
prepare(sigset_t *set)
{
	struct rlimit core = { 0, 0 };

	setrlimit(RLIMIT_CORE, &core);
	gk_when_memory_ends(end_now);
	json_set_alloc_funcs(gk_malloc_or_end, free);
	xc_when_memory_ends(end_now);
	/* As searchd: an act makes and lets go of some MiB, and each arena keeps the most that was ever asked of it. */
	mallopt(M_ARENA_MAX, 4);
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	pthread_sigmask(SIG_BLOCK, set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static enum gk_status
open_desk(const struct daemon *o, struct gk_config *config, struct desk *d, struct gk_err *err)
{
	struct gk_site *site = NULL;
	struct gk_users users;
	enum gk_status st = gk_site_open(o->archive, &site, err);
	char *conf = gk_path(o->archive, "gongkai.conf");

	if (st == GK_OK) {
		gk_site_close(site);
		st = conf == NULL ? gk_nomem(err) : gk_config_read(conf, config, err);
	}
	free(conf);
	if (st == GK_OK)
		st = gk_users_read(o->archive, &users, err);
	if (st != GK_OK)
		return st;
	if (json_array_size(json_object_get(users.json, "users")) == 0)
		fprintf(stderr, "<4>还没有用户：gongkai user add 用户名 --role editor\n<4>there are no users yet: gongkai user add NAME --role editor\n");
	gk_users_free(&users);
	d->archive = o->archive;
	d->organisation = config->organisation != NULL ? config->organisation : "";
	d->public_url = config->public_url != NULL ? config->public_url : "";
	d->wait = LOCK_WAIT_S;
	if (o->lang == NULL && config->language != NULL && config->language[0] != '\0')
		gk_lang_set(config->language);
	pthread_mutex_init(&d->writer, NULL);
	pthread_mutex_init(&d->overview_lock, NULL);
	d->sessions = sessions_new(d->archive);
	d->past = past_new();
	d->jobs = jobs_new(d->archive);
	d->waiting = waiting_new();
	return d->sessions == NULL || d->past == NULL || d->jobs == NULL || d->waiting == NULL ? gk_nomem(err) : GK_OK;
}

static void
close_desk(struct desk *d)
{
	jobs_free(d->jobs);
	waiting_free(d->waiting);
	past_free(d->past);
	sessions_free(d->sessions);
	json_decref(d->overview);
}

/* Until SIGTERM or SIGINT; systemd hears twice in its time that we live. */
static void
wait_for_end(const sigset_t *set)
{
	long ms = notify_every_ms();
	const struct timespec every = { ms / 1000, ms % 1000 * 1000000L };
	int got;

	for (;;) {
		got = ms > 0 ? sigtimedwait(set, NULL, &every) : sigwaitinfo(set, NULL);
		if (got == SIGTERM || got == SIGINT)
			return;
		notify("WATCHDOG=1");
	}
}

static int
serve(const struct daemon *o, const struct listener *l)
{
	static struct desk desk;
	struct gk_config config = { 0 };
	struct gk_http *http = NULL;
	struct gk_err err = GK_ERR_INIT;
	struct gk_http_config hc = {
		.listen_fd = l->fd, .io_threads = IO_THREADS, .workers = WORKERS, .queue = QUEUE, .wait_ms = WAIT_MS, .hard_ms = HARD_MS, .stuck_ms = STUCK_MS, .connections = CONNECTIONS,
		.log_requests = o->log_requests, .names = &desk_measure_names, .response_s = RESPONSE_S, .body_max = desk_body_max, .cls = &desk, .worker_new = desk_worker_new, .worker_free = desk_worker_free, .worker_rest = desk_worker_rest,
		.at_once = desk_at_once, .answer = desk_answer, .refuse = desk_refuse,
	};
	sigset_t set;

	prepare(&set);
	desk_measure_init(desk_route_path);
	desk.metrics = hc.metrics = gk_metrics_new();
	if (desk.metrics == NULL)
		gk_memory_ended();
	if (open_desk(o, &config, &desk, &err) != GK_OK || gk_http_start(&hc, &http, &err) != GK_OK) {
		daemon_say(3, &err);
		return gk_exit_of(err.cause != GK_CAUSE_NONE ? err.cause : GK_CAUSE_BUG);
	}
	printf("http://%s/staff/\n", l->shown);
	fflush(stdout);
	__atomic_store_n(&desk.http, http, __ATOMIC_RELEASE);
	notify("READY=1");
	wait_for_end(&set);
	notify("STOPPING=1");
	gk_http_stop(http);
	close_desk(&desk);
	gk_metrics_free(desk.metrics);
	gk_config_free(&config);
	return 0;
}

int
main(int argc, char **argv)
{
	struct daemon o = { .listen = "127.0.0.1:8481" };
	struct listener l;
	struct gk_err err = GK_ERR_INIT;
	int code;

	gk_lang_set(NULL);
	daemon_options(argc, argv, &program, &o, NULL);
	notify_init();
	if (listen_on(o.listen, o.proxy, &l, &err) != GK_OK) {
		daemon_say(3, &err);
		return gk_exit_of(err.cause);
	}
	code = serve(&o, &l);
	close(l.fd);
	return code;
}
