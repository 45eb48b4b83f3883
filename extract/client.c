/*
 * The parent's side: start one gongkai-extract, or have one forked (forks.h), give it
 * the file, wait no longer than allowed, and believe nothing of what it says.
 *
 *   READING  bytes until the end of the pipe, the deadline, or one byte too many
 *   REAPING  until the child is gone; killed if it was READING that gave up
 *   JUDGING  how it ended, then the line, then the text
 *
 * The child parses what strangers wrote, so it may have been taken over:
 * its answer is checked as if a stranger had sent it.
 */
#include "extract/client.h"

#include "base/fault.h"
#include "base/io.h"
#include "base/utf8.h"
#include "extract/forks.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	WALL_MS = 120 * 1000,			/* L24 */
	CPU_SECONDS = 60,			/* L24, to tell a kill for it from others */
	LINE_MAX_BYTES = 256 * 1024,		/* L30: one JSON event */
	TEXT_MAX_BYTES = 64 * 1024 * 1024,	/* L24 */
	VALUE_MAX = 4096,			/* L30: one field */
	KEY_MAX = 255,
	DEPTH_MAX = 8,				/* the deepest true answer has 3 */
	READY_MS = 10 * 1000,			/* for the one that forks to be ready */
};

static long long
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* --- what went wrong ------------------------------------------------------------- */

static enum gk_status
refuse(struct gk_reply *out, const char *reason, enum gk_cause cause, struct gk_err *err, const char *zh, const char *en)
{
	snprintf(out->reason, sizeof out->reason, "%s", reason);
	gk_fail(err, GK_REFUSED, cause, "提取正文失败 (%s)：%s%.0s", "extraction failed (%s): %.0s%s", out->reason, zh, en);
	gk_hint(err, "原件照常存档；其余文件不受影响", "the original is archived all the same; other files are not affected");
	return GK_REFUSED;
}

static enum gk_status
garbage(struct gk_reply *out, struct gk_err *err)
{
	return refuse(out, "crash", GK_CAUSE_BAD_DATA, err, "gongkai-extract 的回答不合约定", "gongkai-extract gave an answer against its protocol");
}

static enum gk_status
too_slow(struct gk_reply *out, struct gk_err *err)
{
	return refuse(out, "time", GK_CAUSE_LIMIT, err, "超过了时间上限", "it took longer than the limit");
}

static enum gk_status
too_much(struct gk_reply *out, struct gk_err *err)
{
	return refuse(out, "output", GK_CAUSE_LIMIT, err, "输出超过上限", "its output is larger than the limit");
}

static enum gk_status
cannot_start(const char *program, int e, struct gk_err *err)
{
	gk_fail(err, GK_DEAD, gk_cause_of_errno(e), "不能启动 '%s'：%s", "cannot start '%s': %s", program, strerror(e));
	gk_hint(err, "检查 gongkai 是否装全；环境变量 GONGKAI_EXTRACT 可以另指一个程序",
		"check that gongkai is installed completely; the environment variable GONGKAI_EXTRACT can name another program");
	return GK_DEAD;
}

/* --- starting ---------------------------------------------------------------------- */

/* Away from 0, 1 and 2, which the child gets: the parent may run with those closed. */
static bool
raise_fd(int *fd)
{
	int high;

	if (*fd > 2)
		return true;
	high = fcntl(*fd, F_DUPFD_CLOEXEC, 3);
	if (high < 0)
		return false;
	close(*fd);
	*fd = high;
	return true;
}

static bool
make_pipe(int ends[2])
{
	if (gk_fault("pipe") || pipe2(ends, O_CLOEXEC) < 0)
		return false;
	if (raise_fd(&ends[0]) && raise_fd(&ends[1]))
		return true;
	close(ends[0]);
	close(ends[1]);
	return false;
}

/* Signals as at the start of a program: a daemon may block or ignore some. */
static int
set_signals(posix_spawnattr_t *attr)
{
	sigset_t none, all;
	int e;

	sigemptyset(&none);
	sigfillset(&all);
	sigdelset(&all, SIGKILL);
	sigdelset(&all, SIGSTOP);
	if ((e = posix_spawnattr_setsigmask(attr, &none)) != 0 || (e = posix_spawnattr_setsigdefault(attr, &all)) != 0)
		return e;
	return posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

/* Its standard input and output. 0, or an errno. */
static int
spawn(const char *program, const char *const *argv, int in, int out, pid_t *pid)
{
	static const char *const environment[] = { "LANG=C.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin", NULL };
	posix_spawn_file_actions_t acts;
	posix_spawnattr_t attr;
	int e = gk_fault("spawn") ? EAGAIN : posix_spawn_file_actions_init(&acts);

	if (e != 0)
		return e;
	e = posix_spawnattr_init(&attr);
	if (e != 0) {
		posix_spawn_file_actions_destroy(&acts);
		return e;
	}
	/* 0 first: in may be 1 or 2, which the next lines take. */
	if ((e = posix_spawn_file_actions_adddup2(&acts, in, STDIN_FILENO)) == 0 &&
	    (e = out < 0 ? posix_spawn_file_actions_addopen(&acts, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) : posix_spawn_file_actions_adddup2(&acts, out, STDOUT_FILENO)) == 0 &&
	    (e = posix_spawn_file_actions_addopen(&acts, STDERR_FILENO, "/dev/null", O_WRONLY, 0)) == 0 && (e = set_signals(&attr)) == 0)
		e = posix_spawn(pid, program, &acts, &attr, (char *const *)argv, (char *const *)environment);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&acts);
	return e;
}

static int
start_alone(const char *program, unsigned how, int fd, int to_parent, pid_t *pid)
{
	const char *argv[4] = { "gongkai-extract" };
	size_t n = 1;

	if ((how & GK_HOW_TOOLS) != 0)
		argv[n++] = "--tools";
	if ((how & GK_HOW_ROWS) != 0)
		argv[n++] = "--rows";
	if ((how & GK_HOW_SELF_TEST) != 0)
		argv[n++] = "--self-test";
	return spawn(program, argv, fd, to_parent, pid);
}

/* --- one that forks ---------------------------------------------------------------------- */

struct gk_extractor {
	char *program;
	pthread_mutex_t lock;
	int link;			/* -1: there is none, each file is started alone */
	pid_t pid;
};

/* Its next word; false if it does not come. */
static bool
hear(int link, int wait_ms, int32_t *word)
{
	struct pollfd p = { .fd = link, .events = POLLIN };
	struct gk_fork_say said;
	int ready;

	do
		ready = poll(&p, 1, wait_ms);
	while (ready < 0 && errno == EINTR);
	if (ready <= 0 || gk_fault("read") || recv(link, &said, sizeof said, 0) != (ssize_t)sizeof said || said.parent != (int32_t)getpid())
		return false;
	*word = said.pid;
	return true;
}

static bool
ask(int link, unsigned how, int fd, int to_parent)
{
	union { struct cmsghdr head; char room[CMSG_SPACE(2 * sizeof(int))]; } beside;
	struct gk_fork_ask a = { how };
	struct iovec iov = { &a, sizeof a };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &beside, .msg_controllen = sizeof beside };
	const int fds[2] = { fd, to_parent };

	memset(&beside, 0, sizeof beside);
	beside.head.cmsg_level = SOL_SOCKET;
	beside.head.cmsg_type = SCM_RIGHTS;
	beside.head.cmsg_len = CMSG_LEN(sizeof fds);
	memcpy(CMSG_DATA(&beside.head), fds, sizeof fds);
	return sendmsg(link, &m, MSG_NOSIGNAL) == (ssize_t)sizeof a;
}

static void
end_forks(struct gk_extractor *e, bool now)
{
	if (e->link < 0)
		return;
	close(e->link);
	e->link = -1;
	if (now)
		kill(e->pid, SIGKILL);
	while (waitpid(e->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/*
 * ESRCH: there is none that forks.  ECONNRESET: it ended at this moment, and nobody knows whether it had forked: then there may be a child that
 * has the pipe, so that this one cannot be used again.  Such a child ends by itself; how, is asked by nobody.
 */
static int
start_forked(struct gk_extractor *e, unsigned how, int fd, int to_parent, pid_t *pid)
{
	int32_t word = -ESRCH;

	pthread_mutex_lock(&e->lock);
	if (e->link >= 0 && !(ask(e->link, how, fd, to_parent) && hear(e->link, READY_MS, &word))) {
		end_forks(e, true);
		word = -ECONNRESET;
	}
	pthread_mutex_unlock(&e->lock);
	*pid = word;
	return word > 0 ? 0 : -word;
}

enum gk_status
gk_extractor_open(const char *program, struct gk_extractor **out, struct gk_err *err)
{
	static const char *const argv[] = { "gongkai-extract", "--forks", NULL };
	struct gk_extractor *e = calloc(1, sizeof *e);
	int ends[2], failed;
	int32_t word = 0;

	if (e == NULL || (e->program = strdup(program)) == NULL) {
		free(e);
		return gk_nomem(err);
	}
	e->link = -1;
	pthread_mutex_init(&e->lock, NULL);
	*out = e;
	if (gk_fault("pipe") || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return GK_OK;
	failed = raise_fd(&ends[0]) && raise_fd(&ends[1]) ? spawn(program, argv, ends[1], -1, &e->pid) : EMFILE;
	close(ends[1]);
	if (failed != 0) {
		/* What is wrong with the program the first file will tell. */
		close(ends[0]);
		return GK_OK;
	}
	e->link = ends[0];
	if (!hear(e->link, READY_MS, &word) || word != GK_FORKS_READY)
		end_forks(e, true);
	return GK_OK;
}

void
gk_extractor_close(struct gk_extractor *e)
{
	if (e == NULL)
		return;
	/* Nothing more to fork: it ends by itself. */
	end_forks(e, false);
	pthread_mutex_destroy(&e->lock);
	free(e->program);
	free(e);
}

/* forks: NULL for a child that is started alone. 0, or an errno; ECONNRESET as above. */
static int
start(const char *program, struct gk_extractor *forks, unsigned how, int fd, int to_parent, pid_t *pid)
{
	int e = forks == NULL ? ESRCH : start_forked(forks, how, fd, to_parent, pid);

	return e == 0 || e == ECONNRESET ? e : start_alone(program, how, fd, to_parent, pid);
}

/* --- reading and reaping --------------------------------------------------------------- */

enum reading { ALL_READ, TIME_IS_UP, TOO_MUCH, NO_MEMORY, BROKEN };

/* No child needs more than this; a byte beyond it is enough to know. */
static bool
is_too_much(const struct gk_buf *b)
{
	size_t line = b->n < LINE_MAX_BYTES ? b->n : LINE_MAX_BYTES;

	return b->n > (size_t)LINE_MAX_BYTES + TEXT_MAX_BYTES || (line == LINE_MAX_BYTES && memchr(b->p, '\n', line) == NULL);
}

static enum reading
read_answer(int fd, long long deadline, struct gk_buf *b)
{
	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		long long left = deadline - now_ms();
		ssize_t got;
		int ready;
		char *to;

		if (left <= 0)
			return TIME_IS_UP;
		ready = poll(&p, 1, (int)left);
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return ready == 0 ? TIME_IS_UP : BROKEN;
		to = gk_buf_room(b, 65536);
		if (to == NULL)
			return NO_MEMORY;
		got = gk_fault("read") ? -1 : read(fd, to, 65536);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return BROKEN;
		if (got == 0)
			return ALL_READ;
		b->n += (size_t)got;
		b->p[b->n] = '\0';
		if (is_too_much(b))
			return TOO_MUCH;
	}
}

/* True if it ended by itself before the deadline. Afterwards it is gone in every case. */
static bool
reap(pid_t pid, bool kill_now, long long deadline, int *status, struct rusage *used)
{
	long nap = 100 * 1000;
	bool killed = kill_now;

	if (kill_now)
		kill(pid, SIGKILL);
	for (;;) {
		pid_t got = wait4(pid, status, killed ? 0 : WNOHANG, used);

		if (got == pid)
			return !killed;
		if (got < 0 && errno != EINTR) {
			/* Somebody else reaped it (SIGCHLD ignored): how it ended is lost. */
			*status = 0;
			return !killed;
		}
		if (got != 0)
			continue;
		if (now_ms() >= deadline) {
			kill(pid, SIGKILL);
			killed = true;
			continue;
		}
		/* Its output has ended, so it is about to: short naps, growing. */
		nanosleep(&(struct timespec){ 0, nap }, NULL);
		nap = nap < 20 * 1000 * 1000 ? nap * 2 : nap;
	}
}

static enum gk_status
judge_end(int status, const struct rusage *used, struct gk_reply *out, struct gk_err *err)
{
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	char zh[64], en[64];

	if (sig == 0)
		return GK_OK;
	if (sig == SIGXCPU || (sig == SIGKILL && used->ru_utime.tv_sec + used->ru_stime.tv_sec >= CPU_SECONDS))
		return refuse(out, "cpu", GK_CAUSE_LIMIT, err, "超过了处理器时间上限", "it used more processor time than the limit");
	snprintf(zh, sizeof zh, "gongkai-extract 被信号 %d 终止", sig);
	snprintf(en, sizeof en, "gongkai-extract was ended by signal %d", sig);
	return refuse(out, "crash", GK_CAUSE_BAD_DATA, err, zh, en);
}

/* --- believing ---------------------------------------------------------------------------- */

/* jansson goes down by recursion: how deep is looked at before. */
static bool
is_shallow(const char *s, size_t n)
{
	unsigned depth = 0;
	bool string = false;

	for (size_t i = 0; i < n; i++) {
		if (string && s[i] == '\\')
			i++;
		else if (s[i] == '"')
			string = !string;
		else if (!string && (s[i] == '{' || s[i] == '[')) {
			if (++depth > DEPTH_MAX)
				return false;
		} else if (!string && (s[i] == '}' || s[i] == ']') && depth > 0) {
			depth--;
		}
	}
	return true;
}

/* Text that may be shown and stored: UTF-8 without control characters, except those in `allowed`. */
static bool
is_clean(const char *s, size_t n, const char *allowed)
{
	for (size_t i = 0; i < n;) {
		uint32_t c;

		i += gk_utf8_decode(s + i, n - i, &c);
		if (c == GK_UTF8_BAD || (c >= 0x7F && c < 0xA0) || (c < 0x20 && (c == 0 || strchr(allowed, (int)c) == NULL)))
			return false;
	}
	return true;
}

static bool
is_value(const json_t *v, size_t max)
{
	return json_is_string(v) && json_string_length(v) <= max && is_clean(json_string_value(v), json_string_length(v), "");
}

static bool
is_list(const json_t *list, size_t max)
{
	json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
		if (!is_value(v, max))
			return false;
	return json_is_array(list);
}

static bool
is_meta(json_t *meta)
{
	const char *key;
	json_t *v;

	json_object_foreach(meta, key, v)
		if (strlen(key) > KEY_MAX || !is_clean(key, strlen(key), "") || !(is_value(v, VALUE_MAX) || is_list(v, VALUE_MAX)))
			return false;
	return json_is_object(meta);
}

/* A short word of ASCII: a type, a charset. */
static bool
take_word(const json_t *from, const char *key, char *to, size_t size)
{
	const char *s = json_string_value(json_object_get(from, key));

	if (s == NULL || strlen(s) >= size)
		return false;
	for (size_t i = 0; s[i] != '\0'; i++)
		if (s[i] <= 0x20 || s[i] >= 0x7F)
			return false;
	memcpy(to, s, strlen(s) + 1);
	return true;
}

static const char *
message(const json_t *error, const char *key)
{
	const json_t *v = json_object_get(error, key);

	return is_value(v, GK_ERR_WHAT - 1) ? json_string_value(v) : "";
}

/* Reasons that a child may give, and what they mean to us. */
static const struct { const char *reason; enum gk_cause cause; } reasons[] = {
	{ "empty", GK_CAUSE_BAD_DATA }, { "type", GK_CAUSE_BAD_DATA }, { "encoding", GK_CAUSE_BAD_DATA }, { "no_text", GK_CAUSE_BAD_DATA },
	{ "crash", GK_CAUSE_BAD_DATA }, { "output", GK_CAUSE_LIMIT }, { "memory", GK_CAUSE_LIMIT }, { "file_too_large", GK_CAUSE_LIMIT },
	{ "sandbox", GK_CAUSE_SANDBOX }, { "bomb", GK_CAUSE_LIMIT }, { "xml", GK_CAUSE_BAD_DATA }, { "damaged", GK_CAUSE_BAD_DATA },
	{ "encrypted", GK_CAUSE_BAD_DATA }, { "tool", GK_CAUSE_BAD_DATA }, { "no_tool", GK_CAUSE_BAD_DATA }, { "cpu", GK_CAUSE_LIMIT },
};

static enum gk_status
take_error(const json_t *error, struct gk_reply *out, struct gk_err *err)
{
	const char *zh = message(error, "message"), *en = message(error, "message_en");

	take_word(error, "type", out->type, sizeof out->type);
	if (*zh == '\0' || *en == '\0' || !take_word(error, "reason", out->reason, sizeof out->reason))
		return garbage(out, err);
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
		if (strcmp(reasons[i].reason, out->reason) != 0)
			continue;
		/* A sandbox that does not hold stops the batch: every next file would run without it. */
		gk_fail(err, reasons[i].cause == GK_CAUSE_SANDBOX ? GK_DEAD : GK_REFUSED, reasons[i].cause, "%s%.0s", "%.0s%s", zh, en);
		gk_hint(err, "%s%.0s", "%.0s%s", message(error, "hint"), message(error, "hint_en"));
		return reasons[i].cause == GK_CAUSE_SANDBOX ? GK_DEAD : GK_REFUSED;
	}
	return garbage(out, err);
}

static bool
is_place(const json_t *v, json_int_t least, size_t most)
{
	return json_is_integer(v) && json_integer_value(v) >= least && (uint64_t)json_integer_value(v) <= most;
}

/* Files inside: words in words, places within the text. */
static bool
is_parts(json_t *parts, size_t text_n)
{
	json_t *one, *v;
	const char *key;
	size_t i;

	/* No list is an empty one. */
	if (parts == NULL)
		return true;
	json_array_foreach(parts, i, one) {
		const json_t *start = json_object_get(one, "start");

		if (!is_place(start, 0, text_n) || !is_place(json_object_get(one, "end"), json_integer_value(start), text_n))
			return false;
		json_object_foreach(one, key, v)
			if (strlen(key) > KEY_MAX || !(json_is_integer(v) || is_value(v, VALUE_MAX)))
				return false;
	}
	return json_is_array(parts);
}

static bool
take_line(json_t *line, size_t *text_n, struct gk_reply *out)
{
	json_t *meta = json_object_get(line, "meta"), *notes = json_object_get(line, "notes"), *bytes = json_object_get(line, "text_bytes"), *parts = json_object_get(line, "parts");

	if (!take_word(line, "type", out->type, sizeof out->type) || !take_word(line, "charset", out->charset, sizeof out->charset) ||
	    !take_word(line, "source", out->source, sizeof out->source) || !is_meta(meta) || !is_list(notes, VALUE_MAX) ||
	    !json_is_integer(bytes) || json_integer_value(bytes) < 0 || json_integer_value(bytes) > TEXT_MAX_BYTES || !is_parts(parts, (size_t)json_integer_value(bytes)))
		return false;
	*text_n = (size_t)json_integer_value(bytes);
	out->meta = json_incref(meta);
	out->notes = json_incref(notes);
	out->parts = parts == NULL ? json_array() : json_incref(parts);
	return true;
}

static enum gk_status
believe(const struct gk_buf *answer, struct gk_reply *out, struct gk_err *err)
{
	const char *nl = answer->n == 0 ? NULL : memchr(answer->p, '\n', answer->n);
	size_t line_n = nl == NULL ? 0 : (size_t)(nl - answer->p), rest = nl == NULL ? 0 : answer->n - line_n - 1, text_n = 0;
	json_t *line, *error;
	enum gk_status st = GK_OK;

	if (nl == NULL || line_n > LINE_MAX_BYTES || !is_shallow(answer->p, line_n))
		return garbage(out, err);
	line = json_loadb(answer->p, line_n, JSON_REJECT_DUPLICATES, NULL);
	error = json_object_get(line, "error");
	if (json_is_object(error) && rest == 0)
		st = take_error(error, out, err);
	else if (!take_line(line, &text_n, out) || text_n != rest || !is_clean(nl + 1, rest, "\n\t"))
		st = garbage(out, err);
	else if (!gk_buf_add(&out->text, nl + 1, rest))
		st = gk_nomem(err);
	json_decref(line);
	return st;
}

/* --- the whole ---------------------------------------------------------------------------------- */

void
gk_reply_free(struct gk_reply *r)
{
	gk_buf_free(&r->text);
	json_decref(r->meta);
	json_decref(r->notes);
	json_decref(r->parts);
	r->meta = r->notes = r->parts = NULL;
}

static enum gk_status
judge(enum reading how, bool ended, int status, const struct rusage *used, const struct gk_buf *answer, struct gk_reply *out, struct gk_err *err)
{
	enum gk_status st;

	switch (how) {
	case TOO_MUCH:
		return too_much(out, err);
	case NO_MEMORY:
		return gk_nomem(err);
	case BROKEN:
		return gk_fail(err, GK_DEAD, GK_CAUSE_DEVICE, "不能读取 gongkai-extract 的回答", "cannot read the answer of gongkai-extract");
	case TIME_IS_UP:
		return too_slow(out, err);
	case ALL_READ:
		break;
	}
	if (!ended)
		return too_slow(out, err);
	st = judge_end(status, used, out, err);
	return st == GK_OK ? believe(answer, out, err) : st;
}

static enum gk_status
run_child(const char *program, struct gk_extractor *forks, unsigned options, int fd, unsigned wall_ms, struct gk_reply *out, struct gk_err *err)
{
	long long deadline = now_ms() + wall_ms;
	struct rusage used = { .ru_maxrss = 0 };
	struct gk_buf answer;
	enum reading how;
	enum gk_status st;
	int ends[2], e, status = 0;
	pid_t pid = 0;
	bool ended;

	*out = (struct gk_reply){ .type = "" };
	gk_buf_init(&out->text, TEXT_MAX_BYTES);
	if (!make_pipe(ends))
		return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能建立管道：%s", "cannot make a pipe: %s", strerror(errno));
	e = start(program, forks, options, fd, ends[1], &pid);
	/* Ours must go, or the end of the child's output would never be seen. */
	close(ends[1]);
	if (e != 0) {
		close(ends[0]);
		return e == ECONNRESET ? run_child(program, NULL, options, fd, wall_ms, out, err) : cannot_start(program, e, err);
	}
	gk_buf_init(&answer, (size_t)LINE_MAX_BYTES + TEXT_MAX_BYTES + 2 * 65536);
	how = read_answer(ends[0], deadline, &answer);
	close(ends[0]);
	ended = reap(pid, how != ALL_READ, deadline, &status, &used);
	st = judge(how, ended, status, &used, &answer, out, err);
	gk_buf_free(&answer);
	if (st != GK_OK)
		gk_reply_free(out);
	return st;
}

/* Does the file, or one inside of it, wait for a foreign program? */
static bool
needs_tools(enum gk_status st, const struct gk_reply *r)
{
	json_t *part;
	size_t i;

	if (st == GK_REFUSED && strcmp(r->reason, "tool") == 0)
		return true;
	json_array_foreach(r->parts, i, part) {
		const char *reason = json_string_value(json_object_get(part, "reason"));

		if (reason != NULL && strcmp(reason, "tool") == 0)
			return true;
	}
	return false;
}

/* The strictest box first: few files need another. */
static enum gk_status
run(const char *program, struct gk_extractor *forks, unsigned how, int fd, unsigned wall_ms, struct gk_reply *out, struct gk_err *err)
{
	enum gk_status st = run_child(program, forks, how, fd, wall_ms, out, err);

	if ((st != GK_OK && st != GK_REFUSED) || !needs_tools(st, out))
		return st;
	gk_reply_free(out);
	return run_child(program, forks, how | GK_HOW_TOOLS, fd, wall_ms, out, err);
}

enum gk_status
gk_extract_self_test(const char *program, struct gk_err *err)
{
	struct gk_reply none;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct gk_err said = GK_ERR_INIT;
	enum gk_status st = fd < 0 ? GK_OK : run_child(program, NULL, GK_HOW_SELF_TEST, fd, WALL_MS, &none, &said);

	if (fd >= 0)
		close(fd);
	gk_reply_free(&none);
	/* One that says nothing holds; what is wrong with it otherwise the first file will tell. */
	if (st != GK_DEAD || said.cause != GK_CAUSE_SANDBOX)
		return GK_OK;
	if (err != NULL)
		*err = said;
	return GK_DEAD;
}

bool
gk_extract_degraded(void)
{
	/* landlock_create_ruleset(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION): the same number on every architecture. */
	return syscall(444, NULL, 0, 1) < 1;
}

enum gk_status
gk_extract_run_within(const char *program, int fd, unsigned wall_ms, struct gk_reply *out, struct gk_err *err)
{
	return run(program, NULL, 0, fd, wall_ms, out, err);
}

enum gk_status
gk_extract_run(const char *program, int fd, struct gk_reply *out, struct gk_err *err)
{
	return run(program, NULL, 0, fd, WALL_MS, out, err);
}

enum gk_status
gk_extract_run_rows(const char *program, int fd, struct gk_reply *out, struct gk_err *err)
{
	return run(program, NULL, GK_HOW_ROWS, fd, WALL_MS, out, err);
}

enum gk_status
gk_extractor_run(struct gk_extractor *e, int fd, struct gk_reply *out, struct gk_err *err)
{
	return run(e->program, e, 0, fd, WALL_MS, out, err);
}

char *
gk_extract_program(void)
{
	static const char name[] = "gongkai-extract";
	const char *set = getenv("GONGKAI_EXTRACT");
	char self[PATH_MAX], *slash, *beside;
	ssize_t n;

	if (set != NULL && *set != '\0')
		return strdup(set);
	n = readlink("/proc/self/exe", self, sizeof self - 1);
	if (n > 0) {
		self[n] = '\0';
		slash = strrchr(self, '/');
		if (slash != NULL) {
			*slash = '\0';
			beside = gk_path(self, name);
			if (beside == NULL || access(beside, X_OK) == 0)
				return beside;
			free(beside);
		}
	}
	return gk_path(GK_PKGLIBEXECDIR, name);
}
