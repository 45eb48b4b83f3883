/*
 * The world between a program and its disk, for the campaigns (LD_PRELOAD).  It sees every file
 * operation of the program, also those of libxapian, and can
 *
 *   record them            SHIM_LOG=FILE       (campaign.py reads it: read_log)
 *   count and name them    SHIM_REPORT=FILE    "fired N kind path" when the fault happens, "total N" at exit
 *   fail or end at one     SHIM_AT=N SHIM_DO=kill|exit|stop|torn[:BYTES]|enospc|eio|emfile|enomem|edquot  [SHIM_ON=1: from N on]
 *                          SHIM_KINDS=write,fsync,…  counts only these (default: all that change something)
 *   leave a guard out      SHIM_LAX=fsync-file,fsync-folder   these say "done" and do nothing
 *   turn the clock         SHIM_CLOCK=+SECONDS, @SECONDS (goes on from there) or =SECONDS (stands still);  SHIM_CLOCK_BACK=SECONDS: by so much at every 40th look
 *   lie about free space   SHIM_SPACE=1
 *   refuse memory          SHIM_MALLOC=N (the Nth allocation), SHIM_MALLOC_ON=1: and all after it
 *
 * Only paths below SHIM_UNDER (absolute) count, and only in the program named SHIM_PROGRAM.
 *
 * In the log each operation is one line "kind fd number number path\n" (path last, may be empty, a rename has
 * "from\tto"), and behind a write the bytes.  Order in the log is order in the kernel: one lock is held over both.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FD = 1024, MAX_PATH = 1024 };

enum kind {
	K_CREATE, K_WRITE, K_FSYNC, K_FDATASYNC, K_RENAME, K_UNLINK, K_FTRUNCATE, K_MKDIR, K_SYMLINK,
	K_OPEN, K_READ, K_MMAP, K_STATVFS, N_KINDS,
};
static const char *const kind_names[N_KINDS] = {
	"create", "write", "fsync", "fdatasync", "rename", "unlink", "ftruncate", "mkdir", "symlink", "open", "read", "mmap", "statvfs",
};
static const unsigned CHANGING = 1u << K_OPEN;	/* all kinds below this bit */

static bool active, on, lie_space, lax_file, lax_folder;
static char under[MAX_PATH];
static size_t under_n;
static unsigned long at, seen;
static char what[16];
static long torn_bytes = -1;
static unsigned kinds;
static int log_fd = -1, report_fd = -1;
static char *paths[MAX_FD];		/* of descriptors below `under` */
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

static unsigned long malloc_at, malloc_seen;
static bool malloc_on;
static bool clock_set, clock_still;
static long long clock_fixed, clock_plus, clock_back;
static unsigned long clock_looks;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *
real(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

/* --- talking, without stdio and without malloc --- */

static void
put(int fd, const void *p, size_t n)
{
	const char *from = p;

	while (n > 0) {
		long done = syscall(SYS_write, fd, from, n);

		if (done <= 0)
			return;
		from += done;
		n -= (size_t)done;
	}
}

static void
say(int fd, const char *fmt, ...)
{
	char line[2 * MAX_PATH + 128];
	va_list ap;
	int n;

	if (fd < 0)
		return;
	va_start(ap, fmt);
	n = vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	if (n > 0)
		put(fd, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

static void
record(const char *kind, int fd, long long a, long long b, const char *path)
{
	say(log_fd, "%s %d %lld %lld %s\n", kind, fd, a, b, path);
}

static int
open_high(const char *name)
{
	const char *path = getenv(name);
	int fd, high;

	if (path == NULL)
		return -1;
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	high = fcntl(fd, F_DUPFD_CLOEXEC, MAX_FD - 24);	/* numbers of the program's own files stay what they are */
	syscall(SYS_close, fd);
	return high;
}

static unsigned long
number(const char *name)
{
	const char *s = getenv(name);

	return s == NULL ? 0 : strtoul(s, NULL, 10);
}

static unsigned
kinds_of(const char *s)
{
	unsigned set = 0;

	if (s == NULL || *s == '\0')
		return CHANGING - 1;
	while (*s != '\0') {
		size_t n = strcspn(s, ",");

		for (int k = 0; k < N_KINDS; k++)
			if (strlen(kind_names[k]) == n && memcmp(kind_names[k], s, n) == 0)
				set |= 1u << k;
		s += n + (s[n] == ',');
	}
	return set;
}

static void
set_clock(const char *s)
{
	clock_set = true;
	clock_still = *s == '=';
	if (*s == '@' || *s == '=')
		clock_fixed = strtoll(s + 1, NULL, 10);
	else
		clock_plus = strtoll(s, NULL, 10);
}

__attribute__((constructor)) static void
begin(void)
{
	const char *program = getenv("SHIM_PROGRAM"), *s;
	struct timespec now;

	if (program == NULL || strcmp(program, program_invocation_short_name) != 0)
		return;
	if ((s = getenv("SHIM_UNDER")) != NULL)
		snprintf(under, sizeof under, "%s", s);
	under_n = strlen(under);
	if ((s = getenv("SHIM_DO")) != NULL) {
		const char *colon = strchr(s, ':');

		snprintf(what, sizeof what, "%.*s", (int)strcspn(s, ":"), s);
		torn_bytes = colon == NULL ? -1 : strtol(colon + 1, NULL, 10);
	}
	at = number("SHIM_AT");
	on = number("SHIM_ON") > 0;
	kinds = kinds_of(getenv("SHIM_KINDS"));
	lie_space = number("SHIM_SPACE") > 0;
	if ((s = getenv("SHIM_LAX")) != NULL) {
		lax_file = strstr(s, "fsync-file") != NULL;
		lax_folder = strstr(s, "fsync-folder") != NULL;
	}
	if ((s = getenv("SHIM_CLOCK")) != NULL)
		set_clock(s);
	if ((s = getenv("SHIM_CLOCK_BACK")) != NULL) {
		clock_set = true;
		clock_back = strtoll(s, NULL, 10);
	}
	syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
	if (clock_fixed != 0)
		clock_plus = clock_fixed - now.tv_sec;
	log_fd = open_high("SHIM_LOG");
	report_fd = open_high("SHIM_REPORT");
	malloc_at = number("SHIM_MALLOC");
	malloc_on = number("SHIM_MALLOC_ON") > 0;
	active = true;
}

__attribute__((destructor)) static void
end(void)
{
	if (!active)
		return;
	say(report_fd, "total %lu\nmallocs %lu\n", seen, __atomic_load_n(&malloc_seen, __ATOMIC_RELAXED));
}

/* --- which files --- */

static bool
ours(const char *path)
{
	return active && under_n > 0 && strncmp(path, under, under_n) == 0 && (path[under_n] == '/' || path[under_n] == '\0');
}

static bool
ours_fd(int fd)
{
	return active && fd >= 0 && fd < MAX_FD && paths[fd] != NULL;
}

static void
remember(int fd, const char *path)
{
	if (fd < 0 || fd >= MAX_FD)
		return;
	free(paths[fd]);
	paths[fd] = strdup(path);
}

/* Where a path relative to a folder's descriptor leads; Xapian and sweep() use such ones. */
static const char *
absolute(int dirfd, const char *path, char out[MAX_PATH])
{
	if (path[0] != '/' && ours_fd(dirfd)) {
		snprintf(out, MAX_PATH, "%s/%s", paths[dirfd], path);
		return out;
	}
	return path;
}

/* --- the moment --- */

/*
 * Called under the lock before an operation on a file of ours.  Returns true if the operation is to fail, errno set.
 * *part (may be NULL) is the number of bytes of a write that still happen before the end.
 */
static bool
fault(enum kind kind, const char *path, long *part)
{
	int e;

	if ((kinds >> kind & 1) == 0)
		return false;
	seen++;
	if (at == 0 || seen < at || (seen > at && !on))
		return false;
	if (seen == at)
		say(report_fd, "fired %lu %s %s\n", seen, kind_names[kind], path);
	if (strcmp(what, "torn") == 0) {
		if (part != NULL) {
			*part = torn_bytes;
			return true;
		}
		kill(getpid(), SIGKILL);
	}
	if (strcmp(what, "kill") == 0)
		kill(getpid(), SIGKILL);
	if (strcmp(what, "exit") == 0)
		_exit(99);
	if (strcmp(what, "stop") == 0) {
		kill(getpid(), SIGSTOP);
		return false;
	}
	e = strcmp(what, "enospc") == 0 ? ENOSPC : strcmp(what, "emfile") == 0 ? EMFILE : strcmp(what, "enomem") == 0 ? ENOMEM :
	    strcmp(what, "edquot") == 0 ? EDQUOT : EIO;
	errno = e;
	return true;
}

/* An operation with nothing but a path to it. */
#define BY_PATH(kind, name, path, call) do { \
	int result_; \
	pthread_mutex_lock(&lock); \
	if (fault(kind, path, NULL)) { \
		pthread_mutex_unlock(&lock); \
		return -1; \
	} \
	result_ = call; \
	if (result_ == 0) \
		record(name, -1, 0, 0, path); \
	pthread_mutex_unlock(&lock); \
	return result_; \
} while (0)

/* --- open --- */

static int
opened(int dirfd, const char *given, int flags, mode_t mode)
{
	char buf[MAX_PATH];
	const char *path = absolute(dirfd, given, buf);
	struct stat sb;
	bool fresh;
	int fd;

	if (!ours(path))
		return (int)syscall(SYS_openat, dirfd, given, flags, mode);
	pthread_mutex_lock(&lock);
	fresh = (flags & O_CREAT) != 0 && stat(path, &sb) < 0;
	if (fault(fresh ? K_CREATE : K_OPEN, path, NULL)) {
		pthread_mutex_unlock(&lock);
		return -1;
	}
	fd = (int)syscall(SYS_openat, dirfd, given, flags, mode);
	if (fd >= 0) {
		remember(fd, path);
		record(fresh ? "create" : (flags & O_TRUNC) != 0 ? "trunc" : "open", fd, flags, 0, path);
	}
	pthread_mutex_unlock(&lock);
	return fd;
}

static mode_t
mode_of(int flags, va_list ap)
{
	return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(ap, mode_t) : 0;
}

int
open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return opened(AT_FDCWD, path, flags, mode);
}

int
openat(int dirfd, const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return opened(dirfd, path, flags, mode);
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));
int openat64(int dirfd, const char *path, int flags, ...) __attribute__((alias("openat")));
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int dirfd, const char *path, int flags);
int __openat64_2(int dirfd, const char *path, int flags);
int __open_2(const char *path, int flags) { return opened(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return opened(AT_FDCWD, path, flags, 0); }
int __openat_2(int dirfd, const char *path, int flags) { return opened(dirfd, path, flags, 0); }
int __openat64_2(int dirfd, const char *path, int flags) { return opened(dirfd, path, flags, 0); }

static int
made_temporary(char *template, int flags)
{
	int fd;

	if (!ours(template))
		return REAL(mkostemp)(template, flags);
	pthread_mutex_lock(&lock);
	if (fault(K_CREATE, template, NULL)) {
		pthread_mutex_unlock(&lock);
		return -1;
	}
	fd = REAL(mkostemp)(template, flags);
	if (fd >= 0) {
		remember(fd, template);
		record("create", fd, flags, 0, template);
	}
	pthread_mutex_unlock(&lock);
	return fd;
}

int mkostemp(char *template, int flags) { return made_temporary(template, flags); }
int mkstemp(char *template) { return made_temporary(template, 0); }
int mkostemp64(char *template, int flags) { return made_temporary(template, flags); }
int mkstemp64(char *template) { return made_temporary(template, 0); }

DIR *
opendir(const char *path)
{
	if (ours(path)) {
		bool no;
		DIR *d;

		pthread_mutex_lock(&lock);
		no = fault(K_OPEN, path, NULL);
		pthread_mutex_unlock(&lock);
		if (no)
			return NULL;
		d = REAL(opendir)(path);
		if (d != NULL)
			remember(dirfd(d), path);	/* for unlinkat */
		return d;
	}
	return REAL(opendir)(path);
}

int
closedir(DIR *d)
{
	int fd = dirfd(d);

	if (ours_fd(fd)) {
		free(paths[fd]);
		paths[fd] = NULL;
	}
	return REAL(closedir)(d);
}

int
close(int fd)
{
	if (ours_fd(fd)) {
		pthread_mutex_lock(&lock);
		record("close", fd, 0, 0, "");
		free(paths[fd]);
		paths[fd] = NULL;
		pthread_mutex_unlock(&lock);
	}
	return (int)syscall(SYS_close, fd);
}

int
dup2(int from, int to)
{
	if (ours_fd(to) && from != to) {
		free(paths[to]);
		paths[to] = NULL;
	}
	return REAL(dup2)(from, to);
}

/* --- write and read --- */

/* offset < 0: where the descriptor stands. */
static ssize_t
written(int fd, const void *p, size_t n, off_t offset)
{
	long part = -1;
	bool torn = false;
	ssize_t done;

	if (!ours_fd(fd))
		return offset < 0 ? syscall(SYS_write, fd, p, n) : syscall(SYS_pwrite64, fd, p, n, offset);
	pthread_mutex_lock(&lock);
	if (fault(K_WRITE, paths[fd], &part)) {
		if (strcmp(what, "torn") != 0) {
			pthread_mutex_unlock(&lock);
			return -1;
		}
		/* The part that is written stands in the log like any other write: whoever follows it must come to the same bytes. */
		torn = true;
		n = part < 0 || (size_t)part > n ? n / 2 : (size_t)part;
	}
	if (log_fd >= 0 && offset < 0) {
		int flags = fcntl(fd, F_GETFL);
		struct stat sb;

		/* Said with its place, so that the reader of the log need not follow the descriptor. */
		fstat(fd, &sb);
		done = syscall(SYS_write, fd, p, n);
		offset = (flags & O_APPEND) != 0 ? sb.st_size : lseek(fd, 0, SEEK_CUR) - (done > 0 ? done : 0);
	} else {
		done = offset < 0 ? syscall(SYS_write, fd, p, n) : syscall(SYS_pwrite64, fd, p, n, offset);
	}
	if (done > 0 && log_fd >= 0) {
		record("write", fd, offset, done, "");
		put(log_fd, p, (size_t)done);
	}
	if (torn)
		kill(getpid(), SIGKILL);
	pthread_mutex_unlock(&lock);
	return done;
}

ssize_t write(int fd, const void *p, size_t n) { return written(fd, p, n, -1); }
ssize_t pwrite(int fd, const void *p, size_t n, off_t offset) { return written(fd, p, n, offset); }
ssize_t pwrite64(int fd, const void *p, size_t n, off64_t offset) { return written(fd, p, n, offset); }

static ssize_t
had(int fd, void *p, size_t n, off_t offset)
{
	if (ours_fd(fd)) {
		bool no;

		pthread_mutex_lock(&lock);
		no = fault(K_READ, paths[fd], NULL);
		pthread_mutex_unlock(&lock);
		if (no)
			return -1;
	}
	return offset < 0 ? syscall(SYS_read, fd, p, n) : syscall(SYS_pread64, fd, p, n, offset);
}

ssize_t __read_chk(int fd, void *p, size_t n, size_t room);
ssize_t __pread_chk(int fd, void *p, size_t n, off_t offset, size_t room);
ssize_t __pread64_chk(int fd, void *p, size_t n, off64_t offset, size_t room);
ssize_t read(int fd, void *p, size_t n) { return had(fd, p, n, -1); }
ssize_t pread(int fd, void *p, size_t n, off_t offset) { return had(fd, p, n, offset); }
ssize_t pread64(int fd, void *p, size_t n, off64_t offset) { return had(fd, p, n, offset); }
ssize_t __read_chk(int fd, void *p, size_t n, size_t room) { return n > room ? (abort(), -1) : had(fd, p, n, -1); }
ssize_t __pread_chk(int fd, void *p, size_t n, off_t offset, size_t room) { return n > room ? (abort(), -1) : had(fd, p, n, offset); }
ssize_t __pread64_chk(int fd, void *p, size_t n, off64_t offset, size_t room) { return n > room ? (abort(), -1) : had(fd, p, n, offset); }

static void *
mapped(void *where, size_t n, int prot, int flags, int fd, off_t offset)
{
	if (ours_fd(fd)) {
		bool no;

		pthread_mutex_lock(&lock);
		no = fault(K_MMAP, paths[fd], NULL);
		pthread_mutex_unlock(&lock);
		if (no)
			return MAP_FAILED;
	}
	return (void *)syscall(SYS_mmap, where, n, prot, flags, fd, offset);
}

void *mmap(void *where, size_t n, int prot, int flags, int fd, off_t offset) { return mapped(where, n, prot, flags, fd, offset); }
void *mmap64(void *where, size_t n, int prot, int flags, int fd, off64_t offset) { return mapped(where, n, prot, flags, fd, offset); }

static int
cut(int fd, off_t n)
{
	int result;

	if (!ours_fd(fd))
		return (int)syscall(SYS_ftruncate, fd, n);
	pthread_mutex_lock(&lock);
	if (fault(K_FTRUNCATE, paths[fd], NULL)) {
		pthread_mutex_unlock(&lock);
		return -1;
	}
	result = (int)syscall(SYS_ftruncate, fd, n);
	if (result == 0)
		record("ftruncate", fd, n, 0, "");
	pthread_mutex_unlock(&lock);
	return result;
}

int ftruncate(int fd, off_t n) { return cut(fd, n); }
int ftruncate64(int fd, off64_t n) { return cut(fd, n); }

/* --- flush --- */

static int
flushed(int fd, enum kind kind)
{
	struct stat sb;
	bool lax;
	int result;

	if (!ours_fd(fd))
		return (int)syscall(kind == K_FSYNC ? SYS_fsync : SYS_fdatasync, fd);
	lax = fstat(fd, &sb) == 0 && S_ISDIR(sb.st_mode) ? lax_folder : lax_file;
	pthread_mutex_lock(&lock);
	if (fault(kind, paths[fd], NULL)) {
		pthread_mutex_unlock(&lock);
		return -1;
	}
	result = lax ? 0 : (int)syscall(kind == K_FSYNC ? SYS_fsync : SYS_fdatasync, fd);
	if (result == 0 && !lax)
		record(kind_names[kind], fd, 0, 0, "");
	pthread_mutex_unlock(&lock);
	return result;
}

int fsync(int fd) { return flushed(fd, K_FSYNC); }
int fdatasync(int fd) { return flushed(fd, K_FDATASYNC); }

/* What stdout has now has been told to somebody. */
int
fflush(FILE *f)
{
	int result = REAL(fflush)(f);

	if (active && log_fd >= 0 && f == stdout) {
		pthread_mutex_lock(&lock);
		record("told", 1, lseek(1, 0, SEEK_CUR), 0, "");
		pthread_mutex_unlock(&lock);
	}
	return result;
}

/* --- names --- */

int
rename(const char *from, const char *to)
{
	char both[2 * MAX_PATH];

	if (!ours(from) && !ours(to))
		return REAL(rename)(from, to);
	snprintf(both, sizeof both, "%s\t%s", from, to);
	BY_PATH(K_RENAME, "rename", both, REAL(rename)(from, to));
}

int
unlink(const char *path)
{
	if (!ours(path))
		return REAL(unlink)(path);
	BY_PATH(K_UNLINK, "unlink", path, REAL(unlink)(path));
}

int
unlinkat(int dirfd, const char *path, int flags)
{
	char buf[MAX_PATH];
	const char *whole = absolute(dirfd, path, buf);

	if (!ours(whole))
		return REAL(unlinkat)(dirfd, path, flags);
	BY_PATH(K_UNLINK, "unlink", whole, REAL(unlinkat)(dirfd, path, flags));
}

int
rmdir(const char *path)
{
	if (!ours(path))
		return REAL(rmdir)(path);
	BY_PATH(K_UNLINK, "unlink", path, REAL(rmdir)(path));
}

int
remove(const char *path)
{
	if (!ours(path))
		return REAL(remove)(path);
	BY_PATH(K_UNLINK, "unlink", path, REAL(remove)(path));
}

int
mkdir(const char *path, mode_t mode)
{
	if (!ours(path))
		return REAL(mkdir)(path, mode);
	BY_PATH(K_MKDIR, "mkdir", path, REAL(mkdir)(path, mode));
}

int
symlink(const char *target, const char *path)
{
	char both[2 * MAX_PATH];

	if (!ours(path))
		return REAL(symlink)(target, path);
	snprintf(both, sizeof both, "%s\t%s", target, path);
	BY_PATH(K_SYMLINK, "symlink", both, REAL(symlink)(target, path));
}

static int
space(const char *path, struct statvfs *out)
{
	int result;

	if (ours(path)) {
		bool no;

		pthread_mutex_lock(&lock);
		no = fault(K_STATVFS, path, NULL);
		pthread_mutex_unlock(&lock);
		if (no)
			return -1;
	}
	result = REAL(statvfs)(path, out);
	if (result == 0 && lie_space && ours(path))
		out->f_bavail = out->f_bfree = 1ul << 30;
	return result;
}

int statvfs(const char *path, struct statvfs *out) { return space(path, out); }
int statvfs64(const char *path, struct statvfs64 *out) { return space(path, (struct statvfs *)out); }

/* --- the clock --- */

static void
turn(struct timespec *ts)
{
	unsigned long looks = __atomic_add_fetch(&clock_looks, 1, __ATOMIC_RELAXED);

	if (clock_still)
		*ts = (struct timespec){ .tv_sec = clock_fixed };
	else
		ts->tv_sec += clock_plus;
	if (clock_back != 0)
		ts->tv_sec -= (looks / 40) * clock_back;
}

int
clock_gettime(clockid_t which, struct timespec *ts)
{
	int result = (int)syscall(SYS_clock_gettime, which, ts);

	if (result == 0 && active && clock_set && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE))
		turn(ts);
	return result;
}

time_t
time(time_t *out)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	if (out != NULL)
		*out = ts.tv_sec;
	return ts.tv_sec;
}

int
gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	struct timespec ts;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &ts);
	tv->tv_sec = ts.tv_sec;
	tv->tv_usec = ts.tv_nsec / 1000;
	return 0;
}

/* --- memory --- */

#ifndef SHIM_NO_MALLOC
extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);

/* Whose allocation it was: some libraries cannot be helped, and a campaign must know them from our own. */
static void
say_who(unsigned long n, void *caller)
{
	Dl_info info = { .dli_fname = NULL };

	/* For the program itself it says argv[0], and that may have been changed meanwhile. */
	if (dladdr(caller, &info) == 0 || info.dli_fname == NULL || info.dli_fname[0] != '/')
		info.dli_fname = "program";
	say(report_fd, "fired %lu malloc %s %s\n", n, info.dli_fname, info.dli_sname == NULL ? "?" : info.dli_sname);
}

static bool
refused(void *caller)
{
	unsigned long n;

	if (!active)
		return false;
	n = __atomic_add_fetch(&malloc_seen, 1, __ATOMIC_RELAXED);
	if (malloc_at == 0 || n < malloc_at || (n > malloc_at && !malloc_on))
		return false;
	if (n == malloc_at)
		say_who(n, caller);
	errno = ENOMEM;
	return true;
}

void *malloc(size_t n) { return refused(__builtin_return_address(0)) ? NULL : __libc_malloc(n); }
void *calloc(size_t n, size_t size) { return refused(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size); }

/* Here, so that who called can be told: behind libc's own all of them look alike. */
static char *
copied(const char *s, size_t n, void *caller)
{
	char *copy = refused(caller) ? NULL : __libc_malloc(n + 1);

	if (copy != NULL) {
		memcpy(copy, s, n);
		copy[n] = '\0';
	}
	return copy;
}

#undef strdup
#undef strndup
char *strdup(const char *s) { return copied(s, strlen(s), __builtin_return_address(0)); }
char *__strdup(const char *s) { return copied(s, strlen(s), __builtin_return_address(0)); }
char *strndup(const char *s, size_t n) { return copied(s, strnlen(s, n), __builtin_return_address(0)); }
void *realloc(void *p, size_t n) { return refused(__builtin_return_address(0)) ? NULL : __libc_realloc(p, n); }
#endif
