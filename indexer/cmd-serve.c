/* gongkai serve: gongkai-searchd, for trying out: the very same program takes over this process. */
#include "indexer/cmd.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct args { const char *listen; };

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	if (key != 'l')
		return ARGP_ERR_UNKNOWN;
	a->listen = arg;
	return 0;
}

/* Beside this program, else where it is installed. */
static void
searchd_path(char *out, size_t size)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;

	if (n > 0) {
		self[n] = '\0';
		slash = strrchr(self, '/');
		if (slash != NULL && (size_t)snprintf(out, size, "%.*s/gongkai-searchd", (int)(slash - self), self) < size && access(out, X_OK) == 0)
			return;
	}
	snprintf(out, size, "%s/gongkai-searchd", GK_BINDIR);
}

static int
run(struct app *app, int argc, char **argv)
{
	struct args a = { NULL };
	struct argp_option options[] = {
		{ "listen", 'l', "ADDR:PORT", 0, GK_T("默认 127.0.0.1:8480", "default 127.0.0.1:8480"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	char path[PATH_MAX];
	char *child[8];
	size_t n = 0;
	struct gk_err err = GK_ERR_INIT;

	app_parse(app, &cmd_serve, argc, argv, options, parse, &a);
	searchd_path(path, sizeof path);
	child[n++] = path;
	child[n++] = (char *)"--archive";
	child[n++] = (char *)app->archive;
	child[n++] = (char *)(gk_lang == GK_EN ? "--lang=en" : "--lang=zh");
	if (a.listen != NULL) {
		child[n++] = (char *)"--listen";
		child[n++] = (char *)a.listen;
	}
	child[n] = NULL;
	execv(path, child);
	gk_fail(&err, GK_DEAD, GK_CAUSE_NO_ACCESS, "不能运行 '%s'：%s", "cannot run '%s': %s", path, strerror(errno));
	gk_hint(&err, "安装 gongkai-searchd，或把它放在 gongkai 旁边", "install gongkai-searchd, or put it beside gongkai");
	return app_error(app, &err);
}

const struct cmd cmd_serve = {
	.name = "serve",
	.args_zh = "",
	.args_en = "",
	.doc_zh = "打开网页搜索（与 gongkai-searchd 相同）",
	.doc_en = "Serve the search pages (the same as gongkai-searchd)",
	.run = run,
};
