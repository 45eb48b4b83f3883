/*
 * What gongkai-extract gives up before it reads a byte of input (safety.md 5,
 * steps 1 to 3).  Parsing foreign bytes is where others were broken into: what
 * this process cannot do, nobody who takes it over can do with it.
 *
 * Steps 4 and 5 are in jail.c.
 */
#include "extract/inside.h"

#include "base/fault.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* L24, and no core files: they would hold the document. */
static const struct { int what; rlim_t soft, hard; const char *name; bool breaks_sanitizers; } limits[] = {
	/* At the soft limit comes SIGXCPU, which tells the parent why. */
	{ RLIMIT_CPU, 60, 62, "RLIMIT_CPU", false },
	/* A sanitizer reserves terabytes of address space for its shadow. */
	{ RLIMIT_AS, 1UL << 30, 1UL << 30, "RLIMIT_AS", true },
	{ RLIMIT_FSIZE, 64UL << 20, 64UL << 20, "RLIMIT_FSIZE", false },
	{ RLIMIT_NOFILE, 64, 64, "RLIMIT_NOFILE", false },
	{ RLIMIT_CORE, 0, 0, "RLIMIT_CORE", false },
	/* The last, and only once no process is to come; the leak checker of a sanitizer starts one. */
	{ RLIMIT_NPROC, 0, 0, "RLIMIT_NPROC", true },
};

static enum gk_status
cannot(struct gk_err *err, const char *what)
{
	return gk_fail(err, GK_DEAD, GK_CAUSE_SANDBOX, "不能限制提取进程 (%s)：%s", "cannot confine the extractor (%s): %s", what, strerror(errno));
}

static enum gk_status
set_limits(size_t from, size_t to, struct gk_err *err)
{
	for (size_t i = from; i < to; i++) {
		struct rlimit now, want = { limits[i].soft, limits[i].hard };

		if (GK_SANITIZED && limits[i].breaks_sanitizers)
			continue;
		if (getrlimit(limits[i].what, &now) < 0)
			return cannot(err, limits[i].name);
		/* A stricter limit of the parent stays. */
		if (now.rlim_max < want.rlim_max)
			want.rlim_max = now.rlim_max;
		if (want.rlim_cur > want.rlim_max)
			want.rlim_cur = want.rlim_max;
		if (now.rlim_cur < want.rlim_cur)
			want.rlim_cur = now.rlim_cur;
		if (gk_fault("setrlimit") || setrlimit(limits[i].what, &want) < 0)
			return cannot(err, limits[i].name);
	}
	return GK_OK;
}

enum gk_status
gk_confine_processes(struct gk_err *err)
{
	return set_limits(COUNT(limits) - 1, COUNT(limits), err);
}

enum gk_status
gk_confine(bool tools, struct gk_err *err)
{
	/* Refused only to one who leads a group already, which is as good. */
	setsid();
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return cannot(err, "PR_SET_PDEATHSIG");
	/* Without close_range (before Linux 5.9) the parent's descriptors still have O_CLOEXEC, as ours all do. */
	if (close_range(3, ~0U, 0) < 0 && errno != ENOSYS)
		return cannot(err, "close_range");
	umask(077);
	if (chdir("/") < 0)
		return cannot(err, "chdir");
	/* LeakSanitizer traces its own process when it ends. */
	if (!GK_SANITIZED && prctl(PR_SET_DUMPABLE, 0) < 0)
		return cannot(err, "PR_SET_DUMPABLE");
	/* The machine is the searchers' first; -1 may be a fine answer, and a failure harms nobody. */
	if (nice(10) < 0)
		errno = 0;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return cannot(err, "PR_SET_NO_NEW_PRIVS");
	return set_limits(0, COUNT(limits) - tools, err);
}
