/* One datagram for each message; see notify.h. */
#include "web/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct {
	struct sockaddr_un to;
	socklen_t n;		/* 0: nobody listens */
	long every_ms;
} systemd;

static long
watchdog_ms(void)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	long n = usec != NULL ? strtol(usec, NULL, 10) : 0;

	if (pid != NULL && strtol(pid, NULL, 10) != (long)getpid())
		return 0;
	return n < 2000 ? 0 : n / 2000;
}

void
notify_init(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	size_t n = path != NULL ? strlen(path) : 0;

	/* A path, or @ for the abstract names that have no file. */
	if (n > 1 && n < sizeof systemd.to.sun_path && (path[0] == '/' || path[0] == '@')) {
		systemd.to.sun_family = AF_UNIX;
		memcpy(systemd.to.sun_path, path, n);
		if (path[0] == '@')
			systemd.to.sun_path[0] = '\0';
		systemd.n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
		systemd.every_ms = watchdog_ms();
	}
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

void
notify(const char *lines)
{
	int fd;

	if (systemd.n == 0)
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	/* A service must not fail because nobody wants to hear of it. */
	(void)!sendto(fd, lines, strlen(lines), MSG_NOSIGNAL, (const struct sockaddr *)&systemd.to, systemd.n);
	close(fd);
}

long
notify_every_ms(void)
{
	return systemd.every_ms;
}
