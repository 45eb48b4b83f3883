/* gongkai-desk: options, the socket, and the life of the server. */
#include "desk/front.h"

#include "base/io.h"
#include "base/memory.h"
#include "desk/measure.h"
#include "record/config.h"
#include "web/listen.h"
#include "web/notify.h"
#include "xapianc/write.h"

#include <argp.h>
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

struct options { const char *archive, *listen, *lang; bool proxy, log_requests; };
enum { KEY_LANG = 256, KEY_PROXY, KEY_LOG };

static struct argp_option options[] = {
	{ .name = "archive", .key = 'a', .arg = "DIR" },
	{ .name = "listen", .key = 'l', .arg = "ADDR:PORT" },
	{ .name = "lang", .key = KEY_LANG, .arg = "zh|en" },
	{ .name = "i-have-a-proxy", .key = KEY_PROXY },
	{ .name = "log-requests", .key = KEY_LOG },
	{ 0 }
};

static const char *const option_docs[][2] = {
	{ "档案目录（默认 $GONGKAI_ARCHIVE 或 /var/lib/gongkai）", "archive folder (default $GONGKAI_ARCHIVE or /var/lib/gongkai)" },
	{ "监听地址（默认 127.0.0.1:8481；端口 0 为任选）", "where to listen (default 127.0.0.1:8481; port 0: any)" },
	{ "界面和消息的语言", "language of pages and messages" },
	{ "前面有反向代理，允许监听外部地址", "there is a proxy in front: allow other addresses than loopback" },
	{ "每个请求记一行日志", "log one line per request" },
};

const char *argp_program_version = "gongkai-desk " GK_VERSION;

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'a':
		o->archive = arg;
		return 0;
	case 'l':
		o->listen = arg;
		return 0;
	case KEY_LANG:
		o->lang = arg;
		gk_lang_set(arg);
		return 0;
	case KEY_PROXY:
		o->proxy = true;
		return 0;
	case KEY_LOG:
		o->log_requests = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, GK_T("不认识参数“%s”", "unknown argument '%s'"), arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void
read_options(int argc, char **argv, struct options *o)
{
	struct argp argp = { .options = options, .parser = parse_option };

	for (size_t i = 0; i < sizeof option_docs / sizeof *option_docs; i++)
		options[i].doc = option_docs[i][gk_lang];
	argp.doc = GK_T("经办人和档案员的工作台：登录后登记、审查、保管。", "The desk of staff and archivists: registering, reviewing, keeping, after a login.");
	argp_err_exit_status = gk_exit_of(GK_CAUSE_USAGE);
	/* It says nothing of memory that it did not get, and then options would count as not given. */
	if (argp_parse(&argp, argc, argv, 0, NULL, o) != 0)
		gk_memory_ended();
	if (o->archive == NULL)
		o->archive = getenv("GONGKAI_ARCHIVE");
	if (o->archive == NULL || o->archive[0] == '\0')
		o->archive = "/var/lib/gongkai";
}

static void
say(int priority, const struct gk_err *err)
{
	/* Both languages: whoever reads a service's journal is not whoever chose its language. */
	fprintf(stderr, "<%d>%s\n<%d>%s\n", priority, err->what, priority, err->what_en);
	if (err->hint[0] != '\0')
		fprintf(stderr, "<%d>%s\n<%d>%s\n", priority, err->hint, priority, err->hint_en);
}

/* As in the writer of the command line: to go on would leave something out without a word. */
_Noreturn static void
end_now(void)
{
	static const char text[] = "<2>内存不足，工作台结束\n<2>out of memory, the desk ends\n";

	(void)!write(STDERR_FILENO, text, sizeof text - 1);
	_exit(gk_exit_of(GK_CAUSE_MEMORY));
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
open_desk(const struct options *o, struct gk_config *config, struct desk *d, struct gk_err *err)
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
serve(const struct options *o, const struct listener *l)
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
		say(3, &err);
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
	struct options o = { .listen = "127.0.0.1:8481" };
	struct listener l;
	struct gk_err err = GK_ERR_INIT;
	int code;

	gk_lang_set(NULL);
	read_options(argc, argv, &o);
	notify_init();
	if (listen_on(o.listen, o.proxy, &l, &err) != GK_OK) {
		say(3, &err);
		return gk_exit_of(err.cause);
	}
	code = serve(&o, &l);
	close(l.fd);
	return code;
}
