#include "indexer/peek.h"

#include "indexer/document.h"
#include "web/answer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_FILES = 4096 };

struct args {
	char *files[MAX_FILES];
	size_t n;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	if (a->n == MAX_FILES)
		argp_error(state, GK_T("文件过多：上限 %d", "too many files: at most %d"), MAX_FILES);
	a->files[a->n++] = arg;
	return 0;
}

static void
say_refused(const struct app *app, const char *name, const struct gk_reply *r, const struct gk_err *err)
{
	if (app->json) {
		json_t *one = gk_answer_error(err, NULL, "", NULL);

		json_object_set_new(one, "file", json_string(name));
		json_object_set_new(one, "type", json_string(r->type));
		json_object_set_new(one, "reason", json_string(r->reason));
		app_json(one);
	}
	fprintf(stderr, GK_T("  失败  %s    %s", "  failed  %s    %s"), name, gk_err_what(err));
	fprintf(stderr, *gk_err_hint(err) != '\0' ? "；%s\n" : "%s\n", gk_err_hint(err));
}

static enum gk_status
open_file(const struct cmd *cmd, const char *path, int *fd, struct gk_err *err)
{
	struct stat sb;

	/* O_NONBLOCK: a pipe would be waited for. */
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd < 0)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "不能打开：%s", "cannot open: %s", strerror(errno));
	if (fstat(*fd, &sb) == 0 && S_ISREG(sb.st_mode))
		return GK_OK;
	close(*fd);
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "不是普通文件", "it is not a regular file");
	gk_hint(err, "要一个文件夹里的所有文件：gongkai %s%.0s 目录/*", "for all files of a folder: gongkai %.0s%s DIR/*", cmd->name, cmd->name);
	return GK_REFUSED;
}

static enum gk_status
one_file(struct app *app, const struct cmd *cmd, const char *program, struct gk_extractor *forks, const char *path, peek_fn *each, void *arg, struct gk_err *err)
{
	struct gk_reply reply = { .meta = NULL };
	char *name = taking_name(path);
	int fd = -1;
	enum gk_status st = name == NULL ? gk_nomem(err) : open_file(cmd, path, &fd, err);

	if (st == GK_OK) {
		st = forks != NULL ? gk_extractor_run(forks, fd, &reply, err) : gk_extract_run(program, fd, &reply, err);
		close(fd);
	}
	if (st == GK_OK)
		each(app, name, &reply, arg);
	else if (st == GK_REFUSED)
		say_refused(app, name, &reply, err);
	gk_reply_free(&reply);
	free(name);
	return st;
}

int
peek_files(struct app *app, const struct cmd *cmd, int argc, char **argv, peek_fn *each, void *arg)
{
	struct args *a = calloc(1, sizeof *a);
	struct argp_option options[] = { { NULL, 0, NULL, 0, NULL, 0 } };
	struct gk_err err = GK_ERR_INIT;
	struct gk_extractor *forks = NULL;
	char *program;
	int status = 0;

	if (a == NULL)
		return 70;
	app_parse(app, cmd, argc, argv, options, parse, a);
	program = gk_extract_program();
	if (a->n == 0) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "没有指定文件", "no file was given");
		gk_hint(&err, "例如：gongkai %s%.0s 通知.docx", "for example: gongkai %.0s%s notice.docx", cmd->name, cmd->name);
		status = app_error(app, &err);
	} else if (program == NULL) {
		gk_nomem(&err);
		status = app_error(app, &err);
	}
	if (status == 0 && gk_extract_self_test(program, &err) != GK_OK)
		status = app_error(app, &err);
	/* For one file two processes are one too many. */
	if (status == 0 && a->n > 1 && gk_extractor_open(program, &forks, &err) != GK_OK)
		status = app_error(app, &err);
	for (size_t i = 0; i < a->n && (status == 0 || status == 3); i++) {
		switch (one_file(app, cmd, program, forks, a->files[i], each, arg, &err)) {
		case GK_OK:
			break;
		case GK_REFUSED:
			status = 3;
			break;
		default:
			status = app_error(app, &err);
		}
	}
	gk_extractor_close(forks);
	free(program);
	free(a);
	return status;
}
