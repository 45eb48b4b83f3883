/* Fault points: only in builds made to be broken on purpose. */
#include "base/fault.h"

#ifdef GK_FAULTS
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned armed, seen, total;	/* under lock: the index is written by a thread of its own */
static const char *hit;
static bool tear;			/* of the thread that is about to write */
static long tear_bytes;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void
gk_fault_arm(unsigned n)
{
	pthread_mutex_lock(&lock);
	armed = n;
	hit = NULL;
	pthread_mutex_unlock(&lock);
}

const char *
gk_fault_hit(void)
{
	return hit;
}

static void
note(unsigned n, const char *point)
{
	const char *path = getenv("GONGKAI_FAULT_LOG");
	char line[96];
	int fd = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	int len = snprintf(line, sizeof line, "%u %.64s\n", n, point);

	if (fd >= 0 && (write(fd, line, (size_t)len) < 0 || close(fd) < 0))
		_exit(98);
}

/* The kinds that count every point; 0, or the errno to fail with. */
static int
strike(const char *kind, size_t len, const char *point)
{
	static const struct { const char *name; int error; } failing[] = { { "eio", EIO }, { "enospc", ENOSPC } };

	note(total, point);
	for (size_t i = 0; i < sizeof failing / sizeof *failing; i++)
		if (strlen(failing[i].name) == len && memcmp(kind, failing[i].name, len) == 0)
			return failing[i].error;
	if (len == 4 && memcmp(kind, "exit", 4) == 0)
		_exit(99);
	if (len == 4 && memcmp(kind, "torn", 4) == 0 && strcmp(point, "write") == 0)
		tear = true;
	else
		kill(getpid(), SIGKILL);
	return 0;
}

static bool
is_kind(const char *s, size_t len)
{
	static const char *const kinds[] = { "kill", "exit", "torn", "eio", "enospc" };

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strlen(kinds[i]) == len && memcmp(s, kinds[i], len) == 0)
			return true;
	return false;
}

static int
asked_for(const char *point)
{
	const char *env = getenv("GONGKAI_FAULT");
	const char *colon = env == NULL ? NULL : strchr(env, ':');
	size_t len = colon == NULL ? 0 : (size_t)(colon - env);
	char *end;
	unsigned n;

	if (colon == NULL)
		return 0;
	n = (unsigned)strtoul(colon + 1, &end, 10);
	tear_bytes = *end == ':' ? strtol(end + 1, NULL, 10) : -1;
	if (is_kind(env, len))
		return total == n ? strike(env, len, point) : 0;
	if (strlen(point) == len && memcmp(env, point, len) == 0 && ++seen == n) {
		note(total, point);
		return EIO;
	}
	return 0;
}

bool
gk_fault(const char *point)
{
	int error;

	pthread_mutex_lock(&lock);
	total++;
	error = asked_for(point);
	if (error == 0 && armed > 0 && --armed == 0) {
		hit = point;
		error = EIO;
	}
	pthread_mutex_unlock(&lock);
	if (error != 0)
		errno = error;
	return error != 0;
}

void
gk_fault_tear(int fd, const void *p, size_t n)
{
	if (!tear)
		return;
	if (write(fd, p, tear_bytes >= 0 && (size_t)tear_bytes < n ? (size_t)tear_bytes : n / 2) >= 0)
		kill(getpid(), SIGKILL);
	_exit(98);
}
#else
/* ISO C wants a declaration in every file. */
typedef int gk_no_faults;
#endif
