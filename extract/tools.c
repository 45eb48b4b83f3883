/*
 * Foreign programs (pdftotext, tesseract) below gongkai-extract --tools:
 *
 *   gongkai ──fork──▶ broker ──fork──▶ parser    strict box; has the file, parses it, writes the answer
 *                        │   ◀─request──┘        "pdftotext, these n bytes"
 *                        └───fork──▶ pdftotext   tools box without new processes: bytes on stdin, text on a pipe
 *
 * The parser cannot start anything and the foreign program is not believed: the broker between them looks at nothing but
 * lengths.  The broker never reads the file.  Landlock lets it execute the named programs and nothing else; where there is
 * no Landlock a foreign program could read any file, so none is started.
 */
#include "extract/inside.h"

#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* Fixed places, as the packages of every distribution have them: PATH is not asked. */
#ifndef GK_PDFTOTEXT
#define GK_PDFTOTEXT "/usr/bin/pdftotext"
#endif
static const char *const programs[] = { GK_PDFTOTEXT, "/usr/bin/tesseract", "/usr/bin/pdftoppm", NULL };

/* By enum gk_tool. Everything is fixed but the bytes on stdin. */
static const struct { const char *path, *argv[12]; } commands[] = {
	[GK_TOOL_PDFTOTEXT] = { GK_PDFTOTEXT, { "pdftotext", "-q", "-htmlmeta", "-layout", "-enc", "UTF-8", "-eol", "unix", "-", "-", NULL } },
	[GK_TOOL_TESSERACT] = { "/usr/bin/tesseract", { "tesseract", "stdin", "stdout", "-l", "chi_sim", "--psm", "3", "tsv", NULL } },
	[GK_TOOL_PDFTOPPM] = { "/usr/bin/pdftoppm", { "pdftoppm", "-q", "-gray", "-r", "200", "-l", "10", "-", NULL } },
};

/* Among the bits of the tools that are there: none may be run. */
#define UNHELD (1U << 31)

struct request { uint32_t tool, whole; uint64_t n; };
struct reply { uint32_t status, pad; uint64_t n; };

static bool
gk_tool_is_there(enum gk_tool tool)
{
	return access(commands[tool].path, X_OK) == 0 && (tool != GK_TOOL_TESSERACT || access("/usr/share/tesseract-ocr/5/tessdata/chi_sim.traineddata", R_OK) == 0 ||
							  access("/usr/share/tesseract-ocr/4.00/tessdata/chi_sim.traineddata", R_OK) == 0);
}

static bool
read_all(int fd, void *p, size_t n)
{
	size_t at = 0;

	while (at < n) {
		ssize_t got = read(fd, (char *)p + at, n - at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += (size_t)got;
	}
	return true;
}

/* --- the parser's side -------------------------------------------------------------------------------- */

static struct {
	int to, from;
	bool on;
	const char *whole;
	size_t n;
	unsigned there;		/* bit by bit: tools that are installed */
} link_;

void
gk_tools_on(int to, int from, const char *whole, size_t n, unsigned there)
{
	link_.to = to;
	link_.from = from;
	link_.whole = whole;
	link_.n = n;
	link_.there = there;
	link_.on = true;
}

bool
gk_tool_ready(enum gk_tool tool)
{
	return link_.on && (link_.there >> tool & 1) != 0;
}

enum gk_tool_end
gk_tool_run(enum gk_tool tool, const char *p, size_t n, struct gk_buf *out)
{
	struct request ask = { tool, p == link_.whole && n == link_.n && p != NULL, n };
	struct reply said;
	char *to;

	if (!link_.on)
		return GK_TOOL_LATER;
	if ((link_.there & UNHELD) != 0)
		return GK_TOOL_UNHELD;
	if ((link_.there >> tool & 1) == 0)
		return GK_TOOL_MISSING;
	if (!gk_write_all(link_.to, &ask, sizeof ask) || (!ask.whole && !gk_write_all(link_.to, p, n)) || !read_all(link_.from, &said, sizeof said))
		return GK_TOOL_FAILED;
	to = said.n > GK_TEXT_MAX ? NULL : gk_buf_room(out, (size_t)said.n);
	if (to == NULL || !read_all(link_.from, to, (size_t)said.n))
		return GK_TOOL_FAILED;
	out->n += (size_t)said.n;
	out->p[out->n] = '\0';
	return said.status <= GK_TOOL_TOO_MUCH ? (enum gk_tool_end)said.status : GK_TOOL_FAILED;
}

enum gk_status
gk_tool_refuse(enum gk_tool_end end, const char *name, struct gk_extracted *x, struct gk_err *err)
{
	switch (end) {
	case GK_TOOL_LATER:
		return gk_refuse(x, "tool", err, "需要另一个程序来读", "another program is needed to read it");
	case GK_TOOL_MISSING:
		snprintf(x->reason, sizeof x->reason, "no_tool");
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "没有程序 %s，读不了这种文件", "there is no program %s to read such a file", name);
		gk_hint(err, strcmp(name, "tesseract") == 0 ? "apt install tesseract-ocr tesseract-ocr-chi-sim；原件照常存档" : "apt install poppler-utils poppler-data；原件照常存档",
			strcmp(name, "tesseract") == 0 ? "apt install tesseract-ocr tesseract-ocr-chi-sim; the original is archived all the same"
						       : "apt install poppler-utils poppler-data; the original is archived all the same");
		return GK_REFUSED;
	case GK_TOOL_UNHELD:
		snprintf(x->reason, sizeof x->reason, "no_tool");
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "隔离降级（sandbox=degraded）：内核没有 Landlock，不运行 %s", "sandbox=degraded: this kernel has no Landlock, so %s is not run", name);
		gk_hint(err, "启用 Landlock（Linux 5.13 起；内核参数 lsm=landlock,…；容器须放行它）；原件照常存档", "enable Landlock (Linux 5.13 and later; kernel parameter lsm=landlock,...; a container must allow it); the original is archived all the same");
		return GK_REFUSED;
	case GK_TOOL_CPU:
		return gk_refuse(x, "cpu", err, "超过了处理器时间上限 (L24)", "it used more processor time than the limit (L24)");
	case GK_TOOL_TOO_MUCH:
		return gk_refuse(x, "output", err, "输出超过上限 (L24)", "its output is larger than the limit (L24)");
	default:
		return gk_refuse_damaged(x, err);
	}
}

/* --- the broker ------------------------------------------------------------------------------------------- */

/* In the child: from here to the program itself. */
static void
become(enum gk_tool tool, int in, int out)
{
	static char *const environment[] = { "LANG=C.UTF-8", "PATH=/usr/bin:/bin", "OMP_THREAD_LIMIT=1", "HOME=/", NULL };
	const struct rlimit none = { 0, 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 || lseek(STDIN_FILENO, 0, SEEK_SET) < 0)
		_exit(126);
	for (int fd = 3; fd < 64; fd++)
		close(fd);
	setrlimit(RLIMIT_NPROC, &none);
	if (!gk_jail_tool())
		_exit(126);
	execve(commands[tool].path, (char *const *)commands[tool].argv, environment);
	_exit(127);
}

static uint32_t
judge(int status, bool too_much)
{
	if (too_much)
		return GK_TOOL_TOO_MUCH;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL ? GK_TOOL_CPU : GK_TOOL_FAILED;
	return WEXITSTATUS(status) == 127 ? GK_TOOL_MISSING : WEXITSTATUS(status) == 0 ? GK_TOOL_DONE : GK_TOOL_FAILED;
}

static uint32_t
run(enum gk_tool tool, int in, struct gk_buf *out)
{
	int ends[2], status = 0;
	bool too_much = false;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return GK_TOOL_FAILED;
	pid = fork();
	if (pid == 0)
		become(tool, in, ends[1]);
	close(ends[1]);
	while (pid > 0 && !too_much) {
		char *to = gk_buf_room(out, 65536);
		ssize_t got = to == NULL ? 0 : read(ends[0], to, 65536);

		if (got < 0 && errno == EINTR)
			continue;
		too_much = to == NULL;
		if (got <= 0)
			break;
		out->n += (size_t)got;
	}
	close(ends[0]);
	if (pid < 0)
		return GK_TOOL_FAILED;
	if (too_much)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return judge(status, too_much);
}

/* The bytes of a request that are not the whole file, in memory that looks like a file. -1 if that cannot be. */
static int
take_bytes(int from, uint64_t n)
{
	int fd = memfd_create("part", MFD_CLOEXEC);
	char block[65536];

	while (fd >= 0 && n > 0) {
		size_t part = n < sizeof block ? (size_t)n : sizeof block;

		if (!read_all(from, block, part) || !gk_write_all(fd, block, part)) {
			close(fd);
			return -1;
		}
		n -= part;
	}
	return fd;
}

static bool
serve_one(const struct request *ask, int from, int to)
{
	struct reply say = { GK_TOOL_FAILED, 0, 0 };
	struct gk_buf out;
	int fd;
	bool done;

	if (ask->tool >= COUNT(commands) || ask->n > GK_TOOL_BYTES_MAX)
		return false;
	fd = ask->whole ? STDIN_FILENO : take_bytes(from, ask->n);
	if (fd < 0)
		return false;
	gk_buf_init(&out, GK_TEXT_MAX);
	say.status = run((enum gk_tool)ask->tool, fd, &out);
	say.n = say.status == GK_TOOL_DONE ? out.n : 0;
	done = gk_write_all(to, &say, sizeof say) && gk_write_all(to, out.p, (size_t)say.n);
	gk_buf_free(&out);
	if (!ask->whole)
		close(fd);
	return done;
}

/* Ends as the parser ended, so that whoever waits for us learns of it. */
static int
end_as(pid_t parser)
{
	int status = 0;

	while (waitpid(parser, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFSIGNALED(status))
		return WEXITSTATUS(status);
	signal(WTERMSIG(status), SIG_DFL);
	kill(getpid(), WTERMSIG(status));
	return 70;
}

enum gk_status
gk_tools_fork(bool *is_parser, struct gk_tools *t, struct gk_err *err)
{
	int ask[2], say[2];
	bool locked;
	pid_t pid;

	t->there = 0;
	/* Refusal is no error: the filter forbids sockets too. */
	unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWNS);
	for (unsigned i = 0; i < COUNT(commands); i++)
		t->there |= gk_tool_is_there((enum gk_tool)i) ? 1U << i : 0;
	if (pipe2(ask, O_CLOEXEC) < 0 || pipe2(say, O_CLOEXEC) < 0)
		return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能建立管道：%s", "cannot make a pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能建立进程：%s", "cannot make a process: %s", strerror(errno));
	*is_parser = pid == 0;
	close(ask[pid == 0 ? 0 : 1]);
	close(say[pid == 0 ? 1 : 0]);
	t->to = pid == 0 ? ask[1] : say[1];
	t->from = pid == 0 ? say[0] : ask[0];
	t->parser = pid;
	if (pid == 0) {
		/* Without Landlock a foreign program could read what it likes. */
		if (gk_jail_holds_files() == false)
			t->there = UNHELD;
		return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 ? GK_OK : gk_fail(err, GK_DEAD, GK_CAUSE_SANDBOX, "不能限制提取进程", "cannot confine the extractor");
	}
	return gk_jail(GK_BOX_TOOLS, programs, &locked, err);
}

int
gk_tools_serve(const struct gk_tools *t)
{
	struct request ask;

	/* The answer is the parser's to write. */
	close(STDOUT_FILENO);
	while (read_all(t->from, &ask, sizeof ask) && serve_one(&ask, t->from, t->to))
		;
	close(t->from);
	close(t->to);
	return end_as(t->parser);
}
