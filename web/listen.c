/* Parsing ADDR:PORT, and a socket that listens there; or one that systemd opened. */
#include "web/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 512, FIRST_INHERITED = 3 };

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static bool
parse_port(const char *s, uint16_t *port)
{
	char *end;
	unsigned long n = strtoul(s, &end, 10);

	if (s[0] < '0' || s[0] > '9' || *end != '\0' || n > 65535)
		return false;
	*port = (uint16_t)n;
	return true;
}

static bool
parse_spec(const char *spec, union address *a, socklen_t *n, bool *loopback)
{
	const char *colon = strrchr(spec, ':');
	char host[64];
	uint16_t port;
	size_t len;

	if (colon == NULL || !parse_port(colon + 1, &port))
		return false;
	len = (size_t)(colon - spec);
	if (len >= sizeof host)
		return false;
	memcpy(host, spec, len);
	host[len] = '\0';
	memset(a, 0, sizeof *a);
	if (len > 2 && host[0] == '[' && host[len - 1] == ']') {
		host[len - 1] = '\0';
		a->v6.sin6_family = AF_INET6;
		a->v6.sin6_port = htons(port);
		*n = sizeof a->v6;
		if (inet_pton(AF_INET6, host + 1, &a->v6.sin6_addr) != 1)
			return false;
		*loopback = IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr);
		return true;
	}
	a->v4.sin_family = AF_INET;
	a->v4.sin_port = htons(port);
	*n = sizeof a->v4;
	if (inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, &a->v4.sin_addr) != 1)
		return false;
	*loopback = ntohl(a->v4.sin_addr.s_addr) >> 24 == 127;
	return true;
}

static void
show(const union address *a, struct listener *out)
{
	char host[INET6_ADDRSTRLEN] = "";

	if (a->any.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &a->v6.sin6_addr, host, sizeof host);
		snprintf(out->shown, sizeof out->shown, "[%s]:%u", host, (unsigned)ntohs(a->v6.sin6_port));
	} else {
		inet_ntop(AF_INET, &a->v4.sin_addr, host, sizeof host);
		snprintf(out->shown, sizeof out->shown, "%s:%u", host, (unsigned)ntohs(a->v4.sin_port));
	}
}

static enum gk_status
cannot(const char *spec, int fd, struct gk_err *err)
{
	int e = errno;

	if (fd >= 0)
		close(fd);
	if (e == EADDRINUSE) {
		gk_fail(err, GK_DEAD, GK_CAUSE_BUSY, "不能监听 '%s'：端口已被占用", "cannot listen on '%s': the port is in use", spec);
		gk_hint(err, "换一个端口：--listen 127.0.0.1:8481，或 --listen 127.0.0.1:0 任选一个", "take another port: --listen 127.0.0.1:8481, or --listen 127.0.0.1:0 for any");
		return GK_DEAD;
	}
	gk_fail(err, GK_DEAD, gk_cause_of_errno(e), "不能监听 '%s'：%s", "cannot listen on '%s': %s", spec, strerror(e));
	gk_hint(err, "小于 1024 的端口需要特权；请用 8480，前面放 nginx", "ports below 1024 need privileges: use 8480 with nginx in front");
	return GK_DEAD;
}

static enum gk_status
not_outside(const char *where, struct gk_err *err)
{
	gk_fail(err, GK_DEAD, GK_CAUSE_USAGE, "不在外部地址 '%s' 上直接监听", "will not listen on '%s', which is no loopback address", where);
	gk_hint(err, "用 127.0.0.1，前面放 nginx 或 Caddy；若前面已有代理，加 --i-have-a-proxy", "use 127.0.0.1 with nginx or Caddy in front; if a proxy is there already, add --i-have-a-proxy");
	return GK_DEAD;
}

enum gk_status
listen_on(const char *spec, bool proxy, struct listener *out, struct gk_err *err)
{
	union address a;
	socklen_t n;
	int one = 1;

	if (!parse_spec(spec, &a, &n, &out->loopback)) {
		gk_fail(err, GK_DEAD, GK_CAUSE_USAGE, "--listen 的写法不对：'%s'", "malformed --listen: '%s'", spec);
		gk_hint(err, "写成 127.0.0.1:8480 或 [::1]:8480", "write 127.0.0.1:8480 or [::1]:8480");
		return GK_DEAD;
	}
	if (!out->loopback && !proxy)
		return not_outside(spec, err);
	out->fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (out->fd < 0)
		return cannot(spec, out->fd, err);
	setsockopt(out->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(out->fd, &a.any, n) < 0 || listen(out->fd, BACKLOG) < 0 || getsockname(out->fd, &a.any, &n) < 0)
		return cannot(spec, out->fd, err);
	show(&a, out);
	return GK_OK;
}

/* How many sockets wait for this very process. */
static long
inherited(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	long n = pid != NULL && fds != NULL && strtol(pid, NULL, 10) == (long)getpid() ? strtol(fds, NULL, 10) : 0;

	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return n;
}

static bool
is_loopback(const union address *a)
{
	if (a->any.sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr);
	return a->any.sa_family == AF_INET && ntohl(a->v4.sin_addr.s_addr) >> 24 == 127;
}

enum gk_status
listen_inherited(bool proxy, bool *got, struct listener *out, struct gk_err *err)
{
	union address a = { 0 };
	socklen_t n = sizeof a, one = sizeof(int);
	long count = inherited();
	int fd = FIRST_INHERITED, listens = 0;

	*got = count > 0;
	if (!*got)
		return GK_OK;
	if (count != 1 || getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &one) < 0 || !listens ||
	    getsockname(fd, &a.any, &n) < 0 || (a.any.sa_family != AF_INET && a.any.sa_family != AF_INET6)) {
		gk_fail(err, GK_DEAD, GK_CAUSE_USAGE, "systemd 交来的不是一个 TCP 监听端口（LISTEN_FDS=%ld）", "what systemd handed over is not one listening TCP socket (LISTEN_FDS=%ld)", count);
		gk_hint(err, "gongkai-searchd.socket 里只写一行 ListenStream=127.0.0.1:8480", "write one line ListenStream=127.0.0.1:8480 into gongkai-searchd.socket");
		return GK_DEAD;
	}
	out->fd = fd;
	out->loopback = is_loopback(&a);
	show(&a, out);
	if (!out->loopback && !proxy)
		return not_outside(out->shown, err);
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0)
		return cannot(out->shown, fd, err);
	return GK_OK;
}
