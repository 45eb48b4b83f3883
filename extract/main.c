/*
 * gongkai-extract: one file on standard input, one line of JSON and its text on
 * standard output (client.h has the protocol).  Started by gongkai once for
 * each file, or once for a batch and forked for each file of it (forks.h).  Exit status 0 if the file had text, 3 if it was refused, else as experience.md 5.
 */
#include "extract/forks.h"
#include "extract/inside.h"

#include "base/fault.h"
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef gk_extract_top
#define gk_extract_top gk_extract	/* tests/campaign/hostile.c puts itself here */
#else
enum gk_status gk_extract_top(const void *p, size_t n, struct gk_extracted *out, struct gk_err *err);
#endif

enum { INPUT_MAX = 512 * 1024 * 1024 };	/* L23 */

struct input {
	const void *p;
	size_t n, mapped;
	struct gk_buf read;
};

static enum gk_status
too_large(struct gk_err *err)
{
	return gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "文件超过上限 %d 字节", "the file is larger than the limit of %d bytes", INPUT_MAX);
}

static enum gk_status
cannot_read(struct gk_err *err)
{
	return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能读取输入：%s", "cannot read the input: %s", strerror(errno));
}

static enum gk_status
read_pipe(struct input *in, struct gk_err *err)
{
	gk_buf_init(&in->read, (size_t)INPUT_MAX + 1);
	for (;;) {
		char *to = gk_buf_room(&in->read, in->read.n + 65536 <= in->read.max ? 65536 : 1);
		size_t room = in->read.cap - in->read.n - 1;
		ssize_t got;

		if (to == NULL)
			return in->read.n >= INPUT_MAX ? too_large(err) : gk_nomem(err);
		got = gk_fault("read") ? -1 : read(STDIN_FILENO, to, room);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return cannot_read(err);
		if (got == 0)
			break;
		in->read.n += (size_t)got;
	}
	in->p = in->read.p == NULL ? "" : in->read.p;
	in->n = in->read.n;
	return in->n > INPUT_MAX ? too_large(err) : GK_OK;
}

/* A regular file is mapped, which reads none of it: the whole of it, wherever the parent's offset stands. */
static enum gk_status
map_input(struct input *in, struct gk_err *err)
{
	struct stat sb;
	void *p;

	if (gk_fault("fstat") || fstat(STDIN_FILENO, &sb) < 0)
		return cannot_read(err);
	if (!S_ISREG(sb.st_mode))
		return GK_OK;
	if (sb.st_size > INPUT_MAX)
		return too_large(err);
	in->p = "";
	if (sb.st_size == 0)
		return GK_OK;
	p = gk_fault("mmap") ? MAP_FAILED : mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
	if (p == MAP_FAILED)
		return cannot_read(err);
	in->p = p;
	in->n = in->mapped = (size_t)sb.st_size;
	return GK_OK;
}

static enum gk_status
take_input(struct input *in, struct gk_err *err)
{
	return in->p == NULL ? read_pipe(in, err) : GK_OK;
}

/* Before the box is shut; where files are forked, once for all of them. */
static void
warm_up(void)
{
	static bool warm;

	if (warm)
		return;
	setlocale(LC_CTYPE, "C.UTF-8");
	gk_decode_warm();
	gk_sniff_warm();
	warm = true;
}

/* Whatever needs a file to be opened, then the strict box; from here on bytes are read. */
static enum gk_status
lock_up(struct input *in, const struct gk_tools *t, struct gk_err *err)
{
	enum gk_status st = map_input(in, err);
	bool locked;

	if (st == GK_OK && t != NULL)
		st = gk_confine_processes(err);
	if (st != GK_OK)
		return st;
	warm_up();
	if (t != NULL)
		gk_tools_on(t->to, t->from, in->mapped > 0 ? in->p : NULL, in->n, t->there);
	return gk_jail(GK_BOX_STRICT, NULL, &locked, err);
}

/* --- the answer ------------------------------------------------------------------ */

static bool
put_line(json_t *line)
{
	char *s = line == NULL ? NULL : json_dumps(line, JSON_COMPACT);
	bool done = s != NULL && gk_write_all(STDOUT_FILENO, s, strlen(s)) && gk_write_all(STDOUT_FILENO, "\n", 1);

	free(s);
	json_decref(line);
	return done;
}

static const char *
reason_of(const struct gk_extracted *x, const struct gk_err *err)
{
	if (err->cause == GK_CAUSE_MEMORY)
		return "memory";
	if (err->cause == GK_CAUSE_SANDBOX)
		return "sandbox";
	if (x->reason[0] != '\0')
		return x->reason;
	return err->cause == GK_CAUSE_LIMIT ? "file_too_large" : "crash";
}

static int
answer_error(const struct gk_extracted *x, const struct gk_err *err)
{
	json_t *line = json_pack("{s:{s:s,s:s,s:s,s:s,s:s,s:s}}", "error", "reason", reason_of(x, err), "type", x->type,
				 "message", err->what, "message_en", err->what_en, "hint", err->hint, "hint_en", err->hint_en);

	/* Without memory for the line there is still the exit status. */
	return put_line(line) ? gk_exit_of(err->cause) : 70;
}

static int
answer(const struct gk_extracted *x)
{
	json_t *line = json_pack("{s:s,s:s,s:s,s:I,s:O,s:O,s:O}", "type", x->type, "charset", x->charset, "source", x->source,
				 "text_bytes", (json_int_t)x->text.n, "meta", x->meta, "notes", x->notes, "parts", x->parts);

	return put_line(line) && gk_write_all(STDOUT_FILENO, x->text.p, x->text.n) ? 0 : 70;
}

/* --- does the box hold? ---------------------------------------------------------------- */

/* Tries what nobody in the box may do. The name of what worked, NULL if all was refused. */
static const char *
what_works(void)
{
	if (open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0)
		return "open /etc/passwd";
	if (open("/tmp/gongkai-self-test", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0)
		return "create a file";
	if (socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0)
		return "open a socket";
	if (syscall(SYS_kill, getppid(), 0) == 0)
		return "signal the parent";
	if (syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) == 0)
		_exit(0);
	return errno == EPERM || errno == ENOSYS ? NULL : "start a process";
}

static int
self_test(void)
{
	struct gk_err err = GK_ERR_INIT;
	struct input in = { NULL, 0, 0, { 0 } };
	const struct gk_extracted none = { .type = "" };
	const char *worked;

	if (gk_confine(false, &err) != GK_OK || lock_up(&in, NULL, &err) != GK_OK)
		return answer_error(&none, &err);
	worked = GK_SANITIZED ? NULL : what_works();
	if (worked == NULL)
		return 0;
	gk_fail(&err, GK_DEAD, GK_CAUSE_SANDBOX, "提取进程的隔离不起作用：还能 '%s'", "the sandbox of the extractor does not hold: '%s' works", worked);
	gk_hint(&err, "检查内核的 seccomp；容器里看容器的限制", "look at the kernel's seccomp, and in a container at what that forbids");
	return answer_error(&none, &err);
}

static void
drop_input(struct input *in)
{
	gk_buf_free(&in->read);
	if (in->mapped > 0)
		munmap((void *)in->p, in->mapped);
}

static int
usage(const char *arg)
{
	if (strcmp(arg, "--version") == 0) {
		puts("gongkai-extract " GK_VERSION);
		return 0;
	}
	if (strcmp(arg, "--help") == 0) {
		puts("用法: gongkai-extract [--tools] [--rows] <文件 >结果；gongkai-extract --self-test；gongkai-extract --forks\n\n"
		     "gongkai 的子进程：从标准输入读一个文件，写出一行 JSON 和正文。\n"
		     "Child process of gongkai: reads one file from standard input, writes one line of JSON and its text.\n\n"
		     "  --tools      可借助 pdftotext 和 tesseract / pdftotext and tesseract may help\n"
		     "  --rows       写出各行和表格的各格 / lines, and rows of tables with every cell\n"
		     "  --self-test  隔离是否起作用 / does the sandbox hold?\n"
		     "  --forks      标准输入是套接字：为每个文件派生一个进程 / standard input is a socket: forks a process for each file");
		return 0;
	}
	fprintf(stderr, "%s '%s'\n", GK_T("错误: 不认识的参数", "error: unknown argument"), arg);
	return 2;
}

static int
read_one(unsigned how)
{
	struct gk_extracted x = { .type = "" };
	struct gk_err err = GK_ERR_INIT;
	struct input in = { NULL, 0, 0, { 0 } };
	bool tools = (how & GK_HOW_TOOLS) != 0, is_parser = true;
	struct gk_tools t;
	enum gk_status st = gk_confine(tools, &err);
	int code;

	if (st == GK_OK && tools)
		st = gk_tools_fork(&is_parser, &t, &err);
	if (st == GK_OK && !is_parser)
		return gk_tools_serve(&t);
	if (st == GK_OK)
		st = lock_up(&in, tools ? &t : NULL, &err);
	if (st == GK_OK)
		st = take_input(&in, &err);
	if (st == GK_OK)
		st = (how & GK_HOW_ROWS) != 0 ? gk_extract_rows(in.p, in.n, &x, &err) : gk_extract_top(in.p, in.n, &x, &err);
	code = st == GK_OK ? answer(&x) : answer_error(&x, &err);
	gk_extracted_free(&x);
	drop_input(&in);
	return code;
}

int
main(int argc, char **argv)
{
	unsigned how = 0;
	int at = 1;

	if (argc == 2 && strcmp(argv[1], "--forks") == 0) {
		warm_up();
		if (!gk_forks_serve(&how))
			return 0;
	} else if (argc == 2 && strcmp(argv[1], "--self-test") == 0) {
		how = GK_HOW_SELF_TEST;
	} else {
		if (at < argc && strcmp(argv[at], "--tools") == 0)
			how |= GK_HOW_TOOLS, at++;
		if (at < argc && strcmp(argv[at], "--rows") == 0)
			how |= GK_HOW_ROWS, at++;
		if (at < argc) {
			gk_lang_set(NULL);
			return usage(argv[at]);
		}
	}
	return (how & GK_HOW_SELF_TEST) != 0 ? self_test() : read_one(how);
}
