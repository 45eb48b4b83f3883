/*
 * Long commands, run by the program gongkai as a child: verification, packages to transfer and to deliver, checkpoints.  One at a time of each kind; what they say is kept in memory,
 * what they leave stands in the archive (verify/) or below it (outgoing/).
 */
#include "desk/desk.h"

#include "base/date.h"
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { JOBS_MAX = 16, SAID_MAX = 64 * 1024, ARGS_MAX = 16 };

struct job {
	unsigned number;		/* 0: no job */
	char kind[16], who[GK_USER_NAME], begun[32], ended[32], folder[64];
	pid_t pid;
	int status;			/* exit status; -1: under way */
	char *said;
};

struct jobs {
	const char *archive;
	pthread_mutex_t lock;
	struct job item[JOBS_MAX];
	unsigned last;
	bool ending;
};

/* What a watching thread needs; freed by it. */
struct watch { struct jobs *jobs; unsigned number; pid_t pid; int fd; };

struct jobs *
jobs_new(const char *archive)
{
	struct jobs *j = calloc(1, sizeof *j);

	if (j == NULL)
		return NULL;
	j->archive = archive;
	pthread_mutex_init(&j->lock, NULL);
	return j;
}

/* Children end with us; their threads are not waited for, the process ends. */
void
jobs_free(struct jobs *j)
{
	if (j == NULL)
		return;
	pthread_mutex_lock(&j->lock);
	j->ending = true;
	for (size_t i = 0; i < JOBS_MAX; i++)
		if (j->item[i].number != 0 && j->item[i].status < 0)
			kill(j->item[i].pid, SIGTERM);
	pthread_mutex_unlock(&j->lock);
}

static struct job *
job_of(struct jobs *j, unsigned number)
{
	for (size_t i = 0; i < JOBS_MAX; i++)
		if (j->item[i].number == number)
			return &j->item[i];
	return NULL;
}

static bool
is_running(struct jobs *j, const char *kind)
{
	for (size_t i = 0; i < JOBS_MAX; i++)
		if (j->item[i].number != 0 && j->item[i].status < 0 && strcmp(j->item[i].kind, kind) == 0)
			return true;
	return false;
}

/* ---- the child ---- */

/* gongkai beside this program, or where it is installed. */
static void
program(char out[PATH_MAX])
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	snprintf(out, PATH_MAX, "%s/gongkai", GK_BINDIR);
	if (n <= 0)
		return;
	self[n] = '\0';
	if (snprintf(out, PATH_MAX, "%.4000s/gongkai", dirname(self)) < PATH_MAX && access(out, X_OK) == 0)
		return;
	snprintf(out, PATH_MAX, "%s/gongkai", GK_BINDIR);
}

static void *
watch_main(void *arg)
{
	struct watch w = *(struct watch *)arg;
	struct gk_buf said;
	char block[4096];
	struct job *job;
	ssize_t n;
	int status = 0;

	free(arg);
	gk_buf_init(&said, SAID_MAX);
	while ((n = read(w.fd, block, sizeof block)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0 && said.n + (size_t)n < SAID_MAX)
			gk_buf_add(&said, block, (size_t)n);
	close(w.fd);
	while (waitpid(w.pid, &status, 0) < 0 && errno == EINTR)
		continue;
	pthread_mutex_lock(&w.jobs->lock);
	job = job_of(w.jobs, w.number);
	if (job != NULL) {
		free(job->said);
		job->said = gk_buf_take(&said, &(size_t){ 0 });
		job->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
		gk_now_utc(job->ended);
	}
	pthread_mutex_unlock(&w.jobs->lock);
	gk_buf_free(&said);
	return NULL;
}

static pid_t
start(char *const argv[], int *fd)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none;
	int pipe_fds[2];
	pid_t pid = -1;

	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return -1;
	sigemptyset(&none);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, pipe_fds[1], 1);
	posix_spawn_file_actions_adddup2(&files, pipe_fds[1], 2);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	if (posix_spawn(&pid, argv[0], &files, &attr, argv, environ) != 0)
		pid = -1;
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	close(pipe_fds[1]);
	if (pid < 0)
		close(pipe_fds[0]);
	*fd = pipe_fds[0];
	return pid;
}

/* With the lock held: the oldest one that has ended makes room. */
static struct job *
new_job(struct jobs *j, const char *kind, const char *who)
{
	struct job *place = NULL;

	for (size_t i = 0; i < JOBS_MAX; i++)
		if (j->item[i].number == 0 || j->item[i].status >= 0)
			if (place == NULL || j->item[i].number < place->number)
				place = &j->item[i];
	if (place == NULL)
		return NULL;
	free(place->said);
	*place = (struct job){ .number = ++j->last, .status = -1 };
	snprintf(place->kind, sizeof place->kind, "%s", kind);
	snprintf(place->who, sizeof place->who, "%s", who);
	gk_now_utc(place->begun);
	return place;
}

static enum gk_status
launch(struct call *c, const char *kind, char **argv, const char *folder)
{
	struct jobs *j = c->desk->jobs;
	struct watch *w = malloc(sizeof *w);
	pthread_t thread;
	struct job *job;
	enum gk_status st = GK_OK;

	pthread_mutex_lock(&j->lock);
	job = w == NULL || is_running(j, kind) ? NULL : new_job(j, kind, c->who.name);
	if (job != NULL) {
		snprintf(job->folder, sizeof job->folder, "%s", folder);
		*w = (struct watch){ .jobs = j, .number = job->number };
		job->pid = w->pid = start(argv, &w->fd);
		if (job->pid < 0 || pthread_create(&thread, NULL, watch_main, w) != 0)
			job->number = 0;
		else
			pthread_detach(thread);
	}
	if (job == NULL || job->number == 0) {
		free(w);
		c->status = job == NULL ? 409 : 0;
		st = gk_fail(&c->err, GK_REFUSED, GK_CAUSE_BUSY, job == NULL ? "同样的事正在进行" : "不能启动 gongkai", job == NULL ? "this is under way already" : "cannot start gongkai");
	} else {
		c->out = json_pack("{s:i, s:s}", "job", (int)job->number, "kind", kind);
		c->status = 201;
	}
	pthread_mutex_unlock(&j->lock);
	return st;
}

/* ---- what may be started ---- */

/* Words of a command line, which posix_spawn wants writable. */
static char transfer[] = "transfer", deliver[] = "deliver", output[] = "-o", verify[] = "verify", checkpoint[] = "checkpoint", line[] = "--line";

/* Where a package goes: outgoing/WHAT-2026-11-27T08-15-30. */
static enum gk_status
place_package(struct call *c, const char *what, char folder[64], char path[PATH_MAX])
{
	char *outgoing = gk_path(c->desk->archive, "outgoing"), now[32];
	enum gk_status st = outgoing == NULL ? gk_nomem(&c->err) : gk_make_dir(outgoing, 0755, &c->err);

	if (st == GK_OK) {
		gk_now_utc(now);
		for (char *p = now; *p != '\0'; p++)
			*p = *p == ':' || *p == '.' ? '-' : *p;
		snprintf(folder, 64, "%.20s-%.19s", what, now);
		snprintf(path, PATH_MAX, "%.3000s/%s", outgoing, folder);
	}
	free(outgoing);
	return st;
}

/* to: for whom, in the field `param`; option: what it is made of; more: words between these and the place, or NULL. */
static enum gk_status
start_package(struct call *c, char **argv, size_t n, char *command, const char *place, char *option, const char *param, char *more)
{
	const char *to;
	char folder[64], path[PATH_MAX], option_to[600];
	enum gk_status st = in_need(c, param, &to);

	if (st == GK_OK && strlen(to) > 500)
		st = call_refuse(c, param, "名称太长", "the name is too long");
	if (st == GK_OK)
		st = place_package(c, place, folder, path);
	if (st != GK_OK)
		return st;
	snprintf(option_to, sizeof option_to, "--to=%s", to);
	argv[n++] = command;
	argv[n++] = option;
	argv[n++] = option_to;
	if (more != NULL)
		argv[n++] = more;
	argv[n++] = path;
	return launch(c, command, argv, folder);
}

static enum gk_status
start_transfer(struct call *c, char **argv, size_t n)
{
	const char *year;
	char option[32];
	enum gk_status st = in_need(c, "year", &year);

	if (st == GK_OK && (strspn(year, "0123456789") != 4 || year[4] != '\0'))
		st = call_refuse(c, "year", "年度写成四位数", "a year has four digits");
	if (st != GK_OK)
		return st;
	snprintf(option, sizeof option, "--year=%s", year);
	return start_package(c, argv, n, transfer, year, option, "to", output);
}

/* For a reading point (Art. 25): what is public and new since a day. */
static enum gk_status
start_delivery(struct call *c, char **argv, size_t n)
{
	const char *since;
	char option[32];
	struct gk_date day;
	enum gk_status st = in_need(c, "since", &since);

	if (st == GK_OK && (strlen(since) != 10 || !gk_date_parse(since, 10, &day)))
		st = call_refuse(c, "since", "日期写成 2021-12-01", "write the date as 2021-12-01");
	if (st != GK_OK)
		return st;
	snprintf(option, sizeof option, "--since=%.10s", since);
	return start_package(c, argv, n, deliver, deliver, option, "point", NULL);
}

enum gk_status
job_start_answer(struct call *c)
{
	const char *kind;
	char gongkai[PATH_MAX], archive[PATH_MAX], by[GK_USER_NAME + 8], budget[32], *argv[ARGS_MAX] = { NULL };
	long minutes = in(c, "budget") != NULL ? strtol(in(c, "budget"), NULL, 10) : 20;
	size_t n = 0;
	enum gk_status st = in_need(c, "kind", &kind);

	if (st != GK_OK)
		return st;
	program(gongkai);
	snprintf(archive, sizeof archive, "--archive=%.3000s", c->desk->archive);
	snprintf(by, sizeof by, "--by=%s", c->who.name);
	argv[n++] = gongkai;
	argv[n++] = archive;
	argv[n++] = by;
	if (minutes < 1 || minutes > 600)
		return call_refuse(c, "budget", "分钟数是 1 到 600", "minutes are 1 to 600");
	if (c->dry && c->api) {
		c->out = json_pack("{s:s, s:b}", "kind", kind, "dry_run", 1);
		return GK_OK;
	}
	c->redirect = "/staff/archive/jobs";
	if (strcmp(kind, "transfer") == 0)
		return start_transfer(c, argv, n);
	if (strcmp(kind, "deliver") == 0)
		return start_delivery(c, argv, n);
	if (strcmp(kind, "verify") == 0) {
		snprintf(budget, sizeof budget, "--budget=%ldmin", minutes);
		argv[n++] = verify;
		argv[n++] = budget;
	} else if (strcmp(kind, "checkpoint") == 0) {
		argv[n++] = checkpoint;
		argv[n++] = line;
	} else {
		return call_refuse(c, "kind", "kind 是 verify transfer deliver checkpoint 之一", "kind is one of verify transfer deliver checkpoint");
	}
	return launch(c, kind, argv, "");
}

/* ---- how it went ---- */

enum gk_status
jobs_answer(struct call *c)
{
	struct jobs *j = c->desk->jobs;
	json_t *list = json_array();

	pthread_mutex_lock(&j->lock);
	for (unsigned number = j->last; number > 0 && number + JOBS_MAX > j->last; number--) {
		const struct job *job = job_of(j, number);

		if (job != NULL)
			json_array_append_new(list, json_pack("{s:i, s:s, s:s, s:s, s:s, s:i, s:s, s:s}", "job", (int)job->number, "kind", job->kind, "who", job->who, "begun", job->begun, "ended",
							      job->ended, "status", job->status, "said", job->said != NULL ? job->said : "", "folder", job->folder));
	}
	pthread_mutex_unlock(&j->lock);
	c->out = json_pack("{s:o}", "jobs", list);
	return GK_OK;
}

static const char *
kind_words(const struct frame *f, const char *kind)
{
	return strcmp(kind, "verify") == 0 ? W(f, "核验", "Verification") : strcmp(kind, "transfer") == 0 || strcmp(kind, "deliver") == 0 ? package_words(f, strcmp(kind, "deliver") == 0 ? "delivery" : kind) : W(f, "检查点", "Checkpoint");
}

static void
write_job(struct frame *f, const json_t *job)
{
	long long status = num(job, "status");
	char time[32];

	page_open(f->p, "li", "class", "card", NULL);
	page_element(f->p, "h2", NULL, kind_words(f, str(job, "kind")));
	snprintf(time, sizeof time, "%.10s %.8s", str(job, "begun"), strlen(str(job, "begun")) > 11 ? str(job, "begun") + 11 : "");
	page_open(f->p, "p", "class", status < 0 ? "notice" : status == 0 ? "done" : "problem", NULL);
	page_printf(f->p, status < 0 ? W(f, "正在进行，%s 开始（UTC），%s", "under way since %s (UTC), %s") :
		    status == 0 ? W(f, "✓ 完成，%s 开始（UTC），%s", "✓ done, begun %s (UTC), %s") : W(f, "没有成功，%s 开始（UTC），%s", "failed, begun %s (UTC), %s"), time, str(job, "who"));
	page_close(f->p);
	if (*str(job, "folder") != '\0') {
		page_open(f->p, "p", NULL);
		page_printf(f->p, W(f, "包在档案目录的 outgoing/%s", "The package is in outgoing/%s of the archive"), str(job, "folder"));
		page_text(f->p, "　");
		if (status == 0)
			frame_a(f, NULL, "/staff/archive/packages", W(f, "下载", "Download"));
		page_close(f->p);
	}
	if (*str(job, "said") != '\0') {
		page_open(f->p, "div", "class", "plaintext said", "tabindex", "0", "role", "region", "aria-label", W(f, "输出", "Output"), NULL);
		page_text(f->p, str(job, "said"));
		page_close(f->p);
	}
	page_close(f->p);
}

void
jobs_page(struct call *c, struct frame *f)
{
	const json_t *list = json_object_get(c->out, "jobs"), *one;
	size_t i;

	desk_head(c, f, W(f, "核验、移交、检查点", "Verification, transfer, checkpoints"));
	page_element(f->p, "h1", NULL, W(f, "核验、移交、检查点", "Verification, transfer, checkpoints"));
	desk_error(c, f);
	page_open(f->p, "p", "class", "acts", NULL);
	frame_a(f, "button plain", "/staff/archive/jobs", W(f, "刷新", "Look again"));
	frame_a(f, "button plain", "/staff/archive", W(f, "回到档案", "Back to the archive"));
	page_close(f->p);
	if (json_array_size(list) == 0)
		page_element(f->p, "p", "card", W(f, "这次启动以来没有做过。", "None since the desk was started."));
	page_open(f->p, "ol", "class", "cards one", NULL);
	json_array_foreach(list, i, one)
		write_job(f, one);
	page_close(f->p);
}
