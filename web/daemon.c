#include "web/daemon.h"

#include "base/io.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_LANG = 256, KEY_PROXY, KEY_LOG, SHARED = 5 };

/* One parsing: whose fields are filled. */
struct parsing {
	const struct daemon_program *p;
	struct daemon *d;
	void *input;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct parsing *g = state->input;

	switch (key) {
	case 'a':
		g->d->archive = arg;
		return 0;
	case 'l':
		g->d->listen = arg;
		return 0;
	case KEY_LANG:
		g->d->lang = arg;
		gk_lang_set(arg);
		return 0;
	case KEY_PROXY:
		g->d->proxy = true;
		return 0;
	case KEY_LOG:
		g->d->log_requests = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, GK_T("不认识参数“%s”", "unknown argument '%s'"), arg);
		return 0;
	default:
		return key >= DAEMON_OWN_KEYS && key < DAEMON_OWN_KEYS + DAEMON_OWN_OPTIONS && g->p->take != NULL ? g->p->take(g->input, key, arg, state) : ARGP_ERR_UNKNOWN;
	}
}

void
daemon_options(int argc, char **argv, const struct daemon_program *p, struct daemon *d, void *input)
{
	char where[160];
	struct argp_option options[SHARED + DAEMON_OWN_OPTIONS + 1] = {
		{ .name = "archive", .key = 'a', .arg = "DIR", .doc = GK_T("档案目录（默认 $GONGKAI_ARCHIVE 或 /var/lib/gongkai）", "archive folder (default $GONGKAI_ARCHIVE or /var/lib/gongkai)") },
		{ .name = "listen", .key = 'l', .arg = "ADDR:PORT", .doc = where },
		{ .name = "lang", .key = KEY_LANG, .arg = "zh|en", .doc = GK_T("界面和消息的语言", "language of pages and messages") },
		{ .name = "i-have-a-proxy", .key = KEY_PROXY, .doc = GK_T("前面有反向代理，允许监听外部地址", "there is a proxy in front: allow other addresses than loopback") },
		{ .name = "log-requests", .key = KEY_LOG, .doc = GK_T(p->log_zh, p->log_en) },
	};
	struct argp argp = { .options = options, .parser = parse, .doc = GK_T(p->zh, p->en) };
	struct parsing g = { p, d, input };

	snprintf(where, sizeof where, GK_T("监听地址（默认 %s；端口 0 为任选）", "where to listen (default %s; port 0: any)"), d->listen);
	for (size_t i = 0; p->own != NULL && p->own[i].name != NULL && i < DAEMON_OWN_OPTIONS; i++)
		options[SHARED + i] = (struct argp_option){ .name = p->own[i].name, .key = p->own[i].key, .arg = p->own[i].arg, .doc = GK_T(p->own[i].zh, p->own[i].en) };
	argp_err_exit_status = gk_exit_of(GK_CAUSE_USAGE);
	/* It says nothing of memory that it did not get, and then options would count as not given. */
	if (argp_parse(&argp, argc, argv, 0, NULL, &g) != 0)
		gk_memory_ended();
	if (d->archive == NULL)
		d->archive = getenv("GONGKAI_ARCHIVE");
	if (d->archive == NULL || d->archive[0] == '\0')
		d->archive = "/var/lib/gongkai";
}

void
daemon_say(int priority, const struct gk_err *err)
{
	fprintf(stderr, "<%d>%s\n<%d>%s\n", priority, err->what, priority, err->what_en);
	if (err->hint[0] != '\0')
		fprintf(stderr, "<%d>%s\n<%d>%s\n", priority, err->hint, priority, err->hint_en);
}

_Noreturn void
daemon_end(const char *lines)
{
	(void)!write(STDERR_FILENO, lines, strlen(lines));
	_exit(gk_exit_of(GK_CAUSE_MEMORY));
}
