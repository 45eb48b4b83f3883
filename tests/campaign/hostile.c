/*
 * Extractors that were taken over, for sandbox-check.py.  extract/main.c is built again with what it calls replaced:
 *
 *   hostile       gk_extract obeys the file: "open /etc/passwd", "fork", "loop" …, inside of the box; a file that begins with %PDF is read
 *                 as always, by a foreign program which is hostile-tool (tools.c is built again, too)
 *   bare          the same as gongkai-extract, without any box: what the sandbox costs is the difference
 *   hostile-tool  obeys its standard input behind the first line
 *
 * What was not prevented is told as text with the word ESCAPED in it.
 */
#include "extract/inside.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static bool
connects(const char *arg)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arg)), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0;
}

static bool
forks(void)
{
	pid_t pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		_exit(0);
	return pid > 0;
}

static bool
runs_memory(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p != MAP_FAILED)
		return true;
	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return p != MAP_FAILED && mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0;
}

static void
floods(void)
{
	static char block[65536];

	memset(block, 'x', sizeof block);
	/* Ten gigabytes. */
	for (unsigned i = 0; i < 160000; i++)
		if (write(STDOUT_FILENO, block, sizeof block) <= 0)
			break;
}

static void
eats(void)
{
	for (unsigned i = 0; i < 4096; i++) {
		char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			return;
		memset(p, 1, 1 << 20);
	}
}

/* Does the deed succeed?  Those that only waste never return, or do no harm by returning. */
static bool
dares(const char *deed, const char *arg)
{
	char *const argv[] = { (char *)arg, NULL };
	const struct rlimit more = { RLIM_INFINITY, RLIM_INFINITY };
	struct stat sb;

	if (strcmp(deed, "open") == 0)
		return open(arg, O_RDONLY | O_CLOEXEC) >= 0;
	if (strcmp(deed, "openat2") == 0)
		return syscall(SYS_openat2, AT_FDCWD, arg, (uint64_t[3]){ O_RDONLY }, sizeof(uint64_t[3])) >= 0;
	if (strcmp(deed, "create") == 0)
		return open(arg, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0;
	if (strcmp(deed, "mkdir") == 0)
		return mkdir(arg, 0700) == 0;
	if (strcmp(deed, "unlink") == 0)
		return unlink(arg) == 0;
	if (strcmp(deed, "truncate") == 0)
		return truncate(arg, 0) == 0;
	if (strcmp(deed, "chmod") == 0)
		return chmod(arg, 0777) == 0;
	if (strcmp(deed, "symlink") == 0)
		return symlink("/etc/passwd", arg) == 0;
	if (strcmp(deed, "connect") == 0)
		return connects(arg);
	if (strcmp(deed, "socket") == 0)
		return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
	if (strcmp(deed, "fork") == 0)
		return forks();
	if (strcmp(deed, "exec") == 0)
		return execve(arg, argv, (char *[]){ NULL }) == 0;
	if (strcmp(deed, "kill") == 0)
		return kill((pid_t)atoi(arg), SIGKILL) == 0;
	if (strcmp(deed, "ptrace") == 0)
		return syscall(SYS_ptrace, 16, atoi(arg), 0, 0) == 0;
	if (strcmp(deed, "unshare") == 0)
		return unshare(CLONE_NEWUSER) == 0;
	if (strcmp(deed, "mount") == 0)
		return mount("none", "/tmp", "tmpfs", 0, NULL) == 0;
	if (strcmp(deed, "chroot") == 0)
		return chroot("/tmp") == 0;
	if (strcmp(deed, "code") == 0)
		return runs_memory();
	if (strcmp(deed, "limits") == 0)
		return setrlimit(RLIMIT_CPU, &more) == 0;
	if (strcmp(deed, "setuid") == 0)
		return setuid(0) == 0 && stat("/root", &sb) == 0 && getuid() == 12345;
	if (strcmp(deed, "bpf") == 0)
		return syscall(SYS_bpf, 0, NULL, 0) >= 0;
	if (strcmp(deed, "io_uring") == 0)
		return syscall(SYS_io_uring_setup, 8, calloc(1, 256)) >= 0;
	if (strcmp(deed, "output") == 0)
		floods();
	if (strcmp(deed, "memory") == 0)
		eats();
	if (strcmp(deed, "crash") == 0)
		__builtin_trap();
	while (strcmp(deed, "loop") == 0)
		;
	return false;
}

/* "deed argument\n" */
static bool
obey(const char *p, size_t n)
{
	char line[512], *arg;

	snprintf(line, sizeof line, "%.*s", (int)(n < 500 ? n : 500), p);
	line[strcspn(line, "\n")] = '\0';
	arg = strchr(line, ' ');
	if (arg != NULL)
		*arg++ = '\0';
	return dares(line, arg == NULL ? "" : arg);
}

#ifdef GK_TOOL
int
main(void)
{
	char file[1024];
	ssize_t n = read(STDIN_FILENO, file, sizeof file - 1);
	const char *line;

	file[n > 0 ? n : 0] = '\0';
	line = strchr(file, '\n');
	printf("<html><body>\n<pre>\n%s\n</pre>\n</body></html>\n", line != NULL && obey(line + 1, strlen(line + 1)) ? "ESCAPED" : "held");
	return 0;
}
#else
enum gk_status gk_hostile(const void *p, size_t n, struct gk_extracted *x, struct gk_err *err);
enum gk_status no_confine(bool tools, struct gk_err *err);
enum gk_status no_jail(enum gk_box box, const char *const *programs, bool *locked, struct gk_err *err);
void no_warm(void);

enum gk_status
gk_hostile(const void *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	static const char escaped[] = "ESCAPED\n", held[] = "held\n";

	if (n < 6 || memcmp(p, "OBEY: ", 6) != 0)
		return gk_extract(p, n, x, err);
	*x = (struct gk_extracted){ .type = "text/plain", .source = "text", .meta = json_object(), .notes = json_array(), .parts = json_array() };
	gk_buf_init(&x->text, GK_TEXT_MAX);
	gk_buf_puts(&x->text, obey((const char *)p + 6, n - 6) ? escaped : held);
	return GK_OK;
}

enum gk_status
no_confine(bool tools, struct gk_err *err)
{
	(void)tools;
	(void)err;
	return GK_OK;
}

enum gk_status
no_jail(enum gk_box box, const char *const *programs, bool *locked, struct gk_err *err)
{
	(void)box;
	(void)programs;
	(void)err;
	*locked = false;
	return GK_OK;
}

void
no_warm(void)
{
}
#endif
