/* The listening socket: which address may be used, and what to say when it cannot. */
#ifndef GK_LISTEN_H
#define GK_LISTEN_H

#include "base/status.h"

struct listener {
	int fd;
	bool loopback;
	char shown[80];		/* "127.0.0.1:8480", with the port that was given */
};

/* spec: "127.0.0.1:8480", "[::1]:0", "localhost:8480".  Other addresses than loopback only if `proxy`. */
enum gk_status listen_on(const char *spec, bool proxy, struct listener *out, struct gk_err *err);

/*
 * The socket that systemd listens on for us (LISTEN_FDS, sd_listen_fds(3)); *got is false if there is none, and then nothing else is set.
 * Its address is held to the same rule as one that is asked for.  Takes the variables out of the environment.
 */
enum gk_status listen_inherited(bool proxy, bool *got, struct listener *out, struct gk_err *err);

#endif
