/* The side of gongkai-extract; that of gongkai is in client.c. */
#include "extract/forks.h"

#include "extract/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* False at the end, or when it is no message of ours: then nobody is left to answer. */
static bool
take(int link, struct gk_fork_ask *ask, int fds[2])
{
	union { struct cmsghdr head; char room[CMSG_SPACE(2 * sizeof(int))]; } beside;
	struct iovec iov = { ask, sizeof *ask };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &beside, .msg_controllen = sizeof beside };
	struct cmsghdr *c;
	ssize_t got;

	do
		got = recvmsg(link, &m, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	c = got == (ssize_t)sizeof *ask ? CMSG_FIRSTHDR(&m) : NULL;
	if (c == NULL || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(2 * sizeof(int)))
		return false;
	memcpy(fds, CMSG_DATA(c), 2 * sizeof(int));
	return true;
}

static bool
say(int link, int32_t word)
{
	const struct gk_fork_say s = { word, (int32_t)getppid() };

	return send(link, &s, sizeof s, MSG_NOSIGNAL) == (ssize_t)sizeof s;
}

bool
gk_forks_serve(unsigned *how)
{
	/* Descriptors that come are above it: 0 and 1 are the child's to fill. */
	int link = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), fds[2];
	struct gk_fork_ask ask;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (link < 0 || !say(link, GK_FORKS_READY))
		return false;
	while (take(link, &ask, fds)) {
		/* Not fork(): whoever started us is to be the parent, and to learn how the child ended and what it used. */
		long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
		int e = errno;

		if (pid == 0) {
			*how = ask.how;
			return dup2(fds[0], STDIN_FILENO) == STDIN_FILENO && dup2(fds[1], STDOUT_FILENO) == STDOUT_FILENO;
		}
		close(fds[0]);
		close(fds[1]);
		if (!say(link, pid < 0 ? -e : (int32_t)pid))
			break;
	}
	return false;
}
